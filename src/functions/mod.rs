//! The table of functions: one entry feeds binding, help, documentation and tests.
//!
//! A function turns data into a datum and knows no query: errors leave without a place, and the caller adds it.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "a function names the types it takes; every other one, new ones too, is refused alike"
)]

mod context;
mod conversions;
mod entities;
mod lists;
mod math;
mod numbers;
mod patterns;
mod rounding;
mod strings;
mod temporal;

pub use context::{Clock, Context};
pub(crate) use entities::properties_of;
pub(crate) use numbers::as_float;
pub(crate) use patterns::whole as whole_match;

use crate::error::{Code, Error, Result, Standard, Text, text};
use crate::model::{Datum, type_words};

/// How many bytes a text made by a function may hold.
pub const TEXT_BYTES_MAX: usize = 64 << 20;

/// How many items a list made by a function may hold.
pub const LIST_ITEMS_MAX: usize = 10_000_000;

/// One function.
#[derive(Debug)]
pub struct Function {
    /// Its name, in the spelling of the standard; matched without regard to case.
    pub name: &'static str,
    /// Its arguments and result, as documentation prints them.
    pub signature: &'static str,
    /// The least and the greatest number of arguments.
    pub arity: (usize, usize),
    /// Whether one null argument makes the result null without a call.
    pub strict: bool,
    /// What it does: English, Japanese.
    pub doc: (&'static str, &'static str),
    /// An example and what it gives; run as a test.
    pub example: (&'static str, &'static str),
    /// The work. `args` is within `arity`, and without nulls where `strict`.
    call: fn(&Context<'_>, &[Datum]) -> Result<Datum>,
}

impl Function {
    /// Calls the function.
    ///
    /// # Errors
    /// `type.mismatch` or `run.*`, without a place.
    pub fn call(&self, context: &Context<'_>, args: &[Datum]) -> Result<Datum> {
        if self.strict && args.iter().any(Datum::is_null) {
            return Ok(Datum::Null);
        }
        (self.call)(context, args)
    }

    /// Whether it gives another value each time it is called.
    #[must_use]
    pub fn is_random(&self) -> bool {
        matches!(self.name, "rand" | "randomUUID")
    }

    /// What it does.
    #[must_use]
    pub fn doc(&self) -> Text {
        Text::new(self.doc.0, self.doc.1)
    }
}

/// Every function, by subject.
pub fn all() -> impl Iterator<Item = &'static Function> {
    let plain = [
        entities::TABLE,
        lists::TABLE,
        strings::TABLE,
        numbers::TABLE,
        rounding::TABLE,
        math::TABLE,
        conversions::TABLE,
    ];
    plain.into_iter().chain(temporal::TABLES).flatten()
}

/// The function of this name, in any case.
#[must_use]
pub fn find(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name.eq_ignore_ascii_case(name))
}

/// Aggregating functions, which stand in projections only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the name of a function")]
pub enum Aggregate {
    Count,
    Sum,
    Avg,
    Min,
    Max,
    Collect,
    StDev,
    StDevP,
    PercentileDisc,
    PercentileCont,
}

