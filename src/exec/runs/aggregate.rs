//! Aggregates and distinct rows as sinks of programs.
//!
//! ```text
//! (i)-->(m): m.id, min(i.id), count(DISTINCT i.status)
//! ids of i and m ─▶ number of m.id ─▶ group ─▶ is i.id the least so far? is the code of i.status new? ─▶ value
//! ```
//!
//! A group is found by the numbers of its keys, and what its aggregates have seen is what the general machine keeps as well. Before a
//! value is read, the number that stands for it tells whether it can change anything: of values that are compared or counted once, few
//! are ever read. Groups come up in the order of their first rows, and distinct rows are handed on as they come up.

use rustc_hash::{FxHashMap, FxHashSet};

use super::keep::property;
use super::keys::{Index, Key};
use super::lower::Lower;
use super::program::{Program, Reads};
use super::select::Run;
use super::walk::{Gather, State};
use crate::error::Result;
use crate::exec::aggregate::State as Seen;
use crate::exec::{Flow, Sink};
use crate::functions::Aggregate;
use crate::graph::Graph;
use crate::model::{Datum, KeyId, NodeId};
use crate::plan::{AggregateCall, Expr, Op, Slot};

/// How many groups are looked up in an array.
const CELLS_MAX: usize = 1 << 21;
/// How many bits may say which numbers have come up in which group.
const BITS_MAX: usize = 1 << 27;

/// Groups that are wanted, and what of each.
pub(super) struct Wanted<'a, 'g> {
    /// Each with what its number is multiplied with: together they tell the cell of a group.
    keys: Vec<(Key<'g>, usize)>,
    /// How many cells there are.
    cells: usize,
    calls: Vec<(Slot, &'a AggregateCall, Option<Arg<'g>>)>,
    /// The operators after them.
    pub(super) after: &'a [Op],
}

/// What is aggregated: a property of a node of the program, or the node.
#[derive(Clone, Debug)]
struct Arg<'g> {
    place: usize,
    key: Option<KeyId>,
    /// What number stands for its value, where one does.
    index: Option<Index<'g>>,
}

impl<'g> Arg<'g> {
    fn of(lower: &Lower<'_, 'g>, slot: Slot, expr: &Expr) -> Option<Self> {
        let index = Key::of(lower, slot, expr).map(|key| key.index);
        if let Some((place, key)) = lower.property_of(expr) {
            return Some(Self { place, key: Some(key), index });
        }
        let place = (0..lower.met.len()).find(|place| lower.is_node(expr, *place))?;
        Some(Self { place, key: None, index })
    }

    fn value(&self, graph: &Graph, node: u32) -> Datum {
        self.key.map_or(Datum::Node(NodeId(node)), |key| property(graph, node, key))
    }
}

impl<'a, 'g> Wanted<'a, 'g> {
    /// The groups that operators make, where their keys have numbers and all that is aggregated belongs to nodes of the program.
    pub(super) fn of(lower: &Lower<'_, 'g>, ops: &'a [Op]) -> Option<Self> {
        match ops {
            [Op::Aggregate { keys, calls }, after @ ..] => {
                let keys = keys.iter().map(|(slot, expr)| Key::of(lower, *slot, expr));
                let calls = calls.iter().map(|(slot, call)| {
                    let arg = match &call.arg {
                        Some(arg) => Some(Arg::of(lower, *slot, arg)?),
                        None => None,
                    };
                    call.second.is_none().then_some((*slot, call, arg))
                });
                let (keys, calls) = (keys.collect::<Option<_>>()?, calls.collect::<Option<_>>()?);
                Self::new(keys, calls, after)
            }
            [Op::Project(items), Op::Distinct(slots), after @ ..] => {
                Self::distinct(lower, items, slots, after)
            }
            [Op::Distinct(slots), after @ ..] => Self::distinct(lower, &[], slots, after),
            _ => None,
        }
    }

