//! A file as a table: what it is, what its columns hold, and its rows one after the other.

use super::cells::Cells;
use super::columns::{Field, field_of};
use super::container::{self, Format};
use super::coordinates::{PairOrder, PairOrderOf};
use super::dates::{OrderOf, OrderReason, SlashedDates};
use super::features::Layer;
use super::hxl::{has_tags, is_hxl_row};
use super::records::{Record, Records};
use super::repair::{self, Reading, Repairs};
use super::rows::{Columns, Orders, Outcome, PairColumn, Row, is_own_geojson};
use super::text::Text;
use super::understood::{Understood, UnderstoodColumn, UnderstoodDates};
use super::versions::{Counting, Versions};
use super::workbook::Sheet;
use super::{
    IngestError, Input, MAX_FILE_BYTES, MAX_ROWS, ReadOptions, RowProblem, Seen, Standing, delimiter, encoding, gdelt,
    ucdp,
};
use crate::geo::LonLat;
use crate::incident::Report;
use encoding_rs::Encoding;
use std::io::{Cursor, Read};
use std::sync::OnceLock;

/// Bytes that tell what a file is.
const BEGINNING_BYTES: u64 = 64 * 1024;

/// Rows that are looked at to tell in which order the two numbers of one column stand.
const PAIR_SAMPLE_ROWS: usize = 20_000;

/// A file as it is understood: CSV, XLSX, ODS or GeoJSON, perhaps in gzip.
pub struct Table<'i, 'd> {
    input: &'i Input<'d>,
    format: Format,
    encoding: &'static Encoding,
    source: Source,
    columns: Columns,
    is_gdelt: bool,
    /// Rows before the first data row.
    head: usize,
    repairs: Option<Repairs>,
    /// How dates with slashes are to be read, when that was said.
    asked: Option<SlashedDates>,
    order: OnceLock<SlashedDates>,
    pair_order: OnceLock<PairOrder>,
    versions: Option<Versions>,
    counting: OnceLock<Counting>,
}

/// What rows are read from.
enum Source {
    Text { delimiter: u8 },
    Sheet(Sheet),
    Features(Layer),
}

/// The data rows of a table, as records.
pub struct Rows<'t> {
    records: Box<dyn Iterator<Item = Result<Record, IngestError>> + Send + 't>,
    is_gdelt: bool,
    read: u64,
}

