//! The built-in layout: nodes in rows, edges between rows, nothing on top of anything else.
//!
//! Turns a [`Sheet`] into [`Placed`] coordinates in four steps, one file each: rows (`rank`), order within rows (`order`),
//! coordinates (`place`), and the ways of edges (`route`). Everything is computed as if edges led down; turning it is the last step.
//! Boxes stand in even rows; odd rows hold labels, and a bend for each edge that passes: between two rows there is never a box, so an
//! edge that runs straight through rows and bends between them meets none. Nothing here depends on the order of a hash map.
//!
//! Source: Sugiyama, Tagawa, Toda (1981), with rows doubled for labels as in Gansner et al. (1993).

mod order;
mod place;
mod rank;
mod route;
#[cfg(test)]
mod tests;

use super::geometry::{Placed, Point, Route};
use super::model::Flow;
use super::sheet::{Sheet, Size};

/// The printable area of an A4 page in landscape, in points.
pub(super) const PAGE: Size = Size { width: 785.0, height: 538.0 };

/// The room between parts of a picture that are not connected.
const PART_GAP: f64 = 32.0;

/// The most bends of a picture; past that, the longest edges run straight over what is in their way.
const BENDS_MAX: usize = 30_000;
/// Past this many edges, a picture whose direction is free leads to the right.
const EDGES_FIT: usize = 600;

/// One thing that stands in a row: a node, a label, or a bend of an edge.
#[derive(Clone, Debug, Default)]
struct Item {
    /// How far it reaches to the left and right of its place.
    left: f64,
    right: f64,
    /// How much of the row's height it takes.
    thick: f64,
    /// Its row.
    row: usize,
    /// The node it is; none for labels and bends.
    node: Option<usize>,
    /// Whether it carries text of an edge.
    is_label: bool,
    /// The items it is joined to in the row above and the row below.
    above: Vec<usize>,
    below: Vec<usize>,
}

/// The items of one edge, from the upper to the lower row.
#[derive(Clone, Debug, Default)]
struct Chain {
    edge: usize,
    /// Its nodes at both ends, bends and the label between them.
    items: Vec<usize>,
    /// Whether the edge leads upwards.
    reversed: bool,
}

/// Everything in its rows.
#[derive(Debug, Default)]
struct Frame {
    items: Vec<Item>,
    /// The items of each row, left to right.
    rows: Vec<Vec<usize>>,
    chains: Vec<Chain>,
    /// Edges from a node to itself: the node's item, then the edges.
    loops: Vec<(usize, Vec<usize>)>,
    /// Whether rows stand side by side, so that sizes are swapped.
    sideways: bool,
}

/// Places a network.
pub(super) fn layout(sheet: &Sheet<'_>) -> Placed {
    match sheet.network.flow {
        Flow::Right => lay(sheet, true),
        Flow::Down => lay(sheet, false),
        Flow::Up => upside_down(lay(sheet, false)),
        Flow::Fit if sheet.network.edges.len() > EDGES_FIT => lay(sheet, true),
        Flow::Fit => {
            let (right, down) = (lay(sheet, true), lay(sheet, false));
            if down.scale_on(PAGE) > right.scale_on(PAGE) + 0.02 { down } else { right }
        }
    }
}

/// Whether a network whose direction is to be chosen reads better from left to right.
pub(super) fn reads_sideways(sheet: &Sheet<'_>) -> bool {
    match sheet.network.flow {
        Flow::Right => true,
        Flow::Down | Flow::Up => false,
        Flow::Fit if sheet.network.edges.len() > EDGES_FIT => true,
        Flow::Fit => {
            let (right, down) = (lay(sheet, true), lay(sheet, false));
            down.scale_on(PAGE) <= right.scale_on(PAGE) + 0.02
        }
    }
}

/// The row of every node of a network as a whole, counting rows of nodes only.
pub(super) fn ranks(sheet: &Sheet<'_>) -> Vec<usize> {
    let nodes: Vec<usize> = (0..sheet.nodes.len()).collect();
    rank::ranks(sheet, &nodes)
}

