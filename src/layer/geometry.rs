//! GeoJSON geometries (RFC 7946) of positions and shapes, as ready-made text.

use crate::geo::{LonLat, Shape};
use geojson::GeometryValue;
use serde_json::value::RawValue;

/// A `Point` geometry.
#[must_use]
pub fn feature_geometry(at: LonLat) -> Box<RawValue> {
    raw(&serde_json::json!({ "type": "Point", "coordinates": [at.lon, at.lat] }))
}

/// The geometry of a line or area; rings are turned to the right-hand rule of RFC 7946, section 3.1.6.
#[must_use]
pub fn geojson_of(shape: &Shape) -> Box<RawValue> {
    let mut geometry = geojson::Geometry::from(&right_handed(shape.geometry()));
    geometry.bbox = None;
    raw(&geometry)
}

/// The shape of a geometry made by [`geojson_of`]; `None` for a point.
pub(super) fn shape_of(geometry: &RawValue) -> Option<Shape> {
    let geometry: geojson::Geometry = serde_json::from_str(geometry.get()).ok()?;
    if matches!(geometry.value, GeometryValue::Point { .. }) {
        return None;
    }
    let geometry = geo_types::Geometry::<f64>::try_from(geometry).ok()?;
    Shape::from_geometry(geometry).ok()
}

fn raw(value: &impl serde::Serialize) -> Box<RawValue> {
    serde_json::value::to_raw_value(value)
        .expect("a geometry of finite numbers is always JSON: `Shape` and `LonLat` see to it")
}

fn right_handed(geometry: &geo_types::Geometry<f64>) -> geo_types::Geometry<f64> {
    let turn = |polygon: &geo_types::Polygon<f64>| {
        let ring = |line: &geo_types::LineString<f64>, counter_clockwise: bool| {
            let doubled_area: f64 =
                line.lines().map(|edge| edge.start.x * edge.end.y - edge.end.x * edge.start.y).sum();
            let mut coords = line.0.clone();
            if (doubled_area > 0.0) != counter_clockwise {
                coords.reverse();
            }
            geo_types::LineString::new(coords)
        };
        geo_types::Polygon::new(
            ring(polygon.exterior(), true),
            polygon.interiors().iter().map(|hole| ring(hole, false)).collect(),
        )
    };
    match geometry {
        geo_types::Geometry::Polygon(polygon) => geo_types::Geometry::Polygon(turn(polygon)),
        geo_types::Geometry::MultiPolygon(polygons) => {
            geo_types::Geometry::MultiPolygon(polygons.iter().map(turn).collect())
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clockwise_region_is_written_counter_clockwise_and_reads_back() {
        let shape: Shape = "POLYGON((50 40, 50 45, 55 45, 55 40, 50 40))".parse().unwrap();
        let written = geojson_of(&shape);
        assert_eq!(
            written.get(),
            r#"{"type":"Polygon","coordinates":[[[50.0,40.0],[55.0,40.0],[55.0,45.0],[50.0,45.0],[50.0,40.0]]]}"#
        );
        assert_eq!(shape_of(&written).unwrap().bbox(), shape.bbox());
        assert!(shape_of(&feature_geometry(LonLat { lon: 76.9, lat: 43.2 })).is_none());
    }
}
