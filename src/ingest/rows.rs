//! From rows to reports: every data row becomes exactly one report, one duplicate or one problem.

use super::columns::{Field, field_of, field_of_tag, is_hxl_row};
use super::coordinates;
use super::dates::{DateOrder, order_of, parse_date, parse_time};
use super::problem::{PROBLEM_COLUMNS, ProblemRows, RowProblem};
use super::records::{Fault, Record};
use super::{Format, IngestError, MAX_COLUMNS, MAX_FIELD_BYTES, MAX_ROW_LINES, MAX_ROWS, gdelt};
use crate::cell::revived;
use crate::incident::{Language, Report};
use crate::time::{Occurred, TimePrecision};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Letters of a title that is made of the first words of something else.
const TITLE_CHARS: usize = 80;

/// A file as it was understood. `rows_read = reports + duplicates + rejected`.
#[derive(Debug, Clone)]
pub struct ReportFile {
    /// What kind of file it is.
    pub format: Format,
    /// Name of the encoding.
    pub encoding: &'static str,
    /// Between two cells; `None` where cells have no delimiter.
    pub delimiter: Option<char>,
    /// Each header with its meaning, in file order.
    pub columns: Vec<(String, Option<Field>)>,
    /// Data rows; empty lines and an HXL row are none.
    pub rows_read: u64,
    /// The rows that were taken, keys filled and unique.
    pub reports: Vec<Report>,
    /// Rows that say the same as an earlier one.
    pub duplicates: u64,
    /// Rows that were not taken; each is in `problems`.
    pub rejected: u64,
    /// What is wrong, by line.
    pub problems: Vec<RowProblem>,
}

/// The columns of a file.
struct Columns {
    headers: Vec<String>,
    fields: Vec<Option<Field>>,
    at: HashMap<Field, usize>,
    order: DateOrder,
}

/// How the rows of a file came about.
pub(super) struct Reading<'a> {
    pub(super) format: Format,
    pub(super) encoding: &'static str,
    pub(super) delimiter: Option<char>,
    /// Lines with broken characters, and the first broken byte of each.
    pub(super) broken_lines: &'a BTreeMap<u64, usize>,
}

/// Reads rows, which `records` gives from the first one as often as it is asked.
pub(super) fn read<R: Iterator<Item = Record>>(
    records: impl Fn() -> R,
    how: &Reading<'_>,
) -> Result<ReportFile, IngestError> {
    let records = || with_header(&records);
    let mut rows = records().peekable();
    let header = rows.next().ok_or(IngestError::Empty)?;
    let mut columns = Columns::new(&header)?;
    if rows.peek().is_some_and(|row| is_hxl_row(&row.cells)) {
        columns.take_tags(&rows.next().expect("a row was just peeked at").cells);
    }
    columns.require_place()?;
    if let Some(&date) = columns.at.get(&Field::Date) {
        let dates: Vec<String> = records().skip(1).filter_map(|row| row.cells.get(date).cloned()).collect();
        columns.order = order_of(dates.iter().map(String::as_str));
    }
    let mut file = ReportFile {
        format: how.format,
        encoding: how.encoding,
        delimiter: how.delimiter,
        columns: columns.headers.iter().cloned().zip(columns.fields.iter().copied()).collect(),
        rows_read: 0,
        reports: Vec::new(),
        duplicates: 0,
        rejected: 0,
        problems: Vec::new(),
    };
    // Key to the line that had it first and the hash of what it said.
    let mut seen: HashMap<String, (u64, String)> = HashMap::new();
    for row in rows {
        if row.cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        file.rows_read += 1;
        if file.rows_read as usize > MAX_ROWS {
            return Err(IngestError::TooManyRows);
        }
        let broken = how.broken_lines.range(row.line..=row.last_line).next();
        let (mut report, mut remarks) = match columns.report(&row, broken) {
            Ok(read) => read,
            Err(problem) => {
                file.rejected += 1;
                file.problems.push(problem);
                continue;
            }
        };
        let content = content_key(&report);
        let key = report.key.clone().unwrap_or_else(|| content.clone());
        match seen.get(&key) {
            Some((_, said)) if *said == content => file.duplicates += 1,
            Some((line, _)) => {
                file.rejected += 1;
                let column = columns.header(Field::Id);
                file.problems.push(RowProblem::rejected(
                    row.line,
                    column,
                    &key,
                    format!("line {line} has the same id and says something else"),
                    "give each row its own id, or remove the older row",
                ));
            }
            None => {
                seen.insert(key.clone(), (row.line, content));
                report.key = Some(key);
                file.problems.append(&mut remarks);
                file.reports.push(report);
            }
        }
    }
    Ok(file)
}

