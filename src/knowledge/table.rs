//! From the text of a file to its table: every fault of the syntax with its place, and what is sound of the rest.
//!
//! A file is blocks, each from one header (`[[Issue]]`) to the next. A block whose structure is broken is blanked and the
//! rest read again, so that one forgotten bracket hides nothing behind it. Nothing here knows the schema.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml_parser::lexer::TokenKind;

use super::draft::Faults;
use super::encoding::{self, Scan};
use super::table_words::{self, Finding};
use crate::error::{Code, Error, Source, Span, plural, text};

/// How often a file is read again without the blocks found broken.
const ROUNDS_MAX: usize = 16;

/// The most parts of a dotted key. The parser bounds the nesting of brackets and the parts of a key each, not their product,
/// and tables are walked and dropped by recursion.
const KEY_DOTS_MAX: usize = 8;

/// How many doubled keys of a file are shown with the place of the first.
const TRACES_MAX: usize = 20;

/// Reads a file and hands its table to `read`, with the blocks that hold faults of the syntax: what is missing there, or
/// odd, follows from those. Faults and warnings go to `faults`.
pub(super) fn with_table<R>(
    source: &Arc<Source>,
    faults: &mut Faults,
    read: impl FnOnce(&DeTable<'_>, &Broken, &mut Faults) -> R,
) -> R {
    let scan = encoding::scan(source);
    let blocks = Blocks::of(&source.text);
    let mut state = Reading::new(&scan, &blocks);
    scan.found.into_iter().for_each(|fault| faults.push(fault));
    let mut text = Cow::Borrowed(source.text.as_str());
    blocks.blank(&mut text, &std::mem::take(&mut state.blanks));
    let mut found = Vec::new();
    let mut rounds = ROUNDS_MAX;
    loop {
        let last = rounds == 0;
        rounds = rounds.saturating_sub(1);
        state.refuse_long_keys(&text, &mut found);
        if !state.blanks.is_empty() {
            // Blanking may uncover more of them; a file that goes on like that is given up.
            if last {
                state.blanks.extend(&blocks.starts);
            }
            blocks.blank(&mut text, &std::mem::take(&mut state.blanks));
            if !last {
                continue;
            }
        }
        let (table, errors) = DeTable::parse_recoverable(&text);
        state.judge(&text, table.get_ref(), &errors, &mut found);
        if state.blanks.is_empty() || last {
            state.note_repeats(&mut found);
            found.into_iter().for_each(|fault| faults.push(fault.in_source(source)));
            let broken = Broken { blocks: blocks.clone(), broken: state.broken };
            return read(table.get_ref(), &broken, faults);
        }
        drop(table);
        blocks.blank(&mut text, &std::mem::take(&mut state.blanks));
    }
}

/// The blocks of a file that hold faults of the syntax.
#[derive(Debug)]
pub(super) struct Broken {
    blocks: Blocks,
    broken: BTreeSet<usize>,
}

impl Broken {
    /// Whether the file is whole.
    pub(super) fn is_empty(&self) -> bool {
        self.broken.is_empty()
    }

    /// Whether `place` lies in a broken block.
    pub(super) fn holds(&self, place: &Range<usize>) -> bool {
        self.broken.contains(&self.blocks.around(place.start).start)
    }
}

/// Where the blocks of a file start; a block is known by its start.
#[derive(Clone, Debug)]
struct Blocks {
    starts: Vec<usize>,
    end: usize,
}

impl Blocks {
    fn of(text: &str) -> Self {
        let mut starts = vec![0];
        let mut at = 0_usize;
        for line in text.split_inclusive('\n') {
            if is_header(line) && at > 0 {
                starts.push(at);
            }
            at = at.saturating_add(line.len());
        }
        Self { starts, end: text.len() }
    }

    /// The block that holds `offset`.
    fn around(&self, offset: usize) -> Range<usize> {
        let after = self.starts.partition_point(|start| *start <= offset);
        let start = after.checked_sub(1).and_then(|at| self.starts.get(at));
        let end = self.starts.get(after);
        start.copied().unwrap_or(0)..end.copied().unwrap_or(self.end)
    }

    /// Replaces blocks by spaces, line breaks kept, so that every other place stays where it is.
    fn blank(&self, text: &mut Cow<'_, str>, blanks: &BTreeSet<usize>) {
        let mut rest = 0;
        let mut kept = String::new();
        for start in blanks {
            let block = self.around(*start);
            kept.push_str(text.get(rest..block.start).unwrap_or(""));
            let blank = |byte| if byte == b'\n' { '\n' } else { ' ' };
            kept.extend(text.get(block.clone()).unwrap_or("").bytes().map(blank));
            rest = block.end;
        }
        if !blanks.is_empty() {
            kept.push_str(text.get(rest..).unwrap_or(""));
            *text = Cow::Owned(kept);
        }
    }
}

/// Whether a line looks like the header of a table, whole or half-written.
fn is_header(line: &str) -> bool {
    let line = line.split('#').next().unwrap_or("").trim();
    let name = line.trim_start_matches('[').trim_end_matches(']').trim();
    line.starts_with('[')
        && name.starts_with(|c: char| c.is_alphabetic() || matches!(c, '"' | '\'' | '_'))
        && !name.contains([',', '=', '{', '[', ']'])
        && !(name.starts_with(['"', '\'']) && line.starts_with("[\"") && !line.ends_with(']'))
}

/// What is known while a file is read round by round.
struct Reading<'b> {
    blocks: &'b Blocks,
    /// Starts of the lines that have had their word.
    told: BTreeSet<usize>,
    broken: BTreeSet<usize>,
    blanks: BTreeSet<usize>,
    /// How many doubled keys may still be traced to the first one; each costs a walk over the file.
    traces: usize,
    /// The headers that stand where they cannot stand again: the fault of the first of each, and how many follow.
    repeats: HashMap<String, (usize, usize)>,
    /// The blocks of those headers.
    doubled: BTreeSet<usize>,
}

