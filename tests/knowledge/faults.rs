//! Broken bases: one snapshot a group, each case under its name in both languages.

use std::fmt::Write;

use snapbox::assert_data_eq;

use super::{Folder, SCHEMA, place};

/// Draws each case under its name.
fn drawn<'c>(cases: impl IntoIterator<Item = &'c (&'c str, &'c str)>) -> String {
    let mut all = String::new();
    for (name, text) in cases {
        writeln!(all, "=== {name}\n{}", Folder::base(text).drawn()).unwrap();
    }
    all
}

/// A meeting and an actor for cases to refer to.
const OTHERS: &str = "
[[Meeting]]
id = \"m29-1\"
name = \"第1回\"
[[Actor]]
id = \"metro\"
name = \"都\"
";

#[test]
fn syntax() {
    let cases = [
        ("text without quotes", "[[Actor]]\nid = a-1\nname = 家族\n"),
        ("curly quotes and wide signs", "[[Actor]]\nid = “a”\nname ＝ \"家族\"\n"),
        ("wide spaces and signs", "[[Actor]]\nid = \"a\"\nname　＝　“家族、親”\n"),
        ("text that is not closed", "[[Actor]]\nid = \"a\nname = \"家族\"\n"),
        ("a missing equals sign", "[[Actor]]\nid \"a\"\nname = \"x\"\n\n[[Actr]]\nid = \"b\"\n"),
        ("a colon for an equals sign", "[[Actor]]\nid: \"a\"\n"),
        ("nothing after the equals sign", "[[Actor]]\nid = \"a\"\nname =\n"),
        (
            "a doubled key",
            "[[Issue]]\nid = \"a\"\nname = \"x\"\nstage = \"要検討\"\nraised-at = { to = \"m\", why = \"y\" }\nname = \"z\"\n",
        ),
        (
            "a doubled key in a table",
            "[[Issue]]\nid = \"a\"\nraised-at = { to = \"m\", to = \"n\" }\n",
        ),
        (
            "a list that is never closed",
            "[[Issue]]\nid = \"a\"\nraised-at = [\"m29-1\",\nname = \"x\"\n\n[[Actor]]\nid = \"b\"\nnmae = \"後の誤りも\"\n",
        ),
        (
            "a table that is never closed",
            "[[Issue]]\nid = \"a\"\nraised-at = [ { to = \"m29-1\" ]\nname = \"x\"\n\n[[Actr]]\nid = \"b\"\n",
        ),
        (
            "a missing comma",
            "[[Issue]]\nid = \"a\"\nraised-at = [\n  { to = \"m\" }\n  { to = \"n\" },\n]\n",
        ),
        ("a comma too many", "[[Issue]]\nid = \"a\"\nraised-at = [\"m\",, \"n\"]\n"),
        ("half a header", "[[Actor]\nid = \"a\"\n[Actor]]\nid = \"b\"\n"),
        ("a leading zero", "[[Meeting]]\nid = 01100\nname = \"x\"\n"),
        (
            "words for truth and nothing",
            "[[Meeting]]\nid = \"a\"\nopen = Yes\nname = null\nextra = ~\n",
        ),
        ("a backslash", "[[Actor]]\nid = \"a\"\nname = \"C:\\文書\"\n"),
        ("a Japanese key", "[[Actor]]\nid = \"a\"\n名称 = \"x\"\n"),
        ("a look-alike key", "[[Issue]]\nid = \"a\"\nraiѕed-at = \"m29-1\"\n"),
        (
            "a merge conflict",
            "[[Actor]]\nid = \"a\"\n<<<<<<< HEAD\nname = \"甲\"\n=======\nname = \"乙\"\n>>>>>>> theirs\n\n[[Actr]]\nid = \"b\"\n",
        ),
        ("other languages' comments", "// 注\n[[Actor]]\nid = \"a\"\nname = \"x\" ; 注\n"),
        ("a tag of another format", "nodes:\n  - !!python/object/apply:os.system ['x']\n"),
    ];
    assert_data_eq!(drawn(&cases), snapbox::file!["faults_syntax.txt"].raw());
}

