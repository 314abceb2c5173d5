//! The page and its files, inside the binary.

use super::answer::{cached, is_known, not_modified};
use super::error::ApiError;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "web/dist"]
struct Files;

/// `GET /`
pub async fn page(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    file("index.html", &request)
}

/// `GET /{file}`
pub async fn asset(name: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    file(&name, &request)
}

/// One bundled file.
pub(super) fn file(name: &str, request: &HttpRequest) -> Result<HttpResponse, ApiError> {
    let file = Files::get(name).ok_or_else(|| ApiError::NotFound { what: "address", id: request.path().to_owned() })?;
    let hash: String = file.metadata.sha256_hash()[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    let etag = format!("W/\"{hash}\"");
    if is_known(request, &etag) {
        return Ok(not_modified(&etag));
    }
    let media_type = file.metadata.mimetype();
    let media_type =
        if media_type.starts_with("text/") { format!("{media_type}; charset=utf-8") } else { media_type.to_owned() };
    Ok(cached(&mut HttpResponse::Ok(), &etag)
        .insert_header((CACHE_CONTROL, "no-cache"))
        .content_type(media_type)
        .body(file.data.into_owned()))
}
