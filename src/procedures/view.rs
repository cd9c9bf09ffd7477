//! The part of a graph that an algorithm sees: some labels, some relationship types, one direction or both.
//!
//! Nodes are numbered from 0, ascending, and each has its relationships in one row, so that an algorithm is loops over arrays. Where the
//! part is all nodes and one type in one direction, these are the rows of the graph itself. They feed petgraph's algorithms too. Nothing
//! here recurses.

use std::cell::RefCell;

use fixedbitset::FixedBitSet;
use petgraph::visit::{
    GraphBase, IntoNeighbors, IntoNeighborsDirected, IntoNodeIdentifiers, Visitable,
};

use super::options::{Options, Way, Weight};
use super::{Context, Emit};
use crate::error::{Code, Error, Result, text};
use crate::functions::as_float;
use crate::graph::{Direction, Graph, Hop, Names};
use crate::model::{Datum, KindId, NodeId, RelId};

/// The options that [`View::of`] reads.
pub(super) const PART: [&str; 3] = ["types", "labels", "direction"];

/// A relationship as it is seen from one of its nodes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// The number of the node at the other end.
    pub(super) node: u32,
    pub(super) rel: RelId,
    /// What it weighs; 1 where nothing is said.
    pub(super) weight: f64,
}

/// The relationships of one node, ascending by the node at the other end, then by relationship.
#[derive(Clone, Copy, Debug)]
pub(super) enum Links<'v> {
    /// As they were gathered.
    Gathered(&'v [Link]),
    /// As they lie in the graph; each weighs 1.
    Lying(Hop<'v>),
}

/// The relationships of every node.
#[derive(Debug)]
enum Rows<'c> {
    /// The row of node `n` is `links[offsets[n]..offsets[n + 1]]`.
    Gathered { offsets: Vec<usize>, links: Vec<Link> },
    /// Those of the graph over one type in one direction: every node is numbered by its id.
    Lying(&'c Graph, KindId, Direction),
}

/// Part of a graph.
#[derive(Debug)]
pub(super) struct View<'c> {
    pub(super) context: &'c Context<'c>,
    /// By number; ascending.
    nodes: Vec<NodeId>,
    /// The number of each node by its id; `u32::MAX` for those that take no part.
    numbers: Vec<u32>,
    out: Rows<'c>,
    /// Against the direction; absent where both are followed, and the same.
    back: Option<Rows<'c>>,
    /// Why petgraph's algorithms are shown no more neighbours.
    stopped: RefCell<Option<Error>>,
}

impl<'c> View<'c> {
    /// The part that the options describe; relationships are followed in the direction they say.
    ///
    /// Cost: linear in nodes, and in relationships where those of several types, directions or labels are gathered.
    pub(super) fn of(context: &'c Context<'c>, options: &Options<'_>) -> Result<Self> {
        Self::following(context, options, options.way()?)
    }

    /// The same, where the algorithm knows the direction.
    pub(super) fn following(
        context: &'c Context<'c>,
        options: &Options<'_>,
        way: Way,
    ) -> Result<Self> {
        let (graph, labels) = (context.graph, options.labels()?);
        let nodes: Vec<NodeId> = match labels {
            None => graph.nodes().collect(),
            Some(labels) => {
                let with = labels.iter().flat_map(|label| graph.nodes_with(*label).iter());
                let mut nodes: Vec<NodeId> = with.collect();
                nodes.sort_unstable();
                nodes.dedup();
                nodes
            }
        };
        let mut numbers = vec![u32::MAX; nodes.last().map_or(0, |last| last.index() + 1)];
        for (number, node) in (0..).zip(&nodes) {
            numbers[node.index()] = number;
        }
        let stopped = RefCell::new(None);
        let (out, back) = (Rows::Gathered { offsets: Vec::new(), links: Vec::new() }, None);
        let mut view = Self { context, nodes, numbers, out, back, stopped };
        let kinds = options.kinds()?.unwrap_or_else(|| {
            let count = u16::try_from(graph.names().kinds().len()).unwrap_or(u16::MAX);
            (0..count).map(KindId).collect()
        });
        let weight = options.weight()?;
        match way {
            Way::Both => view.out = view.rows(&kinds, None, weight)?,
            Way::One(direction) => {
                view.out = view.rows(&kinds, Some(direction), weight)?;
                view.back = Some(view.rows(&kinds, Some(direction.opposite()), weight)?);
            }
        }
        Ok(view)
    }