/// Lays out each connected part by itself and packs them; bands keep everything in one part.
fn lay(sheet: &Sheet<'_>, sideways: bool) -> Placed {
    let parts = if sheet.network.bands.is_empty() {
        rank::parts(sheet)
    } else {
        vec![(0..sheet.nodes.len()).collect()]
    };
    let mut placed = Placed {
        size: Size::default(),
        nodes: vec![Point::default(); sheet.nodes.len()],
        routes: vec![Route::default(); sheet.network.edges.len()],
    };
    let mut drafts = Vec::new();
    for nodes in &parts {
        let ranks = rank::ranks(sheet, nodes);
        let mut frame = Frame::of(sheet, nodes, &ranks, sideways);
        order::order(&mut frame);
        let across = place::across(&frame);
        drafts.push(route::draw(sheet, &frame, &across));
    }
    let sizes: Vec<Size> = drafts.iter().map(|draft| draft.size).collect();
    let (corners, size) = pack(&sizes);
    placed.size = size;
    for (draft, corner) in drafts.into_iter().zip(corners) {
        let shift = |point: Point| Point::new(point.x + corner.x, point.y + corner.y);
        for (node, point) in draft.nodes {
            placed.nodes[node] = shift(point);
        }
        for (edge, route) in draft.routes {
            let points = route.points.into_iter().map(shift).collect();
            placed.routes[edge] = Route { points, label: route.label.map(shift) };
        }
    }
    placed
}

/// Packs boxes towards the proportions of a page; the upper left corner of each, and the room they take together.
fn pack(sizes: &[Size]) -> (Vec<Point>, Size) {
    let area: f64 = sizes.iter().map(|s| (s.width + PART_GAP) * (s.height + PART_GAP)).sum();
    let widest = sizes.iter().map(|size| size.width).fold(0.0, f64::max);
    let even = (area * PAGE.width / PAGE.height).sqrt();
    let rooms = [1.0, 1.1, 1.2, 1.35, 1.5, 1.75, 2.0].map(|factor| widest.max(even * factor));
    let packed = rooms.into_iter().map(|room| pack_within(sizes, room));
    let scale =
        |size: Size| (PAGE.width / size.width.max(1.0)).min(PAGE.height / size.height.max(1.0));
    packed
        .reduce(|best, next| if scale(next.1) > scale(best.1) * 1.01 { next } else { best })
        .unwrap_or_default()
}

