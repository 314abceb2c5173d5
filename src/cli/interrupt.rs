//! Ctrl-C while a file is loaded: nothing of the file is kept, and that is said.

use super::{NOTHING_DONE, plain::plain};
use std::io::{Write, stderr};
use std::process::exit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Hears Ctrl-C from when it is made.
#[derive(Debug)]
pub(super) struct Interrupt {
    file: String,
    asked: AtomicBool,
    /// Whether rows are being written; before, the program can end at once.
    has_begun: Mutex<bool>,
}

impl Interrupt {
    /// For the import of this file.
    pub(super) fn of(file: &str) -> Arc<Self> {
        let interrupt =
            Arc::new(Self { file: file.to_owned(), asked: AtomicBool::new(false), has_begun: Mutex::new(false) });
        let heard = Arc::clone(&interrupt);
        thread::spawn(move || heard.listen());
        interrupt
    }

    /// Turns true when the import is to end.
    pub(super) fn asked(&self) -> &AtomicBool {
        &self.asked
    }

    /// From now on the import has to end by itself.
    pub(super) fn begin(&self) {
        *self.begun() = true;
    }

    fn begun(&self) -> MutexGuard<'_, bool> {
        self.has_begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Without a runtime for signals Ctrl-C ends the program as it ends any other.
    fn listen(&self) {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        while runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            // Held until the end: no row is written meanwhile.
            let has_begun = self.begun();
            if !*has_begun {
                self.end("nothing of it was taken");
            }
            if self.asked.swap(true, Ordering::Relaxed) {
                self.end("all of it is in the database or nothing; `incident-map undo` lists what is");
            }
        }
    }

    fn end(&self, what_is_kept: &str) -> ! {
        // When even standard error is closed there is nobody left to tell.
        let _ = writeln!(stderr(), "incident-map: the import of `{}` was stopped; {what_is_kept}", plain(&self.file));
        exit(i32::from(NOTHING_DONE))
    }
}
