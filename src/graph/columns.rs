//! The values of one key over many nodes, as they lie in memory.

use super::Nodes;
use super::image::bits;

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

impl Column<'_> {
    /// Whether all of these nodes have a value, each a greater one than the node before.
    #[must_use]
    pub fn ascends(&self, nodes: &Nodes<'_>) -> bool {
        match self {
            Self::Int(column) => ascends(nodes, |node| column.get(node)),
            Self::Text(column, texts) => {
                ascends(nodes, |node| column.place(node).and_then(|at| texts.get(at)))
            }
            Self::Float(_) | Self::Bool(_) | Self::Code(..) => false,
        }
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
            Some(present) => bits::has(present, at).then_some(at),
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
    #[inline]
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The texts in UTF-8.
    pub fn iter(&self) -> impl Iterator<Item = &'g [u8]> + use<'g> {
        let bytes = self.bytes;
        let text = |bounds: &[u32]| bytes.get(bounds[0] as usize..bounds[1] as usize);
        self.offsets.windows(2).map(move |bounds| text(bounds).unwrap_or_default())
    }

    /// A text in UTF-8; `None` past the last.
    #[must_use]
    #[inline]
    pub fn get(&self, at: usize) -> Option<&'g [u8]> {
        let (from, to) = (self.offsets.get(at)?, self.offsets.get(at + 1)?);
        self.bytes.get(*from as usize..*to as usize)
    }
}
