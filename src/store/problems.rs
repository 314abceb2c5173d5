//! The rows with problems of an import, and the file of them that loads again when it is repaired.

use super::read::{from_json, word};
use super::{JobId, Reader, StoreError};
use crate::ingest::{ProblemCode, ProblemTable, Reading, Repairs, RowProblem};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::io::{self, Write};

const PROBLEMS: &str = "SELECT p.line, p.column_name, p.value, p.reason, p.repair, p.kept, p.code";

/// A row with all that is wrong with it.
#[derive(Default)]
struct ProblemRow {
    line: i64,
    cells: Vec<String>,
    key: String,
    problems: Vec<RowProblem>,
}

impl Reader {
    /// Writes the rows with problems of an import as a CSV that loads again when it is repaired. `false` when there is no such import.
    ///
    /// # Errors
    /// The database fails or holds what it cannot hold, or `out` fails.
    pub fn write_problems(&self, id: &JobId, out: impl Write) -> Result<bool, StoreError> {
        let seq: Option<i64> = self
            .connection()
            .prepare_cached("SELECT seq FROM imports WHERE id = ?1")?
            .query_row([id.as_str()], |row| row.get(0))
            .optional()?;
        seq.map(|seq| write_problems(self.connection(), seq, out)).transpose().map(|written| written.is_some())
    }

    pub(super) fn problems(&self, seq: i64, limit: usize) -> Result<Vec<RowProblem>, StoreError> {
        let query = format!("{PROBLEMS} FROM problems p WHERE import = ?1 ORDER BY number LIMIT ?2");
        let mut statement = self.connection().prepare_cached(&query)?;
        let mut rows = statement.query(params![seq, limit as i64])?;
        let mut problems = Vec::new();
        while let Some(row) = rows.next()? {
            problems.push(problem(row)?);
        }
        Ok(problems)
    }
}

/// Writes the rows with problems of the import with this number.
pub(super) fn write_problems(connection: &Connection, import: i64, out: impl Write) -> Result<(), StoreError> {
    let query = "SELECT id, dataset, header, reading FROM imports WHERE seq = ?1";
    let texts = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?, row.get::<_, String>(3)?));
    let (import_id, dataset, header, reading) = connection.query_row(query, [import], texts)?;
    let header: Vec<String> = from_json(&header, "the header of a file")?;
    let reading: Reading = from_json(&reading, "how a file is read")?;
    let mut table =
        ProblemTable::new(&header, Repairs { import: import_id, dataset }, &reading, out).map_err(failed)?;
    let query = format!(
        "{PROBLEMS}, coalesce(r.cells, '[]'), coalesce(r.key, '') FROM problems p \
         LEFT JOIN problem_rows r ON r.import = p.import AND r.line = p.line WHERE p.import = ?1 ORDER BY p.number"
    );
    let mut statement = connection.prepare_cached(&query)?;
    let mut rows = statement.query([import])?;
    let mut held = ProblemRow::default();
    while let Some(row) = rows.next()? {
        let line: i64 = row.get(0)?;
        if line != held.line {
            table.push(&held.cells, &held.key, &held.problems).map_err(failed)?;
            let cells: String = row.get(7)?;
            held = ProblemRow {
                line,
                cells: from_json(&cells, "the cells of a row")?,
                key: row.get(8)?,
                problems: Vec::new(),
            };
        }
        held.problems.push(problem(row)?);
    }
    table.push(&held.cells, &held.key, &held.problems).map_err(failed)?;
    table.finish().map_err(failed)
}

fn failed(error: csv::Error) -> StoreError {
    StoreError::ProblemFile(io::Error::other(error))
}

fn problem(row: &Row<'_>) -> Result<RowProblem, StoreError> {
    Ok(RowProblem {
        code: word::<ProblemCode>(row.get(6)?, "the code of a problem")?,
        line: row.get::<_, i64>(0)?.unsigned_abs(),
        column: row.get(1)?,
        value: row.get(2)?,
        reason: row.get(3)?,
        repair: row.get(4)?,
        kept: row.get(5)?,
    })
}
