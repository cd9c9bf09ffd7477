//! WITH and RETURN: items, aggregation, DISTINCT, ORDER BY, SKIP, LIMIT and the WHERE of WITH.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use super::clauses::{Binder, Column, redefined};
use super::grouping::{by_column, contains_aggregate, gone, only_of, replace_keys};
use super::scope::{Scope, Var};
use super::types::{Base, type_of};
use super::{AggregateCall, Expr, ExprKind, Op, Slot, SortKey};
use crate::error::{Code, Error, Result, Span, Standard, Text, text};
use crate::model::{Datum, type_words};
use crate::syntax::ast;

/// A projection, bound.
pub(super) struct Projected {
    pub(super) ops: Vec<Op>,
    pub(super) columns: Vec<Column>,
    /// What can be used after it.
    pub(super) scope: Scope,
}

/// Whether an expression is bound as a value or as a condition.
pub(super) type Bind<B> = fn(&mut B, &ast::Expr, &Scope) -> Result<Expr>;

/// A projection while it is bound.
pub(super) struct Draft<'s> {
    /// The columns as they are written.
    items: &'s [(ast::Name, ast::Expr)],
    pub(super) before: &'s Scope,
    pub(super) after: Scope,
    /// Items without aggregation: the slot each fills, and its expression in terms of `before`.
    pub(super) keys: Vec<(Slot, Expr)>,
    pub(super) calls: Vec<(Slot, AggregateCall)>,
    pub(super) aggregates: bool,
    pub(super) distinct: bool,
    /// Whether the columns are complete: what comes now may only use them.
    pub(super) complete: bool,
}

