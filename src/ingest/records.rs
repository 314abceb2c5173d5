//! Splitting text into rows and cells (RFC 4180), with the line each row begins at.
//!
//! The csv crate swallows the rest of a file after an unclosed quote without an error. Here such a row is given back as broken and
//! reading goes on at the next line, so that the good rows after it are not lost.

use super::cells::Cells;
use super::text::Text;
use super::{MAX_FIELD_BYTES, MAX_ROW_BYTES, MAX_ROW_LINES};
use encoding_rs::UTF_8;
use memchr::{memchr2, memchr3};
use std::io::{self, Cursor};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its first line, counted from 1.
    pub line: u64,
    /// Its cells.
    pub cells: Cells,
    /// Why it cannot be trusted.
    pub fault: Option<Fault>,
    /// Cells that have no value although something stands there, by their column.
    pub cell_faults: Vec<(usize, CellFault)>,
}

/// Why a cell has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellFault {
    /// A formula whose value is not in the file.
    NoValue,
    /// A formula that could not be calculated, with what stands there: `#N/A`.
    Error(String),
}

impl Record {
    /// A row with nothing wrong.
    pub(super) fn whole(line: u64, cells: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Self { line, cells: cells.into_iter().collect(), fault: None, cell_faults: Vec::new() }
    }
}

/// Why a row cannot be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A quote that is not closed within [`MAX_ROW_LINES`] lines or before the end of the file.
    UnclosedQuote,
    /// A cell longer than [`MAX_FIELD_BYTES`], or a row longer than [`MAX_ROW_BYTES`].
    LongField,
    /// An element of a GeoJSON collection that is no feature.
    BrokenFeature,
    /// The rest of a row of a spreadsheet that is repeated more often than it is read.
    RepeatedRow {
        /// How often it stands there.
        times: u32,
    },
    /// Bytes that are no characters.
    BrokenEncoding {
        /// The line of the first of them.
        line: u64,
        /// Its place in the line, in characters from 1.
        at: usize,
    },
}

/// The rows of a text, in order; rows without any character are left out.
pub(super) struct Records<'a> {
    text: Text<'a>,
    delimiter: u8,
    line: u64,
    /// Whether the rest of the present line belongs to a row that was too long.
    is_skipping: bool,
    /// Cells and bytes of the last row: the next one is about as large.
    room: (usize, usize),
}

/// The rows of a text that is there as a whole.
pub(super) fn records(text: &str, delimiter: u8) -> impl Iterator<Item = Record> + '_ {
    let text = Text::new(Box::new(Cursor::new(text.as_bytes())), UTF_8);
    // Memory does not fail to be read.
    Records::new(text, delimiter).map_while(Result::ok)
}

impl<'a> Records<'a> {
    pub(super) fn new(text: Text<'a>, delimiter: u8) -> Self {
        Self { text, delimiter, line: 1, is_skipping: false, room: (0, 0) }
    }

    /// Passes over the rest of a line.
    fn skip(&mut self) -> io::Result<()> {
        loop {
            let rest = self.text.rest();
            match memchr2(b'\n', b'\r', rest.as_bytes()) {
                Some(end) if end + 1 < rest.len() || self.text.is_ended() => {
                    let length = end + line_end(rest, end);
                    self.text.take(length);
                    self.line += 1;
                    self.is_skipping = false;
                    return Ok(());
                }
                Some(end) => drop(self.text.take(end)),
                None => drop(self.text.take(rest.len())),
            }
            if self.text.is_ended() && self.text.rest().is_empty() {
                self.is_skipping = false;
                return Ok(());
            }
            self.text.fill()?;
        }
    }

    fn read(&mut self) -> io::Result<Option<Record>> {
        loop {
            if self.is_skipping {
                self.skip()?;
            }
            let rest = self.text.rest();
            if rest.is_empty() {
                if self.text.is_ended() {
                    return Ok(None);
                }
                self.text.fill()?;
                continue;
            }
            let cells = Cells::with_room(self.room.0, self.room.1);
            let row = match split(rest, self.delimiter, self.text.is_ended(), cells) {
                Split::Row(row) => row,
                Split::More if rest.len() <= MAX_ROW_BYTES => {
                    self.text.fill()?;
                    continue;
                }
                // The row is taken up to the end of its first line, with the quote as an ordinary character.
                Split::UnclosedQuote => first_line(rest, self.delimiter, Fault::UnclosedQuote),
                Split::More => {
                    let row = first_line(rest, self.delimiter, Fault::LongField);
                    self.is_skipping = row.lines == 0;
                    row
                }
            };
            let length = row.length;
            let broken = self.text.is_broken().then(|| rest[..length].to_owned());
            let place = self.text.take(length);
            let fault = match (place, broken) {
                (Some(place), Some(text)) => Some(self.broken_at(&text, place)),
                _ => row.fault,
            };
            let line = self.line;
            self.line += row.lines;
            if row.cells.bytes() == 0 && row.cells.len() <= 1 && fault.is_none() {
                continue;
            }
            self.room = (row.cells.len(), row.cells.bytes() + row.cells.bytes() / 4);
            return Ok(Some(Record { line, cells: row.cells, fault, cell_faults: Vec::new() }));
        }
    }

