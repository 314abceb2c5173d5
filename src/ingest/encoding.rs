//! Which characters the bytes of a file stand for.

use super::odd_rows::is_plainly_cyrillic;
use encoding_rs::{Encoding, IBM866, KOI8_R, KOI8_U, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251, X_MAC_CYRILLIC};
use std::io::{self, Read};

/// Bytes looked at to tell UTF-16 without a mark.
const SAMPLE_BYTES: usize = 4096;

/// Share of lines with broken bytes up to which a file is still taken for UTF-8 with some broken rows.
const MOST_BROKEN_LINES: f64 = 0.34;

/// A name that is no encoding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an encoding; expected for instance utf-8, windows-1251, koi8-r, utf-16le")]
pub struct EncodingError(String);

/// Whether this is the name of an encoding.
///
/// # Errors
/// It is none.
pub fn check_encoding(name: &str) -> Result<(), EncodingError> {
    named(name).map(drop)
}

fn named(name: &str) -> Result<&'static Encoding, EncodingError> {
    Encoding::for_label(name.trim().as_bytes()).ok_or_else(|| EncodingError(name.to_owned()))
}

/// Bytes in which a letter that is right UTF-8 settles that the file is: no other encoding looks so for that long.
const SETTLED_BYTES: usize = 1 << 20;

/// Bytes read at a time.
const BLOCK_BYTES: usize = 64 * 1024;

/// The encoding of a file: the one that is named, that of its mark, or the one its letters speak for. Reads as much of the file as is
/// needed to tell.
pub(super) fn find(reader: &mut dyn Read, asked: Option<&str>) -> io::Result<Result<&'static Encoding, EncodingError>> {
    if let Some(name) = asked {
        return Ok(named(name));
    }
    let mut block = Vec::new();
    reader.take(SAMPLE_BYTES as u64).read_to_end(&mut block)?;
    if let Some(encoding) = Encoding::for_bom(&block).map(|(encoding, _)| encoding).or(utf16_without_mark(&block)) {
        return Ok(Ok(encoding));
    }
    let mut survey = Survey::default();
    loop {
        let read = reader.take(BLOCK_BYTES as u64).read_to_end(&mut block)?;
        let is_last = read < BLOCK_BYTES;
        let end = if is_last { block.len() } else { whole_lines(&block) };
        survey.look_at(&block[..end]);
        block.drain(..end);
        if is_last {
            return Ok(Ok(survey.outcome()));
        }
        if survey.bytes >= SETTLED_BYTES && survey.broken == 0 && survey.with_letters > 0 {
            return Ok(Ok(UTF_8));
        }
    }
}

/// How much of a block is whole lines; where a line is longer than that, whole characters.
fn whole_lines(block: &[u8]) -> usize {
    if let Some(end) = memchr::memrchr(b'\n', block) {
        return end + 1;
    }
    let start_of_last = (1..=3).map(|back| block.len() - back).find(|at| block[*at] >= 0xc0);
    start_of_last.unwrap_or(block.len())
}

/// What the lines of a file say about its encoding.
struct Survey {
    bytes: usize,
    /// Lines beyond ASCII.
    with_letters: usize,
    /// Of these the ones that are no UTF-8.
    broken: usize,
    /// Of these the ones that are UTF-8 and Cyrillic, which no text of one byte a letter looks like.
    plainly_utf8: usize,
    /// Whether the first line is no UTF-8; `None` when it is ASCII, and before it is read.
    is_header_broken: Option<bool>,
    /// The first lines beyond ASCII that are not plainly UTF-8.
    sample: Vec<u8>,
    detector: chardetng::EncodingDetector,
}

impl Default for Survey {
    fn default() -> Self {
        let detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
        Self {
            bytes: 0,
            with_letters: 0,
            broken: 0,
            plainly_utf8: 0,
            is_header_broken: None,
            sample: Vec::new(),
            detector,
        }
    }
}

