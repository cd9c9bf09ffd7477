//! From `schema.toml` to a [`Schema`].
//!
//! What is faulty is noted and taken as far as it is clear, so that the other files are judged all the same.

use indexmap::IndexMap;
use toml::de::{DeTable, DeValue};

use super::reader::{Reader, span};
use super::schema_names::{Check, Checks, Scope, Sort};
use super::value;
use crate::error::{Code, Error, Span, Text, text};
use crate::graph::{
    Acyclic, BaseInfo, LabelSpec, LabelStyle, Line, LookUp, PropertySpec, PropertyType, Schema,
    Shape, TypeSpec, TypeStyle,
};

/// The format of knowledge files that this program reads.
const FORMAT: &str = "1";

const SHAPES: &[(&str, Shape)] = &[
    ("box", Shape::Box),
    ("rounded", Shape::Rounded),
    ("ellipse", Shape::Ellipse),
    ("hexagon", Shape::Hexagon),
    ("octagon", Shape::Octagon),
    ("parallelogram", Shape::Parallelogram),
    ("cylinder", Shape::Cylinder),
    ("note", Shape::Note),
    ("diamond", Shape::Diamond),
    ("plain", Shape::Plain),
];

const LINES: &[(&str, Line)] = &[
    ("solid", Line::Solid),
    ("dashed", Line::Dashed),
    ("dotted", Line::Dotted),
    ("bold", Line::Bold),
];

const PROPERTY_KEYS: &[&str] = &[
    "type",
    "required",
    "values",
    "default",
    "when",
    "unique",
    "index",
    "inherit",
    "aliases",
    "description",
];

/// Reads the schema, noting every fault of it.
pub(super) fn read(table: &DeTable<'_>, reader: &mut Reader<'_>) -> Schema {
    let known = ["format", "base", "nodes", "relationships", "labels", "types"];
    reader.only(table, &known, &text!("the schema", "スキーマ"));
    format(table, reader);
    let mut checks = Checks::default();
    let mut schema = Schema { base: base(table, reader), ..Schema::default() };
    for (key, scope) in [("nodes", Scope::Nodes), ("relationships", Scope::Relationships)] {
        let Some(inner) = reader.table(table, key) else { continue };
        reader.only(inner, &["properties"], &text!("`{key}`", "`{key}` "));
        let properties = properties(inner, &scope, reader, &mut checks);
        match scope {
            Scope::Nodes | Scope::Label(_) => schema.node_properties = properties,
            Scope::Relationships | Scope::Type(_) => schema.rel_properties = properties,
        }
    }
    for (name, place, inner) in named(table, "labels", reader) {
        checks.name(reader, Sort::Label, name, place);
        let spec = label(name, inner, reader, &mut checks);
        schema.labels.insert(name.to_owned(), spec);
    }
    for (name, place, inner) in named(table, "types", reader) {
        checks.name(reader, Sort::Type, name, place);
        let spec = kind(name, inner, reader, &mut checks);
        schema.types.insert(name.to_owned(), spec);
    }
    if schema.labels.is_empty() && !table.contains_key("labels") {
        let message = text!("the schema declares no labels", "スキーマにラベルの定義がありません");
        reader.fault(Error::new(Code::SeedSchema, message).at(Span::default()).help(text!(
            "Declare each kind of node as `[labels.Name]`.",
            "ノードの種類ごとに `[labels.名前]` を定義してください。"
        )));
    }
    checks.finish(reader, &schema);
    // An end that is no label is a fault of the schema, not of every node that meant the right one.
    let Schema { labels, types, .. } = &mut schema;
    for ends in types.values_mut().flat_map(|spec| [&mut spec.from, &mut spec.to]) {
        if !ends.iter().all(|label| labels.contains_key(label)) {
            ends.clear();
        }
    }
    schema
}

