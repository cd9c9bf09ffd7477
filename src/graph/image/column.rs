//! Columns: the values of one key, over nodes or over relationships.

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use super::array::Array;
use super::{bits, encode};
use crate::graph::columns::{self, Dense, Strings};
use crate::model::Datum;

/// Up to so many different texts a column keeps each that was read as a shared text: reading it again allocates nothing.
const SHARED_MAX: usize = 1 << 16;

/// The values of one key.
#[derive(Debug)]
pub(in crate::graph) struct Column {
    pub(in crate::graph) span: Span,
    pub(in crate::graph) cells: Cells,
}

/// Who has a value, and in which place it stands.
#[derive(Debug)]
pub(in crate::graph) enum Span {
    /// Each of so many from the first on.
    All { first: u32, length: u32 },
    /// Those of so many from the first on whose bit is set; there is a place for the others too.
    Some { first: u32, length: u32, present: Array<u64> },
    /// These, ascending; there are places for no others.
    List(Array<u32>),
}

/// The values. Each of these has one in every place.
#[derive(Debug)]
pub(in crate::graph) enum Cells {
    /// Integers between two bounds.
    Int { values: Array<i64>, least: i64, greatest: i64 },
    /// Floats.
    Float(Array<f64>),
    /// Truth values: 0 or 1.
    Bool(Array<u8>),
    /// Codes into texts that are all different, ascending.
    Code { codes: Array<u32>, texts: Texts, shared: Shared },
    /// Texts.
    Text(Texts),
    /// Values of several types, or of those that have no form of their own: as [`encode`] writes them.
    Any { offsets: Array<u64>, bytes: Array<u8> },
}

/// Texts one behind the other: text `i` covers `offsets[i]..offsets[i + 1]` of the bytes.
#[derive(Debug, Default)]
pub(in crate::graph) struct Texts {
    pub(in crate::graph) offsets: Array<u32>,
    pub(in crate::graph) bytes: Array<u8>,
}

/// Texts that were read, by code.
#[derive(Debug, Default)]
pub(in crate::graph) struct Shared(OnceLock<Box<[OnceLock<Arc<str>>]>>);

impl Span {
    /// The place of a value; `None` where there is none.
    #[inline]
    pub(in crate::graph) fn place(&self, id: u32) -> Option<usize> {
        match self {
            Self::All { first, length } => {
                let at = id.wrapping_sub(*first);
                (at < *length).then_some(at as usize)
            }
            Self::Some { first, present, .. } => {
                let at = id.wrapping_sub(*first) as usize;
                bits::at(present, at).then_some(at)
            }
            Self::List(ids) => ids.all().binary_search(&id).ok(),
        }
    }

    /// Those who have a value, ascending, with the places.
    pub(in crate::graph) fn iter(&self) -> Box<dyn Iterator<Item = (u32, usize)> + '_> {
        let id =
            |first: u32, at: usize| first.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        match self {
            Self::All { first, length } => {
                Box::new((0..*length as usize).map(move |at| (id(*first, at), at)))
            }
            Self::Some { first, present, .. } => {
                Box::new(bits::ones(present.all()).map(move |at| (id(*first, at), at)))
            }
            Self::List(ids) => Box::new(ids.all().iter().copied().zip(0..)),
        }
    }

    /// Gives those who have a value, ascending, with the places.
    pub(in crate::graph) fn each(&self, mut each: impl FnMut(u32, usize)) {
        match self {
            Self::All { first, length } => {
                (*first..first.saturating_add(*length)).zip(0..).for_each(|(id, at)| each(id, at));
            }
            Self::Some { .. } | Self::List(_) => self.iter().for_each(|(id, at)| each(id, at)),
        }
    }

    /// How many have a value.
    pub(in crate::graph) fn holders(&self) -> usize {
        match self {
            Self::All { length, .. } => *length as usize,
            Self::Some { present, .. } => bits::count(present.all()),
            Self::List(ids) => ids.len(),
        }
    }
}

