//! How a file was understood, for those who loaded it.

use super::columns::Field;
use super::dates::{DateOrder, SlashedDates};
use super::repair::Repairs;
use serde::{Deserialize, Serialize};

/// How a file was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Understood {
    /// What kind of file it is.
    pub format: String,
    /// Name of the encoding.
    pub encoding: String,
    /// Between two cells; `None` where cells have no delimiter.
    pub delimiter: Option<char>,
    /// Its columns, in file order.
    pub columns: Vec<UnderstoodColumn>,
    /// Whether no column is read as the date: then no incident of it has one.
    #[serde(default)]
    pub without_date: bool,
    /// How its dates with slashes are read; `None` when it has none.
    pub dates: Option<UnderstoodDates>,
    /// What it repairs; `None` when it is no file of problems.
    pub repairs: Option<Repairs>,
    /// The import that loaded the same bytes into another dataset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_as: Option<SameAs>,
    /// The sheet of a workbook that is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Its other sheets that have rows, of which nothing is read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_sheets: Vec<String>,
    /// Cells of it with words that cover several rows; each counts for all of them.
    #[serde(default, skip_serializing_if = "is_none")]
    pub merged_cells: u64,
}

/// Whether there is nothing to say about a number of things.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives it so")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

/// An import of the same file under another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SameAs {
    /// The import.
    pub import: String,
    /// The dataset of its rows.
    pub dataset: String,
    /// What the file was called.
    pub file: String,
}

/// A column and what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderstoodColumn {
    /// As the file names it.
    pub header: String,
    /// `None` when it has no meaning here.
    pub field: Option<Field>,
    /// The name under which it is kept when it has no meaning; without one it is left out.
    pub kept_as: Option<String>,
}

/// How dates with slashes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnderstoodDates {
    /// What comes first, and why.
    #[serde(flatten)]
    pub now: SlashedDates,
    /// What came first when the dataset was loaded last, when that is another order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<DateOrder>,
}
