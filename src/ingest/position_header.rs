//! Headers of columns with coordinates, told by their words: `Широта (N)`, `Coordinates (lat, lon)`, `the_geom`.

use super::columns::Field;

/// The words for one axis.
const LAT: [&str; 7] = ["lat", "latitude", "широта", "широты", "ендік", "ендігі", "шир"];
const LON: [&str; 10] =
    ["lon", "lng", "long", "longitude", "долгота", "долготы", "бойлық", "бойлығы", "довгота", "долг"];

/// The words for a position as a whole.
const POSITION: [&str; 17] = [
    "coordinates",
    "coords",
    "coord",
    "координаты",
    "координати",
    "координаттар",
    "координаттары",
    "геопозиция",
    "геопозиція",
    "геолокация",
    "геолокація",
    "геометка",
    "геоточка",
    "geopoint",
    "geolocation",
    "geom",
    "latlong",
];

/// Words that say no more of a position: whose it is, in which system and in what it is counted.
const BESIDE: [&str; 42] = [
    "the",
    "of",
    "and",
    "in",
    "и",
    "та",
    "і",
    "және",
    "в",
    "у",
    "n",
    "s",
    "e",
    "w",
    "с",
    "ш",
    "д",
    "з",
    "ю",
    "пн",
    "пд",
    "сх",
    "зх",
    "б",
    "wgs",
    "wgs84",
    "84",
    "epsg",
    "4326",
    "gps",
    "dd",
    "deg",
    "degrees",
    "decimal",
    "град",
    "градусы",
    "место",
    "места",
    "точка",
    "точки",
    "location",
    "where",
];

/// What a folded header holds when all of its words are of a position. Of two axes the first that is named comes first.
pub(super) fn field_of_position(header: &str) -> Option<Field> {
    let (mut first, mut is_position) = (None, false);
    let (mut has_lat, mut has_lon) = (false, false);
    for word in header.split(' ') {
        if LAT.contains(&word) {
            has_lat = true;
            first = first.or(Some(Field::LatLon));
        } else if LON.contains(&word) {
            has_lon = true;
            first = first.or(Some(Field::LonLat));
        } else if POSITION.contains(&word) {
            is_position = true;
        } else if !BESIDE.contains(&word) {
            return None;
        }
    }
    match (has_lat, has_lon) {
        (true, true) => first,
        (true, false) => Some(Field::Lat),
        (false, true) => Some(Field::Lon),
        (false, false) => is_position.then_some(Field::LatLon),
    }
}

/// Whether a folded header names both axes, whatever else it says: then it is not one of them.
pub(super) fn names_both_axes(header: &str) -> bool {
    let has = |axis: &[&str]| header.split(' ').any(|word| axis.contains(&word));
    has(&LAT) && has(&LON)
}
