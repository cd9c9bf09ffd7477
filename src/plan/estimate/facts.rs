//! What is known of the values in slots while rows are estimated.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use rustc_hash::FxHashMap;

use super::{Estimator, ITEMS, float};
use crate::functions::as_float;
use crate::model::{Datum, KeyId, LabelId};
use crate::plan::{Ask, Creation, Expand, Expr, ExprKind, Kinds, LabelTest, Leg, Slot};
use crate::syntax::ast::{BinaryOp, RelDirection, UnaryOp};

/// What is known of a value.
#[derive(Clone, Debug)]
pub(in crate::plan) enum Fact {
    /// A node.
    Node {
        /// A label it has.
        label: Option<LabelId>,
        /// The hop that led to it, and a label of the node where that began.
        hop: Option<(Option<LabelId>, Way)>,
    },
    /// A relationship.
    Rel,
    /// A list of about so many items.
    Items(f64),
    /// One of about so many values.
    Value(f64),
}

/// One hop, whatever nodes it leads between.
#[derive(Clone, Debug)]
pub(in crate::plan) struct Way {
    pub(in crate::plan) kinds: Kinds,
    pub(in crate::plan) direction: RelDirection,
}

impl From<&Expand> for Way {
    fn from(hop: &Expand) -> Self {
        Self { kinds: hop.kinds.clone(), direction: hop.direction }
    }
}

impl From<&Leg> for Way {
    fn from(leg: &Leg) -> Self {
        Self { kinds: leg.kinds.clone(), direction: leg.direction }
    }
}

impl Fact {
    pub(in crate::plan) fn node(label: Option<LabelId>) -> Self {
        Self::Node { label, hop: None }
    }

    pub(in crate::plan) fn label(&self) -> Option<LabelId> {
        match self {
            Self::Node { label, .. } => *label,
            Self::Rel | Self::Items(_) | Self::Value(_) => None,
        }
    }
}

/// What is known of slots.
#[derive(Clone, Debug, Default)]
pub(in crate::plan) struct Facts {
    by_slot: FxHashMap<Slot, Fact>,
}

impl Facts {
    pub(in crate::plan) fn get(&self, slot: Slot) -> Option<&Fact> {
        self.by_slot.get(&slot)
    }

    pub(in crate::plan) fn set(&mut self, slot: Slot, fact: Fact) {
        self.by_slot.insert(slot, fact);
    }

    /// Takes in what is created.
    pub(in crate::plan) fn create(&mut self, creation: &Creation) {
        let (slot, fact) = match creation {
            Creation::Node { slot, labels, .. } => {
                (slot, Fact::node(labels.iter().find_map(|label| label.id)))
            }
            Creation::Rel { slot, .. } => (slot, Fact::Rel),
            Creation::Path { .. } => return,
        };
        self.set(*slot, fact);
    }

    /// A label that the node in a slot has.
    pub(in crate::plan) fn label(&self, slot: Slot) -> Option<LabelId> {
        self.get(slot).and_then(Fact::label)
    }

    /// Takes in what a condition says that rows have met.
    pub(in crate::plan) fn learn(&mut self, condition: &Expr) {
        match &*condition.kind {
            ExprKind::Binary(BinaryOp::And, _, left, right) => {
                self.learn(left);
                self.learn(right);
            }
            ExprKind::HasLabels(of, test) => {
                if let (ExprKind::Slot(slot), Some(label)) = (&*of.kind, required(test)) {
                    self.set(*slot, Fact::node(Some(label)));
                }
            }
            _ => {}
        }
    }
}

fn required(test: &LabelTest) -> Option<LabelId> {
    match test {
        LabelTest::Has(label, _) => *label,
        LabelTest::And(tests) => tests.iter().find_map(required),
        LabelTest::Or(_) | LabelTest::Not(_) | LabelTest::Any => None,
    }
}

