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

const READ_ONLY: [&str; 2] = [
    "Queries only read for now; change the knowledge files instead.",
    "今のところクエリは読み取り専用です。内容はナレッジファイルで変更してください。",
];
const NOTHING: [&str; 2] = ["", ""];

/// Clauses, by their first word.
const CLAUSES: &[Form] = &[
    form("CALL", "CALL", NOTHING),
    form("CREATE", "CREATE", READ_ONLY),
    form("DELETE", "DELETE", READ_ONLY),
    form("DETACH", "DETACH DELETE", READ_ONLY),
    form("DROP", "DROP", READ_ONLY),
    form("EXPLAIN", "EXPLAIN", NOTHING),
    form("FILTER", "FILTER", ["Write `WITH * WHERE …`.", "`WITH * WHERE …` と書いてください。"]),
    form("FINISH", "FINISH", NOTHING),
    form("FOR", "FOR", ["Write `UNWIND list AS x`.", "`UNWIND リスト AS x` と書いてください。"]),
    form("FOREACH", "FOREACH", READ_ONLY),
    form("INSERT", "INSERT", READ_ONLY),
    form("LET", "LET", ["Write `WITH *, … AS name`.", "`WITH *, … AS 名前` と書いてください。"]),
    form("LOAD", "LOAD CSV", NOTHING),
    form("MERGE", "MERGE", READ_ONLY),
    form("PROFILE", "PROFILE", NOTHING),
    form("REMOVE", "REMOVE", READ_ONLY),
    form("SET", "SET", READ_ONLY),
    form(
        "SHOW",
        "SHOW",
        ["`kadai schema` shows the schema.", "スキーマは `kadai schema` で表示できます。"],
    ),
    form("UPDATE", "UPDATE", READ_ONLY),
    form("USE", "USE", NOTHING),
    form("USING", "USING INDEX", ["Leave it out.", "不要です。"]),
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

/// The error for a path selector such as `ALL SHORTEST`.
pub(in crate::syntax) fn selector(name: &str, span: Span) -> Error {
    spelling_error(name, span).help(text!(
        "Write `p = SHORTEST 1 (a)-[*]-(b)`, or `p = allShortestPaths((a)-[*]-(b))`.",
        "`p = SHORTEST 1 (a)-[*]-(b)` または `p = allShortestPaths((a)-[*]-(b))` と書いてください。",
    ))
}
