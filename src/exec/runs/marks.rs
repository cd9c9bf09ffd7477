//! What operators become in a program, for a reader of EXPLAIN and PROFILE: lowering without running.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use rustc_hash::FxHashMap;

use super::keep::{Part, Test};
use super::lower::Lower;
use super::program::{Program, Step};
use super::{Ending, fold};
use crate::exec::sort::is_cut;
use crate::exec::{Frame, Machine, splits};
use crate::plan::{Expr, ExprKind, LineKind, Op, Outline, Plan, Subplan, deeper};

/// What is said of one line of a plan.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// What its operator runs on; nothing for frames.
    pub runs_on: &'static str,
    /// Whether its rows are counted by themselves.
    pub counts: bool,
    /// Whether its time is measured by itself.
    pub times: bool,
}

impl Default for Mark {
    fn default() -> Self {
        Self { runs_on: "", counts: true, times: true }
    }
}

const IDS: &str = "ids";
const TURNED: &str = "ids: turned";
/// The only one of which what stands inside the condition runs by itself.
const EACH: &str = "ids: one by one";
/// No program: frames, of which a Sort keeps no more than are wanted.
const TOP: &str = "rows: top";

/// How far a program was when an operator had been taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    /// How many operators had been taken.
    pub(super) ops: usize,
    /// The place of the program that their rows come to.
    pub(super) place: usize,
    runs_on: &'static str,
    /// Tests on the first nodes, steps, and tests in the last one.
    size: (usize, usize, usize),
}

impl Taken {
    /// The first operator.
    pub(super) fn first() -> Self {
        Self { ops: 1, place: 0, runs_on: IDS, size: (0, 0, 0) }
    }

    /// What more operators have become.
    pub(super) fn next(&self, ops: usize, lower: &Lower<'_, '_>) -> Self {
        let last = lower.steps.last();
        let tests = match last {
            Some(Step::Keep(keep)) => keep.tests.len(),
            Some(Step::Expand(hop)) => usize::from(hop.beyond.is_some()),
            Some(Step::Close(_)) | None => 0,
        };
        let size = (lower.scan.len(), lower.steps.len(), tests);
        let runs_on = match last {
            _ if size == self.size => IDS,
            None => lower.scan.last().map_or(IDS, |test| test_on(test, lower.goes_in_blocks())),
            Some(Step::Keep(keep)) => keep.tests.last().map_or(IDS, |test| test_on(test, false)),
            Some(Step::Expand(hop)) if hop.beyond.is_some() => "ids: order",
            Some(Step::Expand(_) | Step::Close(_)) => IDS,
        };
        Self { ops, place: lower.steps.len() + 1, runs_on, size }
    }
}

/// What a test is, where it is more than a look at a value.
fn test_on(test: &Test<'_>, blocks: bool) -> &'static str {
    match test {
        Test::Degree { .. } => "ids: degree",
        Test::Chain { .. } => "ids: chain",
        Test::Beyond { .. } => "ids: order",
        Test::Text { part: Part::Inside(_), .. } if blocks => "ids: block",
        Test::General(_) => EACH,
        Test::Any(groups) => {
            let mut all = groups.iter().flatten().map(|test| test_on(test, false));
            all.find(|on| *on != IDS).unwrap_or(IDS)
        }
        _ => IDS,
    }
}

/// The places of a program to which the rows of single operators come: that of the operator, and that of its rows.
pub(super) fn places(taken: &[Taken]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let after = taken.iter().skip(1).map(|next| Some(next.place)).chain([None]);
    let own = taken.iter().zip(after).filter(|(one, next)| *next != Some(one.place));
    own.map(|(one, _)| (one.ops - 1, one.place))
}

/// Each condition that a program evaluates, with the one in the pipeline that it is a copy of.
pub(super) fn conditions(program: &Program<'_>, ops: &[Op], mut each: impl FnMut(&Expr, &Expr)) {
    for step in &program.steps {
        let Step::Keep(keep) = step else { continue };
        for test in &keep.tests {
            let Test::General(copy) = test else { continue };
            let of = ops.iter().find_map(|op| match op {
                Op::Filter(of) if of.span.0 == copy.span.0 => Some(of),
                _ => None,
            });
            of.into_iter().for_each(|of| each(copy, of));
        }
    }
}

/// Where an operator of a pipeline that was turned stood before.
pub(super) fn origin(ops: &[Op], turned: &Op) -> Option<usize> {
    ops.iter().position(|op| match (op, turned) {
        (Op::NodeScan { .. }, Op::NodeScan { .. }) => true,
        (Op::Expand(a), Op::Expand(b)) => a.rel == b.rel,
        (Op::Filter(a), Op::Filter(b)) => a.span.0 == b.span.0,
        _ => false,
    })
}

/// The marks of the lines of a plan.
pub(in crate::exec) fn marks(
    machine: &Machine<'_>,
    plan: &Plan,
    outline: &Outline<'_>,
) -> Vec<Mark> {
    let frame = vec![crate::model::Datum::Null; plan.slots];
    let mut marker = Marker { machine, frame, marks: FxHashMap::default() };
    marker.branches(&plan.branches);
    let mut below = None;
    let mark = |line: &crate::plan::Line<'_>| {
        if below.is_some_and(|depth| line.depth > depth) {
            return Mark { counts: false, times: false, ..Mark::default() };
        }
        let LineKind::Op(op) = line.kind else { return Mark::default() };
        let mark = marker.marks.get(&std::ptr::from_ref(op)).copied();
        // What stands inside a condition that has become a test does not run.
        below = mark.filter(|mark| ![EACH, TOP].contains(&mark.runs_on)).map(|_| line.depth);
        mark.unwrap_or_default()
    };
    outline.lines.iter().map(mark).collect()
}

