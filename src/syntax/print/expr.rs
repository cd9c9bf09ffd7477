//! Expressions: parentheses where the operator around binds at least as tight.

use std::fmt::{self, Display, Formatter};

use super::super::ast::{
    BinaryOp, CompareOp, Expr, ExprKind, Literal, MapItem, Name, QuantifierKind, UnaryOp,
};
use super::name::{Parameter, Projected, Quoted, Variable, Word};
use super::pattern::asked;
use super::{after, separated};

/// How tight an expression holds together, from loose to tight; the order of the table in the tree builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    Xor,
    And,
    Not,
    Compare,
    Predicate,
    Add,
    Multiply,
    Power,
    Sign,
    Labels,
    Lookup,
    Atom,
}

/// An expression in a place that wants at least a certain level.
struct At<'e>(Level, &'e Expr);

impl Display for At<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(level, expr) = self;
        if expr.level() < *level { write!(f, "({expr})") } else { write!(f, "{expr}") }
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &*self.kind {
            ExprKind::Literal(literal) => write!(f, "{literal}"),
            ExprKind::Variable(name) => write!(f, "{}", Variable(name)),
            ExprKind::Parameter(name) => write!(f, "{}", Parameter(name)),
            ExprKind::Property(of, key) => {
                write!(f, "{}.{}", At(Level::Lookup, of), Word(&key.text))
            }
            ExprKind::Index(of, index) => write!(f, "{}[{index}]", At(Level::Lookup, of)),
            ExprKind::Slice(of, from, to) => write_slice(f, of, from.as_ref(), to.as_ref()),
            ExprKind::HasLabels(of, labels) => {
                write!(f, "{}:{}", At(Level::Lookup, of), asked(labels))
            }
            ExprKind::List(items) => write_list(f, items),
            ExprKind::Map(entries) => write_map(f, entries),
            ExprKind::Unary(op, operand) => write_unary(f, *op, operand),
            ExprKind::Binary(op, _, left, right) => {
                let level = binary_level(*op);
                write!(f, "{} {op} {}", At(level, left), At(tighter(level), right))
            }
            ExprKind::Compare(first, rest) => {
                write!(f, "{}", At(Level::Predicate, first))?;
                rest.iter().try_for_each(|(op, _, operand)| {
                    write!(f, " {op} {}", At(Level::Predicate, operand))
                })
            }
            ExprKind::IsNull(operand, negated) => {
                let test = if *negated { "IS NOT NULL" } else { "IS NULL" };
                write!(f, "{} {test}", At(Level::Predicate, operand))
            }
            ExprKind::Call { name, distinct, args } => {
                write!(f, "{}({}", name.text, if *distinct { "DISTINCT " } else { "" })?;
                separated(f, args, ", ")?;
                f.write_str(")")
            }
            ExprKind::CountStar => f.write_str("count(*)"),
            ExprKind::Case { subject, branches, default } => {
                write_case(f, subject.as_ref(), branches, default.as_ref())
            }
            ExprKind::ListComprehension { variable, list, filter, map } => {
                write!(f, "[{} IN {list}", Variable(&variable.text))?;
                after(f, " WHERE ", filter.as_ref())?;
                after(f, " | ", map.as_ref())?;
                f.write_str("]")
            }
            ExprKind::Quantifier { kind, variable, list, filter } => {
                write!(f, "{kind}({} IN {list} WHERE {filter})", Variable(&variable.text))
            }
            ExprKind::Reduce { accumulator, init, variable, list, step } => {
                let (accumulator, variable) =
                    (Variable(&accumulator.text), Variable(&variable.text));
                write!(f, "reduce({accumulator} = {init}, {variable} IN {list} | {step})")
            }
            ExprKind::PatternComprehension { pattern, filter, map } => {
                write!(f, "[{pattern}")?;
                after(f, " WHERE ", filter.as_ref())?;
                write!(f, " | {map}]")
            }
            ExprKind::MapProjection(of, items) => {
                write!(f, "{} {{", Projected(&of.text))?;
                separated(f, items, ", ")?;
                f.write_str("}")
            }
            ExprKind::Exists(query) => write!(f, "EXISTS {{ {query} }}"),
            ExprKind::Count(query) => write!(f, "COUNT {{ {query} }}"),
            ExprKind::Collect(query) => write!(f, "COLLECT {{ {query} }}"),
            ExprKind::Pattern(pattern) => write!(f, "{pattern}"),
        }
    }
}

impl Expr {
    fn level(&self) -> Level {
        match &*self.kind {
            ExprKind::Binary(op, ..) => binary_level(*op),
            ExprKind::Compare(..) => Level::Compare,
            ExprKind::IsNull(..) => Level::Predicate,
            ExprKind::Unary(UnaryOp::Not, _) => Level::Not,
            ExprKind::Unary(UnaryOp::Negate | UnaryOp::Plus, _) => Level::Sign,
            ExprKind::HasLabels(..) => Level::Labels,
            ExprKind::Property(..) | ExprKind::Index(..) | ExprKind::Slice(..) => Level::Lookup,
            ExprKind::Literal(_)
            | ExprKind::Variable(_)
            | ExprKind::Parameter(_)
            | ExprKind::List(_)
            | ExprKind::Map(_)
            | ExprKind::Call { .. }
            | ExprKind::CountStar
            | ExprKind::Case { .. }
            | ExprKind::ListComprehension { .. }
            | ExprKind::Quantifier { .. }
            | ExprKind::Reduce { .. }
            | ExprKind::PatternComprehension { .. }
            | ExprKind::MapProjection(..)
            | ExprKind::Exists(_)
            | ExprKind::Count(_)
            | ExprKind::Collect(_)
            | ExprKind::Pattern(_) => Level::Atom,
        }
    }

