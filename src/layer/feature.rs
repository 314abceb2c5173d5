//! One incident as a GeoJSON feature with flat properties, put together of ready-made parts: what its report says, where it is, and which
//! import brought it.

use super::DrawnPlace;
use super::story::Contradiction;
use crate::geocode::Resolution;
use crate::incident::{Doubt, Language, Method, Precision, Report, Status};
use serde::{Deserialize, Deserializer, Serialize};
use std::sync::Arc;

/// The flat properties of a feature.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct FeatureProperties {
    /// Row key inside the dataset: the id column, else made of what the row says.
    pub key: String,
    /// Headline.
    pub title: String,
    /// Text.
    pub description: String,
    /// As [`crate::time::Occurred`] prints it.
    pub occurred: Option<String>,
    /// `minute`, `day`, `month`, `year` or `interval`.
    pub occurred_precision: Option<String>,
    /// Category as written.
    pub category: String,
    /// Name of the source.
    pub source: String,
    /// Link to the source.
    pub source_url: String,
    /// The words of the place column.
    pub place_text: String,
    /// The words of the city column.
    pub city: String,
    /// The words of the district and region columns.
    pub region: String,
    /// The words of the country column.
    pub country: String,
    /// Outcome of the resolution.
    pub status: Status,
    /// What the location stands for.
    pub precision: Precision,
    /// Metres; `None` when unlocated.
    pub uncertainty_m: Option<f64>,
    /// How the location was found.
    pub method: Option<Method>,
    /// Share of right answers among answers with this score; `None` where it is not known.
    pub score: Option<f64>,
    /// What speaks against the location.
    #[serde(default)]
    pub doubt: Option<Doubt>,
    /// Gazetteer entry.
    pub place_id: Option<String>,
    /// Its name, Russian if there is one.
    pub place_name: Option<String>,
    /// The names of what contains it and its own, country first.
    pub place_path: Option<String>,
    /// The rows that belong together.
    pub dataset: String,
    /// Import that brought or changed it last.
    pub import: String,
    /// Name of the file.
    pub file: String,
    /// First line of the row in the file.
    pub row: u64,
    /// Language of the row.
    pub language: Option<Language>,
    /// Columns without a meaning here, in file order.
    #[serde(flatten, deserialize_with = "in_order")]
    pub extra: Vec<(String, String)>,
}

/// What is left of a map, in its order.
fn in_order<'de, D: Deserializer<'de>>(map: D) -> Result<Vec<(String, String)>, D::Error> {
    struct Pairs;
    impl<'de> serde::de::Visitor<'de> for Pairs {
        type Value = Vec<(String, String)>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object of texts")
        }

        fn visit_map<M: serde::de::MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = map.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }
    map.deserialize_map(Pairs)
}

/// The properties that come from the report.
#[derive(Serialize)]
struct Said<'a> {
    key: &'a str,
    title: &'a str,
    description: &'a str,
    occurred: Option<String>,
    occurred_precision: Option<&'static str>,
    category: &'a str,
    source: &'a str,
    source_url: &'a str,
    place_text: &'a str,
    city: &'a str,
    region: &'a str,
    country: &'a str,
    language: Option<Language>,
}

/// The properties that come from the report, as JSON without braces, and how much of them comes before the columns without a meaning. Its
/// key must be filled in.
#[must_use]
pub fn said(report: &Report) -> (String, usize) {
    let said = Said {
        key: report.key.as_deref().unwrap_or_default(),
        title: &report.title,
        description: &report.description,
        occurred: report.occurred.map(|occurred| occurred.to_string()),
        occurred_precision: report.occurred.map(|occurred| occurred.precision().as_str()),
        category: &report.category,
        source: &report.source,
        source_url: &report.source_url,
        place_text: &report.place_text,
        city: &report.city,
        region: &report.region,
        country: &report.country,
        language: report.language,
    };
    let mut json = inner(&said);
    let with_meaning = json.len();
    for (name, value) in &report.extra {
        json.push(',');
        json.push_str(&text(name));
        json.push(':');
        json.push_str(&text(value));
    }
    (json, with_meaning)
}

/// Between the names of a `place_path`.
const PATH_SEPARATOR: &str = " › ";

/// The properties that come from the resolution, but for the uncertainty.
#[derive(Serialize)]
struct Located<'a> {
    status: Status,
    precision: Precision,
    method: Option<Method>,
    score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    doubt: Option<Doubt>,
    place_id: Option<&'a str>,
    place_name: Option<&'a str>,
    place_path: Option<String>,
}

/// The properties that come from the resolution, as JSON without braces; the uncertainty is not among them. `path` are the places that
/// contain it, country first, its own last; `against` is what speaks against it.
#[must_use]
pub fn location(resolution: &Resolution, path: &[Arc<DrawnPlace>], against: Option<&Contradiction>) -> String {
    let names: Vec<&str> = path.iter().map(|place| place.names.first()).collect();
    inner(&Located {
        status: resolution.status,
        precision: resolution.precision,
        method: resolution.method,
        score: against.is_none().then_some(resolution.score),
        doubt: against.map(|against| against.doubt),
        place_id: resolution.place_id.as_ref().map(|id| id.0.as_str()),
        place_name: resolution.place_id.as_ref().and(names.last().copied()),
        place_path: (!names.is_empty()).then(|| names.join(PATH_SEPARATOR)),
    })
}

/// Which import brought an incident last.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Origin<'a> {
    /// Id of the import.
    pub import: &'a str,
    /// Name of the file.
    pub file: &'a str,
}

impl Origin<'_> {
    /// Its properties as JSON without braces, up to the line of the row in the file, which comes next.
    #[must_use]
    pub fn json(&self) -> String {
        format!("{},\"row\":", inner(self))
    }
}

/// All properties, as a JSON object; `line` is the first line of the row in its file.
#[must_use]
pub fn properties(
    said: &str,
    location: &str,
    uncertainty_m: Option<f64>,
    dataset: &str,
    origin: Origin<'_>,
    line: i64,
) -> String {
    let (uncertainty, dataset) = (serde_json::Value::from(uncertainty_m), text(dataset));
    format!("{{{said},{location},\"uncertainty_m\":{uncertainty},\"dataset\":{dataset},{}{line}}}", origin.json())
}

/// A struct as JSON without its braces.
fn inner(value: &impl Serialize) -> String {
    let mut json = serde_json::to_string(value).expect(ALWAYS_JSON);
    json.pop();
    json.remove(0);
    json
}

fn text(value: &str) -> String {
    serde_json::to_string(value).expect(ALWAYS_JSON)
}

const ALWAYS_JSON: &str = "our own structs of texts and finite numbers always become JSON";

/// Enough of a report to know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headline {
    /// Its title.
    pub title: String,
    /// The words of its place, else those of the city, region or country.
    pub place: String,
}

impl Headline {
    /// The headline of what [`said`] made.
    #[must_use]
    pub fn of(said: &str) -> Self {
        #[derive(Default, Deserialize)]
        struct Words {
            title: String,
            place_text: String,
            city: String,
            region: String,
            country: String,
        }
        let words: Words = serde_json::from_str(&format!("{{{said}}}")).unwrap_or_default();
        let place = [words.place_text, words.city, words.region, words.country];
        let place = place.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        Self { title: words.title, place }
    }
}
