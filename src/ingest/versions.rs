//! Rows of one event, of which one counts: later versions of ACLED, and the many rows that GDELT makes of one article.

use super::cells::Cells;
use super::dates::{DateOrder, parse_date};
use crate::time::minutes_of;
use foldhash::HashMap;
use foldhash::fast::FixedState;
use std::collections::hash_map::Entry;
use std::hash::BuildHasher;

/// What makes rows versions of one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Versions {
    /// Of one id the newest counts.
    Newest { id: usize, timestamp: usize },
    /// Of one article the first row that names a town counts, else the first.
    Article { url: usize, geo_type: usize },
}

/// The rows that count, by their group.
#[derive(Debug, Default)]
pub(super) struct Counting(HashMap<u64, (i64, u64)>);

impl Versions {
    fn group(self, cells: &Cells) -> Option<u64> {
        let (Self::Newest { id: column, .. } | Self::Article { url: column, .. }) = self;
        let name = cells.get(column)?.trim();
        (!name.is_empty()).then(|| FixedState::default().hash_one(name))
    }

    /// How much speaks for a row.
    fn rank(self, cells: &Cells) -> i64 {
        match self {
            Self::Newest { timestamp, .. } => {
                let text = cells.get(timestamp).unwrap_or_default().trim();
                let date = || parse_date(text, DateOrder::DayFirst).map(|at| minutes_of(at.start()));
                text.parse().ok().or_else(date).unwrap_or(i64::MIN)
            }
            Self::Article { geo_type, .. } => i64::from(matches!(cells.get(geo_type), Some("3" | "4"))),
        }
    }

    /// Takes a row into account.
    pub(super) fn look_at(self, line: u64, cells: &Cells, counting: &mut Counting) {
        let Some(group) = self.group(cells) else { return };
        let rank = self.rank(cells);
        match counting.0.entry(group) {
            Entry::Vacant(first) => {
                first.insert((rank, line));
            }
            Entry::Occupied(mut best) if rank > best.get().0 => {
                best.insert((rank, line));
            }
            Entry::Occupied(_) => {}
        }
    }

    /// The line that counts in place of this one. Of one id and one time both count: they repeat or contradict each other.
    pub(super) fn better(self, line: u64, cells: &Cells, counting: &Counting) -> Option<u64> {
        let (best, best_line) = *counting.0.get(&self.group(cells)?)?;
        let is_older = best_line != line && (matches!(self, Self::Article { .. }) || self.rank(cells) < best);
        is_older.then_some(best_line)
    }
}
