//! How far it is from anywhere in a course to its end.
//!
//! A search that knows this grows only walks that can still arrive. The distances are those of walks that may repeat relationships and
//! leave out conditions on several variables, so they never overstate; they are found backwards from the end, a layer at a time and
//! no further than is asked.

use std::collections::hash_map::Entry;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::reach::Ways;
use super::steps::Hop;
use super::{Flow, Frame, Machine};
use crate::error::Result;
use crate::model::{Datum, NodeId};
use crate::plan::{Course, Leg, Part, Stop, turned};

/// How many walks along a part are told apart; with more, only that there were so many.
const COUNT_MAX: u32 = 64;

/// Where a walk stands: in part `part`, having walked it `count` times, before its leg `leg`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) part: u32,
    pub(super) leg: u32,
    pub(super) count: u32,
}

impl Spot {
    /// The stop before a part.
    pub(super) fn stop(part: u32) -> Self {
        Self { part, leg: 0, count: 0 }
    }

    /// Whether it is a stop of the course, not one inside a part.
    pub(super) fn is_stop(self) -> bool {
        self.leg == 0 && self.count == 0
    }
}

/// How often a part is walked.
pub(super) fn bounds(part: &Part) -> (u32, u32) {
    let clamp = |times: u64| u32::try_from(times).unwrap_or(u32::MAX);
    part.times.map_or((1, 1), |(min, max)| (clamp(min), max.map_or(u32::MAX, clamp)))
}

/// The greatest length of a walk along a course.
fn length_max(course: &Course) -> u32 {
    let legs = |part: &Part| u32::try_from(part.legs.len()).unwrap_or(u32::MAX);
    let lengths = course.parts.iter().map(|part| bounds(part).1.saturating_mul(legs(part)));
    lengths.fold(0, u32::saturating_add)
}

/// The distances to the end of a course, as far as they are known.
pub(super) struct Guide<'c> {
    course: &'c Course,
    /// For each part, how many walks along it are told apart, and whether the last of these stands for more, too.
    counts: Vec<(u32, bool)>,
    left: FxHashMap<(Spot, NodeId), u32>,
    /// What was found last, to go on from.
    layer: Vec<(Spot, NodeId)>,
    depth: u32,
    depth_max: u32,
    /// The nodes at which a walk may start, nearest first, ascending among equals.
    pub(super) starts: Vec<NodeId>,
}

impl<'c> Guide<'c> {
    /// Knows nothing but the end.
    pub(super) fn new(
        machine: &Machine<'_>,
        course: &'c Course,
        to: NodeId,
        frame: &mut Frame,
    ) -> Result<Self> {
        let mut guide = Self::empty(course);
        let end = Spot::stop(u32::try_from(course.parts.len()).unwrap_or(u32::MAX));
        guide.add(machine, (end, to), frame)?;
        Ok(guide)
    }

    fn empty(course: &'c Course) -> Self {
        // Along one relationship a walk is as long as it is often: its length tells when it is too much. Not at all and once are
        // told apart always: nodes that are met on the way need not be such as the first.
        let by_length = matches!(course.parts.as_slice(), [part] if part.legs.len() == 1);
        let count = |part: &Part| match bounds(part) {
            (_, max) if !by_length && max <= COUNT_MAX => (max, false),
            (min, _) => (min.clamp(1, COUNT_MAX), true),
        };
        Self {
            course,
            counts: course.parts.iter().map(count).collect(),
            left: FxHashMap::default(),
            layer: Vec::new(),
            depth: 0,
            depth_max: length_max(course),
            starts: Vec::new(),
        }
    }

    /// The least number of hops to the end: exact where it is known, one more than is known where it is not; `None` where there is no
    /// way.
    pub(super) fn left(&self, spot: Spot, node: NodeId) -> Option<u32> {
        let known = self.left.get(&(self.told_apart(spot), node)).copied();
        known.or((!self.is_whole()).then_some(self.depth.saturating_add(1)))
    }

    /// The exact distance from the start; looks no further than it must.
    pub(super) fn left_from(
        &mut self,
        machine: &Machine<'_>,
        start: NodeId,
        frame: &mut Frame,
    ) -> Result<Option<u32>> {
        loop {
            if let Some(left) = self.left.get(&(Spot::default(), start)) {
                return Ok(Some(*left));
            }
            if !self.extend(machine, frame)? {
                return Ok(None);
            }
        }
    }

    /// Sees to it that every distance up to this one is known.
    pub(super) fn look(
        &mut self,
        machine: &Machine<'_>,
        depth: u32,
        frame: &mut Frame,
    ) -> Result<()> {
        while self.depth < depth && self.extend(machine, frame)? {}
        Ok(())
    }

    /// Whether everything is known.
    fn is_whole(&self) -> bool {
        self.layer.is_empty() || self.depth >= self.depth_max
    }

    /// The longest a walk may be.
    pub(super) fn length_max(&self) -> u32 {
        self.depth_max
    }

