//! Conditions of the language as tests on one node.
//!
//! A condition and its negation are two tests, because what is null is neither true nor false. What finds no place here is left to
//! the general machine.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use std::ops::Range;

use memchr::memmem::Finder;

use super::chain::Chain;
use super::keep::{Part, Relation, Test};
use super::lower::STEPS_MAX;
use super::ways::{self, Way};
use crate::exec::{Frame, Machine};
use crate::graph::{Column, Strings};
use crate::model::{Datum, LabelId};
use crate::plan::{Ask, Expand, Expr, ExprKind, Key, LabelTest, Op, Slot, Subplan, deeper};
use crate::syntax::ast::{BinaryOp, CompareOp, RelDirection, UnaryOp};

/// A node that a pattern has met, and what is known of it.
#[derive(Debug)]
pub(super) struct Met<'g> {
    /// Where its variable lives.
    pub(super) slot: Slot,
    /// A label that it has for certain.
    pub(super) label: Option<LabelId>,
    /// The ids between which it lies.
    pub(super) range: Range<u32>,
    /// The label of the node it was reached from, and how.
    via: Option<(Option<LabelId>, Vec<Way<'g>>)>,
}

/// A relationship that a pattern has walked.
#[derive(Debug)]
pub(super) struct Walked {
    pub(super) rel: Slot,
    start: Slot,
    end: Slot,
    directed: bool,
}

impl<'g> Met<'g> {
    pub(super) fn scanned(slot: Slot, label: Option<LabelId>, range: Range<u32>) -> Self {
        Self { slot, label, range, via: None }
    }

    pub(super) fn reached(slot: Slot, from: Option<LabelId>, ways: &[Way<'g>]) -> Self {
        let range = ways::targets(ways);
        Self { slot, label: None, range, via: Some((from, ways.to_vec())) }
    }

    /// Whether it has a label for certain; remembers that.
    fn is_certain(&mut self, label: LabelId) -> bool {
        let certain = self.must_have(label);
        if certain {
            self.label = Some(label);
        }
        certain
    }

    /// Whether it has a label for certain.
    pub(super) fn must_have(&self, label: LabelId) -> bool {
        self.label == Some(label)
            || self.via.as_ref().is_some_and(|(from, ways)| {
                ways.iter().all(|way| way.leads_to(*from, label) || way.leads_to(None, label))
            })
    }
}

impl Walked {
    pub(super) fn of(hop: &Expand) -> Self {
        let (start, end) = match hop.direction {
            RelDirection::Right | RelDirection::Either => (hop.from, hop.to),
            RelDirection::Left => (hop.to, hop.from),
        };
        Self { rel: hop.rel, start, end, directed: hop.direction != RelDirection::Either }
    }

