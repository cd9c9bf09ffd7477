//! `kadai diagram`: a diagram of the base, or of what a query gives.

use std::path::Path;
use std::sync::Arc;

use super::args::DiagramArgs;
use super::query::unused;
use crate::diagram::Diagram;
use crate::error::{Code, Error, Result, Source, Text, did_you_mean, nearest, text};
use crate::knowledge::{KnowledgeBase, SavedQuery};
use crate::session::Params;
use crate::terminal::{
    DIAGRAMS, Given, Outcome, Sources, Terminal, bind, named_diagram, params, read_file,
    show_diagram,
};

/// Runs the command; gives the exit code.
pub(super) fn run(
    terminal: &mut Terminal<'_>,
    sources: &Sources,
    args: &DiagramArgs,
) -> Outcome<u8> {
    let diagram = draw(terminal, sources, args)?;
    let file = args.output.as_deref().filter(|path| *path != Path::new("-"));
    show_diagram(terminal, &diagram, file)?;
    Ok(0)
}

/// The diagram of `escalation` or `coverage`, of a query file, of a saved query, or of a query on the command line.
fn draw(terminal: &mut Terminal<'_>, sources: &Sources, args: &DiagramArgs) -> Outcome<Diagram> {
    let given = args.given()?;
    check_options(args, &given)?;
    let Some(what) = &args.what else {
        let Some(query) = &args.query else { return Err(nothing_to_draw().into()) };
        let source = Source::new("<query>", query);
        terminal.show(&unused(&source, &given));
        return drawn(terminal, sources, args, &Asked { source, params: params(&given)? });
    };
    if DIAGRAMS.contains(&what.as_str()) {
        let base = sources.open(terminal)?;
        let diagram = named_diagram(base.graph(), what, args.issue.as_deref(), terminal.lang)?;
        return diagram.ok_or_else(|| unknown(what, &[]).into());
    }
    let path = Path::new(what);
    if path.is_file() {
        let source = read_file(path)?;
        terminal.show(&unused(&source, &given));
        return drawn(terminal, sources, args, &Asked { source, params: params(&given)? });
    }
    let queries = sources.saved_queries()?;
    let Some(query) = queries.iter().find(|query| query.name == *what) else {
        return Err(unknown(what, &queries).into());
    };
    let source = query.sound()?.source();
    let base = sources.open(terminal)?;
    let params = bind(base.graph(), query, &given)?;
    drawn_of(terminal, &base, args, &Asked { source, params })
}

/// Checks that every option means something for what is drawn.
fn check_options(args: &DiagramArgs, given: &[Given]) -> Result<()> {
    let what = args.what.as_deref();
    let named = what.filter(|what| DIAGRAMS.contains(what));
    let (option, what) = match (named, &args.issue, given) {
        (Some(what), _, [_, ..]) => ("--param", what),
        (what, Some(_), _) if what != Some("escalation") => {
            ("--issue", args.what.as_deref().unwrap_or("--query"))
        }
        _ => return Ok(()),
    };
    let message =
        text!("`{option}` has no meaning for `{what}`", "`{what}` に `{option}` は使えません");
    Err(Error::new(Code::Usage, message))
}

/// A query with its parameters.
struct Asked {
    source: Arc<Source>,
    params: Params,
}

fn drawn(
    terminal: &mut Terminal<'_>,
    sources: &Sources,
    args: &DiagramArgs,
    query: &Asked,
) -> Outcome<Diagram> {
    let base = sources.open(terminal)?;
    drawn_of(terminal, &base, args, query)
}

fn drawn_of(
    terminal: &mut Terminal<'_>,
    base: &KnowledgeBase,
    args: &DiagramArgs,
    query: &Asked,
) -> Outcome<Diagram> {
    let rows = args.limits.query(base, &query.source, &query.params)?;
    if !rows.warnings.is_empty() {
        terminal.show(&rows.warnings);
    }
    Ok(Diagram::from_rows(base.graph(), &rows.rows, terminal.lang)?)
}

fn nothing_to_draw() -> Error {
    Error::new(Code::Usage, text!("nothing to draw is named", "描くものが指定されていません"))
        .help(what_there_is())
}

fn unknown(what: &str, queries: &[SavedQuery]) -> Error {
    let saved = queries.iter().map(|query| query.name.as_str());
    let near = nearest(what, DIAGRAMS.iter().copied().chain(saved));
    let error = Error::new(
        Code::Usage,
        text!(
            "`{what}` is neither a diagram, nor a file, nor a saved query",
            "`{what}` という図、ファイル、保存済みクエリはありません"
        ),
    );
    error.help(match near {
        Some(near) => did_you_mean(near),
        None => what_there_is(),
    })
}

fn what_there_is() -> Text {
    Text::new(
        format!(
            "Name `{}`, a file with a query or a saved query, or give a query with `-q`.",
            DIAGRAMS.join("`, `")
        ),
        format!(
            "`{}`、クエリのファイル、保存済みクエリのいずれかを指定するか、`-q` でクエリを指定してください。",
            DIAGRAMS.join("`、`")
        ),
    )
}