impl<'b> Reading<'b> {
    fn new(scan: &Scan, blocks: &'b Blocks) -> Self {
        let mut state = Self {
            blocks,
            told: scan.lines.iter().copied().collect(),
            broken: scan.lines.iter().map(|line| blocks.around(*line).start).collect(),
            blanks: BTreeSet::new(),
            traces: TRACES_MAX,
            repeats: HashMap::new(),
            doubled: BTreeSet::new(),
        };
        for conflict in &scan.conflicts {
            let first = blocks.around(conflict.start).start;
            state.blanks.insert(first);
            state.blanks.extend(blocks.starts.iter().filter(|start| conflict.contains(start)));
        }
        state.broken.extend(&state.blanks);
        state
    }

    /// Notes keys with more parts than are read, before the parser sees them.
    fn refuse_long_keys(&mut self, text: &str, faults: &mut Vec<Error>) {
        let mut dots = 0_usize;
        for token in toml_parser::Source::new(text).lex() {
            dots = match token.kind() {
                TokenKind::Dot => dots.saturating_add(1),
                TokenKind::Atom
                | TokenKind::Whitespace
                | TokenKind::LiteralString
                | TokenKind::BasicString
                | TokenKind::MlLiteralString
                | TokenKind::MlBasicString => dots,
                TokenKind::Equals
                | TokenKind::Comma
                | TokenKind::LeftSquareBracket
                | TokenKind::RightSquareBracket
                | TokenKind::LeftCurlyBracket
                | TokenKind::RightCurlyBracket
                | TokenKind::Comment
                | TokenKind::Newline
                | TokenKind::Eof => 0,
            };
            if dots <= KEY_DOTS_MAX {
                continue;
            }
            let place = token.span().start()..token.span().end();
            let block = self.blocks.around(place.start).start;
            self.broken.insert(block);
            self.blanks.insert(block);
            if self.told.insert(line_start(text, place.start)) {
                faults.push(table_words::fault(Finding::Depth, "", text, &place));
            }
        }
    }

