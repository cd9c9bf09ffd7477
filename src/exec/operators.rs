//! Operators on values, with nulls and faults as the language has them. Every operator is one function here.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "an operator names the types it takes; every other one, new ones too, is refused alike"
)]

use super::patterns::Patterns;
use crate::error::{Code, Error, Result, Standard, text};
use crate::functions::{
    LIST_ITEMS_MAX, TEXT_BYTES_MAX, as_float, integer_overflow, list_too_long, text_too_long,
};
use crate::model::Datum;
use crate::model::temporal::{Duration, Ratio, Temporal, too_long};
use crate::plan::faults;
use crate::syntax::ast::{BinaryOp, CompareOp, UnaryOp};

/// Applies an operator on two operands, AND, OR and XOR apart.
pub(super) fn binary(
    op: BinaryOp,
    left: &Datum,
    right: &Datum,
    patterns: &Patterns,
) -> Result<Datum> {
    match op {
        BinaryOp::And | BinaryOp::Or | BinaryOp::Xor => logic(op, left, right),
        BinaryOp::In => is_in(left, right),
        BinaryOp::StartsWith => Ok(on_texts(left, right, |a, b| a.starts_with(b))),
        BinaryOp::EndsWith => Ok(on_texts(left, right, |a, b| a.ends_with(b))),
        BinaryOp::Contains => Ok(on_texts(left, right, |a, b| a.contains(b))),
        BinaryOp::Matches => patterns.matches(left, right),
        _ if left.is_null() || right.is_null() => Ok(Datum::Null),
        BinaryOp::Add => add(left, right),
        _ if is_temporal(left) || is_temporal(right) => with_temporal(op, left, right),
        BinaryOp::Subtract => number(op, left, right, i64::checked_sub, |a, b| a - b),
        BinaryOp::Multiply => number(op, left, right, i64::checked_mul, |a, b| a * b),
        BinaryOp::Divide | BinaryOp::Modulo
            if matches!((left, right), (Datum::Int(_), Datum::Int(0))) =>
        {
            Err(by_zero())
        }
        BinaryOp::Divide => number(op, left, right, i64::checked_div, |a, b| a / b),
        BinaryOp::Modulo => number(op, left, right, remainder, |a, b| a % b),
        BinaryOp::Power => match (float(left), float(right)) {
            (Some(a), Some(b)) => Ok(Datum::Float(a.powf(b))),
            _ => Err(no_operator(op, left, right)),
        },
    }
}

/// Adds numbers, joins texts and lists, appends to lists. Neither side is null.
pub(super) fn add(left: &Datum, right: &Datum) -> Result<Datum> {
    match (left, right) {
        (Datum::List(a), Datum::List(b)) => join(a, b),
        (Datum::List(a), one) => join(a, std::slice::from_ref(one)),
        (one, Datum::List(b)) => join(std::slice::from_ref(one), b),
        (Datum::Str(a), Datum::Str(b)) => concat(a, b),
        (Datum::Str(a), Datum::Int(b)) => concat(a, &b.to_string()),
        (Datum::Int(a), Datum::Str(b)) => concat(&a.to_string(), b),
        (Datum::Str(a), Datum::Float(b)) => concat(a, &format!("{b:?}")),
        (Datum::Float(a), Datum::Str(b)) => concat(&format!("{a:?}"), b),
        _ if is_temporal(left) || is_temporal(right) => with_temporal(BinaryOp::Add, left, right),
        _ => number(BinaryOp::Add, left, right, i64::checked_add, |a, b| a + b),
    }
}

fn is_temporal(datum: &Datum) -> bool {
    matches!(datum, Datum::Temporal(_))
}

