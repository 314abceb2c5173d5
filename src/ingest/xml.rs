//! The XML parts of workbooks, read as streams: nothing of one is held that is longer than a cell can use.

use super::workbook::broken;
use super::{IngestError, MAX_FIELD_BYTES};
use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::{memchr, memchr3, memmem};
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart};
use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;

/// Longest text between two tags, bytes; the rest is passed over. With its entities a cell may be written so long.
const MAX_TEXT_BYTES: usize = 1 << 20;

/// Longest tag or remark, bytes.
const MAX_TAG_BYTES: usize = 1 << 20;

/// Longest entity that is looked for where a text is cut.
const ENTITY_BYTES: usize = 12;

pub(super) type Xml<'b> = quick_xml::Reader<BufReader<Cut<Box<dyn Read + 'b>>>>;

/// Gives a part of a workbook to `read`; `None` when there is no such part.
pub(super) fn in_part<T>(
    bytes: &Arc<[u8]>,
    part: &str,
    read: impl FnOnce(Xml<'_>) -> Result<T, IngestError>,
) -> Result<Option<T>, IngestError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(Arc::clone(bytes))).map_err(broken)?;
    let Some(number) = archive.index_for_name(part).or_else(|| similar(&archive, part)) else { return Ok(None) };
    let part = recoded(archive.by_index(number).map_err(broken)?).map_err(broken)?;
    let mut xml: Xml<'_> = quick_xml::Reader::from_reader(BufReader::new(Cut::new(part)));
    xml.config_mut().expand_empty_elements = true;
    read(xml).map(Some)
}

/// The part whose name differs in case only (ECMA-376, part 2, section 6.2.2.3), or has the separators of Windows.
fn similar(archive: &zip::ZipArchive<Cursor<Arc<[u8]>>>, part: &str) -> Option<usize> {
    let is_similar = |name: &str| name.replace('\\', "/").eq_ignore_ascii_case(part);
    archive.file_names().position(|name| name.is_ok_and(|name| is_similar(&name)))
}

/// XML as UTF-8, whatever encoding it begins in or says that it has.
fn recoded<'b>(mut reader: impl Read + 'b) -> io::Result<Box<dyn Read + 'b>> {
    /// A declaration ends within so many bytes.
    const DECLARATION_BYTES: u64 = 256;
    let mut beginning = Vec::new();
    (&mut reader).take(DECLARATION_BYTES).read_to_end(&mut beginning)?;
    let encoding = encoding_of(&beginning);
    let whole = Cursor::new(beginning).chain(reader);
    if encoding == UTF_8 {
        return Ok(Box::new(whole));
    }
    let decoder = encoding.new_decoder_with_bom_removal();
    Ok(Box::new(BufReader::new(Recoded { reader: whole, decoder, text: String::new(), at: 0, is_ended: false })))
}

fn encoding_of(beginning: &[u8]) -> &'static Encoding {
    let marked = Encoding::for_bom(beginning).map(|(encoding, _)| encoding);
    let unmarked = match beginning {
        [b'<', 0, ..] => Some(UTF_16LE),
        [0, b'<', ..] => Some(UTF_16BE),
        _ => None,
    };
    let declared = || {
        let end = memmem::find(beginning, b"?>")?;
        let name = &beginning[memmem::find(&beginning[..end], b"encoding")?..end];
        let quote = *name.iter().find(|byte| matches!(byte, b'"' | b'\''))?;
        Encoding::for_label(name.split(|byte| *byte == quote).nth(1)?)
    };
    marked.or(unmarked).or_else(declared).unwrap_or(UTF_8)
}

/// Gives text in another encoding as UTF-8.
struct Recoded<R> {
    reader: R,
    decoder: Decoder,
    text: String,
    /// How much of it is given.
    at: usize,
    is_ended: bool,
}

impl<R: Read> Read for Recoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        const BLOCK_BYTES: usize = 8 << 10;
        while self.at == self.text.len() && !self.is_ended {
            let mut bytes = [0; BLOCK_BYTES];
            let read = self.reader.read(&mut bytes)?;
            self.is_ended = read == 0;
            self.text.clear();
            self.at = 0;
            self.text.reserve(self.decoder.max_utf8_buffer_length(read).unwrap_or(4 * BLOCK_BYTES));
            // There is room for all of it.
            let _ = self.decoder.decode_to_string(&bytes[..read], &mut self.text, self.is_ended);
        }
        let given = (&self.text.as_bytes()[self.at..]).read(into)?;
        self.at += given;
        Ok(given)
    }
}

