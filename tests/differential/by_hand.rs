//! The evaluator itself on cases worked out by hand; the engine is held to them too.

use crate::evaluate::{Stop, World};
use crate::generate::{compare, find, int, named, not};
use crate::graph::{Change, NodeSketch, RelSketch, Sketch, happen};
use crate::keys::Keyed;
use crate::query::{
    Aggregate, Clause, Expr, Inner, Match, Name, NodePattern, Op, Part, Path, Projection, Query,
    RelPattern, Search, Way,
};
use crate::value::{Key, Val};
use crate::{Answer, Case, answer, keys, shrink};

/// `(0:A {k: 1, t: 'a'}), (1:A:B {k: 2}), (2:B {t: '課題', x: 1.5}), (3 {k: 'text'})`, with two relationships R from 0 to 1, R from 1 to
/// 2 and to itself, S from 2 to 0.
fn sketch() -> Sketch {
    let text = |text: &str| Val::Text(text.to_owned());
    let node = |labels: &[Name], properties: &[(Name, Val)]| {
        Some(NodeSketch {
            labels: labels.iter().copied().collect(),
            properties: properties.iter().cloned().collect(),
        })
    };
    let rel = |kind, start, end| Some(RelSketch { kind, start, end, properties: [].into() });
    Sketch {
        nodes: vec![
            node(&["A"], &[("k", Val::Int(1)), ("t", text("a"))]),
            node(&["A", "B"], &[("k", Val::Int(2))]),
            node(&["B"], &[("t", text("課題")), ("x", Val::Float(1.5))]),
            node(&[], &[("k", text("text"))]),
        ],
        rels: vec![rel("R", 0, 1), rel("R", 0, 1), rel("R", 1, 2), rel("S", 2, 0), rel("R", 1, 1)],
        keyed: Keyed::No,
    }
}

fn labelled(name: Name, label: Name) -> NodePattern {
    NodePattern { labels: vec![label], ..named(name) }
}

fn numbered(name: Name, number: usize) -> NodePattern {
    NodePattern { properties: vec![("u", int(number))], ..named(name) }
}

fn rel(kinds: &[Name], way: Way) -> RelPattern {
    RelPattern { name: None, kinds: kinds.to_vec(), way, range: None, properties: Vec::new() }
}

fn path(start: NodePattern, hops: Vec<(RelPattern, NodePattern)>) -> Path {
    Path { hops, ..Path::of(start) }
}

fn hop(start: NodePattern, rel: RelPattern, end: NodePattern) -> Path {
    path(start, vec![(rel, end)])
}

fn prop(name: Name, key: Name) -> Expr {
    Expr::Prop(name, key)
}

fn aggregate(function: Aggregate, arg: Expr) -> Expr {
    Expr::Aggregate(function, false, Some(Box::new(arg)))
}

fn stars() -> Expr {
    Expr::Aggregate(Aggregate::Count, false, None)
}

/// The clauses, and a column for each expression.
fn query(clauses: Vec<Clause>, columns: Vec<Expr>) -> Query {
    let items = columns.into_iter().zip(["c", "d", "e", "f", "g"]).collect();
    let gives = Projection { items, ..Projection::default() };
    Query { parts: vec![Part { clauses, gives }], all: false }
}

fn ask(path: Path, cond: Option<Expr>, columns: Vec<Expr>) -> Query {
    query(vec![Clause::Match(find(path, cond))], columns)
}

/// Holds both to the text of a query and its rows, written as the language writes them.
fn check(query: &Query, text: &str, want: &[&str]) {
    let sketch = sketch();
    assert_eq!(query.to_string(), text);
    let rows = World::new(&sketch).ask(query, 10_000).unwrap();
    let shown = |rows: &[Key]| -> Vec<String> {
        let row = |row: &Key| row.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        rows.iter().map(row).collect()
    };
    assert_eq!(shown(&keys(query, rows)), want, "{text}");
    let Answer::Rows(rows) = answer(&sketch.build(), &sketch, query) else { panic!("{text}") };
    assert_eq!(shown(&rows), want, "{text}");
}

