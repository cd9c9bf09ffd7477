//! What every path must pass: `algo.dominators`.

use super::options::Options;
use super::view::{PART, View};
use super::{BuiltIn, Context, Emit};
use crate::error::Result;
use crate::model::Datum;

pub(super) const TABLE: &[BuiltIn] = &[BuiltIn {
    signature: "algo.dominators(root :: NODE, options :: MAP? = {}) :: (node :: NODE, dominator :: NODE?)",
    doc: (
        "For each node that can be reached from the root, the last node that every path to it must pass; null for the root. Options: `types`, `labels`, `direction`.",
        "起点から届く各ノードについて、そこへのどのパスも必ず通る直前のノード（直接支配節）。起点自身は null。オプション：`types`、`labels`、`direction`。",
    ),
    example: "MATCH (root {id: 'a-kazoku'}) CALL algo.dominators(root, {types: ['escalates-to']}) YIELD node, dominator RETURN node.id, dominator.id ORDER BY node.id LIMIT 3",
    work: dominators,
}];

/// Cost: relationships times the logarithm of nodes.
fn dominators(context: &Context<'_>, args: &[Datum], emit: Emit<'_>) -> Result<()> {
    let [Datum::Node(root), options] = args else { return Ok(()) };
    let view = View::of(context, &Options::of(context, Some(options), &PART)?)?;
    let Some(root) = view.number(*root) else { return Ok(()) };
    let tree = Tree::grow(&view, root)?;
    let above = tree.dominators(&view)?;
    for node in view.all() {
        let Some(rank) = tree.rank(node) else { continue };
        context.step()?;
        let dominator = match rank {
            0 => Datum::Null,
            rank => Datum::Node(view.node(tree.nodes[above[rank]])),
        };
        if emit(vec![Datum::Node(view.node(node)), dominator]).is_break() {
            break;
        }
    }
    Ok(())
}

/// No rank: a node that is not reached, or one without an ancestor yet.
const NONE: usize = usize::MAX;

/// A depth-first tree. Nodes are known by rank: the order in which they were met, the root first.
struct Tree {
    /// The nodes by rank.
    nodes: Vec<u32>,
    /// By rank, the rank of the node that led here.
    parents: Vec<usize>,
    /// By node.
    ranks: Vec<usize>,
}

impl Tree {
    fn grow(view: &View<'_>, root: u32) -> Result<Self> {
        let mut tree =
            Self { nodes: Vec::new(), parents: Vec::new(), ranks: vec![NONE; view.len()] };
        tree.meet(root, 0);
        // The rank of each node on the way from the root, and how many of its relationships have been followed.
        let mut stack = vec![(0, 0)];
        while let Some((rank, followed)) = stack.last_mut() {
            let (from, at) = (*rank, *followed);
            *followed += 1;
            match view.out(tree.nodes[from]).get(at) {
                Some(link) if tree.rank(link.node).is_none() => {
                    view.context.step()?;
                    stack.push((tree.meet(link.node, from), 0));
                }
                Some(_) => {}
                None => {
                    stack.pop();
                }
            }
        }
        Ok(tree)
    }

    fn meet(&mut self, node: u32, parent: usize) -> usize {
        let rank = self.nodes.len();
        self.ranks[node as usize] = rank;
        self.nodes.push(node);
        self.parents.push(parent);
        rank
    }

    fn rank(&self, node: u32) -> Option<usize> {
        Some(self.ranks[node as usize]).filter(|rank| *rank != NONE)
    }

    /// The rank of each node's immediate dominator, by rank; 0 for the root itself.
    ///
    /// Source: Lengauer and Tarjan (1979), the simple form. A node's semidominator is the least rank from which a path leads to it whose
    /// nodes between have greater ranks than it; `forest` finds the least of them on the way up.
    fn dominators(&self, view: &View<'_>) -> Result<Vec<usize>> {
        let count = self.nodes.len();
        let mut forest = Forest {
            ancestors: vec![NONE; count],
            least: (0..count).collect(),
            semi: (0..count).collect(),
            way: Vec::new(),
        };
        let (mut above, mut waiting) = (vec![0; count], vec![Vec::new(); count]);
        for rank in (1..count).rev() {
            view.context.step()?;
            for link in view.back(self.nodes[rank]) {
                if let Some(before) = self.rank(link.node) {
                    let least = forest.least(before);
                    forest.semi[rank] = forest.semi[rank].min(forest.semi[least]);
                }
            }
            waiting[forest.semi[rank]].push(rank);
            let parent = self.parents[rank];
            forest.ancestors[rank] = parent;
            for node in std::mem::take(&mut waiting[parent]) {
                let least = forest.least(node);
                above[node] = if forest.semi[least] < forest.semi[node] { least } else { parent };
            }
        }
        for rank in 1..count {
            if above[rank] != forest.semi[rank] {
                above[rank] = above[above[rank]];
            }
        }
        Ok(above)
    }
}

/// The part of the tree that has been looked at, its ways up shortened as they are used.
struct Forest {
    /// By rank: a node further up; none for the top of its part.
    ancestors: Vec<usize>,
    /// By rank: of the nodes from here up to the ancestor, that one apart, the one with the least semidominator.
    least: Vec<usize>,
    semi: Vec<usize>,
    /// Room for the way up.
    way: Vec<usize>,
}

impl Forest {
    /// Of a node and those above it, the top apart, the one with the least semidominator.
    fn least(&mut self, node: usize) -> usize {
        let mut at = node;
        while self.ancestors[at] != NONE && self.ancestors[self.ancestors[at]] != NONE {
            self.way.push(at);
            at = self.ancestors[at];
        }
        while let Some(below) = self.way.pop() {
            let up = self.ancestors[below];
            if self.semi[self.least[up]] < self.semi[self.least[below]] {
                self.least[below] = self.least[up];
            }
            self.ancestors[below] = self.ancestors[up];
        }
        self.least[node]
    }
}
