//! EXPLAIN and PROFILE: the plan of a query as rows, so that whatever shows rows shows it.

use std::time::Duration;

use super::Rows;
use crate::error::Result;
use crate::exec::Probe;
use crate::graph::Graph;
use crate::model::Value;
use crate::plan::{LineKind, Plan};

/// Above this, estimates are told without a fraction.
const WHOLE_FROM: f64 = 10.0;

/// The operators of a plan that does not run, with the rows expected of each.
pub(super) fn explained(plan: &Plan, text: &str, graph: &Graph) -> Rows {
    let lines = plan.lines(text, graph.names()).into_iter().zip(plan.estimates(graph));
    Rows {
        columns: columns(false),
        rows: lines.map(|(line, rows)| vec![Value::String(line), estimate(rows)]).collect(),
        ..Rows::default()
    }
}

/// Runs a plan, and adds to its operators what each did.
///
/// # Errors
/// Those of the run.
pub(super) fn watched<R>(
    plan: &Plan,
    mut operators: Rows,
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
        let given = match line.map(|line| (line.kind, line.next)) {
            // Equal rows become one there, which is seen only behind it.
            Some((LineKind::Union(_), next)) => {
                next.map_or(all, |next| work.get(next).map_or(0, |work| work.rows))
            }
            _ => did.rows,
        };
        let given = i64::try_from(given).unwrap_or(i64::MAX);
        row.extend([Value::Int(given), Value::Float(milliseconds(did.time))]);
    }
    Ok((operators, rows))
}

/// The columns; some only where the plan has run.
pub(super) fn columns(ran: bool) -> Vec<String> {
    let names = ["operator", "estimated rows", "rows", "time ms"];
    names.into_iter().take(if ran { 4 } else { 2 }).map(str::to_owned).collect()
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
