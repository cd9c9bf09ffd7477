//! Expressions and aggregates, in three-valued logic.

use crate::evaluate::{Outcome, Row, Stop, World, distinct};
use crate::graph::NUMBER;
use crate::query::{Aggregate, Expr, Inner, Logic, Name, Op, TextOp, param};
use crate::value::Val;

impl World<'_> {
    pub(crate) fn eval(&self, expr: &Expr, row: &Row) -> Outcome<Val> {
        self.step()?;
        Ok(match expr {
            Expr::Const(value) => value.clone(),
            Expr::Param(name) => param(name),
            Expr::Var(name) => row.get(name).cloned().ok_or(Stop::Unbound)?,
            Expr::Prop(name, key) => self.property(row.get(name).ok_or(Stop::Unbound)?, key)?,
            Expr::Compare(..)
            | Expr::Join(..)
            | Expr::Not(_)
            | Expr::IsNull(..)
            | Expr::In(..)
            | Expr::Text(..)
            | Expr::HasLabel(..)
            | Expr::Pattern(_)
            | Expr::Exists(_) => Val::truth(self.truth(expr, row)?),
            Expr::Count(inner) => Val::int(self.inner(inner, row)?),
            Expr::Each(path, cond, item) => {
                let rows = self.paths(std::slice::from_ref(path), row)?;
                let rows = self.kept(cond.as_deref(), rows)?;
                Val::List(rows.iter().map(|row| self.eval(item, row)).collect::<Outcome<_>>()?)
            }
            Expr::List(items) => {
                Val::List(items.iter().map(|item| self.eval(item, row)).collect::<Outcome<_>>()?)
            }
            Expr::Size(list) => match self.eval(list, row)? {
                Val::Null => Val::Null,
                Val::List(items) => Val::int(items.len()),
                Val::Text(text) => Val::int(text.chars().count()),
                _ => return Err(Stop::Type),
            },
            Expr::Length(name) => match row.get(name).ok_or(Stop::Unbound)? {
                Val::Null => Val::Null,
                Val::Path(_, rels) => Val::int(rels.len()),
                _ => return Err(Stop::Type),
            },
            Expr::Plus(a, b) => plus(&self.eval(a, row)?, &self.eval(b, row)?)?,
            Expr::Aggregate(..) => return Err(Stop::Unbound),
        })
    }

    fn property(&self, of: &Val, key: Name) -> Outcome<Val> {
        let (number, properties) = match of {
            Val::Null => return Ok(Val::Null),
            Val::Node(node) => (*node, &self.sketch.node(*node).ok_or(Stop::Unbound)?.properties),
            Val::Rel(rel) => (*rel, &self.sketch.rel(*rel).ok_or(Stop::Unbound)?.properties),
            _ => return Err(Stop::Type),
        };
        if key == NUMBER {
            return Ok(Val::int(number));
        }
        Ok(properties.get(key).cloned().unwrap_or(Val::Null))
    }

    /// The truth of a condition; `None` is unknown.
    pub(crate) fn truth(&self, expr: &Expr, row: &Row) -> Outcome<Option<bool>> {
        Ok(match expr {
            Expr::Compare(a, op, b) => compare(&self.eval(a, row)?, *op, &self.eval(b, row)?),
            Expr::Join(a, logic, b) => join(self.truth(a, row)?, *logic, self.truth(b, row)?),
            Expr::Not(a) => self.truth(a, row)?.map(|truth| !truth),
            Expr::IsNull(a, null) => Some(self.eval(a, row)?.is_null() == *null),
            Expr::In(a, b) => is_in(&self.eval(a, row)?, &self.eval(b, row)?)?,
            Expr::Text(a, op, b) => match (self.eval(a, row)?, self.eval(b, row)?) {
                (Val::Text(a), Val::Text(b)) => Some(match op {
                    TextOp::Starts => a.starts_with(&b),
                    TextOp::Ends => a.ends_with(&b),
                    TextOp::Contains => a.contains(&b),
                }),
                _ => None,
            },
            Expr::HasLabel(name, label) => match row.get(name).ok_or(Stop::Unbound)? {
                Val::Null => None,
                Val::Node(node) => {
                    Some(self.sketch.node(*node).ok_or(Stop::Unbound)?.labels.contains(label))
                }
                _ => return Err(Stop::Type),
            },
            Expr::Pattern(path) => Some(!self.paths(std::slice::from_ref(path), row)?.is_empty()),
            Expr::Exists(inner) => Some(self.inner(inner, row)? > 0),
            other => match self.eval(other, row)? {
                Val::Bool(truth) => Some(truth),
                Val::Null => None,
                _ => return Err(Stop::Type),
            },
        })
    }

    /// How many rows a query inside an expression gives.
    fn inner(&self, inner: &Inner, row: &Row) -> Outcome<usize> {
        let mut rows = vec![row.clone()];
        for found in &inner.matches {
            rows = self.matched(found, rows)?;
        }
        if let Some(gives) = &inner.gives {
            rows = self.project(gives, rows)?;
        }
        Ok(rows.len())
    }

    /// An expression over a group: aggregates see all its rows.
    pub(crate) fn eval_group(&self, expr: &Expr, rows: &[Row]) -> Outcome<Val> {
        Ok(match expr {
            Expr::Aggregate(aggregate, distinct, arg) => {
                self.aggregate(*aggregate, *distinct, arg.as_deref(), rows)?
            }
            Expr::Const(value) => value.clone(),
            Expr::Plus(a, b) => plus(&self.eval_group(a, rows)?, &self.eval_group(b, rows)?)?,
            Expr::Size(list) => match self.eval_group(list, rows)? {
                Val::List(items) => Val::int(items.len()),
                _ => return Err(Stop::Type),
            },
            Expr::Compare(a, op, b) => {
                let (a, b) = (self.eval_group(a, rows)?, self.eval_group(b, rows)?);
                Val::truth(compare(&a, *op, &b))
            }
            _ => return Err(Stop::Unbound),
        })
    }

    fn aggregate(
        &self,
        aggregate: Aggregate,
        once: bool,
        arg: Option<&Expr>,
        rows: &[Row],
    ) -> Outcome<Val> {
        let Some(arg) = arg else { return Ok(Val::int(rows.len())) };
        let mut values = Vec::new();
        for row in rows {
            let value = self.eval(arg, row)?;
            if !value.is_null() {
                values.push(value);
            }
        }
        if once {
            values = distinct(values, |value| vec![value.clone()]);
        }
        Ok(match aggregate {
            Aggregate::Count => Val::int(values.len()),
            Aggregate::Sum => sum(&values)?,
            Aggregate::Min => values.into_iter().min_by(Val::order).unwrap_or(Val::Null),
            Aggregate::Max => values.into_iter().max_by(Val::order).unwrap_or(Val::Null),
            Aggregate::Avg => match sum(&values)? {
                _ if values.is_empty() => Val::Null,
                Val::Int(sum) => Val::Float(sum as f64 / values.len() as f64),
                Val::Float(sum) => Val::Float(sum / values.len() as f64),
                _ => return Err(Stop::Type),
            },
            Aggregate::Collect => Val::List(values),
        })
    }
}

