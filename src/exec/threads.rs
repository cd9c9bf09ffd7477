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

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::error::{Error, text};
    use crate::exec::Limits;

    /// How long a thread waits for another at most, lest a fault keep it waiting for ever.
    const PATIENCE: Duration = Duration::from_secs(60);

    fn budget(threads: usize, limits: Limits) -> Budget {
        Budget::new(&Limits { threads_max: Some(threads), ..limits })
    }

    /// What each thread did of some pieces, where `work` does one.
    fn shared(
        budget: &Budget,
        pieces: Range<usize>,
        work: impl Fn(&Budget, usize) -> Result<()> + Sync,
    ) -> Result<Vec<Vec<usize>>> {
        let (begin, end) = (Vec::new, |done| done);
        let work = |done: &mut Vec<usize>, budget: &Budget, piece| {
            done.push(piece);
            work(budget, piece)
        };
        share(budget, pieces, &Share { begin, work, end })
    }

    /// Waits until something is so.
    fn wait(is_so: impl Fn() -> bool) {
        let start = Instant::now();
        while !is_so() {
            assert!(start.elapsed() < PATIENCE, "waited in vain");
            thread::yield_now();
        }
    }

    #[test]
    fn each_piece_is_done_once_and_each_thread_takes_them_in_order() {
        for (threads, pieces) in
            [(1, 0..7), (2, 0..1), (2, 3..64), (3, 0..0), (5, 0..64), (9, 2..5)]
        {
            let done = shared(&budget(threads, Limits::default()), pieces.clone(), |_, _| Ok(()));
            let done = done.unwrap();
            assert!(done.len() <= threads && done.iter().all(|own| own.is_sorted()));
            let mut all = done.concat();
            all.sort_unstable();
            assert_eq!(all, pieces.collect::<Vec<_>>(), "{threads} threads");
        }
    }

    #[test]
    fn several_threads_work_at_once() {
        let begun = AtomicUsize::new(0);
        let done = shared(&budget(2, Limits::default()), 0..2, |_, _| {
            begun.fetch_add(1, Ordering::Relaxed);
            wait(|| begun.load(Ordering::Relaxed) == 2);
            Ok(())
        });
        assert_eq!(done.unwrap().len(), 2);
    }

    #[test]
    fn one_thread_alone_is_the_one_that_asks() {
        let own = thread::current().id();
        let done = shared(&budget(1, Limits::default()), 0..5, |_, _| {
            assert_eq!(thread::current().id(), own);
            Ok(())
        });
        assert_eq!(done.unwrap(), [[0, 1, 2, 3, 4]]);
    }

    /// One thread is at fault while the other is in the middle of its piece: that stops, and why the first did is told.
    #[test]
    fn a_fault_in_one_piece_stops_the_others_and_is_told() {
        let (begun, stopped, start) = (AtomicUsize::new(0), AtomicBool::new(false), Instant::now());
        let found = shared(&budget(2, Limits::default()), 0..10, |budget, piece| {
            begun.fetch_add(1, Ordering::Relaxed);
            if piece == 0 {
                wait(|| begun.load(Ordering::Relaxed) == 2);
                return Err(Error::new(Code::RunArgument, text!("no", "否")));
            }
            while start.elapsed() < PATIENCE {
                budget.step().inspect_err(|_| stopped.store(true, Ordering::Relaxed))?;
            }
            Ok(())
        });
        assert_eq!(found.unwrap_err().code(), Code::RunArgument);
        assert!(stopped.into_inner() && begun.into_inner() == 2);
    }

    #[test]
    fn a_limit_that_is_reached_in_one_piece_stops_the_others() {
        let (begun, start) = (AtomicUsize::new(0), Instant::now());
        let limits = Limits { values_max: 100, ..Limits::default() };
        let found = shared(&budget(2, limits), 0..10, |budget, piece| {
            begun.fetch_add(1, Ordering::Relaxed);
            if piece == 0 {
                wait(|| begun.load(Ordering::Relaxed) == 2);
                return budget.hold(101);
            }
            while start.elapsed() < PATIENCE {
                budget.step()?;
            }
            Ok(())
        });
        assert_eq!((found.unwrap_err().code(), begun.into_inner()), (Code::LimitMemory, 2));
    }

    #[test]
    fn every_thread_keeps_the_limits_of_all() {
        let cancel = Arc::new(AtomicBool::new(false));
        let given = Some(Arc::clone(&cancel));
        let limits = Limits { values_max: 100, cancel: given, ..Limits::default() };
        let all = budget(3, limits);
        all.hold(90).unwrap();
        let found = shared(&all, 0..3, |budget, _| {
            assert!(budget.held() >= 90);
            budget.hold(3)
        });
        // What a thread held goes with it.
        assert!(found.is_ok() && all.held() == 90);
        let found = shared(&all, 0..3, |budget, _| budget.hold(11));
        assert_eq!(found.unwrap_err().code(), Code::LimitMemory);
        cancel.store(true, Ordering::Relaxed);
        let found = shared(&all, 0..3, |budget, _| budget.steps(1 << 20));
        assert_eq!(found.unwrap_err().code(), Code::Interrupted);
        let limits = Limits { time_max: Some(Duration::ZERO), ..Limits::default() };
        let found = shared(&budget(3, limits), 0..3, |budget, _| budget.steps(1 << 20));
        assert_eq!(found.unwrap_err().code(), Code::LimitTime);
    }
}
