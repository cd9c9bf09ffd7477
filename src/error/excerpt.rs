//! The lines of a source that a diagnostic shows, made harmless and short enough for a screen.
//!
//! Turns the places of one diagnostic into excerpts: a text to draw, and the same places as ranges of that text.
//! Nothing of a source reaches the drawing uncleaned: no control character, no invisible one, no line without end.

use std::ops::Range;
use std::sync::Arc;

use unicode_width::UnicodeWidthChar;

use super::{Label, Source, Span};

/// How many terminal columns of one source line are shown.
const LINE_MAX: usize = 120;

/// How many characters stay before the first place where a line is cut.
const LEAD: usize = 24;

/// Places of one source further apart than this are drawn apart.
const GAP_MAX: usize = 1000;

/// A part of one source, ready to be drawn.
#[derive(Debug)]
pub(super) struct Excerpt<'e> {
    /// What the source is called.
    pub(super) name: &'e str,
    /// Line and column of the first of its places, counted from 1, the column in characters.
    pub(super) position: (usize, usize),
    /// The number of the first line of `text`.
    pub(super) first_line: usize,
    /// The lines to draw; those without a place, and not beside one, are empty.
    pub(super) text: String,
    /// Places as ranges of `text`, with the index of their label.
    pub(super) places: Vec<(usize, Range<usize>)>,
}

/// Cuts the excerpts that show `labels`, the one with the primary place first.
///
/// Shape: one excerpt a source, or more where its places are far apart; labels without a source are left out.
pub(super) fn excerpts(labels: &[Label]) -> Vec<Excerpt<'_>> {
    let mut groups: Vec<(&Arc<Source>, Vec<Place>)> = Vec::new();
    for (index, label) in labels.iter().enumerate() {
        let Some(source) = &label.source else { continue };
        let place = Place::new(index, label.span, source);
        let near = |(other, places): &&mut (&Arc<Source>, Vec<Place>)| {
            *other == source && places.iter().any(|p| p.line.abs_diff(place.line) <= GAP_MAX)
        };
        match groups.iter_mut().find(near) {
            Some((_, places)) => places.push(place),
            None => groups.push((source, vec![place])),
        }
    }
    groups.into_iter().map(|(source, places)| excerpt(source, places)).collect()
}

/// One place, cut to the line it starts on: a caret that points is worth more than a frame around a page.
#[derive(Debug)]
struct Place {
    label: usize,
    /// From 1.
    line: usize,
    column: usize,
    /// Bytes of the source.
    range: Range<usize>,
}

impl Place {
    fn new(label: usize, span: Span, source: &Source) -> Self {
        let text = source.text.as_str();
        let start = boundary(text, span.start as usize);
        let end = boundary(text, span.end as usize).max(start);
        let rest = text.get(start..end).unwrap_or("");
        let end = start + rest.find('\n').unwrap_or(rest.len());
        let (line, column) = source.position(u32::try_from(start).unwrap_or(u32::MAX));
        Self { label, line, column, range: start..end }
    }
}

/// The nearest character boundary at or before `offset`.
fn boundary(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    (0..=offset).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn excerpt(source: &Source, places: Vec<Place>) -> Excerpt<'_> {
    let first_line = places.iter().map(|place| place.line).min().unwrap_or(1);
    let last_line = places.iter().map(|place| place.line).max().unwrap_or(1);
    let position = places.first().map_or((1, 1), |place| (place.line, place.column));
    let mut offset = 0;
    let mut text = String::new();
    let mut shown = Vec::new();
    for (index, line) in source.text.split('\n').enumerate() {
        let number = index + source.first_line;
        if number > last_line {
            break;
        }
        if number >= first_line {
            let here: Vec<&Place> = places.iter().filter(|place| place.line == number).collect();
            let start = text.len();
            let beside = places.iter().any(|place| place.line.abs_diff(number) == 1);
            if !here.is_empty() || beside {
                let drawn = Line::cut(line, offset, &here);
                text.push_str(&drawn.text);
                for place in here {
                    let range = drawn.at(place.range.start)..drawn.at(place.range.end);
                    shown.push((place.label, start + range.start..start + range.end));
                }
            }
            text.push('\n');
        }
        offset += line.len() + 1;
    }
    shown.sort_by_key(|(label, _)| *label);
    // The break after the last line would be drawn as one line more when a place is at the very end.
    text.pop();
    if text.is_empty() || text.ends_with('\n') {
        text.push(' ');
    }
    Excerpt { name: &source.name, position, first_line, text, places: shown }
}

/// One line as it is drawn, with the way from bytes of the source to bytes of the drawing.
struct Line {
    text: String,
    /// Where characters start: (byte of the source, byte of `text`), ascending; the last pair is the end.
    starts: Vec<(usize, usize)>,
}

impl Line {
    /// Cleans `line`, which starts at byte `offset` of its source, and cuts it around `places` where it is too long.
    fn cut(line: &str, offset: usize, places: &[&Place]) -> Self {
        let (offset, line) = match line.strip_prefix('\u{feff}').filter(|_| offset == 0) {
            Some(rest) => (line.len() - rest.len(), rest),
            None => (offset, line),
        };
        let line = line.strip_suffix('\r').unwrap_or(line);
        let first = places.iter().map(|place| place.range.start).min().unwrap_or(offset);
        let before =
            line.get(..first.saturating_sub(offset)).map_or(0, |text| text.chars().count());
        let skip = if fits(line) { 0 } else { before.saturating_sub(LEAD) };
        let mut text = String::from(if skip > 0 { "…" } else { "" });
        let mut starts = Vec::new();
        let mut room = LINE_MAX;
        let mut end = line.len();
        for (at, c) in line.char_indices().skip(skip) {
            let Some(left) = room.checked_sub(c.width().unwrap_or(1)) else {
                end = at;
                break;
            };
            room = left;
            starts.push((offset + at, text.len()));
            push_harmless(&mut text, c);
        }
        starts.push((offset + end, text.len()));
        if end < line.len() {
            text.push('…');
        }
        Self { text, starts }
    }

    /// The byte of the drawing for a byte of the source; places beyond a cut fall on its edge.
    fn at(&self, byte: usize) -> usize {
        let after = self.starts.partition_point(|(source, _)| *source < byte);
        let found = self.starts.get(after).or(self.starts.last());
        found.map_or(0, |(_, drawn)| *drawn)
    }
}

/// Whether a line can be shown whole; looks no further than it must.
fn fits(line: &str) -> bool {
    let mut room = LINE_MAX;
    line.chars().all(|c| match room.checked_sub(c.width().unwrap_or(1)) {
        Some(left) => {
            room = left;
            true
        }
        None => false,
    })
}

/// A text of the user as it may stand in a message: on one line, no control or invisible characters.
pub(super) fn harmless(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        push_harmless(&mut clean, c);
    }
    clean
}

/// Appends `c`, or what stands for it where a terminal would act on it or show nothing.
fn push_harmless(text: &mut String, c: char) {
    match c {
        '\t' => text.push_str("    "),
        '\0'..='\u{1f}' => text.push(picture(u32::from(c))),
        '\u{7f}' => text.push('␡'),
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => text.push_str(&format!("<U+{:04X}>", u32::from(c))),
        c => text.push(c),
    }
}

/// Unicode's picture of a control character below U+0020.
fn picture(code: u32) -> char {
    char::from_u32(0x2400 + code).unwrap_or(char::REPLACEMENT_CHARACTER)
}
