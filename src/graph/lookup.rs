//! Look-ups of nodes: by label, and by the text under the key `id`. Every list is ascending.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Graph, Names};
use crate::model::{Datum, GroupKey, KeyId, LabelId, NodeId};

/// The nodes with one id: one, unless the graph has no schema that keeps them apart.
#[derive(Debug)]
enum Holders {
    One(NodeId),
    Many(Vec<NodeId>),
}

impl Holders {
    fn as_slice(&self) -> &[NodeId] {
        match self {
            Self::One(node) => std::slice::from_ref(node),
            Self::Many(nodes) => nodes,
        }
    }
}

/// The look-ups of a graph.
#[derive(Debug, Default)]
pub(super) struct Lookups {
    by_label: Vec<Vec<u32>>,
    by_id: FxHashMap<Arc<str>, Holders>,
}

impl Lookups {
    pub(super) fn with_label(&self, label: LabelId) -> &[u32] {
        self.by_label.get(label.index()).map_or(&[], Vec::as_slice)
    }

    pub(super) fn with_id(&self, id: &str) -> &[NodeId] {
        self.by_id.get(id).map_or(&[], Holders::as_slice)
    }

    /// Adds a node under its labels and its id.
    pub(super) fn add(&mut self, node: NodeId, labels: &[LabelId], properties: &[(KeyId, Datum)]) {
        self.add_labels(node, labels);
        self.add_id(node, properties);
    }

    /// Takes a node out from under its labels and its id.
    pub(super) fn remove(
        &mut self,
        node: NodeId,
        labels: &[LabelId],
        properties: &[(KeyId, Datum)],
    ) {
        self.remove_labels(node, labels);
        self.remove_id(node, properties);
    }

    pub(super) fn add_labels(&mut self, node: NodeId, labels: &[LabelId]) {
        for label in labels {
            if self.by_label.len() <= label.index() {
                self.by_label.resize_with(label.index().saturating_add(1), Vec::new);
            }
            if let Some(nodes) = self.by_label.get_mut(label.index()) {
                insert(nodes, node.0);
            }
        }
    }

    pub(super) fn remove_labels(&mut self, node: NodeId, labels: &[LabelId]) {
        for label in labels {
            if let Some(nodes) = self.by_label.get_mut(label.index()) {
                remove(nodes, node.0);
            }
        }
    }

    /// Takes many nodes out from under the labels they have. Cost: one pass over the lists of those labels.
    pub(super) fn remove_all(&mut self, nodes: &FxHashSet<NodeId>, labels: &[LabelId]) {
        for label in labels {
            if let Some(list) = self.by_label.get_mut(label.index()) {
                list.retain(|node| !nodes.contains(&NodeId(*node)));
            }
        }
    }

    pub(super) fn add_id(&mut self, node: NodeId, properties: &[(KeyId, Datum)]) {
        let Some(id) = text_id(properties) else { return };
        let Some(holders) = self.by_id.get_mut(id) else {
            self.by_id.insert(Arc::clone(id), Holders::One(node));
            return;
        };
        match holders {
            Holders::One(first) => {
                let mut nodes = vec![*first];
                insert(&mut nodes, node);
                *holders = Holders::Many(nodes);
            }
            Holders::Many(nodes) => insert(nodes, node),
        }
    }

    pub(super) fn remove_id(&mut self, node: NodeId, properties: &[(KeyId, Datum)]) {
        let Some(id) = text_id(properties) else { return };
        let Some(holders) = self.by_id.get_mut(id) else { return };
        match holders {
            Holders::One(first) if *first != node => return,
            Holders::One(_) => {}
            Holders::Many(nodes) => {
                remove(nodes, node);
                if !nodes.is_empty() {
                    return;
                }
            }
        }
        self.by_id.remove(id);
    }
}

/// The nodes by the values of the keys that the schema has indexes on.
#[derive(Debug, Default)]
pub(super) struct Keys(FxHashMap<(Option<LabelId>, KeyId), FxHashMap<GroupKey, Vec<NodeId>>>);

impl Keys {
    /// Cost: one pass over the nodes.
    pub(super) fn of(graph: &Graph) -> Self {
        let mut keys = Self::default();
        for node in graph.nodes() {
            let labels = || graph.labels(node).iter().copied().map(Some).chain([None]);
            for (key, value) in graph.node_properties(node) {
                for label in labels().filter(|label| graph.index_on(*label, *key).is_some()) {
                    let values = keys.0.entry((label, *key)).or_default();
                    values.entry(GroupKey(value.clone())).or_default().push(node);
                }
            }
        }
        keys
    }

    pub(super) fn get(
        &self,
        graph: &Graph,
        (label, key): (Option<LabelId>, KeyId),
        value: &Datum,
    ) -> Vec<NodeId> {
        let values = self.0.get(&(label, key));
        let nodes = values.and_then(|values| values.get(&GroupKey(value.clone())));
        // What groups as one is not always equal: NaN, and lists with null.
        let equal = |node: &NodeId| {
            let property = graph.node_property(*node, key);
            property.is_some_and(|property| property.equals(value) == Some(true))
        };
        nodes.into_iter().flatten().copied().filter(equal).collect()
    }
}

/// The text under the key `id`.
fn text_id(properties: &[(KeyId, Datum)]) -> Option<&Arc<str>> {
    let id = properties.iter().find(|(key, _)| *key == Names::ID);
    id.and_then(|(_, value)| value.as_str())
}

fn insert<T: Ord + Copy>(nodes: &mut Vec<T>, node: T) {
    if nodes.last().is_none_or(|last| *last < node) {
        nodes.push(node);
    } else if let Err(at) = nodes.binary_search(&node) {
        nodes.insert(at, node);
    }
}

fn remove<T: Ord + Copy>(nodes: &mut Vec<T>, node: T) {
    if nodes.last() == Some(&node) {
        nodes.pop();
    } else if let Ok(at) = nodes.binary_search(&node) {
        nodes.remove(at);
    }
}
