//! The language reference: every example gives the table that stands behind it, and its lists are those of the program.
//!
//! `UPDATE=1 cargo test --test language` writes results and lists anew; review the difference.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::Path;

use kadai::error::{Source, Style, Text, render};
use kadai::functions::{self, Aggregate};
use kadai::knowledge::KnowledgeBase;
use kadai::output::{self, Format};
use kadai::procedures::Procedures;
use kadai::session::{self, Options, Params};

const OPENING: &str = "```cypher";
const FENCE: &str = "```";

/// The result of an example as a Markdown table, or the diagnostic in a fence.
fn outcome(query: &str) -> String {
    // Each example sees the base as it is bundled, whatever the one before it wrote.
    let mut base = KnowledgeBase::bundled().unwrap();
    let source = Source::new("<query>", query);
    match session::execute(base.graph_mut(), &source, &Params::new(), &Options::default()) {
        Ok(rows) => {
            assert!(rows.warnings.is_empty(), "{query}: {:?}", rows.warnings);
            let (mut out, options) = (Vec::new(), output::Options::default());
            output::write(&rows.columns, &rows.rows, Format::Markdown, options, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        }
        Err(error) => format!("```text\n{}{FENCE}\n", render(&[error], Style::default())),
    }
}

/// The lines behind an example that are its outcome: a table, or a fence of text.
fn outcome_length(lines: &[&str]) -> usize {
    match lines.first() {
        Some(&"```text") => lines.iter().position(|line| *line == FENCE).unwrap() + 1,
        _ => lines.iter().take_while(|line| line.starts_with('|')).count(),
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn aggregates() -> String {
    let mut out = String::from("| function | |\n| --- | --- |\n");
    for (_, name, en, ja) in Aggregate::TABLE {
        let _ = writeln!(out, "| `{name}` | {en}<br>{ja} |");
    }
    out
}

fn table_of_functions() -> String {
    let mut out = String::from("| function | | example |\n| --- | --- | --- |\n");
    for function in functions::all() {
        let Text { en, ja } = function.doc();
        let (query, result) = function.example;
        let query = query.strip_prefix("RETURN ").unwrap_or(query);
        let (signature, query) = (cell(function.signature), cell(query));
        let (en, ja, result) = (cell(&en), cell(&ja), cell(result));
        let _ = writeln!(out, "| `{signature}` | {en}<br>{ja} | `{query}` → `{result}` |");
    }
    out
}

/// A paragraph for each procedure, with its example to be run.
fn procedures() -> String {
    let mut out = String::new();
    for procedure in Procedures::default().all() {
        let (signature, Text { en, ja }) = (&procedure.signature, &procedure.doc);
        let (name, example) = (&signature.name, procedure.example);
        let _ = writeln!(out, "### {name}\n\n`{signature}`\n\n{en}\n\n{ja}\n");
        let _ = writeln!(out, "{OPENING}\n{example}\n{FENCE}\n");
    }
    out.truncate(out.trim_end().len());
    out
}

fn list(name: &str) -> Option<String> {
    match name {
        "aggregates" => Some(aggregates()),
        "functions" => Some(table_of_functions()),
        "procedures" => Some(rewrite(&procedures())),
        _ => None,
    }
}

/// The page with its examples run and its lists written anew.
fn rewrite(page: &str) -> String {
    let lines: Vec<&str> = page.lines().collect();
    let (mut out, mut at) = (String::new(), 0);
    while let Some(line) = lines.get(at) {
        at += 1;
        let _ = writeln!(out, "{line}");
        let name = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->"));
        if let Some(content) = name.and_then(list) {
            let _ = writeln!(out, "{content}");
            at += lines[at..].iter().position(|line| *line == "<!-- end -->").unwrap();
        }
        if *line != OPENING {
            continue;
        }
        let length = lines[at..].iter().position(|line| *line == FENCE).unwrap();
        let query = lines[at..at + length].join("\n");
        let _ = writeln!(out, "{query}\n{FENCE}\n");
        at += length + 1;
        at += lines[at..].iter().take_while(|line| line.is_empty()).count();
        at += outcome_length(&lines[at..]);
        at += lines[at..].iter().take_while(|line| line.is_empty()).count();
        let _ = writeln!(out, "{}\n", outcome(&query).trim_end());
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

#[test]
fn the_reference_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/language.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let now = rewrite(&page);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, now).unwrap();
    } else {
        assert_eq!(page, now, "UPDATE=1 cargo test --test language writes it anew");
    }
}
