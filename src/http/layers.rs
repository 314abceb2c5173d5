//! `/layers`: which layers there are.

use super::answer::{GEOJSON, answer, json_bytes};
use super::app::App;
use super::error::{ApiError, ParameterError};
use super::params::Params;
use crate::layer::extent::{Extent, Extents, extent, extents};
use crate::layer::{FeatureQuery, LayerId, LocatedAt, Row, Selection, Snapshot};
use crate::store::{JobId, StoreError};
use crate::time::from_minutes;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;
use std::sync::Arc;

pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub(super) const MVT: &str = "application/vnd.mapbox-vector-tile";

/// A layer with the filter that makes it.
#[derive(Clone)]
pub(super) struct Layer {
    id: LayerId,
    kind: LayerKind,
}

#[derive(Clone)]
enum LayerKind {
    /// All incidents.
    All,
    /// Those of a dataset.
    Dataset(Arc<FeatureQuery>),
    /// What the operator named, by its number in the settings.
    Named(Arc<FeatureQuery>, usize),
}

fn layers_of(app: &App, snapshot: &Snapshot) -> Vec<Layer> {
    let mut layers = vec![Layer { id: LayerId::incidents(), kind: LayerKind::All }];
    layers.extend(app.settings.named_layers.iter().enumerate().map(|(number, named)| Layer {
        id: named.id.clone(),
        kind: LayerKind::Named(Arc::clone(&named.filter), number),
    }));
    for dataset in snapshot.datasets() {
        let base = LayerId::of_dataset(dataset);
        // Two datasets may make the same id (`a b` and `a-b`): the later in order of name gets a number.
        let mut id = base.clone();
        let mut number = 2;
        while layers.iter().any(|layer| layer.id == id) {
            id = LayerId::from_address(&format!("{base}-{number}"));
            number += 1;
        }
        let filter = FeatureQuery { dataset: Some(dataset.to_owned()), ..FeatureQuery::default() };
        layers.push(Layer { id, kind: LayerKind::Dataset(Arc::new(filter)) });
    }
    layers
}

/// The layer with this id.
pub(super) fn layer(app: &App, snapshot: &Snapshot, id: &str) -> Result<Layer, ApiError> {
    if id == LayerId::INCIDENTS {
        return Ok(Layer { id: LayerId::incidents(), kind: LayerKind::All });
    }
    layers_of(app, snapshot)
        .into_iter()
        .find(|layer| layer.id.as_str() == id)
        .ok_or_else(|| ApiError::NotFound { what: "layer", id: id.to_owned() })
}

/// The layer with this id, for a request with this filter.
///
/// # Errors
/// There is no such layer; or the filter names an import, a place or a dataset that there is not. Sources and categories are any text:
/// one that no incident has leaves none.
pub(super) async fn asked(app: &App, snapshot: &Snapshot, id: &str, query: &FeatureQuery) -> Result<Layer, ApiError> {
    let layer = layer(app, snapshot, id)?;
    let unknown = |name, what, value: &str| {
        let reason = ParameterError::Unknown { what, value: value.to_owned() };
        Err(ApiError::BadParameter { name, reason })
    };
    if let Some(dataset) = &query.dataset
        && !snapshot.datasets().contains(&dataset.as_str())
    {
        return unknown("dataset", "dataset", dataset);
    }
    let at = match &query.located_at {
        Some(LocatedAt::Place(id)) => Some(id),
        Some(LocatedAt::Position(_)) | None => None,
    };
    for (name, place) in [("place", query.place.as_ref()), ("located_at", at)] {
        // One without incidents is in the gazetteer only.
        if let Some(id) = place
            && !snapshot.has_place(id)
            && app.geocoder.gazetteer().place(id).is_none()
        {
            return unknown(name, "place", &id.0);
        }
    }
    if let Some(import) = &query.import
        && !snapshot.has_import(import)
    {
        let id = JobId::from_text(import);
        if app.ask(move |app| Ok(app.store.reader()?.job(&id)?)).await?.is_none() {
            return unknown("import", "import", import);
        }
    }
    Ok(layer)
}

impl Layer {
    pub(super) fn id(&self) -> &LayerId {
        &self.id
    }

    /// What it holds; `None` is everything.
    fn filter(&self) -> Option<&Arc<FeatureQuery>> {
        match &self.kind {
            LayerKind::All => None,
            LayerKind::Dataset(filter) | LayerKind::Named(filter, _) => Some(filter),
        }
    }

    /// Its dataset, when it is the layer of one.
    fn dataset(&self) -> Option<&str> {
        match &self.kind {
            LayerKind::Dataset(filter) => filter.dataset.as_deref(),
            LayerKind::All | LayerKind::Named(..) => None,
        }
    }

