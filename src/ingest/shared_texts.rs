//! The texts that the cells of a workbook share, packed in memory where there are many.

use super::workbook::broken;
use super::xml::{Xml, attribute, push_reference, takes_more};
use super::{IngestError, MAX_FIELD_BYTES};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use quick_xml::events::Event;
use std::io::{Read, Write};

/// Bytes of texts that are kept as they are; those that many cells share come first.
const PLAIN_BYTES: usize = 16 << 20;

/// Bytes of texts that are packed together.
const BLOCK_BYTES: usize = 64 << 10;

/// Most texts.
const MAX_TEXTS: usize = 8_000_000;

/// Texts by their numbers.
#[derive(Default)]
pub(super) struct SharedTexts {
    plain: String,
    /// The texts that come after [`Self::plain`].
    blocks: Vec<Vec<u8>>,
    /// Where each block begins, counted on from the plain texts.
    starts: Vec<usize>,
    open: String,
    /// Where each text ends.
    ends: Vec<u32>,
}

/// The block that was unpacked last.
#[derive(Default)]
pub(super) struct Unpacked {
    block: Option<usize>,
    text: String,
}

impl SharedTexts {
    /// The texts of a part `sharedStrings.xml`.
    pub(super) fn read(mut xml: Xml<'_>) -> Result<Self, IngestError> {
        let (mut texts, mut words, mut buffer) = (Self::default(), String::new(), Vec::new());
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(broken)? {
                Event::Start(start) if start.local_name().as_ref() == "si" => {
                    words.clear();
                    read_runs(&mut xml, "si", &mut words)?;
                    texts.push(&words)?;
                }
                Event::Eof => break,
                _ => {}
            }
        }
        texts.pack()?;
        Ok(texts)
    }

    fn push(&mut self, text: &str) -> Result<(), IngestError> {
        if self.ends.len() == MAX_TEXTS {
            return Err(IngestError::LargeDocument);
        }
        // One byte more than a cell may have says that it is too long.
        let text = &text[..text.floor_char_boundary(MAX_FIELD_BYTES + 4)];
        let start = self.ends.last().map_or(0, |end| *end as usize);
        self.ends.push((start + text.len()) as u32);
        if self.blocks.is_empty() && self.open.is_empty() && start + text.len() <= PLAIN_BYTES {
            self.plain.push_str(text);
            return Ok(());
        }
        if self.open.is_empty() {
            self.starts.push(start);
        }
        self.open.push_str(text);
        if self.open.len() >= BLOCK_BYTES { self.pack() } else { Ok(()) }
    }

    fn pack(&mut self) -> Result<(), IngestError> {
        if self.open.is_empty() {
            return Ok(());
        }
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(self.open.as_bytes()).map_err(broken)?;
        let mut packed = packed.finish().map_err(broken)?;
        packed.shrink_to_fit();
        self.blocks.push(packed);
        self.open.clear();
        Ok(())
    }

    /// The text with this number, from 0; `None` when there is none.
    pub(super) fn get<'t>(&'t self, number: usize, unpacked: &'t mut Unpacked) -> Result<Option<&'t str>, IngestError> {
        let Some(end) = self.ends.get(number).map(|end| *end as usize) else { return Ok(None) };
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        if end <= self.plain.len() {
            return Ok(Some(&self.plain[start..end]));
        }
        let block = self.starts.partition_point(|first| *first <= start).saturating_sub(1);
        if unpacked.block != Some(block) {
            unpacked.text.clear();
            DeflateDecoder::new(&self.blocks[block][..]).read_to_string(&mut unpacked.text).map_err(broken)?;
            unpacked.block = Some(block);
        }
        let first = self.starts[block];
        Ok(Some(&unpacked.text[start - first..end - first]))
    }
}

/// Reads the words of a text up to the end of the element `closing`: of all its runs, without how they are pronounced.
pub(super) fn read_runs(xml: &mut Xml<'_>, closing: &str, words: &mut String) -> Result<(), IngestError> {
    let (mut is_heard, mut is_phonetic, mut is_spaced, mut from, mut buffer) = (false, false, false, 0, Vec::new());
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(broken)? {
            Event::Start(start) => match start.local_name().as_ref() {
                "rPh" => is_phonetic = true,
                "t" if !is_phonetic => {
                    is_heard = takes_more(words);
                    is_spaced = attribute(&start, "xml:space").is_some_and(|space| space == "preserve");
                    from = words.len();
                }
                _ => {}
            },
            Event::End(end) => match end.local_name().as_ref() {
                "rPh" => is_phonetic = false,
                "t" if is_heard => {
                    let said =
                        if is_spaced { &words[from..] } else { words[from..].trim_matches([' ', '\t', '\r', '\n']) };
                    let said = unescaped(said);
                    words.truncate(from);
                    words.push_str(&said);
                    is_heard = false;
                }
                name if name == closing => return Ok(()),
                _ => {}
            },
            Event::Text(text) if is_heard => words.push_str(&text.xml10_content()),
            Event::CData(text) if is_heard => words.push_str(&text.xml10_content()),
            Event::GeneralRef(name) if is_heard && takes_more(words) => push_reference(&name, words)?,
            Event::Eof => return Err(broken("a text breaks off")),
            _ => {}
        }
    }
}

/// Characters that XML cannot hold stand as `_x000D_` (ECMA-376, ST_Xstring).
pub(super) fn unescaped(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let letter = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        words.push_str(&rest[..at]);
        match letter {
            Some(letter) => {
                words.push(letter);
                rest = &rest[at + 7..];
            }
            None => {
                words.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    words.push_str(rest);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_again_plain_and_packed() {
        let text = |number: usize| format!("{number} {}", "ю".repeat(number % 700));
        let mut texts = SharedTexts::default();
        (0..60_000).for_each(|number| texts.push(&text(number)).unwrap());
        texts.pack().unwrap();
        assert!(texts.blocks.len() > 10, "{}", texts.blocks.len());
        let mut unpacked = Unpacked::default();
        for number in [0, 1, 699, 59_999, 30_000, 30_001, 45_678, 59_998] {
            assert_eq!(texts.get(number, &mut unpacked).unwrap(), Some(text(number).as_str()), "{number}");
        }
        assert_eq!(texts.get(60_000, &mut unpacked).unwrap(), None);
    }

    #[test]
    fn characters_that_xml_cannot_hold_are_read() {
        assert_eq!(unescaped("a_x000A_b_x5F_ _xZZZZ_ c_x"), "a\nb_x5F_ _xZZZZ_ c_x");
    }
}
