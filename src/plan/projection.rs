//! WITH and RETURN: items, aggregation, DISTINCT, ORDER BY, SKIP, LIMIT and the WHERE of WITH.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use super::clauses::{Binder, Column, redefined};
use super::scope::{Scope, Var};
use super::types::{self, type_of};
use super::{AggregateCall, Expr, ExprKind, Op, Place, Slot, SortKey};
use crate::error::{Code, Error, Result, Span, Standard, Text, text};
use crate::functions::{self, Aggregate, Function};
use crate::model::Datum;
use crate::syntax::ast;

/// A projection, bound.
pub(super) struct Projected {
    pub(super) ops: Vec<Op>,
    pub(super) columns: Vec<Column>,
    /// What can be used after it.
    pub(super) scope: Scope,
}

/// Whether an expression is bound as a value or as a condition.
type Bind<B> = fn(&mut B, &ast::Expr, &Scope) -> Result<Expr>;

/// A projection while it is bound.
struct Draft<'s> {
    before: &'s Scope,
    after: Scope,
    /// Items without aggregation: the slot each fills, and its expression in terms of `before`.
    keys: Vec<(Slot, Expr)>,
    calls: Vec<(Slot, AggregateCall)>,
    aggregates: bool,
    distinct: bool,
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
            before,
            after: Scope::default(),
            keys: Vec::new(),
            calls: Vec::new(),
            aggregates,
            distinct: projection.distinct,
        };
        let columns = self.bind_items(&items, &mut draft)?;
        let mut computed = self.computed(&items, &columns, &mut draft)?;

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
                var.slot = self.fresh();
            } else {
                let bound = self.expr(expr, draft.before)?;
                var.slot = match &*bound.kind {
                    ExprKind::Slot(slot) => *slot,
                    _ => self.fresh(),
                };
                draft.keys.push((var.slot, bound));
            }
            columns.push((name.text.clone(), var.slot));
            draft.after.insert(&name.text, var);
        }
        Ok(columns)
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
    /// that still has a meaning.
    ///
    /// Source: openCypher TCK, WithWhere7 and WithOrderBy4.
    fn late(&mut self, expr: &ast::Expr, draft: &mut Draft<'_>, bind: Bind<Self>) -> Result<Expr> {
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

    /// Binds an expression over groups: aggregates become slots, and what is left must be a grouping key. Beside an aggregate only
    /// keys that are variables or properties count, so that nobody has to see whether two long expressions are the same.
    ///
    /// Source: openCypher TCK, ReturnOrderBy6 and With6.
    fn gathered(
        &mut self,
        expr: &ast::Expr,
        scope: &Scope,
        draft: &mut Draft<'_>,
        bind: Bind<Self>,
    ) -> Result<Expr> {
        let mut found = Vec::new();
        let stripped = self.strip_aggregates(expr, draft.before, &mut found)?;
        let mut scope = scope.clone();
        for (name, slot, call) in &found {
            let kind = types::aggregate(call.function);
            scope.insert(name, Var { slot: *slot, kind, span: expr.span });
        }
        let mut bound = bind(self, &stripped, &scope)?;
        let mixed = !found.is_empty();
        let calls = found.into_iter().map(|(_, slot, call)| (slot, call));
        for (slot, call) in calls {
            let same = draft.calls.iter().find(|known| known.1 == call).map(|known| known.0);
            match same {
                Some(known) => replace_slot(&mut bound, slot, known),
                None => draft.calls.push((slot, call)),
            }
        }
        if mixed && let Some(key) = mixed_key(&bound, &draft.keys) {
            return Err(mixed_in(key.span.0, self.text));
        }
        replace_keys(&mut bound, &draft.keys);
        let mut allowed: Vec<Slot> = draft.keys.iter().map(|key| key.0).collect();
        allowed.extend(draft.calls.iter().map(|call| call.0));
        allowed.extend(draft.after.iter().map(|(_, var)| var.slot));
        allowed.extend(draft.before.fixed());
        only_of(&bound, &mut allowed)?;
        Ok(bound)
    }

    /// Replaces aggregates by variables that no user can write, and binds what they gather.
    fn strip_aggregates(
        &mut self,
        expr: &ast::Expr,
        scope: &Scope,
        found: &mut Vec<(String, Slot, AggregateCall)>,
    ) -> Result<ast::Expr> {
        let call = match &*expr.kind {
            ast::ExprKind::CountStar => Some((Aggregate::Count, false, &[][..])),
            ast::ExprKind::Call { name, distinct, args } => {
                let function = Aggregate::find(&name.text);
                if let Some(function) = function.filter(|known| known.arity() != args.len()) {
                    return Err(wrong_arity(function, name.span));
                }
                function.map(|function| (function, *distinct, args.as_slice()))
            }
            _ => None,
        };
        let Some((function, distinct, args)) = call else {
            let mut copy = expr.clone();
            for child in once_a_row(&expr.kind, copy.children_mut()) {
                *child = self.strip_aggregates(child, scope, found)?;
            }
            return Ok(copy);
        };
        for arg in args {
            judge_gathered(arg)?;
        }
        let mut args = self.exprs(args, scope)?.into_iter();
        let (arg, second) = (args.next(), args.next());
        let slot = self.fresh();
        let name = format!("\u{0}{}", slot.0);
        let call = AggregateCall { function, arg, second, distinct, span: Place(expr.span) };
        found.push((name.clone(), slot, call));
        Ok(ast::Expr { kind: Box::new(ast::ExprKind::Variable(name)), span: expr.span })
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
        Ok(bound)
    }
}