    /// The operand that its text begins with, parentheses apart.
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other kind begins with itself")]
    fn leftmost(&self) -> Option<&Self> {
        match &*self.kind {
            ExprKind::Binary(_, _, first, _)
            | ExprKind::Compare(first, _)
            | ExprKind::IsNull(first, _)
            | ExprKind::HasLabels(first, _)
            | ExprKind::Property(first, _)
            | ExprKind::Index(first, _)
            | ExprKind::Slice(first, ..) => Some(first),
            _ => None,
        }
    }
}

fn binary_level(op: BinaryOp) -> Level {
    match op {
        BinaryOp::Or => Level::Or,
        BinaryOp::Xor => Level::Xor,
        BinaryOp::And => Level::And,
        BinaryOp::In
        | BinaryOp::StartsWith
        | BinaryOp::EndsWith
        | BinaryOp::Contains
        | BinaryOp::Matches => Level::Predicate,
        BinaryOp::Add | BinaryOp::Subtract => Level::Add,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => Level::Multiply,
        BinaryOp::Power => Level::Power,
    }
}

/// The level next to `level`: what the right side of an operator needs, as all lean to the left.
fn tighter(level: Level) -> Level {
    match level {
        Level::Or => Level::Xor,
        Level::Xor => Level::And,
        Level::And => Level::Not,
        Level::Not => Level::Compare,
        Level::Compare => Level::Predicate,
        Level::Predicate => Level::Add,
        Level::Add => Level::Multiply,
        Level::Multiply => Level::Power,
        Level::Power => Level::Sign,
        Level::Sign => Level::Labels,
        Level::Labels => Level::Lookup,
        Level::Lookup | Level::Atom => Level::Atom,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "no other kind begins with a digit")]
fn write_unary(f: &mut Formatter<'_>, op: UnaryOp, operand: &Expr) -> fmt::Result {
    let sign = match op {
        UnaryOp::Not => return write!(f, "NOT {}", At(Level::Not, operand)),
        UnaryOp::Negate => "-",
        UnaryOp::Plus => "+",
    };
    // A minus right before a digit would become part of the number.
    let mut first = operand;
    while let Some(next) = first.leftmost() {
        first = next;
    }
    let digit = match &*first.kind {
        ExprKind::Literal(Literal::Int(value)) => !value.is_negative(),
        ExprKind::Literal(Literal::Float(value)) => value.is_sign_positive(),
        _ => false,
    };
    let parenthesized = (digit && op == UnaryOp::Negate) || operand.level() < Level::Sign;
    if parenthesized { write!(f, "{sign}({operand})") } else { write!(f, "{sign}{operand}") }
}

fn write_slice(
    f: &mut Formatter<'_>,
    of: &Expr,
    from: Option<&Expr>,
    to: Option<&Expr>,
) -> fmt::Result {
    write!(f, "{}[", At(Level::Lookup, of))?;
    after(f, "", from)?;
    f.write_str("..")?;
    after(f, "", to)?;
    f.write_str("]")
}

fn write_case(
    f: &mut Formatter<'_>,
    subject: Option<&Expr>,
    branches: &[(Expr, Expr)],
    default: Option<&Expr>,
) -> fmt::Result {
    f.write_str("CASE")?;
    after(f, " ", subject)?;
    for (when, then) in branches {
        write!(f, " WHEN {when} THEN {then}")?;
    }
    after(f, " ELSE ", default)?;
    f.write_str(" END")
}

fn write_list(f: &mut Formatter<'_>, items: &[Expr]) -> fmt::Result {
    if let [only] = items {
        // `[x IN xs]` goes over the list; the test whether it holds `x` needs parentheses.
        let mut first = only;
        while let Some(next) = first.leftmost() {
            if matches!(&*first.kind, ExprKind::Binary(BinaryOp::In, ..)) {
                return write!(f, "[({only})]");
            }
            first = next;
        }
    }
    f.write_str("[")?;
    separated(f, items, ", ")?;
    f.write_str("]")
}

fn write_map(f: &mut Formatter<'_>, entries: &[(Name, Expr)]) -> fmt::Result {
    f.write_str("{")?;
    for (i, (key, value)) in entries.iter().enumerate() {
        write!(f, "{}{}: {value}", if i > 0 { ", " } else { "" }, Word(&key.text))?;
    }
    f.write_str("}")
}

impl Display for MapItem {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Property(key) => write!(f, ".{}", Word(&key.text)),
            Self::All => f.write_str(".*"),
            Self::Entry(key, value) => write!(f, "{}: {value}", Word(&key.text)),
            Self::Variable(name) => write!(f, "{}", Variable(&name.text)),
        }
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::String(value) => write!(f, "{}", Quoted(value)),
        }
    }
}

impl Display for BinaryOp {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Or => "OR",
            Self::Xor => "XOR",
            Self::And => "AND",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::Power => "^",
            Self::In => "IN",
            Self::StartsWith => "STARTS WITH",
            Self::EndsWith => "ENDS WITH",
            Self::Contains => "CONTAINS",
            Self::Matches => "=~",
        })
    }
}

impl Display for CompareOp {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        })
    }
}

impl Display for QuantifierKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "all",
            Self::Any => "any",
            Self::None => "none",
            Self::Single => "single",
        })
    }
}
