//! The real program over HTTP: look, fetch, load.

mod imports;

use crate::support::{Server, repository};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Tests that only read share one server. It ends with the last test that holds it: a static one would outlive the tests.
fn shared() -> Arc<Server> {
    static DEMO: Mutex<Weak<Server>> = Mutex::new(Weak::new());
    let mut demo = DEMO.lock().unwrap_or_else(PoisonError::into_inner);
    demo.upgrade().unwrap_or_else(|| {
        let server = Arc::new(Server::demo());
        *demo = Arc::downgrade(&server);
        server
    })
}

fn demo_rows() -> u64 {
    let bytes = std::fs::read(repository().join("data/incidents/january-2022.csv")).unwrap();
    csv::Reader::from_reader(bytes.as_slice()).records().count() as u64
}

fn features(collection: &Value) -> &Vec<Value> {
    collection["features"].as_array().unwrap()
}

#[test]
fn every_demo_incident_is_on_the_map_or_in_the_unlocated_list_and_the_counts_add_up() {
    let demo = shared();
    let counts = demo.json("/layers/incidents/counts.json");
    let places = demo.json("/layers/incidents/places.geojson");
    let areas = demo.json("/layers/incidents/areas.geojson");
    let unlocated = demo.json("/layers/incidents/unlocated.geojson");
    let sum = |collection: &Value| {
        features(collection).iter().map(|f| f["properties"]["count"].as_u64().unwrap()).sum::<u64>()
    };
    assert!(demo_rows() >= 60);
    assert_eq!(counts["total"], json!(demo_rows()));
    assert_eq!(sum(&places) + sum(&areas), counts["located"].as_u64().unwrap());
    assert_eq!(unlocated["numberMatched"], counts["unlocated"]);
    assert_eq!(counts["located"].as_u64().unwrap() + counts["unlocated"].as_u64().unwrap(), demo_rows());
    let histogram = demo.json("/layers/incidents/histogram.json");
    let bins: u64 = histogram["bins"].as_array().unwrap().iter().map(|bin| bin["count"].as_u64().unwrap()).sum();
    assert_eq!(bins + histogram["undated"].as_u64().unwrap() + histogram["coarse"].as_u64().unwrap(), demo_rows());
}

#[test]
fn the_whole_layer_is_valid_geojson_of_rfc_7946() {
    let demo = shared();
    let answer = demo.get("/layers/incidents.geojson");
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/geo+json"));
    let collection: geojson::FeatureCollection = answer.body.parse().unwrap();
    assert_eq!(collection.features.len() as u64, demo_rows());
    for feature in &collection.features {
        let properties = feature.properties.as_ref().unwrap();
        assert!(properties.values().all(|value| !value.is_object() && !value.is_array()), "properties are flat");
        let Some(geometry) = &feature.geometry else {
            assert_eq!(properties["precision"], "unlocated");
            continue;
        };
        assert!(properties["uncertainty_m"].as_f64().unwrap() > 0.0, "never a false dot");
        let shape = geo_types::Geometry::<f64>::try_from(geometry.clone()).unwrap();
        let precision = properties["precision"].as_str().unwrap();
        match shape {
            geo_types::Geometry::Point(point) => {
                assert!(!["region", "district", "country", "street"].contains(&precision), "{properties:?}");
                assert!((40.0..90.0).contains(&point.x()) && (38.0..57.0).contains(&point.y()), "lon before lat");
            }
            geo_types::Geometry::LineString(_) => assert_eq!(precision, "street"),
            geo_types::Geometry::Polygon(polygon) => assert_ring(&polygon),
            geo_types::Geometry::MultiPolygon(polygons) => polygons.iter().for_each(assert_ring),
            other => panic!("{other:?}"),
        }
    }
}

