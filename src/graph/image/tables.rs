//! The image of tables: what bulk loads give, moved where it can be, and worked on side by side.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::fill::Piece;
use super::{Column, Csr, Gather, Ids, Image, Index, Members, NodeShape, RelShape, bits};
use crate::graph::bulk::{BulkColumn, NodeTable, RelTable, Values};
use crate::graph::parallel::{self, Task};
use crate::model::{Datum, KeyId, KindId, LabelId};

/// The type of what is no relationship.
pub(in crate::graph) const NO_KIND: KindId = KindId(u16::MAX);

/// A part of an image that is built by itself.
enum Part {
    NodeColumn(KeyId, Option<Column>),
    RelColumn(KeyId, Option<Column>),
    Rows(KindId, [Csr; 2]),
}

/// The columns that are to be built, by key.
type Pieces = BTreeMap<KeyId, Vec<Piece>>;

impl Image {
    /// The image of tables, with indexes of these keys. What leads to no node is left out.
    pub(in crate::graph) fn of_tables(
        nodes: Vec<NodeTable>,
        rels: Vec<RelTable>,
        indexes: &[(Option<LabelId>, KeyId)],
        (labels, kinds): (usize, usize),
    ) -> Self {
        let mut image = Self::default();
        let node_pieces = image.take_nodes(nodes, labels);
        let rel_pieces = image.take_rels(rels);
        image.fill(node_pieces, rel_pieces, kinds);
        let wanted = image.indexes.iter().map(|index| (index.label, index.key));
        let mut wanted: Vec<_> = wanted.chain(indexes.iter().copied()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let index = |(label, key): &(Option<LabelId>, KeyId)| {
            let (image, label, key) = (&image, *label, *key);
            let weight = image.node_column(key).map_or(0, |column| column.span.holders());
            Task::new(weight, move || image.indexed(label, key))
        };
        let built: Vec<Index> = parallel::run(wanted.iter().map(index).collect());
        image.indexes = built;
        image
    }

    /// Numbers the nodes; gives their columns.
    fn take_nodes(&mut self, tables: Vec<NodeTable>, labels: usize) -> Pieces {
        let (mut shapes, mut pieces) = (Gather::new(), Pieces::new());
        let mut ranges: Vec<Vec<Range<u32>>> = vec![Vec::new(); labels];
        let mut first = 0u32;
        for NodeTable { mut labels, rows, columns } in tables {
            labels.sort_unstable();
            labels.dedup();
            let count = u32::try_from(rows).unwrap_or(u32::MAX);
            let range = first..first.saturating_add(count);
            for label in &labels {
                if ranges.len() <= label.index() {
                    ranges.resize(label.index() + 1, Vec::new());
                }
                ranges[label.index()].push(range.clone());
            }
            let columns = with_nulls_marked(columns, rows);
            let shape = |keys| NodeShape { labels: labels.clone(), keys };
            push_shapes(&mut shapes, &columns, rows, shape);
            take_columns(&mut pieces, columns, first, rows);
            first = range.end;
        }
        self.nodes = Ids::with_holes(first as usize, Vec::new());
        self.node_shapes = shapes.finish();
        self.members = ranges.into_iter().map(Members::of_ranges).collect();
        pieces
    }

    /// Numbers the relationships; gives their columns.
    fn take_rels(&mut self, tables: Vec<RelTable>) -> Pieces {
        let (mut shapes, mut pieces) = (Gather::new(), Pieces::new());
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        let count: usize = tables.iter().map(|table| table.start.len()).sum();
        let bound = u32::try_from(self.nodes.bound).unwrap_or(u32::MAX);
        let mut holes = Vec::new();
        let mut first = 0u32;
        for RelTable { kind, mut start, mut end, columns } in tables {
            let rows = start.len().min(end.len());
            let columns = with_nulls_marked(columns, rows);
            let leads = |row: usize| start[row] < bound && end[row] < bound;
            if (0..rows).all(leads) {
                push_shapes(&mut shapes, &columns, rows, |keys| RelShape { kind, keys });
            } else {
                holes.resize(count.div_ceil(64), 0);
                for row in 0..rows {
                    let (kind, columns) =
                        if leads(row) { (kind, &columns[..]) } else { (NO_KIND, &[][..]) };
                    let keys =
                        columns.iter().filter(|column| column.has(row)).map(|column| column.key);
                    let place = shapes.place(RelShape { kind, keys: keys.collect() });
                    shapes.push(place, 1);
                    if kind == NO_KIND {
                        bits::set(&mut holes, first as usize + row);
                    }
                }
            }
            take_columns(&mut pieces, columns, first, rows);
            start.truncate(rows);
            end.truncate(rows);
            if starts.is_empty() {
                (starts, ends) = (start, end);
                starts.reserve_exact(count.saturating_sub(rows));
                ends.reserve_exact(count.saturating_sub(rows));
            } else {
                starts.append(&mut start);
                ends.append(&mut end);
            }
            first = first.saturating_add(u32::try_from(rows).unwrap_or(u32::MAX));
        }
        self.rels = Ids::with_holes(first as usize, holes);
        self.rel_shapes = shapes.finish();
        (self.starts, self.ends) = (starts.into(), ends.into());
        pieces
    }

    /// Builds columns and rows, side by side.
    fn fill(&mut self, nodes: Pieces, rels: Pieces, kinds: usize) {
        let rows_of = |pieces: &[Piece]| pieces.iter().map(|piece| piece.rows).sum::<usize>();
        let ranges = self.kind_ranges();
        let (starts, ends) = (self.starts.all(), self.ends.all());
        let mut tasks = Vec::new();
        for (key, pieces) in nodes {
            let weight = rows_of(&pieces);
            let build = move || Part::NodeColumn(key, Column::of_pieces(pieces));
            tasks.push(Task::new(weight, build));
        }
        for (key, pieces) in rels {
            let weight = rows_of(&pieces);
            let build = move || Part::RelColumn(key, Column::of_pieces(pieces));
            tasks.push(Task::new(weight, build));
        }
        for (kind, ranges) in ranges {
            let weight = ranges.iter().map(|range| range.len()).sum::<usize>();
            let build = move || Part::Rows(kind, Csr::build(&ranges, starts, ends));
            tasks.push(Task::new(weight.saturating_mul(4), build));
        }
        let parts = parallel::run(tasks);
        self.topology.resize_with(kinds, Default::default);
        for part in parts {
            match part {
                Part::NodeColumn(key, column) => put(&mut self.node_columns, key, column),
                Part::RelColumn(key, column) => put(&mut self.rel_columns, key, column),
                Part::Rows(kind, rows) => {
                    if self.topology.len() <= kind.index() {
                        self.topology.resize_with(kind.index() + 1, Default::default);
                    }
                    self.topology[kind.index()] = rows;
                }
            }
        }
    }

    /// The relationships of each type, ascending.
    pub(in crate::graph) fn kind_ranges(&self) -> BTreeMap<KindId, Vec<Range<u32>>> {
        let mut ranges: BTreeMap<KindId, Vec<Range<u32>>> = BTreeMap::new();
        for (from, to, shape) in self.rel_shapes.runs(self.rels.bound) {
            let kind = self.rel_shapes.table.get(shape as usize).map(|shape| shape.kind);
            let Some(kind) = kind.filter(|kind| *kind != NO_KIND) else { continue };
            let of_kind = ranges.entry(kind).or_default();
            match of_kind.last_mut() {
                Some(last) if last.end == from => last.end = to,
                _ => of_kind.push(from..to),
            }
        }
        ranges
    }
}

/// Marks rows whose value is null as rows without one.
fn with_nulls_marked(mut columns: Vec<BulkColumn>, rows: usize) -> Vec<BulkColumn> {
    for column in &mut columns {
        if let Values::Any(values) = &column.values
            && values.iter().any(Datum::is_null)
        {
            let mut present = bits::none(rows);
            let given = (0..rows).zip(values).filter(|(_, value)| !value.is_null());
            given
                .filter(|(row, _)| column.has(*row))
                .for_each(|(row, _)| bits::set(&mut present, row));
            column.present = Some(present);
        }
    }
    columns
}

/// Gives each row of a table its shape: the keys it has a value for.
fn push_shapes<S: Clone + Eq + std::hash::Hash>(
    shapes: &mut Gather<S>,
    columns: &[BulkColumn],
    rows: usize,
    shape: impl Fn(Vec<KeyId>) -> S,
) {
    let partial: Vec<&BulkColumn> =
        columns.iter().filter(|column| column.present.is_some()).collect();
    let mut known: FxHashMap<Vec<u64>, u32> = FxHashMap::default();
    let mut last: Option<(Vec<u64>, u32)> = None;
    if partial.is_empty() {
        let place = shapes.place(shape(columns.iter().map(|column| column.key).collect()));
        shapes.push(place, u32::try_from(rows).unwrap_or(u32::MAX));
        return;
    }
    let mut mask = bits::none(partial.len());
    for row in 0..rows {
        mask.fill(0);
        let has = partial.iter().enumerate().filter(|(_, column)| column.has(row));
        has.for_each(|(at, _)| bits::set(&mut mask, at));
        if let Some((same, place)) = &last
            && *same == mask
        {
            shapes.push(*place, 1);
            continue;
        }
        let place = *known.entry(mask.clone()).or_insert_with(|| {
            let keys = columns.iter().filter(|column| column.has(row)).map(|column| column.key);
            shapes.place(shape(keys.collect()))
        });
        last = Some((mask.clone(), place));
        shapes.push(place, 1);
    }
}

fn take_columns(pieces: &mut Pieces, columns: Vec<BulkColumn>, first: u32, rows: usize) {
    for BulkColumn { key, values, present } in columns {
        pieces.entry(key).or_default().push(Piece { first, rows, values, present });
    }
}

fn put(columns: &mut Vec<Option<Column>>, key: KeyId, column: Option<Column>) {
    if columns.len() <= key.index() {
        columns.resize_with(key.index() + 1, || None);
    }
    columns[key.index()] = column;
}
