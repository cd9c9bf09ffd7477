//! Interned names of labels, types and keys, with the aliases the schema gives them.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Schema;
use crate::model::{KeyId, KindId, LabelId, nfc};

/// The names of one sort: canonical ones by id, and every spelling that leads to an id.
#[derive(Debug, Default)]
struct Sort {
    canonical: Vec<Arc<str>>,
    ids: FxHashMap<Arc<str>, u16>,
}

impl Sort {
    fn find(&self, name: &str) -> Option<u16> {
        self.ids.get(nfc(name).as_ref()).copied()
    }

    /// Interns a name.
    ///
    /// Past 65,535 names every further one shares the last id; a loader refuses such a base before it comes to that.
    fn intern(&mut self, name: &str) -> u16 {
        if let Some(id) = self.find(name) {
            return id;
        }
        let id = u16::try_from(self.canonical.len()).unwrap_or(u16::MAX);
        let name: Arc<str> = nfc(name).into();
        self.canonical.push(Arc::clone(&name));
        self.ids.insert(name, id);
        id
    }

    fn alias(&mut self, id: u16, aliases: &[String]) {
        for alias in aliases {
            self.ids.entry(nfc(alias).into()).or_insert(id);
        }
    }

    /// Forgets every name past the first so many, none of which has an alias.
    fn truncate(&mut self, length: usize) {
        for name in self.canonical.split_off(length.min(self.canonical.len())) {
            self.ids.remove(&name);
        }
    }

    /// The names by id, and the aliases, ascending.
    fn spelt(&self) -> Spelt {
        let is_alias = |(spelling, id): &(&Arc<str>, &u16)| self.text(**id) != *spelling;
        let aliases = self.ids.iter().filter(is_alias);
        let mut aliases: Vec<_> = aliases.map(|(name, id)| (Arc::clone(name), *id)).collect();
        aliases.sort_unstable();
        (self.canonical.clone(), aliases)
    }

    fn of((canonical, aliases): Spelt) -> Self {
        let numbered = (0..=u16::MAX).zip(&canonical).map(|(id, name)| (Arc::clone(name), id));
        let ids = numbered.chain(aliases).collect();
        Self { canonical, ids }
    }

    fn text(&self, id: u16) -> &Arc<str> {
        static UNKNOWN: std::sync::OnceLock<Arc<str>> = std::sync::OnceLock::new();
        self.canonical.get(usize::from(id)).unwrap_or_else(|| UNKNOWN.get_or_init(|| "".into()))
    }
}

/// The names of one sort as they are written: canonical ones by id, and aliases with theirs.
type Spelt = (Vec<Arc<str>>, Vec<(Arc<str>, u16)>);

/// Every name of a graph, as they are written: labels, types, keys.
pub(super) type SpeltNames = [Spelt; 3];

/// Every name of a graph.
#[derive(Debug)]
pub struct Names {
    labels: Sort,
    kinds: Sort,
    keys: Sort,
}

impl Default for Names {
    fn default() -> Self {
        let mut names =
            Self { labels: Sort::default(), kinds: Sort::default(), keys: Sort::default() };
        names.key_id("id");
        names
    }
}

impl Names {
    /// The key `id`, which every graph has.
    pub const ID: KeyId = KeyId(0);

    /// The names of a schema, in its order.
    #[must_use]
    pub fn of(schema: &Schema) -> Self {
        let mut names = Self::default();
        for (key, spec) in schema.all_properties() {
            let id = names.keys.intern(key);
            names.keys.alias(id, &spec.aliases);
        }
        for (label, spec) in &schema.labels {
            let id = names.labels.intern(label);
            names.labels.alias(id, &spec.aliases);
        }
        for (kind, spec) in &schema.types {
            let id = names.kinds.intern(kind);
            names.kinds.alias(id, &spec.aliases);
        }
        names
    }

    /// The names as they are written.
    pub(super) fn spelt(&self) -> SpeltNames {
        [&self.labels, &self.kinds, &self.keys].map(Sort::spelt)
    }

