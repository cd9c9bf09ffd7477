//! The line editor: rustyline with our completion, colours, and rule for where a statement ends.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{ColorMode, CompletionType, Config, Context, Editor, Helper};

use super::complete::{Vocabulary, complete};
use super::history;
use super::shell::{Flow, Shell};
use super::units::units;
use crate::error::{Code, Error, Source, Text, text};
use crate::syntax::{TokenClass, tokens};
use crate::terminal::{Outcome, Stop, Terminal, io_error, width};

/// What stands before the cursor where a statement or command begins.
const PROMPT: &str = "kadai> ";
/// What stands before the cursor where a statement goes on.
const PROMPT_MORE: &str = "  ...> ";

/// Reads and runs until somebody leaves; gives the exit code.
///
/// The editor reads line by line, and lines gather here until a statement ends: its own way of editing several lines at once
/// has no prompt for them, and draws over the list of completions.
pub(super) fn run(shell: &mut Shell, terminal: &mut Terminal<'_>) -> Outcome<u8> {
    shell.keep_going = true;
    let mut editor = editor(terminal, shell).map_err(|error| broken(&error))?;
    let history = open_history(&mut editor, terminal);
    write!(terminal.out, "{}", shell.greeting().get(terminal.lang))?;
    loop {
        terminal.out.flush()?;
        let Some(typed) = read(&mut editor, history.as_ref())? else { return Ok(0) };
        terminal.width = width();
        shell.interrupt.reset();
        let source = Source::new("<query>", typed);
        if shell.run(terminal, &source)? == Flow::Quit {
            return Ok(0);
        }
        if let Some(helper) = editor.helper_mut() {
            helper.vocabulary.params = shell.params.keys().cloned().collect();
        }
    }
}

/// Reads lines until what they hold is complete, and keeps it in the history; `None` where somebody leaves.
///
/// Ctrl-C drops the statement, but keeps its lines above the cursor in the history, to be brought back and mended.
fn read(editor: &mut LineEditor, history: Option<&PathBuf>) -> Outcome<Option<String>> {
    let mut typed = String::new();
    loop {
        let prompt = if typed.is_empty() { PROMPT } else { PROMPT_MORE };
        if let Some(helper) = editor.helper_mut() {
            helper.before.clone_from(&typed);
        }
        match editor.readline(prompt) {
            Ok(line) => typed.push_str(&line),
            Err(ReadlineError::Interrupted) => {
                remember(editor, history, &typed);
                typed.clear();
                continue;
            }
            Err(ReadlineError::Eof) => return Ok(None),
            Err(ReadlineError::Io(error)) => return Err(Stop::Output(error)),
            Err(error) => return Err(broken(&error).into()),
        }
        if typed.trim().is_empty() {
            typed.clear();
        } else if units(&typed).1 {
            remember(editor, history, &typed);
            return Ok(Some(typed));
        } else {
            typed.push('\n');
        }
    }
}

type LineEditor = Editor<Typist, FileHistory>;

fn editor(terminal: &Terminal<'_>, shell: &Shell) -> rustyline::Result<LineEditor> {
    let color = if terminal.out_color { ColorMode::Enabled } else { ColorMode::Disabled };
    let config = Config::builder()
        .max_history_size(history::ENTRIES_MAX)?
        .history_ignore_space(true)
        .completion_type(CompletionType::List)
        .color_mode(color)
        .build();
    let mut editor = Editor::with_config(config)?;
    let hint = text!("end with ; to run", "; で終わると実行します");
    editor.set_helper(Some(Typist {
        vocabulary: Vocabulary::of(shell.base.graph(), &shell.queries),
        before: String::new(),
        hint: hint.get(terminal.lang).to_owned(),
        color: terminal.out_color,
    }));
    Ok(editor)
}

fn broken(error: &ReadlineError) -> Error {
    Error::new(
        Code::Io,
        text!("the terminal cannot be used: {error}", "端末を使用できません：{error}"),
    )
}

