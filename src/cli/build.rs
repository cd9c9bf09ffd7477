//! `kadai build`: the base as a file that opens at once.

use std::path::Path;

use crate::error::{Code, Error, Text, plural, text};
use crate::knowledge::{KnowledgeBase, Opened, Reading};
use crate::terminal::{Outcome, Sources, Terminal, io_error};

/// Runs the command; gives the exit code.
pub(super) fn run(terminal: &mut Terminal<'_>, sources: &Sources) -> Outcome<u8> {
    let snapshot = sources.snapshot.clone();
    let sources = Sources { snapshot: None, ..sources.clone() };
    let folder = sources.base_folder();
    if let Some(path) = snapshot {
        let mut base = terminal.watched(|watch| match &folder {
            Some(folder) => KnowledgeBase::open_watched(folder, watch),
            None => KnowledgeBase::bundled(),
        })?;
        terminal.show(base.warnings());
        base.save(&path).map_err(|error| io_error(&path, false, &error))?;
        return told(terminal, &base, &path);
    }
    let Opened { base, kept, .. } = terminal.watched(|watch| {
        KnowledgeBase::open_cached(folder.as_deref(), &sources.cache, Reading::Anew, watch)
    })?;
    terminal.show(base.warnings());
    match kept {
        Some(Ok(path)) => told(terminal, &base, &path),
        Some(Err(error)) => {
            let name = text!("the cache", "キャッシュ");
            Err(crate::files::write_error(&name, &error).into())
        }
        None if base.warnings().is_empty() => Err(Error::new(
            Code::Usage,
            text!("there is no cache to build", "キャッシュが使えません"),
        )
        .help(text!(
            "Leave out `--no-cache`, or name a file: `--snapshot base.kadai`.",
            "`--no-cache` を外すか、`--snapshot base.kadai` のようにファイルを指定してください。"
        ))
        .into()),
        None => {
            terminal.note(&text!(
                "not kept in the cache: it would hide these warnings",
                "警告があるため、キャッシュには保存しません"
            ));
            Ok(0)
        }
    }
}

/// Says what was written.
fn told(terminal: &mut Terminal<'_>, base: &KnowledgeBase, path: &Path) -> Outcome<u8> {
    let size = std::fs::metadata(path).map_or(0, |found| found.len());
    let said = words(base, path, &bytes(size));
    writeln!(terminal.out, "{}", said.get(terminal.lang))?;
    Ok(0)
}

fn words(base: &KnowledgeBase, path: &Path, size: &str) -> Text {
    let (nodes, rels) = (base.graph().node_count(), base.graph().rel_count());
    let (s, t, name) = (plural(nodes == 1), plural(rels == 1), path.display());
    text!(
        "{name}: {nodes} node{s}, {rels} relationship{t}, {size}",
        "{name}：ノード {nodes} 件、関係 {rels} 件、{size}"
    )
}

/// A size in the unit that fits it.
#[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
fn bytes(size: u64) -> String {
    match size {
        0..1_000 => format!("{size} B"),
        1_000..1_000_000 => format!("{:.1} kB", size as f64 / 1e3),
        _ => format!("{:.1} MB", size as f64 / 1e6),
    }
}
