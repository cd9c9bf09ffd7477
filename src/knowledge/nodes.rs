//! From the table of one file to drafts of nodes and relationships.
//!
//! Everything is judged here that needs no other file; references wait until all are read.

use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::draft::{Draft, NodeDraft, Place, RelDraft};
use super::naming::{self, label_words};
use super::properties::{Given, Owner, complete};
use super::reader::{Reader, Value, span};
use super::{encoding, value};
use crate::error::{Code, Error, Span, Text, text};
use crate::graph::{Names, Properties, PropertySpec, Schema, TypeSpec};
use crate::model::{Datum, LabelId};

/// Reads every node of a file, in the order they are written.
pub(super) fn read(table: &DeTable<'_>, reader: &mut Reader<'_>, draft: &mut Draft) {
    let mut found = Vec::new();
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let label = draft.names.find_label(name).filter(|id| draft.names.label(*id) == name);
        if label.is_none() {
            // Without any label the schema is at fault, and this would only be an echo.
            if draft.schema.labels.is_empty() {
                continue;
            }
            reader.fault(naming::unknown_label(&draft.schema, name).at(span(key)));
            draft.unread.extend(ids(value));
            continue;
        }
        let Some(items) = value.get_ref().as_array() else {
            draft.unread.extend(ids(value));
            let message = text!(
                "`{name}` is not a list of nodes",
                "`{name}` がノードのリストになっていません"
            );
            reader.fault(Error::new(Code::SeedValue, message).at(span(key)).help(text!(
                "Start each node with `[[{name}]]`, in double brackets.",
                "ノードは、二重の角括弧で `[[{name}]]` と書き始めてください。"
            )));
            continue;
        };
        found.extend(items.iter().filter_map(|item| label.map(|label| (label, item))));
    }
    found.sort_by_key(|(_, item)| item.span().start);
    for (label, item) in found {
        match item.get_ref().as_table() {
            Some(table) => node(label, table, span(item), reader, draft),
            None => {
                let found = value::found_words(item, reader.raw(span(item)));
                let wanted = text!("tables", "テーブル");
                let name = draft.names.label(label);
                reader
                    .fault(value::mismatch(Code::SeedValue, name, &wanted, &found).at(span(item)));
            }
        }
    }
}

/// The ids of nodes that are not read.
fn ids(value: &Value<'_>) -> Vec<String> {
    let id = |value: &Value<'_>| {
        let id = value.get_ref().as_table()?.get("id")?.get_ref().as_str()?;
        Some(id.to_owned())
    };
    match value.get_ref().as_array() {
        Some(items) => items.iter().filter_map(id).collect(),
        None => id(value).into_iter().collect(),
    }
}

fn node(
    label: LabelId,
    table: &DeTable<'_>,
    header: Span,
    reader: &mut Reader<'_>,
    draft: &mut Draft,
) {
    let name = draft.names.label(label).to_owned();
    let id = node_id(&name, table, header, reader, &draft.schema);
    let (mut given, mut links) = (Vec::new(), Vec::new());
    for (key, value) in table.iter().filter(|(key, _)| key.get_ref() != "id") {
        let place = span(key);
        let key = key.get_ref().as_ref();
        if let Some(spec) = draft.schema.node_property(&name, key) {
            let datum = value::read(reader, key, spec, value);
            given.push(Given { key: key.to_owned(), datum, place, value: span(value) });
        } else if let Some((kind, spec)) = draft.schema.types.get_key_value(key) {
            if !spec.from.is_empty() && !spec.from.contains(&name) {
                reader.fault(wrong_start(&draft.schema, kind, spec, &name).at(place));
            }
            links.push((kind.clone(), value));
        } else {
            reader.fault(naming::unknown_key(&draft.schema, &name, key).at(place));
        }
    }
    let specs = node_specs(&draft.schema, &name);
    let words = || match &id {
        Some((id, _)) => naming::node_words(&draft.schema, &name, id),
        None => naming::this_node_words(&draft.schema, &name),
    };
    let owner = Owner { words: &words, place: header };
    let given = complete(&owner, given, &specs, None, reader);
    let rels = links.iter().flat_map(|(kind, value)| links_of(kind, value, &given, reader, draft));
    let rels: Vec<RelDraft> = rels.collect();
    let (id, at) = id.map_or((Arc::from(""), header), |(id, at)| (Arc::from(id), at));
    let place = Place { source: Arc::clone(reader.source), span: at };
    let name = given.iter().find(|given| given.key == "name");
    let name = name.and_then(|n| Some((Arc::clone(n.datum.as_ref()?.as_str()?), n.value)));
    let mut properties: Properties = vec![(Names::ID, Datum::Str(Arc::clone(&id)))];
    properties.extend(datums(&draft.names, &given));
    add(NodeDraft { id, label, place, name, properties }, reader, draft);
    draft.rels.extend(rels);
}

