//! `kadai bench`: how long a query takes on an open base.
//!
//! The first run parses and plans; those that count run what was planned. All of it happens on one thread, so that times compare; they
//! are shown by the clock and as CPU time of that thread, which other work on the machine does not stretch. (The CPU time of a whole
//! process is counted in ticks of some milliseconds where the process has a limit of it.)

use std::path::Path;
use std::time::Instant;

use cpu_time::ThreadTime;
use serde::Serialize;
use serde_json::value::RawValue;

use super::args::BenchArgs;
use super::query::read;
use crate::error::{Error, Result, Text, plural, text};
use crate::model::Value;
use crate::output;
use crate::session::prepare;
use crate::terminal::{Outcome, Sources, Stop, Terminal, io_error, params};

/// What was measured, in milliseconds by the clock and of CPU time.
#[derive(Serialize)]
struct Measured {
    /// Opening the base.
    open_ms: [f64; 2],
    /// The first run, with parsing and planning.
    first: [f64; 2],
    /// The runs that count, by the clock.
    wall: Vec<f64>,
    /// The same in CPU time.
    cpu: Vec<f64>,
    /// The most memory the process had at once; `None` where the system does not say.
    rss_mb: Option<f64>,
    /// The rows of the last run.
    rows: Box<RawValue>,
}

/// A moment on both clocks.
struct Moment(Instant, ThreadTime);

impl Moment {
    fn now() -> Self {
        Self(Instant::now(), ThreadTime::now())
    }

    /// How many milliseconds ago this was.
    fn elapsed(&self) -> [f64; 2] {
        let cpu = self.1.elapsed();
        [self.0.elapsed(), cpu].map(|time| time.as_secs_f64() * 1e3)
    }
}

/// Runs the command; gives the exit code.
pub(super) fn run(terminal: &mut Terminal<'_>, sources: &Sources, args: &BenchArgs) -> Outcome<u8> {
    let params = params(&args.given()?)?;
    let source = read(terminal, args.text.as_deref(), args.file.as_deref())?;
    let mut options = args.limits.options();
    options.limits.threads_max = Some(1);
    let opening = Moment::now();
    let (measured, count) = sources.ask(terminal, |base| {
        let open_ms = opening.elapsed();
        let start = Moment::now();
        let prepared = prepare(base.graph(), &source, &options)?;
        let mut rows = prepared.run(base.graph(), &params, &options)?;
        let first = start.elapsed();
        let (mut wall, mut cpu) = (Vec::new(), Vec::new());
        for _ in 0..args.runs {
            let start = Moment::now();
            let again = prepared.run(base.graph(), &params, &options)?;
            let [by_clock, of_cpu] = start.elapsed();
            wall.push(by_clock);
            cpu.push(of_cpu);
            rows = again;
        }
        let count = rows.rows.len();
        let rows = raw(rows.rows)?;
        Ok((Measured { open_ms, first, wall, cpu, rss_mb: peak(), rows }, count))
    })?;
    let as_table = match args.format.as_deref() {
        Some(format) => format == "table",
        None => terminal.is_interactive(),
    };
    if as_table {
        write!(terminal.out, "{}", words(&measured, count).get(terminal.lang))?;
    } else {
        let json = serde_json::to_string(&measured).map_err(|error| Stop::Output(error.into()))?;
        writeln!(terminal.out, "{json}")?;
    }
    Ok(0)
}

/// Rows as JSON arrays.
fn raw(rows: Vec<Vec<Value>>) -> Result<Box<RawValue>> {
    let rows = Value::List(rows.into_iter().map(Value::List).collect());
    let written = output::json(&rows).and_then(|json| Ok(RawValue::from_string(json)?));
    written.map_err(|error| -> Error { io_error(Path::new("-"), false, &error) })
}

/// The most memory that the process had at once, in megabytes, where the system has it in a file.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}

/// What was measured, for people.
fn words(measured: &Measured, rows: usize) -> Text {
    let Measured { open_ms, first, wall, cpu, rss_mb, .. } = measured;
    let ms = |time: f64| format!("{time:.3} ms");
    let [open, open_cpu] = open_ms.map(ms);
    let [first, first_cpu] = first.map(ms);
    let mut en = format!(
        "open       {open} (CPU {open_cpu})\nfirst run  {first} (CPU {first_cpu}), parsed and planned too\n"
    );
    let mut ja = format!(
        "開く      {open}（CPU {open_cpu}）\n初回      {first}（CPU {first_cpu}、構文解析と計画を含む）\n"
    );
    let runs = wall.len();
    if let (Some(wall), Some(cpu)) = (spread(wall), spread(cpu)) {
        let ([median, least, most], [cpu_median, cpu_least, cpu_most]) =
            (wall.map(ms), cpu.map(ms));
        let s = plural(runs == 1);
        en += &format!(
            "{runs} run{s}: median {median}, from {least} to {most}\n  CPU: median {cpu_median}, from {cpu_least} to {cpu_most}\n"
        );
        ja += &format!(
            "{runs} 回の実行：中央値 {median}、最小 {least}、最大 {most}\n  CPU：中央値 {cpu_median}、最小 {cpu_least}、最大 {cpu_most}\n"
        );
    }
    let s = plural(rows == 1);
    let memory = rss_mb.map_or_else(Text::default, |mb| {
        text!(", {mb:.1} MB of memory at most", "、メモリは最大 {mb:.1} MB")
    });
    en += &format!("{rows} row{s}{}\n", memory.en);
    ja += &format!("{rows} 行{}\n", memory.ja);
    Text::new(en, ja)
}

/// Median, least and most; `None` of nothing.
fn spread(times: &[f64]) -> Option<[f64; 3]> {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    Some([*sorted.get(sorted.len() / 2)?, *sorted.first()?, *sorted.last()?])
}
