//! What is known of a value before the query runs, and the faults that can be told from it.
//!
//! A type here is a promise: the value is of this type, or null. Where nothing can be promised it is [`Base::Any`], and a fault,
//! if there is one, shows when the query runs. Types of properties are not looked at: a schema may say "integer", but what a
//! graph without knowledge files holds is anyone's guess.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use super::compound::Fold;
use super::faults;
use super::scope::Scope;
use crate::error::{Error, Result, Span, Standard, Text, text};
use crate::functions::{self, Aggregate, Function};
use crate::model::LabelId;
use crate::model::temporal::{Kind, components};
use crate::procedures::ValueType;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Literal, UnaryOp};

/// The type of a value, the items of lists apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Base {
    /// Nothing is known.
    Any,
    Bool,
    Integer,
    Float,
    Text,
    Map,
    /// A node; with the label its pattern names, where that is one.
    Node(Option<LabelId>),
    Rel,
    Path,
    List,
    Temporal(Kind),
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Type {
    pub(super) base: Base,
    /// Of a list: the type that all items have. `Any` otherwise.
    items: Base,
}

impl From<Base> for Type {
    fn from(base: Base) -> Self {
        Self { base, items: Base::Any }
    }
}

impl Type {
    /// Nothing is known.
    pub(super) const ANY: Self = Self { base: Base::Any, items: Base::Any };

    /// A list of relationships, as a pattern of variable length gives it.
    pub(super) const RELS: Self = Self { base: Base::List, items: Base::Rel };

    /// A list of such items.
    pub(super) const fn list_of(items: Base) -> Self {
        Self { base: Base::List, items }
    }

    /// The type of the items, where this is a list.
    pub(super) fn item(self) -> Self {
        self.items.into()
    }

    /// Whether it is a node or relationship.
    pub(super) fn is_entity(self) -> bool {
        matches!(self.base, Base::Node(_) | Base::Rel)
    }

    /// Whether there may be values in a value of this type.
    pub(super) fn may_hold_values(self) -> bool {
        matches!(self.base, Base::Any | Base::List | Base::Map)
    }

    /// Whether a value of this type may stand where the other is wanted.
    pub(super) fn fits(self, wanted: Self) -> bool {
        self.base.fits(wanted.base) && self.items.fits(wanted.items)
    }

    /// The type of which both are.
    fn join(self, other: Self) -> Self {
        match (self.base.join(other.base), self.items.join(other.items)) {
            (Base::List, items) => Self { base: Base::List, items },
            (base, _) => base.into(),
        }
    }

    /// As messages say it, after "used as".
    pub(super) fn describe(self) -> Text {
        match (self.base, self.items) {
            (Base::Node(_), _) => text!("a node", "ノード"),
            (Base::Rel, _) => text!("a relationship", "関係"),
            (Base::List, Base::Rel) => text!("a list of relationships", "関係のリスト"),
            (Base::List, _) => text!("a list", "リスト"),
            (Base::Path, _) => text!("a path", "パス"),
            (Base::Map, _) => text!("a map", "マップ"),
            (Base::Bool, _) => text!("a boolean", "真偽値"),
            (Base::Integer | Base::Float, _) => text!("a number", "数値"),
            (Base::Text, _) => text!("a string", "文字列"),
            (Base::Temporal(kind), _) => {
                let Text { en, ja } = kind.words();
                text!("a {en}", "{ja}")
            }
            (Base::Any, _) => text!("a value", "値"),
        }
    }
}

impl Base {
    fn fits(self, wanted: Self) -> bool {
        self == Self::Any || wanted == Self::Any || same(self, wanted)
    }

    fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Node(a), Self::Node(b)) => Self::Node(a.filter(|_| a == b)),
            (a, b) if a == b => a,
            _ => Self::Any,
        }
    }

    /// The name of the type, as of a value of it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Bool => "boolean",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Text => "string",
            Self::Map => "map",
            Self::Node(_) => "node",
            Self::Rel => "relationship",
            Self::Path => "path",
            Self::List => "list",
            Self::Temporal(kind) => kind.name(),
        }
    }

    fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Float)
    }

    /// Whether it may be one of the types after `::` in a signature: `STRING | LIST<ANY>`.
    fn is_one_of(self, types: &str) -> bool {
        types.split('|').map(str::trim).any(|name| match name {
            "NUMBER" => self.is_number(),
            name => read(name).fits(self.into()),
        })
    }
}

