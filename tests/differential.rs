//! Random queries on random graphs, against a naive evaluator: the engine gives the same rows as the plainest reading of openCypher.
//!
//! `KADAI_DIFFERENTIAL` says how many queries, `KADAI_DIFFERENTIAL_SEED` where to begin. A difference is shown with the smallest graph
//! and query that still have it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking, its numbers are small, and it names the types it takes"
)]

#[path = "differential/by_hand.rs"]
mod by_hand;
mod dice;
#[path = "differential/endings.rs"]
mod endings;
#[path = "differential/evaluate.rs"]
mod evaluate;
#[path = "differential/expressions.rs"]
mod expressions;
#[path = "differential/generate.rs"]
mod generate;
#[path = "differential/graph.rs"]
mod graph;
#[path = "differential/idioms.rs"]
mod idioms;
#[path = "differential/keys.rs"]
mod keys;
#[path = "differential/patterns.rs"]
mod patterns;
#[path = "differential/query.rs"]
mod query;
#[path = "differential/scope.rs"]
mod scope;
#[path = "differential/shrink.rs"]
mod shrink;
#[path = "differential/value.rs"]
mod value;

use std::fmt::Write as _;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use dice::Dice;
use evaluate::{Outcome, Stop, World};
use generate::Generator;
use graph::{Change, Sketch, Style, happen};
use kadai::error::{Class, Code, Source};
use kadai::exec::Limits;
use kadai::graph::Graph;
use kadai::model::Value;
use kadai::session::{self, Options, Params};
use query::Query;
use value::{Key, Val};

/// How many queries run where the environment does not say.
const QUERIES: u64 = 1_500;
/// The steps that the evaluator may take for a query.
const STEPS: u64 = 60_000;
const STEPS_LARGE: u64 = 200_000;
/// How many differences are looked at before the test ends.
const DIFFERENCES_MAX: usize = 4;

/// How many queries tell whether they are any good.
const JUDGED_MIN: u64 = 400;

/// What the engine says to a query.
#[derive(Clone, Debug, PartialEq)]
enum Answer {
    Rows(Vec<Key>),
    Error(Code),
    /// A panic, or a row that no query should give.
    Wrong(String),
}

/// How the two differ.
#[derive(Clone, Debug, PartialEq)]
enum Difference {
    Rows,
    /// The engine refuses what has an answer.
    Refused(Code),
    /// The engine answers what has none.
    Answered,
    Wrong,
}

/// A graph with a history, and a query.
#[derive(Clone)]
pub(crate) struct Case {
    base: Sketch,
    changes: Vec<Change>,
    query: Query,
}

impl Case {
    fn steps(&self) -> u64 {
        if self.base.nodes.len() > 100 { STEPS_LARGE } else { STEPS }
    }

    /// The graph as it is in the end, once to look at and once to ask.
    fn build(&self) -> (Sketch, Graph) {
        let (mut sketch, mut graph) = (self.base.clone(), self.base.build());
        for change in &self.changes {
            happen(change, &mut sketch, &mut graph);
        }
        (sketch, graph)
    }

    fn difference(&self) -> Option<Difference> {
        if !scope::is_whole(&self.query) {
            return None;
        }
        let (sketch, graph) = self.build();
        let want = World::new(&sketch).ask(&self.query, self.steps());
        difference(&self.query, &want, &answer(&graph, &sketch, &self.query))
    }

