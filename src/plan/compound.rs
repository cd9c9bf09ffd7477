//! Expressions that define variables of their own or hold queries: comprehensions, `reduce`, map projections, subqueries.

use std::sync::Arc;

use super::clauses::{Binder, redefined};
use super::composition::Role;
use super::nesting::wraps;
use super::scope::{Scope, Var};
use super::types::{Type, check_list, check_projection, type_of};
use super::{Ask, Expr, ExprKind, MapPart, Op, Reduce, Slot, Subplan};
use crate::error::{Code, Error, Result, Span, Standard, text};
use crate::functions;
use crate::syntax::ast::{self, Literal, MapItem};

/// What `reduce(…)` is made of.
pub(super) struct Fold<'e> {
    pub(super) accumulator: &'e ast::Name,
    pub(super) init: &'e ast::Expr,
    pub(super) variable: &'e ast::Name,
    pub(super) list: &'e ast::Expr,
    pub(super) step: &'e ast::Expr,
}

impl Fold<'_> {
    /// What is known of the accumulator: the type it begins with, where a step keeps it.
    pub(super) fn kind(&self, scope: &Scope) -> Type {
        let (kind, mut inner) = (type_of(self.init, scope), scope.clone());
        let variables =
            [(self.variable, type_of(self.list, scope).item()), (self.accumulator, kind)];
        for (name, kind) in variables {
            inner.insert(&name.text, Var { slot: Slot(0), kind, span: name.span });
        }
        if type_of(self.step, &inner) == kind { kind } else { Type::ANY }
    }
}

impl Binder<'_> {
    /// Binds a list, and the variable for its items, which lives inside one expression; it may hide one of the same name outside.
    pub(super) fn local(
        &mut self,
        name: &ast::Name,
        list: &ast::Expr,
        scope: &Scope,
    ) -> Result<(Expr, Slot, Scope)> {
        check_list(list, scope)?;
        let kind = type_of(list, scope).item();
        let list = self.expr(list, scope)?;
        let mut inner = scope.clone();
        let slot = self.hide(name, kind, &mut inner);
        Ok((list, slot, inner))
    }

    /// Defines a variable that may hide one of the same name.
    fn hide(&mut self, name: &ast::Name, kind: Type, scope: &mut Scope) -> Slot {
        let slot = self.named(&name.text);
        scope.insert(&name.text, Var { slot, kind, span: name.span });
        slot
    }

    pub(super) fn reduce(&mut self, fold: &Fold<'_>, scope: &Scope) -> Result<ExprKind> {
        if fold.accumulator.text == fold.variable.text {
            return Err(redefined(fold.variable, fold.accumulator.span));
        }
        let init = self.expr(fold.init, scope)?;
        let (list, slot, mut inner) = self.local(fold.variable, fold.list, scope)?;
        let kind = fold.kind(scope);
        let accumulator = self.hide(fold.accumulator, kind, &mut inner);
        let step = self.expr(fold.step, &inner)?;
        let wraps = wraps(fold.step) > 0;
        Ok(ExprKind::Reduce(Reduce { accumulator, init, slot, list, step, wraps }))
    }

    /// Binds a pattern comprehension: as the list of what each match becomes.
    pub(super) fn pattern_comprehension(
        &mut self,
        pattern: &ast::PathPattern,
        filter: Option<&ast::Expr>,
        map: &ast::Expr,
        scope: &Scope,
    ) -> Result<ExprKind> {
        let clause = ast::Match {
            optional: false,
            patterns: vec![pattern.clone()],
            filter: filter.cloned(),
        };
        let (mut inner, mut ops) = (scope.clone(), Vec::new());
        self.match_clause(&clause, &mut inner, &mut ops)?;
        let (value, slot) = (self.expr(map, &inner)?, self.worded(map.span));
        ops.push(Op::Project(vec![(slot, value)]));
        let branches = vec![Subplan { ops, output: vec![slot] }];
        Ok(ExprKind::Subquery { ask: Ask::Collect, branches, distinct: false })
    }

    pub(super) fn map_projection(
        &mut self,
        subject: &ast::Name,
        items: &[MapItem],
        scope: &Scope,
    ) -> Result<ExprKind> {
        let var = scope.expect(&subject.text, subject.span)?;
        check_projection(var.kind, subject.span)?;
        let of = || Expr::slot(var.slot, subject.span);
        let mut parts = Vec::new();
        for item in items {
            let (name, value) = match item {
                MapItem::All => {
                    parts.push(MapPart::All);
                    continue;
                }
                MapItem::Property(name) => {
                    let key = self.key(name, var.kind)?;
                    (name, Expr::new(ExprKind::Property(of(), key), name.span))
                }
                MapItem::Entry(name, value) => (name, self.expr(value, scope)?),
                MapItem::Variable(name) => {
                    let slot = scope.expect(&name.text, name.span)?.slot;
                    (name, Expr::slot(slot, name.span))
                }
            };
            parts.push(MapPart::Entry(Arc::from(name.text.as_str()), value));
        }
        Ok(ExprKind::MapProjection(of(), parts))
    }

    /// Binds a query inside an expression. One that is counted or asked for its existence needs no RETURN, unless the columns tell
    /// which rows are equal.
    pub(super) fn inner_query(
        &mut self,
        ask: Ask,
        query: &ast::Query,
        span: Span,
        scope: &Scope,
    ) -> Result<ExprKind> {
        let distinct = query.unions.iter().any(|union| !union.all);
        let returns = match ask {
            Ask::Exists => false,
            Ask::Count => distinct,
            Ask::Collect => true,
        };
        let role = if returns { Role::Columns } else { Role::Rows };
        let (mut branches, columns) = self.branches(query, scope, role)?;
        if ask == Ask::Collect && columns.len() != 1 {
            return Err(one_column(columns.len(), span));
        }
        if !returns {
            branches.iter_mut().for_each(|branch| branch.output.clear());
        }
        Ok(ExprKind::Subquery { ask, branches, distinct: distinct && returns })
    }

    /// Refuses a regular expression that is written out and cannot be read.
    pub(super) fn judge_pattern(&self, pattern: &ast::Expr) -> Result<()> {
        let ast::ExprKind::Literal(Literal::String(text)) = &*pattern.kind else { return Ok(()) };
        let Err(misread) = functions::whole_match(text) else { return Ok(()) };
        let written = pattern.span.of(self.text);
        let inner = written.get(1..written.len().saturating_sub(1));
        // Without escapes, the text stands in the query letter by letter.
        let place = if inner == Some(text) {
            let start = pattern.span.range().start + 1;
            Span::new(start + misread.place.start, start + misread.place.end)
        } else {
            pattern.span
        };
        let fault = misread.error.at(place);
        Err(fault.known_as(Standard::syntax("InvalidArgumentValue")))
    }
}

fn one_column(columns: usize, span: Span) -> Error {
    Error::new(
        Code::SyntaxComposition,
        text!(
            "`COLLECT` gathers one column, and the query inside returns {columns}",
            "`COLLECT` で集められるのは 1 列だけです（列の数：{columns}）"
        ),
    )
    .at(span)
    .help(text!(
        "Return a list `[a, b]` or a map `{{a: a, b: b}}` to gather several values.",
        "複数の値を集めるには、リスト `[a, b]` かマップ `{{a: a, b: b}}` を返してください。"
    ))
}
