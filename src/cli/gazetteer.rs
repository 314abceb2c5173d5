//! `incident-map gazetteer`: what the gazetteer files hold, what is wrong with them, and what a name finds.

use super::plain::Plain;
use super::{DONE, DONE_WITH_PROBLEMS, GazetteerCommand, config};
use crate::disk::build_gazetteer;
use crate::gazetteer::{Gazetteer, GazetteerFile, Place};
use crate::geo::LonLat;
use crate::incident::Language;
use crate::text::{fold, words};
use anyhow::Context as _;
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(super) fn gazetteer(command: GazetteerCommand) -> anyhow::Result<ExitCode> {
    match command {
        GazetteerCommand::Check { files, gazetteer, strict } => {
            let files = if files.is_empty() { gazetteer.gazetteer } else { files };
            let gazetteer = config(PathBuf::new(), super::GazetteerArgs { gazetteer: files }, None)?.gazetteer()?;
            let problems = check(&gazetteer)?;
            Ok(ExitCode::from(if strict && problems > 0 { DONE_WITH_PROBLEMS } else { DONE }))
        }
        GazetteerCommand::Build { files, gazetteer, output } => {
            let files = if files.is_empty() { gazetteer.gazetteer } else { files };
            let config = config(PathBuf::new(), super::GazetteerArgs { gazetteer: files }, None)?;
            build(&config.gazetteer_files()?, &output)
        }
        GazetteerCommand::Lookup { name, gazetteer, json } => {
            let gazetteer = config(PathBuf::new(), gazetteer, None)?.gazetteer()?;
            lookup(&gazetteer, &name, json)
        }
    }
}

