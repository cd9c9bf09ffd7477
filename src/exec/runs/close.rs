//! Hops that lead back to a node that is there already.

use super::program::{Apart, Close, Expand, Step};
use super::select::{First, Run, Select as _};
use super::walk::{Gather, Walk};
use super::ways;
use crate::error::Result;
use crate::exec::Flow;
use crate::model::NodeId;

/// Up to so many nodes that are joined with another are compared one by one.
const JOINED_FEW: usize = 8;

impl<'w, 'g> Walk<'w, 'g> {
    /// Counts what a hop and one back from there, the last step, make of a run, where that is all that is wanted of it and few nodes
    /// are joined with the one that it leads back to; whether that is so.
    pub(super) fn count_closed(
        &mut self,
        (hop, at): (&'w Expand<'g>, usize),
        run: Run<'_>,
        times: u64,
        sink: &mut impl Gather,
    ) -> Result<bool> {
        let [Step::Close(close)] = self.state.program.steps.get(at + 1..).unwrap_or(&[]) else {
            return Ok(false);
        };
        let ([way], [back]) = (hop.ways.as_slice(), close.back.as_slice()) else {
            return Ok(false);
        };
        let bare = hop.plain && close.differs.is_empty() && !close.rel_read;
        if !bare || hop.from != hop.open || close.other == hop.open || close.other == hop.to {
            return Ok(false);
        }
        let joined = back.nodes(self.state.ids[close.other]);
        if joined.len() > JOINED_FEW || !sink.add(0) {
            return Ok(false);
        }
        let (mut rows, mut steps) = (0_usize, 0);
        for id in run.ids {
            let row = way.nodes(*id);
            steps += row.len();
            rows +=
                row.iter().map(|id| joined.iter().filter(|to| *to == id).count()).sum::<usize>();
        }
        self.state.machine.budget.steps(steps)?;
        Ok(sink.add(usize::try_from(times).unwrap_or(usize::MAX).saturating_mul(rows)))
    }

    pub(super) fn close(
        &mut self,
        close: &'w Close<'g>,
        at: usize,
        run: Run<'_>,
        times: u64,
        sink: &mut impl Gather,
    ) -> Result<Flow> {
        self.state.machine.budget.steps(run.ids.len())?;
        let ([back], true, false) =
            (close.back.as_slice(), close.differs.is_empty(), close.rel_read)
        else {
            return self.close_each(close, at, run, times, sink);
        };
        let other = self.state.ids[close.other];
        let row = back.nodes(other);
        if row.len() > JOINED_FEW {
            return self.close_by_marks((close, other, row), at, run, times, sink);
        }
        if at + 1 == self.state.program.steps.len() {
            let same = |other: &u32| run.ids.iter().filter(|id| *id == other).count();
            let joined: usize = row.iter().map(same).sum();
            let rows = usize::try_from(times).unwrap_or(usize::MAX).saturating_mul(joined);
            if joined == 0 || sink.add(rows) {
                return Ok(Flow::Continue(()));
            }
        }
        let mut spare = std::mem::take(&mut self.spare[at]).cleared();
        for (place, id) in run.ids.iter().enumerate() {
            for _ in row.iter().filter(|other| *other == id) {
                spare.ids.push(*id);
                spare.rels.extend(run.rels.get(place));
            }
        }
        let flow = self.drive(at + 1, spare.run(), times, sink);
        self.spare[at] = spare;
        flow
    }

    /// As [`Self::close`], with a bit for each of the many nodes that are joined with the other one.
    fn close_by_marks(
        &mut self,
        (close, other, row): (&'w Close<'g>, u32, &'g [u32]),
        at: usize,
        run: Run<'_>,
        times: u64,
        sink: &mut impl Gather,
    ) -> Result<Flow> {
        let mut spare = std::mem::take(&mut self.spare[at]).cleared();
        let mut marks = std::mem::take(&mut self.marks[at]);
        if marks.of != Some(other) {
            marks.set(other, row, close.marks.start, close.marks.len());
        }
        if marks.repeated {
            for (place, id) in run.ids.iter().enumerate() {
                for _ in ways::places(marks.row, *id) {
                    spare.ids.push(*id);
                    spare.rels.extend(run.rels.get(place));
                }
            }
        } else {
            First(run, &mut spare).by(|id| marks.has(id));
        }
        self.marks[at] = marks;
        let flow = self.drive(at + 1, spare.run(), times, sink);
        self.spare[at] = spare;
        flow
    }

    /// Goes on with each relationship by itself.
    fn close_each(
        &mut self,
        close: &'w Close<'g>,
        at: usize,
        run: Run<'_>,
        times: u64,
        sink: &mut impl Gather,
    ) -> Result<Flow> {
        let (open_rel, other) = (self.open_rel(at), NodeId(self.state.ids[close.other]));
        for (place, id) in run.ids.iter().enumerate() {
            self.state.stand_at((close.open, *id), (open_rel, run.rels.get(place)));
            let one = run.one(place);
            for way in &close.ways {
                if way.but_loops && *id == other.0 {
                    continue;
                }
                for rel in way.hop(*id).to(other).rels {
                    let same = |apart: &Apart| self.state.rels[apart.rel] == *rel;
                    if close.differs.iter().any(same) {
                        continue;
                    }
                    self.state.rels[close.rel] = *rel;
                    if self.drive(at + 1, one, times, sink)?.is_break() {
                        return Ok(Flow::Break(()));
                    }
                }
            }
        }
        Ok(Flow::Continue(()))
    }
}
