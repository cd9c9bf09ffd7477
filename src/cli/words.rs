//! The help in the reader's language: clap holds the English words, a table the Japanese ones.

use clap::builder::Str;
use clap::{Arg, Command, CommandFactory};

use super::args::{Args, GLOBAL};
use crate::error::Lang;

/// What help says in Japanese: command (empty for `kadai` itself), argument (empty for the command), words.
const JAPANESE: &[(&str, &str, &str)] = &[
    ("", "", "政策課題のナレッジベースに問い合わせ、図や報告書を作ります"),
    (
        "",
        "kb",
        "ナレッジベースのフォルダー [環境変数: KADAI_KB、既定: ./seeds、なければ内蔵のもの]",
    ),
    (
        "",
        "queries",
        "保存済みクエリのフォルダー [環境変数: KADAI_QUERIES、既定: ナレッジベース内の queries、./queries、内蔵のものの順]",
    ),
    (
        "",
        "snapshot",
        "フォルダーの代わりに使う、ナレッジベースのスナップショット（`kadai build` で作成）",
    ),
    (
        "",
        "no_cache",
        "変更がなくてもナレッジファイルを読み込み、キャッシュに保存しません [環境変数: KADAI_NO_CACHE、キャッシュの場所: KADAI_CACHE_DIR]",
    ),
    ("", "lang", "メッセージの言語: en または ja [環境変数: KADAI_LANG、既定: システムの言語]"),
    ("", "color", "色付け: auto、always、never のいずれか [環境変数: NO_COLOR、既定: auto]"),
    ("", "help", "ヘルプを表示します"),
    ("", "version", "バージョンを表示します"),
    ("query", "", "クエリを実行します"),
    ("query", "text", "クエリ。`-` は標準入力から読み込みます"),
    ("query", "file", "クエリをファイルから読み込みます"),
    (
        "query",
        "dry_run",
        "書き込む文をメモリ上のナレッジベースで実行し、変更内容を表示します。保存はしません",
    ),
    ("run", "", "保存済みクエリを実行します。名前を省くと一覧を表示します"),
    ("run", "name", "保存済みクエリの名前"),
    ("schema", "", "ナレッジベースのラベル、関係の種類、プロパティを表示します"),
    (
        "schema",
        "name",
        "このラベルまたは関係の種類だけを表示します（--procedures、--functions ではその一つだけ）",
    ),
    ("schema", "procedures", "`CALL` で呼び出せるプロシージャの一覧を表示します"),
    ("schema", "functions", "関数の一覧を表示します"),
    ("check", "", "ナレッジファイルと保存済みクエリの誤りを調べます"),
    (
        "check",
        "paths",
        "ナレッジベースか保存済みクエリのフォルダー、またはその中のファイル [既定: ナレッジベースとその保存済みクエリ]",
    ),
    ("diagram", "", "ナレッジベースまたはクエリの結果を図にします"),
    (
        "diagram",
        "what",
        "escalation（上申経路）、coverage（対応状況）、クエリのファイル、保存済みクエリのいずれか",
    ),
    ("diagram", "query", "このクエリの結果（ノード、関係、パス）を図にします"),
    ("diagram", "params", "クエリのパラメーター $名前 の値。繰り返し指定できます"),
    ("diagram", "issue", "escalation で、この課題（id または名称）の経路を示します"),
    (
        "diagram",
        "output",
        ".svg、.png、.dot のいずれかで終わるファイルに書き込みます [既定: DOT を標準出力へ]",
    ),
    ("report", "", "報告書を作ります: gaps（施策のない課題）"),
    ("report", "report", "報告書の種類: gaps"),
    (
        "report",
        "output",
        ".html か .md で終わるファイルに書き込みます [既定: Markdown で標準出力へ]",
    ),
    ("report", "date", "報告書の日付。2026-11-22 のように書きます [既定: 今日]"),
    (
        "build",
        "",
        "すぐに開けるスナップショットを作ります。--snapshot を省くとキャッシュに作ります",
    ),
    ("bench", "", "クエリの実行時間を測ります"),
    ("bench", "text", "クエリ。`-` は標準入力から読み込みます"),
    ("bench", "file", "クエリをファイルから読み込みます"),
    ("bench", "runs", "測定する回数。最初の一回は別に示します [既定: 10]"),
    ("bench", "format", "table、json のいずれか [既定: 端末では table、そのほかは json]"),
    ("repl", "", "対話シェルを開始します。入力が端末でなければスクリプトとして実行します"),
    ("help", "", "コマンドのヘルプを表示します"),
    ("help", "command", "コマンド"),
    (
        "*",
        "params",
        "パラメーター $名前 の値。JSON（5、true、[1,2]、\"5\"）として読み取れなければ文字列とします。繰り返し指定できます",
    ),
    (
        "*",
        "format",
        "table、json、ndjson、csv、tsv、markdown のいずれか [既定: ファイルの拡張子による形式、なければ table]",
    ),
    ("*", "output", "ファイルに書き込みます。既存の内容はすべて置き換えます"),
    ("*", "no_header", "列名を出力しません"),
    (
        "*",
        "excel",
        "Excel で正しく開ける CSV または TSV にします（BOM、CRLF、文字列を日付や数式にしない）",
    ),
    ("*", "timeout", "この秒数を過ぎるとクエリを停止し、終了コード 3 で終わります"),
    (
        "*",
        "max_rows",
        "この行数を超えるとクエリを停止し、終了コード 3 で終わります [既定: 10,000,000]",
    ),
    ("*", "exit_code", "行があれば終了コード 1 で終わります"),
];

