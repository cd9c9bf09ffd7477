//! The program from outside: standard output, standard error and exit code in one picture.

#![expect(clippy::unwrap_used, reason = "a test that cannot run is a test that fails")]

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use snapbox::{assert_data_eq, str};

/// The program with nothing of the caller's environment that would change what it says.
fn kadai(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kadai"));
    command.args(args).current_dir(env!("CARGO_TARGET_TMPDIR"));
    for name in [
        "KADAI_KB",
        "KADAI_QUERIES",
        "KADAI_LANG",
        "LC_MESSAGES",
        "LANG",
        "NO_COLOR",
        "KADAI_NO_CACHE",
    ] {
        command.env_remove(name);
    }
    command.env("KADAI_CACHE_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"));
    command.env("LC_ALL", "C").stdin(Stdio::null());
    command
}

/// What the program says to `args` and `input`.
fn says(args: &[&str], input: &[u8]) -> String {
    let mut command = kadai(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that stops before it has read everything closes the pipe.
    child.stdin.take().unwrap().write_all(input).ok();
    let output = child.wait_with_output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout), String::from_utf8(output.stderr));
    let code = output.status.code().unwrap();
    format!("{}--- stderr\n{}--- exit {code}\n", out.unwrap(), err.unwrap())
}

#[test]
fn a_slip_in_the_command_line_is_explained_in_the_readers_language() {
    assert_data_eq!(
        says(&["--lang", "ja", "qury"], b""),
        str![[r#"
--- stderr
エラー[usage]: コマンド `qury` はありません
対処: もしかして `query` ですか。

--- exit 2

"#]]
    );
    assert_data_eq!(
        says(&["query", "--format", "xml", "RETURN 1"], b""),
        str![[r#"
--- stderr
error[usage]: `--format <FORMAT>` does not take `xml`
help: Use one of `table`, `json`, `ndjson`, `csv`, `tsv`, `markdown`.

--- exit 2

"#]]
    );
    assert_data_eq!(
        says(&["query", "--parm", "a=1", "RETURN 1"], b""),
        str![[r#"
--- stderr
error[usage]: unexpected argument `--parm`
help: Did you mean `--param`?

--- exit 2

"#]]
    );
    assert_data_eq!(
        says(&["query", "-p", "a=99999999999999999999", "RETURN 1"], b""),
        str![[r#"
--- stderr
error[usage]: number out of range: `99999999999999999999`
help: Integers have 64 bits; to pass the digits as a string, put them in double quotes.

--- exit 2

"#]]
    );
    assert_data_eq!(
        says(&["run", "no-such-query"], b""),
        str![[r#"
--- stderr
error[name.query]: unknown saved query `no-such-query`
help: `kadai run` without a name lists the saved queries.

--- exit 2

"#]]
    );
}

#[test]
fn without_a_terminal_and_a_command_it_says_how_it_is_used() {
    let picture = str![[r#"
--- stderr
政策課題のナレッジベースに問い合わせ、図や報告書を作ります

使い方: kadai [オプション] [コマンド]

コマンド:
...
--- exit 2

"#]];
    assert_data_eq!(says(&["--lang=ja"], b""), picture);
}

#[test]
fn files_that_cannot_be_read_or_written_are_named() {
    assert_data_eq!(
        says(&["query", "-f", "no-such.cypher"], b""),
        str![[r#"
--- stderr
error[io]: cannot read `no-such.cypher`: no such file or folder

--- exit 4

"#]]
    );
    assert_data_eq!(
        says(&["query", "-"], b"RETURN 1 //\n\x8e\xa9"),
        str![[r#"
--- stderr
error[seed.encoding]: the file is not UTF-8; it looks like CP932 (Shift_JIS)
 --> <standard input>:2:1
  |
2 | 自
  | ^^
  |
  = note: Nothing of the file was read.
  = help: Save the file as UTF-8 (in Notepad: Save as, Encoding: UTF-8), or convert it: `iconv -f cp932 -t utf-8`.

--- exit 2

"#]]
    );
    assert_data_eq!(
        says(&["run", "-o", "."], b""),
        str![[r#"
--- stderr
error[io]: cannot write to `.`: it is a folder

--- exit 4

"#]]
    );
}

const VALUES: &str =
    "UNWIND [1, 20] AS 数 RETURN 数, 'a|b' + '\t課' AS 文字列, null AS 無, [数, 'x'] AS 列";

#[test]
fn rows_come_in_every_format() {
    // Backslashes count here: snapbox would take them for those of paths.
    let exact = snapbox::Assert::new().action_env("SNAPSHOTS").normalize_paths(false);
    let said = |format: &str| says(&["query", VALUES, "--format", format], b"");
    exact.eq(
        said("table"),
        str![[r#"
 数 │ 文字列    │ 無 │ 列
────┼───────────┼────┼───────────
  1 │ a|b    課 │    │ [1, 'x']
 20 │ a|b    課 │    │ [20, 'x']
--- stderr
--- exit 0

"#]],
    );
    exact.eq(
        said("json"),
        str![[r#"
[
  {"数":1,"文字列":"a|b\t課","無":null,"列":[1,"x"]},
  {"数":20,"文字列":"a|b\t課","無":null,"列":[20,"x"]}
]
--- stderr
--- exit 0

"#]],
    );
    exact.eq(
        said("csv"),
        str![[r#"
数,文字列,無,列
1,a|b	課,,"[1,""x""]"
20,a|b	課,,"[20,""x""]"
--- stderr
--- exit 0

"#]],
    );
    exact.eq(
        said("tsv"),
        str![[r#"
数	文字列	無	列
1	a|b\t課		[1,"x"]
20	a|b\t課		[20,"x"]
--- stderr
--- exit 0

"#]],
    );
    exact.eq(
        said("markdown"),
        str![[r#"
| 数 | 文字列 | 無 | 列 |
| ---: | --- | --- | --- |
| 1 | a\|b    課 |  | [1, 'x'] |
| 20 | a\|b    課 |  | [20, 'x'] |
--- stderr
--- exit 0

"#]],
    );
}

#[test]
fn the_exit_code_says_what_came_of_it() {
    let code = |args: &[&str]| kadai(args).output().unwrap().status.code().unwrap();
    assert_eq!(code(&["query", "--exit-code", "RETURN 1"]), 1);
    assert_eq!(code(&["query", "--exit-code", "UNWIND [] AS x RETURN x"]), 0);
    assert_eq!(code(&["query", "RETURN x"]), 2);
    assert_eq!(code(&["query", "--max-rows", "2", "UNWIND [1, 2, 3] AS x RETURN x"]), 3);
    assert_eq!(code(&["query", "RETURN 1", "-o", "no/such/folder.csv"]), 4);
}

#[test]
fn a_limit_says_which_it_was_and_what_to_do() {
    let rows = says(&["query", "--max-rows", "2", "UNWIND range(1, 9) AS x RETURN x"], b"");
    assert_data_eq!(
        rows,
        str![[r#"
--- stderr
error[limit.rows]: the result has more than 2 rows, the limit
help: Add `LIMIT`, aggregate, or raise `--max-rows`.

--- exit 3

"#]]
    );
    let cross = "MATCH (a), (b), (c), (d), (e) RETURN count(*)";
    assert_data_eq!(
        says(&["query", "--timeout", "0.1", cross], b""),
        str![[r#"
--- stderr
error[limit.time]: stopped after 0.1 seconds, the time limit
help: Narrow the pattern, bound `*` as in `*1..3`, or raise `--timeout`.

--- exit 3

"#]]
    );
    let deep = format!("RETURN {}1{}", "(".repeat(5_000), ")".repeat(5_000));
    let said = says(&["query", "-"], deep.as_bytes());
    assert!(said.starts_with("--- stderr\nerror[syntax.depth]") && said.ends_with("exit 2\n"));
}

#[test]
fn diagrams_go_to_files_or_as_dot_to_standard_output() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    assert!(says(&["diagram", "coverage"], b"").starts_with("digraph "));
    let query = "MATCH p = (:Issue {id: 'i-tojisha-2'})-[:addressed-by]->() RETURN p";
    let said = says(&["diagram", "-q", query, "-o", &file("p.svg")], b"");
    assert!(said.ends_with("--- exit 0\n"), "{said}");
    assert!(std::fs::read_to_string(file("p.svg")).unwrap().contains("家族のケア負担"));
    let output = kadai(&["diagram", "coverage", "-o", &file("c.png")]).env("PATH", "").output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("error[io.missing]"));
    assert_data_eq!(
        says(&["diagram", "covrage"], b""),
        str![[r#"
--- stderr
error[usage]: `covrage` is neither a diagram, nor a file, nor a saved query
help: Did you mean `coverage`?

--- exit 2

"#]]
    );
    assert_data_eq!(
        says(&["diagram", "--lang", "ja"], b""),
        str![[r#"
--- stderr
エラー[usage]: 描くものが指定されていません
対処: `escalation`、`coverage`、クエリのファイル、保存済みクエリのいずれかを指定するか、`-q` でクエリを指定してください。

--- exit 2

"#]]
    );
}

#[test]
fn a_plan_is_an_answer_like_any_other() {
    let query = "MATCH (d:Domain) WHERE EXISTS { (d)<-[:in-domain]-(i) } RETURN d.name LIMIT $n";
    let plan = "operator,estimated rows,runs on\nNodeScan d:Domain,6,ids\n\
                Filter EXISTS { (d)<-[:in-domain]-(i) },6,ids: degree\n  \
                Subquery EXISTS { (d)<-[:in-domain]-(i) },6,\n    Expand d<-[:in-domain]-i,6,\n\
                Project d.name,6,\nLimit $n,6,\nReturn d.name,6,\n--- stderr\n--- exit 0\n";
    assert_eq!(says(&["query", "--format", "csv", &format!("EXPLAIN {query}")], b""), plan);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let header = "// title.ja: 計画\n// title.en: Plan\n// param.n = 9\n";
    std::fs::write(folder.path().join("plan.cypher"), format!("{header}EXPLAIN {query}")).unwrap();
    let queries = folder.path().to_str().unwrap();
    assert_eq!(says(&["run", "plan", "--format", "csv", "--queries", queries], b""), plan);
    let shell = says(&["repl"], b":mode csv\nPROFILE MATCH (d:Domain) RETURN d\n");
    let said =
        shell.contains("operator,estimated rows,rows,time ms,runs on\nNodeScan d:Domain,6,6,");
    assert!(said, "{shell}");
}

#[test]
fn a_fault_of_a_query_shows_its_place() {
    assert_data_eq!(
        says(&["--lang", "ja", "query", "-"], "MATCH (課題:Isue)\nRETURN 課題".as_bytes()),
        str![[r#"
--- stderr
エラー[name.label]: ラベル `Isue` はありません
 --> <standard input>:1:11
  |
1 | MATCH (課題:Isue)
  |             ^^^^
  |
  = 対処: もしかして `Issue` ですか。

--- exit 2

"#]]
    );
}

#[test]
fn parameters_are_literals_or_text() {
    let query = "RETURN $a + 1 AS a, $b AS b, $c AS c";
    let args = ["query", query, "-p", "a=41", "-p", "b=都", "--param", "c=[null,\"x\"]"];
    assert_data_eq!(
        says(&args, b""),
        str![[r#"
  a │ b  │ c
────┼────┼─────────────
 42 │ 都 │ [null, 'x']
--- stderr
--- exit 0

"#]]
    );
}

#[test]
fn a_script_ends_at_its_first_fault() {
    let script = ":mode csv\nRETURN 1 AS あ; // 続く\n  RETURN 2 AS b; RETURN ;\nRETURN 3;\n";
    assert_data_eq!(
        says(&["repl"], script.as_bytes()),
        str![[r#"
あ
1
b
2
--- stderr
error[syntax.unexpected]: the query ends where an expression should follow
 --> <standard input>:3:24
  |
3 |   RETURN 2 AS b; RETURN ;
  |                        ^

--- exit 2

"#]]
    );
    let script = b":param a=1\n:mode xml\n:param\n";
    assert_data_eq!(
        says(&["repl"], script),
        str![[r#"
--- stderr
error[usage]: unknown format `xml`
 --> <standard input>:2:2
  |
2 | :mode xml
  |  ^^^^^^^^
  |
  = help: Use one of `table`, `json`, `ndjson`, `csv`, `tsv`, `markdown`.

--- exit 2

"#]]
    );
}

#[test]
fn saved_queries_are_listed_and_run() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let query = "// title.en: Twice\n// title.ja: 二倍\n// description.en: Doubles.\n\
        // description.ja: 二倍にする。\n// param.code = 'x'\n// param.code.en: A code\n\
        // param.code.ja: 符号\nRETURN $code + $code AS twice\n";
    std::fs::write(folder.path().join("twice.cypher"), query).unwrap();
    let queries = folder.path().to_str().unwrap();
    assert_data_eq!(
        says(&["run", "--queries", queries, "--lang", "ja"], b""),
        str![[r#"
 名前  │ 題名 │ パラメーター
───────┼──────┼──────────────
 twice │ 二倍 │ code='x'
--- stderr
--- exit 0

"#]]
    );
    let args = ["run", "--queries", queries, "twice", "--param", "code=13"];
    assert_data_eq!(
        says(&args, b""),
        str![[r#"
 twice
───────
 1313
--- stderr
--- exit 0

"#]]
    );
    let args = ["run", "--queries", queries, "twice", "--param", "cod=13"];
    assert_data_eq!(
        says(&args, b""),
        str![[r#"
--- stderr
error[name.parameter]: the saved query `twice` has no parameter `cod`
help: Did you mean `code`?

--- exit 2

"#]]
    );
}

#[test]
fn a_broken_saved_query_does_not_stand_in_the_way_of_the_others() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let one = "// title.en: One\n// title.ja: 一\nRETURN 1 AS one\n";
    std::fs::write(folder.path().join("one.cypher"), one).unwrap();
    std::fs::write(folder.path().join("bad.cypher"), "// title.en: Bad\nRETURN 1\n").unwrap();
    let misfit = "// title.en: No\n// title.ja: 無\nMATCH (n:Isue) RETURN n\n";
    std::fs::write(folder.path().join("misfit.cypher"), misfit).unwrap();
    let queries = folder.path().to_str().unwrap();
    let run = |args: &[&str]| {
        let args = [&["run", "--queries", queries], args].concat();
        says(&args, b"").replace(queries, "QUERIES")
    };
    assert_data_eq!(
        run(&[]),
        str![[r#"
 name │ title │ parameters
──────┼───────┼────────────
 one  │ One   │
--- stderr
warning[name.query]: the saved query `bad` has faults and cannot be run
help: `kadai check` tells what is wrong.

warning[name.query]: 1 saved query left out: it does not fit this knowledge base
note: `misfit`: unknown label `Isue`

--- exit 0

"#]]
    );
    assert_data_eq!(
        run(&["one"]),
        str![[r#"
 one
─────
   1
--- stderr
--- exit 0

"#]]
    );
    assert_data_eq!(
        run(&["bad"]),
        str![[r#"
--- stderr
error[seed.required]: the header has no `title.ja`
 --> QUERIES/bad.cypher:1:4
  |
1 | // title.en: Bad
  |    ^^^^^^^^
  |
  = help: Add a line `// title.ja: …`.

--- exit 2

"#]]
    );
    assert_data_eq!(
        run(&["--lang", "ja", "一"]),
        str![[r#"
--- stderr
エラー[name.query]: 保存済みクエリ `一` はありません
対処: 「一」は `one` の題名です。この名前を指定してください。

--- exit 2

"#]]
    );
}

#[test]
fn a_parameter_takes_only_the_values_that_its_query_lists() {
    let level = "issues-without-program-at-level";
    assert_data_eq!(
        says(&["run", level, "-p", "level=東京都"], b""),
        str![[r#"
--- stderr
error[name.parameter]: the parameter `level` cannot be `東京都`
help: Use one of `現場`, `地域`, `都`, `国`.

--- exit 2

"#]]
    );
    assert_data_eq!(
        says(&["run", "escalation-path", "-p", "issue=災害対索", "--lang", "ja"], b""),
        str![[r#"
--- stderr
エラー[name.parameter]: パラメーター `issue` に「災害対索」は指定できません
対処: もしかして `災害対策` ですか。

--- exit 2

"#]]
    );
    // An issue that no meeting raised has no path: that is an answer.
    let said = says(&["run", "escalation-path", "-p", "issue=c-tojisha-1"], b"");
    assert!(said.ends_with("--- stderr\n--- exit 0\n"), "{said}");
    assert_data_eq!(
        says(&["run", level, "-p", "level = 都", "--format", "csv"], b"").lines().next().unwrap(),
        str!["分野,段階,番号,課題,他の階層の施策,id"]
    );
}

#[test]
fn bundled_queries_that_do_not_fit_a_base_are_left_out() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    std::fs::write(folder.path().join("schema.toml"), "format = 1\n[labels.District]\n").unwrap();
    let base = folder.path().to_str().unwrap();
    assert_data_eq!(
        says(&["run", "--kb", base, "--lang", "ja"], b""),
        str![[r#"
 名前 │ 題名 │ パラメーター
──────┼──────┼──────────────
--- stderr
警告[name.query]: このナレッジベースに合わない保存済みクエリ 9 件を省きました
補足: `coverage-matrix`：ラベル `Domain` はありません
補足: `escalation-path`：ラベル `Level` はありません
補足: `issues-by-meeting`：ラベル `Meeting` はありません
補足: `issues-without-existing-program`：ラベル `Issue` はありません
補足: `issues-without-program`：ラベル `Issue` はありません
補足: `issues-without-program-at-level`：ラベル `Issue` はありません
補足: `marks-that-disagree`：ラベル `Level` はありません
補足: `programs-answering-several`：ラベル `Program` はありません
補足: `recurring-issues`：ラベル `Issue` はありません
対処: 内蔵のクエリは内蔵のナレッジベースのスキーマに合わせたものです。独自のクエリは、ナレッジベースのフォルダーの中の「queries」に `.cypher` ファイルとして置いてください。

--- exit 0

"#]]
    );
    let said = says(&["run", "--kb", base, "issues-without-program"], b"");
    assert!(said.contains(" --> <bundled>/queries/issues-without-program.cypher:5:10"), "{said}");
    let said = says(&["check", "--kb", base], b"");
    assert_eq!(said, "1 file, 0 nodes, 0 relationships: no faults\n--- stderr\n--- exit 0\n");
}

#[test]
fn what_cannot_be_checked_is_refused() {
    assert_data_eq!(
        says(&["check", env!("CARGO_BIN_EXE_kadai")], b"")
            .replace(env!("CARGO_BIN_EXE_kadai"), "FILE"),
        str![[r#"
--- stderr
error[usage]: `FILE` is neither a file of a knowledge base nor a saved query
help: A knowledge file ends in `.toml` and has `schema.toml` beside or above it; a saved query ends in `.cypher`.

--- exit 2

"#]]
    );
}

#[test]
fn a_file_is_written_whole_in_the_format_of_its_ending() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let file = folder.path().join("rows.csv");
    let said = says(&["query", "RETURN 1 AS a", "--excel", "-o", file.to_str().unwrap()], b"");
    assert_eq!(said, "--- stderr\n--- exit 0\n");
    assert_eq!(std::fs::read(&file).unwrap(), b"\xef\xbb\xbfa\r\n1\r\n");
    let said = says(&["query", "RETURN x", "-o", file.to_str().unwrap()], b"");
    assert!(said.ends_with("--- exit 2\n"));
    assert_eq!(std::fs::read(&file).unwrap(), b"\xef\xbb\xbfa\r\n1\r\n");
}

#[test]
fn a_faulty_base_is_a_finding_for_check_and_bad_input_for_the_rest() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let schema = "format = 1\n[base]\nversion = '1'\nname = { en = 'a', ja = 'あ' }\n\
        source = { en = 'b', ja = 'い' }\n[labels.Issue]\naliases = ['課題']\n\
        description = { en = 'c', ja = 'う' }\n";
    std::fs::write(folder.path().join("schema.toml"), schema).unwrap();
    std::fs::write(folder.path().join("a.toml"), "[[Isue]]\nid = 'i'\n").unwrap();
    let base = folder.path().to_str().unwrap();
    let said = says(&["check", base], b"").replace(base, "BASE");
    assert_data_eq!(
        said,
        str![[r#"
error[seed.label]: unknown label `Isue`
 --> BASE/a.toml:1:3
  |
1 | [[Isue]]
  |   ^^^^
  |
  = help: Did you mean `Issue`?

2 files, 0 nodes, 0 relationships: 1 error, 0 warnings
--- stderr
--- exit 1

"#]]
    );
    let said = says(&["--kb", base, "query", "RETURN 1"], b"");
    assert!(said.starts_with("--- stderr\nerror[seed.label]") && said.ends_with("--- exit 2\n"));
    std::fs::write(folder.path().join("a.toml"), "[[Issue]]\nid = 'i'\n").unwrap();
    assert_data_eq!(
        says(&["check", base, "--lang", "ja"], b""),
        str![[r#"
ファイル 2 件、ノード 1 件、関係 0 件：問題はありません
--- stderr
--- exit 0

"#]]
    );
    assert_data_eq!(
        says(&["--kb", base, "schema", "--lang", "ja"], b""),
        str![[r#"
あ 1
い
ノード 1 件、関係 0 件

ラベル
 ラベル │ 別名 │ 件数 │ 説明
────────┼──────┼──────┼──────
 Issue  │ 課題 │    1 │ う
--- stderr
--- exit 0

"#]]
    );
}

#[cfg(unix)]
#[test]
fn an_interrupt_stops_the_query() {
    let mut command = kadai(&["repl"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let script = b"RETURN 1;\nMATCH (a), (b), (c), (d), (e) RETURN count(*);\n";
    child.stdin.take().unwrap().write_all(script).unwrap();
    // The first answer tells that the shell listens.
    let mut answer = [0];
    child.stdout.as_mut().unwrap().read_exact(&mut answer).unwrap();
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("error[run.interrupted]: interrupted"), "{said}");
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = kadai(&["--help"]).stdout(writer).output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_no_success() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = kadai(&["--help"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert_data_eq!(
        String::from_utf8(output.stderr).unwrap(),
        str![[r#"
error[io]: cannot write to standard output: no space left


"#]]
    );
}

/// Everything that the shell writes to a terminal on which `typed` arrives at once, up to its end.
#[cfg(unix)]
fn typed_ahead(typed: &str) -> String {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let nix::pty::OpenptyResult { master, slave } = nix::pty::openpty(None, None).unwrap();
    let mut command = kadai(&["repl", "--color", "never"]);
    command.env("XDG_STATE_HOME", folder.path()).env("TERM", "xterm");
    command.stdin(slave.try_clone().unwrap()).stdout(slave.try_clone().unwrap()).stderr(slave);
    let mut child = command.spawn().unwrap();
    // The command holds the other end of the terminal open.
    drop(command);
    // A shell that lost its `:quit` would wait for ever; it is stopped instead, and the test fails.
    let watch = std::thread::spawn(move || {
        for _ in 0..400 {
            if child.try_wait().unwrap().is_some() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    });
    let mut terminal = std::fs::File::from(master);
    let mut said = Vec::new();
    let mut typed = Some(typed);
    let mut part = [0; 4096];
    // The end of a terminal is an error on Linux.
    while let Some(size) = terminal.read(&mut part).ok().filter(|size| *size > 0) {
        said.extend_from_slice(&part[..size]);
        let prompt = b"kadai> ";
        if said.windows(prompt.len()).any(|window| window == prompt)
            && let Some(typed) = typed.take()
        {
            terminal.write_all(typed.as_bytes()).unwrap();
        }
    }
    watch.join().unwrap();
    String::from_utf8(said).unwrap()
}

#[cfg(unix)]
#[test]
fn nothing_that_is_typed_ahead_is_lost() {
    let said = typed_ahead("RETURN 1 AS a;\rRETURN 2\rAS b;\r:param x=3\rRETURN $x AS c;\r:quit\r");
    assert_eq!(said.matches("(1 row)").count(), 3, "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_stream_is_never_replaced_and_a_device_is_written_to() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let log = folder.path().join("app.log");
    std::fs::write(&log, "old\n").unwrap();
    for stream in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        let file = std::fs::File::options().append(true).open(&log).unwrap();
        let output =
            kadai(&["query", "RETURN 1 AS a", "-o", stream]).stdout(file).output().unwrap();
        assert_eq!(std::fs::read_to_string(&log).unwrap(), "old\n");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_data_eq!(
            said.replace(stream, "STREAM"),
            str![[r#"
error[io]: cannot write to `STREAM`: it is a stream, not a file to replace
help: `-o -` writes to standard output.


"#]]
        );
        assert_eq!(output.status.code(), Some(4));
    }
    let piped = says(&["query", "RETURN 1 AS a", "--format", "csv", "-o", "/dev/stdout"], b"");
    assert_eq!(piped, "a\n1\n--- stderr\n--- exit 0\n");
    let nothing = says(&["query", "RETURN 1 AS a", "-o", "/dev/null"], b"");
    assert_eq!(nothing, "--- stderr\n--- exit 0\n");
    let long = format!("{}.csv", "長".repeat(200));
    let said = says(&["query", "RETURN 1", "-o", &long], b"");
    assert!(said.contains(".csv`: the name is too long\n"), "{said}");
}

#[test]
fn the_shell_takes_what_its_commands_are_given() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let query = "// title.en: Code\n// title.ja: 符号\n// param.code = 'x'\n// param.n = 1\n\
        RETURN $code AS code, $n AS n\n";
    std::fs::write(folder.path().join("code.cypher"), query).unwrap();
    let queries = folder.path().to_str().unwrap();
    let shell = |script: &str| says(&["repl", "--queries", queries], script.as_bytes());
    let script = ":mode csv\n:timing off\n:param code=12\n:param n=2\n:param other=0\n\
        :run code\n:run code code=y\n:param $code\n:param clear code\n:run code\n";
    assert_data_eq!(
        shell(script),
        str![[r#"
code,n
12,2
code,n
y,2
$code = 12
code,n
x,2
--- stderr
timing is off
--- exit 0

"#]]
    );
    for (slip, said) in [
        (":quit now", "`:quit` does not take `now`"),
        (":timing perhaps", "help: Use one of `on`, `off`."),
        (":run cod", "help: Did you mean `code`?"),
        (":run nosuch", "help: `:run` without a name lists the saved queries."),
        (":param nosuch", "help: `:param nosuch=…` sets it."),
        (":help nosuch", "help: `:help` lists the commands."),
        (":schema Isue", "help: Did you mean `Issue`?"),
        (":mode csv json", "unknown format `csv json`"),
    ] {
        let shown = shell(slip);
        assert!(shown.contains(said), "{slip}: {shown}");
    }
}

#[test]
fn what_means_nothing_is_said_not_ignored() {
    let first = |args: &[&str]| says(args, b"").lines().nth(1).unwrap().to_owned();
    let error = |said: &str| format!("error[usage]: {said}");
    assert_eq!(
        first(&["diagram", "coverage", "--issue", "i-tojisha-2"]),
        error("`--issue` has no meaning for `coverage`")
    );
    assert_eq!(
        first(&["diagram", "-q", "MATCH (n) RETURN n", "--issue", "i-tojisha-2"]),
        error("`--issue` has no meaning for `--query`")
    );
    assert_eq!(
        first(&["diagram", "escalation", "--param", "x=1"]),
        error("`--param` has no meaning for `escalation`")
    );
    assert_data_eq!(
        says(
            &["query", "RETURN $issue AS `$x`", "-p", "issue=1", "-p", "isue=2", "-p", "x=3"],
            b""
        ),
        str![[r#"
 $x
────
  1
--- stderr
warning[name.parameter]: the query does not use the parameter `isue`
help: Did you mean `issue`?

warning[name.parameter]: the query does not use the parameter `x`

--- exit 0

"#]]
    );
    let spoken = |lang: &str, args: &[&str]| {
        let output = kadai(args).env("KADAI_LANG", lang).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let said = "error[usage]: `KADAI_LANG` does not take `fr`\nhelp: Use one of `en`, `ja`.\n\n";
    assert_eq!(spoken("fr", &["query", "RETURN 1"]), (Some(2), said.to_owned()));
    assert_eq!(spoken("fr", &["query", "RETURN 1", "--lang", "en"]).0, Some(0));
    assert_eq!(spoken("ja_JP.UTF-8", &["query", "RETURN 1"]).0, Some(0));
}

#[test]
fn a_word_in_a_wrong_place_is_told_its_place() {
    let help = |args: &[&str]| {
        let said = says(args, b"");
        said.lines().find_map(|line| line.strip_prefix("help: ").map(str::to_owned)).unwrap()
    };
    assert_eq!(help(&["gaps"]), "Did you mean `kadai report gaps`?");
    let saved = "issues-without-program";
    assert_eq!(help(&[saved]), format!("Did you mean `kadai run {saved}`?"));
    assert_eq!(help(&["match (n) RETURN n"]), "Did you mean `kadai query \"match (n) RETURN n\"`?");
    assert_eq!(help(&["query", "RETURN", "1"]), "Put a query of several words in quotes.");
    assert_eq!(help(&["repl", "foo"]), "`kadai repl --help` lists what it takes.");
    assert_eq!(help(&["run", saved, "extra"]), "`kadai run --help` lists what it takes.");
    assert_eq!(help(&["run", saved, "a=1"]), "Parameters are given as `--param a=1`.");
    let seconds = "It takes a number of seconds above 0, such as `30` or `2.5`.";
    for time in ["0", "abc", "-1", "inf"] {
        assert_eq!(help(&["query", "RETURN 1", &format!("--timeout={time}")]), seconds);
    }
    assert_eq!(
        help(&["query", "RETURN 1", "--max-rows", "1.5"]),
        "It takes a whole number of rows, such as `1000`."
    );
    let said = says(&[], b"RETURN 1;");
    assert!(said.ends_with("\n\n`kadai repl` runs a script from standard input.\n--- exit 2\n"));
    assert!(says(&["query", "--help"], b"").contains("[default: 10,000,000]"));
}

#[test]
fn a_schema_for_programs_is_the_same_in_every_language() {
    let owners = |lang: &str| {
        let said = says(&["schema", "--format", "ndjson", "--lang", lang], b"");
        let rows = said.lines().filter_map(|line| serde_json::from_str(line).ok());
        rows.map(|row: serde_json::Value| row["of"].to_string()).collect::<Vec<_>>()
    };
    let english = owners("en");
    assert!(english.contains(&"\"(*)\"".to_owned()) && english.contains(&"\"[*]\"".to_owned()));
    assert_eq!(english, owners("ja"));
}

#[test]
fn a_schema_may_be_asked_for_one_name() {
    let rows = |name: &str| {
        let said = says(&["schema", name, "--format", "csv", "--no-header"], b"");
        let sorts = said.lines().take_while(|line| *line != "--- stderr");
        let names = sorts.map(|row| row.split(',').take(2).collect::<Vec<_>>().join(" "));
        names.collect::<Vec<_>>()
    };
    assert_eq!(rows("課題"), rows("Issue"));
    assert_eq!(rows("Issue").iter().filter(|row| row.starts_with("label ")).count(), 1);
    assert!(rows("Issue").contains(&"type addressed-by".to_owned()));
    assert_eq!(rows("addressed-by").first().unwrap(), "type addressed-by");
    assert_data_eq!(
        says(&["schema", "Isue"], b""),
        str![[r#"
--- stderr
error[name.label]: unknown label or relationship type `Isue`
help: Did you mean `Issue`?

--- exit 2

"#]]
    );
}

#[test]
fn a_schema_lists_procedures_and_functions() {
    assert_data_eq!(
        says(&["schema", "--procedures", "DB", "--format", "markdown"], b""),
        str![[r#"
| procedure | columns | description |
| --- | --- | --- |
| db.labels() | label | The labels that nodes have. |
| db.relationshipTypes() | relationshipType | The types that relationships have. |
| db.propertyKeys() | propertyKey | The names of the properties that nodes and relationships have. |
| db.indexes() | label, propertyKey, isUnique | The properties by which nodes are found without a look at each, and whether no two nodes have the same value; the label is null for all nodes. |
--- stderr
--- exit 0

"#]]
    );
    let names = |args: &[&str]| {
        let said = says(&[args, &["--format", "csv", "--no-header"]].concat(), b"");
        let lines = said.lines().take_while(|line| *line != "--- stderr");
        lines.map(|line| line.split(',').next().unwrap_or("").to_owned()).collect::<Vec<_>>()
    };
    assert!(names(&["schema", "--procedures"]).contains(&"algo.pageRank".to_owned()));
    assert!(names(&["schema", "--functions"]).contains(&"coalesce".to_owned()));
    assert_eq!(names(&["schema", "--functions", "SIZE"]), ["size"]);
    assert_data_eq!(
        says(&["schema", "--procedures", "algo.brigdes"], b""),
        str![[r#"
--- stderr
error[name.procedure]: unknown procedure `algo.brigdes`
help: Did you mean `algo.bridges`?

--- exit 2

"#]]
    );
    let shell = says(&["repl"], b":mode csv\n:schema --functions size\n:help db.labels\n");
    assert!(shell.contains("\nsize,size("), "{shell}");
    assert!(shell.contains("db.labels() :: (label :: STRING)\nThe labels that nodes have.\nCALL "));
}

#[test]
fn the_shell_explains_clauses_and_commands() {
    assert_data_eq!(
        says(&["repl"], b":help optional match\n:help :run\n"),
        str![[r#"
OPTIONAL MATCH
as MATCH, with null where nothing is found
MATCH (i:Issue) OPTIONAL MATCH (i)-[:addressed-by]->(p) RETURN i.name, p.name
:run [NAME [PARAM=VALUE …]]
run a saved query, or list them
--- stderr
--- exit 0

"#]]
    );
}
