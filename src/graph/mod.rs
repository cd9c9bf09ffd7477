//! The graph: labelled nodes and typed relationships with properties, under a schema that is data.
//!
//! Turns what a loader adds through a [`Builder`] into a [`Graph`] that queries read and statements write. Nothing here knows the
//! query language or the knowledge files.

mod builder;
mod columns;
mod conform;
mod lookup;
mod names;
mod nodes;
mod schema;
mod statistics;
#[cfg(test)]
mod tests;
mod topology;
mod write;

use std::sync::OnceLock;

use indexmap::IndexMap;
use petgraph::stable_graph::StableDiGraph;

pub use builder::Builder;
pub use columns::{Column, Dense, Strings};
use lookup::{Keys, Lookups};
pub use names::Names;
pub use nodes::Nodes;
pub use petgraph::Direction;
pub use schema::{
    Acyclic, BaseInfo, Border, LabelSpec, LabelStyle, Line, LookUp, PropertySpec, PropertyType,
    Schema, Shape, TypeSpec, TypeStyle,
};
pub use statistics::Statistics;
use topology::Index;
pub use topology::{Hop, Rows};
use write::Journal;
pub use write::{Changes, Entity};

use crate::model::{self, Datum, DatumMap, KeyId, KindId, LabelId, NodeId, PathIds, RelId, Value};

/// Properties of one node or relationship, in the order they were given.
pub type Properties = Vec<(KeyId, Datum)>;

/// What the ledger keeps of a node.
#[derive(Debug)]
struct NodeRecord {
    labels: Vec<LabelId>,
    properties: Properties,
}

/// What the ledger keeps of a relationship.
#[derive(Debug)]
struct RelRecord {
    kind: KindId,
    properties: Properties,
}

/// petgraph's stable graph: ids, endpoints and records; takes every write.
type Ledger = StableDiGraph<NodeRecord, RelRecord, u32>;

/// A graph: read by queries, written by statements.
///
/// Reads see every write at once. Writes last from [`Graph::commit`] on; until then [`Graph::rollback`] takes them back.
#[derive(Debug, Default)]
pub struct Graph {
    schema: Schema,
    names: Names,
    ledger: Ledger,
    lookups: Lookups,
    index: Index,
    journal: Journal,
    /// Taken when a planner asks first, and anew when something was written.
    statistics: OnceLock<Statistics>,
    /// Taken when an operator asks first, and anew when something was written.
    columns: OnceLock<columns::Columns>,
    /// As the columns.
    keys: OnceLock<Keys>,
}

