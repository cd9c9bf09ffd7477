//! "Expected …, found …": the rules that could have matched, in words of the language.

use super::{Scene, found, unexpected};
use crate::error::{Error, Text, text};
use crate::syntax::parser::Rule;

/// How many alternatives a message names.
const NAMED_MAX: usize = 4;

/// The message for a mistake that has none of its own.
pub(super) fn error(scene: &Scene<'_>) -> Error {
    let expected = alternatives(scene);
    let first = text!(
        "A query begins with `MATCH`: `MATCH (n) RETURN n`.",
        "クエリは `MATCH (n) RETURN n` のように `MATCH` から始めます。",
    );
    if scene.tokens.is_empty() {
        let message = text!("the query is empty", "クエリが空です");
        return unexpected(message, scene.place()).help(first);
    }
    let Text { en: found_en, ja: found_ja } = found(scene);
    let span = scene.place();
    if scene.at_end() && expected.len() > NAMED_MAX {
        return unexpected(text!("the query ends too early", "クエリが途中で終わっています"), span);
    }
    if expected.is_empty() || expected.len() > NAMED_MAX {
        let message = text!("{found_en} does not belong here", "{found_ja}はここに書けません");
        return unexpected(message, span);
    }
    let Text { en, ja } = join(&expected);
    let message = if scene.at_end() {
        let ja = ja.trim_end();
        text!(
            "the query ends where {en} should follow",
            "クエリが途中で終わっています（次に必要なもの：{ja}）"
        )
    } else {
        text!("expected {en}, found {found_en}", "{ja}が必要ですが、{found_ja}があります")
    };
    let comma = scene.is(-1, ",").then(|| {
        text!(
            "Write what is missing after the comma, or delete the comma.",
            "コンマの後に続きを書くか、余分なコンマを削除してください。",
        )
    });
    unexpected(message, span).help_if(comma).help_if((scene.at == 0).then_some(first))
}

/// `a, b or c`; the Japanese form ends in a space where a backtick would touch the next word.
fn join(all: &[Text]) -> Text {
    let mut ja = String::new();
    for text in all {
        if !ja.is_empty() {
            ja.push('か');
            ja.push_str(if text.ja.starts_with('`') { " " } else { "" });
        }
        ja.push_str(&text.ja);
        ja.push_str(if text.ja.ends_with('`') { " " } else { "" });
    }
    let en = match all {
        [] => String::new(),
        [one] => one.en.clone(),
        [most @ .., last] => {
            let most = most.iter().map(|text| text.en.as_str()).collect::<Vec<_>>().join(", ");
            format!("{most} or {}", last.en)
        }
    };
    Text { en, ja }
}

/// What could stand at the wrong token; each thing once, what goes on before what ends.
fn alternatives(scene: &Scene<'_>) -> Vec<Text> {
    let operator = scene.expects_operator();
    let operand = scene.expects_operand();
    let (last, others): (Vec<Rule>, Vec<Rule>) =
        scene.expected.iter().partition(|rule| **rule == Rule::EOI);
    let mut all: Vec<Text> = Vec::new();
    if operand {
        all.push(text!("an expression", "式"));
    }
    let relevant = |rule: &Rule| {
        let implied = operator && continues_operand(*rule) || operand && begins_operand(*rule);
        !implied
    };
    all.extend(others.iter().copied().filter(relevant).filter_map(|rule| words(rule, scene)));
    if operator {
        all.push(text!("an operator", "演算子"));
    }
    if scene.expects_clause() {
        let first = scene.at == 0 || matches!(scene.word(-1), "{") || begins_statement(scene);
        all.push(if first {
            text!("a clause such as `MATCH`", "`MATCH` などの句")
        } else {
            text!("another clause", "次の句")
        });
    }
    all.extend(last.iter().filter_map(|rule| words(*rule, scene)));
    let mut once: Vec<Text> = Vec::new();
    for text in all {
        if !once.contains(&text) {
            once.push(text);
        }
    }
    once
}

/// Whether EXPLAIN or PROFILE stands right before.
fn begins_statement(scene: &Scene<'_>) -> bool {
    scene.at == 1 && (scene.is(-1, "explain") || scene.is(-1, "profile"))
}

/// Whether a rule only says how an operand or expression could go on.
fn continues_operand(rule: Rule) -> bool {
    use Rule::*;
    matches!(
        rule,
        add | matches
            | subtract
            | multiply
            | divide
            | modulo
            | power
            | equals
            | not_equal
            | less
            | less_or_equal
            | greater
            | greater_or_equal
            | kw_and
            | kw_or
            | kw_xor
            | kw_in
            | kw_contains
            | starts_with
            | ends_with
            | kw_starts
            | kw_ends
            | is_null
            | is_not_null
            | kw_is
            | property
            | subscript
            | dot
            | lbracket
            | labels
            | labels_before_bar
            | colon
            | ampersand
            | bar
            | lparen
            | lbrace
            | is_labelled
    )
}