    /// Where in the file the encoding of a row is broken.
    fn broken_at(&self, row: &str, place: usize) -> Fault {
        let before = &row[..place];
        let lines = before.matches('\n').count();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let at = before[start..].chars().count() + 1;
        Fault::BrokenEncoding { line: self.line + lines as u64, at }
    }
}

impl Iterator for Records<'_> {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

struct Row {
    cells: Cells,
    fault: Option<Fault>,
    /// Bytes, line end included.
    length: usize,
    /// Lines that it spans; 0 when its line goes on beyond what is there.
    lines: u64,
}

enum Split {
    Row(Row),
    /// The row goes on beyond what is there.
    More,
    UnclosedQuote,
}

/// The first row of `text`, with its cells in `cells`. `is_ended` says whether nothing comes after the text.
fn split(text: &str, delimiter: u8, is_ended: bool, cells: Cells) -> Split {
    let bytes = text.as_bytes();
    let mut row = Row { cells, fault: None, length: 0, lines: 1 };
    let mut at = 0;
    loop {
        // `a, "b"`: a space before a quoted cell is none of it.
        if bytes.get(at) == Some(&b' ') {
            match quote_after_spaces(bytes, at, delimiter, is_ended) {
                Some(Some(quote)) => at = quote,
                Some(None) => {}
                None => return Split::More,
            }
        }
        if bytes.get(at) == Some(&b'"') {
            match quoted(text, at, delimiter, is_ended, &mut row) {
                Quoted::Cell(end) => at = end,
                Quoted::More => return Split::More,
                Quoted::Unclosed => return Split::UnclosedQuote,
            }
        }
        let end = memchr3(delimiter, b'\n', b'\r', &bytes[at..]).map(|end| at + end);
        if end.is_none() && !is_ended {
            return Split::More;
        }
        let words = &text[at..end.unwrap_or(text.len())];
        row.cells.push_str(cut(words));
        if words.len() > MAX_FIELD_BYTES || row.cells.open_bytes() > MAX_FIELD_BYTES {
            row.fault = Some(Fault::LongField);
            row.cells.cut_open(MAX_FIELD_BYTES);
        }
        row.cells.end_cell();
        let Some(end) = end else {
            row.length = text.len();
            return Split::Row(row);
        };
        if bytes[end] == delimiter {
            at = end + 1;
            continue;
        }
        if bytes[end] == b'\r' && end + 1 == bytes.len() && !is_ended {
            return Split::More;
        }
        row.length = end + line_end(text, end);
        return Split::Row(row);
    }
}

/// Bytes within which a quote after a space has to be closed.
const SPACED_QUOTE_BYTES: usize = 4 * 1024;

/// Where after spaces a quoted cell begins, one that is closed before the next delimiter or line end; a quote that words follow is part
/// of the text. The outer `None` means that more has to be read.
fn quote_after_spaces(bytes: &[u8], at: usize, delimiter: u8, is_ended: bool) -> Option<Option<usize>> {
    let limit = bytes.len().min(at + SPACED_QUOTE_BYTES);
    let is_whole = is_ended || limit < bytes.len();
    let Some(quote) = bytes[at..limit].iter().position(|byte| *byte != b' ').map(|spaces| at + spaces) else {
        return if is_whole { Some(None) } else { None };
    };
    if bytes[quote] != b'"' {
        return Some(None);
    }
    let mut from = quote + 1;
    loop {
        let Some(close) = bytes[from..limit].iter().position(|byte| *byte == b'"').map(|found| from + found) else {
            return if is_whole { Some(None) } else { None };
        };
        match bytes.get(close + 1) {
            None if !is_ended => return None,
            Some(b'"') => from = (close + 2).min(limit),
            next => return Some(next.is_none_or(|next| [delimiter, b'\n', b'\r'].contains(next)).then_some(quote)),
        }
    }
}

