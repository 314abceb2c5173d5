//! A gazetteer beside references: which of its places lie elsewhere than their namesakes there.
//!
//! The places of a reference stand for themselves. They are not laid below the gazetteer or over each other, which would make one
//! place of two and keep one position of both. Nothing of a reference is kept but the nearest namesake of each place.
//! Read [`Comparison`] first, then [`Disagreement`].

use super::consistency::{AIRPORT_M, OUTLINE_M, is_own, town_of};
use super::draft::{self, Layout};
use super::own_csv::{self, GazetteerError, GazetteerErrors, MAX_ERRORS};
use super::stack::{Origin, Record};
use super::{Gazetteer, GazetteerFile, Place, PlaceKind, StackReport, Toponym, osm};
use crate::geo::LonLat;
use crate::text::fold;
use std::collections::{HashMap, HashSet};

/// The own places of a gazetteer, each with the nearest namesake that references have of it so far.
pub struct Comparison<'g> {
    checked: Vec<Checked<'g>>,
    /// Places by their class of kinds and a name without kind words, as numbers of `checked`.
    of_name: HashMap<(PlaceKind, String), Vec<u32>>,
    /// Lines of references that cannot be read, as `file, line N: why`.
    broken: Vec<String>,
}

/// What came of it. Each own place of the gazetteer is in one of the lists, in the order of its files.
#[derive(Debug, Default)]
pub struct Compared<'g> {
    /// Places that lie where a reference has them.
    pub agreeing: Vec<Place<'g>>,
    /// Places that lie elsewhere.
    pub disagreements: Vec<Disagreement<'g>>,
    /// Places of which no reference has a namesake.
    pub alone: Vec<Place<'g>>,
    /// The same in countries of which no reference has a namesake of any place: it is about others.
    pub abroad: Vec<Place<'g>>,
    /// Lines of references that cannot be read, as `file, line N: why`.
    pub broken: Vec<String>,
}

/// A place that lies farther from its nearest namesake in the references than its uncertainty and theirs allow.
#[derive(Debug, Clone, PartialEq)]
pub struct Disagreement<'g> {
    /// The place of the gazetteer.
    pub place: Place<'g>,
    /// Its nearest namesake.
    pub namesake: Namesake,
    /// Metres between both that are allowed.
    pub allowed_m: f64,
}

/// A place of a reference that has a name and the class of kinds of a place of the gazetteer.
#[derive(Debug, Clone, PartialEq)]
pub struct Namesake {
    /// Its id, as this program makes it.
    pub id: String,
    /// Its first name.
    pub name: String,
    /// The file that has it.
    pub file: String,
    /// Where that file has it; degrees in CRS84, longitude first.
    pub position: LonLat,
    /// Metres from the place of the gazetteer.
    pub off_m: f64,
}

/// A place of the gazetteer and what was found of it.
struct Checked<'g> {
    place: Place<'g>,
    /// For what is larger than a quarter the smallest containing place with an outline, for the rest the town.
    around: Option<Place<'g>>,
    /// The number of its country.
    country: usize,
    nearest: Option<Namesake>,
}

/// A place as a reference has it.
struct Referred<'a> {
    id: String,
    file: &'a str,
    kind: PlaceKind,
    position: LonLat,
    /// The one it is shown by first.
    names: Vec<&'a str>,
}

/// A namesake in another region is another place, unless it is as near as this, metres: outlines and lists of regions have errors too.
const NAMESAKE_M: f64 = 30_000.0;

/// Metres that a reference itself may be off, added to the uncertainty of a place. Lists round towns to minutes of arc (1.9 km) and put
/// the middle of a district or region anywhere in it.
fn slack_m(kind: PlaceKind) -> f64 {
    match kind {
        PlaceKind::Country => 100_000.0,
        PlaceKind::Region => 40_000.0,
        PlaceKind::District => 15_000.0,
        kind if kind.is_settlement() => 4_000.0,
        _ => 2_000.0,
    }
}

impl<'g> Comparison<'g> {
    /// The own places of a gazetteer, compared with nothing yet. What came from lists of others (`gn-`, `osm-`) is no claim of its own.
    #[must_use]
    pub fn of(gazetteer: &'g Gazetteer) -> Self {
        let mut comparison = Self { checked: Vec::new(), of_name: HashMap::new(), broken: Vec::new() };
        for place in gazetteer.places().filter(|place| is_own(*place)) {
            let number = comparison.checked.len() as u32;
            for key in keys_of(place.kind(), place.toponyms().map(|toponym| toponym.name)) {
                comparison.of_name.entry((class_of(place.kind()), key)).or_default().push(number);
            }
            let path = gazetteer.path(place, None);
            let outlined = || path.iter().rev().find(|parent| parent.outline().is_some()).copied();
            let around = if is_fine(place.kind()) { town_of(gazetteer, place) } else { outlined() };
            let country = path.first().map_or(place.number(), |country| country.number());
            comparison.checked.push(Checked { place, around, country, nearest: None });
        }
        comparison
    }

