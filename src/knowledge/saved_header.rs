//! The header of a saved query: its leading `//` lines.
//!
//! Turns lines such as `// title.ja: …` and `// param.level = '都'` into texts and parameters. Nothing here reads the query.

use std::sync::Arc;

use super::saved::{SavedParam, SavedValues};
use crate::error::{Code, Error, Source, Span, Text, did_you_mean, nearest, one_of, text};
use crate::model::{Value, is_plain_name};

/// What the header says.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// What the query asks.
    pub(super) title: Text,
    /// What it answers.
    pub(super) description: Text,
    /// Its parameters, in order.
    pub(super) params: Vec<SavedParam>,
}

/// One of the texts of a header.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Slot {
    Title,
    Description,
    /// By index.
    Param(usize),
}

/// Reads the header of `source`, as far as it can be read, and notes its faults.
pub(super) fn read(source: &Arc<Source>) -> (Header, Vec<Error>) {
    let mut reading = Reading::default();
    let mut start = 0_usize;
    for line in source.text.split_inclusive('\n') {
        let end = start.saturating_add(line.len());
        let Some(body) = line.strip_prefix("//") else { break };
        reading.line(body.trim_end(), start.saturating_add(2));
        reading.end = start.saturating_add(line.trim_end().len());
        start = end;
    }
    reading.finish();
    let Reading { header, faults, .. } = reading;
    (header, faults.into_iter().map(|fault| fault.in_source(source)).collect())
}

/// A header while it is read.
#[derive(Debug, Default)]
struct Reading {
    header: Header,
    faults: Vec<Error>,
    /// The text that a further line continues, and whether it is the Japanese one.
    open: Option<(Slot, bool)>,
    /// Where each text that has been given stands.
    given: Vec<(Slot, bool, Span)>,
    /// The end of the last line.
    end: usize,
}

impl Reading {
    /// Takes in one line without its `//`; `start` is where it stands.
    fn line(&mut self, body: &str, start: usize) {
        if body.starts_with("  ") || body.starts_with('\t') {
            if let Some((slot, japanese)) = self.open
                && let Some(words) = self.words(slot, japanese)
            {
                append(words, body.trim());
            }
            return;
        }
        self.open = None;
        let trimmed = body.trim_start();
        let start = start.saturating_add(body.len().saturating_sub(trimmed.len()));
        let length = trimmed.find([':', '=', ' ', '\t']).unwrap_or(trimmed.len());
        let Some((key, rest)) = trimmed.split_at_checked(length) else { return };
        let place = Span::new(start, start.saturating_add(key.len()));
        let after = rest.trim_start();
        match key.split('.').collect::<Vec<_>>().as_slice() {
            ["param", name] => self.param(name, place, after, start.saturating_add(trimmed.len())),
            ["param", name, "values"] => {
                self.values(name, place, after, start.saturating_add(trimmed.len()));
            }
            ["param", name, language @ ("en" | "ja")] => {
                let index = self.param_index(name, place);
                self.text(Slot::Param(index), *language == "ja", place, after);
            }
            ["title", language @ ("en" | "ja")] => {
                self.text(Slot::Title, *language == "ja", place, after);
            }
            ["description", language @ ("en" | "ja")] => {
                self.text(Slot::Description, *language == "ja", place, after);
            }
            parts => self.other(key, parts, place, after),
        }
    }

    /// A line that is no entry: a comment, unless it looks like an entry gone wrong.
    fn other(&mut self, key: &str, parts: &[&str], place: Span, after: &str) {
        let Some(first) = parts.first() else { return };
        let known = ["title", "description", "param"];
        let entry = after.starts_with([':', '=']);
        let languages = matches!(parts.last(), Some(&("en" | "ja"))) && parts.len() > 1;
        let meant = known.contains(first) && (entry || parts.len() > 1);
        let gone_wrong = meant || (entry && languages);
        if !gone_wrong {
            return;
        }
        let message =
            text!("unknown header entry `{key}`", "ヘッダーに `{key}` という項目はありません");
        let near = nearest(first, known).map(|near| {
            let rest = key.get(first.len()..).unwrap_or("");
            did_you_mean(&format!("{near}{rest}"))
        });
        let forms = [
            "title.en",
            "title.ja",
            "description.en",
            "description.ja",
            "param.NAME",
            "param.NAME.en",
            "param.NAME.ja",
            "param.NAME.values",
        ];
        let help = near.unwrap_or_else(|| one_of(&forms));
        self.faults.push(Error::new(Code::SeedKey, message).at(place).help(help));
    }

