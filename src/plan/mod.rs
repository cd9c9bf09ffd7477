//! Planning: a query tree under a graph's schema becomes a [`Plan`].
//!
//! ```text
//! RETURN order ◀─ Limit ◀─ Sort ◀─ Aggregate ◀─ Filter ◀─ Expand ◀─ NodeScan
//! ```
//!
//! Binding resolves every name (variables to slots, labels, types and keys to ids, functions to their entries) and judges what the
//! grammar leaves open: which clauses may follow which, where aggregation may stand, what a variable may be used for. A plan is data:
//! it can be printed and compared, and it holds no closures and nothing of the graph's contents.

mod ahead;
mod call;
mod clauses;
mod composition;
mod compound;
mod course;
mod create;
mod estimate;
mod existence;
mod explain;
mod expr;
pub(crate) mod faults;
mod filters;
mod grouping;
mod intern;
mod nesting;
mod outline;
mod pattern;
mod projection;
mod rank;
mod reach;
mod scope;
mod slots;
mod subquery;
mod tree;
mod types;
mod update;
mod values;
mod write_ops;

pub(crate) use composition::first_write;
pub(crate) use course::turned;
pub use course::{Course, Leg, Part, PathMode, Repeat, Search, Stop};
pub(crate) use intern::intern;
pub use outline::{Line, LineKind, Outline};
pub(crate) use projection::row_count;
pub use reach::{CountReached, Reach};
pub use tree::{
    AggregateCall, Ask, Constant, Expand, ExpandMany, Expr, ExprKind, Invoke, Key, Kinds,
    LabelTest, MapPart, Op, PathStep, Place, Plan, ProcedureRef, Reduce, Slot, SortKey, Subplan,
};
pub(crate) use update::{no_entity, no_labels_on_rels, no_properties_in, not_deletable};
pub use write_ops::{Assign, Call, Creation, Merge, NewName, NewProperties, Write};

use crate::error::Result;
use crate::graph::Graph;
use crate::procedures::Procedures;
use crate::syntax::ast;

/// Does what goes one level deeper with every operator, or query inside another, on more stack where little is left.
pub(crate) fn deeper<T>(step: impl FnOnce() -> T) -> T {
    const STACK_LEFT: usize = 128 << 10;
    const STACK_MORE: usize = 4 << 20;
    stacker::maybe_grow(STACK_LEFT, STACK_MORE, step)
}

/// Plans `query`, which was parsed from `text`, for `graph`; `procedures` are those it may call.
///
/// # Errors
/// `name.*`, `type.*` and `syntax.composition`, each with its place in `text`.
pub fn plan(
    text: &str,
    query: &ast::Query,
    graph: &Graph,
    procedures: &Procedures,
) -> Result<Plan> {
    Ok(clauses::Binder::new(text, graph, procedures).query(query)?.by_reach())
}
