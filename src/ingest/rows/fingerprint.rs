//! What tells a row from the others: a key made of what it says, and hashes for as long as a file is read.

use crate::incident::Report;
use crate::text::spaced;
use foldhash::fast::FixedState;
use sha2::{Digest, Sha256};
use std::hash::{BuildHasher, Hash, Hasher};

/// Hashes of a row, for as long as the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fingerprint {
    /// Of its dataset and key.
    pub(in crate::ingest) key: u64,
    /// Of everything that it says.
    pub(in crate::ingest) said: u64,
}

impl Fingerprint {
    /// Of a report whose key is filled in.
    pub(super) fn of(report: &Report) -> Self {
        let key = FixedState::default().hash_one((&report.dataset, &report.key));
        Self { key, said: hash_of(report) }
    }
}

/// Gives every word that a row says, and an empty text after each cell: spaces are made equal. `occurred` and `given` say when and at
/// which coordinates.
fn each_word(report: &Report, occurred: &str, given: &str, take: &mut dyn FnMut(&str)) {
    let own = [
        &report.title,
        &report.description,
        occurred,
        &report.category,
        &report.source,
        &report.source_url,
        &report.place_text,
        &report.city,
        &report.region,
        &report.country,
        given,
    ];
    let extra = report.extra.iter().flat_map(|(header, value)| [header.as_str(), value.as_str()]);
    for text in own.into_iter().chain(extra) {
        spaced(text).for_each(&mut *take);
        take("");
    }
}

/// The key of a row without an id: made of everything that it says, so that the same row has the same key in every file.
pub(super) fn content_key(report: &Report) -> String {
    let mut said = String::new();
    let occurred = report.occurred.map(|occurred| occurred.to_string()).unwrap_or_default();
    let given = report.given.map(|at| format!("{},{}", at.lon, at.lat)).unwrap_or_default();
    each_word(report, &occurred, &given, &mut |word| match word {
        "" => said.push('\0'),
        word => {
            said.push_str(word);
            said.push(' ');
        }
    });
    let hex: String = Sha256::digest(said.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("content-{hex}")
}

/// A hash of everything that a row says, for as long as the program runs.
fn hash_of(report: &Report) -> u64 {
    let mut hash = FixedState::default().build_hasher();
    report.occurred.hash(&mut hash);
    report.given.map(|at| [at.lon, at.lat].map(f64::to_bits)).hash(&mut hash);
    each_word(report, "", "", &mut |word| match word {
        "" => hash.write_u8(0),
        word => hash.write(word.as_bytes()),
    });
    hash.finish()
}
