//! One incident with everything that explains it: the source's own words, the decision about its place, and what was considered.

use super::feature::FeatureProperties;
use super::{DrawnPlace, Names, feature_geometry};
use crate::gazetteer::{PlaceId, PlaceKind};
use crate::geo::LonLat;
use crate::geocode::{Candidate, Resolution};
use crate::incident::{Doubt, Method, Precision, Status};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

#[derive(Debug, Serialize)]
struct Located<'a> {
    status: Status,
    precision: Precision,
    uncertainty_m: Option<f64>,
    method: Option<Method>,
    score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<&'a Contradiction>,
    position: Option<LonLat>,
    place: Option<StoryPlace<'a>>,
    toponym: &'a str,
    surface: &'a str,
    rules: &'a [String],
    candidates: &'a [Candidate],
}

/// What speaks against coordinates that stood in a report. How far they are from the place is said when the story is told.
#[derive(Debug, Clone, Serialize)]
pub struct Contradiction {
    /// What kind of thing.
    pub doubt: Doubt,
    /// The gazetteer entry that the report names.
    pub place_id: Option<PlaceId>,
    /// Its name as it was found; empty when the report names none.
    pub name: String,
    /// Where that is.
    pub position: Option<LonLat>,
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

/// The part of a story that tells where and why, as a JSON object; its geometry is added when the story is told. `path` are the places
/// that contain it, country first, its own last; `against` is what speaks against it.
#[must_use]
pub fn location(resolution: &Resolution, path: &[Arc<DrawnPlace>], against: Option<&Contradiction>) -> String {
    let place = resolution.place_id.as_ref().and_then(|_| path.split_last()).map(|(own, above)| StoryPlace {
        id: &own.id,
        kind: own.kind,
        names: &own.names,
        path: above.iter().map(|step| PathStep { id: &step.id, kind: step.kind, names: &step.names }).collect(),
    });
    let located = Located {
        status: resolution.status,
        precision: resolution.precision,
        uncertainty_m: resolution.uncertainty_m,
        method: resolution.method,
        score: against.is_none().then_some(resolution.score),
        against,
        position: resolution.position,
        place,
        toponym: &resolution.toponym,
        surface: &resolution.surface,
        rules: &resolution.rules,
        candidates: &resolution.candidates,
    };
    serde_json::to_string(&located).expect("our own structs of texts and finite numbers always become JSON")
}

/// A story without its history. `location` is what [`location`] made; `given` are position and uncertainty (metres) of coordinates that
/// stood in the row; `geometry` is what is drawn of a place.
#[must_use]
pub fn story(
    id: &str,
    properties: &FeatureProperties,
    mut location: Value,
    given: Option<(LonLat, f64)>,
    geometry: Option<Value>,
) -> Value {
    if let Some((at, uncertainty_m)) = given {
        location["position"] = json!(at);
        location["uncertainty_m"] = json!(uncertainty_m);
        let place: Option<LonLat> = serde_json::from_value(location["against"]["position"].clone()).unwrap_or_default();
        if let Some(place) = place {
            location["against"]["distance_m"] = json!(at.distance_m(place).round());
        }
    }
    // The same word as in the feature.
    location["doubt"] = location["against"]["doubt"].clone();
    let position: Option<LonLat> = serde_json::from_value(location["position"].clone()).unwrap_or_default();
    location["geometry"] = geometry.or(position.map(|at| json!(feature_geometry(at)))).unwrap_or_default();
    let p = properties;
    let extra: Map<String, Value> = p.extra.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    json!({
        "id": id, "key": p.key, "title": p.title, "description": p.description, "occurred": p.occurred,
        "occurred_precision": p.occurred_precision, "category": p.category, "source": p.source,
        "source_url": p.source_url, "language": p.language, "place_text": p.place_text,
        "context": { "city": p.city, "region": p.region, "country": p.country },
        "extra": extra, "location": location,
    })
}
