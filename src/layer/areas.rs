//! Districts, regions and countries with what is known only to them, and with all that lies inside.

use super::places::{Drawn, PlaceFeature, is_area};
use super::tally::Tally;
use super::{Selection, geojson_of};
use crate::geo::{LonLat, circle};
use crate::incident::Precision;
use foldhash::HashMap;

/// One feature for every area that has an incident of its own precision or inside, and for every stretch between places; most
/// incidents inside first, then by key.
#[must_use]
pub fn areas(selection: &Selection<'_>) -> Vec<PlaceFeature> {
    let snapshot = selection.snapshot();
    // Rows of one location lie in the same places, so it is counted by location first.
    let mut by_location: HashMap<u32, Tally> = HashMap::default();
    let mut stretches: HashMap<(u64, u64), (LonLat, f64, Tally)> = HashMap::default();
    for row in selection.rows() {
        let Some(at) = snapshot.position(row) else { continue };
        let number = snapshot.location_number(row);
        by_location.entry(number).or_default().add(snapshot, row);
        let brief = snapshot.brief(number);
        if brief.place == 0 && is_area(brief.precision) {
            let uncertainty_m = snapshot.uncertainty_m(row).unwrap_or(0.0);
            let (_, widest, tally) = stretches
                .entry((at.lon.to_bits(), at.lat.to_bits()))
                .or_insert_with(|| (at, uncertainty_m, Tally::default()));
            *widest = widest.max(uncertainty_m);
            tally.add(snapshot, row);
        }
    }
    let mut by_place: HashMap<u32, (Tally, usize)> = HashMap::default();
    for (number, tally) in &by_location {
        let own = snapshot.brief(*number).place;
        for step in snapshot.location(*number).path {
            let place = snapshot.shown().number(*step);
            let is_drawn_as_area = snapshot.tables().place(place).is_some_and(|place| is_area(place.drawn.precision()));
            if !is_drawn_as_area {
                continue;
            }
            let (known, within) = by_place.entry(place).or_default();
            *within += tally.count();
            if place == own {
                known.merge(tally);
            }
        }
    }
    let mut features: Vec<PlaceFeature> = by_place
        .iter()
        .filter_map(|(number, (tally, within))| {
            let drawn = Drawn::place(&snapshot.tables().place(*number)?.drawn);
            Some(PlaceFeature::new(snapshot, drawn, tally, Some(*within)))
        })
        .collect();
    // A stretch of road is no gazetteer entry: it is drawn as the circle of its uncertainty.
    features.extend(stretches.into_values().map(|(at, uncertainty_m, tally)| {
        let geometry = geojson_of(&circle(at, uncertainty_m));
        let drawn = Drawn { geometry, ..Drawn::position(at, Precision::Area, uncertainty_m) };
        PlaceFeature::new(snapshot, drawn, &tally, Some(tally.count()))
    }));
    features.sort_by(|a, b| {
        let order = |feature: &PlaceFeature| feature.properties().count_within;
        order(b).cmp(&order(a)).then_with(|| a.properties().key.cmp(&b.properties().key))
    });
    features
}
