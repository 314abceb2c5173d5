//! XLSX and ODS workbooks, row by row: what is held is the packed file, its shared texts and a few rows, wherever its cells lie.

use super::columns::{Field, field_of};
use super::container::Format;
use super::merged::{Below, MergedCell};
use super::records::{CellFault, Fault, Record};
use super::xlsx::Book;
use super::{Cells, IngestError, MAX_COLUMNS, MAX_FIELD_BYTES, MAX_ROW_BYTES, ReadOptions, ods};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;
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

/// Filled rows of a sheet among which the header is looked for.
const HEADER_ROWS: usize = 10;

/// Longest link of a cell, bytes.
const MAX_LINK_BYTES: usize = 8 << 10;

/// The header of the column that holds where the links of a sheet lead.
const LINK_COLUMN: &str = "link";

/// The sheet of a workbook that has the rows.
#[derive(Clone)]
pub(super) struct Sheet {
    source: Source,
    /// From 0.
    number: usize,
    name: String,
    /// The other sheets that have rows.
    others: Vec<String>,
    /// From the first column with a filled cell to the last, from 0.
    columns: RangeInclusive<u32>,
    links: Arc<Links>,
    /// The column of addresses and the one where its links lead, by their numbers in a row.
    addresses: Option<(usize, usize)>,
    /// Cells over several rows, by their first row, where the file names them apart from the rows.
    merged: Arc<[MergedCell]>,
    /// The column that tells rows apart.
    ids: Option<u32>,
    /// How many of them, or of those that the rows name, have words.
    merged_cells: u64,
}

/// Where the rows are.
#[derive(Clone)]
enum Source {
    Xlsx(Arc<Book>),
    /// The packed file.
    Ods(Arc<[u8]>),
}

/// Links of cells whose text is no address itself.
#[derive(Default)]
struct Links {
    /// The columns that have some.
    columns: Vec<u32>,
    /// By row and column.
    targets: HashMap<(u32, u32), String>,
}

/// A sheet by its name.
pub(super) struct SheetName {
    pub(super) name: String,
    pub(super) is_hidden: bool,
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
    /// Where its cells lead whose text is no address itself.
    links: Vec<(u32, String)>,
    /// Those of its cells that cover rows below.
    pub(super) merged: Vec<MergedCell>,
    bytes: usize,
    /// Why it cannot be trusted.
    fault: Option<Fault>,
    cell_faults: Vec<(u32, CellFault)>,
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

    /// The text of a cell, if it has any.
    pub(super) fn text(&self, column: u32) -> Option<&str> {
        self.cells.iter().find(|(own, _)| *own == column).map(|(_, text)| text.as_str())
    }

    /// Whether a cell has words.
    pub(super) fn is_filled(&self) -> bool {
        self.cells.iter().any(|(_, text)| !text.trim().is_empty())
    }

    /// Adds where the cell leads that was added last.
    pub(super) fn push_link(&mut self, column: u32, target: &str) {
        let text = self.cells.last().filter(|(last, _)| *last == column).map_or("", |(_, text)| text);
        if target.len() <= MAX_LINK_BYTES && leads_somewhere(target) && !is_address(text, target) {
            self.bytes += target.len();
            self.links.push((column, target.to_owned()));
        }
    }

    /// Notes a cell that shows something and has no value.
    pub(super) fn push_fault(&mut self, column: u32, fault: CellFault) {
        if self.cell_faults.len() <= MAX_COLUMNS {
            self.cell_faults.push((column, fault));
        }
    }

    /// The same row as one that stands for all of its repetitions beyond those that are read.
    pub(super) fn beyond(&self, read: u32) -> Self {
        let (number, cells) = (self.number + read, self.cells.clone());
        let fault = Some(Fault::RepeatedRow { times: self.repeats });
        Self { number, repeats: 1, cells, bytes: self.bytes, fault, ..Self::default() }
    }

    fn into_record(self, sheet: &Sheet) -> Record {
        let (first, last) = (*sheet.columns.start(), *sheet.columns.end());
        let mut cells = vec![String::new(); (last - first + 1) as usize + sheet.links.columns.len()];
        for (column, text) in self.cells {
            if sheet.columns.contains(&column) {
                cells[(column - first) as usize] = text;
            }
        }
        for (at, column) in sheet.links.columns.iter().enumerate() {
            let own = self.links.iter().find(|(own, _)| own == column).map(|(_, target)| target);
            if let Some(target) = sheet.links.targets.get(&(self.number, *column)).or(own) {
                cells[(last - first + 1) as usize + at].clone_from(target);
            }
        }
        if let Some((cell, link)) = sheet.addresses.filter(|(_, link)| !cells[*link].is_empty()) {
            cells.swap(cell, link);
        }
        let seen = self.cell_faults.into_iter().filter(|(column, _)| sheet.columns.contains(column));
        let cell_faults = seen.map(|(column, fault)| ((column - first) as usize, fault)).collect();
        Record { fault: self.fault, cell_faults, ..Record::whole(u64::from(self.number) + 1, cells) }
    }
}

