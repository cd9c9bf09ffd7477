//! Completion: which words can stand at the cursor.

use std::sync::Arc;

use super::commands::COMMANDS;
use crate::functions::{self, Aggregate};
use crate::graph::Graph;
use crate::knowledge::SavedQuery;
use crate::model::Written;
use crate::output::Format;
use crate::procedures::{Procedure, Procedures};
use crate::syntax::{KEYWORDS, Token, TokenClass, tokens};
use crate::terminal::DIAGRAMS;

/// The words there are.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    labels: Vec<String>,
    kinds: Vec<String>,
    keys: Vec<String>,
    functions: Vec<String>,
    /// Procedures, each with its columns.
    procedures: Vec<(String, Vec<String>)>,
    /// Saved queries with their parameters.
    queries: Vec<(String, Vec<String>)>,
    /// Parameters that are set.
    pub(super) params: Vec<String>,
}

impl Vocabulary {
    /// The words of a base and its saved queries.
    pub(super) fn of(graph: &Graph, queries: &[SavedQuery]) -> Self {
        let names = graph.names();
        let plain = |names: Vec<&str>| names.into_iter().map(quoted).collect();
        // A type may hold hyphens where it is completed: between brackets.
        let kind = |name| Written::kind(name).to_string();
        let query = |query: &SavedQuery| {
            (query.name.clone(), query.params.iter().map(|param| param.name.clone()).collect())
        };
        Self {
            labels: plain(names.label_spellings()),
            kinds: names.kind_spellings().into_iter().map(kind).collect(),
            keys: plain(names.key_spellings()),
            functions: function_names().map(|name| format!("{name}(")).collect(),
            procedures: procedures(),
            queries: queries.iter().map(query).collect(),
            params: Vec::new(),
        }
    }
}

/// The procedures with their columns.
fn procedures() -> Vec<(String, Vec<String>)> {
    let procedure = |procedure: &Arc<Procedure>| {
        let signature = &procedure.signature;
        let columns = signature.columns.iter().map(|column| column.name.clone());
        (signature.name.clone(), columns.collect())
    };
    Procedures::default().all().map(procedure).collect()
}

/// The names of all functions, aggregating ones first: they are typed most.
pub(super) fn function_names() -> impl Iterator<Item = &'static str> {
    let aggregates = Aggregate::TABLE.iter().map(|(_, name, ..)| *name);
    aggregates.chain(functions::all().map(|function| function.name))
}

fn quoted(name: &str) -> String {
    Written::word(name).to_string()
}

/// The words that can stand at the end of `text`.
///
/// Shape: where the word to be completed starts, and the candidates for it, in the order they are shown.
pub(super) fn complete(text: &str, vocabulary: &Vocabulary) -> (usize, Vec<String>) {
    if let Some(line) = text.trim_start().strip_prefix([':', '：']) {
        return complete_command(text.len(), line, vocabulary);
    }
    let all = tokens(text);
    let open = all.last().is_some_and(|token| {
        let ends = token.span.range().end == text.len();
        !token.closed || (token.class == TokenClass::Comment && ends)
    });
    if open {
        return (text.len(), Vec::new());
    }
    let (before, start) = word_start(text, &all);
    let word = text.get(start..).unwrap_or("");
    let previous = before.last().map_or("", |token| token.span.of(text));
    if let Some(name) = word.strip_prefix('$') {
        let params = vocabulary.params.iter().map(|param| format!("${}", quoted(param)));
        return (start, matching(&format!("${name}"), params));
    }
    if let Some(found) = called(text, &all, vocabulary) {
        return found;
    }
    let bracket = innermost(text, before);
    let words: Vec<String> = match (previous, bracket) {
        (":" | "|" | "&" | "!", Some("[")) => matching(word, vocabulary.kinds.iter().cloned()),
        (":" | "|" | "&" | "!", Some("(") | None) => {
            matching(word, vocabulary.labels.iter().cloned())
        }
        (is, _) if is.eq_ignore_ascii_case("is") => {
            let mut words = keywords(word);
            words.retain(|word| ["NOT", "NULL"].iter().any(|next| word.eq_ignore_ascii_case(next)));
            words.extend(matching(word, vocabulary.labels.iter().cloned()));
            words
        }
        (".", _) => {
            let mut words = matching(word, vocabulary.keys.iter().cloned());
            words.extend(matching(word, after_dot(text, before, vocabulary)));
            words
        }
        ("{", _) | (",", Some("{")) => {
            let mut words = matching(word, vocabulary.keys.iter().cloned());
            words.extend(keywords(word));
            words
        }
        _ => {
            let mut words = matching(word, variables(text, before).into_iter());
            words.extend(keywords(word));
            if !word.is_empty() {
                words.extend(matching(word, vocabulary.functions.iter().cloned()));
            }
            words
        }
    };
    (start, words)
}

