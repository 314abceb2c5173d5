//! `gazetteer check`: a gazetteer beside references, beside itself, and what its rows confess.

use super::{err, out, run};
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
fn a_row_that_is_not_compared_reaches_across_its_town() {
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
    let told = "  x-town-one (Ленина) is not compared and may be anywhere in x-town: uncertainty_m is 6000, at least 8499 are needed; \
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
