//! Id spaces: all nodes by the ids that tables call them by.
//!
//! Turns assembled nodes into one look-up a space, and finds the ids that stand twice. Nothing here copies an id that is long.

use indexmap::IndexMap;
use std::collections::HashMap;

use super::assemble::Part;
use super::header::Sort;
use super::ids::{Ids, Key, Texts, number};
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
        for (part, (first, texts)) in parts.iter().zip(&all.ids.parts) {
            let Some(Sort::Nodes(space)) = tables.get(part.table).map(|table| &table.header.sort)
            else {
                continue;
            };
            let ids = all.spaces.entry(space).or_default();
            ids.reserve(texts.len());
            for row in 0..texts.len() {
                let id = texts.get(row);
                if !id.is_empty() && !ids.add(id, first + number(row), |node| all.ids.get(node)) {
                    let twice = twice.entry(space).or_default();
                    if twice.ids.iter().any(|known| known == id) {
                        continue;
                    } else if twice.ids.len() < TWICE_MAX {
                        twice.ids.push(id.to_vec());
                    } else {
                        twice.more += 1;
                    }
                }
            }
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

    /// The node with an id: of starts on side 0, of ends on side 1.
    pub(super) fn find(&self, side: usize, key: Key, text: &[u8]) -> Option<u32> {
        self.side(side)?.find(key, text, |node| self.ids.get(node))
    }
}
