//! Execution: a plan on a graph gives rows.
//!
//! An operator sees one frame, sets slots in it and hands it to the operators after it by a call; what comes back is whether to go
//! on. Operators that need all frames first (sort, aggregate) split a pipeline: everything before them runs to its end, then
//! everything after. So do those that write, which get the graph for themselves between two pipelines that read it. Nothing here
//! knows the query's text or its names.

mod aggregate;
mod budget;
mod eval;
mod guide;
mod invoke;
mod measure;
mod operators;
mod paths;
mod patterns;
mod profile;
mod reach;
mod reduce;
mod runs;
mod sort;
mod steps;
mod store;
mod subquery;
mod threads;
mod trails;
mod write;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use budget::Budget;
pub use budget::Limits;
use measure::measure_all;
use patterns::Patterns;
pub use profile::{Probe, Work};
use reach::Pool;
pub use runs::Mark;
use sort::keeps_rows;
pub use write::execute;

use crate::error::{Code, Error, Result, Standard, text};
use crate::functions::Clock;
use crate::graph::Graph;
use crate::model::{Datum, GroupKey};
use crate::plan::{Expr, Op, Outline, Plan, Slot, deeper, row_count};

/// Parameters by name.
pub type Params = IndexMap<String, Datum>;

/// The values of all slots at one moment.
type Frame = Vec<Datum>;

/// Whether to go on.
type Flow = ControlFlow<()>;

/// Takes the frames that a pipeline emits.
type Sink<'s> = &'s mut dyn FnMut(&mut Frame) -> Result<Flow>;

/// The values of some slots.
type Row = Vec<Datum>;

/// Runs a plan that only reads; one that writes goes to [`execute`].
///
/// A probe for this plan sees what each operator does.
///
/// Shape: rows as long as the plan's columns, in the order of ORDER BY; without it in an order that is the same on every run.
///
/// # Errors
/// `name.parameter` where one is missing; `type.mismatch` and `run.*` with the place of the expression; `limit.*`.
pub fn run(
    plan: &Plan,
    graph: &Graph,
    params: &Params,
    limits: &Limits,
    probe: Option<&Probe<'_>>,
) -> Result<Vec<Row>> {
    check_params(plan, params)?;
    let (clock, budget, patterns) = (Clock::start(), Budget::new(limits), Patterns::default());
    let (clock, budget, patterns, pool) = (&clock, &budget, &patterns, &Pool::default());
    let row_by_row = plan.row_by_row;
    let input = &[];
    let machine =
        Machine { graph, params, clock, budget, patterns, pool, probe, row_by_row, input };
    let (mut frame, mut found) = (vec![Datum::Null; plan.slots], Found::of(plan));
    for branch in &plan.branches {
        let _ = machine.run(&branch.ops, &mut frame, &mut |frame| {
            found.take(read(frame, &branch.output), budget)?;
            Ok(Flow::Continue(()))
        })?;
    }
    Ok(found.rows)
}

/// What the operators of a plan run on, for each line of its outline. Nothing runs but what is the same in every row, and of that no
/// more than a few steps; where a parameter is not given, nothing is said of what needs it.
#[must_use]
pub fn marks(plan: &Plan, outline: &Outline<'_>, graph: &Graph, params: &Params) -> Vec<Mark> {
    let limits = Limits { cancel: Some(Arc::new(AtomicBool::new(true))), ..Limits::default() };
    let (clock, budget, patterns) = (Clock::start(), Budget::new(&limits), Patterns::default());
    let (clock, budget, patterns, pool) = (&clock, &budget, &patterns, &Pool::default());
    let (probe, row_by_row, input) = (None, plan.row_by_row, &[]);
    let machine =
        Machine { graph, params, clock, budget, patterns, pool, probe, row_by_row, input };
    runs::marks(&machine, plan, outline)
}

