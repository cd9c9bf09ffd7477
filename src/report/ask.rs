//! Answers of queries, read by column.

use crate::error::Result;
use crate::knowledge::KnowledgeBase;
use crate::model::Value;
use crate::session::Params;

/// One row, read from its first column on.
pub(super) struct Answer(std::vec::IntoIter<Value>);

/// Runs a query of this module's own and reads each row.
pub(super) fn ask<T>(
    base: &KnowledgeBase,
    query: &str,
    read: impl Fn(&mut Answer) -> T,
) -> Result<Vec<T>> {
    let rows = base.query(query, &Params::new())?.rows;
    Ok(rows.into_iter().map(|row| read(&mut Answer(row.into_iter()))).collect())
}

impl Answer {
    /// The next column as text; empty for null.
    pub(super) fn text(&mut self) -> String {
        self.optional_text().unwrap_or_default()
    }

    /// The next column as text; `None` for null.
    pub(super) fn optional_text(&mut self) -> Option<String> {
        match self.0.next() {
            Some(Value::String(text)) => Some(text),
            Some(Value::Null) | None => None,
            Some(other) => Some(other.to_string()),
        }
    }

    /// The next column as an integer; `None` for anything else.
    pub(super) fn int(&mut self) -> Option<i64> {
        if let Some(Value::Int(int)) = self.0.next() { Some(int) } else { None }
    }

    /// The next column as a number of things.
    pub(super) fn count(&mut self) -> usize {
        self.int().and_then(|int| usize::try_from(int).ok()).unwrap_or(0)
    }

    /// The next column as a list of rows: lists within a list.
    pub(super) fn rows<T>(&mut self, read: impl Fn(&mut Self) -> T) -> Vec<T> {
        let Some(Value::List(rows)) = self.0.next() else { return Vec::new() };
        rows.into_iter()
            .filter_map(|row| {
                let Value::List(cells) = row else { return None };
                Some(read(&mut Self(cells.into_iter())))
            })
            .collect()
    }

    /// The next column as a list of texts.
    pub(super) fn texts(&mut self) -> Vec<String> {
        let Some(Value::List(items)) = self.0.next() else { return Vec::new() };
        items
            .into_iter()
            .map(|item| if let Value::String(text) = item { text } else { item.to_string() })
            .collect()
    }
}
