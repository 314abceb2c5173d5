//! OpenDocument spreadsheets (ODF 1.3, part 3), read as a stream. Ready readers build the whole sheet in memory, with as many cells as
//! the repetitions in the file say; here a cell or row that is repeated costs nothing.

use super::IngestError;
use super::merged::MergedCell;
use super::moment::{Shown, shown_by, text_of_iso, text_of_length};
use super::records::CellFault;
use super::workbook::{SheetName, SheetRow, TakeRow, broken};
use super::xml::{Xml, attribute, in_part, push_reference, takes_more};
use super::{MAX_COLUMNS, MAX_FIELD_BYTES};
use quick_xml::events::{BytesStart, Event};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The part of the file that has the cells.
const CONTENT: &str = "content.xml";

/// The part that has the formats which are not of this sheet alone: those of workbooks that were XLSX once.
const STYLES: &str = "styles.xml";

/// Most rows of a sheet, as LibreOffice has it; the rows up to there are often one empty row, repeated.
const MAX_SHEET_ROWS: u32 = 1_048_576;

/// How often a row that is filled is read where it is repeated.
pub(super) const MAX_ROW_REPEATS: u32 = 10_000;

/// Most styles of dates and of cells that are remembered.
const MAX_STYLES: usize = 10_000;

/// Characters of what stands in place of a value that are kept.
const MAX_ERROR_CHARS: usize = 40;

/// Gives the content of a workbook to `read`.
fn in_content<T>(bytes: &Arc<[u8]>, read: impl FnOnce(Xml<'_>) -> Result<T, IngestError>) -> Result<T, IngestError> {
    in_part(bytes, CONTENT, read)?.ok_or_else(|| broken("it has no content"))
}

/// The sheets.
pub(super) fn names(bytes: &Arc<[u8]>) -> Result<Vec<SheetName>, IngestError> {
    in_content(bytes, |mut xml| {
        let (mut names, mut style, mut hidden, mut buffer) = (Vec::new(), None, HashSet::new(), Vec::new());
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(broken)? {
                Event::Start(start) => match start.name().as_ref() {
                    "style:style" => style = attribute(&start, "style:name"),
                    "style:table-properties" if attribute(&start, "table:display").as_deref() == Some("false") => {
                        hidden.extend(style.take());
                    }
                    "table:table" => {
                        let style = attribute(&start, "table:style-name");
                        let is_hidden = style.is_some_and(|style| hidden.contains(&style));
                        names.push(SheetName { name: attribute(&start, "table:name").unwrap_or_default(), is_hidden });
                    }
                    _ => {}
                },
                Event::Eof => return Ok(names),
                _ => {}
            }
        }
    })
}

/// Gives every row of the sheet with this number, from 0, that has a filled cell, until `take` wants no more.
pub(super) fn each_row(bytes: &Arc<[u8]>, sheet: usize, take: TakeRow<'_>) -> Result<(), IngestError> {
    let mut styles = in_part(bytes, STYLES, Styles::read)?.unwrap_or_default();
    in_content(bytes, |mut xml| {
        let mut buffer = Vec::new();
        let (mut sheets, mut number) = (0, 0u32);
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(broken)? {
                Event::Start(start) if start.name().as_ref() == "table:table" => sheets += 1,
                Event::Start(start) if sheets == sheet + 1 && start.name().as_ref() == "table:table-row" => {
                    let repeats = repeated(&start, "table:number-rows-repeated");
                    let mut row = SheetRow::new(number, repeats);
                    let is_filled = read_cells(&mut xml, &mut row, &styles)?;
                    let beyond = (is_filled && repeats > MAX_ROW_REPEATS).then(|| row.beyond(MAX_ROW_REPEATS));
                    row.repeats = repeats.min(MAX_ROW_REPEATS);
                    if is_filled && !(take(row) && beyond.is_none_or(&mut *take)) {
                        return Ok(());
                    }
                    number = number.saturating_add(repeats).min(MAX_SHEET_ROWS);
                }
                Event::Start(start) if sheets == 0 => styles.look_at(&start),
                Event::Start(start) if sheets == sheet + 1 && start.name().as_ref() == "table:table-column" => {
                    styles.take_column(&start);
                }
                Event::End(end) if sheets == sheet + 1 && end.name().as_ref() == "table:table" => return Ok(()),
                Event::Eof => return Err(broken("the sheet breaks off")),
                _ => {}
            }
        }
    })
}

