//! Writing: every write is seen by reads at once, and is kept or taken back with all others of its statement.
//!
//! Before a write is done its inverse goes into a journal; [`Graph::rollback`] plays the journal backwards. What is deleted stays, out of
//! sight, until [`Graph::commit`]: rows of the open statement may still hold it. No read looks at the journal but to skip what is deleted.

use rustc_hash::FxHashSet;

use super::overlay::{NodeRecord, Overlay, RelRecord, Truth};
use super::topology::{Direction, Link};
use super::{Graph, Properties};
use crate::error::{Code, Error, Result, Standard, Text, text};
use crate::model::{Datum, KeyId, KindId, LabelId, NodeId, RelId};

/// How many names of one sort a graph may have.
const NAMES_MAX: usize = 65_535;

/// At the end of a statement the image is built anew where one record or row has been written for at most so many nodes and relationships: what was
/// written costs a hash look-up to read, and building costs about as much as reading everything.
const KEPT_PER_WRITE: usize = 8;

/// A node or a relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Entity {
    /// A node.
    Node(NodeId),
    /// A relationship.
    Rel(RelId),
}

/// How much a statement has changed; each write counts, even one that a later write of the same statement undoes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Nodes created.
    pub nodes_created: u64,
    /// Nodes deleted.
    pub nodes_deleted: u64,
    /// Relationships created.
    pub rels_created: u64,
    /// Relationships deleted.
    pub rels_deleted: u64,
    /// Properties that were given another value, or removed; those of what is deleted do not count.
    pub properties_set: u64,
    /// Labels added to nodes, those they were created with too.
    pub labels_added: u64,
    /// Labels removed from nodes that stay.
    pub labels_removed: u64,
}

impl Changes {
    /// Whether nothing was changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What takes one write back.
#[derive(Debug)]
enum Inverse {
    RemoveNode,
    RemoveRel,
    /// A node or relationship was written first since the image was built.
    Forget(Entity),
    Revive {
        nodes: Vec<NodeId>,
        links: Vec<Link>,
    },
    Properties(Entity, Properties),
    /// One property: what stood at a place before, where something of this key did.
    Property {
        entity: Entity,
        at: usize,
        key: KeyId,
        old: Option<Datum>,
    },
    Labels(NodeId, Vec<LabelId>),
}

/// What the open statement has done.
#[derive(Debug, Default)]
pub(super) struct Journal {
    inverses: Vec<Inverse>,
    nodes: FxHashSet<NodeId>,
    rels: FxHashSet<RelId>,
    changes: Changes,
    /// How many names there were before it.
    names: Option<[usize; 3]>,
}

impl Journal {
    pub(super) fn is_empty(&self) -> bool {
        self.inverses.is_empty()
    }

    /// What the open statement has deleted.
    pub(super) fn deleted(
        &self,
    ) -> (impl Iterator<Item = NodeId> + '_, impl Iterator<Item = RelId> + '_) {
        (self.nodes.iter().copied(), self.rels.iter().copied())
    }

    pub(super) fn deleted_nodes(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn deleted_rels(&self) -> usize {
        self.rels.len()
    }

    pub(super) fn has_deleted_node(&self, node: NodeId) -> bool {
        self.nodes.contains(&node)
    }

    pub(super) fn has_deleted_rel(&self, rel: RelId) -> bool {
        self.rels.contains(&rel)
    }
}

impl Graph {
    /// The label of a name; a new one where there is none yet.
    ///
    /// # Errors
    /// `limit.memory` where there are too many.
    pub fn label_id(&mut self, name: &str) -> Result<LabelId> {
        match self.names.find_label(name) {
            Some(id) => Ok(id),
            None => self.room(0).map(|()| self.names.label_id(name)),
        }
    }

    /// The relationship type of a name; a new one where there is none yet.
    ///
    /// # Errors
    /// `limit.memory` where there are too many.
    pub fn kind_id(&mut self, name: &str) -> Result<KindId> {
        match self.names.find_kind(name) {
            Some(id) => Ok(id),
            None => self.room(1).map(|()| self.names.kind_id(name)),
        }
    }

    /// The property key of a name; a new one where there is none yet.
    ///
    /// # Errors
    /// `limit.memory` where there are too many.
    pub fn key_id(&mut self, name: &str) -> Result<KeyId> {
        match self.names.find_key(name) {
            Some(id) => Ok(id),
            None => self.room(2).map(|()| self.names.key_id(name)),
        }
    }

