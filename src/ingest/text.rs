//! The text of a file, decoded piece by piece: a window that moves over it.

use super::odd_rows::Line;
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};
use std::io::{self, Read};

/// Bytes read at a time.
const BLOCK_BYTES: usize = 256 * 1024;

/// A window over a text: everything from the first character that is not taken yet to the last one that is decoded.
pub(super) struct Text<'a> {
    reader: Box<dyn Read + Send + 'a>,
    decoding: Decoding,
    text: String,
    /// Where what is not taken begins in `text`.
    at: usize,
    /// Where in `text` bytes were that stand for no character. In UTF-8 they stand there as `\xCF`, so that nothing of the file is lost;
    /// in other encodings, and where the file itself says so, U+FFFD does.
    breaks: Vec<usize>,
    is_ended: bool,
}

enum Decoding {
    /// With bytes of a character that is not whole yet.
    Utf8 {
        rest: Vec<u8>,
        is_begun: bool,
    },
    /// One byte a letter, with bytes of a line that is not whole yet: some rows may be UTF-8.
    Single {
        encoding: &'static Encoding,
        rest: Vec<u8>,
    },
    Other(Box<Decoder>),
}

impl<'a> Text<'a> {
    pub(super) fn new(reader: Box<dyn Read + Send + 'a>, encoding: &'static Encoding) -> Self {
        let decoding = if encoding == UTF_8 {
            Decoding::Utf8 { rest: Vec::new(), is_begun: false }
        } else if encoding.is_single_byte() {
            Decoding::Single { encoding, rest: Vec::new() }
        } else {
            Decoding::Other(Box::new(encoding.new_decoder_with_bom_removal()))
        };
        Self { reader, decoding, text: String::new(), at: 0, breaks: Vec::new(), is_ended: false }
    }

    /// What is decoded and not taken.
    pub(super) fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Whether nothing comes after [`Self::rest`].
    pub(super) fn is_ended(&self) -> bool {
        self.is_ended
    }

    /// Whether the encoding is broken somewhere in what is decoded.
    pub(super) fn is_broken(&self) -> bool {
        !self.breaks.is_empty()
    }

    /// Takes the first `length` bytes of [`Self::rest`]; gives the first place in them where the encoding is broken.
    pub(super) fn take(&mut self, length: usize) -> Option<usize> {
        let (start, end) = (self.at, self.at + length);
        self.at = end;
        if self.breaks.is_empty() {
            return None;
        }
        let first = self.breaks.iter().copied().find(|place| (start..end).contains(place));
        self.breaks.retain(|place| *place >= end);
        first.map(|place| place - start)
    }

    /// Decodes more: at least a block, and half as much as there is, so that long rows are not looked at too often. No more memory is
    /// taken than that needs, and what a long row took is given back after it.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        self.text.drain(..self.at);
        self.breaks.iter_mut().for_each(|place| *place -= self.at);
        self.at = 0;
        let wanted = BLOCK_BYTES.max(self.text.len() / 2);
        if self.text.capacity() > 8 * wanted {
            self.text.shrink_to(2 * wanted);
        }
        self.text.reserve_exact(wanted);
        let mut bytes = Vec::with_capacity(wanted);
        let read = (&mut self.reader).take(wanted as u64).read_to_end(&mut bytes)?;
        self.is_ended = read < wanted;
        match &mut self.decoding {
            Decoding::Utf8 { rest, is_begun } => {
                if !std::mem::replace(is_begun, true) && bytes.starts_with(b"\xef\xbb\xbf") {
                    bytes.drain(..3);
                }
                if !rest.is_empty() {
                    bytes.splice(..0, rest.drain(..));
                }
                let from = self.text.len();
                *rest = push_utf8(&bytes, self.is_ended, &mut self.text, &mut self.breaks).to_vec();
                note_replaced(&self.text, from, &mut self.breaks);
            }
            Decoding::Single { encoding, rest } => {
                let from = self.text.len();
                rest.extend_from_slice(&bytes);
                // A line that is longer than what is read at a time is looked at piece by piece.
                let end = if self.is_ended { None } else { memchr::memrchr(b'\n', rest) };
                let end = end.map_or(rest.len(), |end| end + 1);
                for line in rest[..end].split_inclusive(|byte| *byte == b'\n') {
                    push_line(encoding, line, &mut self.text, &mut self.breaks);
                }
                rest.drain(..end);
                note_replaced(&self.text, from, &mut self.breaks);
            }
            Decoding::Other(decoder) => {
                let from = self.text.len();
                push_decoded(decoder, &bytes, self.is_ended, &mut self.text);
                note_replaced(&self.text, from, &mut self.breaks);
            }
        }
        Ok(())
    }
}