    /// `title.en: words`.
    fn text(&mut self, slot: Slot, japanese: bool, place: Span, after: &str) {
        let Some(words) = after.strip_prefix(':') else {
            let message = text!("expected `:` and text", "`:` と本文が必要です");
            self.faults.push(Error::new(Code::SeedSyntax, message).at(place));
            return;
        };
        if let Some((.., first)) = self.given.iter().find(|(s, j, _)| (*s, *j) == (slot, japanese))
        {
            let message = text!("this text is given twice", "同じ項目が重複しています");
            let fault = Error::new(Code::SeedDuplicate, message)
                .label(place, text!("again here", "ここで再び記述"))
                .label(*first, text!("first here", "最初の記述"));
            self.faults.push(fault);
            return;
        }
        self.given.push((slot, japanese, place));
        if let Some(text) = self.words(slot, japanese) {
            append(text, words.trim());
        }
        self.open = Some((slot, japanese));
    }

    /// `param.level = '都'`, or `param.level` alone. `end` is where the line ends.
    fn param(&mut self, name: &str, place: Span, after: &str, end: usize) {
        let index = self.param_index(name, place);
        if after.is_empty() {
            return;
        }
        let value = after.strip_prefix('=').map(str::trim);
        let start = end.saturating_sub(value.map_or(after.len(), str::len));
        let literal = value.and_then(literal);
        let Some(literal) = literal else {
            let message = text!(
                "the default of `{name}` is not a plain value",
                "`{name}` の既定値を読み取れません"
            );
            self.faults.push(Error::new(Code::SeedValue, message).at(Span::new(start, end)).help(text!(
                "Write `= 'string'`, a number, `true`, `false`, `null`, or a list `[…]` of these.",
                "`= '文字列'`、数値、`true`、`false`、`null`、またはそれらのリスト `[…]` を書いてください。"
            )));
            return;
        };
        if let Some(param) = self.header.params.get_mut(index) {
            param.default = Some(literal);
        }
    }

    /// `param.level.values: MATCH (l:Level) RETURN l.name`. `end` is where the line ends.
    fn values(&mut self, name: &str, place: Span, after: &str, end: usize) {
        let index = self.param_index(name, place);
        let Some(query) = after.strip_prefix(':').map(str::trim).filter(|query| !query.is_empty())
        else {
            let message = text!("expected `:` and a query", "`:` とクエリが必要です");
            self.faults.push(Error::new(Code::SeedSyntax, message).at(place).help(text!(
                "Write a query of one column, such as `: MATCH (l:Level) RETURN l.name`.",
                "`: MATCH (l:Level) RETURN l.name` のように、列が一つのクエリを書いてください。"
            )));
            return;
        };
        let span = Span::new(end.saturating_sub(query.len()), end);
        let Some(param) = self.header.params.get_mut(index) else { return };
        match &param.values {
            None => param.values = Some(SavedValues { query: query.to_owned(), place: span }),
            Some(first) => {
                let message = text!("the values are given twice", "取り得る値が重複しています");
                let fault = Error::new(Code::SeedDuplicate, message)
                    .label(span, text!("again here", "ここで再び記述"))
                    .label(first.place, text!("first here", "最初の記述"));
                self.faults.push(fault);
            }
        }
    }

    /// The parameter of that name, which is new where it has not been named before.
    fn param_index(&mut self, name: &str, place: Span) -> usize {
        if let Some(index) = self.header.params.iter().position(|param| param.name == name) {
            return index;
        }
        if !is_plain_name(name) {
            let message = text!(
                "`{name}` cannot be a parameter",
                "`{name}` はパラメーターの名前に使えません"
            );
            self.faults.push(Error::new(Code::SeedKey, message).at(place));
        }
        let name = name.to_owned();
        let description = Text::default();
        self.header.params.push(SavedParam {
            name,
            default: None,
            values: None,
            description,
            place,
        });
        self.header.params.len().saturating_sub(1)
    }

