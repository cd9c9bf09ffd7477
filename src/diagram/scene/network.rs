//! Nodes, edges and bands, at the places a layout gave them.

use crate::graph::{Line, Shape};

use super::super::geometry::{Placed, Point};
use super::super::model::Edge;
use super::super::sheet::{Block, DETAIL_FONT, EDGE_FONT, NODE_FONT, Sheet, Size};
use super::super::style::Color;
use super::{Border, Mark, Metrics, Scene, Stroke, Type};

/// The room for the captions of bands, at their left.
const CAPTION: f64 = 74.0;
/// The room between the border of a band and the boxes in it.
const BAND_PAD: f64 = 12.0;
/// The size of the letters of band captions.
const CAPTION_FONT: f64 = 13.0;

/// The grounds of bands, by turns.
const GROUNDS: [Color; 2] = [Color(0xf4, 0xf6, 0xf8), Color(0xfb, 0xfc, 0xfd)];
/// The borders of bands.
const RULE: Color = Color(0x9a, 0xa3, 0xad);

/// The picture of a network.
pub(super) fn picture(sheet: &Sheet<'_>, placed: &Placed, metrics: &Metrics) -> Scene {
    let network = sheet.network;
    let banded = !network.bands.is_empty();
    let (left, pad) = if banded { (CAPTION, BAND_PAD) } else { (0.0, 2.0) };
    let size = Size {
        width: placed.size.width + left + 2.0 * pad,
        height: placed.size.height + 2.0 * pad,
    };
    let mut scene = Scene { size, marks: Vec::new() };
    if banded {
        bands(&mut scene, sheet, placed, metrics);
    }
    let mut inner = Scene::default();
    let mut order: Vec<usize> = (0..network.edges.len()).collect();
    // What is emphasised is drawn last, on top.
    order.sort_by_key(|edge| network.edges[*edge].emphasis);
    for &edge in &order {
        let stroke = stroke(&network.edges[edge]);
        inner.marks.push(Mark::Arrow { points: placed.routes[edge].points.clone(), stroke });
    }
    for (index, node) in network.nodes.iter().enumerate() {
        let (block, outline) = &sheet.nodes[index];
        let (middle, emphasis) = (placed.nodes[index], node.emphasis);
        inner.marks.push(Mark::Begin { name: node.tooltip() });
        inner.marks.push(Mark::Shape { look: node.look, middle, size: *outline, emphasis });
        let is_plain = node.look.shape == Shape::Plain;
        let color = if is_plain { Color::INK } else { node.look.fill.text() };
        let set = Type { bold: emphasis, ..Type::new(NODE_FONT).color(color) };
        let detail = &sheet.details[index];
        let above = Point::new(middle.x, middle.y - detail.size.height / 2.0);
        let below = Point::new(middle.x, middle.y + block.size.height / 2.0);
        inner.text(above, block.lines.clone(), set);
        inner.text(below, detail.lines.clone(), Type::new(DETAIL_FONT).color(color));
        inner.marks.push(Mark::End);
    }
    for &edge in &order {
        if let Some(at) = placed.routes[edge].label {
            label(&mut inner, &sheet.labels[edge], at);
        }
    }
    scene.place(inner, Point::new(left + pad, pad));
    scene
}

fn stroke(edge: &Edge) -> Stroke {
    Stroke {
        line: edge.drawn_line(),
        color: if edge.emphasis { Color::INK } else { edge.color },
        is_open: edge.inferred,
        emphasis: edge.emphasis,
    }
}

/// Draws the ground and caption of each band; borders lie halfway between the boxes of neighbouring bands.
fn bands(scene: &mut Scene, sheet: &Sheet<'_>, placed: &Placed, metrics: &Metrics) {
    let mut extents: Vec<(f64, f64, usize)> = Vec::new();
    for band in 0..sheet.network.bands.len() {
        let members = sheet.network.nodes.iter().enumerate().filter(|(_, n)| n.band == Some(band));
        let (mut top, mut bottom) = (f64::INFINITY, f64::NEG_INFINITY);
        for (index, _) in members {
            let half = sheet.nodes[index].1.height / 2.0;
            top = top.min(placed.nodes[index].y - half);
            bottom = bottom.max(placed.nodes[index].y + half);
        }
        if top < bottom {
            extents.push((top, bottom, band));
        }
    }
    extents.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Size { width, height } = scene.size;
    let mut top = 0.0;
    for (turn, &(_, low, band)) in extents.iter().enumerate() {
        let next = extents.get(turn + 1);
        let bottom = next.map_or(height, |next| BAND_PAD + f64::midpoint(low, next.0));
        let border = Border { color: RULE, width: 0.7, line: Line::Solid };
        let size = Size { width, height: bottom - top };
        scene.rect(Point::new(0.0, top), size, Some(GROUNDS[turn % 2]), Some(border));
        let caption = &sheet.network.bands[band].caption;
        let lines = super::lines_within(caption, CAPTION_FONT, (CAPTION - 14.0, 3), metrics);
        let at = Point::new(CAPTION / 2.0, f64::midpoint(top, bottom));
        scene.text(at, lines, Type::new(CAPTION_FONT).bold());
        top = bottom;
    }
    let (from, to) = (Point::new(CAPTION, 0.0), Point::new(CAPTION, height));
    scene.marks.push(Mark::Rule { from, to, color: RULE });
}

/// Sets the text of an edge on a white ground, so that the edge passes behind it.
fn label(scene: &mut Scene, block: &Block, at: Point) {
    let size = Size { width: block.size.width + 4.0, height: block.size.height };
    let corner = Point::new(at.x - size.width / 2.0, at.y - size.height / 2.0);
    scene.rect(corner, size, Some(Color::WHITE), None);
    scene.text(at, block.lines.clone(), Type::new(EDGE_FONT).color(Color::LINE));
}
