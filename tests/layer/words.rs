//! What the parameter `q` finds.

use crate::support::{Server, program};

/// One report for each text.
fn rows(texts: &[&str]) -> String {
    let row = |(number, text): (usize, &&str)| format!("{number},\"{text}\",\n");
    let rows: String = texts.iter().enumerate().map(row).collect();
    format!("id,title,place\n{rows}")
}

fn matched(server: &Server, layer: &str, q: &str) -> u64 {
    let counts = server.json(&format!("/layers/{layer}/counts.json?q={}", q.replace(' ', "+")));
    counts["matched"].as_u64().unwrap()
}

#[test]
fn words_are_found_in_any_form_of_four_languages() {
    let server = Server::demo();
    let texts = [
        "Митинг на улице у площади",
        "Полицейский слышал взрыв в городе; житель ранен",
        "Полиция, қала, наразылық, шеру, көше",
        "Вибух у місті на площі",
        "Clashes in cities, bodies found",
        "Побег и погром в Алма-Ате",
    ];
    assert_eq!(server.load("texts.csv", rows(&texts).as_bytes()).status, 201);
    for (q, count) in [
        ("митингом", 1),
        ("митинги", 1),
        ("улица", 1),
        ("улицу", 1),
        ("площадью", 1),
        ("площадях", 1),
        ("полицейского", 1),
        ("полицейским", 1),
        ("полицейских", 1),
        ("взрывов", 1),
        ("городом", 1),
        ("жителей", 1),
        ("полицияны", 1),
        ("полициясы", 1),
        ("қаланың", 1),
        ("наразылыққа", 1),
        ("шеруге", 1),
        ("көшеде", 1),
        ("вибухів", 1),
        ("місто", 1),
        ("містом", 1),
        ("площею", 1),
        ("city", 1),
        ("body", 1),
        ("clash", 1),
        ("Алма-Ата", 1),
        ("полиц", 2),
        ("митингом площадью", 1),
        ("митингом взрывов", 0),
        ("победа", 0),
        ("погоня", 0),
    ] {
        assert_eq!(matched(&server, "dataset-texts", q), count, "{q}");
    }
}

#[test]
fn a_place_is_found_by_any_of_its_names_in_any_form() {
    let server = Server::demo();
    let almaty = server.json("/layers/incidents/counts.json?place=kz-almaty")["matched"].as_u64().unwrap();
    assert!(almaty > 5);
    for q in ["Алматы", "Алматыда", "Алма-Ате", "Almaty", "Алмати"] {
        assert!(matched(&server, "incidents", q) >= almaty, "{q}");
    }
}

#[test]
fn the_words_of_an_older_database_are_found_in_any_form_too() {
    let server = Server::demo();
    let file = server.folder.path().join("texts.csv");
    std::fs::write(&file, rows(&["митингом", "митинга", "улица"])).unwrap();
    assert!(program().arg("import").arg(&file).arg("--db").arg(server.db()).status().unwrap().success());
    // As version 13 left it: under the words themselves.
    let database = rusqlite::Connection::open(server.db()).unwrap();
    let of_word = "INSERT INTO postings SELECT ?1, import, 7 + ?2, substr(incidents, 1, ?2) FROM postings WHERE word = 'митинг' \
         AND import = (SELECT max(import) FROM postings)";
    database.execute(of_word, rusqlite::params!["митингом", 1]).unwrap();
    database.execute("UPDATE postings SET word = 'митинга' WHERE word = 'митинг'", []).unwrap();
    let later = "ALTER TABLE problem_rows DROP COLUMN key; ALTER TABLE imports DROP COLUMN reading; \
         ALTER TABLE imports DROP COLUMN understood; DROP INDEX imports_by_file; ALTER TABLE imports DROP COLUMN file_sha256; \
         DROP TABLE said_again; ALTER TABLE imports DROP COLUMN stayed; ALTER TABLE imports DROP COLUMN took_over";
    database.execute_batch(later).unwrap();
    database.pragma_update(None, "user_version", 13).unwrap();
    drop(database);
    let server = server.again();
    for q in ["митинг", "митингами", "митинге"] {
        assert_eq!(matched(&server, "dataset-texts", q), 2, "{q}");
    }
    assert_eq!(matched(&server, "dataset-texts", "улицу"), 1);
}
