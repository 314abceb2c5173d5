//! Taking an import back: what it made goes, what it changed becomes what it was, all in one transaction.

use super::write::words_of;
use super::{Job, JobId, JobState, Store, StoreError};
use crate::layer::{DrawnPlace, Names};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use serde::Deserialize;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

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
    /// It was loaded by a version that did not keep what it replaced.
    #[error("import `{0}` changed rows before this program kept what was there; load the earlier file again instead")]
    NotKept(JobId),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for UndoError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

const RESTORE: &str = "UPDATE incidents SET content = r.content, import = r.earlier_import, \
     start_minute = r.start_minute, end_minute = r.end_minute, category = r.category, source = r.source, \
     status = r.status, precision = r.precision, lon = r.lon, lat = r.lat, uncertainty_m = r.uncertainty_m, \
     place = r.place, path = r.path, properties = r.properties, story = r.story, gazetteer = r.gazetteer \
     FROM replaced r WHERE r.import = ?1 AND r.incident = incidents.seq";

/// Rows of an import that a later one changed.
const CHANGED_SINCE: &str = "FROM incident_history own JOIN incident_history after \
     ON after.incident = own.incident AND after.number > own.number WHERE own.import = ?1";

impl Store {
    /// Takes an import back: afterwards every incident is as it was before, and the import is `undone`.
    ///
    /// # Errors
    /// There is no such import, nothing of it is there, later imports changed its rows, or the database fails; then nothing was
    /// changed.
    pub fn undo(&self, id: &JobId, now: &str) -> Result<Job, UndoError> {
        let mut writer = self.writer();
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let import = import_of(&transaction, id)?;
        check(&transaction, import, id)?;
        restore(&transaction, import)?;
        for statement in [
            "DELETE FROM incident_words WHERE rowid IN (SELECT seq FROM incidents WHERE first_import = ?1)",
            "DELETE FROM incident_history WHERE import = ?1",
            "DELETE FROM incidents WHERE first_import = ?1",
            "DELETE FROM replaced WHERE import = ?1",
        ] {
            transaction.execute(statement, [import])?;
        }
        transaction.execute("UPDATE imports SET state = 'undone', undone = ?2 WHERE seq = ?1", params![import, now])?;
        transaction.execute("UPDATE state SET generation = generation + 1", [])?;
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

/// Whether it can be taken back.
fn check(connection: &Connection, import: i64, id: &JobId) -> Result<(), UndoError> {
    let count = |sql: &str| connection.query_row(sql, [import], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs);
    let rows = count(&format!("SELECT count(DISTINCT own.incident) {CHANGED_SINCE}"))?;
    if rows > 0 {
        let later = format!(
            "SELECT DISTINCT j.id || ' (' || j.file || ')', j.seq {CHANGED_SINCE_IMPORTS} ORDER BY j.seq DESC LIMIT {MAX_LATER}"
        );
        let later = connection.prepare(&later)?.query_map([import], |row| row.get(0))?.collect::<Result<_, _>>()?;
        return Err(UndoError::ChangedSince { rows, later });
    }
    let changed = count("SELECT count(*) FROM incident_history WHERE import = ?1 AND what = 'updated'")?;
    let kept = count("SELECT count(*) FROM replaced WHERE import = ?1")?;
    if changed == kept { Ok(()) } else { Err(UndoError::NotKept(id.clone())) }
}

/// The same, with the later imports.
const CHANGED_SINCE_IMPORTS: &str = "FROM incident_history own JOIN incident_history after \
     ON after.incident = own.incident AND after.number > own.number JOIN imports j ON j.seq = after.import \
     WHERE own.import = ?1";

/// What a story says, as far as it is searched.
#[derive(Deserialize)]
struct Said {
    title: String,
    description: String,
    place_text: String,
    source: String,
    context: SaidContext,
}

#[derive(Deserialize)]
struct SaidContext {
    city: String,
    region: String,
}

/// Puts the earlier rows back, and their words with them.
fn restore(transaction: &Transaction<'_>, import: i64) -> Result<(), UndoError> {
    transaction.execute(RESTORE, [import])?;
    let mut names: HashMap<i64, Names> = HashMap::new();
    let mut place = transaction.prepare("SELECT drawn FROM places WHERE seq = ?1")?;
    let mut forget = transaction.prepare("DELETE FROM incident_words WHERE rowid = ?1")?;
    let mut keep = transaction.prepare("INSERT INTO incident_words (rowid, words) VALUES (?1, ?2)")?;
    let mut rows = transaction.prepare("SELECT incident, story, path FROM replaced WHERE import = ?1")?;
    let mut rows = rows.query([import])?;
    while let Some(row) = rows.next()? {
        let (incident, story, path): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let damaged = |value: &str, expected| StoreError::Damaged { value: value.chars().take(80).collect(), expected };
        let said: Said = serde_json::from_str(&story).map_err(|_| damaged(&story, "a story"))?;
        let mut steps = Vec::new();
        for step in path.split('/').filter(|step| !step.is_empty()) {
            let seq: i64 = step.parse().map_err(|_| damaged(step, "the number of a place"))?;
            if let Entry::Vacant(unknown) = names.entry(seq) {
                let drawn: String = place.query_row([seq], |row| row.get(0))?;
                let drawn: DrawnPlace = serde_json::from_str(&drawn).map_err(|_| damaged(&drawn, "a place"))?;
                unknown.insert(drawn.names);
            }
            steps.push(seq);
        }
        let texts =
            [&said.title, &said.description, &said.place_text, &said.context.city, &said.context.region, &said.source];
        forget.execute([incident])?;
        keep.execute(params![incident, words_of(&texts.map(String::as_str), steps.iter().map(|seq| &names[seq]))])?;
    }
    Ok(())
}
