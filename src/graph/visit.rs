//! The graph as petgraph walks it: all nodes, and all relationships as directed edges, over the rows as they lie in memory.
//!
//! Ids are those of the graph. They have gaps where something was deleted, so that the graph is `NodeIndexable`, but not
//! `NodeCompactIndexable`. Nothing here copies a row.

use std::iter::Map;
use std::ops::Range;
use std::slice;

use fixedbitset::FixedBitSet;
use petgraph::Directed;
use petgraph::visit::{
    Data, EdgeCount, EdgeIndexable, EdgeRef, GetAdjacencyMatrix, GraphBase, GraphProp,
    IntoEdgeReferences, IntoEdges, IntoEdgesDirected, IntoNeighbors, IntoNeighborsDirected,
    IntoNodeIdentifiers, IntoNodeReferences, NodeCount, NodeIndexable, VisitMap, Visitable,
};

use super::{Direction, Graph, Hop};
use crate::model::{KindId, NodeId, RelId};

/// A relationship as petgraph sees it; its weight is its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelRef {
    rel: RelId,
    kind: KindId,
    start: NodeId,
    end: NodeId,
}

impl EdgeRef for RelRef {
    type NodeId = NodeId;
    type EdgeId = RelId;
    type Weight = KindId;

    fn source(&self) -> NodeId {
        self.start
    }

    fn target(&self) -> NodeId {
        self.end
    }

    fn weight(&self) -> &KindId {
        &self.kind
    }

    fn id(&self) -> RelId {
        self.rel
    }
}

/// The rows of one node in one direction, type by type.
#[derive(Clone, Debug)]
struct Hops<'g> {
    graph: &'g Graph,
    node: NodeId,
    direction: Direction,
    kinds: Range<u16>,
}

impl<'g> Hops<'g> {
    fn new(graph: &'g Graph, node: NodeId, direction: Direction) -> Self {
        let kinds = 0..u16::try_from(graph.names.kinds().len()).unwrap_or(u16::MAX);
        Self { graph, node, direction, kinds }
    }
}

impl<'g> Iterator for Hops<'g> {
    type Item = (KindId, Hop<'g>);

    fn next(&mut self) -> Option<Self::Item> {
        let kind = KindId(self.kinds.next()?);
        Some((kind, self.graph.hop(self.node, kind, self.direction)))
    }
}

/// The neighbours of a node in one direction: by type, then ascending; parallel relationships repeat them.
#[derive(Clone, Debug)]
pub struct Neighbors<'g> {
    hops: Hops<'g>,
    row: slice::Iter<'g, u32>,
}

impl Iterator for Neighbors<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        loop {
            if let Some(node) = self.row.next() {
                return Some(NodeId(*node));
            }
            self.row = self.hops.next()?.1.nodes.iter();
        }
    }
}

/// The relationships of a node in one direction: by type, then by the node at the other end.
#[derive(Clone, Debug)]
pub struct Edges<'g> {
    hops: Hops<'g>,
    kind: KindId,
    nodes: slice::Iter<'g, u32>,
    rels: slice::Iter<'g, u32>,
}

impl Iterator for Edges<'_> {
    type Item = RelRef;

    fn next(&mut self) -> Option<RelRef> {
        loop {
            if let (Some(other), Some(rel)) = (self.nodes.next(), self.rels.next()) {
                let (own, other) = (self.hops.node, NodeId(*other));
                let (start, end) = match self.hops.direction {
                    Direction::Outgoing => (own, other),
                    Direction::Incoming => (other, own),
                };
                return Some(RelRef { rel: RelId(*rel), kind: self.kind, start, end });
            }
            let (kind, hop) = self.hops.next()?;
            (self.kind, self.nodes, self.rels) = (kind, hop.nodes.iter(), hop.rels.iter());
        }
    }
}

/// Every node, ascending.
#[derive(Clone, Debug)]
pub struct NodeIdentifiers<'g> {
    graph: &'g Graph,
    ids: Range<u32>,
}

