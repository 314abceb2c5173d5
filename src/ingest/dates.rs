//! Dates as people write them in Russian, Kazakh, Ukrainian and English. Nothing is guessed in silence and nothing asks the clock.

use super::calendar_words::{FILLERS, month_of, without_week_day};
use super::clock::parse_time;
use crate::incident::{UnknownWord, words};
use crate::time::Occurred;
use jiff::ToSpan;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Years that are taken; anything else is a typing error.
const YEARS: std::ops::RangeInclusive<i16> = 1000..=2200;

/// Whether the day or the month comes first in `05/01/2022`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 5 January.
    #[default]
    DayFirst,
    /// 1 May.
    MonthFirst,
}

words!(DateOrder, "date order", { DayFirst => "day-first", MonthFirst => "month-first" });

impl DateOrder {
    /// The order that is not this one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::DayFirst => Self::MonthFirst,
            Self::MonthFirst => Self::DayFirst,
        }
    }
}

/// What settles the order of the dates with slashes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderReason {
    /// A person named it.
    Asked,
    /// The file has dates that can be meant in this order only.
    File,
    /// The file has dates that can be meant day first only, and others that can be meant month first only.
    Contradicts,
    /// The files of this kind have that convention.
    Convention,
    /// Nothing: the day comes first.
    Default,
}

/// How the dates with slashes of a file are read, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlashedDates {
    /// What comes first.
    pub order: DateOrder,
    /// What settles it.
    pub because: OrderReason,
}

impl SlashedDates {
    /// Whether a date that can be meant in both orders is a guess.
    pub(super) fn is_guess(self) -> bool {
        matches!(self.because, OrderReason::Default | OrderReason::Contradicts)
    }
}

/// Letters of `2022-01-05`.
const ISO_DAY_LETTERS: usize = 10;

/// Reads a date, a date and time, a month, a year, or a span of dates.
///
/// `05.01.2022` is always 5 January; `05/01/2022` is what `order` says. A zone is cut off, never applied. `None` for anything else.
#[must_use]
pub fn parse_date(text: &str, order: DateOrder) -> Option<Occurred> {
    // Most files have ISO days.
    if let (ISO_DAY_LETTERS, Ok(occurred)) = (text.len(), text.parse::<Occurred>()) {
        return in_years(occurred);
    }
    let text = text.trim().replace(['\u{a0}', '\u{202f}'], " ");
    if text.is_empty() || text.chars().count() > 100 {
        return None;
    }
    // Databases write a day as its first second.
    let text = MIDNIGHTS.iter().find_map(|midnight| text.strip_suffix(midnight)).map_or(text.clone(), str::to_owned);
    if let Ok(occurred) = text.parse::<Occurred>() {
        return in_years(occurred);
    }
    let text = without_week_day(without_zone_name(&text));
    let text = time_in_one_word(text);
    let read = single(&text, order).or_else(|| night(&text, order)).or_else(|| span(&text, order));
    let read = read.or_else(|| reordered_span(&text, order));
    read.or_else(|| serial(&text)).and_then(in_years)
}

/// Whether a text would be a date if it said the year.
pub(super) fn lacks_year(text: &str) -> bool {
    // A leap year has every day.
    const ANY_YEAR: &str = "2000";
    let text = text.trim().trim_end_matches(['.', ',']);
    let with_year = [
        format!("{text} {ANY_YEAR}"),
        format!("{text}.{ANY_YEAR}"),
        format!("{text}/{ANY_YEAR}"),
        format!("{ANY_YEAR} {text}"),
    ];
    let has_year = text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() > 2);
    // A month alone lacks more than the year.
    let has_day = text.bytes().any(|byte| byte.is_ascii_digit());
    has_day && !has_year && with_year.iter().any(|text| parse_date(text, DateOrder::DayFirst).is_some())
}

/// The zone after a time of day, of a date or of one end of an interval, if there is one: `Z`, `+06:00`, `-0500`.
pub(super) fn zone_of(text: &str) -> Option<&str> {
    match text.split_once('/') {
        Some((first, last)) if !last.contains('/') => zone_of_one(first).or_else(|| zone_of_one(last)),
        _ => zone_of_one(text),
    }
}