    /// Its name in each language of the page; a dataset is called as its file is.
    fn titles(&self, app: &App) -> serde_json::Value {
        match (&self.kind, self.dataset()) {
            (LayerKind::Named(_, number), _) => json!(app.settings.named_layers[*number].titles),
            (_, Some(dataset)) => json!({ "ru": dataset, "kk": dataset, "en": dataset, "uk": dataset }),
            (_, None) => json!({
                "ru": "Все события", "kk": "Барлық оқиғалар", "en": "All incidents", "uk": "Усі події",
            }),
        }
    }

    /// The datasets that its incidents may be of.
    pub(super) fn datasets<'a>(&'a self, snapshot: &'a Snapshot) -> Vec<&'a str> {
        self.dataset().map_or_else(|| snapshot.datasets(), |own| vec![own])
    }

    /// Whether one of its incidents is in this row.
    pub(super) fn holds(&self, app: &App, snapshot: &Snapshot, row: Row) -> Result<bool, StoreError> {
        match &self.kind {
            LayerKind::All => Ok(true),
            LayerKind::Dataset(_) => Ok(self.dataset() == Some(snapshot.dataset(row))),
            LayerKind::Named(..) => Ok(self.selected(app, snapshot, FeatureQuery::default())?.holds(row)),
        }
    }

    /// How many it holds, where and when, of what was counted for the whole snapshot and each dataset.
    pub(super) fn extent(&self, app: &App, snapshot: &Snapshot, counted: &Extents) -> Result<Extent, StoreError> {
        let (whole, by_dataset) = counted;
        match (&self.kind, self.dataset()) {
            (LayerKind::Named(..), _) => Ok(extent(&self.selected(app, snapshot, FeatureQuery::default())?)),
            (_, Some(dataset)) => Ok(by_dataset.get(dataset).copied().unwrap_or_default()),
            (_, None) => Ok(*whole),
        }
    }

    /// The request's filter inside the layer.
    pub(super) fn inside(&self, query: FeatureQuery) -> FeatureQuery {
        FeatureQuery { of_layer: self.filter().cloned(), ..query }
    }

    /// The incidents of the layer that pass the request's filter.
    pub(super) fn selected<'s>(
        &self,
        app: &App,
        snapshot: &'s Snapshot,
        query: FeatureQuery,
    ) -> Result<Selection<'s>, StoreError> {
        let query = self.inside(query);
        let found = app.found(snapshot, &query)?;
        Ok(snapshot.select(&query, &found))
    }
}

/// `GET /layers`
pub async fn list(app: Data<App>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    Params::parse(request.query_string(), false, &[])?;
    let snapshot = app.snapshot().await?;
    answer(&app, &request, snapshot, "application/json", |app, snapshot| {
        let counted = extents(snapshot);
        let mut layers = Vec::new();
        for layer in layers_of(app, snapshot) {
            let extent = layer.extent(app, snapshot, &counted)?;
            layers.push(described(app, &layer, extent));
        }
        Ok(json_bytes(&json!({ "layers": layers })))
    })
    .await
}

fn described(app: &App, layer: &Layer, extent: Extent) -> serde_json::Value {
    let day = |minutes| from_minutes(minutes).date().to_string();
    let link = |rel: &str, suffix: &str, media_type: &str, title: &str| {
        let id = percent_encoding(layer.id.as_str());
        json!({ "rel": rel, "href": format!("/layers/{id}{suffix}"), "type": media_type, "title": title })
    };
    json!({
        "id": layer.id.as_str(),
        "title": layer.titles(app),
        "count": extent.count,
        "located": extent.located,
        "extent": {
            "bbox": extent.bbox.map(|bbox| bbox.to_array()),
            "interval": extent.span.map(|(first, last)| [day(first), day(last)]),
        },
        "links": [
            link("items", ".geojson", GEOJSON, "Incidents"),
            link("ids", "/ids.json", "application/json", "Ids of incidents"),
            link("places", "/places.geojson", GEOJSON, "Places with counts"),
            link("clusters", "/clusters.geojson", GEOJSON, "Clusters of a part of the map"),
            link("areas", "/areas.geojson", GEOJSON, "Districts, regions and countries with counts"),
            link("unlocated", "/unlocated.geojson", GEOJSON, "Incidents without a location"),
            link("histogram", "/histogram.json", "application/json", "Incidents over time"),
            link("counts", "/counts.json", "application/json", "Counts by category, precision and outcome"),
            link("tiles", "/tiles.json", "application/json", "Vector tiles"),
            link("export", ".csv", "text/csv", "Incidents as a table"),
            link("export", ".xlsx", XLSX, "Incidents as a workbook"),
        ],
    })
}

pub(super) fn percent_encoding(segment: &str) -> String {
    url::form_urlencoded::byte_serialize(segment.as_bytes()).collect()
}
