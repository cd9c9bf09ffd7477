//! Ends: from the ids that rows give to the numbers of nodes.
//!
//! An id that ends in a number is looked up at once; others wait until all rows of a block are read, since look-ups one behind the other
//! wait for memory together. Nothing here copies an id.

use std::borrow::Cow;
use std::ops::Range;

use super::ids::{FREE, Key, NONE, number};
use super::numbers::Numbered;
use super::rows::unescaped;
use super::spaces::Spaces;

/// How many ends are looked up at a time.
const BATCH: usize = 32;

/// The ends of relationships on one side, row by row.
#[derive(Debug)]
pub(super) struct Ends<'s> {
    spaces: Option<&'s Spaces<'s>>,
    /// 0 for starts, 1 for ends.
    side: usize,
    /// The node of each row; [`NONE`] where there is none, or none yet.
    nodes: Vec<u32>,
    /// The form of the id before, which is likely that of the next one.
    form: Option<&'s Numbered>,
    waiting: Vec<Waiting>,
    /// The ids that no node has, by row.
    lacking: Vec<(u32, Range<u32>)>,
}

/// An id that is to be looked up.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    row: u32,
    key: Key,
    at: u32,
    length: u32,
}

impl<'s> Ends<'s> {
    /// The ends of one side, of about so many rows.
    pub(super) fn new(spaces: Option<&'s Spaces<'s>>, side: usize, rows: usize) -> Self {
        let nodes = Vec::with_capacity(if spaces.is_some() { rows } else { 0 });
        Self { spaces, side, nodes, form: None, waiting: Vec::new(), lacking: Vec::new() }
    }

    /// Takes the field at `at` if it is an id of the form of the one before; gives where it ends.
    #[inline]
    pub(super) fn guess(&mut self, bytes: &[u8], at: usize, delimiter: u8) -> Option<usize> {
        let (node, end) = self.form?.read(bytes, at, delimiter)?;
        if node == NONE {
            self.lack(&(at..end));
        }
        self.nodes.push(node);
        Some(end)
    }

    /// Takes an id that stands in a range of the block.
    pub(super) fn take(&mut self, id: &[u8], range: &Range<usize>) {
        if let Some(spaces) = self.spaces
            && let Some(ids) = spaces.side(self.side)
        {
            if let Some((form, node)) = ids.numbers.find(id) {
                self.form = Some(form);
                if node == NONE {
                    self.lack(range);
                }
                return self.nodes.push(node);
            }
            self.form = None;
            let (at, length) = (number(range.start), number(range.len()));
            self.waiting.push(Waiting { row: self.row(), key: Key::of(id), at, length });
        }
        self.nodes.push(NONE);
    }

    /// Takes the id of the row before again, if there is one.
    pub(super) fn again(&mut self) -> Option<()> {
        let node = self.nodes.last().copied()?;
        let row = self.row();
        if let Some(last) = self.waiting.last().copied().filter(|last| last.row + 1 == row) {
            self.waiting.push(Waiting { row, ..last });
        } else if let Some((_, range)) = self.lacking.last().filter(|last| last.0 + 1 == row) {
            self.lacking.push((row, range.clone()));
        }
        self.nodes.push(node);
        Some(())
    }

    fn row(&self) -> u32 {
        number(self.nodes.len())
    }

    #[cold]
    fn lack(&mut self, range: &Range<usize>) {
        self.lacking.push((self.row(), number(range.start)..number(range.end)));
    }

    /// The nodes of all rows of a block, and where an id stands that no node has, row by row; none of either where the id space is not known.
    pub(super) fn finish(mut self, bytes: &[u8]) -> (Vec<u32>, Vec<Range<usize>>) {
        let Some(spaces) = self.spaces else { return Default::default() };
        let Some(ids) = spaces.side(self.side) else { return Default::default() };
        for batch in std::mem::take(&mut self.waiting).chunks(BATCH) {
            let mut slots = [FREE; BATCH];
            for (slot, end) in slots.iter_mut().zip(batch) {
                *slot = ids.first(end.key);
            }
            for (slot, end) in slots.iter().zip(batch) {
                let quick = slot.node_of(end.key);
                let node = quick.unwrap_or_else(|| self.look_up(spaces, *end, bytes));
                if let Some(place) = self.nodes.get_mut(end.row as usize) {
                    *place = node;
                }
            }
        }
        self.lacking.sort_by_key(|(row, _)| *row);
        let range = |range: Range<u32>| range.start as usize..range.end as usize;
        let lacking = self.lacking.into_iter().filter(|_| spaces.judge);
        (self.nodes, lacking.map(|(_, at)| range(at)).collect())
    }

    fn look_up(&mut self, spaces: &Spaces<'_>, end: Waiting, bytes: &[u8]) -> u32 {
        let range = end.at as usize..end.at as usize + end.length as usize;
        let raw = bytes.get(range.clone()).unwrap_or_default();
        let quoted = range.start > 0 && bytes.get(range.start - 1) == Some(&b'"');
        let id = if quoted { unescaped(raw) } else { Cow::Borrowed(raw) };
        let found = spaces.find(self.side, end.key, &id);
        if found.is_none() && !range.is_empty() {
            self.lacking.push((end.row, end.at..end.at + end.length));
        }
        found.unwrap_or(NONE)
    }
}
