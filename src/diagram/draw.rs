//! Who draws: Graphviz places a network where it is installed, else the built-in layout does.

use crate::error::{Code, Error, Result, Text, text};

use super::font::Metrics;
use super::geometry::Placed;
use super::graphviz::{Graphviz, is_drawn_by_forces};
use super::labels;
use super::layered::{self, PAGE};
use super::model::{Body, Diagram, Flow};
use super::scene::{Scene, compose};
use super::sheet::{Sheet, Size};
use super::svg::document;

/// On A4, a picture that is shrunk to less than this can hardly be read: its boxes are set smaller than 5 points.
const SCALE_MIN: f64 = 0.45;

/// How many times longer than wide a strip is.
const STRIP: f64 = 2.5;
/// How much larger another layout must print to be taken.
const BETTER: f64 = 1.05;

/// A picture that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// The SVG document; it can stand alone or inside an HTML page.
    pub svg: String,
    /// What the person who asked for it should know.
    pub notes: Vec<Text>,
}

/// A picture that is painted.
#[derive(Clone, Debug, PartialEq)]
pub struct Painting {
    /// The PNG file; printed at the size it asks for, it fits A4.
    pub png: Vec<u8>,
    /// What the person who asked for it should know.
    pub notes: Vec<Text>,
}

/// Something that makes pictures of diagrams.
pub trait Renderer {
    /// Draws a diagram as SVG.
    ///
    /// # Errors
    /// `io` where a program that is needed fails.
    fn svg(&self, diagram: &Diagram) -> Result<Drawing>;

    /// Draws a diagram as PNG.
    ///
    /// # Errors
    /// `io.missing` where a program or font that is needed is not installed; `io` where one fails.
    fn png(&self, diagram: &Diagram) -> Result<Painting>;
}

/// The layout that is part of kadai and needs nothing installed.
#[derive(Clone, Copy, Debug, Default)]
pub struct BuiltIn;

impl Renderer for BuiltIn {
    fn svg(&self, diagram: &Diagram) -> Result<Drawing> {
        drawing(diagram, |sheet| Ok(layered::layout(sheet)))
    }

    fn png(&self, _: &Diagram) -> Result<Painting> {
        let message = text!(
            "PNG needs Graphviz, and its program `dot` is not installed",
            "PNG の出力には Graphviz が必要ですが、プログラム `dot` が見つかりません"
        );
        Err(Error::new(Code::Missing, message).help(text!(
            "Install Graphviz (https://graphviz.org/download/), or write to a file ending in `.svg`, which needs nothing installed.",
            "Graphviz をインストールするか（https://graphviz.org/download/）、インストールの要らない `.svg` のファイルを指定してください。"
        )))
    }
}

impl Renderer for Graphviz {
    fn svg(&self, diagram: &Diagram) -> Result<Drawing> {
        drawing(diagram, |sheet| arranged(self, sheet))
    }

    fn png(&self, diagram: &Diagram) -> Result<Painting> {
        if Metrics::installed().japanese_font().is_none() {
            let message = text!(
                "PNG needs a Japanese font, and none is installed: the picture would show empty boxes",
                "PNG の出力に必要な日本語フォントが見つかりません（文字が空白の四角になります）"
            );
            return Err(Error::new(Code::Missing, message).help(text!(
                "Install a font such as BIZ UDPGothic or Noto Sans CJK JP, or write to a file ending in `.svg`.",
                "BIZ UDPゴシックや Noto Sans CJK JP などをインストールするか、`.svg` のファイルを指定してください。"
            )));
        }
        // A network Graphviz cannot place is placed by the built-in layout, as for SVG.
        let place =
            |sheet: &Sheet<'_>| arranged(self, sheet).or_else(|_| Ok(layered::layout(sheet)));
        let (scene, scale) = composed(diagram, place)?;
        Ok(Painting { png: self.paint(&scene)?, notes: notes(diagram, scale) })
    }
}

