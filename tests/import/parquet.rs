//! Tables in Parquet, as pyarrow writes them.

use snapbox::{assert_data_eq, str};

use super::Tables;

const NODES: &[u8] = include_bytes!("parquet/nodes.parquet");
const RELS: &[u8] = include_bytes!("parquet/edges_follows.parquet");

#[test]
fn columns_have_the_types_of_the_file() {
    let tables = Tables::new().with("nodes.parquet", NODES).with("edges_follows.parquet", RELS);
    let more = tables.with("x.csv", "id:ID(M)\nm4\n");
    assert_data_eq!(more.printed(), str![[""]]);
}

#[test]
fn faults_are_told() {
    let tables = Tables::new().with("b.parquet", RELS).with("a.parquet", &NODES[..NODES.len() / 2]);
    assert_data_eq!(tables.drawn(), str![[""]]);
    let twice = Tables::new().with("a.parquet", NODES).with("b.parquet", NODES);
    assert_data_eq!(twice.drawn(), str![[""]]);
}
