//! How fast the layers of a million incidents are given, beside nginx with the same answers from files: `make
//! bench-layers`.
//!
//! nginx is the practical limit, as it has nothing to work out. Beside the server as it is usually started runs one
//! that keeps no answers (`--cache 0`). Answers are compared with what is counted of the rows themselves; only what is
//! right is timed. Servers take turns, 8 connections ask again as soon as they have an answer, and the figures are
//! medians of the rounds.
//!
//! $INCIDENT_MAP_BENCH_ROWS, $INCIDENT_MAP_BENCH_ROUNDS and $INCIDENT_MAP_BENCH_SECONDS say how much,
//! $INCIDENT_MAP_BENCH_ONLY which scenarios (`a,d2,c`; `h` starts, `i` imports meanwhile). With incidents of one's own
//! ($INCIDENT_MAP_BENCH_CSV, columns `id,date,category,title,description,place,region,source_url,lat,lon`) in PostGIS
//! too, other servers can be timed in the same run: $INCIDENT_MAP_BENCH_TIPG holds the address of the collection, as
//! `http://127.0.0.1:8000/collections/public.incidents`, and $INCIDENT_MAP_BENCH_MARTIN that of a martin, its table and
//! its function of clusters, as `http://127.0.0.1:3000 incidents clusters`. Files go to the system's temporary folder,
//! some 5 GB of them.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

mod asks;
mod driver;
mod fresh;
mod incidents;
mod servers;

use asks::{Ask, CONNECTIONS, Dialect, FILTERED_CHECKED, Scenario};
use driver::{Connection, End, Work, drive};
use serde_json::Value;
use servers::{Server, with_peak};
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

const LAYER: &str = "/layers/incidents";

/// How long a server rests before its memory is looked at.
const REST: Duration = Duration::from_secs(2);

/// Who takes longer than this for one answer, in milliseconds, is not asked again.
const LONG: f64 = 60_000.0;

/// Single incidents that are asked for.
const ITEMS: usize = 2_000;

const OURS: &str = "incident-map";
const UNKEPT: &str = "nothing kept";

/// How much is measured.
struct Extent {
    rows: u32,
    rounds: usize,
    duration: Duration,
    only: Option<String>,
}

impl Extent {
    fn of_environment() -> Self {
        let number = |name: &str, usual: u32| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
        Self {
            rows: number("INCIDENT_MAP_BENCH_ROWS", 1_000_000),
            rounds: number("INCIDENT_MAP_BENCH_ROUNDS", 3).max(1) as usize,
            duration: Duration::from_secs(number("INCIDENT_MAP_BENCH_SECONDS", 5).max(1).into()),
            only: std::env::var("INCIDENT_MAP_BENCH_ONLY").ok(),
        }
    }

    fn has(&self, letter: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.split(',').any(|one| one.trim() == letter))
    }
}

/// A server under load.
struct Target<'a> {
    name: &'static str,
    at: SocketAddr,
    /// `None` when it was started elsewhere: then nothing is known of its memory.
    server: Option<&'a Server>,
    kind: Kind,
}

/// Under which addresses it gives what.
enum Kind {
    Ours,
    Files,
    Tipg { base: String },
    Martin { points: String, clusters: String },
}

impl Target<'_> {
    fn dialect(&self) -> Dialect {
        match self.kind {
            Kind::Ours | Kind::Files => Dialect::Ours,
            Kind::Tipg { .. } => Dialect::Tipg,
            Kind::Martin { .. } => Dialect::Martin,
        }
    }

    fn base(&self, ask: &Ask) -> &str {
        match (&self.kind, ask) {
            (Kind::Tipg { base }, _) => base,
            (Kind::Martin { clusters, .. }, Ask::ClusterTile { .. }) => clusters,
            (Kind::Martin { points, .. }, _) => points,
            (Kind::Ours | Kind::Files, _) => LAYER,
        }
    }

    /// The addresses of a scenario; none when it has nothing like it.
    fn paths(&self, scenario: &Scenario) -> Vec<String> {
        if let Kind::Files = self.kind {
            return (0..checked(scenario).len()).map(|number| format!("/{}/{number}", scenario.letter)).collect();
        }
        let path = |ask: &Ask| ask.path(self.dialect()).map(|path| format!("{}{path}", self.base(ask)));
        scenario.asks.iter().filter_map(path).collect()
    }
}

