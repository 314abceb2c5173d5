//! Coordinates that stand in a row.

use super::angles::{Angle, Axis, angles};
use crate::geo::{Bbox, LonLat, LonLatError};

/// Why cells are not coordinates: which of them, the reason and the repair.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    /// The cell that is wrong, where there are two.
    pub(super) axis: Axis,
    pub(super) reason: String,
    pub(super) repair: &'static str,
    /// Whether they are 0, 0, which stands for unknown.
    pub(super) is_zero: bool,
}

/// Which of two numbers in one cell comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum PairOrder {
    /// `43.238, 76.945`.
    #[default]
    LatFirst,
    /// `76.945, 43.238`.
    LonFirst,
}

/// What the cells of a column say about their order.
#[derive(Debug, Default)]
pub(super) struct PairOrderOf {
    /// Rows that can be a position only so, by [`PairOrder`].
    only: [usize; 2],
    /// Rows that lie at home only so.
    home: [usize; 2],
}

impl PairOrderOf {
    pub(super) fn look_at(&mut self, cell: &str, is_home: &dyn Fn(LonLat) -> bool) {
        let Some([first, second]) = two_numbers(cell) else { return };
        if let Some(order) = only_order(first, second) {
            self.only[order as usize] += 1;
            return;
        }
        let home = |lat, lon| LonLat::new(lon, lat).is_ok_and(is_home);
        let (lat_first, lon_first) = (home(first, second), home(second, first));
        if lat_first != lon_first {
            let order = if lon_first { PairOrder::LonFirst } else { PairOrder::LatFirst };
            self.home[order as usize] += 1;
        }
    }

    /// Longitude first only when more speaks for it than against it, and hardly anything against it: some rows are always mistaken.
    pub(super) fn outcome(&self) -> PairOrder {
        const MOST_AGAINST: usize = 10;
        let is_lon_first = |votes: [usize; 2]| {
            votes[PairOrder::LonFirst as usize] > MOST_AGAINST * votes[PairOrder::LatFirst as usize]
        };
        let votes = if self.only == [0, 0] { self.home } else { self.only };
        if is_lon_first(votes) { PairOrder::LonFirst } else { PairOrder::LatFirst }
    }
}

/// What one cell says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Found {
    /// A position.
    Position(LonLat),
    /// A line or area: the middle of the box around it, and metres from there to its corners.
    Shape { middle: LonLat, reach_m: f64 },
}

/// A position from the cells of two columns; `None` when both are empty.
pub(super) fn position(lat: &str, lon: &str) -> Result<Option<LonLat>, Fault> {
    let (lat, lon) = (lat.trim(), lon.trim());
    let missing = |axis| Fault {
        axis,
        reason: "one of latitude and longitude is missing".to_owned(),
        repair: "fill both cells or empty both",
        is_zero: false,
    };
    match (lat.is_empty(), lon.is_empty()) {
        (true, true) => return Ok(None),
        (false, false) => {}
        (true, false) => return Err(missing(Axis::Lat)),
        (false, true) => return Err(missing(Axis::Lon)),
    }
    let (lat, lon) = (degrees(lat, Axis::Lat)?, degrees(lon, Axis::Lon)?);
    checked(lat, lon).map(Some)
}

const PAIR_REPAIR: &str = "write latitude and longitude as `43.238, 76.945`";

