//! The front door for queries: parse, plan, run.
//!
//! 1. [`syntax::parse`] turns the text into a tree, with spans into the text.
//! 2. [`plan::plan`] resolves names under the graph's schema and gives operators on slots.
//! 3. [`exec::run`] gives rows of data; entities are ids. A statement that writes goes to [`exec::execute`], and what it wrote is
//!    kept as a whole or not at all.
//! 4. Here data become values that own what they show, and every error learns the text it points into.

mod prepared;
mod profile;

use std::sync::Arc;

use indexmap::IndexMap;

use crate::error::{Code, Error, Result, Source, Span, text};
use crate::exec::{self, Limits, Probe};
pub use crate::graph::Changes;
use crate::graph::Graph;
use crate::model::{Datum, Value};
use crate::plan::Plan;
use crate::procedures::Procedures;
use crate::syntax::ast::{Mode, Query, Statement};
use crate::{plan, syntax};
pub use prepared::{Prepared, prepare};

/// The rows a statement gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows; each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
    /// What a reader should know though the query ran: names that match nothing here, and the like.
    pub warnings: Vec<Error>,
    /// What it changed; `None` where it is of a sort that only reads.
    pub changes: Option<Changes>,
}

/// How much stack a statement gets: every walk over a tree or plan is as deep as the statement nests, which the parser bounds. The
/// frames of a build for debugging are several times those of a release, where the usual stack of a main thread is enough.
const STACK: usize = if cfg!(debug_assertions) { 16 << 20 } else { 4 << 20 };

/// Runs a walk over all of a statement where there is stack enough for it.
fn deep<R>(run: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(STACK, STACK + STACK / 2, run)
}

/// Named parameters.
pub type Params = IndexMap<String, Value>;

/// What a statement may use.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How much.
    pub limits: Limits,
    /// What it may call.
    pub procedures: Procedures,
    /// Whether every operator runs frame by frame, even where rows are ids and could run as slices. It changes how long a statement
    /// takes, and no row: for comparing the two.
    pub row_by_row: bool,
}

impl Options {
    /// The usual options, but for the limits.
    #[must_use]
    pub fn within(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }
}

/// Runs a query that only reads, within the usual limits; `name` is what messages call the text: `<query>`, or the path of a file.
///
/// # Errors
/// `syntax.*`, `name.*`, `type.*` where the query makes no sense; `run.*` and `limit.*` where it fails; `run.read-only` where it
/// would write. Every error knows its place.
pub fn query(graph: &Graph, name: &str, text: &str, params: &Params) -> Result<Rows> {
    query_within(graph, &Source::new(name, text), params, &Options::default())
}

/// Runs a query that only reads, with options of the caller's.
///
/// # Errors
/// As [`query`].
pub fn query_within(
    graph: &Graph,
    source: &Arc<Source>,
    params: &Params,
    options: &Options,
) -> Result<Rows> {
    let run = || {
        let statement = syntax::parse(&source.text)?;
        only_reads(&statement)?;
        read(graph, &statement, source, params, options)
    };
    sound(graph, deep(run)).map_err(|error: Error| error.in_source(source))
}

/// Runs any statement. One that fails leaves the graph as it was.
///
/// # Errors
/// As [`query`], and `run.*` where something cannot be written.
pub fn execute(
    graph: &mut Graph,
    source: &Arc<Source>,
    params: &Params,
    options: &Options,
) -> Result<Rows> {
    let done = deep(|| write(graph, source, params, options));
    match sound(graph, done) {
        Ok(mut rows) => {
            let changes = graph.commit();
            rows.changes = rows.changes.map(|_| changes);
            Ok(rows)
        }
        Err(error) => {
            graph.rollback();
            Err(error.in_source(source))
        }
    }
}

/// Runs any statement, without a word yet on whether what it wrote stays.
fn write(
    graph: &mut Graph,
    source: &Arc<Source>,
    params: &Params,
    options: &Options,
) -> Result<Rows> {
    let statement = syntax::parse(&source.text)?;
    if writes(&statement).is_none() {
        return read(graph, &statement, source, params, options);
    }
    let Statement { mode, query } = &statement;
    plan::intern(query, graph)?;
    let plan = planned(source, query, graph, options)?;
    let (given, limits, changes) = (data(params)?, &options.limits, Some(Changes::default()));
    if *mode == Mode::Profile {
        let marks = profile::marks(&plan, graph, params);
        let operators = profile::explained(&plan, &source.text, graph, &marks);
        let run = |probe: &Probe<'_>| exec::execute(&plan, graph, &given, limits, Some(probe));
        let operators = profile::watched(&plan, (operators, &marks), run)?.0;
        return Ok(Rows { changes, ..told(plan, operators, source) });
    }
    let rows = exec::execute(&plan, graph, &given, limits, None)?;
    Ok(Rows { changes, ..owned(graph, &plan, &rows, source) })
}

fn planned(source: &Source, query: &Query, graph: &Graph, options: &Options) -> Result<Plan> {
    let plan = plan::plan(&source.text, query, graph, &options.procedures)?;
    Ok(Plan { row_by_row: options.row_by_row, ..plan })
}

/// Runs a statement that writes nothing, or explains one.
fn read(
    graph: &Graph,
    statement: &Statement,
    source: &Arc<Source>,
    params: &Params,
    options: &Options,
) -> Result<Rows> {
    let plan = planned(source, &statement.query, graph, options)?;
    match statement.mode {
        Mode::Run => {
            let rows = exec::run(&plan, graph, &data(params)?, &options.limits, None)?;
            Ok(owned(graph, &plan, &rows, source))
        }
        Mode::Explain => {
            let marks = profile::marks(&plan, graph, params);
            let operators = profile::explained(&plan, &source.text, graph, &marks);
            Ok(told(plan, operators, source))
        }
        Mode::Profile => Ok(profiled(graph, plan, source, params, options)?.operators),
    }
}

