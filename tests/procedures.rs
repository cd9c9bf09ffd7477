//! Procedures from outside: the examples of the built-in ones, those that a user of the library adds, and how they are stopped.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use kadai::error::{Error, Source, Text};
use kadai::exec::Limits;
use kadai::graph::{Builder, Graph};
use kadai::model::{Datum, Value};
use kadai::procedures::{Procedure, Procedures};
use kadai::session::{self, Options, Params, Rows};
use kadai::{Error as Fault, KnowledgeBase};

fn run(procedures: &Procedures, params: &Params, query: &str) -> Result<Rows, Error> {
    let options = Options { procedures: procedures.clone(), ..Options::default() };
    session::query_within(&Graph::default(), &Source::new("<query>", query), params, &options)
}

fn rows(procedures: &Procedures, query: &str) -> String {
    let rows = run(procedures, &Params::new(), query).unwrap().rows;
    let row = |row: &Vec<Value>| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    rows.iter().map(row).collect::<Vec<_>>().join(", ")
}

/// `count(from, to)` gives numbers, and counts how many it was asked for.
fn counting(asked: &Arc<AtomicUsize>) -> Procedure {
    let asked = Arc::clone(asked);
    let signature =
        "my.count(from :: INTEGER, to :: INTEGER = 1000) :: (n :: INTEGER, half :: FLOAT?)";
    let procedure = Procedure::new(signature, move |context, args, emit| {
        let [Datum::Int(from), Datum::Int(to)] = args else { return Ok(()) };
        for n in *from..=*to {
            context.step()?;
            asked.fetch_add(1, Ordering::Relaxed);
            let half = if n % 2 == 0 { Datum::Int(n / 2) } else { Datum::Null };
            if emit(vec![Datum::Int(n), half]).is_break() {
                break;
            }
        }
        Ok(())
    });
    procedure.unwrap().described(Text::new("Counts.", "数えます。"))
}

#[test]
fn every_example_gives_rows() {
    let base = KnowledgeBase::bundled().unwrap();
    for procedure in Procedures::default().all() {
        let rows = base.query(procedure.example, &Params::new());
        assert_eq!(rows.as_ref().err(), None, "{}", procedure.example);
        let rows = rows.unwrap();
        assert!(!rows.rows.is_empty(), "{}", procedure.example);
        assert!(rows.warnings.is_empty(), "{}", procedure.example);
    }
}

#[test]
fn rows_stream_into_what_comes_after() {
    let asked = Arc::new(AtomicUsize::new(0));
    let procedures = Procedures::default().with(counting(&asked));
    let found = rows(&procedures, "CALL my.count(5) YIELD n WHERE n % 2 = 0 RETURN n LIMIT 2");
    assert_eq!((found.as_str(), asked.load(Ordering::Relaxed)), ("6, 8", 4));
    let found =
        rows(&procedures, "UNWIND [1, 3] AS x CALL my.count(x, 3) YIELD half, n RETURN x, n, half");
    assert_eq!(found, "1 1 null, 1 2 1, 1 3 null, 3 3 null");
    let found = rows(&procedures, "CALL MY.COUNT(1, 2)");
    assert_eq!(found, "1 null, 2 1");
    assert_eq!(rows(&procedures, "UNWIND [null] AS x CALL my.count(x) YIELD n RETURN n"), "");
    let listed = rows(
        &procedures,
        "CALL dbms.procedures('ja') YIELD name, description WHERE name STARTS WITH 'my.' RETURN name, description",
    );
    assert_eq!(listed, "'my.count' '数えます。'");
}

#[test]
fn a_call_alone_takes_parameters_of_the_same_names() {
    let procedures = Procedures::default().with(counting(&Arc::default()));
    let params = |from: i64, to: Option<i64>| -> Params {
        let entry = |(name, value): (&str, i64)| (name.to_owned(), Value::Int(value));
        [("from", from)].into_iter().chain(to.map(|to| ("to", to))).map(entry).collect()
    };
    let found = run(&procedures, &params(3, Some(4)), "CALL my.count YIELD n").unwrap();
    assert_eq!((found.columns, found.rows.len()), (vec!["n".to_owned()], 2));
    let found = run(&procedures, &params(999, None), "CALL my.count").unwrap();
    assert_eq!(found.rows.len(), 2);
    let error = run(&procedures, &Params::new(), "CALL my.count").unwrap_err();
    assert_eq!(error.to_string(), "<query>:1:6: parameter `$from` is not given");
    let text: Params = [("from".to_owned(), Value::String("1".to_owned()))].into();
    let error = run(&procedures, &text, "CALL my.count").unwrap_err().to_string();
    assert_eq!(
        error,
        "<query>:1:6: `my.count` takes an integer as `from`, not a value of type string"
    );
}

#[test]
fn faults_of_what_comes_after_are_not_the_procedures() {
    let procedures = Procedures::default().with(counting(&Arc::default()));
    let error =
        run(&procedures, &Params::new(), "CALL my.count(0) YIELD n RETURN 1 / n").unwrap_err();
    assert_eq!(error.parts().labels[0].span.range(), 34..35);
    let failing = Procedure::new("my.fail() :: (n :: INTEGER)", |context, _, _| {
        let words = format!("`{}` has failed", context.name);
        Err(Fault::new(kadai::error::Code::RunArgument, Text::same(words)))
    });
    let procedures = procedures.with(failing.unwrap());
    let error = run(&procedures, &Params::new(), "CALL my.fail() YIELD n RETURN n").unwrap_err();
    assert_eq!(error.to_string(), "<query>:1:6: `my.fail` has failed");
}