#[test]
fn nodes() {
    let cases = [
        (
            "an unknown label",
            "[[Isue]]\nid = \"a\"\n\n[[\"課題\"]]\nid = \"b\"\n\n[[Budget]]\nid = \"c\"\n",
        ),
        (
            "texts that are not as they look",
            "[[Actor]]\nid = \"a\"\nname = \"\"\n[[Actor]]\nid = \"b\"\nname = \"都　\"\nsource = \"\"\n[[Actor]]\nid = \"c\\u200B\"\nname = \"区\\n\"\nsource = \"\"\"\n一行目\n二行目\n\"\"\"\n[[Actor]]\nid = \"d\"\nname = \"市\u{200b}\"\n",
        ),
        (
            "single brackets again and again",
            "[Actor]\nid = \"a\"\nname = \"x\"\n[Actor]\nid = \"b\"\nname = \"y\"\n[Actor]\nid = \"c\"\nname = \"z\"\n[Actor]\nid = \"d\"\nname = \"w\"\n",
        ),
        ("one node without a list", "[Actor]\nid = \"a\"\nname = \"x\"\n"),
        ("no table at all", "Actor = \"a\"\nMeeting = [1]\nIssue = 3\n"),
        (
            "an unknown property",
            "[[Issue]]\nid = \"a\"\nname = \"x\"\nstage = \"要検討\"\nstgae = \"要検討\"\n\"段階\" = \"要検討\"\nbudget = 3\nfiscal_year = 2017\n",
        ),
        (
            "ids that are none",
            "[[Actor]]\nid = 1.10\nname = \"a\"\n[[Actor]]\nid = 12:30:45\nname = \"b\"\n[[Actor]]\nid = 2026-11-22\nname = \"c\"\n[[Actor]]\nid = \"\"\nname = \"d\"\n[[Actor]]\nid = \"a b\"\nname = \"e\"\n[[Actor]]\nid = false\nname = \"f\"\n[[Actor]]\nname = \"g\"\n[[Actor]]\nid = [\"h\"]\nname = \"h\"\n[[Actor]]\nid = \"i\\u0000\"\nname = \"i\"\n",
        ),
        (
            "wrong types",
            "[[Meeting]]\nid = \"m\"\nname = 2026-11-22\nfiscal_year = \"2017\"\nshare = \"半分\"\nopen = \"true\"\nextra = 12:30:45\n[[Issue]]\nid = \"i\"\nname = [\"x\"]\nstage = \"要検討\"\ntags = \"家族\"\n[[Issue]]\nid = \"j\"\nname = \"y\"\nstage = \"要検討\"\ntags = [\"家族\", 3]\n",
        ),
        (
            "numbers out of range",
            "[[Meeting]]\nid = \"m\"\nname = \"x\"\nfiscal_year = 123456789012345678901234567890\nshare = 1e400\nextra = nan\n[[Meeting]]\nid = \"n\"\nname = \"y\"\nfiscal_year = 9223372036854775808\nshare = -inf\nextra = 0o17\n",
        ),
        (
            "a value that is not allowed",
            "[[Issue]]\nid = \"a\"\nname = \"x\"\nstage = \"検討課程\"\n[[Issue]]\nid = \"b\"\nname = \"y\"\nstage = \"済\"\n",
        ),
        ("missing properties", "[[Issue]]\nid = \"a\"\n"),
        (
            "a doubled id",
            "[[Actor]]\nid = \"mext\"\nname = \"文部科学省\"\n[[Actor]]\nid = \"cfa\"\nname = \"こども家庭庁\"\n[[Meeting]]\nid = \"mext\"\nname = \"別の省\"\n",
        ),
        (
            "look-alike names and ids",
            "[[Actor]]\nid = \"Ａ1\"\nname = \"ｶﾅ\"\n[[Actor]]\nid = \"A1\"\nname = \"カナ\"\n[[Actor]]\nid = \"c\"\nname = \"カ\u{3099}バナンス\"\n[[Actor]]\nid = \"d\"\nname = \"神社\u{fa19}\"\n[[Meeting]]\nid = \"e\"\nname = \"カナ\"\n",
        ),
        (
            "characters that reorder",
            "# \u{202e}\n[[Actor]]\nid = \"a\"\nname = \"\u{202e}課員職\u{2066}\"\n[[Actor]]\nid = \"b\"\nname = \"\\u202E裏\"\n",
        ),
        (
            "control characters",
            "[[Actor]]\nid = \"a\"\nname = \"x\u{1b}[31m\"\n[[Actor]]\nid = \"b\"\nname = \"\\u0007\"\n[[Actor]]\nid = \"c\"\rname = \"y\"\n",
        ),
        (
            "text that could break an export",
            "[[Actor]]\nid = 'a\"];evil[label=\"x'\nname = '<script>alert(1)</script>\\N{{7*7}}'\n",
        ),
    ];
    assert_data_eq!(drawn(&cases), snapbox::file!["faults_nodes.txt"].raw());
}

