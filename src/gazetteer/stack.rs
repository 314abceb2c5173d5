//! Gazetteers one over the other: the same place from two sources becomes one, the earlier source wins, conflicts are reported.

use super::geonames::uncertainty_m;
use super::osm::Towns;
use super::{Gazetteer, NameStatus, Parent, Place, PlaceId, PlaceKind, Toponym, Validity};
use crate::geo::{LonLat, Shape};
use crate::incident::Language;
use crate::text::fold;
use std::collections::{BTreeMap, HashMap};

/// Conflicts that are kept word by word; the rest is counted.
pub const MAX_CONFLICTS: usize = 200;

/// An entry of a file that is laid below others.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// Its id, made of the source and its number there.
    pub(super) id: PlaceId,
    pub(super) number: u64,
    pub(super) kind: PlaceKind,
    pub(super) toponyms: Vec<Toponym>,
    pub(super) position: LonLat,
    /// ISO 3166-1 alpha-2, lower case; empty when the source does not say.
    pub(super) country: String,
    pub(super) admin1: String,
    pub(super) population: u64,
    /// Where it stands in its file.
    pub(super) at: String,
    pub(super) shape: Option<Shape>,
    pub(super) uncertainty_m: Option<f64>,
}

/// What became of the entries of the files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StackReport {
    /// Entries that became places of their own.
    pub added: u64,
    /// Entries that were the same as a place of an earlier file; their names went to it.
    pub merged: u64,
    /// Lines that this program has no kind for, by feature code.
    pub skipped: BTreeMap<String, u64>,
    /// Lines that cannot be read, as `file, line N: why`.
    pub broken: Vec<String>,
    /// Entries that contradict an earlier place, at most [`MAX_CONFLICTS`].
    pub conflicts: Vec<String>,
    /// All conflicts.
    pub conflicts_total: u64,
}

/// Two settlements with a shared name are one when they lie this near, metres. GeoNames rounds, and centres are a matter of taste.
const SAME_SETTLEMENT_M: f64 = 12_000.0;
/// The same for districts at least: their centres differ by a good part of the district from source to source.
const SAME_DISTRICT_M: f64 = 150_000.0;
/// A region of this name so near (metres) to a city that lies in no region is that city.
const SAME_CITY_REGION_M: f64 = 60_000.0;
/// Fine places are one when they lie this near, metres.
const SAME_FINE_M: f64 = 2_500.0;
/// Two records of one source with one official name, both of [`KNOWN_TOWN_PEOPLE`], are one town when they lie this near, metres.
const SAME_TOWN_TWICE_M: f64 = 60_000.0;
/// A town of this many people in both sources is one town with a wrong position, not two of a name.
const KNOWN_TOWN_PEOPLE: u64 = 10_000;

/// Kinds that are one for the purpose of being the same place.
fn class_of(kind: PlaceKind) -> u8 {
    match kind {
        PlaceKind::Country => 0,
        PlaceKind::Region => 1,
        PlaceKind::District => 2,
        PlaceKind::City | PlaceKind::Town | PlaceKind::Village => 3,
        PlaceKind::CityDistrict | PlaceKind::Quarter | PlaceKind::Microdistrict => 4,
        other => 10 + other as u8,
    }
}

fn official_keys(toponyms: &[Toponym]) -> Vec<String> {
    let official: Vec<Toponym> =
        toponyms.iter().filter(|toponym| toponym.status == NameStatus::Official).cloned().collect();
    keys_of(&official)
}

fn keys_of(toponyms: &[Toponym]) -> Vec<String> {
    let mut keys: Vec<String> = toponyms.iter().map(|toponym| fold(&toponym.name).replace(['-', ' '], "")).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Adds the records of files, as (file, records), below what the gazetteer already holds.
pub(super) fn add_records(gazetteer: &mut Gazetteer, files: Vec<(&str, Vec<Record>)>, report: &mut StackReport) {
    let mut stack = Stack::new(gazetteer);
    for (file, mut records) in files {
        // Containing places first, so that the others find them.
        let rank = |kind: PlaceKind| if kind.is_settlement() { PlaceKind::City } else { kind };
        records.sort_by_key(|record| (rank(record.kind), std::cmp::Reverse(record.population), record.number));
        for record in records {
            stack.add(file, record, report);
        }
    }
}

struct Stack<'a> {
    gazetteer: &'a mut Gazetteer,
    by_key: HashMap<(u8, String), Vec<usize>>,
    regions: HashMap<(String, String), PlaceId>,
    /// Settlements of all files, by where they lie.
    towns: Towns,
    /// Places of earlier files: their positions are not changed.
    earlier: usize,
}

impl<'a> Stack<'a> {
    fn new(gazetteer: &'a mut Gazetteer) -> Self {
        let mut by_key: HashMap<(u8, String), Vec<usize>> = HashMap::new();
        for (number, place) in gazetteer.places.iter().enumerate() {
            for key in keys_of(&place.toponyms) {
                by_key.entry((class_of(place.kind), key)).or_default().push(number);
            }
        }
        let mut towns = Towns::empty();
        for (number, place) in gazetteer.places.iter().enumerate() {
            towns.add(number, place.kind, place.position);
        }
        let earlier = gazetteer.places.len();
        Self { gazetteer, by_key, regions: HashMap::new(), towns, earlier }
    }

