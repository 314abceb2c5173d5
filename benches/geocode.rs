//! How fast names are found, against a plain hash map of exact names in the same run: `make bench-geocode`.
//!
//! The gazetteer is the bundled one with the GeoNames files of $INCIDENT_MAP_REFERENCE or ../shared/gazetteer below it, when there are any.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use incident_map::disk::gazetteer_file;
use incident_map::gazetteer::{Gazetteer, GazetteerFile};
use incident_map::geocode::{Context, Geocoder, Request};
use incident_map::text::words;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

fn main() {
    println!("{} places, {} forms asked", GEOCODER.gazetteer().len(), FORMS.len());
    divan::main();
}

static FILES: LazyLock<Vec<GazetteerFile>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder =
        std::env::var_os("INCIDENT_MAP_REFERENCE").map_or_else(|| root.join("../shared/gazetteer"), PathBuf::from);
    let mut files = vec![gazetteer_file(&root.join("data/gazetteer.csv"))];
    for name in ["KZ.txt", "KZ-admin-wof.txt", "KZ-alternateNames.txt"] {
        files.extend(Some(folder.join(name)).filter(|path| path.exists()).map(|path| gazetteer_file(&path)));
    }
    files
});

static GEOCODER: LazyLock<Geocoder> = LazyLock::new(|| Geocoder::new(Arc::new(Gazetteer::from_files(&FILES).unwrap())));

/// Names as they stand in the gazetteer, folded.
static FORMS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let places = GEOCODER.gazetteer().places();
    places.flat_map(|place| place.toponyms().map(|toponym| words(toponym.name).join(" "))).collect()
});

static EXACT: LazyLock<HashMap<&str, usize>> =
    LazyLock::new(|| FORMS.iter().enumerate().map(|(number, form)| (form.as_str(), number)).collect());

/// Rows as reporters write them: an inflected settlement with its region in a column.
fn rows(with_slips: bool) -> Vec<Request> {
    let names = [
        "Актау",
        "Жанаозене",
        "Караганды",
        "Шымкенте",
        "Таразе",
        "Кызылорде",
        "Семее",
        "Уральске",
        "Атырау",
        "Костанае",
    ];
    let regions =
        ["", "Мангистауская область", "Карагандинская область", "", "Жамбылская область", "", "", "ЗКО", "", ""];
    (0..1000)
        .map(|number| {
            let (name, region) = (names[number % names.len()], regions[number % names.len()]);
            // Every tenth name lacks its third letter.
            let name: String =
                if with_slips && number % 10 == 3 { "Шыкенте".to_owned() } else { name.to_owned() };
            let context = Context { region: if with_slips { "" } else { region }.to_owned(), ..Context::default() };
            Request { text: format!("в {name}"), context, occurred: None }
        })
        .collect()
}

#[divan::bench]
fn baseline_hash_map_of_exact_names(bencher: Bencher) {
    let _ = EXACT.len();
    bencher
        .counter(ItemsCount::new(FORMS.len()))
        .bench(|| FORMS.iter().filter(|form| black_box(EXACT.get(form.as_str())).is_some()).count());
}

#[divan::bench]
fn exact_look_up(bencher: Bencher) {
    let names = GEOCODER.gazetteer().names();
    bencher
        .counter(ItemsCount::new(FORMS.len()))
        .bench(|| FORMS.iter().filter(|form| !black_box(names.places(form)).is_empty()).count());
}

#[divan::bench]
fn full_resolution_of_inflected_names(bencher: Bencher) {
    let rows = rows(false);
    bencher
        .counter(ItemsCount::new(rows.len()))
        .bench(|| rows.iter().filter(|row| black_box(GEOCODER.geocode(row)).position.is_some()).count());
}

/// A gazetteer remembers what is near a misspelt word: each round has one that has met none.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn full_resolution_with_every_tenth_misspelt(bencher: Bencher) {
    let rows = rows(true);
    bencher
        .counter(ItemsCount::new(rows.len()))
        .with_inputs(|| Geocoder::new(Arc::new(Gazetteer::from_files(&FILES).unwrap())))
        .bench_values(|geocoder| rows.iter().filter(|row| black_box(geocoder.geocode(row)).position.is_some()).count());
}

#[divan::bench(sample_count = 5)]
fn reading_and_compiling_the_files(bencher: Bencher) {
    bencher.bench(|| Gazetteer::from_files(black_box(&FILES)).unwrap());
}

/// Texts as long as they are looked at that make the most work: many names, many namesakes, no name but many slips, Latin letters.
fn heavy_texts() -> Vec<String> {
    let long = |word: &str| word.repeat(1_000 / word.chars().count() + 1);
    vec![
        long("Актау, Абай, Абая, Бірлік, "),
        long("Каменагорск Жанаозин Карагандда "),
        long("aktau almaty karaganda oskemen "),
        long("угол Абая и Сатпаева между Байзакова и Ауэзова, "),
        long("ул. Абая "),
        long("ул. Абая, ул. Сатпаева, ул. Пушкина, ул. Гагарина, ул. Ауэзова, ул. Толе би, пр. Назарбаева, "),
        long("а"),
        long("ё\u{301}\u{ad}🚒 "),
        long("к с в "),
        "площадь ".repeat(125),
        "Нью-Йорк-Сити ".repeat(71),
    ]
}

#[divan::bench(args = 0..heavy_texts().len())]
fn heavy_text(bencher: Bencher, number: usize) {
    let text = heavy_texts().swap_remove(number);
    let context = Context { city: text.clone(), region: text.clone(), country: text.clone() };
    let request = Request { text, context, occurred: None };
    bencher.bench(|| GEOCODER.geocode(black_box(&request)));
}
