//! Rows: from the bytes of a block to columns.
//!
//! Turns a block into a [`Chunk`]: the properties of its rows, ids of nodes, numbers of ends. Nothing here allocates for a row, but
//! for values that are neither numbers nor texts.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr_iter, memchr2, memmem};
use rustc_hash::FxHashMap;

use super::blocks::{Block, quote_end};
use super::cells::Cells;
use super::ends::Ends;
use super::faults::{Found, Kind};
use super::header::{Role, Sort};
use super::ids::{Texts, number};
use super::spaces::Spaces;
use super::tables::Table;

/// What a block says.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// The place of the block among all.
    pub(super) number: usize,
    /// The table, as an index of those that are read.
    pub(super) table: usize,
    /// How many bytes the block has.
    pub(super) bytes: usize,
    /// How many rows.
    pub(super) rows: usize,
    /// How many lines.
    pub(super) lines: usize,
    /// The properties, in the order of the header; an id that is one stays empty here.
    pub(super) columns: Vec<Cells>,
    /// The ids of nodes, one a row.
    pub(super) ids: Texts,
    /// The labels or types as written, each once.
    pub(super) names: Vec<Vec<u8>>,
    /// For each row the index of its name; empty where all have the first.
    pub(super) name_of: Vec<u32>,
    /// The nodes where relationships start.
    pub(super) start: Vec<u32>,
    /// The nodes where relationships end.
    pub(super) end: Vec<u32>,
    /// What is wrong.
    pub(super) found: Found,
}

/// A field of a row.
struct Field<'b> {
    text: Cow<'b, [u8]>,
    /// Where it stands, without quotes.
    range: Range<usize>,
    quoted: bool,
    /// Where the delimiter or the line break behind it stands.
    end: usize,
}

impl<'b> Field<'b> {
    /// The text as it stands in the block; empty where it stands in quotes.
    fn plain(&self) -> &'b [u8] {
        match &self.text {
            Cow::Borrowed(text) if !self.quoted => text,
            Cow::Borrowed(_) | Cow::Owned(_) => &[],
        }
    }
}

struct Reading<'b> {
    bytes: &'b [u8],
    table: &'b Table<'b>,
    chunk: Chunk,
    starts: Ends<'b>,
    ends: Ends<'b>,
    /// What the last row said, which the next one often says again.
    last_start: &'b [u8],
    last_name: &'b [u8],
    name: u32,
    known_names: FxHashMap<Vec<u8>, u32>,
}

/// Reads the rows of a block. The ends of relationships are looked up in `spaces`, which a table of nodes has no need of.
pub(super) fn read(block: &Block, table: &Table<'_>, spaces: Option<&Spaces<'_>>) -> Chunk {
    let bytes = block.bytes.as_slice();
    let mut columns: Vec<Cells> = table.header.properties.iter().map(Cells::new).collect();
    let names = if table.header.named { Vec::new() } else { vec![table.default_name()] };
    let lines = memchr_iter(b'\n', bytes).count();
    for (index, cells) in columns.iter_mut().enumerate() {
        if table.header.id != Some(index) {
            cells.reserve(lines, 0);
        }
    }
    let (number, index) = (block.number, block.table);
    let chunk = Chunk {
        number,
        table: index,
        bytes: bytes.len(),
        lines,
        columns,
        names,
        ..Chunk::default()
    };
    let mut reading = Reading {
        bytes,
        table,
        chunk,
        starts: Ends::new(spaces, 0, lines),
        ends: Ends::new(spaces, 1, lines),
        last_start: &[],
        last_name: &[],
        name: 0,
        known_names: FxHashMap::default(),
    };
    if let Some(at) = first_foreign(bytes) {
        let kind = Kind::encoding(bytes, at);
        reading.chunk.found.add(kind, bytes, at..at + 1);
        return reading.chunk;
    }
    reading.rows();
    reading.finish()
}

impl<'b> Reading<'b> {
    fn rows(&mut self) {
        let mut at = 0;
        while let Some(first) = self.bytes.get(at) {
            // An empty line is no row.
            match (first, self.bytes.get(at + 1)) {
                (b'\n', _) => at += 1,
                (b'\r', Some(b'\n')) => at += 2,
                _ => {
                    at = self.row(at);
                    self.chunk.rows += 1;
                }
            }
        }
    }

    /// Reads the row at `at`; gives where the next one is.
    fn row(&mut self, at: usize) -> usize {
        let done = self.fields(at);
        if matches!(self.table.header.sort, Sort::Nodes(_))
            && self.chunk.ids.len() <= self.chunk.rows
        {
            self.chunk.ids.push(b"");
        }
        if !self.chunk.name_of.is_empty() && self.chunk.name_of.len() <= self.chunk.rows {
            self.chunk.name_of.push(self.name);
        }
        done
    }