    /// Goes one hop further; false where there is nothing more to find.
    pub(super) fn extend(&mut self, machine: &Machine<'_>, frame: &mut Frame) -> Result<bool> {
        if self.is_whole() {
            return Ok(false);
        }
        self.depth += 1;
        let known = self.starts.len();
        for (spot, node) in std::mem::take(&mut self.layer) {
            let Some(part) = self.course.parts.get(spot.part as usize) else { continue };
            for before in self.before(part, spot) {
                let Some(leg) = part.legs.get(before.leg as usize) else { continue };
                let first = part.stops.first().filter(|_| before.leg == 0);
                for (_, other) in machine.leg_ways(leg, node, true, frame)? {
                    machine.budget.step()?;
                    if !self.left.contains_key(&(before, other))
                        && first.map_or(Ok(true), |stop| machine.stands(stop, other, frame))?
                    {
                        self.add(machine, (before, other), frame)?;
                    }
                }
            }
        }
        if let Some(found) = self.starts.get_mut(known..) {
            found.sort_unstable();
        }
        Ok(true)
    }

    /// From where a hop leads to a spot.
    fn before(&self, part: &Part, spot: Spot) -> Vec<Spot> {
        if spot.leg > 0 {
            return vec![Spot { leg: spot.leg - 1, ..spot }];
        }
        let leg = u32::try_from(part.legs.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let (most, open) = self.counts(spot.part);
        let once_less = spot.count.checked_sub(1);
        let as_often = Some(spot.count).filter(|count| open && *count == most);
        let counts = once_less.into_iter().chain(as_often);
        counts.map(|count| Spot { leg, count, ..spot }).collect()
    }

    /// Notes a spot at which the end is as far as the layer is deep, and those from which it is no hop away.
    fn add(
        &mut self,
        machine: &Machine<'_>,
        found: (Spot, NodeId),
        frame: &mut Frame,
    ) -> Result<()> {
        let mut open = vec![found];
        while let Some((spot, node)) = open.pop() {
            let Some(stop) = self.stop_at(spot) else { continue };
            if self.left.contains_key(&(spot, node)) || !machine.stands(stop, node, frame)? {
                continue;
            }
            machine.budget.hold(1)?;
            self.left.insert((spot, node), self.depth);
            self.layer.push((spot, node));
            if !spot.is_stop() {
                continue;
            }
            let Some(part) = spot.part.checked_sub(1) else {
                self.starts.push(node);
                continue;
            };
            let least = self.course.parts.get(part as usize).map_or(0, |part| bounds(part).0);
            let most = self.counts(part).0;
            open.extend((least.min(most)..=most).map(|count| (Spot { part, leg: 0, count }, node)));
        }
        Ok(())
    }

    /// The node pattern that a node at this spot meets.
    fn stop_at(&self, spot: Spot) -> Option<&'c Stop> {
        if spot.is_stop() {
            return self.course.stops.get(spot.part as usize);
        }
        let stops = &self.course.parts.get(spot.part as usize)?.stops;
        if spot.leg > 0 { stops.get(spot.leg as usize) } else { stops.last() }
    }

    fn counts(&self, part: u32) -> (u32, bool) {
        self.counts.get(part as usize).copied().unwrap_or_default()
    }

    fn told_apart(&self, spot: Spot) -> Spot {
        let (most, open) = self.counts(spot.part);
        if open { Spot { count: spot.count.min(most), ..spot } } else { spot }
    }

    /// Gives back what it holds.
    pub(super) fn let_go(self, machine: &Machine<'_>) {
        machine.budget.release(self.left.len());
    }
}

/// The one relationship that a course repeats, where a shortest walk between two different nodes repeats no node: it then repeats no
/// relationship either.
pub(super) fn only_leg(course: &Course) -> Option<&Leg> {
    let [part] = course.parts.as_slice() else { return None };
    let free = part.stops.iter().all(|stop| stop.tests.is_empty() && !stop.given);
    let [leg] = part.legs.as_slice() else { return None };
    let plain = free && part.late.is_empty() && course.late.is_empty() && bounds(part).0 <= 1;
    plain.then_some(leg)
}

/// For how many nodes around an end there is room from the beginning.
const BALL: usize = 1024;

/// The nodes around one end, each with its distance.
struct Ball {
    reached: FxHashMap<NodeId, u32>,
    layer: Vec<NodeId>,
    depth: u32,
}

impl Ball {
    fn new(centre: NodeId) -> Self {
        let mut reached = FxHashMap::with_capacity_and_hasher(BALL, FxBuildHasher);
        reached.insert(centre, 0);
        Self { reached, layer: vec![centre], depth: 0 }
    }

    fn grow(
        &mut self,
        machine: &Machine<'_>,
        lanes: &Lanes<'_>,
        backwards: bool,
        frame: &mut Frame,
    ) -> Result<()> {
        self.depth += 1;
        let (depth, known) = (self.depth, self.reached.len());
        for node in std::mem::take(&mut self.layer) {
            lanes.each(machine, node, backwards, frame, &mut |other| {
                if let Entry::Vacant(entry) = self.reached.entry(other) {
                    entry.insert(depth);
                    self.layer.push(other);
                }
            })?;
        }
        machine.budget.hold(self.reached.len() - known)
    }
}

