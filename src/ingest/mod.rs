//! From the bytes of a file to reports and row problems.
//!
//! Values in, values out: no files, no clock, no places. One bad row never hides the others. A file is read in pieces and never held
//! whole. Read [`Table`] first.

mod angles;
mod calendar_words;
mod cells;
mod clock;
mod columns;
mod container;
mod coordinates;
mod dates;
mod delimiter;
mod encoding;
mod features;
mod gdelt;
mod hxl;
mod input;
mod merged;
mod moment;
mod odd_rows;
mod ods;
mod position_header;
mod problem;
mod records;
mod repair;
mod rows;
mod scales;
mod seen;
mod shared_texts;
mod table;
mod text;
mod ucdp;
mod understood;
mod versions;
mod workbook;
mod xlsx;
mod xml;

pub use cells::Cells;
pub use clock::parse_time;
pub use columns::{Field, field_of};
pub use container::Format;
pub use dates::{DateOrder, OrderReason, SlashedDates, parse_date};
pub use delimiter::{DelimiterError, parse_delimiter};
pub use encoding::{EncodingError, check_encoding};
pub use input::Input;
pub use problem::{MAX_VALUE_CHARS, PLACE_COLUMN, POSITION_COLUMN, ProblemCode, RowProblem};
pub use records::{CellFault, Fault, Record};
pub use repair::{ProblemTable, Reading, Repairs};
pub use rows::{Fingerprint, Outcome, Row};
pub use seen::{Seen, Standing};
pub use table::{ReportFile, Rows, Table, read_file};
pub use understood::{SameAs, Understood, UnderstoodColumn, UnderstoodDates};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Largest file, bytes, unpacked: 16 GiB.
pub const MAX_FILE_BYTES: u64 = 16 << 30;

/// Largest workbook, bytes, its parts unpacked: 256 MiB. It is held packed, and read cell by cell.
pub const MAX_DOCUMENT_BYTES: u64 = 256 << 20;

/// Most data rows in a file.
pub const MAX_ROWS: u64 = 5_000_000;

/// Most columns in a file.
pub const MAX_COLUMNS: usize = 500;

/// Longest cell, bytes of UTF-8: 64 KiB.
pub const MAX_FIELD_BYTES: usize = 64 * 1024;

/// Longest row, bytes of UTF-8: 16 MiB.
pub const MAX_ROW_BYTES: usize = 16 << 20;

/// Most lines that one row may span; more is an unclosed quote.
pub const MAX_ROW_LINES: u64 = 200;

/// Kinds of files that are understood as they come, by the names that people ask for them.
pub const BUILT_IN_PRESETS: [&str; 7] = ["acled", "ucdp", "gdelt", "ushahidi", "kobo", "timemap", "atlos"];

/// How to read a file; everything that is not given is detected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReadOptions {
    /// Name of the encoding, for instance `windows-1251`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Between two cells: an ASCII character.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "delimiter::deserialized")]
    pub delimiter: Option<char>,
    /// Whether day or month comes first in dates with slashes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// The sheet of a workbook that is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// By header what a column holds; `None` for one that is only kept.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, Option<Field>>,
}

impl ReadOptions {
    /// These options, and where they say nothing the others.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.encoding = self.encoding.or(other.encoding);
        self.delimiter = self.delimiter.or(other.delimiter);
        self.date_order = self.date_order.or(other.date_order);
        self.sheet = self.sheet.or(other.sheet);
        for (header, field) in other.columns {
            let is_given = self.columns.values().any(|given| field.is_some() && *given == field);
            if !is_given {
                self.columns.entry(header).or_insert(field);
            }
        }
        self
    }
}

/// Why a file as a whole cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// Nothing in it.
    #[error("the file is empty; the first line must name the columns, for instance `date,title,place`")]
    Empty,
    /// A header and nothing below it.
    #[error("the file has a header and no row of data below it; nothing can be loaded")]
    NoRows,
    /// Too much in it.
    #[error("the file has {0} bytes, more than {most} GiB; split it", most = MAX_FILE_BYTES >> 30)]
    TooLarge(u64),
    /// Too much to be held whole.
    #[error("a workbook may have {} MiB unpacked; save it as CSV (UTF-8), or split it", MAX_DOCUMENT_BYTES >> 20)]
    LargeDocument,
    /// Too many rows.
    #[error("the file has more than {MAX_ROWS} rows; split it")]
    TooManyRows,
    /// Too many columns.
    #[error("the first line names {0} columns, more than {MAX_COLUMNS}; is the delimiter right?")]
    TooManyColumns(usize),
    /// A cell of a workbook far to the right of the others.
    #[error(
        "cell `{0}` of the workbook lies more than {MAX_COLUMNS} columns from the first that is filled; delete what is in it"
    )]
    FarCell(String),
    /// Not text in the encoding that was named.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// A delimiter that is none.
    #[error("`{0}` cannot stand between cells; expected a comma, semicolon, tab, bar or another ASCII character")]
    Delimiter(char),
    /// A sheet that is not there was named.
    #[error("the workbook has no sheet `{name}`; there is {found}")]
    NoSuchSheet {
        /// What was named.
        name: String,
        /// The sheets that there are.
        found: String,
    },
    /// A sheet was named of a file that has none.
    #[error("the file is {format} and has no sheets; leave the sheet `{name}` out, or send the workbook")]
    NoSheets {
        /// What kind of file it is.
        format: &'static str,
        /// What was named.
        name: String,
    },
    /// No column says where.
    #[error(
        "no column says where: found {found}; expected one named place, city, region, or lat and lon \
         (место, город, область, широта, долгота; орын, қала, облыс)"
    )]
    NoPlaceColumn {
        /// The columns that there are.
        found: String,
    },
    /// A column that is not there was named.
    #[error("there is no column `{header}`; there is {found}")]
    NoSuchColumn {
        /// What was named.
        header: String,
        /// The columns that there are.
        found: String,
    },
    /// A problem file whose mapping was changed.
    #[error(
        "the column `{column}` is not as the program wrote it ({source}); restore it, or empty it and name the columns by hand",
        column = repair::MAPPING
    )]
    RepairMapping {
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Two columns were said to hold the same.
    #[error("`{first}` and `{second}` cannot both be the {field}")]
    TwiceNamed {
        /// One column.
        first: String,
        /// The other.
        second: String,
        /// What both were said to hold.
        field: Field,
    },
    /// A file of another kind.
    #[error("this is {0}, not a table; save it as CSV (UTF-8) or XLSX first")]
    NotText(&'static str),
    /// A workbook of another kind.
    #[error("this is {0}, which is not read here; open it in a spreadsheet and save it as XLSX or CSV (UTF-8)")]
    OtherWorkbook(&'static str),
    /// A workbook that is encrypted.
    #[error("the workbook has a password; open it in a spreadsheet and save it without one")]
    Password,
    /// Text with four bytes for each character.
    #[error("this is text in {0}, which no table is kept in; save it as CSV (UTF-8) first")]
    Utf32(&'static str),
    /// A packed file that is broken.
    #[error("the file cannot be unpacked: {0}; save or send it anew")]
    Packed(String),
    /// A packed file with too much in it.
    #[error(
        "unpacked, the file has more than {} GiB, or far more than a table packs into it; unpack or split it",
        MAX_FILE_BYTES >> 30
    )]
    UnpacksTooLarge,
    /// Not GeoJSON, although it begins so.
    #[error("the file begins like GeoJSON and cannot be read as such: {0}")]
    GeoJson(String),
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[source] std::io::Error),
}
