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
        format!("{name}: {:?}", graph.nodes_with(label))
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
