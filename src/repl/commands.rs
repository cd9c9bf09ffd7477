//! The commands of the shell: one table feeds running, help, completion and suggestions.

use std::path::Path;

use super::clauses::{CLAUSES, clause};
use super::complete::function_names;
use super::shell::{Flow, Shell};
use crate::diagram::Diagram;
use crate::error::{Code, Error, Lang, Text, did_you_mean, nearest, one_of, text};
use crate::functions::{self, Aggregate};
use crate::knowledge::SavedQuery;
use crate::model::{Value, nfc};
use crate::output::{self, Format};
use crate::procedures::Procedures;
use crate::session::Params;
use crate::terminal::{
    DIAGRAMS, Given, Outcome, Reference, Terminal, bind, find_query, list_queries, named_diagram,
    params, parse_param, show_diagram, show_reference, show_rows, show_schema,
};

/// One command.
pub(super) struct Command {
    /// Its name, without the colon.
    pub(super) name: &'static str,
    /// What may follow: English, Japanese.
    args: (&'static str, &'static str),
    /// What it does: English, Japanese.
    help: (&'static str, &'static str),
    /// The work; gets what follows the name.
    run: fn(&mut Shell, &mut Terminal<'_>, &str) -> Outcome<Flow>,
}

impl Command {
    /// How it is written.
    fn usage(&self, lang: Lang) -> String {
        format!(":{} {}", self.name, in_lang(self.args, lang))
    }
}

/// Every command, as help lists them.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "help",
        args: ("[NAME]", "[名前]"),
        help: (
            "show this, or explain a function or clause",
            "この一覧、または関数や句の説明を表示",
        ),
        run: help,
    },
    Command {
        name: "schema",
        args: ("[NAME | --procedures | --functions]", "[名前 | --procedures | --functions]"),
        help: (
            "show labels, relationship types and properties",
            "ラベル、関係の種類、プロパティを表示",
        ),
        run: schema,
    },
    Command {
        name: "run",
        args: ("[NAME [PARAM=VALUE …]]", "[名前 [パラメーター=値 …]]"),
        help: ("run a saved query, or list them", "保存済みクエリを実行、または一覧を表示"),
        run: run_saved,
    },
    Command {
        name: "mode",
        args: ("[FORMAT]", "[形式]"),
        help: (
            "choose the format: table, json, csv, …",
            "結果の形式を選択（table、json、csv など）",
        ),
        run: mode,
    },
    Command {
        name: "param",
        args: ("[NAME[=VALUE] | clear [NAME]]", "[名前[=値] | clear [名前]]"),
        help: ("set, show or clear parameters", "パラメーターを設定、表示、消去"),
        run: param,
    },
    Command {
        name: "diagram",
        args: ("[KIND] FILE", "[種類] ファイル"),
        help: (
            "draw escalation, coverage or the last rows",
            "escalation、coverage、直前の結果を図に出力",
        ),
        run: diagram,
    },
    Command {
        name: "timing",
        args: ("[on | off]", "[on | off]"),
        help: ("show the time of each query, or stop to", "実行時間の表示を切り替え"),
        run: timing,
    },
    Command {
        name: "quit",
        args: ("", ""),
        help: ("leave (also Ctrl-D)", "終了（Ctrl-D でも可）"),
        run: quit,
    },
];

/// Other names of commands.
const SHORT: &[(&str, &str)] = &[("h", "help"), ("?", "help"), ("q", "quit"), ("exit", "quit")];

/// Runs the command on `line`, which stands there without its colon.
pub(super) fn run(shell: &mut Shell, terminal: &mut Terminal<'_>, line: &str) -> Outcome<Flow> {
    let line = line.trim().trim_end_matches([';', '；']).trim_end();
    let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let full = SHORT.iter().find(|(short, _)| *short == name).map_or(name, |(_, full)| full);
    match COMMANDS.iter().find(|command| command.name.eq_ignore_ascii_case(full)) {
        Some(command) => (command.run)(shell, terminal, rest.trim()),
        None => {
            let near = nearest(full, COMMANDS.iter().map(|command| command.name));
            let error = Error::new(
                Code::Usage,
                text!("unknown command `:{name}`", "コマンド `:{name}` はありません"),
            );
            Err(error
                .help(match near {
                    Some(near) => did_you_mean(&format!(":{near}")),
                    None => list_of_commands(),
                })
                .into())
        }
    }
}

