//! What the servers are asked for, under the address of each, and whether their answers are right.

use crate::incidents::{self, City, Incident, Tile};
use fast_mvt::{MvtReaderRef, MvtValueRef};
use incident_map::geo::{Bbox, LonLat};
use jiff::ToSpan;
use jiff::civil::Date;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Incidents on a page.
const LIMIT: usize = 1_000;

/// Points that a tile gives at most.
const TILE_POINTS: usize = 10_000;

/// Half the width and height in degrees of the box around a city.
const HALF_BOX: (f64, f64) = (0.15, 0.1);

/// Zoom levels at which clusters are asked for, of a screen four tiles wide and two and a half high.
const CLUSTER_ZOOMS: [u32; 3] = [5, 8, 11];

/// Tiles of single incidents: how deep, and how many.
const POINT_ZOOM: u32 = 10;
const POINT_TILES: usize = 120;

/// Filtered tiles: as many as no server answers in the time of a measurement, and how many of them are checked.
const FILTERED_TILES: usize = 400_000;
pub const FILTERED_CHECKED: usize = 400;

/// Whose addresses and answers.
#[derive(Clone, Copy, PartialEq)]
pub enum Dialect {
    Ours,
    Tipg,
    Martin,
}

/// A box with as many digits as addresses have, so that both sides mean the same.
fn around(at: LonLat, (width, height): (f64, f64)) -> Bbox {
    let short = |degrees: f64| (degrees * 1e4).round() / 1e4;
    let (west, east) = (short(at.lon - width), short(at.lon + width));
    Bbox { west, south: short(at.lat - height), east, north: short(at.lat + height) }
}

/// Whether a position lies in a box, as plainly as can be.
pub fn is_inside(bounds: Bbox, at: LonLat) -> bool {
    bounds.west <= at.lon && at.lon <= bounds.east && bounds.south <= at.lat && at.lat <= bounds.north
}

/// One category on some days, both ends included.
#[derive(Clone, Copy)]
pub struct Filter {
    first: Date,
    last: Date,
    category: &'static str,
}

impl Filter {
    fn passes(&self, incident: &Incident) -> bool {
        incident.category == self.category && (self.first..=self.last).contains(&incident.date)
    }

    fn query(&self) -> String {
        format!("&datetime={}/{}&category={}", self.first, self.last, self.category)
    }
}

/// One request; `count` is how many incidents it is about.
#[derive(Clone)]
pub enum Ask {
    Items { bounds: Bbox, filter: Option<Filter>, count: usize },
    Clusters { bounds: Bbox, zoom: u32, count: usize },
    Histogram { bounds: Bbox, count: usize },
    ClusterTile { tile: Tile, filter: Option<Filter>, count: usize },
    PointTile { tile: Tile, count: usize },
    Item { id: String, key: u32 },
    Whole { count: usize },
}

impl Ask {
    /// The address below the base of the server; `None` when it has nothing like it.
    pub fn path(&self, dialect: Dialect) -> Option<String> {
        match dialect {
            Dialect::Ours => Some(self.own_path()),
            Dialect::Tipg => self.tipg_path(),
            Dialect::Martin => match self {
                Self::ClusterTile { tile: Tile { z, x, y }, filter: None, .. }
                | Self::PointTile { tile: Tile { z, x, y }, .. } => Some(format!("/{z}/{x}/{y}")),
                _ => None,
            },
        }
    }

    fn own_path(&self) -> String {
        let query = |filter: &Option<Filter>| filter.as_ref().map(Filter::query).unwrap_or_default();
        match self {
            Self::Items { bounds, filter, .. } => format!(".geojson?bbox={bounds}&limit={LIMIT}{}", query(filter)),
            Self::Clusters { bounds, zoom, .. } => format!("/clusters.geojson?bbox={bounds}&zoom={zoom}"),
            Self::Histogram { bounds, .. } => format!("/histogram.json?unit=day&bbox={bounds}"),
            Self::ClusterTile { tile: Tile { z, x, y }, filter, .. } => {
                format!("/tiles/{z}/{x}/{y}.mvt{}", query(filter).replacen('&', "?", 1))
            }
            Self::PointTile { tile: Tile { z, x, y }, .. } => format!("/tiles/{z}/{x}/{y}.mvt?cluster=false"),
            Self::Item { id, .. } => format!("/items/{id}"),
            Self::Whole { .. } => ".geojson".to_owned(),
        }
    }

