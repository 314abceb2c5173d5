//! `gazetteer check`: a gazetteer beside references, beside itself, and what its rows confess.

use super::{err, out, run};
use crate::support::pbf;
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;

const HEADER: &str = "id,kind,name_ru,name_en,parent,lon,lat,uncertainty_m,geometry,source\n";

/// A country of two regions beside each other, each two degrees wide; the place in the middle of both is 140 km from the other.
const REGIONS: &str = "x,country,Страна,,,52,51,900000,,own\n\
     x-west,region,Западная,,x,51,51,160000,\"POLYGON((50 50,52 50,52 52,50 52,50 50))\",own\n\
     x-east,region,Восточная,,x,53,51,160000,\"POLYGON((52 50,54 50,54 52,52 52,52 50))\",own\n";

/// Files in a folder of their own.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// A gazetteer of the two regions with these rows.
    fn own(&self, rows: &str) -> PathBuf {
        self.write("own.csv", format!("{HEADER}{REGIONS}{rows}"))
    }

    /// A GeoNames file of populated places without a region: number, name, longitude, latitude.
    fn geonames(&self, places: &[(u32, &str, f64, f64)]) -> PathBuf {
        let line = |(number, name, lon, lat): &(u32, &str, f64, f64)| {
            format!("{number}\t{name}\t{name}\t\t{lat}\t{lon}\tP\tPPL\tXX\t\t00\t\t\t\t0\t\t\t\t2022-01-01\n")
        };
        self.write("places.txt", places.iter().map(line).collect::<String>())
    }
}

/// The options that name a gazetteer, its reference and the explanations.
fn check(own: &Path, against: &[&Path], explained: Option<&Path>) -> Output {
    let mut arguments = vec!["gazetteer", "check", own.to_str().unwrap(), "--strict"];
    arguments.extend(against.iter().flat_map(|path| ["--against", path.to_str().unwrap()]));
    arguments.extend(explained.iter().flat_map(|path| ["--explained", path.to_str().unwrap()]));
    run(&arguments)
}

/// That the check ends with this exit code; gives what it said.
fn said(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{}{}", out(output), err(output));
    if code < 2 { out(output) } else { err(output) }
}

#[test]
fn a_moved_town_is_told_with_its_distance_and_the_repair_and_an_explanation_silences_it() {
    let files = Files::new();
    let own = files.own(
        "x-upper,town,Верхний,Upper,x-west,51,51,3000,,own\n\
         x-lower,town,Нижний,Lower,x-west,51.5,51.5,3000,,own\n",
    );
    let reference = files.geonames(&[(7, "Upper", 51.0, 51.5), (8, "Lower", 51.55, 51.5)]);
    let words = said(&check(&own, &[&reference], None), 1);
    let line = format!(
        "  x-upper (Верхний) at 51, 51: Upper (gn-7) of {} at 51, 51.5 is 55.6 km away; 7.0 km are allowed; \
         move it, widen its uncertainty_m, or explain it in --explained\n",
        reference.display()
    );
    assert!(words.contains(&line), "{words}");
    assert!(words.contains("\n2 places compared: 1 agree, 1 disagree, 0 disagreements are explained\n"), "{words}");
    assert!(words.contains("\n3 settlements and areas have no namesake there: x, x-west, x-east\n"), "{words}");
    assert!(words.ends_with("\n1 problems\n"), "{words}");
    // Without `--strict` it is told all the same, and is no failure.
    let lenient = run(&["gazetteer", "check", own.to_str().unwrap(), "--against", reference.to_str().unwrap()]);
    assert_eq!((lenient.status.code(), out(&lenient)), (Some(0), words));

    let explained = files.write("e.csv", "\u{feff}id,reason\r\n# by hand\r\nx-upper,\"rounded, and moved\"\r\n");
    let words = said(&check(&own, &[&reference], Some(&explained)), 0);
    assert!(words.contains("7.0 km are allowed; explained: rounded, and moved\n"), "{words}");
    assert!(words.contains(" 1 agree, 0 disagree, 1 disagreements are explained\n"), "{words}");
    assert!(words.ends_with("\n0 problems\n"), "{words}");
}

