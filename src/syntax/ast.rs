//! The tree of a query. Every part that a message may point at carries its span in the query text.

use crate::error::Span;

/// What a text asks for: a query, to be run or to be explained.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What is wanted of the query.
    pub mode: Mode,
    /// The query.
    pub query: Query,
}

/// What is wanted of a query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Its rows.
    #[default]
    Run,
    /// Its plan; it does not run (`EXPLAIN`).
    Explain,
    /// Its plan with what each operator did while it ran (`PROFILE`).
    Profile,
}

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
    /// `CREATE pattern, …`.
    Create(Vec<PathPattern>),
    /// `MERGE pattern [ON CREATE SET …] [ON MATCH SET …]`.
    Merge(Merge),
    /// `SET …`.
    Set(Vec<SetItem>),
    /// `REMOVE …`.
    Remove(Vec<RemoveItem>),
    /// `[DETACH] DELETE …`.
    Delete {
        /// Whether the relationships of deleted nodes go with them.
        detach: bool,
        /// What is deleted.
        exprs: Vec<Expr>,
    },
    /// `CALL procedure(…) [YIELD …]`.
    Call(ProcedureCall),
    /// `CALL { … }`.
    Subquery(Subquery),
}

/// A MERGE clause.
#[derive(Clone, Debug, PartialEq)]
pub struct Merge {
    /// What is matched, or else created.
    pub pattern: PathPattern,
    /// `ON CREATE SET` and `ON MATCH SET`, in the order written.
    pub actions: Vec<(MergeEvent, Vec<SetItem>)>,
}

/// When an action of MERGE is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeEvent {
    /// The pattern was created.
    Create,
    /// The pattern was matched.
    Match,
}

/// One item of SET.
#[derive(Clone, Debug, PartialEq)]
pub enum SetItem {
    /// `expr.key = value`.
    Property {
        /// The node or relationship.
        subject: Expr,
        /// The key.
        key: Name,
        /// The value; null removes the property.
        value: Expr,
    },
    /// `variable = map`: all properties anew.
    Replace {
        /// The node or relationship.
        variable: Name,
        /// A map, or an entity whose properties are taken.
        value: Expr,
    },
    /// `variable += map`: some properties anew.
    Merge {
        /// The node or relationship.
        variable: Name,
        /// A map, or an entity whose properties are taken.
        value: Expr,
    },
    /// `variable:Label:Label`.
    Labels {
        /// The node.
        variable: Name,
        /// The labels; never empty.
        labels: Vec<Name>,
    },
}

/// One item of REMOVE.
#[derive(Clone, Debug, PartialEq)]
pub enum RemoveItem {
    /// `expr.key`.
    Property {
        /// The node or relationship.
        subject: Expr,
        /// The key.
        key: Name,
    },
    /// `variable:Label:Label`.
    Labels {
        /// The node.
        variable: Name,
        /// The labels; never empty.
        labels: Vec<Name>,
    },
}

/// A call of a procedure.
#[derive(Clone, Debug, PartialEq)]
pub struct ProcedureCall {
    /// The procedure; the name keeps dots and case.
    pub procedure: Name,
    /// The arguments; `None` without parentheses, where parameters of the same names are taken.
    pub args: Option<Vec<Expr>>,
    /// What is taken from its rows.
    pub yields: Yield,
}

/// What is taken from the rows of a procedure.
#[derive(Clone, Debug, PartialEq)]
pub enum Yield {
    /// No YIELD.
    Absent,
    /// `YIELD *`.
    All,
    /// `YIELD column [AS variable], … [WHERE …]`.
    Items {
        /// The columns; never empty.
        items: Vec<YieldItem>,
        /// The condition after WHERE.
        filter: Option<Expr>,
    },
}

/// One column that is taken from a procedure.
#[derive(Clone, Debug, PartialEq)]
pub struct YieldItem {
    /// The column.
    pub column: Name,
    /// The variable, where it is another.
    pub alias: Option<Name>,
}

/// A query that runs for each row.
#[derive(Clone, Debug, PartialEq)]
pub struct Subquery {
    /// `CALL (a, b) { … }`: the variables it sees; `None` for `CALL { … }`, which sees those its first WITH names.
    pub imports: Option<Imports>,
    /// The query.
    pub query: Box<Query>,
}

/// Which variables a subquery sees.
#[derive(Clone, Debug, PartialEq)]
pub enum Imports {
    /// `(*)`: all.
    All,
    /// `(a, b)`: these; `()` none.
    These(Vec<Name>),
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
    /// The relationships and repeated paths, each with the node it leads to. Where two repeated paths touch, or one stands at an end,
    /// the node between or beyond is one without variable, labels, properties or condition.
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
