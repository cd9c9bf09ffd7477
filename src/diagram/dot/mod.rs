//! DOT: a diagram as text that Graphviz and other tools read.
//!
//! The structures and the printer of `graphviz-rust` escape nothing, so [`Quoted`] stands in front of them: nothing else here makes an
//! `Id`. Three forms are written: one with all words, for people; one with sizes only, for the layout; and one that
//! is a finished drawing, for PNG.

mod grid;
mod painted;

pub(super) use painted::painted;

use graphviz_rust::dot_structures::{
    Attribute, Edge as DotEdge, EdgeTy, Graph, GraphAttributes, Id, Node as DotNode, NodeId, Stmt,
    Subgraph, Vertex,
};
use graphviz_rust::printer::{DotPrinter, PrinterContext};

use crate::graph::{Line, Shape};

use super::font::{Metrics, STACK};
use super::graphviz::is_drawn_by_forces;
use super::layered;
use super::model::{Body, Diagram, Edge, Flow, Network};
use super::scene;
use super::sheet::{Block, EDGE_FONT, NODE_FONT, Sheet, Size, outline};
use super::style::{Color, Look};
use super::text::{self, Limits};

/// An identifier or value of DOT, quoted so that it can be nothing else.
pub(super) struct Quoted(Id);

impl Quoted {
    /// One word: the name of a node or attribute, or a value.
    pub(super) fn word(word: &str) -> Self {
        Self::lines(&[word])
    }

    /// Lines of text, one below the other around a middle.
    pub(super) fn lines<S: AsRef<str>>(lines: &[S]) -> Self {
        let lines: Vec<String> = lines.iter().map(|line| escaped(line.as_ref())).collect();
        Self(Id::Escaped(format!("\"{}\"", lines.join("\\n"))))
    }

    /// Lines of text that all start at the left.
    fn left<S: AsRef<str>>(lines: &[S]) -> Self {
        let lines: String = lines.iter().map(|line| escaped(line.as_ref()) + "\\l").collect();
        Self(Id::Escaped(format!("\"{lines}\"")))
    }

    /// A drawing; what it holds is only made in `painted`.
    fn drawing(drawing: &painted::Drawing) -> Self {
        Self(Id::Escaped(format!("\"{}\"", drawing.quoted())))
    }

    fn number(number: f64) -> Self {
        Self::word(&format!("{}", (number * 1000.0).round() / 1000.0))
    }

    /// An empty label of an exact size, in points.
    fn room(size: Size) -> Self {
        let (width, height) = (size.width.ceil().max(1.0), size.height.ceil().max(1.0));
        Self(Id::Html(format!(
            "<<TABLE BORDER=\"0\" CELLBORDER=\"0\" CELLPADDING=\"0\" CELLSPACING=\"0\" FIXEDSIZE=\"TRUE\" \
             WIDTH=\"{width}\" HEIGHT=\"{height}\"><TR><TD></TD></TR></TABLE>>"
        )))
    }
}

