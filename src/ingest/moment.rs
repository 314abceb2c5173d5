//! Moments, times of day and lengths of time as the cells of spreadsheets hold them, written as the rest of the program reads them.

use jiff::civil::{Date, DateTime, Time};
use jiff::{ToSpan, Unit};

const DAY_SECONDS: i64 = 86_400;

/// What the format of a cell shows of the number in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// A day, a time of day, or both.
    Moment,
    /// Month and year: who types `01.2022` into a spreadsheet gets the first of the month under such a format.
    Month,
    /// The year alone.
    Year,
    /// A length of time: `[h]:mm`.
    Length,
}

/// What a format of Excel (ECMA-376, part 1, section 18.8.31) shows of time; `None` when it shows a number.
pub(super) fn shown_by(format: &str) -> Option<Shown> {
    let mut found = String::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' | '_' | '*' => drop(letters.next()),
            '"' => drop(letters.find(|end| *end == '"')),
            '[' => {
                let inside: String = letters.by_ref().take_while(|end| *end != ']').collect();
                let is_length = |letter: char| matches!(letter.to_ascii_lowercase(), 'h' | 'm' | 's');
                if !inside.is_empty() && inside.chars().all(is_length) {
                    return Some(Shown::Length);
                }
            }
            // Only the first of several formats.
            ';' => break,
            letter => found.extend(Some(letter.to_ascii_lowercase()).filter(|letter| "dmhys".contains(*letter))),
        }
    }
    let has = |letter: char| found.contains(letter);
    match (found.is_empty(), has('d') || has('h') || has('s') || !has('y'), has('m')) {
        (true, ..) => None,
        (_, true, _) => Some(Shown::Moment),
        (_, _, true) => Some(Shown::Month),
        (_, _, false) => Some(Shown::Year),
    }
}

/// The text of a number that stands for time: days since 30 December 1899, or 1 January 1904, with the time of day as a fraction; `None`
/// for what Excel shows no day for.
pub(super) fn text_of_number(days: f64, is_1904: bool, shown: Shown) -> Option<String> {
    /// 31 December 9999.
    const MOST_DAYS: f64 = 2_958_466.0;
    /// Excel counts a 29 February 1900, which there was not.
    const FIRST_OF_MARCH_1900: i64 = 60;
    if !(0.0..MOST_DAYS).contains(&days) {
        return None;
    }
    // To the second, as spreadsheets show it: 14:30 may be stored as a hair before it.
    let seconds = (days * DAY_SECONDS as f64).round() as i64;
    if shown == Shown::Length {
        return Some(clock(seconds));
    }
    if days < 1.0 {
        return Some(clock(seconds.min(DAY_SECONDS - 1)));
    }
    let day = seconds / DAY_SECONDS;
    let first = match is_1904 {
        true => Date::constant(1904, 1, 1),
        false if day < FIRST_OF_MARCH_1900 => Date::constant(1899, 12, 31),
        false => Date::constant(1899, 12, 30),
    };
    let at = first.checked_add(day.days()).ok()?.to_datetime(Time::midnight());
    Some(text_of_moment(at.checked_add((seconds % DAY_SECONDS).seconds()).ok()?, shown))
}

/// The text of a moment that is written as ISO 8601 has it: `2022-01-05T14:29:59.99`.
pub(super) fn text_of_iso(text: &str, shown: Shown) -> Option<String> {
    // Spreadsheets know no zones; some programs write one all the same.
    let at: DateTime = text.trim_end_matches(['Z', 'z']).parse().ok()?;
    Some(text_of_moment(at.round(Unit::Second).ok()?, shown))
}

/// The text of a length of time: `PT26H05M00S` is `26:05`.
pub(super) fn text_of_length(text: &str) -> Option<String> {
    let (mut seconds, mut digits) = (0.0, String::new());
    for letter in text.strip_prefix('P')?.chars() {
        let unit = match letter {
            '0'..='9' | '.' => {
                digits.push(letter);
                continue;
            }
            ',' => {
                digits.push('.');
                continue;
            }
            'T' => continue,
            'D' => 86_400.0,
            'H' => 3_600.0,
            'M' => 60.0,
            'S' => 1.0,
            _ => return None,
        };
        seconds += unit * std::mem::take(&mut digits).parse::<f64>().ok()?;
    }
    Some(clock(seconds.round() as i64))
}

