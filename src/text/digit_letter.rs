//! Digits that stand for letters: by their look ("0рал", "А1маты"), by their name as in chats ("4imkent", "6ymkent").

/// Letters that a digit stands for in a word of Cyrillic letters.
fn in_cyrillic(digit: char) -> &'static [&'static str] {
    match digit {
        '0' => &["о"],
        '1' => &["л", "и"],
        '3' => &["з"],
        '4' => &["ч"],
        '6' => &["б", "ш"],
        '8' => &["в"],
        _ => &[],
    }
}

/// The same in a word of Latin letters: 4 is "четыре" and 6 is "шесть".
fn in_latin(digit: char) -> &'static [&'static str] {
    match digit {
        '0' => &["o"],
        '1' => &["l", "i"],
        '3' => &["e", "z"],
        '4' => &["ch", "a"],
        '5' => &["s"],
        '6' => &["sh", "b"],
        _ => &[],
    }
}

/// Digits of a word that may stand for letters.
const MOST_DIGITS: usize = 2;
/// Letters that a word has at least beside them.
const LEAST_LETTERS: usize = 3;

/// The words that are meant when the digits of a word stand for letters; none when it has no digits, or too many.
#[must_use]
pub fn with_letters_for_digits(word: &str) -> Vec<String> {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    if !(1..=MOST_DIGITS).contains(&digits) || letters < LEAST_LETTERS {
        return Vec::new();
    }
    let is_latin = word.is_ascii();
    let mut words = vec![String::with_capacity(word.len() + 2)];
    for c in word.chars() {
        if !c.is_ascii_digit() {
            words.iter_mut().for_each(|word| word.push(c));
            continue;
        }
        let stands_for = if is_latin { in_latin(c) } else { in_cyrillic(c) };
        words = words.iter().flat_map(|word| stands_for.iter().map(move |letter| format!("{word}{letter}"))).collect();
    }
    // A name begins with a capital, which no digit has.
    if word.starts_with(|c: char| c.is_ascii_digit()) {
        words = words.iter().map(|word| with_capital(word)).collect();
    }
    words
}

/// A word with a capital letter.
fn with_capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_letters_by_look_or_by_name() {
        for (typed, meant) in [
            ("0рал", "Орал"),
            ("А1маты", "Алматы"),
            ("4imkent", "Chimkent"),
            ("6ymkent", "Shymkent"),
            ("Kok4etav", "Kokchetav"),
            ("6алхаш", "Балхаш"),
        ] {
            let words = with_letters_for_digits(typed);
            assert!(words.iter().any(|word| word == meant), "{typed}: {words:?}");
        }
        for number in ["12а", "Актау", "2022-го", "A123BC", "07актау"] {
            assert_eq!(with_letters_for_digits(number), Vec::<String>::new(), "{number}");
        }
    }
}
