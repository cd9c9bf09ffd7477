//! The words of the language.

/// The keywords a query can be written with, in upper case, sorted; for completion and highlighting.
pub const KEYWORDS: &[&str] = &[
    "ALL",
    "AND",
    "AS",
    "ASC",
    "ASCENDING",
    "BY",
    "CALL",
    "CASE",
    "CONTAINS",
    "CREATE",
    "DELETE",
    "DESC",
    "DESCENDING",
    "DETACH",
    "DISTINCT",
    "ELSE",
    "END",
    "ENDS",
    "EXISTS",
    "EXPLAIN",
    "FALSE",
    "IN",
    "IS",
    "LIMIT",
    "MATCH",
    "MERGE",
    "NOT",
    "NULL",
    "OFFSET",
    "ON",
    "OPTIONAL",
    "OR",
    "ORDER",
    "PROFILE",
    "REMOVE",
    "RETURN",
    "SET",
    "SHORTEST",
    "SKIP",
    "STARTS",
    "THEN",
    "TRUE",
    "UNION",
    "UNWIND",
    "WHEN",
    "WHERE",
    "WITH",
    "XOR",
    "YIELD",
];

/// Words that are reserved though no query can use them, in upper case, sorted.
pub(super) const RESERVED_ONLY: &[&str] =
    &["ADD", "CONSTRAINT", "DO", "DROP", "FOR", "MANDATORY", "OF", "REQUIRE", "SCALAR", "UNIQUE"];

/// Keywords that may be names of variables all the same.
const SOFT: &[&str] = &["CALL", "EXPLAIN", "OFFSET", "PROFILE", "SHORTEST", "YIELD"];

/// Whether `word` is a keyword of the language, or kept for one.
pub(super) fn is_keyword(word: &str) -> bool {
    let upper = word.to_ascii_uppercase();
    let known = |words: &[&str]| words.binary_search(&upper.as_str()).is_ok();
    known(KEYWORDS) || known(RESERVED_ONLY)
}

/// Whether `word` cannot be the name of a variable or function without backticks.
pub(super) fn is_reserved(word: &str) -> bool {
    is_keyword(word) && !SOFT.iter().any(|soft| soft.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(KEYWORDS.is_sorted() && RESERVED_ONLY.is_sorted());
    }

    #[test]
    fn reserved_words_are_those_of_the_grammar() {
        for word in KEYWORDS.iter().chain(RESERVED_ONLY) {
            let text = format!("UNWIND [1] AS {} RETURN 1", word.to_lowercase());
            let parsed = super::super::parse(&text).is_ok();
            assert_eq!(parsed, !is_reserved(word), "{word}");
        }
    }
}
