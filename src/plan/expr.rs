//! Expressions: names resolved, functions found.

use std::sync::Arc;

use super::clauses::Binder;
use super::compound::Fold;
use super::existence;
use super::scope::{Scope, shorten};
use super::tree::FunctionRef;
use super::types::{Base, Type, check, check_condition, type_of};
use super::{Ask, Constant, Expr, ExprKind, Key, Kinds, LabelTest, Place, Subplan};
use crate::error::{
    Code, Error, Result, Span, Standard, Text, did_you_mean, nearest, plural, text,
};
use crate::functions::{self, Aggregate};
use crate::model::{Datum, KindId, LabelId};
use crate::syntax::ast::{self, BinaryOp, CompareOp, LabelExpr, Literal, UnaryOp};

impl Binder<'_> {
    /// Binds an expression in which no aggregation may stand.
    pub(super) fn expr(&mut self, expr: &ast::Expr, scope: &Scope) -> Result<Expr> {
        check(expr, scope)?;
        let kind = match &*expr.kind {
            ast::ExprKind::Literal(literal) => ExprKind::Constant(Constant(datum(literal))),
            ast::ExprKind::Variable(name) => ExprKind::Slot(scope.expect(name, expr.span)?.slot),
            ast::ExprKind::Parameter(name) => self.parameter(name, expr.span),
            ast::ExprKind::Property(of, key) => {
                let key = self.key(key, type_of(of, scope))?;
                ExprKind::Property(self.expr(of, scope)?, key)
            }
            ast::ExprKind::Index(of, index) => {
                ExprKind::Index(self.expr(of, scope)?, self.expr(index, scope)?)
            }
            ast::ExprKind::Slice(of, from, to) => ExprKind::Slice(
                self.expr(of, scope)?,
                self.optional(from.as_ref(), scope)?,
                self.optional(to.as_ref(), scope)?,
            ),
            ast::ExprKind::HasLabels(of, labels) => {
                let test = self.label_test(labels, type_of(of, scope))?;
                ExprKind::HasLabels(self.expr(of, scope)?, test)
            }
            ast::ExprKind::List(items) => ExprKind::List(self.exprs(items, scope)?),
            ast::ExprKind::Map(entries) => ExprKind::Map(self.entries(entries, scope)?),
            ast::ExprKind::Unary(op, of) => {
                let bind = if *op == UnaryOp::Not { Self::condition } else { Self::expr };
                ExprKind::Unary(*op, bind(self, of, scope)?)
            }
            ast::ExprKind::Binary(op, span, left, right) => {
                self.binary(*op, Place(*span), (left, right), scope)?
            }
            ast::ExprKind::Compare(first, rest) => self.comparison(first, rest, scope)?,
            ast::ExprKind::IsNull(of, not) => ExprKind::IsNull(self.expr(of, scope)?, *not),
            ast::ExprKind::Call { name, distinct, args } => {
                self.call(name, *distinct, args, scope)?
            }
            ast::ExprKind::CountStar => return Err(misplaced("count(*)", expr.span)),
            ast::ExprKind::Case { subject, branches, default } => {
                self.case(subject.as_ref(), branches, default.as_ref(), scope)?
            }
            ast::ExprKind::ListComprehension { variable, list, filter, map } => {
                let (list, slot, inner) = self.local(variable, list, scope)?;
                let filter = filter.as_ref().map(|filter| self.condition(filter, &inner));
                let (filter, map) = (filter.transpose()?, self.optional(map.as_ref(), &inner)?);
                ExprKind::ListComprehension { slot, list, filter, map }
            }
            ast::ExprKind::Quantifier { kind, variable, list, filter } => {
                let (list, slot, inner) = self.local(variable, list, scope)?;
                let filter = self.condition(filter, &inner)?;
                ExprKind::Quantifier { kind: *kind, slot, list, filter }
            }
            ast::ExprKind::Reduce { accumulator, init, variable, list, step } => {
                self.reduce(&Fold { accumulator, init, variable, list, step }, scope)?
            }
            ast::ExprKind::PatternComprehension { pattern, filter, map } => {
                self.pattern_comprehension(pattern, filter.as_ref(), map, scope)?
            }
            ast::ExprKind::MapProjection(subject, items) => {
                self.map_projection(subject, items, scope)?
            }
            ast::ExprKind::Exists(query) => {
                self.inner_query(Ask::Exists, query, expr.span, scope)?
            }
            ast::ExprKind::Count(query) => self.inner_query(Ask::Count, query, expr.span, scope)?,
            ast::ExprKind::Collect(query) => {
                self.inner_query(Ask::Collect, query, expr.span, scope)?
            }
            ast::ExprKind::Pattern(_) => return Err(pattern_as_value(expr.span)),
        };
        Ok(Expr::new(kind, expr.span))
    }

    /// Binds an expression that is asked for its truth; only here may a pattern stand.
    pub(super) fn condition(&mut self, expr: &ast::Expr, scope: &Scope) -> Result<Expr> {
        if let ast::ExprKind::Pattern(pattern) = &*expr.kind {
            let ops = self.pattern_predicate(pattern, scope)?;
            let branches = vec![Subplan { ops, output: Vec::new() }];
            let kind = ExprKind::Subquery { ask: Ask::Exists, branches, distinct: false };
            return Ok(Expr::new(kind, expr.span));
        }
        let bound = self.expr(expr, scope)?;
        check_condition(expr, scope)?;
        Ok(bound)
    }

    pub(super) fn exprs(&mut self, exprs: &[ast::Expr], scope: &Scope) -> Result<Vec<Expr>> {
        exprs.iter().map(|expr| self.expr(expr, scope)).collect()
    }

    fn optional(&mut self, expr: Option<&ast::Expr>, scope: &Scope) -> Result<Option<Expr>> {
        expr.map(|expr| self.expr(expr, scope)).transpose()
    }

    fn entries(
        &mut self,
        entries: &[(ast::Name, ast::Expr)],
        scope: &Scope,
    ) -> Result<Vec<(Arc<str>, Expr)>> {
        let bind = |(key, value): &(ast::Name, _)| {
            Ok((key.text.as_str().into(), self.expr(value, scope)?))
        };
        entries.iter().map(bind).collect()
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        place: Place,
        (left, right): (&ast::Expr, &ast::Expr),
        scope: &Scope,
    ) -> Result<ExprKind> {
        if op == BinaryOp::Matches {
            self.judge_pattern(right)?;
        }
        let logic = matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Xor);
        let bind = if logic { Self::condition } else { Self::expr };
        let (left, right) = (bind(self, left, scope)?, bind(self, right, scope)?);
        Ok(ExprKind::Binary(op, place, left, right))
    }

    pub(super) fn parameter(&mut self, name: &str, span: Span) -> ExprKind {
        if !self.params.iter().any(|(known, _)| known == name) {
            self.params.push((name.to_owned(), span));
        }
        ExprKind::Parameter(name.to_owned())
    }

    fn comparison(
        &mut self,
        first: &ast::Expr,
        rest: &[(CompareOp, Span, ast::Expr)],
        scope: &Scope,
    ) -> Result<ExprKind> {
        if let [(CompareOp::Equal | CompareOp::NotEqual, _, value)] = rest {
            self.warn_of_comparison(first, value, scope);
        }
        let first = self.expr(first, scope)?;
        let mut links = Vec::new();
        for (op, span, expr) in rest {
            links.push((*op, Place(*span), self.expr(expr, scope)?));
        }
        Ok(existence::of_comparison(ExprKind::Compare(first, links)))
    }

    fn case(
        &mut self,
        subject: Option<&ast::Expr>,
        branches: &[(ast::Expr, ast::Expr)],
        default: Option<&ast::Expr>,
        scope: &Scope,
    ) -> Result<ExprKind> {
        let bind = if subject.is_some() { Self::expr } else { Self::condition };
        let subject = self.optional(subject, scope)?;
        let mut bound = Vec::new();
        for (when, then) in branches {
            bound.push((bind(self, when, scope)?, self.expr(then, scope)?));
        }
        Ok(ExprKind::Case { subject, branches: bound, default: self.optional(default, scope)? })
    }

    fn call(
        &mut self,
        name: &ast::Name,
        distinct: bool,
        args: &[ast::Expr],
        scope: &Scope,
    ) -> Result<ExprKind> {
        if Aggregate::find(&name.text).is_some() {
            return Err(misplaced(&name.text, name.span));
        }
        let function = functions::find(&name.text).ok_or_else(|| unknown_function(name))?;
        let (least, most) = function.arity;
        if !(least..=most).contains(&args.len()) {
            let (shown, given) = (function.name, args.len());
            let (signature, s) = (function.signature, plural(given == 1));
            return Err(Error::new(
                Code::NameFunction,
                text!(
                    "`{shown}` does not take {given} argument{s}",
                    "`{shown}` の引数の数が違います（引数：{given} 個）"
                ),
            )
            .at(name.span)
            .known_as(Standard::syntax("InvalidNumberOfArguments"))
            .help(text!("Its form is `{signature}`.", "形式は `{signature}` です。")));
        }
        if distinct {
            return Err(Error::new(
                Code::TypeAggregation,
                text!(
                    "`DISTINCT` stands only in aggregating functions",
                    "`DISTINCT` を書けるのは集計関数の中だけです"
                ),
            )
            .at(name.span));
        }
        Ok(ExprKind::Call(FunctionRef(function), self.exprs(args, scope)?))
    }

    /// Resolves a property key; `kind` is what the subject is known to be.
    pub(super) fn key(&mut self, name: &ast::Name, kind: Type) -> Result<Key> {
        let id = self.graph.names().find_key(&name.text);
        let schema = self.graph.schema();
        let entity = matches!(kind.base, Base::Node(_) | Base::Rel);
        if entity && id.is_none() && !schema.is_open() {
            return Err(self.unknown_property(name, kind));
        }
        if let (Base::Node(Some(label)), Some(id)) = (kind.base, id) {
            let (label, key) = (self.graph.names().label(label), self.graph.names().key(id));
            let known = key == "id" || schema.node_property(label, key).is_some();
            if !known && !schema.is_open() {
                let warning = Error::warning(
                    Code::NameProperty,
                    text!(
                        "`{label}` has no property `{key}`, so this is always null",
                        "`{label}` にプロパティ `{key}` はないため、常に null になります"
                    ),
                );
                self.warnings.push(warning.at(name.span));
            }
        }
        Ok(Key { text: name.text.as_str().into(), id })
    }

    /// The fault of a property that is none; of a node whose label is known, that label's properties are offered.
    pub(super) fn unknown_property(&self, name: &ast::Name, kind: Type) -> Error {
        let (names, schema) = (self.graph.names(), self.graph.schema());
        let shown = shorten(&name.text);
        let error = Error::new(
            Code::NameProperty,
            text!("unknown property `{shown}`", "プロパティ `{shown}` はありません"),
        );
        let label = if let Base::Node(Some(label)) = kind.base { names.label(label) } else { "" };
        let Some(spec) = schema.labels.get(label) else {
            return error.at(name.span).help(suggestion(&name.text, &names.key_spellings()));
        };
        let own = schema.node_properties.iter().chain(&spec.properties);
        let own = own.flat_map(|(key, spec)| std::iter::once(key).chain(&spec.aliases));
        let own: Vec<&str> = std::iter::once("id").chain(own.map(String::as_str)).collect();
        error.at(name.span).help(suggestion(&name.text, &own))
    }

    /// Resolves conditions on the labels of a node or, in expressions, on the type of a relationship; `of` is what the subject is
    /// known to be.
    pub(super) fn label_test(&self, labels: &LabelExpr, of: Type) -> Result<LabelTest> {
        let tests = |labels: &[LabelExpr]| {
            labels.iter().map(|label| self.label_test(label, of)).collect::<Result<_>>()
        };
        Ok(match labels {
            LabelExpr::Name(name) => self.label(name, of)?,
            LabelExpr::And(all) => LabelTest::And(tests(all)?),
            LabelExpr::Or(any) => LabelTest::Or(tests(any)?),
            LabelExpr::Not(not) => LabelTest::Not(Box::new(self.label_test(not, of)?)),
            LabelExpr::Any => LabelTest::Any,
        })
    }

    fn label(&self, name: &ast::Name, of: Type) -> Result<LabelTest> {
        let names = self.graph.names();
        let label = names.find_label(&name.text).filter(|_| of.base != Base::Rel);
        let kind = names.find_kind(&name.text).filter(|_| !matches!(of.base, Base::Node(_)));
        if label.is_some() || kind.is_some() || self.graph.schema().is_open() {
            return Ok(LabelTest::Has(label, kind));
        }
        if of.base == Base::Rel {
            return Err(self.unknown_type(name));
        }
        let shown = shorten(&name.text);
        let error = Error::new(
            Code::NameLabel,
            text!("unknown label `{shown}`", "ラベル `{shown}` はありません"),
        );
        let spellings = self.graph.names().label_spellings();
        Err(error.at(name.span).help(suggestion(&name.text, &spellings)))
    }

    /// The label, where the condition is just one that the graph knows.
    pub(super) fn only_label(&self, labels: &LabelExpr) -> Option<LabelId> {
        match labels {
            LabelExpr::Name(name) => self.graph.names().find_label(&name.text),
            LabelExpr::And(_) | LabelExpr::Or(_) | LabelExpr::Not(_) | LabelExpr::Any => None,
        }
    }

    /// Resolves relationship types: a relationship has just one, so that a condition on it is a set of types.
    pub(super) fn kinds(&self, types: Option<&LabelExpr>) -> Result<Kinds> {
        let Some(types) = types else { return Ok(Kinds::Any) };
        let test = self.label_test(types, Base::Rel.into())?;
        if is_any(&test) {
            return Ok(Kinds::Any);
        }
        let count = u16::try_from(self.graph.names().kinds().len()).unwrap_or(u16::MAX);
        Ok(Kinds::Of((0..count).map(KindId).filter(|kind| allows(&test, *kind)).collect()))
    }

    fn unknown_type(&self, name: &ast::Name) -> Error {
        let shown = shorten(&name.text);
        let error = Error::new(
            Code::NameType,
            text!("unknown relationship type `{shown}`", "関係の種類 `{shown}` はありません"),
        );
        let spellings = self.graph.names().kind_spellings();
        error.at(name.span).help(suggestion(&name.text, &spellings))
    }
}

