//! The plan as data: operators and bound expressions.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::course::{Repeat, Search};
use super::reach::{CountReached, Reach};
use super::{Call, Write};
use crate::error::{Error, Span};
use crate::functions::{Aggregate, Function};
use crate::model::{Datum, KeyId, KindId, LabelId};
use crate::procedures::{Procedure, Procedures};
use crate::syntax::ast::{BinaryOp, CompareOp, QuantifierKind, RelDirection, UnaryOp};

/// A place in the frame: where one variable or intermediate value lives while the query runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub usize);

/// What runs.
#[derive(Debug)]
pub struct Plan {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// One for each single query of a UNION; never empty.
    pub branches: Vec<Subplan>,
    /// Whether equal rows of different branches become one (UNION without ALL).
    pub distinct: bool,
    /// How many slots a frame has.
    pub slots: usize,
    /// What slots are called where the plan is shown: variables, and columns without an alias by their words.
    pub names: BTreeMap<Slot, String>,
    /// The parameters the query names, each with the place of its first use.
    pub params: Vec<(String, Span)>,
    /// What the writer of the query should know.
    pub warnings: Vec<Error>,
    /// Whether every operator runs frame by frame, even where rows are ids and could run as slices: both give the same rows.
    pub row_by_row: bool,
}

/// A pipeline of operators and the slots it leaves its rows in.
#[derive(Clone, Debug, PartialEq)]
pub struct Subplan {
    /// The operators, first to last.
    pub ops: Vec<Op>,
    /// The slots of the columns; empty where only the existence of a row matters.
    pub output: Vec<Slot>,
}

/// One operator. It sees a frame, and hands frames to the operators after it.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// Emits each node, or each node with a label, ascending.
    NodeScan {
        /// Takes the node.
        slot: Slot,
        /// The label; `None` for all nodes.
        label: Option<LabelId>,
    },
    /// Emits the node whose property `id` is a text; nothing where there is none.
    NodeById {
        /// Takes the node.
        slot: Slot,
        /// The text.
        id: Expr,
    },
    /// Emits each node whose property equals a value, or one item of a list, ascending; nothing for null.
    NodeByKey {
        /// Takes the node.
        slot: Slot,
        /// A label of the nodes; `None` for all.
        label: Option<LabelId>,
        /// The property.
        key: KeyId,
        /// The value, or the list.
        value: Expr,
        /// Whether it is a list.
        any: bool,
    },
    /// Emits the frame where a slot holds a node: a pattern of one node that is known already. Null matches nothing.
    NodeGiven {
        /// The node.
        slot: Slot,
        /// Where it is written.
        place: Place,
    },
    /// Emits each relationship of a node, with the node at its other end.
    Expand(Expand),
    /// Emits each path of variable length from a node.
    ExpandMany(ExpandMany),
    /// Emits each node to which a path of variable length leads, once.
    Reach(Box<Reach>),
    /// Counts the nodes that are reached: emits one frame.
    CountReached(Box<CountReached>),
    /// Emits each walk along a path that is repeated.
    Repeat(Box<Repeat>),
    /// Emits the shortest walks along a pattern.
    Search(Box<Search>),
    /// Passes frames for which the condition is true; drops those for which it is false or null.
    Filter(Expr),
    /// Sets a slot to the path through slots that are set.
    BuildPath {
        /// Takes the path.
        slot: Slot,
        /// The first node.
        start: Slot,
        /// What follows it.
        steps: Vec<PathStep>,
    },
    /// Emits each item of a list; nothing for null.
    Unwind {
        /// The list.
        list: Expr,
        /// Takes the item.
        slot: Slot,
    },
    /// Emits each row of a procedure; each frame once for one without columns.
    Invoke(Invoke),
    /// Emits what the inner operators emit, or once with nulls where they emit nothing.
    Optional {
        /// The inner operators.
        ops: Vec<Self>,
        /// The slots they set.
        nulls: Vec<Slot>,
    },
    /// Computes slots.
    Project(Vec<(Slot, Expr)>),
    /// Buffers groups: emits one frame for each, with keys and aggregates. Without keys, exactly one.
    Aggregate {
        /// The grouping keys; null is a group of its own.
        keys: Vec<(Slot, Expr)>,
        /// The aggregates.
        calls: Vec<(Slot, AggregateCall)>,
    },
    /// Emits the first of equal frames; buffers what it has seen.
    Distinct(Vec<Slot>),
    /// Buffers all frames and emits them in order; equal ones keep their order.
    Sort {
        /// What is compared.
        keys: Vec<SortKey>,
        /// The slots that are read later.
        keep: Vec<Slot>,
    },
    /// Drops the first frames.
    Skip(Expr),
    /// Stops after so many frames.
    Limit(Expr),
    /// Runs a query that only reads, and emits the frame with each of its rows, or once where it has none to give.
    Call(Call),
    /// Changes the graph. Everything before it runs to its end first; what comes after it sees all that it did.
    Write {
        /// How.
        write: Write,
        /// The slots that are read by it and after it, those it sets too.
        keep: Vec<Slot>,
    },
}