#[test]
fn relationships_come_once_in_a_match() {
    let (a, b, c) = (named("a"), named("b"), named("c"));
    let right = || rel(&["R"], Way::Right);
    let one = hop(labelled("a", "A"), right(), b.clone());
    check(
        &ask(one, None, vec![prop("a", "u"), prop("b", "u")]),
        "MATCH (a:A)-[:R]->(b) RETURN a.u AS c, b.u AS d",
        &["0 1", "0 1", "1 1", "1 2"],
    );
    // Two ways in and two ways on, and from the loop the one that is not the loop.
    let two = path(a.clone(), vec![(right(), b.clone()), (right(), c)]);
    check(
        &ask(two, None, vec![stars()]),
        "MATCH (a)-[:R]->(b)-[:R]->(c) RETURN count(*) AS c",
        &["5"],
    );
    // A loop is one relationship, from either side.
    let either = hop(numbered("a", 1), rel(&["R"], Way::Either), b.clone());
    check(
        &ask(either, None, vec![prop("b", "u")]),
        "MATCH (a {u: 1})-[:R]-(b) RETURN b.u AS c",
        &["0", "0", "1", "2"],
    );
    let second = Clause::Match(find(hop(a.clone(), right(), b.clone()), None));
    let first = Clause::Match(find(hop(numbered("a", 1), right(), b), None));
    check(
        &query(vec![first, second], vec![stars()]),
        "MATCH (a {u: 1})-[:R]->(b) MATCH (a)-[:R]->(b) RETURN count(*) AS c",
        &["2"],
    );
}

#[test]
fn lengths_and_shortest_paths() {
    let many = |range| RelPattern { range: Some(range), ..rel(&[], Way::Right) };
    let walk = hop(numbered("a", 0), many((Some(1), Some(3))), named("b"));
    // 1 directly and over its loop, 2 from there with the loop or without; 0 again after three, by two ways, but no further.
    check(
        &ask(walk, None, vec![prop("b", "u"), stars()]),
        "MATCH (a {u: 0})-[*1..3]->(b) RETURN b.u AS c, count(*) AS d",
        &["0 2", "1 4", "2 4"],
    );
    let nothing = hop(numbered("a", 3), many((Some(0), Some(1))), named("b"));
    check(
        &ask(nothing, None, vec![prop("b", "u")]),
        "MATCH (a {u: 3})-[*0..1]->(b) RETURN b.u AS c",
        &["3"],
    );
    for (search, word, want) in [
        (Search::Shortest, "shortestPath", vec!["0 3", "1 1", "2 2"]),
        (Search::AllShortest, "allShortestPaths", vec!["0 3", "0 3", "1 1", "1 1", "2 2", "2 2"]),
    ] {
        let walk = hop(numbered("a", 0), many((None, None)), named("b"));
        let walk = Path { search, name: Some("p"), ..walk };
        check(
            &ask(walk, None, vec![prop("b", "u"), Expr::Length("p")]),
            &format!("MATCH p = {word}((a {{u: 0}})-[*]->(b)) RETURN b.u AS c, length(p) AS d"),
            &want,
        );
    }
}

