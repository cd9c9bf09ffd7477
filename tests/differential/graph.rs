//! Small random graphs, and what writes do to them: once in a sketch anybody can check, once in the engine's graph.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use kadai::error::{Code, Source};
use kadai::graph::{Builder, Graph};
use kadai::model::{Node, Relationship, Value};
use kadai::session::{self, Options, Params};

use crate::dice::Dice;
use crate::keys::Keyed;
use crate::query::Name;
use crate::value::Val;

pub(crate) const LABELS: [Name; 3] = ["A", "B", "C"];
pub(crate) const KINDS: [Name; 3] = ["R", "S", "T"];
/// The number of a node or relationship, which tells it from all others; no query changes it.
pub(crate) const NUMBER: Name = "u";
/// The keys of nodes: a look-up name, small integers, texts that repeat, texts that do not, numbers, truths, anything.
pub(crate) const KEYS: [Name; 7] = ["id", "k", "t", "q", "f", "b", "x"];
/// The keys of relationships: small integers, anything.
pub(crate) const REL_KEYS: [Name; 2] = ["w", "x"];
pub(crate) const TEXTS: [Name; 8] = ["", "a", "ab", "b", "課題", "課題解決", "題", "É'\\"];

pub(crate) type Properties = BTreeMap<Name, Val>;

#[derive(Clone, Debug, Default)]
pub(crate) struct NodeSketch {
    pub(crate) labels: BTreeSet<Name>,
    pub(crate) properties: Properties,
}

#[derive(Clone, Debug)]
pub(crate) struct RelSketch {
    pub(crate) kind: Name,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) properties: Properties,
}

/// A graph whose entities are known by their numbers; what is deleted leaves a gap.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sketch {
    pub(crate) nodes: Vec<Option<NodeSketch>>,
    pub(crate) rels: Vec<Option<RelSketch>>,
    pub(crate) keyed: Keyed,
}

/// What happens to a graph: a statement that changes it, mostly.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    AddNode(NodeSketch),
    AddRel(RelSketch),
    Label(usize, Name, bool),
    NodeProperty(usize, Name, Val),
    RelProperty(usize, Name, Val),
    DeleteNode(usize),
    DeleteRel(usize),
    /// Not a statement: the graph is saved to a file and opened from it.
    Reopen,
}

impl Sketch {
    pub(crate) fn node(&self, node: usize) -> Option<&NodeSketch> {
        self.nodes.get(node)?.as_ref()
    }

    pub(crate) fn rel(&self, rel: usize) -> Option<&RelSketch> {
        self.rels.get(rel)?.as_ref()
    }

