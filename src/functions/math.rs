//! Functions of real numbers, and numbers from outside: chance and the clock.

use super::Function;
use super::numbers::float;
use crate::model::Datum;

/// A function of real numbers: name, parameters, body, doc in English and Japanese, example, its outcome.
macro_rules! real {
    ($name:literal, ($($arg:ident),*), $body:expr, $en:literal, $ja:literal, $example:literal, $gives:literal) => {
        Function {
            name: $name,
            signature: concat!($name, "(", real!(@params $($arg),*), ") :: FLOAT"),
            arity: real!(@arity $($arg),*),
            strict: true,
            doc: ($en, $ja),
            example: (concat!("RETURN ", $example), $gives),
            call: |_, args| real!(@call $name, $body, args, $($arg),*),
        }
    };
    (@params) => { "" };
    (@params $a:ident) => { concat!(stringify!($a), " :: NUMBER") };
    (@params $a:ident, $b:ident) => { concat!(stringify!($a), " :: NUMBER, ", stringify!($b), " :: NUMBER") };
    (@arity) => { (0, 0) };
    (@arity $a:ident) => { (1, 1) };
    (@arity $a:ident, $b:ident) => { (2, 2) };
    (@call $name:literal, $body:expr, $args:ident,) => {{
        let _: &[Datum] = $args;
        Ok(Datum::Float($body))
    }};
    (@call $name:literal, $body:expr, $args:ident, $a:ident) => {{
        let of: fn(f64) -> f64 = $body;
        Ok(Datum::Float(of(float($name, &$args[0])?)))
    }};
    (@call $name:literal, $body:expr, $args:ident, $a:ident, $b:ident) => {{
        let of: fn(f64, f64) -> f64 = $body;
        Ok(Datum::Float(of(float($name, &$args[0])?, float($name, &$args[1])?)))
    }};
}

pub(super) const TABLE: &[Function] = &[
    real!(
        "pi",
        (),
        std::f64::consts::PI,
        "The ratio of a circle's circumference to its diameter.",
        "円周率。",
        "pi()",
        "3.141592653589793"
    ),
    real!(
        "e",
        (),
        std::f64::consts::E,
        "The base of natural logarithms.",
        "自然対数の底。",
        "e()",
        "2.718281828459045"
    ),
    real!("exp", (x), f64::exp, "`e` to the power of a number.", "`e` の累乗。", "exp(0)", "1.0"),
    real!(
        "log",
        (x),
        f64::ln,
        "The natural logarithm; NaN below zero.",
        "自然対数（負の数では NaN）。",
        "log(1)",
        "0.0"
    ),
    real!(
        "log10",
        (x),
        f64::log10,
        "The decimal logarithm; NaN below zero.",
        "常用対数（負の数では NaN）。",
        "log10(1000)",
        "3.0"
    ),
    real!(
        "sqrt",
        (x),
        f64::sqrt,
        "The square root; NaN below zero.",
        "平方根（負の数では NaN）。",
        "sqrt(9)",
        "3.0"
    ),
    real!(
        "sin",
        (radians),
        f64::sin,
        "The sine of an angle in radians.",
        "正弦（角度はラジアン）。",
        "sin(0)",
        "0.0"
    ),
    real!(
        "cos",
        (radians),
        f64::cos,
        "The cosine of an angle in radians.",
        "余弦（角度はラジアン）。",
        "cos(0)",
        "1.0"
    ),
    real!(
        "tan",
        (radians),
        f64::tan,
        "The tangent of an angle in radians.",
        "正接（角度はラジアン）。",
        "tan(0)",
        "0.0"
    ),
    real!(
        "cot",
        (radians),
        |x| x.tan().recip(),
        "The cotangent of an angle in radians; infinite at zero.",
        "余接（角度はラジアン。0 では無限大）。",
        "round(cot(0.5), 3)",
        "1.83"
    ),
    real!(
        "asin",
        (x),
        f64::asin,
        "The angle with this sine, in radians.",
        "逆正弦（ラジアン）。",
        "asin(0)",
        "0.0"
    ),
    real!(
        "acos",
        (x),
        f64::acos,
        "The angle with this cosine, in radians.",
        "逆余弦（ラジアン）。",
        "acos(1)",
        "0.0"
    ),
    real!(
        "atan",
        (x),
        f64::atan,
        "The angle with this tangent, in radians.",
        "逆正接（ラジアン）。",
        "atan(0)",
        "0.0"
    ),
    real!(
        "atan2",
        (y, x),
        f64::atan2,
        "The angle of the point `(x, y)`, in radians.",
        "点 `(x, y)` の偏角（ラジアン）。",
        "atan2(0, 1)",
        "0.0"
    ),
    real!(
        "degrees",
        (radians),
        f64::to_degrees,
        "An angle in degrees.",
        "ラジアンを度にしたもの。",
        "degrees(pi())",
        "180.0"
    ),
    real!(
        "radians",
        (degrees),
        f64::to_radians,
        "An angle in radians.",
        "度をラジアンにしたもの。",
        "radians(180)",
        "3.141592653589793"
    ),
    real!(
        "haversin",
        (radians),
        |x| (1.0 - x.cos()) / 2.0,
        "Half the versed sine, for distances on a sphere.",
        "半正矢（球面上の距離の計算に使う）。",
        "haversin(0)",
        "0.0"
    ),
    real!(
        "rand",
        (),
        fastrand::f64(),
        "A number by chance, from 0 up to but not 1; another one for each row.",
        "0 以上 1 未満の乱数（行ごとに異なる）。",
        "0 <= rand() < 1",
        "true"
    ),
    Function {
        name: "isNaN",
        signature: "isNaN(number :: NUMBER) :: BOOLEAN",
        arity: (1, 1),
        strict: true,
        doc: (
            "Whether a number is NaN, the result of arithmetic that has none. An extension.",
            "数値が NaN（値の定まらない計算の結果）かどうか（拡張機能）。",
        ),
        example: ("RETURN isNaN(0.0 / 0.0)", "true"),
        call: |_, args| Ok(Datum::Bool(float("isNaN", &args[0])?.is_nan())),
    },
    Function {
        name: "timestamp",
        signature: "timestamp() :: INTEGER",
        arity: (0, 0),
        strict: false,
        doc: (
            "The milliseconds from 1970-01-01T00:00Z to the beginning of the statement.",
            "1970-01-01T00:00Z からクエリの開始までのミリ秒。",
        ),
        example: ("RETURN timestamp() = timestamp()", "true"),
        call: |context, _| Ok(Datum::Int(context.clock.millis())),
    },
    Function {
        name: "randomUUID",
        signature: "randomUUID() :: STRING",
        arity: (0, 0),
        strict: false,
        doc: (
            "A universally unique identifier by chance; another one for each row. An extension.",
            "ランダムに作った UUID（行ごとに異なる、拡張機能）。",
        ),
        example: ("RETURN size(randomUUID())", "36"),
        call: |_, _| Ok(Datum::str(&uuid(fastrand::u128(..)))),
    },
];

/// Writes 128 bits as a UUID of version 4.
///
/// Source: RFC 9562, section 5.4.
fn uuid(bits: u128) -> String {
    const VERSION: u128 = 0xF000 << 64;
    const VARIANT: u128 = 0xC000 << 48;
    let bits = (bits & !VERSION & !VARIANT) | (0x4000 << 64) | (0x8000 << 48);
    let hex = format!("{bits:032x}");
    let part = |range: std::ops::Range<usize>| hex.get(range).unwrap_or_default();
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_tell_their_version() {
        assert_eq!(uuid(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
