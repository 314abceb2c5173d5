//! Rows of a file of one byte a letter that are UTF-8, wholly or in part: two files joined by hand, or a program that adds its own words.

use encoding_rs::Encoding;

/// What a line of such a file is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'l> {
    /// UTF-8 as a whole.
    Utf8(&'l str),
    /// In the encoding of the file.
    Own,
    /// Neither, from this byte on.
    Mixed(usize),
}

impl<'l> Line<'l> {
    /// Tells a line by its bytes.
    pub(super) fn of(line: &'l [u8], encoding: &'static Encoding) -> Self {
        if line.is_ascii() {
            return Self::Own;
        }
        match std::str::from_utf8(line) {
            Ok(text) if is_plainly_cyrillic(text) => Self::Utf8(text),
            _ => foreign_at(line, encoding).map_or(Self::Own, Self::Mixed),
        }
    }
}

/// Whether a line that is UTF-8 has enough letters of which most are Cyrillic: by chance, bytes of another encoding give a few others.
pub(super) fn is_plainly_cyrillic(text: &str) -> bool {
    const LEAST_LETTERS: usize = 4;
    let others = text.chars().filter(|c| !c.is_ascii()).count();
    let cyrillic = text.chars().filter(|c| ('\u{400}'..='\u{52f}').contains(c)).count();
    cyrillic >= LEAST_LETTERS && 2 * cyrillic > others
}

/// Where a letter of UTF-8 stands that means nothing in the encoding of the file: `вњ“` for ✓, `Г©` for é.
fn foreign_at(line: &[u8], encoding: &'static Encoding) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = line[at..].iter().position(|byte| *byte >= 0xc2) {
        let start = at + found;
        let length = match line[start] {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        let letter = line.get(start..start + length).filter(|bytes| std::str::from_utf8(bytes).is_ok());
        // After a first letter in windows-1251 comes what no word goes on with.
        if letter.is_some_and(|bytes| !encoding.decode_without_bom_handling(&bytes[1..]).0.chars().all(may_follow)) {
            return Some(start);
        }
        at = start + 1;
    }
    None
}

/// Whether a character may come after a letter.
fn may_follow(c: char) -> bool {
    matches!(c, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' | 'і' | 'І' | 'ї' | 'Ї' | 'є' | 'Є' | 'ґ' | 'Ґ' | 'ў' | 'Ў')
        || matches!(
            c,
            '»' | '«' | '”' | '“' | '’' | '‘' | '›' | '…' | '–' | '—' | '№' | '§' | '°' | '®' | '™' | '\u{a0}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{IBM866, KOI8_R, WINDOWS_1251};

    #[test]
    fn words_of_the_encoding_are_never_taken_for_another() {
        let text = "Её дочь, Пётр и Фёдор из Києва, Рівне, Вінниця; АО «МРГ», права…», Актау™ – 20 С°, «Ёлка»—";
        assert_eq!(Line::of(&WINDOWS_1251.encode(text).0, WINDOWS_1251), Line::Own);
        for encoding in [KOI8_R, IBM866] {
            let bytes = encoding.encode("Митинг у акимата: рабочие, Её дочь, ПЁТР, край, съезд, щит").0;
            assert_eq!(Line::of(&bytes, encoding), Line::Own, "{}", encoding.name());
        }
    }

    #[test]
    fn letters_of_utf8_are_seen_where_they_begin() {
        let bytes = [&WINDOWS_1251.encode("Актау;").0[..], "ok ✓".as_bytes()].concat();
        assert_eq!(Line::of(&bytes, WINDOWS_1251), Line::Mixed(9));
        for text in ["Café", "— Aktau", "№ 5"] {
            assert!(matches!(Line::of(text.as_bytes(), WINDOWS_1251), Line::Mixed(_)), "{text}");
        }
        assert_eq!(Line::of("Актау — порт".as_bytes(), WINDOWS_1251), Line::Utf8("Актау — порт"));
    }
}
