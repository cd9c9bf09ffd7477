//! Knowledge files: a folder of TOML becomes a schema and a graph, every fault with its place.
//!
//! The way of a base: `files` finds them, `encoding` makes text of bytes, `table` a table of text; `schema` reads the one
//! that says what the others may say, `nodes` the others; `resolve` and `cycles` judge the whole, `load` fills the graph.
//! Nothing is read through an untyped value, and no fault hides another.

#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod bundled;
mod check;
mod cycles;
mod describe;
mod draft;
mod encoding;
mod files;
mod load;
mod naming;
mod nodes;
mod properties;
mod reader;
mod resolve;
mod saved;
mod saved_header;
mod schema;
mod schema_names;
mod table;
mod table_words;
mod value;

use std::path::Path;

pub use check::{CheckReport, check, check_all};
pub use describe::{Description, LabelDescription, PropertyDescription, TypeDescription, describe};
pub use encoding::decode;
pub use saved::{SavedParam, SavedQuery, SavedValues, saved_queries};

use crate::error::{Error, Errors, Text, text};
use crate::graph::Graph;
use crate::session::{self, Params, Rows};
use load::Loaded;

/// A base that is open: its graph, and where it came from.
#[derive(Debug)]
pub struct KnowledgeBase {
    graph: Graph,
    origin: Text,
    warnings: Vec<Error>,
}

impl KnowledgeBase {
    /// Opens the base in a folder.
    ///
    /// # Errors
    /// Every fault of every file (`seed.*`), or `io` where the folder cannot be read.
    pub fn open(path: &Path) -> Result<Self, Errors> {
        let files = check::base_files(path)?;
        let name = path.display().to_string();
        Self::of(load::load(&name, files), Text::same(name))
    }

    /// Opens the base that is part of the program.
    ///
    /// # Errors
    /// None, as long as the tests pass.
    pub fn bundled() -> Result<Self, Errors> {
        Self::of(bundled::load(), text!("the bundled base", "内蔵のナレッジベース"))
    }

    fn of(loaded: Loaded, origin: Text) -> Result<Self, Errors> {
        match loaded.graph {
            Some(graph) => Ok(Self { graph, origin, warnings: loaded.faults.list }),
            None => Err(Errors(loaded.faults.list)),
        }
    }

    /// The graph.
    #[must_use]
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// The graph, to be changed in memory; nothing of it reaches the knowledge files.
    pub fn graph_mut(&mut self) -> &mut Graph {
        &mut self.graph
    }

    /// Where the base came from: its path, or that it is the bundled one.
    #[must_use]
    pub fn origin(&self) -> &Text {
        &self.origin
    }

    /// What a reader of the files should look at, though the base could be opened.
    #[must_use]
    pub fn warnings(&self) -> &[Error] {
        &self.warnings
    }

    /// Runs a query; see [`session::query`].
    ///
    /// # Errors
    /// As [`session::query`].
    pub fn query(&self, text: &str, params: &Params) -> crate::error::Result<Rows> {
        session::query(&self.graph, "<query>", text, params)
    }
}
