//! Districts, regions and countries with what is known only to them, and with all that lies inside; beside the regions the cities that
//! belong to none. What is known to such a city only is a marker of [`super::places`], so its own count is 0 here.

use super::places::{Drawn, PlaceFeature, is_area};
use super::tally::Tally;
use super::{Selection, geojson_of};
use crate::gazetteer::PlaceKind;
use crate::geo::{LonLat, circle};
use crate::incident::Precision;
use foldhash::HashMap;

/// One feature for every area that has an incident of its own precision or inside, and for every stretch between places; most
/// incidents inside first, then by key. The counts inside of regions and of cities of no region, and what is known to the country
/// only, add up to the count inside the country.
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
        let mut is_below_country = false;
        for step in snapshot.location(*number).path {
            let place = snapshot.shown().number(*step);
            let Some(drawn) = snapshot.tables().place(place).map(|place| &place.drawn) else { continue };
            let is_drawn_as_area = is_area(drawn.precision());
            // As the path of the day has it: before 2018 Shymkent was in a region.
            let is_city_of_no_region = is_below_country && drawn.outline.is_some();
            is_below_country = drawn.kind == PlaceKind::Country;
            if !is_drawn_as_area && !is_city_of_no_region {
                continue;
            }
            let (known, within) = by_place.entry(place).or_default();
            *within += tally.count();
            if place == own && is_drawn_as_area {
                known.merge(tally);
            }
        }
    }
    let mut features: Vec<PlaceFeature> = by_place
        .iter()
        .filter_map(|(number, (tally, within))| {
            let place = &snapshot.tables().place(*number)?.drawn;
            let drawn = Drawn::place(place);
            let geometry = place.outline.clone().unwrap_or(drawn.geometry);
            Some(PlaceFeature::new(snapshot, Drawn { geometry, ..drawn }, tally, Some(*within)))
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
