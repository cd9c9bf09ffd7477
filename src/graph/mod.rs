//! The graph: labelled nodes and typed relationships with properties, under a schema that is data.
//!
//! Turns what a loader adds through a [`Builder`] into a [`Graph`] that queries read and statements write. Nothing here knows the
//! query language or the knowledge files.

mod builder;
mod bulk;
mod columns;
mod conform;
mod image;
mod merge;
mod names;
mod nodes;
mod overlay;
mod parallel;
mod schema;
mod snapshot;
mod statistics;
#[cfg(test)]
mod tests;
mod topology;
mod visit;
mod write;

use std::sync::{Arc, OnceLock};

pub use builder::Builder;
pub use bulk::{Bulk, BulkColumn, NodeTable, RelTable, Values};
pub use columns::{Column, Dense, Strings};
use image::Image;
pub use image::{Array, Element, FORMAT, OpenError};
use indexmap::IndexMap;
pub use names::Names;
pub use nodes::Nodes;
use overlay::{Overlay, Truth};
/// The crate whose algorithms run on a [`Graph`], in the version that fits.
pub use petgraph;
pub use petgraph::Direction;
pub use schema::{
    Acyclic, BaseInfo, Border, LabelSpec, LabelStyle, Line, LookUp, PropertySpec, PropertyType,
    Schema, Shape, TypeSpec, TypeStyle,
};
pub use statistics::Statistics;
pub use topology::{Hop, Rows};
pub use visit::{EdgeReferences, Edges, Neighbors, NodeIdentifiers, RelRef, Visited};
use write::Journal;
pub use write::{Changes, Entity};

use crate::model::{self, Datum, DatumMap, KeyId, KindId, LabelId, NodeId, PathIds, RelId, Value};

/// Properties of one node or relationship, in the order they were given.
pub type Properties = Vec<(KeyId, Datum)>;

