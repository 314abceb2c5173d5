//! What the bytes of a file are: text, a spreadsheet or GeoJSON, perhaps packed.

use super::{IngestError, MAX_DOCUMENT_BYTES, MAX_FILE_BYTES};
use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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

/// The whole of a workbook, as it is packed.
pub(super) fn whole(reader: &mut dyn Read) -> Result<Vec<u8>, IngestError> {
    let mut bytes = Vec::new();
    reader.take(MAX_DOCUMENT_BYTES + 1).read_to_end(&mut bytes).map_err(fault_of)?;
    if bytes.len() as u64 > MAX_DOCUMENT_BYTES { Err(IngestError::LargeDocument) } else { Ok(bytes) }
}

/// First bytes of files that are no tables, and what these are.
const NO_TABLES: [(&[u8], &str); 9] = [
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"\x1f\x8b", "a gzip file inside another one"),
    (b"\xff\xfe\0\0", "text in UTF-32"),
    (b"\0\0\xfe\xff", "text in UTF-32"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"Rar!", "a RAR file"),
    (b"7z\xbc\xaf", "a 7-Zip file"),
];

/// The same for pages and documents, in lower case, after spaces.
const MARKUP: [(&[u8], &str); 6] = [
    (b"<!doctype html", "an HTML page"),
    (b"<html", "an HTML page"),
    (b"<table", "an HTML page"),
    (b"<meta", "an HTML page"),
    (b"<?xml", "an XML file"),
    (b"{\\rtf", "an RTF document"),
];

/// Whether the first line is no text in an encoding of one byte or more a letter: too much of it are signs that no text has. What comes after
/// a header of words is rows, however damaged.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    const MOST_IN_TEXT: usize = 20;
    let line = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).find(|line| !line.is_empty()).unwrap_or_default();
    let is_control = |byte: &&u8| matches!(byte, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f);
    line.iter().filter(is_control).count() > line.len() / MOST_IN_TEXT
}

/// Tells the kind of a file by its first bytes; a workbook is told for an XLSX one.
pub(super) fn format_of(bytes: &[u8]) -> Result<Format, IngestError> {
    if let Some((_, what)) = NO_TABLES.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(IngestError::NotText(what));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(Format::Xlsx);
    }
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let beginning = start[..start.len().min(20)].to_ascii_lowercase();
    if let Some((_, what)) = MARKUP.iter().find(|(tag, _)| beginning.starts_with(tag)) {
        return Err(IngestError::NotText(what));
    }
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