#[test]
fn relationships() {
    let issue = "[[Issue]]\nid = \"i\"\nname = \"x\"\nstage = \"要検討\"\nsource = \"表\"\n";
    let cases = [
        ("a reference to nothing", "raised-at = [\"m29-2\", \"都\", \"zzz\"]\n"),
        ("the name for the id", "escalates-to = \"都\"\nraised-at = { to = \"第1回\" }\n"),
        ("the wrong end", "raised-at = \"metro\"\n"),
        ("the wrong start", "session-of = \"m29-1\"\n"),
        (
            "an unknown key",
            "raised-at = { form = \"m29-1\", bassis = \"source\", how = \"x\", \"根拠\" = \"source\" }\nescalates-to = { to = \"metro\", hwo = \"x\" }\n",
        ),
        ("not an id", "raised-at = [1, [\"m29-1\"], { to = [\"m29-1\"] }, {}]\n"),
        (
            "a condition that holds, and one that does not",
            "raised-at = { to = \"m29-1\", basis = \"inferred\" }\nescalates-to = { to = \"metro\", why = \"理由\" }\n",
        ),
        (
            "a faulty condition asks for nothing",
            "raised-at = { to = \"m29-1\", basis = \"infered\", why = \"理由\" }\n",
        ),
        (
            "a doubled relationship",
            "raised-at = [\n  \"m29-1\",\n  { to = \"m29-1\", basis = \"inferred\", why = \"議事録\" },\n]\n",
        ),
        ("a look-alike type", "\"raised-аt\" = \"m29-1\"\n\"提起\" = \"m29-1\"\n"),
    ];
    let cases: Vec<(&str, String)> =
        cases.iter().map(|(name, text)| (*name, format!("{issue}{text}{OTHERS}"))).collect();
    let cases: Vec<(&str, &str)> =
        cases.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_data_eq!(drawn(&cases), snapbox::file!["faults_relationships.txt"].raw());
}

#[test]
fn nothing_to_inherit_is_missing() {
    let issue = "[[Issue]]\nid = \"i\"\nname = \"x\"\nstage = \"要検討\"\nraised-at = \"m29-1\"\n";
    assert_data_eq!(
        Folder::base(format!("{issue}{OTHERS}")).drawn(),
        snapbox::file!["faults_inherit.txt"].raw()
    );
}

#[test]
fn cycles() {
    let meeting = |id: &str, of: &str| {
        format!("[[Meeting]]\nid = \"{id}\"\nname = \"{id}\"\nsource = \"表\"\nsession-of = {of}\n")
    };
    let actor = |id: &str, to: &str| {
        format!(
            "[[Actor]]\nid = \"{id}\"\nname = \"{id}\"\nsource = \"表\"\nescalates-to = [{to}]\n"
        )
    };
    let folder = Folder::base(
        meeting("a", "\"b\"")
            + &meeting("c", "\"a\"")
            + &meeting("b", "\"c\"")
            + &meeting("d", "\"a\"")
            + &meeting("self", "\"self\""),
    )
    .with("b.toml", actor("x", "\"y\", \"z\"") + &actor("y", "\"x\"") + &actor("z", "\"y\""));
    assert_data_eq!(folder.drawn(), snapbox::file!["faults_cycles.txt"].raw());
    assert_eq!(folder.drawn(), folder.drawn());
    let warning = Folder::base(actor("x", "\"x\""));
    assert_eq!(warning.found(), ["seed.cycle a.toml:5:17 (warning)"]);
    assert!(kadai::knowledge::KnowledgeBase::open(warning.path()).is_ok());
}

