//! pest's pairs into the tree.
//!
//! The grammar has said already what stands where; what is refused here could not be said in a grammar: numbers out of range,
//! unknown escapes, trees that grow too high, forms that read like others and are not there yet. Recursion goes as deep as
//! brackets nest, which `check` has bounded.

#![expect(clippy::wildcard_enum_match_arm, reason = "a rule has few parts, the grammar many rules")]

mod clauses;
mod compound;
mod expr;
mod literal;
mod pattern;
#[cfg(test)]
mod tests;

use std::cell::Cell;

use super::HEIGHT_MAX;
use super::ast::{
    Clause, ClauseKind, Item, Match, Mode, Name, Projection, Query, SingleQuery, SortItem,
    Statement, Union,
};
use super::parser::{Pair, Rule, parts, span};
use crate::error::{Code, Error, Result, Span, text};

/// The tree of a statement.
pub(super) fn statement(pair: Pair<'_>) -> Result<Statement> {
    let builder = Builder { depth: Cell::new(0), tallest: Cell::new(0) };
    let mut mode = Mode::Run;
    let mut query = None;
    for part in parts(pair) {
        match part.as_rule() {
            Rule::kw_explain => mode = Mode::Explain,
            Rule::kw_profile => mode = Mode::Profile,
            _ => query = Some(builder.query(part)?),
        }
    }
    Ok(Statement { mode, query: presume(query) })
}

/// The part that the grammar says is there; `None` where it says that nothing else can be.
fn presume<T>(part: Option<T>) -> T {
    part.expect("the grammar does not match without it")
}

/// Builds one tree.
struct Builder {
    /// How many expressions are being built inside each other.
    depth: Cell<usize>,
    /// The height of the highest expression finished since [`Builder::measured`] last looked.
    tallest: Cell<usize>,
}

impl Builder {
    fn query(&self, pair: Pair<'_>) -> Result<Query> {
        let mut query = Query { parts: Vec::new(), unions: Vec::new() };
        for part in parts(pair) {
            if part.as_rule() == Rule::union {
                let all = part.clone().into_inner().any(|word| word.as_rule() == Rule::kw_all);
                query.unions.push(Union { all, span: span(&part) });
            } else {
                let span = span(&part);
                let clauses = parts(part).map(|clause| self.clause(clause));
                let clauses = clauses.collect::<Result<_>>()?;
                query.parts.push(SingleQuery { clauses, span });
            }
        }
        Ok(query)
    }

    /// One clause. Each arm is one call: what a query nests by is as deep on the stack as this function is large.
    fn clause(&self, pair: Pair<'_>) -> Result<Clause> {
        let span = span(&pair);
        let rule = pair.as_rule();
        let kind = match rule {
            Rule::match_clause => self.match_clause(pair),
            Rule::unwind_clause => self.unwind(pair),
            Rule::with_clause => self.projection(pair, ClauseKind::With),
            Rule::return_clause => self.projection(pair, ClauseKind::Return),
            Rule::create_clause => self.path_patterns(pair).map(ClauseKind::Create),
            Rule::merge_clause => self.merge(pair),
            Rule::set_clause => self.set(pair).map(ClauseKind::Set),
            Rule::remove_clause => self.remove(pair).map(ClauseKind::Remove),
            Rule::delete_clause => self.delete(pair),
            Rule::call_clause => self.call_clause(pair),
            _ => presume(None),
        }?;
        Ok(Clause { kind, span })
    }

    fn unwind(&self, pair: Pair<'_>) -> Result<ClauseKind> {
        let mut parts = parts(pair);
        let list = self.expr(presume(parts.next()))?;
        Ok(ClauseKind::Unwind { list, variable: self.name(&presume(parts.next())) })
    }

    /// What stands in MATCH, or in EXISTS and COUNT without its keyword.
    fn match_clause(&self, pair: Pair<'_>) -> Result<ClauseKind> {
        let mut found = Match { optional: false, patterns: Vec::new(), filter: None };
        for part in parts(pair) {
            match part.as_rule() {
                Rule::kw_optional => found.optional = true,
                Rule::condition => found.filter = Some(self.only_expr(part)?),
                _ => found.patterns.push(self.path_pattern(part)?),
            }
        }
        Ok(ClauseKind::Match(found))
    }

    /// What WITH and RETURN share.
    fn projection(
        &self,
        pair: Pair<'_>,
        clause: fn(Projection) -> ClauseKind,
    ) -> Result<ClauseKind> {
        let mut found = Projection {
            distinct: false,
            star: false,
            items: Vec::new(),
            order: Vec::new(),
            skip: None,
            limit: None,
            filter: None,
        };
        for part in parts(pair) {
            match part.as_rule() {
                Rule::kw_distinct => found.distinct = true,
                Rule::star => found.star = true,
                Rule::order_by => {
                    let items = parts(part).map(|item| self.sort_item(item));
                    found.order = items.collect::<Result<_>>()?;
                }
                Rule::skip_rows => found.skip = Some(self.only_expr(part)?),
                Rule::limit_rows => found.limit = Some(self.only_expr(part)?),
                Rule::condition => found.filter = Some(self.only_expr(part)?),
                _ => found.items.push(self.item(part)?),
            }
        }
        Ok(clause(found))
    }

    fn item(&self, pair: Pair<'_>) -> Result<Item> {
        let mut parts = parts(pair);
        let whole = presume(parts.next());
        let span = span(&whole);
        let expr = self.expr(whole)?;
        Ok(Item { expr, alias: parts.next().map(|name| self.name(&name)), span })
    }

    fn sort_item(&self, pair: Pair<'_>) -> Result<SortItem> {
        let mut parts = parts(pair);
        let expr = self.expr(presume(parts.next()))?;
        let descending = parts.next().is_some_and(|word| word.as_rule() == Rule::descending);
        Ok(SortItem { expr, descending })
    }

    fn name(&self, pair: &Pair<'_>) -> Name {
        Name { text: literal::name(pair.as_str()), span: span(pair) }
    }

    /// What `build` gives, and the height of the highest expression in it.
    fn measured<T>(&self, build: impl FnOnce() -> Result<T>) -> Result<(T, usize)> {
        let outside = self.tallest.replace(0);
        let built = build()?;
        Ok((built, self.tallest.replace(outside)))
    }

    /// The height of a node over parts of height `below`.
    ///
    /// Errors: `syntax.depth` past [`HEIGHT_MAX`], with the place of the node.
    fn above(&self, below: usize, span: Span) -> Result<usize> {
        if below < HEIGHT_MAX {
            return Ok(below.saturating_add(1));
        }
        let message = text!(
            "this expression is built of more than {HEIGHT_MAX} steps",
            "式が長すぎます（上限：{HEIGHT_MAX} 段）",
        );
        let help = text!(
            "Compute it in parts with `WITH`, or pass the values as one list parameter.",
            "`WITH` で分けて計算するか、値をリストのパラメーターで渡してください。",
        );
        Err(Error::new(Code::SyntaxDepth, message).at(span).help(help))
    }
}
