//! What each operator does while a plan runs: the rows it gives, and the time it takes for itself.
//!
//! Operators hand frames on by calls, so at every moment one operator is at work, and each call and each return passes the work on.
//! The probe stands at those two places, keeps one clock, and knows by the address of the next operator where it is; operators know
//! nothing of it, and a run without a probe pays one test a call.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use crate::plan::{Expr, Line, LineKind, Op, Outline};

/// What one line of a plan did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// The rows it gave, all its runs together.
    pub rows: u64,
    /// The time it took, that of operators it called apart.
    pub time: Duration,
}

/// Watches one run of a plan.
#[derive(Debug)]
pub struct Probe<'p> {
    outline: &'p Outline<'p>,
    /// The line of each operator, by its address, which is the same as long as the plan is borrowed.
    at: RefCell<FxHashMap<usize, usize>>,
    work: Vec<Cell<Work>>,
    /// The line at work, and since when.
    current: Cell<Option<usize>>,
    since: Cell<Instant>,
}

impl<'p> Probe<'p> {
    /// A probe for the plan of this outline.
    #[must_use]
    pub fn new(outline: &'p Outline<'p>) -> Self {
        let lines = outline.lines.as_slice();
        let at = lines.iter().enumerate().filter_map(|(at, line)| match line.kind {
            LineKind::Op(op) => Some((address(op), at)),
            LineKind::Subquery(_) | LineKind::Return(_) | LineKind::Union(_) => None,
        });
        Self {
            outline,
            at: RefCell::new(at.collect()),
            work: lines.iter().map(|_| Cell::default()).collect(),
            current: Cell::new(None),
            since: Cell::new(Instant::now()),
        }
    }

    /// What each line has done so far.
    #[must_use]
    pub fn work(&self) -> Vec<Work> {
        self.work.iter().map(Cell::get).collect()
    }

    /// Counts a frame that is handed to the first of `ops`, or out of its pipeline where there is none, and passes the work on.
    /// Gives what [`Self::back`] takes when the call returns.
    pub(super) fn hand_on(&self, ops: &[Op]) -> Option<usize> {
        let to = match ops.first() {
            // What comes before an operator that writes has ended when that one begins to give rows.
            Some(op @ Op::Write { .. }) => self.at(op),
            Some(op) => {
                let at = self.at(op);
                self.count(at.and_then(|at| self.line(at)?.previous));
                at
            }
            None => {
                let from = self.current.get();
                self.count(from);
                // The operator whose query this was takes over, else whoever wants the rows of the statement.
                let mut to = from.and_then(|from| self.line(from)?.next);
                for end in from.into_iter().flat_map(|from| self.outline.arrivals(from)) {
                    self.count(Some(end));
                    to = self.line(end).and_then(|line| line.next).or(to);
                }
                to
            }
        };
        self.switch(to)
    }

    /// Passes the work back to the line that had it.
    pub(super) fn back(&self, to: Option<usize>) {
        self.switch(to);
    }

    /// Adds rows that an operator gave to others that run with it as one.
    pub(super) fn add(&self, op: &Op, rows: u64) {
        if let Some(cell) = self.at(op).and_then(|at| self.work.get(at)) {
            let work = cell.get();
            cell.set(Work { rows: work.rows.saturating_add(rows), ..work });
        }
    }

    /// Knows the operators inside a copy of an expression as those inside the expression.
    pub(super) fn know(&self, copy: &Expr, of: &Expr) {
        let (copies, lines) = (Outline::inside(copy).lines, Outline::inside(of).lines);
        for (copy, line) in copies.iter().zip(&lines) {
            if let (LineKind::Op(copy), LineKind::Op(op)) = (copy.kind, line.kind)
                && let Some(at) = self.at(op)
            {
                self.at.borrow_mut().insert(address(copy), at);
            }
        }
    }

    fn at(&self, op: &Op) -> Option<usize> {
        self.at.borrow().get(&address(op)).copied()
    }

    fn line(&self, at: usize) -> Option<&Line<'p>> {
        self.outline.lines.get(at)
    }

    fn count(&self, at: Option<usize>) {
        if let Some(cell) = at.and_then(|at| self.work.get(at)) {
            let work = cell.get();
            cell.set(Work { rows: work.rows + 1, ..work });
        }
    }

    fn switch(&self, to: Option<usize>) -> Option<usize> {
        let (now, from) = (Instant::now(), self.current.replace(to));
        let spent = now.saturating_duration_since(self.since.replace(now));
        if let Some(cell) = from.and_then(|from| self.work.get(from)) {
            let work = cell.get();
            cell.set(Work { time: work.time.saturating_add(spent), ..work });
        }
        from
    }
}

/// Does what an operator does apart from the frames it is handed, in its name.
pub(super) fn during<T>(probe: Option<&Probe<'_>>, op: Option<&Op>, run: impl FnOnce() -> T) -> T {
    let Some(probe) = probe else { return run() };
    let was = probe.switch(op.and_then(|op| probe.at(op)));
    let outcome = run();
    probe.back(was);
    outcome
}

fn address(op: &Op) -> usize {
    std::ptr::from_ref(op).addr()
}
