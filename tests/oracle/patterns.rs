//! Random patterns of every form against trying everything: label expressions, conditions inside, repeated paths, selectors.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;

use super::{Sketch, TYPES, Way, ints, out, run, sketches, sorted, ways};

/// What a node must meet.
#[derive(Clone, Copy, Debug)]
pub(super) enum NodeTest {
    Any,
    Even,
    NotEven,
    EvenOrBig,
    SmallEven,
    Labelled,
    Map,
    Where,
}

impl NodeTest {
    fn text(self, name: &str) -> String {
        match self {
            Self::Any => format!("({name})"),
            Self::Even => format!("({name}:Even)"),
            Self::NotEven => format!("({name}:!Even)"),
            Self::EvenOrBig => format!("({name} IS Even|Big)"),
            Self::SmallEven => format!("({name}:Even&!(Big))"),
            Self::Labelled => format!("({name}:%)"),
            Self::Map => format!("({name} {{n: 2}})"),
            Self::Where => format!("({name} WHERE {name}.n <> 1)"),
        }
    }

    fn holds(self, n: usize) -> bool {
        let (even, big) = (n.is_multiple_of(2), n >= 3);
        match self {
            Self::Any => true,
            Self::Even => even,
            Self::NotEven => !even,
            Self::EvenOrBig | Self::Labelled => even || big,
            Self::SmallEven => even && !big,
            Self::Map => n == 2,
            Self::Where => n != 1,
        }
    }
}

pub(super) fn node_tests() -> impl Strategy<Value = NodeTest> {
    use NodeTest as T;
    prop_oneof![
        6 => Just(T::Any),
        1 => prop::sample::select(vec![T::Even, T::NotEven, T::EvenOrBig, T::SmallEven, T::Labelled, T::Map, T::Where]),
    ]
}

/// One relationship: which way, of which types, with which weight.
#[derive(Clone, Debug)]
pub(super) struct Rel {
    way: Way,
    types: &'static str,
    weight: &'static str,
}

impl Rel {
    fn text(&self, name: &str) -> String {
        let weight = self.weight.replace("r.", &format!("{name}."));
        self.way.arrow(&format!("{name}{}{weight}", self.types))
    }

    /// The ways out of a node.
    fn ways(&self, sketch: &Sketch, from: usize) -> Vec<(usize, usize)> {
        let fits = |(rel, _): &(usize, usize)| {
            let (kind, weight) = (TYPES[sketch.rels[*rel].2], rel % 3);
            let typed = match self.types {
                ":S" | ":!T" => kind == "S",
                ":T" | ":!S&%" => kind == "T",
                ":S&T" => false,
                _ => true,
            };
            typed
                && match self.weight {
                    " {w: 1}" => weight == 1,
                    " WHERE r.w < 2" => weight < 2,
                    _ => true,
                }
        };
        out(sketch, from, None, self.way).into_iter().filter(fits).collect()
    }
}

pub(super) fn rels() -> impl Strategy<Value = Rel> {
    let types =
        prop::sample::select(vec!["", "", "", ":S", ":T", ":S|T", ":!T", ":!S&%", ":%", ":S&T"]);
    let weight = prop::sample::select(vec!["", "", "", " {w: 1}", " WHERE r.w < 2"]);
    (ways(), types, weight).prop_map(|(way, types, weight)| Rel { way, types, weight })
}

/// What stands between two nodes.
#[derive(Clone, Debug)]
pub(super) enum Link {
    Rel(Rel),
    Many(Rel, Range),
    Repeat { nodes: Vec<NodeTest>, rels: Vec<Rel>, ascending: bool, range: Range },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    min: usize,
    max: Option<usize>,
}

impl Range {
    fn text(self) -> String {
        match self {
            Self { min: 0, max: None } => "*".to_owned(),
            Self { min: 1, max: None } => "+".to_owned(),
            Self { min, max: None } => format!("{{{min},}}"),
            Self { min, max: Some(max) } if min == max => format!("{{{min}}}"),
            Self { min: 0, max: Some(max) } => format!("{{,{max}}}"),
            Self { min, max: Some(max) } => format!("{{{min},{max}}}"),
        }
    }
}

