//! `/layers`: the layers and their views.

use super::answer::{GEOJSON, cached, etag, is_known, json, not_modified};
use super::app::{App, View};
use super::error::{ApiError, ParameterError};
use super::params::{MAX_LIMIT, Params};
use crate::layer::export::{Sheet, csv_line};
use crate::layer::{
    After, FeatureQuery, LayerId, Row, Snapshot, areas, counts, export, feature, feature_geometry, histogram, places,
};
use crate::store::{StoreError, Stored};
use crate::time::from_minutes;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream;
use serde::Serialize;
use serde_json::json;

/// Incidents read from the store and written to the client in one piece.
const STREAM_ROWS: usize = 500;

/// Pieces of a stream that wait for a slow client.
const STREAM_PIECES: usize = 4;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Unlocated incidents on a page when no `limit` is given.
const USUAL_LIMIT: usize = 1_000;

/// A layer with the filter that makes it.
struct Layer {
    id: LayerId,
    title: Titles,
    filter: FeatureQuery,
}

#[derive(Serialize)]
struct Titles {
    ru: String,
    kk: String,
    en: String,
    uk: String,
}

fn layers_of(snapshot: &Snapshot) -> Vec<Layer> {
    let all = Layer {
        id: LayerId::incidents(),
        title: Titles {
            ru: "Все происшествия".to_owned(),
            kk: "Барлық оқиғалар".to_owned(),
            en: "All incidents".to_owned(),
            uk: "Усі події".to_owned(),
        },
        filter: FeatureQuery::default(),
    };
    let mut layers = vec![all];
    for dataset in snapshot.datasets() {
        let base = LayerId::of_dataset(dataset);
        // Two datasets may make the same id (`a b` and `a-b`): the later in order of name gets a number.
        let mut id = base.clone();
        let mut number = 2;
        while layers.iter().any(|layer| layer.id == id) {
            id = LayerId::from_address(&format!("{base}-{number}"));
            number += 1;
        }
        layers.push(Layer {
            id,
            title: Titles {
                ru: dataset.to_owned(),
                kk: dataset.to_owned(),
                en: dataset.to_owned(),
                uk: dataset.to_owned(),
            },
            filter: FeatureQuery { of_layer: Some(dataset.to_owned()), ..FeatureQuery::default() },
        });
    }
    layers
}

fn layer(snapshot: &Snapshot, id: &str) -> Result<Layer, ApiError> {
    layers_of(snapshot)
        .into_iter()
        .find(|layer| layer.id.as_str() == id)
        .ok_or_else(|| ApiError::NotFound { what: "layer", id: id.to_owned() })
}

/// The request's filter inside a layer.
fn inside(layer: &Layer, query: FeatureQuery) -> FeatureQuery {
    FeatureQuery { of_layer: layer.filter.of_layer.clone(), ..query }
}

fn selected(view: &View, layer: &Layer, query: FeatureQuery) -> Result<Vec<Row>, ApiError> {
    let query = inside(layer, query);
    let found = view.found(&query)?;
    Ok(view.snapshot.select(&query, found.as_ref()))
}

