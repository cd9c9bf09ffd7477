//! EXPLAIN and PROFILE: estimates against the base, counted rows against counts by hand, and queries that give the same watched or not.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use kadai::error::Source;
use kadai::graph::{Builder, Graph};
use kadai::knowledge::KnowledgeBase;
use kadai::model::{Datum, Value};
use kadai::session::{self, Options, Params, Profile, Rows};
use proptest::prelude::*;

/// A graph of nodes `:A` and `:B` whose `n` counts from 1, and relationships `(start, end, type)` between them.
fn graph(labels: &[&str], rels: &[(usize, usize, &str)]) -> Graph {
    let mut builder = Builder::default();
    let key = builder.names_mut().key_id("n");
    let nodes: Vec<_> = labels
        .iter()
        .zip(1..)
        .map(|(label, n)| {
            let label = builder.names_mut().label_id(label);
            builder.add_node(vec![label], vec![(key, Datum::Int(n))])
        })
        .collect();
    for (start, end, kind) in rels {
        let kind = builder.names_mut().kind_id(kind);
        builder.add_rel(kind, nodes[start - 1], nodes[end - 1], Vec::new());
    }
    builder.build()
}

fn run(graph: &Graph, query: &str) -> Rows {
    session::query(graph, "<query>", query, &Params::new())
        .unwrap_or_else(|error| panic!("{error}: {query}"))
}

fn profile(graph: &Graph, query: &str) -> Profile {
    let source = Source::new("<query>", query);
    session::profile(graph, &source, &Params::new(), &Options::default())
        .unwrap_or_else(|error| panic!("{error}: {query}"))
}

/// The last estimate that EXPLAIN gives for a query.
fn estimate(graph: &Graph, query: &str) -> Value {
    let rows = run(graph, &format!("EXPLAIN {query}"));
    rows.rows.last().unwrap()[1].clone()
}

#[test]
fn single_scans_and_hops_are_estimated_exactly() {
    let base = KnowledgeBase::bundled().unwrap();
    let graph = base.graph();
    let labels: Vec<String> = graph.schema().labels.keys().map(|name| format!(":{name}")).collect();
    let any = vec![String::new()];
    let mut patterns: Vec<String> =
        labels.iter().chain(&any).map(|label| format!("({label})")).collect();
    for (kind, spec) in &graph.schema().types {
        let ends = |names: &[String]| -> Vec<String> {
            names.iter().map(|name| format!(":{name}")).chain(any.clone()).collect()
        };
        for (from, to) in ends(&spec.from)
            .iter()
            .flat_map(|from| ends(&spec.to).into_iter().map(move |to| (from, to)))
        {
            patterns.push(format!("({from})-[:{kind}]->({to})"));
            patterns.push(format!("({to})<-[:{kind}]-({from})"));
            patterns.push(format!("({from})-[:{kind}]-({to})"));
        }
    }
    assert!(patterns.len() > 50, "{}", patterns.len());
    for pattern in patterns {
        let found = run(graph, &format!("MATCH p = {pattern} RETURN p")).rows.len();
        let want = Value::Int(i64::try_from(found).unwrap());
        assert_eq!(estimate(graph, &format!("MATCH p = {pattern} RETURN p")), want, "{pattern}");
    }
}

#[test]
fn conditions_on_hops_and_optional_hops_are_estimated_exactly() {
    let base = KnowledgeBase::bundled().unwrap();
    let graph = base.graph();
    for query in [
        "MATCH (m:Meeting) WHERE (m)-[:escalates-to]->() RETURN m",
        "MATCH (m:Meeting) WHERE NOT EXISTS { (m)<-[:escalates-to]-() } RETURN m",
        "MATCH (i:Issue) OPTIONAL MATCH (i)-[:addressed-by]->(p) RETURN i, p",
        "MATCH (i) WHERE i.stage IS NULL RETURN i",
        "MATCH (i:Issue) RETURN DISTINCT i.stage",
        "MATCH (i:Issue) RETURN i.stage, count(*)",
        "MATCH (n:Issue|Actor) RETURN n",
        "MATCH (i {id: 'no such id'}) RETURN i",
    ] {
        let found = run(graph, query).rows.len();
        assert_eq!(estimate(graph, query), Value::Int(i64::try_from(found).unwrap()), "{query}");
    }
}

