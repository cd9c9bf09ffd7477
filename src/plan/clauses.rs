//! Clauses in order: which may follow which, and what each does to the scope.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::ahead::read_by;
use super::call::standalone;
use super::composition::{Role, first_write, judge};
use super::existence;
use super::explain::words;
use super::scope::{Scope, Var};
use super::subquery::{View, imports};
use super::types::{check_list, type_of};
use super::{Expr, Op, Plan, Slot, Subplan, Write, deeper};
use crate::error::{Code, Error, Result, Span, Standard, Text, text};
use crate::graph::Graph;
use crate::model::Written;
use crate::procedures::Procedures;
use crate::syntax::ast::{self, Clause, ClauseKind};

/// What binding needs and gathers along the way.
pub(super) struct Binder<'a> {
    pub(super) graph: &'a Graph,
    /// What CALL may name.
    pub(super) procedures: &'a Procedures,
    /// The query text; columns without an alias are named by it.
    pub(super) text: &'a str,
    pub(super) params: Vec<(String, Span)>,
    pub(super) warnings: Vec<Error>,
    slots: usize,
    /// What slots are called where the plan is shown.
    names: BTreeMap<Slot, String>,
    /// How many lists and maps the clauses so far may have put around a value.
    pub(super) wrapped: usize,
    /// How many queries of CALL lie around what is being bound.
    pub(super) called: usize,
    /// Whether the graph stays as it is while the plan runs, so that what counts say of it now is so then.
    pub(super) only_reads: bool,
    /// The nodes that have the label of their type for certain: a MATCH that is not optional found them by it.
    pub(super) labelled: FxHashSet<Slot>,
    /// The variables that the clause after the MATCH to be bound next reads, where not all of them.
    pub(super) ahead: Option<FxHashSet<String>>,
}

/// A column of a projection: its name, and the slot it lies in.
pub(super) type Column = (String, Slot);

impl<'a> Binder<'a> {
    pub(super) fn new(text: &'a str, graph: &'a Graph, procedures: &'a Procedures) -> Self {
        let (params, warnings, names) = (Vec::new(), Vec::new(), BTreeMap::new());
        let (slots, wrapped, called, only_reads) = (0, 0, 0, true);
        Self {
            graph,
            procedures,
            text,
            params,
            warnings,
            slots,
            names,
            wrapped,
            called,
            only_reads,
            labelled: FxHashSet::default(),
            ahead: None,
        }
    }

    /// A slot nothing else uses.
    pub(super) fn fresh(&mut self) -> Slot {
        let slot = Slot(self.slots);
        self.slots += 1;
        slot
    }

    /// A slot for a variable.
    pub(super) fn named(&mut self, name: &str) -> Slot {
        let slot = self.fresh();
        self.names.insert(slot, Written::word(name).to_string());
        slot
    }

    /// A slot for a variable, where there is one.
    pub(super) fn variable(&mut self, name: Option<&ast::Name>) -> Slot {
        match name {
            Some(name) => self.named(&name.text),
            None => self.fresh(),
        }
    }

    /// A slot for the value of an expression that has no name but its words.
    pub(super) fn worded(&mut self, span: Span) -> Slot {
        let slot = self.fresh();
        self.names.insert(slot, words(span.of(self.text)));
        slot
    }

    /// Binds a whole query.
    pub(super) fn query(mut self, query: &ast::Query) -> Result<Plan> {
        self.only_reads = first_write(query).is_none();
        let (branches, columns) = self.branches(query, &Scope::default(), Role::Statement)?;
        Ok(Plan {
            columns,
            branches,
            distinct: query.unions.iter().any(|union| !union.all),
            slots: self.slots,
            names: self.names,
            params: self.params,
            warnings: self.warnings,
            row_by_row: false,
        })
    }

    /// Binds the parts of a UNION; `outer` is what a subquery sees of its surroundings.
    pub(super) fn branches(
        &mut self,
        query: &ast::Query,
        outer: &Scope,
        role: Role,
    ) -> Result<(Vec<Subplan>, Vec<String>)> {
        self.parts(query, View::Throughout(outer), role)
    }

