//! Query parameters: read strictly, so that a filter that cannot be applied is an error and never an unfiltered answer.

use super::error::{ApiError, ParameterError};
use crate::gazetteer::PlaceId;
use crate::incident::Status;
use crate::layer::{FeatureQuery, Words};
use std::str::FromStr;

/// Longest value of a parameter, in characters.
pub const MAX_PARAMETER_CHARS: usize = 2_000;

/// Most incidents on one page; a larger `limit` is cut to it, and `numberReturned` says so.
pub const MAX_LIMIT: usize = 10_000;

/// The parameters that [`Params::feature_query`] reads.
pub const FILTERS: [&str; 11] =
    ["bbox", "datetime", "category", "precision", "status", "q", "place", "located_at", "source", "dataset", "import"];

/// The parameters of one request, each name known and given once.
#[derive(Debug)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// Reads a query string.
    ///
    /// # Errors
    /// A name that is neither in `filters` (when taken) nor in `own`, a name given twice, an empty value (but `category`), a value that
    /// is too long or not UTF-8.
    pub fn parse(query: &str, filters: bool, own: &[&'static str]) -> Result<Self, ApiError> {
        let allowed = || own.iter().chain(FILTERS.iter().filter(|_| filters)).copied();
        let mut params: Vec<(String, String)> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let Some(known) = allowed().find(|known| *known == name) else {
                let allowed: Vec<String> = allowed().map(|name| format!("`{name}`")).collect();
                let allowed = if allowed.is_empty() { "no parameters".to_owned() } else { allowed.join(", ") };
                return Err(ApiError::UnknownParameter { name: name.into_owned(), allowed });
            };
            let bad = |reason| Err(ApiError::BadParameter { name: known, reason });
            if params.iter().any(|(other, _)| *other == name) {
                return Err(ApiError::RepeatedParameter(name.into_owned()));
            }
            if value.is_empty() && known != "category" {
                return bad(ParameterError::Empty);
            }
            if value.chars().count() > MAX_PARAMETER_CHARS {
                return bad(ParameterError::TooLong(MAX_PARAMETER_CHARS));
            }
            if value.contains('\u{fffd}') || value.contains('\0') {
                return bad(ParameterError::Encoding);
            }
            params.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(params))
    }

    /// The value as it came.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value, read.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read<T: FromStr>(&self, name: &'static str) -> Result<Option<T>, ApiError>
    where
        ParameterError: From<T::Err>,
    {
        self.text(name)
            .map(|text| text.parse().map_err(|error: T::Err| ApiError::BadParameter { name, reason: error.into() }))
            .transpose()
    }

    /// A number of things, cut to `most`.
    ///
    /// # Errors
    /// Not a whole number from 1 on.
    pub fn count(&self, name: &'static str, most: usize) -> Result<Option<usize>, ApiError> {
        self.text(name)
            .map(|text| {
                let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
                match text.trim_start_matches('0') {
                    digits if is_number && !digits.is_empty() => Ok(digits.parse().unwrap_or(most).min(most)),
                    _ => Err(ApiError::BadParameter { name, reason: ParameterError::Count(text.to_owned()) }),
                }
            })
            .transpose()
    }

    /// The filter of a layer's outputs.
    ///
    /// # Errors
    /// A parameter that cannot be read.
    pub fn feature_query(&self) -> Result<FeatureQuery, ApiError> {
        let bad = |name| move |reason: ParameterError| ApiError::BadParameter { name, reason };
        let statuses = self
            .text("status")
            .map(|text| text.split(',').map(str::parse).collect::<Result<Vec<Status>, _>>())
            .transpose()
            .map_err(|error| bad("status")(error.into()))?;
        Ok(FeatureQuery {
            bbox: self.read("bbox")?,
            cell: None,
            datetime: self.read("datetime")?,
            categories: self.text("category").map(list).transpose().map_err(bad("category"))?.unwrap_or_default(),
            precision: self.read("precision")?,
            statuses: statuses.unwrap_or_default(),
            words: self.text("q").map(Words::parse).transpose().map_err(|error| bad("q")(error.into()))?,
            place: self.text("place").map(|id| PlaceId(id.to_owned())),
            located_at: self.read("located_at")?,
            source: self.text("source").map(str::to_owned),
            dataset: self.text("dataset").map(str::to_owned),
            of_layer: None,
            import: self.text("import").map(str::to_owned),
        })
    }
}

/// Splits at commas; `\,` and `\\` stand for themselves.
fn list(text: &str) -> Result<Vec<String>, ParameterError> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let part = parts.last_mut().expect("the list starts with one part and only grows");
        match c {
            ',' => parts.push(String::new()),
            '\\' => match chars.next() {
                Some(c @ (',' | '\\')) => part.push(c),
                _ => return Err(ParameterError::Escape),
            },
            c => part.push(c),
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_inside_a_category_is_escaped() {
        assert_eq!(list(r"a\,b,c\\,").unwrap(), ["a,b", r"c\", ""]);
        assert!(list(r"a\b").is_err());
    }

    #[test]
    fn a_limit_is_cut_to_the_most_and_zero_is_refused() {
        let limit = |query: &str| Params::parse(query, false, &["limit"]).unwrap().count("limit", MAX_LIMIT);
        assert_eq!(limit("limit=99999999999999999999999").unwrap(), Some(MAX_LIMIT));
        assert_eq!(limit("limit=007").unwrap(), Some(7));
        for wrong in ["limit=0", "limit=-1", "limit=abc", "limit=1.5"] {
            assert!(limit(wrong).is_err(), "{wrong}");
        }
    }
}
