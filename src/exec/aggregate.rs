//! Grouping, and the aggregating functions.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "an aggregate names the types it takes; every other one, new ones too, is refused alike"
)]

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::measure::measure;
use super::operators::add;
use super::{Flow, Frame, Machine, Row};
use crate::error::{Code, Error, Result, Standard, Text, text};
use crate::functions::{Aggregate, as_float};
use crate::model::temporal::{Duration, Ratio, Temporal};
use crate::model::{Datum, GroupKey};
use crate::plan::{AggregateCall, Expr, Op, Slot};

/// What one aggregate has seen of one group.
pub(super) struct State {
    function: Aggregate,
    /// What it has seen, where it counts equal values once.
    seen: Option<Box<IndexSet<GroupKey, FxBuildHasher>>>,
    count: i64,
    /// Sum, least or greatest value so far; null before the first.
    value: Datum,
    /// Apart from the others, so that many groups that are only counted or compared lie close together.
    more: Option<Box<More>>,
}

/// What few aggregates need.
#[derive(Default)]
struct More {
    items: Vec<Datum>,
    spread: Spread,
    /// Which of the values is wanted, from 0.0 to 1.0; read from the first row.
    percentile: Option<f64>,
}

/// Mean and spread of numbers, gathered in one pass.
///
/// Source: B. P. Welford (1962), "Note on a method for calculating corrected sums of squares and products".
#[derive(Default)]
struct Spread {
    mean: f64,
    /// The sum of squared distances from the mean.
    squares: f64,
}

impl Spread {
    /// Takes the number that makes `count` of them.
    fn take(&mut self, number: f64, count: i64) {
        let before = number - self.mean;
        self.mean += before / as_float(count);
        self.squares += before * (number - self.mean);
    }

    /// The standard deviation with so many degrees of freedom; 0 without any.
    fn deviation(&self, freedom: i64) -> Datum {
        let variance = if freedom > 0 { self.squares / as_float(freedom) } else { 0.0 };
        Datum::Float(variance.sqrt())
    }
}

impl State {
    /// Nothing yet.
    pub(super) fn new(call: &AggregateCall) -> Self {
        let seen = call.distinct.then(Box::default);
        Self { seen, ..Self::of_each(call) }
    }

    /// The same, where of equal values only the first comes.
    pub(super) fn of_each(call: &AggregateCall) -> Self {
        Self { function: call.function, seen: None, count: 0, value: Datum::Null, more: None }
    }

    fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    /// Counts so many rows.
    pub(super) fn count(&mut self, rows: u64) {
        self.count = self.count.saturating_add(i64::try_from(rows).unwrap_or(i64::MAX));
    }

    /// Whether a value counts: of equal ones the first, where it counts those once.
    fn is_new(&mut self, value: &Datum) -> bool {
        self.seen.as_mut().is_none_or(|seen| seen.insert(GroupKey(value.clone())))
    }

    /// Takes one value; nulls, and those that do not count, never get here.
    fn take(&mut self, value: Datum) -> Result<()> {
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
            Aggregate::Collect => self.more().items.push(value),
            Aggregate::StDev | Aggregate::StDevP => {
                let number = self.number(&value)?;
                let count = self.count;
                self.more().spread.take(number, count);
            }
            Aggregate::PercentileDisc | Aggregate::PercentileCont => {
                self.number(&value)?;
                self.more().items.push(value);
            }
        }
        Ok(())
    }

    fn number(&self, value: &Datum) -> Result<f64> {
        match value {
            Datum::Int(int) => Ok(as_float(*int)),
            Datum::Float(float) => Ok(*float),
            other => Err(self.no_number(other)),
        }
    }

    fn no_number(&self, value: &Datum) -> Error {
        let (function, Text { en, ja }) = (self.function.name(), value.type_words());
        let message = if matches!(self.function, Aggregate::Sum | Aggregate::Avg) {
            text!(
                "`{function}` takes numbers or durations, not a value of type {en}",
                "`{function}` で集計できるのは数値と期間だけです（値の型：{ja}）"
            )
        } else {
            text!(
                "`{function}` takes numbers, not a value of type {en}",
                "`{function}` で集計できるのは数値だけです（値の型：{ja}）"
            )
        };
        Error::new(Code::TypeMismatch, message)
            .known_as(Standard::runtime("TypeError", "InvalidArgumentType"))
    }

    fn add(&mut self, value: &Datum) -> Result<()> {
        if as_duration(value).is_none() {
            self.number(value)?;
        }
        self.value = if self.value.is_null() { value.clone() } else { add(&self.value, value)? };
        Ok(())
    }

    /// What it comes to.
    pub(super) fn finish(self) -> Datum {
        let More { items, spread, percentile } = self.more.map(|more| *more).unwrap_or_default();
        match self.function {
            Aggregate::Count => Datum::Int(self.count),
            Aggregate::Sum if self.value.is_null() => Datum::Int(0),
            Aggregate::Sum | Aggregate::Min | Aggregate::Max => self.value,
            Aggregate::Avg => match self.value {
                Datum::Float(sum) => Datum::Float(sum / as_float(self.count)),
                sum => mean_duration(&sum, self.count).unwrap_or_default(),
            },
            Aggregate::Collect => Datum::list(items),
            Aggregate::StDev => spread.deviation(self.count.saturating_sub(1)),
            Aggregate::StDevP => spread.deviation(self.count),
            Aggregate::PercentileDisc => discrete(sorted(items), percentile.unwrap_or_default()),
            Aggregate::PercentileCont => continuous(&sorted(items), percentile.unwrap_or_default()),
        }
    }

    fn no_percentile(&self, value: &Datum) -> Error {
        let (function, Text { en, ja }) = (self.function.name(), value.type_words());
        Error::new(
            Code::TypeMismatch,
            text!(
                "`{function}` takes a percentile from 0.0 to 1.0, not a value of type {en}",
                "`{function}` のパーセンタイルは 0.0 から 1.0 までの数値です（値の型：{ja}）"
            ),
        )
        .known_as(Standard::runtime("TypeError", "InvalidArgumentType"))
    }

    fn percentile(&self) -> Option<f64> {
        self.more.as_ref().and_then(|more| more.percentile)
    }

    /// Reads which percentile is wanted.
    fn set_percentile(&mut self, wanted: &Datum) -> Result<()> {
        let number = match wanted {
            Datum::Int(int) => as_float(*int),
            Datum::Float(float) => *float,
            other => return Err(self.no_percentile(other)),
        };
        if (0.0..=1.0).contains(&number) {
            self.more().percentile = Some(number);
            return Ok(());
        }
        let function = self.function.name();
        Err(Error::new(
            Code::RunArgument,
            text!(
                "`{function}` takes a percentile from 0.0 to 1.0, not {number}",
                "`{function}` のパーセンタイルは 0.0 から 1.0 までです（値：{number}）"
            ),
        )
        .known_as(Standard::runtime("ArgumentError", "NumberOutOfRange")))
    }
}

