//! The expressions an expression is made of, one level down. Those of subqueries and patterns are not among them.

use super::ast::{Expr, ExprKind, MapItem};

macro_rules! children {
    ($name:ident, $doc:literal, $expr:ty, $iter:ident, $($mut:tt)?) => {
        #[doc = $doc]
        #[must_use]
        pub fn $name(self: $expr) -> Vec<$expr> {
            match &$($mut)? *self.kind {
                ExprKind::Literal(_)
                | ExprKind::Variable(_)
                | ExprKind::Parameter(_)
                | ExprKind::CountStar
                | ExprKind::Exists(_)
                | ExprKind::Count(_)
                | ExprKind::Collect(_)
                | ExprKind::Pattern(_) => Vec::new(),
                ExprKind::Property(of, _)
                | ExprKind::HasLabels(of, _)
                | ExprKind::Unary(_, of)
                | ExprKind::IsNull(of, _) => vec![of],
                ExprKind::Index(a, b) | ExprKind::Binary(_, _, a, b) => vec![a, b],
                ExprKind::Slice(of, from, to) => std::iter::once(of).chain(from).chain(to).collect(),
                ExprKind::List(items) | ExprKind::Call { args: items, .. } => items.$iter().collect(),
                ExprKind::Map(entries) => entries.$iter().map(|(_, value)| value).collect(),
                ExprKind::Compare(first, rest) => {
                    std::iter::once(first).chain(rest.$iter().map(|(_, _, expr)| expr)).collect()
                }
                ExprKind::Case { subject, branches, default } => {
                    let branches = branches.$iter().flat_map(|(when, then)| [when, then]);
                    subject.$iter().chain(branches).chain(default).collect()
                }
                ExprKind::ListComprehension { list, filter, map, .. } => {
                    std::iter::once(list).chain(filter).chain(map).collect()
                }
                ExprKind::Quantifier { list, filter, .. } => vec![list, filter],
                ExprKind::Reduce { init, list, step, .. } => vec![init, list, step],
                ExprKind::PatternComprehension { filter, map, .. } => {
                    filter.$iter().chain(std::iter::once(map)).collect()
                }
                ExprKind::MapProjection(_, items) => {
                    items
                        .$iter()
                        .filter_map(|item| match item {
                            MapItem::Entry(_, value) => Some(value),
                            MapItem::Property(_) | MapItem::All | MapItem::Variable(_) => None,
                        })
                        .collect()
                }
            }
        }
    };
}

impl Expr {
    children!(children, "The parts, to be read.", &Self, iter,);
    children!(children_mut, "The parts, to be changed.", &mut Self, iter_mut, mut);
}
