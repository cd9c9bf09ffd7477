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
use super::slots::reads_of;
use super::{AggregateCall, Ask, Constant, Expand, Expr, ExprKind, Kinds, Op, Slot, Subplan};
use crate::error::Span;
use crate::functions::Aggregate;
use crate::graph::Graph;
use crate::model::Datum;
use crate::syntax::ast::{BinaryOp, CompareOp, RelDirection, UnaryOp};

/// A comparison, as the question whether there is a row where it asks no more of their number.
pub(super) fn of_comparison(kind: ExprKind) -> ExprKind {
    let ExprKind::Compare(left, rest) = &kind else { return kind };
    let [(op, _, right)] = rest.as_slice() else { return kind };
    let asked = match (counted(left), counted(right)) {
        (Some(asked), None) => some(*op, right).map(|some| (asked, left, some)),
        (None, Some(asked)) => some(turned(*op), left).map(|some| (asked, right, some)),
        _ => None,
    };
    match asked {
        None => kind,
        Some((exists, _, true)) => exists,
        Some((exists, of, false)) => ExprKind::Unary(UnaryOp::Not, Expr::new(exists, of.span.0)),
    }
}

/// Whether there is a row, of an expression that gives how many there are.
fn counted(expr: &Expr) -> Option<ExprKind> {
    let ask = Ask::Exists;
    match &*expr.kind {
        ExprKind::Subquery { ask: Ask::Count, branches, distinct } => {
            Some(ExprKind::Subquery { ask, branches: branches.clone(), distinct: *distinct })
        }
        ExprKind::Call(function, args) if function.0.name == "size" => {
            let [list] = args.as_slice() else { return None };
            let ExprKind::Subquery { ask: Ask::Collect, branches, distinct } = &*list.kind else {
                return None;
            };
            let [branch] = branches.as_slice() else { return None };
            let branches = vec![without_value(branch)?];
            Some(ExprKind::Subquery { ask, branches, distinct: *distinct })
        }
        _ => None,
    }
}

/// A pipeline without what it computes last, where that cannot fail.
fn without_value(branch: &Subplan) -> Option<Subplan> {
    let (Op::Project(items), ops) = branch.ops.split_last()? else { return None };
    let entities = entities_of(ops);
    let safe = items.iter().all(|(_, value)| is_safe(value, &entities));
    safe.then(|| Subplan { ops: ops.to_vec(), output: Vec::new() })
}

/// Whether a comparison of a number of rows with this asks for one row, or for none; `None` where it asks for more.
fn some(op: CompareOp, number: &Expr) -> Option<bool> {
    let ExprKind::Constant(Constant(Datum::Int(number))) = &*number.kind else { return None };
    match (op, number) {
        (CompareOp::Equal | CompareOp::LessOrEqual, 0) | (CompareOp::Less, 1) => Some(false),
        (CompareOp::NotEqual | CompareOp::Greater, 0) | (CompareOp::GreaterOrEqual, 1) => {
            Some(true)
        }
        _ => None,
    }
}

/// The comparison as seen from its right side.
fn turned(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
        CompareOp::Equal | CompareOp::NotEqual => op,
    }
}

/// Rewrites OPTIONAL MATCH where what follows only asks whether there was a match; `output` are the slots that the pipeline leaves.
/// `graph` is given where it stays as it is until the plan has run.
pub(super) fn of_pipeline(ops: &mut Vec<Op>, output: &[Slot], graph: Option<&Graph>) {
    let mut at = 0;
    while at < ops.len() {
        let (before, rest) = ops.split_at(at);
        if let Some((rewritten, length)) = of_optional(before, rest, output, graph) {
            ops.splice(at..at + length, rewritten);
        }
        at += 1;
    }
}

/// What stands for the first of some operators and those that belong to it, and how many they are.
fn of_optional(
    before: &[Op],
    ops: &[Op],
    output: &[Slot],
    graph: Option<&Graph>,
) -> Option<(Vec<Op>, usize)> {
    let (Op::Optional { ops: inner, nulls }, rest) = ops.split_first()? else { return None };
    if inner.iter().any(|op| op.exprs().into_iter().any(Expr::is_random)) {
        return None;
    }
    let optional = Optional { inner, nulls, sure: entities_of(inner), rest, output, graph };
    match rest {
        [Op::Filter(condition), ..] => optional.judged(condition),
        [Op::Aggregate { keys, calls }, Op::Project(items), Op::Filter(condition), ..] => {
            optional.gathered(before, &Gathered { keys, calls, items }, condition)
        }
        _ => None,
    }
}

