//! Building columns: from values that come with their holders, or from tables that have them in arrays already.

use rustc_hash::FxHashMap;

use super::array::Array;
use super::column::{Cells, Column, Shared, Span, Texts};
use super::index::hash_text;
use super::{bits, encode};
use crate::graph::bulk::Values;
use crate::model::Datum;

/// A column keeps the ids of its holders where less than one of so many in its range is one.
const SPARSE: usize = 8;

/// Once so many texts differ, it is looked at all of them before more are gathered.
const MANY: usize = 1 << 12;

/// Texts are coded where there are so many times more holders than different texts.
const REPEATED: usize = 4;

/// Part of a column to be: the values of one table.
#[derive(Debug)]
pub(in crate::graph) struct Piece {
    /// Whose the first value is.
    pub(in crate::graph) first: u32,
    /// How many rows there are.
    pub(in crate::graph) rows: usize,
    pub(in crate::graph) values: Values,
    /// Which rows have a value; `None` where all do.
    pub(in crate::graph) present: Option<Vec<u64>>,
}

/// Values of one type, one behind the other.
#[derive(Debug)]
enum Raw {
    Int(Vec<i64>),
    Float(Vec<f64>),
    Bool(Vec<u8>),
    Code(Vec<u32>, Texts),
    Text(Vec<u32>, Vec<u8>),
    Any(Vec<u64>, Vec<u8>),
}

impl Column {
    /// The column of values that come with their holders, ascending; `None` where there is none.
    pub(in crate::graph) fn of_rows(rows: Vec<(u32, Datum)>) -> Option<Self> {
        let raw = Raw::of(&rows);
        let ids: Vec<u32> = rows.into_iter().map(|row| row.0).collect();
        Self::of_compact(ids, raw)
    }

    /// The column of tables, whose first ids ascend; `None` where none has a value.
    pub(in crate::graph) fn of_pieces(mut pieces: Vec<Piece>) -> Option<Self> {
        pieces.retain(|piece| piece.rows > 0);
        if !are_alike(&pieces) {
            return Self::of_rows(pieces.into_iter().flat_map(Piece::into_rows).collect());
        }
        let (first, mut end) = (pieces.first()?.first, pieces.first()?.first);
        let mut whole = true;
        for piece in &pieces {
            whole &= piece.present.is_none() && piece.first == end;
            end = piece.first.saturating_add(u32::try_from(piece.rows).unwrap_or(u32::MAX));
        }
        if whole {
            let raw = pieces.into_iter().filter_map(|piece| Raw::all(piece.values));
            let raw = raw.reduce(Raw::append)?.coded();
            let length = end - first;
            return Some(Self {
                span: Span::All { first, length },
                cells: raw.cells(length as usize, None),
            });
        }
        let ids = pieces.iter().flat_map(Piece::ids).collect();
        let raw = pieces.into_iter().filter_map(Piece::compact);
        Self::of_compact(ids, raw.reduce(Raw::append)?)
    }

    /// The column of values one behind the other, each of one holder.
    fn of_compact(ids: Vec<u32>, raw: Raw) -> Option<Self> {
        let (first, last) = (*ids.first()?, *ids.last()?);
        let (raw, length) = (raw.coded(), (last - first) as usize + 1);
        let span = if ids.len() == length {
            Span::All { first, length: last - first + 1 }
        } else if ids.len().saturating_mul(SPARSE) < length {
            let cells = raw.cells(ids.len(), None);
            return Some(Self { span: Span::List(ids.into()), cells });
        } else {
            let mut present = bits::none(length);
            ids.iter().for_each(|id| bits::set(&mut present, (id - first) as usize));
            Span::Some { first, length: last - first + 1, present: present.into() }
        };
        let places = (ids.len() < length).then_some((first, ids.as_slice()));
        Some(Self { cells: raw.cells(length, places), span })
    }
}

/// Whether the values of all pieces have one type, with room for all of them in one array.
fn are_alike(pieces: &[Piece]) -> bool {
    let kind = |piece: &Piece| std::mem::discriminant(&piece.values);
    let mut bytes = 0usize;
    for piece in pieces {
        match &piece.values {
            Values::Any(_) => return false,
            Values::Text { bytes: more, .. } => bytes = bytes.saturating_add(more.len()),
            Values::Int(_) | Values::Float(_) | Values::Bool(_) => {}
        }
    }
    u32::try_from(bytes).is_ok() && pieces.windows(2).all(|two| kind(&two[0]) == kind(&two[1]))
}

impl Piece {
    fn has(&self, row: usize) -> bool {
        self.present.as_ref().is_none_or(|present| bits::has(present, row))
    }