/// What PROFILE says of a query: each operator with the rows it gave.
fn counted(graph: &Graph, query: &str) -> Vec<String> {
    let rows = run(graph, &format!("PROFILE {query}"));
    assert_eq!(rows.columns, ["operator", "estimated rows", "rows", "time ms", "runs on"]);
    rows.rows.iter().map(line).collect()
}

/// One operator with the rows it gave.
fn line(row: &Vec<Value>) -> String {
    match row.as_slice() {
        [
            Value::String(operator),
            Value::Int(_) | Value::Float(_),
            rows @ (Value::Int(_) | Value::Null),
            time @ (Value::Float(_) | Value::Null),
            Value::String(runs_on),
        ] => {
            assert!(!matches!(time, Value::Float(time) if *time < 0.0), "{operator}: {time}");
            let rows = if *rows == Value::Null { "-".to_owned() } else { rows.to_string() };
            let runs_on = if runs_on.is_empty() { String::new() } else { format!(" ({runs_on})") };
            format!("{operator}: {rows}{runs_on}")
        }
        other => panic!("{other:?}"),
    }
}

/// 1 → 2 → 3 → 4 → 1 and 1 → 3 by `T`; 1 → 5, 2 → 5 and 2 → 6 by `S`.
fn small() -> Graph {
    let ring = [(1, 2, "T"), (1, 3, "T"), (2, 3, "T"), (3, 4, "T"), (4, 1, "T")];
    let out = [(1, 5, "S"), (2, 5, "S"), (2, 6, "S")];
    graph(&["A", "A", "A", "A", "B", "B"], &[ring.as_slice(), &out].concat())
}

