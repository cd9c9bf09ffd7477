//! What stands around a picture: heading, legend, captions.

use crate::error::{Lang, Text, plural, text};
use crate::graph::Line;

use super::super::model::{Body, Diagram, Edge, Network};
use super::super::style::{Color, Look};
use super::{Mark, Metrics, Point, SMALL_FONT, Scene, Size, Stroke, Type, lines_within};

/// The room around everything.
const MARGIN: f64 = 14.0;
/// The size of the heading's letters.
const TITLE_FONT: f64 = 15.0;
/// The narrowest picture, so that legend and captions have room.
const WIDTH_MIN: f64 = 330.0;
/// The height of a row of the legend.
const LEGEND_ROW: f64 = 20.0;
/// The size of a sample in the legend.
const SAMPLE: Size = Size { width: 30.0, height: 15.0 };

/// Puts the heading above a picture, and legend and captions below it.
pub(super) fn framed(diagram: &Diagram, picture: Scene, metrics: &Metrics) -> Scene {
    let mut scene = Scene::default();
    let width = picture.size.width.max(WIDTH_MIN);
    let mut y = MARGIN;
    if !diagram.title.is_empty() {
        // Bold letters are a little wider than those that were measured.
        for line in lines_within(&diagram.title, TITLE_FONT * 1.06, (width, 3), metrics) {
            let at = Point::new(MARGIN, y + TITLE_FONT * 0.6);
            scene.text(at, vec![line], Type::new(TITLE_FONT).left().bold());
            y += TITLE_FONT * 1.35;
        }
        y += 8.0;
    }
    let size = picture.size;
    scene.place(picture, Point::new(MARGIN + (width - size.width) / 2.0, y));
    y += size.height + 12.0;
    if let Body::Network(network) = &diagram.body {
        y = legend(&mut scene, &entries(network, diagram.lang), (width, y), metrics);
    }
    for caption in &diagram.captions {
        for line in lines_within(caption, SMALL_FONT, (width, 4), metrics) {
            let at = Point::new(MARGIN, y + SMALL_FONT * 0.7);
            scene.text(at, vec![line], Type::new(SMALL_FONT).left().color(Color::LINE));
            y += SMALL_FONT * 1.45;
        }
    }
    scene.size = Size { width: width + 2.0 * MARGIN, height: y + MARGIN * 0.6 };
    scene
}

/// One entry of the legend.
enum Sample {
    Node(Look),
    Edge {
        line: Line,
        inferred: bool,
        emphasis: bool,
    },
    /// Words alone.
    Words,
}

/// Draws the legend in as many rows as it needs; where it ends.
fn legend(
    scene: &mut Scene,
    entries: &[(Sample, String)],
    (width, top): (f64, f64),
    metrics: &Metrics,
) -> f64 {
    if entries.is_empty() {
        return top;
    }
    let (mut x, mut y) = (MARGIN, top);
    for (sample, words) in entries {
        let text = lines_within(words, SMALL_FONT, (width * 0.8, 1), metrics);
        let text_width = text.iter().map(|line| metrics.text(line)).sum::<f64>() * SMALL_FONT;
        let room = sample.room();
        let entry = room + text_width;
        if x > MARGIN && x + entry > MARGIN + width {
            (x, y) = (MARGIN, y + LEGEND_ROW);
        }
        let middle = Point::new(x + SAMPLE.width / 2.0, y + LEGEND_ROW / 2.0);
        scene.marks.extend(sample.mark(middle));
        let at = Point::new(x + room, middle.y);
        scene.text(at, text, Type::new(SMALL_FONT).left());
        x += entry + 18.0;
    }
    y + LEGEND_ROW + 4.0
}

impl Sample {
    /// The room it takes before its words.
    fn room(&self) -> f64 {
        if matches!(self, Self::Words) { 0.0 } else { SAMPLE.width + 6.0 }
    }

    fn mark(&self, middle: Point) -> Option<Mark> {
        Some(match *self {
            Self::Words => return None,
            Self::Node(look) => Mark::Shape { look, middle, size: SAMPLE, emphasis: false },
            Self::Edge { line, inferred, emphasis } => {
                let half = SAMPLE.width / 2.0;
                let from = Point::new(middle.x - half, middle.y);
                let to = Point::new(middle.x + half, middle.y);
                let color = if emphasis { Color::INK } else { Color::LINE };
                let stroke = Stroke { line, color, is_open: inferred, emphasis };
                let points = vec![from, from.towards(to, 0.3), from.towards(to, 0.7), to];
                Mark::Arrow { points, stroke }
            }
        })
    }
}

/// What the legend explains: the kinds of nodes, and lines that say more than that there is an edge.
fn entries(network: &Network, lang: Lang) -> Vec<(Sample, String)> {
    let mut entries: Vec<(Sample, String)> = network
        .legend()
        .into_iter()
        .map(|(kind, look)| (Sample::Node(look), kind.to_owned()))
        .collect();
    entries.extend(stated_lines(network, lang));
    let inferred = network.inferred_count();
    if inferred > 0 {
        let words = text!("inferred ({inferred})", "推定（{inferred}件）");
        let sample = Sample::Edge { line: Line::Dashed, inferred: true, emphasis: false };
        entries.push((sample, words.get(lang).to_owned()));
    }
    if network.edges.iter().any(|edge| edge.emphasis) {
        let words = text!("the path of this issue", "この課題の経路");
        let sample = Sample::Edge { line: Line::Solid, inferred: false, emphasis: true };
        entries.push((sample, words.get(lang).to_owned()));
    }
    entries.extend(common_words(network, lang).map(|words| (Sample::Words, words)));
    entries
}

/// The lines of what the source states, as many kinds as are drawn.
fn stated_lines(network: &Network, lang: Lang) -> Vec<(Sample, String)> {
    let stated = network.edges.iter().filter(|edge| !edge.inferred).map(Edge::drawn_line);
    let mut lines: Vec<Line> = Vec::new();
    for line in stated {
        // A bold line is a solid one, as far as what it says goes.
        let line = if line == Line::Bold { Line::Solid } else { line };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let words = text!("stated in the source", "出典に記載");
    let entry = |line| {
        let sample = Sample::Edge { line, inferred: false, emphasis: false };
        (sample, words.get(lang).to_owned())
    };
    lines.into_iter().map(entry).collect()
}

/// What edges without words are, where their text is said once; none where every edge carries its own.
pub(in super::super) fn common_words(network: &Network, lang: Lang) -> Option<String> {
    let (common, count) = network.common_text()?;
    let words = if count == network.edges.len() {
        text!("every arrow: {common}", "すべての矢印：{common}")
    } else {
        text!("arrows without words: {common}", "文字のない矢印：{common}")
    };
    Some(words.get(lang).to_owned())
}

/// How many nodes and edges there are, in words.
pub(in super::super) fn count_words(network: &Network, lang: Lang) -> String {
    let (nodes, edges) = (network.nodes.len(), network.edges.len());
    let inferred = network.inferred_count();
    let (s, t) = (plural(nodes == 1), plural(edges == 1));
    let words: Text = text!(
        "{nodes} node{s}, {edges} relationship{t}, {inferred} of them inferred.",
        "ノード{nodes}件、関係{edges}件（うち推定{inferred}件）。"
    );
    words.get(lang).to_owned()
}

/// What a dashed line means, in words.
pub(in super::super) fn dashed_words(lang: Lang) -> String {
    let words = text!("dashed, hollow arrow: inferred", "破線・白抜きの矢印：推定");
    words.get(lang).to_owned()
}
