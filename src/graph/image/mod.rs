//! The image: a graph as plain arrays that do not change, so that it can be written to a file array by array, and mapped back.
//!
//! Nodes and relationships are numbered from 0; a number whose node was deleted is a hole. What lies beside the arrays (names, the
//! table of shapes, bounds) is small: it grows with the schema, not with the graph.

mod array;
pub(super) mod bits;
mod column;
mod csr;
mod encode;
mod ends;
mod file;
mod fill;
mod index;
mod map;
mod shapes;
mod stored;
mod tables;

use std::ops::Range;

pub use array::{Array, Element};
pub(super) use column::{Cells, Column};
pub(super) use csr::{Csr, Links};
pub(super) use encode::{decode, encode};
pub(super) use ends::Ends;
pub use file::{FORMAT, OpenError};
pub(super) use file::{Mapping, Reader, Writer};
pub(super) use index::{Index, hash, hashes};
pub(super) use shapes::{Gather, NodeShape, RelShape, Shapes};
pub(super) use stored::Stored;
pub(super) use tables::NO_KIND;

use super::topology::{Direction, Hop, Rows};
use super::{Names, Nodes, Properties};
use crate::model::{Datum, KeyId, KindId, LabelId, NodeId, RelId};

/// A graph that does not change.
#[derive(Debug)]
pub(super) struct Image {
    pub(super) nodes: Ids,
    pub(super) rels: Ids,
    pub(super) node_shapes: Shapes<NodeShape>,
    pub(super) rel_shapes: Shapes<RelShape>,
    /// By label.
    pub(super) members: Vec<Members>,
    /// By key.
    pub(super) node_columns: Vec<Option<Column>>,
    /// By key.
    pub(super) rel_columns: Vec<Option<Column>>,
    pub(super) ends: Ends,
    /// By type, outgoing then incoming.
    pub(super) topology: Vec<[Csr; 2]>,
    pub(super) indexes: Vec<Index>,
}

/// Which numbers stand for something.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// One more than the greatest.
    pub(super) bound: usize,
    /// How many do.
    pub(super) count: usize,
    /// A bit for each that does not; none where all do.
    pub(super) holes: Array<u64>,
}

/// The nodes with a label.
#[derive(Debug)]
pub(super) enum Members {
    /// All of a range.
    Range(Range<u32>),
    /// These, ascending.
    List(Array<u32>),
}

impl Default for Image {
    fn default() -> Self {
        let index = Index::build((None, Names::ID), None, |_| true);
        Self {
            nodes: Ids::default(),
            rels: Ids::default(),
            node_shapes: Shapes::default(),
            rel_shapes: Shapes::default(),
            members: Vec::new(),
            node_columns: Vec::new(),
            rel_columns: Vec::new(),
            ends: Ends::default(),
            topology: Vec::new(),
            indexes: vec![index],
        }
    }
}

impl Ids {
    /// Whether a number stands for something.
    #[inline]
    pub(super) fn has(&self, id: u32) -> bool {
        (id as usize) < self.bound && (self.holes.is_empty() || !bits::at(&self.holes, id as usize))
    }

    /// The numbers of a bound with holes.
    pub(super) fn with_holes(bound: usize, holes: Vec<u64>) -> Self {
        let gone = bits::count(&holes);
        let holes = if gone == 0 { Array::default() } else { holes.into() };
        Self { bound, count: bound.saturating_sub(gone), holes }
    }
}

impl Members {
    /// The nodes of an ascending list.
    pub(super) fn of(ids: Vec<u32>) -> Self {
        match (ids.first(), ids.last()) {
            (Some(first), Some(last)) if (last - first) as usize + 1 == ids.len() => {
                Self::Range(*first..last.saturating_add(1))
            }
            (None, _) => Self::Range(0..0),
            _ => Self::List(ids.into()),
        }
    }

