//! Expressions: flat lists of operands and operators folded by precedence.

use pest::pratt_parser::{Assoc, ConstPrattParser, Op};

use super::super::NESTING_MAX;
use super::super::ast::{BinaryOp, CompareOp, Expr, ExprKind, Literal, UnaryOp};
use super::super::check::too_deep;
use super::super::parser::{Pair, Pairs, Rule, parts, span};
use super::{Builder, literal, presume};
use crate::error::{Result, Span};

/// Which operator binds tighter, from loose to tight; `true` begins a level.
static PRECEDENCE: ConstPrattParser<Rule, 29> = ConstPrattParser::new_const([
    (Op::infix(Rule::kw_or, Assoc::Left), true),
    (Op::infix(Rule::kw_xor, Assoc::Left), true),
    (Op::infix(Rule::kw_and, Assoc::Left), true),
    (Op::prefix(Rule::kw_not), true),
    (Op::infix(Rule::equals, Assoc::Left), true),
    (Op::infix(Rule::not_equal, Assoc::Left), false),
    (Op::infix(Rule::less, Assoc::Left), false),
    (Op::infix(Rule::less_or_equal, Assoc::Left), false),
    (Op::infix(Rule::greater, Assoc::Left), false),
    (Op::infix(Rule::greater_or_equal, Assoc::Left), false),
    (Op::infix(Rule::kw_in, Assoc::Left), true),
    (Op::infix(Rule::starts_with, Assoc::Left), false),
    (Op::infix(Rule::ends_with, Assoc::Left), false),
    (Op::infix(Rule::kw_contains, Assoc::Left), false),
    (Op::infix(Rule::matches, Assoc::Left), false),
    (Op::postfix(Rule::is_null), false),
    (Op::postfix(Rule::is_not_null), false),
    (Op::infix(Rule::add, Assoc::Left), true),
    (Op::infix(Rule::subtract, Assoc::Left), false),
    (Op::infix(Rule::multiply, Assoc::Left), true),
    (Op::infix(Rule::divide, Assoc::Left), false),
    (Op::infix(Rule::modulo, Assoc::Left), false),
    (Op::infix(Rule::power, Assoc::Left), true),
    (Op::prefix(Rule::minus), true),
    (Op::prefix(Rule::plus), false),
    (Op::postfix(Rule::property), true),
    (Op::postfix(Rule::subscript), false),
    (Op::postfix(Rule::labels), false),
    (Op::postfix(Rule::labels_before_bar), false),
]);

/// Chains of AND, OR or XOR up to this long lean to the left, as written; longer ones are balanced.
const LEANING_MAX: usize = 32;

/// An expression that is finished, with what its surroundings need to know.
pub(super) struct Operand {
    pub(super) expr: Expr,
    /// Its place with the parentheses around it.
    outer: Span,
    /// The longest way down from it to a leaf.
    pub(super) height: usize,
}

/// What the folding passes on: chains stay open until another operator ends them.
enum Part {
    Done(Operand),
    /// One of AND, OR, XOR between all of these.
    Logic(BinaryOp, Operand, Vec<(Span, Operand)>),
    /// Comparisons, each between its neighbours.
    Compare(Operand, Vec<(CompareOp, Span, Operand)>),
}

impl Builder {
    /// The tree of an expression rule.
    pub(super) fn expr(&self, pair: Pair<'_>) -> Result<Expr> {
        self.fold(pair.into_inner())
    }

    /// The one expression of a part such as WHERE or LIMIT.
    pub(super) fn only_expr(&self, pair: Pair<'_>) -> Result<Expr> {
        self.expr(presume(parts(pair).next()))
    }

    /// The expressions of a part that has no others, between commas.
    pub(super) fn exprs(&self, pair: Pair<'_>) -> Result<Vec<Expr>> {
        parts(pair).map(|expr| self.expr(expr)).collect()
    }

    /// The tree of operands and operators.
    ///
    /// Everything that nests comes by here; `check` has counted it before, but by the look of the tokens only.
    pub(super) fn fold(&self, pairs: Pairs<'_>) -> Result<Expr> {
        let outside = self.depth.get();
        if outside > NESTING_MAX {
            return Err(too_deep(pairs.peek().map_or(Span::default(), |pair| span(&pair))));
        }
        self.depth.set(outside.saturating_add(1));
        let part = PRECEDENCE
            .map_primary(|pair| self.atom(pair).map(Part::Done))
            .map_prefix(|op, rhs| self.prefix(&op, rhs?))
            .map_postfix(|lhs, op| self.postfix(lhs?, op))
            .map_infix(|lhs, op, rhs| self.infix(lhs?, &op, rhs?))
            .parse(pairs)?;
        let operand = self.finish(part)?;
        self.tallest.set(self.tallest.get().max(operand.height));
        self.depth.set(outside);
        Ok(operand.expr)
    }

