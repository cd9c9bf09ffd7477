//! Output: columns and rows of values become text, in the formats people and programs read.
//!
//! Turns what a query gave into a table, JSON, CSV, TSV or Markdown on any writer. Formats for people (table, Markdown) show
//! characters that could steer a terminal as `<U+001B>`; formats for programs keep every character. Nothing here knows where
//! the rows came from. docs/output.md says what each format does with each kind of value.
#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod cell;
mod delimited;
mod json;
mod markdown;
mod table;

use std::io::{self, Write};

use crate::model::Value;

pub use cell::visible;
pub use json::inline as json;

/// How rows are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// A table for people, drawn with lines.
    #[default]
    Table,
    /// One array of objects, a row a line.
    Json,
    /// One object a line.
    Ndjson,
    /// Comma-separated, as RFC 4180 has it.
    Csv,
    /// Tab-separated, tabs and line breaks escaped.
    Tsv,
    /// A table of GitHub's Markdown.
    Markdown,
}

impl Format {
    /// Every format with its name, in the order help lists them.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("table", Self::Table),
        ("json", Self::Json),
        ("ndjson", Self::Ndjson),
        ("csv", Self::Csv),
        ("tsv", Self::Tsv),
        ("markdown", Self::Markdown),
    ];

    /// The format with this name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
    }

    /// The name, as `--format` takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, format)| *format == self).map_or("table", |(name, _)| name)
    }

    /// The format that the ending of a file's name asks for.
    #[must_use]
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "json" => Some(Self::Json),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "csv" => Some(Self::Csv),
            "tsv" => Some(Self::Tsv),
            "md" | "markdown" => Some(Self::Markdown),
            _ => None,
        }
    }

    /// Whether people read it, so that headings may be in their language.
    #[must_use]
    pub fn is_for_people(self) -> bool {
        matches!(self, Self::Table | Self::Markdown)
    }

    /// Whether [`Options::excel`] means something for it.
    #[must_use]
    pub fn has_excel_form(self) -> bool {
        matches!(self, Self::Csv | Self::Tsv)
    }
}

/// What a reader may choose beside the format.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether the names of the columns stand first (table, CSV, TSV, Markdown).
    pub header: bool,
    /// For Excel (CSV, TSV): a byte order mark, CRLF, and nothing that Excel would take for a formula or a date.
    pub excel: bool,
    /// How many columns a line has (table); lines of any length where `None`.
    pub width: Option<u16>,
    /// Whether to use ANSI escapes (table).
    pub color: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { header: true, excel: false, width: None, color: false }
    }
}

