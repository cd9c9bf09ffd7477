//! The overlay: what was written since the image was built.
//!
//! A node or relationship that is new or was changed has a record here that stands for all that the image says of it; of one that was
//! deleted the record is empty. Lists of a label and rows are copied when they are first written. Where nothing was written, reads pay one test.

use rustc_hash::{FxHashMap, FxHashSet};

use super::image::{self, Image};
use super::topology::Patches;
use super::{Nodes, Properties};
use crate::model::{Datum, KeyId, KindId, LabelId, NodeId};

/// A node as it was written.
#[derive(Debug)]
pub(super) struct NodeRecord {
    pub(super) labels: Vec<LabelId>,
    pub(super) properties: Properties,
}

/// A relationship as it was written.
#[derive(Debug)]
pub(super) struct RelRecord {
    pub(super) kind: KindId,
    pub(super) start: NodeId,
    pub(super) end: NodeId,
    pub(super) properties: Properties,
}

/// Where the truth about an id is.
#[derive(Debug)]
pub(super) enum Truth<'o, R> {
    /// In the image.
    Image,
    /// Here.
    Record(&'o R),
    /// Nowhere: it was deleted, or never was.
    Gone,
}

/// The records of nodes, or of relationships.
#[derive(Debug)]
pub(super) struct Records<R> {
    /// The bound of the image: from here on ids are new.
    base: usize,
    /// Those that the image has; none for what was deleted.
    changed: FxHashMap<u32, Option<R>>,
    /// Those that it has not.
    added: Vec<Option<R>>,
    /// How many were deleted.
    gone: usize,
}

impl<R> Records<R> {
    fn new(base: usize) -> Self {
        Self { base, changed: FxHashMap::default(), added: Vec::new(), gone: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.added.is_empty()
    }

    /// How many were written.
    pub(super) fn len(&self) -> usize {
        self.changed.len() + self.added.len()
    }

    /// Every id that was written.
    pub(super) fn ids(&self) -> impl Iterator<Item = u32> + '_ {
        let base = u32::try_from(self.base).unwrap_or(u32::MAX);
        let added = (base..).zip(&self.added).map(|(id, _)| id);
        self.changed.keys().copied().chain(added)
    }

    /// One more than the greatest id.
    pub(super) fn bound(&self) -> usize {
        self.base + self.added.len()
    }

    /// How many there are, of so many in the image.
    pub(super) fn count(&self, image: usize) -> usize {
        image + self.added.len() - self.gone
    }

    #[inline]
    pub(super) fn get(&self, id: u32) -> Truth<'_, R> {
        let record = if let Some(at) = (id as usize).checked_sub(self.base) {
            self.added.get(at)
        } else if self.changed.is_empty() {
            return Truth::Image;
        } else {
            match self.changed.get(&id) {
                Some(record) => Some(record),
                None => return Truth::Image,
            }
        };
        match record {
            Some(Some(record)) => Truth::Record(record),
            Some(None) | None => Truth::Gone,
        }
    }

    /// The record of an id.
    pub(super) fn record(&mut self, id: u32) -> Option<&mut R> {
        match (id as usize).checked_sub(self.base) {
            Some(at) => self.added.get_mut(at)?.as_mut(),
            None => self.changed.get_mut(&id)?.as_mut(),
        }
    }

    /// Adds the record of an id of the image.
    pub(super) fn copy(&mut self, id: u32, record: R) {
        self.changed.insert(id, Some(record));
    }

    /// Whether an id has a record already, or needs none: it is new.
    pub(super) fn is_touched(&self, id: u32) -> bool {
        id as usize >= self.base || self.changed.contains_key(&id)
    }

    /// Adds a record under the next id.
    pub(super) fn add(&mut self, record: R) -> u32 {
        let id = u32::try_from(self.bound()).unwrap_or(u32::MAX);
        self.added.push(Some(record));
        id
    }

    /// Takes back the last [`Self::add`].
    pub(super) fn unadd(&mut self) -> Option<R> {
        self.added.pop().flatten()
    }

    /// Forgets the record of an id of the image, which is as the image says again.
    pub(super) fn forget(&mut self, id: u32) {
        self.changed.remove(&id);
    }

    /// Removes an id for good; gives what it was, where that is known here.
    pub(super) fn remove(&mut self, id: u32) -> Option<R> {
        self.gone += 1;
        match (id as usize).checked_sub(self.base) {
            Some(at) => self.added.get_mut(at).and_then(Option::take),
            None => self.changed.insert(id, None).flatten(),
        }
    }

    /// Every id that was written, ascending; with none what was deleted.
    pub(super) fn into_sorted(self) -> Vec<(u32, Option<R>)> {
        let base = u32::try_from(self.base).unwrap_or(u32::MAX);
        let mut all: Vec<(u32, Option<R>)> = self.changed.into_iter().collect();
        all.sort_unstable_by_key(|entry| entry.0);
        all.extend((base..).zip(self.added));
        all
    }
}

