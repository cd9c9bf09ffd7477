//! Walks along a course that repeat no relationship, depth first: all of them, or the shortest ones.
//!
//! The shortest are found length by length. Within one length only walks are grown from which the end is exactly as far as is left;
//! the others wait for their turn. So they come in the order of their length, and equal ones in the order in which a node's
//! relationships come everywhere: by type, then by the node at the other end.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::budget::Budget;
use super::guide::{Guide, Spot, bounds};
use super::steps::Hop;
use super::{Flow, Frame, Machine, Sink};
use crate::error::Result;
use crate::model::{Datum, NodeId, PathIds, RelId};
use crate::plan::{Course, Part, PathMode, Slot, Stop};

/// One way on: over a relationship, or by leaving a part without moving.
#[derive(Clone, Copy)]
struct Way {
    rel: Option<RelId>,
    node: NodeId,
    spot: Spot,
    /// Its place among the ways from the same spot.
    rank: u32,
}

/// A step of the walk, and the ways on that are still to be tried.
struct Level {
    way: Way,
    ways: std::vec::IntoIter<Way>,
    /// Where it is kept, once a way from it waits.
    kept: Option<usize>,
}

/// A step of a walk that waits; those before it are kept, too.
struct Kept {
    before: Option<usize>,
    way: Way,
    hops: u32,
}

/// A search for the shortest walks.
struct Hunt<'h, 'c> {
    guide: &'h mut Guide<'c>,
    /// The length that is looked for now.
    length: u32,
    /// Whether longer walks may be asked for.
    waits: bool,
    kept: Vec<Kept>,
    /// What waits, by the least length it can lead to.
    waiting: BTreeMap<u32, Vec<usize>>,
}

impl Hunt<'_, '_> {
    /// The ranks of a walk's steps, first to last: how walks of equal length are ordered.
    fn ranks(&self, at: usize) -> Vec<u32> {
        self.steps(at).into_iter().map(|(_, way)| way.rank).collect()
    }

    fn steps(&self, at: usize) -> Vec<(usize, Way)> {
        let step = |at: &usize| self.kept.get(*at).and_then(|kept| kept.before);
        let mut steps: Vec<usize> = std::iter::successors(Some(at), step).collect();
        steps.reverse();
        steps.into_iter().filter_map(|at| Some((at, self.kept.get(at)?.way))).collect()
    }

    fn keep(&mut self, before: Option<usize>, way: Way) -> usize {
        let hops = before.and_then(|at| self.kept.get(at)).map_or(0, |kept| kept.hops);
        let hops = hops.saturating_add(u32::from(way.rel.is_some()));
        self.kept.push(Kept { before, way, hops });
        self.kept.len() - 1
    }

    /// Chooses the walks whose turn it is, in order. Now that more is known, some turn out to lead further, some nowhere.
    ///
    /// There may be millions: they are put in order one by one, so that each counts as work.
    fn ready(&mut self, budget: &Budget, walks: Vec<usize>) -> Result<Vec<usize>> {
        let (mut ready, mut held) = (BTreeMap::new(), 0);
        for walk in walks {
            budget.step()?;
            let Some(Kept { way, hops, .. }) = self.kept.get(walk) else { continue };
            let Some(left) = self.guide.left(way.spot, way.node) else { continue };
            let least = left.saturating_add(*hops);
            if least <= self.length {
                let ranks = self.ranks(walk);
                budget.steps(ranks.len())?;
                held += 1 + ranks.len() / 4;
                budget.hold(1 + ranks.len() / 4)?;
                ready.insert(ranks, walk);
            } else if least <= self.guide.length_max() {
                self.waiting.entry(least).or_default().push(walk);
            }
        }
        budget.release(held);
        Ok(ready.into_values().collect())
    }
}

/// A walk that is grown and cut back.
pub(super) struct Trails<'t, 'r> {
    machine: &'t Machine<'r>,
    course: &'t Course,
    /// Relationships that the walk holds, or may not take.
    taken: FxHashSet<RelId>,
    levels: Vec<Level>,
    hops: u32,
}

impl<'t, 'r> Trails<'t, 'r> {
    pub(super) fn new(
        machine: &'t Machine<'r>,
        course: &'t Course,
        taken: FxHashSet<RelId>,
    ) -> Self {
        Self { machine, course, taken, levels: Vec::new(), hops: 0 }
    }

