//! Time zones: offsets that never change, and named ones whose rules and history the bundled tz database knows.

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};
use std::hash::{Hash, Hasher};

use jiff::Timestamp;
use jiff::civil;
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::civil::CYCLE_DAYS;
use super::datetime::LocalDateTime;
use super::fault;
use super::parse;
use super::time::{DAY_SECONDS, Offset};
use crate::error::{Result, did_you_mean, nearest, text};

/// A time zone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Zone {
    /// An offset from UTC.
    Fixed(Offset),
    /// A zone of the tz database.
    Named(NamedZone),
}

/// A zone of the tz database, which is its name in every comparison.
#[derive(Clone, Debug)]
pub struct NamedZone(TimeZone);

impl Zone {
    /// UTC, which stands wherever no zone is given.
    pub const UTC: Self = Self::Fixed(Offset::UTC);

    /// The zone of an offset such as `+09:00` or a name such as `Asia/Tokyo`.
    ///
    /// # Errors
    /// `run.argument` for what is neither.
    pub fn parse(text: &str) -> Result<Self> {
        if text.starts_with(['+', '-']) || text.eq_ignore_ascii_case("z") {
            let offset = parse::offset(text).ok_or_else(|| fault::bad_offset(text))?;
            return offset.map(Self::Fixed);
        }
        Self::named(text)
    }

    /// The zone of a name.
    pub(super) fn named(name: &str) -> Result<Self> {
        if let Ok(zone) = TimeZone::get(name)
            && zone.iana_name().is_some()
        {
            return Ok(Self::Named(NamedZone(zone)));
        }
        let shown: String = name.chars().take(60).collect();
        let known: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        let near = nearest(name, known.iter().map(String::as_str)).map(did_you_mean);
        let help = near.unwrap_or_else(|| {
            text!(
                "Write an offset such as `+09:00` or a name such as `Asia/Tokyo`.",
                "`+09:00` のような時差か `Asia/Tokyo` のような名前を書いてください。"
            )
        });
        Err(fault::value(text!(
            "unknown time zone `{shown}`",
            "タイムゾーン「{shown}」はありません"
        ))
        .help(help))
    }

    /// The zone of this machine, by its rules where it has a name and by its present offset otherwise.
    #[must_use]
    pub fn of(zone: TimeZone, now: Timestamp) -> Self {
        match zone.iana_name() {
            // Machines without a place are set to this; its name would say nothing that `Z` does not.
            Some("UTC" | "Etc/UTC") => Self::UTC,
            Some(_) => Self::Named(NamedZone(zone)),
            None => Self::Fixed(own(zone.to_offset(now))),
        }
    }

    /// What a clock there shows when it is asked to show `local`, and its offset then.
    ///
    /// Where clocks skip that time, it is as much later as they skip; where they show it twice, the offset is `preferred` if that is one of the
    /// two, else the earlier.
    pub(super) fn resolve(
        &self,
        local: LocalDateTime,
        preferred: Option<Offset>,
    ) -> Result<(LocalDateTime, Offset)> {
        let zone = match self {
            Self::Fixed(offset) => return Ok((local, *offset)),
            Self::Named(zone) => zone,
        };
        Ok(match zone.0.to_ambiguous_timestamp(within_range(local)).offset() {
            AmbiguousOffset::Unambiguous { offset } => (local, own(offset)),
            AmbiguousOffset::Fold { before, after } => {
                let (before, after) = (own(before), own(after));
                (local, if preferred == Some(after) { after } else { before })
            }
            AmbiguousOffset::Gap { before, after } => {
                let (before, after) = (own(before), own(after));
                (local.plus_seconds(after.seconds() - before.seconds())?, after)
            }
        })
    }

    /// The offset at a moment, in seconds from 1970-01-01T00:00Z.
    pub(super) fn offset_at(&self, epoch_seconds: i64) -> Offset {
        match self {
            Self::Fixed(offset) => *offset,
            Self::Named(zone) => own(zone.0.to_offset(moment_within_range(epoch_seconds))),
        }
    }
}

fn own(offset: jiff::tz::Offset) -> Offset {
    Offset::new(offset.seconds()).unwrap_or_default()
}

/// The years that rules are asked about: later ones are as those of the same place in the 400 years before, earlier ones as the first.
const YEARS: std::ops::RangeInclusive<i64> = -9998..=9998;

/// A time with the same rules, within the range of jiff.
fn within_range(local: LocalDateTime) -> civil::DateTime {
    let (date, time) = (local.date, local.time);
    let year = match date.year() {
        year if YEARS.contains(&year) => year,
        year if year > *YEARS.end() => 9200 + (year - 9200) % 400,
        year => -9600 + year.rem_euclid(400),
    };
    let small = |part: i64| i8::try_from(part).unwrap_or(1);
    let nanos = i32::try_from(time.nanosecond()).unwrap_or(0);
    civil::DateTime::new(
        i16::try_from(year).unwrap_or(0),
        small(date.month()),
        small(date.day()),
        small(time.hour()),
        small(time.minute()),
        small(time.second()),
        nanos,
    )
    .unwrap_or_default()
}

/// A moment with the same rules, within the range of jiff.
fn moment_within_range(seconds: i64) -> Timestamp {
    const CYCLE: i64 = CYCLE_DAYS * DAY_SECONDS;
    /// 9600-01-01T00:00Z.
    const LATE: i64 = 240_779_520_000;
    let seconds = match seconds {
        seconds if seconds >= LATE => LATE - CYCLE + (seconds - LATE).rem_euclid(CYCLE),
        seconds => seconds.max(Timestamp::MIN.as_second()),
    };
    Timestamp::from_second(seconds).unwrap_or_default()
}

impl NamedZone {
    /// Its name, such as `Asia/Tokyo`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or_default()
    }
}

impl PartialEq for NamedZone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for NamedZone {}

impl Hash for NamedZone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl Ord for NamedZone {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name().cmp(other.name())
    }
}

impl PartialOrd for NamedZone {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Prints `+09:00` or `Asia/Tokyo`.
impl Display for Zone {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(offset) => write!(f, "{offset}"),
            Self::Named(zone) => f.write_str(zone.name()),
        }
    }
}
