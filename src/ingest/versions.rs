//! Rows of one event, of which one counts: later versions of ACLED, and the many rows that GDELT makes of one article.

use super::cells::Cells;
use super::dates::{DateOrder, parse_date};
use crate::time::minutes_of;
use foldhash::HashMap;
use foldhash::fast::FixedState;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, Hasher};

/// What makes rows versions of one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Versions {
    /// Of one id the newest counts, and of rows that differ only in who acted (one for each actor) the first.
    Newest {
        id: usize,
        timestamp: usize,
        /// The columns that tell who acted.
        actors: Vec<usize>,
    },
    /// Of one article the first row that names a town counts, else the first.
    Article { url: usize, geo_type: usize },
}

/// The rows that count, by their group.
#[derive(Debug, Default)]
pub(super) struct Counting(HashMap<u64, Best>);

/// The row of a group that counts.
#[derive(Debug)]
struct Best {
    rank: i64,
    line: u64,
    /// A hash of what it says beside who acted.
    event: u64,
}

impl Versions {
    fn group(&self, cells: &Cells) -> Option<u64> {
        let (Self::Newest { id: column, .. } | Self::Article { url: column, .. }) = self;
        let name = cells.get(*column)?.trim();
        (!name.is_empty()).then(|| FixedState::default().hash_one(name))
    }

    /// How much speaks for a row.
    fn rank(&self, cells: &Cells) -> i64 {
        match self {
            Self::Newest { timestamp, .. } => {
                let text = cells.get(*timestamp).unwrap_or_default().trim();
                let date = || parse_date(text, DateOrder::DayFirst).map(|at| minutes_of(at.start()));
                text.parse().ok().or_else(date).unwrap_or(i64::MIN)
            }
            Self::Article { geo_type, .. } => i64::from(matches!(cells.get(*geo_type), Some("3" | "4"))),
        }
    }

    /// A hash of what a row says of the event beside who acted.
    fn event(&self, cells: &Cells) -> u64 {
        let Self::Newest { actors, .. } = self else { return 0 };
        let mut hash = FixedState::default().build_hasher();
        for (_, cell) in cells.iter().enumerate().filter(|(column, _)| !actors.contains(column)) {
            hash.write(cell.trim().as_bytes());
            hash.write_u8(0);
        }
        hash.finish()
    }

    /// Takes a row into account.
    pub(super) fn look_at(&self, line: u64, cells: &Cells, counting: &mut Counting) {
        let Some(group) = self.group(cells) else { return };
        let rank = self.rank(cells);
        match counting.0.entry(group) {
            Entry::Vacant(first) => {
                first.insert(Best { rank, line, event: self.event(cells) });
            }
            Entry::Occupied(mut best) if rank > best.get().rank => {
                best.insert(Best { rank, line, event: self.event(cells) });
            }
            Entry::Occupied(_) => {}
        }
    }

    /// The line that counts in place of this one. Of one id and one time both count when they contradict each other.
    pub(super) fn better(&self, line: u64, cells: &Cells, counting: &Counting) -> Option<u64> {
        let best = counting.0.get(&self.group(cells)?).filter(|best| best.line != line)?;
        let is_other =
            || matches!(self, Self::Article { .. }) || self.rank(cells) < best.rank || self.event(cells) == best.event;
        is_other().then_some(best.line)
    }
}
