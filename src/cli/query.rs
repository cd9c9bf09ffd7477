//! `kadai query`: one query, from the command line, a file or standard input.

use std::path::Path;
use std::sync::Arc;

use super::args::QueryArgs;
use super::code_for_rows;
use crate::error::{Code, Error, Source, Text, did_you_mean, nearest, text};
use crate::model::nfc;
use crate::syntax::{TokenClass, tokens};
use crate::terminal::{
    Given, Outcome, Sources, Terminal, changes_words, params, read_file, read_source, show_rows,
};

/// Runs the command; gives the exit code.
pub(super) fn run(terminal: &mut Terminal<'_>, sources: &Sources, args: &QueryArgs) -> Outcome<u8> {
    let view = args.rows.view.view()?;
    let given = args.rows.given()?;
    let params = params(&given)?;
    let source = read(terminal, args.text.as_deref(), args.file.as_deref())?;
    terminal.show(&unused(&source, &given));
    let limits = &args.rows.limits;
    let rows = match args.dry_run {
        true => limits.execute(&mut sources.open(terminal)?, &source, &params)?,
        false => sources.ask(terminal, |base| limits.query(base, &source, &params))?,
    };
    show_rows(terminal, &rows, &view)?;
    if let Some(changes) = &rows.changes {
        terminal.note(&match changes_words(changes) {
            Some(Text { en, ja }) => {
                text!("would change: {en} (nothing is saved)", "変更内容：{ja}（保存はしません）")
            }
            None => text!("nothing would change", "変更はありません"),
        });
    }
    Ok(code_for_rows(&rows, args.rows.exit_code))
}

/// A warning for each parameter that is given and that the query does not use: most often a slip in its name.
pub(super) fn unused(source: &Source, given: &[Given]) -> Vec<Error> {
    let tokens = tokens(&source.text);
    let parameters = tokens.iter().filter(|token| token.class == TokenClass::Parameter);
    let used: Vec<_> = parameters
        .map(|token| nfc(token.span.of(&source.text).trim_start_matches('$').trim_matches('`')))
        .collect();
    let warning = |Given { name, .. }: &Given| {
        let message = text!(
            "the query does not use the parameter `{name}`",
            "クエリはパラメーター `{name}` を使っていません"
        );
        let near = nearest(name, used.iter().map(AsRef::as_ref)).map(did_you_mean);
        Error::warning(Code::NameParameter, message).help_if(near)
    };
    given.iter().filter(|given| !used.iter().any(|name| *name == given.name)).map(warning).collect()
}

/// The query, under the name that messages give it.
pub(super) fn read(
    terminal: &mut Terminal<'_>,
    text: Option<&str>,
    file: Option<&Path>,
) -> Outcome<Arc<Source>> {
    match (text, file) {
        (Some(text), _) if text != "-" => Ok(Source::new("<query>", text)),
        (_, Some(path)) if path != Path::new("-") => Ok(read_file(path)?),
        (None, None) => Err(Error::new(
            Code::Usage,
            text!("no query is given", "クエリが指定されていません"),
        )
        .help(text!(
            "Write `kadai query \"MATCH …\"`, `-f FILE`, or `-` for standard input.",
            "`kadai query \"MATCH …\"`、`-f ファイル`、標準入力なら `-` のように指定してください。"
        ))
        .into()),
        _ => Ok(read_source("<standard input>", &mut *terminal.input)?),
    }
}
