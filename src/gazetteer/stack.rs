//! Gazetteers one over the other: the same place from two sources becomes one, the earlier source wins, conflicts are reported.

use super::draft::Draft;
use super::geonames::{self, uncertainty_m};
use super::namesakes::{Namesakes, REACH_M, class_of};
use super::towns::Towns;
use super::{Entry, NameStatus, Parent, PlaceId, PlaceKind, Toponym, Validity};
use crate::geo::{Bbox, LonLat, Shape};
use crate::incident::Language;
use crate::text::{fold, latin};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Conflicts that are kept word by word; the rest is counted.
pub const MAX_CONFLICTS: usize = 200;

/// An entry of a file that is laid below others.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) origin: Origin,
    /// Its number in its source.
    pub(super) number: u64,
    pub(super) kind: PlaceKind,
    pub(super) toponyms: Vec<Toponym>,
    pub(super) position: LonLat,
    /// ISO 3166-1 alpha-2, lower case; empty when the source does not say.
    pub(super) country: Arc<str>,
    pub(super) admin1: Arc<str>,
    pub(super) population: u64,
    pub(super) shape: Option<Box<Shape>>,
    pub(super) uncertainty_m: Option<f64>,
    /// Whether a name says that the area is that of a town ("г. Шымкент"), which is what its administration is called in lists.
    pub(super) is_of_town: bool,
}

/// What a record was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    GeoNames { line: u64 },
    Node,
    Way,
}

impl Record {
    /// Its id, made of the source and its number there.
    pub(super) fn id(&self) -> PlaceId {
        PlaceId(match self.origin {
            Origin::GeoNames { .. } => format!("gn-{}", self.number),
            Origin::Node => format!("osm-n{}", self.number),
            Origin::Way => format!("osm-w{}", self.number),
        })
    }

    /// Where it stands in its file.
    fn at(&self) -> String {
        match self.origin {
            Origin::GeoNames { line } => format!("line {line}"),
            Origin::Node => format!("node {}", self.number),
            Origin::Way => format!("way {}", self.number),
        }
    }
}

/// Texts that thousands of records share.
#[derive(Default)]
pub(super) struct Interned(HashSet<Arc<str>>);

impl Interned {
    pub(super) fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let shared: Arc<str> = text.into();
        self.0.insert(Arc::clone(&shared));
        shared
    }
}

/// What became of the entries of the files.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
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
/// Settlements whose names only sound the same are one when they lie this near, metres.
const SAME_SPOT_M: f64 = 5_000.0;
/// The same for districts at least: their centres differ by a good part of the district from source to source.
const SAME_DISTRICT_M: f64 = 150_000.0;
/// A region of this name so near (metres) to a city that lies in no region is that city.
const SAME_CITY_REGION_M: f64 = 60_000.0;
/// Fine places are one when they lie this near, metres.
const SAME_FINE_M: f64 = 2_500.0;
/// Two records of one source with one official name, both of [`KNOWN_TOWN_PEOPLE`], are one town when they lie this near, metres.
const SAME_TOWN_TWICE_M: f64 = REACH_M;
/// The same for a settlement of an earlier file and one of a later file, both of [`COUNTED_PEOPLE`] and about as many people.
const SAME_COUNT_M: f64 = 40_000.0;
/// People from which a count tells one village from another.
const COUNTED_PEOPLE: u64 = 1_000;
/// Two counts of one village differ by no more than this factor.
const SAME_COUNT: f64 = 1.5;
/// People from which a part of a town may be a settlement of its own.
const APART_PEOPLE: u64 = 1_000;
/// A town of this many people in both sources is one town with a wrong position, not two of a name.
const KNOWN_TOWN_PEOPLE: u64 = 10_000;

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

/// Adds the records of files, as (file, records), below what the draft already holds.
pub(super) fn add_records(draft: &mut Draft, files: Vec<(&str, Vec<Record>)>, report: &mut StackReport) {
    let mut stack = Stack::new(draft);
    for (file, mut records) in files {
        let file: Arc<str> = file.into();
        // Containing places first, so that the others find them.
        let rank = |kind: PlaceKind| if kind.is_settlement() { PlaceKind::City } else { kind };
        records.sort_by_key(|record| (rank(record.kind), std::cmp::Reverse(record.population), record.number));
        for record in records {
            stack.add(&file, record, report);
        }
    }
}

