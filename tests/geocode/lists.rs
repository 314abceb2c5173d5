//! Names that only a list such as GeoNames knows, below the bundled gazetteer.

use super::{BUNDLED, geonames};
use crate::support::repository;
use incident_map::gazetteer::{Gazetteer, GazetteerFile, PlaceId};
use incident_map::geocode::evaluate::{Verdict, evaluate, read_cases};
use incident_map::geocode::{Context, Geocoder, Request, Resolution};
use incident_map::incident::Status;
use std::sync::{Arc, LazyLock};

/// Villages as GeoNames has them: under a region, in one language or Latin letters only, without people.
pub(super) static LISTED: LazyLock<Geocoder> = LazyLock::new(|| {
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
        geonames(16, "Sud", "Суд", (52.3, 76.9), "P.PPL", "11", 0),
        geonames(17, "Air", "Аир", (49.8, 73.1), "P.PPL", "12", 0),
        geonames(18, "Kazakh", "Казах", (42.9, 72.9), "P.PPL", "17", 0),
        geonames(19, "Qanysh Satbaev", "Қаныш Сәтбаев,Каныш Сатпаев", (40.8, 68.3), "P.PPL", "10", 0),
        geonames(20, "Borovoye", "Боровое", (50.9, 80.9), "P.PPL", "15", 0),
        geonames(21, "Kok-Tobe", "Кок-Тобе", (43.8, 73.96), "P.PPL", "17", 0),
        geonames(22, "Koktobe", "Коктобе", (43.35, 77.3), "P.PPL", "01", 0),
        geonames(23, "Sartogan", "Сартоган", (49.2, 72.6), "P.PPL", "12", 0),
        geonames(24, "Sartogan", "Сартоган", (49.0, 72.3), "P.PPL", "12", 0),
        geonames(25, "Sayfulina", "Сейфулина", (51.1, 66.3), "P.PPL", "03", 0),
        // Another village has the name of a village of some thousand people in other letters; a quarter of Oral, and a village that
        // the bundled gazetteer puts elsewhere.
        geonames(26, "Zhetibay", "Zhetibay", (48.1, 48.85), "P.PPL", "07", 0),
        geonames(27, "Derkul", "Деркул", (51.27, 51.3), "P.PPL", "07", 0),
        geonames(28, "Aktogay", "Актогай", (48.1667, 75.3), "P.PPL", "12", 3_741),
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
fn a_little_village_by_a_word_or_a_person_is_not_what_a_text_about_another_place_means() {
    check(&[
        ("Суд в Астане продлил арест", "kz-astana"),
        ("the Kazakh city of Taraz", "kz-city-taraz"),
        ("Сейфулина, Павлодар", "kz-city-pavlodar"),
        ("Иоанн Суд в Актау", "kz-city-aktau"),
        // Where words put something there, with its kind, or alone it is the village.
        ("в Суде", "gn-16"),
        ("село Суд", "gn-16"),
        ("село Каныш Сатпаев", "gn-19"),
        ("село Казах", "gn-18"),
    ]);
    for text in ["Қаныш Сәтбаев", "Каныш Сатпаев", "акции Air Astana подешевели"]
    {
        assert_eq!(ask(text, "", "").position, None, "{text}");
    }
    let answer = ask("Пожар в Суде, Астана", "", "");
    assert_eq!(answer.status, Status::Ambiguous, "two places are named: {:?}", answer.rules);
}

#[test]
fn a_name_in_common_use_of_a_far_larger_place_outweighs_a_village_that_nobody_counted() {
    check(&[
        ("в Боровом", "kz-town-burabay-village"),
        ("Zhetibay", "kz-village-zhetybai"),
        ("на Кок-Тобе", "kz-almaty-park-kok-tobe"),
        ("Kok-Tobe hill", "kz-almaty-park-kok-tobe"),
        ("Көктөбе, Алматы", "kz-almaty-park-kok-tobe"),
        ("пр. Сейфулина 458, Алматы", "kz-almaty-street-seifullina"),
    ]);
    let answer = ask("в Боровом", "", "");
    assert!(answer.candidates.iter().any(|other| other.place_id.0 == "gn-20"), "{:?}", answer.candidates);
    let answer = ask("в Боровом", "", "область Абай");
    assert_eq!(answer.place_id.unwrap().0, "gn-20", "the region decides");
}

#[test]
fn what_an_earlier_file_has_as_a_quarter_or_with_as_many_people_is_not_a_second_place() {
    check(&[
        ("в посёлке Деркул, Уральск", "kz-oral-quarter-derkul"),
        ("Актогай, Карагандинская область", "kz-village-aktogay-kar"),
    ]);
    let gazetteer = LISTED.gazetteer();
    for id in ["gn-27", "gn-28"] {
        assert!(gazetteer.place(&PlaceId(id.to_owned())).is_none(), "{id}");
    }
    let conflicts = &gazetteer.report().conflicts;
    assert!(conflicts.iter().any(|conflict| conflict.contains("kz-village-aktogay-kar")), "{conflicts:?}");
}

#[test]
fn two_villages_of_one_name_in_a_named_district_leave_the_district() {
    let answer = ask("зимовка Сартоган, Шетский район", "", "");
    assert_eq!((answer.place_id.unwrap().0.as_str(), answer.status), ("kz-district-shet", Status::Resolved));
    let others: Vec<&str> = answer.candidates.iter().map(|other| other.place_id.0.as_str()).collect();
    assert!(others.contains(&"gn-23") && others.contains(&"gn-24"), "{others:?}");
    let answer = ask("Карагандинская область, с. Новый Сартоган", "", "");
    assert_eq!(answer.place_id.unwrap().0, "kz-region-karaganda", "Новый Сартоган is neither: {:?}", answer.rules);
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
