//! The machine over runs: a pipeline whose rows are ids goes through slices of the adjacency and of columns instead of frames.
//!
//! ```text
//! NodeScan a · Expand a-->b · Filter b.x = 1 · Aggregate count(*) by b.y
//! ids of a   ─▶ row of each ─▶ ids that pass ─▶ counters by code
//! ```
//!
//! A frame holds one id a variable, and one run: the nodes of the last variable, a slice of the adjacency where nothing was left
//! out of it. What the rest of a pipeline does not read is not written, and what nothing reads is only counted. Operators that find
//! no place here run after it in the general machine, on frames. Both give the same rows in the same order. Where a probe watches,
//! rows are counted between the steps, and the time of a program is that of its last operator.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

mod aggregate;
mod chain;
mod close;
mod conditions;
mod fold;
mod keep;
mod keys;
mod lower;
mod marks;
mod program;
mod recall;
mod root;
mod select;
mod split;
mod tally;
mod top;
mod tree;
mod walk;
mod watch;
mod ways;

use std::sync::atomic::Ordering;

use crate::error::Result;
use crate::exec::profile::during;
use crate::exec::{Flow, Frame, Machine, Sink, splits};
use crate::functions::Aggregate;
use crate::model::{Datum, NodeId, RelId};
use crate::plan::{AggregateCall, Expr, ExprKind, Op, Slot, SortKey};
use aggregate::{Aggregates, Wanted};
use keys::Key;
use lower::Lower;
pub use marks::Mark;
use marks::Taken;
pub(super) use marks::marks;
use program::{Program, Reads};
use recall::Recalled;
use select::{Opened, Run};
use tally::{After, Tally, counted};
use top::{By, KEYS_MAX, Top};
use tree::Tree;
use walk::{Gather, Recollection, State, Walk};

