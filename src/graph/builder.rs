//! Filling a graph in bulk: nothing is indexed before everything is there, and nothing can be taken back.

use super::image::Image;
use super::overlay::{NodeRecord, RelRecord};
use super::{Graph, Names, Properties, Schema};
use crate::model::{KindId, LabelId, NodeId, RelId};

/// A graph that is being filled.
#[derive(Debug, Default)]
pub struct Builder {
    graph: Graph,
}

impl Builder {
    /// An empty graph under `schema`, whose names are interned in its order.
    #[must_use]
    pub fn new(schema: Schema) -> Self {
        let names = Names::of(&schema);
        let mut image = Image::default();
        for (label, key) in schema.index_keys(&names) {
            image.indexes.push(image.indexed(label, key));
        }
        Self { graph: Graph { schema, names, image, ..Graph::default() } }
    }

    /// The schema.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.graph.schema
    }

    /// The names, to be interned while properties are gathered.
    pub fn names_mut(&mut self) -> &mut Names {
        &mut self.graph.names
    }

    /// Adds a node. A text under the key `id` becomes its look-up name.
    pub fn add_node(&mut self, labels: Vec<LabelId>, properties: Properties) -> NodeId {
        self.graph.insert_node(NodeRecord { labels, properties })
    }

    /// Adds a relationship between two nodes that this builder gave out.
    pub fn add_rel(
        &mut self,
        kind: KindId,
        start: NodeId,
        end: NodeId,
        properties: Properties,
    ) -> RelId {
        RelId(self.graph.overlay.rels.add(RelRecord { kind, start, end, properties }))
    }

    /// The node with a look-up name; of several with the same one, the first.
    #[must_use]
    pub fn node_by_id(&self, id: &str) -> Option<NodeId> {
        self.graph.node_by_id(id)
    }

    /// Finishes the graph: builds the image that reads go to.
    #[must_use]
    pub fn build(self) -> Graph {
        let mut graph = self.graph;
        graph.merge();
        graph
    }
}
