//! The bundled gazetteer against cases that anybody can add to: tests/fixtures/geocode/*.tsv.

mod lists;

use crate::support::{pbf, repository};
use incident_map::disk;
use incident_map::gazetteer::{Gazetteer, GazetteerFile, PlaceKind};
use incident_map::geocode::evaluate::{Case, Verdict, evaluate, read_cases};
use incident_map::geocode::{Context, Geocoder, Request, Resolution};
use incident_map::incident::{Precision, Status};
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};

static BUNDLED: LazyLock<Geocoder> = LazyLock::new(|| {
    let bytes = std::fs::read(repository().join("data/gazetteer.csv")).unwrap();
    Geocoder::new(Arc::new(Gazetteer::from_csv(&bytes, "data/gazetteer.csv").unwrap()))
});

fn fixture_cases() -> Vec<Case> {
    let files = std::fs::read_dir(repository().join("tests/fixtures/geocode")).unwrap();
    files.flat_map(|entry| read_cases(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap()).collect()
}

#[test]
fn the_cases_of_the_fixtures_are_answered_as_well_as_the_readme_says() {
    let (cases, mut bad) = (fixture_cases(), Vec::new());
    let evaluation = evaluate(&BUNDLED, &cases, &mut |case, answer, judged| {
        if judged.verdict != Verdict::Correct {
            bad.push(format!(
                "line {} {:?}: `{}`: {}",
                case.line,
                judged.verdict,
                case.request.text,
                answer.rules.join("; ")
            ));
        }
    });
    let bad = bad.join("\n");
    let share = |part: u64, whole: u64| part as f64 / whole.max(1) as f64;
    let all = evaluation.all;
    assert!(all.cases >= 800, "only {} cases", all.cases);
    assert!(share(all.correct, all.cases) >= 0.97, "{all:?}\n{bad}");
    assert!(share(all.wrong, all.cases) <= 0.015, "{all:?}\n{bad}");
    assert!(share(all.covered, all.located) >= 0.95, "{all:?}\n{bad}");
    assert!(evaluation.negatives.cases >= 80);
    assert!(share(evaluation.negatives.false_positives, evaluation.negatives.cases) <= 0.02, "{bad}");
    for (tag, counts) in &evaluation.tags {
        assert!(share(counts.correct, counts.cases) >= 0.9, "{tag}: {counts:?}\n{bad}");
    }
}

fn ask(text: &str) -> Resolution {
    BUNDLED.geocode(&Request { text: text.to_owned(), ..Request::default() })
}

#[test]
fn an_answer_says_what_it_did_and_what_else_it_might_be() {
    let answer = BUNDLED.geocode(&Request {
        text: "на площади Республики".to_owned(),
        context: Context { city: "Алматы".to_owned(), ..Context::default() },
        occurred: None,
    });
    assert_eq!(answer.surface, "Республики");
    assert!(
        answer.rules.iter().any(|rule| rule.contains("inside Алматы, named in the city column")),
        "{:?}",
        answer.rules
    );
    assert!(answer.candidates.len() > 1, "other squares and streets of this name are listed");
    let ids: Vec<&str> = answer.path.iter().map(|id| id.0.as_str()).collect();
    assert_eq!(ids, ["kz", "kz-almaty", "kz-almaty-square-respubliki"]);
}

#[test]
fn the_day_decides_which_region_contained_a_town() {
    let on = |date: &str| {
        let request =
            Request { text: "Семей".to_owned(), occurred: Some(date.parse().unwrap()), ..Request::default() };
        BUNDLED.geocode(&request).path[1].0.clone()
    };
    assert_eq!(on("2022-01-05"), "kz-region-east-kazakhstan");
    assert_eq!(on("2023-01-05"), "kz-region-abai");
}

#[test]
fn a_region_answers_with_its_own_extent_and_never_with_a_point_of_no_size() {
    let answer = ask("в Мангистауской области");
    assert_eq!(answer.precision, Precision::Region);
    assert!(answer.uncertainty_m.unwrap() > 100_000.0);
}

#[test]
fn the_bundled_gazetteer_holds_its_own_rules() {
    let gazetteer = BUNDLED.gazetteer();
    for place in gazetteer.places() {
        assert!(place.uncertainty_m() >= 50.0, "{place:?}");
        assert_eq!(place.shape().is_some_and(|shape| !shape.is_area()), place.kind().as_str() == "street", "{place:?}");
        if let Some(parent) = place.parent()
            && let Some(shape) = parent.shape()
        {
            let near = (0..8).map(|eighth| place.position().destination(f64::from(eighth) * 45.0, 15_000.0));
            let is_inside = shape.contains(place.position()) || near.into_iter().any(|at| shape.contains(at));
            // Baikonur is leased to Russia: Natural Earth leaves it out of Kyzylorda region.
            let is_leased = place.position().distance_m(incident_map::geo::LonLat { lon: 63.3, lat: 45.9 }) < 80_000.0;
            assert!(is_inside || is_leased, "{place:?} lies outside {parent:?}");
        }
    }
    let count = |kind: &str| gazetteer.places().filter(|place| place.kind().as_str() == kind).count();
    assert!(count("region") == 17 && count("district") >= 160 && count("city") >= 90);
    let fine: Vec<_> = gazetteer.places().filter(|place| place.kind() >= PlaceKind::CityDistrict).collect();
    let of_almaty = fine.iter().filter(|place| place.parents().any(|(parent, _)| parent.id() == "kz-almaty"));
    assert!(fine.len() >= 1_500 && of_almaty.count() >= 500, "{}", fine.len());
}

/// A GeoNames line: id, name, alternate names, lat, lon, class.code, admin1, people.
fn geonames(id: u32, name: &str, others: &str, at: (f64, f64), code: &str, admin1: &str, people: u32) -> String {
    let (class, code) = code.split_once('.').unwrap();
    format!(
        "{id}\t{name}\t{name}\t{others}\t{}\t{}\t{class}\t{code}\tKZ\t\t{admin1}\t\t\t\t{people}\t\t\tAsia/Almaty\t2020-01-01\n",
        at.0, at.1
    )
}

#[test]
fn a_geonames_file_below_the_bundled_gazetteer_adds_names_and_places_and_never_moves_one() {
    let bundled = std::fs::read(repository().join("data/gazetteer.csv")).unwrap();
    let lines = [
        geonames(1, "Aqtau", "Aktaw,Актау,Ақтау", (43.66, 51.17), "P.PPLA", "09", 180_000),
        geonames(2, "Shalkar", "Шалкар", (48.03, 48.9), "P.PPL", "07", 27_000),
        geonames(3, "Zelyonaya Roshcha", "Зелёная Роща", (52.3, 70.1), "P.PPL", "03", 400),
        geonames(
            4,
            "Mangystau Region",
            "Маңғыстау облысы,Мангистауская область",
            (44.2, 54.2),
            "A.ADM1",
            "09",
            500_000,
        ),
        geonames(5, "Gora", "Гора", (43.0, 77.0), "T.MT", "01", 0),
        "6\tbroken\n".to_owned(),
    ];
    let names = "1\t3\tkk\tЖасыл тоғай\t1\t\t\t\n2\t3\twkdt\tQ1\t\t\t\t\n";
    let gazetteer = Gazetteer::from_files(&[
        ("KZ.txt".to_owned(), lines.concat().into_bytes()).into(),
        ("names.txt".to_owned(), names.as_bytes().to_vec()).into(),
        ("bundled".to_owned(), bundled.clone()).into(),
    ])
    .unwrap();
    let report = gazetteer.report();
    assert_eq!((report.merged, report.conflicts_total), (2, 1), "{report:?}");
    assert!(report.conflicts[0].contains("kz-city-shalkar"), "{report:?}");
    assert_eq!(report.skipped.get("T.MT"), Some(&1));
    assert_eq!(report.broken, ["KZ.txt, line 6: has 2 columns instead of 19"]);
    assert_eq!(gazetteer.len(), Gazetteer::from_csv(&bundled, "bundled").unwrap().len() + 1);
    let geocoder = Geocoder::new(Arc::new(gazetteer));
    let ask = |text: &str| geocoder.geocode(&Request { text: text.to_owned(), ..Request::default() });
    assert_eq!(ask("Aktaw").place_id, ask("в Актау").place_id);
    assert_eq!(
        ask("Aktaw").position,
        BUNDLED.geocode(&Request { text: "Актау".into(), ..Request::default() }).position
    );
    let grove = ask("в Зелёной Роще");
    assert_eq!(grove.place_id.as_ref().unwrap().0, "gn-3");
    assert_eq!(grove.path[1].0, "kz-region-akmola", "the outline tells the region");
    assert_eq!(ask("Жасыл тоғайда").place_id, grove.place_id);
}

#[test]
fn the_reference_gazetteer_below_the_bundled_one_makes_no_tag_worse_by_more_than_a_point() {
    let folder = repository().join("../shared/gazetteer");
    let Ok(places) = std::fs::read(folder.join("KZ.txt")) else {
        eprintln!("skipped: there is no ../shared/gazetteer/KZ.txt");
        return;
    };
    let mut files: Vec<GazetteerFile> =
        vec![("bundled".to_owned(), std::fs::read(repository().join("data/gazetteer.csv")).unwrap()).into()];
    files.push(("KZ.txt".to_owned(), places).into());
    for name in ["KZ-admin-wof.txt", "KZ-alternateNames.txt"] {
        files.extend(std::fs::read(folder.join(name)).ok().map(|bytes| (name.to_owned(), bytes).into()));
    }
    let stacked = Geocoder::new(Arc::new(Gazetteer::from_files(&files).unwrap()));
    let cases = fixture_cases();
    let mut bad = Vec::new();
    let with = evaluate(&stacked, &cases, &mut |case, answer, judged| {
        if judged.verdict != Verdict::Correct {
            bad.push(format!("{:?}: `{}`: {}", judged.verdict, case.request.text, answer.rules.join("; ")));
        }
    });
    let without = evaluate(&BUNDLED, &cases, &mut |_, _, _| {});
    for (tag, before) in &without.tags {
        let lost = before.correct.saturating_sub(with.tags[tag].correct) as f64 / before.cases as f64;
        assert!(lost <= 0.01, "{tag}: {:?} of {before:?}\n{}", with.tags[tag], bad.join("\n"));
    }
    assert!(with.negatives.false_positives * 50 <= with.negatives.cases, "{}", bad.join("\n"));
}

#[test]
fn the_truth_of_a_case_is_the_first_of_its_list_that_the_gazetteer_has() {
    let header = "tag\ttext\tcity\tregion\tcountry\tdate\tstatus\tprecision\tplace_id\tlon\tlat\n";
    let case = |truth: &str| read_cases(format!("{header}x\tв Актау\t\t\t\t\t{truth}\t\t\n").as_bytes()).unwrap();
    let verdict = |truth: &str| {
        let mut found = None;
        evaluate(&BUNDLED, &case(truth), &mut |_, _, judged| found = Some(judged.verdict));
        found.unwrap()
    };
    assert_eq!(verdict("resolved|resolved\tquarter|settlement\tno-such-place|kz-city-aktau"), Verdict::Correct);
    assert_eq!(verdict("resolved|unresolved\tsettlement\tkz-city-aktau"), Verdict::Correct);
    assert_eq!(verdict("resolved|unresolved\tsettlement\tno-such-place"), Verdict::FalsePositive);
    assert_eq!(verdict("resolved|resolved\tregion|settlement\tkz-region-mangystau|kz-city-aktau"), Verdict::Wrong);
}

#[test]
fn a_town_that_only_owns_what_is_named_says_where_when_nothing_else_does() {
    for (text, place) in [
        ("нападение на отдел полиции Сарыагаша", "kz-city-saryagash"),
        ("жители микрорайона Кунгей, Караганда", "kz-karaganda-quarter-kungey"),
        ("Жители Кульсаров потребовали повысить зарплаты", "kz-city-kulsary"),
        ("activist sentenced by Zharkent district court", "kz-city-zharkent"),
        ("ул. Гани Муратбаева 27, Алматы", "kz-almaty-street-muratbaev"),
        ("Лесаковск, Костанайская область", "kz-city-lisakovsk"),
        ("Атырауская обасть", "kz-region-atyrau"),
        ("на левом берегу Семея", "kz-semey-quarter-levyy-bereg"),
        ("Almaty airport seized, flights diverted to Shymkent and Bishkek", "kz-almaty-airport"),
        ("вокзал Алматы, поезд из Актобе", "kz-almaty"),
        ("Актау 14 мкр 20 дом", "kz-aktau-quarter-14"),
        ("актау 12 микр", "kz-aktau-quarter-12"),
        ("отеген батыр пожар на складе", "kz-village-otegen-batyr"),
        ("v kostanae dtp", "kz-city-kostanay"),
        ("Тюлькубасский р.", "kz-district-tulkibas"),
        ("ДТП в актау, двое погибших", "kz-city-aktau"),
        ("ЧП на шахте в караганде", "kz-city-karaganda"),
        ("алматинская обл Талгар", "kz-city-talgar"),
        ("Ақтау 27 ш/а 35 үй", "kz-aktau-quarter-27"),
    ] {
        let answer = ask(text);
        assert_eq!(answer.place_id.as_ref().map_or("", |id| &id.0), place, "{text}: {:?}", answer.rules);
    }
    assert_eq!(ask("площадь Абая, рабочие из Жанаозена").status, Status::Ambiguous, "the square may be in any town");
    for text in [
        "Astana Qazaqstan Team представила состав",
        "Правда вскрылась через год",
        "Алға, жастар!",
        "500 тенге",
        "на Семипалатинском испытательном полигоне",
        "Semipalatinsk test site",
        "рядом с ТЦ Москва",
        "Mr. Aktau Bekov declined to comment",
        "Ученик по фамилии Костанаев",
        "жақсы, ертең хабарласайық",
        "Самое глубокое общение",
        "Факты - это приметы на пути",
        "-- Мечислав Шарган",
        "действительно ли мы готовы",
        "-- Н.А.Островский",
        "упрямого осла",
        "Кордайский перевал закрыт",
    ] {
        assert_eq!(ask(text).position, None, "{text}");
    }
}

#[test]
fn a_compiled_gazetteer_answers_as_the_files_it_was_built_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("compiled.gaz");
    let files = [disk::gazetteer_file(&repository().join("data/gazetteer.csv"))];
    let mut told = Vec::new();
    let built = disk::build_gazetteer(&files, &path, &mut |done, total| told.push((done, total))).unwrap();
    assert_eq!((built.version(), built.is_whole()), (BUNDLED.gazetteer().version(), true));
    let total = built.len() as u64;
    assert!(told.is_sorted() && told.iter().all(|(done, all)| done <= all && *all == total), "{told:?}");
    let compiled = Geocoder::new(Arc::new(disk::open_gazetteer(&path).unwrap()));
    let cases = read_cases(&std::fs::read(repository().join("tests/fixtures/geocode/cases.tsv")).unwrap()).unwrap();
    for case in &cases {
        assert_eq!(compiled.geocode(&case.request), BUNDLED.geocode(&case.request));
    }
    for place in BUNDLED.gazetteer().places() {
        let same = compiled.gazetteer().place(&place.place_id()).unwrap();
        assert_eq!(
            (same.shape(), same.position(), same.population()),
            (place.shape(), place.position(), place.population())
        );
        assert!(same.toponyms().eq(place.toponyms()) && same.source() == place.source(), "{place:?}");
    }
}

