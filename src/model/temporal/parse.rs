//! Reading ISO 8601: from a text to a temporal value.
//!
//! Every function takes the whole text or nothing: `None` is a text of another form, an error one that has the form but names no value.

use unicode_normalization::UnicodeNormalization;

use super::date::Date;
use super::datetime::{DateTime, LocalDateTime};
use super::duration::{Amount, Duration};
use super::fault;
use super::time::{LocalTime, Offset, SECOND, Time, offset_of};
use super::zone::Zone;
use super::{Kind, Temporal};
use crate::error::Result;

/// Reads a text as a value of a kind. What a date is written without is its start; what has no zone is in UTC.
///
/// # Errors
/// `run.argument` where it is none.
pub(super) fn read(kind: Kind, text: &str) -> Result<Temporal> {
    let text = text.trim();
    let found = match kind {
        Kind::Date => date(text).map(|date| Ok(Temporal::Date(date?))),
        Kind::LocalTime => local_time(text).map(|time| Ok(Temporal::LocalTime(time?))),
        Kind::Time => time(text).map(|time| Ok(Temporal::Time(time?))),
        Kind::LocalDateTime => local_date_time(text).map(|of| Ok(Temporal::LocalDateTime(of?))),
        Kind::DateTime => date_time(text).map(|of| Ok(Temporal::DateTime(of?))),
        Kind::Duration => duration(text).map(|of| Ok(Temporal::Duration(of?))),
    };
    found.unwrap_or_else(|| {
        let meant = if kind == Kind::Date { meant(text) } else { None };
        Err(fault::unreadable(kind, text, meant))
    })
}

/// The date that `2025/4/1`, `2025-4-1` or `２０２５年４月１日` is likely meant to be.
fn meant(text: &str) -> Option<Date> {
    let text: String = text.nfkc().collect();
    let parts = text.split(['/', '.', '-', '年', '月', '日']).filter(|part| !part.is_empty());
    let parts: Vec<i64> = parts.map(|part| number(part.trim())).collect::<Option<_>>()?;
    match parts.as_slice() {
        [year @ 1000..=9999, month, day] => Date::new(*year, *month, *day).ok(),
        _ => None,
    }
}

/// The number that a text of digits is, and nothing but digits.
fn number(digits: &str) -> Option<i64> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

/// The number that so many digits are.
fn digits(text: &str, length: usize) -> Option<i64> {
    if text.len() == length { number(text) } else { None }
}

/// Splits a text at a byte where that is between characters.
fn split(text: &str, at: usize) -> Option<(&str, &str)> {
    text.split_at_checked(at)
}

fn date(text: &str) -> Option<Result<Date>> {
    let signed = text.starts_with(['+', '-']);
    if !signed {
        let (year, rest) = split(text, 4)?;
        let year = digits(year, 4)?;
        return match rest.strip_prefix('-') {
            Some(rest) => extended(year, rest),
            None => basic(year, rest),
        };
    }
    // A year with a sign may have up to nine digits, so that only hyphens can tell where it ends.
    let (negative, text) = (text.starts_with('-'), text.get(1..)?);
    let (year, rest) = text.split_once('-').map_or((text, None), |(year, rest)| (year, Some(rest)));
    let year = if year.len() <= 9 { number(year)? } else { return None };
    let year = if negative { -year } else { year };
    rest.map_or_else(|| Some(Date::new(year, 1, 1)), |rest| extended(year, rest))
}

/// What comes after the year and a hyphen.
fn extended(year: i64, rest: &str) -> Option<Result<Date>> {
    let (first, second) = rest.split_once('-').map_or((rest, None), |(a, b)| (a, Some(b)));
    if let Some(week) = first.strip_prefix('W') {
        let day = second.map_or(Some(1), |day| digits(day, 1))?;
        return Some(Date::of_week(year, digits(week, 2)?, day));
    }
    if let Some(quarter) = first.strip_prefix('Q') {
        let day = second.map_or(Some(1), |day| digits(day, 2))?;
        return Some(Date::of_quarter(year, digits(quarter, 1)?, day));
    }
    match second {
        Some(day) => Some(Date::new(year, digits(first, 2)?, digits(day, 2)?)),
        None if first.len() == 3 => Some(Date::of_ordinal(year, digits(first, 3)?)),
        None => Some(Date::new(year, digits(first, 2)?, 1)),
    }
}

