//! Saved queries: found by name, listed, and given their parameters.

use indexmap::IndexMap;

use super::params::given_twice;
use super::{Given, parse_value};
use crate::error::{Code, Error, Errors, Lang, Text, did_you_mean, nearest, one_of, text};
use crate::graph::Graph;
use crate::knowledge::{SavedParam, SavedQuery};
use crate::model::Value;
use crate::session::{Params, Rows};

/// How many queries that do not fit are named.
const NAMED_MAX: usize = 12;

/// The saved query of this name; `list` is the command that lists them all, as its user would type it.
///
/// # Errors
/// `name.query` with the nearest name; the faults of the query where it cannot be run.
pub fn find_query<'q>(
    queries: &'q [SavedQuery],
    name: &str,
    list: &str,
) -> Result<&'q SavedQuery, Errors> {
    let found = queries.iter().find(|query| query.name == name);
    let found = found.ok_or_else(|| {
        let error = Error::new(
            Code::NameQuery,
            text!("unknown saved query `{name}`", "保存済みクエリ `{name}` はありません"),
        );
        let titled =
            |query: &&SavedQuery| [&query.title.en, &query.title.ja].contains(&&name.to_owned());
        let near = nearest(name, queries.iter().map(|query| query.name.as_str()));
        error.help(match (queries.iter().find(titled), near) {
            (Some(SavedQuery { name: meant, .. }), _) => text!(
                "`{name}` is the title of `{meant}`; give that name.",
                "「{name}」は `{meant}` の題名です。この名前を指定してください。"
            ),
            (None, Some(near)) => did_you_mean(near),
            (None, None) => text!(
                "`{list}` without a name lists the saved queries.",
                "名前を省いて `{list}` を実行すると一覧を確認できます。"
            ),
        })
    })?;
    found.sound()
}

/// The parameters of a saved query: what was given, and its defaults for the rest.
///
/// Where the default is a text, what is given is one too, though it looks like a number: `code=13101`.
///
/// # Errors
/// `name.parameter` for one that the query does not have, that it needs and nobody gave, or whose value is not one that it
/// takes on this graph; `usage` for one given twice.
pub fn bind(graph: &Graph, query: &SavedQuery, given: &[Given]) -> Result<Params, Error> {
    let mut params = Params::new();
    for Given { name, text } in given {
        let param = query.params.iter().find(|param| param.name == *name);
        let param = param.ok_or_else(|| unknown_param(query, name))?;
        let is_text = matches!(param.default, Some(Value::String(_)));
        let keep_text = is_text && !text.starts_with(['"', '\'']);
        let value = if keep_text { Value::String(text.clone()) } else { parse_value(text)? };
        if params.insert(name.clone(), value).is_some() {
            return Err(given_twice(name));
        }
    }
    for SavedParam { name, default, description, .. } in &query.params {
        if params.contains_key(name) {
            continue;
        }
        let Some(default) = default else {
            let saved = &query.name;
            return Err(Error::new(
                Code::NameParameter,
                text!(
                    "the saved query `{saved}` needs the parameter `{name}`",
                    "保存済みクエリ `{saved}` にはパラメーター `{name}` が必要です"
                ),
            )
            .note(description.clone())
            .help(text!("Add `--param {name}=…`.", "`--param {name}=…` で指定してください。")));
        };
        params.insert(name.clone(), default.clone());
    }
    for param in &query.params {
        let Some(value) = params.get(&param.name) else { continue };
        if let Some(fault) = param.refuses(graph, &query.source(), value)? {
            return Err(fault);
        }
    }
    Ok(params)
}

fn unknown_param(query: &SavedQuery, name: &str) -> Error {
    let saved = &query.name;
    let names: Vec<&str> = query.params.iter().map(|param| param.name.as_str()).collect();
    let error = Error::new(
        Code::NameParameter,
        text!(
            "the saved query `{saved}` has no parameter `{name}`",
            "保存済みクエリ `{saved}` にパラメーター `{name}` はありません"
        ),
    );
    match nearest(name, names.iter().copied()) {
        Some(near) => error.help(did_you_mean(near)),
        None if names.is_empty() => {
            error.note(text!("It has none.", "このクエリにパラメーターはありません。"))
        }
        None => error.help(one_of(&names)),
    }
}

