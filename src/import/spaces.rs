//! Id spaces: all nodes by the ids that tables call them by.
//!
//! Turns assembled nodes into one look-up a space, and finds the ids that stand twice. Nothing here copies an id that is long.

use indexmap::IndexMap;
use std::collections::HashMap;

use super::assemble::Part;
use super::header::Sort;
use super::ids::{Ids, Key, Texts, number};
use super::numbers::Survey;
use super::tables::Table;

/// How many ids that stand twice are looked for in the files.
const TWICE_MAX: usize = 5;

/// The ids of all nodes, by number.
#[derive(Debug, Default)]
struct NodeIds<'p> {
    /// The number of the first node, and the ids from it on; ascending.
    parts: Vec<(u32, &'p Texts)>,
}

impl<'p> NodeIds<'p> {
    fn get(&self, node: u32) -> &'p [u8] {
        let behind = self.parts.partition_point(|(first, _)| *first <= node);
        let part = behind.checked_sub(1).and_then(|at| self.parts.get(at));
        part.map_or(&[], |(first, texts)| texts.get((node - first) as usize))
    }
}

/// All id spaces.
#[derive(Debug, Default)]
pub(super) struct AllSpaces<'p> {
    ids: NodeIds<'p>,
    spaces: IndexMap<&'p str, Ids>,
}

/// Ids that stand twice in one space.
#[derive(Debug, Default)]
pub(super) struct Twice {
    /// The first of them.
    pub(super) ids: Vec<Vec<u8>>,
    /// How many rows more have an id that is taken.
    pub(super) more: usize,
}

impl Twice {
    fn add(&mut self, id: &[u8]) {
        if self.ids.iter().any(|known| known == id) {
            return;
        }
        if self.ids.len() < TWICE_MAX {
            self.ids.push(id.to_vec());
        } else {
            self.more += 1;
        }
    }
}

/// Gives the ids of nodes from the first one on, but for those that are missing.
fn each_id<'t>(first: u32, texts: &'t Texts, mut each: impl FnMut(u32, &'t [u8])) {
    for row in 0..texts.len() {
        let id = texts.get(row);
        if !id.is_empty() {
            each(first.saturating_add(number(row)), id);
        }
    }
}

impl<'p> AllSpaces<'p> {
    /// The ids of the nodes of `parts`, which are in the order of their numbers; with them the ids that stand twice, by space.
    pub(super) fn of(
        parts: &'p [Part],
        tables: &'p [Table<'_>],
    ) -> (Self, HashMap<&'p str, Twice>) {
        let mut all = Self::default();
        let mut twice: HashMap<&str, Twice> = HashMap::new();
        let mut first = 0_u32;
        for part in parts {
            all.ids.parts.push((first, &part.ids));
            first = first.saturating_add(number(part.ids.len()));
        }
        let space_of = |part: &Part| match &tables.get(part.table)?.header.sort {
            Sort::Nodes(space) => Some(space.as_str()),
            Sort::Rels(..) => None,
        };
        let mut surveys: IndexMap<&str, Survey> = IndexMap::new();
        for (part, (first, texts)) in parts.iter().zip(&all.ids.parts) {
            let Some(space) = space_of(part) else { continue };
            let survey = surveys.entry(space).or_default();
            each_id(*first, texts, |node, id| survey.see(id, node));
        }
        all.spaces = surveys.into_iter().map(|(space, survey)| (space, Ids::new(survey))).collect();
        for (part, (first, texts)) in parts.iter().zip(&all.ids.parts) {
            let Some(space) = space_of(part) else { continue };
            let Some(ids) = all.spaces.get_mut(space) else { continue };
            each_id(*first, texts, |node, id| {
                if !ids.add(id, node, |node| all.ids.get(node)) {
                    twice.entry(space).or_default().add(id);
                }
            });
        }
        (all, twice)
    }

    /// Whether there is a space of this name.
    pub(super) fn has(&self, space: &str) -> bool {
        self.spaces.contains_key(space)
    }

    /// The names of all.
    pub(super) fn names(&self) -> impl Iterator<Item = &'p str> {
        self.spaces.keys().copied()
    }

    /// What a table of relationships looks its ends up in; a fault is told of what is not found where `judge` says so.
    pub(super) fn of_table(&self, table: &Table<'_>, judge: bool) -> Option<Spaces<'_>> {
        let Sort::Rels(start, end) = &table.header.sort else { return None };
        let sides = [start, end].map(|space| self.spaces.get(space.as_str()));
        Some(Spaces { ids: &self.ids, sides, judge })
    }
}

/// What the ends of one table's relationships are looked up in.
#[derive(Debug)]
pub(super) struct Spaces<'s> {
    ids: &'s NodeIds<'s>,
    sides: [Option<&'s Ids>; 2],
    /// Whether an id that is not found is at fault.
    pub(super) judge: bool,
}

impl Spaces<'_> {
    /// The ids of starts on side 0, of ends on side 1.
    pub(super) fn side(&self, side: usize) -> Option<&Ids> {
        self.sides.get(side).copied().flatten()
    }

    /// The node with an id that has no number: of starts on side 0, of ends on side 1.
    pub(super) fn find(&self, side: usize, key: Key, text: &[u8]) -> Option<u32> {
        self.side(side)?.find(key, text, |node| self.ids.get(node))
    }
}
