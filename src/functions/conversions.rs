//! Conversions that give null where others fail.

use super::{Context, Function, find};
use crate::model::Datum;

pub(super) const TABLE: &[Function] = &[
    Function {
        name: "toStringOrNull",
        signature: "toStringOrNull(value :: ANY) :: STRING",
        arity: (1, 1),
        strict: true,
        doc: (
            "As `toString`; null for a value of another type. An extension.",
            "`toString` と同じ。変換できない型の値なら null（拡張機能）。",
        ),
        example: ("RETURN toStringOrNull([1])", "null"),
        call: |context, args| Ok(or_null("toString", context, args)),
    },
    Function {
        name: "toIntegerOrNull",
        signature: "toIntegerOrNull(value :: ANY) :: INTEGER",
        arity: (1, 1),
        strict: true,
        doc: (
            "As `toInteger`; null for a value of another type. An extension.",
            "`toInteger` と同じ。変換できない型の値なら null（拡張機能）。",
        ),
        example: ("RETURN toIntegerOrNull([1])", "null"),
        call: |context, args| Ok(or_null("toInteger", context, args)),
    },
    Function {
        name: "toFloatOrNull",
        signature: "toFloatOrNull(value :: ANY) :: FLOAT",
        arity: (1, 1),
        strict: true,
        doc: (
            "As `toFloat`; null for a value of another type. An extension.",
            "`toFloat` と同じ。変換できない型の値なら null（拡張機能）。",
        ),
        example: ("RETURN toFloatOrNull(true)", "null"),
        call: |context, args| Ok(or_null("toFloat", context, args)),
    },
    Function {
        name: "toBooleanOrNull",
        signature: "toBooleanOrNull(value :: ANY) :: BOOLEAN",
        arity: (1, 1),
        strict: true,
        doc: (
            "As `toBoolean`; null for a value of another type. An extension.",
            "`toBoolean` と同じ。変換できない型の値なら null（拡張機能）。",
        ),
        example: ("RETURN toBooleanOrNull(1.5)", "null"),
        call: |context, args| Ok(or_null("toBoolean", context, args)),
    },
    Function {
        name: "nullIf",
        signature: "nullIf(value :: ANY, other :: ANY) :: ANY",
        arity: (2, 2),
        strict: false,
        doc: (
            "The first value; null where it equals the other. An extension.",
            "最初の値。もう一方の値と等しければ null（拡張機能）。",
        ),
        example: ("RETURN nullIf('不明', '不明')", "null"),
        call: |_, args| {
            let equal = args[0].equals(&args[1]) == Some(true);
            Ok(if equal { Datum::Null } else { args[0].clone() })
        },
    },
];

/// What a conversion gives; null where it fails.
fn or_null(name: &str, context: &Context<'_>, args: &[Datum]) -> Datum {
    find(name).and_then(|function| function.call(context, args).ok()).unwrap_or_default()
}
