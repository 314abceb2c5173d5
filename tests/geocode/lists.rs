//! Names that only a list such as GeoNames knows, below the bundled gazetteer.

use super::{BUNDLED, geonames};
use crate::support::repository;
use incident_map::gazetteer::{Gazetteer, GazetteerFile};
use incident_map::geocode::evaluate::{Verdict, evaluate, read_cases};
use incident_map::geocode::{Context, Geocoder, Request, Resolution};
use incident_map::incident::Status;
use std::sync::{Arc, LazyLock};

/// Villages as GeoNames has them: under a region, in one language or Latin letters only, without people.
static LISTED: LazyLock<Geocoder> = LazyLock::new(|| {
    let places = [
        geonames(1, "Bozkesken", "Bozkesken", (47.22, 80.79), "P.PPL", "15", 0),
        geonames(2, "Stolboukha", "Столбоуха", (49.98, 84.48), "P.PPL", "15", 0),
        geonames(3, "Makinka", "Макинка", (52.57, 70.6), "P.PPL", "03", 0),
        geonames(4, "Qaramys", "Қарамыс", (49.3, 75.4), "P.PPL", "12", 0),
        // Of four, two lie in Karkaraly district by distance, one of them near its middle.
        geonames(5, "Vetrovka", "Ветровка", (49.41, 75.4), "P.PPL", "12", 0),
        geonames(6, "Vetrovka", "Ветровка", (49.9, 76.4), "P.PPL", "12", 0),
        geonames(7, "Vetrovka", "Ветровка", (50.3, 57.2), "P.PPL", "04", 0),
        geonames(8, "Vetrovka", "Ветровка", (54.6, 69.1), "P.PPL", "16", 0),
        geonames(9, "Myullerovka", "Мюллеровка", (53.84, 69.3), "P.PPL", "16", 0),
        geonames(10, "Zhansügir", "Жансүгір ауылы,Жансүгір ауданы", (45.39, 79.5), "P.PPL", "01", 0),
        geonames(11, "Qatarköl", "Қатаркөл", (52.95, 70.43), "P.PPL", "03", 0),
        geonames(12, "Kokpekty", "", (48.75, 82.4), "P.PPL", "15", 5_165),
        geonames(13, "Khantaghy", "Хантағы", (43.526, 68.578), "P.PPLX", "10", 10_186),
        geonames(14, "Tarlan", "Тарлан", (52.47, 71.98), "P.PPL", "03", 0),
        geonames(15, "Kyzyltan", "Тарлан", (43.4, 77.1), "P.PPL", "01", 0),
    ];
    let bundled = std::fs::read(repository().join("data/gazetteer.csv")).unwrap();
    let files: [GazetteerFile; 2] =
        [("bundled".to_owned(), bundled).into(), ("KZ.txt".to_owned(), places.concat().into_bytes()).into()];
    Geocoder::new(Arc::new(Gazetteer::from_files(&files).unwrap()))
});

fn ask(text: &str, city: &str, region: &str) -> Resolution {
    let context = Context { city: city.to_owned(), region: region.to_owned(), ..Context::default() };
    LISTED.geocode(&Request { text: text.to_owned(), context, occurred: None })
}

fn check(cases: &[(&str, &str)]) {
    for (text, id) in cases {
        let answer = ask(text, "", "");
        let place = answer.place_id.as_ref().map_or("", |id| id.0.as_str());
        assert_eq!((place, answer.status), (*id, Status::Resolved), "{text}: {:?}", answer.rules);
    }
}

#[test]
fn a_name_takes_the_endings_of_both_languages_and_is_read_from_latin_letters() {
    check(&[
        ("в Бозкескене", "gn-1"),
        ("Бозкескеннен", "gn-1"),
        ("жители Бозкескена", "gn-1"),
        ("в Столбоухе", "gn-2"),
        ("Столбоухада", "gn-2"),
        ("через Макинку", "gn-3"),
        ("Макинкадан", "gn-3"),
        ("в Карамысе", "gn-4"),
        ("Қарамысқа", "gn-4"),
        ("Жансүгір ауылында", "gn-10"),
        ("в Катарколе", "kz-village-katarkol"),
        ("дом культуры Катарколя", "kz-village-katarkol"),
        ("Хантағы кентінің орталығында", "kz-village-khantagi"),
        ("в Кокпекты", "kz-village-kokpekti"),
    ]);
}

