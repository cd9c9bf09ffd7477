//! Searches for paths on larger graphs: as cheap as they should be, and on a small stack.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use kadai::error::{Code, Source};
use kadai::exec::Limits;
use kadai::graph::{Builder, Graph};
use kadai::model::{Datum, Value};
use kadai::session::{self, Options, Params};

/// A graph of nodes `0`, `1`, …, of which every tenth is a `B`, with relationships of type `T`.
fn graph(nodes: usize, rels: impl IntoIterator<Item = (usize, usize)>) -> Graph {
    let mut builder = Builder::default();
    let names = builder.names_mut();
    let (kind, key, label) = (names.kind_id("T"), names.key_id("id"), names.label_id("B"));
    let node = |n: usize| {
        let labels = if n.is_multiple_of(10) { vec![label] } else { Vec::new() };
        builder.add_node(labels, vec![(key, Datum::str(&n.to_string()))])
    };
    let nodes: Vec<_> = (0..nodes).map(node).collect();
    for (start, end) in rels {
        builder.add_rel(kind, nodes[start], nodes[end], Vec::new());
    }
    builder.build()
}

/// Runs queries on a thread with the least stack a worker gets, each within a time; their rows as integers.
fn run(graph: Graph, queries: &[&str]) -> Vec<Vec<Vec<i64>>> {
    let queries: Vec<String> = queries.iter().map(|query| (*query).to_owned()).collect();
    let one = move |query: &String| {
        let start = Instant::now();
        let rows = session::query(&graph, "<query>", query, &Params::new()).unwrap();
        let longest = Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 3 });
        assert!(start.elapsed() < longest, "{:?} for {query}", start.elapsed());
        let int = |value: &Value| if let Value::Int(int) = value { *int } else { -1 };
        rows.rows.iter().map(|row| row.iter().map(int).collect()).collect()
    };
    let run = move || queries.iter().map(one).collect();
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap()
}

#[test]
fn long_chains() {
    const LAST: usize = 30_000;
    let chain = graph(LAST + 1, (0..LAST).map(|n| (n, n + 1)));
    let length = i64::try_from(LAST).unwrap();
    let found = run(
        chain,
        &[
            "MATCH p = ANY SHORTEST (a {id: '0'})-[:T]->+(b {id: '30000'}) RETURN length(p)",
            "MATCH p = SHORTEST 2 (a {id: '0'})-[:T]->+(b {id: '30000'}) RETURN length(p)",
            "MATCH p = SHORTEST 2 (a {id: '0'}) ((x)-[r]->(y) WHERE x <> y)+ (b {id: '30000'}) RETURN length(p)",
            "MATCH (b {id: '30000'}) MATCH p = (a {id: '0'}) ((x)-[r]->(y) WHERE x <> y)+ (b) RETURN size(r)",
            "MATCH (b {id: '30000'}) MATCH p = (a {id: '0'})-[r]->+(b) RETURN size(r)",
        ],
    );
    assert_eq!(found, vec![vec![vec![length]]; 5]);
}

#[test]
fn more_paths_than_can_be_counted() {
    // Sixty diamonds in a row: 2^60 paths of equal length.
    let diamonds = (0..60).flat_map(|d| {
        let n = 3 * d;
        [(n, n + 1), (n, n + 2), (n + 1, n + 3), (n + 2, n + 3)]
    });
    let found = run(
        graph(181, diamonds),
        &[
            "MATCH p = SHORTEST 3 (a {id: '0'})-[:T]->+(b {id: '180'}) RETURN length(p)",
            "MATCH p = ANY SHORTEST (a {id: '0'})-[:T]->+(b:B) RETURN count(p)",
            "MATCH p = ANY SHORTEST (a {id: '0'}) ((x)-->(y)-->(z)){10,}(m)-[:T]->*(b {id: '180'}) RETURN length(p)",
            "MATCH p = ANY 2 (a)-[:T]->+(b {id: '180'}) RETURN count(p)",
        ],
    );
    assert_eq!(found[0], vec![vec![120]; 3]);
    assert_eq!(found[1], vec![vec![18]]);
    assert_eq!(found[2], vec![vec![120]]);
    // From the last diamond's two middle nodes there is one path each, from all else there are two or more.
    assert_eq!(found[3], vec![vec![2 * 180 - 2]]);
}

