//! What commits changed, and reading it into the segments of a snapshot.

use super::read::{drawn_place, position, word};
use super::{Reader, Store, StoreError};
use crate::incident::{IncidentId, Precision, Status};
use crate::layer::feature::Origin;
use crate::layer::segment::{SegmentLocation, SegmentRow};
use crate::layer::{Commit, ImportColumn, Tables};
use rusqlite::{Connection, OptionalExtension, params};
use std::ops::RangeInclusive;
use std::sync::Mutex;

/// Ranges of one commit that are kept; when there are more, all between the first and the last counts as changed.
const MAX_RANGES: usize = 10_000;

/// Counts a commit, which changed the incidents with these numbers, in ascending order.
pub(super) fn count_commit(connection: &Connection, changed: impl Iterator<Item = i64>) -> Result<(), StoreError> {
    connection.execute("UPDATE state SET generation = generation + 1, mark = random()", [])?;
    connection.execute("INSERT INTO commits SELECT generation, mark FROM state", [])?;
    let mut ranges: Vec<RangeInclusive<i64>> = Vec::new();
    for seq in changed {
        let are_many = ranges.len() > MAX_RANGES;
        match ranges.last_mut() {
            Some(last) if seq <= *last.end() => {}
            Some(last) if seq == *last.end() + 1 || are_many => *last = *last.start()..=seq,
            _ => ranges.push(seq..=seq),
        }
    }
    if let (true, Some(first), Some(last)) = (ranges.len() > MAX_RANGES, ranges.first(), ranges.last()) {
        ranges = vec![*first.start()..=*last.end()];
    }
    let mut insert = connection.prepare_cached("INSERT INTO changes SELECT generation, ?1, ?2 FROM state")?;
    for range in ranges {
        insert.execute([range.start(), range.end()])?;
    }
    Ok(())
}

/// Tells cheaply whether the database has changed since it was asked last.
#[derive(Default)]
pub struct Pulse(Mutex<Vec<Beat>>);

struct Beat {
    connection: Connection,
    version: i64,
    commit: Commit,
}

impl Store {
    /// The commit of this moment, whoever made it.
    ///
    /// # Errors
    /// The database fails.
    pub fn commit(&self) -> Result<Commit, StoreError> {
        let idle = || self.pulse.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let known = idle().pop();
        let mut beat = match known {
            Some(beat) => beat,
            None => Beat { connection: self.read_only()?, version: i64::MIN, commit: Commit::default() },
        };
        let version = beat.connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        if beat.version != version {
            beat.commit = commit_of(&beat.connection)?;
            beat.version = version;
        }
        let commit = beat.commit;
        idle().push(beat);
        Ok(commit)
    }
}

fn commit_of(connection: &Connection) -> Result<Commit, StoreError> {
    let mut statement = connection.prepare_cached("SELECT generation, mark FROM state")?;
    Ok(statement
        .query_row([], |row| Ok(Commit { generation: row.get::<_, i64>(0)?.unsigned_abs(), mark: row.get(1)? }))?)
}

impl Reader {
    /// Which commit this is.
    ///
    /// # Errors
    /// The database fails.
    pub fn commit(&self) -> Result<Commit, StoreError> {
        commit_of(self.connection())
    }

    /// The numbers of the incidents that changed since an earlier commit; `None` when that is not one of this database.
    ///
    /// # Errors
    /// The database fails.
    pub fn changed_since(&self, earlier: Commit) -> Result<Option<Vec<RangeInclusive<i64>>>, StoreError> {
        let generation = earlier.generation as i64;
        let mark: Option<i64> = self
            .connection()
            .prepare_cached("SELECT mark FROM commits WHERE generation = ?1")?
            .query_row([generation], |row| row.get(0))
            .optional()?;
        if mark != Some(earlier.mark) {
            return Ok(None);
        }
        let query = "SELECT first, last FROM changes WHERE generation > ?1 ORDER BY first";
        let mut statement = self.connection().prepare_cached(query)?;
        let mut rows = statement.query([generation])?;
        let mut ranges: Vec<RangeInclusive<i64>> = Vec::new();
        while let Some(row) = rows.next()? {
            let (first, end): (i64, i64) = (row.get(0)?, row.get(1)?);
            match ranges.last_mut() {
                Some(last) if first <= last.end().saturating_add(1) => *last = *last.start()..=end.max(*last.end()),
                _ => ranges.push(first..=end),
            }
        }
        Ok(Some(ranges))
    }

