//! Words for people, in the two languages they read.

use std::fmt;

/// The language messages are shown in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// The language of a locale name such as `ja_JP.UTF-8`; English for every other one.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        let language = locale.split(['_', '.', '-', '@']).next().unwrap_or("");
        if language.eq_ignore_ascii_case("ja") { Self::Ja } else { Self::En }
    }
}

/// One message in both languages, so that neither can be forgotten where it is written.
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Text {
    /// English.
    pub en: String,
    /// Japanese.
    pub ja: String,
}

impl Text {
    /// A text from its two forms.
    pub fn new(en: impl Into<String>, ja: impl Into<String>) -> Self {
        Self { en: en.into(), ja: ja.into() }
    }

    /// The same words in both languages: names, quoted input, system messages.
    pub fn same(words: impl Into<String>) -> Self {
        let words = words.into();
        Self { en: words.clone(), ja: words }
    }

    /// The words in `lang`.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Ja => &self.ja,
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

/// The ending of an English noun, after a count that is one or not.
pub(crate) fn plural(one: bool) -> &'static str {
    if one { "" } else { "s" }
}

/// Makes a [`Text`] from an English and a Japanese format string; both capture variables by name.
macro_rules! text {
    ($en:literal, $ja:literal $(,)?) => {
        $crate::error::Text { en: format!($en), ja: format!($ja) }
    };
}
pub(crate) use text;
