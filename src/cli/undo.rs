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
    let store = Store::open(&config.db)?;
    let Some(id) = args.import else { return list(&store) };
    let job = store.undo(&JobId::from_text(&id), &clock::now())?;
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut out, &job)?;
        writeln!(out)?;
    } else {
        let Job { file, new, updated, .. } = job;
        writeln!(Plain(out), "{file} is taken back: {new} incidents are gone, {updated} are as they were before")?;
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
    for Job { id, file, dataset, new, updated, finished, .. } in there {
        let when = finished.as_deref().unwrap_or("");
        writeln!(out, "  {id}  {when}  {file} (dataset {dataset}): {new} new, {updated} updated")?;
    }
    Ok(ExitCode::from(super::WRONG_USAGE))
}
