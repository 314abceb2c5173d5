//! One file into the store: read, placed, written in one transaction, or failed with the reason.

use crate::geocode::Geocoder;
use crate::import::pieces;
use crate::ingest::{IngestError, Input, SameAs, Table, Understood};
use crate::store::{Counts, Head, Job, JobState, Keep, NewJob, Order, Store, StoreError};
use std::cell::OnceCell;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Why nothing of a file was loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Whoever began it wants no more of it.
    #[error("it was stopped before it was done")]
    Stopped,
    /// Rows were rejected, and none was to be taken then.
    #[error("{} of {} rows were rejected, and --all-or-nothing takes none then", .0.rejected, .0.read)]
    Rejected(Box<Job>),
    /// There are rows and every one was rejected; the problems are kept with the job, unless it was a dry run.
    #[error("{}", .0.error.as_deref().unwrap_or("all rows were rejected"))]
    AllRejected(Box<Job>),
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Progress {
    /// Data rows that are done.
    pub rows: u64,
    /// Share of the file that is read, 0 to 1.
    pub share: f64,
    /// Bytes of the file, as it is stored, that are read.
    pub bytes_read: u64,
    /// Bytes of the file.
    pub bytes_total: u64,
    /// What came of the rows so far.
    #[serde(flatten)]
    pub counts: Counts,
}

/// What loads files.
pub struct Loader<'a> {
    /// Where they are kept.
    pub store: &'a Store,
    /// What finds their places.
    pub geocoder: &'a Geocoder,
    /// Tells the time, RFC 3339 in UTC.
    pub now: &'a dyn Fn() -> String,
    /// Where the rows with problems are written as a file that loads again, kept or not.
    pub problems: Option<&'a Path>,
    /// Turns true when a load is to end with nothing taken.
    pub stop: Option<&'a AtomicBool>,
}

/// The name of a file without folders and extension: rows of `events.csv` and `events.csv.gz` belong to the dataset `events`.
#[must_use]
pub fn dataset_of(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    // What is packed is the same table.
    let name = name.strip_suffix(".gz").filter(|name| !name.is_empty()).unwrap_or(name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if stem.is_empty() { name.to_owned() } else { stem.to_owned() }
}

impl Loader<'_> {
    /// Loads a file; `progress` is told after each piece. A file of problems goes where the rows that it repairs went, a file that was
    /// loaded under another name where it is already.
    ///
    /// # Errors
    /// Nothing was loaded. The job is then kept as failed with the reason, unless it was a dry run.
    pub fn load(
        &self,
        input: &Input<'_>,
        job: &NewJob,
        keep: Keep,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Job, LoadError> {
        let loaded = self.write(input, job, keep, progress);
        match &loaded {
            // It is kept as failed already, with its problems.
            Ok(_) | Err(LoadError::AllRejected(_)) => {}
            // When the store fails a second time, the first reason is the one to tell.
            Err(error) if keep != Keep::Nothing => {
                let _ = self.store.fail_job(job, &error.to_string(), &(self.now)());
            }
            Err(_) => {}
        }
        loaded
    }

    /// The import that loaded the same bytes into another dataset than this job names. Where the job names none by hand, its rows go there,
    /// so that nothing is there twice.
    ///
    /// # Errors
    /// The file cannot be read, or the store fails.
    pub fn same_as(&self, input: &Input<'_>, job: &NewJob) -> Result<Option<SameAs>, LoadError> {
        let sha256 = input.sha256().map_err(IngestError::Unreadable)?;
        let Some(same) = self.store.same_file(&sha256, &job.dataset)? else { return Ok(None) };
        // The rows of a file of problems go where those went that it repairs.
        let is_repair = Table::open(input, &job.options)?.repairs().is_some();
        Ok((!is_repair).then_some(same))
    }

    fn write(
        &self,
        input: &Input<'_>,
        job: &NewJob,
        keep: Keep,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Job, LoadError> {
        let table = Table::open(input, &job.options)?;
        table.check()?;
        let file_sha256 = input.sha256().map_err(IngestError::Unreadable)?;
        let goes: OnceCell<(String, Option<SameAs>)> = OnceCell::new();
        // Known when its turn has come: it may have waited for the import of the same file.
        let dataset = || goes.get().map_or(&job.dataset, |(dataset, _)| dataset);
        let head = || Head {
            dataset: dataset().clone(),
            file_sha256,
            header: table.headers().to_vec(),
            kept_columns: table.kept_columns(),
            gazetteer: self.geocoder.gazetteer().version().to_owned(),
            understood: Understood { same_as: goes.get().and_then(|(_, same)| same.clone()), ..table.understood() },
            reading: table.reading(),
        };
        let order = Order { job, keep, problems: self.problems, file_bytes: input.bytes(), now: self.now };
        let loaded = self.store.write(order, &head, |writing| {
            let same_as = match table.repairs() {
                Some(_) => None,
                None => writing.same_file(&file_sha256, &job.dataset)?,
            };
            let dataset = match (table.repairs(), &same_as) {
                (Some(repairs), _) => &repairs.dataset,
                // Nobody asked for a second copy.
                (None, Some(same)) if !job.is_dataset_named => &same.dataset,
                (None, _) => &job.dataset,
            };
            let (dataset, _) = goes.get_or_init(|| (dataset.clone(), same_as.clone()));
            let mut rows = 0;
            pieces(&table, dataset, self.geocoder, &mut |piece| {
                rows += piece.read;
                writing.take(piece)?;
                let (share, bytes_total, counts) = (input.share_read(), input.bytes(), writing.counts());
                let bytes_read = (share * bytes_total as f64) as u64;
                progress(Progress { rows, share, bytes_read, bytes_total, counts });
                let is_stopped = self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
                if is_stopped { Err(LoadError::Stopped) } else { Ok(()) }
            })?;
            if rows == 0 { Err(LoadError::Ingest(IngestError::NoRows)) } else { Ok(()) }
        })?;
        if keep == Keep::AllOrNothing && loaded.rejected > 0 {
            return Err(LoadError::Rejected(Box::new(loaded)));
        }
        if loaded.state == JobState::Failed { Err(LoadError::AllRejected(Box::new(loaded))) } else { Ok(loaded) }
    }
}
