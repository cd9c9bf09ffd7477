//! What nodes and relationships are called in a picture, and the network that is gathered from them.

use indexmap::IndexMap;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::error::{Code, Error, Lang, Result, Text, text};
use crate::graph::{Direction, Graph};
use crate::model::{self, KeyId, KindId, LabelId, NodeId, RelId, Value};

use super::model::{Edge, Network, Node};
use super::{style, text};

/// The most nodes a picture may have; past that nobody can read it.
const NODES_MAX: usize = 1_500;
/// The most edges a picture may have.
const EDGES_MAX: usize = 3_000;
/// The longest key of a node.
const KEY_MAX: usize = 60;

/// A graph with the language its words are wanted in.
#[derive(Clone, Copy)]
pub(super) struct Words<'g> {
    pub(super) graph: &'g Graph,
    pub(super) lang: Lang,
}

impl<'g> Words<'g> {
    /// What readers call a label: its first alias in Japanese, its name in English.
    pub(super) fn label(self, label: &str) -> String {
        let spec = self.graph.schema().labels.get(label);
        self.name(label, spec.and_then(|spec| spec.aliases.first()))
    }

    /// What readers call a relationship type.
    pub(super) fn kind(self, kind: &str) -> String {
        let spec = self.graph.schema().types.get(kind);
        self.name(kind, spec.and_then(|spec| spec.aliases.first()))
    }

    fn name(self, name: &str, alias: Option<&String>) -> String {
        match self.lang {
            Lang::En => text::clean(name),
            Lang::Ja => text::clean(alias.map_or(name, String::as_str)),
        }
    }

    /// What a node is called, without a number.
    fn name_of(self, node: &model::Node) -> Option<&str> {
        ["name", "title", "id"].into_iter().find_map(|key| word(node, key))
    }

    /// The text of a node: what it is called, after its number where it has one as printed (①).
    pub(super) fn node(self, node: &model::Node) -> String {
        let Some(name) = self.name_of(node) else {
            let label = node.labels.first().map_or("", String::as_str);
            return format!("{} {}", self.label(label), node.id.0).trim().to_owned();
        };
        match word(node, "number") {
            Some(number) if !name.starts_with(number) => text::clean(&format!("{number}{name}")),
            Some(_) | None => text::clean(name),
        }
    }

    /// Where a node stands: its domain and its level, in a base that has them.
    fn standing(self, node: NodeId) -> String {
        let kinds = ["in-domain", "at-level"].into_iter();
        let kinds = kinds.filter_map(|kind| self.graph.names().find_kind(kind));
        let places = kinds.flat_map(|kind| {
            let hop = self.graph.hop(node, kind, Direction::Outgoing);
            hop.nodes().map(|place| self.node_at(place))
        });
        let places: Vec<String> = places.collect();
        places.join(if self.lang == Lang::Ja { "・" } else { ", " })
    }

    /// The same for a node of the graph.
    pub(super) fn node_at(self, node: NodeId) -> String {
        self.node(&self.graph.node_value(node))
    }

    /// The text beside a relationship: its type, and what the properties say that only this type has.
    pub(super) fn rel(self, rel: &model::Relationship) -> String {
        let kind = self.kind(&rel.kind);
        let own = self.graph.schema().types.get(&rel.kind).map(|spec| &spec.properties);
        let keys: Vec<&str> = match own {
            Some(own) => own.keys().map(String::as_str).collect(),
            // Where nothing is declared, what such properties are usually called.
            None => vec!["mark", "how"],
        };
        let said = keys.into_iter().filter_map(|key| match rel.properties.get(key)? {
            Value::Null => None,
            Value::String(said) if said.trim().is_empty() => None,
            Value::String(said) => Some(text::clean(said)),
            Value::Temporal(said) => Some(said.to_string()),
            other @ (Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::List(_)
            | Value::Map(_)
            | Value::Node(_)
            | Value::Relationship(_)
            | Value::Path(_)) => Some(text::clean(&other.to_string())),
        });
        let said: Vec<String> = said.collect();
        if said.is_empty() {
            return kind;
        }
        let (colon, comma) = if self.lang == Lang::Ja { ("：", "、") } else { (": ", ", ") };
        format!("{kind}{colon}{}", said.join(comma))
    }

    /// The words of a message in the picture's language.
    pub(super) fn say(self, words: &Text) -> String {
        words.get(self.lang).to_owned()
    }

