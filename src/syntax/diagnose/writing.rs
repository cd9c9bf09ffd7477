//! Mistakes in the clauses that write, and in CALL.

use super::{Scene, unexpected};
use crate::error::{Error, Text, text};
use crate::syntax::parser::Rule;

/// `SET RETURN n`, `MATCH (n) DELETE`, `CALL YIELD x`: a clause with nothing in it.
pub(super) fn missing_part(scene: &Scene<'_>) -> Option<Error> {
    let after = |word: &str| scene.is(-1, word);
    let ends = scene.at_end() || scene.expects_operand() && !scene.begins_operand();
    let (message, help) = if after("set") && (ends || scene.expects(Rule::target)) {
        (
            text!("`SET` without anything to set", "`SET` の後に設定する内容がありません"),
            set_forms(),
        )
    } else if after("remove") && (ends || scene.expects(Rule::target)) {
        (
            text!("`REMOVE` without anything to remove", "`REMOVE` の後に取り除くものがありません"),
            remove_forms(),
        )
    } else if after("delete") && ends {
        (
            text!("`DELETE` without anything to delete", "`DELETE` の後に削除するものがありません"),
            text!("Write `DELETE n`.", "`DELETE n` のように書いてください。"),
        )
    } else if after("yield") && scene.expects(Rule::star) {
        (
            text!("`YIELD` without a column", "`YIELD` の後に列がありません"),
            text!(
                "Write `YIELD column`, `YIELD column AS name` or `YIELD *`.",
                "`YIELD 列`、`YIELD 列 AS 名前`、`YIELD *` のように書いてください。",
            ),
        )
    } else if after("call") && scene.expects(Rule::procedure) {
        (
            text!("`CALL` without a procedure", "`CALL` の後にプロシージャーがありません"),
            text!(
                "Write `CALL name(…)`, or `CALL {{ … }}` for a subquery.",
                "`CALL 名前(…)` と書いてください。サブクエリは `CALL {{ … }}` です。",
            ),
        )
    } else if scene.is(-2, "on") && scene.expects(Rule::kw_set) {
        let event = scene.word(-1).to_uppercase();
        (
            text!("`ON {event}` without `SET`", "`ON {event}` の後に `SET` がありません"),
            text!(
                "Write `ON {event} SET n.key = value`.",
                "`ON {event} SET n.キー = 値` のように書いてください。",
            ),
        )
    } else {
        return None;
    };
    Some(unexpected(message, scene.place()).help(help))
}

fn set_forms() -> Text {
    text!(
        "Write `SET n.key = value`, `SET n += {{key: value}}` or `SET n:Label`.",
        "`SET n.キー = 値`、`SET n += {{キー: 値}}`、`SET n:ラベル` のように書いてください。",
    )
}

fn remove_forms() -> Text {
    text!(
        "Write `REMOVE n.key` or `REMOVE n:Label`.",
        "`REMOVE n.キー` か `REMOVE n:ラベル` と書いてください。",
    )
}

/// `MERGE (a), (b)`, `DELETE DETACH n`, `SET … ON CREATE SET …`, `MATCH (n) EXPLAIN …`: what stands elsewhere.
pub(super) fn misplaced_word(scene: &Scene<'_>) -> Option<Error> {
    let clause = scene.clause();
    let is = |word: &str| scene.is(0, word);
    let (message, help) = if scene.word(0) == "," && clause == "MERGE" {
        (
            text!("`MERGE` takes one pattern", "`MERGE` に書けるパターンは一つです"),
            text!(
                "Write a `MERGE` of its own for each pattern.",
                "パターンごとに `MERGE` を書いてください。",
            ),
        )
    } else if is("detach") && scene.is(-1, "delete") {
        (
            text!("`DETACH` stands before `DELETE`", "`DETACH` は `DELETE` の前に書きます"),
            text!("Write `DETACH DELETE n`.", "`DETACH DELETE n` のように書いてください。"),
        )
    } else if is("on") && scene.expects_clause() && clause != "MERGE" {
        (
            text!(
                "`ON CREATE` and `ON MATCH` stand right after the pattern of `MERGE`",
                "`ON CREATE` と `ON MATCH` は `MERGE` のパターンの直後に書きます",
            ),
            text!("Put every other clause after them.", "ほかの句はその後に書いてください。",),
        )
    } else if scene.at > 0
        && scene.expects_clause()
        && ["explain", "profile"].iter().any(|word| is(word))
    {
        let word = scene.word(0).to_uppercase();
        (
            text!("`{word}` stands first", "`{word}` はクエリの先頭に書きます"),
            text!("Put it before the whole query.", "クエリ全体の前に移してください。"),
        )
    } else {
        return None;
    };
    Some(unexpected(message, scene.place()).help(help))
}

/// `SET n`, `SET n.x += 1`, `SET n['x'] = 1`, `REMOVE n`.
pub(super) fn set_target(scene: &Scene<'_>) -> Option<Error> {
    let sets = scene.expects(Rule::equals) || scene.expects(Rule::add_equals);
    let (message, help) = match scene.clause() {
        "SET" if scene.word(0) == "+=" && sets => (
            text!("`+=` takes a whole node or relationship", "`+=` はノードや関係の全体に使います"),
            text!(
                "Write `SET n += {{key: value}}`, or `SET n.key = n.key + value`.",
                "`SET n += {{キー: 値}}` か `SET n.キー = n.キー + 値` のように書いてください。",
            ),
        ),
        "SET" | "REMOVE" if scene.word(-1) == "]" && scene.expects(Rule::dot) => (
            text!(
                "a property is named with a dot here",
                "ここでは、プロパティをドットで指定します"
            ),
            if scene.clause() == "SET" { set_forms() } else { remove_forms() },
        ),
        "REMOVE" if scene.word(0) == "=" => {
            (text!("`REMOVE` takes no value", "`REMOVE` に値は書けません"), remove_forms())
        }
        "SET" if (sets || scene.expects(Rule::dot)) && !scene.expects_operator() => (
            text!("this does not say what to set", "何を設定するかが書かれていません"),
            set_forms(),
        ),
        "REMOVE" if scene.expects(Rule::dot) && !scene.expects(Rule::comma) => (
            text!("this does not say what to remove", "何を取り除くかが書かれていません"),
            remove_forms(),
        ),
        _ => return None,
    };
    Some(unexpected(message, scene.place()).help(help))
}
