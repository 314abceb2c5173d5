//! Explanations of disagreements between a gazetteer and a reference: a CSV with the columns `id` and `reason`.

use super::PlaceId;
use std::collections::BTreeMap;

/// Why places may lie elsewhere than a reference says, by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Explanations(BTreeMap<PlaceId, Explanation>);

/// Why a place may lie elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The reason, in the words of who checked it.
    pub reason: String,
    /// Line of the file, counted from 1.
    pub line: u64,
}

/// Why a file holds no explanations.
#[derive(Debug, thiserror::Error)]
pub enum ExplanationError {
    /// Not CSV, or not UTF-8.
    #[error("{file}, line {line}: {source}")]
    Csv {
        /// Which file.
        file: String,
        /// Line, counted from 1.
        line: u64,
        /// What the parser missed.
        source: csv::Error,
    },
    /// Other columns.
    #[error("{file}, line 1: `{header}`: expected the header `id,reason`")]
    Header {
        /// Which file.
        file: String,
        /// What is there.
        header: String,
    },
    /// A row with more or fewer cells, as one whose reason has commas and no quotes.
    #[error("{file}, line {line}: {cells} cells, expected `id,reason` (is the reason in quotes?)")]
    Cells {
        /// Which file.
        file: String,
        /// Line, counted from 1.
        line: u64,
        /// How many there are.
        cells: usize,
    },
    /// A row without an id or a reason.
    #[error("{file}, line {line}, column `{column}`: it is empty; say which place, and why it is right")]
    Empty {
        /// Which file.
        file: String,
        /// Line, counted from 1.
        line: u64,
        /// Which column.
        column: &'static str,
    },
    /// An id that is explained twice.
    #[error("{file}, line {line}, column `id`: `{id}` is explained in line {before} already; keep one")]
    Twice {
        /// Which file.
        file: String,
        /// Line, counted from 1.
        line: u64,
        /// Which place.
        id: PlaceId,
        /// Line of the earlier explanation.
        before: u64,
    },
}

impl Explanations {
    /// Reads a CSV: UTF-8, comma, header `id,reason`; lines with `#` are comments.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line.
    pub fn from_csv(bytes: &[u8], file: &str) -> Result<Self, ExplanationError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let broken = |source: csv::Error| {
            let line = source.position().map_or(1, |at| line_of(bytes, at));
            ExplanationError::Csv { file: file.to_owned(), line, source }
        };
        let mut table = csv::ReaderBuilder::new().comment(Some(b'#')).flexible(true).from_reader(bytes);
        let header: Vec<String> = table.headers().map_err(broken)?.iter().map(|name| name.trim().to_owned()).collect();
        if header != ["id", "reason"] {
            return Err(ExplanationError::Header {
                file: file.to_owned(),
                header: header.join(",").chars().take(80).collect(),
            });
        }
        let mut all: BTreeMap<PlaceId, Explanation> = BTreeMap::new();
        for row in table.records() {
            let row = row.map_err(broken)?;
            let (file, line) = (file.to_owned(), row.position().map_or(0, |at| line_of(bytes, at)));
            if row.len() != header.len() {
                return Err(ExplanationError::Cells { file, line, cells: row.len() });
            }
            let (id, reason) = (row[0].trim(), row[1].trim());
            if let Some((column, _)) = [("id", id), ("reason", reason)].into_iter().find(|(_, cell)| cell.is_empty()) {
                return Err(ExplanationError::Empty { file, line, column });
            }
            let id = PlaceId::from(id);
            if let Some(before) = all.get(&id) {
                return Err(ExplanationError::Twice { file, line, id, before: before.line });
            }
            all.insert(id, Explanation { reason: reason.to_owned(), line });
        }
        Ok(Self(all))
    }

    /// What explains this place.
    #[must_use]
    pub fn of(&self, id: &str) -> Option<&Explanation> {
        self.0.get(&PlaceId::from(id))
    }

    /// All of them, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (&PlaceId, &Explanation)> {
        self.0.iter()
    }
}

/// The line of a row, counted from 1; the parser's own count stops before blank lines and comments.
fn line_of(bytes: &[u8], at: &csv::Position) -> u64 {
    let rest = usize::try_from(at.byte()).ok().and_then(|byte| bytes.get(byte..)).unwrap_or_default();
    let is_no_row = |line: &&[u8]| line.starts_with(b"#") || line.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
    at.line() + rest.split_inclusive(|byte| *byte == b'\n').take_while(is_no_row).count() as u64
}
