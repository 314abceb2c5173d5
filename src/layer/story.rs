//! One incident with everything that explains it: the source's own words, the decision about its place, and what was considered.

use super::{DrawnPlace, Names};
use crate::gazetteer::{PlaceId, PlaceKind};
use crate::geo::LonLat;
use crate::geocode::Candidate;
use crate::import::Incident;
use crate::incident::{Method, Precision, Status};
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The part of a story that does not change until the incident does; the store keeps it as ready-made JSON.
/// Where it came from and how it changed is added when it is told.
#[derive(Debug, Serialize)]
pub struct Story<'a> {
    id: String,
    title: &'a str,
    description: &'a str,
    occurred: Option<String>,
    occurred_precision: Option<&'static str>,
    category: &'a str,
    source: &'a str,
    source_url: &'a str,
    language: Option<crate::incident::Language>,
    place_text: &'a str,
    context: Context<'a>,
    extra: BTreeMap<&'a str, &'a str>,
    location: Location<'a>,
}

#[derive(Debug, Serialize)]
struct Context<'a> {
    city: &'a str,
    region: &'a str,
    country: &'a str,
}

#[derive(Debug, Serialize)]
struct Location<'a> {
    status: Status,
    precision: Precision,
    uncertainty_m: Option<f64>,
    method: Option<Method>,
    score: f64,
    position: Option<LonLat>,
    geometry: Option<&'a RawValue>,
    place: Option<StoryPlace<'a>>,
    toponym: &'a str,
    surface: &'a str,
    rules: &'a [String],
    candidates: &'a [Candidate],
}

#[derive(Debug, Serialize)]
struct StoryPlace<'a> {
    id: &'a PlaceId,
    kind: PlaceKind,
    names: &'a Names,
    path: Vec<PathStep<'a>>,
}

#[derive(Debug, Serialize)]
struct PathStep<'a> {
    id: &'a PlaceId,
    kind: PlaceKind,
    names: &'a Names,
}

impl<'a> Story<'a> {
    /// The story of an incident. `path` are the places that contain it, country first, its own last; `geometry` is what is drawn.
    #[must_use]
    pub fn new(incident: &'a Incident, path: &[&'a DrawnPlace], geometry: Option<&'a RawValue>) -> Self {
        let report = &incident.report;
        let resolution = &incident.resolution;
        let place = resolution.place_id.as_ref().and_then(|_| path.split_last()).map(|(own, above)| StoryPlace {
            id: &own.id,
            kind: own.kind,
            names: &own.names,
            path: above.iter().map(|step| PathStep { id: &step.id, kind: step.kind, names: &step.names }).collect(),
        });
        Self {
            id: incident.id.to_string(),
            title: &report.title,
            description: &report.description,
            occurred: report.occurred.map(|occurred| occurred.to_string()),
            occurred_precision: report.occurred.map(|occurred| occurred.precision().as_str()),
            category: &report.category,
            source: &report.source,
            source_url: &report.source_url,
            language: report.language,
            place_text: &report.place_text,
            context: Context { city: &report.city, region: &report.region, country: &report.country },
            extra: report.extra.iter().map(|(header, value)| (header.as_str(), value.as_str())).collect(),
            location: Location {
                status: resolution.status,
                precision: resolution.precision,
                uncertainty_m: resolution.uncertainty_m,
                method: resolution.method,
                score: resolution.score,
                position: resolution.position,
                geometry,
                place,
                toponym: &resolution.toponym,
                surface: &resolution.surface,
                rules: &resolution.rules,
                candidates: &resolution.candidates,
            },
        }
    }
}