fn same(a: Base, b: Base) -> bool {
    if let (Base::Temporal(a), Base::Temporal(b)) = (a, b) {
        return a == b;
    }
    std::mem::discriminant(&a) == std::mem::discriminant(&b)
}

/// The type a signature names; nothing is known where it names several.
fn read(name: &str) -> Type {
    if name.contains('|') {
        return Type::ANY;
    }
    if let Some(items) = name.strip_prefix("LIST<") {
        return Type { base: Base::List, items: read(items.trim_end_matches('>')).base };
    }
    Type::from(match name {
        "BOOLEAN" => Base::Bool,
        "INTEGER" => Base::Integer,
        "FLOAT" => Base::Float,
        "STRING" => Base::Text,
        "MAP" => Base::Map,
        "NODE" => Base::Node(None),
        "RELATIONSHIP" => Base::Rel,
        "PATH" => Base::Path,
        "DATE" => Base::Temporal(Kind::Date),
        "LOCALTIME" => Base::Temporal(Kind::LocalTime),
        "TIME" => Base::Temporal(Kind::Time),
        "LOCALDATETIME" => Base::Temporal(Kind::LocalDateTime),
        "DATETIME" => Base::Temporal(Kind::DateTime),
        "DURATION" => Base::Temporal(Kind::Duration),
        _ => Base::Any,
    })
}

/// What is known of an expression's value.
pub(super) fn type_of(expr: &Expr, scope: &Scope) -> Type {
    match &*expr.kind {
        ExprKind::Literal(literal) => Type::from(match literal {
            Literal::Null => Base::Any,
            Literal::Bool(_) => Base::Bool,
            Literal::Int(_) => Base::Integer,
            Literal::Float(_) => Base::Float,
            Literal::String(_) => Base::Text,
        }),
        ExprKind::Variable(name) => scope.get(name).map_or(Type::ANY, |var| var.kind),
        // A pattern is none: it is refused where no condition is asked for.
        ExprKind::Parameter(_) | ExprKind::Property(..) | ExprKind::Pattern(_) => Type::ANY,
        ExprKind::Index(of, _) => type_of(of, scope).item(),
        ExprKind::Slice(of, ..) => type_of(of, scope),
        ExprKind::List(items) => {
            let items = items.iter().map(|item| type_of(item, scope).base).reduce(Base::join);
            Type { base: Base::List, items: items.unwrap_or(Base::Any) }
        }
        ExprKind::Map(_) => Base::Map.into(),
        ExprKind::Unary(UnaryOp::Not, _)
        | ExprKind::HasLabels(..)
        | ExprKind::Compare(..)
        | ExprKind::IsNull(..)
        | ExprKind::Quantifier { .. }
        | ExprKind::Exists(_) => Base::Bool.into(),
        ExprKind::Reduce { accumulator, init, variable, list, step } => {
            Fold { accumulator, init, variable, list, step }.kind(scope)
        }
        ExprKind::PatternComprehension { .. } | ExprKind::Collect(_) => Base::List.into(),
        ExprKind::MapProjection(..) => Base::Map.into(),
        ExprKind::Count(_) => Base::Integer.into(),
        ExprKind::Unary(UnaryOp::Negate | UnaryOp::Plus, of) => type_of(of, scope),
        ExprKind::Binary(op, _, left, right) => binary(*op, left, right, scope),
        ExprKind::CountStar => Base::Integer.into(),
        ExprKind::Call { name, .. } => match Aggregate::find(&name.text) {
            Some(function) => aggregate(function),
            None => functions::find(&name.text).map_or(Type::ANY, |function| {
                read(function.signature.rsplit(" :: ").next().unwrap_or_default())
            }),
        },
        ExprKind::Case { branches, default, .. } => {
            let values = branches.iter().map(|branch| &branch.1).chain(default);
            let types = values.map(|value| type_of(value, scope));
            types.reduce(Type::join).unwrap_or(Type::ANY)
        }
        ExprKind::ListComprehension { list, map: None, .. } => type_of(list, scope),
        ExprKind::ListComprehension { map: Some(_), .. } => Base::List.into(),
    }
}

/// What is known of an aggregate's value.
pub(super) fn aggregate(function: Aggregate) -> Type {
    match function {
        Aggregate::Count => Base::Integer.into(),
        Aggregate::Collect => Base::List.into(),
        Aggregate::StDev | Aggregate::StDevP | Aggregate::PercentileCont => Base::Float.into(),
        Aggregate::Sum
        | Aggregate::Avg
        | Aggregate::Min
        | Aggregate::Max
        | Aggregate::PercentileDisc => Type::ANY,
    }
}

