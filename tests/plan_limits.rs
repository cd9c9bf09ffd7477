//! Queries of many clauses, patterns and subqueries: answered quickly, on a small stack, or refused by name.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use kadai::error::Code;
use kadai::graph::{Builder, Graph};
use kadai::model::{Datum, Value};
use kadai::session::{self, Params};

/// A ring of three nodes.
fn ring() -> Graph {
    let mut builder = Builder::default();
    let (kind, key) = (builder.names_mut().kind_id("T"), builder.names_mut().key_id("n"));
    let nodes: Vec<_> =
        (0..3).map(|n| builder.add_node(Vec::new(), vec![(key, Datum::Int(n))])).collect();
    for (i, node) in nodes.iter().enumerate() {
        builder.add_rel(kind, *node, nodes[(i + 1) % 3], Vec::new());
    }
    builder.build()
}

/// Runs a query on a thread with the least stack a test or worker gets; the first value of the first row.
fn first(query: String) -> Result<Option<Value>, Code> {
    let run = move || {
        let start = Instant::now();
        let rows = session::query(&ring(), "<query>", &query, &Params::new());
        let longest = Duration::from_secs(if cfg!(debug_assertions) { 30 } else { 3 });
        let start_of_query: String = query.chars().take(80).collect();
        assert!(start.elapsed() < longest, "{:?} for {start_of_query}", start.elapsed());
        rows.map(|rows| rows.rows.into_iter().flatten().next()).map_err(|error| error.code())
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap()
}

/// `make(0)`, `make(1)`, … in a row.
fn chain(length: usize, make: impl Fn(usize) -> String) -> String {
    (0..length).map(make).collect::<Vec<_>>().join(" ")
}

#[test]
fn clauses_in_a_row() {
    const LENGTH: usize = 2000;
    let int = |int| Ok(Some(Value::Int(int)));
    let with = chain(LENGTH, |_| "WITH x + 1 AS x".to_owned());
    assert_eq!(first(format!("WITH 0 AS x {with} RETURN x")), int(2000));
    let sort = chain(LENGTH, |_| "WITH DISTINCT x ORDER BY x SKIP 0 LIMIT 9".to_owned());
    assert_eq!(first(format!("UNWIND [2, 1] AS x {sort} RETURN x")), int(1));
    let group = chain(LENGTH, |_| "WITH x, count(*) AS n".to_owned());
    assert_eq!(first(format!("UNWIND [2, 1] AS x {group} RETURN x")), int(2));
    let unwind = chain(LENGTH, |i| format!("UNWIND [1] AS x{i}"));
    assert_eq!(first(format!("{unwind} RETURN 1")), int(1));
    let hops = chain(LENGTH, |i| format!("MATCH (n{i})-[:T]->(n{})", i + 1));
    assert_eq!(first(format!("MATCH (n0 {{n: 0}}) {hops} RETURN n{LENGTH}.n")), int(2));
    let hops = chain(LENGTH, |i| format!("OPTIONAL MATCH (n{i})-[:S]->(n{})", i + 1));
    assert_eq!(first(format!("MATCH (n0 {{n: 0}}) {hops} RETURN count(*)")), int(1));
    let with = chain(LENGTH, |_| "WITH DISTINCT x ORDER BY x".to_owned());
    let operator = Ok(Some(Value::String("Unwind x = [2, 1]".to_owned())));
    assert_eq!(first(format!("PROFILE UNWIND [2, 1] AS x {with} RETURN x")), operator);
    let union = chain(LENGTH, |_| "UNION ALL RETURN 1 AS x".to_owned());
    assert_eq!(first(format!("RETURN 1 AS x {union}")), int(1));
}

#[test]
fn patterns_in_a_row() {
    let nodes = chain(1000, |i| format!("(n{i} {{n: 1}}),"));
    assert_eq!(first(format!("MATCH {nodes} (m {{n: 2}}) RETURN m.n")), Ok(Some(Value::Int(2))));
    let hops = chain(1000, |i| format!("-[:T]->(n{i})"));
    assert_eq!(first(format!("MATCH (m){hops} RETURN m")), Ok(None));
    let hops = chain(1000, |i| format!("-[WHERE 1 = 1]->(n{i} WHERE n{i}.n >= 0)"));
    assert_eq!(first(format!("MATCH (m){hops} RETURN m")), Ok(None));
    let repeated = chain(500, |i| format!("((x{i})-[r{i}]->(y{i}) WHERE x{i} <> y{i}){{,1}}"));
    assert_eq!(
        first(format!("MATCH (m {{n: 0}}) {repeated} (n {{n: 0}}) RETURN 1 LIMIT 1")),
        Ok(Some(Value::Int(1)))
    );
    let one =
        first(format!("MATCH ANY SHORTEST (m {{n: 0}}) {repeated} (n {{n: 1}}) RETURN size(r0)"));
    assert_eq!(one, Ok(Some(Value::Int(1))));
    let searched = chain(300, |i| format!("shortestPath((n{i})-[*]->(n{})),", i + 1));
    let query = format!("MATCH {searched} (n0 {{n: 0}}), (n300 {{n: 2}}) RETURN n0.n LIMIT 1");
    assert_eq!(first(query), Ok(Some(Value::Int(0))));
    let map = (0..5000).map(|i| format!("k{i}: 1")).collect::<Vec<_>>().join(", ");
    for pattern in [
        format!("(a)-[*1..2 {{{map}}}]->(b)"),
        format!("(a) ((x {{{map}}})-[{{{map}}}]->(y))+ (b)"),
        format!("SHORTEST 2 (a) ((x {{{map}}})-[{{{map}}}]->(y))+ (b {{{map}}})"),
    ] {
        assert_eq!(first(format!("MATCH {pattern} RETURN a")), Ok(None));
    }
    let conditions = chain(1000, |_| "(n)-->() AND".to_owned());
    let query = format!("MATCH (n) WHERE {conditions} true RETURN count(*)");
    assert_eq!(first(query), Ok(Some(Value::Int(3))));
}

#[test]
fn subqueries_in_one_another() {
    let open = chain(90, |i| {
        let next = i + 1;
        format!("EXISTS {{ MATCH (n{i})-->(n{next}) WITH n{next}, count(*) AS c WHERE c = 1 AND")
    });
    let query = format!("MATCH (n0) WHERE {open} true {} RETURN count(*)", "RETURN 1}".repeat(90));
    let operator = Ok(Some(Value::String("NodeScan n0".to_owned())));
    assert_eq!(first(format!("EXPLAIN {query}")), operator);
    assert_eq!(first(format!("PROFILE {query}")), operator);
    assert_eq!(first(query), Ok(Some(Value::Int(3))));
}

#[test]
fn values_nest_no_deeper_than_a_stack_can_bear() {
    let wrapped = |length| {
        let wraps = chain(length, |_| "WITH {k: [x]} AS x".to_owned());
        first(format!("WITH 1 AS x {wraps} WITH DISTINCT x ORDER BY x RETURN x = x"))
    };
    assert_eq!(wrapped(490), Ok(Some(Value::Bool(true))));
    assert_eq!(wrapped(510), Err(Code::SyntaxDepth));
    // What UNWIND takes off again, and numbers, do not count.
    let kept = chain(600, |_| "UNWIND [x] AS y WITH y + 1 AS x".to_owned());
    assert_eq!(first(format!("WITH 1 AS x {kept} RETURN x")), Ok(Some(Value::Int(601))));
}
