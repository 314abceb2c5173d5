//! Dry runs: what loading a file would do, worked out while whoever asked follows it as an import is followed.

use super::app::App;
use super::error::ApiError;
use super::imports::{Upload, not_loaded};
use super::worker::{MAX_DRY_RUNS, dry_run_problems};
use crate::disk;
use crate::load::{LoadError, Loader};
use crate::store::{Job, JobId, JobState, Keep, NewJob};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Dry runs at once, and previews at once; the next one is told to come back.
pub const MAX_DRY_RUNS_AT_ONCE: usize = 8;

/// The dry runs under way and the last ones that ended, the latest last. They end with the server.
#[derive(Debug, Default)]
pub struct DryRuns {
    jobs: Mutex<VecDeque<Job>>,
    previews: AtomicUsize,
}

/// One of the previews that are made at once, until it is dropped.
pub(super) struct PreviewTurn<'a>(&'a AtomicUsize);

impl Drop for PreviewTurn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl DryRuns {
    fn jobs(&self) -> MutexGuard<'_, VecDeque<Job>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a preview begin.
    ///
    /// # Errors
    /// As many as may be are being made.
    pub(super) fn begin_preview(&self) -> Result<PreviewTurn<'_>, ApiError> {
        // Made before it is asked, so that one too many is counted down again, too.
        let turn = PreviewTurn(&self.previews);
        if self.previews.fetch_add(1, Ordering::Relaxed) >= MAX_DRY_RUNS_AT_ONCE {
            return Err(ApiError::Busy("too many files are being looked at already"));
        }
        Ok(turn)
    }

    /// A dry run as it is now.
    pub(super) fn job(&self, id: &JobId) -> Option<Job> {
        self.jobs().iter().find(|job| job.id == *id).cloned()
    }

    fn begin(&self, job: &NewJob) -> Result<(), ApiError> {
        let mut jobs = self.jobs();
        if jobs.iter().filter(|job| job.state == JobState::Running).count() >= MAX_DRY_RUNS_AT_ONCE {
            return Err(ApiError::Busy("too many files are being checked already"));
        }
        if jobs.len() >= MAX_DRY_RUNS
            && let Some(oldest) = jobs.iter().position(|job| job.state != JobState::Running)
        {
            jobs.remove(oldest);
        }
        jobs.push_back(Job { state: JobState::Running, dry_run: Some(Vec::new()), ..job.queued() });
        Ok(())
    }

    fn end(&self, ended: Job) {
        if let Some(job) = self.jobs().iter_mut().find(|job| job.id == ended.id) {
            *job = ended;
        }
    }
}

/// Works a dry run out and waits for it up to `wait`. The job it answers runs still when that was not enough.
///
/// # Errors
/// The file cannot be read at all, too many are checked already, or the store fails.
pub(super) async fn dry_run(app: &App, upload: Upload, job: NewJob, wait: Duration) -> Result<Job, ApiError> {
    app.dry_runs.begin(&job)?;
    let id = job.id.clone();
    let run = app.ask(move |app| {
        let ended = try_file(app, &upload.path, &job);
        app.running.end(&job.id);
        app.dry_runs.end(match &ended {
            Ok(ended) => ended.clone(),
            Err(error) => Job {
                state: JobState::Failed,
                dry_run: Some(Vec::new()),
                error: Some(error.to_string()),
                ..job.queued()
            },
        });
        ended
    });
    match tokio::time::timeout(wait, run).await {
        Ok(ended) => ended,
        // The thread goes on with it.
        Err(_) => app.dry_runs.job(&id).ok_or(ApiError::Stopping),
    }
}

/// What loading an upload would do; nothing of it is kept but its problems for a while, the upload itself neither.
fn try_file(app: &App, path: &std::path::Path, job: &NewJob) -> Result<Job, ApiError> {
    let input = disk::input(path).map_err(ApiError::Upload)?;
    let problems = dry_run_problems(&app.store, &job.id).map_err(ApiError::Upload)?;
    let loader = Loader { problems: Some(&problems), ..app.loader() };
    let mut follow = |progress| app.running.set(&job.id, progress);
    loader.load(&input, job, Keep::Nothing, &mut follow).or_else(|error| match error {
        // That none would be taken is an answer.
        LoadError::AllRejected(job) => Ok(*job),
        error => Err(not_loaded(error, job)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_too_many_is_told_to_come_back_and_the_next_one_is_made() {
        let runs = DryRuns::default();
        let turns: Vec<_> = (0..MAX_DRY_RUNS_AT_ONCE).map(|_| runs.begin_preview().unwrap()).collect();
        assert!(matches!(runs.begin_preview(), Err(ApiError::Busy(_))));
        drop(turns);
        assert!(runs.begin_preview().is_ok());
    }
}
