//! Temporal values: dates, times, moments and durations, with their arithmetic.
//!
//! Years go to ±999,999,999, so days are counted here; time zones come from jiff. Nothing here knows data or queries.

mod between;
mod build;
mod civil;
mod component;
mod date;
mod datetime;
mod duration;
mod fault;
mod parse;
mod time;
mod truncate;
pub mod wareki;
mod zone;

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};

pub use between::Span;
pub use build::{Base, Field, Fields};
pub use component::{Component, components};
pub use date::{Date, YEAR_MAX};
pub use datetime::{DateTime, LocalDateTime};
pub use duration::{Amount, Duration, Ratio};
pub(crate) use fault::{too_long, value as value_fault};
pub use time::{LocalTime, Offset, Time};
pub use truncate::Unit;
pub use zone::{NamedZone, Zone};

use crate::error::{Result, Text, text};

/// A temporal value. Equal where all that it shows is equal: the same moment in two time zones is two values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Temporal {
    /// A day.
    Date(Date),
    /// A time of day without an offset.
    LocalTime(LocalTime),
    /// A time of day at an offset from UTC.
    Time(Time),
    /// A date and a time without a time zone.
    LocalDateTime(LocalDateTime),
    /// A moment in a time zone.
    DateTime(DateTime),
    /// A length of time.
    Duration(Duration),
}

/// The kinds of temporal values, in the total order of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the name of a variant of Temporal")]
pub enum Kind {
    DateTime,
    LocalDateTime,
    Date,
    Time,
    LocalTime,
    Duration,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Date,
        Self::LocalTime,
        Self::Time,
        Self::LocalDateTime,
        Self::DateTime,
        Self::Duration,
    ];

    /// The name of the type, as `valueType` prints it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::LocalTime => "local time",
            Self::Time => "time",
            Self::LocalDateTime => "local datetime",
            Self::DateTime => "datetime",
            Self::Duration => "duration",
        }
    }

    /// The name of the function that makes values of the kind.
    #[must_use]
    pub fn function(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::LocalTime => "localtime",
            Self::Time => "time",
            Self::LocalDateTime => "localdatetime",
            Self::DateTime => "datetime",
            Self::Duration => "duration",
        }
    }

    /// The name of the type, as messages print it.
    #[must_use]
    pub fn words(self) -> Text {
        match self {
            Self::Date => text!("date", "日付"),
            Self::LocalTime => text!("local time", "ローカル時刻"),
            Self::Time => text!("time", "時刻"),
            Self::LocalDateTime => text!("local datetime", "ローカル日時"),
            Self::DateTime => text!("datetime", "日時"),
            Self::Duration => text!("duration", "期間"),
        }
    }
}

impl Temporal {
    /// What kind of value it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Date(_) => Kind::Date,
            Self::LocalTime(_) => Kind::LocalTime,
            Self::Time(_) => Kind::Time,
            Self::LocalDateTime(_) => Kind::LocalDateTime,
            Self::DateTime(_) => Kind::DateTime,
            Self::Duration(_) => Kind::Duration,
        }
    }

    /// Reads a text of ISO 8601 as a value of a kind.
    ///
    /// # Errors
    /// `run.argument` where it is none.
    pub fn read(kind: Kind, text: &str) -> Result<Self> {
        parse::read(kind, text)
    }

    /// Compares two values for `<` and its kin; `None` for two kinds, and for durations, whose months have no length.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Date(a), Self::Date(b)) => Some(a.cmp(b)),
            (Self::LocalTime(a), Self::LocalTime(b)) => Some(a.cmp(b)),
            (Self::Time(a), Self::Time(b)) => Some(a.cmp(b)),
            (Self::LocalDateTime(a), Self::LocalDateTime(b)) => Some(a.cmp(b)),
            (Self::DateTime(a), Self::DateTime(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// The total order of `ORDER BY`: by kind, then as [`Self::compare`] has it, durations by their mean lengths.
    #[must_use]
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Duration(a), Self::Duration(b)) => a.order(*b),
            _ => self.compare(other).unwrap_or_else(|| self.kind().cmp(&other.kind())),
        }
    }

    /// The value a duration later; a date and a time keep only the part of it that they can hold. Months first, then days, then the rest.
    ///
    /// # Errors
    /// `run.argument` past the range of the kind.
    pub fn plus(&self, duration: Duration) -> Result<Self> {
        let nanos = duration.nanos();
        Ok(match self {
            Self::Date(date) => {
                // What is less than a day does not move a date; whole days among the seconds do.
                let days = i64::try_from(nanos / i128::from(time::DAY));
                let days = days.ok().and_then(|days| days.checked_add(duration.days()));
                let date = date.plus_months(duration.months())?;
                Self::Date(date.plus_days(days.ok_or_else(fault::beyond)?)?)
            }
            Self::LocalTime(time) => {
                Self::LocalTime(LocalTime::of_nanos(i128::from(time.nanos()) + nanos))
            }
            Self::Time(time) => {
                let local = LocalTime::of_nanos(i128::from(time.local.nanos()) + nanos);
                Self::Time(Time { local, offset: time.offset })
            }
            Self::LocalDateTime(of) => {
                let of = of.plus_months(duration.months())?.plus_days(duration.days())?;
                Self::LocalDateTime(of.plus_nanos(nanos)?)
            }
            Self::DateTime(of) => Self::DateTime(of.plus(duration)?),
            Self::Duration(first) => Self::Duration(first.plus(duration)?),
        })
    }
}

impl DateTime {
    /// Months and days move what the clock shows, the rest moves the moment.
    fn plus(&self, duration: Duration) -> Result<Self> {
        let local = self.local().plus_months(duration.months())?.plus_days(duration.days())?;
        let moved = if local == self.local() { self.clone() } else { self.with_local(local)? };
        Self::of_epoch_nanos(moved.epoch_nanos() + duration.nanos(), self.zone().clone())
    }
}

/// Prints the value in ISO 8601.
impl Display for Temporal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => write!(f, "{date}"),
            Self::LocalTime(time) => write!(f, "{time}"),
            Self::Time(time) => write!(f, "{time}"),
            Self::LocalDateTime(of) => write!(f, "{of}"),
            Self::DateTime(of) => write!(f, "{of}"),
            Self::Duration(duration) => write!(f, "{duration}"),
        }
    }
}
