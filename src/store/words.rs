//! Finding incidents by words: postings of each import, and the names of the places they lie in.

use super::{Reader, StoreError};
use crate::gazetteer::PlaceId;
use crate::import::PieceWords;
use crate::layer::{Found, Snapshot, Words};
use crate::text::stem::{self, Sought};
use foldhash::HashMap;
use rusqlite::{Connection, Rows, params};
use std::ops::Range;
use std::sync::Arc;

/// Bytes of postings that are held before they are written.
const MAX_HELD_BYTES: usize = 24 << 20;

/// Bytes that a word takes beside its postings, roughly.
const WORD_BYTES: usize = 96;

/// Postings of an import that are not written yet.
#[derive(Default)]
pub(super) struct Postings {
    held: HashMap<Arc<str>, Posting>,
    bytes: usize,
    pieces: i64,
}

/// The incidents of a word as differences, and the last of them.
#[derive(Default)]
struct Posting {
    incidents: Vec<u8>,
    last: i64,
}

impl Postings {
    /// Takes the words of a piece; `incidents` are the incidents by the number of their row, 0 where none was written.
    pub(super) fn take(&mut self, words: PieceWords, incidents: &[i64]) {
        for (word, rows) in words {
            let mut written = rows.into_iter().map(|row| incidents[usize::from(row)]).filter(|seq| *seq > 0).peekable();
            if written.peek().is_none() {
                continue;
            }
            let posting = self.held.entry(word).or_insert_with(|| {
                self.bytes += WORD_BYTES;
                Posting::default()
            });
            let before = posting.incidents.len();
            for seq in written {
                push_difference(&mut posting.incidents, seq - posting.last);
                posting.last = seq;
            }
            self.bytes += posting.incidents.len() - before;
        }
    }

    /// Writes what is held when it is much, or in any case at the end.
    pub(super) fn write(&mut self, connection: &Connection, import: i64, is_end: bool) -> Result<(), StoreError> {
        if self.held.is_empty() || (self.bytes < MAX_HELD_BYTES && !is_end) {
            return Ok(());
        }
        let mut insert = connection
            .prepare_cached("INSERT INTO postings (word, import, piece, incidents) VALUES (?1, ?2, ?3, ?4)")?;
        let mut words: Vec<(Arc<str>, Posting)> = self.held.drain().collect();
        words.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (word, posting) in words {
            insert.execute(params![&*word, import, self.pieces, posting.incidents])?;
        }
        (self.bytes, self.pieces) = (0, self.pieces + 1);
        Ok(())
    }
}

/// LEB128 of a difference; updated incidents may come before the last one, so it has a sign (zigzag).
pub(super) fn push_difference(bytes: &mut Vec<u8>, difference: i64) {
    let mut rest = ((difference << 1) ^ (difference >> 63)).cast_unsigned();
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}

/// The incidents of postings.
pub(super) fn incidents_of(bytes: &[u8]) -> impl Iterator<Item = i64> + '_ {
    differences(bytes).scan(0i64, |last, difference| {
        *last = last.wrapping_add(difference);
        Some(*last)
    })
}

/// The differences that were pushed.
pub(super) fn differences(bytes: &[u8]) -> impl Iterator<Item = i64> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (mut zigzag, mut shift) = (0u64, 0);
        loop {
            let byte = *bytes.get(at)?;
            at += 1;
            zigzag |= u64::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
            if byte < 0x80 {
                break;
            }
        }
        Some((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed())
    })
}

impl Reader {
    /// For each word the rows of `snapshot` in which a word of the report, or of the name of a place that they lie in, is a form of it or
    /// begins with it (see [`crate::text::stem`]), and those that lie in a place of which it is a name.
    ///
    /// # Errors
    /// The database fails.
    pub fn find_words(
        &self,
        snapshot: &Snapshot,
        words: &Words,
        called: &[(Range<usize>, Vec<PlaceId>)],
    ) -> Result<Vec<Found>, StoreError> {
        const FROM: &str = "SELECT j.id, p.incidents FROM postings p JOIN imports j ON j.seq = p.import WHERE ";
        let mut beginning = self.connection().prepare_cached(&format!("{FROM} word >= ?1 AND word < ?2"))?;
        let mut whole = self.connection().prepare_cached(&format!("{FROM} word = ?1"))?;
        let mut all = Vec::new();
        for (number, word) in words.as_slice().iter().enumerate() {
            let sought = Sought::new(word);
            let mut found = snapshot.named(&sought);
            let places = called.iter().filter(|(of_words, _)| of_words.contains(&number));
            found.add_places(snapshot, places.flat_map(|(_, ids)| ids));
            // No folded word has a character beyond this one.
            let end = format!("{}\u{10ffff}", sought.beginning());
            add(snapshot, &mut found, beginning.query([sought.beginning(), end.as_str()])?)?;
            for key in sought.keys() {
                add(snapshot, &mut found, whole.query([key])?)?;
            }
            all.push(found);
        }
        Ok(all)
    }
}

fn add(snapshot: &Snapshot, found: &mut Found, mut rows: Rows<'_>) -> Result<(), StoreError> {
    while let Some(row) = rows.next()? {
        let (import, incidents) = (row.get_ref(0)?.as_str(), row.get_ref(1)?.as_blob());
        if let (Ok(import), Ok(incidents)) = (import, incidents) {
            found.add(snapshot, import, incidents_of(incidents));
        }
    }
    Ok(())
}

/// Puts the postings of an older database, which stand under words, under their keys. What one import has under one key stays in
/// several pieces, which a search takes together.
pub(super) fn key_postings(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("CREATE TEMP TABLE words AS SELECT * FROM postings; DELETE FROM postings;")?;
    {
        let mut words = connection.prepare("SELECT word, import, incidents FROM temp.words")?;
        let mut insert =
            connection.prepare("INSERT INTO main.postings (word, import, piece, incidents) VALUES (?1, ?2, ?3, ?4)")?;
        let mut rows = words.query([])?;
        let mut piece = 0i64;
        while let Some(row) = rows.next()? {
            let key = stem::key(row.get_ref(0)?.as_str().unwrap_or_default());
            insert.execute(params![key, row.get::<_, i64>(1)?, piece, row.get::<_, Vec<u8>>(2)?])?;
            piece += 1;
        }
    }
    connection.execute_batch("DROP TABLE temp.words;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn postings_read_back(incidents in prop::collection::vec(any::<i64>(), 0..20)) {
            let (mut bytes, mut last) = (Vec::new(), 0i64);
            for seq in &incidents {
                push_difference(&mut bytes, seq.wrapping_sub(last));
                last = *seq;
            }
            prop_assert_eq!(incidents_of(&bytes).collect::<Vec<_>>(), incidents);
        }
    }
}
