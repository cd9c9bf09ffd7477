//! Patterns.

use super::super::ast::{
    Expr, HopRange, LabelExpr, Link, NodePattern, PathPattern, RelDirection, RelPattern,
    RepeatedPath, Selector,
};
use super::super::parser::{Pair, Rule, parts, span};
use super::{Builder, literal, presume};
use crate::error::{Code, Error, Result, Span, text};

impl Builder {
    /// The patterns of a clause that has nothing else.
    pub(super) fn path_patterns(&self, pair: Pair<'_>) -> Result<Vec<PathPattern>> {
        parts(pair).map(|pattern| self.path_pattern(pattern)).collect()
    }

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
            Some(Rule::selector) => {
                let selector = selector(presume(parts.next()))?;
                self.path(parts, selector)?
            }
            _ => self.path(parts, Selector::All)?,
        };
        Ok(PathPattern { variable, span: whole, ..found })
    }

    /// A pattern in an expression.
    pub(super) fn pattern_predicate(&self, pair: Pair<'_>) -> Result<PathPattern> {
        let whole = span(&pair);
        let path = self.path(parts(pair), Selector::All)?;
        if path.filter.is_some() {
            return Err(filtered(whole));
        }
        Ok(PathPattern { span: whole, ..path })
    }

    /// The path between the parentheses of `shortestPath(…)`.
    fn selected(&self, pair: Pair<'_>, selector: Selector) -> Result<PathPattern> {
        self.path(parts(pair), selector)
    }

    /// Nodes, and what leads from one to the next.
    fn path<'p>(
        &self,
        parts: impl Iterator<Item = Pair<'p>>,
        selector: Selector,
    ) -> Result<PathPattern> {
        let parts: Vec<_> = parts.collect();
        // Parentheses around the whole of a path repeat nothing; they hold its condition.
        if let [only] = parts.as_slice()
            && is_plain(only)
        {
            let (inner, filter, _) = self.parenthesized_path(only.clone())?;
            return Ok(PathPattern { selector, filter, ..inner });
        }
        let whole = parts.iter().map(span).reduce(Span::to).unwrap_or_default();
        let mut start = None;
        let mut steps: Vec<(Link, NodePattern)> = Vec::new();
        let mut open: Option<Link> = None;
        for part in parts {
            match part.as_rule() {
                Rule::node => {
                    let node = self.node(part)?;
                    match open.take() {
                        Some(link) => steps.push((link, node)),
                        None => start = Some(node),
                    }
                }
                rule => {
                    let place = span(&part);
                    // A repeated path needs no node before it; one that names nothing stands there.
                    if let Some(link) = open.take() {
                        steps.push((link, no_node(place.start)));
                    } else if start.is_none() {
                        start = Some(no_node(place.start));
                    }
                    open = Some(if rule == Rule::repeated {
                        Link::Repeat(Box::new(self.repeated(part)?))
                    } else {
                        Link::Rel(self.relationship(part)?)
                    });
                }
            }
        }
        steps.extend(open.map(|link| (link, no_node(whole.end))));
        let start = presume(start);
        Ok(PathPattern { variable: None, selector, start, steps, filter: None, span: whole })
    }

    /// The path, the condition and the quantifier of `((a)-[r]->(b) WHERE …){1,3}`.
    fn parenthesized_path(
        &self,
        pair: Pair<'_>,
    ) -> Result<(PathPattern, Option<Expr>, Option<HopRange>)> {
        let (mut filter, mut times, mut path) = (None, None, Vec::new());
        for part in parts(pair) {
            match part.as_rule() {
                Rule::condition => filter = Some(self.only_expr(part)?),
                Rule::times => times = Some(times_of(part)?),
                _ => path.push(part),
            }
        }
        if let [only] = path.as_slice()
            && is_plain(only)
        {
            return Err(nested(span(only)));
        }
        Ok((self.path(path.into_iter(), Selector::All)?, filter, times))
    }

    fn repeated(&self, pair: Pair<'_>) -> Result<RepeatedPath> {
        let span = span(&pair);
        let (path, filter, times) = self.parenthesized_path(pair)?;
        let step = |(link, node)| match link {
            Link::Rel(rel) => Ok((rel, node)),
            Link::Repeat(inner) => Err(nested(inner.span)),
        };
        let steps = path.steps.into_iter().map(step).collect::<Result<Vec<_>>>()?;
        if steps.is_empty() {
            return Err(no_relationship(times.is_some(), path.span));
        }
        Ok(RepeatedPath { start: path.start, steps, filter, times, span })
    }

    fn node(&self, pair: Pair<'_>) -> Result<NodePattern> {
        let span = span(&pair);
        let mut node = NodePattern { span, ..no_node(0) };
        for part in parts(pair) {
            match part.as_rule() {
                Rule::variable => node.variable = Some(self.name(&part)),
                Rule::labels => node.labels = Some(self.labels(part)?),
                Rule::condition => node.filter = Some(self.only_expr(part)?),
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
            types: None,
            direction: RelDirection::Either,
            range: None,
            properties: None,
            filter: None,
            span: span(&pair),
        };
        for part in parts(pair) {
            match part.as_rule() {
                Rule::left => left = true,
                Rule::right => right = true,
                Rule::rel_detail => self.rel_detail(part, &mut rel)?,
                Rule::times if rel.range.is_some() => return Err(two_ranges(span(&part))),
                Rule::times => rel.range = Some(times_of(part)?),
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
                Rule::kinds => rel.types = Some(self.labels(part)?),
                Rule::range => rel.range = Some(range(part)?),
                Rule::condition => rel.filter = Some(self.only_expr(part)?),
                _ => rel.properties = Some(self.properties(part)?),
            }
        }
        Ok(())
    }

    /// `:A:B`, `:A|B&!C`: an AND where several colons are, and within each what the operators say; types just the same.
    pub(super) fn labels(&self, pair: Pair<'_>) -> Result<LabelExpr> {
        let rule = pair.as_rule();
        let whole = span(&pair);
        let parts = parts(pair);
        match rule {
            Rule::labels | Rule::labels_before_bar | Rule::label_and => {
                self.flat(parts, LabelExpr::And)
            }
            Rule::kinds | Rule::kind_and => self.flat(parts, LabelExpr::And),
            Rule::label_or | Rule::kind_or => self.flat(parts, LabelExpr::Or),
            Rule::label_not | Rule::kind_not => {
                let mut negations: usize = 0;
                let mut inner = None;
                for part in parts {
                    match part.as_rule() {
                        Rule::bang => negations = negations.saturating_add(1),
                        Rule::label | Rule::kind => inner = Some(LabelExpr::Name(self.name(&part))),
                        Rule::any_label => inner = Some(LabelExpr::Any),
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

/// Whether it is a path in parentheses without a quantifier.
fn is_plain(part: &Pair<'_>) -> bool {
    let repeats = |part: Pair<'_>| part.as_rule() == Rule::times;
    part.as_rule() == Rule::repeated && !part.clone().into_inner().any(repeats)
}

/// The node that stands, unwritten, beside a repeated path.
fn no_node(at: u32) -> NodePattern {
    let span = Span { start: at, end: at };
    NodePattern { variable: None, labels: None, properties: None, filter: None, span }
}

fn selector(pair: Pair<'_>) -> Result<Selector> {
    let (mut all, mut shortest, mut groups, mut count) = (false, false, false, None);
    for part in parts(pair) {
        match part.as_rule() {
            Rule::kw_all => all = true,
            Rule::kw_shortest => shortest = true,
            Rule::kw_groups => groups = true,
            Rule::count => count = Some(part),
            _ => {}
        }
    }
    let paths = match &count {
        Some(count) => literal::count(count)?,
        None => 1,
    };
    if let (0, Some(count)) = (paths, &count) {
        let message = text!("no paths are asked for", "求めるパスの数が 0 です");
        return Err(Error::new(Code::SyntaxLiteral, message).at(span(count)));
    }
    Ok(match (shortest, all || groups) {
        (true, true) => Selector::ShortestGroups(paths),
        (true, false) => Selector::Shortest(paths),
        (false, true) => Selector::All,
        (false, false) => Selector::Any(paths),
    })
}

/// `*1..3`.
fn range(pair: Pair<'_>) -> Result<HopRange> {
    let mut range = HopRange { min: None, max: None, quantifier: false, span: span(&pair) };
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

/// `{1,3}`, `{2}`, `+`, `*`.
fn times_of(pair: Pair<'_>) -> Result<HopRange> {
    let span = span(&pair);
    let mut times = HopRange { min: None, max: None, quantifier: true, span };
    let mut exact = true;
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::star | Rule::comma => exact = false,
            Rule::once_or_more => (times.min, exact) = (Some(1), false),
            Rule::times_least => times.min = Some(literal::count(&part)?),
            Rule::range_most => times.max = Some(literal::count(&part)?),
            _ => {}
        }
    }
    if exact {
        times.max = times.min;
    }
    let fault = match times.max {
        Some(0) => text!("a path repeated zero times", "パスの繰り返しが 0 回です"),
        Some(most) if times.min.is_some_and(|least| least > most) => text!(
            "the least number of times is above the greatest",
            "繰り返しの下限が上限を超えています",
        ),
        _ => return Ok(times),
    };
    Err(Error::new(Code::SyntaxLiteral, fault).at(span))
}

/// `WHERE ((a)-->(b) WHERE b.x = 1)`.
fn filtered(span: Span) -> Error {
    let message = text!(
        "a pattern with a condition is no condition by itself",
        "条件付きのパターンは、それだけでは条件になりません",
    );
    let help = text!(
        "Write `EXISTS {{ (a)-->(b) WHERE … }}`.",
        "`EXISTS {{ (a)-->(b) WHERE … }}` と書いてください。",
    );
    Error::new(Code::SyntaxUnexpected, message).at(span).help(help)
}

/// `((a)){2}`, `(a)-->((b))`.
fn no_relationship(repeats: bool, span: Span) -> Error {
    let (message, help) = if repeats {
        (
            text!("a repeated path without a relationship", "繰り返すパスに関係がありません"),
            text!(
                "Write `((a)-[:TYPE]->(b)){{1,3}}`.",
                "`((a)-[:種類]->(b)){{1,3}}` のように書いてください。",
            ),
        )
    } else {
        (
            text!("two pairs of parentheses around a node", "ノードが二重の丸括弧で囲まれています"),
            text!("Leave one of them out.", "一組だけにしてください。"),
        )
    };
    Error::new(Code::SyntaxUnexpected, message).at(span).help(help)
}

/// `-[*2]->{3}`.
fn two_ranges(span: Span) -> Error {
    let message = text!("a second number of hops", "段数が二つあります");
    let help = text!(
        "Write it once: `-[:TYPE*1..3]->` or `-[:TYPE]->{{1,3}}`.",
        "`-[:種類*1..3]->` か `-[:種類]->{{1,3}}` のどちらかで書いてください。",
    );
    Error::new(Code::SyntaxUnexpected, message).at(span).help(help)
}

/// `(((a)-->(b)){2}-->(c)){3}`.
fn nested(span: Span) -> Error {
    let message = text!(
        "a path in parentheses inside another",
        "丸括弧で囲んだパスの中に、さらに丸括弧で囲んだパスがあります",
    );
    let help = text!(
        "Write the inner path without its parentheses.",
        "内側の丸括弧を外して書いてください。",
    );
    Error::new(Code::SyntaxUnexpected, message).at(span).help(help)
}
