//! The names of a pattern, resolved: variables to slots, labels and types to ids, its maps and conditions to filters.

use super::super::clauses::Binder;
use super::super::filters::Filters;
use super::super::scope::{Scope, Var};
use super::super::types::{Base, Type};
use super::reshape::Shape;
use super::{Bound, BoundLeg, BoundLink, BoundNode, BoundRel, BoundRepeat, BoundStop, bounds};
use crate::error::{Code, Error, Result, Standard, text};
use crate::model::LabelId;
use crate::plan::{Expr, ExprKind, LabelTest, Place, Slot};
use crate::syntax::ast::{self, CompareOp, Selector};

/// Which variables can be used where.
pub(super) struct Sight<'s> {
    /// Those of earlier clauses.
    pub(super) given: &'s Scope,
    /// Those, and all of this MATCH.
    pub(super) all: &'s Scope,
    /// Those of earlier clauses, and of this MATCH those to the left.
    pub(super) seen: Scope,
}

impl Sight<'_> {
    /// The slot of a variable, which is seen from here on.
    fn see(&mut self, name: &ast::Name) -> Option<Slot> {
        let var = self.all.get(&name.text)?;
        self.seen.insert(&name.text, var);
        Some(var.slot)
    }
}

impl Bound {
    /// Sorts the conditions of a pattern whose paths are searched: those on its ends alone can be judged anywhere, because the search
    /// is done for each pair of ends.
    fn divide(&mut self, conditions: Filters, filters: &mut Filters) {
        let interior = self.interior();
        for condition in conditions.into_all() {
            let inside = condition.reads().iter().any(|slot| interior.contains(slot));
            if inside { self.inner.add(condition) } else { filters.add(condition) }
        }
    }

    /// Takes conditions of WHERE into the search, where they are part of it: with `shortestPath()`, those on what lies between the
    /// ends; with selectors none.
    ///
    /// Source: Neo4j, "Shortest path": predicates of WHERE are evaluated before deciding which path is the shortest.
    pub(super) fn draw_in(&mut self, filters: &mut Filters) {
        if !matches!(self.selector, Selector::ShortestPath | Selector::AllShortestPaths) {
            return;
        }
        let interior = self.interior();
        let taken = filters.take(|reads| reads.iter().any(|slot| interior.contains(slot)));
        taken.into_iter().for_each(|condition| self.inner.add(condition));
    }
}