/// The version of the format, which every schema states so that a later program knows how to read it.
fn format(table: &DeTable<'_>, reader: &mut Reader<'_>) {
    let Some(value) = table.get("format") else {
        let message = text!("the schema has no `format`", "スキーマに `format` がありません");
        let help = text!(
            "Write `format = {FORMAT}` at its top.",
            "先頭に `format = {FORMAT}` と書いてください。"
        );
        reader.fault(Error::new(Code::SeedSchema, message).at(Span::default()).help(help));
        return;
    };
    match value.get_ref() {
        DeValue::Integer(digits) if digits.as_str() == FORMAT => {}
        DeValue::Integer(digits) => {
            let message = text!("unknown format `{digits}`", "形式 `{digits}` は読み込めません");
            reader.fault(Error::new(Code::SeedSchema, message).at(span(value)).help(text!(
                "This version of kadai reads format {FORMAT}; a newer one may read this knowledge base.",
                "この版の kadai で読み込めるのは形式 {FORMAT} です。新しい版をお使いください。"
            )));
        }
        DeValue::String(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_)
        | DeValue::Table(_) => {
            reader.expected("format", value, &value::kind_words(&PropertyType::Integer));
        }
    }
}

fn base(table: &DeTable<'_>, reader: &mut Reader<'_>) -> BaseInfo {
    let Some(inner) = reader.table(table, "base") else { return BaseInfo::default() };
    reader.only(inner, &["version", "name", "source"], &text!("`base`", "`base` "));
    let version = reader.string(inner, "version").map(|(version, _)| version.to_owned());
    BaseInfo {
        name: reader.words(inner, "name"),
        version: version.unwrap_or_default(),
        source: reader.words(inner, "source"),
    }
}

/// The tables under `key`, with their names; what is no table is a fault.
fn named<'t>(
    table: &'t DeTable<'t>,
    key: &str,
    reader: &mut Reader<'_>,
) -> Vec<(&'t str, Span, &'t DeTable<'t>)> {
    let Some(inner) = reader.table(table, key) else { return Vec::new() };
    let mut found = Vec::new();
    for (name, value) in inner {
        match value.get_ref().as_table() {
            Some(entry) => found.push((name.get_ref().as_ref(), span(name), entry)),
            None => reader.expected(name.get_ref(), value, &text!("a table", "テーブル")),
        }
    }
    found
}

fn label(
    name: &str,
    table: &DeTable<'_>,
    reader: &mut Reader<'_>,
    checks: &mut Checks,
) -> LabelSpec {
    let known = ["aliases", "description", "properties", "style"];
    reader.only(table, &known, &text!("the label `{name}`", "ラベル `{name}` の定義"));
    let mut style = LabelStyle::default();
    if let Some(inner) = reader.table(table, "style") {
        let of = text!("the style of a label", "ラベルの表示設定");
        reader.only(inner, &["shape", "fill", "border"], &of);
        style = LabelStyle {
            shape: reader.choice(inner, "shape", SHAPES).unwrap_or_default(),
            fill: color(inner, "fill", reader),
            border: reader.choice(inner, "border", LINES).unwrap_or_default(),
        };
    }
    LabelSpec {
        aliases: aliases(table, Sort::Label, name, reader, checks),
        description: reader.words(table, "description"),
        properties: properties(table, &Scope::Label(name.to_owned()), reader, checks),
        style,
    }
}

fn kind(name: &str, table: &DeTable<'_>, reader: &mut Reader<'_>, checks: &mut Checks) -> TypeSpec {
    let known = ["aliases", "description", "from", "to", "properties", "acyclic", "style"];
    reader.only(
        table,
        &known,
        &text!("the relationship type `{name}`", "関係の種類 `{name}` の定義"),
    );
    let mut ends = |key| -> Vec<String> {
        let labels = reader.strings(table, key);
        checks.list.extend(labels.iter().map(|(label, at)| Check::End((*label).to_owned(), *at)));
        labels.into_iter().map(|(label, _)| label.to_owned()).collect()
    };
    let (from, to) = (ends("from"), ends("to"));
    let mut style = TypeStyle::default();
    if let Some(inner) = reader.table(table, "style") {
        let of = text!("the style of a relationship type", "関係の種類の表示設定");
        reader.only(inner, &["line", "color"], &of);
        style = TypeStyle {
            line: reader.choice(inner, "line", LINES).unwrap_or_default(),
            color: color(inner, "color", reader),
        };
    }
    let acyclic = [("deny", Acyclic::Deny), ("warn", Acyclic::Warn)];
    TypeSpec {
        aliases: aliases(table, Sort::Type, name, reader, checks),
        description: reader.words(table, "description"),
        from,
        to,
        properties: properties(table, &Scope::Type(name.to_owned()), reader, checks),
        acyclic: reader.choice(table, "acyclic", &acyclic).unwrap_or_default(),
        style,
    }
}