/// One hop.
#[derive(Clone, Debug, PartialEq)]
pub struct Expand {
    /// The node it starts at.
    pub from: Slot,
    /// Takes the relationship, or holds it where `rel_bound`.
    pub rel: Slot,
    /// Takes the other node, or holds it where `to_bound`.
    pub to: Slot,
    /// The types.
    pub kinds: Kinds,
    /// Which way, seen from `from`.
    pub direction: RelDirection,
    /// Whether `rel` is set already and must be met.
    pub rel_bound: bool,
    /// Whether `to` is set already and must be met.
    pub to_bound: bool,
    /// Relationships of the same MATCH that this one must differ from.
    pub differs: Vec<Slot>,
    /// Where the patterns of the two nodes stand: `from`, then `to`.
    pub ends: (Place, Place),
}

/// A walk of several hops.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpandMany {
    /// The walk's first hop stands for each; `rel` takes the list of relationships.
    pub hop: Expand,
    /// The least number of hops.
    pub min: u64,
    /// The greatest number of hops.
    pub max: Option<u64>,
    /// Whether the walk runs against the pattern, so that the list must be turned round.
    pub reversed: bool,
    /// Conditions on each relationship, and the slot that takes it.
    pub each: Option<(Slot, Vec<Expr>)>,
}

/// A call of a procedure.
#[derive(Clone, Debug, PartialEq)]
pub struct Invoke {
    /// What is called.
    pub procedure: ProcedureRef,
    /// The arguments; `None` where they are parameters of the same names.
    pub args: Option<Vec<Expr>>,
    /// Which of its columns are taken, and the slots that take them.
    pub columns: Vec<(usize, Slot)>,
    /// Where it stands.
    pub span: Place,
}

/// One step of a path to be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathStep {
    /// Holds a relationship, or a list of them.
    Rel(Slot),
    /// Hold lists of equal length; the path takes the first of each, then the second of each, and so on.
    Repeat(Vec<Slot>),
}

/// Relationship types.
#[derive(Clone, Debug, PartialEq)]
pub enum Kinds {
    /// All.
    Any,
    /// These; none where empty.
    Of(Vec<KindId>),
}

/// A condition on the labels of a node, or on the type of a relationship.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelTest {
    /// A node has this label, a relationship this type; what the graph does not know is on none.
    Has(Option<LabelId>, Option<KindId>),
    /// All hold.
    And(Vec<Self>),
    /// One holds.
    Or(Vec<Self>),
    /// Does not hold.
    Not(Box<Self>),
    /// A node has a label at all; a relationship always has its type.
    Any,
}

/// One aggregate.
#[derive(Clone, Debug, PartialEq)]
pub struct AggregateCall {
    /// Which.
    pub function: Aggregate,
    /// What is aggregated; `None` for `count(*)`.
    pub arg: Option<Expr>,
    /// The percentile, where the aggregate takes one.
    pub second: Option<Expr>,
    /// Whether equal values count once.
    pub distinct: bool,
    /// Where it stands.
    pub span: Place,
}

/// One key of a sort.
#[derive(Clone, Debug, PartialEq)]
pub struct SortKey {
    /// What is compared.
    pub expr: Expr,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// A span that has no part in comparing plans.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place(pub Span);

impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A constant; equal to another only where it is the same value of the same type.
#[derive(Clone, Debug)]
pub struct Constant(pub Datum);

impl PartialEq for Constant {
    fn eq(&self, other: &Self) -> bool {
        self.0.type_name() == other.0.type_name() && self.0.order(&other.0).is_eq()
    }
}

/// A property key as written, and as the graph knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// As written: the key of a map.
    pub text: Arc<str>,
    /// As the graph knows it, aliases resolved: the key of a node or relationship.
    pub id: Option<KeyId>,
}

/// A bound expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: Box<ExprKind>,
    /// Where it stands.
    pub span: Place,
}

/// The kinds of bound expressions; each as its namesake in the syntax tree.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each is documented with its namesake in syntax::ast")]
pub enum ExprKind {
    Constant(Constant),
    Slot(Slot),
    Parameter(String),
    Property(Expr, Key),
    Index(Expr, Expr),
    Slice(Expr, Option<Expr>, Option<Expr>),
    HasLabels(Expr, LabelTest),
    List(Vec<Expr>),
    Map(Vec<(Arc<str>, Expr)>),
    Unary(UnaryOp, Expr),
    Binary(BinaryOp, Place, Expr, Expr),
    Compare(Expr, Vec<(CompareOp, Place, Expr)>),
    IsNull(Expr, bool),
    Call(FunctionRef, Vec<Expr>),
    Case { subject: Option<Expr>, branches: Vec<(Expr, Expr)>, default: Option<Expr> },
    ListComprehension { slot: Slot, list: Expr, filter: Option<Expr>, map: Option<Expr> },
    Quantifier { kind: QuantifierKind, slot: Slot, list: Expr, filter: Expr },
    Reduce(Reduce),
    MapProjection(Expr, Vec<MapPart>),
    Subquery { ask: Ask, branches: Vec<Subplan>, distinct: bool },
}