fn assert_ring(polygon: &geo_types::Polygon<f64>) {
    let ring = polygon.exterior();
    assert!(ring.0.len() >= 4 && ring.is_closed());
    let doubled: f64 = ring.lines().map(|edge| edge.start.x * edge.end.y - edge.end.x * edge.start.y).sum();
    assert!(doubled > 0.0, "outer rings are counter-clockwise");
}

#[test]
fn each_filter_gives_exactly_what_a_person_would_pick_by_hand() {
    let demo = shared();
    let all = demo.json("/layers/incidents.geojson");
    type Picks = fn(&Value) -> bool;
    let cases: [(&str, Picks); 9] = [
        ("category=protest", |p| p["category"] == "protest"),
        ("category=protest,clash", |p| p["category"] == "protest" || p["category"] == "clash"),
        ("datetime=2022-01-05", |p| p["occurred"] == "2022-01-05"),
        ("datetime=../2022-01-03", |p| p["occurred"].as_str().unwrap() <= "2022-01-03"),
        ("precision=street", |p| ["point", "site", "street"].contains(&p["precision"].as_str().unwrap())),
        ("status=unresolved", |p| p["status"] == "unresolved"),
        ("source=Reuters", |p| p["source"] == "Reuters"),
        ("located_at=place:kz-almaty-square-respubliki", |p| p["place_id"] == "kz-almaty-square-respubliki"),
        ("place=kz-almaty", |p| p["place_id"].as_str().is_some_and(|id| id.starts_with("kz-almaty"))),
    ];
    for (query, picks) in cases {
        let expected: HashSet<&str> =
            features(&all).iter().filter(|f| picks(&f["properties"])).map(|f| f["id"].as_str().unwrap()).collect();
        let answer = demo.json(&format!("/layers/incidents.geojson?{query}"));
        let found: HashSet<&str> = features(&answer).iter().map(|f| f["id"].as_str().unwrap()).collect();
        assert!(!expected.is_empty() && expected.len() < features(&all).len(), "{query} tells nothing");
        assert_eq!(found, expected, "{query}");
        let counts = demo.json(&format!("/layers/incidents/counts.json?{query}"));
        assert_eq!(counts["matched"], json!(expected.len()), "{query}");
    }
}

#[test]
fn words_are_found_in_any_case_ending_and_letter_case() {
    let demo = shared();
    let matched = |q: &str| demo.json(&format!("/layers/incidents/counts.json?q={q}"))["matched"].as_u64().unwrap();
    assert!(matched("ПЛОЩАДЬ") > 3);
    assert_eq!(matched("площадь"), matched("ПЛОЩАДЬ"));
    assert!(matched("жанаозен") > 3 && matched("Жаңаөзен") == matched("жанаозен"));
    assert!(matched("аэропорт+алматы") >= 1);
    assert_eq!(matched("этогословатамнет"), 0);
}

#[test]
fn a_bbox_takes_what_is_drawn_inside_it_and_the_unlocated_as_the_standard_has_it() {
    let demo = shared();
    let answer = demo.json("/layers/incidents.geojson?bbox=76.7,43.1,77.1,43.4");
    assert!(features(&answer).iter().any(|f| f["properties"]["place_id"] == "kz-almaty-square-respubliki"));
    assert!(features(&answer).iter().any(|f| f["properties"]["precision"] == "country"), "the country covers Almaty");
    assert!(features(&answer).iter().all(|f| f["properties"]["place_id"] != "kz-city-aktau"));
    // OGC API - Features, /req/core/fc-bbox-response C: what has no geometry passes every box.
    let pacific = demo.json("/layers/incidents.geojson?bbox=170,-10,-170,10");
    assert!(features(&pacific).iter().all(|f| f["geometry"].is_null()));
    let unlocated = &demo.json("/layers/incidents/counts.json")["unlocated"];
    assert_eq!(&json!(features(&pacific).len()), unlocated);
    let counts = demo.json("/layers/incidents/counts.json?bbox=170,-10,-170,10");
    assert_eq!((&counts["located"], &counts["unlocated"]), (&json!(0), unlocated));
}

