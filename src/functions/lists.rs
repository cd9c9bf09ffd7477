//! Functions on lists, and those that take any value.

use super::{Context, Function, LIST_ITEMS_MAX, list_too_long, wrong_type};
use crate::error::{Code, Error, Result, Standard, text};
use crate::model::Datum;

pub(super) const TABLE: &[Function] = &[
    Function {
        name: "size",
        signature: "size(value :: LIST<ANY> | STRING | MAP) :: INTEGER",
        arity: (1, 1),
        strict: true,
        doc: (
            "The number of items of a list, of characters (code points) of a string, of entries of a map.",
            "リストの要素数、文字列の文字数（コードポイント数）、マップの項目数。",
        ),
        example: ("RETURN size('医療的ケア')", "5"),
        call: |_, args| match &args[0] {
            Datum::List(items) => Ok(count(items.len())),
            Datum::Str(text) => Ok(count(text.chars().count())),
            Datum::Map(map) => Ok(count(map.len())),
            other => Err(wrong_type(
                "size",
                &text!("a list, a string or a map", "リスト、文字列またはマップ"),
                other,
            )),
        },
    },
    Function {
        name: "isEmpty",
        signature: "isEmpty(value :: LIST<ANY> | STRING | MAP) :: BOOLEAN",
        arity: (1, 1),
        strict: true,
        doc: (
            "Whether a list, string or map holds nothing.",
            "リスト・文字列・マップが空かどうか。",
        ),
        example: ("RETURN isEmpty([])", "true"),
        call: |_, args| match &args[0] {
            Datum::List(items) => Ok(Datum::Bool(items.is_empty())),
            Datum::Str(text) => Ok(Datum::Bool(text.is_empty())),
            Datum::Map(map) => Ok(Datum::Bool(map.is_empty())),
            other => Err(wrong_type(
                "isEmpty",
                &text!("a list, a string or a map", "リスト、文字列またはマップ"),
                other,
            )),
        },
    },
    Function {
        name: "head",
        signature: "head(list :: LIST<ANY>) :: ANY",
        arity: (1, 1),
        strict: true,
        doc: ("The first item; null where there is none.", "最初の要素。なければ null。"),
        example: ("RETURN head([1, 2])", "1"),
        call: |_, args| Ok(items("head", &args[0])?.first().cloned().unwrap_or_default()),
    },
    Function {
        name: "last",
        signature: "last(list :: LIST<ANY>) :: ANY",
        arity: (1, 1),
        strict: true,
        doc: ("The last item; null where there is none.", "最後の要素。なければ null。"),
        example: ("RETURN last([1, 2])", "2"),
        call: |_, args| Ok(items("last", &args[0])?.last().cloned().unwrap_or_default()),
    },
    Function {
        name: "tail",
        signature: "tail(list :: LIST<ANY>) :: LIST<ANY>",
        arity: (1, 1),
        strict: true,
        doc: ("All items but the first.", "最初の要素を除いたリスト。"),
        example: ("RETURN tail([1, 2, 3])", "[2, 3]"),
        call: |_, args| Ok(Datum::list(items("tail", &args[0])?.iter().skip(1).cloned().collect())),
    },
    Function {
        name: "reverse",
        signature: "reverse(value :: LIST<ANY> | STRING) :: LIST<ANY> | STRING",
        arity: (1, 1),
        strict: true,
        doc: ("A list or string in reverse order.", "逆順にしたリストまたは文字列。"),
        example: ("RETURN reverse([1, 2])", "[2, 1]"),
        call: |_, args| match &args[0] {
            Datum::Str(text) => Ok(Datum::Str(text.chars().rev().collect::<String>().into())),
            other => Ok(Datum::list(items("reverse", other)?.iter().rev().cloned().collect())),
        },
    },
    Function {
        name: "range",
        signature: "range(start :: INTEGER, end :: INTEGER, step :: INTEGER = 1) :: LIST<INTEGER>",
        arity: (2, 3),
        strict: false,
        doc: (
            "The integers from `start` to `end`, both included.",
            "`start` から `end` までの整数（両端を含む）。",
        ),
        example: ("RETURN range(1, 7, 3)", "[1, 4, 7]"),
        call: range,
    },
    Function {
        name: "coalesce",
        signature: "coalesce(value :: ANY, …) :: ANY",
        arity: (1, usize::MAX),
        strict: false,
        doc: ("The first value that is not null.", "null でない最初の値。"),
        example: ("RETURN coalesce(null, 'なし')", "'なし'"),
        call: |_, args| Ok(args.iter().find(|arg| !arg.is_null()).cloned().unwrap_or_default()),
    },
    Function {
        name: "valueType",
        signature: "valueType(value :: ANY) :: STRING",
        arity: (1, 1),
        strict: false,
        doc: ("The name of the value's type. An extension.", "値の型の名前（拡張機能）。"),
        example: ("RETURN valueType(1.5)", "'float'"),
        call: |_, args| Ok(Datum::str(args[0].type_name())),
    },
];

/// A number of things as a datum.
pub(super) fn count(number: usize) -> Datum {
    Datum::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn items<'d>(function: &str, datum: &'d Datum) -> Result<&'d [Datum]> {
    match datum {
        Datum::List(items) => Ok(items),
        other => Err(wrong_type(function, &text!("a list", "リスト"), other)),
    }
}

fn range(_: &Context<'_>, args: &[Datum]) -> Result<Datum> {
    let int = |i: usize| match args.get(i) {
        None => Ok(1),
        Some(Datum::Int(int)) => Ok(*int),
        Some(other) => Err(wrong_type("range", &text!("integers", "整数"), other)
            .known_as(Standard::runtime("ArgumentError", "InvalidArgumentType"))),
    };
    let (start, end, step) = (int(0)?, int(1)?, int(2)?);
    if step == 0 {
        return Err(Error::new(
            Code::RunArgument,
            text!("the step of `range` is zero", "`range` の増分が 0 です"),
        )
        .known_as(Standard::runtime("ArgumentError", "NumberOutOfRange")));
    }
    let (wide_start, wide_end, wide_step) = (i128::from(start), i128::from(end), i128::from(step));
    let span = if step > 0 { wide_end - wide_start } else { wide_start - wide_end };
    if span < 0 {
        return Ok(Datum::list(Vec::new()));
    }
    let length = span.unsigned_abs() / wide_step.unsigned_abs() + 1;
    if length > LIST_ITEMS_MAX as u128 {
        return Err(list_too_long(length));
    }
    let numbers = std::iter::successors(Some(start), |last| last.checked_add(step));
    let length = usize::try_from(length).unwrap_or(LIST_ITEMS_MAX);
    Ok(Datum::list(numbers.take(length).map(Datum::Int).collect()))
}
