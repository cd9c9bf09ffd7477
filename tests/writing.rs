//! Statements that write, from the library's side: whatever stops one leaves the graph as it was.

#![expect(clippy::unwrap_used, reason = "a test that cannot run is a test that fails")]

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use kadai::error::{Code, Error, Source};
use kadai::exec::Limits;
use kadai::graph::Graph;
use kadai::model::Value;
use kadai::session::{self, Options, Params, Rows};
use proptest::prelude::*;

fn run(graph: &mut Graph, text: &str, limits: Limits) -> Result<Rows, Error> {
    let source = Source::new("<query>", text);
    session::execute(graph, &source, &Params::new(), &Options::within(limits))
}

fn small() -> Graph {
    let mut graph = Graph::default();
    let text = "UNWIND range(1, 10) AS i CREATE (:N {i: i})-[:R {w: i}]->(:M {id: toString(i)})";
    run(&mut graph, text, Limits::default()).unwrap();
    graph
}

/// Everything a graph holds, by id.
fn contents(graph: &Graph) -> Vec<String> {
    let nodes = graph.nodes().map(|node| {
        let rels: Vec<_> = graph.rels_of(node).collect();
        format!("{node:?} {:?} {rels:?}", graph.node_value(node))
    });
    let rels = graph.rels().map(|rel| format!("{:?}", graph.rel_value(rel)));
    let ids = (0..11).map(|id| format!("{:?}", graph.nodes_by_id(&id.to_string())));
    let labels = graph.names().labels().iter().map(|name| {
        let label = graph.names().find_label(name).unwrap();
        // Whether they lie in a range or in a list is not seen from outside.
        format!("{name}: {:?}", graph.nodes_with(label).iter().collect::<Vec<_>>())
    });
    nodes.chain(rels).chain(ids).chain(labels).collect()
}

const LONG: &str = "MATCH (n:N)-[r]->(m) SET n.i = 0, m.id = 'x', n:Other DELETE r \
                    WITH n, m UNWIND range(1, 1000) AS i CREATE (n)-[:S]->(:New {id: '1'}) RETURN i";

#[test]
fn a_limit_or_an_interrupt_takes_everything_back() {
    let stopped = Arc::new(AtomicBool::new(true));
    let usual = Limits::default;
    let cases = [
        (Limits { rows_max: 100, ..usual() }, Code::LimitRows),
        (Limits { values_max: 5000, ..usual() }, Code::LimitMemory),
        (Limits { time_max: Some(Duration::from_nanos(1)), ..usual() }, Code::LimitTime),
        (Limits { cancel: Some(stopped), ..usual() }, Code::Interrupted),
    ];
    let mut graph = small();
    let before = contents(&graph);
    for (limits, code) in cases {
        let error = run(&mut graph, LONG, limits).unwrap_err();
        assert_eq!(error.code(), code);
        assert_eq!(contents(&graph), before, "{code:?}");
    }
    run(&mut graph, LONG, usual()).unwrap();
    assert_ne!(contents(&graph), before);
}

#[test]
fn a_query_that_writes_is_refused_before_it_runs() {
    let graph = small();
    for text in [
        "CREATE (a)",
        "MATCH (n) SET n.x = 1",
        "MATCH (n) REMOVE n.x",
        "MATCH (n) DETACH DELETE n",
        "MERGE (n:N) RETURN n",
        "CALL { CREATE (n) RETURN n } RETURN n",
        "RETURN 1 AS x UNION ALL CREATE (n) RETURN 1 AS x",
    ] {
        let error = session::query(&graph, "<query>", text, &Params::new()).unwrap_err();
        assert_eq!(error.code(), Code::RunReadOnly, "{text}");
    }
}

#[test]
fn what_only_reads_says_nothing_of_changes() {
    let mut graph = small();
    let rows = run(&mut graph, "MATCH (n:N) RETURN count(*) AS n", Limits::default()).unwrap();
    assert_eq!((rows.changes, rows.rows), (None, vec![vec![Value::Int(10)]]));
    let rows = run(&mut graph, "MATCH (n:None) SET n.x = 1", Limits::default()).unwrap();
    assert!(rows.changes.unwrap().is_empty());
}

