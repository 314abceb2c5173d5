//! Boxes of longitude and latitude, as in the `bbox` parameter of OGC API - Features.

use super::LonLat;
use std::fmt;
use std::str::FromStr;

/// A box: degrees, CRS84, all four edges included. `west > east` means that it crosses the antimeridian, which is one meridian, whether it
/// is written 180 or -180.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bbox {
    /// Western edge, degrees.
    pub west: f64,
    /// Southern edge, degrees.
    pub south: f64,
    /// Eastern edge, degrees.
    pub east: f64,
    /// Northern edge, degrees.
    pub north: f64,
}

/// Why a text is not a box.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BboxError {
    /// Neither four nor six numbers.
    #[error("`{0}` has {1} numbers; expected four (`west,south,east,north`) or six (with heights)")]
    Count(String, usize),
    /// One part is not a finite number.
    #[error("`{0}` is not a number")]
    Number(String),
    /// A longitude outside -180..180.
    #[error("longitude {0} is outside -180..180")]
    Lon(f64),
    /// A latitude beyond a pole.
    #[error("latitude {0} is outside -90..90 (is the order west,south,east,north, longitude first?)")]
    Lat(f64),
    /// The southern edge is north of the northern one.
    #[error("south {0} is north of north {1}; the order is west,south,east,north")]
    Order(f64, f64),
}

impl Bbox {
    /// The box that holds one position and nothing else.
    #[must_use]
    pub fn of(at: LonLat) -> Self {
        Self { west: at.lon, south: at.lat, east: at.lon, north: at.lat }
    }

    /// The smallest box without antimeridian crossing that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// Whether the two boxes share a point. Edges count.
    #[must_use]
    pub fn intersects(&self, other: &Self) -> bool {
        if self.south > other.north || other.south > self.north {
            return false;
        }
        self.spans().iter().flatten().any(|(west, east)| {
            other.spans().iter().flatten().any(|(other_west, other_east)| west <= other_east && other_west <= east)
        })
    }

    /// Whether a position lies in it. Edges count.
    #[must_use]
    pub fn holds(&self, at: LonLat) -> bool {
        (self.south..=self.north).contains(&at.lat)
            && self.spans().iter().flatten().any(|(west, east)| (*west..=*east).contains(&at.lon))
    }

    /// Whether a box that does not cross the antimeridian lies in it as a whole. Edges count.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        self.south <= other.south
            && other.north <= self.north
            && self.spans().iter().flatten().any(|(west, east)| *west <= other.west && other.east <= *east)
    }

    /// Whether one of its edges lies on the antimeridian.
    #[must_use]
    pub fn has_seam(&self) -> bool {
        self.west == -180.0 || self.east == 180.0
    }

    /// The longitudes covered, each span from west to east.
    fn spans(&self) -> [Option<(f64, f64)>; 3] {
        if self.west > self.east {
            return [Some((self.west, 180.0)), Some((-180.0, self.east)), None];
        }
        let meets_from_east = (self.east == 180.0).then_some((-180.0, -180.0));
        let meets_from_west = (self.west == -180.0).then_some((180.0, 180.0));
        [Some((self.west, self.east)), meets_from_east, meets_from_west]
    }

    /// Boxes that cover the same and do not cross the antimeridian.
    pub fn parts(&self) -> impl Iterator<Item = Self> + use<> {
        let whole = *self;
        self.spans().into_iter().flatten().map(move |(west, east)| Self { west, east, ..whole })
    }

    /// The four numbers in the order of GeoJSON: west, south, east, north.
    #[must_use]
    pub fn to_array(self) -> [f64; 4] {
        [self.west, self.south, self.east, self.north]
    }
}

/// Parses the `bbox` query parameter of OGC API - Features, part 1.
///
/// Order `west,south,east,north` (or six numbers with heights, which are ignored), degrees, CRS84, longitude first.
/// `west > east` is allowed and means that the box crosses the antimeridian.
///
/// # Errors
/// A wrong count, a part that is not a finite number, a longitude outside ±180, a latitude beyond a pole, south above north.
///
/// ```
/// use incident_map::geo::{Bbox, BboxError};
/// let almaty: Bbox = "76.7,43.1,77.1,43.4".parse()?;
/// assert_eq!(almaty.west, 76.7);
/// # Ok::<(), BboxError>(())
/// ```
impl FromStr for Bbox {
    type Err = BboxError;

    fn from_str(text: &str) -> Result<Self, BboxError> {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        if parts.len() != 4 && parts.len() != 6 {
            return Err(BboxError::Count(text.to_owned(), parts.len()));
        }
        let mut numbers = Vec::with_capacity(6);
        for part in &parts {
            match part.parse::<f64>() {
                Ok(number) if number.is_finite() => numbers.push(number),
                _ => return Err(BboxError::Number((*part).to_owned())),
            }
        }
        let (west, south, east, north) = match numbers[..] {
            [west, south, east, north] | [west, south, _, east, north, _] => (west, south, east, north),
            _ => return Err(BboxError::Count(text.to_owned(), parts.len())),
        };
        for lat in [south, north] {
            if !(-90.0..=90.0).contains(&lat) {
                return Err(BboxError::Lat(lat));
            }
        }
        for lon in [west, east] {
            if !(-180.0..=180.0).contains(&lon) {
                return Err(BboxError::Lon(lon));
            }
        }
        if south > north {
            return Err(BboxError::Order(south, north));
        }
        Ok(Self { west, south, east, north })
    }
}

impl fmt::Display for Bbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{},{}", self.west, self.south, self.east, self.north)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_bbox_in_lat_lon_order_beyond_the_pole_is_refused_with_a_hint() {
        let error = "43.1,176.7,43.4,177.1".parse::<Bbox>().unwrap_err();
        assert!(error.to_string().contains("longitude first"), "{error}");
    }

    #[test]
    fn a_box_across_the_antimeridian_meets_both_sides() {
        let bering: Bbox = "170,50,-160,70".parse().unwrap();
        assert!(bering.intersects(&"175,60,176,61".parse().unwrap()));
        assert!(bering.intersects(&"-179,60,-178,61".parse().unwrap()));
        assert!(!bering.intersects(&"0,60,1,61".parse().unwrap()));
    }

    #[test]
    fn six_numbers_carry_heights_that_are_ignored() {
        let bbox: Bbox = "76,43,0,77,44,1000".parse().unwrap();
        assert_eq!(bbox.to_array(), [76.0, 43.0, 77.0, 44.0]);
    }

    proptest! {
        #[test]
        fn a_printed_bbox_parses_to_itself(west in -180.0..180.0, east in -180.0..180.0, south in -90.0..0.0, north in 0.0..90.0) {
            let bbox = Bbox { west, south, east, north };
            prop_assert_eq!(bbox.to_string().parse::<Bbox>().unwrap(), bbox);
        }

        #[test]
        fn any_text_is_parsed_or_refused_without_panic(text in "\\PC*") {
            let _ = text.parse::<Bbox>();
        }
    }
}
