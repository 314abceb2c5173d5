//! A place as the map draws it.

use crate::gazetteer::{NameStatus, Place, PlaceId, PlaceKind, Toponym};
use crate::geo::{LonLat, Shape};
use crate::incident::{Language, Precision};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::geometry::{geojson_of, shape_of};

/// The names of today, one for each language that has one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// Russian.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ru: Option<String>,
    /// Kazakh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kk: Option<String>,
    /// English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    /// Ukrainian.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uk: Option<String>,
}

impl Names {
    /// The official names of a gazetteer entry.
    #[must_use]
    pub fn of(place: Place<'_>) -> Self {
        let official = |language| {
            let is_official =
                |toponym: &Toponym<&str>| toponym.status == NameStatus::Official && toponym.language == language;
            place.toponyms().find(is_official).map(|toponym| toponym.name.to_owned())
        };
        Self {
            ru: official(Language::Ru),
            kk: official(Language::Kk),
            en: official(Language::En),
            uk: official(Language::Uk),
        }
    }

    /// The Russian name, else the first there is.
    #[must_use]
    pub fn first(&self) -> &str {
        [&self.ru, &self.kk, &self.en, &self.uk].into_iter().flatten().next().map_or("", String::as_str)
    }
}

/// What is kept of a gazetteer entry beside the incidents, so that the map stays the same when the gazetteer file changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DrawnPlace {
    /// Identity in its gazetteer.
    pub id: PlaceId,
    /// What it is.
    pub kind: PlaceKind,
    /// Its names of today.
    pub names: Names,
    /// The position that stands for it.
    pub position: LonLat,
    /// How far from the position something reported there may be, metres.
    pub uncertainty_m: f64,
    /// Inhabitants, where the gazetteer knows them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<u64>,
    /// GeoJSON geometry of a feature located there: line, area, or point.
    pub geometry: Box<RawValue>,
    /// The area that a settlement covers, where the gazetteer has it: not drawn of what is reported there, but of what it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outline: Option<Box<RawValue>>,
}

impl DrawnPlace {
    /// What is kept of a gazetteer entry.
    #[must_use]
    pub fn of(place: Place<'_>) -> Self {
        let geometry = match place.drawn_shape() {
            Some(shape) => geojson_of(&shape),
            None => super::feature_geometry(place.position()),
        };
        Self {
            id: place.place_id(),
            kind: place.kind(),
            names: Names::of(place),
            position: place.position(),
            uncertainty_m: place.uncertainty_m(),
            population: place.population(),
            geometry,
            outline: place.outline().filter(|_| place.kind().is_settlement()).map(|shape| geojson_of(&shape)),
        }
    }

    /// What a location there stands for.
    #[must_use]
    pub fn precision(&self) -> Precision {
        self.kind.precision()
    }

    /// The line or area, unless it is drawn at its position.
    #[must_use]
    pub fn shape(&self) -> Option<Shape> {
        shape_of(&self.geometry)
    }
}

impl PartialEq for DrawnPlace {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
            && self.kind == other.kind
            && self.names == other.names
            && self.position == other.position
            && self.uncertainty_m == other.uncertainty_m
            && self.population == other.population
            && self.geometry.get() == other.geometry.get()
            && self.outline.as_ref().map(|outline| outline.get()) == other.outline.as_ref().map(|outline| outline.get())
    }
}
