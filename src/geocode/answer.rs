//! A resolution as it is written for others: one flat JSON object.

use super::{Candidate, Resolution};
use crate::gazetteer::{Gazetteer, PlaceId, PlaceKind};
use crate::incident::{Language, Method, Precision, Status};
use serde::Serialize;

/// What `incident-map geocode` and `/api/geocode` answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Outcome.
    pub status: Status,
    /// Gazetteer entry; for an ambiguous answer what the candidates share, if anything.
    pub place_id: Option<PlaceId>,
    /// Its Russian name, or the first it has.
    pub name: Option<String>,
    /// What it is.
    pub kind: Option<PlaceKind>,
    /// The names of what contains it, country first.
    pub path: Vec<String>,
    /// What the location stands for.
    pub precision: Precision,
    /// Degrees, CRS84.
    pub lat: Option<f64>,
    /// Degrees, CRS84.
    pub lon: Option<f64>,
    /// Metres.
    pub uncertainty_m: Option<f64>,
    /// Share of right answers among answers with this score.
    pub score: f64,
    /// How the location was found.
    pub method: Option<Method>,
    /// The gazetteer name that was found.
    pub toponym: String,
    /// The words that named it.
    pub surface: String,
    /// What was done, in order.
    pub rules: Vec<String>,
    /// The places considered, best first.
    pub candidates: Vec<FlatCandidate>,
}

/// A candidate with `lat` and `lon` as numbers of their own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FlatCandidate {
    /// Gazetteer entry.
    pub place_id: PlaceId,
    /// Its Russian name, or the first it has.
    pub name: String,
    /// What it is.
    pub kind: PlaceKind,
    /// What a location there stands for.
    pub precision: Precision,
    /// Degrees, CRS84.
    pub lat: f64,
    /// Degrees, CRS84.
    pub lon: f64,
    /// Share of right answers among answers with this score.
    pub score: f64,
    /// The name that was found.
    pub toponym: String,
    /// Why it was or was not chosen.
    pub reason: String,
}

impl From<Candidate> for FlatCandidate {
    fn from(candidate: Candidate) -> Self {
        Self {
            precision: candidate.kind.precision(),
            lat: candidate.position.lat,
            lon: candidate.position.lon,
            place_id: candidate.place_id,
            name: candidate.name,
            kind: candidate.kind,
            score: candidate.score,
            toponym: candidate.toponym,
            reason: candidate.reason,
        }
    }
}

impl Answer {
    /// The answer of a resolution against the gazetteer that gave it.
    #[must_use]
    pub fn new(resolution: Resolution, gazetteer: &Gazetteer) -> Self {
        let place = resolution.place_id.as_ref().and_then(|id| gazetteer.place(id));
        // A crossing has no entry of its own: its whole path is what contains it.
        let above = match (&resolution.place_id, resolution.path.split_last()) {
            (Some(_), Some((_, above))) => above,
            _ => &resolution.path[..],
        };
        let name_of = |id: &PlaceId| gazetteer.place(id).map(|place| place.name(Language::Ru).to_owned());
        Self {
            status: resolution.status,
            name: place.map(|place| place.name(Language::Ru).to_owned()),
            kind: place.map(|place| place.kind()),
            path: above.iter().filter_map(name_of).collect(),
            place_id: resolution.place_id,
            precision: resolution.precision,
            lat: resolution.position.map(|at| at.lat),
            lon: resolution.position.map(|at| at.lon),
            uncertainty_m: resolution.uncertainty_m,
            score: resolution.score,
            method: resolution.method,
            toponym: resolution.toponym,
            surface: resolution.surface,
            rules: resolution.rules,
            candidates: resolution.candidates.into_iter().map(FlatCandidate::from).collect(),
        }
    }
}