pub(super) fn ranges() -> impl Strategy<Value = Range> {
    (0..3usize, prop::option::of(0..3usize))
        .prop_map(|(min, more)| Range { min, max: more.map(|more| (min + more).max(1)) })
}

fn links() -> impl Strategy<Value = Link> {
    let repeat = (1..3usize).prop_flat_map(|length| {
        let nodes = prop::collection::vec(node_tests(), length + 1);
        (nodes, prop::collection::vec(rels(), length), any::<bool>(), ranges())
    });
    prop_oneof![
        rels().prop_map(Link::Rel),
        (rels(), ranges()).prop_map(|(rel, range)| Link::Many(rel, range)),
        repeat.prop_map(|(nodes, rels, ascending, range)| Link::Repeat {
            nodes,
            rels,
            ascending,
            range
        }),
    ]
}

/// A pattern; its nodes are `n0`, `n1`, …, its relationships `r0`, …, those inside repeated paths `x0_0`, `r0_0`, …
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) nodes: Vec<NodeTest>,
    pub(super) links: Vec<Link>,
}

fn patterns(most: usize) -> impl Strategy<Value = Pattern> {
    (1..=most).prop_flat_map(|length| {
        let nodes = prop::collection::vec(node_tests(), length + 1);
        (nodes, prop::collection::vec(links(), length))
            .prop_map(|(nodes, links)| Pattern { nodes, links })
    })
}

impl Pattern {
    pub(super) fn text(&self) -> String {
        self.text_as("")
    }

    /// The text, with `prefix` before each variable.
    fn text_as(&self, prefix: &str) -> String {
        let mut text = self.nodes[0].text(&format!("{prefix}n0"));
        for (i, (link, node)) in self.links.iter().zip(&self.nodes[1..]).enumerate() {
            match link {
                Link::Rel(rel) => text += &rel.text(&format!("{prefix}r{i}")),
                Link::Many(rel, range) => {
                    text += &rel.text(&format!("{prefix}r{i}"));
                    text += &range.text();
                }
                Link::Repeat { nodes, rels, ascending, range } => {
                    text += " (";
                    text += &nodes[0].text(&format!("{prefix}x{i}_0"));
                    for (j, (rel, node)) in rels.iter().zip(&nodes[1..]).enumerate() {
                        text += &rel.text(&format!("{prefix}r{i}_{j}"));
                        text += &node.text(&format!("{prefix}x{i}_{}", j + 1));
                    }
                    if *ascending {
                        let _ = write!(
                            text,
                            " WHERE {prefix}x{i}_0.n <= {prefix}x{i}_{}.n",
                            rels.len()
                        );
                    }
                    let _ = write!(text, "){} ", range.text());
                }
            }
            text += &node.text(&format!("{prefix}n{}", i + 1));
        }
        text
    }

    /// What is returned of a match: the path, then the variables, lists where they are repeated.
    fn columns(&self) -> String {
        let mut columns =
            vec!["[x IN nodes(p) | x.n]".to_owned(), "[x IN relationships(p) | id(x)]".to_owned()];
        columns.extend((0..self.nodes.len()).map(|i| format!("n{i}.n")));
        for (i, link) in self.links.iter().enumerate() {
            match link {
                Link::Rel(_) => columns.push(format!("id(r{i})")),
                Link::Many(..) => columns.push(format!("[x IN r{i} | id(x)]")),
                Link::Repeat { nodes, rels, .. } => {
                    columns.extend((0..nodes.len()).map(|j| format!("[x IN x{i}_{j} | x.n]")));
                    columns.extend((0..rels.len()).map(|j| format!("[x IN r{i}_{j} | id(x)]")));
                }
            }
        }
        let named = columns.iter().enumerate().map(|(i, column)| format!("{column} AS c{i}"));
        named.collect::<Vec<_>>().join(", ")
    }
}

