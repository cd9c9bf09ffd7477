//! Dates.

use std::fmt::{self, Display, Formatter};

use super::civil::{
    CYCLE_DAYS, date_of, days_of, first_monday, is_leap, month_length, weekday_of, weeks_in,
};
use super::fault;
use crate::error::Result;

/// The greatest year, before and after our time.
pub const YEAR_MAX: i64 = 999_999_999;

/// A day of the proleptic Gregorian calendar, in the years ±[`YEAR_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// The date of a year, a month and a day.
    ///
    /// # Errors
    /// `run.argument` where there is no such day.
    pub fn new(year: i64, month: i64, day: i64) -> Result<Self> {
        within("month", month, 1, 12)?;
        within("day", day, 1, 31)?;
        let length = month_length(year, month);
        if day > length {
            return Err(fault::no_day(year, month, day, length));
        }
        Self::clamped(year, month, day)
    }

    /// As [`Self::new`], of a month that is one and with the last day of it where it is shorter.
    pub(super) fn clamped(year: i64, month: i64, day: i64) -> Result<Self> {
        within("year", year, -YEAR_MAX, YEAR_MAX)?;
        let day = day.min(month_length(year, month));
        let small = |part: i64| u8::try_from(part).map_err(|_| fault::beyond());
        let year = i32::try_from(year).map_err(|_| fault::beyond())?;
        Ok(Self { year, month: small(month)?, day: small(day)? })
    }

    /// The date so many days after 1970-01-01.
    pub(super) fn of_days(days: i64) -> Result<Self> {
        const DAYS_MAX: i64 = (YEAR_MAX / 400 + 2) * CYCLE_DAYS;
        if !(-DAYS_MAX..=DAYS_MAX).contains(&days) {
            return Err(fault::beyond());
        }
        let (year, month, day) = date_of(days);
        Self::clamped(year, month, day).map_err(|_| fault::beyond())
    }

    /// The date of a day (Monday is 1) in an ISO week of a year.
    ///
    /// # Errors
    /// `run.argument` where there is no such day.
    pub fn of_week(year: i64, week: i64, weekday: i64) -> Result<Self> {
        within("year", year, -YEAR_MAX, YEAR_MAX)?;
        within("week", week, 1, 53)?;
        within("dayOfWeek", weekday, 1, 7)?;
        let weeks = weeks_in(year);
        if week > weeks {
            return Err(fault::no_week(year, week, weeks));
        }
        Self::of_days(first_monday(year) + (week - 1) * 7 + weekday - 1)
    }

    /// The date of a day of a quarter of a year, both counted from 1.
    ///
    /// # Errors
    /// `run.argument` where there is no such day.
    pub fn of_quarter(year: i64, quarter: i64, day: i64) -> Result<Self> {
        within("quarter", quarter, 1, 4)?;
        let first = Self::new(year, quarter * 3 - 2, 1)?;
        let length = (0..3).map(|at| month_length(year, quarter * 3 - 2 + at)).sum();
        within("dayOfQuarter", day, 1, length)?;
        Self::of_days(first.days() + day - 1)
    }

    /// The date of a day of a year, counted from 1.
    ///
    /// # Errors
    /// `run.argument` where there is no such day.
    pub fn of_ordinal(year: i64, day: i64) -> Result<Self> {
        let first = Self::new(year, 1, 1)?;
        within("ordinalDay", day, 1, if is_leap(year) { 366 } else { 365 })?;
        Self::of_days(first.days() + day - 1)
    }

    /// Days from 1970-01-01.
    #[must_use]
    pub fn days(self) -> i64 {
        days_of(self.year(), self.month(), self.day())
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i64 {
        self.year.into()
    }

    /// The month, from 1.
    #[must_use]
    pub fn month(self) -> i64 {
        self.month.into()
    }

    /// The day of the month, from 1.
    #[must_use]
    pub fn day(self) -> i64 {
        self.day.into()
    }

    /// The day of the week: Monday is 1, Sunday 7.
    #[must_use]
    pub fn weekday(self) -> i64 {
        weekday_of(self.days())
    }

    /// The year that the ISO week belongs to, and the week.
    #[must_use]
    pub fn week(self) -> (i64, i64) {
        let thursday = self.days() - self.weekday() + 4;
        let (year, _, _) = date_of(thursday);
        (year, (thursday - first_monday(year)) / 7 + 1)
    }

    /// The quarter, from 1.
    #[must_use]
    pub fn quarter(self) -> i64 {
        (self.month() + 2) / 3
    }

    /// The day of the quarter, from 1.
    #[must_use]
    pub fn day_of_quarter(self) -> i64 {
        self.days() - days_of(self.year(), self.quarter() * 3 - 2, 1) + 1
    }

    /// The day of the year, from 1.
    #[must_use]
    pub fn ordinal(self) -> i64 {
        self.days() - days_of(self.year(), 1, 1) + 1
    }

    /// Months counted from the start of the year 0.
    fn months(self) -> i64 {
        self.year() * 12 + self.month() - 1
    }

    /// The same day so many months later, or the last day of a month that is shorter.
    pub(super) fn plus_months(self, months: i64) -> Result<Self> {
        let months = self.months().checked_add(months).ok_or_else(fault::beyond)?;
        Self::clamped(months.div_euclid(12), months.rem_euclid(12) + 1, self.day())
            .map_err(|_| fault::beyond())
    }

    /// So many days later.
    pub(super) fn plus_days(self, days: i64) -> Result<Self> {
        Self::of_days(self.days().checked_add(days).ok_or_else(fault::beyond)?)
    }

    /// Whole months from here to another date; negative where that is before.
    pub(super) fn months_until(self, other: Self) -> i64 {
        // A month is whole where the day is reached: 32 is more than any day.
        let packed = |date: Self| date.months() * 32 + date.day();
        (packed(other) - packed(self)) / 32
    }
}

/// Refuses a component outside its range.
pub(super) fn within(name: &str, found: i64, least: i64, greatest: i64) -> Result<()> {
    if (least..=greatest).contains(&found) {
        Ok(())
    } else {
        Err(fault::outside(name, found, least, greatest))
    }
}

/// Prints `2025-04-01`; years of other than four digits carry a sign.
impl Display for Date {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (year, month, day) = (self.year, self.month, self.day);
        match year {
            0..=9999 => write!(f, "{year:04}")?,
            -9999..=-1 => write!(f, "-{:04}", -year)?,
            _ => write!(f, "{year:+}")?,
        }
        write!(f, "-{month:02}-{day:02}")
    }
}
