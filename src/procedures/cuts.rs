//! What holds a graph together: `algo.bridges`, `algo.articulationPoints`.

use super::options::{Options, Way};
use super::view::View;
use super::{BuiltIn, Context, Emit};
use crate::error::Result;
use crate::model::{Datum, RelId};

pub(super) const TABLE: &[BuiltIn] = &[
    BuiltIn {
        signature: "algo.bridges(options :: MAP? = {}) :: (relationship :: RELATIONSHIP, source :: NODE, target :: NODE)",
        doc: (
            "The relationships without which the graph falls apart, whichever way they point. Options: `types`, `labels`.",
            "なくなるとつながりが切れる関係（橋、向きは問いません）。オプション：`types`、`labels`。",
        ),
        example: "CALL algo.bridges({types: ['escalates-to']}) YIELD source, target RETURN source.id, target.id ORDER BY source.id, target.id LIMIT 3",
        work: bridges,
    },
    BuiltIn {
        signature: "algo.articulationPoints(options :: MAP? = {}) :: (node :: NODE)",
        doc: (
            "The nodes without which the graph falls apart, whichever way relationships point. Options: `types`, `labels`.",
            "なくなるとつながりが切れるノード（関節点、向きは問いません）。オプション：`types`、`labels`。",
        ),
        example: "CALL algo.articulationPoints({types: ['escalates-to']}) YIELD node RETURN node.id ORDER BY node.id LIMIT 3",
        work: articulation_points,
    },
];

fn bridges(context: &Context<'_>, args: &[Datum], emit: Emit<'_>) -> Result<()> {
    let (_, Cuts { mut rels, .. }) = cuts(context, args)?;
    rels.sort_unstable();
    for rel in rels {
        context.step()?;
        let Some((start, end)) = context.graph.ends(rel) else { continue };
        if emit(vec![Datum::Rel(rel), Datum::Node(start), Datum::Node(end)]).is_break() {
            break;
        }
    }
    Ok(())
}

fn articulation_points(context: &Context<'_>, args: &[Datum], emit: Emit<'_>) -> Result<()> {
    let (view, Cuts { nodes, .. }) = cuts(context, args)?;
    for node in view.all().filter(|node| nodes[*node as usize]) {
        context.step()?;
        if emit(vec![Datum::Node(view.node(node))]).is_break() {
            break;
        }
    }
    Ok(())
}

/// What a graph falls apart without.
struct Cuts {
    rels: Vec<RelId>,
    /// By number.
    nodes: Vec<bool>,
}

/// One node on the way from the root of a depth-first search.
struct Step {
    node: u32,
    /// The relationship that led here; none to the root.
    by: Option<RelId>,
    /// How many of its relationships have been followed.
    followed: usize,
}

/// Depth-first search that notes how far back the nodes below each can reach by another way.
///
/// A relationship is a bridge where what lies below it reaches back no further than that; the way back along the relationship itself
/// does not count, the one along another beside it does.
///
/// Cost: linear in nodes and relationships. Source: Tarjan (1974), with a stack of our own.
fn cuts<'c>(context: &'c Context<'c>, args: &'c [Datum]) -> Result<(View<'c>, Cuts)> {
    let options = Options::of(context, args.first(), &["types", "labels"])?;
    let view = View::following(context, &options, Way::Both)?;
    let mut cuts = Cuts { rels: Vec::new(), nodes: vec![false; view.len()] };
    // When each node was met, from 1, and the earliest that can be reached from below it.
    let (mut met, mut back) = (vec![0_usize; view.len()], vec![0_usize; view.len()]);
    let mut time = 0;
    let mut stack: Vec<Step> = Vec::new();
    for root in view.all() {
        if met[root as usize] > 0 {
            continue;
        }
        stack.push(Step { node: root, by: None, followed: 0 });
        let mut branches = 0;
        while let Some(Step { node, by, followed }) = stack.last_mut() {
            let (here, by) = (*node as usize, *by);
            if met[here] == 0 {
                context.step()?;
                time += 1;
                (met[here], back[here]) = (time, time);
            }
            if let Some(link) = view.out(*node).get(*followed) {
                *followed += 1;
                let there = link.node as usize;
                if met[there] == 0 {
                    stack.push(Step { node: link.node, by: Some(link.rel), followed: 0 });
                } else if by != Some(link.rel) {
                    back[here] = back[here].min(met[there]);
                }
                continue;
            }
            stack.pop();
            let (Some(above), Some(rel)) = (stack.last(), by) else { continue };
            let up = above.node as usize;
            back[up] = back[up].min(back[here]);
            if back[here] > met[up] {
                cuts.rels.push(rel);
            }
            if above.by.is_none() {
                branches += 1;
            } else if back[here] >= met[up] {
                cuts.nodes[up] = true;
            }
        }
        cuts.nodes[root as usize] = branches > 1;
    }
    Ok((view, cuts))
}
