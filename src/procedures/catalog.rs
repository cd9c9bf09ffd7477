//! What there is: `db.labels`, `db.relationshipTypes`, `db.propertyKeys`, `db.indexes`, `dbms.procedures`, `dbms.functions`.

use rustc_hash::FxHashSet;

use super::{BuiltIn, Context, Emit};
use crate::error::{Code, Error, Lang, Result, Standard, Text, one_of, text};
use crate::functions::{self, Aggregate};
use crate::graph::{Direction, LookUp};
use crate::model::{Datum, KeyId, KindId, LabelId};

pub(super) const TABLE: &[BuiltIn] = &[
    BuiltIn {
        signature: "db.labels() :: (label :: STRING)",
        doc: ("The labels that nodes have.", "ノードに付いているラベル。"),
        example: "CALL db.labels() YIELD label RETURN label LIMIT 3",
        work: labels,
    },
    BuiltIn {
        signature: "db.relationshipTypes() :: (relationshipType :: STRING)",
        doc: ("The types that relationships have.", "使われている関係の種類。"),
        example: "CALL db.relationshipTypes() YIELD relationshipType RETURN relationshipType LIMIT 3",
        work: relationship_types,
    },
    BuiltIn {
        signature: "db.propertyKeys() :: (propertyKey :: STRING)",
        doc: (
            "The names of the properties that nodes and relationships have.",
            "ノードと関係で使われているプロパティの名前。",
        ),
        example: "CALL db.propertyKeys() YIELD propertyKey RETURN propertyKey LIMIT 3",
        work: property_keys,
    },
    BuiltIn {
        signature: "db.indexes() :: (label :: STRING, propertyKey :: STRING, isUnique :: BOOLEAN)",
        doc: (
            "The properties by which nodes are found without a look at each, and whether no two nodes have the same value; the label is null for all nodes.",
            "索引のあるプロパティ。値の重複を許さないかどうかも示す。ラベルが null なら全ノードが対象。",
        ),
        example: "CALL db.indexes() YIELD label, propertyKey, isUnique RETURN label, propertyKey, isUnique",
        work: indexes,
    },
    BuiltIn {
        signature: "dbms.procedures(language :: STRING = 'en') :: (name :: STRING, signature :: STRING, description :: STRING)",
        doc: (
            "The procedures that can be called, described in English (`'en'`) or Japanese (`'ja'`).",
            "呼び出せるプロシージャ。説明の言語は `'en'` か `'ja'`。",
        ),
        example: "CALL dbms.procedures('ja') YIELD name, description WHERE name STARTS WITH 'db.' RETURN name, description",
        work: procedures,
    },
    BuiltIn {
        signature: "dbms.functions(language :: STRING = 'en') :: (name :: STRING, signature :: STRING, description :: STRING, aggregating :: BOOLEAN)",
        doc: (
            "The functions that can be used, described in English (`'en'`) or Japanese (`'ja'`).",
            "使える関数。説明の言語は `'en'` か `'ja'`。",
        ),
        example: "CALL dbms.functions() YIELD name, aggregating WHERE aggregating RETURN name LIMIT 3",
        work: functions,
    },
];

/// Emits texts as rows of one cell.
fn texts<'t>(
    context: &Context<'_>,
    texts: impl IntoIterator<Item = &'t str>,
    emit: Emit<'_>,
) -> Result<()> {
    for text in texts {
        context.step()?;
        if emit(vec![Datum::str(text)]).is_break() {
            break;
        }
    }
    Ok(())
}

fn labels(context: &Context<'_>, _: &[Datum], emit: Emit<'_>) -> Result<()> {
    let graph = context.graph;
    let used = (0..).zip(graph.names().labels());
    let used = used.filter(|(id, _)| !graph.nodes_with(LabelId(*id)).is_empty());
    texts(context, used.map(|(_, name)| &**name), emit)
}

fn relationship_types(context: &Context<'_>, _: &[Datum], emit: Emit<'_>) -> Result<()> {
    let graph = context.graph;
    let is_used = |kind: KindId| {
        let mut nodes = graph.nodes();
        nodes.any(|node| !graph.hop(node, kind, Direction::Outgoing).rels.is_empty())
    };
    let used = (0..).zip(graph.names().kinds()).filter(|(id, _)| is_used(KindId(*id)));
    texts(context, used.map(|(_, name)| &**name), emit)
}

fn property_keys(context: &Context<'_>, _: &[Datum], emit: Emit<'_>) -> Result<()> {
    let graph = context.graph;
    let mut used: FxHashSet<KeyId> = FxHashSet::default();
    for node in graph.nodes() {
        context.step()?;
        used.extend(graph.node_keys(node));
    }
    for rel in graph.rels() {
        context.step()?;
        used.extend(graph.rel_keys(rel));
    }
    let known = (0..).zip(graph.names().keys()).filter(|(id, _)| used.contains(&KeyId(*id)));
    texts(context, known.map(|(_, name)| &**name), emit)
}

fn indexes(context: &Context<'_>, _: &[Datum], emit: Emit<'_>) -> Result<()> {
    let schema = context.graph.schema();
    let declared = schema.indexes().map(|(label, key, kind)| (label, key, kind == LookUp::Unique));
    for (label, key, unique) in [(None, "id", !schema.is_open())].into_iter().chain(declared) {
        context.step()?;
        let label = label.map_or(Datum::Null, Datum::str);
        if emit(vec![label, Datum::str(key), Datum::Bool(unique)]).is_break() {
            break;
        }
    }
    Ok(())
}

fn procedures(context: &Context<'_>, args: &[Datum], emit: Emit<'_>) -> Result<()> {
    let lang = language(context, args)?;
    for procedure in context.procedures.all() {
        let (signature, doc) = (&procedure.signature, procedure.doc.get(lang));
        let row = [&signature.name, &signature.to_string(), doc].map(Datum::str);
        if emit(row.to_vec()).is_break() {
            break;
        }
    }
    Ok(())
}

fn functions(context: &Context<'_>, args: &[Datum], emit: Emit<'_>) -> Result<()> {
    let lang = language(context, args)?;
    let plain = functions::all()
        .map(|function| (function.name, function.signature.to_owned(), function.doc(), false));
    let aggregating = Aggregate::TABLE.iter().map(|(_, name, en, ja)| {
        (*name, format!("{name}(value :: ANY) :: ANY"), Text::new(*en, *ja), true)
    });
    for (name, signature, doc, aggregating) in plain.chain(aggregating) {
        let mut row = [name, &signature, doc.get(lang)].map(Datum::str).to_vec();
        row.push(Datum::Bool(aggregating));
        if emit(row).is_break() {
            break;
        }
    }
    Ok(())
}

fn language(context: &Context<'_>, args: &[Datum]) -> Result<Lang> {
    let given = args.first().and_then(Datum::as_str).map_or("", |text| text);
    match given {
        "en" => Ok(Lang::En),
        "ja" => Ok(Lang::Ja),
        _ => {
            let name = context.name;
            let fault = text!(
                "`{name}` does not know the language `{given}`",
                "`{name}` に言語「{given}」は指定できません"
            );
            Err(Error::new(Code::RunArgument, fault)
                .known_as(Standard::runtime("ArgumentError", "InvalidArgumentValue"))
                .help(one_of(&["'en'", "'ja'"])))
        }
    }
}
