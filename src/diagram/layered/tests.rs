//! What every layout must keep, whatever the network.

use proptest::prelude::*;

use super::super::font::Metrics;
use super::super::geometry::{Placed, Point};
use super::super::model::{Band, Edge, Flow, Network, Node};
use super::super::sheet::{Sheet, Size};
use super::super::style::{Color, Look};
use super::layout;
use crate::graph::{Line, Shape};

const SHAPES: [Shape; 5] =
    [Shape::Rounded, Shape::Ellipse, Shape::Hexagon, Shape::Parallelogram, Shape::Diamond];
const WORDS: [&str; 3] = ["都", "医療的ケア児コーディネーターの育成", "社会資源の不足"];

fn network(nodes: usize, ends: &[(usize, usize)], bands: usize, flow: Flow) -> Network {
    let node = |index: usize| Node {
        key: format!("k{index}"),
        text: WORDS[index % WORDS.len()].to_owned(),
        detail: String::new(),
        kind: String::new(),
        look: Look { shape: SHAPES[index % SHAPES.len()], fill: Color::WHITE, border: Line::Solid },
        band: (bands > 0).then(|| index % bands.max(1)),
        emphasis: false,
    };
    let edge = |(index, (from, to)): (usize, &(usize, usize))| Edge {
        from: from % nodes,
        to: to % nodes,
        text: ["", "対応", "上申：都への意見要望・課題提起"][index % 3].to_owned(),
        line: Line::Solid,
        color: Color::LINE,
        inferred: false,
        emphasis: false,
    };
    let band = |index: usize| Band { key: format!("b{index}"), caption: String::new() };
    Network {
        nodes: (0..nodes).map(node).collect(),
        edges: ends.iter().enumerate().map(edge).collect(),
        bands: (0..bands).map(band).collect(),
        flow,
    }
}

/// A box by its middle, made smaller so that touching is not overlapping.
fn holds(middle: Point, size: Size, point: Point) -> bool {
    (point.x - middle.x).abs() < size.width / 2.0 - 0.6
        && (point.y - middle.y).abs() < size.height / 2.0 - 0.6
}

fn overlap(a: (Point, Size), b: (Point, Size)) -> bool {
    let size = Size { width: a.1.width + b.1.width, height: a.1.height + b.1.height };
    holds(a.0, size, b.0)
}

/// Points along the way of an edge.
fn samples(points: &[Point]) -> Vec<Point> {
    let mut samples = Vec::new();
    for curve in points.windows(4).step_by(3) {
        for step in 0..=16 {
            let t = f64::from(step) / 16.0;
            let mix = |a: Point, b: Point| a.towards(b, t);
            let (ab, bc, cd) =
                (mix(curve[0], curve[1]), mix(curve[1], curve[2]), mix(curve[2], curve[3]));
            samples.push(mix(mix(ab, bc), mix(bc, cd)));
        }
    }
    samples
}

fn check(network: &Network) {
    let sheet = Sheet::of(network, &Metrics::table());
    let placed: Placed = layout(&sheet);
    assert_eq!(placed, layout(&sheet), "the same network has the same layout");
    let mut boxes: Vec<(Point, Size)> =
        placed.nodes.iter().copied().zip(sheet.nodes.iter().map(|node| node.1)).collect();
    let nodes = boxes.len();
    for (edge, route) in network.edges.iter().zip(&placed.routes) {
        assert!(route.points.len() % 3 == 1 && route.points.len() > 3, "every edge is drawn");
        for point in samples(&route.points) {
            assert!(point.x.is_finite() && point.y.is_finite());
            for (index, (middle, size)) in boxes[..nodes].iter().enumerate() {
                let is_end = index == edge.from || index == edge.to;
                assert!(is_end || !holds(*middle, *size, point), "edge through box {index}");
            }
        }
        let start = (boxes[edge.from].0, sheet.nodes[edge.from].1);
        let first = route.points[0];
        let near = |by: f64, half: f64| by.abs() <= half + 0.1;
        assert!(
            near(first.x - start.0.x, start.1.width / 2.0)
                && near(first.y - start.0.y, start.1.height / 2.0),
            "an edge starts at its node"
        );
    }
    let labels = placed.routes.iter().zip(&sheet.labels);
    boxes.extend(labels.filter_map(|(route, label)| Some((route.label?, label.size))));
    for (index, a) in boxes.iter().enumerate() {
        for b in &boxes[index + 1..] {
            assert!(!overlap(*a, *b), "boxes and labels overlap: {a:?} {b:?}");
        }
        let (Point { x, y }, Size { width, height }) = *a;
        assert!(x - width / 2.0 > -0.1 && x + width / 2.0 < placed.size.width + 0.1);
        assert!(y - height / 2.0 > -0.1 && y + height / 2.0 < placed.size.height + 0.1);
    }
    let named = network.edges.iter().filter(|edge| !edge.text.is_empty()).count();
    assert_eq!(boxes.len() - nodes, named, "every label has its place");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn nothing_overlaps_and_edges_keep_clear_of_boxes(
        nodes in 1usize..14,
        ends in prop::collection::vec((0usize..14, 0usize..14), 0..24),
        bands in 0usize..4,
        flow in prop::sample::select(vec![Flow::Fit, Flow::Right, Flow::Down, Flow::Up]),
    ) {
        let flow = if bands > 0 { Flow::Up } else { flow };
        check(&network(nodes, &ends, bands, flow));
    }
}

#[test]
fn cycles_loops_and_parallel_edges_are_drawn() {
    check(&network(1, &[], 0, Flow::Fit));
    check(&network(1, &[(0, 0), (0, 0), (0, 0)], 0, Flow::Right));
    check(&network(2, &[(0, 1), (1, 0), (0, 1), (1, 1)], 0, Flow::Down));
    check(&network(5, &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)], 0, Flow::Fit));
}

#[test]
fn bands_stand_above_each_other_in_their_order() {
    let network = network(9, &[(0, 1), (1, 2), (3, 0), (0, 8), (5, 3), (6, 3)], 3, Flow::Up);
    let sheet = Sheet::of(&network, &Metrics::table());
    let placed = layout(&sheet);
    let y = |band: usize| {
        let members = network.nodes.iter().enumerate().filter(move |(_, n)| n.band == Some(band));
        members.map(|(index, _)| placed.nodes[index].y)
    };
    for band in 0..2 {
        let lower = y(band).fold(f64::INFINITY, f64::min);
        let upper = y(band + 1).fold(f64::NEG_INFINITY, f64::max);
        assert!(upper < lower, "band {band}");
    }
}

#[test]
fn the_longest_picture_is_laid_out_without_a_bend_for_every_row() {
    let mut ends: Vec<(usize, usize)> = (0..999).map(|index| (index, index + 1)).collect();
    ends.extend((0..500).map(|index| (index, 999 - index / 2)));
    let network = network(1_000, &ends, 0, Flow::Down);
    let placed = layout(&Sheet::of(&network, &Metrics::table()));
    let points: usize = placed.routes.iter().map(|route| route.points.len()).sum();
    assert!(points < 300_000, "{points}");
}
