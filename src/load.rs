//! One file into the store: read, placed, written in one transaction, or failed with the reason.

use crate::geocode::Geocoder;
use crate::import::pieces;
use crate::ingest::{IngestError, Input, Table};
use crate::store::{Head, Job, Keep, NewJob, Store, StoreError};

/// Why nothing of a file was loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Rows were rejected, and none was to be taken then.
    #[error("{} of {} rows were rejected, and --all-or-nothing takes none then", .0.rejected, .0.read)]
    Rejected(Box<Job>),
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Progress {
    /// Data rows that are done.
    pub rows: u64,
    /// Share of the file that is read, 0 to 1.
    pub share: f64,
}

/// What loads files.
pub struct Loader<'a> {
    /// Where they are kept.
    pub store: &'a Store,
    /// What finds their places.
    pub geocoder: &'a Geocoder,
    /// Tells the time, RFC 3339 in UTC.
    pub now: &'a dyn Fn() -> String,
}

impl Loader<'_> {
    /// Loads a file; `progress` is told after each piece.
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
        if let Err(error) = &loaded
            && keep != Keep::Nothing
        {
            // When the store fails a second time, the first reason is the one to tell.
            let _ = self.store.fail_job(job, &error.to_string(), &(self.now)());
        }
        loaded
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
        let head = Head {
            header: table.headers().to_vec(),
            kept_columns: table.kept_columns(),
            gazetteer: self.geocoder.gazetteer().version().to_owned(),
        };
        let loaded = self.store.write(job, keep, &head, self.now, |writing| {
            let mut rows = 0;
            pieces(&table, &job.dataset, self.geocoder, &mut |piece| {
                rows += piece.read;
                writing.take(piece)?;
                progress(Progress { rows, share: input.share_read() });
                Ok::<(), LoadError>(())
            })
        })?;
        let is_refused = keep == Keep::AllOrNothing && loaded.rejected > 0;
        if is_refused { Err(LoadError::Rejected(Box::new(loaded))) } else { Ok(loaded) }
    }
}
