//! From the bytes of a file to its text: UTF-8 or a fault that says what the file looks like instead.
//!
//! Nothing is decoded in part, and nothing is guessed in silence.

use std::sync::Arc;

use crate::error::{Code, Error, Source, Span, Text, text};
use crate::files::{self, encoding_names, japanese};

/// The largest file that is read, in bytes: twenty times the text of a thick white paper.
pub(super) const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The text of a file, without a byte order mark.
///
/// # Errors
/// `seed.encoding` where the bytes are no UTF-8, with the place of the first byte that is not.
pub fn decode(name: &str, bytes: &[u8]) -> Result<Arc<Source>, Error> {
    if let Some(utf16) = utf16(bytes) {
        return Err(foreign(name, &utf16, "UTF-16", "utf-16", 0));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Source::new(name, text)),
        Err(error) => Err(not_utf8(name, bytes, error.valid_up_to())),
    }
}

/// The text of bytes that are UTF-16: those with a byte order mark, or with a zero in every other byte of the first ones.
fn utf16(bytes: &[u8]) -> Option<String> {
    let (decoder, rest) = match bytes {
        [0xff, 0xfe, rest @ ..] => (encoding_rs::UTF_16LE, rest),
        [0xfe, 0xff, rest @ ..] => (encoding_rs::UTF_16BE, rest),
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => (encoding_rs::UTF_16LE, bytes),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => (encoding_rs::UTF_16BE, bytes),
        _ => return None,
    };
    Some(decoder.decode_without_bom_handling(rest).0.into_owned())
}

fn not_utf8(name: &str, bytes: &[u8], valid: usize) -> Error {
    let line = bytes.iter().take(valid).filter(|byte| **byte == b'\n').count();
    if let Some((text, encoding)) = japanese(bytes) {
        let (what, iconv) = encoding_names(encoding);
        return foreign(name, &text, what, iconv, line);
    }
    let byte = bytes.get(valid).copied().unwrap_or_default();
    let text = String::from_utf8_lossy(bytes).into_owned();
    let source = Source::new(name, text);
    let place = Span::new(valid, valid.saturating_add(char::REPLACEMENT_CHARACTER.len_utf8()));
    let message = text!("the file is not UTF-8", "ファイルが UTF-8 ではありません");
    let label = text!(
        "byte 0x{byte:02X}, {valid} bytes into the file",
        "ファイルの先頭から {valid} バイト目の 0x{byte:02X}"
    );
    Error::new(Code::SeedEncoding, message).label(place, label).in_source(&source).help(text!(
        "Save the file as UTF-8; nothing of it was read.",
        "UTF-8 で保存し直してください。このファイルの内容は読み込んでいません。"
    ))
}

/// A fault for a file in another encoding, which points at the first character of `line` (from 0) that is not ASCII.
fn foreign(name: &str, text: &str, what: &str, iconv: &str, line: usize) -> Error {
    let source = Source::new(name, text);
    let start: usize =
        text.split_inclusive('\n').take(line).map(str::len).fold(0, usize::saturating_add);
    let rest = text.get(start..).unwrap_or("").lines().next().unwrap_or("");
    let (at, length) = rest
        .char_indices()
        .find(|(_, c)| !c.is_ascii())
        .map_or((0, 0), |(at, c)| (at, c.len_utf8()));
    let at = start.saturating_add(at);
    files::foreign(what)
        .at(Span::new(at, at.saturating_add(length)))
        .in_source(&source)
        .note(Text::new("Nothing of the file was read.", "このファイルの内容は読み込んでいません。"))
        .help(text!(
            "Save the file as UTF-8 (in Notepad: Save as, Encoding: UTF-8), or convert it: `iconv -f {iconv} -t utf-8`.",
            "UTF-8 で保存し直すか（メモ帳では「名前を付けて保存」の文字コードで UTF-8 を選びます）、`iconv -f {iconv} -t utf-8` で変換してください。"
        ))
}

/// What a text holds that no knowledge file should, and which of its lines need no further word.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Faults and warnings, in the order of their places.
    pub(super) found: Vec<Error>,
    /// Byte ranges of merge conflicts, whole lines each.
    pub(super) conflicts: Vec<std::ops::Range<usize>>,
    /// Starts of the lines that hold a control character.
    pub(super) lines: Vec<usize>,
}

