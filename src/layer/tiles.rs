//! Vector tiles (MVT 2.1) of a selection: clusters and lone incidents, or every incident as a point; and areas.
//!
//! A tile holds what lies in its square, its western and northern edges included, so that the counts of all tiles of a level add up.

use super::body::Bodies;
use super::clusters::by_cell;
use super::places::{PlaceFeature, is_area};
use super::point_layer::{PointLayer, TextNumber};
use super::tally::Tally;
use super::world::{Cell, WorldPoint};
use super::{Row, Selection, Snapshot};
use crate::geo::LonLat;
use crate::time::from_minutes;
use fast_mvt::{MvtCoord, MvtFeatureBuilder, MvtGeomType, MvtLayerBuilder, MvtTileBuilder, MvtValueRef};
use foldhash::HashMap;
use geo_types::{Geometry, LineString, Polygon};
use std::io;

/// Steps of a tile each way, as of the specification.
const EXTENT: i32 = 4_096;

/// Steps beyond its edges to which areas are drawn, so that their outlines show no seam.
const BUFFER: f64 = 64.0;

/// Levels that a cluster lies below the tile: an eighth of it each way.
const TILE_STEPS: u32 = 3;

/// The deepest tiles there are.
pub const MAX_TILE_ZOOM: u32 = 24;

/// Points of one tile; of more the newest are given, and the layer `totals` says how many there are.
pub const MAX_TILE_POINTS: usize = 10_000;

/// Why a tile cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum TileError {
    /// Titles cannot be read.
    #[error("the snapshot of the layers cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// More than a tile can hold.
    #[error("a tile cannot hold this: {0}")]
    Mvt(#[from] fast_mvt::MvtError),
}

/// The tile of clusters: cells with incidents of several places as one point with counts, all others as the place they lie at.
///
/// # Errors
/// See [`TileError`].
pub fn cluster_tile(selection: &Selection<'_>, tile: Cell) -> Result<Vec<u8>, TileError> {
    let snapshot = selection.snapshot();
    let (mut clusters, in_areas) = by_cell(selection, tile.level + TILE_STEPS);
    clusters.sort_by_key(|cluster| (cluster.cell.y, cluster.cell.x));
    let mut layer = MvtLayerBuilder::new("incidents")?;
    for cluster in &clusters {
        let count = cluster.tally.count();
        let at =
            if cluster.is_several() { WorldPoint::of(cluster.middle()) } else { snapshot.world_point(cluster.row) };
        let mut feature = point(layer, tile, at)?;
        feature.tag_ref("cluster", MvtValueRef::Bool(cluster.is_several()))?;
        feature.tag_ref("count", MvtValueRef::UInt(count as u64))?;
        if cluster.is_several() {
            feature.tag_ref("id", MvtValueRef::String(&cluster.id()))?;
            let zoom = cluster.expansion_zoom(TILE_STEPS);
            feature.tag_ref("expansion_zoom", MvtValueRef::UInt(u64::from(zoom)))?;
        } else if count == 1 {
            feature.tag_ref("id", MvtValueRef::String(&snapshot.id(cluster.row).to_string()))?;
        }
        if !cluster.is_several() {
            feature.tag_ref("key", MvtValueRef::String(&cluster.key(snapshot)))?;
            feature.tag_ref("precision", MvtValueRef::String(snapshot.precision(cluster.row).as_str()))?;
        }
        tag_categories(&mut feature, snapshot, &cluster.tally)?;
        layer = feature.end();
    }
    totals(layer.end(), selection.len(), selection.len() - in_areas, in_areas)
}

fn tag_categories(feature: &mut MvtFeatureBuilder, snapshot: &Snapshot, tally: &Tally) -> Result<(), TileError> {
    let categories = tally.categories(snapshot);
    if let (Some((only, _)), 1) = (categories.first_key_value(), categories.len()) {
        feature.tag_ref("category", MvtValueRef::String(only))?;
    } else {
        let counts = serde_json::to_string(&categories).unwrap_or_default();
        feature.tag_ref("categories", MvtValueRef::String(&counts))?;
    }
    Ok(())
}

