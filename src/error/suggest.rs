//! "Did you mean": the known name nearest to one that is not known.

use unicode_normalization::UnicodeNormalization;

use super::{Text, text};

/// Words longer than this are no slips of the pen: nothing is suggested for them, and nothing is measured.
const LENGTH_MAX: usize = 64;

/// The candidate that `word` most likely stands for; the first of equals, `None` where none is near.
///
/// Case, width (`Ｉｓｓｕｅ`) and `_` for `-` never count as a difference. Beyond that, a third of the letters may be wrong,
/// where two neighbours swapped are one fault; of a word in Japanese one letter always may, unless it is all there is.
///
/// Cost: one edit distance a candidate; none for words over 64 characters.
#[must_use]
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let length = word.chars().take(LENGTH_MAX.saturating_add(1)).count();
    if length > LENGTH_MAX {
        return None;
    }
    let allowed = match (word.is_ascii(), length) {
        (false, 2..=5) => 1,
        (_, length) => length / 3,
    };
    let folded = fold(word);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != word && candidate.len() <= LENGTH_MAX.saturating_mul(4))
        .map(|candidate| (strsim::osa_distance(&folded, &fold(candidate)), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The advice that names what was probably meant, most often the [`nearest`] of the known names.
#[must_use]
pub fn did_you_mean(near: &str) -> Text {
    text!("Did you mean `{near}`?", "もしかして `{near}` ですか。")
}

/// The advice that names what there is; nothing beyond a dozen names.
#[must_use]
pub fn one_of<S: AsRef<str>>(names: &[S]) -> Text {
    const NAMED_MAX: usize = 12;
    let named = |comma: &str| {
        let each = names.iter().take(NAMED_MAX).map(|name| format!("`{}`", name.as_ref()));
        let mut list = each.collect::<Vec<_>>().join(comma);
        if names.len() > NAMED_MAX {
            list.push_str(" …");
        }
        list
    };
    let one = if names.len() > 1 { "one of " } else { "" };
    Text::new(format!("Use {one}{}.", named(", ")), format!("使えるのは {} です。", named("、")))
}

/// The form in which words are compared: width, case and the kind of dash taken away.
fn fold(word: &str) -> String {
    word.nfkc().flat_map(char::to_lowercase).map(|c| if c == '_' { '-' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const NAMES: &[&str] =
        &["Issue", "Program", "raised-at", "課題", "施策", "上申", "MATCH", "AS"];

    fn near(word: &str) -> Option<&'static str> {
        nearest(word, NAMES.iter().copied())
    }

    #[test]
    fn slips_of_the_pen_find_the_word_that_was_meant() {
        assert_eq!(near("Isue"), Some("Issue"));
        assert_eq!(near("MACTH"), Some("MATCH"));
        assert_eq!(near("issue"), Some("Issue"));
        assert_eq!(near("Ｉｓｓｕｅ"), Some("Issue"));
        assert_eq!(near("RAISED_AT"), Some("raised-at"));
        assert_eq!(near("課程"), Some("課題"));
        assert_eq!(near("課題群"), Some("課題"));
    }

    #[test]
    fn other_words_find_nothing() {
        assert_eq!(near("Budget"), None);
        assert_eq!(near("予算"), None);
        assert_eq!(near("策"), None);
        assert_eq!(near("AT"), None);
        assert_eq!(near(""), None);
        assert_eq!(near("Issue"), None, "a word is not suggested for itself");
        assert_eq!(near(&"Issue".repeat(20_000)), None);
    }

    #[test]
    fn of_equally_near_names_the_first_is_taken() {
        assert_eq!(nearest("bar", ["car", "far"]), Some("car"));
    }
}
