//! Counting what was written since the image was built: what the image said of it goes, what the graph says comes.

use rustc_hash::FxHashSet;

use super::{Statistics, groups};
use crate::graph::Graph;
use crate::graph::topology::{Direction, Hop};
use crate::model::{KeyId, KindId, LabelId, NodeId, RelId};

/// One of the two sides of a difference.
#[derive(Clone, Copy)]
enum Side {
    Image,
    Graph,
}

impl Statistics {
    /// These counts, which are those of the image, with what was written since. Cost: linear in that, and in the relationships of nodes whose
    /// labels it changed.
    pub(in crate::graph) fn with_written(&self, graph: &Graph) -> Self {
        let mut counts = self.clone();
        let (nodes, rels) = touched(graph);
        for side in [Side::Image, Side::Graph] {
            nodes.iter().for_each(|node| counts.count_node(graph, side, *node));
            rels.iter().for_each(|rel| counts.count_rel(graph, side, *rel));
        }
        counts
    }

    fn count_node(&mut self, graph: &Graph, side: Side, node: NodeId) {
        if !side.has_node(graph, node) {
            return;
        }
        let labels = side.labels(graph, node);
        let add = side.adder();
        if !labels.is_empty() {
            add(&mut self.labelled);
        }
        for (at, one) in labels.iter().enumerate() {
            for other in labels.iter().skip(at + 1) {
                add(self.shared.entry((*one.min(other), *one.max(other))).or_default());
            }
        }
        let keys = side.keys(graph, node);
        let kinds = u16::try_from(graph.names().kinds().len()).unwrap_or(u16::MAX);
        for group in groups(labels) {
            for key in &keys {
                add(self.holders.entry((group, *key)).or_default());
            }
            for kind in (0..kinds).map(KindId) {
                for direction in [Direction::Outgoing, Direction::Incoming] {
                    let degree = side.hop(graph, node, kind, direction).rels.len() as u64;
                    if degree > 0 {
                        add(self.joined.entry((group, kind, direction)).or_default());
                        let most = self.most.entry((group, kind, direction)).or_default();
                        *most = (*most).max(degree);
                    }
                }
            }
        }
    }

    fn count_rel(&mut self, graph: &Graph, side: Side, rel: RelId) {
        let Some((kind, start, end)) = side.rel(graph, rel) else { return };
        let (from, to) = (side.labels(graph, start), side.labels(graph, end));
        let add = side.adder();
        for from in groups(from) {
            for to in groups(to) {
                add(self.rels.entry((from, kind, to)).or_default());
            }
            if start == end {
                add(self.loops.entry((from, kind)).or_default());
            }
        }
        if side.hop(graph, start, kind, Direction::Outgoing).to(end).rels.len() > 1 {
            self.parallel.insert(kind);
        }
    }
}

impl Side {
    /// What counting one does: the image's side takes away.
    fn adder(self) -> fn(&mut u64) {
        match self {
            Self::Image => |count| *count = count.saturating_sub(1),
            Self::Graph => |count| *count = count.saturating_add(1),
        }
    }

    fn has_node(self, graph: &Graph, node: NodeId) -> bool {
        match self {
            Self::Image => graph.image.nodes.has(node.0),
            Self::Graph => graph.has_node(node),
        }
    }

    fn labels(self, graph: &Graph, node: NodeId) -> &[LabelId] {
        match self {
            Self::Image => graph.image.node_shape(node).map_or(&[], |shape| &shape.labels),
            Self::Graph => graph.labels(node),
        }
    }

    fn keys(self, graph: &Graph, node: NodeId) -> Vec<KeyId> {
        match self {
            Self::Image => graph.image.node_shape(node).map_or_else(Vec::new, |of| of.keys.clone()),
            Self::Graph => graph.node_keys(node).collect(),
        }
    }

    fn hop(self, graph: &Graph, node: NodeId, kind: KindId, direction: Direction) -> Hop<'_> {
        match self {
            Self::Image => graph.image.hop(node, kind, direction),
            Self::Graph => graph.hop(node, kind, direction),
        }
    }

    fn rel(self, graph: &Graph, rel: RelId) -> Option<(KindId, NodeId, NodeId)> {
        match self {
            Self::Image => {
                let (start, end) = graph.image.ends(rel)?;
                Some((graph.image.rel_shape(rel)?.kind, start, end))
            }
            Self::Graph => {
                let (start, end) = graph.ends(rel).filter(|_| graph.has_rel(rel))?;
                Some((graph.kind(rel)?, start, end))
            }
        }
    }
}

/// The nodes and relationships that may count otherwise than in the image.
fn touched(graph: &Graph) -> (FxHashSet<NodeId>, FxHashSet<RelId>) {
    let written = graph.overlay.nodes.ids().map(NodeId);
    let deleted = graph.journal.deleted();
    let mut nodes: FxHashSet<NodeId> = written.chain(deleted.0).collect();
    let written = graph.overlay.rels.ids().map(RelId);
    let mut rels: FxHashSet<RelId> = written.chain(deleted.1).collect();
    let kinds = u16::try_from(graph.names().kinds().len()).unwrap_or(u16::MAX);
    let relabelled = |node: &&NodeId| {
        Side::Image.labels(graph, **node) != graph.labels(**node) || !graph.has_node(**node)
    };
    for node in nodes.iter().filter(relabelled) {
        for kind in (0..kinds).map(KindId) {
            for direction in [Direction::Outgoing, Direction::Incoming] {
                for side in [Side::Image, Side::Graph] {
                    let hop = side.hop(graph, *node, kind, direction);
                    rels.extend(hop.rels.iter().map(|rel| RelId(*rel)));
                }
            }
        }
    }
    nodes.extend(graph.overlay.patches.nodes());
    (nodes, rels)
}
