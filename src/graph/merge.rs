//! Building the image anew with what was written since. Ids stay; what nothing was written of is moved, not built.

use std::collections::{BTreeMap, BTreeSet};

use super::Graph;
use super::Properties;
use super::image::{
    Column, Csr, Gather, Ids, Image, Links, Members, NO_KIND, NodeShape, RelShape, Shapes, bits,
};
use super::overlay::{NodeRecord, Overlay, RelRecord};
use crate::model::{Datum, KeyId, KindId};

impl Graph {
    /// Builds the image anew with what was written since. Nothing is deleted by the open statement.
    pub(super) fn merge(&mut self) {
        let image = std::mem::take(&mut self.image);
        let overlay = std::mem::take(&mut self.overlay);
        self.image = merged(image, overlay, self.names.kinds().len());
        self.overlay = Overlay::over(&self.image);
        self.counted.take();
        self.statistics.take();
    }
}

fn merged(mut image: Image, overlay: Overlay, kinds: usize) -> Image {
    let Overlay { nodes, rels, members, .. } = overlay;
    let mut relabelled = BTreeSet::new();
    let mut members: Vec<_> = members.into_iter().collect();
    members.sort_unstable_by_key(|entry| entry.0);
    for (label, ids) in members {
        if image.members.len() <= label.index() {
            image.members.resize_with(label.index() + 1, || Members::of(Vec::new()));
        }
        image.members[label.index()] = Members::of(ids);
        relabelled.insert(label);
    }
    let keys = merge_nodes(&mut image, nodes.into_sorted());
    merge_rels(&mut image, rels.into_sorted(), kinds);
    for index in std::mem::take(&mut image.indexes) {
        let is_stale = keys.contains(&index.key)
            || index.label.is_some_and(|label| relabelled.contains(&label));
        let index = if is_stale { image.indexed(index.label, index.key) } else { index };
        image.indexes.push(index);
    }
    image
}

/// Merges nodes; gives the keys of which one has another value now.
fn merge_nodes(image: &mut Image, records: Vec<(u32, Option<NodeRecord>)>) -> BTreeSet<KeyId> {
    if records.is_empty() {
        return BTreeSet::new();
    }
    let shape = |record: Option<&NodeRecord>| {
        record.map_or_else(NodeShape::default, |record| NodeShape {
            labels: record.labels.clone(),
            keys: record.properties.iter().map(|property| property.0).collect(),
        })
    };
    let shapes = reshaped(&image.node_shapes, image.nodes.bound, &records, shape);
    let old = std::mem::replace(&mut image.node_shapes, shapes);
    let lost = lost_keys(image.nodes.bound, &records, |id| old.of(id).map_or(&[], |of| &of.keys));
    image.nodes = renumbered(&image.nodes, &records);
    let records = records.into_iter();
    let records =
        records.map(|(id, record)| (id, record.map_or_else(Vec::new, |of| of.properties)));
    recolumn(&mut image.node_columns, records.collect(), lost)
}

/// Merges relationships.
fn merge_rels(image: &mut Image, records: Vec<(u32, Option<RelRecord>)>, kinds: usize) {
    if image.topology.len() < kinds {
        image.topology.resize_with(kinds, Default::default);
    }
    if records.is_empty() {
        return;
    }
    let shape = |record: Option<&RelRecord>| RelShape {
        kind: record.map_or(NO_KIND, |record| record.kind),
        keys: record.iter().flat_map(|of| &of.properties).map(|property| property.0).collect(),
    };
    let bound = image.rels.bound;
    let shapes = reshaped(&image.rel_shapes, bound, &records, shape);
    let old = std::mem::replace(&mut image.rel_shapes, shapes);
    let mut rewired = BTreeSet::new();
    let (mut starts, mut ends) = image.take_ends();
    for (id, record) in &records {
        match record {
            None => {
                rewired.extend(old.of(*id).filter(|_| (*id as usize) < bound).map(|of| of.kind));
            }
            Some(record) if *id as usize >= bound => rewired.extend([record.kind]),
            Some(_) => {}
        }
        if *id as usize >= bound {
            starts.push(record.as_ref().map_or(0, |record| record.start.0));
            ends.push(record.as_ref().map_or(0, |record| record.end.0));
        }
    }
    let lost = lost_keys(bound, &records, |id| old.of(id).map_or(&[], |of| &of.keys));
    image.rels = renumbered(&image.rels, &records);
    let records = records.into_iter();
    let records =
        records.map(|(id, record)| (id, record.map_or_else(Vec::new, |of| of.properties)));
    recolumn(&mut image.rel_columns, records.collect(), lost);
    rewire(image, &rewired, &starts, &ends);
    image.put_ends(starts, ends);
}

