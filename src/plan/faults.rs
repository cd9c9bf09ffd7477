//! The faults of types that both planning and running find, so that they read the same: planning where literals and patterns tell
//! enough, running otherwise. `found` is the name of a type; places are added by the caller. Each bears the name that the standard
//! has for it at runtime; planning puts its own in its place.

use super::scope::shorten;
use crate::error::{Code, Error, Standard, Text, did_you_mean, nearest, one_of, text};
use crate::model::temporal::{Kind, components};
use crate::model::type_words;
use crate::syntax::ast::BinaryOp;

/// What the standard calls a value of a type that has no place here.
const MISMATCH: Standard = Standard::runtime("TypeError", "InvalidArgumentType");

/// The fault of a condition that is no truth value.
pub(crate) fn no_condition(found: &str) -> Error {
    let ja = type_words(found).ja;
    Error::new(
        Code::TypeMismatch,
        text!(
            "a condition must be true or false, not a value of type {found}",
            "条件は真偽値でなければなりません（値の型：{ja}）"
        ),
    )
    .known_as(MISMATCH)
}

/// The fault of a property looked up where there can be none.
pub(crate) fn no_property(found: &str, name: &str) -> Error {
    let ja = type_words(found).ja;
    Error::new(
        Code::TypeMismatch,
        text!(
            "a value of type {found} has no property `{name}`",
            "{ja}にプロパティ `{name}` はありません"
        ),
    )
    .known_as(MISMATCH)
    .help_if((found == "list").then(|| {
        text!(
            "Take it of each item: `[item IN list | item.{name}]`.",
            "要素ごとに取り出すには `[x IN リスト | x.{name}]` のように書いてください。"
        )
    }))
}

/// The fault of a map projection of something without properties.
pub(crate) fn no_projection(found: &str) -> Error {
    let ja = type_words(found).ja;
    Error::new(
        Code::TypeMismatch,
        text!(
            "only nodes, relationships and maps are projected by `{{…}}`, not values of type {found}",
            "`{{…}}` で項目を選べるのはノード・関係・マップだけです（値の型：{ja}）"
        ),
    )
    .known_as(MISMATCH)
}

/// What is asked of a value by `value[…]` that its type does not have; `None` where it does.
pub(crate) fn no_element(of: &str, index: &str) -> Option<Error> {
    let detail = match (of, index) {
        ("list", "integer") => return None,
        ("list", _) => "ListElementAccessByNonInteger",
        ("boolean" | "integer" | "float" | "string" | "path", _) => "InvalidArgumentType",
        (_, "string") => return None,
        _ => "MapElementAccessByNonString",
    };
    let (of_ja, index_ja) = (type_words(of).ja, type_words(index).ja);
    let error = Error::new(
        Code::TypeMismatch,
        text!(
            "a value of type {of} has no element under a value of type {index}",
            "{of_ja}の要素を{index_ja}で取り出すことはできません"
        ),
    );
    Some(error.known_as(Standard::runtime("TypeError", detail)).help(text!(
        "Lists take an integer; maps, nodes, relationships and temporal values take a string.",
        "リストは整数で、マップ・ノード・関係・日付・時刻は文字列で指定してください。"
    )))
}

/// The fault of a slice of something that is no list.
pub(crate) fn no_slice(found: &str) -> Error {
    let ja = type_words(found).ja;
    Error::new(
        Code::TypeMismatch,
        text!(
            "a slice is taken of a list, not of a value of type {found}",
            "範囲を取り出せるのはリストだけです（値の型：{ja}）"
        ),
    )
    .known_as(MISMATCH)
}

/// The fault of a slice between values that are no integers.
pub(crate) fn no_bound(found: &str) -> Error {
    let ja = type_words(found).ja;
    Error::new(
        Code::TypeMismatch,
        text!(
            "a slice takes integers, not a value of type {found}",
            "リストの範囲は整数で指定します（値の型：{ja}）"
        ),
    )
    .known_as(MISMATCH)
}

