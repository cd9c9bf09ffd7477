//! The last step: rows get their heights, edges their ways, and everything its point on the page.

use super::super::geometry::{self, Point, Route};
use super::super::sheet::{Sheet, Size};
use super::place::spread;
use super::{Chain, Frame};

/// The room beside a node that an edge to itself needs, without its label.
pub(super) const LOOP: f64 = 30.0;
/// How far such an edge bulges.
const BULGE: f64 = 20.0;
/// The least room between two rows, without the straight end that every edge has.
const ROW_GAP: f64 = 12.0;
/// The straight end of an edge: its arrow head stands on it.
const STUB: f64 = 9.0;
/// The room between edges that touch the same side of a box.
const PORT_GAP: f64 = 11.0;
/// The extra room on both sides of the border between two bands.
const BAND_GAP: f64 = 7.0;

/// One part of a picture, placed by itself.
pub(super) struct Draft {
    pub(super) size: Size,
    pub(super) nodes: Vec<(usize, Point)>,
    pub(super) routes: Vec<(usize, Route)>,
}

/// Draws one part, given where its items stand across their rows.
pub(super) fn draw(sheet: &Sheet<'_>, frame: &Frame, across: &[f64]) -> Draft {
    let pen = Pen { sheet, frame, across, rows: row_edges(sheet, frame, across) };
    let placed = frame
        .items
        .iter()
        .enumerate()
        .filter_map(|(index, item)| Some((item.node?, pen.turn(pen.middle(index)))));
    let ports = pen.ports();
    let chains = frame.chains.iter().zip(&ports);
    let mut routes: Vec<(usize, Route)> =
        chains.map(|(chain, ports)| (chain.edge, pen.chain(chain, *ports))).collect();
    for (item, edges) in &frame.loops {
        pen.loops(*item, edges, &mut routes);
    }
    let reach = frame.items.iter().zip(across).map(|(item, at)| at + item.right);
    let width = reach.fold(0.0, f64::max);
    let height = pen.rows.last().map_or(0.0, |row| row.1);
    let corner = pen.turn(Point::new(width, height));
    let size = Size { width: corner.x, height: corner.y };
    Draft { size, nodes: placed.collect(), routes }
}

/// Where each row starts and ends along the picture. Rows are further apart where edges between them lead far aside.
fn row_edges(sheet: &Sheet<'_>, frame: &Frame, across: &[f64]) -> Vec<(f64, f64)> {
    let band = |row: &Vec<usize>| {
        let node = row.iter().find_map(|item| frame.items[*item].node);
        node.and_then(|node| sheet.network.nodes[node].band)
    };
    let mut edges = Vec::with_capacity(frame.rows.len());
    let mut at = 0.0;
    let mut last_band = frame.rows.first().and_then(band);
    for (index, row) in frame.rows.iter().enumerate() {
        if index > 0 {
            let aside = row.iter().flat_map(|item| {
                let above = frame.items[*item].above.iter();
                above.map(|upper| (across[*upper] - across[*item]).abs())
            });
            at += ROW_GAP + STUB + (aside.fold(0.0, f64::max) * 0.05).min(32.0);
            let next_band = band(if index % 2 == 0 { row } else { &frame.rows[index + 1] });
            if next_band != last_band {
                at += BAND_GAP;
            }
            if index % 2 == 0 {
                last_band = next_band;
            }
        }
        let thick = row.iter().map(|item| frame.items[*item].thick).fold(0.0, f64::max);
        edges.push((at, at + thick));
        at += thick;
    }
    edges
}

/// What drawing needs to know; works with `x` across rows and `y` along the picture, turned at the end.
struct Pen<'a> {
    sheet: &'a Sheet<'a>,
    frame: &'a Frame,
    across: &'a [f64],
    rows: Vec<(f64, f64)>,
}