    fn tipg_path(&self) -> Option<String> {
        match self {
            Self::Items { bounds, filter, .. } => {
                // It leaves out the end of an interval.
                let filter = filter.as_ref().map(|Filter { first, last, category }| {
                    let end = *last + 1.day();
                    format!("&datetime={first}T00:00:00Z/{end}T00:00:00Z&category={category}")
                });
                Some(format!("/items?f=geojson&bbox={bounds}&limit={LIMIT}{}", filter.unwrap_or_default()))
            }
            Self::PointTile { tile: Tile { z, x, y }, .. } => {
                Some(format!("/tiles/WebMercatorQuad/{z}/{x}/{y}?properties=id,date,category,title"))
            }
            Self::Item { key, .. } => Some(format!("/items/{key}?f=geojson")),
            Self::Whole { count } => Some(format!("/items?f=geojson&limit={count}")),
            _ => None,
        }
    }

    /// What is wrong with an answer.
    pub fn check(&self, dialect: Dialect, body: &[u8]) -> Result<(), String> {
        let json = || serde_json::from_slice::<Value>(body).map_err(|error| error.to_string());
        match self {
            Self::Items { bounds, filter, count } => is_page(&json()?, *bounds, filter.as_ref(), *count),
            Self::Clusters { count, .. } => is_clusters(&json()?, *count),
            Self::Histogram { count, .. } => {
                let answer = json()?;
                let bins = answer["bins"].as_array().map(Vec::as_slice).unwrap_or_default();
                is_same("incidents", &answer["matched"], *count)?;
                is_same(
                    "sum of the bins",
                    &bins.iter().filter_map(|bin| bin["count"].as_u64()).sum::<u64>().into(),
                    *count,
                )
            }
            Self::Item { id, key } => {
                let answer = json()?;
                let is_it = if dialect == Dialect::Ours {
                    answer["id"] == **id && answer["properties"]["key"] == *key.to_string()
                } else {
                    answer["id"].to_string().trim_matches('"') == key.to_string()
                };
                if is_it { Ok(()) } else { Err(format!("another incident than {key}")) }
            }
            Self::Whole { count } => {
                let whole: Collection = serde_json::from_slice(body).map_err(|error| error.to_string())?;
                let keys: HashSet<&Value> = whole.features.iter().map(|feature| feature.key(dialect)).collect();
                is_same("numberMatched", &whole.number_matched.into(), *count)?;
                is_same("features", &whole.features.len().into(), *count)?;
                is_same("different keys", &keys.len().into(), *count)
            }
            Self::ClusterTile { count, .. } if dialect == Dialect::Ours => {
                let drawn = Drawn::of(body)?;
                is_same("matched of the tile", &drawn.matched.into(), *count)?;
                is_same("sum of the counts", &drawn.counted.into(), *count)
            }
            Self::PointTile { count, .. } if dialect == Dialect::Ours => {
                let drawn = Drawn::of(body)?;
                is_same("matched of the tile", &drawn.matched.into(), *count)?;
                is_same("points", &drawn.features.into(), (*count).min(TILE_POINTS))
            }
            Self::ClusterTile { .. } | Self::PointTile { .. } => {
                if Drawn::of(body)?.features > 0 {
                    Ok(())
                } else {
                    Err("an empty tile".to_owned())
                }
            }
        }
    }

    /// How many incidents the answer is about by its own words: what a change of the layer changes.
    pub fn stated(&self, body: &[u8]) -> u64 {
        match self {
            Self::ClusterTile { .. } | Self::PointTile { .. } => Drawn::of(body).map_or(0, |drawn| drawn.matched),
            _ => {
                let answer: Value = serde_json::from_slice(body).unwrap_or_default();
                answer["numberMatched"].as_u64().or(answer["matched"].as_u64()).unwrap_or(0)
            }
        }
    }
}

fn is_same(what: &str, found: &Value, right: usize) -> Result<(), String> {
    if found.as_u64() == Some(right as u64) { Ok(()) } else { Err(format!("{what}: {found} instead of {right}")) }
}

