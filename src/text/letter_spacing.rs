//! Words whose letters are set apart: "А л м а т ы".

/// Letters in a row, each alone, from which they are one word: initials and abbreviations are shorter.
pub const LEAST_LETTERS: usize = 4;

/// The text with spaced letters put together to words, and what was put together, as written and as one word; `None` when there is
/// nothing of the kind. One blank parts letters, more of them part words.
#[must_use]
pub fn without_letter_spacing(text: &str) -> Option<(String, Vec<(String, String)>)> {
    let chars: Vec<char> = text.chars().collect();
    let is_letter = |at: usize| chars.get(at).is_some_and(|c| c.is_alphabetic());
    let is_alone = |at: usize| {
        is_letter(at) && !is_letter(at + 1) && at.checked_sub(1).is_none_or(|before| !chars[before].is_alphanumeric())
    };
    let mut joined = String::with_capacity(text.len());
    let mut words = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let mut last = at;
        while is_alone(last) && chars.get(last + 1).is_some_and(|c| c.is_whitespace()) && is_alone(last + 2) {
            last += 2;
        }
        if (last - at) / 2 + 1 >= LEAST_LETTERS {
            let word: String = chars[at..=last].iter().step_by(2).collect();
            words.push((chars[at..=last].iter().collect(), word.clone()));
            joined.push_str(&word);
        } else {
            joined.extend(&chars[at..=last]);
        }
        at = last + 1;
    }
    (!words.is_empty()).then_some((joined, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_letters_in_a_row_are_a_word_and_three_are_not() {
        let joined = |text: &str| without_letter_spacing(text).map(|(text, _)| text);
        assert_eq!(joined("А л м а т ы").as_deref(), Some("Алматы"));
        assert_eq!(joined("г. А к т а у, 5").as_deref(), Some("г. Актау, 5"));
        assert_eq!(joined("У с т ь  К а м а н").as_deref(), Some("Усть  Каман"));
        assert_eq!(joined("В К О"), None);
        assert_eq!(joined("Абая и С. Сейфуллина"), None);
        assert_eq!(joined("г. У р а л ь с к").as_deref(), Some("г. Уральск"));
    }
}