/// Arithmetic in which a temporal value takes part: a duration moves a value, and durations are scaled.
fn with_temporal(op: BinaryOp, left: &Datum, right: &Datum) -> Result<Datum> {
    let moved = match (op, left, right) {
        (BinaryOp::Add, Datum::Temporal(of), Datum::Temporal(by)) => match (&**of, &**by) {
            (of, Temporal::Duration(by)) => of.plus(*by),
            (Temporal::Duration(by), of) => of.plus(*by),
            _ => return Err(no_operator(op, left, right)),
        },
        (BinaryOp::Subtract, Datum::Temporal(of), Datum::Temporal(by)) => match &**by {
            Temporal::Duration(by) => by.negated().and_then(|by| of.plus(by)),
            _ => return Err(no_operator(op, left, right)),
        },
        (BinaryOp::Multiply, Datum::Temporal(of), by)
        | (BinaryOp::Multiply, by, Datum::Temporal(of)) => match (&**of, ratio(by)) {
            (Temporal::Duration(of), Some(by)) => scaled(*of, by),
            _ => return Err(no_operator(op, left, right)),
        },
        (BinaryOp::Divide, Datum::Temporal(of), by) => match (&**of, ratio(by)) {
            (Temporal::Duration(of), Some(by)) => {
                let inverse = by.map(|by| by.inverse().ok_or_else(by_zero)).transpose()?;
                scaled(*of, inverse)
            }
            _ => return Err(no_operator(op, left, right)),
        },
        _ => return Err(no_operator(op, left, right)),
    };
    moved.map(Datum::temporal)
}

/// The ratio of a number; `None` for what is none, inner `None` for one that is no length: NaN, infinity and what is as good as that.
#[expect(clippy::option_option, reason = "the two absences are two faults")]
fn ratio(datum: &Datum) -> Option<Option<Ratio>> {
    match datum {
        Datum::Int(int) => Some(Some(Ratio::from(*int))),
        Datum::Float(float) => Some(Ratio::of_float(*float)),
        _ => None,
    }
}

fn scaled(of: Duration, by: Option<Ratio>) -> Result<Temporal> {
    by.ok_or_else(too_long).and_then(|by| of.times(by)).map(Temporal::Duration)
}

fn concat(a: &str, b: &str) -> Result<Datum> {
    let bytes = a.len().saturating_add(b.len());
    if bytes > TEXT_BYTES_MAX {
        return Err(text_too_long(bytes));
    }
    Ok(Datum::Str([a, b].concat().into()))
}

fn join(a: &[Datum], b: &[Datum]) -> Result<Datum> {
    let items = a.len().saturating_add(b.len());
    if items > LIST_ITEMS_MAX {
        return Err(list_too_long(items as u128));
    }
    Ok(Datum::list(a.iter().chain(b).cloned().collect()))
}

fn float(datum: &Datum) -> Option<f64> {
    match datum {
        Datum::Int(int) => Some(as_float(*int)),
        Datum::Float(float) => Some(*float),
        _ => None,
    }
}

fn number(
    op: BinaryOp,
    left: &Datum,
    right: &Datum,
    on_ints: fn(i64, i64) -> Option<i64>,
    on_floats: fn(f64, f64) -> f64,
) -> Result<Datum> {
    if let (Datum::Int(a), Datum::Int(b)) = (left, right) {
        return on_ints(*a, *b).map(Datum::Int).ok_or_else(integer_overflow);
    }
    match (float(left), float(right)) {
        (Some(a), Some(b)) => Ok(Datum::Float(on_floats(a, b))),
        _ => Err(no_operator(op, left, right)),
    }
}

/// The fault of dividing an integer by zero; floats give infinity or NaN instead.
fn by_zero() -> Error {
    Error::new(Code::RunArithmetic, text!("division by zero", "0 で割ることはできません"))
        .known_as(Standard::runtime("ArithmeticError", "DivisionByZero"))
}

/// The remainder has the sign of the dividend, and that of the least integer by -1 is 0.
fn remainder(a: i64, b: i64) -> Option<i64> {
    Some(a.wrapping_rem(b))
}

