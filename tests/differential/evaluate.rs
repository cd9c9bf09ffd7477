//! The reference evaluator: what a query gives, by the plainest reading of openCypher. Nothing here is fast, and nothing clever.
//!
//! Source: openCypher 9 reference, and the acceptance tests of openCypher's technology compatibility kit.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use crate::graph::Sketch;
use crate::query::{Clause, Expr, Name, Projection, Query};
use crate::value::{Key, Val};

/// Why there is no result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stop {
    /// It takes too long to find out.
    TooMuch,
    /// A value of the wrong type.
    Type,
    /// A name that nothing has set: the query makes no sense.
    Unbound,
}

pub(crate) type Outcome<T> = Result<T, Stop>;

/// What the names in scope stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row(Vec<(Name, Val)>);

impl Row {
    pub(crate) fn get(&self, name: Name) -> Option<&Val> {
        self.0.iter().rev().find(|entry| entry.0 == name).map(|entry| &entry.1)
    }

    pub(crate) fn set(&mut self, name: Name, value: Val) {
        self.0.push((name, value));
    }
}

/// A graph to ask, and how much asking is left.
pub(crate) struct World<'s> {
    pub(crate) sketch: &'s Sketch,
    /// By node, the relationships that start at it, and those that end at it.
    pub(crate) starting: Vec<Vec<usize>>,
    pub(crate) ending: Vec<Vec<usize>>,
    steps: Cell<u64>,
}

impl<'s> World<'s> {
    pub(crate) fn new(sketch: &'s Sketch) -> Self {
        let mut starting = vec![Vec::new(); sketch.nodes.len()];
        let mut ending = starting.clone();
        for number in sketch.rel_numbers() {
            let rel = sketch.rel(number).unwrap();
            starting[rel.start].push(number);
            ending[rel.end].push(number);
        }
        Self { sketch, starting, ending, steps: Cell::new(0) }
    }

    /// Counts work.
    pub(crate) fn step(&self) -> Outcome<()> {
        let left = self.steps.get().checked_sub(1).ok_or(Stop::TooMuch)?;
        self.steps.set(left);
        Ok(())
    }

    /// The rows of a query, within so many steps.
    pub(crate) fn ask(&self, query: &Query, steps: u64) -> Outcome<Vec<Vec<Val>>> {
        self.steps.set(steps);
        let mut rows = Vec::new();
        for part in &query.parts {
            let input = self.clauses(&part.clauses, vec![Row::default()])?;
            let output = self.project(&part.gives, input)?;
            rows.extend(
                output.into_iter().map(|row| row.0.into_iter().map(|entry| entry.1).collect()),
            );
        }
        if query.parts.len() > 1 && !query.all {
            rows = distinct(rows, |row: &Vec<Val>| row.clone());
        }
        Ok(rows)
    }

    pub(crate) fn clauses(&self, clauses: &[Clause], mut rows: Vec<Row>) -> Outcome<Vec<Row>> {
        for clause in clauses {
            rows = match clause {
                Clause::Match(found) => self.matched(found, rows)?,
                Clause::With(projection) => self.project(projection, rows)?,
                Clause::Unwind(list, name) => self.unwind(list, name, rows)?,
            };
        }
        Ok(rows)
    }

    fn unwind(&self, list: &Expr, name: Name, rows: Vec<Row>) -> Outcome<Vec<Row>> {
        let mut found = Vec::new();
        for row in rows {
            let items = match self.eval(list, &row)? {
                Val::List(items) => items,
                Val::Null => Vec::new(),
                _ => return Err(Stop::Type),
            };
            for item in items {
                self.step()?;
                let mut row = row.clone();
                row.set(name, item);
                found.push(row);
            }
        }
        Ok(found)
    }

