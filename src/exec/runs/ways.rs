//! Where a hop leads from a node: rows of the adjacency, as they lie in memory.

use std::ops::Range;

use crate::graph::{Direction, Graph, Hop, Rows};
use crate::model::{KindId, LabelId, NodeId};
use crate::plan::Kinds;
use crate::syntax::ast::RelDirection;

/// The rows of one relationship type in one direction.
#[derive(Clone, Debug)]
pub(super) struct Way<'g> {
    graph: &'g Graph,
    pub(super) kind: KindId,
    pub(super) direction: Direction,
    /// All of them; `None` where some were written since, and each is asked for.
    rows: Option<Rows<'g>>,
    /// Whether loops are left out: a hop without a direction meets them on its other way.
    pub(super) but_loops: bool,
}

impl<'g> Way<'g> {
    /// The ways of a hop, in the order in which they are walked.
    pub(super) fn all(graph: &'g Graph, kinds: &Kinds, direction: RelDirection) -> Vec<Self> {
        let kinds: Vec<KindId> = match kinds {
            Kinds::Of(kinds) => kinds.clone(),
            Kinds::Any => {
                let count = u16::try_from(graph.names().kinds().len()).unwrap_or(u16::MAX);
                (0..count).map(KindId).collect()
            }
        };
        let mut ways = Vec::new();
        for kind in kinds {
            if direction != RelDirection::Left {
                ways.push(Self::new(graph, kind, Direction::Outgoing));
            }
            if direction != RelDirection::Right {
                let way = Self::new(graph, kind, Direction::Incoming);
                let but_loops = direction == RelDirection::Either && way.may_loop();
                ways.push(Self { but_loops, ..way });
            }
        }
        ways
    }

    fn new(graph: &'g Graph, kind: KindId, direction: Direction) -> Self {
        let rows = graph.rows(kind, direction);
        Self { graph, kind, direction, rows, but_loops: false }
    }

    /// The same relationships, seen from their other ends.
    pub(super) fn turned(&self) -> Self {
        Self::new(self.graph, self.kind, self.direction.opposite())
    }

    /// Whether a relationship of this type may lead from a node to itself.
    pub(super) fn may_loop(&self) -> bool {
        self.rows.is_none() || self.graph.statistics().loops(None, self.kind) > 0
    }

    /// Whether it is known to lead from nodes with a label only to nodes with another.
    pub(super) fn leads_to(&self, from: Option<LabelId>, to: LabelId) -> bool {
        if self.rows.is_none() {
            return false;
        }
        let counts = self.graph.statistics();
        let rels = |from, to| match self.direction {
            Direction::Outgoing => counts.rels(from, self.kind, to),
            Direction::Incoming => counts.rels(to, self.kind, from),
        };
        rels(from, Some(to)) == rels(from, None)
    }

    /// All rows, where none was written since they were built.
    pub(super) fn rows(&self) -> Option<&Rows<'g>> {
        self.rows.as_ref()
    }

    /// The row of a node.
    #[inline]
    pub(super) fn hop(&self, node: u32) -> Hop<'g> {
        let Some(rows) = &self.rows else {
            return self.graph.hop(NodeId(node), self.kind, self.direction);
        };
        let (from, to) = bounds(rows, node);
        Hop {
            nodes: rows.nodes.get(from..to).unwrap_or(&[]),
            rels: rows.rels.get(from..to).unwrap_or(&[]),
        }
    }

    /// The nodes in the row of a node.
    #[inline]
    pub(super) fn nodes(&self, node: u32) -> &'g [u32] {
        let Some(rows) = &self.rows else {
            return self.graph.hop(NodeId(node), self.kind, self.direction).nodes;
        };
        let (from, to) = bounds(rows, node);
        rows.nodes.get(from..to).unwrap_or(&[])
    }

    /// How many relationships a node has this way.
    #[inline]
    pub(super) fn degree(&self, node: u32) -> usize {
        match &self.rows {
            Some(rows) => {
                let (from, to) = bounds(rows, node);
                to - from
            }
            None => self.nodes(node).len(),
        }
    }

    /// How many relationships there are this way.
    pub(super) fn rels(&self) -> u64 {
        self.graph.statistics().rels(None, self.kind, None)
    }

    /// The most that one node has.
    pub(super) fn degree_max(&self) -> u64 {
        self.graph.statistics().degree_max(None, self.kind, self.direction)
    }

    /// Where the rows of neighbouring nodes begin, and where the last ends: one more than there are nodes. `None` where a node has
    /// no row of its own.
    pub(super) fn offsets(&self, first: u32, count: usize) -> Option<&'g [u32]> {
        let rows = self.rows.as_ref()?;
        let at = first.checked_sub(rows.first)? as usize;
        rows.offsets.get(at..at.checked_add(count)?.checked_add(1)?)
    }

    /// The rows of those among neighbouring nodes that have one of their own, and which these are; `None` where each is asked for.
    pub(super) fn inside(&self, first: u32, count: usize) -> Option<(Rows<'g>, Range<usize>)> {
        let rows = self.rows.as_ref()?;
        let all = rows.offsets.len().saturating_sub(1);
        let before = (rows.first.saturating_sub(first) as usize).min(count);
        let skipped = (first.saturating_sub(rows.first) as usize).min(all);
        let own = (count - before).min(all - skipped);
        let offsets = rows.offsets.get(skipped..=skipped + own)?;
        let start = first.max(rows.first);
        Some((Rows { first: start, offsets, ..*rows }, before..before + own))
    }

    /// The ids between which all nodes lie that this way starts from; all ids where that is not known.
    pub(super) fn sources(&self) -> Range<u32> {
        let bound = u32::try_from(self.graph.node_bound()).unwrap_or(u32::MAX);
        match &self.rows {
            Some(rows) => {
                let count = u32::try_from(rows.offsets.len().saturating_sub(1)).unwrap_or(u32::MAX);
                rows.first..rows.first.saturating_add(count)
            }
            None => 0..bound,
        }
    }

    /// The ids between which all nodes lie that this way leads to.
    pub(super) fn targets(&self) -> Range<u32> {
        self.turned().sources()
    }
}

/// Where the row of a node begins and ends; nowhere where it has none.
#[inline]
pub(super) fn bounds(rows: &Rows<'_>, node: u32) -> (usize, usize) {
    let at = node.wrapping_sub(rows.first) as usize;
    match rows.offsets.get(at..at.saturating_add(2)) {
        Some([from, to]) => (*from as usize, (*to).max(*from) as usize),
        _ => (0, 0),
    }
}

/// The ids between which all nodes lie that some ways lead to.
pub(super) fn targets(ways: &[Way<'_>]) -> Range<u32> {
    joined(ways.iter().map(Way::targets))
}

/// The ids between which all nodes lie that some ways start from.
pub(super) fn sources(ways: &[Way<'_>]) -> Range<u32> {
    joined(ways.iter().map(Way::sources))
}

fn joined(ranges: impl Iterator<Item = Range<u32>>) -> Range<u32> {
    let ranges = ranges.filter(|range| !range.is_empty());
    ranges.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end)).unwrap_or(0..0)
}

/// The places in a sorted row that lead to a node.
pub(super) fn places(nodes: &[u32], node: u32) -> Range<usize> {
    let from = nodes.partition_point(|other| *other < node);
    let count = nodes.get(from..).unwrap_or(&[]).iter().take_while(|other| **other == node).count();
    from..from + count
}