/// The rows of a plan, as they come up.
struct Found {
    rows: Vec<Row>,
    /// What has come up, where equal rows become one.
    seen: Option<Seen>,
}

impl Found {
    fn of(plan: &Plan) -> Self {
        Self { rows: Vec::new(), seen: plan.distinct.then(Seen::default) }
    }

    /// Takes a row; one without columns says nothing.
    fn take(&mut self, row: Row, budget: &Budget) -> Result<()> {
        measure_all(&row)?;
        if row.is_empty() || !self.seen.as_mut().is_none_or(|seen| seen.is_new(row.clone())) {
            return Ok(());
        }
        budget.emit(&row)?;
        self.rows.push(row);
        Ok(())
    }
}

/// Rows that have been seen, under the equivalence of DISTINCT.
#[derive(Default)]
struct Seen(IndexSet<Vec<GroupKey>, FxBuildHasher>);

impl Seen {
    /// Whether it is the first of equal ones; whoever asks has measured the row.
    fn is_new(&mut self, row: Row) -> bool {
        self.0.insert(row.into_iter().map(GroupKey).collect())
    }
}

fn check_params(plan: &Plan, params: &Params) -> Result<()> {
    let Some((name, span)) = plan.params.iter().find(|(name, _)| !params.contains_key(name)) else {
        return Ok(());
    };
    Err(Error::new(
        Code::NameParameter,
        text!("parameter `${name}` is not given", "パラメーター `${name}` が指定されていません"),
    )
    .at(*span)
    .known_as(Standard {
        kind: "ParameterMissing",
        phase: "compile time",
        detail: "MissingParameter",
    })
    .help(text!("Give it with `--param {name}=…`.", "`--param {name}=…` で指定してください。")))
}

/// One execution.
struct Machine<'r> {
    graph: &'r Graph,
    params: &'r Params,
    clock: &'r Clock,
    budget: &'r Budget,
    patterns: &'r Patterns,
    pool: &'r Pool,
    /// Watches the run, where someone asked for that.
    probe: Option<&'r Probe<'r>>,
    /// Whether frames are all there is.
    row_by_row: bool,
    /// The rows that the operator before the pipeline has left, where that one wrote.
    input: &'r [Row],
}

