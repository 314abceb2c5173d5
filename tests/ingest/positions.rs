//! Coordinates in a file, however they are written, and how its problems call them.

use super::{read, read_bytes};
use incident_map::import::preview;
use incident_map::ingest::{Input, ProblemCode, ReadOptions, Table};

fn given(text: &str) -> (f64, f64) {
    let file = read(text);
    let report = file.reports.first().unwrap_or_else(|| panic!("{text}: {:?}", file.problems));
    report.given.map(|at| (at.lat, at.lon)).unwrap_or_else(|| panic!("{text}: {report:?} {:?}", file.problems))
}

#[test]
fn one_column_may_hold_both_numbers_in_either_order_under_many_names() {
    for text in [
        "title;lat,lon\nA;43.238, 76.945\n",
        "title;lon,lat\nA;76.945, 43.238\n",
        "title;lon_lat\nA;76.945 43.238\n",
        "title;lng,lat\nA;76.945,43.238\n",
        "title;Широта/Долгота\nA;43.238/76.945\n",
        "title;Долгота/широта\nA;76.945/43.238\n",
        "title;GPS координаты\nA;43.238, 76.945\n",
        "title;loc\nA;43.238, 76.945\n",
        "title;location\nA;43.238,76.945\n",
        "title;geojson\nA;\"{\"\"type\"\":\"\"Point\"\",\"\"coordinates\"\":[76.945,43.238]}\"\n",
    ] {
        assert_eq!(given(text), (43.238, 76.945), "{text}");
    }
}

#[test]
fn degrees_minutes_and_seconds_stand_in_two_columns() {
    let (lat, lon) = given("title;Широта;Долгота\nA;43°14'17\" с.ш.;76°56'42\" в.д.\n");
    assert!((lat - 43.238).abs() < 0.001 && (lon - 76.945).abs() < 0.001);
}

#[test]
fn the_order_of_two_numbers_is_that_of_the_whole_column() {
    let beyond = read("title,coordinates\nA,\"76.945, 43.238\"\nB,\"131.9, 43.1\"\n");
    let lats: Vec<f64> = beyond.reports.iter().filter_map(|report| report.given).map(|at| at.lat).collect();
    assert_eq!(lats, [43.238, 43.1], "no latitude is 131.9");
    // Both orders are on Earth, and only one of them is in the country that the gazetteer is about.
    let text = "title,coordinates\nA,\"76.945, 43.238\"\nB,\"71.43, 51.13\"\n";
    let input = Input::from(text.as_bytes());
    let table = Table::open(&input, &ReadOptions::default()).unwrap();
    let preview = serde_json::to_value(preview(&table, &super::precision::geocoder()).unwrap()).unwrap();
    assert_eq!(preview["rows"][0]["position"][1], 43.238, "{preview}");
}

#[test]
fn a_problem_of_a_coordinate_names_the_column_that_is_wrong() {
    let file = read("title,Широта,Долгота\nA,43.2,181\nB,95,76.9\n");
    let told: Vec<_> = file.problems.iter().map(|problem| (problem.column.as_str(), problem.value.as_str())).collect();
    assert_eq!(told, [("Долгота", "181"), ("Широта", "95")]);
    let text = "title,Место,coordinates\nA,Нигдеград,\nB,Алматы,\"51.13, 71.43\"\n";
    let input = Input::from(text.as_bytes());
    let table = Table::open(&input, &ReadOptions::default()).unwrap();
    let preview = serde_json::to_value(preview(&table, &super::precision::geocoder()).unwrap()).unwrap();
    let column = |row: usize| preview["rows"][row]["problems"][0]["column"].as_str().map(str::to_owned);
    assert_eq!((column(0).as_deref(), column(1).as_deref()), (Some("Место"), Some("coordinates")), "{preview}");
}

