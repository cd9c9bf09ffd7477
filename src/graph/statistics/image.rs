//! Counting an image: array by array, side by side.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Frequencies, Group, Statistics, groups};
use crate::graph::image::{Cells, Column, Image, hashes};
use crate::graph::parallel::{self, Task};
use crate::graph::topology::{Direction, Rows};
use crate::model::{Datum, KeyId, KindId, LabelId};

/// Up to so many different values each is counted by itself.
const VALUES_MAX: usize = 4_096;

/// Up to so many counts in all, by set of labels and value, are kept while a column is counted.
const COUNTS_MAX: usize = 1 << 20;

/// The sets of labels that nodes have.
struct Sets<'i> {
    labels: Vec<&'i [LabelId]>,
    /// By node.
    of: Vec<u32>,
}

/// The counts of one relationship type, by sets of labels.
#[derive(Default)]
struct KindCounts {
    rels: FxHashMap<(u32, u32), u64>,
    loops: FxHashMap<u32, u64>,
    /// Outgoing, then incoming.
    joined: [FxHashMap<u32, u64>; 2],
    most: [FxHashMap<u32, u64>; 2],
    parallel: bool,
}

/// The counts of one column.
#[derive(Default)]
struct KeyCounts {
    frequencies: Vec<(Group, Frequencies)>,
    ascending: Vec<LabelId>,
    values: Vec<(Group, u64)>,
}

enum Counted {
    Kind(KindId, KindCounts),
    Key(KeyId, KeyCounts),
}

impl Statistics {
    /// Counts an image. Cost: a pass over those of its arrays that do not tell of themselves.
    pub(in crate::graph) fn of(image: &Image) -> Self {
        let mut counts = Self::default();
        let sets = counts.count_nodes(image);
        let mut tasks = Vec::new();
        for (kind, [outgoing, incoming]) in (0..).map(KindId).zip(&image.topology) {
            let (sets, ways) = (&sets, [outgoing.rows(), incoming.rows()]);
            let count = move || Counted::Kind(kind, KindCounts::of(ways, sets));
            tasks.push(Task::new(ways[0].nodes.len(), count));
        }
        for (key, column) in (0..).map(KeyId).zip(&image.node_columns) {
            let Some(column) = column else { continue };
            let (sets, weight) = (&sets, column.span.holders());
            let labels: Vec<LabelId> = held(&counts, key);
            let count = move || Counted::Key(key, KeyCounts::of(image, column, &labels, sets));
            tasks.push(Task::new(weight.saturating_mul(4), count));
        }
        for counted in parallel::run(tasks) {
            match counted {
                Counted::Kind(kind, of) => counts.add_kind(kind, &of, &sets),
                Counted::Key(key, of) => counts.add_key(key, of),
            }
        }
        counts
    }

    /// Counts what shapes tell of nodes.
    fn count_nodes<'i>(&mut self, image: &'i Image) -> Sets<'i> {
        let mut known: FxHashMap<&[LabelId], u32> = FxHashMap::default();
        let mut sets = Sets { labels: Vec::new(), of: Vec::with_capacity(image.nodes.bound) };
        for (from, to, place) in image.node_shapes.runs(image.nodes.bound) {
            let Some(shape) = image.node_shapes.table.get(place as usize) else { continue };
            let count = u64::from(to - from);
            let set = *known.entry(&shape.labels).or_insert_with(|| {
                sets.labels.push(&shape.labels);
                u32::try_from(sets.labels.len() - 1).unwrap_or(u32::MAX)
            });
            sets.of.resize(to as usize, set);
            if !shape.labels.is_empty() {
                self.labelled += count;
            }
            for (at, one) in shape.labels.iter().enumerate() {
                for other in shape.labels.iter().skip(at + 1) {
                    *self.shared.entry((*one.min(other), *one.max(other))).or_default() += count;
                }
            }
            for group in groups(&shape.labels) {
                for key in &shape.keys {
                    *self.holders.entry((group, *key)).or_default() += count;
                }
            }
        }
        sets
    }

    #[expect(clippy::iter_over_hash_type, reason = "sums do not depend on the order")]
    fn add_kind(&mut self, kind: KindId, of: &KindCounts, sets: &Sets<'_>) {
        let labels = |set: u32| groups(sets.labels.get(set as usize).copied().unwrap_or_default());
        for ((start, end), count) in &of.rels {
            for from in labels(*start) {
                for to in labels(*end) {
                    *self.rels.entry((from, kind, to)).or_default() += count;
                }
            }
        }
        for (set, count) in &of.loops {
            labels(*set).for_each(|at| *self.loops.entry((at, kind)).or_default() += count);
        }
        let ways = [Direction::Outgoing, Direction::Incoming];
        for (direction, (joined, most)) in ways.into_iter().zip(of.joined.iter().zip(&of.most)) {
            for (set, count) in joined {
                for at in labels(*set) {
                    *self.joined.entry((at, kind, direction)).or_default() += count;
                }
            }
            for (set, degree) in most {
                for at in labels(*set) {
                    let most = self.most.entry((at, kind, direction)).or_default();
                    *most = (*most).max(*degree);
                }
            }
        }
        if of.parallel {
            self.parallel.insert(kind);
        }
    }

    fn add_key(&mut self, key: KeyId, of: KeyCounts) {
        self.ascending.extend(of.ascending.into_iter().map(|label| (label, key)));
        let frequencies = of.frequencies.into_iter();
        self.frequencies.extend(frequencies.map(|(group, counts)| ((group, key), counts)));
        let values = self.values.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        values.extend(of.values.into_iter().map(|(group, count)| ((group, key), count)));
    }
}

