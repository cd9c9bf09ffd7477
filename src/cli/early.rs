//! What must be known before the command line is read: the streams, the language and the colours of messages.

use std::ffi::{OsStr, OsString};
use std::io::{self, BufWriter, IsTerminal};
use std::process::ExitCode;

use crate::error::Lang;
use crate::terminal::{Terminal, width};

/// Runs the process: its arguments on its streams.
#[must_use]
pub fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let env = |name: &str| std::env::var(name).ok();
    let (mut input, mut err) = (io::stdin(), io::stderr());
    let mut out = BufWriter::new(io::stdout());
    let mut terminal = Terminal {
        input_is_terminal: input.is_terminal(),
        lang: language(&args, &env),
        out_color: colored(&args, &env, io::stdout().is_terminal()),
        err_color: colored(&args, &env, err.is_terminal()),
        width: width(),
        err_is_terminal: err.is_terminal(),
        input: &mut input,
        out: &mut out,
        err: &mut err,
    };
    ExitCode::from(super::run(&mut terminal, &args))
}

/// The value of an option, wherever it stands before `--`; the last one counts.
fn option<'a>(args: &'a [OsString], name: &str) -> Option<&'a str> {
    let mut found = None;
    let mut args = args.iter().skip(1).take_while(|arg| *arg != "--");
    while let Some(arg) = args.next().map(OsString::as_os_str).map(OsStr::to_str) {
        let Some(rest) = arg.and_then(|arg| arg.strip_prefix(name)) else { continue };
        found = match rest.strip_prefix('=') {
            Some(value) => Some(value),
            None if rest.is_empty() => args.next().and_then(|value| value.to_str()),
            None => continue,
        };
    }
    found
}

/// The language: `--lang`, else `KADAI_LANG`, else the system's locale.
fn language(args: &[OsString], env: &dyn Fn(&str) -> Option<String>) -> Lang {
    if let Some(lang) = option(args, "--lang") {
        return Lang::of_locale(lang);
    }
    let set = |name| env(name).filter(|value| !value.is_empty());
    let locale = ["KADAI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
    Lang::of_locale(&locale.unwrap_or_default())
}

/// Whether a stream is coloured: as `--color` says, else where it is a terminal that nobody asked to leave plain.
fn colored(args: &[OsString], env: &dyn Fn(&str) -> Option<String>, is_terminal: bool) -> bool {
    match option(args, "--color") {
        Some("always") => true,
        Some("never") => false,
        _ => {
            let plain = env("NO_COLOR").is_some_and(|value| !value.is_empty());
            is_terminal && !plain && env("TERM").as_deref() != Some("dumb")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(words: &[&str]) -> Vec<OsString> {
        words.iter().map(OsString::from).collect()
    }

    #[test]
    fn the_language_is_the_readers() {
        let env = |pairs: &'static [(&str, &str)]| {
            move |name: &str| {
                pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            }
        };
        let none = env(&[]);
        let japan = env(&[("LC_ALL", ""), ("LANG", "ja_JP.UTF-8")]);
        assert_eq!(language(&args(&["kadai"]), &none), Lang::En);
        assert_eq!(language(&args(&["kadai", "query"]), &japan), Lang::Ja);
        assert_eq!(language(&args(&["kadai", "--lang=en"]), &japan), Lang::En);
        assert_eq!(language(&args(&["kadai", "run", "--lang", "ja", "x"]), &none), Lang::Ja);
        assert_eq!(language(&args(&["kadai", "--", "--lang", "ja"]), &none), Lang::En);
        let own = env(&[("KADAI_LANG", "en"), ("LANG", "ja_JP.UTF-8")]);
        assert_eq!(language(&args(&["kadai"]), &own), Lang::En);
    }

    #[test]
    fn colours_are_for_terminals_and_for_those_who_ask() {
        let none = |_: &str| None;
        let no_color = |name: &str| (name == "NO_COLOR").then(|| "1".to_owned());
        assert!(colored(&args(&["kadai"]), &none, true));
        assert!(!colored(&args(&["kadai"]), &none, false));
        assert!(!colored(&args(&["kadai"]), &no_color, true));
        assert!(colored(&args(&["kadai", "--color", "always"]), &no_color, false));
        assert!(!colored(&args(&["kadai", "--color=never"]), &none, true));
    }
}
