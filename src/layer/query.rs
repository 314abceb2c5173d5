//! The one filter of all outputs of a layer.

use super::world::Cell;
use crate::gazetteer::PlaceId;
use crate::geo::{Bbox, LonLat};
use crate::incident::{IncidentId, Precision, Status};
use crate::time::Interval;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Most words in one `q`.
pub const MAX_WORDS: usize = 16;

/// Which incidents of a layer are wanted. Everything that is `None` or empty lets all through; all that is set must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeatureQuery {
    /// Part of the geometry lies in the box; unlocated incidents pass, as OGC API - Features has it (/req/core/fc-bbox-response).
    pub bbox: Option<Bbox>,
    /// The position lies in this tile or cell: its western and northern edges belong to it. Unlocated incidents never pass.
    pub cell: Option<Cell>,
    /// Some minute of the incident lies in the span; undated incidents pass, as OGC API - Features has it (/req/core/fc-time-response).
    pub datetime: Option<Interval>,
    /// One of these; the empty name stands for incidents without category.
    pub categories: Vec<String>,
    /// The coarsest that passes; `Unlocated` lets all through.
    pub precision: Option<Precision>,
    /// One of these.
    pub statuses: Vec<Status>,
    /// Folded words; each begins a word of the incident, or is a form of one (see [`crate::text::stem`]).
    pub words: Option<Words>,
    /// At this place or inside it.
    pub place: Option<PlaceId>,
    /// At exactly this place.
    pub located_at: Option<LocatedAt>,
    /// Exact name of the source.
    pub source: Option<String>,
    /// Exact name of the dataset.
    pub dataset: Option<String>,
    /// The filter that makes the layer: both it and all of these must hold. It has no layer itself.
    pub of_layer: Option<Arc<FeatureQuery>>,
    /// Id of the import that brought it or changed it last.
    pub import: Option<String>,
}

impl FeatureQuery {
    /// All words that must be found: its own, then those of its layer.
    pub fn all_words(&self) -> impl Iterator<Item = &Words> {
        [Some(self), self.of_layer.as_deref()].into_iter().flatten().filter_map(|query| query.words.as_ref())
    }
}

/// Words to look for, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words(Vec<String>);

impl Words {
    /// The folded words of a query text.
    ///
    /// # Errors
    /// No letter or digit in it, or more than 16 words.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let words = crate::text::words(text);
        if words.is_empty() {
            return Err(QueryError::NoWords(text.to_owned()));
        }
        if words.len() > MAX_WORDS {
            return Err(QueryError::TooManyWords(words.len()));
        }
        Ok(Self(words))
    }

    /// The words.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }
}

/// The key of one marker: a gazetteer place, or a given position.
#[derive(Debug, Clone, PartialEq)]
pub enum LocatedAt {
    /// `place:ID`
    Place(PlaceId),
    /// `LON,LAT`
    Position(LonLat),
}

impl FromStr for LocatedAt {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        if let Some(id) = text.strip_prefix("place:") {
            return Ok(Self::Place(PlaceId(id.to_owned())));
        }
        let wrong = || QueryError::LocatedAt(text.to_owned());
        let (lon, lat) = text.split_once(',').ok_or_else(wrong)?;
        let number = |part: &str| part.trim().parse::<f64>().map_err(|_| wrong());
        LonLat::new(number(lon)?, number(lat)?).map(Self::Position).map_err(|_| wrong())
    }
}

impl fmt::Display for LocatedAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Place(id) => write!(f, "place:{id}"),
            Self::Position(at) => write!(f, "{},{}", at.lon, at.lat),
        }
    }
}

/// Where a page goes on: after this incident in the order newest first, undated last, then id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct After {
    /// Start of the last incident of the page before, in minutes of [`crate::time::minutes_of`]; `None` when undated.
    pub start: Option<i64>,
    /// Its id.
    pub id: IncidentId,
}

impl FromStr for After {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        let wrong = || QueryError::After(text.to_owned());
        let (start, id) = text.split_once('~').ok_or_else(wrong)?;
        let start = if start.is_empty() { None } else { Some(start.parse().map_err(|_| wrong())?) };
        Ok(Self { start, id: id.parse().map_err(|_| wrong())? })
    }
}

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(start) = self.start {
            write!(f, "{start}")?;
        }
        write!(f, "~{}", self.id)
    }
}

/// Why a text is not part of a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Nothing to look for.
    #[error("`{0}` has no letter or digit to look for")]
    NoWords(String),
    /// Too much to look for.
    #[error("{0} words are too many; at most {MAX_WORDS} are looked for at once")]
    TooManyWords(usize),
    /// Not the key of a marker.
    #[error("`{0}` is not a marker; expected `place:ID` or `LON,LAT` as in the `key` of places.geojson")]
    LocatedAt(String),
    /// Not a page mark.
    #[error("`{0}` is not the mark of a page; follow the `next` link of the page before")]
    After(String),
}