#[test]
fn names_of_a_failed_statement_are_forgotten() {
    let mut graph = small();
    let labels = graph.names().labels().len();
    run(&mut graph, "CREATE (:Fresh {key: 1})-[:KIND]->() RETURN 1 / 0", Limits::default())
        .unwrap_err();
    assert_eq!(graph.names().labels().len(), labels);
    assert!(graph.names().find_kind("KIND").is_none());
}

#[test]
fn many_small_statements_cost_little_on_a_large_graph() {
    let mut graph = Graph::default();
    let text = "UNWIND range(1, 20000) AS i CREATE (:Big {id: toString(i)})";
    run(&mut graph, text, Limits::default()).unwrap();
    // Were the index built anew for each, this would take minutes without optimisation.
    for i in 1..500 {
        let text = format!(
            "MATCH (a {{id: '{i}'}}), (b {{id: '{}'}}) CREATE (a)-[:NEXT]->(b)",
            i * 7 % 500 + 1
        );
        run(&mut graph, &text, Limits::default()).unwrap();
    }
    assert_eq!(graph.rel_count(), 499);
}

/// A statement by number, with numbers in it.
fn statement(which: u8, a: u8, b: u8) -> String {
    let (label, kind, some) = (a % 3, b % 2, a % 5 + 1);
    match which % 9 {
        0 => format!(
            "UNWIND range(1, {some}) AS i CREATE (n:L{label} {{id: toString((i + {b}) % 5), v: i}})"
        ),
        1 => format!(
            "MATCH (a), (b) WHERE (a.v + {a}) % 3 = 0 AND (b.v + {b}) % 2 = 0 WITH a, b LIMIT {some} \
             CREATE (a)-[:R{kind} {{w: a.v}}]->(b)"
        ),
        2 => format!("MATCH (n:L{label}) WITH n LIMIT {some} SET n.v = n.v + 1, n:L{kind}"),
        3 => format!("MATCH (n) WITH n SKIP {b} LIMIT {some} REMOVE n:L{label}, n.id"),
        4 => format!("MATCH ()-[r:R{kind}]->() WITH r LIMIT {some} DELETE r"),
        5 => format!("MATCH (n) WITH n SKIP {} LIMIT 2 DETACH DELETE n", b % 7),
        6 => format!(
            "MERGE (n:L{label} {{id: '{some}'}}) ON MATCH SET n.v = {b} ON CREATE SET n.v = 0"
        ),
        7 => format!(
            "MATCH (a:L{label}), (b {{id: '{some}'}}) MERGE (a)-[r:R{kind}]->(b) SET r.w = {b}"
        ),
        _ => format!(
            "MATCH (n:L{label}) CALL (n) {{ MATCH (n)-[r]-(m) WHERE r.w > {b} SET m.v = {a} }} SET n.id = '{some}'"
        ),
    }
}

/// One count by a query.
fn count(graph: &Graph, query: &str) -> i64 {
    let rows = session::query(graph, "<query>", query, &Params::new()).unwrap();
    let count = if let Value::Int(count) = rows.rows[0][0] { Some(count) } else { None };
    count.unwrap()
}

