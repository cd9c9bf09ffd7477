//! Saved queries: files of the language whose leading comment tells people what they ask.

use std::path::Path;
use std::sync::Arc;

use super::{bundled, encoding, files, saved_header};
use crate::error::{Code, Error, Errors, Source, Span, Text, did_you_mean, nearest, one_of, text};
use crate::graph::Graph;
use crate::model::Value;
use crate::session::{self, Params};

/// The ending of a saved query's file.
pub(super) const ENDING: &str = "cypher";

/// A query that is kept under a name, with words for people.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedQuery {
    /// The file's name without its ending.
    pub name: String,
    /// What it asks, in a few words.
    pub title: Text,
    /// What it answers and how to read that.
    pub description: Text,
    /// Its parameters, in the order of the header.
    pub params: Vec<SavedParam>,
    /// The whole text, header included; empty where it could not be read.
    pub text: String,
    /// Where it was read, for messages.
    pub path: String,
    /// What is wrong with its header, or why the file cannot be read. Such a query cannot be run.
    pub faults: Vec<Error>,
}

/// A parameter of a saved query.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedParam {
    /// Its name, without `$`.
    pub name: String,
    /// The value taken where none is given; without one it must be given.
    pub default: Option<Value>,
    /// What gives the only values it takes; without it, it takes any.
    pub values: Option<SavedValues>,
    /// What it stands for.
    pub description: Text,
    /// Where the header first names it.
    pub place: Span,
}

/// A query in a header that gives the values a parameter takes.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedValues {
    /// The query, of one column.
    pub query: String,
    /// Where it stands.
    pub place: Span,
}

impl SavedQuery {
    /// The query in a text.
    fn of(source: &Arc<Source>) -> Self {
        let (header, faults) = saved_header::read(source);
        Self {
            name: stem(&source.name),
            title: header.title,
            description: header.description,
            params: header.params,
            text: source.text.clone(),
            path: source.name.clone(),
            faults,
        }
    }

    /// The query in a file.
    pub(super) fn read(path: &Path) -> Self {
        let name = path.display().to_string();
        let source = files::read(path).and_then(|bytes| encoding::decode(&name, &bytes));
        source.map_or_else(
            |fault| Self {
                name: stem(&name),
                title: Text::default(),
                description: Text::default(),
                params: Vec::new(),
                text: String::new(),
                path: name.clone(),
                faults: vec![fault],
            },
            |source| Self::of(&source),
        )
    }

    /// The query, where it can be run.
    ///
    /// # Errors
    /// Its faults.
    pub fn sound(&self) -> Result<&Self, Errors> {
        if self.faults.is_empty() { Ok(self) } else { Err(Errors(self.faults.clone())) }
    }

    /// The text, for messages that point into it.
    #[must_use]
    pub fn source(&self) -> Arc<Source> {
        Source::new(&self.path, &self.text)
    }

    /// Whether it is part of the program.
    #[must_use]
    pub fn is_bundled(&self) -> bool {
        Path::new(&self.path).starts_with(bundled::FOLDER)
    }

    /// Whether every name of the query is one of `graph`.
    ///
    /// # Errors
    /// The first fault.
    pub fn fits(&self, graph: &Graph) -> Result<(), Error> {
        let source = self.source();
        session::inspect(graph, &source)?;
        self.params.iter().filter_map(|param| param.values.as_ref()).try_for_each(|values| {
            values.inspect(graph, &source)?;
            Ok(())
        })
    }

    /// Everything that is wrong with it on `graph`; without one only what can be told without a base.
    pub(super) fn check(&self, graph: Option<&Graph>) -> Vec<Error> {
        let mut found = self.faults.clone();
        if self.text.is_empty() && !found.is_empty() {
            return found;
        }
        let (source, empty) = (self.source(), Graph::default());
        match session::inspect(graph.unwrap_or(&empty), &source) {
            Err(fault) => found.push(fault),
            Ok(seen) => {
                // Without the base, every name of one would be warned of.
                found.extend(seen.warnings.into_iter().filter(|_| graph.is_some()));
                found.extend(self.undeclared(&seen.params).map(|fault| fault.in_source(&source)));
                found.extend(self.unused(&seen.params).map(|fault| fault.in_source(&source)));
            }
        }
        found.extend(self.params.iter().filter_map(|param| param.check(graph, &source)));
        found
    }

    /// Faults for the parameters that the query uses but the header does not name.
    fn undeclared(&self, used: &[(String, Span)]) -> impl Iterator<Item = Error> {
        let declared = |name: &String| self.params.iter().any(|param| param.name == *name);
        used.iter().filter(move |(name, _)| !declared(name)).map(|(name, place)| {
            let message = text!(
                "the header does not declare the parameter `{name}`",
                "パラメーター `{name}` がヘッダーで宣言されていません"
            );
            Error::new(Code::NameParameter, message).at(*place).help(text!(
                "Add a line `// param.{name} = …` with its default, or `// param.{name}`.",
                "`// param.{name} = 既定値` または `// param.{name}` の行を加えてください。"
            ))
        })
    }

    /// Warnings of the parameters that the header names but the query does not use.
    fn unused(&self, used: &[(String, Span)]) -> impl Iterator<Item = Error> {
        let unused = |param: &&SavedParam| !used.iter().any(|(name, _)| *name == param.name);
        self.params.iter().filter(unused).map(|SavedParam { name, place, .. }| {
            let message = text!(
                "the query does not use the parameter `{name}`",
                "パラメーター `{name}` はクエリで使われていません"
            );
            Error::warning(Code::NameParameter, message).at(*place)
        })
    }
}

