//! Adjacency as it is read, and the rows that were written since the image was built.

pub(super) use petgraph::Direction;
use rustc_hash::{FxHashMap, FxHashSet};

use super::image::Image;
use crate::model::{KindId, NodeId, RelId};

/// Neighbours of one node over one relationship type: parallel slices sorted by node, then relationship.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hop<'g> {
    /// The nodes at the other end, as bare ids.
    pub nodes: &'g [u32],
    /// The relationships that lead there, as bare ids.
    pub rels: &'g [u32],
}

impl<'g> Hop<'g> {
    /// The neighbours as pairs.
    pub fn pairs(self) -> impl Iterator<Item = (RelId, NodeId)> + 'g {
        self.rels.iter().map(|rel| RelId(*rel)).zip(self.nodes())
    }

    /// The nodes at the other end.
    pub fn nodes(self) -> impl ExactSizeIterator<Item = NodeId> + 'g {
        self.nodes.iter().map(|node| NodeId(*node))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.nodes.is_empty()
    }

    /// Those that lead to one node. Cost: two binary searches.
    #[must_use]
    pub fn to(self, node: NodeId) -> Self {
        let from = self.nodes.partition_point(|other| *other < node.0);
        let to = self.nodes.partition_point(|other| *other <= node.0);
        Self {
            nodes: self.nodes.get(from..to).unwrap_or(&[]),
            rels: self.rels.get(from..to).unwrap_or(&[]),
        }
    }
}

/// All rows of one relationship type in one direction, as they lie in memory.
///
/// Shape: the row of node `first + i` covers `offsets[i]..offsets[i + 1]` of the two parallel arrays, ascending by node, then
/// relationship; other nodes have none. Empty where there is no such relationship: `offsets` too.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rows<'g> {
    /// The node of the first row.
    pub first: u32,
    /// Where rows begin, and where the last ends.
    pub offsets: &'g [u32],
    /// The nodes at the other end.
    pub nodes: &'g [u32],
    /// The relationships that lead there.
    pub rels: &'g [u32],
}

/// A row: whose neighbours, over which type, which way.
type RowKey = (NodeId, KindId, Direction);

/// A row that was written: as a [`Hop`], owned.
#[derive(Debug, Default)]
struct Row {
    nodes: Vec<u32>,
    rels: Vec<u32>,
}

impl Row {
    fn of(hop: Hop<'_>) -> Self {
        Self { nodes: hop.nodes.to_vec(), rels: hop.rels.to_vec() }
    }

    fn hop(&self) -> Hop<'_> {
        Hop { nodes: &self.nodes, rels: &self.rels }
    }

    /// The place of a pair, or where it belongs.
    fn find(&self, node: NodeId, rel: RelId) -> Result<usize, usize> {
        let from = self.nodes.partition_point(|other| *other < node.0);
        let to = self.nodes.partition_point(|other| *other <= node.0);
        let same = self.rels.get(from..to).unwrap_or(&[]).binary_search(&rel.0);
        same.map(|at| from + at).map_err(|at| from + at)
    }

    fn insert(&mut self, node: NodeId, rel: RelId) {
        if let Err(at) = self.find(node, rel) {
            self.nodes.insert(at, node.0);
            self.rels.insert(at, rel.0);
        }
    }

    fn remove(&mut self, node: NodeId, rel: RelId) {
        if let Ok(at) = self.find(node, rel) {
            self.nodes.remove(at);
            self.rels.remove(at);
        }
    }

    fn set(&mut self, pairs: impl Iterator<Item = (RelId, NodeId)>) {
        (self.rels, self.nodes) = pairs.map(|(rel, node)| (rel.0, node.0)).unzip();
    }
}

/// A relationship with all that the index says of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) rel: RelId,
    pub(super) kind: KindId,
    pub(super) start: NodeId,
    pub(super) end: NodeId,
}

impl Link {
    /// The two rows it stands in, each with the node it stands there with.
    fn rows(self) -> [(RowKey, NodeId); 2] {
        let Self { kind, start, end, .. } = self;
        [((start, kind, Direction::Outgoing), end), ((end, kind, Direction::Incoming), start)]
    }
}

/// The rows that were written: each stands for that of the image.
#[derive(Debug, Default)]
pub(super) struct Patches {
    rows: FxHashMap<RowKey, Row>,
    /// The types of these rows.
    kinds: FxHashSet<KindId>,
}

impl Patches {
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many rows were written.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The nodes whose rows were written.
    pub(super) fn nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.rows.keys().map(|(node, ..)| *node)
    }

    /// Whether a row of a type was written.
    pub(super) fn has(&self, kind: KindId) -> bool {
        self.kinds.contains(&kind)
    }

    /// The row of a node, where it was written.
    #[inline]
    pub(super) fn hop(&self, node: NodeId, kind: KindId, direction: Direction) -> Option<Hop<'_>> {
        self.rows.get(&(node, kind, direction)).map(Row::hop)
    }

    /// Adds a relationship to its two rows. Cost: the first write to a row copies it.
    pub(super) fn add(&mut self, image: &Image, link: Link) {
        for (key, other) in link.rows() {
            self.row(image, key).insert(other, link.rel);
        }
    }

    /// Takes a relationship out of its two rows.
    pub(super) fn remove(&mut self, image: &Image, link: Link) {
        for (key, other) in link.rows() {
            self.row(image, key).remove(other, link.rel);
        }
    }

    /// Adds many relationships. Cost: one sort of each row they belong to.
    pub(super) fn add_all(&mut self, image: &Image, links: &[Link]) {
        let mut added: FxHashMap<RowKey, Vec<(NodeId, RelId)>> = FxHashMap::default();
        for (link, (key, other)) in links.iter().flat_map(|link| link.rows().map(|row| (link, row)))
        {
            added.entry(key).or_default().push((other, link.rel));
        }
        #[expect(clippy::iter_over_hash_type, reason = "each row is written by itself")]
        for (key, mut pairs) in added {
            let row = self.row(image, key);
            pairs.extend(row.hop().pairs().map(|(rel, node)| (node, rel)));
            pairs.sort_unstable();
            row.set(pairs.into_iter().map(|(node, rel)| (rel, node)));
        }
    }

    /// Takes many relationships out. Cost: one pass over each row they stand in.
    pub(super) fn remove_all(&mut self, image: &Image, links: &[Link]) {
        let gone: FxHashSet<RelId> = links.iter().map(|link| link.rel).collect();
        let keys: FxHashSet<RowKey> =
            links.iter().flat_map(|link| link.rows().map(|row| row.0)).collect();
        #[expect(clippy::iter_over_hash_type, reason = "each row is written by itself")]
        for key in keys {
            let row = self.row(image, key);
            let kept: Vec<(RelId, NodeId)> =
                row.hop().pairs().filter(|(rel, _)| !gone.contains(rel)).collect();
            row.set(kept.into_iter());
        }
    }

    fn row(&mut self, image: &Image, key: RowKey) -> &mut Row {
        let (node, kind, direction) = key;
        self.kinds.insert(kind);
        self.rows.entry(key).or_insert_with(|| Row::of(image.hop(node, kind, direction)))
    }
}