/// A match: the path, and what the columns hold.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) nodes: Vec<usize>,
    rels: Vec<usize>,
    pub(super) outer: Vec<Vec<usize>>,
    inner: Vec<Vec<usize>>,
}

impl Found {
    fn row(&self) -> Vec<Vec<usize>> {
        let path = [self.nodes.clone(), self.rels.clone()];
        path.into_iter().chain(self.outer.clone()).chain(self.inner.clone()).collect()
    }

    fn last(&self) -> usize {
        *self.nodes.last().unwrap()
    }

    fn ends(&self) -> (usize, usize) {
        (self.nodes[0], self.last())
    }

    /// The same with one more relationship.
    fn longer(&self, (rel, node): (usize, usize)) -> Option<Self> {
        let mut longer = self.clone();
        longer.nodes.push(node);
        longer.rels.push(rel);
        (!self.rels.contains(&rel)).then_some(longer)
    }
}

/// Every match of a pattern.
pub(super) fn matches(sketch: &Sketch, pattern: &Pattern) -> Vec<Found> {
    let start = |n: usize| Found {
        nodes: vec![n],
        rels: Vec::new(),
        outer: vec![vec![n]],
        inner: Vec::new(),
    };
    let starts = (0..sketch.nodes).filter(|n| pattern.nodes[0].holds(*n)).map(start);
    let mut found: Vec<Found> = starts.collect();
    for (link, node) in pattern.links.iter().zip(&pattern.nodes[1..]) {
        found = found.iter().flat_map(|found| over(sketch, link, found)).collect();
        found.retain(|found| node.holds(found.last()));
        found.iter_mut().for_each(|found| found.outer.push(vec![found.last()]));
    }
    found
}

/// Every way over a link.
fn over(sketch: &Sketch, link: &Link, from: &Found) -> Vec<Found> {
    let (nodes, rels, ascending, range) = match link {
        Link::Rel(rel) => {
            let once = rel.ways(sketch, from.last()).into_iter().filter_map(|way| {
                let mut found = from.longer(way)?;
                found.inner.push(vec![way.0]);
                Some(found)
            });
            return once.collect();
        }
        Link::Many(rel, range) => (&vec![NodeTest::Any; 2], &vec![rel.clone()], false, range),
        Link::Repeat { nodes, rels, ascending, range } => (nodes, rels, *ascending, range),
    };
    let (stops, legs) = (nodes.len(), rels.len());
    let mut start = from.clone();
    let lists = start.inner.len();
    start.inner.extend(vec![Vec::new(); stops + legs]);
    let (mut open, mut found) = (vec![(start, 0)], Vec::new());
    while let Some((walk, times)) = open.pop() {
        if times >= range.min {
            found.push(walk.clone());
        }
        if range.max.is_some_and(|max| times == max) || !nodes[0].holds(walk.last()) {
            continue;
        }
        let mut once = vec![walk.clone()];
        for (rel, node) in rels.iter().zip(&nodes[1..]) {
            once = once
                .iter()
                .flat_map(|walk| {
                    let ways = rel.ways(sketch, walk.last());
                    ways.into_iter().filter_map(|way| walk.longer(way)).collect::<Vec<_>>()
                })
                .filter(|walk| node.holds(walk.last()))
                .collect();
        }
        for mut next in once {
            let first = next.nodes.len() - stops;
            if ascending && next.nodes[first] > next.last() {
                continue;
            }
            for i in 0..stops {
                let node = next.nodes[first + i];
                next.inner[lists + i].push(node);
            }
            for i in 0..legs {
                let rel = next.rels[next.rels.len() - legs + i];
                next.inner[lists + stops + i].push(rel);
            }
            open.push((next, times + 1));
        }
    }
    if matches!(link, Link::Many(..)) {
        // Its bare nodes have no lists.
        found.iter_mut().for_each(|found| drop(found.inner.drain(lists..lists + stops)));
    }
    found
}

fn rows(found: impl IntoIterator<Item = Found>) -> Vec<Vec<Vec<usize>>> {
    sorted(found.into_iter().map(|found| found.row()).collect())
}

