//! Reading one committed state.

use super::{Job, JobId, JobState, StoreError};
use crate::gazetteer::PlaceId;
use crate::geo::LonLat;
use crate::incident::{IncidentId, Precision, Status};
use crate::ingest::{ProblemRows, RowProblem};
use crate::layer::{DrawnPlace, RowSet, Snapshot, SnapshotBuilder, SnapshotRow, Words};
use crate::layer::{export, feature::FeatureProperties, feature_geometry};
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, OptionalExtension, Row, params};

use std::collections::HashMap;
use std::str::FromStr;

/// Problems that come with a job; the others are asked for by page.
pub const JOB_PROBLEMS: usize = 100;

/// Letters from which a word is looked for without its last vowel, so that case endings match.
const ENDING_FROM_LETTERS: usize = 6;

/// Last letters of inflected words, folded.
const ENDINGS: [char; 10] = ['а', 'я', 'ы', 'и', 'у', 'ю', 'е', 'о', 'ь', 'й'];

const JOB_COLUMNS: &str = "seq, id, state, dataset, file, read, new, updated, unchanged, duplicate, rejected, resolved, \
     ambiguous, unresolved, problems_total, created, finished, error, undone";

/// A reader inside one read transaction.
pub struct Reader {
    connection: r2d2::PooledConnection<SqliteConnectionManager>,
}

/// One incident with its ready-made parts.
#[derive(Debug)]
pub struct Stored {
    /// The store's own number.
    pub seq: i64,
    /// Identity as text.
    pub id: String,
    /// Row key in its dataset.
    pub row_key: String,
    /// Location.
    pub position: Option<LonLat>,
    /// Ready-made properties of the feature.
    pub properties: String,
    /// GeoJSON geometry; `None` when unlocated.
    pub geometry: Option<String>,
}

/// A page of jobs, newest first.
#[derive(Debug)]
pub struct JobPage {
    /// The jobs, without their problems.
    pub jobs: Vec<Job>,
    /// Where the next page goes on, when there is one.
    pub next: Option<i64>,
}

