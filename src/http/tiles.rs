//! `/layers/{layer}/tiles`: vector tiles and their description.

use super::answer::{answer, cached, etag_at, is_known, json, not_modified};
use super::app::App;
use super::error::{ApiError, ParameterError};
use super::layers::{MVT, asked, percent_encoding};
use super::params::Params;
use crate::geo::Bbox;
use crate::incident::UnknownWord;
use crate::layer::FeatureQuery;
use crate::layer::areas::areas;
use crate::layer::extent::extents;
use crate::layer::tiles::{MAX_TILE_ZOOM, area_layer, cluster_tile, outlined, point_tile};
use crate::layer::world::{Cell, MAX_LAT};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;
use std::sync::Arc;

/// `GET /layers/{layer}/tiles/{z}/{x}/{y}.mvt`
pub async fn tile(
    app: Data<App>,
    path: Path<(String, String, String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request.query_string(), true, &["cluster", "areas", "titles"])?;
    let query = params.feature_query()?;
    let (is_clustered, has_areas) = (yes(&params, "cluster", true)?, yes(&params, "areas", false)?);
    let has_titles = yes(&params, "titles", false)?;
    let (id, z, x, y) = path.into_inner();
    let cell = cell(&z, &x, &y).ok_or_else(|| ApiError::NotFound { what: "tile", id: format!("{z}/{x}/{y}") })?;
    let snapshot = app.snapshot().await?;
    let layer = asked(&app, &snapshot, &id, &query).await?;
    answer(&app, &request, snapshot, MVT, move |app, snapshot| {
        let whole = query.clone();
        let selection = layer.selected(app, snapshot, FeatureQuery { cell: Some(cell), ..query })?;
        let mut tile =
            if is_clustered { cluster_tile(&selection, cell)? } else { point_tile(&selection, cell, has_titles)? };
        if has_areas {
            // An area counts what lies in all of it, not in the part that a tile shows.
            let areas = outlined(areas(&layer.selected(app, snapshot, whole)?));
            tile.extend(area_layer(&areas, cell)?);
        }
        Ok(tile)
    })
    .await
}

fn yes(params: &Params, name: &'static str, usual: bool) -> Result<bool, ApiError> {
    match params.text(name) {
        None => Ok(usual),
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(other) => Err(ApiError::BadParameter {
            name,
            reason: ParameterError::Word(UnknownWord {
                value: other.to_owned(),
                what: "choice",
                expected: &["true", "false"],
            }),
        }),
    }
}

fn cell(z: &str, x: &str, y: &str) -> Option<Cell> {
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let level = number(z).filter(|level| *level <= MAX_TILE_ZOOM)?;
    let inside = |text: &str| number(text).filter(|step| *step < 1 << level);
    Some(Cell { level, x: inside(x)?, y: inside(y)? })
}

/// `GET /layers/{layer}/tiles.json`: TileJSON 3.0. Its parameters are those of the tiles.
pub async fn description(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request.query_string(), true, &["cluster", "areas", "titles"])?;
    let query = params.feature_query()?;
    let (is_clustered, has_areas) = (yes(&params, "cluster", true)?, yes(&params, "areas", false)?);
    let snapshot = app.snapshot().await?;
    let layer = asked(&app, &snapshot, &id, &query).await?;
    let etag = etag_at(&app, snapshot.commit(), &request);
    if is_known(&request, &etag) {
        return Ok(not_modified(&etag));
    }
    let (of_layer, counted) = (layer.clone(), Arc::clone(&snapshot));
    let extent = app.ask(move |app| Ok(of_layer.extent(app, &counted, &extents(&counted))?)).await?;
    let path = format!("/layers/{}/tiles", percent_encoding(&id));
    let base = {
        let connection = request.connection_info();
        format!("{}://{}{path}/{{z}}/{{x}}/{{y}}.mvt", connection.scheme(), connection.host())
    };
    let tiles = if request.query_string().is_empty() { base } else { format!("{base}?{}", request.query_string()) };
    let world = Bbox { west: -180.0, south: -MAX_LAT, east: 180.0, north: MAX_LAT };
    let bounds = extent.bbox.unwrap_or(world);
    let mut fields = json!({ "id": "String", "category": "String", "precision": "String" });
    let more: &[(&str, &str)] = if is_clustered {
        &[
            ("cluster", "Boolean"),
            ("count", "Number"),
            ("expansion_zoom", "Number"),
            ("key", "String"),
            ("categories", "String"),
        ]
    } else {
        &[("date", "String")]
    };
    let titles = [("title", "String")];
    let has_titles = yes(&params, "titles", false)? && !is_clustered;
    for (name, kind) in more.iter().chain(titles.iter().filter(|_| has_titles)) {
        fields[*name] = (*kind).into();
    }
    let counts = json!({ "matched": "Number", "returned": "Number", "in_areas": "Number" });
    let mut vector_layers =
        vec![json!({ "id": "incidents", "fields": fields }), json!({ "id": "totals", "fields": counts })];
    if has_areas {
        let fields = json!({
            "key": "String", "name_ru": "String", "name_kk": "String", "name_en": "String", "name_uk": "String",
            "precision": "String", "count": "Number", "count_within": "Number", "per_100k": "Number",
        });
        vector_layers.push(json!({ "id": "areas", "fields": fields }));
    }
    let description = json!({
        "tilejson": "3.0.0",
        "name": layer.id().as_str(),
        "tiles": [tiles],
        "vector_layers": vector_layers,
        "bounds": bounds.to_array(),
        "minzoom": 0,
        "maxzoom": MAX_TILE_ZOOM,
        "scheme": "xyz",
    });
    Ok(json(cached(&mut HttpResponse::Ok(), &etag), "application/json", &description))
}
