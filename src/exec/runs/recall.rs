//! What the last hops of a program add to the counters, remembered for each node they begin at: a node that is reached many times
//! is walked from once.
//!
//! ```text
//! (a)<--(i)-->(p)-->(b), counted by a.x and b.y: what i adds for each y is found once, and added for every a
//! ```

use super::program::{Apart, Expand, Program, Step};
use super::ways::Way;
use crate::graph::Graph;

/// How many counts are remembered at most; what comes after them is walked.
const COUNTS_MAX: usize = 1 << 22;

/// Where remembering begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recalled {
    /// The step that it stands for, with all after it.
    pub(super) step: usize,
    /// The node it begins at, and the first that it leads to.
    pub(super) place: usize,
    pub(super) to: usize,
    /// The ids between which the nodes lie.
    pub(super) first: u32,
    pub(super) count: usize,
}

impl Recalled {
    /// Whether it stands for what a node says.
    #[inline]
    pub(super) fn holds(&self, place: usize) -> bool {
        place == self.place || place >= self.to
    }
}

/// Counts by node.
#[derive(Debug)]
pub(super) struct Recall {
    pub(super) of: Recalled,
    /// Where the counts of a node lie, one more than that; nothing where they are not known.
    spans: Vec<(u32, u32)>,
    counts: Vec<(u32, u32)>,
}

impl Recall {
    pub(super) fn new(of: Recalled) -> Self {
        Self { of, spans: vec![(0, 0); of.count], counts: Vec::new() }
    }

    #[inline]
    fn at(&self, node: u32) -> usize {
        node.wrapping_sub(self.of.first) as usize
    }

    /// What a node adds, cell by cell; `None` where that is not known.
    #[inline]
    pub(super) fn get(&self, node: u32) -> Option<&[(u32, u32)]> {
        let (from, to) = *self.spans.get(self.at(node))?;
        self.counts.get(from.checked_sub(1)? as usize..to as usize)
    }

    /// Whether there is room for the counts of a node.
    pub(super) fn has_room(&self, node: u32) -> bool {
        self.counts.len() < COUNTS_MAX && self.at(node) < self.spans.len()
    }

    /// Remembers what a node adds; a count too great for that goes in parts.
    pub(super) fn put(&mut self, node: u32, counts: impl Iterator<Item = (u32, u64)>) {
        let (from, at) = (self.counts.len(), self.at(node));
        for (cell, mut count) in counts {
            while count > u64::from(u32::MAX) {
                self.counts.push((cell, u32::MAX));
                count -= u64::from(u32::MAX);
            }
            self.counts.push((cell, u32::try_from(count).unwrap_or(u32::MAX)));
        }
        let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        if let Some(span) = self.spans.get_mut(at) {
            *span = (number(from + 1), number(self.counts.len()));
        }
    }
}

impl Program<'_> {
    /// The first hop from which on nothing is read but the node it begins at and those it leads to, where that node comes up twice
    /// or more on average.
    pub(super) fn recalled(&self, graph: &Graph) -> Option<Recalled> {
        let mut rels = 0;
        for (step, one) in self.steps.iter().enumerate() {
            match one {
                Step::Expand(hop) => {
                    let mut recalled =
                        Recalled { step, place: hop.from, to: hop.to, first: 0, count: 0 };
                    if self.is_apart(&recalled, rels) && self.repeats(graph, hop) {
                        let sources = super::ways::sources(&hop.ways);
                        (recalled.first, recalled.count) = (sources.start, sources.len());
                        return Some(recalled);
                    }
                    rels += 1;
                }
                Step::Close(_) => rels += 1,
                Step::Keep(_) => {}
            }
        }
        None
    }

    /// Whether the steps from one on read no other node and no relationship before another, and there are several.
    fn is_apart(&self, recalled: &Recalled, rel: usize) -> bool {
        let steps = self.steps.get(recalled.step..).unwrap_or(&[]);
        let differs = |differs: &[Apart]| {
            let ends = |apart: &Apart| apart.ends.into_iter().all(|end| recalled.holds(end));
            differs.iter().all(|apart| apart.rel >= rel && ends(apart))
        };
        steps.len() > 1
            && steps.iter().all(|step| match step {
                Step::Expand(hop) => {
                    let beyond = hop.beyond.is_none_or(|(other, _)| recalled.holds(other));
                    recalled.holds(hop.from) && beyond && differs(&hop.differs)
                }
                Step::Close(close) => recalled.holds(close.other) && differs(&close.differs),
                Step::Keep(keep) => {
                    recalled.holds(keep.place)
                        && keep.nodes.iter().all(|node| recalled.holds(*node))
                        && keep.rels.iter().all(|read| *read >= rel)
                }
            })
    }

    /// Whether the node that a hop begins at comes up twice or more on average.
    fn repeats(&self, graph: &Graph, hop: &Expand<'_>) -> bool {
        let hops = self.steps.iter().filter_map(|step| match step {
            Step::Expand(hop) => Some(hop),
            Step::Close(_) | Step::Keep(_) => None,
        });
        for before in hops.take_while(|before| before.to < hop.to) {
            // It was led to, or stands while others come.
            if before.to == hop.from && repeats(graph, &before.ways, true) {
                return true;
            }
            if before.from == hop.from && !hop.dead && repeats(graph, &before.ways, false) {
                return true;
            }
        }
        false
    }
}

/// Whether ways lead to their nodes, or from them, twice each or more.
fn repeats(graph: &Graph, ways: &[Way<'_>], to: bool) -> bool {
    let (mut rels, mut nodes) = (0, 0);
    for way in ways {
        if graph.rows(way.kind, way.direction).is_none() {
            return false;
        }
        let counts = graph.statistics();
        rels += counts.rels(None, way.kind, None);
        let direction = if to { way.direction.opposite() } else { way.direction };
        nodes += counts.joined(None, way.kind, direction);
    }
    rels >= 2 * nodes
}
