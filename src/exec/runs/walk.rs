//! Programs at work: every step takes a run of ids and hands runs to the step after it. Nothing here allocates per row.

use super::keep::Test;
use super::program::{Apart, Expand, Keep, Program, Source, Step};
use super::select::{Again, First, Marks, Opened, Run, Spare, pick};
use super::split::Split;
use super::watch::Watched;
use super::ways::{self, Way};
use crate::error::Result;
use crate::exec::{Flow, Frame, Machine};
use crate::graph::{Graph, Hop, Nodes};
use crate::model::{Datum, NodeId, RelId};

/// How many of the first nodes go through the steps at once.
const CHUNK: usize = 1024;
/// How many go first, lest a LIMIT that few satisfy pay for many.
const CHUNK_FIRST: usize = 64;

/// Takes what comes out of a program.
pub(super) trait Gather {
    /// Takes the rows of a run, each so many times.
    fn take(&mut self, state: &mut State<'_, '_>, run: Run<'_>, times: u64) -> Result<Flow>;

    /// Takes the rows of a last hop, each row of a run so many times; false where they must come run by run.
    fn take_opened(
        &mut self,
        _state: &State<'_, '_>,
        _opened: &Opened<'_>,
        _times: u64,
    ) -> Result<bool> {
        Ok(false)
    }

    /// Takes rows of which only their number counts; false where more than that does.
    fn add(&mut self, _rows: usize) -> bool {
        false
    }

    /// Whether it may want no more at some time.
    fn may_stop(&self) -> bool {
        false
    }

    /// Adds what a node is known to add, where the program remembers that from a step on.
    fn recall(&mut self, _state: &State<'_, '_>, _node: u32, _times: u64) -> Recollection {
        Recollection::None
    }

    /// Begins to learn what a node adds, or ends it.
    fn learn(&mut self, _node: u32, _ends: bool) {}

    /// Hears that all rows of a first node have come.
    fn pass(&mut self, _state: &mut State<'_, '_>) -> Result<Flow> {
        Ok(Flow::Continue(()))
    }

    /// Hears that so many rows have come to a place: 0 are the tests on the first nodes, 1 and more the steps.
    fn come(&mut self, _place: usize, _rows: u64) {}
}

/// What is known of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recollection {
    /// Its rows have been added.
    Added,
    /// Nothing yet.
    Unknown,
    /// Nothing, and it shall not be learned.
    None,
}

/// The values of one row but for its run.
pub(super) struct State<'w, 'g> {
    pub(super) machine: &'w Machine<'g>,
    pub(super) program: &'w Program<'g>,
    pub(super) frame: &'w mut Frame,
    /// Nodes and relationships by their places.
    pub(super) ids: Vec<u32>,
    pub(super) rels: Vec<u32>,
}

impl State<'_, '_> {
    /// Goes to a node, and to the relationship that led there, where something reads that.
    #[inline]
    pub(super) fn stand_at(
        &mut self,
        (place, node): (usize, u32),
        (rel, id): (Option<usize>, Option<&u32>),
    ) {
        self.ids[place] = node;
        if let (Some(rel), Some(id)) = (rel, id) {
            self.rels[rel] = *id;
        }
    }

    /// Sets the slot of a node.
    pub(super) fn show(&mut self, place: usize, id: u32) {
        if let Some(slot) = self.program.nodes.get(place) {
            self.frame[slot.0] = Datum::Node(NodeId(id));
        }
    }

    /// Sets the slots of what is in some places.
    pub(super) fn show_all(&mut self, nodes: &[usize], rels: &[usize]) {
        for place in nodes {
            self.show(*place, self.ids[*place]);
        }
        for place in rels {
            if let Some(slot) = self.program.rels.get(*place) {
                self.frame[slot.0] = Datum::Rel(RelId(self.rels[*place]));
            }
        }
    }
}