impl<'r> Machine<'r> {
    /// Runs a pipeline that begins with nodes, where its rows are ids; `None` where that is not so, and nothing has been done.
    pub(super) fn runs(
        &self,
        ops: &[Op],
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Option<Flow>> {
        if !self.may_lower(ops) {
            return Ok(None);
        }
        // A probe knows the operators as they stand in the plan: under one a program begins where that does.
        let rooted = || self.probe.is_none().then(|| root::rooted(self.graph, ops)).flatten();
        let turned = fold::turned(self.graph, ops).or_else(rooted);
        let own = turned.as_deref().unwrap_or(ops);
        let mut taken = self.probe.map(|_| vec![Taken::first()]);
        let Some((lower, ending)) = self.lowering(own, frame, taken.as_mut()) else {
            return Ok(None);
        };
        let end = ops.len() - ending.after().len();
        let ending = ending.before(ops.get(end..).unwrap_or(&[]));
        let mut program = lower.finish();
        let (Some(probe), Some(taken)) = (self.probe, taken) else {
            return self.ends(program, ending, frame, sink);
        };
        let counts = program.watch();
        marks::conditions(&program, own, |copy, of| probe.know(copy, of));
        let last = end.checked_sub(1).and_then(|at| ops.get(at));
        let flow = during(self.probe, last, || self.ends(program, ending, frame, sink));
        for (at, place) in marks::places(&taken) {
            let op = own.get(at).and_then(|op| match turned {
                Some(_) => ops.get(marks::origin(ops, op)?),
                None => Some(op),
            });
            // What the last one gives has been handed on.
            let op = op.filter(|op| last.is_none_or(|last| !std::ptr::eq(*op, last)));
            if let (Some(op), Some(count)) = (op, counts.get(place)) {
                probe.add(op, count.load(Ordering::Relaxed));
            }
        }
        flow
    }

    /// Whether a pipeline begins with nodes, and may become a program.
    fn may_lower(&self, ops: &[Op]) -> bool {
        let begins = matches!(
            ops.first(),
            Some(Op::NodeScan { .. } | Op::NodeById { .. } | Op::NodeByKey { .. })
        );
        begins && ops.len() > 1 && !self.row_by_row
    }

    /// A pipeline as a program, and what becomes of its rows. Adds how far the program was with each operator, for whoever asks.
    fn lowering<'l, 'a>(
        &'l self,
        ops: &'a [Op],
        frame: &'l mut Frame,
        mut taken: Option<&mut Vec<Taken>>,
    ) -> Option<(Lower<'l, 'r>, Ending<'a, 'r>)> {
        let mut lower = Lower::begin(self, frame, ops.first()?)?;
        let mut at = 1;
        let mut note = |at: usize, lower: &Lower<'_, 'r>| {
            if let Some(taken) = taken.as_mut()
                && let Some(before) = taken.last()
            {
                taken.push(before.next(at, lower));
            }
        };
        let (rest, one) =
            (|at: usize| ops.get(at..).unwrap_or(&[]), |at: usize| ops.get(at..=at).unwrap_or(&[]));
        loop {
            while lower.conditions_on_first(one(at)) > 0 {
                at += 1;
                note(at, &lower);
            }
            let Some(more) = fold::folded(&mut lower, rest(at)) else { break };
            at += more;
            note(at, &lower);
        }
        while lower.take(one(at)) > 0 {
            at += 1;
            note(at, &lower);
        }
        let ending = Ending::of(&lower, rest(at))?;
        Some((lower, ending))
    }

    /// Runs a program to its end.
    fn ends(
        &self,
        mut program: Program<'r>,
        ending: Ending<'_, 'r>,
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Option<Flow>> {
        match ending {
            Ending::Rows(after) => self.rows(program, after, frame, sink).map(Some),
            Ending::Count(calls, after) => {
                program.settle(Reads::of_places(&program, &[]));
                program.recalled = program.recalled(self.graph);
                self.count_rows(&program, (calls, after), frame, sink).map(Some)
            }
            Ending::Groups(groups, order) => {
                let places = groups.keys.iter().map(|key| key.place).collect::<Vec<_>>();
                program.settle(Reads::of_places(&program, &places));
                match order {
                    Some(order) => self.top(program, groups, &order, frame, sink),
                    None => self.groups(program, groups, frame, sink),
                }
            }
            Ending::Aggregates(wanted) => {
                program.settle(wanted.reads(&program));
                let mut groups = Aggregates::new(wanted, program.open, sink);
                let mut walk = Walk::new(self, &program, frame);
                let flow = walk.run(&mut groups)?;
                if flow.is_break() { Ok(Some(flow)) } else { groups.finish(walk.state()).map(Some) }
            }
        }
    }

    /// Hands every row to the operators after the program.
    fn rows(
        &self,
        mut program: Program<'r>,
        after: &[Op],
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        program.settle(Reads::all(&program));
        let open_rel = program.open_rel();
        let mut rows = Frames { after, sink, open_rel };
        Walk::new(self, &program, frame).run(&mut rows)
    }

    /// Counts all rows.
    fn count_rows(
        &self,
        program: &Program<'r>,
        (calls, after): (Vec<Slot>, &[Op]),
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        let mut walk = Walk::new(self, program, frame);
        let rows = match self.tree(program, &[]) {
            Some(mut tree) => {
                let _ = walk.run_first(&mut tree)?;
                tree.counts().map(|(_, count)| count).sum()
            }
            None => walk.count_split()?,
        };
        for slot in calls {
            frame[slot.0] = counted(rows);
        }
        self.drive(after, frame, sink)
    }

    /// Counts by key, and hands every group to the operators after the aggregation.
    fn groups(
        &self,
        mut program: Program<'r>,
        groups: Groups<'_, 'r>,
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Option<Flow>> {
        let Groups { keys, calls, after, hidden } = groups;
        let Some((mut tally, outer)) =
            Tally::new(keys, program.open, calls, After::Frames(after, sink))
        else {
            return Ok(None);
        };
        program.outer = outer;
        program.recalled = program.recalled(self.graph);
        let (mut walk, flow) = self.tallied(&program, &mut tally, hidden, frame)?;
        if outer { Ok(Some(flow)) } else { tally.flush(walk.state()).map(Some) }
    }

    /// Counts by key, over a tree where nodes are met over and over, row by row elsewhere.
    fn tallied<'w>(
        &'w self,
        program: &'w Program<'r>,
        tally: &mut Tally<'_, '_, 'r>,
        hidden: bool,
        frame: &'w mut Frame,
    ) -> Result<(Walk<'w, 'r>, Flow)> {
        let mut walk = Walk::new(self, program, frame);
        let may_be = hidden && tally.outer == 0;
        if let Some(mut tree) = may_be.then(|| self.tree(program, &tally.keys)).flatten() {
            let flow = walk.run_first(&mut tree)?;
            tally.add_all(tree.counts(), self.budget)?;
            return Ok((walk, flow));
        }
        if program.recalled.is_some_and(|recalled| !tally.remember(recalled)) {
            walk.forget();
        }
        let flow = walk.tally_split(tally)?;
        Ok((walk, flow))
    }

    /// The tree that a program walks, where that pays.
    fn tree<'p>(
        &self,
        program: &'p Program<'r>,
        keys: &[(Key<'r>, usize)],
    ) -> Option<Tree<'p, 'r>> {
        // A probe wants to know how many rows come to each step.
        if program.counts.is_some() {
            return None;
        }
        Tree::of(program, keys, self.graph).filter(Tree::remembers)
    }

    /// Counts by key, and hands on the first groups in an order.
    fn top(
        &self,
        mut program: Program<'r>,
        groups: Groups<'_, 'r>,
        order: &Order<'_>,
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Option<Flow>> {
        let most = match order.limit {
            Some(limit) => self.row_count(limit, "LIMIT", frame)?,
            None => u64::MAX,
        };
        if most == 0 {
            return Ok(Some(Flow::Continue(())));
        }
        let top = Top::new(order.by.clone(), usize::try_from(most).unwrap_or(usize::MAX));
        let Groups { keys, calls, after, hidden } = groups;
        let Some((mut tally, outer)) = Tally::new(keys, program.open, calls, After::Top(top))
        else {
            return Ok(None);
        };
        program.outer = outer;
        program.recalled = program.recalled(self.graph);
        let (mut walk, _) = self.tallied(&program, &mut tally, hidden, frame)?;
        if !outer {
            let _ = tally.flush(walk.state())?;
        }
        for entry in tally.take_top() {
            let state = walk.state();
            tally.show(state, entry.first, entry.cell, entry.count);
            let frame = &mut *state.frame;
            for (slot, expr) in order.items() {
                frame[slot.0] = self.eval(expr, frame)?;
            }
            if self.drive(after, frame, sink)?.is_break() {
                return Ok(Some(Flow::Break(())));
            }
        }
        Ok(Some(Flow::Continue(())))
    }
}

/// What becomes of the rows of a program.
enum Ending<'a, 'g> {
    /// Frames for the operators after it.
    Rows(&'a [Op]),
    /// Their number, in some slots.
    Count(Vec<Slot>, &'a [Op]),
    /// Their numbers by key, and the order in which the first ones are wanted.
    Groups(Groups<'a, 'g>, Option<Order<'a>>),
    /// What is aggregated of them by key, or different keys.
    Aggregates(Wanted<'a, 'g>),
}

/// Groups that are only counted.
struct Groups<'a, 'g> {
    keys: Vec<Key<'g>>,
    /// Take the count.
    calls: Vec<Slot>,
    /// The operators after them.
    after: &'a [Op],
    /// Whether no one sees in which order they come up.
    hidden: bool,
}

/// The first groups in an order.
struct Order<'a> {
    by: Vec<(By, bool)>,
    /// What is computed for each of them.
    projects: &'a [Op],
    limit: Option<&'a Expr>,
}

impl Order<'_> {
    fn items(&self) -> impl Iterator<Item = &(Slot, Expr)> {
        self.projects.iter().flat_map(|op| match op {
            Op::Project(items) => items.as_slice(),
            _ => &[],
        })
    }
}

impl<'a, 'g> Ending<'a, 'g> {
    /// The operators after the program.
    fn after(&self) -> &'a [Op] {
        match self {
            Self::Rows(after) | Self::Count(_, after) => after,
            Self::Groups(groups, _) => groups.after,
            Self::Aggregates(wanted) => wanted.after,
        }
    }

    /// The same before other operators.
    fn before(self, after: &'a [Op]) -> Self {
        match self {
            Self::Rows(_) => Self::Rows(after),
            Self::Count(calls, _) => Self::Count(calls, after),
            Self::Groups(groups, order) => Self::Groups(Groups { after, ..groups }, order),
            Self::Aggregates(wanted) => Self::Aggregates(wanted.before(after)),
        }
    }

    /// What operators make of the rows; `None` where these must be handed on one by one to something that needs all of them.
    fn of(lower: &Lower<'_, 'g>, ops: &'a [Op]) -> Option<Self> {
        if let [Op::Aggregate { keys, calls }, after @ ..] = ops
            && calls.iter().all(|call| counts_rows(lower, &call.1))
        {
            let slots: Vec<Slot> = calls.iter().map(|call| call.0).collect();
            let whole = !after.iter().any(splits);
            if keys.is_empty() {
                return whole.then_some(Self::Count(slots, after));
            }
            let key = |(slot, expr): &(Slot, Expr)| Key::of(lower, *slot, expr);
            let bound: Option<Vec<Key<'g>>> = keys.iter().map(key).collect();
            let hidden = fold::hides_order(after, keys);
            let order = if whole { None } else { Some(order(after, keys, &slots)?) };
            let after = match order {
                Some((_, after)) => after,
                None => after,
            };
            let groups = Groups { keys: bound?, calls: slots, after, hidden };
            return Some(Self::Groups(groups, order.map(|order| order.0)));
        }
        if let Some(wanted) = Wanted::of(lower, ops)
            && !wanted.after.iter().any(splits)
        {
            return Some(Self::Aggregates(wanted));
        }
        let worth = !lower.is_scan() || !lower.scan.is_empty();
        (worth && !ops.iter().any(splits)).then_some(Self::Rows(ops))
    }
}

/// Whether a call counts rows.
fn counts_rows(lower: &Lower<'_, '_>, call: &AggregateCall) -> bool {
    let plain = call.function == Aggregate::Count && !call.distinct;
    plain && call.arg.as_ref().is_none_or(|arg| lower.is_met(arg))
}

/// The order of groups, where they are only sorted and limited and only keys and counts decide; the operators after that.
fn order<'a>(
    ops: &'a [Op],
    keys: &[(Slot, Expr)],
    calls: &[Slot],
) -> Option<(Order<'a>, &'a [Op])> {
    let at = ops.iter().position(|op| !matches!(op, Op::Project(_)))?;
    let (projects, rest) = ops.split_at(at);
    let (sorted, limit, after) = match rest {
        [Op::Sort { keys, .. }, Op::Limit(limit), after @ ..] => (keys, Some(limit), after),
        [Op::Sort { keys, .. }, after @ ..] => (keys, None, after),
        _ => return None,
    };
    if after.iter().any(splits) || sorted.len() > KEYS_MAX {
        return None;
    }
    let mut order = Order { by: Vec::new(), projects, limit };
    let simple = |expr: &Expr| match &*expr.kind {
        ExprKind::Slot(_) => true,
        ExprKind::Property(of, _) => matches!(&*of.kind, ExprKind::Slot(slot)
            if keys.iter().any(|key| key.0 == *slot)),
        _ => false,
    };
    if !order.items().all(|(_, expr)| simple(expr)) {
        return None;
    }
    for SortKey { expr, descending } in sorted {
        let ExprKind::Slot(slot) = &*expr.kind else { return None };
        let mut slot = *slot;
        // What was given another name is told by the one before.
        while let Some((_, expr)) = order.items().find(|item| item.0 == slot) {
            match &*expr.kind {
                ExprKind::Slot(before) if *before != slot => slot = *before,
                ExprKind::Slot(_) => break,
                _ => return None,
            }
        }
        let by = if calls.contains(&slot) {
            By::Count
        } else {
            keys.iter().find(|key| key.0 == slot)?;
            By::Key(slot)
        };
        order.by.push((by, *descending));
    }
    Some((order, after))
}

/// Counts rows.
#[derive(Default)]
struct Count {
    rows: u64,
    /// How many there were before those of the node that is being learned.
    before: u64,
    /// The first node that `known` speaks of, and how many rows go on from each node, one more than that, where it is known.
    first: u32,
    known: Vec<u64>,
}

impl Count {
    fn new(recalled: Option<Recalled>) -> Self {
        let Some(recalled) = recalled else { return Self::default() };
        Self { first: recalled.first, known: vec![0; recalled.count], ..Self::default() }
    }

    fn at(&self, node: u32) -> usize {
        node.wrapping_sub(self.first) as usize
    }
}

impl Gather for Count {
    fn take(&mut self, _: &mut State<'_, '_>, run: Run<'_>, times: u64) -> Result<Flow> {
        self.rows = self.rows.saturating_add(times.saturating_mul(run.ids.len() as u64));
        Ok(Flow::Continue(()))
    }

    fn take_opened(&mut self, _: &State<'_, '_>, opened: &Opened<'_>, times: u64) -> Result<bool> {
        let mut rows = 0_u64;
        opened.each(|_, row| rows += row.len() as u64);
        self.rows = self.rows.saturating_add(times.saturating_mul(rows));
        Ok(true)
    }

    fn add(&mut self, rows: usize) -> bool {
        self.rows = self.rows.saturating_add(rows as u64);
        true
    }

    fn recall(&mut self, _: &State<'_, '_>, node: u32, times: u64) -> Recollection {
        match self.known.get(self.at(node)).map(|known| known.checked_sub(1)) {
            Some(Some(known)) => {
                self.rows = self.rows.saturating_add(known.saturating_mul(times));
                Recollection::Added
            }
            Some(None) => Recollection::Unknown,
            None => Recollection::None,
        }
    }

    fn learn(&mut self, node: u32, ends: bool) {
        if !ends {
            self.before = std::mem::take(&mut self.rows);
            return;
        }
        let at = self.at(node);
        if let Some(known) = self.known.get_mut(at) {
            *known = self.rows.saturating_add(1);
        }
        self.rows = self.before;
    }
}

/// Hands rows to operators of the general machine.
struct Frames<'a, 's> {
    after: &'a [Op],
    sink: Sink<'s>,
    open_rel: Option<usize>,
}

impl Gather for Frames<'_, '_> {
    fn may_stop(&self) -> bool {
        true
    }

    fn take(&mut self, state: &mut State<'_, '_>, run: Run<'_>, _: u64) -> Result<Flow> {
        let program = state.program;
        for place in 0..program.nodes.len() {
            state.show(place, state.ids[place]);
        }
        for (slot, rel) in program.rels.iter().zip(&state.rels) {
            state.frame[slot.0] = Datum::Rel(RelId(*rel));
        }
        let node = program.nodes.get(program.open);
        let rel = self.open_rel.and_then(|rel| program.rels.get(rel));
        for (at, id) in run.ids.iter().enumerate() {
            if let Some(slot) = node {
                state.frame[slot.0] = Datum::Node(NodeId(*id));
            }
            if let (Some(slot), Some(id)) = (rel, run.rels.get(at)) {
                state.frame[slot.0] = Datum::Rel(RelId(*id));
            }
            if state.machine.drive(self.after, state.frame, self.sink)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }
}
