//! The tree of a query. Every part that a message may point at carries its span in the query text.

mod expr;
mod pattern;

pub use expr::{BinaryOp, CompareOp, Expr, ExprKind, Literal, MapItem, QuantifierKind, UnaryOp};
pub use pattern::{
    HopRange, LabelExpr, Link, NodePattern, PathPattern, RelDirection, RelPattern, RepeatedPath,
    Selector,
};

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
