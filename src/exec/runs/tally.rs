//! Groups that are only counted: one number for each, in an array where there are few enough.

use rustc_hash::FxHashMap;

use super::keys::{self, Index, Key};
use super::recall::{Recall, Recalled};
use super::select::{Opened, Run};
use super::top::{Entry, Top};
use super::walk::{Gather, Recollection, State};
use crate::error::Result;
use crate::exec::budget::Budget;
use crate::exec::{Flow, Sink};
use crate::model::Datum;
use crate::plan::{Op, Slot};

/// How many counters an array may have.
const CELLS_MAX: usize = 1 << 21;
/// How many groups there may be before those of each first node are counted by themselves.
const GROUPS_MAX: usize = 1 << 17;

/// What happens to groups.
pub(super) enum After<'a, 's> {
    /// The operators after them run, each group a frame.
    Frames(&'a [Op], Sink<'s>),
    /// The first in some order are kept.
    Top(Top),
    /// Nothing more.
    Done,
}

/// Counts by key.
pub(super) struct Tally<'a, 's, 'g> {
    pub(super) keys: Vec<(Key<'g>, usize)>,
    /// How many of them are told by the first node alone, where that goes by itself; they come first.
    pub(super) outer: usize,
    /// The place of the run.
    pub(super) open: usize,
    pub(super) cells: Cells,
    pub(super) touched: Vec<usize>,
    /// What nodes add, where that is remembered.
    pub(super) recall: Option<Recall>,
    /// The counters of a node that is being learned, in exchange for the others while that lasts.
    pub(super) learned: (Cells, Vec<usize>),
    pub(super) learning: bool,
    /// Take the count.
    pub(super) calls: Vec<Slot>,
    pub(super) after: After<'a, 's>,
}

pub(super) enum Cells {
    Array(Vec<u64>),
    Hash(FxHashMap<usize, u64>),
}

/// Counters, and which of them have been used.
struct Counters<'c> {
    cells: &'c mut Cells,
    touched: &'c mut Vec<usize>,
}

impl Counters<'_> {
    #[inline]
    fn add(&mut self, cell: usize, count: u64) {
        match self.cells {
            Cells::Array(cells) => add(cells, self.touched, cell, count),
            Cells::Hash(cells) => add_hashed(cells, self.touched, cell, count),
        }
    }

    #[inline]
    fn add_each(&mut self, ids: &[u32], count: u64, cell: impl Fn(u32) -> usize) {
        match self.cells {
            Cells::Array(cells) => {
                let cells = cells.as_mut_slice();
                ids.iter().for_each(|id| add(cells, self.touched, cell(*id), count));
            }
            Cells::Hash(cells) => {
                ids.iter().for_each(|id| add_hashed(cells, self.touched, cell(*id), count));
            }
        }
    }
}

/// Counters in an array, and what each row adds to one.
struct Adder<'c> {
    cells: &'c mut [u64],
    touched: &'c mut Vec<usize>,
    times: u64,
}

impl Adder<'_> {
    /// Adds the rows of a last hop: `base` says what a node of the run before tells of the counter, `in_run` is the key that the
    /// nodes of the rows tell.
    fn add_opened(
        self,
        opened: &Opened<'_>,
        in_run: Option<(&Index<'_>, usize)>,
        base: impl Fn(u32) -> usize,
    ) {
        match in_run {
            None => {
                let Self { cells, touched, times } = self;
                opened.each(|id, row| {
                    if !row.is_empty() {
                        add(cells, touched, base(id), times.saturating_mul(row.len() as u64));
                    }
                });
            }
            Some((Index::Node { first, .. }, stride)) => {
                let first = *first;
                self.add_rows(opened, base, |id| id.wrapping_sub(first) as usize * stride);
            }
            Some((Index::Code(column, texts), stride)) => {
                self.add_rows(opened, base, |id| keys::code(column, texts, id) * stride);
            }
            Some((Index::Int { column, least, count }, stride)) => {
                self.add_rows(opened, base, |id| keys::int(column, *least, *count, id) * stride);
            }
        }
    }

    #[inline]
    fn add_rows(
        self,
        opened: &Opened<'_>,
        base: impl Fn(u32) -> usize,
        cell: impl Fn(u32) -> usize,
    ) {
        let Self { cells, touched, times } = self;
        opened.each(|id, row| {
            let base = base(id);
            row.iter().for_each(|id| add(cells, touched, base + cell(*id), times));
        });
    }
}

