//! Text for pictures: made harmless, cut, and wrapped by Japanese rules.

use icu_segmenter::options::LineBreakOptions;
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed};

use super::font::Metrics;

/// How many letters of a text are looked at; what is drawn is cut far earlier.
const LETTERS_MAX: usize = 400;

/// The mark of a text that was cut.
const CUT: char = '…';

/// The cost of a line, in square em: another line is better than a broken word, but not than two lines that are a little uneven.
const LINE: f64 = 22.0;

/// The cost of breaking where the rules allow no break, in square em.
const FORCED: f64 = 400.0;

/// A text as one harmless line: runs of white space become one space, control characters become pictures of themselves,
/// marks that turn the reading direction are dropped, and what is too long is cut.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned = String::new();
    let mut letters = text.trim().chars();
    for letter in letters.by_ref().take(LETTERS_MAX) {
        match letter {
            ' ' | '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                if !cleaned.ends_with(' ') {
                    cleaned.push(' ');
                }
            }
            '\0'..='\u{1f}' => cleaned.extend(char::from_u32(0x2400 + u32::from(letter))),
            '\u{7f}' => cleaned.push('\u{2421}'),
            '\u{80}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => cleaned.push('\u{fffd}'),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            '\u{feff}' => {}
            letter => cleaned.push(letter),
        }
    }
    if letters.next().is_some() {
        cleaned.push(CUT);
    }
    cleaned
}

/// How wide and how many lines a text may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// The widest line, in em.
    pub(super) width: f64,
    /// The most lines; what does not fit is cut with a visible mark.
    pub(super) lines: usize,
}

/// Wraps a cleaned text into lines of about equal width, at the places where Japanese breaks best.
///
/// Shape: no line is wider than `limits.width`; none at all for an empty text.
pub(super) fn wrap(text: &str, limits: Limits, metrics: &Metrics) -> Vec<String> {
    let text = text.trim();
    if text.is_empty() {
        return Vec::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
    let mut room = limits.width * limits.lines as f64;
    loop {
        let cut = cut(text, room, metrics);
        let places = Places::of(&cut, metrics);
        let settings = (1..=limits.lines).filter_map(|count| places.lines(count, limits.width));
        if let Some((_, lines)) = settings.min_by(|a, b| a.0.total_cmp(&b.0)) {
            return lines;
        }
        if room <= 1.0 {
            return vec![cut];
        }
        room -= 1.0;
    }
}

/// The beginning of `text` that fits `room` em, with a mark where something was cut off.
fn cut(text: &str, room: f64, metrics: &Metrics) -> String {
    if metrics.text(text) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut left = room - metrics.letter(CUT);
    for letter in text.chars() {
        left -= metrics.letter(letter);
        if left < 0.0 {
            break;
        }
        kept.push(letter);
    }
    let mut kept = kept.trim_end().trim_end_matches(CUT).to_owned();
    kept.push(CUT);
    kept
}

/// A place where a line can end.
struct Place {
    /// The byte after which it breaks.
    at: usize,
    /// The width of the text up to there, and of that without a space at its end.
    width: f64,
    trimmed: f64,
    /// What a break there costs, in square em.
    cost: f64,
}

/// The places where a text can break, its end included.
struct Places<'t> {
    text: &'t str,
    places: Vec<Place>,
}

impl<'t> Places<'t> {
    fn of(text: &'t str, metrics: &Metrics) -> Self {
        let allowed: Vec<usize> = segmenter().segment_str(text).collect();
        let mut places = vec![Place { at: 0, width: 0.0, trimmed: 0.0, cost: 0.0 }];
        let mut width = 0.0;
        let joints = kanji_joints(text);
        let mut letters = text.char_indices().peekable();
        while let Some((_, letter)) = letters.next() {
            width += metrics.letter(letter);
            let Some(&(next_at, next)) = letters.peek() else { break };
            let is_allowed = allowed.binary_search(&next_at).is_ok();
            let trimmed = if letter == ' ' { width - metrics.letter(letter) } else { width };
            let is_joint = joints.binary_search(&next_at).is_ok();
            let cost = if is_allowed { break_cost(letter, next, is_joint) } else { FORCED };
            let splits_a_letter = metrics.letter(next) <= 0.0;
            if is_allowed || !splits_a_letter {
                places.push(Place { at: next_at, width, trimmed, cost });
            }
        }
        places.push(Place { at: text.len(), width, trimmed: width, cost: 0.0 });
        Self { text, places }
    }