#[test]
fn a_long_chain_and_a_long_cycle_end() {
    let meeting = |n: usize, of: usize| {
        format!(
            "[[Meeting]]\nid = \"m{n}\"\nname = \"n{n}\"\nsource = \"表\"\nsession-of = \"m{of}\"\n"
        )
    };
    let count = 20_000;
    let last = format!("[[Meeting]]\nid = \"m{count}\"\nname = \"n{count}\"\nsource = \"表\"\n");
    let chain: String = (0..count).map(|n| meeting(n, n + 1)).collect();
    assert_eq!(Folder::base(chain.clone() + &last).found(), [""; 0]);
    let circle = Folder::base(chain + &meeting(count, 0));
    let faults = circle.check().faults;
    assert_eq!(faults.iter().map(place).collect::<Vec<_>>(), ["seed.cycle a.toml:5:14"]);
    let drawn = circle.draw(&faults);
    assert!(drawn.contains("m0 → m1 → m2") && drawn.contains("It has 20001 steps."), "{drawn}");
}

#[test]
fn schemas() {
    let cases = [
        (
            "unknown keys",
            "[bsae]\nversion = \"1\"\n[labels.X]\nalias = [\"甲\"]\nproperties.y = { type = \"string\", requird = true }\n[types.z]\nform = [\"X\"]\n[types.z.style]\ncolour = \"#123456\"\n",
        ),
        (
            "values of the wrong type",
            "[labels.X]\naliases = \"甲\"\ndescription = 3\nproperties.y = { type = 3, required = \"yes\" }\nproperties.z = \"string\"\n[labels]\nY = 1\n",
        ),
        (
            "words that do not exist",
            "[labels.X]\nproperties.y = { type = \"strng\" }\nproperties.z = {}\nproperties.w = { type = \"list<list<string>>\" }\n[labels.X.style]\nshape = \"circle\"\nfill = \"red\"\nborder = \"dotte\"\n[types.t]\nacyclic = \"forbid\"\n",
        ),
        ("ends without a label", "[types.t]\nfrom = [\"Isue\", \"課題\"]\nto = [\"Nowhere\"]\n"),
        (
            "names that are none",
            "[labels.\"a-b\"]\n[labels.\"1a\"]\n[types.\"a b\"]\naliases = [\"良い-名前\", \"\"]\n",
        ),
        (
            "names for two things",
            "[labels.X]\naliases = [\"課題\", \"Actor\"]\nproperties.y = { type = \"string\", aliases = [\"名称\"] }\nproperties.raised-at = { type = \"string\" }\n",
        ),
        (
            "names that are taken",
            "[labels.X.properties]\nid = { type = \"string\" }\nsession-of = { type = \"string\" }\n[types.t.properties]\nto = { type = \"string\" }\n",
        ),
        (
            "conditions",
            "[labels.X.properties]\na = { type = \"string\", when = { nothing = \"x\" } }\nb = { type = \"string\", when = { a = \"x\" } }\nc = { type = \"string\", when = { n = \"x\" } }\nd = { type = \"string\", when = \"x\" }\ne = { type = \"string\", when = { v = \"2\" } }\nf = { type = \"string\", when = { v = 1 } }\nn = { type = \"integer\" }\nv = { type = \"string\", values = [\"1\"] }\n",
        ),
        (
            "defaults and the like",
            "[labels.X.properties]\na = { type = \"integer\", default = \"3\" }\nb = { type = \"string\", values = [\"x\"], default = \"y\" }\nc = { type = \"integer\", values = [\"1\"] }\nd = { type = \"string\", inherit = true }\n",
        ),
        (
            "look-ups",
            "[labels.X.properties]\na = { type = \"list<string>\", unique = true }\nb = { type = \"map\", index = true }\nc = { type = \"string\", unique = 1 }\n[types.t.properties]\nd = { type = \"string\", unique = true }\n",
        ),
        (
            "texts in one language",
            "[labels.X]\ndescription = { ja = \"甲\" }\n[labels.Y]\ndescription = { ja = \"甲\", en = 3, fr = \"a\" }\n",
        ),
    ];
    let mut all = String::new();
    for (name, text) in cases {
        let folder = Folder::empty().with("schema.toml", format!("{SCHEMA}\n{text}"));
        writeln!(all, "=== {name}\n{}", folder.drawn()).unwrap();
    }
    for (name, text) in [
        ("an empty schema", ""),
        ("another format", "format = 2\n[labels.X]\n"),
        ("a format that is no number", "format = \"1\"\n[labels.X]\n"),
        ("a schema that cannot be read hides what follows from it", "format = 1\n[labels.X\n"),
    ] {
        let folder = Folder::empty().with("schema.toml", text).with("a.toml", "[[Y]]\nid = 1\n");
        writeln!(all, "=== {name}\n{}", folder.drawn()).unwrap();
    }
    assert_data_eq!(all, snapbox::file!["faults_schema.txt"].raw());
}