    fn ids(&self) -> impl Iterator<Item = u32> + '_ {
        (self.first..).zip(0..self.rows).filter(|(_, row)| self.has(*row)).map(|(id, _)| id)
    }

    fn into_rows(self) -> Vec<(u32, Datum)> {
        let ids: Vec<(u32, usize)> =
            (self.first..).zip(0..self.rows).filter(|(_, row)| self.has(*row)).collect();
        let value = |row: usize| -> Option<Datum> {
            Some(match &self.values {
                Values::Int(values) => Datum::Int(*values.get(row)?),
                Values::Float(values) => Datum::Float(*values.get(row)?),
                Values::Bool(values) => Datum::Bool(*values.get(row)? != 0),
                Values::Text { offsets, bytes } => {
                    let range = *offsets.get(row)? as usize..*offsets.get(row + 1)? as usize;
                    Datum::str(std::str::from_utf8(bytes.get(range)?).ok()?)
                }
                Values::Any(values) => values.get(row)?.clone(),
            })
        };
        ids.into_iter().filter_map(|(id, row)| Some((id, value(row)?))).collect()
    }

    /// The values of those that have one.
    fn compact(self) -> Option<Raw> {
        let Some(present) = &self.present else { return Raw::all(self.values) };
        fn kept<T: Copy>(values: &[T], present: &[u64]) -> Vec<T> {
            bits::ones(present).filter_map(|row| values.get(row).copied()).collect()
        }
        Some(match &self.values {
            Values::Int(values) => Raw::Int(kept(values, present)),
            Values::Float(values) => Raw::Float(kept(values, present)),
            Values::Bool(values) => Raw::Bool(kept(values, present)),
            Values::Text { offsets, bytes } => {
                let bounds = |row: usize| Some((*offsets.get(row)?, *offsets.get(row + 1)?));
                let texts = bits::ones(present).filter_map(bounds);
                Raw::texts(texts.filter_map(|(from, to)| bytes.get(from as usize..to as usize)))
            }
            Values::Any(_) => return None,
        })
    }
}

impl Raw {
    /// Values in the form that holds them all.
    fn of(rows: &[(u32, Datum)]) -> Self {
        let values = || rows.iter().map(|row| &row.1);
        let all = |test: fn(&Datum) -> bool| values().all(test);
        if all(|value| matches!(value, Datum::Int(_))) {
            Self::Int(
                values()
                    .filter_map(|v| if let Datum::Int(i) = v { Some(*i) } else { None })
                    .collect(),
            )
        } else if all(|value| matches!(value, Datum::Float(_))) {
            let float = |value: &Datum| if let Datum::Float(x) = value { Some(*x) } else { None };
            Self::Float(values().filter_map(float).collect())
        } else if all(|value| matches!(value, Datum::Bool(_))) {
            Self::Bool(values().map(|value| u8::from(matches!(value, Datum::Bool(true)))).collect())
        } else {
            let length = values().filter_map(Datum::as_str).fold(0, |sum, text| sum + text.len());
            if all(|value| matches!(value, Datum::Str(_))) && u32::try_from(length).is_ok() {
                return Self::texts(values().filter_map(Datum::as_str).map(|text| text.as_bytes()));
            }
            let (mut offsets, mut bytes) = (vec![0], Vec::new());
            for value in values() {
                encode(value, &mut bytes);
                offsets.push(bytes.len() as u64);
            }
            Self::Any(offsets, bytes)
        }
    }