#[test]
fn one_without_columns_passes_the_row() {
    thread_local!(static CALLED: Cell<usize> = const { Cell::new(0) });
    let quiet = Procedure::new("my.note(what :: ANY?) :: ()", |_, _, _| {
        CALLED.set(CALLED.get() + 1);
        Ok(())
    });
    let procedures = Procedures::default().with(quiet.unwrap());
    assert_eq!(rows(&procedures, "UNWIND [1, null] AS x CALL my.note(x) RETURN x"), "1, null");
    assert_eq!(rows(&procedures, "CALL my.note(1)"), "");
    assert_eq!(rows(&procedures, "UNWIND [1, 2] AS x CALL my.note(x)"), "");
    assert_eq!(CALLED.get(), 5);
}

#[test]
fn statements_write_what_procedures_give() {
    let mut graph = Graph::default();
    let mut run = |text: &str| {
        let (source, options) = (Source::new("<query>", text), Options::default());
        let rows = session::execute(&mut graph, &source, &Params::new(), &options).unwrap().rows;
        rows.iter().map(|row| row[0].to_string()).collect::<Vec<_>>().join(" ")
    };
    run("CREATE (a:A {n: 1})-[:T]->(b:B {n: 2}), (c:B {n: 3})");
    run("CALL algo.components() YIELD node, component SET node.c = component");
    assert_eq!(run("MATCH (n) RETURN n.c ORDER BY n.n"), "0 0 1");
    assert_eq!(
        run("CALL db.labels() YIELD label CREATE (:Note {of: label}) RETURN label"),
        "'A' 'B'"
    );
    let after =
        "MATCH (n:Note) DELETE n WITH count(*) AS gone CALL db.labels() YIELD label RETURN label";
    assert_eq!(run(after), "'A' 'B'");
    let after = "CREATE (:C)-[:U {w: 2}]->(:C) WITH 1 AS one CALL algo.degree({types: 'U'}) YIELD degree RETURN sum(degree)";
    assert_eq!(run(after), "1");
    assert_eq!(
        run(
            "MATCH (b:B {n: 2}) DETACH DELETE b WITH 1 AS one CALL algo.components() YIELD component RETURN component"
        ),
        "0 1 2 2"
    );
}

#[test]
fn more_paths_than_can_be_counted_are_no_number() {
    const ROOMS: usize = 1100;
    let mut builder = Builder::default();
    let kind = builder.names_mut().kind_id("T");
    let nodes: Vec<_> = (0..ROOMS).map(|_| builder.add_node(Vec::new(), Vec::new())).collect();
    for (from, to) in nodes.iter().zip(nodes.iter().skip(1)) {
        builder.add_rel(kind, *from, *to, Vec::new());
        builder.add_rel(kind, *from, *to, Vec::new());
    }
    let query = "CALL algo.betweenness() YIELD score RETURN sum(score)";
    let error = session::query(&builder.build(), "<query>", query, &Params::new()).unwrap_err();
    assert_eq!(error.code().as_str(), "run.arithmetic");
}

/// A graph on which centrality takes long: a circle, every node of which leads to many others.
fn slow() -> Graph {
    const NODES: usize = 3000;
    let mut builder = Builder::default();
    let kind = builder.names_mut().kind_id("T");
    let nodes: Vec<_> = (0..NODES).map(|_| builder.add_node(Vec::new(), Vec::new())).collect();
    for (number, node) in nodes.iter().enumerate() {
        for step in 1..20 {
            builder.add_rel(kind, *node, nodes[(number + step * step) % NODES], Vec::new());
        }
    }
    builder.build()
}

#[test]
fn limits_and_interrupts_reach_into_algorithms() {
    let graph = slow();
    let run = |query: &str, limits: Limits| {
        let options = Options { limits, ..Options::default() };
        session::query_within(&graph, &Source::new("<query>", query), &Params::new(), &options)
            .unwrap_err()
            .code()
            .as_str()
    };
    let cancel = Some(Arc::new(AtomicBool::new(true)));
    for call in [
        "algo.pageRank()",
        "algo.closeness()",
        "algo.betweenness()",
        "algo.components()",
        "algo.stronglyConnectedComponents()",
        "algo.topologicalOrder()",
        "algo.bridges()",
        "algo.articulationPoints()",
    ] {
        let query = format!("CALL {call}");
        let limits = Limits { cancel: cancel.clone(), ..Limits::default() };
        assert_eq!(run(&query, limits), "run.interrupted", "{call}");
    }
    let limits = Limits { time_max: Some(Duration::from_millis(20)), ..Limits::default() };
    assert_eq!(run("CALL algo.betweenness()", limits), "limit.time");
    let limits = Limits { rows_max: 10, ..Limits::default() };
    assert_eq!(run("CALL algo.degree()", limits), "limit.rows");
    let paths = "MATCH (a), (b) WHERE id(a) = 0 AND id(b) = 1500 CALL algo.kShortestPaths(a, b, 100000) YIELD path RETURN count(*)";
    let limits = Limits { values_max: 2000, ..Limits::default() };
    assert_eq!(run(paths, limits), "limit.memory");
}