    /// Makes sure of room for one name more of a sort, and remembers how many there were.
    fn room(&mut self, sort: usize) -> Result<()> {
        let lengths = self.names.lengths();
        if lengths.get(sort).is_some_and(|length| *length >= NAMES_MAX) {
            let sorts = [
                text!("labels", "ラベル"),
                text!("relationship types", "関係の種類"),
                text!("property keys", "プロパティのキー"),
            ];
            let Text { en, ja } =
                sorts.into_iter().nth(sort).unwrap_or_else(|| text!("names", "名前"));
            return Err(Error::new(
                Code::LimitMemory,
                text!(
                    "a graph has at most {NAMES_MAX} {en}",
                    "一つのグラフで使える{ja}は {NAMES_MAX} 個までです"
                ),
            )
            .help(text!(
                "Keep what differs from node to node in values, not in names.",
                "ノードごとに異なるものは、名前ではなく値にしてください。"
            )));
        }
        self.journal.names.get_or_insert(lengths);
        Ok(())
    }

    /// Adds a node. Labels are ascending and different.
    pub fn add_node(&mut self, labels: Vec<LabelId>, properties: Properties) -> NodeId {
        let changes = &mut self.journal.changes;
        changes.nodes_created += 1;
        changes.labels_added += labels.len() as u64;
        changes.properties_set += properties.len() as u64;
        let node = self.insert_node(NodeRecord { labels, properties });
        self.note(Inverse::RemoveNode);
        node
    }

    /// Adds a relationship between two nodes of this graph.
    pub fn add_rel(
        &mut self,
        kind: KindId,
        start: NodeId,
        end: NodeId,
        properties: Properties,
    ) -> RelId {
        let changes = &mut self.journal.changes;
        changes.rels_created += 1;
        changes.properties_set += properties.len() as u64;
        let rel = RelId(self.overlay.rels.add(RelRecord { kind, start, end, properties }));
        self.overlay.patches.add(&self.image, Link { rel, kind, start, end });
        self.note(Inverse::RemoveRel);
        rel
    }

    /// Gives a node or relationship one property; null takes it away. What is deleted stays as it is.
    pub fn set_property(&mut self, entity: Entity, key: KeyId, value: Datum) {
        let old = match entity {
            Entity::Node(node) => self.node_property(node, key),
            Entity::Rel(rel) => self.rel_property(rel, key),
        };
        let same = old.as_ref().map_or(value.is_null(), |old| is_same(old, &value));
        if same || !self.has(entity) {
            return;
        }
        self.journal.changes.properties_set += 1;
        self.touch(entity);
        let value = (!value.is_null()).then_some(value);
        if let Some((at, old)) = self.put_property(entity, None, key, value) {
            self.note(Inverse::Property { entity, at, key, old });
        }
    }

    /// Gives a node or relationship these properties and no others. No key comes twice, no value is null. What is deleted stays as
    /// it is.
    pub fn set_properties(&mut self, entity: Entity, properties: Properties) {
        let changed = differing(&self.properties(entity), &properties);
        if changed == 0 || !self.has(entity) {
            return;
        }
        self.journal.changes.properties_set += changed;
        self.touch(entity);
        if let Some(old) = self.put_properties(entity, properties) {
            self.note(Inverse::Properties(entity, old));
        }
    }

    /// Gives a node these labels and no others. They are ascending and different. What is deleted stays as it is.
    pub fn set_labels(&mut self, node: NodeId, labels: Vec<LabelId>) {
        let old = self.labels(node);
        let added = labels.iter().filter(|label| !old.contains(label)).count() as u64;
        let removed = old.iter().filter(|label| !labels.contains(label)).count() as u64;
        if added + removed == 0 || !self.has_node(node) {
            return;
        }
        self.journal.changes.labels_added += added;
        self.journal.changes.labels_removed += removed;
        self.touch(Entity::Node(node));
        if let Some(old) = self.put_labels(node, labels) {
            self.note(Inverse::Labels(node, old));
        }
    }

