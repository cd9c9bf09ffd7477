//! Patterns of every form against brute force: on small random graphs with loops, parallel relationships and cycles, the engine finds
//! exactly the walks that trying everything finds. What `differential` asks in whole queries is not asked here again.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking"
)]

#[path = "oracle/patterns.rs"]
mod patterns;
#[path = "oracle/reach.rs"]
mod reach;

use std::collections::BTreeMap;

use kadai::graph::{Builder, Graph};
use kadai::model::{Datum, Value};
use kadai::session::{self, Params};
use proptest::prelude::*;

/// A graph as a list of relationships `(start, end, type)` over a few nodes.
#[derive(Clone, Debug)]
struct Sketch {
    nodes: usize,
    rels: Vec<(usize, usize, usize)>,
}

const TYPES: [&str; 2] = ["S", "T"];

fn sketches() -> impl Strategy<Value = Sketch> {
    (1..6usize).prop_flat_map(|nodes| {
        let rel = (0..nodes, 0..nodes, 0..TYPES.len());
        prop::collection::vec(rel, 0..8).prop_map(move |rels| Sketch { nodes, rels })
    })
}

fn build(sketch: &Sketch) -> Graph {
    let mut builder = Builder::default();
    let kinds = TYPES.map(|name| builder.names_mut().kind_id(name));
    let (key, weight) = (builder.names_mut().key_id("n"), builder.names_mut().key_id("w"));
    let (even, big) = (builder.names_mut().label_id("Even"), builder.names_mut().label_id("Big"));
    let nodes: Vec<_> = (0..sketch.nodes)
        .map(|n| {
            let labels = [(n % 2 == 0, even), (n >= 3, big)];
            let labels = labels.into_iter().filter(|label| label.0).map(|label| label.1).collect();
            builder.add_node(labels, vec![(key, Datum::Int(i64::try_from(n).unwrap()))])
        })
        .collect();
    for (i, (start, end, kind)) in sketch.rels.iter().enumerate() {
        let properties = vec![(weight, Datum::Int(i64::try_from(i % 3).unwrap()))];
        builder.add_rel(kinds[*kind], nodes[*start], nodes[*end], properties);
    }
    builder.build()
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Right,
    Left,
    Either,
}

impl Way {
    fn arrow(self, inside: &str) -> String {
        match self {
            Self::Right => format!("-[{inside}]->"),
            Self::Left => format!("<-[{inside}]-"),
            Self::Either => format!("-[{inside}]-"),
        }
    }
}

fn ways() -> impl Strategy<Value = Way> {
    prop_oneof![Just(Way::Right), Just(Way::Left), Just(Way::Either)]
}

/// The relationships that lead out of `from`, each with the node at its other end; a loop comes once.
fn out(sketch: &Sketch, from: usize, kind: Option<usize>, way: Way) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (id, (start, end, k)) in sketch.rels.iter().enumerate() {
        if kind.is_some_and(|kind| kind != *k) {
            continue;
        }
        if *start == from && way != Way::Left {
            found.push((id, *end));
        }
        if *end == from && way != Way::Right && !(way == Way::Either && start == end) {
            found.push((id, *start));
        }
    }
    found
}

/// Every walk of a relationship or more, none repeated: its nodes and relationships.
fn walks(sketch: &Sketch, way: Way) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut open: Vec<(Vec<usize>, Vec<usize>)> =
        (0..sketch.nodes).map(|node| (vec![node], Vec::new())).collect();
    let mut found = Vec::new();
    while let Some((nodes, rels)) = open.pop() {
        for (rel, node) in out(sketch, *nodes.last().unwrap(), None, way) {
            if !rels.contains(&rel) {
                open.push((
                    [nodes.as_slice(), &[node]].concat(),
                    [rels.as_slice(), &[rel]].concat(),
                ));
            }
        }
        if !rels.is_empty() {
            found.push((nodes, rels));
        }
    }
    found
}

fn run(sketch: &Sketch, query: &str) -> Vec<Vec<Value>> {
    let graph = build(sketch);
    session::query(&graph, "<query>", query, &Params::new())
        .unwrap_or_else(|e| panic!("{e}: {query}"))
        .rows
}

fn sorted<T: Ord>(mut items: Vec<T>) -> Vec<T> {
    items.sort();
    items
}

