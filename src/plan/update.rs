//! MERGE, SET, REMOVE and DELETE.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use rustc_hash::FxHashSet;

use super::clauses::Binder;
use super::create::{Creator, judge_form, judge_rel};
use super::scope::{Scope, Var};
use super::types::{Base, Type, type_of};
use super::write_ops::{Assign, Creation, Merge};
use super::{Constant, Expr, ExprKind, PathStep, Slot};
use crate::error::{Code, Error, Result, Span, Standard, text};
use crate::model::{Datum, type_words};
use crate::syntax::ast::{self, Link, MergeEvent, PathPattern, RemoveItem, SetItem};

impl Binder<'_> {
    /// Binds a MERGE clause; it defines the variables of its pattern.
    pub(super) fn merge(&mut self, merge: &ast::Merge, scope: &mut Scope) -> Result<Merge> {
        let pattern = &merge.pattern;
        judge_merged(pattern, scope)?;
        let mut found = scope.clone();
        let clause = ast::Match { optional: false, patterns: vec![pattern.clone()], filter: None };
        let set: FxHashSet<Slot> = scope.iter().map(|(_, var)| var.slot).collect();
        let mut matching = Vec::new();
        self.patterns(&clause, &mut found, set, &mut matching)?;

        let mut made = scope.clone();
        let mut creation = Vec::new();
        self.created(pattern, Creator::Merge, &mut made, &mut creation)?;
        rename(&mut creation, &made, &found);
        *scope = found;

        let (mut on_match, mut on_create) = (Vec::new(), Vec::new());
        for (event, items) in &merge.actions {
            let assigns = self.set(items, scope)?;
            match event {
                MergeEvent::Match => on_match.extend(assigns),
                MergeEvent::Create => on_create.extend(assigns),
            }
        }
        Ok(Merge { matching, creation, on_match, on_create })
    }

    /// Binds the items of SET.
    pub(super) fn set(&mut self, items: &[SetItem], scope: &Scope) -> Result<Vec<Assign>> {
        let mut assigns = Vec::new();
        for item in items {
            assigns.push(match item {
                SetItem::Property { subject, key, value } => {
                    let kind = judge_subject(subject, scope)?;
                    let subject = self.expr(subject, scope)?;
                    let value = self.expr(value, scope)?;
                    Assign::Property { subject, key: self.new_key(key, kind)?, value }
                }
                SetItem::Replace { variable, value } => {
                    self.properties(variable, value, true, scope)?
                }
                SetItem::Merge { variable, value } => {
                    self.properties(variable, value, false, scope)?
                }
                SetItem::Labels { variable, labels } => {
                    self.labels(variable, labels, true, scope)?
                }
            });
        }
        Ok(assigns)
    }

    /// Binds the items of REMOVE.
    pub(super) fn remove(&mut self, items: &[RemoveItem], scope: &Scope) -> Result<Vec<Assign>> {
        let mut assigns = Vec::new();
        for item in items {
            assigns.push(match item {
                RemoveItem::Property { subject, key } => {
                    let kind = judge_subject(subject, scope)?;
                    let span = subject.span.to(key.span);
                    let subject = self.expr(subject, scope)?;
                    let value = Expr::new(ExprKind::Constant(Constant(Datum::Null)), span);
                    Assign::Property { subject, key: self.new_key(key, kind)?, value }
                }
                RemoveItem::Labels { variable, labels } => {
                    self.labels(variable, labels, false, scope)?
                }
            });
        }
        Ok(assigns)
    }

    /// Binds what DELETE names.
    pub(super) fn delete(&mut self, exprs: &[ast::Expr], scope: &Scope) -> Result<Vec<Expr>> {
        let mut bound = Vec::new();
        for expr in exprs {
            if matches!(&*expr.kind, ast::ExprKind::HasLabels(..)) {
                return Err(deleted_label(expr.span));
            }
            bound.push(self.expr(expr, scope)?);
            match type_of(expr, scope).base {
                Base::Any | Base::Node(_) | Base::Rel | Base::Path => {}
                found => return Err(not_deletable(found.name()).at(expr.span)),
            }
        }
        Ok(bound)
    }

    fn properties(
        &mut self,
        variable: &ast::Name,
        value: &ast::Expr,
        replace: bool,
        scope: &Scope,
    ) -> Result<Assign> {
        let (subject, kind) = subject_variable(variable, scope)?;
        let bound = self.expr(value, scope)?;
        match type_of(value, scope).base {
            Base::Any | Base::Map | Base::Node(_) | Base::Rel => {}
            found => {
                let fault = no_properties_in(found.name()).at(value.span);
                return Err(fault.known_as(Standard::syntax("InvalidArgumentType")));
            }
        }
        if let ast::ExprKind::Map(entries) = &*value.kind {
            for (key, _) in entries {
                self.new_key(key, kind)?;
            }
        }
        Ok(Assign::Properties { subject, value: bound, replace })
    }

    fn labels(
        &mut self,
        variable: &ast::Name,
        labels: &[ast::Name],
        add: bool,
        scope: &Scope,
    ) -> Result<Assign> {
        let (subject, kind) = subject_variable(variable, scope)?;
        if kind.base == Base::Rel {
            let fault = no_labels_on_rels().at(variable.span);
            return Err(fault.known_as(Standard::syntax("InvalidArgumentType")));
        }
        let labels = self.new_labels(&labels.iter().collect::<Vec<_>>())?;
        Ok(Assign::Labels { subject, labels, add })
    }
}