#[test]
fn a_line_or_area_of_geojson_is_kept_and_said_not_to_be_drawn() {
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[76,43],[77,43],[77,44],[76,43]]]},"properties":{"place":"Алматы"}},
        {"type":"Feature","geometry":{"type":"LineString","coordinates":[[76,43],[77,44]]},"properties":{"title":"A"}}]}"#;
    let file = read_bytes(text.as_bytes()).unwrap();
    assert_eq!(file.reports.len(), 2);
    assert!(file.problems.iter().all(|problem| problem.code == ProblemCode::ShapeNotDrawn && problem.kept));
    assert_eq!(file.problems.len(), 2);
    let (named, unnamed) = (&file.reports[0], &file.reports[1]);
    assert_eq!(named.given, None, "its words place it");
    assert!(
        named.extra.iter().any(|(name, value)| name == "geometry_wkt" && value.starts_with("POLYGON")),
        "{named:?}"
    );
    assert!(unnamed.extra.iter().any(|(_, value)| value.starts_with("LINESTRING")));
    assert_eq!(unnamed.given.map(|at| (at.lat, at.lon)), Some((43.5, 76.5)));
    assert_eq!(unnamed.stated.unwrap().precision.as_str(), "area");
}

#[test]
fn a_year_that_is_missing_is_said_and_a_zone_is_kept_beside_the_local_time() {
    let file = read("date,place\n5 січня,Актау\nв ночь на 6 января,Актау\n2022-01-05T23:30:00+06:00,Актау\n");
    assert!(file.problems.iter().take(2).all(|problem| problem.reason == "the year is missing"), "{:?}", file.problems);
    let report = &file.reports[0];
    assert_eq!(report.occurred.unwrap().to_string(), "2022-01-05T23:30");
    assert!(
        report.extra.contains(&("date_in_file".to_owned(), "2022-01-05T23:30:00+06:00".to_owned())),
        "{:?}",
        report.extra
    );
}

#[test]
fn a_time_of_day_may_be_the_share_of_the_day_that_excel_has() {
    let file = read("date;time;place\n2022-01-05;0.5;Актау\n2022-01-05;0,6041666667;Актау\n");
    let times: Vec<String> =
        file.reports.iter().filter_map(|report| report.occurred).map(|at| at.to_string()).collect();
    assert_eq!(times, ["2022-01-05T12:00", "2022-01-05T14:30"], "{:?}", file.problems);
}

#[test]
fn zero_zero_is_unknown_where_the_row_names_a_place() {
    let text = "title,place,lat,lon\nA,Алматы,0,0\nB,,0,0\nC,Актау,0.0,0.0\n";
    let file = read(text);
    let kept: Vec<_> = file.problems.iter().map(|problem| (problem.line, problem.code, problem.kept)).collect();
    assert_eq!(
        kept,
        [2, 3, 4].map(|line| (line, ProblemCode::BadCoordinates, line != 3)),
        "it is said, and rejected where nothing else says where"
    );
    assert!(file.reports.iter().all(|report| report.given.is_none()));
    let pair = read("title,place,coordinates\nA,Алматы,\"0, 0\"\n");
    assert_eq!((pair.reports.len(), pair.problems.len(), pair.rejected), (1, 1, 0));
}

#[test]
fn a_position_that_a_phone_measured_has_its_accuracy() {
    let file = read("gps,title\n43.2389 76.9455 800.5 500,A\n43.2389 76.9455 0 0,B\n");
    let found: Vec<_> = file
        .reports
        .iter()
        .map(|report| (report.given.unwrap().lat, report.stated.map(|at| at.uncertainty_m)))
        .collect();
    assert_eq!(found, [(43.2389, Some(500.0)), (43.2389, None)]);
}

#[test]
fn a_column_for_both_numbers_has_the_order_that_its_header_says() {
    for (header, cell) in [
        ("Координаты (широта, долгота)", "43.238, 76.945"),
        ("Location (lat,lng)", "43.238, 76.945"),
        ("Координаты (долгота, широта)", "76.945, 43.238"),
        ("Location (lng,lat)", "76.945, 43.238"),
    ] {
        assert_eq!(given(&format!("title;{header}\nA;{cell}\n")), (43.238, 76.945), "{header}");
    }
}