    /// The nodes of ranges, ascending.
    pub(super) fn of_ranges(ranges: Vec<Range<u32>>) -> Self {
        match (ranges.first(), ranges.last()) {
            (Some(first), Some(last))
                if ranges.windows(2).all(|two| two[0].end == two[1].start) =>
            {
                Self::Range(first.start..last.end)
            }
            _ => Self::of(ranges.into_iter().flatten().collect()),
        }
    }

    pub(super) fn nodes(&self) -> Nodes<'_> {
        match self {
            Self::Range(range) => Nodes::Range(range.clone()),
            Self::List(ids) => Nodes::List(ids.all()),
        }
    }
}

impl Image {
    /// What a node has besides values.
    #[inline]
    pub(super) fn node_shape(&self, node: NodeId) -> Option<&NodeShape> {
        if !self.nodes.has(node.0) {
            return None;
        }
        self.node_shapes.of(node.0)
    }

    /// What a relationship has besides ends and values.
    #[inline]
    pub(super) fn rel_shape(&self, rel: RelId) -> Option<&RelShape> {
        if !self.rels.has(rel.0) {
            return None;
        }
        self.rel_shapes.of(rel.0)
    }

    /// The column of a key over nodes.
    #[inline]
    pub(super) fn node_column(&self, key: KeyId) -> Option<&Column> {
        self.node_columns.get(key.index())?.as_ref()
    }

    /// The column of a key over relationships.
    #[inline]
    pub(super) fn rel_column(&self, key: KeyId) -> Option<&Column> {
        self.rel_columns.get(key.index())?.as_ref()
    }

    pub(super) fn node_properties(&self, node: NodeId) -> Properties {
        let keys = self.node_shape(node).map_or(&[][..], |shape| &shape.keys);
        let value = |key: &KeyId| Some((*key, self.node_column(*key)?.get(node.0)?));
        keys.iter().filter_map(value).collect()
    }

    pub(super) fn rel_properties(&self, rel: RelId) -> Properties {
        let keys = self.rel_shape(rel).map_or(&[][..], |shape| &shape.keys);
        let value = |key: &KeyId| Some((*key, self.rel_column(*key)?.get(rel.0)?));
        keys.iter().filter_map(value).collect()
    }

    /// The nodes with a label.
    pub(super) fn nodes_with(&self, label: LabelId) -> Nodes<'_> {
        self.members.get(label.index()).map_or_else(Nodes::default, Members::nodes)
    }

    /// The rows of a type; `None` where there is no such relationship.
    #[inline]
    pub(super) fn csr(&self, kind: KindId, direction: Direction) -> Option<&Csr> {
        let [outgoing, incoming] = self.topology.get(kind.index())?;
        Some(match direction {
            Direction::Outgoing => outgoing,
            Direction::Incoming => incoming,
        })
    }

    #[inline]
    pub(super) fn hop(&self, node: NodeId, kind: KindId, direction: Direction) -> Hop<'_> {
        self.csr(kind, direction).map_or_else(Hop::default, |csr| csr.hop(node))
    }

    pub(super) fn rows(&self, kind: KindId, direction: Direction) -> Rows<'_> {
        self.csr(kind, direction).map_or_else(Rows::default, Csr::rows)
    }

    /// The index of a key over the nodes of a label, or over all.
    pub(super) fn index(&self, label: Option<LabelId>, key: KeyId) -> Option<&Index> {
        self.indexes.iter().find(|index| index.label == label && index.key == key)
    }

    /// Whether a node has this value under a key.
    pub(super) fn is(&self, node: NodeId, key: KeyId, value: &Datum) -> bool {
        self.nodes.has(node.0)
            && self.node_column(key).is_some_and(|column| column.is(node.0, value))
    }
}

impl Image {
    /// The index of a key over the nodes of a label, or over all, as the columns say.
    pub(super) fn indexed(&self, label: Option<LabelId>, key: KeyId) -> Index {
        let members = label.map(|label| self.nodes_with(label));
        let is_member =
            |node| members.as_ref().is_none_or(|members| members.contains(NodeId(node)));
        Index::build((label, key), self.node_column(key), is_member)
    }
}
