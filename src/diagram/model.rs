//! What a diagram is made of, before anything is measured or placed.

use indexmap::IndexMap;

use crate::error::{Lang, Text};
use crate::graph::Line;

use super::style::{Color, Look};

/// The fewest edges of one text of which that text is said once.
const COMMON_MIN: usize = 4;

/// A picture to be drawn: a network or a grid, with the words around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagram {
    /// The heading; nothing is drawn where it is empty.
    pub title: String,
    /// The picture itself.
    pub body: Body,
    /// Lines below the picture: what it rests on, how to read it.
    pub captions: Vec<String>,
    /// The language of the words that are not data.
    pub lang: Lang,
    /// What the person who asked for the picture should know; not drawn.
    pub notes: Vec<Text>,
}

/// What a diagram shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Nodes and edges, placed by a layout.
    Network(Network),
    /// A table-like matrix.
    Grid(Grid),
}

/// Nodes and the edges between them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// The nodes; their keys are unique.
    pub nodes: Vec<Node>,
    /// The edges; their ends are indexes into `nodes`.
    pub edges: Vec<Edge>,
    /// Lanes across the picture, in the order of `flow`; where there are any, every node stands in one.
    pub bands: Vec<Band>,
    /// Where edges lead.
    pub flow: Flow,
}

/// The direction in which edges lead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flow {
    /// Right or down, whichever fills an A4 page better.
    #[default]
    Fit,
    /// From left to right.
    Right,
    /// From top to bottom.
    Down,
    /// From bottom to top.
    Up,
}

/// One node of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// A short name, unique in the diagram and made of letters, digits, `-` and `_` only.
    pub key: String,
    /// The text shown, in one line; it is wrapped when it is measured.
    pub text: String,
    /// A smaller line below, which tells it from others that are called the same; none where it is empty.
    pub detail: String,
    /// What readers call its kind, shown in the legend.
    pub kind: String,
    /// How it is drawn.
    pub look: Look,
    /// The band it stands in, by index.
    pub band: Option<usize>,
    /// Whether it is on the path the picture is about.
    pub emphasis: bool,
}

impl Node {
    /// What a reader sees who points at it: the whole text, which the box may have cut.
    pub(super) fn tooltip(&self) -> String {
        let Self { kind, text, detail, .. } = self;
        let (colon, space) = (["", ": "], ["", " "]);
        let colon = colon[usize::from(!kind.is_empty())];
        let space = space[usize::from(!detail.is_empty())];
        format!("{kind}{colon}{text}{space}{detail}")
    }
}

/// One edge of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// The node it starts from, by index.
    pub from: usize,
    /// The node it leads to, by index.
    pub to: usize,
    /// The text beside it, in one line; none where it is empty.
    pub text: String,
    /// Its line, as the schema says.
    pub line: Line,
    /// Its colour.
    pub color: Color,
    /// Whether a reader of the source decided it, and the source does not state it.
    pub inferred: bool,
    /// Whether it is on the path the picture is about.
    pub emphasis: bool,
}

impl Edge {
    /// The line it is drawn with: what is inferred is dashed, and nothing else is.
    #[must_use]
    pub fn drawn_line(&self) -> Line {
        match (self.inferred, self.line) {
            (true, _) => Line::Dashed,
            (false, Line::Dashed) => Line::Dotted,
            (false, line @ (Line::Solid | Line::Dotted | Line::Bold)) => line,
        }
    }
}

/// A lane across the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// A short name, unique among the bands and stable between runs.
    pub key: String,
    /// The words at its edge.
    pub caption: String,
}

/// A matrix with a head for every column and row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// What rows and columns are, for the corner: rows, then columns.
    pub corner: [String; 2],
    /// The heads of the columns.
    pub columns: Vec<Head>,
    /// The rows; each has one cell a column.
    pub rows: Vec<GridRow>,
}

/// The head of a column or row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// Its name.
    pub text: String,
    /// A line of smaller print below; none where it is empty.
    pub detail: String,
}

/// One row of a grid.
#[derive(Clone, Debug, PartialEq)]
pub struct GridRow {
    /// Its head.
    pub head: Head,
    /// Its cells, one a column.
    pub cells: Vec<Cell>,
}

/// One cell of a grid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// The mark shown large; none where it is empty.
    pub mark: String,
    /// Smaller lines below.
    pub lines: Vec<String>,
    /// How it is set off.
    pub tone: Tone,
}

/// How a cell is set off from its neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// White, thin outline.
    #[default]
    Plain,
    /// Lightly filled: there is something.
    Filled,
    /// White with a dashed outline: there is nothing where something could be.
    Missing,
}

impl Network {
    /// How many edges are inferred.
    #[must_use]
    pub fn inferred_count(&self) -> usize {
        self.edges.iter().filter(|edge| edge.inferred).count()
    }

    /// The text that most edges carry and its count, where it would stand beside so many that it is better said once.
    #[must_use]
    pub fn common_text(&self) -> Option<(&str, usize)> {
        let mut counts: IndexMap<&str, usize> = IndexMap::new();
        for edge in self.edges.iter().filter(|edge| !edge.text.is_empty()) {
            *counts.entry(edge.text.as_str()).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|(_, count)| *count)?;
        let is_common = most.1 >= COMMON_MIN && most.1 * 3 >= self.edges.len() * 2;
        is_common.then_some(most)
    }

    /// The kinds of the nodes with how they are drawn, in order of first use; one name can have several looks.
    #[must_use]
    pub fn legend(&self) -> Vec<(&str, Look)> {
        let mut legend: Vec<(&str, Look)> = Vec::new();
        for node in &self.nodes {
            let entry = (node.kind.as_str(), node.look);
            if !entry.0.is_empty() && !legend.contains(&entry) {
                legend.push(entry);
            }
        }
        legend
    }
}