/// Notes where a letter is only said to have been one: it was lost before.
fn note_replaced(text: &str, from: usize, breaks: &mut Vec<usize>) {
    // Few files have any, and looking for three bytes is as fast as copying them.
    let found = memchr::memmem::find_iter(&text.as_bytes()[from..], "\u{fffd}");
    let before = breaks.len();
    breaks.extend(found.map(|place| from + place));
    if breaks.len() > before {
        breaks.sort_unstable();
    }
}

/// Appends UTF-8 to a text, `\xCF` for each byte that is broken; gives the bytes at the end that may begin a character.
fn push_utf8<'b>(mut bytes: &'b [u8], is_last: bool, text: &mut String, breaks: &mut Vec<usize>) -> &'b [u8] {
    loop {
        match simdutf8::compat::from_utf8(bytes) {
            Ok(good) => {
                text.push_str(good);
                return &[];
            }
            Err(error) => {
                let (good, bad) = bytes.split_at(error.valid_up_to());
                text.push_str(simdutf8::basic::from_utf8(good).unwrap_or_default());
                let length = match error.error_len() {
                    Some(length) => length,
                    None if is_last => bad.len(),
                    None => return bad,
                };
                breaks.push(text.len());
                for byte in &bad[..length] {
                    text.push_str(&format!("\\x{byte:02X}"));
                }
                bytes = &bad[length..];
            }
        }
    }
}

/// Appends a line of one byte a letter, unless it is UTF-8 as a whole; what is a mixture is noted as broken where it begins to be one.
fn push_line(encoding: &'static Encoding, line: &[u8], text: &mut String, breaks: &mut Vec<usize>) {
    let decoded = |bytes| encoding.decode_without_bom_handling(bytes).0;
    match Line::of(line, encoding) {
        Line::Utf8(line) => text.push_str(line),
        Line::Own => text.push_str(&decoded(line)),
        Line::Mixed(at) => {
            breaks.push(text.len() + decoded(&line[..at]).len());
            text.push_str(&decoded(line));
        }
    }
}

fn push_decoded(decoder: &mut Decoder, mut bytes: &[u8], is_last: bool, text: &mut String) {
    loop {
        text.reserve(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len()).max(16));
        let (result, used, _) = decoder.decode_to_string(bytes, text, is_last);
        bytes = &bytes[used..];
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Gives few bytes at a time, as a pipe does.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let length = into.len().min(self.0.len()).min(self.1);
            into[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }

    proptest! {
        #[test]
        fn a_window_shows_the_text_that_the_whole_bytes_are(bytes in prop::collection::vec(any::<u8>(), 0..60), step in 1usize..7) {
            let mut text = Text::new(Box::new(Slow(&bytes, step)), UTF_8);
            let mut all = String::new();
            while !text.is_ended() {
                text.fill().unwrap();
                all.push_str(text.rest());
                text.take(text.rest().len());
            }
            let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
            let whole: String = plain
                .utf8_chunks()
                .map(|chunk| {
                    let broken: String = chunk.invalid().iter().map(|byte| format!("\\x{byte:02X}")).collect();
                    chunk.valid().to_owned() + &broken
                })
                .collect();
            prop_assert_eq!(all, whole);
        }
    }
}
