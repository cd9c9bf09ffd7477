//! What the schema adds to the properties a file gives, and what it asks for.

use super::reader::Reader;
use crate::error::{Code, Error, Span, Text, one_of, text};
use crate::graph::PropertySpec;
use crate::model::Datum;

/// A property that is given, or added.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// Its name.
    pub(super) key: String,
    /// Its value; `None` where that was a fault.
    pub(super) datum: Option<Datum>,
    /// Where the key stands.
    pub(super) place: Span,
    /// Where the value stands.
    pub(super) value: Span,
}

/// The node or relationship that properties belong to.
pub(super) struct Owner<'o> {
    /// What messages call it; asked only when there is something to say.
    pub(super) words: &'o dyn Fn() -> Text,
    /// Where to point when something is missing.
    pub(super) place: Span,
}

/// Adds what is inherited from `parent` or given by default, and notes what is missing or out of place.
///
/// Shape: what is given in its order, then what is added in the order of `specs`.
pub(super) fn complete(
    owner: &Owner<'_>,
    given: Vec<Given>,
    specs: &[(&str, &PropertySpec)],
    parent: Option<&[Given]>,
    reader: &mut Reader<'_>,
) -> Vec<Given> {
    let added = |key: &str, spec: &PropertySpec| -> Option<Datum> {
        let parent = parent.filter(|_| spec.inherit);
        let above = parent.and_then(|parent| parent.iter().find(|above| above.key == key));
        above.and_then(|above| above.datum.clone()).or_else(|| spec.default.clone())
    };
    let mut all = given.clone();
    for (key, spec) in specs {
        let own = given.iter().find(|given| given.key == *key);
        if let Some((condition, wanted)) = &spec.when {
            let deciding = given.iter().find(|given| given.key == *condition);
            let decided = match deciding {
                Some(deciding) => deciding.datum.clone(),
                None => {
                    let spec = specs.iter().find(|(key, _)| key == condition);
                    spec.and_then(|(key, spec)| added(key, spec))
                }
            };
            let holds = decided.as_ref().and_then(Datum::as_str).is_some_and(|v| **v == **wanted);
            if !holds {
                // Where the deciding value itself is faulty, nobody knows whether this one belongs there.
                if let Some(own) = own.filter(|_| decided.is_some() || deciding.is_none()) {
                    let fault = out_of_place(owner, key, (condition, wanted));
                    reader.fault(fault.at(own.place));
                }
                continue;
            }
        }
        if own.is_some() {
            continue;
        }
        match added(key, spec) {
            Some(datum) => all.push(Given {
                key: (*key).to_owned(),
                datum: Some(datum),
                place: owner.place,
                value: owner.place,
            }),
            None if spec.required => reader.fault(missing(owner, key, spec).at(owner.place)),
            None => {}
        }
    }
    all
}

/// The fault for a property that is given where its condition does not hold.
fn out_of_place(owner: &Owner<'_>, key: &str, (condition, wanted): (&str, &str)) -> Error {
    let words = (owner.words)();
    let message = Text::new(
        format!("{} has no place for `{key}`", words.en),
        format!("{}に `{key}` は書けません", words.ja),
    );
    Error::new(Code::SeedValue, message).help(text!(
        "`{key}` goes with `{condition} = \"{wanted}\"` only: delete it, or change `{condition}`.",
        "`{key}` は `{condition} = \"{wanted}\"` のときだけ書きます。削除するか、`{condition}` を直してください。"
    ))
}

/// The fault for a property that must be given.
fn missing(owner: &Owner<'_>, key: &str, spec: &PropertySpec) -> Error {
    let words = (owner.words)();
    let message = Text::new(
        format!("{} has no `{key}`", words.en),
        format!("{}に `{key}` がありません", words.ja),
    );
    let fault = Error::new(Code::SeedRequired, message);
    let fault = match &spec.when {
        Some((condition, value)) => fault.note(text!(
            "`{key}` is required where `{condition}` is `{value}`.",
            "`{condition}` が「{value}」のときは `{key}` が必要です。"
        )),
        None => fault,
    };
    let words = &spec.description;
    let says = |words: &str, open: &str, close: char, none: &str| {
        if words.is_empty() { none.to_owned() } else { format!("{open}{words}{close}") }
    };
    let fault = fault.help(Text::new(
        format!("Add `{key} = …`{}.", says(&words.en, " (", ')', "")),
        format!("`{key} = …`{}を加えてください。", says(&words.ja, "（", '）', " ")),
    ));
    if spec.values.is_empty() { fault } else { fault.help(one_of(&spec.values)) }
}
