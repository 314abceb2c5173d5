//! Bringing a database to the present schema, one numbered step at a time.

use super::StoreError;
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// Step n takes `user_version` from n-1 to n. Steps are never edited once released.
const STEPS: [&str; 3] = [
    include_str!("migrations/0001-incidents.sql"),
    include_str!("migrations/0002-undo.sql"),
    include_str!("migrations/0003-problem-rows.sql"),
];

pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let open_error = |source| StoreError::Open { path: path.to_owned(), source };
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(open_error)?;
    let found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(open_error)?;
    let known = STEPS.len() as i64;
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    for (number, step) in STEPS.iter().enumerate().skip(usize::try_from(found).unwrap_or(0)) {
        transaction.execute_batch(step).map_err(open_error)?;
        transaction.pragma_update(None, "user_version", number as i64 + 1).map_err(open_error)?;
    }
    transaction.commit().map_err(open_error)
}
