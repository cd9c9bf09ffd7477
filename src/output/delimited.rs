//! CSV and TSV: one row a record, nested values as JSON inside their cell; for Excel, lists in words and texts kept from
//! becoming dates.

use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};

use super::{Options, cell, json};
use crate::model::Value;

/// What a spreadsheet takes for UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Writes CSV as RFC 4180 has it, with LF; for Excel with a byte order mark and CRLF.
pub(super) fn write_csv(
    columns: &[String],
    rows: &[Vec<Value>],
    options: Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    if options.excel {
        out.write_all(BYTE_ORDER_MARK.as_bytes())?;
    }
    let terminator = if options.excel { Terminator::CRLF } else { Terminator::Any(b'\n') };
    let mut writer = WriterBuilder::new().terminator(terminator).from_writer(out);
    if options.header {
        let names = columns.iter().map(|name| defused(name.clone(), options.excel));
        writer.write_record(names).map_err(plain)?;
    }
    for row in rows {
        for value in row {
            writer.write_field(cell(value, options.excel)?).map_err(plain)?;
        }
        writer.write_record(None::<&[u8]>).map_err(plain)?;
    }
    writer.flush()
}

/// The error of the writer beneath: a closed pipe must stay one.
fn plain(error: csv::Error) -> io::Error {
    let words = error.to_string();
    if let csv::ErrorKind::Io(error) = error.into_kind() { error } else { io::Error::other(words) }
}

/// Writes tab-separated lines in which `\t`, `\n`, `\r` and `\\` stand for the characters that would break them.
pub(super) fn write_tsv(
    columns: &[String],
    rows: &[Vec<Value>],
    options: Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    if options.excel {
        out.write_all(BYTE_ORDER_MARK.as_bytes())?;
    }
    if options.header {
        let names = columns.iter().map(|name| defused(name.clone(), options.excel));
        write_line(names, options, out)?;
    }
    for row in rows {
        let cells: io::Result<Vec<_>> =
            row.iter().map(|value| cell(value, options.excel)).collect();
        write_line(cells?.into_iter(), options, out)?;
    }
    Ok(())
}

fn write_line(
    cells: impl Iterator<Item = String>,
    options: Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (i, cell) in cells.enumerate() {
        if i > 0 {
            out.write_all(b"\t")?;
        }
        let cell = cell
            .replace('\\', "\\\\")
            .replace('\t', "\\t")
            .replace('\n', "\\n")
            .replace('\r', "\\r");
        out.write_all(cell.as_bytes())?;
    }
    out.write_all(if options.excel { b"\r\n" } else { b"\n" })
}

/// The text of a cell: null as nothing, texts as they are, lists, maps and entities as JSON.
fn cell(value: &Value, excel: bool) -> io::Result<String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(defused(text.clone(), excel)),
        Value::Temporal(of) => Ok(temporal(&of.to_string(), excel)),
        Value::Int(number) if excel && number.unsigned_abs() > EXCEL_INTEGER_MAX => {
            Ok(as_text(&number.to_string()))
        }
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => Ok(value.to_string()),
        Value::List(items) if excel && items.iter().all(is_plain) => {
            let items: Vec<_> = items.iter().map(cell::full).collect();
            Ok(defused(items.join("、"), excel))
        }
        Value::List(_)
        | Value::Map(_)
        | Value::Node(_)
        | Value::Relationship(_)
        | Value::Path(_) => json::inline(value),
    }
}

/// The largest integer that Excel keeps to its last digit: it has fifteen of them.
const EXCEL_INTEGER_MAX: u64 = 999_999_999_999_999;

/// How long a text inside a formula of Excel may be.
const EXCEL_TEXT_MAX: usize = 255;

fn is_plain(value: &Value) -> bool {
    matches!(
        value,
        Value::String(_) | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Temporal(_)
    )
}

/// The text of a temporal value; Excel may make a date of it, but no formula of a year that begins with a sign.
fn temporal(text: &str, excel: bool) -> String {
    if excel && text.starts_with(['+', '-']) { format!("'{text}") } else { text.to_owned() }
}

/// A text that Excel takes for text, where `excel` asks for it.
fn defused(text: String, excel: bool) -> String {
    if !excel {
        text
    } else if looks_like_a_number(&text) && text.chars().count() <= EXCEL_TEXT_MAX {
        as_text(&text)
    } else if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text
    }
}

/// A formula that gives the text: `="29-1"`. Excel shows the text and leaves it as it is.
fn as_text(text: &str) -> String {
    format!("=\"{}\"", text.replace('"', "\"\""))
}

/// The words and signs of dates and times, beside digits; Excel knows them in capitals and small letters.
const DATE_WORDS: &[&str] = &[
    "jan",
    "january",
    "feb",
    "february",
    "mar",
    "march",
    "apr",
    "april",
    "may",
    "jun",
    "june",
    "jul",
    "july",
    "aug",
    "august",
    "sep",
    "september",
    "oct",
    "october",
    "nov",
    "november",
    "dec",
    "december",
    "am",
    "pm",
    "a",
    "p",
    "m",
    "t",
    "s",
    "h",
    "r",
    "e",
    "年",
    "月",
    "日",
    "時",
    "分",
    "秒",
    "年度",
    "午前",
    "午後",
    "明治",
    "大正",
    "昭和",
    "平成",
    "令和",
    "明",
    "大",
    "昭",
    "平",
    "令",
];

/// Whether Excel may read a text as a number, a date or a time: `29-1`, `3/4`, `0012`, `1E5`, `令和8年4月1日`.
///
/// It holds digits, and beside them only signs and words of numbers and dates. Excel takes full-width forms too.
fn looks_like_a_number(text: &str) -> bool {
    let plain: String = text.chars().map(half_width).flat_map(char::to_lowercase).collect();
    let is_sign = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+-−.,:/%()$¥\\".contains(c);
    plain.contains(|c: char| c.is_ascii_digit())
        && plain.split(is_sign).all(|word| word.is_empty() || DATE_WORDS.contains(&word))
}

/// The ASCII character that a full-width one is the wide form of. Unlike NFKC it leaves ① alone, as Excel does.
fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => {
            u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c)
        }
        '￥' => '¥',
        c => c,
    }
}