    fn words(&mut self, slot: Slot, japanese: bool) -> Option<&mut String> {
        let text = match slot {
            Slot::Title => &mut self.header.title,
            Slot::Description => &mut self.header.description,
            Slot::Param(index) => &mut self.header.params.get_mut(index)?.description,
        };
        Some(if japanese { &mut text.ja } else { &mut text.en })
    }

    /// Notes the texts that are missing: a title must be there, and what is said is said in both languages.
    fn finish(&mut self) {
        let params = (0..self.header.params.len()).map(Slot::Param);
        for slot in [Slot::Title, Slot::Description].into_iter().chain(params) {
            let given: Vec<(bool, Span)> =
                self.given.iter().filter(|g| g.0 == slot).map(|g| (g.1, g.2)).collect();
            if given.is_empty() && slot != Slot::Title {
                continue;
            }
            let name = match slot {
                Slot::Title => "title".to_owned(),
                Slot::Description => "description".to_owned(),
                Slot::Param(at) => {
                    let param = self.header.params.get(at);
                    param.map_or_else(String::new, |param| format!("param.{}", param.name))
                }
            };
            for (japanese, language) in [(false, "en"), (true, "ja")] {
                let empty = self.words(slot, japanese).is_none_or(|words| words.is_empty());
                if !empty {
                    continue;
                }
                let end = Span::new(self.end, self.end);
                let place = given.first().map_or(end, |(_, place)| *place);
                let message = text!(
                    "the header has no `{name}.{language}`",
                    "ヘッダーに `{name}.{language}` がありません"
                );
                self.faults.push(Error::new(Code::SeedRequired, message).at(place).help(text!(
                    "Add a line `// {name}.{language}: …`.",
                    "`// {name}.{language}: …` の行を加えてください。"
                )));
            }
        }
    }
}

/// Appends a further line: with a space between words, without one beside Japanese.
fn append(text: &mut String, more: &str) {
    let ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii());
    if ascii(text.chars().next_back()) && ascii(more.chars().next()) {
        text.push(' ');
    }
    text.push_str(more);
}

/// A plain value, or a list of plain values.
fn literal(text: &str) -> Option<Value> {
    let Some(mut rest) = text.strip_prefix('[') else {
        let (value, rest) = plain(text)?;
        return rest.is_empty().then_some(value);
    };
    let mut items = Vec::new();
    rest = rest.trim_start();
    while !rest.starts_with(']') {
        let (item, after) = plain(rest)?;
        items.push(item);
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(after) => after.trim_start(),
            None if after.starts_with(']') => after,
            None => return None,
        };
    }
    (rest == "]").then_some(Value::List(items))
}

/// A plain value at the start of `text`, and what comes after it.
fn plain(text: &str) -> Option<(Value, &str)> {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '\'' | '"')) {
        return quoted(text.get(1..)?, quote);
    }
    let end = text.find([',', ']', ' ', '\t']).unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    let value = match word {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        word => number(word)?,
    };
    Some((value, rest))
}

fn number(word: &str) -> Option<Value> {
    if !word.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if word.contains(['.', 'e', 'E']) {
        return word.parse().ok().filter(|x: &f64| x.is_finite()).map(Value::Float);
    }
    word.parse().ok().map(Value::Int)
}

/// The text up to the closing quote, and what comes after that.
fn quoted(text: &str, quote: char) -> Option<(Value, &str)> {
    let mut words = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            return Some((Value::String(words), text.get(at.saturating_add(1)..)?));
        }
        words.push(match c {
            '\\' => match chars.next()?.1 {
                'n' => '\n',
                't' => '\t',
                c @ ('\\' | '\'' | '"') => c,
                _ => return None,
            },
            c => c,
        });
    }
    None
}