    /// Deletes nodes and relationships; with a node go its relationships. What is deleted already is left alone.
    ///
    /// Shape: ids stay valid until the statement ends: labels, types, ends and properties can be read, scans and hops pass them by.
    /// Cost: one pass over each list and row they stand in, however many they are.
    pub fn delete(&mut self, nodes: &[NodeId], rels: &[RelId]) {
        let mut gone: Vec<NodeId> =
            nodes.iter().copied().filter(|node| self.has_node(*node)).collect();
        gone.sort_unstable();
        gone.dedup();
        let attached = gone.iter().flat_map(|node| self.rels_of(*node));
        let mut doomed: Vec<RelId> =
            attached.chain(rels.iter().copied().filter(|rel| self.has_rel(*rel))).collect();
        doomed.sort_unstable();
        doomed.dedup();
        let links: Vec<Link> = doomed.iter().filter_map(|rel| self.link(*rel)).collect();

        self.overlay.patches.remove_all(&self.image, &links);
        let mut labels: Vec<LabelId> =
            gone.iter().flat_map(|node| self.labels(*node)).copied().collect();
        labels.sort_unstable();
        labels.dedup();
        let journal = &mut self.journal;
        journal.changes.nodes_deleted += gone.len() as u64;
        journal.changes.rels_deleted += links.len() as u64;
        journal.rels.extend(doomed);
        journal.nodes.extend(gone.iter().copied());
        self.overlay.remove_all(&self.image, &journal.nodes, &labels);
        self.note(Inverse::Revive { nodes: gone, links });
    }

    /// Whether there is such a node or relationship, and it is not deleted.
    #[must_use]
    pub fn has(&self, entity: Entity) -> bool {
        match entity {
            Entity::Node(node) => self.has_node(node),
            Entity::Rel(rel) => self.has_rel(rel),
        }
    }

    /// Makes sure that the open statement has not deleted a node or relationship that one of its rows still holds.
    ///
    /// # Errors
    /// `run.deleted`.
    pub fn expect(&self, entity: Entity) -> Result<()> {
        let deleted = match entity {
            Entity::Node(node) => self.journal.has_deleted_node(node),
            Entity::Rel(rel) => self.journal.has_deleted_rel(rel),
        };
        if deleted { Err(gone(entity)) } else { Ok(()) }
    }

    /// Whether there is such a node, and it is not deleted.
    #[must_use]
    #[inline]
    pub fn has_node(&self, node: NodeId) -> bool {
        let known = match self.overlay.nodes.get(node.0) {
            Truth::Image => self.image.nodes.has(node.0),
            Truth::Record(_) => true,
            Truth::Gone => false,
        };
        known && !self.journal.has_deleted_node(node)
    }

    /// Whether there is such a relationship, and it is not deleted.
    #[must_use]
    #[inline]
    pub fn has_rel(&self, rel: RelId) -> bool {
        let known = match self.overlay.rels.get(rel.0) {
            Truth::Image => self.image.rels.has(rel.0),
            Truth::Record(_) => true,
            Truth::Gone => false,
        };
        known && !self.journal.has_deleted_rel(rel)
    }

    /// The relationships of a node, both ways; a loop comes twice.
    pub fn rels_of(&self, node: NodeId) -> impl Iterator<Item = RelId> + '_ {
        let kinds = u16::try_from(self.names.kinds().len()).unwrap_or(u16::MAX);
        let ways = [Direction::Outgoing, Direction::Incoming];
        let rows = ways.into_iter().flat_map(move |way| (0..kinds).map(move |kind| (kind, way)));
        rows.flat_map(move |(kind, way)| self.hop(node, KindId(kind), way).rels)
            .map(|rel| RelId(*rel))
    }

    /// Keeps what was written since the last call, and says how much it was.
    ///
    /// Cost: linear in what was written; where that is a good part of the graph, the image is built anew.
    pub fn commit(&mut self) -> Changes {
        let Journal { inverses, nodes, rels, changes, .. } = std::mem::take(&mut self.journal);
        if inverses.is_empty() {
            return changes;
        }
        self.statistics.take();
        #[expect(clippy::iter_over_hash_type, reason = "each is removed by itself")]
        for node in nodes {
            if let Some(record) = self.overlay.nodes.remove(node.0) {
                self.overlay.remove_entries(&self.image, node, &record.properties);
            }
        }
        #[expect(clippy::iter_over_hash_type, reason = "each is removed by itself")]
        for rel in rels {
            self.overlay.rels.remove(rel.0);
        }
        let kept = self.image.nodes.bound + self.image.rels.bound;
        if self.overlay.len().saturating_mul(KEPT_PER_WRITE) > kept {
            self.merge();
        }
        changes
    }

