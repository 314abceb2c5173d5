//! How exactly a file says that its places and dates are known: the code lists of ACLED, UCDP and Atlos, metres as Kobo and Darwin Core
//! give them, and our own words.

use super::columns::folded;
use crate::incident::{Precision, StatedPrecision};
use crate::time::{Occurred, TimePrecision};
use jiff::ToSpan;

/// The columns of a file that say how exactly something is known; they are kept beside the incident all the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Scales {
    /// The column with a code, and whose.
    code: Option<(usize, Codes)>,
    /// The column with metres.
    metres: Option<usize>,
    /// The column with a code for dates, and whose.
    dates: Option<(usize, DateCodes)>,
    /// Of our own exports the column that says why coordinates are doubted: then what stands beside it follows from the doubt, and is found
    /// anew.
    doubt: Option<usize>,
}

/// Whose codes say what coordinates stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Codes {
    /// `geo_precision`: 1 a town, 2 near a town, 3 a region (ACLED codebook, 2023).
    Acled,
    /// `where_prec`: 1 exact, 2 within 25 km, 3 a district, 4 a region, 5 larger or fuzzy, 6 a country, 7 a sea (UCDP GED codebook 24.1).
    Ucdp,
    /// Words: those of Atlos, or our own.
    Words,
}

/// Whose codes say how exactly a day is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DateCodes {
    /// `time_precision`: 1 the day, 2 the middle of a week, 3 a month.
    Acled,
    /// `date_prec`: 1 the day, 2 some days, 3 a week, 4 a month, 5 a year; first and last day stand in the row.
    Ucdp,
}

/// Days before and after the middle of a week.
const HALF_A_WEEK: i64 = 3;

impl Scales {
    /// Those of a header; `is_own` for our own exports.
    pub(super) fn of(headers: &[String], is_own: bool) -> Self {
        let names: Vec<String> = headers.iter().map(|header| folded(header)).collect();
        let has = |name: &str| names.iter().any(|known| known == name);
        let mut scales = Self::default();
        for (index, name) in names.iter().enumerate() {
            let of_question = name.strip_suffix("precision").or(name.strip_suffix("accuracy")).map(str::trim_end);
            let code = match name.as_str() {
                "precision" if is_own => Some(Codes::Words),
                "geo precision" => Some(Codes::Acled),
                "where prec" => Some(Codes::Ucdp),
                "precision" | "location precision" | "geolocation precision" => Some(Codes::Words),
                // Some exports of Atlos name it `attr_geolocation_resolution`.
                name if name.ends_with("geolocation resolution") => Some(Codes::Words),
                _ => None,
            };
            if let Some(code) = code {
                // What this program found is a better answer than the code that it had from the file.
                scales.code = scales.code.filter(|_| !(is_own && name == "precision")).or(Some((index, code)));
            }
            match name.as_str() {
                "doubt" if is_own => scales.doubt = Some(index),
                "time precision" => scales.dates = scales.dates.or(Some((index, DateCodes::Acled))),
                "date prec" => scales.dates = scales.dates.or(Some((index, DateCodes::Ucdp))),
                "coordinateuncertaintyinmeters"
                | "coordinate uncertainty in meters"
                | "uncertainty m"
                | "accuracy"
                | "accuracy m"
                | "gps accuracy"
                | "horizontal accuracy" => {
                    scales.metres = scales.metres.or(Some(index));
                }
                _ => {}
            }
            // Kobo: `_where_precision` beside `_where_latitude` or `where`; our own `occurred_precision` is none of a position.
            let is_made = headers[index].trim_start().starts_with('_');
            let is_asked = |question: &str| (is_made && has(question)) || has(&format!("{question} latitude"));
            if of_question.is_some_and(|question| !question.is_empty() && is_asked(question)) {
                scales.metres = scales.metres.or(Some(index));
            }
        }
        scales
    }

    /// What a row says of its coordinates.
    pub(super) fn stated<'c>(&self, cell: impl Fn(usize) -> &'c str) -> Option<StatedPrecision> {
        if self.doubt.is_some_and(|doubt| !cell(doubt).trim().is_empty()) {
            return None;
        }
        let by_code = self.code.and_then(|(column, codes)| stated_by(codes, cell(column).trim()));
        let metres = self.metres.and_then(|column| cell(column).trim().replace(',', ".").parse::<f64>().ok());
        let Some(within) = metres.and_then(StatedPrecision::within) else { return by_code };
        Some(StatedPrecision { precision: by_code.map_or(within.precision, |stated| stated.precision), ..within })
    }

    /// The date of a row, no more exact than the row says that it is.
    pub(super) fn as_exact<'c>(&self, occurred: Occurred, cell: impl Fn(usize) -> &'c str) -> Occurred {
        let Some((column, codes)) = self.dates else { return occurred };
        let (start, end) = (occurred.start().date(), occurred.end().date());
        let is_day = matches!(occurred.precision(), TimePrecision::Minute | TimePrecision::Day);
        let is_coarse = matches!(occurred.precision(), TimePrecision::Month | TimePrecision::Year);
        let is_in_month = (start.year(), start.month()) == (end.year(), end.month());
        let week = || {
            let first = start.checked_sub(HALF_A_WEEK.days()).map(Occurred::day).ok()?;
            let last = end.checked_add(HALF_A_WEEK.days()).map(Occurred::day).ok()?;
            Occurred::between(first, last).ok()
        };
        let coarser = match (codes, cell(column).trim()) {
            _ if is_coarse => None,
            (DateCodes::Acled, "2") | (DateCodes::Ucdp, "2" | "3") if is_day => week(),
            (DateCodes::Acled, "3") | (DateCodes::Ucdp, "4") if is_in_month => {
                Occurred::month(start.year(), start.month()).ok()
            }
            (DateCodes::Ucdp, "5") if start.year() == end.year() => Occurred::year(start.year()).ok(),
            _ => None,
        };
        coarser.unwrap_or(occurred)
    }
}

