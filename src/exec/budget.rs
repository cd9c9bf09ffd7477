//! What a query may use, and whether it should stop.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustc_hash::FxHashSet;

use super::threads;
use crate::error::{Code, Error, Result, plural, text};
use crate::model::Datum;

/// What a query may use.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The greatest number of rows returned.
    pub rows_max: u64,
    /// The greatest number of values that sorting, grouping and the result may hold at once.
    pub values_max: u64,
    /// How long it may run.
    pub time_max: Option<Duration>,
    /// Set from outside to stop the query.
    pub cancel: Option<Arc<AtomicBool>>,
    /// How many threads it may use at once; as many as there are cores where nothing is said. The rows are the same with any number.
    pub threads_max: Option<usize>,
}

impl Default for Limits {
    /// Ten million rows, a hundred million values, any time, all cores.
    fn default() -> Self {
        Self {
            rows_max: 10_000_000,
            values_max: 100_000_000,
            time_max: None,
            cancel: None,
            threads_max: None,
        }
    }
}

/// How many steps pass between two looks at the clock.
const STEPS_BETWEEN_CHECKS: u64 = 1024;

/// So many bytes of a text count as one value.
const BYTES_OF_ONE: usize = 64;

/// Whether two values are one in memory.
fn is_same(a: &Datum, b: &Datum) -> bool {
    address(a).is_some_and(|a| address(b) == Some(a))
}

/// Where the parts of a value lie that may be one with another in memory.
fn address(value: &Datum) -> Option<usize> {
    match value {
        Datum::List(items) => Some(Arc::as_ptr(items).addr()),
        Datum::Map(map) => Some(Arc::as_ptr(map).addr()),
        Datum::Str(text) => Some(Arc::as_ptr(text).addr()),
        Datum::Null
        | Datum::Bool(_)
        | Datum::Int(_)
        | Datum::Float(_)
        | Datum::Node(_)
        | Datum::Rel(_)
        | Datum::Path(_)
        | Datum::Temporal(_) => None,
    }
}

