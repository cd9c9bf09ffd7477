//! How messages call the things of a schema, and what they say about names it does not have.

use crate::error::{Code, Error, Text, did_you_mean, nearest, one_of, text};
use crate::graph::{PropertySpec, Schema};

/// A name with its first alias for Japanese readers: `Issue`（課題）. Without one it ends in a space there, which keeps the
/// backtick off the next word.
fn named(name: &str, aliases: Option<&Vec<String>>) -> Text {
    let alias = aliases.and_then(|aliases| aliases.first());
    Text::new(
        format!("`{name}`"),
        alias.map_or_else(|| format!("`{name}` "), |alias| format!("`{name}`（{alias}）")),
    )
}

/// A label.
pub(super) fn label_words(schema: &Schema, label: &str) -> Text {
    named(label, schema.labels.get(label).map(|spec| &spec.aliases))
}

/// A type of relationship.
pub(super) fn kind_words(schema: &Schema, kind: &str) -> Text {
    named(kind, schema.types.get(kind).map(|spec| &spec.aliases))
}

/// A node with its id.
pub(super) fn node_words(schema: &Schema, label: &str, id: &str) -> Text {
    let label = label_words(schema, label);
    Text::new(format!("{} `{id}`", label.en), format!("{}の `{id}` ", label.ja))
}

/// A node without an id.
pub(super) fn this_node_words(schema: &Schema, label: &str) -> Text {
    let label = label_words(schema, label);
    Text::new(format!("this {}", label.en), format!("この {}", label.ja))
}

/// A relationship with where it leads.
pub(super) fn rel_words(schema: &Schema, kind: &str, to: &str) -> Text {
    let kind = kind_words(schema, kind);
    Text::new(format!("{} to `{to}`", kind.en), format!("`{to}` への {}", kind.ja))
}

/// Several labels.
pub(super) fn labels_words(schema: &Schema, labels: &[String]) -> Text {
    let words: Vec<Text> = labels.iter().map(|label| label_words(schema, label)).collect();
    let join = |each: Vec<&str>, comma: &str| each.join(comma);
    Text::new(
        join(words.iter().map(|words| words.en.as_str()).collect(), " or "),
        join(words.iter().map(|words| words.ja.as_str()).collect(), "、").replace(" 、", "、"),
    )
}

/// The fault for a label the schema does not have.
pub(super) fn unknown_label(schema: &Schema, name: &str) -> Error {
    let known = schema.labels.iter().map(|(name, spec)| (name.as_str(), spec.aliases.as_slice()));
    let message = text!("unknown label `{name}`", "ラベル `{name}` はスキーマにありません");
    let fault = with_odd_letter(Error::new(Code::SeedLabel, message), name);
    advise(fault, name, known.collect(), "")
}

/// The fault for a key that a node with `label` cannot have.
pub(super) fn unknown_key(schema: &Schema, label: &str, name: &str) -> Error {
    let own = schema.labels.get(label).map(|spec| &spec.properties);
    let properties = own.into_iter().flatten().chain(&schema.node_properties);
    let id = ("id", [].as_slice());
    let starts = |from: &Vec<String>| from.is_empty() || from.iter().any(|from| from == label);
    let kinds = schema.types.iter().filter(|(_, spec)| starts(&spec.from));
    let kinds = kinds.map(|(name, spec)| (name.as_str(), spec.aliases.as_slice()));
    let known = std::iter::once(id).chain(properties.map(with_aliases)).chain(kinds).collect();
    let of = label_words(schema, label);
    let message = Text::new(
        format!("{} has no property or relationship type `{name}`", of.en),
        format!("{}に `{name}` というプロパティや関係の種類はありません", of.ja),
    );
    let mut fault = with_odd_letter(Error::new(Code::SeedKey, message), name);
    let elsewhere = schema.labels.iter().filter(|(_, spec)| spec.properties.contains_key(name));
    let elsewhere: Vec<String> = elsewhere.map(|(label, _)| label.clone()).collect();
    if !elsewhere.is_empty() {
        let labels = labels_words(schema, &elsewhere);
        fault = fault.note(Text::new(
            format!("`{name}` is a property of {}.", labels.en),
            format!("`{name}` は {}のプロパティです。", labels.ja),
        ));
    }
    advise(fault, name, known, "")
}

/// The fault for a key that the table of a relationship cannot have.
pub(super) fn unknown_rel_key(schema: &Schema, kind: &str, name: &str) -> Error {
    let own = schema.types.get(kind).map(|spec| &spec.properties);
    let properties = own.into_iter().flatten().chain(&schema.rel_properties).map(with_aliases);
    let known = std::iter::once(("to", [].as_slice())).chain(properties).collect();
    let of = kind_words(schema, kind);
    let message = Text::new(
        format!("{} has no property `{name}`", of.en),
        format!("{}に `{name}` というプロパティはありません", of.ja),
    );
    let fault = with_odd_letter(Error::new(Code::SeedKey, message), name);
    // A slip for `to` is more likely than the distance of so short a word tells.
    let meant =
        if matches!(name, "form" | "from" | "too" | "ot" | "target" | "id") { "to" } else { "" };
    advise(fault, name, known, meant)
}

fn with_aliases<'s>((name, spec): (&'s String, &'s PropertySpec)) -> (&'s str, &'s [String]) {
    (name, &spec.aliases)
}

/// Adds what was probably meant by `name`: `meant` where it is known, else the nearest of `known`, else all of them.
fn advise(fault: Error, name: &str, known: Vec<(&str, &[String])>, meant: &str) -> Error {
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    if let Some((canonical, _)) =
        known.iter().find(|(_, aliases)| aliases.iter().any(|a| a == name))
    {
        return fault.help(text!(
            "`{name}` is an alias of `{canonical}`, for queries; write `{canonical}` in files.",
            "`{name}` はクエリで使う別名です。ファイルには `{canonical}` と書いてください。"
        ));
    }
    if !meant.is_empty() {
        return fault.help(did_you_mean(meant));
    }
    let spellings = known.iter().flat_map(|(name, aliases)| {
        std::iter::once(*name).chain(aliases.iter().map(String::as_str)).map(|word| (word, *name))
    });
    let spellings: Vec<(&str, &str)> = spellings.collect();
    let near = nearest(name, spellings.iter().map(|(word, _)| *word));
    let canonical = spellings.iter().find(|(word, _)| Some(*word) == near);
    fault.help(canonical.map_or_else(|| one_of(&names), |(_, canonical)| did_you_mean(canonical)))
}

/// Adds a note where an ASCII name holds a letter that only looks like ASCII.
fn with_odd_letter(fault: Error, name: &str) -> Error {
    let latin = name.chars().any(|c| c.is_ascii_alphabetic());
    match name.chars().find(|c| !c.is_ascii()).filter(|_| latin) {
        Some(odd) => {
            let code = u32::from(odd);
            fault.note(text!(
                "It holds `{odd}` (U+{code:04X}), which is no ASCII letter.",
                "`{odd}`（U+{code:04X}）は半角の英数字ではありません。"
            ))
        }
        None => fault,
    }
}
