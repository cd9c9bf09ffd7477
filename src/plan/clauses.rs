//! Clauses in order: which may follow which, and what each does to the scope.

use super::scope::{Scope, Var};
use super::types::{check_list, type_of};
use super::{Op, Plan, Slot, Subplan, faults};
use crate::error::{Code, Error, Result, Span, Standard, text};
use crate::graph::Graph;
use crate::syntax::ast::{self, Clause, ClauseKind};

/// What binding needs and gathers along the way.
pub(super) struct Binder<'a> {
    pub(super) graph: &'a Graph,
    /// The query text; columns without an alias are named by it.
    pub(super) text: &'a str,
    pub(super) params: Vec<(String, Span)>,
    pub(super) warnings: Vec<Error>,
    slots: usize,
    /// How many lists and maps the clauses so far may have put around a value.
    pub(super) wrapped: usize,
}

/// A column of a projection: its name, and the slot it lies in.
pub(super) type Column = (String, Slot);

impl<'a> Binder<'a> {
    pub(super) fn new(text: &'a str, graph: &'a Graph) -> Self {
        Self { graph, text, params: Vec::new(), warnings: Vec::new(), slots: 0, wrapped: 0 }
    }

    /// A slot nothing else uses.
    pub(super) fn fresh(&mut self) -> Slot {
        let slot = Slot(self.slots);
        self.slots += 1;
        slot
    }

    /// Binds a whole query.
    pub(super) fn query(mut self, query: &ast::Query) -> Result<Plan> {
        let (branches, columns) = self.branches(query, &Scope::default(), true)?;
        Ok(Plan {
            columns,
            branches,
            distinct: query.unions.iter().any(|union| !union.all),
            slots: self.slots,
            params: self.params,
            warnings: self.warnings,
        })
    }

    /// Binds the parts of a UNION; `outer` is what a subquery sees of its surroundings.
    pub(super) fn branches(
        &mut self,
        query: &ast::Query,
        outer: &Scope,
        returns: bool,
    ) -> Result<(Vec<Subplan>, Vec<String>)> {
        if let Some(odd) = query.unions.iter().find(|union| union.all != query.unions[0].all) {
            return Err(Error::new(
                Code::SyntaxComposition,
                text!(
                    "`UNION` and `UNION ALL` are mixed",
                    "`UNION` と `UNION ALL` が混在しています"
                ),
            )
            .at(odd.span)
            .known_as(Standard::syntax("InvalidClauseComposition"))
            .help(text!("Use one of the two throughout.", "どちらか一方にそろえてください。")));
        }
        let mut branches = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for (i, part) in query.parts.iter().enumerate() {
            let (ops, columns) = self.single(part, outer, returns)?;
            let part_names: Vec<String> = columns.iter().map(|column| column.0.clone()).collect();
            if i > 0 && part_names != names {
                return Err(different_columns(&names, &part_names, query.unions[i - 1].span));
            }
            names = part_names;
            branches.push(Subplan { ops, output: columns.iter().map(|column| column.1).collect() });
        }
        Ok((branches, names))
    }