/// Which nodes an earlier clause knows.
fn known(first: Option<usize>, last: Option<usize>, pattern: &Pattern) -> String {
    let end = pattern.nodes.len() - 1;
    let first = first.map(|n| format!("MATCH (n0 {{n: {n}}}) "));
    let last = last.map(|n| format!("MATCH (n{end} {{n: {n}}}) "));
    first.unwrap_or_default() + &last.unwrap_or_default()
}

fn meet(found: &Found, first: Option<usize>, last: Option<usize>) -> bool {
    first.is_none_or(|n| n == found.nodes[0]) && last.is_none_or(|n| n == found.last())
}

/// The shortest for each pair of ends: at most `count`, or those of the `groups` least lengths.
fn shortest(found: &[Found], groups: Option<usize>) -> BTreeMap<(usize, usize), Vec<Found>> {
    let mut by_ends: BTreeMap<(usize, usize), Vec<Found>> = BTreeMap::new();
    for found in found {
        by_ends.entry(found.ends()).or_default().push(found.clone());
    }
    for found in by_ends.values_mut() {
        found.sort_by_key(|found| found.rels.len());
        if let Some(groups) = groups {
            let mut lengths: Vec<usize> = found.iter().map(|found| found.rels.len()).collect();
            lengths.dedup();
            let last = lengths.get(groups - 1).or(lengths.last()).copied().unwrap();
            found.retain(|found| found.rels.len() <= last);
        }
    }
    by_ends
}