fn binary(op: BinaryOp, left: &Expr, right: &Expr, scope: &Scope) -> Type {
    use BinaryOp as Op;
    match op {
        Op::Or
        | Op::Xor
        | Op::And
        | Op::In
        | Op::StartsWith
        | Op::EndsWith
        | Op::Contains
        | Op::Matches => Base::Bool.into(),
        Op::Power => Base::Float.into(),
        Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Modulo => {
            let (left, right) = (type_of(left, scope), type_of(right, scope));
            match (left.base, right.base) {
                (Base::Integer, Base::Integer) => left,
                (a, b) if a.is_number() && b.is_number() => Base::Float.into(),
                (Base::List, _) | (_, Base::List) if op == Op::Add => Base::List.into(),
                (Base::Text, Base::Text) if op == Op::Add => left,
                (Base::Temporal(_), DURATION) => left,
                (DURATION, Base::Temporal(_)) if op == Op::Add => right,
                (DURATION, base) if base.is_number() => left,
                (base, DURATION) if base.is_number() => right,
                _ => Type::ANY,
            }
        }
    }
}

/// Refuses what can only be a fault when it runs.
pub(super) fn check(expr: &Expr, scope: &Scope) -> Result<()> {
    let fault = match &*expr.kind {
        ExprKind::Property(of, key) => match type_of(of, scope).base {
            Base::Any | Base::Map | Base::Node(_) | Base::Rel => None,
            Base::Temporal(kind) if components(kind).any(|name| name == key.text) => None,
            Base::Temporal(kind) => return Err(faults::no_component(kind, &key.text).at(key.span)),
            found => {
                let fault = faults::no_property(found.name(), &key.text).at(expr.span);
                // Only of a path the standard says that it is the query that makes no sense (MatchWhere1), not the value (Graph6).
                let value = found != Base::Path;
                let as_value = Standard::of_type("InvalidArgumentType");
                return Err(if value { fault.known_as(as_value) } else { known(fault) });
            }
        },
        ExprKind::Index(of, index) => {
            return index_fault(of, index, scope).map_or(Ok(()), |fault| Err(fault.at(expr.span)));
        }
        ExprKind::Slice(of, from, to) => slice_fault(of, [from, to], scope),
        ExprKind::HasLabels(of, _) => match type_of(of, scope).base {
            Base::Any | Base::Node(_) | Base::Rel => None,
            found => Some(faults::no_labels(found.name()).at(expr.span)),
        },
        ExprKind::Unary(UnaryOp::Negate | UnaryOp::Plus, of) => match type_of(of, scope).base {
            Base::Any | Base::Integer | Base::Float => None,
            found => Some(faults::no_sign(found.name()).at(of.span)),
        },
        ExprKind::Binary(BinaryOp::In, place, _, list) => match type_of(list, scope).base {
            Base::Any | Base::List => None,
            found => Some(faults::not_in(found.name()).at(*place)),
        },
        ExprKind::Binary(op, place, left, right) => {
            let (left, right) = (type_of(left, scope).base, type_of(right, scope).base);
            operator(*op, left, right).map(|error| error.at(*place))
        }
        ExprKind::Call { name, args, .. } => {
            let function = functions::find(&name.text);
            let fault = function.and_then(|function| argument(function, args, scope));
            fault.map(|error| error.at(expr.span))
        }
        _ => None,
    };
    fault.map_or(Ok(()), |fault| Err(known(fault)))
}

/// What the standard calls nearly all of these.
fn known(fault: Error) -> Error {
    fault.known_as(Standard::syntax("InvalidArgumentType"))
}

/// The fault of `of[index]`, where the types of the two tell it.
///
/// Source: openCypher TCK, List1 and Map2: a `TypeError`, whenever it is found.
fn index_fault(of: &Expr, index: &Expr, scope: &Scope) -> Option<Error> {
    let (of, index) = (type_of(of, scope).base, type_of(index, scope).base);
    if of == Base::Any || index == Base::Any {
        return None;
    }
    let fault = faults::no_element(of.name(), index.name())?;
    let detail = fault.standard().map_or("InvalidArgumentType", |standard| standard.detail);
    Some(fault.known_as(Standard::of_type(detail)))
}

