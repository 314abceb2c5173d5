//! Writing: one transaction for a whole import.

use super::job::{Example, ExampleKind};
use super::read::JOB_PROBLEMS;
use super::{Job, JobId, JobState, NewJob, Store, StoreError};
use crate::import::{Batch, Incident};
use crate::incident::Status;
use crate::ingest::{ProblemRows, RowProblem};
use crate::layer::{DrawnPlace, Names, feature, story::Story};
use crate::text;
use crate::time::minutes_of;
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, named_params, params};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

const INSERT_JOB: &str =
    "INSERT INTO imports (id, state, dataset, file, created) VALUES (:id, :state, :dataset, :file, :created)";

const FINISH_JOB: &str = "UPDATE imports SET state = 'succeeded', gazetteer = :gazetteer, read = :read, new = :new, \
     updated = :updated, unchanged = :unchanged, duplicate = :duplicate, rejected = :rejected, resolved = :resolved, \
     ambiguous = :ambiguous, unresolved = :unresolved, problems_total = :problems, finished = :finished, error = NULL \
     WHERE seq = :seq";

const INSERT_INCIDENT: &str = "INSERT INTO incidents (id, dataset, row_key, content, first_import, import, \
     start_minute, end_minute, category, source, status, precision, lon, lat, uncertainty_m, place, path, properties, \
     story, gazetteer) VALUES (:id, :dataset, :row_key, :content, :import, :import, :start, :end, :category, :source, \
     :status, :precision, :lon, :lat, :uncertainty_m, :place, :path, :properties, :story, :gazetteer)";

const UPDATE_INCIDENT: &str = "UPDATE incidents SET content = :content, import = :import, start_minute = :start, \
     end_minute = :end, category = :category, source = :source, status = :status, precision = :precision, lon = :lon, \
     lat = :lat, uncertainty_m = :uncertainty_m, place = :place, path = :path, properties = :properties, \
     story = :story, gazetteer = :gazetteer WHERE seq = :seq";

const KEEP_REPLACED: &str = "INSERT INTO replaced SELECT ?1, seq, content, import, start_minute, end_minute, category, \
     source, status, precision, lon, lat, uncertainty_m, place, path, properties, story, gazetteer FROM incidents \
     WHERE seq = ?2";

/// What became of the rows.
#[derive(Debug, Default)]
struct Outcome {
    new: u64,
    updated: u64,
    unchanged: u64,
    examples: Vec<Example>,
}

impl Outcome {
    fn add(&mut self, kind: ExampleKind, incident: &Incident) {
        let count = match kind {
            ExampleKind::New => &mut self.new,
            ExampleKind::Updated => &mut self.updated,
        };
        *count += 1;
        if *count <= MAX_EXAMPLES {
            let report = &incident.report;
            let place = [&report.place_text, &report.city, &report.region, &report.country];
            self.examples.push(Example {
                outcome: kind,
                line: report.line,
                title: report.title.clone(),
                place: place.into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_default(),
                precision: incident.resolution.precision,
            });
        }
    }
}

/// Examples of each kind that a dry run gives.
const MAX_EXAMPLES: u64 = 5;

impl Store {
    /// Keeps a job that waits for its turn; durable when it returns.
    ///
    /// # Errors
    /// The database fails.
    pub fn queue_job(&self, job: &NewJob) -> Result<(), StoreError> {
        insert_job(&self.writer(), job, JobState::Queued)?;
        Ok(())
    }

    /// Marks a queued job as begun.
    ///
    /// # Errors
    /// The database fails.
    pub fn start_job(&self, id: &JobId) -> Result<(), StoreError> {
        self.writer().execute("UPDATE imports SET state = 'running' WHERE id = ?1", [id.as_str()])?;
        Ok(())
    }

