//! `kadai check`: every fault of knowledge files and saved queries in one run.
//!
//! The faults are the answer here: they go to standard output.

use super::args::CheckArgs;
use crate::error::{Class, Error, Style, Text, plural, render, text};
use crate::knowledge::{CheckReport, check, check_all};
use crate::terminal::{Outcome, Sources, Terminal};

/// Runs the command; gives the exit code: 1 where there is anything to report, 4 where a file cannot be read.
pub(super) fn run(terminal: &mut Terminal<'_>, sources: &Sources, args: &CheckArgs) -> Outcome<u8> {
    let base = sources.base_folder();
    let report = if args.paths.is_empty() {
        check_all(base.as_deref(), sources.queries_folder().as_deref())
    } else {
        check(&args.paths, base.as_deref())?
    };
    let style = Style { lang: terminal.lang, color: terminal.out_color };
    write!(terminal.out, "{}", render(&report.faults, style))?;
    writeln!(terminal.out, "{}", summary(&report).get(terminal.lang))?;
    let unreadable = report.faults.iter().any(|fault| fault.code().class() == Class::Io);
    Ok(match (unreadable, report.is_clean()) {
        (true, _) => Class::Io.exit_code(),
        (false, clean) => u8::from(!clean),
    })
}

/// `12 files, 120 nodes, 300 relationships: no faults`.
fn summary(report: &CheckReport) -> Text {
    let CheckReport { files, nodes, relationships, queries, more, .. } = *report;
    let warnings = report.faults.iter().filter(|fault| Error::is_warning(fault)).count();
    let faults = report.faults.len().saturating_sub(warnings).saturating_add(more);
    let found = if report.is_clean() {
        text!("no faults", "問題はありません")
    } else {
        let (s, t) = (plural(faults == 1), plural(warnings == 1));
        text!("{faults} error{s}, {warnings} warning{t}", "エラー {faults} 件、警告 {warnings} 件")
    };
    let Text { en, ja } = found;
    let (s, t, u) = (plural(files == 1), plural(nodes == 1), plural(relationships == 1));
    let y = if queries == 1 { "y" } else { "ies" };
    let base = text!(
        "{files} file{s}, {nodes} node{t}, {relationships} relationship{u}",
        "ファイル {files} 件、ノード {nodes} 件、関係 {relationships} 件"
    );
    let saved = text!("{queries} saved quer{y}", "保存済みクエリ {queries} 件");
    let (Text { en: base_en, ja: base_ja }, Text { en: saved_en, ja: saved_ja }) = (base, saved);
    match (files, queries) {
        (_, 0) => text!("{base_en}: {en}", "{base_ja}：{ja}"),
        (0, _) => text!("{saved_en}: {en}", "{saved_ja}：{ja}"),
        _ => text!("{base_en}, {saved_en}: {en}", "{base_ja}、{saved_ja}：{ja}"),
    }
}
