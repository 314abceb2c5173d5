//! `/map`: what the page draws under the incidents.

use super::answer::{GEOJSON, cached, etag_of_run, is_known, json, not_modified};
use super::app::App;
use super::assets;
use super::error::ApiError;
use super::params::Params;
use crate::layer::{Names, feature_geometry};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

/// Where the bundled outlines come from.
const BASE_MAP_ATTRIBUTION: &str = "Natural Earth";

/// `GET /map/config.json`
pub async fn config(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Params::parse(request.query_string(), false, &[])?;
    let is_bundled = app.settings.base_map.is_none();
    let body = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "language": "ru",
        "base_map": if is_bundled { "bundled" } else { "operator" },
        "gazetteer": app.geocoder.gazetteer().version(),
        "attribution": if is_bundled { vec![BASE_MAP_ATTRIBUTION] } else { Vec::new() },
    });
    Ok(json(HttpResponse::Ok().insert_header(("Cache-Control", "no-cache")), "application/json", &body))
}

/// `GET /map/countries.json`
pub async fn countries(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Params::parse(request.query_string(), false, &[])?;
    match &app.settings.base_map {
        Some(own) => {
            let etag = etag_of_run(&app, &request);
            if is_known(&request, &etag) {
                return Ok(not_modified(&etag));
            }
            Ok(cached(&mut HttpResponse::Ok(), &etag).content_type("application/json").body(own.clone()))
        }
        None => assets::file("countries.json", &request),
    }
}

/// `GET /map/labels.geojson`
pub async fn labels(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Params::parse(request.query_string(), false, &[])?;
    let etag = etag_of_run(&app, &request);
    if is_known(&request, &etag) {
        return Ok(not_modified(&etag));
    }
    let gazetteer = app.geocoder.gazetteer();
    let features: Vec<serde_json::Value> = gazetteer
        .labelled()
        .enumerate()
        .map(|(rank, place)| {
            let Names { ru, kk, en, uk } = Names::of(place);
            json!({
                "type": "Feature",
                "id": place.id(),
                "geometry": feature_geometry(place.position()),
                "properties": {
                    "name_ru": ru, "name_kk": kk, "name_en": en, "name_uk": uk, "kind": place.kind(),
                    "population": place.population(), "rank": rank,
                },
            })
        })
        .collect();
    let body = json!({ "type": "FeatureCollection", "features": features });
    Ok(json(cached(&mut HttpResponse::Ok(), &etag), GEOJSON, &body))
}
