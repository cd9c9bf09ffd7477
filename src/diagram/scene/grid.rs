//! A grid: heads along two sides, a mark and a few small lines in each cell.

use crate::error::{Lang, plural, text};
use crate::graph::Line;

use super::super::model::{Cell, Grid, Head, Tone};
use super::super::sheet::{LEADING, NODE_FONT, Size};
use super::super::style::Color;
use super::{Border, Mark, Metrics, Point, SMALL_FONT, Scene, Type, lines_within};

/// The width of a column.
const COLUMN: f64 = 108.0;
/// The width of the heads of rows.
const ROW_HEAD: f64 = 84.0;
/// The size of marks.
const MARK_FONT: f64 = 20.0;
/// The room between the border of a cell and its text.
const PAD: f64 = 7.0;

const HEAD_GROUND: Color = Color(0xe6, 0xeb, 0xf0);
const FILLED_GROUND: Color = Color(0xe6, 0xf2, 0xfb);
const RULE: Color = Color(0x7d, 0x86, 0x90);

/// A head whose text is set.
struct SetHead {
    text: Vec<String>,
    detail: Vec<String>,
}

impl SetHead {
    fn of(head: &Head, width: f64, metrics: &Metrics) -> Self {
        let room = width - 2.0 * PAD;
        Self {
            text: lines_within(&head.text, NODE_FONT, (room, 3), metrics),
            detail: lines_within(&head.detail, SMALL_FONT, (room, 4), metrics),
        }
    }

    fn height(&self) -> f64 {
        lines_height(self.text.len(), NODE_FONT) + lines_height(self.detail.len(), SMALL_FONT)
    }

    fn draw(self, scene: &mut Scene, middle: Point) {
        let top = middle.y - self.height() / 2.0;
        let text_height = lines_height(self.text.len(), NODE_FONT);
        let detail_height = lines_height(self.detail.len(), SMALL_FONT);
        let at = Point::new(middle.x, top + text_height / 2.0);
        scene.text(at, self.text, Type::new(NODE_FONT).bold());
        let at = Point::new(middle.x, top + text_height + detail_height / 2.0);
        scene.text(at, self.detail, Type::new(SMALL_FONT).color(Color::LINE));
    }
}

#[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
fn lines_height(lines: usize, font: f64) -> f64 {
    lines as f64 * font * LEADING
}

/// The picture of a grid.
pub(super) fn picture(grid: &Grid, metrics: &Metrics) -> Scene {
    let mut scene = Scene::default();
    let heads: Vec<SetHead> =
        grid.columns.iter().map(|head| SetHead::of(head, COLUMN, metrics)).collect();
    let head_height = heads.iter().map(SetHead::height).fold(30.0, f64::max) + 2.0 * PAD;
    corner(&mut scene, grid, head_height, metrics);
    let mut x = ROW_HEAD;
    for head in heads {
        boxed(&mut scene, (x, 0.0), (COLUMN, head_height), HEAD_GROUND);
        head.draw(&mut scene, Point::new(x + COLUMN / 2.0, head_height / 2.0));
        x += COLUMN;
    }
    let mut y = head_height;
    for row in &grid.rows {
        let head = SetHead::of(&row.head, ROW_HEAD, metrics);
        let cells: Vec<(&Cell, Vec<String>)> =
            row.cells.iter().map(|cell| (cell, set_cell(cell, metrics))).collect();
        let tallest = cells.iter().map(|(cell, lines)| cell_height(cell, lines));
        let height = tallest.fold(head.height(), f64::max) + 2.0 * PAD;
        boxed(&mut scene, (0.0, y), (ROW_HEAD, height), HEAD_GROUND);
        head.draw(&mut scene, Point::new(ROW_HEAD / 2.0, y + height / 2.0));
        let mut x = ROW_HEAD;
        for (cell, lines) in cells {
            draw_cell(&mut scene, cell, lines, ((x, y), (COLUMN, height)));
            x += COLUMN;
        }
        y += height;
    }
    scene.size = Size { width: x, height: y };
    scene
}

/// The corner says what rows and columns are, on both sides of a diagonal.
fn corner(scene: &mut Scene, grid: &Grid, height: f64, metrics: &Metrics) {
    boxed(scene, (0.0, 0.0), (ROW_HEAD, height), HEAD_GROUND);
    let (from, to) = (Point::default(), Point::new(ROW_HEAD, height));
    scene.marks.push(Mark::Rule { from, to, color: RULE });
    let [rows, columns] = &grid.corner;
    let at = [
        (rows, Point::new(ROW_HEAD * 0.28, height * 0.76)),
        (columns, Point::new(ROW_HEAD * 0.72, height * 0.24)),
    ];
    for (text, at) in at {
        let lines = lines_within(text, SMALL_FONT, (ROW_HEAD / 2.0, 1), metrics);
        scene.text(at, lines, Type::new(SMALL_FONT));
    }
}

fn set_cell(cell: &Cell, metrics: &Metrics) -> Vec<String> {
    let lines = cell.lines.iter();
    lines
        .flat_map(|line| lines_within(line, SMALL_FONT, (COLUMN - 2.0 * PAD, 2), metrics))
        .collect()
}

fn cell_height(cell: &Cell, lines: &[String]) -> f64 {
    let mark = if cell.mark.is_empty() { 0.0 } else { MARK_FONT * LEADING };
    mark + lines_height(lines.len(), SMALL_FONT)
}

fn draw_cell(
    scene: &mut Scene,
    cell: &Cell,
    lines: Vec<String>,
    ((x, y), (width, height)): ((f64, f64), (f64, f64)),
) {
    let ground = if cell.tone == Tone::Filled { FILLED_GROUND } else { Color::WHITE };
    boxed(scene, (x, y), (width, height), ground);
    if cell.tone == Tone::Missing {
        let border = Border { color: Color::INK, width: 1.2, line: Line::Dashed };
        let size = Size { width: width - 6.0, height: height - 6.0 };
        scene.rect(Point::new(x + 3.0, y + 3.0), size, None, Some(border));
    }
    let middle = x + width / 2.0;
    let mut top = y + (height - cell_height(cell, &lines)) / 2.0;
    if !cell.mark.is_empty() {
        let at = Point::new(middle, top + MARK_FONT * LEADING / 2.0);
        scene.text(at, vec![cell.mark.clone()], Type::new(MARK_FONT));
        top += MARK_FONT * LEADING;
    }
    let at = Point::new(middle, top + lines_height(lines.len(), SMALL_FONT) / 2.0);
    scene.text(at, lines, Type::new(SMALL_FONT));
}

fn boxed(scene: &mut Scene, (x, y): (f64, f64), (width, height): (f64, f64), fill: Color) {
    let border = Border { color: RULE, width: 0.8, line: Line::Solid };
    scene.rect(Point::new(x, y), Size { width, height }, Some(fill), Some(border));
}

/// What the grid shows, in words.
pub(super) fn describe(grid: &Grid, lang: Lang) -> String {
    let (rows, columns) = (grid.rows.len(), grid.columns.len());
    let (s, t) = (plural(rows == 1), plural(columns == 1));
    let words =
        text!("A table of {rows} row{s} and {columns} column{t}.", "{rows}行{columns}列の表。");
    words.get(lang).to_owned()
}