fn build(files: &[GazetteerFile], output: &Path) -> anyhow::Result<ExitCode> {
    let style = ProgressStyle::with_template("{msg} [{wide_bar}] {human_pos}/{human_len} places, {eta} left")
        .context("the progress bar's template")?;
    let bar = ProgressBar::new(0).with_style(style).with_message("reading");
    let gazetteer = build_gazetteer(files, output, &mut |done, total| {
        bar.set_message(if done < total { "writing" } else { "sorting the forms of names" });
        bar.set_length(total);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    let mut out = Plain(std::io::stdout().lock());
    let bytes = std::fs::metadata(output).with_context(|| format!("cannot read `{}`", output.display()))?.len();
    let report = gazetteer.report();
    writeln!(
        out,
        "{}: {} places, {} merged, {} conflicts, {} lines that cannot be read; {} bytes, version {}",
        output.display(),
        gazetteer.len(),
        report.merged,
        report.conflicts_total,
        report.broken.len(),
        bytes,
        gazetteer.version()
    )?;
    writeln!(out, "use it with --gazetteer {}", output.display())?;
    Ok(ExitCode::from(DONE))
}

/// Prints what was read and what contradicts itself; gives the number of problems.
fn check(gazetteer: &Gazetteer) -> anyhow::Result<u64> {
    let mut out = Plain(std::io::stdout().lock());
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for place in gazetteer.places() {
        *kinds.entry(place.kind().as_str()).or_default() += 1;
    }
    let report = gazetteer.report();
    if !gazetteer.is_whole() {
        anyhow::bail!("the compiled gazetteer is damaged: build it again");
    }
    writeln!(out, "{} places, version {}", gazetteer.len(), gazetteer.version())?;
    for (kind, count) in kinds {
        writeln!(out, "  {count:>8} {kind}")?;
    }
    writeln!(out, "{} entries added, {} merged into places of an earlier file", report.added, report.merged)?;
    if !report.skipped.is_empty() {
        let skipped: Vec<String> = report.skipped.iter().map(|(code, count)| format!("{count} {code}")).collect();
        writeln!(out, "left out, because this program places nothing there: {}", skipped.join(", "))?;
    }
    let mut problems = report.conflicts_total + report.broken.len() as u64;
    for line in report.broken.iter().chain(&report.conflicts) {
        writeln!(out, "  {line}")?;
    }
    let more = report.conflicts_total.saturating_sub(report.conflicts.len() as u64);
    if more > 0 {
        writeln!(out, "  and {more} more conflicts")?;
    }
    for place in gazetteer.places() {
        for (parent, off_m) in outside(gazetteer, place) {
            problems += 1;
            let LonLat { lon, lat } = place.position();
            let swapped =
                LonLat::new(lat, lon).ok().filter(|at| parent.shape().is_some_and(|shape| shape.contains(*at)));
            let repair = match swapped {
                Some(_) => "are its lon and lat swapped?",
                None => "move it, or give it the parent it lies in",
            };
            writeln!(
                out,
                "  {} ({}) lies more than {:.1} km outside {}; {repair}",
                place.id(),
                place.name(Language::Ru),
                off_m / 1000.0,
                parent.id()
            )?;
        }
    }
    for (one, other) in twice(gazetteer) {
        problems += 1;
        writeln!(
            out,
            "  {} and {} are both the {} {} of one place; merge them, or give each a name of its own",
            one.id(),
            other.id(),
            one.kind(),
            one.name(Language::Ru)
        )?;
    }
    writeln!(out, "{problems} problems")?;
    Ok(problems)
}

/// Places of the deployer's and the bundled files that have one kind, one Russian name and one parent; other sources have thousands.
fn twice(gazetteer: &Gazetteer) -> Vec<(Place<'_>, Place<'_>)> {
    let mut known: BTreeMap<_, Place<'_>> = BTreeMap::new();
    let own = gazetteer.places().filter(|place| !place.id().starts_with("gn-") && !place.id().starts_with("osm-"));
    own.filter_map(|place| {
        let parent = place.parent().map(Place::number);
        known.insert((place.kind(), fold(place.name(Language::Ru)), parent), place).map(|before| (before, place))
    })
    .collect()
}

/// How far (metres) the outline of a containing place may be generalised.
const OUTLINE_M: f64 = 20_000.0;

/// The containing places of today in whose outline a place does not lie, and how far off it is at least.
fn outside<'a>(gazetteer: &'a Gazetteer, place: Place<'a>) -> Vec<(Place<'a>, f64)> {
    gazetteer
        .path(place, None)
        .into_iter()
        .filter_map(|parent| {
            let shape = parent.shape()?;
            let reach = place.uncertainty_m() + OUTLINE_M;
            let around = (0..16).map(|part| place.position().destination(f64::from(part) * 22.5, reach));
            let is_inside = shape.contains(place.position()) || around.into_iter().any(|at| shape.contains(at));
            (!is_inside).then_some((parent, reach))
        })
        .collect()
}

fn lookup(gazetteer: &Gazetteer, name: &str, json: bool) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let found = gazetteer.names().places(&words(name).join(" "));
    for posting in found.clone() {
        let place = gazetteer.at(posting.place);
        let path: Vec<&str> = gazetteer.path(place, None).into_iter().map(|place| place.name(Language::Ru)).collect();
        let toponym = place.toponym(posting.toponym);
        if json {
            let line = serde_json::json!({
                "place_id": place.id(), "name": place.name(Language::Ru), "kind": place.kind(), "toponym": toponym.name,
                "language": toponym.language, "status": toponym.status, "form": format!("{:?}", posting.rule), "path": path,
                "lon": place.position().lon, "lat": place.position().lat, "uncertainty_m": place.uncertainty_m(), "source": place.source(),
            });
            serde_json::to_writer(&mut out, &line).context("cannot write")?;
            writeln!(out)?;
        } else {
            writeln!(
                Plain(&mut out),
                "{} {} ({}): `{}`, {} {}; {}, {} within {} m; in {}; from {}",
                place.kind(),
                place.name(Language::Ru),
                place.id(),
                toponym.name,
                toponym.language,
                toponym.status,
                place.position().lon,
                place.position().lat,
                place.uncertainty_m(),
                path.join(" › "),
                place.source()
            )?;
        }
    }
    if found.is_empty() && !json {
        writeln!(out, "no place has a name of this form")?;
    }
    Ok(ExitCode::from(DONE))
}
