//! Queries on several threads: the same rows in the same order as on one, and the same limits.
//!
//! Each thread keeps the limits, and with them the flag that stops a query: how many hold that flag tells from outside whether
//! work was shared.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use kadai::error::{Code, Result, Source};
use kadai::exec::Limits;
use kadai::graph::{Builder, Graph};
use kadai::model::{Datum, Value};
use kadai::session::{self, Options, Params};

/// Each makes enough steps that the rest of its first nodes goes to several threads; `A` is every node, `B` every second one. What `p`
/// is of the nodes that lead to more comes up only there.
const QUERIES: &[&str] = &[
    "MATCH (a:A)-[:T]->(b)-[:T]->(c)-[:T]->(d) RETURN count(*)",
    "MATCH (a:B)-[:T]->(b)-[:T]->(c)-[:T]->(d) WHERE d.k > 3 RETURN count(*)",
    "MATCH (a:A)-[:T]->(b)-[:T]->(c)-[:T]->(a) RETURN count(*)",
    "MATCH (a:A)-[:T]->(b)-[:T]->(c)-[:T]->(d) RETURN b.k, d.k, count(*)",
    "MATCH (a:A)-[:T]->(b)-[:T]->(c:A)-[:T]->(d) WHERE a.id < c.id RETURN a.k, d.s, count(*) AS n",
    "MATCH (a:B)-[:T]->(b)-[:T]->(c)-[:T]->(d)-[:T]->(e) RETURN a.k, e.s, count(*) AS n",
    "MATCH (a:A)-[:T]->(b)-[:T]->(c)-[:T]->(d) RETURN a.p, count(*)",
    "MATCH (a:B)-[:T]->(b)-[:T]->(c)-[:T]->(d)-[:T]->(e) RETURN e.p, count(*)",
    "MATCH (a:A)-[:T]->(b)-[:T]->(c)-[:T]->(d:A) WHERE a.id > d.id RETURN d.s, count(*) AS n ORDER BY n DESC LIMIT 3",
    "MATCH (a:A)-[:T]->(b)-[:T]->(c)-[:T]->(d) RETURN a, d, count(*) AS n ORDER BY n DESC LIMIT 50",
    "MATCH (a:B)-[:T]->(b)-[:T]->(c)-[:T]->(d) WHERE d.k < 5 RETURN a.k, a, d, count(*) AS n ORDER BY n LIMIT 20",
    "MATCH (a:A)-[:T]->(b)-[:T]->(c)-[:T]->(d) WHERE d.s <> 's1' RETURN a, d, count(*) AS n ORDER BY n DESC, d LIMIT 20",
];

/// Each stays with one thread: an expression is evaluated for every row.
const ALONE: &[&str] = &[
    "MATCH (a:B)-[:T]->(b)-[:T]->(c) WHERE a.k <> c.k RETURN a.k, c.s, count(*) AS n",
    "MATCH (a:A)-[:T]->(b)-[:T]->(c) WHERE c.k < a.k RETURN a, c, count(*) AS n ORDER BY n DESC, c LIMIT 20",
];

/// Each would run for hours, and most of it on several threads.
const ENDLESS: &[&str] = &[
    "MATCH (a:A)-[:T]->()-[:T]->()-[:T]->()-[:T]->()-[:T]->()-[:T]->()-[:T]->()-[:T]->(d) RETURN count(*)",
    "MATCH (a:B)-[:T]->()-[:T]->()-[:T]->()-[:T]->()-[:T]->()-[:T]->()-[:T]->()-[:T]->(d) RETURN a.k, d.s, count(*)",
    "MATCH (a:A)-[:T]->()-[:T]->()-[:T]->()-[:T]->()-[:T]->()-[:T]->()-[:T]->()-[:T]->(d) RETURN a, d, count(*) AS n ORDER BY n DESC LIMIT 5",
];