impl Binder<'_> {
    /// Binds a projection. `span` is the clause; a RETURN may leave columns without an alias.
    pub(super) fn projection(
        &mut self,
        projection: &ast::Projection,
        before: &Scope,
        span: Span,
        is_return: bool,
    ) -> Result<Projected> {
        let items = self.items(projection, before, span, is_return)?;
        self.wrap_items(&projection.items, before, span)?;
        let aggregates = projection.items.iter().any(|item| contains_aggregate(&item.expr));
        let mut draft = Draft {
            items: &items,
            before,
            after: Scope::default(),
            keys: Vec::new(),
            calls: Vec::new(),
            aggregates,
            distinct: projection.distinct,
            complete: false,
        };
        let columns = self.bind_items(&items, &mut draft)?;
        let mut computed = self.computed(&items, &columns, &mut draft)?;
        draft.complete = true;

        let mut sort = Vec::new();
        for key in &projection.order {
            sort.push(SortKey {
                expr: self.late(&key.expr, &mut draft, Self::expr)?,
                descending: key.descending,
            });
        }
        let filter = match &projection.filter {
            // No aggregate may stand here, and binding says so.
            Some(filter) if contains_aggregate(filter) => Some(self.condition(filter, before)?),
            Some(filter) => Some(self.late(filter, &mut draft, Self::condition)?),
            None => None,
        };
        let mut ops = Vec::new();
        if draft.aggregates {
            ops.push(Op::Aggregate { keys: draft.keys, calls: draft.calls });
        } else {
            computed
                .splice(0..0, draft.keys.into_iter().filter(|(slot, expr)| !is_slot(expr, *slot)));
        }
        if !computed.is_empty() {
            ops.push(Op::Project(computed));
        }
        let mut keep: Vec<Slot> = columns.iter().map(|column| column.1).collect();
        if projection.distinct {
            ops.push(Op::Distinct(keep.clone()));
        }
        if !sort.is_empty() {
            keep.extend(filter.iter().flat_map(Expr::reads));
            keep.sort_unstable();
            keep.dedup();
            ops.push(Op::Sort { keys: sort, keep });
        }
        if let Some(skip) = &projection.skip {
            ops.push(Op::Skip(self.row_count(skip, "SKIP")?));
        }
        if let Some(limit) = &projection.limit {
            ops.push(Op::Limit(self.row_count(limit, "LIMIT")?));
        }
        ops.extend(filter.map(Op::Filter));
        if !is_return {
            self.need_aliases(&projection.items)?;
        }
        Ok(Projected { ops, columns, scope: draft.after })
    }

    /// Refuses items of WITH that have no name; what else is wrong with them comes first.
    ///
    /// Source: openCypher TCK, WithOrderBy4 (20).
    fn need_aliases(&self, items: &[ast::Item]) -> Result<()> {
        let nameless = |item: &&ast::Item| {
            item.alias.is_none() && !matches!(*item.expr.kind, ast::ExprKind::Variable(_))
        };
        match items.iter().find(nameless) {
            Some(item) => Err(needs_alias(item.span, item.span.of(self.text))),
            None => Ok(()),
        }
    }

    /// The items with their names, `*` spelt out; one without an alias is named by its text.
    fn items(
        &self,
        projection: &ast::Projection,
        before: &Scope,
        span: Span,
        is_return: bool,
    ) -> Result<Vec<(ast::Name, ast::Expr)>> {
        let mut items: Vec<(ast::Name, ast::Expr)> = Vec::new();
        if projection.star {
            if before.is_empty() && is_return {
                return Err(Error::new(
                    Code::NameVariable,
                    text!(
                        "`*` stands for every variable, and there is none",
                        "`*` で表す変数がありません"
                    ),
                )
                .at(span)
                .known_as(Standard::syntax("NoVariablesInScope")));
            }
            let mut names: Vec<&str> = before.iter().map(|(name, _)| name).collect();
            names.sort_unstable();
            for name in names {
                let kind = Box::new(ast::ExprKind::Variable(name.to_owned()));
                items.push((ast::Name { text: name.to_owned(), span }, ast::Expr { kind, span }));
            }
        }
        for item in &projection.items {
            let name = match (&item.alias, &*item.expr.kind) {
                (Some(alias), _) => alias.clone(),
                (None, ast::ExprKind::Variable(name)) => {
                    ast::Name { text: name.clone(), span: item.span }
                }
                (None, _) => {
                    ast::Name { text: item.span.of(self.text).to_owned(), span: item.span }
                }
            };
            if let Some((first, _)) = items.iter().find(|(first, _)| first.text == name.text) {
                return Err(
                    redefined(&name, first.span).known_as(Standard::syntax("ColumnNameConflict"))
                );
            }
            items.push((name, item.expr.clone()));
        }
        Ok(items)
    }

    /// Gives every item its slot: grouping keys and plain items are bound, those with aggregates come later.
    fn bind_items(
        &mut self,
        items: &[(ast::Name, ast::Expr)],
        draft: &mut Draft<'_>,
    ) -> Result<Vec<Column>> {
        let mut columns = Vec::new();
        for (name, expr) in items {
            let kind = type_of(expr, draft.before);
            let mut var = Var { slot: Slot(0), kind, span: name.span };
            if contains_aggregate(expr) {
                var.slot = self.column(name, expr);
            } else {
                let bound = self.expr(expr, draft.before)?;
                var.slot = match &*bound.kind {
                    ExprKind::Slot(slot) => *slot,
                    _ => self.column(name, expr),
                };
                draft.keys.push((var.slot, bound));
            }
            columns.push((name.text.clone(), var.slot));
            draft.after.insert(&name.text, var);
        }
        Ok(columns)
    }

    /// A slot for a column: called by its alias, or by the words of its expression.
    fn column(&mut self, name: &ast::Name, expr: &ast::Expr) -> Slot {
        if name.span == expr.span { self.worded(expr.span) } else { self.named(&name.text) }
    }

    /// The items with aggregates, in terms of keys and aggregates.
    fn computed(
        &mut self,
        items: &[(ast::Name, ast::Expr)],
        columns: &[Column],
        draft: &mut Draft<'_>,
    ) -> Result<Vec<(Slot, Expr)>> {
        let mut computed = Vec::new();
        for ((_, expr), (_, slot)) in items.iter().zip(columns) {
            if contains_aggregate(expr) {
                let scope = draft.before.clone();
                let bound = self.gathered(expr, &scope, draft, Self::expr);
                let bound = bound.map_err(|error| gone(error, "AmbiguousAggregationExpression"));
                computed.push((*slot, bound?));
            }
        }
        Ok(computed)
    }

    /// Binds an expression of ORDER BY or of WHERE after WITH: it sees the new columns, and what was there before them as far as
    /// that still has a meaning. What repeats a column means the column, even where its name hides a variable that it is made of.
    ///
    /// Source: openCypher TCK, WithWhere7 and WithOrderBy4.
    fn late(&mut self, expr: &ast::Expr, draft: &mut Draft<'_>, bind: Bind<Self>) -> Result<Expr> {
        let expr = &by_column(expr, draft.items, self.text);
        let mut both = draft.before.clone();
        for (name, var) in draft.after.iter() {
            both.insert(name, var);
        }
        if draft.aggregates {
            let bound = self.gathered(expr, &both, draft, bind);
            return bound.map_err(|error| gone(error, "UndefinedVariable"));
        }
        let mut bound = bind(self, expr, &both)?;
        if draft.distinct {
            let mut columns: Vec<Slot> = draft.after.iter().map(|(_, var)| var.slot).collect();
            columns.extend(draft.before.fixed());
            replace_keys(&mut bound, &draft.keys);
            only_of(&bound, &mut columns).map_err(|error| gone(error, "UndefinedVariable"))?;
        }
        Ok(bound)
    }

    /// Binds SKIP or LIMIT: a number that rows have no say in.
    fn row_count(&mut self, expr: &ast::Expr, keyword: &str) -> Result<Expr> {
        let bound = self.expr(expr, &Scope::default()).map_err(|error| {
            if error.code() != Code::NameVariable {
                return error;
            }
            Error::new(
                Code::TypeMismatch,
                text!(
                    "`{keyword}` takes a number that does not depend on the rows",
                    "`{keyword}` には行によって変わらない数値を書きます"
                ),
            )
            .at(expr.span)
            .known_as(Standard::syntax("NonConstantExpression"))
            .help(text!(
                "Write a number, or a parameter such as `$n`.",
                "数値か、`$n` のようなパラメーターを書いてください。"
            ))
        })?;
        if let Some(literal) = constant(&bound) {
            row_count(&literal, keyword).map_err(|error| {
                let detail = error.standard().map_or("InvalidArgumentType", |known| known.detail);
                error.at(expr.span).known_as(Standard::syntax(detail))
            })?;
        }
        match type_of(expr, &Scope::default()).base {
            Base::Any | Base::Integer => Ok(bound),
            found => Err(no_row_count(&type_words(found.name()), keyword)
                .at(expr.span)
                .known_as(Standard::syntax("InvalidArgumentType"))),
        }
    }
}

