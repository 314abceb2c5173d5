//! The rows with problems of an import, and the file of them that loads again when it is repaired.

use super::read::{from_json, word};
use super::{JobId, Reader, StoreError};
use crate::ingest::{ProblemCode, ProblemTable, Reading, Repairs, RowProblem};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::io::{self, Write};

/// Bytes of rows with problems, and of what is wrong with them, that one import may keep whatever its file is.
pub const MAX_KEPT_BYTES: u64 = 64 << 20;

/// The same for large files, in times their bytes.
pub const MAX_KEPT_SHARE: u64 = 4;

/// Letters of a value that are kept beyond that.
const SHORT_VALUE_CHARS: usize = 40;

const PROBLEMS: &str = "SELECT p.line, p.column_name, p.value, p.reason, p.repair, p.kept, p.code";

/// A row with all that is wrong with it.
#[derive(Default)]
struct ProblemRow {
    line: i64,
    cells: Vec<String>,
    key: String,
    problems: Vec<RowProblem>,
}

/// How much may still be kept of the rows with problems of an import: many times more may come out of a packed file than it has bytes.
#[derive(Debug)]
pub(super) struct Room {
    left: u64,
    is_full: bool,
}

impl Room {
    /// For a file of so many bytes.
    pub(super) fn of(file_bytes: u64) -> Self {
        Self { left: file_bytes.saturating_mul(MAX_KEPT_SHARE).max(MAX_KEPT_BYTES), is_full: false }
    }

    /// Whether so much more is kept. Once it is not, nothing is.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        match self.left.checked_sub(bytes as u64) {
            Some(left) if !self.is_full => self.left = left,
            _ => self.is_full = true,
        }
        !self.is_full
    }

    /// Whether something was not kept.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }
}

/// How many bytes a problem takes.
pub(super) fn bytes_of(problem: &RowProblem) -> usize {
    problem.column.len() + problem.value.len() + problem.reason.len() + problem.repair.len()
}

/// What is kept of a problem beyond the room for them: its code says what is wrong.
pub(super) fn shortened(problem: RowProblem) -> RowProblem {
    let end = problem.value.char_indices().nth(SHORT_VALUE_CHARS).map_or(problem.value.len(), |(at, _)| at);
    let value = problem.value[..end].to_owned();
    RowProblem { value, reason: String::new(), repair: String::new(), ..problem }
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
    let code = word::<ProblemCode>(row.get(6)?, "the code of a problem")?;
    let reason: String = row.get(3)?;
    Ok(RowProblem {
        code,
        line: row.get::<_, i64>(0)?.unsigned_abs(),
        column: row.get(1)?,
        value: row.get(2)?,
        // Of a shortened one the code is the reason.
        reason: if reason.is_empty() { code.to_string() } else { reason },
        repair: row.get(4)?,
        kept: row.get(5)?,
    })
}