/// One line as it stands between quotes. Letters that mean something to Graphviz (`"`, `\`, `&`) are escaped, so that `\N` and `&lt;`
/// stay what they are; control characters are left out.
fn escaped(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    for letter in line.chars() {
        match letter {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '&' => escaped.push_str("&amp;"),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// One attribute.
fn set(name: &str, value: Quoted) -> Attribute {
    Attribute(Quoted::word(name).0, value.0)
}

/// One attribute whose value is a word of ours.
fn set_word(name: &str, value: &str) -> Attribute {
    set(name, Quoted::word(value))
}

fn node(name: &str, attributes: Vec<Attribute>) -> Stmt {
    Stmt::Node(DotNode { id: NodeId(Quoted::word(name).0, None), attributes })
}

fn edge(from: &str, to: &str, attributes: Vec<Attribute>) -> Stmt {
    let end = |name: &str| Vertex::N(NodeId(Quoted::word(name).0, None));
    Stmt::Edge(DotEdge { ty: EdgeTy::Pair(end(from), end(to)), attributes })
}

fn subgraph(name: &str, stmts: Vec<Stmt>) -> Stmt {
    Stmt::Subgraph(Subgraph { id: Quoted::word(name).0, stmts })
}

fn print(stmts: Vec<Stmt>) -> String {
    let graph = Graph::DiGraph { id: Quoted::word("kadai").0, strict: false, stmts };
    let mut printed = graph.print(&mut PrinterContext::default());
    printed.push('\n');
    printed
}

/// The fonts, as Graphviz hands them on.
fn font() -> Attribute {
    set_word("fontname", &STACK.join(", "))
}

impl Diagram {
    /// The diagram as DOT, with all its words and with sizes that fit them.
    #[must_use]
    pub fn to_dot(&self) -> String {
        let metrics = Metrics::installed();
        let mut heading = text::wrap(&text::clean(&self.title), HEADING, metrics);
        for caption in &self.captions {
            heading.extend(text::wrap(&text::clean(caption), HEADING, metrics));
        }
        let mut stmts = vec![Stmt::GAttribute(GraphAttributes::Graph(vec![
            set_word("charset", "UTF-8"),
            set_word("bgcolor", "white"),
            set_word("pad", "0.2"),
            font(),
            set("fontsize", Quoted::number(12.0)),
            set("label", Quoted::left(&heading)),
            set_word("labelloc", "t"),
            set_word("labeljust", "l"),
        ]))];
        match &self.body {
            Body::Network(network) => network_stmts(&mut stmts, &Sheet::of(network, metrics), self),
            Body::Grid(grid) => grid::stmts(&mut stmts, grid, metrics),
        }
        print(stmts)
    }
}

/// Heading and captions.
const HEADING: Limits = Limits { width: 50.0, lines: 3 };

/// The words of the legend.
const LEGEND: Limits = Limits { width: 13.0, lines: 2 };

/// A network as DOT without a single word of data: nodes are `n0`, `n1`, …, edges have ids `e0`, `e1`, …, labels are empty rooms.
///
/// Its edges lead right (`sideways`) or down; in bands they lead as the bands do.
pub(super) fn layout_only(sheet: &Sheet<'_>, sideways: bool) -> String {
    let network = sheet.network;
    let mut stmts = vec![layout_attributes(sheet, sideways)];
    stmts.push(Stmt::GAttribute(GraphAttributes::Node(vec![
        set_word("label", ""),
        set_word("fixedsize", "true"),
    ])));
    stmts.push(Stmt::GAttribute(GraphAttributes::Edge(vec![set_word("arrowhead", "none")])));
    let name = |index: usize| format!("n{index}");
    for (index, (of, (_, size))) in network.nodes.iter().zip(&sheet.nodes).enumerate() {
        let outline = match of.look.shape {
            Shape::Ellipse => "ellipse",
            Shape::Diamond => "diamond",
            Shape::Box
            | Shape::Rounded
            | Shape::Hexagon
            | Shape::Octagon
            | Shape::Parallelogram
            | Shape::Cylinder
            | Shape::Note
            | Shape::Plain => "box",
        };
        let mut attributes = size_attributes(*size);
        attributes.push(set_word("shape", outline));
        stmts.push(node(&name(index), attributes));
    }
    stmts.extend(rows(sheet, name));
    for (index, (of, label)) in network.edges.iter().zip(&sheet.labels).enumerate() {
        let mut attributes = vec![set_word("id", &format!("e{index}"))];
        if !label.is_empty() {
            // The line shows before and after the label that will stand on it.
            let (before, beside) = if sideways { (28.0, 2.0) } else { (8.0, 14.0) };
            let size =
                Size { width: label.size.width + before, height: label.size.height + beside };
            attributes.push(set("label", Quoted::room(size)));
        }
        stmts.push(edge(&name(of.from), &name(of.to), attributes));
    }
    print(stmts)
}

/// What decides where things go; the same in both forms.
fn layout_attributes(sheet: &Sheet<'_>, sideways: bool) -> Stmt {
    let direction = match sheet.network.flow {
        Flow::Up => "BT",
        Flow::Right | Flow::Down | Flow::Fit if sideways => "LR",
        Flow::Right | Flow::Down | Flow::Fit => "TB",
    };
    Stmt::GAttribute(GraphAttributes::Graph(vec![
        set_word("rankdir", direction),
        set_word("newrank", "true"),
        set_word("nodesep", "0.32"),
        set_word("ranksep", "0.42"),
        // Curves around boxes take minutes where forces place them.
        set_word("splines", if is_drawn_by_forces(sheet.network) { "line" } else { "true" }),
        // For the engine that draws large networks by forces.
        set_word("overlap", "prism"),
        set_word("sep", "+10"),
        set_word("outputorder", "edgesfirst"),
    ]))
}

fn size_attributes(size: Size) -> Vec<Attribute> {
    vec![
        set("width", Quoted::number(size.width / 72.0)),
        set("height", Quoted::number(size.height / 72.0)),
    ]
}

/// Where there are bands, the rows of the built-in layout: one invisible anchor a row, joined into a spine.
fn rows(sheet: &Sheet<'_>, name: impl Fn(usize) -> String) -> Vec<Stmt> {
    if sheet.network.bands.is_empty() {
        return Vec::new();
    }
    let ranks = layered::ranks(sheet);
    let count = ranks.iter().max().map_or(0, |max| max + 1);
    let mut stmts = Vec::new();
    // A dot is in no key of a node, so these names are nobody else's.
    let anchor = |row: usize| format!("row.{row}");
    for row in 0..count {
        let invisible = vec![
            set_word("style", "invis"),
            set_word("label", ""),
            set_word("width", "0.01"),
            set_word("height", "0.01"),
        ];
        let mut members =
            vec![Stmt::Attribute(set_word("rank", "same")), node(&anchor(row), invisible)];
        let here = ranks.iter().enumerate().filter(|(_, rank)| **rank == row);
        members.extend(here.map(|(index, _)| node(&name(index), Vec::new())));
        stmts.push(subgraph(&format!("same.{row}"), members));
    }
    for row in 1..count {
        let spine = vec![set_word("style", "invis"), set_word("weight", "9")];
        stmts.push(edge(&anchor(row - 1), &anchor(row), spine));
    }
    stmts
}

fn network_stmts(stmts: &mut Vec<Stmt>, sheet: &Sheet<'_>, diagram: &Diagram) {
    let network = sheet.network;
    stmts.push(layout_attributes(sheet, layered::reads_sideways(sheet)));
    stmts.push(Stmt::GAttribute(GraphAttributes::Node(vec![
        font(),
        set("fontsize", Quoted::number(NODE_FONT)),
        set_word("fixedsize", "true"),
    ])));
    stmts.push(Stmt::GAttribute(GraphAttributes::Edge(vec![
        font(),
        set("fontsize", Quoted::number(EDGE_FONT)),
        set("fontcolor", Quoted::word(&Color::LINE.to_string())),
        set_word("arrowsize", "0.75"),
    ])));
    let draw = |index: usize| {
        let (of, (block, size)) = (&network.nodes[index], &sheet.nodes[index]);
        let mut attributes = look_attributes(of.look, of.emphasis);
        let lines = [&block.lines[..], &sheet.details[index].lines].concat();
        attributes.insert(0, set("label", Quoted::lines(&lines)));
        attributes.extend(size_attributes(roomy(of.look.shape, *size)));
        attributes.push(set("tooltip", Quoted::word(&of.tooltip())));
        node(&of.key, attributes)
    };
    if network.bands.is_empty() {
        stmts.extend((0..network.nodes.len()).map(draw));
    }
    for (index, band) in network.bands.iter().enumerate() {
        let mut inner = vec![
            Stmt::Attribute(set("label", Quoted::word(&band.caption))),
            Stmt::Attribute(set_word("labeljust", "l")),
            Stmt::Attribute(set_word("style", "filled")),
            Stmt::Attribute(set_word("fillcolor", "#f4f6f8")),
            Stmt::Attribute(set_word("color", "#9aa3ad")),
            Stmt::Attribute(set_word("margin", "12")),
        ];
        let members =
            (0..network.nodes.len()).filter(|node| network.nodes[*node].band == Some(index));
        inner.extend(members.map(draw));
        stmts.push(subgraph(&format!("cluster_{}", band.key), inner));
    }
    stmts.extend(rows(sheet, |index| network.nodes[index].key.clone()));
    for (of, label) in network.edges.iter().zip(&sheet.labels) {
        let (from, to) = (&network.nodes[of.from].key, &network.nodes[of.to].key);
        stmts.push(edge(from, to, edge_attributes(of, label)));
    }
    legend(stmts, network, diagram);
}

/// The size of an outline as Graphviz draws it: it cuts the corners of some shapes deeper, in proportion to their width.
fn roomy(shape: Shape, size: Size) -> Size {
    let factor = match shape {
        Shape::Hexagon | Shape::Octagon => 1.2,
        Shape::Parallelogram => 1.15,
        Shape::Box
        | Shape::Rounded
        | Shape::Ellipse
        | Shape::Cylinder
        | Shape::Note
        | Shape::Diamond
        | Shape::Plain => 1.0,
    };
    Size { width: size.width * factor, ..size }
}

fn look_attributes(look: Look, emphasis: bool) -> Vec<Attribute> {
    let shape = match look.shape {
        Shape::Box | Shape::Rounded => "box",
        Shape::Ellipse => "ellipse",
        Shape::Hexagon => "hexagon",
        Shape::Octagon => "octagon",
        Shape::Parallelogram => "parallelogram",
        Shape::Cylinder => "cylinder",
        Shape::Note => "note",
        Shape::Diamond => "diamond",
        Shape::Plain => "plaintext",
    };
    let mut styles = Vec::new();
    if look.shape != Shape::Plain {
        styles.push("filled");
    }
    if look.shape == Shape::Rounded {
        styles.push("rounded");
    }
    styles.extend(match look.border {
        Line::Solid | Line::Bold => None,
        Line::Dashed => Some("dashed"),
        Line::Dotted => Some("dotted"),
    });
    let width = scene::outline_width(look, emphasis);
    vec![
        set_word("shape", shape),
        set_word("style", &styles.join(",")),
        set_word("fillcolor", &look.fill.to_string()),
        set_word("color", &Color::INK.to_string()),
        set_word("fontcolor", &look.fill.text().to_string()),
        set("penwidth", Quoted::number(width)),
    ]
}

fn edge_attributes(of: &Edge, label: &Block) -> Vec<Attribute> {
    let color = if of.emphasis { Color::INK } else { of.color };
    let line = of.drawn_line();
    let style = match line {
        Line::Solid | Line::Bold => "solid",
        Line::Dashed => "dashed",
        Line::Dotted => "dotted",
    };
    let width = match (of.emphasis, line) {
        (true, _) => "2.6",
        (false, Line::Bold) => "2",
        (false, Line::Solid | Line::Dashed | Line::Dotted) => "1.1",
    };
    let mut attributes = vec![
        set_word("style", style),
        set_word("color", &color.to_string()),
        set_word("penwidth", width),
        set_word("arrowhead", if of.inferred { "empty" } else { "normal" }),
    ];
    if !label.is_empty() {
        // A space on both sides keeps the text off the line.
        let lines: Vec<String> = label.lines.iter().map(|line| format!(" {line} ")).collect();
        attributes.push(set("label", Quoted::lines(&lines)));
    }
    attributes
}

/// The kinds of nodes, and what a dashed line means, as nodes of a cluster of their own.
fn legend(stmts: &mut Vec<Stmt>, network: &Network, diagram: &Diagram) {
    let mut inner =
        vec![Stmt::Attribute(set_word("label", "")), Stmt::Attribute(set_word("style", "invis"))];
    let small = |lines: &[String]| {
        vec![set("label", Quoted::lines(lines)), set("fontsize", Quoted::number(EDGE_FONT))]
    };
    for (index, (kind, look)) in network.legend().into_iter().enumerate() {
        let block = Block::of(kind, EDGE_FONT, LEGEND, Metrics::installed());
        let mut attributes = look_attributes(look, false);
        attributes.extend(small(&block.lines));
        attributes.extend(size_attributes(roomy(look.shape, outline(look.shape, block.size))));
        inner.push(node(&format!("legend.{index}"), attributes));
    }
    let mut words = vec![scene::count_words(network, diagram.lang)];
    if network.inferred_count() > 0 {
        words.push(scene::dashed_words(diagram.lang));
    }
    words.extend(scene::common_words(network, diagram.lang));
    let width = words.iter().map(|line| Metrics::installed().text(line)).fold(0.0, f64::max);
    let mut attributes = small(&words);
    attributes.push(set_word("shape", "plaintext"));
    attributes.extend(size_attributes(Size { width: width * EDGE_FONT + 12.0, height: 44.0 }));
    inner.push(node("legend.words", attributes));
    stmts.push(subgraph("cluster_legend", inner));
}