/// A file without a header as if it had one.
fn with_header<R: Iterator<Item = Record>>(records: &impl Fn() -> R) -> impl Iterator<Item = Record> {
    let header = records().next().filter(gdelt::is_row).map(|first| gdelt::header(first.cells.len()));
    let is_gdelt = header.is_some();
    let rows = records().map(move |row| if is_gdelt { gdelt::without_centroid(row) } else { row });
    header.into_iter().chain(rows)
}

/// The header, and the cells of the rows that begin at these lines.
pub(super) fn rows_at<R: Iterator<Item = Record>>(records: impl Fn() -> R, lines: &BTreeSet<u64>) -> ProblemRows {
    let mut rows = with_header(&records);
    let header = rows.next().map(|header| header.cells).unwrap_or_default();
    let wanted = rows.filter(|row| lines.contains(&row.line)).map(|row| (row.line, row.cells));
    ProblemRows { header, cells: wanted.collect() }
}

/// A key for rows without an id: the hash of everything the row says, spaces made equal, so that the same row has the same key in
/// every file.
fn content_key(report: &Report) -> String {
    let mut hash = Sha256::new();
    let occurred = report.occurred.map(|occurred| occurred.to_string()).unwrap_or_default();
    let given = report.given.map(|at| format!("{},{}", at.lon, at.lat)).unwrap_or_default();
    let own = [
        &report.title,
        &report.description,
        &occurred,
        &report.category,
        &report.source,
        &report.source_url,
        &report.place_text,
        &report.city,
        &report.region,
        &report.country,
        &given,
    ];
    for text in own.into_iter().chain(report.extra.iter().flat_map(|(header, value)| [header, value])) {
        for word in text.split_whitespace() {
            hash.update(word.as_bytes());
            hash.update(b" ");
        }
        hash.update(b"\0");
    }
    let hex: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("content-{hex}")
}

impl Columns {
    fn new(header: &Record) -> Result<Self, IngestError> {
        if header.cells.len() > MAX_COLUMNS {
            return Err(IngestError::TooManyColumns(header.cells.len()));
        }
        let mut columns = Self {
            headers: header.cells.iter().map(|cell| cell.trim().to_owned()).collect(),
            fields: vec![None; header.cells.len()],
            at: HashMap::new(),
            order: DateOrder::DayFirst,
        };
        for (index, cell) in header.cells.iter().enumerate() {
            columns.take(index, field_of(cell));
        }
        Ok(columns)
    }

    /// The first column of a meaning has it; a second one is kept as it is.
    fn take(&mut self, index: usize, field: Option<Field>) {
        if let Some(field) = field.filter(|field| !self.at.contains_key(field)) {
            self.fields[index] = Some(field);
            self.at.insert(field, index);
        }
    }

    /// HXL tags say more exactly than headers what a column holds; they win.
    fn take_tags(&mut self, tags: &[String]) {
        for (index, tag) in tags.iter().enumerate().take(self.fields.len()) {
            if let Some(field) = field_of_tag(tag) {
                if let Some(earlier) = self.at.remove(&field) {
                    self.fields[earlier] = None;
                }
                if let Some(own) = self.fields[index].take() {
                    self.at.remove(&own);
                }
                self.take(index, Some(field));
            }
        }
    }