    /// The line that says which base a picture was drawn from; none for a base without a name.
    pub(super) fn origin(self) -> Option<String> {
        let base = &self.graph.schema().base;
        let (name, version) = (base.name.get(self.lang), base.version.as_str());
        let line = match (name.is_empty(), version.is_empty()) {
            (true, true) => return None,
            (true, false) => text!("version {version}", "{version}版"),
            (false, true) => Text::same(name),
            (false, false) => text!("{name}, version {version}", "{name}　{version}版"),
        };
        Some(text::clean(line.get(self.lang)))
    }

    /// The label a picture cannot be drawn without.
    pub(super) fn need_label(self, label: &str, picture: &Text) -> Result<LabelId> {
        self.graph.names().find_label(label).ok_or_else(|| {
            let (en, ja) = (&picture.en, &picture.ja);
            let message = text!(
                "this knowledge base has no label `{label}`, which {en} is drawn from",
                "このナレッジベースには、{ja}に必要なラベル `{label}` がありません"
            );
            Error::new(Code::NameLabel, message).help(instead())
        })
    }

    /// The relationship type a picture cannot be drawn without.
    pub(super) fn need_kind(self, kind: &str, picture: &Text) -> Result<KindId> {
        self.graph.names().find_kind(kind).ok_or_else(|| {
            let (en, ja) = (&picture.en, &picture.ja);
            let message = text!(
                "this knowledge base has no relationship type `{kind}`, which {en} is drawn from",
                "このナレッジベースには、{ja}に必要な関係の種類 `{kind}` がありません"
            );
            Error::new(Code::NameType, message).help(instead())
        })
    }

    /// The integer property `order` of a node; what has none comes last.
    pub(super) fn order_of(self, node: NodeId) -> i64 {
        let key: Option<KeyId> = self.graph.names().find_key("order");
        match key.and_then(|key| self.graph.node_property(node, key)) {
            Some(model::Datum::Int(order)) => order,
            _ => i64::MAX,
        }
    }

    /// The nodes of a label, by `order`, then as they were written.
    pub(super) fn ordered(self, label: LabelId) -> Vec<NodeId> {
        let mut nodes = self.graph.nodes_with(label).iter().collect::<Vec<_>>();
        nodes.sort_by_key(|node| (self.order_of(*node), *node));
        nodes
    }
}

/// A property that is a text with something in it.
fn word<'n>(node: &'n model::Node, key: &str) -> Option<&'n str> {
    match node.properties.get(key) {
        Some(Value::String(text)) if !text.trim().is_empty() => Some(text.as_str()),
        _ => None,
    }
}

fn instead() -> Text {
    text!(
        "Draw the result of a query instead: any query that returns nodes, relationships or paths can be drawn.",
        "代わりに、ノード・関係・パスを返すクエリの結果なら図にできます。"
    )
}

/// A network that is being gathered from nodes and relationships; each is taken once.
pub(super) struct Gathering<'g> {
    words: Words<'g>,
    network: Network,
    places: FxHashMap<NodeId, usize>,
    rels: FxHashSet<RelId>,
    keys: FxHashSet<String>,
}

impl<'g> Gathering<'g> {
    pub(super) fn new(words: Words<'g>) -> Self {
        Self {
            words,
            network: Network::default(),
            places: FxHashMap::default(),
            rels: FxHashSet::default(),
            keys: FxHashSet::default(),
        }
    }

    /// The place of a node, which is added where it is new.
    pub(super) fn node(&mut self, node: &model::Node) -> Result<usize> {
        if let Some(place) = self.places.get(&node.id) {
            return Ok(*place);
        }
        let place = self.network.nodes.len();
        if place >= NODES_MAX {
            return Err(too_many(&text!("nodes", "ノード"), NODES_MAX));
        }
        let label = node.labels.first().map_or("", String::as_str);
        let labels = self.words.graph.names().labels();
        let turn = labels.iter().position(|name| name.as_ref() == label).unwrap_or(0);
        let node_of = Node {
            key: self.key(node),
            text: self.words.node(node),
            detail: String::new(),
            kind: self.words.label(label),
            look: style::look(self.words.graph.schema(), label, turn),
            band: None,
            emphasis: false,
        };
        self.network.nodes.push(node_of);
        self.places.insert(node.id, place);
        Ok(place)
    }

    /// The place of a node of the graph.
    pub(super) fn node_at(&mut self, node: NodeId) -> Result<usize> {
        match self.places.get(&node) {
            Some(place) => Ok(*place),
            None => self.node(&self.words.graph.node_value(node)),
        }
    }

