//! Colours and outlines: what the schema asks for, or a default that can be told apart in print and by the colour-blind.

use std::fmt;

use crate::graph::{LabelStyle, Line, Schema, Shape};

/// A colour, eight bits a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(pub u8, pub u8, pub u8);

impl Color {
    /// Paper.
    pub const WHITE: Self = Self(0xff, 0xff, 0xff);
    /// Text and outlines.
    pub const INK: Self = Self(0x1f, 0x24, 0x2a);
    /// Edges that the schema gives no colour.
    pub const LINE: Self = Self(0x44, 0x4b, 0x54);

    /// Reads `#rrggbb`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text
            .strip_prefix('#')
            .filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let channel = |from: usize| u8::from_str_radix(digits.get(from..from + 2)?, 16).ok();
        Some(Self(channel(0)?, channel(2)?, channel(4)?))
    }

    /// Relative luminance, 0 to 1.
    ///
    /// Source: WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// The contrast between two colours, 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The colour of text on this one: ink, or white where that reads better.
    #[must_use]
    pub fn text(self) -> Self {
        let white_is_better = self.contrast(Self::WHITE) > self.contrast(Self::INK);
        if white_is_better { Self::WHITE } else { Self::INK }
    }

    /// The colour, darkened until it stands out from paper by `contrast`.
    #[must_use]
    pub fn on_paper(self, contrast: f64) -> Self {
        let darker = |c: u8| u8::try_from(u16::from(c) * 9 / 10).unwrap_or(c);
        let mut color = self;
        while color.contrast(Self::WHITE) < contrast {
            color = Self(darker(color.0), darker(color.1), darker(color.2));
        }
        color
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// How a node is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Outline.
    pub shape: Shape,
    /// Fill.
    pub fill: Color,
    /// Line of the outline.
    pub border: Line,
}

/// Light tints of the Okabe–Ito palette, which the colour-blind can tell apart; ink on each has a contrast above 11.
const FILLS: [Color; 8] = [
    Color(0xfd, 0xed, 0xcc),
    Color(0xdd, 0xef, 0xfb),
    Color(0xd5, 0xee, 0xe5),
    Color(0xf5, 0xe3, 0xee),
    Color(0xfb, 0xf8, 0xcf),
    Color(0xfa, 0xe0, 0xd2),
    Color(0xd8, 0xe6, 0xf4),
    Color(0xee, 0xee, 0xee),
];

/// Outlines for labels that the schema gives no style.
const SHAPES: [Shape; 8] = [
    Shape::Rounded,
    Shape::Box,
    Shape::Hexagon,
    Shape::Ellipse,
    Shape::Parallelogram,
    Shape::Note,
    Shape::Octagon,
    Shape::Cylinder,
];

/// How nodes of the label at `place` of all labels are drawn, under `schema`.
pub(super) fn look(schema: &Schema, label: &str, place: usize) -> Look {
    let style = schema.labels.get(label).map(|spec| &spec.style);
    let turn = |items: usize| place % items;
    let unstyled = style.is_none_or(|style| *style == LabelStyle::default());
    let default_shape = SHAPES.get(turn(SHAPES.len())).copied().unwrap_or_default();
    let default_fill = FILLS.get(turn(FILLS.len())).copied().unwrap_or(Color::WHITE);
    let fill = style.and_then(|style| style.fill.as_deref()).and_then(Color::parse);
    Look {
        shape: if unstyled { default_shape } else { style.map_or(default_shape, |s| s.shape) },
        fill: fill.unwrap_or(default_fill),
        border: style.map(|style| style.border).unwrap_or_default(),
    }
}

/// The line and colour of relationships of a type; the colour stands out from paper by at least 4.5.
pub(super) fn stroke(schema: &Schema, kind: &str) -> (Line, Color) {
    let style = schema.types.get(kind).map(|spec| &spec.style);
    let color = style.and_then(|style| style.color.as_deref()).and_then(Color::parse);
    let line = style.map(|style| style.line).unwrap_or_default();
    (line, color.unwrap_or(Color::LINE).on_paper(4.5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_fill_carries_readable_text() {
        for fill in FILLS {
            assert!(fill.contrast(fill.text()) >= 11.0, "{fill}");
        }
        let mid = Color(0x80, 0x80, 0x80);
        assert!(mid.contrast(mid.text()) >= 3.9);
    }

    #[test]
    fn only_six_hex_digits_are_a_colour() {
        assert_eq!(Color::parse("#fff4d6"), Some(Color(0xff, 0xf4, 0xd6)));
        for bad in ["fff4d6", "#fff", "#gggggg", "#ff\u{e9}4d", "red\" onload=\"x", "#+f+f+f"] {
            assert_eq!(Color::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn pale_line_colours_are_darkened_until_they_print() {
        assert!(Color(0xf0, 0xe4, 0x42).on_paper(4.5).contrast(Color::WHITE) >= 4.5);
        assert_eq!(Color::LINE.on_paper(4.5), Color::LINE);
    }
}
