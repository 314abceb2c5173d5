//! Builds the page when it is missing or older than its sources, so that `cargo build` alone gives the whole program.
//!
//! `INCIDENT_MAP_SKIP_WEB=1` builds without Node: the server then says in place of the page how to get it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

/// What the page is made of.
const SOURCES: [&str; 7] = [
    "web/src",
    "web/css",
    "web/build.mjs",
    "web/countries.mjs",
    "web/package.json",
    "web/package-lock.json",
    "web/tsconfig.json",
];

const PAGE: &str = "web/dist/index.html";

fn main() {
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    println!("cargo::rerun-if-changed={PAGE}");
    println!("cargo::rerun-if-changed=data/gazetteer.csv");
    println!("cargo::rerun-if-changed=data/incidents/january-2022.csv");
    println!("cargo::rerun-if-env-changed=INCIDENT_MAP_SKIP_WEB");
    if std::env::var_os("INCIDENT_MAP_SKIP_WEB").is_some() {
        if !Path::new(PAGE).exists() {
            fs::create_dir_all("web/dist").expect("the folder web/dist can be made");
            fs::write(
                PAGE,
                "<!doctype html><title>incident-map</title><p>Built without the page. Install Node 20 and build again.",
            )
            .expect("web/dist can be written");
            fs::write("web/dist/countries.json", "{\"type\":\"FeatureCollection\",\"features\":[]}")
                .expect("web/dist can be written");
        }
        return;
    }
    let newest = SOURCES.iter().filter_map(|source| newest(Path::new(source))).max();
    let built = fs::metadata(PAGE).and_then(|page| page.modified()).ok();
    if built.is_some() && built >= newest {
        return;
    }
    let installed = fs::metadata("web/node_modules/.package-lock.json").and_then(|lock| lock.modified()).ok();
    let locked = fs::metadata("web/package-lock.json").and_then(|lock| lock.modified()).ok();
    if installed.is_none() || installed < locked {
        npm(&["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    }
    npm(&["run", "build"]);
}

/// The time of the newest file in a file or folder.
fn newest(path: &Path) -> Option<SystemTime> {
    if path.is_dir() {
        return fs::read_dir(path).ok()?.filter_map(|entry| newest(&entry.ok()?.path())).max();
    }
    fs::metadata(path).and_then(|file| file.modified()).ok()
}

fn npm(arguments: &[&str]) {
    let command = format!("npm {}", arguments.join(" "));
    match Command::new("npm").args(arguments).current_dir("web").output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => panic!(
            "\n\nThe page could not be built: `{command}` in web/ failed.\n{}\n{}\n\
             Set INCIDENT_MAP_SKIP_WEB=1 to build the server without the page.\n",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(error) => panic!(
            "\n\nThe page could not be built: `npm` cannot be started ({error}).\n\
             Install Node 20 or later with npm (Debian: apt install nodejs npm), then build again;\n\
             or set INCIDENT_MAP_SKIP_WEB=1 to build the server without the page.\n"
        ),
    }
}
