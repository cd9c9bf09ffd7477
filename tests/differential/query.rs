//! Queries as data: what the generator makes, the evaluator runs and the engine reads as text.

use std::fmt;

use crate::value::Val;

/// Names are drawn from fixed tables.
pub(crate) type Name = &'static str;

/// The parameters that every query is given.
pub(crate) const PARAMS: [Name; 6] = ["one", "two", "first", "second", "text", "nothing"];

/// The value of a parameter.
pub(crate) fn param(name: Name) -> Val {
    match name {
        "one" => Val::Int(1),
        "two" => Val::Int(2),
        "first" => Val::Text("n1".to_owned()),
        "second" => Val::Text("n2".to_owned()),
        "text" => Val::Text("課題".to_owned()),
        _ => Val::Null,
    }
}

/// Parts joined by UNION.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) parts: Vec<Part>,
    /// UNION ALL.
    pub(crate) all: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) clauses: Vec<Clause>,
    pub(crate) gives: Projection,
}

#[derive(Clone, Debug)]
pub(crate) enum Clause {
    Match(Match),
    With(Projection),
    Unwind(Expr, Name),
}

#[derive(Clone, Debug)]
pub(crate) struct Match {
    pub(crate) optional: bool,
    pub(crate) paths: Vec<Path>,
    pub(crate) cond: Option<Expr>,
}

/// What WITH and RETURN say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Projection {
    pub(crate) distinct: bool,
    pub(crate) items: Vec<(Expr, Name)>,
    /// Each with whether it descends.
    pub(crate) order: Vec<(Expr, bool)>,
    pub(crate) skip: Option<usize>,
    pub(crate) limit: Option<usize>,
    pub(crate) cond: Option<Expr>,
}

