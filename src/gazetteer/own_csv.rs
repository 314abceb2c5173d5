//! Our own gazetteer format: one CSV, described in data/README.md.

use super::{Entry, NameStatus, Parent, PlaceId, PlaceKind, Toponym, Validity};
use crate::geo::{LonLat, Shape};
use crate::incident::Language;
use crate::time::Occurred;
use std::collections::HashMap;
use std::io::BufRead;
use std::sync::Arc;

/// Errors listed before reading stops.
pub const MAX_ERRORS: usize = 50;

/// One thing that is wrong with a gazetteer file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}, column `{column}`: `{value}`: {reason}")]
pub struct GazetteerError {
    /// Name of the file.
    pub file: String,
    /// Line, counted from 1.
    pub line: u64,
    /// Column.
    pub column: &'static str,
    /// What was there.
    pub value: String,
    /// Why it is wrong and what is expected.
    pub reason: String,
}

/// The errors of a gazetteer, at most [`MAX_ERRORS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GazetteerErrors(pub Vec<GazetteerError>);

impl std::fmt::Display for GazetteerErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the gazetteer has errors:")?;
        for error in &self.0 {
            write!(f, "\n  {error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for GazetteerErrors {}

const COLUMNS: [&str; 16] = [
    "id",
    "kind",
    "name_ru",
    "name_kk",
    "name_en",
    "other_names",
    "parent",
    "former_parents",
    "lon",
    "lat",
    "uncertainty_m",
    "population",
    "valid_from",
    "valid_until",
    "geometry",
    "source",
];

/// Reads one file and gives every entry with its line to `take`, which may refuse its id; errors go to `errors`.
pub(super) fn read(
    file: &str,
    mut reader: impl BufRead,
    errors: &mut Vec<GazetteerError>,
    take: &mut dyn FnMut(Entry, u64) -> Result<(), String>,
) {
    let mut fail = |line: u64, column: &'static str, value: &str, reason: String| {
        // A file of another kind has a million errors; the first ones tell.
        if errors.len() < MAX_ERRORS {
            errors.push(GazetteerError { file: file.to_owned(), line, column, value: value.to_owned(), reason });
        }
    };
    match reader.fill_buf() {
        Ok(beginning) if beginning.starts_with(b"\xef\xbb\xbf") => reader.consume(3),
        Ok(_) => {}
        Err(error) => return fail(1, "id", "", format!("the file cannot be read: {error}")),
    }
    let mut table = csv::ReaderBuilder::new().comment(Some(b'#')).flexible(true).from_reader(reader);
    let header = match table.headers() {
        Ok(header) => header.clone(),
        Err(error) => {
            return fail(1, "id", "", error.to_string());
        }
    };
    let mut at: HashMap<&'static str, usize> = HashMap::new();
    for (index, name) in header.iter().enumerate() {
        match COLUMNS.iter().find(|known| **known == name.trim()) {
            Some(known) => {
                at.insert(known, index);
            }
            None => fail(1, "id", name, format!("unknown column; expected {}", COLUMNS.join(", "))),
        }
    }
    for needed in ["id", "kind", "lon", "lat", "uncertainty_m", "source"] {
        if !at.contains_key(needed) {
            return fail(1, needed, "", "the column is missing".to_owned());
        }
    }
    let mut sources: HashMap<String, Arc<str>> = HashMap::new();
    for row in table.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                fail(line, "id", "", error.to_string());
                continue;
            }
        };
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |column: &'static str| at.get(column).and_then(|&index| row.get(index)).unwrap_or("").trim();
        let source = sources.entry(cell("source").to_owned()).or_insert_with_key(|source| source.as_str().into());
        match entry(&cell, source) {
            Ok(entry) => {
                if let Err(reason) = take(entry, line) {
                    fail(line, "id", cell("id"), reason);
                }
            }
            Err((column, reason)) => fail(line, column, cell(column), reason),
        }
    }
}