/// The slots that hold a node or relationship wherever these operators emit.
fn entities_of(ops: &[Op]) -> FxHashSet<Slot> {
    let mut slots = FxHashSet::default();
    for op in ops {
        match op {
            Op::NodeScan { slot, .. }
            | Op::NodeById { slot, .. }
            | Op::NodeByKey { slot, .. }
            | Op::NodeGiven { slot, .. } => slots.extend([*slot]),
            Op::Expand(hop) => slots.extend([hop.from, hop.rel, hop.to]),
            Op::ExpandMany(walk) => slots.extend([walk.hop.from, walk.hop.to]),
            _ => {}
        }
    }
    slots
}

/// OPTIONAL MATCH with what surrounds it.
struct Optional<'o> {
    inner: &'o [Op],
    nulls: &'o [Slot],
    /// What it sets that is null only where it matches nothing.
    sure: FxHashSet<Slot>,
    rest: &'o [Op],
    output: &'o [Slot],
    graph: Option<&'o Graph>,
}

/// An aggregation: its columns are made of its keys and calls.
struct Gathered<'o> {
    keys: &'o [(Slot, Expr)],
    calls: &'o [(Slot, AggregateCall)],
    items: &'o [(Slot, Expr)],
}

impl Optional<'_> {
    /// Of rows that must have a match, or none.
    fn judged(&self, condition: &Expr) -> Option<(Vec<Op>, usize)> {
        let (null, span, others) = picked(condition, |one| {
            let ExprKind::IsNull(of, not) = &*one.kind else { return None };
            self.set_here(of).then_some(!not)
        })?;
        let mut ops = self.inner.to_vec();
        if null {
            let later = reads_of(&others, self.after(1), self.output);
            ops = vec![self.condition(false, span)];
            ops.extend(self.emptied(&later, span));
        }
        ops.extend(others.into_iter().map(Op::Filter));
        Some((ops, 2))
    }

    /// Of groups that must have a match, or none. Rows of one group match alike where they agree in all that matching reads.
    fn gathered(
        &self,
        before: &[Op],
        gathered: &Gathered<'_>,
        condition: &Expr,
    ) -> Option<(Vec<Op>, usize)> {
        let Gathered { keys, calls, items } = gathered;
        let plain: Vec<Slot> = keys.iter().filter_map(|(slot, of)| same(*slot, of)).collect();
        let reads = reads_of(&[], self.inner, &[]);
        let counts = calls.iter().all(|(_, call)| self.counts_matches(call));
        let own = plain.iter().any(|slot| self.nulls.contains(slot));
        let whole = plain.len() == keys.len() && !keys.is_empty() && counts && !own;
        if !whole || !reads.iter().all(|slot| plain.contains(slot)) {
            return None;
        }
        let count = |slot: Slot| calls.iter().any(|call| call.0 == slot);
        let counted = |one: &Expr| {
            let ExprKind::Slot(slot) = &*one.kind else { return false };
            let named = items.iter().find(|item| item.0 == *slot);
            let of = named.map_or(Some(*slot), |item| match &*item.1.kind {
                ExprKind::Slot(of) => Some(*of),
                _ => None,
            });
            of.is_some_and(count)
        };
        let (exists, span, others) = picked(condition, |one| {
            let ExprKind::Compare(left, rest) = &*one.kind else { return None };
            let [(op, _, right)] = rest.as_slice() else { return None };
            match (counted(left), counted(right)) {
                (true, false) => some(*op, right),
                (false, true) => some(turned(*op), left),
                _ => None,
            }
        })?;
        let later = reads_of(&others, self.after(3), self.output);
        let read = |slot: &Slot| later.contains(slot);
        let columns = || items.iter().map(|item| item.0).chain(calls.iter().map(|call| call.0));
        if exists && columns().any(|slot| read(&slot)) {
            return None;
        }
        let mut ops = vec![self.condition(exists, span)];
        if !are_distinct(before, &plain, self.graph) {
            ops.push(Op::Distinct(plain));
        }
        if !exists && columns().any(|slot| read(&slot)) {
            let zero = calls.iter().map(|(slot, call)| {
                let zero = ExprKind::Constant(Constant(Datum::Int(0)));
                (*slot, Expr::new(zero, call.span.0))
            });
            ops.push(Op::Project(zero.collect()));
            ops.push(Op::Project(items.to_vec()));
        }
        ops.extend(others.into_iter().map(Op::Filter));
        Some((ops, 4))
    }

    fn set_here(&self, of: &Expr) -> bool {
        matches!(&*of.kind, ExprKind::Slot(slot) if self.sure.contains(slot) && self.nulls.contains(slot))
    }

    /// Whether an aggregate counts matches, and so is 0 where there is none.
    fn counts_matches(&self, call: &AggregateCall) -> bool {
        call.function == Aggregate::Count && call.arg.as_ref().is_some_and(|of| self.set_here(of))
    }

    /// The operators behind so many of those that follow.
    fn after(&self, operators: usize) -> &[Op] {
        self.rest.get(operators..).unwrap_or(&[])
    }

    /// The condition that there is a match, or none.
    fn condition(&self, some: bool, span: Span) -> Op {
        let branches = vec![Subplan { ops: self.inner.to_vec(), output: Vec::new() }];
        let exists = ExprKind::Subquery { ask: Ask::Exists, branches, distinct: false };
        let exists = Expr::new(exists, span);
        Op::Filter(if some {
            exists
        } else {
            Expr::new(ExprKind::Unary(UnaryOp::Not, exists), span)
        })
    }

    /// Sets what would have been set by a match, as far as it is read later.
    fn emptied(&self, later: &[Slot], span: Span) -> Option<Op> {
        let null = || ExprKind::Constant(Constant(Datum::Null));
        let slots = self.nulls.iter().filter(|slot| later.contains(slot));
        let items: Vec<_> = slots.map(|slot| (*slot, Expr::new(null(), span))).collect();
        (!items.is_empty()).then_some(Op::Project(items))
    }
}

