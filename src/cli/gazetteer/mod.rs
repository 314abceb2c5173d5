//! `incident-map gazetteer`: what the gazetteer files hold, what is wrong with them, and what a name finds.

mod check;

use super::plain::Plain;
use super::{DONE, DONE_WITH_PROBLEMS, GazetteerCommand, config};
use crate::disk::build_gazetteer;
use crate::gazetteer::{Gazetteer, GazetteerFile};
use crate::incident::Language;
use crate::text::words;
use anyhow::Context as _;
use check::check;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(super) fn gazetteer(command: GazetteerCommand) -> anyhow::Result<ExitCode> {
    match command {
        GazetteerCommand::Check { files, gazetteer, against, explained, strict } => {
            let files = if files.is_empty() { gazetteer.gazetteer } else { files };
            let gazetteer = config(PathBuf::new(), super::GazetteerArgs { gazetteer: files }, None)?.gazetteer()?;
            let problems = check(&gazetteer, &against, explained.as_deref())?;
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
