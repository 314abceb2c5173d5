//! What goes around every request: heads that are too large are refused by name, and headers say each thing once.

use super::answer::kept_answer;
use super::app::App;
use super::error::{ApiError, MAX_ADDRESS_BYTES, MAX_HEADERS_BYTES};
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_ENCODING, HeaderMap, HeaderName, HeaderValue, VARY};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, ResponseError};

/// Nothing but our own files runs in the page, nothing is asked of another host; `style` attributes are set from script only.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'";

/// What every answer says.
pub(super) const HEADERS_OF_ALL: [(&str, &str); 4] = [
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
];

/// Gives what is kept as it is, refuses a head that is too large before anything reads it, and tidies the answer.
pub(super) async fn edges<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let refused = |request: ServiceRequest, error: ApiError| {
        Ok(request.into_response(error.error_response()).map_into_right_body())
    };
    if request.uri().path_and_query().map_or(0, |address| address.as_str().len()) > MAX_ADDRESS_BYTES {
        return refused(request, ApiError::LongAddress);
    }
    let line_bytes =
        |(name, value): (&HeaderName, &HeaderValue)| name.as_str().len() + ": ".len() + value.len() + "\r\n".len();
    if request.headers().iter().map(line_bytes).sum::<usize>() > MAX_HEADERS_BYTES {
        return refused(request, ApiError::LongHeaders);
    }
    let kept = request.app_data::<Data<App>>().and_then(|app| kept_answer(app, request.request()));
    if let Some(mut response) = kept {
        for (name, value) in HEADERS_OF_ALL {
            response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        tidy(response.headers_mut());
        return Ok(request.into_response(response).map_into_right_body());
    }
    let mut response = next.call(request).await?;
    if response.status() == StatusCode::NOT_ACCEPTABLE {
        // What packs answers says so in plain text.
        let (request, _) = response.into_parts();
        return Ok(ServiceResponse::new(request, ApiError::NotAcceptable.error_response()).map_into_right_body());
    }
    tidy(response.headers_mut());
    Ok(response.map_into_left_body())
}

/// `Content-Encoding: identity` kept an answer from being packed and says nothing (RFC 9110, section 8.4.1); `Vary` is one list.
fn tidy(headers: &mut HeaderMap) {
    if headers.get(CONTENT_ENCODING).is_some_and(|coding| coding == "identity") {
        headers.remove(CONTENT_ENCODING);
    }
    if headers.get_all(VARY).count() > 1 {
        let mut names: Vec<String> = Vec::new();
        for name in headers.get_all(VARY).filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')) {
            if !names.iter().any(|known| known.eq_ignore_ascii_case(name.trim())) {
                names.push(name.trim().to_owned());
            }
        }
        if let Ok(list) = HeaderValue::from_str(&names.join(", ")) {
            headers.insert(VARY, list);
        }
    }
}
