//! The house rules that a compiler does not check.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use kadai::error::Code;

/// What each module may use; `docs/ARCHITECTURE.md` says why.
const MAY_USE: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("files", &["error"]),
    ("model", &["error"]),
    ("graph", &["error", "model"]),
    ("syntax", &["error", "model"]),
    ("functions", &["error", "model", "graph"]),
    ("procedures", &["error", "model", "graph", "functions"]),
    ("plan", &["error", "model", "graph", "syntax", "functions", "procedures"]),
    ("exec", &["error", "model", "graph", "syntax", "functions", "procedures", "plan"]),
    ("session", &["error", "model", "graph", "syntax", "procedures", "plan", "exec"]),
    ("import", &["error", "files", "model", "graph"]),
    ("knowledge", &["error", "files", "model", "graph", "session", "import"]),
    ("output", &["error", "model"]),
    ("diagram", &["error", "model", "graph", "files"]),
    ("report", &["error", "model", "graph", "session", "knowledge", "output", "diagram"]),
    (
        "terminal",
        &[
            "error",
            "files",
            "model",
            "graph",
            "syntax",
            "functions",
            "procedures",
            "exec",
            "session",
            "import",
            "knowledge",
            "output",
            "diagram",
        ],
    ),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The modules of this crate that a source text names after `crate::`.
fn used(text: &str) -> BTreeSet<&str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut used = BTreeSet::new();
    for line in code {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            let group = rest.strip_prefix('{').and_then(|rest| rest.split('}').next());
            let names = group.map_or(vec![rest], |group| group.split(',').collect());
            for name in names.into_iter().map(str::trim) {
                let other = |c: char| !c.is_ascii_lowercase() && c != '_';
                used.insert(&name[..name.find(other).unwrap_or(name.len())]);
            }
        }
    }
    used
}

#[test]
fn no_module_uses_one_after_it() {
    let mut faults = String::new();
    for (module, allowed) in MAY_USE {
        for path in files(&root().join("src").join(module), ".rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let known = |name: &&str| MAY_USE.iter().any(|entry| entry.0 == *name);
            let modules = used(&text).into_iter().filter(|name| known(name) || is_top(name));
            for name in modules.filter(|name| name != module && !allowed.contains(name)) {
                let _ = writeln!(faults, "{} uses `{name}`", path.display());
            }
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

/// The modules that stand above all others.
fn is_top(name: &str) -> bool {
    !name.is_empty()
        && root().join("src").join(name).is_dir()
        && !MAY_USE.iter().any(|entry| entry.0 == name)
}

#[test]
fn every_code_is_shown_by_a_test() {
    let mut texts = String::new();
    for path in files(&root().join("tests"), "") {
        if let Ok(text) = std::fs::read_to_string(&path) {
            texts.push_str(&text);
        }
    }
    let missing: Vec<&str> = Code::ALL
        .iter()
        .map(|code| code.as_str())
        .filter(|code| !texts.contains(&format!("[{code}]")))
        .collect();
    assert!(missing.is_empty(), "no test shows {missing:?}");
}

/// A file that no other names is not compiled, and what it tests is not tested.
#[test]
fn every_test_is_part_of_a_program() {
    let all = files(&root().join("tests"), ".rs");
    let texts: String = all.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let outer = root().join("tests");
    let lost: Vec<&PathBuf> = all
        .iter()
        .filter(|path| path.parent() != Some(&outer))
        .filter(|path| {
            let name = path.file_stem().unwrap().to_string_lossy();
            let folder = path.parent().unwrap().file_name().unwrap().to_string_lossy();
            let named = if name == "mod" { &folder } else { &name };
            !texts.contains(&format!("\nmod {named};"))
        })
        .collect();
    assert!(lost.is_empty(), "no program has {lost:?}");
}

#[test]
fn files_stay_short() {
    const LINES_MAX: usize = 600;
    let mut long = BTreeMap::new();
    for path in files(&root().join("src"), ".rs") {
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text.split("#[cfg(test)]").next().unwrap_or("").lines().count();
        if lines > LINES_MAX {
            long.insert(path, lines);
        }
    }
    assert!(long.is_empty(), "over {LINES_MAX} lines without tests: {long:?}");
}

#[test]
fn one_file_is_unsafe() {
    let mut found = Vec::new();
    for path in files(&root().join("src"), ".rs") {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        if code.into_iter().any(|line| line.contains("unsafe")) {
            found.push(path);
        }
    }
    assert_eq!(found, [root().join("src/graph/image/map.rs")]);
}
