//! `undo`: take an import back.

use super::plain::Plain;
use super::{DONE, UndoArgs, config};
use crate::clock;
use crate::store::{Job, JobId, JobState, Store};
use anyhow::bail;
use std::io::Write;
use std::process::ExitCode;

/// Imports that are listed when none is named.
const LISTED: usize = 20;

pub(super) fn undo(args: UndoArgs) -> anyhow::Result<ExitCode> {
    let config = config(args.store.db, super::GazetteerArgs { gazetteer: Vec::new() }, None)?;
    let store = super::existing_store(&config.db)?;
    let Some(id) = args.import else { return list(&store) };
    let job = store.undo(&JobId::from_text(&id), &clock::now())?;
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut out, &job)?;
        writeln!(out)?;
    } else {
        let Job { file, new, updated, took_over, stayed, .. } = job;
        let mut out = Plain(out);
        let changed = (new + took_over + updated).saturating_sub(stayed);
        write!(out, "{file} is taken back: {changed} incidents are gone or as they were before")?;
        match stayed {
            0 => writeln!(out)?,
            stayed => writeln!(out, ", {stayed} stay because later imports have them too")?,
        }
    }
    Ok(ExitCode::from(DONE))
}

/// Without an id: what could be taken back.
fn list(store: &Store) -> anyhow::Result<ExitCode> {
    let jobs = store.reader()?.jobs(None, LISTED)?.jobs;
    let mut there = jobs.iter().filter(|job| job.state == JobState::Succeeded).peekable();
    if there.peek().is_none() {
        bail!("there is no import to take back");
    }
    let mut out = Plain(std::io::stdout().lock());
    writeln!(out, "name one of these imports, the newest first:")?;
    for Job { id, file, dataset, new, updated, took_over, finished, .. } in there {
        let when = finished.as_deref().unwrap_or("");
        let took_over = if *took_over > 0 { format!(", {took_over} taken over") } else { String::new() };
        writeln!(out, "  {id}  {when}  {file} (dataset {dataset}): {new} new, {updated} updated{took_over}")?;
    }
    Ok(ExitCode::from(super::WRONG_USAGE))
}