    /// Ends a job of which nothing was kept.
    ///
    /// # Errors
    /// The database fails.
    pub fn fail_job(&self, job: &NewJob, error: &str, now: &str) -> Result<(), StoreError> {
        let writer = self.writer();
        let known = writer.execute(
            "UPDATE imports SET state = 'failed', error = ?2, finished = ?3 WHERE id = ?1",
            params![job.id.as_str(), error, now],
        )?;
        if known == 0 {
            insert_job(&writer, job, JobState::Failed)?;
            writer.execute(
                "UPDATE imports SET error = ?2, finished = ?3 WHERE id = ?1",
                params![job.id.as_str(), error, now],
            )?;
        }
        Ok(())
    }

    /// Writes a batch and ends its job, all in one transaction: after any crash either everything is there or nothing.
    ///
    /// `progress` is called with the number of incidents written so far.
    ///
    /// # Errors
    /// The database fails; then nothing was written.
    pub fn write_batch(
        &self,
        job: &NewJob,
        batch: &Batch,
        now: &str,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Job, StoreError> {
        let mut writer = self.writer();
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let import = match transaction
            .query_row("SELECT seq FROM imports WHERE id = ?1", [job.id.as_str()], |row| row.get(0))
            .optional()?
        {
            Some(seq) => seq,
            None => insert_job(&transaction, job, JobState::Running)?,
        };
        let outcome = fill(&transaction, import, job, batch, now, progress)?;
        let with = |status| batch.count(status);
        transaction.execute(
            FINISH_JOB,
            named_params! {
                ":seq": import, ":gazetteer": batch.gazetteer, ":read": batch.read as i64, ":new": outcome.new as i64,
                ":updated": outcome.updated as i64, ":unchanged": outcome.unchanged as i64,
                ":duplicate": batch.duplicate as i64, ":rejected": batch.rejected as i64,
                ":resolved": with(Status::Resolved) as i64, ":ambiguous": with(Status::Ambiguous) as i64,
                ":unresolved": with(Status::Unresolved) as i64, ":problems": batch.problems.len() as i64,
                ":finished": now,
            },
        )?;
        transaction.execute("UPDATE state SET generation = generation + 1", [])?;
        transaction.commit()?;
        drop(writer);
        self.reader()?.job(&job.id)?.ok_or_else(|| StoreError::Damaged {
            value: "nothing".to_owned(),
            expected: "the job that was just committed",
        })
    }
}

impl Store {
    /// What writing a batch would do: it is written as [`Self::write_batch`] does, counted, and not kept.
    ///
    /// # Errors
    /// The database fails.
    pub fn try_batch(
        &self,
        job: &NewJob,
        batch: &Batch,
        now: &str,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Job, StoreError> {
        let mut writer = self.writer();
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let import = insert_job(&transaction, job, JobState::Running)?;
        let outcome = fill(&transaction, import, job, batch, now, progress)?;
        transaction.rollback()?;
        Ok(Job {
            id: job.id.clone(),
            state: JobState::Undone,
            dataset: batch.dataset.clone(),
            file: batch.file.clone(),
            read: batch.read,
            new: outcome.new,
            updated: outcome.updated,
            unchanged: outcome.unchanged,
            duplicate: batch.duplicate,
            rejected: batch.rejected,
            resolved: batch.count(Status::Resolved),
            ambiguous: batch.count(Status::Ambiguous),
            unresolved: batch.count(Status::Unresolved),
            created: job.created.clone(),
            finished: None,
            error: None,
            undone: None,
            problems: batch.problems.iter().take(JOB_PROBLEMS).cloned().collect(),
            problems_total: batch.problems.len() as u64,
            dry_run: Some(outcome.examples),
        })
    }
}

/// Writes what belongs to an import, but not its end.
fn fill(
    transaction: &Transaction<'_>,
    import: i64,
    job: &NewJob,
    batch: &Batch,
    now: &str,
    progress: &mut dyn FnMut(u64),
) -> Result<Outcome, StoreError> {
    let places = write_places(transaction, &batch.places)?;
    let outcome = write_incidents(transaction, import, job, batch, &places, now, progress)?;
    write_problems(transaction, import, &batch.problems)?;
    write_problem_rows(transaction, import, &batch.problem_rows)?;
    Ok(outcome)
}

fn insert_job(connection: &rusqlite::Connection, job: &NewJob, state: JobState) -> Result<i64, StoreError> {
    connection.execute(
        INSERT_JOB,
        named_params! {
            ":id": job.id.as_str(), ":state": state.as_str(), ":dataset": job.dataset, ":file": job.file,
            ":created": job.created,
        },
    )?;
    Ok(connection.last_insert_rowid())
}

/// Keeps the places of a batch and gives each its number.
fn write_places<'a>(
    transaction: &Transaction<'_>,
    places: &'a [DrawnPlace],
) -> Result<HashMap<&'a str, (i64, &'a DrawnPlace)>, StoreError> {
    let mut upsert = transaction.prepare_cached(
        "INSERT INTO places (id, drawn) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET drawn = excluded.drawn \
         RETURNING seq",
    )?;
    let mut numbers = HashMap::with_capacity(places.len());
    for place in places {
        let drawn = json(place);
        let seq: i64 = upsert.query_row(params![place.id.0, drawn], |row| row.get(0))?;
        numbers.insert(place.id.0.as_str(), (seq, place));
    }
    Ok(numbers)
}