#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) name: Option<Name>,
    pub(crate) search: Search,
    pub(crate) start: NodePattern,
    pub(crate) hops: Vec<(RelPattern, NodePattern)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Search {
    Every,
    Shortest,
    AllShortest,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct NodePattern {
    pub(crate) name: Option<Name>,
    pub(crate) labels: Vec<Name>,
    pub(crate) properties: Vec<(Name, Expr)>,
}

#[derive(Clone, Debug)]
pub(crate) struct RelPattern {
    pub(crate) name: Option<Name>,
    pub(crate) kinds: Vec<Name>,
    pub(crate) way: Way,
    /// Bounds of a variable length.
    pub(crate) range: Option<(Option<usize>, Option<usize>)>,
    pub(crate) properties: Vec<(Name, Expr)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Way {
    Right,
    Left,
    Either,
}

/// A query inside an expression: clauses after the row it stands in, `RETURN` where it says so.
#[derive(Clone, Debug)]
pub(crate) struct Inner {
    /// The pattern alone, without the word MATCH; only where there is one clause and nothing returned.
    pub(crate) bare: bool,
    pub(crate) matches: Vec<Match>,
    pub(crate) gives: Option<Projection>,
}

#[derive(Clone, Debug)]
pub(crate) enum Expr {
    Const(Val),
    Param(Name),
    Var(Name),
    Prop(Name, Name),
    Compare(Box<Self>, Op, Box<Self>),
    Join(Box<Self>, Logic, Box<Self>),
    Not(Box<Self>),
    /// `IS NULL`, or `IS NOT NULL` where it says false.
    IsNull(Box<Self>, bool),
    In(Box<Self>, Box<Self>),
    Text(Box<Self>, TextOp, Box<Self>),
    HasLabel(Name, Name),
    Pattern(Box<Path>),
    Exists(Box<Inner>),
    Count(Box<Inner>),
    /// `[pattern WHERE condition | item]`.
    Each(Box<Path>, Option<Box<Self>>, Box<Self>),
    List(Vec<Self>),
    Size(Box<Self>),
    Length(Name),
    Plus(Box<Self>, Box<Self>),
    /// An aggregate, with DISTINCT or without; `count(*)` has no argument.
    Aggregate(Aggregate, bool, Option<Box<Self>>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Logic {
    And,
    Or,
    Xor,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum TextOp {
    Starts,
    Ends,
    Contains,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Aggregate {
    Count,
    Sum,
    Min,
    Max,
    Avg,
    Collect,
}

impl Expr {
    /// Every expression directly inside this one; what stands in patterns and inner queries is none of them.
    pub(crate) fn children(&self) -> Vec<&Self> {
        match self {
            Self::Compare(a, _, b)
            | Self::Join(a, _, b)
            | Self::In(a, b)
            | Self::Text(a, _, b)
            | Self::Plus(a, b) => vec![a, b],
            Self::Not(a) | Self::IsNull(a, _) | Self::Size(a) => vec![a],
            Self::List(items) => items.iter().collect(),
            Self::Aggregate(_, _, arg) => arg.iter().map(AsRef::as_ref).collect(),
            Self::Const(_)
            | Self::Param(_)
            | Self::Var(_)
            | Self::Prop(..)
            | Self::HasLabel(..)
            | Self::Pattern(_)
            | Self::Exists(_)
            | Self::Count(_)
            | Self::Each(..)
            | Self::Length(_) => Vec::new(),
        }
    }

    pub(crate) fn aggregates(&self) -> bool {
        matches!(self, Self::Aggregate(..))
            || self.children().iter().any(|child| child.aggregates())
    }

    /// Whether it is a list without an order of its own.
    pub(crate) fn collects(&self) -> bool {
        matches!(self, Self::Aggregate(Aggregate::Collect, ..) | Self::Each(..))
    }
}

impl Query {
    /// Whether lists of its result may come in any order.
    pub(crate) fn collects(&self) -> bool {
        let withs = |part: &Part| {
            part.clauses.iter().any(|clause| match clause {
                Clause::With(projection) => collects(projection),
                Clause::Match(_) | Clause::Unwind(..) => false,
            })
        };
        self.parts.iter().any(|part| collects(&part.gives) || withs(part))
    }

    /// Whether a LIMIT 0 spares an engine from looking at values at all.
    pub(crate) fn is_cut_to_nothing(&self) -> bool {
        let withs = |part: &Part| {
            part.clauses
                .iter()
                .any(|clause| matches!(clause, Clause::With(Projection { limit: Some(0), .. })))
        };
        self.parts.iter().any(|part| part.gives.limit == Some(0) || withs(part))
    }

    /// Whether its rows come in one order only.
    pub(crate) fn is_ordered(&self) -> bool {
        matches!(self.parts.as_slice(), [part] if !part.gives.order.is_empty())
    }
}

fn collects(projection: &Projection) -> bool {
    projection.items.iter().any(|item| item.0.collects())
}

/// Joins what prints itself.
fn list<T: fmt::Display>(items: impl IntoIterator<Item = T>, between: &str) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(between)
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&list(&self.parts, if self.all { " UNION ALL " } else { " UNION " }))
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for clause in &self.clauses {
            write!(f, "{clause} ")?;
        }
        write!(f, "RETURN {}", self.gives)
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Match(found) => write!(f, "{found}"),
            Self::With(projection) => write!(f, "WITH {projection}"),
            Self::Unwind(list, name) => write!(f, "UNWIND {list} AS {name}"),
        }
    }
}

impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.optional { "OPTIONAL MATCH" } else { "MATCH" };
        write!(f, "{word} {}", list(&self.paths, ", "))?;
        self.cond.as_ref().map_or(Ok(()), |cond| write!(f, " WHERE {cond}"))
    }
}

impl fmt::Display for Projection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let items = self.items.iter().map(|(expr, name)| match expr {
            Expr::Var(var) if var == name => (*name).to_owned(),
            _ => format!("{expr} AS {name}"),
        });
        write!(f, "{}{}", if self.distinct { "DISTINCT " } else { "" }, list(items, ", "))?;
        if !self.order.is_empty() {
            let keys = self.order.iter();
            let keys =
                keys.map(|(expr, down)| format!("{expr}{}", if *down { " DESC" } else { "" }));
            write!(f, " ORDER BY {}", list(keys, ", "))?;
        }
        if let Some(skip) = self.skip {
            write!(f, " SKIP {skip}")?;
        }
        if let Some(limit) = self.limit {
            write!(f, " LIMIT {limit}")?;
        }
        self.cond.as_ref().map_or(Ok(()), |cond| write!(f, " WHERE {cond}"))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = self.name {
            write!(f, "{name} = ")?;
        }
        let (open, close) = match self.search {
            Search::Every => ("", ""),
            Search::Shortest => ("shortestPath(", ")"),
            Search::AllShortest => ("allShortestPaths(", ")"),
        };
        write!(f, "{open}{}", self.start)?;
        for (rel, node) in &self.hops {
            write!(f, "{rel}{node}")?;
        }
        f.write_str(close)
    }
}

fn map(properties: &[(Name, Expr)]) -> String {
    if properties.is_empty() {
        return String::new();
    }
    let entries = properties.iter().map(|(key, value)| format!("{key}: {value}"));
    format!(" {{{}}}", list(entries, ", "))
}