impl Survey {
    fn look_at(&mut self, lines: &[u8]) {
        let is_first = self.bytes == 0;
        self.bytes += lines.len();
        if lines.is_ascii() {
            return;
        }
        if is_first {
            let header = lines.split(|byte| *byte == b'\n').next().unwrap_or_default();
            self.is_header_broken = (!header.is_ascii()).then(|| std::str::from_utf8(header).is_err());
        }
        self.detector.feed(lines, false);
        for line in lines.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
            self.with_letters += 1;
            match std::str::from_utf8(line) {
                Ok(text) if is_plainly_cyrillic(text) => {
                    self.plainly_utf8 += 1;
                    continue;
                }
                Ok(_) => {}
                Err(_) => self.broken += 1,
            }
            // What is ASCII tells nothing, and most of a table may be numbers.
            self.sample.extend_from_slice(&line[..line.len().min(CYRILLIC_SAMPLE_BYTES - self.sample.len())]);
        }
    }

    fn outcome(mut self) -> &'static Encoding {
        // Some rows of a file may be in another encoding (two files joined by hand): the header and most rows tell that of the file.
        // Where they leave it open it is UTF-8: rejected rows can be mended; a row that is read in a wrong encoding is stored as nonsense.
        let is_utf8 = match self.is_header_broken {
            Some(false) => self.plainly_utf8 > 0,
            Some(true) => self.plainly_utf8 > self.broken,
            None => self.plainly_utf8 > 0 && self.plainly_utf8 >= self.broken,
        };
        if is_utf8 || self.broken as f64 <= MOST_BROKEN_LINES * self.with_letters as f64 {
            return UTF_8;
        }
        cyrillic(&self.sample).unwrap_or_else(|| {
            self.detector.feed(b"", true);
            self.detector.guess(Some(b"kz"), chardetng::Utf8Detection::Deny)
        })
    }
}

/// Encodings of one byte a letter in which Russian and Ukrainian files come: Windows, Unix, DOS and old Macs.
static CYRILLIC: [&Encoding; 5] = [WINDOWS_1251, KOI8_R, KOI8_U, IBM866, X_MAC_CYRILLIC];

/// Bytes looked at to tell these apart.
const CYRILLIC_SAMPLE_BYTES: usize = 64 * 1024;

/// Mean score of a letter from which the text is taken for Russian: lower-case letters of a Russian text have 5 on average, those of a
/// text in a wrong encoding less than 1.
const LEAST_SCORE: f64 = 2.0;

/// The encoding in which the bytes read most like Russian or Ukrainian; `None` when they read so in none. Detectors for browsers know
/// web pages, not files of DOS and old Macs, and take short ones for Western European.
fn cyrillic(sample: &[u8]) -> Option<&'static Encoding> {
    let scored = CYRILLIC.iter().map(|encoding| (score(&encoding.decode_without_bom_handling(sample).0), *encoding));
    // Of equals the earlier one: `reduce` keeps it.
    let (best, encoding) = scored.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    (best >= LEAST_SCORE).then_some(encoding)
}

/// How much a text reads like Russian or Ukrainian: the mean over its characters beyond ASCII.
fn score(text: &str) -> f64 {
    /// Russian letters from the most frequent to the rarest (Sharoff, frequency dictionary, 2009).
    const BY_FREQUENCY: &str = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё";
    let (mut sum, mut count) = (0.0, 0u32);
    let mut before = ' ';
    for c in text.chars() {
        // Letters of both alphabets in one word: "déjà" is no Russian.
        if c.is_alphabetic() && before.is_alphabetic() && c.is_ascii() != before.is_ascii() {
            sum -= 10.0;
        }
        if !c.is_ascii() {
            count += 1;
            let small = c.to_lowercase().next().unwrap_or(c);
            let rank = BY_FREQUENCY.chars().position(|letter| letter == small);
            let letter = match (rank, small) {
                (Some(rank), _) => 8.0 - rank as f64 / 4.0,
                (None, 'і' | 'ї' | 'є' | 'ґ') => 4.0,
                (None, '«' | '»' | '“' | '”' | '„' | '—' | '–' | '№' | '…' | '\u{a0}' | '°') => 0.0,
                (None, _) => -12.0,
            };
            // A capital after a small letter is one of the other half of the table.
            let is_odd = c.is_uppercase() && before.is_lowercase();
            let is_capital = c.is_uppercase() && before.is_alphabetic();
            sum += letter - if is_odd { 14.0 } else { f64::from(u8::from(is_capital)) };
        }
        before = c;
    }
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}

