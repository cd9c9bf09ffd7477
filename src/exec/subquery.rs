//! Queries inside expressions, run for each frame anew.

use super::measure::measure_all;
use super::{Flow, Frame, Machine, Row, Seen, read};
use crate::error::Result;
use crate::functions::{LIST_ITEMS_MAX, list_too_long};
use crate::model::Datum;
use crate::plan::{Ask, Subplan};

impl Machine<'_> {
    /// What is asked of the rows of a query inside an expression: EXISTS stops at the first one.
    ///
    /// What the query held on the way counts against the limits while it runs, and no longer.
    pub(super) fn subquery(
        &self,
        ask: Ask,
        branches: &[Subplan],
        distinct: bool,
        frame: &mut Frame,
    ) -> Result<Datum> {
        let held = self.budget.held();
        let answer = match ask {
            Ask::Exists => self.exists(branches, frame),
            Ask::Count => self.count(branches, distinct, frame),
            Ask::Collect => self.collect(branches, distinct, frame),
        };
        self.budget.release_to(held);
        answer
    }

    fn exists(&self, branches: &[Subplan], frame: &mut Frame) -> Result<Datum> {
        let mut found = false;
        self.each_row(branches, frame, &mut |_| {
            found = true;
            Ok(Flow::Break(()))
        })?;
        Ok(Datum::Bool(found))
    }

    fn count(&self, branches: &[Subplan], distinct: bool, frame: &mut Frame) -> Result<Datum> {
        let (mut count, mut seen) = (0_i64, self.unlike(distinct));
        self.each_row(branches, frame, &mut |row| {
            if seen(&row)? {
                count = count.saturating_add(1);
            }
            Ok(Flow::Continue(()))
        })?;
        Ok(Datum::Int(count))
    }

    fn collect(&self, branches: &[Subplan], distinct: bool, frame: &mut Frame) -> Result<Datum> {
        let (mut items, mut seen) = (Vec::new(), self.unlike(distinct));
        self.each_row(branches, frame, &mut |row| {
            if seen(&row)? {
                items.extend(row);
                if items.len() > LIST_ITEMS_MAX {
                    return Err(list_too_long(items.len() as u128));
                }
            }
            Ok(Flow::Continue(()))
        })?;
        Ok(Datum::list(items))
    }

    /// Runs the parts of a UNION one after the other, until it is told to stop.
    fn each_row(
        &self,
        branches: &[Subplan],
        frame: &mut Frame,
        one: &mut dyn FnMut(Row) -> Result<Flow>,
    ) -> Result<()> {
        for branch in branches {
            let flow =
                self.run(&branch.ops, frame, &mut |frame| one(read(frame, &branch.output)))?;
            if flow.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Tells for each row whether it counts: where rows must be `distinct`, only the first of equal ones does.
    fn unlike(&self, distinct: bool) -> impl FnMut(&Row) -> Result<bool> {
        let mut seen = Seen::default();
        move |row| {
            if !distinct {
                return Ok(true);
            }
            self.budget.hold(row.len())?;
            measure_all(row)?;
            Ok(seen.is_new(row.clone()))
        }
    }
}
