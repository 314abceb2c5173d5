//! What stays when an import is taken back: rows that a later file has too.

use super::{Desk, counts, err, out};
use crate::support::{Server, program};
use serde_json::Value;

const HEAD: &str = "id,date,title,place\n";

fn row(id: u32, title: &str, place: &str) -> String {
    format!("{id},2022-01-05,{title},{place}\n")
}

fn rows(ids: std::ops::Range<u32>, title: &str) -> String {
    ids.map(|id| row(id, title, "в Актау")).collect()
}

impl Desk {
    fn undo(&self, job: &Value) -> Value {
        let id = job["id"].as_str().unwrap();
        let output = program().args(["undo", id, "--json", "--db"]).arg(self.path("test.db")).output().unwrap();
        serde_json::from_str(&out(&output)).unwrap_or_else(|_| panic!("{}", err(&output)))
    }

    fn load_rows(&self, rows: &[String]) -> Value {
        self.job("a.csv", &format!("{HEAD}{}", rows.concat()), &[])
    }

    /// Key, title, import and line of each incident, by key.
    fn told(&self) -> Vec<[String; 4]> {
        let mut told: Vec<_> = self
            .incidents()
            .iter()
            .map(|incident| {
                let text = |name: &str| incident[name].as_str().map_or(incident[name].to_string(), str::to_owned);
                [text("key"), text("title"), text("import"), text("row")]
            })
            .collect();
        told.sort();
        told
    }
}

#[test]
fn rows_that_a_later_import_has_too_stay_when_the_first_is_taken_back_and_are_its_own() {
    let desk = Desk::new();
    let first = desk.load_rows(&[rows(1..6, "Слонопотам")]);
    let second = desk.load_rows(&[row(9, "Мамонт", "в Таразе"), rows(3..6, "Слонопотам")]);
    assert_eq!(counts(&second), [4, 1, 0, 3, 0]);
    let undone = desk.undo(&first);
    assert_eq!((undone["state"].as_str(), undone["stayed"].as_u64()), (Some("undone"), Some(3)), "{undone}");
    let id = second["id"].as_str().unwrap();
    let expected = [("3", "Слонопотам", "3"), ("4", "Слонопотам", "4"), ("5", "Слонопотам", "5"), ("9", "Мамонт", "2")];
    let expected = expected.map(|(key, title, line)| [key, title, id, line].map(str::to_owned));
    assert_eq!(desk.told(), expected);
    let undone = desk.undo(&second);
    assert_eq!((undone["took_over"].as_u64(), undone["stayed"].as_u64()), (Some(3), None), "{undone}");
    assert!(desk.told().is_empty());
}

#[test]
fn a_change_that_a_later_import_found_stays_when_the_import_that_made_it_is_taken_back() {
    let desk = Desk::new();
    let first = desk.load_rows(&[rows(1..4, "Старое")]);
    let change = desk.load_rows(&[rows(1..4, "Новое")]);
    let later = desk.load_rows(&[rows(2..4, "Новое")]);
    assert_eq!((counts(&change), counts(&later)), ([3, 0, 3, 0, 0], [2, 0, 0, 2, 0]));
    assert_eq!(desk.undo(&change)["stayed"], 2);
    let titles = |desk: &Desk| desk.told().into_iter().map(|[_, title, ..]| title).collect::<Vec<_>>();
    assert_eq!(titles(&desk), ["Старое", "Новое", "Новое"]);
    // The change is the later import's now, which stands in the way of the first.
    let id = first["id"].as_str().unwrap();
    let refused = program().args(["undo", id, "--db"]).arg(desk.path("test.db")).output().unwrap();
    assert!(err(&refused).contains(later["id"].as_str().unwrap()), "{}", err(&refused));
    desk.undo(&later);
    assert_eq!(titles(&desk), ["Старое"; 3]);
    assert_eq!(desk.undo(&first)["stayed"], Value::Null);
    assert!(desk.told().is_empty());
}

#[test]
fn only_imports_that_are_still_there_keep_rows() {
    let desk = Desk::new();
    let first = desk.load_rows(&[rows(1..4, "А")]);
    let second = desk.load_rows(&[rows(1..4, "А")]);
    let third = desk.load_rows(&[rows(1..3, "А")]);
    desk.undo(&second);
    assert_eq!(desk.undo(&first)["stayed"], 2);
    let output = program().args(["undo", "--db"]).arg(desk.path("test.db")).output().unwrap();
    assert!(out(&output).contains("0 new, 0 updated, 2 taken over"), "{}", out(&output));
    let id = third["id"].as_str().unwrap();
    let output = program().args(["undo", id, "--db"]).arg(desk.path("test.db")).output().unwrap();
    assert!(out(&output).contains("2 incidents are gone or as they were before\n"), "{}", out(&output));
    assert!(desk.told().is_empty());
}

#[test]
fn what_stays_is_found_by_its_words_and_shown_at_once() {
    let server = Server::demo();
    let found =
        |words: &str| server.json(&format!("/layers/incidents.geojson?limit=1&q={words}"))["numberMatched"].as_u64();
    let load = |rows: &str| server.load("x.csv", format!("{HEAD}{rows}").as_bytes()).json();
    let take_back = |job: &Value| {
        let address = format!("/api/imports/{}", job["id"].as_str().unwrap());
        server.send("DELETE", &address, Some(&server.token), "text/plain", b"").json()
    };
    let first = load(&(rows(1..6, "Слонопотам") + &rows(6..8, "Мамонт")));
    let second = load(&rows(3..7, "Слонопотам"));
    assert_eq!((counts(&second), found("Слонопотам"), found("Мамонт")), ([4, 0, 1, 3, 0], Some(6), Some(1)));
    // What the second import changed stands in the way, as it always did.
    assert_eq!(take_back(&first)["type"], "/problems/cannot-undo");
    let third = load(&rows(3..6, "Слонопотам"));
    assert_eq!(take_back(&second)["stayed"], Value::Null, "what only it changed");
    assert_eq!(
        (take_back(&first)["stayed"].as_u64(), found("Слонопотам"), found("Мамонт")),
        (Some(3), Some(3), Some(0))
    );
    let page = server.json(&format!("/layers/incidents.geojson?import={}", third["id"].as_str().unwrap()));
    assert_eq!(page["features"].as_array().unwrap().len(), 3);
    assert_eq!(take_back(&third)["took_over"], 3);
    assert_eq!(found("Слонопотам"), Some(0));
}
