//! Walks of which only the end matters: a search that meets every node once stands for the enumeration of all walks.
//!
//! ```text
//! MATCH (s {id: 'A'})-[:T*1..6]->(x:X) RETURN count(DISTINCT x)
//! ExpandMany s-[:T*1..6]->x · Filter x:X · Aggregate count(DISTINCT x)
//! CountReached count(DISTINCT x) s-[:T*1..6]->x where x:X
//! ```
//!
//! Two things must hold. Nobody reads the list of relationships; and whatever comes after gives the same for a row that comes once as
//! for one that comes often, up to a DISTINCT, an aggregate that counts equal values once, or an EXISTS. A walk that must not repeat a
//! relationship leads to the same nodes as one that may, because what it repeats can be cut out; only from a node back to itself, and
//! where two hops or more are asked for, that fails: the machine sees to the first, and the second stays as it is.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use rustc_hash::FxHashSet;

use super::slots::live_in;
use super::{AggregateCall, Ask, Call, ExpandMany, Expr, ExprKind, Op, Plan, Slot, Subplan};
use crate::functions::Aggregate;
use crate::syntax::ast::RelDirection;

/// The nodes that walks of variable length lead to, each once.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    /// The walks; the least number of hops is 0 or 1, and the slot of their relationships is not set.
    pub walk: ExpandMany,
    /// Conditions on the end that read nothing else.
    pub tests: Vec<Expr>,
}

/// How many nodes are reached: one frame for all that come before.
#[derive(Clone, Debug, PartialEq)]
pub struct CountReached {
    /// What is reached; no frame has a say in it, but for the node it starts at.
    pub reach: Reach,
    /// Takes the number.
    pub slot: Slot,
    /// How it is written.
    pub call: AggregateCall,
    /// Whether a node counts for every start it is reached from, not once for all.
    pub pairs: bool,
}

impl Reach {
    /// Adds the slots it sets.
    pub(super) fn sets(&self, slots: &mut Vec<Slot>) {
        let hop = &self.walk.hop;
        slots.extend((!hop.to_bound).then_some(hop.to));
        slots.extend(self.walk.each.iter().map(|each| each.0));
    }

    /// The expressions it evaluates.
    pub(super) fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.walk.each.iter().flat_map(|each| &each.1).chain(&self.tests)
    }

    /// Whether what is reached depends on nothing but the start, and a start that is reached again needs no care.
    fn is_plain(&self) -> bool {
        let ExpandMany { hop, min, each, .. } = &self.walk;
        let closes = hop.direction != RelDirection::Either || *min == 0;
        closes && each.is_none() && hop.differs.is_empty() && !hop.to_bound
    }
}

impl Plan {
    /// Puts searches for nodes where walks are enumerated only for their ends.
    #[must_use]
    pub(super) fn by_reach(mut self) -> Self {
        if !self.branches.iter().any(|branch| branch.ops.iter().any(holds_walk)) {
            return self;
        }
        let mut rewrite = Rewrite { live: FxHashSet::default() };
        for branch in &mut self.branches {
            rewrite.branch(branch, self.distinct);
        }
        self
    }
}

/// Whether a walk of variable length stands in an operator.
fn holds_walk(op: &Op) -> bool {
    let inside = |expr: &&Expr| any_inside(expr, &mut |op| holds_walk(op));
    let called = || op.query().into_iter().flat_map(|call| &call.branches);
    matches!(op, Op::ExpandMany(_))
        || op.bodies().into_iter().flatten().any(holds_walk)
        || called().flat_map(|branch| &branch.ops).any(holds_walk)
        || op.exprs().iter().any(inside)
}

/// Whether an operator of the queries inside an expression is such.
fn any_inside(expr: &Expr, such: &mut dyn FnMut(&Op) -> bool) -> bool {
    let here = match &*expr.kind {
        ExprKind::Subquery { branches, .. } => {
            branches.iter().flat_map(|branch| &branch.ops).any(&mut *such)
        }
        _ => false,
    };
    here || expr.children().into_iter().any(|child| any_inside(child, such))
}

/// A walk over a plan from its end to its beginning.
struct Rewrite {
    /// The slots that have been found to be read. Each is set in one place, so those that are read elsewhere do no harm.
    live: FxHashSet<Slot>,
}

