//! From the bytes of a file to reports and row problems.
//!
//! Values in, values out: no files, no clock, no places. One bad row never hides the others. Read [`read_file`] first.

mod columns;
mod container;
mod coordinates;
mod dates;
mod delimiter;
mod encoding;
mod gdelt;
mod problem;
mod records;
mod rows;

pub use columns::{Field, field_of};
pub use container::Format;
pub use dates::{DateOrder, parse_date, parse_time};
pub use encoding::EncodingError;
pub use problem::{MAX_VALUE_CHARS, ProblemRows, RowProblem, write_problems_csv};
pub use records::{Record, records};
pub use rows::ReportFile;

use encoding::Decoded;
use rows::Reading;
use std::collections::{BTreeMap, BTreeSet};

/// Largest file, bytes: 1 GiB.
pub const MAX_FILE_BYTES: usize = 1 << 30;

/// Most data rows in a file.
pub const MAX_ROWS: usize = 5_000_000;

/// Most columns in a file.
pub const MAX_COLUMNS: usize = 500;

/// Longest cell, bytes of UTF-8: 64 KiB.
pub const MAX_FIELD_BYTES: usize = 64 * 1024;

/// Most lines that one row may span; more is an unclosed quote.
pub const MAX_ROW_LINES: u64 = 200;

/// How to read a file; everything that is not given is detected.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Name of the encoding, for instance `windows-1251`.
    pub encoding: Option<String>,
    /// Between two cells.
    pub delimiter: Option<char>,
}

/// Why a file as a whole cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// Nothing in it.
    #[error("the file is empty; the first line must name the columns, for instance `date,title,place`")]
    Empty,
    /// Too much in it.
    #[error("the file has {0} bytes, more than {MAX_FILE_BYTES}; split it")]
    TooLarge(usize),
    /// Too many rows.
    #[error("the file has more than {MAX_ROWS} rows; split it")]
    TooManyRows,
    /// Too many columns.
    #[error("the first line names {0} columns, more than {MAX_COLUMNS}; is the delimiter right?")]
    TooManyColumns(usize),
    /// Not text in the encoding that was named.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// No column says where.
    #[error(
        "no column says where: found {found}; expected one named place, city, region, or lat and lon \
         (место, город, область, широта, долгота; орын, қала, облыс)"
    )]
    NoPlaceColumn {
        /// The columns that there are.
        found: String,
    },
    /// A file of another kind.
    #[error("this is {0}, not a table; save it as CSV (UTF-8) or XLSX first")]
    NotText(&'static str),
    /// A packed file that is broken.
    #[error("the file cannot be unpacked: {0}; save or send it anew")]
    Packed(String),
    /// A packed file with too much in it.
    #[error("unpacked, the file has more than {MAX_FILE_BYTES} bytes; split it")]
    UnpacksTooLarge,
    /// Not GeoJSON, although it begins so.
    #[error("the file begins like GeoJSON and cannot be read as such: {0}")]
    GeoJson(String),
}

/// Reads a file: CSV, XLSX, ODS or GeoJSON, perhaps in gzip. Kind, encoding, delimiter and columns are detected, every data row
/// becomes a report or a problem.
///
/// # Errors
/// The file as a whole cannot be read.
pub fn read_file(bytes: &[u8], options: &ReadOptions) -> Result<ReportFile, IngestError> {
    opened(bytes, options, |source, how| rows::read(|| source.records(), how))
}

/// The header of a file that was read, and the cells of the rows that begin at these lines.
///
/// # Errors
/// The file as a whole cannot be read.
pub fn rows_at(bytes: &[u8], options: &ReadOptions, lines: &BTreeSet<u64>) -> Result<ProblemRows, IngestError> {
    opened(bytes, options, |source, _| Ok(rows::rows_at(|| source.records(), lines)))
}

/// What rows are read from.
enum Source<'a> {
    Text { text: &'a str, delimiter: char },
    Rows(&'a [Record]),
}

impl Source<'_> {
    fn records(&self) -> Box<dyn Iterator<Item = Record> + '_> {
        match self {
            Self::Text { text, delimiter } => Box::new(records(text, *delimiter)),
            Self::Rows(rows) => Box::new(rows.iter().cloned()),
        }
    }
}

/// Unpacks and decodes a file and gives it to `take`.
fn opened<T>(
    bytes: &[u8],
    options: &ReadOptions,
    take: impl FnOnce(&Source<'_>, &Reading<'_>) -> Result<T, IngestError>,
) -> Result<T, IngestError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(IngestError::TooLarge(bytes.len()));
    }
    let bytes = &*container::unpacked(bytes)?;
    let none = BTreeMap::new();
    let format = container::format_of(bytes)?;
    let rows = match format {
        Format::Csv => {
            let Decoded { text, encoding, broken_lines } = encoding::decode(bytes, options.encoding.as_deref())?;
            let delimiter = options.delimiter.unwrap_or_else(|| delimiter::detect(&text));
            let how = Reading { format, encoding, delimiter: Some(delimiter), broken_lines: &broken_lines };
            return take(&Source::Text { text: &text, delimiter }, &how);
        }
        Format::Xlsx | Format::Ods => container::sheet(bytes, format)?,
        Format::GeoJson => container::features(bytes)?,
    };
    take(&Source::Rows(&rows), &Reading { format, encoding: "UTF-8", delimiter: None, broken_lines: &none })
}
