//! Incidents as a table that loads again.

use super::feature::FeatureProperties;
use crate::geo::LonLat;
use std::io::Write;

/// The columns of a CSV export, in order. The first ten are recognised on import.
pub const COLUMNS: [&str; 20] = [
    "id",
    "date",
    "title",
    "description",
    "place",
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
    let cells = [
        key.to_owned(),
        text(p.occurred.as_deref()),
        p.title.clone(),
        p.description.clone(),
        p.place_text.clone(),
        p.category.clone(),
        p.source.clone(),
        p.source_url.clone(),
        text(p.language.map(crate::incident::Language::as_str)),
        p.dataset.clone(),
        text(p.place_id.as_deref()),
        text(p.place_name.as_deref()),
        text(p.place_path.as_deref()),
        p.status.to_string(),
        p.precision.to_string(),
        number(p.uncertainty_m),
        text(p.method.map(crate::incident::Method::as_str)),
        p.score.to_string(),
        number(position.map(|at| at.lon)),
        number(position.map(|at| at.lat)),
    ];
    out.write_record(cells.iter().enumerate().map(|(column, cell)| {
        // Numbers of our own making stay numbers; everything from outside is kept from running as a formula.
        if column < 12 { inert(cell) } else { cell.clone() }
    }))
}

/// A cell that a spreadsheet does not take for a formula (OWASP ASVS 1.2.10): an apostrophe before `= + - @`, tab and carriage return.
#[must_use]
pub fn inert(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}