impl<'i, 'd> Table<'i, 'd> {
    /// Finds out what a file is: kind, encoding, delimiter and columns are detected where `options` do not name them. Whether it can be
    /// loaded so says [`Self::check`].
    ///
    /// # Errors
    /// The file as a whole cannot be read.
    pub fn open(input: &'i Input<'d>, options: &ReadOptions) -> Result<Self, IngestError> {
        if input.bytes() > MAX_FILE_BYTES {
            return Err(IngestError::TooLarge(input.bytes()));
        }
        let open = || input.open().and_then(container::unpacked).map_err(container::fault_of);
        let mut beginning = Vec::new();
        open()?.take(BEGINNING_BYTES).read_to_end(&mut beginning).map_err(container::fault_of)?;
        if container::is_compound(&beginning) {
            return Err(container::compound_kind(&container::whole(&mut *open()?, input.bytes())?));
        }
        let mut format = container::format_of(&beginning)?;
        if let (Format::Csv | Format::GeoJson, Some(name)) = (format, &options.sheet) {
            return Err(IngestError::NoSheets { format: format.as_str(), name: name.clone() });
        }
        let mut encoding = encoding_rs::UTF_8;
        let mut source = match format {
            Format::Csv => {
                // In an encoding that was named these signs may be letters.
                let may_be_binary = options.encoding.is_none() && !encoding::is_utf16(&beginning);
                if may_be_binary && container::is_binary(&beginning) {
                    return Err(IngestError::NotText("a binary file"));
                }
                encoding =
                    encoding::find(&mut *open()?, options.encoding.as_deref()).map_err(container::fault_of)??;
                let mut text = Text::new(open()?, encoding);
                text.fill().map_err(container::fault_of)?;
                let sample = text.rest();
                let sample = &sample[..sample.floor_char_boundary(delimiter::SAMPLE_BYTES)];
                let delimiter = match options.delimiter {
                    Some(named) if named.is_ascii() => named as u8,
                    Some(named) => return Err(IngestError::Delimiter(named)),
                    None => delimiter::named_by_excel(sample).unwrap_or_else(|| delimiter::detect(sample)),
                };
                Source::Text { delimiter }
            }
            Format::Xlsx | Format::Ods => {
                let bytes = container::whole(&mut *open()?, input.bytes())?;
                format = container::workbook_kind(&bytes)?;
                Source::Sheet(Sheet::find(bytes, format, options)?)
            }
            Format::GeoJson => Source::Features(Layer::survey(open()?, is_own_geojson)?),
        };
        let mut first = records_of(input, &source, encoding, false)?.peekable();
        let (header, above) = header_of(&mut first, options)?;
        let is_gdelt = gdelt::is_row(&header);
        let (header, mut head) = match header {
            row if is_gdelt => (gdelt::header(row.cells.len()), 0),
            row if ucdp::is_row(&row) => (ucdp::header(), 0),
            header => (header, above + 1),
        };
        let header = match &source {
            Source::Sheet(sheet) => sheet.with_links(header),
            Source::Text { .. } | Source::Features(_) => header,
        };
        let mut columns = Columns::new(&header)?;
        if has_tags(&header.cells) {
            columns.take_tags(&header.cells);
        }
        let mut second = first.next().transpose()?;
        if let Some(row) = second.take_if(|row| head > 0 && is_hxl_row(&row.cells)) {
            columns.take_tags(&row.cells);
            head += 1;
        }
        let mut repairs = None;
        for row in second.map(Ok).into_iter().chain(first).take(repair::LOOKED_AT) {
            if !columns.is_repair() || repairs.is_some() {
                break;
            }
            repairs = columns.repairs(&row?)?;
        }
        let (repairs, reading) = repairs.unzip();
        let Reading { columns: told, dates } = reading.unwrap_or_default();
        let told = ReadOptions { columns: told, ..ReadOptions::default() };
        let versions = if is_gdelt { Some(gdelt::versions(columns.headers.len())) } else { columns.versions() };
        columns.take_named(&options.clone().or(told).columns)?;
        if let (Source::Sheet(sheet), Some(column)) = (&mut source, columns.column_of(Field::SourceUrl)) {
            sheet.take_links_of(column);
        }
        if let (Source::Sheet(sheet), Some(column)) = (&mut source, columns.column_of(Field::Id)) {
            sheet.take_ids_of(column);
        }
        let asked = options.date_order.map(|order| SlashedDates { order, because: OrderReason::Asked });
        let asked = asked.or(dates);
        Ok(Self {
            input,
            format,
            encoding,
            source,
            columns,
            is_gdelt,
            head,
            repairs,
            asked,
            order: OnceLock::new(),
            pair_order: OnceLock::new(),
            versions,
            counting: OnceLock::new(),
        })
    }

    /// Whether its columns are enough to be loaded.
    ///
    /// # Errors
    /// No column says where.
    pub fn check(&self) -> Result<(), IngestError> {
        self.columns.require_place()
    }

    /// What kind of file it is.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Name of the encoding.
    #[must_use]
    pub fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// Between two cells; `None` where cells have no delimiter.
    #[must_use]
    pub fn delimiter(&self) -> Option<char> {
        match self.source {
            Source::Text { delimiter } => Some(char::from(delimiter)),
            Source::Sheet(_) | Source::Features(_) => None,
        }
    }