#[test]
fn an_end_that_is_no_label_is_told_once() {
    let schema = SCHEMA.replace("from = [\"Issue\"]", "from = [\"Isssue\"]");
    let issues: String = (0..9)
        .map(|n| format!("[[Issue]]\nid = \"i{n}\"\nname = \"n{n}\"\nstage = \"要検討\"\nsource = \"表\"\nraised-at = \"m29-1\"\n"))
        .collect();
    let folder = Folder::base(issues + OTHERS).with("schema.toml", schema);
    assert_eq!(folder.found(), ["seed.schema schema.toml:33:9"]);
}

#[test]
fn bytes() {
    let utf16 = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    };
    let text = "[[Actor]]\r\nid = \"a\"\r\nname = \"区市町村\"\r\n";
    let (cp932, ..) =
        encoding_rs::SHIFT_JIS.encode("# 注\n[[Actor]]\nid = \"a\"\nname = \"ソ能\"\n");
    let (euc, ..) = encoding_rs::EUC_JP.encode("[[Actor]]\nid = \"a\"\nname = \"区市町村\"\n");
    let cases: [(&str, Vec<u8>); 6] = [
        ("CP932", cp932.into_owned()),
        ("EUC-JP", euc.into_owned()),
        ("UTF-16 with a mark", [vec![0xff, 0xfe], utf16(text, u16::to_le_bytes)].concat()),
        ("UTF-16 without a mark", utf16(text, u16::to_be_bytes)),
        ("broken UTF-8", b"[[Actor]]\nid = \"a\"\nname = \"ok \xff\xfe broken\"\n".to_vec()),
        ("UTF-8 cut short", "[[Actor]]\nid = \"区\"".as_bytes()[..17].to_vec()),
    ];
    let mut all = String::new();
    for (name, bytes) in cases {
        let folder = Folder::base(bytes).with("b.toml", "[[Issue]]\nid = \"b\"\nname = \"x\"\nstage = \"要検討\"\nescalates-to = { to = \"a\", source = \"表\" }\n");
        writeln!(all, "=== {name}\n{}", folder.drawn()).unwrap();
    }
    assert_data_eq!(all, snapbox::file!["faults_bytes.txt"].raw());
}

#[test]
fn folders() {
    let mut all = String::new();
    for (name, folder) in [
        ("an empty folder", Folder::empty()),
        ("no schema", Folder::empty().with("a.toml", "[[Actor]]\nid = a\n")),
        ("two schemas", Folder::base("").with("sub/schema.toml", SCHEMA)),
        ("an empty file is no fault", Folder::base("")),
    ] {
        writeln!(all, "=== {name}\n{}", folder.drawn()).unwrap();
    }
    let folder = Folder::base("");
    for path in ["nowhere", "a.toml"] {
        let errors = kadai::knowledge::KnowledgeBase::open(&folder.path().join(path)).unwrap_err();
        writeln!(
            all,
            "=== opening {path}: exit {}\n{}",
            errors.exit_code(),
            folder.draw(&errors.0)
        )
        .unwrap();
    }
    assert_data_eq!(all, snapbox::file!["faults_folders.txt"].raw());
}