    /// Rows with the names of a projection only.
    pub(crate) fn project(&self, projection: &Projection, rows: Vec<Row>) -> Outcome<Vec<Row>> {
        let aggregates = projection.items.iter().any(|item| item.0.aggregates());
        // Each output row with the input row behind it, which ORDER BY may look at where there is one.
        let mut output: Vec<(Row, Row)> = if aggregates {
            self.grouped(projection, &rows)?.into_iter().map(|row| (Row::default(), row)).collect()
        } else {
            let row = |row: Row| {
                self.step()?;
                let mut given = Row::default();
                for (expr, name) in &projection.items {
                    given.set(name, self.eval(expr, &row)?);
                }
                Ok((row, given))
            };
            rows.into_iter().map(row).collect::<Outcome<_>>()?
        };
        if projection.distinct {
            let values = |pair: &(Row, Row)| pair.1.0.iter().map(|entry| entry.1.clone()).collect();
            output = distinct(output, values);
            output.iter_mut().for_each(|pair| pair.0 = Row::default());
        }
        if !projection.order.is_empty() {
            output = self.sorted(projection, output)?;
        }
        let skip = projection.skip.unwrap_or(0);
        let limit = projection.limit.unwrap_or(usize::MAX);
        let rows = output.into_iter().skip(skip).take(limit).map(|pair| pair.1);
        self.kept(projection.cond.as_ref(), rows.collect())
    }

    fn sorted(&self, projection: &Projection, rows: Vec<(Row, Row)>) -> Outcome<Vec<(Row, Row)>> {
        let mut keyed = Vec::new();
        for (before, given) in rows {
            let mut all = before.clone();
            all.0.extend(given.0.iter().cloned());
            let keys = projection.order.iter().map(|(key, _)| self.eval(key, &all));
            keyed.push((keys.collect::<Outcome<Vec<_>>>()?, (before, given)));
        }
        keyed.sort_by(|a, b| {
            let keys = projection.order.iter().zip(a.0.iter().zip(&b.0));
            let mut orders = keys.map(|((_, down), (a, b))| {
                let order = a.order(b);
                if *down { order.reverse() } else { order }
            });
            orders.find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
        });
        Ok(keyed.into_iter().map(|pair| pair.1).collect())
    }

    /// The rows for which a condition is true, not false and not unknown.
    pub(crate) fn kept(&self, cond: Option<&Expr>, rows: Vec<Row>) -> Outcome<Vec<Row>> {
        let Some(cond) = cond else { return Ok(rows) };
        let mut kept = Vec::new();
        for row in rows {
            self.step()?;
            if self.truth(cond, &row)? == Some(true) {
                kept.push(row);
            }
        }
        Ok(kept)
    }

    /// A row a group; the items without aggregates are the keys.
    fn grouped(&self, projection: &Projection, rows: &[Row]) -> Outcome<Vec<Row>> {
        let keys: Vec<&Expr> =
            projection.items.iter().map(|item| &item.0).filter(|expr| !expr.aggregates()).collect();
        let mut groups: BTreeMap<Key, Vec<Row>> = BTreeMap::new();
        if keys.is_empty() {
            groups.insert(Key(Vec::new()), Vec::new());
        }
        for row in rows {
            self.step()?;
            let key = keys.iter().map(|key| self.eval(key, row)).collect::<Outcome<Vec<_>>>()?;
            groups.entry(Key(key)).or_default().push(row.clone());
        }
        let mut output = Vec::new();
        for (key, rows) in groups {
            let mut keys = key.0.into_iter();
            let mut given = Row::default();
            for (expr, name) in &projection.items {
                let value = if expr.aggregates() {
                    self.eval_group(expr, &rows)?
                } else {
                    keys.next().ok_or(Stop::Unbound)?
                };
                given.set(name, value);
            }
            output.push(given);
        }
        Ok(output)
    }
}

/// The first of those that are equivalent.
pub(crate) fn distinct<T>(items: Vec<T>, key: impl Fn(&T) -> Vec<Val>) -> Vec<T> {
    let mut seen = BTreeSet::new();
    items.into_iter().filter(|item| seen.insert(Key(key(item)))).collect()
}