/// Whether the first bytes of a file are UTF-16, with a mark or without.
pub(super) fn is_utf16(bytes: &[u8]) -> bool {
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    marked.or(utf16_without_mark(bytes)).is_some_and(|encoding| [UTF_16LE, UTF_16BE].contains(&encoding))
}

/// UTF-16 has a zero byte in every second place where the text is ASCII: delimiters, digits and line ends.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let zeros = |start: usize| sample.iter().skip(start).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let enough = sample.len() / 20;
    match (even > enough, odd > enough) {
        (false, true) if odd > 4 * even => Some(UTF_16LE),
        (true, false) if even > 4 * odd => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name of the encoding that is found, and the text.
    fn decode(bytes: &[u8]) -> (&'static str, String) {
        let encoding = find(&mut &bytes[..], None).unwrap().unwrap();
        (encoding.name(), encoding.decode(bytes).0.into_owned())
    }

    #[test]
    fn windows_1251_is_told_from_utf8_with_one_broken_row() {
        let (cyrillic, _, _) = encoding_rs::WINDOWS_1251
            .encode("дата;место\n05.01.2022;в Актау\n06.01.2022;площадь Республики в Алматы\n");
        assert_eq!(decode(&cyrillic).0, "windows-1251");
        let mut mixed = "дата,место\n2022-01-05,Актау\n2022-01-05,Алматы\n2022-01-05,".as_bytes().to_vec();
        mixed.extend_from_slice(b"\xc0\xea\xf2\xe0\xf3\n");
        mixed.extend_from_slice("2022-01-06,Тараз\n".as_bytes());
        assert_eq!(decode(&mixed).0, "UTF-8");
        let mut halves = "date,place\n2022-01-05,в Алматы\n2022-01-05,".as_bytes().to_vec();
        halves.extend_from_slice(b"\xe2 \xc0\xea\xf2\xe0\xf3\n");
        assert_eq!(decode(&halves).0, "UTF-8", "one row of each");
    }

    #[test]
    fn short_and_long_files_of_dos_unix_windows_and_macs_are_told_apart() {
        let short = "дата;место\n05.01.2022;Актау, рынок\n";
        let ukrainian = "дата;місце;опис\n05.01.2022;у Жанаозені;мітинг біля акімату, її вимоги\n";
        let long = "05.01.2022;на площади Республики в Алматы;Собравшиеся у акимата ЖДУТ ответа; щит, эхо, объезд\n";
        for encoding in [WINDOWS_1251, KOI8_R, IBM866, X_MAC_CYRILLIC] {
            for text in [
                short.to_owned(),
                long.repeat(40),
                long.to_uppercase().repeat(3),
                format!("{short}{}", "1;2;3\n".repeat(5_000)),
            ] {
                let (bytes, _, is_lossy) = encoding.encode(&text);
                assert!(!is_lossy);
                let (found, read) = decode(&bytes);
                assert_eq!(read, text, "{} taken for {found}", encoding.name());
            }
        }
        for encoding in [WINDOWS_1251, KOI8_U, X_MAC_CYRILLIC] {
            let (bytes, ..) = encoding.encode(ukrainian);
            let (found, read) = decode(&bytes);
            assert_eq!(read, ukrainian, "{} taken for {found}", encoding.name());
        }
        let french =
            encoding_rs::WINDOWS_1252.encode("date;lieu\n2022-01-05;Théâtre à côté de la forêt, déjà fermé\n").0;
        assert_eq!(decode(&french).0, "windows-1252");
    }

    #[test]
    fn utf16_is_read_with_and_without_a_mark() {
        let text = "date,place\n2022-01-05,Ақтау\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in
            [little.clone(), big.clone(), [b"\xff\xfe".to_vec(), little].concat(), [b"\xfe\xff".to_vec(), big].concat()]
        {
            assert_eq!(decode(&bytes).1, text);
        }
    }
}