/// What queries find through indexes must be what a walk over all nodes and relationships finds.
fn compare(graph: &Graph) {
    let nodes: Vec<_> = graph.nodes().map(|node| graph.node_value(node)).collect();
    let rels: Vec<_> = graph.rels().map(|rel| graph.rel_value(rel)).collect();
    let counted = |count: usize| i64::try_from(count).unwrap();
    assert_eq!(count(graph, "MATCH (n) RETURN count(*)"), counted(nodes.len()));
    let loops = rels.iter().filter(|rel| rel.start == rel.end).count();
    let both = counted(rels.len() * 2 - loops);
    assert_eq!(count(graph, "MATCH ()-[r]-() RETURN count(*)"), both);
    for n in 0..3 {
        let (label, kind) = (format!("L{n}"), format!("R{n}"));
        let with = nodes.iter().filter(|node| node.labels.contains(&label)).count();
        assert_eq!(count(graph, &format!("MATCH (n:{label}) RETURN count(*)")), counted(with));
        let of = rels.iter().filter(|rel| rel.kind == kind);
        let query = format!("MATCH ()-[r:{kind}]->() RETURN coalesce(sum(r.w), 0)");
        let sum = of.filter_map(|rel| match rel.properties.get("w") {
            Some(Value::Int(w)) => Some(*w),
            _ => None,
        });
        assert_eq!(count(graph, &query), sum.sum::<i64>());
    }
    for id in 0..6 {
        let has = |node: &&kadai::model::Node| {
            node.properties.get("id") == Some(&Value::String(id.to_string()))
        };
        let with = nodes.iter().filter(has).count();
        let query = format!("MATCH (n {{id: '{id}'}}) RETURN count(*)");
        assert_eq!(count(graph, &query), counted(with));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn queries_find_what_statements_wrote(
        statements in proptest::collection::vec((any::<u8>(), 0..20u8, 0..20u8, any::<bool>()), 1..24)
    ) {
        let mut graph = Graph::default();
        for (which, a, b, fails) in statements {
            let mut text = statement(which, a, b);
            if !fails {
                run(&mut graph, &text, Limits::default()).unwrap();
                compare(&graph);
                continue;
            }
            let before = contents(&graph);
            text.push_str(" WITH count(*) AS n RETURN 1 / (n - n)");
            assert_eq!(run(&mut graph, &text, Limits::default()).unwrap_err().code(), Code::RunArithmetic);
            assert_eq!(contents(&graph), before);
        }
    }
}

#[test]
fn what_a_failed_statement_deleted_is_back() {
    let mut graph = Graph::default();
    let texts = [
        "UNWIND range(1, 3) AS i CREATE (n:L2 {id: toString(i % 5), v: i})",
        "UNWIND range(1, 5) AS i CREATE (n:L2 {id: toString(i % 5), v: i})",
        "MERGE (n:L0 {id: '4'}) ON MATCH SET n.v = 0 ON CREATE SET n.v = 0",
    ];
    for text in texts {
        run(&mut graph, text, Limits::default()).unwrap();
    }
    let before = contents(&graph);
    let text =
        "MATCH (n) WITH n SKIP 0 LIMIT 2 DETACH DELETE n WITH count(*) AS n RETURN 1 / (n - n)";
    assert_eq!(run(&mut graph, text, Limits::default()).unwrap_err().code(), Code::RunArithmetic);
    assert_eq!(contents(&graph), before);
}

#[test]
fn a_hub_is_written_in_linear_time() {
    let mut graph = Graph::default();
    let text =
        "CREATE (h:Hub) WITH h UNWIND range(1, 30000) AS i CREATE (h)-[:R]->(:S {k: i % 2, i: i})";
    run(&mut graph, text, Limits::default()).unwrap();
    // Were each relationship looked for among all others of the hub, these would take minutes without optimisation.
    let start = std::time::Instant::now();
    run(&mut graph, "MATCH (:Hub)-[r]->(:S {k: 0}) DELETE r", Limits::default()).unwrap();
    assert_eq!(graph.rel_count(), 15_000);
    run(&mut graph, "MATCH (h:Hub), (s:S) MERGE (h)-[:R]->(s)", Limits::default()).unwrap();
    assert_eq!(graph.rel_count(), 30_000);
    let text = "MATCH (h:Hub)-[r]->(s) WHERE s.i <> 7 DETACH DELETE s";
    run(&mut graph, text, Limits::default()).unwrap();
    assert_eq!((graph.node_count(), graph.rel_count()), (2, 1));
    // What was freed is given away again, and taken back.
    run(&mut graph, "MATCH (h:Hub) CREATE (h)-[:R]->(:S), (h)-[:R]->(:S)", Limits::default())
        .unwrap();
    assert_eq!((graph.node_count(), graph.rel_count()), (4, 3));
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}

#[test]
fn many_properties_are_set_one_by_one() {
    let mut graph = Graph::default();
    let items: Vec<String> = (0..1000).map(|i| format!("n.k{i} = {i}")).collect();
    run(&mut graph, &format!("CREATE (n) SET {}", items.join(", ")), Limits::default()).unwrap();
    let before = contents(&graph);
    let items: Vec<String> = (0..1000).map(|i| format!("n.k{i} = null")).collect();
    let text = format!(
        "MATCH (n) SET {}, n.k1 = 'x', n.k5 = [], n.id = 'y' RETURN 1 / 0",
        items.join(", ")
    );
    run(&mut graph, &text, Limits::default()).unwrap_err();
    assert_eq!(contents(&graph), before, "also in the order of the keys");
}
