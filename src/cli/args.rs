//! The command line as clap knows it; `words` says the same in Japanese.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{ArgAction, Parser, Subcommand, ValueHint};

use crate::error::{Code, Error, Result, Source, one_of, text};
use crate::exec::Limits;
use crate::knowledge::{Cache, KnowledgeBase};
use crate::output::Format;
use crate::session::{Options, Params, Rows, execute, query_within};
use crate::terminal::{Given, Interrupt, Sources, View, parse_param};

/// Ask a knowledge base of policy issues: queries, diagrams, reports
#[derive(Debug, Parser)]
#[command(name = "kadai", version, disable_help_flag = true, disable_help_subcommand = true)]
#[command(disable_version_flag = true)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) global: Global,
    /// Print the version
    #[arg(short = 'V', long, action = ArgAction::Version, help_heading = GLOBAL)]
    version: Option<bool>,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

/// The heading of options that every command takes.
pub(super) const GLOBAL: &str = "Global options";

/// The languages there are.
const LANGS: [&str; 2] = ["en", "ja"];

/// Options that every command takes.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = GLOBAL)]
pub(super) struct Global {
    /// Folder of the knowledge base [env: KADAI_KB; default: ./seeds, else the bundled base]
    #[arg(long, global = true, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    kb: Option<PathBuf>,
    /// Snapshot of a knowledge base, as `kadai build` writes it, in place of the folder
    #[arg(long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    snapshot: Option<PathBuf>,
    /// Read the knowledge files even where they have not changed, and keep nothing [env: KADAI_NO_CACHE; the cache's folder: KADAI_CACHE_DIR]
    #[arg(long, global = true)]
    no_cache: bool,
    /// Folder of the saved queries [env: KADAI_QUERIES; default: queries in the knowledge base, else ./queries, else the bundled ones]
    #[arg(long, global = true, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    queries: Option<PathBuf>,
    /// Language of messages: en or ja [env: KADAI_LANG; default: that of the system]
    #[arg(long, global = true, value_name = "LANG", hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(LANGS))]
    lang: Option<String>,
    /// Colours: auto, always or never [env: NO_COLOR; default: auto]
    #[arg(long, global = true, value_name = "WHEN", hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(["auto", "always", "never"]))]
    color: Option<String>,
    /// Print help
    #[arg(short = 'h', long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
}

impl Global {
    /// Checks what stands in for options.
    ///
    /// # Errors
    /// `usage` where `KADAI_LANG` counts and names no language of ours.
    pub(super) fn check_env(&self) -> Result<()> {
        let lang = std::env::var("KADAI_LANG").unwrap_or_default();
        if self.lang.is_some()
            || lang.is_empty()
            || lang.split(['_', '.', '-', '@']).next().is_some_and(|name| LANGS.contains(&name))
        {
            return Ok(());
        }
        let message = text!(
            "`KADAI_LANG` does not take `{lang}`",
            "`KADAI_LANG` に「{lang}」は指定できません"
        );
        Err(Error::new(Code::Usage, message).help(one_of(&LANGS)))
    }

    /// Checks that a snapshot is what a command can work with.
    ///
    /// # Errors
    /// `usage` where a folder is named too, which only `kadai build` takes, or the command reads text.
    pub(super) fn check_snapshot(&self, command: Option<&Command>) -> Result<()> {
        let message = match (&self.snapshot, &self.kb, command) {
            (None, ..) | (_, _, Some(Command::Build)) => return Ok(()),
            (_, _, Some(Command::Check(_))) => text!(
                "`--snapshot` has no meaning for `check`",
                "`check` に `--snapshot` は使えません"
            ),
            (_, None, _) => return Ok(()),
            (_, Some(_), _) => text!(
                "`--kb` and `--snapshot` exclude each other",
                "`--kb` と `--snapshot` は同時に指定できません"
            ),
        };
        Err(Error::new(Code::Usage, message))
    }

