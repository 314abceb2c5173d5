//! Answers that may be kept: by the client, with an ETag that names the commit they show and 304 when it has not changed; and by the
//! server, which gives what it made for a commit again as long as that commit is the last.

use super::app::App;
use super::error::ApiError;
use super::packing::{self, Body};
use crate::layer::{Commit, Snapshot};
use crate::memory::Apart;
use actix_web::http::Method;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ContentEncoding, ETAG, HeaderValue, IF_NONE_MATCH, ORIGIN, VARY,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use foldhash::fast::RandomState;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{Equivalent, OptionsBuilder, Weighter};
use serde::Serialize;
use std::sync::Arc;
use std::time::Instant;

/// The media type of GeoJSON (RFC 7946, section 12).
pub const GEOJSON: &str = "application/geo+json";

/// Answers that are kept, each larger than this share of the room is not.
const LARGEST_SHARE: u64 = 8;

/// Bytes of an answer beside its body, about.
const ENTRY_BYTES: u64 = 256;

/// The answers of the last commit. Those of earlier commits are never given, and make room.
pub struct Kept {
    answers: Cache<Key, KeptAnswer, BodyBytes, RandomState>,
    bytes: u64,
}

/// An answer with the headers that say what it is.
#[derive(Clone)]
struct KeptAnswer {
    body: Body,
    etag: HeaderValue,
    media_type: HeaderValue,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    generation: u64,
    mark: i64,
    address: Box<str>,
    /// What the client likes best; a small answer is plain all the same.
    coding: ContentEncoding,
}

/// A [`Key`] that is only looked for. Its parts are hashed in the same order.
#[derive(Hash)]
struct AskedKey<'a> {
    generation: u64,
    mark: i64,
    address: &'a str,
    coding: ContentEncoding,
}

impl AskedKey<'_> {
    fn kept(&self) -> Key {
        Key { generation: self.generation, mark: self.mark, address: self.address.into(), coding: self.coding }
    }
}

impl Equivalent<Key> for AskedKey<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        (self.generation, self.mark, self.address, self.coding) == (key.generation, key.mark, &key.address, key.coding)
    }
}

#[derive(Clone)]
struct BodyBytes;

impl Weighter<Key, KeptAnswer> for BodyBytes {
    fn weight(&self, key: &Key, answer: &KeptAnswer) -> u64 {
        ENTRY_BYTES + key.address.len() as u64 + answer.body.bytes.len() as u64
    }
}

impl Kept {
    /// Room for this many bytes.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        // An answer takes some kilobytes, as experience goes; this only sizes the tables.
        let answers = (bytes / 16_384).clamp(16, 65_536) as usize;
        // In one part: of several, each would have room for a share of the answers only, and the largest take an eighth of all.
        let options = OptionsBuilder::new().shards(1).estimated_items_capacity(answers).weight_capacity(bytes).build();
        let options = options.expect("all that is needed is given");
        let hashes = RandomState::default();
        Self { answers: Cache::with_options(options, BodyBytes, hashes, DefaultLifecycle::default()), bytes }
    }

    fn get(&self, key: &AskedKey<'_>) -> Option<KeptAnswer> {
        self.answers.get(key)
    }

    /// Keeps an answer, unless it is too large, and gives it as it is kept.
    fn put(&self, key: &AskedKey<'_>, mut answer: KeptAnswer) -> KeptAnswer {
        if answer.body.bytes.len() as u64 <= self.bytes / LARGEST_SHARE {
            answer.body.bytes = Apart::copy(&answer.body.bytes).map_or(answer.body.bytes, Bytes::from_owner);
            self.answers.insert(key.kept(), answer.clone());
        }
        answer
    }
}

/// The ETag of this request's answer at a commit. Weak, because compression changes the bytes. The version of the program is part of it:
/// another one may write the same state otherwise. So is the gazetteer's where words are looked for, which may be names of its places, and
/// what the operator named.
#[must_use]
pub fn etag_at(app: &App, commit: Commit, request: &HttpRequest) -> String {
    let names = if request.query_string().contains("q=") { app.geocoder.gazetteer().version() } else { "" };
    // FNV-1a: addresses need no more than to be told apart.
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let hash = address(request).as_bytes().iter().chain(names.as_bytes()).chain(app.settings.layers_mark.as_bytes());
    let hash = hash.fold(0xcbf2_9ce4_8422_2325, step);
    let version = env!("CARGO_PKG_VERSION");
    format!("W/\"{version}-{:x}-{:x}-{hash:x}\"", commit.mark, commit.generation)
}

/// The ETag of an answer that stays the same as long as the server runs.
#[must_use]
pub fn etag_of_run(app: &App, request: &HttpRequest) -> String {
    let hash = crate::store::token_sha256(address(request));
    let short: String = hash[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{}-{short}\"", app.settings.run)
}

fn address(request: &HttpRequest) -> &str {
    request.uri().path_and_query().map_or("/", |address| address.as_str())
}

/// Whether the client has this answer already.
#[must_use]
pub fn is_known(request: &HttpRequest, etag: &str) -> bool {
    let strong = etag.trim_start_matches("W/");
    request.headers().get_all(IF_NONE_MATCH).filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').map(str::trim).any(|known| known == "*" || known.trim_start_matches("W/") == strong)
    })
}