#[test]
fn an_explanation_that_nothing_needs_is_a_problem() {
    let files = Files::new();
    let own = files.own("x-upper,town,Верхний,Upper,x-west,51,51,3000,,own\n");
    let reference = files.geonames(&[(7, "Upper", 51.01, 51.0)]);
    let explained = files.write("e.csv", "id,reason\nx-upper,moved\nx-east,why\nx-gone,was there\n");
    let words = said(&check(&own, &[&reference], Some(&explained)), 1);
    for line in [
        "  x-upper is explained in line 2 and agrees with the references; take it out\n",
        "  x-east is explained in line 3 and has no namesake in the references; take it out\n",
        "  x-gone is explained in line 4 and is no place of these files; take it out\n",
        "\n3 problems\n",
    ] {
        assert!(words.contains(line), "{line} is missing in\n{words}");
    }
}

#[test]
fn a_namesake_in_another_region_is_another_place_unless_it_is_near() {
    let files = Files::new();
    let verdict = |place: (f64, f64), namesake: (f64, f64)| {
        let own = files.own(&format!("x-upper,town,Верхний,Upper,x-west,{},{},3000,,own\n", place.0, place.1));
        let reference = files.geonames(&[(7, "Upper", namesake.0, namesake.1)]);
        let output = check(&own, &[&reference], None);
        let words = out(&output);
        assert_eq!(words.ends_with("\n0 problems\n"), output.status.success(), "{words}");
        if words.contains("4 places are of countries without any namesake there: x, x-west, x-east, x-upper\n") {
            None
        } else {
            Some(output.status.success())
        }
    };
    assert_eq!(verdict((51.0, 51.0), (53.0, 51.0)), None, "in the other region");
    assert_eq!(verdict((51.0, 51.0), (50.0, 51.0)), Some(false), "70 km away in the same region");
    assert_eq!(verdict((51.9, 51.0), (52.2, 51.0)), Some(false), "21 km away in the other region");
    assert_eq!(
        verdict((51.0, 51.0), (52.2, 51.0)),
        Some(false),
        "84 km away, 14 km beyond a border that is generalised"
    );
    assert_eq!(verdict((51.0, 51.0), (52.23, 51.0)), None, "16 km beyond it");
    assert_eq!(verdict((51.9, 51.0), (51.99, 51.0)), Some(true), "6.3 km away");
    assert_eq!(verdict((51.9, 51.0), (52.01, 51.0)), Some(false), "7.7 km away");
    // Where no containing place has an outline, only what is near is the same.
    let own = files.write(
        "flat.csv",
        format!("{HEADER}x,country,Страна,,,52,51,900000,,own\nx-upper,town,Верхний,Upper,x,51,51,3000,,own\n"),
    );
    let far = files.geonames(&[(7, "Upper", 51.5, 51.0)]);
    let words = said(&check(&own, &[&far], None), 0);
    assert!(words.contains("2 places are of countries without any namesake there: x, x-upper\n"), "{words}");
    let near = files.geonames(&[(7, "Upper", 51.4, 51.0)]);
    assert!(said(&check(&own, &[&near], None), 1).contains("28.0 km away"));
}

