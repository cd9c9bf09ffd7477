//! Faults of rows: found by the thousand, shown by the handful.
//!
//! Turns what is wrong with a field into a diagnostic with its line. Nothing here keeps more of a file than the lines it shows.

use std::ops::Range;

use encoding_rs::Encoding;

use super::header::Type;
use crate::error::{Code, Error, Source, Span, Text, text};
use crate::files::{encoding_names, foreign, japanese};
use crate::model::temporal::Temporal;
use crate::model::type_words;

/// How many faults of one kind are shown for a file; further ones are only counted.
const SHOWN: usize = 5;

/// The longest line that is kept; what comes behind it is cut off.
const LINE_MAX: usize = 64 * 1024;

/// What is wrong with a row or a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A byte that is no UTF-8, and what the text looks like instead.
    Encoding { byte: u8, like: Option<&'static Encoding> },
    /// Quotes that open and do not close.
    Unclosed,
    /// Text behind the closing quote.
    AfterQuote,
    /// Too few or too many fields.
    Fields { found: usize, expected: usize },
    /// No value of the type.
    Value(Type),
    /// No id where one must be.
    EmptyId,
    /// No type where one must be.
    EmptyType,
    /// An id that no node has.
    NoNode,
    /// Too many different labels or types.
    Names,
}

/// How many kinds there are.
const KINDS: usize = 9;

impl Kind {
    /// What is wrong with bytes that are no UTF-8 from `at` on.
    pub(super) fn encoding(bytes: &[u8], at: usize) -> Self {
        let byte = bytes.get(at).copied().unwrap_or_default();
        Self::Encoding { byte, like: japanese(bytes).map(|(_, encoding)| encoding) }
    }

    /// The diagnostic for a fault in a text that is there whole.
    pub(super) fn alone(self, name: &str, bytes: &[u8], at: usize) -> Error {
        Fault::new(self, bytes, at..at + 1).error(name)
    }

    fn slot(&self) -> usize {
        match self {
            Self::Encoding { .. } => 0,
            Self::Unclosed => 1,
            Self::AfterQuote => 2,
            Self::Fields { .. } => 3,
            Self::Value(_) => 4,
            Self::EmptyId => 5,
            Self::EmptyType => 6,
            Self::NoNode => 7,
            Self::Names => 8,
        }
    }

    /// Whether the row, or more, is lost with it, so that ids may be missing.
    fn loses_rows(&self) -> bool {
        matches!(
            self,
            Self::Encoding { .. } | Self::Unclosed | Self::AfterQuote | Self::Fields { .. }
        )
    }
}

#[derive(Debug)]
struct Fault {
    kind: Kind,
    /// The line, counted from 0 within what was read.
    line: usize,
    text: String,
    span: Span,
}

/// Faults that were found in a block, or in a file.
#[derive(Debug, Default)]
pub(super) struct Found {
    shown: Vec<Fault>,
    counts: [usize; KINDS],
    /// Whether rows were lost.
    pub(super) lost: bool,
}

impl Found {
    /// Adds a fault at a place of a block.
    #[cold]
    pub(super) fn add(&mut self, kind: Kind, bytes: &[u8], place: Range<usize>) {
        self.lost |= kind.loses_rows();
        let Some(count) = self.counts.get_mut(kind.slot()) else { return };
        // A file in another encoding has no other fault than that.
        if *count > 0 && matches!(kind, Kind::Encoding { .. }) {
            return;
        }
        *count += 1;
        if *count <= SHOWN {
            self.shown.push(Fault::new(kind, bytes, place));
        }
    }

    /// Takes in what was found behind `lines` lines.
    pub(super) fn append(&mut self, other: Self, lines: usize) {
        self.lost |= other.lost;
        let mut room = self.counts.map(|count| SHOWN.saturating_sub(count));
        let foreign = self.counts.first().is_some_and(|count| *count > 0);
        if foreign {
            room[0] = 0;
        }
        for mut fault in other.shown {
            let Some(room) = room.get_mut(fault.kind.slot()).filter(|room| **room > 0) else {
                continue;
            };
            *room -= 1;
            fault.line += lines;
            self.shown.push(fault);
        }
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
        if foreign {
            self.counts[0] = 1;
        }
    }

    /// The diagnostics for the file called `name`, and how many faults more there are.
    pub(super) fn errors(mut self, name: &str) -> (Vec<Error>, usize) {
        self.shown.sort_by_key(|fault| (fault.line, fault.span));
        let mut more = 0;
        let mut left = self.counts.map(|count| count.min(SHOWN));
        let mut errors = Vec::new();
        for fault in &self.shown {
            let mut error = fault.error(name);
            let slot = fault.kind.slot();
            if let (Some(left), Some(count)) = (left.get_mut(slot), self.counts.get(slot)) {
                *left = left.saturating_sub(1);
                if *left == 0 && *count > SHOWN {
                    let rest = grouped(*count - SHOWN);
                    more += *count - SHOWN;
                    error = error.note(text!(
                        "… and {rest} more like this in this file",
                        "このファイルには、同じ種類の誤りがほかに {rest} 件あります"
                    ));
                }
            }
            errors.push(error);
        }
        (errors, more)
    }
}