    /// The numbers of what there is.
    pub(crate) fn node_numbers(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.nodes.len()).filter(|node| self.nodes[*node].is_some())
    }

    pub(crate) fn rel_numbers(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.rels.len()).filter(|rel| self.rels[*rel].is_some())
    }

    /// The same graph, filled in bulk.
    pub(crate) fn build(&self) -> Graph {
        let mut builder = Builder::new(self.keyed.schema());
        let mut ids = BTreeMap::new();
        for number in self.node_numbers() {
            let node = self.node(number).unwrap();
            let names = builder.names_mut();
            let labels = node.labels.iter().map(|label| names.label_id(label)).collect();
            let properties = numbered(number, &node.properties)
                .map(|(key, value)| (names.key_id(key), value.datum()));
            let properties = properties.collect();
            ids.insert(number, builder.add_node(labels, properties));
        }
        for number in self.rel_numbers() {
            let rel = self.rel(number).unwrap();
            let names = builder.names_mut();
            let kind = names.kind_id(rel.kind);
            let properties = numbered(number, &rel.properties)
                .map(|(key, value)| (names.key_id(key), value.datum()));
            let properties = properties.collect();
            builder.add_rel(kind, ids[&rel.start], ids[&rel.end], properties);
        }
        builder.build()
    }

    /// Which node this is, where it looks as it should.
    pub(crate) fn recognise_node(&self, found: &Node) -> Result<usize, String> {
        let number = number(found.properties.get(NUMBER))?;
        let node = self.node(number).ok_or(format!("no node {number}"))?;
        let labels: BTreeSet<&str> = found.labels.iter().map(String::as_str).collect();
        let same = labels == node.labels.iter().copied().collect()
            && found.labels.len() == labels.len()
            && same_properties(numbered(number, &node.properties).collect(), &found.properties);
        if same { Ok(number) } else { Err(format!("node {number} is not {found}")) }
    }

    /// Which relationship this is, where it looks as it should.
    pub(crate) fn recognise_rel(&self, found: &Relationship) -> Result<usize, String> {
        let number = number(found.properties.get(NUMBER))?;
        let rel = self.rel(number).ok_or(format!("no relationship {number}"))?;
        let same = found.kind == rel.kind
            && same_properties(numbered(number, &rel.properties).collect(), &found.properties);
        if same { Ok(number) } else { Err(format!("relationship {number} is not {found}")) }
    }

    /// The statement that creates it.
    pub(crate) fn create(&self) -> String {
        let mut parts = Vec::new();
        for number in self.node_numbers() {
            let node = self.node(number).unwrap();
            parts.push(format!(
                "(v{number}{} {})",
                labels(&node.labels),
                map(number, &node.properties)
            ));
        }
        for number in self.rel_numbers() {
            let RelSketch { kind, start, end, properties } = self.rel(number).unwrap();
            parts.push(format!("(v{start})-[:{kind} {}]->(v{end})", map(number, properties)));
        }
        format!("CREATE {};", parts.join(",\n  "))
    }

    /// Changes the sketch; what names an entity that is gone changes nothing.
    pub(crate) fn change(&mut self, change: &Change) {
        match change {
            Change::AddNode(node) => self.nodes.push(Some(node.clone())),
            Change::AddRel(rel) => {
                let ends = self.node(rel.start).is_some() && self.node(rel.end).is_some();
                self.rels.push(ends.then(|| rel.clone()));
            }
            Change::Label(node, label, set) => {
                if let Some(Some(node)) = self.nodes.get_mut(*node) {
                    if *set {
                        node.labels.insert(label)
                    } else {
                        node.labels.remove(label)
                    };
                }
            }
            Change::NodeProperty(node, key, value) => {
                if let Some(Some(node)) = self.nodes.get_mut(*node) {
                    set(&mut node.properties, key, value);
                }
            }
            Change::RelProperty(rel, key, value) => {
                if let Some(Some(rel)) = self.rels.get_mut(*rel) {
                    set(&mut rel.properties, key, value);
                }
            }
            Change::DeleteNode(node) => {
                for rel in &mut self.rels {
                    if rel.as_ref().is_some_and(|rel| rel.start == *node || rel.end == *node) {
                        *rel = None;
                    }
                }
                if let Some(node) = self.nodes.get_mut(*node) {
                    *node = None;
                }
            }
            Change::DeleteRel(rel) => {
                if let Some(rel) = self.rels.get_mut(*rel) {
                    *rel = None;
                }
            }
            Change::Reopen => {}
        }
    }

    /// The statement that makes a change; new entities take the next number.
    pub(crate) fn statement(&self, change: &Change) -> String {
        match change {
            Change::AddNode(node) => {
                format!(
                    "CREATE ({} {})",
                    labels(&node.labels),
                    map(self.nodes.len(), &node.properties)
                )
            }
            Change::AddRel(RelSketch { kind, start, end, properties }) => format!(
                "MATCH (a {{u: {start}}}), (b {{u: {end}}}) CREATE (a)-[:{kind} {}]->(b)",
                map(self.rels.len(), properties)
            ),
            Change::Label(node, label, set) => {
                format!("MATCH (a {{u: {node}}}) {} a:{label}", if *set { "SET" } else { "REMOVE" })
            }
            Change::NodeProperty(node, key, value) => {
                format!("MATCH (a {{u: {node}}}) SET a.{key} = {value}")
            }
            Change::RelProperty(rel, key, value) => {
                format!("MATCH ()-[r {{u: {rel}}}]->() SET r.{key} = {value}")
            }
            Change::DeleteNode(node) => format!("MATCH (a {{u: {node}}}) DETACH DELETE a"),
            Change::DeleteRel(rel) => format!("MATCH ()-[r {{u: {rel}}}]->() DELETE r"),
            Change::Reopen => "// saved and opened".to_owned(),
        }
    }
}