/// Reads the value of SKIP or LIMIT.
///
/// # Errors
/// `type.mismatch` where it is no integer, `run.argument` where it is negative; without a place.
pub(crate) fn row_count(value: &Datum, keyword: &str) -> Result<u64> {
    let Datum::Int(int) = value else {
        let Text { en, ja } = value.type_words();
        return Err(Error::new(
            Code::TypeMismatch,
            text!(
                "`{keyword}` takes an integer, not a value of type {en}",
                "`{keyword}` に書けるのは整数だけです（値の型：{ja}）"
            ),
        )
        .known_as(Standard::runtime("SyntaxError", "InvalidArgumentType")));
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

fn is_slot(expr: &Expr, slot: Slot) -> bool {
    matches!(&*expr.kind, ExprKind::Slot(s) if *s == slot)
}

/// Whether an aggregate stands in the expression; those of subqueries belong to the subquery.
fn contains_aggregate(expr: &ast::Expr) -> bool {
    match &*expr.kind {
        ast::ExprKind::CountStar => true,
        ast::ExprKind::Call { name, args, .. } => {
            Aggregate::find(&name.text).is_some() || args.iter().any(contains_aggregate)
        }
        kind => once_a_row(kind, expr.children()).any(contains_aggregate),
    }
}

/// The parts of an expression, those apart that are computed for each item of a list or each match of a pattern: no aggregate may
/// stand there, and binding says so. What is computed once comes first.
fn once_a_row<E>(kind: &ast::ExprKind, parts: Vec<E>) -> impl Iterator<Item = E> {
    let once = match kind {
        ast::ExprKind::PatternComprehension { .. } => 0,
        ast::ExprKind::ListComprehension { .. } | ast::ExprKind::Quantifier { .. } => 1,
        ast::ExprKind::Reduce { .. } => 2,
        _ => usize::MAX,
    };
    parts.into_iter().take(once)
}

/// The first part that equals a grouping key which is neither a variable nor a property.
fn mixed_key<'e>(expr: &'e Expr, keys: &[(Slot, Expr)]) -> Option<&'e Expr> {
    fn is_simple(key: &Expr) -> bool {
        match &*key.kind {
            ExprKind::Slot(_) | ExprKind::Constant(_) | ExprKind::Parameter(_) => true,
            ExprKind::Property(of, _) => is_simple(of),
            _ => false,
        }
    }
    if keys.iter().any(|key| key.1 == *expr) {
        return (!is_simple(expr)).then_some(expr);
    }
    expr.children().into_iter().find_map(|child| mixed_key(child, keys))
}

/// Replaces every part that equals a grouping key by the key's slot.
fn replace_keys(expr: &mut Expr, keys: &[(Slot, Expr)]) {
    if let Some((slot, _)) = keys.iter().find(|key| key.1 == *expr) {
        *expr = Expr::slot(*slot, expr.span.0);
        return;
    }
    expr.children_mut().into_iter().for_each(|child| replace_keys(child, keys));
}

fn replace_slot(expr: &mut Expr, from: Slot, to: Slot) {
    if is_slot(expr, from) {
        *expr = Expr::slot(to, expr.span.0);
        return;
    }
    expr.children_mut().into_iter().for_each(|child| replace_slot(child, from, to));
}

