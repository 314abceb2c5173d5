//! OpenStreetMap extracts (`.osm.pbf`): settlements, quarters, streets, squares and public places with their names.
//!
//! Two passes over the file: the first takes what is named, the second the coordinates of the nodes that named ways need, so that
//! memory grows with what is taken. Tags as on wiki.openstreetmap.org/wiki/Map_features; administrative areas are left to other sources.

use super::stack::{Origin, Record};
use super::towns::Towns;
use super::{NameStatus, PlaceKind, Toponym, Validity};
use crate::geo::{LonLat, Shape};
use crate::incident::Language;
use crate::text::fold;
use osmpbf::{Element, ElementReader};
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read};

/// Whether a file is an OpenStreetMap extract: the first block of every one is an `OSMHeader`.
pub(super) fn is_extract(bytes: &[u8]) -> bool {
    bytes.get(4..15) == Some(b"\x0a\x09OSMHeader")
}

/// A named way while its coordinates are looked for.
struct Way {
    id: i64,
    kind: PlaceKind,
    toponyms: Vec<Toponym>,
    nodes: Vec<i64>,
}

/// Reads an extract. Streets without a settlement near them are counted in `skipped`.
pub(super) fn read<R: Read + Send>(
    open: &dyn Fn() -> io::Result<R>,
    skipped: &mut BTreeMap<String, u64>,
) -> Result<Vec<Record>, osmpbf::Error> {
    let mut records: Vec<Record> = Vec::new();
    let mut ways: Vec<Way> = Vec::new();
    let mut positions: HashMap<i64, Option<(f64, f64)>> = HashMap::new();
    ElementReader::new(open()?).for_each(|element| match element {
        Element::Node(node) => records.extend(of_node(node.id(), node.lon(), node.lat(), node.tags())),
        Element::DenseNode(node) => records.extend(of_node(node.id(), node.lon(), node.lat(), node.tags())),
        Element::Way(way) => {
            let tags: HashMap<&str, &str> = way.tags().collect();
            let Some(kind) = kind_of(&tags, true) else { return };
            let toponyms = toponyms_of(&tags, kind);
            if toponyms.is_empty() {
                return;
            }
            let nodes: Vec<i64> = way.refs().collect();
            positions.extend(nodes.iter().map(|node| (*node, None)));
            ways.push(Way { id: way.id(), kind, toponyms, nodes });
        }
        Element::Relation(_) => {}
    })?;
    let mut place = |id: i64, lon: f64, lat: f64| {
        if let Some(position) = positions.get_mut(&id) {
            *position = Some((lon, lat));
        }
    };
    ElementReader::new(open()?).for_each(|element| match element {
        Element::Node(node) => place(node.id(), node.lon(), node.lat()),
        Element::DenseNode(node) => place(node.id(), node.lon(), node.lat()),
        Element::Way(_) | Element::Relation(_) => {}
    })?;
    add_ways(ways, &positions, &mut records, skipped);
    Ok(records)
}

fn of_node<'a>(id: i64, lon: f64, lat: f64, tags: impl Iterator<Item = (&'a str, &'a str)>) -> Option<Record> {
    let tags: HashMap<&str, &str> = tags.collect();
    let kind = kind_of(&tags, false)?;
    let toponyms = toponyms_of(&tags, kind);
    let position = LonLat::new(lon, lat).ok()?;
    let population = tags.get("population").and_then(|text| text.replace([' ', ','], "").parse().ok()).unwrap_or(0);
    (!toponyms.is_empty()).then(|| Record {
        origin: Origin::Node,
        number: id.unsigned_abs(),
        kind,
        toponyms,
        position,
        country: "".into(),
        admin1: "".into(),
        population,
        shape: None,
        uncertainty_m: None,
        is_of_town: false,
    })
}

/// What an object is; `None` for what this program does not place. Most objects have no name and end here at once.
fn kind_of(tags: &HashMap<&str, &str>, is_way: bool) -> Option<PlaceKind> {
    if !tags.keys().any(|key| *key == "name" || key.starts_with("name:")) {
        return None;
    }
    let tag = |key: &str| tags.get(key).copied().unwrap_or("");
    let by_place = match tag("place") {
        "city" => Some(PlaceKind::City),
        "town" => Some(PlaceKind::Town),
        "village" | "hamlet" => Some(PlaceKind::Village),
        "suburb" | "quarter" | "neighbourhood" | "borough" => Some(PlaceKind::Quarter),
        "square" => Some(PlaceKind::Square),
        _ => None,
    };
    if let Some(kind) = by_place {
        // The outline of a settlement repeats the node that stands for it.
        return Some(kind).filter(|kind| !is_way || !kind.is_settlement());
    }
    let is_street = matches!(
        tag("highway"),
        "motorway"
            | "trunk"
            | "primary"
            | "secondary"
            | "tertiary"
            | "unclassified"
            | "residential"
            | "living_street"
            | "pedestrian"
    );
    Some(match () {
        () if is_way && is_street => PlaceKind::Street,
        () if tag("aeroway") == "aerodrome" => PlaceKind::Airport,
        () if matches!(tag("railway"), "station" | "halt") || tag("amenity") == "bus_station" => PlaceKind::Station,
        () if tag("amenity") == "marketplace" => PlaceKind::Market,
        () if tag("leisure") == "park" => PlaceKind::Park,
        () if matches!(
            tag("amenity"),
            "townhall" | "police" | "courthouse" | "hospital" | "university" | "prison" | "theatre"
        ) || matches!(tag("office"), "government" | "diplomatic") =>
        {
            PlaceKind::Building
        }
        () => return None,
    })
}

