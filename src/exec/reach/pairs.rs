//! How many pairs of a start and an end are joined, without a search for each.
//!
//! Nodes that reach each other reach the same: each such component is one. In the order in which components lead to none but earlier
//! ones, what a component reaches is what it holds and what those behind it reach. For a block of ends at a time that is a few words a
//! component, so the whole costs the ways between, times the ends on the smaller side, divided by the size of a block.

use rustc_hash::FxHashMap;

use super::layers;
use super::spread::{Bits, Spread, Ways};
use crate::error::Result;
use crate::exec::Machine;
use crate::plan::ExpandMany;
use crate::syntax::ast::RelDirection;

/// The words of a block.
const WORDS: usize = 8;
/// With fewer nodes on a side, a search for each of them is no more work.
const SEARCHES_MAX: usize = 16;

/// Part of a graph, its nodes numbered from 0.
#[derive(Default)]
struct Part {
    /// Where the neighbours of each node begin, and where the last end.
    offsets: Vec<u32>,
    neighbours: Vec<u32>,
}

impl Part {
    fn of(&self, node: usize) -> &[u32] {
        self.neighbours
            .get(self.offsets[node] as usize..self.offsets[node + 1] as usize)
            .unwrap_or(&[])
    }

    fn close(&mut self) {
        self.offsets.push(u32::try_from(self.neighbours.len()).unwrap_or(u32::MAX));
    }
}

/// The components of a part: each leads to none but earlier ones.
struct Components {
    /// The component of each node.
    of: Vec<u32>,
    /// Whether a walk leads from a node of the component back to it.
    closed: Vec<bool>,
}

impl Machine<'_> {
    /// Counts the pairs of a start and a target that a walk joins. `spread` holds what the starts reach.
    pub(super) fn count_pairs(
        &self,
        walk: &ExpandMany,
        starts: &[u32],
        targets: &[u32],
        spread: &mut Spread,
    ) -> Result<u64> {
        let (kinds, ahead) = (&walk.hop.kinds, walk.hop.direction);
        let behind = match ahead {
            RelDirection::Right => RelDirection::Left,
            RelDirection::Left => RelDirection::Right,
            RelDirection::Either => RelDirection::Either,
        };
        let [ahead, behind] = [ahead, behind].map(|way| Ways::new(self.graph, kinds, way));
        // The bits stand for the side with fewer nodes, and are gathered by the other.
        let (few, many, few_ways, many_ways) = if targets.len() < starts.len() {
            (targets, starts, &behind, &ahead)
        } else {
            (starts, targets, &ahead, &behind)
        };
        if walk.max.is_some() || few.len() <= SEARCHES_MAX {
            return self.count_by_searches(walk, few, many, few_ways);
        }
        for start in starts {
            spread.seen.insert(*start);
        }
        let mut between = self.pool.take(self.graph.node_bound());
        for target in targets {
            between.begin(*target, true, self.budget)?;
        }
        between.run(
            u64::MAX,
            |between, nodes| between.widen(&behind, nodes, Some(&spread.seen), self.budget),
            |_, _| Ok(false),
        )?;
        let found = self.count_by_blocks(walk, &between.met, (few, many), many_ways);
        self.pool.give(between, self.budget);
        found
    }

    /// Searches from each node of the one side, and counts the nodes of the other.
    fn count_by_searches(
        &self,
        walk: &ExpandMany,
        few: &[u32],
        many: &[u32],
        ways: &Ways<'_>,
    ) -> Result<u64> {
        let itself = walk.min == 0;
        let mut wanted = Bits::none(self.graph.node_bound());
        for node in many {
            wanted.insert(*node);
        }
        let mut found = 0;
        for node in few {
            let mut spread = self.pool.take(self.graph.node_bound());
            spread.begin(*node, itself, self.budget)?;
            spread.run(
                layers(walk),
                |spread, nodes| spread.widen(ways, nodes, None, self.budget),
                |_, _| Ok(false),
            )?;
            let met = spread.met.iter().skip(usize::from(!itself));
            found += met.filter(|node| wanted.contains(**node)).count() as u64;
            self.pool.give(spread, self.budget);
        }
        Ok(found)
    }

    /// Counts within the nodes that lie between the two sides.
    fn count_by_blocks(
        &self,
        walk: &ExpandMany,
        between: &[u32],
        (few, many): (&[u32], &[u32]),
        ways: &Ways<'_>,
    ) -> Result<u64> {
        // A word or two a node and a word for two ways; what is counted are values of two words.
        let held = between.len() * (WORDS + 4) / 2;
        self.budget.hold(held)?;
        let mut place: Vec<u32> = vec![u32::MAX; self.graph.node_bound()];
        for (at, node) in (0u32..).zip(between) {
            place[*node as usize] = at;
        }
        let part = self.part_of(between, &place, ways)?;
        let components = part.components();
        let groups = part.joined(&components);
        let group = |node: u32| {
            let at = place.get(node as usize).filter(|at| **at != u32::MAX)?;
            components.of.get(*at as usize).copied()
        };
        let mut weights = vec![0u64; components.closed.len()];
        many.iter().filter_map(|node| group(*node)).for_each(|at| weights[at as usize] += 1);
        let mut owners: Vec<u32> = few.iter().filter_map(|node| group(*node)).collect();
        owners.sort_unstable();
        let mut found = 0;
        let mut rows = vec![[0u64; WORDS]; weights.len()];
        for block in owners.chunks(WORDS * 64) {
            found += self.count_block(block, &groups, &weights, &mut rows)?;
        }
        self.budget.release(held);
        if walk.min > 0 {
            // A node does not reach itself by standing still.
            let both: FxHashMap<u32, u32> =
                few.iter().filter_map(|n| Some((*n, group(*n)?))).collect();
            let alone = |at: &u32| !components.closed[*at as usize];
            let still = many.iter().filter_map(|node| both.get(node)).filter(|at| alone(at));
            found -= still.count() as u64;
        }
        Ok(found)
    }

    fn part_of(&self, between: &[u32], place: &[u32], ways: &Ways<'_>) -> Result<Part> {
        let mut part = Part { offsets: vec![0], neighbours: Vec::new() };
        for node in between {
            let known = part.neighbours.len();
            for others in ways.of(*node) {
                let inside = others.iter().map(|other| place[*other as usize]);
                part.neighbours.extend(inside.filter(|at| *at != u32::MAX));
            }
            self.budget.steps(1 + part.neighbours.len() - known)?;
            part.close();
        }
        Ok(part)
    }

    /// Counts the pairs whose one side is in a block: `owners` are the groups of its nodes, ascending.
    fn count_block(
        &self,
        owners: &[u32],
        groups: &Part,
        weights: &[u64],
        rows: &mut [[u64; WORDS]],
    ) -> Result<u64> {
        let Some(first) = owners.first().map(|first| *first as usize) else { return Ok(0) };
        for (at, owner) in owners.iter().enumerate() {
            rows[*owner as usize][at / 64] |= 1 << (at % 64);
        }
        let mut found = 0;
        for at in first..rows.len() {
            let mut row = rows[at];
            for other in groups.of(at) {
                let other = &rows[*other as usize];
                row.iter_mut().zip(other).for_each(|(word, other)| *word |= other);
            }
            rows[at] = row;
            if weights[at] > 0 {
                let ones: u32 = row.iter().map(|word| word.count_ones()).sum();
                found += weights[at] * u64::from(ones);
            }
            if at % 1024 == 0 {
                self.budget.steps(1024)?;
            }
        }
        rows[first..].fill([0; WORDS]);
        Ok(found)
    }
}