/// The properties a node of `label` may have: its own, then those of every node.
fn node_specs<'s>(schema: &'s Schema, label: &str) -> Vec<(&'s str, &'s PropertySpec)> {
    let own = schema.labels.get(label).map(|spec| &spec.properties);
    let common = schema.node_properties.iter();
    let common = common.filter(|(key, _)| own.is_none_or(|own| !own.contains_key(*key)));
    let all = own.into_iter().flatten().chain(common).filter(|(key, _)| *key != "id");
    all.map(|(key, spec)| (key.as_str(), spec)).collect()
}

/// The properties a relationship of `kind` may have: its own, then those of every relationship.
fn rel_specs<'s>(schema: &'s Schema, kind: &str) -> Vec<(&'s str, &'s PropertySpec)> {
    let own = schema.types.get(kind).map(|spec| &spec.properties);
    let common = schema.rel_properties.iter();
    let common = common.filter(|(key, _)| own.is_none_or(|own| !own.contains_key(*key)));
    own.into_iter().flatten().chain(common).map(|(key, spec)| (key.as_str(), spec)).collect()
}

/// Adds a node; one whose id stands for another node already is a fault.
fn add(node: NodeDraft, reader: &mut Reader<'_>, draft: &mut Draft) {
    let id = &node.id;
    match draft.ids.get(id).and_then(|first| draft.nodes.get(*first)) {
        Some(first) => {
            let message = text!("the id `{id}` stands for two nodes", "id `{id}` が重複しています");
            let there = text!("first here", "最初の定義");
            let fault = Error::new(Code::SeedDuplicate, message)
                .label(node.place.span, text!("again here", "ここで再び使用"))
                .label_in(&first.place.source, first.place.span, Some(there))
                .help(text!("Give one of the two another id.", "どちらかの id を変えてください。"));
            reader.fault(fault);
        }
        None if id.is_empty() => {}
        None => {
            draft.ids.insert(Arc::clone(id), draft.nodes.len());
        }
    }
    draft.nodes.push(node);
}

fn datums(names: &Names, given: &[Given]) -> Properties {
    let datum = |given: &Given| Some((names.find_key(&given.key)?, given.datum.clone()?));
    given.iter().filter_map(datum).collect()
}

/// The id of a node.
fn node_id<'t>(
    label: &str,
    table: &'t DeTable<'_>,
    header: Span,
    reader: &mut Reader<'_>,
    schema: &Schema,
) -> Option<(&'t str, Span)> {
    let Some(value) = table.get("id") else {
        let label = label_words(schema, label);
        let message = Text::new(
            format!("this {} has no `id`", label.en),
            format!("この {}に `id` がありません", label.ja),
        );
        reader.fault(Error::new(Code::SeedRequired, message).at(header).help(text!(
            "Give it one that no other node has: `id = \"…\"`.",
            "ほかのノードと重ならない id を `id = \"…\"` と書いてください。"
        )));
        return None;
    };
    let place = span(value);
    let Some(id) = value.get_ref().as_str() else {
        let raw = reader.raw(place);
        let message = Text::new(
            format!("an id is a string, found {}", value::found_words(value, raw).en),
            format!("id は文字列です（ここにあるのは{}）", value::found_words(value, raw).ja),
        );
        let help = match value.get_ref() {
            DeValue::Array(_) | DeValue::Table(_) => None,
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => Some(text!(
                "Write it in quotes: `id = \"{raw}\"`.",
                "`id = \"{raw}\"` のように引用符で囲んでください。"
            )),
        };
        reader.fault(Error::new(Code::SeedValue, message).at(place).help_if(help));
        return None;
    };
    value::check_text(reader, id, place);
    if let Some(c) = id.chars().find(|c| encoding::is_invisible(*c)) {
        reader.fault(encoding::invisible_warning("id", c).at(place));
    }
    if id.is_empty() || id.chars().any(char::is_whitespace) {
        let message = if id.is_empty() {
            text!("the id is empty", "id が空です")
        } else {
            text!("the id `{id}` holds a space", "id `{id}` に空白が入っています")
        };
        reader.fault(Error::new(Code::SeedValue, message).at(place).help(text!(
            "Use letters, digits and hyphens, such as `m29-3`.",
            "`m29-3` のように、英数字とハイフンで書いてください。"
        )));
    }
    (!id.is_empty()).then_some((id, place))
}