impl SavedParam {
    /// Why it cannot have this value in a query of `source`; nothing where it can.
    ///
    /// # Errors
    /// As [`session::query`], where the values it takes cannot be told.
    pub fn refuses(
        &self,
        graph: &Graph,
        source: &Arc<Source>,
        value: &Value,
    ) -> Result<Option<Error>, Error> {
        let Some(values) = &self.values else { return Ok(None) };
        let allowed = values.list(graph, source)?;
        let given =
            if let Value::List(items) = value { items } else { std::slice::from_ref(value) };
        let outside = given.iter().find(|value| !allowed.contains(value));
        Ok(outside.map(|value| self.outside(value, &allowed)))
    }

    fn outside(&self, value: &Value, allowed: &[Value]) -> Error {
        let plain = |value: &Value| {
            if let Value::String(words) = value { words.clone() } else { value.to_string() }
        };
        let (name, word) = (&self.name, plain(value));
        let message = text!(
            "the parameter `{name}` cannot be `{word}`",
            "パラメーター `{name}` に「{word}」は指定できません"
        );
        let error = Error::new(Code::NameParameter, message);
        let names: Vec<String> = allowed.iter().map(plain).collect();
        error.help(match nearest(&word, names.iter().map(String::as_str)) {
            Some(near) => did_you_mean(near),
            None if names.is_empty() => text!(
                "The knowledge base has no value for it.",
                "このナレッジベースには、指定できる値がありません。"
            ),
            None => one_of(&names),
        })
    }

    /// What is wrong with its values, or with its default among them.
    fn check(&self, graph: Option<&Graph>, source: &Arc<Source>) -> Option<Error> {
        let values = self.values.as_ref()?;
        let empty = Graph::default();
        let name = &self.name;
        match values.inspect(graph.unwrap_or(&empty), source) {
            Err(fault) => return Some(fault),
            Ok(seen) if seen.columns.len() != 1 || !seen.params.is_empty() => {
                let message = text!(
                    "the values of `{name}` are not a query of one column without parameters",
                    "`{name}` の値は、パラメーターのない、列が一つのクエリで書きます"
                );
                let fault = Error::new(Code::SeedValue, message).at(values.place);
                return Some(fault.in_source(source));
            }
            Ok(_) => {}
        }
        match self.refuses(graph?, source, self.default.as_ref()?) {
            Err(fault) => Some(fault),
            Ok(None) => None,
            Ok(Some(_)) => {
                let message = text!(
                    "the default of `{name}` is none of its values in this knowledge base",
                    "`{name}` の既定値は、このナレッジベースで指定できる値ではありません"
                );
                Some(Error::warning(Code::SeedValue, message).at(self.place).in_source(source))
            }
        }
    }
}

impl SavedValues {
    fn inspect(&self, graph: &Graph, source: &Arc<Source>) -> Result<session::Inspection, Error> {
        let own = Source::new(&source.name, &self.query);
        session::inspect(graph, &own).map_err(|error| self.moved(&error, source))
    }

    /// The values, in the order of the query.
    fn list(&self, graph: &Graph, source: &Arc<Source>) -> Result<Vec<Value>, Error> {
        let rows = session::query(graph, &source.name, &self.query, &Params::new());
        let rows = rows.map_err(|error| self.moved(&error, source))?.rows;
        Ok(rows.into_iter().filter_map(|row| row.into_iter().next()).collect())
    }

    /// A fault of the query as one of the text that it stands in.
    fn moved(&self, error: &Error, source: &Arc<Source>) -> Error {
        let parts = error.parts();
        let by = self.place.start;
        let moved = Error::new(parts.code, parts.message.clone());
        let moved = parts.labels.iter().fold(moved, |moved, label| {
            let (start, end) = (label.span.start, label.span.end);
            let span = Span { start: start.saturating_add(by), end: end.saturating_add(by) };
            moved.label_in(source, span, label.text.clone())
        });
        let moved = parts.notes.iter().cloned().fold(moved, Error::note);
        parts.help.iter().cloned().fold(moved, Error::help)
    }
}

/// The saved queries of a folder, or the bundled ones; sorted by name. A query whose header cannot be read is among them,
/// with its faults.
///
/// # Errors
/// `io` where the folder cannot be read.
pub fn saved_queries(folder: Option<&Path>) -> Result<Vec<SavedQuery>, Errors> {
    let mut queries: Vec<SavedQuery> = match folder {
        Some(folder) => {
            files::find(folder, ENDING, false)?.iter().map(|path| SavedQuery::read(path)).collect()
        }
        None => {
            let path = |name: &str| format!("{}/queries/{name}", bundled::FOLDER);
            let query =
                |(name, text): &(&str, &str)| SavedQuery::of(&Source::new(path(name), *text));
            bundled::QUERIES.iter().map(query).collect()
        }
    };
    queries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(queries)
}

/// The name of a file without its folders and ending.
fn stem(name: &str) -> String {
    let stem = Path::new(name).file_stem();
    stem.map_or_else(|| name.to_owned(), |stem| stem.to_string_lossy().into_owned())
}