/// A count as people read it: `1,234,567`.
pub(super) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl Fault {
    /// A fault at a place of a block: of the block, the line is kept.
    fn new(kind: Kind, bytes: &[u8], place: Range<usize>) -> Self {
        let before = bytes.get(..place.start).unwrap_or(bytes);
        let line = memchr::memchr_iter(b'\n', before).count();
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let rest = bytes.get(start..).unwrap_or_default();
        let longest = LINE_MAX.max(place.end.saturating_sub(start));
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len()).min(longest);
        let rest = rest.get(..length).unwrap_or(rest);
        let rest = rest.strip_suffix(b"\r").unwrap_or(rest);
        let like = if let Kind::Encoding { like, .. } = &kind { *like } else { None };
        let decoded = |bytes: &[u8]| match like {
            Some(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            None => String::from_utf8_lossy(bytes).into_owned(),
        };
        let offset =
            |at: usize| decoded(rest.get(..at.saturating_sub(start)).unwrap_or(rest)).len();
        let text = decoded(rest);
        let from = offset(place.start);
        // Of bytes in another encoding, a whole character is shown.
        let character = text.get(from..).and_then(|text| text.chars().next());
        let to = match (like, character) {
            (Some(_), Some(character)) => from + character.len_utf8(),
            _ => offset(place.end),
        };
        Self { kind, line, span: Span::new(from, to), text }
    }

    fn error(&self, name: &str) -> Error {
        let source = Source::part(name, self.text.as_str(), self.line + 1);
        let found = self.span.of(&self.text);
        let error = match &self.kind {
            Kind::Encoding { byte, like } => encoding(*byte, *like),
            Kind::Unclosed | Kind::AfterQuote => quotes(&self.kind),
            Kind::Fields { found, expected } => fields(*found, *expected),
            Kind::Value(of) => value(*of, found),
            Kind::EmptyId => {
                Error::new(Code::SeedRequired, text!("an id is missing", "ID が空です"))
            }
            Kind::EmptyType => Error::new(
                Code::SeedRequired,
                text!("the relationship has no type", "関係の種類が空です"),
            ),
            Kind::NoNode => {
                let message =
                    text!("no node has the id `{found}`", "ID「{found}」のノードがありません");
                Error::new(Code::SeedReference, message)
            }
            Kind::Names => names(),
        };
        error.at(self.span).in_source(&source)
    }
}

fn quotes(kind: &Kind) -> Error {
    if *kind == Kind::AfterQuote {
        let message = text!("text behind the closing quote", "閉じた引用符の後ろに文字があります");
        return Error::new(Code::SeedSyntax, message).help(text!(
            "A quote inside of quotes is written twice: `\"5\"\" disk\"`.",
            "引用符の中の引用符は `\"5\"\" disk\"` のように二つ重ねて書きます。"
        ));
    }
    let message = text!("a quote that is never closed", "引用符が閉じられていません");
    Error::new(Code::SeedSyntax, message).help(text!(
        "Write `\"` at the end of the field; a quote inside of quotes is written twice, `\"\"`.",
        "フィールドの終わりに `\"` を書いてください。引用符の中の引用符は `\"\"` と二つ重ねて書きます。"
    ))
}

fn names() -> Error {
    let message =
        text!("too many different labels or types", "ラベルや関係の種類の種類が多すぎます");
    Error::new(Code::SeedLabel, message).help(text!(
        "Is this column meant as `:LABEL` or `:TYPE`? Values that differ from row to row belong in a property.",
        "この列は `:LABEL` や `:TYPE` でよいですか。行ごとに異なる値はプロパティにします。"
    ))
}

fn encoding(byte: u8, like: Option<&'static Encoding>) -> Error {
    let Some((name, iconv)) = like.map(encoding_names) else {
        let message =
            text!("byte 0x{byte:02X} is not UTF-8", "0x{byte:02X} は UTF-8 ではありません");
        return Error::new(Code::SeedEncoding, message)
            .help(text!("Save the file as UTF-8.", "UTF-8 で保存し直してください。"));
    };
    foreign(name).help(text!(
        "Save the file as UTF-8, or convert it: `iconv -f {iconv} -t utf-8`.",
        "UTF-8 で保存し直すか、`iconv -f {iconv} -t utf-8` で変換してください。"
    ))
}

fn fields(found: usize, expected: usize) -> Error {
    let (s, t) = (crate::error::plural(found == 1), crate::error::plural(expected == 1));
    let message = text!(
        "the row has {found} field{s}, the header {expected} column{t}",
        "見出しの {expected} 列に対し、この行のフィールドは {found} 個です"
    );
    Error::new(Code::SeedSyntax, message).help(if found > expected {
        text!(
            "Put quotes around a field that holds the delimiter: `\"a,b\"`.",
            "区切り文字を含むフィールドは `\"a,b\"` のように引用符で囲んでください。"
        )
    } else {
        text!(
            "A field without a value still has its delimiter: `a,,c`.",
            "値のないフィールドも `a,,c` のように区切り文字を書きます。"
        )
    })
}

fn value(of: Type, found: &str) -> Error {
    let words = match of {
        Type::Int => type_words("integer"),
        Type::Float => type_words("float"),
        Type::Bool => type_words("boolean"),
        Type::Text => type_words("string"),
        Type::Char => Text::new("single character", "一文字"),
        Type::Temporal(kind) => kind.words(),
    };
    let (en, ja) = (words.en, words.ja);
    let article = if en.starts_with('i') { "an" } else { "a" };
    let message = text!("`{found}` is not {article} {en}", "「{found}」を{ja}として読み取れません");
    let error = Error::new(Code::SeedValue, message);
    match of {
        Type::Bool => {
            error.help(text!("Write `true` or `false`.", "`true` か `false` と書いてください。"))
        }
        Type::Temporal(kind) => {
            let help =
                Temporal::read(kind, found).err().and_then(|e| e.parts().help.first().cloned());
            error.help_if(help)
        }
        Type::Int | Type::Float | Type::Text | Type::Char => error,
    }
}
