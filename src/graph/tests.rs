//! Random writes against a naive model: what a graph says of itself must be what a recount of all records says.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Direction, Entity, Graph, Names, Properties};
use crate::model::{Datum, KeyId, KindId, LabelId, NodeId, RelId};

const LABELS: u16 = 3;
const KINDS: u16 = 2;

/// The records of a graph, without any index.
#[derive(Clone, Debug, Default)]
struct Model {
    nodes: BTreeMap<NodeId, (Vec<LabelId>, Properties)>,
    rels: BTreeMap<RelId, (KindId, NodeId, NodeId, Properties)>,
}

#[derive(Clone, Debug)]
enum Write {
    AddNode { labels: Vec<LabelId>, id: Option<u8> },
    AddRel { kind: KindId, start: usize, end: usize },
    SetNode { at: usize, key: KeyId, value: Option<u8> },
    SetRel { at: usize, key: KeyId, value: Option<u8> },
    SetLabels { at: usize, labels: Vec<LabelId> },
    Delete { nodes: Vec<usize>, rels: Vec<usize> },
    Commit,
    Rollback,
}

fn labels() -> impl Strategy<Value = Vec<LabelId>> {
    proptest::sample::subsequence((0..LABELS).map(LabelId).collect::<Vec<_>>(), 0..=2)
}

fn key() -> impl Strategy<Value = KeyId> {
    (0..3u16).prop_map(KeyId)
}

fn write() -> impl Strategy<Value = Write> {
    let at = 0..64usize;
    prop_oneof![
        4 => (labels(), proptest::option::of(0..4u8))
            .prop_map(|(labels, id)| Write::AddNode { labels, id }),
        6 => ((0..KINDS).prop_map(KindId), at.clone(), at.clone())
            .prop_map(|(kind, start, end)| Write::AddRel { kind, start, end }),
        2 => (at.clone(), key(), proptest::option::of(0..4u8))
            .prop_map(|(at, key, value)| Write::SetNode { at, key, value }),
        1 => (at.clone(), key(), proptest::option::of(0..4u8))
            .prop_map(|(at, key, value)| Write::SetRel { at, key, value }),
        2 => (at.clone(), labels()).prop_map(|(at, labels)| Write::SetLabels { at, labels }),
        2 => (proptest::collection::vec(at.clone(), 0..3), proptest::collection::vec(at, 0..3))
            .prop_map(|(nodes, rels)| Write::Delete { nodes, rels }),
        1 => Just(Write::Commit),
        1 => Just(Write::Rollback),
    ]
}

fn text(value: u8) -> Datum {
    Datum::str(&format!("v{value}"))
}

fn set(properties: &mut Properties, key: KeyId, value: Option<u8>) {
    match (properties.iter().position(|(known, _)| *known == key), value) {
        (Some(at), Some(value)) => properties[at].1 = text(value),
        (Some(at), None) => drop(properties.remove(at)),
        (None, Some(value)) => properties.push((key, text(value))),
        (None, None) => {}
    }
}

/// Does a write to both; `at` counts round.
fn apply(graph: &mut Graph, model: &mut Model, kept: &mut Model, write: &Write) {
    let nodes: Vec<NodeId> = model.nodes.keys().copied().collect();
    let rels: Vec<RelId> = model.rels.keys().copied().collect();
    let node = |at: usize| (!nodes.is_empty()).then(|| nodes[at % nodes.len()]);
    let rel = |at: usize| (!rels.is_empty()).then(|| rels[at % rels.len()]);
    match write {
        Write::AddNode { labels, id } => {
            let properties: Properties = id.iter().map(|id| (Names::ID, text(*id))).collect();
            let node = graph.add_node(labels.clone(), properties.clone());
            assert!(model.nodes.insert(node, (labels.clone(), properties)).is_none());
        }
        Write::AddRel { kind, start, end } => {
            let (Some(start), Some(end)) = (node(*start), node(*end)) else { return };
            let rel = graph.add_rel(*kind, start, end, Vec::new());
            assert!(model.rels.insert(rel, (*kind, start, end, Vec::new())).is_none());
        }
        Write::SetNode { at, key, value } => {
            let Some(node) = node(*at) else { return };
            graph.set_property(Entity::Node(node), *key, value.map_or(Datum::Null, text));
            set(&mut model.nodes.get_mut(&node).unwrap().1, *key, *value);
        }
        Write::SetRel { at, key, value } => {
            let Some(rel) = rel(*at) else { return };
            graph.set_property(Entity::Rel(rel), *key, value.map_or(Datum::Null, text));
            set(&mut model.rels.get_mut(&rel).unwrap().3, *key, *value);
        }
        Write::SetLabels { at, labels } => {
            let Some(node) = node(*at) else { return };
            graph.set_labels(node, labels.clone());
            model.nodes.get_mut(&node).unwrap().0.clone_from(labels);
        }
        Write::Delete { nodes, rels } => {
            let nodes: Vec<NodeId> = nodes.iter().filter_map(|at| node(*at)).collect();
            let rels: Vec<RelId> = rels.iter().filter_map(|at| rel(*at)).collect();
            graph.delete(&nodes, &rels);
            model.nodes.retain(|node, _| !nodes.contains(node));
            model.rels.retain(|rel, (_, start, end, _)| {
                !rels.contains(rel) && !nodes.contains(start) && !nodes.contains(end)
            });
        }
        Write::Commit => {
            graph.commit();
            *kept = model.clone();
        }
        Write::Rollback => {
            graph.rollback();
            *model = kept.clone();
        }
    }
}

