//! One file becomes a batch of incidents: rows are read, names are resolved, problems are listed.
//!
//! Values in, values out; [`crate::store`] writes the batch. Read [`prepare`] first.

use crate::gazetteer::{Gazetteer, Place, PlaceId, PlaceKind};
use crate::geo::LonLat;
use crate::geocode::{Context, Geocoder, Request, Resolution};
use crate::incident::{IncidentId, Provenance, Report, Status};
use crate::ingest::{IngestError, ProblemRows, ReadOptions, RowProblem, read_file, rows_at};
use crate::layer::DrawnPlace;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Finest uncertainty of coordinates that stand in a file, metres: no report is better than that.
const GIVEN_UNCERTAINTY_M: f64 = 10.0;

/// Metres in a degree of latitude.
const DEGREE_M: f64 = 111_195.0;

/// Our record of an event: what was reported, where it was placed and why, and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// Stable identity.
    pub id: IncidentId,
    /// Row key inside the dataset: the id column, else a content key.
    pub key: String,
    /// What the source said.
    pub report: Report,
    /// Where it was placed, and why.
    pub resolution: Resolution,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// A file made ready for the store.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The rows that belong together.
    pub dataset: String,
    /// Name of the file.
    pub file: String,
    /// Version of the gazetteer that placed the incidents.
    pub gazetteer: String,
    /// Data rows in the file: `incidents + duplicate + rejected`.
    pub read: u64,
    /// Rows that say the same as an earlier row of the file.
    pub duplicate: u64,
    /// Rows that were not taken; each is in `problems`.
    pub rejected: u64,
    /// The incidents, keys unique.
    pub incidents: Vec<Incident>,
    /// Every place that an incident is drawn at or lies in.
    pub places: Vec<DrawnPlace>,
    /// What is wrong, by line.
    pub problems: Vec<RowProblem>,
    /// The rows it is wrong in.
    pub problem_rows: ProblemRows,
}

impl Batch {
    /// How many incidents have this outcome.
    #[must_use]
    pub fn count(&self, status: Status) -> u64 {
        self.incidents.iter().filter(|incident| incident.resolution.status == status).count() as u64
    }
}

