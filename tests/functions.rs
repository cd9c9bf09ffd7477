//! Every function gives what its own example says.

use kadai::functions::{self, Aggregate};
use kadai::graph::Graph;
use kadai::session::{self, Params};

#[test]
fn every_example_holds() {
    let graph = Graph::default();
    for function in functions::all() {
        let (query, want) = function.example;
        let rows = session::query(&graph, "<query>", query, &Params::new());
        let rows = rows.unwrap_or_else(|error| panic!("{}: {error}", function.name)).rows;
        assert_eq!(rows[0][0].to_string(), want, "{query}");
    }
}

#[test]
fn the_tables_are_whole() {
    let names = functions::all().map(|function| function.name);
    let mut names: Vec<String> =
        names.chain(Aggregate::TABLE.iter().map(|entry| entry.1)).map(str::to_lowercase).collect();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count, "a name stands twice");
    for function in functions::all() {
        let (least, most) = function.arity;
        assert!(least <= most, "{}", function.name);
        assert!(function.signature.starts_with(&format!("{}(", function.name)));
        assert!(!function.doc.0.is_empty() && !function.doc.1.is_empty(), "{}", function.name);
        assert!(function.example.0.contains(&format!("{}(", function.name)), "{}", function.name);
    }
}
