//! Chains of hops that begin at a node: whether there is one.
//!
//! Where few nodes are asked about, what was found of each node on the way is remembered, so that a chain costs each of its nodes one
//! look. Where many are, the chain is followed backwards once from its far end: which nodes each hop may lead to lies in a mask, and
//! what remains is a look at a row for each node that is asked about.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

use super::keep::Test;
use super::ways::{self, Way};
use crate::error;
use crate::exec::budget::Budget;
use crate::graph::Graph;

/// A hop, what is asked of the node it leads to, and the hops that must go on from there.
#[derive(Debug)]
pub(super) struct Chain<'g> {
    ways: Vec<Way<'g>>,
    tests: Vec<Test<'g>>,
    next: Vec<Self>,
    /// The first node that `known` and `mask` speak of, and of how many they do.
    first: u32,
    count: usize,
    known: OnceLock<Vec<AtomicU8>>,
    /// For each node whether the chain goes on there: 1 or 0.
    mask: OnceLock<Vec<u8>>,
}

const NO: u8 = 1;
const YES: u8 = 2;

/// How many nodes of a mask are made between two looks at the budget.
const PIECE: usize = 4096;

impl<'g> Chain<'g> {
    pub(super) fn new(ways: Vec<Way<'g>>, tests: Vec<Test<'g>>, next: Vec<Self>) -> Self {
        let targets = ways::targets(&ways);
        let count = if tests.is_empty() && next.is_empty() { 0 } else { targets.len() };
        let (known, mask) = (OnceLock::new(), OnceLock::new());
        Self { ways, tests, next, first: targets.start, count, known, mask }
    }

    /// Its only hop, where nothing is asked of the node that leads to.
    pub(super) fn into_hop(self) -> Result<Vec<Way<'g>>, Box<Self>> {
        let plain = self.tests.is_empty() && self.next.is_empty();
        if plain && self.ways.iter().all(|way| !way.but_loops) {
            Ok(self.ways)
        } else {
            Err(Box::new(self))
        }
    }

    /// Whether one begins at a node.
    pub(super) fn begins_at(&self, graph: &Graph, node: u32) -> bool {
        self.ways.iter().any(|way| {
            way.nodes(node)
                .iter()
                .any(|other| !(way.but_loops && *other == node) && self.goes_on(graph, *other))
        })
    }

    fn goes_on(&self, graph: &Graph, node: u32) -> bool {
        let at = node.wrapping_sub(self.first) as usize;
        if at >= self.count {
            return self.judge(graph, node);
        }
        if let Some(mask) = self.mask.get() {
            return mask.get(at).is_some_and(|flag| *flag != 0);
        }
        let known = self
            .known
            .get_or_init(|| std::iter::repeat_with(AtomicU8::default).take(self.count).collect());
        let Some(known) = known.get(at) else { return self.judge(graph, node) };
        match known.load(Ordering::Relaxed) {
            NO => false,
            YES => true,
            _ => {
                let goes_on = self.judge(graph, node);
                known.store(if goes_on { YES } else { NO }, Ordering::Relaxed);
                goes_on
            }
        }
    }

    fn judge(&self, graph: &Graph, node: u32) -> bool {
        self.tests.iter().all(|test| test.passes(graph, node))
            && self.next.iter().all(|next| next.begins_at(graph, node))
    }

    /// Makes the masks of this chain and those that go on from it, where so many nodes are asked about that they are worth it.
    pub(super) fn foresee(
        &self,
        graph: &Graph,
        asked: usize,
        budget: &Budget,
    ) -> error::Result<()> {
        /// A look at a node that may never be asked about costs less than one at a node that is met by chance.
        const WORTH: usize = 4;
        if self.count == 0 || self.count / WORTH > asked || self.mask.get().is_some() {
            return Ok(());
        }
        self.next.iter().try_for_each(|next| next.foresee(graph, self.count, budget))?;
        let mut mask = vec![1; self.count];
        let mut first = self.first;
        for flags in mask.chunks_mut(PIECE) {
            budget.steps(flags.len())?;
            self.tests.iter().for_each(|test| test.mark(graph, first, flags));
            self.next.iter().for_each(|next| next.mark(graph, true, (first, flags)));
            first = first.saturating_add(u32::try_from(flags.len()).unwrap_or(u32::MAX));
        }
        self.mask.get_or_init(|| mask);
        Ok(())
    }

    /// Clears the flags of those among neighbouring nodes where one begins, or where none does.
    pub(super) fn mark(&self, graph: &Graph, wanted: bool, (first, flags): (u32, &mut [u8])) {
        let one = match self.ways.as_slice() {
            [way] if !way.but_loops => way.inside(first, flags.len()),
            _ => None,
        };
        let (Some((rows, inside)), Some(mask)) = (one, self.mask.get()) else {
            for (flag, node) in flags.iter_mut().zip(first..) {
                if *flag != 0 {
                    *flag = u8::from(self.begins_at(graph, node) == wanted);
                }
            }
            return;
        };
        let (ends, base) = (rows.offsets.get(1..).unwrap_or(&[]), self.first);
        let leads = |id: &u32| mask.get(id.wrapping_sub(base) as usize).is_some_and(|to| *to != 0);
        // Nodes without a row of their own lead nowhere.
        if wanted {
            flags.get_mut(..inside.start).into_iter().flatten().for_each(|flag| *flag = 0);
            flags.get_mut(inside.end..).into_iter().flatten().for_each(|flag| *flag = 0);
        }
        let flags = flags.get_mut(inside).unwrap_or_default();
        for ((flag, from), to) in flags.iter_mut().zip(rows.offsets).zip(ends) {
            if *flag != 0 {
                let row = rows.nodes.get(*from as usize..*to as usize).unwrap_or(&[]);
                *flag = u8::from(row.iter().any(leads) == wanted);
            }
        }
    }
}
