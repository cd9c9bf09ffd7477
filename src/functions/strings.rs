//! Functions on texts, and conversions to and from them.

use unicode_normalization::UnicodeNormalization;

use super::{
    Context, Function, LIST_ITEMS_MAX, TEXT_BYTES_MAX, list_too_long, text_too_long, wrong_type,
};
use crate::error::{Code, Error, Result, Standard, text};
use crate::model::Datum;

pub(super) const TABLE: &[Function] = &[
    Function {
        name: "toString",
        signature: "toString(value :: ANY) :: STRING",
        arity: (1, 1),
        strict: true,
        doc: (
            "The string of a number, boolean, string or temporal value.",
            "数値・真偽値・文字列・日付・時刻を文字列にしたもの。",
        ),
        example: ("RETURN toString(1.0)", "'1.0'"),
        call: |graph, args| match &args[0] {
            Datum::Str(text) => Ok(Datum::Str(text.clone())),
            number @ (Datum::Bool(_) | Datum::Int(_) | Datum::Float(_)) => {
                Ok(Datum::str(&graph.value(number).to_string()))
            }
            Datum::Temporal(value) => Ok(Datum::str(&value.to_string())),
            other => Err(wrong_type(
                "toString",
                &text!(
                    "a number, a boolean, a string or a temporal value",
                    "数値、真偽値、文字列または日付・時刻"
                ),
                other,
            )),
        },
    },
    Function {
        name: "split",
        signature: "split(text :: STRING, delimiter :: STRING) :: LIST<STRING>",
        arity: (2, 2),
        strict: true,
        doc: ("The parts of a string between delimiters.", "区切り文字で分けた文字列のリスト。"),
        example: ("RETURN split('都、区、市', '、')", "['都', '区', '市']"),
        call: |_, args| {
            let (text, delimiter) = (str("split", &args[0])?, str("split", &args[1])?);
            let most = LIST_ITEMS_MAX.saturating_add(1);
            let parts: Vec<Datum> = match delimiter {
                "" => {
                    let one = |c: char| Datum::str(c.encode_utf8(&mut [0; 4]));
                    text.chars().map(one).take(most).collect()
                }
                _ => text.split(delimiter).map(Datum::str).take(most).collect(),
            };
            if parts.len() > LIST_ITEMS_MAX {
                return Err(list_too_long(parts.len() as u128));
            }
            Ok(Datum::list(parts))
        },
    },
    Function {
        name: "substring",
        signature: "substring(text :: STRING, start :: INTEGER, length :: INTEGER = rest) :: STRING",
        arity: (2, 3),
        strict: true,
        doc: (
            "A part of a string; counts characters from 0.",
            "文字列の一部（文字位置は 0 から）。",
        ),
        example: ("RETURN substring('医療的ケア児', 3, 2)", "'ケア'"),
        call: |_, args| {
            let text = str("substring", &args[0])?;
            let start = length("substring", &args[1])?;
            let taken = args.get(2).map_or(Ok(usize::MAX), |arg| length("substring", arg))?;
            Ok(Datum::Str(text.chars().skip(start).take(taken).collect::<String>().into()))
        },
    },
    Function {
        name: "left",
        signature: "left(text :: STRING, length :: INTEGER) :: STRING",
        arity: (2, 2),
        strict: true,
        doc: ("The first characters of a string.", "文字列の先頭の文字。"),
        example: ("RETURN left('区市町村', 2)", "'区市'"),
        call: |_, args| {
            let taken = length("left", &args[1])?;
            Ok(Datum::Str(str("left", &args[0])?.chars().take(taken).collect::<String>().into()))
        },
    },
    Function {
        name: "right",
        signature: "right(text :: STRING, length :: INTEGER) :: STRING",
        arity: (2, 2),
        strict: true,
        doc: ("The last characters of a string.", "文字列の末尾の文字。"),
        example: ("RETURN right('区市町村', 2)", "'町村'"),
        call: |_, args| {
            let text = str("right", &args[0])?;
            let skipped = text.chars().count().saturating_sub(length("right", &args[1])?);
            Ok(Datum::Str(text.chars().skip(skipped).collect::<String>().into()))
        },
    },
    Function {
        name: "replace",
        signature: "replace(text :: STRING, search :: STRING, replacement :: STRING) :: STRING",
        arity: (3, 3),
        strict: true,
        doc: ("A string with every occurrence replaced.", "すべての一致箇所を置き換えた文字列。"),
        example: ("RETURN replace('訪問看護ST', 'ST', 'ステーション')", "'訪問看護ステーション'"),
        call: replace,
    },
    Function {
        name: "trim",
        signature: "trim(text :: STRING) :: STRING",
        arity: (1, 1),
        strict: true,
        doc: ("A string without white space at its ends.", "前後の空白を除いた文字列。"),
        example: ("RETURN trim('　都 ')", "'都'"),
        call: |_, args| trimmed("trim", args, (true, true)),
    },
    Function {
        name: "btrim",
        signature: "btrim(text :: STRING, characters :: STRING = white space) :: STRING",
        arity: (1, 2),
        strict: true,
        doc: (
            "A string without certain characters at its ends. An extension.",
            "前後から指定の文字（既定は空白）を除いた文字列（拡張機能）。",
        ),
        example: ("RETURN btrim('・都・', '・')", "'都'"),
        call: |_, args| trimmed("btrim", args, (true, true)),
    },
    Function {
        name: "ltrim",
        signature: "ltrim(text :: STRING, characters :: STRING = white space) :: STRING",
        arity: (1, 2),
        strict: true,
        doc: (
            "A string without white space, or certain characters (an extension), at its start.",
            "先頭から空白（拡張機能として、指定の文字）を除いた文字列。",
        ),
        example: ("RETURN ltrim(' a ')", "'a '"),
        call: |_, args| trimmed("ltrim", args, (true, false)),
    },
    Function {
        name: "rtrim",
        signature: "rtrim(text :: STRING, characters :: STRING = white space) :: STRING",
        arity: (1, 2),
        strict: true,
        doc: (
            "A string without white space, or certain characters (an extension), at its end.",
            "末尾から空白（拡張機能として、指定の文字）を除いた文字列。",
        ),
        example: ("RETURN rtrim(' a ')", "' a'"),
        call: |_, args| trimmed("rtrim", args, (false, true)),
    },
    Function {
        name: "toUpper",
        signature: "toUpper(text :: STRING) :: STRING",
        arity: (1, 1),
        strict: true,
        doc: ("A string in upper case.", "大文字にした文字列。"),
        example: ("RETURN toUpper('ojt')", "'OJT'"),
        call: |_, args| Ok(Datum::str(&str("toUpper", &args[0])?.to_uppercase())),
    },
    Function {
        name: "toLower",
        signature: "toLower(text :: STRING) :: STRING",
        arity: (1, 1),
        strict: true,
        doc: ("A string in lower case.", "小文字にした文字列。"),
        example: ("RETURN toLower('OJT')", "'ojt'"),
        call: |_, args| Ok(Datum::str(&str("toLower", &args[0])?.to_lowercase())),
    },
    Function {
        name: "normalize",
        signature: "normalize(text :: STRING, form :: STRING = 'NFC') :: STRING",
        arity: (1, 2),
        strict: true,
        doc: (
            "A string in a Unicode normalisation form: NFC, NFD, NFKC or NFKD.",
            "Unicode 正規化（NFC、NFD、NFKC、NFKD）をした文字列。",
        ),
        example: ("RETURN normalize('ＯＪＴ', 'NFKC')", "'OJT'"),
        call: normalize,
    },
    Function {
        name: "foldWidth",
        signature: "foldWidth(text :: STRING) :: STRING",
        arity: (1, 1),
        strict: true,
        doc: (
            "A string with full-width Latin letters and half-width kana in their usual width. An extension.",
            "全角英数字と半角カナを標準の幅にそろえた文字列（拡張機能）。",
        ),
        example: ("RETURN foldWidth('ｹｱ児ＯＪＴ①')", "'ケア児OJT①'"),
        call: |_, args| Ok(Datum::str(&fold_width(str("foldWidth", &args[0])?))),
    },
];