    /// Whether a doubled key is a header that has been told of, or follows from the header of its block.
    ///
    /// Of a new header the next of `faults` will tell.
    fn is_repeat(
        &mut self,
        text: &str,
        start: usize,
        block: &Range<usize>,
        faults: &[Error],
    ) -> bool {
        let line = text.get(line_start(text, start)..).and_then(|rest| rest.lines().next());
        let Some(header) = line.map(str::trim).filter(|line| line.starts_with('[')) else {
            return self.doubled.contains(&block.start);
        };
        self.doubled.insert(block.start);
        let first = self.repeats.entry(header.to_owned()).or_insert((faults.len(), 0));
        let again = first.0 < faults.len();
        first.1 = first.1.saturating_add(usize::from(again));
        again
    }

    /// Says at the first header that stands again how many more do.
    fn note_repeats(&self, faults: &mut [Error]) {
        for (header, (first, more)) in self.repeats.iter().filter(|(_, (_, more))| *more > 0) {
            let Some(fault) = faults.get_mut(*first) else { continue };
            let s = plural(*more == 1);
            *fault = fault.clone().note(text!(
                "`{header}` stands {more} more time{s}.",
                "`{header}` はほかに {more} 件あります。"
            ));
        }
    }

    /// Turns the errors of one round into faults, and names the blocks to blank before the next.
    fn judge(
        &mut self,
        text: &str,
        table: &DeTable<'_>,
        errors: &[toml::de::Error],
        faults: &mut Vec<Error>,
    ) {
        if errors.is_empty() {
            return;
        }
        let values = Values::of(table);
        let mut places: Vec<(Range<usize>, &str)> =
            errors.iter().map(|e| (e.span().unwrap_or(0..0), e.message())).collect();
        places.sort_by_key(|(place, _)| place.start);
        let runaway = errors.iter().any(|error| table_words::is_runaway(error.message()));
        let opener = if runaway { values.last_open() } else { None };
        for (place, message) in places {
            if opener.as_ref().is_some_and(|opener| place.start >= opener.start) {
                continue;
            }
            let finding = table_words::finding(message);
            let block = self.blocks.around(place.start.min(text.len().saturating_sub(1)));
            if finding.is_structural() {
                self.blanks.insert(block.start);
            }
            self.broken.insert(block.start);
            if self.told.insert(line_start(text, place.start)) {
                if finding == Finding::DuplicateKey
                    && self.is_repeat(text, place.start, &block, faults)
                {
                    continue;
                }
                let place = values.whole(text, &place, finding);
                let mut fault = table_words::fault(finding, message, text, &place);
                if finding == Finding::DuplicateKey && self.traces > 0 {
                    self.traces = self.traces.saturating_sub(1);
                    if let Some(first) = first_place(text, self.blocks, table, &place) {
                        let first = Span::new(first.start, first.end);
                        fault = fault.label(first, text!("first here", "最初の定義"));
                    }
                }
                faults.push(fault);
            }
        }
        if let Some(opener) = opener {
            let block = self.blocks.around(opener.start);
            self.broken.insert(block.start);
            self.blanks.insert(block.start);
            if self.told.insert(line_start(text, opener.start)) {
                faults.push(unclosed(text, opener.start));
            }
        }
    }
}

/// The fault for a list or table that runs to the end of the file.
fn unclosed(text: &str, start: usize) -> Error {
    let list = text.get(start..).is_some_and(|rest| rest.starts_with('['));
    let message = if list {
        text!("the list that opens here is never closed", "ここで始まるリストが閉じられていません")
    } else {
        text!(
            "the table that opens here is never closed",
            "ここで始まるテーブルが閉じられていません"
        )
    };
    let close = if list { ']' } else { '}' };
    Error::new(Code::SeedSyntax, message)
        .at(Span::new(start, start.saturating_add(1)))
        .help(text!(
            "Add the missing `{close}`; if it is there, look for a missing comma or quote before it.",
            "`{close}` を補ってください。書いてあるなら、その前のコンマや引用符の抜けを確かめてください。"
        ))
}