/// What comes after the year without hyphens.
fn basic(year: i64, rest: &str) -> Option<Result<Date>> {
    let day_or_first =
        |day: &str, length| if day.is_empty() { Some(1) } else { digits(day, length) };
    if let Some(rest) = rest.strip_prefix('W') {
        let (week, day) = split(rest, 2)?;
        return Some(Date::of_week(year, digits(week, 2)?, day_or_first(day, 1)?));
    }
    if let Some(rest) = rest.strip_prefix('Q') {
        let (quarter, day) = split(rest, 1)?;
        return Some(Date::of_quarter(year, digits(quarter, 1)?, day_or_first(day, 2)?));
    }
    match rest.len() {
        0 => Some(Date::new(year, 1, 1)),
        3 => Some(Date::of_ordinal(year, digits(rest, 3)?)),
        2 | 4 => {
            let (month, day) = split(rest, 2)?;
            Some(Date::new(year, digits(month, 2)?, day_or_first(day, 2)?))
        }
        _ => None,
    }
}

fn local_time(text: &str) -> Option<Result<LocalTime>> {
    let (whole, fraction) = match text.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let parts: Vec<&str> = if whole.contains(':') {
        whole.split(':').collect()
    } else {
        // Two digits each; what is left over has a length that no part has.
        (0..whole.len().div_ceil(2)).map(|at| whole.get(at * 2..at * 2 + 2).unwrap_or("")).collect()
    };
    if parts.len() > 3 || (fraction.is_some() && parts.len() != 3) {
        return None;
    }
    let part = |at: usize| parts.get(at).map_or(Some(0), |part| digits(part, 2));
    let nanos = match fraction {
        None => 0,
        Some(fraction) if fraction.len() <= 9 => {
            number(fraction)?;
            number(&format!("{fraction:0<9}"))?
        }
        Some(_) => return None,
    };
    parts.first()?;
    Some(LocalTime::new(part(0)?, part(1)?, part(2)?, nanos))
}

/// An offset: `Z`, `+09:00`, `+0900`, `+09`, with seconds too.
pub(super) fn offset(text: &str) -> Option<Result<Offset>> {
    if text.eq_ignore_ascii_case("z") {
        return Some(Ok(Offset::UTC));
    }
    let negative = text.starts_with('-');
    let rest = text.strip_prefix(['+', '-'])?;
    let parts: Vec<&str> = if rest.contains(':') {
        rest.split(':').collect()
    } else {
        (0..rest.len().div_ceil(2)).map(|at| rest.get(at * 2..at * 2 + 2).unwrap_or("")).collect()
    };
    parts.first()?;
    if parts.len() > 3 {
        return None;
    }
    let part = |at: usize| parts.get(at).map_or(Some(0), |part| digits(part, 2));
    Some(offset_of(negative, [part(0)?, part(1)?, part(2)?], text))
}

/// A time, and what follows it.
struct Clock<'t> {
    time: &'t str,
    offset: Option<&'t str>,
    zone: Option<&'t str>,
}

impl<'t> Clock<'t> {
    /// Splits `21:40+09:00[Asia/Tokyo]`.
    fn split(text: &'t str) -> Option<Self> {
        let (text, zone) = match text.split_once('[') {
            Some((text, zone)) => (text, Some(zone.strip_suffix(']')?)),
            None => (text, None),
        };
        let at = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
        let (time, offset) = split(text, at)?;
        Some(Self { time, offset: (!offset.is_empty()).then_some(offset), zone })
    }
}

fn time(text: &str) -> Option<Result<Time>> {
    let clock = Clock::split(text)?;
    if clock.zone.is_some() {
        return None;
    }
    let local = local_time(clock.time)?;
    let offset = clock.offset.map_or(Some(Ok(Offset::UTC)), offset)?;
    Some(local.and_then(|local| Ok(Time { local, offset: offset? })))
}

fn local_date_time(text: &str) -> Option<Result<LocalDateTime>> {
    let Some((day, clock)) = text.split_once(['T', 't']) else {
        return date(text).map(|date| date.map(LocalDateTime::midnight));
    };
    let (date, time) = (date(day)?, local_time(clock)?);
    Some(date.and_then(|date| Ok(LocalDateTime { date, time: time? })))
}