fn text_of_moment(at: DateTime, shown: Shown) -> String {
    let (date, time) = (at.date(), at.time());
    let is_first = |day: bool| day && date.day() == 1 && time == Time::midnight();
    match shown {
        // What is not the first of it was hidden by the format, and is known all the same.
        Shown::Month if is_first(true) => format!("{:04}-{:02}", date.year(), date.month()),
        Shown::Year if is_first(date.month() == 1) => format!("{:04}", date.year()),
        // A day in a spreadsheet is its first second.
        _ if time == Time::midnight() => date.to_string(),
        _ => {
            let seconds = i64::from(time.hour()) * 3_600 + i64::from(time.minute()) * 60 + i64::from(time.second());
            format!("{date}T{}", clock(seconds))
        }
    }
}

/// `14:30`, and the seconds where there are some.
fn clock(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if rest == 0 { format!("{hours:02}:{minutes:02}") } else { format!("{hours:02}:{minutes:02}:{rest:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_time_are_told_from_others() {
        for format in
            ["dd.mm.yyyy", "[$-419]d mmmm yyyy", "h:mm AM/PM", "m\"M\"d", "H:MM:SS;@", "[$-F800]dddd\\,\\ mmmm\\ dd"]
        {
            assert_eq!(shown_by(format), Some(Shown::Moment), "{format}");
        }
        for format in ["mmmm yyyy", "[$-419]mmmm\\ yyyy;@", "mm/yy"] {
            assert_eq!(shown_by(format), Some(Shown::Month), "{format}");
        }
        assert_eq!(shown_by("yyyy\" г.\""), Some(Shown::Year));
        assert_eq!(shown_by("[h]:mm:ss"), Some(Shown::Length));
        for format in ["General", "0.00", "\"days\" 0", "#,##0\\ \"mm\"", "0_ ;[Red]\\-0\\ ", "@"] {
            assert_eq!(shown_by(format), None, "{format}");
        }
    }

    #[test]
    fn numbers_of_days_are_the_moments_that_excel_shows() {
        for (days, is_1904, shown, text) in [
            (44566.0, false, Shown::Moment, "2022-01-05"),
            (44_566.604_166_666_664, false, Shown::Moment, "2022-01-05T14:30"),
            // A hair before half past two.
            (44_566.604_166_6, false, Shown::Moment, "2022-01-05T14:30"),
            (44_566.604_849_54, false, Shown::Moment, "2022-01-05T14:30:59"),
            (44_566.999_999_9, false, Shown::Moment, "2022-01-06"),
            (43104.0, true, Shown::Moment, "2022-01-05"),
            (15.0, false, Shown::Moment, "1900-01-15"),
            (61.0, false, Shown::Moment, "1900-03-01"),
            (0.604_166_67, false, Shown::Moment, "14:30"),
            (0.999_999_9, false, Shown::Moment, "23:59:59"),
            (44562.0, false, Shown::Month, "2022-01"),
            (44566.0, false, Shown::Month, "2022-01-05"),
            (44562.0, false, Shown::Year, "2022"),
            (1.086_805_555_6, false, Shown::Length, "26:05"),
        ] {
            assert_eq!(text_of_number(days, is_1904, shown).as_deref(), Some(text), "{days}");
        }
        for days in [-1.0, 3e6, f64::NAN, f64::INFINITY] {
            assert_eq!(text_of_number(days, false, Shown::Moment), None, "{days}");
        }
    }

    #[test]
    fn moments_and_lengths_in_words_of_iso_8601_are_read() {
        for (text, expected) in [
            ("2022-01-05", Some("2022-01-05")),
            ("2022-01-05T14:30:00", Some("2022-01-05T14:30")),
            ("2022-01-05T14:29:59.99", Some("2022-01-05T14:30")),
            ("2022-01-05T00:00:00.000Z", Some("2022-01-05")),
            ("2022", None),
        ] {
            assert_eq!(text_of_iso(text, Shown::Moment).as_deref(), expected, "{text}");
        }
        for (text, expected) in [
            ("PT14H30M00S", Some("14:30")),
            ("PT288H00M00S", Some("288:00")),
            ("P1DT2H5M7.4S", Some("26:05:07")),
            ("P1Y", None),
        ] {
            assert_eq!(text_of_length(text).as_deref(), expected, "{text}");
        }
    }
}
