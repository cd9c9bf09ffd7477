//! Patterns that are created: CREATE, and what MERGE creates where nothing is found.

use super::clauses::{Binder, redefined};
use super::scope::{Scope, Var};
use super::types::{Base, Type};
use super::write_ops::{Creation, NewName, NewProperties};
use super::{Expr, ExprKind, Key, Op, PathStep, Place, Slot};
use crate::error::{Code, Error, Result, Span, Standard, Text, text};
use crate::model::{KindId, LabelId};
use crate::syntax::ast::{
    self, LabelExpr, Link, NodePattern, PathPattern, RelDirection, RelPattern, Selector,
};

/// What creates a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Creator {
    Create,
    /// Takes slots of new variables from what finds the pattern.
    Merge,
}

impl Creator {
    pub(super) fn keyword(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Merge => "MERGE",
        }
    }
}

impl Binder<'_> {
    /// Binds a CREATE clause; it defines the variables it creates.
    ///
    /// Values that ask what there is are computed before anything is created, for all rows: a clause does not read what it writes.
    /// They go to `ops`.
    pub(super) fn create(
        &mut self,
        patterns: &[PathPattern],
        scope: &mut Scope,
        ops: &mut Vec<Op>,
    ) -> Result<Vec<Creation>> {
        let mut creations = Vec::new();
        for pattern in patterns {
            self.created(pattern, Creator::Create, scope, &mut creations)?;
        }
        let made: Vec<Slot> = creations.iter().map(Creation::slot).collect();
        let mut asked = Vec::new();
        for value in creations.iter_mut().flat_map(Creation::exprs_mut) {
            if asks(value) && !value.reads().iter().any(|slot| made.contains(slot)) {
                let slot = self.fresh();
                let known = Expr::slot(slot, value.span.0);
                asked.push((slot, std::mem::replace(value, known)));
            }
        }
        if !asked.is_empty() {
            ops.push(Op::Project(asked));
        }
        Ok(creations)
    }

    /// Binds one pattern that is created.
    pub(super) fn created(
        &mut self,
        pattern: &PathPattern,
        creator: Creator,
        scope: &mut Scope,
        creations: &mut Vec<Creation>,
    ) -> Result<()> {
        judge_form(pattern, creator)?;
        let alone = pattern.steps.is_empty();
        let first = self.created_node(&pattern.start, alone, scope, creations)?;
        let (mut from, mut steps) = (first, Vec::new());
        for (link, node) in &pattern.steps {
            let Link::Rel(rel) = link else { return Err(odd_form(pattern.span, creator)) };
            judge_rel(rel, creator, scope)?;
            let to = self.created_node(node, false, scope, creations)?;
            let slot = self.created_rel(rel, (from, to), scope, creations)?;
            steps.push(PathStep::Rel(slot));
            from = to;
        }
        if let Some(name) = &pattern.variable {
            if let Some(var) = scope.get(&name.text) {
                return Err(redefined(name, var.span));
            }
            let slot = self.named(&name.text);
            creations.push(Creation::Path { slot, start: first, steps });
            let var = Var { slot, kind: Base::Path.into(), span: name.span };
            scope.insert(&name.text, var);
        }
        Ok(())
    }

    /// The slot of a node: a known one, or one that is created.
    fn created_node(
        &mut self,
        node: &NodePattern,
        alone: bool,
        scope: &mut Scope,
        creations: &mut Vec<Creation>,
    ) -> Result<Slot> {
        if let Some(name) = &node.variable
            && let Some(var) = scope.expect_kind(&name.text, name.span, Base::Node(None).into())?
        {
            let bare = node.labels.is_none() && node.properties.is_none();
            return if alone || !bare { Err(known_node(name, var.span)) } else { Ok(var.slot) };
        }
        let labels = match &node.labels {
            Some(labels) => self.new_labels(&label_names(labels)?)?,
            None => Vec::new(),
        };
        let label = match labels.as_slice() {
            [label] => label.id,
            _ => None,
        };
        let kind = Type::from(Base::Node(label));
        let properties = self.new_properties(node.properties.as_ref(), kind, scope)?;
        let slot = self.variable(node.variable.as_ref());
        creations.push(Creation::Node { slot, labels, properties, place: Place(node.span) });
        if let Some(name) = &node.variable {
            scope.insert(&name.text, Var { slot, kind, span: name.span });
        }
        Ok(slot)
    }

    fn created_rel(
        &mut self,
        rel: &RelPattern,
        (left, right): (Slot, Slot),
        scope: &mut Scope,
        creations: &mut Vec<Creation>,
    ) -> Result<Slot> {
        let kind = match &rel.types {
            Some(LabelExpr::Name(name)) => self.new_kind(name)?,
            _ => return Err(no_single_type(rel.span)),
        };
        let properties = self.new_properties(rel.properties.as_ref(), Base::Rel.into(), scope)?;
        let slot = self.variable(rel.variable.as_ref());
        let (start, end) = match rel.direction {
            RelDirection::Right | RelDirection::Either => (left, right),
            RelDirection::Left => (right, left),
        };
        let place = Place(rel.span);
        creations.push(Creation::Rel { slot, kind, start, end, properties, place });
        if let Some(name) = &rel.variable {
            scope.insert(&name.text, Var { slot, kind: Base::Rel.into(), span: name.span });
        }
        Ok(slot)
    }

    fn new_properties(
        &mut self,
        properties: Option<&ast::Expr>,
        kind: Type,
        scope: &Scope,
    ) -> Result<NewProperties> {
        let Some(properties) = properties else { return Ok(NewProperties::Keys(Vec::new())) };
        let ast::ExprKind::Map(entries) = &*properties.kind else {
            return Ok(NewProperties::Map(self.expr(properties, scope)?));
        };
        let mut bound: Vec<(Key, Expr)> = Vec::new();
        for (name, value) in entries {
            let (key, value) = (self.new_key(name, kind)?, self.expr(value, scope)?);
            // As in a map, the last of several values under one key counts.
            bound.retain(|(known, _)| {
                known.text != key.text && (key.id.is_none() || known.id != key.id)
            });
            bound.push((key, value));
        }
        Ok(NewProperties::Keys(bound))
    }

    /// Resolves the key of a property that is written; a schema must have it, and for the label where that is known.
    pub(super) fn new_key(&mut self, name: &ast::Name, kind: Type) -> Result<Key> {
        let warned = self.warnings.len();
        let key = self.key(name, kind)?;
        // What is a warning where a property is read is a fault where it is written.
        if self.warnings.len() > warned {
            self.warnings.truncate(warned);
            return Err(self.unknown_property(name, kind));
        }
        Ok(key)
    }

    /// Resolves labels that are written; a schema must have them.
    pub(super) fn new_labels(&self, names: &[&ast::Name]) -> Result<Vec<NewName<LabelId>>> {
        let mut labels: Vec<NewName<LabelId>> = Vec::new();
        for name in names {
            self.label_test(&LabelExpr::Name((*name).clone()), Base::Node(None).into())?;
            let id = self.graph.names().find_label(&name.text);
            labels.push(NewName { text: name.text.as_str().into(), id });
        }
        Ok(labels)
    }

    fn new_kind(&self, name: &ast::Name) -> Result<NewName<KindId>> {
        self.kinds(Some(&LabelExpr::Name(name.clone())))?;
        let id = self.graph.names().find_kind(&name.text);
        Ok(NewName { text: name.text.as_str().into(), id })
    }
}