/// Names of zones that follow a time.
const ZONE_NAMES: [&str; 4] = ["UTC", "GMT", "МСК", "мск"];

/// A text without the name of a zone at its end: `14:30 UTC`, `14:30 (UTC+6)`.
fn without_zone_name(text: &str) -> &str {
    let Some((rest, last)) = text.rsplit_once(' ') else { return text };
    let name = last.trim_matches(['(', ')']);
    let offset = ZONE_NAMES.iter().find_map(|zone| name.strip_prefix(zone));
    let is_zone =
        offset.is_some_and(|offset| offset.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ':')));
    if is_zone { rest.trim_end() } else { text }
}

fn zone_of_one(text: &str) -> Option<&str> {
    let plain = without_zone_name(text);
    if plain.len() < text.len() {
        return Some(text[plain.len()..].trim_start());
    }
    let (_, time) = text.split_at_checked(ISO_DAY_LETTERS).filter(|_| text.is_ascii())?;
    if !time.contains(':') || MIDNIGHTS.contains(&time) {
        return None;
    }
    let at = time.find(['Z', 'z', '+', '-'])?;
    Some(&time[at..])
}

/// A text whose `2:30 PM` at the end is one word.
fn time_in_one_word(text: &str) -> String {
    let is_half = |half: &str| ["am", "pm", "a.m.", "p.m."].contains(&half.to_lowercase().as_str());
    match text.rsplit_once(' ') {
        Some((rest, half)) if is_half(half) => format!("{}{}", rest.trim_end(), half.replace('.', "")),
        _ => text.to_owned(),
    }
}

/// What stands before the day in whose first hours a night ends, lower case.
const NIGHTS: [&str; 4] = ["в ночь ", "ночь ", "у ніч ", "в ніч "];

/// The same in English, before both days.
const ENGLISH_NIGHTS: [&str; 4] = ["night of ", "the night of ", "on the night of ", "overnight "];

/// The same in Kazakh, after the day.
const NIGHT_AFTER: &str = " қараған түні";

/// `в ночь на 6 января 2022`, `2022 жылғы 6 қаңтарға қараған түні`, `ночь с 5 на 6 января 2022`: the day before and the day.
fn night(text: &str, order: DateOrder) -> Option<Occurred> {
    let lower = text.to_lowercase();
    let (date, first) = if let Some((before, after)) = lower.split_once(NIGHT_AFTER) {
        (format!("{before}{after}"), None)
    } else {
        if let Some(days) = ENGLISH_NIGHTS.iter().find_map(|before| lower.strip_prefix(before)) {
            let night = span(days, order).or_else(|| reordered_span(days, order))?;
            let is_next = night.start().date().tomorrow().ok() == Some(night.end().date());
            return is_next.then_some(night);
        }
        let rest = NIGHTS.iter().find_map(|before| lower.strip_prefix(before))?;
        match rest.strip_prefix("на ") {
            Some(date) => (date.to_owned(), None),
            None => {
                let days = ["с ", "со ", "з ", "із ", "зі "].iter().find_map(|from| rest.strip_prefix(from))?;
                let (first, date) = days.split_once(" на ")?;
                (date.to_owned(), Some(first.to_owned()))
            }
        }
    };
    let day = single(date.trim(), order).filter(|day| day.precision() == crate::time::TimePrecision::Day)?;
    let before = day.start().date().yesterday().ok()?;
    // The first day is the day before, or something else is meant.
    if let Some(first) = first
        && partial(&first, before) != Some(Occurred::day(before))
    {
        return None;
    }
    Occurred::between(Occurred::day(before), day).ok()
}

/// A day, or a day and month, of which the rest is that of `date`.
fn partial(text: &str, date: Date) -> Option<Occurred> {
    match words(text)[..] {
        [ref day] => day_of(date.year(), date.month(), digits(day, 2)?),
        [ref month, ref day] if month_of(month).is_some() => day_of(date.year(), month_of(month)?, digits(day, 2)?),
        [ref day, ref month] => {
            let month = month_of(month).or_else(|| digits(month, 2))?;
            day_of(date.year(), month, digits(day, 2)?)
        }
        _ => None,
    }
}

