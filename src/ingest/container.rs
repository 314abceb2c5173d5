//! What the bytes of a file are: text, a spreadsheet or GeoJSON, perhaps packed.

use super::records::Record;
use super::{IngestError, MAX_COLUMNS, MAX_DOCUMENT_BYTES, MAX_FIELD_BYTES, MAX_FILE_BYTES, MAX_ROWS};
use calamine::{Data, Reader};
use std::collections::HashMap;
use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Sheets of a workbook that are looked at for the one with the rows.
const MAX_SHEETS: usize = 20;

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text with a delimiter.
    Csv,
    /// An Excel workbook.
    Xlsx,
    /// An OpenDocument spreadsheet.
    Ods,
    /// A GeoJSON feature collection.
    GeoJson,
}

impl Format {
    /// Its usual name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Xlsx => "XLSX",
            Self::Ods => "ODS",
            Self::GeoJson => "GeoJSON",
        }
    }
}

/// The bytes of a file, those inside when it is packed with gzip.
pub(super) fn unpacked<'a>(mut reader: Box<dyn Read + Send + 'a>) -> io::Result<Box<dyn Read + Send + 'a>> {
    let mut beginning = Vec::new();
    (&mut reader).take(2).read_to_end(&mut beginning)?;
    let is_packed = beginning == b"\x1f\x8b";
    let whole = Cursor::new(beginning).chain(reader);
    if !is_packed {
        return Ok(Box::new(whole));
    }
    let packed = Arc::new(AtomicU64::new(0));
    let counted = Counted { reader: whole, read: Arc::clone(&packed) };
    let reader = flate2::read::MultiGzDecoder::new(BufReader::new(counted));
    Ok(Box::new(Limited { reader, packed, unpacked: 0 }))
}

/// Counts what is read.
struct Counted<R> {
    reader: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Gives no more than a file may have, and no more than a table can be packed into what was read.
struct Limited<R> {
    reader: R,
    packed: Arc<AtomicU64>,
    unpacked: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        self.unpacked += read as u64;
        let packed = self.packed.load(Ordering::Relaxed);
        let is_bomb = self.unpacked > (MAX_PACKING * packed).max(SMALL_BYTES);
        if is_bomb || self.unpacked > MAX_FILE_BYTES {
            return Err(io::Error::other(UnpacksTooLarge));
        }
        Ok(read)
    }
}

/// Bytes of a table in one byte of gzip: real ones have 3 to 30, the format can hold 1,030.
const MAX_PACKING: u64 = 250;

/// Unpacked bytes up to which the packing does not matter.
const SMALL_BYTES: u64 = 16 << 20;

/// More comes out of a packed file than a table has.
#[derive(Debug, thiserror::Error)]
#[error("too much comes out of the packed file")]
struct UnpacksTooLarge;

/// Why reading failed, as far as it is the file's fault.
pub(super) fn fault_of(error: io::Error) -> IngestError {
    match error.kind() {
        _ if error.get_ref().is_some_and(|inner| inner.is::<UnpacksTooLarge>()) => IngestError::UnpacksTooLarge,
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
            IngestError::Packed(error.to_string())
        }
        _ => IngestError::Unreadable(error),
    }
}

/// The whole of a workbook or a GeoJSON file.
pub(super) fn whole(reader: &mut dyn Read) -> Result<Vec<u8>, IngestError> {
    let mut bytes = Vec::new();
    reader.take(MAX_DOCUMENT_BYTES + 1).read_to_end(&mut bytes).map_err(fault_of)?;
    if bytes.len() as u64 > MAX_DOCUMENT_BYTES { Err(IngestError::LargeDocument) } else { Ok(bytes) }
}

/// Tells the kind of a file by its first bytes; a workbook is told for an XLSX one.
pub(super) fn format_of(bytes: &[u8]) -> Result<Format, IngestError> {
    for (magic, what) in [(&b"%PDF"[..], "a PDF"), (b"\xd0\xcf\x11\xe0", "an old Excel or Word file")] {
        if bytes.starts_with(magic) {
            return Err(IngestError::NotText(what));
        }
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(Format::Xlsx);
    }
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    Ok(if start.starts_with(b"{") { Format::GeoJson } else { Format::Csv })
}

