//! Trees made at random, printed and parsed again.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};

use super::super::ast::*;
use super::super::parse;
use super::trees::statement;

/// The tree as text, with every place at zero.
fn without_places(query: &Statement) -> String {
    let mut shape = String::new();
    let debug = format!("{query:?}");
    for (i, part) in debug.split("Span { ").enumerate() {
        let part = if i == 0 { part } else { part.split_once(" }").map_or("", |(_, rest)| rest) };
        shape.push_str(part);
    }
    shape
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_261_122),
        ..ProptestConfig::default()
    }
}

/// Making the trees takes more stack than parsing them.
#[test]
fn parsing_what_was_printed_gives_the_same_tree() {
    let check = || {
        let mut runner = TestRunner::new(config(800));
        let outcome = runner.run(&statement(), |query| {
            let printed = query.to_string();
            let parsed = parse(&printed).map(|parsed| without_places(&parsed));
            prop_assert_eq!(parsed, Ok(without_places(&query)), "{}", printed);
            Ok(())
        });
        if let Err(error) = outcome {
            panic!("{error}");
        }
    };
    std::thread::Builder::new().stack_size(64 << 20).spawn(check).unwrap().join().unwrap();
}

proptest! {
    #![proptest_config(config(2_000))]

    #[test]
    fn no_text_makes_the_parser_panic(text in "[\\PC ()\\[\\]{}:,.'\"`$|&!<>=*/+-]{0,40}") {
        if let Ok(query) = parse(&text) {
            let again = parse(&query.to_string());
            prop_assert!(again.is_ok(), "{text}\n{query}\n{again:?}");
        }
    }

    #[test]
    fn no_shuffled_query_makes_the_parser_panic(words in vec(prop::sample::select(WORDS), 0..14)) {
        let text = words.join(" ");
        if let Ok(query) = parse(&text) {
            let again = parse(&query.to_string());
            prop_assert!(again.is_ok(), "{text}\n{query}\n{again:?}");
        }
    }
}

const WORDS: &[&str] = &[
    "MATCH",
    "(n)",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "-",
    "->",
    "<-",
    "--",
    "-->",
    ":",
    "A",
    "RETURN",
    "WITH",
    "WHERE",
    "n",
    "x",
    "1",
    "'s'",
    "=",
    "<",
    "NOT",
    "IN",
    "|",
    ",",
    "..",
    ".",
    "*",
    "CASE",
    "WHEN",
    "THEN",
    "END",
    "EXISTS",
    "AS",
    "ORDER",
    "BY",
    "IS",
    "NULL",
    "$p",
    "any",
    "count",
    ";",
    "ＭＡＴＣＨ",
    "（",
    "==",
    "/*",
    "//",
    "`",
    "'",
    "é",
    "UNION",
    "LIMIT",
    "+",
    "all",
    "AND",
    "a-b",
    "CREATE",
    "MERGE",
    "ON",
    "SET",
    "REMOVE",
    "DETACH",
    "DELETE",
    "CALL",
    "YIELD",
    "EXPLAIN",
    "SHORTEST",
    "GROUPS",
    "ALL",
    "COUNT",
    "COLLECT",
    "reduce",
    "%",
    "!",
    "{1,2}",
    "((a)-->(b))",
    "+=",
    "=~",
    "!=",
];

#[test]
fn places_are_those_of_the_text() {
    let text = "MATCH (i:Issue) WHERE (i.a) + 1 = 2 RETURN (i.a + 1) , `i`.b AS c ; ";
    let query = parse(text).unwrap().query;
    let clauses: Vec<_> = query.parts[0].clauses.iter().map(|c| c.span.of(text)).collect();
    assert_eq!(
        clauses,
        ["MATCH (i:Issue) WHERE (i.a) + 1 = 2", "RETURN (i.a + 1) , `i`.b AS c"],
        "no white space at the ends"
    );
    let ClauseKind::Return(returned) = &query.parts[0].clauses[1].kind else { panic!() };
    let items: Vec<_> =
        returned.items.iter().map(|i| (i.span.of(text), i.expr.span.of(text))).collect();
    assert_eq!(items, [("(i.a + 1)", "i.a + 1"), ("`i`.b", "`i`.b")]);
    let ClauseKind::Match(found) = &query.parts[0].clauses[0].kind else { panic!() };
    assert_eq!(found.patterns[0].span.of(text), "(i:Issue)");
    assert_eq!(found.filter.as_ref().unwrap().span.of(text), "(i.a) + 1 = 2");
}
