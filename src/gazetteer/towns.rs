//! Which settlement a position lies in, when no outline tells.

use super::PlaceKind;
use crate::geo::LonLat;
use std::collections::HashMap;

/// Settlements by cells of a grid, so that the one around a street is found without looking at all.
pub(super) struct Towns {
    cells: HashMap<(i32, i32), Vec<Town>>,
}

/// A settlement and how far (metres) its streets reach from its middle.
struct Town {
    number: usize,
    at: LonLat,
    reach_m: f64,
}

/// Degrees of a cell: with its neighbours wider than any reach up to 60 degrees of latitude.
const CELL_DEG: f64 = 0.5;

/// No town is built up farther than this from its middle, metres: what is given as more is not known.
const MAX_EXTENT_M: f64 = 25_000.0;

impl Towns {
    /// The settlements among places, which are numbered from 0.
    pub(super) fn of(places: impl Iterator<Item = (PlaceKind, LonLat)>) -> Self {
        let mut towns = Self { cells: HashMap::new() };
        for (number, (kind, at)) in places.enumerate() {
            towns.add(number, kind, at);
        }
        towns
    }

    /// Settlements that reach as far as they are built up: of each its number, its middle and how far, metres.
    pub(super) fn of_extent(settlements: impl Iterator<Item = (usize, LonLat, f64)>) -> Self {
        let mut towns = Self { cells: HashMap::new() };
        for (number, at, extent_m) in settlements {
            towns.insert(Town { number, at, reach_m: extent_m.min(MAX_EXTENT_M) });
        }
        towns
    }

    /// Takes a place when it is a settlement.
    pub(super) fn add(&mut self, number: usize, kind: PlaceKind, at: LonLat) {
        let reach_m = match kind {
            PlaceKind::City => 25_000.0,
            PlaceKind::Town => 8_000.0,
            PlaceKind::Village => 4_000.0,
            _ => return,
        };
        self.insert(Town { number, at, reach_m });
    }

    fn insert(&mut self, town: Town) {
        self.cells.entry(cell_of(town.at)).or_default().push(town);
    }

    /// The settlement in which a position lies: of those within reach the one that is nearest for its size.
    pub(super) fn around(&self, at: LonLat) -> Option<usize> {
        let (column, row) = cell_of(at);
        let neighbours = (-1..=1).flat_map(|x| (-1..=1).map(move |y| (column + x, row + y)));
        neighbours
            .filter_map(|cell| self.cells.get(&cell))
            .flatten()
            .map(|town| (at.distance_m(town.at) / town.reach_m, town.number))
            .filter(|(share, _)| *share <= 1.0)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, number)| number)
    }
}

fn cell_of(at: LonLat) -> (i32, i32) {
    ((at.lon / CELL_DEG).floor() as i32, (at.lat / CELL_DEG).floor() as i32)
}