/// Does to both what happens to one graph.
pub(crate) fn happen(change: &Change, sketch: &mut Sketch, graph: &mut Graph) {
    if let Change::Reopen = change {
        let mut file = tempfile::tempfile().unwrap();
        graph.save(&mut file).unwrap();
        *graph = Graph::open(&file).unwrap();
        return;
    }
    let statement = sketch.statement(change);
    let source = Source::new("<change>", statement.as_str());
    match session::execute(graph, &source, &Params::new(), &Options::default()) {
        Ok(_) => sketch.change(change),
        // What the schema refuses has changed nothing.
        Err(error) if sketch.keyed == Keyed::Labels && error.code() == Code::RunSchema => {}
        Err(error) => panic!("{error}: {statement}"),
    }
}

fn set(properties: &mut Properties, key: Name, value: &Val) {
    if value.is_null() {
        properties.remove(key);
    } else {
        properties.insert(key, value.clone());
    }
}

fn number(value: Option<&Value>) -> Result<usize, String> {
    match value {
        Some(Value::Int(int)) => Ok(usize::try_from(*int).unwrap()),
        other => Err(format!("a number like {other:?}")),
    }
}

/// The properties with the number among them.
fn numbered(number: usize, properties: &Properties) -> impl Iterator<Item = (Name, Val)> + '_ {
    let number = std::iter::once((NUMBER, Val::int(number)));
    number.chain(properties.iter().map(|(key, value)| (*key, value.clone())))
}

fn same_properties(want: Properties, found: &indexmap::IndexMap<String, Value>) -> bool {
    let plain = |value: &Value| Val::read(value, &Sketch::default()).ok();
    want.len() == found.len()
        && want.iter().all(|(key, want)| {
            let found = found.get(*key).and_then(plain);
            found.is_some_and(|found| {
                found.order(want).is_eq() && found.to_string() == want.to_string()
            })
        })
}

fn labels(labels: &BTreeSet<Name>) -> String {
    labels.iter().fold(String::new(), |mut text, label| {
        let _ = write!(text, ":{label}");
        text
    })
}

fn map(number: usize, properties: &Properties) -> String {
    let entries: Vec<String> =
        numbered(number, properties).map(|(key, value)| format!("{key}: {value}")).collect();
    format!("{{{}}}", entries.join(", "))
}

/// What the values of one graph look like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Every key holds one type, as under a schema.
    typed: bool,
    /// One label a node, in blocks, and the properties of a label on its nodes only.
    blocks: bool,
    /// How many nodes and relationships there are.
    nodes: usize,
    rels: usize,
    keyed: Keyed,
}

impl Style {
    pub(crate) fn small(dice: &mut Dice) -> Self {
        let nodes = if dice.one_in(30) { 0 } else { 1 + dice.below(8) };
        let rels = if nodes == 0 { 0 } else { dice.below(2 + 2 * nodes) + dice.below(9) };
        let keyed = Keyed::random(dice);
        Self { typed: dice.one_in(2), blocks: dice.one_in(4), nodes, rels, keyed }
    }

    pub(crate) fn large(dice: &mut Dice) -> Self {
        let nodes = [200, 700, 1_024, 1_025, 2_048, 3_000][dice.below(6)];
        let rels = nodes * (1 + dice.below(3)) / 2 + dice.below(nodes);
        let keyed = Keyed::random(dice);
        Self { typed: dice.below(4) > 0, blocks: dice.one_in(2), nodes, rels, keyed }
    }

    pub(crate) fn sketch(self, dice: &mut Dice) -> Sketch {
        let mut sketch = Sketch { keyed: self.keyed, ..Sketch::default() };
        for number in 0..self.nodes {
            let node = self.node(number, dice);
            sketch.nodes.push(Some(node));
        }
        for _ in 0..self.rels {
            let rel = self.rel(self.nodes, dice);
            sketch.rels.push(Some(rel));
        }
        sketch
    }