/// Names of values in usage lines.
const VALUE_NAMES: &[(&str, &str)] = &[
    ("FOLDER", "フォルダー"),
    ("LANG", "言語"),
    ("WHEN", "指定"),
    ("TEXT", "クエリ"),
    ("FILE", "ファイル"),
    ("NAME", "名前"),
    ("COMMAND", "コマンド"),
    ("NAME=VALUE", "名前=値"),
    ("FORMAT", "形式"),
    ("PATH", "場所"),
    ("WHAT", "対象"),
    ("ISSUE", "課題"),
    ("SECONDS", "秒数"),
    ("COUNT", "行数"),
    ("TIMES", "回数"),
    ("REPORT", "報告書"),
    ("DATE", "日付"),
    ("OPTIONS", "オプション"),
];

/// Examples below the help: command, English, Japanese.
const EXAMPLES: &[(&str, &str, &str)] = &[
    (
        "",
        "Examples:
  kadai query \"MATCH (i:Issue) RETURN i.name LIMIT 5\"
  kadai run
  kadai                      # the interactive shell

Exit codes: 0 done, 1 findings, 2 bad input, 3 a limit was reached, 4 reading or writing failed, 130 interrupted",
        "例:
  kadai query \"MATCH (i:課題) RETURN i.名称 LIMIT 5\"
  kadai run
  kadai                      # 対話シェル

終了コード: 0 正常、1 該当あり、2 入力の誤り、3 上限に到達、4 読み書きの失敗、130 中断",
    ),
    (
        "query",
        "Examples:
  kadai query -f issues.cypher --param stage=要検討
  kadai query -f gaps.cypher -o gaps.csv --excel
  kadai query --exit-code \"MATCH (i:Issue) WHERE NOT (i)-[:addressed-by]->() RETURN i\"",
        "例:
  kadai query -f issues.cypher --param stage=要検討
  kadai query -f gaps.cypher -o gaps.csv --excel
  kadai query --exit-code \"MATCH (i:課題) WHERE NOT (i)-[:対応]->() RETURN i\"",
    ),
    (
        "build",
        "Examples:
  kadai build --kb seeds --snapshot base.kadai
  kadai query --snapshot base.kadai \"MATCH (i:Issue) RETURN count(*)\"",
        "例:
  kadai build --kb seeds --snapshot base.kadai
  kadai query --snapshot base.kadai \"MATCH (i:課題) RETURN count(*)\"",
    ),
    (
        "bench",
        "Examples:
  kadai bench \"MATCH (i:Issue) WHERE NOT (i)-[:addressed-by]->() RETURN count(*)\"
  kadai bench --format json -n 100 -f gaps.cypher",
        "例:
  kadai bench \"MATCH (i:課題) WHERE NOT (i)-[:対応]->() RETURN count(*)\"
  kadai bench --format json -n 100 -f gaps.cypher",
    ),
    (
        "diagram",
        "Examples:
  kadai diagram escalation -o escalation.svg
  kadai diagram escalation --issue i-tojisha-2 -o escalation.svg
  kadai diagram -q \"MATCH p = (:Issue)-[:addressed-by]->(:Program) RETURN p\" -o programs.svg",
        "例:
  kadai diagram escalation -o escalation.svg
  kadai diagram escalation --issue i-tojisha-2 -o escalation.svg
  kadai diagram -q \"MATCH p = (:課題)-[:対応]->(:施策) RETURN p\" -o programs.svg",
    ),
];