fn date_time(text: &str) -> Option<Result<DateTime>> {
    let Some((day, clock)) = text.split_once(['T', 't']) else {
        let date = date(text)?;
        return Some(date.and_then(|date| DateTime::new(LocalDateTime::midnight(date), Zone::UTC)));
    };
    let clock = Clock::split(clock)?;
    let (date, time) = (date(day)?, local_time(clock.time)?);
    let offset = match clock.offset {
        Some(written) => Some(offset(written)?),
        None => None,
    };
    let whole = || {
        let local = LocalDateTime { date: date?, time: time? };
        let offset = offset.transpose()?;
        let zone = match (clock.zone, offset) {
            (Some(name), _) => Zone::named(name)?,
            (None, offset) => Zone::Fixed(offset.unwrap_or_default()),
        };
        let found = DateTime::preferring(local, zone, offset)?;
        match offset {
            Some(offset) if offset != found.offset() => {
                Err(fault::offset_mismatch(&offset.to_string(), clock.zone.unwrap_or_default()))
            }
            _ => Ok(found),
        }
    };
    Some(whole())
}

fn duration(text: &str) -> Option<Result<Duration>> {
    let negative = text.starts_with('-');
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text).strip_prefix('P')?;
    let amounts = by_units(rest).or_else(|| by_places(rest))?;
    let [months, days, nanos] = match amounts {
        Ok(amounts) => amounts,
        Err(error) => return Some(Err(error)),
    };
    let found = Duration::of_amounts(months, days, nanos);
    Some(if negative { found.and_then(Duration::negated) } else { found })
}

/// Months, days and nanoseconds.
type Amounts = [Amount; 3];

/// What follows `P` where units are named: `1Y2M3W4DT5H6M7.8S`.
fn by_units(text: &str) -> Option<Result<Amounts>> {
    /// The unit, which of the three amounts it adds to, and how many of that it is.
    const DATE: [(char, usize, i64); 4] = [('Y', 0, 12), ('M', 0, 1), ('W', 1, 7), ('D', 1, 1)];
    const TIME: [(char, usize, i64); 3] =
        [('H', 2, 3600 * SECOND), ('M', 2, 60 * SECOND), ('S', 2, SECOND)];
    let (days, clock) = text.split_once('T').map_or((text, None), |(a, b)| (a, Some(b)));
    let mut parts = units(days, &DATE)?;
    if let Some(clock) = clock {
        let timed = units(clock, &TIME)?;
        if timed.is_empty() {
            return None;
        }
        parts.extend(timed);
    }
    if parts.is_empty() {
        return None;
    }
    let mut amounts = Amounts::default();
    for (at, amount, factor) in parts {
        let slot = amounts.get_mut(at)?;
        match amount.times(factor).and_then(|amount| slot.plus(amount)) {
            Ok(sum) => *slot = sum,
            Err(error) => return Some(Err(error)),
        }
    }
    Some(Ok(amounts))
}

/// Numbers before their units, which stand in the order of `known`, each once at most.
fn units(text: &str, known: &[(char, usize, i64)]) -> Option<Vec<(usize, Amount, i64)>> {
    let (mut rest, mut known) = (text, known.iter());
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let at = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let (amount, tail) = split(rest, at)?;
        let (unit, tail) = (tail.chars().next()?, tail.get(1..)?);
        let (_, slot, factor) = known.find(|entry| entry.0 == unit.to_ascii_uppercase())?;
        parts.push((*slot, amount_of(amount)?, *factor));
        rest = tail;
    }
    Some(parts)
}

/// A decimal number with an optional sign; a comma may stand for the point.
fn amount_of(text: &str) -> Option<Amount> {
    let negative = text.starts_with('-');
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = match digits.split_once(['.', ',']) {
        Some((_, "")) => return None,
        Some((whole, part)) => (whole, part),
        None => (digits, ""),
    };
    let plain = !whole.is_empty() && whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit());
    if plain { Amount::of_digits(negative, whole, part) } else { None }
}

/// What follows `P` where the places tell the units: `2012-02-02T14:37:21.545`.
fn by_places(text: &str) -> Option<Result<Amounts>> {
    let (day, clock) = text.split_once('T').map_or((text, None), |(a, b)| (a, Some(b)));
    let (year, rest) = split(day, 4)?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let (month, rest) = split(rest, 2)?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let (months, days) = (digits(year, 4)? * 12 + digits(month, 2)?, digits(rest, 2)?);
    let time = clock.map_or(Some(Ok(LocalTime::default())), local_time)?;
    Some(time.map(|time| [Amount::from(months), Amount::from(days), Amount::from(time.nanos())]))
}
