//! `/api/geocode`: what a text means, and why.

use super::answer::json;
use super::app::App;
use super::error::{ApiError, ParameterError};
use super::params::Params;
use crate::geocode::{Answer, Context, Request};
use crate::time::Occurred;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

/// `GET /api/geocode`
pub async fn geocode(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request.query_string(), false, &["q", "city", "region", "country", "date"])?;
    let text = |name| params.text(name).unwrap_or("").to_owned();
    let occurred: Option<Occurred> = params
        .text("date")
        .map(str::parse)
        .transpose()
        .map_err(|error| ApiError::BadParameter { name: "date", reason: ParameterError::Time(error) })?;
    if params.text("q").is_none() {
        return Err(ApiError::MissingParameter("q"));
    }
    let question = Request {
        text: text("q"),
        context: Context { city: text("city"), region: text("region"), country: text("country") },
        occurred,
    };
    let answer = app.ask(move |app| Ok(Answer::new(app.geocoder.geocode(&question), app.geocoder.gazetteer()))).await?;
    Ok(json(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")), "application/json", &answer))
}