/// Each query with the rows its operators give, counted by hand.
const COUNTED: &[(&str, &[&str])] = &[
    (
        "MATCH (a:A)-[:T]->(b) WHERE b.n > 2 RETURN a.n",
        &[
            "NodeScan b: 6 (ids)",
            "Filter b.n > 2: 4 (ids)",
            "Expand b<-[:T]-a: 3 (ids)",
            "Project a.n: 3",
            "Return a.n: 3",
        ],
    ),
    (
        "MATCH (a:A) OPTIONAL MATCH (a)-[:S]->(b) RETURN a, b",
        &["NodeScan a:A: 4", "Optional: 5", "  Expand a-[:S]->b: 3", "Return a, b: 5"],
    ),
    // LIMIT stops what is before it: the sort gives one to SKIP and three to LIMIT.
    (
        "MATCH (a:A)-->(b) WITH DISTINCT b ORDER BY b.n SKIP 1 LIMIT 3 RETURN count(*) AS c",
        &[
            "NodeScan b: 6 (ids)",
            "Expand b<-[]-a: 8 (ids)",
            "Distinct b: 6 (ids: groups)",
            "Sort b.n: 4 (rows: top)",
            "Skip 1: 3",
            "Limit 3: 3",
            "Aggregate count(*): 1",
            "Project c = count(*): 1",
            "Return c: 1",
        ],
    ),
    (
        "MATCH p = (a:A {n: 1})-[:T*1..2]->(b) RETURN p",
        &[
            "NodeScan a:A: 4 (ids)",
            "Filter n: 1: 1 (ids)",
            "ExpandMany a-[:T*1..2]->b: 4",
            "BuildPath p: 4",
            "Return p: 4",
        ],
    ),
    // A condition that has become a test runs no subquery.
    (
        "MATCH (a:A) WHERE EXISTS { MATCH (a)-[:S]->(b) WHERE b.n >= 5 } RETURN a",
        &[
            "NodeScan a:A: 4 (ids)",
            "Filter EXISTS { MATCH (a)-[:S]->(b) WHERE b.n >= 5 }: 2 (ids: chain)",
            "  Subquery EXISTS { MATCH (a)-[:S]->(b) WHERE b.n >= 5 }: -",
            "    Expand a-[:S]->b: -",
            "    Filter b.n >= 5: -",
            "Return a: 2",
        ],
    ),
    (
        "MATCH (a:A) WHERE a.n < 4 AND EXISTS { MATCH (a)-->(b) WITH count(b) AS c WHERE c > 2 RETURN c } RETURN a",
        &[
            "NodeScan a:A: 4 (ids)",
            "Filter a.n < 4: 3 (ids)",
            "Filter EXISTS { MATCH (a)-->(b) WITH count(b) AS c WHERE c > 2 RETURN c }: 2 (ids: one by one)",
            "  Subquery EXISTS { MATCH (a)-->(b) WITH count(b) AS c WHERE c > 2 RETURN c }: 2",
            "    Expand a-[]->b: 7",
            "    Aggregate count(b): 3",
            "    Project c = count(b): 3",
            "    Filter c > 2: 2",
            "Return a: 2",
        ],
    ),
    // What is said twice by a UNION is one row of it.
    (
        "MATCH (a:A) RETURN a.n % 2 AS x UNION UNWIND [0, 5] AS x RETURN x",
        &[
            "Union: 3",
            "  NodeScan a:A: 4",
            "  Project x = a.n % 2: 4",
            "  Return x: 4",
            "  Unwind x = [0, 5]: 2",
            "  Return x: 2",
        ],
    ),
    (
        "UNWIND [1, 1] AS x RETURN x UNION ALL RETURN 2 AS x",
        &[
            "UnionAll: 3",
            "  Unwind x = [1, 1]: 2",
            "  Return x: 2",
            "  Project x = 2: 1",
            "  Return x: 1",
        ],
    ),
    (
        "MATCH (a:A) WITH a, COUNT { (a)-->() } AS c, COLLECT { MATCH (a)-[:S]->(b) RETURN b.n } AS ns WHERE c > 2 RETURN ns",
        &[
            "NodeScan a:A: 4",
            "Project c = COUNT { (a)-->() }, ns = COLLECT { MATCH (a)-[:S]->(b) RETURN b.n }: 4",
            "  Subquery COUNT { (a)-->() }: 8",
            "    Expand a-[]->#2: 8",
            "  Subquery COLLECT { MATCH (a)-[:S]->(b) RETURN b.n }: 3",
            "    Expand a-[:S]->b: 3",
            "    Project b.n: 3",
            "    Return b.n: 3",
            "Filter c > 2: 2",
            "Return ns: 2",
        ],
    ),
    // The rows of a subquery are those its UNION leaves.
    (
        "MATCH (a:A) CALL (a) { MATCH (a)-->(b:B) RETURN 1 AS one UNION MATCH (a)-->(b) RETURN 1 AS one } RETURN a, one",
        &[
            "NodeScan a:A: 4",
            "Call: 4",
            "  Union: 4",
            "    Expand a-[]->b: 8",
            "    Filter (b:B): 3",
            "    Project one = 1: 3",
            "    Return one: 3",
            "    Expand a-[]->b: 8",
            "    Project one = 1: 8",
            "    Return one: 8",
            "Return a, one: 4",
        ],
    ),
    (
        "MATCH p = ANY SHORTEST (a:A {n: 1})-[:T]->{1,3}(b:A {n: 4}) UNWIND nodes(p) AS x RETURN x.n",
        &[
            "NodeScan a:A: 4 (ids)",
            "Filter n: 1: 1 (ids)",
            "Shortest 1 a-[:T*1..3]->b from a where (b:A {n: 4}) and n: 4: 1",
            "Unwind x = nodes(p): 3",
            "Project x.n: 3",
            "Return x.n: 3",
        ],
    ),
    // Nothing runs after a look-up that finds nothing; an aggregate without keys gives its row all the same.
    (
        "MATCH (a {id: 'x'})-->(b) RETURN max(b.n) AS most",
        &[
            "NodeById a = 'x': 0 (ids)",
            "Expand a-[]->b: 0 (ids)",
            "Aggregate max(b.n): 1 (ids: groups)",
            "Project most = max(b.n): 1",
            "Return most: 1",
        ],
    ),
    // A subquery stops at its first row.
    (
        "MATCH (a:A) RETURN EXISTS { MATCH (a)-[:S]->(b) WHERE b.n >= 5 } AS found",
        &[
            "NodeScan a:A: 4",
            "Project found = EXISTS { MATCH (a)-[:S]->(b) WHERE b.n >= 5 }: 4",
            "  Subquery EXISTS { MATCH (a)-[:S]->(b) WHERE b.n >= 5 }: 2",
            "    Expand a-[:S]->b: 2",
            "    Filter b.n >= 5: 2",
            "Return found: 4",
        ],
    ),
    // Degrees take the place of walks, numbers that of rows.
    (
        "MATCH (a:A)-[:T]->(b) WITH a, count(b) AS c WHERE c >= 2 RETURN count(a) AS n",
        &[
            "NodeScan a:A: 4 (ids)",
            "Expand a-[:T]->b: - (ids: degree)",
            "Aggregate count(b) by a: - (ids: degree)",
            "Project c = count(b): - (ids: degree)",
            "Filter c >= 2: 1 (ids: degree)",
            "Aggregate count(a): 1 (ids: count)",
            "Project n = count(a): 1",
            "Return n: 1",
        ],
    ),
    (
        "MATCH (a:A)-[:T]->(b)-[:S]->(c) WHERE a.n < b.n RETURN c, count(*) AS n ORDER BY n DESC LIMIT 1",
        &[
            "NodeScan a:A: 4 (ids)",
            "Expand a-[:T]->b: - (ids)",
            "Filter a.n < b.n: 4 (ids: order)",
            "Expand b-[:S]->c: 2 (ids)",
            "Aggregate count(*) by c: - (ids: counters)",
            "Project n = count(*): - (ids)",
            "Sort n DESC: - (ids: top)",
            "Limit 1: 1 (ids: top)",
            "Return c, n: 1",
        ],
    ),
    (
        "MATCH (a:A)-[:S]->(b:B) RETURN b.n AS x, count(*) AS n ORDER BY x",
        &[
            "NodeScan b:B: 2 (ids)",
            "Expand b<-[:S]-a: 3 (ids)",
            "Aggregate count(*) by x = b.n: - (ids: counters)",
            "Project n = count(*): - (ids)",
            "Sort x: 2 (ids: top)",
            "Return x, n: 2",
        ],
    ),
    // Groups, and the first of different rows, of which LIMIT wants no more.
    (
        "MATCH (a:A)-[:T]->(b) RETURN b, min(a.n) AS m, count(DISTINCT a) AS c ORDER BY m LIMIT 2",
        &[
            "NodeScan a:A: 4 (ids)",
            "Expand a-[:T]->b: 5 (ids)",
            "Aggregate min(a.n), count(DISTINCT a) by b: 4 (ids: groups)",
            "Project m = min(a.n), c = count(DISTINCT a): 4",
            "Sort m: 2 (rows: top)",
            "Limit 2: 2",
            "Return b, m, c: 2",
        ],
    ),
    (
        "MATCH (a:A)-[:T]->(b) RETURN DISTINCT b.n AS n, a SKIP 1 LIMIT 3",
        &[
            "NodeScan a:A: 4 (ids)",
            "Expand a-[:T]->b: 4 (ids)",
            "Project n = b.n: - (ids)",
            "Distinct n, a: 4 (ids: groups)",
            "Skip 1: 3",
            "Limit 3: 3",
            "Return n, a: 3",
        ],
    ),
    (
        "MATCH (a:A)-[:T]->(b) WHERE EXISTS { (a)-[:S]->() } RETURN count(*) AS n",
        &[
            "NodeScan a:A: 4 (ids)",
            "Filter EXISTS { (a)-[:S]->() }: 2 (ids: degree)",
            "  Subquery EXISTS { (a)-[:S]->() }: -",
            "    Expand a-[:S]->#4: -",
            "Expand a-[:T]->b: 3 (ids)",
            "Aggregate count(*): 1 (ids: count)",
            "Project n = count(*): 1",
            "Return n: 1",
        ],
    ),
];