#[test]
fn streets_of_an_openstreetmap_extract_become_one_line_in_their_town() {
    let street = |name, kk| [("highway", "residential"), ("name", name), ("name:kk", kk)];
    let nodes: [pbf::Node; 9] = [
        (1, 80.0, 50.0, &[("place", "town"), ("name", "Новоград"), ("name:kk", "Жаңақала"), ("population", "12 000")]),
        (2, 79.99, 50.0, &[]),
        (3, 80.0, 50.001, &[]),
        (4, 80.002, 50.0, &[]),
        (5, 80.012, 50.001, &[]),
        (6, 81.5, 50.0, &[]),
        (7, 80.003, 50.003, &[("amenity", "townhall"), ("name", "акимат")]),
        (8, 80.004, 50.004, &[("amenity", "bench"), ("name", "Скамейка")]),
        (9, 80.5, 50.5, &[("place", "village"), ("name", "Степное")]),
    ];
    let (first, second, far) = (
        street("улица Абая", "Абай көшесі"),
        street("улица Абая", "Абай көшесі"),
        street("улица Дальняя", "Алыс көшесі"),
    );
    let ways: [pbf::Way; 3] = [(20, &[2, 3], &first), (10, &[4, 5], &second), (30, &[6, 6], &far)];
    let country = "id,kind,name_ru,parent,lon,lat,uncertainty_m,source\nxx,country,Страна,,80,50,900000,own\n";
    let gazetteer = Gazetteer::from_files(&[
        ("own".to_owned(), country.as_bytes().to_vec()).into(),
        ("x.osm.pbf".to_owned(), pbf::extract(&nodes, &ways)).into(),
    ])
    .unwrap();
    assert_eq!(gazetteer.report().skipped.get("streets outside settlements"), Some(&1));
    let names: Vec<&str> = gazetteer.places().map(|place| place.id()).collect();
    assert_eq!(names, ["xx", "osm-n1", "osm-n9", "osm-w10", "osm-n7"], "the bench is no place");
    let geocoder = Geocoder::new(Arc::new(gazetteer));
    let ask = |text: &str| geocoder.geocode(&Request { text: text.to_owned(), ..Request::default() });
    let abay = ask("на улице Абая в Новограде");
    assert_eq!((abay.place_id.as_ref().unwrap().0.as_str(), abay.precision), ("osm-w10", Precision::Street));
    assert!((700.0..1_500.0).contains(&abay.uncertainty_m.unwrap()), "{abay:?}");
    assert_eq!(ask("Жаңақала, Абай көшесінде").place_id, abay.place_id);
    assert_eq!(ask("у акимата Новограда").precision, Precision::Point);
    assert_eq!(ask("в Степном").place_id.unwrap().0, "osm-n9");
    let cut = pbf::extract(&nodes, &ways);
    let broken = Gazetteer::from_files(&[("x.osm.pbf".to_owned(), cut[..cut.len() - 20].to_vec()).into()]).unwrap_err();
    assert!(broken.to_string().contains("cannot be read"), "{broken}");
}

