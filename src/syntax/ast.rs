//! The tree of a query. Every part that a message may point at carries its span in the query text.

use crate::error::Span;

/// A whole query: single queries joined by UNION.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The single queries; never empty.
    pub parts: Vec<SingleQuery>,
    /// The joins between them; one less than `parts`.
    pub unions: Vec<Union>,
}

/// One UNION between two single queries.
#[derive(Clone, Debug, PartialEq)]
pub struct Union {
    /// Whether duplicates stay (`UNION ALL`).
    pub all: bool,
    /// The keywords.
    pub span: Span,
}

/// A sequence of clauses, in any order: `plan` judges whether it makes sense.
#[derive(Clone, Debug, PartialEq)]
pub struct SingleQuery {
    /// The clauses; never empty.
    pub clauses: Vec<Clause>,
    /// All of it.
    pub span: Span,
}

/// One clause.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// What it does.
    pub kind: ClauseKind,
    /// All of it, keyword included.
    pub span: Span,
}

/// The kinds of clauses.
#[derive(Clone, Debug, PartialEq)]
pub enum ClauseKind {
    /// `[OPTIONAL] MATCH pattern, … [WHERE …]`.
    Match(Match),
    /// `UNWIND list AS variable`.
    Unwind {
        /// The list.
        list: Expr,
        /// The variable that takes each item.
        variable: Name,
    },
    /// `WITH … [WHERE …]`.
    With(Projection),
    /// `RETURN …`.
    Return(Projection),
}

/// A MATCH clause.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Whether rows without a match stay, with nulls.
    pub optional: bool,
    /// The patterns between commas; never empty.
    pub patterns: Vec<PathPattern>,
    /// The condition after WHERE.
    pub filter: Option<Expr>,
}

/// What WITH and RETURN share.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    /// Whether equal rows become one.
    pub distinct: bool,
    /// Whether `*` stands first.
    pub star: bool,
    /// The items.
    pub items: Vec<Item>,
    /// ORDER BY.
    pub order: Vec<SortItem>,
    /// SKIP, or its other spelling OFFSET.
    pub skip: Option<Expr>,
    /// LIMIT.
    pub limit: Option<Expr>,
    /// WHERE; only after WITH.
    pub filter: Option<Expr>,
}

/// One item of a projection.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What is computed.
    pub expr: Expr,
    /// The name after AS.
    pub alias: Option<Name>,
    /// The expression with any parentheses around it: its text names a column without an alias.
    pub span: Span,
}

/// One key of ORDER BY.
#[derive(Clone, Debug, PartialEq)]
pub struct SortItem {
    /// What is compared.
    pub expr: Expr,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// A name as written, without backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name, in NFC.
    pub text: String,
    /// Where it stands, backticks included.
    pub span: Span,
}

/// One path pattern: nodes joined by relationships.
#[derive(Clone, Debug, PartialEq)]
pub struct PathPattern {
    /// The variable before `=`.
    pub variable: Option<Name>,
    /// Which of the matching paths are wanted.
    pub selector: Selector,
    /// The first node.
    pub start: NodePattern,
    /// The relationships, each with the node it leads to.
    pub steps: Vec<(RelPattern, NodePattern)>,
    /// All of it.
    pub span: Span,
}

/// Which of the paths that match a pattern are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selector {
    /// All of them.
    #[default]
    All,
    /// `SHORTEST k`: for each pair of ends, the `k` shortest; ties in a fixed order.
    Shortest(u64),
    /// `shortestPath(…)`: for each pair of ends, one shortest path.
    ShortestPath,
    /// `allShortestPaths(…)`: for each pair of ends, every path of the least length.
    AllShortestPaths,
}

/// `(variable:Label {key: value})`.
#[derive(Clone, Debug, PartialEq)]
pub struct NodePattern {
    /// The variable.
    pub variable: Option<Name>,
    /// The labels.
    pub labels: Option<LabelExpr>,
    /// The property map or parameter.
    pub properties: Option<Expr>,
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
}