/// The value of an attribute.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok()??;
    Some(attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// Adds what a reference stands for. Only the five names of XML itself are known: nothing that a file defines is unfolded.
pub(super) fn push_reference(name: &BytesRef<'_>, words: &mut String) -> Result<(), IngestError> {
    match name.resolve_char_ref().map_err(broken)? {
        Some(c) => words.push(c),
        None => words.push_str(quick_xml::escape::resolve_xml_entity(&name.xml10_content()).unwrap_or("")),
    }
    Ok(())
}

/// Whether a cell with these words still takes more: one byte more than it may have is enough to see that it is too long.
pub(super) fn takes_more(words: &str) -> bool {
    words.len() <= MAX_FIELD_BYTES
}

/// Gives XML without what is too long in it.
pub(super) struct Cut<R> {
    reader: R,
    state: State,
    /// Bytes of the present text or tag.
    length: usize,
    /// A declaration, remark or piece of raw text as far as it is read.
    special: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Text,
    /// After `<`.
    Opened,
    Tag,
    Quoted(u8),
    /// After `<!` or `<?`.
    Special,
}

impl<R: Read> Cut<R> {
    fn new(reader: R) -> Self {
        Self { reader, state: State::Text, length: 0, special: Vec::new() }
    }

    /// Moves what is to be read to the beginning of `bytes`; gives how much that is.
    fn cut(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let (mut at, mut kept) = (0, 0);
        while at < bytes.len() {
            let rest = &bytes[at..];
            let (length, next) = match self.state {
                State::Text => memchr(b'<', rest).map_or((rest.len(), State::Text), |end| (end + 1, State::Opened)),
                State::Opened if matches!(rest[0], b'!' | b'?') => (0, State::Special),
                State::Opened => (0, State::Tag),
                State::Tag => memchr3(b'>', b'"', b'\'', rest).map_or((rest.len(), State::Tag), |end| {
                    (end + 1, if rest[end] == b'>' { State::Text } else { State::Quoted(rest[end]) })
                }),
                State::Quoted(quote) => {
                    memchr(quote, rest).map_or((rest.len(), State::Quoted(quote)), |end| (end + 1, State::Tag))
                }
                State::Special => (1, self.special_after(rest[0])?),
            };
            let is_tag = !matches!((self.state, next), (State::Text, _));
            let wanted = if is_tag { length } else { self.wanted(&rest[..length], next == State::Opened) };
            if is_tag && self.length + length > MAX_TAG_BYTES {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a tag of it has more than a mebibyte"));
            }
            bytes.copy_within(at..at + wanted, kept);
            kept += wanted;
            if wanted < length && next == State::Opened {
                bytes[kept] = b'<';
                kept += 1;
            }
            self.length = match (self.state, next) {
                (State::Text, State::Text) if wanted < length => MAX_TEXT_BYTES,
                (State::Text, State::Opened) | (_, State::Text) if self.state != next => 0,
                _ => self.length + length,
            };
            (self.state, at) = (next, at + length);
        }
        Ok(kept)
    }

    /// How much of a text is given: up to a place that is in no letter and no entity.
    fn wanted(&self, text: &[u8], is_whole: bool) -> usize {
        let room = MAX_TEXT_BYTES.saturating_sub(self.length);
        if text.len() - usize::from(is_whole) <= room {
            return text.len();
        }
        let mut end = room;
        while end > 0 && text[end] & 0xc0 == 0x80 {
            end -= 1;
        }
        let from = end.saturating_sub(ENTITY_BYTES);
        text[from..end]
            .iter()
            .rposition(|byte| matches!(byte, b'&' | b';'))
            .map_or(end, |place| if text[from + place] == b'&' { from + place } else { end })
    }

    /// What comes after a further byte of a declaration, remark or piece of raw text.
    fn special_after(&mut self, byte: u8) -> io::Result<State> {
        self.special.push(byte);
        let end: &[u8] = match self.special.as_slice() {
            [b'?', ..] => b"?>",
            [b'!', b'-', ..] => b"-->",
            [b'!', b'[', ..] => b"]]>",
            [b'!'] => return Ok(State::Special),
            _ => return Err(io::Error::new(io::ErrorKind::InvalidData, "it declares a document type")),
        };
        if !self.special.ends_with(end) {
            return Ok(State::Special);
        }
        self.special.clear();
        Ok(State::Text)
    }
}

impl<R: Read> Read for Cut<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.reader.read(into)?;
            let kept = self.cut(&mut into[..read])?;
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> io::Result<String> {
        let mut cut = String::new();
        Cut::new(text.as_bytes()).read_to_string(&mut cut).map(|_| cut)
    }

    #[test]
    fn a_text_that_is_too_long_is_cut_between_letters_and_everything_else_stays() {
        let short = "<?xml version=\"1.0\"?><a b='>'>x &amp; y<!-- > ' --><![CDATA[<]]></a>";
        assert_eq!(cut(short).unwrap(), short);
        let long = format!("<a>{}</a><b>c</b>", "ю".repeat(MAX_TEXT_BYTES));
        let found = cut(&long).unwrap();
        assert!(found.starts_with("<a>ю") && found.ends_with("ю</a><b>c</b>"), "{}", found.len());
        assert!(found.len() <= MAX_TEXT_BYTES + 20);
        let entities = cut(&format!("<a>x{}</a>", "&amp;".repeat(MAX_TEXT_BYTES))).unwrap();
        assert!(entities.ends_with("&amp;</a>"), "{}", &entities[entities.len() - 20..]);
    }

    #[test]
    fn what_could_hide_the_rest_of_a_file_is_an_error() {
        for text in ["<a b=\"", "<!--", "<![CDATA[", "<?"] {
            assert!(cut(&(text.to_owned() + &"<b>".repeat(MAX_TAG_BYTES))).is_err(), "{text}");
        }
        assert!(cut("<!DOCTYPE a [").is_err());
    }
}