/// A list folded from the left.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduce {
    /// Gathers.
    pub accumulator: Slot,
    /// What it begins with.
    pub init: Expr,
    /// Takes each item.
    pub slot: Slot,
    /// The list.
    pub list: Expr,
    /// What the accumulator becomes with each item.
    pub step: Expr,
    /// Whether the step may put the accumulator into a list or map.
    pub wraps: bool,
}

/// One part of a map projection.
#[derive(Clone, Debug, PartialEq)]
pub enum MapPart {
    /// Every property of the subject.
    All,
    /// One entry.
    Entry(Arc<str>, Expr),
}

/// What is asked of the rows of a query inside an expression. A pattern comprehension collects, a pattern as a condition asks
/// whether there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Whether there is one.
    Exists,
    /// How many there are.
    Count,
    /// The list of their only values.
    Collect,
}

/// An entry of the function table.
#[derive(Clone, Copy, Debug)]
pub struct FunctionRef(pub &'static Function);

impl PartialEq for FunctionRef {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

/// A procedure, with all that can be called beside it.
#[derive(Clone, Debug)]
pub struct ProcedureRef {
    /// The procedure.
    pub procedure: Arc<Procedure>,
    /// What was there to choose from.
    pub among: Procedures,
}

impl PartialEq for ProcedureRef {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.procedure, &other.procedure)
    }
}

macro_rules! children {
    ($name:ident, $doc:literal, $expr:ty, $iter:ident, $($mut:tt)?) => {
        #[doc = $doc]
        #[must_use]
        pub fn $name(self: $expr) -> Vec<$expr> {
            match &$($mut)? *self.kind {
                ExprKind::Constant(_)
                | ExprKind::Slot(_)
                | ExprKind::Parameter(_)
                | ExprKind::Subquery { .. } => Vec::new(),
                ExprKind::Property(of, _)
                | ExprKind::HasLabels(of, _)
                | ExprKind::Unary(_, of)
                | ExprKind::IsNull(of, _) => vec![of],
                ExprKind::Index(a, b) | ExprKind::Binary(_, _, a, b) => vec![a, b],
                ExprKind::Slice(of, from, to) => std::iter::once(of).chain(from).chain(to).collect(),
                ExprKind::List(items) | ExprKind::Call(_, items) => items.$iter().collect(),
                ExprKind::Map(entries) => entries.$iter().map(|(_, value)| value).collect(),
                ExprKind::Compare(first, rest) => {
                    std::iter::once(first).chain(rest.$iter().map(|(_, _, expr)| expr)).collect()
                }
                ExprKind::Case { subject, branches, default } => {
                    let branches = branches.$iter().flat_map(|(when, then)| [when, then]);
                    subject.$iter().chain(branches).chain(default).collect()
                }
                ExprKind::ListComprehension { list, filter, map, .. } => {
                    std::iter::once(list).chain(filter).chain(map).collect()
                }
                ExprKind::Quantifier { list, filter, .. } => vec![list, filter],
                ExprKind::Reduce(Reduce { init, list, step, .. }) => vec![init, list, step],
                ExprKind::MapProjection(subject, parts) => {
                    let values = parts.$iter().filter_map(|part| match part {
                        MapPart::All => None,
                        MapPart::Entry(_, value) => Some(value),
                    });
                    std::iter::once(subject).chain(values).collect()
                }
            }
        }
    };
}

impl Expr {
    /// An expression at a place.
    #[must_use]
    pub fn new(kind: ExprKind, span: Span) -> Self {
        Self { kind: Box::new(kind), span: Place(span) }
    }

    /// The value of a slot.
    #[must_use]
    pub fn slot(slot: Slot, span: Span) -> Self {
        Self::new(ExprKind::Slot(slot), span)
    }

    /// Whether its value is left to chance; queries inside it apart.
    #[must_use]
    pub fn is_random(&self) -> bool {
        let here = matches!(&*self.kind, ExprKind::Call(function, _) if function.0.is_random());
        here || self.children().into_iter().any(Self::is_random)
    }

    children!(
        children,
        "The parts, one level down; those inside subqueries are not among them.",
        &Self,
        iter,
    );
    children!(children_mut, "As [`Self::children`], to be changed.", &mut Self, iter_mut, mut);
}