impl Estimator<'_> {
    /// What is known of an expression's value.
    pub(in crate::plan) fn fact(&self, expr: &Expr, facts: &Facts, rows: f64) -> Fact {
        match &*expr.kind {
            ExprKind::Slot(slot) => facts.get(*slot).cloned().unwrap_or(Fact::Value(rows)),
            ExprKind::List(_) => Fact::Items(items(expr, facts)),
            _ => Fact::Value(self.distinct(expr, facts, rows)),
        }
    }

    /// How many different values an expression has in `rows` rows.
    pub(in crate::plan) fn distinct(&self, expr: &Expr, facts: &Facts, rows: f64) -> f64 {
        let most = match &*expr.kind {
            ExprKind::Constant(_) | ExprKind::Parameter(_) => 1.0,
            ExprKind::Slot(slot) => self.of_slot(*slot, facts, rows),
            ExprKind::Property(..) => match self.property(expr, facts) {
                // Null is a value of its own here.
                Some(known) if known.holders < known.nodes => known.values + 1.0,
                Some(known) => known.values,
                None => rows,
            },
            ExprKind::HasLabels(..)
            | ExprKind::Compare(..)
            | ExprKind::IsNull(..)
            | ExprKind::Quantifier { .. }
            | ExprKind::Subquery { ask: Ask::Exists, .. } => 2.0,
            ExprKind::Subquery { .. } => rows,
            _ => {
                let parts = expr.children();
                parts.into_iter().map(|part| self.distinct(part, facts, rows)).product()
            }
        };
        most.min(rows)
    }

    /// How many different values a slot has in `rows` rows.
    pub(in crate::plan) fn of_slot(&self, slot: Slot, facts: &Facts, rows: f64) -> f64 {
        match facts.get(slot) {
            Some(Fact::Node { label, .. }) => self.nodes(*label).min(rows),
            Some(Fact::Value(values)) => values.min(rows),
            Some(Fact::Rel | Fact::Items(_)) | None => rows,
        }
    }

    /// The counts of a node's property.
    pub(in crate::plan) fn property(&self, expr: &Expr, facts: &Facts) -> Option<Known> {
        let ExprKind::Property(of, key) = &*expr.kind else { return None };
        let ExprKind::Slot(slot) = &*of.kind else { return None };
        let Fact::Node { label, .. } = facts.get(*slot)? else { return None };
        let holders = key.id.map_or(0, |key| self.counts().holders(*label, key));
        let values = key.id.map_or(0, |key| self.graph.distinct_values(*label, key));
        Some(Known { nodes: self.nodes(*label), holders: float(holders), values: float(values) })
    }
}

impl Estimator<'_> {
    /// The key of a node's property, and a label of the node.
    pub(in crate::plan) fn label_and_key(
        &self,
        expr: &Expr,
        facts: &Facts,
    ) -> Option<(Option<LabelId>, KeyId)> {
        let ExprKind::Property(of, key) = &*expr.kind else { return None };
        let ExprKind::Slot(slot) = &*of.kind else { return None };
        let Fact::Node { label, .. } = facts.get(*slot)? else { return None };
        Some((*label, key.id?))
    }
}

/// The counts of a property.
pub(in crate::plan) struct Known {
    /// How many nodes might have it.
    pub(in crate::plan) nodes: f64,
    /// How many have it.
    pub(in crate::plan) holders: f64,
    /// How many different values it has.
    pub(in crate::plan) values: f64,
}

/// The length of a list.
pub(in crate::plan) fn items(list: &Expr, facts: &Facts) -> f64 {
    match &*list.kind {
        ExprKind::List(items) => float(items.len() as u64),
        ExprKind::Constant(constant) => match &constant.0 {
            Datum::List(items) => float(items.len() as u64),
            Datum::Null => 0.0,
            _ => 1.0,
        },
        ExprKind::Slot(slot) => match facts.get(*slot) {
            Some(Fact::Items(items)) => *items,
            Some(Fact::Node { .. } | Fact::Rel | Fact::Value(_)) | None => ITEMS,
        },
        ExprKind::Call(function, args) if function.0.name == "range" => {
            let ends: Vec<Option<f64>> = args.iter().map(number).collect();
            match ends.as_slice() {
                [Some(first), Some(last)] => (last - first + 1.0).max(0.0),
                [Some(first), Some(last), Some(step)] if *step != 0.0 => {
                    ((last - first) / step + 1.0).floor().max(0.0)
                }
                _ => ITEMS,
            }
        }
        _ => ITEMS,
    }
}

/// The number that an expression says outright.
pub(in crate::plan) fn number(expr: &Expr) -> Option<f64> {
    match &*expr.kind {
        ExprKind::Constant(constant) => match constant.0 {
            Datum::Int(int) => Some(as_float(int)),
            _ => None,
        },
        ExprKind::Unary(UnaryOp::Negate, of) => number(of).map(|n| -n),
        _ => None,
    }
}
