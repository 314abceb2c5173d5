//! The square of Web Mercator (EPSG:3857) in which clusters and tiles count, divided into 2^32 steps each way.
//!
//! The x of a tile or cell at a level are the first bits of the x of all positions in it, so that levels nest exactly.

use crate::geo::{Bbox, LonLat};
use std::f64::consts::PI;

/// Steps of the square, from its western and northern edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WorldPoint {
    /// From 180° W eastward.
    pub x: u32,
    /// From the northern edge southward.
    pub y: u32,
}

/// The northern edge of the square, degrees; what lies beyond counts at the edge.
pub const MAX_LAT: f64 = 85.051_128_779_806_59;

const STEPS: f64 = 4_294_967_296.0;

impl WorldPoint {
    /// Where a position lies.
    #[must_use]
    pub fn of(at: LonLat) -> Self {
        let sin = at.lat.clamp(-MAX_LAT, MAX_LAT).to_radians().sin();
        let x = (at.lon + 180.0) / 360.0;
        let y = 0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * PI);
        // `as` cuts what is beyond the edges to the outermost steps.
        Self { x: (x * STEPS) as u32, y: (y * STEPS) as u32 }
    }

    /// The cell of this level that holds it.
    #[must_use]
    pub fn cell(self, level: u32) -> Cell {
        let cut = |step: u32| if level == 0 { 0 } else { step >> (32 - level.min(32)) };
        Cell { level, x: cut(self.x), y: cut(self.y) }
    }

    /// The bits of both numbers in turn: positions near each other have numbers near each other (Morton 1966).
    #[must_use]
    pub fn morton(self) -> u64 {
        spread(self.x) | (spread(self.y) << 1)
    }
}

fn spread(bits: u32) -> u64 {
    let mut wide = u64::from(bits);
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        wide = (wide | (wide << shift)) & mask;
    }
    wide
}

/// One of the 4^level squares of a level, counted from the north-western corner. A tile `z/x/y` is a cell of level z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cell {
    /// How often the square was halved each way, 0 to 32.
    pub level: u32,
    /// Column.
    pub x: u32,
    /// Row.
    pub y: u32,
}

impl Cell {
    /// The deepest level that a map asks for: some centimetres.
    pub const MAX_LEVEL: u32 = 28;

    /// Whether a point lies in it; its western and northern edges belong to it.
    #[must_use]
    pub fn holds(self, point: WorldPoint) -> bool {
        point.cell(self.level) == self
    }

    /// Whether another one lies in it as a whole.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        let up = |step: u32| step.checked_shr(other.level.wrapping_sub(self.level)).unwrap_or(0);
        self.level <= other.level && (up(other.x), up(other.y)) == (self.x, self.y)
    }

    /// The part of the earth that it covers, degrees.
    #[must_use]
    pub fn bbox(self) -> Bbox {
        let size = f64::from(self.level).exp2();
        let lon = |x: f64| x / size * 360.0 - 180.0;
        let lat = |y: f64| (PI * (1.0 - 2.0 * y / size)).sinh().atan().to_degrees();
        let (x, y) = (f64::from(self.x), f64::from(self.y));
        Bbox { west: lon(x), south: lat(y + 1.0), east: lon(x + 1.0), north: lat(y) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn almaty_lies_in_the_tile_that_every_map_gives_it() {
        let almaty = WorldPoint::of(LonLat { lon: 76.8897, lat: 43.2389 });
        assert_eq!(almaty.cell(10), Cell { level: 10, x: 730, y: 375 });
        assert_eq!(almaty.cell(0), Cell { level: 0, x: 0, y: 0 });
    }

    proptest! {
        #[test]
        fn a_cell_covers_the_positions_it_holds(lon in -180.0..179.999, lat in -84.0..84.0, level in 0u32..20) {
            let at = LonLat { lon, lat };
            let bbox = WorldPoint::of(at).cell(level).bbox();
            let slack = 1e-6;
            prop_assert!(bbox.west <= lon + slack && lon <= bbox.east + slack);
            prop_assert!(bbox.south <= lat + slack && lat <= bbox.north + slack);
        }

        #[test]
        fn cells_nest(lon in -180.0..180.0, lat in -90.0..90.0, level in 1u32..32) {
            let point = WorldPoint::of(LonLat { lon, lat });
            let (fine, coarse) = (point.cell(level), point.cell(level - 1));
            prop_assert_eq!((fine.x / 2, fine.y / 2), (coarse.x, coarse.y));
            prop_assert_eq!(point.morton() >> (64 - 2 * level) >> 2, WorldPoint::of(LonLat { lon, lat }).morton() >> (64 - 2 * level) >> 2);
        }
    }
}
