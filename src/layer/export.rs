//! Incidents as a table that loads again.

use super::feature::FeatureProperties;
use crate::cell::inert;
use crate::geo::LonLat;
use crate::incident::{Language, Method};
use std::io::Write;

/// The columns of a CSV export, in order. Those up to `language` are recognised on import and place the incident anew.
pub const COLUMNS: [&str; 25] = [
    "id",
    "date",
    "title",
    "description",
    "place",
    "city",
    "region",
    "country",
    "lat",
    "lon",
    "category",
    "source",
    "source_url",
    "language",
    "dataset",
    "resolved_place_id",
    "resolved_place",
    "resolved_path",
    "status",
    "precision",
    "uncertainty_m",
    "method",
    "score",
    "resolved_lon",
    "resolved_lat",
];

/// The columns that hold numbers of our own making.
const NUMBERS: [&str; 6] = ["lat", "lon", "uncertainty_m", "score", "resolved_lon", "resolved_lat"];

/// Writes the header.
///
/// # Errors
/// The writer fails.
pub fn write_header<W: Write>(out: &mut csv::Writer<W>) -> Result<(), csv::Error> {
    out.write_record(COLUMNS)
}

/// Writes one incident. `key` is its row key in its dataset.
///
/// # Errors
/// The writer fails.
pub fn write_row<W: Write>(
    out: &mut csv::Writer<W>,
    key: &str,
    position: Option<LonLat>,
    properties: &FeatureProperties,
) -> Result<(), csv::Error> {
    let p = properties;
    let number = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    let text = |value: Option<&str>| value.unwrap_or("").to_owned();
    // Only coordinates that stood in the source count as given; found ones would freeze the answer of this gazetteer.
    let given = position.filter(|_| p.method == Some(Method::Given));
    let cells = [
        key.to_owned(),
        text(p.occurred.as_deref()),
        p.title.clone(),
        p.description.clone(),
        p.place_text.clone(),
        p.city.clone(),
        p.region.clone(),
        p.country.clone(),
        number(given.map(|at| at.lat)),
        number(given.map(|at| at.lon)),
        p.category.clone(),
        p.source.clone(),
        p.source_url.clone(),
        text(p.language.map(Language::as_str)),
        p.dataset.clone(),
        text(p.place_id.as_deref()),
        text(p.place_name.as_deref()),
        text(p.place_path.as_deref()),
        p.status.to_string(),
        p.precision.to_string(),
        number(p.uncertainty_m),
        text(p.method.map(Method::as_str)),
        p.score.to_string(),
        number(position.map(|at| at.lon)),
        number(position.map(|at| at.lat)),
    ];
    out.write_record(COLUMNS.iter().zip(&cells).map(|(column, cell)| {
        // Numbers of our own making stay numbers; everything from outside is kept from running as a formula.
        if NUMBERS.contains(column) { cell.clone() } else { inert(cell) }
    }))
}
