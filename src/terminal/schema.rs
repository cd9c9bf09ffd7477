//! The schema of a base on the screen: what one may ask about.

use std::io::{self, Write};

use super::{Outcome, Terminal, View, emit};
use crate::error::{Code, Error, Lang, Result, Text, did_you_mean, nearest, plural, text};
use crate::graph::Graph;
use crate::knowledge::{Description, PropertyDescription, describe};
use crate::model::{Value, nfc};
use crate::output::{self, Format, Options};

/// Shows the schema of `graph`, or what it says about the label or relationship type `name`.
///
/// Shape: as a table and in Markdown one section each for labels, types and properties; in JSON the whole description; in the
/// formats of flat rows one row for each label, type and property.
///
/// # Errors
/// As [`super::show_rows`]; `name.label` where neither a label nor a type has the name.
pub fn show_schema(
    terminal: &mut Terminal<'_>,
    graph: &Graph,
    name: Option<&str>,
    view: &View,
) -> Outcome<()> {
    let (mut description, lang, format) = (describe(graph), terminal.lang, view.format);
    if let Some(name) = name {
        description = narrowed(description, name)?;
    }
    emit(terminal, view, |out, options| match format {
        Format::Table | Format::Markdown => {
            write_sections(&description, lang, format, options, out)
        }
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, &description)?;
            out.write_all(b"\n")
        }
        Format::Ndjson | Format::Csv | Format::Tsv => {
            let Section { columns, rows, .. } = flat(&description, lang);
            output::write(&columns, &rows, format, options, out)
        }
    })
}

/// What the description says about one label or type: a label comes with the types that start or end at it.
fn narrowed(mut description: Description, name: &str) -> Result<Description> {
    let is_named = |known: &str, aliases: &[String]| {
        let name = nfc(name);
        known == name || aliases.iter().any(|alias| *alias == name)
    };
    let labels =
        description.labels.iter().flat_map(|label| [&label.name].into_iter().chain(&label.aliases));
    let types =
        description.types.iter().flat_map(|kind| [&kind.name].into_iter().chain(&kind.aliases));
    let near = nearest(name, labels.chain(types).map(String::as_str)).map(did_you_mean);
    description.labels.retain(|label| is_named(&label.name, &label.aliases));
    if let Some(label) = description.labels.first() {
        description.types.retain(|kind| {
            [&kind.from, &kind.to].into_iter().flatten().any(|end| *end == label.name)
        });
        for kind in &mut description.types {
            kind.properties.clear();
        }
        description.relationship_properties.clear();
        return Ok(description);
    }
    description.types.retain(|kind| is_named(&kind.name, &kind.aliases));
    description.node_properties.clear();
    if description.types.is_empty() {
        let message = text!(
            "unknown label or relationship type `{name}`",
            "ラベルまたは関係の種類 `{name}` はありません"
        );
        return Err(Error::new(Code::NameLabel, message).help_if(near));
    }
    Ok(description)
}

