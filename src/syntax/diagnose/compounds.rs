//! Mistakes in `reduce`, map projections, `COLLECT { … }` and tests of labels.

use super::{Scene, shown, unexpected};
use crate::error::{Error, text};
use crate::syntax::lex::TokenClass;
use crate::syntax::parser::Rule;

/// `reduce(x IN xs | x)`, `reduce(s = 0, x IN xs)`.
pub(super) fn reduce(scene: &Scene<'_>) -> Option<Error> {
    let opener = scene.opener()?;
    let name = opener.checked_sub(1)?;
    let parts = [Rule::equals, Rule::comma, Rule::kw_in, Rule::mapping, Rule::variable];
    let lacks = parts.iter().any(|rule| scene.expects(*rule)) && !scene.expects_operand();
    if scene.word(opener) != "(" || !scene.is(name, "reduce") || !lacks {
        return None;
    }
    let message = text!("this `reduce` is not complete", "`reduce` の書き方が正しくありません");
    let help = text!(
        "Write `reduce(total = 0, x IN list | total + x)`.",
        "`reduce(合計 = 0, x IN リスト | 合計 + x)` のように書いてください。",
    );
    Some(unexpected(message, scene.place()).help(help))
}

/// `n {n.name}`, `n {'name'}`.
pub(super) fn map_projection(scene: &Scene<'_>) -> Option<Error> {
    let opener = scene.opener()?;
    let of = opener.checked_sub(1)?;
    let named = scene.class(of) == Some(TokenClass::Name);
    let inside = scene.word(opener) == "{" && named;
    let dotted = scene.word(0) == "." && scene.class(-1) == Some(TokenClass::Name);
    let quoted = scene.class(0) == Some(TokenClass::String) && scene.expects(Rule::map_property);
    let steps = if dotted { 1 } else { 0 };
    if !inside || !(dotted && scene.expects(Rule::colon) || quoted) {
        return None;
    }
    let (of, key) = (shown(scene.word(of)), shown(scene.word(steps).trim_matches(['\'', '"'])));
    let message = text!("this is no item of a map", "マップの項目の書き方が正しくありません");
    let help = text!(
        "Write `.{key}`, or `{key}: {of}.{key}`.",
        "`.{key}` か `{key}: {of}.{key}` と書いてください。",
    );
    Some(unexpected(message, scene.place()).help(help))
}

/// `COLLECT { (a)-->(b) }`.
pub(super) fn collect(scene: &Scene<'_>) -> Option<Error> {
    if scene.word(0) != "(" || scene.word(-1) != "{" || !scene.is(-2, "collect") {
        return None;
    }
    let message = text!("`COLLECT` takes a whole query", "`COLLECT` にはクエリ全体を書きます");
    let help = text!(
        "Write `COLLECT {{ MATCH … RETURN x }}`.",
        "`COLLECT {{ MATCH … RETURN x }}` のように書いてください。",
    );
    Some(unexpected(message, scene.place()).help(help))
}

/// `n IS NOT Label`.
pub(super) fn is_not(scene: &Scene<'_>) -> Option<Error> {
    if !scene.is(-1, "not") || !scene.is(-2, "is") || scene.class(0) != Some(TokenClass::Name) {
        return None;
    }
    let label = shown(scene.word(0));
    let message =
        text!("only `NULL` follows `IS NOT`", "`IS NOT` の後に書けるのは `NULL` だけです");
    let help = text!(
        "For a label write `NOT n:{label}`, for equality `<>`.",
        "ラベルなら `NOT n:{label}`、等しくないことなら `<>` と書いてください。",
    );
    Some(unexpected(message, scene.place()).help(help))
}