    /// Where the base and the saved queries come from; what the environment names counts where no option does.
    pub(super) fn sources(&self) -> Sources {
        let or_env = |option: &Option<PathBuf>, name: &str| {
            option.clone().or_else(|| {
                std::env::var_os(name)
                    .filter(|value: &OsString| !value.is_empty())
                    .map(PathBuf::from)
            })
        };
        let no_cache = std::env::var_os("KADAI_NO_CACHE").is_some_and(|value| !value.is_empty());
        Sources {
            base: or_env(&self.kb, "KADAI_KB"),
            queries: or_env(&self.queries, "KADAI_QUERIES"),
            snapshot: self.snapshot.clone(),
            cache: if self.no_cache || no_cache { Cache::default() } else { Cache::of_user() },
        }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run a query
    Query(QueryArgs),
    /// Run a saved query; without a name, list them
    Run(RunArgs),
    /// Show the labels, relationship types and properties of the knowledge base
    Schema(SchemaArgs),
    /// Check knowledge files and saved queries for errors
    Check(CheckArgs),
    /// Draw a diagram of the knowledge base, or of what a query gives
    Diagram(DiagramArgs),
    /// Write a report: gaps, the issues without programs
    Report(ReportArgs),
    /// Build the knowledge base into a snapshot, which opens at once; without --snapshot, into the cache
    Build,
    /// Measure a query: how long it takes, over and over, on an open knowledge base
    Bench(BenchArgs),
    /// Start the interactive shell; input that is no terminal runs as a script
    Repl,
    /// Show help for a command
    Help {
        /// The command
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

/// `kadai query`.
#[derive(Debug, clap::Args)]
pub(super) struct QueryArgs {
    /// The query; `-` reads it from standard input
    #[arg(value_name = "TEXT", conflicts_with = "file")]
    pub(super) text: Option<String>,
    /// Read the query from FILE
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) file: Option<PathBuf>,
    /// Run a statement that writes on the base in memory, and say what it would change; nothing is saved
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    pub(super) rows: RowArgs,
}

/// `kadai bench`.
#[derive(Debug, clap::Args)]
pub(super) struct BenchArgs {
    /// The query; `-` reads it from standard input
    #[arg(value_name = "TEXT", conflicts_with = "file")]
    pub(super) text: Option<String>,
    /// Read the query from FILE
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) file: Option<PathBuf>,
    /// How many runs count, after a first one that is shown apart [default: 10]
    #[arg(
        short = 'n',
        long,
        value_name = "TIMES",
        default_value = "10",
        hide_default_value = true
    )]
    pub(super) runs: u32,
    /// Set the parameter $NAME; VALUE is JSON (5, true, [1,2], "5") or else a string; may be repeated
    #[arg(short, long = "param", value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// table or json [default: table on a terminal, else json]
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(["table", "json"]))]
    pub(super) format: Option<String>,
    #[command(flatten)]
    pub(super) limits: LimitArgs,
}

impl BenchArgs {
    /// The parameters as given.
    pub(super) fn given(&self) -> Result<Vec<Given>> {
        self.params.iter().map(|param| parse_param(param)).collect()
    }
}

/// `kadai run`.
#[derive(Debug, clap::Args)]
pub(super) struct RunArgs {
    /// Name of the saved query
    #[arg(value_name = "NAME")]
    pub(super) name: Option<String>,
    #[command(flatten)]
    pub(super) rows: RowArgs,
}

/// `kadai schema`.
#[derive(Debug, clap::Args)]
pub(super) struct SchemaArgs {
    /// Only this label or relationship type; with --procedures or --functions, only that one
    #[arg(value_name = "NAME")]
    pub(super) name: Option<String>,
    /// List the procedures that `CALL` knows
    #[arg(long, conflicts_with = "functions")]
    pub(super) procedures: bool,
    /// List the functions
    #[arg(long)]
    pub(super) functions: bool,
    #[command(flatten)]
    pub(super) view: ViewArgs,
}

/// `kadai check`.
#[derive(Debug, clap::Args)]
pub(super) struct CheckArgs {
    /// Folders of knowledge bases or of saved queries, or files in them [default: the knowledge base and its saved queries]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,
}

/// `kadai diagram`.
#[derive(Debug, clap::Args)]
pub(super) struct DiagramArgs {
    /// escalation, coverage, a file with a query, or a saved query
    #[arg(value_name = "WHAT", conflicts_with = "query")]
    pub(super) what: Option<String>,
    /// Draw what this query gives: nodes, relationships, paths
    #[arg(short, long, value_name = "TEXT")]
    pub(super) query: Option<String>,
    /// Set the parameter $NAME of the query; may be repeated
    #[arg(short, long = "param", value_name = "NAME=VALUE")]
    params: Vec<String>,
    /// With escalation: show the path of this issue (id or name)
    #[arg(long, value_name = "ISSUE")]
    pub(super) issue: Option<String>,
    #[command(flatten)]
    pub(super) limits: LimitArgs,
    /// Write to FILE ending in .svg, .png or .dot [default: DOT on standard output]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,
}