/// Days from which and up to which a bare number is a date of Excel: 1954-10-03 to 2119-01-10. Years stay years.
const SERIALS: std::ops::Range<f64> = 20_000.0..80_000.0;

/// A date as Excel counts it: days since 30 December 1899, the time of day as a fraction (ECMA-376, 18.17.4.1).
fn serial(text: &str) -> Option<Occurred> {
    const DAY_MINUTES: f64 = 1440.0;
    if !text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) {
        return None;
    }
    let days: f64 = text.replace(',', ".").parse().ok().filter(|days| SERIALS.contains(days))?;
    let start = Date::constant(1899, 12, 30);
    let date = start.checked_add(jiff::Span::new().days(days.trunc() as i32)).ok()?;
    let minutes = (days.fract() * DAY_MINUTES).round();
    if minutes == 0.0 || minutes >= DAY_MINUTES {
        return Some(Occurred::day(date));
    }
    let time = Time::new((minutes / 60.0) as i8, (minutes % 60.0) as i8, 0, 0).ok()?;
    Some(Occurred::minute(date.to_datetime(time)))
}

/// Times of day that stand for none.
const MIDNIGHTS: [&str; 4] = [" 00:00:00.000", " 00:00:00", "T00:00:00.000Z", "T00:00:00Z"];

/// The two numbers of each date with slashes in a text that may be day and month in either order: `05/01/2022`, `5/1/22 14:30`.
pub(super) fn slashed(text: &str) -> impl Iterator<Item = (i8, i8)> {
    // Most dates have none, and most of those that have are written without spaces.
    let is_spaced = text.contains(" /") || text.contains("/ ");
    let text = if is_spaced { text.replace(" /", "/").replace("/ ", "/") } else { text.to_owned() };
    let dates: Vec<(i8, i8)> = text
        .split(|c: char| !c.is_ascii_digit() && c != '/')
        .filter_map(|date| match date.split('/').collect::<Vec<_>>()[..] {
            [first, second, year] if matches!(year.len(), 2 | 4) => Some((digits(first, 2)?, digits(second, 2)?)),
            _ => None,
        })
        .collect();
    dates.into_iter()
}

/// Whether a text has a date with slashes that is another day when it is read in the other order.
pub(super) fn is_ambiguous(text: &str) -> bool {
    slashed(text).any(|(first, second)| first != second && first <= 12 && second <= 12)
}

/// What the slashed dates of a file say about their order.
#[derive(Debug, Default)]
pub(super) struct OrderOf {
    day_first: bool,
    month_first: bool,
}

impl OrderOf {
    pub(super) fn look_at(&mut self, date: &str) {
        if !date.contains('/') {
            return;
        }
        for (first, second) in slashed(date) {
            self.day_first |= first > 12;
            self.month_first |= second > 12;
        }
    }

    /// The order that the file settles; else that of its convention, else the day first.
    pub(super) fn outcome(&self, usually_month_first: bool) -> SlashedDates {
        use DateOrder::{DayFirst, MonthFirst};
        let (order, because) = match (self.day_first, self.month_first) {
            (true, false) => (DayFirst, OrderReason::File),
            (false, true) => (MonthFirst, OrderReason::File),
            (true, true) => (DayFirst, OrderReason::Contradicts),
            (false, false) if usually_month_first => (MonthFirst, OrderReason::Convention),
            (false, false) => (DayFirst, OrderReason::Default),
        };
        SlashedDates { order, because }
    }
}

fn in_years(occurred: Occurred) -> Option<Occurred> {
    (YEARS.contains(&occurred.start().year()) && YEARS.contains(&occurred.end().year())).then_some(occurred)
}

