//! The vocabulary of all the rest: what an incident is, how exactly it is placed and how that was decided.
//!
//! Values only. Read [`Report`] first, then [`Precision`].

use crate::geo::LonLat;
use crate::time::Occurred;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Implements `as_str`, `Display`, `FromStr` and the list of all values for an enum of fixed words.
macro_rules! words {
    ($name:ident, $what:literal, { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in files, parameters and answers.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(UnknownWord {
                        value: text.to_owned(),
                        what: $what,
                        expected: &[$($word),+],
                    }),
                }
            }
        }
    };
}
pub(crate) use words;

/// A word that is not in one of the fixed lists.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not a {what}; expected one of {}", expected.join(", "))]
pub struct UnknownWord {
    /// What was given.
    pub value: String,
    /// What it should have been.
    pub what: &'static str,
    /// The words that are allowed.
    pub expected: &'static [&'static str],
}

/// What the location of an incident stands for, from fine to coarse (DESIGN: the words; compare Darwin Core's
/// `coordinateUncertaintyInMeters` and the codes of ACLED and UCDP). `Ord` follows this order: finer is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Given coordinates, or a building.
    Point,
    /// A square, station, airport, park or market.
    Site,
    /// A street: a line.
    Street,
    /// A city district or microdistrict.
    Quarter,
    /// A city, town or village.
    Settlement,
    /// Some way from a settlement.
    Near,
    /// A district (adm2).
    District,
    /// A region (adm1).
    Region,
    /// A country.
    Country,
    /// A road section, a sea, several regions.
    Area,
    /// No location.
    Unlocated,
}

words!(Precision, "precision", {
    Point => "point", Site => "site", Street => "street", Quarter => "quarter", Settlement => "settlement",
    Near => "near", District => "district", Region => "region", Country => "country", Area => "area",
    Unlocated => "unlocated",
});

/// How the location was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Coordinates stood in the report.
    Given,
    /// A place of the gazetteer.
    Gazetteer,
    /// The crossing of two streets.
    Intersection,
    /// A distance from a place.
    Offset,
    /// A person decided.
    Reviewed,
}

words!(Method, "method", {
    Given => "given", Gazetteer => "gazetteer", Intersection => "intersection", Offset => "offset",
    Reviewed => "reviewed",
});

/// The outcome of looking for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// One place.
    Resolved,
    /// Several places; the incident sits at what they share.
    Ambiguous,
    /// No place.
    Unresolved,
}

words!(Status, "status", {
    Resolved => "resolved", Ambiguous => "ambiguous", Unresolved => "unresolved",
});

/// What speaks against coordinates that stood in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// Only latitude and longitude swapped make sense.
    Swapped,
    /// The place that the report names lies elsewhere.
    FarFromPlace,
}

words!(Doubt, "doubt", { Swapped => "swapped", FarFromPlace => "far_from_place" });

/// The languages the product reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Russian.
    Ru,
    /// Kazakh.
    Kk,
    /// English.
    En,
    /// Ukrainian.
    Uk,
}

words!(Language, "language", { Ru => "ru", Kk => "kk", En => "en", Uk => "uk" });

/// Stable identity of an incident: a UUID version 5 of its dataset and row key, so that the same row gets the same id everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentId(uuid::Uuid);

/// Name space of incident ids (a random UUID, fixed for good).
const INCIDENT_NAMESPACE: uuid::Uuid = uuid::uuid!("6d2c7a0e-3b0f-4c57-9a43-0f6f2b9f1d5e");

impl IncidentId {
    /// The id of the row `key` in `dataset`.
    #[must_use]
    pub fn of_row(dataset: &str, key: &str) -> Self {
        // A unit separator cannot stand in a dataset name, so two different pairs never join to the same text.
        Self(uuid::Uuid::new_v5(&INCIDENT_NAMESPACE, format!("{dataset}\u{1f}{key}").as_bytes()))
    }
}

impl IncidentId {
    /// The id as two numbers, the first half first.
    #[must_use]
    pub fn halves(self) -> (i64, i64) {
        let (head, tail) = self.0.as_u64_pair();
        (head.cast_signed(), tail.cast_signed())
    }

    /// The id as text, written into `buffer`.
    pub fn encode(self, buffer: &mut [u8; 36]) -> &str {
        self.0.hyphenated().encode_lower(buffer)
    }