const LANGUAGES: [(&str, Language); 4] =
    [("ru", Language::Ru), ("kk", Language::Kk), ("en", Language::En), ("uk", Language::Uk)];

/// Keys of names, and their standing.
const NAME_KEYS: [(&str, NameStatus); 6] = [
    ("name", NameStatus::Official),
    ("official_name", NameStatus::Alternative),
    ("alt_name", NameStatus::Alternative),
    ("loc_name", NameStatus::Alternative),
    ("short_name", NameStatus::Short),
    ("old_name", NameStatus::Former),
];

fn toponyms_of(tags: &HashMap<&str, &str>, kind: PlaceKind) -> Vec<Toponym> {
    let mut toponyms: Vec<Toponym> = Vec::new();
    let mut add = |text: &str, language: Language, status: NameStatus| {
        for name in text.split(';').map(|name| without_kind_word(name, kind)).filter(|name| !name.is_empty()) {
            let has_official =
                toponyms.iter().any(|known| known.language == language && known.status == NameStatus::Official);
            let status = if status == NameStatus::Official && has_official { NameStatus::Alternative } else { status };
            if toponyms.iter().all(|known| known.name != name || known.language != language) {
                toponyms.push(Toponym { name, language, status, validity: Validity::default() });
            }
        }
    };
    for (key, status) in NAME_KEYS {
        for (code, language) in LANGUAGES {
            if let Some(text) = tags.get(format!("{key}:{code}").as_str()) {
                add(text, language, status);
            }
        }
    }
    for (key, status) in NAME_KEYS {
        if let Some(text) = tags.get(key) {
            add(text, super::geonames::language_of(text), status);
        }
    }
    if let Some(text) = tags.get("int_name") {
        add(text, Language::En, NameStatus::Alternative);
    }
    toponyms.sort_by_key(|toponym| toponym.status != NameStatus::Official);
    toponyms
}

/// Words for the kind that OpenStreetMap writes into names, folded.
const KIND_WORDS: [&str; 58] = [
    "улица",
    "ул",
    "проспект",
    "пр",
    "просп",
    "переулок",
    "пер",
    "бульвар",
    "шоссе",
    "набережная",
    "проезд",
    "площадь",
    "пл",
    "сквер",
    "парк",
    "микрорайон",
    "мкр",
    "мкрн",
    "квартал",
    "аэропорт",
    "вокзал",
    "станция",
    "рынок",
    "базар",
    "кошеси",
    "коше",
    "дангылы",
    "дангыл",
    "тас",
    "жолы",
    "аланы",
    "саябагы",
    "ыкшамауданы",
    "ыкшам",
    "шагынауданы",
    "ауданы",
    "мелтек",
    "ауежайы",
    "вокзалы",
    "базары",
    "street",
    "avenue",
    "road",
    "boulevard",
    "lane",
    "square",
    "park",
    "airport",
    "station",
    "market",
    "microdistrict",
    "вулиця",
    "площа",
    "проспекты",
    "бульвары",
    "st",
    "ave",
    "koshesi",
];

/// A name without its kind word: `улица Абая` of a street is `Абая`. Settlements keep theirs.
pub(super) fn without_kind_word(name: &str, kind: PlaceKind) -> String {
    let name = name.trim();
    if kind.is_settlement() || kind == PlaceKind::Building {
        return name.to_owned();
    }
    let is_kind_word = |word: &str| KIND_WORDS.contains(&fold(word.trim_matches(['.', ','])).as_str());
    let words: Vec<&str> = name.split_whitespace().filter(|word| !is_kind_word(word)).collect();
    if words.is_empty() { name.to_owned() } else { words.join(" ") }
}

/// A street while its ways come together.
struct Street {
    id: i64,
    toponyms: Vec<Toponym>,
    points: Vec<LonLat>,
}

