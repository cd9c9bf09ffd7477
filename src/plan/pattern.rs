//! Patterns: which variables they define, where matching starts, and the hops from there.

use rustc_hash::FxHashSet;

use super::clauses::{Binder, redefined};
use super::filters::Filters;
use super::scope::{Scope, Var};
use super::types::{Base, Type};
use super::{
    Expand, ExpandMany, Expr, ExprKind, Kinds, LabelTest, Op, PathMode, PathStep, Place, Shortest,
    Slot, faults,
};
use crate::error::{Code, Error, Result, Span, Standard, Text, text};
use crate::model::LabelId;
use crate::syntax::ast::{self, CompareOp, RelDirection, Selector};

/// A path pattern with its names resolved.
struct Bound {
    nodes: Vec<BoundNode>,
    rels: Vec<BoundRel>,
    selector: Selector,
    path: Option<Slot>,
}

struct BoundNode {
    slot: Slot,
    span: Span,
    /// A label every match has, to scan by.
    label: Option<LabelId>,
}

struct BoundRel {
    slot: Slot,
    /// Set by an earlier clause.
    given: bool,
    kinds: Kinds,
    direction: RelDirection,
    range: Option<ast::HopRange>,
    each: Option<(Slot, Expr)>,
}

impl Binder<'_> {
    /// Binds a MATCH clause.
    pub(super) fn match_clause(
        &mut self,
        clause: &ast::Match,
        scope: &mut Scope,
        ops: &mut Vec<Op>,
    ) -> Result<()> {
        let set: FxHashSet<Slot> = scope.iter().map(|(_, var)| var.slot).collect();
        if !clause.optional {
            return self.patterns(clause, scope, set, ops);
        }
        let mut inner = Vec::new();
        self.patterns(clause, scope, set.clone(), &mut inner)?;
        let mut nulls = Vec::new();
        inner.iter().for_each(|op| op.sets(&mut nulls));
        nulls.retain(|slot| !set.contains(slot));
        ops.push(Op::Optional { ops: inner, nulls });
        Ok(())
    }

    /// Binds a pattern whose existence is asked for; it defines no variables.
    pub(super) fn pattern_predicate(
        &mut self,
        pattern: &ast::PathPattern,
        scope: &Scope,
    ) -> Result<Vec<Op>> {
        let nodes = std::iter::once(&pattern.start).chain(pattern.steps.iter().map(|s| &s.1));
        let nodes = nodes.filter_map(|node| node.variable.as_ref());
        let rels = pattern.steps.iter().filter_map(|step| match &step.0 {
            ast::Link::Rel(rel) => rel.variable.as_ref(),
            ast::Link::Repeat(_) => None,
        });
        for name in nodes.chain(rels) {
            scope.expect(&name.text, name.span).map_err(|error| {
                error.note(text!(
                    "A pattern used as a condition defines no variables.",
                    "条件として書いたパターンでは新しい変数を定義できません。"
                ))
            })?;
        }
        let clause = ast::Match { optional: false, patterns: vec![pattern.clone()], filter: None };
        let set = scope.iter().map(|(_, var)| var.slot).collect();
        let mut ops = Vec::new();
        self.patterns(&clause, &mut scope.clone(), set, &mut ops)?;
        Ok(ops)
    }

    /// Binds patterns with their condition; `set` are the slots that hold something already.
    pub(super) fn patterns(
        &mut self,
        clause: &ast::Match,
        scope: &mut Scope,
        mut set: FxHashSet<Slot>,
        ops: &mut Vec<Op>,
    ) -> Result<()> {
        let given = scope.clone();
        let mut rel_names = Vec::new();
        for pattern in &clause.patterns {
            self.declare(pattern, scope, &mut rel_names)?;
        }
        let mut filters = Filters::default();
        let mut bound = Vec::new();
        for pattern in &clause.patterns {
            bound.push(self.resolve(pattern, &given, scope, &mut filters)?);
        }
        if let Some(condition) = &clause.filter {
            filters.add(self.condition(condition, scope)?);
        }
        filters.flush(&set, ops);
        let mut walked: Vec<(Slot, Kinds)> = Vec::new();
        while !bound.is_empty() {
            let (next, start) = self.choose(&bound, &set, &filters);
            let pattern = bound.remove(next);
            self.emit(
                &pattern,
                start,
                &mut Emit { set: &mut set, filters: &mut filters, walked: &mut walked, ops },
            );
        }
        filters.finish(ops);
        Ok(())
    }

    /// Defines the variables of one pattern, so that its property maps may use those of the others.
    fn declare(
        &mut self,
        pattern: &ast::PathPattern,
        scope: &mut Scope,
        rel_names: &mut Vec<ast::Name>,
    ) -> Result<()> {
        let nodes = std::iter::once(&pattern.start).chain(pattern.steps.iter().map(|s| &s.1));
        for node in nodes {
            let Some(name) = &node.variable else { continue };
            let label = node.labels.as_ref().and_then(|labels| self.only_label(labels));
            match scope.expect_kind(&name.text, name.span, Base::Node(None).into())? {
                Some(Var { kind: Type { base: Base::Node(Some(_)), .. }, .. }) => {}
                Some(var) => {
                    scope.insert(&name.text, Var { kind: Base::Node(label).into(), ..var });
                }
                None => self.define(name, Base::Node(label).into(), scope),
            }
        }
        for (link, _) in &pattern.steps {
            let ast::Link::Rel(rel) = link else { continue };
            let Some(name) = &rel.variable else { continue };
            if let Some(first) = rel_names.iter().find(|first| first.text == name.text) {
                return Err(repeated_rel(name, first.span));
            }
            rel_names.push(name.clone());
            let kind = if rel.range.is_some() { Type::RELS } else { Base::Rel.into() };
            match scope.expect_kind(&name.text, name.span, kind)? {
                Some(var) if pattern.selector != Selector::All => {
                    return Err(redefined(name, var.span));
                }
                Some(_) => {}
                None => self.define(name, kind, scope),
            }
        }
        if let Some(name) = &pattern.variable {
            if let Some(var) = scope.get(&name.text) {
                return Err(redefined(name, var.span));
            }
            self.define(name, Base::Path.into(), scope);
        }
        Ok(())
    }

    fn define(&mut self, name: &ast::Name, kind: Type, scope: &mut Scope) {
        let slot = self.fresh();
        scope.insert(&name.text, Var { slot, kind, span: name.span });
    }

    fn resolve(
        &mut self,
        pattern: &ast::PathPattern,
        given: &Scope,
        scope: &Scope,
        filters: &mut Filters,
    ) -> Result<Bound> {
        let mut nodes = vec![self.resolve_node(&pattern.start, scope, filters)?];
        let mut rels = Vec::new();
        for (link, node) in &pattern.steps {
            let ast::Link::Rel(rel) = link else {
                return Err(faults::absent("((a)-->(b)){1,3}").at(pattern.span));
            };
            nodes.push(self.resolve_node(node, scope, filters)?);
            let left = nodes.len().checked_sub(2).and_then(|i| nodes.get(i)?.label);
            let right = nodes.last().and_then(|node| node.label);
            self.warn_of_ends(rel, left, right);
            rels.push(self.resolve_rel(rel, given, scope, filters)?);
        }
        if matches!(pattern.selector, Selector::Any(_) | Selector::ShortestGroups(_)) {
            return Err(faults::absent("ANY").at(pattern.span));
        }
        let many = matches!(
            pattern.steps.as_slice(),
            [(ast::Link::Rel(rel), _)] if rel.range.is_some()
        );
        if pattern.selector != Selector::All && !many {
            return Err(Error::new(
                Code::SyntaxUnsupported,
                text!(
                    "a shortest path is searched over exactly one relationship pattern of variable length",
                    "最短経路の中に書けるのは、可変長の関係パターン一つだけです"
                ),
            )
            .at(pattern.span)
            .help(text!(
                "Write `(a)-[:T*]->(b)` with both ends, and the further hops as patterns of their own.",
                "`(a)-[:T*]->(b)` のように両端を書き、続きは別のパターンにしてください。"
            )));
        }
        let path = pattern.variable.as_ref().and_then(|name| scope.get(&name.text));
        Ok(Bound { nodes, rels, selector: pattern.selector, path: path.map(|var| var.slot) })
    }

    fn resolve_node(
        &mut self,
        node: &ast::NodePattern,
        scope: &Scope,
        filters: &mut Filters,
    ) -> Result<BoundNode> {
        let slot = match node.variable.as_ref().and_then(|name| scope.get(&name.text)) {
            Some(var) => var.slot,
            None => self.fresh(),
        };
        let mut label = None;
        if node.filter.is_some() {
            return Err(faults::absent("(n WHERE …)").at(node.span));
        }
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
        Ok(BoundNode { slot, span: node.span, label })
    }

    fn resolve_rel(
        &mut self,
        rel: &ast::RelPattern,
        given: &Scope,
        scope: &Scope,
        filters: &mut Filters,
    ) -> Result<BoundRel> {
        let name = rel.variable.as_ref();
        let slot = match name.and_then(|name| scope.get(&name.text)) {
            Some(var) => var.slot,
            None => self.fresh(),
        };
        let is_given = name.is_some_and(|name| given.get(&name.text).is_some());
        let kinds = self.kinds(rel.types.as_ref())?;
        if rel.filter.is_some() {
            return Err(faults::absent("-[r WHERE …]->").at(rel.span));
        }
        let mut each = None;
        if let Some(properties) = &rel.properties {
            if rel.range.is_some() {
                let step = self.fresh();
                let mut conditions = Filters::default();
                let subject = Expr::slot(step, rel.span);
                self.property_filters(
                    &subject,
                    Base::Rel.into(),
                    properties,
                    scope,
                    &mut conditions,
                )?;
                each = conditions.into_one().map(|condition| (step, condition));
            } else {
                let subject = Expr::slot(slot, rel.span);
                self.property_filters(&subject, Base::Rel.into(), properties, scope, filters)?;
            }
        }
        self.warn_of_range(rel);
        Ok(BoundRel {
            slot,
            given: is_given,
            kinds,
            direction: rel.direction,
            range: rel.range,
            each,
        })
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

    /// Chooses the pattern to match next, and the node to start at: what is set already, then what is found by id, then the
    /// smallest scan.
    fn choose(&self, bound: &[Bound], set: &FxHashSet<Slot>, filters: &Filters) -> (usize, usize) {
        let found = filters.found_by_id(set);
        let cost = |node: &BoundNode| -> (u8, usize) {
            if set.contains(&node.slot) {
                (0, 0)
            } else if found.contains(&node.slot) {
                (1, 0)
            } else {
                let all = self.graph.node_count();
                (2, node.label.map_or(all, |label| self.graph.nodes_with(label).len()))
            }
        };
        let candidates = bound.iter().enumerate().flat_map(|(pattern, path)| {
            let nodes = path.nodes.iter().enumerate();
            nodes.map(move |(node, bound)| (cost(bound), pattern, node))
        });
        candidates.min().map_or((0, 0), |(_, pattern, node)| (pattern, node))
    }

    /// Appends the operators for one pattern, starting at one of its nodes: to its right end, then to its left.
    fn emit(&self, pattern: &Bound, start: usize, to: &mut Emit<'_>) {
        if let Some(node) = pattern.nodes.get(start) {
            self.emit_start(node, to);
        }
        if pattern.selector != Selector::All {
            let other = pattern.nodes.get(1 - start.min(1));
            if let Some(other) = other {
                self.emit_start(other, to);
            }
        }
        for i in start..pattern.rels.len() {
            to.hop(pattern, i, i, i + 1);
        }
        for i in (0..start).rev() {
            to.hop(pattern, i, i + 1, i);
        }
        if let (Some(slot), Some(first)) = (pattern.path, pattern.nodes.first()) {
            let steps = pattern.rels.iter().map(|rel| PathStep { rel: rel.slot }).collect();
            to.push(Op::BuildPath { slot, start: first.slot, steps });
        }
    }

    fn emit_start(&self, node: &BoundNode, to: &mut Emit<'_>) {
        if to.set.contains(&node.slot) {
            return;
        }
        if let Some(id) = to.filters.take_id_of(node.slot, to.set) {
            to.push(Op::NodeById { slot: node.slot, id });
            return;
        }
        if let Some(label) = node.label {
            to.filters.drop_label(node.slot, label);
        }
        to.push(Op::NodeScan { slot: node.slot, label: node.label });
    }

    /// Warns of a range without a number in it, which matches nothing.
    fn warn_of_range(&mut self, rel: &ast::RelPattern) {
        let Some(ast::HopRange { min, max: Some(max), span, .. }) = rel.range else { return };
        let min = min.unwrap_or(1);
        if min <= max {
            return;
        }
        let warning = Error::warning(
            Code::RunArgument,
            text!(
                "from {min} to {max} hops there is nothing, so this pattern matches nothing",
                "最小の段数 {min} が最大の段数 {max} を超えているため、何も一致しません"
            ),
        );
        let turned = text!("Write `*{max}..{min}`.", "`*{max}..{min}` と書いてください。");
        self.warnings.push(warning.at(span).help(turned));
    }

    /// Warns of a hop that can match nothing, because the schema joins other labels.
    fn warn_of_ends(
        &mut self,
        rel: &ast::RelPattern,
        left: Option<LabelId>,
        right: Option<LabelId>,
    ) {
        let Some(ast::LabelExpr::Name(kind)) = &rel.types else { return };
        if rel.range.is_some() || rel.direction == RelDirection::Either {
            return;
        }
        let names = self.graph.names();
        let Some(id) = names.find_kind(&kind.text) else { return };
        let Some(spec) = self.graph.schema().types.get(names.kind(id)) else { return };
        let (start, end) = match rel.direction {
            RelDirection::Left => (right, left),
            RelDirection::Right | RelDirection::Either => (left, right),
        };
        let odd = |label: Option<LabelId>, allowed: &[String]| {
            let label = names.label(label?);
            let fits = allowed.is_empty() || allowed.iter().any(|name| name == label);
            (!fits).then_some(())
        };
        if odd(start, &spec.from).or_else(|| odd(end, &spec.to)).is_some() {
            let (kind, from, to) = (names.kind(id), labels(&spec.from), labels(&spec.to));
            let warning = Error::warning(
                Code::TypeMismatch,
                text!(
                    "`{kind}` does not join these labels, so this pattern matches nothing",
                    "`{kind}` はこの二つのラベルを結ばないため、このパターンには何も一致しません"
                ),
            )
            .at(rel.span)
            .help(Text::new(
                format!("It leads from {from} to {to}; check the direction of the arrow."),
                format!("{} から {} への関係です。矢印の向きを確かめてください。", from.ja, to.ja),
            ));
            self.warnings.push(warning);
        }
    }
}

