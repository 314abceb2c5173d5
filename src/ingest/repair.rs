//! The file of the rows with problems: written so that it loads again when it is repaired, as what it repairs.

use super::IngestError;
use super::columns::Field;
use super::dates::SlashedDates;
use super::problem::{ProblemCode, RowProblem};
use crate::cell::{inert, revived};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write;

/// Columns that tell of problems, after those of the row itself. A file that has them is read without them.
const TELLING: [&str; 6] =
    ["problem_line", "problem_column", "problem_value", "problem_reason", "problem_repair", "problem_kept"];

/// The import whose rows these are.
const IMPORT: &str = "incident_map_import";
/// The dataset of that import.
const DATASET: &str = "incident_map_dataset";
/// The key of the incident that was made of the row; empty when none was.
const KEY: &str = "incident_map_key";
/// How the file was read where its headers do not say it: JSON of [`Reading`].
pub(super) const MAPPING: &str = "incident_map_mapping";
/// Why the row was left out and what its cells were, where they alone do not show what was wrong with it: `CODE HASH`.
const LEFT_OUT: &str = "incident_map_left_out";

/// The columns that say what a row repairs, in order.
const REPAIRING: [&str; 5] = [IMPORT, DATASET, KEY, MAPPING, LEFT_OUT];

/// Hexadecimal digits of the hash of cells.
const HASH_DIGITS: usize = 16;

/// Rows among which the first is looked for that names what it repairs: others may have been added above it.
pub(super) const LOOKED_AT: usize = 1_000;

/// Whether a column of this name is one that a file of problems has beside those of the row.
pub(super) fn is_ours(header: &str) -> bool {
    TELLING.contains(&header) || REPAIRING.contains(&header)
}

/// What a repaired file repairs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Repairs {
    /// The import that had problems with its rows.
    pub import: String,
    /// The dataset of that import.
    pub dataset: String,
}

/// How a file is read where its headers do not say it, so that some of its rows under the same headers mean the same in another file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reading {
    /// By header what a column holds; only those of which the header says something else.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, Option<Field>>,
    /// How its dates with slashes are read: a few rows may speak for another order than the whole file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dates: Option<SlashedDates>,
}

/// Whether the cells of a row as they are written here look like those of a good one: some were cut off, bytes became letters, or it is
/// another row of the file that speaks against it.
fn looks_good(code: ProblemCode) -> bool {
    use ProblemCode::{
        BadFeature, BrokenEncoding, FewCells, LongCell, ManyCells, OtherVersion, SameId, UnclosedQuote, ZeroCharacter,
    };
    matches!(
        code,
        SameId
            | BrokenEncoding
            | UnclosedQuote
            | LongCell
            | FewCells
            | ManyCells
            | ZeroCharacter
            | BadFeature
            | OtherVersion
    )
}

/// What tells whether the cells of a row were changed. Spaces around them are none of them.
fn hash_of<'c>(cells: impl Iterator<Item = &'c str>) -> String {
    let mut hash = Sha256::new();
    for cell in cells {
        hash.update(revived(cell.trim()).as_bytes());
        hash.update([0]);
    }
    let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    hex[..HASH_DIGITS].to_owned()
}

/// The columns by which a file of problems is known.
#[derive(Debug, Clone, Default)]
pub(super) struct RepairColumns {
    /// The columns of the row itself.
    own: Vec<usize>,
    /// By [`TELLING`], its column.
    telling: [Option<usize>; TELLING.len()],
    left_out: Option<usize>,
    import: Option<usize>,
    dataset: Option<usize>,
    key: Option<usize>,
    mapping: Option<usize>,
}

impl RepairColumns {
    pub(super) fn of(headers: &[String]) -> Self {
        let at = |name: &str| headers.iter().position(|header| header == name);
        Self {
            own: (0..headers.len()).filter(|column| !is_ours(&headers[*column])).collect(),
            telling: TELLING.map(at),
            left_out: at(LEFT_OUT),
            import: at(IMPORT),
            dataset: at(DATASET),
            key: at(KEY),
            mapping: at(MAPPING),
        }
    }

    /// Whether they are there.
    pub(super) fn is_there(&self) -> bool {
        self.dataset.is_some()
    }

