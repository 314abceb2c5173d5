//! The same file under another name.

use super::{Store, StoreError, Writing};
use crate::ingest::SameAs;
use rusqlite::{Connection, OptionalExtension};

/// The last import of these bytes, when none of those that are there is of this dataset.
const SAME_FILE: &str = "SELECT id, dataset, file FROM imports WHERE file_sha256 = ?1 AND state = 'succeeded' \
     AND NOT EXISTS (SELECT 1 FROM imports WHERE file_sha256 = ?1 AND state = 'succeeded' AND dataset = ?2) \
     ORDER BY seq DESC LIMIT 1";

impl Store {
    /// The import that loaded a file of these bytes, when that was into other datasets than this one and was not undone.
    ///
    /// # Errors
    /// The database fails.
    pub fn same_file(&self, sha256: &[u8; 32], dataset: &str) -> Result<Option<SameAs>, StoreError> {
        // A reader of the pool would stay, and keep a first import from doing without the log.
        let connection = self.read_only()?;
        same_file(&connection, sha256, dataset)
    }
}

impl Writing<'_> {
    /// The same, as the import itself sees it.
    ///
    /// # Errors
    /// The database fails.
    pub fn same_file(&self, sha256: &[u8; 32], dataset: &str) -> Result<Option<SameAs>, StoreError> {
        same_file(self.transaction, sha256, dataset)
    }
}

fn same_file(connection: &Connection, sha256: &[u8; 32], dataset: &str) -> Result<Option<SameAs>, StoreError> {
    let found = connection.query_row(SAME_FILE, (sha256, dataset), |row| {
        Ok(SameAs { import: row.get(0)?, dataset: row.get(1)?, file: row.get(2)? })
    });
    Ok(found.optional()?)
}