#[test]
fn rows_are_counted() {
    for (query, want) in COUNTED {
        assert_eq!(counted(&small(), query), *want, "{query}");
    }
}

/// As [`COUNTED`], of statements that write.
const WRITTEN: &[(&str, &[&str])] = &[
    (
        "UNWIND [7, 8] AS n CREATE (x:New {n: n}) WITH x MATCH (y:New) SET y.seen = true RETURN x, y",
        &[
            "Unwind n = [7, 8]: 2",
            "Create (x:New {n: n}): 2",
            "NodeScan y:New: 4",
            "Set y.seen = true: 4",
            "Return x, y: 4",
        ],
    ),
    (
        "UNWIND [1, 9, 9] AS n MERGE (a:A {n: n}) ON CREATE SET a.new = true WITH a WHERE a.new DETACH DELETE a",
        &[
            "Unwind n = [1, 9, 9]: 3",
            "Merge (a:A {n: n}) OnCreate Set a.new = true: 3",
            "  NodeScan a:A: 13 (ids)",
            "  Filter n: n: 2 (ids)",
            "Filter a.new: 2",
            "DetachDelete a: 2",
        ],
    ),
    (
        "MATCH (a:A) CALL (a) { CREATE (b:Copy {n: a.n}) RETURN b } RETURN b.n ORDER BY b.n LIMIT 1",
        &[
            "NodeScan a:A: 4",
            "Call: 4",
            "  Create (b:Copy {n: a.n}): 4",
            "  Return b: 4",
            "Project b.n: 4",
            "Sort b.n: 1 (rows: top)",
            "Limit 1: 1",
            "Return b.n: 1",
        ],
    ),
];

