//! Packing answers that are kept: once for each coding, and not again for each request.

use super::error::ApiError;
use actix_http::ResponseHead;
use actix_http::encoding::Encoder;
use actix_web::HttpRequest;
use actix_web::body::to_bytes;
use actix_web::http::StatusCode;
use actix_web::http::header::{AcceptEncoding, ContentEncoding, Encoding, Header};
use actix_web::web::Bytes;

/// Bytes from which packing an answer pays: less fits into one packet of the network anyway.
const LEAST_PACKED: usize = 1_024;

/// A body in one coding.
#[derive(Clone)]
pub(super) struct Body {
    pub(super) bytes: Bytes,
    pub(super) coding: ContentEncoding,
}

/// The coding that a client likes best of those that answers are kept in. One that it takes beside them is left to the middleware.
pub(super) fn wanted(request: &HttpRequest) -> ContentEncoding {
    const CODINGS: [Encoding; 4] = [Encoding::identity(), Encoding::brotli(), Encoding::gzip(), Encoding::zstd()];
    let accepted = AcceptEncoding::parse(request).ok().and_then(|accepted| accepted.negotiate(CODINGS.iter()));
    match accepted {
        Some(Encoding::Known(coding)) => coding,
        Some(Encoding::Unknown(_)) | None => ContentEncoding::Identity,
    }
}

/// A body in this coding, or plain when that does not pay.
pub(super) async fn packed(plain: Bytes, coding: ContentEncoding) -> Result<Body, ApiError> {
    if coding == ContentEncoding::Identity || plain.len() < LEAST_PACKED {
        return Ok(Body { bytes: plain, coding: ContentEncoding::Identity });
    }
    let mut head = ResponseHead::new(StatusCode::OK);
    let bytes = to_bytes(Encoder::response(coding, &mut head, plain)).await.map_err(|_| ApiError::Stopping)?;
    Ok(Body { bytes, coding })
}
