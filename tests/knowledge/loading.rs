//! Whole bases: what the graph holds.

use kadai::knowledge::{KnowledgeBase, describe};
use proptest::prelude::*;
use snapbox::{assert_data_eq, str};

use super::{Folder, SCHEMA, check};

const FILE: &str = "
# 注: 会議は後で
[[Issue]]
id = \"i-2\"
stage = \"検討課題\"
name = \"家族のケア負担\"
source = \"検討課題/②\"
tags = [\"家族\", \"負担\"]
raised-at = [\"m29-1\", { to = \"m29-3\", basis = \"inferred\", why = \"議事録による\" }]
escalates-to = { to = \"metro\", source = \"別の行\", how = \"会議で\" }

[[Meeting]]
id = \"m29-1\"
name = \"平成29年度第1回\"
fiscal_year = 2017
share = 1
extra = { a = [1, 2.5, true], \"鍵\" = \"値\" }

[[Issue]]
id = \"i-1\"
name = \"きょうだい児支援\"
stage = \"要検討\"
raised-at = []

[[Meeting]]
id = \"m29-3\"
name = \"平成29年度第3回\"
open = false
source = \"会議\"
session-of = \"m29-1\"

[[Actor]]
id = \"metro\"
name = \"都\"
";

/// Every node and relationship, a line each.
fn printed(base: &KnowledgeBase) -> String {
    let graph = base.graph();
    let nodes = graph.nodes().map(|node| graph.node_value(node).to_string());
    let rels = graph.rels().map(|rel| {
        let value = graph.rel_value(rel);
        format!("{}{value}{}", value.start.0, value.end.0)
    });
    nodes.chain(rels).map(|line| line + "\n").collect()
}

#[test]
fn nodes_and_relationships_are_as_written() {
    assert_data_eq!(
        printed(&Folder::base(FILE).open()),
        str![[r#"
(:Issue {id: 'i-2', stage: '検討課題', name: '家族のケア負担', source: '検討課題/②', tags: ['家族', '負担']})
(:Meeting {id: 'm29-1', name: '平成29年度第1回', fiscal_year: 2017, share: 1.0, extra: {a: [1, 2.5, true], 鍵: '値'}, open: true})
(:Issue {id: 'i-1', name: 'きょうだい児支援', stage: '要検討'})
(:Meeting {id: 'm29-3', name: '平成29年度第3回', open: false, source: '会議'})
(:Actor {id: 'metro', name: '都'})
0[:raised-at {basis: 'source', source: '検討課題/②'}]1
0[:raised-at {basis: 'inferred', why: '議事録による'}]3
0[:escalates-to {source: '別の行', how: '会議で', basis: 'source'}]4
3[:session-of {basis: 'source', source: '会議'}]1

"#]]
    );
}

#[test]
fn relationships_may_stand_in_tables_of_their_own() {
    let folder = Folder::base(
        "[[Issue]]
id = \"i\"
name = \"x\"
stage = \"要検討\"
source = \"表\"
[[Issue.raised-at]]
to = \"m\"
basis = \"inferred\"
why = \"理由\"
[Issue.escalates-to]
to = \"a\"

[[Meeting]]
id = \"m\"
name = \"y\"
[[Actor]]
id = \"a\"
name = \"z\"
",
    );
    let printed = printed(&folder.open());
    assert!(printed.contains("0[:raised-at {basis: 'inferred', why: '理由'}]1"), "{printed}");
    assert!(printed.contains("0[:escalates-to {basis: 'source', source: '表'}]2"), "{printed}");
}

#[test]
fn aliases_lead_to_the_names() {
    let base = Folder::base(FILE).open();
    let names = base.graph().names();
    assert_eq!(names.find_label("課題"), names.find_label("Issue"));
    assert_eq!(names.find_kind("上申"), names.find_kind("escalates-to"));
    assert_eq!(names.find_key("名称"), names.find_key("name"));
    assert!(base.graph().node_by_id("metro").is_some());
}

#[test]
fn byte_order_marks_and_crlf_change_nothing() {
    let plain = printed(&Folder::base(FILE).open());
    let crlf = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let folder = Folder::base(crlf(FILE)).with("schema.toml", crlf(SCHEMA));
    assert_eq!(printed(&folder.open()), plain);
    assert_eq!(folder.found(), [""; 0]);
}

#[test]
fn files_are_read_by_path_with_folders_below() {
    let actor = |id: &str| format!("[[Actor]]\nid = \"{id}\"\nname = \"{id}\"\n");
    let folder = Folder::base(actor("a"))
        .with("b/z.toml", actor("bz"))
        .with("b/a.TOML", actor("ba"))
        .with("c.toml", actor("c"))
        .with(".hidden/x.toml", "not toml")
        .with("notes.txt", "not toml");
    let base = folder.open();
    let ids: Vec<_> = base
        .graph()
        .nodes()
        .map(|node| base.graph().node_value(node).properties["id"].to_string())
        .collect();
    assert_eq!(ids, ["'a'", "'ba'", "'bz'", "'c'"]);
    let report = folder.check();
    assert!(report.is_clean());
    assert_eq!((report.files, report.nodes, report.relationships), (5, 4, 0));
}

#[test]
fn warnings_do_not_close_a_base() {
    let folder = Folder::base(
        "[[Actor]]\nid = \"a\"\nname = \"A1\"\n[[Actor]]\nid = \"b\"\nname = \"Ａ１\"\n",
    );
    assert_eq!(folder.open().warnings().len(), 1);
    assert!(!folder.check().is_clean());
}

#[test]
fn of_a_file_its_base_is_checked_and_what_touches_it_is_told() {
    let folder = Folder::base("[[Actor]]\nid = \"x\"\n")
        .with("sub/b.toml", "[[Actor]]\nid = \"x\"\nname = \"乙\"\n")
        .with("sub/c.toml", "[[Actr]]\n");
    let places = |file: &str| -> Vec<String> {
        check(&[folder.path().join(file)], None).unwrap().faults.iter().map(super::place).collect()
    };
    assert_eq!(places("sub/b.toml"), ["seed.duplicate b.toml:2:6"]);
    assert_eq!(places("sub/c.toml"), ["seed.label c.toml:1:3"]);
    assert_eq!(places("a.toml"), ["seed.required a.toml:1:1", "seed.duplicate b.toml:2:6"]);
}

#[test]
fn a_description_counts_what_there_is() {
    let base = Folder::base(FILE).open();
    let description = describe(base.graph());
    assert_eq!((description.nodes, description.relationships), (5, 4));
    let labels: Vec<_> =
        description.labels.iter().map(|label| (label.name.as_str(), label.nodes)).collect();
    assert_eq!(labels, [("Issue", 2), ("Meeting", 2), ("Actor", 1)]);
    let kinds: Vec<_> =
        description.types.iter().map(|kind| (kind.name.as_str(), kind.relationships)).collect();
    assert_eq!(kinds, [("raised-at", 2), ("session-of", 1), ("escalates-to", 1)]);
    let stage = &description.labels[0].properties[0];
    assert_eq!((stage.name.as_str(), stage.kind.as_str()), ("stage", "string"));
    assert_eq!(description.labels[0].properties[1].kind, "list<string>");
    assert_eq!(stage.aliases, ["段階"]);
    assert!(stage.required && description.version == "2026.11");
}

#[test]
fn the_bundled_base_is_whole() {
    let report = kadai::knowledge::check_all(None, None);
    let found: Vec<String> = report.faults.iter().map(super::place).collect();
    assert_eq!(found, [""; 0]);
    assert!(KnowledgeBase::bundled().is_ok());
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_opened() {
    let folder = Folder::base("").with("real.txt", "[[Actor]]\nid = \"r\"\nname = \"実\"\n");
    let path = folder.path();
    std::fs::create_dir(path.join("folder.toml")).unwrap();
    std::os::unix::fs::symlink(path, path.join("circle")).unwrap();
    std::os::unix::fs::symlink(path.join("real.txt"), path.join("link.toml")).unwrap();
    assert_eq!(folder.found(), [""; 0]);
    assert_eq!(folder.open().graph().node_count(), 1);
    let made = std::process::Command::new("mkfifo").arg(path.join("pipe.toml")).status();
    if made.is_ok_and(|status| status.success()) {
        assert_eq!(folder.found(), ["io"]);
    }
    std::os::unix::fs::symlink(path.join("nowhere"), path.join("broken.toml")).unwrap();
    assert!(folder.found().contains(&"io".to_owned()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn no_bytes_stop_the_loader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        drop(Folder::base(&bytes).drawn());
        drop(Folder::base("").with("schema.toml", &bytes).drawn());
    }

    #[test]
    fn no_pieces_of_toml_stop_the_loader(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
        let text = pieces.concat();
        drop(Folder::base(&text).drawn());
        drop(Folder::base("").with("schema.toml", format!("{SCHEMA}\n{text}")).drawn());
        drop(Folder::base("").with("schema.toml", text).drawn());
    }
}

/// What knowledge files are made of, and what makes them go wrong.
const PIECES: &[&str] = &[
    "[[Issue]]\n",
    "[[Meeting]]\n",
    "[Issue]\n",
    "[[Issue",
    "[labels.Issue]\n",
    "[types.raised-at]\n",
    "id = ",
    "name = ",
    "stage = ",
    "raised-at = ",
    "session-of = ",
    "properties.x = ",
    "aliases = ",
    "\"a\"",
    "\"b\"",
    "\"検討課題\"",
    "'x",
    "\"\"\"",
    "{ to = ",
    "}",
    "[",
    "]",
    ",",
    " = ",
    "\n",
    "\r\n",
    "\r",
    "# 注\n",
    "\\",
    "\"\\u202e\"",
    "00123",
    "1e400",
    "nan",
    "2026-11-22",
    "true",
    "＝",
    "　",
    "\u{202e}",
    "\u{0}",
    "<<<<<<< a\n",
    "=======\n",
    ">>>>>>> b\n",
    "課題",
    "Ѕ",
    "a.b.c = ",
    "when = ",
    "type = ",
    "format = 1\n",
];
