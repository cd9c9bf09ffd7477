//! The plan as data: what clauses do to the graph, and queries that run once a row.

use std::sync::Arc;

use super::{Expr, Key, PathStep, Place, Slot, Subplan};
use crate::model::{KindId, LabelId};

/// What a clause does to the graph, row by row.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// Creates nodes and relationships, in this order.
    Create(Vec<Creation>),
    /// Finds, or else creates.
    Merge(Merge),
    /// Changes properties and labels, in this order.
    Set(Vec<Assign>),
    /// Deletes all that every row names, at once.
    Delete {
        /// Whether the relationships of deleted nodes go with them; otherwise they are in the way.
        detach: bool,
        /// Nodes, relationships and paths.
        exprs: Vec<Expr>,
    },
    /// Runs a query that writes.
    Call(Call),
}

/// One thing that a pattern creates.
#[derive(Clone, Debug, PartialEq)]
pub enum Creation {
    /// A node.
    Node {
        /// Takes it.
        slot: Slot,
        /// Its labels.
        labels: Vec<NewName<LabelId>>,
        /// Its properties.
        properties: NewProperties,
        /// Where its pattern stands.
        place: Place,
    },
    /// A relationship.
    Rel {
        /// Takes it.
        slot: Slot,
        /// Its type.
        kind: NewName<KindId>,
        /// Holds the node it starts at.
        start: Slot,
        /// Holds the node it ends at.
        end: Slot,
        /// Its properties.
        properties: NewProperties,
        /// Where its pattern stands.
        place: Place,
    },
    /// The path through what was created or known.
    Path {
        /// Takes it.
        slot: Slot,
        /// The first node.
        start: Slot,
        /// What follows it.
        steps: Vec<PathStep>,
    },
}

/// The properties of what is created.
#[derive(Clone, Debug, PartialEq)]
pub enum NewProperties {
    /// One by one; null is none.
    Keys(Vec<(Key, Expr)>),
    /// From a map.
    Map(Expr),
}

/// A label or type that may be new to the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewName<I> {
    /// As written.
    pub text: Arc<str>,
    /// As the graph knows it, aliases resolved.
    pub id: Option<I>,
}

/// A MERGE.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// What finds the pattern.
    pub matching: Vec<super::Op>,
    /// What creates it where nothing is found.
    pub creation: Vec<Creation>,
    /// What is done with each that is found.
    pub on_match: Vec<Assign>,
    /// What is done with what is created.
    pub on_create: Vec<Assign>,
}

/// One change to a node or relationship; null is passed by.
#[derive(Clone, Debug, PartialEq)]
pub enum Assign {
    /// One property; null removes it.
    Property {
        /// The node or relationship.
        subject: Expr,
        /// The key.
        key: Key,
        /// The value.
        value: Expr,
    },
    /// Many properties.
    Properties {
        /// The node or relationship.
        subject: Expr,
        /// A map, or an entity whose properties are taken.
        value: Expr,
        /// Whether properties that the map lacks go.
        replace: bool,
    },
    /// Labels.
    Labels {
        /// The node.
        subject: Expr,
        /// The labels.
        labels: Vec<NewName<LabelId>>,
        /// Whether they are added; removed otherwise.
        add: bool,
    },
}

/// A query that runs for each frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// One for each single query of a UNION.
    pub branches: Vec<Subplan>,
    /// Whether equal rows of different branches become one.
    pub distinct: bool,
    /// Take its columns; `None` for a query without RETURN, which leaves the frame as it is.
    pub columns: Option<Vec<Slot>>,
}

impl Write {
    /// The expressions it evaluates; those of a query in it are not among them.
    #[must_use]
    pub fn exprs(&self) -> Vec<&Expr> {
        match self {
            Self::Create(creations) => creations.iter().flat_map(Creation::exprs).collect(),
            Self::Merge(merge) => {
                let created = merge.creation.iter().flat_map(Creation::exprs);
                let assigns = merge.on_match.iter().chain(&merge.on_create);
                created.chain(assigns.flat_map(Assign::exprs)).collect()
            }
            Self::Set(assigns) => assigns.iter().flat_map(Assign::exprs).collect(),
            Self::Delete { exprs, .. } => exprs.iter().collect(),
            Self::Call(_) => Vec::new(),
        }
    }
}

impl Creation {
    /// The slot it sets.
    #[must_use]
    pub fn slot(&self) -> Slot {
        match self {
            Self::Node { slot, .. } | Self::Rel { slot, .. } | Self::Path { slot, .. } => *slot,
        }
    }

    /// The values of its properties, to be changed.
    pub(super) fn exprs_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Self::Node { properties, .. } | Self::Rel { properties, .. } => match properties {
                NewProperties::Keys(entries) => {
                    entries.iter_mut().map(|entry| &mut entry.1).collect()
                }
                NewProperties::Map(map) => vec![map],
            },
            Self::Path { .. } => Vec::new(),
        }
    }

    fn exprs(&self) -> Vec<&Expr> {
        match self {
            Self::Node { properties, .. } | Self::Rel { properties, .. } => match properties {
                NewProperties::Keys(entries) => entries.iter().map(|entry| &entry.1).collect(),
                NewProperties::Map(map) => vec![map],
            },
            Self::Path { .. } => Vec::new(),
        }
    }
}

impl Assign {
    fn exprs(&self) -> Vec<&Expr> {
        match self {
            Self::Property { subject, value, .. } | Self::Properties { subject, value, .. } => {
                vec![subject, value]
            }
            Self::Labels { subject, .. } => vec![subject],
        }
    }
}