    /// The text in exactly `count` lines, at the places that cost least, and that cost; `None` where it does not fit.
    fn lines(&self, count: usize, width_max: f64) -> Option<(f64, Vec<String>)> {
        let total = self.places.last().map_or(0.0, |place| place.width);
        #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
        let even = total / count as f64;
        let size = self.places.len();
        // best[line][place]: the least cost of setting the text up to `place` in `line` lines, and where the last one starts.
        let mut best = vec![vec![(f64::INFINITY, 0usize); size]; count + 1];
        best[0][0].0 = 0.0;
        for line in 1..=count {
            for end in 1..size {
                for start in 0..end {
                    let width = self.places[end].trimmed - self.places[start].width;
                    let before = best[line - 1][start].0;
                    if width > width_max + 1e-9 || before.is_infinite() {
                        continue;
                    }
                    let uneven = (width - even).powi(2);
                    let cost = before + uneven + self.places[end].cost;
                    if cost < best[line][end].0 {
                        best[line][end] = (cost, start);
                    }
                }
            }
        }
        let cost = best[count][size - 1].0;
        if cost.is_infinite() {
            return None;
        }
        let mut lines = Vec::new();
        let mut end = size - 1;
        for line in (1..=count).rev() {
            let start = best[line][end].1;
            let (from, to) = (self.places[start].at, self.places[end].at);
            lines.push(self.text.get(from..to).unwrap_or("").trim_end().to_owned());
            end = start;
        }
        lines.reverse();
        #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
        let cost = cost + LINE * count as f64;
        Some((cost, lines))
    }
}

/// The segmenter with the strict rules of Japanese typesetting.
fn segmenter() -> LineSegmenterBorrowed<'static> {
    LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default())
}

/// The scripts that matter for where a Japanese line breaks well.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Kanji,
    Hiragana,
    Katakana,
    Mark,
    Other,
}

fn script(letter: char) -> Script {
    match letter {
        '\u{3041}'..='\u{309f}' => Script::Hiragana,
        '\u{30fb}' => Script::Mark,
        '\u{30a0}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9f}' => Script::Katakana,
        '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => {
            Script::Kanji
        }
        '\u{20000}'..='\u{3ffff}' => Script::Kanji,
        ' ' | '、' | '。' | '，' | '．' | '）' | '」' | '』' | '】' | '〉' | '》' | ')' | ']'
        | ',' | '：' | '/' | '／' | '→' => Script::Mark,
        _ => Script::Other,
    }
}

/// Kanji that end the word before them: 事業**者**, 医療**的**, 連絡**会**.
const ENDINGS: &str = "的者会員所課部局室科庁都道府県市区町村児師士院校園性化力型用費料金法案書表率等別度回年月日期間数";
/// Kanji that begin the word after them: **不**十分, **各**種.
const BEGINNINGS: &str = "不無未非再各全両諸新";

/// The places between kanji where one word probably ends and the next begins: most are of two letters, with what clings to them.
fn kanji_joints(text: &str) -> Vec<usize> {
    let mut joints = Vec::new();
    let (mut word, mut before) = (0, None);
    let mut room = 2;
    for (at, letter) in text.char_indices() {
        let last = before.replace(letter);
        if script(letter) != Script::Kanji {
            word = 0;
            continue;
        }
        let clings = ENDINGS.contains(letter);
        match last.map(script) {
            Some(Script::Kanji) if word == 0 || (word >= room && !clings) => {
                joints.push(at);
                word = 1;
            }
            Some(Script::Kanji) => word += 1,
            // An ending after katakana (ケア児) is a word that is over.
            Some(Script::Katakana) if clings => {
                word = 0;
                continue;
            }
            Some(_) | None => {
                if last.map(script) == Some(Script::Katakana) {
                    joints.push(at);
                }
                word = 1;
            }
        }
        if word == 1 {
            room = if BEGINNINGS.contains(letter) { 3 } else { 2 };
        }
    }
    joints
}