/// Whether a relationship of this type meets the test.
fn allows(test: &LabelTest, kind: KindId) -> bool {
    match test {
        LabelTest::Has(_, known) => *known == Some(kind),
        LabelTest::And(all) => all.iter().all(|test| allows(test, kind)),
        LabelTest::Or(any) => any.iter().any(|test| allows(test, kind)),
        LabelTest::Not(not) => !allows(not, kind),
        LabelTest::Any => true,
    }
}

fn is_any(test: &LabelTest) -> bool {
    matches!(test, LabelTest::Any)
}

fn datum(literal: &Literal) -> Datum {
    match literal {
        Literal::Null => Datum::Null,
        Literal::Bool(b) => Datum::Bool(*b),
        Literal::Int(int) => Datum::Int(*int),
        Literal::Float(float) => Datum::Float(*float),
        Literal::String(text) => Datum::str(text),
    }
}

/// Names the nearest spelling, or lists what there is.
fn suggestion(name: &str, spellings: &[&str]) -> Text {
    const LISTED_MAX: usize = 24;
    if let Some(near) = nearest(name, spellings.iter().copied()) {
        return did_you_mean(near);
    }
    let mut listed: Vec<String> =
        spellings.iter().take(LISTED_MAX).map(|name| format!("`{name}`")).collect();
    if spellings.len() > LISTED_MAX {
        listed.push("…".to_owned());
    }
    Text::new(
        format!("Use one of {}; `kadai schema` shows them.", listed.join(", ")),
        format!("使えるのは {} です。`kadai schema` で確認できます。", listed.join("、")),
    )
}