impl Graph {
    /// The schema.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The names of labels, types and keys.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// How many nodes there are.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.ledger.node_count() - self.journal.deleted_nodes()
    }

    /// How many relationships there are.
    #[must_use]
    pub fn rel_count(&self) -> usize {
        self.ledger.edge_count() - self.journal.deleted_rels()
    }

    /// Every node, ascending.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        let nodes = self.ledger.node_indices().map(topology::node_id);
        nodes.filter(|node| !self.journal.has_deleted_node(*node))
    }

    /// Every relationship, ascending.
    pub fn rels(&self) -> impl Iterator<Item = RelId> + '_ {
        let rels = self.ledger.edge_indices().map(topology::rel_id);
        rels.filter(|rel| !self.journal.has_deleted_rel(*rel))
    }

    /// The nodes with a label, ascending.
    #[must_use]
    pub fn nodes_with(&self, label: LabelId) -> Nodes<'_> {
        Nodes::List(self.lookups.with_label(label))
    }

    /// One more than the greatest id of a node; arrays by node are this long.
    #[must_use]
    pub fn node_bound(&self) -> usize {
        petgraph::visit::NodeIndexable::node_bound(&self.ledger)
    }

    /// All rows of one relationship type in one direction; `None` where a row was written since they were built, and each must be asked
    /// for by [`Graph::hop`].
    #[must_use]
    pub fn rows(&self, kind: KindId, direction: Direction) -> Option<Rows<'_>> {
        self.index.rows(kind, direction)
    }

    /// The values of one key on nodes, as they lie in memory; `None` where there is no such column: the values have several types or
    /// are neither numbers, truth values nor texts, or something was written since it was built.
    #[must_use]
    pub fn column(&self, key: KeyId) -> Option<Column<'_>> {
        if !self.journal.is_empty() {
            return None;
        }
        self.columns.get_or_init(|| columns::Columns::of(self)).get(key)
    }

    /// The node whose property `id` is this text, or the first of several. Cost: one hash look-up.
    #[must_use]
    pub fn node_by_id(&self, id: &str) -> Option<NodeId> {
        self.nodes_by_id(id).first().copied()
    }

    /// The nodes whose property `id` is this text, ascending; several only where no schema keeps them apart. Cost: one hash look-up.
    #[must_use]
    pub fn nodes_by_id(&self, id: &str) -> &[NodeId] {
        self.lookups.with_id(id)
    }

    /// Whether some nodes are found by a key without a look at each.
    #[must_use]
    pub fn has_index(&self, key: KeyId) -> bool {
        let name = self.names.key(key);
        let mut specs = self.schema.all_properties();
        key == Names::ID || specs.any(|(of, spec)| of == name && spec.look_up != LookUp::None)
    }

    /// Whether nodes with a label, or all nodes, are found by a key without a look at each; if so, whether it keeps them apart.
    #[must_use]
    pub fn index_on(&self, label: Option<LabelId>, key: KeyId) -> Option<bool> {
        if key == Names::ID {
            return label.is_none().then_some(true);
        }
        let name = self.names.key(key);
        let specs = match label {
            Some(label) => &self.schema.labels.get(self.names.label(label))?.properties,
            None => &self.schema.node_properties,
        };
        match specs.get(name)?.look_up {
            LookUp::None => None,
            LookUp::Index => Some(false),
            LookUp::Unique => Some(true),
        }
    }

    /// The nodes with a label, or all, whose property equals a value, ascending; `None` where there is no index, and each must be
    /// looked at. Cost: one hash look-up.
    #[must_use]
    pub fn nodes_by(
        &self,
        label: Option<LabelId>,
        key: KeyId,
        value: &Datum,
    ) -> Option<Vec<NodeId>> {
        if key == Names::ID && label.is_none() {
            return value.as_str().map(|text| self.nodes_by_id(text).to_vec());
        }
        self.index_on(label, key)?;
        Some(self.keys.get_or_init(|| Keys::of(self)).get(self, (label, key), value))
    }

    /// The labels of a node; none for an unknown one. Of a node that the open statement has deleted, what it had.
    #[must_use]
    pub fn labels(&self, node: NodeId) -> &[LabelId] {
        self.ledger.node_weight(topology::node_index(node)).map_or(&[], |record| &record.labels)
    }

    /// The properties of a node.
    #[must_use]
    pub fn node_properties(&self, node: NodeId) -> &[(KeyId, Datum)] {
        let record = self.ledger.node_weight(topology::node_index(node));
        record.map_or(&[], |record| &record.properties)
    }

    /// One property of a node.
    #[must_use]
    pub fn node_property(&self, node: NodeId, key: KeyId) -> Option<&Datum> {
        self.node_properties(node).iter().find(|(k, _)| *k == key).map(|(_, value)| value)
    }

    /// The type of a relationship; `None` for an unknown one.
    #[must_use]
    pub fn kind(&self, rel: RelId) -> Option<KindId> {
        self.ledger.edge_weight(topology::rel_index(rel)).map(|record| record.kind)
    }

    /// Where a relationship starts and ends; `None` for an unknown one.
    #[must_use]
    pub fn ends(&self, rel: RelId) -> Option<(NodeId, NodeId)> {
        let (start, end) = self.ledger.edge_endpoints(topology::rel_index(rel))?;
        Some((topology::node_id(start), topology::node_id(end)))
    }

    /// The properties of a relationship.
    #[must_use]
    pub fn rel_properties(&self, rel: RelId) -> &[(KeyId, Datum)] {
        let record = self.ledger.edge_weight(topology::rel_index(rel));
        record.map_or(&[], |record| &record.properties)
    }

    /// One property of a relationship.
    #[must_use]
    pub fn rel_property(&self, rel: RelId, key: KeyId) -> Option<&Datum> {
        self.rel_properties(rel).iter().find(|(k, _)| *k == key).map(|(_, value)| value)
    }

    /// The neighbours of `node` over relationships of type `kind`.
    ///
    /// Shape: two parallel slices, ascending by node then relationship; parallel edges repeat the node.
    /// Errors: none; an unknown node has no neighbours.
    #[must_use]
    pub fn hop(&self, node: NodeId, kind: KindId, direction: Direction) -> Hop<'_> {
        self.index.hop(node, kind, direction)
    }

    /// The counts that estimates rest on. Cost: one pass over the graph, the first time.
    pub fn statistics(&self) -> &Statistics {
        self.statistics.get_or_init(|| Statistics::of(self))
    }

    /// How many different values a property has among the nodes with a label, or among all. Cost: one pass over them, the first
    /// time.
    #[must_use]
    pub fn distinct_values(&self, label: Option<LabelId>, key: KeyId) -> u64 {
        self.statistics().values(self, label, key)
    }

    /// The owned form of a datum, with everything a reader wants to see of its entities.
    #[must_use]
    pub fn value(&self, datum: &Datum) -> Value {
        match datum {
            Datum::Null => Value::Null,
            Datum::Bool(b) => Value::Bool(*b),
            Datum::Int(i) => Value::Int(*i),
            Datum::Float(x) => Value::Float(*x),
            Datum::Str(text) => Value::String(text.to_string()),
            Datum::List(items) => Value::List(items.iter().map(|item| self.value(item)).collect()),
            Datum::Map(map) => Value::Map(
                map.iter().map(|(key, value)| (key.to_string(), self.value(value))).collect(),
            ),
            Datum::Node(node) => Value::Node(Box::new(self.node_value(*node))),
            Datum::Rel(rel) => Value::Relationship(Box::new(self.rel_value(*rel))),
            Datum::Path(path) => Value::Path(Box::new(self.path_value(path))),
            Datum::Temporal(value) => Value::Temporal(Box::new((**value).clone())),
        }
    }

    /// The owned form of a node.
    #[must_use]
    pub fn node_value(&self, node: NodeId) -> model::Node {
        let labels = self.labels(node).iter().map(|id| self.names.label(*id).to_owned()).collect();
        let properties = self.property_values(self.node_properties(node));
        model::Node { id: node, labels, properties }
    }

    /// The owned form of a relationship.
    #[must_use]
    pub fn rel_value(&self, rel: RelId) -> model::Relationship {
        let kind = self.kind(rel).map_or("", |kind| self.names.kind(kind)).to_owned();
        let (start, end) = self.ends(rel).unwrap_or((NodeId(u32::MAX), NodeId(u32::MAX)));
        let properties = self.property_values(self.rel_properties(rel));
        model::Relationship { id: rel, kind, start, end, properties }
    }

    fn path_value(&self, path: &PathIds) -> model::Path {
        model::Path {
            nodes: path.nodes.iter().map(|node| self.node_value(*node)).collect(),
            relationships: path.rels.iter().map(|rel| self.rel_value(*rel)).collect(),
        }
    }

    fn property_values(&self, properties: &[(KeyId, Datum)]) -> IndexMap<String, Value> {
        let entry =
            |(key, value): &(KeyId, Datum)| (self.names.key(*key).to_owned(), self.value(value));
        properties.iter().map(entry).collect()
    }
}

/// Properties as a map datum, under the canonical names of their keys.
#[must_use]
pub fn properties_map(graph: &Graph, properties: &[(KeyId, Datum)]) -> DatumMap {
    properties.iter().map(|(key, value)| (graph.names.key_text(*key), value.clone())).collect()
}
