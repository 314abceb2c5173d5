//! The gazetteer: places and their names, from files.
//!
//! Knows how to read gazetteer formats and to find places by id; what a text means is decided in [`crate::geocode`].
//! Read [`Place`] first, then [`Gazetteer`].

mod geonames;
mod index;
mod osm;
mod own_csv;
mod place;
mod stack;

pub use index::{MAX_NAME_WORDS, MIN_MISSPELT_LETTERS, NameIndex, Posting, Rule};
pub use own_csv::{GazetteerError, GazetteerErrors, MAX_ERRORS};
pub use place::{NameStatus, Parent, Place, PlaceId, PlaceKind, Toponym, Validity};
pub use stack::{MAX_CONFLICTS, StackReport};

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

/// Places by id, in file order, with a version that names their content.
#[derive(Debug, Clone, Default)]
pub struct Gazetteer {
    places: Vec<Place>,
    by_id: HashMap<PlaceId, usize>,
    /// By number of the place, the numbers of those that contain it.
    ancestors: Vec<Box<[u32]>>,
    version: String,
    report: StackReport,
}

impl Gazetteer {
    /// Reads one file in our own format.
    ///
    /// # Errors
    /// Every error of the file, with its line.
    pub fn from_csv(bytes: &[u8], name: &str) -> Result<Self, GazetteerErrors> {
        Self::from_files(&[(name.to_owned(), bytes.to_vec())])
    }

    /// Reads files of (name, content) one over the other: our own format, GeoNames `geoname` files and `alternateNamesV2` files,
    /// OpenStreetMap extracts, told apart by how they begin. Of two places with one id, or of one kind and name at one spot, that of the earlier file stays
    /// and takes the other's names; our own files come before GeoNames, and these before OpenStreetMap. [`Self::report`] says what became of the entries.
    ///
    /// # Errors
    /// Every error of the files, with its line; also parents that are in none of them, and places that contain themselves.
    pub fn from_files(files: &[(String, Vec<u8>)]) -> Result<Self, GazetteerErrors> {
        let mut errors = Vec::new();
        let mut gazetteer = Self::default();
        let mut hash = Sha256::new();
        let mut from: Vec<(usize, u64)> = Vec::new();
        let layouts: Vec<Option<geonames::Layout>> =
            files.iter().map(|(_, bytes)| geonames::layout_of(bytes)).collect();
        for (number, (name, bytes)) in files.iter().enumerate() {
            hash.update(bytes);
            if layouts[number].is_some() || osm::is_extract(bytes) {
                continue;
            }
            for own_csv::Entry { place, line } in own_csv::read(name, bytes, &mut errors) {
                match gazetteer.by_id.get(&place.id) {
                    Some(&earlier) if from[earlier].0 == number => errors.push(GazetteerError {
                        file: name.clone(),
                        line,
                        column: "id",
                        value: place.id.0,
                        reason: format!("line {} has the same id", from[earlier].1),
                    }),
                    Some(_) => {}
                    None => {
                        gazetteer.by_id.insert(place.id.clone(), gazetteer.places.len());
                        gazetteer.places.push(place);
                        from.push((number, line));
                    }
                }
            }
        }
        for (index, place) in gazetteer.places.iter().enumerate() {
            let mut fail = |column, value: &PlaceId, reason: String| {
                let (number, line) = from[index];
                errors.push(GazetteerError {
                    file: files[number].0.clone(),
                    line,
                    column,
                    value: value.0.clone(),
                    reason,
                });
            };
            for parent in place.parents.iter().filter(|parent| !gazetteer.by_id.contains_key(&parent.id)) {
                fail("parent", &parent.id, "there is no such place".to_owned());
            }
            if place.parents.is_empty() && place.kind != PlaceKind::Country {
                fail("parent", &place.id, "only countries have no parent".to_owned());
            }
            if gazetteer.is_in_itself(index) {
                fail("parent", &place.id, "the place contains itself".to_owned());
            }
        }
        errors.truncate(MAX_ERRORS);
        if !errors.is_empty() {
            return Err(GazetteerErrors(errors));
        }
        gazetteer.report.added = gazetteer.places.len() as u64;
        if let Err(error) = gazetteer.add_below(files, &layouts) {
            return Err(GazetteerErrors(vec![error]));
        }
        gazetteer.ancestors = gazetteer.all_ancestors();
        gazetteer.version = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(gazetteer)
    }

