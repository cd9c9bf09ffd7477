//! The text of one value in a cell, for people.

use std::borrow::Cow;

use indexmap::IndexMap;

use crate::model::{Node, Path, Relationship, Value, Written};

/// How many characters of one value a table shows; what is cut ends in `…`.
const SHOWN_MAX: usize = 10_000;

/// The whole value in one cell: texts as they are, temporal values as their texts, null as nothing, everything else as the language
/// writes it.
pub(super) fn full(value: &Value) -> String {
    plain(value).unwrap_or_else(|| value.to_string())
}

/// The text of what is no more than a text in a cell of its own.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Temporal(of) => Some(of.to_string()),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Node(_)
        | Value::Relationship(_)
        | Value::Path(_) => None,
    }
}

/// Whether a value is a number, to be aligned right.
pub(super) fn is_number(value: &Value) -> bool {
    matches!(value, Value::Int(_) | Value::Float(_))
}

/// Whether values are numbers, apart from nulls, and at least one is.
pub(super) fn are_numbers<'v>(values: impl Iterator<Item = &'v Value>) -> bool {
    let mut values = values.filter(|value| **value != Value::Null).peekable();
    values.peek().is_some() && values.all(is_number)
}

/// As [`full`], but of nodes and relationships only what tells them apart, and never more than a reader can use.
pub(super) fn compact(value: &Value) -> String {
    let mut text = plain(value).unwrap_or_else(|| {
        let mut text = String::new();
        push_compact(&mut text, value);
        text
    });
    if let Some((end, _)) = text.char_indices().nth(SHOWN_MAX) {
        text.truncate(end);
        text.push('…');
    }
    text
}

fn push_compact(text: &mut String, value: &Value) {
    match value {
        Value::List(items) => {
            text.push('[');
            for (i, item) in items.iter().enumerate() {
                text.push_str(if i > 0 { ", " } else { "" });
                push_compact(text, item);
            }
            text.push(']');
        }
        Value::Map(entries) => {
            text.push('{');
            for (i, (key, item)) in entries.iter().enumerate() {
                text.push_str(if i > 0 { ", " } else { "" });
                text.push_str(&format!("{}: ", Written::word(key)));
                push_compact(text, item);
            }
            text.push('}');
        }
        Value::Node(node) => push_entity(text, &node_head(node), &node.properties),
        Value::Relationship(rel) => push_entity(text, &rel_head(rel), &rel.properties),
        Value::Path(path) => push_path(text, path),
        Value::Null
        | Value::Bool(_)
        | Value::Int(_)
        | Value::Float(_)
        | Value::String(_)
        | Value::Temporal(_) => {
            text.push_str(&value.to_string());
        }
    }
}

/// The node without its properties: `(:Issue)`.
fn node_head(node: &Node) -> String {
    Node { id: node.id, labels: node.labels.clone(), properties: IndexMap::new() }.to_string()
}

/// The relationship without its properties: `[:raised-at]`.
fn rel_head(rel: &Relationship) -> String {
    let kind = rel.kind.clone();
    Relationship { kind, properties: IndexMap::new(), ..*rel }.to_string()
}

/// Writes `(:Issue {id: 'i1', name: '…', …})`: id and name, or the first property where there is neither; `…` stands for the
/// properties that are not shown.
fn push_entity(text: &mut String, head: &str, properties: &IndexMap<String, Value>) {
    let shown = telling(properties, &["id", "name"]);
    let mut chars = head.chars();
    let close = chars.next_back();
    text.push_str(chars.as_str());
    if !shown.is_empty() {
        let all = shown.len() == properties.len();
        if !chars.as_str().ends_with(['(', '[']) {
            text.push(' ');
        }
        let map = Value::Map(shown).to_string();
        text.push_str(map.strip_suffix('}').unwrap_or(&map));
        text.push_str(if all { "}" } else { ", …}" });
    }
    text.extend(close);
}

/// Writes a path by the names of its nodes and the types of its relationships.
fn push_path(text: &mut String, path: &Path) {
    for (i, node) in path.nodes.iter().enumerate() {
        let telling = telling(&node.properties, &["name"]);
        let properties =
            if telling.is_empty() { self::telling(&node.properties, &["id"]) } else { telling };
        let short = Node { id: node.id, labels: node.labels.clone(), properties };
        text.push_str(&short.to_string());
        if let Some(rel) = path.relationships.get(i) {
            let (left, right) = if rel.start == node.id { ("-", "->") } else { ("<-", "-") };
            text.push_str(left);
            text.push_str(&rel_head(rel));
            text.push_str(right);
        }
    }
}

/// The properties among `keys`; the first one where there are none of them.
fn telling(properties: &IndexMap<String, Value>, keys: &[&str]) -> IndexMap<String, Value> {
    let of_keys = keys.iter().filter_map(|key| properties.get_key_value(*key));
    let mut shown: IndexMap<_, _> = of_keys.map(|(k, v)| (k.clone(), v.clone())).collect();
    if shown.is_empty() {
        shown.extend(properties.first().map(|(k, v)| (k.clone(), v.clone())));
    }
    shown
}

/// The text with every character that could steer a terminal or reorder its neighbours written as `<U+001B>`.
///
/// Shape: line breaks stay (`\r\n` as `\n`), a tab becomes four spaces.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c != '\n' && is_hidden(c)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => shown.push('\n'),
            '\t' => shown.push_str("    "),
            '\r' if chars.peek() == Some(&'\n') => {}
            c if is_hidden(c) => shown.push_str(&format!("<U+{:04X}>", u32::from(c))),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Whether a character has an effect instead of a shape: control characters, line and paragraph separators, bidirectional
/// marks and overrides, the zero-width space, the byte order mark.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