impl DiagramArgs {
    /// The parameters as given.
    pub(super) fn given(&self) -> Result<Vec<Given>> {
        self.params.iter().map(|param| parse_param(param)).collect()
    }
}

/// `kadai report`.
#[derive(Debug, clap::Args)]
pub(super) struct ReportArgs {
    /// Which report: gaps
    #[arg(value_name = "REPORT")]
    pub(super) report: Option<String>,
    /// Write to FILE ending in .html or .md [default: Markdown on standard output]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,
    /// Day of the report, such as 2026-11-22 [default: today]
    #[arg(long, value_name = "DATE")]
    pub(super) date: Option<String>,
}

/// What commands that run a query share.
#[derive(Debug, clap::Args)]
pub(super) struct RowArgs {
    /// Set the parameter $NAME; VALUE is JSON (5, true, [1,2], "5") or else a string; may be repeated
    #[arg(short, long = "param", value_name = "NAME=VALUE")]
    params: Vec<String>,
    #[command(flatten)]
    pub(super) view: ViewArgs,
    #[command(flatten)]
    pub(super) limits: LimitArgs,
    /// Exit with 1 where there are rows
    #[arg(long)]
    pub(super) exit_code: bool,
}

impl RowArgs {
    /// The parameters as given.
    pub(super) fn given(&self) -> Result<Vec<Given>> {
        self.params.iter().map(|param| parse_param(param)).collect()
    }
}

/// What a query may use.
#[derive(Debug, clap::Args)]
pub(super) struct LimitArgs {
    /// Stop the query after SECONDS, with exit code 3
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// Stop the query where it gives more than COUNT rows, with exit code 3 [default: 10,000,000]
    #[arg(long, value_name = "COUNT")]
    max_rows: Option<u64>,
}

impl LimitArgs {
    /// Runs a query within the usual limits, but for those that are given; Ctrl-C stops it.
    pub(super) fn query(
        &self,
        base: &KnowledgeBase,
        source: &Arc<Source>,
        params: &Params,
    ) -> Result<Rows> {
        query_within(base.graph(), source, params, &self.options())
    }

    /// Runs any statement, on the base in memory.
    pub(super) fn execute(
        &self,
        base: &mut KnowledgeBase,
        source: &Arc<Source>,
        params: &Params,
    ) -> Result<Rows> {
        execute(base.graph_mut(), source, params, &self.options())
    }

    /// The usual options, but for the limits that are given; Ctrl-C stops a query.
    pub(super) fn options(&self) -> Options {
        Options::within(Interrupt::watch().within(self.limits()))
    }

    fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits {
            time_max: self.timeout.or(usual.time_max),
            rows_max: self.max_rows.unwrap_or(usual.rows_max),
            ..usual
        }
    }
}

/// A time in seconds, such as `2.5`; nothing is done in no time.
fn seconds(text: &str) -> std::result::Result<Duration, String> {
    let time = text.parse().ok().and_then(|time| Duration::try_from_secs_f64(time).ok());
    time.filter(|time| !time.is_zero()).ok_or_else(|| "a number of seconds above 0".to_owned())
}

/// How to show rows.
#[derive(Debug, clap::Args)]
pub(super) struct ViewArgs {
    /// table, json, ndjson, csv, tsv or markdown [default: by the ending of FILE, else table]
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    #[arg(value_parser = PossibleValuesParser::new(Format::ALL.iter().map(|(name, _)| *name)))]
    format: Option<String>,
    /// Write to FILE, replacing it whole
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Leave out the names of the columns
    #[arg(long)]
    no_header: bool,
    /// CSV or TSV that Excel opens rightly: byte order mark, CRLF, and texts that stay texts
    #[arg(long, alias = "bom")]
    excel: bool,
}

impl ViewArgs {
    /// The view.
    pub(super) fn view(&self) -> Result<View> {
        let format = self.format.as_deref().and_then(Format::of_name);
        let file = self.output.clone().filter(|path| path.as_os_str() != "-");
        Ok(View { header: !self.no_header, ..View::new(format, self.excel, file)? })
    }
}
