//! The mistakes people make, and what they meant.
//!
//! Each is a function that looks at the wrong token and its neighbours. The order matters: what is certain comes before
//! what is only likely.

use super::super::check::full_width;
use super::super::keywords::is_reserved;
use super::{Scene, absent, compounds, paths, shown, slips, unexpected, writing};
use crate::error::{Code, Error, Standard, text};
use crate::syntax::lex::TokenClass;

type Habit = fn(&Scene<'_>) -> Option<Error>;

/// Every mistake that has a message of its own, in the order they are tried.
pub(super) const HABITS: &[Habit] = &[
    wide_keyword,
    second_statement,
    bad_number,
    empty_name,
    empty_parameter,
    late_not,
    other_spelling,
    schema_clause,
    absent_clause,
    other_language,
    slips::misspelt_keyword,
    absent_form,
    writing::misplaced_word,
    writing::missing_part,
    writing::set_target,
    paths::selector,
    paths::times,
    compounds::reduce,
    compounds::map_projection,
    compounds::collect,
    compounds::is_not,
    slips::broken_arrow,
    slips::bare_node,
    slips::order_of_parts,
    slips::hyphen,
    slips::missing_colon,
    slips::bad_range,
    slips::quoted_name,
    slips::reserved_name,
    slips::parenthesized_list,
    slips::missing_comma,
];

/// `ＭＡＴＣＨ (n)`.
fn wide_keyword(scene: &Scene<'_>) -> Option<Error> {
    let wide = |word: &str| word.chars().any(|c| matches!(c, '！'..='～'));
    let near = wide(scene.word(0)) || wide(scene.word(-1)) || wide(scene.word(1));
    if near { full_width(scene.text, &scene.tokens) } else { None }
}

/// `RETURN 1; RETURN 2`, where one statement is wanted.
fn second_statement(scene: &Scene<'_>) -> Option<Error> {
    if scene.word(-1) != ";" || scene.at_end() {
        return None;
    }
    let message = text!("a second statement after `;`", "`;` の後に二つ目の文があります");
    let help = text!("Run one statement at a time.", "文は一つずつ実行してください。");
    Some(unexpected(message, scene.place()).help(help))
}

/// `12ab`, `01100`, `0x`.
fn bad_number(scene: &Scene<'_>) -> Option<Error> {
    let number = scene.word(0);
    if scene.class(0) != Some(TokenClass::Number) || is_number(number) {
        return None;
    }
    let word = shown(number);
    let message = text!("`{word}` is not a number", "`{word}` は数値ではありません");
    let mut error = Error::new(Code::SyntaxLiteral, message).at(scene.place());
    if scene.expects_operand() {
        error = error.known_as(Standard::syntax("InvalidNumberLiteral"));
    }
    let digits = number.chars().all(|c| c.is_ascii_digit());
    Some(if digits {
        error.help(text!(
            "A number does not begin with 0; a code is a string: `'{word}'`.",
            "数値は 0 から始められません。番号やコードは `'{word}'` のように文字列にしてください。",
        ))
    } else {
        error.help(text!(
            "A name that begins with a digit stands in backticks: `` `{word}` ``.",
            "数字で始まる名前は `` `{word}` `` のようにバッククォートで囲んでください。",
        ))
    })
}

/// Whether the grammar takes it as a number.
fn is_number(word: &str) -> bool {
    let digits = |text: &str, radix| !text.is_empty() && text.chars().all(|c| c.is_digit(radix));
    if let Some(rest) = word.strip_prefix("0x") {
        return digits(rest, 16);
    }
    if let Some(rest) = word.strip_prefix("0o") {
        return digits(rest, 8);
    }
    if digits(word, 10) {
        return word == "0" || !word.starts_with('0');
    }
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    word.chars().all(numeric) && word.parse::<f64>().is_ok()
}

fn empty_name(scene: &Scene<'_>) -> Option<Error> {
    let message = text!("a name without letters", "名前が空です");
    (scene.word(0) == "``").then(|| unexpected(message, scene.place()))
}

fn empty_parameter(scene: &Scene<'_>) -> Option<Error> {
    if scene.word(0) != "$" {
        return None;
    }
    if scene.is(-1, ":") {
        return Some(absent::spelling_error(":$(…)", scene.place()));
    }
    let message = text!("a parameter without a name", "パラメーターの名前がありません");
    let help = text!("A parameter is written `$name`.", "パラメーターは `$名前` と書きます。");
    Some(unexpected(message, scene.place()).help(help))
}

/// `x NOT IN list`.
fn late_not(scene: &Scene<'_>) -> Option<Error> {
    if !scene.is(0, "not") || !scene.expects_operator() {
        return None;
    }
    let message =
        text!("`NOT` stands before the whole condition", "`NOT` は条件全体の前に書きます");
    let help = text!("Write `NOT x IN list`.", "`NOT x IN リスト` のように書いてください。");
    Some(unexpected(message, scene.place()).help(help))
}

/// Operators as other languages write them.
fn other_spelling(scene: &Scene<'_>) -> Option<Error> {
    let found = scene.word(0);
    let (plain, ja) = match found {
        "==" | "===" => ("`=`", "`=`"),
        "!==" => ("`<>`", "`<>`"),
        "&&" => ("`AND`", "`AND`"),
        "||" if after_text(scene) => ("`+` to join strings", "文字列の連結には `+`"),
        "||" => ("`OR`, or `+` to join strings", "`OR`、文字列の連結なら `+`"),
        "!" if scene.expects_operand() => ("`NOT`", "`NOT`"),
        _ if scene.expects_operator() && scene.is(0, "like") => (
            "`CONTAINS`, `STARTS WITH` or `ENDS WITH`, without `%`",
            "`%` の代わりに `CONTAINS`、`STARTS WITH`、`ENDS WITH`",
        ),
        _ if scene.expects_operator() && scene.is(0, "startswith") => {
            ("`STARTS WITH`", "`STARTS WITH`")
        }
        _ if scene.expects_operator() && scene.is(0, "endswith") => ("`ENDS WITH`", "`ENDS WITH`"),
        _ if scene.expects_operator() && scene.is(0, "between") => {
            ("`low <= x AND x <= high`", "`下限 <= x AND x <= 上限`")
        }
        _ => return None,
    };
    let found = shown(found);
    let message = text!("`{found}` is not an operator", "`{found}` という演算子はありません");
    let help = text!("Write {plain}.", "{ja} を使ってください。");
    Some(unexpected(message, scene.place()).help(help))
}

fn after_text(scene: &Scene<'_>) -> bool {
    let text = Some(TokenClass::String);
    scene.class(-1) == text || scene.class(1) == text
}

/// `CREATE INDEX …`, `CREATE CONSTRAINT …`.
fn schema_clause(scene: &Scene<'_>) -> Option<Error> {
    let made = |steps| ["index", "constraint"].iter().any(|word| scene.is(steps, word));
    let steps = [0, -1].into_iter().find(|steps| made(*steps))?;
    let create = steps.checked_sub(1).filter(|before| scene.is(*before, "create"))?;
    let name = format!("CREATE {}", scene.word(steps).to_uppercase());
    Some(absent::spelling_error(&name, scene.span(create).to(scene.span(steps))))
}

/// FOREACH, LOAD CSV and the other clauses that are not there.
fn absent_clause(scene: &Scene<'_>) -> Option<Error> {
    let word = scene.word(0);
    if !(scene.expects_clause() || is_reserved(word)) {
        return None;
    }
    let mut span = scene.place();
    if scene.is(0, "load") && scene.is(1, "csv") {
        span = span.to(scene.span(1));
    }
    absent::clause(word, span)
}

/// SQL.
fn other_language(scene: &Scene<'_>) -> Option<Error> {
    let word = scene.word(0);
    let is = |other: &str| word.eq_ignore_ascii_case(other);
    let first = scene.at == 0;
    let help = if first && (is("select") || is("from")) {
        text!(
            "Match a pattern and return what it binds: `MATCH (n:Label) RETURN n.name`.",
            "`MATCH (n:ラベル) RETURN n.name` のように、パターンを照合して結果を返してください。",
        )
    } else if !first && is("group") && scene.is(1, "by") {
        text!(
            "Leave it out: what is not aggregated is what `RETURN` and `WITH` group by.",
            "不要です。`RETURN` や `WITH` では、集計していない項目ごとにまとめられます。",
        )
    } else if !first && is("having") {
        text!(
            "Aggregate in `WITH`, then filter: `WITH x, count(*) AS n WHERE n > 1`.",
            "`WITH x, count(*) AS n WHERE n > 1` のように、`WITH` で集計してから絞り込んでください。",
        )
    } else if !first && (is("from") || is("join")) {
        text!(
            "Say where the data comes from in `MATCH`, with relationships: `MATCH (a)-[:TYPE]->(b)`.",
            "データの取り出し元とそのつながりは、`MATCH (a)-[:種類]->(b)` のように `MATCH` に書いてください。",
        )
    } else if scene.is(-1, "if") && scene.is(-2, "else") {
        let message = text!("`CASE` has no `ELSE IF`", "`CASE` に `ELSE IF` はありません");
        let help =
            text!("Write another `WHEN … THEN …`.", "`WHEN … THEN …` を続けて書いてください。");
        return Some(unexpected(message, scene.span(-2).to(scene.span(-1))).help(help));
    } else if word == "--" && (first || scene.expects_operand()) {
        text!("A comment begins with `//`.", "コメントは `//` で始めます。")
    } else {
        return None;
    };
    let word = shown(word);
    let message =
        text!("`{word}` is not part of the query language", "クエリ言語に `{word}` はありません");
    Some(unexpected(message, scene.place()).help(help))
}

/// Forms that kadai has not: `exists(…)`, `n.*`, `OPTIONAL CALL` and the like.
fn absent_form(scene: &Scene<'_>) -> Option<Error> {
    let before = scene.span(-1).to(scene.place());
    let absent = |name: &str, span| Some(absent::spelling_error(name, span));
    match scene.word(0) {
        "(" if scene.is(-1, "exists") => Some(absent::exists_call(scene.span(-1))),
        "*" if scene.is(-1, ".") => Some(absent::all_properties(before)),
        word if scene.is(-1, "optional") && word.eq_ignore_ascii_case("call") => {
            absent("OPTIONAL CALL", before)
        }
        word if scene.word(-1) == "}" && word.eq_ignore_ascii_case("in") => {
            let transactions = scene.is(1, "transactions") || scene.is(2, "transactions");
            let span = scene.place().to(scene.span(1));
            if transactions { absent("CALL { … } IN TRANSACTIONS", span) } else { None }
        }
        word if scene.expects_node() => absent::path_mode(word, scene.place()),
        _ => None,
    }
}
