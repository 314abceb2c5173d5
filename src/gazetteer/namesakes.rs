//! Entries of a gazetteer that are called the same and lie near each other.

use super::PlaceKind;
use crate::geo::LonLat;
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// How far (metres) entries of one name are looked for.
pub(super) const REACH_M: f64 = 60_000.0;

/// Kinds that are one for the purpose of being the same place.
pub(super) fn class_of(kind: PlaceKind) -> u8 {
    match kind {
        PlaceKind::Country => 0,
        PlaceKind::Region => 1,
        PlaceKind::District => 2,
        PlaceKind::City | PlaceKind::Town | PlaceKind::Village => 3,
        PlaceKind::CityDistrict | PlaceKind::Quarter | PlaceKind::Microdistrict => 4,
        other => 10 + other as u8,
    }
}

/// Entries by class, name and, but for the large ones, the cell of a grid they lie in: a country has thousands of Abay streets.
#[derive(Default)]
pub(super) struct Namesakes {
    hasher: RandomState,
    /// The last entry of each hash, as its place in `chain`.
    last: HashMap<u64, u32>,
    /// Number of the entry, and the one before it of the same hash.
    chain: Vec<(u32, u32)>,
}

/// Ends a chain.
const NONE: u32 = u32::MAX;
/// Degrees of a cell.
const CELL_DEG: f64 = 0.5;
/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.0;

impl Namesakes {
    fn cell(degrees: f64) -> i32 {
        (degrees / CELL_DEG).floor() as i32
    }

    fn is_by_cell(class: u8) -> bool {
        class >= class_of(PlaceKind::City)
    }

    pub(super) fn add(&mut self, class: u8, key: &str, at: LonLat, number: u32) {
        let cell = if Self::is_by_cell(class) { (Self::cell(at.lon), Self::cell(at.lat)) } else { (0, 0) };
        let link = self.chain.len() as u32;
        let before = self.last.insert(self.hasher.hash_one((class, key, cell)), link);
        self.chain.push((number, before.unwrap_or(NONE)));
    }

    /// The entries of a name of a class; but for the large ones only those within [`REACH_M`], and some beyond.
    pub(super) fn near(&self, class: u8, key: &str, at: LonLat) -> Vec<u32> {
        let reach = REACH_M / DEGREE_M;
        let reach_lon = (reach / at.lat.to_radians().cos().max(0.01)).min(180.0);
        let (lons, lats) = if Self::is_by_cell(class) {
            (
                Self::cell(at.lon - reach_lon)..=Self::cell(at.lon + reach_lon),
                Self::cell(at.lat - reach)..=Self::cell(at.lat + reach),
            )
        } else {
            (0..=0, 0..=0)
        };
        let mut found = Vec::new();
        for lon in lons {
            for lat in lats.clone() {
                let mut link = self.last.get(&self.hasher.hash_one((class, key, (lon, lat)))).copied().unwrap_or(NONE);
                while let Some((number, before)) = self.chain.get(link as usize) {
                    found.push(*number);
                    link = *before;
                }
            }
        }
        found.sort_unstable();
        found
    }
}
