//! Rows on the screen, or in a file.

use std::io::{self, Write};
use std::path::PathBuf;

use super::{Outcome, Terminal, io_error};
use crate::error::{Code, Error, Result, Text, plural, text};
use crate::output::{self, Format, Options};
use crate::session::Rows;

/// How a reader wants to see rows.
#[derive(Clone, Debug)]
pub struct View {
    /// The format.
    pub format: Format,
    /// Whether the names of the columns stand first.
    pub header: bool,
    /// Whether CSV and TSV are made for Excel.
    pub excel: bool,
    /// The file to replace; standard output where there is none.
    pub file: Option<PathBuf>,
}

impl Default for View {
    fn default() -> Self {
        Self { format: Format::Table, header: true, excel: false, file: None }
    }
}

impl View {
    /// The view in a format; without one, the ending of the file's name decides, then `excel`, then it is a table.
    ///
    /// # Errors
    /// `usage` where the format has no form for Excel, or the ending asks for a workbook.
    pub fn new(format: Option<Format>, excel: bool, file: Option<PathBuf>) -> Result<Self> {
        let ending = file.as_deref().and_then(|path| path.extension()?.to_str());
        let of_ending = ending.and_then(Format::of_ending);
        if format.is_none() && ending.is_some_and(is_workbook) {
            return Err(workbook());
        }
        let fallback = if excel { Format::Csv } else { Format::Table };
        let format = format.or(of_ending).unwrap_or(fallback);
        if excel && !format.has_excel_form() {
            let name = format.name();
            return Err(Error::new(
                Code::Usage,
                text!(
                    "`--excel` has no meaning for the format `{name}`",
                    "形式 `{name}` に `--excel` は使えません"
                ),
            )
            .help(text!(
                "Use `--format csv` or `--format tsv`.",
                "`--format csv` か `--format tsv` を指定してください。"
            )));
        }
        Ok(Self { format, header: true, excel, file })
    }
}

/// Whether the ending is that of an Excel workbook, which a table in plain text would only break.
fn is_workbook(ending: &str) -> bool {
    ["xlsx", "xlsm", "xls"].iter().any(|known| known.eq_ignore_ascii_case(ending))
}

fn workbook() -> Error {
    Error::new(
        Code::Usage,
        text!("Excel workbooks cannot be written", "Excel ブックには書き出せません"),
    )
    .help(text!(
        "Excel opens `-o rows.csv --excel` with a double click.",
        "`-o 結果.csv --excel` で出力した CSV は、ダブルクリックすると Excel で開けます。"
    ))
}

/// Writes to the file of the view, replaced whole, or to standard output; `write` gets the options for either.
///
/// # Errors
/// `io` where the file cannot be written; [`super::Stop::Output`] where standard output cannot.
pub fn emit(
    terminal: &mut Terminal<'_>,
    view: &View,
    write: impl FnOnce(&mut dyn Write, Options) -> io::Result<()>,
) -> Outcome<()> {
    let options = Options { header: view.header, excel: view.excel, ..Options::default() };
    if let Some(path) = &view.file {
        let written = crate::files::replace(path, |out| write(out, options));
        return Ok(written.map_err(|error| io_error(path, false, &error))?);
    }
    let options = Options { width: terminal.width, color: terminal.out_color, ..options };
    write(&mut *terminal.out, options)?;
    Ok(terminal.out.flush()?)
}

/// Shows rows, then what their reader should know: warnings, and on a terminal how many rows there are.
///
/// # Errors
/// As [`emit`].
pub fn show_rows(terminal: &mut Terminal<'_>, rows: &Rows, view: &View) -> Outcome<()> {
    emit(terminal, view, |out, options| {
        output::write(&rows.columns, &rows.rows, view.format, options, out)
    })?;
    if !rows.warnings.is_empty() {
        terminal.show(&rows.warnings);
    }
    if terminal.is_interactive() && !rows.columns.is_empty() {
        let file = view.file.as_ref().map(|path| path.display().to_string());
        terminal.note(&count(rows.rows.len(), file));
    }
    Ok(())
}

fn count(rows: usize, file: Option<String>) -> Text {
    let s = plural(rows == 1);
    match file {
        None => text!("({rows} row{s})", "（{rows} 行）"),
        Some(file) => text!("({rows} row{s} in `{file}`)", "（{rows} 行を「{file}」に出力）"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_the_one_named_or_that_of_the_ending() {
        let view = |format, excel, file: &str| {
            let file = Some(PathBuf::from(file)).filter(|path| path.as_os_str() != "");
            View::new(format, excel, file).map(|view| view.format)
        };
        assert_eq!(view(None, false, ""), Ok(Format::Table));
        assert_eq!(view(None, false, "a.CSV"), Ok(Format::Csv));
        assert_eq!(view(Some(Format::Json), false, "a.csv"), Ok(Format::Json));
        assert_eq!(view(None, true, ""), Ok(Format::Csv));
        assert_eq!(view(None, true, "a.tsv"), Ok(Format::Tsv));
        assert!(view(None, true, "a.json").is_err());
        assert!(view(None, false, "a.xlsx").is_err());
    }
}