/// Which workbook a ZIP file is; every part of it is unpacked once to see that it is no bomb.
pub(super) fn workbook_kind(bytes: &[u8]) -> Result<Format, IngestError> {
    let broken = |error: &dyn std::fmt::Display| IngestError::Packed(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let mut room = MAX_DOCUMENT_BYTES;
    let mut kind = None;
    for number in 0..archive.len() {
        let part = archive.by_index(number).map_err(|error| broken(&error))?;
        match part.name().as_deref() {
            Ok("xl/workbook.xml") => kind = Some(Format::Xlsx),
            Ok("content.xml") => kind = kind.or(Some(Format::Ods)),
            _ => {}
        }
        if part.size() > room {
            return Err(IngestError::LargeDocument);
        }
        let unpacked = std::io::copy(&mut part.take(room + 1), &mut std::io::sink()).map_err(|error| broken(&error))?;
        room = room.checked_sub(unpacked).ok_or(IngestError::LargeDocument)?;
    }
    kind.ok_or(IngestError::NotText("a ZIP file"))
}

/// The rows of the first sheet of a workbook that has two of them, as records; lines are the numbers of the rows.
pub(super) fn sheet(bytes: &[u8], format: Format) -> Result<Vec<Record>, IngestError> {
    let broken = |error: &dyn std::fmt::Display| IngestError::Packed(error.to_string());
    let from = Cursor::new(bytes);
    let sheets = match format {
        Format::Ods => {
            let mut book = calamine::Ods::new(from).map_err(|error| broken(&error))?;
            book.worksheets()
        }
        Format::Xlsx | Format::Csv | Format::GeoJson => {
            let mut book = calamine::Xlsx::new(from).map_err(|error| broken(&error))?;
            book.worksheets()
        }
    };
    let filled = |(_, range): (String, calamine::Range<Data>)| Some(range).filter(|range| !range.is_empty());
    let sheets: Vec<_> = sheets.into_iter().take(MAX_SHEETS).filter_map(filled).collect();
    let with_rows = sheets.iter().find(|range| range.height() > 1);
    let range = with_rows.or(sheets.first()).ok_or(IngestError::Empty)?;
    if range.height() as u64 > MAX_ROWS {
        return Err(IngestError::TooManyRows);
    }
    if range.width() > MAX_COLUMNS {
        return Err(IngestError::TooManyColumns(range.width()));
    }
    let first = range.start().map_or(0, |(row, _)| u64::from(row)) + 1;
    let rows = (first..).zip(range.rows());
    Ok(rows.map(|(line, cells)| Record::whole(line, cells.iter().map(text_of))).collect())
}

/// A cell as the person sees it: dates as ISO, whole numbers without a point.
fn text_of(cell: &Data) -> String {
    match cell {
        Data::DateTime(at) if at.is_datetime() => {
            let (year, month, day, hour, minute, ..) = at.to_ymd_hms_milli();
            if hour == 0 && minute == 0 {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}")
            }
        }
        Data::Error(_) => String::new(),
        cell => cut(cell.to_string()),
    }
}

fn cut(mut text: String) -> String {
    if text.len() > MAX_FIELD_BYTES {
        text.truncate(text.floor_char_boundary(MAX_FIELD_BYTES));
    }
    text
}

/// The features of a GeoJSON file as records: a header of all their properties, then one row each. Lines are the features' numbers,
/// counted from 2 as in a table.
pub(super) fn features(bytes: &[u8]) -> Result<Vec<Record>, IngestError> {
    let text = std::str::from_utf8(bytes).map_err(|error| IngestError::GeoJson(error.to_string()))?;
    let json: geojson::GeoJson = text
        .trim_start_matches('\u{feff}')
        .parse()
        .map_err(|error: geojson::Error| IngestError::GeoJson(error.to_string()))?;
    let features = match json {
        geojson::GeoJson::FeatureCollection(collection) => collection.features,
        geojson::GeoJson::Feature(feature) => vec![feature],
        geojson::GeoJson::Geometry(_) => {
            return Err(IngestError::GeoJson("a geometry without properties says nothing of what happened".to_owned()));
        }
    };
    if features.len() as u64 > MAX_ROWS {
        return Err(IngestError::TooManyRows);
    }
    let mut at: HashMap<&str, usize> = HashMap::new();
    let mut header = vec![ID_COLUMN.to_owned(), GEOMETRY_COLUMN.to_owned()];
    for property in features.iter().filter_map(|feature| feature.properties.as_ref()).flat_map(|map| map.keys()) {
        if !at.contains_key(property.as_str()) {
            at.insert(property, header.len());
            header.push(property.clone());
        }
    }
    if header.len() > MAX_COLUMNS {
        return Err(IngestError::TooManyColumns(header.len()));
    }
    let width = header.len();
    let mut rows = vec![Record::whole(1, header)];
    for (line, feature) in (2..).zip(&features) {
        let mut cells = vec![String::new(); width];
        cells[0] = match &feature.id {
            Some(geojson::feature::Id::String(id)) => id.clone(),
            Some(geojson::feature::Id::Number(id)) => id.to_string(),
            None => String::new(),
        };
        if let Some(geometry) = &feature.geometry {
            cells[1] = wkt_of(geometry);
        }
        for (property, value) in feature.properties.iter().flatten() {
            cells[at[property.as_str()]] = match value {
                serde_json::Value::Null => String::new(),
                serde_json::Value::String(text) => cut(text.clone()),
                other => cut(other.to_string()),
            };
        }
        rows.push(Record::whole(line, cells));
    }
    Ok(rows)
}

/// The column that a feature's own id makes.
const ID_COLUMN: &str = "id";

/// The column that a feature's geometry makes.
const GEOMETRY_COLUMN: &str = "wkt";

/// A point as WKT; nothing for lines and areas, whose place the words of the feature name.
fn wkt_of(geometry: &geojson::Geometry) -> String {
    match geo_types::Geometry::<f64>::try_from(geometry) {
        Ok(geo_types::Geometry::Point(at)) => format!("POINT({} {})", at.x(), at.y()),
        _ => String::new(),
    }
}
