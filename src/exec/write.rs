//! Plans that write: pipelines that read and clauses that write take turns.
//!
//! ```text
//! rows ◀─ read: MATCH … ◀─ write: CREATE ◀─ read: WITH … MATCH ◀─ write: SET ◀─ read: RETURN
//! ```
//!
//! A pipeline has run to its end before the clause behind it writes, so no clause reads what it writes itself; only MERGE and SET
//! go row by row, each row seeing what those before it did. Whoever calls this takes everything back where it fails.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what can be joined and deleted is named; every other value, new ones too, is refused alike"
)]

use std::ops::ControlFlow;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::budget::{Budget, Limits};
use super::measure::measure_all;
use super::patterns::Patterns;
use super::profile::{Probe, during};
use super::reach::Pool;
use super::{Found, Frame, Machine, Params, Row, Seen, check_params, load, read};
use crate::error::{Code, Error, Result, Span, Standard, Text, text};
use crate::functions::Clock;
use crate::graph::{Entity, Graph};
use crate::model::{Datum, KindId, NodeId, RelId};
use crate::plan::{
    Call, Creation, Expr, Merge, NewProperties, Op, Plan, Slot, Write, not_deletable,
};

/// Runs a plan that may write.
///
/// Shape: rows as [`super::run`] gives them. The graph holds what was written, to be committed or taken back.
///
/// # Errors
/// As [`super::run`], and `run.*` where something cannot be written. What was written before stays to be taken back.
pub fn execute(
    plan: &Plan,
    graph: &mut Graph,
    params: &Params,
    limits: &Limits,
    probe: Option<&Probe<'_>>,
) -> Result<Vec<Row>> {
    check_params(plan, params)?;
    let (clock, budget) = (Clock::start(), Budget::new(limits));
    let (patterns, pool, written) = (Patterns::default(), Pool::default(), IndexMap::default());
    let row_by_row = plan.row_by_row;
    let mut writer =
        Writer { graph, params, clock, budget, patterns, pool, probe, row_by_row, written };
    let (mut frame, mut found) = (vec![Datum::Null; plan.slots], Found::of(plan));
    for branch in &plan.branches {
        let take: Take<'_> = &mut |budget, row| found.take(row, budget);
        writer.pipeline(&branch.ops, &branch.output, &mut frame, take)?;
    }
    writer.judge()?;
    Ok(found.rows)
}

/// One execution that may write.
pub(super) struct Writer<'r> {
    pub(super) graph: &'r mut Graph,
    params: &'r Params,
    clock: Clock,
    pub(super) budget: Budget,
    patterns: Patterns,
    pool: Pool,
    /// Watches the run, where someone asked for that.
    probe: Option<&'r Probe<'r>>,
    /// Whether frames are all there is.
    row_by_row: bool,
    /// What was written under a schema, each with the place that wrote it last.
    pub(super) written: IndexMap<Entity, Span, FxBuildHasher>,
}

/// Takes the rows that a pipeline ends with.
type Take<'t> = &'t mut dyn FnMut(&Budget, Row) -> Result<()>;

