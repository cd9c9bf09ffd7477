//! Work: blocks are read by several threads, and what comes of them is taken in the order of the blocks.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::blocks::{Block, Feed, Input};
use super::rows::Chunk;
use crate::error::Error;

/// How often progress is told.
const TICK: Duration = Duration::from_millis(100);

/// The most threads; past that they wait for the disk.
const THREADS_MAX: usize = 16;

/// How far a load is, in bytes of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What was read.
    pub read: u64,
    /// What is to be read in all.
    pub total: u64,
}

/// Who is told about progress.
pub type Watch<'w> = &'w mut dyn FnMut(Progress);

/// Chunks that come in any order, and are taken in the order of their blocks.
struct Inbox<F> {
    next: usize,
    early: BTreeMap<usize, Chunk>,
    take: F,
}

impl<F: FnMut(Chunk)> Inbox<F> {
    fn put(&mut self, chunk: Chunk) {
        self.early.insert(chunk.number, chunk);
        while let Some(chunk) = self.early.remove(&self.next) {
            (self.take)(chunk);
            self.next += 1;
        }
    }
}

/// How far a load is, and who is told.
pub(super) struct Meter<'m> {
    /// How many bytes were read.
    pub(super) read: &'m AtomicU64,
    /// How many are to be read in all.
    pub(super) total: u64,
    /// Who is told.
    pub(super) watch: Option<Watch<'m>>,
}

/// Reads all blocks of `inputs`, and has what comes of each taken in their order; gives files that could not be read to their end.
pub(super) fn run(
    inputs: &[Input<'_>],
    meter: Meter<'_>,
    parse: impl Fn(&Block) -> Chunk + Sync,
    take: impl FnMut(Chunk) + Send,
) -> Vec<Error> {
    let Meter { read, total, watch } = meter;
    let feed = Mutex::new(Feed::new(inputs, read));
    let inbox = Mutex::new(Inbox { next: 0, early: BTreeMap::new(), take });
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
    let work = || {
        let mut buffer = Vec::new();
        loop {
            let next = feed.lock().unwrap_or_else(PoisonError::into_inner).next(buffer);
            let Some(block) = next else { return };
            let chunk = parse(&block);
            inbox.lock().unwrap_or_else(PoisonError::into_inner).put(chunk);
            buffer = block.bytes;
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        if let Some(watch) = watch {
            while !workers.iter().all(thread::ScopedJoinHandle::is_finished) {
                thread::park_timeout(TICK);
                watch(Progress { read: read.load(Ordering::Relaxed), total });
            }
        }
        for worker in workers {
            if let Err(panic) = worker.join() {
                std::panic::resume_unwind(panic);
            }
        }
    });
    std::mem::take(&mut feed.lock().unwrap_or_else(PoisonError::into_inner).faults)
}
