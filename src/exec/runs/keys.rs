//! Grouping keys as small numbers: nodes by their ids, properties by their codes.

use crate::exec::runs::keep::property;
use crate::exec::runs::lower::Lower;
use crate::graph::{Column, Dense, Graph, Strings};
use crate::model::{Datum, KeyId, NodeId};
use crate::plan::{Expr, ExprKind, Slot};

/// The greatest number of integers, from the least to the greatest, that stand for themselves.
const INTS_MAX: i64 = 1 << 20;

/// One grouping key.
#[derive(Clone, Debug)]
pub(super) struct Key<'g> {
    /// Takes its value.
    pub(super) slot: Slot,
    /// The node it is told by.
    pub(super) place: usize,
    pub(super) index: Index<'g>,
    /// The property that tells the node, where the key is not the node itself.
    shown: Option<KeyId>,
}

/// What number stands for the value of a key; a greater one for what comes later in the order of the language, null last.
#[derive(Clone, Debug)]
pub(super) enum Index<'g> {
    /// Nodes by their ids.
    Node { first: u32, count: usize },
    /// Texts by their codes.
    Code(Dense<'g, u32>, Strings<'g>),
    /// Integers, from the least on.
    Int { column: Dense<'g, i64>, least: i64, count: usize },
}

impl Index<'_> {
    /// How many numbers there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Node { count, .. } => *count,
            Self::Code(_, texts) => texts.len() + 1,
            Self::Int { count, .. } => count + 1,
        }
    }

    /// Whether a number stands for null.
    #[inline]
    pub(super) fn is_null(&self, number: usize) -> bool {
        match self {
            Self::Node { .. } => false,
            Self::Code(_, texts) => number == texts.len(),
            Self::Int { count, .. } => number == *count,
        }
    }

    /// The number for a node.
    #[inline]
    pub(super) fn of(&self, node: u32) -> usize {
        match self {
            Self::Node { first, .. } => node.wrapping_sub(*first) as usize,
            Self::Code(column, texts) => code(column, texts, node),
            Self::Int { column, least, count } => int(column, *least, *count, node),
        }
    }
}

#[inline]
pub(super) fn code(column: &Dense<'_, u32>, texts: &Strings<'_>, node: u32) -> usize {
    column.get(node).map_or(texts.len(), |code| code as usize)
}

#[inline]
pub(super) fn int(column: &Dense<'_, i64>, least: i64, count: usize, node: u32) -> usize {
    let above = column.get(node).map(|int| int.wrapping_sub(least));
    above.and_then(|above| usize::try_from(above).ok()).map_or(count, |above| above.min(count))
}

impl<'g> Key<'g> {
    /// The key for an expression over nodes of a program; `None` where it has no numbers.
    pub(super) fn of(lower: &Lower<'_, 'g>, slot: Slot, expr: &Expr) -> Option<Self> {
        let graph = lower.conditions.machine.graph;
        if let ExprKind::Slot(node) = &*expr.kind {
            return Some(Self { slot, ..Self::of_node(lower, *node)? });
        }
        let (place, key) = lower.property_of(expr)?;
        if lower.has_label(place, |label| graph.ascends(label, key)) {
            return Some(Self { slot, place, index: nodes(lower, place)?, shown: Some(key) });
        }
        let index = match graph.column(key)? {
            Column::Code(column, texts) => Index::Code(column, texts),
            Column::Int(column) => ints(column, graph.int_bounds(key)?)?,
            Column::Float(_) | Column::Bool(_) | Column::Text(..) => return None,
        };
        Some(Self { slot, place, index, shown: None })
    }

    /// The key for the node in a slot, which also takes its value.
    pub(super) fn of_node(lower: &Lower<'_, 'g>, slot: Slot) -> Option<Self> {
        let place = lower.place(slot)?;
        Some(Self { slot, place, index: nodes(lower, place)?, shown: None })
    }

    /// Whether each node has a number of its own.
    pub(super) fn is_node(&self) -> bool {
        matches!(self.index, Index::Node { .. })
    }

    /// The value that a number stands for.
    pub(super) fn value(&self, graph: &Graph, number: usize) -> Datum {
        match &self.index {
            Index::Node { first, .. } => {
                let id = first.saturating_add(u32::try_from(number).unwrap_or(u32::MAX));
                match self.shown {
                    Some(key) => property(graph, id, key),
                    None => Datum::Node(NodeId(id)),
                }
            }
            Index::Code(_, texts) => {
                let text = texts.get(number).and_then(|text| std::str::from_utf8(text).ok());
                text.map_or(Datum::Null, Datum::str)
            }
            Index::Int { count, .. } if number == *count => Datum::Null,
            Index::Int { least, .. } => {
                Datum::Int(least.wrapping_add(i64::try_from(number).unwrap_or(i64::MAX)))
            }
        }
    }
}

/// The nodes that may stand in a place.
fn nodes<'g>(lower: &Lower<'_, 'g>, place: usize) -> Option<Index<'g>> {
    let range = &lower.met.get(place)?.range;
    Some(Index::Node { first: range.start, count: range.len() })
}

/// Integers that lie close together.
fn ints(column: Dense<'_, i64>, (least, most): (i64, i64)) -> Option<Index<'_>> {
    let span = most.checked_sub(least)?;
    let count = usize::try_from(span).ok()? + 1;
    (span < INTS_MAX).then_some(Index::Int { column, least, count })
}
