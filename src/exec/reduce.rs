//! `reduce`, and the bound on values that grow from one item to the next.

use super::{Frame, Machine};
use crate::error::{Code, Error, Result, text};
use crate::functions::LIST_ITEMS_MAX;
use crate::model::Datum;
use crate::plan::Reduce;

/// How deep lists and maps may nest in a value that `reduce` makes: whoever compares, prints or drops it recurses once a level.
const NESTING_MAX: usize = 1000;

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

/// Refuses a value that nests too deep, or would be too large if it were written out: `[x, x]` doubles what is printed and
/// compared, though it holds `x` only once.
fn measure(value: &Datum) -> Result<()> {
    let mut left = LIST_ITEMS_MAX;
    within(value, NESTING_MAX, &mut left)
}

fn within(value: &Datum, levels: usize, left: &mut usize) -> Result<()> {
    let parts: Vec<&Datum> = if let Datum::List(items) = value {
        items.iter().collect()
    } else if let Datum::Map(map) = value {
        map.values().collect()
    } else {
        return Ok(());
    };
    let size = parts.len();
    *left = left.checked_sub(size).ok_or_else(too_large)?;
    let Some(levels) = levels.checked_sub(1) else { return Err(too_deep()) };
    parts.into_iter().try_for_each(|part| within(part, levels, left))
}

fn too_large() -> Error {
    Error::new(
        Code::LimitMemory,
        text!(
            "from item to item, the value grows to more than {LIST_ITEMS_MAX} parts",
            "要素を重ねるうちに、値に含まれる値の数が上限の {LIST_ITEMS_MAX} を超えます"
        ),
    )
}

fn too_deep() -> Error {
    Error::new(
        Code::LimitMemory,
        text!(
            "from item to item, lists and maps nest more than {NESTING_MAX} deep",
            "要素を重ねるうちに、リストとマップの入れ子が {NESTING_MAX} 段を超えます"
        ),
    )
    .help(text!(
        "Join lists with `+` instead of putting one into another.",
        "リストを入れ子にせず、`+` でつないでください。"
    ))
}