/// The tile of points: each incident as one, up to [`MAX_TILE_POINTS`], those that are drawn as areas left out; with their titles when
/// they are asked for.
///
/// # Errors
/// See [`TileError`].
pub fn point_tile(selection: &Selection<'_>, tile: Cell, has_titles: bool) -> Result<Vec<u8>, TileError> {
    let snapshot = selection.snapshot();
    let in_areas = selection.rows().filter(|row| is_area(snapshot.precision(*row))).count();
    let rows: Vec<Row> = if in_areas == 0 {
        selection.page(None, MAX_TILE_POINTS)
    } else {
        let is_point = |row: &Row| !is_area(snapshot.precision(*row));
        selection.page(None, usize::MAX).into_iter().filter(is_point).take(MAX_TILE_POINTS).collect()
    };
    let mut layer = PointLayer::new("incidents", EXTENT.cast_unsigned(), &POINT_KEYS, rows.len());
    let mut days: HashMap<i64, TextNumber> = HashMap::default();
    let bodies = Bodies::read(snapshot, if has_titles { &rows } else { &[] })?;
    let mut bodies = bodies.iter();
    for row in &rows {
        let id = layer.own_text(snapshot.id(*row).encode(&mut [0; 36]));
        let title = bodies.next().map(|body| {
            let title = serde_json::from_slice::<Text<'_>>(body.title()).unwrap_or_default().0;
            layer.shared_text(&title)
        });
        let category = layer.shared_text(snapshot.category(*row));
        let precision = layer.shared_text(snapshot.precision(*row).as_str());
        let date = snapshot.span(*row).map(|(start, _)| {
            let text = || from_minutes(start).date().to_string();
            *days.entry(start.div_euclid(24 * 60)).or_insert_with(|| layer.shared_text(&text()))
        });
        // In the order of their keys.
        let texts = (0..).zip([Some(id), Some(category), Some(precision), date, title]);
        layer.point(
            steps(tile, snapshot.world_point(*row)),
            texts.filter_map(|(key, text)| text.map(|text| (key, text))),
        );
    }
    let mut tile = layer.into_bytes();
    tile.extend(totals(MvtTileBuilder::new(), selection.len(), rows.len(), in_areas)?);
    Ok(tile)
}

/// The properties of points.
const POINT_KEYS: [&str; 5] = ["id", "category", "precision", "date", "title"];

/// A JSON string that is borrowed when it has no escapes.
#[derive(Default, serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] std::borrow::Cow<'a, str>);

/// Adds the layer that says how many incidents lie in the square of the tile, how many of them its points stand for, and how many are
/// drawn as areas.
fn totals(tile: MvtTileBuilder, matched: usize, returned: usize, in_areas: usize) -> Result<Vec<u8>, TileError> {
    let mut feature = tile.layer("totals")?.feature_of(MvtGeomType::Polygon);
    feature.ring([(0, 0), (EXTENT, 0), (EXTENT, EXTENT), (0, EXTENT)].map(MvtCoord::from), true)?;
    for (name, count) in [("matched", matched), ("returned", returned), ("in_areas", in_areas)] {
        feature.tag_ref(name, MvtValueRef::UInt(count as u64))?;
    }
    Ok(feature.end().encode())
}

fn point(layer: MvtLayerBuilder, tile: Cell, at: WorldPoint) -> Result<MvtFeatureBuilder, TileError> {
    let mut feature = layer.feature_of(MvtGeomType::Point);
    let [x, y] = steps(tile, at);
    feature.points([MvtCoord { x, y }])?;
    Ok(feature)
}

/// Where a point lies in a tile.
fn steps(tile: Cell, at: WorldPoint) -> [i32; 2] {
    // What comes after the bits of the tile are the steps inside it.
    [at.x, at.y].map(|step| (step.checked_shl(tile.level).unwrap_or(0) >> 20).cast_signed())
}

/// An area with its outline on the square of Web Mercator, 0 to 1 each way.
pub struct OutlinedArea {
    feature: PlaceFeature,
    rings: Vec<Vec<[f64; 2]>>,
}

/// The areas of a selection, ready for tiles.
#[must_use]
pub fn outlined(areas: Vec<PlaceFeature>) -> Vec<OutlinedArea> {
    let outline = |feature: PlaceFeature| {
        let rings = feature.shape().map(|shape| rings_of(shape.geometry())).unwrap_or_default();
        OutlinedArea { feature, rings }
    };
    areas.into_iter().map(outline).collect()
}

