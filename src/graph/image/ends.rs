//! Where relationships start and end.

use super::Image;
use super::array::Array;
use crate::model::{NodeId, RelId};

/// The nodes where relationships start and end.
#[derive(Debug)]
pub(in crate::graph) enum Ends {
    /// By relationship.
    Each { starts: Array<u32>, ends: Array<u32> },
    /// The outgoing rows say it: in those of each type relationships ascend, so that one is found there. Tables that go through the nodes
    /// one by one lead to this.
    Rows,
}

impl Default for Ends {
    fn default() -> Self {
        Self::Each { starts: Array::default(), ends: Array::default() }
    }
}

impl Image {
    /// Where a relationship starts and ends. Cost: two array reads, or where the rows say it, a binary search.
    #[inline]
    pub(in crate::graph) fn ends(&self, rel: RelId) -> Option<(NodeId, NodeId)> {
        if !self.rels.has(rel.0) {
            return None;
        }
        let (start, end) = match &self.ends {
            Ends::Each { starts, ends } => (starts.at(rel.index())?, ends.at(rel.index())?),
            Ends::Rows => {
                let kind = self.rel_shapes.of(rel.0)?.kind;
                let [outgoing, _] = self.topology.get(kind.index())?;
                outgoing.ends(rel.0)?
            }
        };
        Some((NodeId(start), NodeId(end)))
    }

    /// Whether the rows say where relationships start and end.
    pub(in crate::graph) fn has_ends_in_rows(&self) -> bool {
        self.topology.iter().all(|[outgoing, _]| outgoing.rels.all().is_sorted())
    }

    /// Takes out where relationships start and end, by relationship; what is none starts and ends nowhere in particular.
    pub(in crate::graph) fn take_ends(&mut self) -> (Vec<u32>, Vec<u32>) {
        match std::mem::take(&mut self.ends) {
            Ends::Each { starts, ends } => (starts.into_vec(), ends.into_vec()),
            Ends::Rows => {
                let mut all = (vec![0; self.rels.bound], vec![0; self.rels.bound]);
                self.topology.iter().for_each(|[outgoing, _]| outgoing.write_ends(&mut all));
                all
            }
        }
    }

    /// Puts in where relationships start and end, which the rows say already.
    pub(in crate::graph) fn put_ends(&mut self, starts: Vec<u32>, ends: Vec<u32>) {
        self.ends = if self.has_ends_in_rows() {
            Ends::Rows
        } else {
            Ends::Each { starts: starts.into(), ends: ends.into() }
        };
    }
}