#[test]
fn a_gazetteer_with_errors_lists_them_all_with_their_lines() {
    let text = "id,kind,name_ru,parent,lon,lat,uncertainty_m,source\n\
                xx,country,Страна,,50,40,100000,own\n\
                xx-a,city,Город,nowhere,50,40,1000,own\n\
                xx-b,town,Посёлок,xx,40,150,1000,own\n\
                xx-c,planet,Мир,xx,50,40,1000,own\n\
                xx,country,Страна,,50,40,100000,own\n\
                xx-d,village,,xx,50,40,0,own\n";
    let errors = Gazetteer::from_csv(text.as_bytes(), "own.csv").unwrap_err().to_string();
    for expected in [
        "line 3",
        "there is no such place",
        "line 4",
        "latitude 150",
        "line 5",
        "planet",
        "line 6",
        "same id",
        "line 7",
    ] {
        assert!(errors.contains(expected), "{expected} is missing in\n{errors}");
    }
}

#[test]
fn the_deployers_own_file_wins_over_the_bundled_one() {
    let own = "id,kind,name_ru,parent,lon,lat,uncertainty_m,source\nkz-city-aktau,city,Актау,kz,51.0,43.0,900,own\n";
    let bundled = std::fs::read(repository().join("data/gazetteer.csv")).unwrap();
    let both = Gazetteer::from_files(&[
        ("own".to_owned(), own.as_bytes().to_vec()).into(),
        ("bundled".to_owned(), bundled).into(),
    ])
    .unwrap();
    let answer =
        Geocoder::new(Arc::new(both)).geocode(&Request { text: "в Актау".to_owned(), ..Request::default() });
    assert_eq!(answer.uncertainty_m, Some(900.0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gets_one_consistent_answer(text in "(\\PC{0,30}|(в |на площади |ул\\. |г\\. )?(Алматы|Актау|Абая|Республики|Семее|область|, ){0,4})", city in "(|Алматы|Тараз|Нигде)") {
        let request = Request { text, context: Context { city, ..Context::default() }, occurred: None };
        let answer = BUNDLED.geocode(&request);
        prop_assert_eq!(&answer, &BUNDLED.geocode(&request));
        let is_placed = answer.position.is_some();
        prop_assert_eq!(is_placed, answer.uncertainty_m.is_some());
        prop_assert_eq!(is_placed, answer.method.is_some());
        prop_assert_eq!(is_placed, answer.precision != Precision::Unlocated);
        match answer.status {
            Status::Resolved => prop_assert!(is_placed && answer.score > 0.0),
            Status::Ambiguous => prop_assert!(!answer.candidates.is_empty()),
            Status::Unresolved => prop_assert!(!is_placed && answer.place_id.is_none()),
        }
        prop_assert!(answer.place_id.is_none() || answer.path.last() == answer.place_id.as_ref());
    }

    #[test]
    fn words_of_relations_in_any_order_break_nothing(
        words in proptest::collection::vec(
            prop_oneof![
                Just("в"), Just("25"), Just("км"), Just("2,5"), Just("к северу"), Just("северо-восточнее"), Just("от"), Just("между"),
                Just("угол"), Just("трасса"), Just("Актау"), Just("Алматы"), Just("Абая"), Just("Сатпаева"), Just("и"), Just("-"),
                Just("/"), Just("—"), Just(","), Just("маңында"), Just("қиылысында"), Just("north of"), Just("улица"), Just("площадь"),
                Just("Мангистауская"), Just("область"), Just("«"), Just("»"), Just("г."), Just("14-й"), Just("мкр"), Just("министр"),
            ],
            0..14,
        ),
    ) {
        let answer = ask(&words.join(" "));
        if let (Some(at), Some(uncertainty_m)) = (answer.position, answer.uncertainty_m) {
            prop_assert!(incident_map::geo::LonLat::new(at.lon, at.lat).is_ok() && uncertainty_m.is_finite() && uncertainty_m > 0.0);
        }
    }
}

/// Every word of the cases.
static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let cases = fixture_cases();
    cases.iter().flat_map(|case| case.request.text.split_whitespace().map(str::to_owned)).collect()
});