/// A graph: read by queries, written by statements.
///
/// Reads see every write at once. Writes last from [`Graph::commit`] on; until then [`Graph::rollback`] takes them back.
///
/// The algorithms of [`petgraph`] run on it without a copy: it implements the traits of `petgraph::visit`, as a directed graph of all
/// nodes and relationships. The weight of a relationship is its type; properties are asked for by id.
///
/// ```
/// use kadai::KnowledgeBase;
/// use kadai::graph::petgraph::algo::{dijkstra, kosaraju_scc};
/// use kadai::graph::petgraph::visit::{EdgeFiltered, EdgeRef};
///
/// let base = KnowledgeBase::bundled()?;
/// let graph = base.graph();
/// let groups = kosaraju_scc(graph);
/// assert_eq!(groups.iter().map(Vec::len).sum::<usize>(), graph.node_count());
///
/// // How many hops lead from one actor to others, over one type.
/// let kind = graph.names().find_kind("escalates-to").expect("it is in the schema");
/// let escalations = EdgeFiltered::from_fn(graph, |rel| *rel.weight() == kind);
/// let family = graph.node_by_id("a-kazoku").expect("it is in the base");
/// let hops = dijkstra(&escalations, family, None, |_| 1);
/// assert_eq!(hops[&family], 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Default)]
pub struct Graph {
    schema: Schema,
    names: Names,
    image: Image,
    overlay: Overlay,
    journal: Journal,
    /// Those of the image, taken when a planner asks first.
    counted: OnceLock<Statistics>,
    /// Those with what was written, anew after each statement that wrote.
    statistics: OnceLock<Statistics>,
    /// The file that the image lies in, where it does.
    file: Option<Arc<image::Mapping>>,
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
        self.overlay.nodes.count(self.image.nodes.count) - self.journal.deleted_nodes()
    }

    /// How many relationships there are.
    #[must_use]
    pub fn rel_count(&self) -> usize {
        self.overlay.rels.count(self.image.rels.count) - self.journal.deleted_rels()
    }

    /// Every node, ascending.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + '_ {
        let bound = u32::try_from(self.overlay.nodes.bound()).unwrap_or(u32::MAX);
        (0..bound).map(NodeId).filter(|node| self.has_node(*node))
    }

    /// Every relationship, ascending.
    pub fn rels(&self) -> impl Iterator<Item = RelId> + '_ {
        let bound = u32::try_from(self.overlay.rels.bound()).unwrap_or(u32::MAX);
        (0..bound).map(RelId).filter(|rel| self.has_rel(*rel))
    }

    /// The nodes with a label, ascending.
    #[must_use]
    pub fn nodes_with(&self, label: LabelId) -> Nodes<'_> {
        self.overlay.nodes_with(label).unwrap_or_else(|| self.image.nodes_with(label))
    }

    /// One more than the greatest id of a node; arrays by node are this long.
    #[must_use]
    pub fn node_bound(&self) -> usize {
        self.overlay.nodes.bound()
    }

    /// All rows of one relationship type in one direction; `None` where a row of that type was written since they were built, and each
    /// must be asked for by [`Graph::hop`].
    #[must_use]
    pub fn rows(&self, kind: KindId, direction: Direction) -> Option<Rows<'_>> {
        let written = self.overlay.patches.has(kind);
        (!written).then(|| self.image.rows(kind, direction))
    }

    /// The values of one key on nodes, as they lie in memory; `None` where there is no such column: the values have several types or
    /// are neither numbers, truth values nor texts, they are few, or one was written since the column was built.
    ///
    /// What stands there for a node that was deleted means nothing.
    #[must_use]
    pub fn column(&self, key: KeyId) -> Option<Column<'_>> {
        if self.overlay.keys.contains(&key) {
            return None;
        }
        self.image.node_column(key)?.view()
    }

    /// The least and the greatest integer in a column of integers. Cost: two reads.
    #[must_use]
    pub fn int_bounds(&self, key: KeyId) -> Option<(i64, i64)> {
        self.image.node_column(key)?.int_bounds()
    }

    /// The node whose property `id` is this text, or the first of several. Cost: one hash look-up.
    #[must_use]
    pub fn node_by_id(&self, id: &str) -> Option<NodeId> {
        self.nodes_by_id(id).first().copied()
    }

    /// The nodes whose property `id` is this text, ascending; several only where no schema keeps them apart. Cost: one hash look-up.
    #[must_use]
    pub fn nodes_by_id(&self, id: &str) -> Vec<NodeId> {
        self.nodes_by(None, Names::ID, &Datum::str(id)).unwrap_or_default()
    }

    /// The nodes with a label, or of all, that have a value under a key, ascending; `None` where no index knows: there is none for this key, or
    /// none holds values of this type. Cost: one hash look-up.
    #[must_use]
    pub fn nodes_by(
        &self,
        label: Option<LabelId>,
        key: KeyId,
        value: &Datum,
    ) -> Option<Vec<NodeId>> {
        let hash = image::hash(value)?;
        let index = self.image.index(label, key).or_else(|| self.image.index(None, key))?;
        let written = self.overlay.candidates(key, hash);
        let kept = index.candidates(hash).iter().copied();
        let kept = kept.filter(|node| !self.overlay.nodes.is_touched(*node));
        let kept = kept.map(NodeId).filter(|node| self.image.is(*node, key, value));
        let has = |node: &NodeId| {
            self.node_property(*node, key).is_some_and(|own| own.equals(value) == Some(true))
        };
        let mut found: Vec<NodeId> = kept.collect();
        if !written.is_empty() {
            found.extend(written.iter().map(|node| NodeId(*node)).filter(has));
            found.sort_unstable();
        }
        found.retain(|node| {
            let labelled = label.is_none_or(|label| self.labels(*node).contains(&label));
            labelled && !self.journal.has_deleted_node(*node)
        });
        Some(found)
    }

    /// Whether some nodes are found by a key without a look at each.
    #[must_use]
    pub fn has_index(&self, key: KeyId) -> bool {
        let name = self.names.key(key);
        key == Names::ID || self.schema.indexes().any(|index| index.1 == name)
    }

    /// Whether nodes with a label, or all nodes, are found by a key without a look at each; if so, whether it keeps them apart.
    #[must_use]
    pub fn index_on(&self, label: Option<LabelId>, key: KeyId) -> Option<bool> {
        if key == Names::ID {
            return label.is_none().then_some(true);
        }
        let (label, key) = (label.map(|label| self.names.label(label)), self.names.key(key));
        let found = self.schema.indexes().find(|index| (index.0, index.1) == (label, key));
        found.map(|index| index.2 == LookUp::Unique)
    }

    /// The labels of a node; none for an unknown one. Of a node that the open statement has deleted, what it had.
    #[must_use]
    #[inline]
    pub fn labels(&self, node: NodeId) -> &[LabelId] {
        match self.overlay.nodes.get(node.0) {
            Truth::Image => self.image.node_shape(node).map_or(&[], |shape| &shape.labels),
            Truth::Record(record) => &record.labels,
            Truth::Gone => &[],
        }
    }

    /// The properties of a node.
    #[must_use]
    pub fn node_properties(&self, node: NodeId) -> Properties {
        match self.overlay.nodes.get(node.0) {
            Truth::Image => self.image.node_properties(node),
            Truth::Record(record) => record.properties.clone(),
            Truth::Gone => Properties::new(),
        }
    }

    /// The keys of a node's properties, in their order.
    pub fn node_keys(&self, node: NodeId) -> impl Iterator<Item = KeyId> + '_ {
        let (keys, properties) = match self.overlay.nodes.get(node.0) {
            Truth::Image => (self.image.node_shape(node).map_or(&[][..], |of| &of.keys), &[][..]),
            Truth::Record(record) => (&[][..], record.properties.as_slice()),
            Truth::Gone => (&[][..], &[][..]),
        };
        keys.iter().copied().chain(properties.iter().map(|property| property.0))
    }

    /// One property of a node.
    #[must_use]
    #[inline]
    pub fn node_property(&self, node: NodeId, key: KeyId) -> Option<Datum> {
        match self.overlay.nodes.get(node.0) {
            Truth::Image => self.image.node_column(key)?.get(node.0),
            Truth::Record(record) => find(&record.properties, key),
            Truth::Gone => None,
        }
    }

    /// The type of a relationship; `None` for an unknown one.
    #[must_use]
    #[inline]
    pub fn kind(&self, rel: RelId) -> Option<KindId> {
        match self.overlay.rels.get(rel.0) {
            Truth::Image => self.image.rel_shape(rel).map(|shape| shape.kind),
            Truth::Record(record) => Some(record.kind),
            Truth::Gone => None,
        }
    }

    /// Where a relationship starts and ends; `None` for an unknown one.
    #[must_use]
    #[inline]
    pub fn ends(&self, rel: RelId) -> Option<(NodeId, NodeId)> {
        match self.overlay.rels.get(rel.0) {
            Truth::Image => self.image.ends(rel),
            Truth::Record(record) => Some((record.start, record.end)),
            Truth::Gone => None,
        }
    }

    /// The properties of a relationship.
    #[must_use]
    pub fn rel_properties(&self, rel: RelId) -> Properties {
        match self.overlay.rels.get(rel.0) {
            Truth::Image => self.image.rel_properties(rel),
            Truth::Record(record) => record.properties.clone(),
            Truth::Gone => Properties::new(),
        }
    }

    /// The keys of a relationship's properties, in their order.
    pub fn rel_keys(&self, rel: RelId) -> impl Iterator<Item = KeyId> + '_ {
        let (keys, properties) = match self.overlay.rels.get(rel.0) {
            Truth::Image => (self.image.rel_shape(rel).map_or(&[][..], |of| &of.keys), &[][..]),
            Truth::Record(record) => (&[][..], record.properties.as_slice()),
            Truth::Gone => (&[][..], &[][..]),
        };
        keys.iter().copied().chain(properties.iter().map(|property| property.0))
    }

    /// One property of a relationship.
    #[must_use]
    #[inline]
    pub fn rel_property(&self, rel: RelId, key: KeyId) -> Option<Datum> {
        match self.overlay.rels.get(rel.0) {
            Truth::Image => self.image.rel_column(key)?.get(rel.0),
            Truth::Record(record) => find(&record.properties, key),
            Truth::Gone => None,
        }
    }

    /// The neighbours of `node` over relationships of type `kind`.
    ///
    /// Shape: two parallel slices, ascending by node then relationship; parallel edges repeat the node.
    /// Errors: none; an unknown node has no neighbours.
    #[must_use]
    #[inline]
    pub fn hop(&self, node: NodeId, kind: KindId, direction: Direction) -> Hop<'_> {
        if !self.overlay.patches.is_empty()
            && let Some(row) = self.overlay.patches.hop(node, kind, direction)
        {
            return row;
        }
        self.image.hop(node, kind, direction)
    }

    /// The counts that estimates rest on. Cost: one pass over the graph, the first time; after a statement that wrote, one over what was
    /// written since the image was built.
    pub fn statistics(&self) -> &Statistics {
        let counted = self.counted.get_or_init(|| Statistics::of(&self.image));
        if self.overlay.is_empty() && self.journal.is_empty() {
            return counted;
        }
        self.statistics.get_or_init(|| counted.with_written(self))
    }

    /// How many different values a property has among the nodes with a label, or among all. Cost: one pass over them, the first
    /// time, where they were not counted with the image.
    #[must_use]
    pub fn distinct_values(&self, label: Option<LabelId>, key: KeyId) -> u64 {
        self.statistics().values(self, label, key)
    }

    /// How many nodes with a label, or of all, have this value under a key; `None` where that was not counted: values are many, or something
    /// was written since.
    #[must_use]
    pub fn frequency(&self, label: Option<LabelId>, key: KeyId, value: &Datum) -> Option<u64> {
        if !self.overlay.is_empty() || !self.journal.is_empty() {
            return None;
        }
        self.statistics().frequency(&self.image, label, key, value)
    }

    /// Whether every node with a label has a value under a key, a greater one than the node before it: then the values tell nodes
    /// apart, and order them as their ids do. Known of integers and texts; false where one was written since the image was built.
    #[must_use]
    pub fn ascends(&self, label: LabelId, key: KeyId) -> bool {
        if self.overlay.keys.contains(&key) || self.overlay.nodes_with(label).is_some() {
            return false;
        }
        self.counted.get_or_init(|| Statistics::of(&self.image)).ascends(label, key)
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
        let properties = self.property_values(&self.node_properties(node));
        model::Node { id: node, labels, properties }
    }

    /// The owned form of a relationship.
    #[must_use]
    pub fn rel_value(&self, rel: RelId) -> model::Relationship {
        let kind = self.kind(rel).map_or("", |kind| self.names.kind(kind)).to_owned();
        let (start, end) = self.ends(rel).unwrap_or((NodeId(u32::MAX), NodeId(u32::MAX)));
        let properties = self.property_values(&self.rel_properties(rel));
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

/// The value of a key.
fn find(properties: &[(KeyId, Datum)], key: KeyId) -> Option<Datum> {
    properties.iter().find(|(known, _)| *known == key).map(|(_, value)| value.clone())
}

/// Properties as a map datum, under the canonical names of their keys.
#[must_use]
pub fn properties_map(graph: &Graph, properties: &[(KeyId, Datum)]) -> DatumMap {
    properties.iter().map(|(key, value)| (graph.names.key_text(*key), value.clone())).collect()
}
