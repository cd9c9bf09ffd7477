//! Times of day, with and without an offset from UTC.

use std::fmt::{self, Display, Formatter};

use super::date::within;
use super::fault;
use crate::error::Result;

/// Nanoseconds of a second.
pub(super) const SECOND: i64 = 1_000_000_000;

/// Seconds of a day.
pub(super) const DAY_SECONDS: i64 = 86_400;

/// Nanoseconds of a day.
pub(super) const DAY: i64 = DAY_SECONDS * SECOND;

/// A time of day without an offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocalTime {
    /// Nanoseconds since midnight, below [`DAY`].
    nanos: i64,
}

impl LocalTime {
    /// The time of an hour, a minute, a second and a nanosecond of that second.
    ///
    /// # Errors
    /// `run.argument` where there is no such time.
    pub fn new(hour: i64, minute: i64, second: i64, nanosecond: i64) -> Result<Self> {
        within("hour", hour, 0, 23)?;
        within("minute", minute, 0, 59)?;
        within("second", second, 0, 59)?;
        within("nanosecond", nanosecond, 0, SECOND - 1)?;
        Ok(Self { nanos: (hour * 3600 + minute * 60 + second) * SECOND + nanosecond })
    }

    /// The time so many nanoseconds after midnight, whole days left out.
    pub(super) fn of_nanos(nanos: i128) -> Self {
        let nanos = nanos.rem_euclid(i128::from(DAY));
        Self { nanos: i64::try_from(nanos).unwrap_or(0) }
    }

    /// Nanoseconds since midnight.
    #[must_use]
    pub fn nanos(self) -> i64 {
        self.nanos
    }

    /// Seconds since midnight.
    pub(super) fn seconds(self) -> i64 {
        self.nanos / SECOND
    }

    /// The hour, from 0.
    #[must_use]
    pub fn hour(self) -> i64 {
        self.seconds() / 3600
    }

    /// The minute of the hour.
    #[must_use]
    pub fn minute(self) -> i64 {
        self.seconds() / 60 % 60
    }

    /// The second of the minute.
    #[must_use]
    pub fn second(self) -> i64 {
        self.seconds() % 60
    }

    /// The nanosecond of the second.
    #[must_use]
    pub fn nanosecond(self) -> i64 {
        self.nanos % SECOND
    }
}

/// Prints `21:40`, `21:40:32`, `21:40:32.142`: nothing that is zero at the end, fractions by groups of three digits.
impl Display for LocalTime {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())?;
        let (second, nanos) = (self.second(), self.nanosecond());
        if second != 0 || nanos != 0 {
            write!(f, ":{second:02}")?;
        }
        match nanos {
            0 => Ok(()),
            nanos if nanos % 1_000_000 == 0 => write!(f, ".{:03}", nanos / 1_000_000),
            nanos if nanos % 1_000 == 0 => write!(f, ".{:06}", nanos / 1_000),
            nanos => write!(f, ".{nanos:09}"),
        }
    }
}

/// An offset from UTC, to ±18 hours; positive east of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Offset {
    seconds: i32,
}

impl Offset {
    /// UTC itself.
    pub const UTC: Self = Self { seconds: 0 };

    const SECONDS_MAX: i32 = 18 * 3600;

    /// The offset of so many seconds; `None` past 18 hours.
    #[must_use]
    pub fn new(seconds: i32) -> Option<Self> {
        (seconds.abs() <= Self::SECONDS_MAX).then_some(Self { seconds })
    }

    /// Its seconds.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.seconds.into()
    }
}

/// Prints `Z`, `+09:00`, `+00:53:28`.
impl Display for Offset {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.seconds == 0 {
            return f.write_str("Z");
        }
        let sign = if self.seconds < 0 { '-' } else { '+' };
        let seconds = self.seconds.abs();
        write!(f, "{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60)?;
        if seconds % 60 == 0 { Ok(()) } else { write!(f, ":{:02}", seconds % 60) }
    }
}

/// A time of day at an offset from UTC. Orders by the moment, then from west to east.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Time {
    /// What a clock there shows.
    pub local: LocalTime,
    /// Where the clock is.
    pub offset: Offset,
}

impl Time {
    /// Nanoseconds since midnight in UTC; below zero or past a day where that is another day.
    fn utc_nanos(self) -> i64 {
        self.local.nanos - self.offset.seconds() * SECOND
    }

    /// The same moment as a clock at another offset shows it.
    pub(super) fn at(self, offset: Offset) -> Self {
        let nanos = self.utc_nanos() + offset.seconds() * SECOND;
        Self { local: LocalTime::of_nanos(nanos.into()), offset }
    }
}

impl Ord for Time {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.utc_nanos().cmp(&other.utc_nanos()).then(self.offset.cmp(&other.offset))
    }
}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Display for Time {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.local, self.offset)
    }
}

/// The nanosecond of a second from parts of it; each counts within the larger one that is given too. `None` where none is given.
///
/// # Errors
/// `run.argument` where a part is outside its range.
pub(super) fn subsecond(
    milli: Option<i64>,
    micro: Option<i64>,
    nano: Option<i64>,
) -> Result<Option<i64>> {
    if milli.is_none() && micro.is_none() && nano.is_none() {
        return Ok(None);
    }
    let micro_max = if milli.is_some() { 999 } else { 999_999 };
    let nano_max = match (milli, micro) {
        (_, Some(_)) => 999,
        (Some(_), None) => 999_999,
        (None, None) => SECOND - 1,
    };
    let (milli, micro, nano) = (milli.unwrap_or(0), micro.unwrap_or(0), nano.unwrap_or(0));
    within("millisecond", milli, 0, 999)?;
    within("microsecond", micro, 0, micro_max)?;
    within("nanosecond", nano, 0, nano_max)?;
    Ok(Some(milli * 1_000_000 + micro * 1_000 + nano))
}

/// The offset of a sign, hours, minutes and seconds.
pub(super) fn offset_of(negative: bool, parts: [i64; 3], written: &str) -> Result<Offset> {
    let [hours, minutes, seconds] = parts;
    let total = hours * 3600 + minutes * 60 + seconds;
    let total = if negative { -total } else { total };
    let fine = minutes < 60 && seconds < 60;
    let offset = i32::try_from(total).ok().and_then(Offset::new).filter(|_| fine);
    offset.ok_or_else(|| fault::bad_offset(written))
}
