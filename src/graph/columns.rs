//! The values of one key over many nodes, as they lie in memory.

use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::{Graph, Nodes};
use crate::model::{Datum, KeyId, LabelId, NodeId};

/// The values of one key on nodes.
#[derive(Clone, Copy, Debug)]
pub enum Column<'g> {
    /// Integers.
    Int(Dense<'g, i64>),
    /// Floats.
    Float(Dense<'g, f64>),
    /// Truth values: 0 or 1.
    Bool(Dense<'g, u8>),
    /// Texts that repeat: a code into texts that are all different, ascending.
    Code(Dense<'g, u32>, Strings<'g>),
    /// Texts: the text of node `first + i` is the `i`-th; `values` is empty.
    Text(Dense<'g, u32>, Strings<'g>),
}

/// A value for each node of a range of ids.
#[derive(Clone, Copy, Debug)]
pub struct Dense<'g, T> {
    /// The node of the first value.
    pub first: u32,
    /// The values; what stands where a node has none means nothing.
    pub values: &'g [T],
    /// A bit for each value, the least significant of a word first, that says whether there is one; `None` where all are.
    pub present: Option<&'g [u64]>,
}

/// Texts one behind the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct Strings<'g> {
    /// Text `i` covers `offsets[i]..offsets[i + 1]` of the bytes.
    pub offsets: &'g [u32],
    /// The texts, in UTF-8.
    pub bytes: &'g [u8],
}

impl<T: Copy> Dense<'_, T> {
    /// The place of a node's value in `values`; `None` where it has none.
    #[must_use]
    #[inline]
    pub fn place(&self, node: u32) -> Option<usize> {
        let at = node.wrapping_sub(self.first) as usize;
        match self.present {
            Some(bits) => {
                let word = bits.get(at / 64)?;
                (word >> (at % 64) & 1 == 1).then_some(at)
            }
            None => Some(at),
        }
    }

    /// The value of a node; `None` where it has none.
    #[must_use]
    #[inline]
    pub fn get(&self, node: u32) -> Option<T> {
        self.values.get(self.place(node)?).copied()
    }
}

impl<'g> Strings<'g> {
    /// How many texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A text in UTF-8; `None` past the last.
    #[must_use]
    #[inline]
    pub fn get(&self, at: usize) -> Option<&'g [u8]> {
        let (from, to) = (self.offsets.get(at)?, self.offsets.get(at + 1)?);
        self.bytes.get(*from as usize..*to as usize)
    }
}

#[derive(Debug, Default)]
enum Values {
    #[default]
    None,
    Int(Vec<i64>),
    Float(Vec<f64>),
    Bool(Vec<u8>),
    Code(Vec<u32>, Vec<u32>, Vec<u8>),
    Text(Vec<u32>, Vec<u8>),
}

#[derive(Debug, Default)]
struct Owned {
    first: u32,
    values: Values,
    present: Vec<u64>,
    full: bool,
}

/// The columns of a graph.
#[derive(Debug, Default)]
pub(super) struct Columns {
    by_key: FxHashMap<KeyId, Owned>,
    /// Whether the values of a key ascend among the nodes with a label; judged where it is asked for.
    ascending: Mutex<FxHashMap<(LabelId, KeyId), bool>>,
}

impl Columns {
    pub(super) fn of(graph: &Graph) -> Self {
        let mut by_key: FxHashMap<KeyId, Vec<(u32, Datum)>> = FxHashMap::default();
        for node in graph.nodes() {
            for (key, value) in graph.node_properties(node) {
                by_key.entry(*key).or_default().push((node.0, value.clone()));
            }
        }
        let by_key = by_key.into_iter().map(|(key, rows)| (key, Owned::of(&rows))).collect();
        Self { by_key, ascending: Mutex::default() }
    }

    pub(super) fn get(&self, key: KeyId) -> Option<Column<'_>> {
        let column = self.by_key.get(&key)?;
        let (first, present) = (column.first, (!column.full).then_some(column.present.as_slice()));
        Some(match &column.values {
            Values::None => return None,
            Values::Int(values) => Column::Int(Dense { first, values, present }),
            Values::Float(values) => Column::Float(Dense { first, values, present }),
            Values::Bool(values) => Column::Bool(Dense { first, values, present }),
            Values::Code(values, offsets, bytes) => {
                Column::Code(Dense { first, values, present }, Strings { offsets, bytes })
            }
            Values::Text(offsets, bytes) => {
                Column::Text(Dense { first, values: &[], present }, Strings { offsets, bytes })
            }
        })
    }
}

