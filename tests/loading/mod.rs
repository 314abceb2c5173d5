//! Loading as a person does it: repairs that come home, dates that say how they were read, and imports of which nothing was left.

mod repairs;
mod round_trip;
mod undo;

use crate::support::{Answer, Server, program};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

/// A database of its own and files beside it.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn import(&self, file: &str, text: &str, more: &[&str]) -> Output {
        std::fs::write(self.path(file), text).unwrap();
        self.load(&self.path(file), more)
    }

    fn load(&self, file: &Path, more: &[&str]) -> Output {
        let db = self.path("test.db");
        program().arg("import").arg(file).arg("--db").arg(db).args(more).output().unwrap()
    }

    fn job(&self, file: &str, text: &str, more: &[&str]) -> Value {
        let output = self.import(file, text, &[&["--json"], more].concat());
        serde_json::from_str(&out(&output)).unwrap_or_else(|_| panic!("{}", err(&output)))
    }

    /// The properties of all incidents.
    fn incidents(&self) -> Vec<Value> {
        let output = program().args(["export", "--db"]).arg(self.path("test.db")).output().unwrap();
        let collection: Value = serde_json::from_str(&out(&output)).unwrap();
        collection["features"].as_array().unwrap().iter().map(|feature| feature["properties"].clone()).collect()
    }
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn counts(job: &Value) -> [u64; 5] {
    ["read", "new", "updated", "unchanged", "rejected"].map(|name| job[name].as_u64().unwrap())
}

/// A row that is kept and not placed, one that is rejected, and a good one; with an id column and without.
const WITH_ID: &str =
    "id,date,title,place\n1,2022-01-05,Митинг,в Шмалматы\n2,2022-02-31,Сход,в Таразе\n3,2022-01-06,Пожар,в Актау\n";
const WITHOUT_ID: &str =
    "date,title,place\n2022-01-05,Митинг,в Шмалматы\n2022-02-31,Сход,в Таразе\n2022-01-06,Пожар,в Актау\n";

fn repaired(problems: &str) -> String {
    problems.replace("в Шмалматы", "в Алматы").replace("2022-02-31", "2022-02-28")
}

#[test]
fn a_repaired_problem_file_updates_what_it_repairs_in_the_terminal() {
    for file in [WITH_ID, WITHOUT_ID] {
        let desk = Desk::new();
        let problems = desk.path("problems-1.csv");
        let first = desk.job("b.csv", file, &["--problems", problems.to_str().unwrap()]);
        assert_eq!(counts(&first), [3, 2, 0, 0, 1]);
        let told = std::fs::read_to_string(&problems).unwrap();

        // Under its own name and with no dataset.
        let again = desk.job("problems-1.csv", &told, &[]);
        assert_eq!((&again["dataset"], counts(&again)), (&json!("b"), [2, 0, 0, 1, 1]), "{told}");
        assert_eq!(again["problems_total"], 2, "what is still wrong stays listed");
        let done = desk.job("problems-1.csv", &repaired(&told), &[]);
        assert_eq!((&done["dataset"], counts(&done)), (&json!("b"), [2, 1, 1, 0, 0]), "{done}");
        assert_eq!(done["understood"]["repairs"], json!({ "import": first["id"], "dataset": "b" }));
        let twice = desk.job("problems-1.csv", &repaired(&told), &[]);
        assert_eq!(counts(&twice), [2, 0, 0, 2, 0]);

        let incidents = desk.incidents();
        assert_eq!(incidents.len(), 3, "{incidents:?}");
        assert!(incidents.iter().all(|incident| incident["dataset"] == "b" && incident["status"] == "resolved"));
    }
}

#[test]
fn a_repaired_problem_file_updates_what_it_repairs_over_the_network() {
    for (dataset, file) in [("with", WITH_ID), ("without", WITHOUT_ID)] {
        let server = Server::demo();
        let job = server.load(&format!("{dataset}.csv"), file.as_bytes()).json();
        let id = job["id"].as_str().unwrap();
        let told = server.get(&format!("/api/imports/{id}/problems.csv")).body;
        let name = format!("problems-{id}.csv");
        let done = server.load(&name, repaired(&told).as_bytes()).json();
        assert_eq!((&done["dataset"], counts(&done)), (&json!(dataset), [2, 1, 1, 0, 0]), "{done}");
        assert_eq!(counts(&server.load(&name, repaired(&told).as_bytes()).json()), [2, 0, 0, 2, 0]);
        let layer = server.json(&format!("/layers/dataset-{dataset}.geojson"));
        assert_eq!(layer["features"].as_array().unwrap().len(), 3);
        let rally = server.json(&format!("/layers/dataset-{dataset}.geojson?q=митинг"))["features"][0].clone();
        let story = server.json(&format!("/api/incidents/{}", rally["id"].as_str().unwrap()));
        assert_eq!(story["history"][1]["changed"]["place_text"], json!(["в Шмалматы", "в Алматы"]));
    }
}