/// A region of an earlier file with its outline.
struct Outline {
    id: PlaceId,
    bbox: Bbox,
    shape: Shape,
    /// Places in it that lay in other regions before, and in which.
    former: Vec<(LonLat, Vec<Parent>)>,
}

struct Stack<'a> {
    draft: &'a mut Draft,
    namesakes: Namesakes,
    /// Towns of earlier files that are known by their name alone.
    known_towns: HashMap<String, Vec<u32>>,
    regions: HashMap<(Arc<str>, Arc<str>), PlaceId>,
    outlines: Vec<Outline>,
    countries: Vec<u32>,
    /// Settlements of all files, by where they lie.
    towns: Towns,
    /// Entries of earlier files: their positions are not changed.
    earlier: u32,
    /// Settlements of earlier files by what their names sound like: "Kokpekty" is Көкпекті.
    sounding: HashMap<String, Vec<u32>>,
}

impl<'a> Stack<'a> {
    fn new(draft: &'a mut Draft) -> Self {
        let mut namesakes = Namesakes::default();
        let mut known_towns: HashMap<String, Vec<u32>> = HashMap::new();
        let mut countries = Vec::new();
        for (number, entry) in (0u32..).zip(&draft.entries) {
            for key in keys_of(&entry.toponyms) {
                namesakes.add(class_of(entry.kind), &key, entry.position, number);
                if is_known_town(entry) {
                    known_towns.entry(key).or_default().push(number);
                }
            }
            if entry.kind == PlaceKind::Country {
                countries.push(number);
            }
        }
        let of_region = |id: &PlaceId| {
            let inside = draft.entries.iter().filter(|entry| !entry.kind.is_settlement() && entry.parents.len() > 1);
            inside
                .filter(|entry| entry.parents[0].id == *id)
                .map(|entry| (entry.position, entry.parents[1..].to_vec()))
                .collect()
        };
        let regions = draft.entries.iter().filter(|entry| entry.kind == PlaceKind::Region);
        let outlines = regions
            .filter_map(|entry| {
                let shape = Shape::clone(entry.shape.as_ref()?);
                Some(Outline { id: entry.id.clone(), bbox: shape.bbox(), shape, former: of_region(&entry.id) })
            })
            .collect();
        let towns = Towns::of(draft.entries.iter().map(|entry| (entry.kind, entry.position)));
        let earlier = draft.entries.len() as u32;
        let mut sounding: HashMap<String, Vec<u32>> = HashMap::new();
        for (number, entry) in (0u32..).zip(&draft.entries).filter(|(_, entry)| entry.kind.is_settlement()) {
            let mut skeletons: Vec<String> =
                entry.toponyms.iter().filter_map(|toponym| latin::skeleton(&toponym.name)).collect();
            skeletons.sort_unstable();
            skeletons.dedup();
            for skeleton in skeletons {
                sounding.entry(skeleton).or_default().push(number);
            }
        }
        Self { draft, namesakes, known_towns, regions: HashMap::new(), outlines, countries, towns, earlier, sounding }
    }

    fn entry(&self, number: u32) -> &Entry {
        &self.draft.entries[number as usize]
    }

    fn add(&mut self, file: &Arc<str>, mut record: Record, report: &mut StackReport) {
        if record.kind == PlaceKind::Quarter && self.is_apart(&record) {
            record.kind = geonames::settlement_of(record.population);
        }
        let region_key = (Arc::clone(&record.country), Arc::clone(&record.admin1));
        match self.same_as(&record) {
            Same::Entry(number) => {
                if record.kind == PlaceKind::Region {
                    self.regions.insert(region_key, self.entry(number).id.clone());
                }
                let own = self.entry(number).id.clone();
                self.without_names_of_others(&own, &mut record, file, report);
                self.without_latin_names(number, &mut record);
                self.merge(number, record);
                report.merged += 1;
            }
            Same::Administration => report.merged += 1,
            Same::Conflict(number) => {
                let known = self.entry(number);
                let off_km = known.position.distance_m(record.position) / 1000.0;
                report.conflict(|| {
                    format!(
                        "{file}, {}: `{}` ({}, {}) lies {off_km:.0} km from {} of the same name and size; the earlier one stays",
                        record.at(), record.toponyms[0].name, record.position.lon, record.position.lat, known.id
                    )
                });
            }
            Same::None => {
                let parents = self.parents_of(&record);
                let id = match record.kind {
                    PlaceKind::Country if !record.country.is_empty() => PlaceId::from(&*record.country),
                    _ => record.id(),
                };
                if self.draft.by_id.contains_key(&id) {
                    report.conflict(|| format!("{file}, {}: the id {id} is taken", record.at()));
                    return;
                }
                self.without_names_of_others(&id, &mut record, file, report);
                if record.toponyms.is_empty() {
                    return;
                }
                if record.kind == PlaceKind::Region {
                    self.regions.insert(region_key, id.clone());
                }
                self.push(Entry {
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
                    source: Arc::clone(file),
                });
                report.added += 1;
            }
        }
    }

