//! Where things stand once they are placed: points, routes of edges, and the outlines of shapes.

use super::sheet::Size;
use crate::graph::Shape;

/// A point, in points of 1/72 inch; `y` grows downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl Point {
    pub(super) fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The distance to another point.
    pub(super) fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// The point at `share` of the way to another one.
    pub(super) fn towards(self, other: Self, share: f64) -> Self {
        let mix = |a: f64, b: f64| a + (b - a) * share;
        Self { x: mix(self.x, other.x), y: mix(self.y, other.y) }
    }
}

/// The way of an edge: a start, then cubic curves of three points each.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Route {
    /// Shape: `1 + 3k` points; none for an edge that is not drawn.
    pub(super) points: Vec<Point>,
    /// The middle of its label.
    pub(super) label: Option<Point>,
}

/// Points along the cubic curves of a way, so many a curve; its start is left out.
pub(super) fn points_along(curves: &[Point], steps: u32) -> Vec<Point> {
    let mut points = Vec::new();
    let mut start = 0;
    while let Some([a, b, c, d]) = curves.get(start..start + 4) {
        for step in 1..=steps {
            let share = f64::from(step) / f64::from(steps);
            let (ab, bc, cd) = (a.towards(*b, share), b.towards(*c, share), c.towards(*d, share));
            let (abc, bcd) = (ab.towards(bc, share), bc.towards(cd, share));
            points.push(abc.towards(bcd, share));
        }
        start += 3;
    }
    points
}

/// A network whose nodes and edges have their places.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Placed {
    /// The room it takes; everything stands within.
    pub(super) size: Size,
    /// The middle of each node.
    pub(super) nodes: Vec<Point>,
    /// The way of each edge, from its start to its end.
    pub(super) routes: Vec<Route>,
}

impl Placed {
    /// How much the picture must be shrunk to fit a page; 1 where it fits.
    pub(super) fn scale_on(&self, page: Size) -> f64 {
        self.size.scale_on(page)
    }
}

/// How far slanted outlines are cut at their sides, in points.
pub(super) const SLANT: f64 = 10.0;
/// How far the corners of octagons and notes are cut, in points.
pub(super) const CORNER: f64 = 8.0;

/// How far the outline of a shape reaches from its middle line towards the side where edges leave, at `offset` from the middle.
///
/// `size` is that of the outline; `sideways` says that edges leave at the left and right, and offsets run up and down.
/// Where both sides differ it is that at the right or below, of which the other is the mirror image: there the offset is negative.
pub(super) fn reach(shape: Shape, size: Size, sideways: bool, offset: f64) -> f64 {
    let (half, side) = if sideways {
        (size.width / 2.0, size.height / 2.0)
    } else {
        (size.height / 2.0, size.width / 2.0)
    };
    let share = (offset.abs() / side.max(1.0)).min(1.0);
    match shape {
        Shape::Ellipse => half * (1.0 - share * share).max(0.0).sqrt(),
        Shape::Diamond => half * (1.0 - share),
        Shape::Hexagon if sideways => half - SLANT * share,
        // The side leans: at the top it reaches out on the right, at the bottom on the left.
        Shape::Parallelogram if sideways => {
            half - SLANT / 2.0 - SLANT * offset / size.height.max(1.0)
        }
        Shape::Hexagon
        | Shape::Parallelogram
        | Shape::Box
        | Shape::Rounded
        | Shape::Octagon
        | Shape::Note
        | Shape::Cylinder
        | Shape::Plain => half,
    }
}

/// The widest offset from the middle at which edges may touch a shape.
pub(super) fn port_room(shape: Shape, size: Size, sideways: bool) -> f64 {
    let side = if sideways { size.height / 2.0 } else { size.width / 2.0 };
    match shape {
        Shape::Ellipse => side * 0.55,
        Shape::Diamond => side * 0.25,
        Shape::Hexagon | Shape::Parallelogram if sideways => side * 0.5,
        Shape::Hexagon | Shape::Parallelogram => (side - SLANT * 1.6).max(0.0),
        Shape::Box | Shape::Rounded => (side - 5.0).max(0.0),
        Shape::Octagon | Shape::Note | Shape::Cylinder => (side - CORNER).max(0.0),
        Shape::Plain => side * 0.8,
    }
}
