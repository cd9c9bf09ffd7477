//! Temporal values against what is known of them: the calendar of jiff where it reaches, and their own round trips everywhere.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use jiff::civil;
use jiff::tz::TimeZone;
use kadai::model::temporal::wareki::{self, Form};
use kadai::model::temporal::{
    Amount, Date, DateTime, Duration, Kind, LocalDateTime, LocalTime, Offset, Ratio, Span,
    Temporal, Time, YEAR_MAX, Zone,
};
use proptest::prelude::*;

const DAY_NANOS: i64 = 86_400_000_000_000;

fn dates() -> impl Strategy<Value = Date> {
    let far = (-YEAR_MAX..=YEAR_MAX, 1i64..=12, 1i64..=28);
    let near = (1600i64..2200, 1i64..=12, 1i64..=28);
    prop_oneof![far, near].prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
}

fn times() -> impl Strategy<Value = LocalTime> {
    let whole = (0i64..24, 0i64..60, 0i64..60, Just(0i64));
    let fine = (0i64..24, 0i64..60, 0i64..60, 0i64..1_000_000_000);
    prop_oneof![whole, fine].prop_map(|(h, m, s, n)| LocalTime::new(h, m, s, n).unwrap())
}

fn offsets() -> impl Strategy<Value = Offset> {
    prop_oneof![(-64_800i32..=64_800), (-72i32..=72).prop_map(|quarters| quarters * 900)]
        .prop_map(|seconds| Offset::new(seconds).unwrap())
}

