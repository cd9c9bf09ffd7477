//! Patterns against brute force: on small random graphs with loops, parallel relationships and cycles, the engine finds exactly the
//! walks that trying everything finds.

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

/// Every walk without a repeated relationship: its nodes and relationships.
fn walks(
    sketch: &Sketch,
    kind: Option<usize>,
    way: Way,
    min: usize,
    max: usize,
) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut open: Vec<(Vec<usize>, Vec<usize>)> =
        (0..sketch.nodes).map(|node| (vec![node], Vec::new())).collect();
    let mut found = Vec::new();
    while let Some((nodes, rels)) = open.pop() {
        if rels.len() >= min {
            found.push((nodes.clone(), rels.clone()));
        }
        if rels.len() == max {
            continue;
        }
        for (rel, node) in out(sketch, *nodes.last().unwrap(), kind, way) {
            if !rels.contains(&rel) {
                open.push((
                    [nodes.as_slice(), &[node]].concat(),
                    [rels.as_slice(), &[rel]].concat(),
                ));
            }
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
    fn walks_of_variable_length(
        sketch in sketches(), way in ways(), kind in prop::option::of(0..2usize), min in 0..3usize, more in 0..3usize,
    ) {
        let max = min + more;
        let name = kind.map_or(String::new(), |kind| format!(":{}", TYPES[kind]));
        let arrow = way.arrow(&format!("r{name}*{min}..{max}"));
        let query = format!(
            "MATCH p = (a){arrow}(b) RETURN [x IN nodes(p) | x.n] AS ns, [x IN r | id(x)] AS rs"
        );
        let want: Vec<_> = walks(&sketch, kind, way, min, max)
            .into_iter().map(|(nodes, rels)| vec![nodes, rels]).collect();
        prop_assert_eq!(ints(run(&sketch, &query)), sorted(want));
    }

    #[test]
    fn walks_between_nodes_that_are_known(sketch in sketches(), way in ways(), a in 0..5usize, b in 0..5usize) {
        let arrow = way.arrow("r*1..4");
        let query = format!(
            "MATCH (a {{n: {a}}}), (b {{n: {b}}}) MATCH p = (a){arrow}(b) RETURN [x IN relationships(p) | id(x)] AS rs"
        );
        let want: Vec<_> = walks(&sketch, None, way, 1, 4).into_iter()
            .filter(|(nodes, _)| nodes[0] == a && *nodes.last().unwrap() == b)
            .map(|(_, rels)| vec![rels]).collect();
        prop_assert_eq!(ints(run(&sketch, &query)), sorted(want));
    }

    #[test]
    fn two_hops_and_a_label_repeat_no_relationship(sketch in sketches(), first in ways(), second in ways()) {
        let (x, y) = (first.arrow("r"), second.arrow("s:T"));
        let query = format!("MATCH (a){x}(b){y}(c:Even) RETURN a.n, b.n, c.n, id(r), id(s)");
        let mut want = Vec::new();
        for a in 0..sketch.nodes {
            for (r, b) in out(&sketch, a, None, first) {
                for (s, c) in out(&sketch, b, Some(1), second) {
                    if r != s && c % 2 == 0 {
                        want.push([a, b, c, r, s].map(|n| vec![n]).to_vec());
                    }
                }
            }
        }
        prop_assert_eq!(ints(run(&sketch, &query)), sorted(want));
    }

    #[test]
    fn shortest_paths(sketch in sketches(), way in ways(), count in 1..4usize) {
        let mut by_ends: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (nodes, rels) in walks(&sketch, None, way, 1, usize::MAX) {
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
        ] {
            let query = format!("MATCH (a) WHERE {condition} RETURN a.n");
            prop_assert_eq!(ints(run(&sketch, &query)), want.clone());
        }
        let query = format!("MATCH (a) OPTIONAL MATCH (a){arrow}(b:Even) WITH a, b WHERE b IS NULL RETURN a.n");
        prop_assert_eq!(ints(run(&sketch, &query)), want);
    }

    #[test]
    fn grouping_and_order(values in prop::collection::vec(-3..3i64, 0..12)) {
        let list = values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let query = format!(
            "UNWIND [{list}] AS x WITH x, count(*) AS n, sum(x) AS s WHERE n > 1 RETURN x, n, s ORDER BY n DESC, x SKIP 1 LIMIT 2"
        );
        let mut groups: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
        for x in values {
            let group = groups.entry(x).or_default();
            *group = (group.0 + 1, group.1 + x);
        }
        let mut want: Vec<(i64, i64, i64)> =
            groups.into_iter().filter(|(_, (n, _))| *n > 1).map(|(x, (n, s))| (-n, x, s)).collect();
        want.sort_unstable();
        let want: Vec<Vec<Value>> = want.into_iter().skip(1).take(2)
            .map(|(n, x, s)| [x, -n, s].map(Value::Int).to_vec()).collect();
        prop_assert_eq!(run(&Sketch { nodes: 1, rels: Vec::new() }, &query), want);
    }
}
