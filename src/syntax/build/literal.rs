//! Names, numbers and strings: from spelling to value.

use std::borrow::Cow;

use super::super::ast::Literal;
use super::super::parser::{Pair, span};
use crate::error::{Code, Error, Result, Span, Standard, Text, text};
use crate::model::nfc;

/// A name without its backticks, in NFC.
pub(super) fn name(spelling: &str) -> String {
    let inner = spelling.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
    let bare = match inner {
        Some(inner) => Cow::Owned(inner.replace("``", "`")),
        None => Cow::Borrowed(spelling),
    };
    nfc(&bare).into_owned()
}

/// The value of a number.
pub(super) fn number(pair: &Pair<'_>, negative: bool) -> Result<Literal> {
    let spelling = pair.as_str();
    let hexadecimal = spelling.strip_prefix("0x").map(|digits| (digits, 16));
    let octal = spelling.strip_prefix("0o").map(|digits| (digits, 8));
    let (digits, radix) = hexadecimal.or(octal).unwrap_or((spelling, 10));
    if radix == 10 && spelling.contains(['.', 'e', 'E']) {
        return float(spelling, negative, span(pair));
    }
    let magnitude = u64::from_str_radix(digits, radix).ok();
    let value = magnitude.and_then(|magnitude| match negative {
        true => 0_i64.checked_sub_unsigned(magnitude),
        false => i64::try_from(magnitude).ok(),
    });
    value.map(Literal::Int).ok_or_else(|| {
        let message = text!("this integer is out of range", "整数が扱える範囲を超えています");
        let (least, most) = (i64::MIN, i64::MAX);
        let help = text!(
            "Integers go from {least} to {most}; write `.0` after it for a float, or quotes around a code.",
            "整数は {least} から {most} までです。小数にするには末尾に `.0` を付け、番号やコードは引用符で囲んで文字列にしてください。",
        );
        overflow("IntegerOverflow", message, span(pair)).help(help)
    })
}

fn float(spelling: &str, negative: bool, span: Span) -> Result<Literal> {
    match spelling.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Literal::Float(if negative { -value } else { value })),
        Ok(_) | Err(_) => {
            let message = text!("this number is too large", "数値が大きすぎます");
            Err(overflow("FloatingPointOverflow", message, span))
        }
    }
}

/// The value of a number of hops or paths.
pub(super) fn count(pair: &Pair<'_>) -> Result<u64> {
    pair.as_str().trim_end().parse().map_err(|_| {
        let message = text!("this number is too large", "数値が大きすぎます");
        overflow("IntegerOverflow", message, span(pair))
    })
}

fn overflow(detail: &'static str, message: Text, span: Span) -> Error {
    Error::new(Code::SyntaxLiteral, message).at(span).known_as(Standard::syntax(detail))
}

/// The text a string literal stands for.
pub(super) fn string(pair: &Pair<'_>) -> Result<String> {
    let spelling = pair.as_str();
    let start = pair.as_span().start();
    let quoted = spelling.get(1..spelling.len().saturating_sub(1)).unwrap_or("");
    let mut value = String::with_capacity(quoted.len());
    let mut rest = quoted;
    while let Some((plain, escape)) = rest.split_once('\\') {
        value.push_str(plain);
        let at =
            start.saturating_add(spelling.len()).saturating_sub(escape.len()).saturating_sub(2);
        let (c, length) = unescape(escape, at)?;
        value.push(c);
        rest = escape.get(length..).unwrap_or("");
    }
    value.push_str(rest);
    Ok(value)
}

/// The character that the letters after a backslash at byte `at` stand for, and how many bytes they take.
fn unescape(escape: &str, at: usize) -> Result<(char, usize)> {
    let Some(letter) = escape.chars().next() else { return Ok(('\\', 0)) };
    let c = match letter {
        '\\' | '\'' | '"' => letter,
        'b' => '\u{8}',
        'f' => '\u{C}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return code_point(escape, 4, at),
        'U' => return code_point(escape, 8, at),
        _ => {
            let end = at.saturating_add(1).saturating_add(letter.len_utf8());
            let message =
                text!("unknown escape in a string", "文字列の中に不明なエスケープ文字があります");
            let help = text!(
                "A backslash itself is written `\\\\`; the others are `\\'` `\\\"` `\\b` `\\f` `\\n` `\\r` `\\t` `\\uXXXX` `\\UXXXXXXXX`.",
                "バックスラッシュ自体は `\\\\` と書きます。ほかに `\\'` `\\\"` `\\b` `\\f` `\\n` `\\r` `\\t` `\\uXXXX` `\\UXXXXXXXX` があります。",
            );
            return Err(Error::new(Code::SyntaxLiteral, message).at(Span::new(at, end)).help(help));
        }
    };
    Ok((c, letter.len_utf8()))
}

fn code_point(escape: &str, digits: usize, at: usize) -> Result<(char, usize)> {
    let length = digits.saturating_add(1);
    let hexadecimal =
        escape.get(1..length).filter(|hex| hex.chars().all(|c| c.is_ascii_hexdigit()));
    let found = hexadecimal.and_then(|hex| u32::from_str_radix(hex, 16).ok());
    if let Some(c) = found.and_then(char::from_u32) {
        return Ok((c, length));
    }
    let present = escape.chars().skip(1).take(digits).take_while(char::is_ascii_hexdigit).count();
    let end = at.saturating_add(2).saturating_add(present);
    let message = match found {
        Some(_) => text!("no character has this code", "この番号の文字はありません"),
        None => text!(
            "this escape needs {digits} hexadecimal digits",
            "このエスケープ文字には 16 進数の数字が {digits} 桁必要です",
        ),
    };
    let error = Error::new(Code::SyntaxLiteral, message).at(Span::new(at, end));
    Err(error.known_as(Standard::syntax("InvalidUnicodeLiteral")))
}
