//! Repeated paths and shortest paths: which walks are asked for, and from which ends.

use rustc_hash::FxHashSet;

use super::guide::{Guide, only_leg};
use super::trails::Trails;
use super::{Flow, Frame, Machine, Sink};
use crate::error::Result;
use crate::model::{Datum, NodeId, RelId};
use crate::plan::{Course, PathMode, Repeat, Search, Stop};

impl Machine<'_> {
    /// Emits every walk along a repeated path.
    pub(super) fn repeat(
        &self,
        repeat: &Repeat,
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        let course = &repeat.course;
        let Some(from) = self.stop_node(course.stops.first(), frame)? else {
            return Ok(Flow::Continue(()));
        };
        let last = course.stops.last().filter(|stop| stop.given);
        if last.is_some() && self.stop_node(last, frame)?.is_none() {
            return Ok(Flow::Continue(()));
        }
        let mut taken = FxHashSet::default();
        repeat.differs.iter().for_each(|slot| gather(&frame[slot.0], &mut taken));
        Trails::new(self, course, taken).every(from, frame, sink)
    }

    /// Emits the shortest walks along a pattern, for each pair of ends; those of the nearest start first.
    ///
    /// Cost: one breadth-first search for all starts together, and the walks themselves.
    pub(super) fn search(
        &self,
        search: &Search,
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        let Search { course, mode } = search;
        let Some(to) = self.stop_node(course.stops.last(), frame)? else {
            return Ok(Flow::Continue(()));
        };
        if course.stops.first().is_some_and(|stop| stop.given) {
            return match self.stop_node(course.stops.first(), frame)? {
                Some(from) => self.search_pair(course, *mode, (from, to), frame, sink),
                None => Ok(Flow::Continue(())),
            };
        }
        let mut guide = Guide::new(self, course, to, frame)?;
        let mut next = 0;
        loop {
            while let Some(from) = guide.starts.get(next).copied() {
                next += 1;
                let mut trails = Trails::new(self, course, FxHashSet::default());
                if trails.shortest(from, &mut guide, *mode, frame, sink)?.is_break() {
                    return Ok(Flow::Break(()));
                }
            }
            if !guide.extend(self, frame)? {
                break;
            }
        }
        guide.let_go(self);
        Ok(Flow::Continue(()))
    }

    fn search_pair(
        &self,
        course: &Course,
        mode: PathMode,
        (from, to): (NodeId, NodeId),
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        let least = matches!(mode, PathMode::Count(1) | PathMode::Groups(1));
        let mut guide = match only_leg(course) {
            Some(leg) if least && from != to => {
                Guide::between(self, course, (leg, from, to), frame)?
            }
            _ => Guide::new(self, course, to, frame)?,
        };
        let mut trails = Trails::new(self, course, FxHashSet::default());
        let flow = trails.shortest(from, &mut guide, mode, frame, sink)?;
        guide.let_go(self);
        Ok(flow)
    }

    fn stop_node(&self, stop: Option<&Stop>, frame: &Frame) -> Result<Option<NodeId>> {
        stop.map_or(Ok(None), |stop| self.node_at(stop.slot, stop.place, frame))
    }
}

/// Adds the relationships that a datum holds, alone or in a list.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "what holds no relationship stays without when kinds are added"
)]
fn gather(datum: &Datum, rels: &mut FxHashSet<RelId>) {
    match datum {
        Datum::Rel(rel) => {
            rels.insert(*rel);
        }
        Datum::List(items) => items.iter().for_each(|item| gather(item, rels)),
        _ => {}
    }
}
