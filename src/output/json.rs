//! JSON: exact where JSON can be, and text where it cannot.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::ser::Formatter;

use super::cell::is_hidden;
use crate::model::{Node, Path, Relationship, Value};

/// Writes one array of objects, a row a line.
pub(super) fn write_array(
    columns: &[String],
    rows: &[Vec<Value>],
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(b"[")?;
    for (i, row) in rows.iter().enumerate() {
        out.write_all(if i == 0 { b"\n  " } else { b",\n  " })?;
        write_value(&Row { columns, row }, out)?;
    }
    out.write_all(if rows.is_empty() { b"]\n" } else { b"\n]\n" })
}

/// Writes one object a line.
pub(super) fn write_lines(
    columns: &[String],
    rows: &[Vec<Value>],
    out: &mut dyn Write,
) -> io::Result<()> {
    for row in rows {
        write_value(&Row { columns, row }, out)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// A value as JSON on one line, as it stands in the cells of formats that have no nesting of their own.
///
/// # Errors
/// None: a value can be written.
pub fn inline(value: &Value) -> io::Result<String> {
    let mut text = Vec::new();
    write_value(&Json(value), &mut text)?;
    String::from_utf8(text).map_err(io::Error::other)
}

fn write_value(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(out, Escaping);
    value.serialize(&mut serializer).map_err(io::Error::from)
}

/// Compact JSON in which characters that could steer a terminal are escaped: the same value, harmless to look at.
struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((before, c)) = rest.find(is_hidden).and_then(|at| {
            let (before, after) = rest.split_at_checked(at)?;
            Some((before, after.chars().next()?))
        }) {
            writer.write_all(before.as_bytes())?;
            // Every hidden character is in the basic plane: one escape each.
            write!(writer, "\\u{:04x}", u32::from(c))?;
            let past = before.len().saturating_add(c.len_utf8());
            rest = rest.get(past..).unwrap_or("");
        }
        writer.write_all(rest.as_bytes())
    }
}

/// One row: an object with the columns as keys.
struct Row<'r> {
    columns: &'r [String],
    row: &'r [Value],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.columns.iter().zip(self.row.iter().map(Json)))
    }
}

/// One value. NaN and the infinities, which JSON lacks, are texts: null would hide them.
struct Json<'v>(&'v Value);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(b) => serializer.serialize_bool(*b),
            Value::Int(i) => serializer.serialize_i64(*i),
            Value::Float(x) if x.is_finite() => serializer.serialize_f64(*x),
            Value::Float(_) => serializer.serialize_str(&self.0.to_string()),
            Value::String(text) => serializer.serialize_str(text),
            Value::Temporal(of) => serializer.collect_str(of),
            Value::List(items) => serializer.collect_seq(items.iter().map(Json)),
            Value::Map(entries) => entries_of(serializer, entries.iter()),
            Value::Node(node) => JsonNode(node).serialize(serializer),
            Value::Relationship(rel) => JsonRel(rel).serialize(serializer),
            Value::Path(path) => {
                let Path { nodes, relationships } = &**path;
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("nodes", &Seq(nodes, JsonNode))?;
                map.serialize_entry("relationships", &Seq(relationships, JsonRel))?;
                map.end()
            }
        }
    }
}

/// A node: `{"id", "labels", "properties"}`.
struct JsonNode<'v>(&'v Node);

impl Serialize for JsonNode<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("id", &self.0.id)?;
        map.serialize_entry("labels", &self.0.labels)?;
        map.serialize_entry("properties", &Entries(&self.0.properties))?;
        map.end()
    }
}

/// A relationship: `{"id", "type", "start", "end", "properties"}`.
struct JsonRel<'v>(&'v Relationship);

impl Serialize for JsonRel<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("id", &self.0.id)?;
        map.serialize_entry("type", &self.0.kind)?;
        map.serialize_entry("start", &self.0.start)?;
        map.serialize_entry("end", &self.0.end)?;
        map.serialize_entry("properties", &Entries(&self.0.properties))?;
        map.end()
    }
}

/// A list whose items are written by a wrapper.
struct Seq<'v, T, F>(&'v [T], F);

impl<'v, T, J: Serialize, F: Fn(&'v T) -> J> Serialize for Seq<'v, T, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(&self.1))
    }
}

/// The properties of an entity.
struct Entries<'v>(&'v indexmap::IndexMap<String, Value>);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        entries_of(serializer, self.0.iter())
    }
}

fn entries_of<'v, S: Serializer>(
    serializer: S,
    entries: impl Iterator<Item = (&'v String, &'v Value)>,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(entries.map(|(key, value)| (key, Json(value))))
}
