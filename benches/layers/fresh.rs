//! How soon an import shows, and what it costs those who read meanwhile.

use crate::asks::{Ask, CONNECTIONS, Dialect, Scenario, is_inside};
use crate::driver::{Connection, End, Work, drive};
use crate::incidents::{City, HEADER, Tile};
use crate::servers::Server;
use crate::{LAYER, median};
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::{Duration, Instant};

/// Incidents of one import, all near the middle of a city.
const ADDED: u64 = 1_000;

/// How long the load runs before the import, and at least from then on: its rate is measured in both.
const SPAN: Duration = Duration::from_secs(2);

/// Nothing takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// One output that must show the import.
struct Output<'a> {
    name: &'static str,
    path: String,
    ask: &'a Ask,
    before: u64,
}

/// Imports while pages of boxes are asked for, in each round other incidents.
pub fn measure(ours: &Server, database: &Path, scenarios: &[Scenario], city: &City, rounds: usize) {
    let Some(boxes) = scenarios.iter().find(|scenario| scenario.letter == "a") else { return };
    let token = token(database);
    let paths = boxes.asks.iter().map(|ask| format!("{LAYER}{}", ask.path(Dialect::Ours).unwrap()));
    let paths: Vec<String> = paths.collect();
    let (mut delays, mut shares) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let outputs = outputs(ours, scenarios, city);
        let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        let work = Work { paths: &paths, next: &next, is_once: false, connections: CONNECTIONS };
        let (load, posted, imported, shown, times) = std::thread::scope(|scope| {
            let load = scope.spawn(|| drive(ours.at, &work, End::When(&stop)));
            std::thread::sleep(SPAN);
            let posted = Instant::now();
            post(ours, &token, round, city);
            let imported = Instant::now();
            let times = shown(ours, &outputs, imported);
            let shown = Instant::now();
            std::thread::sleep(SPAN.saturating_sub(posted.elapsed()));
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            (load.join().unwrap(), posted, imported, shown, times)
        });
        let (before, meanwhile) = (load.rate(posted - SPAN, posted), load.rate(posted, shown.max(posted + SPAN)));
        println!(
            "(i) {ADDED} incidents imported in {:.0} ms; right from then on after: {times}; \
             {before:.0} pages/s before, {meanwhile:.0} meanwhile",
            (imported - posted).as_secs_f64() * 1e3,
        );
        delays.push((shown - imported).as_secs_f64() * 1e3);
        shares.push(meanwhile / before);
    }
    let (delay, share) = (median(delays), median(shares));
    println!("(i) medians: all right after {delay:.1} ms; meanwhile {share:.2} of the pages/s before");
}

fn token(database: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_incident-map"));
    let output = command.args(["token", "create", "--db"]).arg(database).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// What must show an import at the middle of the city, as far as it is there and was found right.
fn outputs<'a>(ours: &Server, scenarios: &'a [Scenario], city: &City) -> Vec<Output<'a>> {
    let mut connection = Connection::open(ours.at).unwrap();
    let is_there = |ask: &&Ask| match ask {
        Ask::Items { bounds, filter: None, .. } | Ask::Clusters { bounds, .. } | Ask::Histogram { bounds, .. } => {
            is_inside(*bounds, city.at)
        }
        Ask::ClusterTile { tile, filter: None, .. } | Ask::PointTile { tile, .. } => *tile == Tile::of(city.at, tile.z),
        _ => false,
    };
    let names = [("a", "items"), ("l", "counts"), ("k", "clusters"), ("d", "cluster tiles"), ("e", "point tiles")];
    let output = |(letter, name): (&str, &'static str)| {
        let scenario = scenarios.iter().find(|scenario| scenario.letter == letter)?;
        let ask = scenario.asks.iter().find(is_there)?;
        let path = format!("{LAYER}{}", ask.path(Dialect::Ours)?);
        let before = ask.stated(&connection.body(&path).ok()?);
        Some(Output { name, path, ask, before })
    };
    names.into_iter().filter_map(output).collect()
}

fn post(ours: &Server, token: &str, round: usize, city: &City) {
    let mut csv = format!("{HEADER}\n");
    for number in 0..ADDED {
        let (lat, lon) = (city.at.lat + number as f64 * 1e-6, city.at.lon + number as f64 * 1e-6);
        csv += &format!("fresh-{round}-{number},2024-12-31,protest,Митинг,,,,,{lat:.6},{lon:.6}\n");
    }
    let base = format!("http://{}/api/imports", ours.at);
    let authorization = format!("Bearer {token}");
    let mut answer = ureq::post(format!("{base}?filename=fresh-{round}.csv"))
        .header("Authorization", &authorization)
        .header("Content-Type", "text/csv")
        .send(csv.as_bytes())
        .unwrap();
    let mut job: Value = answer.body_mut().read_json().unwrap();
    let begin = Instant::now();
    while job["state"] == "queued" || job["state"] == "running" {
        assert!(begin.elapsed() < PATIENCE, "the import does not end");
        std::thread::sleep(Duration::from_millis(2));
        let address = format!("{base}/{}", job["id"].as_str().unwrap());
        job = ureq::get(address).call().unwrap().body_mut().read_json().unwrap();
    }
    assert!(job["state"] == "succeeded" && job["new"] == ADDED, "{job}");
}

/// Asks until every output shows the import: when each did, after how many answers that did not.
fn shown(ours: &Server, outputs: &[Output<'_>], imported: Instant) -> String {
    let mut connection = Connection::open(ours.at).unwrap();
    let mut times = Vec::new();
    for output in outputs {
        let mut stale = 0;
        while output.ask.stated(&connection.body(&output.path).unwrap()) != output.before + ADDED {
            assert!(imported.elapsed() < PATIENCE, "{} never shows the import", output.path);
            stale += 1;
        }
        times.push(format!("{} {:.1} ms ({stale} stale)", output.name, imported.elapsed().as_secs_f64() * 1e3));
    }
    times.join(", ")
}
