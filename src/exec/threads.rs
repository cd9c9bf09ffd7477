//! Work in pieces, done side by side: each thread takes the next piece when it is done with one, and all keep to the same limits.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use super::budget::Budget;
use crate::error::{Code, Result};

/// How many threads can run at once.
///
/// Cost: asks the system, once.
pub(super) fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from))
}

/// What one thread does with the pieces it takes.
pub(super) struct Share<B, W, E> {
    /// Makes what it works with.
    pub(super) begin: B,
    /// Does a piece. Those that a thread takes ascend.
    pub(super) work: W,
    /// Gives what came of them all.
    pub(super) end: E,
}

/// Does all pieces; gives what came of each thread's, in any order.
///
/// # Errors
/// That of a piece, after which no other is begun.
pub(super) fn share<T, R: Send>(
    budget: &Budget,
    pieces: Range<usize>,
    share: &Share<
        impl Fn() -> T + Sync,
        impl Fn(&mut T, &Budget, usize) -> Result<()> + Sync,
        impl Fn(T) -> R + Sync,
    >,
) -> Result<Vec<R>> {
    let (next, failed) = (AtomicUsize::new(pieces.start), Arc::new(AtomicBool::new(false)));
    let done = Mutex::new(Vec::new());
    let each = |budget: &Budget| -> Result<R> {
        let mut own = (share.begin)();
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= pieces.end {
                return Ok((share.end)(own));
            }
            (share.work)(&mut own, budget, piece)?;
        }
    };
    let run = |budget: &Budget| {
        let result = each(budget);
        if result.is_err() {
            failed.store(true, Ordering::Relaxed);
        }
        done.lock().unwrap_or_else(PoisonError::into_inner).push(result);
    };
    thread::scope(|scope| {
        for _ in 1..budget.threads().min(pieces.len()) {
            let (budget, run) = (budget.part(&failed), &run);
            // Where no thread is to be had, this one does all of it.
            drop(thread::Builder::new().spawn_scoped(scope, move || run(&budget)));
        }
        run(&budget.part(&failed));
    });
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (mut found, mut error) = (Vec::new(), None);
    for result in done {
        match result {
            Ok(result) => found.push(result),
            // The others stop as if interrupted: why the first did is to be told.
            Err(other) if error.is_some() && other.code() == Code::Interrupted => {}
            Err(other) => error = Some(other),
        }
    }
    error.map_or(Ok(found), Err)
}
