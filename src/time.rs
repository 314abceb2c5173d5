//! When things happened, as reported: local dates and times with the precision they were given in.
//!
//! Nothing here knows a clock or a time zone. A reported day stays a day and is never shifted. Read [`Occurred`] first.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};
use std::fmt;
use std::str::FromStr;

/// How exactly the time of an incident is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimePrecision {
    /// A time of day.
    Minute,
    /// A day.
    Day,
    /// A month.
    Month,
    /// A year.
    Year,
    /// A first and a last day.
    Interval,
}

impl TimePrecision {
    /// The word used in files and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
            Self::Interval => "interval",
        }
    }
}

/// When an incident happened: the reported local date, from its first minute to its last, both included.
///
/// Prints and parses as ISO 8601 cut to its precision: `2022-01-05T14:30`, `2022-01-05`, `2022-01`, `2022`, `2022-01-04/2022-01-06`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Occurred {
    start: DateTime,
    end: DateTime,
    precision: TimePrecision,
}

/// Why a text is not a date or an interval.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not an ISO 8601 date, month, year or date and time.
    #[error("`{0}` is not a date; expected `2022-01-05`, `2022-01-05T14:30`, `2022-01` or `2022`")]
    Date(String),
    /// The end comes before the start.
    #[error("`{0}` ends before it starts; expected `start/end`")]
    Order(String),
    /// Both ends open, or more than one slash.
    #[error("`{0}` is not an interval; expected `start/end`, `start/..` or `../end`")]
    Interval(String),
}

impl Occurred {
    /// A whole day.
    #[must_use]
    pub fn day(date: Date) -> Self {
        Self { start: date.to_datetime(Time::midnight()), end: last_minute(date), precision: TimePrecision::Day }
    }

    /// A minute of a day; seconds are dropped.
    #[must_use]
    pub fn minute(at: DateTime) -> Self {
        let at = at.date().at(at.hour(), at.minute(), 0, 0);
        Self { start: at, end: at, precision: TimePrecision::Minute }
    }

    /// A whole month, from its first day.
    ///
    /// # Errors
    /// There is no such month or year.
    pub fn month(year: i16, month: i8) -> Result<Self, TimeError> {
        let first = Date::new(year, month, 1).map_err(|_| TimeError::Date(format!("{year:04}-{month:02}")))?;
        Ok(Self {
            start: first.to_datetime(Time::midnight()),
            end: last_minute(first.last_of_month()),
            precision: TimePrecision::Month,
        })
    }

    /// A whole year.
    ///
    /// # Errors
    /// There is no such year.
    pub fn year(year: i16) -> Result<Self, TimeError> {
        let first = Date::new(year, 1, 1).map_err(|_| TimeError::Date(format!("{year:04}")))?;
        Ok(Self {
            start: first.to_datetime(Time::midnight()),
            end: last_minute(first.last_of_year()),
            precision: TimePrecision::Year,
        })
    }

    /// From the start of `first` to the end of `last`.
    ///
    /// # Errors
    /// `last` ends before `first` starts.
    pub fn between(first: Self, last: Self) -> Result<Self, TimeError> {
        if last.end < first.start {
            return Err(TimeError::Order(format!("{first}/{last}")));
        }
        if first == last {
            return Ok(first);
        }
        let day = first.start.date();
        if first.start == Self::day(day).start && last.end == Self::day(day).end {
            return Ok(Self::day(day));
        }
        Ok(Self { start: first.start, end: last.end, precision: TimePrecision::Interval })
    }

    /// The first minute, included.
    #[must_use]
    pub fn start(&self) -> DateTime {
        self.start
    }

    /// The last minute, included.
    #[must_use]
    pub fn end(&self) -> DateTime {
        self.end
    }

    /// How exactly it is known.
    #[must_use]
    pub fn precision(&self) -> TimePrecision {
        self.precision
    }
}

fn last_minute(date: Date) -> DateTime {
    date.at(23, 59, 0, 0)
}

