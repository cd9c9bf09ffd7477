//! Expressions against brute force: aggregates, rounding, `reduce` and queries inside expressions give what the plainest way of
//! computing them gives.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use kadai::graph::{Builder, Graph};
use kadai::model::{Datum, Value};
use kadai::session::{self, Params};
use proptest::prelude::*;

fn rows(graph: &Graph, query: &str) -> Vec<Vec<Value>> {
    session::query(graph, "<query>", query, &Params::new())
        .unwrap_or_else(|e| panic!("{e}: {query}"))
        .rows
}

fn floats(row: &[Value]) -> Vec<f64> {
    row.iter().map(|value| value.to_string().parse().unwrap()).collect()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + b.abs())
}

/// The nodes that each node leads to, a relationship each.
type Sketch = Vec<Vec<usize>>;

fn sketches() -> impl Strategy<Value = Sketch> {
    (1..6usize)
        .prop_flat_map(|nodes| prop::collection::vec(prop::collection::vec(0..nodes, 0..4), nodes))
}

fn build(sketch: &Sketch) -> Graph {
    let mut builder = Builder::default();
    let kind = builder.names_mut().kind_id("T");
    let key = builder.names_mut().key_id("n");
    let nodes: Vec<_> = (0..sketch.len())
        .map(|n| builder.add_node(Vec::new(), vec![(key, Datum::Int(i64::try_from(n).unwrap()))]))
        .collect();
    for (start, ends) in sketch.iter().enumerate() {
        for end in ends {
            builder.add_rel(kind, nodes[start], nodes[*end], Vec::new());
        }
    }
    builder.build()
}

fn int(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn percentiles_and_deviations(values in prop::collection::vec(-9..9i64, 1..12), percent in 0..=20u32) {
        let p = f64::from(percent) / 20.0;
        let list = values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let query = format!(
            "UNWIND [{list}] AS x RETURN percentileDisc(x, {p:?}), percentileCont(x, {p:?}), stDev(x), stDevP(x), avg(x)"
        );
        let found = floats(&rows(&Graph::default(), &query)[0]);

        let mut sorted: Vec<f64> = values.iter().map(|x| f64::from(i32::try_from(*x).unwrap())).collect();
        sorted.sort_by(f64::total_cmp);
        let count = f64::from(u32::try_from(sorted.len()).unwrap());
        let share = |x: f64| f64::from(u32::try_from(sorted.iter().filter(|y| **y <= x).count()).unwrap()) / count;
        let disc = sorted.iter().copied().find(|x| share(*x) >= p - 1e-12).unwrap();
        // The line through the points (i / (n - 1), sorted[i]).
        let cont = sorted.iter().zip(sorted.iter().skip(1)).zip(0u32..).find_map(|((a, b), i)| {
            let at = p * (count - 1.0) - f64::from(i);
            (at <= 1.0).then_some(a + (b - a) * at)
        });
        let mean = sorted.iter().sum::<f64>() / count;
        let squares: f64 = sorted.iter().map(|x| (x - mean) * (x - mean)).sum();
        let sample = if sorted.len() > 1 { (squares / (count - 1.0)).sqrt() } else { 0.0 };
        let want = [disc, cont.unwrap_or(sorted[0]), sample, (squares / count).sqrt(), mean];
        prop_assert!(found.iter().zip(&want).all(|(a, b)| close(*a, *b)), "{:?} {:?}", found, want);
    }

    #[test]
    fn rounding_to_places(thousandths in -99_999..99_999i64, places in 0..3usize) {
        // 12.345 as an integer of thousandths, so that halves are exact.
        let sign = if thousandths < 0 { "-" } else { "" };
        let digits = thousandths.abs();
        let query = format!("RETURN round({sign}{}.{:03}, {places})", digits / 1000, digits % 1000);
        let unit = [1000, 100, 10][places];
        let rounded = (digits + unit / 2) / unit * unit;
        let want: f64 = format!("{sign}{}.{:03}", rounded / 1000, rounded % 1000).parse().unwrap();
        prop_assert_eq!(floats(&rows(&Graph::default(), &query)[0])[0], want);
    }

    #[test]
    fn folding_is_a_loop(values in prop::collection::vec(-9..9i64, 0..12)) {
        let list = values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let query = format!(
            "WITH [{list}] AS xs RETURN reduce(t = 1, x IN xs | t * 2 - x), \
             reduce(l = [], x IN xs | [x] + l) = reverse(xs)"
        );
        let want = values.iter().fold(1, |total, x| total * 2 - x);
        prop_assert_eq!(&rows(&Graph::default(), &query)[0], &vec![Value::Int(want), Value::Bool(true)]);
    }

    #[test]
    fn queries_inside_expressions(sketch in sketches()) {
        let graph = build(&sketch);
        let query = "MATCH (a) RETURN COUNT { (a)-->() }, size([(a)-->(b) | b]), \
            COUNT { MATCH (a)-->(b) RETURN DISTINCT b }, \
            COUNT { MATCH (a)-->(b) RETURN b.n AS n UNION MATCH (a)-->()-->(b) RETURN b.n AS n }, \
            COLLECT { MATCH (a)-->(b) RETURN b.n ORDER BY b.n }, \
            EXISTS { MATCH (a)-->(b) WITH b, count(*) AS times WHERE times > 1 RETURN b }, \
            reduce(s = 0, n IN [(a)-->(b) WHERE b.n > 0 | b.n] | s + n) ORDER BY a.n";
        for (a, found) in rows(&graph, query).into_iter().enumerate() {
            let mut ends = sketch[a].clone();
            ends.sort_unstable();
            let list = Value::List(ends.iter().copied().map(int).collect());
            let twice = ends.iter().zip(ends.iter().skip(1)).any(|(x, y)| x == y);
            let sum = ends.iter().sum();
            // The second hop takes another relationship than the first.
            let two: Vec<usize> = sketch[a].iter().enumerate().flat_map(|(i, b)| {
                let next = sketch[*b].iter().enumerate();
                next.filter(move |(j, _)| !(a == *b && i == *j)).map(|(_, c)| *c).collect::<Vec<_>>()
            }).collect();
            let mut either = [ends.clone(), two].concat();
            either.sort_unstable();
            either.dedup();
            let count = ends.len();
            ends.dedup();
            let want = vec![
                int(count), int(count), int(ends.len()), int(either.len()), list, Value::Bool(twice), int(sum),
            ];
            prop_assert_eq!(found, want);
        }
    }
}
