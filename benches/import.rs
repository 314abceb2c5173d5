//! A million rows with named places into a fresh database, beside `sqlite3 .import` of the same rows: `make bench-import`.
//!
//! The peer resolves no names: its file has coordinates that ours has not, and it makes indexes for box, date and category of them.
//! When $INCIDENT_MAP_BENCH_POSTGIS holds the arguments of a psql that reaches a PostGIS database, as `-h 127.0.0.1 -U bench bench`,
//! COPY into it with the same indexes is timed too. The rows are $INCIDENT_MAP_BENCH_ROWS many; each is timed
//! $INCIDENT_MAP_BENCH_ROUNDS times, in turns. Files go to the system's temporary folder, some 2 GB of them.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

use incident_map::disk::gazetteer_file;
use incident_map::gazetteer::{Gazetteer, PlaceKind};
use incident_map::incident::Language;
use incident_map::text::{russian, words};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Shares of the rows whose place is inflected, misspelt, and in no gazetteer.
const INFLECTED: f64 = 0.10;
const MISSPELT: f64 = 0.01;
const UNKNOWN: f64 = 0.005;

/// How often programs are asked for their memory.
const LOOK: Duration = Duration::from_millis(20);

const CATEGORIES: [&str; 8] = ["protest", "clash", "arrest", "fire", "shooting", "roadblock", "outage", "other"];
const TITLES: [&str; 8] = [
    "Митинг",
    "Столкновения",
    "Задержания",
    "Пожар",
    "Стрельба",
    "Перекрыта дорога",
    "Отключение интернета",
    "Происшествие",
];
const DESCRIPTIONS: [&str; 8] = [
    "Очевидцы сообщают о десятках участников",
    "Движение транспорта остановлено",
    "На месте работают экстренные службы",
    "По предварительным данным, пострадавших нет",
    "Полиция оцепила прилегающие кварталы",
    "Сообщается о нескольких пострадавших",
    "Власти региона пока не комментируют ситуацию",
    "Мобильная связь в районе работает с перебоями",
];

/// A place as reporters name it.
struct Named {
    plain: String,
    inflected: String,
    city: String,
    lon: f64,
    lat: f64,
}

fn places() -> Vec<Named> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/gazetteer.csv");
    let gazetteer = Gazetteer::from_files(&[gazetteer_file(&file)]).unwrap();
    let kind_word = |kind| match kind {
        PlaceKind::Street => Some(("улица", "на улице")),
        PlaceKind::Square => Some(("площадь", "на площади")),
        PlaceKind::Microdistrict => Some(("микрорайон", "в микрорайоне")),
        PlaceKind::Market => Some(("рынок", "на рынке")),
        PlaceKind::City => Some(("", "в")),
        _ => None,
    };
    let mut named: Vec<(u64, Named)> = Vec::new();
    for place in gazetteer.places() {
        let Some((plain, inflected)) = kind_word(place.kind()) else { continue };
        let above = gazetteer.path(place, None);
        let is_at_home = above.first().is_some_and(|country| country.id() == "kz");
        let city = above.into_iter().chain([place]).find(|step| step.kind() == PlaceKind::City);
        let Some(city) = city.filter(|_| is_at_home) else { continue };
        let (name, city_name) = (place.name(Language::Ru), city.name(Language::Ru));
        let forms = russian::forms(&words(city_name));
        let form = forms.iter().find(|(_, case)| *case == "Russian prepositional");
        let in_city = form.map_or_else(|| city_name.to_owned(), |(form, _)| form.clone());
        let is_city = place.kind() == PlaceKind::City;
        named.push((
            city.population().unwrap_or(0),
            Named {
                plain: if is_city { name.to_owned() } else { format!("{plain} {name}, {city_name}") },
                inflected: if is_city { format!("в {in_city}") } else { format!("{inflected} {name} в {in_city}") },
                city: city_name.to_owned(),
                lon: place.position().lon,
                lat: place.position().lat,
            },
        ));
    }
    named.sort_by_key(|(population, _)| std::cmp::Reverse(*population));
    named.into_iter().map(|(_, named)| named).collect()
}

