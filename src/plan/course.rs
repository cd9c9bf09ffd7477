//! Patterns that are repeated or searched, as data: nodes, and what is walked between them.
//!
//! ```text
//! (a) ((x)-[r]->(y)-[s]->(z)){1,3} (b)-[t]->(c)
//! stop  part: stops x y z, legs r s  stop  part  stop
//! ```
//!
//! A course is laid out in the direction in which it is walked, which may be against the pattern; what it gives is turned round then.

use super::{Expr, Kinds, Place, Slot};
use crate::syntax::ast::RelDirection;

/// A pattern, laid out in the direction in which it is walked.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// The nodes between the parts, first to last; one more than `parts`.
    pub stops: Vec<Stop>,
    /// What is walked between them.
    pub parts: Vec<Part>,
    /// Conditions on several of its variables, each with the stop at which all of them are known.
    pub late: Vec<(usize, Expr)>,
    /// Whether it runs against the pattern.
    pub reversed: bool,
    /// Takes the path.
    pub path: Option<Slot>,
}

/// A node of a course.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// Takes the node, or holds it where `given`.
    pub slot: Slot,
    /// Whether the slot is set already and must be met.
    pub given: bool,
    /// Conditions that read no other variable of the course.
    pub tests: Vec<Expr>,
    /// In a part that is repeated: takes the list of the nodes that stood here.
    pub list: Option<Slot>,
    /// Where it is written.
    pub place: Place,
}

/// What is walked between two stops.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The nodes, first to last; one more than `legs`. The first and last stand on the stops around the part.
    pub stops: Vec<Stop>,
    /// The relationships; never empty.
    pub legs: Vec<Leg>,
    /// How often it is walked, at least and at most; `None` for once, which sets the slots to single values.
    pub times: Option<(u64, Option<u64>)>,
    /// Conditions on each walk that read several of its variables.
    pub late: Vec<Expr>,
}

/// One relationship of a part.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// Takes the relationship.
    pub rel: Slot,
    /// The types.
    pub kinds: Kinds,
    /// Which way, as the course runs.
    pub direction: RelDirection,
    /// Conditions that read no other variable of the course.
    pub tests: Vec<Expr>,
    /// In a part that is repeated: takes the list of the relationships.
    pub list: Option<Slot>,
}

/// Every walk along a course of one part.
#[derive(Clone, Debug, PartialEq)]
pub struct Repeat {
    /// The course; its first stop is given.
    pub course: Course,
    /// Relationships of the same MATCH that these must differ from.
    pub differs: Vec<Slot>,
}

/// The shortest walks along a course, for each pair of ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// The course; its last stop is given, and its first, too, where it is not to be found.
    pub course: Course,
    /// Which of the walks.
    pub mode: PathMode,
}

/// Which of the paths between two nodes are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathMode {
    /// The `k` shortest.
    Count(u64),
    /// Every one of the `k` least lengths.
    Groups(u64),
}

impl Course {
    /// The slots it takes from its surroundings, those of its conditions apart.
    pub(super) fn reads(&self) -> impl Iterator<Item = Slot> + '_ {
        self.all_stops().filter(|stop| stop.given).map(|stop| stop.slot)
    }

    /// Adds the slots it sets, those of its conditions apart.
    pub(super) fn sets(&self, slots: &mut Vec<Slot>) {
        for stop in self.all_stops() {
            slots.extend((!stop.given).then_some(stop.slot));
            slots.extend(stop.list);
        }
        for leg in self.parts.iter().flat_map(|part| &part.legs) {
            slots.push(leg.rel);
            slots.extend(leg.list);
        }
        slots.extend(self.path);
    }

    /// Its conditions.
    #[must_use]
    pub fn exprs(&self) -> Vec<&Expr> {
        let mut exprs: Vec<&Expr> = self.stops.iter().flat_map(|stop| &stop.tests).collect();
        for part in &self.parts {
            exprs.extend(part.stops.iter().flat_map(|stop| &stop.tests));
            exprs.extend(part.legs.iter().flat_map(|leg| &leg.tests));
            exprs.extend(&part.late);
        }
        exprs.extend(self.late.iter().map(|late| &late.1));
        exprs
    }

    /// The same course, walked the other way. Which stop conditions on several variables wait for is not kept.
    #[must_use]
    pub fn turned(mut self) -> Self {
        self.stops.reverse();
        self.parts.reverse();
        self.parts = self.parts.into_iter().map(Part::turned).collect();
        self.reversed = !self.reversed;
        self
    }

    fn all_stops(&self) -> impl Iterator<Item = &Stop> {
        self.stops.iter().chain(self.parts.iter().flat_map(|part| &part.stops))
    }
}

impl Part {
    fn turned(mut self) -> Self {
        self.stops.reverse();
        self.legs.reverse();
        for leg in &mut self.legs {
            leg.direction = turned(leg.direction);
        }
        self
    }
}

/// The direction as seen from the other end.
pub(crate) fn turned(direction: RelDirection) -> RelDirection {
    match direction {
        RelDirection::Right => RelDirection::Left,
        RelDirection::Left => RelDirection::Right,
        RelDirection::Either => RelDirection::Either,
    }
}
