//! Terminal: what the commands and the shell share — the streams, the base that is open, and how rows are shown.
//!
//! Turns answers and faults into what a person sees, and into exit codes. Nothing here parses a command line, and nothing
//! writes to the process's streams but through a [`Terminal`], so that tests can look at every byte.

mod changes;
mod diagrams;
mod faults;
mod interrupt;
mod params;
mod progress;
mod reference;
mod rows;
mod saved;
mod schema;
mod sources;

use std::io::{IsTerminal, Read, Write};

use crate::error::{Error, Lang, Style, Text, render};

pub use changes::changes_words;
pub use diagrams::{DIAGRAMS, named_diagram, show_diagram};
pub use faults::{Outcome, Stop, io_error, read_file, read_source};
pub use interrupt::Interrupt;
pub use params::{Given, params, parse_param, parse_value};
pub use reference::{Reference, show_reference};
pub use rows::{View, emit, show_rows};
pub use saved::{bind, find_query, list_queries};
pub use schema::show_schema;
pub use sources::Sources;

/// The streams of a program, and how to write to them.
pub struct Terminal<'w> {
    /// Standard input.
    pub input: &'w mut dyn Read,
    /// Whether a person types the input.
    pub input_is_terminal: bool,
    /// Standard output: answers.
    pub out: &'w mut dyn Write,
    /// Standard error: faults, warnings, notes.
    pub err: &'w mut dyn Write,
    /// Whether a person reads the messages as they come.
    pub err_is_terminal: bool,
    /// The language of messages.
    pub lang: Lang,
    /// Whether answers are coloured.
    pub out_color: bool,
    /// Whether messages are coloured.
    pub err_color: bool,
    /// How many columns the terminal has; `None` where the output is none.
    pub width: Option<u16>,
}

impl std::fmt::Debug for Terminal<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Terminal").field("lang", &self.lang).field("width", &self.width).finish()
    }
}

/// How wide a terminal is that does not say.
const WIDTH_UNKNOWN: u16 = 80;

/// How many columns the terminal behind standard output has at this moment; `None` where there is none.
#[must_use]
pub fn width() -> Option<u16> {
    let known = terminal_size::terminal_size().map(|(terminal_size::Width(width), _)| width);
    let width = known.filter(|width| *width > 0).unwrap_or(WIDTH_UNKNOWN);
    std::io::stdout().is_terminal().then_some(width)
}

impl Terminal<'_> {
    /// Whether a person reads the output as it comes.
    #[must_use]
    pub fn is_interactive(&self) -> bool {
        self.width.is_some()
    }

    /// How messages are drawn.
    #[must_use]
    pub fn message_style(&self) -> Style {
        Style { lang: self.lang, color: self.err_color }
    }

    /// Draws faults and warnings on standard error.
    pub fn show(&mut self, errors: &[Error]) {
        let drawn = render(errors, self.message_style());
        self.say(&drawn);
    }

    /// Writes a line on standard error.
    pub fn note(&mut self, note: &Text) {
        let line = format!("{}\n", note.get(self.lang));
        self.say(&line);
    }

    /// Where standard error is broken there is nobody left to tell.
    fn say(&mut self, words: &str) {
        self.err.write_all(words.as_bytes()).and_then(|()| self.err.flush()).ok();
    }

    /// Tells why the work stopped, and gives the exit code.
    ///
    /// A reader who closed the pipe has seen enough: that is no fault.
    pub fn stopped(&mut self, stop: &Stop) -> u8 {
        match stop {
            Stop::Faults(errors) => {
                self.show(&errors.0);
                errors.exit_code()
            }
            Stop::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe => 0,
            Stop::Output(error) => {
                let name = Text::new("standard output", "標準出力");
                let error = crate::files::write_error(&name, error);
                self.show(std::slice::from_ref(&error));
                error.code().class().exit_code()
            }
        }
    }
}