/// The labels of which a node has a key.
fn held(counts: &Statistics, key: KeyId) -> Vec<LabelId> {
    let held = counts.holders.keys().filter(|(_, of)| *of == key);
    let mut labels: Vec<LabelId> = held.filter_map(|(group, _)| *group).collect();
    labels.sort_unstable();
    labels
}

impl KindCounts {
    fn of([outgoing, incoming]: [Rows<'_>; 2], sets: &Sets<'_>) -> Self {
        let mut counts = Self::default();
        counts.count_rels(outgoing, incoming, sets);
        for (at, rows) in [outgoing, incoming].into_iter().enumerate() {
            // Nodes of one set mostly come one behind the other: they are looked up once.
            let mut open = (0, 0, 0);
            for (node, bounds) in (rows.first..).zip(rows.offsets.windows(2)) {
                let degree = u64::from(bounds[1] - bounds[0]);
                let Some(set) = sets.of.get(node as usize).filter(|_| degree > 0) else { continue };
                if open.0 != *set {
                    counts.add_nodes(at, open);
                    open = (*set, 0, 0);
                }
                open = (*set, open.1 + 1, open.2.max(degree));
            }
            counts.add_nodes(at, open);
        }
        counts
    }

    /// Adds nodes of a set that are joined in a direction: how many, and the most relationships that one of them has.
    fn add_nodes(&mut self, at: usize, (set, joined, degree): (u32, u64, u64)) {
        if joined > 0 {
            *self.joined[at].entry(set).or_default() += joined;
            let most = self.most[at].entry(set).or_default();
            *most = (*most).max(degree);
        }
    }

    /// Counts relationships by the sets of their ends, loops, and looks for parallel ones.
    fn count_rels(&mut self, outgoing: Rows<'_>, incoming: Rows<'_>, sets: &Sets<'_>) {
        let (starts, ends) = (bounds(outgoing), bounds(incoming));
        let one = |range: &std::ops::Range<u32>| {
            let sets = sets.of.get(range.start as usize..range.end as usize).unwrap_or_default();
            sets.first().copied().filter(|first| sets.iter().all(|set| set == first))
        };
        let ends_alike = one(&ends);
        let may_loop = starts.start < ends.end && ends.start < starts.end;
        for (node, bounds) in (outgoing.first..).zip(outgoing.offsets.windows(2)) {
            let range = bounds[0] as usize..bounds[1] as usize;
            let row = outgoing.nodes.get(range).unwrap_or_default();
            let Some(start) = sets.of.get(node as usize).filter(|_| !row.is_empty()) else {
                continue;
            };
            if let Some(end) = ends_alike {
                *self.rels.entry((*start, end)).or_default() += row.len() as u64;
            } else {
                for group in
                    row.chunk_by(|a, b| sets.of.get(*a as usize) == sets.of.get(*b as usize))
                {
                    let end = group.first().and_then(|end| sets.of.get(*end as usize));
                    let Some(end) = end else { continue };
                    *self.rels.entry((*start, *end)).or_default() += group.len() as u64;
                }
            }
            if may_loop {
                let from = row.partition_point(|end| *end < node);
                let loops = row.iter().skip(from).take_while(|end| **end == node).count();
                if loops > 0 {
                    *self.loops.entry(*start).or_default() += loops as u64;
                }
            }
            self.parallel = self.parallel || row.windows(2).any(|two| two[0] == two[1]);
        }
    }
}

/// The nodes that rows reach from.
fn bounds(rows: Rows<'_>) -> std::ops::Range<u32> {
    let length = u32::try_from(rows.offsets.len().saturating_sub(1)).unwrap_or(u32::MAX);
    rows.first..rows.first.saturating_add(length)
}

impl KeyCounts {
    fn of(image: &Image, column: &Column, labels: &[LabelId], sets: &Sets<'_>) -> Self {
        let mut counts = Self::default();
        let view = column.view();
        let ascends =
            |label: &LabelId| view.is_some_and(|view| view.ascends(&image.nodes_with(*label)));
        counts.ascending = labels.iter().copied().filter(ascends).collect();
        match &column.cells {
            Cells::Int { values, least, greatest } => {
                let span = greatest.checked_sub(*least).and_then(|span| usize::try_from(span).ok());
                if let Some(span) = span.filter(|span| *span < VALUES_MAX) {
                    let (values, least) = (values.all(), *least);
                    let code =
                        |place: usize| values.get(place).map(|value| value.wrapping_sub(least));
                    counts.count_codes(column, sets, least, span + 1, code);
                    return counts;
                }
            }
            Cells::Code { codes, texts, .. } if texts.len() <= VALUES_MAX => {
                let codes = codes.all();
                let code = |place: usize| codes.get(place).map(|code| i64::from(*code));
                counts.count_codes(column, sets, 0, texts.len(), code);
                return counts;
            }
            Cells::Code { .. } | Cells::Text(_) => {}
            // Where floats meet integers, and where values have several types, equality is not that of bytes.
            Cells::Float(_) | Cells::Bool(_) | Cells::Any { .. } => return counts,
        }
        counts.count_different(image, column, labels, sets);
        counts
    }

