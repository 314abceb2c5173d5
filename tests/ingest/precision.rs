//! What a file says of how exactly it knows its places: a centroid is never drawn as a point.

use super::read;
use crate::support::repository;
use incident_map::gazetteer::Gazetteer;
use incident_map::geocode::Geocoder;
use incident_map::import::preview;
use incident_map::incident::Precision;
use incident_map::ingest::{Input, ReadOptions, Table};
use std::sync::Arc;

pub fn geocoder() -> Geocoder {
    let bytes = std::fs::read(repository().join("data/gazetteer.csv")).unwrap();
    Geocoder::new(Arc::new(Gazetteer::from_csv(&bytes, "data/gazetteer.csv").unwrap()))
}

/// Precision, uncertainty in metres and place of each row, as it would be loaded.
fn placed(text: &str) -> Vec<(String, f64, Option<String>)> {
    let input = Input::from(text.as_bytes());
    let table = Table::open(&input, &ReadOptions::default()).unwrap();
    let preview = serde_json::to_value(preview(&table, &geocoder()).unwrap()).unwrap();
    let rows = preview["rows"].as_array().unwrap();
    let word = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    rows.iter()
        .map(|row| {
            let uncertainty_m = row["uncertainty_m"].as_f64().unwrap_or_default();
            (word(&row["precision"]).unwrap_or_default(), uncertainty_m, word(&row["place_name"]))
        })
        .collect()
}

const ACLED: &str = "event_id_cnty,event_date,time_precision,event_type,region,country,admin1,admin2,location,latitude,longitude,geo_precision\n";

#[test]
fn an_event_of_acled_that_is_known_to_the_region_is_a_region() {
    let rows = placed(&format!(
        "{ACLED}KAZ1,2022-01-05,1,Protests,Caucasus and Central Asia,Kazakhstan,Mangystau,,Aktau,43.65,51.16,1\n\
         KAZ2,2022-01-05,1,Protests,Caucasus and Central Asia,Kazakhstan,Mangystau,,Aktau,43.65,51.16,2\n\
         KAZ3,2022-01-05,3,Protests,Caucasus and Central Asia,Kazakhstan,Mangystau,,Aktau,43.65,51.16,3\n\
         KAZ4,2022-01-05,1,Protests,Caucasus and Central Asia,Kazakhstan,Nowhere,,Aktau,43.65,51.16,3\n"
    ));
    assert_eq!(rows[0].0, "point");
    assert_eq!((rows[1].0.as_str(), rows[1].1), ("near", 25_000.0));
    assert_eq!((rows[2].0.as_str(), rows[2].2.as_deref()), ("region", Some("Мангистауская")));
    assert_eq!((rows[3].0.as_str(), rows[3].1), ("region", 300_000.0), "the words name none, the coordinates stay");
}

#[test]
fn an_event_of_ucdp_is_as_exact_as_its_code() {
    let head = "id,relid,where_prec,where_coordinates,adm_1,adm_2,latitude,longitude,country,region,date_prec,date_start,date_end\n";
    let row = |code: u8| {
        format!(
            "{code},KAZ-2022-1-{code},{code},Aktau town,Mangystau,,43.65,51.16,Kazakhstan,Asia,1,2022-01-05,2022-01-05\n"
        )
    };
    let rows = placed(&format!("{head}{}", (1..=7).map(row).collect::<String>()));
    let words: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(words, ["point", "near", "district", "region", "area", "country", "area"]);
    assert_eq!(rows[5].2.as_deref(), Some("Казахстан"));
    assert!(rows.iter().skip(1).all(|row| row.1 >= 25_000.0), "{rows:?}");
}

#[test]
fn the_part_of_the_world_that_acled_names_is_no_region_of_a_country() {
    let file = read(&format!(
        "{ACLED}KAZ3,2022-01-05,3,Protests,Caucasus and Central Asia,Kazakhstan,Mangystau,,Aktau,43.65,51.16,3\n"
    ));
    let report = &file.reports[0];
    assert_eq!(report.region, "Mangystau");
    assert!(
        report.extra.iter().any(|(_, value)| value == "Caucasus and Central Asia"),
        "it is kept: {:?}",
        report.extra
    );
    assert_eq!(report.occurred.unwrap().to_string(), "2022-01", "the day is the middle of the month");
    assert_eq!(report.stated.unwrap().precision, Precision::Region);
}

#[test]
fn metres_that_a_file_gives_are_the_uncertainty() {
    let rows = placed(
        "title,lat,lon,coordinateUncertaintyInMeters\nA,43.238,76.945,30\nB,43.238,76.945,1500\nC,43.238,76.945,90000\n",
    );
    let found: Vec<(&str, f64)> = rows.iter().map(|row| (row.0.as_str(), row.1)).collect();
    assert_eq!(found, [("point", 56.0), ("quarter", 1_500.0), ("area", 90_000.0)]);
}

#[test]
fn words_of_atlos_and_metres_of_kobo_are_the_uncertainty() {
    let rows = placed(
        "title,latitude,longitude,attr_geolocation_resolution\nA,43.238,76.945,Vicinity (± 100 m)\n\
         B,43.238,76.945,Locality (± 1 km)\nC,43.238,76.945,Exact (± 10 m)\n",
    );
    let found: Vec<(&str, f64)> = rows.iter().map(|row| (row.0.as_str(), row.1)).collect();
    assert_eq!(found, [("site", 100.0), ("quarter", 1_000.0), ("point", 56.0)]);
    let rows = placed("title,gps,_gps_precision\nA,43.238 76.945,500\n");
    assert_eq!((rows[0].0.as_str(), rows[0].1), ("quarter", 500.0));
}
