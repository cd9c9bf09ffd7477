//! Patterns: which variables they define, where matching starts, and the operators from there.
//!
//! ```text
//! MATCH pattern ─ reshape ─▶ plain forms ─ declare ─▶ scope ─ resolve ─▶ Bound ─ emit, search ─▶ operators
//! ```

mod declare;
mod emit;
mod lookup;
mod order;
mod reshape;
mod resolve;
mod search;
mod warn;

use rustc_hash::FxHashSet;

use super::clauses::Binder;
use super::estimate::{Estimator, Fact, Facts};
use super::filters::Filters;
use super::scope::Scope;
use super::types::Base;
use super::{Expr, Kinds, Op, Place, Slot};
use crate::error::{Code, Error, Result, Span, text};
use crate::model::LabelId;
use crate::syntax::ast::{self, RelDirection, Selector};

use emit::Emit;
use order::Orderer;
use resolve::Sight;

/// A path pattern with its names resolved.
struct Bound {
    nodes: Vec<BoundNode>,
    links: Vec<BoundLink>,
    selector: Selector,
    path: Option<Slot>,
    /// Where paths are searched: the conditions that are part of the search, those on its ends alone apart.
    inner: Filters,
    span: Span,
}

/// What stands between two nodes.
enum BoundLink {
    Rel(BoundRel),
    Repeat(BoundRepeat),
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
    /// The least and the greatest number of hops.
    range: Option<(u64, Option<u64>)>,
    /// Of several hops: conditions on each relationship, and the slot that takes it.
    each: Option<(Slot, Vec<Expr>)>,
}

/// A repeated path: its own slots hold what one walk meets, the lists what all of them met.
struct BoundRepeat {
    stops: Vec<BoundStop>,
    legs: Vec<BoundLeg>,
    times: (u64, Option<u64>),
    conditions: Vec<Expr>,
}

struct BoundStop {
    slot: Slot,
    list: Option<Slot>,
    place: Place,
}

struct BoundLeg {
    slot: Slot,
    list: Slot,
    kinds: Kinds,
    direction: RelDirection,
}

impl Bound {
    /// Whether its paths are searched.
    fn is_searched(&self) -> bool {
        self.selector != Selector::All && !self.links.is_empty()
    }

    /// The slots that take one node or relationship.
    fn entities(&self) -> impl Iterator<Item = Slot> + '_ {
        let rels = self.links.iter().filter_map(|link| match link {
            BoundLink::Rel(rel) => rel.range.is_none().then_some(rel.slot),
            BoundLink::Repeat(_) => None,
        });
        self.nodes.iter().map(|node| node.slot).chain(rels)
    }

    fn is_end(&self, slot: Slot) -> bool {
        let mut ends = self.nodes.first().into_iter().chain(self.nodes.last());
        ends.any(|node| node.slot == slot)
    }

    /// The slots it sets, apart from those of its ends.
    fn interior(&self) -> FxHashSet<Slot> {
        let mut slots: FxHashSet<Slot> = self.path.into_iter().collect();
        for link in &self.links {
            match link {
                BoundLink::Rel(rel) => {
                    slots.insert(rel.slot);
                    slots.extend(rel.each.iter().map(|each| each.0));
                }
                BoundLink::Repeat(repeat) => {
                    slots.extend(
                        repeat.stops.iter().flat_map(|stop| [Some(stop.slot), stop.list]).flatten(),
                    );
                    slots.extend(repeat.legs.iter().flat_map(|leg| [leg.slot, leg.list]));
                }
            }
        }
        slots.extend(self.nodes.iter().map(|node| node.slot));
        slots.retain(|slot| !self.is_end(*slot));
        slots
    }
}

