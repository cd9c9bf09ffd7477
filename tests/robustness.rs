//! Random statements of the whole language on small graphs: no panic, an end in time, a graph that is whole before and after, and
//! the same answer for the same statement in other words.
//!
//! `KADAI_FUZZ_SECONDS` makes it run that long, `KADAI_FUZZ_SEED` begin elsewhere; every fault names its seed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod dice;
#[path = "robustness/statements.rs"]
mod statements;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use dice::Dice;
use kadai::error::{Code, Source};
use kadai::exec::Limits;
use kadai::graph::{Builder, Direction, Graph};
use kadai::model::{Datum, NodeId, RelId, Value};
use kadai::session::{self, Options, Params};
use kadai::syntax;
use statements::statement;

/// How long a statement may take.
const TIME_MAX: Duration = Duration::from_millis(1500);
/// How much later it may end.
const LATE_MAX: Duration = Duration::from_millis(1000);
/// How many statements one graph gets.
const STATEMENTS: usize = 12;

fn options() -> Options {
    let time_max = Some(TIME_MAX);
    Options::within(Limits { rows_max: 2_000, values_max: 200_000, time_max, ..Limits::default() })
}

fn params() -> Params {
    let list = Value::List(vec![Value::Int(1), Value::Null, Value::String("a".to_owned())]);
    let map = Value::Map([("k".to_owned(), Value::Int(1))].into_iter().collect());
    let entries =
        [("n", Value::Int(2)), ("s", Value::String("n2".to_owned())), ("list", list), ("map", map)];
    entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A small graph; the same for the same seed.
fn graph(seed: u64) -> Graph {
    let mut dice = Dice::new(seed ^ 0xabcd);
    let mut builder = Builder::default();
    let names = builder.names_mut();
    let labels = ["A", "B", "C"].map(|label| names.label_id(label));
    let kinds = ["R", "S"].map(|kind| names.kind_id(kind));
    let (id, k, w) = (names.key_id("id"), names.key_id("k"), names.key_id("w"));
    let nodes: Vec<NodeId> = (0..dice.below(7))
        .map(|n| {
            let some = labels.iter().copied().filter(|_| dice.one_in(2)).collect();
            let mut properties = vec![(id, Datum::str(&format!("n{n}")))];
            if !dice.one_in(3) {
                properties.push((k, Datum::Int(i64::try_from(dice.below(4)).unwrap())));
            }
            builder.add_node(some, properties)
        })
        .collect();
    for _ in 0..if nodes.is_empty() { 0 } else { dice.below(10) } {
        let (a, b) = (nodes[dice.below(nodes.len())], nodes[dice.below(nodes.len())]);
        builder.add_rel(kinds[dice.below(2)], a, b, vec![(w, Datum::Int(1))]);
    }
    builder.build()
}

/// All that a graph says of itself.
fn dump(graph: &Graph) -> String {
    let names = graph.names();
    let mut text = format!("{:?} {:?} {:?}\n", names.labels(), names.kinds(), names.keys());
    for node in graph.nodes() {
        let rels: Vec<RelId> = graph.rels_of(node).collect();
        let _ = write!(text, "{node:?} {:?} {rels:?}", graph.node_value(node));
        for kind in graph.names().kinds() {
            let kind = graph.names().find_kind(kind).unwrap();
            for direction in [Direction::Outgoing, Direction::Incoming] {
                let _ = write!(text, " {:?}", graph.hop(node, kind, direction));
            }
        }
        text.push('\n');
    }
    for rel in graph.rels() {
        let _ = writeln!(text, "{:?}", graph.rel_value(rel));
    }
    for label in graph.names().labels() {
        let id = graph.names().find_label(label).unwrap();
        let _ = writeln!(text, "{label} {:?}", graph.nodes_with(id));
    }
    let ids = (0..8).map(|n| format!("n{n}")).chain(["a", "", "1", "課題"].map(str::to_owned));
    for id in ids {
        let _ = writeln!(text, "{id} {:?}", graph.nodes_by_id(&id));
    }
    let _ = writeln!(text, "{} {}", graph.node_count(), graph.rel_count());
    text
}

/// Compares every index with a recount of the records.
fn recount(graph: &Graph) {
    let mut rows: BTreeMap<(NodeId, String, bool), Vec<(NodeId, RelId)>> = BTreeMap::new();
    for rel in graph.rels() {
        let (start, end) = graph.ends(rel).unwrap();
        let kind = graph.names().kind(graph.kind(rel).unwrap()).to_owned();
        rows.entry((start, kind.clone(), true)).or_default().push((end, rel));
        rows.entry((end, kind, false)).or_default().push((start, rel));
    }
    rows.values_mut().for_each(|row| row.sort_unstable());
    for node in graph.nodes() {
        for kind in graph.names().kinds() {
            for (direction, out) in [(Direction::Outgoing, true), (Direction::Incoming, false)] {
                let hop = graph.hop(node, graph.names().find_kind(kind).unwrap(), direction);
                let found: Vec<_> = hop.pairs().map(|(rel, node)| (node, rel)).collect();
                let known = rows.remove(&(node, kind.to_string(), out)).unwrap_or_default();
                assert_eq!(found, known, "{node:?} {kind} {direction:?}");
            }
        }
    }
    assert!(rows.is_empty(), "relationships of nodes that are not there: {rows:?}");
    for label in graph.names().labels() {
        let label = graph.names().find_label(label).unwrap();
        let known: Vec<NodeId> =
            graph.nodes().filter(|node| graph.labels(*node).contains(&label)).collect();
        assert_eq!(graph.nodes_with(label).iter().collect::<Vec<_>>(), known);
    }
    let id = graph.names().find_key("id").unwrap();
    for node in graph.nodes() {
        let Some(Datum::Str(text)) = graph.node_property(node, id) else { continue };
        let same = |other: &NodeId| {
            graph.node_property(*other, id).is_some_and(|own| own.as_str() == Some(&text))
        };
        assert_eq!(graph.nodes_by_id(&text), graph.nodes().filter(same).collect::<Vec<_>>());
    }
    assert_eq!(graph.node_count(), graph.nodes().count());
    assert_eq!(graph.rel_count(), graph.rels().count());
    let labelled = graph.nodes().filter(|node| !graph.labels(*node).is_empty()).count();
    assert_eq!(graph.statistics().labelled(), labelled as u64);
}

/// What a statement gave: rows and what it changed, or what it failed with.
type Outcome = Result<String, Code>;

fn execute(graph: &mut Graph, text: &str) -> Outcome {
    let start = Instant::now();
    let source = Source::new("<query>", text);
    let outcome = session::execute(graph, &source, &params(), &options());
    let took = start.elapsed();
    assert!(took < TIME_MAX + LATE_MAX, "took {took:?}");
    outcome.map(|rows| format!("{:?} {:?}", rows.rows, rows.changes)).map_err(|error| {
        // What is drawn of an error is as much a part of the answer.
        assert!(!error.to_string().is_empty());
        error.code()
    })
}

/// Counts what became of statements.
#[derive(Debug, Default)]
struct Tally(BTreeMap<String, usize>);

/// Runs one statement on two equal graphs, on one as it is and on the other as it is printed; whether they are still equal.
fn check(one: &mut Graph, other: &mut Graph, text: &str, tally: &mut Tally) -> bool {
    let before = dump(one);
    let explained = execute(one, &format!("EXPLAIN {text}"));
    assert_eq!(dump(one), before, "EXPLAIN changed the graph");
    let outcome = execute(one, text);
    let name = outcome.as_ref().map_or_else(|code| format!("{code:?}"), |_| "ran".to_owned());
    *tally.0.entry(name).or_default() += 1;
    recount(one);
    match &outcome {
        Ok(_) => assert!(explained.is_ok(), "runs, but EXPLAIN fails: {explained:?}"),
        Err(_) => assert_eq!(dump(one), before, "failed, and changed the graph"),
    }
    let Ok(tree) = syntax::parse(text) else { return true };
    let printed = execute(other, &tree.to_string());
    if [&outcome, &printed].iter().any(|outcome| **outcome == Err(Code::LimitTime)) {
        return outcome == printed;
    }
    assert_eq!(outcome, printed, "printed: {tree}");
    assert_eq!(dump(one), dump(other), "printed: {tree}");
    true
}

/// A run of statements on one graph; the first fault in words.
fn run(seed: u64, tally: &mut Tally) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let (mut one, mut other) = (graph(seed), graph(seed));
    for at in 0..STATEMENTS {
        let text = statement(&mut dice);
        let checked = catch_unwind(AssertUnwindSafe(|| check(&mut one, &mut other, &text, tally)));
        match checked {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(fault) => {
                let said = fault.downcast_ref::<String>().cloned();
                let said =
                    said.or_else(|| fault.downcast_ref::<&str>().map(|said| (*said).to_owned()));
                return Err(format!(
                    "seed {seed}, statement {at}:\n{text}\n{}",
                    said.unwrap_or_default()
                ));
            }
        }
    }
    Ok(())
}