    /// Whether another relationship, whose types have no loops, is a different one for certain: one begins where the other ends.
    pub(super) fn is_apart(&self, other: &Self) -> bool {
        let directed = self.directed && other.directed;
        directed && (self.start == other.end || self.end == other.start)
    }
}

/// Makes tests of conditions.
pub(super) struct Conditions<'c, 'g> {
    pub(super) machine: &'c Machine<'g>,
    pub(super) frame: &'c mut Frame,
    /// The slots that have another value in every row.
    pub(super) own: Vec<Slot>,
}

type Tests<'g> = Option<Vec<Test<'g>>>;

impl<'g> Conditions<'_, 'g> {
    /// The tests that all hold where a condition on a node is true, or false; `None` where it is none that can be tested.
    pub(super) fn tests(&mut self, condition: &Expr, met: &mut Met<'g>, wanted: bool) -> Tests<'g> {
        deeper(|| self.tests_of(condition, met, wanted))
    }

    fn tests_of(&mut self, condition: &Expr, met: &mut Met<'g>, wanted: bool) -> Tests<'g> {
        match &*condition.kind {
            ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), _, left, right) => {
                let (left, right) =
                    (self.tests(left, met, wanted)?, self.tests(right, met, wanted)?);
                let both = (*op == BinaryOp::And) == wanted;
                Some(if both {
                    left.into_iter().chain(right).collect()
                } else if left.is_empty() || right.is_empty() {
                    Vec::new()
                } else {
                    vec![Test::Any(vec![left, right])]
                })
            }
            ExprKind::Unary(UnaryOp::Not, of) => self.tests(of, met, !wanted),
            ExprKind::HasLabels(of, test) if is_slot(of, met.slot) => {
                self.labels(test, met, wanted)
            }
            ExprKind::Compare(left, rest) => {
                let [(op, _, right)] = rest.as_slice() else { return None };
                if let Some(key) = key_of(left, met.slot) {
                    let value = self.constant(right)?;
                    return self.relation(key, Relation::Compare(*op), value, wanted);
                }
                let key = key_of(right, met.slot)?;
                let value = self.constant(left)?;
                self.relation(key, Relation::Compare(turned(*op)), value, wanted)
            }
            ExprKind::Binary(
                op
                @ (BinaryOp::In | BinaryOp::StartsWith | BinaryOp::EndsWith | BinaryOp::Contains),
                _,
                left,
                right,
            ) => {
                let key = key_of(left, met.slot)?;
                let value = self.constant(right)?;
                if *op == BinaryOp::In && !matches!(&value, Datum::List(of) if !of.is_empty()) {
                    return None;
                }
                self.relation(key, Relation::Binary(*op), value, wanted)
            }
            ExprKind::IsNull(of, not) => {
                let key = key_of(of, met.slot)?;
                let absent = wanted != *not;
                Some(match key.id {
                    Some(key) => vec![Test::Absent { key, wanted: absent }],
                    None => certain(absent),
                })
            }
            ExprKind::Subquery { ask: Ask::Exists, branches, .. } => {
                let [branch] = branches.as_slice() else { return None };
                self.exists(branch, met, wanted)
            }
            _ => None,
        }
    }

    fn labels(&self, test: &LabelTest, met: &mut Met<'g>, wanted: bool) -> Tests<'g> {
        match test {
            LabelTest::Has(Some(label), _) if met.is_certain(*label) => Some(certain(wanted)),
            LabelTest::Has(Some(label), _) => {
                Some(vec![Test::Among { nodes: self.machine.graph.nodes_with(*label), wanted }])
            }
            LabelTest::Has(None, _) => Some(certain(!wanted)),
            LabelTest::And(all) if wanted => {
                let tests: Option<Vec<_>> =
                    all.iter().map(|test| self.labels(test, met, true)).collect();
                Some(tests?.into_iter().flatten().collect())
            }
            LabelTest::Not(test) => self.labels(test, met, !wanted),
            LabelTest::And(_) | LabelTest::Or(_) | LabelTest::Any => None,
        }
    }

    /// The value of an expression that is the same in every row; `None` for another, and where computing it fails: it fails only
    /// where there is a row.
    fn constant(&mut self, expr: &Expr) -> Option<Datum> {
        if expr.is_random() || expr.reads().iter().any(|slot| self.own.contains(slot)) {
            return None;
        }
        self.machine.eval(expr, self.frame).ok()
    }

    fn relation(&self, key: &Key, relation: Relation, value: Datum, wanted: bool) -> Tests<'g> {
        // What is not known to the graph is on no node, and null in every relation but with an empty list.
        let Some(key) = key.id else {
            return Some(certain(relation.between(&Datum::Null, &value) == Some(wanted)));
        };
        if value.is_null() {
            return Some(vec![Test::Never]);
        }
        let test = match (self.machine.graph.column(key), &value) {
            (Some(Column::Int(column)), Datum::Int(int)) => {
                match relation {
                    Relation::Compare(op) => bounds(op, *int).map(|(low, high, inside)| {
                        Test::Ints { column, low, high, inside: inside == wanted }
                    }),
                    Relation::Binary(_) => None,
                }
            }
            (Some(Column::Code(column, texts)), Datum::Str(text)) => match relation {
                Relation::Compare(op) => {
                    let (range, inside) = codes(op, texts, text.as_bytes());
                    Some(Test::Codes { column, range, inside: inside == wanted })
                }
                Relation::Binary(_) => {
                    table(texts, relation, &value, wanted).map(|yes| Test::Table { column, yes })
                }
            },
            (Some(Column::Code(column, texts)), _) => {
                table(texts, relation, &value, wanted).map(|yes| Test::Table { column, yes })
            }
            (Some(Column::Text(column, texts)), Datum::Str(text)) => part(relation, text)
                .map(|(part, equal)| Test::Text { column, texts, part, wanted: equal == wanted }),
            _ => None,
        };
        Some(vec![test.unwrap_or(Test::Property { key, relation, value, wanted })])
    }