impl Iterator for NodeIdentifiers<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        self.ids.by_ref().map(NodeId).find(|node| self.graph.has_node(*node))
    }
}

/// Every relationship, ascending.
#[derive(Clone, Debug)]
pub struct EdgeReferences<'g> {
    graph: &'g Graph,
    ids: Range<u32>,
}

impl Iterator for EdgeReferences<'_> {
    type Item = RelRef;

    fn next(&mut self) -> Option<RelRef> {
        let rel = self.ids.by_ref().map(RelId).find(|rel| self.graph.has_rel(*rel))?;
        let (kind, (start, end)) = (self.graph.kind(rel)?, self.graph.ends(rel)?);
        Some(RelRef { rel, kind, start, end })
    }
}

/// Which nodes an algorithm has seen.
#[derive(Clone, Debug, Default)]
pub struct Visited(FixedBitSet);

impl VisitMap<NodeId> for Visited {
    fn visit(&mut self, node: NodeId) -> bool {
        let first = !self.is_visited(&node);
        self.0.grow_and_insert(node.index());
        first
    }

    fn is_visited(&self, node: &NodeId) -> bool {
        self.0.contains(node.index())
    }

    fn unvisit(&mut self, node: NodeId) -> bool {
        let visited = self.is_visited(&node);
        if visited {
            self.0.remove(node.index());
        }
        visited
    }
}

fn id(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

impl GraphBase for Graph {
    type NodeId = NodeId;
    type EdgeId = RelId;
}

impl GraphProp for Graph {
    type EdgeType = Directed;
}

/// What a node or relationship holds is asked of the graph, by its id: only the type of a relationship is at hand.
impl Data for Graph {
    type NodeWeight = ();
    type EdgeWeight = KindId;
}

impl NodeCount for Graph {
    fn node_count(&self) -> usize {
        Self::node_count(self)
    }
}

impl EdgeCount for Graph {
    fn edge_count(&self) -> usize {
        self.rel_count()
    }
}

impl NodeIndexable for Graph {
    fn node_bound(&self) -> usize {
        Self::node_bound(self)
    }

    fn to_index(&self, node: NodeId) -> usize {
        node.index()
    }

    fn from_index(&self, index: usize) -> NodeId {
        NodeId(id(index))
    }
}

impl EdgeIndexable for Graph {
    fn edge_bound(&self) -> usize {
        self.overlay.rels.bound()
    }

    fn to_index(&self, rel: RelId) -> usize {
        rel.index()
    }

    fn from_index(&self, index: usize) -> RelId {
        RelId(id(index))
    }
}

impl Visitable for Graph {
    type Map = Visited;

    fn visit_map(&self) -> Visited {
        Visited(FixedBitSet::with_capacity(Self::node_bound(self)))
    }

    fn reset_map(&self, map: &mut Visited) {
        map.0.clear();
        map.0.grow(Self::node_bound(self));
    }
}

/// The rows tell by themselves which nodes are joined. Cost: two binary searches a type.
impl GetAdjacencyMatrix for Graph {
    type AdjMatrix = ();

    fn adjacency_matrix(&self) {}

    fn is_adjacent(&self, (): &(), from: NodeId, to: NodeId) -> bool {
        Hops::new(self, from, Direction::Outgoing).any(|(_, hop)| !hop.to(to).is_empty())
    }
}

impl<'g> IntoNodeIdentifiers for &'g Graph {
    type NodeIdentifiers = NodeIdentifiers<'g>;

    fn node_identifiers(self) -> NodeIdentifiers<'g> {
        NodeIdentifiers { graph: self, ids: 0..id(self.node_bound()) }
    }
}

impl<'g> IntoNodeReferences for &'g Graph {
    type NodeRef = (NodeId, ());
    type NodeReferences = Map<NodeIdentifiers<'g>, fn(NodeId) -> (NodeId, ())>;

    fn node_references(self) -> Self::NodeReferences {
        self.node_identifiers().map(|node| (node, ()))
    }
}

impl<'g> IntoEdgeReferences for &'g Graph {
    type EdgeRef = RelRef;
    type EdgeReferences = EdgeReferences<'g>;