/// `GET /layers`
pub async fn list(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Params::parse(request.query_string(), false, &[])?;
    let view = app.ask(|app| Ok(app.view()?)).await?;
    let etag = etag(&app, view.snapshot.generation(), &request);
    if is_known(&request, &etag) {
        return Ok(not_modified(&etag));
    }
    let snapshot = &view.snapshot;
    let layers: Vec<serde_json::Value> = layers_of(snapshot)
        .into_iter()
        .map(|layer| {
            let rows = snapshot.select(&layer.filter, None);
            let (bbox, span) = snapshot.extent(&rows);
            let day = |minutes| from_minutes(minutes).date().to_string();
            let link = |rel: &str, suffix: &str, media_type: &str, title: &str| {
                let id = percent_encoding(layer.id.as_str());
                json!({ "rel": rel, "href": format!("/layers/{id}{suffix}"), "type": media_type, "title": title })
            };
            json!({
                "id": layer.id.as_str(),
                "title": layer.title,
                "count": rows.len(),
                "located": rows.iter().filter(|&&row| snapshot.position(row).is_some()).count(),
                "extent": {
                    "bbox": bbox.map(|bbox| bbox.to_array()),
                    "interval": span.map(|(first, last)| [day(first), day(last)]),
                },
                "links": [
                    link("items", ".geojson", GEOJSON, "Incidents"),
                    link("places", "/places.geojson", GEOJSON, "Places with counts"),
                    link("areas", "/areas.geojson", GEOJSON, "Districts, regions and countries with counts"),
                    link("unlocated", "/unlocated.geojson", GEOJSON, "Incidents without a location"),
                    link("histogram", "/histogram.json", "application/json", "Incidents over time"),
                    link("counts", "/counts.json", "application/json", "Counts by category, precision and outcome"),
                    link("export", ".csv", "text/csv", "Incidents as a table"),
                    link("export", ".xlsx", XLSX, "Incidents as a workbook"),
                ],
            })
        })
        .collect();
    Ok(json(cached(&mut HttpResponse::Ok(), &etag), "application/json", &json!({ "layers": layers })))
}

fn percent_encoding(segment: &str) -> String {
    url::form_urlencoded::byte_serialize(segment.as_bytes()).collect()
}

/// How geometries are written.
#[derive(Clone, Copy, PartialEq)]
enum Fields {
    All,
    Brief,
}

/// `GET /layers/{layer}.geojson`
pub async fn items(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request.query_string(), true, &["limit", "after", "fields"])?;
    let query = params.feature_query()?;
    let limit = params.count("limit", MAX_LIMIT)?;
    let after: Option<After> = params.read("after")?;
    let fields = fields(&params)?;
    let id = id.into_inner();
    let (view, rows) = app
        .ask(move |app| {
            let view = app.view()?;
            let rows = selected(&view, &layer(&view.snapshot, &id)?, query)?;
            Ok((view, rows))
        })
        .await?;
    let etag = etag(&app, view.snapshot.generation(), &request);
    if is_known(&request, &etag) {
        return Ok(not_modified(&etag));
    }
    match limit.or(after.map(|_| USUAL_LIMIT)) {
        Some(limit) => page(&app, view, rows, Page { limit, after, fields }, &request, &etag).await,
        None => {
            let seqs: Vec<i64> = rows.iter().map(|&row| view.snapshot.seq(row)).collect();
            let opening = format!(
                "{{\"type\":\"FeatureCollection\",\"numberMatched\":{0},\"numberReturned\":{0},\"features\":[",
                seqs.len()
            );
            let pieces = pieces(view, seqs, opening.into_bytes(), b"]}\n", move |out, first, stored| {
                if !first {
                    out.extend_from_slice(b",\n");
                }
                write_feature(out, stored, fields);
                Ok(())
            });
            Ok(cached(&mut HttpResponse::Ok(), &etag).content_type(GEOJSON).streaming(pieces))
        }
    }
}

fn fields(params: &Params) -> Result<Fields, ApiError> {
    match params.text("fields") {
        None => Ok(Fields::All),
        Some("brief") => Ok(Fields::Brief),
        Some(other) => Err(ApiError::BadParameter {
            name: "fields",
            reason: ParameterError::Word(crate::incident::UnknownWord {
                value: other.to_owned(),
                what: "choice of fields",
                expected: &["brief"],
            }),
        }),
    }
}

fn write_feature(out: &mut Vec<u8>, stored: &Stored, fields: Fields) {
    let point = stored.position.filter(|_| fields == Fields::Brief).map(feature_geometry);
    let geometry = point.as_deref().map(serde_json::value::RawValue::get).or(stored.geometry.as_deref());
    feature::write(out, &stored.id, geometry, &stored.properties);
}

