//! Reaching nodes: where walks of variable length lead, each node once.
//!
//! The search runs over rows of bare ids; a frame is made only for a node that is handed on, and where nodes are only counted for none.

mod closed;
mod ends;
mod pairs;
mod spread;

use std::ops::Range;

use super::{Flow, Frame, Machine, Sink};
use crate::error::Result;
use crate::model::{Datum, NodeId};
use crate::plan::{CountReached, ExpandMany, Op, Reach};
use crate::syntax::ast::RelDirection;
use ends::Ends;
use spread::Spread;
pub(super) use spread::{Bits, Pool, Ways};

/// How many layers a search may have.
fn layers(walk: &ExpandMany) -> u64 {
    walk.max.unwrap_or(u64::MAX)
}

impl Machine<'_> {
    /// Emits each node that is reached from the one in the frame, once, nearer ones first.
    pub(super) fn reach(
        &self,
        reach: &Reach,
        rest: &[Op],
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        let (walk, hop) = (&reach.walk, &reach.walk.hop);
        let Some(from) = self.node_at(hop.from, hop.ends.0, frame)? else {
            return Ok(Flow::Continue(()));
        };
        let mut target = None;
        if hop.to_bound {
            target = self.node_at(hop.to, hop.ends.1, frame)?;
            if target.is_none() {
                return Ok(Flow::Continue(()));
            }
        }
        let ends = Ends::new(self, hop.to, &reach.tests, frame)?;
        let mut flow = Flow::Continue(());
        let mut hand_on = |node: u32, frame: &mut Frame| -> Result<bool> {
            if target.is_some_and(|target| target.0 != node) || !ends.hold(self, node, frame)? {
                return Ok(false);
            }
            frame[hop.to.0] = Datum::Node(NodeId(node));
            flow = self.drive(rest, frame, sink)?;
            Ok(flow.is_break() || target.is_some())
        };
        let itself = walk.min == 0;
        // Without a direction the way there is also a way back, which a walk must not take: the start is told apart.
        let apart = !itself && hop.direction == RelDirection::Either;
        let mut done = itself && hand_on(from.0, frame)?;
        if !done {
            let mut spread = self.pool.take(self.graph.node_bound());
            spread.begin(from.0, itself || apart, self.budget)?;
            done = self.spread(walk, &mut spread, frame, &mut hand_on)?;
            self.pool.give(spread, self.budget);
        }
        let back = !done && apart && target.is_none_or(|target| target == from);
        if back && self.leads_back(walk, from, frame)? {
            hand_on(from.0, frame)?;
        }
        Ok(flow)
    }

    /// Spreads over the ways of a walk; `hand_on` takes each node that is met, until it says that this is enough.
    fn spread(
        &self,
        walk: &ExpandMany,
        spread: &mut Spread,
        frame: &mut Frame,
        hand_on: &mut dyn FnMut(u32, &mut Frame) -> Result<bool>,
    ) -> Result<bool> {
        let mut enough = false;
        let mut look = |met: &[u32], frame: &mut Frame| -> Result<bool> {
            for node in met {
                if hand_on(*node, frame)? {
                    enough = true;
                    break;
                }
            }
            Ok(enough)
        };
        if walk.each.is_none() && walk.hop.differs.is_empty() {
            let ways = Ways::new(self.graph, &walk.hop.kinds, walk.hop.direction);
            spread.run(
                layers(walk),
                |spread, nodes| spread.widen(&ways, nodes, None, self.budget),
                |spread, new| look(spread.met.get(new).unwrap_or(&[]), frame),
            )?;
        } else {
            let frame = std::cell::RefCell::new(frame);
            spread.run(
                layers(walk),
                |spread, nodes| self.widen_by(walk, spread, nodes, *frame.borrow_mut()),
                |spread, new| look(spread.met.get(new).unwrap_or(&[]), *frame.borrow_mut()),
            )?;
        }
        Ok(enough)
    }

    /// Adds the neighbours of some of the nodes met, where the conditions on each relationship hold.
    fn widen_by(
        &self,
        walk: &ExpandMany,
        spread: &mut Spread,
        nodes: Range<usize>,
        frame: &mut Frame,
    ) -> Result<()> {
        for at in nodes {
            let Some(node) = spread.met.get(at) else { continue };
            for (_, other) in self.ways_out(walk, NodeId(*node), frame)? {
                self.budget.step()?;
                if spread.seen.insert(other.0) {
                    self.budget.hold(1)?;
                    spread.met.push(other.0);
                }
            }
        }
        Ok(())
    }

    /// How many nodes are reached from the frames that `before` emits.
    pub(super) fn count_reached(
        &self,
        count: &CountReached,
        before: &[Op],
        frame: &mut Frame,
    ) -> Result<Datum> {
        let (walk, hop) = (&count.reach.walk, &count.reach.walk.hop);
        let mut starts: Vec<u32> = Vec::new();
        let _ = self.run(before, frame, &mut |frame| {
            if let Some(start) = self.node_at(hop.from, hop.ends.0, frame)? {
                self.budget.hold(1)?;
                starts.push(start.0);
            }
            Ok(Flow::Continue(()))
        })?;
        let held = starts.len();
        starts.sort_unstable();
        starts.dedup();
        let ends = Ends::new(self, hop.to, &count.reach.tests, frame)?;
        let ways = Ways::new(self.graph, &hop.kinds, hop.direction);
        let mut spread = self.pool.take(self.graph.node_bound());
        let itself = walk.min == 0;
        for start in &starts {
            spread.begin(*start, itself, self.budget)?;
        }
        spread.run(
            layers(walk),
            |spread, nodes| spread.widen(&ways, nodes, None, self.budget),
            |_, _| Ok(false),
        )?;
        let met = spread.met.get(if itself { 0 } else { starts.len() }..).unwrap_or(&[]);
        let found = if count.pairs && starts.len() > 1 {
            let mut targets = Vec::new();
            for node in met {
                if ends.hold(self, *node, frame)? {
                    targets.push(*node);
                }
            }
            self.count_pairs(walk, &starts, &targets, &mut spread)?
        } else {
            self.count_ends(&ends, met, frame)?
        };
        self.pool.give(spread, self.budget);
        self.budget.release(held);
        Ok(Datum::Int(i64::try_from(found).unwrap_or(i64::MAX)))
    }

    fn count_ends(&self, ends: &Ends<'_>, met: &[u32], frame: &mut Frame) -> Result<u64> {
        if ends.is_empty() {
            return Ok(met.len() as u64);
        }
        let mut found = 0;
        for nodes in met.chunks(1024) {
            self.budget.steps(nodes.len())?;
            for node in nodes {
                found += u64::from(ends.hold(self, *node, frame)?);
            }
        }
        Ok(found)
    }
}
