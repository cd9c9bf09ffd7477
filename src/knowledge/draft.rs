//! What the files say before it is a graph: nodes, and relationships that still name their end by id.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::error::{Error, Source, Span};
use crate::graph::{Names, Properties, Schema};
use crate::model::{KindId, LabelId};

/// The most faults that are kept; further ones are only counted.
const FAULTS_MAX: usize = 10_000;

/// The faults and warnings of one run.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// Those that are kept, in the order found.
    pub(super) list: Vec<Error>,
    /// How many more there were.
    pub(super) more: usize,
}

impl Faults {
    /// Adds one.
    pub(super) fn push(&mut self, fault: Error) {
        if self.list.len() < FAULTS_MAX {
            self.list.push(fault);
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// Whether any of them forbids to use the base.
    pub(super) fn forbid(&self) -> bool {
        self.more > 0 || !self.list.iter().all(Error::is_warning)
    }
}

/// A place in a file.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The file.
    pub(super) source: Arc<Source>,
    /// Where in it.
    pub(super) span: Span,
}

/// A node as a file declares it.
#[derive(Debug)]
pub(super) struct NodeDraft {
    /// Its id; empty where it has none that could be read.
    pub(super) id: Arc<str>,
    /// Its label.
    pub(super) label: LabelId,
    /// Where its id stands.
    pub(super) place: Place,
    /// What it is called, and where that stands.
    pub(super) name: Option<(Arc<str>, Span)>,
    /// `id`, then what the file gives in its order, then what the schema adds.
    pub(super) properties: Properties,
}

/// A relationship as a file declares it.
#[derive(Debug)]
pub(super) struct RelDraft {
    /// Its type.
    pub(super) kind: KindId,
    /// The node it is written on, as an index of [`Draft::nodes`].
    pub(super) start: usize,
    /// The id of its other end.
    pub(super) to: Arc<str>,
    /// Where that id stands.
    pub(super) place: Place,
    /// What the file gives in its order, then what the schema adds.
    pub(super) properties: Properties,
}

/// Everything the files declare.
#[derive(Debug)]
pub(super) struct Draft {
    /// The schema.
    pub(super) schema: Schema,
    /// Its names, under the ids they will have in the graph.
    pub(super) names: Names,
    /// In the order of the files.
    pub(super) nodes: Vec<NodeDraft>,
    /// In the order of the files.
    pub(super) rels: Vec<RelDraft>,
    /// The first node with each id.
    pub(super) ids: HashMap<Arc<str>, usize>,
    /// Ids of nodes that could not be read; what refers to them is not at fault.
    pub(super) unread: HashSet<String>,
    /// Whether some file could not be read whole, so that ids may be missing.
    pub(super) partial: bool,
}

impl Draft {
    /// An empty draft under `schema`.
    pub(super) fn new(schema: Schema) -> Self {
        let names = Names::of(&schema);
        Self {
            schema,
            names,
            nodes: Vec::new(),
            rels: Vec::new(),
            ids: HashMap::new(),
            unread: HashSet::new(),
            partial: false,
        }
    }
}
