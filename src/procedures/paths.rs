//! Cheapest paths: `algo.shortestPath`, `algo.kShortestPaths`.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, BinaryHeap};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::options::Options;
use super::view::{Link, View};
use super::{BuiltIn, Context, Emit};
use crate::error::{Code, Error, Result, Standard, text};
use crate::model::{Datum, PathIds, RelId};

pub(super) const TABLE: &[BuiltIn] = &[
    BuiltIn {
        signature: "algo.shortestPath(source :: NODE, target :: NODE, options :: MAP? = {}) :: (path :: PATH, length :: INTEGER, cost :: FLOAT)",
        doc: (
            "The cheapest path between two nodes; without `weight` the one of the fewest hops. Options: `types`, `labels`, `direction`, `weight` (a property of relationships), `defaultWeight`.",
            "2 ノードを結ぶ最小コストのパス（`weight` がなければ段数が最小のもの）。オプション：`types`、`labels`、`direction`、`weight`（関係のプロパティ）、`defaultWeight`。",
        ),
        example: "MATCH (a:Issue {id: 'i-tojisha-5'}), (b:Meeting {id: 'm-kuni'}) CALL algo.shortestPath(a, b, {direction: 'both'}) YIELD length, cost RETURN length, cost",
        work: shortest_path,
    },
    BuiltIn {
        signature: "algo.kShortestPaths(source :: NODE, target :: NODE, k :: INTEGER, options :: MAP? = {}) :: (path :: PATH, length :: INTEGER, cost :: FLOAT, index :: INTEGER)",
        doc: (
            "The `k` cheapest paths between two nodes that pass no node twice, cheapest first, numbered from 0. Options: as for `algo.shortestPath`.",
            "2 ノードを結び、同じノードを二度通らないパスのうち、コストの小さい順に `k` 個。番号は 0 から。オプションは `algo.shortestPath` と同じです。",
        ),
        example: "MATCH (a:Issue {id: 'i-tojisha-5'}), (b:Meeting {id: 'm-kuni'}) CALL algo.kShortestPaths(a, b, 3, {direction: 'both'}) YIELD length, index RETURN index, length",
        work: k_shortest_paths,
    },
];

const OPTIONS: [&str; 5] = ["types", "labels", "direction", "weight", "defaultWeight"];

fn shortest_path(context: &Context<'_>, args: &[Datum], emit: Emit<'_>) -> Result<()> {
    let [Datum::Node(source), Datum::Node(target), options] = args else { return Ok(()) };
    let view = View::of(context, &Options::of(context, Some(options), &OPTIONS)?)?;
    let ends = (view.number(*source), view.number(*target));
    let (Some(source), Some(target)) = ends else { return Ok(()) };
    let found = Search::new(&view, target).best(source, &[], &FxHashSet::default())?;
    if let Some(steps) = found {
        let _ = emit(row(&view, source, &steps));
    }
    Ok(())
}

/// Cost: for each path and each of its nodes, a search that is linear in relationships, with a heap of nodes.
///
/// Source: Yen (1971), with Lawler's rule (1972) that a path is left only behind the node where it left another. Relationships side
/// by side make different paths.
fn k_shortest_paths(context: &Context<'_>, args: &[Datum], emit: Emit<'_>) -> Result<()> {
    let [Datum::Node(source), Datum::Node(target), Datum::Int(k), options] = args else {
        return Ok(());
    };
    let wanted = usize::try_from(*k).map_err(|_| negative(context.name, *k))?;
    let view = View::of(context, &Options::of(context, Some(options), &OPTIONS)?)?;
    let ends = (view.number(*source), view.number(*target));
    let (Some(source), Some(target)) = ends else { return Ok(()) };
    let mut search = Search::new(&view, target);
    let mut candidates = BTreeSet::new();
    let first = search.best(source, &[], &FxHashSet::default())?;
    candidates.extend(first.map(|steps| Candidate::new(steps, 0)));
    let mut found: Vec<Vec<Link>> = Vec::new();
    while found.len() < wanted {
        let Some(Candidate { steps, left, .. }) = candidates.pop_first() else { break };
        let mut cells = row(&view, source, &steps);
        cells.push(Datum::Int(i64::try_from(found.len()).unwrap_or(i64::MAX)));
        if emit(cells).is_break() {
            break;
        }
        context.hold(steps.len())?;
        found.push(steps);
        for candidate in detours(&mut search, source, &found, left)? {
            context.hold(candidate.steps.len())?;
            candidates.insert(candidate);
        }
    }
    Ok(())
}

/// The cheapest ways to leave the path found last, at each of its nodes from the one where it left another itself.
fn detours(
    search: &mut Search<'_>,
    source: u32,
    found: &[Vec<Link>],
    left: usize,
) -> Result<Vec<Candidate>> {
    let Some((last, _)) = found.split_last() else { return Ok(Vec::new()) };
    let mut nodes = vec![source];
    nodes.extend(last.iter().map(|step| step.node));
    let mut candidates = Vec::new();
    for at in left..last.len() {
        let same = |path: &&Vec<Link>| {
            path.len() > at && path.iter().zip(last).take(at).all(|(a, b)| a.rel == b.rel)
        };
        let taken: FxHashSet<RelId> = found.iter().filter(same).map(|path| path[at].rel).collect();
        if let Some(rest) = search.best(nodes[at], &nodes[..at], &taken)? {
            let steps = last.iter().take(at).chain(&rest).copied().collect();
            candidates.push(Candidate::new(steps, at));
        }
    }
    Ok(candidates)
}