pub(super) fn digits<T: std::str::FromStr>(text: &str, most: usize) -> Option<T> {
    let is_number = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

/// What may stand between a date and its time.
const BEFORE_TIME: [&str; 5] = [" в", " о", " об", " at", " сағат"];

/// One date, with a time or without.
fn single(text: &str, order: DateOrder) -> Option<Occurred> {
    if let Some(occurred) = numeric(text, order).or_else(|| in_words(text)) {
        return Some(occurred);
    }
    // A time stands after the last space or comma: `05.01.2022 14:30`, `5 января 2022, 14:30`.
    let (date, time) = text.rsplit_once([' ', ',', 'T'])?;
    let time = parse_time(time)?;
    let date = date.trim_end_matches([',', ' ']);
    let date = BEFORE_TIME.iter().find_map(|word| date.strip_suffix(word)).unwrap_or(date);
    let occurred = numeric(date, order).or_else(|| in_words(date))?;
    (occurred.precision() == crate::time::TimePrecision::Day)
        .then(|| Occurred::minute(occurred.start().date().to_datetime(time)))
}

/// `05.01.2022`, `5.1.22`, `05/01/2022`, `01.2022`, `2022.01.05`, `2022-1-5`.
fn numeric(text: &str, order: DateOrder) -> Option<Occurred> {
    let text = text.trim();
    let text = FILLERS.iter().fold(text, |text, filler| {
        let is_word = |rest: &&str| rest.ends_with(|c: char| c == ' ' || c.is_ascii_digit());
        text.trim_end_matches('.').strip_suffix(filler).filter(is_word).map_or(text, str::trim_end)
    });
    // `20220105`, as GDELT and many logs write it.
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return day_of(digits(&text[..4], 4)?, digits(&text[4..6], 2)?, digits(&text[6..], 2)?);
    }
    let separator = text.chars().find(|c| ['.', '/', '-'].contains(c))?;
    let parts: Vec<&str> = text.split(separator).map(str::trim).collect();
    match parts[..] {
        [year, month, day] if year.len() == 4 => day_of(digits(year, 4)?, digits(month, 2)?, digits(day, 2)?),
        [first, second, year] => {
            let year = match year.len() {
                2 => two_digit_year(digits(year, 2)?),
                _ => digits(year, 4)?,
            };
            let (first, second): (i8, i8) = (digits(first, 2)?, digits(second, 2)?);
            if separator == '/' && order == DateOrder::MonthFirst {
                day_of(year, first, second)
            } else {
                day_of(year, second, first)
            }
        }
        [month, year] if year.len() == 4 => Occurred::month(digits(year, 4)?, digits(month, 2)?).ok(),
        _ => None,
    }
}

/// 00 to 49 are of this century, 50 to 99 of the last.
fn two_digit_year(year: i16) -> i16 {
    if year < 50 { 2000 + year } else { 1900 + year }
}

fn day_of(year: i16, month: i8, day: i8) -> Option<Occurred> {
    Date::new(year, month, day).ok().map(Occurred::day)
}

/// The words of a date: numbers, and everything else in lower case.
fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !FILLERS.contains(word))
        .map(|word| {
            let number: String = word.chars().take_while(char::is_ascii_digit).collect();
            let rest = &word[number.len()..];
            // `5th`, `5-е`, `5-го`: the ordinal ending says nothing.
            if !number.is_empty() && ["st", "nd", "rd", "th", "е", "го", "ші", "шы"].contains(&rest) {
                number
            } else {
                word.to_owned()
            }
        })
        .filter(|word| !["е", "го", "ші", "шы"].contains(&word.as_str()))
        .collect()
}

/// `5 января 2022 г.`, `2022 жылғы 5 қаңтар`, `January 5, 2022`, `5 січня 2022 року`, `январь 2022`.
fn in_words(text: &str) -> Option<Occurred> {
    let words = words(text);
    // `2022 год`
    if let [year] = &words[..] {
        return Occurred::year(digits(year, 4).filter(|year| *year >= 1000)?).ok();
    }
    let month = |word: &String| month_of(word);
    let number = |word: &String| digits::<i16>(word, 4);
    let (mut months, mut numbers) = (words.iter().filter_map(month), words.iter().filter_map(number));
    let the_month = months.next()?;
    if months.next().is_some() {
        return None;
    }
    match (numbers.next()?, numbers.next(), words.len()) {
        // `5-Jan-22`: after the month, two digits are a year.
        (day, Some(year), 3) if words[2].len() == 2 && month(&words[1]).is_some() => {
            day_of(two_digit_year(year), the_month, i8::try_from(day).ok()?)
        }
        (year, None, 2) if year >= 1000 => Occurred::month(year, the_month).ok(),
        (a, Some(b), 3) => {
            let (year, day) = if a >= 1000 { (a, b) } else { (b, a) };
            if year < 1000 { None } else { day_of(year, the_month, i8::try_from(day).ok()?) }
        }
        _ => None,
    }
}

