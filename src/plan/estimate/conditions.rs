//! What share of rows meets a condition.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use super::facts::{Fact, Facts, Way, items};
use super::{Estimator, float, ratio};
use crate::model::{Datum, KindId, LabelId};
use crate::plan::{Ask, Expr, ExprKind, LabelTest};
use crate::syntax::ast::{BinaryOp, CompareOp, UnaryOp};

/// The share for which a value of which nothing is known equals another.
const EQUAL: f64 = 0.1;
/// The share for which a value is less than another.
const LESS: f64 = 0.3;
/// The share of texts in which another is found.
const FOUND: f64 = 0.1;
/// The share for which a value is null.
const NULL: f64 = 0.1;
/// The share that meets any other condition.
const MET: f64 = 0.5;

impl Estimator<'_> {
    /// The share of rows for which a condition is true; its subqueries are estimated already.
    pub(in crate::plan) fn share(&self, condition: &Expr, facts: &Facts) -> f64 {
        let share = match &*condition.kind {
            ExprKind::Constant(constant) => match constant.0 {
                Datum::Bool(true) => 1.0,
                _ => 0.0,
            },
            ExprKind::Unary(UnaryOp::Not, of) => 1.0 - self.share(of, facts),
            ExprKind::Binary(op, _, left, right) => self.binary(*op, left, right, facts),
            ExprKind::Compare(first, rest) => {
                let mut left = first;
                let mut share = 1.0;
                for (op, _, right) in rest {
                    share *= self.compared(*op, left, right, facts);
                    left = right;
                }
                share
            }
            ExprKind::IsNull(of, not) => {
                let null = self.null(of, facts);
                if *not { 1.0 - null } else { null }
            }
            ExprKind::HasLabels(of, test) => match &*of.kind {
                ExprKind::Slot(slot) => self.labelled(test, facts.get(*slot)),
                _ => self.labelled(test, None),
            },
            ExprKind::Subquery { ask: Ask::Exists, branches, .. } => {
                let none = branches.iter().map(|branch| 1.0 - self.chance(&branch.ops, facts));
                1.0 - none.product::<f64>()
            }
            _ => MET,
        };
        share.clamp(0.0, 1.0)
    }

    /// Whether counts say that a condition is true for all rows.
    pub(in crate::plan) fn is_certain(&self, condition: &Expr, facts: &Facts) -> bool {
        match &*condition.kind {
            ExprKind::Constant(constant) => matches!(constant.0, Datum::Bool(true)),
            ExprKind::HasLabels(of, test) => match &*of.kind {
                ExprKind::Slot(slot) => self.has_surely(test, facts.get(*slot)),
                _ => false,
            },
            _ => false,
        }
    }

    fn has_surely(&self, test: &LabelTest, fact: Option<&Fact>) -> bool {
        let Some(Fact::Node { label, hop }) = fact else { return false };
        match test {
            LabelTest::Has(Some(wanted), _) => {
                let own = label.is_some_and(|label| {
                    let both = || self.counts().nodes_with_both(label, *wanted);
                    label == *wanted || float(both()) >= self.nodes(Some(label))
                });
                let reached =
                    |(from, way): &(Option<LabelId>, Way)| self.all_reach(*from, way, *wanted);
                own || hop.as_ref().is_some_and(reached)
            }
            LabelTest::And(all) => all.iter().all(|test| self.has_surely(test, fact)),
            LabelTest::Or(any) => any.iter().any(|test| self.has_surely(test, fact)),
            LabelTest::Has(None, _) | LabelTest::Not(_) | LabelTest::Any => false,
        }
    }

    fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr, facts: &Facts) -> f64 {
        let both = || (self.share(left, facts), self.share(right, facts));
        match op {
            BinaryOp::And => {
                let (a, b) = both();
                a * b
            }
            BinaryOp::Or => {
                let (a, b) = both();
                a + b - a * b
            }
            BinaryOp::Xor => {
                let (a, b) = both();
                a + b - 2.0 * a * b
            }
            BinaryOp::In => self.in_list(left, right, facts),
            BinaryOp::StartsWith | BinaryOp::EndsWith | BinaryOp::Contains | BinaryOp::Matches => {
                FOUND * (1.0 - self.null_property(left, facts))
            }
            BinaryOp::Add
            | BinaryOp::Subtract
            | BinaryOp::Multiply
            | BinaryOp::Divide
            | BinaryOp::Modulo
            | BinaryOp::Power => MET,
        }
    }

    fn compared(&self, op: CompareOp, left: &Expr, right: &Expr, facts: &Facts) -> f64 {
        if is_null(left) || is_null(right) {
            return 0.0;
        }
        let sides =
            || (1.0 - self.null_property(left, facts)) * (1.0 - self.null_property(right, facts));
        match op {
            CompareOp::Equal => self.equal(left, right, facts),
            CompareOp::NotEqual => sides() - self.equal(left, right, facts),
            CompareOp::Less
            | CompareOp::LessOrEqual
            | CompareOp::Greater
            | CompareOp::GreaterOrEqual => LESS * sides(),
        }
    }

    /// The side with more values tells: each of the other's is one of them. Where a value is counted, its count does.
    fn equal(&self, left: &Expr, right: &Expr, facts: &Facts) -> f64 {
        let counted = self.counted(left, right, facts);
        if let Some(share) = counted.or_else(|| self.counted(right, left, facts)) {
            return share;
        }
        let shares = [left, right].map(|side| match &*side.kind {
            ExprKind::Constant(_) | ExprKind::Parameter(_) => None,
            _ => Some(self.equal_to_one(side, facts)),
        });
        shares.into_iter().flatten().reduce(f64::min).unwrap_or(EQUAL)
    }

    /// The share of nodes that have this very value of a property.
    fn counted(&self, property: &Expr, value: &Expr, facts: &Facts) -> Option<f64> {
        let ExprKind::Constant(value) = &*value.kind else { return None };
        let (label, key) = self.label_and_key(property, facts)?;
        let count = self.graph.frequency(label, key, &value.0)?;
        Some(ratio(float(count), self.nodes(label)))
    }

    /// The share for which an item of a list is found, or any where it is no list of constants.
    fn in_list(&self, left: &Expr, list: &Expr, facts: &Facts) -> f64 {
        let counted = |values: &[Datum]| -> Option<f64> {
            let (label, key) = self.label_and_key(left, facts)?;
            let counts = values.iter().map(|value| self.graph.frequency(label, key, value));
            let all: Option<Vec<u64>> = counts.collect();
            Some(ratio(float(all?.iter().sum()), self.nodes(label)))
        };
        let constant = |item: &Expr| match &*item.kind {
            ExprKind::Constant(constant) => Some(constant.0.clone()),
            _ => None,
        };
        let values: Option<Vec<Datum>> = match &*list.kind {
            ExprKind::List(items) => items.iter().map(constant).collect(),
            _ => None,
        };
        let share = values.and_then(|values| counted(&values));
        share.unwrap_or_else(|| self.equal_to_one(left, facts) * items(list, facts))
    }

    /// The share for which an expression has one value out of those it has.
    fn equal_to_one(&self, expr: &Expr, facts: &Facts) -> f64 {
        if let Some(known) = self.property(expr, facts) {
            return ratio(ratio(known.holders, known.nodes), known.values);
        }
        match &*expr.kind {
            ExprKind::Slot(slot) => match facts.get(*slot) {
                Some(Fact::Node { label, .. }) => ratio(1.0, self.nodes(*label)),
                Some(Fact::Value(values)) => ratio(1.0, *values),
                Some(Fact::Rel) => ratio(1.0, float(self.graph.rel_count() as u64)),
                Some(Fact::Items(_)) | None => EQUAL,
            },
            _ => EQUAL,
        }
    }

    fn null(&self, of: &Expr, facts: &Facts) -> f64 {
        match &*of.kind {
            ExprKind::Slot(slot) if matches!(facts.get(*slot), Some(Fact::Node { .. })) => 0.0,
            _ if self.property(of, facts).is_some() => self.null_property(of, facts),
            _ => NULL,
        }
    }

    /// The share of nodes that lack a property; of nothing else it is known.
    fn null_property(&self, of: &Expr, facts: &Facts) -> f64 {
        self.property(of, facts).map_or(0.0, |known| 1.0 - ratio(known.holders, known.nodes))
    }

    fn labelled(&self, test: &LabelTest, fact: Option<&Fact>) -> f64 {
        match test {
            LabelTest::Has(label, kind) => match fact {
                Some(Fact::Rel) => kind.map_or(0.0, |kind| self.of_kind(kind)),
                _ => label.map_or(0.0, |label| self.of_label(label, fact)),
            },
            LabelTest::And(all) => all.iter().map(|test| self.labelled(test, fact)).product(),
            LabelTest::Or(any) => self.one_of(any, fact),
            LabelTest::Not(not) => 1.0 - self.labelled(not, fact),
            LabelTest::Any => match fact {
                Some(Fact::Rel | Fact::Node { label: Some(_), .. }) => 1.0,
                _ => ratio(float(self.counts().labelled()), self.nodes(None)),
            },
        }
    }

    /// The share that meets one of several tests: the sum, without what meets two of them.
    fn one_of(&self, any: &[LabelTest], fact: Option<&Fact>) -> f64 {
        let shares: Vec<f64> = any.iter().map(|test| self.labelled(test, fact)).collect();
        let mut sum: f64 = shares.iter().sum();
        for (at, (one, share)) in any.iter().zip(&shares).enumerate() {
            for (other, apart) in any.iter().zip(&shares).skip(at + 1) {
                sum -= share * self.also(one, other).unwrap_or(*apart);
            }
        }
        sum.max(shares.iter().copied().fold(0.0, f64::max)).min(1.0)
    }

    /// The share of what meets one test that meets another, where counts tell.
    fn also(&self, one: &LabelTest, other: &LabelTest) -> Option<f64> {
        match (one, other) {
            (LabelTest::Has(Some(one), _), LabelTest::Has(Some(other), _)) => {
                let both = self.counts().nodes_with_both(*one, *other);
                Some(ratio(float(both), self.nodes(Some(*one))))
            }
            (LabelTest::Has(None, Some(one)), LabelTest::Has(None, Some(other))) => {
                Some(if one == other { 1.0 } else { 0.0 })
            }
            _ => None,
        }
    }

    /// The share of nodes that have a label, among those of which something else is known.
    fn of_label(&self, wanted: LabelId, fact: Option<&Fact>) -> f64 {
        match fact {
            Some(Fact::Node { label: Some(label), .. }) if *label == wanted => 1.0,
            Some(Fact::Node { hop: Some((from, hop)), .. }) => {
                ratio(self.rels(*from, hop, Some(wanted)), self.rels(*from, hop, None))
            }
            Some(Fact::Node { label: Some(label), .. }) => {
                let both = self.counts().nodes_with_both(*label, wanted);
                ratio(float(both), self.nodes(Some(*label)))
            }
            _ => ratio(self.nodes(Some(wanted)), self.nodes(None)),
        }
    }

    fn of_kind(&self, kind: KindId) -> f64 {
        ratio(float(self.counts().rels(None, kind, None)), float(self.graph.rel_count() as u64))
    }
}

fn is_null(expr: &Expr) -> bool {
    matches!(&*expr.kind, ExprKind::Constant(constant) if constant.0.is_null())
}
