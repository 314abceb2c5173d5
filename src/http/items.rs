//! `/layers/{layer}.geojson` and what else lists incidents one by one: pages, single features, ids, tables.

use super::answer::{GEOJSON, answer, answer_at_once, cached, etag_at, is_known, json_bytes, not_modified, timing};
use super::app::App;
use super::error::{ApiError, ParameterError};
use super::layers::{Layer, XLSX, asked, layer, percent_encoding};
use super::params::{MAX_LIMIT, Params};
use crate::incident::{IncidentId, UnknownWord};
use crate::layer::body::{Bodies, Body, Geometries};
use crate::layer::export::{Sheet, csv_line};
use crate::layer::{After, FeatureQuery, Row, Selection, Snapshot, export};
use crate::store::StoreError;
use actix_web::http::Method;
use actix_web::http::header::ContentEncoding;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::future::ready;
use futures_util::stream::{self, StreamExt};
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;

/// Incidents that are written to the client in one piece; the first piece is small, so that something comes at once.
const FIRST_ROWS: usize = 200;
const STREAM_ROWS: usize = 1_000;

/// Pieces of a stream that wait for a slow client.
const STREAM_PIECES: usize = 2;

/// Incidents on a page when no `limit` is given.
const USUAL_LIMIT: usize = 1_000;

/// Most ids on a page of ids: they are short.
const MAX_IDS: usize = 100_000;

/// `GET /layers/{layer}.geojson`
pub async fn items(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request.query_string(), true, &["limit", "after", "fields"])?;
    let query = params.feature_query()?;
    let limit = params.count("limit", MAX_LIMIT)?;
    let after: Option<After> = params.read("after")?;
    let geometries = geometries(&params)?;
    let snapshot = app.snapshot().await?;
    let layer = asked(&app, &snapshot, &id, &query).await?;
    match limit.or(after.map(|_| USUAL_LIMIT)) {
        Some(limit) => {
            let page = Page { limit, after, geometries, address: Address::of(&request) };
            answer(&app, &request, snapshot, GEOJSON, move |app, snapshot| {
                page.write(&layer.selected(app, snapshot, query)?)
            })
            .await
        }
        None => {
            let write = move |out: &mut Vec<u8>, is_first: bool, body: &Body<'_>| {
                if !is_first {
                    out.extend_from_slice(b",\n");
                }
                body.write_feature(out, geometries);
                Ok(())
            };
            let opening = |count: usize| {
                format!(
                    "{{\"type\":\"FeatureCollection\",\"numberMatched\":{count},\"numberReturned\":{count},\"features\":["
                )
                .into_bytes()
            };
            streamed(&app, &request, snapshot, Stream { layer, query, opening, write, closing: b"]}\n" }, GEOJSON, None)
                .await
        }
    }
}

fn geometries(params: &Params) -> Result<Geometries, ApiError> {
    match params.text("fields") {
        None => Ok(Geometries::Whole),
        Some("brief") => Ok(Geometries::Points),
        Some(other) => Err(ApiError::BadParameter {
            name: "fields",
            reason: ParameterError::Word(UnknownWord {
                value: other.to_owned(),
                what: "choice of fields",
                expected: &["brief"],
            }),
        }),
    }
}

/// `GET /layers/{layer}/unlocated.geojson`
pub async fn unlocated(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request.query_string(), true, &["limit", "after"])?;
    let query = params.feature_query()?;
    let page = Page {
        limit: params.count("limit", MAX_LIMIT)?.unwrap_or(USUAL_LIMIT),
        after: params.read("after")?,
        geometries: Geometries::Whole,
        address: Address::of(&request),
    };
    let snapshot = app.snapshot().await?;
    let layer = asked(&app, &snapshot, &id, &query).await?;
    answer(&app, &request, snapshot, GEOJSON, move |app, snapshot| {
        page.write(&layer.selected(app, snapshot, query)?.only_unlocated())
    })
    .await
}

