//! Functions on nodes, relationships, paths and maps.

use super::{Context, Function, wrong_type};
use crate::error::{Result, text};
use crate::graph::{Entity, Graph, properties_map};
use crate::model::{Datum, DatumMap};

pub(super) const TABLE: &[Function] = &[
    Function {
        name: "id",
        signature: "id(entity :: NODE | RELATIONSHIP) :: INTEGER",
        arity: (1, 1),
        strict: true,
        doc: (
            "The internal number of a node or relationship; it may change when the knowledge base is edited, unlike the property `id`.",
            "ノードまたは関係の内部番号。プロパティ `id` と違い、ナレッジベースを編集すると変わることがあります。",
        ),
        example: ("RETURN id(null)", "null"),
        call: |_, args| match &args[0] {
            Datum::Node(node) => Ok(Datum::Int(node.0.into())),
            Datum::Rel(rel) => Ok(Datum::Int(rel.0.into())),
            other => Err(entity("id", other)),
        },
    },
    Function {
        name: "labels",
        signature: "labels(node :: NODE) :: LIST<STRING>",
        arity: (1, 1),
        strict: true,
        doc: ("The labels of a node.", "ノードのラベル。"),
        example: ("RETURN labels(null)", "null"),
        call: labels,
    },
    Function {
        name: "type",
        signature: "type(relationship :: RELATIONSHIP) :: STRING",
        arity: (1, 1),
        strict: true,
        doc: ("The type of a relationship.", "関係の種類。"),
        example: ("RETURN type(null)", "null"),
        call: kind,
    },
    Function {
        name: "properties",
        signature: "properties(entity :: NODE | RELATIONSHIP | MAP) :: MAP",
        arity: (1, 1),
        strict: true,
        doc: ("The properties as a map.", "プロパティをマップにしたもの。"),
        example: ("RETURN properties({a: 1})", "{a: 1}"),
        call: |graph, args| Ok(Datum::map(map_of("properties", graph, &args[0])?)),
    },
    Function {
        name: "keys",
        signature: "keys(entity :: NODE | RELATIONSHIP | MAP) :: LIST<STRING>",
        arity: (1, 1),
        strict: true,
        doc: ("The names of the properties that are present.", "値のあるプロパティの名前。"),
        example: ("RETURN keys({a: 1, b: null})", "['a', 'b']"),
        call: |graph, args| {
            let map = map_of("keys", graph, &args[0])?;
            Ok(Datum::list(map.into_iter().map(|(key, _)| Datum::Str(key)).collect()))
        },
    },
    Function {
        name: "startNode",
        signature: "startNode(relationship :: RELATIONSHIP) :: NODE",
        arity: (1, 1),
        strict: true,
        doc: ("The node a relationship starts from.", "関係の始点のノード。"),
        example: ("RETURN startNode(null)", "null"),
        call: |graph, args| end("startNode", graph, &args[0], |ends| ends.0),
    },
    Function {
        name: "endNode",
        signature: "endNode(relationship :: RELATIONSHIP) :: NODE",
        arity: (1, 1),
        strict: true,
        doc: ("The node a relationship ends at.", "関係の終点のノード。"),
        example: ("RETURN endNode(null)", "null"),
        call: |graph, args| end("endNode", graph, &args[0], |ends| ends.1),
    },
    Function {
        name: "nodes",
        signature: "nodes(path :: PATH) :: LIST<NODE>",
        arity: (1, 1),
        strict: true,
        doc: ("The nodes of a path, first to last.", "パスのノード（始点から順に）。"),
        example: ("RETURN nodes(null)", "null"),
        call: |_, args| match &args[0] {
            Datum::Path(path) => {
                Ok(Datum::list(path.nodes.iter().copied().map(Datum::Node).collect()))
            }
            other => Err(path_wanted("nodes", other)),
        },
    },
    Function {
        name: "relationships",
        signature: "relationships(path :: PATH) :: LIST<RELATIONSHIP>",
        arity: (1, 1),
        strict: true,
        doc: ("The relationships of a path, first to last.", "パスの関係（始点から順に）。"),
        example: ("RETURN relationships(null)", "null"),
        call: |_, args| match &args[0] {
            Datum::Path(path) => {
                Ok(Datum::list(path.rels.iter().copied().map(Datum::Rel).collect()))
            }
            other => Err(path_wanted("relationships", other)),
        },
    },
    Function {
        name: "length",
        signature: "length(path :: PATH) :: INTEGER",
        arity: (1, 1),
        strict: true,
        doc: ("The number of relationships in a path.", "パスに含まれる関係の数。"),
        example: ("RETURN length(null)", "null"),
        call: |_, args| match &args[0] {
            Datum::Path(path) => Ok(super::lists::count(path.rels.len())),
            other => Err(path_wanted("length", other)),
        },
    },
];

fn entity(function: &str, found: &Datum) -> crate::error::Error {
    wrong_type(function, &text!("a node or a relationship", "ノードまたは関係"), found)
}

fn path_wanted(function: &str, found: &Datum) -> crate::error::Error {
    wrong_type(function, &text!("a path", "パス"), found)
}

fn labels(graph: &Context<'_>, args: &[Datum]) -> Result<Datum> {
    let Datum::Node(node) = args[0] else {
        return Err(wrong_type("labels", &text!("a node", "ノード"), &args[0]));
    };
    graph.expect(Entity::Node(node))?;
    let names = graph.labels(node).iter().map(|label| Datum::str(graph.names().label(*label)));
    Ok(Datum::list(names.collect()))
}

fn kind(graph: &Context<'_>, args: &[Datum]) -> Result<Datum> {
    let Datum::Rel(rel) = args[0] else {
        return Err(wrong_type("type", &text!("a relationship", "関係"), &args[0]));
    };
    Ok(graph.kind(rel).map_or(Datum::Null, |kind| Datum::str(graph.names().kind(kind))))
}

fn map_of(function: &str, graph: &Graph, datum: &Datum) -> Result<DatumMap> {
    properties_of(graph, datum)?.ok_or_else(|| {
        let wanted = text!("a node, a relationship or a map", "ノード、関係またはマップ");
        wrong_type(function, &wanted, datum)
    })
}

/// The properties of a node, relationship or map; `None` of anything else.
///
/// # Errors
/// `run.deleted` where the node or relationship is gone.
pub(crate) fn properties_of(graph: &Graph, datum: &Datum) -> Result<Option<DatumMap>> {
    Ok(Some(match datum {
        Datum::Node(node) => {
            graph.expect(Entity::Node(*node))?;
            properties_map(graph, &graph.node_properties(*node))
        }
        Datum::Rel(rel) => {
            graph.expect(Entity::Rel(*rel))?;
            properties_map(graph, &graph.rel_properties(*rel))
        }
        Datum::Map(map) => (**map).clone(),
        _ => return Ok(None),
    }))
}

fn end(
    function: &str,
    graph: &Graph,
    datum: &Datum,
    pick: fn((crate::model::NodeId, crate::model::NodeId)) -> crate::model::NodeId,
) -> Result<Datum> {
    let Datum::Rel(rel) = *datum else {
        return Err(wrong_type(function, &text!("a relationship", "関係"), datum));
    };
    Ok(graph.ends(rel).map_or(Datum::Null, |ends| Datum::Node(pick(ends))))
}
