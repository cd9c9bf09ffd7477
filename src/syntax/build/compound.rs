//! Operands that hold others: lists, maps, comprehensions, calls, subqueries.

use super::super::ast::{
    Clause, Expr, ExprKind, MapItem, Name, PathPattern, QuantifierKind, Query, SingleQuery,
};
use super::super::diagnose::absent;
use super::super::parser::{Pair, Pairs, Rule, parts, span};
use super::{Builder, presume};
use crate::error::{Code, Error, Result, Span, text};

impl Builder {
    /// `[a, b]`, `[x IN xs WHERE … | …]` or `[p = (a)-->(b) WHERE … | …]`: which of them shows after the first item.
    pub(super) fn list(&self, pair: Pair<'_>) -> Result<ExprKind> {
        let mut items = parts(pair).peekable();
        let Some(first) = items.next() else { return Ok(ExprKind::List(Vec::new())) };
        let tail = items.peek().filter(|part| part.as_rule() != Rule::expression).cloned();
        let looped = if items.peek().is_none() || tail.is_some() { loop_of(&first) } else { None };
        if let Some((variable, list)) = looped {
            let (variable, list) = (self.name(&variable), self.fold(list)?);
            let (filter, map) = self.comprehended(items)?;
            return Ok(ExprKind::ListComprehension { variable, list, filter, map });
        }
        if let Some((variable, pattern)) = tail.as_ref().and_then(|_| pattern_of(&first)) {
            let variable = variable.map(|name| self.name(&name));
            let place = span(&first);
            let pattern = PathPattern { variable, span: place, ..self.pattern_predicate(pattern)? };
            let (filter, map) = self.comprehended(items)?;
            let map = map.ok_or_else(|| nothing_gathered(place))?;
            return Ok(ExprKind::PatternComprehension { pattern: Box::new(pattern), filter, map });
        }
        if let Some(tail) = tail {
            return Err(not_a_comprehension(&tail));
        }
        let first = self.expr(first)?;
        let mut list = vec![first];
        for item in items {
            list.push(self.expr(item)?);
        }
        Ok(ExprKind::List(list))
    }

    /// The WHERE and the `|` of a comprehension.
    fn comprehended<'p>(
        &self,
        parts: impl Iterator<Item = Pair<'p>>,
    ) -> Result<(Option<Expr>, Option<Expr>)> {
        let (mut filter, mut map) = (None, None);
        for part in parts {
            match part.as_rule() {
                Rule::filter => filter = Some(self.only_expr(part)?),
                _ => map = Some(self.only_expr(part)?),
            }
        }
        Ok((filter, map))
    }

    pub(super) fn map(&self, pair: Pair<'_>) -> Result<ExprKind> {
        parts(pair).map(|entry| self.entry(entry)).collect::<Result<_>>().map(ExprKind::Map)
    }

    /// `key: value`.
    fn entry(&self, pair: Pair<'_>) -> Result<(Name, Expr)> {
        let mut parts = parts(pair);
        let key = self.name(&presume(parts.next()));
        Ok((key, self.expr(presume(parts.next()))?))
    }

    /// `variable {.key, .*, name: value, other}`.
    pub(super) fn map_projection(&self, pair: Pair<'_>) -> Result<ExprKind> {
        let mut parts = parts(pair);
        let of = self.name(&presume(parts.next()));
        let items = parts.map(|item| self.map_item(item)).collect::<Result<_>>()?;
        Ok(ExprKind::MapProjection(of, items))
    }

    fn map_item(&self, pair: Pair<'_>) -> Result<MapItem> {
        Ok(match pair.as_rule() {
            Rule::variable => MapItem::Variable(self.name(&pair)),
            Rule::entry => {
                let (key, value) = self.entry(pair)?;
                MapItem::Entry(key, value)
            }
            _ => {
                let key = presume(parts(pair).next());
                if key.as_rule() == Rule::star {
                    MapItem::All
                } else {
                    MapItem::Property(self.name(&key))
                }
            }
        })
    }

    pub(super) fn case(&self, pair: Pair<'_>) -> Result<ExprKind> {
        let (mut subject, mut branches, mut default) = (None, Vec::new(), None);
        for part in parts(pair) {
            match part.as_rule() {
                Rule::subject => subject = Some(self.only_expr(part)?),
                Rule::default => default = Some(self.only_expr(part)?),
                _ => {
                    let mut parts = parts(part);
                    let when = self.expr(presume(parts.next()))?;
                    branches.push((when, self.expr(presume(parts.next()))?));
                }
            }
        }
        Ok(ExprKind::Case { subject, branches, default })
    }

    /// `EXISTS { … }` and the like: in the braces a query, or what MATCH has without its keyword.
    pub(super) fn subquery_in(
        &self,
        pair: Pair<'_>,
        wrap: fn(Box<Query>) -> ExprKind,
    ) -> Result<ExprKind> {
        let body = presume(parts(pair).next());
        if body.as_rule() == Rule::query {
            return self.query(body).map(Box::new).map(wrap);
        }
        let span = span(&body);
        let kind = self.match_clause(body)?;
        let part = SingleQuery { clauses: vec![Clause { kind, span }], span };
        Ok(wrap(Box::new(Query { parts: vec![part], unions: Vec::new() })))
    }

    pub(super) fn quantifier(&self, pair: Pair<'_>) -> Result<ExprKind> {
        let mut parts = parts(pair);
        let kind = presume(parts.next()).as_str().to_ascii_lowercase();
        let variable = self.name(&presume(parts.next()));
        let list = self.expr(presume(parts.next()))?;
        let filter = self.only_expr(presume(parts.next()))?;
        let kind = match kind.as_str() {
            "all" => QuantifierKind::All,
            "any" => QuantifierKind::Any,
            "none" => QuantifierKind::None,
            _ => QuantifierKind::Single,
        };
        Ok(ExprKind::Quantifier { kind, variable, list, filter })
    }

    /// `reduce(total = 0, x IN list | total + x)`.
    pub(super) fn reduce(&self, pair: Pair<'_>) -> Result<ExprKind> {
        let mut parts = parts(pair);
        let accumulator = self.name(&presume(parts.next()));
        let init = self.expr(presume(parts.next()))?;
        let variable = self.name(&presume(parts.next()));
        let list = self.expr(presume(parts.next()))?;
        let step = self.only_expr(presume(parts.next()))?;
        Ok(ExprKind::Reduce { accumulator, init, variable, list, step })
    }

    pub(super) fn call(&self, pair: Pair<'_>) -> Result<ExprKind> {
        let mut parts = parts(pair).peekable();
        let name = self.name(&presume(parts.next()));
        if let Some(error) = absent::call(&name.text, name.span) {
            return Err(error);
        }
        let distinct = parts.next_if(|part| part.as_rule() == Rule::kw_distinct).is_some();
        let args = parts.map(|arg| self.expr(arg)).collect::<Result<_>>()?;
        Ok(ExprKind::Call { name, distinct, args })
    }
}

