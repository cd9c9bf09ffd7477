//! Counting over a tree of hops without going through its rows: what hangs on a node is a histogram over the values of the keys, and
//! where several hops go on from a node, their histograms are multiplied.
//!
//! ```text
//! (a)<--(i)-->(p)-->(b), counted by a.x and b.y:
//! for each i: counts[x][y] += (how often x is met along i's row) · (how often y is, added up over the p in i's other row)
//! ```
//!
//! The histogram of a node that is reached from many others is worked out once.
//!
//! Source: Bakibayev, Kočiský, Olteanu, Závodný, "Aggregation and Ordering in Factorised Databases", PVLDB 6 (2013).

use std::ops::{AddAssign, Range};

use super::keep::Test;
use super::keys::{self, Index, Key};
use super::program::{Program, Source, Step};
use super::select::Run;
use super::walk::{Gather, State};
use super::ways::{self, Way};
use crate::error::Result;
use crate::exec::Flow;
use crate::exec::budget::Budget;
use crate::graph::Graph;

/// How many counts the histogram of a node below the first may have: it is cleared and multiplied as a whole.
const WIDTH_MAX: usize = 32;
/// How many counts that of the first node may have.
const CELLS_MAX: usize = 1 << 16;
/// How many counts are remembered at most.
const KNOWN_MAX: usize = 1 << 22;
/// Counts are added so many at a time.
const LANES: usize = 8;
/// How often a node must be met on average for its histogram to be remembered. Without optimisation, as tests run, once is enough.
const MET_MIN: u64 = if cfg!(debug_assertions) { 0 } else { 2 };
/// When one node in so many is known, the others are worked out too, in the order in which their rows lie in memory.
const KNOWN_FEW: usize = 16;

/// A pattern of hops that fork but never meet, its rows counted by key.
pub(super) struct Tree<'p, 'g> {
    first: Node<'p, 'g>,
    counts: Vec<u64>,
    /// The counter of a sink that each of the counts belongs to.
    cells: Vec<usize>,
}

/// A node of the pattern, with what hangs on it.
struct Node<'p, 'g> {
    graph: &'g Graph,
    tests: Vec<&'p Test<'g>>,
    /// The keys that it tells, and what a step in the numbers of each makes in the histogram.
    keys: Vec<(Index<'g>, usize)>,
    branches: Vec<Branch<'p, 'g>>,
    /// How many counts its histogram has.
    width: usize,
    /// The most that one of them can be.
    most: u64,
}

/// A hop, and the node it leads to.
struct Branch<'p, 'g> {
    ways: &'p [Way<'g>],
    to: Node<'p, 'g>,
    /// What a step in the histogram of that node makes in the histogram of the one that the hop starts from.
    stride: usize,
    /// The histogram over the row that was gone through last.
    counts: Vec<u64>,
    known: Memory,
}

/// The histograms of nodes that are reached over and over, as narrow as their counts allow: it is the cache that they must fit in.
enum Memory {
    None,
    U8(Known<u8>),
    U16(Known<u16>),
    U32(Known<u32>),
}

struct Known<C> {
    first: u32,
    /// Those of one node lie together, as many groups as all of its counts fill.
    counts: Vec<[C; LANES]>,
    groups: usize,
    is_known: Vec<bool>,
    learned: usize,
    /// The one that is being worked out.
    fresh: Vec<u64>,
}

/// A narrow count.
trait Narrow: Copy + Default + TryFrom<u64> {
    /// What sums are kept in.
    type Sum: Copy + Default + AddAssign + From<Self> + Into<u64>;
    /// So many of the greatest fit into a sum.
    const TIMES: usize;
}

impl Narrow for u8 {
    type Sum = u16;
    const TIMES: usize = 1 << 8;
}

impl Narrow for u16 {
    type Sum = u32;
    const TIMES: usize = 1 << 16;
}

impl Narrow for u32 {
    type Sum = u64;
    const TIMES: usize = 1 << 31;
}

