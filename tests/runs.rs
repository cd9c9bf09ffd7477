//! The machine over runs against the one that goes frame by frame: on random graphs with loops, parallel relationships, missing and
//! mixed properties, and rows written since the graph was built, both give the same rows in the same order.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use kadai::error::Source;
use kadai::graph::{Builder, Graph};
use kadai::model::{Datum, Value};
use kadai::session::{self, Options, Params};
use proptest::prelude::*;

/// Queries over labels `A` and `B`, types `S` and `T`, integers `k`, texts `s` and `t`, mixed values `m`, and `id`.
const QUERIES: &[&str] = &[
    "MATCH (a) RETURN count(*)",
    "MATCH (a:A) RETURN a.id, a",
    "MATCH (a:A:B) RETURN count(a)",
    "MATCH (a) WHERE a:A OR a:B RETURN a.id",
    "MATCH (a) WHERE NOT a:A RETURN a.id",
    "MATCH (a) WHERE a.k = 1 RETURN a.id",
    "MATCH (a) WHERE a.k <> 1 RETURN a.id",
    "MATCH (a) WHERE NOT a.k <> 1 RETURN a.id",
    "MATCH (a:B) WHERE a.k > 1 AND a.k <= 3 RETURN count(*)",
    "MATCH (a) WHERE 2 < a.k RETURN count(*)",
    "MATCH (a) WHERE a.k = 1.0 OR a.k > 2.5 RETURN a.id",
    "MATCH (a) WHERE a.k IN [1, 3, null] RETURN a.id",
    "MATCH (a) WHERE NOT a.k IN [1, 3] RETURN a.id",
    "MATCH (a) WHERE NOT a.k IN [] RETURN a.id",
    "MATCH (a) WHERE a.k IS NULL RETURN a.id",
    "MATCH (a) WHERE a.k IS NOT NULL AND a.s IS NOT NULL RETURN a.id",
    "MATCH (a) WHERE a.nowhere IS NULL RETURN count(a)",
    "MATCH (a) WHERE a.nowhere = 1 RETURN count(a)",
    "MATCH (a) WHERE a.s = 'x' RETURN a.id",
    "MATCH (a) WHERE a.s <> 'x' RETURN a.id",
    "MATCH (a) WHERE a.s >= 'xy' RETURN a.id",
    "MATCH (a) WHERE a.s < 'xy' RETURN a.id",
    "MATCH (a) WHERE a.s STARTS WITH 'x' RETURN a.id",
    "MATCH (a) WHERE NOT a.s ENDS WITH 'y' RETURN a.id",
    "MATCH (a) WHERE a.s CONTAINS 'y' RETURN count(*)",
    "MATCH (a) WHERE a.s IN ['x', 'zz'] RETURN a.id",
    "MATCH (a) WHERE a.s = 1 RETURN a.id",
    "MATCH (a) WHERE a.s <> 1 RETURN a.id",
    "MATCH (a) WHERE a.t CONTAINS '1' RETURN a.id",
    "MATCH (a) WHERE NOT a.t CONTAINS '1' RETURN a.id",
    "MATCH (a) WHERE a.t CONTAINS '' RETURN count(*)",
    "MATCH (a) WHERE a.t CONTAINS '1名' RETURN count(*)",
    "MATCH (a) WHERE NOT a.t CONTAINS '1名' RETURN count(*)",
    "MATCH (a) WHERE a.t = '名1' OR a.t STARTS WITH '名2' RETURN a.id",
    "MATCH (a) WHERE a.t > '名1' RETURN a.id",
    "MATCH (a) WHERE a.m = 1 RETURN a.id",
    "MATCH (a) WHERE a.m > 0 RETURN a.id",
    "MATCH (a) WHERE a.m = 'x' OR a.m STARTS WITH 'y' RETURN a.id",
    "MATCH (a) WHERE a.k + 1 = 3 RETURN a.id",
    "MATCH (a) WHERE NOT (a.k = 1 AND a.s = 'x') RETURN a.id",
    "MATCH (a) WHERE (a.k = 1 OR a.s = 'x') AND NOT (a.k = 2 OR a.m = 1) RETURN a.id",
    "MATCH (a) WHERE a.k XOR true RETURN a.id",
    "MATCH (a)-[r]->(b) RETURN a.id, b.id, r.w",
    "MATCH (a)-[r]-(b) RETURN a.id, b.id, r.w",
    "MATCH (a)<-[r:S]-(b) RETURN a.id, b.id, r.w",
    "MATCH (a:A)-[r:S|T]->(b:B) RETURN a.id, b.id, r.w",
    "MATCH (a)-[r:S]->(b) WHERE r.w > 0 RETURN a.id, b.id",
    "MATCH (a)-[r:S]->(b) WHERE a.k < b.k RETURN a.id, b.id",
    "MATCH (a:A)-[:S]->(b:A) WHERE a.id < b.id RETURN a.id, b.id",
    "MATCH (a:A)-[:S]->(b:A) WHERE a.id > b.id RETURN count(*)",
    "MATCH (a)-[:S]->(b) RETURN count(*)",
    "MATCH (a)-->(b)-->(c) RETURN count(*)",
    "MATCH (a)-->(b)-->(c) RETURN a.id, b.id, c.id",
    "MATCH (a)--(b)--(c) RETURN a.id, b.id, c.id",
    "MATCH (a)--(b)--(c)--(d) RETURN count(*)",
    "MATCH (a)-[:S]->(b)<-[:S]-(c) RETURN count(*)",
    "MATCH (a)-[:S]->(b)<-[:S]-(c) RETURN a.id, c.id",
    "MATCH (a:A)<-[:S]-(b)-[:S]->(c:A) WHERE a.id < c.id RETURN a.id, c.id, count(b)",
    "MATCH (a:A)<-[:S]-(b)-[:S]->(c:A) WHERE a.id < c.id RETURN a.id AS x, c.id AS y, count(b) AS n ORDER BY n DESC, x, y LIMIT 3",
    "MATCH (a)-[:S]->(b)-[:T]->(c) RETURN b.id, count(*)",
    "MATCH (a)-[:S]->(b)-[:T]->(c)-[:S]->(d) RETURN b.s, d.k, count(*)",
    "MATCH (a)-[:S]->(b), (b)-[:T]->(c), (b)-[:S]->(d) RETURN a.k, count(*)",
    "MATCH (a)<-[:T]-(b)<-[:S]-(c)-[:T]->(d) RETURN a.k AS x, d.k AS y, count(*) AS n ORDER BY x, y",
    "MATCH (a)<-[:T]-(b)<-[:S]-(c)-[:T]->(d) WHERE a.k > 0 RETURN a.s AS x, d.k AS y, count(*) AS n ORDER BY x, y",
    "MATCH (a:A)-[:T]->(b:B)<-[:S]-(c)-[:T]->(d)-[:S]->(e) RETURN a.id AS x, e.id AS y, count(*) AS n ORDER BY n DESC, x, y LIMIT 3",
    "MATCH (a)-[:T]-(b)<-[:S]-(c)--(d) RETURN a.k AS x, d.k AS y, count(*) AS n ORDER BY x, y",
    "MATCH (a)-[:S]->(b)-[:T]->(c) RETURN c.k AS x, count(*) AS n ORDER BY x",
    "MATCH (a)-[:S]->(b)-[:T]->(c) WHERE b.k > 0 AND c.k IS NOT NULL RETURN b.s AS x, c.k AS y, a.s AS z, count(*) AS n ORDER BY x, y, z",
    "MATCH (a:A)-[:S]->(b)-[:T]->(c) MATCH (b)-[:S]->(d) WHERE d.k > 0 RETURN b.s AS x, c.k AS y, d.s AS z, count(*) AS n ORDER BY x, y, z",
    "MATCH (a)-[:S]-(b)-[:T]-(c) MATCH (a)--(d) RETURN a.k AS x, c.s AS y, d.k AS z, count(*) AS n ORDER BY x, y, z",
    "MATCH (a)-[:S]->(b)-[:T]->(c) MATCH (a)-[:T]->(d)-[:S]->(e) RETURN c.k AS x, e.s AS y, count(*) AS n ORDER BY n DESC, x, y LIMIT 3",
    "MATCH (a:A)-[:S]->(b)-[:T]->(c) WHERE b.k < 3 AND c.k <> 1 RETURN a.s AS x, c.k AS y, count(*) AS n ORDER BY x, y",
    "MATCH (a:A)-[:S]->(b)-[:T]->(c) WHERE NOT (b)-[:S]->(:B) RETURN c.s AS x, count(*) AS n ORDER BY x",
    "MATCH (a:A)-[:S]->(b)-[:T]->(c) MATCH (a)<-[:T]-(d) WHERE (c)-->() AND d.s IS NOT NULL RETURN c.k AS x, d.s AS y, count(*) AS n ORDER BY x, y",
    "MATCH (a)-[:S]->(b) MATCH (b)-[:T]->(c) MATCH (c)-[:S]->(d) MATCH (d)-[:T]->(e) RETURN count(*)",
    "MATCH (a)-[:S]->(b)-[:T]->(c) MATCH (c)-[:S]->(d) RETURN c.s AS x, c.k AS y, d.k AS z, count(*) AS n ORDER BY z, y, x",
    "MATCH (a)-[:S]->(b)-[:S]->(c)-[:S]->(a) RETURN count(*)",
    "MATCH (a)-[:S]->(b)-[:S]->(c)-[:S]->(a) RETURN a.id, b.id, c.id",
    "MATCH (a)-[:S]->(b)<-[:T]-(a) RETURN count(*)",
    "MATCH (a)-[:S]->(b)-[:T]->(c)<-[:S]-(a) RETURN a.id, count(*)",
    "MATCH (a)-[r:S]->(b)-[q:T]->(c)<-[p:S]-(a) RETURN a.id, r.w, q.w, p.w",
    "MATCH (a)--(b)--(c)--(a) RETURN count(*)",
    "MATCH (a)-[:S]->(a) RETURN a.id",
    "MATCH (a)-[:S]->(b) MATCH (b)-[:T]->(c) RETURN a.id, c.id",
    "MATCH (a)-[:S]->(b) MATCH (a)-[:S]->(c) RETURN count(*)",
    "MATCH (a) WHERE (a)-[:S]->() RETURN a.id",
    "MATCH (a) WHERE NOT (a)-[:S]->() RETURN a.id",
    "MATCH (a) WHERE NOT (a)-[:S]->(:B) RETURN count(a)",
    "MATCH (a) WHERE NOT (a)--(:A) RETURN a.id",
    "MATCH (a) WHERE (a)--() RETURN a.id",
    "MATCH (a) WHERE EXISTS { (a)-[:S]->(b)-[:T]->(c) WHERE b.k > 0 AND c.s = 'x' } RETURN a.id",
    "MATCH (a) WHERE NOT EXISTS { (a)-[:S]->(b)-[:T]->(c) WHERE b.k > 0 AND c.s = 'x' } RETURN a.k, count(a)",
    "MATCH (a) WHERE EXISTS { (a)-[:S]->(b)-[:S]->(c:B) } RETURN a.id",
    "MATCH (a) WHERE EXISTS { (a)-[r:S]->(b) WHERE r.w = 1 } RETURN a.id",
    "MATCH (a) WHERE EXISTS { (a)-[:S]->(b)-[:T]->(c) WHERE b.k > 0 } RETURN count(a)",
    "MATCH (a) WHERE EXISTS { (a)-[:T]->(b:B) } RETURN a.k, count(*)",
    "MATCH (a) WHERE EXISTS { (a)-[:S]->(b), (a)-[:T]->(c) WHERE c.k = 1 } RETURN a.id",
    "MATCH (a) WHERE NOT EXISTS { (a)-[:S]->(b), (b)-[:T]->(c), (b)-[:S]->(d:A) } RETURN a.id",
    "MATCH (a) WHERE EXISTS { (a)-[:S]->(b) WHERE b.k = a.k } RETURN a.id",
    "MATCH (a) WHERE EXISTS { (a)-[:S]->(b) WHERE NOT (b)-[:T]->() } RETURN a.id",
    "MATCH (a)-[:S]->(b) WHERE EXISTS { (a)-[:T]->(b) } RETURN a.id, b.id",
    "MATCH (a)-[:S]->(b) WHERE NOT (b)-[:T]->(:A) RETURN a.id, count(b)",
    "MATCH (a)-[:S]->(b) WHERE COUNT { (b)-->() } > 1 RETURN a.id, b.id",
    "MATCH (a) RETURN a.k, count(*)",
    "MATCH (a) RETURN a.s, a.k, count(a) AS n",
    "MATCH (a) RETURN a.m, count(*)",
    "MATCH (a) RETURN a.t, count(*)",
    "MATCH (a) RETURN a.k, count(a.s), sum(a.k), min(a.s), max(a.m), collect(a.id)",
    "MATCH (a)-->(b) RETURN a.s, count(DISTINCT b), sum(b.k), avg(b.k)",
    "MATCH (a:A)-[:S]->(b) RETURN a.id, min(b.id), count(DISTINCT b.s)",
    "MATCH (a)-->(b) RETURN a.k, max(b.s), min(b.k), max(b.m), min(b), count(b.t), count(b.k)",
    "MATCH (a)-->(b:A) RETURN b.s, a.k, min(a.t), max(a.t), max(a.id), avg(a.k), collect(a)",
    "MATCH (a)-[:S]->(b), (a)-[:T]->(c) RETURN b.k, count(*), count(c.m), collect(c.id)",
    "MATCH (a)-[:S]->(b), (a)-[:T]->(c) RETURN c.k, count(c.s), count(c.m), count(DISTINCT c), max(c.k)",
    "MATCH (a)-[:S]->(b), (a)-[:T]->(c) RETURN c.k, sum(c.k), stDev(c.k), collect(DISTINCT c.s)",
    "MATCH (a)-->(b)-->(c) RETURN a.k, count(DISTINCT c), sum(DISTINCT c.k), collect(DISTINCT b.m)",
    "MATCH (a) RETURN sum(a.k), avg(a.k), min(a.t), count(DISTINCT a.s), collect(DISTINCT a.s), count(*)",
    "MATCH (a) WHERE a.k = 9 RETURN sum(a.k), avg(a.k), min(a), max(a.s), collect(a), count(DISTINCT a)",
    "MATCH (a) WHERE a.k = 9 RETURN a.k, min(a.s)",
    "MATCH (a) RETURN sum(a.s)",
    "MATCH (a) RETURN a.k, avg(a.m)",
    "MATCH (a)-->(b) RETURN b.s, sum(b)",
    "MATCH (a)-->(b) WHERE a.m + b.k > 1 RETURN b.k, sum(b.m)",
    "MATCH (a)-->(b) WHERE a.k + b.k > 2 RETURN a.s, min(b.id), sum(b.k), max(a.k)",
    "MATCH (a)-[r]->(b) RETURN b.s, max(r.w), count(DISTINCT r)",
    "MATCH (a)-->(b) RETURN b.s, percentileDisc(b.k, 0.5), min(b.k)",
    "MATCH (a)-->(b) RETURN b.k + 1, max(a.id)",
    "MATCH (a)--(b)--(c) RETURN a.s AS s, max(c.k) AS m, count(DISTINCT c.s) AS n ORDER BY m DESC, s LIMIT 2",
    "MATCH (a)-->(b) WITH a, collect(b) AS bs UNWIND bs AS x RETURN a.id, x.id",
    "MATCH (a)-->(b) WITH b, max(a.k) AS m WHERE m > 1 RETURN b.id, m",
    "MATCH (a)-->(b) WITH b, max(a.k) AS m RETURN m, count(b)",
    "MATCH (a)<-[:T]-(b)<-[:S]-(c)-[:T]->(d) RETURN a.k AS x, d.k AS y, collect(c.id) AS n, min(c.m) AS m ORDER BY x, y",
    "MATCH (a)<-[:T]-(b)<-[:S]-(c)-[:T]->(d) RETURN a.k AS x, d.k AS y, count(DISTINCT c) AS n ORDER BY x, y",
    "MATCH (a) RETURN DISTINCT a.k",
    "MATCH (a) RETURN DISTINCT a.m",
    "MATCH (a:A)-->(b) RETURN DISTINCT b.s, a.id",
    "MATCH (a)-->(b) RETURN DISTINCT b.s, a.k LIMIT 2",
    "MATCH (a)-->(b)-->(c) RETURN DISTINCT c, a.k SKIP 1 LIMIT 2",
    "MATCH (a)-[:S]->(b), (a)-[:T]->(c) RETURN DISTINCT c.s",
    "MATCH (a)-[r:S]->(b) RETURN DISTINCT b.s, r.w",
    "MATCH (a)-->(b) RETURN DISTINCT b.k + 1, a.s",
    "MATCH (a)-->(b) WITH DISTINCT b.k AS k WHERE k > 0 RETURN count(k)",
    "MATCH (a)-->(b) WITH DISTINCT b MATCH (b)-->(c) RETURN b.id, c.id",
    "MATCH (a)-->(b) WHERE a.k + b.k > 2 WITH DISTINCT a, b.s AS s RETURN a.id, s",
    "MATCH (a) RETURN DISTINCT a.s AS x UNION MATCH (a) RETURN DISTINCT a.k AS x",
    "MATCH (a) WHERE EXISTS { MATCH (a)-->(b) WITH DISTINCT b.k AS k WHERE k > 2 RETURN k } RETURN a.id",
    "MATCH (a)-->(b) RETURN a, count(b) ORDER BY count(b) DESC LIMIT 2",
    "MATCH (a)-->(b) RETURN a.s AS s, count(b) AS n ORDER BY n, s LIMIT 2",
    "MATCH (a)-->(b) RETURN a.s AS s, count(b) AS n ORDER BY s DESC LIMIT 3",
    "MATCH (a)-->(b) RETURN b.k AS k, count(*) AS n ORDER BY n DESC LIMIT 1",
    "MATCH (a)-->(b) RETURN a.s AS s, b.k AS k, count(*) AS n ORDER BY n DESC, s, k LIMIT 3",
    "MATCH (a)-->(b) RETURN a.t AS t, count(*) AS n ORDER BY n DESC, t DESC LIMIT 4",
    "MATCH (a:A)-[:S]->(b) RETURN a.id AS i, count(b) AS n ORDER BY n DESC, i LIMIT 3",
    "MATCH (a)-->(b) WITH a, count(b) AS n ORDER BY n DESC LIMIT 2 RETURN a.id, n",
    "MATCH (a)-->(b) WITH a, count(b) AS n WHERE n > 1 RETURN a.id, n",
    "MATCH (a:A)-[:S]->(b:B) WITH a, count(b) AS n WHERE n >= 2 RETURN count(a)",
    "MATCH (a:A)-[:S]->(b) WITH a, count(b) AS n WHERE n < 3 RETURN count(a) AS c",
    "MATCH (a:A)-[:S]->(b) WITH a, count(*) AS n WHERE n = 2 RETURN a.k, count(a)",
    "MATCH (b)<-[:S]-(a:A) WITH b, count(a) AS n WHERE n >= 2 RETURN count(*)",
    "MATCH (a:A)-[:S]->(b) WITH a, count(DISTINCT b) AS n WHERE n >= 2 RETURN count(a)",
    "MATCH (b:B)<-[r:S]-(a:A) WITH a, count(r) AS n WHERE n >= 1 RETURN count(a)",
    "MATCH (a) OPTIONAL MATCH (a)-[:S]->(b) WITH a, count(b) AS n WHERE n = 0 RETURN count(a)",
    "MATCH (a) OPTIONAL MATCH (a)-[:S]->(b) WITH a, count(b) AS n WHERE n = 0 RETURN a.id, n",
    "MATCH (a) OPTIONAL MATCH (a)-[:S]->(b:B) WITH a, count(b) AS n WHERE n <= 1 RETURN a.k, count(a)",
    "MATCH (a) OPTIONAL MATCH (a)-[:S]->(b)-[:T]->(c) WHERE b.k > 0 WITH a, count(c) AS n WHERE n = 0 RETURN a.s, count(a)",
    "MATCH (a) OPTIONAL MATCH (a)-[:S]->(b) WITH a, count(*) AS n WHERE n <= 1 RETURN count(a)",
    "MATCH (a) OPTIONAL MATCH (a)-[:S]->(b) WITH a, b WHERE b IS NULL RETURN a.id",
    "MATCH (a)-[:S]->(b) WITH DISTINCT b RETURN b.id",
    "MATCH (a)-[:S]->(b) WITH DISTINCT a, b.s AS s RETURN a.id, s",
    "MATCH (a)-[:S]->(b) RETURN DISTINCT b.k, a.s ORDER BY b.k LIMIT 2",
    "MATCH (a)-[:S]->(b) RETURN a.id, b.id SKIP 1 LIMIT 3",
    "MATCH (a)-[:S]->(b) RETURN a.id, b.k ORDER BY b.k DESC, a.id LIMIT 3",
    "MATCH (a {id: 'n03'})-[:S]->(b) RETURN count(b)",
    "MATCH (a {id: 'n03'})--(b)--(c) RETURN c.s, count(*)",
    "MATCH (a) WHERE a.id IN ['n03', 'n01', 'new', null, 'n03'] RETURN a.id, a.k",
    "MATCH (a:A)--(b) WHERE a.id IN ['n07', 'n00', 'n03'] RETURN a.id, b.id",
    "MATCH (a:A)-->(b:B) WHERE a.id IN ['n07', 'n00', 'n03'] AND b.k > 0 RETURN a, count(b)",
    "UNWIND [['n01'], null, ['n02', 'n00']] AS ids MATCH (a) WHERE a.id IN ids RETURN a.id",
    "WITH 1 AS ids MATCH (a)-->(b) WHERE a.id IN ids RETURN count(b)",
    "MATCH (a)-[:S]->(b) RETURN a.id LIMIT 0",
    "MATCH (a) WHERE a.k / a.k = 1 RETURN a.id",
    "MATCH (a:A), (b:B) RETURN count(*)",
    "MATCH (a:A) MATCH (b:B) WHERE a.k = b.k RETURN a.id, b.id",
    "MATCH (a) WHERE EXISTS { MATCH (x:A) WHERE x.k = a.k } RETURN a.id",
    "UNWIND [1, 2] AS k CALL (k) { MATCH (a) WHERE a.k = k RETURN count(a) AS n } RETURN k, n",
    "MATCH (a)-[*1..2]->(b) RETURN a.id, count(b)",
    "MATCH (a)-[r]->(b) RETURN type(r), count(*)",
    "MATCH p = (a)-[:S]->(b) RETURN p",
    "MATCH (a {id: 'n03'})--(b) WHERE b.k <> 1 RETURN b.id",
    "MATCH (a {id: 'n03'})--(b)--(c) WHERE NOT c.k = 1 RETURN b.id, c.id",
    "MATCH (a {id: 'n03'})--(b) WHERE NOT (b)-[:T]->(:A) RETURN b.id",
    "MATCH (a {id: 'n03'})--(b) WHERE EXISTS { (b)-[:S]->(c)-[:T]->(d) WHERE c.k > 0 } RETURN b.id",
    "MATCH (x)-[:S]->(a) MATCH (x)-[:T]->(y) MATCH (a)-[:T]->(c) MATCH (c)-[:S]->(d) RETURN x.k, d.k, count(*)",
    "MATCH (x)-[:S]->(a) MATCH (x)-[:T]->(y) MATCH (a)-[:T]->(c) MATCH (c)-[:S]->(d) RETURN count(*)",
    "MATCH (x:A)-[:S]->(a) MATCH (a)-[:T]->(c) MATCH (c)-[:S]->(d:A) WHERE x.id < d.id RETURN d.k, count(*)",
    "MATCH (x)-[:S]->(a) MATCH (a)-[:T]->(c) MATCH (c)-[:S]->(d) WHERE x.k <> d.k RETURN d.s, count(*)",
    "MATCH (a) OPTIONAL MATCH (a)-[:S]->(b)-[:T]->(c) WITH a, count(c) AS n WHERE n = $zero RETURN a.id",
    "MATCH (a) OPTIONAL MATCH (a)-[:S]->(b)-[:T]->(c) WITH a, count(c) AS n WHERE n <= $zero RETURN count(a)",
    "MATCH (a:A) OPTIONAL MATCH (a)-[:S]->(b) WITH a, count(b) AS n WHERE n <= $two RETURN count(a)",
];

