//! `incident-map gazetteer check`: what the files hold, what in them contradicts itself, and what lies elsewhere than references say.

use crate::cli::plain::{Plain, in_line};
use crate::cli::{GazetteerArgs, config};
use crate::gazetteer::{
    Compared, Comparison, Disagreement, Explanation, Explanations, Gazetteer, Place, PlaceId, PlaceKind, StackReport,
    Unreached, strays, twice, unreached,
};
use crate::geo::LonLat;
use crate::incident::Language;
use anyhow::{Context as _, bail};
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Prints what was read, what contradicts itself and what references contradict; gives the number of problems.
pub(super) fn check(gazetteer: &Gazetteer, against: &[PathBuf], explained: Option<&Path>) -> anyhow::Result<u64> {
    if !gazetteer.is_whole() {
        bail!(DAMAGED);
    }
    // What cannot be read is told before anything is said.
    let explanations = explained.map(read_explanations).transpose()?.unwrap_or_default();
    let compared = if against.is_empty() { None } else { Some(compare(gazetteer, against)?) };
    let mut out = Plain(std::io::stdout().lock());
    say_what_was_read(&mut out, gazetteer)?;
    let mut problems = say_conflicts(&mut out, gazetteer.report())?;
    problems += say_contradictions(&mut out, gazetteer)?;
    if let Some(compared) = compared {
        problems += say_compared(&mut out, &compared, against, &explanations)?;
    }
    writeln!(out, "{problems} problems")?;
    Ok(problems)
}

const DAMAGED: &str = "the compiled gazetteer is damaged: build it again";

fn read_explanations(path: &Path) -> anyhow::Result<Explanations> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read the explanations `{}`", path.display()))?;
    Ok(Explanations::from_csv(&bytes, &path.display().to_string())?)
}

/// The gazetteer beside references, whatever they are.
fn compare<'g>(gazetteer: &'g Gazetteer, against: &[PathBuf]) -> anyhow::Result<Compared<'g>> {
    let mut comparison = Comparison::of(gazetteer);
    let mut files = Vec::new();
    for path in against {
        let config = config(PathBuf::new(), GazetteerArgs { gazetteer: vec![path.clone()] }, None)?;
        if config.compiled().is_none() {
            files.extend(config.gazetteer_files()?);
            continue;
        }
        let reference = config.gazetteer()?;
        if !reference.is_whole() {
            bail!("`{}`: {DAMAGED}", path.display());
        }
        comparison = comparison.with_gazetteer(&reference, &path.display().to_string());
    }
    Ok(comparison.with_files(&files).context("a file of --against cannot be compared with")?.finish())
}

fn say_what_was_read(out: &mut impl Write, gazetteer: &Gazetteer) -> io::Result<()> {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for place in gazetteer.places() {
        *kinds.entry(place.kind().as_str()).or_default() += 1;
    }
    writeln!(out, "{} places, version {}", gazetteer.len(), gazetteer.version())?;
    for (kind, count) in kinds {
        writeln!(out, "  {count:>8} {kind}")?;
    }
    let report = gazetteer.report();
    writeln!(out, "{} entries added, {} merged into places of an earlier file", report.added, report.merged)?;
    if !report.skipped.is_empty() {
        let skipped: Vec<String> = report.skipped.iter().map(|(code, count)| format!("{count} {code}")).collect();
        writeln!(out, "left out, because this program places nothing there: {}", skipped.join(", "))?;
    }
    Ok(())
}

/// Gives the number of lines that cannot be read or contradict an earlier file.
fn say_conflicts(out: &mut impl Write, report: &StackReport) -> io::Result<u64> {
    let problems = report.conflicts_total + report.broken.len() as u64;
    for line in report.broken.iter().chain(&report.conflicts) {
        writeln!(out, "  {line}")?;
    }
    let more = report.conflicts_total.saturating_sub(report.conflicts.len() as u64);
    if more > 0 {
        writeln!(out, "  and {more} more conflicts")?;
    }
    Ok(problems)
}

