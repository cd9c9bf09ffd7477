//! A plan as lines: every operator once, each pipeline inside another one below the operator that runs it.
//!
//! ```text
//! Filter EXISTS { … }        0  next 3
//!   Subquery EXISTS { … }    1  next 0
//!     Expand n-->m           2  next 1
//! Return n                   3
//! ```
//!
//! What is said of operators one by one (their words, the rows expected, the rows counted) is said line by line.

use super::{Call, Expr, ExprKind, Op, Plan, Slot, Subplan, deeper};

/// The lines of a plan, in the order in which they are read.
#[derive(Debug, Default)]
pub struct Outline<'p> {
    /// The lines.
    pub lines: Vec<Line<'p>>,
}

/// One line.
#[derive(Debug)]
pub struct Line<'p> {
    /// How many lines it stands below.
    pub depth: usize,
    /// What stands there.
    pub kind: LineKind<'p>,
    /// The operator before it in its pipeline.
    pub previous: Option<usize>,
    /// Where its rows go.
    pub next: Option<usize>,
}

/// What stands in one line.
#[derive(Clone, Copy, Debug)]
pub enum LineKind<'p> {
    /// An operator.
    Op(&'p Op),
    /// A query inside an expression; the lines below are its pipelines.
    Subquery(&'p Expr),
    /// The end of a pipeline, and the slots it leaves its rows in.
    Return(&'p [Slot]),
    /// The pipelines below give one result; equal rows become one where this says so.
    Union(bool),
}

impl Plan {
    /// The lines of the plan.
    #[must_use]
    pub fn outline(&self) -> Outline<'_> {
        let mut outline = Outline::default();
        outline.branches(&self.branches, self.distinct, 0, None);
        outline
    }
}

impl<'p> Outline<'p> {
    /// The lines of the queries inside an expression.
    pub(crate) fn inside(expr: &'p Expr) -> Self {
        let mut outline = Self::default();
        outline.subqueries(expr, 0, 0);
        outline
    }

    /// The lines that are no operators to which the rows of a line go: the end of its pipeline, and those of what that is part of.
    pub fn arrivals(&self, from: usize) -> impl Iterator<Item = usize> + '_ {
        let next = |at: &usize| self.lines.get(*at)?.next;
        let to = move |at: &usize| {
            let line = self.lines.get(*at)?;
            (!matches!(line.kind, LineKind::Op(_))).then_some(*at)
        };
        std::iter::successors(next(&from), move |at| next(at)).map_while(move |at| to(&at))
    }

    /// Adds the parts of a query, whose rows go to the line `to`.
    fn branches(
        &mut self,
        branches: &'p [Subplan],
        distinct: bool,
        mut depth: usize,
        mut to: Option<usize>,
    ) {
        if branches.len() > 1 {
            let all = self.push(depth, LineKind::Union(distinct));
            self.lead(Some(all), to);
            (depth, to) = (depth + 1, Some(all));
        }
        for branch in branches {
            let mut last = deeper(|| self.pipeline(&branch.ops, depth));
            if !branch.output.is_empty() {
                let end = self.push(depth, LineKind::Return(&branch.output));
                self.lead(last, Some(end));
                last = Some(end);
            }
            self.lead(last, to);
        }
    }

    /// Adds a pipeline; its last operator.
    fn pipeline(&mut self, ops: &'p [Op], depth: usize) -> Option<usize> {
        let mut previous = None;
        for op in ops {
            let at = self.push(depth, LineKind::Op(op));
            self.lead(previous, Some(at));
            if let Some(line) = self.lines.get_mut(at) {
                line.previous = previous;
            }
            for body in op.bodies() {
                let last = self.pipeline(body, depth + 1);
                self.lead(last, Some(at));
            }
            if let Some(Call { branches, distinct, .. }) = op.query() {
                self.branches(branches, *distinct, depth + 1, Some(at));
            }
            op.exprs().into_iter().for_each(|expr| self.subqueries(expr, depth + 1, at));
            previous = Some(at);
        }
        previous
    }

    /// Adds the queries inside an expression of the operator in line `of`.
    fn subqueries(&mut self, expr: &'p Expr, depth: usize, of: usize) {
        if let ExprKind::Subquery { branches, distinct, .. } = &*expr.kind {
            let all = self.push(depth, LineKind::Subquery(expr));
            self.lead(Some(all), Some(of));
            self.branches(branches, *distinct, depth + 1, Some(all));
        }
        expr.children().into_iter().for_each(|part| self.subqueries(part, depth, of));
    }

    fn push(&mut self, depth: usize, kind: LineKind<'p>) -> usize {
        self.lines.push(Line { depth, kind, previous: None, next: None });
        self.lines.len() - 1
    }

    fn lead(&mut self, from: Option<usize>, to: Option<usize>) {
        if let Some(line) = from.and_then(|from| self.lines.get_mut(from)) {
            line.next = to;
        }
    }
}
