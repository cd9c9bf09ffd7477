//! Operators as a program: the longest beginning of a pipeline whose rows are ids, with what each step needs of the graph.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use std::ops::Range;

use super::conditions::{Conditions, Met, Walked, is_slot};
use super::keep::Test;
use super::program::{Apart, Close, Expand, Keep, Program, Source, Step};
use super::ways::{self, Way};
use crate::exec::{Frame, Machine};
use crate::graph::Nodes;
use crate::model::{Datum, KeyId, LabelId};
use crate::plan::{self, Expr, ExprKind, Op, Slot};
use crate::syntax::ast::CompareOp;

/// How many steps a program may have; what comes after them is left to the machine that makes room on the stack for it.
pub(super) const STEPS_MAX: usize = 64;

/// A program in the making.
pub(super) struct Lower<'l, 'g> {
    pub(super) conditions: Conditions<'l, 'g>,
    pub(super) met: Vec<Met<'g>>,
    walked: Vec<(Walked, [usize; 2])>,
    source: Source<'g>,
    pub(super) scan: Vec<Test<'g>>,
    pub(super) steps: Vec<Step<'g>>,
    /// The place of the run.
    open: usize,
}

impl<'l, 'g> Lower<'l, 'g> {
    /// Begins with the operator that finds the first nodes; `None` where it is none of that sort.
    pub(super) fn begin(machine: &'l Machine<'g>, frame: &'l mut Frame, op: &Op) -> Option<Self> {
        let graph = machine.graph;
        let bound = u32::try_from(graph.node_bound()).unwrap_or(u32::MAX);
        let (slot, source, label, range) = match op {
            Op::NodeScan { slot, label: Some(label) } => {
                let nodes = graph.nodes_with(*label);
                let range = span(&nodes);
                (*slot, Source::Nodes(whole(nodes, &range)), Some(*label), range)
            }
            Op::NodeScan { slot, label: None } if graph.node_count() == graph.node_bound() => {
                (*slot, Source::Nodes(Nodes::Range(0..bound)), None, 0..bound)
            }
            Op::NodeScan { slot, label: None } => (*slot, Source::All, None, 0..bound),
            Op::NodeById { slot, id } => {
                let id = machine.eval(id, frame).ok()?;
                let found = machine.nodes_by_id(&id).iter().map(|node| node.0).collect();
                (*slot, Source::List(found), None, 0..bound)
            }
            Op::NodeByKey { slot, label, key, value, any } => {
                let value_of = machine.eval(value, frame).ok()?;
                let found =
                    machine.nodes_found((*label, *key), &value_of, *any, value.span).ok()?;
                let range = label.map_or(0..bound, |label| span(&graph.nodes_with(label)));
                let found = found.iter().map(|node| node.0).collect();
                (*slot, Source::List(found), *label, range)
            }
            _ => return None,
        };
        let conditions = Conditions { machine, frame, own: vec![slot] };
        let met = vec![Met::scanned(slot, label, range)];
        let (walked, scan, steps) = (Vec::new(), Vec::new(), Vec::new());
        Some(Self { conditions, met, walked, source, scan, steps, open: 0 })
    }

    /// Takes the conditions on the first nodes; how many there were.
    pub(super) fn conditions_on_first(&mut self, ops: &[Op]) -> usize {
        let taken = ops.iter().take_while(|op| match op {
            Op::Filter(condition) => self.is_scan() && self.filter(condition).is_some(),
            _ => false,
        });
        taken.count()
    }

    /// Takes the operators after that, as many as it can; how many there were.
    pub(super) fn take(&mut self, ops: &[Op]) -> usize {
        let taken = ops.iter().take_while(|op| match op {
            _ if self.steps.len() >= STEPS_MAX => false,
            Op::Expand(hop) => self.expand(hop).is_some(),
            Op::Filter(condition) => self.filter(condition).is_some(),
            _ => false,
        });
        taken.count()
    }

    /// Whether it has come no further than the first nodes.
    pub(super) fn is_scan(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether the first nodes are neighbours, tested in blocks.
    pub(super) fn goes_in_blocks(&self) -> bool {
        matches!(self.source, Source::Nodes(Nodes::Range(_)))
    }

    pub(super) fn finish(self) -> Program<'g> {
        let Self { met, walked, source, scan, steps, open, .. } = self;
        let nodes = met.into_iter().map(|met| met.slot).collect();
        let rels = walked.into_iter().map(|walked| walked.0.rel).collect();
        Program {
            source,
            scan,
            steps,
            nodes,
            rels,
            open,
            outer: false,
            recalled: None,
            counts: None,
        }
    }

