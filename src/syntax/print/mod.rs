//! The tree into text: one line, parentheses only where they are needed.
//!
//! Parsing the text of a tree that came from the parser gives the same tree again, places apart.

mod clauses;
mod expr;
mod name;
mod pattern;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod trees;

use std::fmt::{self, Display, Formatter};

use super::ast::{
    Clause, ClauseKind, Item, Match, Mode, Projection, Query, SingleQuery, SortItem, Statement,
};
use name::Variable;

impl Display for Statement {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { mode, query } = self;
        match mode {
            Mode::Run => write!(f, "{query}"),
            Mode::Explain => write!(f, "EXPLAIN {query}"),
            Mode::Profile => write!(f, "PROFILE {query}"),
        }
    }
}

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut unions = self.unions.iter();
        for (i, part) in self.parts.iter().enumerate() {
            if i > 0 {
                let all = unions.next().is_some_and(|union| union.all);
                f.write_str(if all { " UNION ALL " } else { " UNION " })?;
            }
            write!(f, "{part}")?;
        }
        Ok(())
    }
}

impl Display for SingleQuery {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        separated(f, &self.clauses, " ")
    }
}

impl Display for Clause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ClauseKind::Match(found) => write!(f, "{found}"),
            ClauseKind::Unwind { list, variable } => {
                write!(f, "UNWIND {list} AS {}", Variable(&variable.text))
            }
            ClauseKind::With(projection) => write!(f, "WITH {projection}"),
            ClauseKind::Return(projection) => write!(f, "RETURN {projection}"),
            ClauseKind::Create(patterns) => {
                f.write_str("CREATE ")?;
                separated(f, patterns, ", ")
            }
            ClauseKind::Merge(merge) => write!(f, "{merge}"),
            ClauseKind::Set(items) => {
                f.write_str("SET ")?;
                separated(f, items, ", ")
            }
            ClauseKind::Remove(items) => {
                f.write_str("REMOVE ")?;
                separated(f, items, ", ")
            }
            ClauseKind::Delete { detach, exprs } => {
                f.write_str(if *detach { "DETACH DELETE " } else { "DELETE " })?;
                separated(f, exprs, ", ")
            }
            ClauseKind::Call(call) => write!(f, "CALL {call}"),
            ClauseKind::Subquery(subquery) => write!(f, "CALL {subquery}"),
        }
    }
}

impl Display for Match {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(if self.optional { "OPTIONAL MATCH " } else { "MATCH " })?;
        separated(f, &self.patterns, ", ")?;
        after(f, " WHERE ", self.filter.as_ref())
    }
}

impl Display for Projection {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.distinct {
            f.write_str("DISTINCT ")?;
        }
        if self.star {
            f.write_str(if self.items.is_empty() { "*" } else { "*, " })?;
        }
        separated(f, &self.items, ", ")?;
        if !self.order.is_empty() {
            f.write_str(" ORDER BY ")?;
            separated(f, &self.order, ", ")?;
        }
        after(f, " SKIP ", self.skip.as_ref())?;
        after(f, " LIMIT ", self.limit.as_ref())?;
        after(f, " WHERE ", self.filter.as_ref())
    }
}

impl Display for Item {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.expr)?;
        after(f, " AS ", self.alias.as_ref().map(|alias| Variable(&alias.text)))
    }
}

impl Display for SortItem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.expr, if self.descending { " DESC" } else { "" })
    }
}

/// Prints `all` with `separator` between them.
fn separated<T: Display>(f: &mut Formatter<'_>, all: &[T], separator: &str) -> fmt::Result {
    for (i, item) in all.iter().enumerate() {
        if i > 0 {
            f.write_str(separator)?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

/// Prints `lead` and `item`, or nothing where there is no item.
fn after<T: Display>(f: &mut Formatter<'_>, lead: &str, item: Option<T>) -> fmt::Result {
    item.map_or(Ok(()), |item| write!(f, "{lead}{item}"))
}