    /// EXISTS, where the pattern is a tree of hops from the node and asks nothing of what lies elsewhere.
    fn exists(&mut self, branch: &Subplan, met: &mut Met<'g>, wanted: bool) -> Tests<'g> {
        let chains = self.chains(&branch.ops, met)?;
        let graph = self.machine.graph;
        let tests = chains.into_iter().map(|chain| match chain.into_hop() {
            Ok(ways) if ways.iter().all(|way| graph.rows(way.kind, way.direction).is_some()) => {
                let range = if wanted { 1..usize::MAX } else { 0..1 };
                Test::Degree { ways, range }
            }
            Ok(ways) => {
                Test::Chain { chain: Box::new(Chain::new(ways, Vec::new(), Vec::new())), wanted }
            }
            Err(chain) => Test::Chain { chain, wanted },
        });
        let mut tests: Vec<Test<'g>> = tests.collect();
        if !wanted && tests.len() != 1 {
            tests = vec![Test::Any(tests.into_iter().map(|test| vec![test]).collect())];
        }
        Some(tests)
    }

    /// The chains of hops that operators walk from a node.
    pub(super) fn chains(&mut self, ops: &[Op], met: &Met<'g>) -> Option<Vec<Chain<'g>>> {
        let before = self.own.len();
        let chains = self.tree(ops, met);
        self.own.truncate(before);
        chains
    }

    fn tree(&mut self, ops: &[Op], root: &Met<'g>) -> Option<Vec<Chain<'g>>> {
        if ops.len() > STEPS_MAX {
            return None;
        }
        self.own.push(root.slot);
        let mut parts: Vec<Branch<'g>> = Vec::new();
        let mut walked: Vec<Walked> = Vec::new();
        for op in ops {
            match op {
                Op::Expand(hop) if !hop.rel_bound && !hop.to_bound => {
                    let parent = parts.iter().position(|part| part.met.slot == hop.from);
                    if parent.is_none() && hop.from != root.slot {
                        return None;
                    }
                    let from = parent.and_then(|at| parts.get(at)).map_or(root, |part| &part.met);
                    let ways = Way::all(self.machine.graph, &hop.kinds, hop.direction);
                    let met = Met::reached(hop.to, from.label, &ways);
                    let this = Walked::of(hop);
                    let earlier = walked.iter().filter(|one| hop.differs.contains(&one.rel));
                    let loops = ways.iter().any(Way::may_loop);
                    if earlier.into_iter().any(|one| loops || !one.is_apart(&this)) {
                        return None;
                    }
                    self.own.extend([hop.rel, hop.to]);
                    walked.push(this);
                    parts.push(Branch { parent, met, ways, tests: Vec::new() });
                }
                Op::Filter(condition) => {
                    let reads = condition.reads();
                    let mut own = reads.iter().filter(|slot| self.own.contains(slot));
                    let (Some(slot), None) = (own.next(), own.next()) else { return None };
                    let part = parts.iter_mut().find(|part| part.met.slot == *slot)?;
                    part.tests.extend(self.tests(condition, &mut part.met, true)?);
                }
                _ => return None,
            }
        }
        let chains = gathered(&mut parts);
        (!chains.is_empty()).then_some(chains)
    }
}

/// One hop of a tree.
struct Branch<'g> {
    parent: Option<usize>,
    met: Met<'g>,
    ways: Vec<Way<'g>>,
    tests: Vec<Test<'g>>,
}

/// The chains from the root; what goes on from a hop comes after it in the list.
fn gathered<'g>(parts: &mut Vec<Branch<'g>>) -> Vec<Chain<'g>> {
    let mut next: Vec<Vec<Chain<'g>>> = parts.iter().map(|_| Vec::new()).collect();
    let mut roots = Vec::new();
    while let Some(part) = parts.pop() {
        let on = next.pop().unwrap_or_default();
        let chain = Chain::new(part.ways, part.tests, on);
        match part.parent.and_then(|at| next.get_mut(at)) {
            Some(siblings) => siblings.insert(0, chain),
            None => roots.insert(0, chain),
        }
    }
    roots
}

