//! `kadai schema`: what one may ask about.

use super::args::SchemaArgs;
use crate::terminal::{Outcome, Sources, Terminal, show_schema};

/// Runs the command; gives the exit code.
pub(super) fn run(
    terminal: &mut Terminal<'_>,
    sources: &Sources,
    args: &SchemaArgs,
) -> Outcome<u8> {
    let view = args.view.view()?;
    let base = sources.open()?;
    show_schema(terminal, base.graph(), args.name.as_deref(), &view)?;
    Ok(0)
}
