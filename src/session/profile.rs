//! EXPLAIN and PROFILE: the plan of a query as rows, so that whatever shows rows shows it.

use std::time::Duration;

use super::{Params, Rows, data};
use crate::error::Result;
use crate::exec::{self, Mark, Probe};
use crate::graph::Graph;
use crate::model::Value;
use crate::plan::{LineKind, Plan};

/// Above this, estimates are told without a fraction.
const WHOLE_FROM: f64 = 10.0;

/// The operators of a plan that does not run, with the rows expected of each.
pub(super) fn explained(plan: &Plan, text: &str, graph: &Graph, marks: &[Mark]) -> Rows {
    let lines = plan.lines(text, graph.names()).into_iter().zip(plan.estimates(graph));
    let row = |((line, rows), mark): ((String, f64), &Mark)| {
        vec![Value::String(line), estimate(rows), Value::String(mark.runs_on.to_owned())]
    };
    Rows { columns: columns(false), rows: lines.zip(marks).map(row).collect(), ..Rows::default() }
}

/// What the operators of a plan run on. Where a parameter cannot be one, none is given.
pub(super) fn marks(plan: &Plan, graph: &Graph, params: &Params) -> Vec<Mark> {
    exec::marks(plan, &plan.outline(), graph, &data(params).unwrap_or_default())
}

/// Runs a plan, and adds to its operators what each did.
///
/// # Errors
/// Those of the run.
pub(super) fn watched<R>(
    plan: &Plan,
    (mut operators, marks): (Rows, &[Mark]),
    run: impl FnOnce(&Probe<'_>) -> Result<Vec<R>>,
) -> Result<(Rows, Vec<R>)> {
    let outline = plan.outline();
    let probe = Probe::new(&outline);
    let rows = run(&probe)?;
    let work = probe.work();
    let all = rows.len() as u64;
    operators.columns = columns(true);
    for (at, row) in operators.rows.iter_mut().enumerate() {
        let (line, did) = (outline.lines.get(at), work.get(at).copied().unwrap_or_default());
        let mark = marks.get(at).copied().unwrap_or_default();
        let given = match line.map(|line| (line.kind, line.next)) {
            // Equal rows become one there, which is seen only behind it.
            Some((LineKind::Union(_), next)) => {
                next.map_or(all, |next| work.get(next).map_or(0, |work| work.rows))
            }
            _ => did.rows,
        };
        let given = i64::try_from(given).unwrap_or(i64::MAX);
        let rows = if mark.counts || given > 0 { Value::Int(given) } else { Value::Null };
        let timed = mark.times || !did.time.is_zero();
        let time = if timed { Value::Float(milliseconds(did.time)) } else { Value::Null };
        row.splice(2..2, [rows, time]);
    }
    Ok((operators, rows))
}

/// The columns; some only where the plan has run.
pub(super) fn columns(ran: bool) -> Vec<String> {
    let did: &[&str] = if ran { &["rows", "time ms"] } else { &[] };
    let names = ["operator", "estimated rows"].iter().chain(did).chain(&["runs on"]);
    names.map(|name| (*name).to_owned()).collect()
}

/// An estimate as it is told: whole, but for small ones with a fraction, which tell a few rows from none.
fn estimate(rows: f64) -> Value {
    let tenths = (rows * 10.0).round() / 10.0;
    if rows < WHOLE_FROM && tenths.fract() != 0.0 {
        return Value::Float(tenths);
    }
    // Estimates are far from the least and greatest integer.
    Value::Int(format!("{rows:.0}").parse().unwrap_or(i64::MAX))
}

/// Milliseconds to three places.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}