/// Writes the rows for both: the same but for the coordinates.
fn write_rows(rows: u64, ours: &Path, peer: &Path) {
    let mut random = StdRng::seed_from_u64(20_220_105);
    let places = places();
    // Rank by rank as Zipf has it: the cumulated weights.
    let weights: Vec<f64> = (1..=places.len())
        .scan(0.0, |sum, rank| {
            *sum += (rank as f64).powf(-0.7);
            Some(*sum)
        })
        .collect();
    let mut ours = BufWriter::new(File::create(ours).unwrap());
    let mut peer = BufWriter::new(File::create(peer).unwrap());
    let header = "id,date,category,title,description,place,region,source_url";
    writeln!(ours, "{header}").unwrap();
    writeln!(peer, "{header},lat,lon").unwrap();
    for id in 1..=rows {
        let rank = weights.partition_point(|sum| *sum < random.random::<f64>() * weights[weights.len() - 1]);
        let place = &places[rank.min(places.len() - 1)];
        let kind = random.random_range(0..CATEGORIES.len());
        let luck: f64 = random.random();
        let words = if luck < UNKNOWN {
            format!("посёлок Незнакомовка-{}", random.random_range(0..2_000))
        } else if luck < UNKNOWN + MISSPELT {
            misspelt(&place.plain, &mut random)
        } else if luck < UNKNOWN + MISSPELT + INFLECTED {
            place.inflected.clone()
        } else {
            place.plain.clone()
        };
        let (first, second) = (DESCRIPTIONS.choose(&mut random).unwrap(), DESCRIPTIONS.choose(&mut random).unwrap());
        let row = format!(
            "{id},2022-{:02}-{:02},{},{}: {},\"{first}. {second}.\",\"{words}\",{},https://news.example/2022/{}",
            random.random_range(1..13),
            random.random_range(1..29),
            CATEGORIES[kind],
            TITLES[kind],
            place.city,
            place.city,
            random.random_range(0..1_000_000),
        );
        writeln!(ours, "{row}").unwrap();
        let (east, north) = (random.random_range(-0.02..0.02), random.random_range(-0.02..0.02));
        writeln!(peer, "{row},{:.6},{:.6}", place.lat + north, place.lon + east).unwrap();
    }
    ours.flush().unwrap();
    peer.flush().unwrap();
}

/// The text without one of its letters.
fn misspelt(text: &str, random: &mut StdRng) -> String {
    let count = text.chars().count();
    let lost = random.random_range(count / 2..count);
    text.chars().enumerate().filter(|(at, _)| *at != lost).map(|(_, c)| c).collect()
}

/// Seconds and most resident memory in MiB of a program, and what it prints.
fn run(command: &mut Command) -> (f64, u64, String) {
    let begin = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak_kib = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let now = line.and_then(|line| line.split_whitespace().nth(1)).and_then(|kib| kib.parse::<u64>().ok());
        peak_kib = peak_kib.max(now.unwrap_or(0));
        std::thread::sleep(LOOK);
    }
    let seconds = begin.elapsed().as_secs_f64();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    (seconds, peak_kib / 1024, String::from_utf8(output.stdout).unwrap())
}

fn fresh(database: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", database.display()));
    }
    let _ = Command::new("sync").status();
}

fn peer_import(csv: &Path, database: &Path) -> Command {
    let script = format!(
        "CREATE TABLE incidents (id INTEGER PRIMARY KEY, date TEXT, category TEXT, title TEXT, description TEXT, place TEXT, \
         region TEXT, source_url TEXT, lat REAL, lon REAL);\n.import --csv --skip 1 {} incidents\n\
         CREATE INDEX by_date ON incidents (date);\nCREATE INDEX by_category ON incidents (category, date);\n\
         CREATE VIRTUAL TABLE boxes USING rtree (id, west, east, south, north);\n\
         INSERT INTO boxes SELECT id, lon, lon, lat, lat FROM incidents;\n",
        csv.display()
    );
    let script_file = database.with_extension("sql");
    std::fs::write(&script_file, script).unwrap();
    let mut command = Command::new("sqlite3");
    command.arg(database).stdin(File::open(script_file).unwrap());
    command
}