/// Those asks of a scenario whose right answers are known.
fn checked(scenario: &Scenario) -> &[Ask] {
    let count = if scenario.is_once { FILTERED_CHECKED } else { scenario.asks.len() };
    &scenario.asks[..count.min(scenario.asks.len())]
}

/// What one round gave.
#[derive(Clone)]
struct Round {
    per_second: f64,
    p50: f64,
    p99: f64,
    /// Until the first of the body, half of the answers.
    first: f64,
    kib: f64,
    /// Most memory, and how much more that is than before.
    peak: Option<(u64, u64)>,
}

/// All rounds of a scenario with one server.
struct Line {
    letter: &'static str,
    title: &'static str,
    server: &'static str,
    rounds: Vec<Round>,
}

impl Line {
    fn median(&self, of: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(of).collect())
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn main() {
    let extent = Extent::of_environment();
    let folder = tempfile::tempdir().unwrap();
    let csv = std::env::var_os("INCIDENT_MAP_BENCH_CSV").map(PathBuf::from);
    let has_own = csv.is_some();
    let csv = csv.unwrap_or_else(|| {
        let csv = folder.path().join("incidents.csv");
        incidents::write(&csv, extent.rows);
        csv
    });
    let incidents = incidents::read(&csv);
    let database = folder.path().join("usual/incidents.db");
    import(&csv, &database, incidents.len());
    let cities = incidents::cities();
    let mut scenarios = asks::scenarios(&incidents, &cities);
    let mut lines = Vec::new();
    if extent.has("h") || extent.has("e2") {
        lines.extend(starts(&extent, &database, &scenarios, incidents.len()));
    }
    let copy = copied(&database, "unkept");
    let (ours, _) = Server::ours(&database, &[], incidents.len());
    let (unkept, _) = Server::ours(&copy, &["--cache", "0"], incidents.len());
    let asks = items(ours.at, &scenarios[0]);
    scenarios.push(Scenario { letter: "f", title: "one incident", asks, is_once: false, connections: CONNECTIONS });
    scenarios.retain(|scenario| extent.has(scenario.letter) && keep(scenario, &ours, folder.path()));
    std::fs::write(folder.path().join("static/ready"), "ready").unwrap();
    let nginx = Server::nginx(folder.path());
    let mut targets = vec![
        Target { name: OURS, at: ours.at, server: Some(&ours), kind: Kind::Ours },
        Target { name: UNKEPT, at: unkept.at, server: Some(&unkept), kind: Kind::Ours },
    ];
    match &nginx {
        Some(nginx) => targets.push(Target { name: "nginx", at: nginx.at, server: Some(nginx), kind: Kind::Files }),
        None => println!("nginx is not installed: nothing to compare with (Debian: apt install nginx-light)"),
    }
    if has_own {
        targets.extend(elsewhere());
    }
    for scenario in &scenarios {
        let measured = measure(&extent, scenario, &targets);
        if scenario.letter == "e" {
            lines.extend(others_once(&lines, &measured));
        }
        lines.extend(measured);
    }
    if !scenarios.iter().any(|scenario| scenario.letter == "e") {
        lines.retain(|line| line.letter != "e2");
    }
    drop(targets);
    drop((unkept, nginx));
    print_table(lines);
    if extent.has("i") {
        fresh::measure(&ours, &database, &scenarios, &cities[1], extent.rounds);
    }
}

fn import(csv: &Path, database: &Path, count: usize) {
    std::fs::create_dir_all(database.parent().unwrap()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_incident-map"));
    let begin = Instant::now();
    let output = command.arg("import").arg(csv).arg("--json").arg("--db").arg(database).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let job: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(job["new"], count, "{}", job["problems"][0]);
    println!("{count} incidents imported in {:.1} s", begin.elapsed().as_secs_f64());
}

/// The files of a database in a folder of their own. Two servers with the same files would each seem to take half of
/// the memory.
fn copied(database: &Path, name: &str) -> PathBuf {
    let from = database.parent().unwrap();
    let to = from.with_file_name(name);
    std::fs::create_dir_all(&to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
    to.join(database.file_name().unwrap())
}

/// Starts the server anew in each round: how long until it answers, its memory at rest, and every tile of points once.
fn starts(extent: &Extent, database: &Path, scenarios: &[Scenario], count: usize) -> Option<Line> {
    let mut rounds = Vec::new();
    // The first start after an import may have more to do than those after it.
    for round in 0..=extent.rounds {
        let (server, time) = Server::ours(database, &[], count);
        std::thread::sleep(REST);
        let memory = server.memory();
        println!(
            "(h) {} start: the right answer after {:.0} ms; at rest {} MiB (Pss), {} MiB of its own",
            if round == 0 { "first" } else { "later" },
            time.as_secs_f64() * 1e3,
            memory.proportional,
            memory.private
        );
        let target = Target { name: OURS, at: server.at, server: Some(&server), kind: Kind::Ours };
        let tiles = scenarios.iter().find(|scenario| scenario.letter == "e").filter(|_| extent.has("e2"));
        if let Some(tiles) = tiles.filter(|_| round > 0) {
            // Whether they are right is seen later: who checks them now gets them twice.
            let paths = target.paths(tiles);
            let next = AtomicUsize::new(0);
            let work = Work { paths: &paths, next: &next, is_once: true, connections: tiles.connections };
            rounds.extend(one_round(extent, &target, &work));
        }
    }
    let title = "each of them once, by a new server";
    (!rounds.is_empty()).then_some(Line { letter: "e2", title, server: OURS, rounds })
}

/// The tiles that are asked for once, beside those of the others asked for in turn: it is all the same to who keeps
/// none.
fn others_once(lines: &[Line], tiles: &[Line]) -> Vec<Line> {
    let Some(once) = lines.iter().find(|line| line.letter == "e2") else { return Vec::new() };
    let others = tiles.iter().filter(|line| line.server != OURS && line.server != UNKEPT);
    others
        .map(|line| Line { letter: "e2", title: once.title, server: line.server, rounds: line.rounds.clone() })
        .collect()
}

/// Incidents that the pages of boxes show, as many from each.
fn items(ours: SocketAddr, boxes: &Scenario) -> Vec<Ask> {
    let mut connection = Connection::open(ours).unwrap();
    let mut asks = Vec::new();
    for ask in &boxes.asks {
        let body = connection.body(&format!("{LAYER}{}", ask.path(Dialect::Ours).unwrap())).unwrap_or_default();
        let page: Value = serde_json::from_slice(&body).unwrap_or_default();
        let features = page["features"].as_array().map(Vec::as_slice).unwrap_or_default();
        asks.extend(features.iter().take(ITEMS / boxes.asks.len()).filter_map(|feature| {
            let key = feature["properties"]["key"].as_str()?.parse().ok()?;
            Some(Ask::Item { id: feature["id"].as_str()?.to_owned(), key })
        }));
    }
    asks
}

/// Checks our own answers and keeps them as files for nginx. A scenario with a wrong answer is told of and left out.
fn keep(scenario: &Scenario, ours: &Server, folder: &Path) -> bool {
    let folder = folder.join("static").join(scenario.letter);
    std::fs::create_dir_all(&folder).unwrap();
    let mut connection = Connection::open(ours.at).unwrap();
    let result = checked(scenario).iter().enumerate().try_for_each(|(number, ask)| {
        let path = format!("{LAYER}{}", ask.path(Dialect::Ours).unwrap());
        let body = connection.body(&path)?;
        ask.check(Dialect::Ours, &body).map_err(|error| format!("{path}: {error}"))?;
        std::fs::write(folder.join(number.to_string()), body).map_err(|error| error.to_string())
    });
    match result {
        Ok(()) => !scenario.asks.is_empty(),
        Err(error) => {
            println!("({}) {OURS} is left out: {error}", scenario.letter);
            false
        }
    }
}

/// What is wrong with the answers of a server, as far as they are known.
fn wrong(target: &Target<'_>, scenario: &Scenario) -> Result<(), String> {
    let mut connection = Connection::open(target.at).map_err(|error| error.to_string())?;
    for (path, ask) in target.paths(scenario).iter().zip(checked(scenario)) {
        let body = connection.body(path)?;
        ask.check(target.dialect(), &body).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(())
}

/// All rounds of a scenario; the servers take turns.
fn measure(extent: &Extent, scenario: &Scenario, targets: &[Target<'_>]) -> Vec<Line> {
    let mut running = Vec::new();
    for target in targets {
        let paths = target.paths(scenario);
        if paths.is_empty() {
            continue;
        }
        match wrong(target, scenario) {
            // What was asked for to be checked is not asked for again.
            Ok(()) => running.push((target, AtomicUsize::new(checked(scenario).len()), paths, Vec::new())),
            Err(error) => println!("({}) {} is left out: {error}", scenario.letter, target.name),
        }
    }
    for _ in 0..extent.rounds {
        for (target, next, paths, rounds) in &mut running {
            if rounds.last().is_some_and(|round: &Round| round.p50 > LONG) {
                continue;
            }
            let is_once = scenario.is_once && !matches!(target.kind, Kind::Files);
            let work = Work { paths, next, is_once, connections: scenario.connections };
            let Some(round) = one_round(extent, target, &work) else { continue };
            println!("({}) {}: {:.1} answers/s", scenario.letter, target.name, round.per_second);
            rounds.push(round);
        }
    }
    let line = |(target, _, _, rounds): (&Target<'_>, _, _, Vec<Round>)| Line {
        letter: scenario.letter,
        title: scenario.title,
        server: target.name,
        rounds,
    };
    running.into_iter().map(line).filter(|line| !line.rounds.is_empty()).collect()
}

/// Load for some seconds. A round with failures does not count.
fn one_round(extent: &Extent, target: &Target<'_>, work: &Work<'_>) -> Option<Round> {
    let before = target.server.map_or(0, |server| server.memory().proportional);
    let (load, peak) = with_peak(target.server, || drive(target.at, work, End::After(extent.duration)));
    if load.failures > 0 || load.answers.is_empty() {
        println!("{}: {} requests failed, {} did not", target.name, load.failures, load.answers.len());
        return None;
    }
    Some(Round {
        per_second: load.per_second(),
        p50: load.quantile(0.5, |answer| answer.took),
        p99: load.quantile(0.99, |answer| answer.took),
        first: load.quantile(0.5, |answer| answer.first),
        kib: load.kib_each(),
        peak: peak.map(|peak| (peak, peak.saturating_sub(before))),
    })
}

/// The servers that the environment names.
fn elsewhere() -> Vec<Target<'static>> {
    let named = |name: &str| std::env::var(name).ok();
    let tipg = named("INCIDENT_MAP_BENCH_TIPG").map(|address| {
        let (at, base) = split(&address);
        Target { name: "tipg", at, server: None, kind: Kind::Tipg { base } }
    });
    let martin = named("INCIDENT_MAP_BENCH_MARTIN").map(|words| {
        let [address, table, function] = words.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("$INCIDENT_MAP_BENCH_MARTIN is not an address, a table and a function: `{words}`")
        };
        let (at, base) = split(address);
        let kind = Kind::Martin { points: format!("{base}/{table}"), clusters: format!("{base}/{function}") };
        Target { name: "martin", at, server: None, kind }
    });
    tipg.into_iter().chain(martin).collect()
}

/// Where an address leads, which must be this machine, and its path.
fn split(address: &str) -> (SocketAddr, String) {
    let rest = address.strip_prefix("http://").unwrap_or(address).trim_end_matches('/');
    let (host, path) = rest.split_once('/').map_or((rest, String::new()), |(host, path)| (host, format!("/{path}")));
    let at = host.to_socket_addrs().unwrap().next().unwrap();
    assert!(at.ip().is_loopback(), "{address} is not on this machine");
    (at, path)
}

/// Server by server under the title of each scenario.
fn print_table(mut lines: Vec<Line>) {
    lines.sort_by_key(|line| line.letter);
    println!(
        "\n{:16}{:>10}{:>19}{:>9}{:>9}{:>10}{:>10}",
        "", "answers/s", "", "p50 ms", "p99 ms", "KiB each", "peak MiB"
    );
    let mut letter = "";
    for line in &lines {
        if letter != line.letter {
            println!("({}) {}", line.letter, line.title);
            letter = line.letter;
        }
        let rates = || line.rounds.iter().map(|round| round.per_second);
        let spread = format!("{:.1}..{:.1}", rates().fold(f64::INFINITY, f64::min), rates().fold(0.0, f64::max));
        let ours = lines.iter().find(|ours| ours.letter == letter && ours.server == OURS && line.server != OURS);
        let ratio = ours.map_or_else(String::new, |ours| {
            let ratio = ours.median(|round| round.per_second) / line.median(|round| round.per_second);
            format!("  {OURS} is {ratio:.3} times that")
        });
        let peak = line.rounds.iter().filter_map(|round| round.peak).max();
        println!(
            "    {:12}{:10.1}{spread:>19}{:9.2}{:9.2}{:9.2}{:10.1}{:>11}{ratio}",
            line.server,
            line.median(|round| round.per_second),
            line.median(|round| round.p50),
            line.median(|round| round.p99),
            line.median(|round| round.first),
            line.median(|round| round.kib),
            peak.map_or_else(|| "?".to_owned(), |(peak, more)| format!("{peak} (+{more})")),
        );
    }
}