fn zones() -> impl Strategy<Value = Zone> {
    let named =
        ["Asia/Tokyo", "Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "UTC"];
    prop_oneof![
        offsets().prop_map(Zone::Fixed),
        proptest::sample::select(named.to_vec()).prop_map(|name| Zone::parse(name).unwrap()),
    ]
}

fn durations() -> impl Strategy<Value = Duration> {
    let small = (-40i64..40, -400i64..400, -200_000_000_000_000i64..200_000_000_000_000);
    let large =
        (-24_000_000_000i64..24_000_000_000, any::<i32>().prop_map(i64::from), any::<i64>());
    prop_oneof![small, large].prop_map(|(months, days, nanos)| {
        Duration::new(months.into(), days.into(), nanos.into()).unwrap()
    })
}

fn temporals() -> impl Strategy<Value = Temporal> {
    let local = || (dates(), times()).prop_map(|(date, time)| LocalDateTime { date, time });
    // Away from the last year, where an offset would lead out of it.
    let inner = local().prop_filter("too near the end", |of| of.date.year().abs() < YEAR_MAX);
    prop_oneof![
        dates().prop_map(Temporal::Date),
        times().prop_map(Temporal::LocalTime),
        (times(), offsets()).prop_map(|(local, offset)| Temporal::Time(Time { local, offset })),
        local().prop_map(Temporal::LocalDateTime),
        (inner, zones())
            .prop_map(|(of, zone)| Temporal::DateTime(DateTime::new(of, zone).unwrap())),
        durations().prop_map(Temporal::Duration),
    ]
}

/// The same date in jiff; years to ±9999.
fn of_jiff(date: civil::Date) -> Date {
    Date::new(date.year().into(), date.month().into(), date.day().into()).unwrap()
}

fn jiff_dates() -> impl Strategy<Value = civil::Date> {
    (-4_371_586i32..=2_932_895).prop_map(|days| {
        let days = jiff::SignedDuration::from_hours(i64::from(days) * 24);
        civil::date(1970, 1, 1).checked_add(days).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_reads_back(value in temporals()) {
        let printed = value.to_string();
        prop_assert_eq!(Temporal::read(value.kind(), &printed).unwrap(), value, "{}", printed);
    }

    #[test]
    fn days_and_dates_agree(date in dates(), forward in 0i64..4_000_000) {
        let later = |days: i64| {
            let by = Duration::new(0, days.into(), 0).unwrap();
            Temporal::Date(date).plus(by)
        };
        if let Ok(Temporal::Date(other)) = later(forward) {
            prop_assert_eq!(other.days() - date.days(), forward);
            prop_assert_eq!(other >= date, forward >= 0);
        }
        let (year, week) = date.week();
        if year.abs() <= YEAR_MAX {
            prop_assert_eq!(Date::of_week(year, week, date.weekday()).unwrap(), date);
        }
        prop_assert_eq!(Date::of_ordinal(date.year(), date.ordinal()).unwrap(), date);
        let quarter = Date::of_quarter(date.year(), date.quarter(), date.day_of_quarter());
        prop_assert_eq!(quarter.unwrap(), date);
    }

    #[test]
    fn the_calendar_is_that_of_jiff(theirs in jiff_dates(), other in jiff_dates()) {
        let (ours, week) = (of_jiff(theirs), theirs.iso_week_date());
        prop_assert_eq!(ours.week(), (week.year().into(), week.week().into()));
        prop_assert_eq!(ours.weekday(), i64::from(theirs.weekday().to_monday_one_offset()));
        prop_assert_eq!(ours.ordinal(), i64::from(theirs.day_of_year()));
        let days = theirs.until(other).unwrap().get_days();
        prop_assert_eq!(of_jiff(other).days() - ours.days(), i64::from(days));
    }

    #[test]
    fn offsets_are_those_of_jiff(date in jiff_dates(), time in times(), zone in 0usize..3) {
        let name = ["Europe/Stockholm", "America/New_York", "Australia/Lord_Howe"][zone];
        let local = LocalDateTime { date: of_jiff(date), time };
        let small = |part: i64| i8::try_from(part).unwrap();
        let theirs = date.at(small(time.hour()), small(time.minute()), small(time.second()), 0);
        let Ok(theirs) = theirs.to_zoned(TimeZone::get(name).unwrap()) else { return Ok(()) };
        let ours = DateTime::new(local, Zone::parse(name).unwrap()).unwrap();
        prop_assert_eq!(ours.epoch_seconds(), theirs.timestamp().as_second());
        prop_assert_eq!(ours.offset().seconds(), i64::from(theirs.offset().seconds()));
        let again = DateTime::of_epoch_nanos(ours.epoch_nanos(), ours.zone().clone()).unwrap();
        prop_assert_eq!(again, ours);
    }

    #[test]
    fn rules_repeat_every_four_hundred_years(
        year in 2100i64..9900,
        day in 1i64..=365,
        time in times(),
        cycles in 1i64..2_000_000,
    ) {
        let date = Date::of_ordinal(year, day).unwrap();
        let zone = Zone::parse("Europe/Stockholm").unwrap();
        let of = |date| DateTime::new(LocalDateTime { date, time }, zone.clone()).unwrap();
        let near = of(date);
        let far = of(Date::new(date.year() + cycles * 400, date.month(), date.day()).unwrap());
        prop_assert_eq!(near.offset(), far.offset());
        let again = DateTime::of_epoch_nanos(far.epoch_nanos(), zone.clone()).unwrap();
        prop_assert_eq!(again, far);
    }

    #[test]
    fn the_duration_between_leads_from_one_to_the_other(
        a in (dates(), times()),
        b in (dates(), times()),
    ) {
        let of = |(date, time)| Temporal::LocalDateTime(LocalDateTime { date, time });
        let (a, b) = (of(a), of(b));
        for span in [Span::Mixed, Span::Seconds] {
            let between = Duration::between(span, &a, &b).unwrap();
            prop_assert_eq!(a.plus(between).unwrap(), b.clone());
        }
    }

    #[test]
    fn durations_add_and_scale(a in durations(), b in durations(), times in 1i64..1000) {
        prop_assert_eq!(a.plus(b).unwrap().plus(b.negated().unwrap()).unwrap(), a);
        let many = a.times(Ratio::from(times)).unwrap();
        prop_assert_eq!(many.months(), a.months() * times);
        prop_assert_eq!(many.nanos(), a.nanos() * i128::from(times));
        prop_assert_eq!(many.times(Ratio::from(times).inverse().unwrap()).unwrap(), a);
        prop_assert_eq!(a.times(Ratio::from(2)).unwrap(), a.plus(a).unwrap());
    }

    #[test]
    fn scaling_never_fails_but_with_an_error(a in durations(), factor in any::<f64>()) {
        if let Some(ratio) = Ratio::of_float(factor) {
            drop(a.times(ratio));
            drop(ratio.inverse().map(|inverse| a.times(inverse)));
        }
        if let Some(amount) = Amount::of_float(factor) {
            drop(Duration::of_amounts(amount, amount, amount));
            drop(amount.times(3600));
        }
    }

    #[test]
    fn moving_never_fails_but_with_an_error(value in temporals(), by in durations()) {
        if let Ok(moved) = value.plus(by) {
            prop_assert_eq!(moved.kind(), value.kind());
        }
    }

    #[test]
    fn a_time_goes_round_the_clock(time in times(), nanos in any::<i64>()) {
        let by = Duration::new(0, 0, nanos.into()).unwrap();
        let Temporal::LocalTime(moved) = Temporal::LocalTime(time).plus(by).unwrap() else {
            return Err(TestCaseError::fail("another kind"));
        };
        let want = (i128::from(time.nanos()) + i128::from(nanos)).rem_euclid(DAY_NANOS.into());
        prop_assert_eq!(i128::from(moved.nanos()), want);
    }

    #[test]
    fn japanese_dates_read_back(days in -35_428i64..200_000) {
        // From 1873-01-01.
        let Temporal::Date(date) = Temporal::Date(Date::new(1970, 1, 1).unwrap())
            .plus(Duration::new(0, days.into(), 0).unwrap()).unwrap() else {
            return Err(TestCaseError::fail("another kind"));
        };
        for form in [Form::Long, Form::Short, Form::Kanji] {
            let printed = wareki::print(date, form).unwrap();
            prop_assert_eq!(wareki::read(&printed).unwrap(), date, "{}", printed);
        }
        let fiscal = wareki::read(&wareki::print_fiscal_year(date).unwrap());
        if date.year() > 1873 {
            let first = Date::new(wareki::fiscal_year(date, 4), 4, 1).unwrap();
            prop_assert_eq!(fiscal.unwrap(), first);
        }
    }

    #[test]
    fn no_text_makes_reading_panic(text in "[-+PTWQZ0-9:.,年月日元令和平成HRM十二\\[\\]/]{0,24}") {
        for kind in Kind::ALL {
            drop(Temporal::read(kind, &text));
        }
        drop(wareki::read(&text));
    }
}

#[test]
fn eras_meet_without_a_gap() {
    let day_before = |date: Date| {
        let back = Duration::new(0, -1, 0).unwrap();
        let Temporal::Date(date) = Temporal::Date(date).plus(back).unwrap() else {
            panic!("another kind");
        };
        date
    };
    let names = |date| wareki::print(date, Form::Long).unwrap();
    let borders = [
        ((1912, 7, 30), "明治45年7月29日", "大正元年7月30日"),
        ((1926, 12, 25), "大正15年12月24日", "昭和元年12月25日"),
        ((1989, 1, 8), "昭和64年1月7日", "平成元年1月8日"),
        ((2019, 5, 1), "平成31年4月30日", "令和元年5月1日"),
    ];
    for ((year, month, day), before, first) in borders {
        let date = Date::new(year, month, day).unwrap();
        assert_eq!((names(day_before(date)).as_str(), names(date).as_str()), (before, first));
    }
    assert!(wareki::print(Date::new(1872, 12, 31).unwrap(), Form::Long).is_err());
}

#[test]
fn the_ends_of_time_are_errors() {
    let read = |kind, text| Temporal::read(kind, text).unwrap();
    let second = Duration::new(0, 0, 1_000_000_000).unwrap();
    for text in ["+999999999-12-31T23:59:59", "+999999999-12-31T23:59:59.999999999"] {
        assert!(read(Kind::LocalDateTime, text).plus(second).is_err());
        assert!(read(Kind::DateTime, text).plus(second).is_err());
    }
    let nanos = i128::from(i64::MAX) * 1_000_000_000;
    let all = Duration::new(i64::MAX.into(), i64::MIN.into(), nanos).unwrap();
    for kind in [Kind::Date, Kind::LocalDateTime, Kind::DateTime] {
        assert!(read(kind, "2025-04-01").plus(all).is_err());
    }
    assert!(all.plus(second).is_err());
    assert!(Duration::new(i64::MIN.into(), 0, 0).unwrap().negated().is_err());
}