    fn add(&mut self, file: &str, record: Record, report: &mut StackReport) {
        let region_key = (record.country.clone(), record.admin1.clone());
        match self.same_as(&record) {
            Same::Place(number) => {
                if record.kind == PlaceKind::Region {
                    self.regions.insert(region_key, self.gazetteer.places[number].id.clone());
                }
                self.merge(number, &record);
                report.merged += 1;
            }
            Same::Conflict(number) => {
                let known = &self.gazetteer.places[number];
                let off_km = known.position.distance_m(record.position) / 1000.0;
                report.conflicts_total += 1;
                if report.conflicts.len() < MAX_CONFLICTS {
                    report.conflicts.push(format!(
                        "{file}, {}: `{}` ({}, {}) lies {off_km:.0} km from {} of the same name and size; the earlier one stays",
                        record.at, record.toponyms[0].name, record.position.lon, record.position.lat, known.id
                    ));
                }
            }
            Same::None => {
                let parents = self.parents_of(&record);
                let id = match record.kind {
                    PlaceKind::Country if !record.country.is_empty() => PlaceId(record.country.clone()),
                    _ => record.id.clone(),
                };
                if self.gazetteer.by_id.contains_key(&id) {
                    report.conflicts_total += 1;
                    if report.conflicts.len() < MAX_CONFLICTS {
                        report.conflicts.push(format!("{file}, {}: the id {id} is taken", record.at));
                    }
                    return;
                }
                if record.kind == PlaceKind::Region {
                    self.regions.insert(region_key, id.clone());
                }
                let number = self.gazetteer.places.len();
                for key in keys_of(&record.toponyms) {
                    self.by_key.entry((class_of(record.kind), key)).or_default().push(number);
                }
                self.gazetteer.by_id.insert(id.clone(), number);
                self.towns.add(number, record.kind, record.position);
                self.gazetteer.places.push(Place {
                    id,
                    kind: record.kind,
                    uncertainty_m: record
                        .uncertainty_m
                        .unwrap_or_else(|| uncertainty_m(record.kind, record.population)),
                    toponyms: record.toponyms,
                    parents,
                    position: record.position,
                    population: Some(record.population).filter(|people| *people > 0),
                    validity: Validity::default(),
                    shape: record.shape,
                    source: file.to_owned(),
                });
                report.added += 1;
            }
        }
    }

    fn same_as(&self, record: &Record) -> Same {
        if record.kind == PlaceKind::Country
            && let Some(&number) = self.gazetteer.by_id.get(&PlaceId(record.country.clone()))
        {
            return Same::Place(number);
        }
        if record.kind == PlaceKind::Region
            && let Some(city) = self.city_of_no_region(record)
        {
            return Same::Place(city);
        }
        let class = class_of(record.kind);
        let official = official_keys(&record.toponyms);
        let mut near: Option<(f64, usize)> = None;
        let mut conflict = None;
        for key in keys_of(&record.toponyms) {
            for &number in self.by_key.get(&(class, key)).into_iter().flatten() {
                let place = &self.gazetteer.places[number];
                let off = place.position.distance_m(record.position);
                let reach = match place.kind {
                    PlaceKind::Country | PlaceKind::Region => place.uncertainty_m,
                    PlaceKind::District => place.uncertainty_m.max(SAME_DISTRICT_M),
                    kind if kind.is_settlement() => SAME_SETTLEMENT_M.max(place.uncertainty_m),
                    _ => place.uncertainty_m.max(SAME_FINE_M),
                };
                // One source with two records of a large town means one town, and is unsure where it is.
                let is_twice = number >= self.earlier
                    && off <= SAME_TOWN_TWICE_M
                    && record.kind.is_settlement()
                    && record.population >= KNOWN_TOWN_PEOPLE
                    && place.population.is_some_and(|people| people >= KNOWN_TOWN_PEOPLE)
                    && official_keys(&place.toponyms).iter().any(|key| official.contains(key));
                if off <= reach || is_twice {
                    if near.is_none_or(|(least, _)| off < least) {
                        near = Some((off, number));
                    }
                } else if number < self.earlier
                    && record.kind.is_settlement()
                    && record.population >= KNOWN_TOWN_PEOPLE
                    && place.population.is_some_and(|people| people >= KNOWN_TOWN_PEOPLE)
                    && official_keys(&place.toponyms).iter().any(|key| official.contains(key))
                {
                    conflict = Some(number);
                }
            }
        }
        match (near, conflict) {
            (Some((_, number)), _) => Same::Place(number),
            (None, Some(number)) => Same::Conflict(number),
            (None, None) => Same::None,
        }
    }

