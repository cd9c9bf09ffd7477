//! The bound on values that grow in the dark: `[x, x]` doubles what is compared and printed, though it holds `x` only once.

use super::Row;
use crate::error::{Code, Error, Result, text};
use crate::functions::LIST_ITEMS_MAX;
use crate::model::Datum;

/// How deep lists and maps may nest: whoever compares, prints or drops a value recurses once a level.
const NESTING_MAX: usize = 1000;

/// Refuses a value that nests too deep or would be too large if it were written out.
///
/// Cost: that of hashing the value.
pub(super) fn measure(value: &Datum) -> Result<()> {
    let mut left = LIST_ITEMS_MAX;
    within(value, NESTING_MAX, &mut left)
}

/// The same of each value of a row that is to be hashed or compared.
pub(super) fn measure_all(row: &Row) -> Result<()> {
    row.iter().try_for_each(measure)
}

fn within(value: &Datum, levels: usize, left: &mut usize) -> Result<()> {
    if let Datum::List(items) = value {
        parts(items.len(), items.iter(), levels, left)
    } else if let Datum::Map(map) = value {
        parts(map.len(), map.values(), levels, left)
    } else {
        Ok(())
    }
}

fn parts<'d>(
    count: usize,
    parts: impl Iterator<Item = &'d Datum>,
    levels: usize,
    left: &mut usize,
) -> Result<()> {
    *left = left.checked_sub(count).ok_or_else(too_large)?;
    let levels = levels.checked_sub(1).ok_or_else(too_deep)?;
    for part in parts {
        within(part, levels, left)?;
    }
    Ok(())
}

fn too_large() -> Error {
    Error::new(
        Code::LimitMemory,
        text!(
            "a value grows to more than {LIST_ITEMS_MAX} parts, the limit",
            "値に含まれる値の数が上限の {LIST_ITEMS_MAX} を超えます"
        ),
    )
    .help(text!(
        "Let rows take the place of the list, with `MATCH` or `UNWIND`, and aggregate them.",
        "リストにせず、`MATCH` や `UNWIND` で行にして集計してください。"
    ))
}

fn too_deep() -> Error {
    Error::new(
        Code::LimitMemory,
        text!(
            "lists and maps nest more than {NESTING_MAX} deep, the limit",
            "リストとマップの入れ子が上限の {NESTING_MAX} 段を超えます"
        ),
    )
    .help(text!(
        "Join lists with `+` instead of putting one into another.",
        "リストを入れ子にせず、`+` でつないでください。"
    ))
}
