//! Mistakes in path selectors and quantifiers.

use super::{Scene, shown, unexpected};
use crate::error::{Error, text};
use crate::syntax::lex::TokenClass;
use crate::syntax::parser::Rule;

/// `SHORTEST (a)-->(b)`, `ANY $k (a)-->(b)`, `ALL SHORTEST 2 (a)`, `SHORTEST 1 p = (a)`.
pub(super) fn selector(scene: &Scene<'_>) -> Option<Error> {
    // `path` after a selector is the keyword.
    let keyword = scene.word(0) == "=" && (scene.is(-1, "path") || scene.is(-1, "paths"));
    let named = scene.class(0) == Some(TokenClass::Name) && scene.word(1) == "=";
    if scene.expects(Rule::repeated_ahead) && (keyword || named) {
        let steps = if keyword { -1 } else { 0 };
        let name = shown(scene.word(steps));
        let message =
            text!("the name of a path stands before everything else", "パスの名前は先頭に書きます");
        let help = text!(
            "Write `{name} = SHORTEST 1 (a)-->(b)`.",
            "`{name} = SHORTEST 1 (a)-->(b)` のように書いてください。",
        );
        return Some(unexpected(message, scene.span(steps)).help(help));
    }
    let counted = scene.is(-1, "shortest") || scene.is(-1, "any");
    let number = matches!(scene.class(0), Some(TokenClass::Number | TokenClass::Parameter));
    let other = scene.word(0) == "-" || number || !scene.is(-1, "any");
    let all = scene.is(-1, "shortest") && scene.is(-2, "all") && number;
    if !(counted && other && scene.expects(Rule::count) || all) {
        return None;
    }
    let message = text!(
        "this does not say how many paths are wanted",
        "求めるパスの数の書き方が正しくありません",
    );
    let help = text!(
        "Write `SHORTEST 2` for two shortest paths, `SHORTEST 2 GROUPS` for all of the two least lengths, or `ALL SHORTEST`.",
        "最短のパスを二つなら `SHORTEST 2`、短い方から二つの長さのパスすべてなら `SHORTEST 2 GROUPS`、最短のパスすべてなら `ALL SHORTEST` と書いてください。",
    );
    Some(unexpected(message, scene.place()).help(help))
}

/// `-[:T]->{1..3}(b)`, `((a)-->(b)){}`, `-->*2(b)`.
pub(super) fn times(scene: &Scene<'_>) -> Option<Error> {
    let behind = |steps: isize| {
        let word = scene.word(steps);
        matches!(word, ")" | "-" | "->" | "--" | "-->" | "<--" | "<-->")
    };
    let braces = scene.opener().is_some_and(|opener| {
        let before = opener.checked_sub(1).is_some_and(behind);
        scene.word(opener) == "{" && before && !scene.expects_operand()
    });
    let inside = [Rule::times_least, Rule::range_most, Rule::comma, Rule::rbrace];
    let inside = braces && inside.iter().any(|rule| scene.expects(*rule));
    let sign = matches!(scene.word(-1), "*" | "+") && behind(-2);
    let number = sign && scene.class(0) == Some(TokenClass::Number) && scene.expects_node();
    if !inside && !number {
        return None;
    }
    let message =
        text!("this is not a number of repetitions", "繰り返しの回数の書き方が正しくありません");
    let help = text!(
        "Write `{{2}}`, `{{1,3}}`, `{{,3}}`, `{{2,}}`, `+` or `*`.",
        "`{{2}}`、`{{1,3}}`、`{{,3}}`、`{{2,}}`、`+`、`*` のように書いてください。",
    );
    Some(unexpected(message, scene.place()).help(help))
}
