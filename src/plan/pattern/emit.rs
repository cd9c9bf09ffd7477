//! The operators that match patterns, step by step in the order that was chosen.

use rustc_hash::FxHashSet;

use super::lookup::{best, equations};
use super::order::Step;
use super::search::part_of;
use super::{Bound, BoundLink, BoundNode, BoundRel, BoundRepeat};
use crate::graph::Graph;
use crate::plan::clauses::Binder;
use crate::plan::course::turned;
use crate::plan::estimate::{Estimator, Facts};
use crate::plan::filters::Filters;
use crate::plan::{
    Course, Expand, ExpandMany, Expr, ExprKind, Kinds, Op, PathStep, Place, Repeat, Slot, Stop,
};
use crate::syntax::ast::QuantifierKind;

/// Where operators of a MATCH are appended, and what is known so far.
pub(super) struct Emit<'e> {
    pub(super) graph: &'e Graph,
    pub(super) bound: &'e [Bound],
    pub(super) set: &'e mut FxHashSet<Slot>,
    pub(super) filters: &'e mut Filters,
    /// Relationships of this MATCH, which later ones must differ from.
    pub(super) walked: Vec<(Slot, Kinds)>,
    pub(super) ops: &'e mut Vec<Op>,
    /// What is known of slots, and what tells more; without it nothing is taken for certain.
    pub(super) known: Option<(Estimator<'e>, Facts)>,
}

impl Binder<'_> {
    /// Appends the operators for the patterns of a MATCH.
    pub(super) fn emit(&mut self, steps: &[Step], to: &mut Emit<'_>) {
        to.flush();
        let mut paths: Vec<&Bound> = Vec::new();
        for pattern in to.bound {
            let first = pattern.nodes.first().filter(|_| pattern.links.is_empty());
            if let Some(node) = first.filter(|node| to.set.contains(&node.slot)) {
                to.push(Op::NodeGiven { slot: node.slot, place: Place(node.span) });
            }
            if pattern.path.is_some() && !pattern.is_searched() {
                paths.push(pattern);
            }
        }
        to.paths(&mut paths);
        for step in steps {
            match step {
                Step::Find(pattern, node) => to.find(*pattern, *node),
                Step::Walk(pattern, reversed, link) => to.link(*pattern, *link, *reversed),
                Step::Search(pattern, end) => self.emit_search(*pattern, *end, to),
            }
            to.paths(&mut paths);
        }
    }
}

impl<'e> Emit<'e> {
    pub(super) fn push(&mut self, op: Op) {
        let mut slots = Vec::new();
        op.sets(&mut slots);
        self.set.extend(slots);
        if let Some((estimator, facts)) = &mut self.known {
            estimator.op(&op, facts, 1.0);
        }
        self.ops.push(op);
        self.flush();
    }

    /// Appends the conditions that can be judged now, apart from those that hold for certain.
    fn flush(&mut self) {
        for condition in self.filters.ready(self.set) {
            if let Some((estimator, facts)) = &mut self.known {
                if estimator.is_certain(&condition, facts) {
                    continue;
                }
                facts.learn(&condition);
            }
            self.ops.push(Op::Filter(condition));
        }
    }

    /// Appends the operator that finds a node.
    fn find(&mut self, pattern: usize, node: usize) {
        let node = self.bound.get(pattern).and_then(|pattern| pattern.nodes.get(node));
        if let Some(node) = node {
            self.start(node);
        }
    }

    /// Appends the operator that finds a node, unless it is set already.
    pub(super) fn start(&mut self, node: &BoundNode) {
        if self.set.contains(&node.slot) || self.look_up(node) {
            return;
        }
        if let Some(label) = node.label {
            self.filters.drop_label(node.slot, label);
        }
        self.push(Op::NodeScan { slot: node.slot, label: node.label });
    }

    /// Appends a look-up, where a condition says which: walks need not be followed that end elsewhere.
    pub(super) fn look_up(&mut self, node: &BoundNode) -> bool {
        if self.set.contains(&node.slot) {
            return false;
        }
        let equations = equations(self.graph, self.filters, self.set);
        let Some(found) = best(self.graph, self.bound, node.slot, &equations) else { return false };
        let (op, at, label) = (found.op(), found.equation.at, found.label);
        self.filters.remove(at);
        if let Some(label) = label {
            self.filters.drop_label(node.slot, label);
        }
        self.push(op);
        true
    }

