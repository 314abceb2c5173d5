//! What a filter means for incidents without a date or a place, at the edge of the map, and when it names what there is not.

use crate::support::Server;
use serde_json::{Value, json};

const ROWS: &str = "id,date,title,place,lat,lon\n\
    1,2022-01-05,dated,,43.25,76.93\n\
    2,2022-02-05,later,,43.25,76.93\n\
    3,,undated,,43.25,76.93\n\
    4,,undated and unlocated,,,\n\
    5,2022-01-05,unlocated,нигде,,\n\
    6,2022-01-05,on the seam,,66,-180\n\
    7,2022-01-05,on the seam,,66,180\n";

fn keys(collection: &Value) -> Vec<&str> {
    let features = collection["features"].as_array().unwrap();
    features.iter().map(|feature| feature["properties"]["key"].as_str().unwrap()).collect()
}

#[test]
fn undated_incidents_pass_every_interval_and_unlocated_ones_every_box_in_every_view() {
    let server = Server::demo();
    assert_eq!(server.load("rows.csv", ROWS.as_bytes()).status, 201);
    let layer = "/layers/dataset-rows";
    for (filter, wanted) in [
        ("datetime=2022-01", vec!["1", "3", "4", "5", "6", "7"]),
        ("datetime=1999", vec!["3", "4"]),
        ("datetime=1999&bbox=76,43,77,44", vec!["3", "4"]),
        ("bbox=76,43,77,44", vec!["1", "2", "3", "4", "5"]),
        ("bbox=0,0,1,1", vec!["4", "5"]),
    ] {
        let page = server.json(&format!("{layer}.geojson?{filter}&limit=10"));
        let mut found = keys(&page);
        // Undated ones come last, and say so.
        let dates: Vec<&Value> =
            page["features"].as_array().unwrap().iter().map(|f| &f["properties"]["occurred"]).collect();
        assert!(dates.windows(2).all(|pair| !pair[0].is_null() || pair[1].is_null()), "{filter}: {dates:?}");
        found.sort_unstable();
        assert_eq!(found, wanted, "{filter}");
        let counts = server.json(&format!("{layer}/counts.json?{filter}"));
        let undated = wanted.iter().filter(|key| ["3", "4"].contains(key)).count();
        let unlocated = wanted.iter().filter(|key| ["4", "5"].contains(key)).count();
        assert_eq!(counts["matched"], json!(wanted.len()), "{filter}");
        assert_eq!((&counts["undated"], &counts["unlocated"]), (&json!(undated), &json!(unlocated)), "{filter}");
        let histogram = server.json(&format!("{layer}/histogram.json?{filter}"));
        assert_eq!((&histogram["matched"], &histogram["undated"]), (&json!(wanted.len()), &json!(undated)));
        let listed = server.json(&format!("{layer}/unlocated.geojson?{filter}"));
        assert_eq!(listed["numberMatched"], json!(unlocated), "{filter}");
        let places = server.json(&format!("{layer}/places.geojson?{filter}"));
        let placed: u64 =
            places["features"].as_array().unwrap().iter().map(|f| f["properties"]["count"].as_u64().unwrap()).sum();
        assert_eq!(placed as usize, wanted.len() - unlocated, "{filter}");
    }
}

#[test]
fn the_antimeridian_is_one_meridian_however_it_is_written() {
    let server = Server::demo();
    assert_eq!(server.load("rows.csv", ROWS.as_bytes()).status, 201);
    for bbox in ["170,-90,180,90", "-180,-90,-170,90", "170,60,-170,70", "180,60,180,70", "-180,-90,180,90"] {
        let counts = server.json(&format!("/layers/dataset-rows/places.geojson?bbox={bbox}&datetime=2022-01-05"));
        let on_seam = counts["features"].as_array().unwrap().iter().filter(|f| f["properties"]["lat"] == 66.0).count();
        assert_eq!(on_seam, 2, "{bbox}");
    }
}

#[test]
fn a_filter_by_an_import_place_or_dataset_that_there_is_not_is_a_400() {
    let server = Server::demo();
    for (parameter, value) in [
        ("import", "x"),
        ("import", "0190b3a0-0000-7000-8000-000000000000"),
        ("place", "nope"),
        ("located_at", "place:nope"),
        ("dataset", "nope"),
    ] {
        for view in [
            ".geojson",
            ".geojson?limit=1",
            ".csv",
            ".xlsx",
            "/counts.json",
            "/tiles/0/0/0.mvt",
            "/tiles.json",
            "/ids.json",
            "/duplicates.json",
        ] {
            let separator = if view.contains('?') { '&' } else { '?' };
            let address = format!("/layers/incidents{view}{separator}{parameter}={value}");
            let answer = server.get(&address);
            assert_eq!((answer.status, answer.header("content-type")), (400, "application/problem+json"), "{address}");
            assert_eq!(
                (&answer.json()["parameter"], &answer.json()["type"]),
                (&json!(parameter), &json!("/problems/bad-parameter"))
            );
        }
    }
    // A place without incidents is known, and so is an import that brought none; sources and categories are any text.
    let import =
        server.load("empty.csv", "place,title\nв Актау,x\n".as_bytes()).json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        server.send("DELETE", &format!("/api/imports/{import}"), Some(&server.token), "text/plain", b"").status,
        200
    );
    for filter in ["place=kz-village-besagash", &format!("import={import}"), "source=nope", "category=nope"] {
        assert_eq!(server.json(&format!("/layers/incidents/counts.json?{filter}"))["matched"], 0, "{filter}");
    }
}
