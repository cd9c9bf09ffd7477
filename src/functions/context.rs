//! What a function may ask about the statement that calls it.

use std::ops::Deref;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::error::Result;
use crate::graph::Graph;
use crate::model::temporal::{DateTime, Zone};

/// What a call of a function sees beside its arguments. Reads as the graph.
#[derive(Clone, Copy, Debug)]
pub struct Context<'r> {
    /// The graph.
    pub graph: &'r Graph,
    /// The clock of the statement.
    pub clock: &'r Clock,
}

impl Deref for Context<'_> {
    type Target = Graph;

    fn deref(&self) -> &Graph {
        self.graph
    }
}

/// The clock of a statement, which stands still while it runs.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    started: Timestamp,
}

impl Clock {
    /// A clock that stands still at this moment.
    #[must_use]
    pub fn start() -> Self {
        Self { started: Timestamp::now() }
    }

    /// When the statement began, in a time zone, or that of this machine.
    pub(super) fn statement(&self, zone: Option<Zone>) -> Result<DateTime> {
        moment(self.started, zone)
    }

    /// The present, in a time zone, or that of this machine.
    pub(super) fn realtime(zone: Option<Zone>) -> Result<DateTime> {
        moment(Timestamp::now(), zone)
    }

    /// When the statement began, in milliseconds from 1970-01-01T00:00Z.
    pub(super) fn millis(&self) -> i64 {
        self.started.as_millisecond()
    }

    /// When the statement began, in seconds from 1970-01-01T00:00Z.
    pub(super) fn seconds(&self) -> i64 {
        self.started.as_second()
    }
}

fn moment(at: Timestamp, zone: Option<Zone>) -> Result<DateTime> {
    let zone = zone.unwrap_or_else(|| Zone::of(TimeZone::system(), at));
    DateTime::of_epoch_nanos(at.as_nanosecond(), zone)
}