/// The fault of a component that a kind of temporal value does not have.
pub(crate) fn no_component(kind: Kind, name: &str) -> Error {
    let (Text { en, ja }, shown) = (kind.words(), shorten(name));
    let error = Error::new(
        Code::NameProperty,
        text!("a {en} has no `{shown}`", "{ja}に `{shown}` はありません"),
    );
    let names: Vec<&str> = components(kind).collect();
    error.help(match nearest(name, names.iter().copied()) {
        Some(near) => did_you_mean(near),
        None => one_of(&names),
    })
}

/// The fault of asking for labels where there can be none.
pub(crate) fn no_labels(found: &str) -> Error {
    let ja = type_words(found).ja;
    Error::new(
        Code::TypeMismatch,
        text!(
            "only nodes and relationships have labels, not values of type {found}",
            "ラベルを持つのはノードと関係だけです（値の型：{ja}）"
        ),
    )
    .known_as(MISMATCH)
}

/// The fault of a value that should be a list.
pub(crate) fn no_list(found: &str) -> Error {
    let ja = type_words(found).ja;
    Error::new(
        Code::TypeMismatch,
        text!(
            "a list is needed here, not a value of type {found}",
            "ここにはリストが必要です（値の型：{ja}）"
        ),
    )
    .known_as(MISMATCH)
}

/// The fault of IN before something that is no list.
pub(crate) fn not_in(found: &str) -> Error {
    let ja = type_words(found).ja;
    Error::new(
        Code::TypeMismatch,
        text!(
            "`IN` takes a list on its right, not a value of type {found}",
            "`IN` の右側にはリストが必要です（値の型：{ja}）"
        ),
    )
    .known_as(MISMATCH)
}

/// The fault of a sign before something that is no number.
pub(crate) fn no_sign(found: &str) -> Error {
    let ja = type_words(found).ja;
    Error::new(
        Code::TypeMismatch,
        text!(
            "a sign stands before numbers, not before a value of type {found}",
            "符号を付けられるのは数値だけです（値の型：{ja}）"
        ),
    )
    .known_as(MISMATCH)
}

/// How an operator of arithmetic is written; `None` for other operators.
pub(crate) fn sign(op: BinaryOp) -> Option<&'static str> {
    Some(match op {
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Modulo => "%",
        BinaryOp::Power => "^",
        BinaryOp::Or
        | BinaryOp::Xor
        | BinaryOp::And
        | BinaryOp::In
        | BinaryOp::StartsWith
        | BinaryOp::EndsWith
        | BinaryOp::Contains
        | BinaryOp::Matches => return None,
    })
}

/// The fault of arithmetic on types it does not work on.
pub(crate) fn no_operator(sign: &str, left: &str, right: &str) -> Error {
    let (left_ja, right_ja) = (type_words(left).ja, type_words(right).ja);
    let error = Error::new(
        Code::TypeMismatch,
        text!(
            "`{sign}` does not work on values of type {left} and {right}",
            "{left_ja}と{right_ja}に `{sign}` は使えません"
        ),
    );
    let has = |name: &str| [left, right].contains(&name);
    let temporal = Kind::ALL.into_iter().any(|kind| has(kind.name()));
    let advice = match (has("string"), temporal) {
        (true, false) => Some(text!(
            "`toInteger` and `toFloat` turn a string into a number.",
            "文字列を数値にするには `toInteger` や `toFloat` を使ってください。"
        )),
        (true, true) => Some(text!(
            "`toString` turns a value into a string, `date` and its kin a string into a value.",
            "値を文字列にするには `toString`、文字列を日付などにするには `date` などを使ってください。"
        )),
        (false, true) => Some(text!(
            "Only durations are added and subtracted; `duration.between` tells the time between two values.",
            "足し引きできるのは期間だけです。2 つの値の間の期間は `duration.between` で求めます。"
        )),
        (false, false) => None,
    };
    error.known_as(MISMATCH).help_if(advice)
}