/// `2022 ж. 4-6 қаңтар`, `January 4-6, 2022`: a span of which the year comes first or the month stands before the days.
fn reordered_span(text: &str, order: DateOrder) -> Option<Occurred> {
    let (first, rest) = text.split_once(' ')?;
    if first.len() == 4 && digits::<i16>(first, 4).is_some() {
        let rest = rest.split_once(' ').filter(|(word, _)| words(word).is_empty()).map_or(rest, |(_, rest)| rest);
        return span(&format!("{rest} {first}"), order);
    }
    month_of(&first.to_lowercase())?;
    let (days, year) = rest.rsplit_once(' ')?;
    digits::<i16>(year, 4)?;
    span(&format!("{} {first} {year}", days.trim_end_matches(',')), order)
}

/// `4-6 января 2022`, `04.01.2022–06.01.2022`, `с 4 по 6 января 2022`, `30 декабря 2021 – 2 января 2022`.
fn span(text: &str, order: DateOrder) -> Option<Occurred> {
    for separator in [" – ", " — ", " - ", "–", "—", " по ", " to ", "-"] {
        for (at, _) in text.match_indices(separator) {
            let (first, last) = (text[..at].trim(), text[at + separator.len()..].trim());
            let first =
                ["с ", "со ", "з ", "із ", "from "].iter().find_map(|from| first.strip_prefix(from)).unwrap_or(first);
            let Some(end) = single(last, order) else { continue };
            let date = end.start().date();
            let start = single(first, order).or_else(|| {
                let start = partial(first, date)?;
                // `31.12-02.01.2022` begins in the year before.
                let is_after = start.start().date() > date && words(first).len() > 1;
                if is_after { partial(first, date.checked_sub(1.year()).ok()?) } else { Some(start) }
            });
            if let Some(span) = start.and_then(|start| Occurred::between(start, end).ok()) {
                return Some(span);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_in_four_languages_keep_their_precision() {
        for (text, expected) in [
            ("2022-01-05", "2022-01-05"),
            ("2022-01-05 14:30", "2022-01-05T14:30"),
            ("2022-01-05T14:30:00+06:00", "2022-01-05T14:30"),
            ("05.01.2022", "2022-01-05"),
            ("5.1.22", "2022-01-05"),
            ("05.01.2022 г.", "2022-01-05"),
            ("05/01/2022", "2022-01-05"),
            ("05.01.2022 14:30", "2022-01-05T14:30"),
            ("2022.01.05", "2022-01-05"),
            ("5 января 2022", "2022-01-05"),
            ("5 января 2022 г.", "2022-01-05"),
            ("5 января 2022 года, 14:30", "2022-01-05T14:30"),
            ("5 Января 2022", "2022-01-05"),
            ("5 қаңтар 2022", "2022-01-05"),
            ("2022 жылғы 5 қаңтар", "2022-01-05"),
            ("2022 ж. 5 қаңтар", "2022-01-05"),
            ("2022 жылдың 5 қаңтары", "2022-01-05"),
            ("5 січня 2022", "2022-01-05"),
            ("5 січня 2022 року", "2022-01-05"),
            ("January 5, 2022", "2022-01-05"),
            ("Jan 5th, 2022", "2022-01-05"),
            ("5 Jan 2022", "2022-01-05"),
            ("5 May 2022", "2022-05-05"),
            ("5 мая 2022", "2022-05-05"),
            ("1 марта 2022", "2022-03-01"),
            ("11 December 2022", "2022-12-11"),
            ("3 March 2022", "2022-03-03"),
            ("январь 2022", "2022-01"),
            ("қаңтар 2022", "2022-01"),
            ("01.2022", "2022-01"),
            ("2022-01", "2022-01"),
            ("2022", "2022"),
            ("2022-01-04/2022-01-06", "2022-01-04/2022-01-06"),
            ("2022-01-05 00:00:00.000", "2022-01-05"),
            ("05.01.2022 00:00:00", "2022-01-05"),
            ("2022-01-05 00:00", "2022-01-05T00:00"),
            ("20220105", "2022-01-05"),
            ("44566", "2022-01-05"),
            ("44566,6041667", "2022-01-05T14:30"),
            ("в ночь на 6 января 2022", "2022-01-05/2022-01-06"),
            ("В ночь на 06.01.2022", "2022-01-05/2022-01-06"),
            ("у ніч на 6 січня 2022", "2022-01-05/2022-01-06"),
            ("2022 жылғы 6 қаңтарға қараған түні", "2022-01-05/2022-01-06"),
            ("4-6 января 2022", "2022-01-04/2022-01-06"),
            ("4–6 января 2022 г.", "2022-01-04/2022-01-06"),
            ("с 4 по 6 января 2022", "2022-01-04/2022-01-06"),
            ("04.01.2022–06.01.2022", "2022-01-04/2022-01-06"),
            ("30 декабря 2021 – 2 января 2022", "2021-12-30/2022-01-02"),
            ("29 января - 2 февраля 2022", "2022-01-29/2022-02-02"),
            ("ночь с 5 на 6 января 2022", "2022-01-05/2022-01-06"),
            ("В ночь с 5 на 6 января 2022 года", "2022-01-05/2022-01-06"),
            ("в ночь с 31 декабря на 1 января 2022", "2021-12-31/2022-01-01"),
            ("у ніч з 5 на 6 січня 2022", "2022-01-05/2022-01-06"),
            ("6 қаңтарға қараған түні 2022", "2022-01-05/2022-01-06"),
            ("среда, 5 января 2022", "2022-01-05"),
            ("сәрсенбі, 5 қаңтар 2022", "2022-01-05"),
            ("середа, 5 січня 2022", "2022-01-05"),
            ("Wednesday, January 5, 2022", "2022-01-05"),
            ("Wed 5 Jan 2022", "2022-01-05"),
            ("05.01.2022 (ср)", "2022-01-05"),
            ("05.01.2022 2:30 PM", "2022-01-05T14:30"),
            ("5 January 2022, 2:30 p.m.", "2022-01-05T14:30"),
            ("31.12.2021-02.01.2022", "2021-12-31/2022-01-02"),
            ("31.12-02.01.2022", "2021-12-31/2022-01-02"),
            ("04.01-06.01.2022", "2022-01-04/2022-01-06"),
            ("30 декабря – 2 января 2022", "2021-12-30/2022-01-02"),
            ("5-Jan-22", "2022-01-05"),
            ("05-Jan-22", "2022-01-05"),
            ("5-янв-22", "2022-01-05"),
            ("5 января 99", "1999-01-05"),
            ("05.01.2022 в 14:30", "2022-01-05T14:30"),
            ("05.01.2022г", "2022-01-05"),
            ("05.01.2022г.", "2022-01-05"),
            ("2022 год", "2022"),
            ("2022 жыл", "2022"),
            ("5 січня 2022 року о 14:30", "2022-01-05T14:30"),
            ("5 жов. 2021", "2021-10-05"),
            ("5 вер. 2021", "2021-09-05"),
            ("2022 ж. 4-6 қаңтар", "2022-01-04/2022-01-06"),
            ("2022 жылғы 4-6 қаңтар", "2022-01-04/2022-01-06"),
            ("January 4-6, 2022", "2022-01-04/2022-01-06"),
            ("January 4 – 6, 2022", "2022-01-04/2022-01-06"),
            ("January 30 - February 2, 2022", "2022-01-30/2022-02-02"),
            ("night of 5-6 January 2022", "2022-01-05/2022-01-06"),
            ("overnight January 5-6, 2022", "2022-01-05/2022-01-06"),
            ("2022-01-05 14:30:00 UTC", "2022-01-05T14:30"),
            ("05.01.2022 14:30 (UTC+6)", "2022-01-05T14:30"),
        ] {
            assert_eq!(
                parse_date(text, DateOrder::DayFirst).map(|date| date.to_string()).as_deref(),
                Some(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "вчера",
            "5 января",
            "30.02.2022",
            "32.01.2022",
            "13/13/2022",
            "5 abc 2022",
            "2022-13-01",
            "0001-01-01",
            "9999",
            "утром",
            "05.01",
            "январь",
            "5 января 2022 у акимата",
            "1/2/3/4",
            "5 января 6 февраля 2022",
            "99999,5",
            "night of 5-9 January 2022",
            "5 января 7",
            "22 января",
        ] {
            assert_eq!(parse_date(text, DateOrder::DayFirst), None, "{text}");
        }
    }

    #[test]
    fn a_date_without_a_year_is_told_from_what_is_no_date() {
        for text in ["5 січня", "в ночь на 6 января", "5 января", "05.01", "4-6 января", "January 5", "среда, 5 января"]
        {
            assert_eq!(parse_date(text, DateOrder::DayFirst), None, "{text}");
            assert!(lacks_year(text), "{text}");
        }
        for text in ["вчера", "январь", "32 января", "30 февраля", "утром", "", "5 января 20222"]
        {
            assert!(!lacks_year(text), "{text}");
        }
    }

    #[test]
    fn the_zone_is_what_follows_the_time() {
        assert_eq!(zone_of("2022-01-05T14:30:00Z"), Some("Z"));
        assert_eq!(zone_of("2022-01-05 14:30+06:00"), Some("+06:00"));
        for text in ["2022-01-05", "2022-01-05T14:30", "2022-01-05T00:00:00Z", "05.01.2022-06.01.2022", "5 января"]
        {
            assert_eq!(zone_of(text), None, "{text}");
        }
    }

    #[test]
    fn slashed_dates_are_month_first_only_when_the_file_leaves_no_other_way() {
        let order_of = |dates: &[&str]| {
            let mut order = OrderOf::default();
            dates.iter().for_each(|date| order.look_at(date));
            let SlashedDates { order, because } = order.outcome(false);
            (order, because)
        };
        assert_eq!(order_of(&["01/05/2022", "01/13/2022"]), (DateOrder::MonthFirst, OrderReason::File));
        assert_eq!(order_of(&["01/05/2022", "13/01/2022"]), (DateOrder::DayFirst, OrderReason::File));
        assert_eq!(order_of(&["01/05/2022"]), (DateOrder::DayFirst, OrderReason::Default));
        assert_eq!(order_of(&["13/01/2022", "01/13/2022"]), (DateOrder::DayFirst, OrderReason::Contradicts));
        assert!(is_ambiguous("1 / 5 / 22") && is_ambiguous("01/05/2022 - 02/05/2022") && !is_ambiguous("05/05/2022"));
        assert!(!is_ambiguous("2022-01-05/2022-01-06") && !is_ambiguous("2022/01/05") && !is_ambiguous("01/2022"));
        let may = parse_date("05/01/2022", DateOrder::MonthFirst).unwrap();
        assert_eq!(may.to_string(), "2022-05-01");
        assert_eq!(parse_date("05.01.2022", DateOrder::MonthFirst).unwrap().to_string(), "2022-01-05");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "(\\PC|[0-9./ -]){0,40}") {
            let _ = parse_date(&text, DateOrder::DayFirst);
        }

        #[test]
        fn a_day_written_in_any_way_is_that_day(year in 1900i16..2100, month in 1i8..=12, day in 1i8..=28) {
            let expected = format!("{year:04}-{month:02}-{day:02}");
            for text in [format!("{day:02}.{month:02}.{year}"), format!("{day}.{month}.{year}"), format!("{year}-{month}-{day}"), format!("{day}/{month}/{year}")] {
                prop_assert_eq!(parse_date(&text, DateOrder::DayFirst).map(|date| date.to_string()), Some(expected.clone()), "{}", text);
            }
        }
    }
}
