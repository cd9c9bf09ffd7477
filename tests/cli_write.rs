//! The program from outside, with statements that write: what is refused, what is tried out, and that nothing is saved.

#![expect(clippy::unwrap_used, reason = "a test that cannot run is a test that fails")]

use std::io::Write;
use std::process::{Command, Stdio};

use snapbox::{assert_data_eq, str};

/// What the program says to `args` and `input`.
fn says(args: &[&str], input: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kadai"));
    command.args(args).current_dir(env!("CARGO_TARGET_TMPDIR"));
    for name in ["KADAI_KB", "KADAI_QUERIES", "KADAI_LANG", "LC_MESSAGES", "LANG", "NO_COLOR"] {
        command.env_remove(name);
    }
    command.env("KADAI_NO_CACHE", "1");
    command.env("LC_ALL", "C").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
    let output = child.wait_with_output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout), String::from_utf8(output.stderr));
    let code = output.status.code().unwrap();
    format!("{}--- stderr\n{}--- exit {code}\n", out.unwrap(), err.unwrap())
}

#[test]
fn commands_that_answer_only_read() {
    assert_data_eq!(
        says(&["query", "MATCH (n) DETACH DELETE n"], ""),
        str![[r#"
--- stderr
error[run.read-only]: this clause writes, and here only reading is allowed
 --> <query>:1:11
  |
1 | MATCH (n) DETACH DELETE n
  |           ^^^^^^^^^^^^^^^
  |
  = help: What the base holds stands in its knowledge files: edit those to keep a change.
  = help: To try it out, run it with `kadai query --dry-run`, or in `kadai repl`; nothing is saved.

--- exit 2

"#]]
    );
    // A comment that swallows the RETURN of a query put together from texts.
    let query = "MATCH (n) WHERE n.name = 'x' OR 1=1 //' RETURN n\nMATCH (m) DETACH DELETE m";
    assert!(says(&["query", query], "").contains(" --> <query>:2:11\n"));
    assert!(says(&["diagram", "--query", "CREATE (a) RETURN a"], "").contains("[run.read-only]"));
}

#[test]
fn a_dry_run_says_what_would_change() {
    assert_data_eq!(
        says(
            &[
                "query",
                "--dry-run",
                "MATCH (i:Issue {stage: '要検討'}) DETACH DELETE i RETURN count(*) AS n"
            ],
            ""
        ),
        str![[r#"
  n
────
 17
--- stderr
would change: 17 nodes deleted, 50 relationships deleted (nothing is saved)
--- exit 0

"#]]
    );
    assert_data_eq!(
        says(&["--lang", "ja", "query", "--dry-run", "MATCH (i:Issue) SET i.source = '？'"], ""),
        str![[r#"
--- stderr
変更内容：プロパティを 39 個設定（保存はしません）
--- exit 0

"#]]
    );
    assert_data_eq!(
        says(&["query", "--dry-run", "RETURN 1 AS one"], ""),
        str![[r#"
 one
─────
   1
--- stderr
--- exit 0

"#]]
    );
    assert_data_eq!(
        says(&["query", "--dry-run", "CREATE (p:Program {id: 'new'})"], ""),
        str![[r#"
--- stderr
error[run.schema]: `Program` `new` has no `status`
 --> <query>:1:8
  |
1 | CREATE (p:Program {id: 'new'})
  |        ^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: Give it `status: …`.
  = help: Use one of `existing`, `expected`.

--- exit 2

"#]]
    );
}

#[test]
fn the_shell_changes_the_base_in_memory() {
    let script = "MATCH (i:Issue) RETURN count(*) AS n;\n\
                  MATCH (i:Issue) DETACH DELETE i;\n\
                  MATCH (i:Issue) RETURN count(*) AS n;\n\
                  MATCH (i:Issue) DETACH DELETE i;\n";
    assert_data_eq!(
        says(&["repl"], script),
        str![[r#"
  n
────
 39

 n
───
 0
--- stderr
39 nodes deleted, 151 relationships deleted (in memory only; nothing is saved)
nothing changed
--- exit 0

"#]]
    );
    let failing = "CREATE (p:Program {id: 'new', name: 'x', status: 'expected'}) RETURN 1 / 0;\n\
                   MATCH (p {id: 'new'}) RETURN count(*) AS n;\n";
    assert_data_eq!(
        says(&["repl", "--lang", "ja"], failing),
        str![[r#"
--- stderr
エラー[run.arithmetic]: 0 で割ることはできません
 --> <standard input>:1:72
  |
1 | CREATE (p:Program {id: 'new', name: 'x', status: 'expected'}) RETURN 1 / 0;
  |                                                                        ^

--- exit 2

"#]]
    );
}

#[test]
fn limits_leave_nothing_half_done() {
    let script = "UNWIND range(1, 100000) AS i CREATE (:Program {id: toString(i), name: 'x', status: 'expected'}) RETURN i";
    assert_data_eq!(
        says(&["query", "--dry-run", "--max-rows", "10", script], ""),
        str![[r#"
--- stderr
error[limit.rows]: the result has more than 10 rows, the limit
help: Add `LIMIT`, aggregate, or raise `--max-rows`.

--- exit 3

"#]]
    );
}