#[test]
fn unknown_is_neither_true_nor_false() {
    let nodes = |cond| ask(Path::of(named("a")), Some(cond), vec![prop("a", "u")]);
    let more = || compare(prop("a", "k"), Op::Gt, int(1));
    check(&nodes(more()), "MATCH (a) WHERE a.k > 1 RETURN a.u AS c", &["1"]);
    check(&nodes(not(more())), "MATCH (a) WHERE NOT (a.k > 1) RETURN a.u AS c", &["0"]);
    let list = || Box::new(Expr::List(vec![int(1), Expr::Const(Val::Null)]));
    let among = || Expr::In(Box::new(prop("a", "k")), list());
    check(&nodes(among()), "MATCH (a) WHERE a.k IN [1, null] RETURN a.u AS c", &["0"]);
    check(&nodes(not(among())), "MATCH (a) WHERE NOT (a.k IN [1, null]) RETURN a.u AS c", &[]);
    let differs = compare(prop("a", "k"), Op::Ne, int(1));
    check(&nodes(differs), "MATCH (a) WHERE a.k <> 1 RETURN a.u AS c", &["1", "3"]);
}

#[test]
fn what_is_not_there() {
    let (a, b) = (named("a"), named("b"));
    let out = hop(a.clone(), rel(&[], Way::Right), NodePattern::default());
    let without =
        ask(Path::of(a.clone()), Some(not(Expr::Pattern(Box::new(out)))), vec![prop("a", "u")]);
    check(&without, "MATCH (a) WHERE NOT (a)-->() RETURN a.u AS c", &["3"]);
    let matches = vec![find(hop(a.clone(), rel(&["R"], Way::Right), NodePattern::default()), None)];
    let count = Expr::Count(Box::new(Inner { bare: true, matches, gives: None }));
    let two = ask(Path::of(a.clone()), Some(compare(count, Op::Eq, int(2))), vec![prop("a", "u")]);
    check(&two, "MATCH (a) WHERE COUNT { (a)-[:R]->() } = 2 RETURN a.u AS c", &["0", "1"]);
    let maybe = Match {
        optional: true,
        paths: vec![hop(a.clone(), rel(&["S"], Way::Right), b.clone())],
        cond: Some(compare(prop("b", "k"), Op::Eq, int(1))),
    };
    let all = Clause::Match(find(Path::of(a.clone()), None));
    check(
        &query(vec![all, Clause::Match(maybe)], vec![prop("a", "u"), prop("b", "u")]),
        "MATCH (a) OPTIONAL MATCH (a)-[:S]->(b) WHERE b.k = 1 RETURN a.u AS c, b.u AS d",
        &["0 null", "1 null", "2 0", "3 null"],
    );
    let none = Match { optional: true, ..find(Path::of(labelled("a", "Z")), None) };
    let from_none = find(hop(a, rel(&[], Way::Right), b), None);
    check(
        &query(vec![Clause::Match(none), Clause::Match(from_none)], vec![stars()]),
        "OPTIONAL MATCH (a:Z) MATCH (a)-->(b) RETURN count(*) AS c",
        &["0"],
    );
}

#[test]
fn groups_and_order() {
    let nodes = |columns| ask(Path::of(named("a")), None, columns);
    check(
        &nodes(vec![prop("a", "t"), stars(), aggregate(Aggregate::Sum, prop("a", "u"))]),
        "MATCH (a) RETURN a.t AS c, count(*) AS d, sum(a.u) AS e",
        &["'a' 1 0", "'課題' 1 2", "null 2 4"],
    );
    let functions =
        [Aggregate::Count, Aggregate::Sum, Aggregate::Min, Aggregate::Avg, Aggregate::Collect];
    let empty = functions.map(|function| aggregate(function, prop("a", "k"))).to_vec();
    check(
        &ask(Path::of(labelled("a", "Z")), None, empty),
        "MATCH (a:Z) RETURN count(a.k) AS c, sum(a.k) AS d, min(a.k) AS e, avg(a.k) AS f, collect(a.k) AS g",
        &["0 0 null null []"],
    );
    check(
        &nodes(vec![
            aggregate(Aggregate::Min, prop("a", "k")),
            aggregate(Aggregate::Max, prop("a", "k")),
        ]),
        "MATCH (a) RETURN min(a.k) AS c, max(a.k) AS d",
        &["'text' 2"],
    );
    let mut ordered = nodes(vec![prop("a", "k")]);
    ordered.parts[0].gives.order = vec![(Expr::Var("c"), true)];
    check(&ordered, "MATCH (a) RETURN a.k AS c ORDER BY c DESC", &["null", "2", "1", "'text'"]);
    ordered.parts[0].gives.skip = Some(1);
    ordered.parts[0].gives.limit = Some(2);
    check(&ordered, "MATCH (a) RETURN a.k AS c ORDER BY c DESC SKIP 1 LIMIT 2", &["2", "1"]);
}

