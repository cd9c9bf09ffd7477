//! ORDER BY with LIMIT: the first rows of the whole order, and no more held than those.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use kadai::error::{Code, Source};
use kadai::exec::Limits;
use kadai::graph::Graph;
use kadai::model::Value;
use kadai::session::{self, Options, Params};
use proptest::prelude::*;

/// Asks a graph without nodes.
fn ask(query: &str, params: &Params, values_max: u64) -> Result<Vec<Vec<Value>>, Code> {
    let options = Options::within(Limits { values_max, ..Limits::default() });
    let source = Source::new("<query>", query);
    let rows = session::query_within(&Graph::default(), &source, params, &options);
    rows.map(|rows| rows.rows).map_err(|error| error.code())
}

const MANY: u64 = 1_000_000;

/// What `x` of each row is.
fn first(query: &str) -> Vec<String> {
    let rows = ask(query, &Params::new(), MANY).unwrap();
    rows.iter().map(|row| row[0].to_string()).collect()
}

/// Projections of rows `r` with `a` and `b`, which tie often and may be null or of another type, and `n`, which counts them, and what
/// they are ordered by.
const ORDERS: &[(&str, &str)] = &[
    ("RETURN r.n AS n", "r.a"),
    ("RETURN r.n AS n", "r.a DESC"),
    ("RETURN r.n AS n, r.b AS b", "r.a, b"),
    ("RETURN r.n AS n, r.a AS a", "a DESC, r.b, 0"),
    ("RETURN r.n AS n", "r.b DESC, r.a DESC, n % 3"),
    ("RETURN r.n AS n", "[r.a, r.b] DESC"),
    ("RETURN DISTINCT r.a AS a, r.b AS b", "b DESC"),
    ("WITH DISTINCT r.b AS b, r.a AS a RETURN b, a", "a"),
    ("RETURN r.b AS b, count(*) AS c, collect(r.n) AS ns", "c DESC"),
];

/// What rows are tied by: few numbers, some of them equal as float and integer, a text, null and none.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0..3_i64).prop_map(Value::Int),
        (0..3_i32).prop_map(|x| Value::Float(f64::from(x) / 2.0)),
        Just(Value::String("x".to_owned())),
        Just(Value::Null),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_first_rows_are_those_of_the_whole_order(
        values in prop::collection::vec((value(), value()), 0..60),
        skip in 0..12_usize,
        limit in 0..70_usize,
    ) {
        let row = |(n, (a, b)): (i64, (Value, Value))| {
            let entries = [("n", Value::Int(n)), ("a", a), ("b", b)];
            Value::Map(entries.map(|(key, value)| (key.to_owned(), value)).into_iter().collect())
        };
        let count = |rows: usize| Value::Int(i64::try_from(rows).unwrap());
        let mut params = Params::new();
        params.insert("rows".to_owned(), Value::List((0..).zip(values).map(row).collect()));
        params.insert("skip".to_owned(), count(skip));
        params.insert("limit".to_owned(), count(limit));
        for (gives, by) in ORDERS {
            let query = format!("UNWIND $rows AS r {gives} ORDER BY {by}");
            let all = ask(&query, &params, MANY).unwrap();
            let few = ask(&format!("{query} SKIP $skip LIMIT $limit"), &params, MANY).unwrap();
            let want: Vec<_> = all.iter().skip(skip).take(limit).cloned().collect();
            prop_assert_eq!(&few, &want, "{} skip {} limit {}", &query, skip, limit);
            let few = ask(&format!("{query} LIMIT {limit}"), &params, MANY).unwrap();
            prop_assert_eq!(few, &all[..limit.min(all.len())], "{} limit {}", &query, limit);
        }
    }
}

#[test]
fn what_stands_between_order_and_limit_is_seen() {
    // A condition leaves rows out, so that later ones take their place; what a row becomes does not.
    let all = "UNWIND range(1, 100) AS x WITH x ORDER BY x DESC";
    assert_eq!(first(&format!("{all} WHERE x % 10 = 0 RETURN x LIMIT 3")), ["100", "90", "80"]);
    assert_eq!(first(&format!("{all} RETURN -x AS x LIMIT 3")), ["-100", "-99", "-98"]);
    assert_eq!(first(&format!("{all} LIMIT 50 RETURN x SKIP 48 LIMIT 9")), ["52", "51"]);
    assert_eq!(first(&format!("{all} SKIP 3 WITH x SKIP 3 RETURN x LIMIT 2")), ["94", "93"]);
    assert_eq!(first(&format!("{all} RETURN count(x) AS x LIMIT 1")), ["100"]);
    assert_eq!(first(&format!("{all} UNWIND [x, x] AS y RETURN y LIMIT 3")), ["100", "100", "99"]);
}

#[test]
fn every_row_is_compared_even_where_few_are_wanted() {
    let fails = "UNWIND [1, 2, 3, 0] AS x RETURN x ORDER BY 6 / x";
    let params = Params::new();
    assert_eq!(ask(&format!("{fails} LIMIT 1"), &params, MANY), Err(Code::RunArithmetic));
    // Where none is wanted, nothing runs.
    assert_eq!(ask(&format!("{fails} LIMIT 0"), &params, MANY), Ok(Vec::new()));
}

#[test]
fn no_more_is_held_than_is_wanted() {
    let params = Params::new();
    let ask = |query: &str, values_max| ask(query, &params, values_max);
    let (up, down) = ("UNWIND range(1, 10000) AS x", "UNWIND range(10000, 1, -1) AS x");
    for from in [up, down] {
        let sorted = format!("{from} RETURN x ORDER BY x");
        assert_eq!(ask(&sorted, 10_000), Err(Code::LimitMemory));
        assert_eq!(ask(&format!("{sorted} LIMIT 10"), 100).unwrap()[9], [Value::Int(10)]);
        let far = format!("{sorted} SKIP 100 LIMIT 10");
        assert_eq!(ask(&far, 500).unwrap()[0], [Value::Int(101)]);
        assert_eq!(ask(&far, 200), Err(Code::LimitMemory));
    }
    // Long texts count as long as their rows are kept.
    let texts = format!("{down} WITH x, reduce(s = '', i IN range(1, 64) | s + 'abcdefgh') AS s");
    assert!(ask(&format!("{texts} RETURN s ORDER BY x LIMIT 10"), 1000).is_ok());
    assert_eq!(
        ask(&format!("{texts} RETURN s ORDER BY x LIMIT 100"), 1000),
        Err(Code::LimitMemory)
    );
    // What all rows share is held once.
    let shared = format!("WITH range(1, 5000) AS xs {down} WITH xs, x ORDER BY x LIMIT 50");
    assert_eq!(ask(&format!("{shared} RETURN count(*)"), 6000).unwrap(), [[Value::Int(50)]]);
}
