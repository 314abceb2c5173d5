//! One marker for every place that has incidents: nothing is jittered, nothing piles up.

use super::geometry::shape_of;
use super::tally::Tally;
use super::{DrawnPlace, LocatedAt, Names, Row, Selection, Snapshot, feature_geometry};
use crate::gazetteer::{PlaceId, PlaceKind};
use crate::geo::{LonLat, Shape};
use crate::incident::Precision;
use foldhash::HashMap;
use serde::Serialize;
use serde_json::value::RawValue;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// A GeoJSON feature for a place or area and what lies there.
#[derive(Debug, Serialize)]
pub struct PlaceFeature {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    geometry: Box<RawValue>,
    properties: PlaceProperties,
}

/// The flat properties of a [`PlaceFeature`].
#[derive(Debug, Serialize)]
pub struct PlaceProperties {
    /// What `located_at` takes to list these incidents.
    pub key: String,
    /// Gazetteer entry; `None` for a given position.
    pub place_id: Option<PlaceId>,
    /// Russian name.
    pub name_ru: Option<String>,
    /// Kazakh name.
    pub name_kk: Option<String>,
    /// English name.
    pub name_en: Option<String>,
    /// Ukrainian name.
    pub name_uk: Option<String>,
    /// What the place is.
    pub kind: Option<PlaceKind>,
    /// What the location stands for.
    pub precision: Precision,
    /// Metres around `lon`, `lat`.
    pub uncertainty_m: f64,
    /// Degrees, CRS84.
    pub lon: f64,
    /// Degrees, CRS84.
    pub lat: f64,
    /// Incidents known to exactly this place.
    pub count: usize,
    /// All incidents inside, `count` included; only for areas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count_within: Option<usize>,
    /// Inhabitants; only for areas of which the gazetteer knows them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub population: Option<u64>,
    /// `count_within` for each 100,000 inhabitants, to three digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_100k: Option<f64>,
    /// How many of `count` are ambiguous.
    pub ambiguous: usize,
    /// `count` by category.
    pub categories: BTreeMap<String, usize>,
    /// Day of the first incident of `count`.
    pub first: Option<String>,
    /// Day of the last incident of `count`.
    pub last: Option<String>,
}

/// What is drawn of a place.
pub(super) struct Drawn {
    pub(super) key: LocatedAt,
    pub(super) names: Names,
    pub(super) kind: Option<PlaceKind>,
    pub(super) precision: Precision,
    pub(super) uncertainty_m: f64,
    pub(super) at: LonLat,
    pub(super) population: Option<u64>,
    pub(super) geometry: Box<RawValue>,
}

impl Drawn {
    /// A gazetteer entry.
    pub(super) fn place(place: &DrawnPlace) -> Self {
        Self {
            key: LocatedAt::Place(place.id.clone()),
            names: place.names.clone(),
            kind: Some(place.kind),
            precision: place.precision(),
            uncertainty_m: place.uncertainty_m,
            at: place.position,
            population: place.population,
            geometry: place.geometry.clone(),
        }
    }

    /// A position that is no gazetteer entry.
    pub(super) fn position(at: LonLat, precision: Precision, uncertainty_m: f64) -> Self {
        Self {
            key: LocatedAt::Position(at),
            names: Names::default(),
            kind: None,
            precision,
            uncertainty_m,
            at,
            population: None,
            geometry: feature_geometry(at),
        }
    }
}

fn per_100k_of(count: usize, inhabitants: u64) -> f64 {
    let exact = count as f64 * 100_000.0 / inhabitants as f64;
    let digits = 2 - exact.abs().max(f64::MIN_POSITIVE).log10().floor() as i32;
    let unit = 10f64.powi(digits);
    (exact * unit).round() / unit
}

impl PlaceFeature {
    pub(super) fn new(snapshot: &Snapshot, drawn: Drawn, tally: &Tally, count_within: Option<usize>) -> Self {
        let (first, last) = tally.days();
        // Only of what lies inside: an incident at a city says nothing of its share of the inhabitants.
        let per_100k = count_within.zip(drawn.population.filter(|count| *count > 0));
        Self {
            kind: "Feature",
            id: drawn.key.to_string(),
            geometry: drawn.geometry,
            properties: PlaceProperties {
                key: drawn.key.to_string(),
                place_id: match drawn.key {
                    LocatedAt::Place(id) => Some(id),
                    LocatedAt::Position(_) => None,
                },
                name_ru: drawn.names.ru,
                name_kk: drawn.names.kk,
                name_en: drawn.names.en,
                name_uk: drawn.names.uk,
                kind: drawn.kind,
                precision: drawn.precision,
                uncertainty_m: drawn.uncertainty_m,
                lon: drawn.at.lon,
                lat: drawn.at.lat,
                count: tally.count(),
                count_within,
                population: count_within.and(drawn.population),
                per_100k: per_100k.map(|(count, inhabitants)| per_100k_of(count, inhabitants)),
                ambiguous: tally.ambiguous(),
                categories: tally.categories(snapshot),
                first,
                last,
            },
        }
    }

    /// Its key.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its line or area, unless it is drawn at its position.
    #[must_use]
    pub fn shape(&self) -> Option<Shape> {
        shape_of(&self.geometry)
    }

    /// The counts.
    #[must_use]
    pub fn properties(&self) -> &PlaceProperties {
        &self.properties
    }
}

/// Whether a location of this precision is an area on the map rather than a marker.
#[must_use]
pub fn is_area(precision: Precision) -> bool {
    precision >= Precision::District && precision != Precision::Unlocated
}

