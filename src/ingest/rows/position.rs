//! Where the position of a row stands, and how the file calls it.

use super::{Columns, Orders};
use crate::ingest::angles::Axis;
use crate::ingest::cells::Cells;
use crate::ingest::columns::{Field, folded};
use crate::ingest::coordinates::{self, Found, PairOrder};
use crate::ingest::problem::{PLACE_COLUMN, POSITION_COLUMN, ProblemCode, RowProblem};
use crate::ingest::records::Record;

/// Where positions stand in one column.
pub(in crate::ingest) enum PairColumn {
    /// Its header says which number comes first.
    Ordered(PairOrder),
    /// Its cells have to be asked.
    Asked(usize),
}

impl Columns {
    /// The position of a row and the column that has it.
    pub(super) fn position<'a>(
        &self,
        row: &Record,
        cell: &impl Fn(Field) -> &'a str,
        reject: &impl Fn(ProblemCode, Field, &str, String, &str) -> RowProblem,
        orders: &Orders<'_>,
        remarks: &mut Vec<RowProblem>,
    ) -> Result<Option<(Found, Field)>, RowProblem> {
        let bad = |fault: coordinates::Fault, field| {
            reject(ProblemCode::BadCoordinates, field, cell(field), fault.reason, fault.repair)
        };
        let names_a_place = || {
            use Field::{City, Country, District, Place, Region};
            [Place, City, District, Region, Country].into_iter().any(|field| !cell(field).is_empty())
        };
        // 0, 0 stands for unknown: the words of the row place it, when it has some.
        let mut bad_or_unknown = |fault: coordinates::Fault, field| {
            let is_unknown = fault.is_zero && names_a_place();
            let problem = bad(fault, field);
            if !is_unknown {
                return Err(problem);
            }
            remarks.push(RowProblem { kept: true, ..problem });
            Ok(())
        };
        let in_two = coordinates::position(cell(Field::Lat), cell(Field::Lon)).or_else(|fault| {
            let field = if fault.axis == Axis::Lon { Field::Lon } else { Field::Lat };
            bad_or_unknown(fault, field).map(|()| None)
        })?;
        if let Some(at) = in_two {
            return Ok(Some((Found::Position(at), Field::Lat)));
        }
        if self.method.is_some_and(|method| &row.cells[method] != "given") {
            return Ok(None);
        }
        for (field, order) in [(Field::LatLon, None), (Field::LonLat, Some(PairOrder::LonFirst))] {
            let found = coordinates::pair(cell(field), || order.unwrap_or_else(orders.pairs));
            if let Some(found) = found.or_else(|fault| bad_or_unknown(fault, field).map(|()| None))? {
                return Ok(Some((found, field)));
            }
        }
        // A place that is two numbers, with decimals, is a position: `43.238, 76.945` under `location`.
        let place = cell(Field::Place);
        if place.contains('.') && coordinates::two_numbers(place).is_some() {
            let found = coordinates::pair(place, orders.pairs).map_err(|fault| bad(fault, Field::Place))?;
            return Ok(found.map(|found| (found, Field::Place)));
        }
        Ok(None)
    }

    /// The column whose cells hold both numbers of a position.
    pub(in crate::ingest) fn pair_column(&self) -> Option<PairColumn> {
        if self.column_of(Field::LonLat).is_some() && self.column_of(Field::LatLon).is_none() {
            return Some(PairColumn::Ordered(PairOrder::LonFirst));
        }
        let column = self.column_of(Field::LatLon).or(self.column_of(Field::Place))?;
        // WKT has its own order.
        let is_wkt = matches!(folded(&self.headers[column]).as_str(), "wkt" | "geom wkt" | "geojson");
        Some(if is_wkt { PairColumn::Ordered(PairOrder::LatFirst) } else { PairColumn::Asked(column) })
    }

    /// How the file calls the columns that [`PLACE_COLUMN`] or [`POSITION_COLUMN`] stands for, those that are filled in the row.
    pub(in crate::ingest) fn words_for(&self, stands: &str, cells: &Cells) -> Option<String> {
        let is_filled = |column: &usize| cells.get(*column).is_some_and(|cell| !cell.trim().is_empty());
        let filled = |fields: &[Field]| -> Vec<&str> {
            let columns = fields.iter().filter_map(|field| self.column_of(*field)).filter(is_filled);
            columns.map(|column| self.headers[column].as_str()).collect()
        };
        let names = match stands {
            PLACE_COLUMN => filled(&[Field::Place, Field::City, Field::District, Field::Region, Field::Country])
                .into_iter()
                .take(1)
                .collect(),
            POSITION_COLUMN => {
                let two = filled(&[Field::Lat, Field::Lon]);
                if two.is_empty() {
                    filled(&[Field::LatLon, Field::LonLat, Field::Place]).into_iter().take(1).collect()
                } else {
                    two
                }
            }
            _ => return None,
        };
        (!names.is_empty()).then(|| names.join(", "))
    }
}
