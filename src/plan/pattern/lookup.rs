//! Nodes that are found by a property: which conditions name one, and whether the graph finds nodes by it.

use rustc_hash::FxHashSet;

use super::{Bound, BoundNode};
use crate::graph::{Graph, Names};
use crate::model::{KeyId, LabelId};
use crate::plan::filters::{Equation, Filters};
use crate::plan::{Expr, Op, Slot};

/// A look-up that stands for a condition.
#[derive(Clone, Copy, Debug)]
pub(super) struct LookUp<'f> {
    /// What the condition says.
    pub(super) equation: Equation<'f>,
    /// The label whose nodes are found; `None` for nodes of all.
    pub(super) label: Option<LabelId>,
    /// Whether it finds one node at most, whatever the graph is.
    pub(super) unique: bool,
}

impl LookUp<'_> {
    /// The operator for it.
    pub(super) fn op(&self) -> Op {
        let Equation { slot, key, value, any, .. } = self.equation;
        let (label, value): (_, Expr) = (self.label, value.clone());
        if key == Names::ID && !any {
            return Op::NodeById { slot, id: value };
        }
        Op::NodeByKey { slot, label, key, value, any }
    }
}

/// What conditions say that properties must equal by which the graph may find nodes.
pub(super) fn equations<'f>(
    graph: &Graph,
    filters: &'f Filters,
    set: &FxHashSet<Slot>,
) -> Vec<Equation<'f>> {
    filters.equations(set, |key| graph.has_index(key))
}

/// The best look-up of a node, among those that conditions allow.
pub(super) fn best<'f>(
    graph: &Graph,
    bound: &[Bound],
    slot: Slot,
    equations: &[Equation<'f>],
) -> Option<LookUp<'f>> {
    let own = equations.iter().filter(|equation| equation.slot == slot);
    let found = own.filter_map(|equation| {
        let (label, unique) = index_on(graph, bound, slot, equation.key)?;
        Some(LookUp { equation: *equation, label, unique: unique && !equation.any })
    });
    // The first of the best.
    found.min_by_key(|found| (!found.unique, found.equation.any))
}

/// The index that finds a node by a key, and whether no two nodes have the same value.
fn index_on(
    graph: &Graph,
    bound: &[Bound],
    slot: Slot,
    key: KeyId,
) -> Option<(Option<LabelId>, bool)> {
    let labels = nodes_of(bound, slot).filter_map(|(_, _, node)| node.label).map(Some);
    labels.chain([None]).find_map(|label| Some((label, graph.index_on(label, key)?)))
}

/// The patterns of a node, each with its place.
pub(super) fn nodes_of(
    bound: &[Bound],
    slot: Slot,
) -> impl Iterator<Item = (usize, usize, &BoundNode)> {
    let nodes = bound.iter().enumerate().flat_map(|(pattern, bound)| {
        bound.nodes.iter().enumerate().map(move |(at, node)| (pattern, at, node))
    });
    nodes.filter(move |(_, _, node)| node.slot == slot)
}
