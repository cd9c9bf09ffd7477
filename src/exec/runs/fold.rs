//! Counting relationships without walking them: where groups of one node are told apart by a count only, the count is the degree of
//! the node, and a count of nothing the absence of a chain.
//!
//! ```text
//! MATCH (i)-[:T]->(m) WITH i, count(m) AS c WHERE c >= 3 …       those with a degree of 3 at least
//! MATCH (i) OPTIONAL MATCH (i)-[:T]->(m) … AS c WHERE c = 0 …    those without
//! ```

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when operators are added"
)]

use std::ops::Range;

use super::conditions::{bounds, is_slot};
use super::keep::Test;
use super::lower::Lower;
use super::ways::Way;
use crate::functions::Aggregate;
use crate::graph::Graph;
use crate::model::{Datum, LabelId};
use crate::plan::{AggregateCall, Expand, Expr, ExprKind, LabelTest, Op, Slot};
use crate::syntax::ast::{CompareOp, RelDirection};

/// Takes the operators that count for each of the first nodes what a pattern finds there, and keep nodes by the count; how many
/// there were.
pub(super) fn folded(lower: &mut Lower<'_, '_>, ops: &[Op]) -> Option<usize> {
    let at = ops.iter().position(|op| matches!(op, Op::Aggregate { .. }))?;
    let (body, rest) = ops.split_at(at);
    let [Op::Aggregate { keys, calls }, after @ ..] = rest else { return None };
    let ([(key, expr)], [(count, call)]) = (keys.as_slice(), calls.as_slice()) else {
        return None;
    };
    let (hops, optional) = match body {
        [Op::Optional { ops, .. }] => (ops.as_slice(), true),
        _ => (body, false),
    };
    if !lower.is_node(expr, 0) || !counts_rows(call, hops, optional) {
        return None;
    }
    let (names, renamed) = renamed(after, *count, *key)?;
    let (range, conditions) = kept(lower, after.get(renamed..)?, &names)?;
    let left = after.get(renamed + conditions..)?;
    let none = optional && range.contains(&0) && !range.contains(&1);
    if !none && !forgets(left, &names) {
        return None;
    }
    let test = test(lower, hops, (range, optional, none))?;
    lower.scan.push(test);
    lower.rename(0, *key);
    if none {
        names.iter().for_each(|name| lower.set(*name, Datum::Int(0)));
    }
    Some(at + 1 + renamed + conditions)
}

/// Whether a call counts the matches of a pattern.
fn counts_rows(call: &AggregateCall, hops: &[Op], optional: bool) -> bool {
    let set = |slot: Slot| {
        hops.iter().any(|op| matches!(op, Op::Expand(hop) if hop.to == slot || hop.rel == slot))
    };
    call.function == Aggregate::Count
        && !call.distinct
        && match &call.arg {
            None => !optional,
            Some(arg) => matches!(&*arg.kind, ExprKind::Slot(slot) if set(*slot)),
        }
}

/// The slots that hold a count after it was given other names, and how many operators did that.
fn renamed(ops: &[Op], count: Slot, key: Slot) -> Option<(Vec<Slot>, usize)> {
    let mut names = vec![count];
    let projects = ops.iter().take_while(|op| matches!(op, Op::Project(_)));
    let mut taken = 0;
    for op in projects {
        let Op::Project(items) = op else { break };
        for (slot, expr) in items {
            if names.iter().any(|name| is_slot(expr, *name)) {
                names.push(*slot);
            } else if !(is_slot(expr, key) && *slot == key) {
                return None;
            }
        }
        taken += 1;
    }
    Some((names, taken))
}

/// The counts that conditions keep, and how many conditions there are.
fn kept(lower: &mut Lower<'_, '_>, ops: &[Op], names: &[Slot]) -> Option<(Range<usize>, usize)> {
    let (mut range, mut taken) = (0..usize::MAX, 0);
    for op in ops {
        let Op::Filter(condition) = op else { break };
        let Some((low, high)) = bounds_of(lower, condition, names) else { break };
        range = range.start.max(low)..range.end.min(high);
        taken += 1;
    }
    (taken > 0).then_some((range, taken))
}

/// The counts for which a comparison with a constant holds.
fn bounds_of(
    lower: &mut Lower<'_, '_>,
    condition: &Expr,
    names: &[Slot],
) -> Option<(usize, usize)> {
    let ExprKind::Compare(left, rest) = &*condition.kind else { return None };
    let [(op, _, right)] = rest.as_slice() else { return None };
    if *op == CompareOp::NotEqual || !names.iter().any(|name| is_slot(left, *name)) {
        return None;
    }
    let value = match &*right.kind {
        ExprKind::Constant(_) | ExprKind::Parameter(_) => {
            lower.conditions.machine.eval(right, lower.conditions.frame).ok()?
        }
        _ => return None,
    };
    let Datum::Int(int) = value else { return None };
    let (low, high, _) = bounds(*op, int)?;
    let number = |int: i64| usize::try_from(int.max(0)).unwrap_or(usize::MAX);
    Some(if high < 0 { (0, 0) } else { (number(low), number(high).saturating_add(1)) })
}

