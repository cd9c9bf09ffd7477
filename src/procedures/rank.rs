//! Importance by who points here: `algo.pageRank`.

use super::options::Options;
use super::view::View;
use super::{BuiltIn, Context, Emit};
use crate::error::Result;
use crate::functions::as_float;
use crate::model::Datum;

pub(super) const TABLE: &[BuiltIn] = &[BuiltIn {
    signature: "algo.pageRank(options :: MAP? = {}) :: (node :: NODE, score :: FLOAT)",
    doc: (
        "How much of a random walk along relationships passes through each node; the scores add up to 1. Options: `types`, `labels`, `direction`, `damping` (0.85), `iterations` (100 at most), `tolerance` (1e-8).",
        "関係をたどるランダムウォークが各ノードを通る割合（ページランク、合計 1）。オプション：`types`、`labels`、`direction`、`damping`（0.85）、`iterations`（最大 100）、`tolerance`（1e-8）。",
    ),
    example: "CALL algo.pageRank({types: ['escalates-to']}) YIELD node, score RETURN node.id, score ORDER BY score DESC, node.id LIMIT 3",
    work: page_rank,
}];

/// Cost: linear in nodes and relationships, times the iterations.
///
/// Source: Brin and Page (1998); who leaves from a node without a way out begins anew anywhere, as in networkx.
fn page_rank(context: &Context<'_>, args: &[Datum], emit: Emit<'_>) -> Result<()> {
    const OPTIONS: [&str; 6] =
        ["types", "labels", "direction", "damping", "iterations", "tolerance"];
    let options = Options::of(context, args.first(), &OPTIONS)?;
    let damping = options.number("damping", 0.85, (0.0, 1.0))?;
    let iterations = options.count("iterations", 100)?;
    let tolerance = options.number("tolerance", 1e-8, (0.0, f64::INFINITY))?;
    let view = View::of(context, &options)?;
    let count = count(view.len());
    let mut ranks = vec![1.0 / count; view.len()];
    for _ in 0..iterations {
        let stuck: f64 =
            view.all().filter(|n| view.out(*n).is_empty()).map(|n| ranks[n as usize]).sum();
        let start = (1.0 - damping + damping * stuck) / count;
        let mut next = vec![start; view.len()];
        for node in view.all() {
            context.step()?;
            let links = view.out(node);
            let share = damping * ranks[node as usize] / self::count(links.len());
            for link in links {
                next[link.node as usize] += share;
            }
        }
        let change: f64 = ranks.iter().zip(&next).map(|(old, new)| (old - new).abs()).sum();
        ranks = next;
        if change <= tolerance {
            break;
        }
    }
    view.emit(|node| Datum::Float(ranks[node as usize]), emit)
}

/// A number of things, to be reckoned with.
pub(super) fn count(of: usize) -> f64 {
    as_float(i64::try_from(of).unwrap_or(i64::MAX))
}
