//! `/api/imports`: load files, follow what became of them.

use super::answer::json;
use super::app::App;
use super::auth;
use super::dry_runs::dry_run;
use super::error::ApiError;
use super::items::with_parameter;
use super::params::Params;
use super::worker::{Waiting, dry_run_problems, keep_waiting, upload_path, uploads_folder, waiting_job, waiting_jobs};
use crate::import::{Preview, preview};
use crate::incident::UnknownWord;
use crate::ingest::{DateOrder, ReadOptions, Table};
use crate::load::{LoadError, Progress, dataset_of};
use crate::store::{Job, JobId, JobState, NewJob, UndoError};
use crate::{clock, disk};
use actix_multipart::{Field, Multipart};
use actix_web::http::header::{CONTENT_TYPE, LOCATION};
use actix_web::web::{Bytes, Data, Path, Payload};
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder};
use futures_util::{Stream, StreamExt};
use serde::Serialize;
use std::fmt::Display;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

/// How many seconds a `POST` waits for its import to end before it answers 202.
const WAITS: [&str; 11] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"];

/// Longest name of a file or dataset, in characters.
pub const MAX_NAME_CHARS: usize = 200;

/// Longest mapping of columns, bytes.
pub const MAX_MAPPING_BYTES: usize = 256 * 1024;

/// Most imports on one page.
const MAX_PAGE: usize = 1_000;

/// Imports on a page when no `limit` is given.
const USUAL_PAGE: usize = 50;

