//! The command line: one file a command.
//!
//! Turns arguments into calls of the library, and what those give into output and an exit code. Nothing here computes an
//! answer, and no command touches the process's streams but through its [`Terminal`].

mod args;
mod bench;
mod build;
mod check;
mod diagram;
mod early;
mod query;
mod report;
mod run;
mod schema;
mod usage;
mod words;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{FromArgMatches, Parser};

use self::args::{Args, Command};
use crate::error::{Code, Error, Lang, did_you_mean, nearest, text};
use crate::repl;
use crate::session::Rows;
use crate::terminal::{Outcome, Terminal};

pub use early::main;

/// Runs the command line `args` (the program's name first); gives the exit code.
pub fn run(terminal: &mut Terminal<'_>, args: &[OsString]) -> u8 {
    let done = dispatch(terminal, args).and_then(|code| {
        terminal.out.flush()?;
        Ok(code)
    });
    done.unwrap_or_else(|stop| terminal.stopped(&stop))
}

fn dispatch(terminal: &mut Terminal<'_>, args: &[OsString]) -> Outcome<u8> {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        // The words of help and of faults in the reader's language take longer than most queries.
        Err(_) => match in_words(terminal.lang, args) {
            Ok(args) => args,
            Err(error)
                if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) =>
            {
                write_styled(terminal, &error.render())?;
                return Ok(0);
            }
            Err(error) => return Err(usage::fault(&error).into()),
        },
    };
    args.global.check_env()?;
    args.global.check_snapshot(args.command.as_ref())?;
    let sources = args.global.sources();
    match &args.command {
        None if terminal.input_is_terminal && terminal.is_interactive() => {
            repl::run(terminal, &sources)
        }
        None => {
            let help = words::command(terminal.lang).render_help().to_string();
            terminal.err.write_all(help.as_bytes()).ok();
            terminal.note(&text!(
                "\n`kadai repl` runs a script from standard input.",
                "\n標準入力のスクリプトは `kadai repl` で実行できます。"
            ));
            Ok(Code::Usage.class().exit_code())
        }
        Some(Command::Query(args)) => query::run(terminal, &sources, args),
        Some(Command::Run(args)) => run::run(terminal, &sources, args),
        Some(Command::Schema(args)) => schema::run(terminal, &sources, args),
        Some(Command::Check(args)) => check::run(terminal, &sources, args),
        Some(Command::Diagram(args)) => diagram::run(terminal, &sources, args),
        Some(Command::Report(args)) => report::run(terminal, &sources, args),
        Some(Command::Build) => build::run(terminal, &sources),
        Some(Command::Bench(args)) => bench::run(terminal, &sources, args),
        Some(Command::Repl) => repl::run(terminal, &sources),
        Some(Command::Help { command: of }) => help(terminal, of.as_deref()),
    }
}

/// The command line, read with the words of a language.
fn in_words(lang: Lang, args: &[OsString]) -> Result<Args, clap::Error> {
    let matches = words::command(lang).try_get_matches_from(args)?;
    Args::from_arg_matches(&matches)
}

/// Shows the help of a command, or of all.
fn help(terminal: &mut Terminal<'_>, of: Option<&str>) -> Outcome<u8> {
    let mut command = words::command(terminal.lang);
    let Some(name) = of else {
        write_styled(terminal, &command.render_help())?;
        return Ok(0);
    };
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().into()).collect();
    let Some(sub) = command.find_subcommand_mut(name) else {
        let near = nearest(name, names.iter().map(String::as_str));
        let error = Error::new(
            Code::Usage,
            text!("unknown command `{name}`", "コマンド `{name}` はありません"),
        );
        return Err(error.help_if(near.map(did_you_mean)).into());
    };
    write_styled(terminal, &sub.render_help())?;
    Ok(0)
}

fn write_styled(
    terminal: &mut Terminal<'_>,
    words: &clap::builder::StyledStr,
) -> std::io::Result<()> {
    if terminal.out_color {
        write!(terminal.out, "{}", words.ansi())
    } else {
        write!(terminal.out, "{words}")
    }
}

/// With `--exit-code`, rows are findings.
fn code_for_rows(rows: &Rows, exit_code: bool) -> u8 {
    u8::from(exit_code && !rows.rows.is_empty())
}