enum Quoted {
    /// Its words are in the row; where what follows the closing quote begins.
    Cell(usize),
    More,
    Unclosed,
}

/// A cell that begins with a quote at `start`; `row` grows by its words and the lines inside.
fn quoted(text: &str, start: usize, delimiter: u8, is_ended: bool, row: &mut Row) -> Quoted {
    let bytes = text.as_bytes();
    let opened = row.lines;
    // What is not copied into the cell yet begins at `from`; quotes are looked for from `at` on.
    let (mut from, mut at) = (start + 1, start + 1);
    loop {
        let Some(found) = memchr3(b'"', b'\n', b'\r', &bytes[at..]).map(|found| at + found) else {
            return if is_ended { Quoted::Unclosed } else { Quoted::More };
        };
        let next = bytes.get(found + 1);
        if next.is_none() && !is_ended {
            return Quoted::More;
        }
        match (bytes[found], next) {
            (b'"', Some(b'"')) => {
                row.cells.push_str(&text[from..=found]);
                (from, at) = (found + 2, found + 2);
            }
            (b'"', next) => {
                // A quote that was never closed runs to the next row with one, and closes in the middle of its words.
                let is_end = next.is_none_or(|next| [delimiter, b'\n', b'\r'].contains(next));
                if !is_end && row.lines > opened {
                    return Quoted::Unclosed;
                }
                row.cells.push_str(&text[from..found]);
                return Quoted::Cell(found + 1);
            }
            _ => {
                at = found + line_end(text, found);
                row.lines += 1;
                if row.lines > MAX_ROW_LINES {
                    return Quoted::Unclosed;
                }
            }
        }
    }
}

/// Bytes of the line end at `at`.
fn line_end(text: &str, at: usize) -> usize {
    if text[at..].starts_with("\r\n") { 2 } else { 1 }
}

/// The text up to the first line end as a row that cannot be trusted.
fn first_line(text: &str, delimiter: u8, fault: Fault) -> Row {
    let end = memchr2(b'\n', b'\r', text.as_bytes());
    let line = &text[..end.unwrap_or(text.len())];
    let cells = line.split(char::from(delimiter)).map(cut).collect();
    let (length, lines) = end.map_or((text.len(), 0), |end| (end + line_end(text, end), 1));
    Row { cells, fault: Some(fault), length, lines: if fault == Fault::UnclosedQuote { 1 } else { lines } }
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_FIELD_BYTES)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        records(text, b',').map(|record| record.cells.iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn quotes_newlines_and_every_line_end_are_read() {
        assert_eq!(
            cells("a,\"b \"\"c\"\"\r\nd\",e\r\n1,2,3\r4,5,6\n"),
            [vec!["a", "b \"c\"\r\nd", "e"], vec!["1", "2", "3"], vec!["4", "5", "6"]]
        );
        let lines: Vec<u64> = records("a,\"b\nc\"\n\nd,e", b',').map(|record| record.line).collect();
        assert_eq!(lines, [1, 4]);
    }

    #[test]
    fn a_space_before_a_quoted_cell_is_none_of_it() {
        assert_eq!(cells("a, \"b, c\", \"d \"\"e\"\"\"\n"), [vec!["a", "b, c", "d \"e\""]]);
        assert_eq!(cells("a, \"b\" c, d\n"), [vec!["a", " \"b\" c", " d"]]);
    }

    #[test]
    fn an_unclosed_quote_costs_one_row_and_not_the_rest_of_the_file() {
        let rows: Vec<Record> = records("1,a\n2,\"b\n3,c\n4,d\n", b',').collect();
        assert_eq!(
            rows.iter().map(|row| (row.line, row.fault)).collect::<Vec<_>>(),
            [(1, None), (2, Some(Fault::UnclosedQuote)), (3, None), (4, None)]
        );
    }

    proptest! {
        #[test]
        fn well_formed_files_are_read_as_by_the_csv_crate(rows in prop::collection::vec(prop::collection::vec("[a-я,;\"\n]{0,8}", 2..4), 1..8)) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(cells(&text), rows);
        }

        #[test]
        fn any_text_is_split_without_panic_and_to_its_end(text in "(\\PC|[\",\n\r;])*") {
            let last = records(&text, b',').last();
            prop_assert!(last.is_none_or(|record| record.line <= text.len() as u64 + 1));
        }
    }
}
