//! What later imports said too: an import notes which incidents it found as they are, so that they stay when an earlier one is taken
//! back. They are then its own.

use super::StoreError;
use super::words::{differences, incidents_of, push_difference};
use rusqlite::{Connection, params};
use std::collections::HashSet;

/// Bytes of what was found as it is that are held before they are written.
const MAX_HELD_BYTES: usize = 1 << 20;

/// The incidents that an import found as they are, and their rows in its file, while it is written.
#[derive(Default)]
pub(super) struct SaidAgain {
    /// Differences of numbers and lines, in turn: two bytes for each in a file that was sent again.
    held: Vec<u8>,
    last: (i64, i64),
    pieces: i64,
}

impl SaidAgain {
    pub(super) fn take(&mut self, incident: i64, line: i64) {
        push_difference(&mut self.held, incident - self.last.0);
        push_difference(&mut self.held, line - self.last.1);
        self.last = (incident, line);
    }

    /// Writes what is held when it is much, or in any case at the end.
    pub(super) fn write(&mut self, connection: &Connection, import: i64, is_end: bool) -> Result<(), StoreError> {
        if self.held.is_empty() || (self.held.len() < MAX_HELD_BYTES && !is_end) {
            return Ok(());
        }
        let mut insert =
            connection.prepare_cached("INSERT INTO said_again (import, piece, incidents) VALUES (?1, ?2, ?3)")?;
        insert.execute(params![import, self.pieces, self.held])?;
        (self.held, self.last, self.pieces) = (Vec::new(), (0, 0), self.pieces + 1);
        Ok(())
    }
}

/// The incidents and lines of a piece.
fn said_again_in(bytes: &[u8]) -> impl Iterator<Item = (i64, i64)> + '_ {
    let (mut numbers, mut last) = (differences(bytes), (0i64, 0i64));
    std::iter::from_fn(move || {
        last = (last.0.wrapping_add(numbers.next()?), last.1.wrapping_add(numbers.next()?));
        Some(last)
    })
}

/// Gives what an import made to the next one that found it as it is; says how many incidents that are. Whatever an import found stands
/// there as the one before it left it, so what is still as `import` left it is what they found.
pub(super) fn hand_over(connection: &Connection, import: i64) -> Result<i64, StoreError> {
    connection.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS heirs (incident INTEGER PRIMARY KEY, import INTEGER, line INTEGER); \
         DELETE FROM temp.heirs",
    )?;
    {
        let mut later = connection.prepare(
            "SELECT f.import, f.incidents FROM said_again f JOIN imports i ON i.seq = f.import \
             WHERE f.import > ?1 AND i.state = 'succeeded' ORDER BY f.import, f.piece",
        )?;
        let mut insert = connection.prepare(
            "INSERT OR IGNORE INTO temp.heirs SELECT seq, ?2, ?3 FROM main.incidents WHERE seq = ?1 AND import = ?4",
        )?;
        let mut pieces = later.query([import])?;
        while let Some(piece) = pieces.next()? {
            let heir: i64 = piece.get(0)?;
            for (incident, line) in said_again_in(piece.get_ref(1)?.as_blob().unwrap_or_default()) {
                insert.execute(params![incident, heir, line, import])?;
            }
        }
    }
    let handed: i64 = connection.query_row("SELECT count(*) FROM temp.heirs", [], |row| row.get(0))?;
    if handed == 0 {
        return Ok(0);
    }
    hand_over_words(connection, import)?;
    for statement in [
        "UPDATE versions SET replaced_by = h.import FROM temp.heirs h \
         WHERE versions.replaced_by = ?1 AND h.incident = versions.incident",
        "UPDATE incidents SET first_import = iif(first_import = ?1, h.import, first_import), import = h.import, \
         line = h.line FROM temp.heirs h WHERE h.incident = incidents.seq AND incidents.import = ?1",
    ] {
        connection.execute(statement, [import])?;
    }
    connection.execute_batch(
        "UPDATE imports SET took_over = took_over + h.count FROM \
         (SELECT import, count(*) AS count FROM temp.heirs GROUP BY import) h WHERE h.import = imports.seq; \
         DELETE FROM temp.heirs",
    )?;
    Ok(handed)
}

/// Puts the words of what is handed over under the imports that get it.
fn hand_over_words(connection: &Connection, import: i64) -> Result<(), StoreError> {
    let mut heirs = connection.prepare("SELECT DISTINCT import FROM temp.heirs")?;
    let heirs: Vec<i64> = heirs.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for heir in heirs {
        let mut own = connection.prepare("SELECT incident FROM temp.heirs WHERE import = ?1")?;
        let own: HashSet<i64> = own.query_map([heir], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let next = "SELECT coalesce(max(piece) + 1, 0) FROM postings WHERE import = ?1";
        let first: i64 = connection.query_row(next, [heir], |row| row.get(0))?;
        let mut postings =
            connection.prepare("SELECT word, piece, incidents FROM postings WHERE import = ?1 ORDER BY word, piece")?;
        let mut insert =
            connection.prepare("INSERT INTO postings (word, import, piece, incidents) VALUES (?1, ?2, ?3, ?4)")?;
        let mut rows = postings.query([import])?;
        let mut moved: Vec<(String, i64, Vec<u8>)> = Vec::new();
        while let Some(row) = rows.next()? {
            let (mut bytes, mut last) = (Vec::new(), 0);
            for incident in incidents_of(row.get_ref(2)?.as_blob().unwrap_or_default()).filter(|seq| own.contains(seq))
            {
                push_difference(&mut bytes, incident - last);
                last = incident;
            }
            if !bytes.is_empty() {
                moved.push((row.get(0)?, row.get(1)?, bytes));
            }
        }
        drop(rows);
        for (word, piece, bytes) in moved {
            insert.execute(params![word, heir, first + piece, bytes])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_reads_back() {
        let mut said_again = SaidAgain::default();
        let rows = [(7, 2), (8, 3), (3, 90_000), (1_000_000, 5)];
        rows.iter().for_each(|(incident, line)| said_again.take(*incident, *line));
        assert_eq!(said_again_in(&said_again.held).collect::<Vec<_>>(), rows);
    }
}