pub(super) fn on_texts(left: &Datum, right: &Datum, test: fn(&str, &str) -> bool) -> Datum {
    match (left, right) {
        (Datum::Str(a), Datum::Str(b)) => Datum::Bool(test(a, b)),
        _ => Datum::Null,
    }
}

pub(super) fn is_in(item: &Datum, list: &Datum) -> Result<Datum> {
    let items = match list {
        Datum::Null => return Ok(Datum::Null),
        Datum::List(items) => items,
        other => return Err(faults::not_in(other.type_name())),
    };
    let mut unknown = false;
    for candidate in items.iter() {
        match item.equals(candidate) {
            Some(true) => return Ok(Datum::Bool(true)),
            Some(false) => {}
            None => unknown = true,
        }
    }
    Ok(if unknown { Datum::Null } else { Datum::Bool(false) })
}

/// Compares two values.
pub(super) fn compare(op: CompareOp, left: &Datum, right: &Datum) -> Datum {
    let known = |truth: bool| Datum::Bool(truth);
    match op {
        CompareOp::Equal => left.equals(right).map_or(Datum::Null, known),
        CompareOp::NotEqual => left.equals(right).map_or(Datum::Null, |equal| known(!equal)),
        _ => left.compare(right).map_or(Datum::Null, |order| {
            known(order.is_some_and(|order| match op {
                CompareOp::Less => order.is_lt(),
                CompareOp::LessOrEqual => order.is_le(),
                CompareOp::Greater => order.is_gt(),
                CompareOp::GreaterOrEqual => order.is_ge(),
                CompareOp::Equal | CompareOp::NotEqual => false,
            }))
        }),
    }
}

/// The truth value of a datum; `None` for null, a fault for what is none.
pub(super) fn truth(datum: &Datum) -> Result<Option<bool>> {
    match datum {
        Datum::Bool(b) => Ok(Some(*b)),
        Datum::Null => Ok(None),
        other => Err(faults::no_condition(other.type_name())),
    }
}

/// A truth value as a datum.
pub(super) fn from_truth(truth: Option<bool>) -> Datum {
    truth.map_or(Datum::Null, Datum::Bool)
}

fn logic(op: BinaryOp, left: &Datum, right: &Datum) -> Result<Datum> {
    let (a, b) = (truth(left)?, truth(right)?);
    Ok(from_truth(match (op, a, b) {
        (BinaryOp::And, Some(false), _) | (BinaryOp::And, _, Some(false)) => Some(false),
        (BinaryOp::Or, Some(true), _) | (BinaryOp::Or, _, Some(true)) => Some(true),
        (BinaryOp::And, Some(a), Some(b)) => Some(a && b),
        (BinaryOp::Or, Some(a), Some(b)) => Some(a || b),
        (BinaryOp::Xor, Some(a), Some(b)) => Some(a ^ b),
        _ => None,
    }))
}

/// Applies an operator on one operand.
pub(super) fn unary(op: UnaryOp, of: &Datum) -> Result<Datum> {
    match (op, of) {
        (UnaryOp::Not, of) => Ok(from_truth(truth(of)?.map(|truth| !truth))),
        (_, Datum::Null) => Ok(Datum::Null),
        (UnaryOp::Negate, Datum::Int(int)) => {
            int.checked_neg().map(Datum::Int).ok_or_else(integer_overflow)
        }
        (UnaryOp::Negate, Datum::Float(float)) => Ok(Datum::Float(-float)),
        (UnaryOp::Plus, number @ (Datum::Int(_) | Datum::Float(_))) => Ok(number.clone()),
        (_, other) => Err(faults::no_sign(other.type_name())),
    }
}

fn no_operator(op: BinaryOp, left: &Datum, right: &Datum) -> Error {
    let sign = faults::sign(op).unwrap_or("");
    faults::no_operator(sign, left.type_name(), right.type_name())
}
