//! The rows of a file that were there already.

use super::rows::{Outcome, Row};
use foldhash::HashMap;
use foldhash::fast::FixedState;
use std::collections::hash_map::Entry;
use std::hash::BuildHasher;

/// Tells duplicates and contradictions: of each row that was taken it keeps 24 bytes.
///
/// Keys are kept as 64-bit hashes. Two keys of one file with the same hash would make the later row a listed contradiction, never a
/// silent loss; among a million rows the chance is 3 in a hundred million.
#[derive(Debug, Default)]
pub struct Seen(HashMap<u64, (u64, u32)>);

impl Seen {
    /// Turns a row whose key was there before into a duplicate, or rejects it when it says something else.
    pub fn admit(&mut self, row: &mut Row) {
        let Outcome::Report(report) = &row.outcome else { return };
        let said = row.said;
        match self.0.entry(FixedState::default().hash_one((&report.dataset, &report.key))) {
            Entry::Vacant(new) => {
                new.insert((said, u32::try_from(row.line).unwrap_or(u32::MAX)));
            }
            Entry::Occupied(earlier) if earlier.get().0 == said => row.become_duplicate(),
            Entry::Occupied(earlier) => row.contradict(u64::from(earlier.get().1)),
        }
    }
}
