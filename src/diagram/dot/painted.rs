//! A scene as a finished drawing within DOT, which Graphviz only paints.
//!
//! The graph has one node nobody sees, as large as the paper; the picture is its background, in the drawing language that Graphviz
//! itself writes as `xdot`. There, a text is preceded by its length, so that nothing in it can end it.

use graphviz_rust::dot_structures::{GraphAttributes, Stmt};

use crate::graph::Line;

use super::super::font::STACK;
use super::super::geometry::{Point, points_along};
use super::super::scene::shape::{self, Figure};
use super::super::scene::{self, Mark, Scene, Type};
use super::super::sheet::{LEADING, Size};
use super::super::style::Color;
use super::{Quoted, node, print, set, set_word, size_attributes};

/// The scene as DOT for `neato -n2`.
pub(in super::super) fn painted(scene: &Scene) -> String {
    let Size { width, height } = scene.size;
    let mut drawing = Drawing { height, ops: Vec::new() };
    for mark in &scene.marks {
        drawing.mark(mark);
    }
    let paper = Stmt::GAttribute(GraphAttributes::Graph(vec![
        set_word("charset", "UTF-8"),
        set_word("bgcolor", "white"),
        set_word("pad", "0"),
        set("_background", Quoted::drawing(&drawing)),
    ]));
    let mut attributes = vec![
        set_word("label", ""),
        set_word("style", "invis"),
        set_word("shape", "box"),
        set_word("fixedsize", "true"),
        set_word("pos", &format!("{},{}", width / 2.0, height / 2.0)),
    ];
    attributes.extend(size_attributes(scene.size));
    print(vec![paper, node("paper", attributes)])
}

/// The longest piece of a quoted text, in bytes: Graphviz reads at most 16 KiB without a break.
const PIECE_MAX: usize = 8_000;

/// How far the dots of a dotted line are apart, in points.
const DOT_GAP: f64 = 3.8;
/// At how many points of a curve a dot can stand.
const DOT_STEPS: u32 = 240;

/// Operations of `xdot`, with `y` growing upwards.
pub(super) struct Drawing {
    height: f64,
    ops: Vec<String>,
}

impl Drawing {
    /// The operations as they stand between the quotes of DOT, broken into pieces by escaped line ends, which count for nothing.
    ///
    /// They hold no backslash, so that escaping the quotes escapes everything, and every text keeps its length.
    pub(super) fn quoted(&self) -> String {
        let (mut quoted, mut piece) = (String::new(), 0);
        for op in &self.ops {
            let op = op.replace('\\', "").replace('"', "\\\"");
            if piece + op.len() > PIECE_MAX {
                quoted.push_str("\\\n");
                piece = 0;
            }
            piece += op.len() + 1;
            quoted.push_str(&op);
            quoted.push(' ');
        }
        quoted
    }

    fn put(&mut self, op: std::fmt::Arguments<'_>) {
        self.ops.push(op.to_string());
    }

    /// A text with its length before it.
    ///
    /// DOT has no way to write a single backslash before a quote: each becomes its wide form.
    fn counted(text: &str) -> String {
        let text: String = text
            .chars()
            .filter(|letter| !letter.is_control())
            .map(|letter| if letter == '\\' { '＼' } else { letter })
            .collect();
        format!("{} -{text}", text.len())
    }

    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Rect { corner, size, fill, border } => {
                self.border(border.map_or((Color::WHITE, 0.0, Line::Solid), |border| {
                    (border.color, border.width, border.line)
                }));
                if let (None, Some(fill)) = (border, fill) {
                    self.color('c', *fill);
                }
                let middle = Point::new(corner.x + size.width / 2.0, corner.y + size.height / 2.0);
                for mut figure in shape::outline(crate::graph::Shape::Box, middle, *size) {
                    figure.is_filled = fill.is_some();
                    self.figure(&figure, fill.unwrap_or(Color::WHITE));
                }
            }
            Mark::Shape { look, middle, size, emphasis } => {
                let width = scene::outline_width(*look, *emphasis);
                self.border((Color::INK, width, look.border));
                for figure in shape::outline(look.shape, *middle, *size) {
                    self.figure(&figure, look.fill);
                }
            }
            Mark::Text { at, lines, set } => self.text(*at, lines, *set),
            Mark::Rule { from, to, color } => {
                self.border((*color, 0.8, Line::Solid));
                let (from, to) = (self.point(*from), self.point(*to));
                self.put(format_args!("L 2 {from} {to}"));
            }
            Mark::Arrow { points, stroke } => {
                let Some((way, head)) = shape::arrow(points, stroke.head()) else { return };
                self.border((stroke.color, stroke.width(), stroke.line));
                if stroke.line == Line::Dotted {
                    self.dots(&way.points, stroke.color, stroke.width());
                } else {
                    self.figure(&way, Color::WHITE);
                }
                self.border((stroke.color, 1.0, Line::Solid));
                self.figure(&head, if stroke.is_open { Color::WHITE } else { stroke.color });
            }
            Mark::Begin { .. } | Mark::End => {}
        }
    }

    fn point(&self, point: Point) -> String {
        let round = |value: f64| (value * 100.0).round() / 100.0;
        format!("{} {}", round(point.x), round(self.height - point.y))
    }

    fn color(&mut self, op: char, color: Color) {
        self.put(format_args!("{op} {}", Self::counted(&color.to_string())));
    }

    fn border(&mut self, (color, width, line): (Color, f64, Line)) {
        self.color('c', color);
        let style = match line {
            Line::Solid | Line::Bold => "solid",
            Line::Dashed => "dashed",
            Line::Dotted => "dotted",
        };
        self.put(format_args!("S {}", Self::counted(style)));
        self.put(format_args!("S {}", Self::counted(&format!("setlinewidth({width})"))));
    }

    fn figure(&mut self, figure: &Figure, fill: Color) {
        self.color('C', fill);
        let op = match (figure.is_curve, figure.is_filled) {
            (true, true) => 'b',
            (true, false) => 'B',
            (false, true) => 'P',
            (false, false) => 'p',
        };
        let points: Vec<String> = figure.points.iter().map(|point| self.point(*point)).collect();
        self.put(format_args!("{op} {} {}", points.len(), points.join(" ")));
    }

    /// A dotted line, dot by dot: the dots of Graphviz are so long that they look like dashes.
    fn dots(&mut self, curves: &[Point], color: Color, width: f64) {
        self.border((color, 0.0, Line::Solid));
        self.color('C', color);
        let radius = width * 0.7;
        let mut last: Option<Point> = None;
        for at in points_along(curves, DOT_STEPS) {
            if last.is_none_or(|last| last.distance(at) >= DOT_GAP) {
                let point = self.point(at);
                self.put(format_args!("E {point} {radius} {radius}"));
                last = Some(at);
            }
        }
    }

    fn text(&mut self, at: Point, lines: &[String], set: Type) {
        let weight = if set.bold { " Bold" } else { "" };
        let family = format!("{}{weight}", STACK.join(", "));
        self.put(format_args!("F {} {}", set.font, Self::counted(&family)));
        self.color('c', set.color);
        let leading = set.font * LEADING;
        #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
        let mut middle = at.y - (lines.len() as f64 - 1.0) / 2.0 * leading;
        let side = if set.from_left { -1 } else { 0 };
        for line in lines {
            let base = self.point(Point::new(at.x, middle + set.font * 0.36));
            self.put(format_args!("T {base} {side} 0 {}", Self::counted(line)));
            middle += leading;
        }
    }
}