    fn require_place(&self) -> Result<(), IngestError> {
        use Field::{City, Country, District, Lat, LatLon, Lon, Place, Region};
        let has = |field| self.at.contains_key(&field);
        let is_placed = [Place, City, District, Region, Country, LatLon].into_iter().any(has) || (has(Lat) && has(Lon));
        if is_placed {
            return Ok(());
        }
        let found: Vec<String> = self.headers.iter().take(20).map(|header| format!("`{header}`")).collect();
        Err(IngestError::NoPlaceColumn { found: found.join(", ") })
    }

    fn header(&self, field: Field) -> &str {
        self.at.get(&field).map_or("", |&index| self.headers[index].as_str())
    }

    /// The report of a row with what is to be looked at, or why it is rejected.
    fn report(&self, row: &Record, broken: Option<(&u64, &usize)>) -> Result<(Report, Vec<RowProblem>), RowProblem> {
        let line = row.line;
        self.check(row, broken)?;
        let cell = |field: Field| self.at.get(&field).map_or("", |&index| revived(row.cells[index].trim()));
        let reject = |field: Field, value: &str, reason: String, repair: &str| {
            RowProblem::rejected(line, self.header(field), value, reason, repair)
        };
        let mut remarks = Vec::new();
        let position = |result: Result<_, coordinates::Fault>, field| {
            result.map_err(|(reason, repair)| reject(field, cell(field), reason, repair))
        };
        let given = match position(coordinates::position(cell(Field::Lat), cell(Field::Lon)), Field::Lat)? {
            Some(at) => Some(at),
            None => position(coordinates::pair(cell(Field::LatLon)), Field::LatLon)?,
        };
        let mut extra: Vec<(String, String)> = Vec::new();
        for (index, value) in row.cells.iter().enumerate() {
            let is_told = self.headers.get(index).is_some_and(|header| PROBLEM_COLUMNS.contains(&header.as_str()));
            if self.fields.get(index) == Some(&None) && !is_told && !value.trim().is_empty() {
                extra.push((self.headers[index].clone(), revived(value.trim()).to_owned()));
            }
        }
        let mut source_url = cell(Field::SourceUrl).to_owned();
        if !source_url.is_empty() && !is_web_address(&source_url) {
            remarks.push(RowProblem::kept(
                line,
                self.header(Field::SourceUrl),
                &source_url,
                "not an address that begins with http:// or https://",
                "write the whole address; the text is kept beside the incident and never made a link",
            ));
            extra.push((self.header(Field::SourceUrl).to_owned(), std::mem::take(&mut source_url)));
        }
        let language = match cell(Field::Language).to_lowercase().as_str() {
            "" => None,
            code => match code.parse::<Language>() {
                Ok(language) => Some(language),
                Err(_) => {
                    extra.push((self.header(Field::Language).to_owned(), cell(Field::Language).to_owned()));
                    None
                }
            },
        };
        let region = join([cell(Field::District), cell(Field::Region)]);
        let report = Report {
            key: Some(cell(Field::Id).to_owned()).filter(|key| !key.is_empty()),
            title: self.title(&cell),
            description: cell(Field::Description).to_owned(),
            occurred: self.occurred(&cell, &reject)?,
            category: cell(Field::Category).to_owned(),
            source: cell(Field::Source).to_owned(),
            source_url,
            language,
            place_text: cell(Field::Place).to_owned(),
            city: cell(Field::City).to_owned(),
            region,
            country: cell(Field::Country).to_owned(),
            given,
            extra,
            line,
        };
        let has_words =
            [&report.place_text, &report.city, &report.region, &report.country].iter().any(|text| !text.is_empty());
        if given.is_none() && !has_words {
            remarks.push(RowProblem::kept(
                line,
                self.header(Field::Place),
                "",
                "the row names no place",
                "fill in the place, city or region; until then the incident is listed without a location",
            ));
        }
        Ok((report, remarks))
    }

