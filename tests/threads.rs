//! Queries on several threads: the same rows in the same order as on one, and the same limits.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use kadai::error::{Code, Result, Source};
use kadai::exec::Limits;
use kadai::graph::{Builder, Graph};
use kadai::model::{Datum, Value};
use kadai::session::{self, Options, Params};

/// Each makes enough steps that the rest of its first nodes goes to several threads.
const QUERIES: &[&str] = &[
    "MATCH (a:A)-[:T]->(b)-[:T]->(c)-[:T]->(d) RETURN count(*)",
    "MATCH (a:A)-[:T]->(b)-[:T]->(c)-[:T]->(d) WHERE d.k > 3 RETURN count(*)",
    "MATCH (a:A)-[:T]->(b)-[:T]->(c)-[:T]->(a) RETURN count(*)",
    "MATCH (a:A)-[:T]->(b)-[:T]->(c)-[:T]->(d) RETURN b.k, d.k, count(*)",
    "MATCH (a:A)-[:T]->(b)-[:T]->(c)-[:T]->(d) WHERE a.k <> c.k RETURN a.k, d.s, count(*) AS n",
    "MATCH (a:A)-[:T]->(b)-[:T]->(c)-[:T]->(d) WHERE a.k <> d.k RETURN d.s, count(*) AS n ORDER BY n DESC LIMIT 3",
    "MATCH (a:A)-[:T]->(b)-[:T]->(c)-[:T]->(d) RETURN a, d, count(*) AS n ORDER BY n DESC LIMIT 50",
    "MATCH (a:A)-[:T]->(b)-[:T]->(c)-[:T]->(d) WHERE d.k < 5 RETURN a.k, a, d, count(*) AS n ORDER BY n LIMIT 20",
    "MATCH (a:A)-[:T]->(b)-[:T]->(c)-[:T]->(d) WHERE d.k < a.k RETURN a, d, count(*) AS n ORDER BY n DESC, d LIMIT 20",
];

/// Nodes that all lead to some others.
fn graph() -> Graph {
    const NODES: usize = 400;
    // A fixed sequence that looks random: a linear congruential generator.
    let mut state = 1u64;
    let mut next = move |bound: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % bound
    };
    let mut builder = Builder::default();
    let names = builder.names_mut();
    let (kind, label) = (names.kind_id("T"), names.label_id("A"));
    let keys = ["id", "k", "s"].map(|key| names.key_id(key));
    let int = |int: usize| Datum::Int(i64::try_from(int).unwrap());
    let mut nodes = Vec::new();
    for at in 0..NODES {
        let values =
            [Datum::str(&at.to_string()), int(next(12)), Datum::str(&format!("s{}", next(7)))];
        nodes.push(builder.add_node(vec![label], keys.into_iter().zip(values).collect()));
    }
    for from in 0..NODES {
        // Some lead to many more than others.
        for _ in 0..6 + next(1 + from % 13) {
            let to = nodes[next(NODES)];
            builder.add_rel(kind, nodes[from], to, Vec::new());
        }
    }
    builder.build()
}

fn run(graph: &Graph, query: &str, limits: Limits) -> Result<Vec<Vec<Value>>> {
    let source = Source::new("<query>", query);
    let found = session::query_within(graph, &source, &Params::new(), &Options::within(limits))?;
    Ok(found.rows)
}

fn on(threads: usize) -> Limits {
    Limits { threads_max: Some(threads), ..Limits::default() }
}

#[test]
fn rows_are_the_same_on_any_number_of_threads() {
    let graph = graph();
    for query in QUERIES {
        let alone = format!("{:?}", run(&graph, query, on(1)).unwrap());
        for threads in [2, 5] {
            let rows = format!("{:?}", run(&graph, query, on(threads)).unwrap());
            assert_eq!(rows, alone, "{query} on {threads} threads");
        }
    }
}

#[test]
fn limits_hold_on_every_thread() {
    let graph = graph();
    for query in QUERIES {
        let time_max = Some(Duration::ZERO);
        let late = run(&graph, query, Limits { time_max, ..on(3) });
        assert_eq!(late.unwrap_err().code(), Code::LimitTime, "{query}");
        let cancel = Some(Arc::new(AtomicBool::new(true)));
        let stopped = run(&graph, query, Limits { cancel, ..on(3) });
        assert_eq!(stopped.unwrap_err().code(), Code::Interrupted, "{query}");
    }
}