/// `GET /layers/{layer}/unlocated.geojson`
pub async fn unlocated(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request.query_string(), true, &["limit", "after"])?;
    let query = params.feature_query()?;
    let limit = params.count("limit", MAX_LIMIT)?.unwrap_or(USUAL_LIMIT);
    let after: Option<After> = params.read("after")?;
    let id = id.into_inner();
    let (view, rows) = app
        .ask(move |app| {
            let view = app.view()?;
            let mut rows = selected(&view, &layer(&view.snapshot, &id)?, query)?;
            rows.retain(|&row| view.snapshot.position(row).is_none());
            Ok((view, rows))
        })
        .await?;
    let etag = etag(&app, view.snapshot.generation(), &request);
    if is_known(&request, &etag) {
        return Ok(not_modified(&etag));
    }
    page(&app, view, rows, Page { limit, after, fields: Fields::All }, &request, &etag).await
}

struct Page {
    limit: usize,
    after: Option<After>,
    fields: Fields,
}

async fn page(
    app: &App,
    view: View,
    rows: Vec<Row>,
    page: Page,
    request: &HttpRequest,
    etag: &str,
) -> Result<HttpResponse, ApiError> {
    let start = page.after.map_or(0, |after| view.snapshot.page_start(&rows, after));
    let end = rows.len().min(start + page.limit);
    let on_page = &rows[start..end];
    let next = (end < rows.len()).then(|| {
        let last = on_page.last().expect("a page before another one holds at least one row: `limit` is 1 or more");
        with_parameter(request, "after", &view.snapshot.after(*last).to_string())
    });
    let seqs: Vec<i64> = on_page.iter().map(|&row| view.snapshot.seq(row)).collect();
    let matched = rows.len();
    let fields = page.fields;
    let (features, returned) = app
        .ask(move |_| {
            let stored = view.reader.incidents(&seqs)?;
            let mut out = Vec::new();
            for (number, stored) in stored.iter().enumerate() {
                if number > 0 {
                    out.extend_from_slice(b",\n");
                }
                write_feature(&mut out, stored, fields);
            }
            Ok((out, stored.len()))
        })
        .await?;
    let mut links = vec![json!({ "rel": "self", "href": own_address(request), "type": GEOJSON })];
    links.extend(next.map(|href| json!({ "rel": "next", "href": href, "type": GEOJSON })));
    let mut body = format!(
        "{{\"type\":\"FeatureCollection\",\"numberMatched\":{matched},\"numberReturned\":{returned},\"links\":{},\"features\":[",
        serde_json::Value::from(links)
    )
    .into_bytes();
    body.extend_from_slice(&features);
    body.extend_from_slice(b"]}\n");
    Ok(cached(&mut HttpResponse::Ok(), etag).content_type(GEOJSON).body(body))
}

