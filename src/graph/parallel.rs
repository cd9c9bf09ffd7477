//! Work that falls into parts, done side by side.

use std::sync::{Mutex, PoisonError};
use std::thread;

/// Below so much work in all, threads cost more than they save.
const WEIGHT_MIN: usize = 100_000;

/// A part of the work.
pub(super) struct Task<'t, T> {
    /// About how long it takes, in rows.
    weight: usize,
    work: Box<dyn FnOnce() -> T + Send + 't>,
}

impl<'t, T> Task<'t, T> {
    pub(super) fn new(weight: usize, work: impl FnOnce() -> T + Send + 't) -> Self {
        Self { weight, work: Box::new(work) }
    }
}

/// Does all tasks, the longest first; gives what they give, in their order.
pub(super) fn run<T: Send>(tasks: Vec<Task<'_, T>>) -> Vec<T> {
    let weight = tasks.iter().fold(0usize, |sum, task| sum.saturating_add(task.weight));
    let threads = thread::available_parallelism().map_or(1, usize::from).min(tasks.len());
    if threads < 2 || weight < WEIGHT_MIN {
        return tasks.into_iter().map(|task| (task.work)()).collect();
    }
    let mut queue: Vec<_> = tasks.into_iter().enumerate().collect();
    queue.sort_by_key(|(_, task)| task.weight);
    let (queue, done) = (Mutex::new(queue), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some((place, task)) = next else { return };
            let result = (task.work)();
            done.lock().unwrap_or_else(PoisonError::into_inner).push((place, result));
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            // Where no thread is to be had, this one does all of it.
            drop(thread::Builder::new().spawn_scoped(scope, work));
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}