/// Whether a rule only says how an expression could begin.
fn begins_operand(rule: Rule) -> bool {
    use Rule::*;
    matches!(
        rule,
        kw_not
            | minus
            | plus
            | kw_null
            | kw_true
            | kw_false
            | negative
            | number
            | string
            | parameter
            | list
            | map
            | pattern_predicate
            | pattern_ahead
            | parenthesized
            | case_expression
            | kw_case
            | exists
            | kw_exists
            | count_star
            | kw_count
            | quantifier
            | quantifier_kind
            | call
            | function
            | counted
            | collected
            | kw_collect
            | reduce
            | kw_reduce
            | map_projection
            | variable
            | expression
            | expression_before_bar
            | lparen
            | lbracket
            | lbrace
            | item
            | sort_item
            | subject
    )
}

/// The name of what a rule matches; `None` for what no reader wants to hear of.
#[expect(clippy::wildcard_enum_match_arm, reason = "keywords and signs are named by their text")]
fn words(rule: Rule, scene: &Scene<'_>) -> Option<Text> {
    use Rule::*;

    Some(match rule {
        _ if is_unsaid(rule) || scene.expects_clause() && begins_clause(rule) => return None,
        expression | expression_before_bar | item | sort_item | upper => {
            text!("an expression", "式")
        }
        set_labels | set_variable | set_property | target => {
            text!("a property or label to change", "変更するプロパティやラベル")
        }
        procedure | procedure_call => text!("a procedure", "プロシージャー"),
        path_pattern | node | pattern_body => {
            text!("a node in parentheses", "丸括弧で囲んだノード")
        }
        lparen if scene.expects_node() => text!("a node in parentheses", "丸括弧で囲んだノード"),
        relationship | dash | left => text!("a relationship", "関係"),
        rel_detail => text!("`[`", "`[`"),
        labels | labels_before_bar => text!("`:` and a label", "`:` とラベル"),
        kinds => text!("`:` and a relationship type", "`:` と関係の種類"),
        label | label_or | label_and | label_not => text!("a label", "ラベル"),
        kind | kind_or | kind_and | kind_not => text!("a relationship type", "関係の種類"),
        key | entry | map_property => text!("a property name", "プロパティの名前"),
        variable if scene.expects(target) => return None,
        variable | yield_item => text!("a variable", "変数"),
        properties | map => text!("`{{`", "`{{`"),
        count | range_least | times_least => text!("a whole number", "整数"),
        branch => text!("`WHEN`", "`WHEN`"),
        default => text!("`ELSE`", "`ELSE`"),
        condition | filter => text!("`WHERE`", "`WHERE`"),
        EOI => text!("the end of the query", "クエリの終わり"),
        other => {
            let sign = sign(other)?;
            text!("`{sign}`", "`{sign}`")
        }
    })
}

/// Whether a rule is a clause, or begins one.
fn begins_clause(rule: Rule) -> bool {
    use Rule::*;
    matches!(
        rule,
        statement
            | query
            | single_query
            | match_clause
            | unwind_clause
            | with_clause
            | return_clause
            | create_clause
            | merge_clause
            | set_clause
            | remove_clause
            | delete_clause
            | call_clause
            | kw_call
            | kw_create
            | kw_delete
            | kw_detach
            | kw_explain
            | kw_match
            | kw_merge
            | kw_profile
            | kw_remove
            | kw_return
            | kw_set
            | kw_unwind
            | kw_with
    )
}

/// Whether a rule is one of many that could go on there, or not what anybody would look for.
fn is_unsaid(rule: Rule) -> bool {
    use Rule::*;
    matches!(
        rule,
        parameter
            | range
            | range_most
            | dots
            | semicolon
            | pattern_ahead
            | bang
            | ampersand
            | union
            | kw_union
            | kw_optional
            | selector
            | kw_shortest
            | kw_any
            | kw_paths
            | kw_groups
            | repeated
            | repeated_ahead
            | null_ahead
            | subquery_ahead
            | times
            | once_or_more
            | any_label
            | is_labelled
            | subquery
            | imports
            | arguments
            | yield_part
            | kw_yield
            | merge_action
            | kw_on
            | shortest_path
            | all_shortest_paths
            | kw_shortest_path
            | kw_all_shortest_paths
            | order_by
            | kw_order
            | skip_rows
            | kw_skip
            | kw_offset
            | limit_rows
            | kw_limit
            | ascending
            | descending
            | kw_asc
            | kw_desc
            | kw_ascending
            | kw_descending
            | kw_distinct
            | star
            | mapping
    )
}

/// A keyword or sign as it is written.
#[expect(clippy::wildcard_enum_match_arm, reason = "the name of a keyword's rule is the keyword")]
fn sign(rule: Rule) -> Option<String> {
    use Rule::*;
    let sign = match rule {
        lparen => "(",
        rparen => ")",
        lbracket => "[",
        rbracket => "]",
        lbrace => "{",
        rbrace => "}",
        comma => ",",
        colon => ":",
        dot => ".",
        bar => "|",
        equals => "=",
        add_equals => "+=",
        right => ">",
        keyword => return format!("{keyword:?}").strip_prefix("kw_").map(str::to_uppercase),
    };
    Some(sign.to_owned())
}