    /// Everything one needs to see the difference elsewhere.
    fn report(&self) -> String {
        let (sketch, graph) = self.build();
        let want = World::new(&sketch).ask(&self.query, self.steps());
        let mut text = if self.base.nodes.len() > 100 {
            format!("// {} nodes, {} relationships\n", self.base.nodes.len(), self.base.rels.len())
        } else {
            format!("// keys: {:?}\n{}\n", self.base.keyed, self.base.create())
        };
        let mut sketch_then = self.base.clone();
        for change in &self.changes {
            let _ = writeln!(text, "{};", sketch_then.statement(change));
            sketch_then.change(change);
        }
        let _ = writeln!(text, "{}\n", self.query);
        let _ = match want {
            Ok(rows) => writeln!(text, "wanted: {}", rows_text(&keys(&self.query, rows))),
            Err(stop) => writeln!(text, "wanted: {stop:?}"),
        };
        let _ = match answer(&graph, &sketch, &self.query) {
            Answer::Rows(rows) => writeln!(text, "found:  {}", rows_text(&rows)),
            other => writeln!(text, "found:  {other:?}"),
        };
        let explained = session::explain(&graph, "<query>", &self.query.to_string());
        let _ = writeln!(text, "{}", explained.unwrap_or_default());
        text
    }
}

fn rows_text(rows: &[Key]) -> String {
    let row = |row: &Key| row.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let shown: Vec<String> = rows.iter().take(20).map(row).collect();
    format!("{} rows: {}", rows.len(), shown.join(" | "))
}

/// Rows as they are compared: in order where the query says so, and lists without order sorted.
fn keys(query: &Query, rows: Vec<Vec<Val>>) -> Vec<Key> {
    let loose = query.collects();
    let mut rows: Vec<Key> = rows
        .into_iter()
        .map(|row| {
            Key(row.into_iter().map(|value| if loose { sorted(value) } else { value }).collect())
        })
        .collect();
    if !query.is_ordered() {
        rows.sort();
    }
    rows
}

fn sorted(value: Val) -> Val {
    match value {
        Val::List(mut items) => {
            items.sort_by(Val::order);
            Val::List(items)
        }
        other => other,
    }
}

fn params() -> Params {
    let value = |val| match val {
        Val::Int(int) => Value::Int(int),
        Val::Text(text) => Value::String(text),
        _ => Value::Null,
    };
    query::PARAMS.iter().map(|name| ((*name).to_owned(), value(query::param(name)))).collect()
}

fn answer(graph: &Graph, sketch: &Sketch, query: &Query) -> Answer {
    let limits = Limits { time_max: Some(Duration::from_secs(20)), ..Limits::default() };
    let source = Source::new("<query>", query.to_string());
    let options = Options::within(limits);
    // Twice with one plan, which has to be as good as new after the first time.
    let run = || {
        let prepared = session::prepare(graph, &source, &options)?;
        let rows = prepared.run(graph, &params(), &options)?;
        assert_eq!(rows, prepared.run(graph, &params(), &options)?);
        Ok::<_, kadai::Error>(rows)
    };
    match catch_unwind(AssertUnwindSafe(run)) {
        Err(_) => Answer::Wrong("a panic, or other rows the second time".to_owned()),
        Ok(Err(error)) => Answer::Error(error.code()),
        Ok(Ok(rows)) => {
            let row = |row: &Vec<_>| row.iter().map(|value| Val::read(value, sketch)).collect();
            let rows: Result<Vec<Vec<Val>>, String> = rows.rows.iter().map(row).collect();
            rows.map_or_else(Answer::Wrong, |rows| Answer::Rows(keys(query, rows)))
        }
    }
}

fn difference(query: &Query, want: &Outcome<Vec<Vec<Val>>>, found: &Answer) -> Option<Difference> {
    match (want, found) {
        (Err(Stop::TooMuch | Stop::Unbound), _) => None,
        (_, Answer::Wrong(_)) => Some(Difference::Wrong),
        (Ok(want), Answer::Rows(found)) => {
            (keys(query, want.clone()) != *found).then_some(Difference::Rows)
        }
        (Ok(_), Answer::Error(code)) => {
            (code.class() != Class::Limit).then_some(Difference::Refused(*code))
        }
        (Err(Stop::Type), Answer::Error(Code::TypeMismatch)) => None,
        (Err(Stop::Type), Answer::Error(code)) => Some(Difference::Refused(*code)),
        (Err(Stop::Type), Answer::Rows(_)) => {
            (!query.is_cut_to_nothing()).then_some(Difference::Answered)
        }
    }
}