fn aliases(
    table: &DeTable<'_>,
    sort: Sort,
    of: &str,
    reader: &mut Reader<'_>,
    checks: &mut Checks,
) -> Vec<String> {
    let aliases = reader.strings(table, "aliases");
    for (alias, place) in &aliases {
        checks.alias(reader, sort, (*alias, of), *place);
    }
    aliases.into_iter().map(|(alias, _)| alias.to_owned()).collect()
}

/// A colour, `#rrggbb`.
fn color(table: &DeTable<'_>, key: &str, reader: &mut Reader<'_>) -> Option<String> {
    let (color, place) = reader.string(table, key)?;
    let digits = color.strip_prefix('#').unwrap_or("");
    if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(color.to_owned());
    }
    let message = text!("`{color}` is not a colour", "「{color}」は色として読み取れません");
    reader.fault(Error::new(Code::SeedSchema, message).at(place).help(text!(
        "Write red, green and blue as `#rrggbb`, such as `#fff4d6`.",
        "赤・緑・青を二桁ずつ、`#fff4d6` のように書いてください。"
    )));
    None
}

fn properties(
    table: &DeTable<'_>,
    scope: &Scope,
    reader: &mut Reader<'_>,
    checks: &mut Checks,
) -> IndexMap<String, PropertySpec> {
    let mut specs = IndexMap::new();
    for (name, place, inner) in named(table, "properties", reader) {
        checks.name(reader, Sort::Property, name, place);
        checks.list.push(Check::Property(name.to_owned(), scope.clone(), place));
        let spec = property((name, place), inner, scope, reader, checks);
        specs.insert(name.to_owned(), spec);
    }
    specs
}

fn property(
    (name, place): (&str, Span),
    table: &DeTable<'_>,
    scope: &Scope,
    reader: &mut Reader<'_>,
    checks: &mut Checks,
) -> PropertySpec {
    let of = text!("the property `{name}`", "プロパティ `{name}` の定義");
    reader.only(table, PROPERTY_KEYS, &of);
    let mut spec = PropertySpec {
        kind: property_type(name, place, table, reader),
        aliases: aliases(table, Sort::Property, name, reader, checks),
        description: reader.words(table, "description"),
        required: reader.flag(table, "required"),
        values: reader.strings(table, "values").into_iter().map(|(v, _)| v.to_owned()).collect(),
        default: None,
        when: None,
        look_up: LookUp::None,
        inherit: reader.flag(table, "inherit"),
    };
    spec.look_up = look_up(table, &spec.kind, scope, reader);
    let strings = PropertyType::List(Box::new(PropertyType::String));
    let text_like = spec.kind == PropertyType::String || spec.kind == strings;
    if let Some(key) = table.get_key_value("values").filter(|_| !text_like) {
        let message =
            text!("`values` goes with strings only", "`values` は文字列のプロパティにだけ使えます");
        reader.fault(Error::new(Code::SeedSchema, message).at(span(key.0)));
        spec.values.clear();
    }
    if spec.inherit && matches!(scope, Scope::Nodes | Scope::Label(_)) {
        let place = table.get_key_value("inherit").map_or(Span::default(), |(key, _)| span(key));
        let message =
            text!("only a relationship can inherit", "`inherit` は関係のプロパティにだけ使えます");
        reader.fault(Error::new(Code::SeedSchema, message).at(place));
    }
    if let Some(value) = table.get("default") {
        spec.default = value::read(reader, name, &spec, value);
    }
    if let Some(value) = table.get("when") {
        spec.when = when(name, value.get_ref(), span(value), reader);
        if let Some(when) = &spec.when {
            checks.list.push(Check::When(when.clone(), scope.clone(), span(value)));
        }
    }
    spec
}

