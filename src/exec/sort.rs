//! ORDER BY: all frames in order, or, where a LIMIT follows, only the first of them.
//!
//! Whoever wants few rows never holds many: when twice as many have come as are wanted, they are sorted and the last half is dropped;
//! from then on a row is not kept if it comes after all of those. Nothing here grows with the number of rows beyond that.

use std::cmp::Ordering;

use super::budget::Budget;
use super::measure::measure_all;
use super::{Flow, Frame, Machine, Row, read};
use crate::error::Result;
use crate::model::Datum;
use crate::plan::{Op, Slot, SortKey};

/// The first rows in an order; equal ones keep the order in which they came.
struct Sorted<'s> {
    keys: &'s [SortKey],
    /// How many are wanted.
    most: usize,
    /// What is compared, and the rows: those that were the first so far, in order, and those that came since.
    rows: Vec<(Row, Row)>,
    /// Whether as many as are wanted stand in order.
    full: bool,
    /// How many values the budget counts for them.
    held: usize,
}

impl<'s> Sorted<'s> {
    fn new(keys: &'s [SortKey], most: usize) -> Self {
        Self { keys, most, rows: Vec::new(), full: false, held: 0 }
    }

    /// Whether a row that comes now may be one of the first.
    fn wants(&self, values: &[Datum]) -> bool {
        let last = self.most.checked_sub(1).and_then(|at| self.rows.get(at));
        let Some((last, _)) = last.filter(|_| self.full) else { return self.most > 0 };
        compare(self.keys, values, last).is_lt()
    }

    /// Takes a row.
    fn take(&mut self, values: Row, row: Row, budget: &Budget) -> Result<()> {
        let own = values.len() + row.len();
        budget.hold(values.len())?;
        self.held += own + budget.keep(&row, self.rows.last().map(|last| &last.1))?;
        self.rows.push((values, row));
        if self.rows.len() < self.most.saturating_mul(2) {
            return Ok(());
        }
        self.sort();
        self.full = true;
        budget.release(self.held);
        let own = self.rows.iter().map(|(values, _)| values.len()).sum();
        budget.hold(own)?;
        self.held = own + budget.keep_all(self.rows.iter().map(|(_, row)| row.as_slice()))?;
        Ok(())
    }

    /// Puts the rows in order, and drops those that are not wanted.
    fn sort(&mut self) {
        self.rows.sort_by(|a, b| compare(self.keys, &a.0, &b.0));
        self.rows.truncate(self.most);
    }

    fn finish(mut self) -> Vec<Row> {
        self.sort();
        self.rows.into_iter().map(|(_, row)| row).collect()
    }
}

/// The order of two rows by what their keys gave.
fn compare(keys: &[SortKey], a: &[Datum], b: &[Datum]) -> Ordering {
    let pairs = keys.iter().zip(a.iter().zip(b));
    let mut orders =
        pairs.map(|(key, (x, y))| if key.descending { y.order(x) } else { x.order(y) });
    orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Whether no more rows of a Sort are wanted than a LIMIT asks for, as the operators after it say.
pub(super) fn is_cut(after: &[Op]) -> bool {
    let next = after.iter().find(|op| !keeps_rows(op) && !matches!(op, Op::Skip(_)));
    matches!(next, Some(Op::Limit(_)))
}

/// Whether an operator gives one row for each that it takes.
pub(super) fn keeps_rows(op: &Op) -> bool {
    matches!(op, Op::Project(_))
}

impl Machine<'_> {
    /// Sorts every frame that `before` emits; equal ones keep their order.
    ///
    /// Shape: rows of the slots in `keep`, at most `most`.
    pub(super) fn sort(
        &self,
        (before, most): (&[Op], usize),
        keys: &[SortKey],
        keep: &[Slot],
        frame: &mut Frame,
    ) -> Result<Vec<Row>> {
        let (mut sorted, mut values) = (Sorted::new(keys, most), Vec::with_capacity(keys.len()));
        let _ = self.run(before, frame, &mut |frame| {
            values.clear();
            for key in keys {
                values.push(self.eval(&key.expr, frame)?);
            }
            measure_all(&values)?;
            if sorted.wants(&values) {
                let values = std::mem::replace(&mut values, Vec::with_capacity(keys.len()));
                sorted.take(values, read(frame, keep), self.budget)?;
            }
            Ok(Flow::Continue(()))
        })?;
        Ok(sorted.finish())
    }
}
