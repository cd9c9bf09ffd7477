//! Whether a walk without a direction leads back to its start, without taking a relationship twice.

use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::exec::Frame;
use crate::exec::Machine;
use crate::model::{NodeId, RelId};
use crate::plan::ExpandMany;

/// How a node was met first.
#[derive(Clone, Copy)]
struct Met {
    /// How far from the start.
    depth: u64,
    /// The first node on the way there.
    branch: NodeId,
    /// The last relationship on the way there.
    by: RelId,
}

impl Machine<'_> {
    /// Whether a walk leads from a node back to it.
    ///
    /// The shortest such walk repeats no node, so it goes out by one branch of a breadth-first tree and comes back by another: it is
    /// found at the relationship that joins the two, or at a second one between the start and a neighbour.
    pub(super) fn leads_back(
        &self,
        walk: &ExpandMany,
        start: NodeId,
        frame: &mut Frame,
    ) -> Result<bool> {
        let max = walk.max.unwrap_or(u64::MAX);
        let mut tree: FxHashMap<NodeId, Met> = FxHashMap::default();
        let mut layer = vec![start];
        let mut depth = 0;
        while !layer.is_empty() && depth * 2 < max {
            for node in std::mem::take(&mut layer) {
                let here = tree.get(&node).copied();
                for (rel, other) in self.ways_out(walk, node, frame)? {
                    self.budget.step()?;
                    let length = match (here, tree.get(&other)) {
                        _ if node == other => (node == start).then_some(1),
                        (Some(here), _) if other == start => (here.by != rel).then_some(depth + 1),
                        (_, None) => {
                            let branch = here.map_or(other, |here| here.branch);
                            self.budget.hold(1)?;
                            tree.insert(other, Met { depth: depth + 1, branch, by: rel });
                            layer.push(other);
                            None
                        }
                        (None, Some(_)) => Some(2),
                        (Some(here), Some(there)) => {
                            (here.branch != there.branch).then_some(depth + there.depth + 1)
                        }
                    };
                    if length.is_some_and(|length| length <= max) {
                        self.budget.release(tree.len());
                        return Ok(true);
                    }
                }
            }
            depth += 1;
        }
        self.budget.release(tree.len());
        Ok(false)
    }
}