    fn single(
        &mut self,
        single: &ast::SingleQuery,
        outer: &Scope,
        returns: bool,
    ) -> Result<(Vec<Op>, Vec<Column>)> {
        judge_composition(single, returns)?;
        let outer = &outer.inside();
        let (mut scope, mut ops, mut columns) = (outer.clone(), Vec::new(), Vec::new());
        for clause in &single.clauses {
            match &clause.kind {
                ClauseKind::Match(pattern) => self.match_clause(pattern, &mut scope, &mut ops)?,
                ClauseKind::Unwind { list, variable } => {
                    self.wrap_list(list)?;
                    check_list(list, &scope)?;
                    let kind = type_of(list, &scope).item();
                    let list = self.expr(list, &scope)?;
                    if let Some(var) = scope.get(&variable.text) {
                        return Err(redefined(variable, var.span));
                    }
                    let slot = self.fresh();
                    ops.push(Op::Unwind { list, slot });
                    let var = Var { slot, kind, span: variable.span };
                    scope.insert(&variable.text, var);
                }
                ClauseKind::With(projection) => {
                    let projected = self.projection(projection, &scope, clause.span, false)?;
                    ops.extend(projected.ops);
                    scope = projected.scope;
                    scope.keep_fixed(outer);
                    // What a subquery sees of its surroundings stays visible past its WITH.
                    for (name, var) in outer.iter() {
                        if scope.get(name).is_none() {
                            scope.insert(name, var);
                        }
                    }
                }
                ClauseKind::Return(projection) => {
                    let projected = self.projection(projection, &scope, clause.span, true)?;
                    ops.extend(projected.ops);
                    columns = projected.columns;
                }
                ClauseKind::Create(_) => return Err(faults::absent("CREATE").at(clause.span)),
                ClauseKind::Merge(_) => return Err(faults::absent("MERGE").at(clause.span)),
                ClauseKind::Set(_) => return Err(faults::absent("SET").at(clause.span)),
                ClauseKind::Remove(_) => return Err(faults::absent("REMOVE").at(clause.span)),
                ClauseKind::Delete { .. } => {
                    return Err(faults::absent("DELETE").at(clause.span));
                }
                ClauseKind::Call(_) => return Err(faults::absent("CALL").at(clause.span)),
                ClauseKind::Subquery(_) => {
                    return Err(faults::absent("CALL { … }").at(clause.span));
                }
            }
        }
        Ok((ops, columns))
    }
}

/// Judges the order of clauses: RETURN ends a query, and nothing else does.
///
/// Source: openCypher 2024.3, "Composition of clauses"; a subquery of EXISTS may end without RETURN.
fn judge_composition(single: &ast::SingleQuery, returns: bool) -> Result<()> {
    let is_return = |clause: &Clause| matches!(clause.kind, ClauseKind::Return(_));
    let last = single.clauses.len().saturating_sub(1);
    for (i, clause) in single.clauses.iter().enumerate() {
        if is_return(clause) && i < last {
            let next = &single.clauses[i + 1];
            return Err(Error::new(
                Code::SyntaxComposition,
                text!(
                    "`RETURN` ends a query, but another clause follows",
                    "`RETURN` の後に別の句があります"
                ),
            )
            .known_as(Standard::syntax("InvalidClauseComposition"))
            .label(next.span, text!("this clause can never run", "この句は実行されません"))
            .help(text!(
                "Use `WITH` to pass values on, and `RETURN` once, at the end.",
                "途中の値の受け渡しには `WITH` を使い、`RETURN` は最後に一度だけ書いてください。"
            )));
        }
    }
    match single.clauses.last() {
        Some(clause) if returns && !is_return(clause) => Err(Error::new(
            Code::SyntaxComposition,
            text!("the query does not end with `RETURN`", "クエリが `RETURN` で終わっていません"),
        )
        .at(clause.span)
        .known_as(Standard::syntax("InvalidClauseComposition"))
        .help(text!(
            "Add `RETURN` and what you want to see, or `RETURN *` for every variable.",
            "最後に `RETURN` と表示したい項目を書いてください。すべての変数なら `RETURN *` です。"
        ))),
        _ => Ok(()),
    }
}

fn different_columns(first: &[String], other: &[String], span: Span) -> Error {
    let (first, other) = (first.join(", "), other.join(", "));
    Error::new(
        Code::SyntaxComposition,
        text!("the parts of a `UNION` return different columns", "`UNION` の前後で列が異なります"),
    )
    .at(span)
    .known_as(Standard::syntax("DifferentColumnsInUnion"))
    .note(text!("The columns before it: {first}.", "前の列：{first}。"))
    .note(text!("The columns after it: {other}.", "後の列：{other}。"))
    .help(text!(
        "Give the columns the same names, in the same order, with `AS`.",
        "`AS` を使って、同じ順序で同じ列名にしてください。"
    ))
}

/// The fault of a variable that is defined a second time.
pub(super) fn redefined(name: &ast::Name, first: Span) -> Error {
    let shown = super::scope::shorten(&name.text);
    Error::new(
        Code::NameDuplicate,
        text!("variable `{shown}` is defined already", "変数 `{shown}` はすでに定義されています"),
    )
    .label(name.span, text!("defined again here", "ここで再び定義"))
    .label(first, text!("first defined here", "最初の定義"))
    .known_as(Standard::syntax("VariableAlreadyBound"))
    .help(text!("Choose another name.", "別の名前にしてください。"))
}