/// Reads a file, resolves its places and lists its problems. `progress` is called with the rows done and the rows there are.
///
/// # Errors
/// The file as a whole cannot be read: no place column, no rows, too large. Nothing is lost, because nothing was taken.
pub fn prepare(
    bytes: &[u8],
    file: &str,
    dataset: &str,
    options: &ReadOptions,
    geocoder: &Geocoder,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Batch, IngestError> {
    let read = read_file(bytes, options)?;
    let gazetteer = geocoder.gazetteer();
    let rows = read.reports.len() as u64;
    let mut problems = read.problems;
    let mut incidents = Vec::with_capacity(read.reports.len());
    let mut named: HashSet<PlaceId> = HashSet::new();
    // Reporters repeat themselves: most rows of a file name a place that an earlier row has named in the same words.
    let mut answered: HashMap<Request, Resolution> = HashMap::new();
    for (number, report) in read.reports.into_iter().enumerate() {
        let named_place = answered.entry(request_of(&report)).or_insert_with_key(|request| geocoder.geocode(request));
        let resolution = match report.given {
            Some(at) => {
                problems.extend(doubt_about(at, named_place, &report, gazetteer));
                given(at, gazetteer)
            }
            None => named_place.clone(),
        };
        if resolution.position.is_none() && names_a_place(&report) {
            problems.push(RowProblem::place_not_found(&report, &why_not(&resolution)));
        }
        named.extend(resolution.path.iter().cloned());
        let key = report.key.clone().unwrap_or_default();
        incidents.push(Incident {
            id: IncidentId::of_row(dataset, &key),
            key,
            provenance: Provenance {
                dataset: dataset.to_owned(),
                file: file.to_owned(),
                line: report.line,
                gazetteer: gazetteer.version().to_owned(),
            },
            report,
            resolution,
        });
        progress(number as u64 + 1, rows);
    }
    problems.sort_by_key(|problem| problem.line);
    let lines: BTreeSet<u64> = problems.iter().map(|problem| problem.line).collect();
    let problem_rows = if lines.is_empty() { ProblemRows::default() } else { rows_at(bytes, options, &lines)? };
    let mut places: Vec<DrawnPlace> = named.iter().filter_map(|id| gazetteer.place(id)).map(DrawnPlace::of).collect();
    places.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(Batch {
        dataset: dataset.to_owned(),
        file: file.to_owned(),
        gazetteer: gazetteer.version().to_owned(),
        read: read.rows_read,
        duplicate: read.duplicates,
        rejected: read.rejected,
        incidents,
        places,
        problems,
        problem_rows,
    })
}

fn request_of(report: &Report) -> Request {
    Request {
        text: report.place_text.clone(),
        context: Context { city: report.city.clone(), region: report.region.clone(), country: report.country.clone() },
        occurred: report.occurred,
    }
}

/// How far (metres) given coordinates may lie beyond twice the uncertainty of the place that the row names: villages around a town are
/// reported under its name.
const BESIDE_M: f64 = 10_000.0;

/// What speaks against coordinates that stood in a row: the place it names lies elsewhere, or only the swapped ones make sense.
fn doubt_about(at: LonLat, named: &Resolution, report: &Report, gazetteer: &Gazetteer) -> Option<RowProblem> {
    let swapped = LonLat::new(at.lat, at.lon).ok();
    let doubt = |reason: String, repair: &str| {
        Some(RowProblem::kept(report.line, "lat, lon", &format!("{}, {}", at.lat, at.lon), reason, repair))
    };
    const SWAP: &str = "swap the two; until then the incident stands where the row says";
    if let (Status::Resolved, Some(place), Some(uncertainty_m)) = (named.status, named.position, named.uncertainty_m) {
        let reach_m = 2.0 * uncertainty_m + BESIDE_M;
        let off_m = at.distance_m(place);
        if off_m <= reach_m {
            return None;
        }
        if swapped.is_some_and(|swapped| swapped.distance_m(place) <= reach_m) {
            let reason = format!("latitude and longitude look swapped: then they would lie in {}", named.toponym);
            return doubt(reason, SWAP);
        }
        let reason = format!("the point lies {:.0} km from {}, which the row names", off_m / 1000.0, named.toponym);
        return doubt(reason, "correct the coordinates, or empty them to place the incident by its words");
    }
    let country = |at| gazetteer.area_around(PlaceKind::Country, at);
    let is_home = |at| country(at).is_some_and(|country| gazetteer.is_at_home(country));
    if country(at).is_none() && swapped.is_some_and(is_home) {
        return doubt("latitude and longitude look swapped: as they are they lie in no known country".to_owned(), SWAP);
    }
    None
}

fn names_a_place(report: &Report) -> bool {
    [&report.place_text, &report.city, &report.region, &report.country].iter().any(|text| !text.trim().is_empty())
}

fn why_not(resolution: &Resolution) -> String {
    match resolution.status {
        Status::Ambiguous => {
            let names: Vec<String> = resolution
                .candidates
                .iter()
                .map(|candidate| format!("{} ({})", candidate.name, candidate.place_id))
                .collect();
            format!("it may be {}", names.join(" or "))
        }
        Status::Resolved | Status::Unresolved => {
            resolution.rules.last().cloned().unwrap_or_else(|| "no place of the gazetteer has this name".to_owned())
        }
    }
}

/// Coordinates that stood in the row. Their uncertainty is half of the last digit written, and they lie in the region whose
/// outline holds them.
fn given(at: LonLat, gazetteer: &Gazetteer) -> Resolution {
    let decimals = |degrees: f64| degrees.to_string().split_once('.').map_or(0, |(_, digits)| digits.len());
    let digits = i32::try_from(decimals(at.lon).max(decimals(at.lat))).unwrap_or(i32::MAX);
    let uncertainty_m = (0.5 * 10f64.powi(-digits) * DEGREE_M).max(GIVEN_UNCERTAINTY_M).round();
    let area = [PlaceKind::Region, PlaceKind::Country].into_iter().find_map(|kind| gazetteer.area_around(kind, at));
    let path = area.into_iter().flat_map(|area| gazetteer.path(area, None).into_iter().chain([area]));
    let path = path.map(Place::place_id).collect();
    Resolution { path, ..Resolution::given(at, uncertainty_m) }
}
