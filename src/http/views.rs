//! What is counted of a layer: places, clusters, areas, histogram, counts, likely duplicates.

use super::answer::{GEOJSON, answer, cached, etag_at, is_known, json, json_bytes, not_modified};
use super::app::{App, View};
use super::error::{ApiError, ParameterError};
use super::items::with_parameter;
use super::layers::asked;
use super::params::Params;
use crate::geo::Bbox;
use crate::layer::world::Cell;
use crate::layer::{After, FeatureQuery, Selection, areas, clusters, counts, histogram, places};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::json;

/// Most places on a page; without a `limit` all are given.
const MAX_PLACES: usize = 10_000;

/// Most tiles of 256 pixels that one answer with clusters covers each way: some screens side by side.
const MAX_TILES: f64 = 64.0;

/// Answers with a view that is worked out from the selected incidents.
async fn derived<T: Serialize>(
    app: &App,
    id: &str,
    request: &HttpRequest,
    own: &[&'static str],
    media_type: &'static str,
    derive: impl FnOnce(&Params, Selection<'_>) -> Result<T, ApiError> + Send + 'static,
) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request.query_string(), true, own)?;
    let query = params.feature_query()?;
    let snapshot = app.snapshot().await?;
    let layer = asked(app, &snapshot, id, &query).await?;
    answer(app, request, snapshot, media_type, move |app, snapshot| {
        Ok(json_bytes(&derive(&params, layer.selected(app, snapshot, query)?)?))
    })
    .await
}

/// `GET /layers/{layer}/places.geojson`
pub async fn places_view(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let (path, query) = (request.path().to_owned(), request.query_string().to_owned());
    derived(&app, &id, &request, &["limit", "after"], GEOJSON, move |params, selection| {
        let skipped = params.count("after", usize::MAX)?.unwrap_or(0);
        let limit = match params.count("limit", MAX_PLACES)? {
            None if skipped == 0 => usize::MAX,
            limit => limit.unwrap_or(MAX_PLACES),
        };
        let page = places::places(&selection, skipped, limit);
        let next = page.has_more.then(|| {
            let href = with_parameter(&path, &query, "after", &(skipped + limit).to_string());
            json!({ "rel": "next", "href": href, "type": GEOJSON })
        });
        Ok(json!({
            "type": "FeatureCollection", "numberMatched": page.matched, "numberReturned": page.features.len(),
            "links": next.into_iter().collect::<Vec<_>>(), "features": page.features,
        }))
    })
    .await
}

/// `GET /layers/{layer}/clusters.geojson`
pub async fn clusters_view(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request.query_string(), true, &["zoom"])?;
    let zoom = zoom(&params, clusters::MAX_CLUSTER_ZOOM)?.ok_or(ApiError::MissingParameter("zoom"))?;
    let bbox: Bbox = params.read("bbox")?.ok_or(ApiError::MissingParameter("bbox"))?;
    let tiles = f64::from(zoom).exp2();
    let width = (bbox.east - bbox.west).rem_euclid(360.0);
    if width / 360.0 * tiles > MAX_TILES || (bbox.north - bbox.south) / 180.0 * tiles > MAX_TILES {
        return Err(ApiError::BadParameter { name: "bbox", reason: ParameterError::WideForZoom(zoom) });
    }
    derived(&app, &id, &request, &["zoom"], GEOJSON, move |_, selection| Ok(clusters::clusters(&selection, zoom))).await
}

/// A zoom level, 0 to `most`.
pub(super) fn zoom(params: &Params, most: u32) -> Result<Option<u32>, ApiError> {
    params
        .text("zoom")
        .map(|text| match text.parse::<u32>() {
            Ok(zoom) if zoom <= Cell::MAX_LEVEL => Ok(zoom.min(most)),
            _ => Err(ApiError::BadParameter { name: "zoom", reason: ParameterError::Zoom(text.to_owned()) }),
        })
        .transpose()
}

/// `GET /layers/{layer}/areas.geojson`
pub async fn areas_view(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    derived(&app, &id, &request, &[], GEOJSON, |_, selection| {
        Ok(json!({ "type": "FeatureCollection", "features": areas::areas(&selection) }))
    })
    .await
}