#[inline]
fn add(cells: &mut [u64], touched: &mut Vec<usize>, cell: usize, count: u64) {
    let Some(counter) = cells.get_mut(cell) else { return };
    if *counter == 0 {
        touched.push(cell);
    }
    *counter = counter.saturating_add(count);
}

fn add_hashed(
    cells: &mut FxHashMap<usize, u64>,
    touched: &mut Vec<usize>,
    cell: usize,
    count: u64,
) {
    let counter = cells.entry(cell).or_default();
    if *counter == 0 {
        touched.push(cell);
    }
    *counter = counter.saturating_add(count);
}

impl Cells {
    pub(super) fn take(&mut self, cell: usize) -> u64 {
        match self {
            Self::Array(cells) => cells.get_mut(cell).map_or(0, std::mem::take),
            Self::Hash(cells) => cells.remove(&cell).unwrap_or(0),
        }
    }
}

impl<'a, 's, 'g> Tally<'a, 's, 'g> {
    /// Counters for keys; `None` where there would be too many. The second says whether the first nodes must go one by one.
    pub(super) fn new(
        keys: Vec<Key<'g>>,
        open: usize,
        calls: Vec<Slot>,
        after: After<'a, 's>,
    ) -> Option<(Self, bool)> {
        let product = |keys: &[Key<'g>]| {
            keys.iter().try_fold(1_usize, |all, key| all.checked_mul(key.index.len()))
        };
        let whole = product(&keys).unwrap_or(usize::MAX);
        let by_first = keys.iter().any(|key| key.place == 0 && key.is_node());
        let split = whole > GROUPS_MAX && by_first && open != 0;
        let (mut keys, mut outer) = (keys, 0);
        if split {
            keys.sort_by_key(|key| key.place != 0);
            outer = keys.iter().filter(|key| key.place == 0).count();
        }
        let count = product(keys.get(outer..).unwrap_or(&[]))?;
        let cells = if count <= CELLS_MAX {
            Cells::Array(vec![0; count])
        } else {
            Cells::Hash(FxHashMap::default())
        };
        let mut stride = 1;
        let mut strided = Vec::new();
        for (at, key) in keys.into_iter().enumerate() {
            let own = if at < outer { 0 } else { stride };
            stride *= if at < outer { 1 } else { key.index.len() };
            strided.push((key, own));
        }
        let learned = (Cells::Array(Vec::new()), Vec::new());
        let tally = Self {
            keys: strided,
            outer,
            open,
            cells,
            touched: Vec::new(),
            recall: None,
            learned,
            learning: false,
            calls,
            after,
        };
        Some((tally, split))
    }

    /// Remembers what nodes add, where the counters are an array; whether it does.
    pub(super) fn remember(&mut self, recalled: Recalled) -> bool {
        let Cells::Array(cells) = &self.cells else { return false };
        self.learned.0 = Cells::Array(vec![0; cells.len()]);
        self.recall = Some(Recall::new(recalled));
        true
    }

    /// Adds rows to a counter.
    pub(super) fn add(&mut self, cell: usize, count: u64) {
        Counters { cells: &mut self.cells, touched: &mut self.touched }.add(cell, count);
    }

    /// Adds rows to counters, and pays for the groups that come up.
    pub(super) fn add_all(
        &mut self,
        counts: impl Iterator<Item = (usize, u64)>,
        budget: &Budget,
    ) -> Result<()> {
        let before = self.touched.len();
        counts.for_each(|(cell, count)| self.add(cell, count));
        budget.hold((self.touched.len() - before) * self.size())
    }