#[test]
fn dead_ends_are_not_entered() {
    // A tree of 2^15 nodes, beside it a chain from its root: all other walks from there are too many to be tried.
    let tree = (1..1 << 15).flat_map(|n| [(n, 2 * n), (n, 2 * n + 1)]);
    let chain = (0..20).map(|n| if n == 0 { (1, 70_000) } else { (70_000 + n - 1, 70_000 + n) });
    let found = run(
        graph(70_020, tree.chain(chain)),
        &[
            "MATCH p = SHORTEST 5 (a {id: '1'})-[:T]->+(b {id: '70019'}) RETURN length(p)",
            "MATCH p = SHORTEST 2 GROUPS (a {id: '1'}) ((x)-[r]->(y) WHERE x <> y)+ (b {id: '70019'}) RETURN length(p)",
        ],
    );
    assert_eq!(found, vec![vec![vec![20]]; 2]);
}

#[test]
fn one_search_for_all_ends() {
    const NODES: usize = 20_000;
    // A fixed sequence that looks random: a step of a linear congruential generator for each end.
    let mut state = 1u64;
    let mut next = move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % NODES
    };
    let rels: Vec<(usize, usize)> = (0..3 * NODES).map(|_| (next(), next())).collect();
    let mut out = vec![Vec::new(); NODES];
    rels.iter().for_each(|(start, end)| out[*start].push(*end));
    let (mut far, mut open) = (vec![None; NODES], std::collections::VecDeque::from([0]));
    far[0] = Some(0i64);
    while let Some(node) = open.pop_front() {
        for next in &out[node] {
            if far[*next].is_none() {
                far[*next] = far[node].map(|far| far + 1);
                open.push_back(*next);
            }
        }
    }
    let reached = (1..NODES).filter(|n| n.is_multiple_of(10)).filter_map(|n| far[n]);
    let (count, sum) = reached.fold((0, 0), |(count, sum), far| (count + 1, sum + far));
    assert!(count > 1000);
    let queries = [
        "MATCH p = ANY SHORTEST (a {id: '0'})-[:T]->+(b:B) WHERE b <> a RETURN count(p), sum(length(p))",
        "MATCH p = shortestPath((b:B)<-[:T*]-(a {id: '0'})) WHERE b <> a RETURN count(p), sum(length(p))",
    ];
    assert_eq!(run(graph(NODES, rels), &queries), vec![vec![vec![count, sum]]; 2]);
}

#[test]
fn time_is_kept_while_more_paths_wait_than_are_wanted() {
    // Every node leads to every other one: the number of paths grows tenfold with their length.
    let pairs = (0..12).flat_map(|a| (0..12).map(move |b| (a, b))).filter(|(a, b)| a != b);
    let graph = graph(12, pairs);
    let most = Duration::from_millis(500);
    let limits = Limits { time_max: Some(most), ..Limits::default() };
    for query in [
        "MATCH p = SHORTEST 1000000000 (a {id: '0'})-[:T]->+(b {id: '1'}) RETURN count(p)",
        "MATCH p = SHORTEST 1000000000 GROUPS (a {id: '0'})-[:T]->+(b {id: '1'}) RETURN count(p)",
    ] {
        let start = Instant::now();
        let source = Source::new("<query>", query);
        let options = Options::within(limits.clone());
        let found = session::query_within(&graph, &source, &Params::new(), &options);
        assert_eq!(found.unwrap_err().code(), Code::LimitTime);
        assert!(start.elapsed() < most * 20, "{:?} for {query}", start.elapsed());
    }
}

#[test]
fn searches_between_sets_keep_to_the_limits() {
    const COUNT: usize = 3_000;
    let links = (0..COUNT).flat_map(|n| (1..8).map(move |by| (n, (n * by + 7 * by + 1) % COUNT)));
    let graph = graph(COUNT, links);
    for query in [
        "MATCH (a)-[:T*]->(b) WITH DISTINCT a, b RETURN count(*)",
        "MATCH (a)-[:T*..6]->(b) WITH DISTINCT a, b RETURN count(*)",
        "MATCH (a)-[:T*..6]-(b) RETURN count(DISTINCT b)",
    ] {
        let run = |limits| {
            let source = Source::new("<query>", query);
            session::query_within(&graph, &source, &Params::new(), &Options::within(limits))
        };
        let time_max = Some(Duration::ZERO);
        let late = run(Limits { time_max, ..Limits::default() });
        assert_eq!(late.unwrap_err().code(), Code::LimitTime, "{query}");
        let full = run(Limits { values_max: 2_000, ..Limits::default() });
        assert_eq!(full.unwrap_err().code(), Code::LimitMemory, "{query}");
    }
}