#[test]
fn following_the_next_links_gives_each_incident_once_in_order() {
    let demo = shared();
    let mut address = "/layers/incidents.geojson?limit=7&fields=brief".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = demo.json(&address);
        assert_eq!(page["numberMatched"], json!(demo_rows()));
        assert_eq!(page["numberReturned"], json!(features(&page).len()));
        for feature in features(&page) {
            let id = feature["id"].as_str().unwrap().to_owned();
            seen.push((feature["properties"]["occurred"].as_str().unwrap().to_owned(), id));
        }
        match page["links"].as_array().unwrap().iter().find(|link| link["rel"] == "next") {
            Some(next) => address = next["href"].as_str().unwrap().to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len() as u64, demo_rows());
    assert_eq!(seen.iter().map(|(_, id)| id).collect::<HashSet<_>>().len() as u64, demo_rows());
    assert!(seen.windows(2).all(|pair| pair[0].0 >= pair[1].0), "newest first");
}

#[test]
fn what_cannot_be_read_is_a_400_with_the_parameter_and_never_an_unfiltered_answer() {
    let demo = shared();
    for (address, code, parameter) in [
        ("/layers/incidents.geojson?bbox=1,2,3", "bad-parameter", "bbox"),
        ("/layers/incidents.geojson?bbox=43.1,176.7,43.4,177.1", "bad-parameter", "bbox"),
        ("/layers/incidents.geojson?bbox=76,44,77,43", "bad-parameter", "bbox"),
        ("/layers/incidents.geojson?bbox=a,b,c,NaN", "bad-parameter", "bbox"),
        ("/layers/incidents.geojson?datetime=05.01.2022", "bad-parameter", "datetime"),
        ("/layers/incidents.geojson?datetime=../..", "bad-parameter", "datetime"),
        ("/layers/incidents.geojson?precision=exact", "bad-parameter", "precision"),
        ("/layers/incidents.geojson?limit=0", "bad-parameter", "limit"),
        ("/layers/incidents.geojson?limit=-1", "bad-parameter", "limit"),
        ("/layers/incidents.geojson?q=", "bad-parameter", "q"),
        ("/layers/incidents.geojson?q=%20", "bad-parameter", "q"),
        ("/layers/incidents.geojson?q=%FF", "bad-parameter", "q"),
        ("/layers/incidents.geojson?after=x", "bad-parameter", "after"),
        ("/layers/incidents.geojson?category=a%5Cb", "bad-parameter", "category"),
        ("/layers/incidents.geojson?limit=1&limit=2", "repeated-parameter", "limit"),
        ("/layers/incidents.geojson?colour=red", "unknown-parameter", "colour"),
        ("/layers/incidents/histogram.json?unit=second", "bad-parameter", "unit"),
        ("/layers?bbox=1,2,3,4", "unknown-parameter", "bbox"),
        ("/api/incidents/17", "bad-parameter", "id"),
        ("/api/geocode", "missing-parameter", "q"),
        ("/api/geocode?q=Актау&date=soon", "bad-parameter", "date"),
    ] {
        let answer = demo.get(address);
        assert_eq!((answer.status, answer.header("content-type")), (400, "application/problem+json"), "{address}");
        let problem = answer.json();
        assert_eq!(problem["type"], json!(format!("/problems/{code}")), "{address}");
        assert_eq!(problem["parameter"], parameter, "{address}");
        assert_eq!(problem["status"], 400);
    }
    let limit = demo.json("/layers/incidents.geojson?limit=99999999999999999999");
    assert_eq!(limit["numberReturned"], limit["numberMatched"], "a limit beyond the most is cut and said");
}

