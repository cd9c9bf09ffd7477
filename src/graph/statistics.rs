//! What a planner may know of a graph's contents: counts, gathered in one pass when they are first asked for.

use std::sync::{Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::{Direction, Graph};
use crate::model::{GroupKey, KeyId, KindId, LabelId, NodeId};

/// Which nodes are meant: those with a label, or all.
type Group = Option<LabelId>;

/// The counts of a graph. Every one is exact at the moment it was taken.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Statistics {
    /// Nodes with a label at all.
    labelled: u64,
    /// Nodes with two labels, the lesser one first.
    shared: FxHashMap<(LabelId, LabelId), u64>,
    /// Relationships by the start's label, type, and the end's label.
    rels: FxHashMap<(Group, KindId, Group), u64>,
    /// Relationships from a node to itself.
    loops: FxHashMap<(Group, KindId), u64>,
    /// Nodes that have a relationship of a type in a direction.
    joined: FxHashMap<(Group, KindId, Direction), u64>,
    /// Nodes that have a property.
    holders: FxHashMap<(Group, KeyId), u64>,
    /// How many different values a property has; taken where it is asked for.
    values: Mutex<FxHashMap<(Group, KeyId), u64>>,
}

impl Statistics {
    /// Counts. Cost: one pass over nodes, their properties and relationships.
    pub(super) fn of(graph: &Graph) -> Self {
        let mut counts = Self::default();
        for node in graph.nodes() {
            counts.add_node(graph, node);
        }
        for rel in graph.rels() {
            if let (Some(kind), Some((start, end))) = (graph.kind(rel), graph.ends(rel)) {
                counts.add_rel(graph, kind, (start, end));
            }
        }
        counts
    }

    fn add_node(&mut self, graph: &Graph, node: NodeId) {
        let labels = graph.labels(node);
        self.labelled += u64::from(!labels.is_empty());
        for (at, one) in labels.iter().enumerate() {
            for other in labels.iter().skip(at + 1) {
                add(&mut self.shared, ((*one).min(*other), (*one).max(*other)));
            }
        }
        for group in groups(labels) {
            for key in graph.node_keys(node) {
                add(&mut self.holders, (group, key));
            }
        }
        let kinds = u16::try_from(graph.names().kinds().len()).unwrap_or(u16::MAX);
        for kind in (0..kinds).map(KindId) {
            for direction in [Direction::Outgoing, Direction::Incoming] {
                if !graph.hop(node, kind, direction).rels.is_empty() {
                    groups(labels)
                        .for_each(|group| add(&mut self.joined, (group, kind, direction)));
                }
            }
        }
    }

    fn add_rel(&mut self, graph: &Graph, kind: KindId, (start, end): (NodeId, NodeId)) {
        for from in groups(graph.labels(start)) {
            for to in groups(graph.labels(end)) {
                add(&mut self.rels, (from, kind, to));
            }
            if start == end {
                add(&mut self.loops, (from, kind));
            }
        }
    }

    /// How many nodes have a label at all.
    #[must_use]
    pub fn labelled(&self) -> u64 {
        self.labelled
    }

    /// How many nodes have both labels.
    #[must_use]
    pub fn nodes_with_both(&self, a: LabelId, b: LabelId) -> u64 {
        self.shared.get(&(a.min(b), a.max(b))).copied().unwrap_or(0)
    }

    /// How many relationships of a type lead from a node of one group to a node of another; `None` is any node.
    #[must_use]
    pub fn rels(&self, from: Group, kind: KindId, to: Group) -> u64 {
        self.rels.get(&(from, kind, to)).copied().unwrap_or(0)
    }

    /// How many relationships of a type lead from a node to itself.
    #[must_use]
    pub fn loops(&self, at: Group, kind: KindId) -> u64 {
        self.loops.get(&(at, kind)).copied().unwrap_or(0)
    }

    /// How many nodes have a relationship of a type in a direction.
    #[must_use]
    pub fn joined(&self, at: Group, kind: KindId, direction: Direction) -> u64 {
        self.joined.get(&(at, kind, direction)).copied().unwrap_or(0)
    }

    /// How many nodes have a property.
    #[must_use]
    pub fn holders(&self, at: Group, key: KeyId) -> u64 {
        self.holders.get(&(at, key)).copied().unwrap_or(0)
    }

    /// How many different values a property has. Cost: one pass over the nodes, the first time.
    pub(super) fn values(&self, graph: &Graph, at: Group, key: KeyId) -> u64 {
        let mut known = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        *known.entry((at, key)).or_insert_with(|| {
            let value = |node| graph.node_property(node, key).map(GroupKey);
            let values: FxHashSet<GroupKey> = match at {
                Some(label) => graph.nodes_with(label).iter().filter_map(value).collect(),
                None => graph.nodes().filter_map(value).collect(),
            };
            values.len() as u64
        })
    }
}

/// The groups that a node with these labels belongs to.
fn groups(labels: &[LabelId]) -> impl Iterator<Item = Group> + '_ {
    labels.iter().copied().map(Some).chain([None])
}

fn add<K: Eq + std::hash::Hash>(counts: &mut FxHashMap<K, u64>, key: K) {
    *counts.entry(key).or_default() += 1;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Builder, Schema};
    use crate::model::Datum;

    #[test]
    fn counts_are_those_of_the_graph() {
        let mut builder = Builder::new(Schema::default());
        let (a, b) = (builder.names_mut().label_id("A"), builder.names_mut().label_id("B"));
        let (kind, key) = (builder.names_mut().kind_id("T"), builder.names_mut().key_id("k"));
        let one = builder.add_node(vec![a, b], vec![(key, Datum::Int(1))]);
        let two = builder.add_node(vec![b], vec![(key, Datum::Float(1.0))]);
        let three = builder.add_node(Vec::new(), Vec::new());
        for (start, end) in [(one, two), (one, two), (two, two), (two, three)] {
            builder.add_rel(kind, start, end, Vec::new());
        }
        let graph = builder.build();
        let counts = graph.statistics();
        assert_eq!(counts.labelled(), 2);
        assert_eq!(counts.nodes_with_both(b, a), 1);
        assert_eq!(counts.rels(None, kind, None), 4);
        assert_eq!(counts.rels(Some(a), kind, Some(b)), 2);
        assert_eq!(counts.rels(Some(b), kind, Some(b)), 3);
        assert_eq!(counts.loops(Some(b), kind), 1);
        assert_eq!(counts.joined(None, kind, Direction::Incoming), 2);
        assert_eq!(counts.joined(Some(a), kind, Direction::Outgoing), 1);
        assert_eq!(counts.holders(Some(b), key), 2);
        assert_eq!(graph.distinct_values(Some(b), key), 1);
        assert_eq!(graph.distinct_values(None, key), 1);
    }
}