/// The ways over one relationship pattern, there and back; read off rows where nothing is asked of the relationships.
struct Lanes<'l> {
    leg: &'l Leg,
    rows: Option<[Ways<'l>; 2]>,
}

impl<'l> Lanes<'l> {
    fn new(machine: &Machine<'l>, leg: &'l Leg) -> Self {
        let ways = |direction| Ways::new(machine.graph, &leg.kinds, direction);
        let rows = leg.tests.is_empty().then(|| [leg.direction, turned(leg.direction)].map(ways));
        Self { leg, rows }
    }

    /// Calls `one` for the node at the other end of each way out of a node, `backwards` into it.
    fn each(
        &self,
        machine: &Machine<'_>,
        node: NodeId,
        backwards: bool,
        frame: &mut Frame,
        one: &mut dyn FnMut(NodeId),
    ) -> Result<()> {
        let Some([there, back]) = &self.rows else {
            for (_, other) in machine.leg_ways(self.leg, node, backwards, frame)? {
                machine.budget.step()?;
                one(other);
            }
            return Ok(());
        };
        for others in if backwards { back } else { there }.of(node.0) {
            machine.budget.steps(others.len())?;
            others.iter().for_each(|other| one(NodeId(*other)));
        }
        Ok(())
    }
}

impl<'c> Guide<'c> {
    /// The distances along the shortest walks between two different nodes over one relationship pattern, found from both ends at once;
    /// of other walks it knows nothing.
    pub(super) fn between(
        machine: &Machine<'_>,
        course: &'c Course,
        (leg, from, to): (&Leg, NodeId, NodeId),
        frame: &mut Frame,
    ) -> Result<Self> {
        let mut guide = Self::empty(course);
        let lanes = Lanes::new(machine, leg);
        let (mut ahead, mut behind) = (Ball::new(from), Ball::new(to));
        let mut meeting: Vec<NodeId> = Vec::new();
        while meeting.is_empty() && ahead.depth.saturating_add(behind.depth) < guide.depth_max {
            let (ball, other, backwards) = if ahead.layer.len() <= behind.layer.len() {
                (&mut ahead, &behind, false)
            } else {
                (&mut behind, &ahead, true)
            };
            if ball.layer.is_empty() {
                break;
            }
            ball.grow(machine, &lanes, backwards, frame)?;
            meeting.extend(ball.layer.iter().filter(|node| other.reached.contains_key(node)));
        }
        machine.budget.release(ahead.reached.len() + behind.reached.len());
        if meeting.is_empty() {
            return Ok(guide);
        }
        let most = guide.counts(0).0;
        let spot =
            |node: NodeId| Spot { count: if node == from { 0 } else { most }, ..Spot::stop(0) };
        guide.left.extend(meeting.iter().map(|node| ((spot(*node), *node), behind.depth)));
        for (ball, backwards) in [(&ahead, true), (&behind, false)] {
            let mut layer = meeting.clone();
            for depth in (0..ball.depth).rev() {
                let mut next = Vec::new();
                let whole = ahead.depth + behind.depth;
                let left = if backwards { whole - depth } else { depth };
                for node in layer {
                    lanes.each(machine, node, backwards, frame, &mut |other| {
                        if ball.reached.get(&other) == Some(&depth)
                            && guide.left.insert((spot(other), other), left).is_none()
                        {
                            next.push(other);
                        }
                    })?;
                }
                layer = next;
            }
        }
        guide.left.insert((Spot::stop(1), to), 0);
        machine.budget.hold(guide.left.len())?;
        Ok(guide)
    }
}

impl Machine<'_> {
    /// Whether a node may stand at a stop.
    pub(super) fn stands(&self, stop: &Stop, node: NodeId, frame: &mut Frame) -> Result<bool> {
        if stop.given {
            return Ok(matches!(frame[stop.slot.0], Datum::Node(held) if held == node));
        }
        if stop.tests.is_empty() {
            return Ok(true);
        }
        frame[stop.slot.0] = Datum::Node(node);
        self.all_hold(&stop.tests, frame)
    }

    /// The relationships by which a walk may go over a leg, from its start or, `backwards`, from its end.
    pub(super) fn leg_ways(
        &self,
        leg: &Leg,
        from: NodeId,
        backwards: bool,
        frame: &mut Frame,
    ) -> Result<Vec<Hop>> {
        let direction = if backwards { turned(leg.direction) } else { leg.direction };
        let mut ways = Vec::new();
        let _ = self.hops((from, None), &leg.kinds, direction, &mut |(rel, node)| {
            if !leg.tests.is_empty() {
                frame[leg.rel.0] = Datum::Rel(rel);
            }
            if self.all_hold(&leg.tests, frame)? {
                ways.push((rel, node));
            }
            Ok(Flow::Continue(()))
        })?;
        Ok(ways)
    }
}