/// Where operators of a MATCH are appended, and what is known so far.
struct Emit<'e> {
    set: &'e mut FxHashSet<Slot>,
    filters: &'e mut Filters,
    /// Relationships of this MATCH, which later ones must differ from.
    walked: &'e mut Vec<(Slot, Kinds)>,
    ops: &'e mut Vec<Op>,
}

impl Emit<'_> {
    fn push(&mut self, op: Op) {
        let mut slots = Vec::new();
        op.sets(&mut slots);
        self.set.extend(slots);
        self.ops.push(op);
        self.filters.flush(self.set, self.ops);
    }

    /// Appends the hop over relationship `rel` of a pattern, from one of its nodes to the other.
    fn hop(&mut self, pattern: &Bound, rel: usize, from: usize, to: usize) {
        let nodes = (pattern.nodes.get(from), pattern.nodes.get(to));
        let (Some(rel), (Some(from), Some(to)), reversed) =
            (pattern.rels.get(rel), nodes, to < from)
        else {
            return;
        };
        let differs = self.walked.iter().filter(|other| overlap(&other.1, &rel.kinds));
        let hop = Expand {
            from: from.slot,
            rel: rel.slot,
            to: to.slot,
            kinds: rel.kinds.clone(),
            direction: if reversed { turned(rel.direction) } else { rel.direction },
            rel_bound: rel.given,
            to_bound: self.set.contains(&to.slot) || from.slot == to.slot,
            differs: differs.map(|other| other.0).collect(),
            ends: (Place(from.span), Place(to.span)),
        };
        self.walked.push((rel.slot, rel.kinds.clone()));
        let range = rel.range.map(|range| (range.min.unwrap_or(1), range.max));
        let mode = match pattern.selector {
            Selector::All => None,
            Selector::Shortest(count) => Some(PathMode::Count(count)),
            Selector::ShortestPath | Selector::Any(_) | Selector::ShortestGroups(_) => {
                Some(PathMode::Count(1))
            }
            Selector::AllShortestPaths => Some(PathMode::AllOfLeast),
        };
        let many = |(min, max)| ExpandMany {
            hop: hop.clone(),
            min,
            max,
            reversed,
            each: rel.each.clone(),
        };
        let op = match (mode, range) {
            (None, None) => Op::Expand(hop),
            (None, Some(range)) => Op::ExpandMany(many(range)),
            (Some(mode), range) => {
                Op::Shortest(Shortest { walk: many(range.unwrap_or((1, None))), mode })
            }
        };
        self.push(op);
    }
}