fn write_incidents(
    transaction: &Transaction<'_>,
    import: i64,
    job: &NewJob,
    batch: &Batch,
    places: &HashMap<&str, (i64, &DrawnPlace)>,
    now: &str,
    progress: &mut dyn FnMut(u64),
) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome::default();
    let mut known = transaction
        .prepare_cached("SELECT seq, content, properties FROM incidents WHERE dataset = ?1 AND row_key = ?2")?;
    let mut insert = transaction.prepare_cached(INSERT_INCIDENT)?;
    let mut update = transaction.prepare_cached(UPDATE_INCIDENT)?;
    let mut replaced = transaction.prepare_cached(KEEP_REPLACED)?;
    let mut history = transaction.prepare_cached(
        "INSERT INTO incident_history (incident, number, import, at, what, before) VALUES (?1, \
         (SELECT count(*) FROM incident_history WHERE incident = ?1), ?2, ?3, ?4, ?5)",
    )?;
    let mut forget_words = transaction.prepare_cached("DELETE FROM incident_words WHERE rowid = ?1")?;
    let mut keep_words = transaction.prepare_cached("INSERT INTO incident_words (rowid, words) VALUES (?1, ?2)")?;
    for (number, incident) in batch.incidents.iter().enumerate() {
        let row = IncidentRow::new(incident, job, places);
        let earlier: Option<(i64, Vec<u8>, String)> = known
            .query_row(params![batch.dataset, incident.key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let resolution = &incident.resolution;
        let span = incident.report.occurred.map(|at| (minutes_of(at.start()), minutes_of(at.end())));
        let common = named_params! {
            ":content": row.content, ":import": import, ":start": span.map(|span| span.0), ":end": span.map(|span| span.1),
            ":category": incident.report.category, ":source": incident.report.source,
            ":status": resolution.status.as_str(), ":precision": resolution.precision.as_str(),
            ":lon": resolution.position.map(|at| at.lon), ":lat": resolution.position.map(|at| at.lat),
            ":uncertainty_m": resolution.uncertainty_m, ":place": row.place, ":path": row.path,
            ":properties": row.properties, ":story": row.story, ":gazetteer": incident.provenance.gazetteer,
        };
        match earlier {
            Some((_, content, _)) if content == row.content => outcome.unchanged += 1,
            Some((seq, _, before)) => {
                let mut all: Vec<(&str, &dyn rusqlite::ToSql)> = common.to_vec();
                all.push((":seq", &seq));
                replaced.execute([import, seq])?;
                update.execute(all.as_slice())?;
                history.execute(params![seq, import, now, "updated", before])?;
                forget_words.execute([seq])?;
                keep_words.execute(params![seq, row.words])?;
                outcome.add(ExampleKind::Updated, incident);
            }
            None => {
                let id = incident.id.to_string();
                let mut all: Vec<(&str, &dyn rusqlite::ToSql)> = common.to_vec();
                all.extend([
                    (":id", &id as &dyn rusqlite::ToSql),
                    (":dataset", &batch.dataset),
                    (":row_key", &incident.key),
                ]);
                insert.execute(all.as_slice())?;
                let seq = transaction.last_insert_rowid();
                history.execute(params![seq, import, now, "created", None::<String>])?;
                keep_words.execute(params![seq, row.words])?;
                outcome.add(ExampleKind::New, incident);
            }
        }
        progress(number as u64 + 1);
    }
    Ok(outcome)
}

fn write_problems(transaction: &Transaction<'_>, import: i64, problems: &[RowProblem]) -> Result<(), StoreError> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO problems (import_seq, number, line, column_name, value, reason, repair, kept) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for (number, problem) in problems.iter().enumerate() {
        insert.execute(params![
            import,
            number as i64,
            problem.line as i64,
            problem.column,
            problem.value,
            problem.reason,
            problem.repair,
            problem.kept
        ])?;
    }
    Ok(())
}

