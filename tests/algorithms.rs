//! Procedures against brute force: on small random graphs with loops, parallel relationships and cycles, each algorithm gives exactly
//! what its definition, tried out, gives.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::cast_precision_loss,
    reason = "a test fails by panicking, and its graphs are small"
)]

use kadai::graph::{Builder, Graph};
use kadai::model::{Datum, Value};
use kadai::session::{self, Params};
use proptest::prelude::*;

/// A graph as a list of relationships `(start, end, type, weight)` over a few nodes.
#[derive(Clone, Debug)]
struct Sketch {
    nodes: usize,
    rels: Vec<(usize, usize, usize, u8)>,
}

const TYPES: [&str; 2] = ["S", "T"];

/// Small enough to try every path.
fn sketches() -> impl Strategy<Value = Sketch> {
    sketches_below(7, 10)
}

/// Small enough to try every node.
fn larger_sketches() -> impl Strategy<Value = Sketch> {
    sketches_below(14, 28)
}

fn sketches_below(nodes: usize, rels: usize) -> impl Strategy<Value = Sketch> {
    (1..nodes).prop_flat_map(move |nodes| {
        let rel = (0..nodes, 0..nodes, 0..TYPES.len(), 0..4u8);
        prop::collection::vec(rel, 0..rels).prop_map(move |rels| Sketch { nodes, rels })
    })
}

fn build(sketch: &Sketch) -> Graph {
    let mut builder = Builder::default();
    let kinds = TYPES.map(|name| builder.names_mut().kind_id(name));
    let (n, w) = (builder.names_mut().key_id("n"), builder.names_mut().key_id("w"));
    let nodes: Vec<_> = (0..sketch.nodes)
        .map(|number| builder.add_node(Vec::new(), vec![(n, int(number))]))
        .collect();
    for (start, end, kind, weight) in &sketch.rels {
        let weight = vec![(w, int(usize::from(*weight)))];
        builder.add_rel(kinds[*kind], nodes[*start], nodes[*end], weight);
    }
    builder.build()
}

fn int(number: usize) -> Datum {
    Datum::Int(i64::try_from(number).unwrap())
}

/// Which part of a sketch an algorithm sees.
#[derive(Clone, Copy, Debug)]
struct Part {
    kind: Option<usize>,
    way: &'static str,
}

fn parts() -> impl Strategy<Value = Part> {
    let ways = prop_oneof![Just("outgoing"), Just("incoming"), Just("both")];
    (prop::option::of(0..2usize), ways).prop_map(|(kind, way)| Part { kind, way })
}

impl Part {
    fn options(self, more: &str) -> String {
        let types = self.kind.map_or(String::new(), |kind| format!(", types: ['{}']", TYPES[kind]));
        format!("{{direction: '{}'{types}{more}}}", self.way)
    }

    /// The same without a direction.
    fn undirected(self) -> (Self, String) {
        let types = self.kind.map_or(String::new(), |kind| format!("types: '{}'", TYPES[kind]));
        (Self { way: "both", ..self }, format!("{{{types}}}"))
    }

    /// The ways out of a node: relationship, other node, weight; by the other node, then by relationship.
    fn out(self, sketch: &Sketch, from: usize) -> Vec<(usize, usize, u8)> {
        let mut found = Vec::new();
        for (id, (start, end, kind, weight)) in sketch.rels.iter().enumerate() {
            if self.kind.is_some_and(|wanted| wanted != *kind) {
                continue;
            }
            if *start == from && self.way != "incoming" {
                found.push((id, *end, *weight));
            }
            if *end == from && self.way != "outgoing" && !(self.way == "both" && start == end) {
                found.push((id, *start, *weight));
            }
        }
        found.sort_by_key(|(id, node, _)| (*node, *id));
        found
    }