type CellError = (&'static str, String);

fn entry<'a>(cell: &impl Fn(&'static str) -> &'a str, source: &Arc<str>) -> Result<Entry, CellError> {
    let id = cell("id");
    if id.is_empty() || !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        return Err(("id", "expected letters a-z, digits and hyphens".to_owned()));
    }
    let kind: PlaceKind =
        cell("kind").parse().map_err(|error: crate::incident::UnknownWord| ("kind", error.to_string()))?;
    let number = |column: &'static str| -> Result<f64, CellError> {
        cell(column)
            .parse::<f64>()
            .ok()
            .filter(|n| n.is_finite())
            .ok_or_else(|| (column, "expected a number".to_owned()))
    };
    let position = LonLat::new(number("lon")?, number("lat")?).map_err(|error| ("lat", error.to_string()))?;
    let uncertainty_m = number("uncertainty_m")?;
    if uncertainty_m <= 0.0 {
        return Err(("uncertainty_m", "expected metres above 0".to_owned()));
    }
    let population = match cell("population") {
        "" => None,
        text => Some(text.parse().map_err(|_| ("population", "expected a whole number".to_owned()))?),
    };
    let shape = match cell("geometry") {
        "" => None,
        text => Some(text.parse::<Shape>().map_err(|error| ("geometry", error.to_string()))?),
    };
    let toponyms = toponyms(cell)?;
    if toponyms.is_empty() {
        return Err(("name_ru", "a place needs a name in name_ru, name_kk or name_en".to_owned()));
    }
    let mut parents = Vec::new();
    if !cell("parent").is_empty() {
        parents.push(Parent { id: PlaceId(cell("parent").to_owned()), validity: Validity::default() });
    }
    for part in cell("former_parents").split('|').map(str::trim).filter(|part| !part.is_empty()) {
        let (id, days) =
            part.split_once('@').ok_or_else(|| ("former_parents", "expected `id@from/until`".to_owned()))?;
        parents.push(Parent {
            id: PlaceId(id.trim().to_owned()),
            validity: validity(days).map_err(|reason| ("former_parents", reason))?,
        });
    }
    let day = |column: &'static str| match cell(column) {
        "" => Ok(None),
        text => text.parse::<Occurred>().map(Some).map_err(|error| (column, error.to_string())),
    };
    Ok(Entry {
        id: PlaceId(id.to_owned()),
        kind,
        toponyms,
        parents,
        position,
        uncertainty_m,
        population,
        validity: Validity {
            from: day("valid_from")?.map(|day| day.start().date()),
            until: day("valid_until")?.map(|day| day.end().date()),
        },
        shape: shape.map(Box::new),
        source: Arc::clone(source),
    })
}

fn toponyms<'a>(cell: &impl Fn(&'static str) -> &'a str) -> Result<Vec<Toponym>, CellError> {
    let mut toponyms = Vec::new();
    for (column, language) in [("name_ru", Language::Ru), ("name_kk", Language::Kk), ("name_en", Language::En)] {
        if !cell(column).is_empty() {
            toponyms.push(Toponym {
                name: cell(column).to_owned(),
                language,
                status: NameStatus::Official,
                validity: Validity::default(),
            });
        }
    }
    let wrong = |reason: String| ("other_names", reason);
    for part in cell("other_names").split('|').map(str::trim).filter(|part| !part.is_empty()) {
        let (head, name) =
            part.split_once('=').ok_or_else(|| wrong(format!("`{part}`: expected `lang:status[:from/until]=Name`")))?;
        let mut head = head.splitn(3, ':').map(str::trim);
        let language = head.next().unwrap_or("").parse().map_err(|error| wrong(format!("`{part}`: {error}")))?;
        let status = head.next().unwrap_or("").parse().map_err(|error| wrong(format!("`{part}`: {error}")))?;
        let validity = head
            .next()
            .map(validity)
            .transpose()
            .map_err(|reason| wrong(format!("`{part}`: {reason}")))?
            .unwrap_or_default();
        if name.trim().is_empty() {
            return Err(wrong(format!("`{part}`: the name is empty")));
        }
        toponyms.push(Toponym { name: name.trim().to_owned(), language, status, validity });
    }
    toponyms.sort_by_key(|toponym| toponym.status != NameStatus::Official);
    Ok(toponyms)
}

/// `from/until`, both included, `..` for open.
fn validity(days: &str) -> Result<Validity, String> {
    let (from, until) = days.split_once('/').ok_or_else(|| format!("`{days}`: expected `from/until`"))?;
    let day = |text: &str| match text.trim() {
        "" | ".." => Ok(None),
        text => text.parse::<Occurred>().map(Some).map_err(|error| error.to_string()),
    };
    Ok(Validity { from: day(from)?.map(|day| day.start().date()), until: day(until)?.map(|day| day.end().date()) })
}