/// One program at work.
pub(super) struct Walk<'w, 'g> {
    pub(super) state: State<'w, 'g>,
    graph: &'g Graph,
    /// For every step.
    pub(super) spare: Vec<Spare>,
    pub(super) marks: Vec<Marks<'g>>,
    /// The step from which on it is remembered what a node adds; none while that is learned.
    recalled: Option<usize>,
    /// When the rest of the source is left to several threads.
    pub(super) split: Split,
    /// How many steps are taken before a run comes to the sink.
    ends: usize,
}

impl<'w, 'g> Walk<'w, 'g> {
    pub(super) fn new(
        machine: &'w Machine<'g>,
        program: &'w Program<'g>,
        frame: &'w mut Frame,
    ) -> Self {
        let (ids, rels) = (vec![0; program.nodes.len()], vec![0; program.rels.len()]);
        let state = State { machine, program, frame, ids, rels };
        let (mut spare, mut marks) = (Vec::new(), Vec::new());
        spare.resize_with(program.steps.len(), Spare::default);
        marks.resize_with(program.steps.len(), Marks::default);
        let recalled = program.recalled.map(|recalled| recalled.step);
        let (graph, split, ends) = (machine.graph, Split::default(), program.steps.len());
        Self { state, graph, spare, marks, recalled, split, ends }
    }

    /// Remembers nothing of what nodes add.
    pub(super) fn forget(&mut self) {
        self.recalled = None;
    }

    /// Hands the first nodes to a sink that takes the steps itself.
    pub(super) fn run_first(&mut self, sink: &mut impl Gather) -> Result<Flow> {
        (self.ends, self.recalled) = (0, None);
        self.source(sink)
    }

    /// The row it stands at.
    pub(super) fn state(&mut self) -> &mut State<'w, 'g> {
        &mut self.state
    }

    /// Hands all rows to a sink, until that wants no more.
    pub(super) fn run(&mut self, sink: &mut impl Gather) -> Result<Flow> {
        match &self.state.program.counts {
            Some(counts) => self.source(&mut Watched { sink, counts }),
            None => self.source(sink),
        }
    }

    fn source(&mut self, sink: &mut impl Gather) -> Result<Flow> {
        match &self.state.program.source {
            Source::Nodes(Nodes::Range(range)) => self.range(range.clone(), sink),
            Source::Nodes(Nodes::List(ids)) => self.list(ids, sink),
            Source::List(ids) => self.list(ids, sink),
            Source::All => {
                let ids: Vec<u32> = self.graph.nodes().map(|node| node.0).collect();
                self.list(&ids, sink)
            }
        }
    }

    pub(super) fn range(
        &mut self,
        range: std::ops::Range<u32>,
        sink: &mut impl Gather,
    ) -> Result<Flow> {
        let program = self.state.program;
        let (mut flags, mut ids) = ([0_u8; CHUNK], Vec::with_capacity(CHUNK));
        let few = if sink.may_stop() { CHUNK_FIRST } else { CHUNK };
        let (mut first, mut length) = (range.start, few);
        while first < range.end {
            let count = length.min((range.end - first) as usize);
            let Some(flags) = flags.get_mut(..count) else { break };
            let budget = self.state.machine.budget;
            budget.steps(count)?;
            sink.come(0, count as u64);
            flags.fill(1);
            if length == CHUNK {
                let asked = (range.end - first) as usize;
                program.scan.iter().try_for_each(|test| test.foresee(self.graph, asked, budget))?;
            }
            program.scan.iter().for_each(|test| test.mark(self.graph, first, flags));
            let passed = || flags.iter().map(|flag| usize::from(*flag)).sum();
            if !(program.steps.is_empty() && !program.outer && sink.add(passed())) {
                ids.resize(count, 0);
                let mut kept = 0;
                for (flag, id) in flags.iter().zip(first..) {
                    // One write an id, as in [`super::select`].
                    ids[kept] = id;
                    kept += usize::from(*flag);
                }
                ids.truncate(kept);
                if self.begin(&ids, sink)?.is_break() {
                    return Ok(Flow::Break(()));
                }
            }
            first += u32::try_from(count).unwrap_or(u32::MAX);
            if self.splits(range.len(), (range.end - first) as usize) {
                break;
            }
            length = (length * 4).min(CHUNK);
        }
        Ok(Flow::Continue(()))
    }

