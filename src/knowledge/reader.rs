//! Typed access to one file: values are taken through the type they should have, and everything else is a fault.
//!
//! Turns a spanned table into strings, flags, lists and texts. Nothing here knows what they mean.

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::draft::Faults;
use super::table::Broken;
use super::value;
use crate::error::{Code, Error, Source, Span, Text, did_you_mean, nearest, one_of, text};
use crate::graph::PropertyType;

/// One file while it is read.
pub(super) struct Reader<'f> {
    /// The file.
    pub(super) source: &'f Arc<Source>,
    broken: &'f Broken,
    faults: &'f mut Faults,
}

/// A value with its place.
pub(super) type Value<'t> = Spanned<DeValue<'t>>;

impl<'f> Reader<'f> {
    /// A reader of `source`; faults go to `faults`.
    pub(super) fn new(source: &'f Arc<Source>, broken: &'f Broken, faults: &'f mut Faults) -> Self {
        Self { source, broken, faults }
    }

    /// Notes a fault, or a warning. In a block whose syntax is broken it would only be an echo, and is dropped.
    pub(super) fn fault(&mut self, fault: Error) {
        let place = fault.parts().labels.first().map(|label| label.span.range());
        if !place.is_some_and(|place| self.broken.holds(&place)) {
            self.faults.push(fault.in_source(self.source));
        }
    }

    /// The text of a place, as it is written.
    pub(super) fn raw(&self, span: Span) -> &'f str {
        span.of(&self.source.text)
    }

    /// Notes a fault for every key that is none of `known`.
    pub(super) fn only(&mut self, table: &DeTable<'_>, known: &[&str], of: &Text) {
        for key in table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let name = key.get_ref();
            let message = Text::new(
                format!("{} has no key `{name}`", of.en),
                format!("{}に `{name}` というキーはありません", of.ja),
            );
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => did_you_mean(near),
                None => one_of(known),
            };
            self.fault(Error::new(Code::SeedSchema, message).at(span(key)).help(help));
        }
    }

    /// The table under `key`.
    pub(super) fn table<'t>(
        &mut self,
        table: &'t DeTable<'t>,
        key: &str,
    ) -> Option<&'t DeTable<'t>> {
        let value = table.get(key)?;
        let inner = value.get_ref().as_table();
        if inner.is_none() {
            self.expected(key, value, &text!("a table", "テーブル"));
        }
        inner
    }

    /// The string under `key`.
    pub(super) fn string<'t>(
        &mut self,
        table: &'t DeTable<'_>,
        key: &str,
    ) -> Option<(&'t str, Span)> {
        let value = table.get(key)?;
        let words = value.get_ref().as_str();
        if words.is_none() {
            self.expected(key, value, &value::kind_words(&PropertyType::String));
        }
        words.map(|words| (words, span(value)))
    }

    /// The flag under `key`; absent is false.
    pub(super) fn flag(&mut self, table: &DeTable<'_>, key: &str) -> bool {
        let Some(value) = table.get(key) else { return false };
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.expected(key, value, &value::kind_words(&PropertyType::Boolean));
        }
        flag.unwrap_or(false)
    }

    /// The strings listed under `key`.
    pub(super) fn strings<'t>(
        &mut self,
        table: &'t DeTable<'_>,
        key: &str,
    ) -> Vec<(&'t str, Span)> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let wanted = value::kind_words(&PropertyType::List(Box::new(PropertyType::String)));
        let Some(items) = value.get_ref().as_array() else {
            self.expected(key, value, &wanted);
            return Vec::new();
        };
        let mut strings = Vec::new();
        for item in items {
            match item.get_ref().as_str() {
                Some(words) => strings.push((words, span(item))),
                None => self.expected(key, item, &value::kind_words(&PropertyType::String)),
            }
        }
        strings
    }

    /// The text in two languages under `key`: `{ ja = "…", en = "…" }`, or one string for both.
    pub(super) fn words(&mut self, table: &DeTable<'_>, key: &str) -> Text {
        let Some(value) = table.get(key) else { return Text::default() };
        if let Some(words) = value.get_ref().as_str() {
            return Text::same(words);
        }
        let Some(both) = value.get_ref().as_table() else {
            let wanted =
                text!("a string, or `{{ ja = …, en = … }}`", "文字列か `{{ ja = …, en = … }}` ");
            self.expected(key, value, &wanted);
            return Text::default();
        };
        self.only(both, &["ja", "en"], &text!("`{key}`", "`{key}` "));
        let mut get = |language: &str| match self.string(both, language) {
            Some((words, _)) => words.to_owned(),
            None if both.contains_key(language) => String::new(),
            None => {
                let message =
                    text!("`{key}` has no `{language}`", "`{key}` に `{language}` がありません");
                self.fault(Error::new(Code::SeedSchema, message).at(span(value)));
                String::new()
            }
        };
        Text { ja: get("ja"), en: get("en") }
    }

    /// One of a few words under `key`.
    pub(super) fn choice<T: Copy>(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        choices: &[(&str, T)],
    ) -> Option<T> {
        let (word, place) = self.string(table, key)?;
        let found = choices.iter().find(|(name, _)| *name == word);
        if found.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            let message = text!("`{key}` cannot be `{word}`", "`{key}` に「{word}」は使えません");
            let help =
                nearest(word, names.iter().copied()).map_or_else(|| one_of(&names), did_you_mean);
            self.fault(Error::new(Code::SeedSchema, message).at(place).help(help));
        }
        found.map(|(_, choice)| *choice)
    }

    /// Notes that `key` takes something else than `value`.
    pub(super) fn expected(&mut self, key: &str, value: &Value<'_>, wanted: &Text) {
        let found = value::found_words(value, self.raw(span(value)));
        self.fault(value::mismatch(Code::SeedSchema, key, wanted, &found).at(span(value)));
    }
}

/// The place of a key or value.
pub(super) fn span<T>(spanned: &Spanned<T>) -> Span {
    let range = spanned.span();
    Span::new(range.start, range.end)
}