/// Builds the rows of some types anew.
fn rewire(image: &mut Image, kinds: &BTreeSet<KindId>, starts: &[u32], ends: &[u32]) {
    let mut ranges = image.kind_ranges();
    let whole = Links { first: 0, starts, ends };
    for kind in kinds {
        let ranges = ranges.remove(kind).unwrap_or_default();
        let links: Vec<Links<'_>> = ranges.iter().filter_map(|range| whole.part(range)).collect();
        if let Some(rows) = image.topology.get_mut(kind.index()) {
            *rows = Csr::build(&links);
        }
    }
}

/// The shapes of all ids with those that were written; `shape` gives that of a record, and of what was deleted.
fn reshaped<S: Clone + Eq + std::hash::Hash, R>(
    old: &Shapes<S>,
    bound: usize,
    records: &[(u32, Option<R>)],
    shape: impl Fn(Option<&R>) -> S,
) -> Shapes<S> {
    let mut gather = Gather::new();
    let mut places: Vec<Option<u32>> = vec![None; old.table.len()];
    let mut records = records.iter().peekable();
    for (mut from, to, known) in old.runs(bound) {
        while from < to {
            if let Some((_, record)) = records.next_if(|(id, _)| *id == from) {
                let place = gather.place(shape(record.as_ref()));
                gather.push(place, 1);
                from += 1;
                continue;
            }
            let next = records.peek().map_or(to, |(id, _)| to.min(*id));
            let known = known as usize;
            let place = places[known].unwrap_or_else(|| gather.place(old.table[known].clone()));
            places[known] = Some(place);
            gather.push(place, next - from);
            from = next;
        }
    }
    for (_, record) in records {
        let place = gather.place(shape(record.as_ref()));
        gather.push(place, 1);
    }
    gather.finish()
}

/// The ids with those that were written.
fn renumbered<R>(old: &Ids, records: &[(u32, Option<R>)]) -> Ids {
    let bound = records.last().map_or(0, |last| last.0 as usize + 1).max(old.bound);
    let mut holes = old.holes.all().to_vec();
    holes.resize(bound.div_ceil(64), 0);
    let gone = records.iter().filter(|record| record.1.is_none());
    gone.for_each(|(id, _)| bits::set(&mut holes, *id as usize));
    Ids::with_holes(bound, holes)
}

/// The keys that what was written had in the image.
fn lost_keys<'s, R>(
    bound: usize,
    records: &[(u32, Option<R>)],
    keys: impl Fn(u32) -> &'s [KeyId],
) -> BTreeSet<KeyId> {
    let known = records.iter().map(|record| record.0).filter(|id| (*id as usize) < bound);
    known.flat_map(|id| keys(id).iter().copied()).collect()
}

/// Builds the columns anew of every key that a record has, or lost; gives these keys.
fn recolumn(
    columns: &mut Vec<Option<Column>>,
    records: Vec<(u32, Properties)>,
    lost: BTreeSet<KeyId>,
) -> BTreeSet<KeyId> {
    let ids: Vec<u32> = records.iter().map(|record| record.0).collect();
    let mut written: BTreeMap<KeyId, Vec<(u32, Datum)>> =
        lost.into_iter().map(|key| (key, Vec::new())).collect();
    for (id, properties) in records {
        for (key, value) in properties {
            written.entry(key).or_default().push((id, value));
        }
    }
    let keys = written.keys().copied().collect();
    for (key, rows) in written {
        if columns.len() <= key.index() {
            columns.resize_with(key.index() + 1, || None);
        }
        let rows = match columns[key.index()].take() {
            Some(old) => mixed(&old, &ids, rows),
            None => rows,
        };
        columns[key.index()] = Column::of_rows(rows);
    }
    keys
}

/// The values of a column without those of some ids, and others, ascending.
fn mixed(old: &Column, without: &[u32], rows: Vec<(u32, Datum)>) -> Vec<(u32, Datum)> {
    let mut all = Vec::with_capacity(old.span.holders() + rows.len());
    let (mut without, mut rows) = (without.iter().peekable(), rows.into_iter().peekable());
    for (id, value) in old.iter() {
        while without.next_if(|other| **other < id).is_some() {}
        if without.peek() != Some(&&id) {
            while let Some(row) = rows.next_if(|row| row.0 < id) {
                all.push(row);
            }
            all.push((id, value));
        }
    }
    all.extend(rows);
    all
}