/// The ways to say something that plans have a short cut for, each with one that they have none for.
const SPELLINGS: &[(&str, &str)] = &[
    (
        "MATCH (a) WHERE 1 < COUNT { (a)-[:S]->() } RETURN a.id",
        "MATCH (a) WITH a, COUNT { (a)-[:S]->() } AS n WHERE n > 1 RETURN a.id",
    ),
    (
        "MATCH (a) WHERE 1 >= COUNT { (a)-[:S]->() } RETURN a.id",
        "MATCH (a) WITH a, COUNT { (a)-[:S]->() } AS n WHERE n < 2 RETURN a.id",
    ),
    ("MATCH (a) WHERE 0 <= COUNT { (a)-[:S]->() } RETURN a.id", "MATCH (a) RETURN a.id"),
    ("MATCH (a) WHERE 0 > COUNT { (a)-[:S]->() } RETURN a.id", "MATCH (a) WHERE false RETURN a.id"),
    (
        "MATCH (a) WHERE 0 = COUNT { (a)-[:S]->() } RETURN a.id",
        "MATCH (a) WHERE NOT EXISTS { (a)-[:S]->() } RETURN a.id",
    ),
    (
        "MATCH (a) WHERE 1 > COUNT { (a)-[:S]->() } RETURN a.id",
        "MATCH (a) WHERE NOT EXISTS { (a)-[:S]->() } RETURN a.id",
    ),
    (
        "MATCH (a) WHERE 0 < COUNT { (a)-[:S]->() } RETURN a.id",
        "MATCH (a) WHERE EXISTS { (a)-[:S]->() } RETURN a.id",
    ),
    (
        "MATCH (a) WHERE COUNT { (a)-[:S]->() } <> 0 RETURN a.id",
        "MATCH (a) WHERE EXISTS { (a)-[:S]->() } RETURN a.id",
    ),
    (
        "MATCH (a) WHERE COUNT { (a)-[:S]->() } < 1 RETURN a.id",
        "MATCH (a) WHERE NOT EXISTS { (a)-[:S]->() } RETURN a.id",
    ),
    (
        "MATCH (a) WHERE COUNT { (a)-[:S]->() } <= 0 RETURN a.id",
        "MATCH (a) WHERE NOT EXISTS { (a)-[:S]->() } RETURN a.id",
    ),
    (
        "MATCH (a) WHERE size([(a)-[:S]->(b) | b]) >= 1 RETURN a.id",
        "MATCH (a) WHERE EXISTS { (a)-[:S]->() } RETURN a.id",
    ),
    (
        "MATCH (a) WHERE 1 > size([(a)-[:S]->(b) | b]) RETURN a.id",
        "MATCH (a) WHERE NOT EXISTS { (a)-[:S]->() } RETURN a.id",
    ),
    (
        "MATCH (a)-[:S]->(b) OPTIONAL MATCH (a)-[:T]->(c) WITH a, count(c) AS n WHERE n = 0 RETURN a.id, n",
        "MATCH (a)-[:S]->(b) OPTIONAL MATCH (a)-[:T]->(c) WITH a, collect(c) AS cs WITH a, size(cs) AS n WHERE n = 0 RETURN a.id, n",
    ),
    (
        "MATCH (a)-[:S]->(b) OPTIONAL MATCH (a)-[:T]->(c) WITH a, b, count(c) AS n WHERE 0 = n AND a.k > 0 RETURN a.id, b.id",
        "MATCH (a)-[:S]->(b) OPTIONAL MATCH (a)-[:T]->(c) WITH a, b, collect(c) AS cs WHERE size(cs) = 0 AND a.k > 0 RETURN a.id, b.id",
    ),
    (
        "MATCH (a)-[:S]->(b) OPTIONAL MATCH (b)-[:T]->(c) WITH a, b, count(c) AS n WHERE n > 0 RETURN a.id, b.id",
        "MATCH (a)-[:S]->(b) OPTIONAL MATCH (b)-[:T]->(c) WITH a, b, collect(c) AS cs WHERE size(cs) > 0 RETURN a.id, b.id",
    ),
    (
        "MATCH (a)-[:S]->(b) OPTIONAL MATCH (b)-[:T]->(c:A) WITH a, b, c WHERE c IS NULL AND a.k > 0 RETURN a.id, b.id, c, c.k",
        "MATCH (a)-[:S]->(b) OPTIONAL MATCH (b)-[:T]->(c:A) WITH a, b, [c] AS cs WHERE cs[0] IS NULL AND a.k > 0 RETURN a.id, b.id, cs[0], cs[0].k",
    ),
    (
        "UNWIND [1, 2] AS i MATCH (a)-[:S]->(b) OPTIONAL MATCH (b)-[:T]->(c:A) WITH i, a, b, c WHERE c IS NULL RETURN i, a.id, b.id, c, c.k",
        "UNWIND [1, 2] AS i MATCH (a)-[:S]->(b) OPTIONAL MATCH (b)-[:T]->(c:A) WITH i, a, b, [c] AS cs WHERE cs[0] IS NULL RETURN i, a.id, b.id, cs[0], cs[0].k",
    ),
    (
        "MATCH (a)-[:S]->(b) OPTIONAL MATCH (b)-[:T]->(c) WITH a, b, c WHERE c IS NOT NULL AND a.k > 0 RETURN a.id, b.id, c.id",
        "MATCH (a)-[:S]->(b) OPTIONAL MATCH (b)-[:T]->(c) WITH a, b, [c] AS cs WHERE cs[0] IS NOT NULL AND a.k > 0 RETURN a.id, b.id, cs[0].id",
    ),
    (
        "MATCH (a) OPTIONAL MATCH (a)-[:S]->(b:B) MATCH (b:B)-[:T]->(c) RETURN a.id, c.id",
        "MATCH (a) MATCH (a)-[:S]->(b) WHERE b:B MATCH (b)-[:T]->(c) RETURN a.id, c.id",
    ),
    (
        "MATCH (a) OPTIONAL MATCH (a:B)-[:S]->(b) WITH a, b WHERE a:B RETURN a.id, b.id",
        "MATCH (a:B) OPTIONAL MATCH (a)-[:S]->(b) RETURN a.id, b.id",
    ),
    (
        "MATCH (a)-[:S*1..3]->(b) WITH DISTINCT a, b RETURN count(*)",
        "MATCH p = (a)-[:S*1..3]->(b) WITH a, b, count(p) AS n RETURN count(n)",
    ),
    (
        "MATCH (a)-[:S*2..3]->(b) WITH DISTINCT a, b RETURN count(*)",
        "MATCH p = (a)-[:S*2..3]->(b) WITH a, b, count(p) AS n RETURN count(n)",
    ),
    (
        "MATCH (a:A)-[:S*0..2]->(b:B) WITH DISTINCT a, b RETURN count(*)",
        "MATCH p = (a:A)-[:S*0..2]->(b:B) WITH a, b, count(p) AS n RETURN count(n)",
    ),
    (
        "MATCH (a)-[:S*1..2]-(b) RETURN count(DISTINCT b)",
        "MATCH p = (a)-[:S*1..2]-(b) WITH b, count(p) AS n RETURN count(n)",
    ),
    (
        "MATCH (a)-[:S*1..2]-(a) RETURN DISTINCT a.id",
        "MATCH p = (a)-[:S*1..2]-(a) WITH a.id AS i, count(p) AS n RETURN i",
    ),
    (
        "MATCH (x)-[:T]->(a)-[:S*1..2]->(b) RETURN DISTINCT a.id, b.id",
        "MATCH p = (x)-[:T]->(a)-[:S*1..2]->(b) WITH a.id AS i, b.id AS j, count(p) AS n RETURN i, j",
    ),
    (
        "MATCH (x)-[:T]->(a)-[:S*1..2]->(b) WITH DISTINCT a, b RETURN count(*)",
        "MATCH p = (x)-[:T]->(a)-[:S*1..2]->(b) WITH a, b, count(p) AS n RETURN count(n)",
    ),
    (
        "MATCH (x:A), (a:B)-[:S*1..2]->(b) WITH DISTINCT x, a, b RETURN count(*)",
        "MATCH (x:A) MATCH p = (a:B)-[:S*1..2]->(b) WITH x, a, b, count(p) AS n RETURN count(n)",
    ),
    (
        "MATCH (a) OPTIONAL MATCH (a:B)-[:S]->(b) MATCH (a:B)-[:T]->(c) RETURN a.id, b.id, c.id",
        "MATCH (a) WHERE a:B OPTIONAL MATCH (a)-[:S]->(b) MATCH (a)-[:T]->(c) RETURN a.id, b.id, c.id",
    ),
];