fn write_problem_rows(transaction: &Transaction<'_>, import: i64, rows: &ProblemRows) -> Result<(), StoreError> {
    transaction.execute("UPDATE imports SET header = ?2 WHERE seq = ?1", params![import, json(&rows.header)])?;
    let mut insert =
        transaction.prepare_cached("INSERT INTO problem_rows (import_seq, line, cells) VALUES (?1, ?2, ?3)")?;
    for (line, cells) in &rows.cells {
        insert.execute(params![import, *line as i64, json(cells)])?;
    }
    Ok(())
}

/// An incident as its columns hold it.
struct IncidentRow {
    content: Vec<u8>,
    place: Option<i64>,
    path: String,
    properties: String,
    story: String,
    words: String,
}

impl IncidentRow {
    fn new(incident: &Incident, job: &NewJob, places: &HashMap<&str, (i64, &DrawnPlace)>) -> Self {
        let resolution = &incident.resolution;
        let path: Vec<(i64, &DrawnPlace)> =
            resolution.path.iter().filter_map(|id| places.get(id.0.as_str()).copied()).collect();
        let drawn: Vec<&DrawnPlace> = path.iter().map(|step| step.1).collect();
        let own = resolution
            .place_id
            .as_ref()
            .and_then(|id| places.get(id.0.as_str()))
            // Some way off a place, or between two, is not at the place.
            .filter(|(_, place)| {
                resolution.position == Some(place.position) && resolution.precision == place.precision()
            });
        let point = resolution.position.map(crate::layer::feature_geometry);
        let geometry: Option<&RawValue> = match own {
            Some((_, place)) => Some(&place.geometry),
            None => point.as_deref(),
        };
        let story = json(&Story::new(incident, &drawn, geometry));
        let properties = feature::properties(incident, &drawn, job.id.as_str());
        // What says nothing about the incident itself (which import, which line) does not make it a changed one.
        let mut content = Sha256::new();
        content.update(story.as_bytes());
        content.update(drawn.iter().flat_map(|place| place.id.0.bytes()).collect::<Vec<u8>>());
        let report = &incident.report;
        let said =
            [&report.title, &report.description, &report.place_text, &report.city, &report.region, &report.source];
        Self {
            content: content.finalize().to_vec(),
            place: own.map(|(seq, _)| *seq),
            path: path.iter().map(|(seq, _)| seq.to_string()).collect::<Vec<_>>().join("/"),
            properties: json(&properties),
            story,
            words: words_of(&said.map(String::as_str), drawn.iter().map(|place| &place.names)),
        }
    }
}

/// The folded words by which an incident is found: what its source says, and the names of the places it lies in.
pub(super) fn words_of<'a>(said: &[&str], names: impl Iterator<Item = &'a Names>) -> String {
    let mut words: Vec<String> = said.iter().flat_map(|text| text::words(text)).collect();
    for Names { ru, kk, en, uk } in names {
        words.extend([ru, kk, en, uk].into_iter().flatten().flat_map(|name| text::words(name)));
    }
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("our own structs of texts and finite numbers always become JSON")
}