    /// Counts each of so many values.
    fn count_codes(
        &mut self,
        column: &Column,
        sets: &Sets<'_>,
        least: i64,
        length: usize,
        code: impl Fn(usize) -> Option<i64>,
    ) {
        if sets.labels.len().saturating_mul(length) > COUNTS_MAX {
            return;
        }
        let mut by_set = vec![Vec::new(); sets.labels.len()];
        column.span.each(|id, place| {
            let counts = sets.of.get(id as usize).and_then(|set| by_set.get_mut(*set as usize));
            let code = code(place).and_then(|code| usize::try_from(code).ok());
            if let (Some(counts), Some(code)) = (counts, code) {
                if counts.is_empty() {
                    counts.resize(length, 0u32);
                }
                counts[code] += 1;
            }
        });
        let mut by_group: FxHashMap<Group, Vec<u32>> = FxHashMap::default();
        for (labels, counts) in
            sets.labels.iter().zip(by_set).filter(|(_, counts)| !counts.is_empty())
        {
            for group in groups(labels) {
                let sums = by_group.entry(group).or_insert_with(|| vec![0; length]);
                sums.iter_mut().zip(&counts).for_each(|(sum, count)| *sum += count);
            }
        }
        self.frequencies = by_group
            .into_iter()
            .map(|(group, counts)| (group, Frequencies { least, counts }))
            .collect();
        let different =
            |counts: &Frequencies| counts.counts.iter().filter(|count| **count > 0).count();
        let values =
            self.frequencies.iter().map(|(group, counts)| (*group, different(counts) as u64));
        self.values = values.collect();
    }

    /// Counts how many values differ, by their hashes: two of 64 bits are equal by chance once in 2^64.
    fn count_different(
        &mut self,
        image: &Image,
        column: &Column,
        labels: &[LabelId],
        sets: &Sets<'_>,
    ) {
        let (known, open): (Vec<LabelId>, Vec<LabelId>) =
            labels.iter().partition(|label| self.ascending.contains(label));
        let counted =
            known.iter().map(|label| (Some(*label), image.nodes_with(*label).len() as u64));
        self.values = counted.collect();
        if open.is_empty() {
            return;
        }
        let is_open: FxHashSet<u32> = (0..)
            .zip(&sets.labels)
            .filter(|(_, labels)| labels.iter().any(|label| open.contains(label)))
            .map(|(set, _)| set)
            .collect();
        let mut by_set: FxHashMap<u32, Vec<u64>> = FxHashMap::default();
        hashes(column, |node, hash| {
            if let Some(set) = sets.of.get(node as usize).filter(|set| is_open.contains(set)) {
                by_set.entry(*set).or_default().push(hash);
            }
        });
        for label in open {
            let with =
                |set: &u32| sets.labels.get(*set as usize).is_some_and(|of| of.contains(&label));
            let mut hashes: Vec<u64> = by_set
                .iter()
                .filter(|(set, _)| with(set))
                .flat_map(|(_, hashes)| hashes)
                .copied()
                .collect();
            hashes.sort_unstable();
            hashes.dedup();
            self.values.push((Some(label), hashes.len() as u64));
        }
    }
}

impl Statistics {
    /// How many nodes have a value under a key, of those with a label or of all, in an image; `None` where that was not counted.
    pub(in crate::graph) fn frequency(
        &self,
        image: &Image,
        at: Group,
        key: KeyId,
        value: &Datum,
    ) -> Option<u64> {
        let Some(counts) = self.frequencies.get(&(at, key)) else {
            let held = self.holders.get(&(at, key)).copied().unwrap_or(0);
            return (held == 0).then_some(0);
        };
        let place = match (&image.node_column(key)?.cells, value) {
            (Cells::Int { .. }, Datum::Int(int)) => {
                usize::try_from(int.checked_sub(counts.least)?).ok()
            }
            (Cells::Code { texts, .. }, Datum::Str(text)) => texts.find(text.as_bytes()),
            _ => return None,
        };
        let count = place.and_then(|place| counts.counts.get(place)).copied().unwrap_or(0);
        Some(u64::from(count))
    }

    /// Whether every node with a label had a value under a key, a greater one than the node before it, when the image was built.
    pub(in crate::graph) fn ascends(&self, label: LabelId, key: KeyId) -> bool {
        self.ascending.contains(&(label, key))
    }
}
