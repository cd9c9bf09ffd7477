//! Grouping, and the aggregating functions.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "an aggregate names the types it takes; every other one, new ones too, is refused alike"
)]

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::operators::add;
use super::{Flow, Frame, Machine, Row};
use crate::error::{Code, Error, Result, Text, text};
use crate::functions::{Aggregate, as_float};
use crate::model::{Datum, GroupKey};
use crate::plan::{AggregateCall, Expr, Op, Slot};

/// What one aggregate has seen of one group.
struct State {
    function: Aggregate,
    /// What it has seen, where it counts equal values once.
    seen: Option<IndexSet<GroupKey, FxBuildHasher>>,
    count: i64,
    /// Sum, least or greatest value so far; null before the first.
    value: Datum,
    items: Vec<Datum>,
}

impl State {
    fn new(call: &AggregateCall) -> Self {
        let seen = call.distinct.then(IndexSet::default);
        Self { function: call.function, seen, count: 0, value: Datum::Null, items: Vec::new() }
    }

    /// Takes one value; nulls never get here.
    fn take(&mut self, value: Datum) -> Result<()> {
        if self.seen.as_mut().is_some_and(|seen| !seen.insert(GroupKey(value.clone()))) {
            return Ok(());
        }
        self.count += 1;
        match self.function {
            Aggregate::Count => {}
            Aggregate::Sum => self.add(&value)?,
            Aggregate::Avg => self.add(&match value {
                Datum::Int(int) => Datum::Float(as_float(int)),
                other => other,
            })?,
            Aggregate::Min => {
                if self.value.is_null() || value.order(&self.value).is_lt() {
                    self.value = value;
                }
            }
            Aggregate::Max => {
                if self.value.is_null() || value.order(&self.value).is_gt() {
                    self.value = value;
                }
            }
            Aggregate::Collect => self.items.push(value),
        }
        Ok(())
    }

    fn add(&mut self, value: &Datum) -> Result<()> {
        if !matches!(value, Datum::Int(_) | Datum::Float(_)) {
            let (function, Text { en, ja }) = (self.function.name(), value.type_words());
            return Err(Error::new(
                Code::TypeMismatch,
                text!(
                    "`{function}` takes numbers, not a value of type {en}",
                    "`{function}` で集計できるのは数値だけです（値の型：{ja}）"
                ),
            ));
        }
        self.value = if self.value.is_null() { value.clone() } else { add(&self.value, value)? };
        Ok(())
    }

    fn finish(self) -> Datum {
        match self.function {
            Aggregate::Count => Datum::Int(self.count),
            Aggregate::Sum if self.value.is_null() => Datum::Int(0),
            Aggregate::Sum | Aggregate::Min | Aggregate::Max => self.value,
            Aggregate::Avg => match self.value {
                Datum::Float(sum) => Datum::Float(sum / as_float(self.count)),
                _ => Datum::Null,
            },
            Aggregate::Collect => Datum::list(self.items),
        }
    }
}

impl Machine<'_> {
    /// Groups every frame that `before` emits.
    ///
    /// Shape: a row a group, in the order in which the groups came up: keys, then aggregates. Without keys, one row.
    pub(super) fn aggregate(
        &self,
        before: &[Op],
        keys: &[(Slot, Expr)],
        calls: &[(Slot, AggregateCall)],
        frame: &mut Frame,
    ) -> Result<Vec<Row>> {
        let fresh = || calls.iter().map(|call| State::new(&call.1)).collect::<Vec<_>>();
        let mut groups: IndexMap<Vec<GroupKey>, Vec<State>, FxBuildHasher> = IndexMap::default();
        if keys.is_empty() {
            groups.insert(Vec::new(), fresh());
        }
        let _ = self.run(before, frame, &mut |frame| {
            let mut key = Vec::with_capacity(keys.len());
            for (_, expr) in keys {
                key.push(GroupKey(self.eval(expr, frame)?));
            }
            let entry = groups.entry(key);
            if let indexmap::map::Entry::Vacant(_) = entry {
                self.budget.hold(keys.len() + calls.len())?;
            }
            let states = entry.or_insert_with(fresh);
            for (state, (_, call)) in states.iter_mut().zip(calls) {
                self.take(state, call, frame)?;
            }
            Ok(Flow::Continue(()))
        })?;
        let row = |(key, states): (Vec<GroupKey>, Vec<State>)| {
            let key = key.into_iter().map(|key| key.0);
            key.chain(states.into_iter().map(State::finish)).collect()
        };
        Ok(groups.into_iter().map(row).collect())
    }

    fn take(&self, state: &mut State, call: &AggregateCall, frame: &mut Frame) -> Result<()> {
        let Some(arg) = &call.arg else {
            state.count += 1;
            return Ok(());
        };
        let value = self.eval(arg, frame)?;
        if value.is_null() {
            return Ok(());
        }
        if call.distinct || call.function == Aggregate::Collect {
            self.budget.hold(1)?;
        }
        state.take(value).map_err(|error| error.at(arg.span.0))
    }
}