/// What one cell says: `lat, lon` or `lon, lat`, degrees with minutes and seconds, WKT or a GeoJSON geometry; `None` when it is empty.
/// Where letters or numbers beyond 90 tell which comes first, they are believed; else `order` is asked.
pub(super) fn pair(text: &str, order: impl FnOnce() -> PairOrder) -> Result<Option<Found>, Fault> {
    let fault = |reason: String| Fault { axis: Axis::Lat, reason, repair: PAIR_REPAIR, is_zero: false };
    let text = text.trim();
    if text.starts_with('{') {
        return geojson_geometry(text).map(Some);
    }
    if starts_with_geometry(text) {
        return wkt_geometry(text).map(Some);
    }
    let text = text.trim_matches(['(', ')', '[', ']']);
    if text.is_empty() {
        return Ok(None);
    }
    if let Some([first, second]) = two_numbers(text) {
        let is_lon_first = match only_order(first, second) {
            Some(only) => only == PairOrder::LonFirst,
            None => order() == PairOrder::LonFirst,
        };
        let (lat, lon) = if is_lon_first { (second, first) } else { (first, second) };
        return checked(lat, lon).map(Found::Position).map(Some);
    }
    let Some([first, second]) = angles(text).and_then(|angles| <[Angle; 2]>::try_from(angles).ok()) else {
        return Err(fault(format!("`{text}` is not a position")));
    };
    let (lat, lon) = match (first.axis, second.axis) {
        (Some(Axis::Lat), None | Some(Axis::Lon)) | (None, Some(Axis::Lon)) => (first, second),
        (Some(Axis::Lon), None | Some(Axis::Lat)) | (None, Some(Axis::Lat)) => (second, first),
        (None, None) => {
            let only = only_order(first.degrees, second.degrees);
            if only.unwrap_or_else(order) == PairOrder::LonFirst { (second, first) } else { (first, second) }
        }
        (Some(_), Some(_)) => return Err(fault(format!("`{text}` has the same axis twice"))),
    };
    checked(lat.degrees, lon.degrees).map(Found::Position).map(Some)
}

/// The numbers of a cell that holds what a phone measured, as Kobo writes it: latitude, longitude, height and accuracy.
fn measured(text: &str) -> Option<[f64; 4]> {
    let parts: Vec<&str> = text.split_whitespace().collect();
    let [lat, lon, height, accuracy] = parts[..] else { return None };
    // Without decimals these are degrees and minutes.
    let are_degrees = lat.contains('.') && lon.contains('.') && !text.contains(',');
    let numbers = [number(lat)?, number(lon)?, number(height)?, number(accuracy)?];
    are_degrees.then_some(numbers)
}

/// How exactly (metres) a phone measured the position of a cell, when it says so.
pub(super) fn accuracy_m(text: &str) -> Option<f64> {
    measured(text).map(|[_, _, _, accuracy]| accuracy)
}

/// The numbers of a cell that holds two, or a measured position, and nothing else.
pub(super) fn two_numbers(text: &str) -> Option<[f64; 2]> {
    let text = text.trim().trim_matches(['(', ')', '[', ']']);
    if let Some([lat, lon, ..]) = measured(text) {
        return Some([lat, lon]);
    }
    let parts: Vec<&str> = if text.contains(';') {
        text.split(';').collect()
    } else if text.contains('|') {
        text.split('|').collect()
    } else if text.contains('/') {
        text.split('/').collect()
    } else if text.matches(',').count() == 1 {
        text.split(',').collect()
    } else {
        text.split_whitespace().map(|part| part.trim_end_matches(',')).collect()
    };
    let [first, second] = parts[..] else { return None };
    Some([number(first.trim())?, number(second.trim())?])
}

/// The only order in which two numbers can be a position, if there is only one.
pub(super) fn only_order(first: f64, second: f64) -> Option<PairOrder> {
    match (first.abs() > 90.0, second.abs() > 90.0) {
        (true, false) => Some(PairOrder::LonFirst),
        (false, true) => Some(PairOrder::LatFirst),
        _ => None,
    }
}

/// The degrees of a cell that holds one angle.
fn degrees(text: &str, axis: Axis) -> Result<f64, Fault> {
    if let Some(number) = number(text) {
        return Ok(number);
    }
    let fault =
        |reason| Fault { axis, reason, repair: "write degrees with decimals, for instance 43.238", is_zero: false };
    match angles(text).as_deref() {
        Some([angle]) if angle.axis.is_none_or(|own| own == axis) => Ok(angle.degrees),
        Some([_]) => Err(fault(format!("`{text}` lies on the other axis"))),
        _ => Err(fault(format!("`{text}` is not a number"))),
    }
}

fn number(text: &str) -> Option<f64> {
    let plain = text.trim_end_matches(['°', ' ']).replace(',', ".");
    // Words such as `inf` and `nan` are numbers for the parser.
    let is_plain = plain.bytes().all(|byte| byte.is_ascii_digit() || b".+-eE".contains(&byte));
    plain.parse().ok().filter(|number: &f64| is_plain && number.is_finite())
}

/// The names of geometries in WKT, and what may come before them.
const GEOMETRIES: [&str; 8] =
    ["SRID", "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"];

