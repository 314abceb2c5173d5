//! What speaks against the coordinates of a row, and why words gave none.

use crate::gazetteer::{Gazetteer, PlaceId, PlaceKind};
use crate::geo::LonLat;
use crate::geocode::Resolution;
use crate::incident::{Doubt, Report, Status};
use crate::ingest::{POSITION_COLUMN, ProblemCode, RowProblem};
use crate::layer::story::Contradiction;

/// The one place that the words of a row name, if they name one.
pub(super) type Named = Option<NamedPlace>;

/// As much of a place as coordinates are compared with.
#[derive(Debug, Clone)]
pub(super) struct NamedPlace {
    pub(super) id: Option<PlaceId>,
    pub(super) at: LonLat,
    /// Metres.
    pub(super) uncertainty_m: f64,
    pub(super) toponym: String,
}

/// Coordinates that are doubted.
#[derive(Debug, Clone)]
pub(super) struct Doubted {
    pub(super) doubt: Doubt,
    /// The place that the row names.
    pub(super) named: Named,
    /// How far (metres) from the coordinates the incident may be: as far as the place that speaks against them, and beyond it as far as
    /// that place is uncertain. One of the two is wrong, and nobody knows which.
    pub(super) uncertainty_m: f64,
    reason: String,
}

impl Doubted {
    /// What the owner of the row is told.
    pub(super) fn problem(&self, at: LonLat, report: &Report) -> RowProblem {
        let (code, repair) = match self.doubt {
            Doubt::Swapped => {
                (ProblemCode::SwappedCoordinates, "swap the two; until then the incident stands where the row says")
            }
            Doubt::FarFromPlace => {
                (ProblemCode::FarFromPlace, "correct the coordinates, or empty them to place the incident by its words")
            }
        };
        RowProblem::kept(
            code,
            report.line,
            POSITION_COLUMN,
            &format!("{}, {}", at.lat, at.lon),
            self.reason.clone(),
            repair,
        )
    }

    /// What its story tells.
    pub(super) fn contradiction(&self) -> Contradiction {
        Contradiction {
            doubt: self.doubt,
            place_id: self.named.as_ref().and_then(|named| named.id.clone()),
            name: self.named.as_ref().map(|named| named.toponym.clone()).unwrap_or_default(),
            position: self.named.as_ref().map(|named| named.at),
        }
    }
}

/// How far (metres) given coordinates may lie beyond twice the uncertainty of the place that the row names: villages around a town are
/// reported under its name.
const BESIDE_M: f64 = 10_000.0;

/// What speaks against coordinates that stood in a row: the place it names lies elsewhere, or only the swapped ones make sense.
pub(super) fn doubt_about(at: LonLat, named: &Named, report: &Report, gazetteer: &Gazetteer) -> Option<Doubted> {
    let swapped = LonLat::new(at.lat, at.lon).ok();
    if let Some(NamedPlace { at: place, uncertainty_m, toponym, .. }) = named {
        let stated_m = report.stated.map_or(0.0, |stated| stated.uncertainty_m);
        let reach_m = 2.0 * uncertainty_m + BESIDE_M + stated_m;
        let off_m = at.distance_m(*place);
        if off_m <= reach_m {
            return None;
        }
        let (doubt, reason) = if swapped.is_some_and(|swapped| swapped.distance_m(*place) <= reach_m) {
            (Doubt::Swapped, format!("latitude and longitude look swapped: then they would lie in {toponym}"))
        } else {
            (
                Doubt::FarFromPlace,
                format!("the point lies {:.0} km from {toponym}, which the row names", off_m / 1000.0),
            )
        };
        return Some(Doubted { doubt, named: named.clone(), uncertainty_m: off_m + uncertainty_m, reason });
    }
    let country = |at| gazetteer.area_around(PlaceKind::Country, at);
    let is_home = |at: &LonLat| country(*at).is_some_and(|country| gazetteer.is_at_home(country));
    let swapped = swapped.filter(is_home).filter(|_| country(at).is_none())?;
    Some(Doubted {
        doubt: Doubt::Swapped,
        named: None,
        uncertainty_m: at.distance_m(swapped),
        reason: "latitude and longitude look swapped: as they are they lie in no known country".to_owned(),
    })
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