    /// Compares with the places of files of any layout but a compiled one, each for itself; names of an `alternateNamesV2` file go to
    /// the GeoNames files beside it.
    ///
    /// # Errors
    /// Every error of a file in our own format, with its line; a file that cannot be read, or has no place that could be compared.
    pub fn with_files(mut self, files: &[GazetteerFile]) -> Result<Self, GazetteerErrors> {
        let layouts = draft::layouts_of(files)?;
        let mut errors = Vec::new();
        for (file, _) in files.iter().zip(&layouts).filter(|(_, layout)| **layout == Layout::OwnCsv) {
            self.take_own_csv(file, &mut errors);
        }
        if let Err(error) = self.take_lists(files, &layouts, &mut errors) {
            errors.push(error);
        }
        errors.truncate(MAX_ERRORS);
        if errors.is_empty() { Ok(self) } else { Err(GazetteerErrors(errors)) }
    }

    /// Compares with the places of a compiled gazetteer, which is called `file`.
    #[must_use]
    pub fn with_gazetteer(mut self, reference: &Gazetteer, file: &str) -> Self {
        for place in reference.places() {
            self.take(&Referred {
                id: place.id().to_owned(),
                file,
                kind: place.kind(),
                position: place.position(),
                names: place.toponyms().map(|toponym| toponym.name).collect(),
            });
        }
        self
    }

    fn take_own_csv(&mut self, file: &GazetteerFile, errors: &mut Vec<GazetteerError>) {
        let reader = match file.open() {
            Ok(reader) => reader,
            Err(error) => return errors.push(file.unreadable(&error)),
        };
        let before = errors.len();
        let mut is_empty = true;
        own_csv::read(file.name(), reader, errors, &mut |entry, _| {
            is_empty = false;
            self.take(&Referred {
                id: entry.id.0,
                file: file.name(),
                kind: entry.kind,
                position: entry.position,
                names: names_of(&entry.toponyms),
            });
            Ok(())
        });
        if is_empty && errors.len() == before {
            errors.push(without_places(file.name()));
        }
    }

    /// Takes the places of GeoNames and OpenStreetMap files.
    fn take_lists(
        &mut self,
        files: &[GazetteerFile],
        layouts: &[Layout],
        errors: &mut Vec<GazetteerError>,
    ) -> Result<(), GazetteerError> {
        let mut report = StackReport::default();
        let lists = draft::read_lists(files, layouts, &mut report)?;
        self.broken.append(&mut report.broken);
        if lists.is_empty() {
            // Names alone have nothing to go to.
            let names = files.iter().zip(layouts).filter(|(_, layout)| **layout == Layout::GeoNamesNames);
            errors.extend(names.map(|(file, _)| without_places(file.name())));
        }
        errors.extend(lists.iter().filter(|(_, records)| records.is_empty()).map(|(file, _)| without_places(file)));
        for (file, record) in lists.iter().flat_map(|(file, records)| records.iter().map(move |record| (file, record)))
        {
            for kind in kinds_of(record) {
                self.take(&Referred {
                    id: record.id().0,
                    file,
                    kind,
                    position: record.position,
                    names: names_of(&record.toponyms),
                });
            }
        }
        Ok(())
    }

    /// What came of the references so far.
    #[must_use]
    pub fn finish(self) -> Compared<'g> {
        let mut compared = Compared { broken: self.broken, ..Compared::default() };
        let found = self.checked.iter().filter(|checked| checked.nearest.is_some());
        let countries: HashSet<usize> = found.map(|checked| checked.country).collect();
        for checked in self.checked {
            let (place, allowed_m) = (checked.place, checked.allowed_m());
            match checked.nearest {
                None if countries.contains(&checked.country) => compared.alone.push(place),
                None => compared.abroad.push(place),
                Some(namesake) if namesake.off_m <= allowed_m => compared.agreeing.push(place),
                Some(namesake) => compared.disagreements.push(Disagreement { place, namesake, allowed_m }),
            }
        }
        compared
    }

    /// Keeps a place of a reference where it is the nearest namesake so far.
    fn take(&mut self, referred: &Referred<'_>) {
        let class = class_of(referred.kind);
        for key in keys_of(referred.kind, referred.names.iter().copied()) {
            for &number in self.of_name.get(&(class, key)).into_iter().flatten() {
                let checked = &mut self.checked[number as usize];
                let off_m = checked.place.position().distance_m(referred.position);
                let is_nearer = checked.nearest.as_ref().is_none_or(|nearest| off_m < nearest.off_m);
                if is_nearer && checked.may_be_at(referred.position, off_m) {
                    checked.nearest = Some(Namesake {
                        id: referred.id.clone(),
                        name: referred.names.first().copied().unwrap_or_default().to_owned(),
                        file: referred.file.to_owned(),
                        position: referred.position,
                        off_m,
                    });
                }
            }
        }
    }
}