fn starts_with_geometry(text: &str) -> bool {
    let upper_case = text.chars().take(20).collect::<String>().to_ascii_uppercase();
    GEOMETRIES.iter().any(|name| upper_case.starts_with(name))
}

/// A WKT geometry, longitude first, perhaps with a spatial reference before it.
fn wkt_geometry(text: &str) -> Result<Found, Fault> {
    let plain = text.split_once(';').map_or(text, |(_, geometry)| geometry).trim();
    let geometry: Result<geo_types::Geometry<f64>, _> = wkt::TryFromWkt::try_from_wkt_str(plain);
    match geometry {
        Ok(geometry) => found(&geometry),
        Err(error) => Err(bad_geometry(format!("`{text}` is not WKT: {error}"))),
    }
}

fn geojson_geometry(text: &str) -> Result<Found, Fault> {
    let geometry: Result<geojson::Geometry, _> = serde_json::from_str(text);
    let geometry = geometry.ok().and_then(|geometry| geo_types::Geometry::<f64>::try_from(geometry).ok());
    match geometry {
        Some(geometry) => found(&geometry),
        None => Err(bad_geometry(format!("`{text}` is no GeoJSON geometry"))),
    }
}

fn bad_geometry(reason: String) -> Fault {
    Fault { axis: Axis::Lat, reason, repair: "write a point as POINT(76.945 43.238), longitude first", is_zero: false }
}

fn found(geometry: &geo_types::Geometry<f64>) -> Result<Found, Fault> {
    if let geo_types::Geometry::Point(at) = geometry {
        return checked(at.y(), at.x()).map(Found::Position);
    }
    let mut positions = Vec::new();
    collect(geometry, &mut positions);
    let mut bbox: Option<Bbox> = None;
    for (lon, lat) in positions {
        let at = Bbox::of(in_range(lat, lon)?);
        bbox = Some(bbox.map_or(at, |bbox| bbox.union(at)));
    }
    let Some(bbox) = bbox else { return Err(bad_geometry("the geometry is empty".to_owned())) };
    let (corner, opposite) = (LonLat { lon: bbox.west, lat: bbox.south }, LonLat { lon: bbox.east, lat: bbox.north });
    let middle = LonLat { lon: f64::midpoint(bbox.west, bbox.east), lat: f64::midpoint(bbox.south, bbox.north) };
    let reach_m = middle.distance_m(corner).max(middle.distance_m(opposite)).ceil();
    Ok(Found::Shape { middle, reach_m })
}

/// Every position of a geometry, longitude first.
fn collect(geometry: &geo_types::Geometry<f64>, into: &mut Vec<(f64, f64)>) {
    use geo_types::Geometry;
    let mut line = |line: &geo_types::LineString<f64>| into.extend(line.0.iter().map(|at| (at.x, at.y)));
    match geometry {
        Geometry::LineString(one) => line(one),
        Geometry::MultiLineString(lines) => lines.iter().for_each(line),
        Geometry::Polygon(polygon) => line(polygon.exterior()),
        Geometry::MultiPolygon(polygons) => polygons.iter().for_each(|polygon| line(polygon.exterior())),
        Geometry::MultiPoint(points) => into.extend(points.iter().map(|at| (at.x(), at.y()))),
        Geometry::GeometryCollection(all) => all.iter().for_each(|one| collect(one, into)),
        Geometry::Point(at) => into.push((at.x(), at.y())),
        Geometry::Line(edge) => into.extend([(edge.start.x, edge.start.y), (edge.end.x, edge.end.y)]),
        Geometry::Rect(rect) => into.extend([(rect.min().x, rect.min().y), (rect.max().x, rect.max().y)]),
        Geometry::Triangle(triangle) => into.extend(triangle.to_array().map(|at| (at.x, at.y))),
    }
}

fn in_range(lat: f64, lon: f64) -> Result<LonLat, Fault> {
    LonLat::new(lon, lat).map_err(|error| Fault {
        axis: if matches!(error, LonLatError::Lon(_)) { Axis::Lon } else { Axis::Lat },
        reason: error.to_string(),
        repair: "check the order (latitude, longitude) and the decimal point",
        is_zero: false,
    })
}

