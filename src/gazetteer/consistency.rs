//! What in a gazetteer contradicts itself: places away from what contains them, and places that are there twice.
//!
//! Values in, values out: what is said of them and how it is repaired, the command line knows. Read [`Stray`] first.

use super::{Gazetteer, Place, PlaceKind};
use crate::geo::LonLat;
use crate::incident::Language;
use crate::text::fold;
use std::collections::BTreeMap;

/// A place that lies farther from a containing place of today than both allow.
#[derive(Debug, Clone, PartialEq)]
pub struct Stray<'g> {
    /// What lies there.
    pub place: Place<'g>,
    /// What contains it.
    pub parent: Place<'g>,
    /// Metres outside the outline of what contains it, or from its position when it has none.
    pub off_m: f64,
    /// Metres that are allowed.
    pub allowed_m: f64,
}

/// How far (metres) a generalised outline may run beside the true border, and what is in a place beyond its extent.
pub(super) const OUTLINE_M: f64 = 15_000.0;
/// The same for an airport: it belongs to the town that it serves, wherever it lies.
pub(super) const AIRPORT_M: f64 = 40_000.0;

/// The containing places of today from which a place lies too far, from the country inward.
///
/// Where a containing place has an outline, the place lies in it or no farther outside than its uncertainty and 15 km. Where it has
/// none, no farther from its position than the uncertainties of both and 15 km, an airport than that of its town and 40 km; this only
/// for own places: the extents of what lists of others hold are guessed from their people.
#[must_use]
pub fn strays<'g>(gazetteer: &'g Gazetteer, place: Place<'g>) -> Vec<Stray<'g>> {
    let stray = |parent: Place<'g>| {
        let reach_m = place.uncertainty_m() + OUTLINE_M;
        let (off_m, allowed_m) = match parent.outline() {
            Some(outline) => (outline.distance_m(place.position()), reach_m),
            None if !is_own(place) => return None,
            None if place.kind() == PlaceKind::Airport => {
                (between_m(place, parent), parent.uncertainty_m() + AIRPORT_M)
            }
            None => (between_m(place, parent), parent.uncertainty_m() + reach_m),
        };
        (off_m > allowed_m).then_some(Stray { place, parent, off_m, allowed_m })
    };
    gazetteer.path(place, None).into_iter().filter_map(stray).collect()
}

impl Stray<'_> {
    /// Whether the place would lie where it is said to with longitude and latitude the other way round.
    #[must_use]
    pub fn is_swapped(&self) -> bool {
        let LonLat { lon, lat } = self.place.position();
        LonLat::new(lat, lon).is_ok_and(|at| match self.parent.outline() {
            Some(outline) => outline.contains(at),
            None => self.parent.position().distance_m(at) <= self.allowed_m,
        })
    }
}

/// A place that may be anywhere in its town and does not say so.
#[derive(Debug, Clone, PartialEq)]
pub struct Unreached<'g> {
    /// What has not been compared.
    pub place: Place<'g>,
    /// The town that it lies in.
    pub town: Place<'g>,
    /// Metres that its uncertainty needs to reach across the town.
    pub needed_m: f64,
}

/// The part of a `source` that confesses that a position inside a town is only believed.
const NOT_COMPARED: &str = "not compared";
/// Metres that rounded positions and distances may lack.
const ROUNDING_M: f64 = 100.0;

/// How far (metres) a place of a town may be from where people who know the town believe it to be: of the places of the bundled
/// gazetteer that were compared with addresses and maps, 99 of 100 of their kind were no farther (some 700 of twenty towns; November
/// 2026).
fn believed_m(kind: PlaceKind) -> f64 {
    match kind {
        PlaceKind::Street => 9_000.0,
        PlaceKind::Market => 10_500.0,
        PlaceKind::CityDistrict | PlaceKind::Quarter | PlaceKind::Microdistrict => 17_000.0,
        _ => 6_000.0,
    }
}

/// What an own place whose position is confessed to be only believed (`not compared`, a part of its `source` between semicolons)
/// lacks to reach as far as such places turn out to be from where they were believed to be, or across its town where that is nearer:
/// from its position to the farthest corner of the town's outline, or, where there is none, to the town's position and the town's
/// uncertainty beyond. `None` also for what lies in no town: then nothing bounds where it may be.
#[must_use]
pub fn unreached<'g>(gazetteer: &'g Gazetteer, place: Place<'g>) -> Option<Unreached<'g>> {
    let is_believed = place.source().split(';').any(|part| part.trim().eq_ignore_ascii_case(NOT_COMPARED));
    if !is_believed || !is_own(place) {
        return None;
    }
    let town = town_of(gazetteer, place)?;
    let across_m = match town.outline() {
        Some(outline) => outline.positions().map(|corner| corner.distance_m(place.position())).fold(0.0, f64::max),
        None => between_m(place, town) + town.uncertainty_m(),
    };
    let needed_m = across_m.min(believed_m(place.kind()));
    (place.uncertainty_m() + ROUNDING_M < needed_m).then_some(Unreached { place, town, needed_m })
}

/// The smallest settlement that contains a place today.
pub(super) fn town_of<'g>(gazetteer: &'g Gazetteer, place: Place<'g>) -> Option<Place<'g>> {
    gazetteer.path(place, None).into_iter().rev().find(|parent| parent.kind().is_settlement())
}

/// Pairs of own places that have one kind, one Russian name and one parent; lists of others have thousands.
#[must_use]
pub fn twice(gazetteer: &Gazetteer) -> Vec<(Place<'_>, Place<'_>)> {
    let mut known: BTreeMap<_, Place<'_>> = BTreeMap::new();
    gazetteer
        .places()
        .filter(|place| is_own(*place))
        .filter_map(|place| {
            let parent = place.parent().map(Place::number);
            known.insert((place.kind(), fold(place.name(Language::Ru)), parent), place).map(|before| (before, place))
        })
        .collect()
}

/// Whether a place is of the deployer's or the bundled file: what comes from lists of others has ids that say so.
pub(super) fn is_own(place: Place<'_>) -> bool {
    !place.id().starts_with("gn-") && !place.id().starts_with("osm-")
}

fn between_m(one: Place<'_>, other: Place<'_>) -> f64 {
    one.position().distance_m(other.position())
}