fn help(_: &mut Shell, terminal: &mut Terminal<'_>, name: &str) -> Outcome<Flow> {
    if !name.is_empty() {
        return help_about(terminal, name);
    }
    let of = |words| in_lang(words, terminal.lang);
    let usage = |command: &Command| command.usage(terminal.lang);
    let width = COMMANDS.iter().map(|c| columns(&usage(c))).max().unwrap_or(0);
    for command in COMMANDS {
        let usage = usage(command);
        let gap = " ".repeat(width.saturating_sub(columns(&usage)).saturating_add(2));
        writeln!(terminal.out, "  {usage}{gap}{}", of(command.help))?;
    }
    let keys = text!(
        "\nTab completes; ↑ and ↓ walk through the history, Ctrl-R searches it; Ctrl-C\n\
         clears the line or stops the query. `:help size` explains a function,\n\
         `:help MATCH` a clause.",
        "\nTab で補完、↑ ↓ で履歴、Ctrl-R で履歴の検索、Ctrl-C で入力の取り消しやクエリ\n\
         の中断ができます。`:help size` や `:help MATCH` のように指定すると、関数や句の\n\
         説明を表示します。"
    );
    writeln!(terminal.out, "{}", keys.get(terminal.lang))?;
    Ok(Flow::Continue)
}

fn columns(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

fn in_lang(words: (&'static str, &'static str), lang: Lang) -> &'static str {
    match lang {
        Lang::En => words.0,
        Lang::Ja => words.1,
    }
}

/// Explains a function, a procedure, a clause or a command.
fn help_about(terminal: &mut Terminal<'_>, name: &str) -> Outcome<Flow> {
    let name = name.trim_end_matches(['(', ')']);
    if let Some(function) = functions::find(name) {
        writeln!(terminal.out, "{}", function.signature)?;
        writeln!(terminal.out, "{}", function.doc().get(terminal.lang))?;
        writeln!(terminal.out, "{} → {}", function.example.0, function.example.1)?;
        return Ok(Flow::Continue);
    }
    if let Some((_, name, en, ja)) =
        Aggregate::TABLE.iter().find(|(_, known, ..)| known.eq_ignore_ascii_case(name))
    {
        writeln!(terminal.out, "{name}(…)")?;
        writeln!(terminal.out, "{}", text!("{en}", "{ja}").get(terminal.lang))?;
        return Ok(Flow::Continue);
    }
    if let Some(procedure) = Procedures::default().find(name) {
        writeln!(terminal.out, "{}", procedure.signature)?;
        writeln!(terminal.out, "{}", procedure.doc.get(terminal.lang))?;
        writeln!(terminal.out, "{}", procedure.example)?;
        return Ok(Flow::Continue);
    }
    if let Some(clause) = clause(name) {
        writeln!(terminal.out, "{}", clause.name)?;
        writeln!(terminal.out, "{}", in_lang(clause.doc, terminal.lang))?;
        writeln!(terminal.out, "{}", clause.example)?;
        return Ok(Flow::Continue);
    }
    let bare = name.trim_start_matches([':', '：']);
    if let Some(command) = COMMANDS.iter().find(|command| command.name.eq_ignore_ascii_case(bare)) {
        writeln!(terminal.out, "{}", command.usage(terminal.lang))?;
        writeln!(terminal.out, "{}", in_lang(command.help, terminal.lang))?;
        return Ok(Flow::Continue);
    }
    let error = Error::new(
        Code::Usage,
        text!(
            "there is no function, clause or command `{name}`",
            "`{name}` という関数、句、コマンドはありません"
        ),
    );
    let clauses = CLAUSES.iter().map(|clause| clause.name);
    let procedures = Procedures::default();
    let mut names: Vec<&str> = function_names().chain(clauses).collect();
    names.extend(procedures.names());
    let near = nearest(name, names);
    let help = near.map_or_else(list_of_commands, did_you_mean);
    Err(error.help(help).into())
}

