//! The first groups in some order: a heap of those that are wanted, the last of them on top, instead of all of them sorted.

use std::collections::BinaryHeap;

use crate::plan::Slot;

/// How many keys of an order there may be.
pub(super) const KEYS_MAX: usize = 4;

/// What groups are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Their count.
    Count,
    /// The number of a grouping key.
    Key(Slot),
}

/// The first groups of those that were offered.
#[derive(Debug)]
pub(super) struct Top {
    /// The keys, each with whether the greatest comes first.
    by: Vec<(By, bool)>,
    most: usize,
    offered: u64,
    kept: BinaryHeap<Entry>,
    /// A group with a lesser count is not among them.
    pub(super) least: u64,
}

/// A group; a lesser one comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    ranks: [u64; KEYS_MAX],
    /// Equal ones keep their order.
    offered: u64,
    pub(super) first: u32,
    pub(super) cell: usize,
    pub(super) count: u64,
}

impl Top {
    pub(super) fn new(by: Vec<(By, bool)>, most: usize) -> Self {
        Self { by, most, offered: 0, kept: BinaryHeap::new(), least: 0 }
    }

    /// The same order and number, without groups.
    pub(super) fn emptied(&self) -> Self {
        Self::new(self.by.clone(), self.most)
    }

    /// Says that what comes now comes after all from pieces with lesser numbers.
    pub(super) fn begin(&mut self, piece: u64) {
        self.offered = piece << 40;
    }

    /// Takes the groups that are kept in another one.
    pub(super) fn merge(&mut self, other: Self) {
        for entry in other.kept {
            self.kept.push(entry);
            if self.kept.len() > self.most {
                self.kept.pop();
            }
        }
    }

    /// Takes a group, where it is among the first so far.
    #[inline]
    pub(super) fn offer(
        &mut self,
        count: u64,
        (first, cell): (u32, usize),
        number: impl Fn(Slot) -> usize,
    ) {
        let full = self.kept.len() >= self.most;
        let last = self.kept.peek().filter(|_| full).map(|last| &last.ranks);
        let mut ranks = [0; KEYS_MAX];
        // While what has been ranked ties with the last one kept, the next key decides.
        let mut ties = full;
        for (at, (by, descending)) in self.by.iter().enumerate() {
            let rank = match by {
                By::Count => count,
                By::Key(slot) => number(*slot) as u64,
            };
            let rank = if *descending { !rank } else { rank };
            if let (true, Some(bound)) = (ties, last.and_then(|last| last.get(at))) {
                if rank > *bound {
                    return;
                }
                ties = rank == *bound;
            }
            if let Some(own) = ranks.get_mut(at) {
                *own = rank;
            }
        }
        if ties {
            return;
        }
        if full {
            self.kept.pop();
        }
        self.kept.push(Entry { ranks, offered: self.offered, first, cell, count });
        self.offered += 1;
        if let (Some((By::Count, true)), Some(last)) = (self.by.first(), self.kept.peek())
            && self.kept.len() >= self.most
        {
            self.least = last.count;
        }
    }

    /// What was kept, in order.
    pub(super) fn into_sorted(self) -> Vec<Entry> {
        self.kept.into_sorted_vec()
    }
}
