//! Ids: from the text that a table calls a node by to the node's number.
//!
//! Nothing here is allocated for each id: short ones are their own key, long ones stay in the table that they came from.

use std::hash::Hasher;

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
        self.offsets.push(number(self.bytes.len()));
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

/// A count or place as tables keep it: all of one block, and of the nodes of one graph, fit.
#[inline]
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
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
        let length = number(text.len());
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
        let [low, high] = [product & u128::from(u64::MAX), product >> 64];
        u64::try_from(low ^ high).unwrap_or_default()
    }

    /// The slot where its look-up begins, among one more than `mask`.
    #[inline]
    fn home(self, mask: usize) -> usize {
        usize::try_from(self.hash() & mask as u64).unwrap_or_default()
    }

    #[inline]
    fn is_short(self) -> bool {
        self.length as usize <= SHORT
    }
}

/// A node by its id, in sixteen bytes, so that four share a line of the cache.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    word: u64,
    length: u32,
    /// The node; [`NONE`] where the slot is free.
    node: u32,
}

/// No node.
pub(super) const NONE: u32 = u32::MAX;

/// A slot without a node.
pub(super) const FREE: Slot = Slot { word: 0, length: 0, node: NONE };

impl Slot {
    #[inline]
    fn key(self) -> Key {
        Key { word: self.word, length: self.length }
    }

    /// The node with a key that is the id itself; `None` where that takes a longer look.
    #[inline]
    pub(super) fn node_of(self, key: Key) -> Option<u32> {
        (self.key() == key && key.is_short() && self.node != NONE).then_some(self.node)
    }
}

/// The ids of one space: a table with open addressing, at most half full.
///
/// Unlike a table from a crate it shows the slot where an id most likely is ([`Ids::first`]), so that a row of look-ups waits for
/// memory once and not for each: that is a third of the time of a load.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// A power of two.
    slots: Vec<Slot>,
    count: usize,
}

impl Ids {
    /// Makes room for so many ids more.
    pub(super) fn reserve(&mut self, more: usize) {
        let wanted = (self.count + more).saturating_mul(2).next_power_of_two();
        if wanted > self.slots.len() {
            let old = std::mem::replace(&mut self.slots, vec![FREE; wanted]);
            for slot in old.into_iter().filter(|slot| slot.node != NONE) {
                // All are different, so that the first free slot is the right one.
                let free = self.probe(slot.key(), |_| false);
                if let Some(place) = free.and_then(|at| self.slots.get_mut(at)) {
                    *place = slot;
                }
            }
        }
    }

    /// Adds an id, unless a node has it already; `text_of` gives the id of a node that was added. Gives whether it was added.
    pub(super) fn add<'t>(
        &mut self,
        text: &[u8],
        node: u32,
        text_of: impl Fn(u32) -> &'t [u8],
    ) -> bool {
        self.reserve(1);
        let key = Key::of(text);
        let same = |node| key.is_short() || text_of(node) == text;
        let place = self.probe(key, same).and_then(|at| self.slots.get_mut(at));
        let Some(place) = place.filter(|slot| slot.node == NONE) else { return false };
        *place = Slot { word: key.word, length: key.length, node };
        self.count += 1;
        true
    }

    /// The slot where a look-up of `key` begins.
    #[inline]
    pub(super) fn first(&self, key: Key) -> Slot {
        let mask = self.slots.len().wrapping_sub(1);
        self.slots.get(key.home(mask)).copied().unwrap_or(FREE)
    }

    /// The node with an id; `text` and `text_of` are only asked for where the key alone does not tell.
    pub(super) fn find<'t>(
        &self,
        key: Key,
        text: &[u8],
        text_of: impl Fn(u32) -> &'t [u8],
    ) -> Option<u32> {
        let same = |node| key.is_short() || text_of(node) == text;
        let slot = self.slots.get(self.probe(key, same)?)?;
        (slot.node != NONE).then_some(slot.node)
    }

    /// Where a key is, or the free slot where it would be; `None` where there are no slots.
    #[inline]
    fn probe(&self, key: Key, same: impl Fn(u32) -> bool) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = key.home(mask);
        loop {
            let slot = self.slots.get(at)?;
            if slot.node == NONE || (slot.key() == key && same(slot.node)) {
                return Some(at);
            }
            at = (at + 1) & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_any_length_are_found_and_told_apart() {
        let texts: Vec<String> =
            (0..3000).map(|n| format!("{n:0width$}", width = n % 20)).collect();
        let mut ids = Ids::default();
        let mut known: Vec<&str> = Vec::new();
        for text in &texts {
            let new = !known.contains(&text.as_str());
            let next = u32::try_from(known.len()).unwrap();
            let added = ids.add(text.as_bytes(), next, |node| known[node as usize].as_bytes());
            assert_eq!(added, new, "{text}");
            if new {
                known.push(text);
            }
        }
        for (node, text) in (0..).zip(&known) {
            let text_of = |node: u32| known[node as usize].as_bytes();
            let key = Key::of(text.as_bytes());
            assert_eq!(ids.find(key, text.as_bytes(), text_of), Some(node));
            assert!(ids.first(key).node_of(key).is_none_or(|found| found == node));
        }
        for text in ["", "x", "00000000\0", "0\0"] {
            assert_eq!(
                ids.find(Key::of(text.as_bytes()), text.as_bytes(), |_| b""),
                None,
                "{text}"
            );
        }
    }
}
