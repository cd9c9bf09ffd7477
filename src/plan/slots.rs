//! Which slots expressions and operators read, and which they set.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use super::{
    AggregateCall, Call, Course, Creation, Expand, Expr, ExprKind, Op, PathStep, Reach, Slot, Write,
};

impl Expr {
    /// Every slot it takes from its surroundings, those read inside subqueries too; what it sets for itself before reading it is not
    /// among them.
    #[must_use]
    pub fn reads(&self) -> Vec<Slot> {
        let mut reads = Reads::default();
        reads.expr(self);
        reads.found
    }

    /// The same of another slot: `other` wherever `slot` is read; `None` where it is read inside a subquery.
    pub(super) fn of_other(&self, slot: Slot, other: Slot) -> Option<Self> {
        fn put(expr: &mut Expr, slot: Slot, other: Slot) {
            match &mut *expr.kind {
                ExprKind::Slot(read) if *read == slot => *read = other,
                _ => expr.children_mut().into_iter().for_each(|child| put(child, slot, other)),
            }
        }
        // A slot that nothing uses stands in for `other`, so that what is left over shows.
        let mut expr = self.clone();
        put(&mut expr, slot, Slot(usize::MAX));
        if expr.reads().contains(&slot) {
            return None;
        }
        put(&mut expr, Slot(usize::MAX), other);
        Some(expr)
    }

    /// The slots it sets for itself: variables of comprehensions and the like, everything inside subqueries.
    #[must_use]
    pub fn own_slots(&self) -> Vec<Slot> {
        let mut slots: Vec<Slot> = self.children().into_iter().flat_map(Self::own_slots).collect();
        match &*self.kind {
            ExprKind::ListComprehension { slot, .. } | ExprKind::Quantifier { slot, .. } => {
                slots.push(*slot);
            }
            ExprKind::Reduce(reduce) => slots.extend([reduce.accumulator, reduce.slot]),
            ExprKind::Subquery { branches, .. } => {
                branches.iter().for_each(|branch| {
                    branch.ops.iter().for_each(|op| op.sets(&mut slots));
                });
            }
            _ => {}
        }
        slots
    }
}

/// The slots that operators take from what is before them; those they keep for what writes included.
pub(super) fn live_in(ops: &[Op]) -> Vec<Slot> {
    let mut reads = Reads::default();
    reads.ops(ops);
    for op in ops {
        if let Op::Write { keep, .. } = op {
            reads.found.extend(keep);
        }
    }
    reads.found
}

impl AggregateCall {
    /// Whether what it gathers depends on the rows.
    pub(super) fn reads_rows(&self) -> bool {
        self.arg.iter().chain(&self.second).any(|arg| !arg.reads().is_empty())
    }
}

/// The slots that are read by some expressions, then by operators, and at last as what these leave, before anything sets them.
pub(super) fn reads_of(exprs: &[Expr], ops: &[Op], output: &[Slot]) -> Vec<Slot> {
    let mut reads = Reads::default();
    exprs.iter().for_each(|expr| reads.expr(expr));
    reads.ops(ops);
    output.iter().for_each(|slot| reads.slot(*slot));
    reads.found
}

/// A walk in the order of evaluation, which tells a slot that is read before it is set from one that is set first. A grouping key
/// inside a subquery is both: `WITH n, count(*) AS c` reads an outer `n`, and sets the same slot for each group.
#[derive(Default)]
struct Reads {
    set: Vec<Slot>,
    found: Vec<Slot>,
}

