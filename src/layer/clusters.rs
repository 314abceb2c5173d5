//! Incidents that lie close together at a zoom level, as one feature with exact counts.
//!
//! A cluster is a cell of a grid that is the same for every filter and every part of the map: its id stays, the counts of all cells add
//! up, and the cells of a level nest in those of the level above. What is drawn as an area never becomes part of a dot.

use super::body::write_point;
use super::places::{PlaceFeature, Site, SiteTally, is_area, place_feature};
use super::segment::{RunKind, UNDATED};
use super::tally::Tally;
use super::world::{Cell, WorldPoint};
use super::{Row, Selection, Snapshot};
use crate::geo::{Bbox, LonLat};
use crate::incident::Precision;
use foldhash::HashMap;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Levels that a cell of the map lies below the tile of its zoom: a quarter of a tile of 256 pixels each way.
pub const MAP_STEPS: u32 = 2;

/// The zoom level from which every place stands alone.
pub const MAX_CLUSTER_ZOOM: u32 = 18;

/// The incidents of one cell.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    pub(super) cell: Cell,
    site: Site,
    point: WorldPoint,
    /// Bits in which the points of its members differ from the first one.
    spread: u32,
    has_several_sites: bool,
    pub(super) tally: Tally,
    lon_sum: f64,
    lat_sum: f64,
    bbox: Bbox,
    /// A member that is drawn as all are, while they lie at one place: the least exact.
    pub(super) row: Row,
    uncertainty_m: f64,
}

impl Cluster {
    fn new(cell: Cell, site: Site, point: WorldPoint, at: LonLat, row: Row) -> Self {
        Self {
            cell,
            site,
            point,
            spread: 0,
            has_several_sites: false,
            tally: Tally::default(),
            lon_sum: 0.0,
            lat_sum: 0.0,
            bbox: Bbox::of(at),
            row,
            uncertainty_m: f64::NEG_INFINITY,
        }
    }

    #[inline]
    fn add(&mut self, snapshot: &Snapshot, site: Site, point: WorldPoint, at: LonLat, row: Row) {
        self.spread |= (point.x ^ self.point.x) | (point.y ^ self.point.y);
        self.lon_sum += at.lon;
        self.lat_sum += at.lat;
        self.bbox = self.bbox.union(Bbox::of(at));
        if self.has_several_sites {
            return;
        }
        if site != self.site {
            self.has_several_sites = true;
            return;
        }
        let uncertainty_m = snapshot.uncertainty_m(row).unwrap_or(0.0);
        if uncertainty_m > self.uncertainty_m {
            (self.uncertainty_m, self.row) = (uncertainty_m, row);
        }
    }

    /// Whether its members are drawn at more than one place.
    pub(super) fn is_several(&self) -> bool {
        self.has_several_sites
    }

    /// The key of the place of its first member.
    pub(super) fn key(&self, snapshot: &Snapshot) -> String {
        self.site.key(snapshot)
    }

    /// The middle of its members.
    pub(super) fn middle(&self) -> LonLat {
        let count = self.tally.count() as f64;
        let inside = |value: f64, low: f64, high: f64| value.clamp(low, high);
        LonLat {
            lon: inside(self.lon_sum / count, self.bbox.west, self.bbox.east),
            lat: inside(self.lat_sum / count, self.bbox.south, self.bbox.north),
        }
    }

    /// The first zoom level at which its members no longer are one cluster; `steps` is the depth of cells below tiles.
    pub(super) fn expansion_zoom(&self, steps: u32) -> u32 {
        // At the level of the first bit that differs they lie in different cells.
        (self.spread.leading_zeros() + 1).saturating_sub(steps).min(MAX_CLUSTER_ZOOM)
    }

    /// The same for every filter: its cell.
    pub(super) fn id(&self) -> String {
        format!("cell:{}/{}/{}", self.cell.level, self.cell.x, self.cell.y)
    }
}

/// The selected incidents that are drawn as points or lines, by cell of a level; and how many are drawn as areas.
pub(super) fn by_cell(selection: &Selection<'_>, level: u32) -> (Vec<Cluster>, usize) {
    let snapshot = selection.snapshot();
    let mut clusters: Vec<Cluster> = Vec::new();
    let mut numbers: HashMap<(u32, u32), usize> = HashMap::default();
    let mut in_areas = 0;
    for stretch in selection.stretches().filter(|stretch| stretch.run.kind() != RunKind::Unlocated) {
        let segment = stretch.segment;
        let (lons, lats, xs, ys) = (segment.lons(), segment.lats(), segment.world_xs(), segment.world_ys());
        let (locations, categories) = (segment.locations(), segment.categories());
        let (starts, ends) = (segment.starts(), segment.ends());
        let mut last: Option<(Cell, usize)> = None;
        for index in stretch.indexes() {
            let (number, row) = (index as usize, Row { segment: stretch.number, index });
            let brief = snapshot.brief(locations[number]);
            if is_area(brief.precision) {
                in_areas += 1;
                continue;
            }
            let at = LonLat { lon: lons[number], lat: lats[number] };
            let point = WorldPoint { x: xs[number], y: ys[number] };
            let site = Site::new(brief.place, at);
            let cell = point.cell(level);
            // Rows that lie together stand together.
            let known = match last {
                Some((known, number)) if known == cell => number,
                _ => *numbers.entry((cell.x, cell.y)).or_insert_with(|| {
                    clusters.push(Cluster::new(cell, site, point, at, row));
                    clusters.len() - 1
                }),
            };
            last = Some((cell, known));
            let cluster = &mut clusters[known];
            cluster.add(snapshot, site, point, at, row);
            let start = starts[number];
            let span = (start != UNDATED).then(|| (i64::from(start), i64::from(ends[number])));
            cluster.tally.add_one(brief, categories[number], span);
        }
    }
    (clusters, in_areas)
}