impl fmt::Display for NodePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}", self.name.unwrap_or_default())?;
        for label in &self.labels {
            write!(f, ":{label}")?;
        }
        write!(f, "{})", map(&self.properties))
    }
}

impl fmt::Display for RelPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut inside = self.name.unwrap_or_default().to_owned();
        if !self.kinds.is_empty() {
            inside = format!("{inside}:{}", self.kinds.join("|"));
        }
        if let Some((min, max)) = self.range {
            let bound = |bound: Option<usize>| bound.map_or(String::new(), |n| n.to_string());
            let dots = if min.is_none() && max.is_none() { "" } else { ".." };
            inside = match (min, max) {
                (Some(min), Some(max)) if min == max => format!("{inside}*{min}"),
                _ => format!("{inside}*{}{dots}{}", bound(min), bound(max)),
            };
        }
        inside = format!("{inside}{}", map(&self.properties));
        if !inside.is_empty() {
            inside = format!("[{inside}]");
        }
        match self.way {
            Way::Right => write!(f, "-{inside}->"),
            Way::Left => write!(f, "<-{inside}-"),
            Way::Either => write!(f, "-{inside}-"),
        }
    }
}

impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = list(&self.matches, " ");
        let text = if self.bare { text.trim_start_matches("MATCH ") } else { &text };
        write!(f, "{{ {text}")?;
        if let Some(gives) = &self.gives {
            write!(f, " RETURN {gives}")?;
        }
        f.write_str(" }")
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Const(value) => write!(f, "{value}"),
            Self::Param(name) => write!(f, "${name}"),
            Self::Var(name) => f.write_str(name),
            Self::Prop(name, key) => write!(f, "{name}.{key}"),
            Self::Compare(a, op, b) => write!(f, "{} {} {}", part(a), op.sign(), part(b)),
            Self::Join(a, logic, b) => {
                let word = match logic {
                    Logic::And => "AND",
                    Logic::Or => "OR",
                    Logic::Xor => "XOR",
                };
                write!(f, "{} {word} {}", part(a), part(b))
            }
            Self::Not(a) => write!(f, "NOT {}", part(a)),
            Self::IsNull(a, null) => {
                write!(f, "{} IS {}NULL", part(a), if *null { "" } else { "NOT " })
            }
            Self::In(a, b) => write!(f, "{} IN {}", part(a), part(b)),
            Self::Text(a, op, b) => {
                let word = match op {
                    TextOp::Starts => "STARTS WITH",
                    TextOp::Ends => "ENDS WITH",
                    TextOp::Contains => "CONTAINS",
                };
                write!(f, "{} {word} {}", part(a), part(b))
            }
            Self::HasLabel(name, label) => write!(f, "{name}:{label}"),
            Self::Pattern(path) => write!(f, "{path}"),
            Self::Exists(inner) => write!(f, "EXISTS {inner}"),
            Self::Count(inner) => write!(f, "COUNT {inner}"),
            Self::Each(path, cond, item) => {
                let cond = cond.as_ref().map_or(String::new(), |cond| format!(" WHERE {cond}"));
                write!(f, "[{path}{cond} | {item}]")
            }
            Self::List(items) => write!(f, "[{}]", list(items, ", ")),
            Self::Size(a) => write!(f, "size({a})"),
            Self::Length(path) => write!(f, "length({path})"),
            Self::Plus(a, b) => write!(f, "{} + {}", part(a), part(b)),
            Self::Aggregate(aggregate, distinct, arg) => {
                let arg = arg.as_ref().map_or("*".to_owned(), ToString::to_string);
                let distinct = if *distinct { "DISTINCT " } else { "" };
                write!(f, "{}({distinct}{arg})", aggregate.name())
            }
        }
    }
}

/// In parentheses where it is made of parts.
fn part(expr: &Expr) -> String {
    match expr {
        Expr::Compare(..)
        | Expr::Join(..)
        | Expr::Not(_)
        | Expr::IsNull(..)
        | Expr::In(..)
        | Expr::Text(..)
        | Expr::Plus(..) => format!("({expr})"),
        _ => expr.to_string(),
    }
}

impl Op {
    fn sign(self) -> &'static str {
        match self {
            Self::Eq => "=",
            Self::Ne => "<>",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }
}

impl Aggregate {
    fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Min => "min",
            Self::Max => "max",
            Self::Avg => "avg",
            Self::Collect => "collect",
        }
    }
}