fn own_address(request: &HttpRequest) -> String {
    request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

/// The request's own address with one parameter set.
pub(super) fn with_parameter(request: &HttpRequest, name: &str, value: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (known, kept) in url::form_urlencoded::parse(request.query_string().as_bytes()).filter(|(n, _)| n != name) {
        query.append_pair(&known, &kept);
    }
    query.append_pair(name, value);
    format!("{}?{}", request.path(), query.finish())
}

/// Reads incidents piece by piece in a thread of their own, inside the view's read transaction, as fast as the client takes them.
fn pieces(
    view: View,
    seqs: Vec<i64>,
    opening: Vec<u8>,
    closing: &'static [u8],
    mut write: impl FnMut(&mut Vec<u8>, bool, &Stored) -> Result<(), StoreError> + Send + 'static,
) -> impl futures_util::Stream<Item = Result<Bytes, StoreError>> {
    let (sender, receiver) = tokio::sync::mpsc::channel::<Result<Bytes, StoreError>>(STREAM_PIECES);
    tokio::task::spawn_blocking(move || {
        let mut out = opening;
        let mut first = true;
        for seqs in seqs.chunks(STREAM_ROWS) {
            let piece = view.reader.incidents(seqs).and_then(|stored| {
                for stored in &stored {
                    write(&mut out, first, stored)?;
                    first = false;
                }
                Ok(Bytes::from(std::mem::take(&mut out)))
            });
            let failed = piece.is_err();
            if let Err(error) = &piece {
                tracing::error!(%error, "a stream broke off");
            }
            // A client that went away closes the channel; then there is nobody to write for.
            if sender.blocking_send(piece).is_err() || failed {
                return;
            }
        }
        out.extend_from_slice(closing);
        let _ = sender.blocking_send(Ok(Bytes::from(out)));
    });
    stream::unfold(receiver, |mut receiver| async move { receiver.recv().await.map(|piece| (piece, receiver)) })
}

/// What a table of the selected incidents is made of: the view, their numbers, and the names of further columns.
type TableRows = (View, Vec<i64>, Vec<String>);

async fn table_rows(app: &App, id: String, request: &HttpRequest) -> Result<TableRows, ApiError> {
    let params = Params::parse(request.query_string(), true, &[])?;
    let query = params.feature_query()?;
    app.ask(move |app| {
        let view = app.view()?;
        let rows = selected(&view, &layer(&view.snapshot, &id)?, query)?;
        let extra = view.reader.kept_columns(&view.snapshot.imports(&rows))?;
        let seqs = rows.iter().map(|&row| view.snapshot.seq(row)).collect();
        Ok((view, seqs, extra))
    })
    .await
}

/// `GET /layers/{layer}.xlsx`
pub async fn workbook(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let id = id.into_inner();
    let name = format!("{}.xlsx", percent_encoding(&id));
    let (view, seqs, extra) = table_rows(&app, id, &request).await?;
    let etag = etag(&app, view.snapshot.generation(), &request);
    if is_known(&request, &etag) {
        return Ok(not_modified(&etag));
    }
    let bytes = app
        .ask(move |_| {
            let mut sheet = Sheet::new(seqs.len(), &export::header(&extra))?;
            for seqs in seqs.chunks(STREAM_ROWS) {
                for stored in view.reader.incidents(seqs)? {
                    sheet.push(&stored.table_row(&extra)?)?;
                }
            }
            Ok(sheet.into_bytes()?)
        })
        .await?;
    Ok(cached(&mut HttpResponse::Ok(), &etag)
        .content_type(XLSX)
        .insert_header(("Content-Disposition", format!("attachment; filename*=UTF-8''{name}")))
        .body(bytes))
}

/// `GET /layers/{layer}.csv`
pub async fn table(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let id = id.into_inner();
    let name = format!("{}.csv", percent_encoding(&id));
    let (view, seqs, extra) = table_rows(&app, id, &request).await?;
    let etag = etag(&app, view.snapshot.generation(), &request);
    if is_known(&request, &etag) {
        return Ok(not_modified(&etag));
    }
    let pieces = pieces(view, seqs, csv_line(&export::header(&extra)), b"", move |out, _, stored| {
        out.extend(csv_line(&stored.table_row(&extra)?));
        Ok(())
    });
    Ok(cached(&mut HttpResponse::Ok(), &etag)
        .content_type("text/csv; charset=utf-8")
        .insert_header(("Content-Disposition", format!("attachment; filename*=UTF-8''{name}")))
        .streaming(pieces))
}

/// Answers with a view that is worked out from the selected rows.
async fn derived<T: Serialize + Send + 'static>(
    app: &App,
    id: String,
    request: &HttpRequest,
    own: &[&'static str],
    media_type: &str,
    derive: impl FnOnce(&View, &Layer, Params, FeatureQuery) -> Result<T, ApiError> + Send + 'static,
) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request.query_string(), true, own)?;
    let query = params.feature_query()?;
    let (app_, request_) = (app.clone(), request.clone());
    let view = app.ask(|app| Ok(app.view()?)).await?;
    let etag = etag(&app_, view.snapshot.generation(), &request_);
    let layer = layer(&view.snapshot, &id)?;
    if is_known(request, &etag) {
        return Ok(not_modified(&etag));
    }
    let value = app.ask(move |_| derive(&view, &layer, params, query)).await?;
    Ok(json(cached(&mut HttpResponse::Ok(), &etag), media_type, &value))
}

