//! Words typed while the keyboard was in another layout: "Fkvfns" is "Алматы", "Фыефтф" is "Astana".

use std::collections::HashMap;
use std::sync::LazyLock;

/// The keys of a Latin (US) keyboard, row by row.
const LATIN: &str = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?";
/// What the same keys give in the Russian layout.
const RUSSIAN: &str = "ёйцукенгшщзхъфывапролджэячсмитьбю.ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,";
/// Keys that differ in the Ukrainian layout.
const UKRAINIAN: [(char, char); 8] =
    [('s', 'і'), ('S', 'І'), (']', 'ї'), ('}', 'Ї'), ('\'', 'є'), ('"', 'Є'), ('\\', 'ґ'), ('|', 'Ґ')];
/// Keys that differ in the Kazakh layout: its own letters stand where the digits are.
const KAZAKH: [(char, char); 9] =
    [('2', 'ә'), ('3', 'і'), ('4', 'ң'), ('5', 'ғ'), ('8', 'ү'), ('9', 'ұ'), ('0', 'қ'), ('-', 'ө'), ('=', 'һ')];

/// Letters by the ASCII character of their key in the Russian layout.
static OF_KEYS: LazyLock<[Option<char>; 128]> = LazyLock::new(|| {
    let mut letters = [None; 128];
    for (key, letter) in LATIN.chars().zip(RUSSIAN.chars()) {
        letters[key as usize] = Some(letter);
    }
    letters
});

/// Keys by the letter that they give in the Russian and Kazakh layouts.
static KEYS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let kazakh = KAZAKH.into_iter().map(|(key, letter)| (letter, key));
    RUSSIAN.chars().zip(LATIN.chars()).chain(kazakh).collect()
});

/// What the keys that gave this text give in the other layouts, most used first: Latin letters as Russian, Kazakh and Ukrainian ones, a
/// text of Cyrillic letters alone as Latin ones. Every character keeps its place.
pub fn in_other_layouts(text: &str) -> impl Iterator<Item = String> + '_ {
    let is_latin = text.bytes().any(|byte| byte.is_ascii_alphabetic());
    let with = |differ: &'static [(char, char)]| {
        let differs = differ.is_empty() || text.contains(|c| differ.iter().any(|(key, _)| *key == c));
        let letter = |c: char| differ.iter().find(|(key, _)| *key == c).map(|(_, own)| *own).or_else(|| at_key(c));
        differs.then(|| with_keys(text, letter))
    };
    let layouts: &[&'static [(char, char)]] = if is_latin { &[&[], &KAZAKH, &UKRAINIAN] } else { &[] };
    let latin = (!is_latin).then(|| with_keys(text, |c| KEYS.get(&c).copied()));
    latin.into_iter().chain(layouts.iter().filter_map(move |differ| with(differ)))
}

/// The Russian letter of a Latin key.
fn at_key(c: char) -> Option<char> {
    OF_KEYS.get(c as usize).copied().flatten()
}

/// The text with other letters on its keys. What stands at the end of a word is a comma or a stop more often than a letter, and numbers
/// stay numbers.
fn with_keys(text: &str, key: impl Fn(char) -> Option<char>) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut typed = String::with_capacity(2 * text.len());
    for (at, &c) in chars.iter().enumerate() {
        let ends = chars.get(at + 1).is_none_or(|next| next.is_whitespace());
        let is_mark = matches!(c, ',' | '.' | ';' | ':' | '"' | '\'') && ends || is_quote(&chars, at);
        let touches_letter = |beside: Option<&char>| beside.is_some_and(|c| c.is_alphabetic());
        let is_number = c.is_ascii_digit()
            && !touches_letter(chars.get(at + 1))
            && !touches_letter(at.checked_sub(1).and_then(|before| chars.get(before)));
        typed.push(if is_mark || is_number { c } else { key(c).unwrap_or(c) });
    }
    typed
}

/// Whether a mark opens quotes that close at the end of the word.
fn is_quote(chars: &[char], at: usize) -> bool {
    matches!(chars[at], '"' | '\'')
        && at.checked_sub(1).is_none_or(|before| chars[before].is_whitespace())
        && chars[at + 1..].iter().take_while(|c| !c.is_whitespace()).last() == Some(&chars[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_give_the_letters_of_the_other_layout() {
        for (typed, meant) in [
            ("Fkvfns", "Алматы"),
            ("Isvrtyn", "Шымкент"),
            ("<fk[fi", "Балхаш"),
            ("Ecnm-Rfvtyjujhcr", "Усть-Каменогорск"),
            ("Fkvfns? ek/ F,fz 10", "Алматы, ул. Абая 10"),
            ("Fkvfns, gk/ Htcge,kbrb", "Алматы, пл. Республики"),
            ("F0nfe", "Ақтау"),
            ("{fhrsd", "Харків"),
            ("Фыефтф", "Astana"),
            ("Флефг", "Aktau"),
            ("\"rb,fcnep", "Экибастуз"),
            ("'Fkvfns'", "'Алматы'"),
        ] {
            let texts: Vec<String> = in_other_layouts(typed).collect();
            assert!(texts.iter().any(|text| text == meant), "{typed}: {texts:?}");
        }
    }

    #[test]
    fn both_rows_of_keys_have_the_same_length() {
        assert_eq!(LATIN.chars().count(), RUSSIAN.chars().count());
    }
}
