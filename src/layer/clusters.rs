//! Incidents that lie close together at a zoom level, as one feature with exact counts.
//!
//! A cluster is a cell of a grid that is the same for every filter and every part of the map: its id stays, the counts of all cells add
//! up, and the cells of a level nest in those of the level above. What is drawn as an area never becomes part of a dot.

use super::body::write_point;
use super::places::{PlaceFeature, Site, SiteTally, is_area, place_feature};
use super::segment::{Run, RunKind, Segment, UNDATED};
use super::tally::Tally;
use super::world::{Cell, WorldPoint};
use super::{Row, Selection, Snapshot};
use crate::geo::{Bbox, LonLat};
use crate::incident::Precision;
use foldhash::HashMap;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

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

    /// Takes the members of another one.
    fn merge(&mut self, other: &Self) {
        let differ = (other.point.x ^ self.point.x) | (other.point.y ^ self.point.y);
        self.spread |= differ | other.spread;
        self.lon_sum += other.lon_sum;
        self.lat_sum += other.lat_sum;
        self.bbox = self.bbox.union(other.bbox);
        self.has_several_sites |= other.has_several_sites || other.site != self.site;
        if other.uncertainty_m > self.uncertainty_m {
            (self.uncertainty_m, self.row) = (other.uncertainty_m, other.row);
        }
        self.tally.merge(&other.tally);
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

/// What is counted of all rows of a run that lies in one cell.
#[derive(Debug, Clone)]
pub(super) struct RunSummary {
    /// None when all of them are drawn as areas, or the run lies in no cell.
    cluster: Option<Cluster>,
    in_areas: usize,
}

/// The selected incidents that are drawn as points or lines, by cell of a level; and how many are drawn as areas.
pub(super) fn by_cell(selection: &Selection<'_>, level: u32) -> (Vec<Cluster>, usize) {
    let snapshot = selection.snapshot();
    let mut grid = Grid { snapshot, level, clusters: Vec::new(), numbers: HashMap::default(), in_areas: 0 };
    for stretch in selection.stretches().filter(|stretch| stretch.run.kind() != RunKind::Unlocated) {
        let is_in_one_cell = stretch.run.cell().is_some_and(|cell| cell.level >= level);
        if is_in_one_cell && stretch.is_whole() {
            let live = &snapshot.segments[stretch.number as usize];
            let summaries = live.summaries(|| summaries(snapshot, stretch.number));
            grid.add_summary(&summaries[stretch.run_number as usize]);
        } else {
            grid.add_rows(stretch.number, stretch.segment, stretch.indexes());
        }
    }
    (grid.clusters, grid.in_areas)
}

fn summaries(snapshot: &Snapshot, number: u32) -> Vec<RunSummary> {
    let segment = &snapshot.segments[number as usize].segment;
    let summary = |run: &Run| {
        let Some(cell) = run.cell() else { return RunSummary { cluster: None, in_areas: 0 } };
        let mut grid =
            Grid { snapshot, level: cell.level, clusters: Vec::new(), numbers: HashMap::default(), in_areas: 0 };
        grid.add_rows(number, segment, run.rows());
        RunSummary { cluster: grid.clusters.pop(), in_areas: grid.in_areas }
    };
    segment.runs().iter().map(summary).collect()
}

/// Clusters while they are counted.
struct Grid<'a> {
    snapshot: &'a Snapshot,
    level: u32,
    clusters: Vec<Cluster>,
    numbers: HashMap<(u32, u32), usize>,
    in_areas: usize,
}

impl Grid<'_> {
    fn add_summary(&mut self, summary: &RunSummary) {
        self.in_areas += summary.in_areas;
        let Some(cluster) = &summary.cluster else { return };
        let cell = cluster.point.cell(self.level);
        match self.numbers.entry((cell.x, cell.y)) {
            Entry::Occupied(known) => self.clusters[*known.get()].merge(cluster),
            Entry::Vacant(free) => {
                free.insert(self.clusters.len());
                self.clusters.push(Cluster { cell, ..cluster.clone() });
            }
        }
    }

    fn add_rows(&mut self, number: u32, segment: &Segment, rows: impl Iterator<Item = u32>) {
        let snapshot = self.snapshot;
        let (lons, lats, xs, ys) = (segment.lons(), segment.lats(), segment.world_xs(), segment.world_ys());
        let (locations, categories) = (segment.locations(), segment.categories());
        let (starts, ends) = (segment.starts(), segment.ends());
        let mut last: Option<(Cell, usize)> = None;
        for index in rows {
            let (at, row) = (index as usize, Row { segment: number, index });
            let brief = snapshot.brief(locations[at]);
            if is_area(brief.precision) {
                self.in_areas += 1;
                continue;
            }
            let position = LonLat { lon: lons[at], lat: lats[at] };
            let point = WorldPoint { x: xs[at], y: ys[at] };
            let site = Site::new(brief.place, position);
            let cell = point.cell(self.level);
            // Rows that lie together stand together.
            let known = match last {
                Some((known, number)) if known == cell => number,
                _ => *self.numbers.entry((cell.x, cell.y)).or_insert_with(|| {
                    self.clusters.push(Cluster::new(cell, site, point, position, row));
                    self.clusters.len() - 1
                }),
            };
            last = Some((cell, known));
            let cluster = &mut self.clusters[known];
            cluster.add(snapshot, site, point, position, row);
            let start = starts[at];
            let span = (start != UNDATED).then(|| (i64::from(start), i64::from(ends[at])));
            cluster.tally.add_one(brief, categories[at], span);
        }
    }
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
