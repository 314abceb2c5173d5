//! Splitting text into rows and cells (RFC 4180), with the line each row begins at.
//!
//! The csv crate swallows the rest of a file after an unclosed quote without an error. Here such a row is given back as broken and
//! reading goes on at the next line, so that the good rows after it are not lost.

use super::{MAX_FIELD_BYTES, MAX_ROW_LINES};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its first line, counted from 1.
    pub line: u64,
    /// Its last line.
    pub last_line: u64,
    /// Its cells.
    pub cells: Vec<String>,
    /// Why it cannot be trusted.
    pub fault: Option<Fault>,
}

impl Record {
    /// A row of one line with nothing wrong.
    pub(super) fn whole(line: u64, cells: Vec<String>) -> Self {
        Self { line, last_line: line, cells, fault: None }
    }
}

/// Why a row cannot be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A quote that is not closed within [`MAX_ROW_LINES`] lines or before the end of the file.
    UnclosedQuote,
    /// A cell longer than [`MAX_FIELD_BYTES`].
    LongField,
}

/// The rows of `text`, in order; rows without any character are left out.
pub fn records(text: &str, delimiter: char) -> impl Iterator<Item = Record> + '_ {
    Records { text, delimiter, at: 0, line: 1 }
}

struct Records<'a> {
    text: &'a str,
    delimiter: char,
    at: usize,
    line: u64,
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        loop {
            let rest = &self.text[self.at..];
            if rest.is_empty() {
                return None;
            }
            let (record, used, lines) = match split(rest, self.delimiter) {
                Ok(row) => row,
                // The row is taken up to the end of its first line, with the quote as an ordinary character.
                Err(UnclosedQuote) => {
                    let (line, used) = first_line(rest);
                    let cells = line.split(self.delimiter).map(|cell| cut(cell).to_owned()).collect();
                    (Row { cells, fault: Some(Fault::UnclosedQuote) }, used, 1)
                }
            };
            let line = self.line;
            self.at += used;
            self.line += lines;
            if record.cells.iter().all(String::is_empty) && record.cells.len() <= 1 && record.fault.is_none() {
                continue;
            }
            return Some(Record { line, last_line: line + lines - 1, cells: record.cells, fault: record.fault });
        }
    }
}

struct Row {
    cells: Vec<String>,
    fault: Option<Fault>,
}

struct UnclosedQuote;

/// The first row of `text`, the bytes it uses with its line end, and the lines it spans.
fn split(text: &str, delimiter: char) -> Result<(Row, usize, u64), UnclosedQuote> {
    let mut cells = Vec::new();
    let mut fault = None;
    let mut cell = String::new();
    let mut is_quoted = false;
    let mut lines = 1;
    // The line on which the last quote was opened.
    let mut opened = 1;
    let mut chars = text.char_indices().peekable();
    let mut push = |cell: &mut String, fault: &mut Option<Fault>| {
        if cell.len() > MAX_FIELD_BYTES {
            *fault = Some(Fault::LongField);
            let kept = cut(cell).to_owned();
            *cell = kept;
        }
        cells.push(std::mem::take(cell));
    };
    while let Some((at, c)) = chars.next() {
        if is_quoted {
            match c {
                '"' if chars.peek().is_some_and(|(_, next)| *next == '"') => {
                    chars.next();
                    cell.push('"');
                }
                '"' => {
                    // A quote that was never closed runs to the next row with one, and closes in the middle of its words.
                    let is_end = chars.peek().is_none_or(|(_, next)| [delimiter, '\n', '\r'].contains(next));
                    if !is_end && lines > opened {
                        return Err(UnclosedQuote);
                    }
                    is_quoted = false;
                }
                '\n' | '\r' => {
                    let is_pair = c == '\r' && chars.peek().is_some_and(|(_, next)| *next == '\n');
                    cell.push(c);
                    if is_pair {
                        chars.next();
                        cell.push('\n');
                    }
                    lines += 1;
                    if lines > MAX_ROW_LINES {
                        return Err(UnclosedQuote);
                    }
                }
                c => cell.push(c),
            }
        } else if c == '"' && cell.is_empty() {
            is_quoted = true;
            opened = lines;
        } else if c == delimiter {
            push(&mut cell, &mut fault);
        } else if c == '\n' || c == '\r' {
            let is_pair = c == '\r' && chars.peek().is_some_and(|(_, next)| *next == '\n');
            push(&mut cell, &mut fault);
            return Ok((Row { cells, fault }, at + if is_pair { 2 } else { 1 }, lines));
        } else {
            cell.push(c);
        }
    }
    if is_quoted {
        return Err(UnclosedQuote);
    }
    push(&mut cell, &mut fault);
    Ok((Row { cells, fault }, text.len(), lines))
}

/// The text up to the first line end, and the bytes up to the next line.
fn first_line(text: &str) -> (&str, usize) {
    match text.find(['\n', '\r']) {
        None => (text, text.len()),
        Some(end) => (&text[..end], end + if text[end..].starts_with("\r\n") { 2 } else { 1 }),
    }
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_FIELD_BYTES)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        records(text, ',').map(|record| record.cells).collect()
    }

    #[test]
    fn quotes_newlines_and_every_line_end_are_read() {
        assert_eq!(
            cells("a,\"b \"\"c\"\"\r\nd\",e\r\n1,2,3\r4,5,6\n"),
            [vec!["a", "b \"c\"\r\nd", "e"], vec!["1", "2", "3"], vec!["4", "5", "6"]]
        );
        let lines: Vec<u64> = records("a,\"b\nc\"\n\nd,e", ',').map(|record| record.line).collect();
        assert_eq!(lines, [1, 4]);
    }

    #[test]
    fn an_unclosed_quote_costs_one_row_and_not_the_rest_of_the_file() {
        let rows: Vec<Record> = records("1,a\n2,\"b\n3,c\n4,d\n", ',').collect();
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
            let last = records(&text, ',').last();
            prop_assert!(last.is_none_or(|record| record.last_line <= text.len() as u64 + 1));
        }
    }
}
