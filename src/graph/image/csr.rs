//! Compressed sorted rows: adjacency of one relationship type in one direction.

use std::ops::Range;

use super::array::Array;
use crate::graph::topology::{Hop, Rows};
use crate::model::NodeId;

/// Compressed rows for one relationship type and one direction.
///
/// Shape: row `node - first` covers `offsets[row]..offsets[row + 1]` of the two parallel arrays, which ascend by node, then
/// relationship; a type that touches a narrow range of ids costs only that range.
#[derive(Debug, Default)]
pub(in crate::graph) struct Csr {
    pub(in crate::graph) first: u32,
    pub(in crate::graph) offsets: Array<u32>,
    pub(in crate::graph) nodes: Array<u32>,
    pub(in crate::graph) rels: Array<u32>,
}

impl Csr {
    /// The outgoing and the incoming rows of one type, whose relationships are those of these ranges, ascending; `starts` and `ends`
    /// are by relationship.
    ///
    /// Cost: linear, but for the sort of each outgoing row; the incoming rows are the outgoing ones transposed, and so sorted.
    pub(in crate::graph) fn build(
        ranges: &[Range<u32>],
        starts: &[u32],
        ends: &[u32],
    ) -> [Self; 2] {
        let outgoing = Open::gather(ranges, starts, ends).sorted();
        let incoming = outgoing.transposed();
        [outgoing, incoming].map(Open::close)
    }

    pub(in crate::graph) fn rows(&self) -> Rows<'_> {
        Rows {
            first: self.first,
            offsets: self.offsets.all(),
            nodes: self.nodes.all(),
            rels: self.rels.all(),
        }
    }

    #[inline]
    pub(in crate::graph) fn hop(&self, node: NodeId) -> Hop<'_> {
        let row = node.0.wrapping_sub(self.first) as usize;
        let [from, to] = *self.offsets.range(row..row.saturating_add(2)) else {
            return Hop::default();
        };
        let range = from as usize..to as usize;
        Hop { nodes: self.nodes.range(range.clone()), rels: self.rels.range(range) }
    }
}

/// Rows that are being built.
#[derive(Debug, Default)]
struct Open {
    first: u32,
    offsets: Vec<u32>,
    nodes: Vec<u32>,
    rels: Vec<u32>,
}

impl Open {
    /// Rows by start; within a row relationships ascend.
    fn gather(ranges: &[Range<u32>], starts: &[u32], ends: &[u32]) -> Self {
        let slice = |range: &Range<u32>| range.start as usize..range.end as usize;
        let all = || ranges.iter().flat_map(|range| starts[slice(range)].iter().copied());
        let Some((first, rows)) = bounds(all()) else { return Self::default() };
        let offsets = offsets(all(), first, rows);
        let count = offsets.last().map_or(0, |last| *last as usize);
        let mut rels = Vec::new();
        if all().is_sorted() {
            rels.reserve_exact(count);
            ranges.iter().for_each(|range| rels.extend(range.clone()));
            let mut nodes = Vec::with_capacity(count);
            ranges.iter().for_each(|range| nodes.extend_from_slice(&ends[slice(range)]));
            return Self { first, offsets, nodes, rels };
        }
        rels.resize(count, 0);
        let mut nodes = vec![0; count];
        let mut next = offsets.clone();
        for rel in ranges.iter().flat_map(Range::clone) {
            let place = &mut next[(starts[rel as usize] - first) as usize];
            nodes[*place as usize] = ends[rel as usize];
            rels[*place as usize] = rel;
            *place += 1;
        }
        Self { first, offsets, nodes, rels }
    }

    /// The same with every row in order: by node, then relationship.
    fn sorted(mut self) -> Self {
        let mut pairs: Vec<u64> = Vec::new();
        for bounds in self.offsets.windows(2) {
            let row = bounds[0] as usize..bounds[1] as usize;
            let (nodes, rels) = (&mut self.nodes[row.clone()], &mut self.rels[row]);
            // Relationships ascend in each row already: so they do among those to the same node.
            if nodes.is_sorted() {
                continue;
            }
            pairs.clear();
            pairs.extend(
                nodes
                    .iter()
                    .zip(&*rels)
                    .map(|(node, rel)| u64::from(*node) << 32 | u64::from(*rel)),
            );
            pairs.sort_unstable();
            for (at, pair) in pairs.iter().enumerate() {
                #[expect(clippy::cast_possible_truncation, reason = "two halves of a word")]
                ((nodes[at], rels[at]) = ((*pair >> 32) as u32, *pair as u32));
            }
        }
        self
    }

    /// The rows of the other ends, in order.
    fn transposed(&self) -> Self {
        let Some((first, rows)) = bounds(self.nodes.iter().copied()) else {
            return Self::default();
        };
        let offsets = offsets(self.nodes.iter().copied(), first, rows);
        let mut next = offsets.clone();
        let (mut nodes, mut rels) = (vec![0; self.nodes.len()], vec![0; self.rels.len()]);
        for (from, bounds) in (self.first..).zip(self.offsets.windows(2)) {
            let row = bounds[0] as usize..bounds[1] as usize;
            for (to, rel) in self.nodes[row.clone()].iter().zip(&self.rels[row]) {
                let place = &mut next[(to - first) as usize];
                nodes[*place as usize] = from;
                rels[*place as usize] = *rel;
                *place += 1;
            }
        }
        Self { first, offsets, nodes, rels }
    }

    fn close(self) -> Csr {
        Csr {
            first: self.first,
            offsets: self.offsets.into(),
            nodes: self.nodes.into(),
            rels: self.rels.into(),
        }
    }
}

/// The first node, and how many from it to the last; `None` where there is none.
fn bounds(nodes: impl Iterator<Item = u32>) -> Option<(u32, usize)> {
    let (low, high) =
        nodes.fold((u32::MAX, 0), |(low, high), node| (low.min(node), high.max(node)));
    (low <= high).then(|| (low, (high - low) as usize + 1))
}

/// Where the rows of these nodes begin, and where the last ends.
fn offsets(nodes: impl Iterator<Item = u32>, first: u32, rows: usize) -> Vec<u32> {
    let mut offsets = vec![0u32; rows + 1];
    nodes.for_each(|node| offsets[(node - first) as usize + 1] += 1);
    for row in 0..rows {
        offsets[row + 1] += offsets[row];
    }
    offsets
}
