//! What a file is understood as, before anything of it is kept.

use super::incident::Incident;
use super::locate::{Atlas, Locator};
use crate::geo::LonLat;
use crate::geocode::Geocoder;
use crate::incident::{Precision, Status};
use crate::ingest::{Field, IngestError, Outcome, Repairs, RowProblem, SameAs, Table, UnderstoodDates};
use crate::layer::feature_geometry;
use serde::Serialize;
use serde_json::value::RawValue;

/// Rows that are shown.
pub const PREVIEW_ROWS: usize = 10;

/// Letters of a cell that are shown.
const SAMPLE_CHARS: usize = 80;

/// A file as it is understood, with its first rows.
#[derive(Debug, Serialize)]
pub struct Preview {
    format: &'static str,
    encoding: &'static str,
    delimiter: Option<char>,
    columns: Vec<PreviewColumn>,
    rows: Vec<PreviewRow>,
    /// How its dates with slashes are read; `None` when the first rows have none.
    dates: Option<UnderstoodDates>,
    /// What it repairs; `None` when it is no file of problems.
    repairs: Option<Repairs>,
    /// The import that loaded the same bytes into another dataset; whoever knows the store says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<SameAs>,
    /// The sheet of a workbook that is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<String>,
    /// Its other sheets that have rows, of which nothing is read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    other_sheets: Vec<String>,
    /// Cells of it with words that cover several rows; each counts for all of them.
    merged_cells: u64,
    /// Why it cannot be loaded so.
    error: Option<String>,
}

/// A column and what it holds.
#[derive(Debug, Serialize)]
pub struct PreviewColumn {
    header: String,
    /// `None` when it has no meaning here.
    field: Option<Field>,
    /// The name under which it is kept when it has no meaning; without one it is left out.
    kept_as: Option<String>,
    /// Its cells in the first rows.
    samples: Vec<String>,
}

/// A row and what would become of it.
#[derive(Debug, Serialize)]
pub struct PreviewRow {
    line: u64,
    is_rejected: bool,
    title: String,
    occurred: Option<String>,
    place_text: String,
    status: Option<Status>,
    precision: Option<Precision>,
    place_name: Option<String>,
    uncertainty_m: Option<f64>,
    position: Option<LonLat>,
    /// What is drawn; `None` when it is not located.
    geometry: Option<Box<RawValue>>,
    problems: Vec<RowProblem>,
}

/// Reads the first rows of a table and places them.
///
/// # Errors
/// The file breaks off.
pub fn preview(table: &Table<'_, '_>, geocoder: &Geocoder) -> Result<Preview, IngestError> {
    let atlas = Atlas::new(geocoder);
    table.settle_pairs(&|at| atlas.is_home(at));
    let mut locator = Locator::new(&atlas);
    let mut rows = Vec::new();
    let mut columns: Vec<PreviewColumn> = (0..)
        .zip(table.columns())
        .map(|(index, (header, field))| {
            let kept_as = table.kept_as(index).map(str::to_owned);
            PreviewColumn { header, field, kept_as, samples: Vec::new() }
        })
        .collect();
    for record in table.rows()?.take(PREVIEW_ROWS) {
        let mut row = table.row(record?);
        for (column, cell) in columns.iter_mut().zip(row.cells.iter()) {
            column.samples.push(cell.chars().take(SAMPLE_CHARS).collect());
        }
        let mut shown = PreviewRow {
            line: row.line,
            is_rejected: true,
            title: String::new(),
            occurred: None,
            place_text: String::new(),
            status: None,
            precision: None,
            place_name: None,
            uncertainty_m: None,
            position: None,
            geometry: None,
            problems: Vec::new(),
        };
        if let Outcome::Report(report) = &row.outcome {
            let read = row.problems.len();
            let located = locator.locate(report, &mut row.problems);
            let placed = located.placed;
            row.problems[read..].iter_mut().for_each(|problem| table.in_its_words(problem, &row.cells));
            let words = [&report.place_text, &report.city, &report.region, &report.country];
            shown.is_rejected = false;
            shown.title.clone_from(&report.title);
            shown.occurred = report.occurred.map(|at| at.to_string());
            shown.place_text = words.into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_default();
            (shown.status, shown.precision) = (Some(placed.status), Some(placed.precision));
            let location = locator.location(placed.number);
            let incident = Incident::new(report, &"".into(), located);
            let given = incident.given.map(|(at, _)| at);
            shown.position = given.or(location.and_then(|location| location.position));
            shown.uncertainty_m = incident.given.map(|(_, uncertainty_m)| uncertainty_m);
            if let Some(location) = location {
                shown.place_name = location.path.last().map(|place| place.names.first().to_owned());
                shown.uncertainty_m = shown.uncertainty_m.or(location.uncertainty_m);
                shown.geometry = location.place.as_ref().map(|place| place.geometry.clone());
            }
            shown.geometry = shown.geometry.or(shown.position.map(feature_geometry));
        }
        shown.problems = row.problems;
        rows.push(shown);
    }
    let understood = table.understood();
    Ok(Preview {
        format: table.format().as_str(),
        encoding: table.encoding(),
        delimiter: table.delimiter(),
        columns,
        rows,
        dates: understood.dates,
        repairs: understood.repairs,
        same_as: None,
        sheet: understood.sheet,
        other_sheets: understood.other_sheets,
        merged_cells: understood.merged_cells,
        error: table.check().err().map(|error| error.to_string()),
    })
}