    /// The place of the node in a slot.
    pub(super) fn place(&self, slot: Slot) -> Option<usize> {
        self.met.iter().position(|met| met.slot == slot)
    }

    fn rel(&self, slot: Slot) -> Option<usize> {
        self.walked.iter().position(|walked| walked.0.rel == slot)
    }

    /// Takes what is in the slot of a node for another name of it.
    pub(super) fn rename(&mut self, place: usize, slot: Slot) {
        if let Some(met) = self.met.get_mut(place) {
            met.slot = slot;
            self.conditions.own.push(slot);
        }
    }

    fn expand(&mut self, hop: &plan::Expand) -> Option<()> {
        let from = self.place(hop.from)?;
        if hop.rel_bound || self.conditions.own.contains(&hop.rel) {
            return None;
        }
        let ways = Way::all(self.conditions.machine.graph, &hop.kinds, hop.direction);
        let this = Walked::of(hop);
        let loops = ways.iter().any(Way::may_loop);
        let mut differs = Vec::new();
        for slot in &hop.differs {
            // What an earlier pattern of the same clause walked may lie outside.
            let rel = self.rel(*slot)?;
            let (earlier, ends) = self.walked.get(rel)?;
            if loops || !earlier.is_apart(&this) {
                differs.push(Apart { rel, ends: *ends });
            }
        }
        let rel = self.walked.len();
        if hop.to_bound {
            let to = self.place(hop.to)?;
            self.close((from, to, rel), ways, differs)?;
            self.walked.push((this, [from, to]));
        } else {
            let label = self.label(from);
            let to = self.met.len();
            self.met.push(Met::reached(hop.to, label, &ways));
            self.conditions.own.push(hop.to);
            self.walked.push((this, [from, to]));
            let open = std::mem::replace(&mut self.open, to);
            let step = Expand { from, open, to, rel, ways, differs, ..Expand::default() };
            self.steps.push(Step::Expand(step));
        }
        self.conditions.own.push(hop.rel);
        Some(())
    }

    /// A hop between two nodes that are there already, one of them the last.
    fn close(
        &mut self,
        (from, to, rel): (usize, usize, usize),
        ways: Vec<Way<'g>>,
        differs: Vec<Apart>,
    ) -> Option<()> {
        if from == to || (from != self.open && to != self.open) {
            return None;
        }
        let (other, ways) = if from == self.open {
            (to, ways)
        } else if ways.iter().any(|way| way.but_loops) || ways.len() > 1 {
            // Turned round, several ways would come in another order.
            return None;
        } else {
            (from, ways.iter().map(Way::turned).collect())
        };
        let (open, back) = (self.open, ways.iter().map(Way::turned).collect::<Vec<_>>());
        let marks = ways::targets(&back);
        if other == 0 && !self.steps.iter().any(Step::may_fail) {
            // What leads nowhere is not begun at.
            self.scan.push(Test::Degree { ways: back.clone(), range: 1..usize::MAX });
        }
        let close = Close { open, other, rel, ways, back, differs, marks, rel_read: false };
        self.steps.push(Step::Close(close));
        Some(())
    }

    fn filter(&mut self, condition: &Expr) -> Option<()> {
        let reads = condition.reads();
        let own: Vec<Slot> =
            reads.into_iter().filter(|slot| self.conditions.own.contains(slot)).collect();
        if own.is_empty() || condition.is_random() {
            return None;
        }
        if let ([slot], None) = (own.as_slice(), own.get(1))
            && let Some(place) = self.place(*slot)
        {
            let met = self.met.get_mut(place)?;
            if let Some(tests) = self.conditions.tests(condition, met, true) {
                tests.into_iter().for_each(|test| self.keep(place, test));
                return Some(());
            }
        }
        if let Some(beyond) = self.beyond(condition) {
            beyond.into_iter().for_each(|(place, test)| self.keep(place, test));
            return Some(());
        }
        let nodes = own.iter().filter_map(|slot| self.place(*slot)).collect::<Vec<_>>();
        let rels = own.iter().filter_map(|slot| self.rel(*slot)).collect::<Vec<_>>();
        if nodes.len() + rels.len() != own.len() {
            return None;
        }
        let tests = vec![Test::General(condition.clone())];
        let keep = Keep { place: self.open, open: true, tests, nodes, rels };
        self.steps.push(Step::Keep(keep));
        Some(())
    }