/// Labels, and the properties `k`, `s` and `m` of a node.
type Node = (u8, Option<i64>, Option<u8>, Option<u8>);

#[derive(Clone, Debug)]
struct Sketch {
    nodes: Vec<Node>,
    rels: Vec<(usize, usize, bool)>,
    /// Whether ids ascend.
    ascending: bool,
    /// Statements that have written.
    writes: Vec<&'static str>,
}

const WRITES: &[&str] = &[
    "MATCH (a:A) WITH a LIMIT 1 CREATE (a)-[:S {w: 1}]->(:B {id: 'new', k: 1, s: 'x'})",
    "MATCH (a)-[r:S]->() WITH r LIMIT 1 DELETE r",
    "MATCH (a:B) WITH a LIMIT 1 SET a.k = 'text', a:A",
    "MATCH (a:A) WITH a LIMIT 1 DETACH DELETE a",
    "MATCH (a) WITH a LIMIT 1 REMOVE a.s, a:A",
];

fn sketches() -> impl Strategy<Value = Sketch> {
    let node = (
        0..4_u8,
        prop::option::weighted(0.8, 0..4_i64),
        prop::option::weighted(0.8, 0..3_u8),
        prop::option::weighted(0.8, 0..4_u8),
    );
    prop::collection::vec(node, 1..30).prop_flat_map(|nodes| {
        let count = nodes.len();
        let rels = prop::collection::vec((0..count, 0..count, any::<bool>()), 0..60);
        let writes = prop::collection::vec(prop::sample::select(WRITES), 0..3);
        (Just(nodes), rels, any::<bool>(), prop::option::of(writes)).prop_map(
            |(nodes, rels, ascending, writes)| Sketch {
                nodes,
                rels,
                ascending,
                writes: writes.unwrap_or_default(),
            },
        )
    })
}

