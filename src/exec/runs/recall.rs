//! What the last hops of a program add to the counters, remembered for each node they begin at: a node that is reached many times
//! is walked from once.
//!
//! ```text
//! (a)<--(i)-->(p)-->(b), counted by a.x and b.y: what i adds for each y is found once, and added for every a
//! ```

use super::program::{Program, Step};
use super::ways::Way;
use crate::graph::Graph;

/// How many counts are remembered at most; what comes after them is walked.
const COUNTS_MAX: usize = 1 << 22;

/// Where remembering begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recalled {
    /// The step that it stands for, with all after it.
    pub(super) step: usize,
    /// The node it begins at.
    pub(super) place: usize,
    /// The ids between which the nodes lie.
    pub(super) first: u32,
    pub(super) count: usize,
}

/// Counts by node.
#[derive(Debug)]
pub(super) struct Recall {
    pub(super) of: Recalled,
    /// Where the counts of a node lie, one more than that; nothing where they are not known.
    spans: Vec<(u32, u32)>,
    counts: Vec<(u32, u64)>,
}

impl Recall {
    pub(super) fn new(of: Recalled) -> Self {
        Self { of, spans: vec![(0, 0); of.count], counts: Vec::new() }
    }

    fn at(&self, node: u32) -> usize {
        node.wrapping_sub(self.of.first) as usize
    }

    /// What a node adds, cell by cell; `None` where that is not known.
    #[inline]
    pub(super) fn get(&self, node: u32) -> Option<&[(u32, u64)]> {
        let (from, to) = *self.spans.get(self.at(node))?;
        self.counts.get(from.checked_sub(1)? as usize..to as usize)
    }

    /// Whether there is room for the counts of a node.
    pub(super) fn has_room(&self, node: u32) -> bool {
        self.counts.len() < COUNTS_MAX && self.at(node) < self.spans.len()
    }

    /// Remembers what a node adds.
    pub(super) fn put(&mut self, node: u32, counts: impl Iterator<Item = (u32, u64)>) {
        let (from, at) = (self.counts.len(), self.at(node));
        self.counts.extend(counts);
        let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        if let Some(span) = self.spans.get_mut(at) {
            *span = (number(from + 1), number(self.counts.len()));
        }
    }
}

impl Program<'_> {
    /// The first hop from which on nothing is read that came before, where its nodes are reached twice each or more.
    pub(super) fn recalled(&self, graph: &Graph) -> Option<Recalled> {
        let mut into: Option<(usize, &[Way<'_>])> = None;
        let mut rels = 0;
        for (step, one) in self.steps.iter().enumerate() {
            match one {
                Step::Expand(hop) => {
                    if let Some((place, ways)) = into
                        && hop.from == place
                        && self.is_apart(step, place, rels)
                        && repeats(graph, ways)
                    {
                        let targets = super::ways::targets(ways);
                        let (first, count) = (targets.start, targets.len());
                        return Some(Recalled { step, place, first, count });
                    }
                    into = Some((hop.to, &hop.ways));
                    rels += 1;
                }
                Step::Close(_) => rels += 1,
                Step::Keep(_) => {}
            }
        }
        None
    }

    /// Whether the steps from one on read no node before a place and no relationship before another, and there are several.
    fn is_apart(&self, step: usize, place: usize, rel: usize) -> bool {
        let steps = self.steps.get(step..).unwrap_or(&[]);
        let differs = |differs: &[super::program::Apart]| {
            differs
                .iter()
                .all(|apart| apart.rel >= rel && apart.ends.into_iter().all(|end| end >= place))
        };
        steps.len() > 1
            && steps.iter().all(|step| match step {
                Step::Expand(hop) => {
                    let beyond = hop.beyond.is_none_or(|(other, _)| other >= place);
                    hop.from >= place && beyond && differs(&hop.differs)
                }
                Step::Close(close) => close.other >= place && differs(&close.differs),
                Step::Keep(keep) => {
                    keep.place >= place
                        && keep.nodes.iter().all(|node| *node >= place)
                        && keep.rels.iter().all(|read| *read >= rel)
                }
            })
    }
}

/// Whether ways lead to their nodes twice each or more.
fn repeats(graph: &Graph, ways: &[Way<'_>]) -> bool {
    let (mut rels, mut nodes) = (0, 0);
    for way in ways {
        if graph.rows(way.kind, way.direction).is_none() {
            return false;
        }
        let counts = graph.statistics();
        rels += counts.rels(None, way.kind, None);
        nodes += counts.joined(None, way.kind, way.direction.opposite());
    }
    rels >= 2 * nodes
}