    /// Adds a test on one node.
    pub(super) fn keep(&mut self, place: usize, test: Test<'g>) {
        if self.steps.is_empty() {
            self.scan.push(test);
            return;
        }
        let open = place == self.open;
        if let Some(Step::Keep(last)) = self.steps.last_mut()
            && last.place == place
            && last.nodes.is_empty()
            && last.rels.is_empty()
        {
            if let Test::Beyond { other, .. } = test {
                last.nodes.push(other);
            }
            last.tests.push(test);
            return;
        }
        let (nodes, rels) = match test {
            Test::Beyond { other, .. } => (vec![other], Vec::new()),
            _ => (Vec::new(), Vec::new()),
        };
        self.steps.push(Step::Keep(Keep { place, open, tests: vec![test], nodes, rels }));
    }

    /// A comparison of the same key on two nodes whose values ascend with their ids, as a part of the last hop, or a test on the
    /// last node.
    fn beyond(&mut self, condition: &Expr) -> Option<Option<(usize, Test<'g>)>> {
        let ExprKind::Compare(left, rest) = &*condition.kind else { return None };
        let [(op @ (CompareOp::Less | CompareOp::Greater), _, right)] = rest.as_slice() else {
            return None;
        };
        let ((a, key), (b, other)) = (self.property_of(left)?, self.property_of(right)?);
        let (label, same) = (self.label(a)?, self.label(b)?);
        let graph = self.conditions.machine.graph;
        if key != other || label != same || a == b || !graph.ascends(label, key) {
            return None;
        }
        let less = *op == CompareOp::Less;
        let (place, other, greater) = if b == self.open { (b, a, less) } else { (a, b, !less) };
        if place != self.open {
            return None;
        }
        // A relationship with these two ends on the same side cannot be one.
        if let Some(Step::Expand(hop)) = self.steps.last_mut()
            && hop.to == place
        {
            let from = hop.from;
            let both = |apart: &Apart| apart.ends.contains(&other) && apart.ends.contains(&from);
            hop.differs.retain(|apart| !both(apart));
            if hop.beyond.is_none() {
                hop.beyond = Some((other, greater));
                return Some(None);
            }
        }
        Some(Some((place, Test::Beyond { other, greater })))
    }

    /// The node and the key in `variable.key`.
    pub(super) fn property_of(&self, expr: &Expr) -> Option<(usize, KeyId)> {
        match &*expr.kind {
            ExprKind::Property(of, key) => match &*of.kind {
                ExprKind::Slot(slot) => Some((self.place(*slot)?, key.id?)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether an expression is the node in a place.
    pub(super) fn is_node(&self, expr: &Expr, place: usize) -> bool {
        self.met.get(place).is_some_and(|met| is_slot(expr, met.slot))
    }

    /// Whether an expression is a node or relationship of the pattern: never null.
    pub(super) fn is_met(&self, expr: &Expr) -> bool {
        match &*expr.kind {
            ExprKind::Slot(slot) => self.place(*slot).is_some() || self.rel(*slot).is_some(),
            _ => false,
        }
    }

    /// A label that the node in a place has for certain.
    fn label(&self, place: usize) -> Option<LabelId> {
        let mut known = None;
        self.has_label(place, |label| {
            known = Some(label);
            true
        });
        known
    }

    /// Whether the node in a place has a label for certain of which something holds.
    pub(super) fn has_label(&self, place: usize, mut wanted: impl FnMut(LabelId) -> bool) -> bool {
        let Some(met) = self.met.get(place) else { return false };
        if met.label.is_some() {
            return met.label.is_some_and(wanted);
        }
        let labels = self.conditions.machine.graph.names().labels().len();
        let mut labels = (0..u16::try_from(labels).unwrap_or(u16::MAX)).map(LabelId);
        labels.any(|label| met.must_have(label) && wanted(label))
    }

    /// Sets a slot that is the same in every row from here on.
    pub(super) fn set(&mut self, slot: Slot, value: Datum) {
        self.conditions.frame[slot.0] = value;
    }
}

/// The ids between which nodes lie.
fn span(nodes: &Nodes<'_>) -> Range<u32> {
    match nodes {
        Nodes::Range(range) => range.clone(),
        Nodes::List(ids) => match (ids.first(), ids.last()) {
            (Some(first), Some(last)) => *first..last.saturating_add(1),
            _ => 0..0,
        },
    }
}

/// The nodes as a range, where they fill it.
fn whole<'g>(nodes: Nodes<'g>, range: &Range<u32>) -> Nodes<'g> {
    if nodes.len() == range.len() { Nodes::Range(range.clone()) } else { nodes }
}