fn build(sketch: &Sketch) -> Graph {
    let mut builder = Builder::default();
    let labels = ["A", "B"].map(|name| builder.names_mut().label_id(name));
    let kinds = ["S", "T"].map(|name| builder.names_mut().kind_id(name));
    let [id, k, s, t, m, w] =
        ["id", "k", "s", "t", "m", "w"].map(|name| builder.names_mut().key_id(name));
    let mut nodes = Vec::new();
    for (at, (bits, int, text, mixed)) in sketch.nodes.iter().enumerate() {
        let own = labels.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
        let own = own.map(|(_, label)| *label).collect();
        let number = if sketch.ascending { at } else { at * 7 % 31 };
        let mut properties = vec![(id, Datum::str(&format!("n{number:02}")))];
        properties.push((t, Datum::str(&format!("名{number}"))));
        properties.extend(int.map(|int| (k, Datum::Int(int))));
        properties.extend(text.map(|at| (s, Datum::str(["x", "xy", "zz"][usize::from(at)]))));
        let values = [Datum::Int(1), Datum::Float(1.5), Datum::str("x"), Datum::Bool(true)];
        properties.extend(mixed.map(|at| (m, values[usize::from(at)].clone())));
        nodes.push(builder.add_node(own, properties));
    }
    for (at, (start, end, first)) in sketch.rels.iter().enumerate() {
        let weight = Datum::Int(i64::try_from(at % 3).unwrap());
        let kind = kinds[usize::from(!*first)];
        builder.add_rel(kind, nodes[*start], nodes[*end], vec![(w, weight)]);
    }
    let mut graph = builder.build();
    for write in &sketch.writes {
        let source = Source::new("<write>", *write);
        session::execute(&mut graph, &source, &Params::new(), &Options::default()).unwrap();
    }
    graph
}

