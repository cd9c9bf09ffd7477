//! What a planner may know of a graph's contents: counts. Those of an image are gathered when they are first asked for, and lie in its file;
//! what was written since is counted on top.

mod image;
mod written;

use std::sync::{Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::{Direction, Graph};
use crate::model::{GroupKey, KeyId, KindId, LabelId};

/// Which nodes are meant: those with a label, or all.
type Group = Option<LabelId>;

/// The counts of a graph: exact, but for what is said to be otherwise.
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
    /// The most relationships of a type in a direction that a node has.
    most: FxHashMap<(Group, KindId, Direction), u64>,
    /// The types of which two relationships may lead from one node to one other.
    parallel: FxHashSet<KindId>,
    /// Nodes that have a property.
    holders: FxHashMap<(Group, KeyId), u64>,
    /// How many nodes have each of few values.
    frequencies: FxHashMap<(Group, KeyId), Frequencies>,
    /// Labels whose nodes all have a value under a key, each a greater one than the node before.
    ascending: FxHashSet<(LabelId, KeyId)>,
    /// How many different values a property has; what is not here from the start is taken where it is asked for.
    values: Mutex<FxHashMap<(Group, KeyId), u64>>,
}

/// How many nodes have each value of a column that has few of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Frequencies {
    /// Of integers, the least; texts are counted by code.
    least: i64,
    counts: Vec<u32>,
}

impl Clone for Statistics {
    fn clone(&self) -> Self {
        let values = self.values.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self {
            labelled: self.labelled,
            shared: self.shared.clone(),
            rels: self.rels.clone(),
            loops: self.loops.clone(),
            joined: self.joined.clone(),
            most: self.most.clone(),
            parallel: self.parallel.clone(),
            holders: self.holders.clone(),
            frequencies: self.frequencies.clone(),
            ascending: self.ascending.clone(),
            values: Mutex::new(values),
        }
    }
}

impl Statistics {
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

    /// The most relationships of a type in a direction that one node has; where something was deleted, that one had.
    #[must_use]
    pub fn degree_max(&self, at: Group, kind: KindId, direction: Direction) -> u64 {
        self.most.get(&(at, kind, direction)).copied().unwrap_or(0)
    }

    /// Whether two relationships of a type may lead from one node to one other.
    #[must_use]
    pub fn has_parallel(&self, kind: KindId) -> bool {
        self.parallel.contains(&kind)
    }

    /// How many different values a property has: when the image was built, or when it was first asked for after that. Cost: where it was not counted
    /// with the image, one pass over the nodes.
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
