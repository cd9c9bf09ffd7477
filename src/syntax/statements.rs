//! Scripts into statements.

use std::ops::Range;

use super::lex::{TokenClass, tokens};

/// Where the statements of a script are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statements {
    /// The statements without their `;`, each from its first token to its last; empty ones are left out.
    pub ranges: Vec<Range<usize>>,
    /// Whether nothing is left open: the last statement ends with `;`, and no comment after it lacks its end.
    pub finished: bool,
}

/// Splits a script at each `;` outside strings, comments and backticks.
///
/// Shape: byte ranges into `text`, ascending. A statement begins with its first token that is no comment, but a comment
/// inside it stays part of it. What follows the last `;` is the last range, and unfinished.
/// Cost: linear.
#[must_use]
pub fn statements(text: &str) -> Statements {
    let mut ranges = Vec::new();
    let mut current: Option<Range<usize>> = None;
    let mut closed = true;
    for token in tokens(text) {
        closed = token.closed;
        let here = token.span.range();
        if here.len() == 1 && text.get(here.clone()) == Some(";") {
            ranges.extend(current.take());
        } else if token.class != TokenClass::Comment || !token.closed {
            let start = current.map_or(here.start, |range| range.start);
            current = Some(start..here.end);
        }
    }
    let finished = current.is_none() && closed;
    ranges.extend(current);
    Statements { ranges, finished }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> (Vec<&str>, bool) {
        let Statements { ranges, finished } = statements(text);
        (ranges.into_iter().map(|range| &text[range]).collect(), finished)
    }

    #[test]
    fn statements_end_at_semicolons_of_the_language_only() {
        let text = " RETURN ';' ; // a;b\nRETURN `;` /* ; */ + 1; ;";
        assert_eq!(split(text), (vec!["RETURN ';'", "RETURN `;` /* ; */ + 1"], true));
    }

    #[test]
    fn the_last_one_may_be_unfinished() {
        assert_eq!(split("RETURN 1; RETURN 2\n"), (vec!["RETURN 1", "RETURN 2"], false));
        assert_eq!(split("RETURN 'a;\n"), (vec!["RETURN 'a;\n"], false));
        assert_eq!(split("RETURN 1; /* x"), (vec!["RETURN 1", "/* x"], false));
        assert_eq!(split("RETURN 1; // x"), (vec!["RETURN 1"], true));
        assert_eq!(split(" // only\n"), (vec![], true));
        assert_eq!(split(""), (vec![], true));
    }
}
