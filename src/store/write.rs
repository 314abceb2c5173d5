//! Writing: one transaction for a whole import.

use super::heirs::SaidAgain;
use super::insert::{Inserts, NewIncident, ROWS_AT_ONCE, insert_ids};
use super::outcome::Outcome;
use super::problems::{MAX_KEPT_BYTES, MAX_KEPT_SHARE, Room, bytes_of, shortened, write_problems};
use super::words::Postings;
use super::{Counts, ExampleKind, Job, JobState, NewJob, Store, StoreError};
use crate::geo::LonLat;
use crate::import::{Incident, Location, Piece, ProblemRow};
use crate::incident::Status;
use crate::ingest::{ProblemCode, Reading, RowProblem, Understood};
use crate::layer::DrawnPlace;
use crate::time::minutes_of;
use foldhash::HashMap;
use rusqlite::{
    CachedStatement, Connection, OptionalExtension, Transaction, TransactionBehavior, named_params, params,
};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;

const INSERT_JOB: &str = "INSERT INTO imports (id, state, dataset, file, created, options) \
     VALUES (:id, :state, :dataset, :file, :created, :options)";

const UPDATE_INCIDENT: &str = "UPDATE incidents SET import = ?2, line = ?3, start_minute = ?4, end_minute = ?5, \
     category = ?6, source = ?7, location = ?8, lon = ?9, lat = ?10, uncertainty_m = ?11, content = ?12 WHERE seq = ?1";

const KEEP_VERSION: &str = "INSERT INTO versions (incident, replaced_by, import, line, start_minute, end_minute, \
     category, source, location, lon, lat, uncertainty_m, content, said) \
     SELECT i.seq, ?2, i.import, i.line, i.start_minute, i.end_minute, i.category, i.source, i.location, i.lon, i.lat, \
     i.uncertainty_m, i.content, r.said FROM incidents i JOIN reports r ON r.incident = i.seq WHERE i.seq = ?1";

const FIND_INCIDENT: &str = "SELECT i.seq, i.content FROM incident_ids k JOIN incidents i ON i.seq = k.incident \
     WHERE k.head = ?1 AND i.tail = ?2";

const INSERT_LOCATION: &str = "INSERT INTO locations (seq, hash, status, precision, lon, lat, uncertainty_m, place, \
     path, properties, story) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

/// New locations that are held before they are written. A page that is changed again after it went to the write-ahead log makes SQLite
/// compute the checksums of all later frames anew, and the index of their hashes is changed everywhere.
const MAX_HELD_LOCATIONS: usize = 10_000;

/// Numbers that are remembered; when there are more, they are asked of the database anew.
const MAX_REMEMBERED: usize = 500_000;

/// Pages that the writer holds in memory, as SQLite counts them: negative, in KiB.
const CACHE_KIB: i64 = -32 * 1024;

/// What of a file is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Every row that is not rejected.
    GoodRows,
    /// Every row, or none when any is rejected: then the job is given back as failed and is not in the store.
    AllOrNothing,
    /// None: a dry run.
    Nothing,
}

/// What a whole file says, beside its rows; known when all of them are read.
#[derive(Debug, Clone)]
pub struct Head {
    /// The dataset that its rows belong to.
    pub dataset: String,
    /// SHA-256 of its bytes.
    pub file_sha256: [u8; 32],
    /// Its header.
    pub header: Vec<String>,
    /// The names under which columns without a meaning are kept.
    pub kept_columns: Vec<String>,
    /// Version of the gazetteer that places the incidents.
    pub gazetteer: String,
    /// How it is understood.
    pub understood: Understood,
    /// How it is read where its headers do not say it.
    pub reading: Reading,
}

/// How an import is to be written.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// The import.
    pub job: &'a NewJob,
    /// What of it is kept.
    pub keep: Keep,
    /// Where the rows with problems are written as a file, kept or not.
    pub problems: Option<&'a Path>,
    /// How many bytes the file has as it is stored; what is kept of rows with problems is bounded by it.
    pub file_bytes: u64,
    /// Tells the time when it ends.
    pub now: &'a dyn Fn() -> String,
}