    /// Which nodes are reached from one in at least one hop, without passing `barred`.
    fn reach(self, sketch: &Sketch, from: usize, barred: Option<usize>) -> Vec<bool> {
        let mut reached = vec![false; sketch.nodes];
        let mut open = if barred == Some(from) { Vec::new() } else { vec![from] };
        while let Some(node) = open.pop() {
            for (_, other, _) in self.out(sketch, node) {
                if !reached[other] && barred != Some(other) {
                    reached[other] = true;
                    open.push(other);
                }
            }
        }
        reached
    }

    /// Every path that passes no node twice: its nodes, its relationships, its weight.
    fn paths(self, sketch: &Sketch, from: usize) -> Vec<(Vec<usize>, Vec<usize>, u32)> {
        let mut open = vec![(vec![from], Vec::new(), 0)];
        let mut found = Vec::new();
        while let Some((nodes, rels, cost)) = open.pop() {
            for (rel, node, weight) in self.out(sketch, *nodes.last().unwrap()) {
                if !nodes.contains(&node) {
                    let nodes = [nodes.as_slice(), &[node]].concat();
                    let rels: Vec<usize> = [rels.as_slice(), &[rel]].concat();
                    open.push((nodes, rels, cost + u32::from(weight)));
                }
            }
            found.push((nodes, rels, cost));
        }
        found
    }
}

/// Numbers sets of nodes in the order of their first nodes, given who belongs together.
fn numbered(nodes: usize, together: impl Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut sets: Vec<usize> = Vec::new();
    let mut next = 0;
    for node in 0..nodes {
        match (0..node).find(|other| together(*other, node)) {
            Some(other) => sets.push(sets[other]),
            None => {
                sets.push(next);
                next += 1;
            }
        }
    }
    sets
}

fn components(sketch: &Sketch, part: Part, gone: Option<usize>) -> usize {
    let reached: Vec<Vec<bool>> =
        (0..sketch.nodes).map(|node| part.reach(sketch, node, gone)).collect();
    let sets = numbered(sketch.nodes, |a, b| reached[a][b]);
    sets.iter().max().unwrap() + 1 - usize::from(gone.is_some())
}

fn run(sketch: &Sketch, query: &str) -> Result<Vec<Vec<f64>>, String> {
    let rows = session::query(&build(sketch), "<query>", query, &Params::new());
    let rows = rows.map_err(|error| error.to_string())?.rows;
    let cell = |value: &Value| match value {
        Value::Int(int) => *int as f64,
        Value::Float(float) => *float,
        Value::Null => -1.0,
        other => panic!("not a number: {other}"),
    };
    Ok(rows.iter().map(|row| row.iter().map(cell).collect()).collect())
}

/// The second column of rows that give a number to each node, ascending.
fn by_node(sketch: &Sketch, query: &str) -> Vec<f64> {
    let rows = run(sketch, query).unwrap();
    assert!(rows.iter().map(|row| row[0]).eq((0..sketch.nodes).map(|node| node as f64)));
    rows.iter().map(|row| row[1]).collect()
}

fn close(found: &[f64], want: &[f64]) -> bool {
    found.len() == want.len() && found.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-6)
}

fn floats(numbers: &[usize]) -> Vec<f64> {
    numbers.iter().map(|number| *number as f64).collect()
}

/// How much of a shortest path from each node to each other passes through each third one.
fn betweenness(sketch: &Sketch, part: Part) -> Vec<f64> {
    let mut scores = vec![0.0; sketch.nodes];
    for from in 0..sketch.nodes {
        let paths = part.paths(sketch, from);
        for to in (0..sketch.nodes).filter(|to| *to != from) {
            let paths: Vec<_> = paths.iter().filter(|path| path.0.last() == Some(&to)).collect();
            let Some(least) = paths.iter().map(|path| path.1.len()).min() else { continue };
            let shortest: Vec<_> = paths.iter().filter(|path| path.1.len() == least).collect();
            for path in &shortest {
                for node in &path.0[1..path.0.len() - 1] {
                    scores[*node] += 1.0 / shortest.len() as f64;
                }
            }
        }
    }
    if part.way == "both" {
        scores.iter_mut().for_each(|score| *score /= 2.0);
    }
    scores
}