impl Texts {
    /// Texts one behind the other, which have room in 4 GiB.
    pub(in crate::graph) fn of<'t>(texts: impl Iterator<Item = &'t [u8]>) -> Self {
        let (mut offsets, mut bytes) = (vec![0], Vec::new());
        for text in texts {
            bytes.extend_from_slice(text);
            offsets.push(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        }
        Self { offsets: offsets.into(), bytes: bytes.into() }
    }

    /// How many there are.
    pub(in crate::graph) fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// A text, read by itself.
    pub(in crate::graph) fn at(&self, at: usize) -> &[u8] {
        match *self.offsets.range(at..at.saturating_add(2)) {
            [from, to] => self.bytes.range(from as usize..to as usize),
            _ => &[],
        }
    }

    /// The place of a text among ascending ones; `None` where it is none of them.
    pub(in crate::graph) fn find(&self, text: &[u8]) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.at(middle).cmp(text) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Some(middle),
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// All of them, bound once.
    pub(in crate::graph) fn all(&self) -> Strings<'_> {
        Strings { offsets: self.offsets.all(), bytes: self.bytes.all() }
    }

    fn datum(&self, at: usize) -> Datum {
        Datum::str(std::str::from_utf8(self.at(at)).unwrap_or_default())
    }
}

impl Shared {
    fn datum(&self, code: u32, texts: &Texts) -> Datum {
        let at = code as usize;
        if texts.len() > SHARED_MAX {
            return texts.datum(at);
        }
        let all = self.0.get_or_init(|| (0..texts.len()).map(|_| OnceLock::new()).collect());
        let Some(cell) = all.get(at) else { return texts.datum(at) };
        let text =
            cell.get_or_init(|| std::str::from_utf8(texts.at(at)).unwrap_or_default().into());
        Datum::Str(Arc::clone(text))
    }
}

impl Column {
    /// The value of a node or relationship.
    pub(in crate::graph) fn get(&self, id: u32) -> Option<Datum> {
        self.span.place(id).and_then(|place| self.at(place))
    }

    /// The value in a place.
    pub(in crate::graph) fn at(&self, place: usize) -> Option<Datum> {
        Some(match &self.cells {
            Cells::Int { values, .. } => Datum::Int(values.at(place)?),
            Cells::Float(values) => Datum::Float(values.at(place)?),
            Cells::Bool(values) => Datum::Bool(values.at(place)? != 0),
            Cells::Code { codes, texts, shared } => shared.datum(codes.at(place)?, texts),
            Cells::Text(texts) => texts.datum(place),
            Cells::Any { offsets, bytes } => match *offsets.range(place..place.saturating_add(2)) {
                [from, to] => {
                    let range = usize::try_from(from).ok()?..usize::try_from(to).ok()?;
                    encode::decode(bytes.range(range))
                }
                _ => return None,
            },
        })
    }

    /// Every value with its holder, ascending.
    pub(in crate::graph) fn iter(&self) -> impl Iterator<Item = (u32, Datum)> + '_ {
        self.span.iter().filter_map(|(id, place)| Some((id, self.at(place)?)))
    }

    /// The least and the greatest of integers.
    pub(in crate::graph) fn int_bounds(&self) -> Option<(i64, i64)> {
        let Cells::Int { least, greatest, .. } = &self.cells else { return None };
        Some((*least, *greatest))
    }

    /// The values as they lie in memory; `None` where they do not lie one for each id, or have several types.
    pub(in crate::graph) fn view(&self) -> Option<columns::Column<'_>> {
        let (first, present) = match &self.span {
            Span::All { first, .. } => (*first, None),
            Span::Some { first, present, .. } => (*first, Some(present.all())),
            Span::List(_) => return None,
        };
        Some(match &self.cells {
            Cells::Int { values, .. } => {
                columns::Column::Int(Dense { first, values: values.all(), present })
            }
            Cells::Float(values) => {
                columns::Column::Float(Dense { first, values: values.all(), present })
            }
            Cells::Bool(values) => {
                columns::Column::Bool(Dense { first, values: values.all(), present })
            }
            Cells::Code { codes, texts, .. } => {
                columns::Column::Code(Dense { first, values: codes.all(), present }, texts.all())
            }
            Cells::Text(texts) => {
                columns::Column::Text(Dense { first, values: &[], present }, texts.all())
            }
            Cells::Any { .. } => return None,
        })
    }
}

impl Column {
    /// Whether a node or relationship has this value. Cost: no allocation for texts.
    pub(in crate::graph) fn is(&self, id: u32, value: &Datum) -> bool {
        let Some(place) = self.span.place(id) else { return false };
        match (&self.cells, value) {
            (Cells::Text(texts), Datum::Str(text)) => texts.at(place) == text.as_bytes(),
            (Cells::Code { codes, texts, .. }, Datum::Str(text)) => {
                codes.at(place).is_some_and(|code| texts.at(code as usize) == text.as_bytes())
            }
            _ => self.at(place).is_some_and(|own| own.equals(value) == Some(true)),
        }
    }
}