    pub(super) fn parts(
        &mut self,
        query: &ast::Query,
        view: View<'_>,
        role: Role,
    ) -> Result<(Vec<Subplan>, Vec<String>)> {
        if let Some(odd) = query.unions.iter().find(|union| union.all != query.unions[0].all) {
            return Err(Error::new(
                Code::SyntaxComposition,
                text!(
                    "`UNION` and `UNION ALL` are mixed",
                    "`UNION` と `UNION ALL` が混在しています"
                ),
            )
            .at(odd.span)
            .known_as(Standard::syntax("InvalidClauseComposition"))
            .help(text!("Use one of the two throughout.", "どちらか一方にそろえてください。")));
        }
        let mut branches = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for (i, part) in query.parts.iter().enumerate() {
            let (ops, columns) = deeper(|| self.single(part, view, role))?;
            let part_names: Vec<String> = columns.iter().map(|column| column.0.clone()).collect();
            if i > 0 && part_names != names {
                return Err(different_columns(&names, &part_names, query.unions[i - 1].span));
            }
            names = part_names;
            branches.push(Subplan { ops, output: columns.iter().map(|column| column.1).collect() });
        }
        Ok((branches, names))
    }

    fn single(
        &mut self,
        single: &ast::SingleQuery,
        view: View<'_>,
        role: Role,
    ) -> Result<(Vec<Op>, Vec<Column>)> {
        judge(single, role)?;
        let alone = self.called == 0 && role == Role::Statement && standalone(single);
        let mut draft = Draft { role, alone, ..Draft::default() };
        let mut clauses = single.clauses.iter();
        match view {
            View::Throughout(outer) => {
                draft.scope = outer.inside();
                draft.lasting = outer.inside();
            }
            View::Imported(outer) => {
                if let Some(imported) = imports(single, outer)? {
                    draft.scope = imported.inside();
                    clauses.next();
                }
            }
        }
        while let Some(clause) = clauses.next() {
            self.ahead = None;
            if matches!(&clause.kind, ClauseKind::Match(pattern) if !pattern.optional) {
                self.ahead = read_by(clauses.as_slice().first());
            }
            self.clause(clause, &mut draft)?;
        }
        let output: Vec<Slot> = draft.columns.iter().map(|column| column.1).collect();
        let graph = self.only_reads.then_some(self.graph);
        existence::of_pipeline(&mut draft.ops, &output, graph);
        Ok((draft.ops, draft.columns))
    }

    fn clause(&mut self, clause: &Clause, draft: &mut Draft) -> Result<()> {
        let (scope, ops, span) = (&mut draft.scope, &mut draft.ops, clause.span);
        let write = match &clause.kind {
            ClauseKind::With(projection) => {
                let projected = self.projection(projection, scope, span, false)?;
                draft.ops.extend(projected.ops);
                draft.scope = projected.scope;
                draft.scope.keep_fixed(&draft.lasting);
                return draft.outlast();
            }
            ClauseKind::Return(projection) => {
                let projected = self.projection(projection, scope, span, true)?;
                draft.ops.extend(projected.ops);
                draft.columns = projected.columns;
                return Ok(());
            }
            ClauseKind::Match(pattern) => return self.match_clause(pattern, scope, ops),
            ClauseKind::Unwind { list, variable } => {
                return self.unwind(list, variable, scope, ops);
            }
            ClauseKind::Call(call) => {
                let yielded = self.call_clause(call, draft.alone, scope, ops)?;
                if draft.alone {
                    draft.columns = yielded;
                }
                return Ok(());
            }
            ClauseKind::Subquery(call) => {
                let call = self.subquery(call, span, scope)?;
                if !call.writes() {
                    ops.push(Op::Call(call));
                    return Ok(());
                }
                Write::Call(call)
            }
            ClauseKind::Create(patterns) => Write::Create(self.create(patterns, scope, ops)?),
            ClauseKind::Merge(merge) => Write::Merge(self.merge(merge, scope)?),
            ClauseKind::Set(items) => Write::Set(self.set(items, scope)?),
            ClauseKind::Remove(items) => Write::Set(self.remove(items, scope)?),
            ClauseKind::Delete { detach, exprs } => {
                Write::Delete { detach: *detach, exprs: self.delete(exprs, scope)? }
            }
        };
        let mut keep: Vec<Slot> = scope.iter().map(|(_, var)| var.slot).collect();
        let read = write.exprs().into_iter().flat_map(Expr::reads);
        keep.extend(read);
        keep.sort_unstable();
        keep.dedup();
        match (write, ops.last_mut()) {
            // Row by row or clause by clause is the same where nothing is read between the two.
            (Write::Create(more), Some(Op::Write { write: Write::Create(all), keep: kept })) => {
                all.extend(more);
                *kept = keep;
            }
            (write, _) => ops.push(Op::Write { write, keep }),
        }
        Ok(())
    }