#[test]
fn faults_of_all_files_come_in_one_run_in_a_fixed_order() {
    let folder = Folder::base("[[Actr]]\nid = \"a\"\n[[Actor]]\nid = \"b\"\n")
        .with("b.toml", "[[Actor]]\nid = \"b\"\nname = \"x\"\nnmae = \"y\"\n[[Issue]]\nid = 3\n")
        .with("c.toml", "[[Actor]]\nid = broken\n")
        .with("d.toml", b"\xff");
    let expected = [
        "seed.label a.toml:1:3",
        "seed.required a.toml:3:1",
        "seed.duplicate b.toml:2:6",
        "seed.key b.toml:4:1",
        "seed.required b.toml:5:1",
        "seed.required b.toml:5:1",
        "seed.value b.toml:6:6",
        "seed.syntax c.toml:2:6",
        "seed.encoding d.toml:1:1",
    ];
    assert_eq!(folder.found(), expected);
    assert_eq!(folder.found(), expected);
}

#[test]
fn many_faults_are_counted() {
    let list: String = (0..202).map(|n| format!("\"nope{n}\", ")).collect();
    let folder = Folder::base(format!(
        "[[Issue]]\nid = \"i\"\nname = \"x\"\nstage = \"要検討\"\nsource = \"表\"\nraised-at = [{list}]\n"
    ));
    assert_eq!(folder.check().faults.len(), 202);
    assert!(folder.drawn().contains("… and 182 more") && folder.drawn().contains("ほか 182 件"));
}

#[test]
fn deep_nesting_is_a_fault() {
    for (open, close) in [("[", "]"), ("{ a = ", "}")] {
        let text = format!(
            "[[Meeting]]\nid = \"m\"\nname = \"x\"\nextra = {}1{}\n",
            open.repeat(20_000),
            close.repeat(20_000)
        );
        let found = Folder::base(text).found();
        assert!(!found.is_empty());
        assert!(found.iter().all(|fault| fault.starts_with("seed.syntax a.toml:4:")), "{found:?}");
    }
    for text in [
        format!("{} = 1\n", vec!["a"; 20_000].join(".")),
        format!("[[{}]]\n", vec!["a"; 20_000].join(".")),
    ] {
        let found = Folder::base(text).check().faults;
        assert!(
            !found.is_empty() && found.len() < 5,
            "{:?}",
            found.iter().map(place).collect::<Vec<_>>()
        );
    }
}

#[test]
fn long_keys_within_deep_tables_do_not_overflow_the_stack() {
    let text = |parts: usize| {
        let key = vec!["a"; parts].join(".");
        let (open, close) = (format!("{{ {key} = ").repeat(79), " }".repeat(79));
        format!("[[Meeting]]\nid = \"m\"\nname = \"x\"\nextra = {open}1{close}\n")
    };
    assert_eq!(Folder::base(text(79)).found(), ["seed.syntax a.toml:4:28"]);
    let found = Folder::base(text(9)).found();
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("seed.value a.toml:4:"), "{found:?}");
    assert_eq!(Folder::base(text(79) + "[[Actr]]\n").found().len(), 2);
}

#[test]
fn a_long_name_is_kept_whole_and_shown_short() {
    let name = "長".repeat(40_000);
    let folder = Folder::base(format!("[[Actor]]\nid = \"a\"\nname = \"{name}\"\n"));
    assert_eq!(folder.found(), [""; 0]);
    let folder =
        Folder::base(format!("[[Actor]]\nid = \"a\"\nname = \"x\"\n\"{name}\" = \"{name}\"\n"));
    assert!(folder.drawn().chars().count() < 2_000);
}
