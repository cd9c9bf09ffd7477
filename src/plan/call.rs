//! CALL: the procedure found, its arguments judged, and its columns made variables.

use std::sync::Arc;

use super::clauses::{Binder, Column, redefined};
use super::scope::{Scope, Var, shorten};
use super::tree::ProcedureRef;
use super::types::{misfit, of_value};
use super::{Expr, Invoke, Op, Place};
use crate::error::{
    Code, Error, Result, Span, Standard, did_you_mean, nearest, one_of, plural, text,
};
use crate::procedures::{Procedure, Procedures, Signature};
use crate::syntax::ast::{self, ProcedureCall, SingleQuery, Yield};

/// Whether a call is all of a query: it may leave out parentheses and YIELD, and its columns are those of the query.
pub(super) fn standalone(single: &SingleQuery) -> bool {
    matches!(single.clauses.as_slice(), [ast::Clause { kind: ast::ClauseKind::Call(_), .. }])
}

impl Binder<'_> {
    /// Binds a call, and gives the columns it yields; `alone` says that it is the whole query.
    ///
    /// Source: openCypher TCK, Call1 to Call6.
    pub(super) fn call_clause(
        &mut self,
        call: &ProcedureCall,
        alone: bool,
        scope: &mut Scope,
        ops: &mut Vec<Op>,
    ) -> Result<Vec<Column>> {
        let procedures = self.procedures;
        let name = &call.procedure;
        let procedure =
            procedures.find(&name.text).ok_or_else(|| unknown_procedure(name, procedures))?;
        let args = match &call.args {
            Some(args) => Some(self.call_args(args, name.span, procedure, scope)?),
            None if alone => {
                self.implicit_args(&procedure.signature, name.span);
                None
            }
            None => return Err(implicit(name, &procedure.signature)),
        };
        let yielded = yielded(call, alone, procedure)?;
        let (mut columns, mut slots) = (Vec::new(), Vec::new());
        for (at, variable) in yielded {
            if let Some(var) = scope.get(&variable.text) {
                return Err(redefined(&variable, var.span));
            }
            let slot = self.named(&variable.text);
            let kind = of_value(&procedure.signature.columns[at].kind);
            scope.insert(&variable.text, Var { slot, kind, span: variable.span });
            slots.push((at, slot));
            columns.push((variable.text, slot));
        }
        let procedure =
            ProcedureRef { procedure: Arc::clone(procedure), among: procedures.clone() };
        ops.push(Op::Invoke(Invoke { procedure, args, columns: slots, span: Place(name.span) }));
        if let Yield::Items { filter: Some(filter), .. } = &call.yields {
            ops.push(Op::Filter(self.condition(filter, scope)?));
        }
        Ok(columns)
    }

    fn call_args(
        &mut self,
        args: &[ast::Expr],
        span: Span,
        procedure: &Procedure,
        scope: &Scope,
    ) -> Result<Vec<Expr>> {
        let signature = &procedure.signature;
        if !(signature.required()..=signature.params.len()).contains(&args.len()) {
            let (name, given, s) = (&signature.name, args.len(), plural(args.len() == 1));
            return Err(Error::new(
                Code::NameProcedure,
                text!(
                    "`{name}` does not take {given} argument{s}",
                    "`{name}` の引数の数が違います（引数：{given} 個）"
                ),
            )
            .at(span)
            .known_as(Standard::syntax("InvalidNumberOfArguments"))
            .help(form(signature)));
        }
        let mut bound = Vec::new();
        for (param, arg) in signature.params.iter().zip(args) {
            self.wrap_list(arg)?;
            bound.push(self.expr(arg, scope)?);
            if let Some(found) = misfit(arg, scope, &param.kind) {
                return Err(signature
                    .misfit(param, found)
                    .at(arg.span)
                    .known_as(Standard::syntax("InvalidArgumentType")));
            }
        }
        Ok(bound)
    }

    /// Notes the parameters that stand for the arguments of a call without parentheses.
    fn implicit_args(&mut self, signature: &Signature, span: Span) {
        for param in signature.params.iter().filter(|param| param.default.is_none()) {
            self.parameter(&param.name, span);
        }
    }
}

