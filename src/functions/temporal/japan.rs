//! Functions for the calendar of Japan's offices. All of them are extensions.

use super::{date, datum, int, no_such_word, str};
use crate::error::{Result, text};
use crate::functions::Function;
use crate::model::Datum;
use crate::model::temporal::wareki::{self, Form};
use crate::model::temporal::{Temporal, value_fault};

pub(super) const TABLE: &[Function] = &[
    Function {
        name: "fiscalYear",
        signature: "fiscalYear(date :: DATE | LOCALDATETIME | DATETIME, firstMonth :: INTEGER = 4) :: INTEGER",
        arity: (1, 2),
        strict: true,
        doc: (
            "The fiscal year of a date: the year in which it began, in April unless another month is given. An extension.",
            "日付の属する年度（始まりの月は既定で 4 月）（拡張機能）。",
        ),
        example: ("RETURN fiscalYear(date('2025-03-31'))", "2024"),
        call: |_, args| fiscal_year(args),
    },
    Function {
        name: "nendo",
        signature: "nendo(date :: DATE | LOCALDATETIME | DATETIME) :: STRING",
        arity: (1, 1),
        strict: true,
        doc: (
            "The name of the fiscal year of a date (April to March) by the Japanese era; 2019 is `令和元年度` throughout. An extension.",
            "日付の属する年度（4 月から翌年 3 月）の和暦での名前。2019 年度は全体が「令和元年度」（拡張機能）。",
        ),
        example: ("RETURN nendo(date('2026-03-31'))", "'令和7年度'"),
        call: |_, args| Ok(Datum::str(&wareki::print_fiscal_year(date("nendo", &args[0])?)?)),
    },
    Function {
        name: "wareki",
        signature: "wareki(date :: DATE | LOCALDATETIME | DATETIME, form :: STRING = 'long') :: STRING",
        arity: (1, 2),
        strict: true,
        doc: (
            "A date by the Japanese era, from 1873-01-01: `'long'` 令和7年4月1日, `'short'` R7.4.1, `'year'` 令和7年, `'kanji'` 令和七年四月一日. An extension.",
            "和暦の日付（明治 6 年 1 月 1 日以降）。形式は `'long'`（令和7年4月1日）、`'short'`（R7.4.1）、`'year'`（令和7年）、`'kanji'`（令和七年四月一日）（拡張機能）。",
        ),
        example: ("RETURN wareki(date('2019-05-01'))", "'令和元年5月1日'"),
        call: |_, args| print(args),
    },
    Function {
        name: "date.fromWareki",
        signature: "date.fromWareki(text :: STRING) :: DATE",
        arity: (1, 1),
        strict: true,
        doc: (
            "The date of a Japanese one: `平成29年4月1日`, `H29.4.1`, `平成二十九年四月一日`; of a month or year its first day in the era, of a fiscal year (`平成29年度`) its 1 April. An extension.",
            "和暦の日付を読み取ったもの（`平成29年4月1日`、`H29.4.1`、`平成二十九年四月一日`）。月や年はその元号での最初の日、年度（`平成29年度`）は 4 月 1 日（拡張機能）。",
        ),
        example: ("RETURN date.fromWareki('平成29年度')", "date('2017-04-01')"),
        call: |_, args| {
            let read = wareki::read(str("date.fromWareki", &args[0])?)?;
            Ok(datum(Temporal::Date(read)))
        },
    },
];

fn fiscal_year(args: &[Datum]) -> Result<Datum> {
    let of = date("fiscalYear", &args[0])?;
    let first = args.get(1).map_or(Ok(wareki::FISCAL_MONTH), |arg| int("fiscalYear", arg))?;
    if !(1..=12).contains(&first) {
        return Err(value_fault(text!(
            "a fiscal year begins in a month from 1 to 12, not {first}",
            "年度の始まりの月は 1 から 12 までの数です（値：{first}）"
        )));
    }
    Ok(Datum::Int(wareki::fiscal_year(of, first)))
}

fn print(args: &[Datum]) -> Result<Datum> {
    let of = date("wareki", &args[0])?;
    let name = args.get(1).map_or(Ok("long"), |arg| str("wareki", arg))?;
    let Some((form, _)) = Form::ALL.iter().find(|entry| entry.1 == name) else {
        return Err(no_such_word("wareki", name, &Form::ALL.map(|entry| entry.1)));
    };
    Ok(Datum::str(&wareki::print(of, *form)?))
}
