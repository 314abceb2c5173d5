//! Exports that load again and change nothing.

use super::{Desk, counts, err};
use crate::support::program;
use serde_json::Value;

/// The properties that come from the report.
fn said(desk: &Desk) -> Vec<Value> {
    let mut incidents = desk.incidents();
    for incident in &mut incidents {
        for name in ["import", "file", "row"] {
            incident[name].take();
        }
    }
    incidents.sort_by_key(|incident| incident["key"].to_string());
    incidents
}

/// Loads a file, then its export in each format into the same database and into an empty one.
fn round_trip(name: &str, file: &str) -> Vec<Value> {
    let desk = Desk::new();
    desk.job(name, file, &[]);
    let before = said(&desk);
    for format in ["csv", "xlsx", "geojson"] {
        let exported = desk.path(&format!("export.{format}"));
        let output = program()
            .args(["export", "--format", format, "--db"])
            .arg(desk.path("test.db"))
            .arg("--output")
            .arg(&exported)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", err(&output));
        if format == "csv" {
            let table = std::fs::read_to_string(&exported).unwrap();
            let mut names: Vec<&str> = table.lines().next().unwrap().split(',').collect();
            names.sort_unstable();
            let count = names.len();
            names.dedup();
            assert_eq!(names.len(), count, "each column has a name of its own: {table}");
        }
        let again: Value = serde_json::from_slice(&desk.load(&exported, &["--json"]).stdout).unwrap();
        let rows = before.len() as u64;
        assert_eq!(counts(&again), [rows, 0, 0, rows, 0], "{format}: {again}");
        let empty = Desk::new();
        let loaded = empty.load(&exported, &["--json"]);
        assert!(loaded.status.success(), "{}", err(&loaded));
        assert_eq!(said(&empty), before, "{format}");
    }
    before
}

#[test]
fn intervals_with_times_and_times_with_zones_load_again_unchanged() {
    let of_one_cell = round_trip(
        "a.csv",
        "date,place\n2022-01-05T10:00/2022-01-05T12:00,Актау\n2022-01-04/2022-01-06T03:00,Тараз\n\
         2022-01-05T23:30:00+06:00,Семей\n2022-01-05T00:00/2022-01-05T23:59,Шымкент\n",
    );
    let when: Vec<&str> = of_one_cell.iter().filter_map(|incident| incident["occurred"].as_str()).collect();
    assert!(when.contains(&"2022-01-05T10:00/2022-01-05T12:00"), "{when:?}");
    round_trip("b.csv", "date,time,date end,place\n2022-01-05,10:00,2022-01-05 12:00,Актау\n2022-01-05,10:00,,Тараз\n");
}

#[test]
fn columns_of_a_file_that_are_called_like_those_of_our_table_are_not_lost() {
    let file = "date,date,place,resolved_place,score\n2022-01-05,в среду,Актау,здесь,5\n\
                2022-01-05,,Тараз,там,6\n";
    let before = round_trip("a.csv", file);
    assert!(before.iter().any(|incident| incident["resolved_place_in_file"] == "здесь"), "{before:?}");
}
