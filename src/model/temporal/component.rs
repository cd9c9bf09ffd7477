//! The components of temporal values: what `d.year` and its kin give.

use super::date::Date;
use super::datetime::{DateTime, LocalDateTime};
use super::duration::Duration;
use super::time::{LocalTime, Offset};
use super::{Kind, Temporal};

/// One component of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Component {
    /// A number; wide, because nanoseconds of long durations are more than 64 bits hold.
    Int(i128),
    /// A time zone or an offset.
    Text(String),
}

impl From<i64> for Component {
    fn from(number: i64) -> Self {
        Self::Int(number.into())
    }
}

const DATE: [&str; 10] = [
    "year",
    "quarter",
    "month",
    "week",
    "weekYear",
    "day",
    "ordinalDay",
    "weekDay",
    "dayOfWeek",
    "dayOfQuarter",
];
const TIME: [&str; 6] = ["hour", "minute", "second", "millisecond", "microsecond", "nanosecond"];
const ZONE: [&str; 4] = ["timezone", "offset", "offsetMinutes", "offsetSeconds"];
const EPOCH: [&str; 2] = ["epochSeconds", "epochMillis"];
const DURATION: [&str; 20] = [
    "years",
    "quarters",
    "months",
    "weeks",
    "days",
    "hours",
    "minutes",
    "seconds",
    "milliseconds",
    "microseconds",
    "nanoseconds",
    "quartersOfYear",
    "monthsOfYear",
    "monthsOfQuarter",
    "daysOfWeek",
    "minutesOfHour",
    "secondsOfMinute",
    "millisecondsOfSecond",
    "microsecondsOfSecond",
    "nanosecondsOfSecond",
];

/// The names of the components that a kind has.
pub fn components(kind: Kind) -> impl Iterator<Item = &'static str> {
    let groups: &[&[&str]] = match kind {
        Kind::Date => &[&DATE],
        Kind::LocalTime => &[&TIME],
        Kind::Time => &[&TIME, &ZONE],
        Kind::LocalDateTime => &[&DATE, &TIME],
        Kind::DateTime => &[&DATE, &TIME, &ZONE, &EPOCH],
        Kind::Duration => &[&DURATION],
    };
    groups.iter().flat_map(|group| group.iter().copied())
}

impl Temporal {
    /// A component by its name; `None` where the kind has none of that name.
    #[must_use]
    pub fn component(&self, name: &str) -> Option<Component> {
        match self {
            Self::Date(date) => of_date(*date, name),
            Self::LocalTime(time) => of_time(*time, name),
            Self::Time(time) => {
                of_time(time.local, name).or_else(|| of_offset(time.offset, name, None))
            }
            Self::LocalDateTime(of) => of_local(*of, name),
            Self::DateTime(of) => of_local(of.local(), name)
                .or_else(|| of_offset(of.offset(), name, Some(of)))
                .or_else(|| of_epoch(of, name)),
            Self::Duration(duration) => of_duration(*duration, name),
        }
    }
}

fn of_local(of: LocalDateTime, name: &str) -> Option<Component> {
    of_date(of.date, name).or_else(|| of_time(of.time, name))
}

fn of_date(date: Date, name: &str) -> Option<Component> {
    let number = match name {
        "year" => date.year(),
        "quarter" => date.quarter(),
        "month" => date.month(),
        "week" => date.week().1,
        "weekYear" => date.week().0,
        "day" => date.day(),
        "ordinalDay" => date.ordinal(),
        "weekDay" | "dayOfWeek" => date.weekday(),
        "dayOfQuarter" => date.day_of_quarter(),
        _ => return None,
    };
    Some(number.into())
}

fn of_time(time: LocalTime, name: &str) -> Option<Component> {
    let number = match name {
        "hour" => time.hour(),
        "minute" => time.minute(),
        "second" => time.second(),
        "millisecond" => time.nanosecond() / 1_000_000,
        "microsecond" => time.nanosecond() / 1_000,
        "nanosecond" => time.nanosecond(),
        _ => return None,
    };
    Some(number.into())
}

fn of_offset(offset: Offset, name: &str, of: Option<&DateTime>) -> Option<Component> {
    Some(match (name, of) {
        ("timezone", Some(of)) => Component::Text(of.zone().to_string()),
        ("timezone" | "offset", _) => Component::Text(offset.to_string()),
        ("offsetMinutes", _) => (offset.seconds() / 60).into(),
        ("offsetSeconds", _) => offset.seconds().into(),
        _ => return None,
    })
}

fn of_epoch(of: &DateTime, name: &str) -> Option<Component> {
    match name {
        "epochSeconds" => Some(of.epoch_seconds().into()),
        "epochMillis" => Some(Component::Int(of.epoch_nanos().div_euclid(1_000_000))),
        _ => None,
    }
}

/// Whole amounts are cut towards zero; those of a second count from its start, so that they are never negative.
fn of_duration(duration: Duration, name: &str) -> Option<Component> {
    let (months, days) = (duration.months(), duration.days());
    let (seconds, subsecond) = (duration.seconds(), duration.subsecond());
    let number = match name {
        "years" => months / 12,
        "quarters" => months / 3,
        "quartersOfYear" => months % 12 / 3,
        "months" => months,
        "monthsOfYear" => months % 12,
        "monthsOfQuarter" => months % 3,
        "weeks" => days / 7,
        "days" => days,
        "daysOfWeek" => days % 7,
        "hours" => seconds / 3600,
        "minutes" => seconds / 60,
        "minutesOfHour" => seconds / 60 % 60,
        "seconds" => seconds,
        "secondsOfMinute" => seconds % 60,
        "millisecondsOfSecond" => subsecond / 1_000_000,
        "microsecondsOfSecond" => subsecond / 1_000,
        "nanosecondsOfSecond" => subsecond,
        "milliseconds" => return Some(Component::Int(duration.nanos().div_euclid(1_000_000))),
        "microseconds" => return Some(Component::Int(duration.nanos().div_euclid(1_000))),
        "nanoseconds" => return Some(Component::Int(duration.nanos())),
        _ => return None,
    };
    Some(number.into())
}
