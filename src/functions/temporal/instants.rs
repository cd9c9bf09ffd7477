//! Functions that make dates, times and moments from texts, maps and other values, or cut them off.

use super::{datum, fields, int, no_such_word, str, wrong_type};
use crate::error::{Result, text};
use crate::functions::{Context, Function};
use crate::model::temporal::{
    Base, DateTime, Field, Fields, Kind, Temporal, Unit, Zone, value_fault,
};
use crate::model::{Datum, DatumMap};

pub(super) const TABLE: &[Function] = &[
    Function {
        name: "date",
        signature: "date(value :: STRING | MAP | DATE | LOCALDATETIME | DATETIME = now) :: DATE",
        arity: (0, 1),
        strict: true,
        doc: (
            "A date: of a string, of components such as `{year: 2025, month: 4, day: 1}`, or of another value; today without an argument.",
            "日付。文字列、`{year: 2025, month: 4, day: 1}` のような要素、または別の値から作ります。引数がなければ今日。",
        ),
        example: ("RETURN date('20250401')", "date('2025-04-01')"),
        call: |context, args| make(Kind::Date, context, args),
    },
    Function {
        name: "localtime",
        signature: "localtime(value :: STRING | MAP | LOCALTIME | TIME | LOCALDATETIME | DATETIME = now) :: LOCALTIME",
        arity: (0, 1),
        strict: true,
        doc: (
            "A time of day without an offset; the present one without an argument.",
            "時差のない時刻。引数がなければ現在の時刻。",
        ),
        example: ("RETURN localtime({hour: 9, minute: 30})", "localtime('09:30')"),
        call: |context, args| make(Kind::LocalTime, context, args),
    },
    Function {
        name: "time",
        signature: "time(value :: STRING | MAP | LOCALTIME | TIME | LOCALDATETIME | DATETIME = now) :: TIME",
        arity: (0, 1),
        strict: true,
        doc: (
            "A time of day at an offset from UTC, which it is at where none is given; the present one without an argument.",
            "時差を持つ時刻（指定しなければ UTC）。引数がなければ現在の時刻。",
        ),
        example: ("RETURN time('0930+0900')", "time('09:30+09:00')"),
        call: |context, args| make(Kind::Time, context, args),
    },
    Function {
        name: "localdatetime",
        signature: "localdatetime(value :: STRING | MAP | DATE | LOCALDATETIME | DATETIME = now) :: LOCALDATETIME",
        arity: (0, 1),
        strict: true,
        doc: (
            "A date and a time without a time zone; the present ones without an argument.",
            "タイムゾーンのない日時。引数がなければ現在の日時。",
        ),
        example: ("RETURN localdatetime('2025-04-01T0930')", "localdatetime('2025-04-01T09:30')"),
        call: |context, args| make(Kind::LocalDateTime, context, args),
    },
    Function {
        name: "datetime",
        signature: "datetime(value :: STRING | MAP | DATE | LOCALDATETIME | DATETIME = now) :: DATETIME",
        arity: (0, 1),
        strict: true,
        doc: (
            "A moment in a time zone, UTC where none is given; the present one without an argument, in the time zone of this machine.",
            "タイムゾーンを持つ日時（指定しなければ UTC）。引数がなければ現在の日時（この計算機のタイムゾーン）。",
        ),
        example: (
            "RETURN datetime({year: 2025, month: 4, timezone: 'Asia/Tokyo'})",
            "datetime('2025-04-01T00:00+09:00[Asia/Tokyo]')",
        ),
        call: |context, args| make(Kind::DateTime, context, args),
    },
    Function {
        name: "datetime.fromepoch",
        signature: "datetime.fromepoch(seconds :: INTEGER, nanoseconds :: INTEGER = 0) :: DATETIME",
        arity: (1, 2),
        strict: true,
        doc: (
            "The moment so many seconds and nanoseconds after 1970-01-01T00:00Z, in UTC.",
            "1970-01-01T00:00Z からの秒とナノ秒で表される日時（UTC）。",
        ),
        example: ("RETURN datetime.fromepoch(0)", "datetime('1970-01-01T00:00Z')"),
        call: |_, args| {
            let name = "datetime.fromepoch";
            let nanos = args.get(1).map_or(Ok(0), |arg| int(name, arg))?;
            from_epoch(int(name, &args[0])?, 1_000_000_000, nanos)
        },
    },
    Function {
        name: "datetime.fromepochmillis",
        signature: "datetime.fromepochmillis(milliseconds :: INTEGER) :: DATETIME",
        arity: (1, 1),
        strict: true,
        doc: (
            "The moment so many milliseconds after 1970-01-01T00:00Z, in UTC.",
            "1970-01-01T00:00Z からのミリ秒で表される日時（UTC）。",
        ),
        example: ("RETURN datetime.fromepochmillis(1500)", "datetime('1970-01-01T00:00:01.500Z')"),
        call: |_, args| from_epoch(int("datetime.fromepochmillis", &args[0])?, 1_000_000, 0),
    },
    Function {
        name: "date.truncate",
        signature: "date.truncate(unit :: STRING, value :: DATE | LOCALDATETIME | DATETIME = now, components :: MAP = {}) :: DATE",
        arity: (1, 3),
        strict: true,
        doc: (
            "The first day of the unit (`'year'`, `'quarter'`, `'month'`, `'week'`, …) that the value lies in; components may then change it.",
            "その値を含む単位（`'year'`、`'quarter'`、`'month'`、`'week'` など）の最初の日。要素を指定するとそれに置き換えます。",
        ),
        example: ("RETURN date.truncate('month', date('2025-04-17'))", "date('2025-04-01')"),
        call: |context, args| truncate(Kind::Date, "date.truncate", context, args),
    },
    Function {
        name: "localtime.truncate",
        signature: "localtime.truncate(unit :: STRING, value :: LOCALTIME | TIME | LOCALDATETIME | DATETIME = now, components :: MAP = {}) :: LOCALTIME",
        arity: (1, 3),
        strict: true,
        doc: (
            "The start of the unit (`'hour'`, `'minute'`, …) that the value lies in; components may then change it.",
            "その値を含む単位（`'hour'`、`'minute'` など）の始まり。要素を指定するとそれに置き換えます。",
        ),
        example: ("RETURN localtime.truncate('hour', localtime('09:41'))", "localtime('09:00')"),
        call: |context, args| truncate(Kind::LocalTime, "localtime.truncate", context, args),
    },
    Function {
        name: "time.truncate",
        signature: "time.truncate(unit :: STRING, value :: LOCALTIME | TIME | LOCALDATETIME | DATETIME = now, components :: MAP = {}) :: TIME",
        arity: (1, 3),
        strict: true,
        doc: (
            "The start of the unit (`'hour'`, `'minute'`, …) that the value lies in; components may then change it.",
            "その値を含む単位（`'hour'`、`'minute'` など）の始まり。要素を指定するとそれに置き換えます。",
        ),
        example: ("RETURN time.truncate('hour', time('09:41+09:00'))", "time('09:00+09:00')"),
        call: |context, args| truncate(Kind::Time, "time.truncate", context, args),
    },
    Function {
        name: "localdatetime.truncate",
        signature: "localdatetime.truncate(unit :: STRING, value :: DATE | LOCALDATETIME | DATETIME = now, components :: MAP = {}) :: LOCALDATETIME",
        arity: (1, 3),
        strict: true,
        doc: (
            "The start of the unit that the value lies in; components may then change it.",
            "その値を含む単位の始まり。要素を指定するとそれに置き換えます。",
        ),
        example: (
            "RETURN localdatetime.truncate('year', date('2025-04-17'), {hour: 9})",
            "localdatetime('2025-01-01T09:00')",
        ),
        call: |context, args| {
            truncate(Kind::LocalDateTime, "localdatetime.truncate", context, args)
        },
    },
    Function {
        name: "datetime.truncate",
        signature: "datetime.truncate(unit :: STRING, value :: DATE | LOCALDATETIME | DATETIME = now, components :: MAP = {}) :: DATETIME",
        arity: (1, 3),
        strict: true,
        doc: (
            "The start of the unit that the value lies in; components may then change it, the time zone included.",
            "その値を含む単位の始まり。要素（タイムゾーンを含む）を指定するとそれに置き換えます。",
        ),
        example: (
            "RETURN datetime.truncate('day', datetime('2025-04-01T09:30+09:00'))",
            "datetime('2025-04-01T00:00+09:00')",
        ),
        call: |context, args| truncate(Kind::DateTime, "datetime.truncate", context, args),
    },
];

