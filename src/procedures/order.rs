//! What hangs together, and what comes before what: `algo.components`, `algo.stronglyConnectedComponents`, `algo.topologicalOrder`.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use petgraph::algo::kosaraju_scc;
use petgraph::unionfind::UnionFind;

use super::options::Options;
use super::view::{PART, View};
use super::{BuiltIn, Context, Emit};
use crate::error::{Code, Error, Result, text};
use crate::model::Datum;

pub(super) const TABLE: &[BuiltIn] = &[
    BuiltIn {
        signature: "algo.components(options :: MAP? = {}) :: (node :: NODE, component :: INTEGER)",
        doc: (
            "Which nodes hang together, whichever way relationships point; components are numbered from 0 in the order of their first nodes. Options: `types`, `labels`.",
            "向きを問わず関係でつながるノードのまとまり（連結成分）。番号は先頭のノードの順に 0 から。オプション：`types`、`labels`。",
        ),
        example: "CALL algo.components({types: ['escalates-to']}) YIELD node, component RETURN component, count(*) AS nodes ORDER BY nodes DESC, component LIMIT 3",
        work: components,
    },
    BuiltIn {
        signature: "algo.stronglyConnectedComponents(options :: MAP? = {}) :: (node :: NODE, component :: INTEGER)",
        doc: (
            "Which nodes reach one another along relationships; components are numbered from 0 in the order of their first nodes. Options: `types`, `labels`.",
            "関係の向きに沿って互いに行き来できるノードのまとまり（強連結成分）。番号は先頭のノードの順に 0 から。オプション：`types`、`labels`。",
        ),
        example: "CALL algo.stronglyConnectedComponents({types: ['escalates-to']}) YIELD node, component RETURN component, count(*) AS nodes ORDER BY nodes DESC, component LIMIT 3",
        work: strong_components,
    },
    BuiltIn {
        signature: "algo.topologicalOrder(options :: MAP? = {}) :: (node :: NODE, position :: INTEGER)",
        doc: (
            "An order in which every relationship points forward, from position 0; of nodes that may come next, the first does. A cycle is an error. Options: `types`, `labels`, `direction`.",
            "すべての関係が前から後ろへ向く並び（トポロジカル順序）。位置は 0 から。循環があればエラーになります。オプション：`types`、`labels`、`direction`。",
        ),
        example: "CALL algo.topologicalOrder({types: ['escalates-to'], labels: ['Meeting']}) YIELD node, position RETURN node.id, position ORDER BY position LIMIT 3",
        work: topological_order,
    },
];

/// The options of algorithms that have no direction.
const UNDIRECTED: [&str; 2] = ["types", "labels"];

/// Cost: linear in nodes and relationships.
fn components(context: &Context<'_>, args: &[Datum], emit: Emit<'_>) -> Result<()> {
    let view = View::of(context, &Options::of(context, args.first(), &UNDIRECTED)?)?;
    let mut sets = UnionFind::<u32>::new(view.len());
    for node in view.all() {
        context.step()?;
        for link in view.out(node) {
            sets.union(node, link.node);
        }
    }
    emit_numbered(&view, &sets.into_labeling(), emit)
}

/// Cost: linear in nodes and relationships.
///
/// Source: Kosaraju's algorithm as petgraph has it, which does not recurse.
fn strong_components(context: &Context<'_>, args: &[Datum], emit: Emit<'_>) -> Result<()> {
    let view = View::of(context, &Options::of(context, args.first(), &UNDIRECTED)?)?;
    let knots = view.whole(kosaraju_scc(&view))?;
    let mut sets = vec![0; view.len()];
    for (set, knot) in (0..).zip(knots) {
        for node in knot {
            sets[node as usize] = set;
        }
    }
    emit_numbered(&view, &sets, emit)
}

/// Emits each node with the number of its set: sets are numbered in the order of their first nodes.
fn emit_numbered(view: &View<'_>, sets: &[u32], emit: Emit<'_>) -> Result<()> {
    const NONE: i64 = -1;
    let (mut numbers, mut next) = (vec![NONE; sets.len()], 0);
    for set in sets {
        let number = &mut numbers[*set as usize];
        if *number == NONE {
            *number = next;
            next += 1;
        }
    }
    view.emit(|node| Datum::Int(numbers[sets[node as usize] as usize]), emit)
}

/// Cost: linear in relationships; the nodes that may come next are kept in a heap.
///
/// Source: Kahn (1962), always with the least node, so that there is one outcome.
fn topological_order(context: &Context<'_>, args: &[Datum], emit: Emit<'_>) -> Result<()> {
    let view = View::of(context, &Options::of(context, args.first(), &PART)?)?;
    let mut waits: Vec<usize> = view.all().map(|node| view.back(node).len()).collect();
    let free = view.all().filter(|node| waits[*node as usize] == 0);
    let mut free: BinaryHeap<Reverse<u32>> = free.map(Reverse).collect();
    let mut order = Vec::with_capacity(view.len());
    while let Some(Reverse(node)) = free.pop() {
        context.step()?;
        order.push(node);
        for link in view.out(node) {
            let left = &mut waits[link.node as usize];
            *left -= 1;
            if *left == 0 {
                free.push(Reverse(link.node));
            }
        }
    }
    if order.len() < view.len() {
        return Err(cycle(&view, &waits));
    }
    for (position, node) in (0..).zip(order) {
        if emit(vec![Datum::Node(view.node(node)), Datum::Int(position)]).is_break() {
            break;
        }
    }
    Ok(())
}

/// The fault of a cycle: each of the nodes that still wait for one before them is reached from another such node, so going back
/// from one to the next comes round.
fn cycle(view: &View<'_>, waits: &[usize]) -> Error {
    const SHOWN_MAX: usize = 12;
    let waiting = |node: &u32| waits[*node as usize] > 0;
    let (mut walk, mut met) = (Vec::new(), vec![usize::MAX; view.len()]);
    let mut at = view.all().find(waiting);
    while let Some(node) = at.filter(|node| met[*node as usize] == usize::MAX) {
        met[node as usize] = walk.len();
        walk.push(node);
        at = view.back(node).into_iter().map(|link| link.node).find(waiting);
    }
    let first = at.map_or(0, |node| met[node as usize]);
    let mut cycle: Vec<u32> = walk.split_off(first.min(walk.len()));
    cycle.reverse();
    let least = cycle.iter().enumerate().min_by_key(|(_, node)| **node).map_or(0, |(at, _)| at);
    cycle.rotate_left(least);
    let name = |node: &u32| view.name(view.node(*node));
    let mut names: Vec<String> = cycle.iter().take(SHOWN_MAX).map(name).collect();
    if cycle.len() > SHOWN_MAX {
        names.push("…".to_owned());
    }
    names.extend(cycle.first().map(name));
    let names = names.join(" → ");
    let fault = text!(
        "there is no order, because of a cycle: {names}",
        "循環があるため順序を付けられません：{names}"
    );
    Error::new(Code::RunArgument, fault).help(text!(
        "`algo.stronglyConnectedComponents` finds all nodes on cycles; `types` restricts the relationships.",
        "循環上のノードは `algo.stronglyConnectedComponents` で調べられます。関係は `types` で絞れます。"
    ))
}
