//! SVG: a scene as one document that stands alone or inside a page.
//!
//! Data becomes text and nothing else: every word passes through [`xml`], colours are numbers, and the document has no script,
//! no style sheet, no identifier and no reference to anything outside.

use std::fmt::{self, Write as _};

use crate::graph::Line;

use super::font::STACK;
use super::geometry::Point;
use super::layered::PAGE;
use super::model::Diagram;
use super::scene::shape::{self, Figure};
use super::scene::{self, Mark, Scene, Stroke, Type};
use super::sheet::LEADING;
use super::style::Color;
use super::text;

/// A text as XML character data, also fit for attributes; characters XML cannot hold are left out.
fn xml(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A length with at most one decimal, as SVG writes it.
struct Num(f64);

impl fmt::Display for Num {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounded = (self.0 * 10.0).round() / 10.0;
        // Minus zero would print its sign.
        write!(f, "{}", if rounded == 0.0 { 0.0 } else { rounded })
    }
}

/// An SVG document that is being written.
#[derive(Default)]
struct Canvas {
    body: String,
}

impl Canvas {
    /// Writes one element as it is; the caller has escaped what is data.
    fn put(&mut self, element: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _written = self.body.write_fmt(element);
        self.body.push('\n');
    }

    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Rect { corner, size, fill, border } => {
                let fill = fill.map_or_else(|| "none".to_owned(), |fill| fill.to_string());
                let border = border.map_or_else(String::new, |border| {
                    let dash = dashes(border.line);
                    let width = Num(border.width);
                    format!(r#" stroke="{}" stroke-width="{width}"{dash}"#, border.color)
                });
                self.put(format_args!(
                    r#"<rect x="{}" y="{}" width="{}" height="{}" fill="{fill}"{border}/>"#,
                    Num(corner.x),
                    Num(corner.y),
                    Num(size.width),
                    Num(size.height)
                ));
            }
            Mark::Shape { look, middle, size, emphasis } => {
                let paint = Paint {
                    fill: look.fill,
                    line: Color::INK,
                    width: scene::outline_width(*look, *emphasis),
                    dashes: look.border,
                };
                for figure in shape::outline(look.shape, *middle, *size) {
                    self.figure(&figure, paint);
                }
            }
            Mark::Text { at, lines, set } => self.text(*at, lines, *set),
            Mark::Rule { from, to, color } => self.put(format_args!(
                r#"<path d="M{} {}L{} {}" stroke="{color}" stroke-width="0.8"/>"#,
                Num(from.x),
                Num(from.y),
                Num(to.x),
                Num(to.y)
            )),
            Mark::Arrow { points, stroke } => self.arrow(points, *stroke),
            Mark::Begin { name } => self.put(format_args!("<g><title>{}</title>", xml(name))),
            Mark::End => self.put(format_args!("</g>")),
        }
    }

    fn text(&mut self, at: Point, lines: &[String], set: Type) {
        let leading = set.font * LEADING;
        #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
        let mut middle = at.y - (lines.len() as f64 - 1.0) / 2.0 * leading;
        let weight = if set.bold { " font-weight=\"bold\"" } else { "" };
        let anchor = if set.from_left { "start" } else { "middle" };
        let (font, color) = (Num(set.font), set.color);
        for line in lines {
            // The middle of Japanese letters lies this far above the line they stand on.
            let (x, y) = (Num(at.x), Num(middle + set.font * 0.36));
            self.put(format_args!(
                r#"<text x="{x}" y="{y}" font-size="{font}" text-anchor="{anchor}" fill="{color}"{weight}>{}</text>"#,
                xml(line)
            ));
            middle += leading;
        }
    }

    /// Draws a way with an arrow head at its end.
    fn arrow(&mut self, points: &[Point], stroke: Stroke) {
        let Some((way, head)) = shape::arrow(points, stroke.head()) else { return };
        let fill = if stroke.is_open { Color::WHITE } else { stroke.color };
        let paint = Paint { fill, line: stroke.color, width: stroke.width(), dashes: stroke.line };
        self.figure(&way, paint);
        self.figure(&head, Paint { width: 1.0, dashes: Line::Solid, ..paint });
    }

    fn figure(&mut self, figure: &Figure, paint: Paint) {
        let fill = if figure.is_filled { paint.fill.to_string() } else { "none".to_owned() };
        let (line, width, dashes) = (paint.line, Num(paint.width), dashes(paint.dashes));
        let paint = format!(r#" fill="{fill}" stroke="{line}" stroke-width="{width}"{dashes}"#);
        let mut way = String::new();
        for (index, point) in figure.points.iter().enumerate() {
            way.push_str(match index {
                0 => "M",
                index if figure.is_curve && index % 3 == 1 => "C",
                1 if !figure.is_curve => "L",
                _ => " ",
            });
            way.push_str(&format!("{} {}", Num(point.x), Num(point.y)));
        }
        let close = if figure.is_filled { "Z" } else { "" };
        self.put(format_args!(r#"<path d="{way}{close}"{paint}/>"#));
    }
}

/// How a figure is painted.
#[derive(Clone, Copy)]
struct Paint {
    fill: Color,
    line: Color,
    width: f64,
    dashes: Line,
}

/// The attribute of a line style.
fn dashes(line: Line) -> &'static str {
    match line {
        Line::Solid | Line::Bold => "",
        Line::Dashed => r#" stroke-dasharray="5 3""#,
        Line::Dotted => r#" stroke-dasharray="1.5 2.5""#,
    }
}

/// Writes a scene: its size on paper (A4 at most, upright or across), its words for those who cannot see it, and its marks.
pub(super) fn document(diagram: &Diagram, scene: &Scene) -> String {
    let mut canvas = Canvas::default();
    scene.marks.iter().for_each(|mark| canvas.mark(mark));
    let size = scene.size;
    let scale = size.scale_on(PAGE);
    let millimetres = |points: f64| Num(points * scale * 25.4 / 72.0);
    let title = if diagram.title.is_empty() { "kadai" } else { &diagram.title };
    let families = STACK.map(|name| match name.contains(' ') {
        true => format!("'{name}'"),
        false => name.to_owned(),
    });
    format!(
        concat!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" xml:lang="ja" lang="ja" role="img" "#,
            r#"width="{}mm" height="{}mm" viewBox="0 0 {} {}" font-family="{}">"#,
            "\n<title>{}</title>\n<desc>{}</desc>\n",
            r##"<rect width="100%" height="100%" fill="#ffffff"/>"##,
            "\n{}</svg>\n",
        ),
        millimetres(size.width),
        millimetres(size.height),
        Num(size.width),
        Num(size.height),
        families.join(", "),
        xml(&text::clean(title)),
        xml(&text::clean(&scene::describe(diagram))),
        canvas.body,
    )
}
