//! Text of the user's, made fit for a message.

/// How many characters of the user's text a message repeats.
const SHOWN_MAX: usize = 40;

/// `text` on one line, cut where it is long, with control characters named by their code point.
pub(in crate::syntax) fn shown(text: &str) -> String {
    let mut shown = String::new();
    let mut chars = text.chars();
    for c in chars.by_ref().take(SHOWN_MAX) {
        if is_visible(c) {
            shown.push(c);
        } else {
            shown.push_str(&code_point(c));
        }
    }
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}

/// `U+0000`.
pub(in crate::syntax) fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// Whether a reader sees something where `c` is printed, and nothing but `c` happens.
pub(in crate::syntax) fn is_visible(c: char) -> bool {
    let formatting = matches!(c,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}');
    !c.is_control() && !formatting && (c == ' ' || !c.is_whitespace())
}