impl Binder<'_> {
    pub(super) fn resolve(
        &mut self,
        shape: &Shape,
        sight: &mut Sight<'_>,
        filters: &mut Filters,
    ) -> Result<Bound> {
        let pattern = &shape.pattern;
        let mut own = Filters::default();
        let mut nodes = vec![self.resolve_node(&pattern.start, sight, &mut own)?];
        let mut links = Vec::new();
        for (link, node) in &pattern.steps {
            let left = nodes.last().and_then(|node| node.label);
            let link = match link {
                ast::Link::Rel(rel) => BoundLink::Rel(self.resolve_rel(rel, sight, &mut own)?),
                ast::Link::Repeat(path) => BoundLink::Repeat(self.resolve_repeat(path, sight)?),
            };
            links.push(link);
            let node = self.resolve_node(node, sight, &mut own)?;
            if let Some((ast::Link::Rel(rel), _)) = pattern.steps.get(links.len() - 1) {
                self.warn_of_ends(rel, left, node.label);
            }
            nodes.push(node);
        }
        for filter in &shape.filters {
            own.add(self.inside(filter, &sight.seen, sight.all)?);
        }
        let path = pattern.variable.as_ref().and_then(|name| sight.see(name));
        let (selector, span) = (pattern.selector, pattern.span);
        let inner = Filters::default();
        let mut bound = Bound { nodes, links, selector, path, inner, span };
        bound.begin_as_inside(&mut own);
        if bound.is_searched() {
            bound.divide(own, filters);
        } else {
            own.into_all().into_iter().for_each(|condition| filters.add(condition));
        }
        Ok(bound)
    }

    fn resolve_node(
        &mut self,
        node: &ast::NodePattern,
        sight: &mut Sight<'_>,
        filters: &mut Filters,
    ) -> Result<BoundNode> {
        let slot = node.variable.as_ref().and_then(|name| sight.see(name));
        let slot = slot.unwrap_or_else(|| self.fresh());
        let label = self.node_filters(node, slot, sight.all, filters)?;
        if let Some(filter) = &node.filter {
            filters.add(self.inside(filter, &sight.seen, sight.all)?);
        }
        Ok(BoundNode { slot, span: node.span, label })
    }

    /// Adds the conditions that the labels and the map of a node pattern make; the label that every match has.
    fn node_filters(
        &mut self,
        node: &ast::NodePattern,
        slot: Slot,
        scope: &Scope,
        filters: &mut Filters,
    ) -> Result<Option<LabelId>> {
        let mut label = None;
        if let Some(labels) = &node.labels {
            let test = self.label_test(labels, Base::Node(None).into())?;
            label = required_label(&test);
            let subject = Expr::slot(slot, node.span);
            filters.add(Expr::new(ExprKind::HasLabels(subject, test), node.span));
        }
        if let Some(properties) = &node.properties {
            let only = label.filter(|_| node.labels.as_ref().is_some_and(is_one_name));
            let subject = Expr::slot(slot, node.span);
            self.property_filters(&subject, Base::Node(only).into(), properties, scope, filters)?;
        }
        Ok(label)
    }

    fn resolve_rel(
        &mut self,
        rel: &ast::RelPattern,
        sight: &mut Sight<'_>,
        filters: &mut Filters,
    ) -> Result<BoundRel> {
        let name = rel.variable.as_ref();
        let given = name.is_some_and(|name| sight.given.get(&name.text).is_some());
        let before = rel.filter.as_ref().map(|_| sight.seen.clone());
        let slot = name.and_then(|name| sight.see(name)).unwrap_or_else(|| self.fresh());
        let kinds = self.kinds(rel.types.as_ref())?;
        let mut each = None;
        if rel.range.is_some() {
            let (step, mut conditions) = (self.fresh(), Filters::default());
            self.rel_filters(rel, step, (before.as_ref(), sight.all), &mut conditions)?;
            each = Some((step, conditions.into_all())).filter(|each| !each.1.is_empty());
        } else {
            self.rel_filters(rel, slot, (before.as_ref(), sight.all), filters)?;
        }
        self.warn_of_range(rel.range);
        let (direction, range) = (rel.direction, rel.range.map(bounds));
        Ok(BoundRel { slot, given, kinds, direction, range, each })
    }

    /// Adds the conditions of a relationship pattern on one relationship. In the condition after WHERE its variable stands for that
    /// one, also where it is a list outside.
    fn rel_filters(
        &mut self,
        rel: &ast::RelPattern,
        slot: Slot,
        (seen, all): (Option<&Scope>, &Scope),
        filters: &mut Filters,
    ) -> Result<()> {
        if let Some(properties) = &rel.properties {
            let subject = Expr::slot(slot, rel.span);
            self.property_filters(&subject, Base::Rel.into(), properties, all, filters)?;
        }
        let (Some(filter), Some(seen)) = (&rel.filter, seen) else { return Ok(()) };
        let mut seen = seen.clone();
        if let Some(name) = &rel.variable {
            seen.insert(&name.text, Var { slot, kind: Base::Rel.into(), span: name.span });
        }
        filters.add(self.inside(filter, &seen, all)?);
        Ok(())
    }

    /// Binds a condition that stands inside a pattern, where not every variable can be seen.
    ///
    /// Source: ISO/IEC 39075, element pattern WHERE; Neo4j 5, "Quantified path patterns".
    fn inside(&mut self, filter: &ast::Expr, seen: &Scope, all: &Scope) -> Result<Expr> {
        let error = match self.condition(filter, seen) {
            Err(error) if error.code() == Code::NameVariable => error,
            outcome => return outcome,
        };
        let mut wider = all.clone();
        seen.iter().for_each(|(name, var)| wider.insert(name, var));
        if self.condition(filter, &wider).is_err() {
            return Err(error);
        }
        Err(error.note(text!(
            "A condition inside a pattern sees the variables of earlier clauses and, of its own pattern, those up to itself; inside a repeated path only those of the path.",
            "パターンの中の条件で使えるのは、前の句の変数と、そのパターンの中でそこまでに現れた変数です。繰り返すパスの中では、そのパスの変数だけです。"
        ))
        .help(text!(
            "Put the condition after the pattern: `MATCH … WHERE …`.",
            "条件をパターンの後に `MATCH … WHERE …` のように書いてください。"
        )))
    }

    fn resolve_repeat(
        &mut self,
        path: &ast::RepeatedPath,
        sight: &mut Sight<'_>,
    ) -> Result<BoundRepeat> {
        // Its variables stand for what one walk meets inside, and for lists outside.
        let (mut inside, mut all, mut own) =
            (sight.given.clone(), sight.given.clone(), Filters::default());
        let mut stops: Vec<BoundStop> = Vec::new();
        let nodes = std::iter::once(&path.start).chain(path.steps.iter().map(|step| &step.1));
        for node in nodes.clone() {
            let stop = self.inner_stop(node, sight, &mut all, &mut own);
            stops.push(stop);
        }
        let mut legs = Vec::new();
        for (rel, _) in &path.steps {
            let slot = self.variable(rel.variable.as_ref());
            if let Some(name) = &rel.variable {
                all.insert(&name.text, Var { slot, kind: Base::Rel.into(), span: name.span });
            }
            let list = rel.variable.as_ref().and_then(|name| sight.see(name));
            let (list, kinds) =
                (list.unwrap_or_else(|| self.fresh()), self.kinds(rel.types.as_ref())?);
            legs.push(BoundLeg { slot, list, kinds, direction: rel.direction });
        }
        let rels = std::iter::once(None).chain(path.steps.iter().map(|step| Some(&step.0)));
        let mut left = None;
        for (i, (rel, node)) in rels.zip(nodes).enumerate() {
            let leg = i.checked_sub(1).and_then(|i| legs.get(i));
            if let (Some(rel), Some(leg)) = (rel, leg) {
                self.rel_filters(rel, leg.slot, (Some(&inside), &all), &mut own)?;
                show(rel.variable.as_ref(), &all, &mut inside);
            }
            show(node.variable.as_ref(), &all, &mut inside);
            let Some(stop) = stops.get(i) else { continue };
            let label = self.node_filters(node, stop.slot, &all, &mut own)?;
            if let Some(rel) = rel {
                self.warn_of_ends(rel, left, label);
            }
            left = label;
            if let Some(filter) = &node.filter {
                own.add(self.inside(filter, &inside, sight.all)?);
            }
        }
        if let Some(filter) = &path.filter {
            own.add(self.inside(filter, &inside, sight.all)?);
        }
        let times = path.times.map_or((1, Some(1)), bounds);
        Ok(BoundRepeat { stops, legs, times, conditions: own.into_all() })
    }

    /// A node of a repeated path; where its variable stands a second time, the two must be equal.
    fn inner_stop(
        &mut self,
        node: &ast::NodePattern,
        sight: &mut Sight<'_>,
        inside: &mut Scope,
        filters: &mut Filters,
    ) -> BoundStop {
        let (slot, place) = (self.variable(node.variable.as_ref()), Place(node.span));
        let Some(name) = &node.variable else { return BoundStop { slot, list: None, place } };
        if let Some(first) = inside.get(&name.text) {
            filters.add(same_node(slot, first.slot, place));
            return BoundStop { slot, list: None, place };
        }
        let list = sight.see(name);
        let kind = sight.all.get(&name.text).map_or(Base::Node(None).into(), |var| var.kind.item());
        inside.insert(&name.text, Var { slot, kind, span: name.span });
        BoundStop { slot, list, place }
    }

    /// Turns a property map of a pattern into one condition for each key.
    fn property_filters(
        &mut self,
        subject: &Expr,
        kind: Type,
        properties: &ast::Expr,
        scope: &Scope,
        filters: &mut Filters,
    ) -> Result<()> {
        let ast::ExprKind::Map(entries) = &*properties.kind else {
            return Err(Error::new(
                Code::SyntaxUnsupported,
                text!(
                    "a pattern takes its properties one by one, not from a parameter",
                    "パターンのプロパティをまとめてパラメーターで渡すことはできません"
                ),
            )
            .at(properties.span)
            .known_as(Standard::syntax("InvalidParameterUse"))
            .help(text!(
                "Write `{{key: $map.key}}`, one property at a time.",
                "`{{key: $map.key}}` のように一つずつ書いてください。"
            )));
        };
        for (key, value) in entries {
            self.warn_of_value(key, kind, value);
            let value = self.expr(value, scope)?;
            let key_id = self.key(key, kind)?;
            let span = key.span.to(value.span.0);
            let property = Expr::new(ExprKind::Property(subject.clone(), key_id), key.span);
            let place = Place(key.span);
            let equal = ExprKind::Compare(property, vec![(CompareOp::Equal, place, value)]);
            filters.add(Expr::new(equal, span));
        }
        Ok(())
    }
}

