//! Tables in Parquet, as pyarrow writes them.

use snapbox::{assert_data_eq, str};

use super::Tables;

const NODES: &[u8] = include_bytes!("parquet/nodes.parquet");
const RELS: &[u8] = include_bytes!("parquet/edges_follows.parquet");

#[test]
fn columns_have_the_types_of_the_file() {
    let tables = Tables::new().with("nodes.parquet", NODES).with("edges_follows.parquet", RELS);
    let more = tables.with("x.csv", "id:ID(M)\nm4\n");
    assert_data_eq!(
        more.printed(),
        str![[r#"
(:Meeting {id: 'm1', name: '第1回,"幹事会"', year: 2024, share: 0.5, open: true, day: date('2025-04-01'), at: localdatetime('2025-04-01T09:30'), tags: ['a;b', 'c'], counts: [1, 2]})
(:Meeting {id: 'm3', year: -5, day: date('1969-12-31'), tags: ['"x"']})
(:Meeting:会議 {id: 'm2', name: '', share: 1e300, open: false, seen: datetime('2025-04-01T00:00:00.005Z'), counts: [3]})
(:x {id: 'm4'})
0 [:follows {fy: 2018}] 2
1 [:follows] 0

"#]]
    );
}

#[test]
fn faults_are_told() {
    let tables = Tables::new().with("b.parquet", RELS).with("a.parquet", &NODES[..NODES.len() / 2]);
    assert_data_eq!(
        tables.drawn(),
        str![[r#"
error[io]: cannot read `kb/a.parquet`: Parquet error: Invalid Parquet file. Corrupt footer
note: Relationships are checked once every row of the nodes can be read.

エラー[io]: 「kb/a.parquet」を読み込めません：Parquet error: Invalid Parquet file. Corrupt footer
補足: 関係の両端は、ノードの行がすべて読み込めるようになってから確認します。

and 0 more

"#]]
    );
    let twice = Tables::new().with("a.parquet", NODES).with("b.parquet", NODES);
    assert_data_eq!(
        twice.drawn(),
        str![[r#"
error[seed.duplicate]: the id `m1` stands twice
note: in `kb/a.parquet`, `kb/b.parquet`

error[seed.duplicate]: the id `m3` stands twice
note: in `kb/a.parquet`, `kb/b.parquet`

error[seed.duplicate]: the id `m2` stands twice
note: in `kb/a.parquet`, `kb/b.parquet`

エラー[seed.duplicate]: ID「m1」が重複しています
補足: `kb/a.parquet`, `kb/b.parquet` にあります

エラー[seed.duplicate]: ID「m3」が重複しています
補足: `kb/a.parquet`, `kb/b.parquet` にあります

エラー[seed.duplicate]: ID「m2」が重複しています
補足: `kb/a.parquet`, `kb/b.parquet` にあります

and 0 more

"#]]
    );
}

#[test]
fn files_of_both_kinds_keep_their_order() {
    let row = |id: &str| format!("id:ID,:LABEL\n{id},{id}\n");
    let tables = Tables::new()
        .with("a.csv", row("x"))
        .with("b.parquet", NODES)
        .with("c.csv", row("y"))
        .with("d.csv", row("z"));
    let base = tables.open();
    let graph = base.graph();
    let ids: Vec<_> = graph.nodes().map(|node| graph.node_value(node).to_string()).collect();
    let place = |id: &str| ids.iter().position(|shown| shown.contains(&format!("id: '{id}'")));
    let [first, second, third] = ["x", "y", "z"].map(|id| place(id).unwrap());
    assert_eq!((first, second, third), (0, ids.len() - 2, ids.len() - 1));
}