#[test]
fn random_statements_leave_everything_whole() {
    let number =
        |name| std::env::var(name).ok().and_then(|value: String| value.parse::<u64>().ok());
    let first = number("KADAI_FUZZ_SEED").unwrap_or(1);
    let (seconds, runs) = match number("KADAI_FUZZ_SECONDS") {
        Some(seconds) => (seconds, u64::MAX),
        None => (8, 60),
    };
    let all = move || {
        let (start, mut tally) = (Instant::now(), Tally::default());
        let mut faults = Vec::new();
        for seed in first..first.saturating_add(runs) {
            if start.elapsed() > Duration::from_secs(seconds) || faults.len() >= 20 {
                break;
            }
            faults.extend(run(seed, &mut tally).err());
        }
        assert!(faults.is_empty(), "{}\n\n{tally:?}", faults.join("\n\n"));
        let ran = tally.0.get("ran").copied().unwrap_or(0);
        assert!(ran * 3 > tally.0.values().sum(), "too few statements run: {tally:?}");
        tally
    };
    // The least stack a worker gets.
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(all).unwrap();
    let tally = thread.join().unwrap();
    assert!(!tally.0.is_empty());
    if number("KADAI_FUZZ_SECONDS").is_some() {
        std::fs::write(std::env::temp_dir().join("kadai-fuzz-tally.txt"), format!("{tally:#?}"))
            .unwrap();
    }
}
