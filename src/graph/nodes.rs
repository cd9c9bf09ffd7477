//! A set of nodes that a look-up found.

use crate::model::NodeId;
use std::ops::Range;

/// Nodes in ascending order, as they lie in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nodes<'g> {
    /// All ids of a range.
    Range(Range<u32>),
    /// These ids.
    List(&'g [u32]),
}

impl Default for Nodes<'_> {
    fn default() -> Self {
        Self::List(&[])
    }
}

impl<'g> Nodes<'g> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Range(range) => range.len(),
            Self::List(ids) => ids.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The nodes, ascending.
    pub fn iter(&self) -> impl Iterator<Item = NodeId> + use<'g> {
        let (range, ids) = match self {
            Self::Range(range) => (range.clone(), &[][..]),
            Self::List(ids) => (0..0, *ids),
        };
        range.chain(ids.iter().copied()).map(NodeId)
    }

    /// Whether a node is among them. Cost: a binary search at most.
    #[must_use]
    pub fn contains(&self, node: NodeId) -> bool {
        match self {
            Self::Range(range) => range.contains(&node.0),
            Self::List(ids) => ids.binary_search(&node.0).is_ok(),
        }
    }
}
