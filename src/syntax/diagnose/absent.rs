//! What openCypher has and kadai has not, or not yet: named, with another way where there is one.

use crate::error::{Code, Error, Span, Text, text};

/// A form that is not there.
struct Form {
    /// The word it begins with, in upper case.
    word: &'static str,
    /// How a reader would name it.
    name: &'static str,
    /// What to do instead, in English and Japanese; empty where there is nothing.
    help: [&'static str; 2],
}

const fn form(word: &'static str, name: &'static str, help: [&'static str; 2]) -> Form {
    Form { word, name, help }
}

const NOTHING: [&str; 2] = ["", ""];
const NOT_NEEDED: [&str; 2] = ["Leave it out.", "不要です。"];

/// Clauses, by their first word.
const CLAUSES: &[Form] = &[
    form(
        "DROP",
        "DROP",
        ["`DELETE` deletes nodes and relationships.", "ノードや関係は `DELETE` で削除できます。"],
    ),
    form("FILTER", "FILTER", ["Write `WITH * WHERE …`.", "`WITH * WHERE …` と書いてください。"]),
    form(
        "FINISH",
        "FINISH",
        [
            "Leave it out: a query that writes needs no `RETURN`.",
            "不要です。書き込むクエリに `RETURN` は要りません。",
        ],
    ),
    form("FOR", "FOR", ["Write `UNWIND list AS x`.", "`UNWIND リスト AS x` と書いてください。"]),
    form(
        "FOREACH",
        "FOREACH",
        [
            "Write `UNWIND list AS x`, and the clause that writes after it.",
            "`UNWIND リスト AS x` と書き、書き込む句をその後に続けてください。",
        ],
    ),
    form("INSERT", "INSERT", ["Write `CREATE`.", "`CREATE` と書いてください。"]),
    form("LET", "LET", ["Write `WITH *, … AS name`.", "`WITH *, … AS 名前` と書いてください。"]),
    form(
        "LOAD",
        "LOAD CSV",
        [
            "Give the rows as a parameter: `UNWIND $rows AS row`.",
            "行をパラメーターで渡し、`UNWIND $rows AS row` と書いてください。",
        ],
    ),
    form("NODETACH", "NODETACH", ["Write `DELETE`.", "`DELETE` と書いてください。"]),
    form(
        "SHOW",
        "SHOW",
        ["`kadai schema` shows the schema.", "スキーマは `kadai schema` で表示できます。"],
    ),
    form("UPDATE", "UPDATE", ["Write `MATCH … SET …`.", "`MATCH … SET …` と書いてください。"]),
    form("USE", "USE", ["Leave it out: there is one graph.", "不要です。グラフは一つだけです。"]),
    form("USING", "USING INDEX", NOT_NEEDED),
];

/// What stands between MATCH or a selector and a path in other languages, by its first word.
const PATH_MODES: &[Form] = &[
    form("ACYCLIC", "ACYCLIC", NOTHING),
    form("DIFFERENT", "DIFFERENT RELATIONSHIPS", NO_REPETITION),
    form("REPEATABLE", "REPEATABLE ELEMENTS", NOTHING),
    form("SIMPLE", "SIMPLE", NOTHING),
    form("TRAIL", "TRAIL", NO_REPETITION),
    form("WALK", "WALK", NOTHING),
];

const NO_REPETITION: [&str; 2] = [
    "Leave it out: no relationship stands twice in a path.",
    "不要です。一つのパスに同じ関係が二度現れることはありません。",
];

const PATHS_IN_MATCH: [&str; 2] = [
    "Name the path in `MATCH`: `MATCH p = shortestPath((a)-[*]-(b))`.",
    "`MATCH p = shortestPath((a)-[*]-(b))` のように、`MATCH` でパスに名前を付けてください。",
];

/// Forms that look like a function.
const CALLS: &[Form] = &[
    form("ALLSHORTESTPATHS", "RETURN allShortestPaths(…)", PATHS_IN_MATCH),
    form(
        "EXTRACT",
        "extract(…)",
        ["Write `[x IN list | …]`.", "`[x IN リスト | …]` と書いてください。"],
    ),
    form(
        "FILTER",
        "filter(…)",
        ["Write `[x IN list WHERE …]`.", "`[x IN リスト WHERE …]` と書いてください。"],
    ),
    form("SHORTESTPATH", "RETURN shortestPath(…)", PATHS_IN_MATCH),
];

/// The error for a form that is not there.
pub(in crate::syntax) fn form_error(name: &Text, span: Span) -> Error {
    let Text { en, ja } = name;
    let message = text!("{en} is not supported yet", "{ja}にはまだ対応していません");
    Error::new(Code::SyntaxUnsupported, message).at(span)
}

/// The same for a form that is named by how it is written.
pub(in crate::syntax) fn spelling_error(spelling: &str, span: Span) -> Error {
    form_error(&text!("`{spelling}`", "`{spelling}` "), span)
}

fn find(forms: &[Form], word: &str, span: Span) -> Option<Error> {
    let form = forms.iter().find(|form| form.word.eq_ignore_ascii_case(word))?;
    let [en, ja] = form.help;
    let help = (!en.is_empty()).then(|| Text::new(en, ja));
    Some(spelling_error(form.name, span).help_if(help))
}

/// The error for a clause that begins with `word`, if there is such a one.
pub(in crate::syntax) fn clause(word: &str, span: Span) -> Option<Error> {
    find(CLAUSES, word, span)
}

/// The error for a call of `name`, if that is no function but a form of its own.
pub(in crate::syntax) fn call(name: &str, span: Span) -> Option<Error> {
    find(CALLS, name, span)
}

/// The error for a path mode such as `TRAIL`, if `word` is one.
pub(in crate::syntax) fn path_mode(word: &str, span: Span) -> Option<Error> {
    find(PATH_MODES, word, span)
}

/// The error for `exists(n.name)` and `exists((a)-->(b))`.
pub(in crate::syntax) fn exists_call(span: Span) -> Error {
    spelling_error("exists(…)", span).help(text!(
        "Write `n.key IS NOT NULL`, or `EXISTS {{ (a)-->(b) }}` for a pattern.",
        "プロパティは `n.key IS NOT NULL`、パターンは `EXISTS {{ (a)-->(b) }}` と書いてください。",
    ))
}

/// The error for `n.*`.
pub(in crate::syntax) fn all_properties(span: Span) -> Error {
    spelling_error(".*", span).help(text!(
        "Write `properties(n)`, or name the properties one by one.",
        "`properties(n)` と書くか、プロパティを一つずつ挙げてください。",
    ))
}
