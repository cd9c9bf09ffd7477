//! The shell: statements over several lines, commands that begin with a colon, and scripts.
//!
//! Turns what a person types, or a script holds, into queries on one open base. Nothing here runs a query by itself, and no
//! fault ends an interactive shell.

mod clauses;
mod commands;
mod complete;
mod editor;
mod history;
mod shell;
mod units;

use crate::terminal::{Outcome, Sources, Terminal, read_source};

use shell::Shell;

/// Runs the shell on a base; gives the exit code.
///
/// Where nobody types the input, it is a script: it runs to its end or to its first fault.
///
/// # Errors
/// Faults of the base, of reading the input, and those of a script's statements.
pub fn run(terminal: &mut Terminal<'_>, sources: &Sources) -> Outcome<u8> {
    let mut shell = Shell::open(terminal, sources)?;
    if terminal.input_is_terminal && terminal.is_interactive() {
        return editor::run(&mut shell, terminal);
    }
    let script = read_source("<standard input>", &mut *terminal.input)?;
    shell.run(terminal, &script)?;
    Ok(0)
}
