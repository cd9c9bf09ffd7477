//! Labels of edges, moved onto their lines where a layout put them beside.

use super::geometry::{Placed, Point, Route, points_along};
use super::sheet::{Sheet, Size};

/// At how many points of each curve a label is tried.
const STEPS: u32 = 12;
/// The room that is kept between a label and a box or another label.
const ROOM: f64 = 5.0;
/// How much of a line is left to be seen at its arrow head, on each side of its tip.
const HEAD: f64 = 26.0;
/// How much nearer to its place a label must come to hide a piece of another line.
const CROSSING: f64 = 60.0;

/// A rectangle around a middle.
#[derive(Clone, Copy)]
struct Area {
    middle: Point,
    size: Size,
}

impl Area {
    fn overlaps(&self, other: &Self) -> bool {
        let apart = |a: f64, b: f64| (a - b).abs();
        apart(self.middle.x, other.middle.x) < (self.size.width + other.size.width) / 2.0 + ROOM
            && apart(self.middle.y, other.middle.y)
                < (self.size.height + other.size.height) / 2.0 + ROOM
    }

    fn holds(&self, point: Point) -> bool {
        (self.middle.x - point.x).abs() < self.size.width / 2.0
            && (self.middle.y - point.y).abs() < self.size.height / 2.0
    }

    fn is_within(&self, size: Size) -> bool {
        let (half_width, half_height) = (self.size.width / 2.0, self.size.height / 2.0);
        self.middle.x >= half_width
            && self.middle.y >= half_height
            && self.middle.x + half_width <= size.width
            && self.middle.y + half_height <= size.height
    }
}

/// Moves every label to the free place on its line nearest to where it was; one for which there is none stays.
pub(super) fn onto_lines(sheet: &Sheet<'_>, placed: &mut Placed) {
    let nodes = placed.nodes.iter().zip(&sheet.nodes);
    let mut taken: Vec<Area> =
        nodes.map(|(middle, (_, size))| Area { middle: *middle, size: *size }).collect();
    let boxes = taken.len();
    let label = |edge: usize, route: &Route| {
        route.label.map(|middle| Area { middle, size: sheet.labels[edge].size })
    };
    // Labels that have not been moved yet are in the way as well.
    let mut owners = Vec::new();
    for (edge, route) in placed.routes.iter().enumerate() {
        if let Some(area) = label(edge, route) {
            owners.push(edge);
            taken.push(area);
        }
    }
    let ways: Vec<Vec<Point>> =
        placed.routes.iter().map(|route| points_of(&route.points)).collect();
    for (turn, &edge) in owners.iter().enumerate() {
        let own = boxes + turn;
        let Area { middle: wish, size } = taken[own];
        let is_free = |area: &Area| {
            let mut others = taken.iter().enumerate().filter(|(index, _)| *index != own);
            area.is_within(placed.size) && !others.any(|(_, other)| area.overlaps(other))
        };
        let head = placed.routes[edge].points.last().copied();
        let shows_head = |area: &Area| {
            let around = Size { width: HEAD, height: HEAD };
            head.is_none_or(|middle| !area.overlaps(&Area { middle, size: around }))
        };
        let hidden = |area: &Area| {
            let others = ways.iter().enumerate().filter(|(index, _)| *index != edge);
            others.filter(|(_, way)| way.iter().any(|point| area.holds(*point))).count()
        };
        let tried = ways[edge]
            .iter()
            .map(|point| Area { middle: *point, size })
            .filter(|area| is_free(area) && shows_head(area));
        let cost = |area: &Area| {
            #[expect(clippy::cast_precision_loss, reason = "edges are few")]
            let lines = hidden(area) as f64;
            area.middle.distance(wish) + lines * CROSSING
        };
        let best = tried.map(|area| (cost(&area), area)).min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, area)) = best {
            taken[own] = area;
            placed.routes[edge].label = Some(area.middle);
        }
    }
}

/// Whether a line runs through or along a box at which it does not end.
pub(super) fn touches_boxes(sheet: &Sheet<'_>, placed: &Placed) -> bool {
    let boxes = placed.nodes.iter().zip(&sheet.nodes).enumerate();
    let boxes: Vec<(usize, Area)> = boxes
        .map(|(node, (middle, (_, size)))| {
            let size = Size { width: size.width + ROOM, height: size.height + ROOM };
            (node, Area { middle: *middle, size })
        })
        .collect();
    placed.routes.iter().zip(&sheet.network.edges).any(|(route, edge)| {
        let way = points_of(&route.points);
        let foreign = boxes.iter().filter(|(node, _)| *node != edge.from && *node != edge.to);
        foreign.into_iter().any(|(_, area)| way.iter().any(|point| area.holds(*point)))
    })
}

/// Points along the curves of a way, its ends left out.
fn points_of(curves: &[Point]) -> Vec<Point> {
    let mut points = points_along(curves, STEPS);
    points.pop();
    points
}
