//! OpenDocument spreadsheets (ODF 1.3, part 3), read as a stream. Ready readers build the whole sheet in memory, with as many cells as
//! the repetitions in the file say; here a cell or row that is repeated costs nothing.

use super::IngestError;
use super::workbook::{SheetName, SheetRow, TakeRow, broken};
use super::xml::{Xml, attribute, in_part, push_reference, takes_more};
use super::{MAX_COLUMNS, MAX_FIELD_BYTES};
use quick_xml::events::{BytesStart, Event};
use std::collections::HashSet;
use std::sync::Arc;

/// The part of the file that has the cells.
const CONTENT: &str = "content.xml";

/// Most rows of a sheet, as LibreOffice has it; the rows up to there are often one empty row, repeated.
const MAX_SHEET_ROWS: u32 = 1_048_576;

/// How often a row that is filled is read where it is repeated.
pub(super) const MAX_ROW_REPEATS: u32 = 10_000;

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
                    let is_filled = read_cells(&mut xml, &mut row)?;
                    let beyond = (is_filled && repeats > MAX_ROW_REPEATS).then(|| row.beyond(MAX_ROW_REPEATS));
                    row.repeats = repeats.min(MAX_ROW_REPEATS);
                    if is_filled && !(take(row) && beyond.is_none_or(&mut *take)) {
                        return Ok(());
                    }
                    number = number.saturating_add(repeats).min(MAX_SHEET_ROWS);
                }
                Event::End(end) if sheets == sheet + 1 && end.name().as_ref() == "table:table" => return Ok(()),
                Event::Eof => return Err(broken("the sheet breaks off")),
                _ => {}
            }
        }
    })
}

/// Reads the cells up to the end of their row; says whether one is filled.
fn read_cells(xml: &mut Xml<'_>, row: &mut SheetRow) -> Result<bool, IngestError> {
    let (mut column, mut is_filled, mut buffer) = (0u32, false, Vec::new());
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(broken)? {
            Event::Start(start) if start.name().as_ref().ends_with("table-cell") => {
                let repeats = repeated(&start, "table:number-columns-repeated");
                let value = value_of(&start);
                let mut words = String::new();
                read_words(xml, &mut words)?;
                let text = value.unwrap_or(words);
                if !text.is_empty() {
                    is_filled = true;
                    // One more than there may be is enough to be refused.
                    for number in 0..repeats.min(MAX_COLUMNS as u32 + 1) {
                        row.push(column.saturating_add(number), &text);
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

/// What the attributes of a cell say; `None` when its words say it.
fn value_of(cell: &BytesStart<'_>) -> Option<String> {
    match attribute(cell, "office:value-type")?.as_str() {
        "float" | "currency" | "percentage" => attribute(cell, "office:value"),
        "boolean" => attribute(cell, "office:boolean-value"),
        "date" => {
            let date = attribute(cell, "office:date-value")?;
            // A day in LibreOffice is its first second.
            Some(date.strip_suffix("T00:00:00").map_or(date.clone(), str::to_owned))
        }
        "time" => attribute(cell, "office:time-value").map(|time| clock(&time).unwrap_or(time)),
        "string" => attribute(cell, "office:string-value"),
        _ => None,
    }
}

/// `PT14H30M00S` as `14:30`.
fn clock(duration: &str) -> Option<String> {
    let (hours, rest) = duration.strip_prefix("PT")?.split_once('H')?;
    let (minutes, _) = rest.split_once('M')?;
    Some(format!("{:02}:{:02}", hours.parse::<u8>().ok()?, minutes.parse::<u8>().ok()?))
}

/// The words of a cell up to its end, a line for each paragraph; remarks are left out.
fn read_words(xml: &mut Xml<'_>, words: &mut String) -> Result<(), IngestError> {
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
