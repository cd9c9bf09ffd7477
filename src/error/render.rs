//! Draws diagnostics: the line quoted, the caret at the right width, notes and help below.

use std::borrow::Cow;

use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::excerpt::{self, Excerpt};
use super::{Error, Lang, Parts, Severity};

/// How diagnostics are drawn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// The language of the messages.
    pub lang: Lang,
    /// Whether to colour with ANSI escapes.
    pub color: bool,
}

/// How many diagnostics are drawn before the rest is only counted.
const SHOWN_MAX: usize = 20;

/// How many characters of a word in quotes, such as a name of the user's, a message shows.
const QUOTED_MAX: usize = 60;

/// Draws `errors` one below the other, each with its source lines.
///
/// Shape: ends with a line break; past twenty diagnostics, one line counts the rest. Control characters of the quoted text
/// are shown as pictures, invisible ones by their number, never sent to the terminal.
#[must_use]
pub fn render(errors: &[Error], style: Style) -> String {
    let mut drawn = String::new();
    for error in errors.iter().take(SHOWN_MAX) {
        drawn.push_str(&render_one(error, style));
        drawn.push('\n');
    }
    let rest = errors.len().saturating_sub(SHOWN_MAX);
    if rest > 0 {
        let line = match style.lang {
            Lang::En => format!("… and {rest} more\n"),
            Lang::Ja => format!("…ほか {rest} 件\n"),
        };
        drawn.push_str(&line);
    }
    drawn
}

fn render_one(error: &Error, style: Style) -> String {
    let parts = error.parts();
    let names = Names::of(style.lang);
    let level = match parts.severity {
        Severity::Error => Level::ERROR.with_name(names.error),
        Severity::Warning => Level::WARNING.with_name(names.warning),
    };
    let title = level.primary_title(shown(parts.message.get(style.lang))).id(parts.code.as_str());
    let mut group = Group::with_title(title);
    let excerpts = excerpt::excerpts(&parts.labels);
    let placed = !excerpts.is_empty();
    for excerpt in excerpts {
        group = group.element(snippet(parts, excerpt, style.lang));
    }
    let notes = parts.notes.iter().map(|note| (Level::NOTE.with_name(names.note), note));
    let help = parts.help.iter().map(|help| (Level::HELP.with_name(names.help), help));
    let mut groups = Vec::new();
    for (level, text) in notes.chain(help) {
        let words = shown(text.get(style.lang));
        if placed {
            group = group.element(level.message(words));
        } else {
            // Below a title without an excerpt, the line that joins these would come from nowhere.
            groups.push(Group::with_title(level.secondary_title(words)));
        }
    }
    groups.insert(0, group);
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    // Excerpts are cut to size already; a second cut by the width of lines with their labels would hide the place.
    let renderer = renderer.term_width(DEFAULT_TERM_WIDTH * 100);
    let mut drawn = String::new();
    for group in groups {
        drawn.push_str(&own_positions(&renderer.render(&[group])));
        drawn.push('\n');
    }
    drawn
}

/// Ends a location of ours; no cleaned text holds it.
const LOCATION_END: char = '\u{1}';

/// Drops the position that the renderer writes after ours: it counts within the excerpt, we in the source.
fn own_positions(drawn: &str) -> String {
    let mut pieces = drawn.split(LOCATION_END);
    let first = pieces.next().unwrap_or("");
    let rest = pieces.map(|piece| piece.trim_start_matches(|c| c == ':' || char::is_numeric(c)));
    std::iter::once(first).chain(rest).collect()
}

/// One excerpt with its carets.
fn snippet<'s>(
    parts: &Parts,
    excerpt: Excerpt<'_>,
    lang: Lang,
) -> Snippet<'s, annotate_snippets::Annotation<'s>> {
    let (line, column) = excerpt.position;
    let location = format!("{}:{line}:{column}{LOCATION_END}", excerpt::harmless(excerpt.name));
    let mut snippet = Snippet::source(excerpt.text).line_start(excerpt.first_line).path(location);
    for (index, range) in excerpt.places {
        let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let text = parts.labels.get(index).and_then(|label| label.text.as_ref());
        let words = text.map(|text| Cow::Owned::<'s, str>(shown(text.get(lang))));
        snippet = snippet.annotation(kind.span(range).label(words));
    }
    snippet
}

/// A message as it is drawn: harmless, and what it quotes cut to a length people read.
fn shown(message: &str) -> String {
    let clean = excerpt::harmless(message);
    let mut short = String::with_capacity(clean.len());
    let mut word = String::new();
    let mut close = None;
    for c in clean.chars() {
        if close == Some(c) {
            push_cut(&mut short, &std::mem::take(&mut word));
            close = None;
        } else if close.is_some() {
            word.push(c);
            continue;
        } else {
            close = match c {
                '`' => Some('`'),
                '「' => Some('」'),
                _ => None,
            };
        }
        short.push(c);
    }
    short.push_str(&word);
    short
}

/// Appends `word`; of a very long one its beginning and its end.
fn push_cut(text: &mut String, word: &str) {
    let count = word.chars().count();
    if count <= QUOTED_MAX {
        text.push_str(word);
        return;
    }
    text.extend(word.chars().take(QUOTED_MAX * 2 / 3));
    text.push('…');
    text.extend(word.chars().skip(count - QUOTED_MAX / 3));
}

/// The words for the four levels.
struct Names {
    error: &'static str,
    warning: &'static str,
    note: &'static str,
    help: &'static str,
}

impl Names {
    fn of(lang: Lang) -> Self {
        match lang {
            Lang::En => Self { error: "error", warning: "warning", note: "note", help: "help" },
            Lang::Ja => {
                Self { error: "エラー", warning: "警告", note: "補足", help: "対処" }
            }
        }
    }
}