    /// Whether a "section of a populated place" is a settlement of its own: GeoNames counts so what only belongs to a town's
    /// administration. It has people, and the streets of no town of its country reach there.
    fn is_apart(&self, record: &Record) -> bool {
        if record.population < APART_PEOPLE || !matches!(record.origin, Origin::GeoNames { .. }) {
            return false;
        }
        self.towns.around(record.position).is_none_or(|town| {
            let town = &self.draft.entries[town];
            let people = town.population.unwrap_or(0) as f64;
            town.position.distance_m(record.position) > 1_000.0 * (people / 1000.0 / std::f64::consts::PI).sqrt()
        })
    }

    fn push(&mut self, entry: Entry) {
        let number = self.draft.entries.len() as u32;
        for key in keys_of(&entry.toponyms) {
            self.namesakes.add(class_of(entry.kind), &key, entry.position, number);
        }
        if entry.kind == PlaceKind::Country {
            self.countries.push(number);
        }
        self.towns.add(number as usize, entry.kind, entry.position);
        self.draft.by_id.insert(entry.id.clone(), number);
        self.draft.entries.push(entry);
    }

    fn same_as(&self, record: &Record) -> Same {
        if record.kind == PlaceKind::Country
            && let Some(number) = self.draft.number_of(&PlaceId::from(&*record.country))
        {
            return Same::Entry(number);
        }
        if record.kind == PlaceKind::Region
            && let Some(city) = self.city_of_no_region(record)
        {
            return Same::Entry(city);
        }
        if record.is_of_town && self.city_of(record, SAME_CITY_REGION_M).is_some() {
            return Same::Administration;
        }
        let class = class_of(record.kind);
        let official = official_keys(&record.toponyms);
        let shares_official = |entry: &Entry| official_keys(&entry.toponyms).iter().any(|key| official.contains(key));
        let is_large = record.kind.is_settlement() && record.population >= KNOWN_TOWN_PEOPLE;
        let keys = keys_of(&record.toponyms);
        let mut near: Option<(f64, u32)> = None;
        for number in keys.iter().flat_map(|key| self.namesakes.near(class, key, record.position)) {
            let entry = self.entry(number);
            let off = entry.position.distance_m(record.position);
            let reach = match entry.kind {
                PlaceKind::Country | PlaceKind::Region => entry.uncertainty_m,
                PlaceKind::District => entry.uncertainty_m.max(SAME_DISTRICT_M),
                kind if kind.is_settlement() => SAME_SETTLEMENT_M.max(entry.uncertainty_m),
                _ => entry.uncertainty_m.max(SAME_FINE_M),
            };
            // One source with two records of a large town means one town, and is unsure where it is.
            let is_twice = number >= self.earlier
                && off <= SAME_TOWN_TWICE_M
                && is_large
                && is_known_town(entry)
                && shares_official(entry);
            if (off <= reach || is_twice) && near.is_none_or(|(least, _)| off < least) {
                near = Some((off, number));
            }
        }
        if let Some((_, number)) = near {
            return Same::Entry(number);
        }
        if record.kind.is_settlement()
            && let Some(number) = self.sounding_like(record)
        {
            return Same::Entry(number);
        }
        let known = || keys.iter().filter_map(|key| self.known_towns.get(key)).flatten();
        if let Some(number) = known().find(|number| is_large && shares_official(self.entry(**number))) {
            return Same::Conflict(*number);
        }
        if record.kind.is_settlement() {
            let quarter = class_of(PlaceKind::Quarter);
            // What an earlier file counts as a part of a town is not a village beside it as well.
            let is_quarter = |number: &u32| {
                let entry = self.entry(*number);
                let reach = entry.uncertainty_m.max(SAME_FINE_M);
                *number < self.earlier
                    && matches!(entry.kind, PlaceKind::Quarter | PlaceKind::Microdistrict)
                    && entry.position.distance_m(record.position) <= reach
                    && keys_of(&entry.toponyms).iter().any(|key| official.contains(key))
            };
            let mut quarters = keys.iter().flat_map(|key| self.namesakes.near(quarter, key, record.position));
            if let Some(number) = quarters.find(is_quarter) {
                return Same::Entry(number);
            }
            let mut villages = keys.iter().flat_map(|key| self.namesakes.near(class, key, record.position));
            if let Some(number) =
                villages.find(|number| self.is_same_count(*number, record) && shares_official(self.entry(*number)))
            {
                return Same::Conflict(number);
            }
        }
        Same::None
    }