    /// Whether the row can be trusted at all.
    fn check(&self, row: &Record, broken: Option<(&u64, &usize)>) -> Result<(), RowProblem> {
        let line = row.line;
        let shown = row.cells.join(" | ");
        if let Some((broken_line, at)) = broken {
            return Err(RowProblem::rejected(
                line,
                "",
                &shown,
                format!("broken encoding: byte {at} of line {broken_line} begins no character"),
                "save the file anew as CSV UTF-8, or name its encoding",
            ));
        }
        match row.fault {
            Some(Fault::UnclosedQuote) => {
                return Err(RowProblem::rejected(
                    line,
                    "",
                    &shown,
                    format!("a quote is opened and not closed within {MAX_ROW_LINES} lines"),
                    "close the quote, or double it when it is part of the text",
                ));
            }
            Some(Fault::LongField) => {
                return Err(RowProblem::rejected(
                    line,
                    "",
                    &shown,
                    format!("a cell is longer than {MAX_FIELD_BYTES} bytes"),
                    "shorten it, or check for a quote that is not closed",
                ));
            }
            None => {}
        }
        let (cells, wanted) = (row.cells.len(), self.headers.len());
        if cells < wanted {
            return Err(RowProblem::rejected(
                line,
                "",
                &shown,
                format!("too few columns: {cells} instead of {wanted}"),
                "fill in the missing cells, or quote a cell with a line break",
            ));
        }
        if row.cells[wanted..].iter().any(|cell| !cell.trim().is_empty()) {
            return Err(RowProblem::rejected(
                line,
                "",
                &shown,
                format!("too many columns: {cells} instead of {wanted}"),
                "put quotes around a cell that holds the delimiter",
            ));
        }
        if let Some(index) = row.cells.iter().position(|cell| cell.contains('\0')) {
            return Err(RowProblem::rejected(
                line,
                self.headers.get(index).map_or("", String::as_str),
                &shown.replace('\0', "\u{fffd}"),
                "the cell holds a NUL character",
                "save the file anew as CSV UTF-8",
            ));
        }
        Ok(())
    }

    fn occurred<'a>(
        &self,
        cell: &impl Fn(Field) -> &'a str,
        reject: &impl Fn(Field, &str, String, &str) -> RowProblem,
    ) -> Result<Option<Occurred>, RowProblem> {
        const REPAIR: &str = "write the date as 2022-01-05, 05.01.2022 or 5 января 2022";
        let read = |field: Field| match cell(field) {
            "" => Ok(None),
            text => match parse_date(text, self.order) {
                Some(occurred) => Ok(Some(occurred)),
                None => Err(reject(field, text, "not a date that can be read, or no such day".to_owned(), REPAIR)),
            },
        };
        let Some(start) = read(Field::Date)? else { return Ok(None) };
        let start = match cell(Field::Time) {
            "" => start,
            text => match parse_time(text) {
                Some(time) if start.precision() == TimePrecision::Day => {
                    Occurred::minute(start.start().date().to_datetime(time))
                }
                Some(_) => start,
                None => {
                    let reason = "not a time of day that can be read".to_owned();
                    return Err(reject(Field::Time, text, reason, "write the time as 14:30, or empty the cell"));
                }
            },
        };
        let Some(end) = read(Field::DateEnd)? else { return Ok(Some(start)) };
        Occurred::between(start, end).map(Some).map_err(|error| {
            reject(Field::DateEnd, cell(Field::DateEnd), error.to_string(), "swap the two dates, or empty the end")
        })
    }

    /// The title; when the file has none the first words of the description, else of the place.
    fn title<'a>(&self, cell: &impl Fn(Field) -> &'a str) -> String {
        let from = [Field::Title, Field::Description, Field::Place, Field::City, Field::Region];
        let text = from.into_iter().map(cell).find(|text| !text.is_empty()).unwrap_or("");
        if !cell(Field::Title).is_empty() || text.chars().count() <= TITLE_CHARS {
            return text.to_owned();
        }
        let start: String = text.chars().take(TITLE_CHARS - 1).collect();
        let start = start.rsplit_once(' ').map_or(start.as_str(), |(whole_words, _)| whole_words);
        format!("{start}…")
    }
}

fn join(parts: [&str; 2]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn is_web_address(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|address| matches!(address.scheme(), "http" | "https") && address.has_host())
}
