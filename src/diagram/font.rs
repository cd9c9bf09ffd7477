//! Fonts: which one Japanese is set in, and how wide its letters are.
//!
//! Finds the first installed font of the stack that has Japanese glyphs. Nothing here draws.

use std::sync::OnceLock;

use fontdb::{Database, Family, ID, Query};
use unicode_width::UnicodeWidthChar;

/// The fonts that diagrams ask for, best first.
pub(super) const STACK: [&str; 9] = [
    "BIZ UDPGothic",
    "Noto Sans JP",
    "Noto Sans CJK JP",
    "Yu Gothic",
    "Hiragino Sans",
    "Hiragino Kaku Gothic ProN",
    "Meiryo",
    "IPAexGothic",
    "sans-serif",
];

/// Narrow letters whose real widths are looked up: ASCII, Latin and its extensions.
const NARROW: std::ops::Range<u32> = 0x20..0x300;

/// The width of a narrow letter where no font says otherwise, in em.
const NARROW_WIDTH: f64 = 0.55;

/// How wide letters are.
///
/// Wide letters always count one em, though some fonts set kana tighter: a picture is often opened on another machine, with
/// another font of the stack, and must not overflow its boxes there.
#[derive(Clone, Debug)]
pub struct Metrics {
    narrow: Vec<f32>,
    japanese: Option<String>,
}

impl Metrics {
    /// The metrics of the installed font; looked up once, then kept.
    pub fn installed() -> &'static Self {
        static INSTALLED: OnceLock<Metrics> = OnceLock::new();
        INSTALLED.get_or_init(Self::look_up)
    }

    /// Metrics that need no font.
    #[must_use]
    pub fn table() -> Self {
        Self { narrow: Vec::new(), japanese: None }
    }

    /// The name of the Japanese font that was found.
    #[must_use]
    pub fn japanese_font(&self) -> Option<&str> {
        self.japanese.as_deref()
    }

    fn look_up() -> Self {
        let mut fonts = Database::new();
        fonts.load_system_fonts();
        let Some(id) = find_japanese(&fonts) else { return Self::table() };
        let japanese = fonts.face(id).and_then(|face| Some(face.families.first()?.0.clone()));
        let narrow = fonts.with_face_data(id, narrow_widths).unwrap_or_default();
        Self { narrow, japanese }
    }

    /// The width of a letter, in em.
    #[must_use]
    pub fn letter(&self, letter: char) -> f64 {
        // Letters of ambiguous width (①, …, ギリシャ文字) are wide in Japanese fonts.
        match letter.width_cjk() {
            None | Some(0) => 0.0,
            Some(1) => {
                let place = u32::from(letter).checked_sub(NARROW.start);
                let width = place.and_then(|place| self.narrow.get(place as usize));
                width.map_or(NARROW_WIDTH, |width| f64::from(*width))
            }
            // Pictographs are set wider than the em in every colour font.
            Some(_) if u32::from(letter) >= 0x1_f300 && u32::from(letter) < 0x2_0000 => 1.3,
            Some(_) => 1.0,
        }
    }

    /// The width of a text, in em.
    #[must_use]
    pub fn text(&self, text: &str) -> f64 {
        text.chars().map(|letter| self.letter(letter)).sum()
    }
}

/// The first font of the stack with Japanese glyphs, else any font that has them (by name, so that it is always the same one).
fn find_japanese(fonts: &Database) -> Option<ID> {
    let named = STACK.iter().filter_map(|name| {
        let families = &[Family::Name(name)];
        fonts.query(&Query { families, ..Query::default() })
    });
    let mut others: Vec<_> = fonts.faces().collect();
    others.sort_by(|a, b| a.post_script_name.cmp(&b.post_script_name));
    named
        .chain(others.into_iter().map(|face| face.id))
        .find(|id| fonts.with_face_data(*id, has_japanese).unwrap_or(false))
}

fn has_japanese(data: &[u8], index: u32) -> bool {
    let Ok(face) = ttf_parser::Face::parse(data, index) else { return false };
    "課題あア（".chars().all(|letter| face.glyph_index(letter).is_some())
}

/// The widths of the letters of [`NARROW`], in em; empty where the font cannot be read.
fn narrow_widths(data: &[u8], index: u32) -> Vec<f32> {
    let Ok(face) = ttf_parser::Face::parse(data, index) else { return Vec::new() };
    let em = f32::from(face.units_per_em().max(1));
    let width = |code: u32| {
        let glyph = face.glyph_index(char::from_u32(code)?)?;
        face.glyph_hor_advance(glyph).map(|advance| f32::from(advance) / em)
    };
    #[expect(clippy::cast_possible_truncation, reason = "a constant that both types hold")]
    NARROW.map(|code| width(code).unwrap_or(NARROW_WIDTH as f32)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_take_one_em_and_others_less() {
        for metrics in [&Metrics::table(), Metrics::installed()] {
            assert!((metrics.text("課題①、") - 4.0).abs() < 1e-9);
            assert!(metrics.text("kadai") < 4.0);
            assert!(metrics.text("\u{301}").abs() < 1e-9);
        }
    }
}
