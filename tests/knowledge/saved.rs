//! Saved queries: what their headers say, and what is wrong with them.

use kadai::knowledge::{check, saved_queries};
use kadai::model::Value;
use snapbox::{assert_data_eq, str};

use super::{Folder, place};

#[test]
fn a_header_names_texts_and_parameters() {
    let folder = Folder::empty()
        .with(
            "gaps.cypher",
            "\u{feff}// title.en: Issues without programs\r\n// title.ja: 施策のない課題\r\n//\r\n// any comment: x\r\n\
             // description.en: first line\r\n//   and more\r\n// description.ja: 一行目、\r\n//   二行目\r\n\
             // param.level = '都'\r\n// param.level.en: the level\r\n// param.level.ja: 階層\r\n\
             // param.n=3\r\n// param.must\r\n// param.list = [1, -2.5, \"a'b\", 'c\\'d', true, null]\r\n\
             MATCH (n) RETURN n // title.en: not here\r\n",
        )
        .with("a.cypher", "// title.en: A\n// title.ja: 甲\n")
        .with("sub/c.cypher", "not read")
        .with("b.txt", "not read");
    let queries = saved_queries(Some(folder.path())).unwrap();
    let names: Vec<_> = queries.iter().map(|query| query.name.as_str()).collect();
    assert_eq!(names, ["a", "gaps"]);
    let gaps = &queries[1];
    assert_eq!(gaps.title.en, "Issues without programs");
    assert_eq!(gaps.title.ja, "施策のない課題");
    assert_eq!(gaps.description.en, "first line and more");
    assert_eq!(gaps.description.ja, "一行目、二行目");
    assert!(gaps.text.contains("MATCH (n)"));
    let params: Vec<_> = gaps
        .params
        .iter()
        .map(|param| (param.name.as_str(), param.default.as_ref().map(Value::to_string)))
        .collect();
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        params,
        [
            ("level", some("'都'")),
            ("n", some("3")),
            ("must", None),
            ("list", some("[1, -2.5, 'a\\'b', 'c\\'d', true, null]")),
        ]
    );
    assert_eq!(gaps.params[0].description.ja, "階層");
}

#[test]
fn faulty_headers_are_drawn() {
    let folder = Folder::empty()
        .with("a.cypher", "// title.en: only English\n// descripton.ja: 綴り\nRETURN 1\n")
        .with(
            "b.cypher",
            "// title.en: B\n// title.ja: 乙\n// title.ja: 丙\n// param.x = 都\n// param.x.ja: 値\n// param.2y = 1\n",
        )
        .with("c.cypher", "RETURN 1\n")
        .with("d.cypher", b"// title.ja: \x8a\xbf\x8e\x9a\n");
    let queries = saved_queries(Some(folder.path())).unwrap();
    let names: Vec<_> = queries.iter().map(|query| query.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c", "d"]);
    let faults: Vec<_> = queries.into_iter().flat_map(|query| query.faults).collect();
    assert_data_eq!(folder.draw(&faults), snapbox::file!["saved.txt"].raw());
}

#[test]
fn a_missing_folder_is_named() {
    let folder = Folder::empty();
    let errors = saved_queries(Some(&folder.path().join("none"))).unwrap_err();
    assert_eq!(errors.exit_code(), 4);
    assert_data_eq!(
        folder.draw(&errors.0),
        str![[r#"
error[io]: there is no `kb/none`

エラー[io]: 「kb/none」がありません


"#]]
    );
}

#[test]
fn the_bundled_queries_are_whole() {
    let report = kadai::knowledge::check_all(None, None);
    assert!(report.is_clean(), "{:?}", report.faults);
    assert!(report.queries > 0);
}

const TITLES: &str = "// title.en: A\n// title.ja: 甲\n";

#[test]
fn queries_are_judged_by_the_base_they_ask() {
    let base = Folder::base("[[Actor]]\nid = \"a\"\nname = \"x\"\n")
        .with("q/a.cypher", format!("{TITLES}MATCH (n:Actr) RETURN n\n"))
        .with("q/b.cypher", format!("{TITLES}MATCH (n RETURN n\n"))
        .with(
            "q/c.cypher",
            format!("{TITLES}// param.u\n// param.x.value: 1\nRETURN $x + $y, $x\n"),
        )
        .with(
            "q/d.cypher",
            format!(
                "{TITLES}// param.階層 = 'x'\n// param.階層.values: MATCH (n:Actor) RETURN n.nam\n\
                 // param.y = 'y'\n// param.y.values: MATCH (n:Actor) RETURN n.name\n\
                 // param.z.values: RETURN 1, 2\n// param.z.values: RETURN 1\n// param.w.values\n\
                 RETURN $階層, $y, $z, $w\n"
            ),
        )
        .with("q/e.cypher", format!("{TITLES}// param.x = 'x'\n// param.x.values: MATCH (n:Actor) RETURN n.name\nRETURN $x\n"));
    let queries = base.path().join("q");
    let report = check(&[queries.clone(), base.path().to_path_buf()], None).unwrap();
    assert_eq!((report.files, report.queries), (2, 5));
    assert_data_eq!(base.draw(&report.faults), snapbox::file!["saved_judged.txt"].raw());
    let same = check(std::slice::from_ref(&queries), Some(base.path())).unwrap();
    assert_eq!(same.faults, report.faults);
    assert_eq!((same.files, same.queries), (0, 5));
    let one = check(&[queries.join("e.cypher")], Some(base.path())).unwrap();
    assert!(one.is_clean() && one.queries == 1, "{:?}", one.faults);
}

#[test]
fn under_a_faulty_base_only_the_language_is_judged() {
    let base = Folder::base("[[Actr]]\n")
        .with("q/a.cypher", format!("{TITLES}MATCH (n:Actr) RETURN n\n"))
        .with("q/b.cypher", format!("{TITLES}MATCH (n RETURN n\n"));
    let queries = base.path().join("q");
    let found = |paths: &[std::path::PathBuf]| -> Vec<String> {
        check(paths, Some(base.path())).unwrap().faults.iter().map(place).collect()
    };
    let syntax = "syntax.unexpected b.cypher:3:7";
    assert_eq!(
        found(&[base.path().to_path_buf(), queries.clone()]),
        ["seed.label a.toml:1:3", syntax]
    );
    assert_eq!(found(&[queries]), ["seed.missing (warning)", syntax]);
}

#[test]
fn a_file_that_is_neither_is_refused() {
    let folder = Folder::empty().with("a.toml", "").with("README.md", "").with("none", "");
    for name in ["a.toml", "README.md", "none"] {
        let error = check(&[folder.path().join(name)], None).unwrap_err();
        assert_eq!(error.code(), kadai::error::Code::Usage);
    }
    for name in ["none.cypher", "nowhere"] {
        let report = check(&[folder.path().join(name)], None).unwrap();
        assert_eq!(report.faults.iter().map(place).collect::<Vec<_>>(), ["io"]);
    }
}
