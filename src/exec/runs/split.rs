//! Programs on several threads: where the first nodes turn out to lead far, those that are left go in pieces.
//!
//! What comes of a piece is merged in the order of the source, so that groups come up in the order in which one thread meets them.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::Count;
use super::keep::Test;
use super::keys::Key;
use super::program::{Program, Source, Step};
use super::tally::{After, Cells, Tally};
use super::top::Top;
use super::walk::{Gather, State, Walk};
use crate::error::Result;
use crate::exec::budget::Budget;
use crate::exec::patterns::Patterns;
use crate::exec::reach::Pool;
use crate::exec::threads::{Share, share};
use crate::exec::{Flow, Frame, Machine};
use crate::graph::Nodes;
use crate::plan::Slot;

/// With fewer steps to go, threads cost more than they save.
const STEPS_MIN: u64 = if EARLY { 1 << 12 } else { 1 << 20 };
/// After how many steps it is told how far the first nodes lead.
const STEPS_FIRST: u64 = if EARLY { 1 << 8 } else { 1 << 17 };
/// Without optimisation, as tests run, small graphs are enough.
const EARLY: bool = cfg!(debug_assertions);
/// How many pieces there are at most, and how many nodes in one at least.
const PIECES_MAX: usize = 64;
const PIECE_MIN: usize = 16;

/// When a walk leaves the rest of its source.
#[derive(Debug, Default)]
pub(super) struct Split {
    /// The steps that must be left to do; none where it does all.
    least: Option<u64>,
    /// How many steps had been counted before.
    began: u64,
    /// How many nodes are left.
    left: usize,
}

impl Split {
    fn new(machine: &Machine<'_>, program: &Program<'_>, least: u64) -> Self {
        let is_general = |test: &Test<'_>| matches!(test, Test::General(_));
        let general = program.scan.iter().any(is_general)
            || program.steps.iter().any(|step| match step {
                Step::Keep(keep) => keep.tests.iter().any(is_general),
                Step::Expand(_) | Step::Close(_) => false,
            });
        // Each thread would learn by itself what a node adds: more work in all.
        let apart = program.recalled.is_none() && !matches!(program.source, Source::All);
        // A probe watches one thread.
        let parts = !general && machine.probe.is_none() && apart;
        Self { least: parts.then_some(least), began: machine.budget.taken(), left: 0 }
    }
}

impl<'w, 'g> Walk<'w, 'g> {
    /// Whether the rest of the source, so many nodes of so many, is better left to several threads.
    #[inline]
    pub(super) fn splits(&mut self, all: usize, left: usize) -> bool {
        let Some(least) = self.split.least else { return false };
        let steps = self.state().machine.budget.taken().wrapping_sub(self.split.began);
        steps >= STEPS_FIRST && self.splits_at(least, steps, (all, left))
    }

    #[cold]
    fn splits_at(&mut self, least: u64, steps: u64, (all, left): (usize, usize)) -> bool {
        let to_go = steps.saturating_mul(left as u64) / ((all - left).max(1) as u64);
        if to_go < least || left < 2 * PIECE_MIN {
            return false;
        }
        if self.state().machine.budget.threads() < 2 {
            self.split.least = None;
            return false;
        }
        self.split.left = left;
        true
    }

    /// Hands the nodes of a source between two places to a sink.
    fn run_part(&mut self, places: Range<usize>, sink: &mut impl Gather) -> Result<()> {
        let part = |ids: &'w [u32]| ids.get(places.clone()).unwrap_or(&[]);
        let _ = match &self.state().program.source {
            Source::Nodes(Nodes::Range(range)) => {
                let at =
                    |place| range.start.saturating_add(u32::try_from(place).unwrap_or(u32::MAX));
                self.range(at(places.start)..at(places.end), sink)
            }
            Source::Nodes(Nodes::List(ids)) => self.list(part(ids), sink),
            Source::List(ids) => self.list(part(ids), sink),
            Source::All => Ok(Flow::Continue(())),
        }?;
        Ok(())
    }

    /// Counts all rows, where it pays on several threads.
    pub(super) fn count_split(&mut self) -> Result<u64> {
        let program = self.state().program;
        let mut count = Count::new(program.recalled);
        self.split = Split::new(self.state().machine, program, STEPS_MIN);
        let _ = self.run(&mut count)?;
        if self.split.left == 0 {
            return Ok(count.rows);
        }
        let parts = self.share_rest(&Share {
            begin: Count::default,
            work: |count: &mut Count, walk: &mut Walk<'_, '_>, _, places| {
                walk.run_part(places, count)
            },
            end: |count: Count| count.rows,
        })?;
        Ok(parts.into_iter().fold(count.rows, u64::saturating_add))
    }

