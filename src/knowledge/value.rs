//! From a TOML value to a datum, through the type the schema declares.
//!
//! What a value looks like never decides what it becomes: `00123` under a string is a fault, not 123.

use std::sync::Arc;

use toml::de::DeValue;

use super::encoding::{
    control_fault, invisible_warning, is_invisible, is_reordering, reordering_warning,
};
use super::reader::{Reader, Value, span};
use crate::error::{Code, Error, Span, Text, did_you_mean, nearest, one_of, text};
use crate::graph::{PropertySpec, PropertyType};
use crate::model::{Datum, DatumMap};

/// How deep a value may nest: others walk it by recursion.
const DEPTH_MAX: usize = 16;

/// The value of the property `key` as its specification wants it; `None` after a fault.
pub(super) fn read(
    reader: &mut Reader<'_>,
    key: &str,
    spec: &PropertySpec,
    value: &Value<'_>,
) -> Option<Datum> {
    let datum = typed(reader, key, &spec.kind, value, DEPTH_MAX)?;
    let items = value.get_ref().as_array();
    let items = items.map_or(std::slice::from_ref(value), |items| items);
    for item in items {
        if let Some(words) = item.get_ref().as_str() {
            check_visible(reader, (key, spec.required), words, span(item));
        }
    }
    let others = items.iter().filter(|item| !among(reader, key, spec, item)).count();
    (others == 0).then_some(datum)
}

/// The value as a datum of type `kind`, which may nest `depth` levels more.
fn typed(
    reader: &mut Reader<'_>,
    key: &str,
    kind: &PropertyType,
    value: &Value<'_>,
    depth: usize,
) -> Option<Datum> {
    let Some(depth) = depth.checked_sub(1) else {
        let message = text!("`{key}` is nested too deeply", "`{key}` の入れ子が深すぎます");
        reader.fault(Error::new(Code::SeedValue, message).at(span(value)));
        return None;
    };
    match (kind, value.get_ref()) {
        (PropertyType::String | PropertyType::Any, DeValue::String(words)) => {
            check_text(reader, words, span(value));
            Some(Datum::str(words))
        }
        (PropertyType::Boolean | PropertyType::Any, DeValue::Boolean(b)) => Some(Datum::Bool(*b)),
        (PropertyType::Integer | PropertyType::Any, DeValue::Integer(digits)) => {
            let int = i64::from_str_radix(digits.as_str(), digits.radix()).ok();
            if int.is_none() {
                reader.fault(too_large(key, reader.raw(span(value))).at(span(value)));
            }
            int.map(Datum::Int)
        }
        (PropertyType::Float, DeValue::Integer(digits)) if digits.radix() == 10 => {
            float(reader, key, digits.as_str(), value)
        }
        (PropertyType::Float | PropertyType::Any, DeValue::Float(digits)) => {
            float(reader, key, digits.as_str(), value)
        }
        (PropertyType::List(_) | PropertyType::Any, DeValue::Array(items)) => {
            let any = PropertyType::Any;
            let kind = if let PropertyType::List(kind) = kind { kind.as_ref() } else { &any };
            let data: Vec<_> =
                items.iter().map(|item| typed(reader, key, kind, item, depth)).collect();
            data.into_iter().collect::<Option<Vec<_>>>().map(Datum::list)
        }
        (PropertyType::Map | PropertyType::Any, DeValue::Table(table)) => {
            let mut map = DatumMap::default();
            for (name, value) in table {
                check_text(reader, name.get_ref(), span(name));
                map.insert(
                    Arc::from(name.get_ref().as_ref()),
                    typed(reader, key, &PropertyType::Any, value, depth)?,
                );
            }
            Some(Datum::map(map))
        }
        _ => {
            let raw = reader.raw(span(value));
            let fault = mismatch(Code::SeedValue, key, &kind_words(kind), &found_words(value, raw));
            reader.fault(fault.at(span(value)).help_if(how_to_write(kind, value, raw)));
            None
        }
    }
}

/// A float that is a number: infinity and `nan` have no place in a table of facts, and no form in JSON.
fn float(reader: &mut Reader<'_>, key: &str, digits: &str, value: &Value<'_>) -> Option<Datum> {
    let float = digits.parse::<f64>().ok().filter(|float| float.is_finite());
    if float.is_none() {
        reader.fault(too_large(key, reader.raw(span(value))).at(span(value)));
    }
    float.map(Datum::Float)
}

fn too_large(key: &str, raw: &str) -> Error {
    let message = text!(
        "`{key}`: `{raw}` is outside the range of numbers",
        "`{key}` の「{raw}」は扱える数値の範囲を超えています"
    );
    let code = raw.bytes().all(|byte| byte.is_ascii_digit());
    let endless = raw.ends_with("nan") || raw.ends_with("inf");
    let fault = Error::new(Code::SeedValue, message).help_if(endless.then(|| {
        text!(
            "Write a number, or delete the line: what is not known is left out.",
            "数値を書くか、行ごと削除してください。分からない項目は書かないでおきます。"
        )
    }));
    fault.help_if(code.then(|| {
        text!(
            "A long code is a string: write it in quotes.",
            "桁の多いコードは文字列です。引用符で囲んでください。"
        )
    }))
}