    fn node(self, number: usize, dice: &mut Dice) -> NodeSketch {
        let mut labels: BTreeSet<Name> = BTreeSet::new();
        if self.blocks {
            labels.insert(LABELS[(number * LABELS.len() / self.nodes.max(1)).min(2)]);
        } else if self.keyed == Keyed::Labels {
            labels.insert(LABELS[dice.below(3)]);
        } else {
            labels.extend(
                LABELS.iter().filter(|label| dice.below(5) < if **label == "A" { 4 } else { 3 }),
            );
        }
        let mut properties = Properties::new();
        for key in KEYS {
            let here = !self.blocks || key == "id" || key == "k" || labels.contains("B");
            let rare = if key == "id" { 10 } else { 5 };
            let needed = key == "id" && self.keyed == Keyed::Labels;
            if needed || here && !dice.one_in(rare) {
                properties.insert(key, self.value(key, number, dice));
            }
        }
        NodeSketch { labels, properties }
    }

    fn rel(self, nodes: usize, dice: &mut Dice) -> RelSketch {
        // Some relationships crowd on a few nodes, so that there are parallel ones, loops and cycles in large graphs too.
        let mut end = || {
            let among = if dice.one_in(8) { nodes.min(6) } else { nodes };
            dice.below(among.max(1))
        };
        let (start, end) = if self.nodes > 100 {
            let start = end();
            (start, end())
        } else {
            (dice.below(nodes.max(1)), dice.below(nodes.max(1)))
        };
        let mut properties = Properties::new();
        for key in REL_KEYS {
            if !dice.one_in(3) {
                properties.insert(key, self.value(key, start, dice));
            }
        }
        RelSketch { kind: KINDS[dice.below(5) / 2], start, end, properties }
    }

    fn value(self, key: Name, number: usize, dice: &mut Dice) -> Val {
        // What keeps nodes apart under a schema.
        let apart = self.keyed == Keyed::Labels && (key == "id" || key == "q");
        if !apart && !self.typed && dice.one_in(12) {
            return any(dice);
        }
        match key {
            "id" if !apart && !self.typed && dice.one_in(10) => {
                Val::Text(format!("n{}", dice.below(4)))
            }
            "id" => Val::Text(format!("n{number}")),
            "k" | "w" => Val::int(dice.below(4)),
            "t" => Val::Text(dice.pick(&TEXTS).to_owned()),
            "q" => Val::Text(format!("課題{number}")),
            "f" => Val::Float(dice.below(7) as f64 / 2.0 - 1.0),
            "b" => Val::Bool(dice.one_in(2)),
            _ => any(dice),
        }
    }

    /// A change to a graph.
    pub(crate) fn change(self, sketch: &Sketch, dice: &mut Dice) -> Change {
        let (nodes, rels) = (sketch.nodes.len(), sketch.rels.len());
        let (node, rel) = (dice.below(nodes.max(1)), dice.below(rels.max(1)));
        let key = |dice: &mut Dice| if dice.one_in(3) { "k" } else { KEYS[dice.below(KEYS.len())] };
        match dice.below(13) {
            12 => Change::Reopen,
            0..2 => Change::AddNode(self.node(nodes, dice)),
            2..5 => Change::AddRel(self.rel(nodes, dice)),
            5 => Change::Label(node, LABELS[dice.below(3)], dice.one_in(2)),
            6..8 => {
                let key = key(dice);
                Change::NodeProperty(node, key, self.value(key, node, dice))
            }
            8 => Change::NodeProperty(node, key(dice), Val::Null),
            9 => {
                let key = REL_KEYS[dice.below(2)];
                let value = if dice.one_in(3) { Val::Null } else { self.value(key, rel, dice) };
                Change::RelProperty(rel, key, value)
            }
            10 => Change::DeleteNode(node),
            _ => Change::DeleteRel(rel),
        }
    }
}

/// A value of any type.
pub(crate) fn any(dice: &mut Dice) -> Val {
    match dice.below(6) {
        0 => Val::Bool(dice.one_in(2)),
        1 => Val::Float(dice.below(5) as f64 / 2.0),
        2 => Val::Text(dice.pick(&TEXTS).to_owned()),
        3 => Val::List((0..dice.below(3)).map(|_| Val::int(dice.below(3))).collect()),
        _ => Val::int(dice.below(5)),
    }
}