    /// Texts, which have room in 4 GiB.
    fn texts<'t>(texts: impl Iterator<Item = &'t [u8]>) -> Self {
        let Texts { offsets, bytes } = Texts::of(texts);
        Self::Text(offsets.into_vec(), bytes.into_vec())
    }

    /// The values of a table in which every row has one; `None` where they have no one type.
    fn all(values: Values) -> Option<Self> {
        Some(match values {
            Values::Int(values) => Self::Int(values),
            Values::Float(values) => Self::Float(values),
            Values::Bool(values) => Self::Bool(values),
            Values::Text { offsets, bytes } => Self::Text(offsets, bytes),
            Values::Any(_) => return None,
        })
    }

    /// These and then others of the same type.
    fn append(mut self, more: Self) -> Self {
        match (&mut self, more) {
            (Self::Int(values), Self::Int(more)) => values.extend(more),
            (Self::Float(values), Self::Float(more)) => values.extend(more),
            (Self::Bool(values), Self::Bool(more)) => values.extend(more),
            (Self::Text(offsets, bytes), Self::Text(more, texts)) => {
                let (base, from) = (bytes.len(), more.first().copied().unwrap_or(0));
                let base = u32::try_from(base).unwrap_or(u32::MAX);
                offsets.extend(more.iter().skip(1).map(|offset| offset - from + base));
                bytes.extend_from_slice(texts.get(from as usize..).unwrap_or_default());
            }
            _ => {}
        }
        self
    }

    /// Texts that repeat get codes; every other form stays.
    fn coded(self) -> Self {
        let Self::Text(offsets, bytes) = &self else { return self };
        codes(offsets, bytes).map_or(self, |(codes, texts)| Self::Code(codes, texts))
    }

    /// The values in their places: each in the next, or in that of its holder from a first one on.
    fn cells(self, length: usize, places: Option<(u32, &[u32])>) -> Cells {
        match self {
            Self::Int(values) => {
                let least = values.iter().copied().min().unwrap_or(0);
                let greatest = values.iter().copied().max().unwrap_or(0);
                Cells::Int { values: spread(values, length, places), least, greatest }
            }
            Self::Float(values) => Cells::Float(spread(values, length, places)),
            Self::Bool(values) => Cells::Bool(spread(values, length, places)),
            Self::Code(codes, texts) => Cells::Code {
                codes: spread(codes, length, places),
                texts,
                shared: Shared::default(),
            },
            Self::Text(offsets, bytes) => Cells::Text(Texts {
                offsets: spread_offsets(offsets, length, places),
                bytes: bytes.into(),
            }),
            Self::Any(offsets, bytes) => {
                Cells::Any { offsets: spread_offsets(offsets, length, places), bytes: bytes.into() }
            }
        }
    }
}

/// Whether too few of these texts repeat for codes, as bits at their hashes show: there are at least as many different texts.
fn are_many(offsets: &[u32], bytes: &[u8]) -> bool {
    let rows = offsets.len().saturating_sub(1);
    let mut seen = bits::none(rows.next_power_of_two());
    let mask = seen.len() * 64 - 1;
    let mut different = 0usize;
    offsets.windows(2).any(|bounds| {
        let text = bytes.get(bounds[0] as usize..bounds[1] as usize).unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, reason = "the lowest bits of a hash")]
        let at = hash_text(text) as usize & mask;
        different += usize::from(!bits::has(&seen, at));
        bits::set(&mut seen, at);
        different.saturating_mul(REPEATED) >= rows
    })
}

/// Codes for texts, ascending as the texts do, and the texts; `None` where too few repeat.
fn codes(offsets: &[u32], bytes: &[u8]) -> Option<(Vec<u32>, Texts)> {
    let rows = offsets.len().saturating_sub(1);
    let mut known: FxHashMap<&[u8], u32> = FxHashMap::default();
    let mut codes = Vec::with_capacity(rows);
    for bounds in offsets.windows(2) {
        let text = bytes.get(bounds[0] as usize..bounds[1] as usize).unwrap_or_default();
        let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
        codes.push(*known.entry(text).or_insert(next));
        let many = known.len() == MANY && *codes.last()? == next && are_many(offsets, bytes);
        if many || known.len().saturating_mul(REPEATED) >= rows {
            return None;
        }
    }
    let mut sorted: Vec<(&[u8], u32)> = known.into_iter().collect();
    sorted.sort_unstable();
    let mut ranks = vec![0; sorted.len()];
    for (rank, (_, code)) in (0..).zip(&sorted) {
        ranks[*code as usize] = rank;
    }
    codes.iter_mut().for_each(|code| *code = ranks[*code as usize]);
    Some((codes, Texts::of(sorted.into_iter().map(|entry| entry.0))))
}

fn spread<T: super::Element>(
    values: Vec<T>,
    length: usize,
    places: Option<(u32, &[u32])>,
) -> Array<T> {
    let Some((first, ids)) = places else { return values.into() };
    let mut spread = vec![T::default(); length];
    for (id, value) in ids.iter().zip(values) {
        spread[(id - first) as usize] = value;
    }
    spread.into()
}

fn spread_offsets<T: super::Element>(
    offsets: Vec<T>,
    length: usize,
    places: Option<(u32, &[u32])>,
) -> Array<T> {
    let Some((first, ids)) = places else { return offsets.into() };
    let mut spread = Vec::with_capacity(length + 1);
    for (id, offset) in ids.iter().zip(&offsets) {
        spread.resize((id - first) as usize + 1, *offset);
    }
    spread.resize(length + 1, offsets.last().copied().unwrap_or_default());
    spread.into()
}