    fn fields(&mut self, row: usize) -> usize {
        let table = self.table;
        let roles = table.header.roles.as_slice();
        let last = roles.len().saturating_sub(1);
        let mut at = row;
        for (index, role) in roles.iter().enumerate() {
            let end = match self.likely(*role, at) {
                Some(end) => end,
                None => {
                    let field = match self.field(at) {
                        Ok(field) => field,
                        Err(next) => return next,
                    };
                    self.take(*role, &field);
                    field.end
                }
            };
            let ends_row = self.bytes.get(end) == Some(&b'\n');
            if ends_row != (index == last) {
                return self.uneven(row, index + 1, end);
            }
            at = end + 1;
        }
        at
    }

    /// Takes a field that is much like that of the row before; gives its end.
    #[inline]
    fn likely(&mut self, role: Role, at: usize) -> Option<usize> {
        let delimiter = self.table.delimiter;
        match role {
            Role::Start => {
                if let Some(end) = self.starts.guess(self.bytes, at, delimiter) {
                    self.last_start = self.bytes.get(at..end).unwrap_or_default();
                    return Some(end);
                }
                self.repeated(role, self.last_start, at)
            }
            Role::End => self.ends.guess(self.bytes, at, delimiter),
            Role::Names => self.repeated(role, self.last_name, at),
            Role::Skip | Role::Id | Role::Property(_) => None,
        }
    }

    /// Takes a field that says what that of the row before said; gives its end.
    #[inline]
    fn repeated(&mut self, role: Role, before: &[u8], at: usize) -> Option<usize> {
        let mut end = at + before.len();
        let mut next = *self.bytes.get(end)?;
        let same = !before.is_empty() && is_same(self.bytes.get(at..end)?, before);
        if next == b'\r' {
            end += 1;
            next = *self.bytes.get(end)?;
        }
        let ends = next == b'\n' || (next == self.table.delimiter && end == at + before.len());
        if !same || !ends {
            return None;
        }
        if role == Role::Start {
            self.starts.again()?;
        } else if !self.chunk.name_of.is_empty() {
            self.chunk.name_of.push(self.name);
        }
        Some(end)
    }

    /// The field at `at`; where quotes are wrong, the start of the next row.
    #[inline]
    fn field(&mut self, at: usize) -> Result<Field<'b>, usize> {
        if self.bytes.get(at) == Some(&b'"') {
            return self.quoted(at);
        }
        let end = field_end(self.bytes, at, self.table.delimiter);
        let mut text = self.bytes.get(at..end).unwrap_or_default();
        if self.bytes.get(end) == Some(&b'\n') {
            text = text.strip_suffix(b"\r").unwrap_or(text);
        }
        Ok(Field { text: Cow::Borrowed(text), range: at..at + text.len(), quoted: false, end })
    }

    fn quoted(&mut self, at: usize) -> Result<Field<'b>, usize> {
        let Some(closed) = quote_end(self.bytes, at) else {
            self.chunk.found.add(Kind::Unclosed, self.bytes, at..at + 1);
            return Err(self.bytes.len());
        };
        let range = at + 1..closed - 1;
        let text = unescaped(self.bytes.get(range.clone()).unwrap_or_default());
        let rest = self.bytes.get(closed..).unwrap_or_default();
        let end = closed + usize::from(rest.starts_with(b"\r\n"));
        if !matches!(self.bytes.get(end), Some(b) if *b == b'\n' || *b == self.table.delimiter) {
            let end = field_end(self.bytes, end, self.table.delimiter);
            self.chunk.found.add(Kind::AfterQuote, self.bytes, closed..end);
            return Err(self.skip(end));
        }
        Ok(Field { text, range, quoted: true, end })
    }

    /// The start of the row behind the one with a delimiter or line break at `end`.
    fn skip(&mut self, mut end: usize) -> usize {
        while self.bytes.get(end).is_some_and(|byte| *byte != b'\n') {
            match self.field(end + 1) {
                Ok(field) => end = field.end,
                Err(next) => return next,
            }
        }
        end + 1
    }

    /// Says that a row has too few or too many fields; it ends, or goes on, at `end`, behind so many.
    fn uneven(&mut self, row: usize, fields: usize, end: usize) -> usize {
        let expected = self.table.header.roles.len();
        let (mut found, mut at) = (fields, end);
        while self.bytes.get(at).is_some_and(|byte| *byte != b'\n') {
            found += 1;
            match self.field(at + 1) {
                Ok(field) => at = field.end,
                Err(next) => return next,
            }
        }
        // Too few: the row; too many: what is too much.
        let place = if found < expected { row..at } else { end + 1..at };
        self.chunk.found.add(Kind::Fields { found, expected }, self.bytes, place);
        at + 1
    }

    #[inline]
    fn take(&mut self, role: Role, field: &Field<'b>) {
        match role {
            Role::Skip => {}
            Role::Property(index) => {
                let Some(cells) = self.chunk.columns.get_mut(index) else { return };
                if !cells.push(&field.text, field.quoted) {
                    let kind = Kind::Value(cells.of());
                    self.chunk.found.add(kind, self.bytes, field.range.clone());
                }
            }
            Role::Start => {
                self.last_start = field.plain();
                self.starts.take(&field.text, &field.range);
                self.check_id(field);
            }
            Role::End => {
                self.ends.take(&field.text, &field.range);
                self.check_id(field);
            }
            Role::Id => {
                self.chunk.ids.push(&field.text);
                self.check_id(field);
            }
            Role::Names => self.take_name(field),
        }
    }

    #[inline]
    fn check_id(&mut self, field: &Field<'_>) {
        if field.text.is_empty() {
            self.chunk.found.add(Kind::EmptyId, self.bytes, around(&field.range));
        }
    }

    fn take_name(&mut self, field: &Field<'b>) {
        self.last_name = field.plain();
        if field.text.is_empty() && matches!(self.table.header.sort, Sort::Rels(..)) {
            self.chunk.found.add(Kind::EmptyType, self.bytes, around(&field.range));
        }
        let names = &mut self.chunk.names;
        self.name = match self.known_names.get(&*field.text) {
            Some(known) => *known,
            None if names.len() >= NAMES_MAX => {
                self.chunk.found.add(Kind::Names, self.bytes, field.range.clone());
                return;
            }
            None => {
                names.push(field.text.to_vec());
                let index = number(names.len() - 1);
                self.known_names.insert(field.text.to_vec(), index);
                index
            }
        };
        if self.name > 0 && self.chunk.name_of.is_empty() {
            self.chunk.name_of = vec![0; self.chunk.rows];
        }
        if !self.chunk.name_of.is_empty() {
            self.chunk.name_of.push(self.name);
        }
    }

    fn finish(mut self) -> Chunk {
        let (start, lacking) = self.starts.finish(self.bytes);
        let (end, more) = self.ends.finish(self.bytes);
        for place in lacking.into_iter().chain(more) {
            self.chunk.found.add(Kind::NoNode, self.bytes, place);
        }
        Chunk { start, end, ..self.chunk }
    }
}

