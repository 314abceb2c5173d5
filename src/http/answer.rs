//! Answers that may be kept by the client: an ETag that names the commit they show, 304 when it has not changed.

use super::app::App;
use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, VARY};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;

/// The media type of GeoJSON (RFC 7946, section 12).
pub const GEOJSON: &str = "application/geo+json";

/// The ETag of this request's answer at commit `generation`. Weak, because compression changes the bytes.
#[must_use]
pub fn etag(app: &App, generation: u64, request: &HttpRequest) -> String {
    let address = request.uri().path_and_query().map_or("/", |address| address.as_str());
    let hash = crate::store::token_sha256(address);
    let short: String = hash[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{}-{generation}-{short}\"", app.settings.lineage)
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
    let body = serde_json::to_vec(value).expect("our own structs of texts and finite numbers always become JSON");
    response.content_type(media_type).body(body)
}
