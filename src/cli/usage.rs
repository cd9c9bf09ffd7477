//! Faults of the command line, in the same form as every other fault.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::args::Global;
use super::report::REPORTS;
use crate::error::{Code, Error, Text, did_you_mean, one_of, text};
use crate::syntax::KEYWORDS;

/// What clap refused, in our words.
pub(super) fn fault(error: &clap::Error) -> Error {
    let fault = Error::new(Code::Usage, message(error));
    if let Some(help) = known_word(error).or_else(|| limit(error)) {
        return fault.help(help);
    }
    let suggestion =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue]
            .into_iter()
            .find_map(|kind| Some(words(error.get(kind)?)).filter(|word| !word.is_empty()));
    if let Some(near) = suggestion {
        return fault.help(did_you_mean(&near));
    }
    if error.kind() == ErrorKind::InvalidValue
        && let Some(valid) = error.get(ContextKind::ValidValue).map(words)
        && !valid.is_empty()
    {
        return fault.help(one_of(&valid.split(", ").collect::<Vec<_>>()));
    }
    let arg = error.get(ContextKind::InvalidArg).map(words).unwrap_or_default();
    let usage = error.get(ContextKind::Usage).map(words).unwrap_or_default();
    let command = usage.split_once("kadai ").and_then(|(_, rest)| rest.split(' ').next());
    let surplus = error.kind() == ErrorKind::UnknownArgument && !arg.starts_with('-');
    match command.filter(|_| surplus) {
        Some("query") => fault.help(text!(
            "Put a query of several words in quotes.",
            "空白を含むクエリは引用符で囲んでください。"
        )),
        Some("run" | "diagram") if arg.contains('=') => fault.help(text!(
            "Parameters are given as `--param {arg}`.",
            "パラメーターは `--param {arg}` のように指定してください。"
        )),
        Some(command) if command.starts_with(|c: char| c.is_ascii_lowercase()) => {
            fault.help(text!(
                "`kadai {command} --help` lists what it takes.",
                "指定できるものは `kadai {command} --help` で確認できます。"
            ))
        }
        _ => fault.help(text!(
            "`kadai --help` lists what there is.",
            "一覧は `kadai --help` で確認できます。"
        )),
    }
}

/// Advice on a word in the place of a command that is something else we know: a report, a saved query, a query.
fn known_word(error: &clap::Error) -> Option<Text> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let word = words(error.get(ContextKind::InvalidSubcommand)?);
    if REPORTS.contains(&word.as_str()) {
        return Some(did_you_mean(&format!("kadai report {word}")));
    }
    let first = word.split(|c: char| !c.is_alphabetic()).next().unwrap_or("").to_uppercase();
    if KEYWORDS.contains(&first.as_str()) {
        let words = if word.contains(' ') { word } else { format!("{word} …") };
        return Some(did_you_mean(&format!("kadai query \"{words}\"")));
    }
    // Faults of saved queries are no answer to this one.
    let queries = Global::default().sources().saved_queries().unwrap_or_default();
    let saved = queries.iter().any(|query| query.name == word);
    saved.then(|| did_you_mean(&format!("kadai run {word}")))
}

/// What an option with a limit takes.
fn limit(error: &clap::Error) -> Option<Text> {
    if error.kind() != ErrorKind::ValueValidation {
        return None;
    }
    match words(error.get(ContextKind::InvalidArg)?).split(' ').next()? {
        "--timeout" => Some(text!(
            "It takes a number of seconds above 0, such as `30` or `2.5`.",
            "0 より大きい秒数を `30` や `2.5` のように指定してください。"
        )),
        "--max-rows" => Some(text!(
            "It takes a whole number of rows, such as `1000`.",
            "行数を `1000` のような整数で指定してください。"
        )),
        _ => None,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "kinds that kadai's arguments cannot give keep clap's words"
)]
fn message(error: &clap::Error) -> Text {
    let of = |kind| error.get(kind).map(words).unwrap_or_default();
    let arg = of(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument | ErrorKind::TooManyValues => {
            text!("unexpected argument `{arg}`", "引数 `{arg}` は指定できません")
        }
        ErrorKind::InvalidSubcommand => {
            let name = of(ContextKind::InvalidSubcommand);
            text!("unknown command `{name}`", "コマンド `{name}` はありません")
        }
        ErrorKind::InvalidValue if of(ContextKind::InvalidValue).is_empty() => {
            text!("`{arg}` needs a value", "`{arg}` には値が必要です")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = of(ContextKind::InvalidValue);
            text!("`{arg}` does not take `{value}`", "`{arg}` に「{value}」は指定できません")
        }
        ErrorKind::ArgumentConflict if of(ContextKind::PriorArg) == arg => {
            text!("`{arg}` is given twice", "`{arg}` が二度指定されています")
        }
        ErrorKind::ArgumentConflict => {
            let other = of(ContextKind::PriorArg);
            text!(
                "`{arg}` and `{other}` exclude each other",
                "`{arg}` と `{other}` は同時に指定できません"
            )
        }
        ErrorKind::MissingRequiredArgument => text!("`{arg}` is missing", "`{arg}` がありません"),
        ErrorKind::InvalidUtf8 => {
            text!("an argument is not UTF-8", "引数が UTF-8 ではありません")
        }
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            text!("`{arg}` needs another number of values", "`{arg}` の値の数が違います")
        }
        _ => {
            let drawn = error.to_string();
            let line = drawn.lines().next().unwrap_or_default();
            Text::same(line.strip_prefix("error: ").unwrap_or(line))
        }
    }
}

fn words(value: &ContextValue) -> String {
    match value {
        ContextValue::String(word) => word.clone(),
        ContextValue::Strings(words) => words.join(", "),
        ContextValue::StyledStr(words) => words.to_string(),
        ContextValue::StyledStrs(words) => {
            words.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        ContextValue::None | ContextValue::Bool(_) | ContextValue::Number(_) | _ => String::new(),
    }
}
