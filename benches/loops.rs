//! The inner loops of the engine, one query each, on a graph that fits in the cache: parsed and planned once, run many times.
//!
//! ```text
//! cargo bench --bench loops
//! ```
//!
//! Each counter is the number of rows or hops that the loop passes, so that runs are compared by items a second.

#![expect(clippy::unwrap_used, reason = "a query that does not run cannot be measured")]

use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use kadai::error::Source;
use kadai::graph::{Builder, Graph, Schema};
use kadai::model::{Datum, NodeId};
use kadai::session::{self, Options, Params};

/// Nodes of each of the two labels, and relationships from each node of the first to the second and to the first.
const NODES: u32 = 20_000;
const TO_PROGRAMS: u32 = 6;
const TO_ISSUES: u32 = 2;

fn main() {
    divan::main();
}

/// A multiplicative hash: neighbours that look random and are the same on every machine.
fn mixed(number: u32) -> u32 {
    number.wrapping_mul(0x9e37_79b9).rotate_right(13).wrapping_mul(0x85eb_ca6b) >> 3
}

/// Issues that lead to programs and, upwards, to other issues.
fn graph() -> Graph {
    let mut builder = Builder::new(Schema::default());
    let names = builder.names_mut();
    let labels = [names.label_id("Issue"), names.label_id("Program")];
    let kinds = [names.kind_id("ADDRESSED_BY"), names.kind_id("ESCALATES_TO")];
    let (id, level, status) = (names.key_id("id"), names.key_id("level"), names.key_id("status"));
    for (label, prefix) in labels.into_iter().zip(["I", "P"]) {
        for number in 0..NODES {
            let properties = vec![
                (id, Datum::str(&format!("{prefix}{number:07}"))),
                (level, Datum::Int(i64::from(mixed(number) % 6))),
                (status, Datum::str(["計画", "実施中", "終了"][mixed(number) as usize % 3])),
            ];
            builder.add_node(vec![label], properties);
        }
    }
    for number in 0..NODES {
        for way in 0..mixed(number) % (2 * TO_PROGRAMS) {
            let program = NODES + mixed(number * 16 + way) % NODES;
            builder.add_rel(kinds[0], NodeId(number), NodeId(program), Vec::new());
        }
        for way in 0..TO_ISSUES {
            let above = number + 1 + mixed(number * 4 + way) % 999;
            if above < NODES {
                builder.add_rel(kinds[1], NodeId(number), NodeId(above), Vec::new());
            }
        }
    }
    builder.build()
}

/// Runs a query that passes about so many items.
fn query(bencher: Bencher<'_, '_>, items: u32, text: &str) {
    let (graph, options) = (graph(), Options::default());
    let source = Arc::new(Source::new("bench", text));
    let prepared = session::prepare(&graph, &source, &options).unwrap();
    bencher
        .counter(ItemsCount::new(items))
        .bench_local(|| prepared.run(&graph, &Params::default(), &options).unwrap());
}

#[divan::bench]
fn filter_by_number(bencher: Bencher<'_, '_>) {
    query(bencher, NODES, "MATCH (i:Issue) WHERE i.level >= 4 RETURN count(*)");
}

#[divan::bench]
fn filter_by_code(bencher: Bencher<'_, '_>) {
    query(bencher, NODES, "MATCH (p:Program) WHERE p.status = '実施中' RETURN count(*)");
}

#[divan::bench]
fn filter_by_part_of_text(bencher: Bencher<'_, '_>) {
    query(bencher, NODES, "MATCH (i:Issue) WHERE i.id CONTAINS '0123' RETURN count(*)");
}

#[divan::bench]
fn anti_join_by_degree(bencher: Bencher<'_, '_>) {
    query(bencher, NODES, "MATCH (i:Issue) WHERE NOT (i)-[:ADDRESSED_BY]->() RETURN count(*)");
}

#[divan::bench]
fn anti_join_by_mask(bencher: Bencher<'_, '_>) {
    let text = "MATCH (i:Issue) WHERE NOT EXISTS { (i)-[:ADDRESSED_BY]->(p) WHERE p.level = 1 } RETURN count(*)";
    query(bencher, NODES * TO_PROGRAMS, text);
}

#[divan::bench]
fn two_hops(bencher: Bencher<'_, '_>) {
    let text = "MATCH (i:Issue)-[:ESCALATES_TO]->(j)-[:ADDRESSED_BY]->(p) WHERE p.level = 1 RETURN count(*)";
    query(bencher, NODES * TO_ISSUES * TO_PROGRAMS, text);
}

#[divan::bench]
fn groups_by_two_codes(bencher: Bencher<'_, '_>) {
    let text = "MATCH (i:Issue)-[:ADDRESSED_BY]->(p) RETURN i.status, p.status, count(*)";
    query(bencher, NODES * TO_PROGRAMS, text);
}

#[divan::bench]
fn groups_by_node(bencher: Bencher<'_, '_>) {
    let text = "MATCH (i:Issue)-[:ADDRESSED_BY]->(p) RETURN p.id AS p, count(*) AS n ORDER BY n DESC, p LIMIT 10";
    query(bencher, NODES * TO_PROGRAMS, text);
}

#[divan::bench]
fn pairs_in_common(bencher: Bencher<'_, '_>) {
    let text =
        "MATCH (p:Program)<-[:ADDRESSED_BY]-(i)-[:ADDRESSED_BY]->(q:Program) WHERE p.id < q.id
                RETURN p.id AS p, q.id AS q, count(i) AS n ORDER BY n DESC, p, q LIMIT 10";
    query(bencher, NODES * TO_PROGRAMS * TO_PROGRAMS, text);
}

#[divan::bench]
fn triangles(bencher: Bencher<'_, '_>) {
    let text =
        "MATCH (a)-[:ESCALATES_TO]->(b)-[:ESCALATES_TO]->(c)<-[:ESCALATES_TO]-(a) RETURN count(*)";
    query(bencher, NODES * TO_ISSUES * TO_ISSUES, text);
}

#[divan::bench]
fn reachable_in_six(bencher: Bencher<'_, '_>) {
    let text = "MATCH (:Issue {id: 'I0000007'})-[:ESCALATES_TO*1..6]->(x) RETURN count(DISTINCT x)";
    query(bencher, 64, text);
}

#[divan::bench]
fn pairs_connected(bencher: Bencher<'_, '_>) {
    let text = "MATCH (f:Issue {level: 1})-[:ESCALATES_TO*]->(n:Issue {level: 5})
                WITH DISTINCT f, n RETURN count(*)";
    query(bencher, NODES * TO_ISSUES, text);
}

#[divan::bench]
fn shortest_path(bencher: Bencher<'_, '_>) {
    let text = "MATCH p = shortestPath((:Issue {id: 'I0000007'})-[:ESCALATES_TO*]->(:Issue {id: 'I0009999'}))
                RETURN length(p)";
    query(bencher, 1, text);
}

#[divan::bench]
fn look_up(bencher: Bencher<'_, '_>) {
    query(bencher, 1, "MATCH (i:Issue {id: 'I0012345'}) RETURN i.level, i.status");
}
