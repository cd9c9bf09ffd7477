//! Conditions on one node, as tests that run over slices of ids.
//!
//! A test says whether a condition is true, or whether it is false: what is null is neither. No test allocates.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what is singled out here stays singled out when kinds are added"
)]

use std::ops::Range;

use memchr::memmem::Finder;

use super::chain::Chain;
use super::ways::Way;
use crate::error::Result;
use crate::exec::budget::Budget;
use crate::exec::operators;
use crate::graph::{Column, Dense, Graph, Nodes, Strings};
use crate::model::{Datum, KeyId, NodeId};
use crate::plan::Expr;
use crate::syntax::ast::{BinaryOp, CompareOp};

/// What is asked of a node.
#[derive(Debug)]
pub(super) enum Test<'g> {
    /// Nothing passes.
    Never,
    /// Whether an integer lies within bounds, or outside them.
    Ints { column: Dense<'g, i64>, low: i64, high: i64, inside: bool },
    /// Whether the code of a text lies in a range, or outside it.
    Codes { column: Dense<'g, u32>, range: Range<u32>, inside: bool },
    /// Whether the code of a text is one of some.
    Table { column: Dense<'g, u32>, yes: Vec<bool> },
    /// Whether a text has a part, or has it not.
    Text { column: Dense<'g, u32>, texts: Strings<'g>, part: Part, wanted: bool },
    /// Whether a relation between a property and a value has an outcome.
    Property { key: KeyId, relation: Relation, value: Datum, wanted: bool },
    /// Whether a property is absent, or there.
    Absent { key: KeyId, wanted: bool },
    /// Whether a node is one of some, or none of them.
    Among { nodes: Nodes<'g>, wanted: bool },
    /// Whether so many relationships lead from it.
    Degree { ways: Vec<Way<'g>>, range: Range<usize> },
    /// Whether a chain of hops begins there, or none.
    Chain { chain: Box<Chain<'g>>, wanted: bool },
    /// Whether its id is greater than that of the node in another place of the frame, or smaller.
    Beyond { other: usize, greater: bool },
    /// Whether all of one of these hold.
    Any(Vec<Vec<Self>>),
    /// Whether an expression is true, evaluated as the language has it.
    General(Expr),
}

/// What is looked for in a text.
#[derive(Debug)]
pub(super) enum Part {
    /// All of it.
    Whole(Box<[u8]>),
    /// Its beginning.
    Start(Box<[u8]>),
    /// Its end.
    End(Box<[u8]>),
    /// A part anywhere.
    Inside(Box<Finder<'static>>),
}

/// A relation between two values.
#[derive(Clone, Copy, Debug)]
pub(super) enum Relation {
    /// A comparison.
    Compare(CompareOp),
    /// IN, or one between texts.
    Binary(BinaryOp),
}

impl Relation {
    /// Whether it holds; `None` for null. What is at fault is no relation that a test is made of.
    pub(super) fn between(self, left: &Datum, right: &Datum) -> Option<bool> {
        let outcome = match self {
            Self::Compare(op) => operators::compare(op, left, right),
            Self::Binary(BinaryOp::In) => operators::is_in(left, right).unwrap_or_default(),
            Self::Binary(BinaryOp::StartsWith) => {
                operators::on_texts(left, right, |a, b| a.starts_with(b))
            }
            Self::Binary(BinaryOp::EndsWith) => {
                operators::on_texts(left, right, |a, b| a.ends_with(b))
            }
            Self::Binary(_) => operators::on_texts(left, right, |a, b| a.contains(b)),
        };
        if let Datum::Bool(truth) = outcome { Some(truth) } else { None }
    }
}

impl Part {
    fn is_in(&self, text: &[u8]) -> bool {
        match self {
            Self::Whole(part) => text == &**part,
            Self::Start(part) => text.starts_with(part),
            Self::End(part) => text.ends_with(part),
            Self::Inside(finder) => finder.find(text).is_some(),
        }
    }
}

/// The property of a node, as a value.
pub(super) fn property(graph: &Graph, node: u32, key: KeyId) -> Datum {
    graph.node_property(NodeId(node), key).unwrap_or_default()
}

/// Whether a node has a property.
fn has(column: &Column<'_>, node: u32) -> bool {
    let place = match column {
        Column::Int(dense) => dense.get(node).map(|_| ()),
        Column::Float(dense) => dense.get(node).map(|_| ()),
        Column::Bool(dense) => dense.get(node).map(|_| ()),
        Column::Code(dense, _) => dense.get(node).map(|_| ()),
        Column::Text(dense, texts) => dense.place(node).and_then(|at| texts.get(at)).map(|_| ()),
    };
    place.is_some()
}

impl Test<'_> {
    /// Whether a node passes; `General` and `Beyond`, which ask for more than the node, are not asked here.
    pub(super) fn passes(&self, graph: &Graph, node: u32) -> bool {
        match self {
            Self::Never | Self::General(_) | Self::Beyond { .. } => false,
            Self::Ints { column, low, high, inside } => {
                column.get(node).is_some_and(|int| (int >= *low && int <= *high) == *inside)
            }
            Self::Codes { column, range, inside } => {
                column.get(node).is_some_and(|code| range.contains(&code) == *inside)
            }
            Self::Table { column, yes } => column
                .get(node)
                .is_some_and(|code| yes.get(code as usize).copied().unwrap_or_default()),
            Self::Text { column, texts, part, wanted } => {
                let text = column.place(node).and_then(|at| texts.get(at));
                text.is_some_and(|text| part.is_in(text) == *wanted)
            }
            Self::Property { key, relation, value, wanted } => {
                relation.between(&property(graph, node, *key), value) == Some(*wanted)
            }
            Self::Absent { key, wanted } => {
                let there = match graph.column(*key) {
                    Some(column) => has(&column, node),
                    None => !property(graph, node, *key).is_null(),
                };
                there != *wanted
            }
            Self::Among { nodes, wanted } => nodes.contains(NodeId(node)) == *wanted,
            Self::Degree { ways, range } => {
                range.contains(&ways.iter().map(|way| way.degree(node)).sum())
            }
            Self::Chain { chain, wanted } => chain.begins_at(graph, node) == *wanted,
            Self::Any(groups) => {
                groups.iter().any(|tests| tests.iter().all(|test| test.passes(graph, node)))
            }
        }
    }

    /// Prepares to be asked about so many nodes.
    pub(super) fn foresee(&self, graph: &Graph, asked: usize, budget: &Budget) -> Result<()> {
        match self {
            Self::Chain { chain, .. } => chain.foresee(graph, asked, budget),
            Self::Any(groups) => {
                groups.iter().flatten().try_for_each(|test| test.foresee(graph, asked, budget))
            }
            _ => Ok(()),
        }
    }

    /// Clears the flags of those among neighbouring nodes that do not pass.
    pub(super) fn mark(&self, graph: &Graph, first: u32, flags: &mut [u8]) {
        let done = match self {
            Self::Ints { column, low, high, inside } => {
                mark_values(column, first, flags, |int| (int >= *low && int <= *high) == *inside)
            }
            Self::Codes { column, range, inside } => {
                let (low, high) = (range.start, range.end);
                mark_values(column, first, flags, |code| (code >= low && code < high) == *inside)
            }
            Self::Degree { ways, range } => match ways.as_slice() {
                [way] => mark_degrees(way, range, first, flags),
                _ => false,
            },
            Self::Text { column, texts, part: Part::Inside(finder), wanted } => {
                mark_texts((column, texts), finder, *wanted, first, flags)
            }
            Self::Among { nodes: Nodes::Range(range), wanted } => {
                for (flag, node) in flags.iter_mut().zip(first..) {
                    *flag &= u8::from(range.contains(&node) == *wanted);
                }
                true
            }
            Self::Chain { chain, wanted } => {
                chain.mark(graph, *wanted, (first, flags));
                true
            }
            _ => false,
        };
        if done {
            return;
        }
        for (flag, node) in flags.iter_mut().zip(first..) {
            if *flag != 0 {
                *flag = u8::from(self.passes(graph, node));
            }
        }
    }
}

/// Marks by the values of a column without gaps; false where it has some, or does not hold all of the nodes.
fn mark_values<T: Copy>(
    column: &Dense<'_, T>,
    first: u32,
    flags: &mut [u8],
    test: impl Fn(T) -> bool,
) -> bool {
    let from = first.checked_sub(column.first).map(|from| from as usize);
    let values = from.and_then(|from| column.values.get(from..from.checked_add(flags.len())?));
    let (Some(values), None) = (values, column.present) else { return false };
    for (flag, value) in flags.iter_mut().zip(values) {
        *flag &= u8::from(test(*value));
    }
    true
}

fn mark_degrees(way: &Way<'_>, range: &Range<usize>, first: u32, flags: &mut [u8]) -> bool {
    let Some(offsets) = way.offsets(first, flags.len()) else { return false };
    let low = u32::try_from(range.start).unwrap_or(u32::MAX);
    let high = u32::try_from(range.end).unwrap_or(u32::MAX);
    let ends = offsets.get(1..).unwrap_or(&[]);
    if (low, high) == (0, 1) {
        for ((flag, from), to) in flags.iter_mut().zip(offsets).zip(ends) {
            *flag &= u8::from(from == to);
        }
        return true;
    }
    for ((flag, from), to) in flags.iter_mut().zip(offsets).zip(ends) {
        let degree = to.wrapping_sub(*from);
        *flag &= u8::from(degree >= low) & u8::from(degree < high);
    }
    true
}

/// Searches the texts of neighbouring nodes as one.
fn mark_texts(
    (column, texts): (&Dense<'_, u32>, &Strings<'_>),
    finder: &Finder<'_>,
    wanted: bool,
    first: u32,
    flags: &mut [u8],
) -> bool {
    let from = first.checked_sub(column.first).map(|from| from as usize);
    let rows = from.and_then(|from| texts.offsets.get(from..=from.checked_add(flags.len())?));
    let (Some(rows), None) = (rows, column.present) else { return false };
    let block = match (rows.first(), rows.last()) {
        (Some(from), Some(to)) => texts.bytes.get(*from as usize..*to as usize).unwrap_or(&[]),
        _ => return false,
    };
    let (base, length) = (rows[0] as usize, finder.needle().len());
    if length == 0 {
        flags.iter_mut().for_each(|flag| *flag &= u8::from(wanted));
        return true;
    }
    let (mut at, mut row, count) = (0, 0, flags.len());
    let mean = (block.len() / count.max(1)).max(1);
    // Rows without a hit lie between those that have one.
    let mut clear = |range: Range<usize>| {
        if let Some(flags) = flags.get_mut(range) {
            flags.fill(0);
        }
    };
    while let Some(hit) = block.get(at..).and_then(|rest| finder.find(rest)) {
        let start = at + hit;
        let found = row_of(rows, row, base + start, mean);
        let Some(end) = rows.get(found + 1).map(|end| *end as usize - base) else { break };
        if start + length > end {
            // It begins in one text and ends in another.
            at = start + 1;
            continue;
        }
        if wanted {
            clear(row..found);
        } else {
            clear(found..found + 1);
        }
        (at, row) = (end, found + 1);
    }
    if wanted {
        clear(row..count);
    }
    true
}

/// The row in which a byte lies, none before `row`, where rows have so many bytes on average: guessed, and searched for where the
/// guess is far off.
fn row_of(rows: &[u32], row: usize, byte: usize, mean: usize) -> usize {
    const TRIES: usize = 8;
    let begin = |at: usize| rows.get(at).map_or(usize::MAX, |begin| *begin as usize);
    let mut guess = row + byte.saturating_sub(begin(row)) / mean;
    for _ in 0..TRIES {
        if begin(guess) > byte {
            guess = guess.saturating_sub(1);
        } else if begin(guess + 1) <= byte {
            guess += 1;
        } else {
            return guess;
        }
    }
    row + rows.get(row + 1..).unwrap_or(&[]).partition_point(|end| *end as usize <= byte)
}