    pub(super) fn list(&mut self, all: &[u32], sink: &mut impl Gather) -> Result<Flow> {
        let (program, graph) = (self.state.program, self.graph);
        let (mut rest, mut length, mut ids) = (all, CHUNK_FIRST, Vec::new());
        while !rest.is_empty() {
            let (chunk, after) = rest.split_at(length.min(rest.len()));
            self.state.machine.budget.steps(chunk.len())?;
            sink.come(0, chunk.len() as u64);
            ids.clear();
            let passes = |id: &u32| program.scan.iter().all(|test| test.passes(graph, *id));
            ids.extend(chunk.iter().copied().filter(passes));
            if self.begin(&ids, sink)?.is_break() {
                return Ok(Flow::Break(()));
            }
            (rest, length) = (after, (length * 4).min(CHUNK));
            if self.splits(all.len(), rest.len()) {
                break;
            }
        }
        Ok(Flow::Continue(()))
    }

    fn begin(&mut self, ids: &[u32], sink: &mut impl Gather) -> Result<Flow> {
        if !self.state.program.outer {
            return self.drive(0, Run { ids, rels: &[] }, 1, sink);
        }
        for id in ids {
            self.state.ids[0] = *id;
            let run = Run { ids: std::slice::from_ref(id), rels: &[] };
            if self.drive(0, run, 1, sink)?.is_break() || sink.pass(&mut self.state)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    /// As [`Self::drive`], without a call where the steps are at their end.
    #[inline]
    fn go_on(
        &mut self,
        at: usize,
        run: Run<'_>,
        times: u64,
        sink: &mut impl Gather,
    ) -> Result<Flow> {
        if at < self.ends {
            self.drive(at, run, times, sink)
        } else if run.ids.is_empty() {
            Ok(Flow::Continue(()))
        } else {
            sink.take(&mut self.state, run, times)
        }
    }

    pub(super) fn drive(
        &mut self,
        at: usize,
        run: Run<'_>,
        times: u64,
        sink: &mut impl Gather,
    ) -> Result<Flow> {
        if run.ids.is_empty() {
            return Ok(Flow::Continue(()));
        }
        sink.come(at + 1, times.saturating_mul(run.ids.len() as u64));
        if self.recalled == Some(at) {
            return self.recall(at, run, times, sink);
        }
        self.step(at, run, times, sink)
    }

    fn step(
        &mut self,
        at: usize,
        run: Run<'_>,
        times: u64,
        sink: &mut impl Gather,
    ) -> Result<Flow> {
        match self.state.program.steps.get(at).filter(|_| at < self.ends) {
            None => sink.take(&mut self.state, run, times),
            Some(Step::Expand(hop)) => self.expand(hop, at, run, times, sink),
            Some(Step::Keep(keep)) => self.keep(keep, at, run, times, sink),
            Some(Step::Close(close)) => self.close(close, at, run, times, sink),
        }
    }

    /// Adds what is known of the node of a step, and learns what is not.
    fn recall(
        &mut self,
        at: usize,
        run: Run<'_>,
        times: u64,
        sink: &mut impl Gather,
    ) -> Result<Flow> {
        self.state.machine.budget.steps(run.ids.len())?;
        let program = self.state.program;
        let (Some(recalled), Some(Step::Expand(hop))) = (program.recalled, program.steps.get(at))
        else {
            return Ok(Flow::Continue(()));
        };
        if hop.dead {
            let times = times.saturating_mul(run.ids.len() as u64);
            return self.recall_one(at, run.until(1), (recalled.place, times), sink);
        }
        for (place, id) in run.ids.iter().enumerate() {
            self.state.stand_at((hop.open, *id), (hop.rel_before, run.rels.get(place)));
            let one = Run { ids: std::slice::from_ref(id), rels: &[] };
            if self.recall_one(at, one, (recalled.place, times), sink)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    #[inline]
    fn recall_one(
        &mut self,
        at: usize,
        one: Run<'_>,
        (place, times): (usize, u64),
        sink: &mut impl Gather,
    ) -> Result<Flow> {
        let node = self.state.ids[place];
        let known = sink.recall(&self.state, node, times);
        if known == Recollection::Added {
            return Ok(Flow::Continue(()));
        }
        let learns = known == Recollection::Unknown;
        if learns {
            sink.learn(node, false);
        }
        let recalled = self.recalled.take();
        let flow = self.step(at, one, if learns { 1 } else { times }, sink)?;
        self.recalled = recalled;
        if learns {
            sink.learn(node, true);
            sink.recall(&self.state, node, times);
        }
        Ok(flow)
    }

    fn expand(
        &mut self,
        hop: &'w Expand<'g>,
        at: usize,
        run: Run<'_>,
        times: u64,
        sink: &mut impl Gather,
    ) -> Result<Flow> {
        self.state.machine.budget.steps(run.ids.len())?;
        if hop.dead {
            let times = times.saturating_mul(run.ids.len() as u64);
            return self.rows(hop, at, self.state.ids[hop.from], times, sink);
        }
        if self.count_closed((hop, at), run, times, sink)? {
            return Ok(Flow::Continue(()));
        }
        if hop.last
            && let [way] = hop.ways.as_slice()
            && let Some(rows) = way.rows()
        {
            let beyond = hop.beyond.map(|(other, greater)| (self.state.ids[other], greater));
            let from = (hop.from != hop.open).then(|| self.state.ids[hop.from]);
            let opened = Opened { ids: run.ids, place: hop.open, rows, from, beyond };
            if sink.take_opened(&self.state, &opened, times)? {
                return Ok(Flow::Continue(()));
            }
        }
        for (place, id) in run.ids.iter().enumerate() {
            self.state.stand_at((hop.open, *id), (hop.rel_before, run.rels.get(place)));
            if self.rows(hop, at, self.state.ids[hop.from], times, sink)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    /// Opens the rows of a node.
    #[inline]
    fn rows(
        &mut self,
        hop: &'w Expand<'g>,
        at: usize,
        node: u32,
        times: u64,
        sink: &mut impl Gather,
    ) -> Result<Flow> {
        for way in &hop.ways {
            let flow = if hop.plain {
                let run = Run { ids: way.nodes(node), rels: &[] };
                self.go_on(at + 1, run, times, sink)?
            } else {
                self.apart((hop, way), at, (node, way.hop(node)), times, sink)?
            };
            if flow.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    /// Opens a row without its loops.
    fn apart(
        &mut self,
        (hop, way): (&'w Expand<'g>, &Way<'g>),
        at: usize,
        (node, row): (u32, Hop<'g>),
        times: u64,
        sink: &mut impl Gather,
    ) -> Result<Flow> {
        if !way.but_loops {
            return self.pieces((hop, &hop.differs), at, row, times, sink);
        }
        let loops = ways::places(row.nodes, node);
        for part in [piece(row, 0, loops.start), piece(row, loops.end, row.nodes.len())] {
            if self.pieces((hop, &hop.differs), at, part, times, sink)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    /// Opens what is left of a row without some relationships. Each stands at most once in it.
    fn pieces(
        &mut self,
        (hop, differs): (&'w Expand<'g>, &'w [Apart]),
        at: usize,
        row: Hop<'g>,
        times: u64,
        sink: &mut impl Gather,
    ) -> Result<Flow> {
        let Some((apart, differs)) = differs.split_first() else {
            let mut run = Run::of(row, hop.rel_read);
            if let Some((other, greater)) = hop.beyond {
                run = run.beyond(self.state.ids[other], greater);
            }
            return self.drive(at + 1, run, times, sink);
        };
        let Some(place) = self.find(row, *apart, self.state.ids[hop.from]) else {
            return self.pieces((hop, differs), at, row, times, sink);
        };
        for part in [piece(row, 0, place), piece(row, place + 1, row.nodes.len())] {
            if self.pieces((hop, differs), at, part, times, sink)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    /// Where a relationship that was walked before stands in a row.
    fn find(&self, row: Hop<'_>, apart: Apart, from: u32) -> Option<usize> {
        let [a, b] = apart.ends.map(|end| self.state.ids[end]);
        let other = if a == from {
            b
        } else if b == from {
            a
        } else {
            return None;
        };
        let places = ways::places(row.nodes, other);
        let rels = row.rels.get(places.clone())?;
        rels.binary_search(&self.state.rels[apart.rel]).ok().map(|at| places.start + at)
    }

    fn keep(
        &mut self,
        keep: &'w Keep<'g>,
        at: usize,
        run: Run<'_>,
        times: u64,
        sink: &mut impl Gather,
    ) -> Result<Flow> {
        if let [Test::General(_)] = keep.tests.as_slice() {
            return self.keep_general(keep, at, run, times, sink);
        }
        if !keep.open {
            let node = self.state.ids[keep.place];
            let passes = keep.tests.iter().all(|test| test.passes(self.graph, node));
            return if passes {
                self.drive(at + 1, run, times, sink)
            } else {
                Ok(Flow::Continue(()))
            };
        }
        let mut run = run;
        for test in &keep.tests {
            if let Test::Beyond { other, greater } = test {
                run = run.beyond(self.state.ids[*other], *greater);
            }
        }
        let mut tests = keep.tests.iter().filter(|test| !matches!(test, Test::Beyond { .. }));
        let Some(first) = tests.next() else { return self.drive(at + 1, run, times, sink) };
        let mut spare = std::mem::take(&mut self.spare[at]);
        pick(first, self.graph, &mut First(run, &mut spare));
        for test in tests {
            pick(test, self.graph, &mut Again(&mut spare));
        }
        let flow = self.drive(at + 1, spare.run(), times, sink);
        self.spare[at] = spare;
        flow
    }

    /// Goes on with each node by itself for which an expression is true: what lies behind a LIMIT is never evaluated.
    fn keep_general(
        &mut self,
        keep: &'w Keep<'g>,
        at: usize,
        run: Run<'_>,
        times: u64,
        sink: &mut impl Gather,
    ) -> Result<Flow> {
        let Some(Test::General(condition)) = keep.tests.first() else {
            return Ok(Flow::Continue(()));
        };
        let rel = self.open_rel(at);
        for (place, id) in run.ids.iter().enumerate() {
            self.state.stand_at((keep.place, *id), (rel, run.rels.get(place)));
            self.state.show_all(&keep.nodes, &keep.rels);
            self.state.machine.budget.step()?;
            if !self.state.machine.holds(condition, self.state.frame)? {
                continue;
            }
            if self.drive(at + 1, run.one(place), times, sink)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    /// The place of the relationships of the run before a step.
    pub(super) fn open_rel(&self, at: usize) -> Option<usize> {
        let before = self.state.program.steps.get(..at)?;
        before.iter().rev().find_map(|step| match step {
            Step::Expand(hop) => Some(hop.rel),
            Step::Keep(_) | Step::Close(_) => None,
        })
    }
}

fn piece(row: Hop<'_>, from: usize, to: usize) -> Hop<'_> {
    Hop {
        nodes: row.nodes.get(from..to).unwrap_or(&[]),
        rels: row.rels.get(from..to).unwrap_or(&[]),
    }
}