#[test]
fn unknown_addresses_layers_and_methods_are_problems_too() {
    let demo = shared();
    for (method, address, status) in [
        ("GET", "/nothing/here", 404),
        ("GET", "/layers/unknown.geojson", 404),
        ("GET", "/layers/unknown/places.geojson", 404),
        ("GET", "/api/imports/unknown", 404),
        ("GET", "/api/incidents/00000000-0000-0000-0000-000000000000", 404),
        ("GET", "/../../etc/passwd", 404),
        ("GET", "/..%2f..%2fetc%2fpasswd", 404),
        ("DELETE", "/layers", 405),
        ("POST", "/layers/incidents.geojson", 405),
        ("PUT", "/api/imports", 405),
    ] {
        let answer = demo.send(method, address, None, "text/plain", b"");
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, "application/problem+json"),
            "{method} {address}"
        );
    }
}

#[test]
fn an_answer_that_has_not_changed_costs_nothing_and_reads_are_open_to_other_pages() {
    let demo = shared();
    let first = demo.get_with("/layers/incidents.geojson", &[("origin", "https://example.org")]);
    assert_eq!(first.header("access-control-allow-origin"), "*");
    let etag = first.header("etag").to_owned();
    let again = demo.get_with("/layers/incidents.geojson", &[("if-none-match", &etag)]);
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, etag.as_str()));
    let other = demo.get_with("/layers/incidents.geojson?limit=1", &[("if-none-match", &etag)]);
    assert_eq!(other.status, 200);
    let packed = demo.get_with("/layers/incidents.geojson", &[("accept-encoding", "gzip")]);
    assert_eq!(packed.json()["features"].as_array().unwrap().len() as u64, demo_rows());
    let page = demo.get("/");
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    assert!(!page.header("content-security-policy").contains("unsafe"));
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    let head = demo.send("HEAD", "/layers/incidents.geojson", None, "text/plain", b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[test]
fn the_story_of_an_incident_tells_its_words_its_place_and_where_it_came_from() {
    let demo = shared();
    let list = demo.json("/layers/incidents.geojson?located_at=place:kz-almaty-street-kozybayeva");
    let feature = &features(&list)[0];
    assert_eq!(feature["geometry"]["type"], "LineString");
    let story = demo.json(&format!("/api/incidents/{}", feature["id"].as_str().unwrap()));
    assert_eq!(story["place_text"], "по улице Козыбаева");
    assert_eq!(story["context"]["city"], "Алматы");
    let location = &story["location"];
    assert_eq!(location["place"]["path"][1]["names"]["en"], "Almaty");
    assert_eq!(
        (&location["status"], &location["method"], &location["toponym"]),
        (&json!("resolved"), &json!("gazetteer"), &json!("Козыбаева"))
    );
    assert!(location["rules"].as_array().unwrap().len() >= 2);
    assert_eq!(location["geometry"], feature["geometry"]);
    assert_eq!(story["provenance"]["file"], "january-2022.csv");
    assert!(story["provenance"]["row"].as_u64().unwrap() > 1);
    assert_eq!(story["provenance"]["gazetteer"].as_str().unwrap().len(), 16);
    assert_eq!(story["history"][0]["what"], "created");
}

#[test]
fn geocoding_over_http_gives_candidates_and_reasons() {
    let demo = shared();
    let answer = demo.json("/api/geocode?q=%D0%BF%D0%BE%20%D1%83%D0%BB%D0%B8%D1%86%D0%B5%20%D0%9A%D0%BE%D0%B7%D1%8B%D0%B1%D0%B0%D0%B5%D0%B2%D0%B0&city=Almaty");
    assert_eq!((&answer["status"], &answer["precision"]), (&json!("resolved"), &json!("street")));
    assert!(answer["lat"].as_f64().unwrap() < answer["lon"].as_f64().unwrap());
    assert!(!answer["rules"].as_array().unwrap().is_empty());
}

#[test]
fn the_page_its_base_map_and_its_labels_are_inside_the_program() {
    let demo = shared();
    assert!(demo.get("/").body.contains("<script type=\"module\" src=\"app.js\">"));
    assert_eq!(demo.get("/app.js").status, 200);
    assert_eq!(demo.json("/map/countries.json")["type"], "Topology");
    let labels = demo.json("/map/labels.geojson");
    assert!(features(&labels).iter().any(|f| f["properties"]["name_kk"] == "Ақтау"));
    assert_eq!(demo.json("/healthz")["status"], "ok");
    assert_eq!(demo.json("/readyz")["status"], "ready");
    assert_eq!(demo.json("/map/config.json")["base_map"], "bundled");
}

#[test]
fn what_is_beside_between_or_at_a_crossing_is_drawn_so_and_counted_once() {
    let demo = Server::demo();
    let before = demo.json("/layers/incidents/counts.json")["located"].as_u64().unwrap();
    let csv = "date,title,place\n\
               2022-01-05,road,трасса Актау — Жанаозен\n\
               2022-01-05,near,в 25 км от Актау\n\
               2022-01-05,nearer,под Актау\n\
               2022-01-05,north,в 30 км к северу от Актау\n\
               2022-01-05,corner,\"угол Абая и Байзакова, Алматы\"\n";
    let job = demo.load("relations.csv", csv.as_bytes()).json();
    assert_eq!((&job["new"], &job["resolved"]), (&json!(5), &json!(5)), "{job}");
    let (places, areas) = (demo.json("/layers/incidents/places.geojson"), demo.json("/layers/incidents/areas.geojson"));
    let sum: u64 = features(&places)
        .iter()
        .chain(features(&areas))
        .map(|feature| feature["properties"]["count"].as_u64().unwrap())
        .sum();
    assert_eq!(sum, before + 5);
    let own = |collection: &Value, precision: &str| -> Vec<Value> {
        let all = features(collection).iter();
        all.filter(|feature| {
            feature["properties"]["precision"] == precision && feature["properties"]["place_id"].is_null()
        })
        .cloned()
        .collect()
    };
    let [road] = &own(&areas, "area")[..] else { panic!("{areas}") };
    assert_eq!(road["geometry"]["type"], "Polygon");
    let near = own(&places, "near");
    assert_eq!(near.len(), 2, "the two without a direction share a position, at the wider circle");
    assert!(near.iter().any(|feature| feature["properties"]["uncertainty_m"].as_f64().unwrap() > 25_000.0));
    assert_eq!(own(&places, "point").len(), 1);
}

#[test]
fn many_questions_are_answered_in_order_and_a_broken_one_hides_none() {
    let body = "{\"id\":1,\"query\":\"в Актау\"}\n\nbroken\n{\"id\":\"x\",\"query\":\"площадь\"}\n";
    let answer = shared().send("POST", "/api/geocode", None, "application/x-ndjson", body.as_bytes());
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/x-ndjson; charset=utf-8"));
    let lines: Vec<Value> = answer.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["id"], &lines[0]["place_id"]), (&json!(1), &json!("kz-city-aktau")));
    assert!(lines[1]["error"].as_str().unwrap().starts_with("line 3:"), "{}", lines[1]);
    assert_eq!((lines.len(), &lines[2]["status"]), (3, &json!("unresolved")));
    let large = vec![b' '; (16 << 20) + 1];
    assert_eq!(shared().send("POST", "/api/geocode", None, "application/x-ndjson", &large).status, 413);
}

#[test]
fn a_context_of_any_kind_settles_which_place_is_meant() {
    for (query, place) in [
        ("q=ул. Сатпаева&context=Жанаозен", "kz-zhanaozen-street-satpayeva"),
        ("q=Федоровка&context=Костанайская область", "kz-village-fyodorovka-kos"),
        ("q=по улице Козыбаева&context=Алматы", "kz-almaty-street-kozybayeva"),
    ] {
        let address = format!("/api/geocode?{}", query.replace(' ', "%20"));
        assert_eq!(shared().json(&address)["place_id"], json!(place), "{query}");
    }
}
