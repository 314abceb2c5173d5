//! Reading one committed state.

use super::preset::options_of;
use super::{Job, JobId, JobState, StoreError};
use crate::geo::LonLat;
use crate::incident::IncidentId;
use crate::ingest::Understood;
use crate::layer::feature::{self, FeatureProperties};
use crate::layer::likeness::{Likeness, likeness, neighbours};
use crate::layer::{DrawnPlace, Snapshot};
use crate::layer::{export, feature_geometry, story};
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeSet;
use std::str::FromStr;

/// Problems that come with a job; the others are asked for by page.
pub const JOB_PROBLEMS: usize = 100;

const JOB_COLUMNS: &str = "seq, id, state, dataset, file, read, new, updated, unchanged, duplicate, rejected, resolved, \
     ambiguous, unresolved, problems_total, created, finished, error, undone, options, stayed, took_over";

/// A reader inside one read transaction.
pub struct Reader {
    connection: Held,
}

enum Held {
    Pooled(r2d2::PooledConnection<SqliteConnectionManager>),
    Own(Connection),
}

/// One incident with its ready-made parts.
#[derive(Debug)]
pub struct Stored {
    /// The store's own number.
    pub seq: i64,
    /// Identity as text.
    pub id: String,
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
    pub(super) fn pooled(connection: r2d2::PooledConnection<SqliteConnectionManager>) -> Result<Self, StoreError> {
        Self { connection: Held::Pooled(connection) }.begun()
    }

    /// With a connection that nobody else uses, and that is closed at the end.
    pub(super) fn own(connection: Connection) -> Result<Self, StoreError> {
        Self { connection: Held::Own(connection) }.begun()
    }

    fn begun(self) -> Result<Self, StoreError> {
        self.connection().execute_batch("BEGIN DEFERRED")?;
        Ok(self)
    }

    pub(super) fn connection(&self) -> &Connection {
        match &self.connection {
            Held::Pooled(connection) => connection,
            Held::Own(connection) => connection,
        }
    }

    /// The names under which these imports keep columns without a meaning, each once, those of the earliest import first.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold.
    pub fn kept_columns(&self, imports: &[&str]) -> Result<Vec<String>, StoreError> {
        let mut statement = self.connection().prepare_cached("SELECT id, kept_columns FROM imports ORDER BY seq")?;
        let mut rows = statement.query([])?;
        let mut all: Vec<String> = Vec::new();
        while let Some(row) = rows.next()? {
            if !imports.contains(&row.get_ref(0)?.as_str().unwrap_or_default()) {
                continue;
            }
            let names: Vec<String> = from_json(row.get_ref(1)?.as_str().unwrap_or_default(), "names of columns")?;
            for name in names {
                if !all.contains(&name) {
                    all.push(name);
                }
            }
        }
        Ok(all)
    }

    /// The ready-made parts of these incidents, in the order asked for; numbers that are gone are left out.
    ///
    /// # Errors
    /// The database fails.
    pub fn incidents(&self, seqs: &[i64]) -> Result<Vec<Stored>, StoreError> {
        let mut statement = self.connection().prepare_cached(&format!("{STORED} WHERE i.seq = ?1"))?;
        let mut found = Vec::with_capacity(seqs.len());
        for seq in seqs {
            found.extend(statement.query_row([seq], stored).optional()?);
        }
        Ok(found)
    }

    /// The whole story of one incident as JSON; `None` when there is none with this id.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold.
    pub fn story(&self, id: IncidentId, snapshot: &Snapshot) -> Result<Option<serde_json::Value>, StoreError> {
        let (head, tail) = id.halves();
        let query = format!("{STORED} JOIN incident_ids k ON k.incident = i.seq WHERE k.head = ?1 AND i.tail = ?2");
        let found = self.connection().prepare_cached(&query)?.query_row([head, tail], stored).optional()?;
        let Some(incident) = found else { return Ok(None) };
        let (location, given, imported, gazetteer) = self
            .connection()
            .prepare_cached(
                "SELECT s.story, i.lon, i.lat, i.uncertainty_m, j.finished, j.gazetteer FROM incidents i \
                 JOIN locations s ON s.seq = i.location JOIN imports j ON j.seq = i.import WHERE i.seq = ?1",
            )?
            .query_row([incident.seq], |row| {
                let position = row.get::<_, Option<f64>>(1)?.zip(row.get::<_, Option<f64>>(2)?);
                let given = position.map(|(lon, lat)| LonLat { lon, lat }).zip(row.get(3)?);
                Ok((row.get::<_, String>(0)?, given, row.get::<_, Option<String>>(4)?, row.get::<_, String>(5)?))
            })?;
        let properties: FeatureProperties = from_json(&incident.properties, "properties of a feature")?;
        let location = from_json(&location, "a location")?;
        let geometry = incident.geometry.as_deref().map(|text| from_json(text, "a geometry")).transpose()?;
        let mut story = story::story(&incident.id, &properties, location, given, geometry);
        story["provenance"] = serde_json::json!({
            "dataset": properties.dataset, "file": properties.file, "row": properties.row, "import": properties.import,
            "imported": imported, "gazetteer": gazetteer,
        });
        story["history"] = self.history(&incident)?.into();
        let alike = self.likely_duplicates(snapshot, &incident, MAX_ALIKE)?;
        story["likely_duplicates"] =
            alike.iter().map(|(other, signs)| other.headline(signs)).collect::<Result<Vec<_>, _>>()?.into();
        Ok(Some(story))
    }

