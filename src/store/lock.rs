//! Waiting for another process that writes to the database.

use rusqlite::{Connection, ErrorCode};
use std::thread;
use std::time::{Duration, Instant};

/// How long an import waits for another one, of another process, to end.
pub const MAX_LOCK_WAIT: Duration = Duration::from_mins(10);

/// Between two looks whether it has ended.
const LOOK: Duration = Duration::from_millis(50);

/// Looks after which the wait is said.
const SAID_AFTER: i32 = 20;

/// Makes a connection wait for as long as a whole import of another process may take, and say so; until its `busy_timeout` is set again.
pub(super) fn wait_long(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_handler(Some(|looks| {
        look_again(looks);
        LOOK * looks.unsigned_abs() < MAX_LOCK_WAIT
    }))
}

/// Does again what SQLite refuses at once while another process has the database, as changing the journal.
pub(super) fn patiently<T>(most: Duration, mut work: impl FnMut() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    let begun = Instant::now();
    for looks in 0.. {
        let done = work();
        let is_busy = done.as_ref().is_err_and(|error| {
            matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
        });
        if !is_busy || begun.elapsed() >= most {
            return done;
        }
        look_again(looks);
    }
    work()
}

fn look_again(looks: i32) {
    if looks == SAID_AFTER {
        let minutes = MAX_LOCK_WAIT.as_secs() / 60;
        tracing::warn!("another process writes to the database; waiting up to {minutes} minutes for it to end");
    }
    thread::sleep(LOOK);
}
