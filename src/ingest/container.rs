//! What the bytes of a file are: text, a spreadsheet or GeoJSON, perhaps packed.

use super::{IngestError, MAX_DOCUMENT_BYTES, MAX_FILE_BYTES};
use memchr::memmem;
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

/// The whole of a workbook, as it is packed; it has so many bytes, unless it was packed once more.
pub(super) fn whole(reader: &mut dyn Read, expected: u64) -> Result<Arc<[u8]>, IngestError> {
    // Where the length is right, as it nearly always is, the bytes are never copied.
    let mut bytes: Arc<[u8]> = std::iter::repeat_n(0, expected.min(MAX_DOCUMENT_BYTES) as usize).collect();
    let room = Arc::get_mut(&mut bytes).expect("nobody else has it yet");
    let mut filled = 0;
    loop {
        match reader.read(&mut room[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(fault_of(error)),
        }
    }
    let mut rest = Vec::new();
    reader.take(MAX_DOCUMENT_BYTES + 1 - filled as u64).read_to_end(&mut rest).map_err(fault_of)?;
    if (filled + rest.len()) as u64 > MAX_DOCUMENT_BYTES {
        return Err(IngestError::LargeDocument);
    }
    if filled == bytes.len() && rest.is_empty() {
        return Ok(bytes);
    }
    Ok([&bytes[..filled], &rest].concat().into())
}

/// First bytes of files that are no tables, and what these are.
const NO_TABLES: [(&[u8], &str); 6] = [
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip file inside another one"),
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
    if let Some(order) = utf32_order(bytes) {
        return Err(IngestError::Utf32(order));
    }
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let beginning = start[..start.len().min(20)].to_ascii_lowercase();
    if let Some((_, what)) = MARKUP.iter().find(|(tag, _)| beginning.starts_with(tag)) {
        return Err(IngestError::NotText(what));
    }
    Ok(if start.starts_with(b"{") { Format::GeoJson } else { Format::Csv })
}

/// First bytes of the files of older Office programs (MS-CFB): workbooks, documents, and newer workbooks that are encrypted.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Whether a file is a compound one; then what it is can only be told when all of it is there.
pub(super) fn is_compound(bytes: &[u8]) -> bool {
    bytes.starts_with(COMPOUND)
}

/// What a compound file is, by the names of its streams.
pub(super) fn compound_kind(bytes: &[u8]) -> IngestError {
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        memmem::find(bytes, &name).is_some()
    };
    if has("EncryptedPackage") {
        IngestError::Password
    } else if has("WordDocument") {
        IngestError::NotText("an old Word document")
    } else if has("Workbook") || has("Book") {
        IngestError::OtherWorkbook("an old Excel workbook (.xls)")
    } else {
        IngestError::NotText("a file of an old Office program")
    }
}

/// The byte order of text in UTF-32, with a mark or without: each character has two zero bytes at least.
fn utf32_order(bytes: &[u8]) -> Option<&'static str> {
    const SAMPLE_BYTES: usize = 4096;
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => return Some("UTF-32LE"),
        [0, 0, 0xfe, 0xff, ..] => return Some("UTF-32BE"),
        _ => {}
    }
    let units = bytes[..bytes.len().min(SAMPLE_BYTES)].as_chunks::<4>().0;
    let all = |is_letter: &dyn Fn([u8; 4]) -> bool| units.len() > 1 && units.iter().all(|unit| is_letter(*unit));
    let is_letter = |unit: u32| unit != 0 && char::from_u32(unit).is_some();
    if all(&|unit| is_letter(u32::from_le_bytes(unit))) {
        Some("UTF-32LE")
    } else if all(&|unit| is_letter(u32::from_be_bytes(unit))) {
        Some("UTF-32BE")
    } else {
        None
    }
}

/// Parts by which a ZIP file is known that is no workbook which is read; names in lower case.
const OTHER_PARTS: [(&str, IngestError); 5] = [
    ("xl/workbook.bin", IngestError::OtherWorkbook("a binary Excel workbook (.xlsb)")),
    ("encrypted-package", IngestError::Password),
    ("word/document.xml", IngestError::NotText("a Word document")),
    ("ppt/presentation.xml", IngestError::NotText("a presentation")),
    ("doc.kml", IngestError::NotText("a KMZ map")),
];

/// Longest list of the parts of an OpenDocument that is looked at.
const MANIFEST_BYTES: u64 = 1 << 20;

/// Which workbook a ZIP file is; every part of it is unpacked once to see that it is no bomb.
pub(super) fn workbook_kind(bytes: &[u8]) -> Result<Format, IngestError> {
    let broken = |error: &dyn std::fmt::Display| IngestError::Packed(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let mut room = MAX_DOCUMENT_BYTES;
    let mut kind = Err(IngestError::NotText("a ZIP file"));
    for number in 0..archive.len() {
        let mut part = archive.by_index(number).map_err(|error| broken(&error))?;
        // Some programs of Windows write its separators.
        let name = part.name().map(|name| name.replace('\\', "/").to_ascii_lowercase()).unwrap_or_default();
        if part.size() > room {
            return Err(IngestError::LargeDocument);
        }
        let mut beginning = Vec::new();
        (&mut part).take(MANIFEST_BYTES.min(room)).read_to_end(&mut beginning).map_err(|error| broken(&error))?;
        let has = |words: &str| memmem::find(&beginning, words.as_bytes()).is_some();
        match name.as_str() {
            "meta-inf/manifest.xml" if has("encryption-data") => return Err(IngestError::Password),
            "mimetype" if has("opendocument") && !has("spreadsheet") => {
                return Err(IngestError::NotText("a document of another office program"));
            }
            "content.xml" if kind.is_err() => kind = Ok(Format::Ods),
            name if name.starts_with("xl/") && name.ends_with(".xml") => kind = Ok(Format::Xlsx),
            name => {
                if let Some((_, what)) = OTHER_PARTS.into_iter().find(|(part, _)| *part == name) {
                    return Err(what);
                }
            }
        }
        room -= beginning.len() as u64;
        let unpacked = std::io::copy(&mut part.take(room + 1), &mut std::io::sink()).map_err(|error| broken(&error))?;
        room = room.checked_sub(unpacked).ok_or(IngestError::LargeDocument)?;
    }
    kind
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workbook_is_whole_whatever_length_was_announced() {
        for expected in [0, 3, 7, 12] {
            assert_eq!(&*whole(&mut &b"1234567"[..], expected).unwrap(), b"1234567", "{expected}");
        }
    }

    #[test]
    fn text_in_utf_32_is_known_with_a_mark_and_without() {
        let text = "дата,место\n2022-01-05,Ақтау\n";
        let units = |of: fn(u32) -> [u8; 4]| text.chars().flat_map(|c| of(u32::from(c))).collect::<Vec<u8>>();
        for (mark, bytes, order) in [
            (b"\xff\xfe\0\0", units(u32::to_le_bytes), "UTF-32LE"),
            (b"\0\0\xfe\xff", units(u32::to_be_bytes), "UTF-32BE"),
        ] {
            assert_eq!(utf32_order(&bytes), Some(order));
            assert_eq!(utf32_order(&[mark, bytes.as_slice()].concat()), Some(order));
        }
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [utf16.as_slice(), text.as_bytes(), b"a,b\n1,2\n", b"\0\0\0\0\0\0\0\0", b""] {
            assert_eq!(utf32_order(bytes), None, "{bytes:?}");
        }
    }
}