impl Pen<'_> {
    /// The point on the page.
    fn turn(&self, point: Point) -> Point {
        if self.frame.sideways { Point::new(point.y, point.x) } else { point }
    }

    fn middle(&self, item: usize) -> Point {
        let (start, end) = self.rows[self.frame.items[item].row];
        Point::new(self.across[item], f64::midpoint(start, end))
    }

    /// Where each chain leaves its upper and reaches its lower node, across.
    fn ports(&self) -> Vec<[f64; 2]> {
        let mut ports = vec![[0.0; 2]; self.frame.chains.len()];
        // For each item: the chains that leave below it, and those that reach it from above, with where they come from.
        let mut sides = vec![[Vec::new(), Vec::new()]; self.frame.items.len()];
        for (index, chain) in self.frame.chains.iter().enumerate() {
            if let [upper, next, .., before, lower] = chain.items.as_slice() {
                sides[*upper][0].push((self.across[*next], index));
                sides[*lower][1].push((self.across[*before], index));
            } else if let [upper, bend, lower] = chain.items.as_slice() {
                sides[*upper][0].push((self.across[*bend], index));
                sides[*lower][1].push((self.across[*bend], index));
            }
        }
        for (item, both) in sides.iter_mut().enumerate() {
            let Some(node) = self.frame.items[item].node else { continue };
            let (shape, size) = self.outline(node);
            let room = geometry::port_room(shape, size, self.frame.sideways);
            let middle = self.across[item];
            for (side, ends) in both.iter_mut().enumerate() {
                ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                let wishes: Vec<f64> = ends.iter().map(|end| end.0).collect();
                for ((_, chain), place) in ends.iter().zip(port_places(&wishes, middle, room)) {
                    ports[*chain][side] = place;
                }
            }
        }
        ports
    }

    fn outline(&self, node: usize) -> (crate::graph::Shape, Size) {
        (self.sheet.network.nodes[node].look.shape, self.sheet.nodes[node].1)
    }

    /// How far a node reaches from its middle towards the row below, at an offset from the middle; above with the offset negative.
    fn reach(&self, item: usize, offset: f64) -> f64 {
        let Some(node) = self.frame.items[item].node else { return 0.0 };
        let (shape, size) = self.outline(node);
        geometry::reach(shape, size, self.frame.sideways, offset)
    }

    /// The way of one edge: straight through rows, bending between them.
    fn chain(&self, chain: &Chain, [leave, arrive]: [f64; 2]) -> Route {
        let (Some(&upper), Some(&lower)) = (chain.items.first(), chain.items.last()) else {
            return Route::default();
        };
        let start = self.middle(upper).y + self.reach(upper, leave - self.across[upper]);
        let mut way = Way::from(Point::new(leave, start));
        let mut label = None;
        // The end where the arrow head stands is straight, as far as it is long.
        let (near, far) = if chain.reversed { (STUB, 0.0) } else { (0.0, STUB) };
        way.straight(self.rows[self.frame.items[upper].row].1 + near);
        for &item in chain.items.get(1..chain.items.len() - 1).unwrap_or(&[]) {
            let (top, bottom) = self.rows[self.frame.items[item].row];
            way.bend(Point::new(self.across[item], top));
            way.straight(bottom);
            if self.frame.items[item].is_label {
                label = Some(self.turn(self.middle(item)));
            }
        }
        way.bend(Point::new(arrive, self.rows[self.frame.items[lower].row].0 - far));
        way.straight(self.middle(lower).y - self.reach(lower, self.across[lower] - arrive));
        let mut points: Vec<Point> = way.points.into_iter().map(|p| self.turn(p)).collect();
        if chain.reversed {
            points.reverse();
        }
        Route { points, label }
    }

    /// The edges of a node to itself, each outside the one before.
    fn loops(&self, item: usize, edges: &[usize], routes: &mut Vec<(usize, Route)>) {
        let Some(node) = self.frame.items[item].node else { return };
        let (shape, size) = self.outline(node);
        let middle = self.middle(item);
        let (half, thick) = self.frame.extents(size);
        let mut base = half;
        for (turn, &edge) in edges.iter().enumerate() {
            let offset = (thick / 4.0).min(8.0);
            #[expect(clippy::cast_precision_loss, reason = "a handful of edges")]
            let lift = offset + 6.0 + 14.0 * turn as f64;
            let side = geometry::reach(shape, size, !self.frame.sideways, offset);
            // A cubic reaches three quarters of the way to its control points.
            let far = middle.x + side + (base - side + BULGE) / 0.75;
            let points = [
                Point::new(middle.x + side, middle.y - offset),
                Point::new(far, middle.y - lift),
                Point::new(far, middle.y + lift),
                Point::new(middle.x + side, middle.y + offset),
            ];
            let (label_half, _) = self.frame.extents(self.sheet.labels[edge].size);
            let is_labelled = !self.sheet.labels[edge].is_empty();
            let label = Point::new(middle.x + base + BULGE + 5.0 + label_half, middle.y);
            let route = Route {
                points: points.into_iter().map(|point| self.turn(point)).collect(),
                label: is_labelled.then(|| self.turn(label)),
            };
            routes.push((edge, route));
            base += LOOP + 2.0 * label_half;
        }
    }
}

/// Where edges touch one side of a box: as near as possible to where they come from, apart from each other, within the side.
fn port_places(wishes: &[f64], middle: f64, room: f64) -> Vec<f64> {
    #[expect(clippy::cast_precision_loss, reason = "edges of one box are few")]
    let steps = wishes.len().saturating_sub(1).max(1) as f64;
    let gap = PORT_GAP.min(2.0 * room / steps);
    let clamped: Vec<(f64, f64)> =
        wishes.iter().map(|wish| (wish.clamp(middle - room, middle + room), 1.0)).collect();
    let mut places = spread(&clamped, &vec![gap; wishes.len().saturating_sub(1)]);
    let mut limit = middle + room;
    for place in places.iter_mut().rev() {
        *place = place.min(limit);
        limit = *place - gap;
    }
    let mut limit = middle - room;
    for place in &mut places {
        *place = place.max(limit);
        limit = *place + gap;
    }
    places
}

/// A way that is being drawn.
struct Way {
    points: Vec<Point>,
    at: Point,
}

impl Way {
    fn from(start: Point) -> Self {
        Self { points: vec![start], at: start }
    }

    /// Goes straight on to a height.
    fn straight(&mut self, y: f64) {
        let to = Point::new(self.at.x, y);
        if self.at.distance(to) < 0.01 {
            return;
        }
        // A straight piece after another one makes it longer.
        if let [.., start, _, _, end] = self.points.as_slice()
            && (start.x - end.x).abs() < 0.01
        {
            self.at = *start;
            self.points.truncate(self.points.len() - 3);
        }
        self.points.extend([self.at.towards(to, 1.0 / 3.0), self.at.towards(to, 2.0 / 3.0), to]);
        self.at = to;
    }

    /// Goes to a point, leaving and arriving upright.
    fn bend(&mut self, to: Point) {
        if (self.at.x - to.x).abs() < 0.01 {
            return self.straight(to.y);
        }
        let half = (to.y - self.at.y) * 0.55;
        let (out, back) = (self.at.y + half, to.y - half);
        self.points.extend([Point::new(self.at.x, out), Point::new(to.x, back), to]);
        self.at = to;
    }
}
