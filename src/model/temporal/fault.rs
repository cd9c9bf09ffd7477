//! What is wrong with a temporal value that cannot be, in words.

use super::{Date, Kind};
use crate::error::{Code, Error, Standard, Text, text};

/// Every fault of a value here, under the name the standard has for it.
pub(crate) fn value(message: Text) -> Error {
    Error::new(Code::RunArgument, message)
        .known_as(Standard::runtime("ArgumentError", "InvalidArgumentValue"))
}

/// The fault of a component outside its range.
pub(super) fn outside(name: &str, found: i64, least: i64, greatest: i64) -> Error {
    value(text!(
        "`{name}` is a number from {least} to {greatest}, not {found}",
        "`{name}` は {least} から {greatest} までの数です（値：{found}）"
    ))
}

/// The fault of a month that lacks the day.
pub(super) fn no_day(year: i64, month: i64, day: i64, length: i64) -> Error {
    value(text!(
        "month {month} of the year {year} has no day {day}",
        "{year} 年 {month} 月に {day} 日はありません"
    ))
    .help(text!("Its last day is {length}.", "最後の日は {length} 日です。"))
}

/// The fault of a year that lacks the week.
pub(super) fn no_week(year: i64, week: i64, weeks: i64) -> Error {
    value(text!("the year {year} has no week {week}", "{year} 年に第 {week} 週はありません"))
        .help(text!("Its last week is {weeks}.", "最後の週は第 {weeks} 週です。"))
}

/// The fault of a value past the years that are kept.
pub(super) fn beyond() -> Error {
    value(text!(
        "the result is outside the years ±999999999",
        "結果が扱える年（±999999999）の範囲を超えています"
    ))
}

/// The fault of a duration past what 64 bits hold.
pub(crate) fn too_long() -> Error {
    value(text!("the duration is too long", "期間が長すぎます"))
}

/// The fault of a text that is no value of this kind; of a date, with the one that is likely meant.
pub(super) fn unreadable(kind: Kind, found: &str, meant: Option<Date>) -> Error {
    let words = kind.words();
    let (en, ja) = (words.en, words.ja);
    let shown: String = found.chars().take(60).collect();
    let error = value(text!("`{shown}` is not a {en}", "「{shown}」を{ja}として読み取れません"));
    error.help(match meant {
        Some(date) => text!("Write `{date}`.", "`{date}` と書いてください。"),
        None => forms(kind),
    })
}

/// The forms in which a kind is written.
fn forms(kind: Kind) -> Text {
    match kind {
        Kind::Date => text!(
            "Write `2025-04-01`, `20250401`, `2025-04`, `2025-W14-2`, `2025-Q2-01`, `2025-091` or `2025`; for a Japanese date use `date.fromWareki`.",
            "`2025-04-01`、`20250401`、`2025-04`、`2025-W14-2`、`2025-Q2-01`、`2025-091`、`2025` のように書きます。和暦は `date.fromWareki` を使ってください。"
        ),
        Kind::LocalTime => text!(
            "Write `21:40:32.142`, `21:40:32`, `21:40`, `214032` or `21`.",
            "`21:40:32.142`、`21:40:32`、`21:40`、`214032`、`21` のように書きます。"
        ),
        Kind::Time => text!(
            "Write the time, then the offset: `21:40:32+09:00`, `21:40Z`, `2140+0900`.",
            "`21:40:32+09:00`、`21:40Z`、`2140+0900` のように、時刻、時差の順に書きます。"
        ),
        Kind::LocalDateTime => text!(
            "Write a date, `T`, and a time: `2025-04-01T09:30`.",
            "`2025-04-01T09:30` のように、日付、`T`、時刻の順に書きます。"
        ),
        Kind::DateTime => text!(
            "Write a date, `T`, a time, and an offset or time zone: `2025-04-01T09:30+09:00`, `2025-04-01T09:30[Asia/Tokyo]`.",
            "`2025-04-01T09:30+09:00`、`2025-04-01T09:30[Asia/Tokyo]` のように、日付、`T`、時刻、時差またはタイムゾーンの順に書きます。"
        ),
        Kind::Duration => text!(
            "Write `P1Y2M10DT2H30M`, `P2W`, `PT1.5S` or `P2012-02-02T14:37:21`.",
            "`P1Y2M10DT2H30M`、`P2W`、`PT1.5S`、`P2012-02-02T14:37:21` のように書きます。"
        ),
    }
}

/// The fault of an offset that cannot be read, or that lies too far from UTC.
pub(super) fn bad_offset(found: &str) -> Error {
    value(text!(
        "`{found}` is not an offset from UTC",
        "「{found}」は UTC からの時差ではありません"
    ))
    .help(text!(
        "Write `Z`, `+09:00`, `+0900` or `+09`; offsets go to ±18 hours.",
        "`Z`、`+09:00`、`+0900`、`+09` のように書きます（±18 時間まで）。"
    ))
}

/// The fault of an offset that the named zone did not have at that time.
pub(super) fn offset_mismatch(offset: &str, zone: &str) -> Error {
    value(text!(
        "`{zone}` does not have the offset {offset} at that time",
        "`{zone}` のその時刻の時差は {offset} ではありません"
    ))
    .help(text!(
        "Leave the offset out, and the time zone decides.",
        "時差を省くと、タイムゾーンから決まります。"
    ))
}