fn list_of_commands() -> Text {
    text!("`:help` lists the commands.", "一覧は `:help` で確認できます。")
}

fn schema(shell: &mut Shell, terminal: &mut Terminal<'_>, name: &str) -> Outcome<Flow> {
    let (option, rest) = name.split_once(char::is_whitespace).unwrap_or((name, ""));
    let rest = Some(rest.trim()).filter(|rest| !rest.is_empty());
    for (known, reference) in
        [("--procedures", Reference::Procedures), ("--functions", Reference::Functions)]
    {
        if option == known {
            show_reference(terminal, reference, rest, &shell.view())?;
            return Ok(Flow::Continue);
        }
    }
    let name = Some(name).filter(|name| !name.is_empty());
    show_schema(terminal, shell.base.graph(), name, &shell.view())?;
    Ok(Flow::Continue)
}

/// The name of the diagram of the last rows.
const LAST: &str = "last";

fn diagram(shell: &mut Shell, terminal: &mut Terminal<'_>, rest: &str) -> Outcome<Flow> {
    let words = words(rest);
    let (kind, file) = match words.as_slice() {
        [file] => (LAST, file),
        [kind, file] => (kind.as_str(), file),
        _ => {
            let error =
                Error::new(Code::Usage, text!("no file is named", "ファイル名がありません"));
            return Err(error
                .help(text!(
                    "Write `:diagram escalation map.svg`; without a kind, the last rows are drawn.",
                    "`:diagram escalation map.svg` のように指定してください。種類を省くと直前の結果を図にします。"
                ))
                .into());
        }
    };
    let file = Path::new(file.trim_matches(['"', '\'']));
    let (graph, lang) = (shell.base.graph(), terminal.lang);
    let diagram = match (named_diagram(graph, kind, None, lang)?, &shell.last) {
        (Some(diagram), _) => diagram,
        (None, Some(rows)) if kind == LAST => Diagram::from_rows(graph, &rows.rows, lang)?,
        (None, None) if kind == LAST => {
            let error = text!("there are no rows to draw yet", "図にする結果がまだありません");
            return Err(Error::new(Code::Usage, error).into());
        }
        (None, _) => {
            let error = text!("unknown diagram `{kind}`", "図 `{kind}` はありません");
            let help = one_of(&[DIAGRAMS, &[LAST]].concat());
            return Err(Error::new(Code::Usage, error).help(help).into());
        }
    };
    show_diagram(terminal, &diagram, Some(file))?;
    let file = file.display();
    terminal.note(&text!("written: `{file}`", "「{file}」に出力しました"));
    Ok(Flow::Continue)
}

fn run_saved(shell: &mut Shell, terminal: &mut Terminal<'_>, rest: &str) -> Outcome<Flow> {
    let mut words = words(rest).into_iter();
    let Some(name) = words.next() else {
        let graph = Some(shell.base.graph());
        let rows = list_queries(&shell.queries, graph, shell.format.is_for_people(), terminal.lang);
        show_rows(terminal, &rows, &shell.view())?;
        return Ok(Flow::Continue);
    };
    let given = words.map(|word| parse_param(&word)).collect::<Result<Vec<Given>, Error>>()?;
    let query = find_query(&shell.queries, &name, ":run")?;
    let query = with_defaults(query, &given, &shell.params);
    let params = bind(shell.base.graph(), &query, &given)?;
    let source = query.source();
    shell.query(terminal, &source, &params)
}

/// The query with the parameters of the shell in place of its own defaults, where nothing else is given.
///
/// Where the default is a text, a number that was set is one too, as [`bind`] has it.
fn with_defaults(query: &SavedQuery, given: &[Given], set: &Params) -> SavedQuery {
    let mut query = query.clone();
    for param in &mut query.params {
        let Some(value) = set.get(&param.name) else { continue };
        if given.iter().any(|given| given.name == param.name) {
            continue;
        }
        let is_text = matches!(param.default, Some(Value::String(_)));
        param.default = Some(match (value, is_text) {
            (Value::Int(number), true) => Value::String(number.to_string()),
            _ => value.clone(),
        });
    }
    query
}

