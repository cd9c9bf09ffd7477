//! Dates with a time, with and without a time zone.

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};

use super::date::Date;
use super::fault;
use super::time::{DAY, DAY_SECONDS, LocalTime, Offset, SECOND, Time};
use super::zone::Zone;
use crate::error::Result;

/// A date and a time of day without a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalDateTime {
    /// The day.
    pub date: Date,
    /// The time of that day.
    pub time: LocalTime,
}

impl LocalDateTime {
    /// Midnight at the start of a day.
    #[must_use]
    pub fn midnight(date: Date) -> Self {
        Self { date, time: LocalTime::default() }
    }

    /// Seconds from 1970-01-01T00:00 to here, both by the same clock.
    pub(super) fn seconds(self) -> i64 {
        self.date.days() * DAY_SECONDS + self.time.seconds()
    }

    /// Nanoseconds from 1970-01-01T00:00 to here, both by the same clock.
    pub(super) fn nanos(self) -> i128 {
        i128::from(self.seconds()) * i128::from(SECOND) + i128::from(self.time.nanosecond())
    }

    /// The other way round.
    pub(super) fn of_nanos(nanos: i128) -> Result<Self> {
        let days = i64::try_from(nanos.div_euclid(i128::from(DAY))).map_err(|_| fault::beyond())?;
        Ok(Self { date: Date::of_days(days)?, time: LocalTime::of_nanos(nanos) })
    }

    pub(super) fn plus_seconds(self, seconds: i64) -> Result<Self> {
        self.plus_nanos(i128::from(seconds) * i128::from(SECOND))
    }

    pub(super) fn plus_nanos(self, nanos: i128) -> Result<Self> {
        Self::of_nanos(self.nanos() + nanos)
    }

    pub(super) fn plus_months(self, months: i64) -> Result<Self> {
        Ok(Self { date: self.date.plus_months(months)?, ..self })
    }

    pub(super) fn plus_days(self, days: i64) -> Result<Self> {
        Ok(Self { date: self.date.plus_days(days)?, ..self })
    }
}

/// Prints `2025-04-01T09:30`.
impl Display for LocalDateTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.time)
    }
}

/// A moment, and the time zone whose clocks tell it. Orders by the moment, then from west to east, then by the zone's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    local: LocalDateTime,
    offset: Offset,
    zone: Zone,
}

impl DateTime {
    /// The moment at which clocks of a zone show `local`: later by as much as they skip, or the earlier where they show it twice.
    ///
    /// # Errors
    /// `run.argument` past the years that are kept.
    pub fn new(local: LocalDateTime, zone: Zone) -> Result<Self> {
        Self::preferring(local, zone, None)
    }

    /// As [`Self::new`], with the offset that is meant where clocks show `local` twice.
    pub(super) fn preferring(
        local: LocalDateTime,
        zone: Zone,
        offset: Option<Offset>,
    ) -> Result<Self> {
        let (local, offset) = zone.resolve(local, offset)?;
        Ok(Self { local, offset, zone })
    }

    /// The moment so many nanoseconds after 1970-01-01T00:00Z, as clocks of a zone show it.
    ///
    /// # Errors
    /// `run.argument` past the years that are kept.
    pub fn of_epoch_nanos(nanos: i128, zone: Zone) -> Result<Self> {
        let second = i64::try_from(nanos.div_euclid(i128::from(SECOND)));
        let offset = zone.offset_at(second.map_err(|_| fault::beyond())?);
        let shift = i128::from(offset.seconds()) * i128::from(SECOND);
        let local = LocalDateTime::of_nanos(nanos.checked_add(shift).ok_or_else(fault::beyond)?)?;
        Ok(Self { local, offset, zone })
    }

    /// What the clocks show.
    #[must_use]
    pub fn local(&self) -> LocalDateTime {
        self.local
    }

    /// How far the clocks are from UTC then.
    #[must_use]
    pub fn offset(&self) -> Offset {
        self.offset
    }

    /// Where the clocks are.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The time of day, at its offset.
    #[must_use]
    pub fn time(&self) -> Time {
        Time { local: self.local.time, offset: self.offset }
    }

    /// Seconds from 1970-01-01T00:00Z, rounded down.
    #[must_use]
    pub fn epoch_seconds(&self) -> i64 {
        self.local.seconds() - self.offset.seconds()
    }

    /// Nanoseconds from 1970-01-01T00:00Z.
    #[must_use]
    pub fn epoch_nanos(&self) -> i128 {
        self.local.nanos() - i128::from(self.offset.seconds()) * i128::from(SECOND)
    }

    /// The same moment as clocks of another zone show it.
    ///
    /// # Errors
    /// `run.argument` past the years that are kept.
    pub fn at(&self, zone: Zone) -> Result<Self> {
        Self::of_epoch_nanos(self.epoch_nanos(), zone)
    }

    /// What clocks of the same zone tell at another time they show; the offset stays where they show it twice.
    pub(super) fn with_local(&self, local: LocalDateTime) -> Result<Self> {
        Self::preferring(local, self.zone.clone(), Some(self.offset))
    }
}

impl Ord for DateTime {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_moment = self.epoch_nanos().cmp(&other.epoch_nanos());
        by_moment.then(self.offset.cmp(&other.offset)).then_with(|| self.zone.cmp(&other.zone))
    }
}

impl PartialOrd for DateTime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Prints `2025-04-01T09:30+09:00`, and `[Asia/Tokyo]` behind it where the zone has a name.
impl Display for DateTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.local, self.offset)?;
        match &self.zone {
            Zone::Fixed(_) => Ok(()),
            Zone::Named(zone) => write!(f, "[{}]", zone.name()),
        }
    }
}
