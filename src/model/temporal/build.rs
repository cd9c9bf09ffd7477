//! Putting a value together: what another value gives, and components that take the place of its own.

use super::date::Date;
use super::datetime::{DateTime, LocalDateTime};
use super::duration::Duration;
use super::time::{LocalTime, Offset, Time, subsecond};
use super::truncate::Unit;
use super::zone::Zone;
use super::{Kind, Temporal, fault};
use crate::error::{Error, Result, text};

/// What a value has that others can be made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base {
    /// The day.
    pub date: Option<Date>,
    /// The time of day.
    pub time: Option<LocalTime>,
    /// The time zone.
    pub zone: Option<Zone>,
    /// The offset of the time zone then.
    pub offset: Option<Offset>,
}

impl Base {
    /// What a value has; nothing of a duration.
    #[must_use]
    pub fn of(value: &Temporal) -> Self {
        let zoned = |local: LocalDateTime, zone: Option<(Zone, Offset)>| {
            let (zone, offset) = zone.unzip();
            Self { date: Some(local.date), time: Some(local.time), zone, offset }
        };
        match value {
            Temporal::Date(date) => Self { date: Some(*date), ..Self::default() },
            Temporal::LocalTime(time) => Self { time: Some(*time), ..Self::default() },
            Temporal::Time(time) => Self {
                date: None,
                time: Some(time.local),
                zone: Some(Zone::Fixed(time.offset)),
                offset: Some(time.offset),
            },
            Temporal::LocalDateTime(of) => zoned(*of, None),
            Temporal::DateTime(of) => zoned(of.local(), Some((of.zone().clone(), of.offset()))),
            Temporal::Duration(_) => Self::default(),
        }
    }

    /// The start of the unit in which it lies.
    ///
    /// # Errors
    /// `run.argument` where that is before the years that are kept.
    pub fn truncated(self, unit: Unit) -> Result<Self> {
        let date = self.date.map(|date| unit.date(date)).transpose()?;
        Ok(Self { date, time: self.time.map(|time| unit.time(time)), ..self })
    }
}

/// A component that a map may give, in the order of [`Field::NAMES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the name of a key")]
pub enum Field {
    Year,
    Quarter,
    Month,
    Week,
    DayOfWeek,
    DayOfQuarter,
    OrdinalDay,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
    Nanosecond,
}

impl Field {
    /// Every field, and its key.
    pub const NAMES: [(Self, &'static str); 14] = [
        (Self::Year, "year"),
        (Self::Quarter, "quarter"),
        (Self::Month, "month"),
        (Self::Week, "week"),
        (Self::DayOfWeek, "dayOfWeek"),
        (Self::DayOfQuarter, "dayOfQuarter"),
        (Self::OrdinalDay, "ordinalDay"),
        (Self::Day, "day"),
        (Self::Hour, "hour"),
        (Self::Minute, "minute"),
        (Self::Second, "second"),
        (Self::Millisecond, "millisecond"),
        (Self::Microsecond, "microsecond"),
        (Self::Nanosecond, "nanosecond"),
    ];

    /// The field of a key.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|entry| entry.1 == name).map(|entry| entry.0)
    }

    /// Its key.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|entry| entry.0 == self).map_or("", |entry| entry.1)
    }

    /// Whether it is part of a date; of a time otherwise.
    #[must_use]
    pub fn is_of_date(self) -> bool {
        (self as usize) < Self::Hour as usize
    }
}

/// What a value is to be made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// What is not given comes from here.
    pub base: Base,
    /// The time zone that is asked for.
    pub zone: Option<Zone>,
    values: [Option<i64>; Field::NAMES.len()],
}

impl From<Base> for Fields {
    fn from(base: Base) -> Self {
        Self { base, ..Self::default() }
    }
}

impl Fields {
    /// Gives a component.
    pub fn set(&mut self, field: Field, value: i64) {
        if let Some(slot) = self.values.get_mut(field as usize) {
            *slot = Some(value);
        }
    }

