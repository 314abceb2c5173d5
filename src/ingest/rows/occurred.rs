//! When a row says that it happened.

use super::Columns;
use crate::ingest::clock::parse_time;
use crate::ingest::columns::Field;
use crate::ingest::dates::{DateOrder, lacks_year, parse_date};
use crate::ingest::problem::{ProblemCode, RowProblem};
use crate::time::{Occurred, TimePrecision};

impl Columns {
    pub(super) fn occurred<'a>(
        &self,
        cell: &impl Fn(Field) -> &'a str,
        reject: &impl Fn(ProblemCode, Field, &str, String, &str) -> RowProblem,
        order: &dyn Fn() -> DateOrder,
    ) -> Result<Option<Occurred>, RowProblem> {
        const REPAIR: &str = "write the date as 2022-01-05, 05.01.2022 or 5 января 2022";
        let read = |field: Field| match cell(field) {
            "" => Ok(None),
            // Only what has slashes may be meant in either order, and finding out takes a look at the whole file.
            text => match parse_date(text, if text.contains('/') { order() } else { DateOrder::DayFirst }) {
                Some(occurred) => Ok(Some(occurred)),
                None if lacks_year(text) => Err(reject(
                    ProblemCode::BadDate,
                    field,
                    text,
                    "the year is missing".to_owned(),
                    "write the year too, for instance 5 января 2022",
                )),
                None => Err(reject(
                    ProblemCode::BadDate,
                    field,
                    text,
                    "not a date that can be read, or no such day".to_owned(),
                    REPAIR,
                )),
            },
        };
        let Some(start) = read(Field::Date)? else { return Ok(None) };
        let start = match cell(Field::Time) {
            "" => start,
            text => match parse_time(text) {
                Some(time) if start.precision() == TimePrecision::Day => {
                    Occurred::minute(start.start().date().to_datetime(time))
                }
                Some(_) => start,
                None => {
                    let reason = "not a time of day that can be read".to_owned();
                    return Err(reject(
                        ProblemCode::BadTime,
                        Field::Time,
                        text,
                        reason,
                        "write the time as 14:30, or empty the cell",
                    ));
                }
            },
        };
        let Some(end) = read(Field::DateEnd)? else { return Ok(Some(start)) };
        Occurred::between(start, end).map(Some).map_err(|error| {
            reject(
                ProblemCode::EndBeforeStart,
                Field::DateEnd,
                cell(Field::DateEnd),
                error.to_string(),
                "swap the two dates, or empty the end",
            )
        })
    }
}