/// The columns that are taken, each with the variable it becomes.
fn yielded(
    call: &ProcedureCall,
    alone: bool,
    procedure: &Procedure,
) -> Result<Vec<(usize, ast::Name)>> {
    let (signature, span) = (&procedure.signature, call.procedure.span);
    let items = match &call.yields {
        Yield::Absent | Yield::All if alone => {
            let columns = signature.columns.iter().enumerate();
            let name = |text: &String| ast::Name { text: text.clone(), span };
            return Ok(columns.map(|(at, column)| (at, name(&column.name))).collect());
        }
        Yield::Absent if signature.columns.is_empty() => return Ok(Vec::new()),
        Yield::Absent => return Err(nameless(&call.procedure, signature)),
        Yield::All => return Err(all_inside(&call.procedure, signature)),
        Yield::Items { items, .. } => items,
    };
    let taken = |item: &ast::YieldItem| {
        let at = signature.columns.iter().position(|column| column.name == item.column.text);
        let variable = item.alias.as_ref().unwrap_or(&item.column);
        at.map(|at| (at, variable.clone())).ok_or_else(|| unknown_column(&item.column, signature))
    };
    items.iter().map(taken).collect()
}

fn unknown_procedure(name: &ast::Name, procedures: &Procedures) -> Error {
    let shown = shorten(&name.text);
    Error::new(
        Code::NameProcedure,
        text!("unknown procedure `{shown}`", "プロシージャ `{shown}` はありません"),
    )
    .at(name.span)
    .known_as(Standard {
        kind: "ProcedureError",
        phase: "compile time",
        detail: "ProcedureNotFound",
    })
    .help(match nearest(&name.text, procedures.names()) {
        Some(near) => did_you_mean(near),
        None => text!(
            "`kadai schema --procedures` lists the procedures.",
            "プロシージャの一覧は `kadai schema --procedures` で確認できます。"
        ),
    })
}

fn unknown_column(name: &ast::Name, signature: &Signature) -> Error {
    let (shown, procedure) = (shorten(&name.text), &signature.name);
    let columns: Vec<&str> = signature.columns.iter().map(|column| column.name.as_str()).collect();
    let error = Error::new(
        Code::NameProcedure,
        text!("`{procedure}` has no column `{shown}`", "`{procedure}` に列 `{shown}` はありません"),
    )
    .at(name.span)
    .known_as(Standard::syntax("UndefinedVariable"));
    match nearest(&name.text, columns.iter().copied()) {
        Some(near) => error.help(did_you_mean(near)),
        None if columns.is_empty() => error.help(text!(
            "It gives no columns: leave `YIELD` out.",
            "列を返さないプロシージャです。`YIELD` を外してください。"
        )),
        None => error.help(one_of(&columns)),
    }
}

/// The fault of a call inside a query that leaves out its arguments.
fn implicit(name: &ast::Name, signature: &Signature) -> Error {
    let procedure = &signature.name;
    Error::new(
        Code::NameProcedure,
        text!(
            "inside a query, `{procedure}` needs its arguments in parentheses",
            "クエリの途中では `{procedure}` の引数を括弧に入れて書く必要があります"
        ),
    )
    .at(name.span)
    .known_as(Standard::syntax("InvalidArgumentPassingMode"))
    .note(text!(
        "Only a `CALL` that stands alone takes its arguments from parameters of the same names.",
        "同名のパラメーターが引数になるのは、`CALL` だけのクエリです。"
    ))
    .help(form(signature))
}

/// The fault of a call inside a query that does not name what it takes.
fn nameless(name: &ast::Name, signature: &Signature) -> Error {
    let procedure = &signature.name;
    Error::new(
        Code::NameProcedure,
        text!(
            "inside a query, `CALL {procedure}` needs `YIELD`",
            "クエリの途中では `CALL {procedure}` に `YIELD` が必要です"
        ),
    )
    .at(name.span)
    .known_as(Standard::syntax("UndefinedVariable"))
    .help(take(signature))
}

/// The fault of YIELD * inside a query.
fn all_inside(name: &ast::Name, signature: &Signature) -> Error {
    Error::new(
        Code::SyntaxUnexpected,
        text!(
            "`YIELD *` stands only in a `CALL` that is a query of its own",
            "`YIELD *` を書けるのは `CALL` だけのクエリです"
        ),
    )
    .at(name.span)
    .known_as(Standard::syntax("UnexpectedSyntax"))
    .help(take(signature))
}

fn take(signature: &Signature) -> crate::error::Text {
    let columns: Vec<&str> = signature.columns.iter().map(|column| column.name.as_str()).collect();
    let columns = columns.join(", ");
    text!(
        "Name the columns you need: `YIELD {columns}`.",
        "必要な列を `YIELD {columns}` のように指定してください。"
    )
}

fn form(signature: &Signature) -> crate::error::Text {
    let form = signature.form();
    text!("Its form is `{form}`.", "形式は `{form}` です。")
}