fn page_rank(sketch: &Sketch, part: Part) -> Vec<f64> {
    let count = sketch.nodes as f64;
    let mut ranks = vec![1.0 / count; sketch.nodes];
    for _ in 0..300 {
        let mut next = vec![0.15 / count; sketch.nodes];
        for (node, rank) in ranks.iter().enumerate() {
            let out = part.out(sketch, node);
            for (_, other, _) in &out {
                next[*other] += 0.85 * rank / out.len() as f64;
            }
            if out.is_empty() {
                next.iter_mut().for_each(|score| *score += 0.85 * rank / count);
            }
        }
        ranks = next;
    }
    ranks
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ranks_and_degrees(sketch in sketches(), part in parts()) {
        let options = part.options(", iterations: 500, tolerance: 0");
        let query = format!("CALL algo.pageRank({options}) YIELD node, score RETURN node.n, score");
        prop_assert!(close(&by_node(&sketch, &query), &page_rank(&sketch, part)));

        let options = part.options("");
        let query = format!("CALL algo.degree({options}) YIELD node, degree RETURN node.n, degree");
        let want: Vec<usize> = (0..sketch.nodes).map(|node| part.out(&sketch, node).len()).collect();
        prop_assert_eq!(by_node(&sketch, &query), floats(&want));
    }

    #[test]
    fn centrality(sketch in sketches(), part in parts()) {
        let options = part.options("");
        let query = format!("CALL algo.betweenness({options}) YIELD node, score RETURN node.n, score");
        prop_assert!(close(&by_node(&sketch, &query), &betweenness(&sketch, part)));

        let query = format!("CALL algo.closeness({options}) YIELD node, score RETURN node.n, score");
        let want: Vec<f64> = (0..sketch.nodes).map(|from| {
            let paths = part.paths(&sketch, from);
            let hops: Vec<usize> = (0..sketch.nodes).filter(|to| *to != from).filter_map(|to| {
                paths.iter().filter(|path| path.0.last() == Some(&to)).map(|path| path.1.len()).min()
            }).collect();
            let (reached, sum) = (hops.len() as f64, hops.iter().sum::<usize>() as f64);
            if hops.is_empty() { 0.0 } else { reached / sum * reached / (sketch.nodes - 1) as f64 }
        }).collect();
        prop_assert!(close(&by_node(&sketch, &query), &want));
    }

    #[test]
    fn what_hangs_together(sketch in larger_sketches(), part in parts()) {
        let (both, options) = part.undirected();
        let reached = |part: Part| -> Vec<Vec<bool>> {
            (0..sketch.nodes).map(|node| part.reach(&sketch, node, None)).collect()
        };
        let weak = reached(both);
        let query = format!("CALL algo.components({options}) YIELD node, component RETURN node.n, component");
        prop_assert_eq!(by_node(&sketch, &query), floats(&numbered(sketch.nodes, |a, b| weak[a][b])));

        let strong = reached(Part { way: "outgoing", ..part });
        let query = format!(
            "CALL algo.stronglyConnectedComponents({options}) YIELD node, component RETURN node.n, component"
        );
        let want = numbered(sketch.nodes, |a, b| strong[a][b] && strong[b][a]);
        prop_assert_eq!(by_node(&sketch, &query), floats(&want));
    }

    #[test]
    fn what_it_falls_apart_without(sketch in larger_sketches(), part in parts()) {
        let (both, options) = part.undirected();
        let whole = components(&sketch, both, None);
        let want: Vec<Vec<f64>> = (0..sketch.rels.len()).filter(|rel| {
            let mut without = sketch.clone();
            // A loop instead of the relationship: it joins nothing, and the others keep their ids.
            without.rels[*rel].1 = without.rels[*rel].0;
            let seen = part.kind.is_none_or(|kind| kind == sketch.rels[*rel].2);
            seen && components(&without, both, None) > whole
        }).map(|rel| vec![rel as f64, sketch.rels[rel].0 as f64, sketch.rels[rel].1 as f64]).collect();
        let query = format!(
            "CALL algo.bridges({options}) YIELD relationship, source, target RETURN id(relationship), source.n, target.n"
        );
        prop_assert_eq!(run(&sketch, &query).unwrap(), want);

        let cuts = (0..sketch.nodes).filter(|node| components(&sketch, both, Some(*node)) > whole);
        let want: Vec<Vec<f64>> = cuts.map(|node| vec![node as f64]).collect();
        let query = format!("CALL algo.articulationPoints({options}) YIELD node RETURN node.n");
        prop_assert_eq!(run(&sketch, &query).unwrap(), want);
    }

    #[test]
    fn orders(sketch in larger_sketches(), part in parts()) {
        let query = format!(
            "CALL algo.topologicalOrder({}) YIELD node, position RETURN node.n, position", part.options("")
        );
        let found = run(&sketch, &query);
        if (0..sketch.nodes).any(|node| part.reach(&sketch, node, None)[node]) {
            let error = found.unwrap_err();
            let (_, cycle) = error.split_once("because of a cycle: ").unwrap();
            let node = |name: &str| name.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap();
            let cycle: Vec<usize> = cycle.split(" → ").map(node).collect();
            prop_assert!(cycle.len() > 1 && cycle.first() == cycle.last());
            for step in cycle.windows(2) {
                prop_assert!(part.out(&sketch, step[0]).iter().any(|way| way.1 == step[1]));
            }
            return Ok(());
        }
        let mut want: Vec<usize> = Vec::new();
        while want.len() < sketch.nodes {
            let open = |node: &usize| !want.contains(node);
            let free = |node: &usize| (0..sketch.nodes).filter(open).all(|other| {
                part.out(&sketch, other).iter().all(|way| way.1 != *node)
            });
            let next = (0..sketch.nodes).filter(open).find(free).unwrap();
            want.push(next);
        }
        let want: Vec<_> = (0..).zip(want).map(|(at, node)| vec![node as f64, f64::from(at)]).collect();
        prop_assert_eq!(found.unwrap(), want);
    }

    #[test]
    fn dominators(sketch in larger_sketches(), part in parts(), root in 0..14usize) {
        let root = root % sketch.nodes;
        let query = format!(
            "MATCH (root {{n: {root}}}) CALL algo.dominators(root, {}) YIELD node, dominator RETURN node.n, dominator.n",
            part.options("")
        );
        let reached = part.reach(&sketch, root, None);
        let dominates = |by: usize, node: usize| {
            by != node && node != root && (by == root || !part.reach(&sketch, root, Some(by))[node])
        };
        let mut want = Vec::new();
        for node in (0..sketch.nodes).filter(|node| *node == root || reached[*node]) {
            let above: Vec<usize> =
                (0..sketch.nodes).filter(|by| (*by == root || reached[*by]) && dominates(*by, node)).collect();
            let nearest = above.iter().find(|by| above.iter().all(|a| a == *by || dominates(*a, **by)));
            want.push(vec![node as f64, nearest.map_or(-1.0, |by| *by as f64)]);
        }
        prop_assert_eq!(run(&sketch, &query).unwrap(), want);
    }

    #[test]
    fn cheapest_paths(
        sketch in sketches(), part in parts(), ends in (0..7usize, 0..7usize), k in 0..20usize, weighted: bool,
    ) {
        let (from, to) = (ends.0 % sketch.nodes, ends.1 % sketch.nodes);
        let mut paths = part.paths(&sketch, from);
        paths.retain(|path| path.0.last() == Some(&to));
        let cost = |path: &(Vec<usize>, Vec<usize>, u32)| {
            if weighted { path.2 as usize } else { path.1.len() }
        };
        paths.sort_by_key(|path| {
            let steps: Vec<_> = path.0.iter().skip(1).copied().zip(path.1.clone()).collect();
            (cost(path), path.1.len(), steps)
        });
        let options = part.options(if weighted { ", weight: 'w'" } else { "" });
        let digits = |rels: &[usize]| rels.iter().fold(1, |digits, rel| digits * 10 + rel) as f64;
        let want: Vec<Vec<f64>> = paths.iter().take(k).enumerate().map(|(index, path)| {
            vec![index as f64, path.1.len() as f64, cost(path) as f64, digits(&path.1)]
        }).collect();
        let read = "size(relationships(path)) AS hops, [r IN relationships(path) | id(r)] AS rels";
        let query = format!(
            "MATCH (a {{n: {from}}}), (b {{n: {to}}}) CALL algo.kShortestPaths(a, b, {k}, {options}) \
             YIELD path, length, cost, index WITH index, length, cost, {read} WHERE hops = length RETURN index, length, cost, rels"
        );
        let rows = session::query(&build(&sketch), "<query>", &query, &Params::new()).unwrap().rows;
        let found: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|value| match value {
            Value::Int(int) => *int as f64,
            Value::Float(float) => *float,
            Value::List(rels) => {
                let rel = |rel: &Value| rel.to_string().parse().unwrap();
                digits(&rels.iter().map(rel).collect::<Vec<usize>>())
            }
            other => panic!("not a number: {other}"),
        }).collect()).collect();
        prop_assert_eq!(found, want);

        let query = format!(
            "MATCH (a {{n: {from}}}), (b {{n: {to}}}) CALL algo.shortestPath(a, b, {options}) \
             YIELD path, length, cost RETURN length(path), length, cost"
        );
        let want: Vec<Vec<f64>> = paths.iter().take(1).map(|path| {
            vec![path.1.len() as f64, path.1.len() as f64, cost(path) as f64]
        }).collect();
        prop_assert_eq!(run(&sketch, &query).unwrap(), want);
    }
}

