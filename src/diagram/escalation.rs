//! The escalation diagram: who passes issues on to whom, level by level.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::{Code, Error, Lang, Result, Text, plural, text};
use crate::graph::{Direction, Graph};
use crate::model::{Datum, KindId, LabelId, NodeId, RelId};

use super::model::{Band, Body, Diagram, Flow};
use super::words::{Gathering, Words};

/// Draws the relationships `escalates-to`, the nodes they join in lanes by their level, the first level at the bottom.
///
/// With the id or name of an issue, the way it takes (`raised-at`, `session-of`, then `escalates-to`) is added and emphasised.
///
/// # Errors
/// `name.label` or `name.type` where the base lacks what the picture is drawn from; `run.argument` where there is no such
/// issue, or nothing to draw.
pub fn escalation(graph: &Graph, issue: Option<&str>, lang: Lang) -> Result<Diagram> {
    let words = Words { graph, lang };
    let chart = Chart::of(words)?;
    let issue = issue.map(|wanted| chart.find_issue(wanted)).transpose()?;
    let mut gathering = Gathering::new(words);
    chart.take_forums(&mut gathering)?;
    let way = match issue {
        Some(issue) => chart.way(issue),
        None => Way::default(),
    };
    for rel in chart.standing_rels().into_iter().chain(way.rels.iter().copied()) {
        gathering.rel_at(rel)?;
    }
    if let Some(issue) = issue {
        gathering.node_at(issue)?;
    }
    if gathering.network_mut().nodes.is_empty() {
        return Err(Error::new(
            Code::RunArgument,
            text!(
                "this knowledge base has no relationships of type `escalates-to`, so there is no escalation to draw",
                "このナレッジベースには種類 `escalates-to` の関係がないため、上申経路の図を描けません"
            ),
        ));
    }
    chart.emphasise(&mut gathering, &way, issue);
    chart.band(&mut gathering);
    let mut network = gathering.finish();
    network.flow = Flow::Up;
    let title = match issue {
        Some(issue) => {
            let name = words.node_at(issue);
            text!("How “{name}” escalates", "課題の上申経路：{name}")
        }
        None => text!("How issues escalate", "課題の上申経路"),
    };
    let (edges, inferred) = (network.edges.len(), network.inferred_count());
    let s = plural(edges == 1);
    let basis = text!(
        "{edges} relationship{s}, {inferred} of them inferred",
        "関係{edges}件（うち推定{inferred}件）"
    );
    let captions = std::iter::once(words.say(&basis)).chain(words.origin()).collect();
    let notes = chart.notes(issue, &way);
    Ok(Diagram { title: words.say(&title), body: Body::Network(network), captions, lang, notes })
}

/// The names the picture is drawn from.
struct Chart<'g> {
    words: Words<'g>,
    level: LabelId,
    issue: Option<LabelId>,
    meeting: Option<LabelId>,
    escalates: KindId,
    at_level: KindId,
    raised: Option<KindId>,
    session_of: Option<KindId>,
}

/// The way one issue takes.
#[derive(Default)]
struct Way {
    nodes: FxHashSet<NodeId>,
    /// In the order they are walked.
    rels: Vec<RelId>,
    /// Whether it reaches anything beyond where it was raised.
    escalates: bool,
}

impl<'g> Chart<'g> {
    fn of(words: Words<'g>) -> Result<Self> {
        let picture = text!("the escalation diagram", "上申経路の図");
        let names = words.graph.names();
        Ok(Self {
            words,
            level: words.need_label("Level", &picture)?,
            escalates: words.need_kind("escalates-to", &picture)?,
            at_level: words.need_kind("at-level", &picture)?,
            issue: names.find_label("Issue"),
            meeting: names.find_label("Meeting"),
            raised: names.find_kind("raised-at"),
            session_of: names.find_kind("session-of"),
        })
    }

