//! Which plans are chosen: for the queries of the benchmark on a small graph of its shape, and for properties that have an index.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::fs;

use kadai::error::{Lang, Source, Style, render};
use kadai::graph::{
    Builder, Graph, LabelSpec, LookUp, PropertySpec, PropertyType, Schema, TypeSpec,
};
use kadai::model::{Datum, NodeId, Value};
use kadai::session::{self, Options, Params};

/// A graph that is filled node by node, in a way that only looks random.
struct Filler {
    builder: Builder,
    seed: usize,
}

impl Filler {
    fn new(schema: Schema) -> Self {
        Self { builder: Builder::new(schema), seed: 1 }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.seed = (self.seed * 16_807) % 2_147_483_647;
        self.seed % bound
    }

    fn nodes(
        &mut self,
        label: &str,
        count: usize,
        own: impl Fn(usize) -> Vec<(&'static str, Datum)>,
    ) -> Vec<NodeId> {
        let label_id = self.builder.names_mut().label_id(label);
        let node = |at: usize| {
            let mut properties = vec![("id", Datum::str(&format!("{}{at:07}", &label[..1])))];
            properties.extend(own(at));
            let names = self.builder.names_mut();
            let properties =
                properties.into_iter().map(|(key, value)| (names.key_id(key), value)).collect();
            self.builder.add_node(vec![label_id], properties)
        };
        (0..count).map(node).collect()
    }

    /// About so many relationships for each start, to different ends.
    fn rels(&mut self, kind: &str, starts: &[NodeId], ends: &[NodeId], each: usize) {
        let kind = self.builder.names_mut().kind_id(kind);
        for start in starts {
            let mut met = Vec::new();
            for _ in 0..each {
                let end = ends[self.below(ends.len())];
                if end != *start && !met.contains(&end) {
                    self.builder.add_rel(kind, *start, end, Vec::new());
                    met.push(end);
                }
            }
        }
    }
}

/// A graph of the benchmark's shape: the same labels, types and properties, in like proportions.
fn issues() -> Graph {
    let mut to = Filler::new(Schema::default());
    // Of a hundred issues these are below each level.
    let level = |at: usize| [45, 67, 83, 93, 98, 100].iter().position(|below| at % 100 < *below);
    let issues = to.nodes("Issue", 620, |at| {
        let level = i64::try_from(level(at).unwrap() + 1).unwrap();
        let name = Datum::str(&format!("{}の{at}", ["空き家の増加", "保育士の不足"][at % 2]));
        let status = Datum::str(["未着手", "検討中", "対応中", "完了"][at % 4]);
        let year = i64::try_from(2015 + at % 10).unwrap();
        vec![
            ("level", Datum::Int(level)),
            ("name", name),
            ("status", status),
            ("fiscal_year", Datum::Int(year)),
        ]
    });
    let meetings = to.nodes("Meeting", 150, |_| Vec::new());
    let programs = to.nodes("Program", 150, |at| {
        vec![("status", Datum::str(["計画", "実施中", "終了"][at % 3]))]
    });
    let actors = to.nodes("Actor", 80, |at| {
        vec![("kind", Datum::str(["国", "都道府県", "市町村", "民間", "NPO", "大学"][at % 6]))]
    });
    let domains = to.nodes("Domain", 40, |_| Vec::new());
    let levels = to.nodes("Level", 6, |_| Vec::new());
    to.rels("RAISED_AT", &issues, &meetings, 6);
    to.rels("ADDRESSED_BY", &issues[..500], &programs, 3);
    to.rels("RUN_BY", &programs, &actors, 1);
    to.rels("CONCERNS", &issues, &actors, 4);
    to.rels("IN_DOMAIN", &issues, &domains, 1);
    to.rels("AT_LEVEL", &issues, &levels, 1);
    to.rels("ESCALATES_TO", &issues, &issues, 2);
    to.rels("ESCALATES_TO", &meetings, &meetings, 1);
    to.builder.build()
}

/// The lines of a plan, each with the rows expected of it.
fn explained(graph: &Graph, text: &str) -> String {
    let rows = session::query(graph, "<query>", &format!("EXPLAIN {text}"), &Params::new());
    rows.unwrap().rows.iter().fold(String::new(), |mut out, row| {
        let (Value::String(line), rows) = (&row[0], &row[1]) else { return out };
        let _ = writeln!(out, "{line} ({rows})");
        out
    })
}

#[test]
fn plans_of_the_benchmark() {
    let graph = issues();
    let places = [
        ("start", "I0000003"),
        ("target", "I0000500"),
        ("hub", "I0000099"),
        ("point", "I0000310"),
        ("text", "空き家の増加"),
        ("k", "5"),
    ];
    let mut all = String::new();
    for number in 1..=14 {
        let text = fs::read_to_string(format!("benches/queries/Q{number}.cypher")).unwrap();
        let text = places
            .iter()
            .fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
        let _ = writeln!(all, "Q{number}: {text}{}", explained(&graph, &text));
    }
    // The same questions in other words.
    for text in [
        "MATCH (i:Issue) OPTIONAL MATCH (i)-[:ADDRESSED_BY]->(p:Program) WITH i, count(p) AS c WHERE c = 0 RETURN count(i) AS n",
        "MATCH (i:Issue)-[:CONCERNS]->(a:Actor) OPTIONAL MATCH (i)-[:ADDRESSED_BY]->(p:Program) WITH i, a, count(p) AS c WHERE c = 0 RETURN a.id AS aid, count(i) AS n ORDER BY n DESC, aid LIMIT 10",
        "MATCH (i:Issue) WHERE size([(i)-[:ADDRESSED_BY]->(p:Program) | p]) = 0 RETURN count(i) AS n",
        "MATCH (i:Issue) WHERE COUNT { (i)-[:ADDRESSED_BY]->(:Program) } > 0 RETURN count(i) AS n",
        "MATCH (i:Issue) OPTIONAL MATCH (i)-[:ADDRESSED_BY]->(p) WITH i, p WHERE p IS NOT NULL RETURN count(i) AS n",
    ] {
        let _ = writeln!(all, "{text}\n{}", explained(&graph, text));
    }
    snapbox::assert_data_eq!(all, snapbox::file!["choices/benchmark.txt"].raw());
}

fn property(kind: PropertyType, look_up: LookUp) -> PropertySpec {
    PropertySpec {
        kind,
        aliases: Vec::new(),
        description: kadai::error::Text::default(),
        required: false,
        values: Vec::new(),
        default: None,
        when: None,
        look_up,
        inherit: false,
    }
}

/// People with a number of their own and a town; the schema has indexes on both, or does not.
fn people(indexed: bool) -> Graph {
    let mut schema = Schema::default();
    let mut person = LabelSpec::default();
    let kinds = if indexed { [LookUp::Unique, LookUp::Index] } else { [LookUp::None; 2] };
    person.properties.insert("code".to_owned(), property(PropertyType::Any, kinds[0]));
    person.properties.insert("town".to_owned(), property(PropertyType::String, kinds[1]));
    schema.labels.insert("Person".to_owned(), person);
    let mut other = LabelSpec::default();
    other.properties.insert("code".to_owned(), property(PropertyType::Any, LookUp::None));
    schema.labels.insert("Other".to_owned(), other);
    schema.types.insert("knows".to_owned(), TypeSpec::default());
    let mut to = Filler::new(schema);
    let people = to.nodes("Person", 200, |at| {
        let int = i64::try_from(at).unwrap();
        let code = match at % 4 {
            0 => Datum::Int(int),
            1 => Datum::Float(f64::from(u32::try_from(at).unwrap()) + 0.5),
            2 => Datum::str(&format!("p{at}")),
            _ => Datum::Float(f64::from(u32::try_from(at).unwrap())),
        };
        vec![("code", code), ("town", Datum::str(["東京", "大阪", "京都"][at % 3]))]
    });
    to.nodes("Other", 20, |at| vec![("code", Datum::Int(i64::try_from(at).unwrap()))]);
    to.rels("knows", &people, &people, 3);
    to.builder.build()
}

/// Conditions that an index answers, and those that only look so.
const FOUND: &[&str] = &[
    "MATCH (p:Person {code: 8}) RETURN p.id",
    "MATCH (p:Person) WHERE 8.0 = p.code RETURN p.id",
    "MATCH (p:Person) WHERE p.code = 'p2' AND p.town = '京都' RETURN p.id",
    "MATCH (p:Person) WHERE p.code IN [8, 3, 'p2', null, 8, 5.5] RETURN p.id",
    "MATCH (p:Person) WHERE p.town IN ['京都', '大阪'] RETURN count(*)",
    "MATCH (p:Person) WHERE p.code = null RETURN p.id",
    "MATCH (p:Person) WHERE p.code = 0.0 / 0.0 RETURN p.id",
    "MATCH (p:Person) WHERE p.code IN $codes RETURN p.id",
    "MATCH (p {code: 8}) RETURN p.id",
    "MATCH (p:Person|Other {code: 8}) RETURN p.id",
    "UNWIND [8, 'p2', [1], 4] AS c MATCH (p:Person {code: c}) RETURN p.id",
    "MATCH (o:Other), (p:Person {code: o.code}) RETURN o.id, p.id",
    "MATCH (p:Person {code: 8})-[:knows]->(q)<-[:knows]-(r:Person {town: '東京'}) RETURN q.id, r.id",
    "MATCH (p:Person {code: 8})-[:knows*1..3]->(q:Person {code: 'p2'}) RETURN count(*)",
    "MATCH (p) WHERE p.id IN ['P0000001', 'x', 'P0000000'] RETURN p.code",
];

#[test]
fn indexes_find_what_scans_find() {
    let (plain, indexed) = (people(false), people(true));
    let mut params = Params::new();
    params.insert("codes".to_owned(), Value::List(vec![Value::Int(4), Value::Float(5.5)]));
    let mut plans = String::new();
    for query in FOUND {
        let rows = [&plain, &indexed].map(|graph| {
            let rows = session::query(graph, "<query>", query, &params).unwrap().rows;
            let mut rows: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
            rows.sort();
            rows
        });
        assert_eq!(rows[0], rows[1], "{query}");
        let _ = writeln!(plans, "{query}\n{}", explained(&indexed, query));
    }
    snapbox::assert_data_eq!(plans, snapbox::file!["choices/indexes.txt"].raw());
}

#[test]
fn what_is_written_is_found_and_kept_apart() {
    let mut graph = people(true);
    let mut run = |text: &str| {
        let source = Source::new("<query>", text);
        let rows = session::execute(&mut graph, &source, &Params::new(), &Options::default());
        rows.map(|rows| rows.rows)
    };
    let one = |rows: Vec<Vec<Value>>| rows[0][0].clone();
    let id = |text: &str| Value::String(text.to_owned());
    run("CREATE (:Person {id: 'new', code: 1000})").unwrap();
    assert_eq!(one(run("MATCH (p:Person {code: 1000}) RETURN p.id").unwrap()), id("new"));
    let merge = "MERGE (p:Person {code: 1000}) ON MATCH SET p.town = '奈良' RETURN p.id";
    assert_eq!(one(run(merge).unwrap()), id("new"));
    run("MATCH (p:Person {code: 1000}) SET p.code = 1001").unwrap();
    assert!(run("MATCH (p:Person {code: 1000}) RETURN p.id").unwrap().is_empty());
    assert_eq!(
        one(run("MATCH (p:Person {town: '奈良'}) RETURN p.code").unwrap()),
        Value::Int(1001)
    );
    // Another label may have the value.
    run("CREATE (:Other {id: 'o', code: 1001})").unwrap();
    let mut all = String::new();
    for text in
        ["CREATE (:Person {id: 'x', code: 1001})", "MATCH (p:Person {code: 8}) SET p.code = 1001.0"]
    {
        let error = run(text).unwrap_err();
        for lang in [Lang::En, Lang::Ja] {
            all += &render(std::slice::from_ref(&error), Style { lang, ..Style::default() });
        }
    }
    snapbox::assert_data_eq!(all, snapbox::file!["choices/unique.txt"].raw());
    let indexes = run("CALL db.indexes()").unwrap();
    assert_eq!(
        indexes,
        [
            vec![Value::Null, id("id"), Value::Bool(true)],
            vec![id("Person"), id("code"), Value::Bool(true)],
            vec![id("Person"), id("town"), Value::Bool(false)],
        ]
    );
}
