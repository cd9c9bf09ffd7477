//! What the TOML parser finds wrong, in words for people who do not know TOML.
//!
//! Turns the parser's own messages, which are for programmers and in English, into faults. A message that is not in the
//! table is passed on as it is.

use std::ops::Range;

use crate::error::{Code, Error, Span, Text, text};

/// What sort of fault the parser found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    /// A key or table that is there already.
    DuplicateKey,
    /// A value that is no TOML value.
    Value,
    /// A number that starts with zero.
    LeadingZero,
    /// A `\x` that means nothing.
    Escape,
    /// A text without its closing quote, or with something in it that cannot be there.
    Text,
    /// A key with characters that need quotes.
    Key,
    /// A key without `=`.
    NoEquals,
    /// `=` without a value.
    NoValue,
    /// A `[header]` that is not closed, or has something behind it.
    Header,
    /// Items without a comma between them.
    NoComma,
    /// A comma too many.
    ExtraComma,
    /// Brackets within brackets within brackets.
    Depth,
    /// Something behind a value or header.
    Trailing,
    /// Anything else.
    Other,
}

/// The beginnings of the parser's messages.
const FINDINGS: &[(&str, Finding)] = &[
    ("duplicate key", Finding::DuplicateKey),
    ("cannot extend value", Finding::DuplicateKey),
    ("string values must be quoted", Finding::Value),
    ("invalid float", Finding::Value),
    ("invalid integer", Finding::Value),
    ("invalid boolean", Finding::Value),
    ("invalid datetime", Finding::Value),
    ("missing opening quote", Finding::Value),
    ("missing inline table opening", Finding::Value),
    ("missing array opening", Finding::Value),
    ("unexpected leading zero", Finding::LeadingZero),
    ("missing escaped value", Finding::Escape),
    ("too few unicode value digits", Finding::Escape),
    ("invalid value", Finding::Escape),
    ("invalid basic string", Finding::Text),
    ("invalid literal string", Finding::Text),
    ("invalid multi-line", Finding::Text),
    ("invalid unquoted key", Finding::Key),
    ("unquoted keys cannot be empty", Finding::Key),
    ("key with no value", Finding::NoEquals),
    ("missing value", Finding::NoValue),
    ("unclosed table", Finding::Header),
    ("unclosed array table", Finding::Header),
    ("missing table open", Finding::Header),
    ("missing comma", Finding::NoComma),
    ("invalid inline table element", Finding::NoComma),
    ("extra assignment", Finding::NoComma),
    ("extra comma", Finding::ExtraComma),
    ("unexpected key or value", Finding::Trailing),
    ("unexpected content", Finding::Trailing),
    ("extra `=`", Finding::Trailing),
    ("cannot recurse further", Finding::Depth),
    ("recursion limit", Finding::Depth),
];

/// The sort of fault behind a message of the parser.
pub(super) fn finding(message: &str) -> Finding {
    let known = FINDINGS.iter().find(|(start, _)| message.starts_with(start));
    known.map_or(Finding::Other, |(_, finding)| *finding)
}

/// Whether a message tells of a list or table that is open to the end of the file.
pub(super) fn is_runaway(message: &str) -> bool {
    message.starts_with("unclosed array, ") || message.starts_with("unclosed inline table")
}

impl Finding {
    /// Whether the block around it cannot be read, rather than one value of it.
    pub(super) fn is_structural(self) -> bool {
        match self {
            Self::NoEquals
            | Self::NoValue
            | Self::Header
            | Self::Depth
            | Self::Trailing
            | Self::Other => true,
            Self::DuplicateKey
            | Self::Value
            | Self::LeadingZero
            | Self::Escape
            | Self::Text
            | Self::Key
            | Self::NoComma
            | Self::ExtraComma => false,
        }
    }

    /// Whether it is told of a whole value, not of the part of it where the parser stopped.
    pub(super) fn is_of_value(self) -> bool {
        matches!(self, Self::Value | Self::LeadingZero | Self::Text)
    }
}

