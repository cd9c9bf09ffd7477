//! Assembling: chunks become the tables of a graph.
//!
//! Turns the chunks of blocks, in the order of the files, into tables of one label set or one type each. Nothing here reads a file,
//! and a chunk is let go as soon as it is taken in: few are there at a time.

use indexmap::IndexMap;
use rustc_hash::FxHashMap;

use super::cells::{Cells, reserve};
use super::header::Header;
use super::ids::{Texts, number};
use super::rows::Chunk;
use super::tables::Table;
use crate::graph::{BulkColumn, Names, NodeTable, RelTable};
use crate::model::{KindId, LabelId};

/// How many bytes the texts of one column of a table may have: their places are numbers of 32 bits.
const TEXT_BYTES_MAX: usize = u32::MAX as usize;

/// What stands between labels.
const LABELS: char = ';';

/// Rows of one file with the same labels or type.
#[derive(Debug)]
pub(super) struct Part {
    /// The file, as an index of the tables.
    pub(super) table: usize,
    /// The labels or type, as an index in the order in which they came up.
    group: usize,
    /// The ids of nodes.
    pub(super) ids: Texts,
    start: Vec<u32>,
    end: Vec<u32>,
    rows: usize,
    columns: Vec<Cells>,
}

/// What came of all chunks of nodes, or of relationships.
#[derive(Debug)]
pub(super) struct Parts<G> {
    /// In the order of their rows in the graph.
    pub(super) parts: Vec<Part>,
    groups: IndexMap<G, ()>,
}

/// Chunks being put together.
pub(super) struct Assembly<'a, G> {
    tables: &'a [Table<'a>],
    /// What a name in a table means.
    group: Box<dyn FnMut(&str) -> G + Send + 'a>,
    out: Parts<G>,
    /// The part that takes the rows of a table and a group.
    open: FxHashMap<(usize, usize), usize>,
}

impl<'a> Assembly<'a, Vec<LabelId>> {
    /// Assembles nodes.
    pub(super) fn of_nodes(tables: &'a [Table<'a>], names: &'a mut Names) -> Self {
        Self::new(tables, |name| {
            let label = |label: &str| names.label_id(label.trim());
            let mut labels: Vec<LabelId> =
                name.split(LABELS).filter(|label| !label.trim().is_empty()).map(label).collect();
            labels.sort_unstable();
            labels.dedup();
            labels
        })
    }

    /// What came of the nodes: those with the same labels come one behind the other, in the order of the files.
    pub(super) fn finish_nodes(self) -> Parts<Vec<LabelId>> {
        let mut parts = self.finish();
        parts.parts.sort_by_key(|part| part.group);
        parts
    }
}

impl<'a> Assembly<'a, KindId> {
    /// Assembles relationships.
    pub(super) fn of_rels(tables: &'a [Table<'a>], names: &'a mut Names) -> Self {
        Self::new(tables, |name| names.kind_id(name.trim()))
    }
}

impl<'a, G: std::hash::Hash + Eq> Assembly<'a, G> {
    fn new(tables: &'a [Table<'a>], group: impl FnMut(&str) -> G + Send + 'a) -> Self {
        let out = Parts { parts: Vec::new(), groups: IndexMap::new() };
        Self { tables, group: Box::new(group), out, open: FxHashMap::default() }
    }

    /// Takes in a chunk, behind those of the same file that come before it.
    pub(super) fn take(&mut self, chunk: Chunk) {
        let Some(table) = self.tables.get(chunk.table) else { return };
        let mut groups = Vec::with_capacity(chunk.names.len());
        for name in &chunk.names {
            let group = (self.group)(&String::from_utf8_lossy(name));
            groups.push(self.out.groups.insert_full(group, ()).0);
        }
        for (group, rows) in rows_by_group(&chunk, &groups) {
            let bytes = chunk.columns.iter().map(Cells::text_bytes).max().unwrap_or(0);
            let bytes = bytes.max(chunk.ids.bytes.len());
            let place = self.open.get(&(chunk.table, group)).copied();
            let fits = |part: &Part| part.text_bytes() + bytes <= TEXT_BYTES_MAX;
            let place = place.filter(|place| self.out.parts.get(*place).is_some_and(fits));
            let place = place.unwrap_or_else(|| {
                let mut part = Part::new(chunk.table, group, &table.header);
                if rows.is_none() {
                    part.reserve(&chunk, table);
                }
                self.out.parts.push(part);
                self.open.insert((chunk.table, group), self.out.parts.len() - 1);
                self.out.parts.len() - 1
            });
            if let Some(part) = self.out.parts.get_mut(place) {
                part.append(&chunk, rows.as_deref());
            }
        }
    }

    /// What came of all chunks, in the order of the files.
    pub(super) fn finish(self) -> Parts<G> {
        self.out
    }
}