impl<'p, 'g> Tree<'p, 'g> {
    /// The tree that a program walks, where it is one and its rows are only counted by keys, each with what its number makes in the
    /// cell of a counter; `None` where they are not, or where histograms would be too wide.
    pub(super) fn of(
        program: &'p Program<'g>,
        keys: &[(Key<'g>, usize)],
        graph: &'g Graph,
    ) -> Option<Self> {
        let plain = |step: &Step<'_>| match step {
            Step::Expand(hop) => hop.differs.is_empty() && hop.beyond.is_none(),
            Step::Keep(keep) => {
                let own = |test| !matches!(test, &Test::General(_) | &Test::Beyond { .. });
                keep.nodes.is_empty() && keep.rels.is_empty() && keep.tests.iter().all(own)
            }
            Step::Close(_) => false,
        };
        let cells = |key: &(Key<'_>, usize)| key.0.index.len();
        let width = keys.iter().map(cells).try_fold(1_usize, usize::checked_mul)?;
        if !(1..=CELLS_MAX).contains(&width) || !program.steps.iter().all(plain) {
            return None;
        }
        let (first, cells) = Node::of(program, keys, graph, 0)?;
        let nodes = match &program.source {
            Source::Nodes(nodes) => nodes.len(),
            Source::List(ids) => ids.len(),
            Source::All => graph.node_count(),
        };
        first.most.checked_mul(nodes as u64)?;
        Some(Self { counts: vec![0; first.width], first, cells })
    }

    /// Whether some node is met over and over, and worked out once: else the rows are as soon gone through.
    pub(super) fn remembers(&self) -> bool {
        self.first.remembers()
    }

    /// The counters that were met, and their counts.
    pub(super) fn counts(&self) -> impl Iterator<Item = (usize, u64)> {
        let counts = self.cells.iter().copied().zip(self.counts.iter().copied());
        counts.filter(|(_, count)| *count > 0)
    }
}

impl Gather for Tree<'_, '_> {
    fn take(&mut self, state: &mut State<'_, '_>, run: Run<'_>, _: u64) -> Result<Flow> {
        for id in run.ids {
            self.first.add(*id, &mut self.counts, state.machine.budget)?;
        }
        Ok(Flow::Continue(()))
    }
}

impl<'p, 'g> Node<'p, 'g> {
    /// The node in a place of a program with all that hangs on it, and what each count of its histogram adds to a cell.
    fn of(
        program: &'p Program<'g>,
        keys: &[(Key<'g>, usize)],
        graph: &'g Graph,
        place: usize,
    ) -> Option<(Self, Vec<usize>)> {
        let (mut tests, mut own, mut branches, mut most) = (vec![], vec![], vec![], 1_u64);
        let mut cells = vec![0];
        for (key, stride) in keys.iter().filter(|(key, _)| key.place == place) {
            own.push((key.index.clone(), cells.len()));
            cells = product(&cells, (0..key.index.len()).map(|number| number * stride));
        }
        for step in &program.steps {
            match step {
                Step::Keep(keep) if keep.place == place => tests.extend(&keep.tests),
                Step::Expand(hop) if hop.from == place => {
                    let (to, below) = Self::of(program, keys, graph, hop.to)?;
                    let branch = Branch::of(&hop.ways, to, cells.len())?;
                    most = most.checked_mul(branch.most()?)?;
                    cells = product(&cells, below.into_iter());
                    branches.push(branch);
                }
                Step::Keep(_) | Step::Expand(_) | Step::Close(_) => {}
            }
        }
        let width = cells.len();
        Some((Self { graph, tests, keys: own, branches, width, most }, cells))
    }

    fn remembers(&self) -> bool {
        let remembers = |branch: &Branch<'_, '_>| {
            !matches!(branch.known, Memory::None) || branch.to.remembers()
        };
        self.branches.iter().any(remembers)
    }

    /// Adds the histogram of a node to counts.
    fn add(&mut self, id: u32, counts: &mut [u64], budget: &Budget) -> Result<()> {
        if !self.tests.iter().all(|test| test.passes(self.graph, id)) {
            return Ok(());
        }
        for branch in &mut self.branches {
            if !branch.go_through(id, budget)? {
                return Ok(());
            }
        }
        let own = self.keys.iter().map(|(index, stride)| index.of(id) * stride).sum();
        multiply(&self.branches, 1, own, counts);
        Ok(())
    }

    /// Adds the histograms of the nodes in a row.
    fn add_row(&mut self, row: &[u32], counts: &mut [u64], budget: &Budget) -> Result<()> {
        if !self.branches.is_empty() || !self.tests.is_empty() {
            return row.iter().try_for_each(|id| self.add(*id, counts, budget));
        }
        match self.keys.as_slice() {
            [] => add_at(counts, 0, row.len() as u64),
            [(Index::Code(column, texts), 1)] => {
                row.iter().for_each(|id| add_at(counts, keys::code(column, texts, *id), 1));
            }
            keys => row.iter().for_each(|id| {
                add_at(counts, keys.iter().map(|(index, stride)| index.of(*id) * stride).sum(), 1);
            }),
        }
        Ok(())
    }
}

impl<'p, 'g> Branch<'p, 'g> {
    fn of(ways: &'p [Way<'g>], to: Node<'p, 'g>, stride: usize) -> Option<Self> {
        if to.width > WIDTH_MAX || ways.iter().any(|way| way.rows().is_none()) {
            return None;
        }
        let groups = to.width.div_ceil(LANES);
        let nodes = ways::targets(ways);
        let rels: u64 = ways.iter().map(Way::rels).sum();
        let worth = !to.branches.is_empty() && rels >= MET_MIN * nodes.len() as u64;
        let fits = nodes.len() <= KNOWN_MAX / (groups * LANES);
        let known = match to.most {
            _ if !worth || !fits => Memory::None,
            most if u8::try_from(most).is_ok() => Memory::U8(Known::new(nodes, groups)),
            most if u16::try_from(most).is_ok() => Memory::U16(Known::new(nodes, groups)),
            most if u32::try_from(most).is_ok() => Memory::U32(Known::new(nodes, groups)),
            _ => Memory::None,
        };
        Some(Self { ways, to, stride, counts: vec![0; groups * LANES], known })
    }

    /// The most that a count over a row can be.
    fn most(&self) -> Option<u64> {
        let rels = self.ways.iter().map(Way::degree_max).try_fold(0_u64, u64::checked_add)?;
        self.to.most.checked_mul(rels.max(1))
    }

    /// Counts over the row of a node; false where it is empty.
    fn go_through(&mut self, from: u32, budget: &Budget) -> Result<bool> {
        let rels: usize = self.ways.iter().map(|way| way.degree(from)).sum();
        budget.steps(rels)?;
        if rels == 0 {
            return Ok(false);
        }
        self.counts.fill(0);
        for way in self.ways {
            let row = way.nodes(from);
            if way.but_loops {
                let loops = ways::places(row, from);
                self.add_row(row.get(..loops.start).unwrap_or(&[]), budget)?;
                self.add_row(row.get(loops.end..).unwrap_or(&[]), budget)?;
            } else {
                self.add_row(row, budget)?;
            }
        }
        Ok(true)
    }

    #[inline]
    fn add_row(&mut self, row: &[u32], budget: &Budget) -> Result<()> {
        let Self { to, counts, known, .. } = self;
        match known {
            Memory::None => to.add_row(row, counts, budget),
            Memory::U8(known) => known.add_row(row, to, counts, budget),
            Memory::U16(known) => known.add_row(row, to, counts, budget),
            Memory::U32(known) => known.add_row(row, to, counts, budget),
        }
    }
}

impl<C: Narrow> Known<C> {
    fn new(nodes: Range<u32>, groups: usize) -> Self {
        Self {
            first: nodes.start,
            counts: vec![[C::default(); LANES]; nodes.len() * groups],
            groups,
            is_known: vec![false; nodes.len()],
            learned: 0,
            fresh: vec![0; groups * LANES],
        }
    }

    #[inline]
    fn at(&self, id: u32) -> usize {
        id.wrapping_sub(self.first) as usize
    }

    #[inline]
    fn has(&self, id: u32) -> bool {
        self.is_known.get(self.at(id)).copied().unwrap_or_default()
    }

    /// Adds the histograms of the nodes in a row to counts.
    fn add_row(
        &mut self,
        row: &[u32],
        node: &mut Node<'_, '_>,
        counts: &mut [u64],
        budget: &Budget,
    ) -> Result<()> {
        if self.learned < self.is_known.len() {
            for id in row {
                if !self.has(*id) {
                    self.learn(*id, node, budget)?;
                }
            }
        }
        for (group, counts) in counts.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            row.chunks(C::TIMES).for_each(|row| self.add_group(row, group, counts));
        }
        Ok(())
    }

    /// Adds some of the counts of the nodes in a row, which stay in one register meanwhile.
    #[inline]
    fn add_group(&self, row: &[u32], group: usize, counts: &mut [u64; LANES]) {
        let mut sums = [C::Sum::default(); LANES];
        for id in row {
            let Some(own) = self.counts.get(self.at(*id) * self.groups + group) else { continue };
            for (sum, own) in sums.iter_mut().zip(own) {
                *sum += C::Sum::from(*own);
            }
        }
        for (count, sum) in counts.iter_mut().zip(sums) {
            *count += sum.into();
        }
    }

    #[cold]
    fn learn(&mut self, id: u32, node: &mut Node<'_, '_>, budget: &Budget) -> Result<()> {
        self.learn_one(id, node, budget)?;
        let count = self.is_known.len();
        if self.learned != count / KNOWN_FEW {
            return Ok(());
        }
        node.tests.iter().try_for_each(|test| test.foresee(node.graph, count, budget))?;
        for id in (self.first..).take(count) {
            if !self.has(id) {
                self.learn_one(id, node, budget)?;
            }
        }
        Ok(())
    }

    fn learn_one(&mut self, id: u32, node: &mut Node<'_, '_>, budget: &Budget) -> Result<()> {
        self.fresh.fill(0);
        node.add(id, &mut self.fresh, budget)?;
        let at = self.at(id);
        let counts = self.counts.get_mut(at * self.groups..).unwrap_or(&mut []);
        for (to, count) in counts.as_flattened_mut().iter_mut().zip(&self.fresh) {
            // Counts are no wider than they can become.
            *to = C::try_from(*count).unwrap_or_default();
        }
        if let Some(is_known) = self.is_known.get_mut(at) {
            *is_known = true;
            self.learned += 1;
        }
        Ok(())
    }
}

/// Adds the product of the histograms of branches to counts, from a place on.
fn multiply<'b>(branches: &'b [Branch<'_, '_>], times: u64, place: usize, counts: &mut [u64]) {
    let own = |branch: &'b Branch<'_, '_>| branch.counts.get(..branch.to.width).unwrap_or(&[]);
    let add = |first: &'b Branch<'_, '_>, times: u64, place: usize, counts: &mut [u64]| {
        let counts = counts.get_mut(place..).unwrap_or(&mut []);
        counts.iter_mut().zip(own(first)).for_each(|(to, count)| *to += times * count);
    };
    match branches {
        [] => add_at(counts, place, times),
        [first] if first.stride == 1 => add(first, times, place, counts),
        // Few counts are faster multiplied than looked at.
        [first, last] if first.stride == 1 => {
            for (number, count) in own(last).iter().enumerate() {
                add(first, times * count, place + number * last.stride, counts);
            }
        }
        [before @ .., last] => {
            for (number, count) in own(last).iter().enumerate().filter(|(_, count)| **count > 0) {
                multiply(before, times * count, place + number * last.stride, counts);
            }
        }
    }
}

#[inline]
fn add_at(counts: &mut [u64], place: usize, count: u64) {
    if let Some(to) = counts.get_mut(place) {
        *to += count;
    }
}

/// Every sum of two numbers; those of the first come in their order for each of the second.
fn product(first: &[usize], second: impl Iterator<Item = usize>) -> Vec<usize> {
    second.flat_map(|more| first.iter().map(move |one| one + more)).collect()
}
