//! Functions that tell the present by one of three clocks.

use super::instants::present;
use super::zone;
use crate::error::Result;
use crate::functions::{Clock, Context, Function};
use crate::model::Datum;
use crate::model::temporal::Kind;

/// A statement is a transaction of its own, so that its first two clocks tell the same.
fn statement(kind: Kind, function: &str, context: &Context<'_>, args: &[Datum]) -> Result<Datum> {
    present(kind, &context.clock.statement(zone(function, args)?)?)
}

fn realtime(kind: Kind, function: &str, args: &[Datum]) -> Result<Datum> {
    present(kind, &Clock::realtime(zone(function, args)?)?)
}

macro_rules! clocks {
    ($($kind:ident $name:literal $type:literal $en:literal $ja:literal;)*) => {
        &[$(
            Function {
                name: concat!($name, ".transaction"),
                signature: concat!($name, ".transaction(timezone :: STRING = system) :: ", $type),
                arity: (0, 1),
                strict: true,
                doc: (
                    concat!("The ", $en, " when the transaction began, which is when the statement did."),
                    concat!("トランザクション（文の実行）を始めたときの", $ja, "。"),
                ),
                example: (
                    concat!("RETURN ", $name, ".transaction('UTC') = ", $name, "({timezone: 'UTC'})"),
                    "true",
                ),
                call: |context, args| {
                    statement(Kind::$kind, concat!($name, ".transaction"), context, args)
                },
            },
            Function {
                name: concat!($name, ".statement"),
                signature: concat!($name, ".statement(timezone :: STRING = system) :: ", $type),
                arity: (0, 1),
                strict: true,
                doc: (
                    concat!("The ", $en, " when the statement began."),
                    concat!("文の実行を始めたときの", $ja, "。"),
                ),
                example: (concat!("RETURN ", $name, ".statement() = ", $name, "()"), "true"),
                call: |context, args| {
                    statement(Kind::$kind, concat!($name, ".statement"), context, args)
                },
            },
            Function {
                name: concat!($name, ".realtime"),
                signature: concat!($name, ".realtime(timezone :: STRING = system) :: ", $type),
                arity: (0, 1),
                strict: true,
                doc: (
                    concat!("The ", $en, " at this very moment, which goes on while a statement runs."),
                    concat!("その時点の", $ja, "（文の実行中も進みます）。"),
                ),
                example: (concat!("RETURN ", $name, ".realtime() IS NOT NULL"), "true"),
                call: |_, args| realtime(Kind::$kind, concat!($name, ".realtime"), args),
            },
        )*]
    };
}

pub(super) const TABLE: &[Function] = clocks! {
    Date "date" "DATE" "date" "日付";
    LocalTime "localtime" "LOCALTIME" "time of day" "時刻";
    Time "time" "TIME" "time of day and its offset" "時刻と時差";
    LocalDateTime "localdatetime" "LOCALDATETIME" "date and time" "日付と時刻";
    DateTime "datetime" "DATETIME" "moment" "日時";
};
