//! The values a reader gets: owned, complete, printable.

use std::fmt;

use indexmap::IndexMap;

use super::names::{Written, quote_string};
use super::temporal::Temporal;
use super::{NodeId, RelId};

/// One value of a result; entities carry their labels, type and properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// The absent or unknown value.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A 64-bit integer.
    Int(i64),
    /// A 64-bit float.
    Float(f64),
    /// A text.
    String(String),
    /// A list.
    List(Vec<Self>),
    /// A map, keys in the order they were written.
    Map(IndexMap<String, Self>),
    /// A node.
    Node(Box<Node>),
    /// A relationship.
    Relationship(Box<Relationship>),
    /// A path.
    Path(Box<Path>),
    /// A date, a time, a moment or a duration.
    Temporal(Box<Temporal>),
}

/// A node, as it was when the query ran.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its id within the graph it came from; not kept between loads.
    pub id: NodeId,
    /// Its labels, in the schema's order.
    pub labels: Vec<String>,
    /// Its properties, in the order of the knowledge file.
    pub properties: IndexMap<String, Value>,
}

/// A relationship, as it was when the query ran.
#[derive(Clone, Debug, PartialEq)]
pub struct Relationship {
    /// Its id within the graph it came from; not kept between loads.
    pub id: RelId,
    /// Its type.
    pub kind: String,
    /// Where it starts.
    pub start: NodeId,
    /// Where it ends.
    pub end: NodeId,
    /// Its properties, in the order of the knowledge file.
    pub properties: IndexMap<String, Value>,
}

/// A walk through the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The nodes, first to last; one more than `relationships`.
    pub nodes: Vec<Node>,
    /// The relationships between them; each may be walked against its direction.
    pub relationships: Vec<Relationship>,
}

/// Prints the value as the language writes it: `'text'`, `[1, 2.0]`, `{k: null}`, `(:Issue {id: 'i1'})`, `<(:A)-[:T]->(:B)>`,
/// `date('2025-04-01')`.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(b) => write!(f, "{b}"),
            Self::Int(i) => write!(f, "{i}"),
            Self::Float(x) => write_float(f, *x),
            Self::String(s) => f.write_str(&quote_string(s)),
            Self::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Map(entries) => write_map(f, entries),
            Self::Node(node) => write!(f, "{node}"),
            Self::Relationship(rel) => write!(f, "{rel}"),
            Self::Path(path) => write!(f, "{path}"),
            Self::Temporal(value) => write!(f, "{}('{value}')", value.kind().function()),
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for label in &self.labels {
            write!(f, ":{}", Written::word(label))?;
        }
        if !self.properties.is_empty() {
            f.write_str(if self.labels.is_empty() { "" } else { " " })?;
            write_map(f, &self.properties)?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for Relationship {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[:{}", Written::kind(&self.kind))?;
        if !self.properties.is_empty() {
            f.write_str(" ")?;
            write_map(f, &self.properties)?;
        }
        f.write_str("]")
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<")?;
        for (i, node) in self.nodes.iter().enumerate() {
            write!(f, "{node}")?;
            if let Some(rel) = self.relationships.get(i) {
                let forward = rel.start == node.id;
                let (left, right) = if forward { ("-", "->") } else { ("<-", "-") };
                write!(f, "{left}{rel}{right}")?;
            }
        }
        f.write_str(">")
    }
}

fn write_map(f: &mut fmt::Formatter<'_>, entries: &IndexMap<String, Value>) -> fmt::Result {
    f.write_str("{")?;
    for (i, (key, value)) in entries.iter().enumerate() {
        write!(f, "{}{}: {value}", if i > 0 { ", " } else { "" }, Written::word(key))?;
    }
    f.write_str("}")
}

/// Writes a float so that it reads back as a float: `1.0`, `1.5e300`, `NaN`, `Infinity`.
fn write_float(f: &mut fmt::Formatter<'_>, x: f64) -> fmt::Result {
    if x.is_nan() {
        f.write_str("NaN")
    } else if x.is_infinite() {
        f.write_str(if x > 0.0 { "Infinity" } else { "-Infinity" })
    } else {
        write!(f, "{x:?}")
    }
}
