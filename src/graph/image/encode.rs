//! Values of any type as bytes, for columns that hold what has no array of its own.
//!
//! Shape: a tag, then what it asks for; lengths in LEB128, numbers least significant byte first. Bytes that are no value read as null.

use crate::model::temporal::{
    Date, DateTime, Duration, LocalDateTime, LocalTime, Offset, Temporal, Time, Zone,
};
use crate::model::{Datum, DatumMap};

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const INT: u8 = 3;
const FLOAT: u8 = 4;
const TEXT: u8 = 5;
const LIST: u8 = 6;
const MAP: u8 = 7;
const DATE: u8 = 8;
const LOCAL_TIME: u8 = 9;
const TIME: u8 = 10;
const LOCAL_DATE_TIME: u8 = 11;
const DATE_TIME: u8 = 12;
const DURATION: u8 = 13;

/// How deep lists and maps are read; deeper ones are refused before they are stored.
const DEPTH_MAX: usize = 64;

/// Writes a value. What no property can hold (nodes, relationships, paths) is written as null.
pub(in crate::graph) fn encode(value: &Datum, out: &mut Vec<u8>) {
    match value {
        Datum::Null | Datum::Node(_) | Datum::Rel(_) | Datum::Path(_) => out.push(NULL),
        Datum::Bool(truth) => out.push(if *truth { TRUE } else { FALSE }),
        Datum::Int(int) => {
            out.push(INT);
            out.extend(int.to_le_bytes());
        }
        Datum::Float(float) => {
            out.push(FLOAT);
            out.extend(float.to_le_bytes());
        }
        Datum::Str(text) => {
            out.push(TEXT);
            put_text(text, out);
        }
        Datum::List(items) => {
            out.push(LIST);
            put_length(items.len(), out);
            items.iter().for_each(|item| encode(item, out));
        }
        Datum::Map(entries) => {
            out.push(MAP);
            put_length(entries.len(), out);
            for (key, value) in entries.iter() {
                put_text(key, out);
                encode(value, out);
            }
        }
        Datum::Temporal(value) => put_temporal(value, out),
    }
}

/// Reads a value.
pub(in crate::graph) fn decode(bytes: &[u8]) -> Datum {
    Reader(bytes).value(0).unwrap_or_default()
}

