//! `kadai run`: a saved query by its name, or the list of them.

use super::args::RunArgs;
use super::code_for_rows;
use crate::error::{Code, Error, text};
use crate::knowledge::KnowledgeBase;
use crate::terminal::{Outcome, Sources, Terminal, bind, find_query, list_queries, show_rows};

/// Runs the command; gives the exit code.
pub(super) fn run(terminal: &mut Terminal<'_>, sources: &Sources, args: &RunArgs) -> Outcome<u8> {
    let view = args.rows.view.view()?;
    let given = args.rows.given()?;
    let queries = sources.saved_queries()?;
    let Some(name) = &args.name else {
        if let Some(param) = given.first() {
            let name = &param.name;
            let error = text!(
                "parameter `{name}` is given, but no saved query",
                "パラメーター `{name}` がありますが、保存済みクエリの名前がありません"
            );
            return Err(Error::new(Code::Usage, error).into());
        }
        // A base that cannot be opened does not keep anybody from looking at the list.
        let base = sources.open(terminal).ok();
        let graph = base.as_ref().map(KnowledgeBase::graph);
        let rows = list_queries(&queries, graph, view.format.is_for_people(), terminal.lang);
        show_rows(terminal, &rows, &view)?;
        return Ok(0);
    };
    let query = find_query(&queries, name, "kadai run")?;
    let rows = sources.ask(terminal, |base| {
        let params = bind(base.graph(), query, &given)?;
        args.rows.limits.query(base, &query.source(), &params)
    })?;
    show_rows(terminal, &rows, &view)?;
    Ok(code_for_rows(&rows, args.rows.exit_code))
}