fn is_page(answer: &Value, bounds: Bbox, filter: Option<&Filter>, count: usize) -> Result<(), String> {
    is_same("numberMatched", &answer["numberMatched"], count)?;
    let features = answer["features"].as_array().map(Vec::as_slice).unwrap_or_default();
    is_same("features", &features.len().into(), count.min(LIMIT))?;
    for feature in features {
        let axis = |at: usize| feature["geometry"]["coordinates"][at].as_f64().unwrap_or(f64::NAN);
        let properties = &feature["properties"];
        let date = properties["occurred"].as_str().or(properties["date"].as_str()).and_then(|date| date.get(..10));
        let date = date.and_then(|date| date.parse().ok()).unwrap_or(Date::MIN);
        let passes = filter.is_none_or(|filter| {
            properties["category"] == filter.category && (filter.first..=filter.last).contains(&date)
        });
        if !passes || !is_inside(bounds, LonLat { lon: axis(0), lat: axis(1) }) {
            return Err(format!("outside of what was asked for: {feature}"));
        }
    }
    Ok(())
}

fn is_clusters(answer: &Value, count: usize) -> Result<(), String> {
    is_same("numberMatched", &answer["numberMatched"], count)?;
    let features = answer["features"].as_array().map(Vec::as_slice).unwrap_or_default();
    let counted: u64 = features.iter().map(|feature| feature["properties"]["count"].as_u64().unwrap_or(1)).sum();
    is_same("sum of the counts", &(counted + answer["inAreas"].as_u64().unwrap_or(0)).into(), count)
}

/// A whole layer, whose geometries and texts would take too much memory.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Collection {
    number_matched: usize,
    features: Vec<Feature>,
}

#[derive(serde::Deserialize)]
struct Feature {
    id: Value,
    properties: Properties,
}

#[derive(serde::Deserialize)]
struct Properties {
    #[serde(default)]
    key: Value,
}

impl Feature {
    fn key(&self, dialect: Dialect) -> &Value {
        if dialect == Dialect::Ours { &self.properties.key } else { &self.id }
    }
}

/// What a tile shows.
#[derive(Default)]
struct Drawn {
    features: u64,
    /// Sum of the property `count`, which a lone incident may lack.
    counted: u64,
    /// As the layer `totals` of our own tiles says.
    matched: u64,
}

impl Drawn {
    fn of(tile: &[u8]) -> Result<Self, String> {
        let reader = MvtReaderRef::new(tile).map_err(|error| error.to_string())?;
        let mut drawn = Self::default();
        for layer in reader.layers() {
            for feature in layer.features() {
                let properties = feature.properties_vec().map_err(|error| error.to_string())?;
                let number = |name: &str| {
                    properties.iter().find(|(known, _)| *known == name).and_then(|(_, value)| match value {
                        MvtValueRef::UInt(number) => Some(*number),
                        MvtValueRef::Int(number) | MvtValueRef::SInt(number) => u64::try_from(*number).ok(),
                        _ => None,
                    })
                };
                if layer.name() == "totals" {
                    drawn.matched = number("matched").unwrap_or(0);
                    drawn.counted += number("in_areas").unwrap_or(0);
                } else {
                    drawn.features += 1;
                    drawn.counted += number("count").unwrap_or(1);
                }
            }
        }
        Ok(drawn)
    }
}

/// Requests of one kind, cycled under load.
pub struct Scenario {
    pub letter: &'static str,
    pub title: &'static str,
    pub asks: Vec<Ask>,
    /// Whether no request is ever made twice.
    pub is_once: bool,
    /// How many are under way at a time.
    pub connections: usize,
}

/// As many as a browser or two open.
pub const CONNECTIONS: usize = 8;

/// All scenarios but the one by id, whose ids only the server knows.
pub fn scenarios(incidents: &[Incident], cities: &[City]) -> Vec<Scenario> {
    let cycled = |letter, title, asks| Scenario { letter, title, asks, is_once: false, connections: CONNECTIONS };
    let low: Vec<(Tile, usize)> = incidents::tiles(incidents, 4..=6);
    let low: Vec<_> = low.into_iter().filter(|(_, count)| *count >= incidents.len() / 2_000).collect();
    let cluster_tiles = low.iter().map(|&(tile, count)| Ask::ClusterTile { tile, filter: None, count });
    let full = incidents::tiles(incidents, POINT_ZOOM..=POINT_ZOOM).into_iter().take(POINT_TILES);
    let point_tiles = full.map(|(tile, count)| Ask::PointTile { tile, count });
    let whole = vec![Ask::Whole { count: incidents.len() }];
    vec![
        cycled("a", "box of a city, 1,000 features", boxes(incidents, cities)),
        cycled("b", "the same on some days, of one category", filtered_boxes(incidents, cities)),
        Scenario { letter: "c", title: "whole layer, one at a time", asks: whole, is_once: false, connections: 1 },
        cycled("d", "tiles with clusters, z4 to z6", cluster_tiles.collect()),
        Scenario {
            letter: "d2",
            title: "the same, filtered, none asked for twice",
            asks: filtered_tiles(incidents, &low),
            is_once: true,
            connections: CONNECTIONS,
        },
        cycled("e", "the fullest tiles with points, z10", point_tiles.collect()),
        cycled("k", "clusters of a screen, z5, z8 and z11", clusters(incidents, cities)),
        cycled("l", "histogram by day of a box", histograms(incidents, cities)),
    ]
}