    /// Emits every walk from a node.
    pub(super) fn every(
        &mut self,
        from: NodeId,
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        let start = Way { rel: None, node: from, spot: Spot::default(), rank: 0 };
        self.enter(start, None, frame)?;
        self.grow(None, frame, sink)
    }

    /// Emits the shortest walks from a node.
    pub(super) fn shortest(
        &mut self,
        from: NodeId,
        guide: &mut Guide<'_>,
        mode: PathMode,
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        let Some(length) = guide.left_from(self.machine, from, frame)? else {
            return Ok(Flow::Continue(()));
        };
        // One walk, or one length, is mostly found at once; nothing need wait then.
        let once = matches!(mode, PathMode::Count(1) | PathMode::Groups(1));
        let (mut found, mut outcome) = (0u64, Flow::Continue(()));
        let mut count = |frame: &mut Frame| {
            found += 1;
            outcome = sink(frame)?;
            let enough = matches!(mode, PathMode::Count(count) if found >= count);
            Ok(if enough { Flow::Break(()) } else { outcome })
        };
        for waits in [!once, true] {
            let (kept, waiting) = (Vec::new(), BTreeMap::new());
            let mut hunt = Hunt { guide: &mut *guide, length, waits, kept, waiting };
            let enough = self.hunt(from, &mut hunt, mode, frame, &mut count)?;
            self.machine.budget.release(hunt.kept.len());
            if enough || waits {
                break;
            }
        }
        Ok(outcome)
    }