    /// Adds a relationship, and its ends from the graph where they are new; whether the graph has them.
    pub(super) fn rel(&mut self, rel: &model::Relationship) -> Result<bool> {
        if self.rels.contains(&rel.id) {
            return Ok(true);
        }
        let known = |node: &NodeId| self.places.contains_key(node) || self.is_in_graph(*node);
        if !known(&rel.start) || !known(&rel.end) {
            return Ok(false);
        }
        if self.network.edges.len() >= EDGES_MAX {
            return Err(too_many(&text!("relationships", "関係"), EDGES_MAX));
        }
        let (from, to) = (self.node_at(rel.start)?, self.node_at(rel.end)?);
        let (line, color) = style::stroke(self.words.graph.schema(), &rel.kind);
        let inferred = matches!(
            rel.properties.get("basis"),
            Some(Value::String(basis)) if basis == "inferred"
        );
        let text = self.words.rel(rel);
        self.network.edges.push(Edge { from, to, text, line, color, inferred, emphasis: false });
        self.rels.insert(rel.id);
        Ok(true)
    }

    /// Adds a relationship of the graph; its place among the edges.
    pub(super) fn rel_at(&mut self, rel: RelId) -> Result<()> {
        self.rel(&self.words.graph.rel_value(rel)).map(drop)
    }

    fn is_in_graph(&self, node: NodeId) -> bool {
        !self.words.graph.labels(node).is_empty()
            || !self.words.graph.node_properties(node).is_empty()
            || self.words.graph.nodes().any(|other| other == node)
    }

    /// The place of a node that was taken.
    pub(super) fn place(&self, node: NodeId) -> Option<usize> {
        self.places.get(&node).copied()
    }

    /// Every node that was taken, in that order.
    pub(super) fn taken(&self) -> Vec<NodeId> {
        let mut taken: Vec<(usize, NodeId)> = Vec::new();
        #[expect(clippy::iter_over_hash_type, reason = "sorted by place below")]
        for (node, place) in &self.places {
            taken.push((*place, *node));
        }
        taken.sort_unstable();
        taken.into_iter().map(|(_, node)| node).collect()
    }

    /// The network as far as it is gathered.
    pub(super) fn network_mut(&mut self) -> &mut Network {
        &mut self.network
    }

    /// The network.
    pub(super) fn finish(mut self) -> Network {
        self.tell_apart();
        self.network
    }

    /// Gives nodes of one label that are called the same a small line: where they stand if that tells them apart, else their id.
    fn tell_apart(&mut self) {
        let mut alike: IndexMap<(String, String), Vec<(usize, model::Node)>> = IndexMap::new();
        for (place, id) in self.taken().into_iter().enumerate() {
            let node = self.words.graph.node_value(id);
            let label = node.labels.first().cloned().unwrap_or_default();
            if let Some(name) = self.words.name_of(&node) {
                alike.entry((label, name.to_owned())).or_default().push((place, node));
            }
        }
        for nodes in alike.into_values().filter(|nodes| nodes.len() > 1) {
            let standing: Vec<String> =
                nodes.iter().map(|(_, node)| self.words.standing(node.id)).collect();
            for ((place, node), stands) in nodes.iter().zip(&standing) {
                let is_telling = !stands.is_empty()
                    && standing.iter().filter(|other| *other == stands).count() == 1;
                let id = word(node, "id").map(text::clean).unwrap_or_default();
                let detail = if is_telling { stands.clone() } else { id };
                if let Some(node) = self.network.nodes.get_mut(*place) {
                    node.detail = detail;
                }
            }
        }
    }

    /// A key made of the node's id, or of its number where it has none that will do.
    fn key(&mut self, node: &model::Node) -> String {
        let id = match node.properties.get("id") {
            Some(Value::String(id)) => id.as_str(),
            _ => "",
        };
        let fits = |letter: &char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
        let mut key: String = id.chars().filter(fits).take(KEY_MAX).collect();
        if key.is_empty() || !self.keys.insert(key.clone()) {
            key = format!("{key}_{}", node.id.0);
            self.keys.insert(key.clone());
        }
        key
    }
}

fn too_many(what: &Text, most: usize) -> Error {
    let (en, ja) = (&what.en, &what.ja);
    let message =
        text!("the picture would have more than {most} {en}", "図の{ja}が {most} 件を超えます");
    let help = text!(
        "Nobody could read it. Narrow the query with `WHERE` or `LIMIT`.",
        "読み取れない図になります。`WHERE` や `LIMIT` で絞り込んでください。"
    );
    Error::new(Code::LimitMemory, message).help(help)
}
