//! How many rows every operator is expected to give: counts of the graph, multiplied along the pipeline.
//!
//! ```text
//! MATCH (i:Issue)-[:raised-at]->(m) WHERE i.stage = '検討課題'
//! NodeScan i:Issue              as many as there are: exact
//! Filter i.stage = …            those with a stage, by the number of different stages
//! Expand i-[:raised-at]->m      times the mean degree of an Issue
//! ```
//!
//! Single scans and single hops are exact. Where nothing is known the constants below stand in. Conditions are taken to be independent
//! of each other, and an operator to run to its end: a LIMIT after it, which stops it early, is not foreseen.

mod conditions;
mod facts;
mod hops;

use rustc_hash::FxHashMap;

use super::{
    AggregateCall, Ask, Call, Expr, ExprKind, LineKind, Op, Outline, Plan, Slot, Write, deeper,
};
use crate::functions::{Aggregate, as_float};
use crate::graph::{Graph, Statistics};
use crate::model::{KeyId, LabelId};
pub(super) use facts::{Fact, Facts};
use facts::{items, number};

/// The length of a list, and the rows of a procedure, of which nothing is known.
const ITEMS: f64 = 10.0;
/// How many rows LIMIT lets pass where its number is a parameter.
const LIMIT: f64 = 10.0;
/// No estimate is greater.
const ROWS_MAX: f64 = 1e15;

impl Plan {
    /// The rows expected out of each line of [`Plan::outline`]. Cost: that of the plan's length, beside [`Graph::statistics`].
    #[must_use]
    pub fn estimates(&self, graph: &Graph) -> Vec<f64> {
        let mut estimator = Estimator::new(graph);
        for branch in &self.branches {
            estimator.pipeline(&branch.ops, &mut Facts::default(), 1.0);
        }
        gathered(&self.outline(), &estimator.rows)
    }
}

/// The estimates in the order of the lines; a line that is no operator gets what arrives there.
fn gathered(outline: &Outline<'_>, known: &FxHashMap<usize, f64>) -> Vec<f64> {
    let mut rows = vec![0.0; outline.lines.len()];
    for (at, line) in outline.lines.iter().enumerate() {
        let LineKind::Op(op) = line.kind else { continue };
        let given = known.get(&address(op)).copied().unwrap_or(0.0);
        outline.arrivals(at).chain([at]).for_each(|at| rows[at] += given);
    }
    rows
}

/// What tells an operator from others while the plan lives.
fn address(op: &Op) -> usize {
    std::ptr::from_ref(op).addr()
}

/// Estimates operators one by one. The counts of the graph are asked for where an estimate needs them first.
pub(super) struct Estimator<'g> {
    graph: &'g Graph,
    /// What was found, by the address of the operator.
    rows: FxHashMap<usize, f64>,
    /// The rows that a pipeline gives for one it is given, by the address of its first operator.
    given: FxHashMap<usize, f64>,
}

impl<'g> Estimator<'g> {
    pub(super) fn new(graph: &'g Graph) -> Self {
        Self { graph, rows: FxHashMap::default(), given: FxHashMap::default() }
    }