fn rows(graph: &Graph, query: &str, row_by_row: bool) -> Result<Vec<Vec<Value>>, String> {
    let (source, options) =
        (Source::new("<query>", query), Options { row_by_row, ..Options::default() });
    let params: Params = [("zero", 0), ("two", 2)]
        .map(|(name, int)| (name.to_owned(), Value::Int(int)))
        .into_iter()
        .collect();
    let rows = session::query_within(graph, &source, &params, &options);
    rows.map(|rows| rows.rows).map_err(|error| format!("{error}"))
}

/// Counts of any width: two nodes lead to a hub, and so many relationships go on from there.
#[test]
fn counts_past_the_width_of_a_byte_and_of_two_are_right() {
    for (few, many) in [
        (3, 254),
        (1200, 254),
        (3, 255),
        (600, 256),
        (3, 300),
        (3, 65_534),
        (3, 65_535),
        (3, 65_600),
    ] {
        let nodes = (0..34).map(|at| (u8::from(at < 2), Some(i64::from(at % 3)), Some(0), None));
        let hubs = (0..few).map(|at| (at % 2, 2, true)).chain([(2, 0, false)]);
        let rels = (0..many).map(|at| (2, 3 + at % 2, false)).chain(hubs).collect();
        let sketch = Sketch { nodes: nodes.collect(), rels, ascending: true, writes: Vec::new() };
        let graph = build(&sketch);
        let query = "MATCH (a)-[:S]->(b)-[:T]->(c) RETURN c.k AS x, count(*) AS n ORDER BY x";
        let (fast, plain) = (rows(&graph, query, false), rows(&graph, query, true));
        assert_eq!(fast, plain, "{few}, {many}");
        let from_one = query.replace("(a)", "(a {id: 'n00'})");
        let both = [false, true].map(|row_by_row| rows(&graph, &from_one, row_by_row));
        assert_eq!(both[0], both[1], "{few}, {many}");
        let count = |number: i64| {
            let row = fast.as_ref().unwrap().iter().find(|row| row[0] == Value::Int(number));
            row.map(|row| row[1].clone())
        };
        let met = i64::try_from(few * (many.div_ceil(2) + 1)).unwrap();
        assert_eq!(count(0), Some(Value::Int(met)), "{few}, {many}");
    }
}

