//! The outlines of nodes and the parts of arrows, as figures that any file format can draw.

use crate::graph::Shape;

use super::super::geometry::{CORNER, Point, SLANT};
use super::super::sheet::Size;

/// One line of a drawing.
#[derive(Clone, Debug)]
pub(in super::super) struct Figure {
    /// The corners of a polygon; or of a curve its start, then three points for each cubic.
    pub(in super::super) points: Vec<Point>,
    /// Whether it is a curve.
    pub(in super::super) is_curve: bool,
    /// Whether it encloses something that is filled.
    pub(in super::super) is_filled: bool,
}

/// How far the control points of a quarter of a circle lie from its ends, in radii.
const QUARTER: f64 = 0.5523;

/// The outline of a node around its middle: filled figures first.
pub(in super::super) fn outline(shape: Shape, middle: Point, size: Size) -> Vec<Figure> {
    let corner = Point::new(middle.x - size.width / 2.0, middle.y - size.height / 2.0);
    let Size { width, height } = size;
    // Samples in the legend are smaller than what the cuts are made for.
    let slant = SLANT.min(width / 4.0).min(height / 2.0);
    let cut = CORNER.min(width / 3.0).min(height / 3.0);
    let at = |(x, y): &(f64, f64)| Point::new(corner.x + x, corner.y + y);
    let polygon = |corners: &[(f64, f64)], is_filled| Figure {
        points: corners.iter().map(at).collect(),
        is_curve: false,
        is_filled,
    };
    let curve = |points: &[(f64, f64)], is_filled| Figure {
        points: points.iter().map(at).collect(),
        is_curve: true,
        is_filled,
    };
    let (w, h, s, c) = (width, height, slant, cut);
    match shape {
        Shape::Plain => Vec::new(),
        Shape::Box => vec![polygon(&[(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)], true)],
        Shape::Rounded => {
            let r = 8.0_f64.min(h / 2.0);
            vec![curve(&round(size, r, r), true)]
        }
        Shape::Ellipse => vec![curve(&round(size, w / 2.0, h / 2.0), true)],
        Shape::Hexagon => vec![polygon(
            &[(s, 0.0), (w - s, 0.0), (w, h / 2.0), (w - s, h), (s, h), (0.0, h / 2.0)],
            true,
        )],
        Shape::Octagon => {
            let upper = [(0.0, c), (c, 0.0), (w - c, 0.0), (w, c)];
            let lower = [(w, h - c), (w - c, h), (c, h), (0.0, h - c)];
            vec![polygon(&[upper, lower].concat(), true)]
        }
        Shape::Parallelogram => vec![polygon(&[(s, 0.0), (w, 0.0), (w - s, h), (0.0, h)], true)],
        Shape::Diamond => {
            vec![polygon(&[(w / 2.0, 0.0), (w, h / 2.0), (w / 2.0, h), (0.0, h / 2.0)], true)]
        }
        Shape::Note => vec![
            polygon(&[(0.0, 0.0), (w - c, 0.0), (w, c), (w, h), (0.0, h)], true),
            polygon(&[(w - c, 0.0), (w, c), (w - c, c)], true),
        ],
        Shape::Cylinder => {
            let lid = 5.0_f64.min(h / 4.0);
            let k = lid * (1.0 - QUARTER);
            let (m, q) = (w / 2.0, w / 2.0 * (1.0 - QUARTER));
            let rim = [(m, 2.0 * lid), (q, 2.0 * lid), (0.0, 2.0 * lid - k), (0.0, lid)];
            let rim_left = [(w, lid), (w, 2.0 * lid - k), (w - q, 2.0 * lid), rim[0]];
            vec![
                curve(&round(size, w / 2.0, lid), true),
                curve(&[&rim_left[..], &rim[1..]].concat(), false),
            ]
        }
    }
}

/// A rectangle whose corners are quarters of ellipses.
fn round(Size { width: w, height: h }: Size, rx: f64, ry: f64) -> Vec<(f64, f64)> {
    let (kx, ky) = (rx * (1.0 - QUARTER), ry * (1.0 - QUARTER));
    let side = |from: (f64, f64), to: (f64, f64)| [from, to, to];
    let mut points = vec![(rx, 0.0)];
    points.extend(side((rx, 0.0), (w - rx, 0.0)));
    points.extend([(w - kx, 0.0), (w, ky), (w, ry)]);
    points.extend(side((w, ry), (w, h - ry)));
    points.extend([(w, h - ky), (w - kx, h), (w - rx, h)]);
    points.extend(side((w - rx, h), (rx, h)));
    points.extend([(kx, h), (0.0, h - ky), (0.0, h - ry)]);
    points.extend(side((0.0, h - ry), (0.0, ry)));
    points.extend([(0.0, ky), (kx, 0.0), (rx, 0.0)]);
    points
}

/// The line of an arrow, which ends within its head, and the head.
pub(in super::super) fn arrow(points: &[Point], head: f64) -> Option<(Figure, Figure)> {
    let [first, .., before, end] = points else { return None };
    let from = if before.distance(*end) > 0.5 { before } else { first };
    let length = from.distance(*end).max(0.01);
    let back = Point::new((from.x - end.x) / length, (from.y - end.y) / length);
    let away = |along: f64, aside: f64| {
        Point::new(end.x + back.x * along - back.y * aside, end.y + back.y * along + back.x * aside)
    };
    let mut way = points.to_vec();
    if let Some(last) = way.last_mut() {
        *last = away(head * 0.8, 0.0);
    }
    let tip = vec![*end, away(head, head * 0.42), away(head, -head * 0.42)];
    Some((
        Figure { points: way, is_curve: true, is_filled: false },
        Figure { points: tip, is_curve: false, is_filled: true },
    ))
}