/// Checks that an expression reads nothing but some slots, beside those it sets itself.
fn only_of(expr: &Expr, allowed: &mut Vec<Slot>) -> Result<()> {
    let gone = |expr: &Expr| matches!(&*expr.kind, ExprKind::Slot(s) if !allowed.contains(s));
    match &*expr.kind {
        ExprKind::Slot(_) if gone(expr) => return Err(ungrouped(expr.span.0)),
        ExprKind::Property(of, _) if gone(of) => return Err(ungrouped(expr.span.0)),
        ExprKind::Subquery { .. } if !expr.reads().iter().all(|slot| allowed.contains(slot)) => {
            return Err(ungrouped(expr.span.0));
        }
        ExprKind::Reduce(reduce) => allowed.extend([reduce.accumulator, reduce.slot]),
        ExprKind::ListComprehension { slot, .. } | ExprKind::Quantifier { slot, .. } => {
            allowed.push(*slot);
        }
        _ => {}
    }
    expr.children().into_iter().try_for_each(|child| only_of(child, allowed))
}

/// Gives the fault of a value that is gone the name that the standard has for it at this place.
fn gone(error: Error, detail: &'static str) -> Error {
    let ours = error.code() == Code::TypeAggregation && error.standard().is_none();
    if ours { error.known_as(Standard::syntax(detail)) } else { error }
}

fn ungrouped(span: Span) -> Error {
    Error::new(
        Code::TypeAggregation,
        text!(
            "this value is gone: rows were gathered by other columns",
            "行が別の列でまとめられているため、この値は使えません"
        ),
    )
    .at(span)
    .note(text!(
        "After aggregation or `DISTINCT`, only the returned columns, and what is computed from them, have one value a row.",
        "集計や `DISTINCT` の後では、返す列とそこから計算できる値だけが行ごとに定まります。"
    ))
    .help(text!(
        "Return it as a column of its own, or aggregate it, as in `collect(…)` or `max(…)`.",
        "独立した列として返すか、`collect(…)` や `max(…)` などで集計してください。"
    ))
}

fn mixed_in(span: Span, text: &str) -> Error {
    let words = super::scope::shorten(span.of(text));
    Error::new(
        Code::TypeAggregation,
        text!(
            "`{words}` is mixed with an aggregating function",
            "`{words}` が集計関数と混ざっています"
        ),
    )
    .at(span)
    .known_as(Standard::syntax("AmbiguousAggregationExpression"))
    .note(text!(
        "Beside an aggregating function, columns are told by their variables and properties only.",
        "集計関数と組み合わせられるのは、返す列のうち変数とプロパティだけです。"
    ))
    .help(text!(
        "Write `WITH …, {words} AS name` first, and use the name.",
        "先に `WITH …, {words} AS 名前` と書き、その名前を使ってください。"
    ))
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

/// The fault of an aggregating function with too few or too many arguments.
fn wrong_arity(function: Aggregate, span: Span) -> Error {
    let shown = function.name();
    let message = if function.arity() == 1 {
        text!("`{shown}` takes one argument", "`{shown}` の引数は一つです")
    } else {
        text!(
            "`{shown}` takes two arguments, a value and a percentile",
            "`{shown}` の引数は値とパーセンタイルの二つです"
        )
    };
    Error::new(Code::NameFunction, message)
        .at(span)
        .known_as(Standard::syntax("InvalidNumberOfArguments"))
}

/// Refuses what an aggregating function cannot gather: another one's outcome, and what chance gives.
///
/// Source: openCypher TCK, Return6.
fn judge_gathered(arg: &ast::Expr) -> Result<()> {
    if contains_aggregate(arg) {
        return Err(Error::new(
            Code::TypeAggregation,
            text!(
                "aggregating functions cannot stand inside one another",
                "集計関数を入れ子にすることはできません"
            ),
        )
        .at(arg.span)
        .known_as(Standard::syntax("NestedAggregation"))
        .help(text!(
            "Aggregate in a `WITH … AS name` first, then aggregate the name.",
            "先に `WITH … AS 名前` で集計し、その名前を集計してください。"
        )));
    }
    match random_part(arg) {
        Some(part) => Err(Error::new(
            Code::TypeAggregation,
            text!("what is left to chance cannot be aggregated", "乱数を集計することはできません"),
        )
        .at(part.span)
        .known_as(Standard::syntax("NonConstantExpression"))
        .help(text!(
            "Compute it in a `WITH … AS name` first, then aggregate the name.",
            "先に `WITH … AS 名前` で計算し、その名前を集計してください。"
        ))),
        None => Ok(()),
    }
}

/// The part of an expression that calls a function of chance.
fn random_part(expr: &ast::Expr) -> Option<&ast::Expr> {
    if let ast::ExprKind::Call { name, .. } = &*expr.kind
        && functions::find(&name.text).is_some_and(Function::is_random)
    {
        return Some(expr);
    }
    expr.children().into_iter().find_map(random_part)
}