/// The fault for a finding at `place`.
pub(super) fn fault(finding: Finding, message: &str, source: &str, place: &Range<usize>) -> Error {
    let line = line_around(source, place.start);
    let place = if finding == Finding::Key { whole_key(source, place) } else { place.clone() };
    let word = source.get(place.clone()).unwrap_or("");
    let (message, help) = match finding {
        Finding::Key | Finding::Trailing | Finding::NoEquals if line.starts_with("//") => (
            text!("a comment starts with `#`", "コメントは `#` で始めます"),
            Some(text!("Write `#` for `//`.", "`//` ではなく `#` と書いてください。")),
        ),
        Finding::Header | Finding::Trailing if line.starts_with('[') => header(line),
        Finding::Value => value(word),
        Finding::LeadingZero => leading_zero(word),
        Finding::Key => key(word),
        Finding::DuplicateKey if line.starts_with('[') && !line.starts_with("[[") => (
            text!("`{word}` is given twice", "`{word}` が重複しています"),
            Some(text!(
                "Nodes start with double brackets, `[[{word}]]`; of another table keep one.",
                "ノードは二重の角括弧で `[[{word}]]` と書き始めます。ノードでなければ、どちらか一方だけを残してください。"
            )),
        ),
        Finding::DuplicateKey => (
            text!("`{word}` is given twice", "`{word}` が重複しています"),
            Some(text!("Keep one of the two.", "どちらか一方だけを残してください。")),
        ),
        Finding::Other => {
            (text!("not TOML: {message}", "TOML として読み込めません：{message}"), None)
        }
        Finding::Header
        | Finding::Trailing
        | Finding::Escape
        | Finding::Text
        | Finding::NoEquals
        | Finding::NoValue
        | Finding::NoComma
        | Finding::ExtraComma
        | Finding::Depth => fixed(finding),
    };
    let fault = Error::new(Code::SeedSyntax, message).at(Span::new(place.start, place.end));
    fault.help_if(odd_character(source, &place).or(help))
}

/// The words for the findings that are told in the same way wherever they are.
fn fixed(finding: Finding) -> (Text, Option<Text>) {
    let (message, help) = match finding {
        Finding::Escape => (
            text!("a backslash that means nothing", "意味のない `\\` があります"),
            text!(
                "Write `\\\\` for a backslash, or put the text in single quotes.",
                "`\\` そのものは `\\\\` と書くか、全体を `'` で囲んでください。"
            ),
        ),
        Finding::Text => (
            text!("text without its closing quote", "文字列の終わりの引用符がありません"),
            text!(
                "Close it; text over several lines stands between `\"\"\"`.",
                "引用符で閉じてください。複数行の文字列は `\"\"\"` で囲みます。"
            ),
        ),
        Finding::NoEquals => (
            text!("expected `=` and a value", "`=` と値が必要です"),
            text!(
                "Write a line as `key = \"value\"`.",
                "一行は `キー = \"値\"` の形で書いてください。"
            ),
        ),
        Finding::NoValue => (text!("no value after `=`", "`=` の後に値がありません"), leave_out()),
        Finding::NoComma => (
            text!("expected a comma, or the end of the list", "コンマか、リストの終わりが必要です"),
            text!("Write `,` between two items.", "項目と項目の間に `,` を書いてください。"),
        ),
        Finding::ExtraComma => (
            text!("a comma with nothing before it", "コンマの前に値がありません"),
            text!("Delete it.", "削除してください。"),
        ),
        Finding::Depth => (
            text!("nested too deeply", "入れ子が深すぎます"),
            text!(
                "Knowledge files need no more than a table in a list.",
                "ナレッジファイルの入れ子は、リストの中のテーブルまでで足ります。"
            ),
        ),
        Finding::Trailing
        | Finding::Header
        | Finding::DuplicateKey
        | Finding::Value
        | Finding::LeadingZero
        | Finding::Key
        | Finding::Other => (
            text!("something follows the value", "値の後に余分なものがあります"),
            text!(
                "A line holds one key and its value; a comment starts with `#`.",
                "一行に書けるのは一組のキーと値です。コメントは `#` で始めます。"
            ),
        ),
    };
    (message, Some(help))
}

/// What to do about a value that nobody knows.
fn leave_out() -> Text {
    text!(
        "Write a value, or delete the line: what is not known is left out.",
        "値を書くか、行ごと削除してください。分からない項目は書かないでおきます。"
    )
}

/// A value that is none: most often text without quotes.
fn value(word: &str) -> (Text, Option<Text>) {
    if word.is_empty() {
        return (text!("a value is missing here", "ここに値がありません"), Some(leave_out()));
    }
    let lower = word.to_ascii_lowercase();
    match lower.as_str() {
        "yes" | "no" | "on" | "off" | "true" | "false" => (
            text!("`{word}` is not a boolean", "「{word}」は真偽値ではありません"),
            Some(text!(
                "Write `true` or `false`, or put text in quotes.",
                "`true` か `false` と書くか、文字列なら引用符で囲んでください。"
            )),
        ),
        "null" | "none" | "nil" | "~" => (
            text!("there is no `{word}` in TOML", "TOML に「{word}」はありません"),
            Some(text!(
                "Delete the line: what is not known is left out.",
                "行ごと削除してください。分からない項目は書かないでおきます。"
            )),
        ),
        _ => (
            text!("`{word}` is text without quotes", "「{word}」が引用符で囲まれていません"),
            Some(text!(
                "Write it in quotes: `\"{word}\"`.",
                "`\"{word}\"` のように引用符で囲んでください。"
            )),
        ),
    }
}

