//! The views of a snapshot agree with going through all incidents by hand, for any filter and after any change.

mod around;
mod edges;
mod filters;
mod http;
mod made;
#[cfg(target_os = "linux")]
mod memory;
mod named;
mod words;

use fast_mvt::{MvtFeatureRef, MvtGeometry, MvtReaderRef, MvtValueRef};
use incident_map::incident::IncidentId;
use incident_map::layer::body::{Bodies, Geometries};
use incident_map::layer::histogram::{Unit, histogram};
use incident_map::layer::tiles::{cluster_tile, point_tile};
use incident_map::layer::world::{Cell, WorldPoint};
use incident_map::layer::{FeatureQuery, Row, Snapshot, areas, clusters, counts, places};
use incident_map::time::from_minutes;
use made::{Made, after, incidents, json, passing, query, snapshot};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn ids(made: &[Made]) -> Vec<IncidentId> {
    made.iter().map(Made::id).collect()
}

fn ids_of(snapshot: &Snapshot, rows: &[Row]) -> Vec<IncidentId> {
    rows.iter().map(|row| snapshot.id(*row)).collect()
}

/// A point of a tile: where it lies among all tiles of its level, and its properties in order of their names.
fn drawn_point(cell: Cell, feature: MvtFeatureRef<'_>) -> String {
    let MvtGeometry::Point(at) = feature.geometry().unwrap() else { panic!("no point: {feature:?}") };
    let (x, y) = (i64::from(cell.x) * 4_096 + i64::from(at.x()), i64::from(cell.y) * 4_096 + i64::from(at.y()));
    let mut properties = feature.properties_vec().unwrap();
    properties.sort_unstable_by_key(|(name, _)| *name);
    format!("{x},{y} {properties:?}")
}