fn sorted(rows: Result<Vec<Vec<Value>>, String>) -> Result<Vec<String>, String> {
    let mut rows: Vec<String> = rows?.iter().map(|row| format!("{row:?}")).collect();
    rows.sort();
    Ok(rows)
}

/// More nodes than go through a program at once, and than there are bits in a word.
#[test]
fn both_machines_give_the_same_rows_of_many_nodes() {
    const NODES: usize = 1_400;
    // A fixed sequence that looks random: a linear congruential generator.
    let mut state = 1u64;
    let mut next = move |bound: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % bound
    };
    let mut one = |bound: u8| u8::try_from(next(usize::from(bound))).unwrap();
    let nodes = (0..NODES).map(|at| {
        // The integers of the first half have no gaps.
        let int = (at < NODES / 2 || one(5) > 0).then(|| i64::from(one(4)));
        (one(4), int, (one(5) > 0).then(|| one(3)), (one(5) > 0).then(|| one(4)))
    });
    let nodes = nodes.collect();
    // Most relationships lie in the middle: nodes before and behind have no rows.
    let mut end = || if next(6) == 0 { 100 + next(40) } else { 100 + next(NODES - 200) };
    let rels = (0..2 * NODES).map(|at| (end(), end(), at % 5 > 1)).collect();
    let sketch = Sketch { nodes, rels, ascending: true, writes: Vec::new() };
    let graph = build(&sketch);
    for query in QUERIES {
        assert!(rows(&graph, query, false) == rows(&graph, query, true), "{query}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_machines_give_the_same_rows(sketch in sketches()) {
        let graph = build(&sketch);
        for query in QUERIES {
            let (fast, plain) = (rows(&graph, query, false), rows(&graph, query, true));
            prop_assert_eq!(&fast, &plain, "{}", query);
        }
    }

    #[test]
    fn every_spelling_gives_the_same_rows(sketch in sketches()) {
        let graph = build(&sketch);
        for (query, other) in SPELLINGS {
            let [found, want] = [*query, *other].map(|query| sorted(rows(&graph, query, false)));
            prop_assert_eq!(found, want, "{}", query);
        }
    }

    /// Where types tell the labels of their ends, and nodes are met over and over.
    #[test]
    fn both_machines_give_the_same_rows_where_types_tell_labels(mut sketch in sketches()) {
        let count = sketch.nodes.len() / 2 * 2;
        for (at, node) in sketch.nodes.iter_mut().enumerate() {
            node.0 = if at % 4 == 0 { 1 } else { 2 };
        }
        sketch.rels.retain_mut(|(start, end, first)| {
            if *first {
                (*start, *end) = (*start / 4 * 4, *end | 1);
            }
            *end < count
        });
        let graph = build(&sketch);
        for query in QUERIES {
            let (fast, plain) = (rows(&graph, query, false), rows(&graph, query, true));
            prop_assert_eq!(&fast, &plain, "{}", query);
        }
    }
}

