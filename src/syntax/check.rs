//! What can be said about a text before it is parsed: stray characters, what is open and never closed, how deep it nests.
//!
//! Everything here is one pass over the tokens. What passes cannot overflow the stack of the parser or the tree builder: they
//! recurse once for each level that is counted here.

use unicode_normalization::UnicodeNormalization;

use super::NESTING_MAX;
use super::diagnose::{code_point, is_visible};
use super::lex::{Token, TokenClass};
use crate::error::{Code, Error, Result, Span, Standard, Text, text};

/// A query up to this many characters is shown whole in its half-width form.
const FOLDED_MAX: usize = 100;

/// Refuses what the parser should not see.
pub(super) fn check(text: &str, tokens: &[Token]) -> Result<()> {
    let wrong = |token: &&Token| !token.closed || token.class == TokenClass::Unknown;
    if let Some(token) = tokens.iter().find(wrong) {
        return Err(if token.closed { stray(text, tokens, token) } else { open(text, token) });
    }
    if let Some(error) = long_vowel(text, tokens) {
        return Err(error);
    }
    brackets(text, tokens)
}

/// The long vowel mark where a dash belongs: `(a)ー[:T]ー>(b)`. It is a letter, so it would be read as a name.
fn long_vowel(text: &str, tokens: &[Token]) -> Option<Error> {
    let is = |token: &Token, words: &[&str]| words.contains(&token.span.of(text));
    let (_, mark) = tokens
        .iter()
        .zip(tokens.iter().skip(1))
        .find(|(before, mark)| is(before, &[")", "]", "<"]) && is(mark, &["ー", "ｰ"]))?;
    let message = text!(
        "`ー` is the long vowel mark, not a dash",
        "`ー` は長音記号で、ハイフンではありません"
    );
    let error = Error::new(Code::SyntaxUnexpected, message).at(mark.span);
    Some(error.help(text!("Write `-` instead.", "代わりに半角の `-` を使ってください。")))
}

/// A quote, comment or backtick without its end.
fn open(text: &str, token: &Token) -> Error {
    let word = token.span.of(text);
    let signs = ["/*", "$`", "`", "\"", "'"];
    let sign = signs.into_iter().find(|sign| word.starts_with(sign)).unwrap_or("'");
    let start = token.span.range().start;
    let span = Span::new(start, start.saturating_add(sign.len()));
    let (message, help) = match sign {
        "/*" => (
            text!("this comment is never closed", "コメントが閉じられていません"),
            text!("Close it with `*/`.", "`*/` で閉じてください。"),
        ),
        "`" | "$`" => (
            text!("this backtick is never closed", "バッククォートが閉じられていません"),
            text!(
                "Close the name with a backtick; a backtick inside it is written twice.",
                "名前をバッククォートで閉じてください。名前の中のバッククォートは二つ重ねて書きます。",
            ),
        ),
        _ => (
            text!("this string is never closed", "文字列が閉じられていません"),
            text!(
                "Close it with `{sign}`; the same quote inside it is written `\\{sign}`.",
                "`{sign}` で閉じてください。文字列の中の同じ引用符は `\\{sign}` と書きます。",
            ),
        ),
    };
    Error::new(Code::SyntaxUnexpected, message).at(span).help(help)
}

/// A character that the language has no use for.
fn stray(text: &str, tokens: &[Token], token: &Token) -> Error {
    let c = token.span.of(text).chars().next().unwrap_or('\0');
    let code = code_point(c);
    if let Some(error) = full_width(text, tokens).filter(|_| is_full_width(c)) {
        return error;
    }
    let message = if is_visible(c) {
        text!(
            "the character `{c}` ({code}) does not belong in a query",
            "文字 `{c}`（{code}）はクエリでは使えません",
        )
    } else {
        text!(
            "the character {code} does not belong in a query",
            "文字 {code} はクエリでは使えません",
        )
    };
    let help = meant(c).map(|plain| {
        text!("Write `{plain}` instead.", "代わりに半角の `{plain}` を使ってください。")
    });
    let help = help.or_else(|| other_meaning(c));
    let error = Error::new(Code::SyntaxUnexpected, message).at(token.span).help_if(help);
    if c.is_ascii() {
        return error;
    }
    error.known_as(Standard::syntax("InvalidUnicodeCharacter"))
}

