//! Expressions.

use super::{LabelExpr, Name, PathPattern, Query};
use crate::error::Span;

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
    /// `reduce(total = 0, x IN list | total + x)`.
    Reduce {
        /// The variable that gathers.
        accumulator: Name,
        /// What it begins with.
        init: Expr,
        /// The variable that takes each item.
        variable: Name,
        /// The list.
        list: Expr,
        /// What it becomes with each item.
        step: Expr,
    },
    /// `[p = (a)-->(b) WHERE filter | map]`.
    PatternComprehension {
        /// The pattern, with its path variable.
        pattern: Box<PathPattern>,
        /// Which matches stay.
        filter: Option<Expr>,
        /// What each becomes.
        map: Expr,
    },
    /// `variable {.key, .*, name: expr, other}`.
    MapProjection(Name, Vec<MapItem>),
    /// `EXISTS { … }`: a full query, or patterns with a condition as a MATCH without its keyword.
    Exists(Box<Query>),
    /// `COUNT { … }`: the number of its rows; in either form, as EXISTS.
    Count(Box<Query>),
    /// `COLLECT { … }`: the list of its one column.
    Collect(Box<Query>),
    /// A pattern where a truth value is expected: whether it matches.
    Pattern(Box<PathPattern>),
}

/// One item of a map projection.
#[derive(Clone, Debug, PartialEq)]
pub enum MapItem {
    /// `.key`: a property under its own name.
    Property(Name),
    /// `.*`: every property.
    All,
    /// `name: expr`.
    Entry(Name, Expr),
    /// `variable`: its value under its name.
    Variable(Name),
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
    Matches,
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
