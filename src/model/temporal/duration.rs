//! Durations: months, days and seconds, none of which is a fixed number of the others.

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};

use super::fault;
use super::time::{DAY, DAY_SECONDS, SECOND};
use crate::error::Result;

/// Seconds of a month where one must be divided: a twelfth of the mean year of 365.2425 days.
pub(super) const MONTH_SECONDS: i64 = 2_629_746;

/// A length of time. Equal where all parts are equal: a day is not 24 hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Duration {
    months: i64,
    days: i64,
    seconds: i64,
    /// Of a second; never negative, so that -0.5 s is -1 s and 500,000,000 ns.
    nanos: u32,
}

impl Duration {
    /// The duration of months, days and nanoseconds.
    ///
    /// # Errors
    /// `run.argument` where 64 bits cannot hold it.
    pub fn new(months: i128, days: i128, nanos: i128) -> Result<Self> {
        let long = |part: i128| i64::try_from(part).map_err(|_| fault::too_long());
        let second = i128::from(SECOND);
        Ok(Self {
            months: long(months)?,
            days: long(days)?,
            seconds: long(nanos.div_euclid(second))?,
            nanos: u32::try_from(nanos.rem_euclid(second)).unwrap_or(0),
        })
    }

    /// The duration of amounts that need not be whole: what is left of a month becomes days and nanoseconds, what
    /// is left of a day nanoseconds.
    ///
    /// # Errors
    /// `run.argument` where 64 bits cannot hold it.
    pub fn of_amounts(months: Amount, days: Amount, nanos: Amount) -> Result<Self> {
        const DAY_SCALED: i128 = DAY as i128 * Amount::SCALE;
        const MONTH_NANOS: i128 = MONTH_SECONDS as i128 * SECOND as i128;
        // Less than a month and a day of nanoseconds, scaled: no overflow.
        let rest = months.part * MONTH_NANOS + days.part * i128::from(DAY);
        let mut whole_days = days.whole.saturating_add(rest / DAY_SCALED);
        let mut rest = rest % DAY_SCALED;
        if whole_days > 0 && rest < 0 {
            (whole_days, rest) = (whole_days - 1, rest + DAY_SCALED);
        } else if whole_days < 0 && rest > 0 {
            (whole_days, rest) = (whole_days + 1, rest - DAY_SCALED);
        }
        let nanos = nanos.whole.saturating_add((rest + nanos.part) / Amount::SCALE);
        Self::new(months.whole, whole_days, nanos)
    }

    /// Its months.
    #[must_use]
    pub fn months(self) -> i64 {
        self.months
    }

    /// Its days beside the months.
    #[must_use]
    pub fn days(self) -> i64 {
        self.days
    }

    /// Its seconds beside the days, rounded down.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// The nanoseconds beside the seconds.
    #[must_use]
    pub fn subsecond(self) -> i64 {
        self.nanos.into()
    }

    /// Its nanoseconds beside the days.
    #[must_use]
    pub fn nanos(self) -> i128 {
        i128::from(self.seconds) * i128::from(SECOND) + i128::from(self.nanos)
    }

    /// Both one after the other.
    ///
    /// # Errors
    /// `run.argument` where 64 bits cannot hold it.
    pub fn plus(self, other: Self) -> Result<Self> {
        let wide = |a: i64, b: i64| i128::from(a) + i128::from(b);
        Self::new(
            wide(self.months, other.months),
            wide(self.days, other.days),
            self.nanos() + other.nanos(),
        )
    }

    /// The same length backwards.
    ///
    /// # Errors
    /// `run.argument` where 64 bits cannot hold it.
    pub fn negated(self) -> Result<Self> {
        Self::new(-i128::from(self.months), -i128::from(self.days), -self.nanos())
    }

    /// So many times the duration.
    ///
    /// # Errors
    /// `run.argument` where 64 bits cannot hold it.
    pub fn times(self, factor: Ratio) -> Result<Self> {
        Self::of_amounts(
            factor.of(self.months.into())?,
            factor.of(self.days.into())?,
            factor.of_fine(self.seconds.into(), self.nanos.into())?,
        )
    }

    /// The length in nanoseconds if months and days had their mean lengths: what `ORDER BY` goes by.
    fn mean_nanos(self) -> i128 {
        let days = i128::from(self.days) * i128::from(DAY_SECONDS);
        let months = i128::from(self.months) * i128::from(MONTH_SECONDS);
        (months + days) * i128::from(SECOND) + self.nanos()
    }

    /// The order of `ORDER BY`: by length, and what is equally long by its parts.
    #[must_use]
    pub fn order(self, other: Self) -> Ordering {
        let parts = |of: Self| (of.mean_nanos(), of.months, of.days);
        parts(self).cmp(&parts(other))
    }
}

/// Prints `P1Y2M10DT2H30M1.5S`; what is zero is left out, and every part has its own sign.
impl Display for Duration {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        let nanos = self.nanos();
        for (amount, unit) in [(self.months / 12, 'Y'), (self.months % 12, 'M'), (self.days, 'D')] {
            if amount != 0 {
                write!(f, "{amount}{unit}")?;
            }
        }
        if nanos == 0 {
            return f.write_str(if *self == Self::default() { "T0S" } else { "" });
        }
        f.write_str("T")?;
        let second = i128::from(SECOND);
        let (seconds, rest) = (nanos / second, nanos % second);
        for (amount, unit) in [(seconds / 3600, 'H'), (seconds / 60 % 60, 'M')] {
            if amount != 0 {
                write!(f, "{amount}{unit}")?;
            }
        }
        let seconds = seconds % 60;
        if seconds == 0 && rest == 0 {
            return Ok(());
        }
        let sign = if seconds < 0 || rest < 0 { "-" } else { "" };
        write!(f, "{sign}{}", seconds.abs())?;
        if rest != 0 {
            let digits = format!("{:09}", rest.abs());
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        f.write_str("S")
    }
}