/// The plain sign that was most likely meant by one that looks like it.
fn meant(c: char) -> Option<&'static str> {
    Some(match c {
        '“' | '”' | '„' | '‟' | '″' | '＂' => "\"",
        '‘' | '’' | '‚' | '‛' | '′' | '´' | '「' | '」' | '『' | '』' => "'",
        '、' | '，' | '､' => ",",
        '。' | '｡' => ".",
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => "-",
        '→' | '⇒' => "->",
        '←' | '⇐' => "<-",
        '↔' => "<-->",
        '≠' => "<>",
        '≦' | '≤' => "<=",
        '≧' | '≥' => ">=",
        '〈' | '⟨' => "<",
        '〉' | '⟩' => ">",
        '×' => "*",
        '÷' => "/",
        '【' | '〔' => "[",
        '】' | '〕' => "]",
        _ => return None,
    })
}

fn other_meaning(c: char) -> Option<Text> {
    match c {
        '~' => Some(text!(
            "A text is compared with a regular expression by `=~`.",
            "正規表現との比較には `=~` を使ってください。",
        )),
        '#' => Some(text!("A comment begins with `//`.", "コメントは `//` で始めます。")),
        '?' => {
            Some(text!("A parameter is written `$name`.", "パラメーターは `$名前` と書きます。",))
        }
        _ => None,
    }
}

/// Whether `c` is the wide form of a character of ASCII.
fn is_full_width(c: char) -> bool {
    matches!(c, '！'..='～')
}

/// The error for letters typed in full width, from the first of them; `None` where there are none outside strings.
///
/// Names that are Japanese anyway may hold wide letters: only what folds to ASCII counts.
pub(super) fn full_width(text: &str, tokens: &[Token]) -> Option<Error> {
    let wide = |token: &&Token| {
        let word = token.span.of(text);
        matches!(token.class, TokenClass::Name | TokenClass::Unknown)
            && word.chars().any(is_full_width)
            && word.nfkc().all(|c| c.is_ascii() && c != '`')
    };
    let mut all = tokens.iter().skip_while(|token| !wide(token));
    let mut span = all.next()?.span;
    for token in all.take_while(wide) {
        span = span.to(token.span);
    }
    let mut folded = String::new();
    let mut at = 0;
    for token in tokens {
        let place = token.span.range();
        folded.push_str(text.get(at..place.start).unwrap_or(""));
        let word = token.span.of(text);
        let plain =
            word.chars().next().and_then(meant).filter(|_| token.class == TokenClass::Unknown);
        match plain {
            _ if wide(&token) => folded.extend(word.nfkc()),
            Some(plain) => folded.push_str(plain),
            None => folded.push_str(word),
        }
        at = place.end;
    }
    let folded = folded.replace('\u{3000}', " ");
    let folded = folded.trim();
    let help = if folded.chars().count() <= FOLDED_MAX && folded.chars().all(is_visible) {
        text!(
            "Type it in half-width characters: `{folded}`.",
            "半角で `{folded}` と入力してください。"
        )
    } else {
        text!(
            "Type keywords, brackets and operators in half-width characters.",
            "キーワード、括弧、演算子は半角で入力してください。",
        )
    };
    let message = text!("full-width characters in the query", "全角文字が使われています");
    Some(Error::new(Code::SyntaxUnexpected, message).at(span).help(help))
}

/// One thing that is open while the tokens are walked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// A bracket, and where.
    Bracket(char, Span),
    /// CASE, until END.
    Case,
    /// NOT, or a sign before an operand, until the operand ends.
    Prefix,
}

