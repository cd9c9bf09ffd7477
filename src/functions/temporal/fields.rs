//! Reading the maps that temporal values are made of.

use super::no_such_word;
use crate::error::{Error, Result, Text, text};
use crate::functions::wrong_type;
use crate::model::temporal::{
    Amount, Base, DateTime, Duration, Field, Fields, Kind, Temporal, Zone, value_fault,
};
use crate::model::{Datum, DatumMap};

/// Adds what a map gives to what there is.
///
/// # Errors
/// `run.argument` or `type.mismatch` for a key the kind does not have, or a value it does not take.
pub(super) fn read(fields: &mut Fields, kind: Kind, map: &DatumMap) -> Result<()> {
    let parts = Parts::of(kind);
    for (key, value) in map {
        match (&**key, value) {
            ("date", _) if parts.date => fields.base.date = base(key, value)?.date,
            ("time", _) if parts.time => {
                let Base { time, zone, offset, .. } = base(key, value)?;
                fields.base = Base { date: fields.base.date, time, zone, offset };
            }
            ("datetime", _) if parts.date && parts.time => {
                not_with(map, key, &["date", "time"])?;
                fields.base = base(key, value)?;
            }
            ("timezone", Datum::Str(name)) if parts.zone => fields.zone = Some(Zone::parse(name)?),
            ("epochSeconds" | "epochMillis", Datum::Int(int)) if kind == Kind::DateTime => {
                not_with(map, key, &["date", "time", "datetime"])?;
                let unit = if &**key == "epochMillis" { 1_000_000 } else { 1_000_000_000 };
                let moment = DateTime::of_epoch_nanos(i128::from(*int) * unit, Zone::UTC)?;
                fields.base = Base::of(&Temporal::DateTime(moment));
            }
            (name, _) => match (Field::find(name).filter(|field| parts.has(*field)), value) {
                (Some(field), Datum::Int(int)) => fields.set(field, *int),
                (None, _) if !parts.words().contains(&name) => {
                    return Err(no_such_word(kind.function(), name, &parts.words()));
                }
                (found, other) => {
                    let wanted = match found {
                        Some(_) => text!("an integer", "整数"),
                        None if name == "timezone" => text!("a string", "文字列"),
                        None => text!("an integer", "整数"),
                    };
                    return Err(wrong_type(name, &wanted, other));
                }
            },
        }
    }
    Ok(())
}

/// Which parts a kind is made of.
struct Parts {
    date: bool,
    time: bool,
    zone: bool,
    epoch: bool,
}

impl Parts {
    fn of(kind: Kind) -> Self {
        Self {
            date: matches!(kind, Kind::Date | Kind::LocalDateTime | Kind::DateTime),
            time: !matches!(kind, Kind::Date | Kind::Duration),
            zone: matches!(kind, Kind::Time | Kind::DateTime),
            epoch: kind == Kind::DateTime,
        }
    }

    fn has(&self, field: Field) -> bool {
        if field.is_of_date() { self.date } else { self.time }
    }

    /// The keys that a map may have.
    fn words(&self) -> Vec<&'static str> {
        let own = [
            (self.date, "date"),
            (self.time, "time"),
            (self.date && self.time, "datetime"),
            (self.zone, "timezone"),
            (self.epoch, "epochSeconds"),
            (self.epoch, "epochMillis"),
        ];
        let own = own.into_iter().filter(|entry| entry.0).map(|entry| entry.1);
        let fields = Field::NAMES.iter().filter(|entry| self.has(entry.0)).map(|entry| entry.1);
        own.chain(fields).collect()
    }
}

/// What the value under `date`, `time` or `datetime` gives.
fn base(key: &str, value: &Datum) -> Result<Base> {
    if let Datum::Temporal(of) = value {
        let base = Base::of(of);
        let (needs_date, needs_time) = (key != "time", key != "date");
        if (base.date.is_some() || !needs_date) && (base.time.is_some() || !needs_time) {
            return Ok(base);
        }
    }
    let wanted = match key {
        "date" => text!("a value with a date", "日付を持つ値"),
        "time" => text!("a value with a time", "時刻を持つ値"),
        _ => text!("a value with a date and a time", "日付と時刻を持つ値"),
    };
    Err(wrong_type(key, &wanted, value))
}

fn not_with(map: &DatumMap, key: &str, others: &[&str]) -> Result<()> {
    match others.iter().find(|other| map.contains_key(**other)) {
        None => Ok(()),
        Some(other) => Err(value_fault(text!(
            "`{key}` and `{other}` do not go together",
            "`{key}` と `{other}` は一緒に使えません"
        ))),
    }
}

/// The keys of a duration: which of months, days and nanoseconds each adds to, and how many of them it is.
const AMOUNTS: [(&str, usize, i64); 11] = [
    ("years", 0, 12),
    ("quarters", 0, 3),
    ("months", 0, 1),
    ("weeks", 1, 7),
    ("days", 1, 1),
    ("hours", 2, 3_600_000_000_000),
    ("minutes", 2, 60_000_000_000),
    ("seconds", 2, 1_000_000_000),
    ("milliseconds", 2, 1_000_000),
    ("microseconds", 2, 1_000),
    ("nanoseconds", 2, 1),
];

/// The duration that a map gives.
///
/// # Errors
/// `run.argument` or `type.mismatch` for a key that durations do not have, or a value that is no number.
pub(super) fn duration(map: &DatumMap) -> Result<Duration> {
    let mut sums = [Amount::default(); 3];
    for (key, value) in map {
        let entry = AMOUNTS.iter().find(|entry| *entry.0 == **key);
        let Some((_, slot, factor)) = entry else {
            return Err(no_such_word("duration", key, &AMOUNTS.map(|entry| entry.0)));
        };
        let amount = amount(key, value)?.times(*factor)?;
        if let Some(sum) = sums.get_mut(*slot) {
            *sum = sum.plus(amount)?;
        }
    }
    let [months, days, nanos] = sums;
    Duration::of_amounts(months, days, nanos)
}

fn amount(key: &str, value: &Datum) -> Result<Amount> {
    match value {
        Datum::Int(int) => Ok(Amount::from(*int)),
        Datum::Float(float) => Amount::of_float(*float).ok_or_else(|| no_amount(key, *float)),
        other => Err(wrong_type(key, &text!("a number", "数値"), other)),
    }
}

fn no_amount(key: &str, found: f64) -> Error {
    let message: Text =
        text!("`{key}` cannot be {found}", "`{key}` を {found} にすることはできません");
    value_fault(message)
}