/// Makes places of ways: streets of one name in one settlement become one, everything else stands where its middle is.
fn add_ways(
    ways: Vec<Way>,
    positions: &HashMap<i64, Option<(f64, f64)>>,
    records: &mut Vec<Record>,
    skipped: &mut BTreeMap<String, u64>,
) {
    let towns = Towns::of(records.iter().map(|record| (record.kind, record.position)));
    let mut streets: BTreeMap<(usize, String), Street> = BTreeMap::new();
    for way in ways {
        let points: Vec<LonLat> = way
            .nodes
            .iter()
            .filter_map(|node| positions.get(node).copied().flatten())
            .filter_map(|(lon, lat)| LonLat::new(lon, lat).ok())
            .collect();
        let Some(middle) = points.get(points.len() / 2).copied() else {
            *skipped.entry("ways without coordinates".to_owned()).or_default() += 1;
            continue;
        };
        if way.kind == PlaceKind::Street {
            let Some(town) = towns.around(middle) else {
                *skipped.entry("streets outside settlements".to_owned()).or_default() += 1;
                continue;
            };
            let key = (town, fold(&way.toponyms[0].name));
            let street =
                streets.entry(key).or_insert_with(|| Street { id: way.id, toponyms: Vec::new(), points: Vec::new() });
            street.id = way.id.min(street.id);
            street.toponyms.extend(way.toponyms);
            street.points.extend(points);
            continue;
        }
        let (mut lon, mut lat) = (0.0, 0.0);
        for point in &points {
            (lon, lat) = (lon + point.lon / points.len() as f64, lat + point.lat / points.len() as f64);
        }
        let centre = LonLat { lon, lat };
        let radius = points.iter().map(|point| point.distance_m(centre)).fold(0.0, f64::max);
        records.push(of_way(way.id, way.kind, way.toponyms, centre, None, radius.max(50.0)));
    }
    for Street { id, mut toponyms, points } in streets.into_values() {
        let mut seen = std::collections::HashSet::new();
        toponyms.retain(|toponym| seen.insert((toponym.name.clone(), toponym.language)));
        let line = line_through(&points);
        let (first, last) = (line[0], line[line.len() - 1]);
        let middle = line[line.len() / 2];
        let half = first.distance_m(last) / 2.0;
        let geometry = geo_types::LineString::from(line.iter().map(|at| (at.lon, at.lat)).collect::<Vec<_>>());
        let shape = Shape::from_geometry(geometry.into()).ok();
        records.push(of_way(id, PlaceKind::Street, toponyms, middle, shape, half + LINE_ERROR_M));
    }
}

/// How far (metres) a street may run beside the line of averages that stands for it.
const LINE_ERROR_M: f64 = 100.0;

fn of_way(
    id: i64,
    kind: PlaceKind,
    toponyms: Vec<Toponym>,
    position: LonLat,
    shape: Option<Shape>,
    uncertainty_m: f64,
) -> Record {
    Record {
        origin: Origin::Way,
        number: id.unsigned_abs(),
        kind,
        toponyms,
        position,
        country: "".into(),
        admin1: "".into(),
        population: 0,
        shape: shape.map(Box::new),
        uncertainty_m: Some(uncertainty_m.round()),
        is_of_town: false,
    }
}

/// Stretches of the line that stands for a street.
const STRETCHES: usize = 8;

/// One line through the points of all ways of a street: along their longest axis, the mean of the points in each stretch.
fn line_through(points: &[LonLat]) -> Vec<LonLat> {
    let count = points.len() as f64;
    let scale = points[0].lat.to_radians().cos();
    let (mean_x, mean_y) =
        points.iter().fold((0.0, 0.0), |(x, y), at| (x + at.lon * scale / count, y + at.lat / count));
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for at in points {
        let (x, y) = (at.lon * scale - mean_x, at.lat - mean_y);
        (xx, xy, yy) = (xx + x * x, xy + x * y, yy + y * y);
    }
    // The main axis of the points' ellipse.
    let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
    let (cos, sin) = (angle.cos(), angle.sin());
    let mut along: Vec<(f64, LonLat)> =
        points.iter().map(|at| ((at.lon * scale - mean_x) * cos + (at.lat - mean_y) * sin, *at)).collect();
    along.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (first, last) = (along[0], along[along.len() - 1]);
    let length = last.0 - first.0;
    let mut line = vec![first.1];
    for stretch in 1..STRETCHES {
        let (from, to) = ((stretch as f64 - 0.5) / STRETCHES as f64, (stretch as f64 + 0.5) / STRETCHES as f64);
        let inside: Vec<LonLat> = along
            .iter()
            .filter(|(at, _)| (from * length..to * length).contains(&(at - first.0)))
            .map(|(_, at)| *at)
            .collect();
        if !inside.is_empty() {
            let share = inside.len() as f64;
            line.push(LonLat {
                lon: inside.iter().map(|at| at.lon / share).sum(),
                lat: inside.iter().map(|at| at.lat / share).sum(),
            });
        }
    }
    line.push(last.1);
    line.dedup();
    line
}
