//! A gazetteer while it is put together from files, one over the other.

use super::file::GazetteerFile;
use super::own_csv::{self, MAX_ERRORS};
use super::{Entry, GazetteerError, GazetteerErrors, MAX_DEPTH, PlaceId, PlaceKind, StackReport, geonames, osm, stack};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

/// Entries by id, in the order of their files.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) entries: Vec<Entry>,
    pub(super) by_id: HashMap<PlaceId, u32>,
    pub(super) report: StackReport,
    /// The first 16 hex digits of the SHA-256 of the files.
    pub(super) version: String,
}

/// Countries whose places are written of in Russian and in Kazakh, by their ids.
const BILINGUAL: [&str; 1] = ["kz"];

/// What a file is, by how it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    OwnCsv,
    GeoNamesPlaces,
    GeoNamesNames,
    OpenStreetMap,
}

impl Draft {
    /// Reads files one over the other; see [`super::Gazetteer::from_files`].
    pub(super) fn read(files: &[GazetteerFile]) -> Result<Self, GazetteerErrors> {
        let mut draft = Self::default();
        let mut hash = Sha256::new();
        let layouts = layouts_of(files)?;
        for file in files {
            file.hash_into(&mut hash).map_err(|error| GazetteerErrors(vec![file.unreadable(&error)]))?;
        }
        draft.read_own(files, &layouts)?;
        draft.report.added = draft.entries.len() as u64;
        draft.add_below(files, &layouts).map_err(|error| GazetteerErrors(vec![error]))?;
        draft.version = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(draft)
    }

    fn read_own(&mut self, files: &[GazetteerFile], layouts: &[Layout]) -> Result<(), GazetteerErrors> {
        let mut errors = Vec::new();
        let mut from: Vec<(usize, u64)> = Vec::new();
        for (number, file) in files.iter().enumerate().filter(|(number, _)| layouts[*number] == Layout::OwnCsv) {
            let reader = match file.open() {
                Ok(reader) => reader,
                Err(error) => {
                    errors.push(file.unreadable(&error));
                    continue;
                }
            };
            own_csv::read(file.name(), reader, &mut errors, &mut |entry, line| match self.by_id.get(&entry.id) {
                Some(&earlier) if from[earlier as usize].0 == number => {
                    let (_, line_before) = from[earlier as usize];
                    Err(format!("line {line_before} has the same id"))
                }
                Some(_) => Ok(()),
                None => {
                    self.by_id.insert(entry.id.clone(), self.entries.len() as u32);
                    self.entries.push(entry);
                    from.push((number, line));
                    Ok(())
                }
            });
        }
        for (index, entry) in self.entries.iter().enumerate() {
            let mut fail = |value: &PlaceId, reason: &str| {
                let (number, line) = from[index];
                errors.push(GazetteerError {
                    file: files[number].name().to_owned(),
                    line,
                    column: "parent",
                    value: value.0.clone(),
                    reason: reason.to_owned(),
                });
            };
            for parent in entry.parents.iter().filter(|parent| !self.by_id.contains_key(&parent.id)) {
                fail(&parent.id, "there is no such place");
            }
            if entry.parents.is_empty() && entry.kind != PlaceKind::Country {
                fail(&entry.id, "only countries have no parent");
            }
            if self.is_in_itself(index as u32) {
                fail(&entry.id, "the place contains itself");
            }
        }
        errors.truncate(MAX_ERRORS);
        if errors.is_empty() { Ok(()) } else { Err(GazetteerErrors(errors)) }
    }

    fn add_below(&mut self, files: &[GazetteerFile], layouts: &[Layout]) -> Result<(), GazetteerError> {
        let mut report = std::mem::take(&mut self.report);
        let lists = read_lists(files, layouts, &mut report)?;
        stack::add_records(self, lists, &mut report);
        self.report = report;
        Ok(())
    }

    /// The number of the entry with this id.
    pub(super) fn number_of(&self, id: &PlaceId) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    /// Whether Russian and Kazakh are both written where the entry lies.
    pub(super) fn is_bilingual(&self, number: u32) -> bool {
        let mut above = number;
        for _ in 0..MAX_DEPTH {
            let parent = self.entries[above as usize].parents.first();
            match parent.and_then(|parent| self.number_of(&parent.id)) {
                Some(parent) => above = parent,
                None => break,
            }
        }
        BILINGUAL.contains(&self.entries[above as usize].id.0.as_str())
    }