/// What the functions that are named after a kind do.
fn make(kind: Kind, context: &Context<'_>, args: &[Datum]) -> Result<Datum> {
    let Some(arg) = args.first() else {
        return present(kind, &context.clock.statement(None)?);
    };
    let mut given = Fields::default();
    match arg {
        Datum::Str(text) => return Temporal::read(kind, text).map(datum),
        Datum::Map(map) if map.values().any(Datum::is_null) => return Ok(Datum::Null),
        Datum::Map(map) => {
            if let Some(zone) = only_zone(map)? {
                return present(kind, &context.clock.statement(Some(zone))?);
            }
            fields::read(&mut given, kind, map)?;
        }
        other => given.base = base(kind, kind.function(), other)?,
    }
    given.build(kind, context.clock.seconds()).map(datum)
}

/// The time zone, where a map says nothing else.
fn only_zone(map: &DatumMap) -> Result<Option<Zone>> {
    match map.get("timezone") {
        Some(Datum::Str(name)) if map.len() == 1 => Zone::parse(name).map(Some),
        _ => Ok(None),
    }
}

/// A moment as a value of a kind.
pub(super) fn present(kind: Kind, now: &DateTime) -> Result<Datum> {
    let base = Base::of(&Temporal::DateTime(now.clone()));
    Fields::from(base).build(kind, now.epoch_seconds()).map(datum)
}

