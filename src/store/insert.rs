//! New incidents, many to a statement.

use super::StoreError;
use crate::import::Incident;
use crate::time::minutes_of;
use rusqlite::{CachedStatement, Transaction};

/// What comes before the rows of incidents and of reports. Several rows to a statement save a third of its time. A row that fails ends the
/// import in any case; `OR FAIL` spares the copies of pages that taking back the others of its statement would need.
const INSERT_INCIDENTS: &str = "INSERT OR FAIL INTO incidents (seq, head, tail, first_import, import, line, dataset, \
     start_minute, end_minute, category, source, location, lon, lat, uncertainty_m, content) VALUES ";
const INCIDENT_ROW: &str = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const INSERT_REPORTS: &str = "INSERT OR FAIL INTO reports (incident, said) VALUES ";
const REPORT_ROW: &str = "(?, ?)";

/// Rows of one statement.
pub(super) const ROWS_AT_ONCE: usize = 16;

/// The statements that insert so many incidents.
pub(super) struct Inserts<'t> {
    incidents: CachedStatement<'t>,
    reports: CachedStatement<'t>,
}

/// An incident that is to be inserted, with its numbers.
pub(super) struct NewIncident<'p> {
    pub(super) seq: i64,
    pub(super) dataset: i64,
    pub(super) category: i64,
    pub(super) source: i64,
    pub(super) location: i64,
    pub(super) incident: &'p Incident,
}

impl<'t> Inserts<'t> {
    pub(super) fn prepare(transaction: &'t Transaction<'t>, rows: usize) -> Result<Self, StoreError> {
        let rows_of = |row: &str| vec![row; rows].join(", ");
        Ok(Self {
            incidents: transaction.prepare_cached(&format!("{INSERT_INCIDENTS}{}", rows_of(INCIDENT_ROW)))?,
            reports: transaction.prepare_cached(&format!("{INSERT_REPORTS}{}", rows_of(REPORT_ROW)))?,
        })
    }

    /// Inserts as many as it was prepared for.
    pub(super) fn insert(&mut self, rows: &[NewIncident<'_>], import: i64) -> Result<(), StoreError> {
        let mut number = 0;
        let mut next = || {
            number += 1;
            number
        };
        for row in rows {
            let NewIncident { seq, dataset, category, source, location, incident } = row;
            let (head, tail) = incident.id.halves();
            let span = incident.occurred.map(|at| (minutes_of(at.start()), minutes_of(at.end())));
            let to = &mut self.incidents;
            for number in [*seq, head, tail, import, import, incident.line as i64, *dataset] {
                to.raw_bind_parameter(next(), number)?;
            }
            to.raw_bind_parameter(next(), span.map(|span| span.0))?;
            to.raw_bind_parameter(next(), span.map(|span| span.1))?;
            for number in [category, source, location] {
                to.raw_bind_parameter(next(), number)?;
            }
            to.raw_bind_parameter(next(), incident.given.map(|given| given.0.lon))?;
            to.raw_bind_parameter(next(), incident.given.map(|given| given.0.lat))?;
            to.raw_bind_parameter(next(), incident.given.map(|given| given.1))?;
            to.raw_bind_parameter(next(), incident.content)?;
        }
        self.incidents.raw_execute()?;
        for (row, number) in rows.iter().zip((1..).step_by(2)) {
            self.reports.raw_bind_parameter(number, row.seq)?;
            self.reports.raw_bind_parameter(number + 1, row.incident.said.as_str())?;
        }
        self.reports.raw_execute()?;
        Ok(())
    }
}

const INSERT_IDS: &str = "INSERT OR FAIL INTO incident_ids (head, incident) VALUES ";

/// Ids of one statement.
const IDS_AT_ONCE: usize = 64;

/// Inserts the first halves of ids with their incidents, in the order in which they are.
pub(super) fn insert_ids(transaction: &Transaction<'_>, ids: &[(i64, i64)]) -> Result<(), StoreError> {
    let prepare = |rows: usize| transaction.prepare_cached(&format!("{INSERT_IDS}{}", vec!["(?, ?)"; rows].join(", ")));
    let (mut one, mut many) = (prepare(1)?, prepare(IDS_AT_ONCE)?);
    for ids in ids.chunks(IDS_AT_ONCE) {
        let (insert, rows) = if ids.len() == IDS_AT_ONCE { (&mut many, IDS_AT_ONCE) } else { (&mut one, 1) };
        for ids in ids.chunks(rows) {
            for ((head, incident), number) in ids.iter().zip((1..).step_by(2)) {
                insert.raw_bind_parameter(number, *head)?;
                insert.raw_bind_parameter(number + 1, *incident)?;
            }
            insert.raw_execute()?;
        }
    }
    Ok(())
}