fn rings_of(geometry: &Geometry<f64>) -> Vec<Vec<[f64; 2]>> {
    const STEPS: f64 = 4_294_967_296.0;
    let ring = |line: &LineString<f64>| {
        let world = line.coords().map(|at| WorldPoint::of(LonLat { lon: at.x, lat: at.y }));
        world.map(|point| [f64::from(point.x) / STEPS, f64::from(point.y) / STEPS]).collect::<Vec<_>>()
    };
    let polygon = |polygon: &Polygon<f64>| {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect::<Vec<_>>()
    };
    match geometry {
        Geometry::Polygon(one) => polygon(one),
        Geometry::MultiPolygon(all) => all.iter().flat_map(polygon).collect(),
        _ => Vec::new(),
    }
}

/// The areas that meet a tile, as a further layer `areas` that stands behind the others.
///
/// # Errors
/// See [`TileError`].
pub fn area_layer(areas: &[OutlinedArea], cell: Cell) -> Result<Vec<u8>, TileError> {
    let mut layer = MvtLayerBuilder::new("areas")?;
    let size = f64::from(cell.level).exp2() * f64::from(EXTENT);
    let (left, top) = (f64::from(cell.x) * f64::from(EXTENT), f64::from(cell.y) * f64::from(EXTENT));
    for area in areas {
        let local = |[x, y]: &[f64; 2]| [x * size - left, y * size - top];
        let rings = area.rings.iter().map(|ring| clipped(ring.iter().map(local).collect()));
        let rings: Vec<Vec<[f64; 2]>> = rings.filter(|ring| ring.len() >= 3).collect();
        if rings.is_empty() {
            continue;
        }
        let properties = area.feature.properties();
        let mut feature = layer.feature_of(MvtGeomType::Polygon);
        for ring in &rings {
            // Outer rings run one way and holes the other, as in GeoJSON.
            let is_outer = doubled_area(ring) < 0.0;
            let coords = ring.iter().map(|[x, y]| MvtCoord { x: x.round() as i32, y: y.round() as i32 });
            feature.ring(coords, is_outer)?;
        }
        feature.tag_ref("key", MvtValueRef::String(&properties.key))?;
        for (tag, name) in [
            ("name_ru", &properties.name_ru),
            ("name_kk", &properties.name_kk),
            ("name_en", &properties.name_en),
            ("name_uk", &properties.name_uk),
        ] {
            if let Some(name) = name {
                feature.tag_ref(tag, MvtValueRef::String(name))?;
            }
        }
        feature.tag_ref("precision", MvtValueRef::String(properties.precision.as_str()))?;
        feature.tag_ref("count", MvtValueRef::UInt(properties.count as u64))?;
        feature.tag_ref("count_within", MvtValueRef::UInt(properties.count_within.unwrap_or(0) as u64))?;
        if let Some(per_100k) = properties.per_100k {
            feature.tag_ref("per_100k", MvtValueRef::Double(per_100k))?;
        }
        layer = feature.end();
    }
    Ok(layer.encode())
}

/// Twice the area of a ring, positive when it runs clockwise as seen on a screen, where y grows downward.
fn doubled_area(ring: &[[f64; 2]]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|([ax, ay], [bx, by])| ax * by - bx * ay).sum()
}

/// The part of a ring inside the tile and its buffer (Sutherland and Hodgman 1974).
fn clipped(mut ring: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    for (axis, bound, sign) in [
        (0, -BUFFER, 1.0),
        (0, f64::from(EXTENT) + BUFFER, -1.0),
        (1, -BUFFER, 1.0),
        (1, f64::from(EXTENT) + BUFFER, -1.0),
    ] {
        let inside = |at: &[f64; 2]| (at[axis] - bound) * sign >= 0.0;
        let mut kept = Vec::with_capacity(ring.len());
        for (number, &at) in ring.iter().enumerate() {
            let before = ring[(number + ring.len() - 1) % ring.len()];
            if inside(&at) != inside(&before) {
                let share = (bound - before[axis]) / (at[axis] - before[axis]);
                let crossing = [before[0] + share * (at[0] - before[0]), before[1] + share * (at[1] - before[1])];
                kept.push(crossing);
            }
            if inside(&at) {
                kept.push(at);
            }
        }
        ring = kept;
    }
    ring
}
