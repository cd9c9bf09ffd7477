//! Walks of which only the ends are asked for: every way to ask against trying everything.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use proptest::prelude::*;

use super::patterns::{Link, NodeTest, Pattern, matches, node_tests, ranges, rels};
use super::{Sketch, Way, build, ints, run, sketches, sorted, ways};
use kadai::session::{self, Params};

/// A node, a walk and a node; before, behind or around them a relationship each.
fn patterns() -> impl Strategy<Value = Pattern> {
    let link = || prop::option::weighted(0.3, rels().prop_map(Link::Rel));
    let walk = (rels(), ranges()).prop_map(|(rel, range)| Link::Many(rel, range));
    let nodes = prop::collection::vec(node_tests(), 4);
    (link(), walk, link(), nodes).prop_map(|(before, walk, behind, mut nodes)| {
        let links: Vec<Link> = before.into_iter().chain([walk]).chain(behind).collect();
        nodes.truncate(links.len() + 1);
        Pattern { nodes, links }
    })
}

/// The nodes of each match, each combination once.
fn ends(sketch: &Sketch, pattern: &Pattern) -> BTreeSet<Vec<usize>> {
    let outer = |outer: Vec<Vec<usize>>| outer.into_iter().map(|node| node[0]).collect();
    matches(sketch, pattern).into_iter().map(|found| outer(found.outer)).collect()
}

fn rows(ends: impl IntoIterator<Item = Vec<usize>>) -> Vec<Vec<Vec<usize>>> {
    let row = |ends: Vec<usize>| ends.into_iter().map(|node| vec![node]).collect();
    sorted(ends.into_iter().map(row).collect())
}

fn number(number: usize) -> Vec<Vec<Vec<usize>>> {
    vec![vec![vec![number]]]
}

/// `n0.n, n1.n, …` or `n0, n1, …`
fn names(pattern: &Pattern, ending: &str) -> String {
    let names = (0..pattern.nodes.len()).map(|i| format!("n{i}{ending}"));
    names.collect::<Vec<_>>().join(", ")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ends_of_walks(sketch in sketches(), pattern in patterns()) {
        let found = ends(&sketch, &pattern);
        let (text, last) = (pattern.text(), pattern.nodes.len() - 1);
        let ask = |query: &str| ints(run(&sketch, query));
        let nodes = names(&pattern, "");
        prop_assert_eq!(ask(&format!("MATCH {text} RETURN DISTINCT {}", names(&pattern, ".n"))), rows(found.clone()));
        let pairs = format!("MATCH {text} WITH DISTINCT {nodes} RETURN count(*)");
        prop_assert_eq!(ask(&pairs), number(found.len()));
        for at in [0, last] {
            let some: BTreeSet<usize> = found.iter().map(|ends| ends[at]).collect();
            let count = format!("MATCH {text} RETURN count(DISTINCT n{at})");
            prop_assert_eq!(ask(&count), number(some.len()));
            let grouped = format!("MATCH {text} WITH n{at}, count(DISTINCT n{last}) AS c RETURN n{at}.n, c");
            let ends_of = |node: usize| found.iter().filter(|ends| ends[at] == node).map(|ends| ends[last]).collect::<BTreeSet<_>>().len();
            prop_assert_eq!(ask(&grouped), rows(some.iter().map(|node| vec![*node, ends_of(*node)])));
            let exists = format!("MATCH (n{at}) WHERE EXISTS {{ MATCH {text} }} RETURN n{at}.n");
            prop_assert_eq!(ask(&exists), rows(some.iter().map(|node| vec![*node])));
        }
        let matched: BTreeSet<Vec<usize>> = found.iter().map(|ends| vec![ends[0]]).collect();
        let optional = format!(
            "MATCH (n0) OPTIONAL MATCH {text} WITH n0, max(n{last}.n) AS most WHERE most IS NOT NULL RETURN n0.n"
        );
        prop_assert_eq!(ask(&optional), rows(matched));
        let known = format!("MATCH (n0), (n{last}) MATCH {text} RETURN DISTINCT n0.n, n{last}.n");
        let both: BTreeSet<Vec<usize>> = found.iter().map(|ends| vec![ends[0], ends[last]]).collect();
        prop_assert_eq!(ask(&known), rows(both.clone()));
        let between = format!("MATCH (n0), (n{last}) WHERE EXISTS {{ {text} }} RETURN n0.n, n{last}.n");
        prop_assert_eq!(ask(&between), rows(both));
    }

    #[test]
    fn from_a_node_back_to_it(sketch in sketches(), rel in rels(), range in ranges(), test in node_tests()) {
        let pattern = Pattern { nodes: vec![test, NodeTest::Any], links: vec![Link::Many(rel, range)] };
        let mut found = ends(&sketch, &pattern);
        found.retain(|ends| ends[0] == ends[1]);
        let found: Vec<Vec<usize>> = found.into_iter().map(|ends| vec![ends[0]]).collect();
        let text = pattern.text().replace("n1", "n0");
        let ask = |query: &str| ints(run(&sketch, query));
        prop_assert_eq!(ask(&format!("MATCH {text} RETURN DISTINCT n0.n")), rows(found.clone()));
        prop_assert_eq!(ask(&format!("MATCH (n0) WHERE EXISTS {{ {text} }} RETURN n0.n")), rows(found.clone()));
        prop_assert_eq!(ask(&format!("MATCH {text} RETURN count(DISTINCT n0)")), number(found.len()));
    }

    #[test]
    fn walks_of_one_match_differ(sketch in sketches(), one in rels(), other in rels(), pair in (ranges(), ranges())) {
        let nodes = vec![NodeTest::Any; 3];
        let pattern = Pattern { nodes, links: vec![Link::Many(one, pair.0), Link::Many(other, pair.1)] };
        let found = ends(&sketch, &pattern);
        let query = format!("MATCH {} RETURN DISTINCT n0.n, n1.n, n2.n", pattern.text());
        prop_assert_eq!(ints(run(&sketch, &query)), rows(found));
    }
}