impl Writer<'_> {
    pub(super) fn machine(&self) -> Machine<'_> {
        self.reader(&[])
    }

    fn reader<'m>(&'m self, input: &'m [Row]) -> Machine<'m> {
        let Self { graph, params, clock, budget, patterns, pool, probe, row_by_row, .. } = self;
        let (probe, row_by_row) = (*probe, *row_by_row);
        Machine { graph, params, clock, budget, patterns, pool, probe, row_by_row, input }
    }

    pub(super) fn eval(&self, expr: &Expr, frame: &mut Frame) -> Result<Datum> {
        self.machine().eval(expr, frame)
    }

    /// Runs a pipeline, reading and writing by turns; what it reads from outside is in the frame.
    fn pipeline(
        &mut self,
        mut ops: &[Op],
        output: &[Slot],
        frame: &mut Frame,
        take: Take<'_>,
    ) -> Result<()> {
        let mut input: Vec<Row> = Vec::new();
        // How many values are parts of those in the rows.
        let mut parts = 0;
        // The first operator from the second round on has written already, and gives the rows.
        let mut done = 0;
        loop {
            let next = ops.iter().enumerate().skip(done).find_map(|(at, op)| {
                if let Op::Write { write, keep } = op { Some((at, write, keep)) } else { None }
            });
            let Some((at, write, keep)) = next else {
                let _ = self.reader(&input).run(ops, frame, &mut |frame| {
                    take(&self.budget, read(frame, output))?;
                    Ok(ControlFlow::Continue(()))
                })?;
                return Ok(());
            };
            let (before, rest) = ops.split_at(at);
            let (mut rows, mut new_parts) = (Vec::new(), 0);
            let _ = self.reader(&input).run(before, frame, &mut |frame| {
                let row = read(frame, keep);
                new_parts += self.budget.keep(&row, rows.last())?;
                rows.push(row);
                Ok(ControlFlow::Continue(()))
            })?;
            self.budget.release(input.len().saturating_mul(keep.len()).saturating_add(parts));
            parts = new_parts;
            input = during(self.probe, rest.first(), || self.write(write, keep, rows, frame))?;
            (ops, done) = (rest, 1);
        }
    }

    /// Runs a clause that writes; gives the rows behind it.
    fn write(
        &mut self,
        write: &Write,
        keep: &[Slot],
        mut rows: Vec<Row>,
        frame: &mut Frame,
    ) -> Result<Vec<Row>> {
        match write {
            Write::Create(creations) => {
                for row in &mut rows {
                    self.budget.step()?;
                    load(frame, keep, row);
                    self.create(creations, frame)?;
                    *row = read(frame, keep);
                }
                Ok(rows)
            }
            Write::Set(assigns) => {
                for row in &rows {
                    self.budget.step()?;
                    load(frame, keep, row);
                    self.assign(assigns, frame)?;
                }
                Ok(rows)
            }
            Write::Merge(merge) => self.merge(merge, keep, &rows, frame),
            Write::Delete { detach, exprs } => {
                self.delete(exprs, *detach, (keep, &rows), frame)?;
                Ok(rows)
            }
            Write::Call(call) => self.call(call, keep, &rows, frame),
        }
    }

    /// Creates what a pattern says, and sets its slots.
    pub(super) fn create(&mut self, creations: &[Creation], frame: &mut Frame) -> Result<()> {
        for creation in creations {
            frame[creation.slot().0] = match creation {
                Creation::Node { labels, properties, place, .. } => {
                    let properties = self.new_properties(properties, frame)?;
                    let labels = self.labels(labels)?;
                    self.budget.hold(properties.len().saturating_add(1))?;
                    let node = self.graph.add_node(labels, properties);
                    self.note(Entity::Node(node), place.0);
                    Datum::Node(node)
                }
                Creation::Rel { kind, start, end, properties, place, .. } => {
                    let properties = self.new_properties(properties, frame)?;
                    let ends = (self.end(*start, place.0, frame)?, self.end(*end, place.0, frame)?);
                    let kind = match kind.id {
                        Some(id) => id,
                        None => self.graph.kind_id(&kind.text)?,
                    };
                    self.budget.hold(properties.len().saturating_add(1))?;
                    let rel = self.graph.add_rel(kind, ends.0, ends.1, properties);
                    self.note(Entity::Rel(rel), place.0);
                    Datum::Rel(rel)
                }
                Creation::Path { start, steps, .. } => {
                    self.machine().build_path(*start, steps, frame)
                }
            };
        }
        Ok(())
    }

    /// The node that a new relationship is tied to.
    fn end(&self, slot: Slot, span: Span, frame: &Frame) -> Result<NodeId> {
        match frame[slot.0] {
            Datum::Node(node) => {
                self.graph.expect(Entity::Node(node)).map_err(|error| error.at(span))?;
                Ok(node)
            }
            Datum::Null => Err(no_end(span)),
            _ => {
                let Text { en, ja } = frame[slot.0].type_words();
                Err(Error::new(
                    Code::TypeMismatch,
                    text!(
                        "a relationship joins nodes, not values of type {en}",
                        "関係で結べるのはノードだけです（値の型：{ja}）"
                    ),
                )
                .at(span)
                .known_as(Standard::runtime("TypeError", "InvalidArgumentType")))
            }
        }
    }

    /// Runs MERGE: row by row finds the pattern, or else creates it.
    fn merge(
        &mut self,
        merge: &Merge,
        keep: &[Slot],
        rows: &[Row],
        frame: &mut Frame,
    ) -> Result<Vec<Row>> {
        let mut out = Vec::new();
        for row in rows {
            self.budget.step()?;
            load(frame, keep, row);
            self.refuse_nulls(&merge.creation, frame)?;
            let mut found = Vec::new();
            let _ = self.machine().run(&merge.matching, frame, &mut |frame| {
                self.budget.hold(keep.len())?;
                found.push(read(frame, keep));
                Ok(ControlFlow::Continue(()))
            })?;
            if found.is_empty() {
                self.create(&merge.creation, frame)?;
                self.assign(&merge.on_create, frame)?;
                self.budget.hold(keep.len())?;
                out.push(read(frame, keep));
                continue;
            }
            for row in found {
                load(frame, keep, &row);
                self.assign(&merge.on_match, frame)?;
                out.push(row);
            }
        }
        self.budget.release(rows.len().saturating_mul(keep.len()));
        Ok(out)
    }

    /// Refuses a pattern that could never be found again: null equals nothing.
    fn refuse_nulls(&self, creations: &[Creation], frame: &mut Frame) -> Result<()> {
        for creation in creations {
            let (Creation::Node { properties, .. } | Creation::Rel { properties, .. }) = creation
            else {
                continue;
            };
            let NewProperties::Keys(entries) = properties else { continue };
            for (key, value) in entries {
                if self.eval(value, frame)?.is_null() {
                    return Err(null_merged(&key.text).at(value.span.0));
                }
            }
        }
        Ok(())
    }

    /// Deletes what the rows name, all at once.
    fn delete(
        &mut self,
        exprs: &[Expr],
        detach: bool,
        (keep, rows): (&[Slot], &[Row]),
        frame: &mut Frame,
    ) -> Result<()> {
        let mut nodes: IndexMap<NodeId, Span, FxBuildHasher> = IndexMap::default();
        let mut rels: IndexSet<RelId, FxBuildHasher> = IndexSet::default();
        for row in rows {
            load(frame, keep, row);
            for expr in exprs {
                self.budget.step()?;
                match self.eval(expr, frame)? {
                    Datum::Null => {}
                    Datum::Node(node) => {
                        nodes.entry(node).or_insert(expr.span.0);
                    }
                    Datum::Rel(rel) => {
                        rels.insert(rel);
                    }
                    Datum::Path(path) => {
                        path.nodes.iter().for_each(|node| {
                            nodes.entry(*node).or_insert(expr.span.0);
                        });
                        rels.extend(path.rels.iter().copied());
                    }
                    other => {
                        return Err(not_deletable(other.type_name())
                            .at(expr.span.0)
                            .known_as(Standard::runtime("TypeError", "InvalidArgumentType")));
                    }
                }
            }
        }
        if !detach {
            for (node, span) in &nodes {
                if self.graph.rels_of(*node).any(|rel| !rels.contains(&rel)) {
                    return Err(connected(*span));
                }
            }
        }
        let nodes: Vec<NodeId> = nodes.into_keys().collect();
        let rels: Vec<RelId> = rels.into_iter().collect();
        self.graph.delete(&nodes, &rels);
        Ok(())
    }

    /// Runs a query that writes, once a row.
    fn call(
        &mut self,
        call: &Call,
        keep: &[Slot],
        rows: &[Row],
        frame: &mut Frame,
    ) -> Result<Vec<Row>> {
        let mut out = Vec::new();
        for row in rows {
            self.budget.step()?;
            let mut seen = Seen::default();
            for branch in &call.branches {
                load(frame, keep, row);
                let mut given: Vec<Row> = Vec::new();
                self.pipeline(&branch.ops, &branch.output, frame, &mut |budget, row| {
                    measure_all(&row)?;
                    if call.distinct && !seen.is_new(row.clone()) {
                        return Ok(());
                    }
                    budget.hold(row.len())?;
                    given.push(row);
                    Ok(())
                })?;
                let Some(columns) = &call.columns else { continue };
                for columns_of in given {
                    load(frame, keep, row);
                    load(frame, columns, &columns_of);
                    self.budget.hold(keep.len())?;
                    out.push(read(frame, keep));
                }
            }
            if call.columns.is_none() {
                out.push(row.clone());
            }
        }
        Ok(out)
    }

    /// Remembers what has to meet the schema when the statement ends.
    pub(super) fn note(&mut self, entity: Entity, span: Span) {
        if !self.graph.schema().is_open() {
            self.written.insert(entity, span);
        }
    }

    /// Holds what was written to the schema, once the statement has said all it has to say.
    fn judge(&mut self) -> Result<()> {
        let mut kinds: IndexMap<KindId, Span, FxBuildHasher> = IndexMap::default();
        for (entity, span) in std::mem::take(&mut self.written) {
            self.budget.step()?;
            self.graph.conform(entity).map_err(|error| error.at(span))?;
            if let Entity::Rel(rel) = entity
                && let Some(kind) = self.graph.kind(rel)
            {
                kinds.insert(kind, span);
            }
        }
        for (kind, span) in kinds {
            self.graph.conform_cycles(kind).map_err(|error| error.at(span))?;
        }
        Ok(())
    }
}

