//! Writing: every write is seen by reads at once, and is kept or taken back with all others of its statement.
//!
//! Before a write is done its inverse goes into a journal; [`Graph::rollback`] plays the journal backwards. What is deleted stays in
//! the ledger, out of sight, until [`Graph::commit`]: petgraph gives freed ids away again, and rows of the open statement may
//! still hold them. No read looks at the journal but to skip what is deleted.

use rustc_hash::FxHashSet;

use super::topology::{self, Direction, Index, Link};
use super::{Graph, Names, NodeRecord, Properties, RelRecord};
use crate::error::{Code, Error, Result, Standard, Text, text};
use crate::model::{Datum, KeyId, KindId, LabelId, NodeId, RelId};

/// How many names of one sort a graph may have.
const NAMES_MAX: usize = 65_535;

/// At the end of a statement the index is built anew where more than one row has been written for so many nodes: a row that was
/// written costs a hash look-up to read, and building costs about as much as reading every row.
const NODES_PER_PATCH: usize = 8;

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
    RemoveNode(NodeId),
    RemoveRel(RelId),
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
        self.journal.inverses.push(Inverse::RemoveNode(node));
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
        let record = RelRecord { kind, properties };
        let ends = (topology::node_index(start), topology::node_index(end));
        let rel = topology::rel_id(self.ledger.add_edge(ends.0, ends.1, record));
        self.index.add(Link { rel, kind, start, end });
        self.journal.inverses.push(Inverse::RemoveRel(rel));
        rel
    }

    /// Gives a node or relationship one property; null takes it away. What is deleted stays as it is.
    pub fn set_property(&mut self, entity: Entity, key: KeyId, value: Datum) {
        let properties = self.properties(entity);
        let known = properties.iter().enumerate().find(|(_, (known, _))| *known == key);
        let at = known.map_or(properties.len(), |(at, _)| at);
        let same = match known {
            Some((_, (_, old))) => is_same(old, &value),
            None => value.is_null(),
        };
        if same || !self.has(entity) {
            return;
        }
        self.journal.changes.properties_set += 1;
        let value = (!value.is_null()).then_some(value);
        let old = self.put_property(entity, at, key, value);
        self.journal.inverses.push(Inverse::Property { entity, at, key, old });
    }

    /// Gives a node or relationship these properties and no others. No key comes twice, no value is null. What is deleted stays as
    /// it is.
    pub fn set_properties(&mut self, entity: Entity, properties: Properties) {
        let changed = differing(self.properties(entity), &properties);
        if changed == 0 || !self.has(entity) {
            return;
        }
        self.journal.changes.properties_set += changed;
        if let Some(old) = self.put_properties(entity, properties) {
            self.journal.inverses.push(Inverse::Properties(entity, old));
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
        if let Some(old) = self.put_labels(node, labels) {
            self.journal.inverses.push(Inverse::Labels(node, old));
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

        self.index.remove_all(&links);
        let mut labels: Vec<LabelId> =
            gone.iter().flat_map(|node| self.labels(*node)).copied().collect();
        labels.sort_unstable();
        labels.dedup();
        let journal = &mut self.journal;
        journal.changes.nodes_deleted += gone.len() as u64;
        journal.changes.rels_deleted += links.len() as u64;
        journal.rels.extend(doomed);
        journal.nodes.extend(gone.iter().copied());
        self.lookups.remove_all(&journal.nodes, &labels);
        for node in &gone {
            if let Some(record) = self.ledger.node_weight(topology::node_index(*node)) {
                self.lookups.remove_id(*node, &record.properties);
            }
        }
        self.journal.inverses.push(Inverse::Revive { nodes: gone, links });
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
    pub fn has_node(&self, node: NodeId) -> bool {
        self.ledger.contains_node(topology::node_index(node))
            && !self.journal.has_deleted_node(node)
    }

    /// Whether there is such a relationship, and it is not deleted.
    #[must_use]
    pub fn has_rel(&self, rel: RelId) -> bool {
        self.ledger.edge_weight(topology::rel_index(rel)).is_some()
            && !self.journal.has_deleted_rel(rel)
    }

    /// The relationships of a node, both ways; a loop comes twice.
    pub fn rels_of(&self, node: NodeId) -> impl Iterator<Item = RelId> + '_ {
        let edges = |direction| {
            let mut walk =
                self.ledger.neighbors_directed(topology::node_index(node), direction).detach();
            std::iter::from_fn(move || walk.next_edge(&self.ledger)).map(topology::rel_id)
        };
        let both = edges(Direction::Outgoing).chain(edges(Direction::Incoming));
        both.filter(|rel| !self.journal.has_deleted_rel(*rel))
    }

    /// Keeps what was written since the last call, and says how much it was.
    ///
    /// Cost: linear in what was written; where that is a good part of the graph, the index is built anew.
    pub fn commit(&mut self) -> Changes {
        let Journal { inverses, nodes, rels, changes, .. } = std::mem::take(&mut self.journal);
        if !inverses.is_empty() {
            self.statistics.take();
            self.columns.take();
            self.keys.take();
        }
        drop(inverses);
        self.remove_deleted(nodes, rels);
        if self.index.patched().saturating_mul(NODES_PER_PATCH) > self.ledger.node_count() {
            self.index = Index::build(&self.ledger, self.names.kinds().len());
        }
        changes
    }

    /// Removes from the ledger what was deleted.
    ///
    /// petgraph unlinks a relationship by walking from the latest one of its nodes: latest first, only those that stay are passed.
    /// Where these walks would be longer than all of the ledger, it is written anew.
    fn remove_deleted(&mut self, nodes: FxHashSet<NodeId>, rels: FxHashSet<RelId>) {
        let passed = rels.iter().filter_map(|rel| self.link(*rel)).map(|link| {
            let start = self.hop(link.start, link.kind, Direction::Outgoing);
            let end = self.hop(link.end, link.kind, Direction::Incoming);
            start.rels.len().saturating_add(end.rels.len())
        });
        let passed = passed.fold(0, usize::saturating_add);
        if passed > self.ledger.node_count().saturating_add(self.ledger.edge_count()) {
            self.ledger = std::mem::take(&mut self.ledger).filter_map_owned(
                |index, node| (!nodes.contains(&topology::node_id(index))).then_some(node),
                |index, rel| (!rels.contains(&topology::rel_id(index))).then_some(rel),
            );
            return;
        }
        let mut rels: Vec<RelId> = rels.into_iter().collect();
        rels.sort_unstable_by(|a, b| b.cmp(a));
        for rel in rels {
            self.ledger.remove_edge(topology::rel_index(rel));
        }
        let mut nodes: Vec<NodeId> = nodes.into_iter().collect();
        nodes.sort_unstable_by(|a, b| b.cmp(a));
        for node in nodes {
            self.ledger.remove_node(topology::node_index(node));
        }
    }

    /// Takes back what was written since the last [`Graph::commit`]: entities, look-ups, orders and names are as they were.
    pub fn rollback(&mut self) {
        let Journal { inverses, names, nodes, rels, .. } = std::mem::take(&mut self.journal);
        self.statistics.take();
        self.columns.take();
        self.keys.take();
        (self.journal.nodes, self.journal.rels) = (nodes, rels);
        for inverse in inverses.into_iter().rev() {
            self.undo(inverse);
        }
        if let Some(lengths) = names {
            self.names.truncate(lengths);
        }
        self.journal = Journal::default();
    }

    fn undo(&mut self, inverse: Inverse) {
        match inverse {
            Inverse::RemoveNode(node) => {
                if let Some(record) = self.ledger.remove_node(topology::node_index(node)) {
                    self.lookups.remove(node, &record.labels, &record.properties);
                }
            }
            Inverse::RemoveRel(rel) => {
                if let Some(link) = self.link(rel) {
                    self.index.remove(link);
                }
                self.ledger.remove_edge(topology::rel_index(rel));
            }
            Inverse::Revive { nodes, links } => {
                for node in nodes {
                    self.journal.nodes.remove(&node);
                    if let Some(record) = self.ledger.node_weight(topology::node_index(node)) {
                        self.lookups.add(node, &record.labels, &record.properties);
                    }
                }
                for link in &links {
                    self.journal.rels.remove(&link.rel);
                }
                self.index.add_all(&links);
            }
            Inverse::Properties(entity, properties) => {
                self.put_properties(entity, properties);
            }
            Inverse::Property { entity, at, key, old } => {
                self.put_property(entity, at, key, old);
            }
            Inverse::Labels(node, labels) => {
                self.put_labels(node, labels);
            }
        }
    }

    /// The properties of a node or relationship.
    #[must_use]
    pub fn properties(&self, entity: Entity) -> &[(KeyId, Datum)] {
        match entity {
            Entity::Node(node) => self.node_properties(node),
            Entity::Rel(rel) => self.rel_properties(rel),
        }
    }

    /// Puts a node into the ledger and under its look-ups.
    pub(super) fn insert_node(&mut self, record: NodeRecord) -> NodeId {
        let index = self.ledger.add_node(record);
        let node = topology::node_id(index);
        let record = &self.ledger[index];
        self.lookups.add(node, &record.labels, &record.properties);
        node
    }

    fn put_properties(&mut self, entity: Entity, properties: Properties) -> Option<Properties> {
        match entity {
            Entity::Node(node) => {
                let record = self.ledger.node_weight_mut(topology::node_index(node))?;
                self.lookups.remove_id(node, &record.properties);
                self.lookups.add_id(node, &properties);
                Some(std::mem::replace(&mut record.properties, properties))
            }
            Entity::Rel(rel) => {
                let record = self.ledger.edge_weight_mut(topology::rel_index(rel))?;
                Some(std::mem::replace(&mut record.properties, properties))
            }
        }
    }

    /// Puts a property at a place, or removes it from there; gives what it was.
    fn put_property(
        &mut self,
        entity: Entity,
        at: usize,
        key: KeyId,
        value: Option<Datum>,
    ) -> Option<Datum> {
        match entity {
            Entity::Node(node) => {
                let record = self.ledger.node_weight_mut(topology::node_index(node))?;
                if key != Names::ID {
                    return exchange(&mut record.properties, at, key, value);
                }
                self.lookups.remove_id(node, &record.properties);
                let old = exchange(&mut record.properties, at, key, value);
                self.lookups.add_id(node, &record.properties);
                old
            }
            Entity::Rel(rel) => {
                let record = self.ledger.edge_weight_mut(topology::rel_index(rel))?;
                exchange(&mut record.properties, at, key, value)
            }
        }
    }

    fn put_labels(&mut self, node: NodeId, labels: Vec<LabelId>) -> Option<Vec<LabelId>> {
        let record = self.ledger.node_weight_mut(topology::node_index(node))?;
        self.lookups.remove_labels(node, &record.labels);
        self.lookups.add_labels(node, &labels);
        Some(std::mem::replace(&mut record.labels, labels))
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

/// Sets, adds or removes the property of a key, which stands at this place or shall stand there; gives what it was.
fn exchange(
    properties: &mut Properties,
    at: usize,
    key: KeyId,
    value: Option<Datum>,
) -> Option<Datum> {
    let known = properties.get_mut(at).filter(|(known, _)| *known == key);
    match (known, value) {
        (Some(known), Some(value)) => Some(std::mem::replace(&mut known.1, value)),
        (Some(_), None) => Some(properties.remove(at).1),
        (None, Some(value)) => {
            properties.insert(at.min(properties.len()), (key, value));
            None
        }
        (None, None) => None,
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