impl Machine<'_> {
    /// Runs a pipeline that may hold operators which need all frames first.
    fn run(&self, ops: &[Op], frame: &mut Frame, sink: Sink<'_>) -> Result<Flow> {
        self.first((ops, usize::MAX), frame, sink)
    }

    /// Runs a pipeline of which at most so many rows are wanted, the first ones; it may give more.
    fn first(
        &self,
        (ops, most): (&[Op], usize),
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        if let Some(flow) = self.runs(ops, frame, sink)? {
            return Ok(flow);
        }
        let Some(at) = ops.iter().rposition(splits) else {
            // Where there is nothing to do, a pipeline gives the frame back as it is.
            return if ops.is_empty() { sink(frame) } else { self.drive(ops, frame, sink) };
        };
        profile::during(self.probe, ops.get(at), || {
            deeper(|| self.split(ops, (at, most), frame, sink))
        })
    }

    /// Runs a pipeline whose last operator of that sort stands at `at`, and of which at most so many rows are wanted.
    fn split(
        &self,
        ops: &[Op],
        (at, most): (usize, usize),
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        let ((before, rest), after) = (ops.split_at(at), ops.get(at + 1..).unwrap_or(&[]));
        let most = if after.iter().all(keeps_rows) { most } else { usize::MAX };
        match rest.first() {
            Some(Op::Aggregate { keys, calls }) => {
                let groups = self.aggregate(before, keys, calls, frame)?;
                let mut slots: Vec<Slot> = keys.iter().map(|key| key.0).collect();
                slots.extend(calls.iter().map(|call| call.0));
                self.emit(groups, &slots, after, frame, sink)
            }
            Some(Op::CountReached(count)) => {
                frame[count.slot.0] = self.count_reached(count, before, frame)?;
                self.drive(after, frame, sink)
            }
            Some(Op::Sort { keys, keep }) => {
                let rows = self.sort((before, most), keys, keep, frame)?;
                self.emit(rows, keep, after, frame, sink)
            }
            Some(Op::Distinct(slots)) => {
                let mut seen = Seen::default();
                self.run(before, frame, &mut |frame| {
                    let (row, held) = (read(frame, slots), self.budget.held());
                    self.budget.keep(&row, None)?;
                    measure_all(&row)?;
                    if !seen.is_new(row) {
                        self.budget.release_to(held);
                        return Ok(Flow::Continue(()));
                    }
                    self.drive(after, frame, sink)
                })
            }
            Some(Op::Skip(rows)) => {
                let mut left = self.row_count(rows, "SKIP", frame)?;
                let most = most.saturating_add(saturated(left));
                self.first((before, most), frame, &mut |frame| {
                    if left > 0 {
                        left -= 1;
                        return Ok(Flow::Continue(()));
                    }
                    self.drive(after, frame, sink)
                })
            }
            Some(Op::Limit(rows)) => self.limit(before, rows, after, frame, sink),
            _ => self.drive(ops, frame, sink),
        }
    }

    /// Passes frames until there were enough; stopping for that reason does not stop what comes after.
    fn limit(
        &self,
        before: &[Op],
        rows: &Expr,
        after: &[Op],
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        let mut left = self.row_count(rows, "LIMIT", frame)?;
        if left == 0 {
            return Ok(Flow::Continue(()));
        }
        let mut outcome = Flow::Continue(());
        let _ = self.first((before, saturated(left)), frame, &mut |frame| {
            left -= 1;
            outcome = self.drive(after, frame, sink)?;
            Ok(if left == 0 { Flow::Break(()) } else { outcome })
        })?;
        Ok(outcome)
    }

    fn row_count(&self, rows: &Expr, keyword: &str, frame: &mut Frame) -> Result<u64> {
        let value = self.eval(rows, frame)?;
        row_count(&value, keyword).map_err(|error| error.at(rows.span.0))
    }

    /// Hands buffered rows to the operators that come after.
    fn emit(
        &self,
        rows: Vec<Row>,
        slots: &[Slot],
        after: &[Op],
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        for row in rows {
            for (slot, value) in slots.iter().zip(row) {
                frame[slot.0] = value;
            }
            if self.drive(after, frame, sink)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }
}

/// Whether an operator splits a pipeline: it needs a state of its own, or all frames.
fn splits(op: &Op) -> bool {
    match op {
        Op::Aggregate { .. }
        | Op::CountReached(_)
        | Op::Sort { .. }
        | Op::Distinct(_)
        | Op::Skip(_)
        | Op::Limit(_) => true,
        Op::NodeScan { .. }
        | Op::NodeById { .. }
        | Op::NodeByKey { .. }
        | Op::NodeGiven { .. }
        | Op::Expand(_)
        | Op::ExpandMany(_)
        | Op::Reach(_)
        | Op::Repeat(_)
        | Op::Search(_)
        | Op::Filter(_)
        | Op::BuildPath { .. }
        | Op::Unwind { .. }
        | Op::Invoke(_)
        | Op::Optional { .. }
        | Op::Project(_)
        | Op::Call(_)
        | Op::Write { .. } => false,
    }
}

/// A number of rows, none of which are so many as an address space holds.
fn saturated(rows: u64) -> usize {
    usize::try_from(rows).unwrap_or(usize::MAX)
}

/// Sets slots to the values of a row.
fn load(frame: &mut Frame, slots: &[Slot], row: &[Datum]) {
    for (slot, value) in slots.iter().zip(row) {
        frame[slot.0] = value.clone();
    }
}

fn read(frame: &Frame, slots: &[Slot]) -> Row {
    slots.iter().map(|slot| frame[slot.0].clone()).collect()
}