impl Store {
    /// Keeps a job that begins.
    ///
    /// # Errors
    /// The database fails.
    pub fn begin_job(&self, job: &NewJob) -> Result<(), StoreError> {
        let writer = self.writer();
        // One of an earlier process is there already.
        let known = writer.execute("UPDATE imports SET state = 'running' WHERE id = ?1", [job.id.as_str()])?;
        if known == 0 {
            insert_job(&writer, job, JobState::Running)?;
        }
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

    /// Writes an import in one transaction: after any crash either everything is there or nothing. `fill` gives the pieces to the
    /// [`Writing`]; `head` is asked when it ends. When every row was rejected the job is `failed`: its problems are kept.
    ///
    /// # Errors
    /// The database or `fill` fails, or the file of problems cannot be written; then nothing was written.
    pub fn write<E: From<StoreError>>(
        &self,
        order: Order<'_>,
        head: &dyn Fn() -> Head,
        fill: impl FnOnce(&mut Writing<'_>) -> Result<(), E>,
    ) -> Result<Job, E> {
        let database = |error: rusqlite::Error| E::from(error.into());
        let mut writer = self.writer();
        writer.pragma_update(None, "cache_size", CACHE_KIB).map_err(database)?;
        let not_kept = self.without_log(&mut writer, |writer| write(writer, order, head, fill))??;
        drop(writer);
        if let Some(job) = not_kept {
            return Ok(job);
        }
        let found = self.reader()?.job(&order.job.id)?;
        let missing = StoreError::Damaged { value: "nothing".to_owned(), expected: "the job that was just committed" };
        found.ok_or_else(|| missing.into())
    }
}

/// Writes an import in one transaction; gives the job when it is not to be kept.
fn write<E: From<StoreError>>(
    writer: &mut Connection,
    order: Order<'_>,
    head: &dyn Fn() -> Head,
    fill: impl FnOnce(&mut Writing<'_>) -> Result<(), E>,
) -> Result<Option<Job>, E> {
    let Order { job, keep, problems, file_bytes, now } = order;
    let database = |error: rusqlite::Error| E::from(error.into());
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(database)?;
    let mut writing = Writing::begin(&transaction, job, keep, file_bytes)?;
    fill(&mut writing)?;
    let (mut outcome, import) = writing.end()?;
    let state = outcome.finish(&transaction, import, head(), &now())?;
    if let Some(path) = problems {
        let written = File::create(path).map_err(StoreError::ProblemFile)?;
        let mut written = BufWriter::new(written);
        write_problems(&transaction, import, &mut written)?;
        written.flush().map_err(StoreError::ProblemFile)?;
    }
    let is_kept = match keep {
        Keep::GoodRows => true,
        Keep::AllOrNothing => outcome.counts.rejected == 0,
        Keep::Nothing => false,
    };
    if is_kept {
        transaction.commit().map_err(database)?;
        return Ok(None);
    }
    transaction.rollback().map_err(database)?;
    let state = match (keep, state) {
        (Keep::Nothing, JobState::Succeeded) => JobState::Undone,
        _ => JobState::Failed,
    };
    Ok(Some(outcome.job(job, state)))
}

fn insert_job(connection: &Connection, job: &NewJob, state: JobState) -> Result<i64, StoreError> {
    connection.execute(
        INSERT_JOB,
        named_params! {
            ":id": job.id.as_str(), ":state": state.as_str(), ":dataset": job.dataset, ":file": job.file,
            ":created": job.created, ":options": json(&job.options),
        },
    )?;
    Ok(connection.last_insert_rowid())
}

/// An import while it is written.
pub struct Writing<'t> {
    pub(super) transaction: &'t Transaction<'t>,
    /// Those that each incident needs: to look for them costs as much as they do.
    insert_one: Inserts<'t>,
    insert_many: Inserts<'t>,
    find_incident: CachedStatement<'t>,
    import: i64,
    outcome: Outcome,
    /// The number of the next incident.
    next: i64,
    /// Whether incidents were there before.
    has_earlier: bool,
    names: HashMap<Arc<str>, i64>,
    places: HashMap<usize, (i64, Arc<DrawnPlace>)>,
    /// From the numbers of this import to those of the store.
    locations: HashMap<u64, i64>,
    held: Vec<(i64, Location)>,
    held_hashes: HashMap<[u8; 16], i64>,
    last_location: i64,
    postings: Postings,
    said_again: SaidAgain,
    /// The first half of each new id, and its incident.
    ids: Vec<(i64, i64)>,
    problem_room: Room,
}

/// New ids that are held before they are written in order.
const MAX_HELD_IDS: usize = 2_000_000;

impl<'t> Writing<'t> {
    fn begin(transaction: &'t Transaction<'t>, job: &NewJob, keep: Keep, file_bytes: u64) -> Result<Self, StoreError> {
        let known = transaction
            .query_row("SELECT seq FROM imports WHERE id = ?1", [job.id.as_str()], |row| row.get(0))
            .optional()?;
        let import = match known {
            Some(seq) => seq,
            None => insert_job(transaction, job, JobState::Running)?,
        };
        let last_number = |table: &str| {
            transaction.query_row(&format!("SELECT coalesce(max(seq), 0) FROM {table}"), [], |row| row.get::<_, i64>(0))
        };
        let last = last_number("incidents")?;
        Ok(Self {
            transaction,
            insert_one: Inserts::prepare(transaction, 1)?,
            insert_many: Inserts::prepare(transaction, ROWS_AT_ONCE)?,
            find_incident: transaction.prepare_cached(FIND_INCIDENT)?,
            import,
            outcome: Outcome::new(last + 1, keep == Keep::Nothing),
            next: last + 1,
            has_earlier: last > 0,
            names: HashMap::default(),
            places: HashMap::default(),
            locations: HashMap::default(),
            held: Vec::new(),
            held_hashes: HashMap::default(),
            last_location: last_number("locations")?,
            postings: Postings::default(),
            said_again: SaidAgain::default(),
            ids: Vec::new(),
            problem_room: Room::of(file_bytes),
        })
    }

    /// Writes the rows of a piece.
    ///
    /// # Errors
    /// The database fails.
    pub fn take(&mut self, piece: Piece) -> Result<(), StoreError> {
        self.outcome.read += piece.read;
        self.outcome.counts.duplicate += piece.duplicate;
        self.outcome.counts.rejected += piece.rejected;
        self.outcome.further_columns.extend(piece.further_columns);
        self.outcome.leave_out(piece.left_out);
        self.hold(piece.locations)?;
        let mut written = vec![0; piece.read as usize];
        let mut fresh = Vec::with_capacity(piece.incidents.len());
        for (row, incident) in &piece.incidents {
            match incident.placed.status {
                Status::Resolved => self.outcome.resolved += 1,
                Status::Ambiguous => {
                    self.outcome.ambiguous += 1;
                    self.outcome.show(ExampleKind::Ambiguous, incident, || Ok(None))?;
                }
                Status::Unresolved => {
                    self.outcome.unresolved += 1;
                    self.outcome.show(ExampleKind::Unresolved, incident, || Ok(None))?;
                }
            }
            written[usize::from(*row)] = self.write(incident, &mut fresh)?;
        }
        for rows in fresh.chunks(ROWS_AT_ONCE) {
            match rows.len() {
                ROWS_AT_ONCE => self.insert_many.insert(rows, self.import)?,
                _ => rows.chunks(1).try_for_each(|row| self.insert_one.insert(row, self.import))?,
            }
        }
        self.postings.take(piece.words, &written);
        self.postings.write(self.transaction, self.import, false)?;
        self.said_again.write(self.transaction, self.import, false)?;
        self.write_ids(false)?;
        self.write_problem_rows(piece.problems, piece.problem_rows)
    }

    /// What came of the rows so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.outcome.counts
    }

    /// Writes an incident unless it is there as it is, a new one into `fresh`; gives its number when it was written, else 0.
    fn write<'p>(&mut self, incident: &'p Incident, fresh: &mut Vec<NewIncident<'p>>) -> Result<i64, StoreError> {
        let (head, tail) = incident.id.halves();
        let earlier: Option<(i64, [u8; 16])> = if self.has_earlier {
            self.find_incident.query_row([head, tail], |row| Ok((row.get(0)?, row.get(1)?))).optional()?
        } else {
            None
        };
        if let Some((seq, content)) = earlier
            && content == incident.content
        {
            self.said_again.take(seq, incident.line as i64);
            self.outcome.counts.unchanged += 1;
            self.outcome.show(ExampleKind::Unchanged, incident, || Ok(None))?;
            return Ok(0);
        }
        let category = self.name(&incident.category)?;
        let source = self.name(&incident.source)?;
        let location = self.location(incident.placed.number)?;
        let span = incident.occurred.map(|at| (minutes_of(at.start()), minutes_of(at.end())));
        let (start, end) = (span.map(|span| span.0), span.map(|span| span.1));
        let (lon, lat) = (incident.given.map(|given| given.0.lon), incident.given.map(|given| given.0.lat));
        let uncertainty_m = incident.given.map(|given| given.1);
        let line = incident.line as i64;
        match earlier {
            Some((seq, _)) => {
                self.outcome.counts.updated += 1;
                if self.outcome.wants(ExampleKind::Updated) {
                    let before = properties_before(self.transaction, seq)?;
                    let after = self.properties_after(incident, location)?;
                    self.outcome.show(ExampleKind::Updated, incident, || Ok(Some((before, after))))?;
                }
                self.transaction.prepare_cached(KEEP_VERSION)?.execute([seq, self.import])?;
                self.transaction.prepare_cached(UPDATE_INCIDENT)?.execute(params![
                    seq,
                    self.import,
                    line,
                    start,
                    end,
                    category,
                    source,
                    location,
                    lon,
                    lat,
                    uncertainty_m,
                    incident.content,
                ])?;
                self.transaction
                    .prepare_cached("UPDATE reports SET said = ?2 WHERE incident = ?1")?
                    .execute(params![seq, incident.said])?;
                self.outcome.updated_incidents.push(seq);
                Ok(seq)
            }
            None => {
                let dataset = self.name(&incident.dataset)?;
                let seq = self.next;
                self.next += 1;
                self.outcome.new_incidents.end = self.next;
                fresh.push(NewIncident { seq, dataset, category, source, location, incident });
                self.ids.push((head, seq));
                self.outcome.counts.new += 1;
                self.outcome.show(ExampleKind::New, incident, || Ok(None))?;
                Ok(seq)
            }
        }
    }

