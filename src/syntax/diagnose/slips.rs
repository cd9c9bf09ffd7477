//! Slips of the pen: misspelt words, arrows that are not whole, colons and commas left out, names that need backticks.

use super::super::keywords::{KEYWORDS, is_reserved};
use super::{CLAUSE_WORDS, Scene, shown, unexpected};
use crate::error::{Error, Span, Standard, did_you_mean, nearest, text};
use crate::syntax::lex::TokenClass;
use crate::syntax::parser::Rule;

/// `MACTH (n)`, `RETURN DISTICNT n`.
pub(super) fn misspelt_keyword(scene: &Scene<'_>) -> Option<Error> {
    let name = |steps| scene.class(steps) == Some(TokenClass::Name);
    let meant = |steps: isize, words: &[&'static str]| {
        let misspelt = scene.word(steps);
        nearest(misspelt, words.iter().copied()).map(|word| (steps, word))
    };
    let here = if name(0) { meant(0, &expected_keywords(scene)) } else { None };
    let stands_free = !matches!(scene.word(-2), "." | ":" | "|" | "&" | "!" | ",");
    let before = || {
        let words =
            &["CASE", "DISTINCT", "EXISTS", "NOT", "WHEN", "shortestPath", "allShortestPaths"];
        if name(-1) && stands_free { meant(-1, words) } else { None }
    };
    // What opens a bracket shows only by what stands in it.
    let opens = || {
        let opener = scene.opener()?;
        let word = opener.checked_sub(1)?;
        let inside = match scene.word(opener) {
            "{" if opener == -1 => &["COLLECT", "COUNT", "EXISTS"] as &[_],
            "(" if scene.word(0) == "|" => &["reduce"],
            _ => return None,
        };
        if name(word) { meant(word, inside) } else { None }
    };
    let (steps, word) = here.or_else(before).or_else(opens)?;
    let misspelt = shown(scene.word(steps));
    let message =
        text!("unknown keyword `{misspelt}`", "`{misspelt}` というキーワードはありません");
    let help = did_you_mean(word);
    Some(unexpected(message, scene.span(steps)).help(help))
}

