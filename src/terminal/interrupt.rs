//! Ctrl-C: stops the query that runs, or the program where none does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::Class;
use crate::exec::Limits;

/// What Ctrl-C does from when it is made until it is dropped: it asks the work to stop. Afterwards it ends the program.
#[derive(Debug)]
pub struct Interrupt {
    asked: Arc<AtomicBool>,
    working: Arc<AtomicBool>,
}

impl Interrupt {
    /// Takes over Ctrl-C. Only the first one of a process can; with any other, the system's way stays.
    #[must_use]
    pub fn watch() -> Self {
        let asked = Arc::new(AtomicBool::new(false));
        let working = Arc::new(AtomicBool::new(true));
        let (ask, work) = (Arc::clone(&asked), Arc::clone(&working));
        let handler = move || {
            if work.load(Ordering::Relaxed) {
                ask.store(true, Ordering::Relaxed);
            } else {
                std::process::exit(Class::Interrupted.exit_code().into());
            }
        };
        // Without a handler Ctrl-C ends the program, as it does for every other.
        ctrlc::set_handler(handler).ok();
        Self { asked, working }
    }

    /// The limits, stopped by Ctrl-C too.
    #[must_use]
    pub fn within(&self, limits: Limits) -> Limits {
        Limits { cancel: Some(Arc::clone(&self.asked)), ..limits }
    }

    /// Forgets an earlier Ctrl-C.
    pub fn reset(&self) {
        self.asked.store(false, Ordering::Relaxed);
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        self.working.store(false, Ordering::Relaxed);
    }
}
