//! Taking an import back: what it made goes, what it changed becomes what it was, all in one transaction. What a later import found as it
//! is stays, as that one's own.

use super::commit::count_commit;
use super::heirs::hand_over;
use super::{Job, JobId, JobState, Store, StoreError};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

/// Later imports that are named when they stand in the way.
const MAX_LATER: usize = 5;

/// Why an import cannot be taken back; then nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// There is none with this id.
    #[error("there is no import `{0}`")]
    NoImport(JobId),
    /// Nothing of it is in the store.
    #[error("import `{id}` is {state}: there is nothing to take back")]
    NothingThere {
        /// Which.
        id: JobId,
        /// How far it is.
        state: JobState,
    },
    /// Later imports changed the same rows.
    #[error("{rows} of its rows were changed by later imports; undo these first: {}", later.join(", "))]
    ChangedSince {
        /// Rows that were changed since.
        rows: u64,
        /// The later imports, the newest first, at most five.
        later: Vec<String>,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for UndoError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

const RESTORE: &str = "UPDATE incidents SET import = v.import, line = v.line, start_minute = v.start_minute, \
     end_minute = v.end_minute, category = v.category, source = v.source, location = v.location, lon = v.lon, \
     lat = v.lat, uncertainty_m = v.uncertainty_m, content = v.content \
     FROM versions v WHERE v.replaced_by = ?1 AND v.incident = incidents.seq";

const RESTORE_REPORTS: &str = "UPDATE reports SET said = v.said FROM versions v WHERE v.replaced_by = ?1 \
     AND v.incident = reports.incident";

/// The new incidents of an import.
const NEW: &str = "SELECT seq FROM incidents WHERE first_import = ?1";

/// Versions that later imports made of what an import made or changed.
const CHANGED_SINCE: &str = "FROM versions later JOIN incidents i ON i.seq = later.incident \
     LEFT JOIN versions own ON own.incident = later.incident AND own.replaced_by = ?1 \
     WHERE later.replaced_by <> ?1 AND (i.first_import = ?1 OR own.seq < later.seq)";

impl Store {
    /// Takes an import back: afterwards every incident is as it was before, but for those that later imports have too, and the import is
    /// `undone`.
    ///
    /// # Errors
    /// There is no such import, nothing of it is there, later imports changed its rows, or the database fails; then nothing was
    /// changed.
    pub fn undo(&self, id: &JobId, now: &str) -> Result<Job, UndoError> {
        let mut writer = self.writer();
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let import = import_of(&transaction, id)?;
        check(&transaction, import)?;
        let changed = changed(&transaction, import)?;
        let stayed = hand_over(&transaction, import)?;
        for statement in [
            RESTORE,
            RESTORE_REPORTS,
            "DELETE FROM versions WHERE replaced_by = ?1",
            "DELETE FROM postings WHERE import = ?1",
            "DELETE FROM said_again WHERE import = ?1",
            &format!("DELETE FROM reports WHERE incident IN ({NEW})"),
            "DELETE FROM incident_ids WHERE (head, incident) IN \
             (SELECT head, seq FROM incidents WHERE first_import = ?1)",
            "DELETE FROM incidents WHERE first_import = ?1",
        ] {
            transaction.execute(statement, [import])?;
        }
        let end = "UPDATE imports SET state = 'undone', undone = ?2, stayed = ?3 WHERE seq = ?1";
        transaction.execute(end, params![import, now, stayed])?;
        count_commit(&transaction, changed.into_iter())?;
        transaction.commit()?;
        drop(writer);
        self.reader()?.job(id)?.ok_or_else(|| UndoError::NoImport(id.clone()))
    }
}

fn import_of(connection: &Connection, id: &JobId) -> Result<i64, UndoError> {
    let found: Option<(i64, String)> = connection
        .query_row("SELECT seq, state FROM imports WHERE id = ?1", [id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (import, state) = found.ok_or_else(|| UndoError::NoImport(id.clone()))?;
    match state.parse::<JobState>() {
        Ok(JobState::Succeeded) => Ok(import),
        Ok(state) => Err(UndoError::NothingThere { id: id.clone(), state }),
        Err(_) => Err(StoreError::Damaged { value: state, expected: "the state of an import" }.into()),
    }
}

/// The numbers of the incidents that an import made or changed, in ascending order.
fn changed(connection: &Connection, import: i64) -> Result<Vec<i64>, StoreError> {
    let query = format!("{NEW} UNION SELECT incident FROM versions WHERE replaced_by = ?1 ORDER BY 1");
    let mut statement = connection.prepare(&query)?;
    Ok(statement.query_map([import], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Whether it can be taken back.
fn check(connection: &Connection, import: i64) -> Result<(), UndoError> {
    let count = format!("SELECT count(DISTINCT later.incident) {CHANGED_SINCE}");
    let rows = connection.query_row(&count, [import], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs)?;
    if rows == 0 {
        return Ok(());
    }
    let later = format!(
        "SELECT id || ' (' || file || ')' FROM imports WHERE seq IN (SELECT later.replaced_by {CHANGED_SINCE}) \
         ORDER BY seq DESC LIMIT {MAX_LATER}"
    );
    let later = connection.prepare(&later)?.query_map([import], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Err(UndoError::ChangedSince { rows, later })
}