    /// Appends the operators that build those paths whose parts are all set, which are taken out.
    fn paths(&mut self, paths: &mut Vec<&'e Bound>) {
        let (whole, rest): (Vec<&Bound>, Vec<&Bound>) = paths.iter().partition(|pattern| {
            let nodes = pattern.nodes.iter().map(|node| node.slot);
            let mut parts = FxHashSet::default();
            pattern.links.iter().for_each(|link| link.sets(&mut parts));
            nodes.chain(parts).all(|slot| self.set.contains(&slot)) && self.has_walked(pattern)
        });
        *paths = rest;
        for pattern in whole {
            let (Some(slot), Some(first)) = (pattern.path, pattern.nodes.first()) else { continue };
            let steps = pattern.links.iter().map(|link| match link {
                BoundLink::Rel(rel) => PathStep::Rel(rel.slot),
                BoundLink::Repeat(repeat) => {
                    PathStep::Repeat(repeat.legs.iter().map(|leg| leg.list).collect())
                }
            });
            self.push(Op::BuildPath { slot, start: first.slot, steps: steps.collect() });
        }
    }

    /// Whether every link of a pattern is walked: one that an earlier clause has set may not be, yet.
    fn has_walked(&self, pattern: &Bound) -> bool {
        pattern.links.iter().all(|link| {
            let mut lists = FxHashSet::default();
            link.sets(&mut lists);
            lists.iter().any(|slot| self.walked.iter().any(|walked| walked.0 == *slot))
        })
    }

    /// Appends what leads over a link of a pattern, from its left node to its right one or the other way.
    fn link(&mut self, pattern: usize, link: usize, reversed: bool) {
        let Some(pattern) = self.bound.get(pattern) else { return };
        let (from, to) = if reversed { (link + 1, link) } else { (link, link + 1) };
        let nodes = (pattern.nodes.get(from), pattern.nodes.get(to));
        let (Some(link), (Some(from), Some(to))) = (pattern.links.get(link), nodes) else {
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
                let course = course(repeat, (from, to), reversed, self.set);
                let differs = self.differs(repeat.legs.iter().map(|leg| &leg.kinds));
                self.walked.extend(repeat.legs.iter().map(|leg| (leg.list, leg.kinds.clone())));
                self.push(Op::Repeat(Box::new(Repeat { course, differs })));
            }
        }
    }

    fn hop(&mut self, rel: &BoundRel, ends: (&BoundNode, &BoundNode), reversed: bool) {
        let mut hop = hop(rel, ends, reversed, self.set);
        hop.differs = self.differs([&rel.kinds]);
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

    /// The relationships walked so far that may be of these types.
    fn differs<'k>(&self, kinds: impl IntoIterator<Item = &'k Kinds>) -> Vec<Slot> {
        let kinds: Vec<&Kinds> = kinds.into_iter().collect();
        let meets = |other: &Kinds| kinds.iter().any(|kinds| overlap(other, kinds));
        self.walked.iter().filter(|other| meets(&other.1)).map(|other| other.0).collect()
    }
}

/// The hop over a relationship of a pattern, with nothing that it must differ from; `set` is what holds something already.
pub(super) fn hop(
    rel: &BoundRel,
    (from, to): (&BoundNode, &BoundNode),
    reversed: bool,
    set: &FxHashSet<Slot>,
) -> Expand {
    Expand {
        from: from.slot,
        rel: rel.slot,
        to: to.slot,
        kinds: rel.kinds.clone(),
        direction: if reversed { turned(rel.direction) } else { rel.direction },
        rel_bound: rel.given,
        to_bound: set.contains(&to.slot) || from.slot == to.slot,
        differs: Vec::new(),
        ends: (Place(from.span), Place(to.span)),
    }
}

/// The course of a repeated path, walked from one of the nodes around it to the other.
pub(super) fn course(
    repeat: &BoundRepeat,
    (from, to): (&BoundNode, &BoundNode),
    reversed: bool,
    set: &FxHashSet<Slot>,
) -> Course {
    let stop = |node: &BoundNode, given: bool| Stop {
        slot: node.slot,
        given,
        tests: Vec::new(),
        list: None,
        place: Place(node.span),
    };
    let known = set.contains(&to.slot) || from.slot == to.slot;
    let (stops, parts) = (Vec::new(), vec![part_of(repeat)]);
    let course = Course { stops, parts, late: Vec::new(), reversed: false, path: None };
    let mut course = if reversed { course.turned() } else { course };
    course.stops = vec![stop(from, true), stop(to, known)];
    course
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