    fn rows(
        &self,
        kinds: &[KindId],
        direction: Option<Direction>,
        weight: Weight<'_>,
    ) -> Result<Rows<'c>> {
        let graph = self.context.graph;
        if let ([kind], Some(direction), Weight::None) = (kinds, direction, weight)
            && self.nodes.len() == graph.node_bound()
        {
            return Ok(Rows::Lying(graph, *kind, direction));
        }
        let (mut offsets, mut links) = (vec![0], Vec::new());
        for node in &self.nodes {
            self.context.step()?;
            let first = links.len();
            for kind in kinds {
                for way in [Direction::Outgoing, Direction::Incoming] {
                    if direction.is_some_and(|direction| direction != way) {
                        continue;
                    }
                    // A loop is one relationship: seen from both ends it counts once.
                    let again = direction.is_none() && way == Direction::Incoming;
                    for (rel, other) in graph.hop(*node, *kind, way).pairs() {
                        let Some(number) = self.number(other) else { continue };
                        if !(again && other == *node) {
                            let weight = self.weight(rel, weight)?;
                            links.push(Link { node: number, rel, weight });
                        }
                    }
                }
            }
            let row: &mut [Link] = links.get_mut(first..).unwrap_or_default();
            row.sort_unstable_by_key(|link| (link.node, link.rel));
            offsets.push(links.len());
        }
        Ok(Rows::Gathered { offsets, links })
    }

    fn weight(&self, rel: RelId, weight: Weight<'_>) -> Result<f64> {
        let Weight::Of { name, key, default } = weight else { return Ok(1.0) };
        let graph = self.context.graph;
        let value = key.and_then(|key| graph.rel_property(rel, key));
        let number = match value {
            Some(Datum::Int(int)) => Some(as_float(int)),
            Some(Datum::Float(float)) => Some(float),
            Some(_) => None,
            None => default,
        };
        if let Some(number) = number.filter(|number| *number >= 0.0 && number.is_finite()) {
            return Ok(number);
        }
        let ends = graph.ends(rel).map(|(start, end)| (self.name(start), self.name(end)));
        let (start, end) = ends.unwrap_or_default();
        let error = if value.is_none() {
            text!(
                "the relationship {start} → {end} has no `{name}`",
                "関係 {start} → {end} に `{name}` がありません"
            )
        } else {
            text!(
                "`{name}` of the relationship {start} → {end} is no number from 0",
                "関係 {start} → {end} の `{name}` が 0 以上の数値ではありません"
            )
        };
        let default = value.is_none().then(|| {
            text!(
                "Say with `defaultWeight` what a relationship without it weighs.",
                "この値がない関係の重みは `defaultWeight` で指定できます。"
            )
        });
        Err(Error::new(Code::RunArgument, error).help_if(default))
    }

    /// How many nodes take part.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The numbers of all nodes, ascending.
    pub(super) fn all(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)
    }

    /// The node of a number.
    pub(super) fn node(&self, number: u32) -> NodeId {
        self.nodes[number as usize]
    }

    /// The number of a node; `None` where it takes no part.
    pub(super) fn number(&self, node: NodeId) -> Option<u32> {
        self.numbers.get(node.index()).copied().filter(|number| *number != u32::MAX)
    }

    /// The relationships by which a node is left.
    pub(super) fn out(&self, number: u32) -> Links<'_> {
        self.out.of(number)
    }

    /// The relationships by which a node is reached, seen from that node.
    pub(super) fn back(&self, number: u32) -> Links<'_> {
        self.back.as_ref().unwrap_or(&self.out).of(number)
    }

    /// What messages call a node: its `id`, or all there is to see of it.
    pub(super) fn name(&self, node: NodeId) -> String {
        const SHOWN_MAX: usize = 40;
        let graph = self.context.graph;
        match graph.node_property(node, Names::ID) {
            Some(Datum::Str(id)) => format!("`{id}`"),
            _ => graph.node_value(node).to_string().chars().take(SHOWN_MAX).collect(),
        }
    }

    /// Emits a row for each node, ascending, of the node and a value.
    pub(super) fn emit(&self, value: impl Fn(u32) -> Datum, emit: Emit<'_>) -> Result<()> {
        for number in self.all() {
            self.context.step()?;
            if emit(vec![Datum::Node(self.node(number)), value(number)]).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// What an algorithm of petgraph found; a fault where it was stopped, and so saw only a part.
    pub(super) fn whole<T>(&self, found: T) -> Result<T> {
        match self.stopped.take() {
            Some(error) => Err(error),
            None => Ok(found),
        }
    }

    /// The links to show to petgraph: none any more once the query is to stop, so that the algorithm comes to its end.
    fn shown<'v>(&'v self, links: Links<'v>) -> Neighbors<'v> {
        if self.stopped.borrow().is_none()
            && let Err(error) = self.context.step()
        {
            *self.stopped.borrow_mut() = Some(error);
        }
        let is_stopped = self.stopped.borrow().is_some();
        Neighbors(if is_stopped { Links::Gathered(&[]) } else { links }.into_iter())
    }
}

impl Rows<'_> {
    fn of(&self, number: u32) -> Links<'_> {
        match self {
            Self::Gathered { offsets, links } => {
                let number = number as usize;
                Links::Gathered(&links[offsets[number]..offsets[number + 1]])
            }
            Self::Lying(graph, kind, direction) => {
                Links::Lying(graph.hop(NodeId(number), *kind, *direction))
            }
        }
    }
}