#[test]
fn the_nearest_namesake_of_all_references_counts_and_their_lists_are_not_laid_over_each_other() {
    let files = Files::new();
    let own = files.own("x-upper,town,Верхний,Upper,x-west,51,51,1000,,own\n");
    // Two villages of a name 8 km from each other would be one place in a gazetteer, at the position of the first.
    let one = files.write("one.csv", format!("{HEADER}y-far,village,Верхний,,gone,51.12,51,900,,own\n"));
    let two = files.geonames(&[(6, "Upper", 51.11, 51.0), (7, "Upper", 51.01, 51.0)]);
    let compiled = files.0.path().join("upper.gaz");
    let built = run(&["gazetteer", "build", own.to_str().unwrap(), "-o", compiled.to_str().unwrap()]);
    assert_eq!(built.status.code(), Some(0), "{}", err(&built));
    assert!(said(&check(&own, &[&one], None), 1).contains("Верхний (y-far) of"));
    assert!(said(&check(&own, &[&one, &two], None), 0).contains("\n1 places compared: 1 agree, 0 disagree"));
    assert!(said(&check(&own, &[&compiled, &one], None), 0).contains("\n4 places compared: 4 agree, 0 disagree"));
    let village: [pbf::Node; 1] = [(5, 51.01, 51.0, &[("place", "village"), ("name", "Верхний")])];
    let extract = files.write("upper.osm.pbf", pbf::extract(&village, &[]));
    assert!(said(&check(&own, &[&one, &extract], None), 0).contains("\n1 places compared: 1 agree, 0 disagree"));
    // What came from lists of others is no claim of the gazetteer.
    let stacked = run(&["gazetteer", "check", "--strict", two.to_str().unwrap(), "--against", one.to_str().unwrap()]);
    assert!(said(&stacked, 0).contains("\n0 places compared"), "{}", out(&stacked));
}

#[test]
fn names_are_compared_in_any_spelling_and_without_kind_words_and_only_within_a_class() {
    let files = Files::new();
    let own = files.own(
        "x-city,city,Ақ-Тау,,x-west,51,51,3000,,own\n\
         x-area,district,Каракиянский,,x-west,51,51.5,3000,,own\n\
         x-oak,village,Ой,,x-west,51,51.2,3000,,own\n\
         x-part,village,Хантаги,,x-west,51,51.8,3000,,own\n\
         x-eleven,microdistrict,11,,x-city,51,51,3000,,own\n",
    );
    let reference = files.write(
        "places.txt",
        "7\tакТАУ\t\tг. Актау\t51\t51.2\tP\tPPL\tXX\t\t00\t\t\t\t0\t\t\t\t\n\
         8\tКаракиянский район\t\t\t51.5\t52\tA\tADM2\tXX\t\t00\t\t\t\t0\t\t\t\t\n\
         9\tКаракиянский\t\t\t51.5\t51\tP\tPPL\tXX\t\t00\t\t\t\t0\t\t\t\t\n\
         10\tОй\t\t\t51.5\t51.2\tP\tPPL\tXX\t\t00\t\t\t\t0\t\t\t\t\n\
         11\tХантаги\t\t\t51.9\t51\tP\tPPLX\tXX\t\t00\t\t\t\t0\t\t\t\t\n\
         12\t11 микрорайон\t\t\t51.02\t51\tP\tPPLX\tXX\t\t00\t\t\t\t0\t\t\t\t\n",
    );
    let words = said(&check(&own, &[&reference], None), 1);
    assert!(
        words.contains("x-city (Ақ-Тау) at 51, 51: акТАУ (gn-7)") && words.contains("14.0 km away; 7.0 km are"),
        "{words}"
    );
    assert!(words.contains("x-area (Каракиянский) at 51, 51.5: Каракиянский (gn-8)"), "{words}");
    assert!(words.contains("69.2 km away; 18.0 km are allowed"), "{words}");
    assert!(words.contains("x-part (Хантаги) at 51, 51.8: Хантаги (gn-11)"), "a section of a town: {words}");
    assert!(words.contains("\n4 places compared: 1 agree, 3 disagree"), "the eleventh microdistrict agrees: {words}");
    assert!(words.contains("x, x-west, x-east, x-oak\n"), "two letters tell nothing: {words}");
}