    fn unwind(
        &mut self,
        list: &ast::Expr,
        variable: &ast::Name,
        scope: &mut Scope,
        ops: &mut Vec<Op>,
    ) -> Result<()> {
        self.wrap_list(list)?;
        let bound = self.expr(list, scope)?;
        check_list(list, scope)?;
        let kind = type_of(list, scope).item();
        if let Some(var) = scope.get(&variable.text) {
            return Err(redefined(variable, var.span));
        }
        let slot = self.named(&variable.text);
        ops.push(Op::Unwind { list: bound, slot });
        scope.insert(&variable.text, Var { slot, kind, span: variable.span });
        Ok(())
    }
}

/// A single query while its clauses are bound.
#[derive(Default)]
struct Draft {
    role: Role,
    /// Whether it is a procedure's call and nothing else.
    alone: bool,
    /// What can be used by the next clause.
    scope: Scope,
    /// What can be used by all clauses.
    lasting: Scope,
    ops: Vec<Op>,
    columns: Vec<Column>,
}

impl Draft {
    /// Keeps what a subquery sees of its surroundings visible past its WITH. In EXISTS and its kin a column may hide a variable around
    /// it; what a query in CALL sees keeps its meaning, because its rows go on beside it.
    fn outlast(&mut self) -> Result<()> {
        for (name, var) in self.lasting.iter() {
            match self.scope.get(name) {
                None => self.scope.insert(name, var),
                Some(own) if own.slot != var.slot && self.role == Role::Statement => {
                    let name = ast::Name { text: name.to_owned(), span: own.span };
                    return Err(redefined(&name, var.span));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

fn different_columns(first: &[String], other: &[String], span: Span) -> Error {
    let (first, other) = (listed(first), listed(other));
    Error::new(
        Code::SyntaxComposition,
        text!("the parts of a `UNION` return different columns", "`UNION` の前後で列が異なります"),
    )
    .at(span)
    .known_as(Standard::syntax("DifferentColumnsInUnion"))
    .note(Text::new(
        format!("The columns before it: {}.", first.en),
        format!("前の列：{}。", first.ja),
    ))
    .note(Text::new(
        format!("The columns after it: {}.", other.en),
        format!("後の列：{}。", other.ja),
    ))
    .help(text!(
        "Give the columns the same names, in the same order, with `AS`.",
        "`AS` を使って、同じ順序で同じ列名にしてください。"
    ))
}

fn listed(columns: &[String]) -> Text {
    if columns.is_empty() { text!("none", "なし") } else { Text::same(columns.join(", ")) }
}

/// The fault of a variable that is defined a second time.
pub(super) fn redefined(name: &ast::Name, first: Span) -> Error {
    let shown = super::scope::shorten(&name.text);
    Error::new(
        Code::NameDuplicate,
        text!("variable `{shown}` is defined already", "変数 `{shown}` はすでに定義されています"),
    )
    .label(name.span, text!("defined again here", "ここで再び定義"))
    .label(first, text!("first defined here", "最初の定義"))
    .known_as(Standard::syntax("VariableAlreadyBound"))
    .help(text!("Choose another name.", "別の名前にしてください。"))
}
