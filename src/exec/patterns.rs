//! Regular expressions that a query has met, each read once.

use std::cell::RefCell;
use std::sync::Arc;

use regex::Regex;
use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::functions::whole_match;
use crate::model::Datum;

/// How many patterns are kept; a query that makes more of them from its rows reads some again.
const KEPT_MAX: usize = 256;

/// The patterns of one execution.
#[derive(Default)]
pub(super) struct Patterns {
    read: RefCell<FxHashMap<Arc<str>, Regex>>,
}

impl Patterns {
    /// Whether a pattern matches a whole text; null where one of the two is no text.
    ///
    /// # Errors
    /// `run.argument` where the pattern cannot be read.
    pub(super) fn matches(&self, text: &Datum, pattern: &Datum) -> Result<Datum> {
        let (Datum::Str(text), Datum::Str(pattern)) = (text, pattern) else {
            return Ok(Datum::Null);
        };
        let mut read = self.read.borrow_mut();
        if let Some(regex) = read.get(pattern) {
            return Ok(Datum::Bool(regex.is_match(text)));
        }
        let regex = whole_match(pattern).map_err(|misread| misread.error)?;
        let matches = regex.is_match(text);
        if read.len() >= KEPT_MAX {
            read.clear();
        }
        read.insert(Arc::clone(pattern), regex);
        Ok(Datum::Bool(matches))
    }
}