impl Columns {
    /// Whether all nodes of a set have a value under a key, each a greater one than the node before. Cost: one pass, the first time.
    pub(super) fn ascend(&self, label: LabelId, key: KeyId, nodes: &Nodes<'_>) -> bool {
        let mut known = self.ascending.lock().unwrap_or_else(PoisonError::into_inner);
        *known.entry((label, key)).or_insert_with(|| match self.get(key) {
            Some(Column::Int(column)) => ascends(nodes, |node| column.get(node)),
            Some(Column::Text(column, texts)) => {
                ascends(nodes, |node| column.place(node).and_then(|at| texts.get(at)))
            }
            _ => false,
        })
    }
}

fn ascends<T: PartialOrd>(nodes: &Nodes<'_>, value: impl Fn(u32) -> Option<T>) -> bool {
    let mut last = None;
    nodes.iter().all(|node| {
        let next = value(node.0);
        let greater = next.is_some() && last < next;
        last = next;
        greater
    })
}

impl Owned {
    fn of(rows: &[(u32, Datum)]) -> Self {
        let (Some(low), Some(high)) = (rows.first(), rows.last()) else { return Self::default() };
        let (first, length) = (low.0, (high.0 - low.0) as usize + 1);
        let mut present = vec![0; length.div_ceil(64)];
        for (node, _) in rows {
            present[(node - first) as usize / 64] |= 1 << ((node - first) % 64);
        }
        let at = |node: NodeId| (node.0 - first) as usize;
        let all = |test: fn(&Datum) -> bool| rows.iter().all(|row| test(&row.1));
        let values = if all(|value| matches!(value, Datum::Int(_))) {
            let mut out = vec![0; length];
            for (node, value) in rows {
                if let Datum::Int(int) = value {
                    out[at(NodeId(*node))] = *int;
                }
            }
            Values::Int(out)
        } else if all(|value| matches!(value, Datum::Float(_))) {
            let mut out = vec![0.0; length];
            for (node, value) in rows {
                if let Datum::Float(float) = value {
                    out[at(NodeId(*node))] = *float;
                }
            }
            Values::Float(out)
        } else if all(|value| matches!(value, Datum::Bool(_))) {
            let mut out = vec![0; length];
            for (node, value) in rows {
                if let Datum::Bool(truth) = value {
                    out[at(NodeId(*node))] = u8::from(*truth);
                }
            }
            Values::Bool(out)
        } else if all(|value| matches!(value, Datum::Str(_))) {
            let texts = rows.iter().map(|row| row.1.as_str().map_or("", |text| text));
            texts_of(length, texts, rows, first)
        } else {
            Values::None
        };
        Self { first, values, present, full: rows.len() == length }
    }
}

fn texts_of<'t>(
    length: usize,
    texts: impl Iterator<Item = &'t str> + Clone,
    rows: &[(u32, Datum)],
    first: u32,
) -> Values {
    let mut different: Vec<&str> = texts.clone().collect();
    different.sort_unstable();
    different.dedup();
    let (mut offsets, mut bytes) = (vec![0], Vec::new());
    let mut push = |text: &str| {
        bytes.extend_from_slice(text.as_bytes());
        offsets.push(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    };
    if different.len() * 4 < rows.len() {
        different.iter().for_each(|text| push(text));
        let mut codes = vec![0; length];
        for ((node, _), text) in rows.iter().zip(texts) {
            let code = different.binary_search(&text).unwrap_or_default();
            codes[(node - first) as usize] = u32::try_from(code).unwrap_or(u32::MAX);
        }
        return Values::Code(codes, offsets, bytes);
    }
    let mut rows = rows.iter().zip(texts).peekable();
    for at in 0..length {
        let here = rows.next_if(|((node, _), _)| (node - first) as usize == at);
        push(here.map_or("", |(_, text)| text));
    }
    Values::Text(offsets, bytes)
}
