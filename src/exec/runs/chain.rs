//! Chains of hops that begin at a node: whether there is one. What was found of a node is remembered, so that a chain costs each of
//! its nodes one look.

use std::sync::atomic::{AtomicU8, Ordering};

use super::keep::Test;
use super::ways::{self, Way};
use crate::graph::Graph;

/// A hop, what is asked of the node it leads to, and the hops that must go on from there.
#[derive(Debug)]
pub(super) struct Chain<'g> {
    ways: Vec<Way<'g>>,
    tests: Vec<Test<'g>>,
    next: Vec<Self>,
    /// The first node that `known` speaks of.
    first: u32,
    known: Vec<AtomicU8>,
}

const NO: u8 = 1;
const YES: u8 = 2;

impl<'g> Chain<'g> {
    pub(super) fn new(ways: Vec<Way<'g>>, tests: Vec<Test<'g>>, next: Vec<Self>) -> Self {
        let targets = ways::targets(&ways);
        let count = if tests.is_empty() && next.is_empty() { 0 } else { targets.len() };
        let known = std::iter::repeat_with(AtomicU8::default).take(count).collect();
        Self { ways, tests, next, first: targets.start, known }
    }

    /// Its only hop, where nothing is asked of the node that leads to.
    pub(super) fn into_hop(self) -> Result<Vec<Way<'g>>, Self> {
        let plain = self.tests.is_empty() && self.next.is_empty();
        if plain && self.ways.iter().all(|way| !way.but_loops) { Ok(self.ways) } else { Err(self) }
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
        let Some(known) = self.known.get(node.wrapping_sub(self.first) as usize) else {
            return self.judge(graph, node);
        };
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
}
