//! Runs the openCypher conformance suite (TCK), which is not part of this repository.
//!
//! `OPENCYPHER_TCK=<folder>` names it (the folder with `features` and `graphs`), or it lies in `../shared/tck`; without it nothing is run
//! and that is said. `tests/tck-expected-failures.txt` names each case that fails, with its reason: it counts as failed, and a
//! case that is listed and passes fails the run, so that the list only shrinks. `UPDATE=1` writes the list anew.
//! Names on the command line choose cases, and print why each fails.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_macros,
    reason = "what a test prints is its report"
)]

#[path = "tck/expected.rs"]
mod expected;
#[path = "tck/feature.rs"]
mod feature;
#[path = "tck/procedure.rs"]
mod procedure;
#[path = "tck/world.rs"]
mod world;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use feature::Case;
use world::World;

/// The list of cases that fail, beside this file.
const LIST: &str = "tests/tck-expected-failures.txt";

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let suite =
        std::env::var_os("OPENCYPHER_TCK").map_or(root.join("../shared/tck"), PathBuf::from);
    let features = suite.join("features");
    if !features.is_dir() {
        let required = std::env::var_os("KADAI_REQUIRE_SHARED").is_some();
        let suite = suite.display();
        println!(
            "the conformance suite is not at {suite}: take `tck` from github.com/opencypher/openCypher and set OPENCYPHER_TCK to it"
        );
        println!("0 passed, 0 failed, 1 skipped");
        return if required { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    }
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let cases = match read(&features) {
        Ok(cases) => cases,
        Err(fault) => {
            println!("the suite cannot be read: {fault}");
            return ExitCode::FAILURE;
        }
    };
    let listed = std::fs::read_to_string(root.join(LIST)).unwrap_or_default();
    let chosen =
        |case: &&Case| wanted.is_empty() || wanted.iter().any(|name| case.key.contains(name));
    let mut report = Report::default();
    for case in cases.iter().filter(chosen) {
        let outcome = World::run(&suite, case);
        if let (Err(reason), false) = (&outcome, wanted.is_empty()) {
            println!("{}: {reason}", case.key);
        }
        report.add(case, outcome);
    }
    if std::env::var_os("UPDATE").is_some() && wanted.is_empty() {
        std::fs::write(root.join(LIST), report.list()).expect("the list can be written");
    }
    let expected = if wanted.is_empty() { report.as_listed(&listed) } else { true };
    report.print();
    if expected { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn read(features: &Path) -> Result<Vec<Case>, String> {
    let mut open = vec![features.to_owned()];
    let mut paths = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|error| error.to_string())? {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "feature") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let mut cases = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        let folder = path.parent().and_then(|folder| folder.strip_prefix(features).ok());
        let folder = folder.map(|folder| folder.display().to_string()).unwrap_or_default();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let read = feature::read(&stem, &folder, &text);
        cases.extend(read.map_err(|fault| format!("{}: {fault}", path.display()))?);
    }
    Ok(cases)
}

/// What came of the cases.
#[derive(Default)]
struct Report {
    /// By folder: passed, failed.
    folders: BTreeMap<String, (usize, usize)>,
    passed: Vec<String>,
    failed: Vec<(String, String)>,
}

impl Report {
    fn add(&mut self, case: &Case, outcome: Result<(), String>) {
        let folder = self.folders.entry(case.folder.clone()).or_default();
        match outcome {
            Ok(()) => {
                folder.0 += 1;
                self.passed.push(case.key.clone());
            }
            Err(reason) => {
                folder.1 += 1;
                let reason: String = reason.replace('\n', " ").chars().take(160).collect();
                self.failed.push((case.key.clone(), reason));
            }
        }
    }

    fn list(&self) -> String {
        let head =
            "# Cases of the conformance suite that fail, each with its reason; see tests/tck.rs.\n";
        self.failed
            .iter()
            .fold(head.to_owned(), |list, (key, reason)| format!("{list}{key}: {reason}\n"))
    }

    /// Whether just the listed cases failed; says which differ.
    fn as_listed(&self, listed: &str) -> bool {
        let known: Vec<&str> = listed
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once(": ").map(|(key, _)| key))
            .collect();
        let known: std::collections::BTreeSet<&str> = known.into_iter().collect();
        let fresh = self.failed.iter().filter(|(key, _)| !known.contains(key.as_str()));
        let fresh: Vec<_> = fresh.collect();
        let mended: Vec<_> =
            self.passed.iter().filter(|key| known.contains(key.as_str())).collect();
        fresh
            .iter()
            .for_each(|(key, reason)| println!("failed, and is not listed: {key}: {reason}"));
        mended.iter().for_each(|key| println!("passed, and is listed as failing: {key}"));
        fresh.is_empty() && mended.is_empty()
    }

    fn print(&self) {
        let width = self.folders.keys().map(String::len).max().unwrap_or(0);
        println!("{:width$}  passed  failed", "");
        for (folder, (passed, failed)) in &self.folders {
            println!("{folder:width$}  {passed:6}  {failed:6}");
        }
        println!("{} passed, {} failed, 0 skipped", self.passed.len(), self.failed.len());
    }
}
