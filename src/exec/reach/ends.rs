//! Conditions on nodes as they are reached: what can be read off a label or a column is, and the rest is evaluated.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use std::cmp::Ordering;
use std::ops::Range;

use crate::error::Result;
use crate::exec::{Frame, Machine};
use crate::graph::{Column, Dense, Graph, Nodes, Strings};
use crate::model::{Datum, KeyId, LabelId, NodeId};
use crate::plan::{Expr, ExprKind, LabelTest, Slot};
use crate::syntax::ast::CompareOp;

/// One condition.
enum End<'m> {
    /// The node is one of a range.
    Within(Range<u32>),
    /// The node is one of these.
    Among(Nodes<'m>),
    /// The node's value is this one.
    Int(Dense<'m, i64>, i64),
    /// The node's text has this code.
    Code(Dense<'m, u32>, u32),
    /// No node will do.
    Never,
    /// Whatever it says.
    Any(&'m Expr),
}

/// Conditions on one node.
pub(super) struct Ends<'m> {
    slot: Slot,
    ends: Vec<End<'m>>,
}

impl<'m> Ends<'m> {
    pub(super) fn new(
        machine: &Machine<'m>,
        slot: Slot,
        tests: &'m [Expr],
        frame: &mut Frame,
    ) -> Result<Self> {
        let mut ends = Vec::with_capacity(tests.len());
        for test in tests {
            ends.push(match &*test.kind {
                ExprKind::HasLabels(of, LabelTest::Has(Some(label), _)) if is_slot(of, slot) => {
                    of_label(machine.graph, *label)
                }
                ExprKind::Compare(left, rest) => match rest.as_slice() {
                    [(CompareOp::Equal, _, right)] => {
                        machine.equation(slot, (left, right), frame)?.unwrap_or(End::Any(test))
                    }
                    _ => End::Any(test),
                },
                _ => End::Any(test),
            });
        }
        Ok(Self { slot, ends })
    }

    /// Whether every node meets them.
    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Whether a node meets all.
    #[inline]
    pub(super) fn hold(&self, machine: &Machine<'_>, node: u32, frame: &mut Frame) -> Result<bool> {
        for end in &self.ends {
            let holds = match end {
                End::Within(range) => range.contains(&node),
                End::Among(nodes) => nodes.contains(NodeId(node)),
                End::Int(column, wanted) => column.get(node) == Some(*wanted),
                End::Code(column, wanted) => column.get(node) == Some(*wanted),
                End::Never => false,
                End::Any(test) => {
                    frame[self.slot.0] = Datum::Node(NodeId(node));
                    machine.holds(test, frame)?
                }
            };
            if !holds {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn is_slot(expr: &Expr, slot: Slot) -> bool {
    matches!(&*expr.kind, ExprKind::Slot(s) if *s == slot)
}

/// Ids without a gap, as those of a base loaded label by label are, need no search.
fn of_label<'g>(graph: &'g Graph, label: LabelId) -> End<'g> {
    let nodes = graph.nodes_with(label);
    match &nodes {
        Nodes::Range(range) => End::Within(range.clone()),
        Nodes::List(ids) => match (ids.first(), ids.last()) {
            (Some(first), Some(last)) if (last - first) as usize + 1 == ids.len() => {
                End::Within(*first..last + 1)
            }
            (None, _) => End::Never,
            _ => End::Among(nodes),
        },
    }
}

impl<'m> Machine<'m> {
    /// What says that a property of the node in `slot` equals a value that no node has a say in; `None` where it cannot be read off a
    /// column.
    fn equation(
        &self,
        slot: Slot,
        (left, right): (&Expr, &Expr),
        frame: &mut Frame,
    ) -> Result<Option<End<'m>>> {
        let sides = [(left, right), (right, left)];
        let found = sides.into_iter().find_map(|(side, other)| Some((key_of(side, slot)?, other)));
        let Some((key, other)) = found else { return Ok(None) };
        let plain = matches!(&*other.kind, ExprKind::Constant(_) | ExprKind::Parameter(_));
        let Some(column) = self.graph.column(key).filter(|_| plain) else { return Ok(None) };
        Ok(match (column, self.eval(other, frame)?) {
            (Column::Int(column), Datum::Int(wanted)) => Some(End::Int(column, wanted)),
            (Column::Code(column, texts), Datum::Str(wanted)) => {
                let code = code_of(texts, wanted.as_bytes());
                Some(code.map_or(End::Never, |code| End::Code(column, code)))
            }
            _ => None,
        })
    }
}

/// The code of a text: the texts are ascending.
fn code_of(texts: Strings<'_>, wanted: &[u8]) -> Option<u32> {
    let (mut from, mut to) = (0, texts.len());
    while from < to {
        let middle = usize::midpoint(from, to);
        match texts.get(middle)?.cmp(wanted) {
            Ordering::Less => from = middle + 1,
            Ordering::Equal => return u32::try_from(middle).ok(),
            Ordering::Greater => to = middle,
        }
    }
    None
}

fn key_of(expr: &Expr, slot: Slot) -> Option<KeyId> {
    match &*expr.kind {
        ExprKind::Property(of, key) if is_slot(of, slot) => key.id,
        _ => None,
    }
}