/// What a value gives to one of a kind.
fn base(kind: Kind, function: &str, value: &Datum) -> Result<Base> {
    let timed = matches!(kind, Kind::LocalTime | Kind::Time);
    if let Datum::Temporal(of) = value {
        let base = Base::of(of);
        if if timed { base.time.is_some() } else { base.date.is_some() } {
            return Ok(base);
        }
    }
    let wanted = if timed {
        text!("a value with a time, a string or a map", "時刻を持つ値、文字列またはマップ")
    } else {
        text!("a value with a date, a string or a map", "日付を持つ値、文字列またはマップ")
    };
    Err(wrong_type(function, &wanted, value))
}

fn from_epoch(amount: i64, unit: i128, nanos: i64) -> Result<Datum> {
    let nanos = i128::from(amount) * unit + i128::from(nanos);
    DateTime::of_epoch_nanos(nanos, Zone::UTC).map(|of| datum(Temporal::DateTime(of)))
}

/// What the functions named `truncate` do.
fn truncate(kind: Kind, function: &str, context: &Context<'_>, args: &[Datum]) -> Result<Datum> {
    let known = |unit: &Unit| match kind {
        Kind::Date => *unit <= Unit::Day,
        Kind::LocalTime | Kind::Time => *unit >= Unit::Day,
        Kind::LocalDateTime | Kind::DateTime | Kind::Duration => true,
    };
    let name = str(function, &args[0])?;
    let Some(unit) = Unit::find(name).filter(known) else {
        let units = Unit::ALL.iter().filter(|entry| known(&entry.0)).map(|entry| entry.1);
        return Err(no_such_word(function, name, &units.collect::<Vec<_>>()));
    };
    let whole = match args.get(1) {
        Some(value) => base(kind, function, value)?,
        None => Base::of(&Temporal::DateTime(context.clock.statement(None)?)),
    };
    let mut given = Fields::from(whole.truncated(unit)?);
    // A day that is cut off begins at midnight, and so does a date.
    given.base.time.get_or_insert_default();
    match args.get(2) {
        None => {}
        Some(Datum::Map(map)) if map.values().any(Datum::is_null) => return Ok(Datum::Null),
        Some(Datum::Map(map)) => {
            if let Some(key) =
                ["date", "time", "datetime"].iter().find(|key| map.contains_key(**key))
            {
                return Err(value_fault(text!(
                    "`{function}` takes no `{key}` beside the value",
                    "`{function}` では値とは別に `{key}` を指定できません"
                )));
            }
            fields::read(&mut given, kind, map)?;
            refine(&mut given, unit);
        }
        Some(other) => return Err(wrong_type(function, &text!("a map", "マップ"), other)),
    }
    given.build(kind, context.clock.seconds()).map(datum)
}

/// Components within a second add to what truncation left; a time zone takes the place of the value's own.
fn refine(given: &mut Fields, unit: Unit) {
    use Field::{Microsecond, Millisecond, Nanosecond};
    let nanos = given.base.time.unwrap_or_default().nanosecond();
    let has = |field| given.get(field).is_some();
    let (milli, micro, nano) = (has(Millisecond), has(Microsecond), has(Nanosecond));
    if unit == Unit::Millisecond && !milli && (micro || nano) {
        given.set(Millisecond, nanos / 1_000_000);
    }
    if unit == Unit::Microsecond && !milli && !micro && nano {
        given.set(Microsecond, nanos / 1_000);
    }
    if given.zone.is_some() {
        (given.base.zone, given.base.offset) = (None, None);
    }
}