/// Reads rows of integers and lists of integers.
fn ints(rows: Vec<Vec<Value>>) -> Vec<Vec<Vec<usize>>> {
    let int = |value: &Value| match value {
        Value::Int(int) => usize::try_from(*int).unwrap(),
        other => panic!("not an integer: {other}"),
    };
    let cell = |value: &Value| match value {
        Value::List(items) => items.iter().map(int).collect(),
        one => vec![int(one)],
    };
    sorted(rows.iter().map(|row| row.iter().map(cell).collect()).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shortest_paths(sketch in sketches(), way in ways(), count in 1..4usize) {
        let mut by_ends: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (nodes, rels) in walks(&sketch, way) {
            by_ends.entry((nodes[0], *nodes.last().unwrap())).or_default().push(rels.len());
        }
        by_ends.values_mut().for_each(|lengths| lengths.sort_unstable());
        let arrow = way.arrow("*");
        let lengths = |query: &str| ints(run(&sketch, query));
        let row = |ends: &(usize, usize), length: usize| vec![vec![ends.0], vec![ends.1], vec![length]];

        let one = format!("MATCH p = shortestPath((a){arrow}(b)) RETURN a.n, b.n, length(p)");
        let want = by_ends.iter().map(|(ends, lengths)| row(ends, lengths[0])).collect();
        prop_assert_eq!(lengths(&one), sorted(want));

        let all = format!("MATCH p = allShortestPaths((a){arrow}(b)) RETURN a.n, b.n, length(p)");
        let least = by_ends.iter().flat_map(|(ends, lengths)| {
            lengths.iter().filter(|length| **length == lengths[0]).map(|length| row(ends, *length))
        });
        prop_assert_eq!(lengths(&all), sorted(least.collect()));

        let some = format!("MATCH p = SHORTEST {count} (a){arrow}(b) RETURN a.n, b.n, length(p)");
        let first = by_ends.iter().flat_map(|(ends, lengths)| {
            lengths.iter().take(count).map(|length| row(ends, *length))
        });
        prop_assert_eq!(lengths(&some), sorted(first.collect()));
    }

    #[test]
    fn conditions_on_patterns(sketch in sketches(), way in ways()) {
        let arrow = way.arrow(":S");
        let with = |from: usize| out(&sketch, from, Some(0), way).iter().any(|(_, node)| node % 2 == 0);
        let want: Vec<_> = (0..sketch.nodes).filter(|n| !with(*n)).map(|n| vec![vec![n]]).collect();
        for condition in [
            format!("NOT (a){arrow}(:Even)"),
            format!("NOT EXISTS {{ (a){arrow}(b) WHERE b:Even }}"),
            format!("NOT EXISTS {{ MATCH (a){arrow}(b) WITH b WHERE b.n % 2 = 0 RETURN b }}"),
            format!("COUNT {{ (a){arrow}(b:Even) }} = 0"),
            format!("NOT 1 <= COUNT {{ (a){arrow}(:Even) }}"),
            format!("size([(a){arrow}(b:Even) | b.n]) < 1"),
        ] {
            let query = format!("MATCH (a) WHERE {condition} RETURN a.n");
            prop_assert_eq!(ints(run(&sketch, &query)), want.clone());
        }
        for (with, column) in [
            ("WITH a, b WHERE b IS NULL", "a.n"),
            ("WITH a, b WHERE b IS NULL", "a.n + coalesce(b.n, 0)"),
            ("WITH a, count(b) AS c WHERE c = 0", "a.n"),
            ("WITH a, count(b) AS c WHERE 0 >= c AND true", "a.n + c"),
            ("WITH a, count(DISTINCT b) AS c, count(r) AS d WHERE c < 1", "a.n + c + d"),
        ] {
            let query = format!(
                "MATCH (a) OPTIONAL MATCH (a){}(b:Even) {with} RETURN {column}", way.arrow("r:S")
            );
            prop_assert_eq!(ints(run(&sketch, &query)), want.clone());
        }
        let have: Vec<_> = (0..sketch.nodes).filter(|n| with(*n)).map(|n| vec![vec![n]]).collect();
        for with in ["WITH DISTINCT a, b WHERE b IS NOT NULL", "WITH a, count(b) AS c WHERE c > 0"] {
            let query = format!("MATCH (a) OPTIONAL MATCH (a){arrow}(b:Even) {with} RETURN DISTINCT a.n");
            prop_assert_eq!(ints(run(&sketch, &query)), have.clone());
        }
    }

    #[test]
    fn counts_of_groups_in_which_some_rows_match(sketch in sketches(), way in ways()) {
        let arrow = way.arrow(":S");
        for (keys, sign) in [("m", "="), ("a", "="), ("a, m", "="), ("m", ">"), ("a", ">"), ("a, b", "=")] {
            let matched = format!("MATCH (a)-[r]->(m) OPTIONAL MATCH (m){arrow}(b:Even) WITH {keys}");
            let counted = format!("{matched}, count(b) AS c WHERE c {sign} 0 RETURN {keys}");
            // The same, in words that say nothing of counting.
            let gathered = format!("{matched}, collect(b) AS bs WHERE bs {} [] RETURN {keys}", if sign == "=" { "=" } else { "<>" });
            prop_assert_eq!(run(&sketch, &counted), run(&sketch, &gathered));
        }
    }
}
