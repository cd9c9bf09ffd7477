//! Japanese dates: eras, years counted from their first, and fiscal years.
//!
//! Eras begin with 1873-01-01, the day on which Japan took the Gregorian calendar; dates before it would need the old one.

use unicode_normalization::UnicodeNormalization;

use super::Date;
use super::civil::month_length;
use super::fault::value;
use crate::error::{Error, Result, text};

/// An era.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Era {
    /// Its name.
    pub name: &'static str,
    /// The letter that stands for it on forms.
    pub letter: char,
    /// The year that is its first, though it may begin late in it.
    first_year: i64,
    /// Month and day on which it begins.
    begins: (i64, i64),
}

/// The eras, from the first to the present one.
pub const ERAS: [Era; 5] = [
    Era { name: "明治", letter: 'M', first_year: 1868, begins: (1, 1) },
    Era { name: "大正", letter: 'T', first_year: 1912, begins: (7, 30) },
    Era { name: "昭和", letter: 'S', first_year: 1926, begins: (12, 25) },
    Era { name: "平成", letter: 'H', first_year: 1989, begins: (1, 8) },
    Era { name: "令和", letter: 'R', first_year: 2019, begins: (5, 1) },
];

/// The first year of the Gregorian calendar in Japan.
const FIRST_YEAR: i64 = 1873;

/// In which month fiscal years begin.
pub const FISCAL_MONTH: i64 = 4;

impl Era {
    /// Year, month and day on which dates of the era begin.
    fn start(self) -> (i64, i64, i64) {
        let (month, day) = self.begins;
        (self.first_year.max(FIRST_YEAR), month, day)
    }

    /// How a year of the common era is called, counted in this one: `元` the first, then numbers.
    fn count(self, year: i64) -> String {
        match year - self.first_year + 1 {
            1 => "元".to_owned(),
            count => count.to_string(),
        }
    }
}

/// The era of a date, and the year of it, from 1.
///
/// # Errors
/// `run.argument` before 1873-01-01.
pub fn era_of(date: Date) -> Result<(Era, i64)> {
    let day = (date.year(), date.month(), date.day());
    let era = ERAS.iter().rev().find(|era| era.start() <= day);
    let era = era.ok_or_else(|| too_early(&date.to_string()))?;
    Ok((*era, day.0 - era.first_year + 1))
}

/// The forms in which a Japanese date is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `令和7年4月1日`.
    Long,
    /// `R7.4.1`.
    Short,
    /// `令和7年`.
    Year,
    /// `令和七年四月一日`.
    Kanji,
}

impl Form {
    /// Every form, and its name.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Long, "long"),
        (Self::Short, "short"),
        (Self::Year, "year"),
        (Self::Kanji, "kanji"),
    ];
}

/// Prints a date in a form.
///
/// # Errors
/// `run.argument` before 1873-01-01.
pub fn print(date: Date, form: Form) -> Result<String> {
    let (era, year) = era_of(date)?;
    let (name, month, day) = (era.name, date.month(), date.day());
    let count = era.count(date.year());
    Ok(match form {
        Form::Long => format!("{name}{count}年{month}月{day}日"),
        Form::Short => format!("{}{year}.{month}.{day}", era.letter),
        Form::Year => format!("{name}{count}年"),
        Form::Kanji => {
            let count = if year == 1 { count } else { kanji(year) };
            format!("{name}{count}年{}月{}日", kanji(month), kanji(day))
        }
    })
}

/// The fiscal year in which a date lies: the year in which it began.
#[must_use]
pub fn fiscal_year(date: Date, first_month: i64) -> i64 {
    if date.month() >= first_month { date.year() } else { date.year() - 1 }
}

/// Prints the fiscal year of a date: `令和7年度`.
///
/// A fiscal year in which an era began is named after the new one throughout: 2019 is `令和元年度` from April.
///
/// # Errors
/// `run.argument` before 1873-01-01.
///
/// Source: the Cabinet's understanding on years at the change of era, 2019-04-01, on the names of budgets.
pub fn print_fiscal_year(date: Date) -> Result<String> {
    let year = fiscal_year(date, FISCAL_MONTH);
    let (of_date, _) = era_of(date)?;
    let era = ERAS.iter().rev().find(|era| era.first_year <= year).copied().unwrap_or(of_date);
    Ok(format!("{}{}年度", era.name, era.count(year)))
}

