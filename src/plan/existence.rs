//! Every spelling of "there is one" and "there is none" becomes one form, which stops at the first match.
//!
//! ```text
//! COUNT { (n)-->() } = 0 · size([(n)-->(m) | m]) < 1                        NOT EXISTS { (n)-->() }
//! OPTIONAL MATCH (n)-->(m) WITH n, m WHERE m IS NULL                        NOT EXISTS { (n)-->(m) }
//! OPTIONAL MATCH (n)-->(m) WITH n, count(m) AS c WHERE c = 0                NOT EXISTS { (n)-->(m) }, equal rows once
//! OPTIONAL MATCH (n)-->(m) WITH n, m WHERE m IS NOT NULL                    MATCH (n)-->(m)
//! ```

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use rustc_hash::FxHashSet;

use super::rank::is_safe;
use super::slots::{reads_of, sets_of};
use super::{AggregateCall, Ask, Constant, Expr, ExprKind, Op, Slot, Subplan};
use crate::functions::Aggregate;
use crate::model::Datum;
use crate::syntax::ast::{BinaryOp, CompareOp, UnaryOp};

/// A comparison, as the question whether there is a row where it asks no more of their number.
pub(super) fn of_comparison(kind: ExprKind) -> ExprKind {
    let ExprKind::Compare(left, rest) = &kind else { return kind };
    let [(op, place, right)] = rest.as_slice() else { return kind };
    let asked = match (counted(left), counted(right)) {
        (Some(asked), None) => some(*op, right).map(|some| (asked, left.span, some)),
        (None, Some(asked)) => some(turned(*op), left).map(|some| (asked, right.span, some)),
        _ => None,
    };
    let Some((exists, span, some)) = asked else { return kind };
    if some {
        return exists;
    }
    ExprKind::Unary(UnaryOp::Not, Expr { kind: Box::new(exists), span: if span == *place { span } else { *place } })
}