    /// A component that is given.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<i64> {
        self.values.get(field as usize).copied().flatten()
    }

    /// Whether neither components nor a base are given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.iter().all(Option::is_none) && self.base == Base::default()
    }

    /// The value of a kind that they make. `now`, in seconds from 1970-01-01T00:00Z, tells which offset a named zone has where there is no date.
    ///
    /// # Errors
    /// `run.argument` where a component is missing, or where there is no such value.
    pub fn build(&self, kind: Kind, now: i64) -> Result<Temporal> {
        let local =
            || Ok::<_, Error>(LocalDateTime { date: self.date()?, time: self.time(false)? });
        Ok(match kind {
            Kind::Date => Temporal::Date(self.date()?),
            Kind::LocalTime => Temporal::LocalTime(self.time(true)?),
            Kind::Time => Temporal::Time(self.zoned_time(now)?),
            Kind::LocalDateTime => Temporal::LocalDateTime(local()?),
            Kind::DateTime => Temporal::DateTime(self.zoned(local()?)?),
            // Components tell a place in time; only amounts tell a length.
            Kind::Duration => Temporal::Duration(Duration::default()),
        })
    }

    /// A time zone that is asked for is attached to a time without one, and told at by one that has one.
    fn zoned(&self, local: LocalDateTime) -> Result<DateTime> {
        let base = self.base.zone.clone();
        let wanted = self.zone.clone();
        match (base, wanted) {
            (Some(base), Some(wanted)) => {
                DateTime::preferring(local, base, self.base.offset)?.at(wanted)
            }
            (Some(base), None) => DateTime::preferring(local, base, self.base.offset),
            (None, wanted) => DateTime::new(local, wanted.unwrap_or(Zone::UTC)),
        }
    }

    fn zoned_time(&self, now: i64) -> Result<Time> {
        let wanted = self.zone.as_ref().map(|zone| zone.offset_at(now));
        let offset = self.base.offset.or(wanted).unwrap_or_default();
        let time = Time { local: self.time(true)?, offset };
        Ok(wanted.map_or(time, |wanted| time.at(wanted)))
    }

    fn date(&self) -> Result<Date> {
        use Field::{Day, DayOfQuarter, DayOfWeek, Month, OrdinalDay, Quarter, Week};
        let given = |fields: &[Field]| fields.iter().any(|field| self.get(*field).is_some());
        let systems: [&[Field]; 4] =
            [&[Month, Day], &[Week, DayOfWeek], &[Quarter, DayOfQuarter], &[OrdinalDay]];
        let mut used = systems.iter().filter(|system| given(system));
        let system = used.next().copied().unwrap_or(&[Month, Day]);
        if let Some(other) = used.next() {
            let first = |system: &[Field]| {
                system.iter().find(|field| self.get(**field).is_some()).map_or("", |f| f.name())
            };
            return Err(not_together(first(system), first(other)));
        }
        match self.base.date {
            None => self.date_from_start(system),
            Some(base) => self.date_from(base, system),
        }
    }

    /// The date where nothing but the components is known: what is missing at the end is the first of its kind.
    fn date_from_start(&self, system: &[Field]) -> Result<Date> {
        use Field::{Day, DayOfQuarter, DayOfWeek, Month, OrdinalDay, Quarter, Week, Year};
        let year = self.get(Year).ok_or_else(|| missing(Year))?;
        if let [large, small] = system
            && self.get(*large).is_none()
            && self.get(*small).is_some()
        {
            return Err(missing(*large));
        }
        let or_first = |field: Field| self.get(field).unwrap_or(1);
        match system {
            [Week, _] => Date::of_week(year, or_first(Week), or_first(DayOfWeek)),
            [Quarter, _] => Date::of_quarter(year, or_first(Quarter), or_first(DayOfQuarter)),
            [OrdinalDay] => Date::of_ordinal(year, or_first(OrdinalDay)),
            _ => Date::new(year, or_first(Month), or_first(Day)),
        }
    }

    /// The date where another gives what is missing; a day that the month lacks is its last, unless it was asked for.
    fn date_from(&self, base: Date, system: &[Field]) -> Result<Date> {
        use Field::{Day, DayOfQuarter, DayOfWeek, Month, OrdinalDay, Quarter, Week, Year};
        let year = self.get(Year).unwrap_or(base.year());
        match system {
            [Week, _] => {
                let (week_year, week) = base.week();
                Date::of_week(
                    self.get(Year).unwrap_or(week_year),
                    self.get(Week).unwrap_or(week),
                    self.get(DayOfWeek).unwrap_or(base.weekday()),
                )
            }
            [Quarter, _] => {
                let quarter = self.get(Quarter).unwrap_or(base.quarter());
                match self.get(DayOfQuarter) {
                    Some(day) => Date::of_quarter(year, quarter, day),
                    None => {
                        let first = Date::of_quarter(year, quarter, 1)?;
                        let month = first.month() + (base.month() - 1) % 3;
                        Date::clamped(year, month, base.day())
                    }
                }
            }
            [OrdinalDay] => Date::of_ordinal(year, self.get(OrdinalDay).unwrap_or(base.ordinal())),
            _ => {
                let month = self.get(Month).unwrap_or(base.month());
                let first = Date::new(year, month, 1)?;
                match self.get(Day) {
                    Some(day) => Date::new(year, month, day),
                    None => Date::clamped(first.year(), first.month(), base.day()),
                }
            }
        }
    }

    /// The time; where `alone`, there is no date that would do without a time.
    fn time(&self, alone: bool) -> Result<LocalTime> {
        use Field::{Hour, Microsecond, Millisecond, Minute, Nanosecond, Second};
        let nanos = subsecond(self.get(Millisecond), self.get(Microsecond), self.get(Nanosecond))?;
        if self.base.time.is_none() {
            let given = [
                self.get(Hour).is_some(),
                self.get(Minute).is_some(),
                self.get(Second).is_some(),
                nanos.is_some(),
            ];
            let last = given.iter().rposition(|given| *given);
            let gap = given.iter().position(|given| !given);
            if last.is_some_and(|last| gap.is_some_and(|gap| gap < last)) || (alone && !given[0]) {
                let large = [Hour, Minute, Second];
                return Err(missing(*large.get(gap.unwrap_or(0)).unwrap_or(&Hour)));
            }
        }
        let base = self.base.time.unwrap_or_default();
        LocalTime::new(
            self.get(Hour).unwrap_or(base.hour()),
            self.get(Minute).unwrap_or(base.minute()),
            self.get(Second).unwrap_or(base.second()),
            nanos.unwrap_or(base.nanosecond()),
        )
    }
}

/// The fault of a component without which others say nothing.
fn missing(field: Field) -> Error {
    let name = field.name();
    fault::value(text!("`{name}` is missing", "`{name}` がありません")).help(text!(
        "Only what is shorter may be left out: `{{year: 2025, month: 4}}` is 1 April.",
        "省けるのは短い単位だけです（`{{year: 2025, month: 4}}` は 4 月 1 日）。"
    ))
}

/// The fault of components that name a day in two ways.
fn not_together(one: &str, other: &str) -> Error {
    fault::value(text!(
        "`{one}` and `{other}` do not go together",
        "`{one}` と `{other}` は一緒に使えません"
    ))
    .help(text!(
        "A day is given by `month` and `day`, by `week` and `dayOfWeek`, by `quarter` and `dayOfQuarter`, or by `ordinalDay`.",
        "日は、`month` と `day`、`week` と `dayOfWeek`、`quarter` と `dayOfQuarter`、`ordinalDay` のいずれかで指定します。"
    ))
}