/// `GET /layers/{layer}/histogram.json`
pub async fn histogram_view(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    derived(&app, &id, &request, &["unit"], "application/json", |params, selection| {
        histogram::histogram(&selection, params.read("unit")?)
            .map_err(|error| ApiError::BadParameter { name: "unit", reason: error.into() })
    })
    .await
}

/// `GET /layers/{layer}/counts.json`
pub async fn counts_view(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let query = Params::parse(request.query_string(), true, &[])?.feature_query()?;
    let snapshot = app.snapshot().await?;
    let layer = asked(&app, &snapshot, &id, &query).await?;
    answer(&app, &request, snapshot, "application/json", move |app, snapshot| {
        let whole = layer.selected(app, snapshot, FeatureQuery::default())?;
        let query = layer.inside(query);
        let found = app.found(snapshot, &query)?;
        Ok(json_bytes(&counts::counts(&whole, &query, &found)))
    })
    .await
}

/// Pairs on a page when no `limit` is given, and the most.
const USUAL_PAIRS: usize = 100;
const MAX_PAIRS: usize = 1_000;

/// Incidents that are looked through for one page of pairs.
const MAX_LOOKED_THROUGH: usize = 5_000;

/// `GET /layers/{layer}/duplicates.json`: pairs of incidents that may tell of the same event, of which one is selected.
pub async fn duplicates_view(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request.query_string(), true, &["limit", "after"])?;
    let query = params.feature_query()?;
    let limit = params.count("limit", MAX_PAIRS)?.unwrap_or(USUAL_PAIRS);
    let after: Option<After> = params.read("after")?;
    let layer = asked(&app, &*app.snapshot().await?, &id, &query).await?;
    let address = (request.path().to_owned(), request.query_string().to_owned());
    let (pairs, commit) = app
        .ask(move |app| {
            let view = app.view()?;
            let query = layer.inside(query);
            let found = app.found_by(&view.reader, &view.snapshot, &query)?;
            let selection = view.snapshot.select(&query, &found);
            Ok((pairs(&view, &selection, after, limit, &address)?, view.snapshot.commit()))
        })
        .await?;
    let etag = etag_at(&app, commit, &request);
    if is_known(&request, &etag) {
        return Ok(not_modified(&etag));
    }
    Ok(json(cached(&mut HttpResponse::Ok(), &etag), "application/json", &pairs))
}

fn pairs(
    view: &View,
    selection: &Selection<'_>,
    after: Option<After>,
    limit: usize,
    (path, parameters): &(String, String),
) -> Result<serde_json::Value, ApiError> {
    let snapshot = &view.snapshot;
    let rows = selection.page(after, MAX_LOOKED_THROUGH + 1);
    let (mut pairs, mut looked, mut last) = (Vec::new(), 0, None);
    for &row in &rows {
        if pairs.len() >= limit || looked >= MAX_LOOKED_THROUGH {
            break;
        }
        (looked, last) = (looked + 1, Some(row));
        let Some(incident) = view.reader.incidents(&[snapshot.seq(row)])?.pop() else { continue };
        for (other, signs) in view.reader.likely_duplicates(snapshot, &incident, MAX_PAIRS)? {
            // Of two that are both selected the pair is told once, with the later one first.
            let is_told = snapshot
                .row_of_seq(other.seq)
                .is_some_and(|other| snapshot.page_order(other, row).is_lt() && selection.holds(other));
            if !is_told {
                pairs.push(json!({ "a": incident.headline(&signs)?, "b": other.headline(&signs)?, "signs": signs }));
            }
        }
    }
    let next = last.filter(|_| looked < rows.len()).map(|row| {
        let href = with_parameter(path, parameters, "after", &snapshot.after(row).to_string());
        json!({ "rel": "next", "href": href, "type": "application/json" })
    });
    let links: Vec<serde_json::Value> = next.into_iter().collect();
    Ok(json!({ "pairs": pairs, "numberReturned": pairs.len(), "looked_through": looked, "links": links }))
}