    /// Hands over what was counted, in the order in which it came up.
    pub(super) fn flush(&mut self, state: &mut State<'_, '_>) -> Result<Flow> {
        let touched = std::mem::take(&mut self.touched);
        let mut flow = Flow::Continue(());
        for cell in &touched {
            let count = self.cells.take(*cell);
            let hopeless = matches!(&self.after, After::Top(top) if count < top.least);
            if flow.is_continue() && !hopeless {
                flow = self.emit(state, *cell, count)?;
            }
        }
        state.machine.budget.release(touched.len() * self.size());
        self.touched = touched;
        self.touched.clear();
        Ok(flow)
    }

    /// Pays for the groups that came up after so many.
    fn hold(&self, state: &State<'_, '_>, before: usize) -> Result<()> {
        let new = self.touched.len() - before;
        if new == 0 {
            return Ok(());
        }
        state.machine.budget.hold(new * self.size())
    }

    /// How many values a group holds.
    pub(super) fn size(&self) -> usize {
        self.keys.len() + self.calls.len()
    }

    /// Whether a key is told by a node that what is remembered does not stand for.
    fn is_before(&self, key: &Key<'_>) -> bool {
        self.recall.as_ref().is_some_and(|recall| !recall.of.holds(key.place))
    }

    /// The groups that were kept, in order.
    pub(super) fn take_top(&mut self) -> Vec<Entry> {
        match std::mem::replace(&mut self.after, After::Done) {
            After::Top(top) => top.into_sorted(),
            After::Frames(..) | After::Done => Vec::new(),
        }
    }

    fn emit(&mut self, state: &mut State<'_, '_>, cell: usize, count: u64) -> Result<Flow> {
        let number = |key: &(Key<'_>, usize), at: usize| {
            if at < self.outer {
                key.0.index.of(state.ids[0])
            } else {
                cell / key.1 % key.0.index.len().max(1)
            }
        };
        match &mut self.after {
            After::Top(top) => {
                let keys = self.keys.iter().enumerate();
                top.offer(count, (state.ids[0], cell), |wanted| {
                    let mut keys = keys.clone().filter(|(_, key)| key.0.slot == wanted);
                    keys.next().map_or(0, |(at, key)| number(key, at))
                });
                Ok(Flow::Continue(()))
            }
            After::Frames(ops, sink) => {
                for (at, key) in self.keys.iter().enumerate() {
                    let value = key.0.value(state.machine.graph, number(key, at));
                    state.frame[key.0.slot.0] = value;
                }
                for slot in &self.calls {
                    state.frame[slot.0] = counted(count);
                }
                state.machine.drive(ops, state.frame, sink)
            }
            After::Done => Ok(Flow::Break(())),
        }
    }

    /// Sets the slots of a group that was kept.
    pub(super) fn show(&self, state: &mut State<'_, '_>, first: u32, cell: usize, count: u64) {
        for (at, (key, stride)) in self.keys.iter().enumerate() {
            let number = if at < self.outer {
                key.index.of(first)
            } else {
                cell / stride % key.index.len().max(1)
            };
            state.frame[key.slot.0] = key.value(state.machine.graph, number);
        }
        for slot in &self.calls {
            state.frame[slot.0] = counted(count);
        }
    }
}

