//! Bringing a database to the present schema, one numbered step at a time.

use super::StoreError;
use super::words::key_postings;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// The `user_version` that the first step makes. Lower ones were made before the first release.
const FIRST: i64 = 10;

/// Step n takes `user_version` to `FIRST` + n. Steps are never edited once released.
const STEPS: [&str; 8] = [
    include_str!("migrations/0010-incidents.sql"),
    include_str!("migrations/0011-presets.sql"),
    include_str!("migrations/0012-problem-codes.sql"),
    include_str!("migrations/0013-commits.sql"),
    include_str!("migrations/0014-word-keys.sql"),
    include_str!("migrations/0015-repairs.sql"),
    include_str!("migrations/0016-same-files.sql"),
    include_str!("migrations/0017-said-again.sql"),
];

/// The step after which postings stand under the keys of words. What a key is, SQL cannot say.
const WORD_KEYS: i64 = 14;

pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let open_error = |source| StoreError::opening(path, source);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(open_error)?;
    let found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(open_error)?;
    let known = FIRST + STEPS.len() as i64 - 1;
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    if (1..FIRST).contains(&found) {
        return Err(StoreError::Unreleased { path: path.to_owned() });
    }
    for (version, step) in (FIRST..).zip(STEPS).filter(|(version, _)| *version > found) {
        transaction.execute_batch(step).map_err(open_error)?;
        if version == WORD_KEYS {
            key_postings(&transaction).map_err(open_error)?;
        }
        transaction.pragma_update(None, "user_version", version).map_err(open_error)?;
    }
    transaction.commit().map_err(open_error)
}