#[test]
fn a_row_that_is_repaired_wrongly_is_still_the_same_incident() {
    let desk = Desk::new();
    let problems = desk.path("p.csv");
    let path = problems.to_str().unwrap();
    desk.job("b.csv", WITHOUT_ID, &["--problems", path]);
    let told = std::fs::read_to_string(&problems).unwrap();
    // The date is spoilt while the place is repaired: rejected now, and known all the same.
    let worse = desk.job("p2.csv", &repaired(&told).replace("2022-01-05", "never"), &["--problems", path]);
    assert_eq!(counts(&worse), [2, 1, 0, 0, 1], "{worse}");
    let told = std::fs::read_to_string(&problems).unwrap();
    assert_eq!(told.lines().next().unwrap().matches("problem_line").count(), 1, "{told}");
    let done = desk.job("p3.csv", &told.replacen("never", "2022-01-05", 1), &[]);
    assert_eq!(counts(&done), [1, 0, 1, 0, 0], "{done}");
    assert_eq!(desk.incidents().len(), 3);
}

#[test]
fn the_problem_file_keeps_the_mapping_and_the_order_of_dates() {
    let desk = Desk::new();
    let problems = desk.path("p.csv");
    let file = "Что;Куда;Когда\nМитинг;в Шмалматы;01/05/2022\nСход;в Актау;01/13/2022\n";
    let named = ["--column", "Что=title", "--column", "Куда=place", "--problems", problems.to_str().unwrap()];
    let first = desk.job("desk.csv", file, &named);
    assert_eq!(counts(&first), [2, 2, 0, 0, 0], "{first}");
    assert_eq!(first["understood"]["dates"], json!({ "order": "month-first", "because": "file" }));
    let told = std::fs::read_to_string(&problems).unwrap();
    let done = desk.job("p.csv", &told.replace("в Шмалматы", "в Алматы"), &[]);
    assert_eq!(counts(&done), [1, 0, 1, 0, 0], "{told}\n{done}");
    let rally = desk.incidents().into_iter().find(|incident| incident["title"] == "Митинг").unwrap();
    assert_eq!((&rally["occurred"], &rally["place_name"]), (&json!("2022-01-05"), &json!("Алматы")));
}

#[test]
fn the_order_of_slashed_dates_is_said_and_a_guess_is_a_problem() {
    let desk = Desk::new();
    let words = out(&desk.import("d.csv", "id,date,place\n1,01/05/2022,в Актау\n", &[]));
    assert!(words.contains("dates with slashes are read day first (by default"), "{words}");
    assert!(words.contains("read day first as 2022-05-01; it may be 2022-01-05"), "{words}");
    let settled = desk.job("d.csv", "id,date,place\n1,01/05/2022,в Актау\n", &["--date-order", "day-first"]);
    assert_eq!((&settled["unchanged"], &settled["problems_total"]), (&json!(1), &json!(0)));

    // Next week's file is read in the other order: that is told.
    let other = "id,date,place\n1,01/05/2022,в Актау\n2,01/13/2022,в Актау\n";
    let words = out(&desk.import("d.csv", other, &[]));
    assert!(words.contains("dates with slashes are read month first (from the file)"), "{words}");
    assert!(words.contains("WARNING: the last import of this dataset read them day first"), "{words}");
    let both =
        desk.job("e.csv", "date,place\n13/01/2022,Актау\n01/13/2022,Актау\n01/05/2022,Актау\n02/02/2022,Актау\n", &[]);
    assert_eq!(both["understood"]["dates"], json!({ "order": "day-first", "because": "contradicts" }));
    let codes: Vec<(&Value, &Value)> =
        both["problems"].as_array().unwrap().iter().map(|problem| (&problem["line"], &problem["code"])).collect();
    assert_eq!(codes, [(&json!(3), &json!("bad_date")), (&json!(4), &json!("ambiguous_date"))]);
    let iso = desk.job("i.csv", "date,place\n2022-01-05/2022-01-06,Актау\n", &[]);
    assert_eq!(iso["understood"]["dates"], Value::Null);
}