/// `-[variable:TYPE*1..3 {key: value}]->`.
#[derive(Clone, Debug, PartialEq)]
pub struct RelPattern {
    /// The variable.
    pub variable: Option<Name>,
    /// The types; any where empty.
    pub types: Vec<Name>,
    /// Which way it points.
    pub direction: RelDirection,
    /// The number of hops, for a pattern of variable length.
    pub range: Option<HopRange>,
    /// The property map or parameter.
    pub properties: Option<Expr>,
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

/// `*`, `*2`, `*1..3`, `*..3`, `*2..`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HopRange {
    /// The least number of hops; 1 where not written.
    pub min: Option<u64>,
    /// The greatest number of hops.
    pub max: Option<u64>,
    /// The star and its bounds.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: Box<ExprKind>,
    /// All of it; parentheses around it are not part.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A literal other than a list or a map.
    Literal(Literal),
    /// A variable.
    Variable(String),
    /// `$name`.
    Parameter(String),
    /// `expr.key`.
    Property(Expr, Name),
    /// `expr[index]`.
    Index(Expr, Expr),
    /// `expr[from..to]`.
    Slice(Expr, Option<Expr>, Option<Expr>),
    /// `expr:Label`.
    HasLabels(Expr, LabelExpr),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `{key: value}`.
    Map(Vec<(Name, Expr)>),
    /// `-a`, `+a`, `NOT a`.
    Unary(UnaryOp, Expr),
    /// `a op b`; the span of the operator is kept for messages.
    Binary(BinaryOp, Span, Expr, Expr),
    /// `a < b <= c`: each neighbouring pair must hold. The span is that of the operator.
    Compare(Expr, Vec<(CompareOp, Span, Expr)>),
    /// `a IS NULL`, or `a IS NOT NULL` where the flag is set.
    IsNull(Expr, bool),
    /// `name(…)`, or `name(DISTINCT …)`; the name keeps dots and case.
    Call {
        /// The function.
        name: Name,
        /// Whether DISTINCT stands before the arguments.
        distinct: bool,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// `count(*)`.
    CountStar,
    /// `CASE [subject] WHEN … THEN … [ELSE …] END`.
    Case {
        /// What is compared with each WHEN.
        subject: Option<Expr>,
        /// WHEN and THEN.
        branches: Vec<(Expr, Expr)>,
        /// ELSE.
        default: Option<Expr>,
    },
    /// `[variable IN list WHERE filter | map]`.
    ListComprehension {
        /// The variable that takes each item.
        variable: Name,
        /// The list.
        list: Expr,
        /// Which items stay.
        filter: Option<Expr>,
        /// What each becomes.
        map: Option<Expr>,
    },
    /// `all(variable IN list WHERE filter)` and its kin.
    Quantifier {
        /// Which.
        kind: QuantifierKind,
        /// The variable that takes each item.
        variable: Name,
        /// The list.
        list: Expr,
        /// The condition.
        filter: Expr,
    },
    /// `EXISTS { … }`: a full query, or patterns with a condition as a MATCH without its keyword.
    Exists(Box<Query>),
    /// A pattern where a truth value is expected: whether it matches.
    Pattern(Box<PathPattern>),
}

/// A literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `12`, `0x1F`, `0o17`
    Int(i64),
    /// `1.5`, `1e3`
    Float(f64),
    /// `'text'`, escapes resolved
    String(String),
}

/// Operators on one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the name of an operator")]
pub enum UnaryOp {
    Negate,
    Plus,
    Not,
}

/// Operators on two operands, comparison apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the name of an operator")]
pub enum BinaryOp {
    Or,
    Xor,
    And,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    In,
    StartsWith,
    EndsWith,
    Contains,
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the name of an operator")]
pub enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The quantifiers over lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the name of a quantifier")]
pub enum QuantifierKind {
    All,
    Any,
    None,
    Single,
}
