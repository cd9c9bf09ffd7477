//! Expressions over groups of rows: aggregates in them, and what else may stand beside.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use super::clauses::Binder;
use super::projection::{Bind, Draft, is_slot};
use super::scope::{Scope, Var, shorten};
use super::types;
use super::{AggregateCall, Expr, ExprKind, Place, Slot};
use crate::error::{Code, Error, Result, Span, Standard, text};
use crate::functions::{self, Aggregate, Function};
use crate::syntax::ast;

impl Binder<'_> {
    /// Binds an expression over groups: aggregates become slots, and what is left must be a grouping key. Beside an aggregate only
    /// keys that are variables or properties count, so that nobody has to see whether two long expressions are the same.
    ///
    /// Source: openCypher TCK, ReturnOrderBy6, With6 and WithOrderBy4.
    pub(super) fn gathered(
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
                None if draft.complete && call.reads_rows() => {
                    return Err(no_column(call.span.0, self.text));
                }
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
            if !contains_aggregate(expr) {
                return Ok(copy);
            }
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
        let slot = self.worded(expr.span);
        let name = format!("\u{0}{}", slot.0);
        let call = AggregateCall { function, arg, second, distinct, span: Place(expr.span) };
        found.push((name.clone(), slot, call));
        Ok(ast::Expr { kind: Box::new(ast::ExprKind::Variable(name)), span: expr.span })
    }
}

/// Whether an aggregate stands in the expression; those of subqueries belong to the subquery.
pub(super) fn contains_aggregate(expr: &ast::Expr) -> bool {
    match &*expr.kind {
        ast::ExprKind::CountStar => true,
        ast::ExprKind::Call { name, args, .. } => {
            Aggregate::find(&name.text).is_some() || args.iter().any(contains_aggregate)
        }
        kind => once_a_row(kind, expr.children()).any(contains_aggregate),
    }
}

/// The expression with its parts that repeat a column, word by word, replaced by the column's name. Beside an aggregate all stays as it
/// is: what may stand there is told by the grouping keys. So does what has variables of its own, unless it is the column as a whole.
pub(super) fn by_column(
    expr: &ast::Expr,
    items: &[(ast::Name, ast::Expr)],
    text: &str,
) -> ast::Expr {
    let mut copy = expr.clone();
    if !contains_aggregate(expr) {
        name_columns(&mut copy, items, text);
    }
    copy
}

fn name_columns(expr: &mut ast::Expr, items: &[(ast::Name, ast::Expr)], text: &str) {
    use ast::ExprKind as Kind;
    if matches!(&*expr.kind, Kind::Variable(_) | Kind::Literal(_) | Kind::Parameter(_)) {
        return;
    }
    let same = |item: &&(ast::Name, ast::Expr)| {
        std::mem::discriminant(&*item.1.kind) == std::mem::discriminant(&*expr.kind)
            && item.1.span.of(text) == expr.span.of(text)
    };
    if let Some((name, _)) = items.iter().find(same) {
        *expr.kind = Kind::Variable(name.text.clone());
        return;
    }
    let own_variables = matches!(
        &*expr.kind,
        Kind::ListComprehension { .. }
            | Kind::Quantifier { .. }
            | Kind::Reduce { .. }
            | Kind::PatternComprehension { .. }
    );
    if !own_variables {
        expr.children_mut().into_iter().for_each(|child| name_columns(child, items, text));
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
pub(super) fn replace_keys(expr: &mut Expr, keys: &[(Slot, Expr)]) {
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
pub(super) fn only_of(expr: &Expr, allowed: &mut Vec<Slot>) -> Result<()> {
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
pub(super) fn gone(error: Error, detail: &'static str) -> Error {
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

fn no_column(span: Span, text: &str) -> Error {
    let words = shorten(span.of(text));
    Error::new(
        Code::TypeAggregation,
        text!(
            "`{words}` is none of the columns, and their rows are gathered already",
            "`{words}` は返す列になく、行はすでにまとめられています"
        ),
    )
    .at(span)
    .help(text!("Return it as a column of its own.", "独立した列として返してください。"))
}

fn mixed_in(span: Span, text: &str) -> Error {
    let words = shorten(span.of(text));
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