/// Takes a row; says whether it wants more.
pub(super) type TakeRow<'t> = &'t mut dyn FnMut(SheetRow) -> bool;

impl Sheet {
    /// The sheet that is asked for; else the first with a header that says where, else the first with two filled rows, else with one.
    /// Hidden sheets come after those that are seen.
    pub(super) fn find(bytes: Arc<[u8]>, format: Format, options: &ReadOptions) -> Result<Self, IngestError> {
        let (source, names) = match format {
            Format::Ods => (Source::Ods(Arc::clone(&bytes)), ods::names(&bytes)?),
            Format::Xlsx | Format::Csv | Format::GeoJson => {
                let book = Book::open(&bytes)?;
                let names = book.names();
                (Source::Xlsx(Arc::new(book)), names)
            }
        };
        let sheet = |number: usize, name: &SheetName| Self {
            source: source.clone(),
            number,
            name: name.name.clone(),
            others: Vec::new(),
            columns: 0..=0,
            links: Arc::default(),
            addresses: None,
            merged: Arc::default(),
            ids: None,
            merged_cells: 0,
        };
        let mut sheets: Vec<(bool, Self)> = Vec::new();
        for (number, name) in names.iter().enumerate() {
            sheets.push((name.is_hidden, sheet(number, name)));
        }
        sheets.sort_by_key(|(is_hidden, _)| *is_hidden);
        let mut looks = Vec::new();
        for (_, sheet) in sheets.iter().take(MAX_SHEETS) {
            looks.push(sheet.look(options)?);
        }
        let chosen = match &options.sheet {
            Some(name) => {
                let found = sheets.iter().position(|(_, sheet)| sheet.name.trim() == name.trim());
                found.ok_or_else(|| {
                    let found: Vec<_> = names.iter().map(|sheet| format!("`{}`", sheet.name)).collect();
                    IngestError::NoSuchSheet { name: name.clone(), found: found.join(", ") }
                })?
            }
            None => {
                let first = |is_wanted: &dyn Fn(&Look) -> bool| looks.iter().position(is_wanted);
                first(&|look| look.says_where && look.rows > 1)
                    .or_else(|| first(&|look| look.rows > 1))
                    .or_else(|| first(&|look| look.rows > 0))
                    .ok_or(IngestError::Empty)?
            }
        };
        let with_rows = sheets.iter().zip(&looks).enumerate().filter(|(at, (_, look))| *at != chosen && look.rows > 0);
        let others = with_rows.map(|(_, ((_, sheet), _))| sheet.name.clone()).collect();
        let mut sheet = sheets.swap_remove(chosen).1;
        sheet.others = others;
        sheet.survey(bytes.len() as u64)?;
        Ok(sheet)
    }

    /// Looks at the first filled rows.
    fn look(&self, options: &ReadOptions) -> Result<Look, IngestError> {
        let mut look = Look::default();
        self.each_row(&mut |row| {
            let mut filled = row.cells.iter().map(|(_, text)| text.trim()).filter(|text| !text.is_empty()).peekable();
            look.rows += usize::from(filled.peek().is_some()) * row.repeats as usize;
            look.says_where |= filled.any(|cell| {
                let field = options.columns.get(cell).copied().unwrap_or_else(|| field_of(cell));
                field.is_some_and(Field::says_where)
            });
            look.rows < HEADER_ROWS
        })?;
        Ok(look)
    }

