//! `kadai report`: a page about the base, for a committee.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use jiff::Zoned;
use jiff::civil::Date;

use super::args::ReportArgs;
use crate::diagram::{Diagram, escalation, svg};
use crate::error::{Code, Error, Lang, Result, did_you_mean, nearest, one_of, text};
use crate::files;
use crate::knowledge::KnowledgeBase;
use crate::report::{Form, Gaps, Picture, render};
use crate::terminal::{Outcome, Sources, Terminal, io_error};

/// The reports there are.
pub(super) const REPORTS: &[&str] = &["gaps"];

/// Runs the command; gives the exit code.
pub(super) fn run(
    terminal: &mut Terminal<'_>,
    sources: &Sources,
    args: &ReportArgs,
) -> Outcome<u8> {
    check_name(args.report.as_deref().unwrap_or_default())?;
    let date = day(args.date.as_deref())?;
    let file = args.output.as_deref().filter(|path| *path != Path::new("-"));
    let form = file.map_or(Ok(Form::Markdown), form_of)?;
    let base = sources.open(terminal)?;
    let gaps = Gaps::of(&base, date)?;
    let Some(file) = file else {
        let page = render(&gaps, form, terminal.lang, Picture::None)?;
        terminal.out.write_all(page.as_bytes())?;
        terminal.out.flush()?;
        return Ok(0);
    };
    let svg = picture(&base, &gaps, terminal.lang)?;
    let image = image_beside(file);
    let name = image.file_name().unwrap_or_default().to_string_lossy().replace(' ', "%20");
    let picture = match (&svg, form) {
        (None, _) => Picture::None,
        (Some(svg), Form::Html) => Picture::Inline(svg),
        (Some(svg), Form::Markdown) => {
            write(&image, svg)?;
            Picture::File(&name)
        }
    };
    let page = render(&gaps, form, terminal.lang, picture)?;
    write(file, &page)?;
    Ok(0)
}

/// The escalation diagram, where the base has escalations.
///
/// The built-in layout, whether or not Graphviz is there: it fits a page upright, and a report is the same everywhere.
fn picture(base: &KnowledgeBase, gaps: &Gaps, lang: Lang) -> Result<Option<String>> {
    if gaps.escalations.is_empty() {
        return Ok(None);
    }
    let diagram = Diagram { title: String::new(), ..escalation(base.graph(), None, lang)? };
    Ok(Some(svg(&diagram, None)?.svg))
}

fn check_name(name: &str) -> Result<()> {
    if REPORTS.contains(&name) {
        return Ok(());
    }
    if name.is_empty() {
        let error =
            Error::new(Code::Usage, text!("no report is named", "報告書が指定されていません"));
        return Err(error.help(text!(
            "Write `kadai report gaps`, with `-o gaps.html` for a file.",
            "`kadai report gaps` のように指定してください。ファイルにするには `-o gaps.html` を付けます。"
        )));
    }
    let error =
        Error::new(Code::Usage, text!("unknown report `{name}`", "報告書 `{name}` はありません"));
    Err(match nearest(name, REPORTS.iter().copied()) {
        Some(near) => error.help(did_you_mean(near)),
        None => error.help(one_of(REPORTS)),
    })
}

/// The day of the report: the one given, else today where the program runs.
fn day(given: Option<&str>) -> Result<Date> {
    let Some(given) = given else { return Ok(Zoned::now().date()) };
    given.parse().map_err(|_| {
        Error::new(Code::Usage, text!("`{given}` is not a date", "「{given}」は日付ではありません"))
            .help(text!("Write it as `2026-11-22`.", "`2026-11-22` のように書いてください。"))
    })
}

fn form_of(file: &Path) -> Result<Form> {
    let ending = file.extension().and_then(OsStr::to_str).unwrap_or("");
    Form::of_ending(ending).ok_or_else(|| {
        let file = file.display();
        Error::new(
            Code::Usage,
            text!(
                "the ending of `{file}` does not say which kind of page to write",
                "「{file}」の拡張子からは、出力する形式が分かりません"
            ),
        )
        .help(text!(
            "Name a file that ends in `.html` or `.md`.",
            "`.html` か `.md` で終わるファイル名を指定してください。"
        ))
    })
}

/// The image file that goes with a Markdown page: `gaps.md` has `gaps-escalation.svg`.
fn image_beside(page: &Path) -> PathBuf {
    let stem = page.file_stem().unwrap_or_default().to_string_lossy();
    page.with_file_name(format!("{stem}-escalation.svg"))
}

fn write(path: &Path, text: &str) -> Result<()> {
    let written = files::replace(path, |out| out.write_all(text.as_bytes()));
    written.map_err(|error| io_error(path, false, &error))
}
