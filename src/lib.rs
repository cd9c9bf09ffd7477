//! kadai: a graph knowledge base for policy issues, with an openCypher-compatible query language.

pub mod diagram;
pub mod error;
pub mod exec;
pub mod files;
pub mod functions;
pub mod graph;
pub mod knowledge;
pub mod model;
pub mod output;
pub mod plan;
pub mod repl;
pub mod report;
pub mod session;
pub mod syntax;
pub mod terminal;
