//! The schema: which labels, relationship types and properties a base has, as data.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::Names;
use crate::error::Text;
use crate::model::{Datum, KeyId, LabelId};

/// What a base says about itself.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct BaseInfo {
    /// Its name.
    pub name: Text,
    /// Its version, as its keepers count.
    pub version: String,
    /// The document it rests on.
    pub source: Text,
}

/// The labels, types and properties of a base.
///
/// A schema with neither labels nor types is open: every name is allowed, and an unknown one simply matches nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Schema {
    /// What the base says about itself.
    pub base: BaseInfo,
    /// Labels, in the order of the schema file.
    pub labels: IndexMap<String, LabelSpec>,
    /// Relationship types, in the order of the schema file.
    pub types: IndexMap<String, TypeSpec>,
    /// Properties that every node may have.
    pub node_properties: IndexMap<String, PropertySpec>,
    /// Properties that every relationship may have.
    pub rel_properties: IndexMap<String, PropertySpec>,
}

/// One label.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct LabelSpec {
    /// Other names, in queries.
    pub aliases: Vec<String>,
    /// What it stands for.
    pub description: Text,
    /// Properties beside those of every node.
    pub properties: IndexMap<String, PropertySpec>,
    /// How diagrams draw its nodes.
    pub style: LabelStyle,
}

/// One relationship type.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TypeSpec {
    /// Other names, in queries.
    pub aliases: Vec<String>,
    /// What it stands for.
    pub description: Text,
    /// Labels it may start at; any where empty.
    pub from: Vec<String>,
    /// Labels it may end at; any where empty.
    pub to: Vec<String>,
    /// Properties beside those of every relationship.
    pub properties: IndexMap<String, PropertySpec>,
    /// What a cycle over it means.
    pub acyclic: Acyclic,
    /// How diagrams draw it.
    pub style: TypeStyle,
}

/// What a cycle over a relationship type means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Acyclic {
    /// Nothing: cycles are fine.
    #[default]
    Allow,
    /// Something to look at.
    Warn,
    /// A fault.
    Deny,
}

/// One property.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PropertySpec {
    /// What values it takes.
    pub kind: PropertyType,
    /// Other names, in queries.
    pub aliases: Vec<String>,
    /// What it says.
    pub description: Text,
    /// Whether it must be given.
    pub required: bool,
    /// The only values allowed; any where empty.
    pub values: Vec<String>,
    /// The value where none is given.
    #[serde(with = "super::snapshot::datum")]
    pub default: Option<Datum>,
    /// The property belongs there only where another property has this value: `(key, value)`.
    pub when: Option<(String, String)>,
    /// On a node: whether it is found by this property without a look at every other.
    pub look_up: LookUp,
    /// On a relationship: taken from the node it is written on, where none is given.
    pub inherit: bool,
}

/// Whether nodes are found by a property.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LookUp {
    /// Only by a look at each.
    #[default]
    None,
    /// By an index; several may have the same value.
    Index,
    /// By an index, and no two nodes may have the same value.
    Unique,
}

/// The type of a property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PropertyType {
    /// Text.
    String,
    /// 64-bit integer.
    Integer,
    /// 64-bit float; an integer is taken as one.
    Float,
    /// Truth value.
    Boolean,
    /// A list of values of one type.
    List(Box<Self>),
    /// A map with any keys.
    Map,
    /// Anything.
    Any,
}

impl std::fmt::Display for PropertyType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::String => f.write_str("string"),
            Self::Integer => f.write_str("integer"),
            Self::Float => f.write_str("float"),
            Self::Boolean => f.write_str("boolean"),
            Self::List(item) => write!(f, "list<{item}>"),
            Self::Map => f.write_str("map"),
            Self::Any => f.write_str("any"),
        }
    }
}

/// How diagrams draw the nodes of a label.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LabelStyle {
    /// Outline.
    pub shape: Shape,
    /// Fill colour, `#rrggbb`.
    pub fill: Option<String>,
    /// Line of the outline.
    pub border: Border,
}

/// The outline of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the name of a figure, as in Graphviz")]
pub enum Shape {
    Box,
    #[default]
    Rounded,
    Ellipse,
    Hexagon,
    Octagon,
    Parallelogram,
    Cylinder,
    Note,
    Diamond,
    Plain,
}

/// The line style of outlines and edges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the name of a line style, as in Graphviz")]
pub enum Line {
    #[default]
    Solid,
    Dashed,
    Dotted,
    Bold,
}

/// The line style of an outline.
pub type Border = Line;

/// How diagrams draw the relationships of a type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TypeStyle {
    /// Line.
    pub line: Line,
    /// Colour, `#rrggbb`.
    pub color: Option<String>,
}

impl Schema {
    /// Whether every name is allowed.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.labels.is_empty() && self.types.is_empty()
    }

    /// The specification of a property of nodes with `label`: the label's own first, then that of every node.
    #[must_use]
    pub fn node_property(&self, label: &str, key: &str) -> Option<&PropertySpec> {
        let own = self.labels.get(label).and_then(|spec| spec.properties.get(key));
        own.or_else(|| self.node_properties.get(key))
    }

    /// The specification of a property of relationships of type `kind`.
    #[must_use]
    pub fn rel_property(&self, kind: &str, key: &str) -> Option<&PropertySpec> {
        let own = self.types.get(kind).and_then(|spec| spec.properties.get(key));
        own.or_else(|| self.rel_properties.get(key))
    }

    /// The properties by which nodes are found: those of a label's nodes, then those of all nodes; `id` apart, which every graph has.
    pub fn indexes(&self) -> impl Iterator<Item = (Option<&str>, &str, LookUp)> {
        let labels = self.labels.iter().flat_map(|(label, spec)| {
            spec.properties.iter().map(move |property| (Some(label.as_str()), property))
        });
        let all = labels.chain(self.node_properties.iter().map(|property| (None, property)));
        let all = all.filter(|(_, (key, _))| *key != "id");
        let found = all.map(|(label, (key, spec))| (label, key.as_str(), spec.look_up));
        found.filter(|index| index.2 != LookUp::None)
    }

    /// The same, by label and key.
    pub(super) fn index_keys(&self, names: &Names) -> Vec<(Option<LabelId>, KeyId)> {
        let known = |(label, key, _): (Option<&str>, &str, LookUp)| {
            let label = label.map(|label| names.find_label(label).ok_or(())).transpose().ok()?;
            Some((label, names.find_key(key)?))
        };
        self.indexes().filter_map(known).collect()
    }

    /// Every property there is, by key; one key may come several times.
    pub fn all_properties(&self) -> impl Iterator<Item = (&String, &PropertySpec)> {
        let labels = self.labels.values().flat_map(|spec| &spec.properties);
        let types = self.types.values().flat_map(|spec| &spec.properties);
        self.node_properties.iter().chain(&self.rel_properties).chain(labels).chain(types)
    }
}