    /// The headers, in file order.
    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.columns.headers
    }

    /// The name under which a column is kept that has no meaning; `None` for one that has, or says nothing of the incident.
    #[must_use]
    pub fn kept_as(&self, column: usize) -> Option<&str> {
        self.columns.kept_as(column)
    }

    /// Each header with its meaning, in file order.
    #[must_use]
    pub fn columns(&self) -> Vec<(String, Option<Field>)> {
        self.columns.headers.iter().cloned().zip(self.columns.fields.iter().copied()).collect()
    }

    /// The names under which columns without a meaning are kept, in file order.
    #[must_use]
    pub fn kept_columns(&self) -> Vec<String> {
        self.columns.kept().map(str::to_owned).collect()
    }

    /// The data rows, from the first.
    ///
    /// # Errors
    /// The file cannot be opened again.
    pub fn rows(&self) -> Result<Rows<'_>, IngestError> {
        self.rows_from(true)
    }

    fn rows_from(&self, is_followed: bool) -> Result<Rows<'_>, IngestError> {
        let records = records_of(self.input, &self.source, self.encoding, is_followed)?;
        Ok(Rows { records: Box::new(records.skip(self.head)), is_gdelt: self.is_gdelt, read: 0 })
    }

    /// What is wrong with a row that has the id of an earlier one and says something else.
    #[must_use]
    pub fn contradiction(&self, line: u64, cells: &Cells, earlier_line: u64) -> RowProblem {
        self.columns.contradiction(line, cells, earlier_line)
    }

    /// What becomes of a row, as far as it can be told without the others.
    #[must_use]
    pub fn row(&self, record: Record) -> Row {
        if let Some(versions) = self.versions.as_ref().filter(|_| record.fault.is_none()) {
            let counting = self.counting.get_or_init(|| self.find_counting(versions));
            if let Some(better) = versions.better(record.line, &record.cells, counting) {
                return self.columns.other_version(record, better);
            }
        }
        let orders = Orders {
            dates: &|| *self.order.get_or_init(|| self.find_order()),
            pairs: &|| *self.pair_order.get_or_init(|| self.find_pair_order(&|_| false)),
        };
        self.columns.row(record, &orders)
    }

    /// Finds out whether the longitude comes first where one column holds both, as most of its rows have it: those that would otherwise
    /// lie beyond a pole, else those that lie at home only so.
    pub fn settle_pairs(&self, is_home: &dyn Fn(LonLat) -> bool) {
        self.pair_order.get_or_init(|| self.find_pair_order(is_home));
    }

    fn find_counting(&self, versions: &Versions) -> Counting {
        let mut counting = Counting::default();
        if let Ok(rows) = self.rows_from(false) {
            for record in rows.map_while(Result::ok).filter(|record| record.fault.is_none()) {
                versions.look_at(record.line, &record.cells, &mut counting);
            }
        }
        counting
    }

    fn find_pair_order(&self, is_home: &dyn Fn(LonLat) -> bool) -> PairOrder {
        let Some(known) = self.columns.pair_column() else { return PairOrder::LatFirst };
        let column = match known {
            PairColumn::Ordered(order) => return order,
            PairColumn::Asked(column) => column,
        };
        let mut order = PairOrderOf::default();
        let Ok(rows) = self.rows_from(false) else { return PairOrder::LatFirst };
        for record in rows.map_while(Result::ok).take(PAIR_SAMPLE_ROWS) {
            order.look_at(record.cells.get(column).unwrap_or_default(), is_home);
        }
        order.outcome()
    }

    /// Says in a problem of a placed row how the file calls the columns of the place or position.
    pub fn in_its_words(&self, problem: &mut RowProblem, cells: &Cells) {
        if let Some(column) = self.columns.words_for(&problem.column, cells) {
            problem.column = column;
        }
    }

    fn find_order(&self) -> SlashedDates {
        if let Some(asked) = self.asked {
            return asked;
        }
        let dates = [Field::Date, Field::DateEnd].map(|field| self.columns.column_of(field));
        let mut order = OrderOf::default();
        for record in self.rows_from(false).into_iter().flatten().map_while(Result::ok) {
            for date in dates.into_iter().flatten() {
                order.look_at(record.cells.get(date).unwrap_or_default());
            }
        }
        order.outcome(self.columns.is_timemap())
    }

    /// What the file repairs; `None` when it is no file of problems.
    #[must_use]
    pub fn repairs(&self) -> Option<&Repairs> {
        self.repairs.as_ref()
    }

    /// How the file is understood. How its dates with slashes are read is known once a row with one was read.
    #[must_use]
    pub fn understood(&self) -> Understood {
        let column = |(index, (header, field)): (usize, (String, Option<Field>))| UnderstoodColumn {
            header,
            field,
            kept_as: self.kept_as(index).map(str::to_owned),
        };
        Understood {
            format: self.format.as_str().to_owned(),
            encoding: self.encoding().to_owned(),
            delimiter: self.delimiter(),
            columns: self.columns().into_iter().enumerate().map(column).collect(),
            without_date: self.columns.column_of(Field::Date).is_none(),
            dates: self.order.get().map(|now| UnderstoodDates { now: *now, earlier: None }),
            repairs: self.repairs.clone(),
            same_as: None,
            sheet: self.sheets().map(|(name, _)| name.to_owned()),
            other_sheets: self.sheets().map(|(_, others)| others.to_vec()).unwrap_or_default(),
            merged_cells: self.merged_cells(),
        }
    }

    /// Cells of a workbook with words that cover several rows.
    #[must_use]
    pub fn merged_cells(&self) -> u64 {
        match &self.source {
            Source::Sheet(sheet) => sheet.merged_cells(),
            Source::Text { .. } | Source::Features(_) => 0,
        }
    }

    /// The name of the sheet that is read and those of the others that have rows; `None` where a file has no sheets.
    #[must_use]
    pub fn sheets(&self) -> Option<(&str, &[String])> {
        match &self.source {
            Source::Sheet(sheet) => Some(sheet.names()),
            Source::Text { .. } | Source::Features(_) => None,
        }
    }

    /// How it is read where its headers do not say it.
    #[must_use]
    pub fn reading(&self) -> Reading {
        Reading { columns: self.columns.unlike_headers(), dates: self.order.get().copied() }
    }
}