impl<'v> Links<'v> {
    pub(super) fn len(self) -> usize {
        match self {
            Self::Gathered(links) => links.len(),
            Self::Lying(hop) => hop.nodes.len(),
        }
    }

    pub(super) fn is_empty(self) -> bool {
        self.len() == 0
    }

    #[inline]
    pub(super) fn get(self, at: usize) -> Option<Link> {
        match self {
            Self::Gathered(links) => links.get(at).copied(),
            Self::Lying(hop) => {
                let (node, rel) = (*hop.nodes.get(at)?, *hop.rels.get(at)?);
                Some(Link { node, rel: RelId(rel), weight: 1.0 })
            }
        }
    }
}

impl<'v> IntoIterator for Links<'v> {
    type Item = Link;
    type IntoIter = LinksIter<'v>;

    fn into_iter(self) -> LinksIter<'v> {
        LinksIter { links: self, at: 0 }
    }
}

/// One relationship after the other.
#[derive(Debug)]
pub(super) struct LinksIter<'v> {
    links: Links<'v>,
    at: usize,
}

impl Iterator for LinksIter<'_> {
    type Item = Link;

    #[inline]
    fn next(&mut self) -> Option<Link> {
        let link = self.links.get(self.at);
        self.at += 1;
        link
    }
}

/// The neighbours of a node.
#[derive(Debug)]
pub(super) struct Neighbors<'v>(LinksIter<'v>);

impl Iterator for Neighbors<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.0.next().map(|link| link.node)
    }
}

impl GraphBase for View<'_> {
    type NodeId = u32;
    type EdgeId = RelId;
}

impl Visitable for View<'_> {
    type Map = FixedBitSet;

    fn visit_map(&self) -> FixedBitSet {
        FixedBitSet::with_capacity(self.len())
    }

    fn reset_map(&self, map: &mut FixedBitSet) {
        map.clear();
    }
}

impl IntoNodeIdentifiers for &View<'_> {
    type NodeIdentifiers = std::ops::Range<u32>;

    fn node_identifiers(self) -> Self::NodeIdentifiers {
        self.all()
    }
}

impl<'v> IntoNeighbors for &'v View<'_> {
    type Neighbors = Neighbors<'v>;

    fn neighbors(self, node: u32) -> Neighbors<'v> {
        self.shown(self.out(node))
    }
}

impl<'v> IntoNeighborsDirected for &'v View<'_> {
    type NeighborsDirected = Neighbors<'v>;

    fn neighbors_directed(self, node: u32, direction: Direction) -> Neighbors<'v> {
        self.shown(match direction {
            Direction::Outgoing => self.out(node),
            Direction::Incoming => self.back(node),
        })
    }
}