impl fmt::Display for Occurred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = |at: DateTime| at.date();
        match self.precision {
            TimePrecision::Minute => {
                write!(f, "{}T{:02}:{:02}", date(self.start), self.start.hour(), self.start.minute())
            }
            TimePrecision::Day => write!(f, "{}", date(self.start)),
            TimePrecision::Month => write!(f, "{:04}-{:02}", self.start.year(), self.start.month()),
            TimePrecision::Year => write!(f, "{:04}", self.start.year()),
            TimePrecision::Interval => {
                for (at, whole_day, separator) in [
                    (self.start, self.start.time() == Time::midnight(), "/"),
                    (self.end, (self.end.hour(), self.end.minute()) == (23, 59), ""),
                ] {
                    write!(f, "{}", date(at))?;
                    if !whole_day {
                        write!(f, "T{:02}:{:02}", at.hour(), at.minute())?;
                    }
                    f.write_str(separator)?;
                }
                Ok(())
            }
        }
    }
}

/// Parses what [`Occurred`] prints: ISO 8601, nothing else; a zone or offset is cut off, never applied.
///
/// # Errors
/// Another form, a day that does not exist, an end before the start.
///
/// ```
/// use incident_map::time::{Occurred, TimeError};
/// let day: Occurred = "2022-01-05".parse()?;
/// assert_eq!(day.to_string(), "2022-01-05");
/// # Ok::<(), TimeError>(())
/// ```
impl FromStr for Occurred {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        if let Some((first, last)) = text.split_once('/') {
            return Self::between(first.parse()?, last.parse()?).map_err(|_| TimeError::Order(text.to_owned()));
        }
        let wrong = || TimeError::Date(text.to_owned());
        let text_ascii = text.trim();
        if !text_ascii.is_ascii() {
            return Err(wrong());
        }
        match text_ascii.len() {
            4 => Self::year(text_ascii.parse().map_err(|_| wrong())?),
            7 => {
                let (year, month) = text_ascii.split_once('-').ok_or_else(wrong)?;
                Self::month(year.parse().map_err(|_| wrong())?, month.parse().map_err(|_| wrong())?)
                    .map_err(|_| wrong())
            }
            10 => iso_date(text_ascii).map(Self::day).ok_or_else(wrong),
            _ => {
                let (date, time) = text_ascii.split_at_checked(10).ok_or_else(wrong)?;
                let time = time.strip_prefix(['T', 't', ' ']).ok_or_else(wrong)?;
                let (hour, rest) = time.split_once(':').ok_or_else(wrong)?;
                let minute = rest.get(..2).ok_or_else(wrong)?;
                if !is_seconds_and_zone(&rest[2..]) {
                    return Err(wrong());
                }
                let time = Time::new(hour.parse().map_err(|_| wrong())?, minute.parse().map_err(|_| wrong())?, 0, 0)
                    .map_err(|_| wrong())?;
                Ok(Self::minute(iso_date(date).ok_or_else(wrong)?.to_datetime(time)))
            }
        }
    }
}

fn iso_date(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || month.len() != 2 || day.len() != 2 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// What may follow `hh:mm` in RFC 3339: `:ss`, a fraction, `Z` or an offset.
fn is_seconds_and_zone(rest: &str) -> bool {
    rest.is_empty()
        || (rest.starts_with([':', '.', 'Z', 'z', '+', '-'])
            && rest.chars().all(|c| c.is_ascii_digit() || ":.Zz+-".contains(c)))
}

/// A span of reported local time, each end included, an end that is `None` open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Interval {
    /// First minute.
    pub start: Option<DateTime>,
    /// Last minute.
    pub end: Option<DateTime>,
}