impl Reader {
    pub(super) fn new(connection: r2d2::PooledConnection<SqliteConnectionManager>) -> Result<Self, StoreError> {
        connection.execute_batch("BEGIN DEFERRED")?;
        Ok(Self { connection })
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Which commit this is.
    ///
    /// # Errors
    /// The database fails.
    pub fn generation(&self) -> Result<u64, StoreError> {
        let generation: i64 =
            self.connection.prepare_cached("SELECT generation FROM state")?.query_row([], |row| row.get(0))?;
        Ok(generation.unsigned_abs())
    }

    /// What the map needs of every incident.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold.
    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let mut builder = SnapshotBuilder::default();
        let mut ids: HashMap<i64, PlaceId> = HashMap::new();
        let mut statement = self.connection.prepare_cached("SELECT seq, drawn FROM places")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let place = drawn_place(row.get(1)?)?;
            ids.insert(row.get(0)?, place.id.clone());
            builder.push_place(place);
        }
        let mut statement = self.connection.prepare_cached(
            "SELECT i.seq, i.id, i.lon, i.lat, i.uncertainty_m, i.start_minute, i.end_minute, i.category, i.source, \
             i.dataset, j.id, i.status, i.precision, i.place, i.path FROM incidents i JOIN imports j ON j.seq = i.import",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let position = position(row, 2)?;
            let span: Option<(i64, i64)> = row.get::<_, Option<i64>>(5)?.zip(row.get(6)?);
            let path: String = row.get(14)?;
            builder.push(SnapshotRow {
                seq: row.get(0)?,
                id: word::<IncidentId>(row.get(1)?, "an incident id")?,
                position,
                uncertainty_m: row.get::<_, Option<f64>>(4)?.unwrap_or(0.0),
                span,
                coarse_time: span.map(crate::layer::CoarseTime::of_span).unwrap_or_default(),
                category: row.get(7)?,
                source: row.get(8)?,
                dataset: row.get(9)?,
                import: row.get(10)?,
                status: word::<Status>(row.get(11)?, "a status")?,
                precision: word::<Precision>(row.get(12)?, "a precision")?,
                place: row.get::<_, Option<i64>>(13)?.and_then(|seq| ids.get(&seq).cloned()),
                path: path
                    .split('/')
                    .filter_map(|seq| seq.parse::<i64>().ok())
                    .filter_map(|seq| ids.get(&seq).cloned())
                    .collect(),
            });
        }
        Ok(builder.build(self.generation()?))
    }

    /// The rows of `snapshot` in which every word begins a word.
    ///
    /// # Errors
    /// The database fails.
    pub fn find_words(&self, snapshot: &Snapshot, words: &Words) -> Result<RowSet, StoreError> {
        // Folded words are letters and digits only, so quoting them is enough to keep FTS5 from reading syntax in them.
        let terms: Vec<String> = words.as_slice().iter().map(|word| format!("\"{}\"*", without_ending(word))).collect();
        let mut statement =
            self.connection.prepare_cached("SELECT rowid FROM incident_words WHERE incident_words MATCH ?1")?;
        let seqs =
            statement.query_map([terms.join(" ")], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
        Ok(snapshot.rows_of(seqs.into_iter()))
    }

    /// The ready-made parts of these incidents, in the order asked for; numbers that are gone are left out.
    ///
    /// # Errors
    /// The database fails.
    pub fn incidents(&self, seqs: &[i64]) -> Result<Vec<Stored>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT i.seq, i.id, i.row_key, i.lon, i.lat, i.properties, json_extract(p.drawn, '$.geometry') \
             FROM incidents i LEFT JOIN places p ON p.seq = i.place WHERE i.seq = ?1",
        )?;
        let mut found = Vec::with_capacity(seqs.len());
        for seq in seqs {
            let stored = statement
                .query_row([seq], |row| {
                    let position = row.get::<_, Option<f64>>(3)?.zip(row.get::<_, Option<f64>>(4)?);
                    let position = position.map(|(lon, lat)| LonLat { lon, lat });
                    let of_place: Option<String> = row.get(6)?;
                    let geometry = of_place.or_else(|| position.map(|at| feature_geometry(at).get().to_owned()));
                    Ok(Stored {
                        seq: row.get(0)?,
                        id: row.get(1)?,
                        row_key: row.get(2)?,
                        position,
                        properties: row.get(5)?,
                        geometry,
                    })
                })
                .optional()?;
            found.extend(stored);
        }
        Ok(found)
    }

    /// The whole story of one incident as JSON; `None` when there is none with this id.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold.
    pub fn story(&self, id: IncidentId) -> Result<Option<serde_json::Value>, StoreError> {
        let found = self
            .connection
            .prepare_cached(
                "SELECT i.seq, i.story, i.properties, j.id, j.finished, i.gazetteer FROM incidents i \
                 JOIN imports j ON j.seq = i.import WHERE i.id = ?1",
            )?
            .query_row([id.to_string()], |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, String>(1)?,
                    row.get::<_, String>(2)?,
                    row.get::<_, String>(3)?,
                    row.get::<_, Option<String>>(4)?,
                    row.get::<_, String>(5)?,
                ))
            })
            .optional()?;
        let Some((seq, story, properties, import, imported, gazetteer)) = found else { return Ok(None) };
        let mut story: serde_json::Value = from_json(&story, "a story")?;
        let properties: FeatureProperties = from_json(&properties, "properties of a feature")?;
        story["provenance"] = serde_json::json!({
            "dataset": properties.dataset, "file": properties.file, "row": properties.row, "import": import,
            "imported": imported, "gazetteer": gazetteer,
        });
        story["history"] = self.history(seq)?.into();
        Ok(Some(story))
    }

    fn history(&self, seq: i64) -> Result<Vec<serde_json::Value>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT h.at, j.id, h.what, h.before FROM incident_history h JOIN imports j ON j.seq = h.import \
             WHERE h.incident = ?1 ORDER BY h.number",
        )?;
        let mut rows = statement.query([seq])?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            let before: Option<String> = row.get(3)?;
            let before: Option<serde_json::Value> =
                before.map(|before| from_json(&before, "properties of a feature")).transpose()?;
            entries.push(serde_json::json!({
                "at": row.get::<_, String>(0)?, "import": row.get::<_, String>(1)?,
                "what": row.get::<_, String>(2)?, "before": before,
            }));
        }
        Ok(entries)
    }

    /// One job with its first problems.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold.
    pub fn job(&self, id: &JobId) -> Result<Option<Job>, StoreError> {
        let mut statement =
            self.connection.prepare_cached(&format!("SELECT {JOB_COLUMNS} FROM imports WHERE id = ?1"))?;
        let mut rows = statement.query([id.as_str()])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let mut job = job_of(row)?;
        job.problems = self.problems(row.get(0)?, 0, JOB_PROBLEMS)?;
        Ok(Some(job))
    }

    /// A page of jobs, newest first, before the job number `before`.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold.
    pub fn jobs(&self, before: Option<i64>, limit: usize) -> Result<JobPage, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached(&format!("SELECT {JOB_COLUMNS} FROM imports WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2"))?;
        let mut rows = statement.query(params![before.unwrap_or(i64::MAX), limit as i64 + 1])?;
        let (mut jobs, mut seqs) = (Vec::new(), Vec::new());
        while let Some(row) = rows.next()? {
            seqs.push(row.get::<_, i64>(0)?);
            jobs.push(job_of(row)?);
        }
        let next = (jobs.len() > limit).then(|| seqs[limit - 1]);
        jobs.truncate(limit);
        Ok(JobPage { jobs, next })
    }

    /// Jobs that were accepted and have not ended, oldest first.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold.
    pub fn open_jobs(&self) -> Result<Vec<Job>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {JOB_COLUMNS} FROM imports WHERE state IN ('queued', 'running') ORDER BY seq"
        ))?;
        let mut rows = statement.query([])?;
        let mut jobs = Vec::new();
        while let Some(row) = rows.next()? {
            jobs.push(job_of(row)?);
        }
        Ok(jobs)
    }

    /// Up to `limit` problems of a job from number `from` on; `None` when there is no such job.
    ///
    /// # Errors
    /// The database fails.
    pub fn job_problems(&self, id: &JobId, from: usize, limit: usize) -> Result<Option<Vec<RowProblem>>, StoreError> {
        let seq: Option<i64> = self
            .connection
            .prepare_cached("SELECT seq FROM imports WHERE id = ?1")?
            .query_row([id.as_str()], |row| row.get(0))
            .optional()?;
        seq.map(|seq| self.problems(seq, from, limit)).transpose()
    }

    fn problems(&self, seq: i64, from: usize, limit: usize) -> Result<Vec<RowProblem>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT line, column_name, value, reason, repair, kept FROM problems \
             WHERE import_seq = ?1 AND number >= ?2 ORDER BY number LIMIT ?3",
        )?;
        let rows = statement.query_map(params![seq, from as i64, limit as i64], |row| {
            Ok(RowProblem {
                line: row.get::<_, i64>(0)?.unsigned_abs(),
                column: row.get(1)?,
                value: row.get(2)?,
                reason: row.get(3)?,
                repair: row.get(4)?,
                kept: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The rows with problems of an import; none of one that was loaded before they were kept.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold.
    pub fn problem_rows(&self, id: &JobId) -> Result<ProblemRows, StoreError> {
        let header: Option<Option<String>> = self
            .connection
            .query_row("SELECT header FROM imports WHERE id = ?1", [id.as_str()], |row| row.get(0))
            .optional()?;
        let header = header.flatten().map(|header| from_json(&header, "the header of a file")).transpose()?;
        let mut statement = self
            .connection
            .prepare_cached("SELECT line, cells FROM problem_rows JOIN imports ON seq = import_seq WHERE id = ?1")?;
        let mut rows = statement.query([id.as_str()])?;
        let mut found = ProblemRows { header: header.unwrap_or_default(), ..ProblemRows::default() };
        while let Some(row) = rows.next()? {
            let (line, cells): (i64, String) = (row.get(0)?, row.get(1)?);
            found.cells.insert(line.unsigned_abs(), from_json(&cells, "the cells of a row")?);
        }
        Ok(found)
    }
}

impl Stored {
    /// Writes the incident as a line of a CSV export.
    ///
    /// # Errors
    /// Its properties cannot be read.
    pub fn write_csv(&self, out: &mut Vec<u8>) -> Result<(), StoreError> {
        let properties: FeatureProperties = from_json(&self.properties, "properties of a feature")?;
        let mut table = csv::Writer::from_writer(out);
        export::write_row(&mut table, &self.row_key, self.position, &properties)
            .expect("writing to memory does not fail, and every line has the same number of cells");
        Ok(())
    }
}

/// The header of a CSV export.
#[must_use]
pub fn csv_header() -> Vec<u8> {
    let mut table = csv::Writer::from_writer(Vec::new());
    export::write_header(&mut table).expect("writing to memory does not fail");
    table.into_inner().expect("writing to memory does not fail")
}

impl Drop for Reader {
    fn drop(&mut self) {
        // A failed COMMIT leaves the transaction open on a pooled connection; ROLLBACK of a read transaction cannot lose anything.
        if self.connection.execute_batch("COMMIT").is_err() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}

/// The word without its last letter when that is likely to be a case ending.
fn without_ending(word: &str) -> &str {
    if word.chars().count() < ENDING_FROM_LETTERS { word } else { word.strip_suffix(ENDINGS).unwrap_or(word) }
}

fn position(row: &Row<'_>, column: usize) -> Result<Option<LonLat>, StoreError> {
    let (lon, lat): (Option<f64>, Option<f64>) = (row.get(column)?, row.get(column + 1)?);
    Ok(lon.zip(lat).map(|(lon, lat)| LonLat { lon, lat }))
}

fn drawn_place(json: String) -> Result<DrawnPlace, StoreError> {
    from_json(&json, "a place")
}

fn from_json<T: serde::de::DeserializeOwned>(json: &str, expected: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::Damaged { value: json.chars().take(60).collect(), expected })
}

fn word<T: FromStr>(text: String, expected: &'static str) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::Damaged { value: text.clone(), expected })
}

fn job_of(row: &Row<'_>) -> Result<Job, StoreError> {
    let number = |column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
    Ok(Job {
        id: JobId::from_text(&row.get::<_, String>(1)?),
        state: word::<JobState>(row.get(2)?, "the state of an import")?,
        dataset: row.get(3)?,
        file: row.get(4)?,
        read: number(5)?,
        new: number(6)?,
        updated: number(7)?,
        unchanged: number(8)?,
        duplicate: number(9)?,
        rejected: number(10)?,
        resolved: number(11)?,
        ambiguous: number(12)?,
        unresolved: number(13)?,
        problems: Vec::new(),
        problems_total: number(14)?,
        created: row.get(15)?,
        finished: row.get(16)?,
        error: row.get(17)?,
        undone: row.get(18)?,
        dry_run: None,
    })
}
