//! Functions that make durations.

use super::{datum, fields};
use crate::error::{Result, text};
use crate::functions::{Function, wrong_type};
use crate::model::Datum;
use crate::model::temporal::{Duration, Kind, Span, Temporal};

pub(super) const TABLE: &[Function] = &[
    Function {
        name: "duration",
        signature: "duration(value :: STRING | MAP | DURATION) :: DURATION",
        arity: (1, 1),
        strict: true,
        doc: (
            "A duration: of a string, or of amounts such as `{months: 1, days: 1.5}`; parts of months and days become days and seconds.",
            "期間。文字列、または `{months: 1, days: 1.5}` のような量から作ります。月と日の端数は日と秒になります。",
        ),
        example: ("RETURN duration({months: 14, hours: 36})", "duration('P1Y2MT36H')"),
        call: |_, args| match &args[0] {
            Datum::Str(text) => Temporal::read(Kind::Duration, text).map(datum),
            Datum::Map(map) if map.values().any(Datum::is_null) => Ok(Datum::Null),
            Datum::Map(map) => fields::duration(map).map(Temporal::Duration).map(datum),
            Datum::Temporal(value) if value.kind() == Kind::Duration => Ok(args[0].clone()),
            other => Err(wrong_type(
                "duration",
                &text!("a string, a map or a duration", "文字列、マップまたは期間"),
                other,
            )),
        },
    },
    Function {
        name: "duration.between",
        signature: "duration.between(from :: DATE | LOCALTIME | TIME | LOCALDATETIME | DATETIME, to :: DATE | LOCALTIME | TIME | LOCALDATETIME | DATETIME) :: DURATION",
        arity: (2, 2),
        strict: true,
        doc: (
            "The time from one value to another in months, then days, then seconds.",
            "2 つの値の間の期間（月、日、秒の順に数えます）。",
        ),
        example: (
            "RETURN duration.between(date('2024-01-31'), date('2025-04-01'))",
            "duration('P1Y2M1D')",
        ),
        call: |_, args| between("duration.between", Span::Mixed, args),
    },
    Function {
        name: "duration.inMonths",
        signature: "duration.inMonths(from :: DATE | LOCALTIME | TIME | LOCALDATETIME | DATETIME, to :: DATE | LOCALTIME | TIME | LOCALDATETIME | DATETIME) :: DURATION",
        arity: (2, 2),
        strict: true,
        doc: (
            "The whole months from one value to another.",
            "2 つの値の間の期間（月数。端数は切り捨て）。",
        ),
        example: (
            "RETURN duration.inMonths(date('2024-04-01'), date('2025-03-31'))",
            "duration('P11M')",
        ),
        call: |_, args| between("duration.inMonths", Span::Months, args),
    },
    Function {
        name: "duration.inDays",
        signature: "duration.inDays(from :: DATE | LOCALTIME | TIME | LOCALDATETIME | DATETIME, to :: DATE | LOCALTIME | TIME | LOCALDATETIME | DATETIME) :: DURATION",
        arity: (2, 2),
        strict: true,
        doc: (
            "The whole days from one value to another.",
            "2 つの値の間の期間（日数。端数は切り捨て）。",
        ),
        example: ("RETURN duration.inDays(date('2024-04-01'), date('2025-04-01')).days", "365"),
        call: |_, args| between("duration.inDays", Span::Days, args),
    },
    Function {
        name: "duration.inSeconds",
        signature: "duration.inSeconds(from :: DATE | LOCALTIME | TIME | LOCALDATETIME | DATETIME, to :: DATE | LOCALTIME | TIME | LOCALDATETIME | DATETIME) :: DURATION",
        arity: (2, 2),
        strict: true,
        doc: ("The seconds from one value to another.", "2 つの値の間の期間（秒数）。"),
        example: (
            "RETURN duration.inSeconds(localtime('09:00'), localtime('10:30'))",
            "duration('PT1H30M')",
        ),
        call: |_, args| between("duration.inSeconds", Span::Seconds, args),
    },
];

fn between(function: &str, span: Span, args: &[Datum]) -> Result<Datum> {
    let instant = |arg: &'_ Datum| match arg {
        Datum::Temporal(value) if value.kind() != Kind::Duration => {
            Ok(std::sync::Arc::clone(value))
        }
        other => Err(wrong_type(
            function,
            &text!("dates, times or datetimes", "日付、時刻または日時"),
            other,
        )),
    };
    let (from, to) = (instant(&args[0])?, instant(&args[1])?);
    Duration::between(span, &from, &to).map(|of| datum(Temporal::Duration(of)))
}