impl Reads {
    fn slot(&mut self, slot: Slot) {
        if !self.set.contains(&slot) && !self.found.contains(&slot) {
            self.found.push(slot);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        let outside = self.set.len();
        match &*expr.kind {
            ExprKind::Slot(slot) => self.slot(*slot),
            ExprKind::ListComprehension { slot, list, filter, map } => {
                self.expr(list);
                self.set.push(*slot);
                filter.iter().chain(map).for_each(|part| self.expr(part));
            }
            ExprKind::Quantifier { slot, list, filter, .. } => {
                self.expr(list);
                self.set.push(*slot);
                self.expr(filter);
            }
            ExprKind::Reduce(reduce) => {
                self.expr(&reduce.init);
                self.expr(&reduce.list);
                self.set.extend([reduce.accumulator, reduce.slot]);
                self.expr(&reduce.step);
            }
            ExprKind::Subquery { branches, .. } => {
                for branch in branches {
                    self.ops(&branch.ops);
                    self.set.truncate(outside);
                }
            }
            _ => expr.children().into_iter().for_each(|child| self.expr(child)),
        }
        self.set.truncate(outside);
    }

    fn ops(&mut self, ops: &[Op]) {
        for op in ops {
            match op {
                Op::Expand(hop) => self.hop(hop),
                Op::ExpandMany(walk) => {
                    self.hop(&walk.hop);
                    self.set.extend(walk.each.iter().map(|each| each.0));
                }
                Op::Reach(reach) => self.reach(reach),
                Op::CountReached(count) => self.reach(&count.reach),
                Op::Repeat(repeat) => {
                    repeat.differs.iter().for_each(|slot| self.slot(*slot));
                    self.course(&repeat.course);
                }
                Op::Search(search) => self.course(&search.course),
                Op::Optional { ops, .. } => self.ops(ops),
                Op::NodeGiven { slot, .. } => self.slot(*slot),
                Op::BuildPath { start, steps, .. } => {
                    self.slot(*start);
                    for step in steps {
                        match step {
                            PathStep::Rel(slot) => self.slot(*slot),
                            PathStep::Repeat(slots) => {
                                slots.iter().for_each(|slot| self.slot(*slot));
                            }
                        }
                    }
                }
                Op::Distinct(read) => read.iter().for_each(|slot| self.slot(*slot)),
                Op::Call(call) => {
                    let outside = self.set.len();
                    for branch in &call.branches {
                        self.ops(&branch.ops);
                        branch.output.iter().for_each(|slot| self.slot(*slot));
                        self.set.truncate(outside);
                    }
                }
                Op::NodeScan { .. }
                | Op::NodeById { .. }
                | Op::NodeByKey { .. }
                | Op::Filter(_)
                | Op::Unwind { .. }
                | Op::Invoke(_)
                | Op::Project(_)
                | Op::Aggregate { .. }
                | Op::Sort { .. }
                | Op::Skip(_)
                | Op::Limit(_)
                | Op::Write { .. } => {}
            }
            op.exprs().into_iter().for_each(|expr| self.expr(expr));
            op.sets(&mut self.set);
        }
    }

    /// A search sets its own slots before its conditions read them.
    fn reach(&mut self, reach: &Reach) {
        self.hop(&reach.walk.hop);
        reach.sets(&mut self.set);
    }

    fn hop(&mut self, hop: &Expand) {
        hop.reads().for_each(|slot| self.slot(slot));
    }

    /// A course sets its own slots before its conditions read them.
    fn course(&mut self, course: &Course) {
        course.reads().for_each(|slot| self.slot(slot));
        course.sets(&mut self.set);
    }
}

impl Expand {
    fn reads(&self) -> impl Iterator<Item = Slot> + '_ {
        let rel = self.rel_bound.then_some(self.rel);
        let to = self.to_bound.then_some(self.to);
        self.differs.iter().copied().chain([self.from]).chain(rel).chain(to)
    }

    fn sets(&self, slots: &mut Vec<Slot>) {
        slots.extend((!self.rel_bound).then_some(self.rel));
        slots.extend((!self.to_bound).then_some(self.to));
    }
}

impl Op {
    /// The query it runs.
    pub(crate) fn query(&self) -> Option<&Call> {
        match self {
            Self::Call(call) | Self::Write { write: Write::Call(call), .. } => Some(call),
            _ => None,
        }
    }

    /// The pipelines it runs, those inside expressions and in a query apart.
    pub(crate) fn bodies(&self) -> Vec<&[Self]> {
        match self {
            Self::Optional { ops, .. } => vec![ops],
            Self::Write { write: Write::Merge(merge), .. } => vec![&merge.matching],
            Self::NodeScan { .. }
            | Self::NodeById { .. }
            | Self::NodeByKey { .. }
            | Self::NodeGiven { .. }
            | Self::Expand(_)
            | Self::ExpandMany(_)
            | Self::Reach(_)
            | Self::CountReached(_)
            | Self::Repeat(_)
            | Self::Search(_)
            | Self::Filter(_)
            | Self::BuildPath { .. }
            | Self::Unwind { .. }
            | Self::Project(_)
            | Self::Aggregate { .. }
            | Self::Distinct(_)
            | Self::Sort { .. }
            | Self::Skip(_)
            | Self::Limit(_)
            | Self::Invoke(_)
            | Self::Call(_)
            | Self::Write { .. } => Vec::new(),
        }
    }

