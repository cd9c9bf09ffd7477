//! Patterns.

use super::{Expr, Name};
use crate::error::Span;

/// One path pattern: nodes joined by relationships.
#[derive(Clone, Debug, PartialEq)]
pub struct PathPattern {
    /// The variable before `=`.
    pub variable: Option<Name>,
    /// Which of the matching paths are wanted.
    pub selector: Selector,
    /// The first node.
    pub start: NodePattern,
    /// The relationships and repeated paths, each with the node it leads to. Where a repeated path stands at an end, or
    /// touches another or a relationship, the node beyond or between is one without variable, labels, properties or condition.
    pub steps: Vec<(Link, NodePattern)>,
    /// The condition inside the parentheses of `SHORTEST 1 ((a)-->+(b) WHERE …)`: of the paths that meet it, the shortest.
    pub filter: Option<Expr>,
    /// All of it.
    pub span: Span,
}

/// What stands between two nodes of a path pattern.
#[derive(Clone, Debug, PartialEq)]
pub enum Link {
    /// A relationship, or several in a row.
    Rel(RelPattern),
    /// A path in parentheses, repeated.
    Repeat(Box<RepeatedPath>),
}

/// `((a)-[r]->(b) WHERE …){1,3}`: a path pattern that is walked several times in a row.
#[derive(Clone, Debug, PartialEq)]
pub struct RepeatedPath {
    /// The first node.
    pub start: NodePattern,
    /// The relationships, each with the node it leads to; never empty.
    pub steps: Vec<(RelPattern, NodePattern)>,
    /// The condition on each walk.
    pub filter: Option<Expr>,
    /// How often; `None` for once, without a quantifier.
    pub times: Option<HopRange>,
    /// All of it, parentheses and quantifier included.
    pub span: Span,
}

/// Which of the paths that match a pattern are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selector {
    /// All of them.
    #[default]
    All,
    /// `ANY k`: for each pair of ends, some `k`.
    Any(u64),
    /// `SHORTEST k`, and `ANY SHORTEST` for `k` = 1: for each pair of ends, the `k` shortest; ties in a fixed order.
    Shortest(u64),
    /// `SHORTEST k GROUPS`, and `ALL SHORTEST` for `k` = 1: for each pair of ends, every path of the `k` least lengths.
    ShortestGroups(u64),
    /// `shortestPath(…)`: for each pair of ends, one shortest path.
    ShortestPath,
    /// `allShortestPaths(…)`: for each pair of ends, every path of the least length.
    AllShortestPaths,
}

/// `(variable:Label {key: value} WHERE …)`.
#[derive(Clone, Debug, PartialEq)]
pub struct NodePattern {
    /// The variable.
    pub variable: Option<Name>,
    /// The labels.
    pub labels: Option<LabelExpr>,
    /// The property map or parameter.
    pub properties: Option<Expr>,
    /// The condition after WHERE, inside the parentheses.
    pub filter: Option<Expr>,
    /// All of it, parentheses included.
    pub span: Span,
}

/// A condition on labels.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelExpr {
    /// One label.
    Name(Name),
    /// All of these: `:A:B` or `:A&B`.
    And(Vec<Self>),
    /// Any of these: `:A|B`.
    Or(Vec<Self>),
    /// Not this: `:!A`.
    Not(Box<Self>),
    /// Any at all: `:%`.
    Any,
}

/// `-[variable:TYPE*1..3 {key: value}]->`.
#[derive(Clone, Debug, PartialEq)]
pub struct RelPattern {
    /// The variable.
    pub variable: Option<Name>,
    /// The types.
    pub types: Option<LabelExpr>,
    /// Which way it points.
    pub direction: RelDirection,
    /// The number of hops, for a pattern of variable length: `[*1..3]` or `-[]->{1,3}`.
    pub range: Option<HopRange>,
    /// The property map or parameter.
    pub properties: Option<Expr>,
    /// The condition after WHERE, inside the brackets; of each relationship where there are several.
    pub filter: Option<Expr>,
    /// All of it, dashes included.
    pub span: Span,
}

/// Which way a relationship pattern points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelDirection {
    /// `-->`
    Right,
    /// `<--`
    Left,
    /// `--` and `<-->`
    Either,
}

/// `*`, `*2`, `*1..3`, `*..3`, `*2..` in brackets; `*`, `+`, `{2}`, `{1,3}`, `{,3}`, `{2,}` behind what is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HopRange {
    /// The least number of hops; where not written, 1 in brackets (`[*..3]`), and 0 behind (`{,3}`, `*`).
    pub min: Option<u64>,
    /// The greatest number of hops.
    pub max: Option<u64>,
    /// Whether it stands behind what is repeated, as a quantifier.
    pub quantifier: bool,
    /// The star and its bounds.
    pub span: Span,
}