fn put_length(mut length: usize, out: &mut Vec<u8>) {
    while length >= 0x80 {
        out.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    out.push((length & 0x7f) as u8);
}

fn put_text(text: &str, out: &mut Vec<u8>) {
    put_length(text.len(), out);
    out.extend_from_slice(text.as_bytes());
}

fn put_date(date: Date, out: &mut Vec<u8>) {
    [date.year(), date.month(), date.day()].iter().for_each(|part| out.extend(part.to_le_bytes()));
}

fn put_temporal(value: &Temporal, out: &mut Vec<u8>) {
    match value {
        Temporal::Date(date) => {
            out.push(DATE);
            put_date(*date, out);
        }
        Temporal::LocalTime(time) => {
            out.push(LOCAL_TIME);
            out.extend(time.nanos().to_le_bytes());
        }
        Temporal::Time(time) => {
            out.push(TIME);
            out.extend(time.local.nanos().to_le_bytes());
            out.extend(time.offset.seconds().to_le_bytes());
        }
        Temporal::LocalDateTime(of) => {
            out.push(LOCAL_DATE_TIME);
            put_date(of.date, out);
            out.extend(of.time.nanos().to_le_bytes());
        }
        Temporal::DateTime(of) => {
            out.push(DATE_TIME);
            out.extend(of.epoch_nanos().to_le_bytes());
            match of.zone() {
                Zone::Fixed(offset) => {
                    put_text("", out);
                    out.extend(offset.seconds().to_le_bytes());
                }
                Zone::Named(zone) => put_text(zone.name(), out),
            }
        }
        Temporal::Duration(of) => {
            out.push(DURATION);
            out.extend(of.months().to_le_bytes());
            out.extend(of.days().to_le_bytes());
            out.extend(of.nanos().to_le_bytes());
        }
    }
}

/// The bytes that are still to be read.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn value(&mut self, depth: usize) -> Option<Datum> {
        if depth > DEPTH_MAX {
            return None;
        }
        let [tag] = self.take()?;
        Some(match tag {
            NULL => Datum::Null,
            FALSE => Datum::Bool(false),
            TRUE => Datum::Bool(true),
            INT => Datum::Int(self.int()?),
            FLOAT => Datum::Float(f64::from_le_bytes(self.take()?)),
            TEXT => Datum::str(self.text()?),
            LIST => {
                let length = self.length()?;
                let items = (0..length).map(|_| self.value(depth + 1));
                Datum::list(items.collect::<Option<_>>()?)
            }
            MAP => {
                let mut entries = DatumMap::new();
                for _ in 0..self.length()? {
                    let key = self.text()?.into();
                    entries.insert(key, self.value(depth + 1)?);
                }
                Datum::map(entries)
            }
            tag => Datum::temporal(self.temporal(tag)?),
        })
    }

    fn temporal(&mut self, tag: u8) -> Option<Temporal> {
        Some(match tag {
            DATE => Temporal::Date(self.date()?),
            LOCAL_TIME => Temporal::LocalTime(self.time()?),
            TIME => Temporal::Time(Time { local: self.time()?, offset: self.offset()? }),
            LOCAL_DATE_TIME => {
                Temporal::LocalDateTime(LocalDateTime { date: self.date()?, time: self.time()? })
            }
            DATE_TIME => {
                let nanos = i128::from_le_bytes(self.take()?);
                let zone = match self.text()? {
                    "" => Zone::Fixed(self.offset()?),
                    name => Zone::parse(name).ok()?,
                };
                Temporal::DateTime(DateTime::of_epoch_nanos(nanos, zone).ok()?)
            }
            DURATION => {
                let (months, days) = (self.int()?, self.int()?);
                let nanos = i128::from_le_bytes(self.take()?);
                Temporal::Duration(Duration::new(months.into(), days.into(), nanos).ok()?)
            }
            _ => return None,
        })
    }

    fn date(&mut self) -> Option<Date> {
        Date::new(self.int()?, self.int()?, self.int()?).ok()
    }

    fn time(&mut self) -> Option<LocalTime> {
        const SECOND: i64 = 1_000_000_000;
        let nanos = self.int()?;
        let (seconds, part) = (nanos.div_euclid(SECOND), nanos.rem_euclid(SECOND));
        LocalTime::new(seconds / 3600, seconds / 60 % 60, seconds % 60, part).ok()
    }

    fn offset(&mut self) -> Option<Offset> {
        Offset::new(i32::try_from(self.int()?).ok()?)
    }

    fn int(&mut self) -> Option<i64> {
        self.take().map(i64::from_le_bytes)
    }

    fn text(&mut self) -> Option<&'b str> {
        let length = self.length()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    fn length(&mut self) -> Option<usize> {
        let mut length = 0usize;
        for shift in (0..usize::BITS).step_by(7) {
            let [byte] = self.take()?;
            length |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(length);
            }
        }
        None
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::temporal::Kind;

    #[test]
    fn every_value_comes_back() {
        let temporal = |kind, text: &str| Datum::temporal(Temporal::read(kind, text).unwrap());
        let mut map = DatumMap::new();
        map.insert("名".into(), Datum::list(vec![Datum::Int(-1), Datum::Null, Datum::str("値")]));
        let values = vec![
            Datum::Null,
            Datum::Bool(true),
            Datum::Bool(false),
            Datum::Int(i64::MIN),
            Datum::Float(-0.5),
            Datum::str(&"長".repeat(100)),
            Datum::map(map),
            temporal(Kind::Date, "-0044-03-15"),
            temporal(Kind::LocalTime, "12:31:14.645876123"),
            temporal(Kind::Time, "23:59:59.999999999-18:00"),
            temporal(Kind::LocalDateTime, "2025-04-01T09:30:00.5"),
            temporal(Kind::DateTime, "2015-07-21T21:40:32.142+0100"),
            temporal(Kind::DateTime, "2024-10-27T02:30:00+01:00[Europe/Paris]"),
            temporal(Kind::DateTime, "2024-10-27T02:30:00+02:00[Europe/Paris]"),
            temporal(Kind::Duration, "P12Y5M14DT16H12M70.5S"),
            temporal(Kind::Duration, "PT-0.5S"),
        ];
        for value in values {
            let mut bytes = Vec::new();
            encode(&value, &mut bytes);
            let back = decode(&bytes);
            assert_eq!(format!("{value:?}"), format!("{back:?}"));
            for length in 0..bytes.len() {
                drop(decode(&bytes[..length]));
            }
        }
    }
}
