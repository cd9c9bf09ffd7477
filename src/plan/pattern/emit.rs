//! The operators that match a pattern, hop by hop from the node it starts at.

use rustc_hash::FxHashSet;

use super::search::part_of;
use super::{Bound, BoundLink, BoundNode, BoundRel, BoundRepeat};
use crate::plan::clauses::Binder;
use crate::plan::course::turned;
use crate::plan::filters::Filters;
use crate::plan::{
    Course, Expand, ExpandMany, Expr, ExprKind, Kinds, Op, PathStep, Place, Repeat, Slot, Stop,
};
use crate::syntax::ast::QuantifierKind;

/// Where operators of a MATCH are appended, and what is known so far.
pub(super) struct Emit<'e> {
    pub(super) set: &'e mut FxHashSet<Slot>,
    pub(super) filters: &'e mut Filters,
    /// Relationships of this MATCH, which later ones must differ from.
    pub(super) walked: &'e mut Vec<(Slot, Kinds)>,
    pub(super) ops: &'e mut Vec<Op>,
}

impl Binder<'_> {
    /// Appends the operators for one pattern, starting at one of its nodes: to its right end, then to its left.
    pub(super) fn emit(&self, pattern: &Bound, start: usize, to: &mut Emit<'_>) {
        if let Some(node) = pattern.nodes.get(start) {
            if pattern.links.is_empty() && to.set.contains(&node.slot) {
                to.push(Op::NodeGiven { slot: node.slot, place: Place(node.span) });
            }
            self.emit_start(node, to);
        }
        for i in start..pattern.links.len() {
            to.link(pattern, i, i, i + 1);
        }
        for i in (0..start).rev() {
            to.link(pattern, i, i + 1, i);
        }
        if let (Some(slot), Some(first)) = (pattern.path, pattern.nodes.first()) {
            let steps = pattern.links.iter().map(|link| match link {
                BoundLink::Rel(rel) => PathStep::Rel(rel.slot),
                BoundLink::Repeat(repeat) => {
                    PathStep::Repeat(repeat.legs.iter().map(|leg| leg.list).collect())
                }
            });
            to.push(Op::BuildPath { slot, start: first.slot, steps: steps.collect() });
        }
    }

    /// Appends the operator that finds a node, unless it is set already.
    pub(super) fn emit_start(&self, node: &BoundNode, to: &mut Emit<'_>) {
        if to.set.contains(&node.slot) || to.look_up(node) {
            return;
        }
        if let Some(label) = node.label {
            to.filters.drop_label(node.slot, label);
        }
        to.push(Op::NodeScan { slot: node.slot, label: node.label });
    }
}

