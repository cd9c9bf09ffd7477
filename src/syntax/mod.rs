//! Syntax: query text into a tree with spans, and back. A pure function of the text; nothing here knows a graph.
//!
//! The way of a text: `check` refuses what needs no grammar (stray characters, open quotes and brackets, deep nesting), pest
//! reads the rest by `grammar/kadai.pest`, `build` folds pest's pairs into the tree of [`ast`], and `print` writes a tree
//! back. Where pest gives up, `diagnose` turns the place into words. pest's types and rule names never leave this module.
//!
//! No input makes it panic, overflow the stack or take more than quadratic time.

#![warn(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

pub mod ast;
mod build;
mod check;
mod diagnose;
mod keywords;
mod lex;
mod parser;
mod print;
mod statements;
mod walk;

pub use keywords::KEYWORDS;
pub use lex::{Token, TokenClass, tokens};
pub use statements::{Statements, statements};

use crate::error::{Code, Error, Result, Standard};

/// How deep brackets, CASE and prefix operators may nest in a query.
///
/// The parser, the tree builder and whoever walks the tree recurse once a level; a hundred levels fit a stack of 2 MiB even
/// without optimisation, and no person writes ten.
pub const NESTING_MAX: usize = 100;

/// How high an expression may grow over its innermost operand: nesting, and chains such as `1 + 1 + 1 …` or `a.b.c …`.
///
/// Chains of AND, OR, XOR and of comparisons do not count: they are kept flat or balanced.
pub const HEIGHT_MAX: usize = 250;

/// Parses one statement, with or without a `;` after it.
///
/// Spans point into `text`. Names are in NFC; escapes of strings are resolved.
///
/// # Errors
/// `syntax.unexpected`, `syntax.literal`, `syntax.depth`, `syntax.unsupported`, with places but without a source.
pub fn parse(text: &str) -> Result<ast::Statement> {
    let tokens = tokens(text);
    let parsed = check::check(text, &tokens).and_then(|()| match parser::pairs(text) {
        Ok(statement) => build::statement(statement),
        Err(failure) => Err(diagnose::diagnose(text, &tokens, &failure)),
    });
    parsed.map_err(named)
}

/// What the standard calls a text that is none of the language, unless it has a closer name.
fn named(error: Error) -> Error {
    let spelling = matches!(error.code(), Code::SyntaxUnexpected | Code::SyntaxLiteral);
    if error.standard().is_some() || !spelling {
        return error;
    }
    error.known_as(Standard::syntax("UnexpectedSyntax"))
}
