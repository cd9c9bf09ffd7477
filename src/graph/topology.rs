//! Adjacency: per relationship type and direction one compressed, sorted index over the ledger, and over it the rows that were
//! written since it was built.

pub(super) use petgraph::Direction;
use petgraph::graph::{EdgeIndex, NodeIndex};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Ledger;
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

/// Compressed rows for one relationship type and one direction.
///
/// Shape: row `node - first` covers `offsets[row]..offsets[row + 1]` of the two parallel arrays, so a type that
/// touches a narrow range of ids costs only that range.
#[derive(Debug, Default)]
struct Csr {
    first: u32,
    offsets: Vec<u32>,
    nodes: Vec<u32>,
    rels: Vec<u32>,
}

impl Csr {
    /// Builds the rows from `(source, target, relationship)` triples in any order.
    fn build(mut triples: Vec<(NodeId, NodeId, RelId)>) -> Self {
        triples.sort_unstable();
        let (Some(low), Some(high)) = (triples.first(), triples.last()) else {
            return Self::default();
        };
        let (first, rows) = (low.0.0, high.0.index() - low.0.index() + 1);
        let mut offsets = vec![0u32; rows + 1];
        for (source, ..) in &triples {
            offsets[(source.0 - first) as usize + 1] += 1;
        }
        for row in 0..rows {
            offsets[row + 1] += offsets[row];
        }
        let nodes = triples.iter().map(|triple| triple.1.0).collect();
        let rels = triples.iter().map(|triple| triple.2.0).collect();
        Self { first, offsets, nodes, rels }
    }

    fn rows(&self) -> Rows<'_> {
        let Self { first, offsets, nodes, rels } = self;
        Rows { first: *first, offsets, nodes, rels }
    }

    fn hop(&self, node: NodeId) -> Hop<'_> {
        let row = node.0.wrapping_sub(self.first) as usize;
        let bounds = (self.offsets.get(row), self.offsets.get(row.saturating_add(1)));
        let (Some(&from), Some(&to)) = bounds else { return Hop::default() };
        let range = from as usize..to as usize;
        Hop { nodes: &self.nodes[range.clone()], rels: &self.rels[range] }
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

/// The whole index: by type, outgoing then incoming.
///
/// A row that was written since the index was built lies in `patches` and stands for the compressed one; where nothing was
/// written, reads pay one test for that.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_kind: Vec<[Csr; 2]>,
    patches: FxHashMap<RowKey, Row>,
}

impl Index {
    pub(super) fn build(ledger: &Ledger, kinds: usize) -> Self {
        let mut triples = vec![[Vec::new(), Vec::new()]; kinds];
        for rel in ledger.edge_indices() {
            let Some((start, end)) = ledger.edge_endpoints(rel) else { continue };
            let (start, end, id) = (node_id(start), node_id(end), rel_id(rel));
            let [outgoing, incoming] = &mut triples[ledger[rel].kind.index()];
            outgoing.push((start, end, id));
            incoming.push((end, start, id));
        }
        let by_kind = triples.into_iter().map(|pair| pair.map(Csr::build)).collect();
        Self { by_kind, patches: FxHashMap::default() }
    }

    /// The rows of a type; `None` where one was written since they were built.
    pub(super) fn rows(&self, kind: KindId, direction: Direction) -> Option<Rows<'_>> {
        if !self.patches.is_empty() {
            return None;
        }
        Some(match (self.by_kind.get(kind.index()), direction) {
            (Some([outgoing, _]), Direction::Outgoing) => outgoing.rows(),
            (Some([_, incoming]), Direction::Incoming) => incoming.rows(),
            (None, _) => Rows::default(),
        })
    }

    pub(super) fn hop(&self, node: NodeId, kind: KindId, direction: Direction) -> Hop<'_> {
        if !self.patches.is_empty()
            && let Some(row) = self.patches.get(&(node, kind, direction))
        {
            return row.hop();
        }
        compressed(&self.by_kind, (node, kind, direction))
    }

    /// How many rows were written since the index was built.
    pub(super) fn patched(&self) -> usize {
        self.patches.len()
    }

    /// Adds a relationship to its two rows. Cost: the first write to a row copies it.
    pub(super) fn add(&mut self, link: Link) {
        for (key, other) in link.rows() {
            self.row(key).insert(other, link.rel);
        }
    }

    /// Takes a relationship out of its two rows.
    pub(super) fn remove(&mut self, link: Link) {
        for (key, other) in link.rows() {
            self.row(key).remove(other, link.rel);
        }
    }

    /// Adds many relationships. Cost: one sort of each row they belong to.
    pub(super) fn add_all(&mut self, links: &[Link]) {
        let mut added: FxHashMap<RowKey, Vec<(NodeId, RelId)>> = FxHashMap::default();
        for (link, (key, other)) in links.iter().flat_map(|link| link.rows().map(|row| (link, row)))
        {
            added.entry(key).or_default().push((other, link.rel));
        }
        #[expect(clippy::iter_over_hash_type, reason = "each row is written by itself")]
        for (key, mut pairs) in added {
            let row = self.row(key);
            pairs.extend(row.hop().pairs().map(|(rel, node)| (node, rel)));
            pairs.sort_unstable();
            row.set(pairs.into_iter().map(|(node, rel)| (rel, node)));
        }
    }

    /// Takes many relationships out. Cost: one pass over each row they stand in.
    pub(super) fn remove_all(&mut self, links: &[Link]) {
        let gone: FxHashSet<RelId> = links.iter().map(|link| link.rel).collect();
        let keys: FxHashSet<RowKey> =
            links.iter().flat_map(|link| link.rows().map(|row| row.0)).collect();
        #[expect(clippy::iter_over_hash_type, reason = "each row is written by itself")]
        for (node, kind, direction) in keys {
            let kept =
                self.hop(node, kind, direction).pairs().filter(|(rel, _)| !gone.contains(rel));
            let mut row = Row::default();
            row.set(kept);
            self.patches.insert((node, kind, direction), row);
        }
    }

    fn row(&mut self, key: RowKey) -> &mut Row {
        let Self { by_kind, patches } = self;
        patches.entry(key).or_insert_with(|| Row::of(compressed(by_kind, key)))
    }
}

/// The row as it was when the index was built.
fn compressed(by_kind: &[[Csr; 2]], (node, kind, direction): RowKey) -> Hop<'_> {
    let Some([outgoing, incoming]) = by_kind.get(kind.index()) else {
        return Hop::default();
    };
    match direction {
        Direction::Outgoing => outgoing.hop(node),
        Direction::Incoming => incoming.hop(node),
    }
}

/// petgraph's index of a node of ours.
pub(super) fn node_index(node: NodeId) -> NodeIndex<u32> {
    NodeIndex::new(node.index())
}

/// petgraph's index of a relationship of ours.
pub(super) fn rel_index(rel: RelId) -> EdgeIndex<u32> {
    EdgeIndex::new(rel.index())
}

/// Our id of a petgraph node.
pub(super) fn node_id(index: NodeIndex<u32>) -> NodeId {
    NodeId(u32::try_from(index.index()).unwrap_or(u32::MAX))
}

/// Our id of a petgraph edge.
pub(super) fn rel_id(index: EdgeIndex<u32>) -> RelId {
    RelId(u32::try_from(index.index()).unwrap_or(u32::MAX))
}
