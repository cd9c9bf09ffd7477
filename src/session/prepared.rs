//! A query that is parsed and planned once and runs many times.

use std::sync::Arc;

use super::{Options, Params, Rows, data, deep, only_reads, owned, planned, sound};
use crate::error::{Error, Result, Source};
use crate::exec;
use crate::graph::Graph;
use crate::plan::Plan;
use crate::syntax;

/// A query with its plan, which holds as long as nothing is written to the graph it was made for.
#[derive(Debug)]
pub struct Prepared {
    source: Arc<Source>,
    plan: Plan,
}

/// Parses and plans a query that only reads.
///
/// # Errors
/// As [`super::query`], apart from those of running.
pub fn prepare(graph: &Graph, source: &Arc<Source>, options: &Options) -> Result<Prepared> {
    let planned = || {
        let statement = syntax::parse(&source.text)?;
        only_reads(&statement)?;
        planned(source, &statement.query, graph, options)
    };
    let plan = deep(planned).map_err(|error: Error| error.in_source(source))?;
    Ok(Prepared { source: Arc::clone(source), plan })
}

impl Prepared {
    /// Runs the query, be it written with `PROFILE` or `EXPLAIN` or without.
    ///
    /// # Errors
    /// As [`super::query`], apart from those of parsing and planning.
    pub fn run(&self, graph: &Graph, params: &Params, options: &Options) -> Result<Rows> {
        let run = || {
            let rows = exec::run(&self.plan, graph, &data(params)?, &options.limits, None)?;
            Ok(owned(graph, &self.plan, &rows, &self.source))
        };
        sound(graph, deep(run)).map_err(|error: Error| error.in_source(&self.source))
    }
}
