//! Counting the rows between the steps of a program, where a probe watches.

use std::sync::atomic::{AtomicU64, Ordering};

use super::select::Run;
use super::walk::{Gather, Recollection, State};
use crate::error::Result;
use crate::exec::Flow;

/// A sink, and the rows that have come to each place of the program before it; the sink is the last place.
pub(super) struct Watched<'w> {
    pub(super) sink: &'w mut dyn Gather,
    pub(super) counts: &'w [AtomicU64],
}

impl Watched<'_> {
    fn arrive(&self, rows: u64) {
        if let Some(count) = self.counts.last() {
            count.fetch_add(rows, Ordering::Relaxed);
        }
    }
}

impl Gather for Watched<'_> {
    fn take(&mut self, state: &mut State<'_, '_>, run: Run<'_>, times: u64) -> Result<Flow> {
        self.arrive(times.saturating_mul(run.ids.len() as u64));
        self.sink.take(state, run, times)
    }

    fn add(&mut self, rows: usize) -> bool {
        let added = self.sink.add(rows);
        if added {
            self.arrive(rows as u64);
        }
        added
    }

    fn recall(&mut self, state: &State<'_, '_>, node: u32, times: u64) -> Recollection {
        self.sink.recall(state, node, times)
    }

    fn learn(&mut self, node: u32, ends: bool) {
        self.sink.learn(node, ends);
    }

    fn pass(&mut self, state: &mut State<'_, '_>) -> Result<Flow> {
        self.sink.pass(state)
    }

    fn come(&mut self, place: usize, rows: u64) {
        // What comes to the sink is counted when it takes it.
        let before = self.counts.split_last().and_then(|(_, before)| before.get(place));
        if let Some(count) = before {
            count.fetch_add(rows, Ordering::Relaxed);
        }
    }
}