    /// Takes back what was written since the last [`Graph::commit`]: entities, look-ups, orders and names are as they were.
    pub fn rollback(&mut self) {
        let Journal { inverses, names, nodes, rels, .. } = std::mem::take(&mut self.journal);
        self.statistics.take();
        (self.journal.nodes, self.journal.rels) = (nodes, rels);
        for inverse in inverses.into_iter().rev() {
            self.undo(inverse);
        }
        if let Some(lengths) = names {
            self.names.truncate(lengths);
        }
        self.journal = Journal::default();
        if self.overlay.is_empty() {
            self.overlay = Overlay::over(&self.image);
        }
    }

    /// Remembers what takes a write back.
    fn note(&mut self, inverse: Inverse) {
        self.statistics.take();
        self.journal.inverses.push(inverse);
    }

    fn undo(&mut self, inverse: Inverse) {
        match inverse {
            Inverse::RemoveNode => {
                let last = self.overlay.nodes.bound().saturating_sub(1);
                let node = NodeId(u32::try_from(last).unwrap_or(u32::MAX));
                if let Some(record) = self.overlay.nodes.unadd() {
                    self.overlay.remove_labels(&self.image, node, &record.labels);
                    self.overlay.remove_entries(&self.image, node, &record.properties);
                }
            }
            Inverse::RemoveRel => {
                let last = self.overlay.rels.bound().saturating_sub(1);
                let rel = RelId(u32::try_from(last).unwrap_or(u32::MAX));
                if let Some(RelRecord { kind, start, end, .. }) = self.overlay.rels.unadd() {
                    self.overlay.patches.remove(&self.image, Link { rel, kind, start, end });
                }
            }
            Inverse::Forget(Entity::Node(node)) => {
                let properties = self.node_properties(node);
                self.overlay.remove_entries(&self.image, node, &properties);
                self.overlay.nodes.forget(node.0);
            }
            Inverse::Forget(Entity::Rel(rel)) => self.overlay.rels.forget(rel.0),
            Inverse::Revive { nodes, links } => {
                for node in nodes {
                    self.journal.nodes.remove(&node);
                    let labels = self.labels(node).to_vec();
                    self.overlay.add_labels(&self.image, node, &labels);
                }
                for link in &links {
                    self.journal.rels.remove(&link.rel);
                }
                self.overlay.patches.add_all(&self.image, &links);
            }
            Inverse::Properties(entity, properties) => {
                self.put_properties(entity, properties);
            }
            Inverse::Property { entity, at, key, old } => {
                self.put_property(entity, Some(at), key, old);
            }
            Inverse::Labels(node, labels) => {
                self.put_labels(node, labels);
            }
        }
    }

    /// The properties of a node or relationship.
    #[must_use]
    pub fn properties(&self, entity: Entity) -> Properties {
        match entity {
            Entity::Node(node) => self.node_properties(node),
            Entity::Rel(rel) => self.rel_properties(rel),
        }
    }

    /// Puts a node into the overlay and under its look-ups.
    pub(super) fn insert_node(&mut self, record: NodeRecord) -> NodeId {
        let Self { image, overlay, .. } = self;
        let node = NodeId(u32::try_from(overlay.nodes.bound()).unwrap_or(u32::MAX));
        overlay.add_labels(image, node, &record.labels);
        overlay.add_entries(image, node, &record.properties);
        overlay.keys.extend(record.properties.iter().map(|property| property.0));
        overlay.nodes.add(record);
        node
    }

    /// Makes sure that a node or relationship has a record to be written.
    fn touch(&mut self, entity: Entity) {
        let Self { image, overlay, .. } = self;
        match entity {
            Entity::Node(node) if !overlay.nodes.is_touched(node.0) => {
                let labels = image.node_shape(node).map(|shape| shape.labels.clone());
                let properties = image.node_properties(node);
                overlay.add_entries(image, node, &properties);
                let copy = NodeRecord { labels: labels.unwrap_or_default(), properties };
                overlay.nodes.copy(node.0, copy);
            }
            Entity::Rel(rel) if !overlay.rels.is_touched(rel.0) => {
                let (Some(shape), Some(ends)) = (image.rel_shape(rel), image.ends(rel)) else {
                    return;
                };
                let (kind, (start, end)) = (shape.kind, ends);
                let copy = RelRecord { kind, start, end, properties: image.rel_properties(rel) };
                overlay.rels.copy(rel.0, copy);
            }
            Entity::Node(_) | Entity::Rel(_) => return,
        }
        self.note(Inverse::Forget(entity));
    }