fn sum(values: &[Val]) -> Outcome<Val> {
    let mut sum = Val::Int(0);
    for value in values {
        match value {
            Val::Int(_) | Val::Float(_) => sum = plus(&sum, value)?,
            _ => return Err(Stop::Type),
        }
    }
    Ok(sum)
}

/// Adds numbers, the only values the queries add.
fn plus(a: &Val, b: &Val) -> Outcome<Val> {
    Ok(match (a, b) {
        (Val::Null, _) | (_, Val::Null) => Val::Null,
        (Val::Int(a), Val::Int(b)) => Val::Int(a + b),
        (Val::Int(a), Val::Float(b)) | (Val::Float(b), Val::Int(a)) => Val::Float(*a as f64 + b),
        (Val::Float(a), Val::Float(b)) => Val::Float(a + b),
        _ => return Err(Stop::Type),
    })
}

fn compare(a: &Val, op: Op, b: &Val) -> Option<bool> {
    match op {
        Op::Eq => a.equals(b),
        Op::Ne => a.equals(b).map(|equal| !equal),
        Op::Lt => a.compare(b).map(std::cmp::Ordering::is_lt),
        Op::Le => a.compare(b).map(std::cmp::Ordering::is_le),
        Op::Gt => a.compare(b).map(std::cmp::Ordering::is_gt),
        Op::Ge => a.compare(b).map(std::cmp::Ordering::is_ge),
    }
}

fn join(a: Option<bool>, logic: Logic, b: Option<bool>) -> Option<bool> {
    match (a, logic, b) {
        (Some(false), Logic::And, _) | (_, Logic::And, Some(false)) => Some(false),
        (Some(true), Logic::Or, _) | (_, Logic::Or, Some(true)) => Some(true),
        (Some(a), Logic::And, Some(b)) => Some(a && b),
        (Some(a), Logic::Or, Some(b)) => Some(a || b),
        (Some(a), Logic::Xor, Some(b)) => Some(a != b),
        (None, _, _) | (_, _, None) => None,
    }
}

/// `IN`: true where one is equal, else unknown where one may be.
fn is_in(value: &Val, list: &Val) -> Outcome<Option<bool>> {
    let items = match list {
        Val::Null => return Ok(None),
        Val::List(items) => items,
        _ => return Err(Stop::Type),
    };
    let equal: Vec<_> = items.iter().map(|item| value.equals(item)).collect();
    Ok(if equal.contains(&Some(true)) {
        Some(true)
    } else if equal.contains(&None) {
        None
    } else {
        Some(false)
    })
}
