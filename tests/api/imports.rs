//! Files loaded over HTTP: what becomes of each row, dry runs, presets, and taking an import back.

use super::{features, shared};
use crate::support::Server;
use serde_json::{Value, json};

#[test]
fn a_file_with_bad_rows_loads_its_good_ones_lists_the_others_and_adds_nothing_the_second_time() {
    let server = Server::demo();
    let before = server.json("/layers/incidents/counts.json")["total"].as_u64().unwrap();
    let mut file = "id,date,title,place,category\n\
        1,2022-01-05,<script>alert(1)</script>,в Актау,test\n\
        2,31.02.2022,Bad date,в Актау,test\n\
        3,2022-01-05,No place,,test\n\
        4,2022-01-05,Unknown place,в Запупыринске,test\n\
        5,2022-01-05\n\
        6,2022-01-05,Broken "
        .as_bytes()
        .to_vec();
    file.extend_from_slice(b"\xe0\xe1,Aktau,test\n");
    file.extend_from_slice("7,2022-01-06,Жаңаөзенде жиын,Жаңаөзенде,test\n".as_bytes());
    let answer = server.load("bad.csv", &file);
    assert_eq!(answer.status, 201, "{}", answer.body);
    let job = answer.json();
    assert_eq!(answer.header("location"), format!("/api/imports/{}", job["id"].as_str().unwrap()));
    let count = |name: &str| job[name].as_u64().unwrap();
    assert_eq!(count("read"), 7);
    assert_eq!(
        count("new") + count("updated") + count("unchanged") + count("duplicate") + count("rejected"),
        count("read")
    );
    assert_eq!((count("new"), count("rejected"), count("resolved"), count("unresolved")), (4, 3, 2, 2));
    let lines: Vec<u64> = job["problems"].as_array().unwrap().iter().map(|p| p["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [3, 4, 5, 6, 7]);
    let table = server.get(&format!("/api/imports/{}/problems.csv", job["id"].as_str().unwrap()));
    assert_eq!(table.body.lines().count(), 6);
    assert_eq!(server.json("/layers/incidents/counts.json")["total"], json!(before + 4));
    assert_eq!(server.json("/layers/dataset-bad/counts.json")["total"], 4);
    let again = server.load("bad.csv", &file).json();
    assert_eq!((&again["new"], &again["updated"], &again["unchanged"]), (&json!(0), &json!(0), &json!(4)));
    assert_eq!(server.json("/layers/incidents/counts.json")["total"], json!(before + 4));
    let imports = server.json("/api/imports?limit=1");
    assert_eq!(imports["imports"][0]["id"], again["id"]);
    assert!(imports["links"][0]["href"].as_str().unwrap().contains("after="));
}

#[test]
fn a_changed_row_updates_its_incident_and_keeps_what_it_was() {
    let server = Server::demo();
    let etag = server.get("/layers/incidents.geojson").header("etag").to_owned();
    server.load("x.csv", "id,title,place\n1,First,в Актау\n2,Other,в Таразе\n".as_bytes());
    let job = server.load("x.csv", "id,title,place\n1,Second,в Жанаозене\n2,Other,в Таразе\n".as_bytes()).json();
    assert_eq!((&job["updated"], &job["unchanged"]), (&json!(1), &json!(1)));
    let list = server.json("/layers/dataset-x.geojson?q=second");
    let feature = &features(&list)[0];
    assert_eq!(feature["properties"]["place_id"], "kz-city-zhanaozen");
    let story = server.json(&format!("/api/incidents/{}", feature["id"].as_str().unwrap()));
    assert_eq!(story["history"][1]["what"], "updated");
    assert_eq!(story["history"][1]["before"]["title"], "First");
    let changed = &story["history"][1]["changed"];
    assert_eq!(changed["title"], json!(["First", "Second"]));
    assert_eq!(changed["place_id"], json!(["kz-city-aktau", "kz-city-zhanaozen"]));
    assert!(changed["category"].is_null() && changed["import"].is_null(), "only what differs: {changed}");
    assert!(features(&server.json("/layers/dataset-x.geojson?q=first")).is_empty());
    assert_ne!(server.get("/layers/incidents.geojson").header("etag"), etag);
}

#[test]
fn the_same_file_three_times_changes_nothing_and_three_changed_rows_are_three_updates() {
    let server = Server::demo();
    let rows = |changed: u32| -> String {
        let row = |id: u32| {
            format!(
                "{id},2022-01-{:02},Событие {id},{}\n",
                id % 28 + 1,
                if id < changed { "в Таразе" } else { "в Актау" }
            )
        };
        (0..50).map(row).collect()
    };
    let load = |rows: String| server.load("t.csv", format!("id,date,title,place\n{rows}").as_bytes()).json();
    assert_eq!(load(rows(0))["new"], 50);
    let before = server.json("/layers/dataset-t.geojson");
    for _ in 0..2 {
        let again = load(rows(0));
        assert_eq!((&again["new"], &again["updated"], &again["unchanged"]), (&json!(0), &json!(0), &json!(50)));
    }
    let changed = load(rows(3));
    assert_eq!((&changed["new"], &changed["updated"], &changed["unchanged"]), (&json!(0), &json!(3), &json!(47)));
    let now = server.json("/layers/dataset-t.geojson?place=kz-city-taraz");
    assert_eq!(features(&now).len(), 3);
    for feature in features(&now) {
        let story = server.json(&format!("/api/incidents/{}", feature["id"].as_str().unwrap()));
        assert_eq!(story["history"][1]["changed"]["place_text"], json!(["в Актау", "в Таразе"]));
    }
    let undone = server.send(
        "DELETE",
        &format!("/api/imports/{}", changed["id"].as_str().unwrap()),
        Some(&server.token),
        "",
        b"",
    );
    assert_eq!(undone.status, 200, "{}", undone.body);
    assert_eq!(features(&server.json("/layers/dataset-t.geojson")), features(&before), "what was there is there again");
}

#[test]
fn given_coordinates_that_contradict_the_named_place_are_kept_and_flagged() {
    let server = Server::demo();
    let rows = "id,date,title,place,lat,lon\n\
                1,2022-01-05,Верно,в Алматы,43.24,76.94\n\
                2,2022-01-05,Переставлено,в Алматы,76.94,43.24\n\
                3,2022-01-05,Далеко,в Актау,43.24,76.94\n\
                4,2022-01-05,Без слов,,76.94,43.24\n\
                5,2022-01-05,Рядом,в Мангистауской области,43.9,53.2\n\
                6,2022-01-05,Без слов и верно,,43.24,76.94\n";
    let job = server.load("points.csv", rows.as_bytes()).json();
    assert_eq!((&job["new"], &job["rejected"], &job["problems_total"]), (&json!(6), &json!(0), &json!(3)));
    let told: Vec<(u64, &str)> = job["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| (problem["line"].as_u64().unwrap(), problem["reason"].as_str().unwrap()))
        .collect();
    assert!(told[0].0 == 3 && told[0].1.contains("look swapped"), "{told:?}");
    assert!(told[1].0 == 4 && told[1].1.contains("km from Актау"), "{told:?}");
    assert!(told[2].0 == 5 && told[2].1.contains("look swapped"), "{told:?}");
    let shown = server.json("/layers/dataset-points.geojson?q=переставлено");
    assert_eq!(features(&shown)[0]["geometry"]["coordinates"], json!([43.24, 76.94]), "shown where the row says");
    let layer = server.json("/layers/dataset-points.geojson");
    let feature =
        |key: &str| features(&layer).iter().find(|feature| feature["properties"]["key"] == key).unwrap().clone();
    for (key, doubt, least_m) in [("2", "swapped", 3.8e6), ("3", "far_from_place", 1.9e6), ("4", "swapped", 3.8e6)] {
        let feature = feature(key);
        let properties = &feature["properties"];
        assert_eq!((&properties["doubt"], &properties["score"]), (&json!(doubt), &Value::Null), "{properties}");
        assert_eq!((&properties["precision"], &properties["method"]), (&json!("near"), &json!("given")));
        assert!(properties["uncertainty_m"].as_f64().unwrap() > least_m, "it reaches to the place: {properties}");
        let story = server.json(&format!("/api/incidents/{}", feature["id"].as_str().unwrap()));
        assert_eq!(story["location"]["doubt"], doubt);
        let against = &story["location"]["against"];
        assert_eq!(against["distance_m"].as_f64().is_some_and(|metres| metres > least_m), key != "4", "{against}");
    }
    let named = server.json(&format!("/api/incidents/{}", feature("3")["id"].as_str().unwrap()));
    assert_eq!(named["location"]["against"]["name"], "Актау");
    assert_eq!(named["location"]["against"]["place_id"], "kz-city-aktau");
    for key in ["1", "5", "6"] {
        let feature = feature(key);
        assert!(feature["properties"]["doubt"].is_null() && feature["properties"]["score"] == 1.0, "{feature}");
    }
    // A doubt goes out with every export and changes nothing on the way back.
    let table = server.get("/layers/dataset-points.csv").body;
    assert!(table.lines().next().unwrap().contains(",score,doubt,") && table.contains(",far_from_place,"), "{table}");
    let workbook = server.get("/layers/dataset-points.xlsx").bytes;
    let again = [("a.csv", table.as_bytes()), ("a.geojson", layer.to_string().as_bytes()), ("a.xlsx", &workbook[..])]
        .map(|(name, bytes)| server.load(name, bytes).json());
    for job in again {
        assert_eq!((&job["unchanged"], &job["problems_total"]), (&json!(6), &json!(3)), "{job}");
    }
}

#[test]
fn the_problems_of_a_file_load_again_when_they_are_repaired() {
    let server = Server::demo();
    let file = "id;дата;заголовок;место;погибшие\n\
                1;05.01.2022;Верно;в Актау;0\n\
                2;31.02.2022;Нет такого дня;в Таразе;2\n\
                3;06.01.2022;Нет такого места;в Запупыринске;\"1; или 2\"\n\
                4;07.01.2022;=1+1;;0\n";
    let job = server.load("r.csv", file.as_bytes()).json();
    assert_eq!((&job["new"], &job["rejected"], &job["problems_total"]), (&json!(3), &json!(1), &json!(3)));
    let address = format!("/api/imports/{}/problems.csv", job["id"].as_str().unwrap());
    let told = server.get(&address).body;
    assert_eq!(
        told.lines().next().unwrap().split(',').take(6).collect::<Vec<_>>(),
        ["id", "дата", "заголовок", "место", "погибшие", "problem_line"]
    );
    assert_eq!(told.lines().count(), 4, "{told}");

    // As it is, nothing changes; repaired, every row is taken, and the columns that told of problems are gone again.
    let same = server.load("r.csv", told.as_bytes()).json();
    assert_eq!(
        (&same["new"], &same["updated"], &same["unchanged"], &same["rejected"]),
        (&json!(0), &json!(0), &json!(2), &json!(1))
    );
    let repaired = told
        .replace("31.02.2022", "28.02.2022")
        .replace("в Запупыринске", "в Шымкенте")
        .replace("=1+1,,", "=1+1,в Семее,");
    let done = server.load("r.csv", repaired.as_bytes()).json();
    assert_eq!((&done["new"], &done["updated"], &done["problems_total"]), (&json!(1), &json!(2), &json!(0)), "{done}");
    let row = server.json("/layers/dataset-r.geojson?q=шымкенте");
    let story = server.json(&format!("/api/incidents/{}", features(&row)[0]["id"].as_str().unwrap()));
    assert_eq!(story["extra"], json!({ "погибшие": "1; или 2" }));
}

#[test]
fn a_dry_run_says_what_would_happen_and_keeps_nothing() {
    let server = Server::demo();
    server.load("x.csv", "id,title,place\n1,First,в Актау\n2,Other,в Таразе\n".as_bytes());
    let before = server.get("/layers/incidents.geojson").body;
    let imports = server.json("/api/imports")["imports"].as_array().unwrap().len();
    let file = "id,title,place\n1,Second,в Актау\n2,Other,в Таразе\n3,New,в Семее\n4,Lost,в Запупыринске\n5\n";
    let dry = |parameters: &str| {
        let address = format!("/api/imports?filename=x.csv&{parameters}");
        server.send("POST", &address, Some(&server.token), "text/csv", file.as_bytes())
    };
    let answer = dry("dry_run=true");
    let job = answer.json();
    assert_eq!((answer.status, &job["state"]), (200, &json!("undone")));
    let counts =
        ["read", "new", "updated", "unchanged", "duplicate", "rejected"].map(|name| job[name].as_u64().unwrap());
    assert_eq!(counts, [5, 2, 1, 1, 0, 1]);
    let outcomes: Vec<&str> =
        job["dry_run"].as_array().unwrap().iter().map(|example| example["outcome"].as_str().unwrap()).collect();
    assert_eq!(job["unresolved"], 1);
    assert_eq!(outcomes, ["new", "new", "updated", "unchanged", "unresolved", "rejected"]);
    assert_eq!(server.get("/layers/incidents.geojson").body, before, "nothing was kept");
    assert_eq!(server.json("/api/imports")["imports"].as_array().unwrap().len(), imports);
    let uploads = std::fs::read_dir(server.folder.path().join("test.db-uploads")).unwrap();
    let left: Vec<String> = uploads.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(left, [format!("{}.problems.csv", job["id"].as_str().unwrap())], "only what is to be repaired is left");
    assert_eq!((dry("dry_run=maybe").status, dry("dry_run=false").status), (400, 201));
}

#[test]
fn columns_named_by_hand_are_previewed_kept_as_a_preset_and_loaded() {
    let server = Server::demo();
    let file = "Что;Куда;Дата ввода;Когда было\nМитинг;в Актау;2023-01-01;05.01.2022\nПожар;43.238, 76.945;2023-01-01;06.01.2022\n";
    let token = Some(server.token.as_str());
    let send =
        |method: &str, address: &str, body: &str| server.send(method, address, token, "text/csv", body.as_bytes());
    let unclear = send("POST", "/api/imports?preview=true", file);
    assert_eq!((unclear.status, &unclear.json()["columns"][1]["header"]), (200, &"Куда".into()), "to be named by hand");
    assert!(unclear.json()["error"].as_str().unwrap().contains("no column says where"));

    let mapping = r#"{"columns":{"Что":"title","Куда":"place","Когда было":"date","Дата ввода":null}}"#;
    let encoded: String = url::form_urlencoded::byte_serialize(mapping.as_bytes()).collect();
    let preview = send("POST", &format!("/api/imports?preview=true&mapping={encoded}"), file);
    assert_eq!(preview.status, 200, "{}", preview.body);
    let preview = preview.json();
    assert_eq!(
        (&preview["encoding"], &preview["delimiter"], &preview["format"]),
        (&"UTF-8".into(), &";".into(), &"CSV".into())
    );
    let fields: Vec<&Value> = preview["columns"].as_array().unwrap().iter().map(|column| &column["field"]).collect();
    assert_eq!(
        fields,
        ["title", "place", "", "date"]
            .map(|name| if name.is_empty() { Value::Null } else { name.into() })
            .iter()
            .collect::<Vec<_>>()
    );
    assert_eq!(
        (&preview["rows"][0]["place_name"], &preview["rows"][0]["occurred"]),
        (&"Актау".into(), &"2022-01-05".into())
    );
    assert_eq!(preview["rows"][0]["geometry"]["type"], "Point");
    assert_eq!(server.json("/api/imports")["imports"].as_array().unwrap().len(), 1, "a preview keeps nothing");

    assert_eq!(server.send("PUT", "/api/presets/desk", None, "application/json", mapping.as_bytes()).status, 401);
    assert_eq!(send("PUT", "/api/presets/desk", mapping).json()["replaced"], false);
    assert_eq!(send("PUT", "/api/presets/desk", mapping).json()["replaced"], true);
    let built_in = send("PUT", "/api/presets/Acled", mapping);
    assert_eq!((built_in.status, &built_in.json()["type"]), (409, &"/problems/preset-not-kept".into()));
    assert!(built_in.json()["detail"].as_str().unwrap().contains("`Acled` is built in"), "{}", built_in.body);
    let wrong = send("PUT", "/api/presets/desk", r#"{"columns":{"Что":"headline"}}"#);
    assert!(wrong.status == 400 && wrong.body.contains("headline"), "{}", wrong.body);
    assert_eq!(server.json("/api/presets")["presets"][0]["name"], "desk");
    let loaded = send("POST", "/api/imports?filename=desk.csv&preset=desk", file);
    assert_eq!(loaded.status, 201, "{}", loaded.body);
    let job = loaded.json();
    assert_eq!((&job["new"], &job["resolved"]), (&2.into(), &2.into()), "{job}");
    assert_eq!(job["options"]["columns"]["Куда"], "place");
    let features = server.json("/layers/dataset-desk.geojson");
    let properties = &features["features"][1]["properties"];
    assert_eq!((&properties["occurred"], &properties["Дата ввода"]), (&"2022-01-05".into(), &"2023-01-01".into()));

    let missing = send("POST", "/api/imports?preset=desk", "Что;Куда\nx;в Актау\n");
    assert!(missing.status == 422 && missing.body.contains("no column `Дата ввода`"), "{}", missing.body);
    assert_eq!(send("POST", "/api/imports?preset=other", file).status, 404);
    assert_eq!(
        (send("DELETE", "/api/presets/desk", "").status, send("DELETE", "/api/presets/desk", "").status),
        (204, 404)
    );
}

#[test]
fn what_may_be_the_same_event_is_marked_and_never_merged() {
    let server = Server::demo();
    let rows = "id,date,title,place,source,source_url\n\
        1,2023-03-05,Сотни людей вышли на митинг нефтяников,на площади Ынтымак в Актау,А,https://a.kz/1\n\
        2,2023-03-06,Митинг нефтяников: вышли сотни людей,в Актау,Б,https://b.kz/7\n\
        3,2023-03-05,Пожар на складе,в Актау,В,https://a.kz/1\n\
        4,2023-03-05,Сотни людей вышли на митинг нефтяников,в Таразе,Г,\n\
        5,2023-03-09,Сотни людей вышли на митинг нефтяников,в Актау,Д,\n\
        6,2023-03-05,Сотни людей вышли на митинг нефтяников,в Мангистауской области,Е,\n";
    assert_eq!(server.load("alike.csv", rows.as_bytes()).status, 201);
    let pairs = server.json("/layers/dataset-alike/duplicates.json");
    let mut told: Vec<(String, String, Value)> = pairs["pairs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| {
            let source = |side: &str| pair[side]["source"].as_str().unwrap().to_owned();
            let (one, two) = (source("a"), source("b"));
            (one.clone().min(two.clone()), one.max(two), pair["signs"].clone())
        })
        .collect();
    told.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    let expected =
        [("А", "Б", serde_json::json!(["similar_words"])), ("А", "В", serde_json::json!(["same_source_url"]))];
    assert_eq!(told, expected.map(|(one, two, signs)| (one.to_owned(), two.to_owned(), signs)), "{pairs}");
    assert_eq!(pairs["links"].as_array().unwrap().len(), 0);
    let features = server.json("/layers/dataset-alike.geojson?q=склад");
    let story = server.json(&format!("/api/incidents/{}", features["features"][0]["id"].as_str().unwrap()));
    assert_eq!(story["likely_duplicates"][0]["source"], "А");
    assert_eq!(server.json("/layers/dataset-alike/counts.json")["matched"], 6, "all of them are there");
    // One page after the other gives the same.
    let mut address = "/layers/dataset-alike/duplicates.json?limit=1".to_owned();
    let mut walked = 0;
    loop {
        let page = server.json(&address);
        walked += page["pairs"].as_array().unwrap().len();
        let Some(next) = page["links"][0]["href"].as_str() else { break };
        address = next.to_owned();
    }
    assert_eq!(walked, 2);
}

#[test]
fn deleting_an_import_takes_it_back_and_its_words_with_it() {
    let server = Server::demo();
    let found =
        |words: &str| server.json(&format!("/layers/incidents.geojson?limit=1&q={words}"))["numberMatched"].as_u64();
    let first = server.load("x.csv", "id,date,title,place\n1,2022-01-05,Слонопотам,в Актау\n".as_bytes()).json();
    let second = server.load("x.csv", "id,date,title,place\n1,2022-01-05,Мамонт,в Таразе\n".as_bytes()).json();
    assert_eq!((found("Слонопотам"), found("Мамонт"), second["updated"].as_u64()), (Some(0), Some(1), Some(1)));
    let before = server.get("/layers/incidents.geojson?limit=1").header("etag").to_owned();
    let address = |job: &Value| format!("/api/imports/{}", job["id"].as_str().unwrap_or_else(|| panic!("{job}")));
    let delete = |address: &str, token| server.send("DELETE", address, token, "text/plain", b"");
    assert_eq!(delete(&address(&second), None).status, 401);
    let refused = delete(&address(&first), Some(&server.token));
    assert_eq!((refused.status, &refused.json()["type"]), (409, &json!("/problems/cannot-undo")));
    assert!(refused.body.contains(second["id"].as_str().unwrap()), "the import in the way is named: {}", refused.body);
    let undone = delete(&address(&second), Some(&server.token));
    assert_eq!((undone.status, &undone.json()["state"]), (200, &json!("undone")));
    assert!(undone.json()["undone"].as_str().is_some());
    assert_eq!((found("Слонопотам"), found("Мамонт"), found("Актау")), (Some(1), Some(0), found("Актау")));
    assert_ne!(server.get("/layers/incidents.geojson?limit=1").header("etag"), before);
    assert_eq!(delete(&address(&first), Some(&server.token)).status, 200);
    assert_eq!(found("Слонопотам"), Some(0));
    assert_eq!(delete("/api/imports/nobody", Some(&server.token)).status, 404);
    assert_eq!(delete(&address(&first), Some(&server.token)).status, 409, "it is undone already");
}

#[test]
fn loading_needs_a_valid_token() {
    let demo = shared();
    let file = b"title,place\nx,Aktau\n";
    let refused = |token| demo.send("POST", "/api/imports?filename=x.csv", token, "text/csv", file);
    for token in [None, Some("wrong"), Some("")] {
        let answer = refused(token);
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer"));
        assert!(!answer.body.contains("wrong"));
    }
}

#[test]
fn uploads_that_cannot_be_loaded_say_why() {
    let server = Server::demo();
    let send = |address: &str, media_type: &str, body: &[u8]| {
        let answer = server.send("POST", address, Some(&server.token), media_type, body);
        (answer.status, answer.json()["type"].as_str().unwrap_or("").to_owned())
    };
    let is = |status: u16, code: &str| (status, format!("/problems/{code}"));
    assert_eq!(send("/api/imports", "image/png", b"x"), is(415, "unsupported-media-type"));
    assert_eq!(send("/api/imports", "text/csv", b""), is(400, "bad-body"));
    assert_eq!(send("/api/imports", "text/csv", b"date,title\n2022-01-05,x\n"), is(422, "bad-file"));
    assert_eq!(send("/api/imports?filename=", "text/csv", b"place\nx\n"), is(400, "bad-parameter"));
    assert_eq!(send("/api/imports", "multipart/form-data", b"x"), is(400, "bad-body"));
    let parts = "--b\r\nContent-Disposition: form-data; name=\"dataset\"\r\n\r\nмой набор\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../../x.csv\"\r\nContent-Type: text/csv\r\n\r\nplace\nАктау\n\r\n--b--\r\n";
    let answer =
        server.send("POST", "/api/imports", Some(&server.token), "multipart/form-data; boundary=b", parts.as_bytes());
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!((&answer.json()["file"], &answer.json()["dataset"]), (&json!("x.csv"), &json!("мой набор")));
    let left = std::fs::read_dir(server.folder.path().join("test.db-uploads")).unwrap().count();
    assert_eq!(left, 0, "nothing is left of uploads that ended");
}

#[test]
fn a_preview_of_a_file_that_cannot_be_read_names_no_import_and_leaves_none() {
    let server = Server::demo();
    let imports = || server.json("/api/imports")["imports"].as_array().unwrap().len();
    let before = imports();
    let answer = server.send("POST", "/api/imports?preview=true", Some(&server.token), "text/csv", b"%PDF-1.7");
    assert_eq!((answer.status, &answer.json()["type"]), (422, &json!("/problems/bad-file")), "{}", answer.body);
    assert_eq!((&answer.json()["import"], imports()), (&Value::Null, before));
    let answer = server.send("POST", "/api/imports?filename=x.csv", Some(&server.token), "text/csv", b"%PDF-1.7");
    let id = answer.json()["import"].as_str().unwrap().to_owned();
    assert_eq!((answer.status, &server.json(&format!("/api/imports/{id}"))["state"]), (422, &json!("failed")));
}
