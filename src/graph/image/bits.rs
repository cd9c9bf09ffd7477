//! Sets of numbers as bits, the least significant of a word first.

use super::array::Array;

/// No bit of so many.
pub(in crate::graph) fn none(length: usize) -> Vec<u64> {
    vec![0; length.div_ceil(64)]
}

/// So many bits; those past the last stay clear.
pub(in crate::graph) fn all(length: usize) -> Vec<u64> {
    let mut words = vec![u64::MAX; length.div_ceil(64)];
    if let Some(last) = words.last_mut().filter(|_| !length.is_multiple_of(64)) {
        *last &= (1 << (length % 64)) - 1;
    }
    words
}

/// Whether a bit is set; those past the end are not.
#[inline]
pub(in crate::graph) fn has(words: &[u64], at: usize) -> bool {
    words.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

/// As [`has`], and touches no more of the array than that.
#[inline]
pub(in crate::graph) fn at(words: &Array<u64>, at: usize) -> bool {
    words.at(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}

/// Sets a bit, which must not lie past the end.
#[inline]
pub(in crate::graph) fn set(words: &mut [u64], at: usize) {
    if let Some(word) = words.get_mut(at / 64) {
        *word |= 1 << (at % 64);
    }
}

/// Clears a bit, if there is one.
#[inline]
pub(in crate::graph) fn clear(words: &mut [u64], at: usize) {
    if let Some(word) = words.get_mut(at / 64) {
        *word &= !(1 << (at % 64));
    }
}

/// How many bits are set.
pub(in crate::graph) fn count(words: &[u64]) -> usize {
    words.iter().map(|word| word.count_ones() as usize).sum()
}

/// The bits that are set, ascending.
pub(in crate::graph) fn ones(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(at, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            let bit = rest.trailing_zeros() as usize;
            (rest != 0).then(|| {
                rest &= rest - 1;
                at * 64 + bit
            })
        })
    })
}
