//! The values a query computes with.

use std::sync::Arc;

use indexmap::IndexMap;

use super::temporal::{Kind, Temporal};
use super::{NodeId, RelId, Value};
use crate::error::Text;

/// A map of data: keys in the order they were written, which has no bearing on equality.
pub type DatumMap = IndexMap<Arc<str>, Datum>;

/// A path: one node more than relationships, in walking order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PathIds {
    /// The nodes, first to last.
    pub nodes: Vec<NodeId>,
    /// The relationships between them; each may be walked against its direction.
    pub rels: Vec<RelId>,
}

/// One value while a query runs: cheap to clone, entities by id.
///
/// Equality in the sense of the language is three-valued and lives in [`Datum::equals`]; this type has no `PartialEq`
/// so that the two cannot be confused.
#[derive(Clone, Debug, Default)]
pub enum Datum {
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
    Str(Arc<str>),
    /// A list.
    List(Arc<[Self]>),
    /// A map.
    Map(Arc<DatumMap>),
    /// A node.
    Node(NodeId),
    /// A relationship.
    Rel(RelId),
    /// A path.
    Path(Arc<PathIds>),
    /// A date, a time, a moment or a duration.
    Temporal(Arc<Temporal>),
}

impl Datum {
    /// A text.
    #[must_use]
    pub fn str(text: &str) -> Self {
        Self::Str(text.into())
    }

    /// A list.
    #[must_use]
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(items.into())
    }

    /// A map.
    #[must_use]
    pub fn map(entries: DatumMap) -> Self {
        Self::Map(Arc::new(entries))
    }

    /// A temporal value.
    #[must_use]
    pub fn temporal(value: Temporal) -> Self {
        Self::Temporal(Arc::new(value))
    }

    /// The datum of a value; `None` where the value holds an entity, which is nothing outside its graph.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => Self::Null,
            Value::Bool(b) => Self::Bool(*b),
            Value::Int(int) => Self::Int(*int),
            Value::Float(float) => Self::Float(*float),
            Value::String(text) => Self::str(text),
            Value::List(items) => Self::List(items.iter().map(Self::of).collect::<Option<_>>()?),
            Value::Map(entries) => {
                let entry =
                    |(key, value): (&String, _)| Some((key.as_str().into(), Self::of(value)?));
                Self::map(entries.iter().map(entry).collect::<Option<_>>()?)
            }
            Value::Temporal(value) => Self::temporal((**value).clone()),
            Value::Node(_) | Value::Relationship(_) | Value::Path(_) => return None,
        })
    }

    /// Whether this is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text, where this is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&Arc<str>> {
        if let Self::Str(text) = self { Some(text) } else { None }
    }

    /// The name of the value's type, as `valueType` prints it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Int(_) => "integer",
            Self::Float(_) => "float",
            Self::Str(_) => "string",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Node(_) => "node",
            Self::Rel(_) => "relationship",
            Self::Path(_) => "path",
            Self::Temporal(value) => value.kind().name(),
        }
    }

    /// The name of the value's type, as messages print it.
    #[must_use]
    pub fn type_words(&self) -> Text {
        type_words(self.type_name())
    }
}

/// The name of a type, as messages print it.
#[must_use]
pub fn type_words(name: &str) -> Text {
    let ja = match name {
        "boolean" => "真偽値",
        "integer" => "整数",
        "float" => "小数",
        "string" => "文字列",
        "list" => "リスト",
        "map" => "マップ",
        "node" => "ノード",
        "relationship" => "関係",
        "path" => "パス",
        other => match Kind::ALL.into_iter().find(|kind| kind.name() == other) {
            Some(kind) => return kind.words(),
            None => other,
        },
    };
    Text::new(name, ja)
}