fn sorted(mut numbers: Vec<Datum>) -> Vec<Datum> {
    numbers.sort_by(Datum::order);
    numbers
}

/// The least of the values that has this share of them at or below it; null where there are none.
fn discrete(numbers: Vec<Datum>, percentile: f64) -> Datum {
    let place = place(percentile * length(&numbers)).saturating_sub(1);
    numbers.into_iter().nth(place).unwrap_or_default()
}

/// The value at this share of the way from the least to the greatest, on the line between its neighbours.
fn continuous(numbers: &[Datum], percentile: f64) -> Datum {
    let at = percentile * (length(numbers) - 1.0);
    let number = |place: usize| match numbers.get(place) {
        Some(Datum::Int(int)) => Some(as_float(*int)),
        Some(Datum::Float(float)) => Some(*float),
        _ => None,
    };
    let above = number(place(at));
    let below = number(place(at.floor()));
    let (Some(below), Some(above)) = (below, above) else { return Datum::Null };
    let share = at - at.floor();
    Datum::Float(if share > 0.0 { below * (1.0 - share) + above * share } else { below })
}

fn length(numbers: &[Datum]) -> f64 {
    as_float(i64::try_from(numbers.len()).unwrap_or(i64::MAX))
}

/// A place in a list, rounded up; 0 below it.
fn place(at: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and not negative; what no list is long enough for saturates"
    )]
    let place = at.ceil().max(0.0) as usize;
    place
}

/// The duration, where this is one.
fn as_duration(datum: &Datum) -> Option<Duration> {
    match datum {
        Datum::Temporal(value) => match **value {
            Temporal::Duration(duration) => Some(duration),
            _ => None,
        },
        _ => None,
    }
}

/// A sum of durations by their number.
fn mean_duration(sum: &Datum, count: i64) -> Option<Datum> {
    let mean = as_duration(sum)?.times(Ratio::from(count).inverse()?).ok()?;
    Some(Datum::temporal(Temporal::Duration(mean)))
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
                let value = self.eval(expr, frame)?;
                measure(&value).map_err(|error| error.at(expr.span.0))?;
                key.push(GroupKey(value));
            }
            let entry = groups.entry(key);
            if let indexmap::map::Entry::Vacant(_) = entry {
                self.budget.hold(keys.len() + calls.len())?;
                entry.key().iter().try_for_each(|key| self.budget.hold_own(&key.0))?;
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
            state.count(1);
            return Ok(());
        };
        if let (Some(second), None) = (&call.second, state.percentile()) {
            let wanted = self.eval(second, frame)?;
            state.set_percentile(&wanted).map_err(|error| error.at(second.span.0))?;
        }
        let value = self.eval(arg, frame)?;
        self.gather(state, (call, arg), value)
    }

    /// Adds the value of an argument to what was seen of a group. What is kept of it counts against the budget.
    pub(super) fn gather(
        &self,
        state: &mut State,
        (call, arg): (&AggregateCall, &Expr),
        value: Datum,
    ) -> Result<()> {
        if value.is_null() {
            return Ok(());
        }
        if call.distinct || matches!(call.function, Aggregate::Min | Aggregate::Max) {
            measure(&value).map_err(|error| error.at(arg.span.0))?;
        }
        let held = self.budget.held();
        if call.distinct || call.function.keeps_values() {
            self.budget.hold(1)?;
            self.budget.hold_own(&value)?;
        }
        if !state.is_new(&value) {
            self.budget.release_to(held);
            return Ok(());
        }
        state.take(value).map_err(|error| error.at(arg.span.0))
    }
}