fn unknown_function(name: &ast::Name) -> Error {
    let shown = shorten(&name.text);
    let error = Error::new(
        Code::NameFunction,
        text!("unknown function `{shown}`", "関数 `{shown}` はありません"),
    )
    .at(name.span)
    .known_as(Standard::syntax("UnknownFunction"));
    let names = functions::all().map(|function| function.name);
    let names = names.chain(Aggregate::TABLE.iter().map(|entry| entry.1));
    error.help_if(nearest(&name.text, names).map(did_you_mean))
}

/// The fault of a pattern where a value is expected.
fn pattern_as_value(span: Span) -> Error {
    Error::new(
        Code::SyntaxUnexpected,
        text!(
            "a pattern stands only where a condition is expected",
            "パターンを書けるのは条件の位置だけです"
        ),
    )
    .at(span)
    .known_as(Standard::syntax("UnexpectedSyntax"))
    .help(text!(
        "Write `EXISTS {{ … }}` around it to use its truth as a value, or `COUNT {{ … }}` for the number of its matches.",
        "一致するかどうかを値として使うには `EXISTS {{ … }}`、一致する数には `COUNT {{ … }}` で囲みます。"
    ))
}

/// The fault of an aggregating function where rows are not gathered.
fn misplaced(name: &str, span: Span) -> Error {
    Error::new(
        Code::TypeAggregation,
        text!("`{name}` cannot stand here", "ここに `{name}` は書けません"),
    )
    .at(span)
    .known_as(Standard::syntax("InvalidAggregation"))
    .note(text!(
        "Aggregating functions gather rows; they stand in `RETURN` and `WITH` only, and not inside one another.",
        "集計関数は行を集めるもので、`RETURN` と `WITH` の項目にだけ書けます。入れ子にはできません。"
    ))
    .help(text!(
        "Aggregate in a `WITH … AS name` first, then use the name.",
        "先に `WITH … AS 名前` で集計し、その名前を使ってください。"
    ))
}