/// The fault for a relationship on a node that it may not start at.
fn wrong_start(schema: &Schema, kind: &str, spec: &TypeSpec, label: &str) -> Error {
    let (kind, label) = (naming::kind_words(schema, kind), label_words(schema, label));
    let message = Text::new(
        format!("{} cannot start at {}", kind.en, label.en),
        format!("{}の始点を {}にはできません", kind.ja, label.ja),
    );
    let starts = naming::labels_words(schema, &spec.from);
    Error::new(Code::SeedEnds, message).help(Text::new(
        format!("It may start at {}.", starts.en),
        format!("始点にできるのは {}です。", starts.ja),
    ))
}

/// The relationships listed under one type: ids, or tables with `to`; one may stand without a list.
fn links_of(
    kind: &str,
    value: &Value<'_>,
    node: &[Given],
    reader: &mut Reader<'_>,
    draft: &Draft,
) -> Vec<RelDraft> {
    let items = value.get_ref().as_array().map_or(std::slice::from_ref(value), |items| items);
    let specs = rel_specs(&draft.schema, kind);
    items.iter().filter_map(|item| link((kind, &specs), item, node, reader, draft)).collect()
}

/// One relationship of a type, with the properties it may have.
fn link(
    (kind, specs): (&str, &[(&str, &PropertySpec)]),
    item: &Value<'_>,
    node: &[Given],
    reader: &mut Reader<'_>,
    draft: &Draft,
) -> Option<RelDraft> {
    let mut given = Vec::new();
    let (to, place) = match item.get_ref() {
        DeValue::String(to) => (to.as_ref(), span(item)),
        DeValue::Table(table) => {
            for (key, value) in table.iter().filter(|(key, _)| key.get_ref() != "to") {
                let place = span(key);
                let key = key.get_ref().as_ref();
                let Some(spec) = draft.schema.rel_property(kind, key) else {
                    reader.fault(naming::unknown_rel_key(&draft.schema, kind, key).at(place));
                    continue;
                };
                let datum = value::read(reader, key, spec, value);
                given.push(Given { key: key.to_owned(), datum, place, value: span(value) });
            }
            link_end(kind, table, span(item), reader)?
        }
        DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_) => {
            let raw = reader.raw(span(item));
            let wanted = text!("an id, or a table with `to`", " id か、`to` のあるテーブル");
            let found = value::found_words(item, raw);
            reader.fault(value::mismatch(Code::SeedValue, kind, &wanted, &found).at(span(item)));
            return None;
        }
    };
    let words = || naming::rel_words(&draft.schema, kind, to);
    let owner = Owner { words: &words, place: span(item) };
    let given = complete(&owner, given, specs, Some(node), reader);
    Some(RelDraft {
        kind: draft.names.find_kind(kind)?,
        start: draft.nodes.len(),
        to: Arc::from(to),
        place: Place { source: Arc::clone(reader.source), span: place },
        properties: datums(&draft.names, &given),
    })
}

/// The id under `to`.
fn link_end<'t>(
    kind: &str,
    table: &'t DeTable<'_>,
    place: Span,
    reader: &mut Reader<'_>,
) -> Option<(&'t str, Span)> {
    let Some(value) = table.get("to") else {
        let message = text!("this `{kind}` has no `to`", "この `{kind}` に `to` がありません");
        reader.fault(Error::new(Code::SeedRequired, message).at(place).help(text!(
            "Write the id of the node it leads to: `to = \"…\"`.",
            "行き先のノードの id を `to = \"…\"` と書いてください。"
        )));
        return None;
    };
    let to = value.get_ref().as_str();
    if to.is_none() {
        let found = value::found_words(value, reader.raw(span(value)));
        let wanted = text!("one id", "一つの id ");
        let fault = value::mismatch(Code::SeedValue, "to", &wanted, &found).at(span(value));
        let list = value.get_ref().is_array();
        reader.fault(fault.help_if(list.then(|| {
            text!(
                "Write one table for each node it leads to.",
                "行き先ごとにテーブルを一つずつ書いてください。"
            )
        })));
    }
    to.map(|to| (to, span(value)))
}