/// Every issue is addressed by every programme, so that counts are better begun at the issues; lists tell where it began.
#[test]
fn lists_come_in_the_order_of_the_plan() {
    let mut builder = Builder::default();
    let names = builder.names_mut();
    let [actor, programme, issue] = ["A", "P", "I"].map(|name| names.label_id(name));
    let [concerns, addressed, run] = ["C", "D", "R"].map(|name| names.kind_id(name));
    let [id, k] = ["id", "k"].map(|name| names.key_id(name));
    let mut add = |label, name: &str, count: i64| -> Vec<_> {
        let one = |at| {
            let properties =
                vec![(id, Datum::str(&format!("{name}{at}"))), (k, Datum::Int(at % 2))];
            builder.add_node(vec![label], properties)
        };
        (0..count).map(one).collect()
    };
    let (actors, programmes, issues) =
        (add(actor, "a", 3), add(programme, "p", 5), add(issue, "i", 8));
    for (at, programme) in programmes.iter().enumerate() {
        builder.add_rel(run, *programme, actors[at % 3], Vec::new());
    }
    for (at, issue) in issues.iter().enumerate() {
        builder.add_rel(concerns, *issue, actors[at % 3], Vec::new());
        for programme in &programmes {
            builder.add_rel(addressed, *issue, *programme, Vec::new());
        }
    }
    let graph = builder.build();
    for gives in ["count(*)", "count(DISTINCT i)", "collect(i.id)", "collect(DISTINCT p.id)"] {
        let query = format!(
            "MATCH (a:A)<-[:C]-(i:I)-[:D]->(p:P)-[:R]->(b:A)
             RETURN a.k AS x, b.k AS y, {gives} AS n ORDER BY x, y"
        );
        assert_eq!(rows(&graph, &query, false), rows(&graph, &query, true), "{query}");
    }
}