fn inside(incidents: &[Incident], bounds: Bbox) -> impl Iterator<Item = &Incident> {
    incidents.iter().filter(move |incident| is_inside(bounds, incident.at))
}

fn boxes(incidents: &[Incident], cities: &[City]) -> Vec<Ask> {
    let ask = |city: &City| {
        let bounds = around(city.at, HALF_BOX);
        Ask::Items { bounds, filter: None, count: inside(incidents, bounds).count() }
    };
    cities.iter().map(ask).collect()
}

fn filtered_boxes(incidents: &[Incident], cities: &[City]) -> Vec<Ask> {
    let mut random = StdRng::seed_from_u64(7);
    let categories = incidents::categories(incidents);
    let mut asks = Vec::new();
    for city in cities {
        let bounds = around(city.at, HALF_BOX);
        let here: Vec<&Incident> = inside(incidents, bounds).collect();
        for _ in 0..3 {
            let first = incidents.choose(&mut random).unwrap().date;
            let last = first + [6, 29, 59].choose(&mut random).copied().unwrap().days();
            let filter = Filter { first, last, category: categories.choose(&mut random).unwrap() };
            let count = here.iter().filter(|incident| filter.passes(incident)).count();
            asks.push(Ask::Items { bounds, filter: Some(filter), count });
        }
    }
    asks
}

fn clusters(incidents: &[Incident], cities: &[City]) -> Vec<Ask> {
    let mut asks = Vec::new();
    for zoom in CLUSTER_ZOOMS {
        let tile = 360.0 / f64::from(zoom).exp2();
        for city in cities {
            let bounds = around(city.at, (2.0 * tile, 1.25 * tile * city.at.lat.to_radians().cos()));
            asks.push(Ask::Clusters { bounds, zoom, count: inside(incidents, bounds).count() });
        }
    }
    asks
}

fn histograms(incidents: &[Incident], cities: &[City]) -> Vec<Ask> {
    let ask = |city: &City| {
        let bounds = around(city.at, HALF_BOX);
        Ask::Histogram { bounds, count: inside(incidents, bounds).count() }
    };
    cities.iter().map(ask).collect()
}

/// Tiles under filters that are all different; the first of them are counted, to be checked.
fn filtered_tiles(incidents: &[Incident], tiles: &[(Tile, usize)]) -> Vec<Ask> {
    let mut random = StdRng::seed_from_u64(11);
    let categories = incidents::categories(incidents);
    let (first, last) = (incidents.iter().map(|one| one.date).min(), incidents.iter().map(|one| one.date).max());
    let days = last.unwrap().since(first.unwrap()).unwrap().get_days().max(1);
    let mut filters = HashSet::new();
    let mut asks = Vec::new();
    while asks.len() < FILTERED_TILES {
        let (tile, _) = tiles[asks.len() % tiles.len()];
        let (start, length) = (random.random_range(0..days), random.random_range(6..days));
        let category = *categories.choose(&mut random).unwrap();
        if filters.insert((tile, start, length, category)) {
            let first = first.unwrap() + start.days();
            let filter = Filter { first, last: first + length.days(), category };
            asks.push(Ask::ClusterTile { tile, filter: Some(filter), count: 0 });
        }
    }
    let mut inside: HashMap<Tile, Vec<&Incident>> = HashMap::new();
    for incident in incidents {
        for z in 4..=6 {
            inside.entry(Tile::of(incident.at, z)).or_default().push(incident);
        }
    }
    for ask in asks.iter_mut().take(FILTERED_CHECKED) {
        if let Ask::ClusterTile { tile, filter: Some(filter), count } = ask {
            *count = inside[tile].iter().filter(|incident| filter.passes(incident)).count();
        }
    }
    asks
}
