//! Look-up of nodes by the value of a property: a table of buckets without an entry by itself for each value.
//!
//! The hash of a value is XXH3 (64 bits) of its canonical bytes, under a seed for its type: the UTF-8 of a text (0), eight bytes of an integer,
//! least significant first (1), those of a float that is no integer of 64 bits (2), one byte of a truth value (3).

use twox_hash::XxHash3_64;

use super::array::Array;
use super::column::{Cells, Column};
use crate::model::{Datum, KeyId, LabelId};

/// The nodes of a label, or all, by the values of a key.
///
/// Shape: bucket `b` covers `offsets[b]..offsets[b + 1]` of the nodes, ascending; there is a power of two of them, about one for each node, and
/// the bucket of a value is the lowest bits of its hash. What is found there need not have the value.
#[derive(Debug)]
pub(in crate::graph) struct Index {
    pub(in crate::graph) label: Option<LabelId>,
    pub(in crate::graph) key: KeyId,
    pub(in crate::graph) offsets: Array<u32>,
    pub(in crate::graph) nodes: Array<u32>,
}

impl Index {
    /// The index over the nodes that `is_member` takes.
    pub(in crate::graph) fn build(
        (label, key): (Option<LabelId>, KeyId),
        column: Option<&Column>,
        is_member: impl Fn(u32) -> bool,
    ) -> Self {
        let mut entries: Vec<(u32, u32)> = Vec::new();
        if let Some(column) = column {
            #[expect(clippy::cast_possible_truncation, reason = "the lowest bits of a hash")]
            hashes(column, |node, hash| {
                if is_member(node) {
                    entries.push((hash as u32, node));
                }
            });
        }
        let buckets = entries.len().next_power_of_two();
        let bucket = |hash: u32| hash as usize & (buckets - 1);
        let mut offsets = vec![0u32; buckets + 1];
        entries.iter().for_each(|(hash, _)| offsets[bucket(*hash) + 1] += 1);
        for at in 0..buckets {
            offsets[at + 1] += offsets[at];
        }
        let (mut next, mut nodes) = (offsets.clone(), vec![0; entries.len()]);
        for (hash, node) in entries {
            let place = &mut next[bucket(hash)];
            nodes[*place as usize] = node;
            *place += 1;
        }
        Self { label, key, offsets: offsets.into(), nodes: nodes.into() }
    }

    /// The nodes that may have a value of this hash, ascending.
    pub(in crate::graph) fn candidates(&self, hash: u64) -> &[u32] {
        let buckets = self.offsets.len().saturating_sub(1);
        #[expect(clippy::cast_possible_truncation, reason = "the lowest bits of a hash")]
        let bucket = hash as u32 as usize & buckets.wrapping_sub(1);
        match *self.offsets.range(bucket..bucket.saturating_add(2)) {
            [from, to] => self.nodes.range(from as usize..to as usize),
            _ => &[],
        }
    }
}

/// The hash of a value; `None` for those that no index holds.
pub(in crate::graph) fn hash(value: &Datum) -> Option<u64> {
    match value {
        Datum::Str(text) => Some(hash_text(text.as_bytes())),
        Datum::Int(int) => Some(hash_int(*int)),
        Datum::Float(float) => hash_float(*float),
        Datum::Bool(truth) => Some(hash_bool(*truth)),
        Datum::Null
        | Datum::List(_)
        | Datum::Map(_)
        | Datum::Node(_)
        | Datum::Rel(_)
        | Datum::Path(_)
        | Datum::Temporal(_) => None,
    }
}

/// The hash of a text.
pub(super) fn hash_text(text: &[u8]) -> u64 {
    XxHash3_64::oneshot(text)
}

fn hash_int(int: i64) -> u64 {
    XxHash3_64::oneshot_with_seed(1, &int.to_le_bytes())
}

fn hash_float(float: f64) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, reason = "used only where it is that integer")]
    let int = float as i64;
    if float.is_nan() {
        None
    } else if Datum::Int(int).equals(&Datum::Float(float)) == Some(true) {
        Some(hash_int(int))
    } else {
        Some(XxHash3_64::oneshot_with_seed(2, &float.to_le_bytes()))
    }
}

fn hash_bool(truth: bool) -> u64 {
    XxHash3_64::oneshot_with_seed(3, &[u8::from(truth)])
}

/// Gives the hash of each value with its holder, ascending; none for those that no index holds.
pub(in crate::graph) fn hashes(column: &Column, mut each: impl FnMut(u32, u64)) {
    let span = &column.span;
    match &column.cells {
        Cells::Int { values, .. } => {
            let values = values.all();
            span.each(|node, place| each(node, hash_int(values[place])));
        }
        Cells::Bool(values) => {
            let values = values.all();
            span.each(|node, place| each(node, hash_bool(values[place] != 0)));
        }
        Cells::Code { codes, texts, .. } => {
            let (codes, texts) = (codes.all(), texts.all());
            let hashes: Vec<u64> = texts.iter().map(hash_text).collect();
            span.each(|node, place| each(node, hashes[codes[place] as usize]));
        }
        Cells::Text(texts) => {
            let texts = texts.all();
            span.each(|node, place| each(node, hash_text(texts.get(place).unwrap_or_default())));
        }
        Cells::Float(_) | Cells::Any { .. } => span.each(|node, place| {
            if let Some(hash) = column.at(place).as_ref().and_then(hash) {
                each(node, hash);
            }
        }),
    }
}