#[test]
fn what_is_in_a_town_is_compared_with_namesakes_in_that_town_only() {
    let files = Files::new();
    let town = "x-town,city,Город,,x-west,51,51,10000,,own\n";
    let mut own = format!("{HEADER}{REGIONS}{town}");
    own.push_str(
        "x-town-lenin,street,Ленина,,x-town,51,51,1000,,own\n\
         x-town-rail,station,Северный,,x-town,51,51,1000,,own\n\
         x-town-air,airport,Южный,,x-town,51,51,1000,,own\n\
         x-town-mir,square,Мира,,x-town,51,51,1000,,own\n",
    );
    let own = files.write("own.csv", own);
    let mut reference = format!("{HEADER}{REGIONS}{town}");
    reference.push_str(
        "y-lenin,street,Ленина,,x-west,51.2,51,1000,,own\n\
         y-rail,station,вокзал Северный,,x-west,51.1,51,1000,,own\n\
         y-air,airport,Аэропорт Южный,,x-west,51.6,51,1000,,own\n\
         y-mir,park,Мира,,x-west,51.1,51,1000,,own\n",
    );
    let reference = files.write("reference.csv", reference);
    let words = said(&check(&own, &[&reference], None), 1);
    assert!(words.contains("x-town-rail (Северный) at 51, 51: вокзал Северный (y-rail)"), "{words}");
    assert!(words.contains("7.0 km away; 3.0 km are allowed"), "{words}");
    assert!(words.contains("x-town-air (Южный) at 51, 51: Аэропорт Южный (y-air)"), "an airport lies outside: {words}");
    assert!(
        words.contains("\n2 places in and around towns have no namesake there: x-town-lenin, x-town-mir\n"),
        "{words}"
    );
    assert!(words.ends_with("\n2 problems\n"), "{words}");
}

#[test]
fn ids_without_a_namesake_are_shortened() {
    let files = Files::new();
    let rows: String = (0..30).map(|n| format!("x-{n},village,Место{n},,x-west,51,51,3000,,own\n")).collect();
    let own = files.own(&rows);
    let words = said(&check(&own, &[&files.geonames(&[(7, "Место29", 51.0, 51.0)])], None), 0);
    assert!(
        words.contains("\n32 settlements and areas have no namesake there: x, x-west, x-east, x-0, x-1,"),
        "{words}"
    );
    assert!(words.contains(", x-16 and 12 more\n"), "{words}");
}

#[test]
fn a_row_that_is_not_compared_is_as_uncertain_as_such_rows_turn_out_to_be() {
    let files = Files::new();
    let problems = |place: &str, town: &str| {
        let own = files.own(&format!("x-town,city,Город,,x-west,51,51,{town}\nx-town-one,{place}\n"));
        let output = check(&own, &[], None);
        let words = out(&output);
        let count = words.lines().last().unwrap().to_owned();
        assert_eq!(output.status.success(), count == "0 problems", "{words}");
        words
    };
    // 0.05 degrees of longitude are 3,499 m here; the town reaches 5,000 m from its point.
    let circle = "5000,,own";
    let words = problems("street,Ленина,,x-town,51.05,51,6000,,own; not compared", circle);
    let told = "  x-town-one (Ленина) is not compared and may be elsewhere in x-town: uncertainty_m is 6000, at least 8499 are needed; \
                widen it, or compare its position and take `not compared` out of its source\n";
    assert!(words.contains(told) && words.ends_with("\n1 problems\n"), "{words}");
    for place in [
        "street,Ленина,,x-town,51.05,51,8500,,own; not compared",
        "street,Ленина,,x-town,51.05,51,8400,,NOT compared ;own",
        "street,Ленина,,x-town,51.05,51,6000,,own",
        "street,Ленина,,x-town,51.05,51,6000,,it was not compared",
        "village,Ленино,,x-west,51.05,51,100,,own; not compared",
    ] {
        let words = problems(place, circle);
        assert!(words.ends_with("\n0 problems\n"), "{place}: {words}");
    }
    // In a large town as far as such places turn out to be from where they were believed to be.
    let words = problems("street,Ленина,,x-town,51.05,51,8500,,own; not compared", "20000,,own");
    assert!(words.contains("uncertainty_m is 8500, at least 9000 are needed"), "{words}");
    let words = problems("building,акимат,,x-town,51.05,51,6000,,own; not compared", "20000,,own");
    assert!(words.ends_with("\n0 problems\n"), "{words}");
    let outline = "5000,\"POLYGON((50.9 50.9,51.1 50.9,51.1 51.1,50.9 51.1,50.9 50.9))\",own";
    let words = problems("quarter,Восток,,x-town,51,51,13000,,own;not compared", outline);
    assert!(words.contains("uncertainty_m is 13000, at least 13143 are needed"), "to the farthest corner: {words}");
    let words = problems("quarter,Восток,,x-town,51,51,13100,,own;not compared", outline);
    assert!(words.ends_with("\n0 problems\n"), "{words}");
}