    /// The properties that an incident will have, but for where it comes from.
    fn properties_after(&self, incident: &Incident, location: i64) -> Result<String, StoreError> {
        let held = self.held.iter().find(|(seq, _)| *seq == location);
        let (properties, uncertainty_m) = match held {
            Some((_, location)) => (location.properties.clone(), location.uncertainty_m),
            None => self.transaction.query_row(
                "SELECT properties, uncertainty_m FROM locations WHERE seq = ?1",
                [location],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?,
        };
        let uncertainty_m = incident.given.map(|(_, uncertainty_m)| uncertainty_m).or(uncertainty_m);
        Ok(content_of(&incident.said, &properties, uncertainty_m, incident.given.map(|(at, _)| at)))
    }

    /// The number of a category, source or dataset.
    fn name(&mut self, name: &str) -> Result<i64, StoreError> {
        if let Some(&known) = self.names.get(name) {
            return Ok(known);
        }
        let mut find = self.transaction.prepare_cached("SELECT seq FROM names WHERE name = ?1")?;
        let seq = match find.query_row([name], |row| row.get(0)).optional()? {
            Some(seq) => seq,
            None => {
                self.transaction.prepare_cached("INSERT INTO names (name) VALUES (?1)")?.execute([name])?;
                self.transaction.last_insert_rowid()
            }
        };
        if self.names.len() >= MAX_REMEMBERED {
            self.names.clear();
        }
        self.names.insert(name.into(), seq);
        Ok(seq)
    }

    /// Gives new locations their numbers; they are written later, many at a time.
    fn hold(&mut self, locations: Vec<Location>) -> Result<(), StoreError> {
        for location in locations {
            let mut find = self.transaction.prepare_cached("SELECT seq FROM locations WHERE hash = ?1")?;
            let hash = location.placed.hash;
            let known = match self.held_hashes.get(&hash) {
                Some(&seq) => Some(seq),
                None => find.query_row([hash], |row| row.get(0)).optional()?,
            };
            let seq = match known {
                Some(seq) => seq,
                None => {
                    self.last_location += 1;
                    self.held_hashes.insert(hash, self.last_location);
                    self.last_location
                }
            };
            self.locations.insert(location.placed.number, seq);
            if known.is_none() {
                self.held.push((seq, location));
            }
        }
        if self.held.len() >= MAX_HELD_LOCATIONS { self.write_locations() } else { Ok(()) }
    }

    /// The number of a location.
    fn location(&self, number: u64) -> Result<i64, StoreError> {
        let damaged = || StoreError::Damaged { value: number.to_string(), expected: "a location of this import" };
        self.locations.get(&number).copied().ok_or_else(damaged)
    }

    fn write_locations(&mut self) -> Result<(), StoreError> {
        self.held_hashes.clear();
        for (seq, location) in std::mem::take(&mut self.held) {
            self.insert_location(seq, &location)?;
        }
        Ok(())
    }

    fn insert_location(&mut self, seq: i64, location: &Location) -> Result<(), StoreError> {
        let mut steps = Vec::with_capacity(location.path.len());
        for place in &location.path {
            steps.push(self.place(place)?.to_string());
        }
        let place = location.place.as_ref().map(|place| self.place(place)).transpose()?;
        self.transaction.prepare_cached(INSERT_LOCATION)?.execute(params![
            seq,
            location.placed.hash,
            location.placed.status.as_str(),
            location.placed.precision.as_str(),
            location.position.map(|at| at.lon),
            location.position.map(|at| at.lat),
            location.uncertainty_m,
            place,
            steps.join("/"),
            location.properties,
            location.story,
        ])?;
        Ok(())
    }

    /// The number of a place as it is now.
    fn place(&mut self, place: &Arc<DrawnPlace>) -> Result<i64, StoreError> {
        // The map holds the place, so that its address is not used for another one.
        let address = Arc::as_ptr(place).addr();
        if let Some((known, _)) = self.places.get(&address) {
            return Ok(*known);
        }
        let drawn = json(&**place);
        let mut find = self.transaction.prepare_cached("SELECT seq FROM places WHERE id = ?1 AND drawn = ?2")?;
        let seq = match find.query_row([&place.id.0, &drawn], |row| row.get(0)).optional()? {
            Some(seq) => seq,
            None => {
                let mut insert = self.transaction.prepare_cached("INSERT INTO places (id, drawn) VALUES (?1, ?2)")?;
                insert.execute([&place.id.0, &drawn])?;
                self.transaction.last_insert_rowid()
            }
        };
        self.places.insert(address, (seq, Arc::clone(place)));
        Ok(seq)
    }

    /// Writes rows with problems while there is room for them; what is wrong with the others, and that they are not there.
    fn write_problem_rows(&mut self, problems: Vec<RowProblem>, rows: Vec<ProblemRow>) -> Result<(), StoreError> {
        let mut insert = self
            .transaction
            .prepare_cached("INSERT INTO problem_rows (import, line, cells, key) VALUES (?1, ?2, ?3, ?4)")?;
        let mut problems = problems.into_iter().peekable();
        let mut written = Vec::with_capacity(problems.len());
        for ProblemRow { line, cells, key } in rows {
            let was_full = self.problem_room.is_full();
            let own: Vec<_> = std::iter::from_fn(|| problems.next_if(|problem| problem.line <= line)).collect();
            let told: usize = own.iter().map(bytes_of).sum();
            if self.problem_room.take(cells.bytes() + key.len() + told) {
                insert.execute(params![self.import, line as i64, json(&cells.iter().collect::<Vec<_>>()), key])?;
                written.extend(own);
                continue;
            }
            if !was_full {
                written.push(RowProblem::kept(
                    ProblemCode::TextNotKept,
                    line,
                    "",
                    "",
                    format!(
                        "the rows with problems have more text than {} MiB and {MAX_KEPT_SHARE} times the bytes of the file: \
                         from this line on only the code of a problem is kept, not the row",
                        MAX_KEPT_BYTES >> 20
                    ),
                    "repair the rows listed so far and send the file anew, or repair it where it was made",
                ));
            }
            written.extend(own.into_iter().map(shortened));
        }
        written.extend(problems);
        self.write_problems(written)
    }

    fn write_problems(&mut self, problems: Vec<RowProblem>) -> Result<(), StoreError> {
        let mut insert = self.transaction.prepare_cached(
            "INSERT INTO problems (import, number, line, column_name, value, reason, repair, kept, code) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for problem in problems {
            let number = self.outcome.problems as i64;
            insert.execute(params![
                self.import,
                number,
                problem.line as i64,
                problem.column,
                problem.value,
                problem.reason,
                problem.repair,
                problem.kept,
                problem.code.as_str()
            ])?;
            self.outcome.list(problem);
        }
        Ok(())
    }

    /// Writes the new ids in their own order when there are many, or in any case at the end.
    fn write_ids(&mut self, is_end: bool) -> Result<(), StoreError> {
        if self.ids.len() < MAX_HELD_IDS && !is_end {
            return Ok(());
        }
        self.ids.sort_unstable();
        insert_ids(self.transaction, &self.ids)?;
        self.ids.clear();
        Ok(())
    }

    fn end(mut self) -> Result<(Outcome, i64), StoreError> {
        self.write_locations()?;
        self.write_ids(true)?;
        self.postings.write(self.transaction, self.import, true)?;
        self.said_again.write(self.transaction, self.import, true)?;
        Ok((self.outcome, self.import))
    }
}

/// The properties of an incident as it is, but for where it comes from.
fn properties_before(connection: &Connection, seq: i64) -> Result<String, StoreError> {
    let query = "SELECT r.said, s.properties, coalesce(i.uncertainty_m, s.uncertainty_m), i.lon, i.lat FROM incidents i \
                 JOIN reports r ON r.incident = i.seq JOIN locations s ON s.seq = i.location WHERE i.seq = ?1";
    let row = |row: &rusqlite::Row<'_>| {
        let given = row.get::<_, Option<f64>>(3)?.zip(row.get::<_, Option<f64>>(4)?);
        let given = given.map(|(lon, lat)| LonLat { lon, lat });
        Ok(content_of(row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?, row.get(2)?, given))
    };
    Ok(connection.prepare_cached(query)?.query_row([seq], row)?)
}

/// What an update may change, as a JSON object.
fn content_of(said: &str, location: &str, uncertainty_m: Option<f64>, given: Option<LonLat>) -> String {
    format!("{{{said},{location},\"uncertainty_m\":{},\"position\":{}}}", json(&uncertainty_m), json(&given))
}

pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("our own structs of texts and finite numbers always become JSON")
}