fn str<'d>(function: &str, datum: &'d Datum) -> Result<&'d str> {
    match datum {
        Datum::Str(text) => Ok(text),
        other => Err(wrong_type(function, &text!("a string", "文字列"), other)),
    }
}

/// A text without certain characters at its start, its end, or both; white space where none are given.
fn trimmed(function: &str, args: &[Datum], (start, end): (bool, bool)) -> Result<Datum> {
    let mut text = str(function, &args[0])?;
    let listed = args.get(1).map(|arg| str(function, arg)).transpose()?;
    let goes = |c: char| listed.map_or_else(|| c.is_whitespace(), |listed| listed.contains(c));
    if start {
        text = text.trim_start_matches(goes);
    }
    if end {
        text = text.trim_end_matches(goes);
    }
    Ok(Datum::str(text))
}

/// A number of characters: an integer that is not negative.
fn length(function: &str, datum: &Datum) -> Result<usize> {
    match datum {
        Datum::Int(int) if *int >= 0 => Ok(usize::try_from(*int).unwrap_or(usize::MAX)),
        Datum::Int(int) => Err(Error::new(
            Code::RunArgument,
            text!(
                "`{function}` takes a position or length that is not negative, not {int}",
                "`{function}` の位置と長さは 0 以上の整数です（値：{int}）"
            ),
        )
        .known_as(Standard::runtime("ArgumentError", "NumberOutOfRange"))),
        other => Err(wrong_type(function, &text!("an integer", "整数"), other)),
    }
}