/// A count as a value.
pub(super) fn counted(count: u64) -> Datum {
    Datum::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

impl Gather for Tally<'_, '_, '_> {
    fn take(&mut self, state: &mut State<'_, '_>, run: Run<'_>, times: u64) -> Result<Flow> {
        let (mut base, mut in_run, mut runs) = (0, None, 0);
        for (key, stride) in self.keys.iter().skip(self.outer) {
            if key.place == self.open {
                in_run = Some((&key.index, *stride));
                runs += 1;
            } else if !(self.learning && self.is_before(key)) {
                base += key.index.of(state.ids[key.place]) * stride;
            }
        }
        let before = self.touched.len();
        let (keys, open) = (self.keys.get(self.outer..).unwrap_or(&[]), self.open);
        let mut counters = Counters { cells: &mut self.cells, touched: &mut self.touched };
        match in_run {
            None => counters.add(base, times.saturating_mul(run.ids.len() as u64)),
            Some(_) if runs > 1 => counters.add_each(run.ids, times, |id| {
                let own = keys.iter().filter(|(key, _)| key.place == open);
                base + own.map(|(key, stride)| key.index.of(id) * stride).sum::<usize>()
            }),
            Some((Index::Node { first, .. }, stride)) => {
                let first = *first;
                counters
                    .add_each(run.ids, times, |id| base + id.wrapping_sub(first) as usize * stride);
            }
            Some((Index::Code(column, texts), stride)) => {
                counters
                    .add_each(run.ids, times, |id| base + keys::code(column, texts, id) * stride);
            }
            Some((Index::Int { column, least, count }, stride)) => {
                counters.add_each(run.ids, times, |id| {
                    base + keys::int(column, *least, *count, id) * stride
                });
            }
        }
        self.hold(state, before)?;
        Ok(Flow::Continue(()))
    }

    fn take_opened(
        &mut self,
        state: &State<'_, '_>,
        opened: &Opened<'_>,
        times: u64,
    ) -> Result<bool> {
        let (mut base, mut in_run, mut before_run, mut same) = (0, None, None, 0);
        let known = |key: &Key<'_>| self.learning && self.is_before(key);
        let keys = self.keys.iter().skip(self.outer).filter(|key| !known(&key.0));
        for (key, stride) in keys {
            if key.place == self.open {
                same += usize::from(in_run.replace((&key.index, *stride)).is_some());
            } else if key.place == opened.place {
                same += usize::from(before_run.replace((&key.index, *stride)).is_some());
            } else {
                base += key.index.of(state.ids[key.place]) * stride;
            }
        }
        let Cells::Array(cells) = &mut self.cells else { return Ok(false) };
        if same > 0 {
            return Ok(false);
        }
        let before = self.touched.len();
        let adder = Adder { cells, touched: &mut self.touched, times };
        adder.add_opened(opened, in_run, |id| {
            base + before_run.map_or(0, |(index, stride)| index.of(id) * stride)
        });
        self.hold(state, before)?;
        Ok(true)
    }

    fn recall(&mut self, state: &State<'_, '_>, node: u32, times: u64) -> Recollection {
        let Some(recall) = &self.recall else { return Recollection::None };
        let Some(counts) = recall.get(node) else {
            let room = recall.has_room(node);
            return if room { Recollection::Unknown } else { Recollection::None };
        };
        let keys = self.keys.get(self.outer..).unwrap_or(&[]).iter();
        let before = keys.filter(|(key, _)| !recall.of.holds(key.place));
        let base: usize =
            before.map(|(key, stride)| key.index.of(state.ids[key.place]) * stride).sum();
        let Self { cells, touched, .. } = self;
        let mut counters = Counters { cells, touched };
        for (cell, count) in counts {
            counters.add(base + *cell as usize, u64::from(*count).saturating_mul(times));
        }
        Recollection::Added
    }

    fn learn(&mut self, node: u32, ends: bool) {
        if ends {
            let Self { cells, touched, recall, .. } = self;
            if let Some(recall) = recall {
                let number = |cell: usize| u32::try_from(cell).unwrap_or(u32::MAX);
                recall.put(node, touched.drain(..).map(|cell| (number(cell), cells.take(cell))));
            }
        }
        std::mem::swap(&mut self.cells, &mut self.learned.0);
        std::mem::swap(&mut self.touched, &mut self.learned.1);
        self.learning = !ends;
    }

    fn pass(&mut self, state: &mut State<'_, '_>) -> Result<Flow> {
        self.flush(state)
    }
}
