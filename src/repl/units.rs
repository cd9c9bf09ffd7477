//! What is typed or read, taken apart: statements and commands, in order.

use std::ops::Range;
use std::sync::Arc;

use crate::error::{Error, Source, Span};
use crate::syntax::{Statements, TokenClass, statements, tokens};

/// Words that stand for a command without their colon: what people type who do not know the shell yet.
const BARE: &[&str] = &["help", "quit", "exit"];

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A statement, without its `;`.
    Statement(Range<usize>),
    /// A command, without its colon; it ends with its line.
    Command(Range<usize>),
}

/// The units of a text, and whether the last one is complete.
///
/// A command stands where a statement could begin. Its colon may be full-width, as an input method leaves it.
pub(super) fn units(text: &str) -> (Vec<Unit>, bool) {
    let word = text.trim().trim_end_matches(';').trim_end();
    if BARE.iter().any(|bare| bare.eq_ignore_ascii_case(word)) {
        let start = text.find(word).unwrap_or(0);
        return (vec![Unit::Command(start..start.saturating_add(word.len()))], true);
    }
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let Statements { ranges, finished } = statements(rest);
        let mut command = None;
        for range in ranges {
            let shifted = shift(&range, at);
            let unit = text.get(shifted.clone()).unwrap_or("");
            if let Some(colon) = unit.chars().next().filter(|c| matches!(c, ':' | '：')) {
                let start = shifted.start.saturating_add(colon.len_utf8());
                let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("");
                command = Some(start..start.saturating_add(line.len()));
                break;
            }
            found.push(Unit::Statement(shifted));
        }
        let Some(command) = command else {
            return (found, finished || ends_full_width(rest));
        };
        at = command.end;
        found.push(Unit::Command(command));
    }
}

fn shift(range: &Range<usize>, by: usize) -> Range<usize> {
    range.start.saturating_add(by)..range.end.saturating_add(by)
}

/// Whether the text ends with a full-width semicolon: no end of a statement, but whoever typed it waits for an answer.
fn ends_full_width(text: &str) -> bool {
    text.trim_end().ends_with('；')
        && tokens(text).last().is_some_and(|token| token.class == TokenClass::Unknown)
}

/// A fault of a statement, with its places in the whole text that the statement at `start` is part of.
pub(super) fn relocate(error: &Error, statement: &str, start: usize, whole: &Arc<Source>) -> Error {
    let parts = error.parts();
    let (code, message) = (parts.code, parts.message.clone());
    let mut moved =
        if error.is_warning() { Error::warning(code, message) } else { Error::new(code, message) };
    for label in &parts.labels {
        moved = match &label.source {
            Some(source) if source.text != statement => {
                moved.label_in(source, label.span, label.text.clone())
            }
            _ => {
                let Range { start, end } = shift(&label.span.range(), start);
                moved.label_in(whole, Span::new(start, end), label.text.clone())
            }
        };
    }
    let moved = parts.notes.iter().fold(moved, |error, note| error.note(note.clone()));
    parts.help.iter().fold(moved, |error, help| error.help(help.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Code, Text};

    fn split(text: &str) -> (Vec<String>, bool) {
        let (units, finished) = units(text);
        let shown = units.into_iter().map(|unit| match unit {
            Unit::Statement(range) => text[range].to_owned(),
            Unit::Command(range) => format!(":{}", &text[range]),
        });
        (shown.collect(), finished)
    }

    fn owned(units: &[&str], finished: bool) -> (Vec<String>, bool) {
        (units.iter().map(|&unit| unit.to_owned()).collect(), finished)
    }

    #[test]
    fn statements_and_commands_take_turns() {
        let text = "// a\n:mode json\nRETURN 1; RETURN 2;\n：param k='it;\nRETURN ':x';";
        let want = [":mode json", "RETURN 1", "RETURN 2", ":param k='it;", "RETURN ':x'"];
        assert_eq!(split(text), owned(&want, true));
    }

    #[test]
    fn a_statement_waits_for_its_end_and_a_command_for_none() {
        assert_eq!(split("MATCH (n:課題)\n"), owned(&["MATCH (n:課題)"], false));
        assert_eq!(split(":help"), owned(&[":help"], true));
        assert_eq!(split(" quit;\n"), owned(&[":quit"], true));
        assert_eq!(split("RETURN 1；"), owned(&["RETURN 1；"], true));
        assert!(!split("RETURN '；").1);
        assert_eq!(split(""), owned(&[], true));
    }

    #[test]
    fn a_fault_is_placed_in_the_whole_text() {
        let whole = Source::new("<standard input>", "RETURN 1;\n  RETURN x;");
        let statement = Source::new("<standard input>", "RETURN x");
        let error = Error::new(Code::NameVariable, Text::same("x"))
            .at(Span::new(7, 8))
            .help(Text::same("h"))
            .in_source(&statement);
        let moved = relocate(&error, "RETURN x", 12, &whole);
        assert_eq!(moved.to_string(), "<standard input>:2:10: x");
        assert_eq!(moved.parts().help, error.parts().help);
    }
}