/// What the environment says, or else a fixed number.
fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap())
}

/// What came of many queries.
#[derive(Default)]
struct Tally {
    judged: u64,
    /// Those that would take the evaluator too long.
    skipped: u64,
    /// Those with a row to compare.
    with_rows: u64,
    reports: String,
    differences: usize,
}

impl Tally {
    /// Asks so many queries of one graph, some of them between changes.
    fn graph(&mut self, dice: &mut Dice, style: Style, queries: u64) {
        let base = style.sketch(dice);
        let (mut sketch, mut graph) = (base.clone(), base.build());
        let large = base.nodes.len() > 100;
        let mut changes = Vec::new();
        if dice.one_in(3) {
            changes.push(Change::Reopen);
            happen(&Change::Reopen, &mut sketch, &mut graph);
        }
        let written = dice.one_in(2);
        for _ in 0..queries {
            for _ in 0..if written { dice.below(4) } else { 0 } {
                let change = style.change(&sketch, dice);
                happen(&change, &mut sketch, &mut graph);
                changes.push(change);
            }
            let mut generator = Generator::new(dice, sketch.nodes.len(), large);
            let Some(query) = generator.query() else { continue };
            let steps = if large { STEPS_LARGE } else { STEPS };
            let want = World::new(&sketch).ask(&query, steps);
            if let Err(Stop::TooMuch) = want {
                self.skipped += 1;
                continue;
            }
            assert!(scope::is_whole(&query) && !matches!(want, Err(Stop::Unbound)), "{query}");
            self.judged += 1;
            self.with_rows += u64::from(want.as_ref().is_ok_and(|rows| !rows.is_empty()));
            let found = answer(&graph, &sketch, &query);
            if let Some(kind) = difference(&query, &want, &found) {
                let case = Case { base: base.clone(), changes: changes.clone(), query };
                self.differ(case, &kind, &found);
            }
        }
    }

    fn differ(&mut self, case: Case, kind: &Difference, found: &Answer) {
        self.differences += 1;
        if self.differences > DIFFERENCES_MAX {
            return;
        }
        let report = if case.difference().as_ref() == Some(kind) {
            shrink::smallest(case, |case| case.difference().as_ref() == Some(kind)).report()
        } else {
            format!("only after the queries before it, {found:?}:\n{}", case.report())
        };
        let _ = writeln!(self.reports, "\n--- {kind:?}\n{report}");
    }
}

/// Runs queries until there are so many, a graph after the other.
fn run(name: &str, queries: u64, each: u64, style: fn(&mut Dice) -> Style) {
    let seed = setting("KADAI_DIFFERENTIAL_SEED", 1);
    let mut tally = Tally::default();
    for number in 0.. {
        if tally.judged >= queries || tally.differences > DIFFERENCES_MAX {
            break;
        }
        let mut dice = Dice::new(seed.wrapping_mul(1 << 32).wrapping_add(number));
        let style = style(&mut dice);
        tally.graph(&mut dice, style, each);
    }
    let Tally { judged, skipped, with_rows, reports, differences } = tally;
    let mut out = std::io::stdout();
    writeln!(out, "{name}: {judged} queries, {with_rows} with rows; {skipped} left out").unwrap();
    assert!(
        differences == 0,
        "{differences} differences in {judged} queries, seed {seed}{reports}"
    );
    // Of a few queries most may be too dear, or find nothing, by chance.
    let says = skipped * 2 < judged && with_rows * 5 > judged * 2;
    assert!(says || judged < JUDGED_MIN, "the queries say too little");
}

#[test]
fn small_graphs() {
    run("small", setting("KADAI_DIFFERENTIAL", QUERIES), 12, Style::small);
}

/// Graphs that do not fit into one word of a bit set, or one block of ids.
#[test]
fn large_graphs() {
    run("large", setting("KADAI_DIFFERENTIAL", QUERIES) / 200 + 1, 20, Style::large);
}
