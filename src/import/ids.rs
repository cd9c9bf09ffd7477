//! Ids: from the text that a table calls a node by to the node's number.
//!
//! Nothing here is allocated for each id: those that end in a number are found by it, of the others short ones are their own key, and
//! long ones stay in the table that they came from.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::numbers::{Added, Numbers, Survey};

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

/// The ids of one space: those with a number by it, the others in a table with open addressing, at most half full.
///
/// Unlike a table from a crate it shows the slot where an id most likely is ([`Ids::first`]), so that a row of look-ups waits for
/// memory once and not for each.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// The ids that are not in the table.
    pub(super) numbers: Numbers,
    /// A power of two.
    slots: Vec<Slot>,
}

impl Ids {
    /// Room for the ids that were looked at.
    pub(super) fn new(survey: Survey) -> Self {
        let (numbers, others) = survey.finish();
        let slots = if others > 0 { others.saturating_mul(2).next_power_of_two() } else { 0 };
        Self { numbers, slots: vec![FREE; slots] }
    }

    /// Adds one of the ids that there is room for, unless a node has it already; `text_of` gives the id of a node that was added.
    /// Gives whether it was added.
    pub(super) fn add<'t>(
        &mut self,
        text: &[u8],
        node: u32,
        text_of: impl Fn(u32) -> &'t [u8],
    ) -> bool {
        match self.numbers.add(text, node) {
            Added::New => return true,
            Added::Taken => return false,
            Added::Other => {}
        }
        let key = Key::of(text);
        let same = |node| key.is_short() || text_of(node) == text;
        let place = self.probe(key, same).and_then(|at| self.slots.get_mut(at));
        let Some(place) = place.filter(|slot| slot.node == NONE) else { return false };
        *place = Slot { word: key.word, length: key.length, node };
        true
    }

    /// The slot where a look-up of `key` begins.
    #[inline]
    pub(super) fn first(&self, key: Key) -> Slot {
        let mask = self.slots.len().wrapping_sub(1);
        self.slots.get(key.home(mask)).copied().unwrap_or(FREE)
    }

    /// The node with an id that is in the table; `text` and `text_of` are only asked for where the key alone does not tell.
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
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// The node with an id, looked up as rows do.
    fn find(ids: &Ids, texts: &[String], id: &str) -> Option<u32> {
        if let Some((_, node)) = ids.numbers.find(id.as_bytes()) {
            return (node != NONE).then_some(node);
        }
        let key = Key::of(id.as_bytes());
        let quick = ids.first(key).node_of(key);
        let found = ids.find(key, id.as_bytes(), |node| texts[node as usize].as_bytes());
        assert!(quick.is_none() || quick == found, "{id}");
        found
    }

    /// Adds texts as the ids of nodes; holds what is found to a plain map.
    fn check(texts: &[String], others: &[String]) {
        let mut survey = Survey::default();
        (0..).zip(texts).for_each(|(node, id)| survey.see(id.as_bytes(), node));
        let mut ids = Ids::new(survey);
        let mut known: HashMap<&str, u32> = HashMap::new();
        for (node, id) in (0..).zip(texts) {
            let new = !known.contains_key(id.as_str());
            known.entry(id).or_insert(node);
            let text_of = |node: u32| texts[node as usize].as_bytes();
            assert_eq!(ids.add(id.as_bytes(), node, text_of), new, "{id}");
        }
        for id in texts.iter().chain(others) {
            let wanted = known.get(id.as_str()).copied();
            assert_eq!(find(&ids, texts, id), wanted, "{id}");
            for (delimiter, row) in [(b',', format!("x,{id},y")), (b'\t', format!("x\t{id}\n"))] {
                let plain = !id.is_empty() && !id.contains([',', '\t', '"', '\n', '\r']);
                let found = ids.numbers.find(id.as_bytes());
                let read = found.and_then(|(of, _)| of.read(row.as_bytes(), 2, delimiter));
                if let Some((node, end)) = read {
                    assert!(plain && end == 2 + id.len(), "{id}");
                    assert_eq!(node, wanted.unwrap_or(NONE), "{id}");
                }
            }
        }
    }

    /// Ids of all sorts, close to one another.
    fn id() -> impl Strategy<Value = String> {
        let front = prop_oneof![
            Just(""),
            Just("A"),
            Just("A0"),
            Just("-"),
            Just("issue-"),
            Just("a,b"),
            Just("課題"),
            Just("１"),
            Just("\u{663}")
        ];
        let number =
            prop_oneof![0..40_u64, 99_999_990..100_000_010_u64, Just(u64::MAX), any::<u64>()];
        let end = prop_oneof![8 => Just(""), 1 => Just("a"), 1 => Just("２"), 1 => Just("0000")];
        (front, number, 0..24_usize, end)
            .prop_map(|(front, number, width, end)| format!("{front}{number:0width$}{end}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn ids_of_any_form_are_found_and_told_apart(
            texts in prop::collection::vec(id(), 0..80),
            others in prop::collection::vec(id(), 0..80),
        ) {
            check(&texts, &others);
        }
    }

    #[test]
    fn ids_of_any_length_are_found_and_told_apart() {
        let text = |n: usize, front: &str| format!("{front}{n:0width$}", width = n % 20);
        let texts: Vec<String> =
            (0..3000).map(|n| text(n, if n % 7 == 0 { "x" } else { "" })).collect();
        let others = ["", "x", "00000000\0", "0\0", "-1", "+1", " 1", "1 ", "1\n"];
        check(&texts, &others.map(str::to_owned));
    }

    #[test]
    fn runs_end_where_the_numbers_do() {
        let texts: Vec<String> = (7..500).map(|n| format!("A{n:07}")).collect();
        let others = ["A0000006", "A0000500", "A000007", "A00000007", "B0000007", "A000000a"];
        check(&texts, &others.map(str::to_owned));
    }
}