/// `GET /layers/{layer}/ids.json`
pub async fn ids(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request.query_string(), true, &["limit", "after"])?;
    let query = params.feature_query()?;
    let limit = params.count("limit", MAX_IDS)?.unwrap_or(MAX_IDS);
    let after: Option<After> = params.read("after")?;
    let snapshot = app.snapshot().await?;
    let layer = asked(&app, &snapshot, &id, &query).await?;
    let address = Address::of(&request);
    answer(&app, &request, snapshot, "application/json", move |app, snapshot| {
        let selection = layer.selected(app, snapshot, query)?;
        let mut rows = selection.page(after, limit + 1);
        let links = address.links(snapshot, &mut rows, limit, "application/json");
        let ids: Vec<String> = rows.iter().map(|row| snapshot.id(*row).to_string()).collect();
        Ok(json_bytes(&json!({
            "numberMatched": selection.len(), "numberReturned": ids.len(), "links": links, "ids": ids,
        })))
    })
    .await
}

/// `GET /layers/{layer}/items/{id}`: one incident as a feature, by its id or, in the layer of a dataset, by the key of its row.
pub async fn item(
    app: Data<App>,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let params = Params::parse(request.query_string(), false, &["fields"])?;
    let geometries = geometries(&params)?;
    let (layer_id, id) = path.into_inner();
    let snapshot = app.snapshot().await?;
    let layer = layer(&app, &snapshot, &layer_id)?;
    let by_id = || id.parse::<IncidentId>().ok().and_then(|id| snapshot.row_of_id(id));
    let by_key = || {
        let datasets = layer.datasets(&snapshot).into_iter();
        let mut rows = datasets.filter_map(|name| snapshot.row_of_id(IncidentId::of_row(name, &id)));
        // Where several datasets may have it a key counts when only one does.
        rows.next().filter(|_| rows.next().is_none())
    };
    let mut of_layer = None;
    for row in [by_id(), by_key()].into_iter().flatten() {
        if layer.holds(&app, &snapshot, row).map_err(ApiError::from)? {
            of_layer = Some(row);
            break;
        }
    }
    let Some(row) = of_layer else {
        return Err(ApiError::NotFound { what: "incident", id });
    };
    // One short read: not worth the way to another thread.
    answer_at_once(&app, &request, snapshot, GEOJSON, |snapshot| {
        let mut feature = Vec::with_capacity(1_024);
        for body in Bodies::read(snapshot, &[row]).map_err(StoreError::SnapshotFile)?.iter() {
            body.write_feature(&mut feature, geometries);
        }
        Ok(feature)
    })
    .await
}

/// The address of a request, for links.
struct Address {
    own: String,
    path: String,
    query: String,
}

impl Address {
    fn of(request: &HttpRequest) -> Self {
        let own = request.uri().path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        Self { own, path: request.path().to_owned(), query: request.query_string().to_owned() }
    }

    /// Links to this page and the next one; of one row more than `limit` the last is only a sign that there is one.
    fn links(
        &self,
        snapshot: &Snapshot,
        rows: &mut Vec<Row>,
        limit: usize,
        media_type: &str,
    ) -> Vec<serde_json::Value> {
        let mut links = vec![json!({ "rel": "self", "href": self.own, "type": media_type })];
        if rows.len() > limit {
            rows.truncate(limit);
            if let Some(last) = rows.last() {
                let href = with_parameter(&self.path, &self.query, "after", &snapshot.after(*last).to_string());
                links.push(json!({ "rel": "next", "href": href, "type": media_type }));
            }
        }
        links
    }
}

/// An address with one parameter set.
pub(super) fn with_parameter(path: &str, query: &str, name: &str, value: &str) -> String {
    let mut kept = url::form_urlencoded::Serializer::new(String::new());
    for (known, value) in url::form_urlencoded::parse(query.as_bytes()).filter(|(known, _)| known != name) {
        kept.append_pair(&known, &value);
    }
    kept.append_pair(name, value);
    format!("{path}?{}", kept.finish())
}

