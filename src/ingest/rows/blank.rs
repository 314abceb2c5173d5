//! Cells that say in words or signs that nothing is known: they are empty.

use crate::ingest::columns::Field;

/// Such words, lower case.
const UNKNOWN: [&str; 22] = [
    "н/д",
    "нд",
    "б/д",
    "неизвестно",
    "неизвестна",
    "нет данных",
    "нет",
    "не указано",
    "не указана",
    "не установлено",
    "не установлена",
    "невідомо",
    "немає даних",
    "белгісіз",
    "мәлімет жоқ",
    "n/a",
    "na",
    "none",
    "null",
    "unknown",
    "not available",
    "no data",
];

/// Longest of these, in bytes.
const LONGEST: usize = 30;

/// The text of a cell, empty when it says that a date or position is not known.
pub(super) fn known(field: Field, text: &str) -> &str {
    use Field::{Date, DateEnd, Lat, LatLon, Lon, LonLat, Time};
    let begins_as_known = text.starts_with(|c: char| c.is_ascii_digit());
    if begins_as_known || text.len() > LONGEST || !matches!(field, Date | DateEnd | Time | Lat | Lon | LatLon | LonLat)
    {
        return text;
    }
    let is_sign = text.chars().all(|c| matches!(c, '-' | '–' | '—' | '?' | '.'));
    if is_sign || UNKNOWN.contains(&text.to_lowercase().as_str()) { "" } else { text }
}
