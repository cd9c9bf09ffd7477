//! Names and strings, quoted where they must be.

use std::fmt::{self, Display, Formatter, Write as _};

use unicode_ident::is_xid_continue;

use super::super::keywords::is_reserved;
use crate::model::{Written, is_plain_name, quote_string};

/// A variable: bare unless it is a reserved word or no word at all.
pub(super) struct Variable<'n>(pub(super) &'n str);
/// A variable before a brace, where COUNT and COLLECT are keywords.
pub(super) struct Projected<'n>(pub(super) &'n str);
/// A label or a property key.
pub(super) struct Word<'n>(pub(super) &'n str);
/// A relationship type, which may have hyphens.
pub(super) struct Kind<'n>(pub(super) &'n str);
/// A parameter, with its `$`.
pub(super) struct Parameter<'n>(pub(super) &'n str);
/// A string literal.
pub(super) struct Quoted<'n>(pub(super) &'n str);

impl Display for Variable<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Written::new(self.0, is_plain_name(self.0) && !is_reserved(self.0)).fmt(f)
    }
}

impl Display for Projected<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let keyword = ["count", "collect"].iter().any(|word| self.0.eq_ignore_ascii_case(word));
        if keyword { Written::new(self.0, false).fmt(f) } else { Variable(self.0).fmt(f) }
    }
}

impl Display for Word<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Written::word(self.0).fmt(f)
    }
}

impl Display for Kind<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Written::kind(self.0).fmt(f)
    }
}

impl Display for Parameter<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('$')?;
        let bare = !self.0.is_empty() && self.0.chars().all(is_xid_continue);
        Written::new(self.0, bare).fmt(f)
    }
}

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&quote_string(self.0))
    }
}
