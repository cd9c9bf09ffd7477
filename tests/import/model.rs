//! Random tables, written in random ways, are read as what was meant.

use std::collections::BTreeMap;

use kadai::Value;
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;

use super::Tables;

/// What a node is meant to have.
#[derive(Clone, Debug)]
struct Meant {
    labels: Vec<&'static str>,
    name: Option<String>,
    number: Option<i64>,
    share: Option<f64>,
    open: Option<bool>,
    tags: Option<Vec<String>>,
    /// Which file it stands in, and whether fields are in quotes that need none.
    file: usize,
    quotes: bool,
}

/// How files are written.
#[derive(Clone, Copy, Debug)]
struct Manner {
    gzip: bool,
    returns: bool,
    mark: bool,
    tabs: bool,
    header: bool,
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "題",
        ",",
        "\"",
        "\n",
        "\t",
        " ",
        "7",
        "\r\n",
        "長い名前です",
        ";",
    ]);
    vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn meant() -> impl Strategy<Value = Meant> {
    let labels = prop::sample::subsequence(vec!["A", "B", "会議"], 0..=3);
    let number = prop_oneof![any::<i64>(), -3..3_i64];
    let tags = vec("[a-z題]{1,3}", 1..4);
    let values = (of(text()), of(number), of(-1e9..1e9_f64), of(any::<bool>()), of(tags));
    (labels, values, 0..3_usize, any::<bool>()).prop_map(|(labels, values, file, quotes)| {
        let (name, number, share, open, tags) = values;
        Meant { labels, name, number, share, open, tags, file, quotes }
    })
}

fn manner() -> impl Strategy<Value = Manner> {
    any::<[bool; 5]>().prop_map(|[gzip, returns, mark, tabs, header]| Manner {
        gzip,
        returns,
        mark,
        tabs,
        header,
    })
}

impl Manner {
    fn row(self, fields: &[(String, bool)]) -> String {
        let delimiter = if self.tabs { "\t" } else { "," };
        let field = |(text, quoted): &(String, bool)| {
            if *quoted || text.contains(['"', '\n', '\r', ',', '\t']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.clone()
            }
        };
        let fields: Vec<String> = fields.iter().map(field).collect();
        fields.join(delimiter) + if self.returns { "\r\n" } else { "\n" }
    }

    /// The files of one table.
    fn files(self, tables: Tables, name: &str, header: &str, rows: &str) -> Tables {
        let ending = if self.tabs { "tsv" } else { "csv" };
        let gz = if self.gzip { ".gz" } else { "" };
        let header = header.split(',').map(|name| (name.to_owned(), false)).collect::<Vec<_>>();
        let header = self.row(&header);
        let mark = if self.mark { "\u{feff}" } else { "" };
        if self.header {
            tables
                .with(&format!("{name}-header.{ending}"), format!("{mark}{header}"))
                .with(&format!("{name}.{ending}{gz}"), format!("{mark}{rows}"))
        } else {
            tables.with(&format!("{name}.{ending}{gz}"), format!("{mark}{header}{rows}"))
        }
    }
}

fn node_row(id: &str, node: &Meant, manner: Manner) -> String {
    let field = |value: Option<String>| {
        let quoted = value.is_some() && (node.quotes || value.as_deref() == Some(""));
        (value.unwrap_or_default(), quoted)
    };
    manner.row(&[
        field(node.name.clone()),
        field(node.number.map(|n| n.to_string())),
        field(Some(node.labels.join(";"))),
        field(Some(id.to_owned())),
        field(node.share.map(|x| format!("{x:?}"))),
        field(node.open.map(|b| b.to_string())),
        field(node.tags.as_ref().map(|tags| tags.join(";"))),
    ])
}

fn expected(id: &str, node: &Meant) -> String {
    let mut labels: Vec<&str> = node.labels.clone();
    labels.sort_unstable();
    let mut values: BTreeMap<&str, Value> = BTreeMap::new();
    values.insert("id", Value::String(id.to_owned()));
    values.extend(node.name.clone().map(|name| ("name", Value::String(name))));
    values.extend(node.number.map(|n| ("number", Value::Int(n))));
    values.extend(node.share.map(|x| ("share", Value::Float(x))));
    values.extend(node.open.map(|b| ("open", Value::Bool(b))));
    let tags = |tags: &Vec<String>| Value::List(tags.iter().cloned().map(Value::String).collect());
    values.extend(node.tags.as_ref().map(|t| ("tags", tags(t))));
    format!("{labels:?} {values:?}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tables_are_read_as_they_were_meant(
        nodes in btree_map("[a-c題]{1,3}|[0-9]{6,12}", meant(), 1..30),
        rels in vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3_usize, of(-5..5_i64)), 0..60),
        manners in prop::array::uniform4(manner()),
    ) {
        let mut tables = Tables::new();
        for (file, manner) in manners.iter().take(3).enumerate() {
            let here = nodes.iter().filter(|(_, node)| node.file == file);
            let rows: String = here.map(|(id, node)| node_row(id, node, *manner)).collect();
            let header = "name,number:int,:LABEL,id:ID(s),share:double,open:boolean,tags:string[]";
            tables = manner.files(tables, &format!("nodes{}", ["x", "y", "z"][file]), header, &rows);
        }
        let ids: Vec<&String> = nodes.keys().collect();
        let mut wanted = Vec::new();
        let mut rows = String::new();
        for (start, end, kind, n) in &rels {
            let (start, end) = (ids[start.index(ids.len())], ids[end.index(ids.len())]);
            let kind = ["S", "T", "対応"][*kind];
            let n = n.map(|n| n.to_string()).unwrap_or_default();
            wanted.push(format!("{start} {kind} {n} {end}"));
            rows += &manners[3].row(&[(start.clone(), false), (kind.to_owned(), false), (n, false), (end.clone(), start.len() > 8)]);
        }
        tables = manners[3].files(tables, "rels", ":START_ID(s),:TYPE,n:int,:END_ID(s)", &rows);

        let base = tables.open();
        let graph = base.graph();
        let mut found: Vec<String> = Vec::new();
        for node in graph.nodes() {
            let value = graph.node_value(node);
            let mut labels: Vec<&str> = value.labels.iter().map(String::as_str).collect();
            labels.sort_unstable();
            let properties: BTreeMap<&str, Value> =
                value.properties.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
            found.push(format!("{labels:?} {properties:?}"));
        }
        found.sort();
        let mut meant: Vec<String> = nodes.iter().map(|(id, node)| expected(id, node)).collect();
        meant.sort();
        prop_assert_eq!(found, meant);

        let id = |node| {
            let id = graph.node_property(node, kadai::graph::Names::ID).unwrap();
            id.as_str().unwrap().to_string()
        };
        let mut found: Vec<String> = graph.rels().map(|rel| {
            let value = graph.rel_value(rel);
            let n = value.properties.get("n").map(ToString::to_string).unwrap_or_default();
            format!("{} {} {n} {}", id(value.start), value.kind, id(value.end))
        }).collect();
        found.sort();
        wanted.sort();
        prop_assert_eq!(found, wanted);
    }
}
