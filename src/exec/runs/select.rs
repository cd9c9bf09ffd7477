//! Ids that pass: from a run into a buffer, and through it again.

use super::keep::Test;
use super::ways::bounds;
use crate::exec::reach::Bits;
use crate::graph::{Graph, Hop, Rows};

/// Nodes of one variable, ascending, and the relationships that led to them, where something reads those.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Run<'r> {
    pub(super) ids: &'r [u32],
    pub(super) rels: &'r [u32],
}

impl<'r> Run<'r> {
    #[inline]
    pub(super) fn of(hop: Hop<'r>, rels: bool) -> Self {
        Self { ids: hop.nodes, rels: if rels { hop.rels } else { &[] } }
    }

    /// Those whose ids are greater than one, or smaller.
    #[inline]
    pub(super) fn beyond(self, bound: u32, greater: bool) -> Self {
        /// Rows so short are faster gone through than searched.
        const SHORT: usize = 16;
        let before = |id: &u32| if greater { *id <= bound } else { *id < bound };
        let at = if self.ids.len() <= SHORT {
            self.ids.iter().take_while(|id| before(id)).count()
        } else {
            self.ids.partition_point(before)
        };
        if greater { self.from(at) } else { self.until(at) }
    }

    /// One of them.
    #[inline]
    pub(super) fn one(self, at: usize) -> Self {
        self.from(at).until(1)
    }

    #[inline]
    fn from(self, at: usize) -> Self {
        Self { ids: self.ids.get(at..).unwrap_or(&[]), rels: self.rels.get(at..).unwrap_or(&[]) }
    }

    #[inline]
    pub(super) fn until(self, at: usize) -> Self {
        Self {
            ids: self.ids.get(..at).unwrap_or(self.ids),
            rels: self.rels.get(..at).unwrap_or(self.rels),
        }
    }
}

/// The rows that a last hop opens, one with each node of a run: a sink may go through them without a call for each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opened<'r> {
    pub(super) ids: &'r [u32],
    /// The place of these nodes.
    pub(super) place: usize,
    pub(super) rows: &'r Rows<'r>,
    /// The node whose row comes with each of them, where that is not its own.
    pub(super) from: Option<u32>,
    /// The id than which those in the rows must be greater, or smaller.
    pub(super) beyond: Option<(u32, bool)>,
}

impl Opened<'_> {
    /// Goes through them.
    #[inline]
    pub(super) fn each(&self, mut take: impl FnMut(u32, &[u32])) {
        let row = |id: u32| {
            let (from, to) = bounds(self.rows, id);
            self.rows.nodes.get(from..to).unwrap_or(&[])
        };
        let part = |row| match self.beyond {
            None => row,
            Some((bound, greater)) => Run { ids: row, rels: &[] }.beyond(bound, greater).ids,
        };
        match (self.from, self.beyond) {
            (Some(from), _) => {
                let row = part(row(from));
                self.ids.iter().for_each(|id| take(*id, row));
            }
            (None, None) => self.ids.iter().for_each(|id| take(*id, row(*id))),
            (None, Some(_)) => self.ids.iter().for_each(|id| take(*id, part(row(*id)))),
        }
    }
}

/// Ids that passed.
#[derive(Debug, Default)]
pub(super) struct Spare {
    pub(super) ids: Vec<u32>,
    pub(super) rels: Vec<u32>,
}

/// The nodes that are joined with another one.
#[derive(Debug, Default)]
pub(super) struct Marks<'g> {
    /// From the first on that may be joined.
    bits: Bits,
    first: u32,
    pub(super) row: &'g [u32],
    pub(super) of: Option<u32>,
    /// Whether one of them is joined more than once.
    pub(super) repeated: bool,
}

impl Spare {
    /// The same without what is in it.
    pub(super) fn cleared(mut self) -> Self {
        self.ids.clear();
        self.rels.clear();
        self
    }

    #[inline]
    pub(super) fn run(&self) -> Run<'_> {
        Run { ids: &self.ids, rels: &self.rels }
    }
}

impl<'g> Marks<'g> {
    /// Marks the nodes of a row instead of those before.
    pub(super) fn set(&mut self, of: u32, row: &'g [u32], first: u32, count: usize) {
        self.row.iter().for_each(|id| self.bits.remove(id.wrapping_sub(self.first)));
        self.bits.reserve(count);
        row.iter().for_each(|id| _ = self.bits.insert(id.wrapping_sub(first)));
        self.repeated = row.windows(2).any(|pair| pair[0] == pair[1]);
        (self.of, self.row, self.first) = (Some(of), row, first);
    }

    #[inline]
    pub(super) fn has(&self, id: u32) -> bool {
        self.bits.contains(id.wrapping_sub(self.first))
    }
}

/// Lets ids through.
pub(super) trait Select {
    fn by(&mut self, test: impl Fn(u32) -> bool);
}

/// Ids of a run into a buffer.
pub(super) struct First<'s, 'r>(pub(super) Run<'r>, pub(super) &'s mut Spare);

/// Ids of a buffer again.
pub(super) struct Again<'s>(pub(super) &'s mut Spare);

impl Select for First<'_, '_> {
    #[inline]
    fn by(&mut self, test: impl Fn(u32) -> bool) {
        let Self(run, spare) = self;
        spare.rels.clear();
        if run.rels.is_empty() {
            spare.ids.resize(run.ids.len(), 0);
            let mut kept = 0;
            for id in run.ids {
                // One write an id, passed or not, costs less than a branch that cannot be foreseen.
                spare.ids[kept] = *id;
                kept += usize::from(test(*id));
            }
            spare.ids.truncate(kept);
            return;
        }
        spare.ids.clear();
        for (id, rel) in run.ids.iter().zip(run.rels) {
            if test(*id) {
                spare.ids.push(*id);
                spare.rels.push(*rel);
            }
        }
    }
}

impl Select for Again<'_> {
    #[inline]
    fn by(&mut self, test: impl Fn(u32) -> bool) {
        let Spare { ids, rels } = &mut *self.0;
        let mut kept = 0;
        for at in 0..ids.len() {
            let id = ids[at];
            ids[kept] = id;
            if let Some(rel) = rels.get(at).copied() {
                rels[kept] = rel;
            }
            kept += usize::from(test(id));
        }
        ids.truncate(kept);
        rels.truncate(kept);
    }
}

/// Runs a test over ids; the common ones in loops of their own.
pub(super) fn pick(test: &Test<'_>, graph: &Graph, ids: &mut impl Select) {
    match test {
        Test::Ints { column, low, high, inside } => {
            ids.by(|id| column.get(id).is_some_and(|int| (int >= *low && int <= *high) == *inside));
        }
        Test::Codes { column, range, inside } => {
            ids.by(|id| column.get(id).is_some_and(|code| range.contains(&code) == *inside));
        }
        Test::Degree { ways, range } => match ways.as_slice() {
            [way] => ids.by(|id| range.contains(&way.degree(id))),
            _ => ids.by(|id| test.passes(graph, id)),
        },
        Test::Chain { chain, wanted } => ids.by(|id| chain.begins_at(graph, id) == *wanted),
        Test::Never
        | Test::Table { .. }
        | Test::Text { .. }
        | Test::Property { .. }
        | Test::Absent { .. }
        | Test::Among { .. }
        | Test::Beyond { .. }
        | Test::Any(_)
        | Test::General(_) => ids.by(|id| test.passes(graph, id)),
    }
}
