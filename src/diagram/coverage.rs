//! The coverage diagram: which domains have programs at which level.

use rustc_hash::FxHashSet;

use crate::error::{Lang, Result, Text, text};
use crate::graph::{Direction, Graph};
use crate::model::{Datum, KindId, LabelId, NodeId};

use super::model::{Body, Cell, Diagram, Grid, GridRow, Head, Tone};
use super::words::Words;

/// What stands in a cell of which there is nothing to say.
const NOTHING: &str = "–";

/// Draws domains as columns and levels as rows: the mark the source gives, and how many programs there are; above them the issues.
///
/// Levels with neither programs nor marks are left out, and a caption names them.
///
/// # Errors
/// `name.label` or `name.type` where the base lacks what the picture is drawn from.
pub fn coverage(graph: &Graph, lang: Lang) -> Result<Diagram> {
    let words = Words { graph, lang };
    let chart = Chart::of(words)?;
    let domains = words.ordered(chart.domain);
    let mut rows = Vec::new();
    if let Some(issue) = chart.issue {
        rows.push(chart.issue_row(issue, &domains));
    }
    let mut empty = Vec::new();
    for level in words.ordered(chart.level) {
        let cells: Vec<Cell> = domains.iter().map(|domain| chart.cell(level, *domain)).collect();
        if cells.iter().all(|cell| cell.tone != Tone::Filled && cell.mark.is_empty()) {
            empty.push(words.node_at(level));
        } else {
            let head = Head { text: words.node_at(level), detail: String::new() };
            rows.push(GridRow { head, cells });
        }
    }
    let columns = domains.iter().map(|domain| chart.column(*domain)).collect();
    let corner = [words.label("Level"), words.label("Domain")];
    let title = text!("Coverage by domain and level", "分野×階層の対応状況");
    let mut captions = Vec::new();
    if chart.rated.is_some() {
        captions.push(words.say(&text!(
            "Marks are those printed in the source. A dashed frame: a mark, but no programs. –: neither.",
            "印は出典に印刷されたとおり。破線の枠は印があり施策がない欄、「–」はどちらもない欄。"
        )));
    }
    if !empty.is_empty() {
        let names = empty.join(if lang == Lang::Ja { "、" } else { ", " });
        captions.push(words.say(&text!(
            "Levels with neither programs nor marks: {names}",
            "施策も評価もない階層：{names}"
        )));
    }
    captions.extend(words.origin());
    let body = Body::Grid(Grid { corner, columns, rows });
    Ok(Diagram { title: words.say(&title), body, captions, lang, notes: Vec::new() })
}

/// The names the picture is drawn from.
struct Chart<'g> {
    words: Words<'g>,
    domain: LabelId,
    level: LabelId,
    program: LabelId,
    issue: Option<LabelId>,
    in_domain: KindId,
    at_level: KindId,
    rated: Option<KindId>,
    concerns: Option<KindId>,
    addressed: Option<KindId>,
}

impl<'g> Chart<'g> {
    fn of(words: Words<'g>) -> Result<Self> {
        let picture = text!("the coverage diagram", "対応状況の図");
        let names = words.graph.names();
        Ok(Self {
            words,
            domain: words.need_label("Domain", &picture)?,
            level: words.need_label("Level", &picture)?,
            program: words.need_label("Program", &picture)?,
            in_domain: words.need_kind("in-domain", &picture)?,
            at_level: words.need_kind("at-level", &picture)?,
            issue: names.find_label("Issue"),
            rated: names.find_kind("rated"),
            concerns: names.find_kind("concerns"),
            addressed: names.find_kind("addressed-by"),
        })
    }