    /// An operand of `kind` over parts of height `below`.
    fn operand(&self, kind: ExprKind, span: Span, below: usize) -> Result<Operand> {
        let height = self.above(below, span)?;
        Ok(Operand { expr: Expr { kind: Box::new(kind), span }, outer: span, height })
    }

    fn prefix(&self, op: &Pair<'_>, rhs: Part) -> Result<Part> {
        let rhs = self.finish(rhs)?;
        let kind = match op.as_rule() {
            Rule::kw_not => UnaryOp::Not,
            Rule::minus => UnaryOp::Negate,
            Rule::plus => UnaryOp::Plus,
            _ => presume(None),
        };
        let span = span(op).to(rhs.outer);
        self.operand(ExprKind::Unary(kind, rhs.expr), span, rhs.height).map(Part::Done)
    }

    fn postfix(&self, lhs: Part, op: Pair<'_>) -> Result<Part> {
        let lhs = self.finish(lhs)?;
        let span = lhs.outer.to(span(&op));
        let rule = op.as_rule();
        let (kind, height) = self.measured(|| match rule {
            Rule::is_null => Ok(ExprKind::IsNull(lhs.expr, false)),
            Rule::is_not_null => Ok(ExprKind::IsNull(lhs.expr, true)),
            Rule::property => {
                Ok(ExprKind::Property(lhs.expr, self.name(&presume(parts(op).next()))))
            }
            Rule::subscript => self.subscript(lhs.expr, op),
            Rule::labels | Rule::labels_before_bar => {
                Ok(ExprKind::HasLabels(lhs.expr, self.labels(op)?))
            }
            _ => presume(None),
        })?;
        self.operand(kind, span, height.max(lhs.height)).map(Part::Done)
    }

    /// `[index]`, `[from..]`, `[..to]`, `[from..to]`.
    fn subscript(&self, list: Expr, pair: Pair<'_>) -> Result<ExprKind> {
        let (mut lower, mut upper, mut slice) = (None, None, false);
        for part in parts(pair) {
            match part.as_rule() {
                Rule::dots => slice = true,
                Rule::upper => upper = Some(self.only_expr(part)?),
                _ => lower = Some(self.expr(part)?),
            }
        }
        Ok(match lower {
            Some(index) if !slice => ExprKind::Index(list, index),
            lower => ExprKind::Slice(list, lower, upper),
        })
    }

