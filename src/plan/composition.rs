//! Which clauses may follow which, and how a query may end.

use super::call::standalone;
use crate::error::{Code, Error, Result, Span, Standard, text};
use crate::syntax::ast::{self, Clause, ClauseKind};

/// What a query is for: how it may end, and whether it may write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    /// A statement, or the query of CALL: ends with RETURN, or with a clause that writes.
    #[default]
    Statement,
    /// The query of EXISTS and COUNT: may end anywhere, and only reads.
    Rows,
    /// The query of COLLECT, and of COUNT where the columns tell which rows are equal: ends with RETURN, and only reads.
    Columns,
}

/// Whether a clause changes the graph; CALL with a query is judged by that query.
pub(super) fn writes(clause: &Clause) -> bool {
    match &clause.kind {
        ClauseKind::Create(_)
        | ClauseKind::Merge(_)
        | ClauseKind::Set(_)
        | ClauseKind::Remove(_)
        | ClauseKind::Delete { .. } => true,
        ClauseKind::Match(_)
        | ClauseKind::Unwind { .. }
        | ClauseKind::With(_)
        | ClauseKind::Return(_)
        | ClauseKind::Call(_)
        | ClauseKind::Subquery(_) => false,
    }
}

/// The first clause of a query that changes the graph, queries of CALL included.
pub(crate) fn first_write(query: &ast::Query) -> Option<Span> {
    query.parts.iter().flat_map(|part| &part.clauses).find_map(write_in)
}

/// Judges the order of clauses.
///
/// Source: openCypher 2024.3, "Composition of clauses".
pub(super) fn judge(single: &ast::SingleQuery, role: Role) -> Result<()> {
    let clauses = &single.clauses;
    for (clause, next) in clauses.iter().zip(clauses.iter().skip(1)) {
        if is_return(clause) {
            return Err(after_return(next));
        }
        let passes_on = matches!(next.kind, ClauseKind::With(_) | ClauseKind::Return(_));
        if writes(clause) && !writes(next) && !passes_on {
            return Err(read_after_write(clause, next));
        }
    }
    if role != Role::Statement
        && let Some(span) = clauses.iter().find_map(write_in)
    {
        return Err(write_in_expression(span));
    }
    match clauses.last() {
        Some(last) if role != Role::Rows && !ends(last, role) && !standalone(single) => {
            Err(unfinished(last))
        }
        _ => Ok(()),
    }
}

fn is_return(clause: &Clause) -> bool {
    matches!(clause.kind, ClauseKind::Return(_))
}

fn write_in(clause: &Clause) -> Option<Span> {
    if let ClauseKind::Subquery(call) = &clause.kind {
        return first_write(&call.query);
    }
    writes(clause).then_some(clause.span)
}

/// Whether a query may end with a clause.
fn ends(clause: &Clause, role: Role) -> bool {
    let may = role == Role::Statement;
    match &clause.kind {
        ClauseKind::Return(_) => true,
        ClauseKind::Call(call) => may && matches!(call.yields, ast::Yield::Absent),
        ClauseKind::Subquery(call) => may && !returns(&call.query),
        ClauseKind::Match(_)
        | ClauseKind::Unwind { .. }
        | ClauseKind::With(_)
        | ClauseKind::Create(_)
        | ClauseKind::Merge(_)
        | ClauseKind::Set(_)
        | ClauseKind::Remove(_)
        | ClauseKind::Delete { .. } => may && writes(clause),
    }
}

/// Whether a query gives rows of its own.
pub(super) fn returns(query: &ast::Query) -> bool {
    query.parts.iter().any(|part| part.clauses.last().is_some_and(is_return))
}

fn composition(message: crate::error::Text) -> Error {
    Error::new(Code::SyntaxComposition, message)
        .known_as(Standard::syntax("InvalidClauseComposition"))
}

fn after_return(next: &Clause) -> Error {
    composition(text!(
        "`RETURN` ends a query, but another clause follows",
        "`RETURN` の後に別の句があります"
    ))
    .label(next.span, text!("this clause can never run", "この句は実行されません"))
    .help(text!(
        "Use `WITH` to pass values on, and `RETURN` once, at the end.",
        "途中の値の受け渡しには `WITH` を使い、`RETURN` は最後に一度だけ書いてください。"
    ))
}

fn read_after_write(clause: &Clause, next: &Clause) -> Error {
    composition(text!(
        "after a clause that writes, reading goes on only behind a `WITH`",
        "書き込む句の後で読み取りを続けるには、間に `WITH` が必要です"
    ))
    .label(next.span, text!("this clause reads", "読み取る句"))
    .label(clause.span, text!("this clause writes", "書き込む句"))
    .help(text!(
        "Write `WITH *` between the two: what comes after it sees what was written.",
        "間に `WITH *` と書いてください。その後の句からは、書き込んだ結果が見えます。"
    ))
}

fn write_in_expression(span: Span) -> Error {
    composition(text!(
        "a query inside an expression only reads",
        "式の中のクエリでは読み取りしかできません"
    ))
    .at(span)
    .help(text!(
        "Write first, and use what was written behind a `WITH`; or call the query with `CALL {{ … }}`.",
        "先に書き込んでから `WITH` の後で使うか、`CALL {{ … }}` で呼び出してください。"
    ))
}

fn unfinished(last: &Clause) -> Error {
    composition(text!(
        "the query does not end with `RETURN`",
        "クエリが `RETURN` で終わっていません"
    ))
    .at(last.span)
    .help(text!(
        "Add `RETURN` and what you want to see, or `RETURN *` for every variable.",
        "最後に `RETURN` と表示したい項目を書いてください。すべての変数なら `RETURN *` です。"
    ))
}
