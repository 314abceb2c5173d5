//! Shapes of places: the line of a street, the outline of a region, the circle that stands for an unknown outline.

use super::{Bbox, LonLat};
use geo_types::Geometry;
use std::fmt;
use std::str::FromStr;

/// Corners of the polygon that stands for a circle: 64 keep it within 0.13 % of the radius.
const CIRCLE_CORNERS: u32 = 64;

/// A line or an area, degrees in CRS84, longitude first.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape(Geometry<f64>);

/// Why a text is not a shape.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ShapeError {
    /// Not well-known text.
    #[error("`{text}` is not WKT: {reason}")]
    Wkt {
        /// The beginning of what was given.
        text: String,
        /// What the parser missed.
        reason: String,
    },
    /// Well-known text of another type.
    #[error("a shape must be LINESTRING, MULTILINESTRING, POLYGON or MULTIPOLYGON")]
    Kind,
    /// Too few positions.
    #[error("a line needs two positions and a ring four")]
    TooShort,
    /// A coordinate outside the Earth.
    #[error(transparent)]
    Position(#[from] super::LonLatError),
}

impl Shape {
    /// The geometry as georust types.
    #[must_use]
    pub fn geometry(&self) -> &Geometry<f64> {
        &self.0
    }

    /// Every position of the shape in turn.
    pub fn positions(&self) -> impl Iterator<Item = LonLat> + '_ {
        let mut all = Vec::new();
        collect(&self.0, &mut all);
        all.into_iter()
    }

    /// The box around it.
    #[must_use]
    pub fn bbox(&self) -> Bbox {
        let mut positions = self.positions();
        let first = positions.next().expect("a shape is never empty: `from_str` and `circle` see to it");
        positions.fold(Bbox::of(first), |bbox, at| bbox.union(Bbox::of(at)))
    }

    /// Whether it covers an area.
    #[must_use]
    pub fn is_area(&self) -> bool {
        matches!(self.0, Geometry::Polygon(_) | Geometry::MultiPolygon(_))
    }

    /// Whether any part of it lies in the box, edges included.
    #[must_use]
    pub fn intersects(&self, bbox: &Bbox) -> bool {
        if !self.bbox().intersects(bbox) {
            return false;
        }
        bbox.parts().any(|part| {
            let mut crosses = false;
            each_line(&self.0, &mut |line| crosses = crosses || line.lines().any(|edge| edge_meets(&edge, &part)));
            crosses || self.contains(LonLat { lon: part.west, lat: part.south })
        })
    }

    /// The two positions, one on each line, that lie nearest to each other; `None` when one of the shapes is an area.
    ///
    /// Flat, with degrees of longitude shortened by the latitude: good within a town.
    #[must_use]
    pub fn closest_positions(&self, other: &Self) -> Option<(LonLat, LonLat)> {
        if self.is_area() || other.is_area() {
            return None;
        }
        let scale = self.positions().next()?.lat.to_radians().cos();
        let mut best: Option<(f64, LonLat, LonLat)> = None;
        let edges = |shape: &Self| {
            let mut edges = Vec::new();
            each_line(&shape.0, &mut |line| edges.extend(line.lines()));
            edges
        };
        for one in edges(self) {
            for two in edges(other) {
                let (a, b) = closest_on_edges(&one, &two, scale);
                let off = ((a.x - b.x) * scale).powi(2) + (a.y - b.y).powi(2);
                if best.is_none_or(|(least, ..)| off < least) {
                    best = Some((off, LonLat { lon: a.x, lat: a.y }, LonLat { lon: b.x, lat: b.y }));
                }
            }
        }
        best.map(|(_, a, b)| (a, b))
    }

    /// Metres from a position to the nearest one of the shape; 0 inside an area.
    ///
    /// Flat, with degrees of longitude shortened by the latitude of the position: good within some tens of kilometres, and enough to
    /// tell that something lies hundreds away. Does not look across the antimeridian.
    #[must_use]
    pub fn distance_m(&self, at: LonLat) -> f64 {
        if self.contains(at) {
            return 0.0;
        }
        let scale = at.lat.to_radians().cos();
        let from = geo_types::Coord { x: at.lon, y: at.lat };
        let off = |foot: &geo_types::Coord<f64>| ((foot.x - from.x) * scale).powi(2) + (foot.y - from.y).powi(2);
        let mut nearest: Option<geo_types::Coord<f64>> = None;
        each_line(&self.0, &mut |line| {
            let feet = line.lines().map(|edge| foot_on_edge(from, &edge, scale));
            nearest = nearest.into_iter().chain(feet).min_by(|a, b| off(a).total_cmp(&off(b)));
        });
        nearest.map_or(f64::INFINITY, |foot| at.distance_m(LonLat { lon: foot.x, lat: foot.y }))
    }

    /// Whether the position lies inside an area (even-odd rule, holes respected). Never for a line.
    #[must_use]
    pub fn contains(&self, at: LonLat) -> bool {
        let inside = |polygon: &geo_types::Polygon<f64>| {
            in_ring(polygon.exterior(), at) && !polygon.interiors().iter().any(|hole| in_ring(hole, at))
        };
        match &self.0 {
            Geometry::Polygon(polygon) => inside(polygon),
            Geometry::MultiPolygon(polygons) => polygons.iter().any(inside),
            _ => false,
        }
    }
}