/// Refuses what can be matched and not created.
pub(super) fn judge_form(pattern: &PathPattern, creator: Creator) -> Result<()> {
    let nodes = std::iter::once(&pattern.start).chain(pattern.steps.iter().map(|step| &step.1));
    let filtered = nodes.clone().find(|node| node.filter.is_some()).map(|node| node.span);
    if pattern.selector != Selector::All || pattern.filter.is_some() || filtered.is_some() {
        return Err(odd_form(filtered.unwrap_or(pattern.span), creator));
    }
    Ok(())
}

/// Refuses a relationship that cannot be created.
pub(super) fn judge_rel(rel: &RelPattern, creator: Creator, scope: &Scope) -> Result<()> {
    if let Some(name) = &rel.variable
        && let Some(var) = scope.get(&name.text)
    {
        return Err(redefined(name, var.span));
    }
    if rel.filter.is_some() {
        return Err(odd_form(rel.span, creator));
    }
    if let Some(range) = rel.range {
        return Err(variable_length(range.span, creator));
    }
    if !matches!(rel.types, Some(LabelExpr::Name(_))) {
        return Err(no_single_type(rel.span));
    }
    if rel.direction == RelDirection::Either && creator == Creator::Create {
        return Err(no_direction(rel.span));
    }
    Ok(())
}