impl Emit<'_> {
    pub(super) fn push(&mut self, op: Op) {
        let mut slots = Vec::new();
        op.sets(&mut slots);
        self.set.extend(slots);
        self.ops.push(op);
        self.filters.flush(self.set, self.ops);
    }

    /// Appends a look-up by id, where a condition says which: walks need not be followed that end elsewhere.
    pub(super) fn look_up(&mut self, node: &BoundNode) -> bool {
        if self.set.contains(&node.slot) {
            return false;
        }
        let Some(id) = self.filters.take_id_of(node.slot, self.set) else { return false };
        self.push(Op::NodeById { slot: node.slot, id });
        true
    }

    /// Appends what leads over a link of a pattern, from one of its nodes to the other.
    fn link(&mut self, pattern: &Bound, link: usize, from: usize, to: usize) {
        let nodes = (pattern.nodes.get(from), pattern.nodes.get(to));
        let (Some(link), (Some(from), Some(to)), reversed) =
            (pattern.links.get(link), nodes, to < from)
        else {
            return;
        };
        match link {
            BoundLink::Rel(rel) => {
                if rel.range.is_some() {
                    self.look_up(to);
                }
                self.hop(rel, (from, to), reversed);
            }
            BoundLink::Repeat(repeat) => {
                self.look_up(to);
                self.repeat(repeat, (from, to), reversed);
            }
        }
    }

    fn hop(&mut self, rel: &BoundRel, (from, to): (&BoundNode, &BoundNode), reversed: bool) {
        let hop = Expand {
            from: from.slot,
            rel: rel.slot,
            to: to.slot,
            kinds: rel.kinds.clone(),
            direction: if reversed { turned(rel.direction) } else { rel.direction },
            rel_bound: rel.given,
            to_bound: self.set.contains(&to.slot) || from.slot == to.slot,
            differs: self.differs([&rel.kinds]),
            ends: (Place(from.span), Place(to.span)),
        };
        self.walked.push((rel.slot, rel.kinds.clone()));
        let Some((min, max)) = rel.range else {
            self.push(Op::Expand(hop));
            return;
        };
        let (each, rest) = self.judged_on_the_way(rel);
        rest.into_iter().for_each(|condition| self.filters.add(condition));
        self.push(Op::ExpandMany(ExpandMany { hop, min, max, reversed, each }));
    }

    /// The conditions on each relationship of a walk that read nothing which is still to be set, and the others as conditions on the
    /// whole list.
    pub(super) fn judged_on_the_way(
        &self,
        rel: &BoundRel,
    ) -> (Option<(Slot, Vec<Expr>)>, Vec<Expr>) {
        let Some((step, conditions)) = rel.each.clone() else { return (None, Vec::new()) };
        let (now, later): (Vec<Expr>, Vec<Expr>) = conditions.into_iter().partition(|condition| {
            condition.reads().iter().all(|slot| *slot == step || self.set.contains(slot))
        });
        let later = later.into_iter().map(|condition| all_in(rel.slot, step, condition));
        ((!now.is_empty()).then_some((step, now)), later.collect())
    }

    fn repeat(
        &mut self,
        repeat: &BoundRepeat,
        (from, to): (&BoundNode, &BoundNode),
        reversed: bool,
    ) {
        let stop = |node: &BoundNode, given: bool| Stop {
            slot: node.slot,
            given,
            tests: Vec::new(),
            list: None,
            place: Place(node.span),
        };
        let known = self.set.contains(&to.slot) || from.slot == to.slot;
        let (mut stops, parts) = (vec![stop(from, true), stop(to, known)], vec![part_of(repeat)]);
        let mut course =
            Course { stops: Vec::new(), parts, late: Vec::new(), reversed: false, path: None };
        if reversed {
            course = course.turned();
        }
        course.stops.append(&mut stops);
        let differs = self.differs(repeat.legs.iter().map(|leg| &leg.kinds));
        self.walked.extend(repeat.legs.iter().map(|leg| (leg.list, leg.kinds.clone())));
        self.push(Op::Repeat(Box::new(Repeat { course, differs })));
    }

    /// The relationships walked so far that may be of these types.
    fn differs<'k>(&self, kinds: impl IntoIterator<Item = &'k Kinds>) -> Vec<Slot> {
        let kinds: Vec<&Kinds> = kinds.into_iter().collect();
        let meets = |other: &Kinds| kinds.iter().any(|kinds| overlap(other, kinds));
        self.walked.iter().filter(|other| meets(&other.1)).map(|other| other.0).collect()
    }
}

/// The condition that each relationship of a list meets what `condition` says of the one in `slot`.
fn all_in(list: Slot, slot: Slot, condition: Expr) -> Expr {
    let span = condition.span.0;
    let list = Expr::slot(list, span);
    let kind = ExprKind::Quantifier { kind: QuantifierKind::All, slot, list, filter: condition };
    Expr::new(kind, span)
}

fn overlap(a: &Kinds, b: &Kinds) -> bool {
    match (a, b) {
        (Kinds::Any, _) | (_, Kinds::Any) => true,
        (Kinds::Of(a), Kinds::Of(b)) => a.iter().any(|kind| b.contains(kind)),
    }
}