/// The row that names the columns, and how many are above it. That is the first row, unless none of its cells is the name of a column
/// and two of a later one are: then it is the title of a report.
fn header_of(
    rows: &mut std::iter::Peekable<impl Iterator<Item = Result<Record, IngestError>>>,
    options: &ReadOptions,
) -> Result<(Record, usize), IngestError> {
    let mut first = rows.next().transpose()?.ok_or(IngestError::Empty)?;
    let mut above = 0;
    if first.line == 1 && first.cells.get(0).is_some_and(delimiter::is_named_by_excel) {
        first = rows.next().transpose()?.ok_or(IngestError::Empty)?;
        above = 1;
    }
    let names = |row: &Record| {
        let is_name = |cell: &&str| field_of(cell).is_some() || options.columns.contains_key(cell.trim());
        row.cells.iter().filter(is_name).count()
    };
    let filled = first.cells.iter().filter(|cell| !cell.trim().is_empty()).count();
    // A title is one cell, or a few; a table whose header nobody knows has as many as its rows.
    if names(&first) > 0 || filled > 2 || has_tags(&first.cells) {
        return Ok((first, above));
    }
    let mut passed = vec![first];
    while passed.len() <= delimiter::MAX_ROWS_ABOVE {
        let is_header = |row: &Result<Record, IngestError>| row.as_ref().is_ok_and(|row| names(row) >= 2);
        match rows.peek() {
            Some(Ok(row)) if is_hxl_row(&row.cells) => break,
            Some(row) if is_header(row) => {
                let header = rows.next().transpose()?.ok_or(IngestError::Empty)?;
                return Ok((header, above + passed.len()));
            }
            Some(Ok(_)) => passed.extend(rows.next().transpose()?),
            Some(Err(_)) | None => break,
        }
    }
    // There is none: the first row it is, and what was looked at is read again.
    Ok((passed.swap_remove(0), above))
}

/// The records of a file from its first, header included.
fn records_of<'t>(
    input: &'t Input<'_>,
    source: &'t Source,
    encoding: &'static Encoding,
    is_followed: bool,
) -> Result<Box<dyn Iterator<Item = Result<Record, IngestError>> + Send + 't>, IngestError> {
    let open = || {
        let reader = if is_followed { input.open_followed() } else { input.open() };
        reader.and_then(container::unpacked).map_err(container::fault_of)
    };
    Ok(match source {
        Source::Text { delimiter } => {
            let records = Records::new(Text::new(open()?, encoding), *delimiter);
            Box::new(records.map(|record| record.map_err(container::fault_of)))
        }
        Source::Sheet(sheet) => Box::new(sheet.rows()?),
        Source::Features(layer) => Box::new(layer.records(open()?)),
    })
}

impl Iterator for Rows<'_> {
    type Item = Result<Record, IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let record = match self.records.next()? {
                Ok(record) => record,
                Err(error) => return Some(Err(error)),
            };
            if record.cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            self.read += 1;
            if self.read > MAX_ROWS {
                return Some(Err(IngestError::TooManyRows));
            }
            return Some(Ok(if self.is_gdelt { gdelt::understood(record) } else { record }));
        }
    }
}

/// A small file read whole. `rows_read = reports + duplicates + rejected`.
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

/// Reads the bytes of a file into memory: every data row becomes a report, a duplicate or a problem.
///
/// # Errors
/// The file as a whole cannot be read.
pub fn read_file(bytes: &[u8], options: &ReadOptions) -> Result<ReportFile, IngestError> {
    let input = Input::new(bytes.len() as u64, || Ok(Box::new(Cursor::new(bytes))));
    let table = Table::open(&input, options)?;
    table.check()?;
    let mut file = ReportFile {
        format: table.format(),
        encoding: table.encoding(),
        delimiter: table.delimiter(),
        columns: table.columns(),
        rows_read: 0,
        reports: Vec::new(),
        duplicates: 0,
        rejected: 0,
        problems: Vec::new(),
    };
    let mut seen = Seen::default();
    for record in table.rows()? {
        let row = table.row(record?);
        file.rows_read += 1;
        let report = match row.outcome {
            Outcome::Report(report) => report,
            Outcome::Rejected => {
                file.rejected += 1;
                file.problems.extend(row.problems);
                continue;
            }
            Outcome::Duplicate => {
                file.duplicates += 1;
                file.problems.extend(row.problems);
                continue;
            }
        };
        match seen.admit(row.line, row.fingerprint) {
            Standing::New => {
                file.reports.push(*report);
                file.problems.extend(row.problems);
            }
            Standing::Repeated { .. } => file.duplicates += 1,
            Standing::Contradicts { line } => {
                file.rejected += 1;
                file.problems.push(table.contradiction(row.line, &row.cells, line));
            }
        }
    }
    Ok(file)
}