/// 304 with the headers that a 200 would have.
#[must_use]
pub fn not_modified(etag: &str) -> HttpResponse {
    cached(&mut HttpResponse::NotModified(), etag).finish()
}

/// Sets the headers of a cacheable answer; it is asked again each time, and costs nothing when nothing changed.
pub fn cached<'a>(response: &'a mut HttpResponseBuilder, etag: &str) -> &'a mut HttpResponseBuilder {
    cached_as(response, etag_value(etag))
}

fn cached_as(response: &mut HttpResponseBuilder, etag: HeaderValue) -> &mut HttpResponseBuilder {
    response
        .insert_header((ETAG, etag))
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-cache")))
        .insert_header((VARY, HeaderValue::from_static("Accept-Encoding")))
}

fn etag_value(etag: &str) -> HeaderValue {
    HeaderValue::from_str(etag).expect("an ETag is made of ASCII letters, digits and signs")
}

/// JSON of one of our own structs.
#[must_use]
pub fn json(response: &mut HttpResponseBuilder, media_type: &str, value: &impl Serialize) -> HttpResponse {
    response.content_type(media_type).body(json_bytes(value))
}

/// One of our own structs as JSON.
#[must_use]
pub fn json_bytes(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("our own structs of texts and finite numbers always become JSON")
}

impl KeptAnswer {
    fn new(body: Body, etag: &str, media_type: &'static str) -> Self {
        Self { body, etag: etag_value(etag), media_type: HeaderValue::from_static(media_type) }
    }

    fn response(self, timing: &str) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        // The header also keeps the middleware from packing it again.
        cached_as(&mut response, self.etag)
            .insert_header((CONTENT_TYPE, self.media_type))
            .insert_header(("Server-Timing", timing))
            .insert_header(self.body.coding);
        response.body(self.body.bytes)
    }
}

/// What `Server-Timing` says of an answer that was kept.
const TIMING_OF_KEPT: &str = "kept";

/// The answer to a request whose address alone says that it is kept: then nothing of the address need be read again. `None` for what wants a
/// closer look: another method, a page of another origin, and whatever is not kept.
#[must_use]
pub fn kept_answer(app: &App, request: &HttpRequest) -> Option<HttpResponse> {
    let is_plain = matches!(*request.method(), Method::GET | Method::HEAD) && !request.headers().contains_key(ORIGIN);
    let commit = is_plain.then(|| app.live.ready().ok().flatten()).flatten()?.commit();
    let coding = packing::wanted(request);
    let asked = AskedKey { generation: commit.generation, mark: commit.mark, address: address(request), coding };
    let answer = app.kept.get(&asked)?;
    let known = answer.etag.to_str().ok().filter(|etag| is_known(request, etag)).map(not_modified);
    Some(known.unwrap_or_else(|| answer.response(TIMING_OF_KEPT)))
}

/// Answers a request with what follows from the snapshot alone: 304 when the client has it, what was kept, or what `make` makes of it.
pub async fn answer(
    app: &App,
    request: &HttpRequest,
    snapshot: Arc<Snapshot>,
    media_type: &'static str,
    make: impl FnOnce(&App, &Snapshot) -> Result<Vec<u8>, ApiError> + Send + 'static,
) -> Result<HttpResponse, ApiError> {
    let made = async |app: &App, snapshot: Arc<Snapshot>| app.ask(move |app| make(app, &snapshot)).await;
    answered(app, request, snapshot, media_type, made).await
}

/// The same for what takes no longer than the way to another thread.
pub async fn answer_at_once(
    app: &App,
    request: &HttpRequest,
    snapshot: Arc<Snapshot>,
    media_type: &'static str,
    make: impl FnOnce(&Snapshot) -> Result<Vec<u8>, ApiError>,
) -> Result<HttpResponse, ApiError> {
    answered(app, request, snapshot, media_type, async |_: &App, snapshot: Arc<Snapshot>| make(&snapshot)).await
}

async fn answered(
    app: &App,
    request: &HttpRequest,
    snapshot: Arc<Snapshot>,
    media_type: &'static str,
    make: impl AsyncFnOnce(&App, Arc<Snapshot>) -> Result<Vec<u8>, ApiError>,
) -> Result<HttpResponse, ApiError> {
    let commit = snapshot.commit();
    let etag = etag_at(app, commit, request);
    if is_known(request, &etag) {
        return Ok(not_modified(&etag));
    }
    let coding = packing::wanted(request);
    let asked = AskedKey { generation: commit.generation, mark: commit.mark, address: address(request), coding };
    if let Some(answer) = app.kept.get(&asked) {
        return Ok(answer.response(TIMING_OF_KEPT));
    }
    let began = Instant::now();
    let plain = match app.kept.get(&AskedKey { coding: ContentEncoding::Identity, ..asked }) {
        Some(plain) => plain.body.bytes,
        None => Bytes::from(make(app, snapshot).await?),
    };
    let answer = KeptAnswer::new(packing::packed(plain, coding).await?, &etag, media_type);
    Ok(app.kept.put(&asked, answer).response(&timing(began)))
}

/// How long making took, as the `Server-Timing` header says it: milliseconds.
#[must_use]
pub fn timing(began: Instant) -> String {
    format!("make;dur={:.2}", began.elapsed().as_secs_f64() * 1000.0)
}
