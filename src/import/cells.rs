//! Cells: the values of one column as their type says.
//!
//! Turns fields into columns of numbers and texts. Nothing here knows where a field stood.

use super::header::{Property, Type};
use super::ids::Texts;
use crate::graph::{BulkColumn, Values};
use crate::model::temporal::Temporal;
use crate::model::{Datum, KeyId};

/// The values of a column over some rows.
#[derive(Debug)]
pub(super) struct Cells {
    of: Type,
    /// What stands between the items of lists.
    list: Option<char>,
    data: Data,
    /// The rows without a value, ascending.
    absent: Vec<u32>,
    rows: u32,
}

#[derive(Debug)]
enum Data {
    Int(Vec<i64>),
    Float(Vec<f64>),
    Bool(Vec<u8>),
    Text(Texts),
    Any(Vec<Datum>),
}

impl Data {
    fn of(of: Type, list: bool) -> Self {
        match of {
            _ if list => Self::Any(Vec::new()),
            Type::Int => Self::Int(Vec::new()),
            Type::Float => Self::Float(Vec::new()),
            Type::Bool => Self::Bool(Vec::new()),
            Type::Text | Type::Char => Self::Text(Texts::default()),
            Type::Temporal(_) => Self::Any(Vec::new()),
        }
    }

    /// Adds what stands where there is no value.
    fn push_none(&mut self) {
        match self {
            Self::Int(values) => values.push(0),
            Self::Float(values) => values.push(0.0),
            Self::Bool(values) => values.push(0),
            Self::Text(texts) => texts.push(b""),
            Self::Any(values) => values.push(Datum::Null),
        }
    }

    /// Adds those of the rows `chosen`, or all.
    fn append(&mut self, other: &Self, chosen: Option<&[u32]>) {
        match (self, other) {
            (Self::Int(to), Self::Int(from)) => append(to, from, chosen),
            (Self::Float(to), Self::Float(from)) => append(to, from, chosen),
            (Self::Bool(to), Self::Bool(from)) => append(to, from, chosen),
            (Self::Any(to), Self::Any(from)) => append(to, from, chosen),
            (Self::Text(to), Self::Text(from)) => to.append(from, chosen),
            // The cells of one column have one type.
            (Self::Int(_) | Self::Float(_) | Self::Bool(_) | Self::Any(_) | Self::Text(_), _) => {}
        }
    }
}

/// Makes room for about so many values: a guess that is too high to be granted does no harm.
pub(super) fn reserve<T>(values: &mut Vec<T>, count: usize) {
    values.try_reserve_exact(count).ok();
}

fn append<T: Clone>(to: &mut Vec<T>, from: &[T], chosen: Option<&[u32]>) {
    match chosen {
        None => to.extend_from_slice(from),
        Some(rows) => to.extend(rows.iter().filter_map(|row| from.get(*row as usize).cloned())),
    }
}

impl Texts {
    /// Makes room for about so many texts of so many bytes in all.
    pub(super) fn reserve(&mut self, rows: usize, bytes: usize) {
        reserve(&mut self.offsets, rows);
        reserve(&mut self.bytes, bytes);
    }

    /// The column of them under a key.
    pub(super) fn column(self, key: KeyId) -> BulkColumn {
        let Self { offsets, bytes } = self;
        BulkColumn { key, values: Values::Text { offsets, bytes }, present: None }
    }

    /// Adds those of the rows `chosen`, or all.
    pub(super) fn append(&mut self, other: &Self, chosen: Option<&[u32]>) {
        let Some(rows) = chosen else {
            let base = self.offsets.last().copied().unwrap_or_default();
            self.bytes.extend_from_slice(&other.bytes);
            return self
                .offsets
                .extend(other.offsets.iter().skip(1).map(|at| base.saturating_add(*at)));
        };
        rows.iter().for_each(|row| self.push(other.get(*row as usize)));
    }
}

impl Cells {
    /// An empty column for a property.
    pub(super) fn new(property: &Property) -> Self {
        let of = property.of.unwrap_or(Type::Text);
        let data = Data::of(of, property.list.is_some());
        Self { of, list: property.list, data, absent: Vec::new(), rows: 0 }
    }

    /// The type of the values, or of their items.
    pub(super) fn of(&self) -> Type {
        self.of
    }

    /// Whether there is no row.
    pub(super) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// How many bytes the texts have.
    pub(super) fn text_bytes(&self) -> usize {
        if let Data::Text(texts) = &self.data { texts.bytes.len() } else { 0 }
    }