#[test]
fn a_statement_that_writes_is_explained_without_writing_and_profiled_with() {
    for (query, want) in WRITTEN {
        let mut graph = small();
        let nodes = graph.node_count();
        let mut write = |prefix: &str| {
            let source = Source::new("<query>", format!("{prefix} {query}"));
            session::execute(&mut graph, &source, &Params::new(), &Options::default())
                .unwrap_or_else(|error| panic!("{error}: {query}"))
        };
        assert_eq!(write("EXPLAIN").changes, None);
        let rows = write("PROFILE");
        assert!(rows.changes.is_some_and(|changes| changes.nodes_created > 0), "{query}");
        assert_eq!(rows.rows.iter().map(line).collect::<Vec<_>>(), *want);
        let all = run(&graph, "EXPLAIN MATCH (n) RETURN n").rows;
        assert_eq!(all[0][1], Value::Int(i64::try_from(graph.node_count()).unwrap()));
        assert!(graph.node_count() >= nodes);
    }
}

/// Queries with every operator; `$way` and `$range` stand for what a case chooses.
const SHAPES: &[&str] = &[
    "MATCH (a:A)$way(b) RETURN a.n, b.n ORDER BY a.n + b.n DESC, a.n LIMIT 5",
    "MATCH (a)$way(b)$way(c:B) WITH DISTINCT a, c SKIP 2 RETURN a.n, c.n",
    "MATCH (a) OPTIONAL MATCH (a)$way(b:A) WHERE b.n > a.n RETURN a.n, collect(b.n)",
    "MATCH p = (a)-[*$range]->(b:B) RETURN length(p), count(*)",
    "MATCH p = allShortestPaths((a:A)-[*]-(b:B)) RETURN a.n, b.n, length(p)",
    "MATCH (a) WHERE NOT (a)$way(:B) OR EXISTS { MATCH (a)$way(x) WITH x LIMIT 1 WHERE x.n > 2 RETURN x } RETURN a.n",
    "MATCH (a)$way(b) RETURN b.n AS n UNION MATCH (a:A) UNWIND [a.n, 0] AS n RETURN n",
    "MATCH (a:A) ((x)$way(y) WHERE x.n <> 3){1,2} (b) RETURN a.n, b.n, size(x)",
    "MATCH SHORTEST 2 (a:A) ((x)$way(y)){1,3} (b:B) RETURN a.n, b.n, size(y)",
    "MATCH (a) CALL (a) { MATCH (a)$way(b) RETURN b.n AS n UNION RETURN 0 AS n } RETURN a.n, n, COUNT { (a)--() } AS c",
    "MATCH (a:A) RETURN a.n, [(a)$way(b) WHERE b.n > 2 | b.n] AS ns, COLLECT { MATCH (a)-->(b) RETURN b.n LIMIT 1 } AS one",
    "MATCH (a) WITH a ORDER BY a.n LIMIT 2 MATCH (a)$way(b) WITH a, max(b.n) AS m WHERE m > 1 RETURN a.n, m",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_watched_query_gives_what_it_gives_unwatched(
        labels in prop::collection::vec(prop::sample::select(vec!["A", "B"]), 5),
        rels in prop::collection::vec((1..6usize, 1..6usize, prop::sample::select(vec!["S", "T"])), 0..8),
        way in prop::sample::select(vec!["-->", "<--", "--", "-[:T]->", "<-[:S|T]-"]),
        range in prop::sample::select(vec!["", "0..2", "2", "..3"]),
    ) {
        let graph = graph(&labels, &rels);
        for shape in SHAPES {
            let query = shape.replace("$way", way).replace("$range", range);
            let Profile { rows, operators } = profile(&graph, &query);
            prop_assert_eq!(&rows, &run(&graph, &query), "{}", query);
            let plan: Vec<_> = operators.rows.iter().map(|row| [&row[..2], &row[4..]].concat()).collect();
            prop_assert_eq!(plan, run(&graph, &format!("EXPLAIN {query}")).rows, "{}", query);
            // What arrives at the end is the result.
            let of_all = operators.rows.iter().find(|row| row[0] == Value::String("Union".to_owned()));
            let last = of_all.or_else(|| operators.rows.last());
            prop_assert_eq!(&last.unwrap()[2], &Value::Int(i64::try_from(rows.rows.len()).unwrap()));
        }
    }
}