impl Part {
    /// The strongly connected components.
    ///
    /// Source: R. Tarjan (1972), "Depth-first search and linear graph algorithms"; here without recursion.
    fn components(&self) -> Components {
        const NONE: u32 = u32::MAX;
        let count = self.offsets.len().saturating_sub(1);
        let (mut of, mut closed) = (vec![NONE; count], Vec::new());
        // When each node was found, and the first found of those it leads back to; those without a component yet; the way to here.
        let (mut low, mut found) = (vec![0u32; count], 0u32);
        let (mut open, mut way): (Vec<u32>, Vec<(u32, u32, u32)>) = (Vec::new(), Vec::new());
        for root in 0..u32::try_from(count).unwrap_or(NONE) {
            if low[root as usize] != 0 {
                continue;
            }
            found += 1;
            low[root as usize] = found;
            open.push(root);
            way.push((root, self.offsets[root as usize], found));
            while let Some((node, next, number)) = way.last_mut() {
                let at = *node as usize;
                if *next < self.offsets[at + 1] {
                    let other = self.neighbours[*next as usize] as usize;
                    *next += 1;
                    if low[other] == 0 {
                        found += 1;
                        low[other] = found;
                        let other = u32::try_from(other).unwrap_or(NONE);
                        open.push(other);
                        way.push((other, self.offsets[other as usize], found));
                    } else if of[other] == NONE {
                        low[at] = low[at].min(low[other]);
                    }
                    continue;
                }
                let (at, number) = (at, *number);
                way.pop();
                if let Some((before, ..)) = way.last() {
                    low[*before as usize] = low[*before as usize].min(low[at]);
                }
                if low[at] != number {
                    continue;
                }
                let group = u32::try_from(closed.len()).unwrap_or(NONE);
                let mut members = 0;
                while let Some(member) = open.pop() {
                    of[member as usize] = group;
                    members += 1;
                    if member as usize == at {
                        break;
                    }
                }
                closed.push(members > 1 || self.of(at).iter().any(|other| *other as usize == at));
            }
        }
        Components { of, closed }
    }

    /// The same with a node for each component.
    fn joined(&self, components: &Components) -> Self {
        let count = components.closed.len();
        let mut firsts = vec![0u32; count + 1];
        for group in &components.of {
            firsts[*group as usize + 1] += 1;
        }
        for at in 0..count {
            firsts[at + 1] += firsts[at];
        }
        let mut members = vec![0u32; components.of.len()];
        let mut next = firsts.clone();
        for (node, group) in (0u32..).zip(&components.of) {
            members[next[*group as usize] as usize] = node;
            next[*group as usize] += 1;
        }
        let mut joined =
            Self { offsets: vec![0], neighbours: Vec::with_capacity(self.neighbours.len()) };
        for group in 0..count {
            for member in &members[firsts[group] as usize..firsts[group + 1] as usize] {
                let others = self.of(*member as usize).iter();
                let groups = others.map(|other| components.of[*other as usize]);
                joined.neighbours.extend(groups.filter(|other| *other as usize != group));
            }
            joined.close();
        }
        joined
    }
}