/// Reads the value of SKIP or LIMIT.
///
/// # Errors
/// `type.mismatch` where it is no integer, `run.argument` where it is negative; without a place.
pub(crate) fn row_count(value: &Datum, keyword: &str) -> Result<u64> {
    let Datum::Int(int) = value else {
        return Err(no_row_count(&value.type_words(), keyword));
    };
    u64::try_from(*int).map_err(|_| {
        Error::new(
            Code::RunArgument,
            text!(
                "`{keyword}` takes an integer that is not negative, not {int}",
                "`{keyword}` に書けるのは 0 以上の整数だけです（値：{int}）"
            ),
        )
        .known_as(Standard::runtime("SyntaxError", "NegativeIntegerArgument"))
    })
}

/// The fault of SKIP or LIMIT with something that is no integer.
fn no_row_count(Text { en, ja }: &Text, keyword: &str) -> Error {
    Error::new(
        Code::TypeMismatch,
        text!(
            "`{keyword}` takes an integer, not a value of type {en}",
            "`{keyword}` に書けるのは整数だけです（値の型：{ja}）"
        ),
    )
    .known_as(Standard::runtime("SyntaxError", "InvalidArgumentType"))
}

fn constant(expr: &Expr) -> Option<Datum> {
    match &*expr.kind {
        ExprKind::Constant(constant) => Some(constant.0.clone()),
        ExprKind::Unary(ast::UnaryOp::Negate, of) => match constant(of)? {
            Datum::Int(int) => int.checked_neg().map(Datum::Int),
            Datum::Float(float) => Some(Datum::Float(-float)),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn is_slot(expr: &Expr, slot: Slot) -> bool {
    matches!(&*expr.kind, ExprKind::Slot(s) if *s == slot)
}

fn needs_alias(span: Span, words: &str) -> Error {
    let words = super::scope::shorten(words);
    Error::new(
        Code::SyntaxComposition,
        text!("`{words}` needs a name after `WITH`", "`WITH` の項目 `{words}` に名前が必要です"),
    )
    .at(span)
    .known_as(Standard::syntax("NoExpressionAlias"))
    .help(text!("Write `{words} AS name`.", "`{words} AS 名前` と書いてください。"))
}