    fn graph(&self) -> &'g Graph {
        self.words.graph
    }

    fn has_label(&self, node: NodeId, label: Option<LabelId>) -> bool {
        label.is_some_and(|label| self.graph().labels(node).contains(&label))
    }

    /// The issue with this id, or else this name (with or without its number).
    fn find_issue(&self, wanted: &str) -> Result<NodeId> {
        let by_id =
            self.graph().node_by_id(wanted).filter(|node| self.has_label(*node, self.issue));
        let issues = self.issue.map(|label| self.graph().nodes_with(label)).unwrap_or_default();
        let name_key = self.graph().names().find_key("name");
        let name =
            |node: NodeId| match name_key.and_then(|key| self.graph().node_property(node, key)) {
                Some(Datum::Str(name)) => name.to_string(),
                _ => String::new(),
            };
        let by_name = || {
            let is_wanted =
                |node: &NodeId| name(*node) == wanted || self.words.node_at(*node) == wanted;
            issues.iter().find(is_wanted)
        };
        by_id.or_else(by_name).ok_or_else(|| {
            let wanted = super::text::clean(wanted);
            let near = |node: &NodeId| {
                let name = name(*node);
                let typo = strsim::levenshtein(&name, &wanted) <= 1;
                typo || (!wanted.is_empty() && name.contains(&wanted))
            };
            let near: Vec<String> = issues.iter().filter(near).take(3).map(name).collect();
            let help = (!near.is_empty()).then(|| {
                Text::new(
                    format!("Issues with a name like this: `{}`.", near.join("`, `")),
                    format!("似た名称の課題は「{}」です。", near.join("」「")),
                )
            });
            let message = text!(
                "there is no issue with the id or name `{wanted}`",
                "id または名称が「{wanted}」の課題はありません"
            );
            Error::new(Code::RunArgument, message).help_if(help)
        })
    }

    /// Takes the meetings that stand at a level and are no sessions of others, in the order of the base.
    fn take_forums(&self, gathering: &mut Gathering<'_>) -> Result<()> {
        let meetings = self.meeting.map(|label| self.graph().nodes_with(label)).unwrap_or_default();
        for meeting in meetings.iter() {
            let is_session = self.session_of.is_some_and(|kind| {
                !self.graph().hop(meeting, kind, Direction::Outgoing).rels.is_empty()
            });
            if !is_session && !self.is_session_by_name(meeting) && self.own_level(meeting).is_some()
            {
                gathering.node_at(meeting)?;
            }
        }
        Ok(())
    }

    fn is_session_by_name(&self, meeting: NodeId) -> bool {
        let key = self.graph().names().find_key("kind");
        let kind = key.and_then(|key| self.graph().node_property(meeting, key));
        matches!(kind, Some(Datum::Str(kind)) if kind.as_ref() == "session")
    }

    /// The escalations between meetings and actors; those of single issues belong to the picture of that issue.
    fn standing_rels(&self) -> Vec<RelId> {
        let graph = self.graph();
        let is_ours = |rel: &RelId| {
            let start = graph.ends(*rel).map(|ends| ends.0);
            graph.kind(*rel) == Some(self.escalates)
                && start.is_some_and(|start| !self.has_label(start, self.issue))
        };
        graph.rels().filter(is_ours).collect()
    }

    /// Everything an issue reaches.
    fn way(&self, issue: NodeId) -> Way {
        let graph = self.graph();
        let mut way = Way { nodes: FxHashSet::from_iter([issue]), ..Way::default() };
        let mut waiting = vec![issue];
        let mut next = 0;
        while let Some(&node) = waiting.get(next) {
            next += 1;
            let raised = self.raised.filter(|_| node == issue);
            for kind in [raised, self.session_of, Some(self.escalates)].into_iter().flatten() {
                for (rel, other) in graph.hop(node, kind, Direction::Outgoing).pairs() {
                    way.rels.push(rel);
                    way.escalates |= kind == self.escalates;
                    if way.nodes.insert(other) {
                        waiting.push(other);
                    }
                }
            }
        }
        way
    }

    fn emphasise(&self, gathering: &mut Gathering<'_>, way: &Way, issue: Option<NodeId>) {
        if issue.is_none() {
            return;
        }
        let on_way: FxHashSet<usize> = gathering
            .taken()
            .into_iter()
            .filter(|node| way.nodes.contains(node))
            .filter_map(|node| gathering.place(node))
            .collect();
        let network = gathering.network_mut();
        for (place, node) in network.nodes.iter_mut().enumerate() {
            node.emphasis = on_way.contains(&place);
        }
        for edge in &mut network.edges {
            edge.emphasis = on_way.contains(&edge.from);
        }
    }

    /// The level a node stands at by itself.
    fn own_level(&self, node: NodeId) -> Option<NodeId> {
        let mut levels = self.graph().hop(node, self.at_level, Direction::Outgoing).nodes();
        levels.find(|level| self.graph().labels(*level).contains(&self.level))
    }

    /// The level a node stands at by itself, or by the forum it is a session of.
    fn level_of(&self, node: NodeId) -> Option<NodeId> {
        let mut at = node;
        // A session of a session is as far as this goes, which also ends a cycle.
        for _ in 0..4 {
            if let Some(level) = self.own_level(at) {
                return Some(level);
            }
            at = self.graph().hop(at, self.session_of?, Direction::Outgoing).nodes().next()?;
        }
        None
    }

    /// Puts every node in the lane of its level; what has none stands below, issues lowest.
    fn band(&self, gathering: &mut Gathering<'_>) {
        let levels = self.words.ordered(self.level);
        let taken = gathering.taken();
        let lane = |node: NodeId| match self.level_of(node) {
            Some(level) => 2 + levels.iter().position(|other| *other == level).unwrap_or(0),
            None => usize::from(!self.has_label(node, self.issue)),
        };
        let lanes: Vec<usize> = taken.iter().map(|node| lane(*node)).collect();
        let issues = ("issue".to_owned(), self.words.label("Issue"));
        let no_level = text!("no level", "階層なし");
        let others = ("none".to_owned(), self.words.say(&no_level));
        let names = [issues, others].into_iter().chain(
            levels
                .iter()
                .enumerate()
                .map(|(place, level)| (format!("level{}", place + 1), self.words.node_at(*level))),
        );
        let mut used: FxHashMap<usize, usize> = FxHashMap::default();
        let network = gathering.network_mut();
        for (lane, (key, caption)) in names.enumerate() {
            if lanes.contains(&lane) {
                used.insert(lane, network.bands.len());
                network.bands.push(Band { key, caption });
            }
        }
        for (node, lane) in network.nodes.iter_mut().zip(lanes) {
            node.band = used.get(&lane).copied();
        }
    }

    /// What the person who asked should know.
    fn notes(&self, issue: Option<NodeId>, way: &Way) -> Vec<Text> {
        let mut notes = Vec::new();
        if issue.is_some() && !way.escalates {
            notes.push(text!(
                "the knowledge base says of no meeting of this issue that it escalates further",
                "この課題が提起された会議から先への上申は、ナレッジベースに記録されていません"
            ));
        }
        notes
    }
}
