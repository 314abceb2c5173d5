//! The queue of imports: uploads are kept on disk first, then loaded one after the other.
//!
//! What waits is kept as a file beside its upload and not in the database, which has one writer: while an import runs, that is the import.

use super::app::App;
use super::error::ApiError;
use crate::ingest::IngestError;
use crate::load::{LoadError, Progress};
use crate::store::{Job, JobId, Keep, NewJob, Store, StoreError};
use crate::{clock, disk, memory};
use std::collections::HashMap;
use std::fs::{DirEntry, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};

/// Imports that wait; the next one is told to come back.
pub const MAX_WAITING: usize = 16;

/// The way to the worker.
#[derive(Clone)]
pub struct Queue(mpsc::Sender<Waiting>);

/// The worker's end of the queue.
pub struct Receiver(mpsc::Receiver<Waiting>);

/// An import whose file is kept and whose job is in the store.
pub struct Waiting {
    job: NewJob,
    done: Option<oneshot::Sender<()>>,
}

/// How far the imports are that run.
#[derive(Debug, Default)]
pub struct Running(Mutex<HashMap<JobId, Progress>>);

impl Running {
    pub(super) fn set(&self, id: &JobId, progress: Progress) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), progress);
    }

    pub(super) fn end(&self, id: &JobId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// How far an import is; `None` when it does not run.
    pub(super) fn progress(&self, id: &JobId) -> Option<Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).copied()
    }
}

/// A new queue.
#[must_use]
pub fn queue() -> (Queue, Receiver) {
    let (sender, receiver) = mpsc::channel(MAX_WAITING);
    (Queue(sender), Receiver(receiver))
}

impl Queue {
    /// A place in the queue, held before anything is kept.
    pub(super) fn reserve(&self) -> Result<mpsc::Permit<'_, Waiting>, ApiError> {
        self.0.try_reserve().map_err(|error| match error {
            mpsc::error::TrySendError::Full(()) => ApiError::Busy("too many imports wait already"),
            mpsc::error::TrySendError::Closed(()) => ApiError::Stopping,
        })
    }
}

impl Waiting {
    /// An import, and how to learn that it has ended.
    pub(super) fn new(job: NewJob) -> (Self, oneshot::Receiver<()>) {
        let (sender, receiver) = oneshot::channel();
        (Self { job, done: Some(sender) }, receiver)
    }
}

/// Where the file of a job is kept until the job ends; its name is the job's id, never the client's.
#[must_use]
pub fn upload_path(store: &Store, id: &JobId) -> PathBuf {
    uploads_folder(store.path()).join(format!("{id}.csv"))
}

/// Dry runs that can be asked for, and their problems; earlier ones are gone.
pub const MAX_DRY_RUNS: usize = 32;

/// What follows the id of a dry run in the name of the file with its problems.
const DRY_RUN_PROBLEMS: &str = ".problems.csv";

/// A file beside the uploads that belongs to a job or a dry run.
fn beside_upload(store: &Store, id: &JobId, ending: &str) -> io::Result<PathBuf> {
    // It comes from an address and becomes the name of a file.
    if !id.as_str().bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') {
        return Err(io::ErrorKind::NotFound.into());
    }
    Ok(uploads_folder(store.path()).join(format!("{id}{ending}")))
}

/// The files beside the uploads whose names end so; none when there is no such folder.
fn files_beside_uploads(store: &Store, ending: &str) -> io::Result<Vec<DirEntry>> {
    let entries = match std::fs::read_dir(uploads_folder(store.path())) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let ends = |entry: &io::Result<DirEntry>| {
        entry.as_ref().map_or(true, |entry| entry.file_name().to_string_lossy().ends_with(ending))
    };
    entries.filter(ends).collect()
}

/// Where the problems of a dry run are kept for a while; those of the oldest make room.
///
/// # Errors
/// The id is none that this program gave, or the folder cannot be read.
pub(super) fn dry_run_problems(store: &Store, id: &JobId) -> io::Result<PathBuf> {
    let path = beside_upload(store, id, DRY_RUN_PROBLEMS)?;
    let mut kept = Vec::new();
    for entry in files_beside_uploads(store, DRY_RUN_PROBLEMS)? {
        kept.push((entry.metadata()?.modified()?, entry.path()));
    }
    kept.sort_unstable();
    for (_, oldest) in kept.iter().rev().skip(MAX_DRY_RUNS) {
        // Another request may have removed it.
        let _ = std::fs::remove_file(oldest);
    }
    Ok(path)
}

/// What follows the id of an import that waits in the name of the file that says how it is to be loaded.
const WAITING: &str = ".job.json";