/// What incidents are drawn at: a version of a place, or a position by its bits. A position has no total order and no hash; its bits
/// have, and equal positions have equal bits (there is no -0 in a CSV cell that also says 0 elsewhere).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Site {
    Place(u32),
    Position(u64, u64),
}

impl Site {
    /// Where a row is drawn; `None` when it is unlocated or drawn as an area.
    pub(super) fn of(snapshot: &Snapshot, row: Row) -> Option<Self> {
        let brief = snapshot.brief(snapshot.location_number(row));
        if is_area(brief.precision) {
            return None;
        }
        Some(Self::new(brief.place, snapshot.position(row)?))
    }

    pub(super) fn new(place: u32, at: LonLat) -> Self {
        match place {
            0 => Self::Position(at.lon.to_bits(), at.lat.to_bits()),
            place => Self::Place(place),
        }
    }

    /// Places by their ids, then positions from west to east and from south to north.
    fn compare(self, other: Self, snapshot: &Snapshot) -> Ordering {
        let id = |number| snapshot.tables().place(number).map(|place| &place.drawn.id);
        let degrees = |lon, lat| (f64::from_bits(lon), f64::from_bits(lat));
        match (self, other) {
            (Self::Place(a), Self::Place(b)) => id(a).cmp(&id(b)),
            (Self::Place(_), Self::Position(..)) => Ordering::Less,
            (Self::Position(..), Self::Place(_)) => Ordering::Greater,
            (Self::Position(lon, lat), Self::Position(other_lon, other_lat)) => {
                let (a, b) = (degrees(lon, lat), degrees(other_lon, other_lat));
                a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
            }
        }
    }

    /// What `located_at` takes to list its incidents.
    pub(super) fn key(self, snapshot: &Snapshot) -> String {
        match self {
            Self::Place(number) => {
                let place = snapshot.tables().place(number);
                place.map(|place| LocatedAt::Place(place.drawn.id.clone()).to_string()).unwrap_or_default()
            }
            Self::Position(lon, lat) => {
                LocatedAt::Position(LonLat { lon: f64::from_bits(lon), lat: f64::from_bits(lat) }).to_string()
            }
        }
    }
}

/// What is counted at one site.
#[derive(Debug, Clone, Default)]
pub(super) struct SiteTally {
    tally: Tally,
    /// The least exact row: of several at one position it says how large the circle is.
    widest: Option<(f64, Row)>,
}

impl SiteTally {
    pub(super) fn add(&mut self, snapshot: &Snapshot, row: Row) {
        let uncertainty_m = snapshot.uncertainty_m(row).unwrap_or(0.0);
        if self.widest.is_none_or(|(widest, _)| uncertainty_m > widest) {
            self.widest = Some((uncertainty_m, row));
        }
        self.tally.add(snapshot, row);
    }

    pub(super) fn feature(&self, snapshot: &Snapshot) -> Option<PlaceFeature> {
        let (uncertainty_m, row) = self.widest?;
        place_feature(snapshot, row, uncertainty_m, &self.tally)
    }
}

/// The place or position of a row, with what was counted there.
pub(super) fn place_feature(snapshot: &Snapshot, row: Row, uncertainty_m: f64, tally: &Tally) -> Option<PlaceFeature> {
    let drawn = match snapshot.place(row) {
        Some(place) => Drawn::place(place),
        None => Drawn::position(snapshot.position(row)?, snapshot.precision(row), uncertainty_m),
    };
    Some(PlaceFeature::new(snapshot, drawn, tally, None))
}

/// A page of places.
#[derive(Debug)]
pub struct Places {
    /// How many there are, on this page and all others.
    pub matched: usize,
    /// Those of the page: most incidents first, then by place and position.
    pub features: Vec<PlaceFeature>,
    /// Whether there are more after them.
    pub has_more: bool,
}

/// The places and given positions that have incidents in the selection, areas left out: of all of them those after the first `skipped`.
#[must_use]
pub fn places(selection: &Selection<'_>, skipped: usize, limit: usize) -> Places {
    let snapshot = selection.snapshot();
    // There may be as many positions as incidents: they are counted first, and only those of the page in full.
    let mut counts: HashMap<Site, u32> = HashMap::default();
    for row in selection.rows() {
        if let Some(site) = Site::of(snapshot, row) {
            *counts.entry(site).or_default() += 1;
        }
    }
    let matched = counts.len();
    let mut sites: Vec<(Site, u32)> = counts.into_iter().collect();
    let order = |(a, one): &(Site, u32), (b, two): &(Site, u32)| two.cmp(one).then_with(|| a.compare(*b, snapshot));
    let end = skipped.saturating_add(limit);
    if end < sites.len() {
        sites.select_nth_unstable_by(end, order);
        sites.truncate(end);
    }
    sites.sort_unstable_by(order);
    let page = &sites[skipped.min(sites.len())..];
    let mut tallies: HashMap<Site, SiteTally> = page.iter().map(|(site, _)| (*site, SiteTally::default())).collect();
    if !tallies.is_empty() {
        for row in selection.rows() {
            if let Some(tally) = Site::of(snapshot, row).and_then(|site| tallies.get_mut(&site)) {
                tally.add(snapshot, row);
            }
        }
    }
    let features = page.iter().filter_map(|(site, _)| tallies.get(site)?.feature(snapshot)).collect();
    Places { matched, features, has_more: matched > end }
}