/// The variable and the rest of a flat expression that begins with `variable IN`.
fn loop_of<'t>(first: &Pair<'t>) -> Option<(Pair<'t>, Pairs<'t>)> {
    let mut pairs = first.clone().into_inner();
    let variable = pairs.next().filter(|pair| pair.as_rule() == Rule::variable)?;
    pairs.next().filter(|pair| pair.as_rule() == Rule::kw_in)?;
    Some((variable, pairs))
}

/// The path variable and the pattern of a flat expression that is nothing but `variable = pattern`, or `pattern`.
fn pattern_of<'t>(first: &Pair<'t>) -> Option<(Option<Pair<'t>>, Pair<'t>)> {
    let mut pairs = first.clone().into_inner();
    let mut pattern = pairs.next()?;
    let mut variable = None;
    if pattern.as_rule() == Rule::variable {
        pairs.next().filter(|pair| pair.as_rule() == Rule::equals)?;
        variable = Some(pattern);
        pattern = pairs.next()?;
    }
    let alone = pattern.as_rule() == Rule::pattern_predicate && pairs.next().is_none();
    alone.then_some((variable, pattern))
}

/// `[(a)-->(b) WHERE …]`, without what to make of each match.
fn nothing_gathered(span: Span) -> Error {
    let message = text!(
        "this does not say what to collect of each match",
        "照合した結果から何を集めるかが書かれていません",
    );
    let help = text!(
        "Put it after `|`: `[(a)-->(b) WHERE … | b.name]`.",
        "`[(a)-->(b) WHERE … | b.name]` のように `|` の後に書いてください。",
    );
    Error::new(Code::SyntaxUnexpected, message).at(span).help(help)
}

/// WHERE or `|` in a list whose first item is neither `variable IN list` nor a pattern.
fn not_a_comprehension(tail: &Pair<'_>) -> Error {
    let found = if tail.as_rule() == Rule::filter { "WHERE" } else { "|" };
    let message = text!(
        "`{found}` in a list that goes over nothing",
        "繰り返しのないリストに `{found}` は書けません",
    );
    let help = text!(
        "A list comprehension begins with a variable: `[x IN list WHERE … | …]`.",
        "リスト内包表記は `[x IN リスト WHERE … | …]` のように変数から始めます。",
    );
    Error::new(Code::SyntaxUnexpected, message).at(span(tail)).help(help)
}
