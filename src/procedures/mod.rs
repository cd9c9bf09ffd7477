//! Procedures: work on a graph that gives rows, to be called by a query.
//!
//! A [`Procedure`] says by its [`Signature`] what it takes and gives, and does its work on a [`Context`]. [`Procedures`] holds those a
//! query may call: the built-in ones (`algo.*`, `db.*`, `dbms.*`), and what a user of the library adds. Nothing here knows a query:
//! errors leave without a place, and the caller adds it.

mod catalog;
mod centrality;
mod cuts;
mod dominators;
mod options;
mod order;
mod paths;
mod rank;
mod signature;
mod view;

use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

use indexmap::IndexMap;

pub use signature::{Column, Param, Signature, ValueType};

use crate::error::{Result, Text};
use crate::graph::Graph;
use crate::model::Datum;

/// Takes a row, one value for each column; says whether more are wanted.
pub type Emit<'e> = &'e mut dyn FnMut(Vec<Datum>) -> ControlFlow<()>;

/// What a procedure works on and what it may use.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    /// The graph.
    pub graph: &'c Graph,
    /// What else can be called.
    pub procedures: &'c Procedures,
    /// The name of the procedure, for messages.
    pub name: &'c str,
    /// Counts a step of work.
    step: &'c dyn Fn() -> Result<()>,
    /// Counts values that are kept.
    hold: &'c dyn Fn(usize) -> Result<()>,
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<'c> Context<'c> {
    /// A context whose `step` and `hold` count against the limits of a query.
    pub(crate) fn new(
        graph: &'c Graph,
        (procedures, name): (&'c Procedures, &'c str),
        step: &'c dyn Fn() -> Result<()>,
        hold: &'c dyn Fn(usize) -> Result<()>,
    ) -> Self {
        Self { graph, procedures, name, step, hold }
    }

    /// Counts a step of work; to be called again and again by whatever runs for long.
    ///
    /// # Errors
    /// `limit.time`, and `run.interrupted` where the user stopped the query: the procedure ends at once.
    pub fn step(&self) -> Result<()> {
        (self.step)()
    }

    /// Counts values that are kept, beyond some for each node and relationship.
    ///
    /// # Errors
    /// `limit.memory`: the procedure ends at once.
    pub fn hold(&self, values: usize) -> Result<()> {
        (self.hold)(values)
    }
}

/// What a procedure does.
type Work = dyn Fn(&Context<'_>, &[Datum], Emit<'_>) -> Result<()> + Send + Sync;

/// One procedure.
pub struct Procedure {
    /// Its name, arguments and columns.
    pub signature: Signature,
    /// What it does.
    pub doc: Text,
    /// A query on the bundled base that shows it; empty where there is none.
    pub example: &'static str,
    work: Box<Work>,
}

impl fmt::Debug for Procedure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Procedure").field(&self.signature.to_string()).finish()
    }
}

impl Procedure {
    /// A procedure with a signature such as `shop.prices(item :: STRING, year :: INTEGER = 2024) :: (price :: FLOAT?)`.
    ///
    /// `work` gets one value for each argument, of its type; null only where the type ends with `?`. It gives every row to the function
    /// that it gets last, and ends where that says so.
    ///
    /// ```
    /// use kadai::model::Datum;
    /// use kadai::procedures::{Procedure, Procedures};
    ///
    /// let twice = Procedure::new("my.twice(n :: INTEGER) :: (twice :: INTEGER)", |_, args, emit| {
    ///     let [Datum::Int(n)] = args else { return Ok(()) };
    ///     let _ = emit(vec![Datum::Int(n.saturating_mul(2))]);
    ///     Ok(())
    /// })?;
    /// let procedures = Procedures::default().with(twice);
    /// assert!(procedures.find("my.twice").is_some());
    /// # Ok::<(), kadai::Error>(())
    /// ```
    ///
    /// # Errors
    /// `name.procedure` where the signature cannot be read.
    pub fn new(
        signature: &str,
        work: impl Fn(&Context<'_>, &[Datum], Emit<'_>) -> Result<()> + Send + Sync + 'static,
    ) -> Result<Self> {
        let signature = Signature::parse(signature)?;
        Ok(Self { signature, doc: Text::default(), example: "", work: Box::new(work) })
    }

    /// The same, with words that say what it does.
    #[must_use]
    pub fn described(mut self, doc: Text) -> Self {
        self.doc = doc;
        self
    }

    /// Does the work. `args` are as [`Signature::accept`] gives them.
    ///
    /// # Errors
    /// As the procedure has it.
    pub(crate) fn call(&self, context: &Context<'_>, args: &[Datum], emit: Emit<'_>) -> Result<()> {
        (self.work)(context, args, emit)
    }
}

/// One built-in procedure, as the tables have it.
struct BuiltIn {
    signature: &'static str,
    /// What it does: English, Japanese.
    doc: (&'static str, &'static str),
    /// A query on the bundled base.
    example: &'static str,
    work: fn(&Context<'_>, &[Datum], Emit<'_>) -> Result<()>,
}

/// The procedures that a query may call.
///
/// By default the built-in ones, whose signatures are read when a query first calls one.
#[derive(Clone, Debug, Default)]
pub struct Procedures {
    /// `None` for the built-in ones.
    all: Option<Arc<ByName>>,
}

/// Procedures by name in lower case.
type ByName = IndexMap<String, Arc<Procedure>>;

fn built_in() -> Arc<ByName> {
    let tables = [
        rank::TABLE,
        centrality::TABLE,
        order::TABLE,
        dominators::TABLE,
        cuts::TABLE,
        paths::TABLE,
        catalog::TABLE,
    ];
    let mut all = IndexMap::new();
    for entry in tables.into_iter().flatten() {
        let procedure = Procedure {
            signature: Signature::parse(entry.signature)
                .expect("the signatures of the tables can be read; a test reads each"),
            doc: Text::new(entry.doc.0, entry.doc.1),
            example: entry.example,
            work: Box::new(entry.work),
        };
        all.insert(procedure.signature.name.to_lowercase(), Arc::new(procedure));
    }
    Arc::new(all)
}

impl Procedures {
    fn built_in() -> &'static Arc<ByName> {
        static BUILT_IN: LazyLock<Arc<ByName>> = LazyLock::new(built_in);
        &BUILT_IN
    }

    fn by_name(&self) -> &ByName {
        self.all.as_ref().unwrap_or_else(|| Self::built_in())
    }

    /// These and one more, which takes the place of one of the same name.
    #[must_use]
    pub fn with(mut self, procedure: Procedure) -> Self {
        let name = procedure.signature.name.to_lowercase();
        let all = Arc::make_mut(self.all.get_or_insert_with(|| Arc::clone(Self::built_in())));
        all.insert(name, Arc::new(procedure));
        self
    }

    /// The procedure of this name, in any case.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Arc<Procedure>> {
        self.by_name().get(&name.to_lowercase())
    }

    /// Every procedure, by subject, the built-in ones first.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Procedure>> {
        self.by_name().values()
    }

    /// The names of all of them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name().values().map(|procedure| procedure.signature.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Procedures;

    #[test]
    fn the_tables_are_whole() {
        let procedures = Procedures::default();
        assert!(procedures.all().count() > 12);
        for procedure in procedures.all() {
            let name = &procedure.signature.name;
            assert!(!procedure.doc.en.is_empty() && !procedure.doc.ja.is_empty(), "{name}");
            assert!(procedure.example.contains(&format!("CALL {name}(")), "{name}");
        }
    }
}