    /// Gives what has a record other properties; gives those it had.
    fn put_properties(&mut self, entity: Entity, properties: Properties) -> Option<Properties> {
        let Self { image, overlay, .. } = self;
        let node = match entity {
            Entity::Node(node) => node,
            Entity::Rel(rel) => {
                let record = overlay.rels.record(rel.0)?;
                return Some(std::mem::replace(&mut record.properties, properties));
            }
        };
        let old = std::mem::take(&mut overlay.nodes.record(node.0)?.properties);
        overlay.keys.extend(old.iter().chain(&properties).map(|property| property.0));
        overlay.remove_entries(image, node, &old);
        overlay.add_entries(image, node, &properties);
        overlay.nodes.record(node.0)?.properties = properties;
        Some(old)
    }

    /// Puts a property of what has a record at its place, or removes it from there; gives where that is, and what it was.
    fn put_property(
        &mut self,
        entity: Entity,
        at: Option<usize>,
        key: KeyId,
        value: Option<Datum>,
    ) -> Option<(usize, Option<Datum>)> {
        let Self { image, overlay, .. } = self;
        let node = match entity {
            Entity::Node(node) => node,
            Entity::Rel(rel) => {
                return Some(exchange(&mut overlay.rels.record(rel.0)?.properties, at, key, value));
            }
        };
        overlay.keys.insert(key);
        let new = value.clone();
        let (at, old) = exchange(&mut overlay.nodes.record(node.0)?.properties, at, key, value);
        if let Some(old) = &old {
            overlay.remove_entries(image, node, &[(key, old.clone())]);
        }
        if let Some(new) = new {
            overlay.add_entries(image, node, &[(key, new)]);
        }
        Some((at, old))
    }

    /// Gives a node that has a record other labels; gives those it had.
    fn put_labels(&mut self, node: NodeId, labels: Vec<LabelId>) -> Option<Vec<LabelId>> {
        let Self { image, overlay, .. } = self;
        let record = overlay.nodes.record(node.0)?;
        let old = std::mem::replace(&mut record.labels, labels.clone());
        overlay.remove_labels(image, node, &old);
        overlay.add_labels(image, node, &labels);
        Some(old)
    }

    fn link(&self, rel: RelId) -> Option<Link> {
        let (start, end) = self.ends(rel)?;
        Some(Link { rel, kind: self.kind(rel)?, start, end })
    }
}

fn gone(entity: Entity) -> Error {
    let Text { en, ja } = match entity {
        Entity::Node(_) => text!("node", "ノード"),
        Entity::Rel(_) => text!("relationship", "関係"),
    };
    Error::new(
        Code::RunDeleted,
        text!(
            "this {en} was deleted by the same statement",
            "この{ja}は同じ文の中で削除されています"
        ),
    )
    .known_as(Standard::runtime("EntityNotFound", "DeletedEntityAccess"))
    .help(text!(
        "Take what is needed of it with `WITH n.key AS name` before the `DELETE`.",
        "必要な値は、`DELETE` の前に `WITH n.キー AS 名前` で取り出してください。"
    ))
}

/// Whether a property would not change by taking a value.
fn is_same(old: &Datum, new: &Datum) -> bool {
    old.type_name() == new.type_name() && old.order(new).is_eq()
}

/// Sets or removes the property of a key, or adds it at a place or at the end; gives where that is, and what it was.
fn exchange(
    properties: &mut Properties,
    at: Option<usize>,
    key: KeyId,
    value: Option<Datum>,
) -> (usize, Option<Datum>) {
    let known = properties.iter().position(|(known, _)| *known == key);
    let at = known.or(at).unwrap_or(properties.len()).min(properties.len());
    let place = properties.get_mut(at).filter(|_| known.is_some());
    match (place, value) {
        (Some(place), Some(value)) => (at, Some(std::mem::replace(&mut place.1, value))),
        (Some(_), None) => (at, Some(properties.remove(at).1)),
        (None, Some(value)) => {
            properties.insert(at, (key, value));
            (at, None)
        }
        (None, None) => (at, None),
    }
}

/// How many keys have different values.
fn differing(old: &[(KeyId, Datum)], new: &[(KeyId, Datum)]) -> u64 {
    let find = |key: KeyId, properties: &[(KeyId, Datum)]| {
        properties.iter().position(|(known, _)| *known == key)
    };
    let set = new.iter().filter(|(key, value)| {
        let before = find(*key, old).and_then(|at| old.get(at));
        !before.is_some_and(|before| is_same(&before.1, value))
    });
    let removed = old.iter().filter(|(key, _)| find(*key, new).is_none());
    (set.count() + removed.count()) as u64
}
