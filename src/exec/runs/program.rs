//! Programs as data: where nodes come from, and the steps that every run of them takes.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::keep::Test;
use super::recall::Recalled;
use super::ways::Way;
use crate::graph::Nodes;
use crate::plan::Slot;

/// A beginning of a pipeline, bound to a graph.
#[derive(Debug)]
pub(super) struct Program<'g> {
    pub(super) source: Source<'g>,
    /// What is asked of the first nodes.
    pub(super) scan: Vec<Test<'g>>,
    pub(super) steps: Vec<Step<'g>>,
    /// The slots of nodes, by their places in the frame of ids.
    pub(super) nodes: Vec<Slot>,
    /// The slots of relationships, by theirs.
    pub(super) rels: Vec<Slot>,
    /// The place of the run in the end.
    pub(super) open: usize,
    /// Whether the first nodes go through the steps one by one, and each is told to the sink.
    pub(super) outer: bool,
    /// From where on it is remembered what nodes add.
    pub(super) recalled: Option<Recalled>,
    /// How many rows have come to each place, where a probe watches: to the tests on the first nodes, each step, and the end.
    pub(super) counts: Option<Arc<[AtomicU64]>>,
}

/// Where the first nodes come from.
#[derive(Debug)]
pub(super) enum Source<'g> {
    /// These.
    Nodes(Nodes<'g>),
    /// Every node, where ids have gaps.
    All,
    /// What a look-up found.
    List(Vec<u32>),
}

/// What happens to a run.
#[derive(Debug)]
pub(super) enum Step<'g> {
    /// The rows of a node become runs.
    Expand(Expand<'g>),
    /// Only those stay that a hop joins with another node.
    Close(Close<'g>),
    /// Only those stay that pass tests.
    Keep(Keep<'g>),
}

impl Step<'_> {
    /// Whether a row may be at fault there.
    pub(super) fn may_fail(&self) -> bool {
        match self {
            Self::Keep(keep) => keep.tests.iter().any(|test| matches!(test, Test::General(_))),
            Self::Expand(_) | Self::Close(_) => false,
        }
    }
}

/// A hop to new nodes.
#[derive(Debug, Default)]
pub(super) struct Expand<'g> {
    /// The node it starts at.
    pub(super) from: usize,
    /// The place of the run before.
    pub(super) open: usize,
    /// The place of the run after.
    pub(super) to: usize,
    /// Its relationship.
    pub(super) rel: usize,
    pub(super) ways: Vec<Way<'g>>,
    /// Relationships that its own must differ from.
    pub(super) differs: Vec<Apart>,
    /// The node than whose id those of the new ones must be greater, or smaller.
    pub(super) beyond: Option<(usize, bool)>,
    /// Whether nothing reads the run before from here on: its nodes are only counted.
    pub(super) dead: bool,
    /// The relationships of the run before, where something reads them.
    pub(super) rel_before: Option<usize>,
    /// Whether something reads its relationships.
    pub(super) rel_read: bool,
    /// Whether its rows are runs as they are.
    pub(super) plain: bool,
    /// Whether it is the last step, and its rows can go to the sink together.
    pub(super) last: bool,
}

/// A relationship that another must differ from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Apart {
    pub(super) rel: usize,
    /// The nodes it joins.
    pub(super) ends: [usize; 2],
}

/// A hop from the nodes of the run to one that is there already.
#[derive(Debug)]
pub(super) struct Close<'g> {
    pub(super) open: usize,
    pub(super) other: usize,
    pub(super) rel: usize,
    /// From the run to the other node.
    pub(super) ways: Vec<Way<'g>>,
    /// From the other node to the run.
    pub(super) back: Vec<Way<'g>>,
    pub(super) differs: Vec<Apart>,
    /// The ids between which the nodes of the run must lie to be joined.
    pub(super) marks: Range<u32>,
    /// Whether something reads its relationships.
    pub(super) rel_read: bool,
}

/// Tests on one node.
#[derive(Debug)]
pub(super) struct Keep<'g> {
    pub(super) place: usize,
    /// Whether the node is that of the run.
    pub(super) open: bool,
    pub(super) tests: Vec<Test<'g>>,
    /// What else the tests read.
    pub(super) nodes: Vec<usize>,
    pub(super) rels: Vec<usize>,
}