#[test]
fn the_order_of_dates_is_named_over_the_network_and_kept_in_presets() {
    let server = Server::demo();
    let load = |parameters: &str| -> Answer {
        let file = "id,date,place\n1,01/05/2022,в Актау\n".as_bytes();
        server.send("POST", &format!("/api/imports?filename=d.csv&{parameters}"), Some(&server.token), "text/csv", file)
    };
    let preview = load("preview=true").json();
    assert_eq!(preview["dates"], json!({ "order": "day-first", "because": "default" }));
    assert_eq!(preview["rows"][0]["problems"][0]["code"], "ambiguous_date");
    let job = load("date_order=month-first").json();
    assert_eq!((&job["problems_total"], &job["understood"]["dates"]["because"]), (&json!(0), &json!("asked")));
    assert_eq!(server.json("/layers/dataset-d.geojson")["features"][0]["properties"]["occurred"], "2022-01-05");
    let preset = server.send("PUT", "/api/presets/us", Some(&server.token), "", br#"{"date_order":"month-first"}"#);
    assert_eq!(preset.status, 200, "{}", preset.body);
    assert_eq!(load("preset=us").json()["unchanged"], 1);
    assert_eq!(load("date_order=year-first").status, 400);
}

#[test]
fn a_file_without_rows_is_no_success() {
    let server = Server::demo();
    let desk = Desk::new();
    for (name, file) in [("a.csv", "id,date,place\n"), ("b.geojson", r#"{"type":"FeatureCollection","features":[]}"#)] {
        let answer = server.load(name, file.as_bytes());
        assert_eq!((answer.status, &answer.json()["type"]), (422, &json!("/problems/bad-file")), "{}", answer.body);
        let import = answer.json()["import"].as_str().unwrap().to_owned();
        assert_eq!(server.json(&format!("/api/imports/{import}"))["state"], "failed");
        let output = desk.import(name, file, &[]);
        assert_eq!(output.status.code(), Some(3), "{}", err(&output));
    }
}

#[test]
fn an_import_of_which_every_row_is_rejected_has_failed_and_keeps_its_problems() {
    let file = "date,title,place\nnever,Митинг,в Актау\n2022-02-31,Сход,в Таразе\n";
    let server = Server::demo();
    let answer = server.load("r.csv", file.as_bytes());
    assert_eq!(answer.status, 422, "{}", answer.body);
    let import = answer.json()["import"].as_str().unwrap().to_owned();
    let job = server.json(&format!("/api/imports/{import}"));
    assert_eq!((&job["state"], counts(&job), &job["problems_total"]), (&json!("failed"), [2, 0, 0, 0, 2], &json!(2)));
    let told = server.get(&format!("/api/imports/{import}/problems.csv")).body;
    let repaired = told.replace("never", "2022-01-05").replace("2022-02-31", "2022-02-28");
    let done = server.load("problems.csv", repaired.as_bytes()).json();
    assert_eq!((&done["dataset"], counts(&done)), (&json!("r"), [2, 2, 0, 0, 0]));

    let desk = Desk::new();
    let output = desk.import("r.csv", file, &[]);
    assert_eq!(output.status.code(), Some(3));
    assert!(err(&output).contains("nothing of `r.csv` was loaded: all 2 rows were rejected"), "{}", err(&output));
    assert!(out(&output).contains("line 2, date: `never`"), "{}", out(&output));
    let dry = desk.import("r.csv", file, &["--dry-run", "--json"]);
    assert_eq!(dry.status.code(), Some(3));
    assert_eq!(serde_json::from_str::<Value>(&out(&dry)).unwrap()["state"], "failed");
}

#[test]
fn a_dry_run_shows_every_kind_of_row_and_its_problems_can_be_had() {
    let server = Server::demo();
    server.load("x.csv", "id,title,place\n1,First,в Актау\n2,Other,в Таразе\n".as_bytes());
    let file = "id,title,place\n1,Second,в Семее\n2,Other,в Таразе\n3,New,в Семее\n3,New,в Семее\n\
                4,Lost,в Запупыринске\n5\n6,Which,Абайский район\n";
    let address = "/api/imports?filename=x.csv&dry_run=true";
    let job = server.send("POST", address, Some(&server.token), "text/csv", file.as_bytes()).json();
    let examples = job["dry_run"].as_array().unwrap();
    let of = |kind: &str| {
        examples.iter().find(|example| example["outcome"] == kind).unwrap_or_else(|| panic!("{kind}: {job}"))
    };
    assert_eq!(of("updated")["changed"]["place_text"], json!(["в Актау", "в Семее"]));
    assert_eq!(of("updated")["changed"]["title"], json!(["First", "Second"]));
    assert_eq!(of("unchanged")["title"], "Other");
    assert_eq!((&of("duplicate")["line"], &of("duplicate")["reason"]), (&json!(5), &json!("says the same as line 4")));
    assert_eq!((&of("unresolved")["line"], &of("unresolved")["title"]), (&json!(6), &json!("Lost")));
    assert!(of("rejected")["reason"].as_str().unwrap().contains("too few columns"));
    assert_eq!((&of("ambiguous")["line"], &of("new")["line"]), (&json!(8), &json!(4)));
    let told = server.get(&format!("/api/imports/{}/problems.csv", job["id"].as_str().unwrap()));
    assert_eq!(told.status, 200, "{}", told.body);
    assert!(told.body.contains("в Запупыринске") && told.body.contains("too few columns"), "{}", told.body);
    assert_eq!(server.get("/api/imports/..%2F..%2Ftest/problems.csv").status, 404);
}

#[test]
fn a_dry_run_is_followed_like_an_import() {
    let server = Server::demo();
    let rows: String = (0..20_000).map(|row| format!("{row},Row,в Актау\n")).collect();
    let dry_run = |file: &str| {
        let address = "/api/imports?filename=x.csv&dry_run=true&wait=0";
        let answer = server.send("POST", address, Some(&server.token), "text/csv", file.as_bytes());
        assert_eq!((answer.status, &answer.json()["state"]), (202, &json!("running")), "{}", answer.body);
        let address = answer.header("location").to_owned();
        let mut job = answer.json();
        while job["state"] == "running" {
            std::thread::sleep(std::time::Duration::from_millis(5));
            job = server.json(&address);
        }
        (address, job)
    };
    let (address, job) = dry_run(&format!("id,title,place\n{rows}"));
    assert_eq!((&job["state"], &job["new"]), (&json!("undone"), &json!(20_000)), "{job}");
    assert_eq!(server.get(&format!("{address}/problems.csv")).status, 200);
    let (_, job) = dry_run(&format!("id,title,place\n{rows}{}", "x".repeat(200_000)));
    assert_eq!((&job["new"], &job["rejected"]), (&json!(20_000), &json!(1)), "{job}");
}

#[test]
fn a_dry_run_in_the_terminal_leaves_no_database_behind() {
    let desk = Desk::new();
    let output = desk.import("x.csv", "place\nв Актау\n", &["--dry-run"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("1 rows read = 1 new"), "{}", out(&output));
    let left: Vec<_> = std::fs::read_dir(desk.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["x.csv"]);
}

#[test]
fn the_terminal_says_how_a_file_was_read_and_obeys_none_of_its_text() {
    let desk = Desk::new();
    let rows = "дата;место\n05.01.2022;в Актау\n\u{1b}[2Jнет;в Актау\n";
    std::fs::write(desk.path("x.csv"), encoded(rows)).unwrap();
    let output = desk.load(&desk.path("x.csv"), &[]);
    let words = out(&output);
    assert!(words.contains("read as CSV, windows-1251, `;` between cells"), "{words}");
    assert!(words.contains("columns: дата = date, место = place"), "{words}");
    assert!(words.contains("[2Jнет") && !words.contains('\u{1b}'), "{words}");
    let job = desk.job("y.csv", "date;place;раненые\n2022-01-05;Актау;1\n", &[]);
    let understood = &job["understood"];
    assert_eq!((&understood["format"], &understood["delimiter"]), (&json!("CSV"), &json!(";")));
    assert_eq!(understood["columns"][2], json!({ "header": "раненые", "field": null, "kept_as": "раненые" }));
    assert_eq!(understood["without_date"], json!(false));
    let words = out(&desk.import("u.csv", "Этап;place\n2022-01-05;Актау\n", &[]));
    assert!(words.contains("no column is read as the date"), "{words}");
    let many: String = (0..30).map(|row| format!("never {row},Актау\n")).collect();
    let words = out(&desk.import("z.csv", &format!("date,place\n{many}2022-01-05,Актау\n"), &[]));
    assert!(words.contains("and 10 more") && words.contains("--problems FILE writes all of them"), "{words}");
}

/// Russian letters in windows-1251.
fn encoded(text: &str) -> Vec<u8> {
    let byte = |c: char| match c {
        'а'..='я' => (u32::from(c) - 0x430 + 0xe0) as u8,
        'А'..='Я' => (u32::from(c) - 0x410 + 0xc0) as u8,
        c => c as u8,
    };
    text.chars().map(byte).collect()
}

#[test]
fn several_imports_at_once_into_a_new_database_wait_for_each_other() {
    let desk = Desk::new();
    let rows: String = (0..3_000).map(|row| format!("{row},2022-01-05,Событие {row},в Актау\n")).collect();
    // The last two are the same file.
    let names = ["a", "b", "c", "d"];
    for (name, title) in names.into_iter().zip(["title", "description", "source", "source"]) {
        std::fs::write(desk.path(&format!("{name}.csv")), format!("id,date,{title},place\n{rows}")).unwrap();
    }
    let ended: Vec<Output> = std::thread::scope(|scope| {
        let load = |name: &str| {
            let path = desk.path(&format!("{name}.csv"));
            let desk = &desk;
            scope.spawn(move || desk.load(&path, &[]))
        };
        let running: Vec<_> = names.into_iter().map(load).collect();
        running.into_iter().map(|import| import.join().unwrap()).collect()
    });
    for output in &ended {
        assert_eq!(output.status.code(), Some(0), "{}", err(output));
    }
    assert_eq!(desk.incidents().len(), 9_000);
}

#[test]
fn wrong_usage_ends_with_2_and_delimiters_have_names() {
    let desk = Desk::new();
    let file = "title;place\nМитинг;в Актау\n";
    std::fs::write(desk.path("bad.json"), r#"{"columns":{"title":"plaace"}}"#).unwrap();
    let mapping = desk.path("bad.json");
    for arguments in [
        ["--column", "title=plaace"],
        ["--encoding", "klingon"],
        ["--delimiter", ";;"],
        ["--date-order", "year-first"],
        ["--mapping", mapping.to_str().unwrap()],
    ] {
        let output = desk.import("x.csv", file, &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", err(&output));
    }
    for delimiter in [";", "semicolon"] {
        let output = desk.import("x.csv", file, &["--delimiter", delimiter]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        std::fs::write(desk.path("good.json"), json!({ "delimiter": delimiter }).to_string()).unwrap();
        let output = desk.import("x.csv", file, &["--mapping", desk.path("good.json").to_str().unwrap()]);
        assert!(out(&output).contains("1 unchanged"), "{}", err(&output));
    }
    for delimiter in ["tab", "\\t", "\t"] {
        let output = desk.import("t.csv", &file.replace(';', "\t"), &["--delimiter", delimiter]);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    }
}

#[test]
fn who_does_not_wait_is_answered_at_once_and_follows_the_import() {
    let server = Server::demo();
    let rows: String = (0..20_000).map(|row| format!("{row},2022-01-05,Событие {row},в Актау\n")).collect();
    let file = format!("id,date,title,place\n{rows}");
    let address = "/api/imports?filename=big.csv&wait=0";
    let answer = server.send("POST", address, Some(&server.token), "text/csv", file.as_bytes());
    assert_eq!(answer.status, 202, "{}", answer.body);
    let location = answer.header("location").to_owned();
    // One that comes while the first is loaded waits for its turn, and who sent it does not wait for that.
    let next = server.send(
        "POST",
        "/api/imports?filename=next.csv&wait=0",
        Some(&server.token),
        "text/csv",
        "place\nв Актау\n".as_bytes(),
    );
    assert_eq!((next.status, &next.json()["state"]), (202, &json!("queued")), "{}", next.body);
    let imports = server.json("/api/imports?limit=2");
    assert_eq!((&imports["imports"][0]["id"], &imports["imports"][0]["state"]), (&next.json()["id"], &json!("queued")));
    let mut seen = Value::Null;
    loop {
        let job = server.json(&location);
        if job["state"] == "succeeded" {
            assert_eq!(job["new"], 20_000);
            break;
        }
        assert!(job["state"] == "queued" || job["state"] == "running", "{job}");
        if !job["progress"].is_null() {
            seen = job["progress"].clone();
        }
    }
    if !seen.is_null() {
        assert_eq!(seen["bytes_total"], file.len());
        assert!(seen["bytes_read"].as_u64().unwrap() <= file.len() as u64);
        assert_eq!(seen["new"], seen["rows"], "{seen}");
    }
    assert_eq!(
        server.send("POST", "/api/imports?wait=soon", Some(&server.token), "text/csv", b"place\nx\n").status,
        400
    );
}

const SAME: &str = "date,title,place\n2022-01-05,Meeting,Aktau\n2022-01-06,Fire,Taraz\n";

#[test]
fn the_same_file_under_another_name_adds_nothing_twice_and_says_where_it_went() {
    let desk = Desk::new();
    let first = desk.job("events.csv", SAME, &[]);
    assert_eq!(counts(&first), [2, 2, 0, 0, 0]);
    let dry = desk.import("copy.csv", SAME, &["--dry-run", "--json"]);
    let dry: Value = serde_json::from_str(&out(&dry)).unwrap();
    let same = json!({"import": first["id"], "dataset": "events", "file": "events.csv"});
    assert_eq!((&dry["understood"]["same_as"], counts(&dry)), (&same, [2, 0, 0, 2, 0]));

    let second = desk.import("copy.csv", SAME, &["--json"]);
    let said = err(&second);
    assert!(said.contains("was loaded as `events.csv` into the dataset `events`"), "{said}");
    assert!(said.contains("--dataset \"copy\""), "{said}");
    let job: Value = serde_json::from_str(&out(&second)).unwrap();
    assert_eq!((&job["dataset"], counts(&job)), (&json!("events"), [2, 0, 0, 2, 0]));
    assert_eq!(desk.incidents().len(), 2);

    // Who names a dataset gets it, and is told how to do without a second copy.
    let named = desk.import("copy.csv", SAME, &["--json", "--dataset", "archive"]);
    assert!(err(&named).contains("--dataset \"events\" adds nothing twice"), "{}", err(&named));
    assert_eq!(desk.incidents().len(), 4);
    // It is there now, so nothing is doubled any more.
    assert_eq!(err(&desk.import("copy.csv", SAME, &["--dataset", "archive"])), "");
}

#[test]
fn a_file_that_was_undone_or_differs_is_not_the_same() {
    let desk = Desk::new();
    let first = desk.job("events.csv", SAME, &[]);
    let other = desk.import("other.csv", &format!("{SAME}2022-01-07,Flood,Aktau\n"), &["--json"]);
    let other: Value = serde_json::from_str(&out(&other)).unwrap();
    assert_eq!((&other["dataset"], &other["understood"]["same_as"]), (&json!("other"), &Value::Null));
    let db = desk.path("test.db");
    assert!(program().args(["undo", first["id"].as_str().unwrap(), "--db"]).arg(db).status().unwrap().success());
    let again = desk.job("copy.csv", SAME, &[]);
    assert_eq!((&again["dataset"], counts(&again)), (&json!("copy"), [2, 2, 0, 0, 0]));
}

#[test]
fn the_preview_and_the_import_of_a_server_know_the_same_file_under_another_name() {
    let server = Server::demo();
    let send = |address: &str| server.send("POST", address, Some(&server.token), "text/csv", SAME.as_bytes()).json();
    let first = send("/api/imports?filename=events.csv");
    assert_eq!(send("/api/imports?filename=events.csv&preview=true")["same_as"], Value::Null);
    let preview = send("/api/imports?filename=copy.csv&preview=true");
    assert_eq!(preview["same_as"], json!({"import": first["id"], "dataset": "events", "file": "events.csv"}));
    let job = send("/api/imports?filename=copy.csv");
    assert_eq!((&job["dataset"], counts(&job)), (&json!("events"), [2, 0, 0, 2, 0]));
    assert_eq!(job["understood"]["same_as"], preview["same_as"]);
    assert_eq!(counts(&send("/api/imports?filename=copy.csv&dataset=archive")), [2, 2, 0, 0, 0]);
}