/// No test where something holds for certain, one that nothing passes where it does not.
fn certain(holds: bool) -> Vec<Test<'static>> {
    if holds { Vec::new() } else { vec![Test::Never] }
}

pub(super) fn is_slot(expr: &Expr, slot: Slot) -> bool {
    matches!(&*expr.kind, ExprKind::Slot(s) if *s == slot)
}

/// The key in `variable.key`.
fn key_of(expr: &Expr, slot: Slot) -> Option<&Key> {
    match &*expr.kind {
        ExprKind::Property(of, key) if is_slot(of, slot) => Some(key),
        _ => None,
    }
}

/// The comparison with its sides exchanged.
fn turned(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Equal | CompareOp::NotEqual => op,
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
    }
}

/// The integers for which a comparison holds: those inside bounds, or outside. `None` where there are none on that side.
pub(super) fn bounds(op: CompareOp, int: i64) -> Option<(i64, i64, bool)> {
    Some(match op {
        CompareOp::Equal => (int, int, true),
        CompareOp::NotEqual => (int, int, false),
        CompareOp::Less => (i64::MIN, int.checked_sub(1)?, true),
        CompareOp::LessOrEqual => (i64::MIN, int, true),
        CompareOp::Greater => (int.checked_add(1)?, i64::MAX, true),
        CompareOp::GreaterOrEqual => (int, i64::MAX, true),
    })
}

/// The codes for which a comparison holds: codes ascend as their texts do.
fn codes(op: CompareOp, texts: Strings<'_>, text: &[u8]) -> (Range<u32>, bool) {
    let count = |wanted: &dyn Fn(&[u8]) -> bool| {
        let (mut low, mut high) = (0, texts.len());
        while low < high {
            let middle = low.midpoint(high);
            let before = texts.get(middle).is_some_and(wanted);
            (low, high) = if before { (middle + 1, high) } else { (low, middle) };
        }
        u32::try_from(low).unwrap_or(u32::MAX)
    };
    let (from, to) = (count(&|other| other < text), count(&|other| other <= text));
    match op {
        CompareOp::Equal => (from..to, true),
        CompareOp::NotEqual => (from..to, false),
        CompareOp::Less => (0..from, true),
        CompareOp::LessOrEqual => (0..to, true),
        CompareOp::Greater => (to..u32::MAX, true),
        CompareOp::GreaterOrEqual => (from..u32::MAX, true),
    }
}

/// For each code whether a relation has an outcome; `None` where there are too many to ask.
fn table(texts: Strings<'_>, relation: Relation, value: &Datum, wanted: bool) -> Option<Vec<bool>> {
    const CODES_MAX: usize = 4096;
    if texts.len() > CODES_MAX {
        return None;
    }
    let one = |at| {
        let text = texts.get(at).and_then(|text| std::str::from_utf8(text).ok())?;
        Some(relation.between(&Datum::str(text), value) == Some(wanted))
    };
    (0..texts.len()).map(one).collect()
}

/// What is looked for in a text, and whether finding it makes the relation true.
fn part(relation: Relation, text: &str) -> Option<(Part, bool)> {
    let bytes = || text.as_bytes().into();
    match relation {
        Relation::Compare(CompareOp::Equal) => Some((Part::Whole(bytes()), true)),
        Relation::Compare(CompareOp::NotEqual) => Some((Part::Whole(bytes()), false)),
        Relation::Compare(_) => None,
        Relation::Binary(BinaryOp::StartsWith) => Some((Part::Start(bytes()), true)),
        Relation::Binary(BinaryOp::EndsWith) => Some((Part::End(bytes()), true)),
        Relation::Binary(BinaryOp::Contains) => {
            Some((Part::Inside(Box::new(Finder::new(text.as_bytes()).into_owned())), true))
        }
        Relation::Binary(_) => None,
    }
}
