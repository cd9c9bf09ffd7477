//! Patterns.

use super::super::ast::{
    Expr, HopRange, LabelExpr, NodePattern, PathPattern, RelDirection, RelPattern, Selector,
};
use super::super::parser::{Pair, Rule, parts, span};
use super::{Builder, literal, presume};
use crate::error::Result;

impl Builder {
    pub(super) fn path_pattern(&self, pair: Pair<'_>) -> Result<PathPattern> {
        let whole = span(&pair);
        let mut parts = parts(pair).peekable();
        let variable = parts.next_if(|part| part.as_rule() == Rule::variable);
        let variable = variable.map(|name| self.name(&name));
        let found = match parts.peek().map(Pair::as_rule) {
            Some(Rule::shortest_path) => {
                self.selected(presume(parts.next()), Selector::ShortestPath)?
            }
            Some(Rule::all_shortest_paths) => {
                self.selected(presume(parts.next()), Selector::AllShortestPaths)?
            }
            Some(Rule::shortest) => {
                let count = presume(presume(parts.next()).into_inner().next_back());
                self.path(parts, Selector::Shortest(literal::count(&count)?))?
            }
            _ => self.path(parts, Selector::All)?,
        };
        Ok(PathPattern { variable, span: whole, ..found })
    }

    /// A pattern in an expression.
    pub(super) fn pattern_predicate(&self, pair: Pair<'_>) -> Result<PathPattern> {
        let whole = span(&pair);
        Ok(PathPattern { span: whole, ..self.path(parts(pair), Selector::All)? })
    }

    /// The path between the parentheses of `shortestPath(…)`.
    fn selected(&self, pair: Pair<'_>, selector: Selector) -> Result<PathPattern> {
        self.path(parts(pair), selector)
    }

    /// Nodes and relationships in turn.
    fn path<'p>(
        &self,
        mut parts: impl Iterator<Item = Pair<'p>>,
        selector: Selector,
    ) -> Result<PathPattern> {
        let start = self.node(presume(parts.next()))?;
        let mut steps = Vec::new();
        while let Some(rel) = parts.next() {
            steps.push((self.relationship(rel)?, self.node(presume(parts.next()))?));
        }
        let span = start.span;
        Ok(PathPattern { variable: None, selector, start, steps, span })
    }

    fn node(&self, pair: Pair<'_>) -> Result<NodePattern> {
        let span = span(&pair);
        let mut node = NodePattern { variable: None, labels: None, properties: None, span };
        for part in parts(pair) {
            match part.as_rule() {
                Rule::variable => node.variable = Some(self.name(&part)),
                Rule::labels => node.labels = Some(self.labels(part)?),
                _ => node.properties = Some(self.properties(part)?),
            }
        }
        Ok(node)
    }

    fn properties(&self, pair: Pair<'_>) -> Result<Expr> {
        self.atom(presume(pair.into_inner().next())).map(|operand| {
            self.tallest.set(self.tallest.get().max(operand.height));
            operand.expr
        })
    }

    fn relationship(&self, pair: Pair<'_>) -> Result<RelPattern> {
        let (mut left, mut right) = (false, false);
        let mut rel = RelPattern {
            variable: None,
            types: Vec::new(),
            direction: RelDirection::Either,
            range: None,
            properties: None,
            span: span(&pair),
        };
        for part in parts(pair) {
            match part.as_rule() {
                Rule::left => left = true,
                Rule::right => right = true,
                Rule::rel_detail => self.rel_detail(part, &mut rel)?,
                _ => {}
            }
        }
        rel.direction = match (left, right) {
            (true, false) => RelDirection::Left,
            (false, true) => RelDirection::Right,
            (true, true) | (false, false) => RelDirection::Either,
        };
        Ok(rel)
    }

    fn rel_detail(&self, pair: Pair<'_>, rel: &mut RelPattern) -> Result<()> {
        for part in parts(pair) {
            match part.as_rule() {
                Rule::variable => rel.variable = Some(self.name(&part)),
                Rule::types => rel.types = parts(part).map(|kind| self.name(&kind)).collect(),
                Rule::range => rel.range = Some(range(part)?),
                _ => rel.properties = Some(self.properties(part)?),
            }
        }
        Ok(())
    }

    /// `:A:B`, `:A|B&!C`: an AND where several colons are, and within each what the operators say.
    pub(super) fn labels(&self, pair: Pair<'_>) -> Result<LabelExpr> {
        let rule = pair.as_rule();
        let whole = span(&pair);
        let parts = parts(pair);
        match rule {
            Rule::labels | Rule::labels_before_bar => self.flat(parts, LabelExpr::And),
            Rule::label_or => self.flat(parts, LabelExpr::Or),
            Rule::label_and => self.flat(parts, LabelExpr::And),
            Rule::label_not => {
                let mut negations: usize = 0;
                let mut inner = None;
                for part in parts {
                    match part.as_rule() {
                        Rule::bang => negations = negations.saturating_add(1),
                        Rule::label => inner = Some(LabelExpr::Name(self.name(&part))),
                        _ => inner = Some(self.labels(part)?),
                    }
                }
                self.above(negations, whole)?;
                let inner = presume(inner);
                Ok((0..negations).fold(inner, |inner, _| LabelExpr::Not(Box::new(inner))))
            }
            _ => presume(None),
        }
    }

    /// The one part as it is, or several joined.
    fn flat<'p>(
        &self,
        parts: impl Iterator<Item = Pair<'p>>,
        join: fn(Vec<LabelExpr>) -> LabelExpr,
    ) -> Result<LabelExpr> {
        let mut all = parts.map(|part| self.labels(part)).collect::<Result<Vec<_>>>()?;
        Ok(if all.len() == 1 { presume(all.pop()) } else { join(all) })
    }
}

fn range(pair: Pair<'_>) -> Result<HopRange> {
    let mut range = HopRange { min: None, max: None, span: span(&pair) };
    let mut exact = true;
    for part in parts(pair) {
        match part.as_rule() {
            Rule::dots => exact = false,
            Rule::range_least => range.min = Some(literal::count(&part)?),
            Rule::range_most => range.max = Some(literal::count(&part)?),
            _ => {}
        }
    }
    if exact {
        range.max = range.min;
    }
    Ok(range)
}
