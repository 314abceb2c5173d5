//! When a row says that it happened.

use super::Columns;
use crate::ingest::clock::parse_time;
use crate::ingest::columns::Field;
use crate::ingest::dates::{DateOrder, SlashedDates, is_ambiguous, lacks_year, parse_date, slashed};
use crate::ingest::problem::{ProblemCode, RowProblem};
use crate::time::{Occurred, TimePrecision};

impl Columns {
    /// When it happened; what was guessed of it is added to `remarks`.
    pub(super) fn occurred<'a>(
        &self,
        cell: &impl Fn(Field) -> &'a str,
        reject: &impl Fn(ProblemCode, Field, &str, String, &str) -> RowProblem,
        order: &dyn Fn() -> SlashedDates,
        remarks: &mut Vec<RowProblem>,
    ) -> Result<Option<Occurred>, RowProblem> {
        const REPAIR: &str = "write the date as 2022-01-05, 05.01.2022 or 5 января 2022";
        // Only what has slashes may be meant in either order, and finding out takes a look at the whole file.
        let order = |text: &str| (text.contains('/') && slashed(text).next().is_some()).then(order);
        let mut read = |field: Field| match cell(field) {
            "" => Ok(None),
            text => match (order(text), parse_date(text, order(text).map_or(DateOrder::DayFirst, |dates| dates.order)))
            {
                (Some(dates), Some(occurred)) if dates.is_guess() && is_ambiguous(text) => {
                    let problem = reject(
                        ProblemCode::AmbiguousDate,
                        field,
                        text,
                        guessed(text, dates, occurred),
                        "write it as 2022-01-05, or say which order the dates have (--date-order, `date_order`)",
                    );
                    remarks.push(RowProblem { kept: true, ..problem });
                    Ok(Some(occurred))
                }
                (_, Some(occurred)) => Ok(Some(occurred)),
                (_, None) if lacks_year(text) => Err(reject(
                    ProblemCode::BadDate,
                    field,
                    text,
                    "the year is missing".to_owned(),
                    "write the year too, for instance 5 января 2022",
                )),
                (_, None) => Err(reject(
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

/// How a date was read that may be meant in two orders, when the file does not tell which.
fn guessed(text: &str, dates: SlashedDates, occurred: Occurred) -> String {
    let other = parse_date(text, dates.order.other());
    let other = other.map_or_else(|| "another day".to_owned(), |other| other.to_string());
    let order = match dates.order {
        DateOrder::DayFirst => "day first",
        DateOrder::MonthFirst => "month first",
    };
    format!("read {order} as {occurred}; it may be {other}, and the file does not say which")
}
