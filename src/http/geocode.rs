//! `/api/geocode`: what a text means, and why; one text, or many as JSON lines.

use super::answer::json;
use super::app::App;
use super::error::{ApiError, ParameterError};
use super::params::Params;
use crate::geocode::question::answer_line;
use crate::geocode::{Answer, Context, Request};
use crate::time::Occurred;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

/// `GET /api/geocode`
pub async fn geocode(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request.query_string(), false, &["q", "context", "city", "region", "country", "date"])?;
    let text = |name| params.text(name).unwrap_or("").to_owned();
    let occurred: Option<Occurred> = params
        .text("date")
        .map(str::parse)
        .transpose()
        .map_err(|error| ApiError::BadParameter { name: "date", reason: ParameterError::Time(error) })?;
    if params.text("q").is_none() {
        return Err(ApiError::MissingParameter("q"));
    }
    // What is known around the words, of whatever kind, stands in for the columns that are not given.
    let or_context = |name| params.text(name).or_else(|| params.text("context")).unwrap_or("").to_owned();
    let question = Request {
        text: text("q"),
        context: Context { city: or_context("city"), region: or_context("region"), country: text("country") },
        occurred,
    };
    let answer = app.ask(move |app| Ok(Answer::new(app.geocoder.geocode(&question), app.geocoder.gazetteer()))).await?;
    Ok(json(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")), "application/json", &answer))
}

/// Most bytes of one body of questions.
pub const MAX_BODY_BYTES: usize = 16 << 20;

/// `POST /api/geocode`: JSON lines in, JSON lines out, in order. Reads nothing but the gazetteer, so it needs no token.
pub async fn geocode_lines(app: Data<App>, payload: Payload) -> Result<HttpResponse, ApiError> {
    let body = payload
        .to_bytes_limited(MAX_BODY_BYTES)
        .await
        .map_err(|_| ApiError::TooLarge { limit_bytes: MAX_BODY_BYTES as u64 })?
        .map_err(|error| ApiError::BadBody(error.to_string()))?;
    let answers = app
        .ask(move |app| {
            let mut out = Vec::new();
            for (number, line) in (1u64..).zip(body.split(|byte| *byte == b'\n')) {
                if line.iter().all(u8::is_ascii_whitespace) {
                    continue;
                }
                serde_json::to_writer(&mut out, &answer_line(line, number, &app.geocoder))
                    .map_err(|error| ApiError::BadBody(error.to_string()))?;
                out.push(b'\n');
            }
            Ok(out)
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .content_type("application/x-ndjson; charset=utf-8")
        .body(answers))
}
