//! The names of a schema: whether they can be names, stand for one thing only, and name what there is.

use std::collections::HashMap;

use super::reader::Reader;
use crate::error::{Code, Error, Span, did_you_mean, nearest, one_of, text};
use crate::graph::{PropertyType, Schema};
use crate::model::is_plain_name;
use crate::model::nfc;

/// The sorts of names; within each, a name stands for one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Sort {
    /// Labels of nodes.
    Label,
    /// Types of relationships.
    Type,
    /// Keys of properties.
    Property,
}

/// The most names of one sort: ids of names have two bytes.
const NAMES_MAX: usize = 65_535;

/// Where a property is declared.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scope {
    /// For every node.
    Nodes,
    /// For every relationship.
    Relationships,
    /// For the nodes of a label.
    Label(String),
    /// For the relationships of a type.
    Type(String),
}

/// What can be judged only when the whole schema is read.
#[derive(Debug)]
pub(super) enum Check {
    /// A label at an end of a type.
    End(String, Span),
    /// A condition `(key, value)` of a property.
    When((String, String), Scope, Span),
    /// A property, which must not be called like something else there.
    Property(String, Scope, Span),
}

/// The names seen so far, and what is still to be judged.
#[derive(Debug, Default)]
pub(super) struct Checks {
    /// In the order of the file.
    pub(super) list: Vec<Check>,
    seen: HashMap<(Sort, String), Seen>,
    aliases: Vec<(Sort, String, String, Span)>,
}

/// What a name stands for.
#[derive(Debug)]
struct Seen {
    canonical: String,
    place: Span,
}

impl Checks {
    /// Notes a canonical name. A property may be declared in several places.
    pub(super) fn name(&mut self, reader: &mut Reader<'_>, sort: Sort, name: &str, place: Span) {
        check_form(reader, sort, name, place);
        let seen = Seen { canonical: name.to_owned(), place };
        self.seen.entry((sort, nfc(name).into_owned())).or_insert(seen);
        if self.seen.len() == NAMES_MAX {
            let message =
                text!("more than {NAMES_MAX} names", "名前が {NAMES_MAX} 個を超えています");
            reader.fault(Error::new(Code::SeedSchema, message).at(place));
        }
    }

    /// Notes an alias of `canonical`.
    pub(super) fn alias(
        &mut self,
        reader: &mut Reader<'_>,
        sort: Sort,
        (alias, canonical): (&str, &str),
        place: Span,
    ) {
        check_form(reader, sort, alias, place);
        self.aliases.push((sort, alias.to_owned(), canonical.to_owned(), place));
    }

    /// Judges what needs the whole schema.
    pub(super) fn finish(mut self, reader: &mut Reader<'_>, schema: &Schema) {
        for (sort, alias, canonical, place) in std::mem::take(&mut self.aliases) {
            let key = (sort, nfc(&alias).into_owned());
            match self.seen.get(&key) {
                Some(seen) if seen.canonical != canonical => {
                    reader.fault(clash(&alias, &canonical, seen, place));
                }
                Some(_) => {}
                None => {
                    self.seen.insert(key, Seen { canonical, place });
                }
            }
        }
        for check in &self.list {
            match check {
                Check::End(label, place) => check_end(reader, schema, label, *place),
                Check::When(condition, scope, place) => {
                    check_when(reader, schema, condition, scope, *place);
                }
                Check::Property(name, scope, place) => {
                    check_property(reader, schema, name, scope, *place);
                }
            }
        }
    }
}

/// The fault for an alias that stands for something else already.
fn clash(alias: &str, canonical: &str, seen: &Seen, place: Span) -> Error {
    let other = &seen.canonical;
    let message = if alias == other {
        text!(
            "`{alias}` is a name of its own, and cannot stand for `{canonical}`",
            "`{alias}` はそれ自体が名前なので、`{canonical}` の別名にはできません"
        )
    } else {
        text!(
            "the alias `{alias}` stands for both `{other}` and `{canonical}`",
            "別名 `{alias}` が `{other}` と `{canonical}` の両方を指しています"
        )
    };
    Error::new(Code::SeedSchema, message)
        .label(place, text!("for `{canonical}` here", "ここでは `{canonical}`"))
        .label(seen.place, text!("for `{other}` here", "ここでは `{other}`"))
        .help(text!(
            "Give `{canonical}` another alias, or none.",
            "`{canonical}` の別名を変えるか、削除してください。"
        ))
}