/// Up to so many words of the cases in any order, with any signs between.
fn any_words(most: usize) -> impl Strategy<Value = String> {
    let sign = prop_oneof![8 => Just(" "), 1 => Just(", "), 1 => Just(". "), 1 => Just(" - "), 1 => Just("/"), 1 => Just(" «")];
    let word =
        (any::<prop::sample::Index>(), sign).prop_map(|(at, sign)| format!("{}{sign}", WORDS[at.index(WORDS.len())]));
    prop::collection::vec(word, 0..most).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn words_of_the_cases_in_any_order_and_column_break_nothing(
        text in any_words(12), city in any_words(3), region in any_words(3), country in any_words(2),
    ) {
        for geocoder in [&BUNDLED, &lists::LISTED] {
            let context = Context { city: city.clone(), region: region.clone(), country: country.clone() };
            let answer = geocoder.geocode(&Request { text: text.clone(), context, occurred: None });
            prop_assert_eq!(answer.position.is_some(), answer.uncertainty_m.is_some());
            prop_assert!(answer.status != Status::Resolved || answer.position.is_some());
            prop_assert!(answer.place_id.is_none() || answer.path.last() == answer.place_id.as_ref());
        }
    }
}

#[test]
fn huge_and_strange_texts_get_an_answer_in_text_and_columns() {
    for piece in [
        "Абай ",
        "Алматы, ",
        "ул. Абая ",
        "а\u{301}",
        "\u{202e}عربى ",
        "😀",
        "е\u{308}\u{200d}",
        "\u{0}",
        "25 км от ",
        "((((",
        "Усть-",
        "ааааааааааа",
    ] {
        let text = piece.repeat(1_000_000 / piece.len());
        let context = Context { city: text.clone(), region: text.clone(), country: text.clone() };
        let answer = BUNDLED.geocode(&Request { text, context, occurred: None });
        assert!(answer.candidates.len() <= incident_map::geocode::MAX_CANDIDATES, "{piece}");
    }
}