/// The keywords that could stand at the wrong token.
fn expected_keywords(scene: &Scene<'_>) -> Vec<&'static str> {
    let clause = scene.expects_clause();
    let operator = scene.expects_operator();
    let operand = scene.expects_operand();
    let begins = |rules: &[Rule]| rules.iter().any(|rule| scene.expects(*rule));
    let could_stand = |word: &str| match word {
        "MATCH" => clause || begins(&[Rule::kw_match]),
        "OPTIONAL" | "UNWIND" | "WITH" | "RETURN" => clause || begins(&[Rule::kw_with]),
        "MERGE" | "REMOVE" | "DETACH" | "CALL" => clause,
        "CREATE" => clause || begins(&[Rule::kw_create]),
        "SET" => clause || begins(&[Rule::set_clause, Rule::kw_set]),
        "DELETE" => clause || begins(&[Rule::kw_delete]),
        "ON" => begins(&[Rule::merge_action, Rule::kw_on]),
        "YIELD" => begins(&[Rule::yield_part, Rule::kw_yield]),
        "EXPLAIN" | "PROFILE" => scene.at == 0,
        "AND" | "OR" | "XOR" | "IN" | "CONTAINS" | "STARTS" | "ENDS" | "IS" => operator,
        "NOT" | "CASE" | "EXISTS" | "NULL" | "TRUE" | "FALSE" => {
            operand || begins(&[Rule::kw_not, Rule::kw_null])
        }
        "WHERE" => begins(&[Rule::condition, Rule::kw_where, Rule::filter]),
        "UNION" => begins(&[Rule::union, Rule::kw_union]),
        "ORDER" => begins(&[Rule::order_by, Rule::kw_order]),
        "BY" => begins(&[Rule::kw_by]),
        "SKIP" | "OFFSET" => begins(&[Rule::skip_rows, Rule::kw_skip]),
        "LIMIT" => begins(&[Rule::limit_rows, Rule::kw_limit]),
        "ASC" | "ASCENDING" | "DESC" | "DESCENDING" => {
            begins(&[Rule::ascending, Rule::descending, Rule::kw_asc])
        }
        "AS" => begins(&[Rule::kw_as]),
        "WHEN" => begins(&[Rule::branch, Rule::kw_when]),
        "THEN" => begins(&[Rule::kw_then]),
        "ELSE" => begins(&[Rule::default, Rule::kw_else]),
        "END" => begins(&[Rule::kw_end]),
        "SHORTEST" | "shortestPath" | "allShortestPaths" => begins(&[Rule::kw_shortest_path]),
        _ => false,
    };
    let camel = ["shortestPath", "allShortestPaths"];
    KEYWORDS.iter().copied().chain(camel).filter(|word| could_stand(word)).collect()
}

/// `-[:T]>`, `-:T->`, `(a)->(b)`, `(a)-(b)`.
pub(super) fn broken_arrow(scene: &Scene<'_>) -> Option<Error> {
    let arrow = |word: &str| matches!(word, "-" | "->" | "<-" | "--" | "-->" | "<--" | ">" | "<");
    let (word, before) = (scene.word(0), scene.word(-1));
    let inside = scene.expects(Rule::dash) || scene.expects(Rule::rel_detail);
    let colon = word == ":"
        && scene.expects_operand()
        && (before == "-" || before == "[" && arrow(scene.word(-2)));
    let head = arrow(word) && arrow(before) && scene.expects_node();
    let half = word == "->" && before == ")";
    let joined = word == "=" && scene.is(1, ">") && before == ")";
    if scene.at_end() || !(inside || colon || head || half || joined) {
        return None;
    }
    let mut span = scene.place();
    if arrow(before) {
        span = scene.span(-1).to(span);
    }
    let message = text!("this is not a relationship", "関係の書き方が正しくありません");
    let help = text!(
        "Write `-->`, `-[:TYPE]->`, `<-[:TYPE]-`, or `-[:TYPE]-` for both directions.",
        "`-->`、`-[:種類]->`、`<-[:種類]-` のように書いてください。向きを問わないときは `-[:種類]-` です。",
    );
    Some(unexpected(message, span).help(help))
}

/// `MATCH n`, `(a)-->b`.
pub(super) fn bare_node(scene: &Scene<'_>) -> Option<Error> {
    let steps = if scene.expects(Rule::equals) && !scene.expects_operator() {
        -1
    } else if scene.expects_node() && scene.class(0) == Some(TokenClass::Name) {
        0
    } else {
        return None;
    };
    let mut name = shown(scene.word(steps));
    if steps.checked_add(1).is_some_and(|next| scene.word(next) == ":") {
        let label = steps.checked_add(2).map_or("", |label| scene.word(label));
        name.push(':');
        name.push_str(&shown(label));
    }
    let message = text!("a node stands in parentheses", "ノードは丸括弧で囲みます");
    let help = text!("Write `({name})`.", "`({name})` と書いてください。");
    Some(unexpected(message, scene.span(steps)).help(help))
}

/// `RETURN n WHERE …`, `LIMIT 1 SKIP 2`, `MATCH (n) LIMIT 1`.
pub(super) fn order_of_parts(scene: &Scene<'_>) -> Option<Error> {
    let clause = scene.clause();
    let is = |word: &str| scene.is(0, word);
    let help = if is("where") {
        match clause {
            "WHERE" => {
                text!("Join the conditions with `AND`.", "条件は `AND` でつないでください。",)
            }
            "YIELD" => text!(
                "Name the columns: `YIELD column WHERE …`.",
                "`YIELD 列 WHERE …` のように、列を挙げてください。",
            ),
            "CREATE" | "MERGE" | "SET" | "REMOVE" | "DELETE" | "CALL" => text!(
                "`WHERE` follows `MATCH`, `WITH` or `YIELD`: put it before `{clause}`.",
                "`WHERE` は `MATCH`・`WITH`・`YIELD` に続けて、`{clause}` より前に書いてください。",
            ),
            _ => text!(
                "`WHERE` follows `MATCH` or `WITH`: put it before `RETURN`.",
                "`WHERE` は `MATCH` か `WITH` に続けて、`RETURN` より前に書いてください。",
            ),
        }
    } else if is("order") || is("skip") || is("offset") || is("limit") {
        match clause {
            "MATCH" | "WHERE" | "UNWIND" | "CREATE" | "MERGE" | "SET" | "REMOVE" | "DELETE"
            | "CALL" | "YIELD" => text!(
                "It belongs to `RETURN` or `WITH`: put it after their items.",
                "`RETURN` か `WITH` の項目の後に書いてください。",
            ),
            "ORDER" | "SKIP" | "OFFSET" | "LIMIT" => text!(
                "The order is `ORDER BY`, `SKIP`, `LIMIT`, each once.",
                "`ORDER BY`、`SKIP`、`LIMIT` の順に、それぞれ一度だけ書いてください。",
            ),
            _ => return None,
        }
    } else {
        return None;
    };
    let word = scene.word(0).to_uppercase();
    let message = text!("`{word}` cannot stand here", "ここに `{word}` は書けません");
    Some(unexpected(message, scene.place()).help(help))
}

/// `(:addressed-by)`, `{raised-at: 1}`, `[raised-at]`.
pub(super) fn hyphen(scene: &Scene<'_>) -> Option<Error> {
    if scene.word(0) != "-" || !is_named(scene, -1) || !is_named(scene, 1) {
        return None;
    }
    let span = scene.span(-1).to(hyphenated(scene, 1));
    let whole = shown(span.of(scene.text));
    if scene.in_relationship() && scene.word(-2) == "[" {
        let message = text!("missing colon before the type", "関係の種類の前に `:` がありません");
        let help = text!("Write `[:{whole}]`.", "`[:{whole}]` と書いてください。");
        return Some(unexpected(message, span).help(help));
    }
    if scene.expects_operator() {
        return None;
    }
    let message = text!(
        "a hyphen in a name needs backticks here",
        "ここでは、ハイフンを含む名前をバッククォートで囲みます",
    );
    let help = text!(
        "Write `` `{whole}` ``; only types inside `[ ]` can do without.",
        "`` `{whole}` `` と書いてください。`[ ]` の中の関係の種類だけはそのまま書けます。",
    );
    Some(unexpected(message, span).help(help))
}

fn is_named(scene: &Scene<'_>, steps: isize) -> bool {
    matches!(scene.class(steps), Some(TokenClass::Name | TokenClass::Keyword))
}

/// The place of a name and of what hyphens tie to it.
fn hyphenated(scene: &Scene<'_>, steps: isize) -> Span {
    let mut span = scene.span(steps);
    let mut last = steps;
    while let (Some(hyphen), Some(next)) = (last.checked_add(1), last.checked_add(2)) {
        if scene.word(hyphen) != "-" || !is_named(scene, next) {
            break;
        }
        span = span.to(scene.span(next));
        last = next;
    }
    span
}

/// `(i Issue)`, `[r TYPE]`, `{name 'x'}`.
pub(super) fn missing_colon(scene: &Scene<'_>) -> Option<Error> {
    if !is_named(scene, -1) {
        return None;
    }
    let before = shown(scene.word(-1));
    if scene.expects(Rule::properties) && (scene.is(0, "and") || scene.is(0, "or")) {
        let message = text!("a condition stands after `WHERE`", "条件は `WHERE` の後に書きます");
        let help = text!(
            "Write `(n:Label WHERE n.key = value)`; several labels are joined with `&` or `|`.",
            "`(n:ラベル WHERE n.キー = 値)` のように書いてください。複数のラベルは `&` か `|` でつなぎます。",
        );
        return Some(unexpected(message, scene.place()).help(help));
    }
    if scene.expects(Rule::properties) && is_named(scene, 0) {
        if matches!(scene.word(-2), ":" | "|" | "&" | "!") {
            let span = scene.span(-1).to(scene.place());
            let whole = shown(span.of(scene.text));
            let message = text!(
                "a name with a space needs backticks",
                "空白を含む名前はバッククォートで囲みます"
            );
            let help = text!("Write `` `{whole}` ``.", "`` `{whole}` `` と書いてください。");
            return Some(unexpected(message, span).help(help));
        }
        if scene.in_relationship() {
            let span = hyphenated(scene, 0);
            let kind = shown(span.of(scene.text));
            let message =
                text!("missing colon before the type", "関係の種類の前に `:` がありません");
            let help =
                text!("Write `[{before}:{kind}]`.", "`[{before}:{kind}]` と書いてください。");
            return Some(unexpected(message, span).help(help));
        }
        let label = shown(scene.word(0));
        let message = text!("missing colon before the label", "ラベルの前に `:` がありません");
        let help = text!("Write `({before}:{label})`.", "`({before}:{label})` と書いてください。");
        return Some(unexpected(message, scene.place()).help(help));
    }
    let in_map = scene.opener().is_some_and(|opener| scene.word(opener) == "{");
    if !scene.expects(Rule::colon) || scene.expects_operator() || !in_map {
        return None;
    }
    let message =
        text!("missing colon after the property name", "プロパティの名前の後に `:` がありません");
    let help = text!("Write `{{{before}: value}}`.", "`{{{before}: 値}}` と書いてください。");
    Some(unexpected(message, scene.place()).help(help))
}

/// `[:T..3]`, `[*-2]`.
pub(super) fn bad_range(scene: &Scene<'_>) -> Option<Error> {
    let dots = scene.word(0) == ".." || scene.class(0) == Some(TokenClass::Number);
    let number = scene.class(-1) == Some(TokenClass::Number);
    let signed = scene.word(0) == "-" && (matches!(scene.word(-1), "*" | "..") || number);
    if !scene.in_relationship() || !(dots || signed) {
        return None;
    }
    let message = text!("this is not a number of hops", "段数の書き方が正しくありません");
    let help = text!(
        "Write `*2`, `*1..3`, `*..3` or `*2..` after the type.",
        "関係の種類の後に `*2`、`*1..3`、`*..3`、`*2..` のように書いてください。",
    );
    let error = unexpected(message, scene.place()).help(help);
    Some(error.known_as(Standard::syntax("InvalidRelationshipPattern")))
}

/// `AS '件数'`, `n.'name'`.
pub(super) fn quoted_name(scene: &Scene<'_>) -> Option<Error> {
    let names = [
        Rule::variable,
        Rule::label,
        Rule::label_or,
        Rule::label_and,
        Rule::label_not,
        Rule::key,
        Rule::kind,
        Rule::kind_or,
        Rule::kind_and,
        Rule::kind_not,
    ];
    let wanted = names.iter().any(|rule| scene.expects(*rule)) && !scene.expects_operand();
    if !wanted || scene.class(0) != Some(TokenClass::String) {
        return None;
    }
    let bare = shown(scene.word(0).trim_matches(['\'', '"']));
    let message =
        text!("a name, not a string, belongs here", "ここには文字列ではなく名前を書きます");
    let help = text!(
        "Write it without quotes, or in backticks: `` `{bare}` ``.",
        "引用符を外すか、`` `{bare}` `` のようにバッククォートで囲んでください。",
    );
    Some(unexpected(message, scene.place()).help(help))
}

/// `AS order`, `MATCH (match)`, `WHERE order.x = 1`.
pub(super) fn reserved_name(scene: &Scene<'_>) -> Option<Error> {
    let word = scene.word(0);
    let wanted = scene.expects(Rule::variable) && !scene.expects_operand()
        || scene.expects_operand() && matches!(scene.word(1), "." | ":");
    if !wanted || scene.class(0) != Some(TokenClass::Keyword) || !is_reserved(word) {
        return None;
    }
    // `SET n.x = 1, RETURN n` lacks an item rather than a name.
    let begins_clause = CLAUSE_WORDS.iter().any(|clause| scene.is(0, clause));
    if begins_clause && scene.opener().is_none() && !scene.is(-1, "as") {
        return None;
    }
    let message = text!("`{word}` is a reserved word", "`{word}` は予約語です");
    let help = text!(
        "Choose another name, or put it in backticks: `` `{word}` ``.",
        "別の名前にするか、`` `{word}` `` のようにバッククォートで囲んでください。",
    );
    Some(unexpected(message, scene.place()).help(help))
}

/// `x IN (1, 2)`.
pub(super) fn parenthesized_list(scene: &Scene<'_>) -> Option<Error> {
    let opener = scene.opener()?;
    let after_in = opener.checked_sub(1).is_some_and(|steps| scene.is(steps, "in"));
    if scene.word(0) != "," || scene.word(opener) != "(" || !after_in {
        return None;
    }
    let message = text!("a list stands in square brackets", "リストは角括弧で囲みます");
    let help = text!("Write `IN [a, b]`.", "`IN [a, b]` と書いてください。");
    Some(unexpected(message, scene.span(opener)).help(help))
}

/// `RETURN a b`, `MATCH (a) (b)`, `[1 2]`, `'it''s'`; and `(n:Label, {…})`, where there is one too many.
pub(super) fn missing_comma(scene: &Scene<'_>) -> Option<Error> {
    let string = Some(TokenClass::String);
    let adjacent = scene.span(-1).end == scene.span(0).start;
    if scene.class(-1) == string && scene.class(0) == string && adjacent {
        let message = text!("a quote ends the string", "引用符で文字列が終わっています");
        let help = text!(
            "Inside a string it is written `\\'`.",
            "文字列の中の引用符は `\\'` と書きます。",
        );
        return Some(unexpected(message, scene.span(-1).to(scene.span(0))).help(help));
    }
    if scene.word(0) == "," && scene.expects(Rule::properties) {
        let message = text!("no comma stands inside a pattern", "パターンの中にコンマは書けません");
        let help = text!(
            "Leave it out: `(n:Label {{key: value}})`.",
            "`(n:ラベル {{キー: 値}})` のように、コンマなしで書いてください。",
        );
        return Some(unexpected(message, scene.place()).help(help));
    }
    if !scene.expects(Rule::comma) || !scene.begins_operand() || !scene.after_operand() {
        return None;
    }
    let word = shown(scene.word(0));
    let message = text!("missing comma before `{word}`", "`{word}` の前にコンマがありません");
    let help = if scene.expects(Rule::kw_as) {
        text!(
            "Put a comma between two items, or `AS` before another name for the first.",
            "項目の間にはコンマを、別名の前には `AS` を入れてください。",
        )
    } else if scene.expects(Rule::relationship) {
        text!(
            "Put a comma between two patterns, or a relationship such as `-->`.",
            "パターンの間にはコンマか、`-->` などの関係を入れてください。",
        )
    } else {
        text!("Put a comma between two items.", "項目の間にコンマを入れてください。")
    };
    Some(unexpected(message, scene.place()).help(help))
}
