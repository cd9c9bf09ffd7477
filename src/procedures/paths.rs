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
    let search = Search::new(&view, target, Some(source))?;
    if let Some(steps) = search.best(source) {
        let _ = emit(row(&view, source, &steps));
    }
    Ok(())
}

/// Cost: one search that is linear in relationships, with a heap of nodes; then for each path and each of its nodes one that looks at
/// what lies about as near to the target.
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
    let search = Search::new(&view, target, None)?;
    let mut room = Room::new(&view);
    let mut candidates = BTreeSet::new();
    candidates.extend(search.best(source).map(|steps| Candidate::new(steps, 0)));
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
        for candidate in search.detours(source, &found, left, &mut room)? {
            context.hold(candidate.steps.len())?;
            candidates.insert(candidate);
        }
    }
    Ok(())
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

/// How far it is: cost, then hops.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Distance {
    cost: f64,
    hops: u32,
}

impl Distance {
    const ZERO: Self = Self { cost: 0.0, hops: 0 };
    const NONE: Self = Self { cost: f64::INFINITY, hops: u32::MAX };

    /// One relationship more.
    fn and(self, link: &Link) -> Self {
        self.plus(Self { cost: link.weight, hops: 1 })
    }

    fn plus(self, other: Self) -> Self {
        Self { cost: self.cost + other.cost, hops: self.hops.saturating_add(other.hops) }
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

/// The way to one target from everywhere.
struct Search<'v> {
    view: &'v View<'v>,
    target: u32,
    /// By node.
    left: Vec<Distance>,
}

impl<'v> Search<'v> {
    /// Measures from the target back to every node; where only one is asked about, to that and what is nearer.
    ///
    /// Source: Dijkstra (1959).
    fn new(view: &'v View<'_>, target: u32, only: Option<u32>) -> Result<Self> {
        let mut left = vec![Distance::NONE; view.len()];
        left[target as usize] = Distance::ZERO;
        let mut open = BinaryHeap::from([Reverse((Distance::ZERO, target))]);
        while let Some(Reverse((distance, node))) = open.pop() {
            if only == Some(node) {
                break;
            }
            if left[node as usize] < distance {
                continue;
            }
            view.context.step()?;
            for link in view.back(node) {
                let longer = distance.and(&link);
                if longer < left[link.node as usize] {
                    left[link.node as usize] = longer;
                    open.push(Reverse((longer, link.node)));
                }
            }
        }
        Ok(Self { view, target, left })
    }

    /// The cheapest path from a node to the target; of equally cheap ones the shortest, of those the one with the least nodes and
    /// relationships.
    fn best(&self, from: u32) -> Option<Vec<Link>> {
        let (mut at, mut steps) = (from, Vec::new());
        if self.left[at as usize] == Distance::NONE {
            return None;
        }
        while at != self.target {
            let left = self.left[at as usize];
            let fits = |link: &Link| self.left[link.node as usize].and(link) == left;
            let link = self.view.out(at).into_iter().find(fits)?;
            steps.push(link);
            at = link.node;
        }
        Some(steps)
    }

    /// The cheapest ways to leave the path found last, at each of its nodes from the one where it left another itself.
    fn detours(
        &self,
        source: u32,
        found: &[Vec<Link>],
        left: usize,
        room: &mut Room,
    ) -> Result<Vec<Candidate>> {
        let Some((last, _)) = found.split_last() else { return Ok(Vec::new()) };
        let mut nodes = vec![source];
        nodes.extend(last.iter().map(|step| step.node));
        let mut candidates = Vec::new();
        for at in left..last.len() {
            let same = |path: &&Vec<Link>| {
                path.len() > at && path.iter().zip(last).take(at).all(|(a, b)| a.rel == b.rel)
            };
            let taken = found.iter().filter(same).map(|path| path[at].rel);
            let bars = Bars { nodes: &nodes[..at], rels: taken.collect() };
            if let Some(rest) = self.detour(nodes[at], &bars, room)? {
                let steps = last.iter().take(at).chain(&rest).copied().collect();
                candidates.push(Candidate::new(steps, at));
            }
        }
        Ok(candidates)
    }

    /// As [`Self::best`], around what is barred.
    ///
    /// Source: Hart, Nilsson and Raphael (1968): how far it would be without bars never says too much.
    fn detour(&self, from: u32, bars: &Bars<'_>, room: &mut Room) -> Result<Option<Vec<Link>>> {
        room.clear();
        bars.nodes.iter().for_each(|node| room.set(*node, Way::BARRED));
        room.set(from, Way { gone: Distance::ZERO, by: None });
        let mut open =
            BinaryHeap::from([Reverse((self.left[from as usize], Distance::ZERO, from))]);
        while let Some(Reverse((_, gone, node))) = open.pop() {
            if node == self.target {
                return Ok(Some(room.path(node)));
            }
            if room.ways[node as usize].gone < gone {
                continue;
            }
            self.view.context.step()?;
            for link in self.view.out(node) {
                let left = self.left[link.node as usize];
                if left == Distance::NONE || (node == from && bars.rels.contains(&link.rel)) {
                    continue;
                }
                let (further, known) = (gone.and(&link), room.ways[link.node as usize].gone);
                if further < known {
                    open.push(Reverse((further.plus(left), further, link.node)));
                }
                if further < known || (further == known && room.comes_first(node, &link)) {
                    room.set(link.node, Way { gone: further, by: Some((node, link)) });
                }
            }
        }
        Ok(None)
    }
}

/// What a path may not use: nodes, and relationships out of its first node.
struct Bars<'b> {
    nodes: &'b [u32],
    rels: FxHashSet<RelId>,
}

/// How a node was reached.
#[derive(Clone, Copy, Debug)]
struct Way {
    gone: Distance,
    /// The node before it, and the relationship from there.
    by: Option<(u32, Link)>,
}

impl Way {
    const NONE: Self = Self { gone: Distance::NONE, by: None };
    /// No way is better than this one.
    const BARRED: Self = Self { gone: Distance { cost: f64::NEG_INFINITY, hops: 0 }, by: None };
}

/// Room for searches, used again and again.
struct Room {
    /// By node.
    ways: Vec<Way>,
    /// The nodes whose way has been set.
    touched: Vec<u32>,
}

impl Room {
    fn new(view: &View<'_>) -> Self {
        Self { ways: vec![Way::NONE; view.len()], touched: Vec::new() }
    }

    fn clear(&mut self) {
        for node in self.touched.drain(..) {
            self.ways[node as usize] = Way::NONE;
        }
    }

    fn set(&mut self, node: u32, way: Way) {
        self.touched.push(node);
        self.ways[node as usize] = way;
    }

    /// Whether, of two equally long ways to a node, the one over `link` from `node` has lesser nodes and relationships than the one that
    /// is known: the first step in which they differ tells.
    fn comes_first(&self, node: u32, link: &Link) -> bool {
        let key = |link: &Link| (link.node, link.rel);
        let mut ways = (Some((node, *link)), self.ways[link.node as usize].by);
        let mut order = Ordering::Equal;
        while let (Some((a, by_a)), Some((b, by_b))) = ways {
            order = key(&by_a).cmp(&key(&by_b)).then(order);
            if a == b {
                break;
            }
            ways = (self.ways[a as usize].by, self.ways[b as usize].by);
        }
        order.is_lt()
    }

    /// The relationships by which a node was reached.
    fn path(&self, node: u32) -> Vec<Link> {
        let (mut steps, mut at) = (Vec::new(), node);
        while let Some((before, link)) = self.ways[at as usize].by {
            steps.push(link);
            at = before;
        }
        steps.reverse();
        steps
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
