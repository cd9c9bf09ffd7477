//! Diagrams on their way to a file.

use std::path::Path;

use super::{Outcome, Terminal};
use crate::diagram::{Diagram, Graphviz, coverage, escalation, write};
use crate::error::{Lang, Result};
use crate::graph::Graph;

/// The diagrams that need no query, by the names of the command line.
pub const DIAGRAMS: &[&str] = &["escalation", "coverage"];

/// The diagram of that name; `None` where there is none. `issue` is the one whose way an escalation shows.
///
/// # Errors
/// Where the base lacks what the diagram is about.
pub fn named_diagram(
    graph: &Graph,
    name: &str,
    issue: Option<&str>,
    lang: Lang,
) -> Result<Option<Diagram>> {
    match name {
        "escalation" => escalation(graph, issue, lang).map(Some),
        "coverage" => coverage(graph, lang).map(Some),
        _ => Ok(None),
    }
}

/// Writes a diagram to a file, in the kind its ending says; without a file, as DOT to standard output. Then tells what the
/// reader should know.
///
/// # Errors
/// As [`crate::diagram::write`]; [`super::Stop::Output`] where standard output cannot be written.
pub fn show_diagram(
    terminal: &mut Terminal<'_>,
    diagram: &Diagram,
    file: Option<&Path>,
) -> Outcome<()> {
    let notes = match file {
        Some(path) => write(diagram, path, Graphviz::find().as_ref())?,
        None => {
            terminal.out.write_all(diagram.to_dot().as_bytes())?;
            terminal.out.flush()?;
            diagram.notes.clone()
        }
    };
    for note in notes {
        terminal.note(&note);
    }
    Ok(())
}
