//! `/api/presets`: named ways to read files that come again.

use super::answer::json;
use super::app::App;
use super::auth;
use super::error::ApiError;
use super::imports::{MAX_MAPPING_BYTES, MAX_NAME_CHARS, read_mapping};
use super::params::Params;
use crate::store::{KeptPreset, Preset, PresetError};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};

/// `GET /api/presets`: at most [`crate::store::MAX_PRESETS`], all at once.
pub async fn list(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Params::parse(request.query_string(), false, &[])?;
    let presets = app.ask(|app| Ok(app.store.reader()?.presets()?)).await?;
    let body = serde_json::json!({ "presets": presets });
    Ok(json(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")), "application/json", &body))
}

/// `PUT /api/presets/{name}`
pub async fn keep(
    app: Data<App>,
    name: Path<String>,
    request: HttpRequest,
    body: Bytes,
) -> Result<HttpResponse, ApiError> {
    auth::writer(&app, &request).await?;
    Params::parse(request.query_string(), false, &[])?;
    let name = name.into_inner().trim().to_owned();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS || name.chars().any(char::is_control) {
        let reason = format!("the name of a preset has 1 to {MAX_NAME_CHARS} characters and no control characters");
        return Err(ApiError::BadBody(reason));
    }
    if body.len() > MAX_MAPPING_BYTES {
        return Err(ApiError::TooLarge { limit_bytes: MAX_MAPPING_BYTES as u64 });
    }
    let text = std::str::from_utf8(&body).map_err(|_| ApiError::BadBody("the mapping is not UTF-8".to_owned()))?;
    let preset = Preset { name, options: read_mapping(text)? };
    let kept = preset.clone();
    let kept = app.ask(move |app| app.store.keep_preset(&kept).map_err(not_kept)).await?;
    let Preset { name, options } = preset;
    let replaced = kept == KeptPreset::Replaced;
    let body = serde_json::json!({ "name": name, "options": options, "replaced": replaced });
    Ok(json(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")), "application/json", &body))
}

fn not_kept(error: PresetError) -> ApiError {
    match error {
        PresetError::Store(error) => ApiError::Store(error),
        PresetError::BuiltIn(_) | PresetError::TooMany => ApiError::PresetNotKept(error.to_string()),
    }
}

/// `DELETE /api/presets/{name}`
pub async fn forget(app: Data<App>, name: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    auth::writer(&app, &request).await?;
    Params::parse(request.query_string(), false, &[])?;
    let name = name.into_inner();
    let asked = name.clone();
    if app.ask(move |app| Ok(app.store.forget_preset(&asked)?)).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(ApiError::NotFound { what: "preset", id: name })
    }
}