    fn edge_references(self) -> EdgeReferences<'g> {
        EdgeReferences { graph: self, ids: 0..id(self.edge_bound()) }
    }
}

impl<'g> IntoNeighbors for &'g Graph {
    type Neighbors = Neighbors<'g>;

    fn neighbors(self, node: NodeId) -> Neighbors<'g> {
        self.neighbors_directed(node, Direction::Outgoing)
    }
}

impl<'g> IntoNeighborsDirected for &'g Graph {
    type NeighborsDirected = Neighbors<'g>;

    fn neighbors_directed(self, node: NodeId, direction: Direction) -> Neighbors<'g> {
        Neighbors { hops: Hops::new(self, node, direction), row: [].iter() }
    }
}

impl<'g> IntoEdges for &'g Graph {
    type Edges = Edges<'g>;

    fn edges(self, node: NodeId) -> Edges<'g> {
        self.edges_directed(node, Direction::Outgoing)
    }
}

impl<'g> IntoEdgesDirected for &'g Graph {
    type EdgesDirected = Edges<'g>;

    fn edges_directed(self, node: NodeId, direction: Direction) -> Edges<'g> {
        let hops = Hops::new(self, node, direction);
        Edges { hops, kind: KindId(0), nodes: [].iter(), rels: [].iter() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use petgraph::algo::{dijkstra, kosaraju_scc, toposort};
    use petgraph::graph::{DiGraph, NodeIndex};
    use petgraph::visit::{Bfs, Dfs, EdgeFiltered, NodeRef, Reversed, Walker};
    use proptest::prelude::*;

    use super::*;
    use crate::graph::tests::{KINDS, Model, Write, apply, write};

    /// The graph of the records, as petgraph keeps one itself.
    struct Copy {
        graph: DiGraph<NodeId, (RelId, KindId)>,
        numbers: BTreeMap<NodeId, NodeIndex>,
    }

    impl Copy {
        fn of(model: &Model) -> Self {
            let mut graph = DiGraph::new();
            let numbers: BTreeMap<NodeId, NodeIndex> =
                model.nodes.keys().map(|node| (*node, graph.add_node(*node))).collect();
            for (rel, (kind, start, end, _)) in &model.rels {
                graph.add_edge(numbers[start], numbers[end], (*rel, *kind));
            }
            Self { graph, numbers }
        }

        fn rel(
            &self,
            edge: petgraph::graph::EdgeReference<'_, (RelId, KindId)>,
        ) -> (RelId, KindId, NodeId, NodeId) {
            let (rel, kind) = *edge.weight();
            (rel, kind, self.graph[edge.source()], self.graph[edge.target()])
        }

        fn nodes(&self, numbers: impl IntoIterator<Item = NodeIndex>) -> Vec<NodeId> {
            sorted(numbers.into_iter().map(|number| self.graph[number]))
        }

        fn sets(&self, sets: Vec<Vec<NodeIndex>>) -> Vec<Vec<NodeId>> {
            sorted(sets.into_iter().map(|set| self.nodes(set)))
        }
    }

    fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
        let mut items: Vec<T> = items.into_iter().collect();
        items.sort();
        items
    }

    fn rel(edge: RelRef) -> (RelId, KindId, NodeId, NodeId) {
        (edge.id(), *edge.weight(), edge.source(), edge.target())
    }

