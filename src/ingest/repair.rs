//! The file of the rows with problems: written so that it loads again when it is repaired, as what it repairs.

use super::IngestError;
use super::columns::Field;
use super::dates::SlashedDates;
use super::problem::RowProblem;
use crate::cell::{inert, revived};
use serde::{Deserialize, Serialize};
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

/// Rows among which the first is looked for that names what it repairs: others may have been added above it.
pub(super) const LOOKED_AT: usize = 1_000;

/// Whether a column of this name is one that a file of problems has beside those of the row.
pub(super) fn is_ours(header: &str) -> bool {
    TELLING.contains(&header) || [IMPORT, DATASET, KEY, MAPPING].contains(&header)
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

/// The columns by which a file of problems is known.
#[derive(Debug, Clone, Default)]
pub(super) struct RepairColumns {
    import: Option<usize>,
    dataset: Option<usize>,
    key: Option<usize>,
    mapping: Option<usize>,
}

impl RepairColumns {
    pub(super) fn of(headers: &[String]) -> Self {
        let at = |name: &str| headers.iter().position(|header| header == name);
        Self { import: at(IMPORT), dataset: at(DATASET), key: at(KEY), mapping: at(MAPPING) }
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
        let ours = TELLING.into_iter().chain([IMPORT, DATASET, KEY, MAPPING]).map(str::to_owned);
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
        let own = self.columns.iter().map(|column| cells.get(*column).map(|cell| inert(cell)).unwrap_or_default());
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