/// Keeps an import that waits for its turn; durable when it returns.
///
/// # Errors
/// It cannot be written.
pub(super) fn keep_waiting(store: &Store, job: &NewJob) -> io::Result<()> {
    let folder = uploads_folder(store.path());
    let mut file = tempfile::NamedTempFile::new_in(&folder)?;
    serde_json::to_writer(&mut file, job)?;
    file.as_file().sync_all()?;
    file.persist(beside_upload(store, &job.id, WAITING)?)?;
    // The name is durable when the folder is.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// An import that waits for its turn.
pub(super) fn waiting_job(store: &Store, id: &JobId) -> Option<NewJob> {
    read_waiting(&beside_upload(store, id, WAITING).ok()?)
}

/// The imports that wait for their turn, the one accepted last first.
pub(super) fn waiting_jobs(store: &Store) -> io::Result<Vec<NewJob>> {
    let files = files_beside_uploads(store, WAITING)?;
    let mut jobs: Vec<NewJob> = files.iter().filter_map(|file| read_waiting(&file.path())).collect();
    jobs.sort_unstable_by(|one, other| other.created.cmp(&one.created));
    Ok(jobs)
}

/// `None` when it has begun meanwhile.
fn read_waiting(path: &Path) -> Option<NewJob> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// An import that has begun, or never will, waits no more.
fn wait_no_more(store: &Store, id: &JobId) {
    if let Ok(path) = beside_upload(store, id, WAITING)
        && let Err(error) = std::fs::remove_file(&path)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, path = %path.display(), "cannot remove the file of an import that has begun");
    }
}

/// The folder of uploads beside a database.
#[must_use]
pub fn uploads_folder(database: &Path) -> PathBuf {
    let mut name = database.file_name().unwrap_or_default().to_owned();
    name.push("-uploads");
    database.with_file_name(name)
}

/// Loads what waits, one after the other, until the server ends; first those that an earlier process left behind.
pub async fn work(app: App, left: Vec<NewJob>, mut receiver: Receiver) {
    for job in left {
        run(&app, job).await;
    }
    while let Some(Waiting { job, done }) = receiver.0.recv().await {
        run(&app, job).await;
        if let Some(done) = done {
            // A client that no longer waits asks for the job later.
            let _ = done.send(());
        }
    }
}

/// Jobs that an earlier process accepted and did not end, the one accepted first first: those whose upload is still there can be loaded; the
/// others end here. It is asked before the first request is taken, whose import would be one of them else, and loaded twice.
pub(super) fn left_behind(store: &Store) -> Vec<NewJob> {
    find_left_behind(store).unwrap_or_else(|error| {
        tracing::error!(%error, "cannot look for imports of an earlier run");
        Vec::new()
    })
}

fn find_left_behind(store: &Store) -> Result<Vec<NewJob>, StoreError> {
    let begun = store.reader()?.open_jobs()?.into_iter();
    let begun = begun.map(|Job { id, dataset, file, created, options, .. }| NewJob {
        id,
        dataset,
        is_dataset_named: true,
        file,
        created,
        options,
    });
    let waiting = waiting_jobs(store).unwrap_or_else(|error| {
        tracing::error!(%error, "cannot look for imports that wait");
        Vec::new()
    });
    let mut left: Vec<NewJob> = begun.collect();
    for job in waiting.into_iter().rev() {
        if store.reader()?.job(&job.id)?.is_none() {
            left.push(job);
        } else {
            wait_no_more(store, &job.id);
        }
    }
    let mut loadable = Vec::new();
    for job in left {
        if upload_path(store, &job.id).exists() {
            loadable.push(job);
        } else {
            store.fail_job(&job, "the program ended before the import did; nothing of it was kept", &clock::now())?;
            wait_no_more(store, &job.id);
        }
    }
    Ok(loadable)
}

async fn run(app: &App, job: NewJob) {
    let ended = app.ask(move |app| Ok(load(app, &job)?)).await;
    if let Err(error) = ended {
        tracing::error!(%error, "an import could not be ended");
    }
}

fn load(app: &App, job: &NewJob) -> Result<(), StoreError> {
    let path = upload_path(&app.store, &job.id);
    app.store.begin_job(job)?;
    wait_no_more(&app.store, &job.id);
    let loaded = match disk::input(&path) {
        Ok(input) => app.loader().load(&input, job, Keep::GoodRows, &mut |progress| app.running.set(&job.id, progress)),
        Err(error) => Err(LoadError::Ingest(IngestError::Unreadable(error))),
    };
    app.running.end(&job.id);
    if let Err(error @ LoadError::Store(_)) = &loaded {
        tracing::error!(%error, import = %job.id, "an import failed");
    }
    // A reason that is not kept yet: the file could not even be opened.
    if let Err(error @ LoadError::Ingest(IngestError::Unreadable(_))) = &loaded {
        app.store.fail_job(job, &error.to_string(), &clock::now())?;
    }
    if let Err(error) = std::fs::remove_file(&path) {
        tracing::warn!(%error, path = %path.display(), "cannot remove an upload that is loaded");
    }
    memory::give_back();
    // The first reader after a commit would pay for the new snapshot; the one who loaded pays instead.
    app.live.caught_up().map(drop)
}
