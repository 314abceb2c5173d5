//! Answers that may be kept: by the client, with an ETag that names the commit they show and 304 when it has not changed; and by the
//! server, which gives what it made for a commit again as long as that commit is the last.

use super::app::App;
use super::error::ApiError;
use super::packing::{self, Body};
use crate::layer::{Commit, Snapshot};
use actix_web::http::header::{CACHE_CONTROL, ContentEncoding, ETAG, IF_NONE_MATCH, VARY};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use foldhash::fast::RandomState;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{OptionsBuilder, Weighter};
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
    answers: Cache<Key, Body, BodyBytes, RandomState>,
    bytes: u64,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    generation: u64,
    mark: i64,
    address: Box<str>,
    /// What the client likes best; a small answer is plain all the same.
    coding: ContentEncoding,
}

#[derive(Clone)]
struct BodyBytes;

impl Weighter<Key, Body> for BodyBytes {
    fn weight(&self, key: &Key, body: &Body) -> u64 {
        ENTRY_BYTES + key.address.len() as u64 + body.bytes.len() as u64
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

    fn get(&self, key: &Key) -> Option<Body> {
        self.answers.get(key)
    }

    fn put(&self, key: Key, body: &Body) {
        if body.bytes.len() as u64 <= self.bytes / LARGEST_SHARE {
            self.answers.insert(key, body.clone());
        }
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
    response
        .insert_header((ETAG, etag))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((VARY, "Accept-Encoding"))
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

/// Answers a request with what follows from the snapshot alone: 304 when the client has it, what was kept, or what `make` makes of it.
pub async fn answer(
    app: &App,
    request: &HttpRequest,
    snapshot: Arc<Snapshot>,
    media_type: &'static str,
    make: impl FnOnce(&App, &Snapshot) -> Result<Vec<u8>, ApiError> + Send + 'static,
) -> Result<HttpResponse, ApiError> {
    let commit = snapshot.commit();
    let etag = etag_at(app, commit, request);
    if is_known(request, &etag) {
        return Ok(not_modified(&etag));
    }
    let coding = packing::wanted(request);
    let key = Key { generation: commit.generation, mark: commit.mark, address: address(request).into(), coding };
    let (body, timing) = match app.kept.get(&key) {
        Some(body) => (body, "kept".to_owned()),
        None => {
            let began = Instant::now();
            let plain = match app.kept.get(&Key { coding: ContentEncoding::Identity, ..key.clone() }) {
                Some(plain) => plain.bytes,
                None => Bytes::from(app.ask(move |app| make(app, &snapshot)).await?),
            };
            let body = packing::packed(plain, coding).await?;
            app.kept.put(key, &body);
            (body, timing(began))
        }
    };
    let mut response = HttpResponse::Ok();
    // The header also keeps the middleware from packing it again.
    cached(&mut response, &etag)
        .content_type(media_type)
        .insert_header(("Server-Timing", timing))
        .insert_header(body.coding);
    Ok(response.body(body.bytes))
}

/// How long making took, as the `Server-Timing` header says it: milliseconds.
#[must_use]
pub fn timing(began: Instant) -> String {
    format!("make;dur={:.2}", began.elapsed().as_secs_f64() * 1000.0)
}
