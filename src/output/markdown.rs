//! Tables of GitHub's Markdown.

use std::io::{self, Write};

use super::{Options, cell, visible};
use crate::model::Value;

/// Writes the table; see [`super::write`].
pub(super) fn write(
    columns: &[String],
    rows: &[Vec<Value>],
    options: Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    if options.header {
        write_line(columns.iter().map(|name| escaped(name)), out)?;
        let rules = (0..columns.len()).map(|i| {
            let numbers = cell::are_numbers(rows.iter().filter_map(|row| row.get(i)));
            if numbers { "---:" } else { "---" }.to_owned()
        });
        write_line(rules, out)?;
    }
    for row in rows {
        write_line(row.iter().map(|value| escaped(&cell::full(value))), out)?;
    }
    Ok(())
}

fn write_line(cells: impl Iterator<Item = String>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"|")?;
    for cell in cells {
        write!(out, " {cell} |")?;
    }
    out.write_all(b"\n")
}

/// The text such that Markdown shows exactly it, inside one cell.
///
/// Only what would change meaning is escaped, so that the source stays readable: `]` before `(`, `_` at the edge of a word.
fn escaped(text: &str) -> String {
    let shown = visible(text);
    let mut safe = String::with_capacity(shown.len());
    let mut before = ' ';
    let mut chars = shown.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        match c {
            '\n' => safe.push_str("<br>"),
            '\\' | '`' | '*' | '|' | '<' | '&' | '~' => safe.extend(['\\', c]),
            ']' if after == '(' => safe.push_str("\\]"),
            '_' if !(before.is_alphanumeric() && after.is_alphanumeric()) => safe.push_str("\\_"),
            c => safe.push(c),
        }
        before = c;
    }
    safe
}