/// Reads a Japanese date: `平成29年4月1日`, `H29.4.1`, `R7/4/1`, `令和元年度`, `昭和六十四年一月七日`; full-width forms too.
///
/// A year or a month is its first day within the era, a fiscal year its 1 April.
///
/// # Errors
/// `run.argument` for a text of no such form, and for a date outside the era it is written in.
pub fn read(written: &str) -> Result<Date> {
    let text: String = written.nfkc().filter(|c| !c.is_whitespace()).collect();
    let found = ERAS.iter().find_map(|era| Some((*era, after_era(*era, &text)?)));
    let Some((era, rest)) = found else { return Err(unreadable(written)) };
    let (year, rest) = number(rest).ok_or_else(|| unreadable(written))?;
    let parts = Parts::of(rest).ok_or_else(|| unreadable(written))?;
    let year = era.first_year - 1 + year;
    if year < FIRST_YEAR {
        return Err(too_early(written));
    }
    parts.date(era, year, written)
}

/// What follows the name of an era: in full, by its first character, or by its letter.
fn after_era(era: Era, text: &str) -> Option<&str> {
    let short = era.name.chars().next()?;
    let letter = [era.letter, era.letter.to_ascii_lowercase()];
    text.strip_prefix(era.name)
        .or_else(|| text.strip_prefix(short))
        .or_else(|| text.strip_prefix(letter))
}

/// What is said after the year.
enum Parts {
    /// The fiscal year.
    Fiscal,
    /// A month and a day, where they are said.
    Calendar(Option<i64>, Option<i64>),
}

impl Parts {
    /// Reads `年度`, `年4月1日`, `.4.1`, and what leaves out the end of these.
    fn of(rest: &str) -> Option<Self> {
        if matches!(rest, "年度" | "年度分" | "FY" | "fy") {
            return Some(Self::Fiscal);
        }
        if matches!(rest, "" | "年") {
            return Some(Self::Calendar(None, None));
        }
        let marks = ['.', '/', '-', '・'];
        if let Some(rest) = rest.strip_prefix(marks) {
            let (month, rest) = number(rest)?;
            if rest.is_empty() {
                return Some(Self::Calendar(Some(month), None));
            }
            let (day, rest) = number(rest.strip_prefix(marks)?)?;
            return rest.is_empty().then_some(Self::Calendar(Some(month), Some(day)));
        }
        let (month, rest) = number(rest.strip_prefix('年')?)?;
        let rest = rest.strip_prefix('月')?;
        if rest.is_empty() {
            return Some(Self::Calendar(Some(month), None));
        }
        let (day, rest) = number(rest)?;
        (rest == "日").then_some(Self::Calendar(Some(month), Some(day)))
    }

    /// The first day that is meant, if the era has it.
    fn date(&self, era: Era, year: i64, written: &str) -> Result<Date> {
        let (first, last) = match *self {
            Self::Fiscal => {
                let first = Date::new(year, FISCAL_MONTH, 1)?;
                let name = print_fiscal_year(first)?;
                // The year of a change has two names; the old one holds where its 1 April was still in the old era.
                let own = era_of(first)?.0 == era || name.starts_with(era.name);
                return if own { Ok(first) } else { Err(outside(era, written, &name)) };
            }
            Self::Calendar(None, _) => (Date::new(year, 1, 1)?, Date::new(year, 12, 31)?),
            Self::Calendar(Some(month), None) => {
                let first = Date::new(year, month, 1)?;
                (first, Date::new(year, month, month_length(year, month))?)
            }
            Self::Calendar(Some(month), Some(day)) => {
                let date = Date::new(year, month, day)?;
                (date, date)
            }
        };
        let (year, month, day) = era.start();
        let start = Date::new(year, month, day)?.max(first);
        if start <= last && era_of(start)?.0 == era {
            return Ok(start);
        }
        // Before the era, the last day is the nearest to it; after it, the first is.
        let near = if start > last { last } else { start };
        let form = if first == last { Form::Long } else { Form::Year };
        let month = match *self {
            Self::Calendar(Some(month), None) => format!("{month}月"),
            Self::Calendar(..) | Self::Fiscal => String::new(),
        };
        Err(outside(era, written, &format!("{}{month}", print(near, form)?)))
    }
}

