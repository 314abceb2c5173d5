//! When a row says that it happened.

use super::Columns;
use crate::ingest::clock::parse_time;
use crate::ingest::columns::Field;
use crate::ingest::dates::{DateOrder, SlashedDates, is_ambiguous, lacks_year, parse_date, slashed};
use crate::ingest::problem::{ProblemCode, RowProblem};
use crate::time::{Occurred, TimePrecision};
use jiff::civil::{Date, Time};

impl Columns {
    /// When it happened; what was guessed of it is added to `remarks`, and what says more than a date can hold to `extra`.
    pub(super) fn occurred<'a>(
        &self,
        cell: &impl Fn(Field) -> &'a str,
        reject: &impl Fn(ProblemCode, Field, &str, String, &str) -> RowProblem,
        order: &dyn Fn() -> SlashedDates,
        remarks: &mut Vec<RowProblem>,
        extra: &mut Vec<(String, String)>,
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
                (Some(dates), None) if let Some(other) = parse_date(text, dates.order.other()) => Err(reject(
                    ProblemCode::BadDate,
                    field,
                    text,
                    contradicting(dates.order, other),
                    "write it as 2022-01-13, or say which order the dates have (--date-order, `date_order`)",
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
        let mut keep = |field: Field| extra.push((self.kept_name(field), cell(field).to_owned()));
        let start = read(Field::Date)?;
        let start = match (cell(Field::Time), start) {
            ("", start) => start,
            // A time of no day says nothing of when.
            (_, None) => {
                keep(Field::Time);
                None
            }
            (text, Some(start)) => match time_of_day(text, start) {
                Some(time) if start.precision() == TimePrecision::Day => {
                    Some(Occurred::minute(start.start().date().to_datetime(time)))
                }
                Some(time) => {
                    if start.precision() != TimePrecision::Minute || start.start().time() != time {
                        keep(Field::Time);
                    }
                    Some(start)
                }
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
        let Some(end) = read(Field::DateEnd)? else { return Ok(start) };
        let Some(start) = start else {
            keep(Field::DateEnd);
            return Ok(None);
        };
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

/// The time of day in a cell for it. Spreadsheets write it with a day, their first or that of the row.
fn time_of_day(text: &str, start: Occurred) -> Option<Time> {
    const FIRST_DAYS: [Date; 2] = [Date::constant(1899, 12, 30), Date::constant(1899, 12, 31)];
    parse_time(text).or_else(|| {
        let at = parse_date(text, DateOrder::DayFirst).filter(|at| at.precision() == TimePrecision::Minute)?;
        let day = at.start().date();
        (FIRST_DAYS.contains(&day) || day == start.start().date()).then(|| at.start().time())
    })
}

/// Why a date is no day in the order of the file, when it is one in the other.
fn contradicting(order: DateOrder, other: Occurred) -> String {
    let (first, last) = match order {
        DateOrder::DayFirst => ("day first", "month first"),
        DateOrder::MonthFirst => ("month first", "day first"),
    };
    format!("the dates of the file are read {first}, and this is a day only {last}: {other}")
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