    fn infix(&self, lhs: Part, op: &Pair<'_>, rhs: Part) -> Result<Part> {
        let rhs = self.finish(rhs)?;
        let place = span(op);
        let rule = op.as_rule();
        if let Some(op) = compare_op(rule) {
            return match lhs {
                Part::Compare(first, mut rest) => {
                    rest.push((op, place, rhs));
                    Ok(Part::Compare(first, rest))
                }
                lhs => Ok(Part::Compare(self.finish(lhs)?, vec![(op, place, rhs)])),
            };
        }
        let op = presume(binary_op(rule));
        match lhs {
            Part::Logic(same, first, mut rest) if same == op => {
                rest.push((place, rhs));
                Ok(Part::Logic(op, first, rest))
            }
            lhs => {
                let lhs = self.finish(lhs)?;
                if matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Xor) {
                    return Ok(Part::Logic(op, lhs, vec![(place, rhs)]));
                }
                self.binary(op, place, lhs, rhs).map(Part::Done)
            }
        }
    }

    fn binary(&self, op: BinaryOp, place: Span, lhs: Operand, rhs: Operand) -> Result<Operand> {
        let span = lhs.outer.to(rhs.outer);
        let height = lhs.height.max(rhs.height);
        self.operand(ExprKind::Binary(op, place, lhs.expr, rhs.expr), span, height)
    }

    /// Closes a chain.
    fn finish(&self, part: Part) -> Result<Operand> {
        match part {
            Part::Done(operand) => Ok(operand),
            Part::Logic(op, first, rest) => self.logic(op, first, rest),
            Part::Compare(first, rest) => {
                let heights = rest.iter().map(|(_, _, operand)| operand.height);
                let height = heights.fold(first.height, usize::max);
                let end = rest.last().map_or(first.outer, |(_, _, operand)| operand.outer);
                let span = first.outer.to(end);
                let rest = rest.into_iter().map(|(op, place, operand)| (op, place, operand.expr));
                self.operand(ExprKind::Compare(first.expr, rest.collect()), span, height)
            }
        }
    }

    /// A chain of one logical operator as a tree: the operators are associative, so a long one may be balanced, and a list of
    /// thousands of alternatives stays a low tree.
    fn logic(
        &self,
        op: BinaryOp,
        first: Operand,
        mut rest: Vec<(Span, Operand)>,
    ) -> Result<Operand> {
        if rest.len() < LEANING_MAX {
            let join = |lhs, (place, rhs)| self.binary(op, place, lhs, rhs);
            return rest.into_iter().try_fold(first, join);
        }
        let mut right = rest.split_off(rest.len() / 2).into_iter();
        let (place, middle) = presume(right.next());
        let left = self.logic(op, first, rest)?;
        let right = self.logic(op, middle, right.collect())?;
        self.binary(op, place, left, right)
    }

    /// An operand without operators.
    pub(super) fn atom(&self, pair: Pair<'_>) -> Result<Operand> {
        let place = span(&pair);
        let rule = pair.as_rule();
        if rule == Rule::parenthesized {
            let (expr, height) = self.measured(|| self.only_expr(pair))?;
            return Ok(Operand { expr, outer: place, height });
        }
        let (kind, height) = self.measured(|| match rule {
            Rule::kw_null => Ok(ExprKind::Literal(Literal::Null)),
            Rule::kw_true => Ok(ExprKind::Literal(Literal::Bool(true))),
            Rule::kw_false => Ok(ExprKind::Literal(Literal::Bool(false))),
            Rule::number => literal::number(&pair, false).map(ExprKind::Literal),
            Rule::negative => {
                let number = presume(pair.into_inner().next());
                literal::number(&number, true).map(ExprKind::Literal)
            }
            Rule::string => literal::string(&pair).map(|s| ExprKind::Literal(Literal::String(s))),
            Rule::parameter => {
                let name = pair.as_str().strip_prefix('$').unwrap_or("");
                Ok(ExprKind::Parameter(literal::name(name)))
            }
            Rule::variable => Ok(ExprKind::Variable(literal::name(pair.as_str()))),
            Rule::list => self.list(pair),
            Rule::map => self.map(pair),
            Rule::pattern_predicate => {
                Ok(ExprKind::Pattern(Box::new(self.pattern_predicate(pair)?)))
            }
            Rule::case_expression => self.case(pair),
            Rule::exists => self.subquery_in(pair, ExprKind::Exists),
            Rule::counted => self.subquery_in(pair, ExprKind::Count),
            Rule::collected => self.subquery_in(pair, ExprKind::Collect),
            Rule::count_star => Ok(ExprKind::CountStar),
            Rule::quantifier => self.quantifier(pair),
            Rule::reduce => self.reduce(pair),
            Rule::call => self.call(pair),
            Rule::map_projection => self.map_projection(pair),
            _ => presume(None),
        })?;
        self.operand(kind, place, height)
    }
}

fn compare_op(rule: Rule) -> Option<CompareOp> {
    Some(match rule {
        Rule::equals => CompareOp::Equal,
        Rule::not_equal => CompareOp::NotEqual,
        Rule::less => CompareOp::Less,
        Rule::less_or_equal => CompareOp::LessOrEqual,
        Rule::greater => CompareOp::Greater,
        Rule::greater_or_equal => CompareOp::GreaterOrEqual,
        _ => return None,
    })
}

fn binary_op(rule: Rule) -> Option<BinaryOp> {
    Some(match rule {
        Rule::kw_or => BinaryOp::Or,
        Rule::kw_xor => BinaryOp::Xor,
        Rule::kw_and => BinaryOp::And,
        Rule::add => BinaryOp::Add,
        Rule::subtract => BinaryOp::Subtract,
        Rule::multiply => BinaryOp::Multiply,
        Rule::divide => BinaryOp::Divide,
        Rule::modulo => BinaryOp::Modulo,
        Rule::power => BinaryOp::Power,
        Rule::kw_in => BinaryOp::In,
        Rule::starts_with => BinaryOp::StartsWith,
        Rule::ends_with => BinaryOp::EndsWith,
        Rule::kw_contains => BinaryOp::Contains,
        Rule::matches => BinaryOp::Matches,
        _ => return None,
    })
}