/// Refuses patterns that can be matched and not created, before their variables are defined.
fn judge_merged(pattern: &PathPattern, scope: &Scope) -> Result<()> {
    judge_form(pattern, Creator::Merge)?;
    let rels = pattern.steps.iter().filter_map(|(link, _)| match link {
        Link::Rel(rel) => Some(rel),
        Link::Repeat(_) => None,
    });
    for rel in rels {
        judge_rel(rel, Creator::Merge, scope)?;
    }
    Ok(())
}

/// Makes what is created fill the slots of what is found, variable by variable.
fn rename(creation: &mut [Creation], made: &Scope, found: &Scope) {
    let known = |slot: &mut Slot| {
        let name = made.iter().find(|(_, var)| var.slot == *slot).map(|(name, _)| name);
        if let Some(var) = name.and_then(|name| found.get(name)) {
            *slot = var.slot;
        }
    };
    for one in creation {
        match one {
            Creation::Node { slot, .. } => known(slot),
            Creation::Rel { slot, start, end, .. } => {
                known(slot);
                known(start);
                known(end);
            }
            Creation::Path { slot, start, steps } => {
                known(slot);
                known(start);
                for step in steps {
                    match step {
                        PathStep::Rel(slot) => known(slot),
                        PathStep::Repeat(slots) => slots.iter_mut().for_each(&known),
                    }
                }
            }
        }
    }
}

/// What is known of whose property is set; refuses what has none.
fn judge_subject(subject: &ast::Expr, scope: &Scope) -> Result<Type> {
    let kind = type_of(subject, scope);
    match kind.base {
        Base::Any | Base::Node(_) | Base::Rel => Ok(kind),
        found => Err(no_entity(found.name())
            .at(subject.span)
            .known_as(Standard::syntax("InvalidArgumentType"))),
    }
}

fn subject_variable(variable: &ast::Name, scope: &Scope) -> Result<(Expr, Type)> {
    let Var { slot, kind, .. } = scope.expect(&variable.text, variable.span)?;
    match kind.base {
        Base::Any | Base::Node(_) | Base::Rel => Ok((Expr::slot(slot, variable.span), kind)),
        found => Err(no_entity(found.name())
            .at(variable.span)
            .known_as(Standard::syntax("InvalidArgumentType"))),
    }
}

/// The fault of properties or labels that are set on something that has none. `found` is the name of a type.
pub(crate) fn no_entity(found: &str) -> Error {
    let ja = type_words(found).ja;
    Error::new(
        Code::TypeMismatch,
        text!(
            "only nodes and relationships can be changed, not values of type {found}",
            "変更できるのはノードと関係だけです（値の型：{ja}）"
        ),
    )
    .help(text!(
        "Name one that a `MATCH`, `CREATE` or `MERGE` has defined.",
        "`MATCH`、`CREATE`、`MERGE` で定義したものを書いてください。"
    ))
}

/// The fault of properties that are taken from something that has none.
pub(crate) fn no_properties_in(found: &str) -> Error {
    let ja = type_words(found).ja;
    Error::new(
        Code::TypeMismatch,
        text!(
            "properties are set from a map, a node or a relationship, not from a value of type {found}",
            "プロパティの設定元にできるのはマップ・ノード・関係だけです（値の型：{ja}）"
        ),
    )
    .help(text!(
        "Write `SET n = {{key: 1}}`; one property is `SET n.key = 1`.",
        "`SET n = {{キー: 1}}` のように書きます。プロパティ一つなら `SET n.キー = 1` です。"
    ))
}

/// The fault of deleting something that is no part of the graph.
pub(crate) fn not_deletable(found: &str) -> Error {
    let ja = type_words(found).ja;
    Error::new(
        Code::TypeMismatch,
        text!(
            "`DELETE` takes nodes, relationships and paths, not values of type {found}",
            "`DELETE` で削除できるのはノード・関係・パスだけです（値の型：{ja}）"
        ),
    )
    .known_as(Standard::syntax("InvalidArgumentType"))
    .help_if((found == "list").then(|| {
        text!(
            "Take the list apart first: `UNWIND list AS n DELETE n`.",
            "先に `UNWIND リスト AS n DELETE n` のようにリストを展開してください。"
        )
    }))
}

/// The fault of labels on a relationship.
pub(crate) fn no_labels_on_rels() -> Error {
    Error::new(
        Code::TypeMismatch,
        text!("only nodes have labels", "ラベルを持つのはノードだけです"),
    )
    .help(text!(
        "The type of a relationship stays; create another relationship and delete this one.",
        "関係の種類は変えられません。別の関係を作成し、元の関係を削除してください。"
    ))
}

fn deleted_label(span: Span) -> Error {
    Error::new(
        Code::SyntaxComposition,
        text!(
            "`DELETE` removes nodes and relationships, not labels",
            "`DELETE` で削除できるのはノードと関係で、ラベルではありません"
        ),
    )
    .at(span)
    .known_as(Standard::syntax("InvalidDelete"))
    .help(text!(
        "Take a label off a node with `REMOVE n:Label`.",
        "ラベルを外すには `REMOVE n:ラベル` と書いてください。"
    ))
}
