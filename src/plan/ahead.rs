//! What the clause after a MATCH reads of it: what is only counted need not be looked at one by one.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use rustc_hash::FxHashSet;

use super::grouping::contains_aggregate;
use crate::functions::Aggregate;
use crate::syntax::ast::{Clause, ClauseKind, Expr, ExprKind, Projection};

/// The variables that a clause reads, those apart that it only counts; `None` where it may read all, or takes row by row.
pub(super) fn read_by(clause: Option<&Clause>) -> Option<FxHashSet<String>> {
    let (ClauseKind::With(projection) | ClauseKind::Return(projection)) = &clause?.kind else {
        return None;
    };
    let Projection { star, items, order, skip: _, limit: _, filter, distinct } = projection;
    let gathers = *distinct || items.iter().any(|item| contains_aggregate(&item.expr));
    if *star || !gathers {
        return None;
    }
    let mut names = FxHashSet::default();
    let exprs = items.iter().map(|item| &item.expr).chain(order.iter().map(|item| &item.expr));
    let plain = exprs.chain(filter).all(|expr| read(expr, &mut names));
    plain.then_some(names)
}

/// Adds the variables an expression reads; false where they are not plain to see.
fn read(expr: &Expr, names: &mut FxHashSet<String>) -> bool {
    match &*expr.kind {
        ExprKind::Variable(name) => {
            names.insert(name.clone());
            true
        }
        ExprKind::Call { name, distinct: false, args }
            if Aggregate::find(&name.text) == Some(Aggregate::Count)
                && matches!(args.as_slice(), [arg] if matches!(&*arg.kind, ExprKind::Variable(_))) =>
        {
            true
        }
        ExprKind::Exists(_)
        | ExprKind::Count(_)
        | ExprKind::Collect(_)
        | ExprKind::Pattern(_)
        | ExprKind::PatternComprehension { .. }
        | ExprKind::MapProjection(..) => false,
        _ => expr.children().into_iter().all(|part| read(part, names)),
    }
}