/// Refuses brackets that do not pair, and more than [`NESTING_MAX`] levels of whatever nests.
fn brackets(text: &str, tokens: &[Token]) -> Result<()> {
    let mut stack: Vec<Open> = Vec::new();
    let mut before: Option<&Token> = None;
    for token in tokens.iter().filter(|token| token.class != TokenClass::Comment) {
        let word = token.span.of(text);
        let is_label = before.is_some_and(|token| token.span.of(text) == ":")
            && !matches!(stack.last(), Some(Open::Bracket('{', _)));
        let is_keyword = token.class == TokenClass::Keyword && !is_label;
        let keyword = if is_keyword { word.to_ascii_lowercase() } else { String::new() };
        match (word, keyword.as_str()) {
            ("(" | "[" | "{", _) => stack.push(Open::Bracket(first(word), token.span)),
            (")" | "]" | "}", _) => close(&mut stack, first(word), token.span)?,
            ("-" | "+" | "--" | "!", _) if !before.is_some_and(|b| ends_operand(text, b)) => {
                stack.extend(word.chars().map(|_| Open::Prefix));
            }
            (_, "not") => stack.push(Open::Prefix),
            (_, "case") => stack.push(Open::Case),
            (_, "end") => {
                drop_prefixes(&mut stack);
                stack.pop_if(|open| *open == Open::Case);
                drop_prefixes(&mut stack);
            }
            _ => drop_prefixes(&mut stack),
        }
        if stack.len() > NESTING_MAX {
            return Err(too_deep(token.span));
        }
        before = Some(token);
    }
    let innermost = stack.iter().rev().find_map(|open| match open {
        Open::Bracket(bracket, span) => Some((*bracket, *span)),
        Open::Case | Open::Prefix => None,
    });
    innermost.map_or(Ok(()), |(bracket, span)| Err(never_closed(bracket, span)))
}

/// Takes the innermost bracket from the stack, and what was left open inside it.
fn close(stack: &mut Vec<Open>, found: char, place: Span) -> Result<()> {
    while stack.pop_if(|open| !matches!(open, Open::Bracket(..))).is_some() {}
    match stack.pop() {
        Some(Open::Bracket(open, _)) if closer(open) == found => {
            drop_prefixes(stack);
            Ok(())
        }
        Some(Open::Bracket(open, opened)) => {
            let expected = closer(open);
            let message = text!(
                "`{found}` where `{expected}` should close `{open}`",
                "`{open}` を閉じる `{expected}` があるべきところに `{found}` があります",
            );
            let label = text!("this `{open}` is still open", "この `{open}` が開いたままです");
            let blank = Text::default();
            Err(Error::new(Code::SyntaxUnexpected, message)
                .label(place, blank)
                .label(opened, label))
        }
        _ => {
            let message =
                text!("`{found}` closes nothing", "`{found}` に対応する開き括弧がありません");
            Err(Error::new(Code::SyntaxUnexpected, message).at(place))
        }
    }
}

fn closer(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

fn first(word: &str) -> char {
    word.chars().next().unwrap_or(' ')
}

fn drop_prefixes(stack: &mut Vec<Open>) {
    while stack.pop_if(|open| *open == Open::Prefix).is_some() {}
}

/// Whether an operator after `token` has an operand on its left.
pub(super) fn ends_operand(text: &str, token: &Token) -> bool {
    let word = token.span.of(text);
    match token.class {
        TokenClass::Name | TokenClass::Parameter | TokenClass::String | TokenClass::Number => true,
        TokenClass::Operator => matches!(word, ")" | "]" | "}"),
        TokenClass::Keyword => {
            ["end", "null", "true", "false"].iter().any(|end| word.eq_ignore_ascii_case(end))
        }
        TokenClass::Comment | TokenClass::Unknown => false,
    }
}

fn never_closed(bracket: char, span: Span) -> Error {
    let closer = closer(bracket);
    let message =
        text!("this `{bracket}` is never closed", "この `{bracket}` が閉じられていません");
    let help = text!("Close it with `{closer}`.", "`{closer}` で閉じてください。");
    Error::new(Code::SyntaxUnexpected, message).at(span).help(help)
}

/// The error for a text that nests deeper than [`NESTING_MAX`].
pub(super) fn too_deep(span: Span) -> Error {
    let message = text!(
        "the query nests deeper than {NESTING_MAX} levels",
        "入れ子が深すぎます（上限：{NESTING_MAX} 段）",
    );
    let help = text!(
        "Compute the inner part in a `WITH` of its own.",
        "内側の部分を `WITH` で先に計算してください。",
    );
    Error::new(Code::SyntaxDepth, message).at(span).help(help)
}
