//! Values of the reference evaluator, and the three relations openCypher has between them: equality, comparison, order.
//!
//! Source: openCypher CIP2016-06-14 "Define comparability and equality as well as orderability and equivalence".

use std::cmp::Ordering;
use std::fmt;

use kadai::model::{Datum, Value};

use crate::graph::Sketch;

/// A value. An entity is named by its number in the sketch.
#[derive(Clone, Debug)]
pub(crate) enum Val {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Self>),
    Node(usize),
    Rel(usize),
    Path(Vec<usize>, Vec<usize>),
}

impl Val {
    pub(crate) fn int(number: usize) -> Self {
        Self::Int(i64::try_from(number).unwrap())
    }

    pub(crate) fn truth(known: Option<bool>) -> Self {
        known.map_or(Self::Null, Self::Bool)
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    fn number(&self) -> Option<f64> {
        match self {
            // The numbers of the tests are small: exact as floats.
            Self::Int(int) => Some(*int as f64),
            Self::Float(float) => Some(*float),
            _ => None,
        }
    }

    /// `=`; `None` is unknown.
    pub(crate) fn equals(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Null, _) | (_, Self::Null) => None,
            (Self::List(a), Self::List(b)) => {
                if a.len() != b.len() {
                    return Some(false);
                }
                let parts: Vec<_> = a.iter().zip(b).map(|(a, b)| a.equals(b)).collect();
                if parts.contains(&Some(false)) {
                    return Some(false);
                }
                parts.iter().all(|part| *part == Some(true)).then_some(true)
            }
            (Self::Int(_) | Self::Float(_), Self::Int(_) | Self::Float(_)) => {
                Some(self.number() == other.number())
            }
            (Self::Bool(a), Self::Bool(b)) => Some(a == b),
            (Self::Text(a), Self::Text(b)) => Some(a == b),
            (Self::Node(a), Self::Node(b)) | (Self::Rel(a), Self::Rel(b)) => Some(a == b),
            (Self::Path(a, r), Self::Path(b, s)) => Some(a == b && r == s),
            _ => Some(false),
        }
    }

    /// `<` and its like: unknown between types, and with null.
    pub(crate) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::List(a), Self::List(b)) => {
                for (a, b) in a.iter().zip(b) {
                    let order = a.compare(b)?;
                    if order.is_ne() {
                        return Some(order);
                    }
                }
                Some(a.len().cmp(&b.len()))
            }
            _ => self.number()?.partial_cmp(&other.number()?),
        }
    }

    /// The total order of `ORDER BY`; equal in it are the values DISTINCT and grouping take for one.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        let by_type = self.rank().cmp(&other.rank());
        by_type.then_with(|| match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Node(a), Self::Node(b)) | (Self::Rel(a), Self::Rel(b)) => a.cmp(b),
            (Self::Path(a, r), Self::Path(b, s)) => a.cmp(b).then_with(|| r.cmp(s)),
            (Self::List(a), Self::List(b)) => order_all(a, b),
            _ => match (self.number(), other.number()) {
                (Some(a), Some(b)) => {
                    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
                }
                _ => Ordering::Equal,
            },
        })
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Node(_) => 1,
            Self::Rel(_) => 2,
            Self::List(_) => 3,
            Self::Path(..) => 4,
            Self::Text(_) => 5,
            Self::Bool(_) => 6,
            Self::Int(_) | Self::Float(_) => 7,
            Self::Null => 8,
        }
    }

    /// What the engine is given.
    pub(crate) fn datum(&self) -> Datum {
        match self {
            Self::Bool(truth) => Datum::Bool(*truth),
            Self::Int(int) => Datum::Int(*int),
            Self::Float(float) => Datum::Float(*float),
            Self::Text(text) => Datum::str(text),
            Self::List(items) => Datum::list(items.iter().map(Self::datum).collect()),
            Self::Null | Self::Node(_) | Self::Rel(_) | Self::Path(..) => Datum::Null,
        }
    }

    /// Reads what the engine gives; an entity must look as it does in the sketch.
    pub(crate) fn read(value: &Value, sketch: &Sketch) -> Result<Self, String> {
        Ok(match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Int(int) => Self::Int(*int),
            Value::Float(float) => Self::Float(*float),
            Value::String(text) => Self::Text(text.clone()),
            Value::List(items) => Self::List(
                items.iter().map(|item| Self::read(item, sketch)).collect::<Result<_, _>>()?,
            ),
            Value::Node(node) => Self::Node(sketch.recognise_node(node)?),
            Value::Relationship(rel) => Self::Rel(sketch.recognise_rel(rel)?),
            Value::Path(path) => Self::Path(
                path.nodes
                    .iter()
                    .map(|node| sketch.recognise_node(node))
                    .collect::<Result<_, _>>()?,
                path.relationships
                    .iter()
                    .map(|rel| sketch.recognise_rel(rel))
                    .collect::<Result<_, _>>()?,
            ),
            Value::Map(_) | Value::Temporal(_) => return Err(format!("unexpected {value}")),
        })
    }
}

/// Lists, and rows, part by part.
pub(crate) fn order_all(a: &[Val], b: &[Val]) -> Ordering {
    let parts = a.iter().zip(b).map(|(a, b)| a.order(b));
    parts.into_iter().find(|order| order.is_ne()).unwrap_or_else(|| a.len().cmp(&b.len()))
}

/// Values under equivalence, as keys of a map.
#[derive(Clone, Debug)]
pub(crate) struct Key(pub(crate) Vec<Val>);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        order_all(&self.0, &other.0)
    }
}

/// As the language writes it; entities by their number.
impl fmt::Display for Val {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(truth) => write!(f, "{truth}"),
            Self::Int(int) => write!(f, "{int}"),
            Self::Float(float) => write!(f, "{float:?}"),
            Self::Text(text) => {
                write!(f, "'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
            }
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
            Self::Node(node) => write!(f, "(u: {node})"),
            Self::Rel(rel) => write!(f, "[u: {rel}]"),
            Self::Path(nodes, rels) => write!(f, "<{nodes:?} by {rels:?}>"),
        }
    }
}
