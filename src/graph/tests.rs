//! Random writes against a naive model: what a graph says of itself must be what a recount of all records says.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    Builder, Bulk, BulkColumn, Column, Direction, Entity, Graph, Names, NodeTable, Properties,
    RelTable, Schema, Values,
};
use crate::model::temporal::{Kind, Temporal};
use crate::model::{Datum, GroupKey, KeyId, KindId, LabelId, NodeId, RelId};

const LABELS: u16 = 3;
pub(super) const KINDS: u16 = 2;
const KEYS: u16 = 6;

/// The records of a graph, without any index.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) nodes: BTreeMap<NodeId, (Vec<LabelId>, Properties)>,
    pub(super) rels: BTreeMap<RelId, (KindId, NodeId, NodeId, Properties)>,
}

#[derive(Clone, Debug)]
pub(super) enum Write {
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
    (0..KEYS).prop_map(KeyId)
}

pub(super) fn write() -> impl Strategy<Value = Write> {
    let at = 0..64usize;
    prop_oneof![
        4 => (labels(), proptest::option::of(0..4u8))
            .prop_map(|(labels, id)| Write::AddNode { labels, id }),
        6 => ((0..KINDS).prop_map(KindId), at.clone(), at.clone())
            .prop_map(|(kind, start, end)| Write::AddRel { kind, start, end }),
        2 => (at.clone(), key(), proptest::option::of(0..8u8))
            .prop_map(|(at, key, value)| Write::SetNode { at, key, value }),
        1 => (at.clone(), key(), proptest::option::of(0..8u8))
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

/// One of the values that a key takes here: most have one type, one has all.
fn value(key: KeyId, value: u8) -> Datum {
    let int = i64::from(value);
    match (key.0, value % 4) {
        (0, at) => text(at),
        (1, 0) => Datum::Int(int << 40),
        (1, _) => Datum::Int(int),
        (2, _) => Datum::Float(f64::from(value) / 2.0),
        (3, _) => Datum::Bool(value > 3),
        (4, _) => Datum::str(
            ["", "名", "名前", "a", "ab", "b", "長いテキスト", "z"][usize::from(value % 8)],
        ),
        (_, 0) => Datum::Int(int),
        (_, 1) => Datum::list(vec![Datum::Int(int), text(value)]),
        (_, 2) => Datum::temporal(
            Temporal::read(Kind::Date, &format!("2025-04-0{}", value % 8 + 1)).unwrap(),
        ),
        (_, _) => Datum::Float(f64::from(value)),
    }
}

fn set(properties: &mut Properties, key: KeyId, value: Option<Datum>) {
    match (properties.iter().position(|(known, _)| *known == key), value) {
        (Some(at), Some(value)) => properties[at].1 = value,
        (Some(at), None) => drop(properties.remove(at)),
        (None, Some(value)) => properties.push((key, value)),
        (None, None) => {}
    }
}

/// Does a write to both; `at` counts round.
pub(super) fn apply(graph: &mut Graph, model: &mut Model, kept: &mut Model, write: &Write) {
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
        Write::SetNode { at, key, value: given } => {
            let Some(node) = node(*at) else { return };
            let value = given.map(|given| value(*key, given));
            graph.set_property(Entity::Node(node), *key, value.clone().unwrap_or_default());
            set(&mut model.nodes.get_mut(&node).unwrap().1, *key, value);
        }
        Write::SetRel { at, key, value: given } => {
            let Some(rel) = rel(*at) else { return };
            let value = given.map(|given| value(*key, given));
            graph.set_property(Entity::Rel(rel), *key, value.clone().unwrap_or_default());
            set(&mut model.rels.get_mut(&rel).unwrap().3, *key, value);
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

/// The columns, look-ups and counts of a graph, against a recount of the model.
fn compare_columns(graph: &Graph, model: &Model) {
    let own = |node: &NodeId, key| {
        let properties = &model.nodes[node].1;
        properties.iter().find(|(known, _)| *known == key).map(|(_, value)| value.clone())
    };
    let groups = (0..LABELS).map(|label| Some(LabelId(label))).chain([None]);
    for key in (0..KEYS).map(KeyId) {
        if let Some(column) = graph.column(key) {
            for node in model.nodes.keys() {
                assert_eq!(
                    shown_one(cell(column, node.0)),
                    shown_one(own(node, key)),
                    "{node:?} {key:?}"
                );
            }
        }
        for group in groups.clone() {
            let of_group = || {
                let of =
                    |label: LabelId| move |node: &&NodeId| model.nodes[*node].0.contains(&label);
                model.nodes.keys().filter(move |node| group.is_none_or(|label| of(label)(node)))
            };
            for value in (0..8).map(|given| value(key, given)) {
                let is = |node: &&NodeId| {
                    own(node, key).is_some_and(|own| own.equals(&value) == Some(true))
                };
                let with: Vec<NodeId> = of_group().filter(is).copied().collect();
                if let Some(found) = graph.nodes_by(group, key, &value) {
                    assert_eq!(found, with, "{group:?} {key:?} {value:?}");
                }
                if let Some(count) = graph.frequency(group, key, &value) {
                    assert_eq!(count, with.len() as u64, "{group:?} {key:?} {value:?}");
                }
            }
            let values: Vec<Option<Datum>> = of_group().map(|node| own(node, key)).collect();
            if graph.overlay.is_empty() && graph.journal.is_empty() {
                let different: std::collections::HashSet<GroupKey> =
                    values.iter().flatten().cloned().map(GroupKey).collect();
                assert_eq!(graph.distinct_values(group, key), different.len() as u64);
            }
            if let Some(label) = group
                && graph.ascends(label, key)
            {
                let ascend = |two: &[Option<Datum>]| match (&two[0], &two[1]) {
                    (Some(a), Some(b)) => a.order(b).is_lt(),
                    _ => false,
                };
                assert!(values.windows(2).all(ascend) && values.iter().all(Option::is_some));
            }
            let holders = values.iter().flatten().count() as u64;
            assert_eq!(graph.statistics().holders(group, key), holders);
        }
    }
}

/// The counts of nodes and relationships, against a recount of the model.
fn compare_counts(graph: &Graph, model: &Model) {
    let counts = graph.statistics();
    let has = |node: &NodeId, group: Option<LabelId>| {
        group.is_none_or(|label| model.nodes[node].0.contains(&label))
    };
    let groups: Vec<_> = (0..LABELS).map(|label| Some(LabelId(label))).chain([None]).collect();
    let labelled = model.nodes.values().filter(|node| !node.0.is_empty()).count();
    assert_eq!(counts.labelled(), labelled as u64);
    for (a, b) in [(0, 1), (1, 2), (2, 0)].map(|(a, b)| (LabelId(a), LabelId(b))) {
        let both = model.nodes.values().filter(|node| node.0.contains(&a) && node.0.contains(&b));
        assert_eq!(counts.nodes_with_both(a, b), both.count() as u64);
    }
    for kind in (0..KINDS).map(KindId) {
        let rels = || model.rels.values().filter(|rel| rel.0 == kind);
        for from in &groups {
            for to in &groups {
                let count = rels().filter(|rel| has(&rel.1, *from) && has(&rel.2, *to)).count();
                assert_eq!(counts.rels(*from, kind, *to), count as u64);
            }
            let loops = rels().filter(|rel| rel.1 == rel.2 && has(&rel.1, *from)).count();
            assert_eq!(counts.loops(*from, kind), loops as u64);
            for direction in [Direction::Outgoing, Direction::Incoming] {
                let mut degrees: BTreeMap<NodeId, u64> = BTreeMap::new();
                for (_, start, end, _) in rels() {
                    let node = if direction == Direction::Outgoing { start } else { end };
                    *degrees.entry(*node).or_default() += 1;
                }
                degrees.retain(|node, _| has(node, *from));
                assert_eq!(counts.joined(*from, kind, direction), degrees.len() as u64);
                let most = degrees.values().max().copied().unwrap_or(0);
                assert!(counts.degree_max(*from, kind, direction) >= most);
            }
        }
        let mut ends: Vec<(NodeId, NodeId)> = rels().map(|rel| (rel.1, rel.2)).collect();
        ends.sort_unstable();
        assert!(counts.has_parallel(kind) || ends.windows(2).all(|two| two[0] != two[1]));
    }
}

fn cell(column: Column<'_>, node: u32) -> Option<Datum> {
    let text = |bytes: &[u8]| Datum::str(std::str::from_utf8(bytes).unwrap());
    match column {
        Column::Int(values) => values.get(node).map(Datum::Int),
        Column::Float(values) => values.get(node).map(Datum::Float),
        Column::Bool(values) => values.get(node).map(|truth| Datum::Bool(truth != 0)),
        Column::Code(values, texts) => {
            values.get(node).map(|code| text(texts.get(code as usize).unwrap()))
        }
        Column::Text(values, texts) => values.place(node).and_then(|at| texts.get(at)).map(text),
    }
}

fn shown_one(value: Option<Datum>) -> String {
    format!("{value:?}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn indexes_are_what_the_records_say(writes in proptest::collection::vec(write(), 0..80)) {
        let indexes = vec![(Some(LabelId(0)), KeyId(1)), (None, KeyId(2)), (None, KeyId(5))];
        let mut graph = Bulk { indexes, ..Bulk::default() }.build();
        for kind in 0..KINDS {
            graph.kind_id(&kind.to_string()).unwrap();
        }
        graph.commit();
        let (mut model, mut kept) = (Model::default(), Model::default());
        for write in &writes {
            apply(&mut graph, &mut model, &mut kept, write);
            compare(&graph, &model);
            compare_columns(&graph, &model);
            compare_counts(&graph, &model);
        }
        graph.rollback();
        compare(&graph, &kept);
        compare_columns(&graph, &kept);
        compare_counts(&graph, &kept);
    }

    #[test]
    fn tables_make_the_graph_of_their_records(
        nodes in proptest::collection::vec((labels(), columns(12)), 0..4),
        rels in proptest::collection::vec((0..KINDS, ends(12), columns(12)), 0..4),
        writes in proptest::collection::vec(write(), 0..4),
    ) {
        let mut builder = Builder::new(Schema::default());
        let mut bulk = Bulk { indexes: vec![(None, KeyId(1))], ..Bulk::default() };
        for kind in 0..KINDS {
            builder.names_mut().kind_id(&kind.to_string());
            bulk.names.kind_id(&kind.to_string());
        }
        let mut model = Model::default();
        for (labels, columns) in nodes {
            for row in 0..12 {
                let properties = row_of(&columns, row);
                let node = builder.add_node(labels.clone(), properties.clone());
                model.nodes.insert(node, (labels.clone(), properties));
            }
            let columns = columns.into_iter().map(table_column).collect();
            bulk.nodes.push(NodeTable { labels, rows: 12, columns });
        }
        let (mut next, count) = (0, u32::try_from(model.nodes.len()).unwrap());
        for (kind, (order, mut ends), columns) in rels {
            if order != Order::Any && count > 0 {
                ends.iter_mut().for_each(|(start, end)| (*start, *end) = (*start % count, *end % count));
                ends.sort_by_key(|(start, end)| (*start, if order == Order::Whole { *end } else { 0 }));
            }
            for (row, (start, end)) in ends.iter().enumerate() {
                let (start, end) = (NodeId(*start), NodeId(*end));
                if model.nodes.contains_key(&start) && model.nodes.contains_key(&end) {
                    model.rels.insert(RelId(next), (KindId(kind), start, end, row_of(&columns, row)));
                }
                next += 1;
            }
            let (start, end) = ends.into_iter().unzip();
            let columns = columns.into_iter().map(table_column).collect();
            bulk.rels.push(RelTable { kind: KindId(kind), start, end, columns });
        }
        let mut graph = bulk.build();
        compare(&graph, &model);
        compare_columns(&graph, &model);
        compare_counts(&graph, &model);
        let built = builder.build();
        prop_assert!(built.nodes().eq(graph.nodes()));
        let first = graph.nodes().next();
        if let Some(node) = first {
            graph.set_property(Entity::Node(node), KeyId(1), Datum::str("of another type"));
            set(&mut model.nodes.get_mut(&node).unwrap().1, KeyId(1), Some(Datum::str("of another type")));
            graph.commit();
            graph.merge();
            compare(&graph, &model);
            compare_columns(&graph, &model);
        }
        let mut kept = model.clone();
        for write in &writes {
            apply(&mut graph, &mut model, &mut kept, write);
        }
        graph.commit();
        graph.merge();
        compare(&graph, &model);
    }
}

/// How relationships follow each other in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// Anyhow; some lead nowhere.
    Any,
    /// By start.
    Start,
    /// By start, then end.
    Whole,
}

fn ends(rows: usize) -> impl Strategy<Value = (Order, Vec<(u32, u32)>)> {
    let order = prop_oneof![Just(Order::Any), Just(Order::Start), Just(Order::Whole)];
    (order, proptest::collection::vec((0..30u32, 0..30u32), rows))
}

/// Columns of a table: for each key the values, none where a row has none.
fn columns(rows: usize) -> impl Strategy<Value = Vec<(KeyId, Vec<Option<Datum>>)>> {
    let values = proptest::collection::vec(proptest::option::weighted(0.8, 0..8u8), rows);
    let whole = proptest::collection::vec((0..8u8).prop_map(Some), rows);
    let column = prop_oneof![values, whole];
    let keys = proptest::sample::subsequence((0..KEYS).map(KeyId).collect::<Vec<_>>(), 0..=6);
    (keys, proptest::collection::vec(column, usize::from(KEYS))).prop_map(|(keys, columns)| {
        let values = |key: KeyId, column: Vec<Option<u8>>| {
            column.into_iter().map(|given| given.map(|given| value(key, given))).collect()
        };
        keys.into_iter().zip(columns).map(|(key, column)| (key, values(key, column))).collect()
    })
}

fn row_of(columns: &[(KeyId, Vec<Option<Datum>>)], row: usize) -> Properties {
    columns.iter().filter_map(|(key, values)| Some((*key, values[row].clone()?))).collect()
}

/// The column as a bulk load gives it.
fn table_column((key, column): (KeyId, Vec<Option<Datum>>)) -> BulkColumn {
    let mut present = vec![0u64; column.len().div_ceil(64)];
    for (row, _) in column.iter().enumerate().filter(|(_, value)| value.is_some()) {
        present[row / 64] |= 1 << (row % 64);
    }
    let present = column.iter().any(Option::is_none).then_some(present);
    let values = match key.0 {
        1 => Values::Int(
            column.iter().map(|v| if let Some(Datum::Int(v)) = v { *v } else { 7 }).collect(),
        ),
        2 => Values::Float(
            column.iter().map(|v| if let Some(Datum::Float(v)) = v { *v } else { 7.0 }).collect(),
        ),
        3 => Values::Bool(
            column.iter().map(|v| u8::from(matches!(v, Some(Datum::Bool(true))))).collect(),
        ),
        0 | 4 => {
            let (mut offsets, mut bytes) = (vec![0], Vec::new());
            for value in &column {
                let text = value.as_ref().and_then(Datum::as_str).map_or("none", |text| text);
                bytes.extend_from_slice(text.as_bytes());
                offsets.push(u32::try_from(bytes.len()).unwrap());
            }
            Values::Text { offsets, bytes }
        }
        _ => {
            return BulkColumn {
                key,
                values: Values::Any(column.into_iter().map(Option::unwrap_or_default).collect()),
                present: None,
            };
        }
    };
    BulkColumn { key, values, present }
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

#[test]
fn ends_are_found_in_rows_where_relationships_ascend_there() {
    let tables = [
        (0, vec![(0, 1), (0, 3), (2, 2), (2, 9)]),
        (1, vec![(9, 0)]),
        (0, vec![(2, 9), (7, 0), (9, 1)]),
        (1, vec![(9, 0), (9, 8)]),
    ];
    for turned in [false, true] {
        let mut bulk = Bulk::default();
        for kind in ["a", "b"] {
            bulk.names.kind_id(kind);
        }
        bulk.nodes.push(NodeTable { rows: 10, ..NodeTable::default() });
        let mut wanted = Vec::new();
        for (kind, mut ends) in tables.clone() {
            if turned {
                ends.reverse();
            }
            wanted.extend(ends.iter().map(|(start, end)| (NodeId(*start), NodeId(*end))));
            let (start, end) = ends.into_iter().unzip();
            bulk.rels.push(RelTable { kind: KindId(kind), start, end, columns: Vec::new() });
        }
        let mut graph = bulk.build();
        assert_eq!(matches!(graph.image.ends, super::image::Ends::Rows), !turned);
        let ends =
            |graph: &Graph| graph.rels().filter_map(|rel| graph.ends(rel)).collect::<Vec<_>>();
        assert_eq!(ends(&graph), wanted);
        assert_eq!(graph.image.ends(RelId(u32::try_from(wanted.len()).unwrap())), None);
        let mut bytes = Vec::new();
        graph.save(&mut bytes).unwrap();
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, &bytes).unwrap();
        assert_eq!(ends(&Graph::open(&file).unwrap()), wanted);
        graph.delete(&[], &[RelId(1)]);
        graph.add_rel(KindId(0), NodeId(9), NodeId(9), Vec::new());
        graph.commit();
        graph.merge();
        assert_eq!(matches!(graph.image.ends, super::image::Ends::Rows), !turned);
        wanted.remove(1);
        wanted.push((NodeId(9), NodeId(9)));
        assert_eq!(ends(&graph), wanted);
    }
}