    /// Distinct rows are groups of which nothing more is wanted.
    fn distinct(
        lower: &Lower<'_, 'g>,
        items: &[(Slot, Expr)],
        slots: &[Slot],
        after: &'a [Op],
    ) -> Option<Self> {
        let keys = slots.iter().map(|slot| match items.iter().find(|item| item.0 == *slot) {
            Some((_, expr)) => Key::of(lower, *slot, expr),
            None => Key::of_node(lower, *slot),
        });
        let all = items.iter().all(|item| slots.contains(&item.0));
        let keys = keys.collect::<Option<_>>().filter(|_| all)?;
        Self::new(keys, Vec::new(), after)
    }

    /// Groups by keys; `None` where these have more numbers than can be told apart.
    fn new(
        keys: Vec<Key<'g>>,
        calls: Vec<(Slot, &'a AggregateCall, Option<Arg<'g>>)>,
        after: &'a [Op],
    ) -> Option<Self> {
        let mut cells = 1_usize;
        let mut strided = Vec::new();
        for key in keys {
            let stride = cells;
            cells = cells.checked_mul(key.index.len())?;
            strided.push((key, stride));
        }
        Some(Self { keys: strided, cells, calls, after })
    }

    /// The same before other operators.
    pub(super) fn before(self, after: &'a [Op]) -> Self {
        Self { after, ..self }
    }

    /// What must be read of each row. Where it matters how often equal rows come, and between which others, that is every node: what
    /// nothing reads is only counted.
    pub(super) fn reads(&self, program: &Program<'_>) -> Reads {
        let each = |(_, call, _): &(Slot, &AggregateCall, _)| {
            let alike = matches!(call.function, Aggregate::Count | Aggregate::Min | Aggregate::Max);
            !alike && !call.distinct
        };
        if self.calls.iter().any(each) {
            return Reads::all_nodes(program);
        }
        let args = self.calls.iter().filter_map(|call| call.2.as_ref());
        let places = self.keys.iter().map(|(key, _)| key.place).chain(args.map(|arg| arg.place));
        Reads::of_places(program, &places.collect::<Vec<_>>())
    }
}

/// Groups in the making.
pub(super) struct Aggregates<'a, 's, 'g> {
    keys: Vec<(Key<'g>, usize)>,
    /// The place of the run.
    open: usize,
    groups: Groups,
    calls: Vec<Call<'a, 'g>>,
    after: &'a [Op],
    sink: Sink<'s>,
}

/// The groups by the numbers of their keys.
struct Groups {
    places: Places,
    /// The cells of the groups in the order in which they came up.
    cells: Vec<usize>,
}

/// Where the group of a cell stands among all.
enum Places {
    /// One more than that; 0 where there is none.
    Array(Vec<u32>),
    Hash(FxHashMap<usize, usize>),
}

impl Groups {
    fn new(cells: usize) -> Self {
        let places = if cells <= CELLS_MAX {
            Places::Array(vec![0; cells])
        } else {
            Places::Hash(FxHashMap::default())
        };
        Self { places, cells: Vec::new() }
    }

    /// The group of a cell, and whether it is a new one.
    #[inline]
    fn find(&mut self, cell: usize) -> (usize, bool) {
        let next = self.cells.len();
        let group = match &mut self.places {
            Places::Array(places) => match places.get_mut(cell) {
                Some(0) | None => next,
                Some(place) => *place as usize - 1,
            },
            Places::Hash(places) => *places.entry(cell).or_insert(next),
        };
        if group == next {
            self.cells.push(cell);
            if let Places::Array(places) = &mut self.places
                && let Some(place) = places.get_mut(cell)
            {
                *place = u32::try_from(next + 1).unwrap_or(u32::MAX);
            }
        }
        (group, group == next)
    }
}

/// One aggregate.
struct Call<'a, 'g> {
    slot: Slot,
    call: &'a AggregateCall,
    arg: Option<Arg<'g>>,
    /// Which values are read.
    sieve: Sieve,
    /// What it has seen of each group.
    seen: Vec<Seen>,
}