/// Limits, and what has been used.
pub(super) struct Budget {
    limits: Limits,
    deadline: Option<Instant>,
    steps: Cell<u64>,
    rows: Cell<u64>,
    values: Cell<u64>,
    /// Set where another thread of the same work has failed.
    failed: Option<Arc<AtomicBool>>,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        let deadline = limits.time_max.and_then(|time| Instant::now().checked_add(time));
        let limits = limits.clone();
        let (steps, rows, values) = (Cell::new(0), Cell::new(0), Cell::new(0));
        Self { limits, deadline, steps, rows, values, failed: None }
    }

    /// The same limits for one thread of several, which hold no more each than one alone would; it stops soon after `failed` is set.
    pub(super) fn part(&self, failed: &Arc<AtomicBool>) -> Self {
        let (limits, deadline) = (self.limits.clone(), self.deadline);
        let (steps, rows, values) = (Cell::new(0), self.rows.clone(), self.values.clone());
        Self { limits, deadline, steps, rows, values, failed: Some(Arc::clone(failed)) }
    }

    /// How many threads there may be.
    pub(super) fn threads(&self) -> usize {
        self.limits.threads_max.unwrap_or_else(threads::cores)
    }

    /// How many steps have been counted.
    pub(super) fn taken(&self) -> u64 {
        self.steps.get()
    }

    /// Counts a step; every so often, looks at the clock and whether to stop.
    pub(super) fn step(&self) -> Result<()> {
        let steps = self.steps.get().wrapping_add(1);
        self.steps.set(steps);
        if steps.is_multiple_of(STEPS_BETWEEN_CHECKS) { self.check() } else { Ok(()) }
    }

    /// Counts many steps at once.
    pub(super) fn steps(&self, count: usize) -> Result<()> {
        let before = self.steps.get();
        let after = before.wrapping_add(count as u64);
        self.steps.set(after);
        if before / STEPS_BETWEEN_CHECKS == after / STEPS_BETWEEN_CHECKS {
            return Ok(());
        }
        self.check()
    }

    /// Counts the work that a value of such a size makes: many small steps in one.
    pub(super) fn work(&self, value: &Datum) -> Result<()> {
        const PARTS_OF_STEP: usize = 32;
        const BYTES_OF_STEP: usize = 1024;
        let steps = match value {
            Datum::List(items) => items.len() / PARTS_OF_STEP,
            Datum::Str(text) => text.len() / BYTES_OF_STEP,
            Datum::Map(map) => map.len() / PARTS_OF_STEP,
            Datum::Null
            | Datum::Bool(_)
            | Datum::Int(_)
            | Datum::Float(_)
            | Datum::Node(_)
            | Datum::Rel(_)
            | Datum::Path(_)
            | Datum::Temporal(_) => 0,
        };
        if steps == 0 { Ok(()) } else { self.steps(steps) }
    }

    #[cold]
    fn check(&self) -> Result<()> {
        let set = |flag: &Arc<AtomicBool>| flag.load(Ordering::Relaxed);
        if self.limits.cancel.as_ref().is_some_and(set) || self.failed.as_ref().is_some_and(set) {
            return Err(Error::new(Code::Interrupted, text!("interrupted", "中断しました")));
        }
        if self.deadline.is_some_and(|deadline| Instant::now() > deadline) {
            let seconds = self.limits.time_max.unwrap_or_default().as_secs_f64();
            let s = plural(seconds == 1.0);
            return Err(Error::new(
                Code::LimitTime,
                text!(
                    "stopped after {seconds} second{s}, the time limit",
                    "制限時間の {seconds} 秒を過ぎたため停止しました"
                ),
            )
            .help(text!(
                "Narrow the pattern, bound `*` as in `*1..3`, or raise `--timeout`.",
                "パターンを絞るか、`*` を `*1..3` のように区切るか、`--timeout` の値を大きくしてください。"
            )));
        }
        Ok(())
    }

    /// Counts a row of the result, and every value in it: what is shared while the query runs is written out at its end.
    pub(super) fn emit(&self, row: &[Datum]) -> Result<()> {
        let rows = self.rows.get() + 1;
        self.rows.set(rows);
        let max = self.limits.rows_max;
        if rows > max {
            let s = plural(max == 1);
            return Err(Error::new(
                Code::LimitRows,
                text!(
                    "the result has more than {max} row{s}, the limit",
                    "結果が上限の {max} 行を超えました"
                ),
            )
            .help(text!(
                "Add `LIMIT`, aggregate, or raise `--max-rows`.",
                "`LIMIT` を付けるか、集計するか、`--max-rows` の値を大きくしてください。"
            )));
        }
        row.iter().try_for_each(|value| self.hold_whole(value))
    }

    /// Counts a row that is kept. What only this row and the frame hold counts with its parts; what the row before it holds as well
    /// does not count again. Gives how many parts there were.
    pub(super) fn keep(&self, row: &[Datum], last: Option<&Vec<Datum>>) -> Result<usize> {
        self.hold(row.len())?;
        let held = self.held();
        for (at, value) in row.iter().enumerate() {
            let before = last.and_then(|last| last.get(at));
            if !before.is_some_and(|before| is_same(before, value)) {
                self.hold_parts(value)?;
            }
        }
        Ok(usize::try_from(self.held().saturating_sub(held)).unwrap_or(usize::MAX))
    }

    /// Counts rows that are kept together: what several of them hold counts once. Gives how many values that makes.
    pub(super) fn keep_all<'v>(&self, rows: impl Iterator<Item = &'v [Datum]>) -> Result<usize> {
        let (held, mut known) = (self.held(), FxHashSet::default());
        for row in rows {
            self.hold(row.len())?;
            for value in row {
                if address(value).is_some_and(|address| known.insert(address)) {
                    self.hold_parts(value)?;
                }
            }
        }
        Ok(usize::try_from(self.held().saturating_sub(held)).unwrap_or(usize::MAX))
    }

    /// Counts the parts of a value that nothing else holds; those of one that is held elsewhere are counted there.
    pub(super) fn hold_own(&self, value: &Datum) -> Result<()> {
        let alone = match value {
            Datum::List(items) => Arc::strong_count(items) == 1,
            Datum::Map(map) => Arc::strong_count(map) == 1,
            Datum::Str(text) => Arc::strong_count(text) == 1,
            Datum::Null
            | Datum::Bool(_)
            | Datum::Int(_)
            | Datum::Float(_)
            | Datum::Node(_)
            | Datum::Rel(_)
            | Datum::Path(_)
            | Datum::Temporal(_) => false,
        };
        if alone { self.hold_parts(value) } else { Ok(()) }
    }

    fn hold_parts(&self, value: &Datum) -> Result<()> {
        if let Datum::List(items) = value {
            self.hold(items.len())?;
            items.iter().try_for_each(|item| self.hold_own(item))
        } else if let Datum::Map(map) = value {
            self.hold(map.len())?;
            map.values().try_for_each(|value| self.hold_own(value))
        } else {
            self.hold(value.as_str().map_or(0, |text| text.len() / BYTES_OF_ONE))
        }
    }

    /// Counts a value with all that is in it; a long text counts for several.
    fn hold_whole(&self, value: &Datum) -> Result<()> {
        if let Datum::List(items) = value {
            self.hold(1)?;
            items.iter().try_for_each(|item| self.hold_whole(item))
        } else if let Datum::Map(map) = value {
            self.hold(1)?;
            map.values().try_for_each(|value| self.hold_whole(value))
        } else {
            self.hold(1 + value.as_str().map_or(0, |text| text.len() / BYTES_OF_ONE))
        }
    }

    /// How many values are kept now.
    pub(super) fn held(&self) -> u64 {
        self.values.get()
    }

    /// Forgets what has been kept since there were so many.
    pub(super) fn release_to(&self, held: u64) {
        self.values.set(held);
    }

    /// Counts values that are no longer kept.
    pub(super) fn release(&self, values: usize) {
        self.values.set(self.values.get().saturating_sub(values as u64));
    }

    /// Counts values that are kept.
    pub(super) fn hold(&self, values: usize) -> Result<()> {
        let held = self.values.get().saturating_add(values as u64);
        self.values.set(held);
        let max = self.limits.values_max;
        if held <= max {
            return Ok(());
        }
        let s = plural(max == 1);
        Err(Error::new(
            Code::LimitMemory,
            text!(
                "the query would hold more than {max} value{s} at once, the limit",
                "クエリが同時に保持する値の数が上限の {max} を超えました"
            ),
        )
        .help(text!(
            "Narrow the pattern, or aggregate earlier.",
            "パターンを絞るか、早い段階で集計してください。"
        )))
    }
}
