//! The incidents of the measurement, and what is counted of them by looking at each: the right answers.

use incident_map::disk::gazetteer_file;
use incident_map::gazetteer::{Gazetteer, PlaceKind};
use incident_map::geo::LonLat;
use incident_map::incident::Language;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::f64::consts::{PI, TAU};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Cities that incidents lie in and boxes are drawn around.
const CITIES: usize = 40;

/// The first day, and how many there are.
const FIRST_DAY: Date = date(2022, 1, 1);
const DAYS: i64 = 1_096;

/// Share of the incidents in the wave that begins with the first day and fades over this many days; the rest is spread
/// evenly.
const WAVE: f64 = 0.3;
const WAVE_DAYS: f64 = 250.0;

/// Shares of the incidents exactly at a named spot, as reports that name one are, and out in the country; the rest lies
/// near a spot.
const AT_SPOT: f64 = 0.5;
const IN_COUNTRY: f64 = 0.03;

/// Name, title of its incidents, and weight.
const CATEGORIES: [(&str, &str, f64); 8] = [
    ("protest", "Митинг", 30.0),
    ("clash", "Столкновения", 14.0),
    ("arrest", "Задержания", 16.0),
    ("fire", "Пожар", 12.0),
    ("shooting", "Стрельба", 8.0),
    ("roadblock", "Перекрыта дорога", 9.0),
    ("outage", "Отключение интернета", 6.0),
    ("other", "Происшествие", 5.0),
];
const SPOTS: [&str; 6] = ["улица", "площадь", "проспект", "микрорайон", "рынок", "парк"];
const NAMES: [&str; 10] =
    ["Абая", "Сатпаева", "Достык", "Ауэзова", "Гоголя", "Сейфуллина", "Кунаева", "Мира", "Победы", "Жандосова"];
const SENTENCES: [&str; 6] = [
    "Очевидцы сообщают о десятках участников",
    "Движение транспорта остановлено",
    "На месте работают экстренные службы",
    "Полиция оцепила прилегающие кварталы",
    "Власти региона пока не комментируют ситуацию",
    "Мобильная связь в районе работает с перебоями",
];

/// The columns of the file.
pub const HEADER: &str = "id,date,category,title,description,place,region,source_url,lat,lon";

/// A city as the bundled gazetteer has it.
pub struct City {
    name: String,
    region: String,
    pub at: LonLat,
}

/// The largest cities of Kazakhstan, largest first.
pub fn cities() -> Vec<City> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/gazetteer.csv");
    let gazetteer = Gazetteer::from_files(&[gazetteer_file(&file)]).unwrap();
    let mut cities: Vec<(u64, City)> = Vec::new();
    for place in gazetteer.places().filter(|place| place.kind() == PlaceKind::City) {
        let above = gazetteer.path(place, None);
        if above.first().is_some_and(|country| country.id() == "kz") {
            let region = above.iter().find(|step| step.kind() == PlaceKind::Region).unwrap_or(&place);
            let (name, region) = (place.name(Language::Ru).to_owned(), region.name(Language::Ru).to_owned());
            cities.push((place.population().unwrap_or(0), City { name, region, at: place.position() }));
        }
    }
    cities.sort_by_key(|(population, _)| Reverse(*population));
    cities.into_iter().map(|(_, city)| city).take(CITIES).collect()
}

/// Weights summed up, to be picked from by [`pick`].
fn summed(weights: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sum = 0.0;
    weights.map(|weight| (sum += weight, sum).1).collect()
}

fn zipf(count: usize, exponent: f64) -> Vec<f64> {
    summed((1..=count).map(|rank| (rank as f64).powf(-exponent)))
}

fn pick(sums: &[f64], random: &mut StdRng) -> usize {
    let at = random.random::<f64>() * sums[sums.len() - 1];
    sums.partition_point(|sum| *sum < at).min(sums.len() - 1)
}

/// A position about `lat` and `lon` degrees from another one, normally distributed (Box and Muller 1958).
fn scattered(at: LonLat, lat: f64, lon: f64, random: &mut StdRng) -> LonLat {
    let (radius, angle) = ((-2.0 * (1.0 - random.random::<f64>()).ln()).sqrt(), TAU * random.random::<f64>());
    LonLat { lon: at.lon + lon * radius * angle.cos(), lat: at.lat + lat * radius * angle.sin() }
}