/// Parses the `datetime` query parameter of OGC API - Features, part 1, on reported local time.
///
/// An instant, day, month or year stands for its whole length; `start/end`, `start/..` and `../end` are spans with both ends
/// included. RFC 3339 instants lose their zone: times are compared as they were reported, never shifted.
///
/// # Errors
/// Not a date, both ends open, an end before the start.
///
/// ```
/// use incident_map::time::{Interval, TimeError};
/// let unrest: Interval = "2022-01-02/2022-01-11".parse()?;
/// assert!(unrest.intersects(&"2022-01".parse()?));
/// # Ok::<(), TimeError>(())
/// ```
impl FromStr for Interval {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let Some((start, end)) = text.split_once('/') else {
            let occurred: Occurred = text.parse()?;
            return Ok(Self { start: Some(occurred.start), end: Some(occurred.end) });
        };
        let is_open = |part: &str| matches!(part.trim(), "" | "..");
        if (is_open(start) && is_open(end)) || end.contains('/') {
            return Err(TimeError::Interval(text.to_owned()));
        }
        let parse = |part: &str| if is_open(part) { Ok(None) } else { part.parse::<Occurred>().map(Some) };
        let (first, last) = (parse(start)?, parse(end)?);
        if let (Some(first), Some(last)) = (first, last)
            && last.end < first.start
        {
            return Err(TimeError::Order(text.to_owned()));
        }
        Ok(Self { start: first.map(|o| o.start), end: last.map(|o| o.end) })
    }
}

impl Interval {
    /// Whether any minute of the incident lies in the span.
    #[must_use]
    pub fn intersects(&self, occurred: &Occurred) -> bool {
        self.start.is_none_or(|start| occurred.end >= start) && self.end.is_none_or(|end| occurred.start <= end)
    }
}

/// Minutes from 1970-01-01T00:00 to a reported local time; the form in which snapshots and the store compare times.
#[must_use]
pub fn minutes_of(at: DateTime) -> i64 {
    let epoch = Date::constant(1970, 1, 1).to_datetime(Time::midnight());
    at.duration_since(epoch).as_mins()
}

/// The reported local time that [`minutes_of`] gave.
#[must_use]
pub fn from_minutes(minutes: i64) -> DateTime {
    let epoch = Date::constant(1970, 1, 1).to_datetime(Time::midnight());
    epoch.checked_add(minutes.minutes()).unwrap_or(DateTime::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_precision_prints_as_it_was_read() {
        for text in [
            "2022-01-05T14:30",
            "2022-01-05",
            "2022-01",
            "2022",
            "2022-01-04/2022-01-06",
            "2022-01-04T23:00/2022-01-05",
        ] {
            assert_eq!(text.parse::<Occurred>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_zone_is_cut_off_and_never_applied() {
        let at: Occurred = "2022-01-05T23:30:00+06:00".parse().unwrap();
        assert_eq!(at.to_string(), "2022-01-05T23:30");
    }

    #[test]
    fn days_that_do_not_exist_and_reversed_intervals_are_refused() {
        for text in ["2022-02-30", "2022-13", "05.01.2022", "2022-1-5", "2022-01-05T25:00", "", "вчера", "2022-01-05T1"]
        {
            assert!(text.parse::<Occurred>().is_err(), "{text}");
        }
        assert!(matches!("2022-01-06/2022-01-05".parse::<Interval>(), Err(TimeError::Order(_))));
        assert!(matches!("../..".parse::<Interval>(), Err(TimeError::Interval(_))));
    }

    #[test]
    fn a_day_filter_takes_incidents_of_the_whole_month() {
        let day: Interval = "2022-01-05".parse().unwrap();
        assert!(day.intersects(&"2022-01".parse().unwrap()));
        assert!(day.intersects(&"2022-01-05T23:59".parse().unwrap()));
        assert!(!day.intersects(&"2022-01-06".parse().unwrap()));
        let since: Interval = "2022-01-05/..".parse().unwrap();
        assert!(since.intersects(&"2023".parse().unwrap()));
        assert!(!since.intersects(&"2022-01-04".parse().unwrap()));
    }

    proptest! {
        #[test]
        fn minutes_and_back(minutes in -1_000_000_000i64..1_000_000_000) {
            prop_assert_eq!(minutes_of(from_minutes(minutes)), minutes);
        }

        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "\\PC*") {
            let _ = text.parse::<Occurred>();
            let _ = text.parse::<Interval>();
        }
    }
}