/// A chain of 100,000 nodes, closed to a ring where asked.
fn chain(ring: bool) -> Graph {
    const NODES: usize = 100_000;
    let mut builder = Builder::default();
    let (kind, n) = (builder.names_mut().kind_id("T"), builder.names_mut().key_id("n"));
    let nodes: Vec<_> =
        (0..NODES).map(|i| builder.add_node(Vec::new(), vec![(n, int(i))])).collect();
    for (start, end) in nodes.iter().zip(nodes.iter().skip(1)) {
        builder.add_rel(kind, *start, *end, Vec::new());
    }
    if ring {
        builder.add_rel(kind, nodes[NODES - 1], nodes[0], Vec::new());
    }
    builder.build()
}

#[test]
fn long_chains_overflow_no_stack() {
    let (chain, ring) = (chain(false), chain(true));
    let count = |graph: &Graph, call: &str| {
        let query = format!("MATCH (a {{n: 0}}), (b {{n: 99999}}) CALL {call} RETURN count(*)");
        let rows = session::query(graph, "<query>", &query, &Params::new()).unwrap().rows;
        rows[0][0].to_string()
    };
    for graph in [&chain, &ring] {
        assert_eq!(count(graph, "algo.components() YIELD node"), "100000");
        assert_eq!(count(graph, "algo.stronglyConnectedComponents() YIELD node"), "100000");
        assert_eq!(count(graph, "algo.dominators(a) YIELD node"), "100000");
        assert_eq!(count(graph, "algo.shortestPath(a, b) YIELD path"), "1");
    }
    assert_eq!(count(&chain, "algo.topologicalOrder() YIELD node"), "100000");
    assert_eq!(count(&chain, "algo.bridges() YIELD source"), "99999");
    assert_eq!(count(&chain, "algo.articulationPoints() YIELD node"), "99998");
    assert_eq!(count(&ring, "algo.bridges() YIELD source"), "0");
    let query = "CALL algo.topologicalOrder() YIELD node RETURN node";
    let error = session::query(&ring, "<query>", query, &Params::new()).unwrap_err().to_string();
    assert!(error.contains("a cycle: ({n: 0}) → ({n: 1}) → "), "{error}");
    assert!(error.ends_with("({n: 11}) → … → ({n: 0})"), "{error}");
}