/// What a code says; `None` for coordinates that are what they seem, and for what is no code.
fn stated_by(codes: Codes, code: &str) -> Option<StatedPrecision> {
    let word = match (codes, code) {
        (Codes::Acled | Codes::Ucdp, "2") => Precision::Near,
        (Codes::Acled, "3") | (Codes::Ucdp, "4") => Precision::Region,
        (Codes::Ucdp, "3") => Precision::District,
        (Codes::Ucdp, "5" | "7") => Precision::Area,
        (Codes::Ucdp, "6") => Precision::Country,
        (Codes::Acled | Codes::Ucdp, _) => return None,
        // Atlos says in brackets what its words mean: `Vicinity (± 100 m)`.
        (Codes::Words, word) => match word.split('(').next().unwrap_or_default().trim().to_lowercase().as_str() {
            "exact" => Precision::Point,
            "vicinity" => return Some(StatedPrecision { precision: Precision::Site, uncertainty_m: 100.0 }),
            "locality" => return Some(StatedPrecision { precision: Precision::Quarter, uncertainty_m: 1_000.0 }),
            word => word.parse().ok().filter(|word| *word != Precision::Unlocated)?,
        },
    };
    Some(StatedPrecision { precision: word, uncertainty_m: usual_m(word) })
}

/// Metres within which an incident is that is known so exactly, where nothing better is known: rather too many than too few.
fn usual_m(precision: Precision) -> f64 {
    match precision {
        Precision::Point | Precision::Unlocated => 10.0,
        Precision::Site => 250.0,
        Precision::Street => 1_000.0,
        Precision::Quarter => 3_000.0,
        Precision::Settlement => 10_000.0,
        Precision::Near => 25_000.0,
        Precision::District => 100_000.0,
        Precision::Region | Precision::Area => 300_000.0,
        Precision::Country => 1_000_000.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(header: &[&str], row: &[&'static str]) -> Option<(Precision, f64)> {
        let headers: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
        let stated = Scales::of(&headers, false).stated(|column| row[column]);
        stated.map(|stated| (stated.precision, stated.uncertainty_m))
    }

    #[test]
    fn the_code_lists_of_the_field_become_our_words() {
        let of = |header: &str, code: &'static str| stated(&[header], &[code]);
        assert_eq!(of("geo_precision", "1"), None);
        assert_eq!(of("GEO_PRECISION", "2"), Some((Precision::Near, 25_000.0)));
        assert_eq!(of("geo_precision", "3").map(|stated| stated.0), Some(Precision::Region));
        let words = ["1", "2", "3", "4", "5", "6", "7"].map(|code| of("where_prec", code).map(|stated| stated.0));
        let expected = [
            None,
            Some(Precision::Near),
            Some(Precision::District),
            Some(Precision::Region),
            Some(Precision::Area),
            Some(Precision::Country),
            Some(Precision::Area),
        ];
        assert_eq!(words, expected);
        assert_eq!(of("Geolocation resolution", "Vicinity"), Some((Precision::Site, 100.0)));
        assert_eq!(of("coordinateUncertaintyInMeters", "1500"), Some((Precision::Quarter, 1_500.0)));
        assert_eq!(of("coordinateUncertaintyInMeters", "0"), None);
        let kobo = stated(&["_where_latitude", "_where_longitude", "_where_precision"], &["43.2", "76.9", "4.5"]);
        assert_eq!(kobo, Some((Precision::Point, 4.5)));
    }

    #[test]
    fn a_date_is_no_more_exact_than_its_code() {
        let exact = |header: &str, code: &'static str, date: &str| {
            Scales::of(&[header.to_owned()], false).as_exact(date.parse().unwrap(), |_| code).to_string()
        };
        assert_eq!(exact("time_precision", "1", "2022-01-05"), "2022-01-05");
        assert_eq!(exact("time_precision", "2", "2022-01-05"), "2022-01-02/2022-01-08");
        assert_eq!(exact("time_precision", "2", "2022-01-02/2022-01-08"), "2022-01-02/2022-01-08");
        assert_eq!(exact("time_precision", "3", "2022-01-15"), "2022-01");
        assert_eq!(exact("date_prec", "4", "2022-01-01/2022-01-31"), "2022-01");
        assert_eq!(exact("date_prec", "5", "2022-01-01/2022-12-31"), "2022");
        assert_eq!(exact("date_prec", "2", "2022-01-05/2022-01-07"), "2022-01-05/2022-01-07");
    }
}