fn replace(_: &Context<'_>, args: &[Datum]) -> Result<Datum> {
    let (text, search) = (str("replace", &args[0])?, str("replace", &args[1])?);
    let replacement = str("replace", &args[2])?;
    if search.is_empty() {
        return Ok(Datum::str(text));
    }
    let found = text.matches(search).count();
    let grown = found.saturating_mul(replacement.len()).saturating_add(text.len());
    if grown > TEXT_BYTES_MAX {
        return Err(text_too_long(grown));
    }
    Ok(Datum::str(&text.replace(search, replacement)))
}

fn normalize(_: &Context<'_>, args: &[Datum]) -> Result<Datum> {
    let text = str("normalize", &args[0])?;
    let form = args.get(1).map_or(Ok("NFC"), |arg| str("normalize", arg))?;
    let normal: String = match form {
        "NFC" => text.nfc().collect(),
        "NFD" => text.nfd().collect(),
        "NFKC" => text.nfkc().collect(),
        "NFKD" => text.nfkd().collect(),
        _ => {
            return Err(Error::new(
                Code::RunArgument,
                text!(
                    "`normalize` does not know the form `{form}`",
                    "`normalize` に正規化形式 `{form}` はありません"
                ),
            )
            .known_as(Standard::runtime("ArgumentError", "InvalidArgumentValue"))
            .help(text!(
                "Use `'NFC'`, `'NFD'`, `'NFKC'` or `'NFKD'`.",
                "`'NFC'`、`'NFD'`、`'NFKC'`、`'NFKD'` のいずれかを使ってください。"
            )));
        }
    };
    Ok(Datum::str(&normal))
}

/// Maps full-width ASCII (U+FF01–FF5E, U+3000) and half-width kana (U+FF61–FF9F) to their usual width; all else stays,
/// so that ① and ㈱ keep their form, which NFKC would not leave them.
fn fold_width(text: &str) -> String {
    let folded = text.chars().flat_map(|c| match c {
        '\u{3000}' => vec![' '],
        '\u{FF01}'..='\u{FF5E}' | '\u{FF61}'..='\u{FF9F}' => std::iter::once(c).nfkd().collect(),
        c => vec![c],
    });
    folded.nfc().collect()
}