/// Whether nodes are found by a property: `unique` or `index`.
fn look_up(
    table: &DeTable<'_>,
    kind: &PropertyType,
    scope: &Scope,
    reader: &mut Reader<'_>,
) -> LookUp {
    let (unique, index) = (reader.flag(table, "unique"), reader.flag(table, "index"));
    if !unique && !index {
        return LookUp::None;
    }
    let word = if unique { "unique" } else { "index" };
    let place = table.get_key_value(word).map_or(Span::default(), |(key, _)| span(key));
    if !matches!(scope, Scope::Nodes | Scope::Label(_)) {
        let message = text!(
            "`{word}` goes with properties of nodes only",
            "`{word}` はノードのプロパティにだけ使えます"
        );
        reader.fault(Error::new(Code::SeedSchema, message).at(place));
    } else if matches!(kind, PropertyType::List(_) | PropertyType::Map) {
        let message = text!(
            "`{word}` does not go with lists and maps",
            "`{word}` はリストとマップには使えません"
        );
        reader.fault(Error::new(Code::SeedSchema, message).at(place));
    } else {
        return if unique { LookUp::Unique } else { LookUp::Index };
    }
    LookUp::None
}

/// A condition: a table with one key and one string.
fn when(
    name: &str,
    value: &DeValue<'_>,
    place: Span,
    reader: &mut Reader<'_>,
) -> Option<(String, String)> {
    let only = value.as_table().filter(|table| table.len() == 1);
    let pair = only.and_then(|table| table.iter().next());
    let condition = pair.and_then(|(key, value)| {
        Some((key.get_ref().clone().into_owned(), value.get_ref().as_str()?.to_owned()))
    });
    if condition.is_none() {
        let message = text!(
            "the condition of `{name}` is not one property with its value",
            "`{name}` の条件には、プロパティとその値を一組だけ書きます"
        );
        let help = Text::new(
            "Write it as `when = { basis = \"inferred\" }`.",
            "`when = { basis = \"inferred\" }` の形で書いてください。",
        );
        reader.fault(Error::new(Code::SeedSchema, message).at(place).help(help));
    }
    condition
}

/// The type of a property; text where none is given or it cannot be read.
fn property_type(
    name: &str,
    at: Span,
    table: &DeTable<'_>,
    reader: &mut Reader<'_>,
) -> PropertyType {
    let Some((word, place)) = reader.string(table, "type") else {
        if !table.contains_key("type") {
            let message = text!(
                "the property `{name}` has no `type`",
                "プロパティ `{name}` に `type` がありません"
            );
            let help = text!(
                "Write `type = \"string\"`, or another type.",
                "`type = \"string\"` のように値の型を書いてください。"
            );
            reader.fault(Error::new(Code::SeedSchema, message).at(at).help(help));
        }
        return PropertyType::String;
    };
    parse_type(word).unwrap_or_else(|| {
        let names = ["string", "integer", "float", "boolean", "list<string>", "map", "any"];
        let message = text!("unknown type `{word}`", "型 `{word}` はありません");
        let near = crate::error::nearest(word, names);
        let help = near.map_or_else(|| crate::error::one_of(&names), crate::error::did_you_mean);
        reader.fault(Error::new(Code::SeedSchema, message).at(place).help(help));
        PropertyType::Any
    })
}

/// A type from its name. A list of lists is more than a table of facts needs, and is not read.
fn parse_type(word: &str) -> Option<PropertyType> {
    let simple = |word: &str| match word {
        "string" => Some(PropertyType::String),
        "integer" => Some(PropertyType::Integer),
        "float" => Some(PropertyType::Float),
        "boolean" => Some(PropertyType::Boolean),
        "map" => Some(PropertyType::Map),
        "any" => Some(PropertyType::Any),
        _ => None,
    };
    match word.strip_prefix("list<").and_then(|rest| rest.strip_suffix('>')) {
        Some(item) => simple(item).map(|item| PropertyType::List(Box::new(item))),
        None => simple(word),
    }
}
