//! Breadth-first search over rows: from some nodes to all they lead to, a layer at a time.
//!
//! Every node is met once, whatever the number of ways to it. Sets of nodes are bits, made once for a run and cleared node by node, so
//! that a search costs what it reaches.

use std::cell::RefCell;
use std::ops::Range;

use crate::error::Result;
use crate::exec::budget::Budget;
use crate::graph::{Direction, Graph, Rows};
use crate::model::{KindId, NodeId};
use crate::plan::Kinds;
use crate::syntax::ast::RelDirection;

/// A set of nodes: a bit each.
#[derive(Debug, Default)]
pub(in crate::exec) struct Bits(Vec<u64>);

impl Bits {
    /// No node of so many.
    pub(in crate::exec) fn none(bound: usize) -> Self {
        Self(vec![0; bound.div_ceil(64)])
    }

    /// Makes room for so many nodes.
    pub(in crate::exec) fn reserve(&mut self, bound: usize) {
        let words = bound.div_ceil(64);
        if self.0.len() < words {
            self.0.resize(words, 0);
        }
    }

    /// Adds a node; whether it was not there.
    #[inline]
    pub(in crate::exec) fn insert(&mut self, node: u32) -> bool {
        let Some(word) = self.0.get_mut(node as usize / 64) else { return false };
        let bit = 1 << (node % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    #[inline]
    pub(in crate::exec) fn contains(&self, node: u32) -> bool {
        self.0.get(node as usize / 64).is_some_and(|word| word >> (node % 64) & 1 == 1)
    }

    pub(in crate::exec) fn remove(&mut self, node: u32) {
        if let Some(word) = self.0.get_mut(node as usize / 64) {
            *word &= !(1 << (node % 64));
        }
    }
}

/// The ways over one relationship type in one direction.
struct Way<'g> {
    kind: KindId,
    direction: Direction,
    /// All rows, where none was written since they were built.
    rows: Option<Rows<'g>>,
}

/// The ways out of nodes: over some relationship types, this way, that way or both.
pub(in crate::exec) struct Ways<'g> {
    graph: &'g Graph,
    ways: Vec<Way<'g>>,
}

impl<'g> Ways<'g> {
    pub(in crate::exec) fn new(graph: &'g Graph, kinds: &Kinds, direction: RelDirection) -> Self {
        let count = u16::try_from(graph.names().kinds().len()).unwrap_or(u16::MAX);
        let kinds: Vec<KindId> = match kinds {
            Kinds::Of(kinds) => kinds.clone(),
            Kinds::Any => (0..count).map(KindId).collect(),
        };
        let directions: &[Direction] = match direction {
            RelDirection::Right => &[Direction::Outgoing],
            RelDirection::Left => &[Direction::Incoming],
            RelDirection::Either => &[Direction::Outgoing, Direction::Incoming],
        };
        let both =
            kinds.into_iter().flat_map(|kind| directions.iter().map(move |way| (kind, *way)));
        let ways = both.map(|(kind, direction)| {
            let rows = graph.rows(kind, direction);
            Way { kind, direction, rows }
        });
        Self { graph, ways: ways.collect() }
    }

    /// The neighbours of a node, in one slice for each type and direction.
    pub(in crate::exec) fn of(&self, node: u32) -> impl Iterator<Item = &'g [u32]> {
        self.ways.iter().map(move |way| match &way.rows {
            Some(rows) => row(rows, node),
            None => self.graph.hop(NodeId(node), way.kind, way.direction).nodes,
        })
    }
}

/// The neighbours in a node's row.
#[inline]
fn row<'g>(rows: &Rows<'g>, node: u32) -> &'g [u32] {
    let at = node.wrapping_sub(rows.first) as usize;
    match (rows.offsets.get(at), rows.offsets.get(at.wrapping_add(1))) {
        (Some(from), Some(to)) => rows.nodes.get(*from as usize..*to as usize).unwrap_or(&[]),
        _ => &[],
    }
}

