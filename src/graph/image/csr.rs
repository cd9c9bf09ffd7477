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

/// Relationships one behind the other, with the nodes where they start and end.
#[derive(Clone, Copy, Debug)]
pub(in crate::graph) struct Links<'l> {
    pub(in crate::graph) first: u32,
    pub(in crate::graph) starts: &'l [u32],
    pub(in crate::graph) ends: &'l [u32],
}

impl Links<'_> {
    /// Those of a range; `None` where none of these lies in it.
    pub(in crate::graph) fn part(&self, range: &Range<u32>) -> Option<Self> {
        let length = u32::try_from(self.starts.len().min(self.ends.len())).ok()?;
        let first = range.start.max(self.first);
        let end = range.end.min(self.first.saturating_add(length));
        let places = first.checked_sub(self.first)? as usize..end.checked_sub(self.first)? as usize;
        let (starts, ends) = (self.starts.get(places.clone())?, self.ends.get(places)?);
        (!starts.is_empty()).then_some(Self { first, starts, ends })
    }

    fn rels(&self) -> impl Iterator<Item = u32> + use<> {
        (self.first..).zip(0..self.starts.len()).map(|(rel, _)| rel)
    }
}

impl Csr {
    /// The outgoing and the incoming rows of one type, whose relationships are these, ascending.
    ///
    /// Cost: linear, but for the sort of each outgoing row; the incoming rows are the outgoing ones transposed, and so sorted.
    pub(in crate::graph) fn build(links: &[Links<'_>]) -> [Self; 2] {
        let outgoing = Open::gather(links).sorted();
        let incoming = outgoing.transposed();
        [outgoing, incoming].map(Open::close)
    }

    /// The same of relationships from a first one on whose starts ascend, which takes no room for their ends; gives those that do not
    /// ascend back.
    ///
    /// # Errors
    /// The starts and ends that were given.
    pub(in crate::graph) fn of_sorted(
        rel: u32,
        starts: Vec<u32>,
        ends: Vec<u32>,
    ) -> Result<[Self; 2], (Vec<u32>, Vec<u32>)> {
        let (true, Some(first), Some(last)) = (starts.is_sorted(), starts.first(), starts.last())
        else {
            return Err((starts, ends));
        };
        let (first, rows) = (*first, (last - first) as usize + 1);
        let offsets = offsets(std::iter::once(starts.as_slice()), first, rows);
        drop(starts);
        let rels = (rel..).zip(&ends).map(|(rel, _)| rel).collect();
        let outgoing = Open { first, offsets, nodes: ends, rels }.sorted();
        let incoming = outgoing.transposed();
        Ok([outgoing, incoming].map(Open::close))
    }

    /// The node whose row a relationship stands in, and the one it stands there with, if relationships ascend from row to row.
    pub(in crate::graph) fn ends(&self, rel: u32) -> Option<(u32, u32)> {
        let place = rel.wrapping_sub(self.rels.at(0)?) as usize;
        // Mostly there is no other relationship in between.
        let place = match self.rels.at(place) {
            Some(found) if found == rel => place,
            _ => self.rels.all().partition_point(|other| *other < rel),
        };
        self.rels.at(place).filter(|found| *found == rel)?;
        let offsets = self.offsets.all();
        let row = offsets.partition_point(|offset| *offset as usize <= place).checked_sub(1)?;
        Some((self.first.checked_add(u32::try_from(row).ok()?)?, self.nodes.at(place)?))
    }

    /// Writes for each relationship whose row it stands in, and with which node.
    pub(in crate::graph) fn write_ends(&self, (rows, others): &mut (Vec<u32>, Vec<u32>)) {
        let Rows { first, offsets, nodes, rels } = self.rows();
        for (node, bounds) in (first..).zip(offsets.windows(2)) {
            let row = bounds[0] as usize..bounds[1] as usize;
            let rels = rels.get(row.clone()).unwrap_or_default();
            for (rel, other) in rels.iter().zip(nodes.get(row).unwrap_or_default()) {
                let rel = *rel as usize;
                if let (Some(row), Some(place)) = (rows.get_mut(rel), others.get_mut(rel)) {
                    (*row, *place) = (node, *other);
                }
            }
        }
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
    fn gather(links: &[Links<'_>]) -> Self {
        let starts = || links.iter().map(|links| links.starts);
        let Some((first, rows)) = bounds(starts()) else { return Self::default() };
        let offsets = offsets(starts(), first, rows);
        let count = offsets.last().map_or(0, |last| *last as usize);
        let in_order = |two: &[Links<'_>]| two[0].starts.last() <= two[1].starts.first();
        if starts().all(<[u32]>::is_sorted) && links.windows(2).all(in_order) {
            let (mut nodes, mut rels) = (Vec::with_capacity(count), Vec::with_capacity(count));
            links.iter().for_each(|links| nodes.extend_from_slice(links.ends));
            links.iter().for_each(|links| rels.extend(links.rels()));
            return Self { first, offsets, nodes, rels };
        }
        let (mut nodes, mut rels) = (vec![0; count], vec![0; count]);
        let mut next = offsets.clone();
        for links in links {
            for ((rel, start), end) in links.rels().zip(links.starts).zip(links.ends) {
                let place = &mut next[(start - first) as usize];
                nodes[*place as usize] = *end;
                rels[*place as usize] = rel;
                *place += 1;
            }
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
        let nodes = || std::iter::once(self.nodes.as_slice());
        let Some((first, rows)) = bounds(nodes()) else { return Self::default() };
        let offsets = offsets(nodes(), first, rows);
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
fn bounds<'n>(nodes: impl Iterator<Item = &'n [u32]>) -> Option<(u32, usize)> {
    let (low, high) = nodes.fold((u32::MAX, 0), |(low, high), nodes| {
        let least = nodes.iter().fold(low, |low, node| low.min(*node));
        (least, nodes.iter().fold(high, |high, node| high.max(*node)))
    });
    (low <= high).then(|| (low, (high - low) as usize + 1))
}

/// Where the rows of these nodes begin, and where the last ends.
fn offsets<'n>(nodes: impl Iterator<Item = &'n [u32]>, first: u32, rows: usize) -> Vec<u32> {
    let mut offsets = vec![0u32; rows + 1];
    for nodes in nodes {
        nodes.iter().for_each(|node| offsets[(node - first) as usize + 1] += 1);
    }
    for row in 0..rows {
        offsets[row + 1] += offsets[row];
    }
    offsets
}
