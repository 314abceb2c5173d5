//! Who may write: the bearer of a token.

use super::app::App;
use super::error::ApiError;
use crate::store::token_sha256;
use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use subtle::ConstantTimeEq;

/// Lets the request pass when it bears a valid token (RFC 6750).
///
/// # Errors
/// No token, a wrong or revoked one, or the store fails.
pub async fn writer(app: &App, request: &HttpRequest) -> Result<(), ApiError> {
    let header = request.headers().get(AUTHORIZATION).ok_or(ApiError::Unauthorized("writing needs a token"))?;
    let token = header
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty())
        .map(|(_, token)| token.trim().to_owned())
        .ok_or(ApiError::Unauthorized("the header `Authorization` holds no bearer token"))?;
    let is_of_session =
        app.settings.session_token.is_some_and(|session| bool::from(session.ct_eq(&token_sha256(&token))));
    if is_of_session || app.ask(move |app| Ok(app.store.is_token_valid(&token)?)).await? {
        return Ok(());
    }
    Err(ApiError::Unauthorized("the token is not known or was revoked"))
}