fn checked(lat: f64, lon: f64) -> Result<LonLat, Fault> {
    if lat == 0.0 && lon == 0.0 {
        return Err(Fault {
            axis: Axis::Lat,
            reason: "0, 0 is a point in the Gulf of Guinea, and usually stands for unknown".to_owned(),
            repair: "empty both cells when the position is not known",
            is_zero: true,
        });
    }
    in_range(lat, lon)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALMATY: LonLat = LonLat { lon: 76.945, lat: 43.238 };

    fn point(text: &str) -> LonLat {
        match pair(text, PairOrder::default) {
            Ok(Some(Found::Position(at))) => at,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn decimal_commas_pairs_and_nonsense() {
        assert_eq!(position("43,238", "76,945").unwrap(), Some(ALMATY));
        assert_eq!(point("43.238, 76.945"), ALMATY);
        assert_eq!(point("43,238; 76,945"), ALMATY);
        assert_eq!(pair("76.945, 43.238", || PairOrder::LonFirst).unwrap(), Some(Found::Position(ALMATY)));
        assert_eq!(position(" ", "").unwrap(), None);
        for text in [
            "43.238 76.945",
            "43.238|76.945",
            "43.238/76.945",
            "N43.238 E76.945",
            "43.238N, 76.945E",
            "43 14 17 N 76 56 42 E",
            "43 14 17 76 56 42",
            "POINT(76.945 43.238)",
            "SRID=4326;POINT (76.945 43.238)",
            "{\"type\":\"Point\",\"coordinates\":[76.945,43.238]}",
            "43°14'16.8\"N 76°56'42\"E",
            "43°14'16.8\" 76°56'42\"",
            "N43°14'16.8\" E76°56'42\"",
            "76°56,7′ в. д., 43°14,28′ с. ш.",
            "43° 14' 16.8\" с.ш. 76° 56' 42\" в.д.",
            "43°14'17\" пн.ш., 76°56'42\" сх.д.",
            "43°14'17\" с.е. 76°56'42\" ш.б.",
            "43°14'17\" северной широты, 76°56'42\" восточной долготы",
        ] {
            assert!(point(text).distance_m(ALMATY) < 10.0, "{text}: {:?}", point(text));
        }
        assert_eq!(point("-122.4, 37.8"), LonLat { lon: -122.4, lat: 37.8 }, "no latitude is 122");
        assert_eq!(point("33°30'S 70°40'W").lat, -33.5);
        for text in
            ["43°N", "43°99'N 76°E", "43°N 76°N", "север", "POINT(1", "1,2,3", "°", "улица 5, 7", "LINESTRING EMPTY"]
        {
            assert!(pair(text, PairOrder::default).is_err(), "{text}");
        }
        for (lat, lon) in [
            ("43", ""),
            ("x", "1"),
            ("0", "0"),
            ("95", "1"),
            ("1e999", "1"),
            ("NaN", "1"),
            ("1", "200"),
            ("43 E", "76"),
        ] {
            assert!(position(lat, lon).is_err(), "{lat} {lon}");
        }
    }

    #[test]
    fn degrees_minutes_and_seconds_stand_in_two_columns_too() {
        for (lat, lon) in [
            ("43°14'17\"N", "76°56'42\"E"),
            ("43°14'17\"", "76°56'42\""),
            ("43 14 17", "76 56 42"),
            ("43°14'17\" с.ш.", "76°56'42\" в.д."),
            ("43°14,28' пн.ш.", "76°56,7' сх. д."),
            ("N 43.238", "E 76.945"),
        ] {
            let at = position(lat, lon).unwrap().unwrap();
            assert!(at.distance_m(ALMATY) < 10.0, "{lat} {lon}: {at:?}");
        }
        assert_eq!(position("33°S", "70°W").unwrap(), Some(LonLat { lon: -70.0, lat: -33.0 }));
        assert_eq!(position("43.2", "181").unwrap_err().axis, Axis::Lon);
        assert_eq!(position("43.2", "").unwrap_err().axis, Axis::Lon);
    }

    #[test]
    fn a_line_or_area_is_the_middle_of_its_box_with_its_reach() {
        let Some(Found::Shape { middle, reach_m }) = pair("LINESTRING(76 43, 77 44)", PairOrder::default).unwrap()
        else {
            panic!("a shape")
        };
        assert_eq!(middle, LonLat { lon: 76.5, lat: 43.5 });
        assert!((60_000.0..80_000.0).contains(&reach_m), "{reach_m}");
    }
}
