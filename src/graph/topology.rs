//! Adjacency: per relationship type and direction one compressed, sorted index over the ledger.

use petgraph::Direction;
use petgraph::graph::{EdgeIndex, NodeIndex};

use super::Ledger;
use crate::model::{KindId, NodeId, RelId};

/// Neighbours of one node over one relationship type: parallel slices sorted by node, then relationship.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hop<'g> {
    /// The nodes at the other end.
    pub nodes: &'g [NodeId],
    /// The relationships that lead there.
    pub rels: &'g [RelId],
}

impl<'g> Hop<'g> {
    /// The neighbours as pairs.
    pub fn pairs(self) -> impl Iterator<Item = (RelId, NodeId)> + 'g {
        self.rels.iter().copied().zip(self.nodes.iter().copied())
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
    nodes: Vec<NodeId>,
    rels: Vec<RelId>,
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
        let nodes = triples.iter().map(|triple| triple.1).collect();
        let rels = triples.iter().map(|triple| triple.2).collect();
        Self { first, offsets, nodes, rels }
    }

    fn hop(&self, node: NodeId) -> Hop<'_> {
        let row = node.0.wrapping_sub(self.first) as usize;
        let bounds = (self.offsets.get(row), self.offsets.get(row.saturating_add(1)));
        let (Some(&from), Some(&to)) = bounds else { return Hop::default() };
        let range = from as usize..to as usize;
        Hop { nodes: &self.nodes[range.clone()], rels: &self.rels[range] }
    }
}

/// The whole index: by type, outgoing then incoming.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_kind: Vec<[Csr; 2]>,
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
        Self { by_kind: triples.into_iter().map(|pair| pair.map(Csr::build)).collect() }
    }

    pub(super) fn hop(&self, node: NodeId, kind: KindId, direction: Direction) -> Hop<'_> {
        let Some([outgoing, incoming]) = self.by_kind.get(kind.index()) else {
            return Hop::default();
        };
        match direction {
            Direction::Outgoing => outgoing.hop(node),
            Direction::Incoming => incoming.hop(node),
        }
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