/// The command line, with help in `lang`.
pub(super) fn command(lang: Lang) -> Command {
    let mut command = Args::command();
    // Every command takes the global options: they have to be in their place before words are given to them.
    command.build();
    worded(command, "", lang)
}

fn worded(command: Command, name: &str, lang: Lang) -> Command {
    let mut command = command;
    let usage = command.render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage).to_owned();
    let examples = EXAMPLES.iter().find(|(of, ..)| *of == name);
    if let Some((_, en, ja)) = examples {
        command = command.after_help(if lang == Lang::Ja { *ja } else { *en });
    }
    if lang == Lang::En {
        let subcommands: Vec<String> = names(&command);
        return subcommands.iter().fold(command, |command, sub| {
            command.mut_subcommand(sub, |subcommand| worded(subcommand, sub, lang))
        });
    }
    command = command
        .override_usage(japanese_usage(&usage))
        .help_template("{about-with-newline}\n使い方: {usage}\n\n{all-args}{after-help}")
        .subcommand_help_heading("コマンド")
        .mut_args(|arg| worded_arg(arg, name));
    if let Some(words) = japanese(name, "") {
        command = command.about(words);
    }
    let subcommands: Vec<String> = names(&command);
    subcommands.iter().fold(command, |command, sub| {
        command.mut_subcommand(sub, |subcommand| worded(subcommand, sub, lang))
    })
}

fn names(command: &Command) -> Vec<String> {
    command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect()
}

fn worded_arg(arg: Arg, command: &str) -> Arg {
    let words = japanese(command, arg.get_id().as_str());
    let heading = match arg.get_help_heading() {
        Some(GLOBAL) => "共通オプション",
        _ if arg.is_positional() => "引数",
        _ => "オプション",
    };
    let value_names: Vec<Str> =
        arg.get_value_names().unwrap_or_default().iter().map(japanese_value_name).collect();
    let arg = if arg.get_action().takes_values() { arg.value_names(value_names) } else { arg };
    let arg = arg.help_heading(heading);
    match words {
        Some(words) => arg.help(words),
        None => arg,
    }
}

/// The words for an argument of a command; those of every command where it has none of its own.
fn japanese(command: &str, arg: &str) -> Option<&'static str> {
    let of = |command: &str| {
        JAPANESE.iter().find(|(c, a, _)| *c == command && *a == arg).map(|(.., words)| *words)
    };
    of(command).or_else(|| if arg.is_empty() { None } else { of("*").or_else(|| of("")) })
}

fn japanese_value_name(name: &Str) -> Str {
    VALUE_NAMES
        .iter()
        .find(|(en, _)| *en == name.as_str())
        .map_or(name.clone(), |(_, ja)| ja.into())
}

fn japanese_usage(usage: &str) -> String {
    let word = |word: &str| {
        let name = word.trim_matches(['[', ']', '<', '>', '.']);
        let known = VALUE_NAMES.iter().find(|(en, _)| *en == name);
        known.map_or(word.to_owned(), |(en, ja)| word.replace(en, ja))
    };
    usage.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command with its arguments, as keys of the table.
    fn keys(command: &Command, name: &str, found: &mut Vec<(String, String)>) {
        found.push((name.to_owned(), String::new()));
        found
            .extend(command.get_arguments().map(|arg| (name.to_owned(), arg.get_id().to_string())));
        for sub in command.get_subcommands() {
            keys(sub, sub.get_name(), found);
        }
    }

    #[test]
    fn every_word_of_help_is_japanese_too_and_none_is_left_over() {
        let mut found = Vec::new();
        keys(&Args::command(), "", &mut found);
        for (command, arg) in &found {
            assert!(japanese(command, arg).is_some(), "no words for {command} {arg}");
        }
        for (command, arg, _) in JAPANESE {
            let known = found.iter().any(|(c, a)| (*command == "*" || c == command) && a == arg);
            assert!(known, "words for nothing: {command} {arg}");
        }
    }

    #[test]
    fn help_in_japanese_has_no_english_headings() {
        let mut command = command(Lang::Ja);
        let mut helps = vec![command.render_help().to_string()];
        helps.extend(command.get_subcommands_mut().map(|sub| sub.render_help().to_string()));
        for help in helps {
            for english in ["Usage", "Options", "Commands", "Arguments", "OPTIONS", "Print", "[env"]
            {
                assert!(!help.contains(english), "{english} in {help}");
            }
        }
    }

    #[test]
    fn the_command_line_is_sound() {
        for lang in [Lang::En, Lang::Ja] {
            command(lang).debug_assert();
        }
    }
}
