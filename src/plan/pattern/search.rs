//! Searched patterns as courses: from which end to which, and every condition where it can be judged first.

use rustc_hash::{FxHashMap, FxHashSet};

use super::emit::Emit;
use super::resolve::same_node;
use super::{Bound, BoundLink, BoundNode, BoundRel, BoundRepeat};
use crate::plan::clauses::Binder;
use crate::plan::tree::FunctionRef;
use crate::plan::{Course, Expr, ExprKind, Leg, Op, Part, PathMode, Place, Search, Slot, Stop};
use crate::syntax::ast::{QuantifierKind, Selector, UnaryOp};

impl Binder<'_> {
    /// Appends the search for the paths of a pattern. It leads to the node `end`, one of the pattern's two ends; the other end is
    /// found by the search, unless it is known or can be looked up.
    pub(super) fn emit_search(&mut self, pattern: usize, end: usize, to: &mut Emit<'_>) {
        let Some(pattern) = to.bound.get(pattern) else { return };
        let (Some(first), Some(last)) = (pattern.nodes.first(), pattern.nodes.last()) else {
            return;
        };
        let (known, other) = if end == 0 { (first, last) } else { (last, first) };
        to.start(known);
        to.look_up(other);
        let open = (!to.set.contains(&other.slot)).then_some(other.slot);
        let reversed = open.is_some() && end == 0;
        let late = pattern.inner.all();
        let mut course = self.course(pattern, reversed, to);
        let mut conditions = late;
        if let Some(open) = open {
            let ready = |slot: &Slot| *slot == open || to.set.contains(slot);
            conditions.extend(to.filters.take(|reads| reads.iter().all(ready)));
        }
        for link in &pattern.links {
            if let BoundLink::Rel(rel) = link {
                conditions.extend(to.judged_on_the_way(rel).1);
            }
        }
        let before = place_all(&mut course, conditions, to.set);
        before.into_iter().for_each(|condition| to.push(Op::Filter(condition)));
        let mode = match pattern.selector {
            Selector::All | Selector::ShortestPath => PathMode::Count(1),
            Selector::Any(count) | Selector::Shortest(count) => PathMode::Count(count),
            Selector::ShortestGroups(count) => PathMode::Groups(count),
            Selector::AllShortestPaths => PathMode::Groups(1),
        };
        to.push(Op::Search(Box::new(Search { course, mode })));
    }

    /// The course of a pattern, without conditions apart from those on single walks.
    fn course(&mut self, pattern: &Bound, reversed: bool, to: &Emit<'_>) -> Course {
        let mut parts = Vec::new();
        for link in &pattern.links {
            parts.push(match link {
                BoundLink::Rel(rel) => self.part_of_rel(rel, to),
                BoundLink::Repeat(repeat) => part_of(repeat),
            });
        }
        let stop = |node: &BoundNode| Stop {
            slot: node.slot,
            given: to.set.contains(&node.slot),
            tests: Vec::new(),
            list: None,
            place: Place(node.span),
        };
        let stops = pattern.nodes.iter().map(stop).collect();
        let late = Vec::new();
        let mut course = Course { stops, parts, late, reversed: false, path: pattern.path };
        if reversed {
            course = course.turned();
        }
        let mut met = FxHashSet::default();
        for (i, stop) in course.stops.iter_mut().enumerate().filter(|(_, stop)| !stop.given) {
            if !met.insert(stop.slot) {
                let again = self.fresh();
                course.late.push((i, same_node(again, stop.slot, stop.place)));
                stop.slot = again;
            }
        }
        course
    }

    fn part_of_rel(&mut self, rel: &BoundRel, to: &Emit<'_>) -> Part {
        let mut stop = || Stop {
            slot: self.fresh(),
            given: false,
            tests: Vec::new(),
            list: None,
            place: Place::default(),
        };
        let stops = vec![stop(), stop()];
        let (slot, tests) = match (to.judged_on_the_way(rel).0, rel.range) {
            (Some(each), _) => each,
            (None, Some(_)) => (self.fresh(), Vec::new()),
            (None, None) => (rel.slot, Vec::new()),
        };
        let leg = Leg {
            rel: slot,
            kinds: rel.kinds.clone(),
            direction: rel.direction,
            tests,
            list: rel.range.map(|_| rel.slot),
        };
        Part { stops, legs: vec![leg], times: rel.range, late: Vec::new() }
    }
}

/// A repeated path, as it is written.
pub(super) fn part_of(repeat: &BoundRepeat) -> Part {
    let stops = repeat.stops.iter().map(|stop| Stop {
        slot: stop.slot,
        given: false,
        tests: Vec::new(),
        list: stop.list,
        place: stop.place,
    });
    let legs = repeat.legs.iter().map(|leg| Leg {
        rel: leg.slot,
        kinds: leg.kinds.clone(),
        direction: leg.direction,
        tests: Vec::new(),
        list: Some(leg.list),
    });
    let (stops, legs) = (stops.collect(), legs.collect());
    let mut part = Part { stops, legs, times: Some(repeat.times), late: Vec::new() };
    for condition in repeat.conditions.iter().cloned() {
        let own: Vec<Slot> =
            condition.reads().into_iter().filter(|slot| repeat.owns(*slot)).collect();
        match own.as_slice() {
            [slot] => {
                if let Some(condition) = test_in(&mut part, *slot, condition) {
                    part.late.push(condition);
                }
            }
            _ => part.late.push(condition),
        }
    }
    part
}

