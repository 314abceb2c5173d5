//! The rows of a file that were there already.

use super::rows::Fingerprint;
use foldhash::HashMap;
use std::collections::hash_map::Entry;

/// Tells duplicates and contradictions: of each row that was taken it keeps 24 bytes.
///
/// Keys are kept as 64-bit hashes. Two keys of one file with the same hash would make the later row a listed contradiction, never a
/// silent loss; among a million rows the chance is 3 in a hundred million.
#[derive(Debug, Default)]
pub struct Seen(HashMap<u64, (u64, u32)>);

/// How a row stands to the earlier ones of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// None has its key.
    New,
    /// One says the same.
    Repeated {
        /// Its line.
        line: u64,
    },
    /// One has its key and says something else.
    Contradicts {
        /// Its line.
        line: u64,
    },
}

impl Seen {
    /// How a row stands that could be taken; of those with its key the first one counts.
    pub fn admit(&mut self, line: u64, fingerprint: Fingerprint) -> Standing {
        match self.0.entry(fingerprint.key) {
            Entry::Vacant(new) => {
                new.insert((fingerprint.said, u32::try_from(line).unwrap_or(u32::MAX)));
                Standing::New
            }
            Entry::Occupied(earlier) => {
                let (said, line) = *earlier.get();
                let line = u64::from(line);
                if said == fingerprint.said { Standing::Repeated { line } } else { Standing::Contradicts { line } }
            }
        }
    }
}