    fn graph(&self) -> &'g Graph {
        self.words.graph
    }

    /// The nodes of a label that point at `to`, each once, in the order of the base.
    fn pointing(&self, label: LabelId, kind: KindId, to: NodeId) -> Vec<NodeId> {
        let mut nodes: Vec<NodeId> = self
            .graph()
            .hop(to, kind, Direction::Incoming)
            .nodes()
            .filter(|node| self.graph().labels(*node).contains(&label))
            .collect();
        nodes.dedup();
        nodes
    }

    fn column(&self, domain: NodeId) -> Head {
        let about = self.graph().names().find_key("about");
        if let Some(Datum::Str(about)) =
            about.and_then(|key| self.graph().node_property(domain, key))
        {
            return Head { text: self.words.node_at(domain), detail: about.to_string() };
        }
        let subjects = self
            .concerns
            .map(|kind| self.graph().hop(domain, kind, Direction::Outgoing))
            .unwrap_or_default();
        let names: Vec<String> = subjects.nodes().map(|node| self.words.node_at(node)).collect();
        let comma = if self.words.lang == Lang::Ja { "、" } else { ", " };
        Head { text: self.words.node_at(domain), detail: names.join(comma) }
    }

    /// The row that counts the issues of each domain.
    fn issue_row(&self, issue: LabelId, domains: &[NodeId]) -> GridRow {
        let cell = |domain: &NodeId| {
            let issues = self.pointing(issue, self.in_domain, *domain);
            if issues.is_empty() {
                return Cell { lines: vec![NOTHING.to_owned()], ..Cell::default() };
            }
            let mut lines = self.stage_lines(&issues);
            if let Some(addressed) = self.addressed {
                let is_bare = |node: &&NodeId| {
                    self.graph().hop(**node, addressed, Direction::Outgoing).rels.is_empty()
                };
                let bare = issues.iter().filter(is_bare).count();
                if bare > 0 {
                    lines.push(
                        self.words.say(&text!("no program: {bare}", "対応施策なし {bare}件")),
                    );
                }
            }
            Cell { lines, ..Cell::default() }
        };
        let head = Head { text: self.words.label("Issue"), detail: String::new() };
        GridRow { head, cells: domains.iter().map(cell).collect() }
    }

    /// How many issues there are, by stage where they have one.
    fn stage_lines(&self, issues: &[NodeId]) -> Vec<String> {
        let key = self.graph().names().find_key("stage");
        let mut stages: Vec<(String, usize)> = Vec::new();
        for &issue in issues {
            let stage = match key.and_then(|key| self.graph().node_property(issue, key)) {
                Some(Datum::Str(stage)) => stage.to_string(),
                _ => self.words.label("Issue"),
            };
            match stages.iter_mut().find(|(name, _)| *name == stage) {
                Some((_, count)) => *count += 1,
                None => stages.push((stage, 1)),
            }
        }
        let line = |(stage, count): (String, usize)| {
            self.words.say(&text!("{stage} {count}", "{stage} {count}件"))
        };
        stages.into_iter().map(line).collect()
    }

    fn cell(&self, level: NodeId, domain: NodeId) -> Cell {
        let at_level: FxHashSet<NodeId> =
            self.pointing(self.program, self.at_level, level).into_iter().collect();
        let here = self.pointing(self.program, self.in_domain, domain);
        let programs = here.iter().filter(|program| at_level.contains(program)).count();
        let mark = self.mark(level, domain);
        // Without a mark the source has nothing to say of this cell, so that nothing is missing.
        let (words, tone): (Text, Tone) = match (programs, mark.is_empty()) {
            (0, true) => (Text::same(NOTHING), Tone::Plain),
            (0, false) => (text!("no program", "施策なし"), Tone::Missing),
            _ => (text!("programs: {programs}", "施策 {programs}件"), Tone::Filled),
        };
        Cell { mark, lines: vec![self.words.say(&words)], tone }
    }

    /// The mark a level gives a domain; several are shown side by side.
    fn mark(&self, level: NodeId, domain: NodeId) -> String {
        let (Some(kind), Some(key)) = (self.rated, self.graph().names().find_key("mark")) else {
            return String::new();
        };
        let rels = self.graph().hop(level, kind, Direction::Outgoing).pairs();
        let marks = rels.filter(|(_, to)| *to == domain).filter_map(|(rel, _)| {
            match self.graph().rel_property(rel, key) {
                Some(Datum::Str(mark)) => Some(super::text::clean(&mark)),
                _ => None,
            }
        });
        marks.map(|mark| mark.chars().take(4).collect::<String>()).collect()
    }
}
