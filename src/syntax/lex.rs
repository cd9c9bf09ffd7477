//! Text into words and signs: for highlighting, for splitting scripts, and for saying what is wrong with a query.
//!
//! The parser does not need it: it reads the text itself. Nothing here fails: what is no token of the language is one of
//! class [`TokenClass::Unknown`].

use super::keywords::is_keyword;
use crate::error::Span;

/// What a token is, to the eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenClass {
    /// A word of the language: `MATCH`, `null`.
    Keyword,
    /// A name, bare or in backticks.
    Name,
    /// `$name`.
    Parameter,
    /// A text in quotes.
    String,
    /// A number, well-formed or not.
    Number,
    /// `// …` or `/* … */`.
    Comment,
    /// An operator, a bracket or other punctuation.
    Operator,
    /// A character the language has no use for.
    Unknown,
}

/// One token of a query text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub class: TokenClass,
    /// Where it stands.
    pub span: Span,
    /// Whether its closing quote, backtick or `*/` is there; always set for other tokens.
    pub closed: bool,
}

/// The operators of more than one character, longest first; some are there only to be named in messages.
const OPERATORS: &[&str] = &[
    "<-->", "===", "!==", "-->", "<--", "<>", "<=", ">=", "=~", "==", "!=", "&&", "||", "->", "<-",
    "--", "..", "+=",
];

/// The tokens of `text`, in order; white space lies between them.
///
/// Shape: ascending, not overlapping; together with the white space they cover the text.
/// Cost: linear.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let mut cursor = Cursor { text, at: 0 };
    let mut tokens = Vec::new();
    cursor.eat("\u{FEFF}");
    loop {
        cursor.eat_while(char::is_whitespace);
        let start = cursor.at;
        let Some((class, closed)) = cursor.token(tokens.last()) else { break };
        tokens.push(Token { class, span: Span::new(start, cursor.at), closed });
    }
    tokens
}

/// A place in a text that moves forward only.
struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at = self.at.saturating_add(next.len_utf8());
        Some(next)
    }

    fn eat(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            self.at = self.at.saturating_add(expected.len());
        }
        found
    }

    fn eat_while(&mut self, belongs: impl Fn(char) -> bool) {
        let rest = self.rest();
        let length = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        self.at = self.at.saturating_add(length);
    }

    /// Moves past `end`, or to the end of the text where it never comes.
    fn eat_past(&mut self, end: &str) -> bool {
        let found = self.rest().find(end);
        let length = found.map_or(self.rest().len(), |at| at.saturating_add(end.len()));
        self.at = self.at.saturating_add(length);
        found.is_some()
    }

    /// Moves past one token and says what it was; `None` at the end of the text.
    fn token(&mut self, before: Option<&Token>) -> Option<(TokenClass, bool)> {
        let first = self.peek()?;
        if self.eat("//") {
            self.eat_while(|c| !matches!(c, '\n' | '\r'));
            return Some((TokenClass::Comment, true));
        }
        if self.eat("/*") {
            return Some((TokenClass::Comment, self.eat_past("*/")));
        }
        Some(match first {
            '\'' | '"' => (TokenClass::String, self.string()),
            '`' => (TokenClass::Name, self.escaped_name()),
            '0'..='9' => (TokenClass::Number, self.number()),
            '.' if self.starts_fraction() => (TokenClass::Number, self.number()),
            '$' => self.parameter(),
            c if is_word_start(c) => (self.word(before), true),
            _ => (self.operator(), true),
        })
    }

    fn string(&mut self) -> bool {
        let quote = self.bump();
        while let Some(c) = self.bump() {
            if Some(c) == quote {
                return true;
            }
            if c == '\\' {
                self.bump();
            }
        }
        false
    }

    fn escaped_name(&mut self) -> bool {
        self.bump();
        while self.eat_past("`") {
            if !self.eat("`") {
                return true;
            }
        }
        false
    }

    fn starts_fraction(&self) -> bool {
        let mut chars = self.rest().chars().skip(1);
        chars.next().is_some_and(|c| c.is_ascii_digit())
    }

    /// A number with whatever sticks to it: `1.5e-3`, `0x1F`, and `12ab` as well.
    fn number(&mut self) -> bool {
        let start = self.at;
        self.eat_while(is_word);
        if self.peek() == Some('.') && self.starts_fraction() {
            self.bump();
            self.eat_while(is_word);
        }
        let so_far = self.text.get(start..self.at).unwrap_or("");
        let signed = matches!(self.peek(), Some('+' | '-')) && self.starts_fraction();
        if signed && so_far.ends_with(['e', 'E']) && !so_far.starts_with("0x") {
            self.bump();
            self.eat_while(is_word);
        }
        true
    }

    fn parameter(&mut self) -> (TokenClass, bool) {
        self.bump();
        match self.peek() {
            Some('`') => (TokenClass::Parameter, self.escaped_name()),
            Some(c) if is_word(c) => {
                self.eat_while(is_word);
                (TokenClass::Parameter, true)
            }
            _ => (TokenClass::Operator, true),
        }
    }

    fn word(&mut self, before: Option<&Token>) -> TokenClass {
        let start = self.at;
        self.eat_while(is_word);
        let word = self.text.get(start..self.at).unwrap_or("");
        let after_dot = before.is_some_and(|token| token.span.of(self.text) == ".");
        if is_keyword(word) && !after_dot { TokenClass::Keyword } else { TokenClass::Name }
    }

    fn operator(&mut self) -> TokenClass {
        let long = self.peek().is_some_and(|c| "<=!-&|.+".contains(c));
        if long && OPERATORS.iter().any(|operator| self.eat(operator)) {
            return TokenClass::Operator;
        }
        match self.bump() {
            Some(c) if "()[]{}.,:;|&!=<>+-*/%^".contains(c) => TokenClass::Operator,
            _ => TokenClass::Unknown,
        }
    }
}

