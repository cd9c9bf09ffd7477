//! What a base is made of, as data to be printed.

use indexmap::IndexMap;
use serde::Serialize;

use crate::error::Text;
use crate::graph::{Graph, LookUp, PropertySpec};

/// The schema of a base, with how much there is of each thing.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Description {
    /// The name of the base.
    pub name: Text,
    /// Its version.
    pub version: String,
    /// The document it rests on.
    pub source: Text,
    /// How many nodes there are.
    pub nodes: usize,
    /// How many relationships there are.
    pub relationships: usize,
    /// Labels, in the order of the schema.
    pub labels: Vec<LabelDescription>,
    /// Relationship types, in the order of the schema.
    pub types: Vec<TypeDescription>,
    /// Properties that every node may have.
    pub node_properties: Vec<PropertyDescription>,
    /// Properties that every relationship may have.
    pub relationship_properties: Vec<PropertyDescription>,
}

/// A label.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabelDescription {
    /// Its name.
    pub name: String,
    /// Its other names.
    pub aliases: Vec<String>,
    /// What it stands for.
    pub description: Text,
    /// How many nodes have it.
    pub nodes: usize,
    /// Properties beside those of every node.
    pub properties: Vec<PropertyDescription>,
}

/// A relationship type.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TypeDescription {
    /// Its name.
    pub name: String,
    /// Its other names.
    pub aliases: Vec<String>,
    /// What it stands for.
    pub description: Text,
    /// Labels it may start at; any where empty.
    pub from: Vec<String>,
    /// Labels it may end at; any where empty.
    pub to: Vec<String>,
    /// How many relationships have it.
    pub relationships: usize,
    /// Properties beside those of every relationship.
    pub properties: Vec<PropertyDescription>,
}

/// A property.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PropertyDescription {
    /// Its name.
    pub name: String,
    /// Its type, such as `list<string>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its other names.
    pub aliases: Vec<String>,
    /// What it says.
    pub description: Text,
    /// Whether it must be given.
    pub required: bool,
    /// The only values allowed; any where empty.
    pub values: Vec<String>,
    /// Whether no two nodes may have the same value.
    pub unique: bool,
    /// Whether nodes are found by it without a look at each.
    pub index: bool,
    /// `(key, value)`: it belongs there only where that property has that value.
    pub when: Option<(String, String)>,
}

/// Describes the schema of `graph` and counts what is in it. Cost: one walk over the relationships.
#[must_use]
pub fn describe(graph: &Graph) -> Description {
    let (schema, names) = (graph.schema(), graph.names());
    let mut counts = vec![0_usize; names.kinds().len()];
    for kind in graph.rels().filter_map(|rel| graph.kind(rel)) {
        if let Some(count) = counts.get_mut(kind.index()) {
            *count = count.saturating_add(1);
        }
    }
    let labels = schema.labels.iter().map(|(name, spec)| LabelDescription {
        name: name.clone(),
        aliases: spec.aliases.clone(),
        description: spec.description.clone(),
        nodes: names.find_label(name).map_or(0, |label| graph.nodes_with(label).len()),
        properties: properties(&spec.properties),
    });
    let types = schema.types.iter().map(|(name, spec)| TypeDescription {
        name: name.clone(),
        aliases: spec.aliases.clone(),
        description: spec.description.clone(),
        from: spec.from.clone(),
        to: spec.to.clone(),
        relationships: names
            .find_kind(name)
            .and_then(|kind| counts.get(kind.index()).copied())
            .unwrap_or(0),
        properties: properties(&spec.properties),
    });
    Description {
        name: schema.base.name.clone(),
        version: schema.base.version.clone(),
        source: schema.base.source.clone(),
        nodes: graph.node_count(),
        relationships: graph.rel_count(),
        labels: labels.collect(),
        types: types.collect(),
        node_properties: properties(&schema.node_properties),
        relationship_properties: properties(&schema.rel_properties),
    }
}

fn properties(specs: &IndexMap<String, PropertySpec>) -> Vec<PropertyDescription> {
    let property = |(name, spec): (&String, &PropertySpec)| PropertyDescription {
        name: name.clone(),
        kind: spec.kind.to_string(),
        aliases: spec.aliases.clone(),
        description: spec.description.clone(),
        required: spec.required,
        values: spec.values.clone(),
        unique: spec.look_up == LookUp::Unique,
        index: spec.look_up != LookUp::None,
        when: spec.when.clone(),
    };
    specs.iter().map(property).collect()
}