/// COPY into PostGIS with indexes for box, date and category.
fn postgis_import(arguments: &str, csv: &Path) -> Command {
    let script = format!(
        "DROP TABLE IF EXISTS bench_incidents;\n\
         CREATE TABLE bench_incidents (id integer PRIMARY KEY, date date, category text, title text, description text, \
         place text, region text, source_url text, lat float8, lon float8, \
         geom geometry(Point, 4326) GENERATED ALWAYS AS (st_setsrid(st_makepoint(lon, lat), 4326)) STORED);\n\
         \\copy bench_incidents (id, date, category, title, description, place, region, source_url, lat, lon) from '{}' csv header\n\
         CREATE INDEX ON bench_incidents USING gist (geom);\nCREATE INDEX ON bench_incidents (date);\n\
         CREATE INDEX ON bench_incidents (category, date);\nANALYZE bench_incidents;\n",
        csv.display()
    );
    let script_file = csv.with_extension("psql");
    std::fs::write(&script_file, script).unwrap();
    let mut command = Command::new("psql");
    command.args(["-qX", "-v", "ON_ERROR_STOP=1"]).args(arguments.split_whitespace());
    command.stdin(File::open(script_file).unwrap());
    command
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let number = |name: &str, usual: u64| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let (rows, rounds) = (number("INCIDENT_MAP_BENCH_ROWS", 1_000_000), number("INCIDENT_MAP_BENCH_ROUNDS", 3).max(1));
    let folder = tempfile::tempdir().unwrap();
    let (ours, peer) = (folder.path().join("ours.csv"), folder.path().join("peer.csv"));
    write_rows(rows, &ours, &peer);
    println!("{rows} rows, {} MiB of CSV", std::fs::metadata(&ours).unwrap().len() >> 20);
    let has_peer = Command::new("sqlite3").arg("--version").output().is_ok();
    let postgis = std::env::var("INCIDENT_MAP_BENCH_POSTGIS").ok();
    let (mut of_ours, mut of_peer, mut of_postgis) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=rounds {
        let database = folder.path().join("ours.db");
        fresh(&database);
        let mut command = Command::new(env!("CARGO_BIN_EXE_incident-map"));
        command.arg("import").arg(&ours).arg("--json").arg("--db").arg(&database);
        let (seconds, mib, job) = run(&mut command);
        let job: serde_json::Value = serde_json::from_str(&job).unwrap();
        assert_eq!(job["new"], rows, "{}", job["problems"][0]);
        let found = job["resolved"].as_f64().unwrap() / rows as f64;
        let stored = std::fs::metadata(&database).unwrap().len() >> 20;
        println!(
            "round {round}: incident-map   {seconds:6.2} s, {:7.0} rows/s, peak memory {mib} MiB, {:.1} % of places found, {stored} MiB",
            rows as f64 / seconds,
            100.0 * found
        );
        of_ours.push(seconds);
        if has_peer {
            let database = folder.path().join("peer.db");
            fresh(&database);
            let (seconds, mib, _) = run(&mut peer_import(&peer, &database));
            println!(
                "round {round}: sqlite3 .import {seconds:5.2} s, {:7.0} rows/s, peak memory {mib} MiB",
                rows as f64 / seconds
            );
            of_peer.push(seconds);
        }
        if let Some(arguments) = &postgis {
            let _ = Command::new("sync").status();
            let (seconds, _, _) = run(&mut postgis_import(arguments, &peer));
            println!("round {round}: COPY into PostGIS {seconds:3.2} s, {:7.0} rows/s", rows as f64 / seconds);
            of_postgis.push(seconds);
        }
    }
    let ours = median(of_ours);
    if !of_postgis.is_empty() {
        println!("incident-map is {:.2} times as fast as COPY into PostGIS", median(of_postgis) / ours);
    }
    if has_peer {
        println!("incident-map is {:.2} times as fast as sqlite3 .import", median(of_peer) / ours);
    } else {
        println!("sqlite3 is not installed: nothing to compare with (Debian: apt install sqlite3)");
    }
}