    fn counts(&self) -> &'g Statistics {
        self.graph.statistics()
    }

    /// The rows out of a pipeline that begins with `rows`.
    fn pipeline(&mut self, ops: &[Op], facts: &mut Facts, runs: f64) -> f64 {
        let mut rows = runs;
        for op in ops {
            let exprs = op.exprs().into_iter();
            deeper(|| exprs.for_each(|expr| self.subqueries(expr, facts, rows)));
            rows = self.op(op, facts, rows).clamp(0.0, ROWS_MAX);
            self.rows.insert(address(op), rows);
        }
        if let Some(first) = ops.first() {
            self.given.insert(address(first), ratio(rows, runs));
        }
        rows
    }

    pub(super) fn op(&mut self, op: &Op, facts: &mut Facts, rows: f64) -> f64 {
        match op {
            Op::NodeScan { slot, label } => {
                facts.set(*slot, Fact::node(*label));
                rows * self.nodes(*label)
            }
            Op::NodeById { slot, id } => rows * self.by_id(*slot, id, facts),
            Op::NodeByKey { slot, label, key, value, any } => {
                rows * self.by_key((*slot, *label, *key), any.then_some(value), facts)
            }
            Op::Expand(hop) => rows * self.expand(hop, facts),
            Op::ExpandMany(walk) => rows * self.walk(walk, facts),
            Op::Reach(reach) => rows * self.reach(reach, facts),
            Op::CountReached(count) => {
                facts.set(count.slot, Fact::Value(1.0));
                1.0
            }
            Op::Repeat(repeat) => rows * self.course(&repeat.course, facts),
            Op::Search(search) => rows * self.search(search, facts),
            Op::Filter(condition) => {
                let share = self.share(condition, facts);
                facts.learn(condition);
                rows * share
            }
            Op::NodeGiven { .. } | Op::BuildPath { .. } | Op::Sort { .. } => rows,
            Op::Unwind { list, slot } => {
                let items = items(list, facts);
                facts.set(*slot, Fact::Value(items));
                rows * items
            }
            Op::Optional { ops, .. } => {
                let found = self.pipeline(ops, facts, rows);
                found + rows * (1.0 - self.chance(ops, facts))
            }
            Op::Project(items) => {
                self.project(items, facts, rows);
                rows
            }
            Op::Aggregate { keys, calls } => self.aggregate(keys, calls, facts, rows),
            Op::Distinct(slots) => {
                let kinds = slots.iter().map(|slot| self.of_slot(*slot, facts, rows));
                kinds.product::<f64>().min(rows)
            }
            Op::Skip(skipped) => rows - number(skipped).unwrap_or(0.0),
            Op::Limit(most) => rows.min(number(most).unwrap_or(LIMIT)),
            Op::Invoke(call) => {
                call.columns
                    .iter()
                    .for_each(|(_, slot)| facts.set(*slot, Fact::Value(rows * ITEMS)));
                if call.procedure.procedure.signature.columns.is_empty() {
                    rows
                } else {
                    rows * ITEMS
                }
            }
            Op::Call(call) => self.call(call, facts, rows),
            Op::Write { write, .. } => self.write(write, facts, rows),
        }
    }

    fn call(&mut self, call: &Call, facts: &mut Facts, rows: f64) -> f64 {
        let mut given = 0.0;
        for branch in &call.branches {
            let mut inner = facts.clone();
            let found = self.pipeline(&branch.ops, &mut inner, rows);
            given += found;
            for (column, slot) in call.columns.iter().flatten().zip(&branch.output) {
                facts.set(*column, inner.get(*slot).cloned().unwrap_or(Fact::Value(found)));
            }
        }
        if call.columns.is_some() { given } else { rows }
    }

    fn write(&mut self, write: &Write, facts: &mut Facts, rows: f64) -> f64 {
        match write {
            Write::Create(creations) => {
                creations.iter().for_each(|creation| facts.create(creation));
                rows
            }
            Write::Merge(merge) => {
                merge.creation.iter().for_each(|creation| facts.create(creation));
                // What is not found is created.
                self.pipeline(&merge.matching, facts, rows).max(rows)
            }
            Write::Set(_) | Write::Delete { .. } => rows,
            Write::Call(call) => self.call(call, facts, rows),
        }
    }

    /// Estimates the queries inside an expression that is evaluated for `rows` frames.
    pub(super) fn subqueries(&mut self, expr: &Expr, facts: &Facts, rows: f64) {
        if let ExprKind::Subquery { ask, branches, .. } = &*expr.kind {
            for branch in branches {
                let given = self.pipeline(&branch.ops, &mut facts.clone(), rows);
                // It stops at its first row.
                if let (Ask::Exists, Some(last)) = (ask, branch.ops.last()) {
                    self.rows.insert(address(last), given.min(rows));
                }
            }
        }
        expr.children().into_iter().for_each(|part| self.subqueries(part, facts, rows));
    }

    /// The chance that a pipeline, estimated already, gives a row.
    fn chance(&self, ops: &[Op], facts: &Facts) -> f64 {
        let Some(first) = ops.first() else { return 1.0 };
        let most = if let Op::Expand(hop) = first { self.joined(hop, facts) } else { 1.0 };
        self.given.get(&address(first)).copied().unwrap_or(0.0).min(most)
    }

    pub(super) fn nodes(&self, label: Option<LabelId>) -> f64 {
        let count = match label {
            Some(label) => self.graph.nodes_with(label).len(),
            None => self.graph.node_count(),
        };
        float(count as u64)
    }

    fn by_id(&self, slot: Slot, id: &Expr, facts: &mut Facts) -> f64 {
        let ExprKind::Constant(constant) = &*id.kind else {
            facts.set(slot, Fact::node(None));
            return 1.0;
        };
        let nodes = constant.0.as_str().map(|text| self.graph.nodes_by_id(text));
        let nodes = nodes.unwrap_or_default();
        let label = match nodes.as_slice() {
            [node] => self.graph.labels(*node).first().copied(),
            _ => None,
        };
        facts.set(slot, Fact::node(label));
        float(nodes.len() as u64)
    }

    /// How many nodes a look-up by a key finds.
    fn by_key(
        &self,
        (slot, label, key): (Slot, Option<LabelId>, KeyId),
        value: Option<&Expr>,
        facts: &mut Facts,
    ) -> f64 {
        let times = value.map_or(1.0, |list| items(list, facts));
        facts.set(slot, Fact::node(label));
        let holders = float(self.counts().holders(label, key));
        let each = ratio(holders, float(self.graph.distinct_values(label, key)));
        (times * each).min(holders)
    }

    /// How many relationships there are.
    pub(super) fn rels_in_all(&self) -> f64 {
        float(self.graph.rel_count() as u64)
    }

    fn project(&self, items: &[(Slot, Expr)], facts: &mut Facts, rows: f64) {
        let found: Vec<_> =
            items.iter().map(|(slot, expr)| (*slot, self.fact(expr, facts, rows))).collect();
        found.into_iter().for_each(|(slot, fact)| facts.set(slot, fact));
    }

    fn aggregate(
        &self,
        keys: &[(Slot, Expr)],
        calls: &[(Slot, AggregateCall)],
        facts: &mut Facts,
        rows: f64,
    ) -> f64 {
        let kinds = keys.iter().map(|(_, expr)| self.distinct(expr, facts, rows));
        let groups = if keys.is_empty() { 1.0 } else { kinds.product::<f64>().min(rows) };
        self.project(keys, facts, rows);
        for (slot, call) in calls {
            let fact = if call.function == Aggregate::Collect {
                Fact::Items(ratio(rows, groups))
            } else {
                Fact::Value(groups)
            };
            facts.set(*slot, fact);
        }
        groups
    }
}

fn float(count: u64) -> f64 {
    as_float(i64::try_from(count).unwrap_or(i64::MAX))
}

/// A share of nothing is nothing.
fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
