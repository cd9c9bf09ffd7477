//! Folders of tables with the headers of graph databases' imports: what the graph holds, and what is said of faults.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "import/faults.rs"]
mod faults;
#[path = "import/model.rs"]
mod model;
#[cfg(feature = "parquet")]
#[path = "import/parquet.rs"]
mod parquet;

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use kadai::KnowledgeBase;
use kadai::error::{Lang, Style, render};
use kadai::knowledge::check;
use snapbox::{assert_data_eq, str};
use tempfile::TempDir;

/// A folder of tables.
struct Tables(TempDir);

impl Tables {
    fn new() -> Self {
        Self(TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap())
    }

    fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let bytes = bytes.as_ref();
        let bytes = if name.ends_with(".gz") { gzip(bytes) } else { bytes.to_vec() };
        std::fs::write(path, bytes).unwrap();
        self
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn open(&self) -> KnowledgeBase {
        KnowledgeBase::open(self.path()).unwrap_or_else(|errors| panic!("{errors}"))
    }

    /// Every node and relationship, a line each.
    fn printed(&self) -> String {
        let base = self.open();
        let graph = base.graph();
        let nodes = graph.nodes().map(|node| graph.node_value(node).to_string());
        let rels = graph.rels().map(|rel| {
            let value = graph.rel_value(rel);
            format!("{} {value} {}", value.start.0, value.end.0)
        });
        nodes.chain(rels).map(|line| line + "\n").collect()
    }

    /// What the program says in this folder.
    fn says(&self, args: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kadai"));
        command.args(args).env("LC_ALL", "C").env_remove("KADAI_KB").env_remove("KADAI_LANG");
        command.current_dir(self.path()).env("KADAI_CACHE_DIR", self.path().join(".cache"));
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        format!("{}{}{}", text(output.stdout), text(output.stderr), output.status)
    }