/// Looks through `source` for control characters, characters that reorder text, and merge conflicts.
pub(super) fn scan(source: &Arc<Source>) -> Scan {
    let mut scan = Scan::default();
    let mut conflict: Option<Conflict> = None;
    let mut start = 0_usize;
    for line in source.text.split_inclusive('\n') {
        let end = start.saturating_add(line.len());
        let span = Span::new(start, start.saturating_add(line.trim_end().len()));
        match (conflict_marker(line), &mut conflict) {
            (Some('<'), None) => conflict = Some(Conflict { start, places: vec![span] }),
            (Some('>'), Some(open)) => {
                open.places.push(span);
                scan.close(conflict.take(), end);
            }
            (Some(_), Some(open)) if open.places.len() < MARKERS_MAX => open.places.push(span),
            _ => scan.line(line, start),
        }
        start = end;
    }
    scan.close(conflict, start);
    scan.found = scan.found.into_iter().map(|error| error.in_source(source)).collect();
    scan
}

/// How many markers of one conflict are shown.
const MARKERS_MAX: usize = 8;

/// A merge conflict that is open: where it starts, and the lines with markers.
struct Conflict {
    start: usize,
    places: Vec<Span>,
}

impl Scan {
    fn close(&mut self, conflict: Option<Conflict>, end: usize) {
        let Some(Conflict { start, places }) = conflict else { return };
        let message = text!("merge conflict markers", "変更の競合を示す行が残っています");
        let fault =
            places.into_iter().fold(Error::new(Code::SeedSyntax, message), |fault, place| {
                fault.label(place, Text::default())
            });
        self.conflicts.push(start..end);
        self.found.push(fault.help(text!(
            "Keep the lines that are right, and delete the others with the lines of the markers.",
            "正しい行だけを残し、ほかの行と、競合を示す行を削除してください。"
        )));
    }

    /// The first control character and the first reordering one of a line.
    fn line(&mut self, line: &str, start: usize) {
        if line.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t')) {
            return;
        }
        let body = line.strip_suffix("\r\n").or(line.strip_suffix('\n')).unwrap_or(line);
        let first = |odd: fn(char) -> bool| body.char_indices().find(|(_, c)| odd(*c));
        let place = |at: usize, c: char| {
            let at = start.saturating_add(at);
            Span::new(at, at.saturating_add(c.len_utf8()))
        };
        if let Some((at, c)) = first(|c| c.is_control() && c != '\t') {
            self.lines.push(start);
            self.found.push(control_fault(c).at(place(at, c)));
        }
        if let Some((at, c)) = first(is_reordering) {
            self.found.push(reordering_warning(c).at(place(at, c)));
        }
    }
}

/// The marker of a merge conflict that `line` is, if it is one.
fn conflict_marker(line: &str) -> Option<char> {
    let line = line.trim_end();
    let marker = line.chars().next().filter(|c| matches!(c, '<' | '|' | '=' | '>'))?;
    let rest = line.trim_start_matches(marker);
    let count = line.len().saturating_sub(rest.len());
    (count == 7 && (rest.is_empty() || rest.starts_with(' '))).then_some(marker)
}

/// The fault for a control character.
pub(super) fn control_fault(c: char) -> Error {
    let code = u32::from(c);
    let message = text!(
        "control character U+{code:04X} has no place in a knowledge file",
        "ナレッジファイルに制御文字 U+{code:04X} は使えません"
    );
    Error::new(Code::SeedEncoding, message).help(text!(
        "Delete it; it often comes with text copied from another program.",
        "削除してください。別のソフトから貼り付けたときに紛れ込むことがあります。"
    ))
}

/// The warning for a character that changes the order in which text is shown.
pub(super) fn reordering_warning(c: char) -> Error {
    let code = u32::from(c);
    let message = text!(
        "invisible character U+{code:04X} changes the order in which the text is shown",
        "見えない文字 U+{code:04X} が、表示される文字の順序を変えています"
    );
    Error::warning(Code::SeedEncoding, message)
        .help(text!("Delete it unless it is meant.", "意図したものでなければ削除してください。"))
}

/// The warning for a character of `key` that has neither a form nor a width.
pub(super) fn invisible_warning(key: &str, c: char) -> Error {
    let code = u32::from(c);
    let message = text!(
        "`{key}` holds the invisible character U+{code:04X}",
        "`{key}` に見えない文字 U+{code:04X} が入っています"
    );
    Error::warning(Code::SeedLookalike, message).help(text!(
        "Delete it: searches for the text as it looks will not find it.",
        "削除してください。このままでは見た目どおりの文字での検索に一致しません。"
    ))
}

/// Whether a character has neither a form nor a width.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Whether a character changes the order in which a line is shown.
pub(super) fn is_reordering(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
