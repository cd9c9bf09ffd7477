//! What is stored: the values that properties take, and the changes of SET and REMOVE.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what can be stored is named; every other value, new ones too, is refused alike"
)]

use super::Frame;
use super::write::Writer;
use crate::error::{Code, Error, Result, Span, Standard, Text, did_you_mean, nearest, text};
use crate::graph::{Entity, Properties};
use crate::model::{Datum, KeyId, LabelId, NodeId, RelId};
use crate::plan::{
    Assign, Expr, Key, NewName, NewProperties, no_entity, no_labels_on_rels, no_properties_in,
};

/// How deep a value of a property may nest under a schema that takes such.
const DEPTH_MAX: usize = 16;

impl Writer<'_> {
    /// The properties of what is created; those that are null are left out.
    pub(super) fn new_properties(
        &mut self,
        properties: &NewProperties,
        frame: &mut Frame,
    ) -> Result<Properties> {
        let entries = match properties {
            NewProperties::Keys(entries) => entries,
            NewProperties::Map(map) => {
                let value = self.eval(map, frame)?;
                return self.properties_of(&value, map.span.0);
            }
        };
        let mut stored = Properties::new();
        for (key, value) in entries {
            let datum = self.eval(value, frame)?;
            let key = self.key(key)?;
            self.storable(&datum).map_err(|error| error.at(value.span.0))?;
            put(&mut stored, key, datum);
        }
        Ok(stored)
    }

    /// The properties that a map, a node or a relationship has; null has none.
    fn properties_of(&mut self, value: &Datum, span: Span) -> Result<Properties> {
        let entity = match value {
            Datum::Null => return Ok(Properties::new()),
            Datum::Map(map) => {
                let mut properties = Properties::new();
                for (name, value) in map.iter() {
                    self.storable(value).map_err(|error| error.at(span))?;
                    put(&mut properties, self.dynamic_key(name, span)?, value.clone());
                }
                return Ok(properties);
            }
            Datum::Node(node) => Entity::Node(*node),
            Datum::Rel(rel) => Entity::Rel(*rel),
            other => {
                return Err(no_properties_in(other.type_name())
                    .at(span)
                    .known_as(Standard::runtime("TypeError", "InvalidArgumentType")));
            }
        };
        self.graph.expect(entity).map_err(|error| error.at(span))?;
        Ok(self.graph.properties(entity))
    }

    fn key(&mut self, key: &Key) -> Result<KeyId> {
        match key.id {
            Some(id) => Ok(id),
            None => self.graph.key_id(&key.text),
        }
    }

    /// The key of a name that only a value tells.
    fn dynamic_key(&mut self, name: &str, span: Span) -> Result<KeyId> {
        if !self.graph.schema().is_open() && self.graph.names().find_key(name).is_none() {
            let error = Error::new(
                Code::NameProperty,
                text!("unknown property `{name}`", "プロパティ `{name}` はありません"),
            );
            let near = nearest(name, self.graph.names().key_spellings()).map(did_you_mean);
            return Err(error.at(span).help_if(near));
        }
        self.graph.key_id(name).map_err(|error| error.at(span))
    }

    /// The labels of what is written, ascending.
    pub(super) fn labels(&mut self, labels: &[NewName<LabelId>]) -> Result<Vec<LabelId>> {
        let mut ids = Vec::with_capacity(labels.len());
        for label in labels {
            ids.push(match label.id {
                Some(id) => id,
                None => self.graph.label_id(&label.text)?,
            });
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// Changes properties and labels, one item after the other.
    pub(super) fn assign(&mut self, assigns: &[Assign], frame: &mut Frame) -> Result<()> {
        for assign in assigns {
            match assign {
                Assign::Property { subject, key, value } => {
                    let Some(entity) = self.subject(subject, frame)? else { continue };
                    let datum = self.eval(value, frame)?;
                    self.storable(&datum).map_err(|error| error.at(value.span.0))?;
                    self.budget.hold(1)?;
                    let key = self.key(key)?;
                    self.graph.set_property(entity, key, datum);
                    self.note(entity, value.span.0);
                }
                Assign::Properties { subject, value, replace } => {
                    let Some(entity) = self.subject(subject, frame)? else { continue };
                    self.assign_all(entity, value, *replace, frame)?;
                    self.note(entity, value.span.0);
                }
                Assign::Labels { subject, labels, add } => match self.subject(subject, frame)? {
                    None => {}
                    Some(Entity::Node(node)) => {
                        let changed = self.labels(labels)?;
                        let mut all = self.graph.labels(node).to_vec();
                        all.retain(|label| !changed.contains(label));
                        if *add {
                            all.extend(changed);
                            all.sort_unstable();
                        }
                        self.graph.set_labels(node, all);
                        self.note_all(node, subject.span.0);
                    }
                    Some(Entity::Rel(_)) => {
                        return Err(no_labels_on_rels()
                            .at(subject.span.0)
                            .known_as(Standard::runtime("TypeError", "InvalidArgumentType")));
                    }
                },
            }
        }
        Ok(())
    }

    /// Sets properties from a map or an entity: those it names, or all.
    fn assign_all(
        &mut self,
        entity: Entity,
        value: &Expr,
        replace: bool,
        frame: &mut Frame,
    ) -> Result<()> {
        let datum = self.eval(value, frame)?;
        let named = self.properties_of(&datum, value.span.0)?;
        self.budget.hold(named.len())?;
        if replace {
            self.graph.set_properties(entity, named);
            return Ok(());
        }
        let mut all = self.graph.properties(entity);
        if let Datum::Map(map) = &datum {
            for (name, _) in map.iter().filter(|entry| entry.1.is_null()) {
                let key = self.graph.names().find_key(name);
                all.retain(|(known, _)| Some(*known) != key);
            }
        }
        for (key, value) in named {
            match all.iter_mut().find(|(known, _)| *known == key) {
                Some(known) => known.1 = value,
                None => all.push((key, value)),
            }
        }
        self.graph.set_properties(entity, all);
        Ok(())
    }

    /// Remembers a node whose labels have changed, with its relationships: a schema says what they may join.
    fn note_all(&mut self, node: NodeId, span: Span) {
        if self.graph.schema().is_open() {
            return;
        }
        self.note(Entity::Node(node), span);
        let rels: Vec<RelId> = self.graph.rels_of(node).collect();
        rels.into_iter().for_each(|rel| self.note(Entity::Rel(rel), span));
    }

    /// What is changed; `None` for null.
    fn subject(&self, subject: &Expr, frame: &mut Frame) -> Result<Option<Entity>> {
        let entity = match self.eval(subject, frame)? {
            Datum::Null => return Ok(None),
            Datum::Node(node) => Entity::Node(node),
            Datum::Rel(rel) => Entity::Rel(rel),
            other => {
                return Err(no_entity(other.type_name())
                    .at(subject.span.0)
                    .known_as(Standard::runtime("TypeError", "InvalidArgumentType")));
            }
        };
        self.graph.expect(entity).map_err(|error| error.at(subject.span.0))?;
        Ok(Some(entity))
    }

    /// Refuses values that no property takes. Under a schema the types it declares decide, when the statement ends.
    fn storable(&self, value: &Datum) -> Result<()> {
        let open = self.graph.schema().is_open();
        let fine = match value {
            Datum::List(items) if open => is_plain_list(items),
            _ if open => is_plain(value) || value.is_null(),
            _ => holds_no_entity(value, DEPTH_MAX),
        };
        if fine { Ok(()) } else { Err(not_storable(value)) }
    }
}

/// Gives a key its value: the last of several counts, and null is none. Two names may be one key, by an alias or another form in
/// Unicode.
fn put(properties: &mut Properties, key: KeyId, value: Datum) {
    properties.retain(|(known, _)| *known != key);
    if !value.is_null() {
        properties.push((key, value));
    }
}

/// Whether a value is stored as it is: neither null nor made of other values, and no part of the graph.
fn is_plain(value: &Datum) -> bool {
    match value {
        Datum::Bool(_) | Datum::Int(_) | Datum::Float(_) | Datum::Str(_) | Datum::Temporal(_) => {
            true
        }
        Datum::Null
        | Datum::List(_)
        | Datum::Map(_)
        | Datum::Node(_)
        | Datum::Rel(_)
        | Datum::Path(_) => false,
    }
}

/// Whether a list can be stored: its items are, and are of one type; integers and floats go together.
fn is_plain_list(items: &[Datum]) -> bool {
    let kind = |item: &Datum| match item.type_name() {
        "integer" => "float",
        name => name,
    };
    items.iter().all(is_plain)
        && items.iter().zip(items.iter().skip(1)).all(|(a, b)| kind(a) == kind(b))
}

/// Whether a value holds no part of the graph, and nests no deeper than in a knowledge file: others walk it by recursion, and every
/// statement could wrap it once more.
fn holds_no_entity(value: &Datum, depth: usize) -> bool {
    let Some(deeper) = depth.checked_sub(1) else { return false };
    match value {
        Datum::List(items) => items.iter().all(|item| holds_no_entity(item, deeper)),
        Datum::Map(map) => map.values().all(|value| holds_no_entity(value, deeper)),
        Datum::Node(_) | Datum::Rel(_) | Datum::Path(_) => false,
        _ => true,
    }
}

fn not_storable(value: &Datum) -> Error {
    let error = if let Datum::List(_) = value {
        Error::new(
            Code::TypeMismatch,
            text!(
                "a property takes only lists of plain values of one type, without null",
                "プロパティに入れられるリストは、同じ型の単純な値だけのものです（null は不可）"
            ),
        )
    } else {
        let Text { en, ja } = value.type_words();
        Error::new(
            Code::TypeMismatch,
            text!(
                "a property takes no value of type {en}",
                "プロパティに入れられない値です（値の型：{ja}）"
            ),
        )
    };
    error.known_as(Standard::runtime("TypeError", "InvalidPropertyType")).help(text!(
        "Properties take booleans, numbers, strings, dates and times, and lists of them.",
        "プロパティに入れられるのは、真偽値・数値・文字列・日付と時刻、およびそれらのリストです。"
    ))
}
