//! How many ways lead from node to node: mean degrees, by label where that is known.

use super::facts::{Fact, Facts, Way};
use super::{Estimator, ITEMS, ROWS_MAX, float, ratio};
use crate::graph::Direction;
use crate::model::{KindId, LabelId};
use crate::plan::{Course, Expand, ExpandMany, Kinds, PathMode, Reach, Search, Stop};
use crate::syntax::ast::RelDirection;

/// How many more hops than it must a walk is followed for; later ones hardly change a guess that is rough by then.
const HOPS_MORE: u64 = 8;
/// How many hops a walk is followed for at all.
const HOPS_MAX: u64 = 64;

impl Estimator<'_> {
    /// How many relationships a hop meets at one node.
    pub(in crate::plan) fn expand(&self, hop: &Expand, facts: &mut Facts) -> f64 {
        let (from, way) = (facts.label(hop.from), Way::from(hop));
        let rels = if hop.to_bound && hop.from == hop.to {
            let kinds = self.kinds(&hop.kinds).into_iter();
            kinds.map(|kind| float(self.counts().loops(from, kind))).sum()
        } else {
            let to = if hop.to_bound { facts.label(hop.to) } else { None };
            self.rels(from, &way, to)
        };
        let mut starts = self.nodes(from);
        if hop.to_bound && hop.from != hop.to {
            starts *= self.nodes(facts.label(hop.to));
        }
        if !hop.to_bound {
            let label = self.reached(from, &way);
            facts.set(hop.to, Fact::Node { label, hop: Some((from, way)) });
        }
        if hop.rel_bound {
            // Most often it was found at this very node.
            return if rels > 0.0 { 1.0 } else { 0.0 };
        }
        facts.set(hop.rel, Fact::Rel);
        ratio(rels, starts)
    }

    /// How many relationships lead from nodes with one label over a hop to nodes with another.
    pub(in crate::plan) fn rels(
        &self,
        from: Option<LabelId>,
        way: &Way,
        to: Option<LabelId>,
    ) -> f64 {
        let each = |kind: KindId| {
            let outgoing = self.counts().rels(from, kind, to);
            let incoming = self.counts().rels(to, kind, from);
            match way.direction {
                RelDirection::Right => outgoing,
                RelDirection::Left => incoming,
                // A loop is met once.
                RelDirection::Either if to.is_none() || to == from => {
                    (outgoing + incoming).saturating_sub(self.counts().loops(from, kind))
                }
                RelDirection::Either => outgoing + incoming,
            }
        };
        float(self.kinds(&way.kinds).into_iter().map(each).sum())
    }

    /// The share of nodes that can take a hop.
    pub(in crate::plan) fn joined(&self, hop: &Expand, facts: &Facts) -> f64 {
        let from = facts.label(hop.from);
        let has = |kind, direction| self.counts().joined(from, kind, direction);
        let each = |kind: KindId| match hop.direction {
            RelDirection::Right => has(kind, Direction::Outgoing),
            RelDirection::Left => has(kind, Direction::Incoming),
            RelDirection::Either => has(kind, Direction::Outgoing) + has(kind, Direction::Incoming),
        };
        let nodes = float(self.kinds(&hop.kinds).into_iter().map(each).sum());
        ratio(nodes, self.nodes(from)).min(1.0)
    }

    /// Whether every node to which a hop leads has a label.
    pub(in crate::plan) fn all_reach(
        &self,
        from: Option<LabelId>,
        way: &Way,
        label: LabelId,
    ) -> bool {
        let counts = self.counts();
        self.kinds(&way.kinds).into_iter().all(|kind| {
            let out = || counts.rels(from, kind, Some(label)) == counts.rels(from, kind, None);
            let into = || counts.rels(Some(label), kind, from) == counts.rels(None, kind, from);
            match way.direction {
                RelDirection::Right => out(),
                RelDirection::Left => into(),
                RelDirection::Either => out() && into(),
            }
        })
    }

    /// The smallest label that all nodes have to which a hop leads; none where it leads nowhere.
    fn reached(&self, from: Option<LabelId>, way: &Way) -> Option<LabelId> {
        if self.rels(from, way, None) == 0.0 {
            return None;
        }
        let labels = u16::try_from(self.graph.names().labels().len()).unwrap_or(u16::MAX);
        let certain = (0..labels).map(LabelId).filter(|label| self.all_reach(from, way, *label));
        certain.min_by_key(|label| self.graph.nodes_with(*label).len())
    }

    /// How many walks of variable length begin at one node.
    pub(in crate::plan) fn walk(&self, walk: &ExpandMany, facts: &mut Facts) -> f64 {
        let hop = &walk.hop;
        let (start, target) = (facts.label(hop.from), facts.label(hop.to));
        let (walks, end) = self.walks(start, &[Way::from(hop)], (walk.min, walk.max));
        if !hop.rel_bound {
            facts.set(hop.rel, Fact::Items(ITEMS));
        }
        if hop.to_bound {
            return ratio(walks, self.nodes(target));
        }
        // What the last hop leads to is known where there is one.
        let hop_to_it = (walk.min > 0).then(|| (None, Way::from(hop)));
        facts.set(hop.to, Fact::Node { label: end, hop: hop_to_it });
        walks
    }

    /// How many nodes walks of variable length lead to from one node: no more than there are.
    pub(super) fn reach(&mut self, reach: &Reach, facts: &mut Facts) -> f64 {
        let walks = self.walk(&reach.walk, facts);
        let to = reach.walk.hop.to;
        let most = if reach.walk.hop.to_bound { 1.0 } else { self.nodes(facts.label(to)) };
        let mut found = walks.min(most);
        for test in &reach.tests {
            found *= self.share(test, facts);
            facts.learn(test);
        }
        found
    }

    /// How many walks over these hops, so often in a row, begin at one node, and a label of all nodes where they end: the mean degree,
    /// times that of the nodes reached for every further hop.
    fn walks(
        &self,
        start: Option<LabelId>,
        ways: &[Way],
        (min, max): (u64, Option<u64>),
    ) -> (f64, Option<LabelId>) {
        let (mut at, mut open) = (start, 1.0);
        let mut walks = if min == 0 { 1.0 } else { 0.0 };
        let last = max.unwrap_or(u64::MAX).min(min.saturating_add(HOPS_MORE)).min(HOPS_MAX);
        for times in 1..=last {
            for way in ways {
                open *= ratio(self.rels(at, way, None), self.nodes(at));
                at = self.reached(at, way);
            }
            if !(open > 0.0 && open < ROWS_MAX) {
                break;
            }
            if times >= min.min(HOPS_MAX) {
                walks += open;
            }
        }
        // What leads from a label to itself alone does so however often it is walked.
        let stays =
            |label: &LabelId| ways.iter().all(|way| self.all_reach(Some(*label), way, *label));
        let end = ways.last().and_then(|way| self.reached(None, way));
        let end = end.filter(|label| min > 0 || start == Some(*label));
        (walks, start.filter(stays).or(end))
    }

    /// How many walks along a course begin at one node.
    pub(in crate::plan) fn course(&self, course: &Course, facts: &mut Facts) -> f64 {
        let mut at = course.stops.first().and_then(|stop| facts.label(stop.slot));
        let mut walks = 1.0;
        for part in &course.parts {
            let ways: Vec<Way> = part.legs.iter().map(Way::from).collect();
            let (found, end) = self.walks(at, &ways, part.times.unwrap_or((1, Some(1))));
            (walks, at) = (walks * found, end);
            part.stops.iter().for_each(|stop| set(stop, facts));
            for leg in &part.legs {
                facts.set(leg.rel, Fact::Rel);
                leg.list.into_iter().for_each(|list| facts.set(list, Fact::Items(ITEMS)));
            }
        }
        course.stops.iter().for_each(|stop| set(stop, facts));
        for condition in course.exprs() {
            walks *= self.share(condition, facts);
        }
        match course.stops.last() {
            Some(stop) if stop.given => ratio(walks, self.nodes(facts.label(stop.slot))),
            Some(stop) => {
                facts.set(stop.slot, Fact::node(at));
                walks
            }
            None => walks,
        }
    }

    /// How many shortest walks there are: those between two nodes that are joined at all, for each node where they may begin.
    pub(in crate::plan) fn search(&self, search: &Search, facts: &mut Facts) -> f64 {
        let (PathMode::Count(count) | PathMode::Groups(count)) = search.mode;
        self.course(&search.course, facts);
        let Some(first) = search.course.stops.first() else { return 0.0 };
        first.tests.iter().for_each(|test| facts.learn(test));
        let starts = if first.given { 1.0 } else { self.nodes(facts.label(first.slot)) };
        starts * float(count)
    }

    fn kinds(&self, kinds: &Kinds) -> Vec<KindId> {
        match kinds {
            Kinds::Of(kinds) => kinds.clone(),
            Kinds::Any => {
                let count = u16::try_from(self.graph.names().kinds().len()).unwrap_or(u16::MAX);
                (0..count).map(KindId).collect()
            }
        }
    }
}

fn set(stop: &Stop, facts: &mut Facts) {
    if !stop.given {
        facts.set(stop.slot, Fact::node(None));
    }
    stop.list.into_iter().for_each(|list| facts.set(list, Fact::Items(ITEMS)));
}
