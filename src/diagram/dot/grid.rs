//! A grid as DOT.

use graphviz_rust::dot_structures::{Attribute, GraphAttributes, Stmt};

use super::super::font::Metrics;
use super::super::model::{Cell, Grid, Tone};
use super::super::style::Color;
use super::super::text::{self, Limits};
use super::{Quoted, edge, font, node, set, set_word, subgraph};

/// A grid as fixed boxes, row by row, held in columns by edges nobody sees.
pub(super) fn stmts(stmts: &mut Vec<Stmt>, grid: &Grid, metrics: &Metrics) {
    stmts.push(Stmt::GAttribute(GraphAttributes::Graph(vec![
        set_word("nodesep", "0.04"),
        set_word("ranksep", "0.04"),
        set_word("splines", "false"),
    ])));
    stmts.push(Stmt::GAttribute(GraphAttributes::Node(vec![
        font(),
        set("fontsize", Quoted::number(10.0)),
        set_word("shape", "box"),
        set_word("style", "filled"),
        set_word("fillcolor", "white"),
        set_word("color", "#7d8690"),
        set_word("fixedsize", "true"),
        set_word("width", "1.6"),
    ])));
    stmts.push(Stmt::GAttribute(GraphAttributes::Edge(vec![
        set_word("style", "invis"),
        set_word("weight", "100"),
    ])));
    let room = Limits { width: 10.5, lines: 3 };
    let set_lines = |parts: &[&String]| -> Vec<String> {
        parts.iter().flat_map(|part| text::wrap(&text::clean(part), room, metrics)).collect()
    };
    let head_fill = || set_word("fillcolor", "#e6ebf0");
    let mut table: Vec<Vec<(Vec<String>, Vec<Attribute>)>> = Vec::new();
    let corner = set_lines(&[&grid.corner[1], &grid.corner[0]]).join(" ＼ ");
    let mut heads = vec![(vec![corner], vec![head_fill()])];
    heads.extend(
        grid.columns.iter().map(|head| (set_lines(&[&head.text, &head.detail]), vec![head_fill()])),
    );
    table.push(heads);
    for row in &grid.rows {
        let mut cells = vec![(set_lines(&[&row.head.text, &row.head.detail]), vec![head_fill()])];
        cells.extend(row.cells.iter().map(|cell| {
            let mut parts = vec![&cell.mark];
            parts.extend(&cell.lines);
            (set_lines(&parts), cell_attributes(cell))
        }));
        table.push(cells);
    }
    let name = |row: usize, column: usize| format!("r{row}c{column}");
    for (row, cells) in table.iter().enumerate() {
        let lines = cells.iter().map(|(lines, _)| lines.len()).max().unwrap_or(1);
        #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
        let height = (lines as f64).mul_add(13.0, 16.0) / 72.0;
        let mut members = vec![Stmt::Attribute(set_word("rank", "same"))];
        for (column, (lines, attributes)) in cells.iter().enumerate() {
            let mut attributes = attributes.clone();
            attributes.push(set("label", Quoted::lines(lines)));
            attributes.push(set("height", Quoted::number(height)));
            attributes.push(set_word("group", &format!("c{column}")));
            members.push(node(&name(row, column), attributes));
            if column > 0 {
                members.push(edge(&name(row, column - 1), &name(row, column), Vec::new()));
            }
        }
        stmts.push(subgraph(&format!("row{row}"), members));
        if row > 0 {
            let down = (0..cells.len()).map(|c| edge(&name(row - 1, c), &name(row, c), Vec::new()));
            stmts.extend(down);
        }
    }
}

fn cell_attributes(cell: &Cell) -> Vec<Attribute> {
    match cell.tone {
        Tone::Plain => Vec::new(),
        Tone::Filled => vec![set_word("fillcolor", "#e6f2fb")],
        Tone::Missing => vec![
            set_word("style", "filled,dashed"),
            set_word("color", &Color::INK.to_string()),
            set_word("penwidth", "1.4"),
        ],
    }
}
