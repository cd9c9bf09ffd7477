//! The fourteen queries of `benches/queries` on a generated base, as whole commands: against hand-written loops, and counted in
//! instructions.
//!
//! ```text
//! cargo bench --bench queries -- answers      --data DIR --snapshot FILE --expected FILE
//! cargo bench --bench queries -- floor        --data DIR --snapshot FILE --floor PROGRAM --floor-store FILE
//! cargo bench --bench queries -- instructions --data DIR --snapshot FILE [--record]
//! ```
//!
//! `DIR` holds the `params.json` of the generator, `FILE` is what `kadai build` made of its import form. `answers` compares what
//! `kadai query` prints with the rows that are expected; `floor` prints CPU times and ratios; `instructions` needs valgrind, and fails where a count has grown by more than a tenth since it was recorded in
//! `benches/instructions.tsv` (`--record` writes that file).

#![expect(
    clippy::disallowed_macros,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a program of its own"
)]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use serde_json::Value;

type Outcome<T> = Result<T, Box<dyn Error>>;

const KADAI: &str = env!("CARGO_BIN_EXE_kadai");
const RECORD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/instructions.tsv");

/// Counted runs of each query.
const RUNS: usize = 25;

/// How much a count may grow: a tenth, and what differs from run to run in the shortest ones.
const GROWTH: f64 = 1.10;
const NOISE: f64 = 2_000.0;

/// One query, and what the floor calls its argument.
struct Query {
    name: String,
    text: String,
    argument: String,
}

/// What the command line says.
struct Args {
    mode: String,
    named: BTreeMap<String, String>,
    record: bool,
}

impl Args {
    fn read() -> Option<Self> {
        let mut args = env::args().skip(1).filter(|arg| arg != "--bench");
        let mode = args.next()?;
        let (mut named, mut record) = (BTreeMap::new(), false);
        while let Some(arg) = args.next() {
            match arg.strip_prefix("--")? {
                "record" => record = true,
                name => drop(named.insert(name.to_owned(), args.next()?)),
            }
        }
        Some(Self { mode, named, record })
    }

    fn path(&self, name: &str) -> Outcome<PathBuf> {
        let path = self.named.get(name).ok_or_else(|| format!("--{name} is missing"))?;
        let path = PathBuf::from(path);
        if path.exists() {
            Ok(path)
        } else {
            Err(format!("{} is not there", path.display()).into())
        }
    }
}