struct Page {
    limit: usize,
    after: Option<After>,
    geometries: Geometries,
    address: Address,
}

impl Page {
    fn write(&self, selection: &Selection<'_>) -> Result<Vec<u8>, ApiError> {
        let snapshot = selection.snapshot();
        let mut rows = selection.page(self.after, self.limit + 1);
        let links = self.address.links(snapshot, &mut rows, self.limit, GEOJSON);
        let bodies = Bodies::read(snapshot, &rows).map_err(StoreError::SnapshotFile)?;
        let mut out = format!(
            "{{\"type\":\"FeatureCollection\",\"numberMatched\":{},\"numberReturned\":{},\"links\":{},\"features\":[",
            selection.len(),
            rows.len(),
            serde_json::Value::from(links)
        )
        .into_bytes();
        out.reserve(bodies.features_bytes());
        for (number, body) in bodies.iter().enumerate() {
            if number > 0 {
                out.extend_from_slice(b",\n");
            }
            body.write_feature(&mut out, self.geometries);
        }
        out.extend_from_slice(b"]}\n");
        Ok(out)
    }
}

/// A whole layer on its way to the client.
struct Stream<O, W> {
    layer: Layer,
    query: FeatureQuery,
    /// What comes before so many incidents.
    opening: O,
    write: W,
    closing: &'static [u8],
}