fn overlap(a: &Kinds, b: &Kinds) -> bool {
    match (a, b) {
        (Kinds::Any, _) | (_, Kinds::Any) => true,
        (Kinds::Of(a), Kinds::Of(b)) => a.iter().any(|kind| b.contains(kind)),
    }
}

fn turned(direction: RelDirection) -> RelDirection {
    match direction {
        RelDirection::Right => RelDirection::Left,
        RelDirection::Left => RelDirection::Right,
        RelDirection::Either => RelDirection::Either,
    }
}

/// A label that every node meeting the test has.
fn required_label(test: &LabelTest) -> Option<LabelId> {
    match test {
        LabelTest::Has(label, _) => *label,
        LabelTest::And(tests) => tests.iter().find_map(required_label),
        LabelTest::Or(_) | LabelTest::Not(_) => None,
    }
}

fn is_one_name(labels: &ast::LabelExpr) -> bool {
    matches!(labels, ast::LabelExpr::Name(_))
}

/// The labels a type may join, as messages name them.
fn labels(names: &[String]) -> Text {
    if names.is_empty() {
        return text!("any node", "任意のノード");
    }
    let either = |joint: &str| {
        let each: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        each.join(joint)
    };
    Text::new(either(" or "), either("、"))
}

fn repeated_rel(name: &ast::Name, first: Span) -> Error {
    let shown = super::scope::shorten(&name.text);
    Error::new(
        Code::NameDuplicate,
        text!(
            "relationship variable `{shown}` stands twice in one `MATCH`",
            "関係の変数 `{shown}` が一つの `MATCH` に二度使われています"
        ),
    )
    .label(name.span, text!("again here", "二度目"))
    .label(first, text!("first here", "一度目"))
    .known_as(Standard::syntax("RelationshipUniquenessViolation"))
    .note(text!(
        "Relationships of one `MATCH` are always different, so this could never match.",
        "一つの `MATCH` の中の関係は必ず互いに異なるため、一致することがありません。"
    ))
    .help(text!("Give the second one another name.", "二度目は別の名前にしてください。"))
}
