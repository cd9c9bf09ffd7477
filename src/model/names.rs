//! Names and texts as the language writes them.

use std::borrow::Cow;
use std::fmt::{self, Display, Formatter};

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The form in which names are compared: Unicode NFC.
#[must_use]
pub fn nfc(name: &str) -> Cow<'_, str> {
    if is_nfc(name) { Cow::Borrowed(name) } else { Cow::Owned(name.nfc().collect()) }
}

/// Whether a name is an identifier that needs no backticks: XID, or `_` first.
#[must_use]
pub fn is_plain_name(name: &str) -> bool {
    let mut chars = name.chars();
    let first = chars.next();
    first.is_some_and(|c| c == '_' || unicode_ident::is_xid_start(c))
        && chars.all(unicode_ident::is_xid_continue)
}

/// A name that prints bare where it may, in backticks where it must.
#[derive(Clone, Copy, Debug)]
pub struct Written<'n> {
    name: &'n str,
    bare: bool,
}

impl<'n> Written<'n> {
    /// A name that is bare where its writer says so.
    #[must_use]
    pub fn new(name: &'n str, bare: bool) -> Self {
        Self { name, bare }
    }

    /// A label, a property key or a variable.
    #[must_use]
    pub fn word(name: &'n str) -> Self {
        Self::new(name, is_plain_name(name))
    }

    /// A relationship type: hyphens may join its words.
    #[must_use]
    pub fn kind(name: &'n str) -> Self {
        Self::new(name, name.split('-').all(is_plain_name))
    }
}

impl Display for Written<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { name, bare } = *self;
        if bare { f.write_str(name) } else { write!(f, "`{}`", name.replace('`', "``")) }
    }
}

/// Writes a text as a string literal of the language, in single quotes.
#[must_use]
pub fn quote_string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len().saturating_add(2));
    quoted.push('\'');
    for c in text.chars() {
        match c {
            '\'' => quoted.push_str("\\'"),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('\'');
    quoted
}
