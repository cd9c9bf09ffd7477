//! Parameters as people give them: `name=value`.

use indexmap::IndexMap;
use serde_json::value::RawValue;

use crate::error::{Code, Error, Result, text};
use crate::model::{Value, nfc};
use crate::session::Params;

/// How deep the lists and maps of a parameter may nest.
const DEPTH_MAX: usize = 64;

/// One parameter as it was given; what its text means depends on who takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The name, without `$`.
    pub name: String,
    /// The text after `=`.
    pub text: String,
}

/// Reads `name=value`; a `$` before the name is allowed, and spaces of any width round `=`.
///
/// # Errors
/// `usage` where there is no `=` or no name.
pub fn parse_param(argument: &str) -> Result<Given> {
    let fault = || {
        let wide = argument.contains('＝') && !argument.contains('=');
        Error::new(
            Code::Usage,
            text!(
                "`{argument}` is not a parameter",
                "「{argument}」はパラメーターとして読み取れません"
            ),
        )
        .help_if(wide.then(|| {
            text!(
                "Write `=` for `＝` (U+FF1D).",
                "「＝」（U+FF1D）ではなく、半角の `=` を使ってください。"
            )
        }))
        .help(text!("Write it as `name=value`.", "`名前=値` の形で指定してください。"))
    };
    let (name, text) = argument.split_once('=').ok_or_else(fault)?;
    // Who sets `=` apart from the name sets it apart from the value, too; else a space belongs to the value.
    let text = if name.ends_with(char::is_whitespace) { text.trim() } else { text };
    let name = name.trim();
    let name = name.strip_prefix('$').unwrap_or(name);
    if name.is_empty() {
        return Err(fault());
    }
    Ok(Given { name: nfc(name).into_owned(), text: text.to_owned() })
}

/// The parameters of a query that says nothing about them.
///
/// # Errors
/// `usage` where one is given twice, or is a number out of range.
pub fn params(given: &[Given]) -> Result<Params> {
    let mut params = Params::new();
    for Given { name, text } in given {
        if params.insert(name.clone(), parse_value(text)?).is_some() {
            return Err(given_twice(name));
        }
    }
    Ok(params)
}

/// The fault of a parameter that is given twice.
pub(super) fn given_twice(name: &str) -> Error {
    Error::new(
        Code::Usage,
        text!("parameter `{name}` is given twice", "パラメーター `{name}` が二度指定されています"),
    )
}

/// What a text stands for: a JSON literal where it is one, else itself.
///
/// So `5` is an integer, `"5"`, `'5'` and `05` are texts, and `都` needs no quotes.
///
/// # Errors
/// `usage` for a number out of range and for nesting past 64 levels: neither may silently become something else.
pub fn parse_value(text: &str) -> Result<Value> {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => literal(raw.get(), 0),
        Err(_) => {
            let inner = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
            Ok(Value::String(inner.unwrap_or(text).to_owned()))
        }
    }
}

/// The value of valid JSON; integers never become floats.
fn literal(json: &str, depth: usize) -> Result<Value> {
    if depth > DEPTH_MAX {
        return Err(Error::new(
            Code::Usage,
            text!(
                "a parameter nests deeper than {DEPTH_MAX} levels",
                "パラメーターの入れ子が深すぎます（上限：{DEPTH_MAX} 段）"
            ),
        ));
    }
    let deeper = depth.saturating_add(1);
    let invalid = |error: serde_json::Error| Error::new(Code::Usage, text!("{error}", "{error}"));
    match json.chars().next() {
        Some('"') => Ok(Value::String(serde_json::from_str(json).map_err(invalid)?)),
        Some('[') => {
            let items: Vec<&RawValue> = serde_json::from_str(json).map_err(invalid)?;
            let items: Result<_> = items.iter().map(|item| literal(item.get(), deeper)).collect();
            Ok(Value::List(items?))
        }
        Some('{') => {
            let entries: IndexMap<String, &RawValue> =
                serde_json::from_str(json).map_err(invalid)?;
            let entries = entries.into_iter();
            let entries: Result<_> =
                entries.map(|(key, item)| Ok((key, literal(item.get(), deeper)?))).collect();
            Ok(Value::Map(entries?))
        }
        Some('t') => Ok(Value::Bool(true)),
        Some('f') => Ok(Value::Bool(false)),
        Some('n') => Ok(Value::Null),
        _ => number(json),
    }
}

fn number(json: &str) -> Result<Value> {
    let value = if json.contains(['.', 'e', 'E']) {
        json.parse().ok().filter(|x: &f64| x.is_finite()).map(Value::Float)
    } else {
        json.parse().ok().map(Value::Int)
    };
    value.ok_or_else(|| {
        Error::new(
            Code::Usage,
            text!("number out of range: `{json}`", "「{json}」は扱える数値の範囲を超えています"),
        )
        .help(text!(
            "Integers have 64 bits; to pass the digits as a string, put them in double quotes.",
            "整数は 64 ビットまでです。文字列として指定するには二重引用符で囲んでください。"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_literal_or_itself() {
        let text = |words: &str| Value::String(words.to_owned());
        let cases = [
            ("5", Value::Int(5)),
            ("-9223372036854775808", Value::Int(i64::MIN)),
            ("1.0", Value::Float(1.0)),
            ("true", Value::Bool(true)),
            ("null", Value::Null),
            ("\"5\"", text("5")),
            ("01100", text("01100")),
            ("都", text("都")),
            ("'都'", text("都")),
            ("'", text("'")),
            ("", text("")),
            ("[案", text("[案")),
            ("NaN", text("NaN")),
            ("[1, \"a\"]", Value::List(vec![Value::Int(1), text("a")])),
        ];
        for (given, want) in cases {
            assert_eq!(parse_value(given).unwrap(), want, "{given}");
        }
        let Value::Map(map) = parse_value(r#"{"z": 1, "a": {"b": null}}"#).unwrap() else {
            panic!("a map")
        };
        assert_eq!(map.keys().collect::<Vec<_>>(), ["z", "a"]);
    }

    #[test]
    fn nothing_is_rounded_or_overflows_in_silence() {
        for given in ["9223372036854775808", "[99999999999999999999]", "1e999"] {
            assert_eq!(parse_value(given).unwrap_err().code(), Code::Usage, "{given}");
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(parse_value(&deep).is_err());
    }

    #[test]
    fn a_parameter_has_a_name() {
        let given = parse_param("$level=a=b").unwrap();
        assert_eq!((given.name.as_str(), given.text.as_str()), ("level", "a=b"));
        for spaced in ["level = 都", "level\u{3000}=\u{3000}都"] {
            let given = parse_param(spaced).unwrap();
            assert_eq!((given.name.as_str(), given.text.as_str()), ("level", "都"));
        }
        assert_eq!(parse_param("level= 都").unwrap().text, " 都");
        let wide = parse_param("level＝都").unwrap_err();
        assert!(wide.parts().help.iter().any(|help| help.en.contains("U+FF1D")));
        assert!(parse_param("level").is_err() && parse_param("=x").is_err());
        let twice = [parse_param("a=1").unwrap(), parse_param("a=2").unwrap()];
        assert!(params(&twice).is_err());
    }
}
