//! Filling a graph from columns, as bulk loads have them: no record is made for a node or a relationship.

use super::image::{Image, bits};
use super::overlay::Overlay;
use super::{Graph, Names, Schema};
use crate::model::{Datum, KeyId, KindId, LabelId};

/// A graph to be, in columns. Nodes are numbered through all node tables in their order, relationships through all of theirs.
#[derive(Debug, Default)]
pub struct Bulk {
    /// The schema; without one every name is allowed.
    pub schema: Schema,
    /// The names that the tables speak of: [`Names::of`] the schema, and what was interned since.
    pub names: Names,
    /// The nodes.
    pub nodes: Vec<NodeTable>,
    /// The relationships.
    pub rels: Vec<RelTable>,
    /// Which keys nodes shall be looked up by, besides `id`: of those with a label, or of all.
    pub indexes: Vec<(Option<LabelId>, KeyId)>,
}

/// Nodes with the same labels, numbered one behind the other.
#[derive(Debug, Default)]
pub struct NodeTable {
    /// The labels, in any order.
    pub labels: Vec<LabelId>,
    /// How many nodes.
    pub rows: usize,
    /// Their properties, in the order that each node lists them; no key comes twice.
    pub columns: Vec<BulkColumn>,
}

/// Relationships of one type, numbered one behind the other.
#[derive(Debug)]
pub struct RelTable {
    /// The type.
    pub kind: KindId,
    /// The number of the node where each starts.
    pub start: Vec<u32>,
    /// The number of the node where each ends; as many as there are starts.
    pub end: Vec<u32>,
    /// Their properties, in the order that each relationship lists them; no key comes twice.
    pub columns: Vec<BulkColumn>,
}

/// The values of one key over all rows of a table.
#[derive(Debug)]
pub struct BulkColumn {
    /// The key.
    pub key: KeyId,
    /// A value for each row.
    pub values: Values,
    /// A bit for each row, the least significant of a word first, that says whether there is a value; `None` where all have one.
    pub present: Option<Vec<u64>>,
}

/// A value for each row of a table; what stands where a row has none means nothing.
#[derive(Debug)]
pub enum Values {
    /// Integers.
    Int(Vec<i64>),
    /// Floats.
    Float(Vec<f64>),
    /// Truth values: 0 or 1.
    Bool(Vec<u8>),
    /// Texts in UTF-8: row `i` covers `offsets[i]..offsets[i + 1]` of the bytes. A table whose texts take 4 GiB is to be split.
    Text {
        /// Where texts begin, and where the last ends: one more than there are rows.
        offsets: Vec<u32>,
        /// The texts, one behind the other.
        bytes: Vec<u8>,
    },
    /// Values of any type; null where a row has none.
    Any(Vec<Datum>),
}

impl Bulk {
    /// The graph of these columns, which are used up on the way. A relationship whose ends are no nodes is left out.
    #[must_use]
    pub fn build(self) -> Graph {
        let Self { schema, names, nodes, rels, mut indexes } = self;
        indexes.extend(schema.index_keys(&names));
        let lengths = (names.labels().len(), names.kinds().len());
        let image = Image::of_tables(nodes, rels, &indexes, lengths);
        let overlay = Overlay::over(&image);
        Graph { schema, names, image, overlay, ..Graph::default() }
    }
}

impl BulkColumn {
    /// The values of so many rows, of which some have none.
    #[must_use]
    pub fn lacking(key: KeyId, values: Values, rows: usize, absent: &[u32]) -> Self {
        let present = (!absent.is_empty()).then(|| {
            let mut present = bits::all(rows);
            absent.iter().for_each(|row| bits::clear(&mut present, *row as usize));
            present
        });
        Self { key, values, present }
    }

    /// Whether a row has a value.
    pub(super) fn has(&self, row: usize) -> bool {
        self.present.as_ref().is_none_or(|present| bits::has(present, row))
    }
}