/// What is read from some point of a program on.
#[derive(Debug)]
pub(super) struct Reads {
    pub(super) nodes: Vec<bool>,
    pub(super) rels: Vec<bool>,
}

impl Reads {
    /// The nodes in some places.
    pub(super) fn of_places(program: &Program<'_>, places: &[usize]) -> Self {
        let nodes = (0..program.nodes.len()).map(|place| places.contains(&place)).collect();
        Self { nodes, rels: vec![false; program.rels.len()] }
    }

    /// Every node, and no relationship.
    pub(super) fn all_nodes(program: &Program<'_>) -> Self {
        Self { nodes: vec![true; program.nodes.len()], rels: vec![false; program.rels.len()] }
    }

    /// Everything.
    pub(super) fn all(program: &Program<'_>) -> Self {
        Self { nodes: vec![true; program.nodes.len()], rels: vec![true; program.rels.len()] }
    }

    fn node(&mut self, place: usize) {
        if let Some(read) = self.nodes.get_mut(place) {
            *read = true;
        }
    }

    fn rel(&mut self, place: usize) {
        if let Some(read) = self.rels.get_mut(place) {
            *read = true;
        }
    }

    fn has_rel(&self, place: usize) -> bool {
        self.rels.get(place).copied().unwrap_or(true)
    }

    fn apart(&mut self, differs: &[Apart]) {
        for apart in differs {
            self.rel(apart.rel);
            apart.ends.into_iter().for_each(|end| self.node(end));
        }
    }
}

impl Program<'_> {
    /// The place of the relationships of the run in the end.
    pub(super) fn open_rel(&self) -> Option<usize> {
        self.steps.iter().rev().find_map(|step| match step {
            Step::Expand(hop) => Some(hop.rel),
            Step::Keep(_) | Step::Close(_) => None,
        })
    }

    /// Has the rows counted that come to each place.
    pub(super) fn watch(&mut self) -> Arc<[AtomicU64]> {
        let counts = std::iter::repeat_with(AtomicU64::default).take(self.steps.len() + 2);
        Arc::clone(self.counts.insert(counts.collect()))
    }

    /// Drops what nothing reads, where in the end so much is read.
    pub(super) fn settle(&mut self, mut reads: Reads) {
        for step in self.steps.iter_mut().rev() {
            match step {
                Step::Expand(hop) => {
                    hop.rel_read = reads.has_rel(hop.rel);
                    let whole = hop.differs.is_empty() && hop.beyond.is_none();
                    hop.plain = whole && !hop.rel_read && !hop.ways.iter().any(|way| way.but_loops);
                    reads.apart(&hop.differs);
                    reads.node(hop.from);
                    hop.beyond.iter().for_each(|(other, _)| reads.node(*other));
                    hop.dead = !reads.nodes.get(hop.open).copied().unwrap_or(true);
                }
                Step::Close(close) => {
                    close.rel_read = reads.has_rel(close.rel);
                    reads.apart(&close.differs);
                    reads.node(close.open);
                    reads.node(close.other);
                }
                Step::Keep(keep) => {
                    reads.node(keep.place);
                    keep.nodes.iter().for_each(|place| reads.node(*place));
                    keep.rels.iter().for_each(|place| reads.rel(*place));
                }
            }
        }
        self.settle_rels();
        if let Some(Step::Expand(hop)) = self.steps.last_mut() {
            let whole = hop.differs.is_empty() && !hop.rel_read && hop.rel_before.is_none();
            let plain = whole && !hop.ways.iter().any(|way| way.but_loops);
            // Where the node that bounds the rows stands in the run itself, each has a bound of its own.
            let own = hop.beyond.is_some_and(|(other, _)| other == hop.open);
            hop.last = plain && !own && !hop.dead;
        }
    }

    /// Tells each hop whether it writes down the relationships of the run before it.
    fn settle_rels(&mut self) {
        let mut before: Option<(usize, bool)> = None;
        for step in &mut self.steps {
            if let Step::Expand(hop) = step {
                hop.rel_before = before.and_then(|(rel, read)| read.then_some(rel));
                hop.dead &= hop.rel_before.is_none();
                before = Some((hop.rel, hop.rel_read));
            }
        }
    }
}
