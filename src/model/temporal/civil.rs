//! Days and dates of the proleptic Gregorian calendar, for years far outside what calendars of crates hold.
//!
//! Nothing here overflows for years within ±[`super::YEAR_MAX`] and one beyond.

/// Days of 400 years, after which the calendar repeats, weekdays included.
pub(super) const CYCLE_DAYS: i64 = 146_097;

/// The day on which the algorithm's era begins, 0000-03-01, counted from 1970-01-01.
const ERA_START: i64 = -719_468;

/// Days from 1970-01-01 to a date. The month is 1 to 12; a day past the end of the month counts on.
///
/// Source: H. Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so that the leap day comes last.
pub(super) fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * CYCLE_DAYS + day_of_era + ERA_START
}

/// Year, month and day of a number of days from 1970-01-01.
pub(super) fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days - ERA_START;
    let era = days.div_euclid(CYCLE_DAYS);
    let day_of_era = days.rem_euclid(CYCLE_DAYS);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Whether a year has a 29 February.
pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days a month has.
pub(super) fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The day of the week, Monday 1 to Sunday 7, of a number of days from 1970-01-01, a Thursday.
pub(super) fn weekday_of(days: i64) -> i64 {
    (days + 3).rem_euclid(7) + 1
}

/// The Monday on which the first ISO week of a year begins: the week that holds 4 January.
pub(super) fn first_monday(year: i64) -> i64 {
    let fourth = days_of(year, 1, 4);
    fourth - (weekday_of(fourth) - 1)
}

/// How many ISO weeks a year has: 52 or 53.
pub(super) fn weeks_in(year: i64) -> i64 {
    (first_monday(year + 1) - first_monday(year)) / 7
}