/// Tells by their numbers which values can change anything.
enum Sieve {
    /// All.
    Every,
    /// Those beyond all before them in the group; one more than the number, 0 where there was none.
    Beyond { bounds: Vec<usize>, greater: bool },
    /// Those that come up for the first time in the group, with a bit for each number of each group.
    Bits { bits: Vec<u64>, numbers: usize },
    /// The same, of too many for that.
    Once(FxHashSet<(usize, usize)>),
}

impl Sieve {
    fn new(call: &AggregateCall, index: Option<&Index<'_>>, groups: usize) -> Self {
        let Some(index) = index else { return Self::Every };
        let bits = groups.checked_mul(index.len()).filter(|bits| *bits <= BITS_MAX);
        match (call.function, bits) {
            (Aggregate::Min, _) => Self::Beyond { bounds: Vec::new(), greater: false },
            (Aggregate::Max, _) => Self::Beyond { bounds: Vec::new(), greater: true },
            (_, Some(_)) if call.distinct => Self::Bits { bits: Vec::new(), numbers: index.len() },
            _ if call.distinct => Self::Once(FxHashSet::default()),
            _ => Self::Every,
        }
    }

    /// Makes room for one more group than there are.
    fn grow(&mut self, groups: usize) {
        match self {
            Self::Beyond { bounds, .. } => bounds.push(0),
            Self::Bits { bits, numbers } => bits.resize(((groups + 1) * *numbers).div_ceil(64), 0),
            Self::Every | Self::Once(_) => {}
        }
    }

    /// Whether a value can change anything; the next one like it cannot.
    #[inline]
    fn passes(&mut self, group: usize, number: usize) -> bool {
        match self {
            Self::Every => true,
            Self::Beyond { bounds, greater } => {
                let Some(bound) = bounds.get_mut(group) else { return true };
                let passes = match bound.checked_sub(1) {
                    Some(bound) if *greater => number > bound,
                    Some(bound) => number < bound,
                    None => true,
                };
                if passes {
                    *bound = number + 1;
                }
                passes
            }
            Self::Bits { bits, numbers } => {
                let at = group * *numbers + number;
                let Some(word) = bits.get_mut(at / 64) else { return true };
                let before = std::mem::replace(word, *word | 1 << (at % 64));
                *word != before
            }
            Self::Once(known) => known.insert((group, number)),
        }
    }
}

impl<'a, 'g> Call<'a, 'g> {
    fn new((slot, call, arg): (Slot, &'a AggregateCall, Option<Arg<'g>>), groups: usize) -> Self {
        let index = arg.as_ref().and_then(|arg| arg.index.as_ref());
        let sieve = Sieve::new(call, index, groups);
        Self { slot, call, arg, sieve, seen: Vec::new() }
    }

    /// Begins a group, where there are so many.
    fn begin(&mut self, groups: usize) {
        self.sieve.grow(groups);
        self.seen.push(match self.sieve {
            Sieve::Every => Seen::new(self.call),
            Sieve::Beyond { .. } | Sieve::Bits { .. } | Sieve::Once(_) => Seen::of_each(self.call),
        });
    }

    /// Takes the value of a row for a group; `open` is the place of the run, and `id` its node.
    #[inline]
    fn take(
        &mut self,
        state: &State<'_, '_>,
        group: usize,
        (open, id): (usize, u32),
        times: u64,
    ) -> Result<()> {
        let Some(seen) = self.seen.get_mut(group) else { return Ok(()) };
        let (Some(arg), Some(expr)) = (&self.arg, &self.call.arg) else {
            seen.count(times);
            return Ok(());
        };
        let node = if arg.place == open { id } else { state.ids[arg.place] };
        let (machine, counts) = (state.machine, self.call.function == Aggregate::Count);
        let times = if self.call.distinct { 1 } else { times };
        if let Some(index) = &arg.index {
            let number = index.of(node);
            if index.is_null(number) || !self.sieve.passes(group, number) {
                return Ok(());
            }
            if counts {
                seen.count(times);
                return machine.budget.hold(usize::from(self.call.distinct));
            }
        }
        let value = arg.value(machine.graph, node);
        if counts && !self.call.distinct {
            seen.count(if value.is_null() { 0 } else { times });
            return Ok(());
        }
        machine.gather(seen, (self.call, expr), value)
    }
}