/// What follows the dot in functions such as `date.truncate`, where their first part stands before it.
fn after_dot<'v>(
    text: &str,
    before: &[Token],
    vocabulary: &'v Vocabulary,
) -> impl Iterator<Item = String> + use<'v> {
    let first = match before {
        [.., first, _] if first.class == TokenClass::Name => first.span.of(text).to_owned(),
        _ => String::new(),
    };
    vocabulary.functions.iter().filter_map(move |name| {
        let (head, rest) = name.split_once('.')?;
        head.eq_ignore_ascii_case(&first).then(|| rest.to_owned())
    })
}

/// The procedures that can stand behind CALL, or the columns that can stand behind its YIELD; `None` elsewhere.
fn called(text: &str, all: &[Token], vocabulary: &Vocabulary) -> Option<(usize, Vec<String>)> {
    let is = |token: &&Token, keyword: &str| token.span.of(text).eq_ignore_ascii_case(keyword);
    let at = all.iter().rposition(|token| is(&token, "CALL"))?;
    let behind = all.get(at.saturating_add(1)..)?;
    let first = behind.first().map_or(text.len(), |token| token.span.range().start);
    let end = behind.last().map_or(text.len(), |token| token.span.range().end);
    let apart = all.get(at).is_some_and(|call| call.span.range().end < text.len());
    let name = text.get(first..end)?;
    let part = |c: char| c == '.' || c == '_' || c.is_alphanumeric();
    if apart && end == text.len() && name.chars().all(part) {
        let names = vocabulary.procedures.iter().map(|(name, _)| format!("{name}("));
        return Some((first, matching(name, names)));
    }
    let list = behind.iter().position(|token| is(&token, "YIELD"))?;
    let (call, list) = (behind.get(..list)?, behind.get(list.saturating_add(1)..)?);
    let plain = list
        .iter()
        .all(|token| is(&token, "AS") || is(&token, ",") || token.class == TokenClass::Name);
    let begins = list.last().is_none_or(|last| is(&last, ",") || last.span.range().end == end);
    if !plain || !begins {
        return None;
    }
    let called: String =
        call.iter().map(|token| token.span.of(text)).take_while(|&word| word != "(").collect();
    let (_, columns) =
        vocabulary.procedures.iter().find(|(name, _)| name.eq_ignore_ascii_case(&called))?;
    let (_, start) = word_start(text, all);
    Some((start, matching(text.get(start..)?, columns.iter().cloned())))
}

/// The tokens before the word at the end of the text, and where that word starts.
fn word_start<'t>(text: &str, all: &'t [Token]) -> (&'t [Token], usize) {
    let mut before = all;
    let mut start = text.len();
    // A type such as `addressed-by` is several tokens that touch each other.
    while let Some((last, rest)) = before.split_last() {
        let touches = last.span.range().end == start;
        let sign = last.span.of(text);
        let is_word = sign == "$"
            || matches!(last.class, TokenClass::Name | TokenClass::Keyword | TokenClass::Parameter);
        let hyphen = sign == "-" && innermost(text, rest) == Some("[");
        let joins = match text.get(start..).and_then(|word| word.chars().next()) {
            None => is_word || hyphen,
            Some('-') => is_word,
            Some(_) => hyphen,
        };
        if !touches || !joins {
            break;
        }
        start = last.span.range().start;
        before = rest;
    }
    (before, start)
}

/// The bracket that is open at the end of the tokens.
fn innermost<'t>(text: &'t str, tokens: &[Token]) -> Option<&'t str> {
    let mut open = Vec::new();
    for token in tokens.iter().filter(|token| token.class == TokenClass::Operator) {
        match token.span.of(text) {
            bracket @ ("(" | "[" | "{") => open.push(bracket),
            ")" | "]" | "}" => {
                open.pop();
            }
            _ => {}
        }
    }
    open.last().copied()
}

/// The variables that the tokens name: what follows an opening bracket, AS or YIELD.
fn variables(text: &str, tokens: &[Token]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for pair in tokens.windows(2) {
        let [opener, name] = pair else { continue };
        let before = opener.span.of(text);
        let opens = matches!(before, "(" | "[")
            || ["as", "yield"].iter().any(|word| before.eq_ignore_ascii_case(word));
        let word = name.span.of(text);
        if opens && name.class == TokenClass::Name && !found.iter().any(|known| known == word) {
            found.push(word.to_owned());
        }
    }
    found
}

/// Keywords, in the case that the word is typed in.
fn keywords(word: &str) -> Vec<String> {
    let lower = !word.is_empty() && word.chars().all(char::is_lowercase);
    let cased = |keyword: &&str| {
        if lower { keyword.to_ascii_lowercase() } else { (*keyword).to_owned() }
    };
    matching(word, KEYWORDS.iter().map(cased))
}

/// The candidates that begin with the word, whatever its case.
fn matching(word: &str, candidates: impl Iterator<Item = String>) -> Vec<String> {
    let folded = word.to_lowercase();
    let begins = |candidate: &String| {
        let candidate = candidate.to_lowercase();
        candidate.starts_with(&folded)
            || candidate.strip_prefix('`').is_some_and(|bare| bare.starts_with(&folded))
    };
    candidates.filter(begins).collect()
}