/// The nearest positions of two edges: their crossing, else an end of one and the foot of its perpendicular on the other.
fn closest_on_edges(
    one: &geo_types::Line<f64>,
    two: &geo_types::Line<f64>,
    scale: f64,
) -> (geo_types::Coord<f64>, geo_types::Coord<f64>) {
    let (p, r) = (one.start, one.delta());
    let (q, s) = (two.start, two.delta());
    let cross = r.x * s.y - r.y * s.x;
    if cross != 0.0 {
        let t = ((q.x - p.x) * s.y - (q.y - p.y) * s.x) / cross;
        let u = ((q.x - p.x) * r.y - (q.y - p.y) * r.x) / cross;
        if (0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u) {
            let at = geo_types::Coord { x: p.x + t * r.x, y: p.y + t * r.y };
            return (at, at);
        }
    }
    let foot = |at, edge| foot_on_edge(at, edge, scale);
    let pairs = [
        (one.start, foot(one.start, two)),
        (one.end, foot(one.end, two)),
        (foot(two.start, one), two.start),
        (foot(two.end, one), two.end),
    ];
    let off =
        |(a, b): &(geo_types::Coord<f64>, geo_types::Coord<f64>)| ((a.x - b.x) * scale).powi(2) + (a.y - b.y).powi(2);
    pairs.into_iter().min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or((p, q))
}

/// The position of an edge that lies nearest to a position, with degrees of longitude shortened by `scale`.
fn foot_on_edge(at: geo_types::Coord<f64>, edge: &geo_types::Line<f64>, scale: f64) -> geo_types::Coord<f64> {
    let delta = edge.delta();
    let length = (delta.x * scale).powi(2) + delta.y.powi(2);
    let along = if length == 0.0 {
        0.0
    } else {
        (((at.x - edge.start.x) * delta.x * scale * scale + (at.y - edge.start.y) * delta.y) / length).clamp(0.0, 1.0)
    };
    geo_types::Coord { x: edge.start.x + delta.x * along, y: edge.start.y + delta.y * along }
}

/// Parses the WKT of the gazetteer's `geometry` column: lines and polygons, longitude first.
///
/// # Errors
/// Not WKT, another geometry type, too few positions, a coordinate outside the Earth.
impl FromStr for Shape {
    type Err = ShapeError;

    fn from_str(text: &str) -> Result<Self, ShapeError> {
        let geometry: Geometry<f64> = wkt::TryFromWkt::try_from_wkt_str(text)
            .map_err(|error| ShapeError::Wkt { text: text.chars().take(40).collect(), reason: format!("{error}") })?;
        Self::from_geometry(geometry)
    }
}

/// Writes the WKT that [`FromStr`] reads.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", wkt::ToWkt::to_wkt(&self.0))
    }
}

impl Shape {
    /// A checked shape.
    ///
    /// # Errors
    /// Neither line nor area, too few positions, a coordinate outside the Earth.
    pub fn from_geometry(geometry: Geometry<f64>) -> Result<Self, ShapeError> {
        let long_enough = match &geometry {
            Geometry::LineString(line) => line.0.len() >= 2,
            Geometry::MultiLineString(lines) => !lines.0.is_empty() && lines.iter().all(|line| line.0.len() >= 2),
            Geometry::Polygon(polygon) => polygon.exterior().0.len() >= 4,
            Geometry::MultiPolygon(polygons) => {
                !polygons.0.is_empty() && polygons.iter().all(|polygon| polygon.exterior().0.len() >= 4)
            }
            _ => return Err(ShapeError::Kind),
        };
        if !long_enough {
            return Err(ShapeError::TooShort);
        }
        let shape = Self(geometry);
        for at in shape.positions() {
            LonLat::new(at.lon, at.lat)?;
        }
        Ok(shape)
    }
}

/// The polygon that stands for all positions within `radius_m` metres of `centre`, counter-clockwise as RFC 7946 asks.
///
/// Coordinates are rounded to five decimals (about a metre).
#[must_use]
pub fn circle(centre: LonLat, radius_m: f64) -> Shape {
    let round = |degrees: f64| (degrees * 1e5).round() / 1e5;
    let corner = |number: u32| {
        let bearing = -360.0 * f64::from(number % CIRCLE_CORNERS) / f64::from(CIRCLE_CORNERS);
        let at = centre.destination(bearing, radius_m);
        geo_types::coord! { x: round(at.lon), y: round(at.lat) }
    };
    let ring = geo_types::LineString::new((0..=CIRCLE_CORNERS).map(corner).collect());
    Shape(Geometry::Polygon(geo_types::Polygon::new(ring, Vec::new())))
}

fn collect(geometry: &Geometry<f64>, into: &mut Vec<LonLat>) {
    each_line(geometry, &mut |line| into.extend(line.coords().map(|c| LonLat { lon: c.x, lat: c.y })));
}

