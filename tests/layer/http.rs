//! The views over the network: every address of a layer, and how soon a change is seen.

use crate::support::{Server, program};
use fast_mvt::{MvtReaderRef, MvtValueRef};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::time::Instant;

/// Rows with coordinates around Almaty, from number `first` on.
fn rows(first: u32, count: u32) -> String {
    let mut csv = String::from("id,date,title,category,lat,lon\n");
    for number in first..first + count {
        let (lat, lon) = (43.2 + f64::from(number % 100) * 0.001, 76.8 + f64::from(number / 100 % 100) * 0.001);
        let day = number % 28 + 1;
        csv.push_str(&format!("{number},2022-02-{day:02},Row {number},kind {},{lat:.4},{lon:.4}\n", number % 3));
    }
    csv
}

fn import(db: &Path, csv: &str) {
    let file = db.with_file_name("rows.csv");
    std::fs::write(&file, csv).unwrap();
    let done = program().arg("import").arg(&file).arg("--db").arg(db).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn sum(collection: &Value) -> u64 {
    let features = collection["features"].as_array().unwrap();
    features.iter().map(|feature| feature["properties"]["count"].as_u64().unwrap()).sum()
}

/// What the layer `totals` of a tile says.
fn totals(tile: &[u8]) -> BTreeMap<String, u64> {
    let reader = MvtReaderRef::new(tile).unwrap();
    let totals = reader.layers().find(|layer| layer.name() == "totals").unwrap();
    let properties = totals.features().next().unwrap().properties_vec().unwrap();
    let number = |value| match value {
        MvtValueRef::UInt(number) => number,
        other => panic!("{other:?}"),
    };
    properties.into_iter().map(|(name, value)| (name.to_owned(), number(value))).collect()
}

const WORLD: &str = "bbox=-180,-85,180,85&zoom=3";

#[test]
fn every_view_of_a_filter_counts_the_same_incidents() {
    let server = Server::demo();
    assert_eq!(server.load("rows.csv", rows(0, 500).as_bytes()).status, 201);
    for filter in [
        "category=kind%201",
        "datetime=2022-02-01/2022-02-07",
        "category=protest&datetime=2022-01",
        "q=Row&dataset=rows",
    ] {
        let counts = server.json(&format!("/layers/incidents/counts.json?{filter}"));
        let (matched, located) = (&counts["matched"], counts["located"].as_u64().unwrap());
        assert!(located > 0, "{filter}");
        let clusters = server.json(&format!("/layers/incidents/clusters.geojson?{WORLD}&{filter}"));
        assert_eq!(clusters["numberMatched"], located, "{filter}");
        assert_eq!(sum(&clusters) + clusters["inAreas"].as_u64().unwrap(), located, "{filter}");
        let tile = server.get(&format!("/layers/incidents/tiles/0/0/0.mvt?{filter}"));
        assert_eq!((tile.status, tile.header("content-type")), (200, "application/vnd.mapbox-vector-tile"));
        assert_eq!(totals(&tile.bytes)["matched"], located, "{filter}");
        let ids = server.json(&format!("/layers/incidents/ids.json?{filter}"));
        assert_eq!(
            (&ids["numberMatched"], ids["ids"].as_array().unwrap().len() as u64),
            (matched, matched.as_u64().unwrap())
        );
        let places = server.json(&format!("/layers/incidents/places.geojson?{filter}&limit=3"));
        assert_eq!(places["numberReturned"].as_u64().unwrap(), places["features"].as_array().unwrap().len() as u64);
    }
}

#[test]
fn pages_of_places_follow_each_other_and_hold_each_place_once() {
    let server = Server::demo();
    let whole = server.json("/layers/incidents/places.geojson");
    let mut walked = Vec::new();
    let mut next = Some("/layers/incidents/places.geojson?limit=7".to_owned());
    while let Some(address) = next {
        let page = server.json(&address);
        assert_eq!(page["numberMatched"], whole["features"].as_array().unwrap().len());
        walked.extend(page["features"].as_array().unwrap().clone());
        next = page["links"].as_array().unwrap().first().map(|link| link["href"].as_str().unwrap().to_owned());
    }
    assert_eq!(&walked, whole["features"].as_array().unwrap());
}

#[test]
fn one_incident_is_a_feature_by_its_id_and_by_the_key_of_its_row() {
    let server = Server::demo();
    let loaded = server.load("rows.csv", rows(0, 3).as_bytes());
    assert_eq!(loaded.status, 201, "{}", loaded.body);
    let by_key = server.json("/layers/dataset-rows/items/2");
    assert_eq!((&by_key["type"], &by_key["properties"]["title"]), (&"Feature".into(), &"Row 2".into()));
    let id = by_key["id"].as_str().unwrap();
    assert_eq!(server.json(&format!("/layers/dataset-rows/items/{id}")), by_key);
    assert_eq!(server.json("/layers/incidents/items/2"), by_key);
    // A key counts only where it can mean one incident, and an id only in the layer it lies in.
    assert_eq!(server.load("other.csv", rows(2, 1).as_bytes()).status, 201);
    assert_eq!(server.get("/layers/incidents/items/2").status, 404);
    assert_eq!(server.get(&format!("/layers/dataset-other/items/{id}")).status, 404);
}

#[test]
fn tiles_are_described_and_what_is_no_tile_or_box_is_refused() {
    let server = Server::demo();
    let description = server.json("/layers/incidents/tiles.json?category=protest&areas=true");
    let template = description["tiles"][0].as_str().unwrap();
    assert_eq!(description["tilejson"], "3.0.0");
    assert!(template.ends_with("/layers/incidents/tiles/{z}/{x}/{y}.mvt?category=protest&areas=true"), "{template}");
    let address = template.strip_prefix(&server.base).unwrap();
    let tile = server.get(&address.replace("{z}", "4").replace("{x}", "11").replace("{y}", "5"));
    let reader = MvtReaderRef::new(&tile.bytes).unwrap();
    let names: Vec<&str> = reader.layers().map(|layer| layer.name()).collect();
    assert_eq!(names, ["incidents", "totals", "areas"]);
    let listed: Vec<&str> =
        description["vector_layers"].as_array().unwrap().iter().map(|layer| layer["id"].as_str().unwrap()).collect();
    assert_eq!(listed, names);
    for (address, status) in [
        ("/layers/incidents/tiles/1/2/0.mvt", 404),
        ("/layers/incidents/tiles/25/0/0.mvt", 404),
        ("/layers/incidents/tiles/1/-1/0.mvt", 404),
        ("/layers/incidents/tiles/1/0/0.mvt?cluster=perhaps", 400),
        ("/layers/incidents/tiles/1/0/0.mvt?zoom=1", 400),
        ("/layers/incidents/clusters.geojson?zoom=3", 400),
        ("/layers/incidents/clusters.geojson?bbox=0,0,1,1", 400),
        ("/layers/incidents/clusters.geojson?bbox=0,0,1,1&zoom=-1", 400),
        ("/layers/incidents/clusters.geojson?bbox=-180,-85,180,85&zoom=12", 400),
        ("/layers/incidents/ids.json?limit=0", 400),
        ("/layers/none/tiles.json", 404),
    ] {
        let answer = server.get(address);
        assert_eq!((answer.status, answer.header("content-type")), (status, "application/problem+json"), "{address}");
    }
}

#[test]
fn heads_conditions_ranges_and_limits_are_kept() {
    let server = Server::demo();
    for address in [
        "/layers",
        "/layers/incidents.geojson",
        "/layers/incidents.geojson?limit=5",
        "/layers/incidents/items/j22-001",
        "/layers/incidents/tiles/0/0/0.mvt",
        "/layers/incidents/tiles.json",
        "/layers/incidents/clusters.geojson?bbox=-180,-85,180,85&zoom=3",
        "/layers/incidents.csv",
    ] {
        let head = server.send("HEAD", address, None, "text/plain", b"");
        assert_eq!((head.status, head.bytes.len()), (200, 0), "{address}");
        let whole = server.get(address);
        let etag = whole.header("etag").to_owned();
        assert_eq!((whole.status, head.header("etag")), (200, etag.as_str()), "{address}");
        assert!(whole.header("vary").contains("Accept-Encoding"), "{address}");
        let again = server.get_with(address, &[("if-none-match", &etag)]);
        assert_eq!((again.status, again.bytes.len()), (304, 0), "{address}");
    }
    let first = server.get("/layers/incidents/counts.json?category=protest");
    let second = server.get("/layers/incidents/counts.json?category=protest");
    assert!(first.header("server-timing").starts_with("make;dur="));
    assert_eq!((second.header("server-timing"), &second.body), ("kept", &first.body));
    let whole = server.get_with("/map/countries.json", &[("accept-encoding", "identity")]);
    let part = server.get_with("/map/countries.json", &[("range", "bytes=10-29"), ("accept-encoding", "identity")]);
    assert_eq!((part.status, &part.bytes[..]), (206, &whole.bytes[10..30]));
    assert_eq!(part.header("content-range"), format!("bytes 10-29/{}", whole.bytes.len()));
    assert_eq!(server.get_with("/map/countries.json", &[("range", "bytes=99999999-")]).status, 416);
    let long = server.get(&format!("/layers/incidents.geojson?source={}", "a".repeat(9_000)));
    assert_eq!((long.status, &long.json()["type"]), (414, &"/problems/long-address".into()));
    let unpacked = server.get_with("/layers/incidents.geojson?limit=50", &[("accept-encoding", "zstd")]);
    assert_eq!((unpacked.header("content-encoding"), &unpacked.bytes[..4]), ("zstd", &[0x28, 0xb5, 0x2f, 0xfd][..]));
}

#[test]
fn many_slow_readers_of_a_whole_layer_leave_the_server_answering() {
    let server = Server::demo();
    // More than the sockets hold.
    import(&server.db(), &rows(0, 20_000));
    let address = server.base.strip_prefix("http://").unwrap().to_owned();
    // They ask and then read nothing.
    let slow: Vec<TcpStream> = (0..80)
        .map(|_| {
            let mut stream = TcpStream::connect(&address).unwrap();
            stream.write_all(b"GET /layers/incidents.geojson HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
            stream
        })
        .collect();
    std::thread::sleep(std::time::Duration::from_millis(500));
    let refused = server.get("/layers/incidents.geojson");
    assert_eq!((refused.status, &refused.json()["type"]), (503, &"/problems/busy".into()));
    assert_eq!(server.json("/layers/dataset-rows/counts.json")["total"], 20_000);
    assert_eq!(server.json("/layers/dataset-rows.geojson?limit=10")["numberReturned"], 10);
    drop(slow);
    let began = Instant::now();
    while server.get("/layers/incidents.geojson").status != 200 {
        assert!(began.elapsed().as_secs() < 20, "their places are free again");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

#[test]
fn what_another_process_commits_is_in_every_view_of_the_next_request() {
    let server = Server::demo();
    let before = server.json("/layers/incidents/counts.json")["total"].as_u64().unwrap();
    for round in 1..=5 {
        import(&server.db(), &rows(round * 200, 200));
        let began = Instant::now();
        let wanted = before + 200 * u64::from(round);
        assert_eq!(server.json("/layers/incidents/counts.json")["total"], wanted);
        assert_eq!(server.json("/layers/incidents.geojson?limit=1")["numberMatched"], wanted);
        assert_eq!(server.json("/layers/dataset-rows/counts.json")["matched"], 200 * round);
        let tile = server.get("/layers/dataset-rows/tiles/0/0/0.mvt");
        assert_eq!(totals(&tile.bytes)["matched"], 200 * u64::from(round));
        assert!(began.elapsed().as_secs() < 30);
    }
}

#[test]
fn a_snapshot_that_is_kept_is_brought_up_to_date_and_a_wrong_one_is_made_anew() {
    let server = Server::demo();
    let (db, layers) = (server.db(), server.folder.path().join("test.db-layers"));
    import(&db, &rows(0, 25_000));
    let count = |server: &Server| server.json("/layers/dataset-rows/counts.json")["total"].as_u64().unwrap();
    let server = server.again();
    assert_eq!(count(&server), 25_000);
    // It is written while the first requests are answered already.
    let began = Instant::now();
    while !layers.exists() {
        assert!(began.elapsed().as_secs() < 60);
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let backup = server.folder.path().join("backup.db");
    let copied = rusqlite::Connection::open(&db).unwrap().execute("VACUUM INTO ?1", [backup.to_str().unwrap()]);
    assert!(copied.is_ok());
    import(&db, &rows(25_000, 50));
    let server = server.again();
    assert_eq!(count(&server), 25_050);
    assert_eq!(server.json("/layers/dataset-rows/items/25049")["properties"]["title"], "Row 25049");
    // A restored backup whose history went on otherwise: as many commits, but not the same.
    let server = {
        let server = server;
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", db.display()));
        }
        std::fs::copy(&backup, &db).unwrap();
        import(&db, &rows(30_000, 7));
        server.again()
    };
    assert_eq!(count(&server), 25_007);
    let whole = std::fs::read(&layers).unwrap();
    let mut server = server;
    for damaged in [&whole[..whole.len() / 2], &whole[..10], b"something else"] {
        std::fs::write(&layers, damaged).unwrap();
        server = server.again();
        assert_eq!(count(&server), 25_007);
    }
}
