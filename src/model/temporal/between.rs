//! The duration between two values.

use super::date::Date;
use super::datetime::{DateTime, LocalDateTime};
use super::duration::Duration;
use super::zone::Zone;
use super::{Base, Temporal};
use crate::error::Result;

/// In which units the time between two values is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Months, then days, then the rest.
    Mixed,
    /// Whole months.
    Months,
    /// Whole days.
    Days,
    /// Seconds and parts of them.
    Seconds,
}

impl Duration {
    /// The duration from one value to another; negative where the other is before.
    ///
    /// A value without a date is on the day of the other, one without a time at midnight, one without a time zone in that of the other. Months
    /// and days, which the clock of the first counts, are told only where both have a date. Durations count as midnight of some day; callers refuse them.
    ///
    /// # Errors
    /// `run.argument` where one lies at the very end of the years that are kept.
    pub fn between(span: Span, from: &Temporal, to: &Temporal) -> Result<Self> {
        let (a, b) = (Base::of(from), Base::of(to));
        let dated = a.date.is_some() && b.date.is_some();
        let from = moment(&a, &b)?;
        let to = moment(&b, &a)?.at(from.zone().clone())?;
        let nanos = |from: &DateTime| to.epoch_nanos() - from.epoch_nanos();
        match span {
            Span::Seconds => Self::new(0, 0, nanos(&from)),
            Span::Months if dated => Self::new(months(from.local(), to.local())?.into(), 0, 0),
            Span::Days if dated => Self::new(0, days(from.local(), to.local())?.into(), 0),
            Span::Months | Span::Days => Ok(Self::default()),
            Span::Mixed if dated => {
                let months = months(from.local(), to.local())?;
                let near = from.with_local(from.local().plus_months(months)?)?;
                let days = days(near.local(), to.local())?;
                let near = near.with_local(near.local().plus_days(days)?)?;
                Self::new(months.into(), days.into(), nanos(&near))
            }
            Span::Mixed => Self::new(0, 0, nanos(&from)),
        }
    }
}

/// The moment of a value, with what it lacks taken from another.
fn moment(of: &Base, other: &Base) -> Result<DateTime> {
    let date = match of.date.or(other.date) {
        Some(date) => date,
        None => Date::new(1970, 1, 1)?,
    };
    let time = of.time.unwrap_or_default();
    let zone = of.zone.as_ref().or(other.zone.as_ref()).cloned().unwrap_or(Zone::UTC);
    DateTime::preferring(LocalDateTime { date, time }, zone, of.offset)
}

/// The date up to which whole days count: the last day counts only once its time of day is reached.
fn last_whole(from: LocalDateTime, to: LocalDateTime) -> Result<Date> {
    if to.date > from.date && to.time < from.time {
        to.date.plus_days(-1)
    } else if to.date < from.date && to.time > from.time {
        to.date.plus_days(1)
    } else {
        Ok(to.date)
    }
}

fn months(from: LocalDateTime, to: LocalDateTime) -> Result<i64> {
    Ok(from.date.months_until(last_whole(from, to)?))
}

fn days(from: LocalDateTime, to: LocalDateTime) -> Result<i64> {
    Ok(last_whole(from, to)?.days() - from.date.days())
}
