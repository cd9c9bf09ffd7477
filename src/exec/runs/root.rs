//! A pipeline begun in the middle of its pattern: where hops lead to the same nodes over and over, and others go on from there, those
//! nodes are gone through once, in the order in which their rows lie in memory.
//!
//! ```text
//! (b)<--(p)<--(i)-->(a), counted by b.x and a.y: i is scanned, instead of being met again from every p
//! ```

use super::fold::hides_order;
use super::ways::Way;
use crate::functions::Aggregate;
use crate::graph::Graph;
use crate::model::LabelId;
use crate::plan::{Expand, Op, Slot};
use crate::syntax::ast::RelDirection;

/// The pipeline begun at a node in the middle, where that pays, and no one sees in which order its rows come up.
pub(super) fn rooted(graph: &Graph, ops: &[Op]) -> Option<Vec<Op>> {
    let [Op::NodeScan { slot: first, label }, rest @ ..] = ops else { return None };
    let at = rest.iter().position(|op| !matches!(op, Op::Filter(_) | Op::Expand(_)))?;
    let (body, after) = rest.split_at(at);
    let [Op::Aggregate { keys, calls }, after @ ..] = after else { return None };
    // What else than a number may tell in which order the rows of a group have come.
    let counts = calls.iter().all(|call| call.1.function == Aggregate::Count);
    if keys.is_empty() || !counts || !hides_order(after, keys) {
        return None;
    }
    let chain = chain(body, *first);
    let (mut visits, mut turned) = (1, Vec::new());
    for (at, hop) in chain.iter().enumerate() {
        let ways = Way::all(graph, &hop.kinds, hop.direction);
        visits = led_to(graph, &ways, visits, at == 0)?;
        turned.insert(0, back(hop));
        let go_on = body.get(at + 1..)?;
        let branches = go_on.iter().any(|op| matches!(op, Op::Expand(next) if next.from == hop.to));
        if at == 0 || !branches {
            continue;
        }
        let Some(root) = label_of(graph, &ways) else { continue };
        if visits < 2 * graph.nodes_with(root).len() as u64 || !returns(graph, &turned, *label) {
            continue;
        }
        let mut out = vec![Op::NodeScan { slot: hop.to, label: Some(root) }];
        out.extend(turned.into_iter().map(Op::Expand));
        out.extend(rest.get(at + 1..)?.iter().cloned());
        return Some(out);
    }
    None
}

/// The hops at the beginning that go on one from the other and can be walked the other way.
fn chain(body: &[Op], first: Slot) -> Vec<&Expand> {
    let mut last = first;
    let hops = body.iter().map_while(|op| match op {
        Op::Expand(hop) => {
            let free = !hop.rel_bound && !hop.to_bound && hop.differs.is_empty();
            let chained = free && std::mem::replace(&mut last, hop.to) == hop.from;
            chained.then_some(hop)
        }
        _ => None,
    });
    hops.collect()
}

/// How many times a hop comes to a node, where nodes before it came up so many times; `None` where rows were written since they were
/// counted.
fn led_to(graph: &Graph, ways: &[Way<'_>], visits: u64, is_first: bool) -> Option<u64> {
    let (mut rels, mut nodes, counts) = (0_u64, 0_u64, graph.statistics());
    for way in ways {
        way.rows()?;
        rels += counts.rels(None, way.kind, None);
        nodes += counts.joined(None, way.kind, way.direction);
    }
    Some(if is_first { rels } else { visits.saturating_mul(rels) / nodes.max(1) })
}

/// A label that every node has which ways lead to; that of the fewest nodes.
fn label_of(graph: &Graph, ways: &[Way<'_>]) -> Option<LabelId> {
    let count = u16::try_from(graph.names().labels().len()).unwrap_or(u16::MAX);
    let labels = (0..count).map(LabelId);
    let sure = labels.filter(|label| ways.iter().all(|way| way.leads_to(None, *label)));
    sure.min_by_key(|label| graph.nodes_with(*label).len())
}

/// Whether turned hops lead only to nodes that the pipeline began with.
fn returns(graph: &Graph, turned: &[Expand], label: Option<LabelId>) -> bool {
    let (Some(label), Some(hop)) = (label, turned.last()) else { return true };
    Way::all(graph, &hop.kinds, hop.direction).iter().all(|way| way.leads_to(None, label))
}

/// A hop walked the other way.
fn back(hop: &Expand) -> Expand {
    let direction = match hop.direction {
        RelDirection::Right => RelDirection::Left,
        RelDirection::Left => RelDirection::Right,
        RelDirection::Either => RelDirection::Either,
    };
    let ends = (hop.ends.1, hop.ends.0);
    Expand { from: hop.to, to: hop.from, direction, ends, ..hop.clone() }
}