#[test]
fn a_village_is_found_by_its_district_although_only_its_region_is_known() {
    check(&[
        ("с. Ветровка Каркаралинского района", "gn-5"),
        ("Ветровка, Каркаралинский р-н Карагандинской области", "gn-5"),
        ("Қарқаралы ауданының Ветровка ауылында", "gn-5"),
        ("Vetrovka, Karkaraly District", "gn-5"),
        ("п. Тарлан, г. Степногорск", "gn-14"),
        ("Қарамыс ауылы, Қарқаралы ауданы", "gn-4"),
    ]);
    let answer = ask("Ветровка", "Каркаралинский район", "Карагандинская область");
    assert_eq!(answer.place_id.unwrap().0, "gn-5");
    assert!(answer.rules.iter().any(|rule| rule.contains("near enough to the middle of")), "{:?}", answer.rules);
    assert!(answer.path.iter().all(|id| !id.0.contains("district")), "nothing is claimed that nobody knows");
}

#[test]
fn a_village_that_is_not_known_in_the_district_leaves_the_district_with_the_reason() {
    for text in ["с. Ветровка Мендыкаринского района", "Ветровка, Мендыкаринский р-н Костанайской обл."]
    {
        let answer = ask(text, "", "");
        assert_eq!(answer.place_id.unwrap().0, "kz-district-mendykara", "{text}");
        assert!(answer.rules.iter().any(|rule| rule.contains("no `Ветровка` is known in")), "{:?}", answer.rules);
    }
    for text in ["Мюллеровка и Тайыншинский район", "Ветровка", "в Ветровке"]
    {
        assert_eq!(ask(text, "", "").status, Status::Ambiguous, "{text}");
    }
}

#[test]
fn long_names_of_villages_forgive_slips_and_small_letters_where_the_words_say_that_a_place_is_meant() {
    check(&[
        ("в Мюллировке", "gn-9"),
        ("село Мюлеровка", "gn-9"),
        ("Мюллерофка", "gn-9"),
        ("мюллеровка", "gn-9"),
        ("улица Абая, Мюллеровка", "gn-9"),
    ]);
    for text in ["Иван Мюллировкин", "жалоба Мюллировки", "тарлан"] {
        assert_eq!(ask(text, "", "").position, None, "{text}");
    }
}

#[test]
fn cases_of_names_in_the_reference_list_are_answered() {
    let folder = repository().join("../shared/gazetteer");
    let mut files: Vec<GazetteerFile> =
        vec![("bundled".to_owned(), std::fs::read(repository().join("data/gazetteer.csv")).unwrap()).into()];
    for name in ["KZ.txt", "KZ-alternateNames.txt"] {
        let Ok(bytes) = std::fs::read(folder.join(name)) else {
            eprintln!("skipped: there is no ../shared/gazetteer/{name}");
            return;
        };
        files.push((name.to_owned(), bytes).into());
    }
    let geocoder = Geocoder::new(Arc::new(Gazetteer::from_files(&files).unwrap()));
    let cases = read_cases(&std::fs::read(repository().join("tests/fixtures/geocode_lists/cases.tsv")).unwrap());
    let mut bad = Vec::new();
    let all = evaluate(&geocoder, &cases.unwrap(), &mut |case, answer, judged| {
        if judged.verdict != Verdict::Correct {
            bad.push(format!("{:?}: `{}`: {}", judged.verdict, case.request.text, answer.rules.join("; ")));
        }
    })
    .all;
    assert!(all.cases >= 350 && all.correct * 100 >= all.cases * 98, "{all:?}\n{}", bad.join("\n"));
    assert!(all.wrong * 200 <= all.cases, "{}", bad.join("\n"));
    assert!(BUNDLED.gazetteer().len() < geocoder.gazetteer().len());
}