/// What a map shows of a part of a layer.
#[derive(Debug, Serialize)]
pub struct Clusters {
    #[serde(rename = "type")]
    kind: &'static str,
    /// All incidents that pass the filter: `inAreas` and the counts of all features.
    #[serde(rename = "numberMatched")]
    pub matched: usize,
    /// Features of this answer.
    #[serde(rename = "numberReturned")]
    pub returned: usize,
    /// Those of `numberMatched` that are drawn as areas, as areas.geojson gives them.
    #[serde(rename = "inAreas")]
    pub in_areas: usize,
    zoom: u32,
    features: Vec<Feature>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Feature {
    Cluster(ClusterFeature),
    Place(Box<LonePlace>),
}

#[derive(Debug, Serialize)]
struct LonePlace {
    #[serde(flatten)]
    place: PlaceFeature,
    /// The incident, when it is the only one there.
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<String>,
}

#[derive(Debug, Serialize)]
struct ClusterFeature {
    #[serde(rename = "type")]
    kind: &'static str,
    id: String,
    bbox: [f64; 4],
    geometry: Box<RawValue>,
    properties: ClusterProperties,
}

#[derive(Debug, Serialize)]
struct ClusterProperties {
    cluster: bool,
    count: usize,
    ambiguous: usize,
    categories: BTreeMap<String, usize>,
    precisions: BTreeMap<Precision, usize>,
    first: Option<String>,
    last: Option<String>,
    expansion_zoom: u32,
}

/// The selected incidents as a map of this zoom level shows them: cells with incidents of several places as clusters, all others as the
/// place they lie at; most incidents first, then by id.
#[must_use]
pub fn clusters(selection: &Selection<'_>, zoom: u32) -> Clusters {
    let snapshot = selection.snapshot();
    let (cells, in_areas) = by_cell(selection, zoom + MAP_STEPS);
    let mut features: Vec<(usize, Feature)> = Vec::new();
    if zoom >= MAX_CLUSTER_ZOOM {
        let mut sites: HashMap<Site, (SiteTally, Row)> = HashMap::default();
        for row in selection.rows() {
            if let Some(site) = Site::of(snapshot, row) {
                sites.entry(site).or_insert_with(|| (SiteTally::default(), row)).0.add(snapshot, row);
            }
        }
        features.extend(sites.into_values().filter_map(|(site, row)| lone(snapshot, site.feature(snapshot)?, row)));
    } else {
        features.extend(cells.into_iter().filter_map(|cluster| {
            if cluster.is_several() { Some(feature(snapshot, &cluster)) } else { cluster.lone(snapshot) }
        }));
    }
    features.sort_by(|(a, one), (b, two)| b.cmp(a).then_with(|| one.id().cmp(two.id())));
    Clusters {
        kind: "FeatureCollection",
        matched: selection.len() - selection.unlocated(),
        returned: features.len(),
        in_areas,
        zoom,
        features: features.into_iter().map(|(_, feature)| feature).collect(),
    }
}

impl Cluster {
    /// Its members as the place they all lie at.
    fn lone(&self, snapshot: &Snapshot) -> Option<(usize, Feature)> {
        lone(snapshot, place_feature(snapshot, self.row, self.uncertainty_m, &self.tally)?, self.row)
    }
}

fn lone(snapshot: &Snapshot, place: PlaceFeature, row: Row) -> Option<(usize, Feature)> {
    let count = place.properties().count;
    let incident = (count == 1).then(|| snapshot.id(row).to_string());
    Some((count, Feature::Place(Box::new(LonePlace { place, incident }))))
}

fn feature(snapshot: &Snapshot, cluster: &Cluster) -> (usize, Feature) {
    let mut geometry = Vec::new();
    write_point(&mut geometry, cluster.middle());
    let geometry = String::from_utf8(geometry).unwrap_or_default();
    let (first, last) = cluster.tally.days();
    let feature = ClusterFeature {
        kind: "Feature",
        id: cluster.id(),
        bbox: cluster.bbox.to_array(),
        geometry: RawValue::from_string(geometry).unwrap_or_default(),
        properties: ClusterProperties {
            cluster: true,
            count: cluster.tally.count(),
            ambiguous: cluster.tally.ambiguous(),
            categories: cluster.tally.categories(snapshot),
            precisions: cluster.tally.precisions(),
            first,
            last,
            expansion_zoom: cluster.expansion_zoom(MAP_STEPS),
        },
    };
    (cluster.tally.count(), Feature::Cluster(feature))
}

impl Feature {
    fn id(&self) -> &str {
        match self {
            Self::Cluster(cluster) => &cluster.id,
            Self::Place(place) => place.place.id(),
        }
    }
}