/// Packs boxes, tallest first, each as high up and then as far left as it goes, no wider than `room`.
fn pack_within(sizes: &[Size], room: f64) -> (Vec<Point>, Size) {
    let mut by_height: Vec<usize> = (0..sizes.len()).collect();
    by_height.sort_by(|a, b| sizes[*b].height.total_cmp(&sizes[*a].height).then(a.cmp(b)));
    let mut corners = vec![Point::default(); sizes.len()];
    let mut total = Size::default();
    // What is taken, from above: where each step starts, and how far down it is taken.
    let mut steps = vec![(0.0, 0.0)];
    for index in by_height {
        let size = sizes[index];
        let mut best: Option<Point> = None;
        for (place, &(x, _)) in steps.iter().enumerate() {
            if x > 0.0 && x + size.width > room + 0.01 {
                break;
            }
            let under = steps[place..].iter().take_while(|step| step.0 < x + size.width);
            let y = under.map(|step| step.1).fold(0.0, f64::max);
            if best.is_none_or(|best| y < best.y - 0.01) {
                best = Some(Point::new(x, y));
            }
        }
        let corner = best.unwrap_or_default();
        corners[index] = corner;
        total.width = total.width.max(corner.x + size.width);
        total.height = total.height.max(corner.y + size.height);
        let end = corner.x + size.width + PART_GAP;
        let after = steps.iter().rev().find(|step| step.0 <= end).map_or(0.0, |step| step.1);
        steps.retain(|step| step.0 < corner.x || step.0 > end);
        steps.extend([(corner.x, corner.y + size.height + PART_GAP), (end, after)]);
        steps.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    (corners, total)
}

/// Turns a picture so that what led down leads up.
fn upside_down(mut placed: Placed) -> Placed {
    let height = placed.size.height;
    let turn = |point: &mut Point| point.y = height - point.y;
    placed.nodes.iter_mut().for_each(turn);
    for route in &mut placed.routes {
        route.points.iter_mut().for_each(turn);
        route.label.iter_mut().for_each(turn);
    }
    placed
}

impl Frame {
    /// Puts the nodes of one part into rows, and a chain of items between the ends of every edge.
    fn of(sheet: &Sheet<'_>, nodes: &[usize], ranks: &[usize], sideways: bool) -> Self {
        let mut frame = Self { sideways, ..Self::default() };
        let rank_max = nodes.iter().map(|node| ranks[*node]).max().unwrap_or(0);
        frame.rows = vec![Vec::new(); 2 * rank_max + 1];
        let mut item_of = vec![None; sheet.nodes.len()];
        for &node in nodes {
            let (half, thick) = frame.extents(sheet.nodes[node].1);
            let item = Item { left: half, right: half, thick, node: Some(node), ..Item::default() };
            item_of[node] = Some(frame.add(item, 2 * ranks[node]));
        }
        let mut ends = Vec::new();
        for (index, edge) in sheet.network.edges.iter().enumerate() {
            if let (Some(from), Some(to)) = (item_of[edge.from], item_of[edge.to]) {
                ends.push((index, from, to));
            }
        }
        let span_max = frame.span_max(&ends);
        for (index, from, to) in ends {
            if from == to {
                frame.add_loop(sheet, from, index);
            } else {
                frame.add_chain(sheet, (from, to), (index, span_max));
            }
        }
        frame
    }

    /// How many rows an edge may span and still have a bend in each, so that there are not too many bends.
    fn span_max(&self, ends: &[(usize, usize, usize)]) -> usize {
        let span = |from: usize, to: usize| self.items[from].row.abs_diff(self.items[to].row);
        let mut spans: Vec<usize> = ends.iter().map(|(_, from, to)| span(*from, *to)).collect();
        spans.sort_unstable();
        let mut bends = 0;
        for span in spans {
            bends += span;
            if bends > BENDS_MAX {
                return span.saturating_sub(1).max(2);
            }
        }
        usize::MAX
    }

    /// Half the room across a row, and the whole room along, that a size takes.
    fn extents(&self, size: Size) -> (f64, f64) {
        if self.sideways {
            (size.height / 2.0, size.width)
        } else {
            (size.width / 2.0, size.height)
        }
    }

    fn add(&mut self, item: Item, row: usize) -> usize {
        let index = self.items.len();
        self.items.push(Item { row, ..item });
        self.rows[row].push(index);
        index
    }

    /// Makes room for an edge from a node to itself, at the far side of the node.
    fn add_loop(&mut self, sheet: &Sheet<'_>, item: usize, edge: usize) {
        let (half, thick) = self.extents(sheet.labels[edge].size);
        self.items[item].right += route::LOOP + 2.0 * half;
        self.items[item].thick = self.items[item].thick.max(thick);
        match self.loops.iter_mut().find(|(at, _)| *at == item) {
            Some((_, edges)) => edges.push(edge),
            None => self.loops.push((item, vec![edge])),
        }
    }

    /// Joins two nodes by a bend in every row between them; the label stands in the odd row nearest the middle.
    /// An edge that spans more than `span_max` rows has bends at its ends only.
    fn add_chain(
        &mut self,
        sheet: &Sheet<'_>,
        (from, to): (usize, usize),
        (edge, span_max): (usize, usize),
    ) {
        let reversed = self.items[from].row > self.items[to].row;
        let (upper, lower) = if reversed { (to, from) } else { (from, to) };
        let (first, last) = (self.items[upper].row, self.items[lower].row);
        let is_long = last - first > span_max;
        let label_row = if is_long { first + 1 } else { (first + (last - first) / 2) | 1 };
        let mut items = vec![upper];
        for row in first + 1..last {
            if is_long && row != first + 1 && row != last - 1 {
                continue;
            }
            let label = &sheet.labels[edge];
            let item = if row == label_row && !label.is_empty() {
                let (half, thick) = self.extents(label.size);
                Item { left: half, right: half, thick, is_label: true, ..Item::default() }
            } else {
                Item { left: 1.0, right: 1.0, ..Item::default() }
            };
            items.push(self.add(item, row));
        }
        items.push(lower);
        for pair in items.windows(2) {
            self.items[pair[0]].below.push(pair[1]);
            self.items[pair[1]].above.push(pair[0]);
        }
        self.chains.push(Chain { edge, items, reversed });
    }
}