fn is_word_start(c: char) -> bool {
    c == '_' || unicode_ident::is_xid_start(c)
}

fn is_word(c: char) -> bool {
    unicode_ident::is_xid_continue(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(text: &str) -> Vec<(&str, TokenClass)> {
        tokens(text).iter().map(|token| (token.span.of(text), token.class)).collect()
    }

    #[test]
    fn tokens_have_the_class_a_reader_sees() {
        use TokenClass::*;
        let expected = [
            ("MATCH", Keyword),
            ("(", Operator),
            ("課題", Name),
            (":", Operator),
            ("`a``b`", Name),
            (")", Operator),
            ("-->", Operator),
            ("// 注", Comment),
            ("x", Name),
            (".", Operator),
            ("match", Name),
            ("=", Operator),
            ("$1", Parameter),
            ("+", Operator),
            ("'it\\'s'", String),
            ("1.5e-3", Number),
            ("/* … */", Comment),
            ("“", Unknown),
        ];
        let text = "MATCH (課題:`a``b`)--> // 注\n x.match = $1 + 'it\\'s' 1.5e-3 /* … */ “";
        assert_eq!(classes(text), expected);
    }

    #[test]
    fn numbers_stop_before_ranges() {
        let texts = |text| tokens(text).iter().map(|t| t.span.of(text).to_owned()).collect();
        let all: Vec<String> = texts("[1..3][.5..0x1F][1e9]");
        let expected = ["[", "1", "..", "3", "]", "[", ".5", "..", "0x1F", "]", "[", "1e9", "]"];
        assert_eq!(all, expected);
    }

    #[test]
    fn what_never_closes_is_said_so() {
        for text in ["'a", "\"a\\\"", "`a``", "/* *", "$`a"] {
            let all = tokens(text);
            assert!(matches!(all.as_slice(), [Token { closed: false, .. }]), "{text}: {all:?}");
        }
    }

    #[test]
    fn words_are_made_of_the_same_characters_as_in_the_grammar() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            assert_eq!(pest::unicode::XID_START(c), unicode_ident::is_xid_start(c), "{c:?}");
            assert_eq!(pest::unicode::XID_CONTINUE(c), unicode_ident::is_xid_continue(c), "{c:?}");
            assert_eq!(pest::unicode::WHITE_SPACE(c), c.is_whitespace(), "{c:?}");
        }
    }
}