fn no_end(span: Span) -> Error {
    Error::new(
        Code::RunNull,
        text!(
            "a relationship cannot be created: a node at one end of it is null",
            "一方の端のノードが null のため、関係を作成できません"
        ),
    )
    .at(span)
    .known_as(Standard::runtime("SemanticError", "MissingNode"))
    .help(text!(
        "An `OPTIONAL MATCH` gives null where it finds nothing; leave such rows out with `WITH * WHERE … IS NOT NULL`.",
        "`OPTIONAL MATCH` は何も見つからないと null になります。`WITH * WHERE … IS NOT NULL` でその行を除いてください。"
    ))
}

fn null_merged(key: &str) -> Error {
    Error::new(
        Code::RunNull,
        text!(
            "`MERGE` cannot look for a property `{key}` that is null",
            "プロパティ `{key}` が null のため、`MERGE` で探すことができません"
        ),
    )
    .known_as(Standard::runtime("SemanticError", "MergeReadOwnWrites"))
    .help(text!(
        "Null equals nothing, so it would never be found again: leave the property out, or give it a value with `coalesce`.",
        "null は何とも等しくないため、二度と見つかりません。プロパティを省くか、`coalesce` で値を与えてください。"
    ))
}

fn connected(span: Span) -> Error {
    Error::new(
        Code::RunConnected,
        text!(
            "a node that still has relationships cannot be deleted",
            "関係が残っているノードは削除できません"
        ),
    )
    .at(span)
    .known_as(Standard::runtime("ConstraintVerificationFailed", "DeleteConnectedNode"))
    .help(text!(
        "Name its relationships in the same `DELETE`, or write `DETACH DELETE`, which takes them along.",
        "同じ `DELETE` に関係も書くか、関係ごと削除する `DETACH DELETE` を使ってください。"
    ))
}
