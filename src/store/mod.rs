//! Where incidents are kept: an embedded SQLite database in WAL mode.
//!
//! One writer, pooled readers that can only read. All calls block; servers call them off their async threads. The store speaks
//! incidents, jobs and snapshots; SQL is named nowhere else. Read [`Store`] first.

mod commit;
mod heirs;
mod insert;
mod job;
mod lock;
mod migrate;
mod outcome;
mod preset;
mod problems;
mod read;
mod same_file;
mod token;
mod undo;
mod words;
mod write;

pub use commit::Pulse;
pub use job::{Counts, Example, ExampleKind, Job, JobId, JobState, NewJob};
pub use lock::MAX_LOCK_WAIT;
pub use preset::{KeptPreset, MAX_PRESETS, Preset, PresetError};
pub use read::{JobPage, Reader, Stored};
pub use token::{TokenEntry, token_sha256};
pub use undo::UndoError;
pub use write::{Head, Keep, Order, Writing};

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// How often several readers are opened until they see the same state.
const BULK_TRIES: usize = 20;

/// How much of the database file a bulk reader maps at most.
const BULK_MAP_BYTES: i64 = 1 << 36;

const READ_ONLY: OpenFlags =
    OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_NO_MUTEX).union(OpenFlags::SQLITE_OPEN_URI);

/// How long a caller waits for a free reader.
const READER_TIMEOUT: Duration = Duration::from_secs(5);

/// How long SQLite waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Readers that are open at once.
pub const MAX_READERS: u32 = 8;

/// A database of incidents. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    path: Arc<Path>,
    writer: Arc<Mutex<Connection>>,
    readers: r2d2::Pool<SqliteConnectionManager>,
    pulse: Arc<Pulse>,
}

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder of the database cannot be made.
    #[error("cannot make the folder of `{path}`: {source}")]
    Folder {
        /// The database file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file cannot be opened as a database.
    #[error("cannot open `{path}` as a database: {source}")]
    Open {
        /// The database file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// The database was written by a later version of the program.
    #[error(
        "`{path}` has schema {found}, this program knows up to {known}; use a newer incident-map, or another file with --db"
    )]
    Newer {
        /// The database file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The database was written before the first release.
    #[error(
        "`{path}` was made by an unreleased version of incident-map; load your files again into another file with --db, \
         or export it with that version first"
    )]
    Unreleased {
        /// The database file.
        path: PathBuf,
    },
    /// All readers are busy.
    #[error("all {MAX_READERS} readers of the database are busy; try again")]
    Busy(#[source] r2d2::Error),
    /// Another process writes, and goes on writing.
    #[error("another process writes to the database all the time; try again when it is done")]
    Locked,
    /// The file of rows with problems cannot be written.
    #[error("cannot write the rows with problems: {0}")]
    ProblemFile(#[source] std::io::Error),
    /// The disk is full; nothing of what was to be written is there.
    #[error("no space left on the disk of the database; make room, then try again: what was there before is unharmed")]
    NoSpace,
    /// Commits came too fast.
    #[error("the database changes faster than it can be read; try again")]
    Unsteady,
    /// The file of the snapshot cannot be written.
    #[error("cannot write the snapshot of the layers beside the database: {0}")]
    SnapshotFile(#[source] std::io::Error),
    /// A snapshot that was just made cannot be used.
    #[error(transparent)]
    Snapshot(crate::layer::segment::SegmentError),
    /// Nothing can be written into the file.
    #[error(
        "the database is read-only; give this user write permission on the file and its folder, or name another file with --db"
    )]
    ReadOnly,
    /// A statement failed.
    #[error("the database failed: {0}")]
    Database(#[source] rusqlite::Error),
    /// A stored value cannot be read.
    #[error("the database holds `{value}` where {expected} is expected; restore a backup")]
    Damaged {
        /// What is there.
        value: String,
        /// What should be.
        expected: &'static str,
    },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::NoSpace,
            Some(rusqlite::ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => Self::Locked,
            _ => Self::Database(error),
        }
    }
}

impl StoreError {
    fn opening(path: &Path, source: rusqlite::Error) -> Self {
        match Self::from(source) {
            Self::Database(source) => Self::Open { path: path.to_owned(), source },
            known => known,
        }
    }
}

