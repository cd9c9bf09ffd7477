//! Snapshots and the cache: what they answer is what the text answers, and what is damaged is noticed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kadai::error::{Errors, Source};
use kadai::session::{Options, execute, query_within};
use kadai::{Error, KnowledgeBase, Params, Rows};
use proptest::prelude::*;
use proptest::sample::Index;
use snapbox::{assert_data_eq, str};
use tempfile::TempDir;

/// Questions that touch every sort of thing an image holds.
const QUERIES: &[&str] = &[
    "MATCH (n) RETURN n ORDER BY n.id",
    "MATCH (a)-[r]->(b) RETURN a.id, r, b.id",
    "MATCH (i:課題) WHERE NOT (i)-[:対応]->() RETURN i.名称",
    "MATCH (i:Issue)<--(x) RETURN labels(x), count(*), min(x.name)",
    "MATCH (n {id: 'i-tojisha-2'})-[*1..3]-(m) RETURN DISTINCT m.id",
    "MATCH (i:課題)-[:提起]->(m) WHERE m.年度 >= 2017 RETURN i.名称, collect(m.年度)",
    "MATCH (n) RETURN keys(n), count(*)",
];

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program in this place, with a cache of its own.
    fn kadai(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kadai"));
        command.args(args).current_dir(self.folder.path()).stdin(Stdio::null());
        for name in ["KADAI_KB", "KADAI_QUERIES", "KADAI_LANG", "LC_MESSAGES", "LANG", "NO_COLOR"] {
            command.env_remove(name);
        }
        command.env_remove("KADAI_NO_CACHE").env("LC_ALL", "C");
        command.env("KADAI_CACHE_DIR", self.path("cache"));
        command
    }

    fn says(&self, args: &[&str]) -> String {
        let output = self.kadai(args).output().unwrap();
        let (out, err) = (String::from_utf8(output.stdout), String::from_utf8(output.stderr));
        let code = output.status.code().unwrap();
        format!("{}--- stderr\n{}--- exit {code}\n", out.unwrap(), err.unwrap())
    }

    /// A base with one issue of this name.
    fn base(&self, name: &str) {
        fs::create_dir_all(self.path("base")).unwrap();
        let schema = "format = 1\n[labels.Issue]\nproperties.name = { type = \"string\" }\n";
        fs::write(self.path("base/schema.toml"), schema).unwrap();
        fs::write(self.path("base/a.toml"), format!("[[Issue]]\nid = 'a'\nname = '{name}'\n"))
            .unwrap();
    }

    fn kept(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path("cache")).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    }
}

fn written(place: &Place) -> Vec<u8> {
    let path = place.path("bundled.kadai");
    KnowledgeBase::bundled().unwrap().save(&path).unwrap();
    fs::read(path).unwrap()
}

fn ask(base: &KnowledgeBase, text: &str) -> Result<Rows, Error> {
    query_within(base.graph(), &Source::new("q", text), &Params::new(), &Options::default())
}

fn open(bytes: &[u8], place: &Place) -> Result<KnowledgeBase, Errors> {
    let path = place.path("bytes.kadai");
    // A new file each time: the old one may still be mapped.
    fs::remove_file(&path).ok();
    fs::write(&path, bytes).unwrap();
    KnowledgeBase::open_snapshot(&path, false)
}

#[test]
fn a_snapshot_answers_as_its_text_does() {
    let place = Place::new();
    let text = KnowledgeBase::bundled().unwrap();
    let snapshot = open(&written(&place), &place).unwrap();
    assert_eq!(snapshot.graph().names().label_spellings(), text.graph().names().label_spellings());
    assert_eq!(format!("{:?}", snapshot.graph().schema()), format!("{:?}", text.graph().schema()));
    for query in QUERIES {
        assert_eq!(ask(&snapshot, query), ask(&text, query), "{query}");
        let plan = format!("EXPLAIN {query}");
        assert_eq!(ask(&snapshot, &plan), ask(&text, &plan), "{query}");
    }
    assert!(snapshot.graph().verify());
}

#[test]
fn what_was_written_in_memory_is_saved_too() {
    let place = Place::new();
    let mut base = KnowledgeBase::bundled().unwrap();
    let create = "MATCH (i:Issue) WITH i LIMIT 1 CREATE (a:X {b: true, f: 1.5, i: 7, s: '長い', l: ['a', 'b'], \
                  d: date('2025-04-01'), t: datetime('2025-04-01T09:00+09:00[Asia/Tokyo]'), u: duration('P1DT2H')})\
                  -[:Y {w: [date('2024-01-01')]}]->(i)";
    let mut open = kadai::graph::Graph::default();
    *base.graph_mut() = kadai::graph::Graph::default();
    for graph in [&mut open, base.graph_mut()] {
        let seed = Source::new("q", "CREATE (:Issue {id: 'i', name: 'n'}), (:Issue {id: 'j'})");
        execute(graph, &seed, &Params::new(), &Options::default()).unwrap();
        execute(graph, &Source::new("q", create), &Params::new(), &Options::default()).unwrap();
        let delete = Source::new("q", "MATCH (i {id: 'j'}) DELETE i");
        execute(graph, &delete, &Params::new(), &Options::default()).unwrap();
    }
    let path = place.path("written.kadai");
    base.save(&path).unwrap();
    let snapshot = KnowledgeBase::open_snapshot(&path, true).unwrap();
    for query in [
        "MATCH (n) RETURN n",
        "MATCH ()-[r]->() RETURN r",
        "MATCH (n {id: 'i'})<-[r:Y]-(x) RETURN r.w, x.l, x.d + x.u",
    ] {
        let of_memory =
            query_within(&open, &Source::new("q", query), &Params::new(), &Options::default());
        assert_eq!(ask(&snapshot, query), of_memory, "{query}");
        assert!(!of_memory.unwrap().rows.is_empty(), "{query}");
    }
}