/// Whether these are `count` of the shortest for each pair of ends.
fn are_shortest(
    rows: &[Vec<Vec<usize>>],
    found: &[Found],
    count: usize,
) -> Result<(), TestCaseError> {
    let length = |row: &Vec<Vec<usize>>| row[1].len();
    let mut given: BTreeMap<(usize, usize), Vec<&Vec<Vec<usize>>>> = BTreeMap::new();
    for row in rows {
        given.entry((row[0][0], *row[0].last().unwrap())).or_default().push(row);
    }
    let all: Vec<_> = found.iter().map(Found::row).collect();
    let want = shortest(found, None);
    prop_assert_eq!(given.keys().collect::<Vec<_>>(), want.keys().collect::<Vec<_>>());
    for (ends, found) in want {
        let given = &given[&ends];
        let lengths: Vec<usize> = sorted(given.iter().map(|row| length(row)).collect());
        let least: Vec<usize> = found.iter().take(count).map(|found| found.rels.len()).collect();
        prop_assert_eq!(lengths, least);
        for (i, row) in given.iter().enumerate() {
            prop_assert!(all.contains(row), "{:?} is no match", row);
            prop_assert!(!given[..i].contains(row), "{:?} comes twice", row);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn patterns_of_every_form(
        sketch in sketches(), pattern in patterns(3),
        first in prop::option::of(0..5usize), last in prop::option::of(0..5usize),
    ) {
        let query = format!(
            "{}MATCH p = {} RETURN {}", known(first, last, &pattern), pattern.text(), pattern.columns()
        );
        let want = matches(&sketch, &pattern).into_iter().filter(|found| meet(found, first, last));
        prop_assert_eq!(ints(run(&sketch, &query)), rows(want));
    }

    #[test]
    fn selectors(
        sketch in sketches(), pattern in patterns(3), count in 1..4usize,
        first in prop::option::of(0..5usize), last in prop::option::of(0..5usize),
    ) {
        let mut found = matches(&sketch, &pattern);
        found.retain(|found| meet(found, first, last));
        let query = |selector: &str| format!(
            "{}MATCH p = {selector} {} RETURN {}", known(first, last, &pattern), pattern.text(), pattern.columns()
        );
        for selector in [format!("SHORTEST {count}"), format!("ANY {count} PATHS")] {
            are_shortest(&ints(run(&sketch, &query(&selector))), &found, count)?;
        }
        are_shortest(&ints(run(&sketch, &query("ANY SHORTEST"))), &found, 1)?;
        let groups = |groups: usize| rows(shortest(&found, Some(groups)).into_values().flatten());
        let query_groups = query(&format!("SHORTEST {count} GROUPS"));
        prop_assert_eq!(ints(run(&sketch, &query_groups)), groups(count));
        prop_assert_eq!(ints(run(&sketch, &query("ALL SHORTEST"))), groups(1));
        prop_assert_eq!(ints(run(&sketch, &query("ALL"))), rows(found));
    }

    #[test]
    fn conditions_on_searched_paths(sketch in sketches(), pattern in patterns(2), least in 0..4usize, node in 0..5usize) {
        let all = matches(&sketch, &pattern);
        let (text, columns) = (pattern.text(), pattern.columns());
        let holds = |found: &Found| found.rels.len() >= least && !found.nodes.contains(&node);
        let condition = format!("length(p) >= {least} AND none(x IN nodes(p) WHERE x.n = {node})");
        // After a selector the condition is judged when the paths are chosen; with `shortestPath()` it is part of the search.
        let after = shortest(&all, Some(1)).into_values().flatten().filter(holds);
        let query = format!("MATCH p = ALL SHORTEST {text} WHERE {condition} RETURN {columns}");
        prop_assert_eq!(ints(run(&sketch, &query)), rows(after));
        let part: Vec<Found> = all.into_iter().filter(holds).collect();
        if let [Link::Rel(_) | Link::Many(..)] = pattern.links.as_slice() {
            let before = shortest(&part, Some(1)).into_values().flatten();
            let query = format!("MATCH p = allShortestPaths({text}) WHERE {condition} RETURN {columns}");
            prop_assert_eq!(ints(run(&sketch, &query)), rows(before));
        }
        let ascending = format!("n0.n <= n{}.n", pattern.nodes.len() - 1);
        let up = matches(&sketch, &pattern).into_iter().filter(|found| found.nodes[0] <= found.last());
        let up: Vec<Found> = up.collect();
        for query in [
            format!("MATCH p = ALL SHORTEST ({text} WHERE {ascending}) RETURN {columns}"),
            format!("MATCH p = ALL SHORTEST {text} WHERE {ascending} RETURN {columns}"),
        ] {
            prop_assert_eq!(ints(run(&sketch, &query)), rows(shortest(&up, Some(1)).into_values().flatten()));
        }
    }

    #[test]
    fn relationships_of_one_match_differ(sketch in sketches(), one in patterns(1), other in patterns(1)) {
        let query = format!("MATCH p = {}, q = {} RETURN count(*)", one.text(), other.text_as("o"));
        let (ones, others) = (matches(&sketch, &one), matches(&sketch, &other));
        let apart = |a: &Found, b: &Found| a.rels.iter().all(|rel| !b.rels.contains(rel));
        let count: usize = ones.iter().map(|a| others.iter().filter(|b| apart(a, b)).count()).sum();
        prop_assert_eq!(ints(run(&sketch, &query)), vec![vec![vec![count]]]);
    }

    #[test]
    fn one_variable_in_two_places(sketch in sketches(), pattern in patterns(3), inside in any::<bool>(), pair in (0..3usize, 1..4usize)) {
        let (first, again) = (pair.0.min(pattern.links.len() - 1), pair.1.min(pattern.links.len()));
        prop_assume!(first < again);
        let inner = inside && matches!(&pattern.links[0], Link::Repeat { .. });
        let (one, other) = if inner {
            ("x0_0".to_owned(), "x0_1".to_owned())
        } else {
            (format!("n{first}"), format!("n{again}"))
        };
        let mut found = matches(&sketch, &pattern);
        found.retain(|found| if inner {
            found.inner[0] == found.inner[1]
        } else {
            found.outer[first] == found.outer[again]
        });
        let (text, columns) = (pattern.text().replace(&other, &one), pattern.columns().replace(&other, &one));
        let query = |selector: &str| format!("MATCH p = {selector} {text} RETURN {columns}");
        prop_assert_eq!(ints(run(&sketch, &query("ALL"))), rows(found.clone()));
        let groups = rows(shortest(&found, Some(2)).into_values().flatten());
        prop_assert_eq!(ints(run(&sketch, &query("SHORTEST 2 PATH GROUPS"))), groups);
    }

    #[test]
    fn conditions_that_look_around(sketch in sketches(), way in ways(), range in ranges(), known in 0..5usize) {
        let rel = |types, weight| Rel { way, types, weight };
        let links = vec![
            Link::Many(rel("", ""), range),
            Link::Repeat {
                nodes: vec![NodeTest::Any; 2], rels: vec![rel(":S", "")], ascending: false,
                range: Range { min: 0, max: Some(2) },
            },
        ];
        let pattern = Pattern { nodes: vec![NodeTest::Any; 3], links };
        let (arrow, typed) = (way.arrow("r0 WHERE r0.w <> k.n"), way.arrow("r1_0:S"));
        let text = format!(
            "(n0){arrow}{}(n1 WHERE n1.n >= n0.n AND size(r0) < 3) ((x1_0){typed}(x1_1 WHERE x1_1.n <> x1_0.n) WHERE x1_0.n <> k.n){{,2}} (n2 {{n: n0.n}})",
            range.text(),
        );
        let mut found = matches(&sketch, &pattern);
        found.retain(|found| {
            let (nodes, rels) = (&found.outer, &found.inner);
            rels[0].iter().all(|rel| rel % 3 != known)
                && nodes[1] >= nodes[0]
                && rels[0].len() < 3
                && rels[1].iter().zip(&rels[2]).all(|(x, y)| x != y)
                && !rels[1].contains(&known)
                && nodes[2] == nodes[0]
        });
        if known >= sketch.nodes {
            found.clear();
        }
        let query = |selector: &str, text: &str| format!(
            "MATCH (k {{n: {known}}}) MATCH p = {selector} {text} RETURN {}", pattern.columns()
        );
        prop_assert_eq!(ints(run(&sketch, &query("", &text))), rows(found.clone()));
        let groups = rows(shortest(&found, Some(2)).into_values().flatten());
        prop_assert_eq!(ints(run(&sketch, &query("SHORTEST 2 GROUPS", &text))), groups);
        // A map inside a relationship of variable length may name what is found later.
        let text = format!("(n0){}(n1)", way.arrow("r0*0..3 {w: n1.n}"));
        let many = Range { min: 0, max: Some(3) };
        let pattern = Pattern { nodes: vec![NodeTest::Any; 2], links: vec![Link::Many(rel("", ""), many)] };
        let mut found = matches(&sketch, &pattern);
        found.retain(|found| found.rels.iter().all(|rel| rel % 3 == found.last()));
        let query = |selector: &str| format!("MATCH p = {selector} {text} RETURN {}", pattern.columns());
        prop_assert_eq!(ints(run(&sketch, &query("ALL"))), rows(found.clone()));
        let groups = rows(shortest(&found, Some(1)).into_values().flatten());
        prop_assert_eq!(ints(run(&sketch, &query("ALL SHORTEST"))), groups);
    }

    #[test]
    fn searches_beside_other_patterns(sketch in sketches(), way in ways()) {
        let rel = Rel { way, types: "", weight: "" };
        let hops = Pattern {
            nodes: vec![NodeTest::Any; 2],
            links: vec![Link::Many(rel.clone(), Range { min: 1, max: None })],
        };
        let best = shortest(&matches(&sketch, &hops), Some(1));
        let mut want = Vec::new();
        for ((a, b), paths) in &best {
            for (s, c) in rel.ways(&sketch, *b) {
                let longer = best.get(&(*a, c)).map_or(0, Vec::len);
                want.extend(vec![vec![vec![*a], vec![*b], vec![c], vec![s]]; paths.len() * longer]);
            }
        }
        let (many, one) = (way.arrow("*"), way.arrow("s"));
        let query = format!(
            "MATCH p = allShortestPaths((a){many}(b)), (b){one}(c), q = allShortestPaths((a){many}(c)) RETURN a.n, b.n, c.n, id(s)"
        );
        prop_assert_eq!(ints(run(&sketch, &query)), sorted(want));
    }
}
