//! How central nodes are: `algo.degree`, `algo.closeness`, `algo.betweenness`.

use super::options::{Options, Way};
use super::rank::count;
use super::view::{PART, View};
use super::{BuiltIn, Context, Emit};
use crate::error::{Code, Error, Result, text};
use crate::model::Datum;

pub(super) const TABLE: &[BuiltIn] = &[
    BuiltIn {
        signature: "algo.degree(options :: MAP? = {}) :: (node :: NODE, degree :: INTEGER)",
        doc: (
            "How many relationships each node has; a loop counts once. Options: `types`, `labels`, `direction`.",
            "各ノードの関係の数（自分自身への関係は 1 と数えます）。オプション：`types`、`labels`、`direction`。",
        ),
        example: "CALL algo.degree({types: ['escalates-to'], direction: 'incoming'}) YIELD node, degree RETURN node.id, degree ORDER BY degree DESC, node.id LIMIT 3",
        work: degree,
    },
    BuiltIn {
        signature: "algo.closeness(options :: MAP? = {}) :: (node :: NODE, score :: FLOAT)",
        doc: (
            "How near the other nodes are to each node, from 0 (none can be reached) to 1 (all are one hop away). Options: `types`, `labels`, `direction`.",
            "各ノードからほかのノードへの近さ（近接中心性）。0（どこへも届かない）から 1（すべて 1 段で届く）まで。オプション：`types`、`labels`、`direction`。",
        ),
        example: "CALL algo.closeness({types: ['escalates-to'], direction: 'both'}) YIELD node, score WITH node, score WHERE score > 0 RETURN node.id, score ORDER BY score DESC, node.id LIMIT 3",
        work: closeness,
    },
    BuiltIn {
        signature: "algo.betweenness(options :: MAP? = {}) :: (node :: NODE, score :: FLOAT)",
        doc: (
            "Over how many shortest paths between two others each node is passed; of several equally short ones, each counts for its share. Options: `types`, `labels`, `direction`.",
            "ほかの 2 ノードを結ぶ最短パスのうち各ノードを通るものの数（媒介中心性）。同じ長さの最短パスは按分します。オプション：`types`、`labels`、`direction`。",
        ),
        example: "CALL algo.betweenness({types: ['escalates-to']}) YIELD node, score RETURN node.id, score ORDER BY score DESC, node.id LIMIT 3",
        work: betweenness,
    },
];

fn degree(context: &Context<'_>, args: &[Datum], emit: Emit<'_>) -> Result<()> {
    let view = View::of(context, &Options::of(context, args.first(), &PART)?)?;
    let degree = |node| i64::try_from(view.out(node).len()).unwrap_or(i64::MAX);
    view.emit(|node| Datum::Int(degree(node)), emit)
}

/// Breadth-first search from one node, with room that is used again for the next.
struct Search {
    /// The number of hops to each node; `u32::MAX` where it is not reached.
    hops: Vec<u32>,
    /// The number of shortest paths to each node.
    paths: Vec<f64>,
    /// What was reached, nearest first.
    reached: Vec<u32>,
}

impl Search {
    fn new(view: &View<'_>) -> Self {
        let (hops, paths) = (vec![u32::MAX; view.len()], vec![0.0; view.len()]);
        Self { hops, paths, reached: Vec::new() }
    }

    fn run(&mut self, view: &View<'_>, from: u32) -> Result<()> {
        for node in self.reached.drain(..) {
            self.hops[node as usize] = u32::MAX;
            self.paths[node as usize] = 0.0;
        }
        self.hops[from as usize] = 0;
        self.paths[from as usize] = 1.0;
        self.reached.push(from);
        let mut at = 0;
        while let Some(&node) = self.reached.get(at) {
            view.context.step()?;
            let (hops, paths) = (self.hops[node as usize], self.paths[node as usize]);
            for link in view.out(node) {
                let other = link.node as usize;
                if self.hops[other] == u32::MAX {
                    self.hops[other] = hops + 1;
                    self.reached.push(link.node);
                }
                if self.hops[other] == hops + 1 {
                    self.paths[other] += paths;
                }
            }
            at += 1;
        }
        Ok(())
    }
}

/// Cost: nodes times relationships.
///
/// Source: Wasserman and Faust (1994), eq. 5.22: nearness within what is reached, times the part that is reached.
fn closeness(context: &Context<'_>, args: &[Datum], emit: Emit<'_>) -> Result<()> {
    let view = View::of(context, &Options::of(context, args.first(), &PART)?)?;
    let (mut search, mut scores) = (Search::new(&view), vec![0.0; view.len()]);
    for node in view.all() {
        search.run(&view, node)?;
        let others = count(search.reached.len().saturating_sub(1));
        let hops: f64 =
            search.reached.iter().map(|other| f64::from(search.hops[*other as usize])).sum();
        if hops > 0.0 {
            let all = count(view.len().saturating_sub(1));
            scores[node as usize] = others / hops * (others / all);
        }
    }
    view.emit(|node| Datum::Float(scores[node as usize]), emit)
}

/// Cost: nodes times relationships.
///
/// Source: Brandes (2001); relationships side by side are different paths, as in `allShortestPaths`.
fn betweenness(context: &Context<'_>, args: &[Datum], emit: Emit<'_>) -> Result<()> {
    let options = Options::of(context, args.first(), &PART)?;
    let view = View::of(context, &options)?;
    // Where relationships are followed both ways, each pair of nodes is met from either end.
    let pair = if options.way()? == Way::Both { 0.5 } else { 1.0 };
    let mut search = Search::new(&view);
    let (mut scores, mut shares) = (vec![0.0; view.len()], vec![0.0; view.len()]);
    for from in view.all() {
        search.run(&view, from)?;
        for &node in search.reached.iter().rev() {
            context.step()?;
            let (hops, paths) = (search.hops[node as usize], search.paths[node as usize]);
            if !paths.is_finite() {
                return Err(too_many_paths());
            }
            let share = (1.0 + shares[node as usize]) / paths;
            for link in view.back(node) {
                let before = link.node as usize;
                if search.hops[before] != u32::MAX && search.hops[before] + 1 == hops {
                    shares[before] += search.paths[before] * share;
                }
            }
            if node != from {
                scores[node as usize] += shares[node as usize] * pair;
            }
        }
        for &node in &search.reached {
            shares[node as usize] = 0.0;
        }
    }
    view.emit(|node| Datum::Float(scores[node as usize]), emit)
}

fn too_many_paths() -> Error {
    let fault = text!(
        "there are more shortest paths than can be counted",
        "最短パスの数が多すぎて数えられません"
    );
    Error::new(Code::RunArithmetic, fault).help(text!(
        "Restrict the relationships with `types` or the nodes with `labels`.",
        "`types` で関係を、`labels` でノードを絞ってください。"
    ))
}