    /// Takes what came to the small tables.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold.
    pub fn read_tables(&self, tables: &mut Tables) -> Result<(), StoreError> {
        let (last_name, last_import, last_place) = tables.last_numbers();
        let mut statement = self.connection().prepare_cached("SELECT seq, name FROM names WHERE seq > ?1")?;
        let mut rows = statement.query([last_name])?;
        while let Some(row) = rows.next()? {
            tables.name(row.get(0)?, row.get_ref(1)?.as_str().unwrap_or_default());
        }
        let mut statement = self.connection().prepare_cached("SELECT seq, drawn FROM places WHERE seq > ?1")?;
        let mut rows = statement.query([last_place])?;
        while let Some(row) = rows.next()? {
            tables.drawn_place(row.get(0)?, drawn_place(row.get(1)?)?);
        }
        let mut statement = self.connection().prepare_cached("SELECT seq, id, file FROM imports WHERE seq > ?1")?;
        let mut rows = statement.query([last_import])?;
        while let Some(row) = rows.next()? {
            let (id, file): (String, String) = (row.get(1)?, row.get(2)?);
            let origin = Origin { import: &id, file: &file }.json();
            tables.import(row.get(0)?, ImportColumn { id, origin });
        }
        Ok(())
    }

    /// Gives the locations from number `from` on in order, `None` for numbers that are not used.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold.
    pub fn locations(&self, from: u32, mut take: impl FnMut(Option<SegmentLocation<'_>>)) -> Result<(), StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT seq, lon, lat, uncertainty_m, status, precision, place, path, properties FROM locations \
             WHERE seq >= ?1 ORDER BY seq",
        )?;
        let mut rows = statement.query([from])?;
        let mut next = from;
        while let Some(row) = rows.next()? {
            let number: u32 = row.get(0)?;
            (next..number).for_each(|_| take(None));
            next = number + 1;
            let path = row.get_ref(7)?.as_str().unwrap_or_default();
            take(Some(SegmentLocation {
                position: position(row, 1)?,
                uncertainty_m: row.get(3)?,
                status: word::<Status>(row.get(4)?, "a status")?,
                precision: word::<Precision>(row.get(5)?, "a precision")?,
                place: row.get(6)?,
                path: path.split('/').filter_map(|place| place.parse().ok()).collect(),
                properties: row.get_ref(8)?.as_str().unwrap_or_default(),
            }));
        }
        Ok(())
    }

    /// The first and the last number of an incident; `None` when there is none.
    ///
    /// # Errors
    /// The database fails.
    pub fn incident_numbers(&self) -> Result<Option<RangeInclusive<i64>>, StoreError> {
        let query = "SELECT (SELECT min(seq) FROM incidents), (SELECT max(seq) FROM incidents)";
        let (first, last): (Option<i64>, Option<i64>) =
            self.connection().query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(first.zip(last).map(|(first, last)| first..=last))
    }

    /// Gives the incidents with these numbers in order, and what their reports say.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold, or `take` fails.
    pub fn segment_rows(
        &self,
        ranges: &[RangeInclusive<i64>],
        mut take: impl FnMut(&SegmentRow, &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT i.seq, i.head, i.tail, i.lon, i.lat, i.uncertainty_m, i.start_minute, i.end_minute, i.category, \
             i.source, i.dataset, i.import, i.line, i.location, r.said \
             FROM incidents i JOIN reports r ON r.incident = i.seq WHERE i.seq BETWEEN ?1 AND ?2 ORDER BY i.seq",
        )?;
        for range in ranges {
            let mut rows = statement.query(params![range.start(), range.end()])?;
            while let Some(row) = rows.next()? {
                let incident = SegmentRow {
                    seq: row.get(0)?,
                    id: IncidentId::of_halves(row.get(1)?, row.get(2)?),
                    given: position(row, 3)?.zip(row.get(5)?),
                    span: row.get::<_, Option<i64>>(6)?.zip(row.get(7)?),
                    category: row.get(8)?,
                    source: row.get(9)?,
                    dataset: row.get(10)?,
                    import: row.get(11)?,
                    line: u32::try_from(row.get::<_, i64>(12)?).unwrap_or(u32::MAX),
                    location: row.get(13)?,
                };
                take(&incident, row.get_ref(14)?.as_bytes().unwrap_or_default())?;
            }
        }
        Ok(())
    }
}