/// What a break between two letters costs, in square em: little after particles and marks, much within a word.
fn break_cost(before: char, after: char, is_joint: bool) -> f64 {
    if matches!(after, '（' | '「' | '『' | '【' | '〈' | '《' | '(' | '[') {
        return 0.0;
    }
    match (script(before), script(after)) {
        (Script::Mark, _) => 0.0,
        (Script::Hiragana, Script::Hiragana) => 12.0,
        (Script::Hiragana, _) => 0.5,
        (Script::Kanji | Script::Katakana | Script::Other, Script::Hiragana) => 30.0,
        (Script::Katakana, Script::Katakana) => 90.0,
        (Script::Kanji | Script::Katakana, Script::Kanji) if is_joint => 6.0,
        (Script::Kanji | Script::Katakana, Script::Kanji) => 24.0,
        _ => 4.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: f64, lines: usize) -> Vec<String> {
        wrap(text, Limits { width, lines }, &Metrics::table())
    }

    #[test]
    fn lines_break_after_particles_and_never_within_katakana_words() {
        assert_eq!(
            lines("医療的ケア児コーディネーターの育成", 12.0, 4),
            ["医療的ケア児", "コーディネーターの育成"]
        );
        assert_eq!(lines("家族のケア負担", 12.0, 4), ["家族のケア負担"]);
        for line in lines("自治体設置の医ケアコーディネーターの役割と支援", 13.0, 4)
        {
            assert!(!line.starts_with("ディネーター"), "{line}");
        }
        assert_eq!(
            lines("上申：都への意見要望・課題提起", 11.0, 3),
            ["上申：都への", "意見要望・課題提起"]
        );
        assert_eq!(
            lines("東京都医ケア児支援関係機関連絡会", 12.0, 4),
            ["東京都医ケア児", "支援関係機関連絡会"]
        );
    }

    #[test]
    fn no_line_starts_with_a_particle_after_a_latin_word_either() {
        let label = "escalates-to: 上記施策で対応が不十分な課題の把握・検討及び国提案";
        assert_eq!(
            lines(label, 11.0, 4),
            ["escalates-to:", "上記施策で対応が", "不十分な課題の把握・", "検討及び国提案"]
        );
    }

    #[test]
    fn no_line_starts_with_a_mark_that_may_not() {
        for width in [4.0, 5.0, 6.0, 7.0, 8.0] {
            for line in lines("都、区市町村（連絡会）、「事業者」の、ショートステイ。", width, 9)
            {
                let first = line.chars().next().unwrap();
                assert!(!"、。）」ーョッ".contains(first), "{width}: {line}");
            }
        }
    }

    #[test]
    fn long_words_and_long_texts_are_cut_to_their_place() {
        let limits = Limits { width: 6.0, lines: 3 };
        let metrics = Metrics::table();
        for text in ["a".repeat(100), "あ".repeat(100), "語 ".repeat(100), "e\u{301}".repeat(90)]
        {
            let lines = wrap(&clean(&text), limits, &metrics);
            assert!((1..=3).contains(&lines.len()));
            assert!(lines.iter().all(|line| metrics.text(line) <= 6.0 + 1e-6), "{lines:?}");
            assert!(lines.last().unwrap().ends_with('…'), "{lines:?}");
        }
    }

    #[test]
    fn nothing_harmful_is_left_of_control_characters() {
        assert_eq!(clean("a\0b\u{1b}[1m\n c\u{202e}d\u{85}e\u{ffff}"), "a␀b␛[1m cd e\u{fffd}");
        let long = clean(&"名".repeat(120_000));
        assert!(long.chars().count() <= 401 && long.ends_with('…'));
    }
}