    /// Counts by key, where it pays on several threads.
    pub(super) fn tally_split(&mut self, tally: &mut Tally<'_, '_, 'g>) -> Result<Flow> {
        let (machine, program) = (self.state().machine, self.state().program);
        if let Some(least) = tally.splits_from() {
            self.split = Split::new(machine, program, least);
        }
        let flow = self.run(tally)?;
        if self.split.left == 0 {
            return Ok(flow);
        }
        let shape = Shape::of(tally);
        // Groups that have come up are paid for by whoever meets them again, and counted once when all is merged: so threads together may
        // hold what one may.
        let held = tally.touched.len() * tally.size();
        machine.budget.release(held);
        let parts = self.share_rest(&Share {
            begin: || (shape.tally(), Vec::new()),
            work: |(tally, begun): &mut (Tally<'_, '_, 'g>, Vec<Begun>),
                   walk: &mut Walk<'_, '_>,
                   piece: usize,
                   places| {
                begun.push(Begun { piece, touched: tally.touched.len() });
                if let After::Top(top) = &mut tally.after {
                    top.begin(piece as u64 + 1);
                }
                walk.run_part(places, tally)
            },
            end: |(tally, begun): (Tally<'_, '_, 'g>, Vec<Begun>)| Part::of(tally, begun),
        })?;
        machine.budget.hold(held)?;
        tally.merge(parts, machine)?;
        Ok(flow)
    }

    /// Walks what is left of the source on several threads.
    fn share_rest<T, R: Send>(
        &mut self,
        each: &Share<
            impl Fn() -> T + Sync,
            impl Fn(&mut T, &mut Walk<'_, '_>, usize, Range<usize>) -> Result<()> + Sync,
            impl Fn(T) -> R + Sync,
        >,
    ) -> Result<Vec<R>> {
        let left = self.split.left;
        let State { machine, program, frame, .. } = self.state();
        let Machine { graph, params, clock, budget, row_by_row, .. } = **machine;
        let (program, frame) = (*program, &**frame);
        let all = match &program.source {
            Source::Nodes(nodes) => nodes.len(),
            Source::List(ids) => ids.len(),
            Source::All => 0,
        };
        let length = left.div_ceil(PIECES_MAX).max(PIECE_MIN);
        let work = |(own, frame): &mut (T, Frame), budget: &Budget, piece: usize| {
            let (patterns, pool) = (&Patterns::default(), &Pool::default());
            let (probe, input) = (None, &[]);
            let machine =
                Machine { graph, params, clock, budget, patterns, pool, probe, row_by_row, input };
            let from = all - left + piece * length;
            let mut walk = Walk::new(&machine, program, frame);
            (each.work)(own, &mut walk, piece, from..all.min(from + length))
        };
        let begin = || ((each.begin)(), frame.clone());
        let end = |(own, _): (T, Frame)| (each.end)(own);
        share(budget, 0..left.div_ceil(length), &Share { begin, work, end })
    }
}

/// What makes counters like some others.
struct Shape<'g> {
    keys: Vec<(Key<'g>, usize)>,
    outer: usize,
    open: usize,
    /// How many counters are in an array; those that are not are hashed.
    cells: Option<usize>,
    calls: Vec<Slot>,
    /// Empty.
    top: Option<Top>,
}

impl<'g> Shape<'g> {
    fn of(tally: &Tally<'_, '_, 'g>) -> Self {
        let top = match &tally.after {
            After::Top(top) if tally.outer > 0 => Some(top.emptied()),
            After::Top(_) | After::Frames(..) | After::Done => None,
        };
        let cells = match &tally.cells {
            Cells::Array(cells) => Some(cells.len()),
            Cells::Hash(_) => None,
        };
        let (keys, calls) = (tally.keys.clone(), tally.calls.clone());
        Self { keys, outer: tally.outer, open: tally.open, cells, calls, top }
    }

    fn tally(&self) -> Tally<'static, 'static, 'g> {
        let cells = match self.cells {
            Some(count) => Cells::Array(vec![0; count]),
            None => Cells::Hash(FxHashMap::default()),
        };
        let after = self.top.as_ref().map_or(After::Done, |top| After::Top(top.emptied()));
        Tally {
            keys: self.keys.clone(),
            outer: self.outer,
            open: self.open,
            cells,
            touched: Vec::new(),
            recall: None,
            learned: (Cells::Array(Vec::new()), Vec::new()),
            learning: false,
            calls: self.calls.clone(),
            after,
        }
    }
}

/// Where a piece begins in the groups of a thread.
struct Begun {
    piece: usize,
    touched: usize,
}

/// What one thread has counted.
struct Part {
    cells: Cells,
    /// The groups in the order in which they came up, piece by piece.
    touched: Vec<usize>,
    begun: Vec<Begun>,
    top: Option<Top>,
}

impl Part {
    fn of(tally: Tally<'_, '_, '_>, begun: Vec<Begun>) -> Self {
        let Tally { cells, touched, after, .. } = tally;
        let top = match after {
            After::Top(top) => Some(top),
            After::Frames(..) | After::Done => None,
        };
        Self { cells, touched, begun, top }
    }
}

impl<'g> Tally<'_, '_, 'g> {
    /// How many steps must be left for several threads to count; `None` where they must not: where each first node is told to the
    /// operators after it, and where to merge the groups may be as much work as to count them.
    fn splits_from(&self) -> Option<u64> {
        if self.outer > 0 {
            return matches!(self.after, After::Top(_)).then_some(STEPS_MIN);
        }
        match &self.cells {
            Cells::Array(cells) => Some(STEPS_MIN.max(4 * cells.len() as u64)),
            Cells::Hash(_) => None,
        }
    }

    /// Adds what threads have counted. A group stands where the first piece that it came up in has it: a thread takes pieces in
    /// order, so that its groups lie behind all that it has met in earlier ones.
    fn merge(&mut self, mut parts: Vec<Part>, machine: &Machine<'_>) -> Result<()> {
        let mut spans = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let ends = part.begun.iter().skip(1).map(|next| next.touched);
            for (begun, end) in part.begun.iter().zip(ends.chain([part.touched.len()])) {
                spans.push((begun.piece, at, begun.touched..end));
            }
        }
        spans.sort_unstable_by_key(|(piece, ..)| *piece);
        let before = self.touched.len();
        for (_, at, span) in spans {
            let Some(Part { cells, touched, .. }) = parts.get_mut(at) else { continue };
            for cell in touched.get(span).unwrap_or(&[]) {
                self.add(*cell, cells.take(*cell));
            }
        }
        let new = self.touched.len() - before;
        machine.budget.hold(new * self.size())?;
        if let After::Top(top) = &mut self.after {
            parts.into_iter().filter_map(|part| part.top).for_each(|part| top.merge(part));
        }
        Ok(())
    }
}
