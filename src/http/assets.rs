//! The page and its files, inside the binary.

use super::answer::{cached, is_known, not_modified};
use super::error::ApiError;
use actix_web::http::header::{ACCEPT_RANGES, CONTENT_RANGE, ContentEncoding, Header, IF_RANGE, RANGE, Range};
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
    let length = file.data.len() as u64;
    // `If-Range` asks for a strong ETag, and ours is weak: then the whole file is the right answer (RFC 9110, section 13.1.5).
    let has_range = request.headers().contains_key(RANGE) && !request.headers().contains_key(IF_RANGE);
    match Range::parse(request).ok().filter(|_| has_range) {
        Some(Range::Bytes(ranges)) if ranges.len() == 1 => match ranges[0].to_satisfiable_range(length) {
            Some((first, last)) => Ok(cached(&mut HttpResponse::PartialContent(), &etag)
                .content_type(media_type)
                .insert_header((ACCEPT_RANGES, "bytes"))
                .insert_header((CONTENT_RANGE, format!("bytes {first}-{last}/{length}")))
                // Bytes of the plain file: packing them would make them others.
                .insert_header(ContentEncoding::Identity)
                .body(file.data[first as usize..=last as usize].to_vec())),
            None => Err(ApiError::RangeNotSatisfiable { length }),
        },
        _ => Ok(cached(&mut HttpResponse::Ok(), &etag)
            .content_type(media_type)
            .insert_header((ACCEPT_RANGES, "bytes"))
            .body(file.data.into_owned())),
    }
}