/// Puts a condition on one variable of a part where the variable is met; gives it back where it is met nowhere.
fn test_in(part: &mut Part, slot: Slot, condition: Expr) -> Option<Expr> {
    if let Some(stop) = part.stops.iter_mut().find(|stop| stop.slot == slot) {
        stop.tests.push(condition);
        return None;
    }
    if let Some(leg) = part.legs.iter_mut().find(|leg| leg.rel == slot) {
        leg.tests.push(condition);
        return None;
    }
    Some(condition)
}

/// Puts each condition of a search where all it reads is known for the first time; those that read nothing of the course are given
/// back.
fn place_all(course: &mut Course, conditions: Vec<Expr>, set: &FxHashSet<Slot>) -> Vec<Expr> {
    let mut before = Vec::new();
    for condition in conditions {
        let Some(condition) = push_down(course, condition, &mut before) else { continue };
        let known = positions(course);
        let own: Vec<(Slot, usize)> = condition
            .reads()
            .into_iter()
            .filter(|slot| !set.contains(slot))
            .filter_map(|slot| Some((slot, *known.get(&slot)?)))
            .collect();
        let Some(at) = own.iter().map(|own| own.1).max() else {
            before.push(condition);
            continue;
        };
        let rest = match own.as_slice() {
            [(slot, _)] => test_alone(course, *slot, condition),
            _ => Some(condition),
        };
        course.late.extend(rest.map(|condition| (at, condition)));
    }
    before
}

/// At which stop the slots of a course are known.
fn positions(course: &Course) -> FxHashMap<Slot, usize> {
    let mut known = FxHashMap::default();
    for (i, stop) in course.stops.iter().enumerate().filter(|(_, stop)| !stop.given) {
        known.entry(stop.slot).or_insert(i);
    }
    for (i, part) in course.parts.iter().enumerate() {
        known.extend(part.stops.iter().filter_map(|stop| Some((stop.list?, i + 1))));
        known.extend(part.legs.iter().filter_map(|leg| Some((leg.list?, i + 1))));
        if part.times.is_none() {
            known.extend(part.legs.iter().map(|leg| (leg.rel, i + 1)));
        }
    }
    known.extend(course.path.map(|path| (path, course.parts.len())));
    known
}

/// Puts a condition on one node, or on one relationship that is not repeated, to it; gives back one on lists and paths.
fn test_alone(course: &mut Course, slot: Slot, condition: Expr) -> Option<Expr> {
    if let Some(stop) = course.stops.iter_mut().find(|stop| !stop.given && stop.slot == slot) {
        stop.tests.push(condition);
        return None;
    }
    let mut once = course.parts.iter_mut().filter(|part| part.times.is_none());
    match once.find(|part| part.legs.iter().any(|leg| leg.rel == slot)) {
        Some(part) => test_in(part, slot, condition),
        None => Some(condition),
    }
}

/// Puts `all(x IN relationships(p) WHERE …)` and its kin to each relationship or node, so that walks which break it are not grown;
/// gives back other conditions.
fn push_down(course: &mut Course, condition: Expr, before: &mut Vec<Expr>) -> Option<Expr> {
    let ExprKind::Quantifier { kind, slot, list, filter } = &*condition.kind else {
        return Some(condition);
    };
    let filter = match kind {
        QuantifierKind::All => filter.clone(),
        QuantifierKind::None => {
            Expr::new(ExprKind::Unary(UnaryOp::Not, filter.clone()), condition.span.0)
        }
        QuantifierKind::Any | QuantifierKind::Single => return Some(condition),
    };
    let known = positions(course);
    if filter.reads().iter().any(|read| read != slot && known.contains_key(read)) {
        return Some(condition);
    }
    let Some((parts, nodes)) = listed(course, list) else { return Some(condition) };
    if filter.of_other(*slot, *slot).is_none() {
        return Some(condition);
    }
    if nodes {
        on_nodes(course, *slot, &filter, before);
        return None;
    }
    for part in course.parts.get_mut(parts).unwrap_or(&mut []) {
        for leg in &mut part.legs {
            leg.tests.extend(filter.of_other(*slot, leg.rel));
        }
    }
    None
}

/// Which parts of a course a list is of, and whether it is one of nodes.
fn listed(course: &Course, list: &Expr) -> Option<(std::ops::Range<usize>, bool)> {
    if let ExprKind::Slot(list) = &*list.kind {
        let holds = |part: &Part| part.legs.iter().any(|leg| leg.list == Some(*list));
        let at = course.parts.iter().position(holds)?;
        return (course.parts.get(at)?.legs.len() == 1).then_some((at..at + 1, false));
    }
    let ExprKind::Call(FunctionRef(function), args) = &*list.kind else { return None };
    match (function.name, args.as_slice()) {
        (name @ ("relationships" | "nodes"), [path]) if reads_only(path, course.path) => {
            Some((0..course.parts.len(), name == "nodes"))
        }
        _ => None,
    }
}

fn reads_only(expr: &Expr, slot: Option<Slot>) -> bool {
    slot.is_some_and(|slot| matches!(&*expr.kind, ExprKind::Slot(s) if *s == slot))
}

/// Puts a condition on every node of a course to each of its stops; where one is known, it is judged before the search.
fn on_nodes(course: &mut Course, slot: Slot, filter: &Expr, before: &mut Vec<Expr>) {
    let inner = course.parts.iter_mut().flat_map(|part| &mut part.stops);
    for stop in course.stops.iter_mut().chain(inner) {
        let test = filter.of_other(slot, stop.slot);
        if stop.given {
            before.extend(test);
        } else {
            stop.tests.extend(test);
        }
    }
}
