//! Where the grammar came no further: what a person would say about it.
//!
//! pest knows the place and the rules that could have matched there. The mistakes people make are a table of their own
//! ([`habits`]), tried in order; what none of them knows becomes "expected …, found …", in words of the language.

pub(in crate::syntax) mod absent;
mod compounds;
mod expected;
mod habits;
mod paths;
mod shown;
mod slips;
mod writing;

pub(in crate::syntax) use shown::{code_point, is_visible, shown};

use super::check::{ends_operand, too_deep};
use super::lex::{Token, TokenClass};
use super::parser::{Failure, Rule};
use crate::error::{Code, Error, Span, Text, text};

/// The error for a text that the grammar refused.
pub(super) fn diagnose(text: &str, tokens: &[Token], failure: &Failure) -> Error {
    let scene = Scene::new(text, tokens, failure);
    if failure.expected.is_empty() {
        return too_deep(scene.place());
    }
    habits::HABITS.iter().find_map(|habit| habit(&scene)).unwrap_or_else(|| expected::error(&scene))
}

/// A failure seen among its tokens.
struct Scene<'t> {
    text: &'t str,
    /// The tokens, comments left out.
    tokens: Vec<Token>,
    /// The token at which nothing matched; past the last one at the end of the text.
    at: usize,
    /// The rules that would have matched.
    expected: &'t [Rule],
}

impl<'t> Scene<'t> {
    fn new(text: &'t str, tokens: &[Token], failure: &'t Failure) -> Self {
        let tokens: Vec<_> =
            tokens.iter().filter(|token| token.class != TokenClass::Comment).copied().collect();
        let at = tokens.partition_point(|token| token.span.range().end <= failure.at);
        Self { text, tokens, at, expected: &failure.expected }
    }

    fn expects(&self, rule: Rule) -> bool {
        self.expected.contains(&rule)
    }

    /// Whether an operand could stand here.
    fn expects_operand(&self) -> bool {
        // A number stands nowhere else.
        self.expects(Rule::expression)
            || self.expects(Rule::expression_before_bar)
            || self.expects(Rule::number)
    }

    /// Whether an operand just ended, and an operator could follow.
    fn expects_operator(&self) -> bool {
        self.expects(Rule::add)
    }

    /// Whether a clause could begin here.
    fn expects_clause(&self) -> bool {
        [Rule::kw_unwind, Rule::single_query, Rule::query, Rule::statement]
            .iter()
            .any(|rule| self.expects(*rule))
    }

    /// Whether only a node could stand here.
    fn expects_node(&self) -> bool {
        let call = self.class(-1) == Some(TokenClass::Name);
        let group = self.expects(Rule::any_label);
        self.expects(Rule::node)
            || self.expects(Rule::path_pattern)
            || self.expects(Rule::lparen) && !self.expects_operand() && !call && !group
    }

    /// Whether the wrong token stands in the brackets of a relationship.
    fn in_relationship(&self) -> bool {
        self.opener().is_some_and(|opener| {
            let before = opener.checked_sub(1).map_or("", |steps| self.word(steps));
            self.word(opener) == "[" && matches!(before, "-" | "<-")
        })
    }

    /// The token `steps` after the one that is wrong; before it where negative.
    fn token(&self, steps: isize) -> Option<&Token> {
        self.tokens.get(self.at.checked_add_signed(steps)?)
    }

    /// The text of that token; empty where there is none.
    fn word(&self, steps: isize) -> &'t str {
        self.token(steps).map_or("", |token| token.span.of(self.text))
    }

    fn is(&self, steps: isize, word: &str) -> bool {
        self.word(steps).eq_ignore_ascii_case(word)
    }

    fn class(&self, steps: isize) -> Option<TokenClass> {
        self.token(steps).map(|token| token.class)
    }

    fn span(&self, steps: isize) -> Span {
        self.token(steps).map_or_else(|| self.end(), |token| token.span)
    }

    /// The end of the last token.
    fn end(&self) -> Span {
        let end = self.tokens.last().map_or(0, |token| token.span.range().end);
        Span::new(end, end)
    }

    /// Where the message points.
    fn place(&self) -> Span {
        self.span(0)
    }

    fn at_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// Whether an operand ends right before the wrong token.
    fn after_operand(&self) -> bool {
        self.token(-1).is_some_and(|token| ends_operand(self.text, token))
    }

    /// Whether the wrong token could begin an operand.
    fn begins_operand(&self) -> bool {
        match self.class(0) {
            Some(
                TokenClass::Name | TokenClass::Number | TokenClass::String | TokenClass::Parameter,
            ) => true,
            Some(TokenClass::Operator) => matches!(self.word(0), "(" | "[" | "{"),
            _ => false,
        }
    }

    /// How many tokens before the wrong one the innermost open bracket stands; `None` outside all brackets.
    fn opener(&self) -> Option<isize> {
        let mut open: usize = 0;
        let mut steps: isize = 0;
        loop {
            steps = steps.checked_sub(1)?;
            self.token(steps)?;
            match self.word(steps) {
                ")" | "]" | "}" => open = open.saturating_add(1),
                "(" | "[" | "{" if open == 0 => return Some(steps),
                "(" | "[" | "{" => open = open.saturating_sub(1),
                _ => {}
            }
        }
    }

    /// What the wrong token stands in: the innermost open bracket, or else the last of [`CLAUSE_WORDS`] before it.
    fn clause(&self) -> &'t str {
        let mut open: usize = 0;
        let mut after = self.at;
        while let Some(at) = after.checked_sub(1) {
            after = at;
            let Some(token) = self.tokens.get(at) else { break };
            let word = token.span.of(self.text);
            match word {
                ")" | "]" | "}" => open = open.saturating_add(1),
                "(" | "[" | "{" => match open.checked_sub(1) {
                    Some(rest) => open = rest,
                    None => return word,
                },
                _ if open > 0 || token.class != TokenClass::Keyword || self.is_operator(at) => {}
                _ => {
                    let begins = |clause: &&str| word.eq_ignore_ascii_case(clause);
                    if let Some(clause) = CLAUSE_WORDS.iter().find(|clause| begins(clause)) {
                        return clause;
                    }
                }
            }
        }
        ""
    }

    /// Whether the WITH at index `at` is that of STARTS WITH or ENDS WITH.
    fn is_operator(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.tokens.get(before));
        let word = before.map_or("", |token| token.span.of(self.text));
        ["starts", "ends"].iter().any(|starts| word.eq_ignore_ascii_case(starts))
    }
}

/// The words that say what the text after them is.
const CLAUSE_WORDS: &[&str] = &[
    "MATCH", "WHERE", "UNWIND", "WITH", "RETURN", "ORDER", "SKIP", "OFFSET", "LIMIT", "UNION",
    "CREATE", "MERGE", "ON", "SET", "REMOVE", "DELETE", "CALL", "YIELD",
];

fn unexpected(message: Text, span: Span) -> Error {
    Error::new(Code::SyntaxUnexpected, message).at(span)
}

/// The wrong token as a message names it.
fn found(scene: &Scene<'_>) -> Text {
    if scene.at_end() {
        return text!("the end of the query", "クエリの終わり");
    }
    let word = shown(scene.word(0));
    text!("`{word}`", "`{word}` ")
}
