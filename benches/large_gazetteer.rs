//! A made-up gazetteer of 12 million names in GeoNames layout: compiled in one go, opened, asked. `make bench-gazetteer`; the number of
//! names is $INCIDENT_MAP_BENCH_NAMES. Files go to the system's temporary folder, some 6 GB of them.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

use incident_map::disk::{build_gazetteer, gazetteer_file, open_gazetteer};
use incident_map::geocode::{Context, Geocoder, Request};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Names of a place: one in Latin letters, and one or two in Cyrillic ones, 2.4 on average.
const NAMES_PER_PLACE: f64 = 2.4;

const LATIN: [&str; 20] = [
    "ka", "ra", "tau", "bas", "kol", "shi", "zhar", "men", "lo", "vi", "ter", "san", "ber", "gul", "nov", "or", "pet",
    "ush", "yr", "dal",
];
const CYRILLIC: [&str; 24] = [
    "ка", "ра", "тау", "бас", "кол", "ши", "жар", "мен", "ло", "ви", "тер", "сан", "бер", "гуль", "нов", "ор", "пет",
    "уш", "ыр", "даль", "өзен", "құм", "жаңа", "ақ",
];
const ENDINGS: [&str; 12] = ["ка", "ск", "ово", "ино", "тау", "су", "бай", "град", "ный", "ское", "абад", "көл"];

fn name(random: &mut StdRng, syllables: &[&str], ending: &str) -> String {
    let count = random.random_range(2..5);
    let mut name: String = (0..count).map(|_| *syllables.choose(random).unwrap()).collect();
    name.push_str(ending);
    let first = name.chars().next().unwrap();
    first.to_uppercase().chain(name.chars().skip(1)).collect()
}

fn write_places(path: &Path, names: u64) {
    let mut random = StdRng::seed_from_u64(1);
    let mut out = BufWriter::new(File::create(path).unwrap());
    let places = (names as f64 / NAMES_PER_PLACE) as u64;
    for id in 1..=places {
        let latin = name(&mut random, &LATIN, "");
        let ending = ENDINGS.choose(&mut random).unwrap();
        let mut others = name(&mut random, &CYRILLIC, ending);
        if random.random_bool(0.4) {
            others = format!("{others},{}", name(&mut random, &CYRILLIC, "көл"));
        }
        let (lon, lat) = (random.random_range(46.6..87.3), random.random_range(40.6..55.4));
        let people = if random.random_bool(0.02) { random.random_range(1_000..500_000) } else { 0 };
        writeln!(
            out,
            "{id}\t{latin}\t{latin}\t{others}\t{lat:.4}\t{lon:.4}\tP\tPPL\tKZ\t\t{:02}\t\t\t\t{people}\t\t\tAsia/Almaty\t2020-01-01",
            id % 17
        )
        .unwrap();
    }
    out.flush().unwrap();
}

/// The most memory this program ever held, MiB; nothing where the system does not tell.
fn peak_memory_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

fn main() {
    let names = std::env::var("INCIDENT_MAP_BENCH_NAMES").map_or(12_000_000, |names| names.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let (places, compiled) = (folder.path().join("places.txt"), folder.path().join("compiled.gaz"));
    write_places(&places, names);
    println!("{names} names, {} MiB of GeoNames lines", std::fs::metadata(&places).unwrap().len() >> 20);

    let begin = Instant::now();
    let gazetteer = build_gazetteer(&[gazetteer_file(&places)], &compiled, &mut |_, _| {}).unwrap();
    let (count, seconds) = (gazetteer.len(), begin.elapsed().as_secs_f64());
    let mib = std::fs::metadata(&compiled).unwrap().len() >> 20;
    println!("compiled: {count} places in {seconds:.0} s, {mib} MiB, peak memory {:?} MiB", peak_memory_mib());
    let asked: Vec<String> = gazetteer
        .places()
        .step_by(count / 1000 + 1)
        .map(|place| format!("в {}", place.toponyms().next().unwrap().name))
        .collect();
    drop(gazetteer);

    let mut opened: Vec<f64> = Vec::new();
    for _ in 0..20 {
        let begin = Instant::now();
        let gazetteer = open_gazetteer(&compiled).unwrap();
        assert_eq!(gazetteer.len(), count);
        opened.push(begin.elapsed().as_secs_f64() * 1000.0);
    }
    opened.sort_by(f64::total_cmp);
    println!("opened 20 times: median {:.2} ms, slowest {:.2} ms", opened[10], opened[19]);

    let geocoder = Geocoder::new(Arc::new(open_gazetteer(&compiled).unwrap()));
    let mut slowest = 0.0f64;
    let begin = Instant::now();
    for text in &asked {
        let begin = Instant::now();
        let request = Request { text: text.clone(), context: Context::default(), occurred: None };
        std::hint::black_box(geocoder.geocode(&request));
        slowest = slowest.max(begin.elapsed().as_secs_f64() * 1000.0);
    }
    let mean = begin.elapsed().as_secs_f64() * 1000.0 / asked.len() as f64;
    println!("{} names asked: {mean:.3} ms each, slowest {slowest:.2} ms", asked.len());
}