    fn is_in_itself(&self, index: u32) -> bool {
        let mut seen = HashSet::new();
        let mut waiting = vec![index];
        while let Some(next) = waiting.pop() {
            for parent in self.entries[next as usize].parents.iter().filter_map(|parent| self.number_of(&parent.id)) {
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

    /// The numbers of every entry that contains that of this number, today or ever.
    pub(super) fn ancestors(&self, number: u32) -> Vec<u32> {
        let mut all: Vec<u32> = Vec::new();
        let mut waiting = vec![number];
        while let Some(next) = waiting.pop() {
            for parent in self.entries[next as usize].parents.iter().filter_map(|parent| self.number_of(&parent.id)) {
                if !all.contains(&parent) {
                    all.push(parent);
                    waiting.push(parent);
                }
            }
        }
        all
    }
}

/// The records of GeoNames and OpenStreetMap files with the names of their files, as they are laid one below the other. Names of
/// `alternateNamesV2` files stand in the records that they belong to.
pub(super) fn read_lists<'f>(
    files: &'f [GazetteerFile],
    layouts: &[Layout],
    report: &mut StackReport,
) -> Result<Vec<(&'f str, Vec<stack::Record>)>, GazetteerError> {
    let of_layout = |wanted| files.iter().zip(layouts).filter(move |(_, layout)| **layout == wanted);
    let mut all: Vec<(&str, Vec<stack::Record>)> = Vec::new();
    for (file, _) in of_layout(Layout::GeoNamesPlaces) {
        let mut broken = Vec::new();
        let records = file.open().and_then(|reader| geonames::read_places(reader, &mut report.skipped, &mut broken));
        let records = records.map_err(|error| file.unreadable(&error))?;
        report.broken.extend(broken.into_iter().map(|(line, why)| format!("{}, line {line}: {why}", file.name())));
        all.push((file.name(), records));
    }
    let mut by_number: HashMap<u64, Vec<(usize, usize)>> = HashMap::new();
    for (file, (_, records)) in all.iter().enumerate() {
        for (at, record) in records.iter().enumerate() {
            by_number.entry(record.number).or_default().push((file, at));
        }
    }
    for (file, _) in of_layout(Layout::GeoNamesNames) {
        let read = file.open().and_then(|reader| {
            geonames::read_names(reader, &mut |number, name, language, status| {
                for &(file, at) in by_number.get(&number).into_iter().flatten() {
                    all[file].1[at].take_name(name, language, status);
                }
            })
        });
        read.map_err(|error| file.unreadable(&error))?;
    }
    drop(by_number);
    for record in all.iter_mut().flat_map(|(_, records)| records) {
        record.official_names_first();
    }
    // Files that hold countries and regions come first: the towns of the others lie in them.
    all.sort_by_key(|(_, records)| !records.iter().any(|record| record.kind <= PlaceKind::Region));
    for (file, _) in of_layout(Layout::OpenStreetMap) {
        let records = osm::read(&|| file.open(), &mut report.skipped).map_err(|error| GazetteerError {
            file: file.name().to_owned(),
            line: 0,
            column: "id",
            value: String::new(),
            reason: format!("the OpenStreetMap extract cannot be read: {error}"),
        })?;
        all.push((file.name(), records));
    }
    Ok(all)
}

/// What files are.
///
/// # Errors
/// One cannot be read.
pub(super) fn layouts_of(files: &[GazetteerFile]) -> Result<Vec<Layout>, GazetteerErrors> {
    let layout = |file: &GazetteerFile| match file.beginning() {
        Ok(beginning) => Ok(layout_of(&beginning)),
        Err(error) => Err(GazetteerErrors(vec![file.unreadable(&error)])),
    };
    files.iter().map(layout).collect()
}

fn layout_of(beginning: &[u8]) -> Layout {
    match geonames::layout_of(beginning) {
        Some(geonames::Layout::Places) => Layout::GeoNamesPlaces,
        Some(geonames::Layout::AlternateNames) => Layout::GeoNamesNames,
        None if osm::is_extract(beginning) => Layout::OpenStreetMap,
        None => Layout::OwnCsv,
    }
}
