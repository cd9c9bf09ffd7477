//! The procedures and functions of the language on the screen.

use std::sync::Arc;

use super::{Outcome, Terminal, View, emit};
use crate::error::{Code, Error, Lang, Result, Text, did_you_mean, nearest, text};
use crate::functions::{self, Aggregate};
use crate::model::Value;
use crate::output::{self, Format};
use crate::procedures::{Procedure, Procedures, Signature};

/// What is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// What CALL can call.
    Procedures,
    /// What expressions can use.
    Functions,
}

/// One of them.
struct Entry {
    name: String,
    signature: String,
    /// What people read of it, beside the description.
    brief: Vec<String>,
    doc: Text,
    example: String,
}

/// Lists procedures or functions; with `name`, the one of this name, or those whose names begin with it and a dot.
///
/// Shape: one row each. As a table and in Markdown, how it is written, the columns of a procedure, and the description; in the other
/// formats name, signature, description and example.
///
/// # Errors
/// As [`super::show_rows`]; `name.procedure` or `name.function` where there is none of this name.
pub fn show_reference(
    terminal: &mut Terminal<'_>,
    reference: Reference,
    name: Option<&str>,
    view: &View,
) -> Outcome<()> {
    let entries = match reference {
        Reference::Procedures => procedures(),
        Reference::Functions => functions(),
    };
    let entries = match name {
        Some(name) => narrowed(entries, reference, name)?,
        None => entries,
    };
    let lang = terminal.lang;
    let for_people = matches!(view.format, Format::Table | Format::Markdown);
    let columns: &[&str] = match (for_people, reference, lang) {
        (true, Reference::Procedures, Lang::En) => &["procedure", "columns", "description"],
        (true, Reference::Procedures, Lang::Ja) => &["プロシージャ", "列", "説明"],
        (true, Reference::Functions, Lang::En) => &["function", "description"],
        (true, Reference::Functions, Lang::Ja) => &["関数", "説明"],
        (false, ..) => &["name", "signature", "description", "example"],
    };
    let columns: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
    let rows: Vec<Vec<Value>> = entries
        .into_iter()
        .map(|Entry { name, signature, brief, doc, example }| {
            let words = doc.get(lang).to_owned();
            let cells = if for_people {
                brief.into_iter().chain([words]).collect()
            } else {
                vec![name, signature, words, example]
            };
            cells.into_iter().map(Value::String).collect()
        })
        .collect();
    emit(terminal, view, |out, options| output::write(&columns, &rows, view.format, options, out))
}

fn procedures() -> Vec<Entry> {
    let columns = |signature: &Signature| {
        let names = signature.columns.iter().map(|column| column.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    let entry = |procedure: &Arc<Procedure>| Entry {
        name: procedure.signature.name.clone(),
        signature: procedure.signature.to_string(),
        brief: vec![procedure.signature.form(), columns(&procedure.signature)],
        doc: procedure.doc.clone(),
        example: procedure.example.to_owned(),
    };
    Procedures::default().all().map(entry).collect()
}

fn functions() -> Vec<Entry> {
    let plain = functions::all().map(|function| Entry {
        name: function.name.to_owned(),
        signature: function.signature.to_owned(),
        brief: vec![function.signature.to_owned()],
        doc: function.doc(),
        example: function.example.0.to_owned(),
    });
    let aggregates = Aggregate::TABLE.iter().map(|(_, name, en, ja)| Entry {
        name: (*name).to_owned(),
        signature: format!("{name}(…)"),
        brief: vec![format!("{name}(…)")],
        doc: text!("{en}", "{ja}"),
        example: String::new(),
    });
    aggregates.chain(plain).collect()
}

fn narrowed(entries: Vec<Entry>, reference: Reference, name: &str) -> Result<Vec<Entry>> {
    let wanted = name.to_lowercase();
    let (named, others): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|entry| {
        let known = entry.name.to_lowercase();
        known.strip_prefix(&wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    });
    if !named.is_empty() {
        return Ok(named);
    }
    let near = nearest(name, others.iter().map(|entry| entry.name.as_str())).map(did_you_mean);
    let (code, fault) = match reference {
        Reference::Procedures => (
            Code::NameProcedure,
            text!("unknown procedure `{name}`", "プロシージャ `{name}` はありません"),
        ),
        Reference::Functions => {
            (Code::NameFunction, text!("unknown function `{name}`", "関数 `{name}` はありません"))
        }
    };
    Err(Error::new(code, fault).help_if(near))
}