    /// Goes through the lengths; whether enough was found, or the sink said to stop.
    fn hunt(
        &mut self,
        from: NodeId,
        hunt: &mut Hunt<'_, '_>,
        mode: PathMode,
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<bool> {
        let start = Way { rel: None, node: from, spot: Spot::default(), rank: 0 };
        let first = hunt.keep(None, start);
        hunt.waiting.insert(hunt.length, vec![first]);
        let mut groups = 0u64;
        while let Some((length, walks)) = hunt.waiting.pop_first() {
            hunt.length = length;
            hunt.guide.look(self.machine, length, frame)?;
            let mut found = false;
            for walk in hunt.ready(self.machine.budget, walks)? {
                let flow = self.resume(walk, hunt, frame, &mut |frame| {
                    found = true;
                    sink(frame)
                })?;
                if flow.is_break() {
                    self.clear();
                    return Ok(true);
                }
            }
            groups += u64::from(found);
            if matches!(mode, PathMode::Groups(count) if groups >= count) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Goes on with a walk that waited.
    fn resume(
        &mut self,
        walk: usize,
        hunt: &mut Hunt<'_, '_>,
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        let steps = hunt.steps(walk);
        let Some(((_, last), before)) = steps.split_last() else { return Ok(Flow::Continue(())) };
        for (at, way) in before {
            self.push(*way, Some(*at));
        }
        self.enter(*last, Some(hunt), frame)?;
        self.grow(Some(hunt), frame, sink)
    }

    fn hops_with(&self, way: &Way) -> u32 {
        self.hops.saturating_add(u32::from(way.rel.is_some()))
    }

    /// Tries every way on, until there is none.
    fn grow(
        &mut self,
        mut hunt: Option<&mut Hunt<'_, '_>>,
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        while let Some(level) = self.levels.last_mut() {
            if self.course.parts.len() == level.way.spot.part as usize {
                self.bind(frame);
                self.pop();
                if sink(frame)?.is_break() {
                    return Ok(Flow::Break(()));
                }
                continue;
            }
            let Some(way) = level.ways.next() else {
                self.pop();
                continue;
            };
            self.machine.budget.step()?;
            self.enter(way, hunt.as_deref_mut(), frame)?;
        }
        Ok(Flow::Continue(()))
    }

    /// Takes a way, where the walk may: it repeats no relationship, and meets the conditions that can be judged now.
    fn enter(
        &mut self,
        way: Way,
        hunt: Option<&mut Hunt<'_, '_>>,
        frame: &mut Frame,
    ) -> Result<()> {
        if way.rel.is_some_and(|rel| self.taken.contains(&rel)) {
            return Ok(());
        }
        self.push(way, None);
        if !self.late_hold(way.spot, frame)? {
            self.pop();
            return Ok(());
        }
        let mut ways = self.ways(way.node, way.spot, hunt.is_some(), frame)?;
        if let Some(hunt) = hunt {
            ways = self.sort_out(ways, hunt)?;
        }
        if let Some(level) = self.levels.last_mut() {
            level.ways = ways.into_iter();
        }
        Ok(())
    }

    fn push(&mut self, way: Way, kept: Option<usize>) {
        if let Some(rel) = way.rel {
            self.taken.insert(rel);
            self.hops += 1;
        }
        self.levels.push(Level { way, ways: Vec::new().into_iter(), kept });
    }

    fn pop(&mut self) {
        if let Some(rel) = self.levels.pop().and_then(|level| level.way.rel) {
            self.taken.remove(&rel);
            self.hops -= 1;
        }
    }

    fn clear(&mut self) {
        while !self.levels.is_empty() {
            self.pop();
        }
    }

    /// The ways on from a spot. Where a guide knows the nodes that lead to the end, their conditions are judged already.
    fn ways(&self, node: NodeId, spot: Spot, guided: bool, frame: &mut Frame) -> Result<Vec<Way>> {
        let Some(part) = self.course.parts.get(spot.part as usize) else { return Ok(Vec::new()) };
        let (min, max) = bounds(part);
        let mut ways = Vec::new();
        let fits = |stop: Option<&Stop>, node: NodeId, frame: &mut Frame| {
            stop.map_or(Ok(true), |stop| Ok(guided || self.machine.stands(stop, node, frame)?))
        };
        if spot.leg == 0 && spot.count >= min {
            let next = self.course.stops.get(spot.part as usize + 1);
            if fits(next, node, frame)? {
                ways.push(Way { rel: None, node, spot: Spot::stop(spot.part + 1), rank: 0 });
            }
        }
        if spot.leg == 0 {
            let first = part.stops.first();
            let again = spot.count < max
                && first.map_or(Ok(true), |stop| self.machine.stands(stop, node, frame))?;
            if !again {
                return Ok(ways);
            }
        }
        let Some(leg) = part.legs.get(spot.leg as usize) else { return Ok(ways) };
        let last = spot.leg as usize + 1 == part.legs.len();
        let next = if last {
            Spot { leg: 0, count: spot.count + 1, ..spot }
        } else {
            Spot { leg: spot.leg + 1, ..spot }
        };
        let stop = part.stops.get(spot.leg as usize + 1);
        for (rel, node) in self.machine.leg_ways(leg, node, false, frame)? {
            if fits(stop, node, frame)? {
                let rank = u32::try_from(ways.len()).unwrap_or(u32::MAX).saturating_add(1);
                ways.push(Way { rel: Some(rel), node, spot: next, rank });
            }
        }
        Ok(ways)
    }

    /// Keeps the ways by which the end is just as far as is looked for; longer ones wait, those that lead nowhere are dropped.
    fn sort_out(&mut self, ways: Vec<Way>, hunt: &mut Hunt<'_, '_>) -> Result<Vec<Way>> {
        let mut now = Vec::new();
        for way in ways {
            self.machine.budget.step()?;
            let Some(left) = hunt.guide.left(way.spot, way.node) else { continue };
            let least = left.saturating_add(self.hops_with(&way));
            if least <= hunt.length {
                now.push(way);
            } else if hunt.waits
                && least <= hunt.guide.length_max()
                && !way.rel.is_some_and(|rel| self.taken.contains(&rel))
            {
                let before = self.keep_levels(hunt)?;
                self.machine.budget.hold(1)?;
                let at = hunt.keep(before, way);
                hunt.waiting.entry(least).or_default().push(at);
            }
        }
        Ok(now)
    }

    /// Keeps the walk so far; where its last step is kept.
    fn keep_levels(&mut self, hunt: &mut Hunt<'_, '_>) -> Result<Option<usize>> {
        let first = self.levels.iter().rposition(|level| level.kept.is_some()).map_or(0, |i| i + 1);
        let mut before = first.checked_sub(1).and_then(|i| self.levels.get(i)?.kept);
        for level in self.levels.iter_mut().skip(first) {
            self.machine.budget.hold(1)?;
            before = Some(hunt.keep(before, level.way));
            level.kept = before;
        }
        Ok(before)
    }

    /// Whether the conditions hold that can be judged at a spot, and not before.
    fn late_hold(&self, spot: Spot, frame: &mut Frame) -> Result<bool> {
        if spot.leg > 0 {
            return Ok(true);
        }
        if spot.count > 0 {
            let Some(part) = self.course.parts.get(spot.part as usize) else { return Ok(true) };
            if part.late.is_empty() {
                return Ok(true);
            }
            let from = self.levels.len().saturating_sub(part.legs.len() + 1);
            bind_once(part, self.levels.get(from..).unwrap_or(&[]), frame);
            return self.machine.all_hold(&part.late, frame);
        }
        let at = spot.part as usize;
        let late = self.course.late.iter().filter(|late| late.0 == at).map(|late| &late.1);
        if self.course.late.iter().all(|late| late.0 != at) {
            return Ok(true);
        }
        self.bind(frame);
        self.machine.all_hold(late, frame)
    }

    /// Sets the slots of the walk so far.
    fn bind(&self, frame: &mut Frame) {
        let stops = self.levels.iter().enumerate().filter(|(_, level)| level.way.spot.is_stop());
        let stops: Vec<usize> = stops.map(|(at, _)| at).collect();
        for (stop, at) in self.course.stops.iter().zip(&stops) {
            if let (false, Some(level)) = (stop.given, self.levels.get(*at)) {
                frame[stop.slot.0] = Datum::Node(level.way.node);
            }
        }
        for (part, ends) in self.course.parts.iter().zip(stops.windows(2)) {
            let levels = match ends {
                [from, to] => self.levels.get(*from..*to).unwrap_or(&[]),
                _ => &[],
            };
            if part.times.is_none() {
                bind_once(part, levels, frame);
            } else {
                self.bind_lists(part, levels, frame);
            }
        }
        if let Some(path) = self.course.path {
            frame[path.0] = self.path();
        }
    }

    /// Sets the lists of a part that was walked several times: its first level stands on the stop before it.
    fn bind_lists(&self, part: &Part, levels: &[Level], frame: &mut Frame) {
        let legs = part.legs.len().max(1);
        let times = levels.len().saturating_sub(1) / legs;
        let mut list = |slot: Slot, item: &dyn Fn(usize) -> Option<Datum>| {
            let items = (0..times).filter_map(item);
            let items: Vec<Datum> =
                if self.course.reversed { items.rev().collect() } else { items.collect() };
            frame[slot.0] = Datum::list(items);
        };
        for (i, stop) in part.stops.iter().enumerate() {
            if let Some(slot) = stop.list {
                list(slot, &|time| Some(Datum::Node(levels.get(time * legs + i)?.way.node)));
            }
        }
        for (i, leg) in part.legs.iter().enumerate() {
            if let Some(slot) = leg.list {
                list(slot, &|time| Some(Datum::Rel(levels.get(time * legs + i + 1)?.way.rel?)));
            }
        }
    }

    fn path(&self) -> Datum {
        let steps: Vec<Hop> =
            self.levels.iter().filter_map(|level| Some((level.way.rel?, level.way.node))).collect();
        let first = self.levels.first().map(|level| level.way.node);
        let mut nodes: Vec<NodeId> = first.into_iter().chain(steps.iter().map(|s| s.1)).collect();
        let mut rels: Vec<RelId> = steps.iter().map(|step| step.0).collect();
        if self.course.reversed {
            nodes.reverse();
            rels.reverse();
        }
        Datum::Path(std::sync::Arc::new(PathIds { nodes, rels }))
    }
}

/// Sets the variables of a part to what it met when it was walked once.
fn bind_once(part: &Part, levels: &[Level], frame: &mut Frame) {
    for (stop, level) in part.stops.iter().zip(levels) {
        if !stop.given {
            frame[stop.slot.0] = Datum::Node(level.way.node);
        }
    }
    for (leg, level) in part.legs.iter().zip(levels.iter().skip(1)) {
        if let Some(rel) = level.way.rel {
            frame[leg.rel.0] = Datum::Rel(rel);
        }
    }
}