    /// Whether a settlement of an earlier file has as many people as the record, so near that one of the two positions is wrong.
    fn is_same_count(&self, number: u32, record: &Record) -> bool {
        let entry = self.entry(number);
        let people = entry.population.unwrap_or(0);
        let ratio = people.max(record.population) as f64 / people.min(record.population).max(1) as f64;
        number < self.earlier
            && people.min(record.population) >= COUNTED_PEOPLE
            && ratio <= SAME_COUNT
            && entry.position.distance_m(record.position) <= SAME_COUNT_M
    }

    /// The settlement of an earlier file at this spot whose name is the record's first in other letters.
    fn sounding_like(&self, record: &Record) -> Option<u32> {
        if self.sounding.is_empty() {
            return None;
        }
        let skeleton = latin::skeleton(&record.toponyms.first()?.name)?;
        let near = |number: &&u32| {
            let entry = self.entry(**number);
            entry.position.distance_m(record.position) <= SAME_SETTLEMENT_M.min(entry.uncertainty_m.max(SAME_SPOT_M))
        };
        self.sounding.get(&skeleton)?.iter().find(near).copied()
    }

    /// The city of republican significance that other sources count among the regions.
    fn city_of_no_region(&self, record: &Record) -> Option<u32> {
        self.city_of(record, SAME_CITY_REGION_M).filter(|city| {
            let parent = self.entry(*city).parents.first().and_then(|parent| self.draft.number_of(&parent.id));
            parent.is_some_and(|parent| self.entry(parent).kind == PlaceKind::Country)
        })
    }

    /// The city that shares a name with a record and lies within a reach of it, metres.
    fn city_of(&self, record: &Record, reach_m: f64) -> Option<u32> {
        let class = class_of(PlaceKind::City);
        let keys = keys_of(&record.toponyms);
        keys.iter().flat_map(|key| self.namesakes.near(class, key, record.position)).find(|number| {
            let entry = self.entry(*number);
            entry.kind == PlaceKind::City && entry.position.distance_m(record.position) <= reach_m
        })
    }

    /// Takes from an area of a list the names that another area of an earlier file is called, which contradict it.
    fn without_names_of_others(&self, own: &PlaceId, record: &mut Record, file: &str, report: &mut StackReport) {
        if !matches!(record.kind, PlaceKind::Region | PlaceKind::District) {
            return;
        }
        let class = class_of(record.kind);
        let is_official = |other: u32, key: &String| {
            let entry = self.entry(other);
            other < self.earlier && entry.id != *own && official_keys(&entry.toponyms).contains(key)
        };
        let (at, position) = (record.at(), record.position);
        record.toponyms.retain(|toponym| {
            let keys = keys_of(std::slice::from_ref(toponym));
            let taken = keys.iter().find_map(|key| {
                let mut others = self.namesakes.near(class, key, position).into_iter();
                others.find(|other| is_official(*other, key))
            });
            if let Some(other) = taken {
                let (name, other) = (&toponym.name, &self.entry(other).id);
                report.conflict(|| format!("{file}, {at}: `{name}` is the name of {other}; {own} does not take it"));
            }
            taken.is_none()
        });
    }

    /// Takes from an area of a list what would not help the entry of an earlier file that it is: names without a letter of the Cyrillic
    /// block (U+0400 to U+052F), which are found by their sound and may be those of its towns.
    fn without_latin_names(&self, number: u32, record: &mut Record) {
        if number < self.earlier && matches!(record.kind, PlaceKind::Region | PlaceKind::District) {
            let is_cyrillic = |c: char| ('\u{400}'..='\u{52f}').contains(&c);
            record.toponyms.retain(|toponym| toponym.name.chars().any(is_cyrillic));
        }
    }

