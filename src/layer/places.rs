//! One marker for every place that has incidents: nothing is jittered, nothing piles up.

use super::{LocatedAt, Names, Row, Snapshot, feature_geometry};
use crate::gazetteer::{PlaceId, PlaceKind};
use crate::geo::LonLat;
use crate::incident::{Precision, Status};
use crate::time::from_minutes;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashMap};

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
    /// How many of `count` are ambiguous.
    pub ambiguous: usize,
    /// `count` by category.
    pub categories: BTreeMap<String, usize>,
    /// Day of the first incident of `count`.
    pub first: Option<String>,
    /// Day of the last incident of `count`.
    pub last: Option<String>,
}

/// What lies at one place, while it is counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    count: usize,
    ambiguous: usize,
    categories: BTreeMap<String, usize>,
    span: Option<(i64, i64)>,
}

impl Tally {
    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn add(&mut self, snapshot: &Snapshot, row: Row) {
        self.count += 1;
        self.ambiguous += usize::from(snapshot.status(row) == Status::Ambiguous);
        *self.categories.entry(snapshot.category(row).to_owned()).or_default() += 1;
        if let Some(span) = snapshot.span(row) {
            let whole = self.span.unwrap_or(span);
            self.span = Some((whole.0.min(span.0), whole.1.max(span.1)));
        }
    }
}

/// What is drawn of a place.
pub(super) struct Drawn {
    pub(super) key: LocatedAt,
    pub(super) names: Names,
    pub(super) kind: Option<PlaceKind>,
    pub(super) precision: Precision,
    pub(super) uncertainty_m: f64,
    pub(super) at: LonLat,
    pub(super) geometry: Box<RawValue>,
}

impl PlaceFeature {
    pub(super) fn new(drawn: Drawn, tally: Tally, count_within: Option<usize>) -> Self {
        let day = |minutes: i64| from_minutes(minutes).date().to_string();
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
                count: tally.count,
                count_within,
                ambiguous: tally.ambiguous,
                categories: tally.categories,
                first: tally.span.map(|span| day(span.0)),
                last: tally.span.map(|span| day(span.1)),
            },
        }
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

/// The places and given positions that have incidents among `rows`, areas left out; most incidents first, then by key.
#[must_use]
pub fn places(snapshot: &Snapshot, rows: &[Row]) -> Vec<PlaceFeature> {
    // A position has no total order and no hash; its bits have, and equal positions have equal bits (there is no -0 in a CSV cell
    // that also says 0 elsewhere).
    let mut by_key: HashMap<(Option<&PlaceId>, u64, u64), (Row, Tally)> = HashMap::new();
    for &row in rows {
        let Some(at) = snapshot.position(row) else { continue };
        if is_area(snapshot.precision(row)) {
            continue;
        }
        let key = match snapshot.place(row) {
            Some(place) => (Some(&place.id), 0, 0),
            None => (None, at.lon.to_bits(), at.lat.to_bits()),
        };
        let (widest, tally) = by_key.entry(key).or_insert_with(|| (row, Tally::default()));
        // Of several at one position the least exact says how large the circle is.
        if snapshot.uncertainty_m(row) > snapshot.uncertainty_m(*widest) {
            *widest = row;
        }
        tally.add(snapshot, row);
    }
    let mut features: Vec<PlaceFeature> = by_key
        .into_values()
        .filter_map(|(row, tally)| {
            let at = snapshot.position(row)?;
            let drawn = match snapshot.place(row) {
                Some(place) => Drawn {
                    key: LocatedAt::Place(place.id.clone()),
                    names: place.names.clone(),
                    kind: Some(place.kind),
                    precision: place.precision(),
                    uncertainty_m: place.uncertainty_m,
                    at: place.position,
                    geometry: place.geometry.clone(),
                },
                None => Drawn {
                    key: LocatedAt::Position(at),
                    names: Names::default(),
                    kind: None,
                    precision: snapshot.precision(row),
                    uncertainty_m: snapshot.uncertainty_m(row),
                    at,
                    geometry: feature_geometry(at),
                },
            };
            Some(PlaceFeature::new(drawn, tally, None))
        })
        .collect();
    features.sort_by(|a, b| (b.properties.count, &a.properties.key).cmp(&(a.properties.count, &b.properties.key)));
    features
}
