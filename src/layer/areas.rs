//! Districts, regions and countries with what is known only to them, and with all that lies inside.

use super::places::{Drawn, PlaceFeature, Tally, is_area};
use super::{DrawnPlace, LocatedAt, Names, Row, Snapshot, geojson_of};
use crate::gazetteer::PlaceId;
use crate::geo::{LonLat, circle};
use crate::incident::Precision;
use std::collections::HashMap;

/// One feature for every area that has an incident of its own precision or inside, and for every stretch between places; most
/// incidents inside first, then by key.
#[must_use]
pub fn areas(snapshot: &Snapshot, rows: &[Row]) -> Vec<PlaceFeature> {
    let mut by_id: HashMap<&PlaceId, (&DrawnPlace, Tally, usize)> = HashMap::new();
    let mut stretches: HashMap<(u64, u64), (LonLat, f64, Tally)> = HashMap::new();
    for &row in rows {
        let Some(at) = snapshot.position(row) else { continue };
        if snapshot.place(row).is_none() && is_area(snapshot.precision(row)) {
            let uncertainty_m = snapshot.uncertainty_m(row);
            let (_, widest, tally) = stretches
                .entry((at.lon.to_bits(), at.lat.to_bits()))
                .or_insert_with(|| (at, uncertainty_m, Tally::default()));
            *widest = widest.max(uncertainty_m);
            tally.add(snapshot, row);
        }
        for place in snapshot.path(row).filter(|place| is_area(place.precision())) {
            let (_, tally, within) = by_id.entry(&place.id).or_insert_with(|| (place, Tally::default(), 0));
            *within += 1;
            if snapshot.place(row).is_some_and(|own| own.id == place.id) {
                tally.add(snapshot, row);
            }
        }
    }
    let mut features: Vec<PlaceFeature> = by_id
        .into_values()
        .map(|(place, tally, within)| {
            let drawn = Drawn {
                key: LocatedAt::Place(place.id.clone()),
                names: place.names.clone(),
                kind: Some(place.kind),
                precision: place.precision(),
                uncertainty_m: place.uncertainty_m,
                at: place.position,
                geometry: place.geometry.clone(),
            };
            PlaceFeature::new(drawn, tally, Some(within))
        })
        .collect();
    // A stretch of road is no gazetteer entry: it is drawn as the circle of its uncertainty.
    features.extend(stretches.into_values().map(|(at, uncertainty_m, tally)| {
        let count = tally.count();
        let drawn = Drawn {
            key: LocatedAt::Position(at),
            names: Names::default(),
            kind: None,
            precision: Precision::Area,
            uncertainty_m,
            at,
            geometry: geojson_of(&circle(at, uncertainty_m)),
        };
        PlaceFeature::new(drawn, tally, Some(count))
    }));
    features.sort_by(|a, b| {
        let order = |feature: &PlaceFeature| feature.properties().count_within;
        order(b).cmp(&order(a)).then_with(|| a.properties().key.cmp(&b.properties().key))
    });
    features
}
