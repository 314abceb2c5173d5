//! Where things are: positions, boxes, distances and shapes on the WGS 84 ellipsoid taken as a sphere.
//!
//! Pure functions, no input or output. Coordinates are degrees in CRS84, always longitude before latitude.
//! Read [`LonLat`] first.

mod bbox;
mod shape;

pub use bbox::{Bbox, BboxError};
pub use shape::{Shape, ShapeError, circle};

use serde::{Deserialize, Serialize};

/// Mean radius of the Earth, metres (IUGG 1980, R1).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A position: degrees, CRS84, longitude before latitude.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 2]", into = "[f64; 2]")]
pub struct LonLat {
    /// Degrees east of Greenwich, -180 to 180.
    pub lon: f64,
    /// Degrees north of the equator, -90 to 90.
    pub lat: f64,
}

/// Why two numbers are not a position.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LonLatError {
    /// Not a finite number in -180..=180.
    #[error("longitude {0} is outside -180..180")]
    Lon(f64),
    /// Not a finite number in -90..=90.
    #[error("latitude {0} is outside -90..90 (is the order lon,lat?)")]
    Lat(f64),
}

impl LonLat {
    /// A position from degrees, checked.
    ///
    /// # Errors
    /// Either number is not finite or out of its range.
    pub fn new(lon: f64, lat: f64) -> Result<Self, LonLatError> {
        if !(-90.0..=90.0).contains(&lat) {
            return Err(LonLatError::Lat(lat));
        }
        if !(-180.0..=180.0).contains(&lon) {
            return Err(LonLatError::Lon(lon));
        }
        Ok(Self { lon, lat })
    }

    /// Great-circle distance in metres (haversine, good to 0.5 % of the ellipsoid).
    ///
    /// ```
    /// use incident_map::geo::LonLat;
    /// let almaty = LonLat { lon: 76.945, lat: 43.238 };
    /// let astana = LonLat { lon: 71.43, lat: 51.13 };
    /// assert!((almaty.distance_m(astana) / 1000.0 - 970.0).abs() < 10.0);
    /// ```
    #[must_use]
    pub fn distance_m(self, other: Self) -> f64 {
        let (lat1, lat2) = (self.lat.to_radians(), other.lat.to_radians());
        let half_lat = (lat2 - lat1) / 2.0;
        let half_lon = (other.lon - self.lon).to_radians() / 2.0;
        let h = half_lat.sin().powi(2) + lat1.cos() * lat2.cos() * half_lon.sin().powi(2);
        2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
    }

    /// The position `distance_m` metres away on the great circle that starts at `bearing_deg` degrees clockwise from north.
    #[must_use]
    pub fn destination(self, bearing_deg: f64, distance_m: f64) -> Self {
        let (lat, lon, bearing) = (self.lat.to_radians(), self.lon.to_radians(), bearing_deg.to_radians());
        let angle = distance_m / EARTH_RADIUS_M;
        let lat2 = (lat.sin() * angle.cos() + lat.cos() * angle.sin() * bearing.cos()).asin();
        let lon2 = lon + (bearing.sin() * angle.sin() * lat.cos()).atan2(angle.cos() - lat.sin() * lat2.sin());
        Self { lon: (lon2.to_degrees() + 540.0).rem_euclid(360.0) - 180.0, lat: lat2.to_degrees() }
    }
}

impl LonLat {
    /// The position on the short way to another that lies this share of it (0 to 1) from here.
    #[must_use]
    pub fn towards(self, other: Self, share: f64) -> Self {
        let bearing_deg = {
            let (from, to) = (self.lat.to_radians(), other.lat.to_radians());
            let east = (other.lon - self.lon).to_radians();
            let y = east.sin() * to.cos();
            let x = from.cos() * to.sin() - from.sin() * to.cos() * east.cos();
            y.atan2(x).to_degrees()
        };
        self.destination(bearing_deg, self.distance_m(other) * share)
    }

    /// The middle between two positions along the shorter way.
    #[must_use]
    pub fn middle(self, other: Self) -> Self {
        let (lat1, lat2) = (self.lat.to_radians(), other.lat.to_radians());
        let turn = (other.lon - self.lon).to_radians();
        let (x, y) = (lat2.cos() * turn.cos(), lat2.cos() * turn.sin());
        let lat = (lat1.sin() + lat2.sin()).atan2(((lat1.cos() + x).powi(2) + y.powi(2)).sqrt());
        let lon = self.lon + y.atan2(lat1.cos() + x).to_degrees();
        Self { lon: (lon + 540.0).rem_euclid(360.0) - 180.0, lat: lat.to_degrees() }
    }
}

impl From<[f64; 2]> for LonLat {
    fn from([lon, lat]: [f64; 2]) -> Self {
        Self { lon, lat }
    }
}

impl From<LonLat> for [f64; 2] {
    fn from(at: LonLat) -> Self {
        [at.lon, at.lat]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latitude_beyond_the_pole_is_refused_with_a_hint() {
        let error = LonLat::new(43.2, 176.9).unwrap_err();
        assert_eq!(error.to_string(), "latitude 176.9 is outside -90..90 (is the order lon,lat?)");
        assert!(LonLat::new(f64::NAN, 43.2).is_err());
        assert!(LonLat::new(180.0, -90.0).is_ok());
    }

    #[test]
    fn a_destination_lies_at_the_distance_asked_for() {
        let aktau = LonLat { lon: 51.15, lat: 43.65 };
        for bearing in [0.0, 90.0, 225.0] {
            assert!((aktau.destination(bearing, 25_000.0).distance_m(aktau) - 25_000.0).abs() < 1.0);
        }
        let almaty = LonLat { lon: 76.93, lat: 43.25 };
        let whole = aktau.distance_m(almaty);
        let quarter = aktau.towards(almaty, 0.25);
        assert!((quarter.distance_m(aktau) - whole / 4.0).abs() < 1.0);
        assert!((quarter.distance_m(almaty) - whole * 3.0 / 4.0).abs() < 1.0);
    }
}