/// What was written since the image was built.
#[derive(Debug)]
pub(super) struct Overlay {
    pub(super) nodes: Records<NodeRecord>,
    pub(super) rels: Records<RelRecord>,
    pub(super) patches: Patches,
    /// The nodes of a label, ascending.
    pub(super) members: FxHashMap<LabelId, Vec<u32>>,
    /// The keys of which a node has a value here that it has not in the image, or none any more.
    pub(super) keys: FxHashSet<KeyId>,
    /// The nodes that have a record here, by key and hash of the values of keys that have an index.
    entries: FxHashMap<(KeyId, u64), Vec<u32>>,
}

impl Default for Overlay {
    fn default() -> Self {
        Self::over(&Image::default())
    }
}

impl Overlay {
    /// Nothing written over an image.
    pub(super) fn over(image: &Image) -> Self {
        Self {
            nodes: Records::new(image.nodes.bound),
            rels: Records::new(image.rels.bound),
            patches: Patches::default(),
            members: FxHashMap::default(),
            keys: FxHashSet::default(),
            entries: FxHashMap::default(),
        }
    }

    /// Whether no node or relationship was written.
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.rels.is_empty()
    }

    /// How much was written, in records and rows.
    pub(super) fn len(&self) -> usize {
        self.nodes.len() + self.rels.len() + self.patches.len()
    }

    /// The nodes of a label, where they were written.
    #[inline]
    pub(super) fn nodes_with(&self, label: LabelId) -> Option<Nodes<'_>> {
        if self.members.is_empty() {
            return None;
        }
        self.members.get(&label).map(|ids| Nodes::List(ids))
    }

    /// Adds a node under labels. Cost: the first write to a label copies its list.
    pub(super) fn add_labels(&mut self, image: &Image, node: NodeId, labels: &[LabelId]) {
        for label in labels {
            insert(self.list(image, *label), node.0);
        }
    }

    /// Takes a node out from under labels.
    pub(super) fn remove_labels(&mut self, image: &Image, node: NodeId, labels: &[LabelId]) {
        for label in labels {
            remove(self.list(image, *label), node.0);
        }
    }

    /// Takes many nodes out from under the labels they have. Cost: one pass over the lists of those labels.
    pub(super) fn remove_all(
        &mut self,
        image: &Image,
        nodes: &FxHashSet<NodeId>,
        labels: &[LabelId],
    ) {
        for label in labels {
            self.list(image, *label).retain(|node| !nodes.contains(&NodeId(*node)));
        }
    }

    fn list(&mut self, image: &Image, label: LabelId) -> &mut Vec<u32> {
        let copy = || image.nodes_with(label).iter().map(|node| node.0).collect();
        self.members.entry(label).or_insert_with(copy)
    }

    /// Adds properties of a node to the look-ups of their keys.
    pub(super) fn add_entries(
        &mut self,
        image: &Image,
        node: NodeId,
        properties: &[(KeyId, Datum)],
    ) {
        for (key, hash) in entries(image, properties) {
            insert(self.entries.entry((key, hash)).or_default(), node.0);
        }
    }

    /// Takes properties of a node out of the look-ups of their keys.
    pub(super) fn remove_entries(
        &mut self,
        image: &Image,
        node: NodeId,
        properties: &[(KeyId, Datum)],
    ) {
        for entry in entries(image, properties) {
            if let Some(nodes) = self.entries.get_mut(&entry) {
                remove(nodes, node.0);
                if nodes.is_empty() {
                    self.entries.remove(&entry);
                }
            }
        }
    }

    /// The nodes with a record here that may have a value of this hash, ascending.
    pub(super) fn candidates(&self, key: KeyId, hash: u64) -> &[u32] {
        if self.entries.is_empty() {
            return &[];
        }
        self.entries.get(&(key, hash)).map_or(&[], Vec::as_slice)
    }
}

/// The look-ups in which properties stand.
fn entries(image: &Image, properties: &[(KeyId, Datum)]) -> impl Iterator<Item = (KeyId, u64)> {
    let indexed = |key: KeyId| image.indexes.iter().any(|index| index.key == key);
    let entry = move |(key, value): &(KeyId, Datum)| {
        if indexed(*key) { image::hash(value).map(|hash| (*key, hash)) } else { None }
    };
    properties.iter().filter_map(entry)
}

fn insert(nodes: &mut Vec<u32>, node: u32) {
    if nodes.last().is_none_or(|last| *last < node) {
        nodes.push(node);
    } else if let Err(at) = nodes.binary_search(&node) {
        nodes.insert(at, node);
    }
}

fn remove(nodes: &mut Vec<u32>, node: u32) {
    if nodes.last() == Some(&node) {
        nodes.pop();
    } else if let Ok(at) = nodes.binary_search(&node) {
        nodes.remove(at);
    }
}