/// Whether the counts are gone before anyone can read them: the rows are gathered again.
fn forgets(ops: &[Op], names: &[Slot]) -> bool {
    for op in ops {
        let mut reads = op.exprs().into_iter().flat_map(Expr::reads);
        if reads.any(|slot| names.contains(&slot)) {
            return false;
        }
        match op {
            Op::Filter(_) => {}
            Op::Aggregate { .. } => return true,
            _ => return false,
        }
    }
    false
}

fn test<'g>(
    lower: &mut Lower<'_, 'g>,
    hops: &[Op],
    (range, optional, none): (Range<usize>, bool, bool),
) -> Option<Test<'g>> {
    let Lower { conditions, met, .. } = lower;
    let mut chains = conditions.chains(hops, met.first()?)?;
    let chain = chains.pop().filter(|_| chains.is_empty())?;
    match chain.into_hop() {
        Ok(ways) => {
            let range = if optional { range } else { range.start.max(1)..range.end };
            Some(Test::Degree { ways, range })
        }
        Err(chain) if none => Some(Test::Chain { chain, wanted: false }),
        Err(_) => None,
    }
}

/// The pipeline begun at the other end of its first hop, where nothing but groups comes of its rows, and no one sees in which order
/// they come up: where many nodes lead to few, they are gone through once, one after the other.
pub(super) fn turned(graph: &Graph, ops: &[Op]) -> Option<Vec<Op>> {
    let [Op::NodeScan { slot: first, label: Some(label) }, Op::Expand(hop), rest @ ..] = ops else {
        return None;
    };
    let at = rest.iter().position(|op| !matches!(op, Op::Filter(_) | Op::Expand(_)))?;
    let (body, after) = rest.split_at(at);
    let [Op::Aggregate { keys, calls }, after @ ..] = after else { return None };
    let bound = hop.rel_bound || hop.to_bound || !hop.differs.is_empty();
    let counts = |call: &AggregateCall| call.function == Aggregate::Count && !call.distinct;
    if bound || !calls.iter().all(|call| counts(&call.1)) || !hides_order(after, keys) {
        return None;
    }
    let (scanned, body) = freed(body, *first, hop)?;
    let mut turned = hop.clone();
    (turned.from, turned.to) = (hop.to, hop.from);
    turned.direction = match hop.direction {
        RelDirection::Right => RelDirection::Left,
        RelDirection::Left => RelDirection::Right,
        RelDirection::Either => return None,
    };
    let more = graph.nodes_with(scanned).len() > graph.nodes_with(*label).len();
    let ways = Way::all(graph, &turned.kinds, turned.direction);
    if !more || !ways.iter().all(|way| way.leads_to(Some(scanned), *label)) {
        return None;
    }
    let at_last = body.iter().position(|op| !matches!(op, Op::Filter(_))).unwrap_or(body.len());
    let mut out = vec![Op::NodeScan { slot: hop.to, label: Some(scanned) }];
    out.extend(body.iter().take(at_last).cloned());
    out.push(Op::Expand(turned));
    out.extend(body.into_iter().skip(at_last));
    out.extend(rest.get(at..)?.iter().cloned());
    Some(out)
}

/// The operators after a hop without the one that asks for a label of the node it leads to, and that label; `None` where there is
/// none, or they read the node before the hop or its relationship.
fn freed(ops: &[Op], first: Slot, hop: &Expand) -> Option<(LabelId, Vec<Op>)> {
    let (mut label, mut rest) = (None, Vec::new());
    for op in ops {
        match op {
            Op::Filter(condition) => match &*condition.kind {
                ExprKind::HasLabels(of, LabelTest::Has(Some(one), _))
                    if is_slot(of, hop.to) && label.is_none() =>
                {
                    label = Some(*one);
                    continue;
                }
                _ => {
                    let own = |slot: &Slot| *slot == first || *slot == hop.rel;
                    if condition.reads().iter().any(own) {
                        return None;
                    }
                }
            },
            Op::Expand(next) => {
                if next.from == first || next.to == first || next.differs.contains(&hop.rel) {
                    return None;
                }
            }
            _ => return None,
        }
        rest.push(op.clone());
    }
    Some((label?, rest))
}

/// Whether no one sees in which order groups come up: they are only counted, or sorted by all their keys.
pub(super) fn hides_order(ops: &[Op], keys: &[(Slot, Expr)]) -> bool {
    let mut names: Vec<Vec<Slot>> = keys.iter().map(|key| vec![key.0]).collect();
    for op in ops {
        match op {
            Op::Project(items) => {
                for (slot, expr) in items {
                    let same =
                        |names: &&mut Vec<Slot>| names.iter().any(|name| is_slot(expr, *name));
                    names.iter_mut().filter(same).for_each(|names| names.push(*slot));
                }
            }
            Op::Filter(_) => {}
            Op::Aggregate { keys, calls } => {
                let mut calls = calls.iter().map(|call| &call.1);
                return keys.is_empty() && calls.all(|call| call.function == Aggregate::Count);
            }
            Op::Sort { keys, .. } => {
                let sorted = |names: &Vec<Slot>| {
                    keys.iter().any(|key| names.iter().any(|name| is_slot(&key.expr, *name)))
                };
                return names.iter().all(sorted);
            }
            _ => return false,
        }
    }
    false
}