    /// Finds out where its cells lie and where its links lead.
    fn survey(&mut self, file_bytes: u64) -> Result<(), IngestError> {
        let mut targets = match &self.source {
            Source::Xlsx(book) => book.links(self.number)?,
            Source::Ods(_) => HashMap::new(),
        };
        let most = SMALL_BYTES.max(MAX_UNFOLDING * file_bytes);
        let mut merged = Vec::new();
        let (mut extent, mut linked) = (Extent::default(), BTreeSet::new());
        let mut below = Below::new(&[]);
        self.each_row_and_merged(&mut merged, &mut |mut row| {
            below.fill(&mut row);
            extent.take(&row);
            linked.extend(row.links.iter().map(|(column, _)| *column));
            if !targets.is_empty() {
                for (column, text) in &row.cells {
                    let place = (row.number, *column);
                    if targets.get(&place).is_some_and(|target| is_address(text, target)) {
                        targets.remove(&place);
                    }
                }
            }
            !extent.is_wide() && extent.bytes <= most
        })?;
        self.merged_cells = below.count();
        if !merged.is_empty() {
            // They stand behind the rows: only now it is known what these hold with them.
            merged.sort_unstable();
            self.merged = merged.into();
            (extent, below) = (Extent::default(), Below::new(&self.merged));
            self.each_row(&mut |mut row| {
                below.fill(&mut row);
                extent.take(&row);
                extent.bytes <= most
            })?;
            self.merged_cells = below.count();
        }
        if extent.bytes > most {
            return Err(IngestError::UnpacksTooLarge);
        }
        if extent.is_wide() {
            return Err(IngestError::FarCell(reference(extent.rightmost)));
        }
        self.columns = extent.columns.ok_or(IngestError::Empty)?;
        linked.extend(targets.keys().map(|(_, column)| *column));
        self.links = Arc::new(Links { columns: linked.into_iter().collect(), targets });
        Ok(())
    }

    /// Its name, and those of the other sheets that have rows.
    pub(super) fn names(&self) -> (&str, &[String]) {
        (&self.name, &self.others)
    }

    /// How many cells with words cover several rows; each counts for all of them.
    pub(super) fn merged_cells(&self) -> u64 {
        self.merged_cells
    }

    /// Says that this column, by its number in a row, has addresses: where one of its cells shows other words, its link is what is meant,
    /// and the words stand in the place of the link.
    pub(super) fn take_links_of(&mut self, column: usize) {
        let (first, last) = (*self.columns.start(), *self.columns.end());
        let linked = self.links.columns.iter().position(|linked| (linked - first) as usize == column);
        self.addresses = linked.map(|link| (column, (last - first + 1) as usize + link));
    }

    /// Says that this column, by its number in a row, tells rows apart: what covers several of them is the id of none but the first.
    pub(super) fn take_ids_of(&mut self, column: usize) {
        self.ids = u32::try_from(column).ok().map(|column| self.columns.start() + column);
    }

    /// The header with the columns of links, which are behind those of the sheet.
    pub(super) fn with_links(&self, header: Record) -> Record {
        let own = header.cells.len().saturating_sub(self.links.columns.len());
        let name = |number: usize| match number {
            0 => LINK_COLUMN.to_owned(),
            number => format!("{LINK_COLUMN} {}", number + 1),
        };
        let cells = header.cells.iter().take(own).map(str::to_owned);
        let cells: Cells = cells.chain((0..self.links.columns.len()).map(name)).collect();
        Record { cells, ..header }
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
        let mut below = Below::new(&self.merged).without(self.ids);
        let read = self.each_row(&mut |mut row| {
            below.fill(&mut row);
            let (first, repeats) = (row.number, row.repeats);
            let mut record = row.into_record(self);
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
        match &self.source {
            Source::Ods(bytes) => ods::each_row(bytes, self.number, take),
            Source::Xlsx(book) => book.each_row(self.number, take, None),
        }
    }

    /// The same, and those of the cells over several rows that stand behind the rows, when these were all wanted.
    fn each_row_and_merged(&self, merged: &mut Vec<MergedCell>, take: TakeRow<'_>) -> Result<(), IngestError> {
        match &self.source {
            Source::Ods(bytes) => ods::each_row(bytes, self.number, take),
            Source::Xlsx(book) => book.each_row(self.number, take, Some(merged)),
        }
    }
}

/// What the first filled rows of a sheet say.
#[derive(Default)]
struct Look {
    rows: usize,
    /// Whether a cell is the name of a column that says where.
    says_where: bool,
}

/// Whether a cell is an address itself, so that its link says nothing more.
fn is_address(text: &str, target: &str) -> bool {
    let text = text.trim();
    ["http://", "https://", "www."].iter().any(|start| text.starts_with(start))
        || target.strip_prefix("mailto:").is_some_and(|address| address.eq_ignore_ascii_case(text))
}

/// Whether a link leads to the web or a mailbox: what is a place of the same workbook, or a file beside it, is nowhere from here.
pub(super) fn leads_somewhere(target: &str) -> bool {
    let scheme = target.split_once(':').map_or("", |(scheme, _)| scheme);
    ["http", "https", "ftp", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
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
    /// Of all cells, repeated ones as often as they stand there.
    bytes: u64,
}

impl Extent {
    fn take(&mut self, row: &SheetRow) {
        self.bytes += row.bytes as u64 * u64::from(row.repeats);
        let mut filled = row.cells.iter().filter(|(_, text)| !text.trim().is_empty()).map(|(column, _)| *column);
        let Some(mut one) = filled.next() else { return };
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