#[test]
fn a_place_far_from_what_contains_it_is_told_with_an_outline_and_without() {
    let files = Files::new();
    let own = files.own(
        "x-area,district,Район,,x-west,51,51,30000,,own\n\
         x-near,village,Ближняя,,x-area,51.6,51,2000,,own\n\
         x-far,village,Дальняя,,x-area,51.7,51,2000,,own\n\
         x-out,village,Крайняя,,x-west,52.26,51,2000,,own\n\
         x-edge,village,Пограничная,,x-west,52.23,51,2000,,own\n\
         x-air,airport,Порт,,x-edge,51.66,51,100,,own\n\
         x-port,airport,Порт,,x-far,51.08,51,100,,own\n\
         x-swap,village,Кривая,,x-west,51.3,40,2000,,own\n\
         x-turn,village,Обратная,,x-west,51.5,50.5,2000,,own\n",
    );
    let words = said(&check(&own, &[], None), 1);
    assert!(
        words.contains("x-far (Дальняя) lies 49.0 km from x-area; 47.0 km are allowed; move it, or give it the parent"),
        "{words}"
    );
    assert!(words.contains("x-out (Крайняя) lies 18.2 km outside x-west; 17.0 km are allowed; move it"), "{words}");
    assert!(words.contains("x-port (Порт) lies 43.4 km from x-far; 42.0 km are allowed"), "{words}");
    assert!(words.contains("x-swap (Кривая) lies"), "{words}");
    for fine in ["x-near", "x-edge", "x-air", "x-turn"] {
        assert!(!words.contains(&format!("  {fine} (")), "{fine}: {words}");
    }
}