/// Draws a diagram as SVG.
fn drawing(diagram: &Diagram, place: impl FnOnce(&Sheet<'_>) -> Result<Placed>) -> Result<Drawing> {
    let (scene, scale) = composed(diagram, place)?;
    Ok(Drawing { svg: document(diagram, &scene), notes: notes(diagram, scale) })
}

/// What the person who asked for a picture should know, which is shrunk so much on A4.
fn notes(diagram: &Diagram, scale: f64) -> Vec<Text> {
    let mut notes = diagram.notes.clone();
    if scale < SCALE_MIN {
        notes.push(text!(
            "printed on A4, the text of this picture is too small to read; narrow the query",
            "A4 に印刷すると文字が小さくて読めないため、クエリで絞り込むことをお勧めします"
        ));
    }
    notes
}

/// A network as Graphviz places it; where that makes a strip, small print or lines along boxes, its other direction or the
/// built-in layout: whichever prints largest.
fn arranged(graphviz: &Graphviz, sheet: &Sheet<'_>) -> Result<Placed> {
    let sideways = layered::reads_sideways(sheet);
    let placed = graphviz.place(sheet, sideways)?;
    let is_clear = !labels::touches_boxes(sheet, &placed);
    if sheet.network.flow != Flow::Fit || (is_clear && prints_well(&placed)) {
        return Ok(placed);
    }
    let turned = if is_drawn_by_forces(sheet.network) {
        None
    } else {
        graphviz.place(sheet, !sideways).ok()
    };
    let mut all = vec![placed];
    all.extend(turned);
    all.push(layered::layout(sheet));
    // Where every layout has lines along boxes, that decides nothing.
    if all.iter().any(|placed| !labels::touches_boxes(sheet, placed)) {
        all.retain(|placed| !labels::touches_boxes(sheet, placed));
    }
    let larger = |best: Placed, next: Placed| {
        if next.scale_on(PAGE) > best.scale_on(PAGE) * BETTER { next } else { best }
    };
    Ok(all.into_iter().reduce(larger).unwrap_or_default())
}

/// Whether a picture is neither a strip across the page nor in small print.
fn prints_well(placed: &Placed) -> bool {
    let Size { width, height } = placed.size;
    let scale = placed.scale_on(PAGE);
    let is_strip = width.max(height) > STRIP * width.min(height);
    scale >= 1.0 || (scale >= SCALE_MIN && !is_strip)
}

/// Sets the text, places a network, and composes the picture; how much it is shrunk on A4.
fn composed(
    diagram: &Diagram,
    place: impl FnOnce(&Sheet<'_>) -> Result<Placed>,
) -> Result<(Scene, f64)> {
    let metrics = Metrics::installed();
    match &diagram.body {
        Body::Grid(_) => Ok((compose(diagram, None, metrics), 1.0)),
        Body::Network(network) => {
            let sheet = Sheet::of(network, metrics);
            let placed = place(&sheet)?;
            let scene = compose(diagram, Some((&sheet, &placed)), metrics);
            Ok((scene, placed.scale_on(PAGE)))
        }
    }
}

/// Draws a diagram as SVG, with `graphviz` where it is given and works, else with the built-in layout, which a note says.
///
/// # Errors
/// None today; a renderer that can fail alone may come.
pub fn svg(diagram: &Diagram, graphviz: Option<&Graphviz>) -> Result<Drawing> {
    if matches!(diagram.body, Body::Grid(_)) {
        return BuiltIn.svg(diagram);
    }
    let why = match graphviz.map(|graphviz| graphviz.svg(diagram)) {
        Some(Ok(drawing)) => return Ok(drawing),
        Some(Err(error)) => {
            let Text { en, ja } = &error.parts().message;
            text!(
                "drawn with the built-in layout, because {en}",
                "内蔵のレイアウトで描きました（{ja}）"
            )
        }
        None => text!(
            "drawn with the built-in layout; with Graphviz installed, large networks are drawn better",
            "内蔵のレイアウトで描きました（Graphviz をインストールすると、大きな図がより見やすくなります）"
        ),
    };
    let mut drawing = BuiltIn.svg(diagram)?;
    drawing.notes.push(why);
    Ok(drawing)
}

/// Draws a diagram as PNG.
///
/// # Errors
/// `io.missing` without Graphviz or without a Japanese font; `io` where Graphviz fails.
pub fn png(diagram: &Diagram, graphviz: Option<&Graphviz>) -> Result<Painting> {
    match graphviz {
        Some(graphviz) => graphviz.png(diagram),
        None => BuiltIn.png(diagram),
    }
}