    /// What a reader of either language sees of the faults.
    fn drawn(&self) -> String {
        let report = check(&[self.path().to_path_buf()], None).unwrap();
        let [english, japanese] =
            [Lang::En, Lang::Ja].map(|lang| render(&report.faults, Style { lang, color: false }));
        let folder = self.path().display().to_string();
        format!("{english}{japanese}and {} more\n", report.more).replace(&folder, "kb")
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn every_type_has_its_values() {
    let tables = Tables::new().with(
        "things.csv",
        "\u{feff}id:ID,a:byte,b:short,c:int,d:LONG,e:float,f:double,g:boolean,h:char,i:string,j\n\
         x, 1 ,-2,+3,9223372036854775807,1.5,-1e3,TRUE,題,5,plain\n\
         y,,,,,,,,,,\n\
         z,1,2,3,4,5,6,false,\"\"\"\",\"\",\"a,\"\"b\"\"\nc\"\n",
    );
    let tables = tables.with(
        "times.csv",
        "id:ID,a:date,b:time,c:localtime,d:datetime,e:localdatetime,f:duration,:IGNORE\r\n\
         t,2025-04-01,09:30+09:00,09:30,2025-04-01T09:30+09:00,2025-04-01T09:30,P1DT2H,x\r\n",
    );
    let tables = tables.with(
        "lists.csv",
        "id:ID,a:int[],b:string[],c:date[],d:boolean[],e:double[]\n\
         l,1;2;-3,a;;c,2025-04-01;2025,true;FALSE,1.5\n\
         m,,\"x;\"\"y\"\"\",,,\n",
    );
    assert_data_eq!(
        tables.printed(),
        str![[r#"
(:lists {id: 'l', a: [1, 2, -3], b: ['a', '', 'c'], c: [date('2025-04-01'), date('2025-01-01')], d: [true, false], e: [1.5]})
(:lists {id: 'm', b: ['x', '"y"']})
(:things {id: 'x', a: 1, b: -2, c: 3, d: 9223372036854775807, e: 1.5, f: -1000.0, g: true, h: '題', i: '5', j: 'plain'})
(:things {id: 'y'})
(:things {id: 'z', a: 1, b: 2, c: 3, d: 4, e: 5.0, f: 6.0, g: false, h: '"', i: '', j: 'a,"b"/nc'})
(:times {id: 't', a: date('2025-04-01'), b: time('09:30+09:00'), c: localtime('09:30'), d: datetime('2025-04-01T09:30+09:00'), e: localdatetime('2025-04-01T09:30'), f: duration('P1DT2H')})

"#]]
    );
}

#[test]
fn labels_types_and_ids_come_from_columns_or_from_names() {
    let tables = Tables::new()
        .with("1/nodes_Actor-header.csv", "id:ID(Actor),name,:LABEL\n")
        .with("1/nodes_Actor-1.csv", "1,都,Actor;Office\n2,区,Actor\n")
        .with("1/nodes_Actor-2.csv.gz", "3,市,Office;Actor\n\n4,町,\n")
        .with("2/Issue.tsv", "code:ID(Issue)\tname\n1\tケア\t\n".replace("\t\n", "\n"))
        .with("3/edges_raised-by.csv", ":START_ID(Issue),:END_ID(Actor),fy:int\n1,1,2018\n1,4,\n")
        .with(
            "3/x.csv",
            ":END_ID(Actor),:TYPE,:START_ID(Actor)\n2,knows,\"1\"\n1,likes,2\n3,knows,2\n",
        )
        .with(".hidden.csv", "nothing")
        .with("notes.txt", "nothing");
    assert_data_eq!(
        tables.printed(),
        str![[r#"
(:Actor:Office {id: '1', name: '都'})
(:Actor:Office {id: '3', name: '市'})
(:Actor {id: '2', name: '区'})
({id: '4', name: '町'})
(:Issue {code: '1', name: 'ケア'})
4 [:raised-by {fy: 2018}] 0
4 [:raised-by] 3
0 [:knows] 2
2 [:knows] 1
2 [:likes] 0

"#]]
    );
}

#[test]
fn ids_without_a_name_are_no_property_and_long_ones_are_told_apart() {
    let long = "a-rather-long-identifier-";
    let nodes = format!(
        ":ID,name\n{long}1,one\n{long}2,two\n\"{long}\"\"3\",three\n1234567,four\n12345678,five\n"
    );
    let rels = format!(
        ":START_ID,:END_ID\n{long}1,{long}2\n{long}2,\"{long}\"\"3\"\n\"{long}\"\"3\",1234567\n{long}1,12345678\n"
    );
    let tables = Tables::new().with("n.csv", nodes).with("r.csv", rels);
    assert_data_eq!(
        tables.printed(),
        str![[r#"
(:n {name: 'one'})
(:n {name: 'two'})
(:n {name: 'three'})
(:n {name: 'four'})
(:n {name: 'five'})
0 [:r] 1
1 [:r] 2
2 [:r] 3
0 [:r] 4

"#]]
    );
}

#[test]
fn knowledge_files_come_before_tables_and_a_folder_of_neither_says_so() {
    let tables = Tables::new().with("n.csv", ":ID\n1\n").with("a.toml", "");
    assert!(tables.drawn().contains("has no `schema.toml`"), "{}", tables.drawn());
    assert!(Tables::new().with("n.txt", "").drawn().contains("holds no knowledge files"));
}

#[test]
fn commands_take_a_folder_of_tables() {
    let tables = Tables::new()
        .with("n.csv", "id:ID,year:int,:LABEL\na,2024,会議\nb,2025,会議\n")
        .with("r.csv", ":START_ID,:END_ID,:TYPE\na,b,次\n");
    let asked = "MATCH (a)-[:次]->(b:会議) RETURN a.id, b.year";
    let query = ["query", "--kb", ".", "--format", "csv", asked];
    assert_data_eq!(
        tables.says(&query),
        str![[r#"
a.id,b.year
a,2025
exit status: 0
"#]]
    );
    assert_data_eq!(
        tables.says(&["check", "."]),
        str![[r#"
2 files, 2 nodes, 1 relationship: no faults
exit status: 0
"#]]
    );
    assert_eq!(
        tables.says(&["build", "--kb", ".", "--snapshot", "s"]).lines().last(),
        Some("exit status: 0")
    );
    let snapshot = ["query", "--snapshot", "s", "--format", "csv", asked];
    assert_eq!(tables.says(&snapshot), tables.says(&query));
    // The cache goes by what the tables say.
    let tables = tables.with("n.csv", "id:ID,year:int,:LABEL\na,2024,会議\nb,2026,会議\n");
    assert_data_eq!(
        tables.says(&query),
        str![[r#"
a.id,b.year
a,2026
exit status: 0
"#]]
    );
    let tables = tables.with("r.csv", ":START_ID,:END_ID,:TYPE\na,c,次\n");
    assert_data_eq!(
        tables.says(&query),
        str![[r#"
error[seed.reference]: no node has the id `c`
 --> ./r.csv:2:3
  |
2 | a,c,次
  |   ^

exit status: 2
"#]]
    );
    assert_data_eq!(
        tables.says(&["check", "."]),
        str![[r#"
error[seed.reference]: no node has the id `c`
 --> ./r.csv:2:3
  |
2 | a,c,次
  |   ^

2 files, 2 nodes, 1 relationship: 1 error, 0 warnings
exit status: 1
"#]]
    );
}

#[test]
fn blocks_are_put_together_in_the_order_of_the_file() {
    const ROWS: usize = 60_000;
    let text = |row: usize| format!("名前{row},\"{}\"\nです", "長い".repeat(row % 7));
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut nodes = String::from("id:ID,text,n:int,:LABEL\n");
    let mut rels = String::from(":START_ID,n:int,:END_ID\n");
    for row in 0..ROWS {
        let label = if row % 1000 < 10 { "B" } else { "A" };
        nodes += &format!("n{row},{},{row},{label}\n", quoted(&text(row)));
        rels += &format!("n{row},{row},n{}\n", (row * 7919) % ROWS);
    }
    assert!(nodes.len() > 3_000_000);
    let base = Tables::new().with("n.csv.gz", nodes).with("r.csv", rels).open();
    let graph = base.graph();
    assert_eq!((graph.node_count(), graph.rel_count()), (ROWS, ROWS));
    let key = |name: &str| graph.names().find_key(name).unwrap();
    let (id, n, word) = (key("id"), key("n"), key("text"));
    let of = |node, key| graph.value(&graph.node_property(node, key).unwrap());
    let mut last = [None, None];
    for node in graph.nodes() {
        let kadai::Value::Int(row) = of(node, n) else { panic!("no number") };
        let row = usize::try_from(row).unwrap();
        assert_eq!(of(node, id), kadai::Value::String(format!("n{row}")));
        assert_eq!(of(node, word), kadai::Value::String(text(row)));
        let last = &mut last[usize::from(row % 1000 < 10)];
        assert!(last.replace(row) < Some(row), "rows keep their order");
    }
    for (row, rel) in graph.rels().enumerate() {
        let (start, end) = graph.ends(rel).unwrap();
        assert_eq!(of(start, n), kadai::Value::Int(row as i64));
        assert_eq!(of(end, n), kadai::Value::Int(((row * 7919) % ROWS) as i64));
    }
}

#[test]
fn ids_are_told_apart_whatever_their_form() {
    let ids = [
        "A1",
        "A01",
        "A001",
        "1",
        "01",
        "-1",
        "+1",
        "12345678901234567890123",
        "x-7",
        "課1",
        "１",
        "A1b",
    ];
    let mut nodes = String::from("id:ID\n");
    let mut rels = String::from(":END_ID,:START_ID\n");
    let mut wanted = Vec::new();
    for (at, id) in ids.into_iter().enumerate() {
        let next = ids[(at + 1) % ids.len()];
        nodes += &format!("{id}\n");
        // Line ends of both kinds, and quotes, between ids that stand once more.
        rels +=
            &format!("{next},{id}\r\n\"{next}\",A1\n{next},\"{id}\"\n{next},A01\r\n{id},A1\r\n");
        wanted.extend([(id, next), ("A1", next), (id, next), ("A01", next), ("A1", id)]);
    }
    let base = Tables::new().with("n.csv", nodes).with("t.csv", rels).open();
    let graph = base.graph();
    let key = graph.names().find_key("id").unwrap();
    let id = |node| graph.value(&graph.node_property(node, key).unwrap());
    let found = graph.rels().map(|rel| graph.ends(rel).unwrap());
    let found: Vec<_> = found.map(|(start, end)| (id(start), id(end))).collect();
    let text = |id: &str| kadai::Value::String(id.to_owned());
    let wanted: Vec<_> = wanted.into_iter().map(|(a, b)| (text(a), text(b))).collect();
    assert_eq!(found, wanted);
}
