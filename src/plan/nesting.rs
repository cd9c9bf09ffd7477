//! How deep values may nest: whoever compares, prints or drops one recurses once a level.
//!
//! An expression is low, the parser sees to that; but `WITH [x] AS x` wraps once more what the clause before it gave. No value is
//! deeper than the clauses of its query are together. What `reduce` wraps from item to item only shows when it runs; running bounds it.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use super::clauses::Binder;
use super::scope::Scope;
use super::types::type_of;
use crate::error::{Code, Error, Result, Span, text};
use crate::functions::Aggregate;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Item};

/// How many lists and maps the clauses of a query may put around a value.
const WRAPPED_MAX: usize = 1000;

impl Binder<'_> {
    /// Counts what a projection may put around the values it passes on.
    pub(super) fn wrap_items(&mut self, items: &[Item], scope: &Scope, span: Span) -> Result<()> {
        let exprs = items.iter().map(|item| &item.expr);
        let holders = exprs.filter(|expr| type_of(expr, scope).may_hold_values());
        self.wrap(holders.map(wraps).max().unwrap_or(0), span)
    }

    /// Counts what UNWIND may put around the values it passes on: it takes the list itself off again.
    pub(super) fn wrap_list(&mut self, list: &Expr) -> Result<()> {
        self.wrap(wraps(list).saturating_sub(1), list.span)
    }

    fn wrap(&mut self, more: usize, span: Span) -> Result<()> {
        self.wrapped += more;
        if self.wrapped <= WRAPPED_MAX {
            return Ok(());
        }
        Err(Error::new(
            Code::SyntaxDepth,
            text!(
                "from clause to clause, lists and maps nest more than {WRAPPED_MAX} deep",
                "句を重ねるうちに、リストとマップの入れ子が {WRAPPED_MAX} 段を超えます"
            ),
        )
        .at(span)
        .help(text!("Split the query in two.", "クエリを分けてください。")))
    }
}

/// The greatest number of lists and maps that an expression puts around one of its parts.
pub(super) fn wraps(expr: &Expr) -> usize {
    let here = match &*expr.kind {
        ExprKind::List(_)
        | ExprKind::Map(_)
        | ExprKind::MapProjection(..)
        | ExprKind::ListComprehension { .. }
        | ExprKind::PatternComprehension { .. }
        | ExprKind::Collect(_) => 1,
        ExprKind::Call { name, .. } => {
            usize::from(Aggregate::find(&name.text) == Some(Aggregate::Collect))
        }
        // `list + item` makes an item of it, and so once does `list + item + item`.
        ExprKind::Binary(BinaryOp::Add, ..) => return 1 + addends(expr),
        _ => 0,
    };
    here + expr.children().into_iter().map(wraps).max().unwrap_or(0)
}

fn addends(expr: &Expr) -> usize {
    match &*expr.kind {
        ExprKind::Binary(BinaryOp::Add, _, left, right) => addends(left).max(addends(right)),
        _ => wraps(expr),
    }
}