impl Rewrite {
    /// Rewrites a pipeline with its output; `alike` says whether equal rows of it may be one.
    fn branch(&mut self, branch: &mut Subplan, alike: bool) {
        self.live.extend(&branch.output);
        super::deeper(|| self.ops(&mut branch.ops, alike));
    }

    fn ops(&mut self, ops: &mut Vec<Op>, mut alike: bool) {
        for op in ops.iter_mut().rev() {
            let before = alike_before(op, alike);
            let reads = live_in(std::slice::from_ref(op));
            match op {
                Op::Optional { ops, .. } => self.ops(ops, alike),
                Op::Call(Call { branches, distinct, .. }) => {
                    for branch in branches {
                        self.branch(branch, alike || *distinct);
                    }
                }
                Op::ExpandMany(walk) if alike => {
                    if let Some(reach) = self.reach(walk) {
                        *op = Op::Reach(Box::new(reach));
                    }
                }
                _ => exprs_mut(op).into_iter().for_each(|expr| self.inside(expr)),
            }
            self.live.extend(reads);
            alike = before;
        }
        let reaches = (0..ops.len()).rev().filter(|at| matches!(ops.get(*at), Some(Op::Reach(_))));
        for at in reaches.collect::<Vec<_>>() {
            take_tests(ops, at);
            drop_distinct(ops, at);
            count(ops, at);
        }
    }

    /// Rewrites the queries inside an expression.
    fn inside(&mut self, expr: &mut Expr) {
        if let ExprKind::Subquery { ask, branches, distinct } = &mut *expr.kind {
            let alike = *distinct || *ask == Ask::Exists;
            branches.iter_mut().for_each(|branch| self.branch(branch, alike));
        }
        expr.children_mut().into_iter().for_each(|child| self.inside(child));
    }

    fn reach(&self, walk: &ExpandMany) -> Option<Reach> {
        let hop = &walk.hop;
        let ends_alone = walk.min <= 1 && !hop.rel_bound && !self.live.contains(&hop.rel);
        let chance = walk.each.iter().flat_map(|each| &each.1).any(is_random);
        (ends_alone && !chance).then(|| Reach { walk: walk.clone(), tests: Vec::new() })
    }
}

/// The expressions of the operators that evaluate them frame by frame.
fn exprs_mut(op: &mut Op) -> Vec<&mut Expr> {
    match op {
        Op::Filter(expr) | Op::Unwind { list: expr, .. } => vec![expr],
        Op::Project(items) => items.iter_mut().map(|item| &mut item.1).collect(),
        Op::Aggregate { keys, calls } => {
            let args = calls.iter_mut().flat_map(|call| &mut call.1.arg);
            keys.iter_mut().map(|key| &mut key.1).chain(args).collect()
        }
        Op::Sort { keys, .. } => keys.iter_mut().map(|key| &mut key.expr).collect(),
        _ => Vec::new(),
    }
}

/// Whether equal frames may be one before an operator; `after` says whether they may be one behind it.
fn alike_before(op: &Op, after: bool) -> bool {
    if op.exprs().into_iter().any(is_random) {
        return false;
    }
    match op {
        Op::Distinct(_) => true,
        Op::Aggregate { calls, .. } => calls.iter().all(|(_, call)| {
            call.distinct || matches!(call.function, Aggregate::Min | Aggregate::Max)
        }),
        Op::CountReached(count) => !count.pairs,
        Op::Optional { ops, .. } => {
            ops.iter().rev().fold(after, |after, op| alike_before(op, after))
        }
        Op::NodeScan { .. }
        | Op::NodeById { .. }
        | Op::NodeByKey { .. }
        | Op::NodeGiven { .. }
        | Op::Expand(_)
        | Op::ExpandMany(_)
        | Op::Repeat(_)
        | Op::Search(_)
        | Op::Reach(_)
        | Op::Filter(_)
        | Op::BuildPath { .. }
        | Op::Unwind { .. }
        | Op::Project(_)
        | Op::Sort { .. } => after,
        Op::Skip(_) | Op::Limit(_) | Op::Invoke(_) | Op::Call(_) | Op::Write { .. } => false,
    }
}

