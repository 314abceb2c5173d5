//! `incident-map gazetteer check`: what the files hold, and what in them contradicts itself.

use crate::cli::plain::Plain;
use crate::gazetteer::{Gazetteer, Place};
use crate::geo::LonLat;
use crate::incident::Language;
use crate::text::fold;
use std::collections::BTreeMap;
use std::io::Write;

/// Prints what was read and what contradicts itself; gives the number of problems.
pub(super) fn check(gazetteer: &Gazetteer) -> anyhow::Result<u64> {
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
