//! How many pairs of a start and an end are joined, without a search for each.
//!
//! Nodes that reach each other reach the same: each such component is one. In the order in which components lead to none but earlier
//! ones, what a component reaches is what it holds and what those behind it reach. While that is little it is kept as lists, each
//! made once and shared where nothing is added; where it is much, in bits: for a block of ends at a time a few words a component, so
//! that the whole costs the ways between, times the ends on the smaller side, divided by the size of a block.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::layers;
use super::spread::{Bits, Spread, Ways};
use crate::error::Result;
use crate::exec::Machine;
use crate::plan::{ExpandMany, turned};

/// The words of a block.
const WORDS: usize = 8;
/// With fewer nodes on a side, a search for each of them is no more work.
const SEARCHES_MAX: usize = 16;
/// How many numbers a list may have for each way and block, on average, before bits are less work.
const LISTS_MAX: usize = 4;
/// How many numbers all lists may have.
const NUMBERS_MAX: usize = 16 << 20;

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
        let behind = turned(ahead);
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
        let found = self.count_between(walk, &between.met, (few, many), many_ways);
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
    fn count_between(
        &self,
        walk: &ExpandMany,
        between: &[u32],
        (few, many): (&[u32], &[u32]),
        ways: &Ways<'_>,
    ) -> Result<u64> {
        // Of a few numbers for each node; what is counted are values as long as four of them.
        let held = between.len() * 3;
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
        let mut found = match self.count_by_lists(&owners, &groups, &weights)? {
            Some(found) => found,
            None => self.count_by_blocks(&owners, &groups, &weights)?,
        };
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

    /// Counts with a list for each group of the owners it reaches; `None` where the lists get too long.
    fn count_by_lists(
        &self,
        owners: &[u32],
        groups: &Part,
        weights: &[u64],
    ) -> Result<Option<u64>> {
        let blocks = owners.len().div_ceil(WORDS * 64);
        let most = (groups.neighbours.len() * blocks * LISTS_MAX).min(NUMBERS_MAX);
        let mut lists = Lists::new(groups, owners.len());
        let (mut owned, mut found, mut held) = (0, 0, 0);
        for (group, weight) in (0u32..).zip(weights) {
            let first = owned;
            while owners.get(owned) == Some(&group) {
                owned += 1;
            }
            let list = lists.gather(group, first..owned, groups.of(group as usize));
            found += weight * list as u64;
            if lists.work >= 1024 {
                self.budget.steps(std::mem::take(&mut lists.work))?;
                self.budget.hold(lists.numbers.len() / 4 - held)?;
                held = lists.numbers.len() / 4;
            }
            if lists.numbers.len() > most {
                self.budget.release(held);
                return Ok(None);
            }
        }
        self.budget.release(held);
        Ok(Some(found))
    }

    /// Counts block by block.
    fn count_by_blocks(&self, owners: &[u32], groups: &Part, weights: &[u64]) -> Result<u64> {
        let held = weights.len() * WORDS / 2;
        self.budget.hold(held)?;
        let mut found = 0;
        let mut rows = vec![[0u64; WORDS]; weights.len()];
        for block in owners.chunks(WORDS * 64) {
            found += self.count_block(block, groups, weights, &mut rows)?;
        }
        self.budget.release(held);
        Ok(found)
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

/// What each group reaches, as lists of numbers, none twice.
struct Lists {
    /// Where the list of each group lies in `numbers`.
    of: Vec<Range<usize>>,
    numbers: Vec<u32>,
    /// The group whose list took a number last.
    last: Vec<u32>,
    /// Whether a later group leads to a group: only then is its list kept.
    kept: Vec<bool>,
    /// How many numbers have been looked at.
    work: usize,
}

impl Lists {
    fn new(groups: &Part, numbers: usize) -> Self {
        let count = groups.offsets.len().saturating_sub(1);
        let mut kept = vec![false; count];
        groups.neighbours.iter().for_each(|group| kept[*group as usize] = true);
        let last = vec![u32::MAX; numbers];
        Self { of: Vec::with_capacity(count), numbers: Vec::new(), last, kept, work: 0 }
    }

    /// Makes the list of the next group, of its own numbers and those of the groups it leads to; how long it is.
    fn gather(&mut self, group: u32, own: Range<usize>, others: &[u32]) -> usize {
        self.work += 1;
        if let ([other], true) = (others, own.is_empty()) {
            let list = self.of[*other as usize].clone();
            self.of.push(list.clone());
            return list.len();
        }
        let from = self.numbers.len();
        for number in own {
            self.last[number] = group;
            self.numbers.push(u32::try_from(number).unwrap_or(u32::MAX));
        }
        for other in others {
            let list = self.of[*other as usize].clone();
            self.work += list.len();
            for place in list {
                let number = self.numbers[place];
                let last = &mut self.last[number as usize];
                if *last != group {
                    *last = group;
                    self.numbers.push(number);
                }
            }
        }
        let length = self.numbers.len() - from;
        if self.kept[group as usize] {
            self.of.push(from..from + length);
        } else {
            self.of.push(0..0);
            self.numbers.truncate(from);
        }
        length
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
