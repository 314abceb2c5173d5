//! `incident-map gazetteer check`: what the files hold, and what in them contradicts itself.

use crate::cli::plain::Plain;
use crate::gazetteer::{Gazetteer, Unreached, strays, twice, unreached};
use crate::incident::Language;
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
    for stray in gazetteer.places().flat_map(|place| strays(gazetteer, place)) {
        problems += 1;
        let from = if stray.parent.outline().is_some() { "outside" } else { "from" };
        let repair = match stray.is_swapped() {
            true => "are its lon and lat swapped?",
            false => "move it, or give it the parent it lies in",
        };
        writeln!(
            out,
            "  {} ({}) lies {} {from} {}; {} are allowed; {repair}",
            stray.place.id(),
            stray.place.name(Language::Ru),
            km(stray.off_m),
            stray.parent.id(),
            km(stray.allowed_m)
        )?;
    }
    for Unreached { place, town, needed_m } in gazetteer.places().filter_map(|place| unreached(gazetteer, place)) {
        problems += 1;
        writeln!(
            out,
            "  {} ({}) is not compared and may be anywhere in {}: uncertainty_m is {}, at least {:.0} are needed; widen it, or \
             compare its position and take `not compared` out of its source",
            place.id(),
            place.name(Language::Ru),
            town.id(),
            place.uncertainty_m(),
            needed_m.ceil()
        )?;
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

/// Metres as a person reads them.
fn km(metres: f64) -> String {
    format!("{:.1} km", metres / 1000.0)
}