/// How many threads the queries that are watched may use, and how many holders of the flag tell that they do: one thread alone, and
/// those who watch it, are fewer.
const MANY: usize = 12;
const HOLDERS: usize = 8;
/// When a test gives up. No test that succeeds takes so long.
const PATIENCE: Duration = Duration::from_secs(120);
/// Optimised, the machine shares only what is much more work than a test should be.
const SHARES: bool = cfg!(debug_assertions);

/// Nodes of which so many lead to few others, and those behind them to more, both to their own kind; with the least number of
/// relationships of each.
fn graph((light, few): (usize, usize), (heavy, many): (usize, usize)) -> Graph {
    // A fixed sequence that looks random: a linear congruential generator.
    let mut state = 1u64;
    let mut next = move |bound: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % bound
    };
    let mut builder = Builder::default();
    let names = builder.names_mut();
    let (kind, labels) = (names.kind_id("T"), ["A", "B"].map(|name| names.label_id(name)));
    let keys = ["id", "k", "s", "p"].map(|key| names.key_id(key));
    let int = |int: usize| Datum::Int(i64::try_from(int).unwrap());
    let mut nodes = Vec::new();
    for at in 0..light + heavy {
        let values = [
            Datum::str(&format!("{at:05}")),
            int(next(12)),
            Datum::str(&format!("s{}", next(7))),
            int(at / 20 * 7 % 90),
        ];
        let own = labels.into_iter().take(1 + (at + 1) % 2).collect();
        nodes.push(builder.add_node(own, keys.into_iter().zip(values).collect()));
    }
    for from in 0..light + heavy {
        let (first, count) = if from < light { (0, light) } else { (light, heavy) };
        // Some lead to many more than others.
        let degree = if from < light { few } else { many + next(1 + from % 13) };
        for _ in 0..degree {
            builder.add_rel(kind, nodes[from], nodes[first + next(count)], Vec::new());
        }
    }
    builder.build()
}

/// One in which queries come to an end. The nodes that lead to few are more than are walked at once: only what is left after that can
/// be shared.
fn small() -> Graph {
    graph((1_100, 3), (600, 2))
}

/// One in which they do not, once they are shared.
fn large() -> Graph {
    graph((1_100, 1), (900, 20))
}

fn run(graph: &Graph, query: &str, limits: Limits) -> Result<Vec<Vec<Value>>> {
    let source = Source::new("<query>", query);
    let found = session::query_within(graph, &source, &Params::new(), &Options::within(limits))?;
    Ok(found.rows)
}

fn on(threads: usize) -> Limits {
    Limits { threads_max: Some(threads), ..Limits::default() }
}

/// Runs a query on many threads; says too whether they were seen at work. `stops` has it interrupted as soon as they are.
fn watched(
    graph: &Graph,
    query: &str,
    limits: Limits,
    stops: bool,
) -> (Result<Vec<Vec<Value>>>, bool) {
    let (cancel, ended) = (Arc::new(AtomicBool::new(false)), AtomicBool::new(false));
    let limits = Limits { cancel: Some(Arc::clone(&cancel)), threads_max: Some(MANY), ..limits };
    thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let (start, mut seen) = (Instant::now(), false);
            while !ended.load(Ordering::Relaxed) {
                seen |= Arc::strong_count(&cancel) >= HOLDERS;
                if (seen || !SHARES) && stops || start.elapsed() > PATIENCE {
                    cancel.store(true, Ordering::Relaxed);
                }
                thread::yield_now();
            }
            seen
        });
        let rows = run(graph, query, limits);
        ended.store(true, Ordering::Relaxed);
        (rows, watch.join().unwrap())
    })
}

#[test]
fn rows_are_the_same_on_any_number_of_threads() {
    let graph = small();
    for query in QUERIES.iter().chain(ALONE) {
        let alone = format!("{:?}", run(&graph, query, on(1)).unwrap());
        for threads in [2, 5] {
            let rows = format!("{:?}", run(&graph, query, on(threads)).unwrap());
            assert_eq!(rows, alone, "{query} on {threads} threads");
        }
    }
}

