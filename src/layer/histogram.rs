//! Incidents over time, in bins of an hour, day, week, month or year.

use super::Selection;
use super::segment::UNDATED;
use crate::incident::{UnknownWord, words};
use crate::time::from_minutes;
use foldhash::HashMap;
use jiff::ToSpan;
use jiff::civil::{DateTime, Weekday};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Bins that are given at most when the unit is left to us.
pub const USUAL_BINS: usize = 400;

/// Bins that are given at most in any case; a finer unit is refused.
pub const MAX_BINS: usize = 20_000;

/// The width of a bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Unit {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

words!(Unit, "unit of time", { Hour => "hour", Day => "day", Week => "week", Month => "month", Year => "year" });

/// One bin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bin {
    /// Its first day, or hour as `2022-01-05T14:00`.
    pub start: String,
    /// Incidents that begin in it.
    pub count: usize,
}

/// Incidents over time. `matched = sum of bins + undated + coarse`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Histogram {
    /// Width of a bin.
    pub unit: &'static str,
    /// From the first to the last, without gaps.
    pub bins: Vec<Bin>,
    /// Incidents without a date.
    pub undated: usize,
    /// Incidents whose time is known less exactly than the unit.
    pub coarse: usize,
    /// All of them.
    pub matched: usize,
}

/// Too many bins.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("bins of one `{unit}` over this time are more than {MAX_BINS}; choose a longer unit or a shorter `datetime`")]
pub struct TooManyBins {
    unit: &'static str,
}

/// Minutes of a day, and of the slots in which incidents are counted before they are put into bins.
const DAY: i64 = 24 * 60;
const HOUR: i64 = 60;

/// Counts a selection in bins of `unit`; without one in the finest (a day at least) that gives at most [`USUAL_BINS`].
///
/// # Errors
/// More than [`MAX_BINS`] bins.
pub fn histogram(selection: &Selection<'_>, unit: Option<Unit>) -> Result<Histogram, TooManyBins> {
    let starts = selection.stretches().filter_map(|stretch| {
        // A run is in the order of time, its undated rows last.
        let starts = stretch.segment.starts();
        let dated = |index: &u32| starts[*index as usize] != UNDATED;
        let newest = stretch.indexes().next().filter(dated)?;
        let oldest = stretch.indexes().take_while(dated).last()?;
        Some((i64::from(starts[oldest as usize]), i64::from(starts[newest as usize])))
    });
    let range = starts.reduce(|whole, range| (whole.0.min(range.0), whole.1.max(range.1)));
    let unit = unit.unwrap_or_else(|| {
        let fits = |unit: &Unit| range.is_none_or(|range| bins_between(range, *unit) <= USUAL_BINS);
        [Unit::Day, Unit::Week, Unit::Month].into_iter().find(fits).unwrap_or(Unit::Year)
    });
    let slot = if unit == Unit::Hour { HOUR } else { DAY };
    let longest = longest_minutes(unit);
    let mut slots: HashMap<i64, usize> = HashMap::default();
    let (mut undated, mut coarse) = (0, 0);
    for stretch in selection.stretches() {
        let (starts, ends) = (stretch.segment.starts(), stretch.segment.ends());
        // Rows of one day follow each other.
        let mut same = (i64::MIN, 0);
        for index in stretch.indexes() {
            let (start, end) = (starts[index as usize], ends[index as usize]);
            if start == UNDATED {
                undated += 1;
            } else if i64::from(end) - i64::from(start) >= longest {
                coarse += 1;
            } else {
                let number = i64::from(start).div_euclid(slot);
                if number != same.0 {
                    *slots.entry(same.0).or_default() += same.1;
                    same = (number, 0);
                }
                same.1 += 1;
            }
        }
        *slots.entry(same.0).or_default() += same.1;
    }
    let mut counts: BTreeMap<DateTime, usize> = BTreeMap::new();
    for (number, count) in slots.into_iter().filter(|(_, count)| *count > 0) {
        *counts.entry(floor(from_minutes(number * slot), unit)).or_default() += count;
    }
    let mut bins = Vec::new();
    if let (Some((&first, _)), Some((&last, _))) = (counts.first_key_value(), counts.last_key_value()) {
        let mut start = first;
        while start <= last {
            if bins.len() == MAX_BINS {
                return Err(TooManyBins { unit: unit.as_str() });
            }
            bins.push(Bin { start: label(start, unit), count: counts.get(&start).copied().unwrap_or(0) });
            start = next(start, unit);
        }
    }
    Ok(Histogram { unit: unit.as_str(), bins, undated, coarse, matched: selection.len() })
}

/// Minutes from which on a span is known less exactly than the unit: months have up to 31 days.
fn longest_minutes(unit: Unit) -> i64 {
    match unit {
        Unit::Hour => 1,
        Unit::Day => DAY,
        Unit::Week => 7 * DAY,
        Unit::Month => 31 * DAY,
        Unit::Year => i64::MAX,
    }
}

fn bins_between(range: (i64, i64), unit: Unit) -> usize {
    let (mut start, last) = (floor(from_minutes(range.0), unit), from_minutes(range.1));
    let mut bins = 0;
    while start <= last && bins <= USUAL_BINS {
        bins += 1;
        start = next(start, unit);
    }
    bins
}

/// The start of the bin that holds `at`; weeks begin on Monday (ISO 8601).
fn floor(at: DateTime, unit: Unit) -> DateTime {
    let date = at.date();
    match unit {
        Unit::Hour => date.at(at.hour(), 0, 0, 0),
        Unit::Day => date.at(0, 0, 0, 0),
        Unit::Week => {
            let since_monday = i64::from(date.weekday().since(Weekday::Monday));
            date.checked_sub(since_monday.days()).unwrap_or(date).at(0, 0, 0, 0)
        }
        Unit::Month => date.first_of_month().at(0, 0, 0, 0),
        Unit::Year => date.first_of_year().at(0, 0, 0, 0),
    }
}

fn next(start: DateTime, unit: Unit) -> DateTime {
    let step = match unit {
        Unit::Hour => 1.hour(),
        Unit::Day => 1.day(),
        Unit::Week => 1.week(),
        Unit::Month => 1.month(),
        Unit::Year => 1.year(),
    };
    start.checked_add(step).unwrap_or(DateTime::MAX)
}

fn label(start: DateTime, unit: Unit) -> String {
    match unit {
        Unit::Hour => format!("{}T{:02}:00", start.date(), start.hour()),
        Unit::Day | Unit::Week | Unit::Month | Unit::Year => start.date().to_string(),
    }
}