/// The fault of `of[from..to]`, where the types tell it.
fn slice_fault(of: &Expr, bounds: [&Option<Expr>; 2], scope: &Scope) -> Option<Error> {
    match type_of(of, scope).base {
        Base::Any | Base::List => {}
        found => return Some(faults::no_slice(found.name()).at(of.span)),
    }
    bounds.into_iter().flatten().find_map(|bound| match type_of(bound, scope).base {
        Base::Any | Base::Integer => None,
        found => Some(faults::no_bound(found.name()).at(bound.span)),
    })
}

/// What is known of a value that a procedure gives.
pub(super) fn of_value(kind: &ValueType) -> Type {
    read(&kind.to_string())
}

/// The name of an expression's type, where a procedure that wants `kind` cannot take it.
pub(super) fn misfit(expr: &Expr, scope: &Scope, kind: &ValueType) -> Option<&'static str> {
    let wanted = if *kind == ValueType::Float { &ValueType::Number } else { kind };
    let found = type_of(expr, scope).base;
    let fine = found == Base::Any || found.is_one_of(&wanted.to_string());
    (!fine).then(|| found.name())
}

/// Refuses what can be no list.
pub(super) fn check_list(expr: &Expr, scope: &Scope) -> Result<()> {
    match type_of(expr, scope).base {
        Base::Any | Base::List => Ok(()),
        found => Err(known(faults::no_list(found.name()).at(expr.span))),
    }
}

/// Refuses a map projection of what has no properties.
pub(super) fn check_projection(kind: Type, span: Span) -> Result<()> {
    match kind.base {
        Base::Any | Base::Map | Base::Node(_) | Base::Rel => Ok(()),
        found => Err(known(faults::no_projection(found.name()).at(span))),
    }
}

/// Refuses what can be no truth value.
pub(super) fn check_condition(expr: &Expr, scope: &Scope) -> Result<()> {
    match type_of(expr, scope).base {
        Base::Any | Base::Bool => Ok(()),
        found => Err(known(faults::no_condition(found.name()).at(expr.span))),
    }
}

const DURATION: Base = Base::Temporal(Kind::Duration);

fn is_temporal(base: Base) -> bool {
    matches!(base, Base::Temporal(_))
}

fn operator(op: BinaryOp, left: Base, right: Base) -> Option<Error> {
    let (Some(sign), true) = (faults::sign(op), left != Base::Any && right != Base::Any) else {
        return None;
    };
    let joins = |base: Base| base == Base::Text || base.is_number();
    let fine = match op {
        BinaryOp::Add if left == Base::List || right == Base::List => true,
        BinaryOp::Add | BinaryOp::Subtract if is_temporal(left) || is_temporal(right) => {
            let moves = is_temporal(left) && right == DURATION;
            moves || (op == BinaryOp::Add && left == DURATION && is_temporal(right))
        }
        BinaryOp::Multiply if left == DURATION || right == DURATION => {
            left.is_number() || right.is_number()
        }
        BinaryOp::Divide if left == DURATION => right.is_number(),
        BinaryOp::Add => joins(left) && joins(right),
        _ => left.is_number() && right.is_number(),
    };
    (!fine).then(|| faults::no_operator(sign, left.name(), right.name()))
}

/// The fault of an argument that a function does not take.
///
/// Functions that see nulls judge their arguments themselves, when they run.
///
/// Source: openCypher TCK, Graph3 to Graph9, Path3, List6 (before the query runs) and List11 (while it runs).
fn argument(function: &Function, args: &[Expr], scope: &Scope) -> Option<Error> {
    if !function.strict {
        return None;
    }
    let (takes, _) = function.signature.rsplit_once(" :: ")?;
    let takes = takes.split(',').filter_map(|parameter| parameter.split_once(" :: "));
    takes.zip(args).find_map(|((_, types), arg)| {
        let types = types.trim_end_matches(')');
        let types = types.split(" = ").next().unwrap_or(types);
        let found = type_of(arg, scope).base;
        let fine = found == Base::Any || found.is_one_of(types);
        (!fine).then(|| functions::misfit(function.name, &describe_any(types), found.name()))
    })
}

/// The types after `::` in a signature, in words.
fn describe_any(types: &str) -> Text {
    let types: Vec<&str> = types.split('|').map(str::trim).collect();
    let mut words = Text::new("", "");
    for (i, name) in types.iter().enumerate() {
        let (en, ja) = match i {
            0 => ("", ""),
            i if i + 1 == types.len() => (" or ", "または"),
            _ => (", ", "、"),
        };
        let word = match *name {
            "NUMBER" => text!("a number", "数値"),
            name => read(name).describe(),
        };
        words = Text::new(words.en + en + &word.en, words.ja + ja + &word.ja);
    }
    words
}