/// A path that may come next. They are ordered by cost, then by length, then by nodes and relationships.
#[derive(Debug)]
struct Candidate {
    cost: f64,
    steps: Vec<Link>,
    /// At which node it left another path.
    left: usize,
}

impl Candidate {
    fn new(steps: Vec<Link>, left: usize) -> Self {
        Self { cost: cost(&steps), steps, left }
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |link: &Link| (link.node, link.rel);
        let by_cost = self.cost.total_cmp(&other.cost);
        let by_length = by_cost.then_with(|| self.steps.len().cmp(&other.steps.len()));
        by_length.then_with(|| self.steps.iter().map(key).cmp(other.steps.iter().map(key)))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Candidate {}

fn cost(steps: &[Link]) -> f64 {
    steps.iter().fold(0.0, |cost, step| cost + step.weight)
}

/// How far it is from a node to the target: cost, then hops.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Distance {
    cost: f64,
    hops: u32,
}

impl Distance {
    const NONE: Self = Self { cost: f64::INFINITY, hops: u32::MAX };

    fn before(self, link: &Link) -> Self {
        Self { cost: self.cost + link.weight, hops: self.hops.saturating_add(1) }
    }
}

impl Eq for Distance {}

impl Ord for Distance {
    fn cmp(&self, other: &Self) -> Ordering {
        self.cost.total_cmp(&other.cost).then_with(|| self.hops.cmp(&other.hops))
    }
}

impl PartialOrd for Distance {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A search for cheapest paths to one target, with room that is used again.
struct Search<'v> {
    view: &'v View<'v>,
    target: u32,
    /// From each node to the target.
    distances: Vec<Distance>,
    /// The nodes whose distance has been set.
    touched: Vec<u32>,
    /// The nodes that may not be passed.
    barred: Vec<bool>,
}

impl<'v> Search<'v> {
    fn new(view: &'v View<'_>, target: u32) -> Self {
        let (distances, barred) = (vec![Distance::NONE; view.len()], vec![false; view.len()]);
        Self { view, target, distances, touched: Vec::new(), barred }
    }

    /// The cheapest path from a node to the target that passes none of the nodes `barred` and leaves by none of the relationships
    /// `taken`; of equally cheap ones the shortest, of those the one with the least nodes and relationships.
    fn best(
        &mut self,
        from: u32,
        barred: &[u32],
        taken: &FxHashSet<RelId>,
    ) -> Result<Option<Vec<Link>>> {
        for node in barred {
            self.barred[*node as usize] = true;
        }
        let found = self.measure(from, taken).map(|()| self.follow(from, taken));
        for node in barred {
            self.barred[*node as usize] = false;
        }
        for node in self.touched.drain(..) {
            self.distances[node as usize] = Distance::NONE;
        }
        found
    }

    /// Measures distances from the target back to `from`, and to all that is nearer.
    ///
    /// Source: Dijkstra (1959).
    fn measure(&mut self, from: u32, taken: &FxHashSet<RelId>) -> Result<()> {
        let start = Distance { cost: 0.0, hops: 0 };
        let mut open = BinaryHeap::from([Reverse((start, self.target))]);
        self.set(self.target, start);
        while let Some(Reverse((distance, node))) = open.pop() {
            if node == from {
                break;
            }
            if self.distances[node as usize] < distance {
                continue;
            }
            self.view.context.step()?;
            for link in self.view.back(node) {
                let (other, longer) = (link.node as usize, distance.before(link));
                let closed = self.barred[other] || (link.node == from && taken.contains(&link.rel));
                if !closed && longer < self.distances[other] {
                    self.set(link.node, longer);
                    open.push(Reverse((longer, link.node)));
                }
            }
        }
        Ok(())
    }

    fn set(&mut self, node: u32, distance: Distance) {
        if self.distances[node as usize] == Distance::NONE {
            self.touched.push(node);
        }
        self.distances[node as usize] = distance;
    }

    /// Walks from a node to the target along the distances measured: at each node, by the first relationship that fits.
    fn follow(&self, from: u32, taken: &FxHashSet<RelId>) -> Option<Vec<Link>> {
        let (mut at, mut steps) = (from, Vec::new());
        let mut left = self.distances[at as usize];
        if left == Distance::NONE {
            return None;
        }
        while at != self.target {
            let fits = |link: &&Link| {
                let closed =
                    self.barred[link.node as usize] || (at == from && taken.contains(&link.rel));
                !closed && self.distances[link.node as usize].before(link) == left
            };
            let link = self.view.out(at).iter().find(fits)?;
            steps.push(*link);
            at = link.node;
            left = self.distances[at as usize];
        }
        Some(steps)
    }
}

/// Path, length and cost.
fn row(view: &View<'_>, source: u32, steps: &[Link]) -> Vec<Datum> {
    let nodes = std::iter::once(source).chain(steps.iter().map(|step| step.node));
    let path = PathIds {
        nodes: nodes.map(|number| view.node(number)).collect(),
        rels: steps.iter().map(|step| step.rel).collect(),
    };
    let length = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    vec![Datum::Path(Arc::new(path)), Datum::Int(length), Datum::Float(cost(steps))]
}

fn negative(name: &str, k: i64) -> Error {
    let fault = text!(
        "`{name}` takes a number of paths that is not negative, not {k}",
        "`{name}` の `k` には 0 以上の整数が必要です（値：{k}）"
    );
    Error::new(Code::RunArgument, fault)
        .known_as(Standard::runtime("ArgumentError", "NumberOutOfRange"))
}