/// The nodes that a search has met.
#[derive(Debug, Default)]
pub(in crate::exec) struct Spread {
    pub(in crate::exec) seen: Bits,
    /// The starts, then what was reached, nearest first. A start that is not `seen` yet may come a second time.
    pub(in crate::exec) met: Vec<u32>,
    /// Where the layer begins that is spread next.
    layer: usize,
}

/// How many nodes are spread at first between two looks at what was found, and at most.
const CHUNK: Range<usize> = 16..1024;

impl Spread {
    /// Begins at a node, too; one that is `seen` is not met again.
    pub(in crate::exec) fn begin(&mut self, node: u32, seen: bool, budget: &Budget) -> Result<()> {
        if seen && !self.seen.insert(node) {
            return Ok(());
        }
        self.met.push(node);
        budget.hold(1)
    }

    /// Goes on for so many layers, or to the end; after each piece `look` sees which nodes are new, and says whether that is enough.
    ///
    /// `ways` adds the neighbours of a range of the nodes met.
    pub(in crate::exec) fn run(
        &mut self,
        layers: u64,
        mut ways: impl FnMut(&mut Self, Range<usize>) -> Result<()>,
        mut look: impl FnMut(&Self, Range<usize>) -> Result<bool>,
    ) -> Result<()> {
        let (mut done, mut chunk) = (0, CHUNK.start);
        while done < layers && self.layer < self.met.len() {
            let end = self.met.len();
            while self.layer < end {
                let (from, to) = (self.layer, end.min(self.layer + chunk));
                let known = self.met.len();
                self.layer = to;
                ways(self, from..to)?;
                if look(self, known..self.met.len())? {
                    return Ok(());
                }
                chunk = CHUNK.end.min(chunk * 2);
            }
            done += 1;
        }
        Ok(())
    }

    /// Adds the neighbours of some of the nodes met, those within `among` where that is given. Counts a step for each way.
    pub(in crate::exec) fn widen(
        &mut self,
        ways: &Ways<'_>,
        nodes: Range<usize>,
        among: Option<&Bits>,
        budget: &Budget,
    ) -> Result<()> {
        let known = self.met.len();
        for way in &ways.ways {
            let mut steps = nodes.len();
            match (&way.rows, among) {
                (Some(rows), None) => {
                    for at in nodes.clone() {
                        let row = row(rows, self.met[at]);
                        steps += row.len();
                        for other in row {
                            if self.seen.insert(*other) {
                                self.met.push(*other);
                            }
                        }
                    }
                }
                _ => {
                    for at in nodes.clone() {
                        let node = self.met[at];
                        let hop = ways.graph.hop(NodeId(node), way.kind, way.direction);
                        steps += hop.nodes.len();
                        for other in hop.nodes {
                            if among.is_none_or(|among| among.contains(*other))
                                && self.seen.insert(*other)
                            {
                                self.met.push(*other);
                            }
                        }
                    }
                }
            }
            budget.steps(steps)?;
        }
        budget.hold(self.met.len() - known)
    }

    /// Forgets what was met.
    fn clear(&mut self) {
        for node in self.met.drain(..) {
            self.seen.remove(node);
        }
        self.layer = 0;
    }
}

/// Searches that are over, to be used again: the next one need not make its bits anew.
#[derive(Debug, Default)]
pub(in crate::exec) struct Pool(RefCell<Vec<Spread>>);

impl Pool {
    /// An empty search of a graph with so many nodes.
    pub(in crate::exec) fn take(&self, bound: usize) -> Spread {
        let used = self.0.borrow_mut().pop();
        match used.filter(|used| used.seen.0.len() == bound.div_ceil(64)) {
            Some(used) => used,
            None => Spread { seen: Bits::none(bound), ..Spread::default() },
        }
    }

    /// Takes a search back, and what it held off the budget.
    pub(in crate::exec) fn give(&self, mut spread: Spread, budget: &Budget) {
        budget.release(spread.met.len());
        spread.clear();
        self.0.borrow_mut().push(spread);
    }
}