    /// The incidents that may tell of the same event as this one: at most `limit`, those with most signs first.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold.
    pub fn likely_duplicates(
        &self,
        snapshot: &Snapshot,
        incident: &Stored,
        limit: usize,
    ) -> Result<Vec<(Stored, Vec<Likeness>)>, StoreError> {
        let Some(row) = snapshot.row_of_seq(incident.seq) else { return Ok(Vec::new()) };
        let own: FeatureProperties = from_json(&incident.properties, "properties of a feature")?;
        let near: Vec<i64> = neighbours(snapshot, row).into_iter().map(|row| snapshot.seq(row)).collect();
        let mut alike = Vec::new();
        for piece in near.chunks(NEIGHBOUR_PIECE) {
            for other in self.incidents(piece)? {
                let signs = likeness(&own, &from_json(&other.properties, "properties of a feature")?);
                if !signs.is_empty() {
                    alike.push((other, signs));
                }
            }
        }
        alike.sort_by_key(|(_, signs)| std::cmp::Reverse(signs.len()));
        alike.truncate(limit);
        Ok(alike)
    }

    /// What became of an incident, oldest first: its making, and each change with the properties before it and what differs.
    fn history(&self, incident: &Stored) -> Result<Vec<serde_json::Value>, StoreError> {
        let mut entries = vec![
            self.connection()
                .prepare_cached(
                    "SELECT j.finished, j.id FROM incidents i JOIN imports j ON j.seq = i.first_import WHERE i.seq = ?1",
                )?
                .query_row([incident.seq], |row| {
                    let (at, import) = (row.get::<_, Option<String>>(0)?, row.get::<_, String>(1)?);
                    Ok(serde_json::json!({ "at": at, "import": import, "what": "created", "before": null }))
                })?,
        ];
        let mut statement = self.connection().prepare_cached(VERSIONS)?;
        let mut rows = statement.query([incident.seq])?;
        let mut changes: Vec<(String, String, serde_json::Value)> = Vec::new();
        while let Some(row) = rows.next()? {
            let before = properties_of(row, 2)?;
            changes.push((row.get(0)?, row.get(1)?, from_json(&before, "properties of a feature")?));
        }
        let now: serde_json::Value = from_json(&incident.properties, "properties of a feature")?;
        for (number, (at, import, before)) in changes.iter().enumerate() {
            let after = changes.get(number + 1).map_or(&now, |(_, _, next)| next);
            entries.push(serde_json::json!({
                "at": at, "import": import, "what": "updated", "before": before, "changed": changed(before, after),
            }));
        }
        Ok(entries)
    }

    /// One job with its first problems and how its file was understood.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold.
    pub fn job(&self, id: &JobId) -> Result<Option<Job>, StoreError> {
        let mut statement =
            self.connection().prepare_cached(&format!("SELECT {JOB_COLUMNS} FROM imports WHERE id = ?1"))?;
        let mut rows = statement.query([id.as_str()])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let mut job = job_of(row)?;
        job.problems = self.problems(row.get(0)?, JOB_PROBLEMS)?;
        job.understood = self.understood(row.get(0)?)?;
        Ok(Some(job))
    }

    fn understood(&self, seq: i64) -> Result<Option<Understood>, StoreError> {
        let query = "SELECT understood FROM imports WHERE seq = ?1";
        let found: Option<String> = self.connection().prepare_cached(query)?.query_row([seq], |row| row.get(0))?;
        found.map(|json| from_json(&json, "how a file was understood")).transpose()
    }

    /// A page of jobs, newest first, before the job number `before`.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold.
    pub fn jobs(&self, before: Option<i64>, limit: usize) -> Result<JobPage, StoreError> {
        let mut statement = self
            .connection()
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
        let mut statement = self.connection().prepare_cached(&format!(
            "SELECT {JOB_COLUMNS} FROM imports WHERE state IN ('queued', 'running') ORDER BY seq"
        ))?;
        let mut rows = statement.query([])?;
        let mut jobs = Vec::new();
        while let Some(row) = rows.next()? {
            jobs.push(job_of(row)?);
        }
        Ok(jobs)
    }
}

/// Likely duplicates that a story names.
const MAX_ALIKE: usize = 20;

/// Incidents that are read at once while duplicates are looked for.
const NEIGHBOUR_PIECE: usize = 500;