    /// The city of republican significance that other sources count among the regions.
    fn city_of_no_region(&self, record: &Record) -> Option<usize> {
        keys_of(&record.toponyms)
            .into_iter()
            .flat_map(|key| self.by_key.get(&(class_of(PlaceKind::City), key)).into_iter().flatten())
            .copied()
            .find(|&number| {
                let place = &self.gazetteer.places[number];
                let is_of_no_region = place.parents.first().is_some_and(|parent| {
                    self.gazetteer.place(&parent.id).is_some_and(|place| place.kind == PlaceKind::Country)
                });
                place.kind == PlaceKind::City
                    && is_of_no_region
                    && place.position.distance_m(record.position) <= SAME_CITY_REGION_M
            })
    }

    /// New names go to the known place; what is official stays official.
    fn merge(&mut self, number: usize, record: &Record) {
        let mut added = Vec::new();
        let earlier = self.earlier;
        let place = &mut self.gazetteer.places[number];
        if number >= earlier && place.kind.is_settlement() {
            let off = place.position.distance_m(record.position);
            place.uncertainty_m = place.uncertainty_m.max(off.round());
        }
        for toponym in &record.toponyms {
            let key = fold(&toponym.name);
            if place.toponyms.iter().any(|known| known.language == toponym.language && fold(&known.name) == key) {
                continue;
            }
            let status = if toponym.status == NameStatus::Official { NameStatus::Alternative } else { toponym.status };
            place.toponyms.push(Toponym { status, ..toponym.clone() });
            added.push(toponym.clone());
        }
        if place.population.is_none() && record.population > 0 {
            place.population = Some(record.population);
        }
        let class = class_of(place.kind);
        for key in keys_of(&added) {
            self.by_key.entry((class, key)).or_default().push(number);
        }
    }

    /// The smallest containing place: the region whose outline holds the point, else that of the admin1 code, else the country.
    fn parents_of(&mut self, record: &Record) -> Vec<Parent> {
        let today = |id: PlaceId| Parent { id, validity: Validity::default() };
        match record.kind {
            PlaceKind::Country => return Vec::new(),
            PlaceKind::Region => return vec![today(self.country(record))],
            _ => {}
        }
        let is_part_of_town =
            !record.kind.is_settlement() && !matches!(record.kind, PlaceKind::District | PlaceKind::Airport);
        if is_part_of_town && let Some(town) = self.towns.around(record.position) {
            return vec![today(self.gazetteer.places[town].id.clone())];
        }
        let by_outline = self.gazetteer.places[..self.earlier].iter().position(|place| {
            place.kind == PlaceKind::Region && place.shape.as_ref().is_some_and(|shape| shape.contains(record.position))
        });
        if let Some(region) = by_outline {
            let id = self.gazetteer.places[region].id.clone();
            // What the region was cut from, the towns around tell.
            let neighbour = self.nearest(
                record.position,
                |place| !place.kind.is_settlement() && place.parents.len() > 1 && place.parents[0].id == id,
                f64::INFINITY,
            );
            let former =
                neighbour.map(|number| self.gazetteer.places[number].parents[1..].to_vec()).unwrap_or_default();
            return [vec![today(id)], former].concat();
        }
        match self.regions.get(&(record.country.clone(), record.admin1.clone())) {
            Some(id) => vec![today(id.clone())],
            None => vec![today(self.country(record))],
        }
    }

    fn nearest(&self, at: LonLat, wanted: impl Fn(&Place) -> bool, reach_m: f64) -> Option<usize> {
        self.gazetteer.places[..self.earlier]
            .iter()
            .enumerate()
            .filter(|(_, place)| wanted(place))
            .map(|(number, place)| (place.position.distance_m(at), number))
            .filter(|(off, _)| *off <= reach_m)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, number)| number)
    }

    /// The country whose outline holds a position, else the only country there is.
    fn country_around(&self, at: LonLat) -> Option<PlaceId> {
        let countries = || self.gazetteer.places.iter().filter(|place| place.kind == PlaceKind::Country);
        let holds = |place: &&Place| place.shape.as_ref().is_some_and(|shape| shape.contains(at));
        let only = || {
            let mut all = countries();
            all.next().filter(|_| all.next().is_none())
        };
        countries().find(holds).or_else(only).map(|place| place.id.clone())
    }

    /// The country of a record; made from its code when no file holds it.
    fn country(&mut self, record: &Record) -> PlaceId {
        let code = match record.country.as_str() {
            "" => match self.country_around(record.position) {
                Some(id) => return id,
                None => "zz".to_owned(),
            },
            code => code.to_owned(),
        };
        let id = PlaceId(code.clone());
        if !self.gazetteer.by_id.contains_key(&id) {
            self.gazetteer.by_id.insert(id.clone(), self.gazetteer.places.len());
            self.gazetteer.places.push(Place {
                id: id.clone(),
                kind: PlaceKind::Country,
                toponyms: vec![Toponym {
                    name: code.to_uppercase(),
                    language: Language::En,
                    status: NameStatus::Short,
                    validity: Validity::default(),
                }],
                parents: Vec::new(),
                position: record.position,
                uncertainty_m: uncertainty_m(PlaceKind::Country, 0),
                population: None,
                validity: Validity::default(),
                shape: None,
                source: "the country code of its places".to_owned(),
            });
        }
        id
    }
}

enum Same {
    Place(usize),
    Conflict(usize),
    None,
}
