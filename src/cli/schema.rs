//! `kadai schema`: what one may ask about.

use super::args::SchemaArgs;
use crate::terminal::{Outcome, Reference, Sources, Terminal, show_reference, show_schema};

/// Runs the command; gives the exit code.
pub(super) fn run(
    terminal: &mut Terminal<'_>,
    sources: &Sources,
    args: &SchemaArgs,
) -> Outcome<u8> {
    let view = args.view.view()?;
    let reference = match (args.procedures, args.functions) {
        (true, _) => Some(Reference::Procedures),
        (false, true) => Some(Reference::Functions),
        (false, false) => None,
    };
    if let Some(reference) = reference {
        show_reference(terminal, reference, args.name.as_deref(), &view)?;
        return Ok(0);
    }
    let base = sources.open(terminal)?;
    show_schema(terminal, base.graph(), args.name.as_deref(), &view)?;
    Ok(0)
}
