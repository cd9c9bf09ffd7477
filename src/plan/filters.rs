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

use super::rank::{is_safe, price};
use super::{Expr, ExprKind, LabelTest, Op, Slot};
use crate::model::{KeyId, LabelId};
use crate::syntax::ast::{BinaryOp, CompareOp};

/// Conditions that still wait for a slot they read.
#[derive(Default)]
pub(super) struct Filters {
    waiting: Vec<(Vec<Slot>, Expr)>,
    /// Conditions left to chance: they hold or not for each match anew, and so stand behind everything else.
    by_chance: Vec<Expr>,
    /// The slots that hold nodes, relationships or null: reading a property of them cannot fail.
    entities: FxHashSet<Slot>,
}

impl Filters {
    /// No condition yet; `entities` hold nodes, relationships or null.
    pub(super) fn on(entities: FxHashSet<Slot>) -> Self {
        Self { entities, ..Self::default() }
    }

    /// Learns of more slots that hold nodes, relationships or null.
    pub(super) fn know(&mut self, entities: impl Iterator<Item = Slot>) {
        self.entities.extend(entities);
    }

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

    /// Takes out every condition whose slots are set, in the order in which they are best judged.
    pub(super) fn ready(&mut self, set: &FxHashSet<Slot>) -> Vec<Expr> {
        let ready = self.take(|reads| reads.iter().all(|slot| set.contains(slot)));
        let (mut safe, rest): (Vec<Expr>, Vec<Expr>) =
            ready.into_iter().partition(|condition| is_safe(condition, &self.entities));
        safe.sort_by_key(price);
        safe.extend(rest);
        safe
    }

    /// The conditions that wait, each with the slots it reads.
    pub(super) fn waiting(&self) -> &[(Vec<Slot>, Expr)] {
        &self.waiting
    }

    /// All conditions.
    pub(super) fn into_all(self) -> Vec<Expr> {
        let conditions = self.waiting.into_iter().map(|(_, condition)| condition);
        conditions.chain(self.by_chance).collect()
    }

    /// A copy of all conditions.
    pub(super) fn all(&self) -> Vec<Expr> {
        let conditions = self.waiting.iter().map(|(_, condition)| condition);
        conditions.chain(&self.by_chance).cloned().collect()
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

    /// What conditions say that properties must equal, those of such keys, where that can be computed already.
    pub(super) fn equations(
        &self,
        set: &FxHashSet<Slot>,
        wanted: impl Fn(KeyId) -> bool,
    ) -> Vec<Equation<'_>> {
        let waiting = self.waiting.iter().enumerate();
        let all = waiting.flat_map(|(at, (_, condition))| equations_in(at, condition));
        let known = |value: &Expr| value.reads().iter().all(|slot| set.contains(slot));
        all.filter(|one| wanted(one.key) && !set.contains(&one.slot) && known(one.value)).collect()
    }

    /// Takes out a condition, for which a look-up stands.
    pub(super) fn remove(&mut self, at: usize) {
        self.waiting.remove(at);
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

/// What a condition says that a property of a node must equal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Equation<'f> {
    /// The place of the condition.
    pub(super) at: usize,
    /// The node.
    pub(super) slot: Slot,
    /// The property.
    pub(super) key: KeyId,
    /// What it must equal, or a list of that.
    pub(super) value: &'f Expr,
    /// Whether it must equal one item of a list.
    pub(super) any: bool,
}

fn equations_in(at: usize, condition: &Expr) -> impl Iterator<Item = Equation<'_>> {
    let sides = match &*condition.kind {
        ExprKind::Compare(left, rest) => match rest.as_slice() {
            [(CompareOp::Equal, _, right)] => {
                vec![(left, right, false), (right, left, false)]
            }
            _ => Vec::new(),
        },
        ExprKind::Binary(BinaryOp::In, _, item, list) => vec![(item, list, true)],
        _ => Vec::new(),
    };
    sides.into_iter().filter_map(move |(property, value, any)| {
        let (slot, key) = property_of_slot(property)?;
        Some(Equation { at, slot, key, value, any })
    })
}

fn is_slot(expr: &Expr, slot: Slot) -> bool {
    matches!(&*expr.kind, ExprKind::Slot(s) if *s == slot)
}

/// The variable and the key in `variable.key`.
fn property_of_slot(expr: &Expr) -> Option<(Slot, KeyId)> {
    match &*expr.kind {
        ExprKind::Property(of, key) => match &*of.kind {
            ExprKind::Slot(slot) => Some((*slot, key.id?)),
            _ => None,
        },
        _ => None,
    }
}
