//! Expressions, evaluated on a frame.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "access names the types it takes; every other one, new ones too, is refused alike"
)]

use std::sync::Arc;

use super::operators::{binary, compare, from_truth, truth, unary};
use super::{Frame, Machine};
use crate::error::{Result, Span};
use crate::functions::{Context, Function, integer_overflow, properties_of};
use crate::graph::Entity;
use crate::model::temporal::{Component, Temporal};
use crate::model::{Datum, DatumMap, KindId, LabelId, NodeId, RelId};
use crate::plan::{Expr, ExprKind, Key, LabelTest, MapPart, Place, Slot, faults};
use crate::syntax::ast::{BinaryOp, CompareOp, QuantifierKind};

impl Machine<'_> {
    /// The value of an expression.
    ///
    /// Errors: those of the language, with the place of the part at fault.
    pub(super) fn eval(&self, expr: &Expr, frame: &mut Frame) -> Result<Datum> {
        let span = expr.span.0;
        match &*expr.kind {
            ExprKind::Constant(constant) => Ok(constant.0.clone()),
            ExprKind::Slot(slot) => Ok(frame[slot.0].clone()),
            ExprKind::Parameter(name) => Ok(self.params.get(name).cloned().unwrap_or_default()),
            ExprKind::Property(of, key) => {
                let of = self.eval(of, frame)?;
                self.property(&of, key).map_err(|error| error.at(span))
            }
            ExprKind::Index(of, index) => {
                let (of, index) = (self.eval(of, frame)?, self.eval(index, frame)?);
                self.index(&of, &index).map_err(|error| error.at(span))
            }
            ExprKind::Slice(of, from, to) => {
                let of = self.eval(of, frame)?;
                let from = self.bound(from.as_ref(), Datum::Int(0), frame)?;
                let to = self.bound(to.as_ref(), Datum::Int(i64::MAX), frame)?;
                slice(&of, &from, &to).map_err(|error| error.at(span))
            }
            ExprKind::HasLabels(of, test) => {
                let of = self.eval(of, frame)?;
                self.meets_labels(&of, test).map_err(|error| error.at(span))
            }
            ExprKind::List(items) => self.list(items, frame),
            ExprKind::Map(entries) => {
                let mut map = DatumMap::with_capacity(entries.len());
                for (key, value) in entries {
                    map.insert(Arc::clone(key), self.eval(value, frame)?);
                }
                Ok(Datum::map(map))
            }
            ExprKind::Unary(op, of) => {
                let value = self.eval(of, frame)?;
                unary(*op, &value).map_err(|error| error.at(of.span.0))
            }
            ExprKind::Binary(op, place, left, right) => {
                self.binary(*op, left, right, frame).map_err(|error| error.at(place.0))
            }
            ExprKind::Compare(first, rest) => self.comparison(first, rest, frame),
            ExprKind::IsNull(of, not) => Ok(Datum::Bool(self.eval(of, frame)?.is_null() != *not)),
            ExprKind::Call(function, args) => self.function(function.0, args, span, frame),
            ExprKind::Case { subject, branches, default } => {
                self.case(subject.as_ref(), branches, default.as_ref(), frame)
            }
            ExprKind::ListComprehension { slot, list, filter, map } => {
                self.comprehension(*slot, list, (filter.as_ref(), map.as_ref()), frame)
            }
            ExprKind::Quantifier { kind, slot, list, filter } => {
                self.quantifier(*kind, *slot, (list, filter), frame)
            }
            ExprKind::Reduce(reduce) => self.reduce(reduce, frame),
            ExprKind::MapProjection(subject, parts) => {
                self.map_projection(subject, parts, frame).map_err(|error| error.at(span))
            }
            ExprKind::Subquery { ask, branches, distinct } => {
                self.subquery(*ask, branches, *distinct, frame)
            }
        }
    }

    /// Whether an expression is true; false and null are not.
    pub(super) fn holds(&self, condition: &Expr, frame: &mut Frame) -> Result<bool> {
        let value = self.eval(condition, frame)?;
        let truth = truth(&value).map_err(|error| error.at(condition.span.0))?;
        Ok(truth == Some(true))
    }

    /// Whether all of these are true.
    pub(super) fn all_hold<'e>(
        &self,
        conditions: impl IntoIterator<Item = &'e Expr>,
        frame: &mut Frame,
    ) -> Result<bool> {
        for condition in conditions {
            if !self.holds(condition, frame)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn list(&self, items: &[Expr], frame: &mut Frame) -> Result<Datum> {
        let held = self.budget.held();
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            let value = self.eval(item, frame)?;
            self.budget.hold_own(&value)?;
            out.push(value);
        }
        self.budget.release_to(held);
        Ok(Datum::list(out))
    }

    fn eval_all(&self, exprs: &[Expr], frame: &mut Frame) -> Result<Vec<Datum>> {
        exprs.iter().map(|expr| self.eval(expr, frame)).collect()
    }

    fn function(
        &self,
        function: &Function,
        args: &[Expr],
        span: Span,
        frame: &mut Frame,
    ) -> Result<Datum> {
        let args = self.eval_all(args, frame)?;
        args.iter().try_for_each(|arg| self.budget.work(arg))?;
        let context = Context { graph: self.graph, clock: self.clock };
        let value = function.call(&context, &args).map_err(|error| error.at(span))?;
        self.budget.work(&value)?;
        Ok(value)
    }

    /// Whether each neighbouring pair holds; what comes after one that does not is left alone.
    fn comparison(
        &self,
        first: &Expr,
        rest: &[(CompareOp, Place, Expr)],
        frame: &mut Frame,
    ) -> Result<Datum> {
        let mut left = self.eval(first, frame)?;
        let mut outcome = Some(true);
        for (op, _, right) in rest {
            let right = self.eval(right, frame)?;
            match truth(&compare(*op, &left, &right))? {
                Some(true) => {}
                Some(false) => return Ok(Datum::Bool(false)),
                None => outcome = None,
            }
            left = right;
        }
        Ok(from_truth(outcome))
    }

    /// AND and OR leave their right side alone where the left one decides.
    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr, frame: &mut Frame) -> Result<Datum> {
        let a = self.eval(left, frame)?;
        match (op, &a) {
            (BinaryOp::And, Datum::Bool(false)) | (BinaryOp::Or, Datum::Bool(true)) => {
                return Ok(a);
            }
            (BinaryOp::And | BinaryOp::Or | BinaryOp::Xor, _) => {
                truth(&a).map_err(|error| error.at(left.span.0))?;
                let b = self.eval(right, frame)?;
                truth(&b).map_err(|error| error.at(right.span.0))?;
                return binary(op, &a, &b, self.patterns);
            }
            _ => {}
        }
        let b = self.eval(right, frame)?;
        self.budget.work(&a)?;
        self.budget.work(&b)?;
        let outcome = binary(op, &a, &b, self.patterns);
        // Only a pattern can be at fault here, not the two together.
        let at_right = op == BinaryOp::Matches;
        if at_right { outcome.map_err(|error| error.at(right.span.0)) } else { outcome }
    }

    fn property(&self, of: &Datum, key: &Key) -> Result<Datum> {
        let found = match of {
            Datum::Null => None,
            Datum::Node(node) => {
                self.graph.expect(Entity::Node(*node))?;
                key.id.and_then(|key| self.graph.node_property(*node, key))
            }
            Datum::Rel(rel) => {
                self.graph.expect(Entity::Rel(*rel))?;
                key.id.and_then(|key| self.graph.rel_property(*rel, key))
            }
            Datum::Map(map) => map.get(&key.text).cloned(),
            Datum::Temporal(value) => return component(value, &key.text),
            other => return Err(faults::no_property(other.type_name(), &key.text)),
        };
        Ok(found.unwrap_or_default())
    }

    fn index(&self, of: &Datum, index: &Datum) -> Result<Datum> {
        match (of, index) {
            (Datum::Null, _) | (_, Datum::Null) => Ok(Datum::Null),
            (Datum::List(items), Datum::Int(int)) => Ok(position(*int, items.len())
                .and_then(|i| items.get(i))
                .cloned()
                .unwrap_or_default()),
            (
                Datum::Node(_) | Datum::Rel(_) | Datum::Map(_) | Datum::Temporal(_),
                Datum::Str(name),
            ) => {
                let id = self.graph.names().find_key(name);
                self.property(of, &Key { text: Arc::clone(name), id })
            }
            (of, index) => match faults::no_element(of.type_name(), index.type_name()) {
                Some(fault) => Err(fault),
                None => Ok(Datum::Null),
            },
        }
    }

    fn bound(&self, expr: Option<&Expr>, default: Datum, frame: &mut Frame) -> Result<Datum> {
        expr.map_or(Ok(default), |expr| self.eval(expr, frame))
    }

    fn meets_labels(&self, of: &Datum, test: &LabelTest) -> Result<Datum> {
        match of {
            Datum::Null => Ok(Datum::Null),
            Datum::Node(node) => {
                self.graph.expect(Entity::Node(*node))?;
                Ok(Datum::Bool(self.has_labels(*node, test)))
            }
            Datum::Rel(rel) => Ok(Datum::Bool(self.has_type(*rel, test))),
            other => Err(faults::no_labels(other.type_name())),
        }
    }

    fn has_labels(&self, node: NodeId, test: &LabelTest) -> bool {
        let labels = self.graph.labels(node);
        meets(test, !labels.is_empty(), &|label, _| label.is_some_and(|l| labels.contains(&l)))
    }

    fn has_type(&self, rel: RelId, test: &LabelTest) -> bool {
        let known = self.graph.kind(rel);
        meets(test, known.is_some(), &|_, kind| kind.is_some() && kind == known)
    }

    fn case(
        &self,
        subject: Option<&Expr>,
        branches: &[(Expr, Expr)],
        default: Option<&Expr>,
        frame: &mut Frame,
    ) -> Result<Datum> {
        let subject = subject.map(|subject| self.eval(subject, frame)).transpose()?;
        for (when, then) in branches {
            let chosen = match &subject {
                Some(subject) => subject.equals(&self.eval(when, frame)?) == Some(true),
                None => self.holds(when, frame)?,
            };
            if chosen {
                return self.eval(then, frame);
            }
        }
        default.map_or(Ok(Datum::Null), |default| self.eval(default, frame))
    }

    /// The items of a list; `None` for null.
    pub(super) fn items(&self, list: &Expr, frame: &mut Frame) -> Result<Option<Arc<[Datum]>>> {
        match self.eval(list, frame)? {
            Datum::Null => Ok(None),
            Datum::List(items) => Ok(Some(items)),
            other => Err(faults::no_list(other.type_name()).at(list.span.0)),
        }
    }

    fn comprehension(
        &self,
        slot: Slot,
        list: &Expr,
        (filter, map): (Option<&Expr>, Option<&Expr>),
        frame: &mut Frame,
    ) -> Result<Datum> {
        let Some(items) = self.items(list, frame)? else { return Ok(Datum::Null) };
        let (mut out, held) = (Vec::new(), self.budget.held());
        for item in items.iter() {
            self.budget.step()?;
            frame[slot.0] = item.clone();
            if filter.map_or(Ok(true), |filter| self.holds(filter, frame))? {
                let value = match map {
                    Some(map) => self.eval(map, frame)?,
                    None => item.clone(),
                };
                self.budget.hold_own(&value)?;
                out.push(value);
            }
        }
        self.budget.release_to(held);
        Ok(Datum::list(out))
    }

    /// Quantifiers over lists, three-valued.
    ///
    /// Source: openCypher TCK, expressions/quantifier.
    fn quantifier(
        &self,
        kind: QuantifierKind,
        slot: Slot,
        (list, filter): (&Expr, &Expr),
        frame: &mut Frame,
    ) -> Result<Datum> {
        let Some(items) = self.items(list, frame)? else { return Ok(Datum::Null) };
        let (mut yes, mut no, mut unknown) = (0usize, 0usize, 0usize);
        for item in items.iter() {
            self.budget.step()?;
            frame[slot.0] = item.clone();
            let value = self.eval(filter, frame)?;
            match truth(&value).map_err(|error| error.at(filter.span.0))? {
                Some(true) => yes += 1,
                Some(false) => no += 1,
                None => unknown += 1,
            }
        }
        Ok(from_truth(match kind {
            QuantifierKind::All if no > 0 => Some(false),
            QuantifierKind::Any if yes > 0 => Some(true),
            QuantifierKind::None if yes > 0 => Some(false),
            QuantifierKind::Single if yes > 1 => Some(false),
            _ if unknown > 0 => None,
            QuantifierKind::All | QuantifierKind::None => Some(true),
            QuantifierKind::Any => Some(false),
            QuantifierKind::Single => Some(yes == 1),
        }))
    }

    fn map_projection(
        &self,
        subject: &Expr,
        parts: &[MapPart],
        frame: &mut Frame,
    ) -> Result<Datum> {
        let subject = self.eval(subject, frame)?;
        if subject.is_null() {
            return Ok(Datum::Null);
        }
        let Some(properties) = properties_of(self.graph, &subject)? else {
            return Err(faults::no_projection(subject.type_name()));
        };
        let mut map = DatumMap::new();
        for part in parts {
            match part {
                MapPart::All => map.extend(properties.clone()),
                MapPart::Entry(name, value) => {
                    map.insert(Arc::clone(name), self.eval(value, frame)?);
                }
            }
        }
        Ok(Datum::map(map))
    }
}

