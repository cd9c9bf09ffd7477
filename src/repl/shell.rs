//! The state of a shell, and how one text after the other runs in it.

use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use super::commands;
use super::units::{Unit, relocate, units};
use crate::error::{Code, Errors, Source, Span, Text, plural, text};
use crate::exec::Limits;
use crate::knowledge::{KnowledgeBase, SavedQuery};
use crate::output::Format;
use crate::session::{Options, Params, Rows, execute};
use crate::terminal::{
    Interrupt, Outcome, Sources, Stop, Terminal, View, changes_words, show_rows,
};

/// A shell on one base.
#[derive(Debug)]
pub(super) struct Shell {
    /// The base.
    pub(super) base: KnowledgeBase,
    /// The saved queries.
    pub(super) queries: Vec<SavedQuery>,
    /// Parameters that every query gets.
    pub(super) params: Params,
    /// How rows are shown.
    pub(super) format: Format,
    /// Whether the time of each query is shown.
    pub(super) timing: bool,
    /// The rows of the last query.
    pub(super) last: Option<Rows>,
    /// Whether there were rows already, from which the next ones are set off.
    shown: bool,
    /// Whether a fault is shown and the next unit runs, as people expect who type; a script ends.
    pub(super) keep_going: bool,
    /// What stops a query from outside.
    pub(super) interrupt: Interrupt,
}

/// Whether the shell goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// It does.
    Continue,
    /// Somebody wants to leave.
    Quit,
}

impl Shell {
    /// A shell on the base that the sources name.
    pub(super) fn open(terminal: &mut Terminal<'_>, sources: &Sources) -> Outcome<Self> {
        let queries = sources.saved_queries()?;
        Ok(Self {
            base: sources.open(terminal)?,
            queries,
            params: Params::new(),
            format: Format::Table,
            timing: false,
            last: None,
            shown: false,
            keep_going: false,
            interrupt: Interrupt::watch(),
        })
    }

    /// Runs every statement and command of a text.
    pub(super) fn run(
        &mut self,
        terminal: &mut Terminal<'_>,
        source: &Arc<Source>,
    ) -> Outcome<Flow> {
        for unit in units(&source.text).0 {
            let done = match unit {
                Unit::Statement(range) => {
                    let statement = source.text.get(range.clone()).unwrap_or("");
                    self.statement(terminal, statement, range.start, source)
                }
                Unit::Command(range) => {
                    let line = source.text.get(range.clone()).unwrap_or("");
                    let done = commands::run(self, terminal, line);
                    // Who types sees the line above; a script has many.
                    if self.keep_going { done } else { placed(done, &range, source) }
                }
            };
            terminal.out.flush()?;
            match done {
                Ok(Flow::Continue) => {}
                Ok(Flow::Quit) => return Ok(Flow::Quit),
                Err(Stop::Faults(errors)) if self.keep_going => {
                    if errors.0.iter().any(|error| error.code() == Code::Interrupted) {
                        // The terminal has written ^C.
                        terminal.note(&Text::default());
                    }
                    terminal.show(&errors.0);
                }
                Err(stop) => return Err(stop),
            }
        }
        Ok(Flow::Continue)
    }

    /// Runs one statement; its faults are placed in the whole text.
    fn statement(
        &mut self,
        terminal: &mut Terminal<'_>,
        statement: &str,
        start: usize,
        source: &Arc<Source>,
    ) -> Outcome<Flow> {
        let params = self.params.clone();
        let asked = Source::new(&source.name, statement);
        self.query(terminal, &asked, &params).map_err(|stop| match stop {
            Stop::Faults(mut errors) => {
                for error in &mut errors.0 {
                    *error = relocate(error, statement, start, source);
                }
                Stop::Faults(errors)
            }
            Stop::Output(error) => Stop::Output(error),
        })
    }

    /// Runs one query and shows its rows.
    pub(super) fn query(
        &mut self,
        terminal: &mut Terminal<'_>,
        query: &Arc<Source>,
        params: &Params,
    ) -> Outcome<Flow> {
        let start = Instant::now();
        let options = Options::within(self.interrupt.within(Limits::default()));
        let rows = execute(self.base.graph_mut(), query, params, &options)?;
        let elapsed = start.elapsed();
        // On a terminal the count of rows parts one answer from the next.
        let shows = !rows.columns.is_empty();
        if self.shown && shows && self.format.is_for_people() && !terminal.is_interactive() {
            writeln!(terminal.out)?;
        }
        self.shown |= shows;
        show_rows(terminal, &rows, &self.view())?;
        if let Some(changes) = &rows.changes {
            terminal.note(&match changes_words(changes) {
                Some(Text { en, ja }) => text!(
                    "{en} (in memory only; nothing is saved)",
                    "{ja}（メモリ上だけの変更で、保存はされません）"
                ),
                None => text!("nothing changed", "変更はありません"),
            });
        }
        if self.timing {
            let ms = elapsed.as_secs_f64() * 1000.0;
            terminal.note(&text!("({ms:.1} ms)", "（{ms:.1} ミリ秒）"));
        }
        self.last = Some(rows);
        Ok(Flow::Continue)
    }

    /// How rows are shown.
    pub(super) fn view(&self) -> View {
        View { format: self.format, ..View::default() }
    }

    /// What a person sees first.
    pub(super) fn greeting(&self) -> Text {
        let version = env!("CARGO_PKG_VERSION");
        let (nodes, rels) = (self.base.graph().node_count(), self.base.graph().rel_count());
        let Text { en, ja } = self.base.origin();
        let (s, t) = (plural(nodes == 1), plural(rels == 1));
        text!(
            "kadai {version} · {en} · {nodes} node{s}, {rels} relationship{t}\n\
             A query ends with `;`. `:help` shows what else there is, `:quit` leaves.\n",
            "kadai {version} · {ja} · ノード {nodes} 件、関係 {rels} 件\n\
             クエリは `;` で終わります。`:help` でヘルプを表示し、`:quit` で終了します。\n"
        )
    }
}

/// Gives faults that know no place the place of the command they came from.
fn placed(done: Outcome<Flow>, range: &Range<usize>, source: &Arc<Source>) -> Outcome<Flow> {
    done.map_err(|stop| match stop {
        Stop::Faults(Errors(errors)) => {
            let span = Span::new(range.start, range.end);
            let placed = errors.into_iter().map(|error| error.at(span).in_source(source));
            Stop::Faults(Errors(placed.collect()))
        }
        Stop::Output(error) => Stop::Output(error),
    })
}
