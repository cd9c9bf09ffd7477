//! Ids: from the text that a table calls a node by to the node's number.
//!
//! Nothing here is allocated for each id: short ones are their own key, long ones stay in the table that they came from.

use std::hash::Hasher;

use hashbrown::HashTable;
use rustc_hash::FxHasher;

/// Texts one behind the other.
#[derive(Clone, Debug)]
pub(super) struct Texts {
    /// Where each begins, and where the last ends.
    pub(super) offsets: Vec<u32>,
    /// The texts.
    pub(super) bytes: Vec<u8>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { offsets: vec![0], bytes: Vec::new() }
    }
}

impl Texts {
    /// Adds one; those of a block and of a table stay below 4 GiB.
    #[inline]
    pub(super) fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.offsets.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// One of them; empty past the last.
    #[inline]
    pub(super) fn get(&self, at: usize) -> &[u8] {
        let (Some(from), Some(to)) = (self.offsets.get(at), self.offsets.get(at + 1)) else {
            return &[];
        };
        self.bytes.get(*from as usize..*to as usize).unwrap_or_default()
    }
}

/// An id as it is looked up: a short one is its bytes, a long one its hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Key {
    word: u64,
    length: u32,
}

/// The longest id that is its own key.
const SHORT: usize = 8;

impl Key {
    /// The key of an id.
    #[inline]
    pub(super) fn of(text: &[u8]) -> Self {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        if let Some(short) = text.first_chunk::<SHORT>().filter(|_| text.len() == SHORT) {
            return Self { word: u64::from_le_bytes(*short), length };
        }
        if text.len() < SHORT {
            let mut word = [0; SHORT];
            for (to, from) in word.iter_mut().zip(text) {
                *to = *from;
            }
            return Self { word: u64::from_le_bytes(word), length };
        }
        let mut hasher = FxHasher::default();
        hasher.write(text);
        Self { word: hasher.finish(), length }
    }

    /// Ids that come one behind the other must not share buckets: the product's upper half is mixed into its lower.
    #[inline]
    fn hash(self) -> u64 {
        let product =
            u128::from(self.word ^ u64::from(self.length) << 56) * 0x9e37_79b9_7f4a_7c15_u128;
        (product ^ product >> 64) as u64
    }

    #[inline]
    fn is_short(self) -> bool {
        self.length as usize <= SHORT
    }
}

/// A node by its id.
#[derive(Clone, Copy, Debug)]
struct Slot {
    key: Key,
    node: u32,
}

/// The ids of one space.
#[derive(Debug, Default)]
pub(super) struct Ids {
    slots: HashTable<Slot>,
}

impl Ids {
    /// Makes room for so many ids more.
    pub(super) fn reserve(&mut self, more: usize) {
        self.slots.reserve(more, |slot| slot.key.hash());
    }

    /// Adds an id, unless a node has it already; `text_of` gives the id of a node that was added. Gives whether it was added.
    pub(super) fn add<'t>(
        &mut self,
        text: &[u8],
        node: u32,
        text_of: impl Fn(u32) -> &'t [u8],
    ) -> bool {
        let key = Key::of(text);
        let same = |slot: &Slot| slot.key == key && (key.is_short() || text_of(slot.node) == text);
        let entry = self.slots.entry(key.hash(), same, |slot| slot.key.hash());
        match entry {
            hashbrown::hash_table::Entry::Occupied(_) => false,
            hashbrown::hash_table::Entry::Vacant(place) => {
                place.insert(Slot { key, node });
                true
            }
        }
    }

    /// The node with an id; `text` and `text_of` are only asked for where the key alone does not tell.
    #[inline]
    pub(super) fn find<'t>(
        &self,
        key: Key,
        text: &[u8],
        text_of: impl Fn(u32) -> &'t [u8],
    ) -> Option<u32> {
        let same = |slot: &Slot| slot.key == key && (key.is_short() || text_of(slot.node) == text);
        self.slots.find(key.hash(), same).map(|slot| slot.node)
    }
}
