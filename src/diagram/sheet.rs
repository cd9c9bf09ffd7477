//! A network with its text set: every box and label has its lines and its size before anything is placed.

use super::font::Metrics;
use super::model::{Edge, Network, Node};
use super::text::{self, Limits};
use crate::graph::Shape;

/// The size of the letters in boxes, in points.
pub(super) const NODE_FONT: f64 = 11.0;
/// The size of the letters beside edges, in points.
pub(super) const EDGE_FONT: f64 = 9.0;
/// The height of a line of text, in sizes of its letters.
pub(super) const LEADING: f64 = 1.3;

/// The size of the small line below the text of a box.
pub(super) const DETAIL_FONT: f64 = 8.5;

/// The text of a box.
const NODE_TEXT: Limits = Limits { width: 13.0, lines: 4 };
/// The small line below.
const DETAIL_TEXT: Limits = Limits { width: 16.0, lines: 2 };
/// The text beside an edge.
const EDGE_TEXT: Limits = Limits { width: 11.0, lines: 4 };

/// The smallest box.
const NODE_MIN: Size = Size { width: 60.0, height: 30.0 };

/// A width and a height, in points.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Size {
    /// How much something of this size must be shrunk to fit a page, upright or across; 1 where it fits.
    pub(super) fn scale_on(self, page: Self) -> f64 {
        let (width, height) = (self.width.max(1.0), self.height.max(1.0));
        let across = (page.width / width).min(page.height / height);
        let upright = (page.height / width).min(page.width / height);
        across.max(upright).min(1.0)
    }
}

/// Lines of text and the room they take.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Block {
    pub(super) lines: Vec<String>,
    pub(super) size: Size,
}

impl Block {
    /// Sets a text at a font size.
    pub(super) fn of(text: &str, font: f64, limits: Limits, metrics: &Metrics) -> Self {
        let lines = text::wrap(text, limits, metrics);
        let width = lines.iter().map(|line| metrics.text(line)).fold(0.0, f64::max) * font;
        #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
        let height = lines.len() as f64 * font * LEADING;
        Self { lines, size: Size { width, height } }
    }

    /// Whether there is no text.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// A network whose text is set.
#[derive(Debug)]
pub(super) struct Sheet<'d> {
    pub(super) network: &'d Network,
    /// The text of each node, and the size of its outline.
    pub(super) nodes: Vec<(Block, Size)>,
    /// The small line below the text of each node; empty where it has none.
    pub(super) details: Vec<Block>,
    /// The text of each edge; empty where it has none, or where the legend says it once.
    pub(super) labels: Vec<Block>,
}

impl<'d> Sheet<'d> {
    /// Sets the text of a network.
    pub(super) fn of(network: &'d Network, metrics: &Metrics) -> Self {
        let set_detail = |node: &Node| Block::of(&node.detail, DETAIL_FONT, DETAIL_TEXT, metrics);
        let set_node = |node: &Node| {
            let block = Block::of(&node.text, NODE_FONT, NODE_TEXT, metrics);
            let detail = set_detail(node);
            let width = block.size.width.max(detail.size.width);
            let height = block.size.height + detail.size.height;
            let outline = outline(node.look.shape, Size { width, height });
            (block, outline)
        };
        let common = network.common_text().map(|(text, _)| text);
        let set_edge = |edge: &Edge| {
            let own = if common == Some(edge.text.as_str()) { "" } else { &edge.text };
            Block::of(own, EDGE_FONT, EDGE_TEXT, metrics)
        };
        Self {
            network,
            nodes: network.nodes.iter().map(set_node).collect(),
            details: network.nodes.iter().map(set_detail).collect(),
            labels: network.edges.iter().map(set_edge).collect(),
        }
    }
}

/// The size of the outline that holds a text of this size.
pub(super) fn outline(shape: Shape, text: Size) -> Size {
    let Size { width, height } = text;
    let around = |w: f64, h: f64| Size { width: w, height: h };
    let size = match shape {
        Shape::Box | Shape::Rounded => around(width + 20.0, height + 14.0),
        Shape::Ellipse => around(width * 1.16 + 26.0, height * 1.3 + 16.0),
        Shape::Hexagon | Shape::Parallelogram => around(width + 40.0, height + 14.0),
        Shape::Octagon | Shape::Note => around(width + 26.0, height + 16.0),
        Shape::Cylinder => around(width + 20.0, height + 26.0),
        Shape::Diamond => around(width * 1.5 + 24.0, height * 2.0 + 18.0),
        Shape::Plain => around(width + 8.0, height + 4.0),
    };
    let (width, height) = (size.width.max(NODE_MIN.width), size.height.max(NODE_MIN.height));
    // Whole points, so that pictures do not differ in the last digit.
    Size { width: width.ceil(), height: height.ceil() }
}