/// One table with its heading.
struct Section {
    heading: &'static str,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

fn write_sections(
    description: &Description,
    lang: Lang,
    format: Format,
    options: Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let heading = |level: &str, words: &str, out: &mut dyn Write| {
        if format == Format::Markdown {
            writeln!(out, "{level} {words}\n")
        } else if options.color {
            writeln!(out, "\u{1b}[1;4m{words}\u{1b}[0m")
        } else {
            writeln!(out, "{words}")
        }
    };
    let name = output::visible(description.name.get(lang));
    let source = output::visible(description.source.get(lang));
    let title = format!("{name} {}", description.version);
    heading("#", title.trim(), out)?;
    if !source.is_empty() {
        writeln!(out, "{source}")?;
    }
    let (nodes, rels) = (description.nodes, description.relationships);
    let (s, t) = (plural(nodes == 1), plural(rels == 1));
    match lang {
        Lang::En => writeln!(out, "{nodes} node{s}, {rels} relationship{t}")?,
        Lang::Ja => writeln!(out, "ノード {nodes} 件、関係 {rels} 件")?,
    }
    for section in sections(description, lang).iter().filter(|section| !section.rows.is_empty()) {
        writeln!(out)?;
        heading("##", section.heading, out)?;
        output::write(&section.columns, &section.rows, format, options, out)?;
    }
    Ok(())
}

/// The sections that people read.
fn sections(description: &Description, lang: Lang) -> [Section; 3] {
    let labels = description.labels.iter().map(|label| {
        vec![
            text(&label.name),
            text(&label.aliases.join(", ")),
            count(label.nodes),
            text(label.description.get(lang)),
        ]
    });
    let types = description.types.iter().map(|kind| {
        vec![
            text(&kind.name),
            text(&kind.aliases.join(", ")),
            count(kind.relationships),
            text(&format!("{} → {}", ends(&kind.from, lang), ends(&kind.to, lang))),
            text(kind.description.get(lang)),
        ]
    });
    let all = match lang {
        Lang::En => ["(every node)", "(every relationship)"],
        Lang::Ja => ["（全ノード）", "（全関係）"],
    };
    let properties = owned_properties(description, all).map(|(owner, property)| {
        vec![
            text(owner),
            text(&property.name),
            text(&property.aliases.join(", ")),
            text(&type_words(property, lang)),
            text(property.description.get(lang)),
        ]
    });
    let names = |en: &[&str], ja: &[&str]| {
        let names = if lang == Lang::Ja { ja } else { en };
        names.iter().map(|&name| name.to_owned()).collect()
    };
    let heading = |en, ja| if lang == Lang::Ja { ja } else { en };
    [
        Section {
            heading: heading("Labels", "ラベル"),
            columns: names(
                &["label", "aliases", "nodes", "description"],
                &["ラベル", "別名", "件数", "説明"],
            ),
            rows: labels.collect(),
        },
        Section {
            heading: heading("Relationship types", "関係の種類"),
            columns: names(
                &["type", "aliases", "count", "from → to", "description"],
                &["種類", "別名", "件数", "始点 → 終点", "説明"],
            ),
            rows: types.collect(),
        },
        Section {
            heading: heading("Properties", "プロパティ"),
            columns: names(
                &["of", "property", "aliases", "type", "description"],
                &["対象", "プロパティ", "別名", "型", "説明"],
            ),
            rows: properties.collect(),
        },
    ]
}

/// One row for each label, type and property, under names that do not depend on the language.
fn flat(description: &Description, lang: Lang) -> Section {
    let list = |words: &[String]| Value::List(words.iter().map(|word| text(word)).collect());
    let named = |sort: &str, name: &str, aliases: &[String], words: &Text| {
        [text(sort), text(name), list(aliases), text(words.get(lang))]
    };
    let null = || Value::Null;
    let labels = description.labels.iter().map(|label| {
        let head = named("label", &label.name, &label.aliases, &label.description);
        let tail = [
            count(label.nodes),
            null(),
            null(),
            null(),
            null(),
            null(),
            null(),
            null(),
            null(),
            null(),
        ];
        head.into_iter().chain(tail).collect()
    });
    let types = description.types.iter().map(|kind| {
        let head = named("type", &kind.name, &kind.aliases, &kind.description);
        let ends = [list(&kind.from), list(&kind.to)];
        let tail = [null(), null(), null(), null(), null(), null(), null()];
        let count = [count(kind.relationships)];
        head.into_iter().chain(count).chain(ends).chain(tail).collect()
    });
    let properties = owned_properties(description, EVERY).map(|(owner, property)| {
        let head = named("property", &property.name, &property.aliases, &property.description);
        let when = property.when.as_ref().map(|(key, value)| text(&format!("{key}={value}")));
        let tail = [
            text(owner),
            text(&property.kind),
            Value::Bool(property.required),
            list(&property.values),
            when.unwrap_or_default(),
            Value::Bool(property.unique),
            Value::Bool(property.index),
        ];
        head.into_iter().chain([null(), null(), null()]).chain(tail).collect()
    });
    let columns = [
        "sort",
        "name",
        "aliases",
        "description",
        "count",
        "from",
        "to",
        "of",
        "type",
        "required",
        "values",
        "when",
        "unique",
        "index",
    ];
    Section {
        heading: "",
        columns: columns.map(str::to_owned).to_vec(),
        rows: labels.chain(types).chain(properties).collect(),
    }
}

/// What stands for every node and every relationship where no language is spoken.
const EVERY: [&str; 2] = ["(*)", "[*]"];

/// Every property with the label or type it belongs to; `every` names all nodes and all relationships.
fn owned_properties<'d>(
    description: &'d Description,
    every: [&'d str; 2],
) -> impl Iterator<Item = (&'d str, &'d PropertyDescription)> {
    let [nodes, rels] = every;
    let labels = description.labels.iter().map(|label| (label.name.as_str(), &label.properties));
    let types = description.types.iter().map(|kind| (kind.name.as_str(), &kind.properties));
    let common =
        [(nodes, &description.node_properties), (rels, &description.relationship_properties)];
    let all = labels.chain(types).chain(common);
    all.flat_map(|(owner, properties)| properties.iter().map(move |property| (owner, property)))
}

fn ends(labels: &[String], lang: Lang) -> String {
    match (labels.is_empty(), lang) {
        (true, Lang::En) => "any".to_owned(),
        (true, Lang::Ja) => "任意".to_owned(),
        (false, _) => labels.join(", "),
    }
}

/// `string, required`, `string (検討課題 | 要検討)`, `string, where basis = inferred`.
fn type_words(property: &PropertyDescription, lang: Lang) -> String {
    let mut words = property.kind.clone();
    if !property.values.is_empty() {
        words.push_str(&format!(" ({})", property.values.join(" | ")));
    }
    if property.required {
        words.push_str(if lang == Lang::Ja { "、必須" } else { ", required" });
    }
    if property.unique {
        words.push_str(if lang == Lang::Ja { "、一意" } else { ", unique" });
    } else if property.index {
        words.push_str(if lang == Lang::Ja { "、索引" } else { ", index" });
    }
    if let Some((key, value)) = &property.when {
        words.push_str(&match lang {
            Lang::En => format!(", where {key} = {value}"),
            Lang::Ja => format!("、{key} = {value} のとき"),
        });
    }
    words
}

fn text(words: &str) -> Value {
    Value::String(words.to_owned())
}

fn count(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}
