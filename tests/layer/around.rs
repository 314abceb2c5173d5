//! Which area a given position counts for, and that areas add up.

use crate::support::Server;
use serde_json::Value;

/// Rows with coordinates: in Almaty, Astana and Shymkent, in Aktau, in a village beside Almaty, in the steppe, in Semey and Zhezkazgan,
/// which lay in other regions before June 2022; and in Shymkent before it left its region.
const ROWS: &str = "id,date,title,lat,lon\n\
    1,2022-01-05,Almaty,43.25,76.93\n\
    2,2022-01-05,Almaty,43.21,76.87\n\
    3,2023-01-05,Almaty,43.26,76.95\n\
    4,2022-01-05,Astana,51.13,71.43\n\
    5,2022-01-05,Shymkent,42.32,69.6\n\
    6,2015-01-05,Shymkent,42.32,69.6\n\
    7,2022-01-05,Aktau,43.651,51.161\n\
    8,2022-01-05,Besagash,43.3,77.05\n\
    9,2022-01-05,steppe,44.2,53.9\n\
    10,2022-01-05,Semey,50.42,80.26\n\
    11,2022-07-05,Semey,50.42,80.26\n\
    12,,Semey,50.42,80.26\n\
    13,2022-01-05,steppe,48.9,66.2\n\
    14,2022-07-05,steppe,48.9,66.2\n";

fn within(areas: &Value, id: &str) -> u64 {
    let features = areas["features"].as_array().unwrap();
    let found = features.iter().find(|feature| feature["properties"]["place_id"] == id);
    found.map_or(0, |feature| feature["properties"]["count_within"].as_u64().unwrap())
}

#[test]
fn a_given_point_lies_in_the_town_or_region_that_was_around_it_on_that_day() {
    let server = Server::demo();
    assert_eq!(server.load("points.csv", ROWS.as_bytes()).status, 201);
    for (key, path) in [
        (1, "Казахстан › Алматы"),
        (4, "Казахстан › Астана"),
        (5, "Казахстан › Шымкент"),
        (6, "Казахстан › Туркестанская › Шымкент"),
        (7, "Казахстан › Мангистауская › Актау"),
        (8, "Казахстан › Алматинская › Талгарский › Бесагаш"),
        (9, "Казахстан › Мангистауская"),
        (10, "Казахстан › Восточно-Казахстанская › Семей"),
        (11, "Казахстан › Абай › Семей"),
        (12, "Казахстан › Абай › Семей"),
        (13, "Казахстан › Карагандинская"),
        (14, "Казахстан › Улытау"),
    ] {
        let feature = server.json(&format!("/layers/dataset-points/items/{key}"));
        assert_eq!(feature["properties"]["place_path"], path, "{key}");
        assert_eq!(feature["properties"]["precision"], "point", "{key}");
    }
    for (place, count) in
        [("kz-almaty", 3), ("kz-region-almaty", 1), ("kz-city-aktau", 1), ("kz-shymkent", 2), ("kz-city-semey", 3)]
    {
        let counts = server.json(&format!("/layers/dataset-points/counts.json?place={place}"));
        assert_eq!(counts["matched"], count, "{place}");
    }
    let areas = server.json("/layers/dataset-points/areas.geojson");
    assert_eq!((within(&areas, "kz-almaty"), within(&areas, "kz-region-almaty")), (3, 1));
    // Before 2018 Shymkent was part of a region.
    assert_eq!((within(&areas, "kz-shymkent"), within(&areas, "kz-region-turkistan")), (1, 1));
}

#[test]
fn regions_and_cities_of_no_region_add_up_to_the_country_with_what_is_known_to_it_only() {
    let server = Server::demo();
    assert_eq!(server.load("points.csv", ROWS.as_bytes()).status, 201);
    for layer in ["incidents", "dataset-january-2022", "dataset-points"] {
        let areas = server.json(&format!("/layers/{layer}/areas.geojson"));
        let first_level = areas["features"].as_array().unwrap().iter().filter(|area| {
            let id = area["properties"]["place_id"].as_str().unwrap_or_default();
            id.starts_with("kz-region-") || ["kz-almaty", "kz-astana", "kz-shymkent"].contains(&id)
        });
        let first_level: Vec<&Value> = first_level.collect();
        let of_country = |filter: &str| {
            let known = server.json(&format!("/layers/{layer}/counts.json?{filter}"));
            known["matched"].as_u64().unwrap()
        };
        // Stretches between towns of several regions lie in the country, and are known to no region either.
        let stretches = of_country("place=kz&precision=area") - of_country("place=kz&precision=country");
        let sum: u64 = first_level.iter().map(|area| area["properties"]["count_within"].as_u64().unwrap()).sum();
        let only = of_country("located_at=place:kz");
        assert_eq!(sum + only + stretches, within(&areas, "kz"), "{layer}");
        assert_eq!(within(&areas, "kz"), of_country("place=kz"), "{layer}");
        for area in first_level {
            assert!(area["geometry"]["type"].as_str().unwrap().ends_with("Polygon"), "{area}");
            assert!(area["properties"]["per_100k"].as_f64().unwrap() > 0.0, "{area}");
        }
    }
}
