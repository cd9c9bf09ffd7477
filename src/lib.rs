//! kadai: a graph knowledge base for policy issues, with an openCypher-compatible query language.
//!
//! A base is a folder of knowledge files, or the one that is part of the program. It answers queries with rows:
//!
//! ```
//! use kadai::{KnowledgeBase, Params, Value};
//!
//! let base = KnowledgeBase::bundled()?;
//! let asked = "MATCH (i:課題) WHERE NOT (i)-[:対応]->() RETURN count(*) AS gaps";
//! let rows = base.query(asked, &Params::new())?;
//! assert_eq!(rows.columns, ["gaps"]);
//! assert_eq!(rows.rows, [[Value::Int(13)]]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `docs/ARCHITECTURE.md` shows the way from a text to its rows, and what each module owns.

pub mod cli;
pub mod diagram;
pub mod error;
pub mod exec;
pub mod files;
pub mod functions;
pub mod graph;
pub mod import;
pub mod knowledge;
pub mod model;
pub mod output;
pub mod plan;
pub mod procedures;
pub mod repl;
pub mod report;
pub mod session;
pub mod syntax;
pub mod terminal;

pub use error::{Error, Errors};
pub use knowledge::KnowledgeBase;
pub use model::Value;
pub use session::{Params, Rows};