/// Writes the file, the same for the same number of rows.
pub fn write(path: &Path, count: u32) {
    let mut random = StdRng::seed_from_u64(20_220_105);
    let cities = cities();
    let mut spots = Vec::new();
    for (rank, city) in (1..).zip(&cities) {
        let names = (0..(400 / rank).max(20)).map(|_| {
            let (kind, name) = (SPOTS.choose(&mut random).unwrap(), NAMES.choose(&mut random).unwrap());
            (format!("{kind} {name}, {}", city.name), scattered(city.at, 0.03, 0.045, &mut random))
        });
        let names: Vec<_> = names.collect();
        let weights = zipf(names.len(), 0.8);
        spots.push((names, weights));
    }
    let (by_size, by_kind) = (zipf(cities.len(), 1.0), summed(CATEGORIES.iter().map(|category| category.2)));
    let mut out = BufWriter::new(File::create(path).unwrap());
    writeln!(out, "{HEADER}").unwrap();
    for id in 1..=count {
        let city = pick(&by_size, &mut random);
        let (names, weights) = &spots[city];
        let (name, spot) = &names[pick(weights, &mut random)];
        let luck: f64 = random.random();
        let at = if luck < AT_SPOT {
            *spot
        } else if luck < 1.0 - IN_COUNTRY {
            scattered(*spot, 0.012, 0.017, &mut random)
        } else {
            scattered(*spot, 0.6, 0.9, &mut random)
        };
        let wave = (-WAVE_DAYS * (1.0 - random.random::<f64>()).ln()) as i64;
        let day = if random.random_bool(WAVE) { wave.min(DAYS - 1) } else { random.random_range(0..DAYS) };
        let day = FIRST_DAY + day.days();
        let (category, title, _) = CATEGORIES[pick(&by_kind, &mut random)];
        let (first, second) = (SENTENCES.choose(&mut random).unwrap(), SENTENCES.choose(&mut random).unwrap());
        let (region, link) = (&cities[city].region, random.random_range(0..1_000_000));
        let words = format!("\"{title}: {name}\",{first}. {second}.,\"{name}\",{region}");
        let link = format!("https://news.example/{}/{:02}/{link}", day.year(), day.month());
        writeln!(out, "{id},{day},{category},{words},{link},{:.6},{:.6}", at.lat, at.lon).unwrap();
    }
    out.flush().unwrap();
}

/// What answers are checked by.
pub struct Incident {
    pub date: Date,
    pub category: &'static str,
    pub at: LonLat,
}

/// Reads a file with the columns of [`HEADER`] in any order.
pub fn read(path: &Path) -> Vec<Incident> {
    let mut file = csv::Reader::from_path(path).unwrap();
    let headers = file.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let columns = ["date", "category", "lon", "lat"].map(column);
    let mut names: HashMap<String, &'static str> = HashMap::new();
    let mut record = csv::StringRecord::new();
    let mut incidents = Vec::new();
    while file.read_record(&mut record).unwrap() {
        let [date, category, lon, lat] = columns.map(|column| &record[column]);
        // A handful of names, for as long as the measurement runs.
        let category = *names.entry(category.to_owned()).or_insert_with(|| category.to_owned().leak());
        let at = LonLat { lon: lon.parse().unwrap(), lat: lat.parse().unwrap() };
        incidents.push(Incident { date: date[..10].parse().unwrap(), category, at });
    }
    incidents
}

/// The categories that occur, in order of name.
pub fn categories(incidents: &[Incident]) -> Vec<&'static str> {
    let names: std::collections::BTreeSet<_> = incidents.iter().map(|incident| incident.category).collect();
    names.into_iter().collect()
}

/// A square of Web Mercator.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    pub z: u32,
    pub x: u32,
    pub y: u32,
}

impl Tile {
    pub fn of(at: LonLat, z: u32) -> Self {
        let sin = at.lat.to_radians().sin();
        let (x, y) = ((at.lon + 180.0) / 360.0, 0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * PI));
        let tiles = f64::from(z).exp2();
        Self { z, x: (x * tiles) as u32, y: (y * tiles) as u32 }
    }
}

/// The tiles of these levels with the number of incidents in them, fullest first.
pub fn tiles(incidents: &[Incident], levels: std::ops::RangeInclusive<u32>) -> Vec<(Tile, usize)> {
    let mut counts: HashMap<Tile, usize> = HashMap::new();
    for z in levels {
        for incident in incidents {
            *counts.entry(Tile::of(incident.at, z)).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(tile, count)| (Reverse(*count), *tile));
    counts
}
