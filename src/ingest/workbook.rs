//! XLSX and ODS workbooks, row by row: what is held is the packed file, its shared texts and a few rows, wherever its cells lie.

use super::container::Format;
use super::records::{Fault, Record};
use super::{IngestError, MAX_COLUMNS, MAX_FIELD_BYTES, MAX_ROW_BYTES, ods};
use calamine::{Data, DataRef, ExcelDateTime, Reader, Xlsx};
use std::fmt::Display;
use std::io::Cursor;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Sheets of a workbook that are looked at for the one with the rows.
const MAX_SHEETS: usize = 20;

/// Rows that are handed over at once.
const BATCH_ROWS: usize = 128;

/// Bytes of cells after which a batch ends early.
const BATCH_BYTES: usize = 1 << 20;

/// Bytes of cells in one byte of a packed workbook: real ones have some ten, those made to harm thousands, by rows that are repeated or
/// that all point at one long text.
const MAX_UNFOLDING: u64 = 250;

/// Bytes of cells up to which that does not matter.
const SMALL_BYTES: u64 = 64 << 20;

/// Batches on their way.
const BATCHES_AHEAD: usize = 2;

/// The sheet of a workbook that has the rows.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    /// The packed file.
    bytes: Arc<[u8]>,
    format: Format,
    /// From 0.
    number: usize,
    name: String,
    /// From the first column with a filled cell to the last, from 0.
    columns: RangeInclusive<u32>,
}

type Batched = Result<Record, IngestError>;

type Batch = Result<Vec<Record>, IngestError>;

/// A row of a sheet: its cells that are not empty.
#[derive(Debug, Default)]
pub(super) struct SheetRow {
    /// From 0.
    pub(super) number: u32,
    /// How often it stands in the sheet, one below the other.
    pub(super) repeats: u32,
    cells: Vec<(u32, String)>,
    bytes: usize,
    /// Why it cannot be trusted.
    fault: Option<Fault>,
}

impl SheetRow {
    pub(super) fn new(number: u32, repeats: u32) -> Self {
        Self { number, repeats, ..Self::default() }
    }

    /// Adds a cell. Of one that is too long the beginning is kept, and the row cannot be trusted.
    pub(super) fn push(&mut self, column: u32, text: &str) {
        if text.is_empty() {
            return;
        }
        let room = MAX_FIELD_BYTES.min(MAX_ROW_BYTES - self.bytes);
        let kept = &text[..text.floor_char_boundary(room)];
        if kept.len() < text.len() {
            self.fault = Some(Fault::LongField);
        }
        self.bytes += kept.len();
        self.cells.push((column, kept.to_owned()));
    }

    /// The same row as one that stands for all of its repetitions beyond those that are read.
    pub(super) fn beyond(&self, read: u32) -> Self {
        let (number, cells) = (self.number + read, self.cells.clone());
        Self { number, repeats: 1, cells, bytes: self.bytes, fault: Some(Fault::RepeatedRow { times: self.repeats }) }
    }

    fn into_record(self, number: u32, columns: &RangeInclusive<u32>) -> Record {
        let first = *columns.start();
        let mut cells = vec![String::new(); (columns.end() - first + 1) as usize];
        for (column, text) in self.cells {
            if columns.contains(&column) {
                cells[(column - first) as usize] = text;
            }
        }
        Record { fault: self.fault, ..Record::whole(u64::from(number) + 1, cells) }
    }
}

/// Takes a row; says whether it wants more.
pub(super) type TakeRow<'t> = &'t mut dyn FnMut(SheetRow) -> bool;

impl Sheet {
    /// The first sheet with two filled rows, else the first with one.
    pub(super) fn find(bytes: Vec<u8>, format: Format) -> Result<Self, IngestError> {
        let bytes: Arc<[u8]> = bytes.into();
        let mut with_one = None;
        for (number, name) in names(&bytes, format)?.into_iter().enumerate().take(MAX_SHEETS) {
            let mut sheet = Self { bytes: Arc::clone(&bytes), format, number, name, columns: 0..=0 };
            let mut extent = Extent::default();
            let most = SMALL_BYTES.max(MAX_UNFOLDING * sheet.bytes.len() as u64);
            sheet.each_row(&mut |row| {
                extent.take(&row);
                !extent.is_wide() && extent.bytes <= most
            })?;
            if extent.bytes > most {
                return Err(IngestError::UnpacksTooLarge);
            }
            if extent.is_wide() {
                return Err(IngestError::FarCell(reference(extent.rightmost)));
            }
            let Some(columns) = extent.columns else { continue };
            sheet.columns = columns;
            if extent.rows > 1 {
                return Ok(sheet);
            }
            with_one = with_one.or(Some(sheet));
        }
        with_one.ok_or(IngestError::Empty)
    }

    /// Its rows as records; lines are the numbers of the rows. They are read on a thread of their own, which ends when nobody takes them
    /// any more: the reader of cells cannot be kept beside the workbook that it reads.
    pub(super) fn rows(&self) -> Result<impl Iterator<Item = Batched> + Send + use<>, IngestError> {
        let (to_taker, batches) = sync_channel::<Batch>(BATCHES_AHEAD);
        let sheet = self.clone();
        let read = move || sheet.send(&to_taker);
        thread::Builder::new().name("sheet".to_owned()).spawn(read).map_err(IngestError::Unreadable)?;
        Ok(Batches { batches, rows: Vec::new().into_iter(), is_ended: false })
    }