impl Store {
    /// Opens the database at `path`; it is created with its folder when missing, and brought to the present schema.
    ///
    /// # Errors
    /// The file cannot be made or opened, is no database, or was written by a later version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|source| StoreError::Folder { path: path.to_owned(), source })?;
        }
        let open_error = |source| StoreError::opening(path, source);
        let mut writer = Connection::open(path).map_err(open_error)?;
        configure(&mut writer).map_err(open_error)?;
        // The first import into a new database holds it alone until it is done.
        lock::wait_long(&writer).map_err(open_error)?;
        lock::patiently(MAX_LOCK_WAIT, || writer.pragma_update(None, "journal_mode", "WAL")).map_err(open_error)?;
        // NORMAL loses the last commits on a power cut; FULL makes each 2xx durable, and imports are few.
        writer.pragma_update(None, "synchronous", "FULL").map_err(open_error)?;
        migrate::migrate(&mut writer, path)?;
        writer.busy_timeout(BUSY_TIMEOUT).map_err(open_error)?;
        let manager = SqliteConnectionManager::file(path).with_flags(READ_ONLY).with_init(|connection| {
            configure(connection)?;
            connection.pragma_update(None, "query_only", true)
        });
        let readers = r2d2::Pool::builder()
            .max_size(MAX_READERS)
            // None before it is asked for: see `Store::without_log`.
            .min_idle(Some(0))
            .connection_timeout(READER_TIMEOUT)
            .build(manager)
            .map_err(StoreError::Busy)?;
        Ok(Self { path: path.into(), writer: Arc::new(Mutex::new(writer)), readers, pulse: Arc::default() })
    }

    /// The database file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A view of one committed state; it stays the same until dropped.
    ///
    /// # Errors
    /// No reader becomes free, or the database fails.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        Reader::pooled(self.readers.get().map_err(StoreError::Busy)?)
    }

    /// Several views of the same committed state for reading very much at once.
    ///
    /// # Errors
    /// The database fails, or changes all the time.
    pub fn bulk_readers(&self, count: usize) -> Result<Vec<Reader>, StoreError> {
        for _ in 0..BULK_TRIES {
            let open = || {
                let connection = self.read_only()?;
                // Pages are looked at where the system holds them; they count as memory of the process only until the end.
                connection.pragma_update(None, "mmap_size", BULK_MAP_BYTES)?;
                let reader = Reader::own(connection)?;
                Ok((reader.commit()?, reader))
            };
            let readers = (0..count).map(|_| open()).collect::<Result<Vec<_>, StoreError>>()?;
            if readers.windows(2).all(|pair| pair[0].0 == pair[1].0) {
                return Ok(readers.into_iter().map(|(_, reader)| reader).collect());
            }
        }
        Err(StoreError::Unsteady)
    }

    /// A connection of one's own that can only read.
    fn read_only(&self) -> Result<Connection, StoreError> {
        let mut connection = Connection::open_with_flags(&self.path, READ_ONLY)?;
        configure(&mut connection)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }

    /// Does `work` without the write-ahead log when nobody else has the database open and it has no incidents. What is added to an
    /// empty database needs no log: a rollback journal holds the few pages that were there, and after a crash the file is cut back to
    /// them. That halves what is written. With others at the database it goes through the log, which never blocks them.
    fn without_log<T>(
        &self,
        writer: &mut Connection,
        work: impl FnOnce(&mut Connection) -> T,
    ) -> Result<T, StoreError> {
        let is_empty: bool = writer.query_row("SELECT NOT EXISTS (SELECT 1 FROM incidents)", [], |row| row.get(0))?;
        if !is_empty || self.readers.state().connections > 0 {
            lock::wait_long(writer)?;
            let done = work(writer);
            writer.busy_timeout(BUSY_TIMEOUT)?;
            return Ok(done);
        }
        writer.busy_timeout(Duration::ZERO)?;
        // Refused while another process has the database open.
        let is_alone = writer.pragma_update(None, "journal_mode", "TRUNCATE").is_ok();
        lock::wait_long(writer)?;
        let done = work(writer);
        if is_alone {
            // Others who came meanwhile wait for the same. Should they be in the way for too long, what was written is there all the
            // same, and who opens the database next turns the log on.
            let turned = lock::patiently(BUSY_TIMEOUT, || writer.pragma_update(None, "journal_mode", "WAL"));
            if let Err(error) = turned {
                tracing::warn!(%error, "the write-ahead log is not turned on again yet");
            }
        }
        writer.busy_timeout(BUSY_TIMEOUT)?;
        Ok(done)
    }

    fn writer(&self) -> MutexGuard<'_, Connection> {
        // A panic while writing has rolled its transaction back when it was dropped; the connection is sound.
        self.writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn configure(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_cannot_be_written_says_so_once_with_the_repair() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("x.db");
        Store::open(&path).expect("a new database");
        let reader = Connection::open_with_flags(&path, READ_ONLY).expect("a database that is there");
        let error = StoreError::from(reader.execute("DELETE FROM incidents", []).expect_err("read-only"));
        assert!(matches!(error, StoreError::ReadOnly), "{error:?}");
        assert!(error.to_string().contains("give this user write permission"), "{error}");
        assert!(std::error::Error::source(&error).is_none());
    }
}