/// Where bytes stop being UTF-8; `None` where they are.
fn first_foreign(bytes: &[u8]) -> Option<usize> {
    if simdutf8::basic::from_utf8(bytes).is_ok() {
        return None;
    }
    std::str::from_utf8(bytes).err().map(|error| error.valid_up_to())
}

/// More different labels or types in one block are no labels.
const NAMES_MAX: usize = 4096;

/// A place that can be seen: an empty field is shown by what comes behind it.
fn around(range: &Range<usize>) -> Range<usize> {
    range.start..range.end.max(range.start + 1)
}

/// A text in quotes as it is meant: two quotes are one.
pub(super) fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'"', text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memmem::find(rest, b"\"\"") {
        out.extend_from_slice(rest.get(..=at).unwrap_or_default());
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

/// Whether two texts of one length are the same; most are short, and two words that overlap cover them.
#[inline]
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let ends = |text: &[u8]| Some((*text.first_chunk::<8>()?, *text.last_chunk::<8>()?));
    match (ends(one), ends(other)) {
        (Some(one), Some(other)) if one != other => false,
        (Some(_), Some(_)) if one.len() <= 16 => true,
        _ => one == other,
    }
}

/// Where the field at `at` ends: at a delimiter or a line break, and at the end of the bytes.
#[inline]
fn field_end(bytes: &[u8], at: usize, delimiter: u8) -> usize {
    const LOW: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let zeros = |word: u64| word.wrapping_sub(LOW) & !word & HIGH;
    let (delimiters, breaks) = (LOW * u64::from(delimiter), LOW * u64::from(b'\n'));
    let mut at = at;
    // Most fields are short: eight bytes at a time find their end before a search by vectors has begun.
    for _ in 0..2 {
        let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) else { break };
        let word = u64::from_le_bytes(*chunk);
        let hit = zeros(word ^ delimiters) | zeros(word ^ breaks);
        if hit != 0 {
            return at + hit.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    memchr2(delimiter, b'\n', rest).map_or(bytes.len(), |found| at + found)
}

/// The fields of the record at `at`, with their places, and where it ends; for headers and for what is shown of a row.
pub(super) fn record(
    bytes: &[u8],
    at: usize,
    delimiter: u8,
) -> (Vec<(Range<usize>, String)>, usize) {
    let mut fields = Vec::new();
    let mut at = at;
    loop {
        let closed = (bytes.get(at) == Some(&b'"')).then(|| quote_end(bytes, at)).flatten();
        let end = field_end(bytes, closed.unwrap_or(at), delimiter);
        let (range, text) = match closed {
            Some(closed) => {
                (at + 1..closed - 1, unescaped(bytes.get(at + 1..closed - 1).unwrap_or_default()))
            }
            None => {
                let text = bytes.get(at..end).unwrap_or_default();
                let text = text.strip_suffix(b"\r").unwrap_or(text);
                (at..at + text.len(), Cow::Borrowed(text))
            }
        };
        fields.push((range, String::from_utf8_lossy(&text).into_owned()));
        at = end + 1;
        if bytes.get(end) != Some(&delimiter) {
            return (fields, at.min(bytes.len()));
        }
    }
}