impl Stored {
    /// Enough to know it by, with the signs that it tells of the same event as another.
    ///
    /// # Errors
    /// Its properties cannot be read.
    pub fn headline(&self, signs: &[Likeness]) -> Result<serde_json::Value, StoreError> {
        let p: FeatureProperties = from_json(&self.properties, "properties of a feature")?;
        Ok(serde_json::json!({
            "id": self.id, "title": p.title, "occurred": p.occurred, "source": p.source, "dataset": p.dataset,
            "place_name": p.place_name, "precision": p.precision, "signs": signs,
        }))
    }

    /// The incident as a row of a table; `extra` are the names of further columns.
    ///
    /// # Errors
    /// Its properties cannot be read.
    pub fn table_row(&self, extra: &[String]) -> Result<Vec<String>, StoreError> {
        let properties: FeatureProperties = from_json(&self.properties, "properties of a feature")?;
        Ok(export::row(self.position, &properties, extra))
    }
}

/// What [`stored`] reads.
const STORED: &str = "SELECT i.seq, i.head, i.tail, coalesce(i.lon, s.lon), coalesce(i.lat, s.lat), \
     json_extract(p.drawn, '$.geometry'), r.said, s.properties, coalesce(i.uncertainty_m, s.uncertainty_m), d.name, j.id, \
     j.file, i.line FROM incidents i JOIN reports r ON r.incident = i.seq JOIN locations s ON s.seq = i.location \
     JOIN names d ON d.seq = i.dataset JOIN imports j ON j.seq = i.import LEFT JOIN places p ON p.seq = s.place";

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let position = row.get::<_, Option<f64>>(3)?.zip(row.get::<_, Option<f64>>(4)?);
    let position = position.map(|(lon, lat)| LonLat { lon, lat });
    let of_place: Option<String> = row.get(5)?;
    Ok(Stored {
        seq: row.get(0)?,
        id: IncidentId::of_halves(row.get(1)?, row.get(2)?).to_string(),
        position,
        properties: properties_of(row, 6)?,
        geometry: of_place.or_else(|| position.map(|at| feature_geometry(at).get().to_owned())),
    })
}

/// What a change replaced, oldest first.
const VERSIONS: &str = "SELECT now.finished, now.id, v.said, s.properties, coalesce(v.uncertainty_m, s.uncertainty_m), \
     d.name, j.id, j.file, v.line FROM versions v JOIN locations s ON s.seq = v.location \
     JOIN incidents i ON i.seq = v.incident JOIN names d ON d.seq = i.dataset JOIN imports j ON j.seq = v.import \
     JOIN imports now ON now.seq = v.replaced_by WHERE v.incident = ?1 ORDER BY v.seq";

/// The properties of which `said` stands in a column and the others in those after it.
fn properties_of(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    let (dataset, import, file) = (row.get_ref(column + 3)?, row.get_ref(column + 4)?, row.get_ref(column + 5)?);
    let origin = feature::Origin { import: import.as_str()?, file: file.as_str()? };
    let (said, location) = (row.get_ref(column)?, row.get_ref(column + 1)?);
    Ok(feature::properties(
        said.as_str()?,
        location.as_str()?,
        row.get(column + 2)?,
        dataset.as_str()?,
        origin,
        row.get(column + 6)?,
    ))
}

/// Properties that every import sets anew.
const ORIGIN: [&str; 3] = ["import", "file", "row"];

/// By name, the properties that differ, as `[before, after]`.
pub(super) fn changed(
    before: &serde_json::Value,
    after: &serde_json::Value,
) -> serde_json::Map<String, serde_json::Value> {
    let names = before.as_object().into_iter().chain(after.as_object()).flat_map(|properties| properties.keys());
    let names: BTreeSet<&String> = names.filter(|name| !ORIGIN.contains(&name.as_str())).collect();
    let differ = names.into_iter().filter(|name| before[name.as_str()] != after[name.as_str()]);
    differ.map(|name| (name.clone(), serde_json::json!([before[name.as_str()], after[name.as_str()]]))).collect()
}

impl Drop for Reader {
    fn drop(&mut self) {
        // A failed COMMIT leaves the transaction open on a pooled connection; ROLLBACK of a read transaction cannot lose anything.
        if self.connection().execute_batch("COMMIT").is_err() {
            let _ = self.connection().execute_batch("ROLLBACK");
        }
    }
}

pub(super) fn position(row: &Row<'_>, column: usize) -> Result<Option<LonLat>, StoreError> {
    let (lon, lat): (Option<f64>, Option<f64>) = (row.get(column)?, row.get(column + 1)?);
    Ok(lon.zip(lat).map(|(lon, lat)| LonLat { lon, lat }))
}

pub(super) fn drawn_place(json: String) -> Result<DrawnPlace, StoreError> {
    from_json(&json, "a place")
}

pub(super) fn from_json<T: serde::de::DeserializeOwned>(json: &str, expected: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::Damaged { value: json.chars().take(60).collect(), expected })
}

pub(super) fn word<T: FromStr>(text: String, expected: &'static str) -> Result<T, StoreError> {
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
        options: options_of(row.get_ref(19)?.as_str().unwrap_or(""))?,
        stayed: number(20)?,
        took_over: number(21)?,
        understood: None,
        dry_run: None,
    })
}