/// Every line and ring in turn, holes included.
fn each_line(geometry: &Geometry<f64>, visit: &mut dyn FnMut(&geo_types::LineString<f64>)) {
    let mut rings = |polygon: &geo_types::Polygon<f64>| {
        visit(polygon.exterior());
        polygon.interiors().iter().for_each(&mut *visit);
    };
    match geometry {
        Geometry::LineString(line) => visit(line),
        Geometry::MultiLineString(lines) => lines.iter().for_each(visit),
        Geometry::Polygon(polygon) => rings(polygon),
        Geometry::MultiPolygon(polygons) => polygons.iter().for_each(rings),
        _ => {}
    }
}

/// Whether an edge meets a box that does not cross the antimeridian (Liang and Barsky's clipping, 1984).
fn edge_meets(edge: &geo_types::Line<f64>, bbox: &Bbox) -> bool {
    let (dx, dy) = (edge.end.x - edge.start.x, edge.end.y - edge.start.y);
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    for (step, room) in [
        (-dx, edge.start.x - bbox.west),
        (dx, bbox.east - edge.start.x),
        (-dy, edge.start.y - bbox.south),
        (dy, bbox.north - edge.start.y),
    ] {
        if step == 0.0 {
            if room < 0.0 {
                return false;
            }
        } else if step < 0.0 {
            enter = enter.max(room / step);
        } else {
            leave = leave.min(room / step);
        }
    }
    enter <= leave
}

fn in_ring(ring: &geo_types::LineString<f64>, at: LonLat) -> bool {
    let mut inside = false;
    for edge in ring.lines() {
        let (a, b) = (edge.start, edge.end);
        if (a.y > at.lat) != (b.y > at.lat) && at.lon < (b.x - a.x) * (at.lat - a.y) / (b.y - a.y) + a.x {
            inside = !inside;
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_closed_counter_clockwise_and_holds_its_centre() {
        let centre = LonLat { lon: 54.86, lat: 43.34 };
        let shape = circle(centre, 10_000.0);
        assert!(shape.contains(centre));
        assert!(!shape.contains(centre.destination(90.0, 10_100.0)));
        let positions: Vec<_> = shape.positions().collect();
        assert_eq!(positions.first(), positions.last());
        let doubled_area: f64 =
            positions.windows(2).map(|pair| pair[0].lon * pair[1].lat - pair[1].lon * pair[0].lat).sum();
        assert!(doubled_area > 0.0);
    }

    #[test]
    fn a_box_inside_a_region_across_its_edge_or_beside_a_diagonal_is_told_apart() {
        let region: Shape = "POLYGON((50 40, 60 40, 60 50, 50 40))".parse().unwrap();
        assert!(region.intersects(&"58,42,58.5,42.5".parse().unwrap()), "inside");
        assert!(region.intersects(&"40,30,70,60".parse().unwrap()), "around");
        assert!(region.intersects(&"49,39,51,41".parse().unwrap()), "across");
        assert!(!region.intersects(&"51,48,52,49".parse().unwrap()), "in its bbox but beyond the diagonal");
        let street: Shape = "LINESTRING(76.8 43.2, 77 43.3)".parse().unwrap();
        assert!(street.intersects(&"76.85,43.2,76.95,43.3".parse().unwrap()));
        assert!(!street.intersects(&"76.8,43.28,76.82,43.3".parse().unwrap()));
        assert!(street.intersects(&"76,43,-170,44".parse().unwrap()), "a box that crosses the antimeridian");
    }

    #[test]
    fn a_position_is_as_far_from_a_shape_as_from_its_nearest_edge() {
        let region: Shape = "POLYGON((50 40, 60 40, 60 50, 50 50, 50 40))".parse().unwrap();
        assert_eq!(region.distance_m(LonLat { lon: 55.0, lat: 45.0 }), 0.0);
        let beside = region.distance_m(LonLat { lon: 60.1, lat: 45.0 });
        assert!((beside - 7_863.0).abs() < 5.0, "a tenth of a degree at 45 north: {beside}");
        let beyond_corner = region.distance_m(LonLat { lon: 60.0, lat: 50.1 });
        assert!((beyond_corner - 11_119.5).abs() < 5.0, "{beyond_corner}");
        let street: Shape = "LINESTRING(76.8 43.2, 77 43.2)".parse().unwrap();
        assert!((street.distance_m(LonLat { lon: 76.9, lat: 43.21 }) - 1_112.0).abs() < 5.0);
    }

    #[test]
    fn a_point_an_empty_line_and_a_far_coordinate_are_not_shapes() {
        assert_eq!("POINT(1 2)".parse::<Shape>().unwrap_err(), ShapeError::Kind);
        assert_eq!("LINESTRING(1 2)".parse::<Shape>().unwrap_err(), ShapeError::TooShort);
        assert!("LINESTRING(1 2, 3 95)".parse::<Shape>().is_err());
        assert!("LINESTRING(1 2".parse::<Shape>().is_err());
    }
}
