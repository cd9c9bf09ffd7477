//! How far a load is, on a line that goes away.

use std::io::Write;
use std::time::{Duration, Instant};

use super::Terminal;
use crate::error::{Lang, text};
use crate::import::{Progress, Watch};

/// What is done sooner needs no line.
const PATIENCE: Duration = Duration::from_millis(500);

/// How many characters the bar has.
const WIDTH: u64 = 24;

impl Terminal<'_> {
    /// Runs `work`, which tells how far it is; a person at a terminal is shown that, on standard error.
    pub fn watched<T>(&mut self, work: impl FnOnce(Option<Watch<'_>>) -> T) -> T {
        if !self.err_is_terminal {
            return work(None);
        }
        let (begun, lang, err) = (Instant::now(), self.lang, &mut *self.err);
        let mut shown = false;
        let done = work(Some(&mut |progress| {
            if begun.elapsed() >= PATIENCE {
                shown = true;
                draw(err, &format!("\r{}", line(progress, lang)));
            }
        }));
        if shown {
            draw(err, "\r\x1b[K");
        }
        done
    }
}

/// Where standard error is broken there is nobody left to tell.
fn draw(err: &mut dyn Write, words: &str) {
    err.write_all(words.as_bytes()).and_then(|()| err.flush()).ok();
}

/// `reading [######          ] 25 %, 103 of 410 MB`.
fn line(progress: Progress, lang: Lang) -> String {
    let Progress { read, total } = progress;
    let parts = |of: u64| read.min(total).saturating_mul(of).checked_div(total).unwrap_or(of);
    let full = usize::try_from(parts(WIDTH)).unwrap_or_default();
    let bar = "#".repeat(full);
    let (width, percent) = (usize::try_from(WIDTH).unwrap_or_default(), parts(100));
    let (read, total) = (read / 1_000_000, total / 1_000_000);
    let words = text!(
        "reading [{bar:width$}] {percent} %, {read} of {total} MB",
        "読み込み中 [{bar:width$}] {percent} %（{read} / {total} MB）"
    );
    words.get(lang).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_far_it_is() {
        let progress = Progress { read: 103_000_000, total: 412_000_000 };
        let shown = line(progress, Lang::En);
        assert_eq!(shown, format!("reading [{:24}] 25 %, 103 of 412 MB", "######"));
        assert_eq!(
            line(Progress { read: 0, total: 0 }, Lang::Ja),
            format!("読み込み中 [{}] 100 %（0 / 0 MB）", "#".repeat(24))
        );
    }
}