/// What a query gives, and what its operators did for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Profile {
    /// The rows of the query.
    pub rows: Rows,
    /// The rows that PROFILE gives.
    pub operators: Rows,
}

/// Runs a query that only reads, with `PROFILE` before it or without, and watches its operators.
///
/// # Errors
/// As [`query`].
pub fn profile(
    graph: &Graph,
    source: &Arc<Source>,
    params: &Params,
    options: &Options,
) -> Result<Profile> {
    let run = || {
        let statement = Statement { mode: Mode::Profile, ..syntax::parse(&source.text)? };
        only_reads(&statement)?;
        let plan = planned(source, &statement.query, graph, options)?;
        profiled(graph, plan, source, params, options)
    };
    sound(graph, deep(run)).map_err(|error: Error| error.in_source(source))
}

fn profiled(
    graph: &Graph,
    plan: Plan,
    source: &Arc<Source>,
    params: &Params,
    options: &Options,
) -> Result<Profile> {
    let (given, limits) = (data(params)?, &options.limits);
    let marks = profile::marks(&plan, graph, params);
    let operators = profile::explained(&plan, &source.text, graph, &marks);
    let run = |probe: &Probe<'_>| exec::run(&plan, graph, &given, limits, Some(probe));
    let (operators, rows) = profile::watched(&plan, (operators, &marks), run)?;
    let rows = owned(graph, &plan, &rows, source);
    let operators = Rows { warnings: rows.warnings.clone(), ..operators };
    Ok(Profile { rows, operators })
}

/// What a reader gets who asked for the plan.
fn told(plan: Plan, operators: Rows, source: &Arc<Source>) -> Rows {
    Rows { warnings: placed(plan.warnings, source), ..operators }
}

/// What a reader gets: values that own what they show. What the statement has deleted is shown as it was.
fn owned(graph: &Graph, plan: &Plan, rows: &[Vec<Datum>], source: &Arc<Source>) -> Rows {
    let values = |row: &Vec<Datum>| row.iter().map(|datum| graph.value(datum)).collect();
    Rows {
        columns: plan.columns.clone(),
        rows: rows.iter().map(values).collect(),
        warnings: placed(plan.warnings.clone(), source),
        changes: None,
    }
}

/// Warnings that know the text they point into.
fn placed(warnings: Vec<Error>, source: &Arc<Source>) -> Vec<Error> {
    warnings.into_iter().map(|warning| warning.in_source(source)).collect()
}

/// What was done on a graph, unless its file turned out to be damaged meanwhile: then nothing of it counts.
fn sound<T>(graph: &Graph, done: Result<T>) -> Result<T> {
    if !graph.is_damaged() {
        return done;
    }
    Err(Error::new(
        Code::Snapshot,
        text!("the snapshot is damaged", "スナップショットが壊れています"),
    )
    .help(text!("`kadai build` makes it anew.", "`kadai build` で作り直せます。")))
}

/// Where a statement writes when it runs.
fn writes(statement: &Statement) -> Option<Span> {
    match statement.mode {
        Mode::Explain => None,
        Mode::Run | Mode::Profile => plan::first_write(&statement.query),
    }
}

/// Refuses a statement that writes.
fn only_reads(statement: &Statement) -> Result<()> {
    let Some(span) = writes(statement) else { return Ok(()) };
    Err(Error::new(
        Code::RunReadOnly,
        text!("this clause writes, and here only reading is allowed", "この句は書き込みを行いますが、ここでは読み取りしかできません"),
    )
    .at(span)
    .help(text!(
        "What the base holds stands in its knowledge files: edit those to keep a change.",
        "ナレッジベースの内容はナレッジファイルで決まります。変更を残すには、ファイルを編集してください。"
    ))
    .help(text!(
        "To try it out, run it with `kadai query --dry-run`, or in `kadai repl`; nothing is saved.",
        "試すだけなら、`kadai query --dry-run` か `kadai repl` で実行できます。結果は保存されません。"
    )))
}

/// The plan of a query as text, one operator a line.
///
/// # Errors
/// As [`query`], apart from those of running.
pub fn explain(graph: &Graph, name: &str, text: &str) -> Result<String> {
    let source = Source::new(name, text);
    let procedures = Procedures::default();
    let explained = || {
        let tree = syntax::parse(text)?;
        let plan = plan::plan(text, &tree.query, graph, &procedures)?;
        Ok(plan.explain(text, graph.names()))
    };
    deep(explained).map_err(|error: Error| error.in_source(&source))
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

/// Parses and plans a query that only reads.
///
/// # Errors
/// As [`query`], apart from those of running.
pub fn inspect(graph: &Graph, source: &Arc<Source>) -> Result<Inspection> {
    let inspected = || {
        let statement = syntax::parse(&source.text)?;
        only_reads(&statement)?;
        let plan = plan::plan(&source.text, &statement.query, graph, &Procedures::default())?;
        let columns = match statement.mode {
            Mode::Run => plan.columns,
            Mode::Explain => profile::columns(false),
            Mode::Profile => profile::columns(true),
        };
        Ok(Inspection { columns, params: plan.params, warnings: placed(plan.warnings, source) })
    };
    deep(inspected).map_err(|error: Error| error.in_source(source))
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
