//! Work: blocks are read by several threads.
//!
//! Nothing here puts what came of them in order: each chunk says where it belongs.

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

/// Reads all blocks of `inputs`; gives what came of them in any order, and files that could not be read to their end.
pub(super) fn run(
    inputs: &[Input<'_>],
    read: &AtomicU64,
    total: u64,
    watch: Option<Watch<'_>>,
    parse: impl Fn(&Block) -> Chunk + Sync,
) -> (Vec<Chunk>, Vec<Error>) {
    let feed = Mutex::new(Feed::new(inputs, read));
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
    let work = || {
        let mut chunks = Vec::new();
        let mut buffer = Vec::new();
        loop {
            let next = feed.lock().unwrap_or_else(PoisonError::into_inner).next(buffer);
            let Some(block) = next else { return chunks };
            chunks.push(parse(&block));
            buffer = block.bytes;
        }
    };
    let chunks = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        if let Some(watch) = watch {
            while !workers.iter().all(thread::ScopedJoinHandle::is_finished) {
                thread::park_timeout(TICK);
                watch(Progress { read: read.load(Ordering::Relaxed), total });
            }
        }
        let mut chunks = Vec::new();
        for worker in workers {
            match worker.join() {
                Ok(done) => chunks.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        chunks
    });
    let faults = std::mem::take(&mut feed.lock().unwrap_or_else(PoisonError::into_inner).faults);
    (chunks, faults)
}