fn leading_zero(word: &str) -> (Text, Option<Text>) {
    (
        text!(
            "a number cannot start with 0 (`{word}`)",
            "数値は 0 から始められません（「{word}」）"
        ),
        Some(text!(
            "A code is a string: write it in quotes, `\"{word}\"`.",
            "コードは文字列です。`\"{word}\"` のように引用符で囲んでください。"
        )),
    )
}

fn key(word: &str) -> (Text, Option<Text>) {
    let odd = word.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'));
    let Some(odd) = odd else {
        return (text!("a key is missing here", "ここにキーがありません"), None);
    };
    if odd == ':' {
        let (_, help) = fixed(Finding::NoEquals);
        return (text!("expected `=`, found `:`", "`:` ではなく `=` が必要です"), help);
    }
    let code = u32::from(odd);
    let message = text!(
        "`{odd}` (U+{code:04X}) cannot stand in the key `{word}`",
        "キー `{word}` に「{odd}」（U+{code:04X}）は使えません"
    );
    let help = text!(
        "Keys are the ASCII names of the schema; `kadai schema` lists them.",
        "キーにはスキーマにある英数字の名前を使います。一覧は `kadai schema` で確認できます。"
    );
    (message, Some(help))
}

/// A header whose brackets do not match.
fn header(line: &str) -> (Text, Option<Text>) {
    let name = line.split('#').next().unwrap_or("").trim().trim_matches(['[', ']']).trim();
    let list = line.starts_with("[[") || line.contains("]]");
    let (open, close) = if list { ("[[", "]]") } else { ("[", "]") };
    (
        text!("the brackets of this header do not match", "見出しの括弧がそろっていません"),
        Some(text!(
            "Write it as `{open}{name}{close}`.",
            "`{open}{name}{close}` と書いてください。"
        )),
    )
}

/// The line that holds `offset`, without the space around it.
fn line_around(source: &str, offset: usize) -> &str {
    let start = source.get(..offset).and_then(|before| before.rfind('\n'));
    let start = start.map_or(0, |at| at.saturating_add(1));
    source.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("").trim()
}

/// The whole key of which `place` is the part that cannot stand there.
fn whole_key(source: &str, place: &Range<usize>) -> Range<usize> {
    let stop =
        |c: char| c.is_whitespace() || matches!(c, '=' | '.' | '[' | ']' | '{' | '}' | ',' | '"');
    let before = source.get(..place.start).unwrap_or("");
    let start = before.char_indices().rev().find(|(_, c)| stop(*c));
    let start = start.map_or(0, |(at, c)| at.saturating_add(c.len_utf8()));
    let after = source.get(place.end..).unwrap_or("");
    let end = after.find(stop).unwrap_or(after.len());
    start..place.end.saturating_add(end)
}

/// Advice about the full-width and curly characters, outside quotes, on the line of `place`.
fn odd_character(source: &str, place: &Range<usize>) -> Option<Text> {
    let before = source.get(..place.start)?;
    let start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
    let line = source.get(start..)?.lines().next()?;
    let mut odd: Vec<(char, char)> = Vec::new();
    let mut quote = None;
    for c in line.chars() {
        if quote.is_none() && c == '#' {
            break;
        }
        if quote.is_some_and(|close| close != c) {
            continue;
        }
        quote = if quote.is_none() { closing_quote(c) } else { None };
        let plain = plain_form(c).filter(|_| !odd.iter().any(|(known, _)| *known == c));
        odd.extend(plain.map(|plain| (c, plain)));
    }
    let each = |form: fn(char, u32, char) -> String, comma: &str| {
        let words = odd.iter().map(|(c, plain)| form(*c, u32::from(*c), *plain));
        words.collect::<Vec<_>>().join(comma)
    };
    let en = each(|c, code, plain| format!("`{plain}` for `{c}` (U+{code:04X})"), ", ");
    let ja =
        each(|c, code, plain| format!("「{c}」（U+{code:04X}）ではなく半角の `{plain}`"), "、");
    (!odd.is_empty()).then(|| text!("Write {en}.", "{ja} を使ってください。"))
}

/// The character that closes a text which `open` opens.
fn closing_quote(open: char) -> Option<char> {
    match open {
        '"' | '\'' | '＂' | '＇' | '”' | '’' => Some(open),
        '“' | '„' => Some('”'),
        '‘' => Some('’'),
        _ => None,
    }
}

/// The ASCII character that was meant by one of those a Japanese keyboard or a word processor makes of it.
fn plain_form(c: char) -> Option<char> {
    match c {
        '“' | '”' | '„' | '＂' => Some('"'),
        '‘' | '’' | '＇' => Some('\''),
        '\u{3000}' | '\u{a0}' => Some(' '),
        '、' | '，' => Some(','),
        '＝' | '［' | '］' | '｛' | '｝' | '＃' => {
            u32::from(c).checked_sub(0xfee0).and_then(char::from_u32)
        }
        _ => None,
    }
}