/// Loads the history. A shell without one is still a shell: trouble is only told.
fn open_history(editor: &mut LineEditor, terminal: &mut Terminal<'_>) -> Option<PathBuf> {
    let tell = |terminal: &mut Terminal<'_>, why: Text| {
        let Text { en, ja } = why;
        terminal.note(&text!("history is not kept: {en}", "履歴は保存されません：{ja}"));
        None
    };
    let path = match history::file() {
        Ok(path) => path?,
        Err(error) => return tell(terminal, Text::same(error.to_string())),
    };
    match editor.load_history(&path) {
        Err(ReadlineError::Io(error)) if error.kind() != io::ErrorKind::NotFound => {
            tell(terminal, io_error(&path, true, &error).parts().message.clone())
        }
        _ => Some(path),
    }
}

/// Keeps what was typed, on disk at once: a shell may end at any moment.
fn remember(editor: &mut LineEditor, path: Option<&PathBuf>, typed: &str) {
    let typed = typed.trim_end();
    let added = !typed.is_empty() && editor.add_history_entry(typed).unwrap_or(false);
    if let Some(path) = path.filter(|_| added) {
        // The entry stays in this run's history; a full disk is no reason to disturb the work.
        editor.append_history(path).ok();
    }
}

/// What the editor asks while somebody types.
struct Typist {
    vocabulary: Vocabulary,
    /// The lines of the same statement before this one, each with its line break.
    before: String,
    /// How to end a statement.
    hint: String,
    color: bool,
}

impl Helper for Typist {}

/// Every line is taken as it is; whether more must follow is decided over all of them.
impl Validator for Typist {}

impl Completer for Typist {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let text = format!("{}{}", self.before, line.get(..pos).unwrap_or(line));
        let (start, words) = complete(&text, &self.vocabulary);
        let pair = |word: String| Pair { display: word.clone(), replacement: word };
        Ok((start.saturating_sub(self.before.len()), words.into_iter().map(pair).collect()))
    }
}

impl Hinter for Typist {
    type Hint = String;

    /// On a fresh line of a statement, says how to end it.
    fn hint(&self, line: &str, _: usize, _: &Context<'_>) -> Option<String> {
        (self.color && line.is_empty() && !self.before.is_empty()).then(|| self.hint.clone())
    }
}

impl Highlighter for Typist {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        let is_command = self.before.is_empty() && line.trim_start().starts_with([':', '：']);
        if !self.color || is_command {
            return Cow::Borrowed(line);
        }
        let start = self.before.len();
        let text = format!("{}{line}", self.before);
        let mut drawn = String::with_capacity(line.len().saturating_mul(2));
        let mut at = start;
        for token in tokens(&text).into_iter().filter(|token| token.span.range().end > start) {
            // A token may have begun on a line before.
            let range = token.span.range().start.max(start)..token.span.range().end;
            drawn.push_str(text.get(at..range.start).unwrap_or(""));
            let word = text.get(range.clone()).unwrap_or("");
            match escape(token.class) {
                // A style ends with its line: the editor moves the cursor between them.
                Some(style) => {
                    let styled = |part| format!("\u{1b}[{style}m{part}\u{1b}[0m");
                    let lines: Vec<_> = word.split('\n').map(styled).collect();
                    drawn.push_str(&lines.join("\n"));
                }
                None => drawn.push_str(word),
            }
            at = range.end;
        }
        drawn.push_str(text.get(at..).unwrap_or(""));
        Cow::Owned(drawn)
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        if self.color { Cow::Owned(format!("\u{1b}[1m{prompt}\u{1b}[0m")) } else { prompt.into() }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("\u{1b}[2m{hint}\u{1b}[0m"))
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.color && kind != CmdKind::MoveCursor
    }
}

/// The colour of a token, as the middle of an ANSI escape; sixteen colours, which every theme keeps readable.
fn escape(class: TokenClass) -> Option<&'static str> {
    match class {
        TokenClass::Keyword => Some("1;34"),
        TokenClass::String => Some("32"),
        TokenClass::Number => Some("36"),
        TokenClass::Parameter => Some("35"),
        TokenClass::Comment => Some("2"),
        TokenClass::Unknown => Some("31"),
        TokenClass::Name | TokenClass::Operator => None,
    }
}
