//! What a query holds counts against its limits, and only as long as it holds it.

use std::time::Duration;

use cpu_time::ThreadTime;
use kadai::error::{Code, Source};
use kadai::exec::Limits;
use kadai::graph::Graph;
use kadai::model::Value;
use kadai::session::{self, Options, Params};

fn within(values_max: u64, query: &str) -> Result<Vec<Vec<Value>>, Code> {
    let limits = Limits { values_max, ..Limits::default() };
    let options = Options::within(limits);
    let source = Source::new("<query>", query);
    let rows = session::query_within(&Graph::default(), &source, &Params::new(), &options);
    rows.map(|rows| rows.rows).map_err(|error| error.code())
}

#[test]
fn what_a_query_inside_an_expression_holds_is_let_go() {
    let query = "UNWIND range(1, 200) AS i
        WITH COUNT { UNWIND range(1, 100) AS x WITH DISTINCT x ORDER BY x RETURN x } AS n
        RETURN sum(n)";
    assert_eq!(within(1000, query).unwrap(), [[Value::Int(20_000)]]);
    assert_eq!(within(100, query), Err(Code::LimitMemory));
}

#[test]
fn a_row_counts_with_all_that_is_in_it() {
    let query = "WITH range(1, 100) AS x RETURN [x, x, x] AS xs";
    assert!(within(1000, query).is_ok());
    assert_eq!(within(300, query), Err(Code::LimitMemory));
    let text = "RETURN reduce(s = 'x', i IN range(1, 16) | s + s) AS s";
    assert!(within(2000, text).is_ok());
    assert_eq!(within(1000, text), Err(Code::LimitMemory));
}

#[test]
fn what_only_an_expression_holds_counts() {
    let limit = Err(Code::LimitMemory);
    for query in [
        "RETURN size([x IN range(1, 1000) | range(1, 1000)])",
        "RETURN size([x IN range(1, 100) | [y IN range(1, 100) | range(1, 1000)]])",
        "RETURN size([x IN range(1, 100) | {k: [range(1, 10000)]}])",
        "RETURN size([range(1, 60000), range(1, 60000)])",
        "UNWIND range(1, 1000) AS x WITH range(1, 1000) AS xs, x ORDER BY x RETURN count(*)",
        "UNWIND range(1, 1000) AS x RETURN size(collect(range(1, 1000)))",
        "WITH reduce(s = 'x', i IN range(1, 20) | s + s) AS s RETURN size([x IN range(1, 100) | s + x])",
    ] {
        assert_eq!(within(100_000, query), limit, "{query}");
    }
    // What is shared is held once.
    for query in [
        "WITH range(1, 50000) AS xs RETURN size([x IN range(1, 100) | xs])",
        "WITH range(1, 50000) AS xs UNWIND range(1, 100) AS x WITH xs, x ORDER BY x RETURN count(*)",
        "WITH range(1, 50000) AS xs UNWIND range(1, 100) AS x RETURN size(collect([xs, x]))",
    ] {
        assert!(within(100_000, query).is_ok(), "{query}");
    }
}

#[test]
fn texts_and_patterns_have_limits() {
    let long = "reduce(s = 'a', i IN range(1, 24) | s + s)";
    let limit = Err(Code::LimitMemory);
    assert_eq!(within(100_000_000, &format!("RETURN size(split({long}, ''))")), limit);
    assert_eq!(within(100_000_000, &format!("RETURN 'a' =~ {long}")), limit);
    assert_eq!(within(100_000_000, "RETURN 'a' =~ '((a{1,1000}){1,1000}){1,1000}'"), limit);
}

#[test]
fn the_clock_is_looked_at_in_time() {
    for query in [
        "UNWIND range(1, 10000000) AS x UNWIND range(1, 10000) AS y RETURN count(*)",
        "WITH range(1, 100000) AS xs RETURN any(x IN xs WHERE x IN xs AND x < 0)",
        "RETURN size([x IN range(1, 1000000) | [y IN range(1, 1000) | y][0]])",
        "RETURN size(reduce(l = [], i IN range(1, 200000) | l + i))",
    ] {
        let limits = Limits { time_max: Some(Duration::from_millis(200)), ..Limits::default() };
        // While others have the machine the clock goes on and the query does not: what it does after its time is what counts.
        let (source, start) = (Source::new("<query>", query), ThreadTime::now());
        let options = Options::within(limits);
        let rows = session::query_within(&Graph::default(), &source, &Params::new(), &options);
        assert_eq!(rows.unwrap_err().code(), Code::LimitTime, "{query}");
        let longest = Duration::from_millis(if cfg!(debug_assertions) { 3000 } else { 400 });
        let took = start.elapsed();
        assert!(took < longest, "{took:?} for {query}");
    }
}

#[test]
fn lists_in_lists_count_while_they_are_made() {
    let query = "RETURN size([x IN range(1, 5000) | [y IN range(1, 5000) | y]]) AS n";
    assert_eq!(within(1_000_000, query), Err(Code::LimitMemory));
    // What is made and dropped at once does not count.
    let query = "RETURN size([x IN range(1, 300) | size([y IN range(1, 300) | [y]])]) AS n";
    assert_eq!(within(1000, query).unwrap(), [[Value::Int(300)]]);
}

#[test]
fn what_has_been_seen_is_held_once() {
    for query in [
        "UNWIND range(1, 10000) AS x RETURN DISTINCT x % 10 AS x",
        "UNWIND range(1, 10000) AS x RETURN count(DISTINCT x % 10) AS n",
        "UNWIND range(1, 10000) AS x RETURN collect(DISTINCT x % 10) AS xs",
    ] {
        assert!(within(100, query).is_ok(), "{query}");
        assert_eq!(within(5, query), Err(Code::LimitMemory), "{query}");
    }
}
