//! pest, behind one function.

use pest::Parser as _;
use pest::error::{Error, ErrorVariant, InputLocation};

use crate::error::Span;

/// A part of the text that a rule of the grammar matched.
pub(super) type Pair<'t> = pest::iterators::Pair<'t, Rule>;
/// Parts that follow each other.
pub(super) type Pairs<'t> = pest::iterators::Pairs<'t, Rule>;

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/kadai.pest"]
struct Grammar;

/// Where the grammar came no further.
pub(super) struct Failure {
    /// The byte at which no rule matched.
    pub(super) at: usize,
    /// The rules that could have; empty where the parser gave up for want of stack.
    pub(super) expected: Vec<Rule>,
}

/// The parts of one statement.
pub(super) fn pairs(text: &str) -> Result<Pair<'_>, Failure> {
    let mut pairs = Grammar::parse(Rule::statement, text).map_err(failure)?;
    pairs.next().ok_or(Failure { at: 0, expected: Vec::new() })
}

fn failure(error: Error<Rule>) -> Failure {
    let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = error.location;
    match error.variant {
        ErrorVariant::ParsingError { positives, .. } => Failure { at, expected: positives },
        ErrorVariant::CustomError { .. } => Failure { at, expected: Vec::new() },
    }
}

/// Where a part stands, from its first token to its last.
///
/// pest lets a part end after the white space before an optional token that is not there; so its last token decides.
pub(super) fn span(pair: &Pair<'_>) -> Span {
    let start = pair.as_span().start();
    let mut last = pair.clone();
    while let Some(inner) = last.clone().into_inner().next_back() {
        last = inner;
    }
    Span::new(start, last.as_span().end())
}

/// The parts of a part that mean something by themselves: punctuation and words that only hold others together left out.
pub(super) fn parts(pair: Pair<'_>) -> impl DoubleEndedIterator<Item = Pair<'_>> {
    pair.into_inner().filter(|part| !is_mortar(part.as_rule()))
}

fn is_mortar(rule: Rule) -> bool {
    use Rule::*;
    matches!(
        rule,
        lparen
            | rparen
            | lbracket
            | rbracket
            | lbrace
            | rbrace
            | comma
            | colon
            | semicolon
            | dot
            | bar
            | ampersand
            | equals
            | add_equals
            | is_labelled
            | kw_all_shortest_paths
            | kw_as
            | kw_by
            | kw_call
            | kw_case
            | kw_collect
            | kw_count
            | kw_create
            | kw_delete
            | kw_else
            | kw_end
            | kw_exists
            | kw_in
            | kw_limit
            | kw_match
            | kw_merge
            | kw_offset
            | kw_on
            | kw_order
            | kw_paths
            | kw_reduce
            | kw_remove
            | kw_return
            | kw_set
            | kw_shortest_path
            | kw_skip
            | kw_then
            | kw_union
            | kw_unwind
            | kw_when
            | kw_where
            | kw_with
            | kw_yield
            | EOI
    )
}