    fn send(&self, to_taker: &SyncSender<Batch>) {
        let (mut batch, mut bytes) = (Vec::with_capacity(BATCH_ROWS), 0);
        let read = self.each_row(&mut |row| {
            let (first, repeats) = (row.number, row.repeats);
            let mut record = row.into_record(first, &self.columns);
            for number in first..first.saturating_add(repeats) {
                record.line = u64::from(number) + 1;
                bytes += record.cells.bytes();
                batch.push(record.clone());
                if batch.len() == BATCH_ROWS || bytes > BATCH_BYTES {
                    bytes = 0;
                    if to_taker.send(Ok(std::mem::take(&mut batch))).is_err() {
                        return false;
                    }
                }
            }
            true
        });
        // Nobody may wait for the rest. An empty batch is the end: without it the thread has broken off.
        if !batch.is_empty() {
            let _ = to_taker.send(Ok(batch));
        }
        let _ = to_taker.send(read.map(|()| Vec::new()));
    }

    /// Gives every row that has a cell, in the order of the file, until `take` wants no more.
    fn each_row(&self, take: TakeRow<'_>) -> Result<(), IngestError> {
        match self.format {
            Format::Ods => ods::each_row(&self.bytes, self.number, take),
            Format::Xlsx | Format::Csv | Format::GeoJson => self.each_xlsx_row(take),
        }
    }

    fn each_xlsx_row(&self, take: TakeRow<'_>) -> Result<(), IngestError> {
        let mut book = xlsx(&self.bytes)?;
        // A sheet of charts has no cells.
        let Ok(mut cells) = book.worksheet_cells_reader(&self.name) else { return Ok(()) };
        let mut open: Option<SheetRow> = None;
        while let Some(cell) = cells.next_cell().map_err(broken)? {
            let (number, column) = cell.get_position();
            if let Some(row) = open.take_if(|row| row.number != number)
                && !take(row)
            {
                return Ok(());
            }
            let row = open.get_or_insert_with(|| SheetRow::new(number, 1));
            match cell.get_value() {
                DataRef::SharedString(text) => row.push(column, text),
                DataRef::String(text) => row.push(column, text),
                DataRef::Empty | DataRef::Error(_) => {}
                value => row.push(column, &text_of(value)),
            }
        }
        open.map(take);
        Ok(())
    }
}

/// Rows as they come from the thread that reads them.
struct Batches {
    batches: Receiver<Batch>,
    rows: std::vec::IntoIter<Record>,
    is_ended: bool,
}

impl Iterator for Batches {
    type Item = Batched;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.rows.next() {
                return Some(Ok(row));
            }
            if self.is_ended {
                return None;
            }
            match self.batches.recv() {
                Ok(Ok(batch)) if batch.is_empty() => self.is_ended = true,
                Ok(Ok(batch)) => self.rows = batch.into_iter(),
                Ok(Err(error)) => {
                    self.is_ended = true;
                    return Some(Err(error));
                }
                Err(_) => {
                    self.is_ended = true;
                    return Some(Err(IngestError::Packed("the sheet breaks off".to_owned())));
                }
            }
        }
    }
}

/// Where the filled cells of a sheet lie.
#[derive(Default)]
struct Extent {
    columns: Option<RangeInclusive<u32>>,
    /// Row and column, from 0.
    rightmost: (u32, u32),
    rows: u32,
    /// Of all cells, repeated ones as often as they stand there.
    bytes: u64,
}

impl Extent {
    fn take(&mut self, row: &SheetRow) {
        self.bytes += row.bytes as u64 * u64::from(row.repeats);
        let mut filled = row.cells.iter().filter(|(_, text)| !text.trim().is_empty()).map(|(column, _)| *column);
        let Some(mut one) = filled.next() else { return };
        self.rows = self.rows.saturating_add(row.repeats);
        loop {
            let (first, last) = self.columns.take().map_or((one, one), RangeInclusive::into_inner);
            if one >= last {
                self.rightmost = (row.number, one);
            }
            self.columns = Some(first.min(one)..=last.max(one));
            match filled.next() {
                Some(next) => one = next,
                None => return,
            }
        }
    }

    fn is_wide(&self) -> bool {
        self.columns.as_ref().is_some_and(|columns| (columns.end() - columns.start()) as usize >= MAX_COLUMNS)
    }
}

/// A cell as people call it: `AZ200000`.
fn reference((row, column): (u32, u32)) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        letters.push(char::from(b'A' + ((left - 1) % 26) as u8));
        left = (left - 1) / 26;
    }
    letters.into_iter().rev().chain((row + 1).to_string().chars()).collect()
}

pub(super) fn broken(error: impl Display) -> IngestError {
    IngestError::Packed(error.to_string())
}

fn xlsx(bytes: &Arc<[u8]>) -> Result<Xlsx<Cursor<Arc<[u8]>>>, IngestError> {
    Xlsx::new(Cursor::new(Arc::clone(bytes))).map_err(broken)
}

fn names(bytes: &Arc<[u8]>, format: Format) -> Result<Vec<String>, IngestError> {
    match format {
        Format::Ods => ods::names(bytes),
        Format::Xlsx | Format::Csv | Format::GeoJson => Ok(xlsx(bytes)?.sheet_names()),
    }
}

/// A cell as the person sees it: dates as ISO, times of day as `14:30`, whole numbers without a point.
fn text_of(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::DateTime(at) if at.is_datetime() => date_text(*at),
        cell => Data::from(cell.clone()).to_string(),
    }
}

fn date_text(at: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, ..) = at.to_ymd_hms_milli();
    let is_time_alone = (0.0..1.0).contains(&at.as_f64());
    if is_time_alone {
        format!("{hour:02}:{minute:02}")
    } else if hour == 0 && minute == 0 {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_called_as_in_a_spreadsheet() {
        assert_eq!(reference((0, 0)), "A1");
        assert_eq!(reference((199_999, 51)), "AZ200000");
        assert_eq!(reference((1_048_575, 16_383)), "XFD1048576");
    }
}