/// Whether what has some labels, or `any` at all, meets a test.
fn meets(
    test: &LabelTest,
    any: bool,
    has: &dyn Fn(Option<LabelId>, Option<KindId>) -> bool,
) -> bool {
    match test {
        LabelTest::Has(label, kind) => has(*label, *kind),
        LabelTest::And(all) => all.iter().all(|test| meets(test, any, has)),
        LabelTest::Or(some) => some.iter().any(|test| meets(test, any, has)),
        LabelTest::Not(not) => !meets(not, any, has),
        LabelTest::Any => any,
    }
}

/// The place an index stands for; from the end where negative, `None` before the start.
fn position(index: i64, length: usize) -> Option<usize> {
    if index >= 0 {
        return usize::try_from(index).ok();
    }
    usize::try_from(index.unsigned_abs()).ok().and_then(|back| length.checked_sub(back))
}

/// A component of a temporal value.
fn component(value: &Temporal, name: &str) -> Result<Datum> {
    match value.component(name) {
        Some(Component::Int(int)) => {
            i64::try_from(int).map(Datum::Int).map_err(|_| integer_overflow())
        }
        Some(Component::Text(text)) => Ok(Datum::str(&text)),
        None => Err(faults::no_component(value.kind(), name)),
    }
}

fn slice(of: &Datum, from: &Datum, to: &Datum) -> Result<Datum> {
    match (of, from, to) {
        (Datum::Null, _, _) | (_, Datum::Null, _) | (_, _, Datum::Null) => Ok(Datum::Null),
        (Datum::List(items), Datum::Int(from), Datum::Int(to)) => {
            let clamp = |i: i64| position(i, items.len()).unwrap_or(0).min(items.len());
            let (from, to) = (clamp(*from), clamp(*to));
            Ok(Datum::list(items.get(from..to).unwrap_or(&[]).to_vec()))
        }
        (Datum::List(_), Datum::Int(_), odd) | (Datum::List(_), odd, _) => {
            Err(faults::no_bound(odd.type_name()))
        }
        (other, _, _) => Err(faults::no_slice(other.type_name())),
    }
}