impl Checked<'_> {
    /// Metres from its namesake that are allowed.
    fn allowed_m(&self) -> f64 {
        self.place.uncertainty_m() + slack_m(self.place.kind())
    }

    /// Whether a namesake at a position, `off_m` metres off, is this place, perhaps at a wrong position, rather than another place.
    fn may_be_at(&self, at: LonLat, off_m: f64) -> bool {
        match self.place.kind() {
            // There is one of a name.
            PlaceKind::Country => true,
            // Every town has a Lenin Street.
            kind if is_fine(kind) => off_m <= self.allowed_m() || self.is_in_town(at, off_m),
            _ => off_m < NAMESAKE_M || self.outline_is_off(at).is_some_and(|off_m| off_m <= OUTLINE_M),
        }
    }

    fn is_in_town(&self, at: LonLat, off_m: f64) -> bool {
        let kind = self.place.kind();
        let beside_m = if kind == PlaceKind::Airport { AIRPORT_M } else { slack_m(kind) };
        match (self.outline_is_off(at), self.around) {
            (Some(off_m), _) => off_m <= beside_m,
            (None, Some(town)) => town.position().distance_m(at) <= town.uncertainty_m() + beside_m,
            (None, None) => off_m < NAMESAKE_M,
        }
    }

    /// Metres from a position to the outline of what is around; 0 inside.
    fn outline_is_off(&self, at: LonLat) -> Option<f64> {
        self.around.and_then(Place::outline).map(|outline| outline.distance_m(at))
    }
}

/// The kind that stands for those which sources do not tell apart.
fn class_of(kind: PlaceKind) -> PlaceKind {
    match kind {
        PlaceKind::Town | PlaceKind::Village => PlaceKind::City,
        PlaceKind::Microdistrict => PlaceKind::Quarter,
        kind => kind,
    }
}

/// Whether a place is a part of a town or of its surroundings: what has namesakes in every other town.
fn is_fine(kind: PlaceKind) -> bool {
    kind > PlaceKind::Village
}

/// What a record may be: GeoNames has villages beside a town among its sections (PPLX).
fn kinds_of(record: &Record) -> impl Iterator<Item = PlaceKind> {
    let is_section = record.kind == PlaceKind::Quarter && matches!(record.origin, Origin::GeoNames { .. });
    [record.kind].into_iter().chain(is_section.then_some(PlaceKind::Village))
}

/// Words for areas and towns in their names, folded.
const AREA_WORDS: [&str; 14] = [
    "region",
    "oblast",
    "oblysy",
    "province",
    "district",
    "audany",
    "rayon",
    "raion",
    "облысы",
    "область",
    "областы",
    "ауданы",
    "район",
    "каласы",
];

/// Shortest name, in letters, that tells a settlement or an area from another. Quarters of a town may have numbers.
const MIN_NAME_LETTERS: usize = 3;

/// What the names of a place are compared by: without kind words, case, marks, hyphens and blanks; the Kazakh letters as Russian ones.
fn keys_of<'a>(kind: PlaceKind, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let least = if is_fine(kind) { 1 } else { MIN_NAME_LETTERS };
    let key = |name: &str| {
        let plain = if is_fine(kind) { osm::without_kind_word(name, kind) } else { without_area_words(name) };
        fold(&plain).chars().filter(|c| c.is_alphanumeric()).collect::<String>()
    };
    let mut keys: Vec<String> = names.map(key).filter(|key| key.chars().count() >= least).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn names_of(toponyms: &[Toponym]) -> Vec<&str> {
    toponyms.iter().map(|toponym| toponym.name.as_str()).collect()
}

fn without_area_words(name: &str) -> String {
    let is_area_word = |word: &&str| AREA_WORDS.contains(&fold(word).as_str());
    name.split(|c: char| c.is_whitespace() || matches!(c, ',' | '"')).filter(|word| !is_area_word(word)).collect()
}

fn without_places(file: &str) -> GazetteerError {
    GazetteerError {
        file: file.to_owned(),
        line: 0,
        column: "id",
        value: String::new(),
        reason: "there is no place in it to compare with".to_owned(),
    }
}