/// The styles of cells that show less of a date than its day.
#[derive(Default)]
struct Styles {
    /// Of the format of dates that is being read: its name, and what it shows.
    format: String,
    parts: String,
    /// By the name of a format, and of a style of cells.
    formats: HashMap<String, Shown>,
    cells: HashMap<String, Shown>,
    /// Up to which column, from 0, cells without a style of their own have which.
    columns: Vec<(u32, Option<Shown>)>,
}

impl Styles {
    /// Those of a part without sheets.
    fn read(mut xml: Xml<'_>) -> Result<Self, IngestError> {
        let (mut styles, mut buffer) = (Self::default(), Vec::new());
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(broken)? {
                Event::Start(start) => styles.look_at(&start),
                Event::Eof => return Ok(styles),
                _ => {}
            }
        }
    }

    /// Looks at an element that is in no sheet.
    fn look_at(&mut self, start: &BytesStart<'_>) {
        match start.name().as_ref() {
            "number:date-style" => {
                self.format = attribute(start, "style:name").unwrap_or_default();
                self.parts.clear();
            }
            "number:day" => self.parts.push('d'),
            "number:month" => self.parts.push('m'),
            "number:year" => self.parts.push('y'),
            "number:hours" | "number:minutes" | "number:seconds" => self.parts.push('h'),
            // Numbers and times of day.
            name if name.starts_with("number:") && name.ends_with("-style") => self.format.clear(),
            "style:style" => {
                self.format.clear();
                let format = attribute(start, "style:data-style-name");
                if let Some(shown) = format.and_then(|format| self.formats.get(&format).copied())
                    && self.cells.len() < MAX_STYLES
                {
                    self.cells.insert(attribute(start, "style:name").unwrap_or_default(), shown);
                }
            }
            _ => {}
        }
        if self.formats.len() < MAX_STYLES && !self.format.is_empty() {
            match shown_by(&self.parts).filter(|shown| matches!(shown, Shown::Month | Shown::Year)) {
                Some(shown) => drop(self.formats.insert(self.format.clone(), shown)),
                None => drop(self.formats.remove(&self.format)),
            }
        }
    }

    fn take_column(&mut self, start: &BytesStart<'_>) {
        let style = attribute(start, "table:default-cell-style-name");
        let shown = style.and_then(|style| self.cells.get(&style).copied());
        let first = self.columns.last().map_or(0, |(end, _)| *end);
        if self.columns.len() < MAX_COLUMNS {
            self.columns.push((first.saturating_add(repeated(start, "table:number-columns-repeated")), shown));
        }
    }

    /// What a cell in this column shows of a date.
    fn shown(&self, cell: &BytesStart<'_>, column: u32) -> Shown {
        if self.cells.is_empty() {
            return Shown::Moment;
        }
        let shown = match attribute(cell, "table:style-name") {
            Some(style) => self.cells.get(&style).copied(),
            None => self.columns.iter().find(|(end, _)| column < *end).and_then(|(_, shown)| *shown),
        };
        shown.unwrap_or(Shown::Moment)
    }
}

