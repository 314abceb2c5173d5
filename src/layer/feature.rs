//! One incident as a GeoJSON feature with flat properties.

use super::DrawnPlace;
use crate::import::Incident;
use crate::incident::{Language, Method, Precision, Status};
use serde::{Deserialize, Serialize};

/// The flat properties of a feature; the store keeps them as ready-made JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureProperties {
    /// Headline.
    pub title: String,
    /// Text.
    pub description: String,
    /// As [`crate::time::Occurred`] prints it.
    pub occurred: Option<String>,
    /// `minute`, `day`, `month`, `year` or `interval`.
    pub occurred_precision: Option<String>,
    /// Category as written.
    pub category: String,
    /// Name of the source.
    pub source: String,
    /// Link to the source.
    pub source_url: String,
    /// The words of the place column.
    pub place_text: String,
    /// The words of the city column.
    pub city: String,
    /// The words of the district and region columns.
    pub region: String,
    /// The words of the country column.
    pub country: String,
    /// Outcome of the resolution.
    pub status: Status,
    /// What the location stands for.
    pub precision: Precision,
    /// Metres; `None` when unlocated.
    pub uncertainty_m: Option<f64>,
    /// How the location was found.
    pub method: Option<Method>,
    /// Share of right answers among answers with this score.
    pub score: f64,
    /// Gazetteer entry.
    pub place_id: Option<String>,
    /// Its name, Russian if there is one.
    pub place_name: Option<String>,
    /// The names of what contains it and its own, country first.
    pub place_path: Option<String>,
    /// The rows that belong together.
    pub dataset: String,
    /// Import that brought or changed it last.
    pub import: String,
    /// Name of the file.
    pub file: String,
    /// First line of the row in the file.
    pub row: u64,
    /// Language of the row.
    pub language: Option<Language>,
}

/// Between the names of a `place_path`.
const PATH_SEPARATOR: &str = " › ";

/// The properties of an incident. `path` are the places that contain it, country first, its own last.
#[must_use]
pub fn properties(incident: &Incident, path: &[&DrawnPlace], import: &str) -> FeatureProperties {
    let report = &incident.report;
    let resolution = &incident.resolution;
    let names: Vec<&str> = path.iter().map(|place| place.names.first()).collect();
    FeatureProperties {
        title: report.title.clone(),
        description: report.description.clone(),
        occurred: report.occurred.map(|occurred| occurred.to_string()),
        occurred_precision: report.occurred.map(|occurred| occurred.precision().as_str().to_owned()),
        category: report.category.clone(),
        source: report.source.clone(),
        source_url: report.source_url.clone(),
        place_text: report.place_text.clone(),
        city: report.city.clone(),
        region: report.region.clone(),
        country: report.country.clone(),
        status: resolution.status,
        precision: resolution.precision,
        uncertainty_m: resolution.uncertainty_m,
        method: resolution.method,
        score: resolution.score,
        place_id: resolution.place_id.as_ref().map(|id| id.0.clone()),
        place_name: resolution.place_id.as_ref().and(names.last()).map(|name| (*name).to_owned()),
        place_path: (!names.is_empty()).then(|| names.join(PATH_SEPARATOR)),
        dataset: incident.provenance.dataset.clone(),
        import: import.to_owned(),
        file: incident.provenance.file.clone(),
        row: incident.provenance.line,
        language: report.language,
    }
}

/// Writes one feature from its ready-made parts; `geometry` is `None` for an unlocated incident.
pub fn write(out: &mut Vec<u8>, id: &str, geometry: Option<&str>, properties: &str) {
    out.extend_from_slice(br#"{"type":"Feature","id":""#);
    out.extend_from_slice(id.as_bytes());
    out.extend_from_slice(br#"","geometry":"#);
    out.extend_from_slice(geometry.unwrap_or("null").as_bytes());
    out.extend_from_slice(br#","properties":"#);
    out.extend_from_slice(properties.as_bytes());
    out.push(b'}');
}