/// Writes all incidents that pass piece by piece in a thread of their own, as fast as the client takes them. What fails before the first
/// piece is an error like any other.
async fn streamed<O, W>(
    app: &App,
    request: &HttpRequest,
    snapshot: Arc<Snapshot>,
    stream: Stream<O, W>,
    media_type: &'static str,
    file_name: Option<String>,
) -> Result<HttpResponse, ApiError>
where
    O: FnOnce(usize) -> Vec<u8> + Send + 'static,
    W: FnMut(&mut Vec<u8>, bool, &Body<'_>) -> Result<(), StoreError> + Send + 'static,
{
    let etag = etag_at(app, snapshot.commit(), request);
    if is_known(request, &etag) {
        return Ok(not_modified(&etag));
    }
    let place = app.streams.place().ok_or(ApiError::Busy("too many whole layers are on their way already"))?;
    let began = Instant::now();
    let (sender, mut receiver) = tokio::sync::mpsc::channel::<Result<Bytes, StoreError>>(STREAM_PIECES);
    let app = app.clone();
    // A thread of its own: a slow client holds it for long, and those that work out answers are few.
    std::thread::spawn(move || {
        let _place = place;
        if let Err(error) = write_pieces(&app, &snapshot, stream, |piece| sender.blocking_send(Ok(piece)).is_ok()) {
            tracing::error!(%error, "a stream broke off");
            let _ = sender.blocking_send(Err(error));
        }
    });
    let first = receiver.recv().await.ok_or(ApiError::Stopping)??;
    let timing = timing(began);
    let further =
        stream::unfold(receiver, |mut receiver| async move { receiver.recv().await.map(|piece| (piece, receiver)) });
    let mut response = HttpResponse::Ok();
    cached(&mut response, &etag).content_type(media_type).insert_header(("Server-Timing", timing));
    if let Some(name) = file_name {
        response.insert_header(("Content-Disposition", format!("attachment; filename*=UTF-8''{name}")));
    }
    Ok(response.streaming(stream::once(ready(Ok(first))).chain(further)))
}

/// Gives the pieces of a stream to `send` until it says that nobody takes them any more.
fn write_pieces<O, W>(
    app: &App,
    snapshot: &Snapshot,
    stream: Stream<O, W>,
    send: impl Fn(Bytes) -> bool,
) -> Result<(), StoreError>
where
    O: FnOnce(usize) -> Vec<u8>,
    W: FnMut(&mut Vec<u8>, bool, &Body<'_>) -> Result<(), StoreError>,
{
    let Stream { layer, query, opening, mut write, closing } = stream;
    let selection = layer.selected(app, snapshot, query)?;
    let mut out = opening(selection.len());
    let (mut walk, mut is_first, mut rows_at_once) = (selection.walk(), true, FIRST_ROWS);
    loop {
        let rows = walk.next(rows_at_once);
        if rows.is_empty() {
            break;
        }
        let bodies = Bodies::read(snapshot, &rows).map_err(StoreError::SnapshotFile)?;
        out.reserve(bodies.features_bytes());
        for body in bodies.iter() {
            write(&mut out, is_first, &body)?;
            is_first = false;
        }
        if !send(Bytes::from(std::mem::take(&mut out))) {
            return Ok(());
        }
        rows_at_once = STREAM_ROWS;
    }
    out.extend_from_slice(closing);
    send(Bytes::from(out));
    Ok(())
}

/// The properties of an incident as a row of a table.
fn table_row(body: &Body<'_>, extra: &[String]) -> Result<Vec<String>, StoreError> {
    let damaged = |_| StoreError::Damaged { value: "something else".to_owned(), expected: "properties of a feature" };
    Ok(export::row(body.position(), &body.properties().map_err(damaged)?, extra))
}

/// The further columns of the imports that a selection comes from.
fn extra_columns(app: &App, selection: &Selection<'_>) -> Result<Vec<String>, StoreError> {
    app.store.reader()?.kept_columns(&selection.snapshot().import_ids(&selection.imports()))
}

/// `GET /layers/{layer}.csv`
pub async fn table(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let query = Params::parse(request.query_string(), true, &[])?.feature_query()?;
    let snapshot = app.snapshot().await?;
    let layer = asked(&app, &snapshot, &id, &query).await?;
    let (asked, asked_layer, asked_query) = (Arc::clone(&snapshot), layer.clone(), query.clone());
    let extra = app.ask(move |app| Ok(extra_columns(app, &asked_layer.selected(app, &asked, asked_query)?)?)).await?;
    let header = export::header(&extra);
    let write = move |out: &mut Vec<u8>, _: bool, body: &Body<'_>| {
        out.extend(csv_line(&table_row(body, &extra)?));
        Ok(())
    };
    let stream = Stream { layer, query, opening: move |_| csv_line(&header), write, closing: b"" };
    let name = format!("{}.csv", percent_encoding(&id));
    streamed(&app, &request, snapshot, stream, "text/csv; charset=utf-8", Some(name)).await
}

/// `GET /layers/{layer}.xlsx`
pub async fn workbook(app: Data<App>, id: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let query = Params::parse(request.query_string(), true, &[])?.feature_query()?;
    let snapshot = app.snapshot().await?;
    let layer = asked(&app, &snapshot, &id, &query).await?;
    let etag = etag_at(&app, snapshot.commit(), &request);
    if is_known(&request, &etag) {
        return Ok(not_modified(&etag));
    }
    let name = format!("{}.xlsx", percent_encoding(&id));
    let mut response = HttpResponse::Ok();
    cached(&mut response, &etag)
        .content_type(XLSX)
        // A workbook is packed already.
        .insert_header(ContentEncoding::Identity)
        .insert_header(("Content-Disposition", format!("attachment; filename*=UTF-8''{name}")));
    if request.method() == Method::HEAD {
        return Ok(response.finish());
    }
    let began = Instant::now();
    let bytes = app
        .ask(move |app| {
            let selection = layer.selected(app, &snapshot, query)?;
            let extra = extra_columns(app, &selection)?;
            let mut sheet = Sheet::new(selection.len(), &export::header(&extra))?;
            let mut walk = selection.walk();
            loop {
                let rows = walk.next(STREAM_ROWS);
                if rows.is_empty() {
                    break;
                }
                for body in Bodies::read(&snapshot, &rows).map_err(StoreError::SnapshotFile)?.iter() {
                    sheet.push(&table_row(&body, &extra)?)?;
                }
            }
            Ok(sheet.into_bytes()?)
        })
        .await?;
    Ok(response.insert_header(("Server-Timing", timing(began))).body(bytes))
}
