//! Texts that nest or go on without end: answered or refused, quickly, on a small stack.

use std::time::{Duration, Instant};

use kadai::error::Code;
use kadai::syntax::{parse, statements, tokens};

/// Runs `check` on a thread with the least stack a test or worker gets.
fn on_small_stack(check: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(check);
    thread.expect("a thread can be started").join().expect("the check holds");
}

/// How long a short text may take: what doubles with each level would take years.
const SHORT: Duration = Duration::from_millis(if cfg!(debug_assertions) { 500 } else { 50 });

/// How long a text of tens of thousands of tokens may take, on a machine that has other work.
const LONG: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });

/// What nests: what opens it, the innermost text, what closes it; around it the rest of a query.
const NESTS: &[(&str, &str, &str)] = &[
    ("(", "1", ")"),
    ("[", "1", "]"),
    ("[1, ", "1", "]"),
    ("{k: ", "1", "}"),
    ("({k: ", "1", "})"),
    ("[{k: ", "1", "}]"),
    ("(1)-[{k: ", "1", "}]"),
    ("(1)--({k: ", "1", "})"),
    ("(n {k: ", "1", "})-->()"),
    ("(n)-[:T {k: ", "1", "}]->()"),
    ("(n {k: ", "1", "})"),
    ("CASE WHEN true THEN ", "1", " END"),
    ("CASE ", "1", " WHEN 1 THEN 2 END"),
    ("CASE WHEN 1 THEN 2 ELSE ", "1", " END"),
    ("NOT ", "true", ""),
    ("-", "n", ""),
    ("- ", "1", ""),
    ("+-", "n", ""),
    ("-(", "1", ")"),
    ("NOT (", "true", ")"),
    ("n[", "1", "]"),
    ("n[1..", "1", "]"),
    ("[x IN ", "xs", "]"),
    ("[x IN ", "xs", " WHERE x | x]"),
    ("[x IN xs WHERE ", "x", "]"),
    ("[x IN xs | ", "x", "]"),
    ("any(x IN ", "xs", " WHERE true)"),
    ("any(x IN ", "xs", ")"),
    ("any(x IN xs WHERE ", "x", ")"),
    ("size(", "n", ")"),
    ("size(DISTINCT 1, ", "n", ")"),
    ("EXISTS { MATCH (n) WHERE ", "true", " }"),
    ("EXISTS { (n) WHERE ", "true", " }"),
    ("EXISTS { (n {k: ", "1", "}) }"),
    ("1 OR 1 AND 1 = 1 + 1 * 1 ^ (", "1", ")"),
    ("({k: [CASE WHEN NOT -(", "1", ") THEN 1 END]})"),
    ("((", "1", "))"),
    ("((n) - (", "1", ")) * (2)"),
    ("COUNT { MATCH (n) WHERE ", "true", " }"),
    ("COUNT { (n) WHERE ", "true", " }"),
    ("COUNT { (n {k: ", "1", "}) }"),
    ("COLLECT { MATCH (n) WHERE ", "true", " RETURN n }"),
    ("COLLECT { RETURN ", "1", " }"),
    ("1 CALL { RETURN ", "1", " }"),
    ("1 CALL (n) { RETURN ", "1", " }"),
    ("1 CALL { MERGE (n {k: COUNT { RETURN ", "1", " }}) }"),
    ("reduce(s = ", "1", ", x IN xs | s)"),
    ("reduce(s = 0, x IN ", "xs", " | s)"),
    ("reduce(s = 0, x IN xs | ", "x", ")"),
    ("n {k: ", "1", "}"),
    ("n {.a, k: ", "1", ", .*}"),
    ("[(a)-->(b {k: ", "1", "}) | 1]"),
    ("[p = (a)-->(b) WHERE ", "x", " | p]"),
    ("[(a)-->(b) | ", "1", "]"),
    ("(n WHERE ", "x", ")-->()"),
    ("()-[WHERE ", "x", "]->{1,2}()"),
    ("()-->+(n WHERE ", "x", ")"),
    ("EXISTS { (n WHERE ", "x", ") }"),
    ("EXISTS { MATCH (n WHERE ", "x", ") }"),
    ("((a)-->(b WHERE ", "x", ")){2}"),
    ("((a)-->(b) WHERE ", "x", "){2}"),
    ("(a) ((x)-->(y {k: ", "1", "}))+ (b)"),
    ("((a {k: ", "1", "})-->(b)){2}"),
    ("EXISTS { ((a)-->(b) WHERE ", "x", "){2} }"),
    ("EXISTS { SHORTEST 1 ((a)-->(b) WHERE ", "x", ") }"),
    ("n:A:(", "B", ")"),
    ("n:!", "B", ""),
];