#[derive(Serialize)]
struct Collection<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    features: Vec<T>,
}

impl<T> Collection<T> {
    fn new(features: Vec<T>) -> Self {
        Self { kind: "FeatureCollection", features }
    }
}

/// `GET /layers/{layer}/places.geojson`
pub async fn places_view(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    derived(&app, id.into_inner(), &request, &[], GEOJSON, |view, layer, _, query| {
        Ok(Collection::new(places::places(&view.snapshot, &selected(view, layer, query)?)))
    })
    .await
}

/// `GET /layers/{layer}/areas.geojson`
pub async fn areas_view(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    derived(&app, id.into_inner(), &request, &[], GEOJSON, |view, layer, _, query| {
        Ok(Collection::new(areas::areas(&view.snapshot, &selected(view, layer, query)?)))
    })
    .await
}

/// `GET /layers/{layer}/histogram.json`
pub async fn histogram_view(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    derived(&app, id.into_inner(), &request, &["unit"], "application/json", |view, layer, params, query| {
        let unit = params.read("unit")?;
        histogram::histogram(&view.snapshot, &selected(view, layer, query)?, unit)
            .map_err(|error| ApiError::BadParameter { name: "unit", reason: error.into() })
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
    let next_page = with_parameter(&request, "after", "");
    derived(
        &app,
        id.into_inner(),
        &request,
        &["limit", "after"],
        "application/json",
        move |view, layer, params, query| {
            let limit = params.count("limit", MAX_PAIRS)?.unwrap_or(USUAL_PAIRS);
            let after: Option<After> = params.read("after")?;
            let rows = selected(view, layer, query)?;
            let start = after.map_or(0, |after| view.snapshot.page_start(&rows, after));
            let (mut pairs, mut looked, mut last) = (Vec::new(), 0, None);
            for &row in &rows[start..] {
                if pairs.len() >= limit || looked >= MAX_LOOKED_THROUGH {
                    break;
                }
                (looked, last) = (looked + 1, Some(row));
                let Some(incident) = view.reader.incidents(&[view.snapshot.seq(row)])?.pop() else { continue };
                for (other, signs) in view.reader.likely_duplicates(&view.snapshot, &incident, MAX_PAIRS)? {
                    // Of two that are both selected the pair is told once, with the later one first.
                    let is_told = view
                        .snapshot
                        .row_of(other.seq)
                        .is_some_and(|other| other < row && rows.binary_search(&other).is_ok());
                    if !is_told {
                        pairs.push(
                            json!({ "a": incident.headline(&signs)?, "b": other.headline(&signs)?, "signs": signs }),
                        );
                    }
                }
            }
            let next = last.filter(|_| start + looked < rows.len()).map(|row| {
                let href = format!("{next_page}{}", view.snapshot.after(row));
                json!({ "rel": "next", "href": href, "type": "application/json" })
            });
            let links: Vec<serde_json::Value> = next.into_iter().collect();
            Ok(json!({ "pairs": pairs, "numberReturned": pairs.len(), "looked_through": looked, "links": links }))
        },
    )
    .await
}

/// `GET /layers/{layer}/counts.json`
pub async fn counts_view(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    derived(&app, id.into_inner(), &request, &[], "application/json", |view, layer, _, query| {
        let query = inside(layer, query);
        let found = view.found(&query)?;
        Ok(counts::counts(&view.snapshot, &layer.filter, &query, found.as_ref()))
    })
    .await
}