/// An upload on its way to disk; removed again unless its job was queued.
pub(super) struct Upload {
    id: JobId,
    pub(super) path: PathBuf,
    file: Option<String>,
    dataset: Option<String>,
    mapping: Option<String>,
    date_order: Option<String>,
    kept: bool,
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.kept {
            // The file may not have been begun.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// `POST /api/imports`
pub async fn create(app: Data<App>, request: HttpRequest, payload: Payload) -> Result<HttpResponse, ApiError> {
    auth::writer(&app, &request).await?;
    let params = Params::parse(
        request.query_string(),
        false,
        &["filename", "dataset", "dry_run", "preview", "preset", "mapping", "date_order", "wait"],
    )?;
    let wait = wait(&params, &request)?;
    let (is_dry_run, is_preview) = (is_true(&params, "dry_run")?, is_true(&params, "preview")?);
    let permit = app.queue.reserve()?;
    let id = JobId::from_random(u128::from_be_bytes(clock::random_bytes()));
    let mut upload = Upload {
        path: upload_path(&app.store, &id),
        id,
        file: params.text("filename").map(str::to_owned),
        dataset: params.text("dataset").map(str::to_owned),
        mapping: params.text("mapping").map(str::to_owned),
        date_order: params.text("date_order").map(str::to_owned),
        kept: false,
    };
    receive(&app, &request, payload, &mut upload).await?;
    let file = name("filename", upload.file.as_deref().unwrap_or("upload.csv"))?;
    let dataset = match &upload.dataset {
        Some(dataset) => name("dataset", dataset)?,
        None => dataset_of(&file),
    };
    let mapping = match &upload.mapping {
        None => ReadOptions::default(),
        Some(mapping) => read_mapping(mapping)?,
    };
    let date_order = upload
        .date_order
        .as_deref()
        .map(str::parse::<DateOrder>)
        .transpose()
        .map_err(|reason| ApiError::BadParameter { name: "date_order", reason: reason.into() })?;
    let options = ReadOptions { date_order, ..ReadOptions::default() }.or(mapping);
    let preset = match params.text("preset").map(str::to_owned) {
        None => ReadOptions::default(),
        Some(name) => {
            let missing = ApiError::NotFound { what: "preset", id: name.clone() };
            app.ask(move |app| app.store.reader()?.preset(&name)?.ok_or(missing)).await?
        }
    };
    let options = options.or(preset);
    let job = NewJob {
        id: upload.id.clone(),
        dataset,
        is_dataset_named: upload.dataset.is_some(),
        file,
        created: clock::now(),
        options,
    };
    if is_preview {
        drop(permit);
        let path = upload.path.clone();
        let preview = app.ask(move |app| preview_file(app, &path, &job)).await?;
        return Ok(json(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")), "application/json", &preview));
    }
    if is_dry_run {
        drop(permit);
        let job = dry_run(&app, upload, job, wait).await?;
        let mut response = if job.state == JobState::Running { HttpResponse::Accepted() } else { HttpResponse::Ok() };
        response.insert_header(("Cache-Control", "no-store")).insert_header((LOCATION, location(&job.id)));
        preference_applied(&mut response, &request);
        return Ok(json(&mut response, "application/json", &Followed::new(&app, job)));
    }
    let queued = job.clone();
    app.ask(move |app| keep_waiting(&app.store, &queued).map_err(ApiError::Upload)).await?;
    upload.kept = true;
    let (waiting, done) = Waiting::new(job);
    permit.send(waiting);
    // Whether it ended or the time is up, the store knows how far it is.
    let _ = tokio::time::timeout(wait, done).await;
    let job = find(&app, upload.id.clone()).await?;
    let mut response = match job.state {
        JobState::Queued | JobState::Running => HttpResponse::Accepted(),
        JobState::Succeeded | JobState::Undone => HttpResponse::Created(),
        JobState::Failed => {
            return Err(ApiError::BadFile { import: Some(job.id.to_string()), reason: job.error.unwrap_or_default() });
        }
    };
    response.insert_header((LOCATION, location(&job.id)));
    preference_applied(&mut response, &request);
    Ok(json(&mut response, "application/json", &Followed::new(&app, job)))
}

/// Where a job is followed.
fn location(id: &JobId) -> String {
    format!("/api/imports/{id}")
}

fn preference_applied(response: &mut HttpResponseBuilder, request: &HttpRequest) {
    if is_async(request) {
        response.insert_header(("Preference-Applied", RESPOND_ASYNC));
    }
}

/// The preference (RFC 7240) of those who do not wait for what they asked for.
const RESPOND_ASYNC: &str = "respond-async";

fn is_async(request: &HttpRequest) -> bool {
    let preferences = request.headers().get_all("Prefer").filter_map(|value| value.to_str().ok());
    let mut words = preferences.flat_map(|value| value.split(',')).filter_map(|word| word.split(';').next());
    words.any(|word| word.trim().eq_ignore_ascii_case(RESPOND_ASYNC))
}

/// How long the answer waits for the import to end.
fn wait(params: &Params, request: &HttpRequest) -> Result<Duration, ApiError> {
    let Some(text) = params.text("wait") else {
        return Ok(if is_async(request) { Duration::ZERO } else { Duration::from_secs(WAITS.len() as u64 - 1) });
    };
    match (0..).zip(WAITS).find(|(_, word)| *word == text) {
        Some((seconds, _)) => Ok(Duration::from_secs(seconds)),
        None => {
            let reason = UnknownWord { value: text.to_owned(), what: "number of seconds to wait", expected: &WAITS };
            Err(ApiError::BadParameter { name: "wait", reason: reason.into() })
        }
    }
}

fn is_true(params: &Params, name: &'static str) -> Result<bool, ApiError> {
    match params.text(name) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => {
            let reason = UnknownWord { value: other.to_owned(), what: "truth value", expected: &["true", "false"] };
            Err(ApiError::BadParameter { name, reason: reason.into() })
        }
    }
}

/// A mapping as it is sent: JSON of [`ReadOptions`].
pub(super) fn read_mapping(json: &str) -> Result<ReadOptions, ApiError> {
    serde_json::from_str(json).map_err(|error| {
        ApiError::BadBody(format!("`mapping`: {error}; expected for instance {{\"columns\":{{\"Где\":\"place\"}}}}"))
    })
}

/// Why nothing of a file was loaded, or would be.
pub(super) fn not_loaded(error: LoadError, job: &NewJob) -> ApiError {
    match error {
        LoadError::Store(error) => ApiError::Store(error),
        error => ApiError::BadFile { import: Some(job.id.to_string()), reason: error.to_string() },
    }
}

/// How an upload is understood; nothing of it is kept.
fn preview_file(app: &App, path: &std::path::Path, job: &NewJob) -> Result<Preview, ApiError> {
    let _turn = app.dry_runs.begin_preview()?;
    let input = disk::input(path).map_err(ApiError::Upload)?;
    let read = Table::open(&input, &job.options).and_then(|table| preview(&table, &app.geocoder));
    let mut preview = read.map_err(|error| ApiError::BadFile { import: None, reason: error.to_string() })?;
    preview.same_as = app.loader().same_as(&input, job).map_err(|error| not_loaded(error, job))?;
    Ok(preview)
}

fn name(parameter: &'static str, text: &str) -> Result<String, ApiError> {
    let name = text.rsplit(['/', '\\']).next().unwrap_or(text).trim();
    let bad = |reason: &str| ApiError::BadBody(format!("`{parameter}` {reason}"));
    if name.is_empty() {
        return Err(bad("is empty"));
    }
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(bad(&format!("is longer than {MAX_NAME_CHARS} characters")));
    }
    if name.chars().any(char::is_control) {
        return Err(bad("holds control characters"));
    }
    Ok(name.to_owned())
}

async fn receive(app: &App, request: &HttpRequest, payload: Payload, upload: &mut Upload) -> Result<(), ApiError> {
    let media_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("")
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    let folder = uploads_folder(app.store.path());
    std::fs::create_dir_all(&folder).map_err(ApiError::Upload)?;
    match media_type.as_str() {
        "text/csv"
        | "text/tab-separated-values"
        | "text/plain"
        | "application/octet-stream"
        | "application/json"
        | "application/geo+json"
        | "application/gzip"
        | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        | "application/vnd.oasis.opendocument.spreadsheet" => keep(app, payload, upload).await,
        "multipart/form-data" => {
            let mut payload = payload.into_inner();
            let mut parts = Multipart::from_request(request, &mut payload)
                .await
                .map_err(|error| ApiError::BadBody(error.to_string()))?;
            let mut has_file = false;
            while let Some(part) = parts.next().await {
                let mut part = part.map_err(|error| ApiError::BadBody(error.to_string()))?;
                match part.name().unwrap_or("") {
                    "file" if has_file => {
                        return Err(ApiError::BadBody(
                            "more than one field `file`; send one file at a time".to_owned(),
                        ));
                    }
                    "file" => {
                        has_file = true;
                        let name = part.content_disposition().and_then(|header| header.get_filename());
                        upload.file = name.map(str::to_owned).or(upload.file.take());
                        keep(app, part, upload).await?;
                    }
                    "dataset" => upload.dataset = text_of(&mut part, "dataset", MAX_NAME_CHARS * 4).await?,
                    "mapping" => upload.mapping = text_of(&mut part, "mapping", MAX_MAPPING_BYTES).await?,
                    "date_order" => upload.date_order = text_of(&mut part, "date_order", MAX_NAME_CHARS).await?,
                    other => {
                        let reason = format!(
                            "unknown field `{other}`; this address takes `file`, `dataset`, `mapping` and `date_order`"
                        );
                        return Err(ApiError::BadBody(reason));
                    }
                }
            }
            if has_file { Ok(()) } else { Err(ApiError::BadBody("the field `file` is missing".to_owned())) }
        }
        _ => Err(ApiError::UnsupportedMediaType(media_type)),
    }
}

/// Writes the body to disk and waits until it is really there: what is answered with 2xx survives a crash.
async fn keep<S, E>(app: &App, mut body: S, upload: &Upload) -> Result<(), ApiError>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: Display,
{
    let limit_bytes = app.settings.max_upload_bytes;
    let mut file = std::fs::File::create(&upload.path).map_err(ApiError::Upload)?;
    let mut size = 0u64;
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|error| ApiError::BadBody(error.to_string()))?;
        size += piece.len() as u64;
        if size > limit_bytes {
            return Err(ApiError::TooLarge { limit_bytes });
        }
        file.write_all(&piece).map_err(ApiError::Upload)?;
    }
    if size == 0 {
        return Err(ApiError::BadBody("the file is empty".to_owned()));
    }
    app.ask(move |_| file.sync_all().map_err(ApiError::Upload)).await
}