    /// The id of two numbers that [`Self::halves`] gave.
    #[must_use]
    pub fn of_halves(head: i64, tail: i64) -> Self {
        Self(uuid::Uuid::from_u64_pair(head.cast_unsigned(), tail.cast_unsigned()))
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a text is not an incident id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an incident id; expected a UUID such as `9b2f6c1e-6d0a-5a53-8a36-2f0c63f0a1b4`")]
pub struct IncidentIdError(String);

impl FromStr for IncidentId {
    type Err = IncidentIdError;

    fn from_str(text: &str) -> Result<Self, IncidentIdError> {
        uuid::Uuid::try_parse(text).map(Self).map_err(|_| IncidentIdError(text.to_owned()))
    }
}

/// The names of the properties that every incident has as a GeoJSON feature. A column of a file that is called like one of them and
/// means something else is kept as `NAME_in_file`, and so is one that is called like one of [`TABLE_COLUMNS`].
pub const PROPERTIES: [&str; 27] = [
    "key",
    "title",
    "description",
    "occurred",
    "occurred_precision",
    "category",
    "source",
    "source_url",
    "place_text",
    "city",
    "region",
    "country",
    "language",
    "status",
    "precision",
    "uncertainty_m",
    "method",
    "score",
    "doubt",
    "place_id",
    "place_name",
    "place_path",
    "dataset",
    "import",
    "file",
    "row",
    "id",
];

/// The columns of our own tables (CSV and XLSX), in order; those of the files, which have no meaning here, come after them and are called
/// like none of them. Those up to `dataset` are recognised on import and place the incident anew.
pub const TABLE_COLUMNS: [&str; 26] = [
    "id",
    "date",
    "title",
    "description",
    "place",
    "city",
    "region",
    "country",
    "lat",
    "lon",
    "category",
    "source",
    "source_url",
    "language",
    "dataset",
    "resolved_place_id",
    "resolved_place",
    "resolved_path",
    "status",
    "precision",
    "uncertainty_m",
    "method",
    "score",
    "doubt",
    "resolved_lon",
    "resolved_lat",
];

/// What a row says of how exactly its place is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StatedPrecision {
    /// What its coordinates stand for.
    pub precision: Precision,
    /// Metres around them.
    pub uncertainty_m: f64,
}

/// Metres up to which coordinates are as good as a building, a square, a quarter, a town, and the surroundings of a town.
const BY_METRES: [(f64, Precision); 5] = [
    (50.0, Precision::Point),
    (250.0, Precision::Site),
    (3_000.0, Precision::Quarter),
    (10_000.0, Precision::Settlement),
    (50_000.0, Precision::Near),
];

impl StatedPrecision {
    /// What coordinates stand for that are known within so many metres; `None` for what is no distance.
    #[must_use]
    pub fn within(metres: f64) -> Option<Self> {
        let precision = BY_METRES.iter().find(|(most, _)| metres <= *most).map_or(Precision::Area, |(_, word)| *word);
        (metres.is_finite() && metres > 0.0).then_some(Self { precision, uncertainty_m: metres })
    }

    /// Whether the coordinates are only the middle of an administrative area, which words name better.
    #[must_use]
    pub fn is_of_area(&self) -> bool {
        matches!(self.precision, Precision::District | Precision::Region | Precision::Country)
    }
}

/// What a source row says, in its own words, before any place is looked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// The dataset, when the row names its own.
    pub dataset: Option<String>,
    /// The row's own id, when the file has such a column; else made of what it says.
    pub key: Option<String>,
    /// Headline.
    pub title: String,
    /// Text, may be empty.
    pub description: String,
    /// When, as reported; `None` when the row has no date.
    pub occurred: Option<Occurred>,
    /// Category as written, trimmed; may be empty.
    pub category: String,
    /// Name of the source; may be empty.
    pub source: String,
    /// Link to the source, only `http` or `https`; may be empty.
    pub source_url: String,
    /// Language of the row, when it is known.
    pub language: Option<Language>,
    /// The words of the place column.
    pub place_text: String,
    /// The words of the city column.
    pub city: String,
    /// The words of the region column.
    pub region: String,
    /// The words of the country column.
    pub country: String,
    /// Coordinates that stood in the row.
    pub given: Option<LonLat>,
    /// How exactly the row says that its place is known; `None` where it says nothing of that.
    pub stated: Option<StatedPrecision>,
    /// Cells of columns without a meaning here, as (name, value), in file order; names are unique and none of [`PROPERTIES`].
    pub extra: Vec<(String, String)>,
    /// First line of the row in its file, counted from 1 with the header.
    pub line: u64,
}

impl Report {
    /// Whether any of its words may name a place.
    #[must_use]
    pub fn names_a_place(&self) -> bool {
        [&self.place_text, &self.city, &self.region, &self.country].iter().any(|text| !text.trim().is_empty())
    }
}