impl Aggregate {
    /// Every aggregating function: its name, and what it does in English and Japanese.
    pub const TABLE: &'static [(Self, &'static str, &'static str, &'static str)] = &[
        (Self::Count, "count", "the number of values that are not null", "null でない値の数"),
        (Self::Sum, "sum", "the sum of numbers or durations", "数値または期間の合計"),
        (Self::Avg, "avg", "the mean of numbers or durations", "数値または期間の平均"),
        (Self::Min, "min", "the least value", "最小の値"),
        (Self::Max, "max", "the greatest value", "最大の値"),
        (
            Self::Collect,
            "collect",
            "a list of the values that are not null",
            "null でない値のリスト",
        ),
        (
            Self::StDev,
            "stDev",
            "the standard deviation of numbers that are a sample; 0.0 for fewer than two",
            "標本とみなした数値の標準偏差（不偏分散の平方根）。二つ未満なら 0.0",
        ),
        (
            Self::StDevP,
            "stDevP",
            "the standard deviation of numbers that are the whole population; 0.0 for none",
            "母集団とみなした数値の標準偏差。一つもなければ 0.0",
        ),
        (
            Self::PercentileDisc,
            "percentileDisc",
            "the number at a percentile from 0.0 to 1.0: `percentileDisc(value, 0.5)` is one of the values",
            "パーセンタイル（0.0～1.0）の位置にある数値。`percentileDisc(値, 0.5)` は実在する値を返す",
        ),
        (
            Self::PercentileCont,
            "percentileCont",
            "the number at a percentile from 0.0 to 1.0, between two values where it falls there: `percentileCont(value, 0.5)` is the median",
            "パーセンタイル（0.0～1.0）の位置にある数値。二つの値の間なら補間する。`percentileCont(値, 0.5)` は中央値",
        ),
    ];

    /// The aggregating function of this name, in any case.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let entry = Self::TABLE.iter().find(|entry| entry.1.eq_ignore_ascii_case(name));
        entry.map(|entry| entry.0)
    }

    /// How many arguments it takes.
    #[must_use]
    pub fn arity(self) -> usize {
        match self {
            Self::PercentileDisc | Self::PercentileCont => 2,
            Self::Count
            | Self::Sum
            | Self::Avg
            | Self::Min
            | Self::Max
            | Self::Collect
            | Self::StDev
            | Self::StDevP => 1,
        }
    }

    /// Whether it holds every value until the group is complete.
    #[must_use]
    pub fn keeps_values(self) -> bool {
        matches!(self, Self::Collect | Self::PercentileDisc | Self::PercentileCont)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::TABLE.iter().find(|entry| entry.0 == self).map_or("", |entry| entry.1)
    }
}

/// The fault of an argument of a type that a function does not take.
fn wrong_type(function: &str, wanted: &Text, found: &Datum) -> Error {
    misfit(function, wanted, found.type_name())
}

/// The same, where the type is known and the value is not.
pub(crate) fn misfit(function: &str, wanted: &Text, found: &str) -> Error {
    let (wanted_en, wanted_ja, Text { en, ja }) = (&wanted.en, &wanted.ja, type_words(found));
    let size = (function == "length").then(|| {
        text!(
            "Use `size` for the length of a list or string.",
            "リストや文字列の長さには `size` を使ってください。"
        )
    });
    Error::new(
        Code::TypeMismatch,
        text!(
            "`{function}` takes {wanted_en}, not a value of type {en}",
            "`{function}` の引数には{wanted_ja}が必要です（値の型：{ja}）"
        ),
    )
    .known_as(Standard::runtime("TypeError", "InvalidArgumentValue"))
    .help_if(size)
}

/// The fault of a text that would grow past the limit.
pub(crate) fn text_too_long(bytes: usize) -> Error {
    Error::new(
        Code::LimitMemory,
        text!(
            "a string of {bytes} bytes is over the limit of {TEXT_BYTES_MAX}",
            "{bytes} バイトの文字列は上限 {TEXT_BYTES_MAX} バイトを超えます"
        ),
    )
    .help(text!(
        "Work on the parts of the text one by one.",
        "文字列を分けて、一つずつ処理してください。"
    ))
}

/// The fault of a list that would grow past the limit.
pub(crate) fn list_too_long(items: u128) -> Error {
    Error::new(
        Code::LimitMemory,
        text!(
            "a list of {items} items is over the limit of {LIST_ITEMS_MAX}",
            "{items} 件のリストは上限 {LIST_ITEMS_MAX} 件を超えます"
        ),
    )
    .help(text!(
        "Let rows take the place of the list, with `MATCH` or `UNWIND`, and aggregate them.",
        "リストにせず、`MATCH` や `UNWIND` で行にして集計してください。"
    ))
}

/// The fault of an integer result that does not fit 64 bits.
pub(crate) fn integer_overflow() -> Error {
    Error::new(Code::RunArithmetic, text!("integer overflow", "整数の桁があふれました"))
        .known_as(Standard::runtime("ArithmeticError", "IntegerOverflow"))
        .help(text!(
            "Integers have 64 bits; use `toFloat` where a rounded result will do.",
            "整数は 64 ビットまでです。丸めてよい場合は `toFloat` を使ってください。"
        ))
}
