//! The front door for queries: parse, plan, run.
//!
//! 1. [`syntax::parse`] turns the text into a tree, with spans into the text.
//! 2. [`plan::plan`] resolves names under the graph's schema and gives operators on slots.
//! 3. [`exec::run`] gives rows of data; entities are ids.
//! 4. Here data become values that own what they show, and every error learns the text it points into.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::error::{Code, Error, Result, Source, Span, text};
use crate::exec::{self, Limits};
use crate::graph::Graph;
use crate::model::{Datum, Value};
use crate::syntax::ast::Mode;
use crate::{plan, syntax};

/// The rows a query gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows; each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
    /// What a reader should know though the query ran: names that match nothing here, and the like.
    pub warnings: Vec<Error>,
}

/// Named parameters.
pub type Params = IndexMap<String, Value>;

/// Runs a query within the usual limits; `name` is what messages call the text: `<query>`, or the path of a file.
///
/// # Errors
/// `syntax.*`, `name.*`, `type.*` where the query makes no sense; `run.*` and `limit.*` where it fails. Every error knows its place.
pub fn query(graph: &Graph, name: &str, text: &str, params: &Params) -> Result<Rows> {
    query_within(graph, &Source::new(name, text), params, &Limits::default())
}

/// Runs a query within limits of the caller's.
///
/// # Errors
/// As [`query`].
pub fn query_within(
    graph: &Graph,
    source: &Arc<Source>,
    params: &Params,
    limits: &Limits,
) -> Result<Rows> {
    let run = || {
        let tree = syntax::parse(&source.text)?;
        if let Some(form) = explained(tree.mode) {
            return Err(form);
        }
        let plan = plan::plan(&source.text, &tree.query, graph)?;
        let rows = exec::run(&plan, graph, &data(params)?, limits)?;
        let values = |row: Vec<Datum>| row.iter().map(|datum| graph.value(datum)).collect();
        let rows = rows.into_iter().map(values).collect();
        let warnings = plan.warnings.into_iter().map(|warning| warning.in_source(source));
        Ok(Rows { columns: plan.columns, rows, warnings: warnings.collect() })
    };
    run().map_err(|error: Error| error.in_source(source))
}

/// The error for EXPLAIN and PROFILE, which give no rows yet.
fn explained(mode: Mode) -> Option<Error> {
    let form = match mode {
        Mode::Run => return None,
        Mode::Explain => "EXPLAIN",
        Mode::Profile => "PROFILE",
    };
    let message = text!("`{form}` is not supported yet", "`{form}` にはまだ対応していません");
    Some(Error::new(Code::SyntaxUnsupported, message).at(Span::new(0, 0)))
}

/// The plan of a query as text, one operator a line.
///
/// # Errors
/// As [`query`], apart from those of running.
pub fn explain(graph: &Graph, name: &str, text: &str) -> Result<String> {
    let source = Source::new(name, text);
    let planned = syntax::parse(text).and_then(|tree| plan::plan(text, &tree.query, graph));
    planned.map(|plan| plan.explain(text, graph.names())).map_err(|error| error.in_source(&source))
}

/// What can be told of a query without running it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inspection {
    /// The names of its columns.
    pub columns: Vec<String>,
    /// The parameters it uses, each with the place of its first use.
    pub params: Vec<(String, Span)>,
    /// What its writer should know.
    pub warnings: Vec<Error>,
}

/// Parses and plans a query.
///
/// # Errors
/// As [`query`], apart from those of running.
pub fn inspect(graph: &Graph, source: &Arc<Source>) -> Result<Inspection> {
    let tree = syntax::parse(&source.text).map_err(|error| error.in_source(source))?;
    let plan =
        plan::plan(&source.text, &tree.query, graph).map_err(|error| error.in_source(source))?;
    let warnings = plan.warnings.into_iter().map(|warning| warning.in_source(source));
    Ok(Inspection { columns: plan.columns, params: plan.params, warnings: warnings.collect() })
}

fn data(params: &Params) -> Result<exec::Params> {
    let entry = |(name, value): (&String, &Value)| match Datum::of(value) {
        Some(datum) => Ok((name.clone(), datum)),
        None => Err(Error::new(
            Code::NameParameter,
            text!(
                "parameter `${name}` holds a node, relationship or path",
                "パラメーター `${name}` にノード・関係・パスは指定できません"
            ),
        )),
    };
    params.iter().map(entry).collect()
}