/// Completes a command (`line` stands there without its colon) and what may follow it.
fn complete_command(end: usize, line: &str, vocabulary: &Vocabulary) -> (usize, Vec<String>) {
    let word = line.rsplit(char::is_whitespace).next().unwrap_or("");
    let start = end.saturating_sub(word.len());
    let mut words = line.split_whitespace();
    let (command, argument) = (words.next().unwrap_or(""), words.next());
    if command.len() == line.len() {
        let names = COMMANDS.iter().map(|command| command.name.to_owned());
        return (start, matching(word, names));
    }
    let first =
        argument.is_none_or(|argument| argument.len() == word.len() && line.ends_with(argument));
    let candidates: Vec<String> = match (command, first) {
        ("run", true) => vocabulary.queries.iter().map(|(name, _)| name.clone()).collect(),
        ("run", false) => {
            let query = vocabulary.queries.iter().find(|(name, _)| Some(name.as_str()) == argument);
            let params = query.map(|(_, params)| params.as_slice()).unwrap_or_default();
            params.iter().map(|param| format!("{param}=")).collect()
        }
        ("mode", true) => Format::ALL.iter().map(|(name, _)| (*name).to_owned()).collect(),
        ("diagram", true) => DIAGRAMS.iter().copied().chain(["last"]).map(str::to_owned).collect(),
        ("param", true) => vec!["clear".to_owned()],
        ("param", false) => vocabulary.params.clone(),
        ("help", true) => function_names().map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    (start, matching(word, candidates.into_iter()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        Vocabulary {
            labels: owned(&["Issue", "課題", "`a b`"]),
            kinds: owned(&["addressed-by", "at-level", "raised-at", "対応"]),
            keys: owned(&["name", "名称"]),
            functions: owned(&["coalesce(", "count(", "date.truncate("]),
            procedures: vec![
                ("algo.bridges".to_owned(), owned(&["relationship", "start"])),
                ("db.labels".to_owned(), owned(&["label"])),
            ],
            queries: vec![("gaps".to_owned(), owned(&["level", "n"]))],
            params: owned(&["level"]),
        }
    }

    fn at_end(text: &str) -> (&str, Vec<String>) {
        let (start, words) = complete(text, &vocabulary());
        (&text[start..], words)
    }

    #[test]
    fn names_are_completed_by_their_place() {
        let cases: &[(&str, &str, &[&str])] = &[
            ("MATCH (i:", "", &["Issue", "課題", "`a b`"]),
            ("MATCH (i:is", "is", &["Issue"]),
            ("MATCH (:課", "課", &["課題"]),
            ("MATCH (i) WHERE i IS ", "", &["NOT", "NULL", "Issue", "課題", "`a b`"]),
            ("MATCH (i) DETACH DEL", "DEL", &["DELETE"]),
            ("MATCH (i:Issue|a", "a", &["`a b`"]),
            ("MATCH (i)-[:addressed-b", "addressed-b", &["addressed-by"]),
            ("MATCH (i)-[:addressed-", "addressed-", &["addressed-by"]),
            ("MATCH (i)-[r:raised-at|対", "対", &["対応"]),
            ("RETURN i.", "", &["name", "名称"]),
            ("RETURN date.", "", &["name", "名称", "truncate("]),
            ("RETURN Date.tr", "tr", &["truncate("]),
            ("RETURN d.tr", "tr", &[]),
            ("MATCH (i {na", "na", &["name"]),
            ("MATCH (issue:Issue) RETURN iss", "iss", &["issue"]),
            ("mat", "mat", &["match"]),
            ("RETURN co", "co", &["contains", "coalesce(", "count("]),
            ("CALL ", "", &["algo.bridges(", "db.labels("]),
            ("MATCH (n) call al", "al", &["algo.bridges("]),
            ("CALL db.", "db.", &["db.labels("]),
            ("CALL db.labels() YIELD ", "", &["label"]),
            ("CALL algo.bridges({types: 'x'}) YIELD relationship, st", "st", &["start"]),
            ("RETURN $", "$", &["$level"]),
            ("RETURN 'mat", "", &[]),
            ("// mat", "", &[]),
        ];
        for (text, word, want) in cases {
            assert_eq!(
                at_end(text),
                (*word, want.iter().map(|&w| w.to_owned()).collect()),
                "{text}"
            );
        }
    }

    #[test]
    fn commands_complete_with_what_follows_them() {
        let cases: &[(&str, &str, &[&str])] = &[
            (":r", "r", &["run"]),
            (":run ", "", &["gaps"]),
            (":run g", "g", &["gaps"]),
            (":run gaps l", "l", &["level="]),
            (":mode js", "js", &["json"]),
            (":param clear ", "", &["level"]),
            ("：ti", "ti", &["timing"]),
        ];
        for (text, word, want) in cases {
            assert_eq!(
                at_end(text),
                (*word, want.iter().map(|&w| w.to_owned()).collect()),
                "{text}"
            );
        }
    }
}