    /// All that the traits give of single nodes and relationships.
    fn compare_parts(graph: &Graph, copy: &Copy) {
        let nodes: Vec<NodeId> = copy.numbers.keys().copied().collect();
        assert_eq!(graph.node_identifiers().collect::<Vec<_>>(), nodes);
        assert_eq!(graph.node_references().map(|node| node.id()).collect::<Vec<_>>(), nodes);
        assert_eq!(NodeCount::node_count(graph), copy.graph.node_count());
        assert_eq!(graph.edge_count(), copy.graph.edge_count());
        let rels = sorted(copy.graph.edge_references().map(|edge| copy.rel(edge)));
        assert_eq!(graph.edge_references().map(rel).collect::<Vec<_>>(), rels);
        for (node, number) in &copy.numbers {
            let index = NodeIndexable::to_index(graph, *node);
            assert!(index < NodeIndexable::node_bound(graph));
            assert_eq!(NodeIndexable::from_index(graph, index), *node);
            assert_eq!(sorted(graph.neighbors(*node)), copy.nodes(copy.graph.neighbors(*number)));
            for direction in [Direction::Outgoing, Direction::Incoming] {
                let others = copy.graph.neighbors_directed(*number, direction);
                assert_eq!(sorted(graph.neighbors_directed(*node, direction)), copy.nodes(others));
                let rels = copy.graph.edges_directed(*number, direction);
                let rels = sorted(rels.map(|edge| copy.rel(edge)));
                assert_eq!(sorted(graph.edges_directed(*node, direction).map(rel)), rels);
            }
            for (other, to) in &copy.numbers {
                let joined = copy.graph.contains_edge(*number, *to);
                assert_eq!(graph.is_adjacent(&(), *node, *other), joined);
            }
        }
    }

    /// What algorithms find.
    fn compare_algorithms(graph: &Graph, copy: &Copy) {
        let sets = copy.sets(kosaraju_scc(&copy.graph));
        assert_eq!(sorted(kosaraju_scc(graph).into_iter().map(sorted)), sets);
        assert_eq!(toposort(graph, None).is_ok(), toposort(&copy.graph, None).is_ok());
        for (node, number) in &copy.numbers {
            let found = dijkstra(graph, *node, None, |rel| u32::from(rel.weight().0) * 3 + 1);
            let want =
                dijkstra(&copy.graph, *number, None, |rel| u32::from(rel.weight().1.0) * 3 + 1);
            let want = sorted(want.into_iter().map(|(to, cost)| (copy.graph[to], cost)));
            assert_eq!(sorted(found), want);
            let back = Dfs::new(Reversed(&copy.graph), *number).iter(Reversed(&copy.graph));
            let met = Dfs::new(Reversed(graph), *node).iter(Reversed(graph));
            assert_eq!(sorted(met), copy.nodes(back));
            let only = EdgeFiltered::from_fn(graph, |rel| *rel.weight() == KindId(0));
            let filtered = EdgeFiltered::from_fn(&copy.graph, |rel| rel.weight().1 == KindId(0));
            let want = Bfs::new(&filtered, *number).iter(&filtered);
            assert_eq!(sorted(Bfs::new(&only, *node).iter(&only)), copy.nodes(want));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

        /// From the first write on, with records in the overlay, in the image and deleted from both.
        #[test]
        fn petgraph_sees_the_graph_of_the_records(
            first in proptest::collection::vec(write(), 0..60),
            writes in proptest::collection::vec(write(), 0..12),
        ) {
            let mut graph = Graph::default();
            for kind in 0..KINDS {
                graph.kind_id(&kind.to_string()).unwrap();
            }
            graph.commit();
            let (mut model, mut kept) = (Model::default(), Model::default());
            for write in first.iter().chain([&Write::Commit]) {
                apply(&mut graph, &mut model, &mut kept, write);
            }
            graph.merge();
            for write in &writes {
                apply(&mut graph, &mut model, &mut kept, write);
                let copy = Copy::of(&model);
                compare_parts(&graph, &copy);
                compare_algorithms(&graph, &copy);
            }
        }
    }

    #[test]
    fn a_map_is_as_new_after_it_was_reset() {
        let mut graph = Graph::default();
        let node = graph.add_node(Vec::new(), Vec::new());
        let mut map = graph.visit_map();
        assert!(map.visit(node) && !map.visit(node) && map.is_visited(&node));
        assert!(map.unvisit(node) && !map.unvisit(node) && !map.is_visited(&node));
        assert!(map.visit(node));
        let later = graph.add_node(Vec::new(), Vec::new());
        assert!(!map.is_visited(&later) && map.visit(later));
        graph.reset_map(&mut map);
        assert!(!map.is_visited(&node) && !map.is_visited(&later));
    }
}
