//! The names a statement mentions: those of a statement that writes are made known to a graph without a schema before planning, so
//! that later clauses of the same statement know what earlier ones create.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use crate::error::Result;
use crate::graph::Graph;
use crate::syntax::ast::{
    Clause, ClauseKind, Expr, ExprKind, LabelExpr, Link, MapItem, Name, NodePattern, PathPattern,
    Projection, Query, RelPattern, RemoveItem, SetItem, Yield,
};

/// Makes known every label, type and key that a statement mentions; a graph under a schema knows its names already.
///
/// # Errors
/// `limit.memory` where there are too many.
pub(crate) fn intern(query: &Query, graph: &mut Graph) -> Result<()> {
    if !graph.schema().is_open() {
        return Ok(());
    }
    Interner { graph }.query(query)
}

struct Interner<'g> {
    graph: &'g mut Graph,
}

impl Interner<'_> {
    fn query(&mut self, query: &Query) -> Result<()> {
        let mut clauses = query.parts.iter().flat_map(|part| &part.clauses);
        clauses.try_for_each(|clause| self.clause(clause))
    }

    fn clause(&mut self, clause: &Clause) -> Result<()> {
        match &clause.kind {
            ClauseKind::Match(clause) => {
                self.paths(&clause.patterns)?;
                self.exprs(&clause.filter)
            }
            ClauseKind::Unwind { list, .. } => self.expr(list),
            ClauseKind::With(projection) | ClauseKind::Return(projection) => {
                self.projection(projection)
            }
            ClauseKind::Create(patterns) => self.paths(patterns),
            ClauseKind::Merge(merge) => {
                self.path(&merge.pattern)?;
                let mut items = merge.actions.iter().flat_map(|action| &action.1);
                items.try_for_each(|item| self.set(item))
            }
            ClauseKind::Set(items) => items.iter().try_for_each(|item| self.set(item)),
            ClauseKind::Remove(items) => items.iter().try_for_each(|item| self.remove(item)),
            ClauseKind::Delete { exprs, .. } => self.exprs(exprs),
            ClauseKind::Call(call) => {
                self.exprs(call.args.iter().flatten())?;
                match &call.yields {
                    Yield::Items { filter, .. } => self.exprs(filter),
                    Yield::Absent | Yield::All => Ok(()),
                }
            }
            ClauseKind::Subquery(call) => self.query(&call.query),
        }
    }

    fn projection(&mut self, projection: &Projection) -> Result<()> {
        self.exprs(projection.items.iter().map(|item| &item.expr))?;
        self.exprs(projection.order.iter().map(|key| &key.expr))?;
        self.exprs(&projection.filter)
    }

    fn set(&mut self, item: &SetItem) -> Result<()> {
        match item {
            SetItem::Property { subject, key, value } => {
                self.key(key)?;
                self.exprs([subject, value])
            }
            SetItem::Replace { value, .. } | SetItem::Merge { value, .. } => self.expr(value),
            SetItem::Labels { labels, .. } => self.labels(labels),
        }
    }

    fn remove(&mut self, item: &RemoveItem) -> Result<()> {
        match item {
            RemoveItem::Property { subject, key } => {
                self.key(key)?;
                self.expr(subject)
            }
            RemoveItem::Labels { labels, .. } => self.labels(labels),
        }
    }

    fn paths(&mut self, patterns: &[PathPattern]) -> Result<()> {
        patterns.iter().try_for_each(|pattern| self.path(pattern))
    }

    fn path(&mut self, pattern: &PathPattern) -> Result<()> {
        self.node(&pattern.start)?;
        for (link, node) in &pattern.steps {
            match link {
                Link::Rel(rel) => self.rel(rel)?,
                Link::Repeat(repeat) => {
                    self.node(&repeat.start)?;
                    for (rel, node) in &repeat.steps {
                        self.rel(rel)?;
                        self.node(node)?;
                    }
                    self.exprs(&repeat.filter)?;
                }
            }
            self.node(node)?;
        }
        self.exprs(&pattern.filter)
    }

    fn node(&mut self, node: &NodePattern) -> Result<()> {
        if let Some(labels) = &node.labels {
            self.names(labels, &mut |graph, name| graph.label_id(&name.text).map(drop))?;
        }
        self.exprs(&node.properties)?;
        self.exprs(&node.filter)
    }

    fn rel(&mut self, rel: &RelPattern) -> Result<()> {
        if let Some(types) = &rel.types {
            self.names(types, &mut |graph, name| graph.kind_id(&name.text).map(drop))?;
        }
        self.exprs(&rel.properties)?;
        self.exprs(&rel.filter)
    }

    fn labels(&mut self, labels: &[Name]) -> Result<()> {
        labels.iter().try_for_each(|name| self.graph.label_id(&name.text).map(drop))
    }

    fn names(
        &mut self,
        labels: &LabelExpr,
        one: &mut dyn FnMut(&mut Graph, &Name) -> Result<()>,
    ) -> Result<()> {
        match labels {
            LabelExpr::Name(name) => one(self.graph, name),
            LabelExpr::And(all) | LabelExpr::Or(all) => {
                all.iter().try_for_each(|labels| self.names(labels, one))
            }
            LabelExpr::Not(not) => self.names(not, one),
            LabelExpr::Any => Ok(()),
        }
    }

    fn key(&mut self, name: &Name) -> Result<()> {
        self.graph.key_id(&name.text).map(drop)
    }

    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) -> Result<()> {
        exprs.into_iter().try_for_each(|expr| self.expr(expr))
    }

    fn expr(&mut self, expr: &Expr) -> Result<()> {
        match &*expr.kind {
            ExprKind::Property(_, key) => self.key(key)?,
            ExprKind::Map(entries) => entries.iter().try_for_each(|entry| self.key(&entry.0))?,
            ExprKind::MapProjection(_, items) => {
                let keys = items.iter().filter_map(|item| match item {
                    MapItem::Property(key) => Some(key),
                    MapItem::All | MapItem::Entry(..) | MapItem::Variable(_) => None,
                });
                keys.into_iter().try_for_each(|key| self.key(key))?;
            }
            ExprKind::PatternComprehension { pattern, .. } | ExprKind::Pattern(pattern) => {
                self.path(pattern)?;
            }
            ExprKind::Exists(query) | ExprKind::Count(query) | ExprKind::Collect(query) => {
                self.query(query)?;
            }
            _ => {}
        }
        self.exprs(expr.children())
    }
}
