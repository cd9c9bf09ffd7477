//! Functions that make temporal values, take them apart, and tell the time between them.

mod clocks;
mod durations;
mod fields;
mod instants;
mod japan;

use super::{Function, wrong_type};
use crate::error::{Error, Result, Text, text};
use crate::model::Datum;
use crate::model::temporal::{Base, Date, Temporal, Zone, value_fault};

/// The tables of this folder.
pub(super) const TABLES: [&[Function]; 4] =
    [instants::TABLE, clocks::TABLE, durations::TABLE, japan::TABLE];

/// A text, as an argument of a function.
fn str<'d>(function: &str, datum: &'d Datum) -> Result<&'d str> {
    match datum {
        Datum::Str(text) => Ok(text),
        other => Err(wrong_type(function, &text!("a string", "文字列"), other)),
    }
}

/// An integer, as an argument of a function.
fn int(function: &str, datum: &Datum) -> Result<i64> {
    match datum {
        Datum::Int(int) => Ok(*int),
        other => Err(wrong_type(function, &text!("an integer", "整数"), other)),
    }
}

/// The time zone that the first argument names, where there is one.
fn zone(function: &str, args: &[Datum]) -> Result<Option<Zone>> {
    args.first().map(|arg| Zone::parse(str(function, arg)?)).transpose()
}

/// The date of a value, as an argument of a function.
fn date(function: &str, datum: &Datum) -> Result<Date> {
    let date = match datum {
        Datum::Temporal(value) => Base::of(value).date,
        _ => None,
    };
    date.ok_or_else(|| wrong_type(function, &text!("a value with a date", "日付を持つ値"), datum))
}

/// The fault of a word that is none of those a function knows.
fn no_such_word(function: &str, found: &str, words: &[&str]) -> Error {
    let shown: String = found.chars().take(60).collect();
    let near = crate::error::nearest(found, words.iter().copied());
    let help: Text = near.map_or_else(|| crate::error::one_of(words), crate::error::did_you_mean);
    value_fault(text!(
        "`{function}` does not know `{shown}`",
        "`{function}` で「{shown}」は使えません"
    ))
    .help(help)
}

fn datum(value: Temporal) -> Datum {
    Datum::temporal(value)
}