/// The rows of each group; all of them where there is only one.
fn rows_by_group(chunk: &Chunk, groups: &[usize]) -> Vec<(usize, Option<Vec<u32>>)> {
    if chunk.name_of.is_empty() {
        return groups
            .first()
            .filter(|_| chunk.rows > 0)
            .map(|group| (*group, None))
            .into_iter()
            .collect();
    }
    let mut by_group: IndexMap<usize, Vec<u32>> = IndexMap::new();
    for (row, name) in chunk.name_of.iter().enumerate() {
        let group = groups.get(*name as usize).copied().unwrap_or_default();
        by_group.entry(group).or_default().push(number(row));
    }
    by_group.into_iter().map(|(group, rows)| (group, Some(rows))).collect()
}

impl Part {
    fn new(table: usize, group: usize, header: &Header) -> Self {
        let columns = header.properties.iter().map(Cells::new).collect();
        Self {
            table,
            group,
            ids: Texts::default(),
            start: Vec::new(),
            end: Vec::new(),
            rows: 0,
            columns,
        }
    }

    /// Makes room for a whole table, as far as its first chunk tells how much that takes; what is not touched costs nothing.
    fn reserve(&mut self, first: &Chunk, table: &Table<'_>) {
        let size = usize::try_from(table.size).unwrap_or(usize::MAX);
        let whole = |count: usize| {
            let count = count.saturating_mul(size / 1024) / (first.bytes / 1024).max(1);
            count.saturating_add(count / 16).min(TEXT_BYTES_MAX)
        };
        let rows = whole(first.rows);
        reserve(&mut self.start, if first.start.is_empty() { 0 } else { rows });
        reserve(&mut self.end, if first.end.is_empty() { 0 } else { rows });
        if !first.ids.bytes.is_empty() {
            self.ids.reserve(rows, whole(first.ids.bytes.len()));
        }
        for (cells, from) in self.columns.iter_mut().zip(&first.columns) {
            if !from.is_empty() {
                cells.reserve(rows, whole(from.text_bytes()));
            }
        }
    }

    fn text_bytes(&self) -> usize {
        let columns = self.columns.iter().map(Cells::text_bytes).max();
        columns.unwrap_or(0).max(self.ids.bytes.len())
    }

    fn append(&mut self, chunk: &Chunk, rows: Option<&[u32]>) {
        self.rows += rows.map_or(chunk.rows, <[u32]>::len);
        self.ids.append(&chunk.ids, rows);
        for (to, from) in [(&mut self.start, &chunk.start), (&mut self.end, &chunk.end)] {
            match rows {
                None => to.extend_from_slice(from),
                Some(rows) => to.extend(rows.iter().filter_map(|row| from.get(*row as usize))),
            }
        }
        for (to, from) in self.columns.iter_mut().zip(&chunk.columns) {
            to.append(from, rows);
        }
    }

    /// The columns under their keys; `ids` stand where the header has them.
    fn columns(
        columns: Vec<Cells>,
        ids: Texts,
        header: &Header,
        names: &mut Names,
    ) -> Vec<BulkColumn> {
        let mut ids = Some(ids);
        let mut out = Vec::with_capacity(columns.len());
        for (index, (cells, property)) in columns.into_iter().zip(&header.properties).enumerate() {
            let key = names.key_id(&property.name);
            let id = (header.id == Some(index)).then(|| ids.take()).flatten();
            out.extend(match id {
                Some(ids) => Some(ids.column(key)),
                None => cells.column(key),
            });
        }
        out
    }
}

impl<G> Parts<G> {
    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.parts.iter().map(|part| part.rows).sum()
    }
}

impl Parts<Vec<LabelId>> {
    /// The tables of the graph.
    pub(super) fn tables(self, tables: &[Table<'_>], names: &mut Names) -> Vec<NodeTable> {
        let mut out = Vec::with_capacity(self.parts.len());
        for part in self.parts {
            let labels = self.groups.get_index(part.group).map(|(labels, ())| labels.clone());
            let Some(table) = tables.get(part.table) else { continue };
            let columns = Part::columns(part.columns, part.ids, &table.header, names);
            out.push(NodeTable { labels: labels.unwrap_or_default(), rows: part.rows, columns });
        }
        out
    }
}

impl Parts<KindId> {
    /// The tables of the graph.
    pub(super) fn tables(self, tables: &[Table<'_>], names: &mut Names) -> Vec<RelTable> {
        let mut out = Vec::with_capacity(self.parts.len());
        for part in self.parts {
            let kind = self.groups.get_index(part.group).map(|(kind, ())| *kind);
            let (Some(kind), Some(table)) = (kind, tables.get(part.table)) else { continue };
            let columns = Part::columns(part.columns, part.ids, &table.header, names);
            out.push(RelTable { kind, start: part.start, end: part.end, columns });
        }
        out
    }
}