    fn add_below(
        &mut self,
        files: &[(String, Vec<u8>)],
        layouts: &[Option<geonames::Layout>],
    ) -> Result<(), GazetteerError> {
        let mut report = std::mem::take(&mut self.report);
        let mut names = HashMap::new();
        let of_layout = |wanted| files.iter().zip(layouts).filter(move |(_, layout)| **layout == Some(wanted));
        for ((_, bytes), _) in of_layout(geonames::Layout::AlternateNames) {
            geonames::read_names(bytes, &mut names);
        }
        let mut all: Vec<(&str, Vec<stack::Record>)> = Vec::new();
        for ((name, bytes), _) in of_layout(geonames::Layout::Places) {
            let mut broken = Vec::new();
            let mut records = geonames::read_places(bytes, &mut report.skipped, &mut broken);
            report.broken.extend(broken.into_iter().map(|(line, why)| format!("{name}, line {line}: {why}")));
            for record in &mut records {
                if let Some(names) = names.get(&record.number) {
                    record.take_names(names);
                }
            }
            all.push((name, records));
        }
        // Files that hold countries and regions come first: the towns of the others lie in them.
        all.sort_by_key(|(_, records)| !records.iter().any(|record| record.kind <= PlaceKind::Region));
        for (name, bytes) in files.iter().filter(|(_, bytes)| osm::is_extract(bytes)) {
            let records = osm::read(bytes, &mut report.skipped).map_err(|error| GazetteerError {
                file: name.clone(),
                line: 0,
                column: "id",
                value: String::new(),
                reason: format!("the OpenStreetMap extract cannot be read: {error}"),
            })?;
            all.push((name, records));
        }
        stack::add_records(self, all, &mut report);
        self.report = report;
        Ok(())
    }

    /// What became of the entries of the files.
    #[must_use]
    pub fn report(&self) -> &StackReport {
        &self.report
    }

    fn is_in_itself(&self, index: usize) -> bool {
        let mut seen = HashSet::new();
        let mut waiting = vec![index];
        while let Some(next) = waiting.pop() {
            for parent in self.places[next].parents.iter().filter_map(|parent| self.by_id.get(&parent.id).copied()) {
                if parent == index {
                    return true;
                }
                if seen.insert(parent) {
                    waiting.push(parent);
                }
            }
        }
        false
    }

    /// The numbers in [`Self::places`] of every place that contains the place of this number, today or ever.
    ///
    /// # Panics
    /// There is no such place.
    #[must_use]
    pub fn ancestors(&self, number: usize) -> &[u32] {
        &self.ancestors[number]
    }

    fn all_ancestors(&self) -> Vec<Box<[u32]>> {
        let above = |number: usize| {
            let mut all: Vec<u32> = Vec::new();
            let mut waiting = vec![number];
            while let Some(next) = waiting.pop() {
                for parent in self.places[next].parents.iter().filter_map(|parent| self.by_id.get(&parent.id).copied())
                {
                    if !all.contains(&(parent as u32)) {
                        all.push(parent as u32);
                        waiting.push(parent);
                    }
                }
            }
            all.into_boxed_slice()
        };
        (0..self.places.len()).map(above).collect()
    }

    /// All places, in the order of their files.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The place with this id.
    #[must_use]
    pub fn place(&self, id: &PlaceId) -> Option<&Place> {
        self.by_id.get(id).map(|&index| &self.places[index])
    }

    /// The first 16 hex digits of the SHA-256 of the files it was read from.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The places that contain `place` on `day` (today's when `None`), from the country inward, without `place` itself.
    #[must_use]
    pub fn path(&self, place: &Place, day: Option<Date>) -> Vec<&Place> {
        let mut path = Vec::new();
        let mut next = place.parent_on(day).and_then(|id| self.place(id));
        while let Some(parent) = next {
            // The reader refuses loops; the bound keeps even a hand-made gazetteer from hanging the program.
            if path.len() >= MAX_DEPTH {
                break;
            }
            path.push(parent);
            next = parent.parent_on(day).and_then(|id| self.place(id));
        }
        path.reverse();
        path
    }
}

/// More containing places than any real hierarchy has (country to building is seven).
const MAX_DEPTH: usize = 16;