/// The text of a small field; `None` when it is empty.
async fn text_of(part: &mut Field, name: &str, most_bytes: usize) -> Result<Option<String>, ApiError> {
    let mut text = Vec::new();
    while let Some(piece) = part.next().await {
        text.extend_from_slice(&piece.map_err(|error| ApiError::BadBody(error.to_string()))?);
        if text.len() > most_bytes {
            return Err(ApiError::BadBody(format!("`{name}` is longer than {most_bytes} bytes")));
        }
    }
    let text = String::from_utf8(text).map_err(|_| ApiError::BadBody(format!("`{name}` is not UTF-8")))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// A job, and how far it is while it runs.
#[derive(Serialize)]
struct Followed {
    #[serde(flatten)]
    job: Job,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<Progress>,
}

impl Followed {
    fn new(app: &App, job: Job) -> Self {
        let progress = app.running.progress(&job.id).filter(|_| job.state == JobState::Running);
        Self { job, progress }
    }
}

async fn find(app: &App, id: JobId) -> Result<Job, ApiError> {
    app.ask(move |app| {
        // In this order: what begins is in the store before it waits no more.
        let waiting = waiting_job(&app.store, &id);
        let job = app.store.reader()?.job(&id)?.or(waiting.map(|waiting| waiting.queued()));
        let job = job.or_else(|| app.dry_runs.job(&id));
        let job = job.ok_or_else(|| ApiError::NotFound { what: "import", id: id.to_string() })?;
        // Who reads that it succeeded finds its incidents in the layers.
        if matches!(job.state, JobState::Succeeded | JobState::Undone) && job.dry_run.is_none() {
            app.live.caught_up()?;
        }
        Ok(job)
    })
    .await
}

/// `GET /api/imports`: those that wait, of which there are few, stand before the first page.
pub async fn list(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request.query_string(), false, &["limit", "after"])?;
    let limit = params.count("limit", MAX_PAGE)?.unwrap_or(USUAL_PAGE);
    let after = params.count("after", i64::MAX as usize)?.map(|number| number as i64);
    let page = app
        .ask(move |app| {
            let waiting =
                if after.is_none() { waiting_jobs(&app.store).map_err(ApiError::Upload)? } else { Vec::new() };
            let mut page = app.store.reader()?.jobs(after, limit)?;
            let has_begun = |job: &NewJob| page.jobs.iter().any(|begun| begun.id == job.id);
            let waiting: Vec<Job> = waiting.iter().filter(|job| !has_begun(job)).map(NewJob::queued).collect();
            page.jobs.splice(0..0, waiting);
            Ok(page)
        })
        .await?;
    let links: Vec<serde_json::Value> = page
        .next
        .map(|next| serde_json::json!({ "rel": "next", "href": with_parameter(request.path(), request.query_string(), "after", &next.to_string()) }))
        .into_iter()
        .collect();
    let jobs: Vec<Followed> = page.jobs.into_iter().map(|job| Followed::new(&app, job)).collect();
    let body = serde_json::json!({ "imports": jobs, "links": links });
    Ok(json(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")), "application/json", &body))
}

/// `GET /api/imports/{id}`
pub async fn one(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Params::parse(request.query_string(), false, &[])?;
    let job = Followed::new(&app, find(&app, JobId::from_text(&id)).await?);
    Ok(json(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")), "application/json", &job))
}

/// `DELETE /api/imports/{id}`: takes the import back; its record stays, as `undone`.
pub async fn undo(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    auth::writer(&app, &request).await?;
    Params::parse(request.query_string(), false, &[])?;
    let id = JobId::from_text(&id);
    let job = app
        .ask(move |app| {
            if waiting_job(&app.store, &id).is_some() {
                let reason = "it waits for its turn: there is nothing to take back yet".to_owned();
                return Err(ApiError::CannotUndo { import: id.to_string(), reason });
            }
            let job = app.store.undo(&id, &clock::now()).map_err(|error| match error {
                UndoError::NoImport(id) => ApiError::NotFound { what: "import", id: id.to_string() },
                UndoError::Store(error) => ApiError::Store(error),
                error => ApiError::CannotUndo { import: id.to_string(), reason: error.to_string() },
            })?;
            // The first reader after a commit would pay for the new snapshot; the one who undid pays instead.
            app.live.caught_up()?;
            Ok(job)
        })
        .await?;
    Ok(json(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")), "application/json", &job))
}

/// `GET /api/imports/{id}/problems.csv`; of a dry run as well, as long as it is one of the last.
pub async fn problems(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Params::parse(request.query_string(), false, &[])?;
    let id = JobId::from_text(&id);
    let name = format!("problems-{id}.csv");
    let table = app
        .ask(move |app| {
            let mut table = Vec::new();
            if !app.store.reader()?.write_problems(&id, &mut table)? {
                let kept = dry_run_problems(&app.store, &id).and_then(std::fs::read);
                table = kept.map_err(|_| ApiError::NotFound { what: "import", id: id.to_string() })?;
            }
            Ok(table)
        })
        .await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(("Content-Disposition", format!("attachment; filename=\"{name}\"")))
        .insert_header(("Cache-Control", "no-store"))
        .body(table))
}
