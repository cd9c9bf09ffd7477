//! The image of tables: what bulk loads give, moved where it can be, and worked on side by side.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::fill::Piece;
use super::{
    Column, Csr, Ends, Gather, Ids, Image, Index, Links, Members, NodeShape, RelShape, bits,
};
use crate::graph::bulk::{BulkColumn, NodeTable, RelTable, Values};
use crate::graph::parallel::{self, Task};
use crate::model::{Datum, KeyId, KindId, LabelId};

/// The type of what is no relationship.
pub(in crate::graph) const NO_KIND: KindId = KindId(u16::MAX);

/// A part of an image that is built by itself.
enum Part {
    NodeColumn(KeyId, Option<Column>),
    RelColumn(KeyId, Option<Column>),
    /// With the tables whose ends did not become rows.
    Rows(KindId, [Csr; 2], Vec<TableEnds>),
}

/// Where the relationships of a table start and end.
struct TableEnds {
    kind: KindId,
    first: u32,
    start: Vec<u32>,
    end: Vec<u32>,
}

impl TableEnds {
    fn links(&self) -> Links<'_> {
        Links { first: self.first, starts: &self.start, ends: &self.end }
    }
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
        let (rel_pieces, ends) = image.take_rels(rels);
        let ends = image.fill(node_pieces, rel_pieces, ends, kinds);
        if image.has_ends_in_rows() {
            image.ends = Ends::Rows;
        } else {
            image.join_ends(ends);
        }
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

    /// Numbers the relationships; gives their columns, and where they start and end.
    fn take_rels(&mut self, tables: Vec<RelTable>) -> (Pieces, Vec<TableEnds>) {
        let (mut shapes, mut pieces) = (Gather::new(), Pieces::new());
        let mut ends = Vec::with_capacity(tables.len());
        let count: usize = tables.iter().map(|table| table.start.len()).sum();
        let bound = u32::try_from(self.nodes.bound).unwrap_or(u32::MAX);
        let mut holes = Vec::new();
        let mut first = 0u32;
        for RelTable { kind, mut start, mut end, columns } in tables {
            let rows = start.len().min(end.len());
            start.truncate(rows);
            end.truncate(rows);
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
            ends.push(TableEnds { kind, first, start, end });
            first = first.saturating_add(u32::try_from(rows).unwrap_or(u32::MAX));
        }
        self.rels = Ids::with_holes(first as usize, holes);
        self.rel_shapes = shapes.finish();
        (pieces, ends)
    }

    /// Builds columns and rows, side by side; gives the ends that did not become rows.
    fn fill(
        &mut self,
        nodes: Pieces,
        rels: Pieces,
        ends: Vec<TableEnds>,
        kinds: usize,
    ) -> Vec<TableEnds> {
        let rows_of = |pieces: &[Piece]| pieces.iter().map(|piece| piece.rows).sum::<usize>();
        let ranges = self.kind_ranges();
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
        let mut by_kind: BTreeMap<KindId, Vec<TableEnds>> = BTreeMap::new();
        ends.into_iter().for_each(|table| by_kind.entry(table.kind).or_default().push(table));
        for (kind, tables) in by_kind {
            let ranges = ranges.get(&kind).map(Vec::as_slice).unwrap_or_default();
            let weight = ranges.iter().map(ExactSizeIterator::len).sum::<usize>();
            let build = move || rows(kind, ranges, tables);
            tasks.push(Task::new(weight.saturating_mul(4), build));
        }
        let parts = parallel::run(tasks);
        self.topology.resize_with(kinds, Default::default);
        let mut left = Vec::new();
        for part in parts {
            match part {
                Part::NodeColumn(key, column) => put(&mut self.node_columns, key, column),
                Part::RelColumn(key, column) => put(&mut self.rel_columns, key, column),
                Part::Rows(kind, rows, tables) => {
                    left.extend(tables);
                    if self.topology.len() <= kind.index() {
                        self.topology.resize_with(kind.index() + 1, Default::default);
                    }
                    self.topology[kind.index()] = rows;
                }
            }
        }
        left
    }

    /// Keeps where relationships start and end, by relationship: those that the rows have, and those that did not become rows.
    fn join_ends(&mut self, left: Vec<TableEnds>) {
        let mut all = (vec![0; self.rels.bound], vec![0; self.rels.bound]);
        for (kind, [outgoing, _]) in (0..).map(KindId).zip(&self.topology) {
            if left.iter().all(|table| table.kind != kind) {
                outgoing.write_ends(&mut all);
            }
        }
        let (mut starts, mut ends) = all;
        for TableEnds { first, start, end, .. } in left {
            let range = first as usize..first as usize + start.len();
            starts[range.clone()].copy_from_slice(&start);
            ends[range].copy_from_slice(&end);
        }
        self.ends = Ends::Each { starts: starts.into(), ends: ends.into() };
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

/// The rows of a type, whose relationships are those of some ranges, all of them in these tables.
fn rows(kind: KindId, ranges: &[Range<u32>], mut tables: Vec<TableEnds>) -> Part {
    if tables.len() == 1
        && let Some(table) = tables.pop()
    {
        let TableEnds { kind, first, start, end } = table;
        let whole = ranges.iter().map(ExactSizeIterator::len).sum::<usize>() == start.len();
        let built = if whole { Csr::of_sorted(first, start, end) } else { Err((start, end)) };
        match built {
            Ok(rows) => return Part::Rows(kind, rows, Vec::new()),
            Err((start, end)) => tables.push(TableEnds { kind, first, start, end }),
        }
    }
    let of_range = |range| tables.iter().filter_map(move |table| table.links().part(range));
    let links: Vec<Links<'_>> = ranges.iter().flat_map(of_range).collect();
    let rows = Csr::build(&links);
    Part::Rows(kind, rows, tables)
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