    /// The expressions it evaluates.
    pub(crate) fn exprs(&self) -> Vec<&Expr> {
        match self {
            Self::NodeScan { .. }
            | Self::NodeGiven { .. }
            | Self::Expand(_)
            | Self::BuildPath { .. }
            | Self::Optional { .. }
            | Self::Distinct(_)
            | Self::Call(_) => Vec::new(),
            Self::Write { write, .. } => write.exprs(),
            Self::NodeById { id: expr, .. }
            | Self::NodeByKey { value: expr, .. }
            | Self::Filter(expr)
            | Self::Unwind { list: expr, .. }
            | Self::Skip(expr)
            | Self::Limit(expr) => vec![expr],
            Self::ExpandMany(walk) => walk.each.iter().flat_map(|each| &each.1).collect(),
            Self::Reach(reach) => reach.exprs().collect(),
            Self::CountReached(count) => count.reach.exprs().collect(),
            Self::Repeat(repeat) => repeat.course.exprs(),
            Self::Search(search) => search.course.exprs(),
            Self::Invoke(call) => call.args.iter().flatten().collect(),
            Self::Project(items) => items.iter().map(|item| &item.1).collect(),
            Self::Aggregate { keys, calls } => {
                let args = calls.iter().flat_map(|call| call.1.arg.iter().chain(&call.1.second));
                keys.iter().map(|key| &key.1).chain(args).collect()
            }
            Self::Sort { keys, .. } => keys.iter().map(|key| &key.expr).collect(),
        }
    }

    /// Adds the slots it sets.
    pub(super) fn sets(&self, slots: &mut Vec<Slot>) {
        for expr in self.exprs() {
            slots.extend(expr.own_slots());
        }
        match self {
            Self::NodeScan { slot, .. }
            | Self::NodeById { slot, .. }
            | Self::NodeByKey { slot, .. }
            | Self::BuildPath { slot, .. }
            | Self::Unwind { slot, .. } => slots.push(*slot),
            Self::Expand(hop) => hop.sets(slots),
            Self::ExpandMany(walk) => {
                walk.hop.sets(slots);
                slots.extend(walk.each.iter().map(|each| each.0));
            }
            Self::Reach(reach) => reach.sets(slots),
            Self::CountReached(count) => {
                count.reach.sets(slots);
                slots.push(count.slot);
            }
            Self::Repeat(repeat) => repeat.course.sets(slots),
            Self::Search(search) => search.course.sets(slots),
            Self::Invoke(call) => slots.extend(call.columns.iter().map(|column| column.1)),
            Self::Optional { ops, .. } => ops.iter().for_each(|op| op.sets(slots)),
            Self::Project(items) => slots.extend(items.iter().map(|item| item.0)),
            Self::Aggregate { keys, calls } => {
                slots.extend(keys.iter().map(|key| key.0));
                slots.extend(calls.iter().map(|call| call.0));
            }
            Self::Call(call) => {
                let ops = call.branches.iter().flat_map(|branch| &branch.ops);
                ops.for_each(|op| op.sets(slots));
                slots.extend(call.columns.iter().flatten());
            }
            Self::Write { write, .. } => write.sets(slots),
            Self::NodeGiven { .. }
            | Self::Filter(_)
            | Self::Distinct(_)
            | Self::Sort { .. }
            | Self::Skip(_)
            | Self::Limit(_) => {}
        }
    }
}

impl Write {
    fn sets(&self, slots: &mut Vec<Slot>) {
        match self {
            Self::Create(creations) => slots.extend(creations.iter().map(Creation::slot)),
            Self::Merge(merge) => {
                slots.extend(merge.creation.iter().map(Creation::slot));
                merge.matching.iter().for_each(|op| op.sets(slots));
            }
            Self::Call(call) => slots.extend(call.columns.iter().flatten()),
            Self::Set(_) | Self::Delete { .. } => {}
        }
    }
}
