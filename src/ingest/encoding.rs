//! Which characters the bytes of a file stand for.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Bytes looked at to tell UTF-16 without a mark.
const SAMPLE_BYTES: usize = 4096;

/// Share of lines with broken bytes up to which a file is still taken for UTF-8 with some broken rows.
const MOST_BROKEN_LINES: f64 = 0.34;

/// A name that is no encoding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an encoding; expected for instance utf-8, windows-1251, koi8-r, utf-16le")]
pub struct EncodingError(String);

/// A file as text.
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) encoding: &'static str,
    /// Lines whose bytes are no characters, counted from 1, with the position of the first such byte in the line, from 1.
    pub(super) broken_lines: BTreeMap<u64, usize>,
}

pub(super) fn decode<'a>(bytes: &'a [u8], named: Option<&str>) -> Result<Decoded<'a>, EncodingError> {
    if let Some(name) = named {
        let encoding = Encoding::for_label(name.trim().as_bytes()).ok_or_else(|| EncodingError(name.to_owned()))?;
        return Ok(if encoding == UTF_8 { utf8(bytes) } else { whole(bytes, encoding) });
    }
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Ok(if encoding == UTF_8 { utf8(bytes) } else { whole(bytes, encoding) });
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Ok(whole(bytes, encoding));
    }
    if std::str::from_utf8(bytes).is_ok() {
        return Ok(utf8(bytes));
    }
    // Some rows of a UTF-8 file may be broken (two files joined by hand); then most lines are still right.
    let decoded = utf8(bytes);
    let lines = bytes.split(|byte| *byte == b'\n');
    let (mut with_letters, mut broken) = (0usize, 0usize);
    for line in lines.filter(|line| !line.is_ascii()) {
        with_letters += 1;
        broken += usize::from(std::str::from_utf8(line).is_err());
    }
    if (broken as f64) <= MOST_BROKEN_LINES * with_letters as f64 {
        return Ok(decoded);
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    Ok(whole(bytes, detector.guess(Some(b"kz"), chardetng::Utf8Detection::Deny)))
}

/// UTF-8, its mark removed, broken bytes shown as U+FFFD and their lines noted.
fn utf8(bytes: &[u8]) -> Decoded<'_> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut broken_lines = BTreeMap::new();
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, Cow::Owned(_)) {
        for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            if let Err(error) = std::str::from_utf8(line) {
                broken_lines.insert(index as u64 + 1, error.valid_up_to() + 1);
            }
        }
    }
    Decoded { text, encoding: "UTF-8", broken_lines }
}

fn whole<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Decoded<'a> {
    let (text, encoding, _) = encoding.decode(bytes);
    let broken_lines = text
        .split('\n')
        .enumerate()
        .filter_map(|(index, line)| line.find('\u{fffd}').map(|at| (index as u64 + 1, line[..at].chars().count() + 1)))
        .collect();
    Decoded { text, encoding: encoding.name(), broken_lines }
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

    #[test]
    fn windows_1251_is_told_from_utf8_with_one_broken_row() {
        let (cyrillic, _, _) = encoding_rs::WINDOWS_1251
            .encode("дата;место\n05.01.2022;в Актау\n06.01.2022;площадь Республики в Алматы\n");
        assert_eq!(decode(&cyrillic, None).unwrap().encoding, "windows-1251");
        let mut mixed = "дата,место\n2022-01-05,Актау\n2022-01-05,Алматы\n2022-01-05,".as_bytes().to_vec();
        mixed.extend_from_slice(b"\xc0\xea\xf2\xe0\xf3\n");
        mixed.extend_from_slice("2022-01-06,Тараз\n".as_bytes());
        let decoded = decode(&mixed, None).unwrap();
        assert_eq!(decoded.encoding, "UTF-8");
        assert_eq!(decoded.broken_lines.into_iter().collect::<Vec<_>>(), [(4, 12)]);
    }

    #[test]
    fn utf16_is_read_with_and_without_a_mark() {
        let text = "date,place\n2022-01-05,Ақтау\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in
            [little.clone(), big.clone(), [b"\xff\xfe".to_vec(), little].concat(), [b"\xfe\xff".to_vec(), big].concat()]
        {
            assert_eq!(decode(&bytes, None).unwrap().text, text);
        }
    }
}
