//! Functions on numbers, and conversions to them.

use super::{Context, Function, integer_overflow, wrong_type};
use crate::error::{Result, text};
use crate::model::Datum;

pub(super) const TABLE: &[Function] = &[
    Function {
        name: "toInteger",
        signature: "toInteger(value :: STRING | NUMBER | BOOLEAN) :: INTEGER",
        arity: (1, 1),
        strict: true,
        doc: (
            "The integer of a string or number, cut towards zero; null where the string is none or the number does not fit.",
            "文字列や数値を整数にしたもの（小数点以下は切り捨て）。整数にできなければ null。",
        ),
        example: ("RETURN toInteger('2.9')", "2"),
        call: to_integer,
    },
    Function {
        name: "toFloat",
        signature: "toFloat(value :: STRING | NUMBER) :: FLOAT",
        arity: (1, 1),
        strict: true,
        doc: (
            "The float of a string or number; null where the string is none.",
            "文字列や数値を小数にしたもの。できなければ null。",
        ),
        example: ("RETURN toFloat('2')", "2.0"),
        call: |_, args| match &args[0] {
            Datum::Int(int) => Ok(Datum::Float(as_float(*int))),
            Datum::Float(float) => Ok(Datum::Float(*float)),
            Datum::Str(text) => Ok(parse_float(text).map_or(Datum::Null, Datum::Float)),
            other => Err(number_or_text("toFloat", other)),
        },
    },
    Function {
        name: "toBoolean",
        signature: "toBoolean(value :: STRING | BOOLEAN | INTEGER) :: BOOLEAN",
        arity: (1, 1),
        strict: true,
        doc: (
            "The boolean of a string; null where it is none.",
            "文字列を真偽値にしたもの。できなければ null。",
        ),
        example: ("RETURN toBoolean('TRUE')", "true"),
        call: |_, args| match &args[0] {
            Datum::Bool(b) => Ok(Datum::Bool(*b)),
            Datum::Int(int) => Ok(Datum::Bool(*int != 0)),
            Datum::Str(text) => Ok(match text.trim().to_ascii_lowercase().as_str() {
                "true" => Datum::Bool(true),
                "false" => Datum::Bool(false),
                _ => Datum::Null,
            }),
            other => Err(wrong_type(
                "toBoolean",
                &text!("a string, an integer or a boolean", "文字列、整数または真偽値"),
                other,
            )),
        },
    },
    Function {
        name: "abs",
        signature: "abs(number :: NUMBER) :: NUMBER",
        arity: (1, 1),
        strict: true,
        doc: ("The absolute value.", "絶対値。"),
        example: ("RETURN abs(-3)", "3"),
        call: |_, args| match &args[0] {
            Datum::Int(int) => int.checked_abs().map(Datum::Int).ok_or_else(integer_overflow),
            other => Ok(Datum::Float(float("abs", other)?.abs())),
        },
    },
    Function {
        name: "sign",
        signature: "sign(number :: NUMBER) :: INTEGER",
        arity: (1, 1),
        strict: true,
        doc: ("-1, 0 or 1.", "符号（-1、0、1）。"),
        example: ("RETURN sign(-0.5)", "-1"),
        call: |_, args| match &args[0] {
            Datum::Int(int) => Ok(Datum::Int(int.signum())),
            other => {
                let x = float("sign", other)?;
                Ok(Datum::Int(i64::from(x > 0.0) - i64::from(x < 0.0)))
            }
        },
    },
    Function {
        name: "ceil",
        signature: "ceil(number :: NUMBER) :: FLOAT",
        arity: (1, 1),
        strict: true,
        doc: ("The least whole number not below.", "切り上げ。"),
        example: ("RETURN ceil(1.2)", "2.0"),
        call: |_, args| Ok(Datum::Float(float("ceil", &args[0])?.ceil())),
    },
    Function {
        name: "floor",
        signature: "floor(number :: NUMBER) :: FLOAT",
        arity: (1, 1),
        strict: true,
        doc: ("The greatest whole number not above.", "切り捨て。"),
        example: ("RETURN floor(1.8)", "1.0"),
        call: |_, args| Ok(Datum::Float(float("floor", &args[0])?.floor())),
    },
];

/// An integer as the nearest float.
#[expect(clippy::cast_precision_loss, reason = "rounding is what the language asks for here")]
pub(crate) fn as_float(int: i64) -> f64 {
    int as f64
}

pub(super) fn float(function: &str, datum: &Datum) -> Result<f64> {
    match datum {
        Datum::Int(int) => Ok(as_float(*int)),
        Datum::Float(float) => Ok(*float),
        other => Err(wrong_type(function, &text!("a number", "数値"), other)),
    }
}

fn number_or_text(function: &str, found: &Datum) -> crate::error::Error {
    wrong_type(function, &text!("a number or a string", "数値または文字列"), found)
}

/// Reads a decimal number; unlike Rust's own reading, words such as `inf` are none.
fn parse_float(text: &str) -> Option<f64> {
    let text = text.trim();
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E');
    if text.chars().all(allowed) { text.parse().ok() } else { None }
}

fn to_integer(_: &Context<'_>, args: &[Datum]) -> Result<Datum> {
    Ok(match &args[0] {
        Datum::Int(int) => Datum::Int(*int),
        Datum::Bool(b) => Datum::Int(i64::from(*b)),
        Datum::Float(float) => truncate(*float),
        Datum::Str(text) => match text.trim().parse() {
            Ok(int) => Datum::Int(int),
            Err(_) => parse_float(text).map_or(Datum::Null, truncate),
        },
        other => return Err(number_or_text("toInteger", other)),
    })
}

/// Cuts a float towards zero; null where 64 bits cannot hold it.
fn truncate(float: f64) -> Datum {
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    let whole = float.trunc();
    if (-TWO_63..TWO_63).contains(&whole) {
        #[expect(clippy::cast_possible_truncation, reason = "within 64 bits, checked above")]
        let int = whole as i64;
        Datum::Int(int)
    } else {
        Datum::Null
    }
}
