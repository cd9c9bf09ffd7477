//! In which order conditions at one place are judged: the cheap ones first, and none that can fail before what may keep it from
//! failing.
//!
//! ```text
//! WHERE EXISTS { (n)-->() } AND n.name CONTAINS 'x' AND n.year = 1 AND 1 / n.x = 2
//! n.year = 1 · n.name CONTAINS 'x' · EXISTS { (n)-->() } · 1 / n.x = 2
//! ```

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use rustc_hash::FxHashSet;

use super::{Ask, Expr, ExprKind, Slot};
use crate::model::Datum;
use crate::syntax::ast::{BinaryOp, UnaryOp};

/// What it takes to judge a condition for one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Price {
    /// A constant.
    Nothing,
    /// The labels of a node.
    Label,
    /// Values that lie side by side.
    Value,
    /// A search in a text or list.
    Text,
    /// Anything that computes.
    Work,
    /// A query.
    Query,
}

/// The price of a condition.
pub(super) fn price(condition: &Expr) -> Price {
    let parts = || condition.children().into_iter().map(price).max().unwrap_or(Price::Nothing);
    match &*condition.kind {
        ExprKind::Constant(_) | ExprKind::Parameter(_) | ExprKind::Slot(_) => Price::Nothing,
        ExprKind::HasLabels(..) => parts().max(Price::Label),
        ExprKind::Property(..) | ExprKind::Compare(..) | ExprKind::IsNull(..) => {
            parts().max(Price::Value)
        }
        ExprKind::Unary(UnaryOp::Not, _) | ExprKind::List(_) => parts(),
        ExprKind::Binary(op, ..) => match op {
            BinaryOp::And | BinaryOp::Or | BinaryOp::Xor => parts(),
            BinaryOp::In | BinaryOp::StartsWith | BinaryOp::EndsWith | BinaryOp::Contains => {
                parts().max(Price::Text)
            }
            _ => parts().max(Price::Work),
        },
        ExprKind::Subquery { .. } => Price::Query,
        _ => parts().max(Price::Work),
    }
}

/// Whether evaluating an expression cannot fail, whatever the rows are; `entities` hold nodes, relationships or null.
pub(super) fn is_safe(expr: &Expr, entities: &FxHashSet<Slot>) -> bool {
    let parts = || expr.children().into_iter().all(|part| is_safe(part, entities));
    match &*expr.kind {
        ExprKind::Constant(_) | ExprKind::Slot(_) | ExprKind::Parameter(_) => true,
        ExprKind::Property(of, _) | ExprKind::HasLabels(of, _) => {
            matches!(&*of.kind, ExprKind::Slot(slot) if entities.contains(slot))
        }
        ExprKind::Compare(..) | ExprKind::IsNull(..) | ExprKind::List(_) => parts(),
        ExprKind::Unary(UnaryOp::Not, of) => is_truth(of) && parts(),
        ExprKind::Binary(BinaryOp::And | BinaryOp::Or | BinaryOp::Xor, _, left, right) => {
            is_truth(left) && is_truth(right) && parts()
        }
        ExprKind::Binary(BinaryOp::In, _, _, list) => is_list(list) && parts(),
        ExprKind::Binary(BinaryOp::StartsWith | BinaryOp::EndsWith | BinaryOp::Contains, ..) => {
            parts()
        }
        _ => false,
    }
}

/// Whether an expression gives a truth value or null.
fn is_truth(expr: &Expr) -> bool {
    match &*expr.kind {
        ExprKind::Constant(constant) => matches!(constant.0, Datum::Bool(_) | Datum::Null),
        ExprKind::HasLabels(..)
        | ExprKind::Compare(..)
        | ExprKind::IsNull(..)
        | ExprKind::Unary(UnaryOp::Not, _)
        | ExprKind::Subquery { ask: Ask::Exists, .. } => true,
        ExprKind::Binary(op, ..) => matches!(
            op,
            BinaryOp::And
                | BinaryOp::Or
                | BinaryOp::Xor
                | BinaryOp::In
                | BinaryOp::StartsWith
                | BinaryOp::EndsWith
                | BinaryOp::Contains
                | BinaryOp::Matches
        ),
        _ => false,
    }
}

fn is_list(expr: &Expr) -> bool {
    match &*expr.kind {
        ExprKind::List(_) => true,
        ExprKind::Constant(constant) => matches!(constant.0, Datum::List(_) | Datum::Null),
        _ => false,
    }
}
