//! The command line: what it prints and how it ends.

mod gazetteer_check;

use crate::support::{Server, program, repository};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

fn run_on(db: &Path, arguments: &[&str]) -> Output {
    program().args(arguments).arg("--db").arg(db).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn feed(arguments: &[&str], input: &[u8]) -> Output {
    let mut child =
        program().args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn an_import_prints_a_job_whose_counts_add_up_and_the_second_time_adds_nothing() {
    let folder = TempDir::new().unwrap();
    let db = folder.path().join("new/folder/test.db");
    let file = folder.path().join("events.csv");
    std::fs::write(&file, "дата;место\n05.01.2022;в Актау\nне дата;в Актау\n06.01.2022;в Таразе\n").unwrap();
    let first = run_on(&db, &["import", file.to_str().unwrap(), "--json"]);
    assert_eq!(first.status.code(), Some(0), "{}", err(&first));
    let job: Value = serde_json::from_str(&out(&first)).unwrap();
    assert_eq!((&job["state"], &job["dataset"]), (&json!("succeeded"), &json!("events")));
    let count = |name: &str| job[name].as_u64().unwrap();
    assert_eq!(
        count("read"),
        count("new") + count("updated") + count("unchanged") + count("duplicate") + count("rejected")
    );
    assert_eq!((count("new"), count("rejected"), count("resolved")), (2, 1, 2));
    let problem = &job["problems"][0];
    assert_eq!(
        (&problem["line"], &problem["column"], &problem["value"]),
        (&json!(3), &json!("дата"), &json!("не дата"))
    );
    let second: Value =
        serde_json::from_str(&out(&run_on(&db, &["import", file.to_str().unwrap(), "--json"]))).unwrap();
    assert_eq!((&second["new"], &second["unchanged"]), (&json!(0), &json!(2)));
    let words = out(&run_on(&db, &["import", file.to_str().unwrap()]));
    assert!(words.contains("3 rows read = 0 new + 0 updated + 2 unchanged + 0 duplicate + 1 rejected"), "{words}");
    assert!(words.contains("line 3, дата: `не дата`"), "{words}");
    let strict = run_on(&db, &["import", file.to_str().unwrap(), "--strict"]);
    assert_eq!(strict.status.code(), Some(1), "{}", err(&strict));
}

#[test]
fn what_an_argument_cannot_change_is_said() {
    let folder = TempDir::new().unwrap();
    let db = folder.path().join("test.db");
    let file = folder.path().join("x.geojson");
    let feature = json!({"type": "Feature", "properties": {"title": "x"}, "geometry": {"type": "Point", "coordinates": [76.9, 43.2]}});
    std::fs::write(&file, json!({"type": "FeatureCollection", "features": [feature]}).to_string()).unwrap();
    let output = run_on(&db, &["import", file.to_str().unwrap(), "--delimiter", ";", "--encoding", "KOI8-R"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let words = err(&output);
    assert!(words.contains("--delimiter changes nothing") && words.contains("--encoding changes nothing"), "{words}");
    let file = folder.path().join("x.csv");
    std::fs::write(&file, "title;place\nx;Aktau\n").unwrap();
    let output = run_on(&db, &["import", file.to_str().unwrap(), "--delimiter", ";"]);
    assert!(!err(&output).contains("changes nothing"), "{}", err(&output));
}

#[test]
fn an_import_of_all_or_nothing_takes_nothing_when_a_row_is_rejected() {
    let folder = TempDir::new().unwrap();
    let db = folder.path().join("test.db");
    let file = folder.path().join("x.csv");
    std::fs::write(&file, "date,place\n2022-01-05,Aktau\nnever,Aktau\n").unwrap();
    let output = run_on(&db, &["import", file.to_str().unwrap(), "--all-or-nothing"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(err(&output).contains("nothing of `x.csv` was loaded"), "{}", err(&output));
    let exported = run_on(&db, &["export"]);
    assert_eq!(serde_json::from_str::<Value>(&out(&exported)).unwrap()["features"], json!([]));
}

#[test]
fn what_cannot_be_done_ends_with_3_and_wrong_usage_with_2() {
    let folder = TempDir::new().unwrap();
    let db = folder.path().join("test.db");
    for (arguments, code, message) in [
        (&["import", "/nowhere/x.csv"][..], 3, "cannot read `/nowhere/x.csv`"),
        (&["export"], 3, "there is no database"),
        (&["import"], 2, "Usage"),
        (&["frobnicate"], 2, "unrecognized subcommand"),
        (&["export", "--format", "pdf"], 2, "invalid value"),
    ] {
        let output =
            if arguments.len() > 1 || arguments[0] == "export" { run_on(&db, arguments) } else { run(arguments) };
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", err(&output));
        assert!(err(&output).contains(message), "{arguments:?}: {}", err(&output));
    }
    std::fs::write(&db, "this is no database, and long enough to look at").unwrap();
    let output = run_on(&db, &["export"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(err(&output).contains("as a database"), "{}", err(&output));
    let gazetteer = folder.path().join("g.csv");
    std::fs::write(&gazetteer, "id,kind,lon,lat,uncertainty_m,source\nA,city,1,2,3,own\n").unwrap();
    let output = run(&["geocode", "x", "--gazetteer", gazetteer.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3));
    assert!(err(&output).contains("line 2, column `id`"), "{}", err(&output));
}

#[test]
fn a_compiled_gazetteer_is_used_alone_and_says_when_it_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let compiled = folder.path().join("places.gaz");
    let path = compiled.to_str().unwrap();
    let built = run(&["gazetteer", "build", "-o", path]);
    assert_eq!(built.status.code(), Some(0), "{}", err(&built));
    assert!(out(&built).contains("places, 0 merged, 0 conflicts"), "{}", out(&built));
    let answer = out(&run(&["geocode", "--gazetteer", path, "по улице Козыбаева", "--city", "Алматы"]));
    assert!(answer.starts_with("resolved: Козыбаева (kz-almaty-street-kozybayeva)"), "{answer}");
    assert!(out(&run(&["gazetteer", "check", path])).contains("0 problems"));
    let lookup = out(&run(&["gazetteer", "lookup", "Жанаозене", "--gazetteer", path]));
    assert!(lookup.contains("kz-city-zhanaozen"), "{lookup}");

    let beside = format!("{path},bundled");
    for arguments in [&["geocode", "Актау", "--gazetteer", &beside][..], &["gazetteer", "build", path, "-o", path]]
    {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(3), "{arguments:?}");
        assert!(err(&output).contains("give it alone, or build it again"), "{}", err(&output));
    }
    let whole = std::fs::read(&compiled).unwrap();
    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let mut other_layout = whole.clone();
    other_layout[8] = 99;
    for (bytes, message) in [
        (&whole[..whole.len() - 1], "cut off"),
        (&whole[..100], "cut off"),
        (&other_layout, "layout 99"),
        (&damaged, "is damaged: build it again"),
    ] {
        std::fs::write(&compiled, bytes).unwrap();
        let output = run(&["gazetteer", "check", path]);
        assert_eq!(output.status.code(), Some(3));
        assert!(err(&output).contains(message), "{message}: {}", err(&output));
    }
    let output = run(&["gazetteer", "build", "-o", "/nowhere/at/all.gaz"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(err(&output).contains("cannot write `/nowhere/at/all.gaz`"), "{}", err(&output));
}

#[test]
fn help_is_enough_to_begin_with() {
    let help = out(&run(&["--help"]));
    for word in
        ["demo", "serve", "import", "geocode", "export", "token", "Exit codes", "never leaves", "incident-map demo"]
    {
        assert!(help.contains(word) || help.contains("ever leaves"), "{word} is missing in\n{help}");
    }
    assert!(out(&run(&["import", "--help"])).contains("--dataset"));
}

#[test]
fn geocoding_answers_in_words_in_json_and_line_by_line() {
    let words = out(&run(&["geocode", "по улице Козыбаева", "--city", "Алматы"]));
    assert!(words.starts_with("resolved: Козыбаева (kz-almaty-street-kozybayeva), in Казахстан › Алматы"), "{words}");
    let output = run(&["geocode", "площадь", "--json", "--strict"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(serde_json::from_str::<Value>(&out(&output)).unwrap()["status"], "unresolved");
    let input = "{\"id\":1,\"query\":\"в Актау\"}\n\n{\"id\":\"b\",\"query\":\"по улице Козыбаева\",\"context\":{\"city\":\"Алматы\",\"region\":null}}\nnot json\n";
    let output = feed(&["geocode", "--jsonl", "--strict"], input.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    let answers: Vec<Value> = out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 3);
    assert_eq!((&answers[0]["id"], &answers[0]["place_id"]), (&json!(1), &json!("kz-city-aktau")));
    for field in
        ["status", "place_id", "name", "kind", "precision", "lat", "lon", "uncertainty_m", "score", "candidates"]
    {
        assert!(!answers[1][field].is_null(), "{field}");
    }
    assert!(answers[2]["error"].as_str().unwrap().contains("line 4"));
}

#[test]
fn every_export_loads_again_with_no_change_and_makes_the_same_incidents_elsewhere() {
    let folder = TempDir::new().unwrap();
    let db = folder.path().join("a.db");
    let nasty = folder.path().join("nasty.csv");
    std::fs::write(
        &nasty,
        "id,date,title,description,place,lat,lon,погибшие,status,=1+1,,note,note,source_url,language\n\
         007,2022-01-05/2022-01-06,=SUM(A1),\"two\nlines, \"\"quoted\"\"\",на площади Республики в Алматы,,,2,draft,+x,blank,a,b,https://a.kz/?q=1,ru\n\
         8,2022-01,,only a description,,43.238,76.945,,published,,,,c,not a link,tt\n\
         ,5 января 2022 14:30,'=kept,,в Мангистауской области,,,0,,,,,,,\n\
         9,,No place at all,,,,,,,,,,,,\n",
    )
    .unwrap();
    // What the file says of its precision comes back too: a named region, the middle of one, weeks and zones, lines and areas.
    let acled = folder.path().join("acled.csv");
    std::fs::write(
        &acled,
        "event_id_cnty,event_date,time_precision,event_type,region,country,admin1,location,latitude,longitude,geo_precision,timestamp\n\
         KAZ1,2022-01-05,1,Protests,Caucasus and Central Asia,Kazakhstan,Mangystau,Aktau,43.65,51.16,1,1641500000\n\
         KAZ2,2022-01-05,2,Protests,Caucasus and Central Asia,Kazakhstan,Mangystau,Aktau,43.65,51.16,2,1641500000\n\
         KAZ3,2022-01-05,3,Protests,Caucasus and Central Asia,Kazakhstan,Mangystau,Aktau,43.65,51.16,3,1641500000\n\
         KAZ4,2022-01-05,1,Protests,Caucasus and Central Asia,Kazakhstan,Nowhere,Aktau,43.65,51.16,3,1641500000\n",
    )
    .unwrap();
    let shapes = folder.path().join("shapes.geojson");
    std::fs::write(
        &shapes,
        r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","geometry":{"type":"LineString","coordinates":[[76,43],[77,44]]},"properties":{"title":"A","date":"2022-01-05T10:00:00Z"}},
        {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[76,43],[77,43],[77,44],[76,43]]]},"properties":{"place":"Алматы","title":"B"}}]}"#,
    )
    .unwrap();
    let files = [
        (repository().join("data/incidents/january-2022.csv"), "demo"),
        (nasty, "nasty"),
        (acled, "acled"),
        (shapes, "shapes"),
    ];
    for (file, dataset) in files {
        let loaded = run_on(&db, &["import", file.to_str().unwrap(), "--dataset", dataset]);
        assert_eq!(loaded.status.code(), Some(0), "{}", err(&loaded));
    }
    // Which import, file and line brought an incident is not part of it.
    let state = |db: &Path| {
        let collection: Value = serde_json::from_str(&out(&run_on(db, &["export"]))).unwrap();
        let mut features = collection["features"].as_array().unwrap().clone();
        for feature in &mut features {
            let properties = feature["properties"].as_object_mut().unwrap();
            properties.retain(|name, _| !["import", "file", "row"].contains(&name.as_str()));
        }
        features
    };
    let before = state(&db);
    let nasty = &before.iter().find(|feature| feature["properties"]["key"] == "007").unwrap()["properties"];
    assert_eq!(
        (&nasty["погибшие"], &nasty["status_in_file"], &nasty["status"]),
        (&"2".into(), &"draft".into(), &"resolved".into())
    );
    assert_eq!((&nasty["note"], &nasty["note 2"], &nasty["column 11"]), (&"a".into(), &"b".into(), &"blank".into()));
    for format in ["csv", "xlsx", "geojson"] {
        let file = folder.path().join(format!("again.{format}"));
        let written = run_on(&db, &["export", "--format", format, "-o", file.to_str().unwrap()]);
        assert_eq!(written.status.code(), Some(0), "{}", err(&written));
        let load = |db: &Path| -> Value {
            let loaded = run_on(db, &["import", file.to_str().unwrap(), "--json"]);
            serde_json::from_str(&out(&loaded)).unwrap_or_else(|_| panic!("{}", err(&loaded)))
        };
        let job = load(&db);
        assert_eq!(
            (&job["new"], &job["updated"], &job["rejected"]),
            (&0.into(), &0.into(), &0.into()),
            "{format}: {job}"
        );
        assert_eq!(job["unchanged"], before.len(), "{format}: {job}");
        let other = folder.path().join(format!("{format}.db"));
        assert_eq!(load(&other)["new"], before.len());
        assert_eq!(state(&other), before, "{format}");
    }
}

#[test]
fn columns_are_named_by_hand_and_kept_as_a_preset() {
    let folder = TempDir::new().unwrap();
    let db = folder.path().join("test.db");
    let file = folder.path().join("desk.csv");
    std::fs::write(&file, "Что;Куда\nМитинг;в Актау\n").unwrap();
    let path = file.to_str().unwrap();
    let named = ["import", path, "--column", "Что=title", "--column", "Куда=place", "--save-preset", "desk"];
    assert!(out(&run_on(&db, &named)).contains("1 rows read = 1 new"));
    assert!(out(&run_on(&db, &["import", path, "--preset", "desk"])).contains("1 unchanged"));
    let mapping = folder.path().join("mapping.json");
    std::fs::write(&mapping, r#"{"columns":{"Куда":"place"},"delimiter":";"}"#).unwrap();
    let mapped = ["import", path, "--mapping", mapping.to_str().unwrap(), "--column", "Что=description", "--dry-run"];
    assert!(out(&run_on(&db, &mapped)).contains("rows read = 1 new"), "another title, another row");
    for (arguments, code, message) in [
        (["--column", "Где=place"], 3, "no column `Где`; there is `Что`, `Куда`"),
        (["--column", "Куда=where"], 2, "`where` is not a meaning of a column; expected one of id, date"),
        (["--column", "Куда"], 2, "names no meaning"),
        (["--preset", "other"], 3, "no preset `other`; there is `desk`"),
        (["--mapping", path], 2, "is no mapping; expected for instance {"),
    ] {
        let refused = run_on(&db, &[&["import", path][..], &arguments].concat());
        assert_eq!(refused.status.code(), Some(code));
        assert!(err(&refused).contains(message), "{}", err(&refused));
    }
    let both = run_on(&db, &["import", path, "--column", "Что=place", "--column", "Куда=place"]);
    assert!(err(&both).contains("cannot both be the place"), "{}", err(&both));
}

#[test]
fn a_token_is_shown_once_kept_as_a_hash_and_can_be_revoked() {
    let server = Server::demo();
    let db = server.db();
    let token = out(&run_on(&db, &["token", "create", "--name", "desk"])).trim().to_owned();
    let load = || {
        server.send("POST", "/api/imports?filename=t.csv", Some(&token), "text/csv", "place\nАктау\n".as_bytes()).status
    };
    assert_eq!(load(), 201);
    let bytes = std::fs::read(&db).unwrap();
    assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()), "only the hash is kept");
    let list = out(&run_on(&db, &["token", "list"]));
    assert!(list.contains("desk") && !list.contains(&token));
    let id = list.split_whitespace().next().unwrap();
    assert_eq!(run_on(&db, &["token", "revoke", id]).status.code(), Some(0));
    assert_eq!(load(), 401);
    assert_eq!(run_on(&db, &["token", "revoke", id]).status.code(), Some(3));
}

#[test]
fn an_import_beside_a_running_server_shows_at_once() {
    let server = Server::demo();
    let before = server.json("/layers/incidents/counts.json")["total"].as_u64().unwrap();
    let file = server.folder.path().join("more.csv");
    std::fs::write(&file, "place\nАктау\nТараз\n").unwrap();
    run_on(&server.db(), &["import", file.to_str().unwrap()]);
    assert_eq!(server.json("/layers/incidents/counts.json")["total"].as_u64().unwrap(), before + 2);
}

#[test]
fn an_import_that_is_killed_leaves_all_of_its_rows_or_none() {
    let folder = TempDir::new().unwrap();
    let db = folder.path().join("test.db");
    let file = folder.path().join("many.csv");
    let rows: String = (0..20_000).map(|row| format!("{row},2022-01-05,Событие {row},в Актау\n")).collect();
    std::fs::write(&file, format!("id,date,title,place\n{rows}")).unwrap();
    for wait_ms in [150, 400, 700, 1_100, 1_700, 2_600] {
        let mut child =
            program().args(["import", file.to_str().unwrap(), "--db"]).arg(&db).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait_ms));
        let _ = child.kill();
        let _ = child.wait();
        if !db.exists() {
            continue;
        }
        let output = run_on(&db, &["export", "--format", "csv"]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        let rows = out(&output).lines().count() - 1;
        assert!(rows == 0 || rows == 20_000, "{rows} rows after a kill at {wait_ms} ms");
    }
}

/// The id of the import that a JSON answer tells of.
fn import_id(db: &Path, file: &Path, dataset: &str) -> String {
    let output = run_on(db, &["import", file.to_str().unwrap(), "--dataset", dataset, "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    serde_json::from_str::<Value>(&out(&output)).unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn an_undone_import_leaves_exactly_what_was_there_before() {
    let folder = TempDir::new().unwrap();
    let db = folder.path().join("test.db");
    let (first, second, other) =
        (folder.path().join("a.csv"), folder.path().join("b.csv"), folder.path().join("c.csv"));
    let row = |id: u32, title: &str, place: &str| format!("{id},2022-01-05,{title},{place}\n");
    let head = "id,date,title,place\n";
    let same: String = (4..40).map(|id| row(id, "Митинг", "в Таразе")).collect();
    let old: String = (1..4).map(|id| row(id, "Старое слово", "в Актау")).collect();
    let new: String = (1..4).map(|id| row(id, "Новая весть", "в Жанаозене")).collect();
    std::fs::write(&first, format!("{head}{old}{same}")).unwrap();
    std::fs::write(&second, format!("{head}{new}{same}{}", row(99, "Ещё", "в Шымкенте"))).unwrap();
    std::fs::write(&other, format!("{head}{}", row(7, "Чужое", "в Семее"))).unwrap();
    let state = |db: &Path| out(&run_on(db, &["export", "--format", "geojson"]));

    let earlier = import_id(&db, &first, "x");
    let _ = import_id(&db, &other, "y");
    let before = state(&db);
    let dry = run_on(&db, &["import", second.to_str().unwrap(), "--dataset", "x", "--dry-run"]);
    assert_eq!(dry.status.code(), Some(0), "{}", err(&dry));
    assert!(
        out(&dry).contains("1 new + 3 updated + 36 unchanged") && out(&dry).contains("nothing was kept"),
        "{}",
        out(&dry)
    );
    assert!(out(&dry).contains("line 2, updated: Новая весть (в Жанаозене; settlement)"), "{}", out(&dry));
    assert_eq!(state(&db), before, "a dry run changes nothing");
    let later = import_id(&db, &second, "x");
    assert_ne!(state(&db), before);

    let refused = run_on(&db, &["undo", &earlier]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(err(&refused).contains("3 of its rows were changed by later imports") && err(&refused).contains(&later));
    let listed = run_on(&db, &["undo"]);
    assert_eq!(listed.status.code(), Some(2));
    assert!(
        out(&listed).contains(&format!("{later}  ")) && out(&listed).contains("1 new, 3 updated"),
        "{}",
        out(&listed)
    );

    let undone = run_on(&db, &["undo", &later, "--json"]);
    assert_eq!(undone.status.code(), Some(0), "{}", err(&undone));
    assert_eq!(serde_json::from_str::<Value>(&out(&undone)).unwrap()["state"], "undone");
    assert_eq!(state(&db), before, "what was there before is there again, to the last byte");
    for (id, message) in
        [(later.as_str(), "is undone: there is nothing to take back"), ("nobody", "no import `nobody`")]
    {
        let again = run_on(&db, &["undo", id]);
        assert_eq!(again.status.code(), Some(3));
        assert!(err(&again).contains(message), "{}", err(&again));
    }
    assert_eq!(run_on(&db, &["undo", &earlier]).status.code(), Some(0));
    let left: Value = serde_json::from_str(&state(&db)).unwrap();
    assert_eq!(left["features"].as_array().unwrap().len(), 1, "the other dataset is untouched");
    let again = run_on(&db, &["import", first.to_str().unwrap(), "--dataset", "x", "--json"]);
    assert_eq!(serde_json::from_str::<Value>(&out(&again)).unwrap()["new"], 39, "it can be loaded again");
}

#[test]
fn an_undo_that_is_killed_takes_back_all_or_nothing() {
    let folder = TempDir::new().unwrap();
    let db = folder.path().join("test.db");
    let file = folder.path().join("many.csv");
    let rows: String = (0..20_000).map(|row| format!("{row},2022-01-05,Событие {row},в Актау\n")).collect();
    std::fs::write(&file, format!("id,date,title,place\n{rows}")).unwrap();
    let id = import_id(&db, &file, "many");
    for wait_ms in [20, 60, 120, 200, 320, 500, 900] {
        let mut child = program().args(["undo", &id, "--db"]).arg(&db).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait_ms));
        let _ = child.kill();
        let _ = child.wait();
        let output = run_on(&db, &["export", "--format", "csv"]);
        let rows = out(&output).lines().count() - 1;
        assert!(rows == 0 || rows == 20_000, "{rows} rows after a kill at {wait_ms} ms");
    }
}

#[test]
fn a_line_that_is_too_long_is_answered_with_an_error_and_the_next_one_is_read() {
    let long = format!("{{\"id\":1,\"query\":\"{}\"}}\n{{\"id\":2,\"query\":\"в Актау\"}}\n", "а".repeat(70_000));
    let output = feed(&["geocode", "--jsonl"], long.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let answers: Vec<Value> = out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 2);
    assert!(answers[0]["error"].as_str().unwrap().contains("longer than"), "{}", answers[0]);
    assert_eq!(answers[1]["place_id"], "kz-city-aktau");
}

#[test]
fn evaluate_and_gazetteer_say_what_they_found_and_what_is_wrong() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("cases.tsv");
    std::fs::write(
        &file,
        "tag\ttext\tcity\tregion\tcountry\tdate\tstatus\tprecision\tplace_id\tlon\tlat\n\
         ru\tв Актау\t\t\t\t\tresolved\tsettlement\tkz-city-aktau\t\t\n\
         ru\tв Таразе\t\t\t\t\tresolved\tsettlement\tkz-city-aktau\t\t\n",
    )
    .unwrap();
    let output = run(&["evaluate", file.to_str().unwrap(), "--failures", "--strict"]);
    assert_eq!(output.status.code(), Some(1));
    let words = out(&output);
    assert!(words.contains("line 3 [ru] Wrong: `в Таразе`") && words.contains("50.0%"), "{words}");
    std::fs::write(&file, "tag\ttext\n").unwrap();
    let output = run(&["evaluate", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3));
    assert!(err(&output).contains("no column `status`"), "{}", err(&output));
    let words = out(&run(&["gazetteer", "check", "--strict"]));
    assert!(words.ends_with("0 problems\n"), "{words}");
    let own = folder.path().join("own.csv");
    let rows = "id,kind,name_ru,parent,lon,lat,uncertainty_m,source\n\
                x-one,village,Верхняя,kz-region-akmola,70.1,51.9,2000,own\n\
                x-two,village,Верхняя,kz-region-akmola,70.3,51.9,2000,own\n\
                x-far,village,Дальняя,kz-region-akmola,51.9,70.1,2000,own\n";
    std::fs::write(&own, rows).unwrap();
    let output = run(&["gazetteer", "check", own.to_str().unwrap(), "bundled", "--strict"]);
    assert_eq!(output.status.code(), Some(1));
    let words = out(&output);
    assert!(words.contains("x-one and x-two are both the village Верхняя"), "{words}");
    assert!(words.contains("x-far (Дальняя) lies") && words.contains("lon and lat swapped?"), "{words}");
    let words = out(&run(&["gazetteer", "lookup", "Жаңаөзенде"]));
    assert!(words.contains("city Жанаозен (kz-city-zhanaozen)"), "{words}");
}

#[test]
fn ctrl_c_ends_an_import_that_runs_or_waits_and_says_that_nothing_was_taken() {
    let folder = TempDir::new().unwrap();
    let db = folder.path().join("test.db");
    let file = folder.path().join("long.csv");
    let rows = (0..60_000).map(|row| format!("{row},2022-01-05,title {row} {},Aktau\n", "x".repeat(300)));
    std::fs::write(&file, format!("id,date,title,place\n{}", rows.collect::<String>())).unwrap();
    let began = || {
        let files = std::fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
        let of_database = files.filter(|file| file.file_name().to_string_lossy().starts_with("test.db"));
        of_database.map(|file| file.metadata().map_or(0, |about| about.len())).sum::<u64>() > 2_000_000
    };
    for name in [file.to_str().unwrap(), "-"] {
        let mut import = program();
        import.args(["import", name, "--db"]).arg(&db).stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut child = import.stdout(Stdio::null()).spawn().unwrap();
        // One is stopped while it writes, the other while it waits for what comes through the pipe.
        let input = child.stdin.take();
        let mut looks = 0;
        while name != "-" && !began() && looks < 600 {
            std::thread::sleep(Duration::from_millis(50));
            looks += 1;
        }
        std::thread::sleep(Duration::from_millis(300));
        assert!(std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(3), "{said}");
        assert!(said.contains("nothing of"), "{said}");
        assert!(said.contains("stopped"), "{said}");
        drop(input);
    }
    let there = run_on(&db, &["export", "--format", "csv"]);
    assert_eq!(out(&there).lines().count(), 1, "only the header: {}", err(&there));
}

#[test]
fn output_that_nobody_reads_any_more_is_no_error() {
    let mut child =
        program().args(["geocode", "Актогай"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((err(&output).as_str(), output.status.code()), ("", Some(0)));
}

#[test]
fn a_column_that_is_given_two_meanings_is_wrong_usage() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("x.csv");
    std::fs::write(&file, "Где\nв Актау\n").unwrap();
    let arguments = ["import", file.to_str().unwrap(), "--column", "Где=place", "--column", "Где=city"];
    let output = run_on(&folder.path().join("x.db"), &arguments);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(err(&output).contains("`Где` twice, as `Где=place` and `Где=city`"), "{}", err(&output));
    let same = ["import", file.to_str().unwrap(), "--column", "Где=place", "--column", "Где=place"];
    assert_eq!(run_on(&folder.path().join("x.db"), &same).status.code(), Some(0));
}

#[test]
fn a_preset_of_ones_own_is_replaced_and_said_and_a_built_in_one_stays() {
    let folder = TempDir::new().unwrap();
    let (db, file) = (folder.path().join("x.db"), folder.path().join("x.csv"));
    std::fs::write(&file, "date,place\n2022-01-05,Aktau\n").unwrap();
    let save = |name: &str| run_on(&db, &["import", file.to_str().unwrap(), "--save-preset", name]);
    let built_in = save("ACLED");
    assert_eq!(built_in.status.code(), Some(2));
    assert!(err(&built_in).contains("`ACLED` is built in"), "{}", err(&built_in));
    assert_eq!(err(&save("desk")), "");
    assert!(err(&save("desk")).contains("`desk` is replaced"));
}

#[test]
fn a_problem_of_a_whole_row_names_no_column() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("x.csv");
    std::fs::write(&file, "date,place\n2022-01-05,Aktau\n2022-01-06,\"Aktau\n").unwrap();
    let words = out(&run_on(&folder.path().join("x.db"), &["import", file.to_str().unwrap()]));
    assert!(words.contains("line 3: `"), "{words}");
    assert!(!words.contains(", : "), "{words}");
}

#[test]
fn what_is_logged_into_a_file_has_no_colours() {
    let folder = TempDir::new().unwrap();
    let (db, file) = (folder.path().join("x.db"), folder.path().join("x.csv"));
    std::fs::write(&file, "date,place\n2022-01-05,Aktau\n").unwrap();
    let loud =
        program().env("INCIDENT_MAP_LOG", "trace").args(["import", file.to_str().unwrap(), "--db"]).arg(&db).output();
    assert!(!err(&loud.unwrap()).contains('\u{1b}'));
}

#[test]
fn what_asks_for_something_of_a_database_that_is_not_there_makes_none() {
    let folder = TempDir::new().unwrap();
    let db = folder.path().join("none.db");
    for command in [&["undo"] as &[&str], &["undo", "x"], &["token", "list"], &["token", "revoke", "x"], &["export"]] {
        let output = run_on(&db, command);
        assert_eq!(output.status.code(), Some(3), "{command:?}");
        assert!(err(&output).contains("none.db`; load a file first"), "{command:?}: {}", err(&output));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{command:?}");
    }
}
