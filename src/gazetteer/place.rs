//! A gazetteer entry and its names.

use crate::geo::{Bbox, LonLat, Shape, circle};
use crate::incident::{Language, Precision, UnknownWord, words};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Identity of a place inside its gazetteer, for instance `kz-city-aktau`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlaceId(pub String);

impl fmt::Display for PlaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a place is. The order is from large to small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the field's own words; data/README.md describes each")]
pub enum PlaceKind {
    Country,
    Region,
    District,
    City,
    Town,
    Village,
    CityDistrict,
    Quarter,
    Microdistrict,
    Street,
    Square,
    Station,
    Airport,
    Park,
    Market,
    Building,
}

words!(PlaceKind, "kind of place", {
    Country => "country", Region => "region", District => "district", City => "city", Town => "town",
    Village => "village", CityDistrict => "city_district", Quarter => "quarter", Microdistrict => "microdistrict",
    Street => "street", Square => "square", Station => "station", Airport => "airport", Park => "park",
    Market => "market", Building => "building",
});

impl PlaceKind {
    /// What a location at such a place stands for.
    #[must_use]
    pub fn precision(self) -> Precision {
        match self {
            Self::Country => Precision::Country,
            Self::Region => Precision::Region,
            Self::District => Precision::District,
            Self::City | Self::Town | Self::Village => Precision::Settlement,
            Self::CityDistrict | Self::Quarter | Self::Microdistrict => Precision::Quarter,
            Self::Street => Precision::Street,
            Self::Square | Self::Station | Self::Airport | Self::Park | Self::Market => Precision::Site,
            Self::Building => Precision::Point,
        }
    }

    /// Whether people live there as in a town: city, town or village.
    #[must_use]
    pub fn is_settlement(self) -> bool {
        matches!(self, Self::City | Self::Town | Self::Village)
    }
}

/// The standing of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NameStatus {
    /// The official name of today.
    Official,
    /// An abbreviation in common use.
    Short,
    /// Also in use: another spelling, the common speech.
    Alternative,
    /// The official name of another time.
    Former,
}

words!(NameStatus, "status of a name", {
    Official => "official", Short => "short", Alternative => "alternative", Former => "former",
});

/// Days of validity, both included; `None` is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Validity {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
}

impl Validity {
    /// Whether the day lies inside.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// One name of a place, without its kind word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toponym {
    /// The name.
    pub name: String,
    /// Its language.
    pub language: Language,
    /// Its standing.
    pub status: NameStatus,
    /// When it was in force.
    pub validity: Validity,
}

/// A containing place and when it contained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// Which place.
    pub id: PlaceId,
    /// When.
    pub validity: Validity,
}

/// A gazetteer entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Identity.
    pub id: PlaceId,
    /// What it is.
    pub kind: PlaceKind,
    /// All its names; the official one of each language comes first.
    pub toponyms: Vec<Toponym>,
    /// The smallest containing place of today first, then former ones. Empty for countries.
    pub parents: Vec<Parent>,
    /// A position inside that stands for it.
    pub position: LonLat,
    /// How far from `position` something reported there may be, metres.
    pub uncertainty_m: f64,
    /// People.
    pub population: Option<u64>,
    /// When it existed as such.
    pub validity: Validity,
    /// The line of a street, the outline of an area.
    pub shape: Option<Shape>,
    /// Where the entry comes from.
    pub source: String,
}

impl Place {
    /// The name of today in `language`; when there is none, the first official name.
    #[must_use]
    pub fn name(&self, language: Language) -> &str {
        let official = |toponym: &&Toponym| toponym.status == NameStatus::Official;
        self.toponyms
            .iter()
            .find(|toponym| official(toponym) && toponym.language == language)
            .or_else(|| self.toponyms.iter().find(official))
            .or_else(|| self.toponyms.first())
            .map_or(self.id.0.as_str(), |toponym| toponym.name.as_str())
    }

    /// The place that contained it on `day`; today's when no day is given or none of that day is known.
    #[must_use]
    pub fn parent_on(&self, day: Option<Date>) -> Option<&PlaceId> {
        day.and_then(|day| self.parents.iter().rev().find(|parent| parent.validity.covers(day)))
            .or_else(|| self.parents.first())
            .map(|parent| &parent.id)
    }

    /// What is drawn for something reported there: the shape; for an area without one the circle of its uncertainty;
    /// `None` for what is drawn at its position.
    #[must_use]
    pub fn drawn_shape(&self) -> Option<Shape> {
        match (&self.shape, self.kind) {
            (Some(shape), _) => Some(shape.clone()),
            (None, PlaceKind::District | PlaceKind::Region | PlaceKind::Country) => {
                Some(circle(self.position, self.uncertainty_m))
            }
            (None, _) => None,
        }
    }

    /// The box around everything that "reported there" may mean: the shape, or the circle of its uncertainty.
    #[must_use]
    pub fn bbox(&self) -> Bbox {
        self.drawn_shape().unwrap_or_else(|| circle(self.position, self.uncertainty_m)).bbox()
    }
}