impl Bound {
    /// Where a pattern begins or ends with a path that is walked at least once, its bare outer node is the path's first or last one,
    /// too: it takes over what must hold of that one alone, to be found by.
    fn begin_as_inside(&mut self, filters: &mut Filters) {
        let last = self.links.len();
        let ends = [(self.links.first(), 0, true), (self.links.last(), last, false)];
        let mut taken = Vec::new();
        for (link, at, first) in ends {
            let Some(BoundLink::Repeat(repeat)) = link else { continue };
            let stop = if first { repeat.stops.first() } else { repeat.stops.last() };
            let (Some(stop), true) = (stop, repeat.times.0 > 0) else { continue };
            for condition in &repeat.conditions {
                let own = condition.reads().iter().filter(|slot| repeat.owns(**slot)).count();
                if own == 1 && condition.reads().contains(&stop.slot) {
                    taken.push((at, stop.slot, condition.clone()));
                }
            }
        }
        for (at, slot, condition) in taken {
            let Some(node) = self.nodes.get_mut(at) else { continue };
            let Some(condition) = condition.of_other(slot, node.slot) else { continue };
            if let ExprKind::HasLabels(_, test) = &*condition.kind {
                node.label = node.label.or(required_label(test));
            }
            filters.add(condition);
        }
    }
}