/// A graph with more nodes than one block of bits has places.
#[derive(Clone, Debug)]
struct Wide {
    nodes: usize,
    rels: Vec<(usize, usize, usize)>,
    layers: Option<usize>,
}

/// Graphs of few long cycles, and of layers that lead from each node to many.
fn wide() -> impl Strategy<Value = Wide> {
    let loose = (20..900usize).prop_flat_map(|nodes| {
        let rels = prop::collection::vec((0..nodes, 0..nodes, 0..2usize), nodes / 2..nodes * 2);
        rels.prop_map(move |rels| Wide { nodes, rels, layers: None })
    });
    let layered = (15..25usize, 30..45usize).prop_map(|(layers, breadth)| {
        let from = |at: usize| {
            (0..breadth).flat_map(move |a| {
                (0..breadth).map(move |b| (at * breadth + a, (at + 1) * breadth + b, 0))
            })
        };
        let rels = (0..layers - 1).flat_map(from).collect();
        Wide { nodes: layers * breadth, rels, layers: Some(layers) }
    });
    prop_oneof![4 => loose, 1 => layered]
}

/// The nodes to which at least `min` and at most `max` relationships lead.
fn reached(wide: &Wide, next: &[Vec<usize>], from: usize, min: usize, max: usize) -> Vec<usize> {
    let mut seen = vec![false; wide.nodes];
    let mut layer = vec![from];
    seen[from] = min == 0;
    for _ in 0..max {
        let mut further = Vec::new();
        for node in layer.iter().flat_map(|node| &next[*node]) {
            if !std::mem::replace(&mut seen[*node], true) {
                further.push(*node);
            }
        }
        layer = further;
    }
    (0..wide.nodes).filter(|node| seen[*node]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pairs_between_sets(
        wide in wide(), way in ways(), min in 0..2usize, max in prop::option::weighted(0.2, 1..6usize),
        first in 1..7usize, last in 1..7usize,
    ) {
        prop_assume!(min == 0 || way != Way::Either);
        let mut next = vec![Vec::new(); wide.nodes];
        for (start, end, _) in &wide.rels {
            if way != Way::Left {
                next[*start].push(*end);
            }
            if way != Way::Right {
                next[*end].push(*start);
            }
        }
        let starts: Vec<usize> = (0..wide.nodes).filter(|node| node.is_multiple_of(first)).collect();
        let (mut pairs, mut ends) = (0, BTreeSet::new());
        for start in starts {
            let found = reached(&wide, &next, start, min, max.unwrap_or(wide.nodes));
            let found = found.into_iter().filter(|node| node.is_multiple_of(last));
            found.for_each(|node| {
                pairs += 1;
                ends.insert(node);
            });
        }
        let graph = build(&Sketch { nodes: wide.nodes, rels: wide.rels.clone() });
        let mut range = format!("*{min}..");
        let _ = max.map(|max| write!(range, "{max}"));
        let arrow = way.arrow(&range);
        let ask = |asked: &str| {
            let query = format!("MATCH (a){arrow}(b) WHERE a.n % {first} = 0 AND b.n % {last} = 0 {asked}");
            ints(session::query(&graph, "<query>", &query, &Params::new()).unwrap().rows)
        };
        prop_assert_eq!(ask("WITH DISTINCT a, b RETURN count(*)"), number(pairs), "{:?}", wide.layers);
        prop_assert_eq!(ask("RETURN count(DISTINCT b)"), number(ends.len()));
    }
}

/// What a relationship must meet takes part in the search.
#[test]
fn conditions_on_the_way() {
    let rels = vec![(0, 1, 0), (1, 2, 0), (2, 3, 0), (0, 3, 1)];
    let sketch = Sketch { nodes: 4, rels };
    // Weights are 0, 1, 2 and 0.
    let ask = |query: &str| ints(run(&sketch, query));
    assert_eq!(ask("MATCH ({n: 0})-[:X*]->(b) RETURN count(DISTINCT b)"), number(0));
    let walk = "MATCH (a {n: 0}) ((x)-[r WHERE r.w < 2]->(y))+ (b) RETURN count(DISTINCT b)";
    assert_eq!(ask(walk), number(3));
    assert_eq!(ask("MATCH (a {n: 0})-[* {w: 0}]->(b) RETURN count(DISTINCT b)"), number(2));
}
