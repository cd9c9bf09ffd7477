//! Tables for people, drawn with light lines.

use std::io::{self, Write};

use comfy_table::{
    Cell, CellAlignment, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle,
};
use icu_segmenter::LineSegmenter;
use icu_segmenter::options::LineBreakOptions;

use super::{Options, cell, visible};
use crate::model::Value;

/// Lines between columns and under the header, and none around: less ink, and easy to copy from.
const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none().junction('│'))
    .header_separator(LineStyle::none().fill('─').junction('┼'))
    .content_lines(ContentLineStyle::none().junction('│'));

/// How many cells a column needs, to be read rather than spelt; one with less in it needs less.
const COLUMN_MIN: u16 = 8;

/// Marks where a line may break. It has no width, is taken out of what is drawn, and no shown text holds it.
const BREAK: char = '\u{200b}';

/// Writes the table; see [`super::write`]. Where its columns do not fit the width, each row becomes a table of its own.
pub(super) fn write(
    columns: &[String],
    rows: &[Vec<Value>],
    options: Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(STYLE);
    match options.width {
        Some(width) => {
            table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
            table.set_delimiter(BREAK);
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    if options.header {
        let header = columns.iter().enumerate().map(|(i, name)| {
            let numbers = cell::are_numbers(rows.iter().filter_map(|row| row.get(i)));
            aligned(Cell::new(shown(name, options)), numbers)
        });
        table.set_header(header.collect::<Vec<_>>());
    }
    for row in rows {
        let cells = row.iter().map(|value| {
            let number = cell::is_number(value);
            aligned(Cell::new(shown(&cell::compact(value), options)), number)
        });
        table.add_row(cells.collect::<Vec<_>>());
    }
    let too_narrow = |width: &u16| options.header && !rows.is_empty() && !fits(&table, *width);
    if let Some(width) = options.width.filter(too_narrow) {
        return write_records(columns, rows, width, options, out);
    }
    let lines: Vec<String> = table.lines().collect();
    let lines_of_header = if options.header { 2 } else { 0 };
    if options.width.is_some() && lines.len() > rows.len().saturating_add(lines_of_header) {
        // Rows of several lines need to be told apart.
        table.load_style(STYLE.row_separator(LineStyle::none().fill('╌').junction('┼')));
        return draw(table.lines(), options, out);
    }
    draw(lines.into_iter(), options, out)
}

/// Whether every column gets as many cells as it needs.
fn fits(table: &Table, width: u16) -> bool {
    let widths = table.column_max_content_widths();
    // A cell stands between two spaces, and a line between two cells.
    let needed =
        widths.iter().map(|content| usize::from(*content.min(&COLUMN_MIN)).saturating_add(3));
    needed.sum::<usize>() <= usize::from(width).saturating_add(1)
}

/// Writes each row as lines of `column │ value`, with a rule between the rows.
fn write_records(
    columns: &[String],
    rows: &[Vec<Value>],
    width: u16,
    options: Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (i, row) in rows.iter().enumerate() {
        if i > 0 {
            writeln!(out, "{}", "─".repeat(usize::from(width)))?;
        }
        let mut record = Table::new();
        record.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic);
        record.set_width(width).set_delimiter(BREAK);
        for (name, value) in columns.iter().zip(row) {
            record.add_row([shown(name, options), shown(&cell::compact(value), options)]);
        }
        draw(record.lines(), Options { header: false, ..options }, out)?;
    }
    Ok(())
}

/// The text as a cell shows it; with places to break lines where there is a width to keep.
///
/// Japanese has no spaces to break at: the rules of Unicode say which characters stay together.
fn shown(text: &str, options: Options) -> String {
    let text = visible(text);
    if options.width.is_none() {
        return text.into_owned();
    }
    let segmenter = LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default());
    let mut broken = String::with_capacity(text.len().saturating_mul(2));
    let mut start = 0;
    for end in segmenter.segment_str(&text) {
        let segment = text.get(start..end).unwrap_or("");
        broken.push_str(segment);
        if end > start && end < text.len() && !segment.ends_with('\n') {
            broken.push(BREAK);
        }
        start = end;
    }
    broken
}

fn aligned(cell: Cell, right: bool) -> Cell {
    if right { cell.set_alignment(CellAlignment::Right) } else { cell }
}

fn draw(
    lines: impl Iterator<Item = String>,
    options: Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut in_header = options.header;
    for line in lines {
        in_header &= !line.starts_with('─');
        // Lines end where their text ends: padding wraps on narrow terminals, and nobody wants it in a file.
        let line = line.replace(BREAK, "");
        let line = line.trim_end_matches(' ');
        if in_header && options.color {
            writeln!(out, "\u{1b}[1m{line}\u{1b}[0m")?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}