/// Reads the cells up to the end of their row; says whether one is filled.
fn read_cells(xml: &mut Xml<'_>, row: &mut SheetRow, styles: &Styles) -> Result<bool, IngestError> {
    let (mut column, mut is_filled, mut buffer) = (0u32, false, Vec::new());
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(broken)? {
            Event::Start(start) if start.name().as_ref().ends_with("table-cell") => {
                let repeats = repeated(&start, "table:number-columns-repeated");
                let value = value_of(&start, || styles.shown(&start, column));
                let is_error = is_error(&start);
                let (mut words, mut link) = (String::new(), None);
                read_words(xml, &mut words, &mut link)?;
                if is_error || (value.is_some() && has_failed(&words)) {
                    is_filled = true;
                    row.push_fault(column, CellFault::Error(words.chars().take(MAX_ERROR_CHARS).collect()));
                    column = column.saturating_add(repeats);
                    continue;
                }
                let text = value.unwrap_or(words);
                if !text.is_empty() {
                    is_filled = true;
                    // One more than there may be is enough to be refused.
                    for number in 0..repeats.min(MAX_COLUMNS as u32 + 1) {
                        row.push(column.saturating_add(number), &text);
                    }
                    if let Some(link) = link.filter(|_| repeats == 1) {
                        row.push_link(column, &link);
                    }
                    let rows = repeated(&start, "table:number-rows-spanned");
                    if rows > 1 && row.merged.len() < MAX_COLUMNS {
                        let (first, last) = (row.number, row.number.saturating_add(rows - 1));
                        row.merged.push(MergedCell { first, last, column });
                    }
                }
                column = column.saturating_add(repeats);
            }
            Event::End(end) if end.name().as_ref() == "table:table-row" => return Ok(is_filled),
            Event::Eof => return Err(broken("a row breaks off")),
            _ => {}
        }
    }
}

/// Whether a formula failed, as LibreOffice says it.
fn is_error(cell: &BytesStart<'_>) -> bool {
    attribute(cell, "calcext:value-type").is_some_and(|kind| kind == "error")
}

/// The same by the words that stand in place of a value, as its older versions and other programs have it.
fn has_failed(words: &str) -> bool {
    let is_name = words.starts_with('#') && words.ends_with(['!', '?']) && !words.contains(' ');
    is_name || words == "#N/A" || words.strip_prefix("Err:").is_some_and(|code| code.parse::<u16>().is_ok())
}

/// What the attributes of a cell say; `None` when its words say it.
fn value_of(cell: &BytesStart<'_>, shown: impl FnOnce() -> Shown) -> Option<String> {
    match attribute(cell, "office:value-type")?.as_str() {
        "float" | "currency" | "percentage" => attribute(cell, "office:value"),
        "boolean" => attribute(cell, "office:boolean-value"),
        "date" => attribute(cell, "office:date-value").map(|date| text_of_iso(&date, shown()).unwrap_or(date)),
        "time" => attribute(cell, "office:time-value").map(|time| text_of_length(&time).unwrap_or(time)),
        "string" => attribute(cell, "office:string-value"),
        _ => None,
    }
}

/// The words of a cell up to its end, a line for each paragraph, and where the first link in them leads; remarks are left out.
fn read_words(xml: &mut Xml<'_>, words: &mut String, link: &mut Option<String>) -> Result<(), IngestError> {
    let (mut depth, mut remark, mut paragraphs, mut buffer) = (0usize, None, 0, Vec::new());
    loop {
        buffer.clear();
        let event = xml.read_event_into(&mut buffer).map_err(broken)?;
        let is_heard = remark.is_none() && takes_more(words);
        match event {
            Event::Start(start) => {
                depth += 1;
                match start.name().as_ref() {
                    "office:annotation" if remark.is_none() => remark = Some(depth),
                    "text:p" if is_heard => {
                        if paragraphs > 0 {
                            words.push('\n');
                        }
                        paragraphs += 1;
                    }
                    "text:s" if is_heard => {
                        let spaces = repeated(&start, "text:c") as usize;
                        words.extend(std::iter::repeat_n(' ', spaces.min(MAX_FIELD_BYTES)));
                    }
                    "text:a" if is_heard && link.is_none() => *link = attribute(&start, "xlink:href"),
                    "text:tab" if is_heard => words.push('\t'),
                    "text:line-break" if is_heard => words.push('\n'),
                    _ => {}
                }
            }
            Event::End(_) => {
                if depth == 0 {
                    return Ok(());
                }
                if remark == Some(depth) {
                    remark = None;
                }
                depth -= 1;
            }
            Event::Text(text) if is_heard && paragraphs > 0 => words.push_str(&text.xml10_content()),
            Event::CData(text) if is_heard && paragraphs > 0 => words.push_str(&text.xml10_content()),
            Event::GeneralRef(name) if is_heard && paragraphs > 0 => {
                push_reference(&name, words)?;
            }
            Event::Eof => return Err(broken("a cell breaks off")),
            _ => {}
        }
    }
}

fn repeated(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute(element, name).and_then(|text| text.parse().ok()).unwrap_or(1)
}
