//! Whether a row can be trusted at all.

use super::Columns;
use crate::ingest::ods::MAX_ROW_REPEATS;
use crate::ingest::problem::{ProblemCode, RowProblem};
use crate::ingest::records::{CellFault, Fault, Record};
use crate::ingest::{MAX_FIELD_BYTES, MAX_ROW_BYTES, MAX_ROW_LINES};

impl Columns {
    /// Whether the row can be trusted at all.
    pub(super) fn check(&self, row: &Record) -> Result<(), RowProblem> {
        let line = row.line;
        let shown = || row.cells.iter().collect::<Vec<_>>().join(" | ");
        let reject =
            |code, reason: String, repair: &str| Err(RowProblem::rejected(code, line, "", &shown(), reason, repair));
        match row.fault {
            Some(Fault::BrokenEncoding { .. }) if row.cells.iter().any(|cell| cell.contains('\u{fffd}')) => {
                return reject(
                    ProblemCode::BrokenEncoding,
                    "the row holds U+FFFD: a letter was lost when the file was made".to_owned(),
                    "write the letters anew, or make the file anew as CSV UTF-8",
                );
            }
            Some(Fault::BrokenEncoding { line: broken_line, at }) => {
                return reject(
                    ProblemCode::BrokenEncoding,
                    format!(
                        "broken encoding: character {at} of line {broken_line} is none of the encoding of the file"
                    ),
                    "save the file anew as CSV UTF-8, or name its encoding",
                );
            }
            Some(Fault::UnclosedQuote) => {
                return reject(
                    ProblemCode::UnclosedQuote,
                    format!("a quote is opened and not closed within {MAX_ROW_LINES} lines"),
                    "close the quote, or double it when it is part of the text",
                );
            }
            Some(Fault::BrokenFeature) => {
                return reject(
                    ProblemCode::BadFeature,
                    "not a GeoJSON feature with geometry and properties".to_owned(),
                    "correct its geometry, or remove it",
                );
            }
            Some(Fault::RepeatedRow { times }) => {
                return reject(
                    ProblemCode::RepeatedRow,
                    format!("the row above is repeated {times} times; the first {MAX_ROW_REPEATS} of them are read"),
                    "delete the copies, or save the sheet as CSV",
                );
            }
            Some(Fault::LongField) => {
                return reject(
                    ProblemCode::LongCell,
                    format!("a cell is longer than {MAX_FIELD_BYTES} bytes, or the row longer than {MAX_ROW_BYTES}"),
                    "shorten it, or check for a quote that is not closed",
                );
            }
            None => {}
        }
        let (cells, wanted) = (row.cells.count(), self.headers.len());
        if cells < wanted {
            return reject(
                ProblemCode::FewCells,
                format!("too few columns: {cells} instead of {wanted}"),
                "fill in the missing cells, or quote a cell with a line break",
            );
        }
        if row.cells.is_filled_beyond() || row.cells.iter().skip(wanted).any(|cell| !cell.trim().is_empty()) {
            return reject(
                ProblemCode::ManyCells,
                format!("too many columns: {cells} instead of {wanted}"),
                "put quotes around a cell that holds the delimiter",
            );
        }
        if row.cells.any_has(b'\0')
            && let Some(index) = row.cells.iter().position(|cell| cell.contains('\0'))
        {
            return Err(RowProblem::rejected(
                ProblemCode::ZeroCharacter,
                line,
                self.headers.get(index).map_or("", String::as_str),
                &shown().replace('\0', "\u{fffd}"),
                "the cell holds a NUL character",
                "save the file anew as CSV UTF-8",
            ));
        }
        Ok(())
    }

    /// The cells that show something and have no value.
    pub(super) fn cells_without_value(&self, row: &Record) -> impl Iterator<Item = RowProblem> {
        row.cell_faults.iter().map(|(column, fault)| {
            let header = self.headers.get(*column).map_or("", String::as_str);
            let (value, reason) = match fault {
                CellFault::NoValue => ("", "the value of the cell is not in the file"),
                CellFault::Error(shown) => (shown.as_str(), "the formula of the cell could not be calculated"),
            };
            let repair = "open the file in a spreadsheet and save it anew, or write the value in place of the formula";
            RowProblem::kept(ProblemCode::CellWithoutValue, row.line, header, value, reason, repair)
        })
    }
}
