//! `reduce`: a list folded from the left.

use super::measure::measure;
use super::{Frame, Machine};
use crate::error::Result;
use crate::model::Datum;
use crate::plan::Reduce;

impl Machine<'_> {
    /// Folds a list from the left; null where there is none.
    pub(super) fn reduce(&self, reduce: &Reduce, frame: &mut Frame) -> Result<Datum> {
        let init = self.eval(&reduce.init, frame)?;
        let Some(items) = self.items(&reduce.list, frame)? else { return Ok(Datum::Null) };
        frame[reduce.accumulator.0] = init;
        for item in items.iter() {
            self.budget.step()?;
            frame[reduce.slot.0] = item.clone();
            let value = self.eval(&reduce.step, frame)?;
            if reduce.wraps {
                measure(&value).map_err(|error| error.at(reduce.step.span.0))?;
            }
            frame[reduce.accumulator.0] = value;
        }
        Ok(std::mem::take(&mut frame[reduce.accumulator.0]))
    }
}