/// A decimal number, whole and part with the same sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    whole: i128,
    /// The part behind the point, times [`Self::SCALE`].
    part: i128,
}

impl Amount {
    /// Fifteen digits behind the point.
    const SCALE: i128 = 1_000_000_000_000_000;
    const DIGITS: usize = 15;

    /// The amount of digits before and behind a decimal point; `None` where there are too many before it.
    #[must_use]
    pub fn of_digits(negative: bool, whole: &str, part: &str) -> Option<Self> {
        const WHOLE_DIGITS_MAX: usize = 20;
        if whole.trim_start_matches('0').len() > WHOLE_DIGITS_MAX {
            return None;
        }
        let digits = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<i128>().ok() };
        let kept = part.get(..part.len().min(Self::DIGITS))?;
        let part = digits(&format!("{kept:0<width$}", width = Self::DIGITS))?;
        let whole = digits(whole)?;
        Some(if negative { Self { whole: -whole, part: -part } } else { Self { whole, part } })
    }

    /// The decimal number that a float is written as; `None` for NaN, infinity and what is too large.
    #[must_use]
    pub fn of_float(float: f64) -> Option<Self> {
        if !float.is_finite() {
            return None;
        }
        let written = float.abs().to_string();
        let (whole, part) = written.split_once('.').unwrap_or((&written, ""));
        Self::of_digits(float < 0.0, whole, part)
    }

    /// So many times the amount, for small factors.
    ///
    /// # Errors
    /// `run.argument` where it is too large.
    pub fn times(self, factor: i64) -> Result<Self> {
        let factor = i128::from(factor);
        let part = self.part * factor;
        let whole = self.whole.checked_mul(factor).and_then(|w| w.checked_add(part / Self::SCALE));
        Ok(Self { whole: whole.ok_or_else(fault::too_long)?, part: part % Self::SCALE })
    }

    /// The sum of two amounts.
    ///
    /// # Errors
    /// `run.argument` where it is too large.
    pub fn plus(self, other: Self) -> Result<Self> {
        let part = self.part + other.part;
        let whole = self.whole.checked_add(other.whole);
        let whole = whole.and_then(|whole| whole.checked_add(part / Self::SCALE));
        let (whole, part) = (whole.ok_or_else(fault::too_long)?, part % Self::SCALE);
        Ok(if whole > 0 && part < 0 {
            Self { whole: whole - 1, part: part + Self::SCALE }
        } else if whole < 0 && part > 0 {
            Self { whole: whole + 1, part: part - Self::SCALE }
        } else {
            Self { whole, part }
        })
    }
}

impl From<i64> for Amount {
    fn from(whole: i64) -> Self {
        Self { whole: whole.into(), part: 0 }
    }
}

/// A factor: one integer by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    above: i128,
    below: i128,
}

impl Ratio {
    /// How many digits either side may have.
    const DIGITS_MAX: usize = 27;

    /// The ratio of a number; `None` for NaN, infinity and what is too large.
    #[must_use]
    pub fn of_float(float: f64) -> Option<Self> {
        const PLACES_MAX: usize = 18;
        if !float.is_finite() {
            return None;
        }
        let written = float.abs().to_string();
        let (whole, part) = written.split_once('.').unwrap_or((&written, ""));
        let part = part.get(..part.len().min(PLACES_MAX))?.trim_end_matches('0');
        let digits = format!("{whole}{part}");
        let digits = digits.trim_start_matches('0');
        if digits.len() > Self::DIGITS_MAX {
            return None;
        }
        let above = if digits.is_empty() { 0 } else { digits.parse::<i128>().ok()? };
        let below = 10i128.checked_pow(u32::try_from(part.len()).ok()?)?;
        Some(Self { above: if float < 0.0 { -above } else { above }, below })
    }

    /// Its inverse; `None` of zero.
    #[must_use]
    pub fn inverse(self) -> Option<Self> {
        (self.above != 0).then_some(Self { above: self.below, below: self.above })
    }

    /// So many times a number.
    fn of(self, number: i128) -> Result<Amount> {
        let product = number.checked_mul(self.above).ok_or_else(fault::too_long)?;
        Ok(self.amount(0, product))
    }

    /// So many times seconds and nanoseconds, in nanoseconds.
    fn of_fine(self, seconds: i128, nanos: i128) -> Result<Amount> {
        let second = i128::from(SECOND);
        let product = seconds.checked_mul(self.above).ok_or_else(fault::too_long)?;
        let whole = (product / self.below).checked_mul(second).ok_or_else(fault::too_long)?;
        // Neither side has more than `DIGITS_MAX` digits, so that nine more fit.
        Ok(self.amount(whole, product % self.below * second + nanos * self.above))
    }

    /// A number, and another that is still to be divided.
    fn amount(self, whole: i128, above: i128) -> Amount {
        let rest = above % self.below;
        let part = match rest.checked_mul(Amount::SCALE) {
            Some(scaled) => scaled / self.below,
            // More digits below than are kept: drop them on both sides.
            None => rest / (self.below / Amount::SCALE),
        };
        Amount { whole: whole.saturating_add(above / self.below), part }
    }
}

impl From<i64> for Ratio {
    fn from(number: i64) -> Self {
        Self { above: number.into(), below: 1 }
    }
}
