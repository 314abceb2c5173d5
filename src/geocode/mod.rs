//! From words to a place: mention, candidates, resolution.
//!
//! Values in, values out; every decision can be explained by the [`Resolution`] it gives. Read [`Request`] and [`Resolution`] first.

mod address;
mod adjective;
mod answer;
mod attach;
mod beside;
mod disguise;
mod district;
pub mod evaluate;
mod everyday;
mod full_name;
mod institution;
mod kind_phrase;
mod kind_word;
mod language;
mod latin_ending;
mod list;
mod little_known;
mod mention;
mod misspelt;
mod named_after;
mod nature;
mod no_place;
mod offset_after;
mod part_of_name;
mod person;
mod placed;
pub mod question;
mod relation;
mod resolve;
mod role;
mod saying;
mod sports_team;
mod surroundings;
mod typo;
mod weigh;
mod word_list;

pub use answer::{Answer, FlatCandidate};

use crate::gazetteer::{Gazetteer, PlaceId, PlaceKind};
use crate::geo::LonLat;
use crate::incident::{Method, Precision, Status};
use crate::text::without_entities;
use crate::time::Occurred;
use serde::Serialize;
use std::sync::Arc;

/// Finds places by their names in a gazetteer.
#[derive(Debug)]
pub struct Geocoder {
    gazetteer: Arc<Gazetteer>,
    kind_words: kind_word::KindWords,
}

/// Longest text or column that is looked at, in characters; the rest is not a place name.
pub const MAX_TEXT_CHARS: usize = 1_000;

impl Geocoder {
    /// A geocoder over a gazetteer.
    #[must_use]
    pub fn new(gazetteer: Arc<Gazetteer>) -> Self {
        Self { kind_words: kind_word::KindWords::new(), gazetteer }
    }

    /// Its gazetteer.
    #[must_use]
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// What the words mean, and why. The same question gives the same answer.
    #[must_use]
    pub fn geocode(&self, request: &Request) -> Resolution {
        let texts = [&request.text, &request.context.city, &request.context.region, &request.context.country];
        if texts.iter().any(|text| text.contains('&')) {
            let [text, city, region, country] = texts.map(|text| without_entities(text).into_owned());
            let context = Context { city, region, country };
            return self.geocode_plain(&Request { text, context, occurred: request.occurred });
        }
        self.geocode_plain(request)
    }

    /// The same for words without HTML entities.
    fn geocode_plain(&self, request: &Request) -> Resolution {
        let texts = [&request.text, &request.context.city, &request.context.region, &request.context.country];
        // No text has more characters than bytes.
        if texts.iter().all(|text| text.len() <= MAX_TEXT_CHARS) {
            return resolve::resolve(self, request);
        }
        let [text, city, region, country] = texts.map(|text| text.chars().take(MAX_TEXT_CHARS).collect());
        let context = Context { city, region, country };
        resolve::resolve(self, &Request { text, context, occurred: request.occurred })
    }
}

/// What is asked: the words of a place and what is known around them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Request {
    /// The words, as written.
    pub text: String,
    /// What the other columns of the row say.
    pub context: Context,
    /// When it happened; decides between names and containing places of different times.
    pub occurred: Option<Occurred>,
}

/// The row's own columns around the place words; empty where unknown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Context {
    /// City, town or village.
    pub city: String,
    /// Region or district.
    pub region: String,
    /// Country.
    pub country: String,
}

/// A place that the words may mean.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// Which place.
    pub place_id: PlaceId,
    /// Its Russian name, or the first it has.
    pub name: String,
    /// What it is.
    pub kind: PlaceKind,
    /// Its position.
    pub position: LonLat,
    /// Share of right answers among answers with this score, 0 to 1.
    pub score: f64,
    /// The name that was found.
    pub toponym: String,
    /// Why it is a candidate and why it was or was not chosen.
    pub reason: String,
}

/// The answer, with everything that explains it.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolution {
    /// The outcome.
    pub status: Status,
    /// The place; for an ambiguous answer what the candidates share, if anything.
    pub place_id: Option<PlaceId>,
    /// The places that contain `place_id` on the incident's day, country first, `place_id` itself last.
    pub path: Vec<PlaceId>,
    /// How the location was found; `None` when there is none.
    pub method: Option<Method>,
    /// What the location stands for.
    pub precision: Precision,
    /// Metres; `None` when there is no location.
    pub uncertainty_m: Option<f64>,
    /// The location; `None` when there is none.
    pub position: Option<LonLat>,
    /// Share of right answers among answers with this score, 0 to 1; 0 when unresolved.
    pub score: f64,
    /// The gazetteer name that was found.
    pub toponym: String,
    /// The words of the request that named it.
    pub surface: String,
    /// What was done, in order, one short English sentence fragment each.
    pub rules: Vec<String>,
    /// The places considered, best first, at most [`MAX_CANDIDATES`].
    pub candidates: Vec<Candidate>,
}

/// How many candidates an answer lists.
pub const MAX_CANDIDATES: usize = 10;

impl Resolution {
    /// No place, for the reasons given.
    #[must_use]
    pub fn unresolved(rules: Vec<String>) -> Self {
        Self {
            status: Status::Unresolved,
            place_id: None,
            path: Vec::new(),
            method: None,
            precision: Precision::Unlocated,
            uncertainty_m: None,
            position: None,
            score: 0.0,
            toponym: String::new(),
            surface: String::new(),
            rules,
            candidates: Vec::new(),
        }
    }

    /// Coordinates stood in the report and are taken as they are; position and uncertainty are left to the report.
    #[must_use]
    pub fn given() -> Self {
        Self {
            status: Status::Resolved,
            method: Some(Method::Given),
            precision: Precision::Point,
            score: 1.0,
            rules: vec!["coordinates stood in the row".to_owned()],
            ..Self::unresolved(Vec::new())
        }
    }
}
