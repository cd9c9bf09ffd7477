//! Patterns, by trying everything.

use std::collections::BTreeMap;

use crate::evaluate::{Outcome, Row, Stop, World};
use crate::query::{Match, Name, NodePattern, Path, RelPattern, Search, Way};
use crate::value::Val;

/// A pattern found so far.
#[derive(Clone)]
struct Found {
    row: Row,
    /// The relationships of this MATCH, none of which may come again.
    used: Vec<usize>,
    nodes: Vec<usize>,
    rels: Vec<usize>,
}

impl Found {
    fn last(&self) -> usize {
        self.nodes[self.nodes.len() - 1]
    }
}

impl World<'_> {
    pub(crate) fn matched(&self, found: &Match, rows: Vec<Row>) -> Outcome<Vec<Row>> {
        let mut output = Vec::new();
        for row in rows {
            let all = self.paths(&found.paths, &row)?;
            let kept = self.kept(found.cond.as_ref(), all)?;
            if kept.is_empty() && found.optional {
                let mut row = row;
                for name in names(&found.paths) {
                    if row.get(name).is_none() {
                        row.set(name, Val::Null);
                    }
                }
                output.push(row);
            } else {
                output.extend(kept);
            }
        }
        Ok(output)
    }

    /// Every way to find all of the patterns, with no relationship twice.
    pub(crate) fn paths(&self, paths: &[Path], row: &Row) -> Outcome<Vec<Row>> {
        let mut open = vec![(row.clone(), Vec::new())];
        for path in paths {
            let mut next = Vec::new();
            for (row, used) in open {
                let found = self.path(path, row, used)?;
                next.extend(found.into_iter().map(|found| (found.row, found.used)));
            }
            open = next;
        }
        Ok(open.into_iter().map(|open| open.0).collect())
    }

    fn path(&self, path: &Path, row: Row, used: Vec<usize>) -> Outcome<Vec<Found>> {
        let mut open = Vec::new();
        let starts: Vec<usize> = match path.start.name.and_then(|name| row.get(name)) {
            Some(Val::Node(known)) => vec![*known],
            _ => self.sketch.node_numbers().collect(),
        };
        for node in starts {
            self.step()?;
            let start =
                Found { row: row.clone(), used: used.clone(), nodes: vec![node], rels: Vec::new() };
            open.extend(self.at(&path.start, start)?);
        }
        for (rel, node) in &path.hops {
            let mut next = Vec::new();
            for found in open {
                for found in self.hop(rel, found)? {
                    next.extend(self.at(node, found)?);
                }
            }
            open = next;
        }
        if path.search != Search::Every {
            open = shortest(open, path.search == Search::Shortest);
        }
        if let Some(name) = path.name {
            for found in &mut open {
                found.row.set(name, Val::Path(found.nodes.clone(), found.rels.clone()));
            }
        }
        Ok(open)
    }

    /// Goes on where the last node is one that the pattern allows here.
    fn at(&self, pattern: &NodePattern, mut found: Found) -> Outcome<Option<Found>> {
        let number = found.last();
        let node = self.sketch.node(number).ok_or(Stop::Unbound)?;
        if let Some(name) = pattern.name {
            match found.row.get(name) {
                None => found.row.set(name, Val::Node(number)),
                Some(Val::Node(known)) if *known == number => {}
                Some(Val::Node(_) | Val::Null) => return Ok(None),
                Some(_) => return Err(Stop::Type),
            }
        }
        for (key, value) in &pattern.properties {
            let value = self.eval(value, &found.row)?;
            let own = node.properties.get(key).cloned();
            let own = if *key == crate::graph::NUMBER { Some(Val::int(number)) } else { own };
            if own.and_then(|own| own.equals(&value)) != Some(true) {
                return Ok(None);
            }
        }
        let labelled = pattern.labels.iter().all(|label| node.labels.contains(label));
        Ok(labelled.then_some(found))
    }

    fn hop(&self, pattern: &RelPattern, found: Found) -> Outcome<Vec<Found>> {
        let Some((min, max)) = pattern.range else {
            let mut next = Vec::new();
            for mut found in self.one(pattern, &found)? {
                let rel = found.rels[found.rels.len() - 1];
                if let Some(name) = pattern.name {
                    match found.row.get(name) {
                        None => found.row.set(name, Val::Rel(rel)),
                        Some(Val::Rel(known)) if *known == rel => {}
                        Some(Val::Rel(_) | Val::Null) => continue,
                        Some(_) => return Err(Stop::Type),
                    }
                }
                next.push(found);
            }
            return Ok(next);
        };
        let (min, max) = (min.unwrap_or(1), max.unwrap_or(usize::MAX));
        let start = found.rels.len();
        let mut complete = Vec::new();
        let mut open = vec![found];
        while let Some(found) = open.pop() {
            self.step()?;
            let length = found.rels.len() - start;
            if length < max {
                open.extend(self.one(pattern, &found)?);
            }
            if length >= min {
                complete.push(found);
            }
        }
        if let Some(name) = pattern.name {
            for found in &mut complete {
                if found.row.get(name).is_some() {
                    return Err(Stop::Unbound);
                }
                let rels = found.rels[start..].iter().map(|rel| Val::Rel(*rel)).collect();
                found.row.set(name, Val::List(rels));
            }
        }
        Ok(complete)
    }

    /// One relationship further.
    fn one(&self, pattern: &RelPattern, found: &Found) -> Outcome<Vec<Found>> {
        let mut next = Vec::new();
        let last = found.last();
        let (starting, ending) = (&self.starting[last], &self.ending[last]);
        let right = starting.iter().map(|rel| (*rel, true)).filter(|_| pattern.way != Way::Left);
        let left = ending.iter().map(|rel| (*rel, false)).filter(|_| pattern.way != Way::Right);
        for (number, forward) in right.chain(left) {
            self.step()?;
            let rel = self.sketch.rel(number).ok_or(Stop::Unbound)?;
            let loop_again = pattern.way == Way::Either && !forward && rel.start == rel.end;
            let typed = pattern.kinds.is_empty() || pattern.kinds.contains(&rel.kind);
            if loop_again || !typed || found.used.contains(&number) {
                continue;
            }
            let mut fits = true;
            for (key, value) in &pattern.properties {
                let value = self.eval(value, &found.row)?;
                let own = rel.properties.get(key).and_then(|own| own.equals(&value));
                fits &= own == Some(true);
            }
            if fits {
                let mut found = found.clone();
                found.used.push(number);
                found.rels.push(number);
                found.nodes.push(if forward { rel.end } else { rel.start });
                next.push(found);
            }
        }
        Ok(next)
    }
}

/// Of the paths between the same two ends, the shortest: all of them, or one.
fn shortest(all: Vec<Found>, one: bool) -> Vec<Found> {
    let mut by_ends: BTreeMap<(usize, usize), Vec<Found>> = BTreeMap::new();
    for found in all {
        by_ends.entry((found.nodes[0], found.last())).or_default().push(found);
    }
    let mut best = Vec::new();
    for (_, paths) in by_ends {
        let least = paths.iter().map(|found| found.rels.len()).min().unwrap_or(0);
        let paths = paths.into_iter().filter(|found| found.rels.len() == least);
        best.extend(paths.take(if one { 1 } else { usize::MAX }));
    }
    best
}

/// Every name that patterns set.
fn names(paths: &[Path]) -> Vec<Name> {
    let mut names = Vec::new();
    for path in paths {
        names.extend(path.name);
        names.extend(path.start.name);
        for (rel, node) in &path.hops {
            names.extend(rel.name.iter().chain(&node.name));
        }
    }
    names
}