fn nested((open, inner, close): (&str, &str, &str), depth: usize) -> String {
    // The label nests have their head once.
    let (head, open) = match open {
        "n:A:(" | "n:!" => open.split_at(open.len() - 1),
        open => ("", open),
    };
    format!("RETURN {head}{}{inner}{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn nesting_takes_no_exponential_time() {
    on_small_stack(|| {
        for nest in NESTS {
            for depth in [10, 24, 60] {
                let (open, inner, close) = *nest;
                let texts = [
                    nested(*nest, depth),
                    nested(*nest, depth) + " 1",
                    nested((open, ":", close), depth),
                    nested((open, "1 1", close), depth),
                    nested((open, inner, ""), depth),
                ];
                for text in texts {
                    let start = Instant::now();
                    let parsed = parse(&text);
                    let time = start.elapsed();
                    assert!(time < SHORT, "{time:?} for {depth} times {nest:?}");
                    drop(parsed);
                }
            }
        }
    });
}

/// What nests only in places of its own.
#[test]
fn types_paths_and_targets_nest_too() {
    on_small_stack(|| {
        let nests = [
            ("MATCH ()-[:", "(", "T", ")", "]->() RETURN 1"),
            ("MATCH ()-[:", "!", "T", "", "]->() RETURN 1"),
            ("MATCH (:", "!(", "%", ")", ") RETURN 1"),
            ("MATCH (n) SET ", "(", "n", ")", ".x = 1"),
            ("MATCH (n) REMOVE ", "n[", "1", "]", ".x"),
            ("MATCH (n) DELETE ", "(", "n", ")", ""),
            ("CALL p(", "{k: ", "1", "}", ") YIELD *"),
            ("MERGE (n {k: ", "[", "1", "]", "}) ON CREATE SET n.x = 1"),
        ];
        for (head, open, inner, close, tail) in nests {
            for (depth, taken) in [(24, true), (48, true), (1_000, false), (10_000, false)] {
                let (open, close) = (open.repeat(depth), close.repeat(depth));
                for inner in [inner, "1 1", ""] {
                    let text = format!("{head}{open}{inner}{close}{tail}");
                    let start = Instant::now();
                    let parsed = parse(&text);
                    assert!(start.elapsed() < if taken { SHORT } else { LONG }, "{text}");
                    let deep = parsed.as_ref().is_err_and(|e| e.code() == Code::SyntaxDepth);
                    assert!(deep != taken, "{depth}: {head}{parsed:?}");
                }
            }
        }
        for depth in [2, 24, 60, 1_000, 10_000] {
            let text = format!("MATCH {}a){} RETURN 1", "(".repeat(depth), ")".repeat(depth - 1));
            let start = Instant::now();
            assert!(parse(&text).is_err() || depth == 2);
            assert!(start.elapsed() < LONG, "{depth}");
        }
    });
}

#[test]
fn nesting_up_to_the_limit_fits_a_small_stack() {
    on_small_stack(|| {
        for nest in NESTS {
            for depth in (1..=110).rev() {
                if let Ok(query) = parse(&nested(*nest, depth)) {
                    let printed = query.to_string();
                    assert!(parse(&printed).is_ok(), "{depth} times {nest:?}: {printed}");
                    assert_eq!(query.clone(), query);
                    break;
                }
            }
        }
    });
}

#[test]
fn deep_nesting_is_refused_by_name() {
    on_small_stack(|| {
        for nest in NESTS {
            for depth in [1_000, 10_000] {
                let start = Instant::now();
                let error = parse(&nested(*nest, depth)).unwrap_err();
                assert!(start.elapsed() < LONG, "{depth} times {nest:?}");
                assert_eq!(error.code(), Code::SyntaxDepth, "{depth} times {nest:?}: {error}");
            }
        }
        for open in ["(", "[", "{", "CASE ", "NOT ", "-", "EXISTS { (n) WHERE ", "[x IN "] {
            let error = parse(&format!("RETURN {}", open.repeat(10_000))).unwrap_err();
            assert_eq!(error.code(), Code::SyntaxDepth, "{open}");
        }
    });
}

#[test]
fn long_chains_are_parsed_or_refused_by_name() {
    on_small_stack(|| {
        let chain = |first: &str, rest: &str, times: usize| {
            let text = format!("MATCH (n) WHERE {first}{} RETURN n", rest.repeat(times));
            let start = Instant::now();
            let parsed = parse(&text);
            assert!(start.elapsed() < LONG, "{times} times {rest:?}");
            parsed
        };
        for rest in [" OR n.id = 1", " AND true", " XOR false", " = 1", " < 2", ":A", ":A|B"] {
            let query = chain("n", rest, 5_000).unwrap();
            let printed = query.to_string();
            assert_eq!(parse(&printed).map(|query| query.to_string()), Ok(printed), "{rest}");
        }
        for rest in [" + 1", " * 2", " ^ 2", ".a", "[0]", "[1..2]", " IN n", " IS NULL", " - -1"] {
            assert!(chain("n", rest, 200).is_ok(), "{rest}");
            let error = chain("n", rest, 3_000).unwrap_err();
            assert_eq!(error.code(), Code::SyntaxDepth, "{rest}: {error}");
        }
        // Chains within brackets within chains.
        let mut text = "1".to_owned();
        for _ in 0..20 {
            text = format!("({text}){}", " + 1".repeat(20));
        }
        assert_eq!(parse(&format!("RETURN {text}")).unwrap_err().code(), Code::SyntaxDepth);
    });
}

#[test]
fn long_lists_are_no_chains() {
    on_small_stack(|| {
        let items = vec!["{a: -1, b: 'x'}"; 20_000].join(", ");
        assert!(parse(&format!("UNWIND [{items}] AS x RETURN x")).is_ok());
        let path = "-[:raised-at]->(:Meeting)".repeat(5_000);
        assert!(parse(&format!("MATCH ({path} RETURN 1").replacen('(', "()", 1)).is_ok());
        let parts = vec!["RETURN 1 AS x"; 5_000].join(" UNION ");
        assert!(parse(&parts).is_ok());
        let case = " WHEN 1 THEN 2".repeat(5_000);
        assert!(parse(&format!("RETURN CASE{case} END")).is_ok());
    });
}

#[test]
fn long_names_are_cut_in_messages() {
    let name = "x".repeat(64 * 1024);
    for text in
        [format!("RETURN 1 {name}"), format!("MATCH (n {name}) RETURN n"), format!("{name} (n)")]
    {
        let error = parse(&text).unwrap_err();
        let parts = error.parts();
        let longest = parts.help.iter().chain([&parts.message]).map(|text| text.en.len()).max();
        assert!(longest < Some(300), "{longest:?}");
    }
}

#[test]
fn splitting_and_highlighting_take_linear_time() {
    for part in ["(", "'", "`", "/*", "--", "ＭＡＴＣＨ", "\u{1b}", "$", ";", "1e+", "//\n"] {
        let text = part.repeat(20_000);
        let start = Instant::now();
        drop((tokens(&text), statements(&text), parse(&text)));
        assert!(start.elapsed() < LONG, "{part:?}: {:?}", start.elapsed());
    }
}
