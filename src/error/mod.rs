//! Diagnostics for people: what is wrong, where, and what to do about it, in English and Japanese.
//!
//! Turns a fault that some layer found into one [`Error`], and errors into the text a terminal shows.
//! Leaf code gives a message without a place; whoever knows the place adds it with [`Error::at`], and the front
//! door adds the source text with [`Error::in_source`]. Nothing here knows what a query or a graph is.

mod code;
mod excerpt;
mod render;
mod suggest;
mod words;

use std::fmt;
use std::sync::Arc;

pub use code::{Class, Code};
pub use render::{Style, render};
pub use suggest::{did_you_mean, nearest, one_of};
pub use words::{Lang, Text};
pub(crate) use words::{plural, text};

/// A half-open range of byte offsets into one source text.
///
/// Shape: `start <= end`, both on character boundaries of the text they were made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span over `start..end`; offsets past 4 GiB are cut to that.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let cut = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: cut(start), end: cut(end.max(start)) }
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The span as a range of bytes.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The part of `text` that the span covers; empty where the span does not fit the text.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or("")
    }
}

/// A named text that spans point into: a query, or a knowledge file.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// What a reader calls it: a path as given, `<query>`, `<standard input>`.
    pub name: String,
    /// The whole text, or lines of a file that is too large to keep.
    pub text: String,
    /// The number of the first line of `text`, counted from 1.
    pub first_line: usize,
}

impl Source {
    /// A source ready to be shared by many diagnostics.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Self::part(name, text, 1)
    }

    /// A source of which only some lines are kept, the first of them the line of that number.
    #[must_use]
    pub fn part(name: impl Into<String>, text: impl Into<String>, first_line: usize) -> Arc<Self> {
        Arc::new(Self { name: name.into(), text: text.into(), first_line })
    }

    /// The line and column of a byte offset.
    ///
    /// Shape: both count from 1; the column counts characters, not bytes or terminal cells. A byte order mark at the start
    /// of the text counts for nothing.
    #[must_use]
    pub fn position(&self, offset: u32) -> (usize, usize) {
        let offset = (offset as usize).min(self.text.len());
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let before = before.strip_prefix('\u{feff}').unwrap_or(before);
        let line = before.matches('\n').count() + self.first_line;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }
}

/// How much a diagnostic weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something to look at; the work goes on.
    Warning,
    /// The work cannot go on.
    Error,
}

/// One place a diagnostic points at.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What to say there, beside the caret.
    pub text: Option<Text>,
    /// The text the span points into; filled in by [`Error::in_source`] where it is not known yet.
    pub source: Option<Arc<Source>>,
}

/// One diagnostic: a code, a message, the places it points at, notes, and what to do.
///
/// Kept behind one pointer so that results stay small.
#[derive(Clone, Debug, PartialEq)]
pub struct Error(Box<Parts>);

/// What an [`Error`] holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// Stable name of the fault, by stage.
    pub code: Code,
    /// Whether the work can go on.
    pub severity: Severity,
    /// One line: the cause, in the user's words.
    pub message: Text,
    /// Places; the first is the primary one.
    pub labels: Vec<Label>,
    /// Further facts, a line each.
    pub notes: Vec<Text>,
    /// What to do about it, a full sentence each.
    pub help: Vec<Text>,
    /// What the standard calls the fault, where it has a name.
    pub standard: Option<Standard>,
}

/// The standard's name of a fault.
///
/// Source: openCypher TCK, "Errors": a type, the phase that raises it, and a detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standard {
    /// The type, such as `SyntaxError`.
    pub kind: &'static str,
    /// `compile time`, before anything runs, or `runtime`.
    pub phase: &'static str,
    /// The detail, such as `UndefinedVariable`.
    pub detail: &'static str,
}

impl Standard {
    /// A `SyntaxError` at compile time.
    #[must_use]
    pub const fn syntax(detail: &'static str) -> Self {
        Self { kind: "SyntaxError", phase: "compile time", detail }
    }

    /// A `TypeError` at compile time.
    #[must_use]
    pub const fn of_type(detail: &'static str) -> Self {
        Self { kind: "TypeError", phase: "compile time", detail }
    }

    /// A fault of some type at runtime.
    #[must_use]
    pub const fn runtime(kind: &'static str, detail: &'static str) -> Self {
        Self { kind, phase: "runtime", detail }
    }
}

impl Error {
    /// An error without a place.
    #[must_use]
    pub fn new(code: Code, message: Text) -> Self {
        Self(Box::new(Parts {
            code,
            severity: Severity::Error,
            message,
            labels: Vec::new(),
            notes: Vec::new(),
            help: Vec::new(),
            standard: None,
        }))
    }

    /// A warning without a place.
    #[must_use]
    pub fn warning(code: Code, message: Text) -> Self {
        let mut warning = Self::new(code, message);
        warning.0.severity = Severity::Warning;
        warning
    }

    /// Sets the primary place, unless one is known already: the innermost layer knows best.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        if self.0.labels.is_empty() {
            self.0.labels.push(Label { span, text: None, source: None });
        }
        self
    }

    /// Adds a place with words of its own; the first one added is the primary place.
    #[must_use]
    pub fn label(mut self, span: Span, text: Text) -> Self {
        self.0.labels.push(Label { span, text: Some(text), source: None });
        self
    }

    /// Adds a place in a source that is known already.
    #[must_use]
    pub fn label_in(mut self, source: &Arc<Source>, span: Span, text: Option<Text>) -> Self {
        self.0.labels.push(Label { span, text, source: Some(Arc::clone(source)) });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, note: Text) -> Self {
        self.0.notes.push(note);
        self
    }

    /// Adds advice.
    #[must_use]
    pub fn help(mut self, help: Text) -> Self {
        self.0.help.push(help);
        self
    }

    /// Adds advice where there is some.
    #[must_use]
    pub fn help_if(self, help: Option<Text>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// Gives the fault the standard's name.
    #[must_use]
    pub fn known_as(mut self, standard: Standard) -> Self {
        self.0.standard = Some(standard);
        self
    }

    /// The standard's name of the fault, where it has one.
    #[must_use]
    pub fn standard(&self) -> Option<Standard> {
        self.0.standard
    }

    /// Names the source of every label that has none yet.
    #[must_use]
    pub fn in_source(mut self, source: &Arc<Source>) -> Self {
        for label in &mut self.0.labels {
            label.source.get_or_insert_with(|| Arc::clone(source));
        }
        self
    }

    /// The parts, to be read.
    #[must_use]
    pub fn parts(&self) -> &Parts {
        &self.0
    }

    /// Stable name of the fault.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Whether this is only a warning.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        self.0.severity == Severity::Warning
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.parts();
        if let Some(Label { span, source: Some(source), .. }) = parts.labels.first() {
            let (line, column) = source.position(span.start);
            write!(f, "{}:{line}:{column}: ", source.name)?;
        }
        write!(f, "{}", parts.message.en)
    }
}

impl std::error::Error for Error {}

/// Every fault of one piece of work, in the order found; never empty when returned as an `Err`.
#[derive(Clone, Debug, PartialEq)]
pub struct Errors(pub Vec<Error>);

impl Errors {
    /// The exit code of a command that ends with these: the gravest class among them.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        self.0.iter().map(|error| error.code().class().exit_code()).max().unwrap_or(2)
    }
}

impl From<Error> for Errors {
    fn from(error: Error) -> Self {
        Self(vec![error])
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}

/// What most functions of this crate return.
pub type Result<T> = std::result::Result<T, Error>;