    /// New names go to the known entry; what is official stays official.
    fn merge(&mut self, number: u32, record: Record) {
        let earlier = self.earlier;
        let entry = &mut self.draft.entries[number as usize];
        if number >= earlier && entry.kind.is_settlement() {
            let off = entry.position.distance_m(record.position);
            entry.uncertainty_m = entry.uncertainty_m.max(off.round());
        }
        if entry.population.is_none() && record.population > 0 {
            entry.population = Some(record.population);
        }
        let is_of_list = matches!(record.origin, Origin::GeoNames { .. });
        let official = entry.toponyms.iter().filter(|known| known.status == NameStatus::Official);
        let official: HashSet<String> = official.filter_map(|known| latin::skeleton(&known.name)).collect();
        let sounds_official =
            |toponym: &Toponym| latin::skeleton(&toponym.name).is_some_and(|skeleton| official.contains(&skeleton));
        let mut added = Vec::new();
        for toponym in record.toponyms {
            let key = fold(&toponym.name);
            if entry.toponyms.iter().any(|known| known.language == toponym.language && fold(&known.name) == key) {
                continue;
            }
            // Another spelling of an official name is as good as that; what a list calls official beside it may be anything.
            let status = match toponym.status {
                status if !status.is_beside_official() && status != NameStatus::Official => status,
                _ if sounds_official(&toponym) => NameStatus::Alternative,
                NameStatus::Official if !is_of_list => NameStatus::Alternative,
                NameStatus::Official => NameStatus::Listed,
                status => status,
            };
            added.push(Toponym { status, ..toponym });
        }
        for key in keys_of(&added) {
            self.namesakes.add(class_of(entry.kind), &key, entry.position, number);
        }
        entry.toponyms.extend(added);
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
            return vec![today(self.draft.entries[town].id.clone())];
        }
        let at = record.position;
        let holds = |outline: &&Outline| outline.bbox.intersects(&Bbox::of(at)) && outline.shape.contains(at);
        if let Some(outline) = self.outlines.iter().find(holds) {
            // What the region was cut from, the places around tell.
            let nearest = outline.former.iter().min_by(|a, b| a.0.distance_m(at).total_cmp(&b.0.distance_m(at)));
            let former = nearest.map(|(_, former)| former.clone()).unwrap_or_default();
            return [vec![today(outline.id.clone())], former].concat();
        }
        match self.regions.get(&(Arc::clone(&record.country), Arc::clone(&record.admin1))) {
            Some(id) => vec![today(id.clone())],
            None => vec![today(self.country(record))],
        }
    }

    /// The country whose outline holds a position, else the only country there is.
    fn country_around(&self, at: LonLat) -> Option<PlaceId> {
        let countries = || self.countries.iter().map(|number| self.entry(*number));
        let holds = |entry: &&Entry| entry.shape.as_ref().is_some_and(|shape| shape.contains(at));
        let only = || countries().next().filter(|_| self.countries.len() == 1);
        countries().find(holds).or_else(only).map(|entry| entry.id.clone())
    }

    /// The country of a record; made from its code when no file holds it.
    fn country(&mut self, record: &Record) -> PlaceId {
        let code = match &*record.country {
            "" => match self.country_around(record.position) {
                Some(id) => return id,
                None => "zz",
            },
            code => code,
        };
        let id = PlaceId::from(code);
        if !self.draft.by_id.contains_key(&id) {
            self.push(Entry {
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
                source: "the country code of its places".into(),
            });
        }
        id
    }
}

fn is_known_town(entry: &Entry) -> bool {
    entry.kind.is_settlement() && entry.population.is_some_and(|people| people >= KNOWN_TOWN_PEOPLE)
}

impl StackReport {
    fn conflict(&mut self, text: impl FnOnce() -> String) {
        self.conflicts_total += 1;
        if self.conflicts.len() < MAX_CONFLICTS {
            self.conflicts.push(text());
        }
    }
}

enum Same {
    Entry(u32),
    /// Of a town that is known: an area that adds nothing.
    Administration,
    Conflict(u32),
    None,
}