    /// The dataset that a row belongs to.
    pub(super) fn dataset<'r>(&self, cell: impl Fn(usize) -> &'r str) -> Option<&'r str> {
        filled(self.dataset, cell)
    }

    /// The key of the incident that a row repairs.
    pub(super) fn key<'r>(&self, cell: impl Fn(usize) -> &'r str) -> Option<&'r str> {
        filled(self.key, cell)
    }

    /// What is still wrong with a row that was left out and is as it was: the same as before.
    pub(super) fn still_wrong<'r>(&self, line: u64, cell: impl Fn(usize) -> &'r str + Copy) -> Option<RowProblem> {
        let (code, hash) = filled(self.left_out, cell)?.split_once(' ')?;
        let code: ProblemCode = code.parse().ok()?;
        if hash_of(self.own.iter().map(|column| cell(*column))) != hash {
            return None;
        }
        let [_, column, value, reason, repair, kept] =
            self.telling.map(|column| filled(column, cell).unwrap_or_default());
        let problem = RowProblem::rejected(code, line, column, value, reason, repair);
        Some(RowProblem { kept: kept.eq_ignore_ascii_case("true"), ..problem })
    }

    /// What a file repairs and how it is read, when this row says it.
    pub(super) fn told<'r>(
        &self,
        cell: impl Fn(usize) -> &'r str + Copy,
    ) -> Result<Option<(Repairs, Reading)>, IngestError> {
        let Some(dataset) = self.dataset(cell).map(str::to_owned) else { return Ok(None) };
        let import = filled(self.import, cell).unwrap_or_default().to_owned();
        let reading = match filled(self.mapping, cell) {
            None => Reading::default(),
            Some(json) => serde_json::from_str(json).map_err(|source| IngestError::RepairMapping { source })?,
        };
        Ok(Some((Repairs { import, dataset }, reading)))
    }
}

fn filled<'r>(column: Option<usize>, cell: impl Fn(usize) -> &'r str) -> Option<&'r str> {
    column.map(|column| revived(cell(column).trim())).filter(|text| !text.is_empty())
}

/// Writes rows with problems as a CSV that loads again when it is repaired: the columns of the file, then those that tell what is wrong,
/// then those that say what the rows repair. Cells cannot run as formulas in a spreadsheet.
pub struct ProblemTable<W: Write> {
    table: csv::Writer<W>,
    /// The columns of the file that are not ours.
    columns: Vec<usize>,
    repairs: Repairs,
    mapping: String,
}

impl<W: Write> ProblemTable<W> {
    /// A table with its header; `reading` is how the file was read where its headers do not say it.
    ///
    /// # Errors
    /// The writer fails.
    pub fn new(header: &[String], repairs: Repairs, reading: &Reading, out: W) -> Result<Self, csv::Error> {
        let mut table = csv::Writer::from_writer(out);
        // What a file of problems tells of its rows is told anew of those that are still wrong.
        let columns: Vec<usize> = (0..header.len()).filter(|column| !is_ours(&header[*column])).collect();
        let own = columns.iter().map(|column| inert(&header[*column]));
        let ours = TELLING.into_iter().chain(REPAIRING).map(str::to_owned);
        table.write_record(own.chain(ours))?;
        let mapping = if *reading == Reading::default() {
            String::new()
        } else {
            serde_json::to_string(reading).expect("our own structs of texts always become JSON")
        };
        Ok(Self { table, columns, repairs, mapping })
    }

    /// Writes a row, with all that is wrong with it in one line. `key` is that of the incident it became, empty when it became none.
    ///
    /// # Errors
    /// The writer fails.
    pub fn push(&mut self, cells: &[String], key: &str, problems: &[RowProblem]) -> Result<(), csv::Error> {
        let Some(first) = problems.first() else { return Ok(()) };
        let cell = |column: &usize| cells.get(*column).map_or("", String::as_str);
        let own = self.columns.iter().map(|column| inert(cell(column)));
        let left_out = problems.iter().find(|problem| looks_good(problem.code));
        let hash = || hash_of(self.columns.iter().map(cell));
        let all = |text: fn(&RowProblem) -> &str| {
            let texts: Vec<&str> = problems.iter().map(text).filter(|text| !text.is_empty()).collect();
            inert(&texts.join(" | "))
        };
        let told = [
            first.line.to_string(),
            all(|problem| &problem.column),
            all(|problem| &problem.value),
            all(|problem| &problem.reason),
            all(|problem| &problem.repair),
            problems.iter().all(|problem| problem.kept).to_string(),
            inert(&self.repairs.import),
            inert(&self.repairs.dataset),
            inert(key),
            self.mapping.clone(),
            left_out.map(|problem| format!("{} {}", problem.code, hash())).unwrap_or_default(),
        ];
        self.table.write_record(own.chain(told))
    }

    /// Ends it.
    ///
    /// # Errors
    /// The writer fails.
    pub fn finish(mut self) -> Result<(), csv::Error> {
        Ok(self.table.flush()?)
    }
}
