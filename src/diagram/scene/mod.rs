//! A picture as marks on paper: heading, drawing, legend and captions, each mark with its place.
//!
//! Turns a diagram, and the places a layout gave its network, into a [`Scene`]. SVG and PNG are both written from it, so they show
//! the same picture. Nothing here knows a file format.

mod frame;
mod grid;
mod network;
pub(super) mod shape;

pub(super) use frame::{common_words, count_words, dashed_words};

use crate::graph::Line;

use super::font::Metrics;
use super::geometry::{Placed, Point};
use super::model::{Body, Diagram};
use super::sheet::{Sheet, Size};
use super::style::{Color, Look};
use super::text::{self, Limits};

/// The size of the letters of legend and captions.
const SMALL_FONT: f64 = 9.0;

/// A picture.
#[derive(Debug, Default)]
pub(super) struct Scene {
    pub(super) size: Size,
    /// In the order they are drawn.
    pub(super) marks: Vec<Mark>,
}

/// Something on the paper.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    /// A rectangle, by its upper left corner.
    Rect { corner: Point, size: Size, fill: Option<Color>, border: Option<Border> },
    /// The outline of a node, by its middle.
    Shape { look: Look, middle: Point, size: Size, emphasis: bool },
    /// Lines of text around a point: their middle, or the middle of their left side.
    Text { at: Point, lines: Vec<String>, set: Type },
    /// A thin straight line.
    Rule { from: Point, to: Point, color: Color },
    /// The way of an edge, with its head.
    Arrow { points: Vec<Point>, stroke: Stroke },
    /// What follows, up to `End`, is one thing that is called so.
    Begin { name: String },
    /// The end of the thing that began last.
    End,
}

/// The border of a rectangle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Border {
    pub(super) color: Color,
    pub(super) width: f64,
    pub(super) line: Line,
}

/// How a piece of text is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type {
    pub(super) font: f64,
    pub(super) color: Color,
    /// Whether the point is at the left of the text, not in its middle.
    pub(super) from_left: bool,
    pub(super) bold: bool,
}

impl Type {
    fn new(font: f64) -> Self {
        Self { font, color: Color::INK, from_left: false, bold: false }
    }

    fn left(self) -> Self {
        Self { from_left: true, ..self }
    }

    fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    fn color(self, color: Color) -> Self {
        Self { color, ..self }
    }
}

/// How an edge is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stroke {
    pub(super) line: Line,
    pub(super) color: Color,
    /// Whether the arrow head is hollow, the mark of what is inferred.
    pub(super) is_open: bool,
    pub(super) emphasis: bool,
}

impl Stroke {
    /// The width of the line.
    pub(super) fn width(self) -> f64 {
        match (self.emphasis, self.line) {
            (true, _) => 2.6,
            (false, Line::Bold) => 2.0,
            (false, Line::Solid | Line::Dashed | Line::Dotted) => 1.1,
        }
    }

    /// The length of the arrow head.
    pub(super) fn head(self) -> f64 {
        if self.emphasis { 10.5 } else { 8.0 }
    }
}

/// The width of the outline of a node.
pub(super) fn outline_width(look: Look, emphasis: bool) -> f64 {
    match (emphasis, look.border) {
        (true, _) => 2.4,
        (false, Line::Bold) => 2.0,
        (false, Line::Solid | Line::Dashed | Line::Dotted) => 1.0,
    }
}

impl Mark {
    /// The same mark, moved.
    fn moved(mut self, by: Point) -> Self {
        let shift = |point: &mut Point| {
            point.x += by.x;
            point.y += by.y;
        };
        match &mut self {
            Self::Rect { corner: at, .. }
            | Self::Shape { middle: at, .. }
            | Self::Text { at, .. } => {
                shift(at);
            }
            Self::Rule { from, to, .. } => [from, to].into_iter().for_each(shift),
            Self::Arrow { points, .. } => points.iter_mut().for_each(shift),
            Self::Begin { .. } | Self::End => {}
        }
        self
    }
}

impl Scene {
    fn text(&mut self, at: Point, lines: Vec<String>, set: Type) {
        if !lines.is_empty() {
            self.marks.push(Mark::Text { at, lines, set });
        }
    }

    fn rect(&mut self, corner: Point, size: Size, fill: Option<Color>, border: Option<Border>) {
        self.marks.push(Mark::Rect { corner, size, fill, border });
    }

    /// Adds another picture at a place within this one.
    fn place(&mut self, other: Self, by: Point) {
        self.marks.extend(other.marks.into_iter().map(|mark| mark.moved(by)));
    }
}

/// Composes the picture of a diagram whose network, if it is one, has been placed.
pub(super) fn compose(
    diagram: &Diagram,
    placed: Option<(&Sheet<'_>, &Placed)>,
    metrics: &Metrics,
) -> Scene {
    let picture = match (&diagram.body, placed) {
        (Body::Network(_), Some((sheet, placed))) => network::picture(sheet, placed, metrics),
        (Body::Network(_), None) => Scene::default(),
        (Body::Grid(grid), _) => grid::picture(grid, metrics),
    };
    frame::framed(diagram, picture, metrics)
}

/// What a diagram shows, in words.
pub(super) fn describe(diagram: &Diagram) -> String {
    let mut words = match &diagram.body {
        Body::Network(network) => count_words(network, diagram.lang),
        Body::Grid(grid) => grid::describe(grid, diagram.lang),
    };
    for caption in &diagram.captions {
        words.push(' ');
        words.push_str(caption);
    }
    words
}

/// Wraps a text to a width in points.
fn lines_within(
    text: &str,
    font: f64,
    (width, lines): (f64, usize),
    metrics: &Metrics,
) -> Vec<String> {
    text::wrap(&text::clean(text), Limits { width: (width / font).max(4.0), lines }, metrics)
}
