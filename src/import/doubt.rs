//! What speaks against the coordinates of a row, and why words gave none.

use crate::gazetteer::{Gazetteer, PlaceKind};
use crate::geo::LonLat;
use crate::geocode::Resolution;
use crate::incident::{Report, Status};
use crate::ingest::{POSITION_COLUMN, ProblemCode, RowProblem};

/// The one place that the words of a row name, if they name one.
pub(super) type Named = Option<NamedPlace>;

/// As much of a place as coordinates are compared with.
pub(super) struct NamedPlace {
    pub(super) at: LonLat,
    /// Metres.
    pub(super) uncertainty_m: f64,
    pub(super) toponym: String,
}

/// How far (metres) given coordinates may lie beyond twice the uncertainty of the place that the row names: villages around a town are
/// reported under its name.
const BESIDE_M: f64 = 10_000.0;

/// What speaks against coordinates that stood in a row: the place it names lies elsewhere, or only the swapped ones make sense.
pub(super) fn doubt_about(at: LonLat, named: &Named, report: &Report, gazetteer: &Gazetteer) -> Option<RowProblem> {
    let swapped = LonLat::new(at.lat, at.lon).ok();
    let doubt = |code: ProblemCode, reason: String, repair: &str| {
        Some(RowProblem::kept(code, report.line, POSITION_COLUMN, &format!("{}, {}", at.lat, at.lon), reason, repair))
    };
    const SWAP: &str = "swap the two; until then the incident stands where the row says";
    if let Some(NamedPlace { at: place, uncertainty_m, toponym }) = named {
        let place = *place;
        let stated_m = report.stated.map_or(0.0, |stated| stated.uncertainty_m);
        let reach_m = 2.0 * uncertainty_m + BESIDE_M + stated_m;
        let off_m = at.distance_m(place);
        if off_m <= reach_m {
            return None;
        }
        if swapped.is_some_and(|swapped| swapped.distance_m(place) <= reach_m) {
            let reason = format!("latitude and longitude look swapped: then they would lie in {}", toponym);
            return doubt(ProblemCode::SwappedCoordinates, reason, SWAP);
        }
        let reason = format!("the point lies {:.0} km from {}, which the row names", off_m / 1000.0, toponym);
        return doubt(
            ProblemCode::FarFromPlace,
            reason,
            "correct the coordinates, or empty them to place the incident by its words",
        );
    }
    let country = |at| gazetteer.area_around(PlaceKind::Country, at);
    let is_home = |at| country(at).is_some_and(|country| gazetteer.is_at_home(country));
    if country(at).is_none() && swapped.is_some_and(is_home) {
        return doubt(
            ProblemCode::SwappedCoordinates,
            "latitude and longitude look swapped: as they are they lie in no known country".to_owned(),
            SWAP,
        );
    }
    None
}

/// Why an answer gives no location.
pub(super) fn why_not(resolution: &Resolution) -> String {
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