/// The list of the saved queries that can be run on `graph`, with warnings of the others. Without a graph, whether they
/// fit is not judged.
///
/// Shape: for people three columns under headings in their language; for programs `name`, `title`, `description` and
/// `parameters` with everything that is known of each.
#[must_use]
pub fn list_queries(
    queries: &[SavedQuery],
    graph: Option<&Graph>,
    for_people: bool,
    lang: Lang,
) -> Rows {
    let text = |words: &str| Value::String(words.to_owned());
    let columns: &[&str] = match (for_people, lang) {
        (true, Lang::En) => &["name", "title", "parameters"],
        (true, Lang::Ja) => &["名前", "題名", "パラメーター"],
        (false, _) => &["name", "title", "description", "parameters"],
    };
    let (sound, broken): (Vec<_>, Vec<_>) =
        queries.iter().partition(|query| query.faults.is_empty());
    let misfit = |query: &SavedQuery| graph.and_then(|graph| query.fits(graph).err());
    let judged = sound.into_iter().map(|query| (query, misfit(query)));
    let (fit, misfits): (Vec<_>, Vec<_>) = judged.partition(|(_, misfit)| misfit.is_none());
    let rows = fit.into_iter().map(|(query, _)| {
        let title = text(query.title.get(lang));
        if for_people {
            let params: Vec<_> = query.params.iter().map(short_param).collect();
            return vec![text(&query.name), title, Value::String(params.join(", "))];
        }
        let params = query.params.iter().map(|param| whole_param(param, lang)).collect();
        let description = text(query.description.get(lang));
        vec![text(&query.name), title, description, Value::List(params)]
    });
    Rows {
        columns: columns.iter().map(|&name| name.to_owned()).collect(),
        rows: rows.collect(),
        warnings: broken.into_iter().map(cannot_run).chain(left_out(&misfits)).collect(),
        ..Rows::default()
    }
}

/// The warning of a query whose header is faulty.
fn cannot_run(query: &SavedQuery) -> Error {
    let name = &query.name;
    let message = text!(
        "the saved query `{name}` has faults and cannot be run",
        "保存済みクエリ `{name}` は、誤りがあるため実行できません"
    );
    Error::warning(Code::NameQuery, message)
        .help(text!("`kadai check` tells what is wrong.", "`kadai check` で誤りを確認できます。"))
}

/// The warning of queries that ask for what the base does not have.
fn left_out(misfits: &[(&SavedQuery, Option<Error>)]) -> Option<Error> {
    let (first, _) = misfits.first()?;
    let count = misfits.len();
    let (y, they) = if count == 1 { ("y", "it does") } else { ("ies", "they do") };
    let message = text!(
        "{count} saved quer{y} left out: {they} not fit this knowledge base",
        "このナレッジベースに合わない保存済みクエリ {count} 件を省きました"
    );
    let mut warning = Error::warning(Code::NameQuery, message);
    for (query, misfit) in misfits.iter().take(NAMED_MAX) {
        let Some(misfit) = misfit else { continue };
        let (name, Text { en, ja }) = (&query.name, &misfit.parts().message);
        warning = warning.note(text!("`{name}`: {en}", "`{name}`：{ja}"));
    }
    Some(warning.help_if(first.is_bundled().then(|| {
        text!(
            "The bundled queries are for the schema of the bundled base; keep your own as `.cypher` files in the folder `queries` of your base.",
            "内蔵のクエリは内蔵のナレッジベースのスキーマに合わせたものです。独自のクエリは、ナレッジベースのフォルダーの中の「queries」に `.cypher` ファイルとして置いてください。"
        )
    })))
}

/// `level='都'`, or the bare name where it must be given.
fn short_param(param: &SavedParam) -> String {
    match &param.default {
        Some(default) => format!("{}={default}", param.name),
        None => param.name.clone(),
    }
}

fn whole_param(param: &SavedParam, lang: Lang) -> Value {
    let entry = |key: &str, value: Value| (key.to_owned(), value);
    Value::Map(IndexMap::from([
        entry("name", Value::String(param.name.clone())),
        entry("required", Value::Bool(param.default.is_none())),
        entry("default", param.default.clone().unwrap_or_default()),
        entry("description", Value::String(param.description.get(lang).to_owned())),
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Span;
    use crate::terminal::parse_param;

    fn query() -> SavedQuery {
        let param = |name: &str, default| SavedParam {
            name: name.into(),
            default,
            values: None,
            description: Text::default(),
            place: Span::default(),
        };
        SavedQuery {
            name: "gaps".into(),
            title: Text::default(),
            description: Text::default(),
            params: vec![
                param("code", Some(Value::String("x".into()))),
                param("n", Some(Value::Int(2))),
                param("must", None),
            ],
            text: String::new(),
            path: String::new(),
            faults: Vec::new(),
        }
    }

    #[test]
    fn what_is_given_meets_what_is_declared() {
        let given = ["code=13101", "must=null"].map(|given| parse_param(given).unwrap());
        let params = bind(&Graph::default(), &query(), &given).unwrap();
        assert_eq!(params["code"], Value::String("13101".into()));
        assert_eq!((&params["n"], &params["must"]), (&Value::Int(2), &Value::Null));
    }

    #[test]
    fn what_is_not_declared_or_not_given_is_named() {
        let bound = |given: &[&str]| {
            let given: Vec<_> = given.iter().map(|given| parse_param(given).unwrap()).collect();
            bind(&Graph::default(), &query(), &given).unwrap_err()
        };
        assert_eq!(bound(&["must=1", "cod=1"]).parts().help[0].en, "Did you mean `code`?");
        assert!(bound(&[]).parts().message.en.contains("`must`"));
        assert_eq!(bound(&["must=1", "must=1"]).code(), Code::Usage);
        assert!(
            find_query(&[query()], "gap", "kadai run").unwrap_err().0[0].parts().help[0]
                .en
                .contains("`gaps`")
        );
    }
}