#[test]
fn what_leads_far_is_shared() {
    let graph = small();
    for query in QUERIES {
        let alone = format!("{:?}", run(&graph, query, on(1)).unwrap());
        // A short run may be over before anyone looks.
        let start = Instant::now();
        loop {
            let (rows, shared) = watched(&graph, query, Limits::default(), false);
            assert_eq!(format!("{:?}", rows.unwrap()), alone, "{query} on {MANY} threads");
            if shared || !SHARES {
                break;
            }
            assert!(start.elapsed() < PATIENCE, "never shared: {query}");
        }
    }
}

#[test]
fn what_is_shared_can_be_interrupted() {
    let graph = large();
    for query in ENDLESS {
        let (rows, shared) = watched(&graph, query, Limits::default(), true);
        assert_eq!(rows.unwrap_err().code(), Code::Interrupted, "{query}");
        assert!(shared || !SHARES, "never shared: {query}");
    }
}

#[test]
fn time_runs_out_on_every_thread() {
    let graph = large();
    for query in ENDLESS {
        // On a machine that has no time for us, it may have run out before work was shared.
        let mut time = Duration::from_millis(50);
        loop {
            let limits = Limits { time_max: Some(time), ..Limits::default() };
            let (rows, shared) = watched(&graph, query, limits, false);
            assert_eq!(rows.unwrap_err().code(), Code::LimitTime, "{query}");
            if shared || !SHARES {
                break;
            }
            assert!(time < PATIENCE, "never shared: {query}");
            time *= 2;
        }
    }
}

#[test]
fn what_is_over_before_it_begins_ends_at_once() {
    let graph = small();
    for query in QUERIES {
        let time_max = Some(Duration::ZERO);
        let late = run(&graph, query, Limits { time_max, ..on(3) });
        assert_eq!(late.unwrap_err().code(), Code::LimitTime, "{query}");
        let cancel = Some(Arc::new(AtomicBool::new(true)));
        let stopped = run(&graph, query, Limits { cancel, ..on(3) });
        assert_eq!(stopped.unwrap_err().code(), Code::Interrupted, "{query}");
    }
}

/// The groups of the first nodes are few, those of the others more than the limit: it is reached by a thread of several.
#[test]
fn memory_runs_out_on_every_thread() {
    let limits = || Limits { values_max: 100, ..Limits::default() };
    let (rows, _) = watched(&large(), ENDLESS[1], limits(), false);
    assert_eq!(rows.unwrap_err().code(), Code::LimitMemory);
}

/// What threads hold together counts as what one would hold: the least that is enough for one is for several, and less is not.
#[test]
fn memory_and_rows_are_counted_alike_on_any_number_of_threads() {
    let graph = small();
    for query in QUERIES.iter().filter(|query| query.contains(".p, ") || query.contains("LIMIT 50"))
    {
        let held = |values_max, threads| {
            run(&graph, query, Limits { values_max, ..on(threads) }).map_err(|error| error.code())
        };
        let (mut less, mut enough) = (0, 1 << 16);
        assert!(held(enough, 1).is_ok(), "{query}");
        while enough - less > 1 {
            let middle = less + (enough - less) / 2;
            if held(middle, 1).is_ok() { enough = middle } else { less = middle }
        }
        for threads in [2, 5] {
            assert!(held(enough, threads).is_ok(), "{query} on {threads} threads");
            assert_eq!(held(less, threads), Err(Code::LimitMemory), "{query} on {threads} threads");
        }
        let rows = run(&graph, query, on(1)).unwrap().len() as u64;
        assert!(run(&graph, query, Limits { rows_max: rows, ..on(5) }).is_ok(), "{query}");
        let fewer = run(&graph, query, Limits { rows_max: rows - 1, ..on(5) });
        assert_eq!(fewer.unwrap_err().code(), Code::LimitRows, "{query}");
    }
}