fn mode(shell: &mut Shell, terminal: &mut Terminal<'_>, name: &str) -> Outcome<Flow> {
    if name.is_empty() {
        let name = shell.format.name();
        terminal.note(&text!("rows are shown as `{name}`", "結果の形式は `{name}` です"));
        return Ok(Flow::Continue);
    }
    let Some(format) = Format::of_name(&name.to_ascii_lowercase()) else {
        let names: Vec<_> = Format::ALL.iter().map(|(name, _)| *name).collect();
        let error =
            Error::new(Code::Usage, text!("unknown format `{name}`", "形式 `{name}` はありません"));
        return Err(error.help(one_of(&names)).into());
    };
    shell.format = format;
    Ok(Flow::Continue)
}

fn param(shell: &mut Shell, terminal: &mut Terminal<'_>, rest: &str) -> Outcome<Flow> {
    let (word, name) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    if rest.is_empty() {
        for (name, value) in &shell.params {
            write_param(terminal, name, value)?;
        }
        if shell.params.is_empty() {
            terminal.note(&text!("no parameters are set", "パラメーターは設定されていません"));
        }
    } else if word == "clear" {
        let name = name.trim().trim_start_matches('$');
        if name.is_empty() {
            shell.params.clear();
        } else if shell.params.shift_remove(nfc(name).as_ref()).is_none() {
            return Err(not_set(name).into());
        }
    } else if rest.contains('=') {
        shell.params.extend(params(&[parse_param(rest)?])?);
    } else {
        let name = nfc(rest.trim_start_matches('$'));
        let Some(value) = shell.params.get(name.as_ref()) else {
            return Err(not_set(&name).into());
        };
        write_param(terminal, &name, value)?;
    }
    Ok(Flow::Continue)
}

fn write_param(terminal: &mut Terminal<'_>, name: &str, value: &Value) -> Outcome<()> {
    writeln!(terminal.out, "${name} = {}", output::visible(&value.to_string()))?;
    Ok(())
}

fn not_set(name: &str) -> Error {
    let error =
        text!("parameter `{name}` is not set", "パラメーター `{name}` は設定されていません");
    Error::new(Code::Usage, error)
        .help(text!("`:param {name}=…` sets it.", "`:param {name}=…` で設定できます。"))
}

fn timing(shell: &mut Shell, terminal: &mut Terminal<'_>, rest: &str) -> Outcome<Flow> {
    shell.timing = match rest.to_ascii_lowercase().as_str() {
        "" => !shell.timing,
        "on" => true,
        "off" => false,
        _ => return Err(not_taken("timing", rest).help(one_of(&["on", "off"])).into()),
    };
    terminal.note(&if shell.timing {
        text!("timing is on", "実行時間を表示します")
    } else {
        text!("timing is off", "実行時間を表示しません")
    });
    Ok(Flow::Continue)
}

fn quit(_: &mut Shell, _: &mut Terminal<'_>, rest: &str) -> Outcome<Flow> {
    if rest.is_empty() { Ok(Flow::Quit) } else { Err(not_taken("quit", rest).into()) }
}

fn not_taken(command: &str, rest: &str) -> Error {
    let error =
        text!("`:{command}` does not take `{rest}`", "`:{command}` に「{rest}」は指定できません");
    Error::new(Code::Usage, error)
}

/// The words of a line; white space inside quotes and brackets does not part them.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut quote, mut depth) = (None, 0_usize);
    for c in line.chars() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '{') => depth = depth.saturating_add(1),
            (None, ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if quote.is_none() && depth == 0 && c.is_whitespace() {
            words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
        } else {
            word.push(c);
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn quotes_and_brackets_hold_words_together() {
        let line = "gaps level='東 京' n=[1, 2]　name=\"a b\"";
        assert_eq!(words(line), ["gaps", "level='東 京'", "n=[1, 2]", "name=\"a b\""]);
        assert_eq!(words("  "), [""; 0]);
    }
}
