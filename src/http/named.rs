//! Layers that the operator names in the configuration file.
//!
//! The keys of a `[[layer]]` are `id`, `title` and the filters of an address, read by the same rules.

use super::error::ApiError;
use super::params::Params;
use crate::incident::Language;
use crate::layer::{FeatureQuery, LayerId};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Spanned;

/// Most layers of a file: the list of layers counts each.
pub const MAX_NAMED_LAYERS: usize = 100;

/// A layer with a name and the filter that makes it.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedLayer {
    /// Its id in addresses.
    pub id: LayerId,
    /// Its title by language of the page.
    pub titles: BTreeMap<&'static str, String>,
    /// What it holds.
    pub filter: Arc<FeatureQuery>,
}

/// What is wrong in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamedLayerError {
    /// Not TOML, a key that there is not, or a value of another kind; says the line.
    #[error("{0}")]
    File(String),
    /// A value that cannot be read.
    #[error("line {line}, `{key}` of layer `{layer}`: {reason}")]
    Value {
        /// Counted from 1.
        line: usize,
        /// Which.
        key: String,
        /// The id of its layer.
        layer: String,
        /// Why, and what was expected.
        reason: String,
    },
    /// More layers than are taken.
    #[error("{0} layers are too many; at most {MAX_NAMED_LAYERS} are taken")]
    TooMany(usize),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    layer: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Spanned<String>,
    title: Spanned<Title>,
    bbox: Option<Spanned<Value>>,
    datetime: Option<Spanned<Value>>,
    category: Option<Spanned<Value>>,
    precision: Option<Spanned<Value>>,
    status: Option<Spanned<Value>>,
    q: Option<Spanned<Value>>,
    place: Option<Spanned<Value>>,
    source: Option<Spanned<Value>>,
    dataset: Option<Spanned<Value>>,
}

/// One title for all languages, or one for some.
#[derive(Deserialize)]
#[serde(untagged)]
enum Title {
    One(String),
    Each(BTreeMap<String, String>),
}

/// A value as it stands in an address; of several, a list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    One(String),
    Several(Vec<String>),
}

impl Value {
    fn text(&self, key: &str) -> String {
        match self {
            Self::One(text) => text.clone(),
            Self::Several(names) if key == "category" => {
                let escaped = names.iter().map(|name| name.replace('\\', "\\\\").replace(',', "\\,"));
                escaped.collect::<Vec<_>>().join(",")
            }
            Self::Several(words) => words.join(","),
        }
    }
}

/// The layers of a configuration file.
///
/// # Errors
/// The first thing that is wrong, with its line.
///
/// ```
/// use incident_map::http::named_layers;
/// let layers = named_layers("[[layer]]\nid = \"january\"\ntitle = \"Январь\"\ndatetime = \"2022-01\"")?;
/// assert_eq!(layers[0].id.as_str(), "january");
/// let error = named_layers("[[layer]]\nid = \"a\"\ntitle = \"a\"\nprecision = \"exact\"").unwrap_err();
/// assert!(error.to_string().starts_with("line 4, `precision` of layer `a`: "));
/// # Ok::<(), incident_map::http::NamedLayerError>(())
/// ```
pub fn named_layers(text: &str) -> Result<Vec<NamedLayer>, NamedLayerError> {
    let file: File = toml::from_str(text).map_err(|error| NamedLayerError::File(error.to_string()))?;
    if file.layer.len() > MAX_NAMED_LAYERS {
        return Err(NamedLayerError::TooMany(file.layer.len()));
    }
    let mut layers: Vec<NamedLayer> = Vec::new();
    for entry in file.layer {
        let wrong = |at: usize, key: &str, reason: String| NamedLayerError::Value {
            line: text[..at].matches('\n').count() + 1,
            key: key.to_owned(),
            layer: entry.id.get_ref().clone(),
            reason,
        };
        let id = LayerId::from_address(entry.id.get_ref());
        let at = entry.id.span().start;
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if id.as_str().is_empty() || !id.as_str().bytes().all(is_plain) {
            return Err(wrong(at, "id", "expected small letters a to z, digits and `-`".to_owned()));
        }
        if id == LayerId::incidents() || id.as_str().starts_with("dataset-") {
            return Err(wrong(at, "id", "`incidents` and names with `dataset-` are taken".to_owned()));
        }
        if layers.iter().any(|known| known.id == id) {
            return Err(wrong(at, "id", "there is another layer of this id".to_owned()));
        }
        let titles =
            titles(entry.title.get_ref()).map_err(|reason| wrong(entry.title.span().start, "title", reason))?;
        let filters = [
            ("bbox", &entry.bbox),
            ("datetime", &entry.datetime),
            ("category", &entry.category),
            ("precision", &entry.precision),
            ("status", &entry.status),
            ("q", &entry.q),
            ("place", &entry.place),
            ("source", &entry.source),
            ("dataset", &entry.dataset),
        ];
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (key, value) in filters {
            let Some(value) = value else { continue };
            let text = value.get_ref().text(key);
            // Alone first, so that what is wrong is known by its key.
            let alone = url::form_urlencoded::Serializer::new(String::new()).append_pair(key, &text).finish();
            filter(&alone).map_err(|error| wrong(value.span().start, key, reason(error)))?;
            query.append_pair(key, &text);
        }
        let filter = filter(&query.finish()).map_err(|error| wrong(at, "id", error.to_string()))?;
        layers.push(NamedLayer { id, titles, filter: Arc::new(filter) });
    }
    Ok(layers)
}

fn filter(query: &str) -> Result<FeatureQuery, ApiError> {
    Params::parse(query, true, &[])?.feature_query()
}

fn reason(error: ApiError) -> String {
    match error {
        ApiError::BadParameter { reason, .. } => reason.to_string(),
        other => other.to_string(),
    }
}

fn titles(title: &Title) -> Result<BTreeMap<&'static str, String>, String> {
    let languages = || Language::ALL.iter().map(|language| language.as_str());
    match title {
        Title::One(title) => Ok(languages().map(|language| (language, title.clone())).collect()),
        Title::Each(own) => {
            if let Some(unknown) = own.keys().find(|key| !languages().any(|language| language == **key)) {
                return Err(format!("`{unknown}` is no language of the page; expected ru, kk, en, uk"));
            }
            // What has no title in a language is called as in the first that has one.
            let first = languages().find_map(|language| own.get(language)).ok_or("there is none in any language")?;
            Ok(languages().map(|language| (language, own.get(language).unwrap_or(first).clone())).collect())
        }
    }
}