fn shown(properties: &[(KeyId, Datum)]) -> Vec<(u16, String)> {
    properties.iter().map(|(key, value)| (key.0, format!("{value:?}"))).collect()
}

/// Everything a graph says, against a recount of the model.
fn compare(graph: &Graph, model: &Model) {
    assert_eq!(graph.nodes().collect::<Vec<_>>(), model.nodes.keys().copied().collect::<Vec<_>>());
    assert_eq!(graph.rels().collect::<Vec<_>>(), model.rels.keys().copied().collect::<Vec<_>>());
    assert_eq!(graph.node_count(), model.nodes.len());
    assert_eq!(graph.rel_count(), model.rels.len());
    for (node, (labels, properties)) in &model.nodes {
        assert_eq!(graph.labels(*node), labels);
        assert_eq!(shown(&graph.node_properties(*node)), shown(properties));
        let mut rels: Vec<RelId> = graph.rels_of(*node).collect();
        rels.sort_unstable();
        let ends = |(rel, (_, start, end, _)): (&RelId, &(KindId, NodeId, NodeId, Properties))| {
            [start, end].into_iter().filter(|end| *end == node).map(|_| *rel).collect::<Vec<_>>()
        };
        assert_eq!(rels, model.rels.iter().flat_map(ends).collect::<Vec<_>>());
    }
    for (rel, (kind, start, end, properties)) in &model.rels {
        assert_eq!((graph.kind(*rel), graph.ends(*rel)), (Some(*kind), Some((*start, *end))));
        assert_eq!(shown(&graph.rel_properties(*rel)), shown(properties));
    }
    for label in (0..LABELS).map(LabelId) {
        let with = model.nodes.iter().filter(|(_, node)| node.0.contains(&label));
        let with = with.map(|(node, _)| *node).collect::<Vec<_>>();
        assert_eq!(graph.nodes_with(label).iter().collect::<Vec<_>>(), with);
    }
    for id in 0..4u8 {
        let has = |properties: &Properties| {
            properties
                .iter()
                .any(|(key, value)| *key == Names::ID && value.equals(&text(id)) == Some(true))
        };
        let with = model.nodes.iter().filter(|(_, node)| has(&node.1));
        let with: Vec<NodeId> = with.map(|(node, _)| *node).collect();
        assert_eq!(graph.nodes_by_id(&format!("v{id}")), with);
    }
    for node in model.nodes.keys() {
        for kind in (0..KINDS).map(KindId) {
            for direction in [Direction::Outgoing, Direction::Incoming] {
                let mut row: Vec<(NodeId, RelId)> = Vec::new();
                for (rel, (of, start, end, _)) in &model.rels {
                    let (from, to) = match direction {
                        Direction::Outgoing => (start, end),
                        Direction::Incoming => (end, start),
                    };
                    if *of == kind && from == node {
                        row.push((*to, *rel));
                    }
                }
                row.sort_unstable();
                let hop = graph.hop(*node, kind, direction);
                let pairs: Vec<(NodeId, RelId)> =
                    hop.pairs().map(|(rel, node)| (node, rel)).collect();
                assert_eq!(pairs, row, "{node:?} {kind:?} {direction:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn indexes_are_what_the_records_say(writes in proptest::collection::vec(write(), 0..80)) {
        let mut graph = Graph::default();
        for kind in 0..KINDS {
            graph.kind_id(&kind.to_string()).unwrap();
        }
        graph.commit();
        let (mut model, mut kept) = (Model::default(), Model::default());
        for write in &writes {
            apply(&mut graph, &mut model, &mut kept, write);
            compare(&graph, &model);
        }
        graph.rollback();
        compare(&graph, &kept);
    }
}

#[test]
fn a_statement_taken_back_leaves_no_names() {
    let mut graph = Graph::default();
    graph.label_id("A").unwrap();
    graph.commit();
    graph.label_id("B").unwrap();
    graph.kind_id("R").unwrap();
    graph.key_id("k").unwrap();
    graph.rollback();
    let names = graph.names();
    assert_eq!((names.labels().len(), names.kinds().len(), names.keys().len()), (1, 0, 1));
    assert_eq!((names.find_label("B"), names.find_kind("R")), (None, None));
}

#[test]
fn what_is_deleted_can_be_read_until_the_end_of_its_statement() {
    let mut graph = Graph::default();
    let (label, kind) = (graph.label_id("A").unwrap(), graph.kind_id("R").unwrap());
    let a = graph.add_node(vec![label], vec![(Names::ID, Datum::str("a"))]);
    let loop_ = graph.add_rel(kind, a, a, Vec::new());
    graph.commit();
    graph.delete(&[a], &[]);
    assert!(!graph.has_node(a) && !graph.has_rel(loop_));
    assert_eq!((graph.labels(a), graph.kind(loop_)), (&[label][..], Some(kind)));
    assert_eq!((graph.node_count(), graph.rel_count()), (0, 0));
    let changes = graph.commit();
    assert_eq!((changes.nodes_deleted, changes.rels_deleted), (1, 1));
    assert_eq!((graph.labels(a), graph.kind(loop_)), (&[][..], None));
}