/// Whether its value is left to chance, queries inside it included.
fn is_random(expr: &Expr) -> bool {
    fn inside(op: &Op) -> bool {
        let called = || op.query().into_iter().flat_map(|call| &call.branches);
        op.exprs().into_iter().any(is_random)
            || op.bodies().into_iter().flatten().any(inside)
            || called().flat_map(|branch| &branch.ops).any(inside)
    }
    expr.is_random() || any_inside(expr, &mut inside)
}

/// Takes the conditions behind a search that read its end alone into it.
fn take_tests(ops: &mut Vec<Op>, at: usize) {
    let Some(Op::Reach(reach)) = ops.get(at) else { return };
    if reach.walk.hop.to_bound {
        return;
    }
    let to = reach.walk.hop.to;
    let alone = |op: &&Op| match op {
        Op::Filter(test) => test.reads() == [to] && !is_random(test),
        _ => false,
    };
    let count = ops.iter().skip(at + 1).take_while(alone).count();
    let tests: Vec<Op> = ops.drain(at + 1..at + 1 + count).collect();
    if let Some(Op::Reach(reach)) = ops.get_mut(at) {
        reach.tests.extend(tests.into_iter().filter_map(|op| match op {
            Op::Filter(test) => Some(test),
            _ => None,
        }));
    }
}

/// Drops a DISTINCT behind a search whose rows differ already: the frames before it do, and from each it gives every node once.
fn drop_distinct(ops: &mut Vec<Op>, at: usize) {
    let (Some(Op::Reach(reach)), Some(Op::Distinct(slots))) = (ops.get(at), ops.get(at + 1)) else {
        return;
    };
    let hop = &reach.walk.hop;
    let told_apart = |op: &Op| match op {
        Op::NodeScan { slot, .. } | Op::NodeById { slot, .. } | Op::NodeByKey { slot, .. } => {
            slots.contains(slot)
        }
        Op::NodeGiven { .. } | Op::Filter(_) => true,
        _ => false,
    };
    let before = ops.get(..at).unwrap_or(&[]);
    if before.iter().all(told_apart) && (hop.to_bound || slots.contains(&hop.to)) {
        ops.remove(at + 1);
    }
}

/// Counts without a frame for each node, where the number of nodes is all that is asked for.
fn count(ops: &mut Vec<Op>, at: usize) {
    let (Some(Op::Reach(reach)), Some(Op::Aggregate { keys, calls })) =
        (ops.get(at), ops.get(at + 1))
    else {
        return;
    };
    let ([], [(slot, call)], true) = (keys.as_slice(), calls.as_slice(), reach.is_plain()) else {
        return;
    };
    let hop = &reach.walk.hop;
    let of = match call.arg.as_ref().map(|arg| &*arg.kind) {
        None => None,
        Some(ExprKind::Slot(slot)) => Some(*slot),
        Some(_) => return,
    };
    let pairs = !call.distinct && of.is_none_or(|of| of == hop.to || of == hop.from);
    let ends = call.distinct && of == Some(hop.to);
    if call.function != Aggregate::Count || !(pairs && one_a_start(ops, at) || ends) {
        return;
    }
    let (slot, call, reach) = (*slot, call.clone(), (**reach).clone());
    ops.splice(at..at + 2, [Op::CountReached(Box::new(CountReached { reach, slot, call, pairs }))]);
}

/// Whether no two frames before a search have the same start.
fn one_a_start(ops: &[Op], at: usize) -> bool {
    let Some(Op::Reach(reach)) = ops.get(at) else { return false };
    let finds =
        |op: &&Op| matches!(op, Op::NodeScan { .. } | Op::NodeById { .. } | Op::NodeByKey { .. });
    let from = reach.walk.hop.from;
    ops.iter().take(at).all(|op| match op {
        Op::NodeScan { slot, .. } | Op::NodeById { slot, .. } | Op::NodeByKey { slot, .. } => {
            *slot == from
        }
        Op::NodeGiven { .. } | Op::Filter(_) => true,
        _ => false,
    }) && ops.iter().take(at).filter(finds).count() <= 1
}
