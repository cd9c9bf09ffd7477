//! Which names mean what at one point of a query.

use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::Slot;
use super::types::Type;
use crate::error::{Code, Error, Span, Standard, Text, did_you_mean, nearest, text};

/// One variable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Var {
    pub(super) slot: Slot,
    /// What is known of its values.
    pub(super) kind: Type,
    /// Where it was defined.
    pub(super) span: Span,
}

/// The variables that can be used, in the order of their definition. A copy costs nothing until one of the two is changed: every
/// clause takes some, and a script that fills a graph has thousands of clauses and variables.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    vars: Rc<IndexMap<Arc<str>, Var, FxBuildHasher>>,
    /// What a query inside an expression sees of its surroundings: each has one value while that query runs.
    fixed: Vec<Slot>,
}

impl Scope {
    pub(super) fn get(&self, name: &str) -> Option<Var> {
        self.vars.get(name).copied()
    }

    /// Defines or redefines a variable.
    pub(super) fn insert(&mut self, name: &str, var: Var) {
        Rc::make_mut(&mut self.vars).insert(name.into(), var);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Var)> {
        self.vars.iter().map(|(name, var)| (name.as_ref(), *var))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.vars.is_empty()
    }

    /// The scope in which a query inside this one begins.
    pub(super) fn inside(&self) -> Self {
        let fixed = self.vars.values().map(|var| var.slot).chain(self.fixed.iter().copied());
        Self { vars: Rc::clone(&self.vars), fixed: fixed.collect() }
    }

    /// The slots that have one value while the query runs.
    pub(super) fn fixed(&self) -> &[Slot] {
        &self.fixed
    }

    /// Takes over what `outer` sees of the surroundings, behind a projection.
    pub(super) fn keep_fixed(&mut self, outer: &Self) {
        self.fixed.clone_from(&outer.fixed);
    }

    /// The variable of this name.
    pub(super) fn expect(&self, name: &str, span: Span) -> Result<Var, Error> {
        self.get(name).ok_or_else(|| self.unknown(name, span))
    }

    /// The variable of this name, where it can be of a kind.
    pub(super) fn expect_kind(
        &self,
        name: &str,
        span: Span,
        wanted: Type,
    ) -> Result<Option<Var>, Error> {
        let Some(var) = self.get(name) else { return Ok(None) };
        if var.kind.fits(wanted) {
            return Ok(Some(var));
        }
        let (is, used) = (var.kind.describe(), wanted.describe());
        let shown = shorten(name);
        Err(Error::new(
            Code::TypeMismatch,
            text!(
                "variable `{shown}` is used in two ways",
                "変数 `{shown}` が二通りに使われています"
            ),
        )
        .label(
            span,
            Text::new(
                format!("used as {} here", used.en),
                format!("ここでは{}として使用", used.ja),
            ),
        )
        .label(
            var.span,
            Text::new(format!("{} since here", is.en), format!("ここで{}として定義", is.ja)),
        )
        .known_as(Standard::syntax("VariableTypeConflict"))
        .help(text!("Give one of the two another name.", "どちらかを別の名前にしてください。")))
    }

    fn unknown(&self, name: &str, span: Span) -> Error {
        let shown = shorten(name);
        let error = Error::new(
            Code::NameVariable,
            text!("variable `{shown}` is not defined", "変数 `{shown}` は定義されていません"),
        )
        .at(span)
        .known_as(Standard::syntax("UndefinedVariable"));
        // Aggregates have names too, which no user can write.
        let written = || self.vars.keys().map(AsRef::as_ref).filter(|name| !name.starts_with('\0'));
        let near = nearest(name, written());
        if let Some(near) = near {
            return error.help(did_you_mean(near));
        }
        if written().next().is_none() {
            return error.help(text!(
                "Write a string in quotes, as in `'{shown}'`; a variable is defined by a `MATCH`, `UNWIND` or `WITH` before it.",
                "文字列なら `'{shown}'` のように引用符で囲んでください。変数は、前にある `MATCH`、`UNWIND`、`WITH` で定義します。"
            ));
        }
        let known: Vec<_> = written().take(8).map(|name| format!("`{}`", shorten(name))).collect();
        let error = error.help(Text::new(
            format!("Here you can use {}.", known.join(", ")),
            format!("ここで使える変数は {} です。", known.join("、")),
        ));
        // A word in Japanese is a text that was not quoted more often than a variable.
        error.help_if((!name.is_ascii()).then(|| {
            text!(
                "Write a string in quotes: `'{shown}'`.",
                "文字列なら `'{shown}'` のように引用符で囲んでください。"
            )
        }))
    }
}

/// A name short enough for a message.
pub(super) fn shorten(name: &str) -> String {
    const SHOWN_MAX: usize = 40;
    if name.chars().count() <= SHOWN_MAX {
        return name.to_owned();
    }
    let head: String = name.chars().take(SHOWN_MAX).collect();
    format!("{head}…")
}
