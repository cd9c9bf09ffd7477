//! What a query holds counts against its limits, and only as long as it holds it.

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
