//! The operators that work frame by frame.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::measure::measure_all;
use super::{Flow, Frame, Machine, Seen, Sink, load, read};
use crate::error::{Code, Error, Result, Standard, Text, text};
use crate::graph::{Direction, Names};
use crate::model::{Datum, KeyId, KindId, LabelId, NodeId, PathIds, RelId};
use crate::plan::{Call, Expand, ExpandMany, Kinds, Op, PathStep, Place, Slot, deeper, faults};
use crate::syntax::ast::RelDirection;

/// One way out of a node.
pub(super) type Hop = (RelId, NodeId);

impl Machine<'_> {
    /// Runs operators that work frame by frame, and hands what they emit to the sink.
    pub(super) fn drive(&self, ops: &[Op], frame: &mut Frame, sink: Sink<'_>) -> Result<Flow> {
        let Some(probe) = self.probe else { return self.pass(ops, frame, sink) };
        let was = probe.hand_on(ops);
        let flow = self.pass(ops, frame, sink);
        probe.back(was);
        flow
    }

    fn pass(&self, ops: &[Op], frame: &mut Frame, sink: Sink<'_>) -> Result<Flow> {
        self.budget.step()?;
        let Some((op, rest)) = ops.split_first() else { return sink(frame) };
        deeper(|| self.step(op, rest, frame, sink))
    }

    fn step(&self, op: &Op, rest: &[Op], frame: &mut Frame, sink: Sink<'_>) -> Result<Flow> {
        match op {
            Op::NodeScan { slot, label: Some(label) } => {
                self.each_node((*slot, self.graph.nodes_with(*label).iter()), rest, frame, sink)
            }
            Op::NodeScan { slot, label: None } => {
                self.each_node((*slot, self.graph.nodes()), rest, frame, sink)
            }
            Op::NodeById { slot, id } => {
                let nodes = self.nodes_by_id(&self.eval(id, frame)?);
                self.each_node((*slot, nodes), rest, frame, sink)
            }
            Op::NodeByKey { slot, label, key, value, any } => {
                let found = self.eval(value, frame)?;
                let nodes = self.nodes_found((*label, *key), &found, *any, value.span)?;
                self.each_node((*slot, nodes), rest, frame, sink)
            }
            Op::NodeGiven { slot, place } => self.given(*slot, *place, rest, frame, sink),
            Op::Expand(hop) => self.expand(hop, rest, frame, sink),
            Op::ExpandMany(walk) => {
                self.walk(walk, frame, &mut |frame| self.drive(rest, frame, sink))
            }
            Op::Reach(reach) => self.reach(reach, rest, frame, sink),
            Op::Repeat(repeat) => {
                self.repeat(repeat, frame, &mut |frame| self.drive(rest, frame, sink))
            }
            Op::Search(search) => {
                self.search(search, frame, &mut |frame| self.drive(rest, frame, sink))
            }
            Op::Filter(condition) => {
                if !self.holds(condition, frame)? {
                    return Ok(Flow::Continue(()));
                }
                self.drive(rest, frame, sink)
            }
            Op::BuildPath { slot, start, steps } => {
                frame[slot.0] = self.build_path(*start, steps, frame);
                self.drive(rest, frame, sink)
            }
            Op::Unwind { list, slot } => {
                let Some(items) = self.items(list, frame)? else {
                    return Ok(Flow::Continue(()));
                };
                each(items.iter().cloned(), &mut |item| {
                    frame[slot.0] = item;
                    self.drive(rest, frame, sink)
                })
            }
            Op::Invoke(call) => self.invoke(call, rest, frame, sink),
            Op::Optional { ops, nulls } => self.optional(ops, nulls, rest, frame, sink),
            Op::Project(items) => {
                for (slot, expr) in items {
                    frame[slot.0] = self.eval(expr, frame)?;
                }
                self.drive(rest, frame, sink)
            }
            Op::Call(call) => self.call(call, rest, frame, sink),
            // It has written when the pipeline that begins with it runs.
            Op::Write { keep, .. } => each(self.input, &mut |row| {
                load(frame, keep, row);
                self.drive(rest, frame, sink)
            }),
            Op::Aggregate { .. }
            | Op::CountReached(_)
            | Op::Sort { .. }
            | Op::Distinct(_)
            | Op::Skip(_)
            | Op::Limit(_) => unreachable!("`run` splits a pipeline at these"),
        }
    }

    /// Emits a frame for each node, which a slot takes.
    fn each_node(
        &self,
        (slot, nodes): (Slot, impl IntoIterator<Item = NodeId>),
        rest: &[Op],
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        each(nodes, &mut |node| {
            frame[slot.0] = Datum::Node(node);
            self.drive(rest, frame, sink)
        })
    }

    fn given(
        &self,
        slot: Slot,
        place: Place,
        rest: &[Op],
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        match self.node_at(slot, place, frame)? {
            Some(_) => self.drive(rest, frame, sink),
            None => Ok(Flow::Continue(())),
        }
    }

    /// The nodes whose property `id` equals a value. Values that no index holds, which only a graph without knowledge files has for
    /// ids, are compared node by node.
    pub(super) fn nodes_by_id(&self, id: &Datum) -> Vec<NodeId> {
        if let Some(nodes) = self.graph.nodes_by(None, Names::ID, id) {
            return nodes;
        }
        let equal = |node: &NodeId| {
            let property = self.graph.node_property(*node, Names::ID);
            property.is_some_and(|property| property.equals(id) == Some(true))
        };
        self.graph.nodes().filter(equal).collect()
    }

    /// The nodes with a label, or all, whose property equals a value, or one of a list, ascending.
    pub(super) fn nodes_found(
        &self,
        (label, key): (Option<LabelId>, KeyId),
        value: &Datum,
        any: bool,
        place: Place,
    ) -> Result<Vec<NodeId>> {
        let values = if any { listed(value, place)? } else { std::slice::from_ref(value) };
        Ok(self.nodes_by_key(label, key, values))
    }

    /// The nodes with a label, or all, whose property equals one of some values, ascending. Where the graph has no index they are
    /// compared node by node.
    fn nodes_by_key(&self, label: Option<LabelId>, key: KeyId, values: &[Datum]) -> Vec<NodeId> {
        let mut nodes = Vec::new();
        for value in values.iter().filter(|value| !value.is_null()) {
            if let Some(found) = self.graph.nodes_by(label, key, value) {
                nodes.extend(found);
                continue;
            }
            let equal = |node: &NodeId| {
                let property = self.graph.node_property(*node, key);
                property.is_some_and(|property| property.equals(value) == Some(true))
            };
            match label {
                Some(label) => nodes.extend(self.graph.nodes_with(label).iter().filter(equal)),
                None => nodes.extend(self.graph.nodes().filter(equal)),
            }
        }
        if values.len() > 1 {
            nodes.sort_unstable();
            nodes.dedup();
        }
        nodes
    }

    fn optional(
        &self,
        ops: &[Op],
        nulls: &[Slot],
        rest: &[Op],
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        let mut found = false;
        let flow = self.drive(ops, frame, &mut |frame| {
            found = true;
            self.drive(rest, frame, sink)
        })?;
        if found {
            return Ok(flow);
        }
        for slot in nulls {
            frame[slot.0] = Datum::Null;
        }
        self.drive(rest, frame, sink)
    }

    /// Runs a query once, and the operators after it for each of its rows.
    fn call(&self, call: &Call, rest: &[Op], frame: &mut Frame, sink: Sink<'_>) -> Result<Flow> {
        let mut seen = Seen::default();
        for branch in &call.branches {
            let Some(columns) = &call.columns else { continue };
            let flow = self.run(&branch.ops, frame, &mut |frame| {
                let row = read(frame, &branch.output);
                if call.distinct {
                    self.budget.hold(row.len())?;
                    measure_all(&row)?;
                    if !seen.is_new(row.clone()) {
                        return Ok(Flow::Continue(()));
                    }
                }
                load(frame, columns, &row);
                self.drive(rest, frame, sink)
            })?;
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(Flow::Continue(()))
    }

    fn expand(&self, hop: &Expand, rest: &[Op], frame: &mut Frame, sink: Sink<'_>) -> Result<Flow> {
        let Some(from) = self.node_at(hop.from, hop.ends.0, frame)? else {
            return Ok(Flow::Continue(()));
        };
        let target =
            if hop.to_bound { Some(self.node_at(hop.to, hop.ends.1, frame)?) } else { None };
        let wanted = hop.rel_bound.then(|| frame[hop.rel.0].clone());
        let ends = (from, target.flatten());
        self.hops(ends, &hop.kinds, hop.direction, &mut |(rel, node)| {
            let met = target.is_none_or(|target| target == Some(node))
                && wanted
                    .as_ref()
                    .is_none_or(|wanted| matches!(wanted, Datum::Rel(r) if *r == rel))
                && !hop.differs.iter().any(|slot| holds_rel(&frame[slot.0], rel));
            if !met {
                return self.budget.step().map(|()| Flow::Continue(()));
            }
            frame[hop.rel.0] = Datum::Rel(rel);
            if !hop.to_bound {
                frame[hop.to.0] = Datum::Node(node);
            }
            self.drive(rest, frame, sink)
        })
    }

    /// Calls `one` for each relationship of a node, or for each that leads from it to another, by type, then by the other node.
    ///
    /// A loop is one relationship: without a direction it counts once.
    pub(super) fn hops(
        &self,
        (from, to): (NodeId, Option<NodeId>),
        kinds: &Kinds,
        direction: RelDirection,
        one: &mut dyn FnMut(Hop) -> Result<Flow>,
    ) -> Result<Flow> {
        let row = |kind, direction| {
            let hop = self.graph.hop(from, kind, direction);
            to.map_or(hop, |to| hop.to(to))
        };
        let all: Vec<KindId>;
        let kinds = match kinds {
            Kinds::Of(kinds) => kinds.as_slice(),
            Kinds::Any => {
                let count = u16::try_from(self.graph.names().kinds().len()).unwrap_or(u16::MAX);
                all = (0..count).map(KindId).collect();
                all.as_slice()
            }
        };
        for kind in kinds {
            if direction != RelDirection::Left {
                let hop = row(*kind, Direction::Outgoing);
                if each(hop.pairs(), one)?.is_break() {
                    return Ok(Flow::Break(()));
                }
            }
            if direction != RelDirection::Right {
                let hop = row(*kind, Direction::Incoming);
                let loops = direction == RelDirection::Either;
                let hops = hop.pairs().filter(|(_, node)| !(loops && *node == from));
                if each(hops, one)?.is_break() {
                    return Ok(Flow::Break(()));
                }
            }
        }
        Ok(Flow::Continue(()))
    }

    /// Emits every walk of variable length that repeats no relationship, shorter ones before those that go on from them.
    fn walk(&self, walk: &ExpandMany, frame: &mut Frame, sink: Sink<'_>) -> Result<Flow> {
        let Some(from) = self.node_at(walk.hop.from, walk.hop.ends.0, frame)? else {
            return Ok(Flow::Continue(()));
        };
        let target = if walk.hop.to_bound {
            Some(self.node_at(walk.hop.to, walk.hop.ends.1, frame)?)
        } else {
            None
        };
        let met = |node: NodeId| target.is_none_or(|target| target == Some(node));
        if walk.hop.rel_bound {
            return match self.given_walk(walk, from, frame)? {
                Some(end) if met(end) => {
                    if !walk.hop.to_bound {
                        frame[walk.hop.to.0] = Datum::Node(end);
                    }
                    sink(frame)
                }
                _ => Ok(Flow::Continue(())),
            };
        }
        if walk.min == 0 && met(from) && self.emit_walk(walk, &[], from, frame, sink)?.is_break() {
            return Ok(Flow::Break(()));
        }
        let max = usize::try_from(walk.max.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
        if max == 0 {
            return Ok(Flow::Continue(()));
        }
        let (mut path, mut used) = (Vec::new(), FxHashSet::default());
        let mut open = vec![self.ways_out(walk, from, frame)?.into_iter()];
        while let Some(level) = open.last_mut() {
            let Some((rel, node)) = level.next() else {
                open.pop();
                if let Some(rel) = path.pop() {
                    used.remove(&rel);
                }
                continue;
            };
            self.budget.step()?;
            if !used.insert(rel) {
                continue;
            }
            path.push(rel);
            let long_enough = path.len() as u64 >= walk.min;
            if long_enough
                && met(node)
                && self.emit_walk(walk, &path, node, frame, sink)?.is_break()
            {
                return Ok(Flow::Break(()));
            }
            let next =
                if path.len() < max { self.ways_out(walk, node, frame)? } else { Vec::new() };
            open.push(next.into_iter());
        }
        Ok(Flow::Continue(()))
    }

    /// Follows the relationships that an earlier clause gave, first to last as the pattern reads; where they lead, if they are such a
    /// walk.
    fn given_walk(
        &self,
        walk: &ExpandMany,
        from: NodeId,
        frame: &mut Frame,
    ) -> Result<Option<NodeId>> {
        let Datum::List(rels) = frame[walk.hop.rel.0].clone() else { return Ok(None) };
        let hops = rels.len() as u64;
        if hops < walk.min || walk.max.is_some_and(|max| hops > max) {
            return Ok(None);
        }
        let (mut at, mut used) = (from, FxHashSet::default());
        for i in 0..rels.len() {
            let next = if walk.reversed { rels.len() - 1 - i } else { i };
            let Some(Datum::Rel(rel)) = rels.get(next) else { return Ok(None) };
            let mut ways = self.ways_out(walk, at, frame)?.into_iter();
            match ways.find(|way| way.0 == *rel) {
                Some((_, node)) if used.insert(*rel) => at = node,
                _ => return Ok(None),
            }
        }
        Ok(Some(at))
    }

    /// The relationships by which a walk may go on from a node.
    pub(super) fn ways_out(
        &self,
        walk: &ExpandMany,
        from: NodeId,
        frame: &mut Frame,
    ) -> Result<Vec<Hop>> {
        let mut ways = Vec::new();
        let _ =
            self.hops((from, None), &walk.hop.kinds, walk.hop.direction, &mut |(rel, node)| {
                if walk.hop.differs.iter().any(|slot| holds_rel(&frame[slot.0], rel)) {
                    return Ok(Flow::Continue(()));
                }
                if let Some((slot, conditions)) = &walk.each {
                    frame[slot.0] = Datum::Rel(rel);
                    if !self.all_hold(conditions, frame)? {
                        return Ok(Flow::Continue(()));
                    }
                }
                ways.push((rel, node));
                Ok(Flow::Continue(()))
            })?;
        Ok(ways)
    }

    /// Sets the slots of a walk, turned round where it ran against its pattern, and emits.
    fn emit_walk(
        &self,
        walk: &ExpandMany,
        path: &[RelId],
        end: NodeId,
        frame: &mut Frame,
        sink: Sink<'_>,
    ) -> Result<Flow> {
        let rels = path.iter().copied().map(Datum::Rel);
        let rels: Arc<[Datum]> = if walk.reversed { rels.rev().collect() } else { rels.collect() };
        frame[walk.hop.rel.0] = Datum::List(rels);
        if !walk.hop.to_bound {
            frame[walk.hop.to.0] = Datum::Node(end);
        }
        sink(frame)
    }

    /// The node in a slot; `None` for null, a fault for anything else.
    pub(super) fn node_at(
        &self,
        slot: Slot,
        place: Place,
        frame: &Frame,
    ) -> Result<Option<NodeId>> {
        if let Datum::Node(node) = frame[slot.0] {
            return Ok(Some(node));
        }
        if frame[slot.0].is_null() {
            return Ok(None);
        }
        let Text { en, ja } = frame[slot.0].type_words();
        Err(Error::new(
            Code::TypeMismatch,
            text!(
                "a pattern needs a node, not a value of type {en}",
                "パターンの端はノードでなければなりません（値の型：{ja}）"
            ),
        )
        .at(place.0)
        .known_as(Standard::runtime("TypeError", "InvalidArgumentType")))
    }

    pub(super) fn build_path(&self, start: Slot, steps: &[PathStep], frame: &Frame) -> Datum {
        let Datum::Node(first) = frame[start.0] else { return Datum::Null };
        let mut path = PathIds { nodes: vec![first], rels: Vec::new() };
        for step in steps {
            let whole = match step {
                PathStep::Rel(slot) => self.extend_by(&mut path, &frame[slot.0]),
                PathStep::Repeat(slots) => {
                    let lists = slots.iter().map(|slot| match &frame[slot.0] {
                        Datum::List(rels) => rels.as_ref(),
                        _ => &[],
                    });
                    let lists: Vec<&[Datum]> = lists.collect();
                    let times = lists.first().map_or(0, |list| list.len());
                    let rels = (0..times).flat_map(|i| lists.iter().filter_map(move |l| l.get(i)));
                    rels.into_iter().all(|rel| self.extend_by(&mut path, rel))
                }
            };
            if !whole {
                return Datum::Null;
            }
        }
        Datum::Path(Arc::new(path))
    }

    /// Adds a relationship, or each of a list.
    fn extend_by(&self, path: &mut PathIds, rels: &Datum) -> bool {
        match rels {
            Datum::Rel(rel) => self.extend_path(path, *rel),
            Datum::List(rels) => rels
                .iter()
                .all(|rel| matches!(rel, Datum::Rel(rel) if self.extend_path(path, *rel))),
            _ => false,
        }
    }

    /// Adds a relationship and the node at its other end; false where it does not touch the path's end.
    fn extend_path(&self, path: &mut PathIds, rel: RelId) -> bool {
        let (Some((start, end)), Some(last)) = (self.graph.ends(rel), path.nodes.last()) else {
            return false;
        };
        let next = if *last == start { end } else { start };
        path.rels.push(rel);
        path.nodes.push(next);
        true
    }
}

/// Calls `one` for each item until it says to stop.
fn each<T>(
    items: impl IntoIterator<Item = T>,
    one: &mut (impl FnMut(T) -> Result<Flow> + ?Sized),
) -> Result<Flow> {
    for item in items {
        if one(item)?.is_break() {
            return Ok(Flow::Break(()));
        }
    }
    Ok(Flow::Continue(()))
}

/// The items of a list; none of null.
fn listed(list: &Datum, place: Place) -> Result<&[Datum]> {
    match list {
        Datum::Null => Ok(&[]),
        Datum::List(items) => Ok(items),
        other => Err(faults::not_in(other.type_name()).at(place.0)),
    }
}

/// Whether a slot holds a relationship, alone or in its list.
fn holds_rel(datum: &Datum, rel: RelId) -> bool {
    match datum {
        Datum::Rel(held) => *held == rel,
        Datum::List(rels) => rels.iter().any(|held| holds_rel(held, rel)),
        _ => false,
    }
}
