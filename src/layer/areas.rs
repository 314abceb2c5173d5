//! Districts, regions and countries with what is known only to them, and with all that lies inside.

use super::places::{Drawn, PlaceFeature, Tally, is_area};
use super::{DrawnPlace, LocatedAt, Row, Snapshot};
use crate::gazetteer::PlaceId;
use std::collections::HashMap;

/// One feature for every area that has an incident of its own precision or inside, most incidents inside first, then by key.
#[must_use]
pub fn areas(snapshot: &Snapshot, rows: &[Row]) -> Vec<PlaceFeature> {
    let mut by_id: HashMap<&PlaceId, (&DrawnPlace, Tally, usize)> = HashMap::new();
    for &row in rows {
        if snapshot.position(row).is_none() {
            continue;
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
    features.sort_by(|a, b| {
        let order = |feature: &PlaceFeature| feature.properties().count_within;
        order(b).cmp(&order(a)).then_with(|| a.properties().key.cmp(&b.properties().key))
    });
    features
}
