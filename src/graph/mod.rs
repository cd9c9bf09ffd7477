//! The graph: labelled nodes and typed relationships with properties, under a schema that is data.
//!
//! Turns what a loader adds through a [`Builder`] into a [`Graph`] that queries read. Nothing here knows the query language
//! or the knowledge files.

mod names;
mod schema;
mod topology;

use std::sync::Arc;

use indexmap::IndexMap;
use petgraph::stable_graph::StableDiGraph;
use rustc_hash::FxHashMap;

pub use names::Names;
pub use petgraph::Direction;
pub use schema::{
    Acyclic, BaseInfo, Border, LabelSpec, LabelStyle, Line, PropertySpec, PropertyType, Schema,
    Shape, TypeSpec, TypeStyle,
};
pub use topology::Hop;
use topology::Index;

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

/// A graph that is being filled.
#[derive(Debug, Default)]
pub struct Builder {
    schema: Schema,
    names: Names,
    ledger: Ledger,
    by_id: FxHashMap<Arc<str>, NodeId>,
    ids_repeat: bool,
}

impl Builder {
    /// An empty graph under `schema`, whose names are interned in its order.
    #[must_use]
    pub fn new(schema: Schema) -> Self {
        let names = Names::of(&schema);
        Self { schema, names, ..Self::default() }
    }

    /// The schema.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The names, to be interned while properties are gathered.
    pub fn names_mut(&mut self) -> &mut Names {
        &mut self.names
    }

    /// Adds a node. A text under the key `id` becomes its look-up name; of two nodes with the same one, the first keeps it.
    pub fn add_node(&mut self, labels: Vec<LabelId>, properties: Properties) -> NodeId {
        let id = properties.iter().find(|(key, _)| *key == Names::ID);
        let id = id.and_then(|(_, value)| value.as_str()).cloned();
        let index = self.ledger.add_node(NodeRecord { labels, properties });
        let node = topology::node_id(index);
        if let Some(id) = id {
            self.ids_repeat |= *self.by_id.entry(id).or_insert(node) != node;
        }
        node
    }

    /// Adds a relationship between two nodes that this builder gave out.
    pub fn add_rel(
        &mut self,
        kind: KindId,
        start: NodeId,
        end: NodeId,
        properties: Properties,
    ) -> RelId {
        let record = RelRecord { kind, properties };
        let index =
            self.ledger.add_edge(topology::node_index(start), topology::node_index(end), record);
        topology::rel_id(index)
    }

    /// The node with a look-up name.
    #[must_use]
    pub fn node_by_id(&self, id: &str) -> Option<NodeId> {
        self.by_id.get(id).copied()
    }

    /// Finishes the graph: builds the indexes that reads go to.
    #[must_use]
    pub fn build(self) -> Graph {
        let mut by_label = vec![Vec::new(); self.names.labels().len()];
        for index in self.ledger.node_indices() {
            for label in &self.ledger[index].labels {
                if let Some(nodes) = by_label.get_mut(label.index()) {
                    nodes.push(topology::node_id(index));
                }
            }
        }
        let index = Index::build(&self.ledger, self.names.kinds().len());
        let Self { schema, names, ledger, by_id, ids_repeat } = self;
        Graph { schema, names, ledger, by_id, ids_repeat, by_label, index }
    }
}

/// A graph to be read.
#[derive(Debug, Default)]
pub struct Graph {
    schema: Schema,
    names: Names,
    ledger: Ledger,
    by_id: FxHashMap<Arc<str>, NodeId>,
    ids_repeat: bool,
    by_label: Vec<Vec<NodeId>>,
    index: Index,
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
        self.ledger.node_count()
    }

    /// How many relationships there are.
    #[must_use]
    pub fn rel_count(&self) -> usize {
        self.ledger.edge_count()
    }

    /// Every node, ascending.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.ledger.node_indices().map(topology::node_id)
    }

    /// Every relationship, ascending.
    pub fn rels(&self) -> impl Iterator<Item = RelId> + '_ {
        self.ledger.edge_indices().map(topology::rel_id)
    }

    /// The nodes with a label, ascending.
    #[must_use]
    pub fn nodes_with(&self, label: LabelId) -> &[NodeId] {
        self.by_label.get(label.index()).map_or(&[], Vec::as_slice)
    }

    /// Whether no two nodes share the text of their property `id`, so that [`Self::node_by_id`] finds all there is.
    #[must_use]
    pub fn ids_are_unique(&self) -> bool {
        !self.ids_repeat
    }

    /// The node whose property `id` is this text, or the first of several. Cost: one hash look-up.
    #[must_use]
    pub fn node_by_id(&self, id: &str) -> Option<NodeId> {
        self.by_id.get(id).copied()
    }

    /// The labels of a node; none for an unknown one.
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
