//! What a query may use, and whether it should stop.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

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
}

impl Default for Limits {
    /// Ten million rows, a hundred million values, any time.
    fn default() -> Self {
        Self { rows_max: 10_000_000, values_max: 100_000_000, time_max: None, cancel: None }
    }
}

/// How many steps pass between two looks at the clock.
const STEPS_BETWEEN_CHECKS: u64 = 1024;

/// Limits, and what has been used.
pub(super) struct Budget {
    limits: Limits,
    deadline: Option<Instant>,
    steps: Cell<u64>,
    rows: Cell<u64>,
    values: Cell<u64>,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        let deadline = limits.time_max.and_then(|time| Instant::now().checked_add(time));
        let limits = limits.clone();
        Self { limits, deadline, steps: Cell::new(0), rows: Cell::new(0), values: Cell::new(0) }
    }

    /// Counts a step; every so often, looks at the clock and whether to stop.
    pub(super) fn step(&self) -> Result<()> {
        let steps = self.steps.get().wrapping_add(1);
        self.steps.set(steps);
        if steps.is_multiple_of(STEPS_BETWEEN_CHECKS) { self.check() } else { Ok(()) }
    }

    #[cold]
    fn check(&self) -> Result<()> {
        if self.limits.cancel.as_ref().is_some_and(|cancel| cancel.load(Ordering::Relaxed)) {
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

    /// Counts a value with all that is in it; a long text counts for several.
    fn hold_whole(&self, value: &Datum) -> Result<()> {
        const BYTES_OF_ONE: usize = 64;
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