/// The start of the line that holds `offset`.
fn line_start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.rfind('\n').map_or(0, |at| at.saturating_add(1))
}

/// Every value and key of a table, with their places.
#[derive(Default)]
struct Values {
    /// Values of keys that stand on their own in a block: (place, whether a list or table written in place).
    own: Vec<(Range<usize>, bool)>,
    /// Places of all simple values.
    simple: Vec<Range<usize>>,
}

impl Values {
    /// Recursion is bounded: the parser nests no deeper than 80 levels.
    fn of(table: &DeTable<'_>) -> Self {
        let mut values = Self::default();
        values.table(table, true);
        values.simple.sort_by_key(|place| place.start);
        values
    }

    fn table(&mut self, table: &DeTable<'_>, block: bool) {
        for (key, value) in table {
            // The value of a key in a block stands after its key; a header is its own place.
            let own = block && value.span().start > key.span().start;
            if own {
                let open = matches!(value.get_ref(), DeValue::Array(_) | DeValue::Table(_));
                self.own.push((value.span(), open));
            }
            self.value(value, block && !own);
        }
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, block: bool) {
        match value.get_ref() {
            DeValue::Table(table) => self.table(table, block),
            DeValue::Array(items) => items.iter().for_each(|item| self.value(item, block)),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => self.simple.push(value.span()),
        }
    }

    /// The last list or table that was written in place; what never closes is always the last.
    fn last_open(&self) -> Option<Range<usize>> {
        let last = self.own.iter().max_by_key(|(place, _)| place.start)?;
        last.1.then(|| last.0.clone())
    }

    /// The place of the whole value where only its faulty part is known, or the word that stands there.
    fn whole(&self, text: &str, place: &Range<usize>, finding: Finding) -> Range<usize> {
        if !finding.is_of_value() {
            return place.clone();
        }
        let after = self.simple.partition_point(|value| value.start <= place.start);
        let before = after.checked_sub(1).and_then(|at| self.simple.get(at));
        let Some(value) = before.filter(|value| place.start <= value.end) else {
            return place.clone();
        };
        let line = text.get(value.clone()).and_then(|value| value.find('\n'));
        value.start..line.map_or(value.end, |at| value.start.saturating_add(at))
    }
}

/// Where the key that stands again at `second` stands first.
fn first_place(
    text: &str,
    blocks: &Blocks,
    table: &DeTable<'_>,
    second: &Range<usize>,
) -> Option<Range<usize>> {
    let line = line_start(text, second.start);
    let header = text.get(line..)?.lines().next()?.trim();
    if header.starts_with('[') {
        let mut at = 0_usize;
        return text.get(..line)?.split_inclusive('\n').find_map(|earlier| {
            let start = at;
            at = at.saturating_add(earlier.len());
            let end = start.saturating_add(earlier.trim_end().len());
            (earlier.trim() == header).then_some(start..end)
        });
    }
    let word = text.get(second.clone())?.trim_matches(['"', '\'']);
    let mut best = None;
    nearest_key(table, &(0..0), &mut |owner, key, place| {
        let inside = owner.contains(&second.start)
            || (blocks.around(owner.start) == blocks.around(second.start)
                && !owner.contains(&place.start));
        if key == word && inside && place.start < second.start {
            best = Some(place);
        }
    });
    best
}

/// Calls `visit` with the place of each table, and each of its keys with their place.
fn nearest_key(
    table: &DeTable<'_>,
    owner: &Range<usize>,
    visit: &mut impl FnMut(&Range<usize>, &str, Range<usize>),
) {
    for (key, value) in table {
        visit(owner, key.get_ref(), key.span());
        match value.get_ref() {
            DeValue::Table(inner) => nearest_key(inner, &value.span(), visit),
            DeValue::Array(items) => {
                for item in items {
                    if let DeValue::Table(inner) = item.get_ref() {
                        nearest_key(inner, &item.span(), visit);
                    }
                }
            }
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => {}
        }
    }
}