/// Gives the number of places that contradict others of the gazetteer.
fn say_contradictions(out: &mut impl Write, gazetteer: &Gazetteer) -> io::Result<u64> {
    let mut problems = 0;
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
            "  {} ({}) is not compared and may be elsewhere in {}: uncertainty_m is {}, at least {:.0} are needed; widen it, or \
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
    Ok(problems)
}

/// Gives the number of disagreements that nothing explains, of explanations that nothing needs, and of lines that cannot be read.
fn say_compared(
    out: &mut impl Write,
    compared: &Compared<'_>,
    against: &[PathBuf],
    explanations: &Explanations,
) -> io::Result<u64> {
    let files: Vec<String> = against.iter().map(|path| path.display().to_string()).collect();
    writeln!(out, "compared with {}:", files.join(", "))?;
    for line in &compared.broken {
        writeln!(out, "  {line}")?;
    }
    let mut explained = 0;
    for disagreement in &compared.disagreements {
        let Disagreement { place, namesake, allowed_m } = disagreement;
        let LonLat { lon, lat } = place.position();
        let explanation = explanations.of(place.id());
        explained += u64::from(explanation.is_some());
        let repair = match explanation {
            Some(explanation) => format!("explained: {}", in_line(&explanation.reason)),
            None => "move it, widen its uncertainty_m, or explain it in --explained".to_owned(),
        };
        writeln!(
            out,
            "  {} ({}) at {lon}, {lat}: {} ({}) of {} at {}, {} is {} away; {} are allowed; {repair}",
            place.id(),
            place.name(Language::Ru),
            namesake.name,
            namesake.id,
            namesake.file,
            namesake.position.lon,
            namesake.position.lat,
            km(namesake.off_m),
            km(*allowed_m)
        )?;
    }
    let needless = say_needless(out, compared, explanations)?;
    let (agreeing, disagreeing) = (compared.agreeing.len() as u64, compared.disagreements.len() as u64);
    writeln!(
        out,
        "{} places compared: {agreeing} agree, {} disagree, {explained} disagreements are explained",
        agreeing + disagreeing,
        disagreeing - explained
    )?;
    say_alone(out, compared)?;
    Ok(disagreeing - explained + needless + compared.broken.len() as u64)
}

/// Gives the number of explanations of what needs none.
fn say_needless(out: &mut impl Write, compared: &Compared<'_>, explanations: &Explanations) -> io::Result<u64> {
    let is_in = |places: &[Place<'_>], id: &PlaceId| places.iter().any(|place| place.id() == id.0);
    let mut needless = 0;
    for (id, Explanation { line, .. }) in explanations.iter() {
        let why = match () {
            () if is_in(&compared.agreeing, id) => "agrees with the references",
            () if is_in(&compared.alone, id) || is_in(&compared.abroad, id) => "has no namesake in the references",
            () if compared.disagreements.iter().any(|found| found.place.id() == id.0) => continue,
            () => "is no place of these files",
        };
        needless += 1;
        writeln!(out, "  {id} is explained in line {line} and {why}; take it out")?;
    }
    Ok(needless)
}

/// Ids of places without a namesake that are said.
const MAX_ALONE: usize = 20;

/// Says how many places have no namesake: settlements and areas, which a reference should have, apart from the rest.
fn say_alone(out: &mut impl Write, compared: &Compared<'_>) -> io::Result<()> {
    let (areas, fine): (Vec<Place<'_>>, Vec<Place<'_>>) =
        compared.alone.iter().partition(|place| place.kind() <= PlaceKind::Village);
    for (places, what) in [
        (&areas, "settlements and areas have no namesake there"),
        (&fine, "places in and around towns have no namesake there"),
        (&compared.abroad, "places are of countries without any namesake there"),
    ] {
        if places.is_empty() {
            continue;
        }
        let ids: Vec<&str> = places.iter().take(MAX_ALONE).map(|place| place.id()).collect();
        let more = places.len() - ids.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(out, "{} {what}: {}{more}", places.len(), ids.join(", "))?;
    }
    Ok(())
}

/// Metres as a person reads them.
fn km(metres: f64) -> String {
    format!("{:.1} km", metres / 1000.0)
}