fn check_form(reader: &mut Reader<'_>, sort: Sort, name: &str, place: Span) {
    let plain = match sort {
        Sort::Type => name.split('-').all(is_plain_name),
        Sort::Label | Sort::Property => is_plain_name(name),
    };
    if plain {
        return;
    }
    let message = text!("`{name}` cannot be a name", "`{name}` は名前に使えません");
    let help = match sort {
        Sort::Type => text!(
            "Names are letters, digits and `_`, and do not start with a digit; in relationship types, `-` may join words.",
            "名前に使えるのは文字・数字・`_` で、数字では始められません。関係の種類では語を `-` でつなげます。"
        ),
        Sort::Label | Sort::Property => text!(
            "Names are letters, digits and `_`, and do not start with a digit.",
            "名前に使えるのは文字・数字・`_` で、数字では始められません。"
        ),
    };
    reader.fault(Error::new(Code::SeedSchema, message).at(place).help(help));
}

fn check_end(reader: &mut Reader<'_>, schema: &Schema, label: &str, place: Span) {
    if schema.labels.contains_key(label) {
        return;
    }
    let names: Vec<&str> = schema.labels.keys().map(String::as_str).collect();
    let alias = schema.labels.iter().find(|(_, spec)| spec.aliases.iter().any(|a| a == label));
    let near = alias.map(|(name, _)| name.as_str()).or(nearest(label, names.iter().copied()));
    let message = text!("unknown label `{label}`", "ラベル `{label}` はありません");
    let help = near.map_or_else(|| one_of(&names), did_you_mean);
    reader.fault(Error::new(Code::SeedSchema, message).at(place).help(help));
}

fn check_when(
    reader: &mut Reader<'_>,
    schema: &Schema,
    (key, value): &(String, String),
    scope: &Scope,
    place: Span,
) {
    let spec = match scope {
        Scope::Nodes => schema.node_properties.get(key),
        Scope::Relationships => schema.rel_properties.get(key),
        Scope::Label(label) => schema.node_property(label, key),
        Scope::Type(kind) => schema.rel_property(kind, key),
    };
    let message = match spec {
        None => text!(
            "the condition names `{key}`, which is no property here",
            "条件にある `{key}` というプロパティは、ここにはありません"
        ),
        Some(spec) if spec.kind != PropertyType::String => text!(
            "the condition names `{key}`, which is not a string",
            "条件にある `{key}` は文字列のプロパティではありません"
        ),
        Some(spec) if spec.when.is_some() => text!(
            "the condition names `{key}`, which has a condition itself",
            "条件にある `{key}` 自体に条件が付いています"
        ),
        Some(spec) if !spec.values.is_empty() && !spec.values.contains(value) => {
            text!("`{key}` is never `{value}`", "`{key}` が「{value}」になることはありません")
        }
        Some(_) => return,
    };
    reader.fault(Error::new(Code::SeedSchema, message).at(place));
}

fn check_property(
    reader: &mut Reader<'_>,
    schema: &Schema,
    name: &str,
    scope: &Scope,
    place: Span,
) {
    let of_node = matches!(scope, Scope::Nodes | Scope::Label(_));
    let message = match name {
        "to" if !of_node => text!(
            "`to` is where a relationship leads, and cannot be a property",
            "`to` は関係の行き先なので、プロパティの名前には使えません"
        ),
        "id" if matches!(scope, Scope::Label(_)) => text!(
            "`id` belongs to every node, and cannot be declared for one label",
            "`id` はすべてのノードにあるので、ラベルごとには定義できません"
        ),
        "id" if *scope == Scope::Nodes
            && schema.node_properties.get(name).is_some_and(|s| s.kind != PropertyType::String) =>
        {
            text!("`id` is a string", "`id` は文字列です")
        }
        name if of_node && is_plain_name(name) && schema.types.contains_key(name) => text!(
            "`{name}` names both a property and a relationship type: on a node the two could not be told apart",
            "`{name}` がプロパティと関係の種類の両方の名前になっていて、ノードの上で区別できません"
        ),
        _ => return,
    };
    reader.fault(Error::new(Code::SeedSchema, message).at(place));
}
