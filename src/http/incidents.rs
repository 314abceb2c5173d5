//! `/api/incidents/{id}`: one incident with its whole story.

use super::answer::{cached, etag_at, is_known, json, not_modified};
use super::app::App;
use super::error::{ApiError, ParameterError};
use super::params::Params;
use crate::incident::IncidentId;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

/// `GET /api/incidents/{id}`
pub async fn story(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Params::parse(request.query_string(), false, &[])?;
    let id: IncidentId =
        id.parse().map_err(|error| ApiError::BadParameter { name: "id", reason: ParameterError::Id(error) })?;
    let (story, commit) = app
        .ask(move |app| {
            let view = app.view()?;
            let story = view.reader.story(id, &view.snapshot)?;
            let story = story.ok_or_else(|| ApiError::NotFound { what: "incident", id: id.to_string() })?;
            Ok((story, view.snapshot.commit()))
        })
        .await?;
    let etag = etag_at(&app, commit, &request);
    if is_known(&request, &etag) {
        return Ok(not_modified(&etag));
    }
    Ok(json(cached(&mut HttpResponse::Ok(), &etag), "application/json", &story))
}