/// The fault of a known node that is to be created once more.
fn known_node(name: &ast::Name, first: Span) -> Error {
    redefined(name, first).note(text!(
        "A node that is known stands in the pattern by its name alone, with a relationship: `(a)-[:TYPE]->(b)`; `SET` changes it.",
        "すでにあるノードは、`(a)-[:種類]->(b)` のように名前だけを書き、関係とともに使います。変更するには `SET` を使ってください。"
    ))
}

/// Whether a value holds a query.
fn asks(expr: &Expr) -> bool {
    matches!(&*expr.kind, ExprKind::Subquery { .. }) || expr.children().into_iter().any(asks)
}

/// The labels of a pattern that is created: all of them, by name.
fn label_names(labels: &LabelExpr) -> Result<Vec<&ast::Name>> {
    match labels {
        LabelExpr::Name(name) => Ok(vec![name]),
        LabelExpr::And(all) => {
            let mut names = Vec::new();
            for label in all {
                names.extend(label_names(label)?);
            }
            Ok(names)
        }
        LabelExpr::Or(_) | LabelExpr::Not(_) | LabelExpr::Any => Err(odd_labels(labels)),
    }
}

/// Where a label expression stands, as far as its names tell.
fn labels_span(labels: &LabelExpr) -> Option<Span> {
    match labels {
        LabelExpr::Name(name) => Some(name.span),
        LabelExpr::And(all) | LabelExpr::Or(all) => {
            all.iter().filter_map(labels_span).reduce(Span::to)
        }
        LabelExpr::Not(not) => labels_span(not),
        LabelExpr::Any => None,
    }
}

fn composition(message: Text, detail: &'static str) -> Error {
    Error::new(Code::SyntaxComposition, message).known_as(Standard::syntax(detail))
}

fn odd_labels(labels: &LabelExpr) -> Error {
    let error = composition(
        text!(
            "a node is created with labels by name, not with a condition on labels",
            "作成するノードのラベルは名前で書きます。条件は書けません"
        ),
        "InvalidLabelExpression",
    )
    .help(text!("Write `:A` or `:A:B`.", "`:A` や `:A:B` のように書いてください。"));
    match labels_span(labels) {
        Some(span) => error.at(span),
        None => error,
    }
}

fn odd_form(span: Span, creator: Creator) -> Error {
    let keyword = creator.keyword();
    composition(
        text!(
            "`{keyword}` takes plain patterns, without conditions, repetition or selection of paths",
            "`{keyword}` に書けるのは、条件や繰り返し、最短経路の指定を含まないパターンだけです"
        ),
        "InvalidClauseComposition",
    )
    .at(span)
    .help(text!(
        "Find what there is with `MATCH` first, then create the rest.",
        "既存のものを先に `MATCH` で探し、残りを作成してください。"
    ))
}

fn variable_length(span: Span, creator: Creator) -> Error {
    let keyword = creator.keyword();
    composition(
        text!(
            "`{keyword}` creates single relationships, not paths of variable length",
            "`{keyword}` で作成できるのは一つずつの関係で、可変長のパスではありません"
        ),
        "CreatingVarLength",
    )
    .at(span)
    .help(text!("Write each relationship.", "関係を一つずつ書いてください。"))
}

fn no_single_type(span: Span) -> Error {
    composition(
        text!(
            "a relationship is created with exactly one type",
            "作成する関係には、種類をちょうど一つ書きます"
        ),
        "NoSingleRelationshipType",
    )
    .at(span)
    .help(text!("Write it as in `-[:TYPE]->`.", "`-[:種類]->` のように書いてください。"))
}

fn no_direction(span: Span) -> Error {
    composition(
        text!("a relationship is created with a direction", "作成する関係には向きが必要です"),
        "RequiresDirectedRelationship",
    )
    .at(span)
    .help(text!(
        "Write `-[:TYPE]->` or `<-[:TYPE]-`.",
        "`-[:種類]->` か `<-[:種類]-` と書いてください。"
    ))
}