#[test]
fn explain_says_what_is_wrong_and_runs_nothing() {
    let graph = small();
    // No parameter is given, and the division would fail.
    let rows = run(&graph, "EXPLAIN MATCH (a) RETURN a.n / 0 + $p");
    assert_eq!(rows.rows.len(), 3);
    let fault = session::query(&graph, "<query>", "EXPLAIN RETURN a", &Params::new()).unwrap_err();
    assert_eq!(fault.code().as_str(), "name.variable");
    let fault = session::query(&graph, "<query>", "PROFILE RETURN $p", &Params::new()).unwrap_err();
    assert_eq!(fault.code().as_str(), "name.parameter");
}

#[test]
fn inspection_names_the_columns_that_come() {
    let graph = small();
    let columns = |query: &str| {
        let seen = session::inspect(&graph, &Source::new("<query>", query)).unwrap();
        assert_eq!(seen.params.len(), 1);
        assert_eq!(
            Some(seen.columns.clone()),
            session::query(&graph, "<query>", &query.replace("$p", "1"), &Params::new())
                .ok()
                .map(|rows| rows.columns),
        );
        seen.columns.len()
    };
    assert_eq!(columns("RETURN $p AS x"), 1);
    assert_eq!(columns("EXPLAIN RETURN $p AS x"), 3);
    assert_eq!(columns("PROFILE RETURN $p AS x"), 5);
}
