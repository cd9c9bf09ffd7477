//! Conditions of a MATCH: split at AND, and each placed behind the first operator that sets what it reads.
//!
//! ```text
//! MATCH (a:A)-[r]->(b) WHERE a.x = 1 AND b.y = 2
//! NodeScan a:A · Filter a.x = 1 · Expand r, b · Filter b.y = 2
//! ```

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use rustc_hash::FxHashSet;

use super::{Expr, ExprKind, LabelTest, Op, Slot};
use crate::graph::Names;
use crate::model::LabelId;
use crate::syntax::ast::{BinaryOp, CompareOp};

/// Conditions that still wait for a slot they read.
#[derive(Default)]
pub(super) struct Filters {
    waiting: Vec<(Vec<Slot>, Expr)>,
    /// Conditions left to chance: they hold or not for each match anew, and so stand behind everything else.
    by_chance: Vec<Expr>,
}

impl Filters {
    /// Adds a condition, split at AND.
    pub(super) fn add(&mut self, condition: Expr) {
        if let ExprKind::Binary(BinaryOp::And, _, left, right) = *condition.kind {
            self.add(left);
            self.add(right);
            return;
        }
        if condition.is_random() {
            self.by_chance.push(condition);
        } else {
            self.waiting.push((condition.reads(), condition));
        }
    }

    /// Appends the conditions that stand behind every operator.
    pub(super) fn finish(self, ops: &mut Vec<Op>) {
        ops.extend(self.by_chance.into_iter().map(Op::Filter));
    }

    /// Appends every condition whose slots are set, in the order they were added.
    pub(super) fn flush(&mut self, set: &FxHashSet<Slot>, ops: &mut Vec<Op>) {
        let (ready, waiting) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(|(reads, _)| reads.iter().all(|slot| set.contains(slot)));
        self.waiting = waiting;
        ops.extend(Vec::into_iter(ready).map(|(_, condition)| Op::Filter(condition)));
    }

    /// All conditions.
    pub(super) fn into_all(self) -> Vec<Expr> {
        let conditions = self.waiting.into_iter().map(|(_, condition)| condition);
        conditions.chain(self.by_chance).collect()
    }

    /// Takes out the conditions whose slots are such.
    pub(super) fn take(&mut self, wanted: impl Fn(&[Slot]) -> bool) -> Vec<Expr> {
        let (taken, waiting) =
            std::mem::take(&mut self.waiting).into_iter().partition(|(reads, _)| wanted(reads));
        self.waiting = waiting;
        Vec::into_iter(taken).map(|(_, condition)| condition).collect()
    }

    /// Every slot that a condition reads.
    pub(super) fn reads(&self) -> impl Iterator<Item = Slot> + '_ {
        self.waiting.iter().flat_map(|(reads, _)| reads.iter().copied())
    }

    /// The slots of whose property `id` a waiting condition says what it must equal, where that can be computed already.
    pub(super) fn found_by_id(&self, set: &FxHashSet<Slot>) -> FxHashSet<Slot> {
        let conditions = self.waiting.iter().map(|(_, condition)| condition);
        conditions.flat_map(|condition| ids_in(condition, set)).map(|found| found.0).collect()
    }

    /// Takes out the condition that says what `slot`'s property `id` must equal: a look-up stands for it.
    pub(super) fn take_id_of(&mut self, slot: Slot, set: &FxHashSet<Slot>) -> Option<Expr> {
        let found = |(_, condition): &(_, Expr)| id_of(condition, slot, set).is_some();
        let at = self.waiting.iter().position(found)?;
        let (_, condition) = self.waiting.remove(at);
        id_of(&condition, slot, set).cloned()
    }

    /// Takes out the condition that `slot` has a label: a scan by it stands for that.
    pub(super) fn drop_label(&mut self, slot: Slot, label: LabelId) {
        let wanted = LabelTest::Has(Some(label), None);
        self.waiting.retain(|(_, condition)| match &*condition.kind {
            ExprKind::HasLabels(of, test) => !(is_slot(of, slot) && *test == wanted),
            _ => true,
        });
    }
}

/// What a condition says `slot`'s property `id` must equal, where that reads only slots that are set.
fn id_of<'e>(condition: &'e Expr, slot: Slot, set: &FxHashSet<Slot>) -> Option<&'e Expr> {
    ids_in(condition, set).find(|found| found.0 == slot).map(|found| found.1)
}

/// The slots whose property `id` stands on one side of an equation, each with the other side, where that reads only slots that are
/// set.
fn ids_in<'e>(
    condition: &'e Expr,
    set: &FxHashSet<Slot>,
) -> impl Iterator<Item = (Slot, &'e Expr)> {
    let sides = match &*condition.kind {
        ExprKind::Compare(left, rest) => match rest.as_slice() {
            [(CompareOp::Equal, _, right)] => Some([(left, right), (right, left)]),
            _ => None,
        },
        _ => None,
    };
    sides.into_iter().flatten().filter_map(|(property, value)| {
        let slot = id_subject(property)?;
        value.reads().iter().all(|slot| set.contains(slot)).then_some((slot, value))
    })
}

fn is_slot(expr: &Expr, slot: Slot) -> bool {
    matches!(&*expr.kind, ExprKind::Slot(s) if *s == slot)
}

/// The variable in `variable.id`.
fn id_subject(expr: &Expr) -> Option<Slot> {
    match &*expr.kind {
        ExprKind::Property(of, key) if key.id == Some(Names::ID) => match &*of.kind {
            ExprKind::Slot(slot) => Some(*slot),
            _ => None,
        },
        _ => None,
    }
}
