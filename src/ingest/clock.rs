//! Times of day as people and spreadsheets write them.

use super::dates::digits;
use jiff::civil::Time;

/// Reads a time of day: `14:30`, `14.30`, `14:30:05`, `2:30 pm`, `14 ч 30`, or the share of the day that Excel has for it: `0.604167`.
#[must_use]
pub fn parse_time(text: &str) -> Option<Time> {
    let text = text.trim().to_lowercase();
    if let Some(share) = share_of_day(&text) {
        return Some(share);
    }
    let (text, afternoon) = match (text.strip_suffix("pm"), text.strip_suffix("am")) {
        (Some(rest), _) => (rest.trim().to_owned(), Some(true)),
        (_, Some(rest)) => (rest.trim().to_owned(), Some(false)),
        _ => (text, None),
    };
    // `5.01.22` is a date.
    if text.matches('.').count() > 1 {
        return None;
    }
    let mut parts = text.split([':', '.', 'ч', 'h']).map(str::trim);
    let hour: i8 = digits(parts.next()?, 2)?;
    let minute: i8 = match parts.next() {
        Some(part) => digits(part, 2)?,
        None if afternoon.is_some() => 0,
        None => return None,
    };
    if parts.next().is_some_and(|seconds| digits::<i8>(seconds, 2).is_none()) || parts.next().is_some() {
        return None;
    }
    let hour = match afternoon {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(true) => hour % 12 + 12,
        Some(false) => hour % 12,
    };
    Time::new(hour, minute, 0, 0).ok()
}

/// A time of day as Excel has it. Nobody writes twenty past midnight as `0.2`; `0.30` may be half past, and Excel writes no zero there.
fn share_of_day(text: &str) -> Option<Time> {
    const DAY_MINUTES: f64 = 1440.0;
    let digits = text.strip_prefix("0.").or_else(|| text.strip_prefix("0,"))?;
    if digits.is_empty() || digits.ends_with('0') || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let share: f64 = format!("0.{digits}").parse().ok()?;
    let minutes = (share * DAY_MINUTES).round().min(DAY_MINUTES - 1.0);
    Time::new((minutes / 60.0) as i8, (minutes % 60.0) as i8, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_of_day() {
        for (text, expected) in [
            ("14:30", Some((14, 30))),
            ("2:30 pm", Some((14, 30))),
            ("12 am", Some((0, 0))),
            ("9.05", Some((9, 5))),
            ("0.5", Some((12, 0))),
            ("0,6041666667", Some((14, 30))),
            ("0.25", Some((6, 0))),
            ("0.30", Some((0, 30))),
            ("00.25", Some((0, 25))),
        ] {
            assert_eq!(parse_time(text).map(|time| (time.hour(), time.minute())), expected, "{text}");
        }
        for text in ["25:00", "утром", "14", "14:75", "13 pm", "5.01.22", ""] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "(\\PC|[0-9:., ]){0,20}") {
            let _ = parse_time(&text);
        }
    }
}