impl<'a, 's, 'g> Aggregates<'a, 's, 'g> {
    /// Groups without rows.
    pub(super) fn new(wanted: Wanted<'a, 'g>, open: usize, sink: Sink<'s>) -> Self {
        let Wanted { keys, cells, calls, after } = wanted;
        let calls = calls.into_iter().map(|call| Call::new(call, cells)).collect();
        let mut all = Self { keys, open, groups: Groups::new(cells), calls, after, sink };
        if all.keys.is_empty() {
            // Without keys there is one group, rows or none.
            all.groups.find(0);
            all.calls.iter_mut().for_each(|call| call.begin(0));
        }
        all
    }

    /// Begins a group; one of which nothing more is wanted is handed on.
    fn begin(&mut self, state: &mut State<'_, '_>, (group, cell): (usize, usize)) -> Result<Flow> {
        state.machine.budget.hold(self.keys.len() + self.calls.len())?;
        if self.calls.is_empty() {
            self.show(state, cell);
            return state.machine.drive(self.after, state.frame, self.sink);
        }
        self.calls.iter_mut().for_each(|call| call.begin(group));
        Ok(Flow::Continue(()))
    }

    /// Sets the slots of the keys.
    fn show(&self, state: &mut State<'_, '_>, cell: usize) {
        for (key, stride) in &self.keys {
            let number = cell / stride % key.index.len().max(1);
            state.frame[key.slot.0] = key.value(state.machine.graph, number);
        }
    }

    /// Hands on the groups, when all rows have come.
    pub(super) fn finish(mut self, state: &mut State<'_, '_>) -> Result<Flow> {
        if self.calls.is_empty() {
            return Ok(Flow::Continue(()));
        }
        let mut calls: Vec<_> = std::mem::take(&mut self.calls)
            .into_iter()
            .map(|call| (call.slot, call.seen.into_iter()))
            .collect();
        for cell in std::mem::take(&mut self.groups.cells) {
            self.show(state, cell);
            for (slot, seen) in &mut calls {
                state.frame[slot.0] = seen.next().map(Seen::finish).unwrap_or_default();
            }
            if state.machine.drive(self.after, state.frame, self.sink)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }
}

impl Gather for Aggregates<'_, '_, '_> {
    fn may_stop(&self) -> bool {
        self.calls.is_empty()
    }

    fn take(&mut self, state: &mut State<'_, '_>, run: Run<'_>, times: u64) -> Result<Flow> {
        state.machine.budget.steps(run.ids.len())?;
        let (mut base, mut in_run) = (0, false);
        for (key, stride) in &self.keys {
            if key.place == self.open {
                in_run = true;
            } else {
                base += key.index.of(state.ids[key.place]) * stride;
            }
        }
        let mut last = None;
        for id in run.ids {
            let group = match last {
                Some(group) if !in_run => group,
                _ => {
                    let own = self.keys.iter().filter(|(key, _)| key.place == self.open);
                    let cell = base + own.map(|(key, by)| key.index.of(*id) * by).sum::<usize>();
                    let (group, is_new) = self.groups.find(cell);
                    if is_new && self.begin(state, (group, cell))?.is_break() {
                        return Ok(Flow::Break(()));
                    }
                    group
                }
            };
            last = Some(group);
            for call in &mut self.calls {
                call.take(state, group, (self.open, *id), times)?;
            }
        }
        Ok(Flow::Continue(()))
    }
}