    /// The names that were written.
    pub(super) fn of_spelt(spelt: SpeltNames) -> Self {
        let [labels, kinds, keys] = spelt.map(Sort::of);
        Self { labels, kinds, keys }
    }

    /// How many labels, types and keys there are.
    pub(super) fn lengths(&self) -> [usize; 3] {
        [&self.labels, &self.kinds, &self.keys].map(|sort| sort.canonical.len())
    }

    /// Forgets the names that were interned since there were so many.
    pub(super) fn truncate(&mut self, [labels, kinds, keys]: [usize; 3]) {
        self.labels.truncate(labels);
        self.kinds.truncate(kinds);
        self.keys.truncate(keys);
    }

    /// Interns a label.
    pub fn label_id(&mut self, name: &str) -> LabelId {
        LabelId(self.labels.intern(name))
    }

    /// Interns a relationship type.
    pub fn kind_id(&mut self, name: &str) -> KindId {
        KindId(self.kinds.intern(name))
    }

    /// Interns a property key.
    pub fn key_id(&mut self, name: &str) -> KeyId {
        KeyId(self.keys.intern(name))
    }

    /// The label with this name or alias.
    #[must_use]
    pub fn find_label(&self, name: &str) -> Option<LabelId> {
        self.labels.find(name).map(LabelId)
    }

    /// The relationship type with this name or alias.
    #[must_use]
    pub fn find_kind(&self, name: &str) -> Option<KindId> {
        self.kinds.find(name).map(KindId)
    }

    /// The property key with this name or alias.
    #[must_use]
    pub fn find_key(&self, name: &str) -> Option<KeyId> {
        self.keys.find(name).map(KeyId)
    }

    /// The canonical name of a label.
    #[must_use]
    pub fn label(&self, id: LabelId) -> &str {
        self.labels.text(id.0)
    }

    /// The canonical name of a relationship type.
    #[must_use]
    pub fn kind(&self, id: KindId) -> &str {
        self.kinds.text(id.0)
    }

    /// The canonical name of a property key.
    #[must_use]
    pub fn key(&self, id: KeyId) -> &str {
        self.keys.text(id.0)
    }

    /// The canonical name of a property key, shared.
    #[must_use]
    pub fn key_text(&self, id: KeyId) -> Arc<str> {
        Arc::clone(self.keys.text(id.0))
    }

    /// Canonical label names, by id.
    #[must_use]
    pub fn labels(&self) -> &[Arc<str>] {
        &self.labels.canonical
    }

    /// Canonical type names, by id.
    #[must_use]
    pub fn kinds(&self) -> &[Arc<str>] {
        &self.kinds.canonical
    }

    /// Canonical key names, by id.
    #[must_use]
    pub fn keys(&self) -> &[Arc<str>] {
        &self.keys.canonical
    }

    /// Every spelling of every label, aliases included, for suggestions and completion; sorted.
    #[must_use]
    pub fn label_spellings(&self) -> Vec<&str> {
        spellings(&self.labels)
    }

    /// Every spelling of every type; sorted.
    #[must_use]
    pub fn kind_spellings(&self) -> Vec<&str> {
        spellings(&self.kinds)
    }

    /// Every spelling of every key; sorted.
    #[must_use]
    pub fn key_spellings(&self) -> Vec<&str> {
        spellings(&self.keys)
    }
}

fn spellings(sort: &Sort) -> Vec<&str> {
    let mut all: Vec<&str> = sort.ids.keys().map(AsRef::as_ref).collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_in_nfc() {
        let mut names = Names::default();
        let composed = names.label_id("ガバナンス");
        assert_eq!(names.find_label("カ\u{3099}バナンス"), Some(composed));
        assert_eq!(names.find_key("id"), Some(Names::ID));
        names.labels.alias(composed.0, &["統治".to_owned()]);
        let read = Names::of_spelt(names.spelt());
        assert_eq!(read.find_label("統治"), Some(composed));
        assert_eq!(read.spelt(), names.spelt());
    }
}
