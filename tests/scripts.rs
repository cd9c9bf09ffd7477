//! Golden scripts: queries under `tests/scripts/`, each with what it gives.
//!
//! A script is a list of blocks. Lines that start with `> ` are a query; what follows, up to a blank line, is its outcome: rows, or
//! the diagnostic. `> [plan]` as the first line of a block asks for the plan, `> [empty]` for a graph without a schema and
//! without nodes, `> [ja]` for the words in Japanese. `> [write]` runs any statement on a graph of the script's own, which is empty at
//! first and keeps what is written from block to block, and `> [write base]` on a copy of the bundled base, which forgets it; both end
//! with what has changed. `UPDATE=1 cargo test --test scripts` writes the outcomes anew; review the difference.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use kadai::error::{Lang, Source, Style, render};
use kadai::graph::{Changes, Graph};
use kadai::knowledge::KnowledgeBase;
use kadai::session::{self, Options, Params, Rows};

/// The graphs that the blocks of a script run on.
struct Graphs<'b> {
    base: &'b Graph,
    /// The script's own.
    own: Graph,
}

/// Runs one block and returns its outcome, without blank lines.
fn outcome(graphs: &mut Graphs<'_>, query: &str) -> String {
    let (flags, text) = match query.split_once('\n') {
        Some((flags, text)) if flags.starts_with('[') => (flags, text),
        _ => ("", query),
    };
    let lang = if flags.contains("[ja]") { Lang::Ja } else { Lang::En };
    let style = Style { lang, ..Style::default() };
    let empty = Graph::default();
    let graph = if flags.contains("[empty]") { &empty } else { graphs.base };
    let result = if flags.contains("[plan]") {
        session::explain(graph, "<query>", text)
    } else if flags.contains("[write") {
        let mut copy = flags.contains("base]").then(|| KnowledgeBase::bundled().unwrap());
        let graph = copy.as_mut().map_or(&mut graphs.own, KnowledgeBase::graph_mut);
        let source = Source::new("<query>", text);
        let rows = session::execute(graph, &source, &Params::new(), &Options::default());
        rows.map(|rows| print(&rows, style))
    } else {
        session::query(graph, "<query>", text, &Params::new()).map(|rows| print(&rows, style))
    };
    let text = result.unwrap_or_else(|error| render(&[error], style));
    text.lines().filter(|line| !line.trim().is_empty()).fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "{}", line.trim_end());
        out
    })
}

fn print(rows: &Rows, style: Style) -> String {
    let mut out = rows.columns.join(" | ");
    if !rows.columns.is_empty() {
        out.push('\n');
    }
    for row in &rows.rows {
        let cells: Vec<String> = row.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "{}", cells.join(" | "));
    }
    out.push_str(&changes(&rows.changes.unwrap_or_default()));
    out.push_str(&render(&rows.warnings, style));
    out
}

/// What has changed, in a line; nothing where nothing has.
fn changes(changes: &Changes) -> String {
    let counts = [
        (changes.nodes_created, "+nodes"),
        (changes.nodes_deleted, "-nodes"),
        (changes.rels_created, "+relationships"),
        (changes.rels_deleted, "-relationships"),
        (changes.properties_set, "properties"),
        (changes.labels_added, "+labels"),
        (changes.labels_removed, "-labels"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, what)| format!("{what} {count}")).collect();
    if counts.is_empty() { String::new() } else { format!("({})\n", counts.join(", ")) }
}

/// Runs a script and returns it with its outcomes as they are now.
fn rerun(base: &Graph, script: &str) -> String {
    let mut graphs = Graphs { base, own: Graph::default() };
    let mut out = String::new();
    for block in script.split("\n\n").map(|block| block.trim_matches('\n')) {
        let query: Vec<&str> = block.lines().filter_map(|line| line.strip_prefix("> ")).collect();
        if query.is_empty() {
            let _ = writeln!(out, "{block}\n");
            continue;
        }
        let comments = block.lines().take_while(|line| line.starts_with('#'));
        comments.for_each(|line| out.push_str(&format!("{line}\n")));
        query.iter().for_each(|line| out.push_str(&format!("> {line}\n")));
        out.push_str(&outcome(&mut graphs, &query.join("\n")));
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn scripts(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { scripts(&path, found) } else { found.push(path) }
    }
}

#[test]
fn scripts_give_what_they_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts");
    let base = KnowledgeBase::bundled().unwrap();
    let mut found = Vec::new();
    scripts(&folder, &mut found);
    assert!(!found.is_empty(), "no scripts in {}", folder.display());
    let update = std::env::var_os("UPDATE").is_some();
    let mut faults = String::new();
    for path in found {
        let script = std::fs::read_to_string(&path).unwrap();
        let now = rerun(base.graph(), &script);
        if update {
            std::fs::write(&path, &now).unwrap();
        } else if now != script {
            let name = path.strip_prefix(&folder).unwrap().display().to_string();
            let differing = script.lines().zip(now.lines()).position(|(a, b)| a != b);
            let line = differing.unwrap_or_else(|| script.lines().count().min(now.lines().count()));
            let _ = writeln!(
                faults,
                "{name}:{}: expected `{}`, found `{}`",
                line + 1,
                script.lines().nth(line).unwrap_or("the end"),
                now.lines().nth(line).unwrap_or("the end"),
            );
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}