impl BoundRepeat {
    /// Whether a slot takes what one walk meets.
    pub(super) fn owns(&self, slot: Slot) -> bool {
        self.stops.iter().any(|stop| stop.slot == slot)
            || self.legs.iter().any(|leg| leg.slot == slot)
    }
}

/// Lets a condition see a variable.
fn show(name: Option<&ast::Name>, all: &Scope, seen: &mut Scope) {
    if let Some((name, var)) = name.and_then(|name| Some((name, all.get(&name.text)?))) {
        seen.insert(&name.text, var);
    }
}

/// The condition that two slots hold the same node.
pub(super) fn same_node(a: Slot, b: Slot, place: Place) -> Expr {
    let (left, right) = (Expr::slot(a, place.0), Expr::slot(b, place.0));
    Expr::new(ExprKind::Compare(left, vec![(CompareOp::Equal, place, right)]), place.0)
}

/// A label that every node meeting the test has.
fn required_label(test: &LabelTest) -> Option<LabelId> {
    match test {
        LabelTest::Has(label, _) => *label,
        LabelTest::And(tests) => tests.iter().find_map(required_label),
        LabelTest::Or(_) | LabelTest::Not(_) | LabelTest::Any => None,
    }
}

fn is_one_name(labels: &ast::LabelExpr) -> bool {
    matches!(labels, ast::LabelExpr::Name(_))
}