/// Whether a value is among those the schema allows; notes it where it is not.
fn among(reader: &mut Reader<'_>, key: &str, spec: &PropertySpec, value: &Value<'_>) -> bool {
    let Some(word) = value.get_ref().as_str() else { return true };
    if spec.values.is_empty() || spec.values.iter().any(|allowed| allowed == word) {
        return true;
    }
    let message = text!("`{key}` cannot be `{word}`", "`{key}` に「{word}」は使えません");
    let near = nearest(word, spec.values.iter().map(String::as_str));
    let fault = Error::new(Code::SeedValue, message).at(span(value));
    let fault = fault.help_if(near.map(did_you_mean));
    reader.fault(fault.help(one_of(&spec.values)));
    false
}

/// Notes control characters in a text, and warns of those that reorder it where the file itself does not show them.
pub(super) fn check_text(reader: &mut Reader<'_>, words: &str, place: Span) {
    let odd = |c: &char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
    if let Some(c) = words.chars().find(odd) {
        reader.fault(control_fault(c).at(place));
    }
    if let Some(c) = words.chars().find(|c| is_reordering(*c))
        && !reader.raw(place).contains(c)
    {
        reader.fault(reordering_warning(c).at(place));
    }
}

/// Warns of what a reader of a text does not see: that it is empty though it is `required`, white space at its ends,
/// invisible characters.
pub(super) fn check_visible(
    reader: &mut Reader<'_>,
    (key, required): (&str, bool),
    words: &str,
    place: Span,
) {
    let seen = words.trim();
    if let Some(c) = words.chars().find(|c| is_invisible(*c)) {
        reader.fault(invisible_warning(key, c).at(place));
    }
    let (message, help) = if seen.is_empty() && required {
        (
            text!("`{key}` is empty", "`{key}` が空です"),
            text!("Write what it is.", "内容を書いてください。"),
        )
    } else if seen.len() < words.len() && !seen.contains('\n') {
        // A text of several lines often ends with a line break, and nobody compares it.
        (
            text!(
                "`{key}` starts or ends with white space",
                "`{key}` の前後に空白や改行があります"
            ),
            text!(
                "Delete it: the text with it and the text without it are not equal.",
                "削除してください。空白や改行も文字列の一部とみなされ、ないものとは一致しません。"
            ),
        )
    } else {
        return;
    };
    reader.fault(Error::warning(Code::SeedValue, message).at(place).help(help));
}

/// The fault for a value of another type than `key` takes.
pub(super) fn mismatch(code: Code, key: &str, wanted: &Text, found: &Text) -> Error {
    let message = Text::new(
        format!("`{key}` takes {}, found {}", wanted.en, found.en),
        format!("`{key}` に書けるのは{}です（ここにあるのは{}）", wanted.ja, found.ja),
    );
    Error::new(code, message)
}

/// A type, as it stands in a sentence.
pub(super) fn kind_words(kind: &PropertyType) -> Text {
    match kind {
        PropertyType::String => text!("a string", "文字列"),
        PropertyType::Integer => text!("an integer", "整数"),
        PropertyType::Float => text!("a number", "数値"),
        PropertyType::Boolean => text!("`true` or `false`", "真偽値（`true` か `false`）"),
        PropertyType::Map => text!("a table", "テーブル"),
        PropertyType::Any => text!("anything but dates and times", "日付・時刻以外の値"),
        PropertyType::List(item) => match item.as_ref() {
            PropertyType::String => text!("a list of strings", "文字列のリスト"),
            PropertyType::Integer => text!("a list of integers", "整数のリスト"),
            PropertyType::Float => text!("a list of numbers", "数値のリスト"),
            PropertyType::Boolean
            | PropertyType::Map
            | PropertyType::Any
            | PropertyType::List(_) => text!("a list (`{kind}`)", "リスト（`{kind}`）"),
        },
    }
}

/// A value that was found, as it stands in a sentence.
pub(super) fn found_words(value: &Value<'_>, raw: &str) -> Text {
    match value.get_ref() {
        DeValue::String(_) => text!("the string `{raw}`", "文字列 `{raw}`"),
        DeValue::Integer(_) => text!("the integer `{raw}`", "整数 `{raw}`"),
        DeValue::Float(_) => text!("the number `{raw}`", "数値 `{raw}`"),
        DeValue::Boolean(_) => text!("the boolean `{raw}`", "真偽値 `{raw}`"),
        DeValue::Datetime(_) => text!("the date or time `{raw}`", "日付・時刻 `{raw}`"),
        DeValue::Array(_) => text!("a list", "リスト"),
        DeValue::Table(_) => text!("a table", "テーブル"),
    }
}

/// How to write a value so that it has the type that is wanted, where that can be told.
fn how_to_write(kind: &PropertyType, value: &Value<'_>, raw: &str) -> Option<Text> {
    match (kind, value.get_ref()) {
        (
            PropertyType::String,
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_),
        )
        | (PropertyType::Any, DeValue::Datetime(_)) => Some(text!(
            "Write it in quotes: `\"{raw}\"`.",
            "`\"{raw}\"` のように引用符で囲んでください。"
        )),
        (PropertyType::Integer, DeValue::String(words)) => {
            let number: i64 = words.trim().parse().ok()?;
            Some(text!(
                "Write it without quotes: `{number}`.",
                "引用符を外して `{number}` と書いてください。"
            ))
        }
        (PropertyType::List(_), DeValue::String(_) | DeValue::Integer(_) | DeValue::Float(_)) => {
            Some(text!(
                "Write it in brackets: `[{raw}]`.",
                "`[{raw}]` のように角括弧で囲んでください。"
            ))
        }
        _ => None,
    }
}
