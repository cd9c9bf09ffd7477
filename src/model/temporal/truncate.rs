//! Truncation: the start of the unit in which a value lies.

use super::date::Date;
use super::time::{DAY, LocalTime, SECOND};
use crate::error::Result;

/// A unit to truncate to, from the longest to the shortest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the name of a unit")]
pub enum Unit {
    Millennium,
    Century,
    Decade,
    WeekYear,
    Year,
    Quarter,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
}

impl Unit {
    /// Every unit, and its name in the language.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::Millennium, "millennium"),
        (Self::Century, "century"),
        (Self::Decade, "decade"),
        (Self::WeekYear, "weekYear"),
        (Self::Year, "year"),
        (Self::Quarter, "quarter"),
        (Self::Month, "month"),
        (Self::Week, "week"),
        (Self::Day, "day"),
        (Self::Hour, "hour"),
        (Self::Minute, "minute"),
        (Self::Second, "second"),
        (Self::Millisecond, "millisecond"),
        (Self::Microsecond, "microsecond"),
    ];

    /// The unit of a name, in any case.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|entry| entry.1.eq_ignore_ascii_case(name)).map(|entry| entry.0)
    }

    /// The first day of the unit in which a date lies; the date itself for units shorter than a day.
    ///
    /// # Errors
    /// `run.argument` where that is before the years that are kept.
    pub fn date(self, date: Date) -> Result<Date> {
        let year = date.year();
        let first_of = |years: i64| Date::new(year.div_euclid(years) * years, 1, 1);
        match self {
            Self::Millennium => first_of(1000),
            Self::Century => first_of(100),
            Self::Decade => first_of(10),
            Self::WeekYear => Date::of_week(date.week().0, 1, 1),
            Self::Year => first_of(1),
            Self::Quarter => Date::new(year, date.quarter() * 3 - 2, 1),
            Self::Month => Date::new(year, date.month(), 1),
            Self::Week => date.plus_days(1 - date.weekday()),
            Self::Day
            | Self::Hour
            | Self::Minute
            | Self::Second
            | Self::Millisecond
            | Self::Microsecond => Ok(date),
        }
    }

    /// The start of the unit in which a time lies; midnight for days and what is longer.
    #[must_use]
    pub fn time(self, time: LocalTime) -> LocalTime {
        let unit = match self {
            Self::Hour => 3600 * SECOND,
            Self::Minute => 60 * SECOND,
            Self::Second => SECOND,
            Self::Millisecond => 1_000_000,
            Self::Microsecond => 1_000,
            Self::Millennium
            | Self::Century
            | Self::Decade
            | Self::WeekYear
            | Self::Year
            | Self::Quarter
            | Self::Month
            | Self::Week
            | Self::Day => DAY,
        };
        LocalTime::of_nanos((time.nanos() / unit * unit).into())
    }
}
