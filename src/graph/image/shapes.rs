//! Shapes: what many nodes have in common (labels and keys), or many relationships (a type and keys), is kept once.

use std::hash::Hash;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::array::Array;
use crate::model::{KeyId, KindId, LabelId};

/// What a node has besides values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::graph) struct NodeShape {
    /// Ascending.
    pub(in crate::graph) labels: Vec<LabelId>,
    /// In the order that the node lists them.
    pub(in crate::graph) keys: Vec<KeyId>,
}

/// What a relationship has besides ends and values.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::graph) struct RelShape {
    pub(in crate::graph) kind: KindId,
    /// In the order that the relationship lists them.
    pub(in crate::graph) keys: Vec<KeyId>,
}

/// The shape of each id.
#[derive(Debug)]
pub(in crate::graph) struct Shapes<S> {
    pub(in crate::graph) table: Vec<S>,
    pub(in crate::graph) places: Places,
}

/// Where in the table the shape of each id stands.
#[derive(Debug)]
pub(in crate::graph) enum Places {
    /// By id.
    Each(Array<u32>),
    /// Ids that follow each other share one: run `i` goes from `starts[i]` to the next start.
    Runs { starts: Array<u32>, shapes: Array<u32> },
}

impl Default for Places {
    fn default() -> Self {
        Self::Each(Array::default())
    }
}

impl<S> Default for Shapes<S> {
    fn default() -> Self {
        Self { table: Vec::new(), places: Places::default() }
    }
}

impl<S> Shapes<S> {
    /// The place of an id's shape. The id must be below the bound of the image.
    #[inline]
    pub(in crate::graph) fn place(&self, id: u32) -> Option<u32> {
        match &self.places {
            Places::Each(places) => places.at(id as usize),
            Places::Runs { starts, shapes } => {
                let after = starts.all().partition_point(|start| *start <= id);
                shapes.at(after.wrapping_sub(1))
            }
        }
    }

    /// The shape of an id below the bound of the image.
    #[inline]
    pub(in crate::graph) fn of(&self, id: u32) -> Option<&S> {
        self.table.get(self.place(id)? as usize)
    }

    /// Ids that follow each other and share a shape, up to the bound: the first, where they end, and the place of the shape.
    pub(in crate::graph) fn runs(
        &self,
        bound: usize,
    ) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        let bound = u32::try_from(bound).unwrap_or(u32::MAX);
        let mut at = 0usize;
        std::iter::from_fn(move || match &self.places {
            Places::Each(places) => {
                let rest = places.all().get(at..)?;
                let shape = *rest.first()?;
                let length = rest.iter().take_while(|other| **other == shape).count();
                let from = at;
                at += length;
                Some((u32::try_from(from).ok()?, u32::try_from(at).ok()?, shape))
            }
            Places::Runs { starts, shapes } => {
                let (from, shape) = (starts.at(at)?, shapes.at(at)?);
                at += 1;
                Some((from, starts.at(at).unwrap_or(bound), shape))
            }
        })
    }
}

/// Shapes that are being gathered, id by id.
#[derive(Debug)]
pub(in crate::graph) struct Gather<S> {
    table: Vec<S>,
    known: FxHashMap<S, u32>,
    starts: Vec<u32>,
    shapes: Vec<u32>,
    end: u32,
}

impl<S: Clone + Eq + Hash> Gather<S> {
    pub(in crate::graph) fn new() -> Self {
        Self {
            table: Vec::new(),
            known: FxHashMap::default(),
            starts: Vec::new(),
            shapes: Vec::new(),
            end: 0,
        }
    }

    /// The place of a shape; a new one where it is none yet.
    pub(in crate::graph) fn place(&mut self, shape: S) -> u32 {
        if let Some(place) = self.known.get(&shape) {
            return *place;
        }
        let place = u32::try_from(self.table.len()).unwrap_or(u32::MAX);
        self.table.push(shape.clone());
        self.known.insert(shape, place);
        place
    }

    /// Gives the next ids, so many, a shape by its place.
    pub(in crate::graph) fn push(&mut self, place: u32, count: u32) {
        if count > 0 && self.shapes.last() != Some(&place) {
            self.starts.push(self.end);
            self.shapes.push(place);
        }
        self.end = self.end.saturating_add(count);
    }

    pub(in crate::graph) fn finish(self) -> Shapes<S> {
        let Self { table, starts, shapes, end, .. } = self;
        // A run takes two numbers and a search.
        if starts.len().saturating_mul(4) <= end as usize {
            let places = Places::Runs { starts: starts.into(), shapes: shapes.into() };
            return Shapes { table, places };
        }
        let mut places = Vec::with_capacity(end as usize);
        for (at, shape) in shapes.iter().enumerate() {
            places.resize(starts.get(at + 1).copied().unwrap_or(end) as usize, *shape);
        }
        Shapes { table, places: Places::Each(places.into()) }
    }
}