#[test]
fn what_is_written_the_same_is_the_same_file() {
    let place = Place::new();
    assert_eq!(written(&place), written(&place));
}

#[test]
fn a_file_that_ends_early_is_refused() {
    let place = Place::new();
    let bytes = written(&place);
    let some = (0..bytes.len()).step_by(997).chain([1, 63, 64, 65, bytes.len() - 1]);
    for length in some {
        let errors = open(&bytes[..length], &place).unwrap_err();
        assert_eq!(errors.0[0].code().as_str(), "io.snapshot", "{length}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_flipped_bit_never_changes_an_answer(at: Index, bit in 0..8_u8, query in 0..QUERIES.len()) {
        let place = Place::new();
        let mut bytes = written(&place);
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        let Ok(base) = open(&bytes, &place) else { return Ok(()) };
        match ask(&base, QUERIES[query]) {
            Ok(rows) => {
                let right = ask(&KnowledgeBase::bundled().unwrap(), QUERIES[query]).unwrap();
                prop_assert_eq!(rows, right);
            }
            Err(error) => prop_assert_eq!(error.code().as_str(), "io.snapshot"),
        }
    }

    #[test]
    fn random_bytes_are_no_snapshot(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let place = Place::new();
        prop_assert!(open(&bytes, &place).is_err());
    }
}

#[test]
fn commands_take_a_snapshot_in_place_of_a_folder() {
    let place = Place::new();
    place.base("flood");
    let built = place.says(&["build", "--kb", "base", "--snapshot", "b.kadai"]);
    assert!(built.starts_with("b.kadai: 1 node, 0 relationships, "), "{built}");
    let query = ["query", "--format", "tsv", "--no-header", "MATCH (i:Issue) RETURN i.name"];
    fs::remove_dir_all(place.path("base")).unwrap();
    let asked = place.says(&[query.as_slice(), &["--snapshot", "b.kadai"]].concat());
    assert_eq!(asked, "flood\n--- stderr\n--- exit 0\n");
    let tried =
        ["query", "--dry-run", "CREATE (i:Issue {id: 'b', name: 'x'})", "--snapshot", "b.kadai"];
    assert!(place.says(&tried).contains("would change"));
    assert!(place.says(&["schema", "--snapshot", "b.kadai"]).contains("Issue"));
    assert_eq!(place.kept(), Vec::<PathBuf>::new());
}

#[test]
fn what_is_no_snapshot_is_said_to_be_none() {
    let place = Place::new();
    place.base("flood");
    fs::write(place.path("text"), "not a snapshot ".repeat(100)).unwrap();
    assert_data_eq!(
        place.says(&["query", "--snapshot", "text", "RETURN 1"]),
        str![[r#"
--- stderr
error[io.snapshot]: `text` is not a snapshot
help: Build it again: `kadai build --kb FOLDER --snapshot text`.

--- exit 4

"#]]
    );
    assert_data_eq!(
        place.says(&["query", "--kb", "base", "--snapshot", "text", "RETURN 1"]),
        str![[r#"
--- stderr
error[usage]: `--kb` and `--snapshot` exclude each other

--- exit 2

"#]]
    );
    assert_data_eq!(
        place.says(&["check", "--snapshot", "text"]),
        str![[r#"
--- stderr
error[usage]: `--snapshot` has no meaning for `check`

--- exit 2

"#]]
    );
    assert!(
        place
            .says(&["query", "--snapshot", "none", "RETURN 1"])
            .contains("error[io]: there is no `none`")
    );
}

#[test]
fn the_cache_follows_the_text() {
    let place = Place::new();
    place.base("flood");
    let ask = || {
        place.says(&[
            "query",
            "--kb",
            "base",
            "--format",
            "tsv",
            "--no-header",
            "MATCH (i:Issue) RETURN i.name",
        ])
    };
    assert_eq!(ask(), "flood\n--- stderr\n--- exit 0\n");
    let first = place.kept();
    assert_eq!(first.len(), 1);
    assert_eq!(ask(), "flood\n--- stderr\n--- exit 0\n");
    assert_eq!(place.kept(), first);
    place.base("drought");
    assert_eq!(ask(), "drought\n--- stderr\n--- exit 0\n");
    assert_eq!(place.kept().len(), 1);
    assert_ne!(place.kept(), first);
    fs::remove_dir_all(place.path("cache")).unwrap();
    assert!(place.says(&["query", "--no-cache", "--kb", "base", "RETURN 1"]).contains("exit 0"));
    assert_eq!(place.kept(), Vec::<PathBuf>::new());
    let built = place.says(&["build", "--kb", "base"]);
    assert!(built.contains("1 node, 0 relationships") && place.kept().len() == 1, "{built}");
}

#[test]
fn tables_are_kept_while_they_stay_the_same() {
    let place = Place::new();
    fs::create_dir(place.path("tables")).unwrap();
    let write = |rows: &str| {
        fs::write(place.path("tables/issues.csv"), format!("id:ID,name,:LABEL\n{rows}")).unwrap();
    };
    let ask = || {
        place.says(&[
            "query",
            "--kb",
            "tables",
            "--format",
            "tsv",
            "--no-header",
            "MATCH (i:Issue) RETURN i.name",
        ])
    };
    write("a,flood,Issue\n");
    assert_eq!(ask(), "flood\n--- stderr\n--- exit 0\n");
    let first = place.kept();
    assert_eq!(ask(), "flood\n--- stderr\n--- exit 0\n");
    assert_eq!((place.kept().len(), place.kept()), (1, first.clone()));
    write("a,quake,Issue\n");
    assert_eq!(ask(), "quake\n--- stderr\n--- exit 0\n");
    assert!(place.kept().len() == 1 && place.kept() != first);
}

#[test]
fn a_base_with_warnings_is_not_kept() {
    let place = Place::new();
    place.base("flood");
    fs::write(place.path("base/b.toml"), "[[Issue]]\nid = 'b'\nname = 'un\u{200b}seen'\n").unwrap();
    assert!(place.says(&["check", "base"]).contains("1 warning"));
    place.says(&["query", "--kb", "base", "RETURN 1"]);
    assert_eq!(place.kept(), Vec::<PathBuf>::new());
    assert!(place.says(&["build", "--kb", "base"]).contains("not kept"));
}

#[test]
fn a_damaged_cache_is_said_and_built_again() {
    let place = Place::new();
    let ask = |query: &[&str]| place.says(&[&["--lang", "ja"], query].concat());
    let query = [
        "query",
        "--format",
        "tsv",
        "--no-header",
        "MATCH (i:課題)-[:対応]->(p) RETURN i.id, p.id",
    ];
    let schema = ["schema", "--format", "tsv"];
    let (rows, names) = (ask(&query), ask(&schema));
    let path = place.kept().remove(0);
    let sound = fs::read(&path).unwrap();
    let notice = "警告[io.snapshot]: ナレッジベースのキャッシュが壊れていたため、作り直しました";
    let mut damaged = 0;
    for at in (0..sound.len()).step_by(sound.len() / 23) {
        for (query, right) in [(query.as_slice(), &rows), (&schema, &names)] {
            let mut bytes = sound.clone();
            bytes[at] ^= 16;
            replace(&path, &bytes);
            let said = ask(query);
            let told = said.contains(notice);
            assert_eq!(
                said.replace(&format!("{notice}\n\n"), "").replace(&format!("{notice}\n"), ""),
                *right,
                "{at}"
            );
            damaged += usize::from(told);
            if told {
                assert_eq!(fs::read(&path).unwrap(), sound);
            }
        }
    }
    assert!(damaged > 5, "{damaged}");
}

/// As people and programs replace a file: the old one stays with those who have it open.
fn replace(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn many_may_build_at_once() {
    let place = Place::new();
    let query = ["query", "--format", "tsv", "--no-header", "MATCH (i:Issue) RETURN count(*)"];
    let children: Vec<_> = (0..6)
        .map(|at| {
            let args: &[&str] = if at % 2 == 0 { &query } else { &["build"] };
            let mut command = place.kadai(args);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
    }
    assert_eq!(place.kept().len(), 1);
}

#[test]
fn a_query_is_measured() {
    let place = Place::new();
    let json = place
        .kadai(&["bench", "-n", "3", "MATCH (i:Issue) RETURN count(*), 'a\\tb'"])
        .output()
        .unwrap()
        .stdout;
    let measured: serde_json::Value = serde_json::from_slice(&json).unwrap();
    for (key, length) in [("open_ms", 2), ("first", 2), ("wall", 3), ("cpu", 3)] {
        let times = measured[key].as_array().unwrap();
        assert_eq!(times.len(), length, "{key}");
        assert!(times.iter().all(|time| time.as_f64().unwrap() >= 0.0), "{key}");
    }
    assert_eq!(measured["rows"][0][1], "a\tb");
    assert_eq!(measured["rows"].as_array().unwrap().len(), 1);
    let words = place.says(&["bench", "-n", "2", "--format", "table", "RETURN 1 AS one"]);
    assert!(words.contains("2 runs: median ") && words.contains("1 row"), "{words}");
    let wrong = place.says(&["bench", "CREATE (:Issue)"]);
    assert!(wrong.contains("error[run.read-only]"), "{wrong}");
}