#[test]
fn references_and_explanations_that_cannot_be_read_are_named_and_nothing_else_is_said() {
    let files = Files::new();
    let own = files.own("x-upper,town,Верхний,Upper,x-west,51,51,3000,,own\n");
    let good = files.geonames(&[(7, "Upper", 51.01, 51.0)]);
    let missing = files.0.path().join("missing.txt");
    let references = [
        (missing.clone(), "missing.txt`: No such file"),
        (files.0.path().to_owned(), "cannot be read"),
        (files.write("empty.txt", ""), "empty.txt, line 1, column `id`"),
        (
            files.write("words.txt", "no gazetteer at all\n1,2\n"),
            "words.txt, line 1, column `id`: `no gazetteer at all`: unknown column",
        ),
        (files.write("bare.csv", HEADER), "bare.csv, line 0, column `id`: ``: there is no place in it to compare with"),
        (
            files.write("rivers.txt", "7\tUpper\tUpper\t\t51\t51\tH\tSTM\tXX\t\t00\t\t\t\t0\t\t\t\t\n"),
            "rivers.txt, line 0, column `id`: ``: there is no place in it",
        ),
        (
            files.write("broken.csv", format!("{HEADER}y,town,Y,,,181,51,1,,own\n")),
            "broken.csv, line 2, column `lat`: `51`: longitude 181",
        ),
        (files.write("cut.osm.pbf", b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7c"), "cut.osm.pbf"),
    ];
    for (reference, message) in &references {
        let output = check(&own, &[&good, reference], None);
        let words = said(&output, 3);
        assert!(words.contains(message), "{message} is missing in\n{words}");
        assert_eq!(out(&output), "");
    }
    // Names alone have nothing to go to; beside a file of places they go there.
    let names = files.write("names.txt", "1\t7\tru\tВерхняя\t1\t\t\t\n");
    assert!(
        said(&check(&own, &[&names], None), 3).contains("names.txt, line 0, column `id`: ``: there is no place in it")
    );
    assert!(said(&check(&own, &[&good, &names], None), 0).contains("1 places compared: 1 agree"));
    let explanations: [(&str, &[u8], &str); 9] = [
        ("empty.csv", b"", "empty.csv, line 1: ``: expected the header `id,reason`"),
        ("header.csv", b"place,why\nx-upper,y\n", "header.csv, line 1: `place,why`: expected the header `id,reason`"),
        ("order.csv", b"reason,id\n", "line 1: `reason,id`"),
        ("short.csv", b"id,reason\nx-upper\n", "short.csv, line 2: 1 cells, expected `id,reason`"),
        (
            "long.csv",
            b"id,reason\n\nx-upper,moved, and rounded\n",
            "long.csv, line 3: 3 cells, expected `id,reason` (is the reason in quotes?)",
        ),
        ("reason.csv", b"id,reason\nx-upper, \n", "reason.csv, line 2, column `reason`: it is empty"),
        ("id.csv", b"id,reason\n,moved\n", "id.csv, line 2, column `id`: it is empty"),
        (
            "twice.csv",
            b"id,reason\r\nx-upper,a\r\n#\r\nx-upper,b\r\n",
            "twice.csv, line 4, column `id`: `x-upper` is explained in line 2 already",
        ),
        ("utf8.csv", b"id,reason\nx-upper,\xcf\xf0\n", "utf8.csv, line 2: "),
    ];
    for (name, bytes, message) in explanations {
        let explained = files.write(name, bytes);
        let output = check(&own, &[&good], Some(&explained));
        let words = said(&output, 3);
        assert!(words.contains(message), "{message} is missing in\n{words}");
        assert_eq!(out(&output), "");
    }
    let words = said(&check(&own, &[&good], Some(&missing)), 3);
    assert!(
        words.contains("cannot read the explanations `") && words.contains("missing.txt`: No such file"),
        "{words}"
    );
    let words = said(&check(&own, &[], Some(&own)), 2);
    assert!(words.contains("--against <FILE>"), "{words}");
    // A line that cannot be read is a problem, and the rest is compared.
    let mixed =
        std::fs::read_to_string(&good).unwrap() + "8\tLower\tLower\t\tnorth\t51\tP\tPPL\tXX\t\t00\t\t\t\t0\t\t\t\t\n";
    let mixed = files.write("mixed.txt", mixed);
    let words = said(&check(&own, &[&mixed], None), 1);
    assert!(
        words.contains("mixed.txt, line 2: has no id or no coordinates\n") && words.contains("1 places compared"),
        "{words}"
    );
    assert!(words.ends_with("\n1 problems\n"), "{words}");
}

#[test]
fn a_damaged_compiled_reference_is_refused() {
    let files = Files::new();
    let own = files.own("x-upper,town,Верхний,Upper,x-west,51,51,3000,,own\n");
    let compiled = files.0.path().join("upper.gaz");
    let built = run(&["gazetteer", "build", own.to_str().unwrap(), "-o", compiled.to_str().unwrap()]);
    assert_eq!(built.status.code(), Some(0), "{}", err(&built));
    let mut bytes = std::fs::read(&compiled).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&compiled, &bytes).unwrap();
    assert!(said(&check(&own, &[&compiled], None), 3).contains("is damaged: build it again"));
    std::fs::write(&compiled, &bytes[..100]).unwrap();
    assert!(said(&check(&own, &[&compiled], None), 3).contains("cut off"));
}

#[test]
fn the_bundled_gazetteer_agrees_with_itself_and_every_explanation_of_it_is_a_place_of_it() {
    let words = out(&run(&["gazetteer", "check", "--against", "bundled"]));
    assert!(words.contains(" agree, 0 disagree, 0 disagreements are explained\n"), "{words}");
    let explained = crate::support::repository().join("data/explained.csv");
    let words = out(&run(&["gazetteer", "check", "--against", "bundled", "--explained", explained.to_str().unwrap()]));
    assert!(words.contains(" and agrees with the references; take it out\n"), "{words}");
    assert!(!words.contains("is no place of these files"), "{words}");
}