#[test]
fn rows_that_are_equivalent() {
    let numbers = |items: [Val; 2], name| {
        let list = Expr::List(items.into_iter().map(Expr::Const).collect());
        query(vec![Clause::Unwind(list, name)], vec![Expr::Var(name)]).parts.remove(0)
    };
    let one = numbers([Val::Int(1), Val::Int(2)], "x");
    let other = numbers([Val::Float(2.0), Val::Int(3)], "y");
    let mut both = Query { parts: vec![one, other], all: false };
    let text = "UNWIND [1, 2] AS x RETURN x AS c UNION UNWIND [2.0, 3] AS y RETURN y AS c";
    check(&both, text, &["1", "2", "3"]);
    both.all = true;
    check(&both, &text.replace("UNION", "UNION ALL"), &["1", "2", "2.0", "3"]);
}

#[test]
fn values_that_cannot_be_added() {
    let sketch = sketch();
    let sum = ask(Path::of(named("a")), None, vec![aggregate(Aggregate::Sum, prop("a", "k"))]);
    assert_eq!(World::new(&sketch).ask(&sum, 1_000).unwrap_err(), Stop::Type);
    let refused = Answer::Error(kadai::error::Code::TypeMismatch);
    assert_eq!(answer(&sketch.build(), &sketch, &sum), refused);
}

/// A sketch that was changed and a graph that was written hold the same.
#[test]
fn changes_are_writes() {
    let (mut sketch, mut graph) = (sketch(), sketch().build());
    let added = |number| RelSketch { kind: "T", start: 3, end: number, properties: [].into() };
    for change in [
        Change::AddNode(NodeSketch {
            labels: ["C"].into(),
            properties: [("k", Val::Int(7))].into(),
        }),
        Change::AddRel(added(4)),
        Change::Label(0, "A", false),
        Change::Label(2, "C", true),
        Change::NodeProperty(1, "k", Val::Null),
        Change::RelProperty(0, "w", Val::Int(3)),
        Change::Reopen,
        Change::DeleteRel(4),
        Change::DeleteNode(2),
    ] {
        happen(&change, &mut sketch, &mut graph);
    }
    let all = ask(Path::of(named("a")), None, vec![Expr::Var("a")]);
    let want = keys(&all, World::new(&sketch).ask(&all, 1_000).unwrap());
    assert_eq!(want.len(), 4);
    assert_eq!(answer(&graph, &sketch, &all), Answer::Rows(want));
    let numbers: Vec<usize> = sketch.rel_numbers().collect();
    assert_eq!(numbers, [0, 1, 5]);
}

/// What has nothing to do with a difference goes, what makes it stays.
#[test]
fn cases_shrink() {
    let cond = compare(prop("a", "k"), Op::Lt, int(2));
    let walk = hop(labelled("a", "A"), rel(&["R"], Way::Right), named("b"));
    let query = ask(walk, Some(cond), vec![prop("a", "u"), stars()]);
    let case = Case { base: sketch(), changes: vec![Change::DeleteNode(3)], query };
    let shows = |case: &Case| {
        case.build().0.rel_numbers().count() > 0 && case.query.to_string().contains("a.u")
    };
    let least = shrink::smallest(case, shows);
    assert_eq!(least.query.to_string(), "RETURN a.u AS c");
    assert_eq!((least.base.rel_numbers().count(), least.changes.len()), (1, 0));
}