fn main() -> ExitCode {
    let Some(args) = Args::read() else {
        println!("queries: nothing measured; the head of benches/queries.rs says what it needs");
        return ExitCode::SUCCESS;
    };
    let outcome = match args.mode.as_str() {
        "answers" => answers(&args),
        "floor" => against_floor(&args),
        "instructions" => instructions(&args),
        other => Err(format!("unknown mode `{other}`").into()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("queries: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The queries, with the ids that the generator chose.
fn queries(data: &Path) -> Outcome<Vec<Query>> {
    let params: Value = serde_json::from_str(&fs::read_to_string(data.join("params.json"))?)?;
    let param = |name: &str| shown(&params[name]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/queries");
    let mut queries = Vec::new();
    for number in 1..=14 {
        let name = format!("Q{number}");
        let mut text = fs::read_to_string(folder.join(format!("{name}.cypher")))?;
        for name in ["start", "target", "hub", "point", "text", "k"] {
            text = text.replace(&format!("{{{name}}}"), &param(name));
        }
        let argument = match number {
            5 => param("start"),
            6 => format!("{},{}", param("start"), param("target")),
            10 => param("point"),
            11 => param("text"),
            12 => param("k"),
            14 => param("hub"),
            _ => "-".to_owned(),
        };
        queries.push(Query { name, text, argument });
    }
    Ok(queries)
}

/// A value as a cell shows it.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What a program prints; an error where it fails.
fn output(command: &mut Command) -> Outcome<(String, String)> {
    let done = command.output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if done.status.success() {
        Ok((text(&done.stdout), text(&done.stderr)))
    } else {
        Err(format!("{command:?} failed: {}", text(&done.stderr)).into())
    }
}

/// Whether a command prints the expected rows for every query.
fn answers(args: &Args) -> Outcome<bool> {
    let snapshot = args.path("snapshot")?;
    let expected: Value = serde_json::from_str(&fs::read_to_string(args.path("expected")?)?)?;
    let mut same = true;
    for query in queries(&args.path("data")?)? {
        let mut command = Command::new(KADAI);
        command.args(["query", "--format", "tsv", "--no-header", "--snapshot"]);
        let (printed, _) = output(command.arg(&snapshot).arg(&query.text))?;
        let rows = expected[&query.name]["rows"].as_array().ok_or("no expected rows")?;
        let line = |row: &Value| {
            row.as_array().map(|row| row.iter().map(shown).collect::<Vec<_>>().join("\t"))
        };
        let wanted: Option<Vec<String>> = rows.iter().map(line).collect();
        let equal = wanted.is_some_and(|wanted| printed.lines().eq(wanted));
        println!("{:<5} {}", query.name, if equal { "as expected" } else { "DIFFERS" });
        same &= equal;
    }
    Ok(same)
}

/// Median CPU time in ms, and the rows as text.
fn measured(report: &str) -> Outcome<(f64, String)> {
    let report: Value = serde_json::from_str(report.trim())?;
    let times = report["cpu"].as_array().ok_or("no times in the report")?;
    let mut times: Vec<f64> = times.iter().filter_map(Value::as_f64).collect();
    times.sort_by(f64::total_cmp);
    let median = times.get(times.len() / 2).copied().ok_or("no runs in the report")?;
    Ok((median, report["rows"].to_string()))
}

/// Prints both times of every query; whether all are within the bar: three times the floor, or 0.05 ms over it where it is below
/// 0.02 ms.
fn against_floor(args: &Args) -> Outcome<bool> {
    let snapshot = args.path("snapshot")?;
    let (floor, store) = (args.path("floor")?, args.path("floor-store")?);
    println!("{:<5} {:>10} {:>10} {:>8}", "query", "floor ms", "kadai ms", "ratio");
    let mut within = true;
    for query in queries(&args.path("data")?)? {
        let runs = RUNS.to_string();
        let mut command = Command::new(&floor);
        command.arg("warm").arg(&store).args([&query.name, &query.argument, &runs]);
        let (least, expected) = measured(&output(&mut command)?.0)?;
        let mut command = Command::new(KADAI);
        command.args(["bench", "-n", &runs, "--snapshot"]).arg(&snapshot).arg(&query.text);
        let (ours, rows) = measured(&output(&mut command)?.0)?;
        if rows != expected {
            return Err(format!("{}: {rows} instead of {expected}", query.name).into());
        }
        let bar = if least < 0.02 { least + 0.05 } else { least * 3.0 };
        let verdict = if ours <= bar { "" } else { "  over the bar" };
        within &= ours <= bar;
        let ratio = ours / least;
        println!("{:<5} {least:>10.3} {ours:>10.3} {ratio:>8.2}{verdict}", query.name);
    }
    Ok(within)
}

/// Instructions that valgrind counts in one run of kadai.
fn counted(args: &[&str], snapshot: &Path, text: &str) -> Outcome<f64> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", KADAI]);
    let (_, said) = output(command.args(args).arg("--snapshot").arg(snapshot).arg(text))?;
    let total = said.lines().find_map(|line| line.split_once("Collected :")).ok_or(said.clone())?;
    Ok(total.1.trim().parse()?)
}

/// Counts the instructions of every query: cold, a whole process that prints rows, and warm, one run more in the same process.
fn instructions(args: &Args) -> Outcome<bool> {
    let snapshot = args.path("snapshot")?;
    let known = if args.record { BTreeMap::new() } else { recorded()? };
    let mut lines = String::from("query\tcold\twarm\n");
    let mut within = true;
    for query in queries(&args.path("data")?)? {
        let cold = counted(&["query", "--format", "tsv", "--no-header"], &snapshot, &query.text)?;
        let one = counted(&["bench", "-n", "1"], &snapshot, &query.text)?;
        let eleven = counted(&["bench", "-n", "11"], &snapshot, &query.text)?;
        let warm = (eleven - one) / 10.0;
        lines += &format!("{}\t{cold:.0}\t{warm:.0}\n", query.name);
        let Some((cold_before, warm_before)) = known.get(&query.name) else { continue };
        let grown = |now: f64, before: f64| now > before * GROWTH && now > before + NOISE;
        let verdict = if grown(cold, *cold_before) || grown(warm, *warm_before) {
            within = false;
            "  grown by more than a tenth"
        } else {
            ""
        };
        println!(
            "{:<5} cold {cold:>12.0} ({:+.1} %)  warm {warm:>12.0} ({:+.1} %){verdict}",
            query.name,
            (cold / cold_before - 1.0) * 100.0,
            (warm / warm_before - 1.0) * 100.0,
        );
    }
    if args.record {
        fs::write(RECORD, &lines)?;
        print!("{lines}");
    }
    Ok(within)
}

/// The counts of the last record, by query: cold, warm.
fn recorded() -> Outcome<BTreeMap<String, (f64, f64)>> {
    let mut known = BTreeMap::new();
    for line in fs::read_to_string(RECORD)?.lines().skip(1) {
        let mut cells = line.split('\t');
        let mut cell = || cells.next().ok_or_else(|| format!("{RECORD}: bad line `{line}`"));
        known.insert(cell()?.to_owned(), (cell()?.parse()?, cell()?.parse()?));
    }
    if known.len() == 14 { Ok(known) } else { Err(format!("{RECORD} is not complete").into()) }
}
