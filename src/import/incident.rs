//! An incident as the store keeps it: ready-made words of its report, and a location that it shares with others.

use super::locate::Located;
use crate::geo::LonLat;
use crate::geocode::Resolution;
use crate::incident::{IncidentId, Method, Precision, Report, Status};
use crate::layer::story::Contradiction;
use crate::layer::{DrawnPlace, feature, story};
use crate::time::Occurred;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Finest uncertainty of coordinates that stand in a file, metres: no report is better than that.
const GIVEN_UNCERTAINTY_M: f64 = 10.0;

/// Metres in a degree of latitude.
const DEGREE_M: f64 = 111_195.0;

/// Our record of an event: what was reported, where it was placed and why.
#[derive(Debug, Clone)]
pub struct Incident {
    /// Stable identity.
    pub id: IncidentId,
    /// The rows that it belongs with.
    pub dataset: Arc<str>,
    /// First line of its row, counted from 1 with the header.
    pub line: u64,
    /// When, as reported.
    pub occurred: Option<Occurred>,
    /// Category as written; may be empty.
    pub category: String,
    /// Name of the source; may be empty.
    pub source: String,
    /// Coordinates that stood in the row, with their uncertainty in metres.
    pub given: Option<(LonLat, f64)>,
    /// Where it was placed.
    pub placed: Placed,
    /// What the source said: the properties of the feature that come from the report, as JSON without braces.
    pub said: String,
    /// Hash of what it says and where it was placed; equal means unchanged.
    pub content: [u8; 16],
}

impl Incident {
    /// The incident of a report, whose key is filled in.
    pub(super) fn new(report: &Report, dataset: &Arc<str>, located: Located) -> Self {
        let Located { placed, doubted_m } = located;
        let dataset = match &report.dataset {
            Some(own) if **own != **dataset => own.as_str().into(),
            _ => Arc::clone(dataset),
        };
        let (said, with_meaning) = feature::said(report);
        let mut hash = Sha256::new();
        hash.update(&said.as_bytes()[..with_meaning]);
        // In another order further columns say the same.
        let mut extra: Vec<&(String, String)> = report.extra.iter().collect();
        extra.sort_unstable();
        for text in extra.into_iter().flat_map(|(name, value)| [name, value]) {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        hash.update(placed.hash);
        // Coordinates beside words that place it better stand among the further columns.
        let given = report.given.filter(|_| placed.is_given).map(|at| {
            hash.update(at.lon.to_le_bytes());
            hash.update(at.lat.to_le_bytes());
            let (written_m, stated_m) = (given_uncertainty_m(at), report.stated.map(|stated| stated.uncertainty_m));
            if let Some(stated_m) = stated_m.filter(|stated_m| *stated_m > written_m) {
                hash.update(stated_m.to_le_bytes());
            }
            (at, stated_m.unwrap_or(written_m).max(written_m).max(doubted_m.unwrap_or_default().round()))
        });
        let hash = hash.finalize();
        Self {
            id: IncidentId::of_row(&dataset, report.key.as_deref().unwrap_or_default()),
            dataset,
            line: report.line,
            occurred: report.occurred,
            category: report.category.clone(),
            source: report.source.clone(),
            given,
            placed,
            said,
            content: std::array::from_fn(|byte| hash[byte]),
        }
    }
}

/// Half of the last digit written.
fn given_uncertainty_m(at: LonLat) -> f64 {
    let decimals = |degrees: f64| degrees.to_string().split_once('.').map_or(0, |(_, digits)| digits.len());
    let digits = i32::try_from(decimals(at.lon).max(decimals(at.lat))).unwrap_or(i32::MAX);
    (0.5 * 10f64.powi(-digits) * DEGREE_M).max(GIVEN_UNCERTAINTY_M).round()
}

/// A location, as much as each of its incidents knows of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Tells it from the others of one import.
    pub number: u64,
    /// Hash of all of it.
    pub hash: [u8; 16],
    /// The outcome.
    pub status: Status,
    /// What the location stands for.
    pub precision: Precision,
    /// Whether it is where the coordinates of the row say.
    pub is_given: bool,
}

/// An answer to the question where, with everything that explains it, as the store keeps it. All rows that ask in the same words share
/// one. Position and uncertainty of given coordinates stand in the incident.
#[derive(Debug)]
pub struct Location {
    /// What its incidents know of it.
    pub placed: Placed,
    /// Where; `None` when unlocated or given.
    pub position: Option<LonLat>,
    /// Metres; `None` when unlocated or given.
    pub uncertainty_m: Option<f64>,
    /// The place it is drawn at, unless it is drawn at its position.
    pub place: Option<Arc<DrawnPlace>>,
    /// The places that contain it, country first, its own last.
    pub path: Vec<Arc<DrawnPlace>>,
    /// Its properties of the feature, as JSON without braces.
    pub properties: String,
    /// Its part of the story, as JSON.
    pub story: String,
}

impl Location {
    pub(super) fn new(
        number: u64,
        resolution: &Resolution,
        path: Vec<Arc<DrawnPlace>>,
        against: Option<&Contradiction>,
    ) -> Self {
        let own = resolution.place_id.as_ref().and_then(|id| path.iter().find(|place| place.id == *id));
        // Some way off a place, or between two, is not at the place.
        let is_at = |place: &&Arc<DrawnPlace>| {
            resolution.position == Some(place.position) && resolution.precision == place.precision()
        };
        let place = own.filter(is_at).cloned();
        let properties = feature::location(resolution, &path, against);
        let story = story::location(resolution, &path, against);
        let mut hash = Sha256::new();
        hash.update(story.as_bytes());
        for place in &path {
            hash.update(place.id.0.as_bytes());
            hash.update(place.geometry.get().as_bytes());
            hash.update(place.outline.as_ref().map_or("", |outline| outline.get()).as_bytes());
        }
        let hash = hash.finalize();
        Self {
            placed: Placed {
                number,
                hash: std::array::from_fn(|byte| hash[byte]),
                status: resolution.status,
                precision: resolution.precision,
                is_given: resolution.method == Some(Method::Given),
            },
            position: resolution.position,
            uncertainty_m: resolution.uncertainty_m,
            place,
            path,
            properties,
            story,
        }
    }
}