/// Goes through the pipelines of a plan as the machine does.
struct Marker<'m, 'r> {
    machine: &'m Machine<'r>,
    frame: Frame,
    /// By the address of the operator.
    marks: FxHashMap<*const Op, Mark>,
}

impl Marker<'_, '_> {
    fn branches(&mut self, branches: &[Subplan]) {
        branches.iter().for_each(|branch| deeper(|| self.written(&branch.ops)));
    }

    /// A pipeline with operators that write, each the beginning of another.
    fn written(&mut self, ops: &[Op]) {
        for part in ops.split(|op| matches!(op, Op::Write { .. })) {
            let mut head = part;
            while !self.program(head)
                && let Some(at) = head.iter().rposition(splits)
            {
                head = head.get(..at).unwrap_or(&[]);
            }
            self.cut(part);
        }
        for op in ops {
            for body in op.bodies() {
                if matches!(op, Op::Write { .. }) {
                    self.written(body);
                } else {
                    body.iter().for_each(|op| self.inside(op));
                }
            }
            self.inside(op);
        }
    }

    /// Marks those operators of a pipeline that sort frames and keep only the first.
    fn cut(&mut self, ops: &[Op]) {
        for (at, op) in ops.iter().enumerate() {
            let after = ops.get(at + 1..).unwrap_or(&[]);
            if matches!(op, Op::Sort { .. }) && is_cut(after) {
                self.marks.entry(op).or_insert(Mark { runs_on: TOP, ..Mark::default() });
            }
        }
    }

    fn inside(&mut self, op: &Op) {
        if let Some(call) = op.query() {
            self.branches(&call.branches);
        }
        op.exprs().into_iter().for_each(|expr| self.subqueries(expr));
    }

    fn subqueries(&mut self, expr: &Expr) {
        if let ExprKind::Subquery { branches, .. } = &*expr.kind {
            self.branches(branches);
        }
        expr.children().into_iter().for_each(|part| self.subqueries(part));
    }

    /// Marks the operators of a pipeline that become a program; whether some do.
    fn program(&mut self, ops: &[Op]) -> bool {
        if !self.machine.may_lower(ops) {
            return false;
        }
        let turned = fold::turned(self.machine.graph, ops);
        let own = turned.as_deref().unwrap_or(ops);
        let mut taken = vec![Taken::first()];
        let lowered = self.machine.lowering(own, &mut self.frame, Some(&mut taken));
        let Some((_, ending)) = lowered else { return false };
        let end = ops.len() - ending.after().len();
        let start =
            end - (own.len() - ending.after().len() - taken.last().map_or(0, |one| one.ops));
        for op in ops.get(..start).unwrap_or(&[]) {
            self.mark(op, Mark { runs_on: TURNED, counts: false, times: false });
        }
        let mut from = 0;
        for one in &taken {
            let all = own.get(from..one.ops).unwrap_or(&[]).iter().enumerate();
            let at =
                |at: usize, op| if turned.is_none() { Some(from + at) } else { origin(ops, op) };
            let all: Vec<usize> = all.filter_map(|(place, op)| at(place, op)).collect();
            for op in all.into_iter().filter_map(|at| ops.get(at)) {
                let first = turned.is_some() && one.size.1 <= 1 && !matches!(op, Op::Filter(_));
                let runs_on = match op {
                    _ if first => TURNED,
                    // With the parameter it may be a test.
                    Op::Filter(of) if one.runs_on == EACH && self.lacks(of) => IDS,
                    _ => one.runs_on,
                };
                self.mark(op, Mark { runs_on, counts: false, times: false });
            }
            from = one.ops;
        }
        for op in ops.get(start..end).unwrap_or(&[]) {
            self.mark(op, Mark { runs_on: ending.runs_on(op), counts: false, times: false });
        }
        let counted = places(&taken).filter_map(|(at, _)| {
            if turned.is_none() { Some(at) } else { origin(ops, own.get(at)?) }
        });
        let last = end.checked_sub(1);
        for op in counted.chain(last).filter_map(|at| ops.get(at)) {
            self.marks.entry(op).and_modify(|mark| mark.counts = true);
        }
        if let Some(op) = last.and_then(|at| ops.get(at)) {
            self.marks.entry(op).and_modify(|mark| mark.times = true);
        }
        true
    }

    /// Whether an expression uses a parameter that is not given.
    fn lacks(&self, expr: &Expr) -> bool {
        match &*expr.kind {
            ExprKind::Parameter(name) => !self.machine.params.contains_key(&**name),
            _ => expr.children().into_iter().any(|part| self.lacks(part)),
        }
    }

    fn mark(&mut self, op: &Op, mark: Mark) {
        self.marks.insert(op, mark);
    }
}

impl Ending<'_, '_> {
    /// What an operator runs on that makes something of the rows.
    fn runs_on(&self, op: &Op) -> &'static str {
        match (self, op) {
            (Self::Count(..), Op::Aggregate { .. }) => "ids: count",
            (Self::Groups(..), Op::Aggregate { .. }) => "ids: counters",
            (Self::Groups(..), Op::Sort { .. } | Op::Limit(_)) => "ids: top",
            (Self::Aggregates(_), Op::Aggregate { .. } | Op::Distinct(_)) => "ids: groups",
            _ => IDS,
        }
    }
}