/// The slot of a key that only passes it on.
fn same(slot: Slot, of: &Expr) -> Option<Slot> {
    matches!(&*of.kind, ExprKind::Slot(read) if *read == slot).then_some(slot)
}

/// What the first of the conditions joined by AND says that says it, where it stands, and the others.
fn picked<T>(condition: &Expr, says: impl Fn(&Expr) -> Option<T>) -> Option<(T, Span, Vec<Expr>)> {
    let mut all = Vec::new();
    split(condition, &mut all);
    let at = all.iter().position(|one| says(one).is_some())?;
    let one = all.remove(at);
    Some((says(&one)?, one.span.0, all))
}

fn split(condition: &Expr, all: &mut Vec<Expr>) {
    if let ExprKind::Binary(BinaryOp::And, _, left, right) = &*condition.kind {
        split(left, all);
        split(right, all);
    } else {
        all.push(condition.clone());
    }
}

/// Whether rows differ in these slots wherever they differ: each holds what tells the rows of one operator apart.
fn are_distinct(ops: &[Op], slots: &[Slot], graph: Option<&Graph>) -> bool {
    let tells = |hop: &Expand| match (&hop.kinds, hop.direction, graph) {
        _ if slots.contains(&hop.rel) => true,
        // Two nodes then have one relationship at most.
        (Kinds::Of(kinds), RelDirection::Left | RelDirection::Right, Some(graph)) => {
            matches!(kinds.as_slice(), [kind] if !graph.statistics().has_parallel(*kind))
        }
        _ => false,
    };
    ops.iter().all(|op| match op {
        Op::NodeScan { slot, .. } | Op::NodeById { slot, .. } | Op::NodeByKey { slot, .. } => {
            slots.contains(slot)
        }
        Op::Expand(hop) => slots.contains(&hop.to) && tells(hop),
        Op::NodeGiven { .. } | Op::Filter(_) | Op::BuildPath { .. } => true,
        _ => false,
    })
}