/// Writes rows in a format.
///
/// Shape: each row is as long as `columns`; the names of the columns differ from each other. Ends with a line break, unless
/// there is nothing to write.
///
/// # Errors
/// Whatever `out` answers.
pub fn write(
    columns: &[String],
    rows: &[Vec<Value>],
    format: Format,
    options: Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    // Without columns only JSON has anything to say: how many rows there are.
    if columns.is_empty() && !matches!(format, Format::Json | Format::Ndjson) {
        return Ok(());
    }
    match format {
        Format::Table => table::write(columns, rows, options, out),
        Format::Json => json::write_array(columns, rows, out),
        Format::Ndjson => json::write_lines(columns, rows, out),
        Format::Csv => delimited::write_csv(columns, rows, options, out),
        Format::Tsv => delimited::write_tsv(columns, rows, options, out),
        Format::Markdown => markdown::write(columns, rows, options, out),
    }
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;

    use super::*;
    use crate::model::temporal::{Kind, Temporal};
    use crate::model::{Node, NodeId, Path, RelId, Relationship};

    fn issue() -> Node {
        let property = |key: &str, value: &str| (key.to_owned(), Value::String(value.to_owned()));
        let properties =
            [property("id", "i1"), property("name", "家族の|負担"), property("stage", "検討課題")];
        Node { id: NodeId(7), labels: vec!["Issue".into()], properties: properties.into() }
    }

    fn path() -> Value {
        let mut meeting = issue();
        meeting.id = NodeId(9);
        meeting.labels = vec!["Meeting".into()];
        let raised = Relationship {
            id: RelId(3),
            kind: "raised-at".into(),
            start: NodeId(7),
            end: NodeId(9),
            properties: IndexMap::from([("basis".into(), Value::String("source".into()))]),
        };
        Value::Path(Box::new(Path { nodes: vec![issue(), meeting], relationships: vec![raised] }))
    }

    fn written(columns: &[&str], rows: &[Vec<Value>], format: Format, options: Options) -> String {
        let columns: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
        let mut out = Vec::new();
        write(&columns, rows, format, options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn text(words: &str) -> Value {
        Value::String(words.to_owned())
    }

    #[test]
    fn a_table_lines_up_under_wide_characters() {
        let rows = [
            vec![text("家族のケア負担"), Value::Int(5), Value::Null],
            vec![text("abc"), Value::Float(12.5), text("x")],
        ];
        let want = "
 課題           │    n │ 備考
────────────────┼──────┼──────
 家族のケア負担 │    5 │
 abc            │ 12.5 │ x
";
        let drawn = written(&["課題", "n", "備考"], &rows, Format::Table, Options::default());
        assert_eq!(drawn, want.trim_start_matches('\n'));
    }

    #[test]
    fn temporal_values_are_their_texts() {
        let of = |kind, text| Value::Temporal(Box::new(Temporal::read(kind, text).unwrap()));
        let date = of(Kind::Date, "20250401");
        let list = Value::List(vec![date.clone(), of(Kind::Duration, "P1D")]);
        let rows = [vec![date, list, of(Kind::Date, "-0044-03-15")]];
        let write = |format, excel| {
            written(&["d", "list", "old"], &rows, format, Options { excel, ..Options::default() })
        };
        let table = write(Format::Table, false);
        assert!(
            table.contains(" 2025-04-01 │ [date('2025-04-01'), duration('P1D')] │ -0044-03-15")
        );
        let json = write(Format::Json, false);
        assert!(
            json.contains(r#"{"d":"2025-04-01","list":["2025-04-01","P1D"],"old":"-0044-03-15"}"#)
        );
        let csv = write(Format::Csv, false);
        assert!(csv.ends_with("2025-04-01,\"[\"\"2025-04-01\"\",\"\"P1D\"\"]\",-0044-03-15\n"));
        let excel = write(Format::Csv, true);
        assert!(excel.ends_with("2025-04-01,2025-04-01、P1D,'-0044-03-15\r\n"), "{excel}");
    }

    #[test]
    fn a_table_fits_the_width_it_is_given() {
        let rows = [vec![text(&"医療的ケア児".repeat(20)), text("short")]];
        let options = Options { width: Some(40), ..Options::default() };
        let drawn = written(&["name", "other"], &rows, Format::Table, options);
        assert!(drawn.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 40));
        assert_eq!(drawn.matches('医').count(), 20);
        let piped = written(&["name", "other"], &rows, Format::Table, Options::default());
        assert_eq!(piped.lines().count(), 3);
    }

    #[test]
    fn lines_break_where_japanese_allows_it() {
        let rows = [vec![text("「source」は、表に書いてあること、「inferred」は読み手の判断。")]];
        let options = Options { header: false, width: Some(22), ..Options::default() };
        let drawn = written(&["x"], &rows, Format::Table, options);
        assert!(drawn.contains("inferred"), "{drawn}");
        let starts_badly = |line: &str| line.trim_start().starts_with(['、', '。', '」']);
        assert!(drawn.lines().count() > 2 && !drawn.lines().any(starts_badly), "{drawn}");
    }

    #[test]
    fn a_table_shows_of_entities_what_tells_them_apart() {
        let rows = [vec![Value::Node(Box::new(issue()))], vec![path()]];
        let options = Options { header: false, ..Options::default() };
        let want = " (:Issue {id: 'i1', name: '家族の|負担', …})
 (:Issue {name: '家族の|負担'})-[:raised-at]->(:Meeting {name: '家族の|負担'})
";
        assert_eq!(written(&["x"], &rows, Format::Table, options), want);
    }

    #[test]
    fn nothing_steers_the_terminal_from_a_table() {
        let evil = text("a\u{1b}[31m\u{202e}\u{9b}b\u{7f}\tc\r\nd");
        for format in [Format::Table, Format::Markdown] {
            let drawn = written(&["a\u{1b}"], &[vec![evil.clone()]], format, Options::default());
            let steers = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
            assert!(!drawn.contains(steers), "{drawn:?}");
            assert!(drawn.contains("<U+001B>") || drawn.contains("\\<U+001B>"), "{drawn:?}");
        }
    }

    #[test]
    fn a_huge_value_is_cut_in_a_table_only() {
        let rows = [vec![text(&"長".repeat(120_000))]];
        let drawn = written(&["x"], &rows, Format::Table, Options::default());
        assert!(drawn.ends_with("…\n") && drawn.matches('長').count() < 20_000);
        let csv = written(&["x"], &rows, Format::Csv, Options::default());
        assert_eq!(csv.matches('長').count(), 120_000);
    }

    #[test]
    fn json_is_exact() {
        let rows = [
            vec![Value::Int(i64::MAX), Value::Float(f64::NAN), text("\u{1b}\u{202e}課")],
            vec![Value::Null, Value::Float(f64::NEG_INFINITY), Value::Float(1.0)],
        ];
        let drawn = written(&["z", "a", "課題"], &rows, Format::Json, Options::default());
        let want = r#"[
  {"z":9223372036854775807,"a":"NaN","課題":"\u001b\u202e課"},
  {"z":null,"a":"-Infinity","課題":1.0}
]
"#;
        assert_eq!(drawn, want);
        let parsed: serde_json::Value = serde_json::from_str(&drawn).unwrap();
        assert_eq!(parsed[0]["課題"], "\u{1b}\u{202e}課");
        assert_eq!(written(&["x"], &[], Format::Json, Options::default()), "[]\n");
        assert_eq!(written(&["x"], &[], Format::Ndjson, Options::default()), "");
    }

    #[test]
    fn json_holds_entities_whole() {
        let rows = [vec![path()]];
        let drawn = written(&["p"], &rows, Format::Ndjson, Options::default());
        let parsed: serde_json::Value = serde_json::from_str(&drawn).unwrap();
        let rel = &parsed["p"]["relationships"][0];
        assert_eq!(
            (&rel["type"], &rel["start"], &rel["end"]),
            (&"raised-at".into(), &7.into(), &9.into())
        );
        let node = &parsed["p"]["nodes"][0];
        assert_eq!((&node["id"], &node["labels"][0]), (&7.into(), &"Issue".into()));
        assert_eq!(node["properties"]["stage"], "検討課題");
    }

    #[test]
    fn a_table_too_wide_to_read_shows_a_row_as_lines() {
        let columns = ["名前", "段階", "所管", "根拠"];
        let row = |name: &str| vec![text(name), text("検討課題"), Value::Null, Value::Int(3)];
        let rows = [row("家族のケア負担の軽減"), row("b")];
        let drawn = |width| {
            let options = Options { width: Some(width), ..Options::default() };
            written(&columns, &rows, Format::Table, options)
        };
        // 8 + 8 + 4 (its header) + 4, and three more for each but the last.
        assert!(drawn(35).starts_with(" 名前     │ 段階     │ 所管 │ 根拠\n"), "{}", drawn(35));
        let want = " 名前 │ 家族のケア負担の軽減\n 段階 │ 検討課題\n 所管 │\n 根拠 │ 3\n\
            ──────────────────────────────────\n\
            \x20名前 │ b\n 段階 │ 検討課題\n 所管 │\n 根拠 │ 3\n";
        assert_eq!(drawn(34), want);
    }

    #[test]
    fn csv_reads_back() {
        let hostile = ["a,b", "say \"x\"", "two\nlines", "=1+1", "\u{1b}", ""];
        let rows: Vec<_> = hostile.iter().map(|cell| vec![text(cell), Value::Int(1)]).collect();
        let drawn = written(&["列,1", "n"], &rows, Format::Csv, Options::default());
        let mut reader = csv::Reader::from_reader(drawn.as_bytes());
        assert_eq!(reader.headers().unwrap().get(0), Some("列,1"));
        let cells: Vec<_> =
            reader.records().map(|r| r.unwrap().get(0).unwrap().to_owned()).collect();
        assert_eq!(cells, hostile);
    }

    #[test]
    fn csv_for_excel_starts_with_a_mark_and_starts_no_formula() {
        let rows = [vec![text("=HYPERLINK(1)"), Value::Int(-1)], vec![text("-x"), Value::Null]];
        let options = Options { excel: true, ..Options::default() };
        let drawn = written(&["@a", "b"], &rows, Format::Csv, options);
        assert_eq!(drawn, "\u{feff}'@a,b\r\n'=HYPERLINK(1),-1\r\n'-x,\r\n");
    }

    #[test]
    fn csv_for_excel_keeps_texts_that_look_like_dates_or_numbers() {
        let options = Options { excel: true, header: false, ..Options::default() };
        let cell = |value: Value, format| written(&["x"], &[vec![value]], format, options);
        for kept in
            ["29-1", "3/4", "0012", "1E5", "２９－１", "Mar 1", "令和8年4月1日", "R8.4.1", "-5"]
        {
            let want = format!("\u{feff}\"=\"\"{kept}\"\"\"\r\n");
            assert_eq!(cell(text(kept), Format::Csv), want);
        }
        assert_eq!(cell(text("29-1"), Format::Tsv), "\u{feff}=\"29-1\"\r\n");
        for plain in ["第29回", "i-tojisha-2", "3人", "2B", "①", "・", "令和", "施策 4-1"]
        {
            assert_eq!(cell(text(plain), Format::Csv), format!("\u{feff}{plain}\r\n"));
        }
        let long = Value::Int(1_234_567_890_123_456);
        assert_eq!(cell(long, Format::Tsv), "\u{feff}=\"1234567890123456\"\r\n");
        let long = "1".repeat(256);
        assert_eq!(cell(text(&long), Format::Csv), format!("\u{feff}{long}\r\n"));
    }

    #[test]
    fn csv_for_excel_writes_lists_in_words() {
        let options = Options { excel: true, header: false, ..Options::default() };
        let cell = |items| written(&["x"], &[vec![Value::List(items)]], Format::Csv, options);
        assert_eq!(cell(vec![text("福祉局"), text("都")]), "\u{feff}福祉局、都\r\n");
        assert_eq!(cell(vec![text("3/4")]), "\u{feff}\"=\"\"3/4\"\"\"\r\n");
        assert_eq!(cell(vec![text("=1"), Value::Int(2)]), "\u{feff}'=1、2\r\n");
        assert_eq!(cell(vec![Value::Null]), "\u{feff}[null]\r\n");
    }

    #[test]
    fn tsv_keeps_a_row_on_a_line() {
        let rows = [vec![text("a\tb\\c\r\nd"), Value::List(vec![text("x"), Value::Null])]];
        let drawn = written(&["x", "y"], &rows, Format::Tsv, Options::default());
        assert_eq!(drawn, "x\ty\na\\tb\\\\c\\r\\nd\t[\"x\",null]\n");
    }

    #[test]
    fn markdown_cells_cannot_leave_their_cell() {
        let rows = [vec![text("a|b\n*c* [x](y) <b> &amp; `d` i_j _k_"), Value::Int(3)]];
        let drawn = written(&["x|y", "n"], &rows, Format::Markdown, Options::default());
        let want = "| x\\|y | n |\n| --- | ---: |\n\
            | a\\|b<br>\\*c\\* [x\\](y) \\<b> \\&amp; \\`d\\` i_j \\_k\\_ | 3 |\n";
        assert_eq!(drawn, want);
    }

    #[test]
    fn a_closed_pipe_is_known_as_one_in_every_format() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let rows = vec![vec![Value::Int(1)]; 100_000];
        for (name, format) in Format::ALL {
            let error = write(&["x".to_owned()], &rows, *format, Options::default(), &mut Closed);
            assert_eq!(error.unwrap_err().kind(), io::ErrorKind::BrokenPipe, "{name}");
        }
    }

    #[test]
    fn the_header_can_be_left_out() {
        let options = Options { header: false, ..Options::default() };
        for (format, want) in [
            (Format::Table, " 1\n"),
            (Format::Csv, "1\n"),
            (Format::Tsv, "1\n"),
            (Format::Markdown, "| 1 |\n"),
            (Format::Ndjson, "{\"x\":1}\n"),
        ] {
            assert_eq!(written(&["x"], &[vec![Value::Int(1)]], format, options), want);
        }
    }
}