    /// Makes room for about so many rows, and bytes of their texts.
    pub(super) fn reserve(&mut self, rows: usize, bytes: usize) {
        match &mut self.data {
            Data::Int(values) => reserve(values, rows),
            Data::Float(values) => reserve(values, rows),
            Data::Bool(values) => reserve(values, rows),
            Data::Any(values) => reserve(values, rows),
            Data::Text(texts) => texts.reserve(rows, bytes),
        }
    }

    /// Adds a row without a value.
    #[inline]
    pub(super) fn push_none(&mut self) {
        self.absent.push(self.rows);
        self.rows += 1;
        self.data.push_none();
    }

    /// Adds the value that a field says; a field without quotes and without anything in it says none. Gives whether the
    /// field is a value of the type; a row without a value is added where it is not.
    #[inline]
    pub(super) fn push(&mut self, field: &[u8], quoted: bool) -> bool {
        if field.is_empty() && (!quoted || !matches!(self.data, Data::Text(_))) {
            self.push_none();
            return true;
        }
        let good = match (&mut self.data, self.of) {
            (Data::Int(values), _) => put(values, int(field)),
            (Data::Text(texts), Type::Char) => {
                let one = text(field).is_some_and(|text| text.chars().nth(1).is_none());
                if one {
                    texts.push(field);
                }
                one
            }
            (Data::Text(texts), _) => {
                texts.push(field);
                true
            }
            (Data::Float(values), _) => put(values, float(field)),
            (Data::Bool(values), _) => put(values, boolean(field).map(u8::from)),
            (Data::Any(values), of) => put(values, any(field, of, self.list)),
        };
        if !good {
            self.push_none();
            return false;
        }
        self.rows += 1;
        true
    }

    /// Adds the rows `chosen` of another column of the same type, or all.
    pub(super) fn append(&mut self, other: &Self, chosen: Option<&[u32]>) {
        match chosen {
            None => {
                let base = self.rows;
                self.absent.extend(other.absent.iter().map(|row| base + row));
                self.rows += other.rows;
            }
            Some(rows) => {
                for row in rows {
                    if other.absent.binary_search(row).is_ok() {
                        self.absent.push(self.rows);
                    }
                    self.rows += 1;
                }
            }
        }
        self.data.append(&other.data, chosen);
    }

    /// The column under its key; `None` where no row has a value.
    pub(super) fn column(self, key: KeyId) -> Option<BulkColumn> {
        if self.absent.len() == self.rows as usize {
            return None;
        }
        Some(BulkColumn::lacking(key, self.data.values(), self.rows as usize, &self.absent))
    }
}

impl Data {
    fn values(self) -> Values {
        match self {
            Self::Int(values) => Values::Int(values),
            Self::Float(values) => Values::Float(values),
            Self::Bool(values) => Values::Bool(values),
            Self::Text(Texts { offsets, bytes }) => Values::Text { offsets, bytes },
            Self::Any(values) => Values::Any(values),
        }
    }
}

fn put<T>(values: &mut Vec<T>, value: Option<T>) -> bool {
    let good = value.is_some();
    values.extend(value);
    good
}

fn text(field: &[u8]) -> Option<&str> {
    std::str::from_utf8(field).ok()
}

/// The integer that a field is, white space around it aside.
#[inline]
fn int(field: &[u8]) -> Option<i64> {
    // Eighteen digits never overflow.
    if field.len() <= 18 && field.iter().all(u8::is_ascii_digit) {
        return Some(field.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')));
    }
    text(field)?.trim().parse().ok()
}

fn float(field: &[u8]) -> Option<f64> {
    text(field)?.trim().parse().ok()
}

fn boolean(field: &[u8]) -> Option<bool> {
    let field = field.trim_ascii();
    let is = |word: &str| field.eq_ignore_ascii_case(word.as_bytes());
    if is("true") { Some(true) } else { is("false").then_some(false) }
}

fn any(field: &[u8], of: Type, list: Option<char>) -> Option<Datum> {
    let field = text(field)?;
    if let Some(items) = list {
        return field
            .split(items)
            .map(|item| one(item, of))
            .collect::<Option<_>>()
            .map(Datum::list);
    }
    one(field, of)
}

fn one(item: &str, of: Type) -> Option<Datum> {
    let bytes = item.as_bytes();
    match of {
        Type::Int => int(bytes).map(Datum::Int).filter(|_| !item.is_empty()),
        Type::Float => float(bytes).map(Datum::Float),
        Type::Bool => boolean(bytes).map(Datum::Bool),
        Type::Text => Some(Datum::str(item)),
        Type::Char => (item.chars().count() == 1).then(|| Datum::str(item)),
        Type::Temporal(kind) => Temporal::read(kind, item).ok().map(Datum::temporal),
    }
}
