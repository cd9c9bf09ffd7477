//! Regular expressions, as `=~` takes them: a match is one of the whole text.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what a regular expression may lack is told apart where that helps; the library may add more"
)]

use std::ops::Range;

use regex::Regex;
use regex_syntax::ast::ErrorKind as Form;
use regex_syntax::hir::ErrorKind as Meaning;

use crate::error::{Code, Error, Standard, Text, text};

/// No longer pattern is read: that would take seconds, and hundreds of megabytes.
const PATTERN_BYTES_MAX: usize = 64 << 10;

/// A pattern that could not be read.
#[derive(Debug)]
pub(crate) struct Misread {
    /// Why; without a place.
    pub(crate) error: Error,
    /// The bytes of the pattern at fault.
    pub(crate) place: Range<usize>,
}

/// Reads a pattern that matches whole texts only, as Java's do.
///
/// # Errors
/// `run.argument`, with what is wrong and where.
pub(crate) fn whole(pattern: &str) -> Result<Regex, Misread> {
    if pattern.len() > PATTERN_BYTES_MAX {
        return Err(Misread { error: too_large(), place: 0..pattern.len() });
    }
    if let Err(error) = regex_syntax::Parser::new().parse(pattern) {
        return Err(misread(pattern, &error));
    }
    // Behind a comment of `(?x)` the bracket must stand on a line of its own, where white space means nothing.
    let bound = Regex::new(&format!(r"\A(?:{pattern})\z"));
    bound
        .or_else(|_| Regex::new(&format!("\\A(?:{pattern}\n)\\z")))
        .map_err(|_| Misread { error: too_large(), place: 0..pattern.len() })
}

/// The fault of a pattern that takes too much to be read, or to be kept ready.
fn too_large() -> Error {
    Error::new(
        Code::LimitMemory,
        text!("the pattern is too large as a regular expression", "正規表現が大きすぎます"),
    )
    .known_as(Standard::runtime("ArgumentError", "InvalidArgumentValue"))
    .help(text!(
        "Test the text with several smaller patterns, or bring down the numbers in `{{…}}`.",
        "小さなパターンに分けるか、`{{…}}` の回数を減らしてください。"
    ))
}

fn misread(pattern: &str, error: &regex_syntax::Error) -> Misread {
    let (why, span) = match error {
        regex_syntax::Error::Parse(error) => (form(error.kind()), Some(error.span())),
        regex_syntax::Error::Translate(error) => (meaning(error.kind()), Some(error.span())),
        _ => (text!("it cannot be read", "読み取れません"), None),
    };
    let place = span.map_or(0..pattern.len(), |span| span.start.offset..span.end.offset);
    let place = if place.is_empty() { place.start..after(pattern, place.start) } else { place };
    let at = pattern.get(..place.start).unwrap_or_default().chars().count().saturating_add(1);
    let Text { en, ja } = why;
    let error = fault(&text!(
        "not a regular expression: {en}, at character {at} of the pattern",
        "正規表現として読み取れません：{ja}（パターンの {at} 文字目）"
    ));
    Misread { error, place }
}

/// The end of the character that begins here.
fn after(pattern: &str, start: usize) -> usize {
    let next = pattern.get(start..).and_then(|rest| rest.chars().next());
    start.saturating_add(next.map_or(0, char::len_utf8))
}

fn fault(message: &Text) -> Error {
    Error::new(Code::RunArgument, message.clone())
        .known_as(Standard::runtime("ArgumentError", "InvalidArgumentValue"))
}

/// What is wrong with the form of a pattern.
fn form(kind: &Form) -> Text {
    match kind {
        Form::GroupUnclosed => text!("this `(` is never closed", "`(` が閉じられていません"),
        Form::GroupUnopened => text!("this `)` closes nothing", "`)` に対応する `(` がありません"),
        Form::ClassUnclosed => text!("this `[` is never closed", "`[` が閉じられていません"),
        Form::ClassRangeInvalid => {
            text!("this range is the wrong way round", "文字の範囲が逆順です")
        }
        Form::ClassEscapeInvalid | Form::ClassRangeLiteral => {
            text!("this cannot stand in `[…]`", "`[…]` の中には書けません")
        }
        Form::RepetitionMissing => {
            text!("there is nothing to repeat here", "繰り返す対象がありません")
        }
        Form::RepetitionCountUnclosed => {
            text!("this `{{` is never closed", "`{{` が閉じられていません")
        }
        Form::RepetitionCountInvalid
        | Form::RepetitionCountDecimalEmpty
        | Form::DecimalEmpty
        | Form::DecimalInvalid => {
            text!("this is no number of repetitions", "繰り返しの回数が正しくありません")
        }
        Form::EscapeUnrecognized
        | Form::EscapeUnexpectedEof
        | Form::EscapeHexEmpty
        | Form::EscapeHexInvalid
        | Form::EscapeHexInvalidDigit => {
            text!("`\\` and what follows mean nothing here", "`\\` に続く文字が正しくありません")
        }
        Form::FlagDanglingNegation
        | Form::FlagDuplicate { .. }
        | Form::FlagRepeatedNegation { .. }
        | Form::FlagUnexpectedEof
        | Form::FlagUnrecognized => text!("this is no flag", "フラグが正しくありません"),
        Form::GroupNameDuplicate { .. }
        | Form::GroupNameEmpty
        | Form::GroupNameInvalid
        | Form::GroupNameUnexpectedEof => {
            text!("this is no name for a group", "グループの名前が正しくありません")
        }
        Form::UnsupportedBackreference => {
            text!("references back are not supported", "後方参照には対応していません")
        }
        Form::UnsupportedLookAround => {
            text!("looking ahead and behind is not supported", "先読みと後読みには対応していません")
        }
        Form::NestLimitExceeded(_) => text!("it nests too deep", "入れ子が深すぎます"),
        _ => text!("it cannot be read", "読み取れません"),
    }
}

/// What is wrong with the meaning of a pattern.
fn meaning(kind: &Meaning) -> Text {
    match kind {
        Meaning::UnicodePropertyNotFound | Meaning::UnicodePropertyValueNotFound => {
            text!("there is no such class of characters", "この文字の種類はありません")
        }
        _ => text!("it cannot be read", "読み取れません"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        whole(pattern).is_ok_and(|regex| regex.is_match(text))
    }

    #[test]
    fn a_match_is_whole() {
        assert!(matches("a|ab", "ab"));
        assert!(!matches("a", "ab"));
        assert!(matches(".*ケア.*", "医療的ケア児"));
        assert!(!matches("a.b", "a\nb"));
        assert!(matches("(?s)a.b", "a\nb"));
        assert!(matches("(?x) a # the first letter", "a"));
        assert!(matches(r"\p{Hiragana}+", "ひらがな"));
        assert!(matches("", ""));
    }

    #[test]
    fn a_fault_has_a_place() {
        let place = |pattern: &str| whole(pattern).map_or_else(|fault| fault.place, |_| 0..0);
        assert_eq!(place("ケア(児"), 6..7);
        assert_eq!(place("[a-z"), 0..1);
        assert_eq!(place("*"), 0..1);
        assert_eq!(place(r"(a)\1"), 3..5);
        assert_eq!(place(r"\p{Nonsense}"), 0..12);
        assert_eq!(place("((a{1000}){1000}){1000}"), 0..23);
    }
}
