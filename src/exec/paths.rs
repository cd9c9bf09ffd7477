//! Shortest paths between two nodes.

use rustc_hash::FxHashMap;

use super::{Flow, Frame, Machine, Sink};
use crate::error::Result;
use crate::model::{NodeId, RelId};
use crate::plan::{ExpandMany, PathMode, Shortest};

/// A walk under construction: the one it goes on from, its last relationship and node.
struct Partial {
    parent: Option<usize>,
    rel: Option<RelId>,
    node: NodeId,
    length: u64,
}

impl Machine<'_> {
    /// Emits the shortest walks from one node to another that repeat no relationship.
    ///
    /// Shape: shorter ones first; equal ones in ascending order of the nodes they pass, so always in the same order.
    pub(super) fn shortest(
        &self,
        search: &Shortest,
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        let walk = &search.walk;
        let ends = (
            self.node_at(walk.hop.from, walk.hop.ends.0, frame)?,
            self.node_at(walk.hop.to, walk.hop.ends.1, frame)?,
        );
        let (Some(from), Some(to)) = ends else { return Ok(Flow::Continue(())) };
        let simple = from != to && walk.min <= 1;
        let paths = match search.mode {
            PathMode::Count(0) => Vec::new(),
            PathMode::Count(1) if simple => self.by_layers(walk, (from, to), false, frame)?,
            PathMode::AllOfLeast if simple => self.by_layers(walk, (from, to), true, frame)?,
            PathMode::Count(count) => self.by_length(walk, (from, to), Some(count), frame)?,
            PathMode::AllOfLeast => self.by_length(walk, (from, to), None, frame)?,
        };
        for path in paths {
            if self.emit_walk(walk, &path, to, frame, sink)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    /// Breadth-first search that visits each node once: enough between two different nodes, where a shortest walk repeats no
    /// node. Cost: linear in the relationships it sees.
    fn by_layers(
        &self,
        walk: &ExpandMany,
        (from, to): (NodeId, NodeId),
        all: bool,
        frame: &mut Frame,
    ) -> Result<Vec<Vec<RelId>>> {
        // For each node: its layer, and the ways by which a shortest walk reaches it.
        let mut reached: FxHashMap<NodeId, (u64, Vec<(RelId, NodeId)>)> = FxHashMap::default();
        reached.insert(from, (0, Vec::new()));
        let (mut layer, mut nodes) = (0, vec![from]);
        while !nodes.is_empty() && !reached.contains_key(&to) && walk.max.is_none_or(|m| layer < m)
        {
            layer += 1;
            let mut next = Vec::new();
            for node in nodes {
                for (rel, other) in self.ways_out(walk, node, frame)? {
                    self.budget.step()?;
                    match reached.get_mut(&other) {
                        None => {
                            reached.insert(other, (layer, vec![(rel, node)]));
                            next.push(other);
                        }
                        Some((l, ways)) if *l == layer && all => ways.push((rel, node)),
                        Some(_) => {}
                    }
                }
            }
            nodes = next;
        }
        let mut paths = Vec::new();
        let mut open = vec![(to, Vec::new())];
        while let Some((node, tail)) = open.pop() {
            let Some((_, ways)) = reached.get(&node) else { continue };
            self.budget.step()?;
            if node == from {
                let path: Vec<RelId> = tail.iter().rev().copied().collect();
                self.budget.hold(path.len())?;
                paths.push(path);
            }
            for (rel, before) in ways.iter().rev() {
                let mut longer = tail.clone();
                longer.push(*rel);
                open.push((*before, longer));
            }
        }
        Ok(paths)
    }

    /// Goes through all walks by length, until there are `count` that end at the target, or all of the least length.
    ///
    /// Cost: exponential in the length in the worst case; it counts against the limits.
    fn by_length(
        &self,
        walk: &ExpandMany,
        (from, to): (NodeId, NodeId),
        count: Option<u64>,
        frame: &mut Frame,
    ) -> Result<Vec<Vec<RelId>>> {
        let mut partials = vec![Partial { parent: None, rel: None, node: from, length: 0 }];
        let (mut paths, mut least, mut at) = (Vec::new(), None, 0);
        while let Some(&Partial { node, length, .. }) = partials.get(at) {
            self.budget.step()?;
            if count.is_none() && least.is_some_and(|least| length > least) {
                break;
            }
            if node == to && length >= walk.min {
                least = least.or(Some(length));
                paths.push(trace(&partials, at));
                if count == Some(paths.len() as u64) {
                    break;
                }
            }
            if walk.max.is_none_or(|max| length < max) {
                for (rel, other) in self.ways_out(walk, node, frame)? {
                    if !walked(&partials, at, rel) {
                        self.budget.hold(1)?;
                        partials.push(Partial {
                            parent: Some(at),
                            rel: Some(rel),
                            node: other,
                            length: length + 1,
                        });
                    }
                }
            }
            at += 1;
        }
        Ok(paths)
    }
}

/// The relationships of a walk, first to last.
fn trace(partials: &[Partial], mut at: usize) -> Vec<RelId> {
    let mut path = Vec::new();
    while let Some(Partial { parent, rel, .. }) = partials.get(at) {
        path.extend(*rel);
        match parent {
            Some(parent) => at = *parent,
            None => break,
        }
    }
    path.reverse();
    path
}

/// Whether a walk has used a relationship already.
fn walked(partials: &[Partial], mut at: usize, wanted: RelId) -> bool {
    while let Some(Partial { parent, rel, .. }) = partials.get(at) {
        if *rel == Some(wanted) {
            return true;
        }
        match parent {
            Some(parent) => at = *parent,
            None => break,
        }
    }
    false
}
