//! What stands between two cells.

use super::columns::is_known;
use super::records::{Record, records};
use serde::{Deserialize, Deserializer};

/// The delimiters that are known.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Names of delimiters, for those who cannot type them.
const NAMES: [(&str, char); 5] = [("comma", ','), ("semicolon", ';'), ("tab", '\t'), ("\\t", '\t'), ("pipe", '|')];

/// Reads a delimiter as a person names it: `;`, `semicolon`, `tab`, `\t`.
///
/// # Errors
/// It is neither a name nor one ASCII character.
pub fn parse_delimiter(text: &str) -> Result<char, DelimiterError> {
    if let Some((_, delimiter)) = NAMES.iter().find(|(name, _)| *name == text) {
        return Ok(*delimiter);
    }
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if letter.is_ascii() && !matches!(letter, '"' | '\n' | '\r') => Ok(letter),
        _ => Err(DelimiterError(text.to_owned())),
    }
}

/// A text that names no delimiter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no delimiter; expected comma, semicolon, tab, pipe, or one such character")]
pub struct DelimiterError(String);

/// A delimiter in JSON, which may be a name as well.
pub(super) fn deserialized<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<char>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| parse_delimiter(&text).map_err(serde::de::Error::custom)).transpose()
}

/// Rows looked at.
const SAMPLE_ROWS: usize = 50;

/// Rows above the header that may be a title, or `sep=;`.
pub(super) const MAX_ROWS_ABOVE: usize = 5;

/// Bytes looked at.
pub(super) const SAMPLE_BYTES: usize = 64 * 1024;

/// Whether a first cell is the one in which Excel names the delimiter: `sep=;`.
pub(super) fn is_named_by_excel(cell: &str) -> bool {
    cell.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sep=")) && cell.len() <= 5
}

/// The delimiter that a first line such as `sep=;` names.
pub(super) fn named_by_excel(text: &str) -> Option<u8> {
    let line = text.lines().next()?.trim_matches('"');
    let named = line.get(4..).filter(|named| named.len() == 1 && is_named_by_excel(line))?;
    named.bytes().next().filter(u8::is_ascii)
}

/// The delimiter that gives the first rows the same number of cells, and more than one; a comma when none does.
pub(super) fn detect(text: &str) -> u8 {
    let sample = &text[..text.floor_char_boundary(SAMPLE_BYTES)];
    let score = |delimiter: u8| {
        let mut rows = records(sample, delimiter).take(SAMPLE_ROWS);
        let Some(mut header) = rows.next() else { return (0, 0) };
        // A title may stand above the header.
        let is_title = |row: &Record| row.cells.iter().filter(|cell| !cell.is_empty()).count() < 2;
        let mut above = 0;
        while is_title(&header)
            && above < MAX_ROWS_ABOVE
            && let Some(next) = rows.next()
        {
            header = next;
            above += 1;
        }
        let columns = header.cells.len();
        if columns < 2 {
            return (0, 0);
        }
        let (mut same, mut all) = (0usize, 0usize);
        for row in rows {
            all += 1;
            same += usize::from(row.cells.len() == columns && row.fault.is_none());
        }
        // Known column names count more than anything: a sentence full of commas is no header.
        // Two of them with another sign between is one too many: of `title;lat,lon` the comma is not the one.
        let is_whole = |cell: &str| DELIMITERS.iter().all(|other| !cell.contains(char::from(*other)));
        let is_header = |cell: &&str| is_known(cell) || (is_whole(cell) && super::field_of(cell).is_some());
        let known = header.cells.iter().filter(is_header).count();
        if above > 0 && known < 2 {
            return (0, 0);
        }
        let regular = (same * 1000).checked_div(all).unwrap_or(500);
        (known * 1000 + regular, columns)
    };
    // `max_by_key` takes the last of equals, so the list is walked backwards to prefer the comma.
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semicolons_tabs_and_commas_inside_text_are_told_apart() {
        assert_eq!(detect("дата;место;описание\n2022-01-05;Актау;а, б, в\n"), b';');
        assert_eq!(detect("date\tplace\n2022-01-05\tAktau, port\n"), b'\t');
        assert_eq!(detect("date|place\n"), b'|');
        assert_eq!(detect("place\nАктау\n"), b',');
        assert_eq!(detect(""), b',');
    }
}