/// A number at the start of a text, in Arabic or Chinese figures, or `元` for the first; and what follows it.
fn number(text: &str) -> Option<(i64, &str)> {
    if let Some(rest) = text.strip_prefix('元') {
        return Some((1, rest));
    }
    let is_figure = |c: char| c.is_ascii_digit() || c == '十' || kanji_digit(c).is_some();
    let end = text.find(|c| !is_figure(c)).unwrap_or(text.len());
    let (figures, rest) = text.split_at_checked(end)?;
    let count = figures.chars().count();
    if !(1..=4).contains(&count) {
        return None;
    }
    let digit = |c: char| c.to_digit(10).map(i64::from).or_else(|| kanji_digit(c));
    let number = match figures.split_once('十') {
        // 二十九: what stands before counts tens, what stands behind adds.
        Some((tens, ones)) => {
            let one = |text: &str, empty| {
                let mut chars = text.chars();
                match (chars.next(), chars.next()) {
                    (None, _) => Some(empty),
                    (Some(c), None) => digit(c),
                    _ => None,
                }
            };
            one(tens, 1)? * 10 + one(ones, 0)?
        }
        None => figures.chars().try_fold(0, |sum, c| Some(sum * 10 + digit(c)?))?,
    };
    (number > 0).then_some((number, rest))
}

const KANJI: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

fn kanji_digit(c: char) -> Option<i64> {
    KANJI.iter().position(|digit| *digit == c).and_then(|at| i64::try_from(at).ok())
}

/// A number in Chinese figures: with `十` below a hundred, figure by figure above.
fn kanji(number: i64) -> String {
    let digit = |digit: i64| usize::try_from(digit).ok().and_then(|at| KANJI.get(at)).copied();
    if number >= 100 {
        let figures = number.to_string();
        return figures.bytes().filter_map(|byte| digit(i64::from(byte) - 48)).collect();
    }
    let tens = match number / 10 {
        0 => String::new(),
        1 => "十".to_owned(),
        tens => digit(tens).into_iter().chain(['十']).collect(),
    };
    let ones = digit(number % 10).filter(|_| number % 10 != 0);
    tens + &ones.map_or(String::new(), String::from)
}

fn unreadable(written: &str) -> Error {
    let shown: String = written.chars().take(60).collect();
    value(text!("`{shown}` is not a Japanese date", "「{shown}」を和暦の日付として読み取れません")).help(text!(
        "Write `令和7年4月1日`, `R7.4.1`, `令和7年4月`, `令和7年` or `令和7年度`; the eras are 明治, 大正, 昭和, 平成 and 令和.",
        "`令和7年4月1日`、`R7.4.1`、`令和7年4月`、`令和7年`、`令和7年度` のように書きます（明治、大正、昭和、平成、令和）。"
    ))
}

fn outside(era: Era, written: &str, right: &str) -> Error {
    let name = era.name;
    let shown: String = written.chars().take(60).collect();
    value(text!("the era {name} does not hold `{shown}`", "「{shown}」は{name}にありません"))
        .help(text!("Write `{right}`.", "正しくは「{right}」です。"))
}

fn too_early(written: &str) -> Error {
    let shown: String = written.chars().take(60).collect();
    value(text!(
        "`{shown}` is before 1873, when Japan took the Gregorian calendar",
        "「{shown}」は 1873 年（明治 6 年）の改暦より前です"
    ))
    .help(text!(
        "Japanese dates begin with 1 January of the year 6 of Meiji.",
        "和暦として扱えるのは明治 6 年 1 月 1 日からです。"
    ))
}