/// How many hops or walks a range allows.
fn bounds(range: ast::HopRange) -> (u64, Option<u64>) {
    (range.min.unwrap_or(if range.quantifier { 0 } else { 1 }), range.max)
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
            self.patterns(clause, scope, set.clone(), ops)?;
            let new = scope.iter().filter(|(_, var)| !set.contains(&var.slot));
            let labelled = new.filter(|(_, var)| matches!(var.kind.base, Base::Node(Some(_))));
            self.labelled.extend(labelled.map(|(_, var)| var.slot));
            return Ok(());
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
        for name in declare::variables(pattern) {
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
        alone(&clause.patterns)?;
        // What binds conditions of this one must not take it for its own.
        let ahead = self.ahead.take();
        let given = scope.clone();
        let mut rel_names = Vec::new();
        let mut shapes = Vec::new();
        for pattern in &clause.patterns {
            let shape = reshape::reshape(pattern)?;
            self.declare(&shape.pattern, scope, &mut rel_names)?;
            shapes.push(shape);
        }
        let entities = scope.iter().filter(|(_, var)| var.kind.is_entity());
        let mut filters = Filters::on(entities.map(|(_, var)| var.slot).collect());
        let mut bound = Vec::new();
        let mut sight = Sight { given: &given, all: scope, seen: given.clone() };
        for shape in &shapes {
            bound.push(self.resolve(shape, &mut sight, &mut filters)?);
        }
        if let Some(condition) = &clause.filter {
            filters.add(self.condition(condition, scope)?);
        }
        bound.iter_mut().for_each(|bound| bound.draw_in(&mut filters));
        filters.know(bound.iter().flat_map(Bound::entities));
        let (graph, by_cost) = (self.graph, self.only_reads);
        // A node that an OPTIONAL MATCH names may be null, or lack the label it is given there: that is good to foresee by, not certain.
        let (mut facts, mut certain) = (Facts::default(), Facts::default());
        for (_, var) in given.iter() {
            if let Base::Node(label) = var.kind.base {
                facts.set(var.slot, Fact::node(label));
                if self.labelled.contains(&var.slot) {
                    certain.set(var.slot, Fact::node(label));
                }
            }
        }
        let read = ahead.map(|names| {
            let slots = names.iter().filter_map(|name| scope.get(name));
            slots.map(|var| var.slot).collect()
        });
        let steps = Orderer { graph, bound: &bound, filters: &filters, by_cost, read };
        let steps = steps.order(&set, &facts)?;
        let known = by_cost.then(|| (Estimator::new(graph), certain));
        let (walked, filters_of, set) = (Vec::new(), &mut filters, &mut set);
        self.emit(
            &steps,
            &mut Emit { graph, bound: &bound, set, filters: filters_of, walked, ops, known },
        );
        filters.finish(ops);
        Ok(())
    }
}

impl BoundLink {
    /// Adds the slots it takes relationships in, and what it repeats.
    fn sets(&self, slots: &mut FxHashSet<Slot>) {
        match self {
            Self::Rel(rel) => slots.extend([rel.slot]),
            Self::Repeat(repeat) => {
                slots.extend(repeat.stops.iter().filter_map(|stop| stop.list));
                slots.extend(repeat.legs.iter().map(|leg| leg.list));
            }
        }
    }
}

/// Whether a pattern can be matched now. One that is searched waits for the variables its conditions read, and for patterns that set
/// nodes inside it, `waiting`: else it would depend on the order whether those are part of the search.
fn is_ready(pattern: &Bound, waiting: &FxHashSet<Slot>, set: &FxHashSet<Slot>) -> bool {
    if !pattern.is_searched() {
        return true;
    }
    let own = pattern.interior();
    let known = |slot: Slot| set.contains(&slot) || own.contains(&slot) || pattern.is_end(slot);
    pattern.inner.reads().all(known) && own.is_disjoint(waiting)
}

/// Refuses a selector beside other patterns: which of the paths are the shortest must not depend on the rest of the MATCH.
///
/// Source: ISO/IEC 39075, selective path patterns; Neo4j 5 alike. `shortestPath()` is older and stands beside others.
fn alone(patterns: &[ast::PathPattern]) -> Result<()> {
    let selects = |pattern: &&ast::PathPattern| match pattern.selector {
        Selector::Any(_) | Selector::Shortest(_) | Selector::ShortestGroups(_) => true,
        Selector::All | Selector::ShortestPath | Selector::AllShortestPaths => false,
    };
    let Some(selective) = patterns.iter().find(selects) else { return Ok(()) };
    if patterns.len() == 1 {
        return Ok(());
    }
    Err(Error::new(
        Code::SyntaxComposition,
        text!(
            "a pattern with a selector stands beside other patterns",
            "パスを選ぶ指定（`SHORTEST` など）のあるパターンが、ほかのパターンと並んでいます"
        ),
    )
    .at(selective.span)
    .help(text!(
        "Give it a `MATCH` of its own.",
        "このパターンだけを別の `MATCH` に分けてください。"
    )))
}

/// The fault of searched paths whose conditions wait for one another.
fn entangled(span: Span) -> Error {
    Error::new(
        Code::SyntaxUnsupported,
        text!(
            "shortest paths of one `MATCH` refer to each other",
            "一つの `MATCH` の中の最短パスが互いの変数を参照しています"
        ),
    )
    .at(span)
    .help(text!(
        "Search the second one in a `MATCH` of its own.",
        "二つ目は別の `MATCH` に分けてください。"
    ))
}