/// What [`drawn_point`] gives for an incident.
fn made_point(level: u32, made: &Made) -> String {
    // A tile has 4,096 steps each way: as many as there are cells twelve levels below.
    let at = WorldPoint::of(made.position().unwrap()).cell(level + 12);
    let date = made.span().map(|(start, _)| from_minutes(start).date().to_string());
    let (id, title) = (made.id().to_string(), format!("Происшествие \"{}\"", made.seq));
    let all = [
        ("category", Some(made.category())),
        ("date", date),
        ("id", Some(id)),
        ("precision", Some(made.precision().as_str().to_owned())),
        ("title", Some(title)),
    ];
    let text = |(name, text): &(&'static str, Option<String>)| Some((*name, text.clone()?));
    let all: Vec<(&str, String)> = all.iter().filter_map(text).collect();
    let all: Vec<(&str, MvtValueRef<'_>)> = all.iter().map(|(name, text)| (*name, MvtValueRef::String(text))).collect();
    format!("{},{} {all:?}", at.x, at.y)
}

/// Incidents before and after some commits, and the snapshot brought up to date from one to the next.
fn changed() -> impl Strategy<Value = (Vec<Made>, Snapshot)> {
    let change = (incidents(0, 12), prop::collection::vec(0u32..80, 0..6), 0u32..4);
    (incidents(1, 80), prop::collection::vec(change, 0..4)).prop_map(|(first, changes)| {
        let mut all = first.clone();
        let mut now = snapshot(&first);
        let mut next = 1_000;
        for (fresh, gone, updated) in changes {
            // Some are new, some take the place of earlier ones, some earlier ones go.
            let mut fresh: Vec<Made> = fresh;
            for (number, made) in fresh.iter_mut().enumerate() {
                made.seq = if number < updated as usize { number as u32 * 7 + 1 } else { next + number as u32 };
            }
            next += 100;
            let ranges: BTreeSet<i64> = fresh.iter().map(|made| made.seq).chain(gone).map(i64::from).collect();
            all.retain(|made| !ranges.contains(&i64::from(made.seq)));
            all.extend(fresh.iter().cloned());
            let ranges: Vec<_> = ranges.into_iter().map(|seq| seq..=seq).collect();
            now = after(&now, &ranges, &fresh);
        }
        (all, now)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn any_filter_gives_what_going_through_all_incidents_gives((all, snapshot) in changed(), query in query()) {
        let wanted = passing(&all, &query);
        let selection = snapshot.select(&query, &[]);
        prop_assert_eq!(selection.len(), wanted.len());
        prop_assert_eq!(ids_of(&snapshot, &selection.page(None, usize::MAX)), ids(&wanted));
        prop_assert_eq!(selection.rows().count(), wanted.len());
        prop_assert_eq!(snapshot.len(), all.len());
        prop_assert_eq!(selection.unlocated(), wanted.iter().filter(|made| !made.is_located()).count());
    }

    #[test]
    fn a_layer_that_is_a_filter_gives_what_passes_both((all, snapshot) in changed(), query in query(), layer in query()) {
        let wanted = passing(&passing(&all, &layer), &query);
        let both = FeatureQuery { of_layer: Some(std::sync::Arc::new(layer)), ..query };
        let selection = snapshot.select(&both, &[]);
        prop_assert_eq!(ids_of(&snapshot, &selection.page(None, usize::MAX)), ids(&wanted));
        prop_assert_eq!(selection.undated(), wanted.iter().filter(|made| made.time.is_none()).count());
        let extent = incident_map::layer::extent::extent(&selection);
        prop_assert_eq!((extent.count, extent.located), (wanted.len(), wanted.iter().filter(|made| made.is_located()).count()));
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_repetition((all, snapshot) in changed(), query in query(), limit in 1usize..9) {
        let selection = snapshot.select(&query, &[]);
        let (mut after, mut walked) = (None, Vec::new());
        loop {
            let page = selection.page(after, limit);
            prop_assert!(page.len() <= limit);
            let Some(last) = page.last() else { break };
            after = Some(snapshot.after(*last));
            walked.extend(ids_of(&snapshot, &page));
        }
        prop_assert_eq!(walked, ids(&passing(&all, &query)));
    }

    #[test]
    fn an_incident_is_found_by_its_id_and_written_with_its_own_body((all, snapshot) in changed()) {
        for made in &all {
            let row = snapshot.row_of_id(made.id()).unwrap();
            prop_assert_eq!(snapshot.row_of_seq(i64::from(made.seq)), Some(row));
            let mut feature = Vec::new();
            Bodies::read(&snapshot, &[row]).unwrap().iter().for_each(|body| body.write_feature(&mut feature, Geometries::Points));
            let written = String::from_utf8(feature).unwrap();
            let feature: Value = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(&feature["id"], &made.id().to_string());
            prop_assert_eq!(&feature["properties"]["key"], &made.seq.to_string());
            prop_assert_eq!(&feature["properties"]["dataset"], &format!("name {}", made.dataset));
            prop_assert_eq!(&feature["properties"]["row"], made.seq + 1);
            let geometry = made.position().map_or("null".to_owned(), |at| {
                format!("{{\"type\":\"Point\",\"coordinates\":{}}}", serde_json::to_string(&[at.lon, at.lat]).unwrap())
            });
            prop_assert!(written.contains(&format!("\"geometry\":{geometry},")), "{}", written);
        }
        prop_assert!(snapshot.row_of_id(IncidentId::of_row("other", "1")).is_none());
    }

    #[test]
    fn clusters_count_each_incident_once_and_areas_stay_areas((all, snapshot) in changed(), query in query(), zoom in 0u32..19) {
        let wanted = passing(&all, &query);
        let shown = json(&clusters::clusters(&snapshot.select(&query, &[]), zoom));
        let features = shown["features"].as_array().unwrap();
        let located = wanted.iter().filter(|made| made.is_located()).count();
        let in_areas = wanted.iter().filter(|made| made.is_in_area()).count();
        prop_assert_eq!(&shown["numberMatched"], located);
        prop_assert_eq!(&shown["inAreas"], in_areas);
        let sum = |name: &str| features.iter().map(|f| f["properties"][name].as_u64().unwrap() as usize).sum::<usize>();
        prop_assert_eq!(sum("count") + in_areas, located);
        for feature in features {
            let properties = &feature["properties"];
            let by_category = properties["categories"].as_object().unwrap();
            prop_assert_eq!(by_category.values().map(|count| count.as_u64().unwrap()).sum::<u64>(), properties["count"].as_u64().unwrap());
            let Some(id) = feature["id"].as_str().unwrap().strip_prefix("cell:") else { continue };
            let parts: Vec<u32> = id.split('/').map(|part| part.parse().unwrap()).collect();
            let cell = Cell { level: parts[0], x: parts[1], y: parts[2] };
            let members: Vec<&Made> = wanted.iter()
                .filter(|made| made.is_located() && !made.is_in_area() && cell.holds(WorldPoint::of(made.position().unwrap())))
                .collect();
            prop_assert_eq!(&properties["count"], members.len());
            let mut categories: BTreeMap<String, usize> = BTreeMap::new();
            let mut precisions: BTreeMap<&str, usize> = BTreeMap::new();
            for made in &members {
                *categories.entry(made.category()).or_default() += 1;
                *precisions.entry(made.precision().as_str()).or_default() += 1;
            }
            prop_assert_eq!(&properties["categories"], &json(&categories));
            prop_assert_eq!(&properties["precisions"], &json(&precisions));
            // At the expansion zoom, and not before, they are more than one.
            let cells_at = |zoom: u64| members.iter()
                .map(|made| WorldPoint::of(made.position().unwrap()).cell(zoom as u32 + clusters::MAP_STEPS))
                .collect::<BTreeSet<Cell>>().len();
            let expansion = properties["expansion_zoom"].as_u64().unwrap();
            prop_assert!(expansion > u64::from(zoom));
            prop_assert_eq!(cells_at(expansion - 1), 1);
            prop_assert!(cells_at(expansion) > 1 || expansion == u64::from(clusters::MAX_CLUSTER_ZOOM));
        }
    }

    #[test]
    fn the_tiles_of_a_level_add_up_to_the_layer((all, snapshot) in changed(), query in query(), level in 0u32..4, clustered in any::<bool>()) {
        let wanted = passing(&all, &query);
        let mut totals = [0; 3];
        let mut points: Vec<String> = Vec::new();
        let mut count = 0;
        for (x, y) in (0..1 << level).flat_map(|x| (0..1 << level).map(move |y| (x, y))) {
            let cell = Cell { level, x, y };
            let selection = snapshot.select(&FeatureQuery { cell: Some(cell), ..query.clone() }, &[]);
            let tile = if clustered { cluster_tile(&selection, cell) } else { point_tile(&selection, cell, true) }.unwrap();
            let reader = MvtReaderRef::new(&tile).unwrap();
            for layer in reader.layers() {
                for feature in layer.features() {
                    for (name, value) in feature.properties_vec().unwrap() {
                        match (layer.name(), name, value) {
                            ("totals", "matched", MvtValueRef::UInt(number)) => totals[0] += number as usize,
                            ("totals", "returned", MvtValueRef::UInt(number)) => totals[1] += number as usize,
                            ("totals", "in_areas", MvtValueRef::UInt(number)) => totals[2] += number as usize,
                            ("incidents", "count", MvtValueRef::UInt(number)) => count += number as usize,
                            _ => {}
                        }
                    }
                    if !clustered && layer.name() == "incidents" {
                        points.push(drawn_point(cell, feature));
                    }
                }
            }
        }
        let located = wanted.iter().filter(|made| made.is_located()).count();
        let in_areas = wanted.iter().filter(|made| made.is_in_area()).count();
        prop_assert_eq!(totals, [located, located - in_areas, in_areas]);
        if clustered {
            prop_assert_eq!(count, located - in_areas);
        } else {
            points.sort_unstable();
            let mut drawn: Vec<String> = wanted.iter().filter(|made| made.is_located() && !made.is_in_area())
                .map(|made| made_point(level, made)).collect();
            drawn.sort_unstable();
            prop_assert_eq!(points, drawn);
        }
    }

    #[test]
    fn a_histogram_counts_each_incident_on_the_day_it_began((all, snapshot) in changed(), query in query()) {
        let wanted = passing(&all, &query);
        let shown = histogram(&snapshot.select(&query, &[]), Some(Unit::Day)).unwrap();
        let mut days: BTreeMap<String, usize> = BTreeMap::new();
        let (mut undated, mut coarse) = (0, 0);
        for made in &wanted {
            match made.time {
                None => undated += 1,
                Some((_, minutes)) if minutes > 24 * 60 => coarse += 1,
                Some(_) => *days.entry(from_minutes(made.span().unwrap().0).date().to_string()).or_default() += 1,
            }
        }
        prop_assert_eq!((shown.undated, shown.coarse, shown.matched), (undated, coarse, wanted.len()));
        let bins: BTreeMap<String, usize> = shown.bins.into_iter().filter(|bin| bin.count > 0).map(|bin| (bin.start, bin.count)).collect();
        prop_assert_eq!(bins, days);
    }

    #[test]
    fn counts_places_and_areas_add_up((all, snapshot) in changed(), query in query()) {
        let wanted = passing(&all, &query);
        let selection = snapshot.select(&query, &[]);
        let counted = counts::counts(&snapshot.select(&FeatureQuery::default(), &[]), &query, &[]);
        let located = wanted.iter().filter(|made| made.is_located()).count();
        prop_assert_eq!((counted.total, counted.matched, counted.located), (all.len(), wanted.len(), located));
        prop_assert_eq!(counted.undated, wanted.iter().filter(|made| made.time.is_none()).count());
        let free = passing(&all, &FeatureQuery { categories: Vec::new(), ..query.clone() });
        let mut by_category: BTreeMap<String, usize> = BTreeMap::new();
        free.iter().for_each(|made| *by_category.entry(made.category()).or_default() += 1);
        prop_assert_eq!(counted.by_category, by_category);
        prop_assert_eq!(counted.by_dataset.values().sum::<usize>(), wanted.len());
        let in_places: usize = places::places(&selection, 0, usize::MAX).features.iter().map(|place| place.properties().count).sum();
        let areas = areas::areas(&selection);
        let in_areas: usize = areas.iter().map(|area| area.properties().count).sum();
        prop_assert_eq!(in_places, located - wanted.iter().filter(|made| made.is_in_area()).count());
        prop_assert_eq!(in_places + in_areas, located);
        if let Some(country) = areas.iter().find(|area| area.id() == "place:p1") {
            // Everything but the unlocated lies in the country.
            prop_assert_eq!(country.properties().count_within, Some(located));
        }
    }
}

#[test]
fn a_tile_beyond_its_limit_says_how_many_points_it_leaves_out() {
    let many: Vec<Made> = (1..=10_050)
        .map(|seq| Made {
            seq,
            location: 2,
            given: incident_map::geo::LonLat { lon: 76.9 + f64::from(seq) * 1e-6, lat: 43.2 },
            time: Some((i64::from(seq), 1)),
            category: 1,
            dataset: 5,
            source: 7,
            import: 1,
        })
        .collect();
    let snapshot = snapshot(&many);
    let cell = WorldPoint::of(many[0].given).cell(6);
    let selection = snapshot.select(&FeatureQuery { cell: Some(cell), ..FeatureQuery::default() }, &[]);
    let tile = point_tile(&selection, cell, true).unwrap();
    let reader = MvtReaderRef::new(&tile).unwrap();
    let layers: Vec<_> = reader.layers().map(|layer| (layer.name().to_owned(), layer.feature_count())).collect();
    assert_eq!(layers, [("incidents".to_owned(), 10_000), ("totals".to_owned(), 1)]);
    let totals = reader.layers().nth(1).unwrap();
    let properties = totals.features().next().unwrap().properties_vec().unwrap();
    assert_eq!(properties[..2], [("matched", MvtValueRef::UInt(10_050)), ("returned", MvtValueRef::UInt(10_000))]);
}
